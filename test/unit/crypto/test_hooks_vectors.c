/* SPDX-License-Identifier: ISC */
/* Signatures against Wycheproof's and CCTV's vectors, all of them. */
#include "crypto/hooks.h"

#include "vectors.h"

static const struct crypto_hooks *hooks = &crypto_hooks_default;

#define MESSAGE_MAX 4096
#define SIGNATURE_MAX 512

typedef bool (*verify)(
    const uint8_t *key, struct bytes message, const uint8_t *signature);

/* Whether it is good; one of another length never is, and nobody could hand it
   to the functions (crypto/cose.h looks at the length first). */
static bool
is_good(verify verifier, const uint8_t *key, const json_t *test)
{
	uint8_t message[MESSAGE_MAX];
	uint8_t signature[SIGNATURE_MAX];
	struct bytes in = vectors_hex(test, "msg", message, sizeof(message));
	size_t len = vectors_hex(test, "sig", signature, sizeof(signature)).len;

	return len == SIGNATURE_LEN && verifier(key, in, signature);
}

static void
run_wycheproof(const char *file, const char *member, verify verifier)
{
	json_t *root = vectors_open(file);
	json_t *group = NULL;
	json_t *test = NULL;
	size_t g = 0;
	size_t t = 0;
	size_t good = 0;
	size_t bad = 0;

	json_array_foreach(json_object_get(root, "testGroups"), g, group)
	{
		uint8_t point[1 + P256_KEY_LEN];
		struct bytes key =
		    vectors_hex(json_object_get(group, "publicKey"), member,
			point, sizeof(point));
		size_t skip_format = key.len % 2; /* 04 of a P-256 point */

		json_array_foreach(json_object_get(group, "tests"), t, test)
		{
			const char *result = vectors_text(test, "result");
			bool want = strcmp(result, "valid") == 0;

			/* None is "acceptable": both files leave no choice. */
			assert_true(want || strcmp(result, "invalid") == 0);
			if (is_good(verifier, point + skip_format, test) !=
			    want)
				fail_msg("tcId %lld (%s) is %s",
				    (long long)json_integer_value(
					json_object_get(test, "tcId")),
				    vectors_text(test, "comment"), result);
			*(want ? &good : &bad) += 1;
		}
	}
	json_decref(root);
	print_message("%zu taken, %zu refused\n", good, bad);
	assert_true(good > 0 && bad > 0);
}

static bool
has_flag(const json_t *test, const char *name)
{
	json_t *flag = NULL;
	size_t i = 0;

	json_array_foreach(json_object_get(test, "flags"), i,
	    flag) if (strcmp(json_string_value(flag), name) == 0) return true;
	return false;
}

static bool
ed25519_verify(
    const uint8_t *key, struct bytes message, const uint8_t *signature)
{
	return hooks->ed25519_verify(hooks->context, key, message, signature);
}

static bool
p256_verify(const uint8_t *key, struct bytes message, const uint8_t *signature)
{
	return hooks->p256_verify(hooks->context, key, message, signature);
}

static void
ed25519_agrees_with_wycheproof(void **state)
{
	(void)state;
	run_wycheproof(
	    "ed25519/wycheproof-ed25519_test.json", "pk", ed25519_verify);
}

static void
p256_agrees_with_wycheproof(void **state)
{
	(void)state;
	run_wycheproof(
	    "ecdsa-p256/wycheproof-ecdsa_secp256r1_sha256_p1363_test.json",
	    "uncompressed", p256_verify);
}

/*
 * Libraries differ where a signature is made of points of small order; this is
 * our choice (docs/crypto.md): the equation without the cofactor, no point of
 * small order, and one encoding of each point. Signers that are honest never
 * come near it.
 */
static void
ed25519_takes_one_side_at_every_edge(void **state)
{
	static const char *const refused[] = { "low_order_A", "low_order_R",
		"low_order_residue", "non_canonical_A", "non_canonical_R",
		"reencoded_k" };
	json_t *root = vectors_open("ed25519/cctv-ed25519vectors.json");
	json_t *test = NULL;
	size_t i = 0;
	size_t good = 0;

	(void)state;
	json_array_foreach(root, i, test)
	{
		uint8_t key[ED25519_KEY_LEN];
		uint8_t signature[SIGNATURE_LEN];
		struct bytes message = bytes_of(vectors_text(test, "msg"));
		bool want = true;

		assert_int_equal(vectors_hex(test, "key", key, sizeof(key)).len,
		    sizeof(key));
		assert_int_equal(
		    vectors_hex(test, "sig", signature, sizeof(signature)).len,
		    sizeof(signature));
		for (size_t f = 0; f < sizeof(refused) / sizeof(refused[0]);
		     f++)
			want = want && !has_flag(test, refused[f]);
		if (hooks->ed25519_verify(
			hooks->context, key, message, signature) != want)
			fail_msg("number %lld should be %s",
			    (long long)json_integer_value(
				json_object_get(test, "number")),
			    want ? "taken" : "refused");
		good += want;
	}
	print_message("%zu taken, %zu refused\n", good, i - good);
	json_decref(root);
	assert_true(good > 0 && good < i);
}

/* Our own signing draws its nonce at random (libcrypto 3.0 knows no other), so
   the vector of the rejected first nonce is one to verify. */
static void
p256_takes_the_deterministic_signature(void **state)
{
	json_t *test = vectors_open("ecdsa-p256/cctv-rfc6979-rejection.json");
	uint8_t key[P256_KEY_LEN];
	uint8_t signature[SIGNATURE_LEN];

	(void)state;
	(void)vectors_hex(test, "Ux", key, 32);
	(void)vectors_hex(test, "Uy", key + 32, 32);
	(void)vectors_hex(test, "r", signature, 32);
	(void)vectors_hex(test, "s", signature + 32, 32);
	assert_true(hooks->p256_verify(hooks->context, key,
	    bytes_of(vectors_text(test, "message_ascii")), signature));
	json_decref(test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ed25519_agrees_with_wycheproof),
		cmocka_unit_test(ed25519_takes_one_side_at_every_edge),
		cmocka_unit_test(p256_agrees_with_wycheproof),
		cmocka_unit_test(p256_takes_the_deterministic_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
