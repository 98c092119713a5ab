/* SPDX-License-Identifier: ISC */
/* Finding and decoding armoured blocks. */
#include "inspect/pem.h"

#include <string.h>

#define LABEL_LIMIT 40

static bool
is_label_char(uint8_t byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	    byte == ' ';
}

/* The label of a marker and the dashes that close it, at in[at]. */
static bool
read_label(struct bytes in, size_t at, struct bytes *ret)
{
	size_t len = 0;

	while (len <= LABEL_LIMIT && at + len < in.len &&
	    is_label_char(in.ptr[at + len]))
		len++;
	if (len == 0 || len > LABEL_LIMIT ||
	    !bytes_starts(bytes_from(in, at + len), BYTES("-----")))
		return false;
	*ret = bytes_slice(in, at, len);
	return true;
}

/* Length of a line's end at the start of `in`: LF, CRLF, zero, or the
   escapes \n and \r\n of a program text; 0 when there is none. */
static size_t
line_end(struct bytes in)
{
	static const char ends[][5] = { "\r\n", "\n", "\\r\\n", "\\n" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (bytes_starts(in, bytes_of(ends[i])))
			return strlen(ends[i]);
	return in.len > 0 && in.ptr[0] == '\0' ? 1 : 0;
}

static bool
is_armor_header(struct bytes line)
{
	size_t colon = bytes_find_byte(line, ':', 0);

	return colon != SIZE_MAX && colon > 0 && colon < 20;
}

/* Parts "Name: value" lines, up to an empty line, from the base64. */
static void
split_header(struct bytes inside, struct pem_block *ret)
{
	size_t at = line_end(inside);
	size_t start = at;

	for (;;) {
		size_t end = at;

		while (
		    end < inside.len && line_end(bytes_from(inside, end)) == 0)
			end++;
		struct bytes line = bytes_slice(inside, at, end - at);
		bool folded = at > start && bytes_starts(line, BYTES(" "));

		if (line.len == 0 || (!is_armor_header(line) && !folded))
			break;
		at = end + line_end(bytes_from(inside, end));
	}
	ret->header = bytes_slice(inside, start, at - start);
	ret->body = bytes_from(inside, at);
}

bool
pem_next(struct bytes in, size_t *at, struct pem_block *ret)
{
	static const struct bytes begin = { (const uint8_t *)"-----BEGIN ",
		11 };
	static const struct bytes end = { (const uint8_t *)"-----END ", 9 };

	for (;;) {
		struct pem_block block = { .at = bytes_find(in, begin, *at) };
		struct bytes label;

		if (block.at == SIZE_MAX) {
			*at = in.len;
			return false;
		}
		*at = block.at + begin.len;
		if (!read_label(in, *at, &block.label))
			continue;
		size_t inside_at = *at + block.label.len + 5;
		/* Up to the next BEGIN only, so that time stays linear. */
		struct bytes window =
		    bytes_slice(in, inside_at, PEM_BLOCK_LIMIT);

		window = bytes_slice(window, 0, bytes_find(window, begin, 0));
		size_t end_at = bytes_find(window, end, 0);

		if (end_at == SIZE_MAX ||
		    !read_label(window, end_at + end.len, &label) ||
		    !bytes_equal(label, block.label))
			continue;
		block.begin = bytes_slice(in, block.at, inside_at - block.at);
		block.len =
		    inside_at - block.at + end_at + end.len + label.len + 5;
		split_header(bytes_slice(window, 0, end_at), &block);
		*at = block.at + block.len;
		*ret = block;
		return true;
	}
}

static int
base64_value(uint8_t byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return byte - 'A';
	if (byte >= 'a' && byte <= 'z')
		return byte - 'a' + 26;
	if (byte >= '0' && byte <= '9')
		return byte - '0' + 52;
	if (byte == '+')
		return 62;
	return byte == '/' ? 63 : -1;
}

enum err
pem_decode(struct bytes body, uint8_t *to, size_t cap, size_t *ret_len)
{
	uint32_t bits = 0;
	unsigned bit_count = 0;
	size_t digits = 0;
	size_t pad = 0;
	size_t len = 0;
	bool fresh = true; /* at the start of a line */

	while (body.len > 0) {
		size_t skip = line_end(body);
		uint8_t byte = body.ptr[0];
		int value = base64_value(byte);

		if (skip == 0 && (byte == ' ' || byte == '\t'))
			skip = 1;
		if (skip > 0) {
			fresh = true;
			body = bytes_from(body, skip);
			continue;
		}
		/* OpenPGP's checksum: "=" and four digits on their own line */
		if (byte == '=' && fresh && digits % 4 == 0)
			break;
		if (byte == '=' ? ++pad > 2 : value < 0 || pad > 0)
			return ERR_MALFORMED;
		fresh = false;
		digits++;
		body = bytes_from(body, 1);
		if (byte == '=')
			continue;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		bit_count += 6;
		if (bit_count < 8)
			continue;
		if (len == cap)
			return ERR_LIMIT;
		bit_count -= 8;
		to[len++] = (uint8_t)(bits >> bit_count);
	}
	if (digits % 4 != 0)
		return ERR_MALFORMED;
	*ret_len = len;
	return ERR_OK;
}
