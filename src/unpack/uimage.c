/* SPDX-License-Identifier: ISC */
/* The U-Boot legacy image: 64 bytes of header, big-endian. */
#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"
#include "unpack/headers.h"
#include "unpack/slices.h"

#define UIMAGE_MAGIC 0x27051956U
#define UIMAGE_HEADER_LEN ((size_t)64)
#define UIMAGE_NAME_LEN ((size_t)32)
#define UIMAGE_OS_LINUX 5
#define UIMAGE_TYPE_MULTI 4

struct uimage_header {
	uint32_t header_crc, created, data_len, data_crc;
	uint8_t os, machine, type, compression;
	struct bytes name;
};

static enum err
read_header(struct cursor *c, struct uimage_header *ret)
{
	struct uimage_header h = { 0 };

	if (cur_u32be(c, "ih_magic") != UIMAGE_MAGIC)
		cur_fail(c, ERR_MALFORMED, 0, "ih_magic");
	h.header_crc = cur_u32be(c, "ih_hcrc");
	h.created = cur_u32be(c, "ih_time");
	h.data_len = cur_u32be(c, "ih_size");
	(void)cur_u32be(c, "ih_load");
	(void)cur_u32be(c, "ih_ep");
	h.data_crc = cur_u32be(c, "ih_dcrc");
	h.os = cur_u8(c, "ih_os");
	h.machine = cur_u8(c, "ih_arch");
	h.type = cur_u8(c, "ih_type");
	h.compression = cur_u8(c, "ih_comp");
	h.name = cur_text(c, UIMAGE_NAME_LEN, "ih_name");
	if (c->fault.code == ERR_OK)
		*ret = h;
	return c->fault.code;
}

/* The header's CRC is taken with its own field zero. */
static bool
header_crc_agrees(struct bytes in, uint32_t wanted)
{
	static const uint8_t zero[4] = { 0 };
	uint32_t crc = crc32_of(bytes_slice(in, 0, 4));

	crc = crc32_add(crc, (struct bytes){ zero, sizeof(zero) });
	crc = crc32_add(crc, bytes_slice(in, 8, UIMAGE_HEADER_LEN - 8));
	return crc == wanted;
}

/* enum ih_arch; MIPS images do not say their byte order. */
static const char *
architecture(uint8_t machine)
{
	static const char *const names[] = {
		[2] = "arm",
		[3] = "x86",
		[7] = "powerpc",
		[18] = "avr32",
		[22] = "aarch64",
		[23] = "arc",
		[24] = "x86_64",
		[25] = "xtensa",
	};

	return machine < sizeof(names) / sizeof(names[0]) ? names[machine]
							  : NULL;
}

static const char *
compression(uint8_t id)
{
	static const char *const names[] = { "none", "gzip", "bzip2", "lzma",
		"lzo", "lz4", "zstd" };

	return id < sizeof(names) / sizeof(names[0]) ? names[id] : "unknown";
}

static enum err
uimage_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "uimage header");
	struct uimage_header h;
	enum err err = read_header(&c, &h);

	if (err != ERR_OK)
		return err;
	if (!header_crc_agrees(in, h.header_crc))
		return ERR_CHECKSUM;
	struct format_info info = {
		.size = UIMAGE_HEADER_LEN + h.data_len,
		.authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
		.architecture = architecture(h.machine),
		.operating_system = h.os == UIMAGE_OS_LINUX ? "linux" : NULL,
	};
	struct bytes data = bytes_slice(in, UIMAGE_HEADER_LEN, h.data_len);

	format_detail(&info, "name \"%.*s\", says compression %s",
	    (int)h.name.len, (const char *)h.name.ptr,
	    compression(h.compression));
	if (data.len < h.data_len)
		format_detail(&info, ", cut short");
	else
		format_detail(&info, ", data CRC %s",
		    crc32_of(data) == h.data_crc ? "agrees" : "is wrong");
	*ret = info;
	return ERR_OK;
}

/* A multi-file image begins with a list of lengths that ends in zero; the
   parts are aligned to four bytes. */
static void
add_parts(struct slices *s, struct bytes in)
{
	struct cursor c = cur_open_at(in, UIMAGE_HEADER_LEN, "uimage parts");
	size_t lens[SLICES_PARTS_MAX];
	size_t count = 0;
	uint32_t len = cur_u32be(&c, "length");

	while (len != 0 && cur_ok(&c) && count < SLICES_PARTS_MAX) {
		lens[count++] = len;
		len = cur_u32be(&c, "length");
	}
	size_t at = c.pos;

	for (size_t i = 0; i < count && at < in.len; i++) {
		size_t padded;

		slices_add(s, at, lens[i], true);
		if (!size_round_up(lens[i], 4, &padded))
			break;
		at += padded;
	}
}

static enum err
uimage_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cursor c = cur_open(in, "uimage header");
	struct uimage_header h;
	struct slices *s;
	enum err err = read_header(&c, &h);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	if (h.type == UIMAGE_TYPE_MULTI)
		add_parts(s, in);
	else
		slices_add(s, UIMAGE_HEADER_LEN, h.data_len, true);
	*ret_handle = s;
	return ERR_OK;
}

const struct format uimage_format = {
	.name = "uimage",
	.magic = { MAGIC(0, "\x27\x05\x19\x56") },
	.probe = uimage_probe,
	.open = uimage_open,
	.next = slices_next,
	.close = slices_close,
};
