/* SPDX-License-Identifier: ISC */
/* The newest statement that holds for a match. */
#include "advisories/matching_private.h"
#include "base/limits.h"

#include <stdlib.h>

/* A statement of match_wants.vex under its id, or under one of its aliases. */
struct named {
	struct bytes id;
	size_t statement;
};

struct vex_index {
	struct named *list; /* sorted */
	size_t count;
};

static int
compare_named(const void *a, const void *b)
{
	const struct named *x = a;
	const struct named *y = b;
	int order = bytes_compare(x->id, y->id);

	if (order != 0)
		return order;
	return (x->statement > y->statement) - (x->statement < y->statement);
}

enum err
matching_read_vex(struct matching *m)
{
	const struct match_wants *w = m->wants;
	struct vex_index *index = arena_take(m->arena, sizeof(*index));
	size_t count = 0;

	for (size_t i = 0; i < w->vex_count; i++)
		count += 1 + w->vex[i].alias_count;
	m->vex_used =
	    arena_take_array(m->arena, w->vex_count, sizeof(*m->vex_used));
	if (index == NULL || m->vex_used == NULL)
		return ERR_MEMORY;
	index->list = arena_take_array(m->arena, count, sizeof(*index->list));
	if (index->list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < w->vex_count; i++) {
		const struct vex_statement *s = &w->vex[i];

		index->list[index->count++] = (struct named){ s->id, i };
		for (size_t k = 0; k < s->alias_count; k++)
			index->list[index->count++] =
			    (struct named){ s->aliases[k], i };
	}
	if (count > 0)
		qsort(index->list, count, sizeof(*index->list), compare_named);
	m->vex = index;
	return ERR_OK;
}

/* The first statement named so, in the index. */
static size_t
find_named(const struct vex_index *index, struct bytes id)
{
	size_t low = 0;
	size_t high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bytes_compare(index->list[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_newer(const struct vex_statement *a, const struct vex_statement *than)
{
	if (than->status == VEX_NONE)
		return true;
	if (a->time != than->time)
		return a->time > than->time;
	return a->order >= than->order;
}

/* Of what was given for this product, under one of the match's ids. */
static void
hear_given(struct matching *m, const struct vex_subject *subject,
    struct bytes id, struct vex_statement *best)
{
	const struct vex_index *index = m->vex;

	for (size_t i = find_named(index, id);
	     i < index->count && bytes_equal(index->list[i].id, id); i++) {
		size_t number = index->list[i].statement;
		const struct vex_statement *s = &m->wants->vex[number];

		if (!vex_is_about(s, subject))
			continue;
		m->vex_used[number] = true;
		if (is_newer(s, best))
			*best = *s;
	}
}

static enum err
hear_book(struct matching *m, uint32_t vulnerability,
    const struct vex_subject *subject, struct vex_statement *best)
{
	uint32_t first = 0;
	uint32_t end = 0;
	enum err err =
	    book_find_statements(m->book, vulnerability, &first, &end);

	for (uint32_t i = first; i < end && err == ERR_OK; i++) {
		struct bytes aliases[LIMIT_BOOK_LIST];
		struct vex_statement s;

		err = book_statement_at(m->book, i, aliases, &s);
		if (err == ERR_OK && vex_is_about(&s, subject) &&
		    is_newer(&s, best))
			*best = s;
	}
	return err;
}

/* CISA's minimum requirements: without a reason, nobody has to believe it. */
static bool
is_heeded(const struct vex_statement *s)
{
	return s->status == VEX_FIXED ||
	    (s->status == VEX_NOT_AFFECTED &&
		(s->justification.len > 0 || s->detail.len > 0));
}

static void
heed(const struct vex_statement *s, struct match *match)
{
	match->vex = s->status;
	match->vex_justification = s->justification;
	match->vex_detail = s->detail;
	match->vex_author = s->author;
	match->vex_document = s->document;
	if (is_heeded(s))
		match->state =
		    s->status == VEX_FIXED ? MATCH_FIXED : MATCH_NOT_AFFECTED;
}

static struct vex_name
name_of_subject(const struct match_subject *s)
{
	return (struct vex_name){
		.purl = s->purl,
		.cpe = s->cpe,
		.name = s->name,
		.version = s->version,
		.supplier = s->supplier,
	};
}

/* Of what was given for this product, then of everybody's: the maker's own
   word on this image goes first. */
static enum err
hear(struct matching *m, uint32_t vulnerability, struct vex_subject *subject,
    struct vex_statement *given, struct vex_statement *other)
{
	subject->for_product = true;
	hear_given(m, subject, subject->id, given);
	for (size_t i = 0; i < subject->alias_count; i++)
		hear_given(m, subject, subject->aliases[i], given);
	subject->for_product = false;
	return hear_book(m, vulnerability, subject, other);
}

enum err
matching_heed_vex(struct matching *m, uint32_t vulnerability,
    const struct book_vulnerability *v, struct match *match)
{
	const struct match_subject *twins[MATCHING_TWINS];
	struct bytes aliases[LIMIT_BOOK_LIST];
	struct vex_subject subject = { .id = match->id,
		.aliases = aliases,
		.component = name_of_subject(m->asked.subject),
		.component_is_product = m->asked.subject->is_product,
		.product = m->product };
	struct vex_statement given = { .status = VEX_NONE };
	struct vex_statement other = { .status = VEX_NONE };

	if (m->vex->count == 0 && book_count(m->book, BOOK_STATEMENTS) == 0)
		return ERR_OK;
	enum err err =
	    book_list(m->book, v->aliases, aliases, &subject.alias_count);
	size_t twin_count = matching_find_twins(m, m->subject, twins);

	if (err == ERR_OK)
		err = hear(m, vulnerability, &subject, &given, &other);
	/* the package and its banner are one thing under two names */
	for (size_t i = 0; i < twin_count && err == ERR_OK; i++) {
		subject.component = name_of_subject(twins[i]);
		err = hear(m, vulnerability, &subject, &given, &other);
	}
	if (err != ERR_OK)
		return err;
	if (given.status == VEX_NONE)
		given = other;
	if (given.status != VEX_NONE)
		heed(&given, match);
	return ERR_OK;
}

/* How a statement calls what it is about. */
static struct bytes
name_of(const struct vex_statement *s)
{
	const struct bytes names[] = { s->component.purl, s->component.cpe,
		s->component.name, s->product.purl, s->product.cpe,
		s->product.name };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].len > 0)
			return names[i];
	return BYTES("");
}

enum err
matching_list_unused(struct matching *m, struct matches *ret)
{
	const struct match_wants *w = m->wants;

	ret->unused =
	    arena_take_array(m->arena, w->vex_count, sizeof(*ret->unused));
	if (ret->unused == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < w->vex_count; i++)
		if (!m->vex_used[i])
			ret->unused[ret->unused_count++] =
			    (struct match_unused){ .id = w->vex[i].id,
				    .component = name_of(&w->vex[i]),
				    .document = w->vex[i].document };
	return ERR_OK;
}
