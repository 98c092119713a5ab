/* SPDX-License-Identifier: ISC */
/* Settings of network services and package managers, from their own files. */
#ifndef INSPECT_SETTINGS_H
#define INSPECT_SETTINGS_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * Adds FACT_SETTING for the settings of a table (settings.c) in uci, sshd,
 * snmpd and opkg files, and FACT_PLAIN_URL "feed" for package feeds over http.
 * Names as in FACT_SETTING's comment; an opkg option without a value is "1".
 * Only whole text files. ERR_MEMORY.
 */
enum err settings_inspect(const struct unpack_event *file, struct facts *facts);

#endif
