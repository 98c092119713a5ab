/* SPDX-License-Identifier: ISC */
/* Ranges of fields, checked while reading. */
#include "statement/fields.h"

#include "base/date.h"
#include "base/text.h"

/* Characters that nobody sees but that change what is seen: C1, marks of
   direction, line and paragraph separators; or that part two names which look
   the same: spaces without width, tags. The two joiners (U+200C, U+200D) stay:
   some scripts are written with them. Source: Unicode TR 36 §2. */
static const struct {
	uint32_t from, to;
} unseen[] = {
	{ 0x80, 0x9f },
	{ 0xad, 0xad },
	{ 0x61c, 0x61c },
	{ 0x200b, 0x200b },
	{ 0x200e, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffb },
	{ 0xe0000, 0xe0fff },
};

/* The code point of a valid sequence. */
static uint32_t
code_point(struct bytes in, size_t len)
{
	static const uint8_t masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t point = in.ptr[0] & masks[len];

	for (size_t i = 1; i < len; i++)
		point = point << 6 | (in.ptr[i] & 0x3fu);
	return point;
}

static bool
is_seen(uint32_t point)
{
	if (point < 0x20 || point == 0x7f)
		return false;
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (point >= unseen[i].from && point <= unseen[i].to)
			return false;
	return true;
}

/* How many of the first bytes are ASCII that is seen: nearly all of them. */
static size_t
plain_len(struct bytes text)
{
	size_t len = 0;

	while (len < text.len && text.ptr[len] >= 0x20 && text.ptr[len] < 0x7f)
		len++;
	return len;
}

bool
fields_text_ok(struct bytes text, size_t min, size_t max)
{
	if (text.len < min || text.len > max)
		return false;
	while (text.len > 0) {
		size_t plain = plain_len(text);
		size_t len;

		text = bytes_from(text, plain);
		if (text.len == 0)
			break;
		len = text_utf8_len(text);
		if (len == 0 || !is_seen(code_point(text, len)))
			return false;
		text = bytes_from(text, len);
	}
	return true;
}

bool
fields_url_ok(struct bytes url)
{
	if (url.len == 0)
		return true;
	for (size_t i = 0; i < url.len; i++) {
		uint8_t byte = url.ptr[i];

		if (byte <= ' ' || byte >= 0x7f || byte == '"' ||
		    byte == '\'' || byte == '<' || byte == '>' ||
		    byte == '\\' || byte == '`')
			return false;
	}
	return bytes_starts(url, BYTES("https://")) ||
	    bytes_starts(url, BYTES("http://"));
}

bool
fields_time_ok(int64_t secs)
{
	return secs >= 1 && secs <= DATE_MAX;
}

struct bytes
fields_text(struct cbor_reader *r, size_t min, size_t max, const char *field)
{
	size_t at = r->pos;
	struct bytes text = cbor_text(r, field);

	if (cbor_ok(r) && !fields_text_ok(text, min, max))
		cbor_fail(r, ERR_MALFORMED, at, field);
	return text;
}

struct bytes
fields_url(struct cbor_reader *r, size_t max, const char *field)
{
	size_t at = r->pos;
	struct bytes url = fields_text(r, 0, max, field);

	if (cbor_ok(r) && !fields_url_ok(url))
		cbor_fail(r, ERR_MALFORMED, at, field);
	return url;
}

int64_t
fields_time(struct cbor_reader *r, const char *field)
{
	size_t at = r->pos;
	int64_t secs = cbor_int(r, field);

	if (cbor_ok(r) && !fields_time_ok(secs))
		cbor_fail(r, ERR_MALFORMED, at, field);
	return secs;
}

int64_t
fields_time_or_null(struct cbor_reader *r, const char *field)
{
	if (cbor_peek(r) != CBOR_NULL)
		return fields_time(r, field);
	(void)cbor_read(r, field);
	return 0;
}

uint64_t
fields_uint(
    struct cbor_reader *r, uint64_t min, uint64_t max, const char *field)
{
	size_t at = r->pos;
	uint64_t value = cbor_uint(r, field);

	if (cbor_ok(r) && (value < min || value > max))
		cbor_fail(r, ERR_MALFORMED, at, field);
	return value;
}

struct bytes
fields_bytes(struct cbor_reader *r, size_t len, const char *field)
{
	size_t at = r->pos;
	struct bytes value = cbor_bytes(r, field);

	if (cbor_ok(r) && value.len != len)
		cbor_fail(r, ERR_MALFORMED, at, field);
	return value;
}

void
fields_array(struct cbor_reader *r, size_t count, const char *field)
{
	size_t at = r->pos;

	if (cbor_array(r, field) != count)
		cbor_fail(r, ERR_MALFORMED, at, field);
}

void
fields_claim(struct cbor_reader *r, int64_t claim, const char *field)
{
	size_t at = r->pos;

	if (cbor_int(r, field) != claim)
		cbor_fail(r, ERR_MALFORMED, at, field);
}

struct cbor_reader
fields_open_claim(
    struct bytes payload, int64_t claim, size_t count, const char *format)
{
	struct cbor_reader r = cbor_open(payload, CBOR_STRICT, format);
	struct cbor_map map = cbor_map(&r, "payload");

	if (map.left != 1)
		cbor_fail(&r, ERR_MALFORMED, 0, "payload");
	fields_claim(&r, claim, "claim");
	fields_array(&r, count, "claim");
	return r;
}

bool
fields_has_claim(struct bytes payload, int64_t claim)
{
	struct cbor_reader r = cbor_open(payload, CBOR_STRICT, "payload");
	struct cbor_item key;

	for (struct cbor_map map = cbor_map(&r, "payload");
	     cbor_next(&r, &map, &key, "payload");) {
		if (cbor_is(&key, claim))
			return true;
		(void)cbor_skip(&r, "payload");
	}
	return false;
}

void
fields_put_time_or_null(struct cbor_writer *w, int64_t secs)
{
	if (secs != 0)
		cbor_put_int(w, secs);
	else
		cbor_put_null(w);
}
