/* SPDX-License-Identifier: ISC */
/* Walks libfyaml's events: the depth is fixed, so there is no recursion. */
#include "declare/read.h"

#include "base/limits.h"
#include "base/text.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum level {
	LEVEL_TABLE,
	LEVEL_ROW,
	LEVEL_FIELD,
	LEVEL_COUNT
};

/* The keys of the mapping that is being read, to refuse one given twice. */
struct keys {
	struct bytes *list; /* room for LIMIT_DECLARATION_KEYS */
	size_t count;
};

struct reader {
	struct fy_diag *diag;
	struct fy_parser *parser;
	struct arena *arena;
	struct keys keys[LEVEL_COUNT];
	struct declared *list; /* malloc'ed */
	size_t count, cap;
	uint32_t line, column; /* of the last event, from 1 */
	struct declaration_fault *fault;
};

/* One event with what is wanted of it; the text lies in the arena. */
struct event {
	enum fy_event_type type;
	struct bytes text;
	uint32_t line, column;
};

/* A message of libfyaml may quote foreign text, and be cut inside a letter. */
static void
cut_unclean(char text[DECLARATION_FAULT_LEN])
{
	struct bytes in = bytes_of(text);
	size_t at = 0;

	while (at < in.len) {
		size_t len = text_utf8_len(bytes_from(in, at));

		if (len == 0 || !text_is_clean(bytes_slice(in, at, len)))
			break;
		at += len;
	}
	text[at] = '\0';
}

static enum err
fail(struct reader *r, const struct event *e, const char *what)
{
	r->fault->line = e->line;
	r->fault->column = e->column;
	(void)snprintf(r->fault->text, sizeof(r->fault->text), "%s", what);
	cut_unclean(r->fault->text);
	return ERR_MALFORMED;
}

static enum err
fail_limit(struct reader *r, const struct event *e, const char *what)
{
	(void)fail(r, e, what);
	return ERR_LIMIT;
}

/* ---- events ---- */

/* libfyaml's own first error, which counts lines and columns from 1. */
static enum err
fail_yaml(struct reader *r)
{
	struct event at = { 0 };
	char text[DECLARATION_FAULT_LEN] = "is no YAML";
	void *previous = NULL;
	struct fy_diag_error *error =
	    fy_diag_errors_iterate(r->diag, &previous);

	if (error != NULL) {
		at.line = error->line > 0 ? (uint32_t)error->line : 0;
		at.column = error->column > 0 ? (uint32_t)error->column : 0;
		(void)snprintf(text, sizeof(text), "is no YAML: %s",
		    error->msg != NULL ? error->msg : "");
	}
	return fail(r, &at, text);
}

static bool
is_decorated(const struct fy_event *e)
{
	switch ((int)e->type) {
	case FYET_SCALAR:
		return e->scalar.anchor != NULL || e->scalar.tag != NULL;
	case FYET_MAPPING_START:
		return e->mapping_start.anchor != NULL ||
		    e->mapping_start.tag != NULL;
	case FYET_SEQUENCE_START:
		return e->sequence_start.anchor != NULL ||
		    e->sequence_start.tag != NULL;
	case FYET_ALIAS:
		return true;
	default:
		return false;
	}
}

static enum err
copy_text(struct reader *r, const struct fy_event *from, struct event *to)
{
	size_t len = 0;
	const char *text = fy_token_get_text(from->scalar.value, &len);
	struct bytes in = { (const uint8_t *)text, text != NULL ? len : 0 };

	if (in.len > LIMIT_DECLARATION_VALUE_LEN)
		return fail_limit(r, to, "is too long a text (over 16 KiB)");
	if (!text_is_clean(in))
		return fail(r, to, "holds control characters or no UTF-8");
	to->text = arena_copy(r->arena, in);
	return to->text.len == in.len ? ERR_OK : ERR_MEMORY;
}

/* The library's mark of a text in quotes stands behind the first of them. */
static bool
is_quoted(const struct fy_event *e)
{
	if (e->type != FYET_SCALAR)
		return false;
	enum fy_scalar_style style = fy_token_scalar_style(e->scalar.value);

	return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

static enum err
take_event(struct reader *r, struct fy_event *from, struct event *ret)
{
	const struct fy_mark *mark = fy_event_start_mark(from);
	/* what has no place of its own stands behind what came before it */
	struct event e = {
		.type = from->type, .line = r->line, .column = r->column
	};
	enum err err = ERR_OK;

	if (mark != NULL && mark->line >= 0 && mark->column >= 0) {
		e.line = (uint32_t)mark->line + 1;
		e.column = (uint32_t)mark->column + 1;
		if (is_quoted(from) && e.column > 1)
			e.column--;
	}
	r->line = e.line;
	r->column = e.column;
	if (is_decorated(from))
		err = fail(r, &e, "anchors, aliases and tags have no use here");
	else if (from->type == FYET_SCALAR)
		err = copy_text(r, from, &e);
	if (err == ERR_OK)
		*ret = e;
	return err;
}

static enum err
next(struct reader *r, struct event *ret)
{
	struct fy_event *event = fy_parser_parse(r->parser);

	if (event == NULL)
		return fail_yaml(r);
	enum err err = take_event(r, event, ret);

	fy_parser_event_free(r->parser, event);
	return err;
}

/* ---- answers ---- */

static enum err
add(struct reader *r, const struct declared *answer)
{
	if (r->count == LIMIT_DECLARATION_ANSWERS) {
		struct event at = { .line = answer->line,
			.column = answer->column };

		return fail_limit(r, &at, "has too many answers");
	}
	if (r->count == r->cap) {
		size_t cap = r->cap == 0 ? 64 : 2 * r->cap;
		struct declared *list =
		    reallocarray(r->list, cap, sizeof(*list));

		if (list == NULL)
			return ERR_MEMORY;
		r->list = list;
		r->cap = cap;
	}
	r->list[r->count++] = *answer;
	return ERR_OK;
}

static enum err
add_value(
    struct reader *r, const struct declared *where, const struct event *value)
{
	struct declared answer = *where;

	answer.value = value->text;
	answer.line = value->line;
	answer.column = value->column;
	return add(r, &answer);
}

/* Takes a key's event: a scalar of decent length that is new. */
static enum err
take_key(struct reader *r, enum level level, const struct event *e)
{
	struct keys *keys = &r->keys[level];

	if (e->type != FYET_SCALAR || e->text.len == 0)
		return fail(r, e, "a name must stand here");
	if (e->text.len > LIMIT_DECLARATION_NAME_LEN)
		return fail_limit(r, e, "is too long a name (over 128 bytes)");
	for (size_t i = 0; i < keys->count; i++)
		if (bytes_equal(keys->list[i], e->text))
			return fail(r, e, "this name stands here twice");
	if (keys->count == LIMIT_DECLARATION_KEYS)
		return fail_limit(r, e, "too many names (over 1000)");
	keys->list[keys->count++] = e->text;
	return ERR_OK;
}

/* ---- levels ---- */

/* A list of texts, behind its start. An empty one is an empty answer. */
static enum err
read_list(
    struct reader *r, const struct declared *where, const struct event *start)
{
	struct event e;
	size_t count = 0;

	for (;;) {
		enum err err = next(r, &e);

		if (err != ERR_OK)
			return err;
		if (e.type == FYET_SEQUENCE_END)
			break;
		if (e.type != FYET_SCALAR)
			return fail(r, &e, "only texts may stand in this list");
		err = add_value(r, where, &e);
		if (err != ERR_OK)
			return err;
		count++;
	}
	return count > 0 ? ERR_OK : add_value(r, where, start);
}

/* The value of a field. */
static enum err
read_value(
    struct reader *r, const struct declared *where, const struct event *e)
{
	if (e->type == FYET_SCALAR)
		return add_value(r, where, e);
	if (e->type == FYET_SEQUENCE_START)
		return read_list(r, where, e);
	return fail(r, e, "a text or a list of texts must stand here");
}

/* The fields of a row, behind its start. */
static enum err
read_fields(struct reader *r, const struct declared *row)
{
	struct event e;

	r->keys[LEVEL_FIELD].count = 0;
	for (;;) {
		struct declared where = *row;
		enum err err = next(r, &e);

		if (err != ERR_OK || e.type == FYET_MAPPING_END)
			return err;
		err = take_key(r, LEVEL_FIELD, &e);
		if (err != ERR_OK)
			return err;
		where.field = e.text;
		err = next(r, &e);
		if (err == ERR_OK)
			err = read_value(r, &where, &e);
		if (err != ERR_OK)
			return err;
	}
}

/* The name of a row of a list: its id, or its place. */
static enum err
name_row(struct reader *r, size_t from, size_t number,
    const struct event *start, struct bytes table)
{
	struct declared none = { .table = table,
		.field = BYTES("id"),
		.line = start->line,
		.column = start->column };
	char place[24];
	struct bytes name = { NULL, 0 };
	enum err err = ERR_OK;
	bool has_id = false;

	for (size_t i = from; i < r->count && name.len == 0; i++)
		if (bytes_equal_text(r->list[i].field, "id")) {
			name = r->list[i].value;
			has_id = true;
		}
	if (name.len == 0 || name.len > LIMIT_DECLARATION_NAME_LEN) {
		(void)snprintf(place, sizeof(place), "#%zu", number);
		name = arena_copy(r->arena, bytes_of(place));
		err = name.len == 0 ? ERR_MEMORY : ERR_OK;
	}
	if (err == ERR_OK && !has_id)
		err = add(r, &none);
	for (size_t i = from; i < r->count; i++)
		r->list[i].row = name;
	return err;
}

/* A list of rows, behind its start. */
static enum err
read_rows(struct reader *r, struct bytes table)
{
	struct declared row = { .table = table };
	struct event e;

	for (size_t number = 1;; number++) {
		size_t from = r->count;
		enum err err = next(r, &e);

		if (err != ERR_OK || e.type == FYET_SEQUENCE_END)
			return err;
		if (e.type != FYET_MAPPING_START)
			return fail(r, &e,
			    "a row of this table must be fields"
			    " with values: \"- id: …\"");
		err = read_fields(r, &row);
		if (err == ERR_OK)
			err = name_row(r, from, number, &e, table);
		if (err != ERR_OK)
			return err;
	}
}

/* Fields, or rows with names, behind the table's start. */
static enum err
read_table(struct reader *r, struct bytes table)
{
	struct event e;

	r->keys[LEVEL_ROW].count = 0;
	for (;;) {
		struct declared where = { .table = table };
		enum err err = next(r, &e);

		if (err != ERR_OK || e.type == FYET_MAPPING_END)
			return err;
		err = take_key(r, LEVEL_ROW, &e);
		if (err != ERR_OK)
			return err;
		struct bytes name = e.text;

		err = next(r, &e);
		if (err != ERR_OK)
			return err;
		if (e.type == FYET_MAPPING_START) {
			where.row = name;
			err = read_fields(r, &where);
		} else {
			where.field = name;
			err = read_value(r, &where, &e);
		}
		if (err != ERR_OK)
			return err;
	}
}

/* All tables, behind the start of the outermost mapping. */
static enum err
read_tables(struct reader *r)
{
	struct event e;

	for (;;) {
		enum err err = next(r, &e);

		if (err != ERR_OK || e.type == FYET_MAPPING_END)
			return err;
		err = take_key(r, LEVEL_TABLE, &e);
		if (err != ERR_OK)
			return err;
		struct bytes table = e.text;

		err = next(r, &e);
		if (err != ERR_OK)
			return err;
		if (e.type == FYET_MAPPING_START)
			err = read_table(r, table);
		else if (e.type == FYET_SEQUENCE_START)
			err = read_rows(r, table);
		else if (e.type != FYET_SCALAR || e.text.len > 0)
			err = fail(r, &e, "a table must have fields or rows");
		if (err != ERR_OK)
			return err;
	}
}

static enum err
expect(struct reader *r, enum fy_event_type type, const char *what)
{
	struct event e;
	enum err err = next(r, &e);

	if (err != ERR_OK)
		return err;
	return e.type == type ? ERR_OK : fail(r, &e, what);
}

static enum err
read_document(struct reader *r)
{
	enum err err = expect(r, FYET_STREAM_START, "is no YAML");

	if (err == ERR_OK)
		err = expect(r, FYET_DOCUMENT_START, "is empty");
	if (err == ERR_OK)
		err = expect(r, FYET_MAPPING_START,
		    "tables must stand here: \"product:\", \"features:\" …");
	if (err == ERR_OK)
		err = read_tables(r);
	if (err == ERR_OK)
		err = expect(r, FYET_DOCUMENT_END, "is no YAML");
	if (err == ERR_OK)
		err = expect(
		    r, FYET_STREAM_END, "only one document may stand here");
	return err;
}

/* ---- start ---- */

static void
stay_silent(struct fy_diag *diag, void *user, const char *text, size_t len)
{
	(void)diag;
	(void)user;
	(void)text;
	(void)len;
}

static enum err
open_parser(struct reader *r, struct bytes in)
{
	struct fy_diag_cfg how = {
		.output_fn = stay_silent,
		.level = FYET_ERROR,
		.module_mask = ~0U,
	};
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG |
		    FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
	};

	r->diag = fy_diag_create(&how);
	if (r->diag == NULL)
		return ERR_MEMORY;
	fy_diag_set_collect_errors(r->diag, true);
	cfg.diag = r->diag;
	r->parser = fy_parser_create(&cfg);
	if (r->parser == NULL)
		return ERR_MEMORY;
	return fy_parser_set_string(r->parser, (const char *)in.ptr, in.len) ==
		0
	    ? ERR_OK
	    : ERR_MEMORY;
}

static enum err
open_keys(struct reader *r)
{
	for (size_t i = 0; i < LEVEL_COUNT; i++) {
		r->keys[i].list = arena_take_array(
		    r->arena, LIMIT_DECLARATION_KEYS, sizeof(*r->keys[i].list));
		if (r->keys[i].list == NULL)
			return ERR_MEMORY;
	}
	return ERR_OK;
}

static enum err
keep(const struct reader *r, struct declaration *ret)
{
	struct declared *list =
	    arena_take_array(r->arena, r->count, sizeof(*list));

	if (list == NULL)
		return ERR_MEMORY;
	if (r->count > 0)
		memcpy(list, r->list, r->count * sizeof(*list));
	*ret = (struct declaration){ list, r->count };
	return ERR_OK;
}

enum err
declaration_read(struct bytes in, struct arena *arena, struct declaration *ret,
    struct declaration_fault *ret_fault)
{
	struct reader r = {
		.arena = arena,
		.line = 1,
		.column = 1,
		.fault = ret_fault,
	};
	struct event start = { 0 };
	enum err err;

	if (in.len > LIMIT_DECLARATION_LEN)
		return fail_limit(&r, &start, "is too large (over 1 MiB)");
	if (bytes_trim(in).len == 0)
		return fail(&r, &start, "is empty");
	/* libfyaml takes a zero byte for the end and says nothing */
	if (!text_is_clean(in))
		return fail(&r, &start, "is no text in UTF-8");
	err = open_parser(&r, in);
	if (err == ERR_OK)
		err = open_keys(&r);
	if (err == ERR_OK)
		err = read_document(&r);
	if (err == ERR_OK)
		err = keep(&r, ret);
	free(r.list);
	fy_parser_destroy(r.parser);
	fy_diag_destroy(r.diag);
	return err;
}
