/* SPDX-License-Identifier: ISC */
/* Paths inside an image taken apart. */
#ifndef INSPECT_NAMES_H
#define INSPECT_NAMES_H

#include "base/bytes.h"

#include <stdbool.h>

/* What follows the last '!': /etc/inittab of squashfs@0x0!/etc/inittab; empty
   for a payload. */
struct bytes name_in_container(struct bytes path);

/* What stands before it, the '!' included. */
struct bytes name_containers(struct bytes path);

/* Whether a name says that nothing uses the file: documentation, samples. */
bool name_is_sample(struct bytes name);

/* The path as people know it, behind the containers: /etc/inittab; all of it
   for what has no name of its own. */
struct bytes name_known(struct bytes path);

#endif
