/* SPDX-License-Identifier: ISC */
/* The JSON reader. */
#include "codec/json_read.h"

#include <string.h>

#define SURROGATE_HIGH 0xd800u
#define SURROGATE_LOW 0xdc00u
#define SURROGATE_END 0xe000u

struct json_reader
json_reader_open(struct bytes in)
{
	return (struct json_reader){ .in = in };
}

static enum err
fail(struct json_reader *r, enum err err)
{
	if (r->failed == ERR_OK)
		r->failed = err;
	return r->failed;
}

/* The next byte that is no blank, or -1 at the end; it is not taken. */
static int
peek(struct json_reader *r)
{
	while (r->pos < r->in.len) {
		uint8_t byte = r->in.ptr[r->pos];

		if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r')
			return byte;
		r->pos++;
	}
	return -1;
}

static enum err
bad_byte(struct json_reader *r)
{
	return fail(r, peek(r) < 0 ? ERR_TRUNCATED : ERR_MALFORMED);
}

/* Every byte of a word of eight. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether one of eight bytes is a quote, a backslash or a control character.
   Source: S. E. Anderson, "Bit Twiddling Hacks", hasless(). */
static bool
has_special(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	uint64_t quote = word ^ EIGHT('"');
	uint64_t escape = word ^ EIGHT('\\');

	return (((word - EIGHT(0x20)) & ~word) | ((quote - EIGHT(1)) & ~quote) |
		   ((escape - EIGHT(1)) & ~escape)) &
	    EIGHT(0x80);
}

/* The first quote, backslash or control character from `at` on, or the end. */
static size_t
pass_plain(struct bytes in, size_t at)
{
	while (at < in.len && in.len - at >= 8 && !has_special(in.ptr + at))
		at += 8;
	while (at < in.len && in.ptr[at] >= 0x20 && in.ptr[at] != '"' &&
	    in.ptr[at] != '\\')
		at++;
	return at;
}

/* "…", the cursor standing on the first quote. */
static enum err
read_text(struct json_reader *r, struct bytes *ret)
{
	size_t from = r->pos + 1;
	size_t at = from;

	at = pass_plain(r->in, at);
	while (at < r->in.len && r->in.ptr[at] != '"') {
		if (r->in.ptr[at] < 0x20)
			return fail(r, ERR_MALFORMED);
		at = pass_plain(r->in, at + 2); /* an escape */
	}
	if (at >= r->in.len)
		return fail(r, ERR_TRUNCATED);
	*ret = bytes_slice(r->in, from, at - from);
	r->pos = at + 1;
	return ERR_OK;
}

static bool
is_number_byte(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || byte == '-' || byte == '+' ||
	    byte == '.' || byte == 'e' || byte == 'E';
}

static enum err
read_plain(struct json_reader *r, struct json_item *item)
{
	static const struct {
		const char *word;
		enum json_kind kind;
	} words[] = {
		{ "true", JSON_TRUE },
		{ "false", JSON_FALSE },
		{ "null", JSON_NULL },
	};
	struct bytes rest = bytes_from(r->in, r->pos);
	size_t len = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct bytes word = bytes_of(words[i].word);

		if (!bytes_starts(rest, word))
			continue;
		item->kind = words[i].kind;
		r->pos += word.len;
		return ERR_OK;
	}
	while (len < rest.len && is_number_byte(rest.ptr[len]))
		len++;
	if (len == 0)
		return bad_byte(r);
	item->kind = JSON_NUMBER;
	item->text = bytes_slice(rest, 0, len);
	r->pos += len;
	return ERR_OK;
}

static enum err
read_open(struct json_reader *r, struct json_item *item, bool object)
{
	if (r->depth == JSON_READ_DEPTH)
		return fail(r, ERR_LIMIT);
	item->kind = object ? JSON_OBJECT : JSON_ARRAY;
	r->is_object[r->depth++] = object;
	r->filled = false;
	r->pos++;
	return ERR_OK;
}

static enum err
read_value(struct json_reader *r, struct json_item *item)
{
	int next = peek(r);
	enum err err = ERR_OK;

	if (next == '{' || next == '[')
		return read_open(r, item, next == '{');
	if (next == '"') {
		item->kind = JSON_TEXT;
		err = read_text(r, &item->text);
	} else {
		err = read_plain(r, item);
	}
	r->filled = true;
	return err;
}

/* "key": in front of a member's value. */
static enum err
read_key(struct json_reader *r, struct json_item *item)
{
	if (peek(r) != '"')
		return bad_byte(r);
	enum err err = read_text(r, &item->key);

	if (err != ERR_OK)
		return err;
	if (peek(r) != ':')
		return bad_byte(r);
	r->pos++;
	return ERR_OK;
}

static enum err
read_member(struct json_reader *r, struct json_item *item)
{
	bool object = r->is_object[r->depth - 1];
	int next = peek(r);

	if (next == (object ? '}' : ']')) {
		item->kind = JSON_END;
		item->depth = --r->depth;
		r->pos++;
		r->filled = true;
		return ERR_OK;
	}
	if (r->filled) {
		if (next != ',')
			return bad_byte(r);
		r->pos++;
	}
	enum err err = object ? read_key(r, item) : ERR_OK;

	return err == ERR_OK ? read_value(r, item) : err;
}

enum err
json_read(struct json_reader *r, struct json_item *ret)
{
	struct json_item item = { .depth = r->depth };
	enum err err;

	if (r->failed != ERR_OK)
		return r->failed;
	if (r->depth > 0) {
		err = read_member(r, &item);
	} else if (r->done) {
		return fail(r, peek(r) < 0 ? ERR_END : ERR_MALFORMED);
	} else {
		err = read_value(r, &item);
	}
	if (err != ERR_OK)
		return err;
	r->done = r->depth == 0;
	*ret = item;
	return ERR_OK;
}

enum err
json_skip(struct json_reader *r, const struct json_item *item)
{
	size_t depth = item->depth;
	struct json_item inner = *item;
	enum err err = ERR_OK;

	if (item->kind != JSON_OBJECT && item->kind != JSON_ARRAY)
		return ERR_OK;
	do {
		err = json_read(r, &inner);
	} while (
	    err == ERR_OK && !(inner.kind == JSON_END && inner.depth == depth));
	return err;
}

/* Four hexadecimal digits at the start of `in`; false when they are not. */
static bool
read_hex4(struct bytes in, uint32_t *ret)
{
	uint32_t value = 0;

	if (in.len < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		uint8_t c = in.ptr[i];
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = c - (uint32_t)'0';
		else if (c >= 'a' && c <= 'f')
			digit = c - (uint32_t)'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - (uint32_t)'A' + 10;
		else
			return false;
		value = value << 4 | digit;
	}
	*ret = value;
	return true;
}

static void
put_utf8(struct out *o, uint32_t c)
{
	if (c < 0x80) {
		out_u8(o, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		out_u8(o, (uint8_t)(0xc0 | c >> 6));
	} else if (c < 0x10000) {
		out_u8(o, (uint8_t)(0xe0 | c >> 12));
		out_u8(o, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
	} else {
		out_u8(o, (uint8_t)(0xf0 | c >> 18));
		out_u8(o, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		out_u8(o, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
	}
	out_u8(o, (uint8_t)(0x80 | (c & 0x3f)));
}

/* \uXXXX, two of them for a pair of surrogates; how many bytes it took, or 0
   when it is none. */
static size_t
put_unicode(struct out *o, struct bytes escape)
{
	uint32_t high;
	uint32_t low;

	if (!read_hex4(bytes_from(escape, 2), &high))
		return 0;
	if (high < SURROGATE_HIGH || high >= SURROGATE_END) {
		put_utf8(o, high);
		return 6;
	}
	if (high >= SURROGATE_LOW ||
	    !bytes_starts(bytes_from(escape, 6), BYTES("\\u")) ||
	    !read_hex4(bytes_from(escape, 8), &low) || low < SURROGATE_LOW ||
	    low >= SURROGATE_END)
		return 0;
	put_utf8(o,
	    0x10000 + ((high - SURROGATE_HIGH) << 10) + (low - SURROGATE_LOW));
	return 12;
}

void
json_put_unescaped(struct out *o, struct bytes text)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	size_t at = 0;

	while (at < text.len) {
		size_t took = 0;

		if (text.ptr[at] == '\\' && at + 1 < text.len) {
			size_t i = bytes_find_byte(
			    bytes_of(letters), text.ptr[at + 1], 0);

			if (i != SIZE_MAX) {
				out_u8(o, (uint8_t)meanings[i]);
				took = 2;
			} else if (text.ptr[at + 1] == 'u') {
				took = put_unicode(o, bytes_from(text, at));
			}
		}
		if (took == 0) {
			out_u8(o, text.ptr[at]);
			took = 1;
		}
		at += took;
	}
}

struct bytes
json_find_text(struct bytes in, const char *key)
{
	struct json_reader r = json_reader_open(in);
	struct json_item item;

	if (json_read(&r, &item) != ERR_OK || item.kind != JSON_OBJECT)
		return (struct bytes){ 0 };
	while (json_read(&r, &item) == ERR_OK) {
		if (item.kind == JSON_TEXT && bytes_equal_text(item.key, key))
			return item.text;
		if (json_skip(&r, &item) != ERR_OK)
			break;
	}
	return (struct bytes){ 0 };
}
