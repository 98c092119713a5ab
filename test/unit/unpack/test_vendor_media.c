/* SPDX-License-Identifier: ISC */
/* Vendor images of cameras, television boxes and other systems. */
#include "unpack/vendor.h"

#include "vendor_image.h"

#include "image.h"

#define PAYLOAD "what the header is in front of!!"
#define PAYLOAD_LEN (sizeof(PAYLOAD) - 1)
#define OTHER "0123456789abcdef"
#define OTHER_LEN (sizeof(OTHER) - 1)

static void
amlogic_items_of_both_versions_are_parts(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		size_t item_len = version == 1 ? 128 : 576;
		size_t first = 64 + 2 * item_len;

		begin(first + PAYLOAD_LEN + OTHER_LEN);
		put_le(4, version);
		put_le(8, 0x27b51956);
		put_le(12, (uint32_t)image.len);
		put_le(20, 4);
		put_le(24, 2);
		put_le(64 + 16, (uint32_t)first);
		put_le(64 + 24, PAYLOAD_LEN);
		put_le(64 + item_len + 16, (uint32_t)(first + PAYLOAD_LEN));
		put_le(64 + item_len + 24, OTHER_LEN);
		put_text(first, PAYLOAD OTHER);
		put_le(0, crc_plain(4, image.len));
		struct format_info info =
		    assert_is(&amlogic_format, "CRC agrees, version",
			PAYLOAD "|" OTHER "|", image.len / 2);

		assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
		assert_guarded(&amlogic_format, 4, 8, 14, 16, 25, 82, 91);
		image.byte[first] ^= 1;
		assert_says(
		    probe_yes(&amlogic_format, built()), "CRC is wrong");
	}
}

/* The word that makes each word and its number add up to zero. */
static uint32_t
nvt_word(size_t from, size_t to)
{
	uint32_t sum = 0;

	for (size_t i = from; i < to; i += 2)
		sum += image.byte[i] + 256U * image.byte[i + 1] +
		    (uint32_t)((i - from) / 2);
	return 0x10000 - (sum & 0xffff);
}

static void
novatek_packs_and_sums(void **state)
{
	static const uint8_t guid[] = { 0x07, 0x2e, 0x01, 0xd6, 0xbc, 0x10,
		0x91, 0x4f, 0xb2, 0x8a, 0x35, 0x2f, 0x82, 0x26, 0x1a, 0x50 };

	(void)state;
	begin(128 + 24 + 8 + PAYLOAD_LEN + OTHER_LEN);
	put(0, guid, sizeof(guid));
	put_le(16, 0x16071515);
	put_le(20, 128);
	put_le(24, 2);
	put_le(28, (uint32_t)image.len);
	put_le(128, 160);
	put_le(132, PAYLOAD_LEN);
	put_le(140, 160 + PAYLOAD_LEN);
	put_le(144, OTHER_LEN);
	put_le(148, 6);
	put_text(160, PAYLOAD OTHER);
	put_number(36, nvt_word(0, image.len), 2, false);
	assert_is(&novatek_format, "NVTPACK, 2 parts, sum agrees",
	    PAYLOAD "|" OTHER "|", image.len / 2);
	assert_guarded(&novatek_format, 0, 15, 16, 21, 25, 29, 129, 133, 141);
	image.byte[170] ^= 1;
	assert_says(probe_yes(&novatek_format, built()), "sum is wrong");

	begin(64 + PAYLOAD_LEN);
	put_text(0, "CKSM");
	put_le(4, 0x16040719);
	put_le(16, 64);
	put_le(20, PAYLOAD_LEN);
	put_text(64, PAYLOAD);
	put_number(12, nvt_word(0, image.len), 2, false);
	assert_is(&novatek_format, "CKSM, sum agrees", PAYLOAD "|", 64);
	assert_guarded(&novatek_format, 0, 4, 16, 22);
}

static void
reolink_sections_in_both_widths(void **state)
{
	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		size_t header = wide != 0 ? 24 : 12;
		size_t section = wide != 0 ? 72 : 64;
		size_t tables = header + 2 * (section + 76);
		struct out all = out_open(4096);

		begin(tables + PAYLOAD_LEN + OTHER_LEN);
		put_le(0, 0x32725913);
		put_le(header - header / 3, 0x4b02);
		put_text(header, "loader");
		put_le(header + 56, (uint32_t)tables);
		put_le(header + 56 + (section - 56) / 2, PAYLOAD_LEN);
		put_text(header + section, "rootfs");
		put_le(header + section + 56, (uint32_t)(tables + PAYLOAD_LEN));
		put_le(header + section + 56 + (section - 56) / 2, OTHER_LEN);
		put_text(header + 2 * section, "loader");
		put_text(header + 2 * section + 76, "rootfs");
		put_text(tables, PAYLOAD OTHER);
		out_put(&all, bytes_from(built(), tables));
		out_put(&all, BYTES("\x02\0\0\0"));
		out_put(&all, bytes_slice(built(), header, 2 * section));
		put_le(header / 3, crc_reflected(0, out_bytes(&all)));
		out_close(&all);
		assert_is(&reolink_format, "2 sections, CRC agrees",
		    PAYLOAD "|" OTHER "|", image.len);
		assert_guarded(
		    &reolink_format, 0, 3, header + 57, header + 2 * section);
		image.byte[tables] ^= 1;
		assert_says(
		    probe_yes(&reolink_format, built()), "CRC is wrong");
	}
}

static void
ambarella_parts_have_headers_of_their_own(void **state)
{
	size_t second = 560 + 256 + PAYLOAD_LEN;

	(void)state;
	begin(second + 256 + OTHER_LEN);
	put_text(0, "FC220");
	put_le(32, 0x8732dfe6);
	put_le(560 + 12, PAYLOAD_LEN);
	put_le(560 + 24, 0xa324eb90);
	put_text(560 + 256, PAYLOAD);
	put_le(560, crc_usual(560 + 256, second));
	put_le(second + 12, OTHER_LEN);
	put_le(second + 24, 0xa324eb90);
	put_text(second + 256, OTHER);
	put_le(second, crc_usual(second + 256, image.len));
	struct format_info info =
	    assert_is(&ambarella_format, "model \"FC220\", 2 parts, CRCs agree",
		PAYLOAD "|" OTHER "|", second);

	assert_int_equal(info.size, image.len);
	assert_guarded(&ambarella_format, 32, 560 + 14, 560 + 24);
	image.byte[560 + 256] ^= 1;
	assert_says(probe_yes(&ambarella_format, built()), "CRCs are wrong");
}

static const char script_with_comment[] =
    "# total script size must be 16KB\n"
    "filepartload 80400000 MstarUpgrade.bin 4000 20\n"
    "mmc write.p 80400000 boot 20 1\n"
    "filepartload 0x80400000 $(UpgradeImage) 0x4020 0x10\n";
static const char script_with_variables[] =
    "setenv MstarUpgrade_complete 0\n"
    "filepartload 80400000 MstarUpgrade.bin 4000 20\n"
    "filepartload 80400000 MstarUpgrade.bin 4020 10 # tvconfig\n";
static const char script_alone[] =
    "filepartload 80400000 MstarUpgrade.bin 0x4000 0x20\n"
    "filepartload 80400000 MstarUpgrade.bin 4020 10\n";

static void
mstar_script_names_its_parts(void **state)
{
	static const char *const scripts[] = { script_with_comment,
		script_with_variables, script_alone };

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		begin(0x4000 + PAYLOAD_LEN + OTHER_LEN);
		memset(image.byte, 0xff, 0x4000);
		put_text(0, scripts[i]);
		put_text(0x4000, PAYLOAD OTHER);
		assert_is(
		    &mstar_format, "2 parts", PAYLOAD "|" OTHER "|", 0x4000);
		assert_guarded(&mstar_format, 0);
	}
	/* A script alone is none. */
	put_text(0, "# filepartload 80400000 MstarUpgrade.bin 4000 20\n");
	probe_no(&mstar_format, bytes_slice(built(), 0, 0x4000));
}

static void
mediatek_headers(void **state)
{
	static const char *const marks[] = { "SF_BOOT", "EMMC_BOOT",
		"NOR_BOOT" };

	(void)state;
	begin(512 + PAYLOAD_LEN);
	memset(image.byte, 0xff, 512);
	put_le(0, 0x58881688);
	put_le(4, PAYLOAD_LEN);
	put(8, "LK\0", 3);
	put_text(512, PAYLOAD);
	assert_is(&mtk_format, "name \"LK\"", PAYLOAD "|", 512);
	assert_guarded(&mtk_format, 0, 3, 6, 8);

	for (size_t i = 0; i < 3; i++) {
		begin(512 + PAYLOAD_LEN);
		put_text(0, marks[i]);
		put_le(12, 1);
		put_text(512, PAYLOAD);
		assert_is(
		    &mtk_flash_format, "MediaTek flash", PAYLOAD "|", 512);
		assert_guarded(&mtk_flash_format, 0, 11, 12);
	}
}

static void
windows_ce_records(void **state)
{
	(void)state;
	begin(15 + 12 + PAYLOAD_LEN + 12 + 4);
	put_text(0, "B000FF\n");
	put_le(7, 0x80000000);
	put_le(11, 0x1000);
	put_le(15, 0x80000000);
	put_le(19, PAYLOAD_LEN);
	put_text(27, PAYLOAD);
	put_le(23, sum_of_bytes(27, 27 + PAYLOAD_LEN));
	put_le(27 + PAYLOAD_LEN + 4, 0x80001000);
	struct format_info info = assert_is(
	    &wince_format, "1 records, sums agree", PAYLOAD "|", image.len - 4);

	assert_int_equal(info.size, image.len - 4);
	assert_guarded(&wince_format, 0, 6, 19, 23, 30, 27 + PAYLOAD_LEN + 8);
}

static void
headers_whose_contents_are_not_public(void **state)
{
	(void)state;
	begin(32 + PAYLOAD_LEN);
	put_text(0, "FNIB");
	put_le(24, PAYLOAD_LEN);
	put_text(32, PAYLOAD);
	assert_is(&zboot_format, "ZBOOT", PAYLOAD "|", 32);
	assert_guarded(&zboot_format, 0, 26);

	begin(128 + PAYLOAD_LEN);
	put_text(0, "CI032.00");
	put_le(8, 128);
	put_text(64, "2.5.3");
	put_text(128, PAYLOAD);
	assert_is(&cisco_format, "version \"2.5.3\"", PAYLOAD "|", 128);
	assert_guarded(&cisco_format, 0, 7, 10, 64);

	for (int loader = 0; loader < 2; loader++) {
		begin(64);
		put_text(0, loader != 0 ? "ELSB" : "ELSF");
		put_text(18, "10.2LANCOM 1781");
		assert_is(&lancom_format,
		    "version \"10.2\", model \"LANCOM 1781\"", NULL, 23);
		assert_guarded(&lancom_format, 0, 18, 22);
	}

	begin(8 + 16 + PAYLOAD_LEN);
	put(0, "\xbf\xad\xbe\xef", 4);
	put_le(4, 16);
	image.byte[8] = 0x93;
	put_text(24, PAYLOAD);
	struct format_info info =
	    assert_is(&synology_format, "encrypted", PAYLOAD "|", 24);

	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&synology_format, 1, 3, 6, 8);

	begin(48 + PAYLOAD_LEN);
	put_text(0, "AIH0");
	put_be(12, PAYLOAD_LEN);
	put_text(32, "1.13");
	put_text(48, PAYLOAD);
	assert_is(&dlink_format, "AIH0, version \"1.13\"", PAYLOAD "|", 48);
	assert_guarded(&dlink_format, 0, 13);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amlogic_items_of_both_versions_are_parts),
		cmocka_unit_test(novatek_packs_and_sums),
		cmocka_unit_test(reolink_sections_in_both_widths),
		cmocka_unit_test(ambarella_parts_have_headers_of_their_own),
		cmocka_unit_test(mstar_script_names_its_parts),
		cmocka_unit_test(mediatek_headers),
		cmocka_unit_test(windows_ce_records),
		cmocka_unit_test(headers_whose_contents_are_not_public),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
