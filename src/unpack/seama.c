/* SPDX-License-Identifier: ISC */
/* Seama: a seal over entities, each with an MD5; both byte orders. */
#include "base/cursor.h"
#include "unpack/vendor.h"
#include "unpack/vendor_private.h"

#define SEAMA_MAGIC 0x5ea3a417U
#define MD5_LEN ((size_t)16)
#define META_MAX 4096U
#define ENTITIES_MAX 16

struct entity {
	struct bytes meta, image, md5;
	size_t image_at;
	size_t wanted; /* bytes of the image as the header says */
	bool seal;
};

/* "key=value" and a zero, again and again, filled up with zeros. */
static bool
is_meta(struct bytes in)
{
	if (in.len == 0)
		return true;
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] != 0 && (in.ptr[i] < 0x20 || in.ptr[i] > 0x7e))
			return false;
	return bytes_find_byte(in, '=', 0) != SIZE_MAX;
}

static bool
read_entity(struct cursor *c, bool big, struct entity *ret)
{
	struct entity e = { .seal = false };

	if (cur_u32(c, big, "magic") != SEAMA_MAGIC)
		cur_fail(c, ERR_MALFORMED, c->pos, "magic");
	if (cur_u16(c, big, "reserved") != 0)
		cur_fail(c, ERR_MALFORMED, c->pos, "reserved");
	size_t meta_len = cur_u16(c, big, "metasize");

	e.wanted = cur_u32(c, big, "imagesize");
	e.seal = e.wanted == 0;
	if (!e.seal)
		e.md5 = cur_bytes(c, MD5_LEN, "md5");
	if (meta_len % 4 != 0 || meta_len > META_MAX ||
	    (e.seal && meta_len == 0))
		cur_fail(c, ERR_MALFORMED, c->pos, "metasize");
	e.meta = cur_bytes(c, meta_len, "meta");
	if (!is_meta(e.meta))
		cur_fail(c, ERR_MALFORMED, c->pos, "meta");
	e.image_at = c->pos;
	if (!cur_ok(c))
		return false;
	e.image = bytes_slice(c->in, c->pos, e.wanted);
	if (e.image.len < e.wanted / 2)
		return false;
	cur_skip(c, e.image.len, "image");
	*ret = e;
	return true;
}

static bool
is_big(struct bytes in)
{
	return bytes_starts(in, BYTES("\x5e\xa3\xa4\x17"));
}

static void
describe(const struct entity *e, struct format_info *info)
{
	struct bytes rest = e->meta;
	struct bytes text;

	while (bytes_next_field(&rest, 0, &text))
		vendor_say_text(info, e->seal ? "seal" : "meta", text);
	if (e->seal)
		return;
	if (e->image.len < e->wanted)
		format_detail(info, ", cut short");
	else
		format_detail(info, ", MD5 %s",
		    vendor_hash_agrees(HASH_MD5, &e->image, 1, e->md5)
			? "agrees"
			: "is wrong");
}

static enum err
seama_probe(struct bytes in, struct format_info *ret)
{
	bool big = is_big(in);
	struct cursor c = cur_open(in, "seama header");
	struct format_info info = {
		.authenticity = AUTHENTICITY_HASH,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};
	struct entity e = { .seal = false };
	size_t images = 0;

	format_detail(&info, "%s endian", big ? "big" : "little");
	for (size_t i = 0; i < ENTITIES_MAX && read_entity(&c, big, &e); i++) {
		/* Without a text the digest must prove that it is one. */
		if (e.meta.len == 0 &&
		    !vendor_hash_agrees(HASH_MD5, &e.image, 1, e.md5))
			break;
		describe(&e, &info);
		images += !e.seal;
		info.size = e.image_at + e.image.len;
	}
	if (images == 0)
		return ERR_MALFORMED;
	*ret = info;
	return ERR_OK;
}

static enum err
seama_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	bool big = is_big(in);
	struct cursor c = cur_open(in, "seama header");
	struct entity e = { .seal = false };
	struct slices *s;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < ENTITIES_MAX && read_entity(&c, big, &e); i++)
		slices_add(s, e.image_at, e.wanted, false);
	*ret_handle = s;
	return ERR_OK;
}

const struct format seama_format = {
	.name = "seama",
	.magic = { MAGIC(0, "\x5e\xa3\xa4\x17"), MAGIC(0, "\x17\xa4\xa3\x5e") },
	.probe = seama_probe,
	.open = seama_open,
	.next = slices_next,
	.close = slices_close,
};
