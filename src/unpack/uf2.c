/* SPDX-License-Identifier: ISC */
/* UF2: blocks of 512 bytes, each with the address of its 476 or fewer. */
#include "base/cursor.h"
#include "unpack/mcu.h"
#include "unpack/runs.h"

#define BLOCK_LEN ((size_t)512)
#define DATA_LEN ((size_t)476)
#define MAGIC_FIRST 0x0a324655U
#define MAGIC_SECOND 0x9e5d5157U
#define MAGIC_LAST 0x0ab16f30U
#define FLAG_NOT_FLASH 0x00000001U
#define FLAG_FAMILY 0x00002000U
#define FLAG_MD5 0x00004000U

struct block {
	uint32_t flags, address, number, total, family;
	struct bytes data;
};

struct family {
	uint32_t id;
	const char *name;
	const char *architecture;
};

/* Source: microsoft/uf2, utils/uf2families.json. */
static const struct family families[] = {
	{ 0x16573617, "ATmega32", "avr" },
	{ 0x1851780a, "SAML21", "arm" },
	{ 0x1b57745f, "nRF52", "arm" },
	{ 0x1c5f21b0, "ESP32", "xtensa" },
	{ 0x300f5633, "STM32L0", "arm" },
	{ 0x4c71240a, "STM32G0", "arm" },
	{ 0x4fb2d5bd, "i.MX RT 10xx", "arm" },
	{ 0x55114460, "SAMD51", "arm" },
	{ 0x57755a57, "STM32F4", "arm" },
	{ 0x5a18069b, "FX2", NULL },
	{ 0x5ee21072, "STM32F1", "arm" },
	{ 0x621e937a, "nRF52833", "arm" },
	{ 0x647824b6, "STM32F0", "arm" },
	{ 0x68ed2b88, "SAMD21", "arm" },
	{ 0x6b846188, "STM32F3", "arm" },
	{ 0x6db66082, "STM32H7", "arm" },
	{ 0x7eab61ed, "ESP8266", "xtensa" },
	{ 0xada52840, "nRF52840", "arm" },
	{ 0xbfdd4eee, "ESP32-S2", "xtensa" },
	{ 0xc47e5767, "ESP32-S3", "xtensa" },
	{ 0xd42ba06c, "ESP32-C3", "riscv32" },
	{ 0xd663823c, "nRF52840 boot loader", "arm" },
	{ 0xe48bff56, "RP2040", "arm" },
	{ 0xe48bff59, "RP2350 Arm secure", "arm" },
	{ 0xe48bff5a, "RP2350 RISC-V", "riscv32" },
	{ 0xe48bff5b, "RP2350 Arm", "arm" },
};

static enum err
read_block(struct bytes in, size_t at, struct block *ret)
{
	struct cursor c = cur_open_at(in, at, "uf2 block");
	struct block b;

	if (cur_u32le(&c, "magicStart0") != MAGIC_FIRST)
		cur_fail(&c, ERR_MALFORMED, at, "magicStart0");
	if (cur_u32le(&c, "magicStart1") != MAGIC_SECOND)
		cur_fail(&c, ERR_MALFORMED, at + 4, "magicStart1");
	b.flags = cur_u32le(&c, "flags");
	b.address = cur_u32le(&c, "targetAddr");
	uint32_t len = cur_u32le(&c, "payloadSize");

	b.number = cur_u32le(&c, "blockNo");
	b.total = cur_u32le(&c, "numBlocks");
	b.family = cur_u32le(&c, "fileSize or familyID");
	b.data = cur_bytes(&c, DATA_LEN, "data");
	if (cur_u32le(&c, "magicEnd") != MAGIC_LAST)
		cur_fail(&c, ERR_MALFORMED, at + BLOCK_LEN - 4, "magicEnd");
	if (len == 0 || len > DATA_LEN)
		cur_fail(&c, ERR_MALFORMED, at + 16, "payloadSize");
	b.data = bytes_slice(b.data, 0, len);
	if (b.number >= b.total)
		cur_fail(&c, ERR_MALFORMED, at + 20, "blockNo");
	if (c.fault.code == ERR_OK)
		*ret = b;
	return c.fault.code;
}

static const struct family *
find_family(const struct block *b)
{
	if ((b->flags & FLAG_FAMILY) == 0)
		return NULL;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (families[i].id == b->family)
			return &families[i];
	return NULL;
}

static enum err
uf2_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = {
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_NO,
	};
	struct block first;
	struct block b;
	enum err err = read_block(in, 0, &first);
	size_t count = 0;

	if (err != ERR_OK)
		return err;
	while (read_block(in, count * BLOCK_LEN, &b) == ERR_OK)
		count++;
	const struct family *family = find_family(&first);

	info.size = count * BLOCK_LEN;
	format_detail(&info, "%zu blocks", count);
	if (count < first.total)
		format_detail(&info, " of %u", first.total);
	if (family != NULL) {
		info.architecture = family->architecture;
		format_detail(&info, ", %s", family->name);
	}
	if ((first.flags & FLAG_FAMILY) != 0)
		format_detail(&info, ", family 0x%08x", first.family);
	if ((first.flags & FLAG_MD5) != 0)
		format_detail(&info, ", MD5 of flash regions");
	*ret = info;
	return ERR_OK;
}

static enum err
uf2_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct runs *r = NULL;
	struct block b;
	enum err err = runs_open(budget, in.len, &r);

	for (size_t at = 0; err == ERR_OK && at < in.len; at += BLOCK_LEN) {
		if (read_block(in, at, &b) != ERR_OK)
			break;
		if ((b.flags & FLAG_NOT_FLASH) == 0)
			err = runs_add(r, b.address, b.data);
	}
	if (err == ERR_OK)
		err = runs_join(r);
	if (err == ERR_OK)
		*ret_handle = r;
	else
		runs_close(r);
	return err;
}

const struct format uf2_format = {
	.name = "uf2",
	.magic = { MAGIC(0, "UF2\n\x57\x51\x5d\x9e") },
	.probe = uf2_probe,
	.open = uf2_open,
	.next = runs_next,
	.close = runs_close,
};
