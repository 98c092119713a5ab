/* SPDX-License-Identifier: ISC */
/* Allwinner: what the boot ROM starts, and images for its flashing tools. */
#include "base/cursor.h"
#include "base/limits.h"
#include "unpack/boot.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#define EGON_STAMP 0x5f0a6c39U
#define EGON_LEN_MIN ((size_t)0x20)
#define EGON_LEN_MAX (1 * MIB) /* of SRAM, on the largest */
#define EGON_SUM_AT ((size_t)12)

/* The sum of all words, with a stamp in place of the sum itself. Source:
   U-Boot tools/sunxi_egon.c and include/sunxi_image.h. */
static bool
egon_sum_agrees(struct bytes in)
{
	struct cursor c = cur_open(in, "sunxi boot0");
	uint32_t sum = EGON_STAMP;
	uint32_t wanted = 0;

	while (cur_ok(&c) && cur_left(&c) >= 4) {
		bool is_sum = c.pos == EGON_SUM_AT;
		uint32_t word = cur_u32le(&c, "word");

		if (is_sum)
			wanted = word;
		else
			sum += word;
	}
	return sum == wanted;
}

static enum err
egon_len(struct bytes in, size_t *ret)
{
	struct cursor c = cur_open(in, "sunxi boot0");

	cur_skip(&c, 4, "jump");
	if (!bytes_equal(cur_bytes(&c, 7, "magic"), BYTES("eGON.BT")))
		cur_fail(&c, ERR_MALFORMED, 4, "magic");
	cur_skip(&c, 5, "magic, check_sum");
	size_t len = cur_u32le(&c, "length");

	if (len < EGON_LEN_MIN || len > EGON_LEN_MAX || len % 4 != 0)
		cur_fail(&c, ERR_MALFORMED, 16, "length");
	if (cur_ok(&c) && len > in.len)
		cur_fail(&c, ERR_TRUNCATED, 16, "length");
	if (c.fault.code == ERR_OK)
		*ret = len;
	return c.fault.code;
}

static enum err
egon_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_NO };
	size_t len = 0;
	enum err err = egon_len(in, &len);

	if (err != ERR_OK)
		return err;
	bool right = egon_sum_agrees(bytes_slice(in, 0, len));

	info.size = len;
	info.authenticity = right ? AUTHENTICITY_CRC : AUTHENTICITY_NONE;
	format_detail(&info, "eGON.BT%c, checksum %s", in.ptr[11] & 0x7f,
	    right ? "agrees" : "is wrong");
	*ret = info;
	return ERR_OK;
}

static enum err
egon_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	size_t len = 0;
	enum err err = egon_len(in, &len);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, EGON_LEN_MIN, len - EGON_LEN_MIN, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format sunxi_egon_format = {
	.name = "sunxi",
	.magic = { MAGIC(4, "eGON.BT0"), MAGIC(4, "eGON.BT1") },
	.probe = egon_probe,
	.open = egon_open,
	.next = slices_next,
	.close = slices_close,
};

/* PhoenixSuit's images. Source: awutils' imagewty.h. */
#define WTY_VERSION_1 0x100
#define WTY_VERSION_3 0x300
#define WTY_FILES_AT ((size_t)1024)
#define WTY_FILES_MAX 256

struct wty {
	uint32_t version;
	size_t image_len, count;
};

struct wty_file {
	size_t at, len;
};

static enum err
read_wty(struct bytes in, struct wty *ret)
{
	struct cursor c = cur_open(in, "sunxi image");
	struct wty w = { 0 };

	if (!bytes_equal(cur_bytes(&c, 8, "magic"), BYTES("IMAGEWTY")))
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	w.version = cur_u32le(&c, "header_version");
	if (w.version != WTY_VERSION_1 && w.version != WTY_VERSION_3)
		cur_fail(&c, ERR_UNSUPPORTED, 8, "header_version");
	cur_skip(&c, 12, "header_size, ram_base, version");
	w.image_len = cur_u32le(&c, "image_size");
	cur_skip(&c, w.version == WTY_VERSION_3 ? 32 : 28, "identifiers");
	w.count = cur_u32le(&c, "num_files");
	if (w.count == 0 || w.count > WTY_FILES_MAX)
		cur_fail(&c, ERR_MALFORMED, c.pos - 4, "num_files");
	if (cur_ok(&c) && w.image_len <= WTY_FILES_AT)
		cur_fail(&c, ERR_MALFORMED, 24, "image_size");
	if (c.fault.code == ERR_OK)
		*ret = w;
	return c.fault.code;
}

/* Moves on to the next file's header; false when there is none. */
static bool
next_wty_file(struct cursor *c, uint32_t version, struct wty_file *ret)
{
	size_t start = c->pos;

	cur_skip(c, 4, "filename_len");
	size_t header_len = cur_u32le(c, "total_header_size");

	cur_skip(c, 24, "maintype, subtype");
	if (version == WTY_VERSION_3) {
		cur_skip(c, 4 + 256, "unknown, filename");
		cur_skip(c, 8, "stored_length");
		ret->len = cur_u32le(c, "original_length");
		cur_skip(c, 4, "pad");
	} else {
		cur_skip(c, 8, "unknown, stored_length");
		ret->len = cur_u32le(c, "original_length");
	}
	ret->at = cur_u32le(c, "offset");
	if (!cur_ok(c) || header_len < c->pos - start)
		return false;
	cur_seek(c, start + header_len, "header");
	return cur_ok(c);
}

static enum err
wty_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	struct cursor c = cur_open_at(in, WTY_FILES_AT, "sunxi image");
	struct wty_file file = { 0 };
	struct wty w;
	enum err err = read_wty(in, &w);

	if (err != ERR_OK)
		return err;
	if (!cur_ok(&c) || !next_wty_file(&c, w.version, &file))
		return ERR_MALFORMED;
	info.size = w.image_len < in.len ? w.image_len : in.len;
	format_detail(&info, "IMAGEWTY version %u, %zu files%s", w.version >> 8,
	    w.count, w.image_len > in.len ? ", cut short" : "");
	*ret = info;
	return ERR_OK;
}

static enum err
wty_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cursor c = cur_open_at(in, WTY_FILES_AT, "sunxi image");
	struct wty_file file;
	struct slices *s;
	struct wty w;
	enum err err = read_wty(in, &w);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < w.count; i++) {
		if (!next_wty_file(&c, w.version, &file))
			break;
		if (file.at >= WTY_FILES_AT)
			slices_add(s, file.at, file.len, true);
	}
	*ret_handle = s;
	return ERR_OK;
}

const struct format sunxi_image_format = {
	.name = "sunxi",
	.magic = { MAGIC(0, "IMAGEWTY") },
	.probe = wty_probe,
	.open = wty_open,
	.next = slices_next,
	.close = slices_close,
};
