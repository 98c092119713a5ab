/* SPDX-License-Identifier: ISC */
/* Sorts both lists by what has to agree, and walks them side by side. */
#include "diff/pairing.h"

#include <stdlib.h>
#include <string.h>

static int
compare_group(const struct pairing_item *a, const struct pairing_item *b)
{
	return bytes_compare(a->group, b->group);
}

static int
compare_changed(const struct pairing_item *a, const struct pairing_item *b)
{
	int order = compare_group(a, b);

	return order != 0 ? order : bytes_compare(a->place, b->place);
}

static int
compare_moved(const struct pairing_item *a, const struct pairing_item *b)
{
	int order = compare_group(a, b);

	return order != 0 ? order : bytes_compare(a->what, b->what);
}

static int
compare_same(const struct pairing_item *a, const struct pairing_item *b)
{
	int order = compare_moved(a, b);

	return order != 0 ? order : bytes_compare(a->place, b->place);
}

static int (*const comparisons[])(
    const struct pairing_item *a, const struct pairing_item *b) = {
	[PAIRED_SAME] = compare_same,
	[PAIRED_MOVED] = compare_moved,
	[PAIRED_CHANGED] = compare_changed,
	[PAIRED_GROUP] = compare_group,
};

/* Those of one list may be compared by address: the order of the list. */
static int
compare_rows(const void *left, const void *right, void *how)
{
	const struct pairing_item *a = *(struct pairing_item *const *)left;
	const struct pairing_item *b = *(struct pairing_item *const *)right;
	int order = comparisons[*(const enum pairing_how *)how](a, b);

	if (order != 0)
		return order;
	return a < b ? -1 : a > b;
}

/* The items that have no twin yet, sorted for this pass. */
static size_t
sort_single(struct pairing_item *list, size_t count, enum pairing_how how,
    struct pairing_item **ret)
{
	size_t single = 0;

	for (size_t i = 0; i < count; i++)
		if (list[i].twin == NULL)
			ret[single++] = &list[i];
	if (single > 1)
		qsort_r(ret, single, sizeof(struct pairing_item *),
		    compare_rows, &how);
	return single;
}

static void
join_pass(struct pairing *p, enum pairing_how how,
    struct pairing_item **row[SIDE_COUNT])
{
	size_t count[SIDE_COUNT];
	size_t i = 0;
	size_t k = 0;

	for (size_t s = 0; s < SIDE_COUNT; s++)
		count[s] = sort_single(p->list[s], p->count[s], how, row[s]);
	while (i < count[SIDE_OLD] && k < count[SIDE_NEW]) {
		struct pairing_item *a = row[SIDE_OLD][i];
		struct pairing_item *b = row[SIDE_NEW][k];
		int order = comparisons[how](a, b);

		if (order == 0) {
			a->twin = b;
			b->twin = a;
			a->how = how;
			b->how = how;
		}
		i += order <= 0;
		k += order >= 0;
	}
}

enum err
pairing_join(struct pairing *p, enum pairing_how last, struct arena *arena)
{
	struct pairing_item **row[SIDE_COUNT];

	for (size_t s = 0; s < SIDE_COUNT; s++) {
		row[s] = arena_take_array(
		    arena, p->count[s], sizeof(struct pairing_item *));
		if (row[s] == NULL)
			return ERR_MEMORY;
	}
	for (enum pairing_how how = PAIRED_SAME; how <= last; how++)
		join_pass(p, how, row);
	return ERR_OK;
}

static bool
is_hex_digit(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

/* The length of "@0x120000" at the start, when '!' or the end is behind it. */
static size_t
offset_len(struct bytes in)
{
	size_t len = 3;

	if (!bytes_starts(in, BYTES("@0x")))
		return 0;
	while (len < in.len && is_hex_digit(in.ptr[len]))
		len++;
	return len > 3 && (len == in.len || in.ptr[len] == '!') ? len : 0;
}

struct bytes
pairing_place(struct bytes path, struct arena *arena)
{
	size_t at = bytes_find(path, BYTES("!/"), 0);
	struct bytes name;
	size_t len = 0;

	if (at == SIZE_MAX)
		return (struct bytes){ NULL, 0 };
	name = bytes_from(path, at + 1);
	if (bytes_find(name, BYTES("@0x"), 0) == SIZE_MAX)
		return name;
	uint8_t *copy = arena_take(arena, name.len);

	if (copy == NULL)
		return path;
	for (size_t i = 0; i < name.len;) {
		size_t skip = offset_len(bytes_from(name, i));

		if (skip == 0)
			copy[len++] = name.ptr[i++];
		i += skip;
	}
	return (struct bytes){ copy, len };
}
