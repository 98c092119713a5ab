/* SPDX-License-Identifier: ISC */
/* The suffix that USB DFU tools put behind an image, and ST's DfuSe files. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/mcu.h"
#include "unpack/slices.h"

#define SUFFIX_LEN ((size_t)16)
#define DFU_1_0 0x0100
#define DFU_SE 0x011a
/* What NXP's LPC parts need in front; a CRC made before it was put there
   leaves it out. */
#define LPC_PREFIX_LEN ((size_t)16)

struct suffix {
	uint16_t device, product, vendor, version;
	uint32_t crc;
};

/* From its end, which is the input's. */
static enum err
read_suffix(struct bytes in, struct suffix *ret)
{
	if (in.len <= SUFFIX_LEN)
		return ERR_TRUNCATED;
	struct cursor c = cur_open_at(in, in.len - SUFFIX_LEN, "dfu suffix");
	struct suffix s;

	s.device = cur_u16le(&c, "bcdDevice");
	s.product = cur_u16le(&c, "idProduct");
	s.vendor = cur_u16le(&c, "idVendor");
	s.version = cur_u16le(&c, "bcdDFU");
	if (!bytes_equal(cur_bytes(&c, 3, "ucDfuSeSignature"), BYTES("UFD")))
		cur_fail(&c, ERR_MALFORMED, in.len - 8, "signature");
	if (cur_u8(&c, "bLength") != SUFFIX_LEN)
		cur_fail(&c, ERR_MALFORMED, in.len - 5, "bLength");
	s.crc = cur_u32le(&c, "dwCRC");
	if (s.version != DFU_1_0 && s.version != DFU_SE && s.version != 0x0110)
		cur_fail(&c, ERR_UNSUPPORTED, in.len - 10, "bcdDFU");
	if (c.fault.code == ERR_OK)
		*ret = s;
	return c.fault.code;
}

/* The CRC is not inverted at its end. */
static bool
crc_agrees(struct bytes in, size_t from, uint32_t crc)
{
	struct bytes covered = bytes_slice(in, 0, in.len - 4);

	return (crc32_of(bytes_from(covered, from)) ^ 0xffffffffU) == crc;
}

/* Length of NXP's prefix: DA FF, the length in 512-byte frames, then FF. */
static size_t
prefix_len(struct bytes in)
{
	struct bytes fill = bytes_slice(in, 4, LPC_PREFIX_LEN - 4);

	if (!bytes_starts(in, BYTES("\xda\xff")) ||
	    in.len <= LPC_PREFIX_LEN + SUFFIX_LEN)
		return 0;
	for (size_t i = 0; i < fill.len; i++)
		if (fill.ptr[i] != 0xff)
			return 0;
	return LPC_PREFIX_LEN;
}

static bool
is_dfuse(struct bytes in)
{
	return bytes_starts(in, BYTES("DfuSe\x01"));
}

static enum err
dfu_probe(struct bytes in, struct format_info *ret)
{
	struct suffix s;
	enum err err = read_suffix(in, &s);

	if (err != ERR_OK)
		return err;
	size_t prefix = prefix_len(in);
	const char *crc = "is wrong";

	if (crc_agrees(in, 0, s.crc))
		crc = "agrees";
	else if (prefix > 0 && crc_agrees(in, prefix, s.crc))
		crc = "agrees, without the LPC prefix of 16 bytes";
	*ret = (struct format_info){
		.size = in.len,
		.authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};
	format_detail(ret,
	    "%svendor %04x, product %04x, device %04x, DFU %x.%02x, CRC %s",
	    is_dfuse(in) ? "DfuSe, " : "", s.vendor, s.product, s.device,
	    s.version >> 8, s.version & 0xffU, crc);
	return ERR_OK;
}

/*
 * DfuSe: targets, each with elements that have an address. Source: ST UM0391,
 * §2.
 */
static void
add_elements(struct bytes in, struct slices *s)
{
	struct cursor c = cur_open_at(in, 10, "dfuse prefix");
	uint8_t targets = cur_u8(&c, "bTargets");

	for (size_t i = 0; i < targets && cur_ok(&c); i++) {
		if (!bytes_equal(
			cur_bytes(&c, 6, "szSignature"), BYTES("Target")))
			return;
		cur_skip(&c, 1 + 4 + 255 + 4, "alternate setting, name, size");
		uint32_t elements = cur_u32le(&c, "dwNbElements");

		for (size_t k = 0; k < elements && cur_ok(&c); k++) {
			(void)cur_u32le(&c, "dwElementAddress");
			uint32_t len = cur_u32le(&c, "dwElementSize");

			if (!cur_ok(&c) || len > cur_left(&c))
				return;
			slices_add(s, c.pos, len, true);
			if (len > 0)
				cur_skip(&c, len, "element");
		}
	}
}

static enum err
dfu_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	size_t prefix = prefix_len(in);
	enum err err =
	    in.len > SUFFIX_LEN ? slices_open(in, &s) : ERR_TRUNCATED;

	(void)budget; /* nothing is made */
	if (err != ERR_OK)
		return err;
	if (is_dfuse(in))
		add_elements(bytes_slice(in, 0, in.len - SUFFIX_LEN), s);
	else
		slices_add(s, prefix, in.len - SUFFIX_LEN - prefix, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format dfu_format = {
	.name = "dfu",
	.only_at_start = true, /* known by the end of its input */
	.probe = dfu_probe,
	.open = dfu_open,
	.next = slices_next,
	.close = slices_close,
};
