/* SPDX-License-Identifier: ISC */
/* TP-Link header version 1: 512 bytes, big-endian but for its first word. */
#include "base/cursor.h"
#include "crypto/hash.h"
#include "unpack/headers.h"
#include "unpack/slices.h"

#include <openssl/evp.h>
#include <string.h>

#define TPLINK_HEADER_LEN ((size_t)512)
#define TPLINK_MD5_AT ((size_t)76)
#define TPLINK_MD5_LEN ((size_t)16)
#define TPLINK_VENDOR_LEN ((size_t)24)
#define TPLINK_VERSION_LEN ((size_t)36)

/* The header's MD5 is taken with one of these in its place; both have been
   public for years, so it protects against accidents only. */
static const char *const salts[] = {
	"\xdc\xd7\x3a\xa5\xc3\x95\x98\xfb\xdd\xf9\xe7\xf4\x0e\xae\x47\x38",
	"\x8c\xef\x33\x5b\xd5\xc5\xce\xfa\xa7\x9c\x28\xda\xb2\xe9\x0f\x42",
};

struct tplink_header {
	struct bytes vendor, version, md5;
	uint32_t hardware, revision;
	uint32_t image_len, kernel_at, kernel_len, rootfs_at, rootfs_len;
};

/* Vendor texts are plain words; anything else is a chance hit. */
static bool
is_plain(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] < 0x20 || in.ptr[i] > 0x7e)
			return false;
	return in.len >= 3;
}

static enum err
read_header(struct cursor *c, struct tplink_header *ret)
{
	struct tplink_header h = { .hardware = 0 };

	if (cur_u32le(c, "version") != 1)
		cur_fail(c, ERR_MALFORMED, 0, "version");
	h.vendor = cur_text(c, TPLINK_VENDOR_LEN, "vendor_name");
	h.version = cur_text(c, TPLINK_VERSION_LEN, "fw_version");
	if (cur_ok(c) && !is_plain(h.vendor))
		cur_fail(c, ERR_MALFORMED, 4, "vendor_name");
	h.hardware = cur_u32be(c, "hw_id");
	h.revision = cur_u32be(c, "hw_rev");
	cur_skip(c, 4, "region");
	h.md5 = cur_bytes(c, TPLINK_MD5_LEN, "md5sum1");
	cur_skip(c, 4 + TPLINK_MD5_LEN + 4 + 4 + 4, "md5sum2, addresses");
	h.image_len = cur_u32be(c, "fw_length");
	h.kernel_at = cur_u32be(c, "kernel_ofs");
	h.kernel_len = cur_u32be(c, "kernel_len");
	h.rootfs_at = cur_u32be(c, "rootfs_ofs");
	h.rootfs_len = cur_u32be(c, "rootfs_len");
	if (h.image_len <= TPLINK_HEADER_LEN)
		cur_fail(c, ERR_MALFORMED, 124, "fw_length");
	if (h.kernel_at < TPLINK_HEADER_LEN || h.kernel_at >= h.image_len)
		cur_fail(c, ERR_MALFORMED, 128, "kernel_ofs");
	if (h.kernel_len > h.image_len)
		cur_fail(c, ERR_MALFORMED, 132, "kernel_len");
	cur_seek(c, TPLINK_HEADER_LEN, "header");
	if (c->fault.code == ERR_OK)
		*ret = h;
	return c->fault.code;
}

static bool
md5_agrees(struct bytes image, struct bytes wanted, const char *salt)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct bytes tail = bytes_from(image, TPLINK_MD5_AT + TPLINK_MD5_LEN);
	bool ok = ctx != NULL && EVP_DigestInit(ctx, EVP_md5()) == 1 &&
	    EVP_DigestUpdate(ctx, image.ptr, TPLINK_MD5_AT) == 1 &&
	    EVP_DigestUpdate(ctx, salt, TPLINK_MD5_LEN) == 1 &&
	    EVP_DigestUpdate(ctx, tail.ptr, tail.len) == 1 &&
	    EVP_DigestFinal(ctx, digest, NULL) == 1 &&
	    memcmp(digest, wanted.ptr, TPLINK_MD5_LEN) == 0;

	EVP_MD_CTX_free(ctx);
	return ok;
}

static enum err
tplink_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "tplink header");
	struct tplink_header h;
	enum err err = read_header(&c, &h);

	if (err != ERR_OK)
		return err;
	struct bytes image = bytes_slice(in, 0, h.image_len);
	bool whole = image.len == h.image_len;
	bool agrees = whole &&
	    (md5_agrees(image, h.md5, salts[0]) ||
		md5_agrees(image, h.md5, salts[1]));

	/* The first image's length may leave out the header's own region: a
	   header whose MD5 does not agree needs the maker's name. */
	if (!agrees && !bytes_starts(h.vendor, BYTES("TP-LINK")) &&
	    !bytes_starts(h.vendor, BYTES("OpenWrt")))
		return ERR_CHECKSUM;
	struct format_info info = {
		.size = h.image_len,
		.authenticity = AUTHENTICITY_HASH,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};

	format_detail(&info, "vendor \"%.*s\", version \"%.*s\", board %08x.%u",
	    (int)h.vendor.len, (const char *)h.vendor.ptr, (int)h.version.len,
	    (const char *)h.version.ptr, h.hardware, h.revision);
	if (!whole)
		format_detail(&info, ", cut short");
	else
		format_detail(&info, ", MD5 with the public salt %s",
		    agrees ? "agrees" : "is wrong");
	*ret = info;
	return ERR_OK;
}

static enum err
tplink_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err != ERR_OK)
		return err;
	/* One region: boot loaders and loaders lie outside the two parts that
	   the header names. */
	if (in.len > TPLINK_HEADER_LEN)
		slices_add(
		    s, TPLINK_HEADER_LEN, in.len - TPLINK_HEADER_LEN, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format tplink_format = {
	.name = "tplink",
	.magic = { MAGIC(4, "TP-LINK "), MAGIC(4, "OpenWrt"),
	    MAGIC(0, "\x01\x00\x00\x00") },
	.probe = tplink_probe,
	.open = tplink_open,
	.next = slices_next,
	.close = slices_close,
};
