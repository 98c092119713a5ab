/* SPDX-License-Identifier: ISC */
/* Merges facts about components into items with all their evidence. */
#include "baseline/inventory.h"

#include <assert.h>
#include <stdlib.h>

/* A fact on its way into an item. */
struct claim {
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
	const struct claim *a = left;
	const struct claim *b = right;
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

static enum err
gather_claims(const struct facts *facts, struct claim **ret, size_t *ret_count)
{
	const struct fact *f;
	size_t at = 0;
	size_t count = 0;
	struct claim *claims = calloc(facts->count + 1, sizeof(*claims));

	if (claims == NULL)
		return ERR_MEMORY;
	while ((f = facts_next(facts, FACT_COMPONENT, &at)) != NULL) {
		struct claim *c = &claims[count];

		if (f->name.len == 0)
			continue;
		*c = (struct claim){ f, f->value, { NULL, 0 }, count };
		if (kind_of(f) == EVIDENCE_PACKAGE_DB) {
			c->package_version = f->value;
			c->upstream = package_upstream_version(f->value);
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
starts_item(const struct claim *a, const struct claim *b)
{
	if (compare_items(
		a->fact->name, a->upstream, b->fact->name, b->upstream) != 0)
		return true;
	return b->package_version.len > 0 &&
	    !bytes_equal(a->package_version, b->package_version);
}

static size_t
count_items(const struct claim *claims, size_t count)
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
		if (item->purl.len == 0 && bytes_equal(f->name, item->name))
			item->purl = f->detail;
	}
	item->confidence =
	    confidences[item->kind] + CONFIDENCE_STEP * (kinds - 1);
	if (item->confidence > CONFIDENCE_MAX)
		item->confidence = CONFIDENCE_MAX;
}

static enum err
make_item(const struct claim *claims, size_t count, struct arena *arena,
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
	return ERR_OK;
}

static enum err
make_items(const struct claim *claims, size_t count, struct arena *arena,
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

/* Gives `to` what `from` has of its own. */
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
		if (!bytes_equal(from->evidence[i]->name, from->name))
			continue;
		evidence[all++] = from->evidence[i];
		lent++;
	}
	to->evidence = evidence;
	to->evidence_count = all;
	weigh(to);
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

enum err
inventory_make(const struct package_names *names, const struct facts *facts,
    struct arena *arena, struct component_item **ret_items, size_t *ret_count)
{
	struct claim *claims = NULL;
	struct component_item *items = NULL;
	size_t claim_count = 0;
	size_t count = 0;
	enum err err = gather_claims(facts, &claims, &claim_count);

	if (err == ERR_OK)
		err = make_items(claims, claim_count, arena, &items, &count);
	free(claims);
	if (err == ERR_OK)
		err = link_packages(names, items, count, arena);
	if (err != ERR_OK)
		return err;
	*ret_items = items;
	*ret_count = count;
	return ERR_OK;
}
