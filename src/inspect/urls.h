/* SPDX-License-Identifier: ISC */
/* Plain URLs: whether they leave the device and its network. */
#ifndef INSPECT_URLS_H
#define INSPECT_URLS_H

#include "base/bytes.h"

#include <stdbool.h>

/* A host of the internet: no loopback, private address, bare or reserved
   name, nor a variable that a script fills in. */
bool urls_is_foreign(struct bytes url);

/* The device itself. */
bool urls_is_loopback(struct bytes url);

/* A URL that is a name, such as an XML namespace; nothing fetches it. */
bool urls_is_name(struct bytes url);

#endif
