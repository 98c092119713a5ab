/* SPDX-License-Identifier: ISC */
/* Images of ESP8266 and ESP32: a header, segments, a checksum, a digest. */
#include "base/cursor.h"
#include "base/number.h"
#include "unpack/esp_private.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#include <string.h>

#define IMAGE_MAGIC 0xe9
#define SEGMENTS_MAX 16
#define DESCRIPTOR_AT ((size_t)32) /* behind both headers */
#define DESCRIPTOR_MAGIC 0xabcd5432U
#define DIGEST_LEN ((size_t)32)
#define CHECKSUM_SEED 0xef
#define EBOOT_ENTRY 0x4010f000U /* where Arduino's ESP8266 stub runs */
#define EBOOT_NEXT_AT ((size_t)0x1000)
/* What runs in RAM alone is smaller; bounds what a chance hit costs. */
#define RAM_MAX_LEN ((size_t)1024 * 1024)
#define V1_SIGNATURE_LEN ((size_t)68)

/* Flash as it is mapped for reading and for running. Source: the chips'
   technical reference manuals, "System and Memory". */
struct chip {
	uint16_t id; /* esp_chip_id_t */
	const char *name;
	const char *architecture;
	struct {
		uint32_t from, to;
	} mapped[2];
};

static const struct chip chips[] = {
	{ 0, "ESP32", "xtensa",
	    { { 0x3f400000, 0x3f800000 }, { 0x400c2000, 0x40c00000 } } },
	{ 2, "ESP32-S2", "xtensa",
	    { { 0x3f000000, 0x3ff80000 }, { 0x40080000, 0x40c00000 } } },
	{ 5, "ESP32-C3", "riscv32",
	    { { 0x3c000000, 0x3c800000 }, { 0x42000000, 0x42800000 } } },
	{ 9, "ESP32-S3", "xtensa",
	    { { 0x3c000000, 0x3e000000 }, { 0x42000000, 0x44000000 } } },
	{ 12, "ESP32-C2", "riscv32",
	    { { 0x3c000000, 0x3c400000 }, { 0x42000000, 0x42400000 } } },
	{ 13, "ESP32-C6", "riscv32",
	    { { 0x42000000, 0x43000000 }, { 0x42000000, 0x43000000 } } },
	{ 16, "ESP32-H2", "riscv32",
	    { { 0x42000000, 0x43000000 }, { 0x42000000, 0x43000000 } } },
	{ 18, "ESP32-P4", "riscv32",
	    { { 0x40000000, 0x4c000000 }, { 0x40000000, 0x4c000000 } } },
	{ 20, "ESP32-C61", "riscv32",
	    { { 0x42000000, 0x43000000 }, { 0x42000000, 0x43000000 } } },
	{ 23, "ESP32-C5", "riscv32",
	    { { 0x42000000, 0x44000000 }, { 0x42000000, 0x44000000 } } },
};

static const struct chip esp8266 = { 0, "ESP8266", "xtensa",
	{ { 0x40200000, 0x40300000 }, { 0x40200000, 0x40300000 } } };

struct image {
	const struct chip *chip;
	uint32_t entry;
	size_t count; /* of segments */
	struct {
		size_t at, len;
	} segment[SEGMENTS_MAX];
	bool maps_flash; /* a segment runs or is read where it lies */
	bool sum_agrees;
	bool has_digest;
	bool descriptor;
	size_t end; /* behind the checksum */
};

static bool
is_mapped(const struct chip *chip, uint32_t address)
{
	for (size_t i = 0; i < 2; i++)
		if (address >= chip->mapped[i].from &&
		    address < chip->mapped[i].to)
			return true;
	return false;
}

/* Where memory can be on these chips; 0 marks padding. */
static bool
is_address(uint32_t address)
{
	return address == 0 ||
	    (address >= 0x2f000000 && address < 0x31000000) ||
	    (address >= 0x3c000000 && address < 0x51000000) ||
	    (address >= 0x600f0000 && address < 0x60120000);
}

static uint8_t
xor_of(struct bytes in, uint8_t sum)
{
	for (size_t i = 0; i < in.len; i++)
		sum ^= in.ptr[i];
	return sum;
}

/* The checksum of all segments: the last byte of a line of 16. */
static bool
sum_agrees(struct bytes in, const struct image *m)
{
	uint8_t sum = CHECKSUM_SEED;

	for (size_t i = 0; i < m->count; i++)
		sum = xor_of(
		    bytes_slice(in, m->segment[i].at, m->segment[i].len), sum);
	return in.ptr[m->end - 1] == sum;
}

/* An image with a descriptor is one even when its sum is wrong; any other
   needs the sum to be believed. */
static void
read_segments(struct cursor *c, struct image *m)
{
	for (size_t i = 0; i < m->count && cur_ok(c); i++) {
		uint32_t address = cur_u32le(c, "segment address");
		uint32_t len = cur_u32le(c, "segment length");

		if (!is_address(address))
			cur_fail(c, ERR_MALFORMED, c->pos, "segment address");
		m->segment[i].at = c->pos;
		m->segment[i].len = len;
		m->maps_flash |= is_mapped(m->chip, address);
		if (len > 0)
			cur_skip(c, len, "segment");
	}
	size_t fill = 15 - c->pos % 16;

	cur_skip(c, fill + 1, "padding, checksum");
	m->end = c->pos;
	if (!cur_ok(c))
		return;
	if (!m->descriptor && !m->maps_flash && m->end > RAM_MAX_LEN)
		cur_fail(c, ERR_MALFORMED, 0, "length");
	if (!cur_ok(c))
		return;
	m->sum_agrees = sum_agrees(c->in, m);
	if (!m->sum_agrees && !m->descriptor)
		cur_fail(c, ERR_CHECKSUM, c->pos - 1, "checksum");
}

/* The header that both have; the chip decides what follows. */
static void
read_start(struct cursor *c, struct image *m)
{
	if (cur_u8(c, "magic") != IMAGE_MAGIC)
		cur_fail(c, ERR_MALFORMED, 0, "magic");
	m->count = cur_u8(c, "segment count");
	if (m->count == 0 || m->count > SEGMENTS_MAX)
		cur_fail(c, ERR_MALFORMED, 1, "segment count");
	cur_skip(c, 2, "flash mode, size and speed");
	m->entry = cur_u32le(c, "entry");
	if (!is_address(m->entry) || m->entry == 0)
		cur_fail(c, ERR_MALFORMED, 4, "entry");
}

static enum err
read_esp32(struct bytes in, struct image *ret)
{
	struct cursor c = cur_open(in, "esp image");
	struct image m = { .chip = NULL };

	read_start(&c, &m);
	cur_skip(&c, 4, "wp_pin, spi_pin_drv");
	uint16_t id = cur_u16le(&c, "chip_id");

	for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++)
		if (chips[i].id == id)
			m.chip = &chips[i];
	cur_skip(&c, 5, "revisions");
	if (cur_u32le(&c, "reserved") != 0 || m.chip == NULL)
		cur_fail(&c, ERR_MALFORMED, 12, "chip_id");
	uint8_t digest = cur_u8(&c, "hash_appended");

	if (digest > 1)
		cur_fail(&c, ERR_MALFORMED, 23, "hash_appended");
	if (!cur_ok(&c))
		return c.fault.code;
	m.has_digest = digest == 1;
	struct cursor d = cur_open_at(in, DESCRIPTOR_AT, "app descriptor");

	m.descriptor = cur_u32le(&d, "magic") == DESCRIPTOR_MAGIC;
	read_segments(&c, &m);
	if (c.fault.code == ERR_OK)
		*ret = m;
	return c.fault.code;
}

static enum err
read_esp8266(struct bytes in, struct image *ret)
{
	struct cursor c = cur_open(in, "esp8266 image");
	struct image m = { .chip = &esp8266 };

	read_start(&c, &m);
	if (cur_ok(&c) && m.entry >> 20 != 0x401)
		cur_fail(&c, ERR_MALFORMED, 4, "entry");
	if (cur_ok(&c))
		read_segments(&c, &m);
	if (c.fault.code == ERR_OK)
		*ret = m;
	return c.fault.code;
}

static enum err
read_image(struct bytes in, struct image *ret)
{
	enum err err = read_esp32(in, ret);

	return err == ERR_OK ? ERR_OK : read_esp8266(in, ret);
}

/* Arduino's stub stands alone in the first sector; the application follows. */
static bool
is_eboot(const struct image *m, struct bytes in)
{
	struct image next;

	return m->chip == &esp8266 && m->count == 1 &&
	    m->entry >= EBOOT_ENTRY && m->end <= EBOOT_NEXT_AT &&
	    read_esp8266(bytes_from(in, EBOOT_NEXT_AT), &next) == ERR_OK;
}

/* Where the image ends, the digest behind it included. */
static size_t
image_end(const struct image *m)
{
	return m->end + (m->has_digest ? DIGEST_LEN : 0);
}

/* Where a signature sector is if there is one: behind whole sectors. */
static size_t
signature_at(const struct image *m)
{
	return (image_end(m) + ESP_SECTOR_LEN - 1) / ESP_SECTOR_LEN *
	    ESP_SECTOR_LEN;
}

static void
read_descriptor(struct bytes in, struct format_info *info)
{
	struct cursor c = cur_open_at(in, DESCRIPTOR_AT, "app descriptor");

	cur_skip(&c, 4, "magic");
	uint32_t secure_version = cur_u32le(&c, "secure_version");

	cur_skip(&c, 8, "reserved");
	struct bytes version = cur_text(&c, 32, "version");
	struct bytes project = cur_text(&c, 32, "project_name");

	cur_skip(&c, 32, "time, date");
	struct bytes idf = cur_text(&c, 32, "idf_ver");

	if (!cur_ok(&c))
		return;
	info->operating_system = "esp-idf";
	/* 0 is what it has when nobody sets it: says nothing either way */
	if (secure_version > 0)
		info->rollback = ANSWER_YES;
	format_detail(info,
	    ", project \"%.*s\" version \"%.*s\", IDF %.*s, secure_version %u",
	    detail_text_len(project), (const char *)project.ptr,
	    detail_text_len(version), (const char *)version.ptr,
	    detail_text_len(idf), (const char *)idf.ptr, secure_version);
}

/*
 * Secure Boot V1 appends a version of zero and 64 bytes of ECDSA; its key is
 * not in the image, so that nobody can verify it here.
 */
static bool
has_v1_signature(struct bytes in, size_t at)
{
	struct cursor c = cur_open_at(in, at, "esp signature V1");

	if (cur_u32le(&c, "version") != 0 ||
	    cur_left(&c) + 4 != V1_SIGNATURE_LEN)
		return false;
	struct bytes signature = cur_bytes(&c, 64, "signature");

	for (size_t i = 1; i < signature.len; i++)
		if (signature.ptr[i] != signature.ptr[0])
			return true; /* neither erased nor zero */
	return false;
}

static void
judge_signature(
    struct bytes in, const struct image *m, struct format_info *info)
{
	size_t at = signature_at(m);

	if (at > in.len)
		return;
	switch (esp_signature_check(
	    bytes_slice(in, 0, at), bytes_from(in, at), info)) {
	case ESP_SIGNATURE_RIGHT:
		info->authenticity = AUTHENTICITY_SIGNED;
		info->size = at + ESP_SECTOR_LEN;
		break;
	case ESP_SIGNATURE_WRONG:
		info->size = at + ESP_SECTOR_LEN;
		break;
	case ESP_SIGNATURE_NONE:
		break;
	}
}

static void
judge_digest(struct bytes in, const struct image *m, struct format_info *info)
{
	struct bytes digest = bytes_slice(in, m->end, DIGEST_LEN);

	if (!m->has_digest) {
		format_detail(info, ", no digest");
		return;
	}
	bool agrees = digest.len == DIGEST_LEN &&
	    digest_agrees(HASH_SHA256, bytes_slice(in, 0, m->end), digest);

	format_detail(info, ", SHA-256 %s", agrees ? "agrees" : "is wrong");
	info->authenticity = AUTHENTICITY_HASH;
}

static enum err
probe_any(struct bytes in, bool bootloader, struct format_info *ret)
{
	struct image m;
	enum err err = read_image(in, &m);

	if (err != ERR_OK)
		return err;
	if (bootloader !=
	    (!m.descriptor && !m.maps_flash && m.chip != &esp8266))
		return ERR_MALFORMED;
	struct format_info info = {
		.size = image_end(&m),
		.authenticity = AUTHENTICITY_CRC, /* the checksum agrees */
		.encrypted = ANSWER_NO,
		.architecture = m.chip->architecture,
	};

	format_detail(&info, "%s, %zu segment%s", m.chip->name, m.count,
	    m.count == 1 ? "" : "s");
	if (m.descriptor)
		read_descriptor(in, &info);
	if (!m.sum_agrees)
		format_detail(&info, ", XOR checksum is wrong");
	if (m.chip == &esp8266) {
		info.rollback = ANSWER_NO;
		format_detail(&info, ", XOR checksum agrees");
		if (is_eboot(&m, in))
			info.size = in.len; /* until the next one is read */
	} else {
		judge_digest(in, &m, &info);
		judge_signature(in, &m, &info);
		if (has_v1_signature(in, info.size)) {
			info.size += V1_SIGNATURE_LEN;
			info.authenticity = AUTHENTICITY_SIGNED;
			format_detail(
			    &info, ", Secure Boot V1 signature, not verified");
		}
	}
	info.size = size_min(info.size, in.len);
	*ret = info;
	return ERR_OK;
}

static enum err
image_probe(struct bytes in, struct format_info *ret)
{
	return probe_any(in, false, ret);
}

static enum err
bootloader_probe(struct bytes in, struct format_info *ret)
{
	return probe_any(in, true, ret);
}

static enum err
esp_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	struct image m;
	enum err err = read_image(in, &m);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		err = slices_open(in, &s);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < m.count; i++)
		slices_add(s, m.segment[i].at, m.segment[i].len, false);
	if (is_eboot(&m, in))
		slices_add(s, EBOOT_NEXT_AT, in.len - EBOOT_NEXT_AT, false);
	else if (m.chip != &esp8266)
		slices_add(s, signature_at(&m), ESP_SECTOR_LEN, true);
	*ret_handle = s;
	return ERR_OK;
}

/* 0xe9 alone is no magic to search for; an application is found by its
   descriptor, a boot loader by the header bytes behind the entry, which nearly
   always say "write protect pin not used, default drive strength". */
const struct format esp_image_format = {
	.name = "esp-image",
	.magic = { MAGIC(0, "\xe9"), MAGIC(32, "\x32\x54\xcd\xab") },
	.probe = image_probe,
	.open = esp_open,
	.next = slices_next,
	.close = slices_close,
};

const struct format esp_bootloader_format = {
	.name = "esp-bootloader",
	.magic = { MAGIC(0, "\xe9"), MAGIC(8, "\xee\x00\x00\x00") },
	.probe = bootloader_probe,
	.open = esp_open,
	.next = slices_next,
	.close = slices_close,
};
