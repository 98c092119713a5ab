/* SPDX-License-Identifier: ISC */
/* Rockchip: what the boot ROM loads, and images for its flashing tools. */
#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/boot.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#include <string.h>

#define SECTOR_LEN ((size_t)512)

/*
 * The ID block: a sector under RC4 with one published key, which says where
 * the code is that initialises memory. Source: U-Boot tools/rkcommon.c.
 */
#define IDB_MAGIC 0x0ff0aa55U
#define IDB_SECTORS_MAX 1024
static const uint8_t rc4_key[16] = { 124, 78, 3, 4, 85, 5, 9, 7, 45, 44, 123,
	56, 23, 13, 23, 17 };

struct idb {
	size_t code_at, code_len, boot_len;
};

static void
rc4(const uint8_t *key, size_t key_len, struct bytes in, uint8_t *to)
{
	uint8_t box[256];
	uint8_t j = 0;
	uint8_t i = 0;

	for (size_t k = 0; k < sizeof(box); k++)
		box[k] = (uint8_t)k;
	for (size_t k = 0; k < sizeof(box); k++) {
		uint8_t kept = box[k];

		j = (uint8_t)(j + kept + key[k % key_len]);
		box[k] = box[j];
		box[j] = kept;
	}
	j = 0;
	for (size_t k = 0; k < in.len; k++) {
		uint8_t kept = box[++i];

		j = (uint8_t)(j + kept);
		box[i] = box[j];
		box[j] = kept;
		to[k] = in.ptr[k] ^ box[(uint8_t)(box[i] + box[j])];
	}
}

static enum err
read_idb(struct bytes in, struct idb *ret)
{
	uint8_t sector[SECTOR_LEN];
	struct bytes head = bytes_slice(in, 0, SECTOR_LEN);

	if (head.len < SECTOR_LEN)
		return ERR_TRUNCATED;
	rc4(rc4_key, sizeof(rc4_key), head, sector);
	struct cursor c =
	    cur_open((struct bytes){ sector, SECTOR_LEN }, "rockchip idb");

	if (cur_u32le(&c, "magic") != IDB_MAGIC)
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	cur_seek(&c, 12, "init_offset");
	size_t offset = cur_u16le(&c, "init_offset");

	cur_seek(&c, 506, "init_size");
	size_t size = cur_u16le(&c, "init_size");
	size_t boot = cur_u16le(&c, "init_boot_size");

	if (offset == 0 || offset > 64 || size == 0 || size > IDB_SECTORS_MAX ||
	    boot < size)
		cur_fail(&c, ERR_MALFORMED, 12, "init_offset, init_size");
	if (!cur_ok(&c))
		return c.fault.code;
	ret->code_at = offset * SECTOR_LEN;
	ret->code_len = size * SECTOR_LEN;
	ret->boot_len = boot * SECTOR_LEN;
	return ret->code_at < in.len ? ERR_OK : ERR_TRUNCATED;
}

static enum err
idb_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_NONE };
	struct idb b;
	enum err err = read_idb(in, &b);

	if (err != ERR_OK)
		return err;
	info.size = bytes_slice(in, 0, b.code_at + b.code_len).len;
	/* four letters of the chip, where the code is not under RC4 too */
	struct bytes chip = bytes_slice(in, b.code_at, 4);

	format_detail(&info, "ID block, %zu bytes of code", b.code_len);
	if (bytes_starts(chip, BYTES("RK")))
		format_detail(&info, " for %.*s", detail_text_len(chip),
		    (const char *)chip.ptr);
	*ret = info;
	return ERR_OK;
}

static enum err
idb_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct idb b;
	enum err err = read_idb(in, &b);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, b.code_at, b.code_len, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format rockchip_idb_format = {
	.name = "rockchip",
	.magic = { MAGIC(
	    0, "\x3b\x8c\xdc\xfc\xbe\x9f\x9d\x51\xeb\x30\x34\xce") },
	.probe = idb_probe,
	.open = idb_open,
	.next = slices_next,
	.close = slices_close,
};

/*
 * The ID block of newer chips: a header with a SHA-256 at its end, and up to
 * four images with theirs. Source: U-Boot tools/rkcommon.c.
 */
#define RKNS_LEN ((size_t)2048)
#define RKNS_HASHED_LEN ((size_t)1536)
#define RKNS_IMAGES_AT ((size_t)120)
#define RKNS_IMAGE_LEN ((size_t)88)
#define RKNS_IMAGES_MAX 4
#define RKNS_SHA256 1U

struct rkns {
	uint32_t flags;
	size_t count, agree;
	struct {
		size_t at, len;
	} image[RKNS_IMAGES_MAX];
	bool header_agrees;
	size_t end;
};

static void
read_rkns_image(struct bytes in, size_t number, struct rkns *r)
{
	struct cursor c = cur_open_at(
	    in, RKNS_IMAGES_AT + number * RKNS_IMAGE_LEN, "rockchip rkns");
	size_t at = cur_u16le(&c, "offset") * SECTOR_LEN;
	size_t len = cur_u16le(&c, "size") * SECTOR_LEN;

	cur_skip(&c, 20, "address, flag, counter");
	struct bytes digest = cur_bytes(&c, 32, "hash");

	if (!cur_ok(&c) || len == 0 || at < RKNS_LEN || at > in.len ||
	    len > in.len - at)
		return;
	r->image[r->count].at = at;
	r->image[r->count++].len = len;
	r->agree +=
	    digest_agrees(HASH_SHA256, bytes_slice(in, at, len), digest);
	if (at + len > r->end)
		r->end = at + len;
}

static enum err
read_rkns(struct bytes in, struct rkns *ret)
{
	struct cursor c = cur_open(in, "rockchip rkns");
	struct rkns r = { .end = RKNS_LEN };

	if (!bytes_equal(cur_bytes(&c, 4, "magic"), BYTES("RKNS")))
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	cur_skip(&c, 4, "reserved");
	size_t words = cur_u16le(&c, "size");
	size_t count = cur_u16le(&c, "number of images");

	r.flags = cur_u32le(&c, "boot_flag");
	if (words * 4 != RKNS_HASHED_LEN || count == 0 ||
	    count > RKNS_IMAGES_MAX)
		cur_fail(&c, ERR_MALFORMED, 8, "size, number of images");
	cur_seek(&c, RKNS_HASHED_LEN, "hash");
	struct bytes digest = cur_bytes(&c, 32, "hash");

	cur_seek(&c, RKNS_LEN, "header");
	if (!cur_ok(&c))
		return c.fault.code;
	r.header_agrees = digest_agrees(
	    HASH_SHA256, bytes_slice(in, 0, RKNS_HASHED_LEN), digest);
	for (size_t i = 0; i < count; i++)
		read_rkns_image(in, i, &r);
	if (r.count == 0)
		return ERR_MALFORMED;
	*ret = r;
	return ERR_OK;
}

static enum err
rkns_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_UNKNOWN };
	struct rkns r;
	enum err err = read_rkns(in, &r);

	if (err != ERR_OK)
		return err;
	bool right = r.header_agrees && r.agree == r.count;

	info.size = r.end;
	format_detail(&info, "ID block version 2, %zu image%s, flags 0x%x",
	    r.count, r.count == 1 ? "" : "s", r.flags);
	if (r.flags == RKNS_SHA256) {
		info.authenticity =
		    right ? AUTHENTICITY_HASH : AUTHENTICITY_NONE;
		format_detail(&info, ", SHA-256 %s, not signed",
		    right ? "agrees" : "is wrong");
	} else {
		info.authenticity = AUTHENTICITY_UNKNOWN;
		format_detail(&info, ", not checked");
	}
	*ret = info;
	return ERR_OK;
}

static enum err
rkns_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct rkns r;
	enum err err = read_rkns(in, &r);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < r.count; i++)
		slices_add(s, r.image[i].at, r.image[i].len, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format rockchip_rkns_format = {
	.name = "rockchip",
	.magic = { MAGIC(0, "RKNS\0\0\0\0\x80\x01") },
	.probe = rkns_probe,
	.open = rkns_open,
	.next = slices_next,
	.close = slices_close,
};

/* RKFW: a loader and an RKAF, with an MD5 in hex behind all. Source:
   rkflashtool's rkunpack.c. */
#define MD5_HEX_LEN ((size_t)32)

struct rkfw {
	size_t loader_at, loader_len, image_at, image_len;
	size_t end;
	bool has_md5, md5_agrees;
};

static enum err
read_rkfw(struct bytes in, struct rkfw *ret)
{
	struct cursor c = cur_open(in, "rockchip rkfw");
	struct rkfw f = { 0 };
	uint8_t md5[16];

	if (!bytes_equal(cur_bytes(&c, 4, "magic"), BYTES("RKFW")))
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	if (cur_u16le(&c, "header length") != 0x66)
		cur_fail(&c, ERR_MALFORMED, 4, "header length");
	cur_seek(&c, 0x19, "loader offset");
	f.loader_at = cur_u32le(&c, "loader offset");
	f.loader_len = cur_u32le(&c, "loader length");
	f.image_at = cur_u32le(&c, "image offset");
	f.image_len = cur_u32le(&c, "image length");
	if (!cur_ok(&c))
		return c.fault.code;
	if (f.loader_at < 0x66 || f.image_at < 0x66 ||
	    f.loader_at > f.image_at || f.loader_len > f.image_at - f.loader_at)
		return ERR_MALFORMED;
	if (f.image_at > in.len || f.image_len > in.len - f.image_at)
		return ERR_TRUNCATED;
	f.end = f.image_at + f.image_len;
	struct bytes hex = bytes_slice(in, f.end, MD5_HEX_LEN);

	f.has_md5 = hex.len == MD5_HEX_LEN &&
	    hex_decode(hex, md5, sizeof(md5)) == sizeof(md5);
	if (f.has_md5)
		f.md5_agrees =
		    digest_agrees(HASH_MD5, bytes_slice(in, 0, f.end),
			(struct bytes){ md5, sizeof(md5) });
	*ret = f;
	return ERR_OK;
}

static enum err
rkfw_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_NO };
	struct rkfw f;
	enum err err = read_rkfw(in, &f);

	if (err != ERR_OK)
		return err;
	info.size = f.end + (f.has_md5 ? MD5_HEX_LEN : 0);
	/* an unkeyed digest of a broken function: no more than a sum */
	info.authenticity =
	    f.md5_agrees ? AUTHENTICITY_HASH : AUTHENTICITY_NONE;
	format_detail(&info, "RKFW, loader and image, %s",
	    !f.has_md5	       ? "no MD5"
		: f.md5_agrees ? "MD5 agrees"
			       : "MD5 is wrong");
	*ret = info;
	return ERR_OK;
}

static enum err
rkfw_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct rkfw f;
	enum err err = read_rkfw(in, &f);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, f.loader_at, f.loader_len, true);
	slices_add(s, f.image_at, f.image_len, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format rockchip_rkfw_format = {
	.name = "rockchip",
	.magic = { MAGIC(0, "RKFW\x66\x00") },
	.probe = rkfw_probe,
	.open = rkfw_open,
	.next = slices_next,
	.close = slices_close,
};

/* RKAF: up to 16 parts. */
#define PARTS_MAX 16
#define PARTS_AT ((size_t)0x8c)
#define PART_LEN ((size_t)112)

struct rkaf {
	size_t len, count;
	struct bytes model;
};

static enum err
read_rkaf(struct bytes in, struct rkaf *ret)
{
	struct cursor c = cur_open(in, "rockchip rkaf");
	struct rkaf f = { 0 };

	if (!bytes_equal(cur_bytes(&c, 4, "magic"), BYTES("RKAF")))
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	f.len = cur_u32le(&c, "length");
	f.model = cur_text(&c, 34, "model");
	cur_seek(&c, 0x88, "number of parts");
	f.count = cur_u32le(&c, "number of parts");
	if (f.count == 0 || f.count > PARTS_MAX)
		cur_fail(&c, ERR_MALFORMED, 0x88, "number of parts");
	cur_skip(&c, f.count * PART_LEN, "parts");
	if (f.len < c.pos || (cur_ok(&c) && f.len > in.len))
		cur_fail(&c, ERR_TRUNCATED, 4, "length");
	if (c.fault.code == ERR_OK)
		*ret = f;
	return c.fault.code;
}

static enum err
rkaf_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_NO };
	struct rkaf f;
	enum err err = read_rkaf(in, &f);

	if (err != ERR_OK)
		return err;
	/* behind it a CRC by a polynomial of its own, not computed here */
	info.authenticity = AUTHENTICITY_CRC;
	info.size = bytes_slice(in, 0, f.len + 4).len;
	format_detail(&info, "RKAF, model \"%.*s\", %zu parts, CRC not checked",
	    detail_text_len(f.model), (const char *)f.model.ptr, f.count);
	*ret = info;
	return ERR_OK;
}

static enum err
rkaf_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct rkaf f;
	enum err err = read_rkaf(in, &f);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < f.count; i++) {
		struct cursor c = cur_open_at(
		    in, PARTS_AT + i * PART_LEN + 32 + 60 + 4, "rkaf part");
		size_t at = cur_u32le(&c, "position");

		cur_skip(&c, 8, "address, padded length");
		size_t len = cur_u32le(&c, "length");

		if (cur_ok(&c) && at >= PARTS_AT + f.count * PART_LEN &&
		    at < f.len)
			slices_add(s, at, len, true);
	}
	*ret_handle = s;
	return ERR_OK;
}

const struct format rockchip_rkaf_format = {
	.name = "rockchip",
	.magic = { MAGIC(0, "RKAF") },
	.probe = rkaf_probe,
	.open = rkaf_open,
	.next = slices_next,
	.close = slices_close,
};
