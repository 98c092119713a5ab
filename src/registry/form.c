/* SPDX-License-Identifier: ISC */
/* The writer of both forms: CBOR's maps are sorted when they end. */
#include "registry/form.h"

#include "base/date.h"
#include "base/text.h"
#include "codec/cbor.h"

#include <assert.h>
#include <string.h>

/* Bytes of the longest head of CBOR, and of a tag before it. */
#define HEAD_LEN ((size_t)9)

void
form_open(struct form *ret, enum registry_form kind, struct out *to)
{
	*ret = (struct form){
		.kind = kind == REGISTRY_CBOR ? REGISTRY_CBOR : REGISTRY_JSON,
		.to = to,
		.json = json_open(to),
	};
}

const char *
form_type(const struct form *f)
{
	return f->kind == REGISTRY_CBOR ? "application/cbor"
					: "application/json";
}

static bool
is_cbor(const struct form *f)
{
	return f->kind == REGISTRY_CBOR;
}

/* Room for an item with `len` bytes of content, and its end. */
static struct cbor_writer
begin_item(struct form *f, size_t len)
{
	uint8_t *room = out_reserve(f->to, len + 2 * HEAD_LEN);

	return cbor_writer_open(room, room != NULL ? len + 2 * HEAD_LEN : 0);
}

static void
end_item(struct form *f, const struct cbor_writer *w)
{
	if (f->to->failed == ERR_OK)
		f->to->len += cbor_written(w).len;
}

/* Counts a member or an element of what is open, and names it. */
static void
begin_member(struct form *f, const char *key)
{
	struct form_level *level;

	if (f->depth == 0) {
		assert(key == NULL);
		return;
	}
	level = &f->level[f->depth - 1];
	assert(level->is_object == (key != NULL));
	if (key != NULL) {
		assert(level->count < FORM_MEMBERS);
		level->member[level->count] = f->to->len;
	}
	level->count++;
	if (key == NULL)
		return;
	if (!is_cbor(f)) {
		json_key(&f->json, key);
		return;
	}
	struct cbor_writer w = begin_item(f, strlen(key));

	cbor_put_literal(&w, key);
	end_item(f, &w);
}

static void
begin_level(struct form *f, const char *key, bool is_object)
{
	begin_member(f, key);
	assert(f->depth < FORM_DEPTH);
	f->level[f->depth++] = (struct form_level){
		.is_object = is_object,
		.begin = f->to->len,
	};
	if (is_cbor(f))
		return;
	if (is_object)
		json_begin_object(&f->json, JSON_LINES);
	else
		json_begin_array(&f->json, JSON_LINES);
}

void
form_begin_object(struct form *f, const char *key)
{
	begin_level(f, key, true);
}

void
form_begin_array(struct form *f, const char *key)
{
	begin_level(f, key, false);
}

/* The bytes of one member, key and value, in what was written. */
static struct bytes
find_member(const struct form *f, const struct form_level *level, size_t i)
{
	size_t end = i + 1 < level->count ? level->member[i + 1] : f->to->len;

	return bytes_slice(
	    out_bytes(f->to), level->member[i], end - level->member[i]);
}

/* Order of the members by their keys' bytes, which begin them. */
static void
sort_members(
    const struct form *f, const struct form_level *level, size_t *order)
{
	for (size_t i = 0; i < level->count; i++) {
		size_t at = i;

		while (at > 0 &&
		    bytes_compare(find_member(f, level, i),
			find_member(f, level, order[at - 1])) < 0) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = i;
	}
}

/* Content, now in order, goes behind its head, which takes some bytes more. */
static void
end_cbor(struct form *f, const struct form_level *level)
{
	size_t order[FORM_MEMBERS];
	size_t len = f->to->len - level->begin;
	struct out copy = out_open(len + HEAD_LEN);
	uint8_t head[HEAD_LEN];
	struct cbor_writer w = cbor_writer_open(head, sizeof(head));

	if (level->is_object) {
		sort_members(f, level, order);
		cbor_put_map(&w, level->count);
	} else {
		cbor_put_array(&w, level->count);
	}
	out_put(&copy, cbor_written(&w));
	for (size_t i = 0; level->is_object && i < level->count; i++)
		out_put(&copy, find_member(f, level, order[i]));
	if (!level->is_object)
		out_put(
		    &copy, bytes_slice(out_bytes(f->to), level->begin, len));
	f->to->len = level->begin;
	if (copy.failed == ERR_OK)
		out_put(f->to, out_bytes(&copy));
	else
		f->to->failed = copy.failed;
	out_close(&copy);
}

void
form_end(struct form *f)
{
	assert(f->depth > 0);
	f->depth--;
	if (!is_cbor(f))
		json_end(&f->json);
	else if (f->to->failed == ERR_OK)
		end_cbor(f, &f->level[f->depth]);
}

static bool
is_utf8(struct bytes in)
{
	while (in.len > 0) {
		size_t len = text_utf8_len(in);

		if (len == 0)
			return false;
		in = bytes_from(in, len);
	}
	return true;
}

void
form_text(struct form *f, const char *key, struct bytes text)
{
	begin_member(f, key);
	if (!is_cbor(f)) {
		json_put_text(&f->json, text);
		return;
	}
	struct cbor_writer w = begin_item(f, text.len);

	if (is_utf8(text))
		cbor_put_text(&w, text);
	else
		cbor_put_bytes(&w, text);
	end_item(f, &w);
}

void
form_string(struct form *f, const char *key, const char *text)
{
	form_text(f, key, bytes_of(text));
}

void
form_number(struct form *f, const char *key, uint64_t value)
{
	begin_member(f, key);
	if (!is_cbor(f)) {
		json_put_number(&f->json, value);
		return;
	}
	struct cbor_writer w = begin_item(f, 0);

	cbor_put_uint(&w, value);
	end_item(f, &w);
}

void
form_bool(struct form *f, const char *key, bool value)
{
	begin_member(f, key);
	if (!is_cbor(f)) {
		json_put_bool(&f->json, value);
		return;
	}
	struct cbor_writer w = begin_item(f, 0);

	cbor_put_bool(&w, value);
	end_item(f, &w);
}

void
form_null(struct form *f, const char *key)
{
	begin_member(f, key);
	if (!is_cbor(f)) {
		json_put_null(&f->json);
		return;
	}
	struct cbor_writer w = begin_item(f, 0);

	cbor_put_null(&w);
	end_item(f, &w);
}

/* Epoch-based time: RFC 8949 §3.4.2. */
#define TAG_EPOCH 1
#define TIME_LEN 32

void
form_time(struct form *f, const char *key, int64_t secs)
{
	struct out text = out_open(TIME_LEN);

	if (secs == 0) {
		form_null(f, key);
		return;
	}
	begin_member(f, key);
	if (!is_cbor(f)) {
		date_put_time(&text, secs);
		if (text.failed != ERR_OK)
			f->to->failed = text.failed;
		json_put_text(&f->json, out_bytes(&text));
		out_close(&text);
		return;
	}
	struct cbor_writer w = begin_item(f, 0);

	cbor_put_tag(&w, TAG_EPOCH);
	cbor_put_int(&w, secs);
	end_item(f, &w);
}

static void
put_hex(struct form *f, struct bytes value)
{
	struct out hex = out_open(2 * value.len);

	out_hex_bytes(&hex, value);
	if (hex.failed != ERR_OK)
		f->to->failed = hex.failed;
	json_put_text(&f->json, out_bytes(&hex));
	out_close(&hex);
}

void
form_bytes(struct form *f, const char *key, struct bytes value)
{
	if (value.ptr == NULL) {
		form_null(f, key);
		return;
	}
	begin_member(f, key);
	if (!is_cbor(f)) {
		put_hex(f, value);
		return;
	}
	struct cbor_writer w = begin_item(f, value.len);

	cbor_put_bytes(&w, value);
	end_item(f, &w);
}
