/* SPDX-License-Identifier: ISC */
/* Looks for answers that the image does not bear out. */
#include "draft/compare.h"

#include <stdarg.h>

#define COMPARE_PROBLEMS ((size_t)500)
#define COMPARE_TEXT_LEN 600

struct comparing {
	const struct declaration *declaration;
	const struct prefill *prefill;
	struct arena *arena;
	struct problem *list;
	size_t count;
	bool no_memory;
};

static int
len_of(struct bytes text)
{
	return (int)(text.len < 200 ? text.len : 200);
}

/* `at` tells the place; its line is 0 when it is of no answer. */
static void say(struct comparing *c, const struct declared *at,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static void
say(struct comparing *c, const struct declared *at, const char *format, ...)
{
	va_list args;

	if (c->count == COMPARE_PROBLEMS)
		return;
	va_start(args, format);
	struct problem p = { PROBLEM_REFUTED, at->line, at->column, at->table,
		at->row, at->field,
		arena_print(c->arena, COMPARE_TEXT_LEN, format, args) };

	va_end(args);
	c->no_memory |= p.text.ptr == NULL;
	c->list[c->count++] = p;
}

static bool
has_table(const struct comparing *c, struct bytes table)
{
	for (size_t i = 0; i < c->declaration->count; i++)
		if (bytes_equal(c->declaration->list[i].table, table))
			return true;
	return false;
}

static void
compare_features(struct comparing *c)
{
	for (size_t i = 0; i < c->prefill->count; i++) {
		const struct shown *s = &c->prefill->list[i];
		const struct declared *d;

		if (s->remark || !bytes_equal_text(s->table, "features"))
			continue;
		d = declaration_find(
		    c->declaration, s->table, s->row, s->field);
		if (d != NULL && bytes_equal_text(d->value, "no"))
			say(c, d, "the image shows that it is yes: %.*s",
			    len_of(s->evidence), (const char *)s->evidence.ptr);
	}
}

static void
compare_release(struct comparing *c)
{
	const struct bytes none = { NULL, 0 };
	const struct shown *s =
	    prefill_find(c->prefill, BYTES("product"), none, BYTES("release"));
	const struct declared *d = declaration_find(
	    c->declaration, BYTES("product"), none, BYTES("release"));

	if (s != NULL && d != NULL && !bytes_equal(s->value, d->value))
		say(c, d, "the image is release %.*s: %.*s", len_of(s->value),
		    (const char *)s->value.ptr, len_of(s->evidence),
		    (const char *)s->evidence.ptr);
}

/* Every way to update over a network that is signed on paper. */
static void
compare_updates(struct comparing *c)
{
	const struct shown *s = prefill_find(c->prefill, BYTES("UpdMech"),
	    BYTES("UpdMech-1"), BYTES("authenticity"));
	const struct shown *container = prefill_find(c->prefill,
	    BYTES("UpdMech"), BYTES("UpdMech-1"), BYTES("container"));
	const struct declaration *d = c->declaration;

	if (s == NULL || container == NULL ||
	    bytes_equal_text(s->value, "signed"))
		return;
	for (size_t i = 0; i < d->count; i++) {
		const struct declared *a = &d->list[i];
		const struct declared *own;

		if (!bytes_equal_text(a->table, "UpdMech") ||
		    !bytes_equal_text(a->field, "authenticity") ||
		    !bytes_equal_text(a->value, "signed"))
			continue;
		own = declaration_find(d, a->table, a->row, BYTES("container"));
		if (own != NULL && bytes_equal(own->value, container->value))
			say(c, a,
			    "this image is %.*s and carries no signature: "
			    "%.*s",
			    len_of(container->value),
			    (const char *)container->value.ptr,
			    len_of(s->evidence), (const char *)s->evidence.ptr);
	}
}

/* Whether some answer of the table has the text in it. */
static bool
is_mentioned(const struct comparing *c, struct bytes table, struct bytes text)
{
	for (size_t i = 0; i < c->declaration->count; i++) {
		const struct declared *d = &c->declaration->list[i];

		if (bytes_equal(d->table, table) &&
		    bytes_find(d->value, text, 0) != SIZE_MAX)
			return true;
	}
	return false;
}

/* What a row is known by: its name without the table's, and without the ".2"
   that tells it from another of that name. */
static struct bytes
name_of(const struct comparing *c, const struct shown *row)
{
	struct bytes name = row->row;
	size_t end = name.len;

	while (end > 0 && name.ptr[end - 1] >= '0' && name.ptr[end - 1] <= '9')
		end--;
	if (end > 1 && end < name.len && name.ptr[end - 1] == '.') {
		struct bytes twin = bytes_slice(name, 0, end - 1);

		if (prefill_find(c->prefill, row->table, twin, row->field) !=
		    NULL)
			name = twin;
	}
	if (bytes_starts(name, row->table))
		return bytes_from(name, row->table.len + 1);
	return name;
}

/* Rows that the image shows and a table leaves out. */
static void
compare_rows(struct comparing *c, struct bytes table, const char *what)
{
	if (!has_table(c, table))
		return;
	for (size_t i = 0; i < c->prefill->count; i++) {
		const struct shown *s = &c->prefill->list[i];
		struct declared nowhere = { .table = table };

		if (!bytes_equal(s->table, table) ||
		    !bytes_equal_text(s->field, "id"))
			continue;
		struct bytes name = name_of(c, s);

		if (!is_mentioned(c, table, name))
			say(c, &nowhere,
			    "the image has %s \"%.*s\", which no row names: "
			    "%.*s",
			    what, len_of(name), (const char *)name.ptr,
			    len_of(s->evidence), (const char *)s->evidence.ptr);
	}
}

/* A key in the image is on every device. */
static void
compare_keys(struct comparing *c)
{
	const struct declaration *d = c->declaration;

	for (size_t i = 0; i < c->prefill->count; i++) {
		const struct shown *s = &c->prefill->list[i];
		const struct shown *type =
		    prefill_find(c->prefill, s->table, s->row, BYTES("type"));

		if (!bytes_equal_text(s->field, "fingerprint") ||
		    type == NULL || !bytes_equal_text(type->value, "critical"))
			continue;
		for (size_t k = 0; k < d->count; k++) {
			const struct declared *a = &d->list[k];
			const struct declared *unique;

			if (!bytes_equal_text(a->field, "fingerprint") ||
			    !bytes_equal(a->value, s->value))
				continue;
			unique = declaration_find(
			    d, a->table, a->row, BYTES("unique"));
			if (unique != NULL &&
			    bytes_equal_text(unique->value, "yes"))
				say(c, unique,
				    "this private key is in the image, and so "
				    "on every device");
		}
	}
}

enum err
compare_with_image(const struct declaration *declaration,
    const struct prefill *prefill, struct arena *arena, struct problem **ret,
    size_t *ret_count)
{
	struct comparing c = {
		.declaration = declaration,
		.prefill = prefill,
		.arena = arena,
		.list = arena_take_array(
		    arena, COMPARE_PROBLEMS, sizeof(struct problem)),
	};

	if (c.list == NULL)
		return ERR_MEMORY;
	compare_release(&c);
	compare_features(&c);
	compare_updates(&c);
	compare_keys(&c);
	compare_rows(&c, BYTES("SoftServ"), "the service");
	compare_rows(&c, BYTES("SecParam"), "the key");
	compare_rows(&c, BYTES("SoftComp"), "the component");
	compare_rows(&c, BYTES("PhyIntf"), "the console");
	if (c.no_memory)
		return ERR_MEMORY;
	*ret = c.list;
	*ret_count = c.count;
	return ERR_OK;
}
