/* SPDX-License-Identifier: ISC */
/* COSE_Key: public keys in and out, and their thumbprints. */
#include "cose_samples.h"

#define X "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"
#define Y "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e"

static void
cose_key_writes_what_it_reads(void **state)
{
	static const struct {
		enum cose_curve curve;
		enum cose_alg alg;
		const char *point;
		const char *map;
	} cases[] = {
		{ COSE_CURVE_P256, COSE_ALG_ESP256, KEY_P256,
		    "a401022001215820" X "225820" Y },
		{ COSE_CURVE_ED25519, COSE_ALG_ED25519, KEY_ED25519,
		    "a301012006215820" KEY_ED25519 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sample s = sample_of(cases[i].map);
		struct cose_key want =
		    sample_key(cases[i].curve, cases[i].point);
		struct cose_key key;
		struct cbor_reader r =
		    cbor_open(sample_bytes(&s), CBOR_STRICT, "key");
		uint8_t room[128];
		struct cbor_writer w = cbor_writer_open(room, sizeof(room));

		assert_int_equal(cose_key_read(&r, &key), ERR_OK);
		assert_int_equal(cbor_end(&r), ERR_OK);
		assert_true(cose_key_equal(&key, &want));
		assert_int_equal(cose_key_alg(&key), cases[i].alg);
		cose_key_put(&w, &key);
		assert_true(bytes_equal(cbor_written(&w), sample_bytes(&s)));
		key.point[0] ^= 1;
		assert_false(cose_key_equal(&key, &want));
	}
}

static void
cose_key_answers_each_map(void **state)
{
	static const struct {
		const char *map;
		enum err err;
		const char *field;
	} cases[] = {
		/* kid, alg and key_ops beside it; kty last */
		{ "a70241313104", ERR_TRUNCATED, "COSE_Key" },
		{ "a7024131032804810220012158"
		  "20" X "225820" Y "0102",
		    ERR_OK, "" },
		{ "a5010203262001215820" X "225820" Y, ERR_OK, "" },
		{ "a5010203272001215820" X "225820" Y, ERR_MALFORMED, "alg" },
		{ "a40101033220062158"
		  "20" KEY_ED25519,
		    ERR_OK, "" },
		/* a private key does not travel here */
		{ "a4010120062158"
		  "20" KEY_ED25519 "235820" X,
		    ERR_MALFORMED, "d" },
		/* points of other forms */
		{ "a401022001215820" X "22f5", ERR_UNSUPPORTED, "y" },
		{ "a301022001215820" X, ERR_MALFORMED, "y" },
		{ "a201012006", ERR_MALFORMED, "x" },
		{ "a3010120062142abcd", ERR_MALFORMED, "x" },
		{ "a3010120062100", ERR_MALFORMED, "x" },
		/* other keys */
		{ "a401022002215820" X "225820" Y, ERR_UNSUPPORTED,
		    "kty, crv" },
		{ "a301012004215820" X, ERR_UNSUPPORTED, "kty, crv" },
		{ "a301012001215820" X, ERR_UNSUPPORTED, "kty, crv" },
		{ "a201042041ff", ERR_UNSUPPORTED, "kty, crv" },
		{ "a22006215820" X, ERR_UNSUPPORTED, "kty, crv" },
		{ "a0", ERR_UNSUPPORTED, "kty, crv" },
		{ "a30161782006215820" X, ERR_MALFORMED, "kty" },
		{ "80", ERR_MALFORMED, "COSE_Key" },
		{ "a201010101", ERR_MALFORMED, "COSE_Key" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sample s = sample_of(cases[i].map);
		struct cbor_reader r =
		    cbor_open(sample_bytes(&s), CBOR_RELAXED, "key");
		struct cose_key key = { .point = { 77 } };

		assert_int_equal(cose_key_read(&r, &key), cases[i].err);
		assert_int_equal(r.fault.code, cases[i].err);
		if (cases[i].err == ERR_OK)
			continue;
		assert_string_equal(r.fault.field, cases[i].field);
		assert_int_equal(key.point[0], 77); /* untouched */
	}
}

static void
cose_key_has_the_specifications_thumbprint(void **state)
{
	/* RFC 9679 §6 */
	struct cose_key key = sample_key(COSE_CURVE_P256,
	    "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
	    "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19"
	    "c");
	struct sample want = sample_of(
	    "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253e"
	    "c");
	uint8_t thumbprint[SHA256_LEN];

	(void)state;
	cose_key_thumbprint(&crypto_hooks_default, &key, thumbprint);
	assert_memory_equal(thumbprint, want.room, SHA256_LEN);
}

static void
cose_keys_of_two_curves_are_never_equal(void **state)
{
	struct cose_key a = { .curve = COSE_CURVE_ED25519 };
	struct cose_key b = { .curve = COSE_CURVE_P256 };

	(void)state;
	assert_false(cose_key_equal(&a, &b));
	assert_true(cose_key_equal(&a, &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cose_key_writes_what_it_reads),
		cmocka_unit_test(cose_key_answers_each_map),
		cmocka_unit_test(cose_key_has_the_specifications_thumbprint),
		cmocka_unit_test(cose_keys_of_two_curves_are_never_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
