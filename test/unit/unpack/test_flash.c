/* SPDX-License-Identifier: ISC */
/* UEFI volumes, coreboot's file system, and tables in a boot flash. */
#include "unpack/flash.h"

#include "format_run.h"
#include "vendor_image.h"

#include "image.h"

#define PAYLOAD "what the header is in front of!!"
#define PAYLOAD_LEN (sizeof(PAYLOAD) - 1)
#define TEXT "a file of coreboot's that is compressed, compressed, compressed"
#define VOLUME_LEN 0x800
#define HEADER_LEN 0x48

/* FORMAT_ALONE streams made by Python's lzma: a PE32 section "MZ program
   inside" and the user interface section "Driver"; and TEXT. */
/* clang-format off */
static const uint8_t coded_sections[] = {
	0x5d, 0x00, 0x00, 0x04, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0x00, 0x0a, 0x7f, 0xfc, 0x01, 0xf2, 0x50, 0x41, 0xdb,
	0x46, 0x7b, 0x03, 0xfa, 0x9c, 0xd9, 0x6d, 0xba, 0x2c, 0x23, 0xcb,
	0xfe, 0x01, 0x96, 0x74, 0x7c, 0xcf, 0x0a, 0x74, 0xbb, 0xa4, 0x69,
	0x68, 0x4a, 0xfc, 0xc4, 0xa0, 0x62, 0x68, 0xe4, 0x86, 0xa3, 0x43,
	0xc2, 0xb6, 0x4b, 0xff, 0xfe, 0xb8, 0x20, 0x00,
};

static const uint8_t coded_text[] = {
	0x5d, 0x00, 0x00, 0x04, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0x00, 0x30, 0x88, 0x08, 0xc6, 0xd4, 0x0c, 0xa9, 0xe4,
	0x23, 0xaa, 0x0a, 0x36, 0x83, 0xc1, 0xa2, 0xd4, 0xb0, 0x37, 0x82,
	0xb5, 0x87, 0x52, 0x50, 0x22, 0xc5, 0xae, 0xe3, 0x45, 0x20, 0x9d,
	0x09, 0x17, 0x52, 0x41, 0x2c, 0x35, 0x8c, 0xd9, 0x3b, 0xce, 0xdb,
	0x73, 0xe0, 0xca, 0x5a, 0x7f, 0xff, 0xf7, 0x4d, 0xd0, 0x00,
};
/* clang-format on */

static const uint8_t ffs2[] = { 0x78, 0xe5, 0x8c, 0x8c, 0x3d, 0x8a, 0x1c, 0x4f,
	0x99, 0x35, 0x89, 0x61, 0x85, 0xc3, 0x2d, 0xd3 };
static const uint8_t lzma_guid[] = { 0x98, 0x58, 0x4e, 0xee, 0x14, 0x39, 0x59,
	0x42, 0x9d, 0x6e, 0xdc, 0x7b, 0xd7, 0x94, 0x03, 0xcf };
static const uint8_t file_guid[] = { 0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77,
	0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };

static void
finish_volume(void)
{
	uint32_t sum = 0;

	put_number(50, 0, 2, false);
	for (size_t i = 0; i < HEADER_LEN; i += 2)
		sum += image.byte[i] + 256U * image.byte[i + 1];
	put_number(50, 0x10000 - (sum & 0xffff), 2, false);
}

static void
begin_volume(void)
{
	begin(VOLUME_LEN);
	memset(image.byte, 0xff, VOLUME_LEN);
	memset(image.byte, 0, HEADER_LEN);
	put(16, ffs2, sizeof(ffs2));
	put_le(32, VOLUME_LEN);
	put_text(40, "_FVH");
	put_le(44, 0x800);
	put_number(48, HEADER_LEN, 2, false);
	image.byte[55] = 2;
	put_le(56, 1);
	put_le(60, VOLUME_LEN);
	finish_volume();
}

/* Starts a file of `len` bytes of content; returns where that goes. */
static size_t
put_file(size_t at, uint8_t type, size_t len)
{
	uint8_t sum = 0;

	memset(image.byte + at, 0, 24 + len);
	put(at, file_guid, sizeof(file_guid));
	image.byte[at + 18] = type;
	put_number(at + 20, (uint32_t)(24 + len), 3, false);
	for (size_t i = at; i < at + 24; i++)
		sum = (uint8_t)(sum + image.byte[i]);
	image.byte[at + 16] = (uint8_t)-sum;
	image.byte[at + 17] = 0xaa;
	image.byte[at + 23] = 0xf8;
	return at + 24;
}

static size_t
put_section(size_t at, uint8_t type, const void *content, size_t len)
{
	put_number(at, (uint32_t)(len + 4), 3, false);
	image.byte[at + 3] = type;
	put(at + 4, content, len);
	return (at + 4 + len + 3) & ~(size_t)3;
}

static void
uefi_volume_gives_the_sections_of_its_files(void **state)
{
	(void)state;
	begin_volume();
	size_t at = put_file(HEADER_LEN, 0x07, 80);

	at = put_section(at, 0x13, "\x08", 1); /* a dependency: not given */
	at = put_section(at, 0x10, PAYLOAD, PAYLOAD_LEN);
	at = put_section(at, 0x15, "D\0x\0e\0\0", 8);
	put_section(at, 0x19, "raw!", 4);
	/* Files begin at multiples of 8; a raw one has no sections. */
	size_t raw = put_file(HEADER_LEN + 104, 0x01, PAYLOAD_LEN);

	put_text(raw, PAYLOAD);
	struct format_info info = assert_is(&uefi_fv_format, "FFS2, 2 files",
	    "[/Dxe/pe32]" PAYLOAD "|[/Dxe/2-raw]raw!|"
	    "[/00112233-4455-6677-8899-AABBCCDDEEFF/raw]" PAYLOAD "|",
	    VOLUME_LEN / 2);

	assert_int_equal(info.size, VOLUME_LEN);
	assert_guarded(&uefi_fv_format, 3, 35, 40, 43, 44, 48, 50, 55, 60);
	assert_says(
	    probe_yes(&uefi_fv_format, bytes_slice(built(), 0, VOLUME_LEN - 8)),
	    "cut short");
}

static void
uefi_sections_in_lzma_are_decompressed(void **state)
{
	(void)state;
	begin_volume();
	size_t len = 24 + sizeof(coded_sections);
	size_t at = put_file(HEADER_LEN, 0x07, len);

	put_number(at, (uint32_t)len, 3, false);
	image.byte[at + 3] = 0x02;
	put(at + 4, lzma_guid, sizeof(lzma_guid));
	put_number(at + 20, 24, 2, false);
	put_number(at + 22, 1, 2, false);
	put(at + 24, coded_sections, sizeof(coded_sections));
	assert_is(&uefi_fv_format, "1 files",
	    "[/Driver/pe32]MZ program inside|", VOLUME_LEN / 2);

	/* A coding that nobody knows is given as it is. */
	image.byte[at + 4] ^= 1;
	struct run *run = run_format(&uefi_fv_format, built(), 1 * MIB);

	assert_int_equal(run->count, 1);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_UNSUPPORTED);
	assert_int_equal(run->nodes[0].content_len, sizeof(coded_sections));
	run_close(run);
	/* Unless nothing needs to be done to read it. */
	put_number(at + 22, 0, 2, false);
	put_section(at + 24, 0x19, "raw!", 4);
	assert_nodes(&uefi_fv_format, built(),
	    "[/00112233-4455-6677-8899-AABBCCDDEEFF/raw]raw!|");
}

static void
uefi_broken_file_ends_its_volume(void **state)
{
	struct budget budget = { .limit = 1 * MIB };
	struct node node;
	void *handle = NULL;

	(void)state;
	begin_volume();
	put_text(put_file(HEADER_LEN, 0x01, PAYLOAD_LEN), PAYLOAD);
	put_file(HEADER_LEN + 56, 0x01, PAYLOAD_LEN);
	image.byte[HEADER_LEN + 56] ^= 1;
	assert_int_equal(
	    uefi_fv_format.open(built(), &budget, &handle), ERR_OK);
	assert_int_equal(uefi_fv_format.next(handle, &node), ERR_OK);
	assert_int_equal(uefi_fv_format.next(handle, &node), ERR_MALFORMED);
	uefi_fv_format.close(handle);
}

static void
uefi_volume_of_variables_is_one_part(void **state)
{
	(void)state;
	begin_volume();
	image.byte[16] ^= 1;
	finish_volume();
	memset(image.byte + HEADER_LEN, 'v', VOLUME_LEN - HEADER_LEN);
	struct format_info info = probe_yes(&uefi_fv_format, built());
	struct budget budget = { .limit = 1 * MIB };
	struct node node;
	void *handle = NULL;

	assert_says(info, "8C8CE579-8A3D-4F1C-9935-896185C32DD3");
	assert_int_equal(
	    uefi_fv_format.open(built(), &budget, &handle), ERR_OK);
	assert_int_equal(uefi_fv_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.kind, NODE_PAYLOAD);
	assert_int_equal(node.at, HEADER_LEN);
	assert_int_equal(node.content.len, VOLUME_LEN - HEADER_LEN);
	assert_int_equal(uefi_fv_format.next(handle, &node), ERR_END);
	uefi_fv_format.close(handle);
}

static void
uefi_capsule_tells_its_size(void **state)
{
	static const uint8_t guid[] = { 0xed, 0xd5, 0xcb, 0x6d, 0x2d, 0xe8,
		0x44, 0x4c, 0xbd, 0xa1, 0x71, 0x94, 0x19, 0x9a, 0xd9, 0x2a };

	(void)state;
	begin(32 + PAYLOAD_LEN);
	put(0, guid, sizeof(guid));
	put_le(16, 32);
	put_le(24, (uint32_t)image.len);
	put_text(32, PAYLOAD);
	assert_is(&uefi_capsule_format, "management", PAYLOAD "|", 32);
	assert_guarded(&uefi_capsule_format, 0, 15, 17, 27);
}

static size_t
put_cbfs(
    size_t at, uint32_t type, const char *name, const void *content, size_t len)
{
	size_t offset = 24 + (strlen(name) / 16 + 1) * 16;

	put_text(at, "LARCHIVE");
	put_be(at + 8, (uint32_t)len);
	put_be(at + 12, type);
	put_be(at + 20, (uint32_t)offset);
	put_text(at + 24, name);
	put(at + offset, content, len);
	return (at + offset + len + 63) & ~(size_t)63;
}

/* Tells of compression between name and content. */
static size_t
put_cbfs_coded(size_t at, uint32_t codec)
{
	put_text(at, "LARCHIVE");
	put_be(at + 8, sizeof(coded_text));
	put_be(at + 12, 0x50);
	put_be(at + 16, 40);
	put_be(at + 20, 64);
	put_text(at + 24, "config");
	put_be(at + 40, 0x68736148);
	put_be(at + 44, 8);
	put_be(at + 48, 0x42435a4c);
	put_be(at + 52, 16);
	put_be(at + 56, codec);
	put_be(at + 60, 63);
	put(at + 64, coded_text, sizeof(coded_text));
	return at + 64 + ((sizeof(coded_text) + 63) & ~(size_t)63);
}

static void
cbfs_gives_files_under_their_names(void **state)
{
	(void)state;
	begin(0);
	size_t at = put_cbfs(0, 0x02, "cbfs master header", "header", 6);
	size_t coded = at;

	at = put_cbfs_coded(at, 1);
	at = put_cbfs(at, 0xffffffff, "", "free", 4);
	put_cbfs(at, 0x50, "../etc/revision", "r1", 2);
	struct format_info info = assert_is(&cbfs_format, "coreboot, 3 files",
	    "[/cbfs master header]header|[/config]" TEXT "|[/etc/revision]r1|",
	    24);

	assert_int_equal(info.size, image.len);
	assert_guarded(&cbfs_format, 0, 7, 8, 20, 22);
	put_be(coded + 56, 9);
	struct budget budget = { .limit = 1 * MIB };
	struct node node;
	void *handle = NULL;

	assert_int_equal(cbfs_format.open(built(), &budget, &handle), ERR_OK);
	assert_int_equal(cbfs_format.next(handle, &node), ERR_OK);
	assert_int_equal(cbfs_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.fault.code, ERR_UNSUPPORTED);
	cbfs_format.close(handle);
}

static void
cbfs_gives_a_payload_by_segments_and_a_stage_without_header(void **state)
{
	struct out payload = out_open(1 * KIB);
	struct out stage = out_open(1 * KIB);

	(void)state;
	begin(0);
	put_be(0, 0x434f4445);
	put_be(4, 1);
	put_be(8, 3 * 28);
	put_be(20, sizeof(coded_text));
	put_be(28, 0x42535320);
	put_be(56, 0x454e5452);
	put(84, coded_text, sizeof(coded_text));
	out_put(&payload, built());
	begin(0);
	put_le(20, PAYLOAD_LEN);
	put_text(28, PAYLOAD);
	out_put(&stage, built());
	begin(0);
	size_t at = put_cbfs(0, 0x20, "payload", payload.ptr, payload.len);

	put_cbfs(at, 0x10, "stage", stage.ptr, stage.len);
	assert_nodes(&cbfs_format, built(),
	    "[/payload/segment-1]" TEXT "|[/stage]" PAYLOAD "|");
	out_close(&payload);
	out_close(&stage);
}

/* The archive that coreboot's own tool made. */
static void
cbfs_reads_what_cbfstool_made(void **state)
{
	struct bytes rom = run_read_sample("test/data/cbfs/good/cbfstool.rom");
	struct run *run = run_format(&cbfs_format, rom, 1 * MIB);

	(void)state;
	assert_int_equal(run->ended, ERR_END);
	run_assert_content(
	    run_get(run, "/raw"), bytes_slice(run_beer(), 0, 500));
	run_assert_content(run_get(run, "/lzma"), run_beer());
	run_assert_content(run_get(run, "/lz4"), run_beer());
	assert_non_null(run_find(run, "/fallback/payload/segment-1"));
	assert_non_null(run_find(run, "/fallback/ramstage"));
	run_close(run);
	run_free(rom);
}

static void
put_regions(void)
{
	begin(0x8000);
	put_le(16, 0x0ff0a55a);
	put_le(20, 0x00040003);
	put_le(0x40, 0x00000000);
	put_le(0x44, 0x00070004);
	put_le(0x48, 0x00020001);
	for (size_t i = 3; i < 16; i++)
		put_le(0x40 + 4 * i, 0x00007fff);
}

static void
intel_descriptor_gives_its_regions(void **state)
{
	struct budget budget = { .limit = 1 * MIB };
	struct node node = { 0 };
	void *handle = NULL;

	(void)state;
	put_regions();
	struct format_info info = assert_is(
	    &intel_flash_format, "flash descriptor, bios, me", NULL, 0x8000);

	assert_int_equal(info.size, 0x8000);
	assert_guarded(&intel_flash_format, 16, 19, 22, 0x40, 0x44, 0x46);
	assert_int_equal(
	    intel_flash_format.open(built(), &budget, &handle), ERR_OK);
	assert_int_equal(intel_flash_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.at, 0x1000);
	assert_int_equal(node.content.len, 0x2000);
	assert_true(bytes_equal_text(node.name, "/me"));
	/* What no region claims lies between. */
	assert_int_equal(intel_flash_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.at, 0x3000);
	assert_int_equal(intel_flash_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal_text(node.name, "/bios"));
	assert_int_equal(intel_flash_format.next(handle, &node), ERR_END);
	intel_flash_format.close(handle);
}

static void
fmap_is_known_by_its_areas(void **state)
{
	(void)state;
	begin(56 + 2 * 42);
	put_text(0, "__FMAP__");
	image.byte[8] = 1;
	put_le(18, 0x10000);
	put_text(22, "FLASH");
	put_number(54, 2, 2, false);
	for (size_t i = 0; i < 2; i++) {
		put_le(56 + i * 42, (uint32_t)i * 0x8000);
		put_le(60 + i * 42, 0x8000);
		put_text(64 + i * 42, i == 0 ? "COREBOOT" : "RW");
	}
	assert_is(
	    &fmap_format, "flash map, 2 areas, of \"FLASH\"", "", image.len);
	assert_guarded(&fmap_format, 0, 8, 55, 59, 63, 64, 106);
}

static void
amd_directories_need_their_sum(void **state)
{
	static const struct {
		const char *cookie;
		size_t len;
		const char *says;
	} cases[] = {
		{ "$PSP", 16 + 2 * 16, "AMD secure processor directory" },
		{ "$PL2", 16 + 2 * 16, "level 2" },
		{ "$BHD", 16 + 2 * 24, "AMD BIOS directory" },
		{ "$BL2", 16 + 2 * 24, "BIOS, level 2" },
		{ "2PSP", 32 + 2 * 16, "combined" },
		{ "2BHD", 32 + 2 * 16, "combined BIOS" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t one = 0xffff;
		uint64_t two = 0xffff;

		begin(cases[i].len);
		put_text(0, cases[i].cookie);
		put_le(8, 2);
		put_le(cases[i].len - 8, 0x12345678);
		for (size_t k = 8; k < image.len; k += 2) {
			one += image.byte[k] + 256U * image.byte[k + 1];
			two += one;
			/* as published: folded, so 65535 stays what it is */
			one = (one & 0xffff) + (one >> 16);
			two = (two & 0xffff) + (two >> 16);
		}
		put_le(4, (uint32_t)(two << 16 | one));
		assert_is(&amd_psp_format, cases[i].says, "", image.len);
		assert_guarded(&amd_psp_format, 0, 4, 6, 8, cases[i].len - 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uefi_volume_gives_the_sections_of_its_files),
		cmocka_unit_test(uefi_sections_in_lzma_are_decompressed),
		cmocka_unit_test(uefi_broken_file_ends_its_volume),
		cmocka_unit_test(uefi_volume_of_variables_is_one_part),
		cmocka_unit_test(uefi_capsule_tells_its_size),
		cmocka_unit_test(cbfs_gives_files_under_their_names),
		cmocka_unit_test(
		    cbfs_gives_a_payload_by_segments_and_a_stage_without_header),
		cmocka_unit_test(cbfs_reads_what_cbfstool_made),
		cmocka_unit_test(intel_descriptor_gives_its_regions),
		cmocka_unit_test(fmap_is_known_by_its_areas),
		cmocka_unit_test(amd_directories_need_their_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
