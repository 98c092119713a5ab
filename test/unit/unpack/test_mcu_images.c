/* SPDX-License-Identifier: ISC */
/* ESP, MCUboot, GBL, DFU: images built field by field. */
#include "codec/crc.h"
#include "crypto/hash.h"
#include "image.h"
#include "mcu_probe.h"
#include "unpack/mcu.h"
#include "unpack/unpack.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

static void
put_u16le(struct out *o, uint16_t value)
{
	out_u8(o, (uint8_t)value);
	out_u8(o, (uint8_t)(value >> 8));
}

static void
put_sha256(struct out *o)
{
	uint8_t digest[HASH_MAX_LEN];

	assert_int_equal(hash_of(HASH_SHA256, out_bytes(o), digest), ERR_OK);
	out_put(o, (struct bytes){ digest, 32 });
}

struct esp {
	uint16_t chip;
	bool descriptor;
	uint32_t address;
	uint32_t secure_version;
};

static void
put_descriptor(struct out *o, uint32_t secure_version)
{
	size_t start = o->len;

	out_u32le(o, 0xabcd5432);
	out_u32le(o, secure_version);
	image_put_fill(o, 0, 8);
	out_text(o, "1.2.3");
	image_put_fill(o, 0, start + 48 - o->len);
	out_text(o, "lamp");
	image_put_fill(o, 0, start + 112 - o->len);
	out_text(o, "v5.1");
	image_put_fill(o, 0, start + 256 - o->len);
}

/* One segment; without a chip's extended header when `chip` is 0xffff. */
static void
put_esp(struct out *o, const struct esp *e)
{
	bool old = e->chip == 0xffff;
	uint8_t sum = 0xef;

	out_u8(o, 0xe9);
	out_u8(o, 1);
	out_u8(o, 2);
	out_u8(o, 0x20);
	out_u32le(o, 0x40100004);
	if (!old) {
		image_put_fill(o, 0, 4);
		put_u16le(o, e->chip);
		image_put_fill(o, 0, 9);
		out_u8(o, 1);
	}
	out_u32le(o, e->address);
	out_u32le(o, 256);
	size_t at = o->len;

	if (e->descriptor)
		put_descriptor(o, e->secure_version);
	else
		image_put_noise(o, 7, 256);
	for (size_t i = at; i < o->len; i++)
		sum ^= o->ptr[i];
	image_put_fill(o, 0, 15 - o->len % 16);
	out_u8(o, sum);
	if (!old)
		put_sha256(o);
}

static void
esp32_application_tells_project_and_version(void **state)
{
	struct esp e = { 5, true, 0x3c000020, 0 };
	struct out image = out_open(1 * MIB);

	(void)state;
	put_esp(&image, &e);
	out_text(&image, "behind");
	struct bytes in = out_bytes(&image);
	struct format_info info = probe_yes(&esp_image_format, in);

	assert_int_equal(info.size, in.len - 6);
	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_int_equal(info.rollback, ANSWER_UNKNOWN);
	assert_string_equal(info.architecture, "riscv32");
	assert_string_equal(info.operating_system, "esp-idf");
	assert_says(info, "project \"lamp\" version \"1.2.3\"");
	assert_says(info, "IDF v5.1");
	assert_says(info, "SHA-256 agrees");
	probe_no(&esp_bootloader_format, in);
	probe_refuses_every_prefix(&esp_image_format, in, 304);
	image.ptr[60] ^= 1;
	info = probe_yes(&esp_image_format, out_bytes(&image));
	assert_says(info, "XOR checksum is wrong");
	assert_says(info, "SHA-256 is wrong");
	out_close(&image);
}

static void
esp32_secure_version_shows_rollback_protection(void **state)
{
	struct esp e = { 0, true, 0x3f400020, 3 };
	struct out image = out_open(1 * MIB);

	(void)state;
	put_esp(&image, &e);
	struct format_info info =
	    probe_yes(&esp_image_format, out_bytes(&image));

	assert_int_equal(info.rollback, ANSWER_YES);
	assert_string_equal(info.architecture, "xtensa");
	out_close(&image);
}

static void
esp32_image_in_ram_alone_is_a_boot_loader(void **state)
{
	struct esp e = { 0, false, 0x40080000, 0 };
	struct out image = out_open(1 * MIB);

	(void)state;
	put_esp(&image, &e);
	struct bytes in = out_bytes(&image);
	struct format_info info = probe_yes(&esp_bootloader_format, in);

	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	probe_no(&esp_image_format, in);
	probe_refuses_every_prefix(&esp_bootloader_format, in, 304);
	image.ptr[40] ^= 1; /* nothing else says what it is */
	probe_no(&esp_bootloader_format, out_bytes(&image));
	out_close(&image);
}

static void
esp8266_stub_is_followed_by_the_application(void **state)
{
	struct esp stub = { 0xffff, false, 0x4010f000, 0 };
	struct esp app = { 0xffff, false, 0x40201010, 0 };
	struct out image = out_open(1 * MIB);

	(void)state;
	put_esp(&image, &stub);
	image.ptr[4] = 0;
	image.ptr[5] = 0xf0; /* entry 0x4010f000 */
	image_put_fill(&image, 0xff, 0x1000 - image.len);
	struct out second = out_open(1 * MIB);

	put_esp(&second, &app);
	out_put(&image, out_bytes(&second));
	struct format_info info =
	    probe_yes(&esp_image_format, out_bytes(&image));

	assert_int_equal(info.size, image.len);
	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_says(info, "ESP8266, 1 segment, XOR checksum agrees");
	out_close(&second);
	out_close(&image);
}

static void
put_number(struct out *o, const BIGNUM *n, int len)
{
	uint8_t bytes[512];

	assert_int_equal(BN_bn2lebinpad(n, bytes, len), len);
	out_put(o, (struct bytes){ bytes, (size_t)len });
}

/* The sector of Secure Boot V2 for what is in `o`. */
static void
put_signature(struct out *o, EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	uint8_t digest[HASH_MAX_LEN];
	uint8_t signature[384];
	size_t len = sizeof(signature);
	BIGNUM *n = NULL;
	BIGNUM *e = NULL;
	size_t start = o->len;

	assert_int_equal(hash_of(HASH_SHA256, out_bytes(o), digest), ERR_OK);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, signature, &len, digest, 32), 1);
	assert_int_equal(
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	assert_int_equal(
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e), 1);
	out_u32le(o, 0x000002e7);
	out_put(o, (struct bytes){ digest, 32 });
	put_number(o, n, 384);
	put_number(o, e, 4);
	image_put_fill(o, 0, 388); /* only the chip needs these */
	for (size_t i = 0; i < len; i++)
		out_u8(o, signature[len - 1 - i]);
	out_u32le(o, crc32_of(bytes_from(out_bytes(o), start)));
	image_put_fill(o, 0, 16);
	image_put_fill(o, 0xff, start + 4096 - o->len);
	BN_free(n);
	BN_free(e);
	EVP_PKEY_CTX_free(ctx);
}

static void
esp32_signature_is_verified_against_the_image(void **state)
{
	struct esp e = { 0, false, 0x40080000, 0 };
	struct out image = out_open(1 * MIB);
	EVP_PKEY *key = EVP_RSA_gen(3072);

	(void)state;
	assert_non_null(key);
	put_esp(&image, &e);
	image_put_fill(&image, 0xff, 4096 - image.len);
	put_signature(&image, key);
	struct format_info info =
	    probe_yes(&esp_bootloader_format, out_bytes(&image));

	assert_int_equal(info.size, 8192);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_says(info, "Secure Boot V2 RSA-PSS 3072 verifies, key ");
	info = probe_yes(
	    &esp_signature_format, bytes_from(out_bytes(&image), 4096));
	assert_int_equal(info.size, 4096);
	assert_int_equal(info.authenticity, AUTHENTICITY_UNKNOWN);
	image.ptr[4000] = 0; /* padding is signed, too */
	info = probe_yes(&esp_bootloader_format, out_bytes(&image));
	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_says(info, "does not verify");
	image.ptr[4096 + 1196] ^= 1; /* the block's CRC */
	probe_no(&esp_signature_format, bytes_from(out_bytes(&image), 4096));
	EVP_PKEY_free(key);
	out_close(&image);
}

static void
put_tlv(struct out *o, uint16_t type, const void *value, uint16_t len)
{
	put_u16le(o, type);
	put_u16le(o, len);
	out_put(o, (struct bytes){ value, len });
}

/* Header 32, "payload", a security counter of 5, hash, key hash, signature. */
static void
put_mcuboot(struct out *o)
{
	static const uint8_t counter[4] = { 5 };
	uint8_t some[64] = { 0 };
	uint8_t digest[HASH_MAX_LEN];

	out_u32le(o, 0x96f3b83d);
	out_u32le(o, 0);
	put_u16le(o, 32);
	put_u16le(o, 12);
	out_u32le(o, 7);
	out_u32le(o, 0);
	out_u32le(o, 0x00030201);
	out_u32le(o, 4);
	out_u32le(o, 0);
	out_text(o, "payload");
	put_u16le(o, 0x6908);
	put_u16le(o, 12);
	put_tlv(o, 0x50, counter, 4);
	assert_int_equal(hash_of(HASH_SHA256, out_bytes(o), digest), ERR_OK);
	put_u16le(o, 0x6907);
	put_u16le(o, 4 + 36 + 36 + 68);
	put_tlv(o, 0x10, digest, 32);
	put_tlv(o, 0x01, some, 32);
	put_tlv(o, 0x22, some, 64);
}

static void
mcuboot_records_are_read_and_the_hash_checked(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	put_mcuboot(&image);
	size_t len = image.len;

	out_text(&image, "behind");
	struct format_info info = probe_yes(&mcuboot_format, out_bytes(&image));

	assert_int_equal(info.size, len);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_int_equal(info.rollback, ANSWER_YES);
	assert_int_equal(info.encrypted, ANSWER_NO);
	assert_says(info, "version 1.2.3+4, hash agrees");
	assert_says(info, "security counter 5");
	assert_says(info, "ECDSA signature, key 0000");
	assert_nodes(&mcuboot_format, out_bytes(&image), "payload|");
	image.ptr[34] ^= 1;
	info = probe_yes(&mcuboot_format, out_bytes(&image));
	assert_says(info, "hash is wrong");
	image.ptr[len - 36 - 36 - 68] ^= 1; /* it_magic low byte */
	image.ptr[51] ^= 0xff;
	probe_no(&mcuboot_format, out_bytes(&image));
	out_close(&image);
}

static void
mcuboot_without_its_end_vouches_for_nothing(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	put_mcuboot(&image);
	probe_refuses_every_prefix(&mcuboot_format, out_bytes(&image), 32);
	struct format_info info =
	    probe_yes(&mcuboot_format, bytes_slice(out_bytes(&image), 0, 36));

	assert_int_equal(info.authenticity, AUTHENTICITY_UNKNOWN);
	assert_says(info, "cut short");
	out_close(&image);
}

static void
put_gbl(struct out *o, uint32_t type, bool is_signed)
{
	out_u32le(o, 0x03a617eb);
	out_u32le(o, 8);
	out_u32le(o, 0x03000000);
	out_u32le(o, type);
	out_u32le(o, 0xfd0303fd);
	out_u32le(o, 4 + 7);
	out_u32le(o, 0x4000);
	out_text(o, "program");
	if (is_signed) {
		out_u32le(o, 0xf70a0af7);
		out_u32le(o, 64);
		image_put_fill(o, 1, 64);
	}
	out_u32le(o, 0xfc0404fc);
	out_u32le(o, 4);
	out_u32le(o, crc32_of(out_bytes(o)));
}

static void
gbl_says_what_vouches_for_it(void **state)
{
	struct out plain = out_open(1 * MIB);
	struct out locked = out_open(1 * MIB);

	(void)state;
	put_gbl(&plain, 0, false);
	struct format_info info = probe_yes(&gbl_format, out_bytes(&plain));

	assert_int_equal(info.size, plain.len);
	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_int_equal(info.encrypted, ANSWER_NO);
	assert_says(info, "CRC agrees");
	assert_nodes(&gbl_format, out_bytes(&plain), "program|");
	plain.ptr[30] ^= 1;
	info = probe_yes(&gbl_format, out_bytes(&plain));
	assert_says(info, "CRC is wrong");
	probe_refuses_every_prefix(&gbl_format, out_bytes(&plain), 16);
	put_gbl(&locked, 0x101, true);
	info = probe_yes(&gbl_format, out_bytes(&locked));
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_int_equal(info.encrypted, ANSWER_YES);
	info = probe_yes(&gbl_format, bytes_slice(out_bytes(&locked), 0, 60));
	assert_int_equal(info.authenticity, AUTHENTICITY_UNKNOWN);
	out_close(&plain);
	out_close(&locked);
}

static void
ebl_needs_its_crc(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	out_u32be(&image, 0x0000008c);
	image_put_fill(&image, 3, 0x8c);
	out_u32be(&image, 0xfd030009);
	out_u32be(&image, 0x4000);
	out_text(&image, "image");
	out_u32be(&image, 0xfc040004);
	out_u32le(&image, crc32_of(out_bytes(&image)));
	struct format_info info = probe_yes(&ebl_format, out_bytes(&image));

	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_nodes(&ebl_format, out_bytes(&image), "image|");
	probe_refuses_every_prefix(&ebl_format, out_bytes(&image), image.len);
	image.ptr[20] ^= 1;
	probe_no(&ebl_format, out_bytes(&image));
	out_close(&image);
}

static void
put_suffix(struct out *o, size_t from)
{
	put_u16le(o, 0);
	put_u16le(o, 0x000c);
	put_u16le(o, 0x1fc9);
	put_u16le(o, 0x0100);
	out_text(o, "UFD");
	out_u8(o, 16);
	out_u32le(o, ~crc32_of(bytes_from(out_bytes(o), from)));
}

static void
dfu_crc_may_leave_out_the_lpc_prefix(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	out_u8(&image, 0xda);
	out_u8(&image, 0xff);
	put_u16le(&image, 1);
	image_put_fill(&image, 0xff, 12);
	out_text(&image, "firmware");
	put_suffix(&image, 16);
	struct format_info info = probe_yes(&dfu_format, out_bytes(&image));

	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_says(info, "vendor 1fc9, product 000c");
	assert_says(info, "CRC agrees, without the LPC prefix");
	assert_nodes(&dfu_format, out_bytes(&image), "firmware|");
	image.ptr[20] ^= 1;
	info = probe_yes(&dfu_format, out_bytes(&image));
	assert_says(info, "CRC is wrong");
	probe_refuses_every_prefix(&dfu_format, out_bytes(&image), image.len);
	out_close(&image);
}

static void
dfuse_elements_are_its_payloads(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	out_text(&image, "DfuSe\x01");
	out_u32le(&image, 0);
	out_u8(&image, 1);
	out_text(&image, "Target");
	image_put_fill(&image, 0, 1 + 4 + 255 + 4);
	out_u32le(&image, 2);
	out_u32le(&image, 0x08000000);
	out_u32le(&image, 5);
	out_text(&image, "first");
	out_u32le(&image, 0x08010000);
	out_u32le(&image, 3);
	out_text(&image, "two");
	put_suffix(&image, 0);
	struct format_info info = probe_yes(&dfu_format, out_bytes(&image));

	assert_says(info, "DfuSe");
	assert_says(info, "CRC agrees");
	assert_nodes(&dfu_format, out_bytes(&image), "first|two|");
	out_close(&image);
}

/* The chunks of an image as "format@at=authenticity ". */
static void
assert_layout(struct bytes in, const char *wanted)
{
	struct budget budget = { .limit = 1 * MIB };
	struct out all = out_open(1 * MIB);
	struct unpack_event event;
	struct unpack *u;

	assert_int_equal(unpack_open(in, &budget, &u), ERR_OK);
	while (unpack_next(u, &event) == ERR_OK) {
		if (event.kind != UNPACK_CHUNK || event.chunk.nested)
			continue;
		out_text(&all, event.chunk.format);
		out_text(&all, "@");
		out_decimal(&all, event.chunk.at);
		out_text(&all, "=");
		out_decimal(&all, event.chunk.info.authenticity);
		out_text(&all, " ");
	}
	unpack_close(u);
	out_u8(&all, 0);
	assert_string_equal((const char *)all.ptr, wanted);
	out_close(&all);
}

static void
dfu_suffix_says_what_it_is_behind_the_image(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	out_text(&image, "firmware");
	put_suffix(&image, 0);
	assert_layout(out_bytes(&image), "raw@0=0 dfu@8=2 ");
	out_close(&image);
}

static void
esp32_flash_shows_boot_loader_and_application(void **state)
{
	struct esp loader = { 0, false, 0x40080000, 0 };
	struct esp app = { 0, true, 0x3f400020, 0 };
	struct out image = out_open(1 * MIB);
	struct out part = out_open(1 * MIB);

	(void)state;
	image_put_fill(&image, 0xff, 4096);
	put_esp(&part, &loader);
	part.ptr[8] = 0xee; /* wp_pin; the digest does not agree then */
	out_put(&image, out_bytes(&part));
	image_put_fill(&image, 0xff, 8192 - image.len);
	out_close(&part);
	part = out_open(1 * MIB);
	put_esp(&part, &app);
	out_put(&image, out_bytes(&part));
	assert_layout(out_bytes(&image),
	    "padding@0=0 raw@4128=0 esp-bootloader@4096=3 "
	    "esp-bootloader@4384=0 padding@4432=0 raw@8224=0 "
	    "padding@8340=0 esp-image@8192=3 esp-image@8480=0 ");
	out_close(&part);
	out_close(&image);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(esp32_application_tells_project_and_version),
		cmocka_unit_test(
		    esp32_secure_version_shows_rollback_protection),
		cmocka_unit_test(esp32_image_in_ram_alone_is_a_boot_loader),
		cmocka_unit_test(esp8266_stub_is_followed_by_the_application),
		cmocka_unit_test(esp32_signature_is_verified_against_the_image),
		cmocka_unit_test(mcuboot_records_are_read_and_the_hash_checked),
		cmocka_unit_test(mcuboot_without_its_end_vouches_for_nothing),
		cmocka_unit_test(gbl_says_what_vouches_for_it),
		cmocka_unit_test(ebl_needs_its_crc),
		cmocka_unit_test(dfu_crc_may_leave_out_the_lpc_prefix),
		cmocka_unit_test(dfuse_elements_are_its_payloads),
		cmocka_unit_test(dfu_suffix_says_what_it_is_behind_the_image),
		cmocka_unit_test(esp32_flash_shows_boot_loader_and_application),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
