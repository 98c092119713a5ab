/* SPDX-License-Identifier: ISC */
/* Merges facts about components into items with all their evidence. */
#include "baseline/inventory.h"

#include "base/out.h"
#include "base/table_file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A fact on its way into an item. */
struct sighting {
	const struct fact *fact;
	struct bytes upstream;
	struct bytes package_version; /* empty unless from a package database */
	size_t order;
};

/* How far to believe each kind of evidence alone, in percent. A database says
   what was installed; a banner may be of another component's copy, and a file
   name is only a name. */
static const unsigned confidences[] = {
	[EVIDENCE_PACKAGE_DB] = 95,
	[EVIDENCE_KERNEL] = 95,
	[EVIDENCE_DESCRIPTOR] = 90,
	[EVIDENCE_BANNER] = 80,
	[EVIDENCE_FILE_NAME] = 50,
};
#define KIND_COUNT (sizeof(confidences) / sizeof(confidences[0]))

/* Each further kind of evidence that agrees adds this; never certainty. */
#define CONFIDENCE_STEP 2
#define CONFIDENCE_MAX 99

static enum component_evidence
kind_of(const struct fact *fact)
{
	return fact->number < KIND_COUNT ? (enum component_evidence)fact->number
					 : EVIDENCE_FILE_NAME;
}

static int
compare_items(struct bytes name_a, struct bytes version_a, struct bytes name_b,
    struct bytes version_b)
{
	int order = bytes_compare(name_a, name_b);

	return order != 0 ? order : bytes_compare(version_a, version_b);
}

/* By name, version, package version (none last), strength, order. */
static int
compare_claims(const void *left, const void *right)
{
	const struct sighting *a = left;
	const struct sighting *b = right;
	int order = compare_items(
	    a->fact->name, a->upstream, b->fact->name, b->upstream);

	if (order != 0)
		return order;
	if ((a->package_version.len == 0) != (b->package_version.len == 0))
		return a->package_version.len == 0 ? 1 : -1;
	order = bytes_compare(a->package_version, b->package_version);
	if (order != 0)
		return order;
	if (kind_of(a->fact) != kind_of(b->fact))
		return kind_of(a->fact) < kind_of(b->fact) ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static bool
has_purl(const struct fact *fact, const char *const *types, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes_starts(fact->detail, bytes_of(types[i])))
			return true;
	}
	return false;
}

/* Versions of languages' packages have no revision of a distribution; those of
   distributions have one wherever they are told. */
static bool
is_package(const struct fact *fact)
{
	static const char *const whole[] = { "pkg:cargo/", "pkg:composer/",
		"pkg:cpan/", "pkg:gem/", "pkg:golang/", "pkg:maven/",
		"pkg:npm/", "pkg:pypi/" };
	static const char *const revised[] = { "pkg:alpm/", "pkg:apk/",
		"pkg:deb/", "pkg:opkg/", "pkg:rpm/" };

	if (kind_of(fact) == EVIDENCE_PACKAGE_DB)
		return !has_purl(fact, whole, sizeof(whole) / sizeof(*whole));
	return has_purl(fact, revised, sizeof(revised) / sizeof(*revised));
}

/* The release of an rpm may be any word, and its version has no dash. */
static struct bytes
upstream_of(const struct fact *fact)
{
	static const char *const dashed[] = { "pkg:alpm/", "pkg:rpm/" };
	struct bytes version = fact->value;
	size_t dash = version.len;

	if (!has_purl(fact, dashed, sizeof(dashed) / sizeof(*dashed)))
		return package_upstream_version(version);
	while (dash > 0 && version.ptr[dash - 1] != '-')
		dash--;
	if (dash > 1)
		version = bytes_slice(version, 0, dash - 1);
	size_t colon = bytes_find_byte(version, ':', 0);

	return colon == SIZE_MAX ? version : bytes_from(version, colon + 1);
}

/* Kernels of one image that are looked at for their banner: each is a walk
   over all facts. Images have one, or two of an A/B pair. */
#define KERNELS_MAX 128

/* The FACT_KERNEL that was told together with this component, or NULL. */
static const struct fact *
kernel_of(const struct facts *facts, const struct fact *component)
{
	if (component == facts->list)
		return NULL;
	const struct fact *kernel = component - 1;
	bool together = kernel->kind == FACT_KERNEL &&
	    bytes_equal(kernel->path, component->path);

	return together ? kernel : NULL;
}

/*
 * A module says only the release, in which Debian and Ubuntu do not keep the
 * third number; the banner of a kernel of that release says the version, else
 * the package that is named by it.
 */
static struct bytes
kernel_version(const struct facts *facts, const struct fact *component)
{
	const struct fact *own = kernel_of(facts, component);
	struct bytes told = component->value;
	const struct fact *f;
	size_t at = 0;

	if (own == NULL || own->detail.len > 0)
		return component->value;
	while ((f = facts_next(facts, FACT_COMPONENT, &at)) != NULL) {
		const struct fact *kernel = kernel_of(facts, f);

		if (kernel != NULL && kernel->detail.len > 0 &&
		    kind_of(f) == EVIDENCE_KERNEL &&
		    bytes_equal(kernel->value, own->value))
			return f->value;
		/* linux-image-6.1.0-50-marvell, kernel-image-…-di */
		if (kind_of(f) == EVIDENCE_PACKAGE_DB &&
		    bytes_find_byte(own->value, '-', 0) != SIZE_MAX &&
		    bytes_find(f->name, own->value, 0) != SIZE_MAX)
			told = upstream_of(f);
	}
	return told;
}

static enum err
gather_claims(
    const struct facts *facts, struct sighting **ret, size_t *ret_count)
{
	const struct fact *f;
	size_t at = 0;
	size_t count = 0;
	size_t kernels = 0;
	struct sighting *claims = calloc(facts->count + 1, sizeof(*claims));

	if (claims == NULL)
		return ERR_MEMORY;
	while ((f = facts_next(facts, FACT_COMPONENT, &at)) != NULL) {
		struct sighting *c = &claims[count];

		if (f->name.len == 0)
			continue;
		*c = (struct sighting){ f, f->value, { NULL, 0 }, count };
		if (is_package(f)) {
			c->package_version = f->value;
			c->upstream = upstream_of(f);
		} else if (kind_of(f) == EVIDENCE_KERNEL &&
		    kernels++ < KERNELS_MAX) {
			c->upstream = kernel_version(facts, f);
		}
		count++;
	}
	qsort(claims, count, sizeof(*claims), compare_claims);
	*ret = claims;
	*ret_count = count;
	return ERR_OK;
}

/* Whether b starts a new item behind a; sorted as above. */
static bool
starts_item(const struct sighting *a, const struct sighting *b)
{
	if (compare_items(
		a->fact->name, a->upstream, b->fact->name, b->upstream) != 0)
		return true;
	return b->package_version.len > 0 &&
	    !bytes_equal(a->package_version, b->package_version);
}

static size_t
count_items(const struct sighting *claims, size_t count)
{
	size_t items = count > 0;

	for (size_t i = 1; i < count; i++)
		items += starts_item(&claims[i - 1], &claims[i]);
	return items;
}

/* Weighs an item's evidence: its kind, confidence, purl and CPE. */
static void
weigh(struct component_item *item)
{
	bool seen[KIND_COUNT] = { false };
	unsigned kinds = 0;

	item->kind = EVIDENCE_FILE_NAME;
	for (size_t i = 0; i < item->evidence_count; i++) {
		const struct fact *f = item->evidence[i];
		enum component_evidence kind = kind_of(f);

		kinds += !seen[kind];
		seen[kind] = true;
		if (kind < item->kind)
			item->kind = kind;
		if (item->cpe.len == 0)
			item->cpe = f->extra;
		if (item->purl.len == 0 && bytes_equal(f->name, item->name) &&
		    (bytes_equal(f->value, item->version) ||
			bytes_equal(f->value, item->package_version)))
			item->purl = f->detail;
	}
	item->confidence =
	    confidences[item->kind] + CONFIDENCE_STEP * (kinds - 1);
	if (item->confidence > CONFIDENCE_MAX)
		item->confidence = CONFIDENCE_MAX;
}

/* A package URL with another version; the old one when memory is out. */
static struct bytes
purl_of_version(struct arena *arena, struct bytes purl, struct bytes version)
{
	size_t keep = bytes_find_byte(purl, '@', 0);
	uint8_t *text =
	    keep != SIZE_MAX ? arena_take(arena, keep + 1 + version.len) : NULL;

	if (text == NULL)
		return purl;
	memcpy(text, purl.ptr, keep + 1);
	if (version.len > 0)
		memcpy(text + keep + 1, version.ptr, version.len);
	return (struct bytes){ text, keep + 1 + version.len };
}

static enum err
make_item(const struct sighting *claims, size_t count, struct arena *arena,
    struct component_item *ret)
{
	const struct fact **evidence =
	    arena_take_array(arena, count, sizeof(struct fact *));

	if (evidence == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++)
		evidence[i] = claims[i].fact;
	*ret = (struct component_item){
		.name = claims[0].fact->name,
		.version = claims[0].upstream,
		.package_version = claims[0].package_version,
		.evidence = evidence,
		.evidence_count = count,
	};
	weigh(ret);
	/* a module told its kernel's release, not its version */
	if (ret->purl.len == 0 && ret->kind == EVIDENCE_KERNEL)
		ret->purl = purl_of_version(
		    arena, claims[0].fact->detail, ret->version);
	return ERR_OK;
}

static enum err
make_items(const struct sighting *claims, size_t count, struct arena *arena,
    struct component_item **ret_items, size_t *ret_count)
{
	size_t made = 0;
	size_t wanted = count_items(claims, count);
	struct component_item *items =
	    arena_take_array(arena, wanted, sizeof(*items));

	if (items == NULL)
		return ERR_MEMORY;
	for (size_t from = 0; from < count;) {
		size_t to = from + 1;

		while (to < count && !starts_item(&claims[to - 1], &claims[to]))
			to++;
		enum err err =
		    make_item(&claims[from], to - from, arena, &items[made++]);

		if (err != ERR_OK)
			return err;
		from = to;
	}
	assert(made == wanted);
	*ret_items = items;
	*ret_count = made;
	return ERR_OK;
}

/* The first item of this name and upstream version, or NULL. */
static struct component_item *
find_component(struct component_item *items, size_t count, struct bytes name,
    struct bytes version)
{
	size_t from = 0;
	size_t to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_items(items[middle].name, items[middle].version,
			name, version) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == count ||
	    compare_items(
		items[from].name, items[from].version, name, version) != 0)
		return NULL;
	return &items[from];
}

/* Facts that an item may get from others; a few show enough, and memory stays
   bounded when thousands of packages hold one component. */
#define LENT_MAX 8

static size_t
count_lent(const struct component_item *item)
{
	size_t lent = 0;

	for (size_t i = 0; i < item->evidence_count; i++)
		lent += !bytes_equal(item->evidence[i]->name, item->name);
	return lent;
}

/* Two rows of the table may say the same of one package. */
static bool
was_lent(const struct fact *const *lent, size_t count, const struct fact *fact)
{
	for (size_t i = 0; i < count; i++) {
		if (lent[i] == fact)
			return true;
	}
	return false;
}

/* Gives `to` what `from` has of its own; what is lent stands last. */
static enum err
lend(const struct component_item *from, struct component_item *to,
    struct arena *arena)
{
	size_t all = to->evidence_count;
	size_t lent = count_lent(to);

	if (lent >= LENT_MAX)
		return ERR_OK;
	const struct fact **evidence =
	    arena_take_array(arena, all + LENT_MAX, sizeof(struct fact *));

	if (evidence == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < all; i++)
		evidence[i] = to->evidence[i];
	for (size_t i = 0; i < from->evidence_count && lent < LENT_MAX; i++) {
		if (!bytes_equal(from->evidence[i]->name, from->name) ||
		    was_lent(&evidence[all - lent], lent, from->evidence[i]))
			continue;
		evidence[all++] = from->evidence[i];
		lent++;
	}
	to->evidence = evidence;
	to->evidence_count = all;
	weigh(to);
	return ERR_OK;
}

/* The CPE names of both, each once. */
static enum err
join_cpe_names(struct bytes more, struct arena *arena, struct bytes *names)
{
	struct out joined = out_open(more.len + names->len + 1);
	struct bytes name;
	enum err err;

	out_put(&joined, *names);
	while (bytes_next_field(&more, ';', &name)) {
		if (table_list_has(*names, name))
			continue;
		out_text(&joined, joined.len > 0 ? ";" : "");
		out_put(&joined, name);
	}
	*names = arena_copy(arena, out_bytes(&joined));
	err = joined.failed;
	if (err == ERR_OK && names->len != joined.len)
		err = ERR_MEMORY;
	out_close(&joined);
	return err;
}

/* "libopenssl1.1" is what "libopenssl*" names; "libnl-tiny" is no libnl. */
static bool
is_but_numbers(struct bytes end)
{
	for (size_t i = 0; i < end.len; i++)
		if ((end.ptr[i] < '0' || end.ptr[i] > '9') &&
		    end.ptr[i] != '.' && end.ptr[i] != '-')
			return false;
	return true;
}

static bool
names_package(const struct package_name *row, struct bytes package)
{
	return row->cpe.len > 0 && package_name_fits(row, package) &&
	    (!row->open_end ||
		is_but_numbers(bytes_from(package, row->package.len)));
}

/* A package of which nothing in the image tells more is what the table says
   that it holds. */
static enum err
name_packages(const struct package_names *names, struct component_item *items,
    size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		struct component_item *package = &items[i];
		bool known = package->cpe.len > 0;

		for (size_t k = 0; k < names->count && !known &&
		     package->package_version.len > 0;
		     k++) {
			enum err err = ERR_OK;

			if (names_package(&names->rows[k], package->name))
				err = join_cpe_names(
				    names->rows[k].cpe, arena, &package->cpe);
			if (err != ERR_OK)
				return err;
		}
	}
	return ERR_OK;
}

static enum err
link_packages(const struct package_names *names, struct component_item *items,
    size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		struct component_item *package = &items[i];

		if (package->package_version.len == 0)
			continue;
		for (size_t k = 0; k < names->count; k++) {
			const struct package_name *row = &names->rows[k];

			if (!package_name_fits(row, package->name))
				continue;
			struct component_item *component = find_component(
			    items, count, row->component, package->version);

			/* Of one name: another revision, or itself. */
			if (component == NULL ||
			    bytes_equal(component->name, package->name))
				continue;
			enum err err = lend(component, package, arena);

			if (err == ERR_OK)
				err = lend(package, component, arena);
			if (err != ERR_OK)
				return err;
		}
	}
	return ERR_OK;
}

/* Whether `known` is the component whose version `unknown` does not tell. */
static bool
is_told_by(const struct package_names *names,
    const struct component_item *unknown, const struct component_item *known)
{
	if (known->version.len == 0)
		return false;
	if (bytes_equal(known->name, unknown->name))
		return true;
	for (size_t k = 0; known->package_version.len > 0 && k < names->count;
	     k++)
		if (bytes_equal(names->rows[k].component, unknown->name) &&
		    package_name_fits(&names->rows[k], known->name))
			return true;
	return false;
}

/* A banner without a version adds nothing but evidence where the component
   stands in the list with one. */
static enum err
fold_unknown(const struct package_names *names, struct component_item *items,
    size_t *count, struct arena *arena)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		struct component_item unknown = items[i];
		bool told = false;

		for (size_t k = 0; unknown.version.len == 0 &&
		     unknown.kind == EVIDENCE_BANNER && k < *count;
		     k++) {
			if (!is_told_by(names, &unknown, &items[k]))
				continue;
			enum err err = lend(&unknown, &items[k], arena);

			if (err != ERR_OK)
				return err;
			told = true;
		}
		items[i].evidence_count = told ? 0 : items[i].evidence_count;
	}
	for (size_t i = 0; i < *count; i++)
		if (items[i].evidence_count > 0)
			items[kept++] = items[i];
	*count = kept;
	return ERR_OK;
}

enum err
inventory_make(const struct package_names *names, const struct facts *facts,
    struct arena *arena, struct component_item **ret_items, size_t *ret_count)
{
	struct sighting *claims = NULL;
	struct component_item *items = NULL;
	size_t claim_count = 0;
	size_t count = 0;
	enum err err = gather_claims(facts, &claims, &claim_count);

	if (err == ERR_OK)
		err = make_items(claims, claim_count, arena, &items, &count);
	free(claims);
	if (err == ERR_OK)
		err = link_packages(names, items, count, arena);
	if (err == ERR_OK)
		err = fold_unknown(names, items, &count, arena);
	if (err == ERR_OK)
		err = name_packages(names, items, count, arena);
	if (err != ERR_OK)
		return err;
	*ret_items = items;
	*ret_count = count;
	return ERR_OK;
}
