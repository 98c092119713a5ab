/* SPDX-License-Identifier: ISC */
/* Rows of vendor tables that differ from another in a mark or a byte order. */
#include "unpack/headers.h"
#include "unpack/vendor.h"

#include "vendor_image.h"

#include "image.h"

#define PAYLOAD "what the header is in front of!!"
#define PAYLOAD_LEN (sizeof(PAYLOAD) - 1)
#define OTHER "0123456789abcdef"
#define OTHER_LEN (sizeof(OTHER) - 1)

static void
bcm_tag_has_three_marks(void **state)
{
	static const char *const marks[] = { "Broadcom Corporatio",
		"AAAAAAAA Corporatio", "OpenWRT BCM963xx" };

	(void)state;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		begin(256 + PAYLOAD_LEN);
		put_text(0, "6");
		put_text(4, marks[i]);
		put_text(38, "6358");
		put_text(62, "32");
		put_text(256, PAYLOAD);
		put_be(236, crc_plain(0, 236));
		assert_is(&bcm_tag_format, "chip \"6358\", header CRC agrees",
		    PAYLOAD "|", 256 + PAYLOAD_LEN / 2);
		assert_guarded(&bcm_tag_format, 0, 4, 12, 38, 62, 236);
	}
}

static void
wfi_tag_has_two_versions(void **state)
{
	(void)state;
	for (uint32_t version = 0x5731; version <= 0x5732; version++) {
		begin(PAYLOAD_LEN + 20);
		put_text(0, PAYLOAD);
		put_le(PAYLOAD_LEN, crc_plain(0, PAYLOAD_LEN));
		put_le(PAYLOAD_LEN + 4, version);
		assert_is(&bcm_wfi_format,
		    version == 0x5731 ? "version 5731" : "version 5732",
		    PAYLOAD "|", image.len);
		assert_guarded(
		    &bcm_wfi_format, 0, PAYLOAD_LEN, PAYLOAD_LEN + 5);
	}
}

static void
edimax_sums_in_both_orders(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		uint32_t sum = 0;

		begin(20 + PAYLOAD_LEN + 2);
		put_text(0, "CSYS");
		put_number(4, 0x80500000, 4, big);
		put_text(12, "RN54");
		put_number(16, PAYLOAD_LEN + 2, 4, big);
		put_text(20, PAYLOAD);
		for (size_t i = 20; i < 20 + PAYLOAD_LEN; i += 2)
			sum += big != 0
			    ? image.byte[i] * 256U + image.byte[i + 1]
			    : image.byte[i + 1] * 256U + image.byte[i];
		put_number(20 + PAYLOAD_LEN, 0x10000 - (sum & 0xffff), 2, big);
		assert_is(&edimax_format,
		    big != 0 ? "big endian, model \"RN54\", sum agrees"
			     : "little endian, model \"RN54\", sum agrees",
		    NULL, image.len);
		assert_guarded(&edimax_format, 0, 12, 17, 25, image.len - 1);
	}

	begin(94 + PAYLOAD_LEN);
	put_text(0, "eDiMaX");
	put_text(16, "EW-7478AC");
	put_be(51, PAYLOAD_LEN);
	put_text(63, "1.02");
	put_text(94, PAYLOAD);
	image.byte[50] = (uint8_t)(sum_of_bytes(94, image.len) ^ 0xb9);
	assert_is(&edimax_format,
	    "eDiMaX, model \"EW-7478AC\", version \"1.02\", sum agrees",
	    PAYLOAD "|", 94);
	assert_guarded(&edimax_format, 0, 5, 52);
}

static void
senao_for_all_models_and_the_short_engenius(void **state)
{
	(void)state;
	for (int all = 0; all < 2; all++) {
		size_t header = all != 0 ? 0x88 + 16 : 0x80;
		uint32_t key = all != 0 ? 0x5678 : 0x1688;

		begin(header + PAYLOAD_LEN);
		put_be(4, 0x101);
		put_be(8, 0x69);
		put_text(12, "1.8.0");
		put_be(28, 2);
		put_be(32, PAYLOAD_LEN);
		put_hash(40, HASH_MD5, BYTES(PAYLOAD));
		for (size_t i = 0; i < PAYLOAD_LEN; i++)
			image.byte[header + i] =
			    (uint8_t)PAYLOAD[i] ^ (uint8_t)(key >> (i % 8));
		if (all != 0) {
			put_be(92, 0x12345678);
			put_text(96, "all");
			put_be(0x84, 16);
			assert_is(&senao_format,
			    "for all models, obfuscated, version \"1.8.0\", "
			    "type 2, MD5 agrees",
			    PAYLOAD "|", 0x60);
			assert_guarded(&senao_format, 12, 28, 34, 36, 92);
			continue;
		}
		put_be(0x7c, 0x30471688);
		assert_is(&senao_format, "EnGenius", PAYLOAD "|", header);
		assert_guarded(&senao_format, 4, 8, 0x7c);
	}
}

static void
mh01_in_both_orders(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		begin(16 + 16 + 32 + OTHER_LEN + 256);
		for (size_t at = 0; at <= 16; at += 16) {
			put_text(at, "MH01");
			put_number(
			    at + 4, at == 0 ? 48 + OTHER_LEN : 32, 4, big);
			put_number(at + 8, at == 0 ? 256 : OTHER_LEN, 4, big);
			put_number(at + 12, 0x1a2b, 2, big);
		}
		put_text(32, "00112233445566778899aabbccddeeff");
		put_text(64, "Salted__saltdata");
		memset(image.byte + 80, 0x66, 256);
		struct format_info info = assert_is(
		    &dlink_format, "MH01, signature of 256 bytes", NULL, 16);

		assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
		assert_int_equal(info.encrypted, ANSWER_YES);
		assert_guarded(&dlink_format, 0, big != 0 ? 5 : 7, 12, 13, 16);
	}
}

static void
packages_have_two_marks(void **state)
{
	static const char *const marks[] = { "FPKG\x01", "CPKG\x01" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		begin(0);
		put_text(0, marks[i]);
		put_be(8, 16);
		put_be(16, 28);
		put_number(20, 0x100, 2, true);
		put_be(24, PAYLOAD_LEN);
		put_text(44, PAYLOAD);
		struct format_info info = assert_is(&dlink_format,
		    i == 0 ? "FPKG, 1 files" : "CPKG, 1 files", PAYLOAD "|",
		    image.len);

		assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
		assert_guarded(&dlink_format, 0, 4, 8, 16, 20, 24);
	}
}

static void
hp_bundle_and_package(void **state)
{
	static const struct {
		const char *mark, *says;
		size_t entry_len;
	} cases[] = {
		{ "ibdl\x01\x00\x01\x00", "HP bundle, 2 parts", 16 },
		{ "ipkg\x01\x00\x03\x00", "HP package, 2 parts", 276 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t skip = cases[i].entry_len > 16 ? 256 : 0;
		size_t first = 32 + 2 * cases[i].entry_len;

		begin(first + PAYLOAD_LEN + OTHER_LEN);
		put(0, cases[i].mark, 8);
		put_le(8, 32);
		put_le(16, 2);
		put_le(32 + skip, (uint32_t)first);
		put_le(40 + skip, PAYLOAD_LEN);
		put_le(32 + cases[i].entry_len + skip,
		    (uint32_t)(first + PAYLOAD_LEN));
		put_le(40 + cases[i].entry_len + skip, OTHER_LEN);
		put_text(first, PAYLOAD OTHER);
		struct format_info info = assert_is(&hp_format, cases[i].says,
		    PAYLOAD "|" OTHER "|", image.len);

		assert_int_equal(info.size, image.len);
		assert_guarded(
		    &hp_format, 0, 6, 17, 33 + skip, 36 + skip, 47 + skip);
	}
}

static void
dns323_and_its_kin(void **state)
{
	static const struct {
		const char *mark, *says;
		size_t parts, header;
	} cases[] = {
		{ "FrodoII\0", "FrodoII", 3, 64 },
		{ "Chopper\0", "Chopper", 3, 64 },
		{ "Gandolf\0", "Gandolf", 3, 64 },
		{ "DNS-325\0", "DNS-325", 4, 128 },
		{ "DNS323D1", "DNS-320", 4, 128 },
		{ "DNS320B\0", "DNS-320B", 4, 128 },
		{ "DNS320L\0", "DNS-320L", 4, 128 },
		{ "DNS327L\0", "DNS-327L", 4, 128 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t last = cases[i].parts - 1;
		size_t at = cases[i].parts == 3 ? 36 : 48;
		uint32_t sum = 0;

		begin(cases[i].header + 2 * PAYLOAD_LEN);
		put_le(0, (uint32_t)cases[i].header);
		put_le(4, PAYLOAD_LEN);
		put_le(last * 8, (uint32_t)(cases[i].header + PAYLOAD_LEN));
		put_le(last * 8 + 4, PAYLOAD_LEN);
		put(at, "\x55\xaa", 2);
		put(at + 2, cases[i].mark, 8);
		put(at + 10, "\x55\xaa", 2);
		put_text(cases[i].header, PAYLOAD PAYLOAD);
		for (size_t k = 0; k < PAYLOAD_LEN; k++)
			sum ^= (uint32_t)(uint8_t)PAYLOAD[k] << (8 * (k % 4));
		put_le(cases[i].parts * 8, sum);
		put_le((cases[i].parts * 2 + last) * 4, sum);
		assert_is(&dns323_format, cases[i].says,
		    PAYLOAD "|" PAYLOAD "|", image.len);
		assert_says(probe_yes(&dns323_format, built()), "sums agree");
		assert_guarded(
		    &dns323_format, 1, 6, last * 8 + 1, at, at + 3, at + 11);
	}
}

static void
orders_and_marks_of_small_headers(void **state)
{
	(void)state;
	/* The same bytes in the other order, and the second of two marks. */
	begin(104 + PAYLOAD_LEN);
	put(4, "\xde\xad\xbe\xaf", 4);
	put_number(10, 1, 2, true);
	put_be(24, (uint32_t)image.len);
	put_text(72, "ZyWALL 110");
	put_text(104, PAYLOAD);
	assert_is(&zyxel_format, "ZLD big endian, model \"ZyWALL 110\"",
	    PAYLOAD "|", image.len);
	assert_guarded(&zyxel_format, 4, 10, 24, 72);

	begin(32 + PAYLOAD_LEN);
	put_text(0, "A600");
	put_le(12, (uint32_t)image.len);
	put_text(32, PAYLOAD);
	put_le(16, crc_usual(0, image.len));
	assert_is(&gemtek_format, "CRC agrees", PAYLOAD "|", image.len);
	assert_guarded(&gemtek_format, 0, 5, 12, 16, 33);

	begin(256 + PAYLOAD_LEN);
	put(0, "HDR2\x00\x01\x00\x00", 8);
	put_le(8, (uint32_t)image.len);
	put_text(16, "V5.17");
	put_text(256, PAYLOAD);
	put_le(12, crc_plain(256, image.len));
	assert_is(&econet_format, "HDR2, version \"V5.17\", CRC agrees",
	    PAYLOAD "|", 256);
	assert_guarded(&econet_format, 0, 5, 9);

	begin(32 + PAYLOAD_LEN);
	put_text(0, "--PaCkImGs--");
	put_be(16, PAYLOAD_LEN);
	put_text(32, PAYLOAD);
	assert_is(&packimg_format, "PackImg", PAYLOAD "|", 32);
	assert_guarded(&packimg_format, 0, 16, 18);

	begin(0xa0 + PAYLOAD_LEN);
	put_text(0, "DIR-300_dkbs_0001");
	put_le(0x68, PAYLOAD_LEN);
	put_text(0xa0, PAYLOAD);
	assert_is(&dlink_format, "DKBS", PAYLOAD "|", 0xa0);
	assert_guarded(&dlink_format, 7, 0x6a);
}

static void
combined_image_extended(void **state)
{
	(void)state;
	begin(65536 + PAYLOAD_LEN + OTHER_LEN);
	put_text(0, "CE01");
	put_text(4, "OM2P");
	put_text(36, "02");
	put_text(38, "kernel");
	put_text(38 + 32, "00000020");
	put_text(38 + 72, "rootfs");
	put_text(38 + 72 + 32, "00000010");
	put_text(65536, PAYLOAD OTHER);
	assert_is(&combined_image_format,
	    "combined extended image, type \"OM2P\", 2 parts",
	    PAYLOAD OTHER "|", 65536);
	assert_guarded(&combined_image_format, 0, 1, 36, 38 + 32, 142);
}

static void
luxul_without_signature(void **state)
{
	(void)state;
	begin(128 + PAYLOAD_LEN);
	put_text(0, "LXL#");
	put_le(8, 128);
	put_text(16, "XWR-1750");
	put_text(128, PAYLOAD);
	struct format_info info =
	    assert_is(&luxul_format, "board \"XWR-1750\"", PAYLOAD "|", 128);

	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
}

static void
trx_with_asus_tail_names_the_product(void **state)
{
	(void)state;
	begin(28 + PAYLOAD_LEN + 64);
	put_text(0, "HDR0");
	put_le(4, (uint32_t)image.len);
	put_number(14, 1, 2, false);
	put_le(16, 28);
	put_text(28, PAYLOAD);
	size_t tail = 28 + PAYLOAD_LEN;

	put_le(8, crc_plain(12, image.len));
	assert_null(strstr(probe_yes(&trx_format, built()).detail, "product"));
	put(tail, "\x03\0\0\x04", 4);
	put_text(tail + 4, "RT-AC56U");
	put_le(8, crc_plain(12, image.len));
	assert_says(probe_yes(&trx_format, built()),
	    "CRC agrees, product \"RT-AC56U\", version 3.0.0.4");
	image.byte[tail + 5] = 0x01;
	put_le(8, crc_plain(12, image.len));
	assert_null(strstr(probe_yes(&trx_format, built()).detail, "product"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bcm_tag_has_three_marks),
		cmocka_unit_test(wfi_tag_has_two_versions),
		cmocka_unit_test(edimax_sums_in_both_orders),
		cmocka_unit_test(senao_for_all_models_and_the_short_engenius),
		cmocka_unit_test(mh01_in_both_orders),
		cmocka_unit_test(packages_have_two_marks),
		cmocka_unit_test(hp_bundle_and_package),
		cmocka_unit_test(dns323_and_its_kin),
		cmocka_unit_test(orders_and_marks_of_small_headers),
		cmocka_unit_test(combined_image_extended),
		cmocka_unit_test(luxul_without_signature),
		cmocka_unit_test(trx_with_asus_tail_names_the_product),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
