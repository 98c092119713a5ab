/* SPDX-License-Identifier: ISC */
/* A tiny writer of vendor images, and what is asked of every format. */
#ifndef TEST_UNPACK_VENDOR_IMAGE_H
#define TEST_UNPACK_VENDOR_IMAGE_H

#include "crypto/hash.h"
#include "mcu_probe.h"

/* Bytes that can be written anywhere. */
struct image {
	uint8_t byte[0x40000];
	size_t len;
};

/* All the tests' images are built in this one, one after the other. */
static struct image image;

static inline struct bytes
built(void)
{
	return (struct bytes){ image.byte, image.len };
}

/* A new image of `len` zeros. */
static inline void
begin(size_t len)
{
	assert_true(len <= sizeof(image.byte));
	memset(image.byte, 0, sizeof(image.byte));
	image.len = len;
}

static inline void
put(size_t at, const void *bytes, size_t len)
{
	assert_true(at + len <= sizeof(image.byte));
	memcpy(image.byte + at, bytes, len);
	if (at + len > image.len)
		image.len = at + len;
}

static inline void
put_text(size_t at, const char *text)
{
	put(at, text, strlen(text));
}

static inline void
put_number(size_t at, uint32_t value, unsigned len, bool big)
{
	for (unsigned i = 0; i < len; i++) {
		unsigned shift = 8 * (big ? len - 1 - i : i);
		uint8_t byte = (uint8_t)(value >> shift);

		put(at + i, &byte, 1);
	}
}

static inline void
put_le(size_t at, uint32_t value)
{
	put_number(at, value, 4, false);
}

static inline void
put_be(size_t at, uint32_t value)
{
	put_number(at, value, 4, true);
}

static inline void
put_hash(size_t at, enum hash hash, struct bytes in)
{
	uint8_t digest[HASH_MAX_LEN];

	assert_int_equal(hash_of(hash, in, digest), ERR_OK);
	put(at, digest, hash_len(hash));
}

/* The reflected CRC-32, one bit at a time; `crc` is what it begins with. */
static inline uint32_t
crc_reflected(uint32_t crc, struct bytes in)
{
	for (size_t i = 0; i < in.len; i++) {
		crc ^= in.ptr[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0);
	}
	return crc;
}

/* Without and with the inversion at the end. */
static inline uint32_t
crc_plain(size_t from, size_t to)
{
	return crc_reflected(
	    0xffffffffU, bytes_slice(built(), from, to - from));
}

static inline uint32_t
crc_usual(size_t from, size_t to)
{
	return ~crc_plain(from, to);
}

/* cksum(1): the other way round, with the length behind it. */
static inline uint32_t
crc_posix(size_t from, size_t to)
{
	uint32_t crc = 0;
	size_t len = to - from;

	for (size_t i = from; i < to || len > 0; i++) {
		uint8_t byte = i < to ? image.byte[i] : (uint8_t)len;

		if (i >= to)
			len >>= 8;
		crc ^= (uint32_t)byte << 24;
		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ ((crc >> 31) != 0 ? 0x04c11db7U : 0);
	}
	return ~crc;
}

static inline uint32_t
sum_of_bytes(size_t from, size_t to)
{
	uint32_t sum = 0;

	for (size_t i = from; i < to; i++)
		sum += image.byte[i];
	return sum;
}

/* The bytes at these places may not be changed. */
static inline void
assert_guards(const struct format *format, const size_t *at, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		image.byte[at[i]] ^= 0xaa;
		struct format_info info;

		if (format->probe(built(), &info) == ERR_OK)
			fail_msg("%s: byte 0x%zx is not looked at",
			    format->name, at[i]);
		image.byte[at[i]] ^= 0xaa;
	}
}

/* It is one, says this, gives this, and no beginning of `prefix` bytes or
   fewer is one. */
static inline struct format_info
assert_is(const struct format *format, const char *says, const char *nodes,
    size_t prefix)
{
	struct format_info info = probe_yes(format, built());

	assert_says(info, says);
	if (nodes != NULL)
		assert_nodes(format, bytes_slice(built(), 0, info.size), nodes);
	probe_refuses_every_prefix(format, built(), prefix);
	return info;
}

#define assert_guarded(format, ...)                                            \
	do {                                                                   \
		const size_t places[] = { __VA_ARGS__ };                       \
                                                                               \
		assert_guards(                                                 \
		    format, places, sizeof(places) / sizeof(places[0]));       \
	} while (0)

#endif
