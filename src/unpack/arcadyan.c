/* SPDX-License-Identifier: ISC */
/* Arcadyan: LZMA whose first bytes were moved about. */
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#include "base/limits.h"
#include "base/number.h"
#include "codec/decompress.h"

#include <string.h>

#define MARK_AT 0x68
#define BLOCK_AT ((size_t)4)
#define BLOCK_LEN ((size_t)32)
#define OTHER_AT ((size_t)MARK_AT)
#define IMAGE_MIN_LEN ((size_t)0x100)
#define IMAGE_MAX_LEN ((size_t)0x1b0000)
#define TASTE_LEN ((size_t)1024)

/* Two blocks change places; in the first then nibbles and neighbours do. */
static void
set_right(uint8_t *image)
{
	uint8_t block[BLOCK_LEN];

	memcpy(block, image + BLOCK_AT, BLOCK_LEN);
	memcpy(image + BLOCK_AT, image + OTHER_AT, BLOCK_LEN);
	memcpy(image + OTHER_AT, block, BLOCK_LEN);
	for (size_t i = BLOCK_AT; i < BLOCK_AT + BLOCK_LEN; i += 2) {
		uint8_t one = image[i];
		uint8_t two = image[i + 1];

		image[i] = (uint8_t)(two << 4 | two >> 4);
		image[i + 1] = (uint8_t)(one << 4 | one >> 4);
	}
}

static enum err
decode(struct bytes in, struct out *to)
{
	struct out image = out_open(in.len);
	size_t used;

	out_put(&image, in);
	enum err err = image.failed;

	if (err == ERR_OK) {
		set_right(image.ptr);
		err = decompress_stream(CODEC_LZMA,
		    bytes_from(out_bytes(&image), BLOCK_AT), to, &used);
	}
	out_close(&image);
	return err;
}

static bool
has_mark(struct bytes in)
{
	return in.len >= IMAGE_MIN_LEN && in.len <= IMAGE_MAX_LEN &&
	    memcmp(in.ptr + MARK_AT, "\x00\xd5\x08\x00", 4) == 0;
}

static enum err
arcadyan_probe(struct bytes in, struct format_info *ret)
{
	if (!has_mark(in))
		return ERR_MALFORMED;
	struct out taste = out_open(TASTE_LEN);
	enum err err = decode(in, &taste);
	size_t len = taste.len;

	out_close(&taste);
	if (err != ERR_LIMIT && (err != ERR_OK || len == 0))
		return ERR_MALFORMED;
	struct format_info info = {
		.size = in.len,
		.authenticity = AUTHENTICITY_UNKNOWN,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};

	format_detail(&info, "obfuscated LZMA");
	*ret = info;
	return ERR_OK;
}

static enum err
arcadyan_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	if (!has_mark(in))
		return ERR_MALFORMED;
	struct out made =
	    out_open(size_min(LIMIT_FILE_LEN, budget_left(budget)));
	enum err fault = decode(in, &made);
	enum err err = budget_take(budget, made.len);

	if (fault == ERR_MEMORY)
		err = ERR_MEMORY;
	if (err != ERR_OK) {
		out_close(&made);
		return err;
	}
	return vendor_made_open(in, &made, fault, ret_handle);
}

const struct format arcadyan_format = {
	.name = "arcadyan",
	.magic = { MAGIC(MARK_AT, "\x00\xd5\x08\x00") },
	.only_at_start = true,
	.probe = arcadyan_probe,
	.open = arcadyan_open,
	.next = vendor_next,
	.close = vendor_close,
};
