/* SPDX-License-Identifier: ISC */
/* What init really starts: services, consoles, and the scripts on the way. */
#ifndef INSPECT_STARTUP_H
#define INSPECT_STARTUP_H

#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "inspect/keep.h"

#include <stdbool.h>

/* Whether a file of this name must be kept with its text. */
bool startup_wants(struct bytes name);

/*
 * After the last file: from inittab, rcS, rc.d and rcN.d links, procd scripts,
 * systemd units and inetd to FACT_SERVICE, FACT_CONSOLE, FACT_APPLET and
 * FACT_WORLD_WRITABLE ("boot") for every root in the image. A service counts
 * only when its program is in the same root; the names are those of
 * services.tsv. ERR_MEMORY; ERR_MALFORMED when services.tsv is.
 */
enum err startup_finish(
    const struct keep *keep, const struct data_set *data, struct facts *facts);

#endif
