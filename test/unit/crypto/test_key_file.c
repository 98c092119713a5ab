/* SPDX-License-Identifier: ISC */
/* Private keys: made, written, read, used; and files that are not ours. */
#include "crypto/key_file.h"

#include "base/limits.h"
#include "crypto/spki.h"
#include "vectors.h"

#include <stdlib.h>

#define PASSPHRASE BYTES("correct-horse")
#define KEYS "test/data/keys/"
#define SAMPLE_LEN 2048

static const struct bytes no_passphrase = { NULL, 0 };
static const struct crypto_hooks *hooks = &crypto_hooks_default;
static const uint8_t salt[KEY_FILE_RANDOM_LEN] = { 1, 2, 3 };

/* A file of test/data/keys, in `room`. */
static struct bytes
read_sample(const char *name, uint8_t room[SAMPLE_LEN])
{
	const char *root = getenv("HALLMARK_ROOT");
	char path[1024];

	assert_true(snprintf(path, sizeof(path), "%s/%s%s",
			root != NULL ? root : ".", KEYS, name) > 0);
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	size_t len = fread(room, 1, SAMPLE_LEN, f);

	assert_true(len > 0 && fclose(f) == 0);
	return (struct bytes){ room, len };
}

/* Also sees to it that a failure leaves *ret alone. */
static enum err
open_text(struct bytes pem, struct bytes passphrase, struct signer *ret)
{
	struct signer before;
	enum err err;

	memset(ret, 0x5a, sizeof(*ret));
	before = *ret;
	err = key_file_read(pem, passphrase, ret);
	if (err != ERR_OK)
		assert_memory_equal(ret, &before, sizeof(before));
	return err;
}

static enum err
open_sample(const char *name, struct bytes passphrase, struct signer *ret)
{
	uint8_t room[SAMPLE_LEN];

	return open_text(read_sample(name, room), passphrase, ret);
}

static bool
is_signed(const struct signer *signer, struct bytes message)
{
	uint8_t signature[SIGNATURE_LEN];
	const uint8_t *point = signer->key.point;

	assert_int_equal(
	    signer->sign(signer->context, message, signature), ERR_OK);
	return signer->key.curve == COSE_CURVE_ED25519
	    ? hooks->ed25519_verify(hooks->context, point, message, signature)
	    : hooks->p256_verify(hooks->context, point, message, signature);
}

static void
key_file_signs_as_rfc_8032_does(void **state)
{
	/* RFC 8032 §7.1, TEST 2. */
	static const uint8_t seed[KEY_FILE_RANDOM_LEN] = { 0x4c, 0xcd, 0x08,
		0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec,
		0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6,
		0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb };
	static const uint8_t start[] = { 0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4,
		0xca, 0xb8 };
	uint8_t signature[SIGNATURE_LEN];
	struct signer signer;

	(void)state;
	assert_int_equal(
	    key_file_make(COSE_CURVE_ED25519, seed, &signer), ERR_OK);
	assert_int_equal(signer.key.point[0], 0x3d);
	assert_int_equal(signer.key.point[31], 0x0c);
	assert_int_equal(
	    signer.sign(signer.context, BYTES("\x72"), signature), ERR_OK);
	assert_memory_equal(signature, start, sizeof(start));
	key_file_close(&signer);
	assert_null(signer.context);
	key_file_close(&signer); /* once more does no harm */
}

/* RFC 6979 §A.2.5. */
static void
key_file_makes_the_public_point_of_p256(void **state)
{
	static const uint8_t number[KEY_FILE_RANDOM_LEN] = { 0xc9, 0xaf, 0xa9,
		0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21, 0x57, 0x67,
		0xb1, 0xd6, 0x93, 0x4e, 0x50, 0xc3, 0xdb, 0x36, 0xe8, 0x9b,
		0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21 };
	struct signer signer;

	(void)state;
	assert_int_equal(
	    key_file_make(COSE_CURVE_P256, number, &signer), ERR_OK);
	assert_int_equal(signer.key.point[0], 0x60);
	assert_int_equal(signer.key.point[31], 0xb6);
	assert_int_equal(signer.key.point[32], 0x79);
	assert_int_equal(signer.key.point[63], 0x99);
	assert_true(is_signed(&signer, BYTES("sample")));
	assert_true(is_signed(&signer, (struct bytes){ NULL, 0 }));
	key_file_close(&signer);
}

static void
key_file_refuses_numbers_that_are_no_key(void **state)
{
	uint8_t number[KEY_FILE_RANDOM_LEN] = { 0 };
	struct signer signer;

	(void)state;
	assert_int_equal(
	    key_file_make(COSE_CURVE_P256, number, &signer), ERR_MALFORMED);
	memset(number, 0xff, sizeof(number));
	assert_int_equal(
	    key_file_make(COSE_CURVE_P256, number, &signer), ERR_MALFORMED);
}

static void
key_file_reads_what_it_wrote(void **state)
{
	static const enum cose_curve curves[] = { COSE_CURVE_ED25519,
		COSE_CURVE_P256 };
	uint8_t number[KEY_FILE_RANDOM_LEN];

	(void)state;
	memset(number, 0x42, sizeof(number));
	for (size_t i = 0; i < 4; i++) {
		struct bytes passphrase = i < 2 ? PASSPHRASE : no_passphrase;
		struct out pem = out_open(LIMIT_KEY_FILE_LEN);
		struct signer made;
		struct signer back;

		assert_int_equal(
		    key_file_make(curves[i % 2], number, &made), ERR_OK);
		assert_int_equal(
		    key_file_write(&made, passphrase, salt, &pem), ERR_OK);
		assert_int_equal(
		    open_text(out_bytes(&pem), passphrase, &back), ERR_OK);
		assert_true(cose_key_equal(&made.key, &back.key));
		assert_true(is_signed(&back, BYTES("message")));
		if (passphrase.ptr != NULL) {
			struct signer none;

			assert_int_equal(
			    open_text(out_bytes(&pem), no_passphrase, &none),
			    ERR_ENCRYPTED);
			assert_int_equal(open_text(out_bytes(&pem),
					     BYTES("correct-hors"), &none),
			    ERR_CHECKSUM);
			assert_int_equal(
			    open_text(out_bytes(&pem), BYTES(""), &none),
			    ERR_CHECKSUM);
		}
		key_file_close(&back);
		key_file_close(&made);
		out_close(&pem);
	}
}

static void
key_file_writes_nothing_under_an_empty_passphrase(void **state)
{
	struct out pem = out_open(LIMIT_KEY_FILE_LEN);
	struct signer made;

	(void)state;
	assert_int_equal(
	    key_file_make(COSE_CURVE_ED25519, salt, &made), ERR_OK);
	assert_int_equal(
	    key_file_write(&made, BYTES(""), salt, &pem), ERR_MALFORMED);
	assert_int_equal(pem.len, 0);
	key_file_close(&made);
	out_close(&pem);
}

static void
key_file_has_no_plain_number_when_encrypted(void **state)
{
	struct out pem = out_open(LIMIT_KEY_FILE_LEN);
	struct out plain = out_open(LIMIT_KEY_FILE_LEN);
	struct signer made;

	(void)state;
	assert_int_equal(
	    key_file_make(COSE_CURVE_ED25519, salt, &made), ERR_OK);
	assert_int_equal(key_file_write(&made, PASSPHRASE, salt, &pem), ERR_OK);
	assert_int_equal(
	    key_file_write(&made, no_passphrase, salt, &plain), ERR_OK);
	assert_true(bytes_starts(
	    out_bytes(&pem), BYTES("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")));
	assert_true(bytes_starts(
	    out_bytes(&plain), BYTES("-----BEGIN PRIVATE KEY-----\n")));
	/* The last line of base64 of the plain form holds the seed. */
	struct bytes seed = bytes_slice(out_bytes(&plain), 28 + 30, 30);

	assert_int_equal(bytes_find(out_bytes(&pem), seed, 0), SIZE_MAX);
	key_file_close(&made);
	out_close(&pem);
	out_close(&plain);
}

static void
key_file_reads_what_openssl_wrote(void **state)
{
	static const struct {
		const char *name;
		const char *public;
		bool is_encrypted;
	} cases[] = {
		{ "good/ed25519-plain.pem", "good/ed25519-public.pem", false },
		{ "good/ed25519-scrypt.pem", "good/ed25519-public.pem", true },
		{ "good/ed25519-pbkdf2.pem", "good/ed25519-public.pem", true },
		{ "good/p256-plain.pem", "good/p256-public.pem", false },
		{ "good/p256-scrypt-small.pem", "good/p256-public.pem", true },
		{ "good/p256-pbkdf2.pem", "good/p256-public.pem", true },
		{ "good/p256-after-parameters.pem", "good/p256-public.pem",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[SAMPLE_LEN];
		struct cose_key public;
		struct signer signer;

		assert_int_equal(
		    spki_read_pem(read_sample(cases[i].public, room), &public),
		    ERR_OK);
		if (cases[i].is_encrypted)
			assert_int_equal(
			    open_sample(cases[i].name, no_passphrase, &signer),
			    ERR_ENCRYPTED);
		assert_int_equal(
		    open_sample(cases[i].name, PASSPHRASE, &signer), ERR_OK);
		assert_true(cose_key_equal(&signer.key, &public));
		assert_true(is_signed(&signer, BYTES("message")));
		key_file_close(&signer);
	}
}

/* In both columns: without and with the passphrase. Costs are looked at before
   anything is asked for. */
static void
key_file_says_why_it_does_not_read_others(void **state)
{
	static const struct {
		const char *name;
		enum err err;
	} cases[] = {
		{ "bad/rsa.pem", ERR_UNSUPPORTED },
		{ "bad/p384.pem", ERR_UNSUPPORTED },
		{ "bad/p256-explicit.pem", ERR_UNSUPPORTED },
		{ "bad/ed448.pem", ERR_UNSUPPORTED },
		{ "bad/sec1.pem", ERR_UNSUPPORTED },
		{ "bad/sec1-encrypted.pem", ERR_UNSUPPORTED },
		{ "bad/openssh.pem", ERR_UNSUPPORTED },
		{ "bad/pbes1.pem", ERR_UNSUPPORTED },
		{ "bad/des3.pem", ERR_UNSUPPORTED },
		{ "bad/scrypt-work.pem", ERR_LIMIT },
		{ "bad/scrypt-memory.pem", ERR_LIMIT },
		{ "bad/scrypt-n-one.pem", ERR_MALFORMED },
		{ "bad/scrypt-n-negative.pem", ERR_MALFORMED },
		{ "bad/pbkdf2-rounds.pem", ERR_LIMIT },
		{ "bad/pbkdf2-huge.pem", ERR_MALFORMED },
		{ "bad/pbkdf2-none.pem", ERR_MALFORMED },
		{ "bad/p256-zero.pem", ERR_MALFORMED },
		{ "bad/p256-order.pem", ERR_MALFORMED },
		{ "bad/ed25519-short.pem", ERR_MALFORMED },
		{ "good/p256-public.pem", ERR_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct signer signer;
		enum err plain =
		    open_sample(cases[i].name, no_passphrase, &signer);
		enum err with = open_sample(cases[i].name, PASSPHRASE, &signer);

		if (plain != cases[i].err || with != cases[i].err)
			fail_msg("%s: %d and %d", cases[i].name, plain, with);
	}
}

static void
key_file_refuses_every_prefix(void **state)
{
	uint8_t room[SAMPLE_LEN];
	struct bytes pem = read_sample("good/p256-plain.pem", room);
	struct signer signer;

	(void)state;
	/* The last line's end may be missing. */
	for (size_t len = 0; len + 1 < pem.len; len++)
		assert_int_not_equal(
		    open_text(bytes_slice(pem, 0, len), no_passphrase, &signer),
		    ERR_OK);
}

static void
key_file_refuses_what_is_too_long(void **state)
{
	uint8_t *text = calloc(1, LIMIT_KEY_FILE_LEN + 1);
	uint8_t room[SAMPLE_LEN];
	struct signer signer;

	(void)state;
	assert_non_null(text);
	assert_int_equal(
	    open_text((struct bytes){ text, LIMIT_KEY_FILE_LEN + 1 },
		no_passphrase, &signer),
	    ERR_LIMIT);
	assert_int_equal(
	    open_text(read_sample("good/ed25519-scrypt.pem", room),
		(struct bytes){ text, LIMIT_PASSPHRASE_LEN + 1 }, &signer),
	    ERR_LIMIT);
	free(text);
}

static void
key_file_why_names_each_reason(void **state)
{
	static const enum err errors[] = { ERR_ENCRYPTED, ERR_CHECKSUM,
		ERR_UNSUPPORTED, ERR_LIMIT, ERR_MALFORMED, ERR_MEMORY,
		ERR_SYSTEM };

	(void)state;
	for (size_t i = 1; i < sizeof(errors) / sizeof(errors[0]); i++)
		assert_string_not_equal(
		    key_file_why(errors[i]), key_file_why(errors[i - 1]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_file_signs_as_rfc_8032_does),
		cmocka_unit_test(key_file_makes_the_public_point_of_p256),
		cmocka_unit_test(key_file_refuses_numbers_that_are_no_key),
		cmocka_unit_test(key_file_reads_what_it_wrote),
		cmocka_unit_test(
		    key_file_writes_nothing_under_an_empty_passphrase),
		cmocka_unit_test(key_file_has_no_plain_number_when_encrypted),
		cmocka_unit_test(key_file_reads_what_openssl_wrote),
		cmocka_unit_test(key_file_says_why_it_does_not_read_others),
		cmocka_unit_test(key_file_refuses_every_prefix),
		cmocka_unit_test(key_file_refuses_what_is_too_long),
		cmocka_unit_test(key_file_why_names_each_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
