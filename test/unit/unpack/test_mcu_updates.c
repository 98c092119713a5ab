/* SPDX-License-Identifier: ISC */
/* Zigbee, Matter, RAUC, Raspberry Pi and Nordic: containers of updates. */
#include "codec/crc.h"
#include "crypto/hash.h"
#include "image.h"
#include "mcu_probe.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

static void
put_u16le(struct out *o, uint16_t value)
{
	out_u8(o, (uint8_t)value);
	out_u8(o, (uint8_t)(value >> 8));
}

static void
put_element(struct out *o, uint16_t tag, struct bytes content)
{
	put_u16le(o, tag);
	out_u32le(o, (uint32_t)content.len);
	out_put(o, content);
}

/* With hardware versions when `fields` is 4; total is set by end_zigbee(). */
static void
begin_zigbee(struct out *o, uint16_t fields)
{
	uint16_t len = fields == 4 ? 60 : 56;

	out_u32le(o, 0x0beef11e);
	put_u16le(o, 0x0100);
	put_u16le(o, len);
	put_u16le(o, fields);
	put_u16le(o, 0x1209);
	put_u16le(o, 0x3007);
	out_u32le(o, 0x01020304);
	put_u16le(o, 2);
	out_text(o, "lamp");
	image_put_fill(o, 0, 52 - o->len);
	out_u32le(o, 0);
	image_put_fill(o, 0, len - o->len);
}

static void
end_zigbee(struct out *o, size_t more)
{
	size_t total = o->len + more;

	o->ptr[52] = (uint8_t)total;
	o->ptr[53] = (uint8_t)(total >> 8);
}

static void
aes_mmo_gives_the_digest_of_the_specification(void **state)
{
	/* ZigBee specification 05-3474, annex C.5.1: one byte C0. */
	static const uint8_t wanted[16] = { 0xae, 0x3a, 0x10, 0x2a, 0x28, 0xd4,
		0x3e, 0xe0, 0xd4, 0xa0, 0x9e, 0x22, 0x78, 0x8b, 0x20, 0x6c };
	uint8_t digest[16];

	(void)state;
	assert_true(digest_aes_mmo(BYTES("\xc0"), digest));
	assert_memory_equal(digest, wanted, 16);
}

static void
zigbee_hash_is_computed_anew(void **state)
{
	struct out image = out_open(1 * MIB);
	uint8_t digest[16];

	(void)state;
	begin_zigbee(&image, 4);
	put_element(&image, 0, BYTES("a plain image"));
	end_zigbee(&image, 22);
	assert_true(digest_aes_mmo(out_bytes(&image), digest));
	put_element(&image, 3, (struct bytes){ digest, 16 });
	struct format_info info = probe_yes(&zigbee_format, out_bytes(&image));

	assert_int_equal(info.size, image.len);
	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_int_equal(info.encrypted, ANSWER_NO);
	assert_says(info, "maker 0x1209 type 0x3007 version 0x01020304");
	assert_says(info, "AES-MMO hash agrees");
	assert_nodes(&zigbee_format, out_bytes(&image), "a plain image|");
	probe_refuses_every_prefix(&zigbee_format, out_bytes(&image), 60);
	image.ptr[70] ^= 1;
	info = probe_yes(&zigbee_format, out_bytes(&image));
	assert_says(info, "AES-MMO hash is wrong");
	image.ptr[6] = 56; /* too short for its field control */
	probe_no(&zigbee_format, out_bytes(&image));
	out_close(&image);
}

static void
zigbee_tells_signed_from_vendor_and_from_nothing(void **state)
{
	static const struct {
		uint16_t tag;
		enum authenticity authenticity;
	} cases[] = {
		{ 0x0001, AUTHENTICITY_SIGNED },
		{ 0x0004, AUTHENTICITY_NONE },	  /* a picture */
		{ 0xffbf, AUTHENTICITY_UNKNOWN }, /* a maker's own */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out image = out_open(1 * MIB);

		begin_zigbee(&image, 0);
		put_element(&image, 0, BYTES("image"));
		put_element(&image, cases[i].tag, BYTES("12345678"));
		end_zigbee(&image, 0);
		struct format_info info =
		    probe_yes(&zigbee_format, out_bytes(&image));

		assert_int_equal(info.authenticity, cases[i].authenticity);
		assert_int_equal(info.may_be_signed, cases[i].tag == 0xffbf);
		out_close(&image);
	}
}

static void
ngis_shows_the_file_inside(void **state)
{
	struct out file = out_open(1 * MIB);
	struct out image = out_open(1 * MIB);

	(void)state;
	begin_zigbee(&file, 0);
	put_element(&file, 0, BYTES("image"));
	end_zigbee(&file, 0);
	out_text(&image, "NGIS");
	image_put_fill(&image, 0, 12);
	out_u32le(&image, 40);
	out_u32le(&image, (uint32_t)file.len);
	image_put_fill(&image, 0, 16);
	out_put(&image, out_bytes(&file));
	out_text(&image, "signature");
	struct format_info info = probe_yes(&ngis_format, out_bytes(&image));

	assert_int_equal(info.size, image.len);
	assert_int_equal(info.authenticity, AUTHENTICITY_UNKNOWN);
	image.ptr[16] = 41;
	probe_no(&ngis_format, out_bytes(&image));
	out_close(&file);
	out_close(&image);
}

static void
put_matter(struct out *o, struct bytes payload)
{
	struct bytes head =
	    BYTES("\x15\x25\x00\xf1\xff\x25\x01\x01\x80\x26\x02\x05"
		  "\x00\x00\x00\x2c\x03\x03"
		  "1.5"
		  "\x24\x04");
	uint8_t digest[HASH_MAX_LEN];
	size_t len = head.len + 1 + 3 + 3 + 32 + 1;

	assert_int_equal(hash_of(HASH_SHA256, payload, digest), ERR_OK);
	out_u32le(o, 0x1beef11e);
	out_u32le(o, (uint32_t)(16 + len + payload.len));
	out_u32le(o, 0);
	out_u32le(o, (uint32_t)len);
	out_put(o, head);
	out_u8(o, (uint8_t)payload.len);
	out_put(o, BYTES("\x24\x08\x01\x30\x09\x20"));
	out_put(o, (struct bytes){ digest, 32 });
	out_u8(o, 0x18);
	out_put(o, payload);
}

static void
matter_digest_is_computed_anew(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	put_matter(&image, BYTES("payload"));
	struct format_info info = probe_yes(&matter_format, out_bytes(&image));

	assert_int_equal(info.size, image.len);
	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_says(info, "vendor 0xfff1, product 0x8001, version 5 \"1.5\"");
	assert_says(info, "digest agrees");
	assert_nodes(&matter_format, out_bytes(&image), "payload|");
	probe_refuses_every_prefix(
	    &matter_format, out_bytes(&image), image.len - 7);
	image.ptr[image.len - 1] ^= 1;
	info = probe_yes(&matter_format, out_bytes(&image));
	assert_says(info, "digest is wrong");
	image.ptr[4]++; /* TotalSize */
	probe_no(&matter_format, out_bytes(&image));
	out_close(&image);
}

static X509 *
make_certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();

	assert_non_null(x);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 3600));
	assert_int_equal(X509_set_pubkey(x, key), 1);
	assert_int_equal(
	    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN",
		MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0),
	    1);
	assert_int_equal(X509_set_issuer_name(x, X509_get_subject_name(x)), 1);
	assert_int_not_equal(X509_sign(x, key, EVP_sha256()), 0);
	return x;
}

static void
put_u64be(struct out *o, size_t value)
{
	out_u32be(o, 0);
	out_u32be(o, (uint32_t)value);
}

/* `data`, the signature over `text` (or detached over `data`), its size. */
static void
put_bundle(struct out *o, struct bytes data, const char *text)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = make_certificate(key);
	struct bytes covered = text != NULL ? bytes_of(text) : data;
	BIO *bio = BIO_new_mem_buf(covered.ptr, (int)covered.len);
	CMS_ContentInfo *cms = CMS_sign(certificate, key, NULL, bio,
	    CMS_BINARY | (text == NULL ? CMS_DETACHED : 0U));
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);

	assert_true(len > 0);
	out_put(o, data);
	out_put(o, (struct bytes){ der, (size_t)len });
	put_u64be(o, (size_t)len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void
rauc_plain_bundle_is_verified_over_its_data(void **state)
{
	struct out bundle = out_open(1 * MIB);

	(void)state;
	put_bundle(&bundle, BYTES("squashfs"), NULL);
	struct format_info info = probe_yes(&rauc_format, out_bytes(&bundle));

	assert_int_equal(info.size, bundle.len);
	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_says(info, "CMS verifies, key ");
	assert_nodes(&rauc_format, out_bytes(&bundle), "squashfs|");
	bundle.ptr[0] ^= 1;
	info = probe_yes(&rauc_format, out_bytes(&bundle));
	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
	assert_says(info, "CMS does not verify");
	probe_refuses_every_prefix(
	    &rauc_format, out_bytes(&bundle), bundle.len);
	out_close(&bundle);
}

/* One block of data: the root is its hash with the salt before it. */
static void
rauc_verity_bundle_is_verified_over_its_tree(void **state)
{
	struct out data = out_open(1 * MIB);
	struct out text = out_open(1 * MIB);
	struct out bundle = out_open(1 * MIB);
	uint8_t digest[HASH_MAX_LEN];

	(void)state;
	out_text(&data, "salt");
	image_put_fill(&data, 'x', 4096);
	assert_int_equal(
	    hash_of(HASH_SHA256, out_bytes(&data), digest), ERR_OK);
	out_text(&text, "[update]\nversion=1.0\n[bundle]\nverity-hash=");
	out_hex_bytes(&text, (struct bytes){ digest, 32 });
	out_text(&text, "\nverity-salt=73616c74\nverity-size=4096\n");
	out_u8(&text, 0);
	image_put_fill(&data, 't', 4096); /* where the tree would be */
	put_bundle(
	    &bundle, bytes_from(out_bytes(&data), 4), (const char *)text.ptr);
	struct format_info info = probe_yes(&rauc_format, out_bytes(&bundle));

	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_says(info,
	    "verity, version \"1.0\", CMS verifies, hash tree "
	    "agrees");
	bundle.ptr[9] ^= 1;
	info = probe_yes(&rauc_format, out_bytes(&bundle));
	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
	assert_says(info, "hash tree is wrong");
	out_close(&data);
	out_close(&text);
	out_close(&bundle);
}

static void
put_section(struct out *o, uint32_t magic, const char *name, struct bytes in)
{
	size_t start = o->len;
	size_t head = name != NULL ? 16 : 0;

	out_u32be(o, magic);
	out_u32be(o, (uint32_t)(head + in.len));
	if (name != NULL) {
		out_text(o, name);
		image_put_fill(o, 0, start + 24 - o->len);
	}
	out_put(o, in);
	image_put_fill(o, 0xff, (8 - o->len % 8) % 8);
}

static void
rpi_eeprom_gives_its_files_and_checks_the_hash(void **state)
{
	struct out image = out_open(1 * MIB);
	struct out text = out_open(1 * MIB);
	uint8_t digest[HASH_MAX_LEN];

	(void)state;
	assert_int_equal(
	    hash_of(HASH_SHA256, BYTES("BOOT_UART=1"), digest), ERR_OK);
	out_hex_bytes(&text, (struct bytes){ digest, 32 });
	out_text(&text, "\nts: 1\n");
	put_section(&image, 0x55aaf00f, NULL, BYTES("c\0VERSION:12345678"));
	put_section(&image, 0x55aafeef, NULL, BYTES("\xff\xff"));
	put_section(&image, 0x55aaf11f, "bootconf.sig", out_bytes(&text));
	put_section(&image, 0x55aaf11f, "bootconf.txt", BYTES("BOOT_UART=1"));
	struct format_info info =
	    probe_yes(&rpi_eeprom_format, out_bytes(&image));

	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_says(info, "boot code 12345678");
	assert_says(info, "hash of bootconf.txt agrees");
	probe_refuses_every_prefix(&rpi_eeprom_format, out_bytes(&image), 60);
	image.ptr[image.len - 8] ^= 1;
	info = probe_yes(&rpi_eeprom_format, out_bytes(&image));
	assert_says(info, "hash of bootconf.txt is wrong");
	out_close(&text);
	out_close(&image);
}

/* A zip of stored members. */
struct zip {
	struct out file, directory;
	uint16_t count;
};

static void
zip_add(struct zip *z, const char *name, struct bytes content)
{
	struct out head = out_open(64);

	put_u16le(&head, 20);
	put_u16le(&head, 0);
	put_u16le(&head, 0);
	out_u32le(&head, 0);
	out_u32le(&head, crc32_of(content));
	out_u32le(&head, (uint32_t)content.len);
	out_u32le(&head, (uint32_t)content.len);
	put_u16le(&head, (uint16_t)strlen(name));
	put_u16le(&head, 0);
	out_u32le(&z->directory, 0x02014b50);
	put_u16le(&z->directory, 20);
	out_put(&z->directory, out_bytes(&head));
	image_put_fill(&z->directory, 0, 10);
	out_u32le(&z->directory, (uint32_t)z->file.len);
	out_text(&z->directory, name);
	out_u32le(&z->file, 0x04034b50);
	out_put(&z->file, out_bytes(&head));
	out_text(&z->file, name);
	out_put(&z->file, content);
	z->count++;
	out_close(&head);
}

static struct bytes
zip_end(struct zip *z)
{
	size_t at = z->file.len;

	out_put(&z->file, out_bytes(&z->directory));
	out_u32le(&z->file, 0x06054b50);
	out_u32le(&z->file, 0);
	put_u16le(&z->file, z->count);
	put_u16le(&z->file, z->count);
	out_u32le(&z->file, (uint32_t)z->directory.len);
	out_u32le(&z->file, (uint32_t)at);
	put_u16le(&z->file, 0);
	return out_bytes(&z->file);
}

static void
put_field(struct out *o, uint8_t number, struct bytes content)
{
	assert_true(content.len < 128); /* one byte of length */
	out_u8(o, (uint8_t)(number << 3 | 2));
	out_u8(o, (uint8_t)content.len);
	out_put(o, content);
}

/* Command { op_code = 1, init { hash { type = 3, hash } } } */
static struct out
make_command(void)
{
	struct out hash = out_open(KIB);
	struct out init = out_open(KIB);
	struct out command = out_open(KIB);
	uint8_t digest[HASH_MAX_LEN];
	uint8_t reversed[32];

	assert_int_equal(
	    hash_of(HASH_SHA256, BYTES("123456789"), digest), ERR_OK);
	(void)reverse_bytes(
	    (struct bytes){ digest, 32 }, reversed, sizeof(reversed));
	out_put(&hash, BYTES("\x08\x03"));
	put_field(&hash, 2, (struct bytes){ reversed, 32 });
	put_field(&init, 8, out_bytes(&hash));
	out_put(&command, BYTES("\x08\x01"));
	put_field(&command, 2, out_bytes(&init));
	out_close(&hash);
	out_close(&init);
	return command;
}

static void
assert_package(
    struct bytes packet, enum authenticity authenticity, const char *says)
{
	struct zip z = { out_open(1 * MIB), out_open(1 * MIB), 0 };

	zip_add(&z, "manifest.json", BYTES("{\"manifest\": {}}"));
	zip_add(&z, "app.dat", packet);
	zip_add(&z, "app.bin", BYTES("123456789"));
	struct format_info info = probe_yes(&nordic_format, zip_end(&z));

	assert_int_equal(info.authenticity, authenticity);
	assert_says(info, says);
	out_close(&z.file);
	out_close(&z.directory);
}

static void
nordic_legacy_packet_is_a_crc(void **state)
{
	/* CRC-16/CCITT-FALSE of "123456789" is 29b1 */
	static const char right[] = "\x52\x00\x01\x00\xff\xff\xff\xff"
				    "\x01\x00\xfe\xff\xb1\x29";

	(void)state;
	assert_package((struct bytes){ (const uint8_t *)right, 14 },
	    AUTHENTICITY_CRC, "CRC-16 0x29b1 agrees");
	assert_package(BYTES("\x52\x00\x01\x00\xff\xff\xff\xff"
			     "\x00\x00\x00\x00"),
	    AUTHENTICITY_CRC, "CRC-16 0x0000 is wrong");
	assert_package(
	    BYTES("neither"), AUTHENTICITY_UNKNOWN, "unknown init packet");
}

static void
nordic_secure_packet_is_signed(void **state)
{
	struct out command = make_command();
	struct out both = out_open(KIB);
	struct out packet = out_open(KIB);
	struct out plain = out_open(KIB);
	uint8_t signature[64] = { 1 };

	(void)state;
	put_field(&plain, 1, out_bytes(&command));
	assert_package(out_bytes(&plain), AUTHENTICITY_HASH,
	    "unsigned init packet, image hash agrees");
	put_field(&both, 1, out_bytes(&command));
	out_put(&both, BYTES("\x10\x00"));
	put_field(&both, 3, (struct bytes){ signature, 64 });
	out_u8(&packet, 0x12);
	out_u8(&packet, (uint8_t)(0x80 | (both.len & 0x7f)));
	out_u8(&packet, (uint8_t)(both.len >> 7));
	out_put(&packet, out_bytes(&both));
	assert_package(
	    out_bytes(&packet), AUTHENTICITY_SIGNED, "image hash agrees");
	out_close(&command);
	out_close(&both);
	out_close(&packet);
	out_close(&plain);
}

static void
nordic_needs_manifest_and_packet(void **state)
{
	struct zip z = { out_open(1 * MIB), out_open(1 * MIB), 0 };

	(void)state;
	zip_add(&z, "manifest.json", BYTES("{}"));
	zip_add(&z, "app.dat", BYTES("x"));
	zip_add(&z, "app.bin", BYTES("123456789"));
	probe_no(&nordic_format, zip_end(&z));
	out_close(&z.file);
	out_close(&z.directory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aes_mmo_gives_the_digest_of_the_specification),
		cmocka_unit_test(zigbee_hash_is_computed_anew),
		cmocka_unit_test(
		    zigbee_tells_signed_from_vendor_and_from_nothing),
		cmocka_unit_test(ngis_shows_the_file_inside),
		cmocka_unit_test(matter_digest_is_computed_anew),
		cmocka_unit_test(rauc_plain_bundle_is_verified_over_its_data),
		cmocka_unit_test(rauc_verity_bundle_is_verified_over_its_tree),
		cmocka_unit_test(
		    rpi_eeprom_gives_its_files_and_checks_the_hash),
		cmocka_unit_test(nordic_legacy_packet_is_a_crc),
		cmocka_unit_test(nordic_secure_packet_is_signed),
		cmocka_unit_test(nordic_needs_manifest_and_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
