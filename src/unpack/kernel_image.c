/* SPDX-License-Identifier: ISC */
/*
 * Linux kernel images that wrap a payload: zImage, bzImage, Image. Boot loaders
 * know all three too and hold their magics, and other systems (Xen, U-Boot,
 * memtest86+, iPXE) are started through the same headers: only what is Linux by
 * its own words is called so.
 */
#include "base/cursor.h"
#include "unpack/headers.h"
#include "unpack/slices.h"

#define ZIMAGE_HEADER_LEN ((size_t)0x30)
#define ZIMAGE_MAGIC 0x016f2818U
#define BZIMAGE_SETUP_AT ((size_t)0x1f1)
#define BZIMAGE_MAGIC_AT ((size_t)0x1fe)
#define BZIMAGE_SECTOR_LEN ((size_t)512)
#define BZIMAGE_VERSION_AT ((size_t)0x20e)
#define BZIMAGE_VERSION_MAX ((size_t)128)
#define IMAGE_HEADER_LEN ((size_t)64)

static enum err
open_behind(struct bytes in, size_t header_len, void **ret_handle)
{
	struct slices *s;
	enum err err = slices_open(in, &s);

	if (err != ERR_OK)
		return err;
	if (in.len > header_len)
		slices_add(s, header_len, in.len - header_len, false);
	*ret_handle = s;
	return ERR_OK;
}

/*
 * The words before the magic are one and the same no-operation: five from word
 * 2 on in every kernel, since boot loaders patch the first two. The magic alone
 * also stands among the constants of each boot loader that knows it.
 */
static bool
zimage_has_nops(struct bytes in)
{
	struct bytes nop = bytes_slice(in, 8, 4);

	for (size_t at = 12; at < 28; at += 4)
		if (!bytes_equal(bytes_slice(in, at, 4), nop))
			return false;
	return true;
}

/* arm: magic, start and end address at 0x24; the byte order is the kernel's. */
static enum err
zimage_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, 0x24, "zImage header");
	bool big =
	    bytes_starts(bytes_from(in, 0x24), BYTES("\x01\x6f\x28\x18"));

	if (cur_u32(&c, big, "magic") != ZIMAGE_MAGIC)
		cur_fail(&c, ERR_MALFORMED, 0x24, "magic");
	uint32_t start = cur_u32(&c, big, "start");
	uint32_t end = cur_u32(&c, big, "end");

	if (end <= start || end - start <= ZIMAGE_HEADER_LEN)
		cur_fail(&c, ERR_MALFORMED, 0x28, "start, end");
	if (!zimage_has_nops(in))
		cur_fail(&c, ERR_MALFORMED, 8, "no-operations");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){
		.size = end - start,
		.architecture = "arm",
		.operating_system = "linux",
	};
	format_detail(ret, "arm zImage, %s endian", big ? "big" : "little");
	return ERR_OK;
}

static enum err
zimage_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	(void)budget; /* nothing is made */
	return open_behind(in, ZIMAGE_HEADER_LEN, ret_handle);
}

const struct format zimage_format = {
	.name = "linux-kernel",
	.magic = { MAGIC(0x24, "\x18\x28\x6f\x01"),
	    MAGIC(0x24, "\x01\x6f\x28\x18") },
	.probe = zimage_probe,
	.open = zimage_open,
	.next = slices_next,
	.close = slices_close,
};

/* x86 boot protocol: setup sectors, then the protected-mode kernel. */
static size_t
bzimage_setup_len(struct bytes in)
{
	struct cursor c = cur_open_at(in, BZIMAGE_SETUP_AT, "bzImage header");
	uint8_t sectors = cur_u8(&c, "setup_sects");

	/* Zero means four, for kernels of the last century. */
	return ((size_t)(sectors == 0 ? 4 : sectors) + 1) * BZIMAGE_SECTOR_LEN;
}

/* Linux says "6.1.0 (user@host) #1 SMP …" here, memtest86+ only its name. */
static bool
bzimage_is_linux(struct bytes in)
{
	struct cursor c = cur_open_at(in, BZIMAGE_VERSION_AT, "bzImage header");
	uint16_t at = cur_u16le(&c, "kernel_version");
	struct bytes text;

	if (c.fault.code != ERR_OK || at == 0)
		return false;
	text = bytes_slice(
	    in, (size_t)at + BZIMAGE_SECTOR_LEN, BZIMAGE_VERSION_MAX);
	text = bytes_slice(text, 0, bytes_find_byte(text, 0, 0));
	return bytes_find(text, BYTES(" ("), 0) != SIZE_MAX &&
	    bytes_find(text, BYTES(") #"), 0) != SIZE_MAX;
}

static enum err
bzimage_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open_at(in, BZIMAGE_SETUP_AT, "bzImage header");
	size_t setup_len = bzimage_setup_len(in);

	cur_skip(&c, 3, "setup_sects, root_flags");
	uint32_t paragraphs = cur_u32le(&c, "syssize");

	cur_seek(&c, BZIMAGE_MAGIC_AT, "boot_flag");
	if (cur_u16le(&c, "boot_flag") != 0xaa55)
		cur_fail(&c, ERR_MALFORMED, BZIMAGE_MAGIC_AT, "boot_flag");
	cur_skip(&c, 2, "jump");
	if (!bytes_equal(cur_bytes(&c, 4, "header"), BYTES("HdrS")))
		cur_fail(&c, ERR_MALFORMED, 0x202, "header");
	uint16_t version = cur_u16le(&c, "version");

	if (version < 0x0200 || version > 0x02ff)
		cur_fail(&c, ERR_UNSUPPORTED, 0x206, "version");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	*ret = (struct format_info){
		.size = setup_len + (size_t)paragraphs * 16,
		.operating_system = bzimage_is_linux(in) ? "linux" : NULL,
	};
	format_detail(ret, "x86 bzImage, boot protocol %u.%02u", version >> 8,
	    version & 0xff);
	return ERR_OK;
}

static enum err
bzimage_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	(void)budget; /* nothing is made */
	return open_behind(in, bzimage_setup_len(in), ret_handle);
}

const struct format bzimage_format = {
	.name = "linux-kernel",
	.magic = { MAGIC(0x202, "HdrS") },
	.probe = bzimage_probe,
	.open = bzimage_open,
	.next = slices_next,
	.close = slices_close,
};

/*
 * arm64 and RISC-V share the layout: image_size at 16, a magic at 56. Before it
 * arm64 has three words of zeroes, RISC-V its older magic. Nothing is
 * compressed behind this header: Linux is known by its banner.
 */
static enum err
image_probe(struct bytes in, struct format_info *ret)
{
	static const uint8_t zeroes[24] = { 0 };
	struct cursor c = cur_open_at(in, 16, "Image header");
	uint64_t size = cur_u64le(&c, "image_size");

	cur_seek(&c, 56, "magic");
	bool riscv = bytes_equal(cur_bytes(&c, 4, "magic"), BYTES("RSC\x05"));
	bool fits = riscv
	    ? bytes_starts(bytes_from(in, 48), BYTES("RISCV\0\0\0"))
	    : bytes_starts(bytes_from(in, 32), (struct bytes){ zeroes, 24 });

	if (!fits)
		cur_fail(&c, ERR_MALFORMED, 48, "magic");
	if (size <= IMAGE_HEADER_LEN || size > UINT32_MAX)
		cur_fail(&c, ERR_MALFORMED, 16, "image_size");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	/* image_size counts the zeroed memory behind the file too. */
	*ret = (struct format_info){
		.size = size < in.len ? (size_t)size : in.len,
		.architecture = riscv ? "riscv64" : "aarch64",
	};
	format_detail(ret, "%s Image", riscv ? "RISC-V" : "arm64");
	return ERR_OK;
}

static enum err
image_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	(void)budget; /* nothing is made */
	return open_behind(in, IMAGE_HEADER_LEN, ret_handle);
}

const struct format image_format = {
	.name = "linux-kernel",
	.magic = { MAGIC(56, "ARM\x64"), MAGIC(56, "RSC\x05") },
	.probe = image_probe,
	.open = image_open,
	.next = slices_next,
	.close = slices_close,
};
