/* SPDX-License-Identifier: ISC */
/* Whether statements are about things, all of it foreign: a line a field. */
#include "advisories/vex.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bytes
line(struct bytes *rest)
{
	struct bytes ret = { 0 };

	if (!bytes_next_line(rest, &ret))
		return (struct bytes){ 0 };
	return ret;
}

static struct vex_name
name_of(struct bytes *rest)
{
	struct vex_name ret = { 0 };

	ret.purl = line(rest);
	ret.cpe = line(rest);
	ret.name = line(rest);
	ret.version = line(rest);
	ret.supplier = line(rest);
	ret.sha256 = line(rest);
	return ret;
}

static bool
is_empty(const struct vex_name *n)
{
	return n->purl.len == 0 && n->cpe.len == 0 && n->name.len == 0 &&
	    n->version.len == 0 && n->supplier.len == 0 && n->sha256.len == 0;
}

/* Both have a hash, of other letters. */
static bool
hashes_differ(const struct vex_name *a, const struct vex_name *b)
{
	if (a->sha256.len == 0 || b->sha256.len == 0)
		return false;
	if (a->sha256.len != b->sha256.len)
		return true;
	for (size_t i = 0; i < a->sha256.len; i++)
		if (bytes_lower(a->sha256.ptr[i]) !=
		    bytes_lower(b->sha256.ptr[i]))
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = { data, size };
	struct bytes flags = line(&rest);
	struct vex_statement statement = {
		.id = BYTES("CVE-2026-1"),
		.product = name_of(&rest),
		.component = name_of(&rest),
		.status = VEX_FIXED,
	};
	struct vex_subject subject = {
		.id = BYTES("cve-2026-1"),
		.component = name_of(&rest),
		.product = name_of(&rest),
		.component_is_product = bytes_equal_text(flags, "device"),
	};
	struct vex_subject given = subject;
	bool about = vex_is_about(&statement, &subject);

	if (about != vex_is_about(&statement, &subject))
		abort();
	given.for_product = true;
	if (about && !vex_is_about(&statement, &given))
		abort(); /* that a document is for this product takes nothing */
	if (about && is_empty(&statement.product))
		abort(); /* whom it is about was said nowhere */
	if (!is_empty(&statement.component) &&
	    hashes_differ(&statement.product, &subject.product) &&
	    vex_is_about(&statement, &given))
		abort(); /* another image */
	subject.id = BYTES("CVE-2026-2");
	if (vex_is_about(&statement, &subject))
		abort(); /* another flaw */
	return 0;
}
