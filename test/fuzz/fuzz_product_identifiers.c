/* SPDX-License-Identifier: ISC */
/*
 * Lines of foreign text as what products are known by: package URLs and CPE
 * names say the same when they are written out and read again, keys of names
 * are keys of themselves, and versions have one order under every scheme.
 */
#include "advisories/cpe.h"
#include "advisories/product_names.h"
#include "advisories/purl_read.h"
#include "advisories/version.h"
#include "base/limits.h"

#include <stdlib.h>

#define LINES_MAX 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read once; a run of the fuzzer would else be all reading. */
static const struct product_names *names;
static struct arena names_arena;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
is_plain(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	    (byte >= 'A' && byte <= 'Z');
}

/* Percent-encodes all but letters, digits and `but`. */
static void
put_encoded(struct out *o, struct bytes in, uint8_t but)
{
	for (size_t i = 0; i < in.len; i++) {
		if (is_plain(in.ptr[i]) || in.ptr[i] == but) {
			out_u8(o, in.ptr[i]);
			continue;
		}
		out_u8(o, '%');
		out_hex(o, in.ptr[i], 2);
	}
}

static void
put_purl(struct out *o, const struct purl_parts *purl)
{
	out_text(o, "pkg:");
	out_put(o, purl->type);
	out_u8(o, '/');
	put_encoded(o, purl->space, '/');
	out_u8(o, '/');
	put_encoded(o, purl->name, 'a');
	out_u8(o, '@');
	put_encoded(o, purl->version, 'a');
	out_u8(o, '?');
	out_put(o, purl->qualifiers);
	out_u8(o, '#');
	put_encoded(o, purl->subpath, '/');
}

static void
check_purl(struct bytes in)
{
	struct arena arena = arena_open(8 * LIMIT_PURL_LEN);
	struct out out = out_open(8 * LIMIT_PURL_LEN);
	struct purl_parts purl = { .name = BYTES("untouched") };
	struct purl_parts again;
	enum err err = purl_read(in, &arena, &purl);

	if (err != ERR_OK) {
		must(bytes_equal_text(purl.name, "untouched"));
		must(err ==
		    (in.len > LIMIT_PURL_LEN ? ERR_LIMIT : ERR_MALFORMED));
	} else {
		must(purl.type.len > 0 && purl.name.len > 0);
		put_purl(&out, &purl);
		err = purl_read(out_bytes(&out), &arena, &again);
		must(err == ERR_OK || out.len > LIMIT_PURL_LEN);
		must(err != ERR_OK ||
		    (bytes_equal(purl.type, again.type) &&
			bytes_equal(purl.space, again.space) &&
			bytes_equal(purl.name, again.name) &&
			bytes_equal(purl.version, again.version) &&
			bytes_equal(purl.qualifiers, again.qualifiers) &&
			bytes_equal(purl.subpath, again.subpath)));
		(void)purl_qualifier(&purl, "distro", &arena);
	}
	out_close(&out);
	arena_close(&arena);
}

static void
put_cpe_field(struct out *o, const struct cpe *cpe, enum cpe_field field)
{
	struct bytes value = cpe->field[field];
	bool bare = cpe_is_any(cpe, field) || cpe_is_none(cpe, field);

	for (size_t i = 0; i < value.len; i++) {
		bool wild = i < cpe->wild_start[field] ||
		    i >= value.len - cpe->wild_end[field];

		if (!bare && !wild && !is_plain(value.ptr[i]))
			out_u8(o, '\\');
		out_u8(o, value.ptr[i]);
	}
}

static void
check_relation(const struct cpe *a, const struct cpe *b, enum cpe_field field)
{
	enum cpe_relation to = cpe_compare(a, b, field);
	enum cpe_relation fro = cpe_compare(b, a, field);

	if (to == CPE_UNDEFINED || fro == CPE_UNDEFINED)
		return;
	must((to == CPE_EQUAL) == (fro == CPE_EQUAL));
	must((to == CPE_SUBSET) == (fro == CPE_SUPERSET));
	must((to == CPE_DISJOINT) == (fro == CPE_DISJOINT));
}

static void
check_cpe_again(const struct cpe *cpe, struct arena *arena)
{
	struct out out = out_open(8 * LIMIT_CPE_LEN);
	struct cpe again;
	enum err err;

	out_text(&out, "cpe:2.3");
	for (size_t i = 0; i < CPE_FIELD_COUNT; i++) {
		out_u8(&out, ':');
		put_cpe_field(&out, cpe, (enum cpe_field)i);
	}
	err = cpe_read(out_bytes(&out), arena, &again);
	must(err == ERR_OK || out.len > LIMIT_CPE_LEN);
	for (size_t i = 0; err == ERR_OK && i < CPE_FIELD_COUNT; i++) {
		enum cpe_field field = (enum cpe_field)i;

		must(bytes_equal(cpe->field[field], again.field[field]));
		must(cpe_is_any(cpe, field) == cpe_is_any(&again, field));
		must(cpe_is_none(cpe, field) == cpe_is_none(&again, field));
		must(cpe->wild_start[field] == again.wild_start[field]);
		must(cpe->wild_end[field] == again.wild_end[field]);
	}
	out_close(&out);
}

static void
check_cpe(struct bytes in, const struct cpe *other)
{
	struct arena arena = arena_open(16 * LIMIT_CPE_LEN);
	struct cpe cpe = { .field[CPE_VENDOR] = BYTES("untouched") };
	enum err err = cpe_read(in, &arena, &cpe);

	if (err != ERR_OK) {
		must(bytes_equal_text(cpe.field[CPE_VENDOR], "untouched"));
		must(err ==
		    (in.len > LIMIT_CPE_LEN ? ERR_LIMIT : ERR_MALFORMED));
	} else {
		check_cpe_again(&cpe, &arena);
		for (size_t i = 0; i < CPE_FIELD_COUNT; i++) {
			check_relation(&cpe, other, (enum cpe_field)i);
			check_relation(&cpe, &cpe, (enum cpe_field)i);
		}
	}
	arena_close(&arena);
}

/* Each line beside the first one of all that is a CPE name. */
static void
check_cpes(const struct bytes line[], size_t count)
{
	struct arena arena = arena_open(16 * LIMIT_CPE_LEN);
	struct cpe other;

	if (cpe_read(BYTES("cpe:2.3:a:*:-:1.?:*:*:*:*:*:*:*"), &arena,
		&other) != ERR_OK)
		abort();
	for (size_t i = 0; i < count; i++)
		if (cpe_read(line[i], &arena, &other) == ERR_OK)
			break;
	for (size_t i = 0; i < count; i++)
		check_cpe(line[i], &other);
	arena_close(&arena);
}

static void
check_key(const struct product_names *table, struct bytes vendor,
    struct bytes product)
{
	struct out key = out_open(4 * MIB);
	struct out again = out_open(4 * MIB);
	struct bytes rest;
	struct bytes maker;

	product_names_put_key(table, vendor, product, &key);
	must(key.failed == ERR_OK);
	if (key.len > 0) {
		rest = out_bytes(&key);
		must(bytes_next_field(&rest, ':', &maker));
		must(rest.len > 0);
		must(bytes_find_byte(rest, ':', 0) == SIZE_MAX);
		product_names_put_key(table, maker, rest, &again);
		must(bytes_equal(out_bytes(&key), out_bytes(&again)));
	}
	out_close(&again);
	out_close(&key);
}

static enum version_order
turned(enum version_order order)
{
	if (order == VERSION_OLDER)
		return VERSION_NEWER;
	return order == VERSION_NEWER ? VERSION_OLDER : order;
}

/* a to b to c, where all three are versions of the scheme. */
static void
check_three(
    enum version_scheme scheme, struct bytes a, struct bytes b, struct bytes c)
{
	enum version_order ab = version_compare(scheme, a, b);
	enum version_order bc = version_compare(scheme, b, c);
	enum version_order ac = version_compare(scheme, a, c);

	if (bytes_equal(a, b) || bytes_equal(b, c) || bytes_equal(a, c))
		return;
	if (ab == VERSION_UNSURE || bc == VERSION_UNSURE)
		return;
	must(ac != VERSION_UNSURE);
	if (ab == VERSION_SAME)
		must(ac == bc);
	if (bc == VERSION_SAME || ab == bc)
		must(ac == ab);
}

/* Two versions that the scheme allows can be compared, and no others. */
static void
check_sure(enum version_scheme scheme, struct bytes a, struct bytes b,
    enum version_order order)
{
	bool allowed =
	    version_is_allowed(scheme, a) && version_is_allowed(scheme, b);

	must(bytes_equal(a, b) || (order != VERSION_UNSURE) == allowed);
}

static void
check_versions(const struct bytes line[], size_t count)
{
	for (int s = 0; s < VERSION_SCHEME_COUNT; s++) {
		enum version_scheme scheme = (enum version_scheme)s;

		for (size_t a = 0; a < count; a++)
			for (size_t b = 0; b < count; b++) {
				enum version_order order =
				    version_compare(scheme, line[a], line[b]);

				must(order ==
				    turned(version_compare(
					scheme, line[b], line[a])));
				must(!bytes_equal(line[a], line[b]) ||
				    order == VERSION_SAME);
				check_sure(scheme, line[a], line[b], order);
				for (size_t c = 0; c < count; c++)
					check_three(
					    scheme, line[a], line[b], line[c]);
			}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = { data, size };
	struct bytes line[LINES_MAX];
	struct fault fault;
	size_t count = 0;

	if (names == NULL) {
		names_arena = arena_open(1 * MIB);
		must(product_names_read(data_embedded(), &names_arena, &names,
			 &fault) == ERR_OK);
	}
	while (count < LINES_MAX && bytes_next_line(&rest, &line[count]))
		count++;
	for (size_t i = 0; i < count; i++) {
		check_purl(line[i]);
		check_key(NULL, line[0], line[i]);
		check_key(names, line[0], line[i]);
		check_key(names, line[i], line[0]);
	}
	check_cpes(line, count);
	check_versions(line, count);
	return 0;
}
