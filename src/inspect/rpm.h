/* SPDX-License-Identifier: ISC */
/* Packages in rpm's databases, whose every backend keeps the same headers. */
#ifndef INSPECT_RPM_H
#define INSPECT_RPM_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a header says of its package; borrowed from it, may be empty. */
struct rpm_header {
	struct bytes name, version, release, arch, license, vendor;
	bool has_epoch;
	uint32_t epoch;
};

/*
 * Reads a header without its magic, the way databases keep it. Source: rpm,
 * docs/manual/format_header.md and hregions.md. On failure *ret is untouched:
 *   ERR_TRUNCATED  index or data run past the blob
 *   ERR_MALFORMED  a tag of ours has the wrong type or place, or there is no
 *                  name or version
 */
enum err rpm_read_header(struct bytes blob, struct rpm_header *ret);

/*
 * Adds the package of one record, which stands at `at` in the file. A broken
 * header is passed over, a signing key (gpg-pubkey) too. ERR_MEMORY.
 */
enum err rpm_add(const struct unpack_event *file, struct facts *facts,
    struct bytes blob, size_t at);

#endif
