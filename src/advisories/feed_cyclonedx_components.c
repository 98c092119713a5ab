/* SPDX-License-Identifier: ISC */
/* The components of a CycloneDX document, and what its refs stand for. */
#include "advisories/feed_cyclonedx_private.h"

#include <stdlib.h>

/* --- components --- */

struct bytes
cyclonedx_read_name(struct feed *f)
{
	size_t inside = f->json.depth;
	struct bytes ret = { 0 };
	struct json_item item;

	while (feed_next(f, inside, &item))
		if (feed_is(&item, BYTES("name"), JSON_TEXT))
			ret = feed_text(f, item.text);
	return ret;
}

/* Behind the JSON_ARRAY of "hashes". */
static void
read_hashes(struct feed *f, struct vex_name *name)
{
	size_t list = f->json.depth;
	struct json_item item;

	while (feed_next(f, list, &item)) {
		size_t inside = f->json.depth;
		bool is_sha256 = false;
		struct bytes content = { 0 };

		if (item.kind != JSON_OBJECT)
			continue;
		while (feed_next(f, inside, &item)) {
			if (feed_is(&item, BYTES("alg"), JSON_TEXT))
				is_sha256 = feed_vex_is_sha256(item.text);
			else if (feed_is(&item, BYTES("content"), JSON_TEXT))
				content = feed_text(f, item.text);
		}
		if (is_sha256)
			name->sha256 = content;
	}
}

/* Behind the JSON_OBJECT of "pedigree": where its patches stand. */
static bool
find_patches(struct feed *f, struct json_reader *ret)
{
	size_t inside = f->json.depth;
	struct json_item item;
	bool found = false;

	while (feed_next(f, inside, &item)) {
		if (!feed_is(&item, BYTES("patches"), JSON_ARRAY))
			continue;
		*ret = f->json;
		found = true;
	}
	return found;
}

static void
read_text(struct feed *f, const struct json_item *item,
    struct cyclonedx_component *component)
{
	if (feed_is(item, BYTES("bom-ref"), JSON_TEXT))
		component->ref = feed_text(f, item->text);
	else if (feed_is(item, BYTES("name"), JSON_TEXT))
		component->name.name = feed_text(f, item->text);
	else if (feed_is(item, BYTES("version"), JSON_TEXT))
		component->name.version = feed_text(f, item->text);
	else if (feed_is(item, BYTES("purl"), JSON_TEXT))
		component->name.purl = feed_text(f, item->text);
	else if (feed_is(item, BYTES("cpe"), JSON_TEXT))
		component->name.cpe = feed_text(f, item->text);
}

void
cyclonedx_add_components(struct feed *f, struct cyclonedx_tree *tree)
{
	struct json_reader *to = feed_list_add(f, &tree->pending, sizeof(*to));

	if (to != NULL)
		*to = f->json;
}

struct cyclonedx_component
cyclonedx_read_component(struct feed *f, struct cyclonedx_tree *tree)
{
	size_t inside = f->json.depth;
	struct cyclonedx_component ret = { 0 };
	struct cyclonedx_patched patched = { 0 };
	bool has_patches = false;
	struct json_item item;

	while (feed_next(f, inside, &item)) {
		if (feed_is(&item, BYTES("supplier"), JSON_OBJECT))
			ret.name.supplier = cyclonedx_read_name(f);
		else if (feed_is(&item, BYTES("hashes"), JSON_ARRAY))
			read_hashes(f, &ret.name);
		else if (feed_is(&item, BYTES("pedigree"), JSON_OBJECT))
			has_patches = find_patches(f, &patched.patches);
		else if (feed_is(&item, BYTES("components"), JSON_ARRAY))
			cyclonedx_add_components(f, tree);
		else
			read_text(f, &item, &ret);
	}
	patched.name = ret.name;
	struct cyclonedx_patched *to =
	    has_patches ? feed_list_add(f, &tree->patched, sizeof(*to)) : NULL;

	if (to != NULL)
		*to = patched;
	return ret;
}

static int
compare_components(const void *a, const void *b)
{
	const struct cyclonedx_component *left = a;
	const struct cyclonedx_component *right = b;
	int ret = bytes_compare(left->ref, right->ref);

	if (ret != 0)
		return ret;
	return left->place < right->place ? -1 : left->place > right->place;
}

void
cyclonedx_read_components(struct feed *f, struct cyclonedx_tree *tree)
{
	struct json_item item;

	for (size_t i = 0; i < tree->pending.count; i++) {
		struct json_reader *arrays = tree->pending.ptr;

		f->json = arrays[i];
		size_t list = f->json.depth;

		while (feed_next(f, list, &item)) {
			if (item.kind != JSON_OBJECT)
				continue;
			struct cyclonedx_component component =
			    cyclonedx_read_component(f, tree);
			struct cyclonedx_component *to = component.ref.len == 0
			    ? NULL
			    : feed_list_add(f, &tree->components, sizeof(*to));

			if (to == NULL)
				continue;
			*to = component;
			to->place = tree->components.count;
		}
	}
	if (tree->components.count > 1)
		qsort(tree->components.ptr, tree->components.count,
		    sizeof(struct cyclonedx_component), compare_components);
}

static const struct cyclonedx_component *
find_component(const struct cyclonedx_tree *tree, struct bytes ref)
{
	const struct cyclonedx_component *list = tree->components.ptr;
	size_t from = 0;
	size_t end = tree->components.count;

	while (from < end) {
		size_t middle = from + (end - from) / 2;

		if (bytes_compare(list[middle].ref, ref) < 0)
			from = middle + 1;
		else
			end = middle;
	}
	return from < tree->components.count && bytes_equal(list[from].ref, ref)
	    ? &list[from]
	    : NULL;
}

/* --- what a ref stands for --- */

static int
hex_digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte = bytes_lower(byte);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Undoes the percent escapes of a BOM-Link's fragment. */
static struct bytes
unescape(struct feed *f, struct bytes in)
{
	uint8_t *to;
	size_t len = 0;

	if (bytes_find_byte(in, '%', 0) == SIZE_MAX)
		return in;
	to = feed_take(f, in.len, 1);
	if (to == NULL)
		return (struct bytes){ 0 };
	for (size_t at = 0; at < in.len; at++) {
		uint8_t byte = in.ptr[at];

		if (byte == '%' && in.len - at > 2 &&
		    hex_digit(in.ptr[at + 1]) >= 0 &&
		    hex_digit(in.ptr[at + 2]) >= 0) {
			byte = (uint8_t)(hex_digit(in.ptr[at + 1]) * 16 +
			    hex_digit(in.ptr[at + 2]));
			at += 2;
		}
		to[len++] = byte;
	}
	return (struct bytes){ to, len };
}

/* Whether "urn:cdx:SERIAL/VERSION#ref" is into this very document. */
static bool
links_here(const struct cyclonedx_tree *tree, struct bytes link)
{
	static const size_t urn_len = sizeof("urn:uuid:") - 1;
	struct bytes serial = bytes_from(tree->serial, urn_len);
	struct bytes rest = bytes_from(link, sizeof("urn:cdx:") - 1);

	return serial.len > 0 && bytes_starts(rest, serial) &&
	    rest.len > serial.len && rest.ptr[serial.len] == '/';
}

/*
 * A ref that the document does not explain: often a package URL, by itself or
 * behind the '#' of a BOM-Link. "urn:cbt:1/vendor#product:version" is the way
 * of cve-bin-tool.
 */
static struct vex_name
name_of_link(struct feed *f, struct bytes ref)
{
	struct vex_name ret = { 0 };
	size_t hash = bytes_find_byte(ref, '#', 0);
	struct bytes end =
	    unescape(f, bytes_from(ref, hash == SIZE_MAX ? 0 : hash + 1));

	if (bytes_starts(ref, BYTES("pkg:"))) {
		ret.purl = ref;
	} else if (bytes_starts(end, BYTES("pkg:"))) {
		ret.purl = end;
	} else if (hash != SIZE_MAX && bytes_starts(ref, BYTES("urn:cbt:"))) {
		(void)bytes_next_field(&end, ':', &ret.name);
		ret.version = end;
	} else {
		ret.name = ref;
	}
	return ret;
}

bool
cyclonedx_take_ref(struct feed *f, const struct cyclonedx_tree *tree,
    struct bytes ref, struct vex_statement *vex)
{
	struct bytes here = ref;

	if (bytes_starts(ref, BYTES("urn:cdx:")) && links_here(tree, ref)) {
		size_t hash = bytes_find_byte(ref, '#', 0);

		here = unescape(
		    f, bytes_from(ref, hash == SIZE_MAX ? ref.len : hash + 1));
	}
	vex->product = tree->root.name;
	if (tree->root.ref.len > 0 && bytes_equal(here, tree->root.ref)) {
		vex->component = tree->root.name;
		return true;
	}
	const struct cyclonedx_component *component =
	    find_component(tree, here);

	vex->component =
	    component != NULL ? component->name : name_of_link(f, ref);
	return false;
}
