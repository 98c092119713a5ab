/* SPDX-License-Identifier: ISC */
/* Reads an assessment's JSON, member by member. */
#include "label/assessed.h"

#include "base/date.h"
#include "codec/hex.h"
#include "codec/json_read.h"

#include <stddef.h>
#include <string.h>

/* Bytes of one text in it, and how many gaps and frameworks it may name. */
#define TEXT_LEN_MAX ((size_t)4096)
#define GAPS_MAX ((size_t)4096)
#define FRAMEWORKS_MAX ((size_t)64)
#define GROW_FIRST ((size_t)16)
#define DAY_LAST_SEC INT64_C(86399)

static const char format_name[] = "assessment";

/* Members that must be there, and that may be there once. */
enum section {
	SECTION_TOP,
	SECTION_TOOL,
	SECTION_IMAGE,
	SECTION_DECLARATION,
	SECTION_PRODUCT,
	SECTION_COVERAGE,
	SECTION_SCHEME,
	SECTION_VERDICTS,
	SECTIONS
};
#define REQUIRED                                                               \
	(1u << SECTION_TOOL | 1u << SECTION_IMAGE | 1u << SECTION_COVERAGE |   \
	    1u << SECTION_SCHEME | 1u << SECTION_VERDICTS)

enum field_kind {
	FIELD_TEXT,
	FIELD_NUMBER,
	FIELD_DIGEST,
};

struct field {
	enum section section;
	const char *key;
	enum field_kind kind;
	size_t at; /* in struct assessed */
	bool may_lack;
};

/* Every member that is read, but for the lists. */
static const struct field fields[] = {
	{ SECTION_TOP, "worker_trouble", FIELD_TEXT,
	    offsetof(struct assessed, trouble), true },
	{ SECTION_TOP, "cut_short", FIELD_TEXT,
	    offsetof(struct assessed, trouble), true },
	{ SECTION_TOP, "jail", FIELD_TEXT, offsetof(struct assessed, jail),
	    true },
	{ SECTION_TOOL, "name", FIELD_TEXT, offsetof(struct assessed, tool),
	    false },
	{ SECTION_TOOL, "version", FIELD_TEXT,
	    offsetof(struct assessed, tool_version), false },
	{ SECTION_TOOL, "data", FIELD_TEXT,
	    offsetof(struct assessed, tool_data), false },
	{ SECTION_IMAGE, "name", FIELD_TEXT,
	    offsetof(struct assessed, image_name), false },
	{ SECTION_IMAGE, "size", FIELD_NUMBER,
	    offsetof(struct assessed, image_size), false },
	{ SECTION_IMAGE, "sha256", FIELD_DIGEST,
	    offsetof(struct assessed, image_sha256), false },
	{ SECTION_DECLARATION, "sha256", FIELD_DIGEST,
	    offsetof(struct assessed, declaration_sha256), false },
	{ SECTION_DECLARATION, "problems", FIELD_NUMBER,
	    offsetof(struct assessed, declaration_problems), false },
	{ SECTION_PRODUCT, "maker", FIELD_TEXT,
	    offsetof(struct assessed, maker), false },
	{ SECTION_PRODUCT, "model", FIELD_TEXT,
	    offsetof(struct assessed, model), false },
	{ SECTION_PRODUCT, "hardware", FIELD_TEXT,
	    offsetof(struct assessed, hardware), false },
	{ SECTION_PRODUCT, "release", FIELD_TEXT,
	    offsetof(struct assessed, version), false },
	{ SECTION_PRODUCT, "support_end", FIELD_TEXT,
	    offsetof(struct assessed, support_end), false },
	{ SECTION_COVERAGE, "read", FIELD_NUMBER,
	    offsetof(struct assessed, read), false },
	{ SECTION_COVERAGE, "padding", FIELD_NUMBER,
	    offsetof(struct assessed, padding), false },
	{ SECTION_COVERAGE, "opaque", FIELD_NUMBER,
	    offsetof(struct assessed, opaque), false },
	{ SECTION_COVERAGE, "unread", FIELD_NUMBER,
	    offsetof(struct assessed, unread), false },
	{ SECTION_SCHEME, "name", FIELD_TEXT, offsetof(struct assessed, scheme),
	    false },
	{ SECTION_SCHEME, "level", FIELD_TEXT, offsetof(struct assessed, level),
	    false },
	{ SECTION_SCHEME, "next", FIELD_TEXT, offsetof(struct assessed, next),
	    false },
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static const char *const section_keys[SECTIONS] = {
	[SECTION_TOP] = "",
	[SECTION_TOOL] = "tool",
	[SECTION_IMAGE] = "image",
	[SECTION_DECLARATION] = "declaration",
	[SECTION_PRODUCT] = "product",
	[SECTION_COVERAGE] = "coverage",
	[SECTION_SCHEME] = "scheme",
	[SECTION_VERDICTS] = "verdicts",
};

struct reading {
	struct json_reader json;
	struct arena *arena;
	struct assessed *to;
	struct fault fault; /* code ERR_OK until the first */
	bool schema_seen;
	unsigned sections; /* bits of those seen */
	uint32_t fields;   /* likewise, by row */
	size_t gap_cap, framework_cap;
};

static void
fail(struct reading *r, enum err code, const char *field)
{
	if (r->fault.code == ERR_OK)
		r->fault = (struct fault){
			.code = code,
			.at = r->json.pos,
			.format = format_name,
			.field = field,
		};
}

/*
 * Words are compared as they stand. Ours have no escapes; another's could hide
 * a member here that every other reader of the file finds.
 */
static bool
is_plain(struct bytes word)
{
	return bytes_find(word, BYTES("\\"), 0) == SIZE_MAX;
}

/* The next item; false when reading has failed or the file ended. */
static bool
next(struct reading *r, struct json_item *ret)
{
	enum err err;

	if (r->fault.code != ERR_OK)
		return false;
	err = json_read(&r->json, ret);
	if (err != ERR_OK)
		fail(r, err == ERR_END ? ERR_TRUNCATED : err, "JSON");
	else if (!is_plain(ret->key))
		fail(r, ERR_MALFORMED, "key");
	return r->fault.code == ERR_OK;
}

/* The next member of what was opened at `depth`; false at its end. */
static bool
next_member(struct reading *r, size_t depth, struct json_item *ret)
{
	return next(r, ret) && !(ret->kind == JSON_END && ret->depth == depth);
}

static void
skip(struct reading *r, const struct json_item *item)
{
	enum err err = json_skip(&r->json, item);

	if (err != ERR_OK)
		fail(r, err, "JSON");
}

static bool
want(struct reading *r, const struct json_item *item, enum json_kind kind,
    const char *field)
{
	if (item->kind != kind)
		fail(r, ERR_MALFORMED, field);
	return item->kind == kind;
}

static struct bytes
read_text(struct reading *r, const struct json_item *item, const char *field)
{
	struct out o = out_open(TEXT_LEN_MAX);
	struct bytes copy = { NULL, 0 };

	if (!want(r, item, JSON_TEXT, field))
		return copy;
	json_put_unescaped(&o, item->text);
	if (o.failed != ERR_OK)
		fail(r, o.failed, field);
	copy = arena_copy(r->arena, out_bytes(&o));
	if (copy.ptr == NULL && o.len > 0)
		fail(r, ERR_MEMORY, field);
	out_close(&o);
	return copy;
}

static void
read_digest(struct reading *r, const struct json_item *item, uint8_t *ret,
    const char *field)
{
	if (want(r, item, JSON_TEXT, field) &&
	    !hex_read(item->text, ret, SHA256_LEN))
		fail(r, ERR_MALFORMED, field);
}

static void
read_field(
    struct reading *r, const struct field *f, const struct json_item *item)
{
	void *at = (char *)r->to + f->at;
	struct bytes *text = at;
	uint64_t *number = at;

	switch (f->kind) {
	case FIELD_TEXT:
		*text = read_text(r, item, f->key);
		break;
	case FIELD_NUMBER:
		if (want(r, item, JSON_NUMBER, f->key) &&
		    !bytes_to_u64(item->text, number))
			fail(r, ERR_MALFORMED, f->key);
		break;
	case FIELD_DIGEST:
		read_digest(r, item, at, f->key);
		break;
	}
}

/* Whether it is a member out of the table; it is then read. */
static bool
read_known(
    struct reading *r, enum section section, const struct json_item *item)
{
	for (size_t i = 0; i < FIELDS; i++) {
		const struct field *f = &fields[i];

		if (f->section != section ||
		    !bytes_equal_text(item->key, f->key))
			continue;
		if ((r->fields & UINT32_C(1) << i) != 0)
			fail(r, ERR_MALFORMED, f->key); /* twice */
		r->fields |= UINT32_C(1) << i;
		read_field(r, f, item);
		return true;
	}
	return false;
}

/* Room for one more element; the old list stays in the arena. */
static bool
grow(struct reading *r, void **list, size_t count, size_t *cap, size_t size,
    size_t max)
{
	size_t wanted = *cap == 0 ? GROW_FIRST : *cap * 2;
	void *bigger;

	if (count < *cap)
		return true;
	if (count >= max) {
		fail(r, ERR_LIMIT, "list");
		return false;
	}
	bigger = arena_take_array(r->arena, wanted, size);
	if (bigger == NULL) {
		fail(r, ERR_MEMORY, "list");
		return false;
	}
	if (count > 0)
		memcpy(bigger, *list, count * size);
	*list = bigger;
	*cap = wanted;
	return true;
}

/* The first text of a list. */
static void
read_what(struct reading *r, const struct json_item *list, struct bytes *ret)
{
	struct json_item item;
	bool first = true;

	if (!want(r, list, JSON_ARRAY, "what"))
		return;
	while (next_member(r, list->depth, &item)) {
		if (first)
			*ret = read_text(r, &item, "what");
		else
			skip(r, &item);
		first = false;
	}
}

static void
read_gap(struct reading *r, const struct json_item *object)
{
	struct assessed *a = r->to;
	struct assessed_gap gap = { 0 };
	struct json_item item;
	void *list = a->gaps;

	if (!want(r, object, JSON_OBJECT, "gaps"))
		return;
	while (next_member(r, object->depth, &item)) {
		if (bytes_equal_text(item.key, "framework"))
			gap.framework = read_text(r, &item, "framework");
		else if (bytes_equal_text(item.key, "requirement"))
			gap.requirement = read_text(r, &item, "requirement");
		else if (bytes_equal_text(item.key, "need"))
			gap.need = read_text(r, &item, "need");
		else if (bytes_equal_text(item.key, "what"))
			read_what(r, &item, &gap.what);
		else
			skip(r, &item);
	}
	if (!grow(r, &list, a->gap_count, &r->gap_cap, sizeof(gap), GAPS_MAX))
		return;
	a->gaps = list;
	a->gaps[a->gap_count++] = gap;
}

static void
read_gaps(struct reading *r, const struct json_item *list)
{
	struct json_item item;

	if (!want(r, list, JSON_ARRAY, "gaps"))
		return;
	if (r->to->gap_count > 0)
		fail(r, ERR_MALFORMED, "gaps"); /* twice */
	while (next_member(r, list->depth, &item))
		read_gap(r, &item);
}

static struct assessed_framework *
find_framework(struct reading *r, struct bytes name)
{
	struct assessed *a = r->to;
	void *list = a->frameworks;

	for (size_t i = 0; i < a->framework_count; i++)
		if (bytes_equal(a->frameworks[i].name, name))
			return &a->frameworks[i];
	if (!grow(r, &list, a->framework_count, &r->framework_cap,
		sizeof(*a->frameworks), FRAMEWORKS_MAX))
		return NULL;
	a->frameworks = list;
	struct assessed_framework *f = &a->frameworks[a->framework_count++];

	f->name = arena_copy(r->arena, name);
	if (f->name.ptr == NULL && name.len > 0)
		fail(r, ERR_MEMORY, "framework");
	return f;
}

static struct bytes
read_word(struct reading *r, const struct json_item *item, const char *field)
{
	if (want(r, item, JSON_TEXT, field) && !is_plain(item->text))
		fail(r, ERR_MALFORMED, field);
	return r->fault.code == ERR_OK ? item->text : (struct bytes){ NULL, 0 };
}

/* On what one verdict rests. What stays open although the level was reached
   was let pass because of the maker's word. */
static void
read_verdict(struct reading *r, const struct json_item *object)
{
	struct bytes framework = { NULL, 0 };
	struct json_item item;
	bool declared = false;
	bool reviewed = false;

	if (!want(r, object, JSON_OBJECT, "verdicts"))
		return;
	while (next_member(r, object->depth, &item)) {
		if (bytes_equal_text(item.key, "framework")) {
			if (framework.ptr != NULL)
				fail(r, ERR_MALFORMED, "framework"); /* twice */
			framework = read_word(r, &item, "framework");
		} else if (bytes_equal_text(item.key, "basis")) {
			struct bytes basis = read_word(r, &item, "basis");

			declared |= bytes_equal_text(basis, "declared");
			reviewed |= bytes_equal_text(basis, "reviewed");
		} else if (bytes_equal_text(item.key, "reason")) {
			struct bytes reason = read_word(r, &item, "reason");

			declared |= bytes_equal_text(reason, "needs-review") ||
			    bytes_equal_text(reason, "unread-bytes");
		} else {
			skip(r, &item);
		}
	}
	if (r->fault.code != ERR_OK)
		return;
	struct assessed_framework *f = find_framework(r, framework);

	if (f != NULL) {
		f->declared |= declared;
		f->reviewed |= reviewed;
	}
}

static void
read_verdicts(struct reading *r, const struct json_item *list)
{
	struct json_item item;

	if (!want(r, list, JSON_ARRAY, "verdicts"))
		return;
	while (next_member(r, list->depth, &item))
		read_verdict(r, &item);
}

static void
read_section(
    struct reading *r, enum section section, const struct json_item *object)
{
	struct json_item item;

	if ((r->sections & 1u << section) != 0)
		fail(r, ERR_MALFORMED, section_keys[section]); /* twice */
	r->sections |= 1u << section;
	if (section == SECTION_VERDICTS) {
		read_verdicts(r, object);
		return;
	}
	if (!want(r, object, JSON_OBJECT, section_keys[section]))
		return;
	while (next_member(r, object->depth, &item)) {
		if (section == SECTION_SCHEME &&
		    bytes_equal_text(item.key, "gaps"))
			read_gaps(r, &item);
		else if (!read_known(r, section, &item))
			skip(r, &item);
	}
}

static void
read_schema(struct reading *r, const struct json_item *item)
{
	if (!want(r, item, JSON_TEXT, "schema"))
		return;
	r->schema_seen = true;
	if (!bytes_equal_text(item->text, "hallmark.assessment/1"))
		fail(r, ERR_UNSUPPORTED, "schema");
}

static void
read_member(struct reading *r, const struct json_item *item)
{
	for (size_t i = SECTION_TOP + 1; i < SECTIONS; i++)
		if (bytes_equal_text(item->key, section_keys[i])) {
			read_section(r, (enum section)i, item);
			return;
		}
	if (bytes_equal_text(item->key, "schema"))
		read_schema(r, item);
	else if (!read_known(r, SECTION_TOP, item))
		skip(r, item);
}

/* Whether all that must be there was. */
static void
check_whole(struct reading *r)
{
	if (!r->schema_seen)
		fail(r, ERR_UNSUPPORTED, "schema");
	for (size_t i = 0; i < SECTIONS; i++)
		if ((REQUIRED & 1u << i) != 0 && (r->sections & 1u << i) == 0)
			fail(r, ERR_MALFORMED, section_keys[i]);
	for (size_t i = 0; i < FIELDS; i++)
		if (!fields[i].may_lack &&
		    (r->sections & 1u << fields[i].section) != 0 &&
		    (r->fields & UINT32_C(1) << i) == 0)
			fail(r, ERR_MALFORMED, fields[i].key);
}

/* Every byte of the image is accounted for, once. */
static bool
adds_up(const struct assessed *a)
{
	uint64_t left = a->image_size;
	const uint64_t parts[] = { a->read, a->padding, a->opaque, a->unread };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i] > left)
			return false;
		left -= parts[i];
	}
	return left == 0;
}

static void
finish(struct reading *r)
{
	struct assessed *a = r->to;
	int64_t day;

	check_whole(r);
	if (!adds_up(a))
		fail(r, ERR_MALFORMED, "coverage");
	a->has_declaration = (r->sections & 1u << SECTION_DECLARATION) != 0;
	a->has_product = (r->sections & 1u << SECTION_PRODUCT) != 0;
	if (a->support_end.len > 0 && date_read_day(a->support_end, &day))
		a->support_until = day + DAY_LAST_SEC;
}

enum err
assessed_read(struct bytes json, struct arena *arena, struct assessed *ret,
    struct fault *ret_fault)
{
	struct assessed a = { 0 };
	struct reading r = {
		.json = json_reader_open(json),
		.arena = arena,
		.to = &a,
	};
	struct json_item item = { 0 };

	if (json.len > ASSESSED_FILE_MAX)
		fail(&r, ERR_LIMIT, "length");
	if (next(&r, &item) && want(&r, &item, JSON_OBJECT, "JSON"))
		while (next_member(&r, 0, &item))
			read_member(&r, &item);
	if (r.fault.code == ERR_OK && json_read(&r.json, &item) != ERR_END)
		fail(&r, ERR_MALFORMED, "JSON");
	if (r.fault.code == ERR_OK)
		finish(&r);
	if (r.fault.code != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = a;
	return ERR_OK;
}
