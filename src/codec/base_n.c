/* SPDX-License-Identifier: ISC */
/* Base45 and base41: two bytes in three characters (RFC 9285 §4). */
#include "codec/base_n.h"

struct alphabet {
	uint32_t count;
	const char *characters;
};

static const struct alphabet alphabets[] = {
	[BASE_45] = { 45, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" },
	[BASE_41] = { 41, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*-.:" },
};

size_t
base_n_text_len(size_t len)
{
	return len / 2 * 3 + len % 2 * 2;
}

size_t
base_n_bytes_len(size_t len)
{
	return len / 3 * 2 + len % 3 / 2;
}

enum err
base_n_encode(enum base_n base, struct bytes in, uint8_t *room, size_t cap,
    struct bytes *ret)
{
	const struct alphabet *a = &alphabets[base];
	size_t len = base_n_text_len(in.len);
	size_t at = 0;

	if (in.len > SIZE_MAX / 2 || len > cap)
		return ERR_LIMIT;
	for (size_t i = 0; i < in.len; i += 2) {
		bool pair = in.len - i > 1;
		uint32_t value =
		    pair ? (uint32_t)in.ptr[i] << 8 | in.ptr[i + 1] : in.ptr[i];

		for (size_t k = 0; k < (pair ? 3 : 2); k++) {
			room[at++] = (uint8_t)a->characters[value % a->count];
			value /= a->count;
		}
	}
	*ret = (struct bytes){ room, len };
	return ERR_OK;
}

/* The digit of a character, or the alphabet's count for none. */
static uint32_t
digit_of(const struct alphabet *a, uint8_t c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A') + 10;
	for (uint32_t digit = 36; digit < a->count; digit++)
		if (c == (uint8_t)a->characters[digit])
			return digit;
	return a->count;
}

/* Reads the group of two or three characters at in[at]. */
static enum err
read_group(const struct alphabet *a, struct bytes in, size_t at,
    uint32_t *ret_value, size_t *ret_at)
{
	struct bytes group = bytes_slice(in, at, 3);
	uint32_t value = 0;
	uint32_t weight = 1;

	for (size_t k = 0; k < group.len; k++) {
		uint32_t digit = digit_of(a, group.ptr[k]);

		if (digit == a->count) {
			*ret_at = at + k;
			return ERR_MALFORMED;
		}
		value += digit * weight;
		weight *= a->count;
	}
	*ret_at = at;
	if (group.len == 1)
		return ERR_TRUNCATED;
	if (value > (group.len == 3 ? 0xffffu : 0xffu))
		return ERR_MALFORMED;
	*ret_value = value;
	return ERR_OK;
}

enum err
base_n_decode(enum base_n base, struct bytes in, uint8_t *room, size_t cap,
    struct bytes *ret, size_t *ret_at)
{
	size_t len = base_n_bytes_len(in.len);
	size_t at = 0;

	if (len > cap) {
		*ret_at = 0;
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < in.len; i += 3) {
		uint32_t value = 0;
		enum err err =
		    read_group(&alphabets[base], in, i, &value, ret_at);

		if (err != ERR_OK)
			return err;
		if (in.len - i >= 3)
			room[at++] = (uint8_t)(value >> 8);
		room[at++] = (uint8_t)value;
	}
	*ret = (struct bytes){ room, len };
	return ERR_OK;
}
