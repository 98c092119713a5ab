/* SPDX-License-Identifier: ISC */
/* Broadcom TRX: a header with up to four partition offsets, little-endian. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/headers.h"
#include "unpack/slices.h"

#define TRX_MAGIC 0x30524448U /* HDR0 */
#define TRX_CRC_FROM ((size_t)12)
#define TRX_PARTS_MAX 4
#define ASUS_TAIL_LEN ((size_t)64)
#define ASUS_PRODUCT_LEN ((size_t)12)
#define ASUS_PRODUCT_MIN 4

struct trx_header {
	uint32_t len, crc;
	uint16_t version;
	size_t header_len;
	uint32_t part[TRX_PARTS_MAX];
	size_t part_count;
};

static enum err
read_header(struct cursor *c, struct trx_header *ret)
{
	struct trx_header h = { 0 };

	if (cur_u32le(c, "magic") != TRX_MAGIC)
		cur_fail(c, ERR_MALFORMED, 0, "magic");
	h.len = cur_u32le(c, "len");
	h.crc = cur_u32le(c, "crc32");
	(void)cur_u16le(c, "flags");
	h.version = cur_u16le(c, "version");
	if (h.version != 1 && h.version != 2)
		cur_fail(c, ERR_UNSUPPORTED, 14, "version");
	h.part_count = h.version == 1 ? 3 : TRX_PARTS_MAX;
	for (size_t i = 0; i < h.part_count; i++)
		h.part[i] = cur_u32le(c, "offsets");
	h.header_len = c->pos;
	if (h.len < h.header_len)
		cur_fail(c, ERR_MALFORMED, 4, "len");
	for (size_t i = 0; i < h.part_count; i++)
		if (h.part[i] != 0 &&
		    (h.part[i] < h.header_len || h.part[i] >= h.len ||
			(i > 0 && h.part[i] <= h.part[i - 1])))
			cur_fail(c, ERR_MALFORMED, 16 + 4 * i, "offsets");
	if (c->fault.code == ERR_OK)
		*ret = h;
	return c->fault.code;
}

/* ASUS puts version and product into the last bytes, which are zero in others'
   images. Source: OpenWrt firmware-utils asustrx.c. */
static void
tell_product(struct bytes in, struct format_info *info)
{
	struct bytes tail = bytes_slice(in, in.len - ASUS_TAIL_LEN, 4);
	struct bytes field =
	    bytes_slice(in, in.len - ASUS_TAIL_LEN + 4, ASUS_PRODUCT_LEN);
	size_t len = 0;

	for (; len < field.len; len++)
		if ((field.ptr[len] < '0' || field.ptr[len] > '9') &&
		    (field.ptr[len] < 'A' || field.ptr[len] > 'Z') &&
		    (field.ptr[len] < 'a' || field.ptr[len] > 'z') &&
		    field.ptr[len] != '-' && field.ptr[len] != '_')
			break;
	if (len < ASUS_PRODUCT_MIN || len == field.len)
		return;
	for (size_t i = len; i < field.len; i++)
		if (field.ptr[i] != 0)
			return;
	format_detail(info, ", product \"%.*s\", version %u.%u.%u.%u", (int)len,
	    (const char *)field.ptr, tail.ptr[0], tail.ptr[1], tail.ptr[2],
	    tail.ptr[3]);
}

static enum err
trx_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "trx header");
	struct trx_header h;
	enum err err = read_header(&c, &h);

	if (err != ERR_OK)
		return err;
	struct format_info info = {
		.size = h.len,
		.authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};

	format_detail(&info, "version %u", h.version);
	if (in.len < h.len) {
		format_detail(&info, ", cut short");
	} else {
		/* As zlib's, but without the final inversion. */
		uint32_t crc = ~crc32_of(
		    bytes_slice(in, TRX_CRC_FROM, h.len - TRX_CRC_FROM));

		format_detail(
		    &info, ", CRC %s", crc == h.crc ? "agrees" : "is wrong");
		if (crc == h.crc && h.len >= h.header_len + ASUS_TAIL_LEN)
			tell_product(bytes_slice(in, 0, h.len), &info);
	}
	*ret = info;
	return ERR_OK;
}

static enum err
trx_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cursor c = cur_open(in, "trx header");
	struct trx_header h;
	struct slices *s;
	enum err err = read_header(&c, &h);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < h.part_count; i++) {
		size_t end = h.len;

		if (h.part[i] == 0)
			continue;
		if (i + 1 < h.part_count && h.part[i + 1] != 0)
			end = h.part[i + 1];
		slices_add(s, h.part[i], end - h.part[i], false);
	}
	*ret_handle = s;
	return ERR_OK;
}

const struct format trx_format = {
	.name = "trx",
	.magic = { MAGIC(0, "HDR0") },
	.probe = trx_probe,
	.open = trx_open,
	.next = slices_next,
	.close = slices_close,
};
