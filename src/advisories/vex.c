/* SPDX-License-Identifier: ISC */
/* Whether a statement of VEX is about a match. */
#include "advisories/vex.h"

#include "advisories/cpe.h"
#include "advisories/purl_read.h"
#include "advisories/vers_private.h"
#include "advisories/version.h"
#include "base/arena.h"
#include "base/limits.h"

/* Two package URLs and a few CPE names, taken apart. */
#define VEX_WORK_LEN (32 * KIB)

/* The subject's versions that a statement may mean: as it is told, as its
   package URL has it, and either without the packager's revision. */
#define VERSIONS_MAX 4

/* What one way of naming things says on whether two are the same. */
enum word {
	WORD_NOTHING,
	WORD_NO,
	WORD_YES
};

struct named {
	const struct vex_name *as;
	struct purl_parts purl; /* empty type: none, or not readable */
	struct cpe cpe;		/* of the statement's; product.len 0: none */
};

const char *
vex_status_text(enum vex_status status)
{
	static const char *const texts[VEX_STATUS_COUNT] = {
		[VEX_NONE] = "",
		[VEX_INVESTIGATED] = "under_investigation",
		[VEX_AFFECTED] = "affected",
		[VEX_FIXED] = "fixed",
		[VEX_NOT_AFFECTED] = "not_affected",
	};

	return (unsigned)status < VEX_STATUS_COUNT ? texts[status] : "";
}

/* --- texts --- */

static bool
same_in_any_case(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (bytes_lower(a.ptr[i]) != bytes_lower(b.ptr[i]))
			return false;
	return true;
}

static bool
is_separator(uint8_t byte)
{
	return byte == ' ' || byte == '-' || byte == '_' || byte == '.' ||
	    byte == ',';
}

/* The next byte at or after *at that is no separator, or -1; goes behind it. */
static int
next_of_name(struct bytes in, size_t *at)
{
	while (*at < in.len && is_separator(in.ptr[*at]))
		(*at)++;
	return *at < in.len ? bytes_lower(in.ptr[(*at)++]) : -1;
}

/* "Example-Router", "example router"; with `begins` also what goes on after
   one of them: "Example", "Example Inc." */
static bool
names_agree(struct bytes a, struct bytes b, bool begins)
{
	size_t a_at = 0;
	size_t b_at = 0;
	int a_byte = next_of_name(a, &a_at);
	int b_byte = next_of_name(b, &b_at);
	bool any = a_byte == b_byte && a_byte >= 0;

	while (a_byte == b_byte && a_byte >= 0) {
		a_byte = next_of_name(a, &a_at);
		b_byte = next_of_name(b, &b_at);
	}
	if (a_byte == b_byte)
		return any;
	if (!any || !begins || (a_byte >= 0 && b_byte >= 0))
		return false;
	/* the longer one's next byte begins a word */
	struct bytes longer = a_byte >= 0 ? a : b;
	size_t at = (a_byte >= 0 ? a_at : b_at) - 1;

	return at > 0 && is_separator(longer.ptr[at - 1]);
}

static bool
is_empty(const struct vex_name *name)
{
	return name->purl.len == 0 && name->cpe.len == 0 &&
	    name->name.len == 0 && name->version.len == 0 &&
	    name->supplier.len == 0 && name->sha256.len == 0;
}

static bool
is_same_name(const struct vex_name *a, const struct vex_name *b)
{
	return bytes_equal(a->purl, b->purl) && bytes_equal(a->cpe, b->cpe) &&
	    bytes_equal(a->name, b->name) &&
	    bytes_equal(a->version, b->version) &&
	    bytes_equal(a->supplier, b->supplier) &&
	    bytes_equal(a->sha256, b->sha256);
}

/* --- who is meant --- */

static struct named
named_of(const struct vex_name *as, struct arena *arena)
{
	struct named ret = { .as = as };

	if (as->purl.len > 0 && purl_read(as->purl, arena, &ret.purl) != ERR_OK)
		ret.purl = (struct purl_parts){ 0 };
	if (bytes_starts(as->cpe, BYTES("cpe:")) &&
	    cpe_read(as->cpe, arena, &ret.cpe) != ERR_OK)
		ret.cpe = (struct cpe){ 0 };
	return ret;
}

/* Types that say nothing on who packaged it. */
static bool
is_generic(struct bytes type)
{
	return bytes_equal_text(type, "generic") ||
	    bytes_equal_text(type, "yocto");
}

/* Types without a registry: whoever builds firmware names the package. */
static bool
is_loose(struct bytes type)
{
	return is_generic(type) || bytes_equal_text(type, "opkg");
}

/* "debian-12.13" and "12" have the same first number, 12. */
static bool
major_of(struct bytes in, struct bytes *ret)
{
	size_t at = 0;
	size_t len = 0;

	while (at < in.len && (in.ptr[at] < '0' || in.ptr[at] > '9'))
		at++;
	while (at + len < in.len && in.ptr[at + len] >= '0' &&
	    in.ptr[at + len] <= '9')
		len++;
	*ret = bytes_slice(in, at, len);
	return len > 0;
}

/*
 * Qualifiers never part what a statement and a scanner spell otherwise. Only
 * two say that something else is meant, and only when both are there: distro,
 * of which the first number counts ("debian-12" is "debian-12.13"), and arch.
 * The rest (epoch, upstream, repository_url, …) is passed over.
 */
static bool
qualifiers_clash(const struct purl_parts *want, const struct purl_parts *have,
    struct arena *arena)
{
	static const char *const no_arch[] = { "all", "any", "noarch", "src",
		"source" };
	struct bytes a = purl_qualifier(want, "distro", arena);
	struct bytes b = purl_qualifier(have, "distro", arena);

	if (major_of(a, &a) && major_of(b, &b) && !bytes_equal(a, b))
		return true;
	a = purl_qualifier(want, "arch", arena);
	b = purl_qualifier(have, "arch", arena);
	for (size_t i = 0; i < sizeof(no_arch) / sizeof(no_arch[0]); i++)
		if (bytes_equal_any_case(a, no_arch[i]) ||
		    bytes_equal_any_case(b, no_arch[i]))
			return false;
	return a.len > 0 && b.len > 0 && !same_in_any_case(a, b);
}

static enum word
by_hash(const struct vex_name *want, const struct vex_name *have)
{
	if (want->sha256.len == 0 || have->sha256.len == 0)
		return WORD_NOTHING;
	return same_in_any_case(want->sha256, have->sha256) ? WORD_YES
							    : WORD_NO;
}

static enum word
by_purl(const struct named *want, const struct named *have, struct arena *arena)
{
	const struct purl_parts *a = &want->purl;
	const struct purl_parts *b = &have->purl;

	if (a->type.len == 0 || b->type.len == 0)
		return WORD_NOTHING;
	if (!bytes_equal(a->type, b->type))
		return is_generic(a->type) || is_generic(b->type) ? WORD_NOTHING
								  : WORD_NO;
	/* a distribution that is not named is any; a scope is a part of the
	   name. Case is the type's matter but for what nobody's registry
	   keeps. */
	bool space_left_out = a->space.len == 0 &&
	    (is_generic(a->type) || bytes_equal_text(a->type, "deb") ||
		bytes_equal_text(a->type, "rpm") ||
		bytes_equal_text(a->type, "apk") ||
		bytes_equal_text(a->type, "opkg"));

	if (!same_in_any_case(a->name, b->name) ||
	    (!space_left_out && !same_in_any_case(a->space, b->space)))
		return is_loose(a->type) ? WORD_NOTHING : WORD_NO;
	return qualifiers_clash(a, b, arena) ? WORD_NO : WORD_YES;
}

/* Of "vendor:product", the inventory's way, ';' between several. */
static enum word
by_cpe_list(const struct cpe *want, struct bytes list)
{
	struct bytes part;
	struct bytes vendor;
	enum word word = WORD_NO;

	while (bytes_next_field(&list, ';', &part)) {
		if (!bytes_next_field(&part, ':', &vendor) ||
		    !same_in_any_case(part, want->field[CPE_PRODUCT]))
			continue;
		if (same_in_any_case(vendor, want->field[CPE_VENDOR]))
			return WORD_YES;
		word = WORD_NOTHING; /* products change their vendors */
	}
	return word;
}

static enum word
by_cpe(const struct named *want, const struct named *have)
{
	const struct cpe *cpe = &want->cpe;

	if (cpe->field[CPE_PRODUCT].len == 0 || have->as->cpe.len == 0 ||
	    cpe_is_any(cpe, CPE_PRODUCT) || cpe_is_none(cpe, CPE_PRODUCT))
		return WORD_NOTHING;
	if (!bytes_starts(have->as->cpe, BYTES("cpe:")))
		return by_cpe_list(cpe, have->as->cpe);
	if (have->cpe.field[CPE_PRODUCT].len == 0)
		return WORD_NOTHING;
	enum cpe_relation product = cpe_compare(cpe, &have->cpe, CPE_PRODUCT);
	enum cpe_relation vendor = cpe_compare(cpe, &have->cpe, CPE_VENDOR);

	if (product != CPE_EQUAL && product != CPE_SUPERSET)
		return WORD_NO;
	return vendor == CPE_EQUAL || vendor == CPE_SUPERSET ? WORD_YES
							     : WORD_NOTHING;
}

/* The bare name; of a package URL only where no packager is meant. */
static bool
by_name(const struct named *want, const struct named *have)
{
	struct bytes a = want->as->name;
	struct bytes b = have->as->name;

	if (a.len == 0 && is_generic(want->purl.type))
		a = want->purl.name;
	if (names_agree(a, b, false))
		return true;
	return names_agree(a, have->purl.name, false);
}

/* Hash, package URL, CPE and name in this order: the first that says a word
   decides. */
static bool
is_same_thing(
    const struct named *want, const struct named *have, struct arena *arena)
{
	enum word word = by_hash(want->as, have->as);

	if (word == WORD_NOTHING)
		word = by_purl(want, have, arena);
	if (word == WORD_NOTHING)
		word = by_cpe(want, have);
	if (word == WORD_NOTHING)
		return by_name(want, have);
	return word == WORD_YES;
}

/* --- which version is meant --- */

struct versions {
	struct bytes list[VERSIONS_MAX];
	size_t count;
	enum version_scheme scheme;
};

static void
add_version(struct versions *versions, struct bytes version)
{
	if (version.len > 0 && versions->count < VERSIONS_MAX)
		versions->list[versions->count++] = version;
}

/* "1:1.25.1-4" without what the packager added: "1.25.1". */
static struct bytes
upstream_of(struct bytes version)
{
	size_t colon = bytes_find_byte(version, ':', 0);
	struct bytes ret =
	    bytes_from(version, colon == SIZE_MAX ? 0 : colon + 1);

	for (size_t at = ret.len; at > 0; at--)
		if (ret.ptr[at - 1] == '-')
			return bytes_slice(ret, 0, at - 1);
	return ret;
}

static bool
is_packaged(struct bytes type)
{
	return bytes_equal_text(type, "deb") || bytes_equal_text(type, "rpm") ||
	    bytes_equal_text(type, "apk") || bytes_equal_text(type, "opkg");
}

static struct versions
versions_of(const struct named *have)
{
	struct versions ret = { .scheme = vers_scheme(have->purl.type) };

	add_version(&ret, have->as->version);
	add_version(&ret, have->purl.version);
	if (is_packaged(have->purl.type)) {
		add_version(&ret, upstream_of(have->as->version));
		add_version(&ret, upstream_of(have->purl.version));
	}
	return ret;
}

/* One version, or a range, that a statement names: one of the subject's own
   has to be it. */
static bool
version_agrees(struct bytes want, const struct versions *have)
{
	for (size_t i = 0; i < have->count; i++) {
		struct bytes version = have->list[i];

		if (bytes_starts(want, BYTES("vers:"))
			? vers_holds(want, version)
			: vers_same(have->scheme, want, version))
			return true;
	}
	return false;
}

/* "2022.07" with the update "rc1" is what others write as "2022.07-rc1". */
static struct bytes
cpe_version(const struct cpe *cpe, struct arena *arena)
{
	struct bytes parts[] = { cpe->field[CPE_VERSION], BYTES("-"),
		cpe->field[CPE_UPDATE] };
	size_t len = 0;

	if (cpe->field[CPE_PRODUCT].len == 0 || cpe_is_any(cpe, CPE_VERSION) ||
	    cpe_is_none(cpe, CPE_VERSION))
		return (struct bytes){ 0 };
	if (cpe_is_any(cpe, CPE_UPDATE) || cpe_is_none(cpe, CPE_UPDATE) ||
	    parts[2].len == 0)
		return parts[0];
	uint8_t *joined =
	    arena_take(arena, parts[0].len + parts[1].len + parts[2].len);

	if (joined == NULL)
		return BYTES("?"); /* no version is this one */
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (size_t at = 0; at < parts[i].len; at++)
			joined[len++] = parts[i].ptr[at];
	return (struct bytes){ joined, len };
}

/*
 * The version's own field, package URL and CPE spell one version, and not
 * always alike (2.42-51-gcbf39c2, and 2.42 in the CPE): one that agrees is
 * enough, and so is none at all.
 */
static bool
versions_agree(
    const struct named *want, const struct named *have, struct arena *arena)
{
	struct versions versions = versions_of(have);
	struct bytes spelled[] = { want->as->version, want->purl.version,
		cpe_version(&want->cpe, arena) };
	bool any = false;

	for (size_t i = 0; i < sizeof(spelled) / sizeof(spelled[0]); i++) {
		if (spelled[i].len == 0)
			continue;
		if (version_agrees(spelled[i], &versions))
			return true;
		any = true;
	}
	return !any;
}

static bool
suppliers_agree(const struct vex_name *want, const struct vex_name *have)
{
	return want->supplier.len == 0 || have->supplier.len == 0 ||
	    names_agree(want->supplier, have->supplier, true);
}

/* --- statements --- */

static bool
has_no_version(const struct named *name)
{
	return name->as->version.len == 0 && name->purl.version.len == 0;
}

static bool
is_named(const struct vex_name *want, const struct vex_name *have,
    struct arena *arena)
{
	if (by_hash(want, have) == WORD_NO || !suppliers_agree(want, have))
		return false;
	struct named wanted = named_of(want, arena);
	struct named there = named_of(have, arena);

	if (!is_same_thing(&wanted, &there, arena))
		return false;
	/* the very file, whose version nobody has said */
	if (by_hash(want, have) == WORD_YES && has_no_version(&there))
		return true;
	return versions_agree(&wanted, &there, arena);
}

/*
 * Whether the product that a statement names may be the one that the document
 * was given for: what both know must not differ. The name may: makers have
 * several for one device.
 */
static bool
may_be_this(const struct vex_name *want, const struct vex_name *have,
    struct arena *arena)
{
	if (by_hash(want, have) == WORD_NO || !suppliers_agree(want, have))
		return false;
	struct named wanted = named_of(want, arena);
	struct named there = named_of(have, arena);

	return has_no_version(&there) || versions_agree(&wanted, &there, arena);
}

/* The product around a component. */
static bool
is_this_product(const struct vex_name *product,
    const struct vex_subject *subject, struct arena *arena)
{
	if (is_empty(product))
		return subject->for_product;
	if (subject->for_product &&
	    may_be_this(product, &subject->product, arena))
		return true;
	return is_named(product, &subject->product, arena);
}

static bool
ids_agree(const struct vex_statement *statement, struct bytes id)
{
	if (id.len == 0)
		return false;
	if (same_in_any_case(statement->id, id))
		return true;
	for (size_t i = 0; i < statement->alias_count; i++)
		if (same_in_any_case(statement->aliases[i], id))
			return true;
	return false;
}

static bool
is_about_id(
    const struct vex_statement *statement, const struct vex_subject *subject)
{
	if (ids_agree(statement, subject->id))
		return true;
	for (size_t i = 0; i < subject->alias_count; i++)
		if (ids_agree(statement, subject->aliases[i]))
			return true;
	return false;
}

static bool
is_about_thing(const struct vex_statement *statement,
    const struct vex_subject *subject, struct arena *arena)
{
	const struct vex_name *product = &statement->product;
	const struct vex_name *component = &statement->component;

	if (is_empty(component)) {
		/* a component that is delivered by itself, or the device */
		if (is_empty(product))
			return subject->for_product;
		return is_named(product, &subject->component, arena) ||
		    is_named(product, &subject->product, arena);
	}
	if (is_same_name(product, component))
		return is_this_product(product, subject, arena);
	return !subject->component_is_product &&
	    is_this_product(product, subject, arena) &&
	    is_named(component, &subject->component, arena);
}

bool
vex_is_about(
    const struct vex_statement *statement, const struct vex_subject *subject)
{
	if (!is_about_id(statement, subject))
		return false;
	struct arena arena = arena_open(VEX_WORK_LEN);
	bool ret = is_about_thing(statement, subject, &arena);

	arena_close(&arena);
	return ret;
}
