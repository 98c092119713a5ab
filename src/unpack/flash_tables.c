/* SPDX-License-Identifier: ISC */
/* Tables in a boot flash that say what lies where. */
#include "unpack/flash.h"

#include "base/cursor.h"
#include "unpack/partitions.h"
#include "unpack/slices.h"
#include "unpack/vendor_private.h"

/* Intel: magic at 16, then where the section with the regions stands. */
#define IFD_MAGIC 0x0ff0a55aU
#define IFD_MAGIC_AT 16
#define IFD_LEN ((size_t)4096)
#define IFD_REGIONS_MIN_AT 0x30
#define IFD_REGIONS 16
#define IFD_REGION_MASK 0x7fffU
#define IFD_PAGE_BITS 12

static const char *const region_names[IFD_REGIONS] = { "descriptor", "bios",
	"me", "gbe", "platform", "expansion", "bios2", "region7", "ec",
	"expansion2", "ie", "10gbe0", "10gbe1", "region13", "region14", "ptt" };

struct region {
	size_t at, len;
};

/* Chips that know fewer regions have other words behind them, or unused ones
   that begin behind their end. */
static size_t
read_regions(struct bytes in, struct region ret[IFD_REGIONS])
{
	struct cursor c = cur_open_at(in, IFD_MAGIC_AT, "flash descriptor");
	size_t count = 0;

	if (cur_u32le(&c, "magic") != IFD_MAGIC)
		return 0;
	size_t regions_at = (cur_u32le(&c, "map") >> 16 & 0xff) << 4;

	if (!cur_ok(&c) || in.len <= IFD_LEN || regions_at < IFD_REGIONS_MIN_AT)
		return 0;
	for (; count < IFD_REGIONS; count++) {
		uint32_t word = vendor_u32le(in, regions_at + count * 4);
		size_t base = (size_t)(word & IFD_REGION_MASK) << IFD_PAGE_BITS;
		size_t end = ((size_t)(word >> 16 & IFD_REGION_MASK) + 1)
		    << IFD_PAGE_BITS;

		if ((word & 0x80008000U) != 0)
			break;
		ret[count] = (struct region){ base, 0 };
		if (base >= end)
			continue; /* unused */
		if (end > in.len)
			break;
		ret[count].len = end - base;
	}
	return count;
}

static enum err
intel_probe(struct bytes in, struct format_info *ret)
{
	struct region region[IFD_REGIONS];
	struct format_info info = {
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_UNKNOWN,
	};
	size_t count = read_regions(in, region);

	/* The descriptor describes itself, and the firmware must be there. */
	if (count < 2 || region[0].at != 0 || region[0].len != IFD_LEN ||
	    region[1].at < IFD_LEN || region[1].len == 0)
		return ERR_MALFORMED;
	format_detail(&info, "flash descriptor");
	for (size_t i = 0; i < count; i++) {
		if (region[i].len == 0)
			continue;
		if (region[i].at + region[i].len > info.size)
			info.size = region[i].at + region[i].len;
		if (i > 0)
			format_detail(&info, ", %s", region_names[i]);
	}
	*ret = info;
	return ERR_OK;
}

static enum err
intel_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct region region[IFD_REGIONS];
	struct partitions *p;
	size_t count = read_regions(in, region);
	enum err err = partitions_open(in, "flash descriptor", &p);

	(void)budget; /* nothing is made */
	if (err != ERR_OK)
		return err;
	partitions_add_own(p, 0, IFD_LEN);
	for (size_t i = 1; i < count; i++)
		if (region[i].len > 0)
			partitions_add(p, region[i].at, region[i].len,
			    bytes_of(region_names[i]));
	partitions_finish(p);
	*ret_handle = p;
	return ERR_OK;
}

const struct format intel_flash_format = {
	.name = "intel-flash",
	.magic = { MAGIC(IFD_MAGIC_AT, "\x5a\xa5\xf0\x0f") },
	.only_at_start = true,
	.probe = intel_probe,
	.open = intel_open,
	.next = partitions_next,
	.used = partitions_used,
	.close = partitions_close,
};

/* For what only tells of others: no parts. */
static enum err
table_open_none(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		*ret_handle = s;
	return err;
}

#define FMAP_MAGIC "__FMAP__"
#define FMAP_HEADER_LEN ((size_t)56)
#define FMAP_AREA_LEN ((size_t)42)
#define FMAP_NAME_LEN ((size_t)32)
#define FMAP_AREAS_MAX 1024U

static enum err
fmap_probe(struct bytes in, struct format_info *ret)
{
	struct cursor c = cur_open(in, "fmap");
	struct format_info info = {
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_UNKNOWN,
	};

	if (!bytes_equal(cur_bytes(&c, sizeof(FMAP_MAGIC) - 1, "signature"),
		BYTES(FMAP_MAGIC)))
		return ERR_MALFORMED;
	uint8_t version = cur_u8(&c, "version");

	cur_skip(&c, 9, "minor version, base");
	uint32_t size = cur_u32le(&c, "size");
	struct bytes name = vendor_text_of(in, c.pos, FMAP_NAME_LEN);

	cur_skip(&c, FMAP_NAME_LEN, "name");
	size_t count = cur_u16le(&c, "areas");

	if (!cur_ok(&c) || version != 1 || count == 0 ||
	    count > FMAP_AREAS_MAX || cur_left(&c) / FMAP_AREA_LEN < count)
		return ERR_MALFORMED;
	for (size_t i = 0; i < count; i++) {
		size_t at = FMAP_HEADER_LEN + i * FMAP_AREA_LEN;
		uint32_t start = vendor_u32le(in, at);

		if (start > size || vendor_u32le(in, at + 4) > size - start ||
		    vendor_text_of(in, at + 8, FMAP_NAME_LEN).len == 0)
			return ERR_MALFORMED;
	}
	info.size = FMAP_HEADER_LEN + count * FMAP_AREA_LEN;
	format_detail(&info, "flash map, %zu areas", count);
	vendor_say_text(&info, "of", name);
	*ret = info;
	return ERR_OK;
}

const struct format fmap_format = {
	.name = "fmap",
	.magic = { MAGIC(0, FMAP_MAGIC) },
	.probe = fmap_probe,
	.open = table_open_none,
	.next = slices_next,
	.close = slices_close,
};

/* AMD: cookie, sum, count, other things, entries. */
#define PSP_HEADER_LEN ((size_t)16)
#define PSP_SUMMED_AT ((size_t)8)
#define PSP_ENTRIES_MAX 128U
#define FLETCHER_ONES 0xffffU

static const struct {
	const char *cookie;
	size_t header_len, entry_len;
	const char *says;
} directories[] = {
	{ "$PSP", PSP_HEADER_LEN, 16, "secure processor" },
	{ "$PL2", PSP_HEADER_LEN, 16, "secure processor, level 2" },
	{ "$BHD", PSP_HEADER_LEN, 24, "BIOS" },
	{ "$BL2", PSP_HEADER_LEN, 24, "BIOS, level 2" },
	{ "2PSP", 2 * PSP_HEADER_LEN, 16, "combined" },
	{ "2BHD", 2 * PSP_HEADER_LEN, 16, "combined BIOS" },
};

/* Fletcher's sums over 16-bit words, modulo 65535. */
static uint32_t
fletcher32(struct bytes in)
{
	struct cursor c = cur_open(in, "directory");
	uint32_t one = FLETCHER_ONES;
	uint32_t two = FLETCHER_ONES;

	while (cur_left(&c) >= 2) {
		one += cur_u16le(&c, "word");
		one = (one & 0xffff) + (one >> 16);
		two += one;
		two = (two & 0xffff) + (two >> 16);
	}
	return two << 16 | one;
}

static enum err
psp_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = {
		.authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO,
		.rollback = ANSWER_UNKNOWN,
	};
	uint32_t count = vendor_u32le(in, 8);

	if (count == 0 || count > PSP_ENTRIES_MAX)
		return ERR_MALFORMED;
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]);
	     i++) {
		size_t len = directories[i].header_len +
		    count * directories[i].entry_len;

		if (!bytes_starts(in, bytes_of(directories[i].cookie)) ||
		    len > in.len ||
		    fletcher32(bytes_slice(in, PSP_SUMMED_AT,
			len - PSP_SUMMED_AT)) != vendor_u32le(in, 4))
			continue;
		info.size = len;
		format_detail(&info, "AMD %s directory, %u entries, sum agrees",
		    directories[i].says, count);
		*ret = info;
		return ERR_OK;
	}
	return ERR_MALFORMED;
}

const struct format amd_psp_format = {
	.name = "amd-psp",
	.magic = { MAGIC(0, "$PSP"), MAGIC(0, "$PL2"), MAGIC(0, "$BHD"),
	    MAGIC(0, "$BL2"), MAGIC(0, "2PSP"), MAGIC(0, "2BHD") },
	.probe = psp_probe,
	.open = table_open_none,
	.next = slices_next,
	.close = slices_close,
};

#define CAPSULE_HEADER_MAX 4096

static bool
capsule_check(const struct vendor_image *image, struct format_info *info)
{
	info->rollback = ANSWER_UNKNOWN;
	return image->header_len >= 28 &&
	    image->header_len <= CAPSULE_HEADER_MAX;
}

/* A capsule of Firmware Management Protocol is signed inside, item by item. */
#define CAPSULE_ROW(text, guid)                                                \
	{                                                                      \
		.says = (text), .magic = { { 0, 16, guid } },                  \
		.header = { VENDOR_U32LE, 16, 0 }, .counts = VENDOR_TOTAL,     \
		.size = { { VENDOR_U32LE, 24, 0 } },                           \
		.authenticity = AUTHENTICITY_UNKNOWN, .encrypted = ANSWER_NO,  \
		.check = capsule_check,                                        \
	}

static const struct vendor_row capsule_rows[] = {
	CAPSULE_ROW("firmware management capsule",
	    "\xed\xd5\xcb\x6d\x2d\xe8\x44\x4c\xbd\xa1\x71\x94\x19\x9a\xd9\x2a"),
	CAPSULE_ROW("capsule",
	    "\xbd\x86\x66\x3b\x76\x0d\x30\x40\xb7\x0e\xb5\x51\x9e\x2f\xc5\xa0"),
	CAPSULE_ROW("Aptio capsule, signed",
	    "\x8b\xa6\x3c\x4a\x23\x77\xfb\x48\x80\x3d\x57\x8c\xc1\xfe\xc4\x4d"),
	CAPSULE_ROW("Aptio capsule",
	    "\x90\xbb\xee\x14\x0a\x89\xdb\x43\xae\xd1\x5d\x3c\x45\x88\xa4\x18"),
};

VENDOR_FORMAT(uefi_capsule, capsule_rows, "uefi-capsule");
