/* SPDX-License-Identifier: ISC */
/* Runs an inventory against a book and puts the worst first. */
#include "advisories/matching.h"
#include "advisories/matching_private.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define GROW_FIRST 64

/* A text made here: some versions, a few reasons, an id of a condition. */
#define TEXT_LEN (4 * LIMIT_BOOK_TEXT_LEN)

enum err
matching_grow(
    struct arena *arena, void **array, size_t *cap, size_t count, size_t size)
{
	if (count < *cap)
		return ERR_OK;
	size_t more = *cap > 0 ? *cap * 2 : GROW_FIRST;
	void *wider = arena_take_array(arena, more, size);

	if (wider == NULL)
		return ERR_MEMORY;
	if (count > 0)
		memcpy(wider, *array, count * size);
	*array = wider;
	*cap = more;
	return ERR_OK;
}

enum err
matching_keep_text(struct matching *m, struct bytes *ret)
{
	struct bytes text = out_bytes(&m->text);

	if (m->text.failed == ERR_LIMIT) { /* cut where it was full */
		m->text.failed = ERR_OK;
		text = out_bytes(&m->text);
	}
	if (m->text.failed != ERR_OK)
		return m->text.failed;
	struct bytes copy = arena_copy(m->arena, text);

	if (copy.len != text.len)
		return ERR_MEMORY;
	*ret = copy;
	return ERR_OK;
}

/* --- the order of reports --- */

/* Unknown comes last, as if it were nothing. */
static uint32_t
epss_of(const struct match *match)
{
	return match->epss == EPSS_UNKNOWN ? 0 : match->epss + 1;
}

static unsigned
cvss_of(const struct match *match)
{
	return match->cvss == CVSS_UNKNOWN ? 0 : match->cvss + 1U;
}

static int
compare_matches(const void *a, const void *b)
{
	const struct match *x = a;
	const struct match *y = b;

	if ((x->exploited_by != 0) != (y->exploited_by != 0))
		return x->exploited_by != 0 ? -1 : 1;
	if (epss_of(x) != epss_of(y))
		return epss_of(x) > epss_of(y) ? -1 : 1;
	if (cvss_of(x) != cvss_of(y))
		return cvss_of(x) > cvss_of(y) ? -1 : 1;
	int order = bytes_compare(x->id, y->id);

	if (order != 0)
		return order;
	return (x->subject > y->subject) - (x->subject < y->subject);
}

/* --- all subjects --- */

static enum err
match_subject(struct matching *m, const struct match_subject *subject)
{
	enum err err = matching_ask(m, subject);
	size_t first = 0;

	while (err == ERR_OK && first < m->voice_count) {
		size_t end = first + 1;

		while (end < m->voice_count &&
		    m->voices[end].vulnerability ==
			m->voices[first].vulnerability)
			end++;
		err = matching_judge(m, m->voices + first, end - first);
		first = end;
	}
	return err;
}

static struct vex_name
find_product(const struct match_wants *wants)
{
	struct vex_name ret = { .sha256 = wants->image_sha256 };

	for (size_t i = 0; i < wants->subject_count; i++) {
		const struct match_subject *s = &wants->subjects[i];

		if (!s->is_product)
			continue;
		ret.purl = s->purl;
		ret.cpe = s->cpe;
		ret.name = s->name;
		ret.version = s->version;
		ret.supplier = s->supplier;
		break;
	}
	return ret;
}

static enum err
run(struct matching *m, struct matches *ret)
{
	const struct match_wants *wants = m->wants;
	struct matches matches = { .count = 0 };
	enum err err = matching_read_vex(m);

	if (err == ERR_OK)
		err = matching_list_there(m);
	m->known = arena_take_array(m->arena, ORDER_SLOTS, sizeof(*m->known));
	if (err == ERR_OK && m->known == NULL)
		err = ERR_MEMORY;
	for (size_t i = 0; i < wants->subject_count && err == ERR_OK; i++) {
		m->subject = i;
		/* its package says all, and who may have mended it */
		if (!matching_is_in_package(m, i))
			err = match_subject(m, &wants->subjects[i]);
	}
	if (err == ERR_OK)
		err = matching_list_unused(m, &matches);
	if (err != ERR_OK)
		return err;
	if (m->count > 0)
		qsort(m->list, m->count, sizeof(*m->list), compare_matches);
	matches.list = m->list;
	matches.count = m->count;
	*ret = matches;
	return ERR_OK;
}

enum err
matching_run(const struct book *book, const struct match_wants *wants,
    struct arena *arena, struct matches *ret)
{
	struct matching m = {
		.book = book,
		.wants = wants,
		.arena = arena,
		.text = out_open(TEXT_LEN),
		.product = find_product(wants),
	};
	enum err err = run(&m, ret);

	out_close(&m.text);
	return err;
}
