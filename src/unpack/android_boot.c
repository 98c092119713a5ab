/* SPDX-License-Identifier: ISC */
/* Android boot images: a header page, then parts that begin on pages. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/android.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#include <openssl/evp.h>
#include <string.h>

#define PAGE_MIN 1024u
#define PAGE_MAX 131072u
#define NEW_PAGE_LEN 4096u /* of version 3 and 4 */
#define VERSION_AT ((size_t)40)
#define VENDOR_HEADER_3_LEN 2108 /* said to be 2112 since 2020 */
#define VENDOR_HEADER_4_LEN 2128
#define ID_LEN ((size_t)32)
#define SHA1_LEN ((size_t)20)
#define PARTS_MAX 5

struct part {
	size_t at, len;
	bool whole; /* one payload */
	bool own;   /* of the format: not given */
};

struct boot {
	bool vendor;
	uint32_t version;
	uint32_t page_len;
	uint32_t os_version;
	struct bytes name, id;
	size_t hashed; /* parts that `id` is made of, versions 0 to 2 */
	size_t signature_len;
	struct part part[PARTS_MAX];
	size_t part_count;
	size_t size; /* all pages */
};

/* The part goes to the next page; false when the sum does not fit. */
static bool
add_part(struct boot *b, size_t len, bool whole)
{
	size_t end;

	b->part[b->part_count++] =
	    (struct part){ .at = b->size, .len = len, .whole = whole };
	return size_round_up(len, b->page_len, &end) &&
	    size_add(b->size, end, &b->size);
}

static bool
page_is_right(uint32_t len)
{
	return len >= PAGE_MIN && len <= PAGE_MAX && (len & (len - 1)) == 0;
}

/* Version 0 to 2. What is now the version was the length of a device tree in
   Qualcomm's images. */
static enum err
read_old(struct cursor *c, struct boot *b)
{
	size_t kernel = cur_u32le(c, "kernel_size");

	(void)cur_u32le(c, "kernel_addr");
	size_t ramdisk = cur_u32le(c, "ramdisk_size");

	(void)cur_u32le(c, "ramdisk_addr");
	size_t second = cur_u32le(c, "second_size");

	cur_skip(c, 8, "second_addr, tags_addr");
	b->page_len = cur_u32le(c, "page_size");
	b->version = cur_u32le(c, "header_version");
	b->os_version = cur_u32le(c, "os_version");
	b->name = cur_text(c, 16, "name");
	cur_skip(c, 512, "cmdline");
	b->id = cur_bytes(c, ID_LEN, "id");
	cur_skip(c, 1024, "extra_cmdline");
	size_t tree = b->version > 4 ? b->version : 0;
	size_t overlay = 0;
	size_t dtb = 0;

	if (b->version == 1 || b->version == 2) {
		overlay = cur_u32le(c, "recovery_dtbo_size");
		cur_skip(c, 12, "recovery_dtbo_offset, header_size");
	}
	if (b->version == 2)
		dtb = cur_u32le(c, "dtb_size");
	if (tree > 0)
		b->version = 0;
	if (!cur_ok(c))
		return c->fault.code;
	b->hashed = b->version > 0 ? 3 + b->version : tree > 0 ? 4 : 3;
	b->size = b->page_len;
	if (!page_is_right(b->page_len) || kernel == 0 ||
	    !add_part(b, kernel, true) || !add_part(b, ramdisk, true) ||
	    !add_part(b, second, true) ||
	    !add_part(b, tree > 0 ? tree : overlay, true) ||
	    !add_part(b, dtb, true))
		return ERR_MALFORMED;
	return ERR_OK;
}

static enum err
read_new(struct cursor *c, struct boot *b)
{
	size_t kernel = cur_u32le(c, "kernel_size");
	size_t ramdisk = cur_u32le(c, "ramdisk_size");

	b->os_version = cur_u32le(c, "os_version");
	uint32_t header = cur_u32le(c, "header_size");

	cur_skip(c, 16, "reserved");
	b->version = cur_u32le(c, "header_version");
	cur_skip(c, 1536, "cmdline");
	if (b->version == 4)
		b->signature_len = cur_u32le(c, "signature_size");
	if (!cur_ok(c))
		return c->fault.code;
	b->page_len = NEW_PAGE_LEN;
	b->size = NEW_PAGE_LEN;
	if (header < 1580 || header > NEW_PAGE_LEN || kernel + ramdisk == 0 ||
	    !add_part(b, kernel, true) || !add_part(b, ramdisk, true) ||
	    !add_part(b, b->signature_len, false))
		return ERR_MALFORMED;
	return ERR_OK;
}

/* Several ramdisks may lie side by side in the first part. */
static enum err
read_vendor(struct cursor *c, struct boot *b)
{
	b->version = cur_u32le(c, "header_version");
	b->page_len = cur_u32le(c, "page_size");
	cur_skip(c, 8, "kernel_addr, ramdisk_addr");
	size_t ramdisk = cur_u32le(c, "vendor_ramdisk_size");

	cur_skip(c, 2048, "cmdline");
	(void)cur_u32le(c, "tags_addr");
	b->name = cur_text(c, 16, "name");
	size_t header = cur_u32le(c, "header_size");
	size_t dtb = cur_u32le(c, "dtb_size");

	cur_skip(c, 8, "dtb_addr");
	size_t table = 0;
	size_t config = 0;

	if (b->version == 4) {
		table = cur_u32le(c, "vendor_ramdisk_table_size");
		cur_skip(c, 8, "vendor_ramdisk_table_entry_num, _size");
		config = cur_u32le(c, "bootconfig_size");
	}
	if (!cur_ok(c))
		return c->fault.code;
	if ((b->version != 3 && b->version != 4) ||
	    !page_is_right(b->page_len) ||
	    header <
		(b->version == 3 ? VENDOR_HEADER_3_LEN : VENDOR_HEADER_4_LEN) ||
	    header > PAGE_MAX || ramdisk + dtb == 0 ||
	    !size_round_up(header, b->page_len, &b->size) ||
	    !add_part(b, ramdisk, false) || !add_part(b, dtb, true) ||
	    !add_part(b, table, false) || !add_part(b, config, true))
		return ERR_MALFORMED;
	b->part[2].own = true; /* the table */
	return ERR_OK;
}

static enum err
read_boot(struct bytes in, struct boot *ret)
{
	struct cursor c = cur_open(in, "android boot image");
	struct boot b = { 0 };
	struct bytes magic = cur_bytes(&c, 8, "magic");
	enum err err = ERR_MALFORMED;

	if (bytes_equal_text(magic, "VNDRBOOT")) {
		b.vendor = true;
		err = read_vendor(&c, &b);
	} else if (bytes_equal_text(magic, "ANDROID!")) {
		struct cursor look = cur_open_at(in, VERSION_AT, "version");
		uint32_t version = cur_u32le(&look, "header_version");

		err = version == 3 || version == 4 ? read_new(&c, &b)
						   : read_old(&c, &b);
	}
	if (err == ERR_OK)
		*ret = b;
	return err;
}

/* The digest of the parts, each with its length behind it. */
static bool
id_agrees(struct bytes in, const struct boot *b, bool sha1)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL &&
	    EVP_DigestInit_ex(ctx, sha1 ? EVP_sha1() : EVP_sha256(), NULL) == 1;

	for (size_t i = 0; ok && i < b->hashed; i++) {
		const struct part *p = &b->part[i];
		struct bytes data = bytes_slice(in, p->at, p->len);
		uint8_t len[4];

		for (size_t k = 0; k < sizeof(len); k++)
			len[k] = (uint8_t)(p->len >> 8 * k);
		ok = data.len == p->len &&
		    EVP_DigestUpdate(ctx, data.ptr, data.len) == 1 &&
		    EVP_DigestUpdate(ctx, len, sizeof(len)) == 1;
	}
	ok = ok && EVP_DigestFinal_ex(ctx, digest, NULL) == 1 &&
	    memcmp(digest, b->id.ptr, sha1 ? SHA1_LEN : ID_LEN) == 0;
	EVP_MD_CTX_free(ctx);
	return ok;
}

static bool
is_zero(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] != 0)
			return false;
	return true;
}

static void
judge_id(struct bytes in, const struct boot *b, struct format_info *info)
{
	if (b->id.len == 0)
		return;
	if (is_zero(b->id)) {
		format_detail(info, ", no id");
		return;
	}
	bool sha1 = is_zero(bytes_from(b->id, SHA1_LEN));
	bool right = id_agrees(in, b, sha1);

	if (right)
		info->authenticity = AUTHENTICITY_HASH;
	format_detail(info, ", id %s",
	    !right     ? "is no digest of the parts"
		: sha1 ? "agrees (SHA-1)"
		       : "agrees (SHA-256)");
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct boot b;
	enum err err = read_boot(in, &b);

	if (err != ERR_OK)
		return err;
	struct format_info info = {
		.size = size_min(b.size, in.len),
		.authenticity = b.signature_len > 0 ? AUTHENTICITY_UNKNOWN
						    : AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO,
		.may_be_signed = b.signature_len > 0,
	};

	format_detail(&info, "%sboot image v%u, pages of %u bytes",
	    b.vendor ? "vendor " : "", b.version, b.page_len);
	if (b.name.len > 0)
		format_detail(&info, ", name \"%.*s\"", detail_text_len(b.name),
		    (const char *)b.name.ptr);
	if (b.os_version != 0)
		format_detail(&info, ", Android %u.%u.%u, patch level %u-%02u",
		    b.os_version >> 25, b.os_version >> 18 & 127,
		    b.os_version >> 11 & 127, 2000 + (b.os_version >> 4 & 127),
		    b.os_version & 15);
	judge_id(in, &b, &info);
	if (b.signature_len > 0)
		format_detail(
		    &info, ", signature of %zu bytes", b.signature_len);
	if (b.size > in.len)
		format_detail(&info, ", cut short");
	*ret = info;
	return ERR_OK;
}

static enum err
open_boot(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct boot b;
	enum err err = read_boot(in, &b);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < b.part_count; i++)
		if (!b.part[i].own)
			slices_add(
			    s, b.part[i].at, b.part[i].len, b.part[i].whole);
	*ret_handle = s;
	return ERR_OK;
}

const struct format android_boot_format = {
	.name = "android-boot",
	.magic = { MAGIC(0, "ANDROID!"), MAGIC(0, "VNDRBOOT") },
	.probe = probe,
	.open = open_boot,
	.next = slices_next,
	.close = slices_close,
};
