/* SPDX-License-Identifier: ISC */
/* Base64: three bytes in four characters, RFC 4648. */
#include "codec/base64.h"

#define PADDING '='
#define NONE 64 /* no digit */

static const char digits[2][65] = {
	[BASE64_STANDARD] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
			    "yz0123456789+/",
	[BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
		       "yz0123456789-_",
};

static unsigned
value_of(enum base64_alphabet alphabet, uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	for (unsigned v = 62; v < NONE; v++)
		if (c == (uint8_t)digits[alphabet][v])
			return v;
	return NONE;
}

size_t
base64_text_len(enum base64_alphabet alphabet, size_t len)
{
	size_t rest = len % 3;

	if (rest == 0)
		return len / 3 * 4;
	return len / 3 * 4 + (alphabet == BASE64_STANDARD ? 4 : rest + 1);
}

size_t
base64_bytes_len(size_t len)
{
	return len / 4 * 3 + len % 4 * 3 / 4;
}

enum err
base64_encode(enum base64_alphabet alphabet, struct bytes in, uint8_t *room,
    size_t cap, struct bytes *ret)
{
	size_t len = base64_text_len(alphabet, in.len);
	size_t at = 0;

	if (in.len > SIZE_MAX / 2 || len > cap)
		return ERR_LIMIT;
	for (size_t i = 0; i < in.len; i += 3) {
		struct bytes part = bytes_slice(in, i, 3);
		uint32_t group = 0;

		for (size_t k = 0; k < 3; k++)
			group = group << 8 | (k < part.len ? part.ptr[k] : 0u);
		for (size_t k = 0; k < part.len + 1; k++)
			room[at++] = (uint8_t)
			    digits[alphabet][group >> (18 - 6 * k) & 63];
	}
	while (at < len)
		room[at++] = PADDING;
	*ret = (struct bytes){ room, len };
	return ERR_OK;
}

/* Takes the padding off the end; false when there is too little or too much,
   which shows in the length that is left. */
static bool
strip_padding(enum base64_alphabet alphabet, struct bytes *in)
{
	size_t all = in->len;

	if (alphabet == BASE64_URL)
		return true;
	while (
	    in->len > 0 && all - in->len < 2 && in->ptr[in->len - 1] == PADDING)
		in->len--;
	return all % 4 == 0;
}

/* The offset of the first character that is no digit, or in.len. */
static size_t
find_wrong(enum base64_alphabet alphabet, struct bytes in)
{
	size_t at = 0;

	while (at < in.len && value_of(alphabet, in.ptr[at]) != NONE)
		at++;
	return at;
}

/* Up to four digits as 24 bits; what is missing counts as zero. */
static uint32_t
group_of(enum base64_alphabet alphabet, struct bytes part)
{
	uint32_t group = 0;

	for (size_t k = 0; k < 4; k++)
		group = group << 6 |
		    (k < part.len ? value_of(alphabet, part.ptr[k]) : 0u);
	return group;
}

/* The bits of a last, short group that belong to no byte: were they free, two
   texts would read alike. */
static uint32_t
spare_bits(enum base64_alphabet alphabet, struct bytes in)
{
	size_t rest = in.len % 4;
	struct bytes part = bytes_from(in, in.len - rest);
	uint32_t mask = rest == 2 ? 0xffff : 0xff;

	return rest == 0 ? 0 : group_of(alphabet, part) & mask;
}

enum err
base64_decode(enum base64_alphabet alphabet, struct bytes in, uint8_t *room,
    size_t cap, struct bytes *ret, size_t *ret_at)
{
	bool whole = strip_padding(alphabet, &in);
	size_t len = base64_bytes_len(in.len);
	size_t wrong = find_wrong(alphabet, in);
	size_t at = 0;

	if (wrong < in.len) {
		*ret_at = wrong;
		return ERR_MALFORMED;
	}
	if (!whole || in.len % 4 == 1) {
		*ret_at = in.len;
		return ERR_TRUNCATED;
	}
	if (len > cap) {
		*ret_at = 0;
		return ERR_LIMIT;
	}
	if (spare_bits(alphabet, in) != 0) {
		*ret_at = in.len - 1;
		return ERR_MALFORMED;
	}
	for (size_t i = 0; i < in.len; i += 4) {
		struct bytes part = bytes_slice(in, i, 4);
		uint32_t group = group_of(alphabet, part);

		for (size_t k = 0; k + 1 < part.len; k++)
			room[at++] = (uint8_t)(group >> (16 - 8 * k));
	}
	*ret = (struct bytes){ room, len };
	return ERR_OK;
}
