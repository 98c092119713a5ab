/* SPDX-License-Identifier: ISC */
/* Vendor containers of several parts, and rows that are rare. */
#include "unpack/vendor.h"

#include "vendor_image.h"

#include "image.h"

#define PAYLOAD "what the header is in front of!!"
#define PAYLOAD_LEN (sizeof(PAYLOAD) - 1)
#define OTHER "0123456789abcdef"
#define OTHER_LEN (sizeof(OTHER) - 1)

static void
put_loader(bool cloud)
{
	begin(0x1814 + 128);
	memset(image.byte + 0x14, 0xff, 0x1000);
	if (cloud) {
		put_text(0x14, "fw-type:Cloud\n");
	} else {
		put_be(0x14, 14);
		put_text(0x18, "CPE210 vendor\n");
	}
	put_text(0x1014,
	    "fwup-ptn soft-version base 0x00800 size 0x00020\t\r\n"
	    "fwup-ptn support-list base 0x00820 size 0x00040\t\r\n"
	    "fwup-ptn os-image base 0x00860 size 0x00020\t\r\n");
	put_be(0, (uint32_t)image.len);
	put_be(0x1814, 15);
	put_text(0x1814 + 8, "soft_ver:1.0.2\n");
	put_be(0x1834, 50);
	put_text(0x1834 + 8, "SupportList:\n{product_name:Archer C7}\n");
	put_text(0x1874, PAYLOAD);
}

static void
finish_loader(void)
{
	static const uint8_t salt[] = { 0x7a, 0x2b, 0x15, 0xed, 0x9b, 0x98,
		0x59, 0x6d, 0xe5, 0x04, 0xab, 0x44, 0xac, 0x2a, 0x9f, 0x4e };
	struct out all = out_open(1 * MIB);

	out_put(&all, (struct bytes){ salt, sizeof(salt) });
	out_put(&all, bytes_from(built(), 0x14));
	put_hash(4, HASH_MD5, out_bytes(&all));
	out_close(&all);
}

static void
test_safeloader(void **state)
{
	(void)state;
	put_loader(false);
	finish_loader();
	struct format_info info = assert_is(&tplink_safeloader_format,
	    "3 partitions, version \"soft_ver:1.0.2\", for "
	    "\"{product_name:Archer C7}\", MD5 with the public salt agrees",
	    NULL, 0x1814);

	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_int_equal(info.encrypted, ANSWER_NO);
	assert_guarded(&tplink_safeloader_format, 0, 0x1016, 0x102a);
	image.byte[4] ^= 1;
	assert_says(
	    probe_yes(&tplink_safeloader_format, built()), "salt is wrong");

	put_loader(true);
	put_be(0x110, 0x200);
	memset(image.byte + 0x130, 0x5b, 256);
	finish_loader();
	info = assert_is(
	    &tplink_safeloader_format, "RSA-2048 signature", NULL, 0x1814);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);

	/* The same with its contents encrypted. */
	memset(image.byte + 0x1014, 0xa7, 0x800);
	finish_loader();
	info = probe_yes(&tplink_safeloader_format, built());
	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_says(info, "AES-128-CBC");
	memset(image.byte + 0x130, 0, 256);
	probe_no(&tplink_safeloader_format, built());
}

static void
test_seama(void **state)
{
	(void)state;
	for (int little = 0; little < 2; little++) {
		bool big = little == 0;

		begin(0);
		put_number(0, 0x5ea3a417, 4, big);
		put_number(4, 0, 2, big);
		put_number(6, 20, 2, big);
		put_number(8, 0, 4, big);
		put(12, "signature=wrgac25\0\0\0", 20);
		put_number(32, 0x5ea3a417, 4, big);
		put_number(36, 0, 2, big);
		put_number(38, 16, 2, big);
		put_number(40, PAYLOAD_LEN, 4, big);
		put_hash(44, HASH_MD5, BYTES(PAYLOAD));
		put(60, "type=firmware\0\0\0", 16);
		put_text(76, PAYLOAD);
		assert_is(&seama_format,
		    big ? "big endian, seal \"signature=wrgac25\", meta "
			  "\"type=firmware\", MD5 agrees"
			: "little endian, seal",
		    PAYLOAD "|", 76);
		assert_guarded(&seama_format, 0, 4, 6, 12, 32, 36, 60);
		image.byte[44] ^= 1;
		assert_says(probe_yes(&seama_format, built()), "is wrong");
		/* Without a text the digest must be right. */
		memmove(image.byte + 60, image.byte + 76, PAYLOAD_LEN);
		put_number(38, 0, 2, big);
		probe_no(&seama_format, built());
		image.byte[44] ^= 1;
		assert_is(&seama_format, "MD5 agrees", PAYLOAD "|", 60);
	}
}

static void
test_mh01_and_packages(void **state)
{
	(void)state;
	begin(16 + 16 + 32 + OTHER_LEN + 256);
	put_text(0, "MH01");
	put_le(4, 16 + 32 + OTHER_LEN);
	put_le(8, 256);
	put(12, "\x2b\x1a", 2);
	put_text(16, "MH01");
	put_le(20, 32);
	put_le(24, OTHER_LEN);
	put(28, "\x2b\x1a", 2);
	put_text(32, "00112233445566778899aabbccddeeff");
	put_text(64, "Salted__saltdata");
	memset(image.byte + 80, 0x66, 256);
	struct format_info info =
	    assert_is(&dlink_format, "MH01, signature of 256 bytes", NULL, 16);

	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_guarded(&dlink_format, 0, 7, 12, 13, 16);
	info = probe_yes(&dlink_format, bytes_slice(built(), 16, 64));
	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
	assert_says(info, "AES-128-CBC");

	begin(0);
	put(0, "FPKG\x01\0\0\0", 8);
	put_be(8, 16);
	put_be(16, 28);
	put_number(20, 0x100, 2, true);
	put_be(24, PAYLOAD_LEN);
	put_text(28, "kernel");
	put_text(44, PAYLOAD);
	put_be(76, 28);
	put_number(80, 0x103, 2, true);
	put_be(84, OTHER_LEN);
	put_text(104, OTHER);
	info = assert_is(
	    &dlink_format, "FPKG, 1 files", PAYLOAD "|", 44 + PAYLOAD_LEN);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_guarded(&dlink_format, 0, 8, 16, 20, 25);
}

static void
test_dns323(void **state)
{
	(void)state;
	begin(64 + 2 * PAYLOAD_LEN);
	put_le(0, 64);
	put_le(4, PAYLOAD_LEN);
	put_le(8, 64 + PAYLOAD_LEN);
	put_le(12, PAYLOAD_LEN);
	put(36,
	    "\x55\xaa"
	    "FrodoII\0\x55\xaa",
	    12);
	put_text(64, PAYLOAD PAYLOAD);
	uint32_t sum = 0;

	for (size_t i = 0; i < PAYLOAD_LEN; i++)
		sum ^= (uint32_t)(uint8_t)PAYLOAD[i] << (8 * (i % 4));
	put_le(24, sum);
	put_le(28, sum);
	assert_is(&dns323_format, "FrodoII, sums agree",
	    PAYLOAD "|" PAYLOAD "|", image.len);
	assert_guarded(&dns323_format, 0, 5, 8, 13, 36, 47);
	image.byte[64] ^= 1;
	assert_says(probe_yes(&dns323_format, built()), "sums are wrong");
}

static void
put_blob(size_t at, const char *name, const char *data)
{
	put_le(at, 0xbabe);
	put_le(at + 8, (uint32_t)strlen(data));
	put_text(at + 16, name);
	put_text(at + 48, data);
}

static void
test_xiaomi(void **state)
{
	(void)state;
	for (int second = 0; second < 2; second++) {
		size_t header = second != 0 ? 80 : 48;
		size_t blob = header + 48 + PAYLOAD_LEN;
		size_t signature = blob + 48 + OTHER_LEN;

		begin(signature + 16 + 256);
		put_text(0, second != 0 ? "HDR2" : "HDR1");
		put_le(4, (uint32_t)signature);
		put_le(header - 32, (uint32_t)header);
		put_le(header - 28, (uint32_t)blob);
		if (second != 0)
			put_text(16, "R4AC");
		put_blob(header, "firmware.bin", PAYLOAD);
		put_blob(blob, "xiaoqiang_version", OTHER);
		put_le(signature, 256);
		memset(image.byte + signature + 16, 0x99, 256);
		put_le(8, crc_plain(12, image.len));
		struct format_info info = assert_is(&xiaomi_format,
		    "CRC agrees, signature of 256 bytes, blob "
		    "\"firmware.bin\", blob \"xiaoqiang_version\"",
		    PAYLOAD "|" OTHER "|", image.len);

		assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
		assert_guarded(&xiaomi_format, 0, 5);
		memset(image.byte + signature + 16, 0, 256);
		info = probe_yes(&xiaomi_format, built());
		assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
		assert_says(info, "CRC is wrong");
		image.byte[header] ^= 1;
		probe_no(&xiaomi_format, built());
	}
}

static uint32_t
crc16_dji(size_t to)
{
	uint32_t crc = 0x3692;

	for (size_t i = 0; i < to; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			bool one =
			    (((uint32_t)image.byte[i] >> bit ^ crc) & 1) != 0;

			crc = crc >> 1 ^ (one ? 0x8408U : 0U);
		}
	return crc;
}

static void
test_dji(void **state)
{
	size_t header = 64 + 2 * 52 + 2;

	(void)state;
	begin(header + PAYLOAD_LEN + OTHER_LEN);
	put_le(0, 0x12345678);
	put_number(4, 1, 2, false);
	put_number(6, (uint32_t)header, 2, false);
	put_text(12, "DJI");
	put_text(28, "WM610");
	put_number(44, 2, 2, false);
	put_le(64 + 8, (uint32_t)header);
	put_le(64 + 12, PAYLOAD_LEN);
	put_hash(64 + 20, HASH_MD5, BYTES(PAYLOAD));
	image.byte[116 + 1] = 0x10;
	put_le(116 + 8, (uint32_t)(header + PAYLOAD_LEN));
	put_le(116 + 12, OTHER_LEN);
	put_text(header, PAYLOAD OTHER);
	put_number(header - 2, crc16_dji(header - 2), 2, false);
	struct format_info info = assert_is(&dji_format,
	    "xV4, maker \"DJI\", model \"WM610\", header CRC agrees, "
	    "2 modules, MD5 of 1 agrees",
	    PAYLOAD "|" OTHER "|", header);

	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&dji_format, 0, 6, 12, 44, 70, 72, 76, 100, header - 2);

	begin(192 + 256 + PAYLOAD_LEN);
	put_text(0, "IM*H");
	put_le(16, 192);
	put_le(20, 256);
	put_le(24, PAYLOAD_LEN);
	memset(image.byte + 192, 0x31, 256);
	put_text(192 + 256, PAYLOAD);
	info = assert_is(
	    &dji_format, "IM*H, signature of 256 bytes", PAYLOAD "|", 192);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_guarded(&dji_format, 0, 18, 22, 27);
}

static void
test_mikrotik(void **state)
{
	(void)state;
	begin(0);
	put(0, "\x1e\xf1\xd0\xba", 4);
	put_number(8, 1, 2, false);
	put_le(10, 32);
	put_text(14, "routeros-mipsbe");
	put_number(46, 21, 2, false);
	put_le(48, PAYLOAD_LEN);
	put_text(52, PAYLOAD);
	put_number(84, 9, 2, false);
	put_le(86, OTHER_LEN);
	put_text(90, OTHER);
	put_le(4, (uint32_t)image.len - 8);
	struct format_info info = assert_is(&mikrotik_npk_format,
	    "package \"routeros-mipsbe\", 3 items", PAYLOAD "|", 52);

	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_guarded(&mikrotik_npk_format, 0, 7, 11, 49, 88);
}

static void
put_ubnt(void)
{
	begin(268 + 56 + PAYLOAD_LEN + 8);
	put_text(0, "UBNT");
	put_text(4, "XM.ar7240.v5.5.6");
	put_be(260, crc_usual(0, 260));
	put_text(268, "PART");
	put_text(272, "kernel");
	put_be(268 + 48, PAYLOAD_LEN);
	put_text(324, PAYLOAD);
}

static void
test_ubnt(void **state)
{
	size_t end;

	(void)state;
	put_ubnt();
	end = image.len;
	put(end, "END.\0\0\0\0\0\0\0\0", 12);
	put_be(end + 4, crc_usual(0, end));
	struct format_info info = assert_is(&ubnt_format,
	    "version \"XM.ar7240.v5.5.6\", header CRC agrees, 1 parts, CRC "
	    "agrees",
	    PAYLOAD "|", end);

	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_int_equal(info.size, image.len);
	assert_guarded(&ubnt_format, 0, 5, 261, 268, 317);
	put_ubnt();
	put_text(end, "ENDS");
	memset(image.byte + end + 4, 0x2d, 256);
	image.len = end + 264;
	info = assert_is(&ubnt_format, "RSA-2048 signature", PAYLOAD "|", end);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_int_equal(info.size, image.len);
}

static void
test_hp_and_xerox(void **state)
{
	(void)state;
	begin(64 + 32);
	put(0, "ibdl\x01\x00\x01\x00", 8);
	put_le(8, 64);
	put_le(16, 2);
	put_le(64, 96);
	put_le(72, PAYLOAD_LEN);
	put_le(80, 96 + PAYLOAD_LEN);
	put_le(88, OTHER_LEN);
	put_text(96, PAYLOAD OTHER);
	assert_is(
	    &hp_format, "HP bundle, 2 parts", PAYLOAD "|" OTHER "|", image.len);
	assert_guarded(&hp_format, 0, 8, 17, 66, 74);

	begin(0);
	put_text(0,
	    "%%XRXbegin\n%%OID_ATT_DLM_NAME = \"Clone\"\n"
	    "%%OID_ATT_DLM_VERSION = 1.2\n"
	    "%%OID_ATT_DLM_SIGNATURE = 00aabb\n%%XRXend\n" PAYLOAD);
	struct format_info info =
	    assert_is(&xerox_dlm_format, "name \"\"Clone\"\", version \"1.2\"",
		PAYLOAD "|", image.len - PAYLOAD_LEN - 1);

	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_guarded(&xerox_dlm_format, 0, image.len - PAYLOAD_LEN - 2);
}

/* Rows that differ from others in little. */
static void
test_more_rows(void **state)
{
	(void)state;
	begin(284 + PAYLOAD_LEN);
	put(0, "SBFH\x1c\x01\0\0", 8);
	put_le(15, PAYLOAD_LEN);
	put_text(284, "MRVL and so on");
	assert_is(&tesla_format, "SBFH", NULL, 288);
	assert_guarded(&tesla_format, 0, 4, 18, 284);

	begin(48 + PAYLOAD_LEN);
	put(0, "\0MYL", 4);
	put(16, "\xf6\x11", 2);
	put_text(48, PAYLOAD);
	assert_is(&myloader_format, "MyLoader", PAYLOAD "|", 48);
	assert_guarded(&myloader_format, 0, 1, 4, 16);

	begin(40 + PAYLOAD_LEN);
	put(0, "\x24\x21\x03\x02", 4);
	put_le(8, PAYLOAD_LEN);
	put_number(36, 40, 2, false);
	put_text(40, PAYLOAD);
	put_le(32, crc_usual(0, 40));
	assert_is(&dlink_format, "SCH2, header CRC agrees", PAYLOAD "|", 40);
	assert_guarded(&dlink_format, 0, 2, 8, 20, 32, 36);

	begin(5);
	put(0, "\xde\xaf\xbe\xad\x86", 5);
	put_text(5, PAYLOAD);
	assert_is(&dlink_format, "archive", PAYLOAD "|", 5);
	assert_guarded(&dlink_format, 0, 4);

	begin(96 + PAYLOAD_LEN);
	put_text(0, "wrgn49_dlob_dir645");
	put(32, "\x20\x02\x04\x20\x20\x02\x04\x20", 8);
	put_le(40, PAYLOAD_LEN);
	put_text(96, PAYLOAD);
	assert_is(&wrgg_format, "wrgg02, board \"wrgn49", PAYLOAD "|", 96);
	assert_guarded(&wrgg_format, 0, 32, 43);
}

static void
test_more_router_rows(void **state)
{
	(void)state;
	begin(94 + PAYLOAD_LEN);
	put_text(0, "eDiMaX");
	put_text(16, "BR-6478");
	put_be(51, PAYLOAD_LEN);
	put_text(94, PAYLOAD);
	image.byte[50] = (uint8_t)(sum_of_bytes(94, image.len) ^ 0xb9);
	assert_is(
	    &edimax_format, "model \"BR-6478\", sum agrees", PAYLOAD "|", 94);
	assert_guarded(&edimax_format, 0, 52);

	begin(256 + PAYLOAD_LEN);
	put(0, "HDR2\0\x01\0\0", 8);
	put_le(8, (uint32_t)image.len);
	put_text(256, PAYLOAD);
	put_le(12, crc_plain(256, image.len));
	assert_is(&econet_format, "HDR2, CRC agrees", PAYLOAD "|", 256);
	assert_guarded(&econet_format, 0, 5, 11);
	probe_no(&xiaomi_format, built());

	begin(65536 + PAYLOAD_LEN);
	put_text(0, "CE01");
	put_text(4, "ALFA");
	put_text(36, "01");
	put_text(38, "kernel");
	put_text(70, "00000020");
	put_text(65536, PAYLOAD);
	assert_is(&combined_image_format, "type \"ALFA\", 1 parts", PAYLOAD "|",
	    65536);
	assert_guarded(&combined_image_format, 0, 4, 36, 70);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_safeloader),
		cmocka_unit_test(test_seama),
		cmocka_unit_test(test_mh01_and_packages),
		cmocka_unit_test(test_dns323),
		cmocka_unit_test(test_xiaomi),
		cmocka_unit_test(test_dji),
		cmocka_unit_test(test_mikrotik),
		cmocka_unit_test(test_ubnt),
		cmocka_unit_test(test_hp_and_xerox),
		cmocka_unit_test(test_more_rows),
		cmocka_unit_test(test_more_router_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
