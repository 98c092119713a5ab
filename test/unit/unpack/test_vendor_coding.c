/* SPDX-License-Identifier: ISC */
/* Vendor images that are encrypted, obfuscated or in disguise. */
#include "unpack/vendor.h"

#include "vendor_image.h"

#include "image.h"

#include <lzma.h>
#include <openssl/evp.h>

#define PAYLOAD "what the header is in front of!!"
#define PAYLOAD_LEN (sizeof(PAYLOAD) - 1)
#define OTHER "0123456789abcdef"
#define OTHER_LEN (sizeof(OTHER) - 1)

/* AES-CBC without padding, in place. */
static void
encrypt(size_t at, size_t len, struct bytes key, const void *iv)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t out[4096];
	int made;

	assert_non_null(ctx);
	assert_true(len <= sizeof(out));
	assert_int_equal(
	    EVP_EncryptInit_ex(ctx,
		key.len == 32 ? EVP_aes_256_cbc() : EVP_aes_128_cbc(), NULL,
		key.ptr, iv),
	    1);
	assert_int_equal(EVP_CIPHER_CTX_set_padding(ctx, 0), 1);
	assert_int_equal(
	    EVP_EncryptUpdate(ctx, out, &made, image.byte + at, (int)len), 1);
	assert_int_equal(made, len);
	put(at, out, len);
	EVP_CIPHER_CTX_free(ctx);
}

static void
test_dlink_encrypted(void **state)
{
	static const uint8_t key[] = { 0xc0, 0x5f, 0xbf, 0x19, 0x36, 0xc9, 0x94,
		0x29, 0xce, 0x2a, 0x07, 0x81, 0xf0, 0x8d, 0x6a, 0xd8 };

	(void)state;
	begin(0x6dc + PAYLOAD_LEN);
	put_text(0, "SHRS");
	put_be(4, PAYLOAD_LEN);
	put_be(8, PAYLOAD_LEN);
	put_text(12, "initial value 16");
	put_text(0x6dc, PAYLOAD);
	encrypt(0x6dc, PAYLOAD_LEN, (struct bytes){ key, sizeof(key) },
	    "initial value 16");
	put_hash(156, HASH_SHA512, bytes_from(built(), 0x6dc));
	memset(image.byte + 732, 0x44, 1024);
	struct format_info info =
	    assert_is(&dlink_format, "published key, SHA-512 agrees",
		PAYLOAD "|", 0x6dc + PAYLOAD_LEN / 2);

	assert_int_equal(info.authenticity, AUTHENTICITY_SIGNED);
	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&dlink_format, 0, 5);

	begin(16 + 0x20000 + PAYLOAD_LEN);
	put_text(0, "encrpted_img");
	put_be(12, (uint32_t)image.len - 16);
	for (size_t at = 16; at < image.len; at += 4096) {
		size_t len = image.len - at < 4096 ? image.len - at : 4096;
		/* one chain within a block, a new one with the next */
		const void *iv = at == 16 || at == 16 + 0x20000
		    ? (const void *)"J%1iQl8$=lm-;8AE"
		    : (const void *)(image.byte + at - 16);

		memset(image.byte + at, 'a', len);
		encrypt(at, len, BYTES("he9-4+M!)d6=m~we1,q2a3d1n&2*Z^%8"), iv);
	}
	char *plain = calloc(1, image.len);

	assert_non_null(plain);
	memset(plain, 'a', image.len - 16);
	plain[image.len - 16] = '|';
	plain[image.len - 15] = 0;
	info = assert_is(&dlink_format, "encrpted_img", plain, 16);
	free(plain);
	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&dlink_format, 0, 11, 12);
}

static void
mix(const char *name, const char *seed, uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] =
		    (uint8_t)(seed[i] ^ (char)(i + 1) ^ name[i % strlen(name)]);
}

static void
test_encimg(void **state)
{
	static const char plain[] =
	    "\x5e\xa3\xa4\x17 and so on until the last by";
	uint8_t key[32];
	uint8_t iv[16];

	(void)state;
	/* The first bytes of this board's images are these because their
	   plain text always begins alike: here one is searched for. */
	mix("wrgac25_dlink.2013gui_dir850l", "qQehHMEmEPQ5izL+cabn8bNHZXHjkp6W",
	    key, 32);
	mix("wrgac25_dlink.2013gui_dir850l", "Mmb+IKQgnO8OuF4b", iv, 16);
	begin(0);
	put(0, plain, 32);
	encrypt(0, 32, (struct bytes){ key, 32 }, iv);
	/* Not the known beginning: not one of them. */
	probe_no(&dlink_format, built());

	/* The kind with a header carries its name. */
	begin(160);
	put_text(0, "wapac02a_dlink");
	put(32, "\x21\x03\x08\x20\x21\x03\x08\x20", 8);
	put_be(104, 32);
	put(160, plain, 32);
	mix("wapac02a_dlink", "oVhq0hvXHdfaGFLdubM4/QvuVHdKee7v", key, 32);
	mix("wapac02a_dlink", "0BO5nlYankuVBe4s", iv, 16);
	encrypt(160, 32, (struct bytes){ key, 32 }, iv);
	struct format_info info =
	    assert_is(&wrgg_format, "AES-256-CBC with a published key",
		"\x5e\xa3\xa4\x17 and so on until the last by|", 160);

	assert_int_equal(info.encrypted, ANSWER_YES);
}

/* Alpha's boards whose name does not stand in the image: the names and seeds
   of their boot loaders give what the makers' files begin with. */
static void
test_encimg_without_header(void **state)
{
	static const struct {
		const char *start, *name, *key, *iv;
	} boards[] = {
		{ "\x35\x66\x6f\x68", "wapac25_dlink.2015_dap1665",
		    "EfCHXytwsC6F0zsedwZc+9vDbCjE3ge4", "ggPy917jwESpnfXm" },
		{ "\x68\x01\xcc\xfb", "wapac28_dlink.2015_dap1720",
		    "qBiz6o/1RVQTtJBd3FS7FDbqogE8yoBm", "EfDMqWWxHCOhEqgY" },
		{ "\xdf\x8c\x39\x0d", "wrgac43s_dlink.2015_dir822c1",
		    "KNpsEntCcsep1jdFIs3wnXySKRGNCGmf", "uph587JdKHrtAUlr" },
		{ "\xf5\x2a\xa0\xb4", "wrgac65_dlink.2015_dir842",
		    "xQYoRZeD726UAbRb846kO7TeNw8eZa6u", "zufEbNF3kUafxFiE" },
		{ "\x21\xdd\xda\x00", "wrgac65_dlink.2015_dir842EU",
		    "xQYoRZeD726UAbRb846kO7TeNw8eZa6u", "zufEbNF3kUafxFiE" },
		{ "\xe3\x13\x00\x5b", "wrgac05_dlob.hans_dir850l",
		    "BIuS1CVMEQG+0pUeE99jnR+vLlLd9unr", "f3+odwHhmJL1ceW1" },
		{ "\x0a\x14\xe4\x24", "wrgac25_dlink.2013gui_dir850l",
		    "qQehHMEmEPQ5izL+cabn8bNHZXHjkp6W", "Mmb+IKQgnO8OuF4b" },
		{ "\x4c\x1b\x95\xaf", "wrgac37_dlink.2013gui_dir859",
		    "KY0H9R2PDL3eu1J4uCVd1CK7BJ7vF1kc", "qbStAzIRvWeQHz5U" },
	};
	uint8_t key[32];
	uint8_t iv[16];

	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		size_t meta = (10 + strlen(boards[i].name) + 4) / 4 * 4;

		begin(128);
		put_be(0, 0x5ea3a417);
		put_number(6, (uint32_t)meta, 2, true);
		put_text(12, "signature=");
		put_text(22, boards[i].name);
		mix(boards[i].name, boards[i].key, key, 32);
		mix(boards[i].name, boards[i].iv, iv, 16);
		encrypt(0, 128, (struct bytes){ key, 32 }, iv);
		assert_memory_equal(image.byte, boards[i].start, 4);
		struct format_info info =
		    assert_is(&dlink_format, boards[i].name, NULL, 16);

		assert_int_equal(info.encrypted, ANSWER_YES);
		assert_guarded(&dlink_format, 0, 3, 8);
	}
}

static void
test_netgear_encrypted(void **state)
{
	(void)state;
	begin(532 + PAYLOAD_LEN + 4);
	put_text(0, "WAX206");
	put_text(64, "V1.0.4.0");
	put_text(512, "encrpted_img");
	put_be(524, PAYLOAD_LEN);
	put_be(528, 16);
	put_text(532, PAYLOAD);
	for (size_t at = 532; at < 532 + PAYLOAD_LEN; at += 16)
		encrypt(at, 16, BYTES("he9-4+M!)d6=m~we1,q2a3d1n&2*Z^%8"),
		    "J%1iQl8$=lm-;8AE");
	put_be(532 + PAYLOAD_LEN,
	    crc_reflected(0, bytes_slice(built(), 0, 532 + PAYLOAD_LEN)));
	assert_is(&netgear_encrypted_format,
	    "model \"WAX206\", version \"V1.0.4.0\", CRC agrees", PAYLOAD "|",
	    image.len);
	assert_guarded(&netgear_encrypted_format, 0, 512, 524, 531);
}

static void
test_arcadyan(void **state)
{
	static uint8_t plain[8192];
	uint8_t *packed = image.byte + 4;
	size_t len = 0;
	lzma_options_lzma options;
	lzma_stream stream = LZMA_STREAM_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (uint8_t)('a' + (i * i / 7 + i / 3) % 26);
	begin(0);
	assert_int_equal(lzma_lzma_preset(&options, 6), 0);
	assert_int_equal(lzma_alone_encoder(&stream, &options), LZMA_OK);
	stream.next_in = plain;
	stream.avail_in = sizeof(plain);
	stream.next_out = packed;
	stream.avail_out = sizeof(image.byte) - 4;
	assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	len = 4 + stream.total_out;
	lzma_end(&stream);
	image.len = len;
	assert_true(len > 0x100);
	/* What the maker does: neighbours and nibbles, then blocks. */
	for (size_t i = 4; i < 36; i += 2) {
		unsigned one = image.byte[i];
		unsigned two = image.byte[i + 1];

		image.byte[i] = (uint8_t)(two * 16 + two / 16);
		image.byte[i + 1] = (uint8_t)(one * 16 + one / 16);
	}
	for (size_t i = 0; i < 32; i++) {
		uint8_t byte = image.byte[4 + i];

		image.byte[4 + i] = image.byte[0x68 + i];
		image.byte[0x68 + i] = byte;
	}
	assert_memory_equal(image.byte + 0x68, "\x00\xd5\x08\x00", 4);
	static char text[sizeof(plain) + 2];

	memcpy(text, plain, sizeof(plain));
	memcpy(text + sizeof(plain), "|", 2);
	assert_is(&arcadyan_format, "obfuscated LZMA", text, 0x100);
	assert_guarded(&arcadyan_format, 0x68, 0x6b, 0x74);
}

/* RC4 over all of it, as everybody knows it. */
static void
rc4(size_t at, size_t len, uint8_t seed)
{
	uint8_t key[] = "?Buffalo";
	unsigned s[256];
	unsigned i = 0;
	unsigned j = 0;

	key[0] = seed;
	for (unsigned k = 0; k < 256; k++)
		s[k] = k;
	for (unsigned k = 0; k < 256; k++) {
		unsigned old = s[k];

		j = (j + old + key[k % 8]) % 256;
		s[k] = s[j];
		s[j] = old;
	}
	j = 0;
	for (size_t k = 0; k < len; k++) {
		i = (i + 1) % 256;
		j = (j + s[i]) % 256;
		unsigned old = s[i];

		s[i] = s[j];
		s[j] = old;
		image.byte[at + k] ^= (uint8_t)s[(s[i] + s[j]) % 256];
	}
}

static void
test_buffalo(void **state)
{
	uint32_t sum = PAYLOAD_LEN;

	(void)state;
	begin(0);
	put(0, "start\0", 6);
	image.byte[6] = 0x41;
	put_be(7, 14);
	put(11, "WZR-HP-G300NH", 14);
	put_be(25, 5);
	put(29, "1.99", 5);
	put_be(34, PAYLOAD_LEN);
	put_text(38, PAYLOAD);
	rc4(11, 14, 0x41);
	rc4(29, 5, image.byte[11]);
	rc4(38, PAYLOAD_LEN, image.byte[29]);
	for (size_t i = 0; i < PAYLOAD_LEN; i++)
		sum = crc_reflected(sum, bytes_slice(BYTES(PAYLOAD), i, 1));
	put_be(38 + PAYLOAD_LEN, sum);
	struct format_info info = assert_is(&buffalo_format,
	    "RC4 with a published key, product \"WZR-HP-G300NH\", version "
	    "\"1.99\"",
	    PAYLOAD "|", image.len);

	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&buffalo_format, 0, 5, 7, 25, 34, 35);
}

/* A member with a name and the end of a zip. */
static void
put_zip(const char *first, const char *directory, const char *end)
{
	begin(0);
	put(0, first, 4);
	put_number(4, 20, 2, false);
	put_number(26, 6, 2, false);
	put_text(30, "Install");
	put(37, directory, 4);
	put(41, end, 4);
}

static void
test_hidden_zips(void **state)
{
	struct out plain = out_open(100);

	(void)state;
	put_zip("PK\x03\x04", "PK\x01\x02", "PK\x05\x06");
	out_put(&plain, built());
	put_zip("DH\x03\x04", "PK\x01\x02", "PK\x05\x06");
	assert_is(&dahua_format, "begins with DH", NULL, 36);
	assert_guarded(&dahua_format, 0, 4, 8, 26, 31);
	void *handle = NULL;
	struct budget budget = { .limit = 1 * MIB };
	struct node node;

	assert_int_equal(dahua_format.open(built(), &budget, &handle), ERR_OK);
	assert_int_equal(dahua_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal(node.content, out_bytes(&plain)));
	dahua_format.close(handle);

	put_zip("PK\x03\x07", "PK\x01\x08", "PK\x05\x09");
	assert_is(&instar_format, "changed signatures", NULL, 36);
	assert_int_equal(instar_format.open(built(), &budget, &handle), ERR_OK);
	assert_int_equal(instar_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal(node.content, out_bytes(&plain)));
	instar_format.close(handle);
	out_close(&plain);

	begin(20);
	put(0, "BNEG\x01\0\0\0\x01\0\0\0", 12);
	put_le(12, PAYLOAD_LEN);
	put_le(16, OTHER_LEN);
	put_text(20, PAYLOAD OTHER);
	assert_is(&instar_format, "BNEG", PAYLOAD "|" OTHER "|", 20);
	assert_guarded(&instar_format, 0, 4, 8, 14, 19);
}

static void
test_hikvision(void **state)
{
	static const uint8_t key[] = { 0xba, 0xcd, 0xbc, 0xfe, 0xd6, 0xca, 0xdd,
		0xd3, 0xba, 0xb9, 0xa3, 0xab, 0xbf, 0xcb, 0xb5, 0xbe };

	(void)state;
	begin(64 + 2 * 44);
	put_text(0, "SWKH");
	put_le(8, 152);
	put_le(12, 2);
	put_text(64, "uImage");
	put_le(96, 152);
	put_le(100, PAYLOAD_LEN);
	put_text(108, "app.tar");
	put_le(140, 152 + PAYLOAD_LEN);
	put_le(144, OTHER_LEN);
	for (size_t i = 0; i < 152; i++)
		image.byte[i] ^= key[(i + i / 16) % 16];
	put_text(152, PAYLOAD OTHER);
	assert_is(&hikvision_format, "header obfuscated, 2 files",
	    PAYLOAD "|" OTHER "|", image.len);
	assert_guarded(&hikvision_format, 0, 9, 13, 97, 143);

	begin(128);
	put(0, "\xf2\x86\x8f\xce", 4);
	assert_int_equal(
	    probe_yes(&hikvision_format, built()).encrypted, ANSWER_YES);
}

static void
test_qnap(void **state)
{
	(void)state;
	begin(PAYLOAD_LEN + OTHER_LEN + 74);
	put_text(0, PAYLOAD OTHER);
	put_text(PAYLOAD_LEN + OTHER_LEN, "icpnas");
	put_le(PAYLOAD_LEN + OTHER_LEN + 6, PAYLOAD_LEN);
	put_text(PAYLOAD_LEN + OTHER_LEN + 10, "TS-X28A");
	put_text(PAYLOAD_LEN + OTHER_LEN + 26, "5.0.0");
	struct format_info info = assert_is(&qnap_format,
	    "device \"TS-X28A\", version \"5.0.0\", PC1 over the first 32",
	    PAYLOAD "|" OTHER "|", image.len);

	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_guarded(&qnap_format, 48, 54, 58);
}

static void
test_avm(void **state)
{
	uint8_t packed[4096];
	lzma_options_lzma options;
	lzma_stream stream = LZMA_STREAM_INIT;

	(void)state;
	assert_int_equal(lzma_lzma_preset(&options, 6), 0);
	assert_int_equal(lzma_alone_encoder(&stream, &options), LZMA_OK);
	stream.next_in = (const uint8_t *)PAYLOAD;
	stream.avail_in = PAYLOAD_LEN;
	stream.next_out = packed;
	stream.avail_out = sizeof(packed);
	assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	size_t len = stream.total_out - 13;

	lzma_end(&stream);
	begin(36 + len + 12);
	put(0, "\x81\x12\xed\xfe", 4);
	put_le(4, (uint32_t)image.len - 24);
	put_le(8, 0x94002000);
	put(12, "\x01\x02\x5a\x07", 4);
	put_le(16, (uint32_t)len);
	put_le(20, PAYLOAD_LEN);
	put(28, packed, 5);
	put(36, packed + 13, len);
	put_le(24, crc_usual(36, 36 + len));
	assert_is(&avm_kernel_format, "loads at 94002000, 32 bytes, CRC agrees",
	    PAYLOAD "|", 36);
	assert_guarded(&avm_kernel_format, 0, 6, 12, 18, 28);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dlink_encrypted),
		cmocka_unit_test(test_encimg),
		cmocka_unit_test(test_encimg_without_header),
		cmocka_unit_test(test_netgear_encrypted),
		cmocka_unit_test(test_arcadyan),
		cmocka_unit_test(test_buffalo),
		cmocka_unit_test(test_hidden_zips),
		cmocka_unit_test(test_hikvision),
		cmocka_unit_test(test_qnap),
		cmocka_unit_test(test_avm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
