/* SPDX-License-Identifier: ISC */
/* ESP8266 images for its second boot loader: code in flash, then an image. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/mcu.h"
#include "unpack/slices.h"

/* Source: esptool's "Firmware Image Format", ESP8266 version 2. */
#define MAGIC_V2 0xea
#define SEGMENTS_V2 4 /* a constant, not a number */
#define CODE_AT ((size_t)16)
#define CODE_MAX_LEN ((size_t)1024 * 1024) /* what is mapped */

struct image {
	size_t code_len, image_at;
	struct format_info inner;
	size_t end; /* behind the inner image */
	bool has_crc;
};

/* As esptool writes it: inverted when its first bit is set, else one more. */
static bool
crc_agrees(struct bytes in, size_t at)
{
	struct cursor c = cur_open_at(in, at, "esp8266 crc");
	uint32_t wanted = cur_u32le(&c, "crc32");
	uint32_t crc = crc32_of(bytes_slice(in, 0, at));

	crc = (crc & 0x80000000U) != 0 ? ~crc : crc + 1;
	return cur_ok(&c) && crc == wanted;
}

static enum err
read_image(struct bytes in, struct image *ret)
{
	struct cursor c = cur_open(in, "esp8266 image");
	struct image m = { .code_len = 0 };

	if (cur_u8(&c, "magic") != MAGIC_V2)
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	if (cur_u8(&c, "segments") != SEGMENTS_V2)
		cur_fail(&c, ERR_MALFORMED, 1, "segments");
	cur_skip(&c, 2, "flash mode, size and speed");
	if (cur_u32le(&c, "entry") >> 20 != 0x401)
		cur_fail(&c, ERR_MALFORMED, 4, "entry");
	if (cur_u32le(&c, "code address") != 0)
		cur_fail(&c, ERR_MALFORMED, 8, "code address");
	m.code_len = cur_u32le(&c, "code length");
	if (m.code_len == 0 || m.code_len > CODE_MAX_LEN)
		cur_fail(&c, ERR_MALFORMED, 12, "code length");
	if (cur_ok(&c))
		cur_skip(&c, m.code_len, "code");
	m.image_at = c.pos;
	if (!cur_ok(&c))
		return c.fault.code;
	enum err err =
	    esp_image_format.probe(bytes_from(in, m.image_at), &m.inner);

	if (err != ERR_OK)
		return err;
	m.end = m.image_at + m.inner.size;
	m.has_crc = crc_agrees(in, m.end);
	*ret = m;
	return ERR_OK;
}

static enum err
v2_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
		.architecture = "xtensa" };
	struct image m;
	enum err err = read_image(in, &m);

	if (err != ERR_OK)
		return err;
	info.size = m.end + (m.has_crc ? 4 : 0);
	format_detail(&info,
	    "ESP8266 version 2, %zu bytes run in flash, XOR checksum agrees%s",
	    m.code_len, m.has_crc ? ", CRC-32 agrees" : "");
	*ret = info;
	return ERR_OK;
}

static enum err
v2_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct image m;
	enum err err = read_image(in, &m);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	slices_add(s, CODE_AT, m.code_len, false);
	slices_add(s, m.image_at, m.inner.size, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format esp8266_v2_format = {
	.name = "esp-image",
	.magic = { MAGIC(0, "\xea\x04\x00"), MAGIC(0, "\xea\x04\x01"),
	    MAGIC(0, "\xea\x04\x02"), MAGIC(0, "\xea\x04\x03") },
	.probe = v2_probe,
	.open = v2_open,
	.next = slices_next,
	.close = slices_close,
};
