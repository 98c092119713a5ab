/* SPDX-License-Identifier: ISC */
/* Buffalo: a tag with cksum(1), and an image enciphered with a public key. */
#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#define STATE_LEN 256U
#define PRODUCT_MAX 32U
#define VERSION_MAX 8U
#define POLYNOMIAL 0xedb88320U
#define TAG_LEN 152U
#define TAG_TOTAL_AT 136U
#define TAG_CRC_AT 140U

struct cipher {
	uint8_t state[STATE_LEN];
	uint8_t i, j;
};

/* RC4 with a byte that changes from part to part in front of the key. */
static void
cipher_open(struct cipher *c, uint8_t seed)
{
	static const char key[] = "Buffalo";
	size_t key_len = sizeof(key);
	uint8_t j = 0;

	for (unsigned i = 0; i < STATE_LEN; i++)
		c->state[i] = (uint8_t)i;
	for (unsigned i = 0; i < STATE_LEN; i++) {
		size_t k = i % key_len;
		uint8_t old = c->state[i];

		j = (uint8_t)(j + old + (k == 0 ? seed : (uint8_t)key[k - 1]));
		c->state[i] = c->state[j];
		c->state[j] = old;
	}
	c->i = 0;
	c->j = 0;
}

static void
cipher_run(struct cipher *c, struct bytes in, uint8_t *to)
{
	for (size_t k = 0; k < in.len; k++) {
		c->i++;
		uint8_t one = c->state[c->i];

		c->j = (uint8_t)(c->j + one);
		uint8_t two = c->state[c->j];

		c->state[c->i] = two;
		c->state[c->j] = one;
		to[k] = in.ptr[k] ^ c->state[(uint8_t)(one + two)];
	}
}

/* The parts of an enciphered image; each one's first byte is the next seed. */
struct buffalo {
	uint8_t product[PRODUCT_MAX], version[VERSION_MAX];
	size_t product_len, version_len;
	size_t data_at;
	struct bytes data;
	uint8_t seed; /* of the data */
	uint32_t sum;
	size_t end;
};

static struct bytes
read_text(struct cursor *c, uint32_t max, uint8_t seed, uint8_t *to)
{
	size_t len = cur_u32be(c, "length");
	struct cipher cipher;

	if (len == 0 || len > max)
		cur_fail(c, ERR_MALFORMED, c->pos, "length");
	struct bytes in = cur_bytes(c, len, "text");

	cipher_open(&cipher, seed);
	cipher_run(&cipher, in, to);
	return in;
}

static enum err
read_image(struct bytes in, struct buffalo *ret)
{
	struct cursor c = cur_open(in, "buffalo header");
	struct buffalo b = { .product_len = 0 };
	struct bytes magic = cur_bytes(&c, 6, "magic");

	if (!bytes_equal(magic, BYTES("start\0")) &&
	    !bytes_equal(magic, BYTES("asar1\0")))
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	uint8_t seed = cur_u8(&c, "seed");
	struct bytes product = read_text(&c, PRODUCT_MAX, seed, b.product);

	seed = product.len > 0 ? product.ptr[0] : 0;
	struct bytes version = read_text(&c, VERSION_MAX, seed, b.version);

	b.seed = version.len > 0 ? version.ptr[0] : 0;
	size_t len = cur_u32be(&c, "data length");

	b.data_at = c.pos;
	b.data = cur_bytes(&c, len, "data");
	b.sum = cur_u32be(&c, "sum");
	b.end = c.pos;
	b.product_len = product.len;
	b.version_len = version.len;
	if (len == 0)
		cur_fail(&c, ERR_MALFORMED, b.data_at, "data length");
	if (c.fault.code == ERR_OK)
		*ret = b;
	return c.fault.code;
}

/* Each byte counts with its sign. */
static uint32_t
sum_of(struct bytes in)
{
	uint32_t sum = (uint32_t)in.len;

	for (size_t i = 0; i < in.len; i++) {
		uint32_t byte = in.ptr[i];

		sum ^= byte < 0x80 ? byte : byte | 0xffffff00U;
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ ((sum & 1) != 0 ? POLYNOMIAL : 0);
	}
	return sum;
}

static enum err
buffalo_probe(struct bytes in, struct format_info *ret)
{
	struct buffalo b;
	enum err err = read_image(in, &b);

	if (err != ERR_OK)
		return err;
	struct bytes product = vendor_text_of(
	    (struct bytes){ b.product, b.product_len }, 0, b.product_len);
	struct bytes version = vendor_text_of(
	    (struct bytes){ b.version, b.version_len }, 0, b.version_len);

	/* Deciphered texts prove the key. */
	if (product.len == 0 || version.len == 0)
		return ERR_MALFORMED;
	struct format_info info = {
		.size = b.end,
		.authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_YES,
		.rollback = ANSWER_NO,
	};

	format_detail(&info, "RC4 with a published key");
	vendor_say_text(&info, "product", product);
	vendor_say_text(&info, "version", version);
	*ret = info;
	return ERR_OK;
}

static enum err
buffalo_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct buffalo b;
	struct cipher cipher;
	enum err err = read_image(in, &b);

	if (err == ERR_OK)
		err = budget_take(budget, b.data.len);
	if (err != ERR_OK)
		return err;
	struct out made = out_open(LIMIT_FILE_LEN);
	uint8_t *room = out_reserve(&made, b.data.len);

	if (room == NULL) {
		err = made.failed;
		out_close(&made);
		return err;
	}
	cipher_open(&cipher, b.seed);
	cipher_run(&cipher, b.data, room);
	made.len += b.data.len;
	return vendor_made_open(in, &made,
	    sum_of(out_bytes(&made)) == b.sum ? ERR_OK : ERR_CHECKSUM,
	    ret_handle);
}

const struct format buffalo_format = {
	.name = "buffalo",
	.magic = { MAGIC(0, "start\0"), MAGIC(0, "asar1\0") },
	.only_at_start = true,
	.probe = buffalo_probe,
	.open = buffalo_open,
	.next = vendor_next,
	.close = vendor_close,
};

/* What follows the first 152 bytes differs by a few from tag to tag. */
static const struct vendor_row tag_rows[] = {
	{
	    .says = "tag",
	    .header_len = TAG_LEN,
	    .counts = VENDOR_TOTAL,
	    .size = { { VENDOR_U32BE, TAG_TOTAL_AT, 0 } },
	    .fills = true,
	    .text = { { "product", 0, 32, true }, { "brand", 32, 16, true },
		{ "version", 64, 8, false } },
	    .sum = { { "CRC", VENDOR_CKSUM, TAG_CRC_AT, 0, VENDOR_END, true,
		true } },
	    .authenticity = AUTHENTICITY_CRC,
	    .encrypted = ANSWER_NO,
	},
};

VENDOR_FORMAT(buffalo_tag, tag_rows, "buffalo");
