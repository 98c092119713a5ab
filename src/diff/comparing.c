/* SPDX-License-Identifier: ISC */
/* Changes, their sentences and places. */
#include "diff/comparing_private.h"

#include <stdarg.h>
#include <string.h>

#define SENTENCE_LEN 600
#define FOREIGN_LEN 160

int
comparing_len(struct bytes text)
{
	size_t len = text.len;

	if (len <= FOREIGN_LEN)
		return (int)len;
	len = FOREIGN_LEN;
	while (len > FOREIGN_LEN - 4 && (text.ptr[len] & 0xc0) == 0x80)
		len--;
	return (int)len;
}

__attribute__((format(printf, 2, 0))) static struct bytes
format_text(struct comparing *c, const char *format, va_list args)
{
	struct bytes text = arena_print(c->arena, SENTENCE_LEN, format, args);

	c->no_memory |= text.ptr == NULL;
	return text;
}

struct bytes
comparing_text(struct comparing *c, const char *format, ...)
{
	va_list args;
	struct bytes text;

	va_start(args, format);
	text = format_text(c, format, args);
	va_end(args);
	return text;
}

static bool
grow(struct comparing *c)
{
	size_t cap = c->cap == 0 ? 64 : c->cap * 2;
	struct change *list = arena_take_array(c->arena, cap, sizeof(*list));

	if (list == NULL) {
		c->no_memory = true;
		return false;
	}
	if (c->count > 0)
		memcpy(list, c->list, c->count * sizeof(*list));
	c->list = list;
	c->cap = cap;
	return true;
}

struct change *
comparing_tell(struct comparing *c, enum area area, enum change_kind kind,
    enum direction direction, const char *format, ...)
{
	struct change *change = &c->spare;
	va_list args;

	if (c->count < c->cap || grow(c))
		change = &c->list[c->count++];
	*change = (struct change){
		.area = area, .kind = kind, .direction = direction
	};
	va_start(args, format);
	change->sentence = format_text(c, format, args);
	va_end(args);
	return change;
}

/* Grows by doubling, from two on: most changes have one or two places. */
void
comparing_show(struct comparing *c, struct change *change, enum side side,
    const struct evidence *evidence)
{
	size_t count = change->place_count;
	bool full = count == 0 || (count > 1 && (count & (count - 1)) == 0);

	if (full) {
		struct change_place *places = arena_take_array(
		    c->arena, count == 0 ? 2 : 2 * count, sizeof(*places));

		if (places == NULL) {
			c->no_memory = true;
			return;
		}
		if (count > 0)
			memcpy(places, change->places, count * sizeof(*places));
		change->places = places;
	}
	change->places[change->place_count++] =
	    (struct change_place){ side, *evidence };
}

void
comparing_show_fact(struct comparing *c, struct change *change, enum side side,
    const struct fact *fact, struct bytes text)
{
	struct evidence e = {
		.path = fact->path,
		.at = fact->at,
		.text = text,
	};

	comparing_show(c, change, side, &e);
}

void
comparing_set_pair(struct change *change, struct bytes name, struct bytes was,
    struct bytes now)
{
	change->name = name;
	change->value[SIDE_OLD] = was;
	change->value[SIDE_NEW] = now;
}

void
comparing_set_single(struct comparing *c, struct change *change, enum side side,
    const struct fact *fact, struct bytes value, struct bytes text)
{
	change->name = fact->name;
	change->value[side] = value;
	comparing_show_fact(c, change, side, fact, text);
}

enum direction
comparing_gone(const struct comparing *c)
{
	return c->darker[SIDE_NEW] || c->other_system ? DIRECTION_NEUTRAL
						      : DIRECTION_BETTER;
}

void
comparing_join(struct comparing *c, struct pairing *p, enum pairing_how last)
{
	if (!c->no_memory && pairing_join(p, last, c->arena) != ERR_OK)
		c->no_memory = true;
}

static size_t
count_facts(const struct facts *facts, enum fact_kind kind)
{
	size_t at = 0;
	size_t count = 0;

	while (facts_next(facts, kind, &at) != NULL)
		count++;
	return count;
}

struct pairing
comparing_pair(struct comparing *c, enum fact_kind kind,
    bool (*name)(const struct fact *fact, struct pairing_item *item),
    enum pairing_how last)
{
	struct pairing p = { .count = { 0 } };

	for (size_t s = 0; s < SIDE_COUNT; s++) {
		const struct facts *facts = &c->side[s]->seen->facts;
		const struct fact *f;
		size_t at = 0;

		p.list[s] = arena_take_array(c->arena, count_facts(facts, kind),
		    sizeof(struct pairing_item));
		if (p.list[s] == NULL) {
			c->no_memory = true;
			return (struct pairing){ .count = { 0 } };
		}
		while ((f = facts_next(facts, kind, &at)) != NULL) {
			struct pairing_item item = {
				.place = pairing_place(f->path, c->arena),
				.of = f,
			};

			if (name(f, &item))
				p.list[s][p.count[s]++] = item;
		}
	}
	comparing_join(c, &p, last);
	return p;
}

void
comparing_walk(struct comparing *c, const struct pairing *p,
    void (*single)(struct comparing *c, enum side side, const struct fact *f),
    void (*pair)(struct comparing *c, const struct pairing_item *item))
{
	for (size_t s = 0; s < SIDE_COUNT; s++)
		for (size_t i = 0; i < p->count[s]; i++) {
			const struct pairing_item *item = &p->list[s][i];

			if (item->twin == NULL)
				single(c, (enum side)s, item->of);
			else if (s == SIDE_OLD)
				pair(c, item);
		}
}

/* SVC-4 speaks of all services together, whichever it shows. */
static bool
speaks_of_the_whole(const struct finding *f)
{
	return bytes_equal_text(f->rule, "SVC-4");
}

const struct finding *
comparing_objection(const struct assessment *a, const struct fact *fact)
{
	for (size_t i = 0; i < a->finding_count; i++) {
		const struct finding *f = &a->findings[i];

		if (f->result == FINDING_INFO || speaks_of_the_whole(f))
			continue;
		for (size_t k = 0; k < f->evidence_count; k++)
			if (f->evidence[k].at == fact->at &&
			    bytes_equal(f->evidence[k].path, fact->path))
				return f;
	}
	return NULL;
}
