/* SPDX-License-Identifier: ISC */
/* Vendor headers that are rows of a table. */
#include "unpack/vendor.h"

#include "vendor_image.h"

#include "image.h"

#define PAYLOAD "what the header is in front of!!"
#define PAYLOAD_LEN (sizeof(PAYLOAD) - 1)

static void
test_tplink_2_and_3(void **state)
{
	static const uint8_t salt[] = { 0xdc, 0xd7, 0x3a, 0xa5, 0xc3, 0x95,
		0x98, 0xfb, 0xdc, 0xf9, 0xe7, 0xf4, 0x0e, 0xae, 0x47, 0x37 };
	static const struct format *const formats[] = { &tplink2_format,
		&tplink_header3_format };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		begin(512 + PAYLOAD_LEN);
		put_le(0, 2 + i);
		put_text(4, "ver. 2.0");
		put_be(0x34, 0xc2000001);
		put_be(0x38, 1);
		put(0x40, salt, sizeof(salt));
		put_be(0x70, (uint32_t)image.len);
		put_be(0x74, 512);
		put_be(0x78, PAYLOAD_LEN);
		put_number(0x8c, 0x55aa, 2, true);
		put_text(512, PAYLOAD);
		if (i == 1)
			memset(image.byte + 0x94, 0x77, 128);
		put_hash(0x40, HASH_MD5, built());
		struct format_info info = assert_is(formats[i],
		    "MD5 with the public salt agrees", PAYLOAD "|", 512);

		assert_int_equal(info.authenticity,
		    i == 1 ? AUTHENTICITY_SIGNED : AUTHENTICITY_HASH);
		assert_guarded(formats[i], 0, 4, 0x70, 0x74, 0x78);
		image.byte[0x40] ^= 1;
		assert_says(probe_yes(formats[i], built()), "salt is wrong");
		image.byte[0x8c] ^= 1;
		probe_no(formats[i], built());
	}
}

/* The maker's way to sum, the plain way. */
static uint32_t
chk_sum(size_t from, size_t to)
{
	uint32_t one = 0;
	uint32_t two = 0;

	for (size_t i = from; i < to; i++) {
		one += image.byte[i];
		two += one;
	}
	one = (one & 0xffff) + (one >> 16);
	one = ((one >> 16) + one) & 0xffff;
	two = (two & 0xffff) + (two >> 16);
	two = ((two >> 16) + two) & 0xffff;
	return two << 16 | one;
}

static void
test_netgear_chk(void **state)
{
	size_t header = 40 + 16;

	(void)state;
	begin(header + 2 * PAYLOAD_LEN);
	put(0, "\x2a\x23\x24\x5e", 4);
	put_be(4, (uint32_t)header);
	put(8, "\x01\x01\x00\x02\x03", 5);
	put_be(24, PAYLOAD_LEN);
	put_be(28, PAYLOAD_LEN);
	put_text(40, "U12H072T00_NETGE");
	put_text(header, PAYLOAD PAYLOAD);
	put_be(32, chk_sum(header, image.len));
	put_be(36, chk_sum(0, header));
	struct format_info info = assert_is(&netgear_chk_format,
	    "board \"U12H072T00_NETGE\", version 1.0.2.3, header sum agrees, "
	    "image sum agrees",
	    PAYLOAD "|" PAYLOAD "|", header + PAYLOAD_LEN - 1);

	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_int_equal(info.encrypted, ANSWER_NO);
	assert_guarded(
	    &netgear_chk_format, 0, 3, 4, 6, 7, 8, 16, 24, 28, 32, 36, 41);
	image.byte[header] ^= 1;
	assert_says(
	    probe_yes(&netgear_chk_format, built()), "image sum is wrong");
}

static void
test_netgear_dni_and_sercomm(void **state)
{
	(void)state;
	begin(128 + PAYLOAD_LEN + 1);
	put_text(0, "device:WNDR3700\nversion:V1.0.7.98\nregion:\n");
	put_text(128, PAYLOAD);
	image.byte[image.len - 1] =
	    (uint8_t)(0xff - sum_of_bytes(0, image.len));
	assert_is(&netgear_dni_format,
	    "byte sum agrees, device \"WNDR3700\", version \"V1.0.7.98\"", NULL,
	    128);
	assert_guarded(&netgear_dni_format, 0, 16, 130);

	begin(512 + PAYLOAD_LEN);
	put_text(0, "sErCoMm");
	put_text(11, "CAV");
	put_text(63, "sErCoMm");
	put_text(512, PAYLOAD);
	image.byte[500] =
	    (uint8_t)(0x100 - (sum_of_bytes(0, image.len) & 0xff));
	assert_is(&sercomm_format, "byte sum agrees", PAYLOAD "|", 512);
	assert_guarded(&sercomm_format, 0, 63, 500, 513);
}

static void
test_bcm(void **state)
{
	(void)state;
	begin(256 + PAYLOAD_LEN);
	put_text(0, "6");
	put_text(4, "Broadcom Corporatio");
	put_text(38, "6348");
	put_text(44, "96348GW");
	put_text(62, "32");
	put_text(256, PAYLOAD);
	put_be(216, crc_plain(256, image.len));
	put_be(236, crc_plain(0, 236));
	assert_is(&bcm_tag_format,
	    "chip \"6348\", board \"96348GW\", header CRC agrees, image CRC "
	    "agrees",
	    PAYLOAD "|", 256 + PAYLOAD_LEN / 2);
	assert_guarded(&bcm_tag_format, 0, 4, 62, 236);

	begin(PAYLOAD_LEN + 20);
	put_text(0, PAYLOAD);
	put_le(PAYLOAD_LEN, crc_plain(0, PAYLOAD_LEN));
	put_le(PAYLOAD_LEN + 4, 0x5732);
	put_le(PAYLOAD_LEN + 8, 0x6362);
	assert_is(&bcm_wfi_format, "version 5732, chip 6362, CRC agrees",
	    PAYLOAD "|", image.len);
	assert_guarded(&bcm_wfi_format, 0, PAYLOAD_LEN, PAYLOAD_LEN + 4);
}

static uint32_t
crc16_ccitt(size_t to)
{
	uint32_t crc = 0xffff;

	for (size_t i = 0; i < to; i++)
		for (int bit = 7; bit >= 0; bit--) {
			bool one = (image.byte[i] >> bit & 1) != 0;
			bool top = (crc >> 15 & 1) != 0;

			crc = (crc << 1 ^ (one != top ? 0x1021U : 0U)) & 0xffff;
		}
	return crc ^ 0xffff;
}

static void
test_programstore(void **state)
{
	(void)state;
	begin(92 + PAYLOAD_LEN);
	put_number(0, 0xa825, 2, true);
	put_be(12, PAYLOAD_LEN);
	put_text(20, "vxworks_modem.bin");
	put_text(92, PAYLOAD);
	put_number(84, crc16_ccitt(84), 2, true);
	assert_is(&bcm_programstore_format,
	    "file \"vxworks_modem.bin\", header CRC agrees", PAYLOAD "|",
	    92 + PAYLOAD_LEN / 2);
	assert_guarded(&bcm_programstore_format, 0, 12, 20, 84, 85);
}

static void
test_linksys_gemtek_motorola(void **state)
{
	(void)state;
	begin(256);
	put_text(0, ".LINKSYS.01000409EA8500         1A2B3C4D0");
	assert_is(&linksys_footer_format,
	    "version \"01000409\", type \"EA8500\", CRC \"1A2B3C4D\"", "", 40);
	assert_guarded(&linksys_footer_format, 0, 8);

	begin(32 + PAYLOAD_LEN);
	put_text(0, "W54G");
	put_text(14, "U2ND");
	put_text(32, PAYLOAD);
	assert_is(&linksys_format, "board \"W54G\"", PAYLOAD "|", 32);
	assert_guarded(&linksys_format, 4, 14, 20, 29);

	begin(16 + PAYLOAD_LEN);
	put_text(0, "CHDR");
	put_le(4, (uint32_t)image.len);
	put_text(16, PAYLOAD);
	put_le(8, crc_plain(12, image.len));
	assert_is(&linksys_format, "CRC agrees", PAYLOAD "|", image.len);
	assert_guarded(&linksys_format, 0, 4, 8, 12, 20);

	begin(32 + PAYLOAD_LEN);
	put_text(0, "GMTK");
	put_le(12, (uint32_t)image.len);
	put_text(32, PAYLOAD);
	put_le(16, crc_usual(0, image.len));
	assert_is(&gemtek_format, "CRC agrees", PAYLOAD "|", image.len);
	assert_guarded(&gemtek_format, 0, 5, 12, 16, 33);

	begin(8 + PAYLOAD_LEN);
	put(4, "\x10\x57\x70", 3);
	put_text(8, PAYLOAD);
	put_be(0, crc_plain(4, image.len));
	assert_is(&motorola_format, "CRC agrees", PAYLOAD "|", image.len);
	assert_guarded(&motorola_format, 0, 4, 7, 10);
}

static void
test_dlink_sums(void **state)
{
	(void)state;
	begin(64 + PAYLOAD_LEN);
	put_text(4, "DAP-1350");
	put_text(24, "RT3052-AP-DAP1350-3");
	image.byte[55] = 64;
	put_be(60, PAYLOAD_LEN);
	put_text(64, PAYLOAD);
	put_be(0, sum_of_bytes(64, image.len));
	assert_is(
	    &dlink_format, "DAP, model \"DAP-1350\"", PAYLOAD "|", image.len);
	assert_guarded(&dlink_format, 0, 55, 60, 64);

	begin(72 + PAYLOAD_LEN);
	image.byte[0] = 72;
	put_be(8, PAYLOAD_LEN);
	put_text(16, "HONEYBEE-FIRMWARE-DAP-2230");
	put_text(72, PAYLOAD);
	put_be(4, sum_of_bytes(72, image.len));
	assert_is(&dlink_format, "version 2, board \"HONEYBEE", PAYLOAD "|",
	    image.len);
	assert_guarded(&dlink_format, 0, 4, 8, 80);

	begin(84 + PAYLOAD_LEN);
	put_be(4, PAYLOAD_LEN);
	put_text(12, "DIR-615");
	put_text(32, "AR7240-RT-091105-05");
	image.byte[78] = 84;
	put_text(84, PAYLOAD);
	put_be(0, sum_of_bytes(84, image.len));
	assert_is(
	    &dlink_format, "Cameo, model \"DIR-615\"", PAYLOAD "|", image.len);
	assert_guarded(&dlink_format, 0, 4, 78, 90);

	begin(20 + PAYLOAD_LEN);
	put_text(0, "bgn");
	image.byte[11] = 0xb1;
	put_be(12, (uint32_t)image.len);
	put_text(20, PAYLOAD);
	put_be(16, crc_posix(0, image.len));
	assert_is(&dlink_format, "DHP, CRC agrees", PAYLOAD "|", image.len);
	assert_guarded(&dlink_format, 0, 3, 11, 12, 16, 25);
}

static void
test_dlink_headers(void **state)
{
	(void)state;
	begin(0x74 + PAYLOAD_LEN);
	put(0, "\x64\x80\x19\x40", 4);
	put_text(4, "DIR-878");
	put_text(0x24, "MT7621");
	put_le(0x6c, 1);
	put_le(0x70, PAYLOAD_LEN);
	put_text(0x74, PAYLOAD);
	assert_is(&dlink_format, "TLV, model \"DIR-878\", board \"MT7621\"",
	    PAYLOAD "|", 0x74 + PAYLOAD_LEN / 2);
	assert_guarded(&dlink_format, 0, 0x72);
	put_text(0x74, "Salted__");
	assert_int_equal(
	    probe_yes(&dlink_format, built()).encrypted, ANSWER_YES);

	begin(0xa0 + PAYLOAD_LEN);
	put_text(0, "DIR-300_dkbs_0001");
	put_be(0x68, PAYLOAD_LEN);
	put_text(0xa0, PAYLOAD);
	assert_is(&dlink_format, "DKBS", PAYLOAD "|", 0xa0);
	assert_guarded(&dlink_format, 7, 0x6a);

	begin(56 + PAYLOAD_LEN);
	put(0, "\xff\x04\x24\x2b", 4);
	put_le(8, (uint32_t)image.len - 16);
	put(16, "\x24\x21\x03\x02", 4);
	put_le(16 + 8, PAYLOAD_LEN);
	put_number(16 + 36, 40, 2, false);
	put_text(56, PAYLOAD);
	put_le(16 + 32, crc_usual(16, 56));
	assert_is(&dlink_format, "STAG, header CRC agrees", PAYLOAD "|", 56);
	assert_guarded(&dlink_format, 0, 1, 2, 11, 16, 20, 48);

	begin(2 * 80 + 16 + PAYLOAD_LEN);
	for (size_t i = 0; i < 2; i++) {
		size_t at = i * 96;

		put_text(at, "DLK6E8202001");
		image.byte[at + 26] = 1;
		put_le(at + 44, i == 0 ? 16 : (uint32_t)PAYLOAD_LEN);
		put(at + 64, "BH\x02", 4);
	}
	memset(image.byte + 80, 0x5a, 16);
	put_text(176, PAYLOAD);
	struct format_info info = assert_is(&dlink_format,
	    "JBOOT, board \"DLK6E8202001\", signature of 16 bytes, AES",
	    "ZZZZZZZZZZZZZZZZ|" PAYLOAD "|", 96);

	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&dlink_format, 26, 27, 47, 64, 66);
}

static void
test_wrgg(void **state)
{
	static const uint8_t mark[] = { 0x21, 0x03, 0x08, 0x20, 0x21, 0x03,
		0x08, 0x20 };
	struct out hashed = out_open(1024);

	(void)state;
	for (int big = 0; big < 2; big++) {
		begin(160 + PAYLOAD_LEN);
		put_text(0, "wrgac35_dlwbr.2013_dir850l");
		put(32, mark, sizeof(mark));
		put_text(40, "1.00");
		put_number(104, PAYLOAD_LEN, 4, big);
		put_text(112, "/dev/mtdblock/2");
		put_text(160, PAYLOAD);
		hashed.len = 0;
		out_put(&hashed, bytes_slice(built(), 108, 36));
		out_put(&hashed, bytes_from(built(), 160));
		put_hash(144, HASH_MD5, out_bytes(&hashed));
		assert_is(&wrgg_format, "version \"1.00\", MD5 agrees",
		    PAYLOAD "|", 160 + PAYLOAD_LEN / 2);
		assert_guarded(&wrgg_format, 0, 32, 39, 105);
		image.byte[150] ^= 1;
		assert_says(probe_yes(&wrgg_format, built()), "is wrong");
	}
	out_close(&hashed);
}

static void
put_senao(size_t header, uint32_t key)
{
	begin(header + PAYLOAD_LEN);
	put_be(4, 0x101);
	put_be(8, 0x69);
	put_text(12, "1.8.0");
	put_be(28, 2);
	put_be(32, PAYLOAD_LEN);
	put_hash(40, HASH_MD5, BYTES(PAYLOAD));
	for (size_t i = 0; i < PAYLOAD_LEN; i++) {
		uint8_t byte = (uint8_t)PAYLOAD[i] ^ (uint8_t)(key >> (i % 8));

		put(header + i, &byte, 1);
	}
}

static void
test_senao(void **state)
{
	(void)state;
	put_senao(0x60, 0x5678);
	put_be(92, 0x12345678);
	assert_is(&senao_format,
	    "obfuscated, version \"1.8.0\", type 2, MD5 "
	    "agrees",
	    PAYLOAD "|", 0x60 + PAYLOAD_LEN / 2);
	assert_guarded(&senao_format, 12, 28, 34, 36, 92);
	image.byte[0x61] ^= 1;
	assert_says(probe_yes(&senao_format, built()), "MD5 is wrong");

	put_senao(0xb8, 0x1688);
	put_be(0xb4, 0x30471688);
	assert_is(&senao_format, "EnGenius", PAYLOAD "|", 0xb8);
	assert_guarded(&senao_format, 4, 8, 0xb4);
}

static void
test_edimax_and_realtek(void **state)
{
	(void)state;
	begin(12 + PAYLOAD_LEN + 2);
	put_text(0, "CSYS");
	put(4, "\x00\x00\x50\x80", 4);
	put_le(8, PAYLOAD_LEN + 2);
	put_text(12, PAYLOAD);
	uint32_t sum = 0;

	for (size_t i = 12; i < 12 + PAYLOAD_LEN; i += 2)
		sum += image.byte[i] + 256U * image.byte[i + 1];
	put_number(12 + PAYLOAD_LEN, 0x10000 - (sum & 0xffff), 2, false);
	assert_is(&edimax_format, "CSYS, sum agrees", NULL, image.len);
	assert_guarded(&edimax_format, 0, 4, 8, 14, 12 + PAYLOAD_LEN);

	begin(2 * (16 + PAYLOAD_LEN + 2));
	for (size_t at = 0; at < image.len; at += 16 + PAYLOAD_LEN + 2) {
		put_text(at, at == 0 ? "cr6c" : "r6cr");
		put_be(at + 4, 0x80500000);
		put_be(at + 12, PAYLOAD_LEN + 2);
		put_text(at + 16, PAYLOAD);
		sum = 0;
		for (size_t i = at + 16; i < at + 16 + PAYLOAD_LEN; i += 2)
			sum += image.byte[i] * 256U + image.byte[i + 1];
		put_number(
		    at + 16 + PAYLOAD_LEN, 0x10000 - (sum & 0xffff), 2, true);
	}
	struct format_info info = assert_is(&realtek_format,
	    "2 parts from \"cr6c\", sums agree", NULL, image.len / 2);

	assert_int_equal(info.size, image.len);
	assert_guarded(&realtek_format, 0, 13, 20, 16 + PAYLOAD_LEN);

	begin(20 + PAYLOAD_LEN);
	put_text(0, "RTK0");
	put_le(4, (uint32_t)image.len);
	put_le(16, 16);
	put_text(20, PAYLOAD);
	assert_is(&realtek_format, "RTK0", PAYLOAD "|", image.len);
	assert_guarded(&realtek_format, 0, 4, 17);
}

static uint32_t
sysv(uint32_t sum)
{
	uint32_t folded = (sum & 0xffff) + (sum >> 16);

	return (folded & 0xffff) + (folded >> 16);
}

static void
test_zyxel(void **state)
{
	(void)state;
	begin(0x10000 + 2 * PAYLOAD_LEN);
	put_be(0, 0x1234);
	put_be(4, PAYLOAD_LEN);
	put_text(8, "V1.00(ABEL.5)C0");
	put_text(44, "NBG6617");
	put_be(112, PAYLOAD_LEN);
	put_text(0x10000, PAYLOAD PAYLOAD);
	put_be(40, 0x1234);
	put_be(40, sysv(sum_of_bytes(0, 2048)));
	assert_is(&zyxel_format,
	    "ras, version \"V1.00(ABEL.5)C0\", model \"NBG6617\", header sum "
	    "agrees",
	    PAYLOAD PAYLOAD "|", 0x10000);
	assert_guarded(&zyxel_format, 0, 4, 8, 40, 44, 112, 2000);

	begin(48 + PAYLOAD_LEN);
	put(6, "SIG\x03", 4);
	put_be(10, 1000);
	put_be(14, PAYLOAD_LEN);
	image.byte[18] = 0x80;
	put_text(24, "V3.40(AQO.0)");
	put_text(48, PAYLOAD);
	assert_is(&zyxel_format, "ZyNOS, version \"V3.40(AQO.0)\", type 3",
	    PAYLOAD "|", image.len);
	assert_guarded(&zyxel_format, 6, 9, 14, 24);

	begin(104 + PAYLOAD_LEN);
	put(4, "\xaf\xbe\xad\xde", 4);
	put_number(10, 1, 2, false);
	put_le(24, (uint32_t)image.len);
	put_text(72, "USG FLEX 100");
	put_text(104, PAYLOAD);
	assert_is(&zyxel_format,
	    "ZLD little endian, model \"USG FLEX 100\", 1 "
	    "files",
	    PAYLOAD "|", image.len);
	assert_guarded(&zyxel_format, 4, 11, 24, 72);
}

static void
test_checked_rows(void **state)
{
	(void)state;
	begin(512 + PAYLOAD_LEN);
	put_text(0, "YSZJ");
	put_be(36, 1);
	put_text(512, PAYLOAD);
	put_be(504, crc_usual(512, image.len));
	put_be(508, crc_usual(0, 512));
	assert_is(
	    &jcg_format, "header CRC agrees, CRC agrees", PAYLOAD "|", 512);
	assert_guarded(&jcg_format, 0, 36, 100, 504, 508);

	begin(34 + PAYLOAD_LEN);
	put_be(30, 4);
	put_text(34, PAYLOAD);
	put_hash(0, HASH_SHA1, bytes_from(built(), 30));
	put_text(20, "1.0.0");
	put_be(30, PAYLOAD_LEN);
	assert_is(
	    &planex_format, "model 4, SHA-1 agrees", PAYLOAD "|", image.len);
	assert_guarded(&planex_format, 0, 20, 33, 40);

	begin(0x400 + PAYLOAD_LEN);
	put_be(0, 0x8e73ed8a);
	put_be(4, 0x400);
	put_be(8, PAYLOAD_LEN);
	put_text(0x400, PAYLOAD);
	put_hash(12, HASH_SHA1, BYTES(PAYLOAD));
	assert_is(&meraki_format, "SHA-1 agrees", PAYLOAD "|", 0x400);
	assert_guarded(&meraki_format, 0, 4, 10);

	begin(160 + PAYLOAD_LEN);
	put_text(0, "RCKS");
	put_be(16, PAYLOAD_LEN);
	put_text(160, PAYLOAD);
	put_hash(24, HASH_MD5, BYTES(PAYLOAD));
	assert_is(&ruckus_format, "MD5 agrees", PAYLOAD "|", 160);
	assert_guarded(&ruckus_format, 0, 18);
}

static void
test_buffalo_tag_and_combined(void **state)
{
	uint8_t digest[HASH_MAX_LEN];

	(void)state;
	begin(160 + PAYLOAD_LEN);
	put_text(0, "WZR-HP-G300NH");
	put_text(32, "BUFFALO");
	put_text(64, "1.99");
	put_be(136, (uint32_t)image.len);
	put_text(160, PAYLOAD);
	put_be(140, crc_posix(0, image.len));
	assert_is(&buffalo_tag_format,
	    "product \"WZR-HP-G300NH\", brand \"BUFFALO\", version \"1.99\", "
	    "CRC agrees",
	    NULL, image.len);
	assert_guarded(&buffalo_tag_format, 0, 32, 136, 140, 160);

	begin(65536 + 2 * PAYLOAD_LEN);
	put_text(65536, PAYLOAD PAYLOAD);
	put_text(0, "CI0000002000000020");
	assert_int_equal(
	    hash_of(HASH_MD5, bytes_from(built(), 65536), digest), ERR_OK);
	for (size_t i = 0; i < 16; i++) {
		char hex[3];

		(void)snprintf(hex, sizeof(hex), "%02x", digest[i]);
		put_text(18 + 2 * i, hex);
	}
	assert_is(&combined_image_format,
	    "MD5 agrees, kernel 32 and root 32 bytes", NULL, 65536);
	assert_guarded(&combined_image_format, 0, 2, 10, 17);
}

static void
test_econet_and_draytek(void **state)
{
	static const struct {
		const struct format *format;
		const char *mark;
	} cases[] = {
		{ &econet_format, "2RDH" },
		{ &econet_format, "0RDH" },
		{ &draytek_format, "2RHD" },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		begin(256 + PAYLOAD_LEN);
		put_text(0, cases[i].mark);
		put_be(4, 256);
		put_be(8, (uint32_t)image.len);
		put_text(16, "1.0");
		put_text(256, PAYLOAD);
		put_be(12, crc_plain(256, image.len));
		assert_is(cases[i].format, "CRC agrees", PAYLOAD "|", 256);
		assert_guarded(cases[i].format, 0, 4, 8);
	}
	begin(1024);
	put_be(0, 1024);
	image.byte[4] = 8;
	put(512, "\xa5\x5a\xa5\x5a", 4);
	put_be(516, 100);
	put(520, "\xaa\x1d\x7f\x50", 4);
	assert_is(&draytek_format, "DrayOS, compressed system at 0x208", NULL,
	    image.len);
	assert_guarded(&draytek_format, 0, 3, 512, 516, 520);
}

/* Magic, size, payload: nothing more is in them. */
static const struct plain_row {
	const struct format *format;
	size_t magic_at, magic_len;
	const char *magic;
	size_t other_at, other_len;
	const char *other;
	size_t size_at;
	bool big;
	size_t header_at; /* where the header's length stands */
	size_t header, tail;
	size_t less; /* the size leaves these out */
} plain_rows[] = {
	{ &tplink_rtos_format, 0, 4, "\x00\x14\x2f\xc0", 20, 4, "IMG0", 24,
	    true, 0, 0x94, 0, 20 },
	{ &poray_format, 8, 4, "\x00\x00\x0e\x02", 0, 0, "", 4, false, 0, 28, 2,
	    30 },
	{ &cellvision_format, 20, 12,
	    "\x55\xaa\x41\x52\x41\x47\x4f\x52\x4e\x2d\xf2\xd3", 0, 0, "", 8,
	    false, 4, 64, 0, 64 },
	{ &zcomax_format, 0, 4, "firm", 16, 4, "Kimg", 4, false, 0, 16, 0, 16 },
	{ &titan_format, 0, 4, "CDTM", 0, 0, "", 32, false, 16, 48, 0, 0 },
	{ &packimg_format, 0, 12, "--PaCkImGs--", 0, 0, "", 16, false, 0, 32, 0,
	    32 },
	{ &moxa_format, 0, 4, "*FRM", 12, 4, "\x60\x00\x02\x00", 8, false, 0,
	    96, 0, 0 },
	{ &autel_format, 12, 4, "\x20\0\0\0", 16, 15, "Copyright Autel", 8,
	    false, 0, 32, 0, 32 },
	{ &bosch_format, 0, 4, "\x10\x12\x20\x03", 0, 0, "", 16, true, 0, 0x400,
	    0, 0x400 },
	{ &gm8126_format, 0, 8, "GM8126\0\0", 0, 0, "", 8, true, 0, 0x100, 0,
	    0x100 },
	{ &qding_format, 48, 4, "\x12\x02\x15\x20", 0, 0, "", 72, false, 0,
	    1024, 0, 1024 },
};

static void
test_plain_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(plain_rows) / sizeof(plain_rows[0]);
	     i++) {
		const struct plain_row *row = &plain_rows[i];

		begin(row->header + PAYLOAD_LEN + row->tail);
		put_number(row->size_at, (uint32_t)(image.len - row->less), 4,
		    row->big);
		if (row->header_at > 0)
			put_le(row->header_at, (uint32_t)row->header);
		put(row->magic_at, row->magic, row->magic_len);
		put_text(row->header, PAYLOAD);
		put(row->other_at, row->other, row->other_len);
		struct format_info info = probe_yes(row->format, built());

		assert_int_equal(info.size, image.len);
		probe_refuses_every_prefix(row->format, built(), row->header);
		assert_guards(row->format, &row->magic_at, 1);
		if (row->other_len > 0)
			assert_guards(row->format, &row->other_at, 1);
		put_number(row->size_at, 0x7fffffff, 4, row->big);
		probe_no(row->format, built());
	}
}

static void
test_signed_rows(void **state)
{
	(void)state;
	begin(0x400 + PAYLOAD_LEN);
	put(0, "\x10\x12\x20\x03", 4);
	put_be(16, PAYLOAD_LEN);
	assert_int_equal(probe_yes(&bosch_format, built()).authenticity,
	    AUTHENTICITY_UNKNOWN);
	image.byte[100] = 1;
	struct format_info info = probe_yes(&bosch_format, built());

	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_int_equal(info.encrypted, ANSWER_YES);

	begin(272 + PAYLOAD_LEN);
	memset(image.byte + 240, 0xff, 16);
	put(256, "\x11\x00\x0a\x00\x02\x02", 6);
	put_le(262, 272);
	put_le(266, PAYLOAD_LEN);
	info = assert_is(&airoha_format, "encoding 2, integrity 2", NULL, 270);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&airoha_format, 240, 256, 260, 261, 265);

	begin(128 + PAYLOAD_LEN);
	put_text(0, "LXL#");
	put_le(8, 128);
	put_text(16, "XWR-3150");
	put_le(36, 64);
	put(64, "D#\x02\x00", 4);
	put_le(68, 32);
	info = assert_is(&luxul_format, "signature of 32 bytes", NULL, 128);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_guarded(&luxul_format, 0, 10, 16);
}

static void
test_openssl_enc(void **state)
{
	(void)state;
	begin(16 + PAYLOAD_LEN);
	put_text(0, "Salted__");
	put_text(16, PAYLOAD);
	struct format_info info =
	    assert_is(&openssl_enc_format, "password unknown", PAYLOAD "|", 16);

	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&openssl_enc_format, 0, 7);
}

/* Half of it is enough, less is not. */
static void
test_cut_short(void **state)
{
	(void)state;
	begin(160 + 200);
	put_text(0, "RCKS");
	put_be(16, 200);
	struct format_info info =
	    probe_yes(&ruckus_format, bytes_slice(built(), 0, 270));

	assert_int_equal(info.size, 270);
	assert_says(info, "cut short");
	probe_no(&ruckus_format, bytes_slice(built(), 0, 250));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tplink_2_and_3),
		cmocka_unit_test(test_netgear_chk),
		cmocka_unit_test(test_netgear_dni_and_sercomm),
		cmocka_unit_test(test_bcm),
		cmocka_unit_test(test_programstore),
		cmocka_unit_test(test_linksys_gemtek_motorola),
		cmocka_unit_test(test_dlink_sums),
		cmocka_unit_test(test_dlink_headers),
		cmocka_unit_test(test_wrgg),
		cmocka_unit_test(test_senao),
		cmocka_unit_test(test_edimax_and_realtek),
		cmocka_unit_test(test_zyxel),
		cmocka_unit_test(test_checked_rows),
		cmocka_unit_test(test_buffalo_tag_and_combined),
		cmocka_unit_test(test_econet_and_draytek),
		cmocka_unit_test(test_plain_rows),
		cmocka_unit_test(test_signed_rows),
		cmocka_unit_test(test_openssl_enc),
		cmocka_unit_test(test_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
