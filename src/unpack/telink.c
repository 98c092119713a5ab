/* SPDX-License-Identifier: ISC */
/* Telink: code with a mark, its length, and a CRC-32 behind it. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/mcu.h"
#include "unpack/slices.h"

#define MARK 0x544c4e4bU /* KNLT */
#define MARK_AT_TC32 ((size_t)8)
#define MARK_AT_RISCV ((size_t)0x20)
#define LEN_AT ((size_t)0x18)
#define CODE_MIN_LEN ((size_t)0x40)
#define CODE_MAX_LEN ((size_t)2 * 1024 * 1024) /* of flash */
#define CRC_LEN ((size_t)4)
#define PADDING_MAX ((size_t)16)
#define OTA_MARK 0x025d /* 5d 02: a build made for updates over the air */

struct image {
	size_t len; /* with the CRC, if there is one */
	bool has_crc;
	const char *architecture;
	bool ota;
};

static bool
has_mark(struct bytes in, size_t at)
{
	struct cursor c = cur_open_at(in, at, "telink mark");

	return cur_u32le(&c, "mark") == MARK;
}

/* Telink's own sum is not inverted at its end; some tools write the other. */
static bool
crc_agrees(struct bytes in, size_t at)
{
	struct cursor c = cur_open_at(in, at, "telink crc");
	uint32_t wanted = cur_u32le(&c, "crc");
	uint32_t crc = crc32_of(bytes_slice(in, 0, at));

	return cur_ok(&c) && (~crc == wanted || crc == wanted);
}

/*
 * The length counts the CRC, or (in older kits) does not. Without a CRC the
 * mark and a length that is the input's to a few bytes of padding must do.
 */
static enum err
read_image(struct bytes in, struct image *ret)
{
	struct cursor c = cur_open_at(in, LEN_AT, "telink image");
	size_t len = cur_u32le(&c, "length");
	struct cursor o = cur_open_at(in, 6, "telink image");
	struct image m = {
		.len = len,
		.ota = cur_u16le(&o, "mark of updates") == OTA_MARK,
	};

	if (!cur_ok(&c))
		return c.fault.code;
	if (has_mark(in, MARK_AT_TC32))
		m.architecture = "tc32";
	else if (has_mark(in, MARK_AT_RISCV))
		m.architecture = "riscv32";
	else
		return ERR_MALFORMED;
	if (len < CODE_MIN_LEN || len > CODE_MAX_LEN)
		return ERR_MALFORMED;
	if (len > in.len)
		return ERR_TRUNCATED;
	m.has_crc = crc_agrees(in, len - CRC_LEN);
	if (!m.has_crc && crc_agrees(in, len)) {
		m.has_crc = true;
		m.len += CRC_LEN;
	}
	if (!m.has_crc && in.len - len > PADDING_MAX)
		return ERR_CHECKSUM;
	*ret = m;
	return ERR_OK;
}

static enum err
telink_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_NO,
		.rollback = ANSWER_UNKNOWN };
	struct image m;
	enum err err = read_image(in, &m);

	if (err != ERR_OK)
		return err;
	info.size = m.has_crc ? m.len : in.len;
	info.architecture = m.architecture;
	info.authenticity = m.has_crc ? AUTHENTICITY_CRC : AUTHENTICITY_NONE;
	format_detail(&info, "%s, %zu bytes%s, %s", m.architecture, m.len,
	    m.ota ? ", for updates over the air" : "",
	    m.has_crc ? "CRC-32 agrees" : "no CRC-32");
	*ret = info;
	return ERR_OK;
}

static enum err
telink_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct image m;
	enum err err = read_image(in, &m);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	/* The header is code, too; but its start would be found again. */
	slices_add(s, MARK_AT_RISCV, m.len - MARK_AT_RISCV, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format telink_format = {
	.name = "telink",
	.magic = { MAGIC(8, "KNLT"), MAGIC(0x20, "KNLT") },
	.probe = telink_probe,
	.open = telink_open,
	.next = slices_next,
	.close = slices_close,
};
