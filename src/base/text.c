/* SPDX-License-Identifier: ISC */
/* Escaping writers and the test for text. */
#include "base/text.h"

#include "base/number.h"

#include <string.h>

#define TEXT_LOOK_LEN ((size_t)4096)

/* Valid second bytes by lead byte: RFC 3629 §4. */
static const struct {
	uint8_t lead_from, lead_to;
	uint8_t second_from, second_to;
	uint8_t len;
} utf8_rows[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

size_t
text_utf8_len(struct bytes in)
{
	if (in.len == 0)
		return 0;
	if (in.ptr[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
		if (in.ptr[0] < utf8_rows[i].lead_from ||
		    in.ptr[0] > utf8_rows[i].lead_to)
			continue;
		if (in.len < utf8_rows[i].len ||
		    in.ptr[1] < utf8_rows[i].second_from ||
		    in.ptr[1] > utf8_rows[i].second_to)
			return 0;
		for (size_t k = 2; k < utf8_rows[i].len; k++)
			if ((in.ptr[k] & 0xc0) != 0x80)
				return 0;
		return utf8_rows[i].len;
	}
	return 0;
}

static bool
is_control(uint8_t byte)
{
	return byte < 0x20 || byte == 0x7f;
}

bool
text_is_clean(struct bytes in)
{
	while (in.len > 0) {
		size_t len = text_utf8_len(in);

		if (len == 0 ||
		    (is_control(in.ptr[0]) && in.ptr[0] != '\t' &&
			in.ptr[0] != '\n' && in.ptr[0] != '\r'))
			return false;
		in = bytes_from(in, len);
	}
	return true;
}

/* Whether none of eight bytes is a control; it may say no for others. */
static bool
are_plain(const uint8_t *p)
{
	const uint64_t ones = UINT64_MAX / 0xff;
	uint64_t eight;

	memcpy(&eight, p, sizeof(eight));
	uint64_t del = eight ^ (ones * 0x7f);
	uint64_t low = (eight - ones * 0x20) & ~eight;

	return ((low | ((del - ones) & ~del)) & (ones * 0x80)) == 0;
}

static size_t
count_controls(struct bytes in)
{
	size_t controls = 0;

	for (size_t i = 0; i < in.len; i++) {
		uint8_t byte = in.ptr[i];

		controls += is_control(byte) && byte != '\t' && byte != '\n' &&
		    byte != '\r' && byte != '\f' && byte != 0x1b;
	}
	return controls;
}

bool
text_is_text(struct bytes in)
{
	struct bytes look = bytes_slice(in, 0, TEXT_LOOK_LEN);
	size_t controls = 0;
	size_t at = 0;

	if (bytes_find_byte(look, 0, 0) != SIZE_MAX)
		return false;
	for (; look.len - at >= sizeof(uint64_t); at += sizeof(uint64_t))
		if (!are_plain(look.ptr + at))
			controls += count_controls(
			    bytes_slice(look, at, sizeof(uint64_t)));
	controls += count_controls(bytes_from(look, at));
	return look.len > 0 && controls <= look.len / 100;
}

/* C1 controls and the characters that reorder or hide text. */
static bool
is_treacherous(struct bytes in, size_t len)
{
	if (len == 2) /* U+061C turns the direction of writing, too */
		return (in.ptr[0] == 0xc2 && in.ptr[1] < 0xa0) ||
		    (in.ptr[0] == 0xd8 && in.ptr[1] == 0x9c);
	if (len != 3 || in.ptr[0] != 0xe2)
		return false;
	return (in.ptr[1] == 0x80 &&
		   ((in.ptr[2] >= 0x8b && in.ptr[2] <= 0x8f) ||
		       (in.ptr[2] >= 0xa8 && in.ptr[2] <= 0xae))) ||
	    (in.ptr[1] == 0x81 && in.ptr[2] >= 0xa0 && in.ptr[2] <= 0xaf);
}

/* Of a sequence of two or three bytes. */
static uint32_t
code_point(struct bytes in, size_t len)
{
	uint32_t code = in.ptr[0] & (len == 2 ? 0x1fU : 0x0fU);

	for (size_t i = 1; i < len; i++)
		code = code << 6 | (in.ptr[i] & 0x3fU);
	return code;
}

/* No writer below writes it but as it is. */
static bool
is_plain(uint8_t byte)
{
	return byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\' &&
	    byte != '&' && byte != '<' && byte != '>' && byte != '\'';
}

/* Most texts are nothing else; gives what is left. */
static struct bytes
put_plain(struct out *o, struct bytes in)
{
	size_t len = 0;

	while (len < in.len && is_plain(in.ptr[len]))
		len++;
	if (len > 0)
		out_put(o, bytes_slice(in, 0, len));
	return bytes_from(in, len);
}

void
text_put_terminal(struct out *o, struct bytes in)
{
	for (in = put_plain(o, in); in.len > 0; in = put_plain(o, in)) {
		size_t len = text_utf8_len(in);
		bool bad = len == 0 || is_control(in.ptr[0]) ||
		    is_treacherous(in, len);

		if (len == 0)
			len = 1;
		if (!bad)
			out_put(o, bytes_slice(in, 0, len));
		for (size_t i = 0; bad && i < len; i++) {
			out_text(o, "\\x");
			out_hex(o, in.ptr[i], 2);
		}
		in = bytes_from(in, len);
	}
}

void
text_put_html(struct out *o, struct bytes in)
{
	for (in = put_plain(o, in); in.len > 0; in = put_plain(o, in)) {
		size_t len = text_utf8_len(in);
		uint8_t byte = in.ptr[0];

		if (len == 0 ||
		    (is_control(byte) && byte != '\n' && byte != '\t') ||
		    is_treacherous(in, len))
			out_text(o, "\xef\xbf\xbd");
		else if (byte == '&')
			out_text(o, "&amp;");
		else if (byte == '<')
			out_text(o, "&lt;");
		else if (byte == '>')
			out_text(o, "&gt;");
		else if (byte == '"')
			out_text(o, "&quot;");
		else if (byte == '\'')
			out_text(o, "&#39;");
		else
			out_put(o, bytes_slice(in, 0, len));
		in = bytes_from(in, len == 0 ? 1 : len);
	}
}

void
text_put_json(struct out *o, struct bytes in)
{
	for (in = put_plain(o, in); in.len > 0; in = put_plain(o, in)) {
		size_t len = text_utf8_len(in);
		uint8_t byte = in.ptr[0];

		if (len == 0) {
			out_text(o, "\xef\xbf\xbd");
		} else if (byte == '"' || byte == '\\') {
			out_u8(o, '\\');
			out_u8(o, byte);
		} else if (byte == '\n') {
			out_text(o, "\\n");
		} else if (byte == '\t') {
			out_text(o, "\\t");
		} else if (is_control(byte)) {
			out_text(o, "\\u");
			out_hex(o, byte, 4);
		} else if (is_treacherous(in, len)) {
			out_text(o, "\\u");
			out_hex(o, code_point(in, len), 4);
		} else {
			out_put(o, bytes_slice(in, 0, len));
		}
		in = bytes_from(in, len == 0 ? 1 : len);
	}
}

static bool
is_shown(uint8_t byte)
{
	return byte >= 0x20 && byte != 0x7f;
}

struct bytes
text_excerpt(struct bytes in, size_t at, size_t len, size_t max)
{
	if (at > in.len)
		at = in.len;
	len = size_min(len, in.len - at);
	if (len >= max)
		return bytes_slice(in, at, max);
	size_t from = at;
	size_t to = at + len;

	while (from > 0 && to - from < max && at - from < max / 2 &&
	    is_shown(in.ptr[from - 1]))
		from--;
	while (to < in.len && to - from < max && is_shown(in.ptr[to]))
		to++;
	return bytes_slice(in, from, to - from);
}
