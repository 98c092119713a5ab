/* SPDX-License-Identifier: ISC */
/* The two parts of the jail that have a language of their own. */
#ifndef SYSTEM_JAIL_PRIVATE_H
#define SYSTEM_JAIL_PRIVATE_H

#include "base/err.h"

/* Loads the list of allowed system calls. ERR_SYSTEM. */
enum err jail_filter_calls(void);

/* Denies every file, port and signal. *ret_abi is set. ERR_SYSTEM. */
enum err jail_restrict_access(int *ret_abi);

#endif
