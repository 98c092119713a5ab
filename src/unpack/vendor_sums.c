/* SPDX-License-Identifier: ISC */
/* The checksums of vendor headers. */
#include "codec/crc.h"
#include "unpack/vendor_private.h"

#include <openssl/evp.h>
#include <string.h>

#define CKSUM_POLYNOMIAL 0x04c11db7U
#define PIECES 3

/* What a checksum covers: up to its own bytes, zeros for them, the rest. */
struct cover {
	struct bytes piece[PIECES];
	size_t len;
};

static size_t
value_len(enum vendor_sum_kind kind)
{
	switch (kind) {
	case VENDOR_CRC32:
	case VENDOR_CRC32_PLAIN:
	case VENDOR_CKSUM:
	case VENDOR_BYTE_SUM:
		return 4;
	case VENDOR_MD5:
		return 16;
	case VENDOR_SHA1:
		return 20;
	case VENDOR_SHA256:
	case VENDOR_MD5_HEX:
		return 32;
	case VENDOR_SHA512:
		return 64;
	case VENDOR_SUM_NONE:
	case VENDOR_BYTES_TO_00:
	case VENDOR_BYTES_TO_FF:
	case VENDOR_LE16_TO_0:
	case VENDOR_BE16_TO_0:
		break;
	}
	return 0;
}

static size_t
place_of(const struct vendor_image *image, uint32_t at)
{
	if (at == VENDOR_HEADER)
		return image->header_len;
	return at == VENDOR_END ? image->total : at;
}

bool
vendor_sum_is_whole(
    const struct vendor_image *image, const struct vendor_sum *sum)
{
	size_t from = place_of(image, sum->from);
	size_t to = place_of(image, sum->to);

	return from <= to && to <= image->in.len &&
	    sum->at + value_len(sum->kind) <= image->in.len;
}

static struct cover
cover_of(const struct vendor_image *image, const struct vendor_sum *sum)
{
	static const uint8_t zeros[HASH_MAX_LEN] = { 0 };
	size_t from = place_of(image, sum->from);
	size_t to = place_of(image, sum->to);
	size_t hole = value_len(sum->kind);
	struct cover cover = { .len = to - from };

	if (hole == 0 || sum->at < from || sum->at + hole > to) {
		cover.piece[0] = bytes_slice(image->in, from, to - from);
		return cover;
	}
	cover.piece[0] = bytes_slice(image->in, from, sum->at - from);
	cover.piece[1] = (struct bytes){ zeros, hole };
	cover.piece[2] =
	    bytes_slice(image->in, sum->at + hole, to - sum->at - hole);
	return cover;
}

static uint32_t
crc32_over(const struct cover *cover)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < PIECES; i++)
		if (cover->piece[i].len > 0)
			crc = crc32_add(crc, cover->piece[i]);
	return crc;
}

static void
cksum_table(uint32_t table[256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i << 24;

		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^
			    ((crc >> 31) != 0 ? CKSUM_POLYNOMIAL : 0);
		table[i] = crc;
	}
}

uint32_t
vendor_cksum(const struct bytes *piece, size_t count)
{
	uint32_t table[256];
	uint32_t crc = 0;
	size_t len = 0;

	cksum_table(table);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < piece[i].len; k++)
			crc = crc << 8 ^ table[(crc >> 24) ^ piece[i].ptr[k]];
		len += piece[i].len;
	}
	for (; len > 0; len >>= 8)
		crc = crc << 8 ^ table[(crc >> 24) ^ (len & 0xff)];
	return ~crc;
}

static uint32_t
byte_sum(const struct cover *cover)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < PIECES; i++)
		for (size_t k = 0; k < cover->piece[i].len; k++)
			sum += cover->piece[i].ptr[k];
	return sum;
}

/* These cover one piece: they have no value to leave out. */
static bool
words_add_up(const struct cover *cover, bool big)
{
	struct bytes in = cover->piece[0];
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < in.len; i += 2)
		sum += big ? (uint32_t)in.ptr[i] << 8 | in.ptr[i + 1]
			   : (uint32_t)in.ptr[i + 1] << 8 | in.ptr[i];
	if (in.len % 2 != 0)
		sum += in.ptr[in.len - 1];
	return (sum & 0xffffU) == 0;
}

static const EVP_MD *
algorithm_of(enum hash hash)
{
	switch (hash) {
	case HASH_MD5:
		return EVP_md5();
	case HASH_SHA1:
		return EVP_sha1();
	case HASH_SHA256:
		return EVP_sha256();
	case HASH_SHA384:
		return EVP_sha384();
	case HASH_SHA512:
		return EVP_sha512();
	}
	return EVP_md5();
}

static bool
hash_pieces(enum hash hash, const struct bytes *piece, size_t count,
    uint8_t ret[EVP_MAX_MD_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL && EVP_DigestInit(ctx, algorithm_of(hash)) == 1;

	for (size_t i = 0; ok && i < count; i++)
		ok = piece[i].len == 0 ||
		    EVP_DigestUpdate(ctx, piece[i].ptr, piece[i].len) == 1;
	ok = ok && EVP_DigestFinal(ctx, ret, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool
vendor_hash_agrees(enum hash hash, const struct bytes *piece, size_t count,
    struct bytes wanted)
{
	uint8_t digest[EVP_MAX_MD_SIZE];

	return wanted.len == hash_len(hash) &&
	    hash_pieces(hash, piece, count, digest) &&
	    memcmp(digest, wanted.ptr, wanted.len) == 0;
}

static bool
md5_hex_agrees(const struct cover *cover, struct bytes wanted)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct out text = out_open(64);

	if (hash_pieces(HASH_MD5, cover->piece, PIECES, digest))
		out_hex_bytes(&text, (struct bytes){ digest, 16 });
	bool agrees = text.len == wanted.len &&
	    strncasecmp((const char *)text.ptr, (const char *)wanted.ptr,
		text.len) == 0;

	out_close(&text);
	return agrees;
}

bool
vendor_sum_agrees(
    const struct vendor_image *image, const struct vendor_sum *sum)
{
	struct cover cover = cover_of(image, sum);
	struct bytes value =
	    bytes_slice(image->in, sum->at, value_len(sum->kind));
	uint32_t number = sum->big ? vendor_u32be(image->in, sum->at)
				   : vendor_u32le(image->in, sum->at);

	switch (sum->kind) {
	case VENDOR_SUM_NONE:
		return true;
	case VENDOR_CRC32:
		return crc32_over(&cover) == number;
	case VENDOR_CRC32_PLAIN:
		return ~crc32_over(&cover) == number;
	case VENDOR_CKSUM:
		return vendor_cksum(cover.piece, PIECES) == number;
	case VENDOR_BYTE_SUM:
		return byte_sum(&cover) == number;
	case VENDOR_BYTES_TO_00:
		return (byte_sum(&cover) & 0xff) == 0;
	case VENDOR_BYTES_TO_FF:
		return (byte_sum(&cover) & 0xff) == 0xff;
	case VENDOR_LE16_TO_0:
		return words_add_up(&cover, false);
	case VENDOR_BE16_TO_0:
		return words_add_up(&cover, true);
	case VENDOR_MD5:
		return vendor_hash_agrees(HASH_MD5, cover.piece, PIECES, value);
	case VENDOR_SHA1:
		return vendor_hash_agrees(
		    HASH_SHA1, cover.piece, PIECES, value);
	case VENDOR_SHA256:
		return vendor_hash_agrees(
		    HASH_SHA256, cover.piece, PIECES, value);
	case VENDOR_SHA512:
		return vendor_hash_agrees(
		    HASH_SHA512, cover.piece, PIECES, value);
	case VENDOR_MD5_HEX:
		return md5_hex_agrees(&cover, value);
	}
	return false;
}
