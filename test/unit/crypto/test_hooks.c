/* SPDX-License-Identifier: ISC */
/* SHA-256 and the two kinds of signature: what is taken for good, what not. */
#include "crypto/hooks.h"

#include "vectors.h"

static const struct crypto_hooks *hooks = &crypto_hooks_default;

/* RFC 8032 §7.1, TEST 2 and TEST 1 (an empty message). */
static const uint8_t ed25519_key[] = { 0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89,
	0x5a, 0x92, 0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e, 0xbc, 0x9c, 0x98, 0x2c,
	0xcf, 0x2e, 0xc4, 0x96, 0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66,
	0x0c };
static const uint8_t ed25519_message[] = { 0x72 };
static const uint8_t ed25519_signature[] = { 0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4,
	0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f, 0x64, 0x25, 0x40, 0xa2, 0xb2,
	0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23, 0xeb, 0xdb,
	0x69, 0xda, 0x08, 0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99, 0x6e, 0x45, 0x8f,
	0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c, 0x38, 0x7b, 0x2e, 0xae, 0xb4, 0x30,
	0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00 };
static const uint8_t empty_key[] = { 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a,
	0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72,
	0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51,
	0x1a };
static const uint8_t empty_signature[] = { 0xe5, 0x56, 0x43, 0x00, 0xc3, 0x60,
	0xac, 0x72, 0x90, 0x86, 0xe2, 0xcc, 0x80, 0x6e, 0x82, 0x8a, 0x84, 0x87,
	0x7f, 0x1e, 0xb8, 0xe5, 0xd9, 0x74, 0xd8, 0x73, 0xe0, 0x65, 0x22, 0x49,
	0x01, 0x55, 0x5f, 0xb8, 0x82, 0x15, 0x90, 0xa3, 0x3b, 0xac, 0xc6, 0x1e,
	0x39, 0x70, 0x1c, 0xf9, 0xb4, 0x6b, 0xd2, 0x5b, 0xf5, 0xf0, 0x59, 0x5b,
	0xbe, 0x24, 0x65, 0x51, 0x41, 0x43, 0x8e, 0x7a, 0x10, 0x0b };

/* The order of the group, little-endian: RFC 8032 §5.1. */
static const uint8_t ed25519_order[] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63,
	0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10 };

/* RFC 6979 §A.2.5, "sample" with SHA-256. */
static const uint8_t p256_key[] = { 0x60, 0xfe, 0xd4, 0xba, 0x25, 0x5a, 0x9d,
	0x31, 0xc9, 0x61, 0xeb, 0x74, 0xc6, 0x35, 0x6d, 0x68, 0xc0, 0x49, 0xb8,
	0x92, 0x3b, 0x61, 0xfa, 0x6c, 0xe6, 0x69, 0x62, 0x2e, 0x60, 0xf2, 0x9f,
	0xb6, 0x79, 0x03, 0xfe, 0x10, 0x08, 0xb8, 0xbc, 0x99, 0xa4, 0x1a, 0xe9,
	0xe9, 0x56, 0x28, 0xbc, 0x64, 0xf2, 0xf1, 0xb2, 0x0c, 0x2d, 0x7e, 0x9f,
	0x51, 0x77, 0xa3, 0xc2, 0x94, 0xd4, 0x46, 0x22, 0x99 };
static const uint8_t p256_signature[] = { 0xef, 0xd4, 0x8b, 0x2a, 0xac, 0xb6,
	0xa8, 0xfd, 0x11, 0x40, 0xdd, 0x9c, 0xd4, 0x5e, 0x81, 0xd6, 0x9d, 0x2c,
	0x87, 0x7b, 0x56, 0xaa, 0xf9, 0x91, 0xc3, 0x4d, 0x0e, 0xa8, 0x4e, 0xaf,
	0x37, 0x16, 0xf7, 0xcb, 0x1c, 0x94, 0x2d, 0x65, 0x7c, 0x41, 0xd4, 0x36,
	0xc7, 0xa1, 0xb6, 0xe2, 0x9f, 0x65, 0xf3, 0xe9, 0x00, 0xdb, 0xb9, 0xaf,
	0xf4, 0x06, 0x4d, 0xc4, 0xab, 0x2f, 0x84, 0x3a, 0xcd, 0xa8 };
#define P256_MESSAGE BYTES("sample")

static void
sha256_is_that_of_the_parts_together(void **state)
{
	/* FIPS 180-4, "abc". */
	static const uint8_t want[SHA256_LEN] = { 0xba, 0x78, 0x16, 0xbf, 0x8f,
		0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22,
		0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4,
		0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	static const uint8_t nothing[SHA256_LEN] = { 0xe3, 0xb0, 0xc4, 0x42,
		0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f,
		0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
		0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55 };
	const struct bytes parts[] = { BYTES("a"), { NULL, 0 }, BYTES("bc") };
	uint8_t digest[SHA256_LEN];

	(void)state;
	hooks->sha256(hooks->context, parts, 3, digest);
	assert_memory_equal(digest, want, sizeof(want));
	hooks->sha256(hooks->context, parts, 0, digest);
	assert_memory_equal(digest, nothing, sizeof(nothing));
}

static void
ed25519_takes_what_the_rfc_signed(void **state)
{
	(void)state;
	assert_true(hooks->ed25519_verify(hooks->context, ed25519_key,
	    (struct bytes){ ed25519_message, 1 }, ed25519_signature));
	assert_true(hooks->ed25519_verify(hooks->context, empty_key,
	    (struct bytes){ NULL, 0 }, empty_signature));
}

static void
ed25519_refuses_each_flipped_bit(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < 8 * SIGNATURE_LEN; bit++) {
		uint8_t signature[SIGNATURE_LEN];

		memcpy(signature, ed25519_signature, sizeof(signature));
		signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_false(hooks->ed25519_verify(hooks->context, ed25519_key,
		    (struct bytes){ ed25519_message, 1 }, signature));
	}
	assert_false(hooks->ed25519_verify(
	    hooks->context, ed25519_key, BYTES("s"), ed25519_signature));
	assert_false(hooks->ed25519_verify(hooks->context, empty_key,
	    (struct bytes){ ed25519_message, 1 }, ed25519_signature));
}

/* Else anybody makes a second signature out of a good one. */
static void
ed25519_refuses_s_that_is_not_below_the_order(void **state)
{
	uint8_t signature[SIGNATURE_LEN];
	unsigned carry = 0;

	(void)state;
	memcpy(signature, ed25519_signature, sizeof(signature));
	for (size_t i = 0; i < sizeof(ed25519_order); i++) {
		carry += (unsigned)signature[32 + i] + ed25519_order[i];
		signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(carry, 0);
	assert_false(hooks->ed25519_verify(hooks->context, ed25519_key,
	    (struct bytes){ ed25519_message, 1 }, signature));
}

/* With such a key one signature is good for almost any message. */
static void
ed25519_refuses_keys_of_small_order(void **state)
{
	static const uint8_t identity[ED25519_KEY_LEN] = { 1 };
	static const uint8_t zero_y[ED25519_KEY_LEN] = { 0 };
	uint8_t signature[SIGNATURE_LEN] = { 1 };

	(void)state;
	assert_false(hooks->ed25519_verify(
	    hooks->context, identity, BYTES("any"), signature));
	assert_false(hooks->ed25519_verify(
	    hooks->context, zero_y, BYTES("any"), signature));
}

static void
p256_takes_what_the_rfc_signed(void **state)
{
	(void)state;
	assert_true(hooks->p256_verify(
	    hooks->context, p256_key, P256_MESSAGE, p256_signature));
}

static void
p256_refuses_each_flipped_bit(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < 8 * SIGNATURE_LEN; bit++) {
		uint8_t signature[SIGNATURE_LEN];

		memcpy(signature, p256_signature, sizeof(signature));
		signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_false(hooks->p256_verify(
		    hooks->context, p256_key, P256_MESSAGE, signature));
	}
	assert_false(hooks->p256_verify(
	    hooks->context, p256_key, BYTES("simple"), p256_signature));
}

static void
p256_refuses_points_that_are_not_on_the_curve(void **state)
{
	uint8_t key[P256_KEY_LEN];

	(void)state;
	for (size_t bit = 0; bit < 8 * P256_KEY_LEN; bit += 7) {
		memcpy(key, p256_key, sizeof(key));
		key[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_false(hooks->p256_verify(
		    hooks->context, key, P256_MESSAGE, p256_signature));
	}
	memset(key, 0, sizeof(key));
	assert_false(hooks->p256_verify(
	    hooks->context, key, P256_MESSAGE, p256_signature));
	memset(key, 0xff, sizeof(key)); /* above the field's prime */
	assert_false(hooks->p256_verify(
	    hooks->context, key, P256_MESSAGE, p256_signature));
}

static void
p256_refuses_zero_in_the_signature(void **state)
{
	uint8_t signature[SIGNATURE_LEN] = { 0 };

	(void)state;
	assert_false(hooks->p256_verify(
	    hooks->context, p256_key, P256_MESSAGE, signature));
	memcpy(signature, p256_signature, SIGNATURE_LEN / 2);
	assert_false(hooks->p256_verify(
	    hooks->context, p256_key, P256_MESSAGE, signature));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_is_that_of_the_parts_together),
		cmocka_unit_test(ed25519_takes_what_the_rfc_signed),
		cmocka_unit_test(ed25519_refuses_each_flipped_bit),
		cmocka_unit_test(ed25519_refuses_s_that_is_not_below_the_order),
		cmocka_unit_test(ed25519_refuses_keys_of_small_order),
		cmocka_unit_test(p256_takes_what_the_rfc_signed),
		cmocka_unit_test(p256_refuses_each_flipped_bit),
		cmocka_unit_test(p256_refuses_points_that_are_not_on_the_curve),
		cmocka_unit_test(p256_refuses_zero_in_the_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
