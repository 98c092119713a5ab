/* SPDX-License-Identifier: ISC */
/* The two parts of the jail that have a language of their own. */
#ifndef SYSTEM_JAIL_PRIVATE_H
#define SYSTEM_JAIL_PRIVATE_H

#include "base/err.h"
#include "system/jail.h"

/* Columns of the tables. */
#define JAIL_BIT(profile) (1U << (unsigned)(profile))
#define JAIL_ALL ((1U << JAIL_PROFILES) - 1)

/* Loads the list of system calls that a profile allows. ERR_SYSTEM. */
enum err jail_filter_calls(enum jail_profile profile);

/* Denies every port and signal, and every file but those below the folders of
   the limits. *ret_abi is set. ERR_SYSTEM. */
enum err jail_restrict_access(const struct jail_limits *limits, int *ret_abi);

#endif
