/* SPDX-License-Identifier: ISC */
/* Facts with their evidence, the way every inspector writes them down. */
#ifndef INSPECT_EVIDENCE_H
#define INSPECT_EVIDENCE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

#include <stddef.h>

/*
 * A fact of this kind whose evidence is the place `at` in the file's content
 * and the printable run around content[at, at + len); both stay empty when len
 * is 0. Borrows `file`. The rest of the fact is the caller's to fill in.
 */
struct fact evidence_fact(const struct unpack_event *file, enum fact_kind kind,
    size_t at, size_t len);

/*
 * Writes a package URL: pkg:type[/space]/name@version[?arch=arch]. The type
 * and the space are ours; the other parts are foreign and percent-encoded, and
 * left out when empty. Source: package-url specification, "How to build
 * purl string from its components" and "Character encoding" (the colon stays).
 */
void evidence_put_purl(struct out *o, const char *type, const char *space,
    struct bytes name, struct bytes version, struct bytes arch);

/*
 * Adds a FACT_COMPONENT with the purl pkg:generic/<product>@<version>.
 * `fact` comes from evidence_fact(); its name, value (the version), extra (the
 * CPE) and number (enum component_evidence) are set. ERR_MEMORY.
 */
enum err evidence_add_generic(
    struct facts *facts, struct fact fact, const char *product);

#endif
