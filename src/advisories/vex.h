/* SPDX-License-Identifier: ISC */
/* Statements of a supplier on whether a vulnerability concerns a product. */
#ifndef ADVISORIES_VEX_H
#define ADVISORIES_VEX_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vex_status {
	VEX_NONE,
	VEX_INVESTIGATED, /* under investigation */
	VEX_AFFECTED,
	VEX_FIXED,
	VEX_NOT_AFFECTED,
	VEX_STATUS_COUNT
};

/* How a statement names a thing; whatever is empty is not said. */
struct vex_name {
	struct bytes purl;
	struct bytes cpe; /* 2.2 or 2.3; of a subject also "vendor:product" and
			     more of them behind ';' */
	struct bytes name;
	struct bytes version; /* exact; or a range "vers:…" */
	struct bytes supplier;
	struct bytes sha256; /* hex */
};

/*
 * One vulnerability, one product, one component inside it (all fields empty:
 * the statement is about the product itself, whatever that is). Texts are
 * foreign; they borrow the document or live in the reader's arena.
 */
struct vex_statement {
	struct bytes id; /* of the vulnerability */
	const struct bytes *aliases;
	size_t alias_count;
	struct vex_name product;
	struct vex_name component;
	enum vex_status status;
	struct bytes justification; /* in OpenVEX's words, or empty */
	struct bytes detail;	    /* impact, action or analysis, one text */
	struct bytes author;
	struct bytes document; /* its id */
	int64_t time;	       /* Unix seconds; 0: not said */
	uint32_t order;	       /* place in the document */
};

/* What a match is about. */
struct vex_subject {
	struct bytes id; /* of the vulnerability */
	const struct bytes *aliases;
	size_t alias_count;
	struct vex_name component;
	bool component_is_product; /* the device itself is matched */
	struct vex_name product;   /* sha256 of the image; name, version and
				      supplier as declared, or empty */
	bool for_product; /* the document was given for this very product */
};

/*
 * Whether the statement is about the subject. Versions and qualifiers that the
 * statement leaves out match all; a version, hash or supplier that it names
 * and that differs matches nothing. A statement about a component inside a
 * product holds only where the product is known to be this one: by hash, by
 * name and version, or for_product; one about the component as a product of
 * its own holds in every device. One whose component is its product, field for
 * field, is about all of that product (CycloneDX has such).
 *
 * Whether two names mean the same thing is said by the first of these that
 * both have: hash; package URL (one without a packager's type, pkg:generic, is
 * compared by its name); CPE (vendor and product); the name, without case and
 * separators. Of several spellings of the version one has to agree; "vers:"
 * ranges are read. Of qualifiers only "distro" (its first number) and "arch"
 * can differ.
 */
bool vex_is_about(
    const struct vex_statement *statement, const struct vex_subject *subject);

/* The words of OpenVEX 0.2.0: "not_affected" …; static. */
const char *vex_status_text(enum vex_status status);

#endif
