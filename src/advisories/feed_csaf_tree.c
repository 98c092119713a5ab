/* SPDX-License-Identifier: ISC */
/* The products of a CSAF document. */
#include "advisories/feed_csaf_private.h"

/* Rounds that relationships between relationships get. */
#define CSAF_ROUNDS 4

/* Branches that are still to be read, with what those around them say. */
struct branches {
	struct json_reader at; /* behind their JSON_ARRAY */
	struct vex_name name;
};

struct relationship {
	struct bytes id;
	struct bytes component;
	struct bytes product;
	struct vex_name named; /* its own full product name */
	bool done;
};

struct reading {
	struct csaf_tree *tree;
	struct feed_list branches;
	struct feed_list relationships;
};

/* --- products --- */

/* Behind the JSON_ARRAY of "file_hashes". */
static void
read_file_hashes(struct feed *f, struct vex_name *name)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;
		bool is_sha256 = false;
		struct bytes value = { 0 };

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item)) {
			if (feed_is(&item, BYTES("algorithm"), JSON_TEXT))
				is_sha256 = feed_vex_is_sha256(item.text);
			else if (feed_is(&item, BYTES("value"), JSON_TEXT))
				value = feed_text(f, item.text);
		}
		if (is_sha256)
			feed_vex_keep(&name->sha256, value);
	}
}

/* Behind the JSON_ARRAY of "hashes": files, each with several. */
static void
read_hashes(struct feed *f, struct vex_name *name)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item))
			if (feed_is(&item, BYTES("file_hashes"), JSON_ARRAY))
				read_file_hashes(f, name);
	}
}

static void
read_helper(struct feed *f, struct vex_name *name)
{
	size_t inside = f->json.depth;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		size_t list = f->json.depth;

		if (feed_is(&item, BYTES("cpe"), JSON_TEXT))
			name->cpe = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("purl"), JSON_TEXT))
			name->purl = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("hashes"), JSON_ARRAY))
			read_hashes(f, name);
		else if (feed_is(&item, BYTES("purls"), JSON_ARRAY)) /* 2.1 */
			while (feed_next(f, list, &item))
				feed_vex_keep(
				    &name->purl, feed_text(f, item.text));
	}
}

/* Behind the JSON_OBJECT of a full product name. Its own words count where
   the branches around it name no product. */
static struct bytes
read_product(struct feed *f, struct vex_name *name)
{
	size_t inside = f->json.depth;
	struct bytes id = { 0 };
	struct bytes text = { 0 };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("product_id"), JSON_TEXT))
			id = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("name"), JSON_TEXT))
			text = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("product_identification_helper"),
			     JSON_OBJECT))
			read_helper(f, name);
	}
	feed_vex_keep(&name->name, text);
	return id;
}

static struct csaf_product *
add_product(struct feed *f, struct csaf_tree *tree, struct bytes id)
{
	struct csaf_product *ret = id.len == 0
	    ? NULL
	    : feed_list_add(f, &tree->products, sizeof(*ret));

	if (ret != NULL) {
		ret->id = id;
		ret->place = tree->products.count;
	}
	return ret;
}

static void
read_full_names(struct feed *f, struct csaf_tree *tree)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		struct vex_name name = { 0 };

		if (item.kind != JSON_OBJECT)
			continue;
		struct csaf_product *to =
		    add_product(f, tree, read_product(f, &name));

		if (to != NULL)
			to->product = name;
	}
}

/* --- branches --- */

/* What one branch adds to the name of all that is on it. */
static void
take_category(struct feed *f, struct bytes category, struct bytes text,
    struct vex_name *name)
{
	if (bytes_equal_text(category, "vendor"))
		name->supplier = text;
	else if (bytes_equal_text(category, "product_name"))
		name->name = text;
	else if (bytes_equal_text(category, "product_version"))
		name->version = text;
	else if (bytes_equal_text(category, "product_version_range"))
		name->version = csaf_range(f, text);
}

/* Behind the JSON_OBJECT of one branch. */
static void
read_branch(struct feed *f, struct reading *r, const struct vex_name *around)
{
	size_t inside = f->json.depth;
	struct vex_name name = *around;
	struct json_reader product = { 0 };
	struct json_reader inner = { 0 };
	bool has_product = false;
	bool has_inner = false;
	struct bytes category = { 0 };
	struct bytes text = { 0 };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("category"), JSON_TEXT)) {
			category = item.text;
		} else if (feed_is(&item, BYTES("name"), JSON_TEXT)) {
			text = feed_text(f, item.text);
		} else if (feed_is(&item, BYTES("product"), JSON_OBJECT)) {
			product = f->json;
			has_product = true;
		} else if (feed_is(&item, BYTES("branches"), JSON_ARRAY)) {
			inner = f->json;
			has_inner = true;
		}
	}
	take_category(f, category, text, &name);
	struct branches *to =
	    has_inner ? feed_list_add(f, &r->branches, sizeof(*to)) : NULL;

	if (to != NULL)
		*to = (struct branches){ inner, name };
	if (!has_product || feed_failed(f) != ERR_OK)
		return;
	struct json_reader back = f->json;

	f->json = product;
	struct csaf_product *added =
	    add_product(f, r->tree, read_product(f, &name));

	if (added != NULL)
		added->product = name;
	f->json = back;
}

static void
read_branches(struct feed *f, struct reading *r)
{
	struct json_item item;

	for (size_t i = 0; i < r->branches.count; i++) {
		const struct branches *all = r->branches.ptr;
		struct vex_name around = all[i].name;

		f->json = all[i].at;
		size_t list = f->json.depth;

		while (feed_next(f, list, &item))
			if (item.kind == JSON_OBJECT)
				read_branch(f, r, &around);
	}
}

/* --- relationships --- */

static void
read_relationships(struct feed *f, struct reading *r)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;
		struct relationship read = { 0 };

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item)) {
			if (feed_is(
				&item, BYTES("product_reference"), JSON_TEXT))
				read.component = feed_text(f, item.text);
			else if (feed_is(&item,
				     BYTES("relates_to_product_reference"),
				     JSON_TEXT))
				read.product = feed_text(f, item.text);
			else if (feed_is(&item, BYTES("full_product_name"),
				     JSON_OBJECT))
				read.id = read_product(f, &read.named);
		}
		struct relationship *to =
		    feed_list_add(f, &r->relationships, sizeof(*to));

		if (to != NULL)
			*to = read;
	}
}

static int
compare_products(const void *a, const void *b)
{
	const struct csaf_product *left = a;
	const struct csaf_product *right = b;
	int ret = bytes_compare(left->id, right->id);

	if (ret != 0)
		return ret;
	return left->place < right->place ? -1 : left->place > right->place;
}

static void
sort_products(struct csaf_tree *tree)
{
	if (tree->products.count > 1)
		qsort(tree->products.ptr, tree->products.count,
		    sizeof(struct csaf_product), compare_products);
}

static bool
is_nobody(const struct vex_name *name)
{
	return name->name.len == 0 && name->purl.len == 0 &&
	    name->cpe.len == 0 && name->sha256.len == 0;
}

/* A component of a component is the innermost one, in the outermost product. */
static void
relate(const struct relationship *r, const struct csaf_product *component,
    const struct csaf_product *product, struct csaf_product *to)
{
	to->product = product->product;
	to->component = is_nobody(&component->component) ? component->product
							 : component->component;
	/* the pair may have a package URL or CPE of its own */
	feed_vex_keep(&to->component.purl, r->named.purl);
	feed_vex_keep(&to->component.cpe, r->named.cpe);
	feed_vex_keep(&to->component.sha256, r->named.sha256);
}

/* Those whose two ends are known by now; whether there were any. */
static bool
add_relationships(struct feed *f, struct reading *r)
{
	struct relationship *all = r->relationships.ptr;
	struct csaf_tree known = *r->tree; /* as it is sorted */
	bool any = false;

	for (size_t i = 0; i < r->relationships.count; i++) {
		const struct csaf_product *component =
		    csaf_find_product(&known, all[i].component);
		const struct csaf_product *product =
		    csaf_find_product(&known, all[i].product);

		if (all[i].done || component == NULL || product == NULL)
			continue;
		struct csaf_product pair = { 0 };

		relate(&all[i], component, product, &pair);
		all[i].done = true;
		any = true;
		struct csaf_product *to = add_product(f, r->tree, all[i].id);

		if (to == NULL)
			continue;
		to->product = pair.product;
		to->component = pair.component;
	}
	return any;
}

/* --- groups --- */

/* Behind the JSON_OBJECT of one of "product_groups". */
static void
read_group(struct feed *f, struct csaf_tree *tree)
{
	size_t inside = f->json.depth;
	struct feed_list ids = { 0 };
	struct bytes group = { 0 };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("group_id"), JSON_TEXT))
			group = feed_text(f, item.text);
		else if (feed_is(&item, BYTES("product_ids"), JSON_ARRAY))
			feed_read_texts(f, &ids);
	}
	for (size_t i = 0; i < ids.count; i++) {
		struct csaf_member *to =
		    feed_list_add(f, &tree->members, sizeof(*to));

		if (to == NULL)
			return;
		*to = (struct csaf_member){ group,
			((const struct bytes *)ids.ptr)[i] };
	}
}

static void
read_groups(struct feed *f, struct csaf_tree *tree)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item))
		if (item.kind == JSON_OBJECT)
			read_group(f, tree);
}

static int
compare_members(const void *a, const void *b)
{
	const struct csaf_member *left = a;
	const struct csaf_member *right = b;
	int ret = bytes_compare(left->group, right->group);

	return ret != 0 ? ret : bytes_compare(left->product, right->product);
}

/* --- the tree --- */

void
csaf_read_tree(struct feed *f, struct csaf_tree *ret)
{
	size_t inside = f->json.depth;
	struct reading r = { .tree = ret };
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		struct branches *to = NULL;

		if (feed_is(&item, BYTES("branches"), JSON_ARRAY))
			to = feed_list_add(f, &r.branches, sizeof(*to));
		else if (feed_is(
			     &item, BYTES("full_product_names"), JSON_ARRAY))
			read_full_names(f, ret);
		else if (feed_is(&item, BYTES("relationships"), JSON_ARRAY))
			read_relationships(f, &r);
		else if (feed_is(&item, BYTES("product_groups"), JSON_ARRAY))
			read_groups(f, ret);
		if (to != NULL)
			to->at = f->json;
	}
	read_branches(f, &r);
	sort_products(ret);
	for (int i = 0; i < CSAF_ROUNDS && feed_failed(f) == ERR_OK; i++) {
		if (!add_relationships(f, &r))
			break;
		sort_products(ret);
	}
	if (ret->members.count > 1)
		qsort(ret->members.ptr, ret->members.count,
		    sizeof(struct csaf_member), compare_members);
}

const struct csaf_product *
csaf_find_product(const struct csaf_tree *tree, struct bytes id)
{
	const struct csaf_product *list = tree->products.ptr;
	size_t from = 0;
	size_t end = tree->products.count;

	while (from < end) {
		size_t middle = from + (end - from) / 2;

		if (bytes_compare(list[middle].id, id) < 0)
			from = middle + 1;
		else
			end = middle;
	}
	return from < tree->products.count && bytes_equal(list[from].id, id)
	    ? &list[from]
	    : NULL;
}

bool
csaf_next_of_group(const struct csaf_tree *tree, struct bytes group, size_t *at,
    struct bytes *ret)
{
	const struct csaf_member *list = tree->members.ptr;
	size_t from = 0;
	size_t end = tree->members.count;

	/* the first call has to find it; *at is then one past the last's */
	while (*at == 0 && from < end) {
		size_t middle = from + (end - from) / 2;

		if (bytes_compare(list[middle].group, group) < 0)
			from = middle + 1;
		else
			end = middle;
	}
	if (*at == 0)
		*at = from + 1;
	if (*at > tree->members.count ||
	    !bytes_equal(list[*at - 1].group, group))
		return false;
	*ret = list[(*at)++ - 1].product;
	return true;
}
