/* SPDX-License-Identifier: ISC */
/* What else is in the inventory: packages of the same, and what a claim wants
   to be there as well. */
#include "advisories/cpe.h"
#include "advisories/matching_private.h"
#include "base/limits.h"

#include <stdlib.h>

struct there_index {
	struct there *own;    /* by subject */
	struct there *sorted; /* by key */
	size_t count;
	size_t cap;
	size_t *first; /* in `own`, of each subject; and one more */
	bool has_linux;
};

static int
compare_there(const void *a, const void *b)
{
	const struct there *x = a;
	const struct there *y = b;
	int order = bytes_compare(x->key, y->key);

	if (order != 0)
		return order;
	return (x->subject > y->subject) - (x->subject < y->subject);
}

/* --- keys --- */

static enum err
add_key(struct matching *m, struct there_index *index, size_t subject,
    struct bytes vendor, struct bytes product)
{
	void *own = index->own;
	struct bytes key = { NULL, 0 };

	m->text.len = 0;
	if (vendor.len == 0 || bytes_equal_text(product, "*"))
		return ERR_OK; /* any maker's, any product: no name */
	product_names_put_key(m->wants->names, vendor, product, &m->text);
	if (m->text.len == 0 && m->text.failed == ERR_OK)
		return ERR_OK;
	enum err err = matching_keep_text(m, &key);

	if (err == ERR_OK)
		err = matching_grow(m->arena, &own, &index->cap, index->count,
		    sizeof(*index->own));
	if (err != ERR_OK)
		return err;
	index->own = own;
	index->own[index->count++] = (struct there){ key, subject };
	index->has_linux |= bytes_equal_text(key, MATCHING_KERNEL);
	return ERR_OK;
}

/* The device itself; NVD calls what it runs "dir-859_firmware". */
static enum err
add_product_keys(struct matching *m, struct there_index *index, size_t subject)
{
	const struct match_subject *s = &m->wants->subjects[subject];
	struct out firmware = out_open(LIMIT_BOOK_TEXT_LEN);
	enum err err = ERR_OK;

	if (s->name.len > 0) {
		out_put(&firmware, s->name);
		out_text(&firmware, "_firmware");
		err = add_key(m, index, subject, s->supplier, s->name);
		if (err == ERR_OK && firmware.failed == ERR_OK)
			err = add_key(m, index, subject, s->supplier,
			    out_bytes(&firmware));
		if (err == ERR_OK && firmware.failed == ERR_MEMORY)
			err = ERR_MEMORY;
	}
	out_close(&firmware);
	return err;
}

static enum err
add_keys(struct matching *m, struct there_index *index, size_t subject)
{
	const struct match_subject *s = &m->wants->subjects[subject];
	struct bytes rest = s->cpe;
	struct bytes product;
	enum err err = ERR_OK;

	if (s->is_product)
		err = add_product_keys(m, index, subject);
	while (err == ERR_OK && bytes_next_field(&rest, ';', &product)) {
		struct bytes vendor;

		if (bytes_next_field(&product, ':', &vendor))
			err = add_key(m, index, subject, vendor, product);
	}
	return err;
}

enum err
matching_list_there(struct matching *m)
{
	size_t subjects = m->wants->subject_count;
	struct there_index *index = arena_take(m->arena, sizeof(*index));
	enum err err = ERR_OK;

	if (index == NULL)
		return ERR_MEMORY;
	index->first =
	    arena_take_array(m->arena, subjects + 1, sizeof(*index->first));
	if (index->first == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < subjects && err == ERR_OK; i++) {
		err = add_keys(m, index, i);
		index->first[i + 1] = index->count;
	}
	if (err != ERR_OK)
		return err;
	index->sorted =
	    arena_take_array(m->arena, index->count, sizeof(*index->sorted));
	if (index->sorted == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < index->count; i++)
		index->sorted[i] = index->own[i];
	if (index->count > 0)
		qsort(index->sorted, index->count, sizeof(*index->sorted),
		    compare_there);
	m->there = index;
	return ERR_OK;
}

const struct there *
matching_keys_of(const struct matching *m, size_t subject, size_t *ret_count)
{
	const struct there_index *index = m->there;
	size_t first = index->first[subject];

	*ret_count = index->first[subject + 1] - first;
	return *ret_count > 0 ? index->own + first : NULL;
}

/* The first with such a key, or where it would be. */
static size_t
find_there(const struct there_index *index, struct bytes key)
{
	size_t low = 0;
	size_t high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bytes_compare(index->sorted[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_there(const struct there_index *index, size_t at, struct bytes key)
{
	return at < index->count && bytes_equal(index->sorted[at].key, key);
}

/* --- twins --- */

static bool
is_same_version(const struct match_subject *a, const struct match_subject *b)
{
	return a->version.len == 0 || b->version.len == 0 ||
	    version_compare(VERSION_ANY, matching_upstream(a),
		matching_upstream(b)) == VERSION_SAME;
}

static bool
is_listed(const struct match_subject *const *list, size_t count,
    const struct match_subject *subject)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == subject)
			return true;
	return false;
}

size_t
matching_find_twins(const struct matching *m, size_t subject,
    const struct match_subject *ret[MATCHING_TWINS])
{
	const struct there_index *index = m->there;
	const struct match_subject *own = &m->wants->subjects[subject];
	size_t keys;
	const struct there *key = matching_keys_of(m, subject, &keys);
	size_t count = 0;

	for (size_t k = 0; k < keys; k++) {
		size_t first = find_there(index, key[k].key);

		for (size_t i = first; i - first < MATCHING_TWINS &&
		     is_there(index, i, key[k].key);
		     i++) {
			const struct match_subject *s =
			    &m->wants->subjects[index->sorted[i].subject];

			if (count < MATCHING_TWINS && s != own &&
			    is_same_version(s, own) &&
			    !is_listed(ret, count, s))
				ret[count++] = s;
		}
	}
	return count;
}

bool
matching_is_in_package(const struct matching *m, size_t subject)
{
	const struct match_subject *twins[MATCHING_TWINS];
	size_t count;

	if (matching_is_packaged(&m->wants->subjects[subject]))
		return false;
	count = matching_find_twins(m, subject, twins);
	for (size_t i = 0; i < count; i++)
		if (matching_is_packaged(twins[i]))
			return true;
	return false;
}

/* --- conditions --- */

/* Systems that are not in a device whose system is Linux. */
static bool
is_other_system(const struct cpe *cpe)
{
	return bytes_equal_text(cpe->field[CPE_PART], "o") &&
	    (bytes_equal_text(cpe->field[CPE_VENDOR], "microsoft") ||
		bytes_equal_text(cpe->field[CPE_VENDOR], "apple"));
}

enum err
matching_is_met(
    struct matching *m, struct bytes condition, enum matching_condition *ret)
{
	struct cpe cpe;
	enum err err = cpe_read(condition, m->arena, &cpe);

	*ret = CONDITION_OPEN;
	if (err != ERR_OK)
		return err == ERR_MEMORY ? err : ERR_OK;
	if (m->there->has_linux && is_other_system(&cpe)) {
		*ret = CONDITION_NEVER;
		return ERR_OK;
	}
	if (!cpe_is_any(&cpe, CPE_VERSION) && !cpe_is_none(&cpe, CPE_VERSION))
		return ERR_OK; /* of which version, nobody looks at */
	m->text.len = 0;
	product_names_put_key(
	    NULL, cpe.field[CPE_VENDOR], cpe.field[CPE_PRODUCT], &m->text);
	if (m->text.failed == ERR_MEMORY)
		return ERR_MEMORY;
	struct bytes key = out_bytes(&m->text);

	if (key.len > 0 && is_there(m->there, find_there(m->there, key), key))
		*ret = CONDITION_MET;
	return ERR_OK;
}
