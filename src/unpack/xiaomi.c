/* SPDX-License-Identifier: ISC */
/* Xiaomi's HDR1 and HDR2: blobs with names, then an RSA signature. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#define BLOBS_MAX 8
#define BLOB_MAGIC 0x0000babeU
#define BLOB_HEADER_LEN 48U
#define NAME_LEN 32U
#define CRC_AT 8U
#define CRC_FROM 12U
#define SIGNATURE_HEADER_LEN 16U
#define SIGNATURE_MAX 512U

struct blob {
	struct bytes name;
	size_t at, len;
};

struct xiaomi {
	unsigned version;
	size_t signature_at;
	uint32_t crc;
	struct bytes device, region;
	uint32_t blob_at[BLOBS_MAX];
	struct blob blob[BLOBS_MAX];
	size_t blobs;
	struct bytes signature;
	size_t end;
};

static void
read_header(struct cursor *c, struct xiaomi *x)
{
	struct bytes magic = cur_bytes(c, 4, "magic");

	if (bytes_equal(magic, BYTES("HDR1")))
		x->version = 1;
	else if (bytes_equal(magic, BYTES("HDR2")))
		x->version = 2;
	else
		cur_fail(c, ERR_MALFORMED, 0, "magic");
	x->signature_at = cur_u32le(c, "signature offset");
	x->crc = cur_u32le(c, "crc32");
	cur_skip(c, 4, "device");
	if (x->version == 2) {
		x->device = cur_bytes(c, 8, "device");
		x->region = cur_bytes(c, 8, "region");
		cur_skip(c, 16, "reserved");
	}
	for (size_t i = 0; i < BLOBS_MAX; i++)
		x->blob_at[i] = cur_u32le(c, "blob offset");
}

static void
read_blob(struct cursor *c, size_t at, size_t end, struct blob *ret)
{
	struct blob b = { .at = at + BLOB_HEADER_LEN };

	cur_seek(c, at, "blob");
	if (cur_u32le(c, "blob magic") != BLOB_MAGIC)
		cur_fail(c, ERR_MALFORMED, at, "blob magic");
	cur_skip(c, 4, "flash offset");
	b.len = cur_u32le(c, "blob size");
	cur_skip(c, 4, "blob type");
	b.name = vendor_text_of(c->in, c->pos, NAME_LEN);
	cur_skip(c, NAME_LEN, "blob name");
	if (b.at > end || b.len > end - b.at || b.len == 0)
		cur_fail(c, ERR_MALFORMED, at + 8, "blob size");
	*ret = b;
}

static enum err
read_all(struct bytes in, struct xiaomi *ret)
{
	struct cursor c = cur_open(in, "xiaomi header");
	struct xiaomi x = { .version = 0 };

	read_header(&c, &x);
	if (cur_ok(&c) && x.signature_at <= c.pos)
		cur_fail(&c, ERR_MALFORMED, 4, "signature offset");
	for (size_t i = 0; i < BLOBS_MAX && x.blob_at[i] != 0; i++) {
		read_blob(&c, x.blob_at[i], x.signature_at, &x.blob[i]);
		x.blobs++;
	}
	if (x.blobs == 0)
		cur_fail(&c, ERR_MALFORMED, 16, "blob offset");
	cur_seek(&c, x.signature_at, "signature");
	size_t len = cur_u32le(&c, "signature size");

	if (len > SIGNATURE_MAX)
		cur_fail(&c, ERR_MALFORMED, x.signature_at, "signature size");
	cur_skip(&c, SIGNATURE_HEADER_LEN - 4, "signature pad");
	x.signature = cur_bytes(&c, len, "signature");
	x.end = c.pos;
	if (c.fault.code == ERR_OK)
		*ret = x;
	return c.fault.code;
}

static enum err
xiaomi_probe(struct bytes in, struct format_info *ret)
{
	struct xiaomi x;
	enum err err = read_all(in, &x);

	if (err != ERR_OK)
		return err;
	struct format_info info = {
		.size = x.end,
		.authenticity = vendor_is_blank(x.signature)
		    ? AUTHENTICITY_CRC
		    : AUTHENTICITY_SIGNED,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};
	uint32_t crc = ~crc32_of(bytes_slice(in, CRC_FROM, x.end - CRC_FROM));

	format_detail(&info, "HDR%u", x.version);
	vendor_say_text(
	    &info, "device", vendor_text_of(x.device, 0, x.device.len));
	vendor_say_text(
	    &info, "region", vendor_text_of(x.region, 0, x.region.len));
	format_detail(&info, ", CRC %s, signature of %zu bytes",
	    crc == x.crc ? "agrees" : "is wrong", x.signature.len);
	for (size_t i = 0; i < x.blobs; i++)
		vendor_say_text(&info, "blob", x.blob[i].name);
	*ret = info;
	return ERR_OK;
}

static enum err
xiaomi_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct xiaomi x;
	struct slices *s;
	enum err err = read_all(in, &x);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < x.blobs; i++)
		slices_add(s, x.blob[i].at, x.blob[i].len, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format xiaomi_format = {
	.name = "xiaomi",
	.magic = { MAGIC(0, "HDR1"), MAGIC(0, "HDR2") },
	.only_at_start = true,
	.probe = xiaomi_probe,
	.open = xiaomi_open,
	.next = slices_next,
	.close = slices_close,
};
