/* SPDX-License-Identifier: ISC */
/* Slicing, comparing and finding in borrowed bytes. */
#include "base/bytes.h"

#include <string.h>

/* Up to here a plain loop finds a needle sooner than memchr would. */
#define SHORT_LEN ((size_t)64)

struct bytes
bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

struct bytes
bytes_slice(struct bytes in, size_t at, size_t len)
{
	struct bytes tail = bytes_from(in, at);

	if (tail.len > len)
		tail.len = len;
	return tail;
}

struct bytes
bytes_from(struct bytes in, size_t at)
{
	if (at >= in.len)
		return (struct bytes){ NULL, 0 };
	return (struct bytes){ in.ptr + at, in.len - at };
}

bool
bytes_equal(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return false;
	return a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0;
}

bool
bytes_equal_text(struct bytes a, const char *text)
{
	/* Mostly it is not, and the first byte says so. */
	if (a.len > 0 && a.ptr[0] != (uint8_t)text[0])
		return false;
	return bytes_equal(a, bytes_of(text));
}

uint8_t
bytes_lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

bool
bytes_equal_any_case(struct bytes a, const char *text)
{
	struct bytes b = bytes_of(text);

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (bytes_lower(a.ptr[i]) != bytes_lower(b.ptr[i]))
			return false;
	return true;
}

bool
bytes_starts(struct bytes in, struct bytes prefix)
{
	if (prefix.len == 0)
		return true;
	/* Mostly it does not, and the first byte says so. */
	return in.len >= prefix.len && in.ptr[0] == prefix.ptr[0] &&
	    memcmp(in.ptr, prefix.ptr, prefix.len) == 0;
}

bool
bytes_ends(struct bytes in, struct bytes suffix)
{
	if (suffix.len == 0)
		return true;
	return in.len >= suffix.len &&
	    in.ptr[in.len - 1] == suffix.ptr[suffix.len - 1] &&
	    memcmp(in.ptr + in.len - suffix.len, suffix.ptr, suffix.len) == 0;
}

int
bytes_compare(struct bytes a, struct bytes b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

/* How common a byte is in programs and texts, roughly; lower is rarer. */
static unsigned
commonness(uint8_t byte)
{
	if (byte == 0x00)
		return 9;
	if (byte == 0xff || byte == 0x01 || byte == ' ')
		return 8;
	if (byte < 0x10)
		return 7;
	if (byte >= 'a' && byte <= 'z')
		return 6;
	if (byte >= '0' && byte <= '9')
		return 5;
	return byte >= 0x80 ? 3 : 4;
}

static size_t
rarest_byte(struct bytes needle)
{
	size_t rarest = 0;

	for (size_t i = 1; i < needle.len; i++)
		if (commonness(needle.ptr[i]) < commonness(needle.ptr[rarest]))
			rarest = i;
	return rarest;
}

/* For places as short as words, where looking for a good byte takes longer. */
static size_t
find_in_short(struct bytes in, struct bytes needle, size_t from)
{
	size_t last = in.len - needle.len;

	for (; from <= last; from++)
		if (in.ptr[from] == needle.ptr[0] &&
		    memcmp(in.ptr + from, needle.ptr, needle.len) == 0)
			return from;
	return SIZE_MAX;
}

/*
 * Looks for the needle's rarest byte with memchr, which reads many bytes at a
 * time, and only there for the rest: memmem takes five times as long on the
 * files of an image. Needles are short, so the worst case stays bounded.
 */
size_t
bytes_find(struct bytes in, struct bytes needle, size_t from)
{
	if (from > in.len || needle.len > in.len - from)
		return SIZE_MAX;
	if (needle.len == 0)
		return from;
	if (in.len - from <= SHORT_LEN)
		return find_in_short(in, needle, from);
	size_t anchor = rarest_byte(needle);
	size_t last = in.len - needle.len;

	while (from <= last) {
		const uint8_t *hit = memchr(in.ptr + from + anchor,
		    needle.ptr[anchor], last - from + 1);

		if (hit == NULL)
			return SIZE_MAX;
		from = (size_t)(hit - in.ptr) - anchor;
		if (in.ptr[from] == needle.ptr[0] &&
		    memcmp(in.ptr + from, needle.ptr, needle.len) == 0)
			return from;
		from++;
	}
	return SIZE_MAX;
}

size_t
bytes_find_byte(struct bytes in, uint8_t byte, size_t from)
{
	if (from >= in.len)
		return SIZE_MAX;
	const void *hit = memchr(in.ptr + from, byte, in.len - from);

	if (hit == NULL)
		return SIZE_MAX;
	return (size_t)((const uint8_t *)hit - in.ptr);
}

static bool
is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct bytes
bytes_trim(struct bytes in)
{
	while (in.len > 0 && is_blank(in.ptr[0]))
		in = bytes_from(in, 1);
	while (in.len > 0 && is_blank(in.ptr[in.len - 1]))
		in.len--;
	return in;
}

bool
bytes_next_field(struct bytes *rest, uint8_t separator, struct bytes *ret_field)
{
	if (rest->ptr == NULL)
		return false;
	size_t end = bytes_find_byte(*rest, separator, 0);

	if (end == SIZE_MAX) {
		*ret_field = *rest;
		*rest = (struct bytes){ NULL, 0 };
		return true;
	}
	*ret_field = bytes_slice(*rest, 0, end);
	*rest = (struct bytes){ rest->ptr + end + 1, rest->len - end - 1 };
	return true;
}

bool
bytes_next_line(struct bytes *rest, struct bytes *ret_line)
{
	if (rest->len == 0)
		return false;
	if (!bytes_next_field(rest, '\n', ret_line))
		return false;
	if (ret_line->len > 0 && ret_line->ptr[ret_line->len - 1] == '\r')
		ret_line->len--;
	return true;
}

bool
bytes_next_word(struct bytes *rest, struct bytes *ret_word)
{
	size_t len = 0;

	while (rest->len > 0 && is_blank(rest->ptr[0]))
		*rest = bytes_from(*rest, 1);
	if (rest->len == 0)
		return false;
	while (len < rest->len && !is_blank(rest->ptr[len]))
		len++;
	*ret_word = bytes_slice(*rest, 0, len);
	*rest = bytes_from(*rest, len);
	return true;
}

bool
bytes_to_u64(struct bytes in, uint64_t *ret)
{
	uint64_t value = 0;

	if (in.len == 0)
		return false;
	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] < '0' || in.ptr[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(in.ptr[i] - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}
