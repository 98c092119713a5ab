/* SPDX-License-Identifier: ISC */
/* "affected" of CVE records: products and their versions, as claims. */
#include "advisories/cpe.h"
#include "advisories/feed_claims_private.h"
#include "advisories/purl_read.h"
#include "advisories/range_text.h"
#include "base/limits.h"
#include "base/out.h"

/* Products of CPE names told apart in one element; more say nothing new. */
#define CPE_NAMES 8

/* One element; texts are unescaped. */
struct product {
	struct bytes vendor;
	struct bytes name;
	struct bytes collection;
	struct bytes package;
	struct bytes purl;
	struct feed_list cpes;
	struct feed_list files;
	struct feed_versions versions;
	enum claim_status otherwise;
};

/* What a collection's packages are called as package URLs. */
static const struct collection {
	const char *url; /* its beginning, behind "https://" */
	const char *type;
	bool distribution; /* its versions are its own, of each release */
} collections[] = {
	{ "access.redhat.com/downloads/content/package-browser", "rpm/redhat",
	    true },
	{ "crates.io", "cargo", false },
	{ "gems.rubyonrails.org", "gem", false },
	{ "hackage.haskell.org", "hackage", false },
	{ "hex.pm", "hex", false },
	{ "npmjs.com", "npm", false },
	{ "nuget.org", "nuget", false },
	{ "packages.fedoraproject.org", "rpm/fedora", true },
	{ "packagist.org", "composer", false },
	{ "pkg.go.dev", "golang", false },
	{ "pypi.org", "pypi", false },
	{ "pypi.python.org", "pypi", false },
	{ "registry.npmjs.org", "npm", false },
	{ "repo.maven.apache.org/maven2", "maven", false },
	{ "repo1.maven.org/maven2", "maven", false },
	{ "rubygems.org", "gem", false },
};

static bool
names_nothing(struct bytes text)
{
	return range_text_is_nothing(text);
}

enum version_scheme
feed_scheme_of(
    struct bytes vendor, struct bytes product, enum version_scheme otherwise)
{
	if (bytes_equal_any_case(vendor, "linux") &&
	    (bytes_equal_any_case(product, "linux") ||
		bytes_equal_any_case(product, "linux kernel") ||
		bytes_equal_any_case(product, "linux_kernel") ||
		bytes_equal_any_case(product, "kernel")))
		return VERSION_KERNEL;
	if (bytes_equal_any_case(product, "openssl"))
		return VERSION_OPENSSL;
	return otherwise;
}

/* --- claims of one product --- */

static bool
is_upstream(enum version_scheme scheme)
{
	return scheme == VERSION_ANY || scheme == VERSION_SEMVER;
}

static void
add_claim(struct feed *f, struct feed_claims *to, const struct product *p,
    const struct claim *named)
{
	const struct feed_versions *versions = &p->versions;
	struct claim *claim = feed_list_add(f, &to->list, sizeof(*claim));
	bool by_name = named->key == CLAIM_BY_NAME;

	if (claim == NULL)
		return;
	*claim = *named;
	claim->source = to->source;
	claim->scheme = versions->scheme;
	if (by_name && is_upstream(versions->scheme))
		claim->scheme =
		    feed_scheme_of(named->space, named->name, versions->scheme);
	claim->otherwise = p->otherwise;
	/* an unread version may be an affected one: not known to be free */
	if (versions->unread_affected && p->otherwise == CLAIM_UNAFFECTED)
		claim->otherwise = CLAIM_UNKNOWN;
	claim->ranges = versions->ranges.ptr;
	claim->range_count = versions->ranges.count;
	claim->from_prose = versions->from_prose;
	claim->has_unread = versions->has_unread;
	claim->files = p->files.ptr;
	claim->file_count = p->files.count;
	to->says_versions |= claim->range_count > 0;
	to->of_kernel |= claim->scheme == VERSION_KERNEL;
}

static bool
is_name_byte(uint8_t byte)
{
	uint8_t c = bytes_lower(byte);

	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/* Whether two names are the same but for case and punctuation. */
static bool
is_same_name(struct bytes a, struct bytes b)
{
	size_t i = 0;
	size_t j = 0;

	for (;;) {
		while (i < a.len && !is_name_byte(a.ptr[i]))
			i++;
		while (j < b.len && !is_name_byte(b.ptr[j]))
			j++;
		if (i == a.len || j == b.len)
			return i == a.len && j == b.len;
		if (bytes_lower(a.ptr[i++]) != bytes_lower(b.ptr[j++]))
			return false;
	}
}

struct name {
	struct bytes vendor;
	struct bytes product;
};

static bool
is_known(const struct name *names, size_t count, const struct name *name)
{
	for (size_t i = 0; i < count; i++) {
		if (is_same_name(names[i].vendor, name->vendor) &&
		    is_same_name(names[i].product, name->product))
			return true;
	}
	return false;
}

/* The maker and product as written, then those of the CPE names. */
static void
add_names(struct feed *f, struct feed_claims *to, const struct product *p)
{
	const struct bytes *cpes = p->cpes.ptr;
	struct name names[CPE_NAMES];
	struct bytes name = names_nothing(p->name) ? p->package : p->name;
	size_t count = 0;

	if (!names_nothing(name))
		names[count++] = (struct name){
			.vendor =
			    names_nothing(p->vendor) ? BYTES("") : p->vendor,
			.product = name,
		};
	for (size_t i = 0; i < p->cpes.count && count < CPE_NAMES; i++) {
		struct cpe cpe;

		if (!feed_read_cpe(f, cpes[i], &cpe))
			continue;
		names[count].vendor = cpe.field[CPE_VENDOR];
		names[count].product = cpe.field[CPE_PRODUCT];
		if (!cpe_is_any(&cpe, CPE_PRODUCT) &&
		    !cpe_is_none(&cpe, CPE_PRODUCT) &&
		    !is_known(names, count, &names[count]))
			count++;
	}
	for (size_t i = 0; i < count; i++) {
		struct claim named = {
			.key = CLAIM_BY_NAME,
			.space = names[i].vendor,
			.name = names[i].product,
		};

		add_claim(f, to, p, &named);
	}
}

/* What was written, in the arena; empty when it became too long. */
static struct bytes
close_text(struct feed *f, struct out *o)
{
	struct bytes ret = { 0 };

	if (o->failed == ERR_OK)
		ret = feed_copy(f, out_bytes(o));
	else if (o->failed == ERR_MEMORY && f->fatal == ERR_OK)
		f->fatal = ERR_MEMORY;
	out_close(o);
	return ret;
}

/* "type/namespace", as the key of a claim has it. */
static struct bytes
join_space(struct feed *f, const struct purl_parts *purl)
{
	struct out o = out_open(LIMIT_PURL_LEN);

	if (purl->space.len == 0)
		return purl->type;
	out_put(&o, purl->type);
	out_u8(&o, '/');
	out_put(&o, purl->space);
	return close_text(f, &o);
}

static void
add_purl(struct feed *f, struct feed_claims *to, const struct product *p,
    struct bytes text, struct bytes condition)
{
	struct purl_parts purl;
	enum err err = purl_read(text, f->work, &purl);

	if (err == ERR_MEMORY)
		feed_break(f, ERR_LIMIT, "packageURL");
	if (err != ERR_OK)
		return;
	struct claim named = {
		.key = CLAIM_BY_PURL,
		.space = join_space(f, &purl),
		.name = purl.name,
		.conditional = condition.len > 0,
		.condition = condition,
	};

	add_claim(f, to, p, &named);
}

static const struct collection *
find_collection(struct bytes url)
{
	struct bytes in = url;

	if (bytes_starts(in, BYTES("https://")))
		in = bytes_from(in, BYTES("https://").len);
	if (bytes_starts(in, BYTES("www.")))
		in = bytes_from(in, BYTES("www.").len);
	for (size_t i = 0; i < sizeof(collections) / sizeof(collections[0]);
	     i++) {
		if (bytes_starts(in, bytes_of(collections[i].url)))
			return &collections[i];
	}
	return NULL;
}

/* A package of a collection, written as a package URL and read as one. */
static void
add_package(struct feed *f, struct feed_claims *to, const struct product *p,
    const struct collection *in)
{
	struct out o = out_open(LIMIT_PURL_LEN);

	out_text(&o, "pkg:");
	out_text(&o, in->type);
	out_u8(&o, '/');
	for (size_t i = 0; i < p->package.len; i++) {
		uint8_t c = p->package.ptr[i];

		if (c == '@')
			out_text(&o, "%40"); /* a scope of npm, no version */
		else			     /* "group:artifact" of Maven */
			out_u8(&o, c == ':' ? '/' : c);
	}
	add_purl(f, to, p, close_text(f, &o),
	    in->distribution ? p->name : BYTES(""));
}

static void
add_product(struct feed *f, struct feed_claims *to, const struct product *p)
{
	const struct collection *collection =
	    p->package.len > 0 ? find_collection(p->collection) : NULL;

	if (collection != NULL)
		add_package(f, to, p, collection);
	/* a distribution's number is no version of the product "RHEL 9" */
	if (collection == NULL || !collection->distribution)
		add_names(f, to, p);
	if (p->purl.len > 0)
		add_purl(f, to, p, p->purl, BYTES(""));
}

/* --- reading --- */

static void
read_member(struct feed *f, const struct json_item *item, struct product *p)
{
	if (feed_is(item, BYTES("vendor"), JSON_TEXT))
		p->vendor = bytes_trim(feed_text(f, item->text));
	else if (feed_is(item, BYTES("product"), JSON_TEXT))
		p->name = bytes_trim(feed_text(f, item->text));
	else if (feed_is(item, BYTES("collectionURL"), JSON_TEXT))
		p->collection = feed_text(f, item->text);
	else if (feed_is(item, BYTES("packageName"), JSON_TEXT))
		p->package = bytes_trim(feed_text(f, item->text));
	else if (feed_is(item, BYTES("packageURL"), JSON_TEXT))
		p->purl = feed_text(f, item->text);
	else if (feed_is(item, BYTES("defaultStatus"), JSON_TEXT))
		p->otherwise = feed_status(item->text);
	else if (feed_is(item, BYTES("versions"), JSON_ARRAY))
		feed_read_versions(f, &p->versions);
	else if (feed_is(item, BYTES("cpes"), JSON_ARRAY))
		feed_read_texts(f, &p->cpes);
	else if (feed_is(item, BYTES("programFiles"), JSON_ARRAY))
		feed_read_texts(f, &p->files);
}

static void
read_product(struct feed *f, struct feed_claims *to)
{
	size_t inside = f->json.depth;
	struct json_item item;
	struct product p = { .otherwise = CLAIM_UNKNOWN };

	while (feed_next(f, inside, &item))
		read_member(f, &item, &p);
	/* commits alone, as the kernel has them beside its versions, say
	   nothing that could be compared */
	if (p.versions.ranges.count == 0 && p.versions.has_commits)
		p.otherwise = CLAIM_UNKNOWN;
	if (feed_failed(f) == ERR_OK)
		add_product(f, to, &p);
}

/* The kernel's records have each product twice: by commits, by versions. */
static void
drop_commits(struct feed_claims *to)
{
	struct claim *claims = to->list.ptr;
	size_t kept = 0;

	for (size_t i = 0; i < to->list.count; i++) {
		if (claims[i].scheme != VERSION_KERNEL ||
		    claims[i].range_count > 0)
			claims[kept++] = claims[i];
	}
	to->list.count = kept;
}

void
feed_read_affected(struct feed *f, struct feed_claims *to)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (item.kind == JSON_OBJECT)
			read_product(f, to);
	}
	if (to->of_kernel && to->says_versions)
		drop_commits(to);
}
