/* SPDX-License-Identifier: ISC */
/* COSE_Sign1: the specification's messages, and what is wrong with others. */
#include "cose_samples.h"
#include "crypto/cose_sign.h"

#include <sodium/crypto_sign.h>

static const struct bytes no_bytes = { NULL, 0 };

static enum err
read_hex(const char *hex, enum cbor_rules rules, struct fault *ret_fault)
{
	struct sample s = sample_of(hex);
	struct cose_sign1 m = { .alg = 77 };
	enum err err = cose_read_sign1(sample_bytes(&s), rules, &m, ret_fault);

	if (err != ERR_OK) {
		assert_int_equal(m.alg, 77); /* untouched */
		assert_int_equal(ret_fault->code, err);
		assert_non_null(ret_fault->field);
		assert_true(ret_fault->at <= s.len);
	}
	return err;
}

static enum err
verify_bytes(struct bytes in, enum cbor_rules rules, const struct cose_key *key)
{
	uint8_t room[SAMPLE_LEN];
	struct cose_sign1 m;
	struct fault fault;
	enum err err = cose_read_sign1(in, rules, &m, &fault);

	if (err != ERR_OK)
		return err;
	return cose_verify_sign1(
	    &m, key, &crypto_hooks_default, no_bytes, room, sizeof(room));
}

static void
cose_takes_the_specifications_message_apart(void **state)
{
	struct sample s = sample_of(SIGN1_P256);
	struct cose_sign1 m;
	struct fault fault;
	uint8_t room[64];
	struct bytes signed_bytes;

	(void)state;
	assert_int_equal(
	    cose_read_sign1(sample_bytes(&s), CBOR_STRICT, &m, &fault), ERR_OK);
	assert_true(m.tagged);
	assert_false(m.detached);
	assert_int_equal(m.alg, COSE_ALG_ES256);
	assert_true(bytes_equal_text(m.kid, "11"));
	assert_true(bytes_equal_text(m.payload, "This is the content."));
	assert_true(bytes_equal(m.protected_map, BYTES("\xa1\x01\x26")));
	assert_true(bytes_equal(m.unprotected, BYTES("\xa1\x04\x42\x31\x31")));
	assert_int_equal(m.signature.len, SIGNATURE_LEN);
	assert_int_equal(cose_to_be_signed(m.protected_map, no_bytes, m.payload,
			     room, sizeof(room), &signed_bytes),
	    ERR_OK);
	assert_true(bytes_equal(signed_bytes,
	    BYTES("\x84\x6aSignature1\x43\xa1\x01\x26\x40\x54"
		  "This is the content.")));
}

static void
cose_verifies_by_both_algorithms(void **state)
{
	struct cose_key p256 = sample_key(COSE_CURVE_P256, KEY_P256);
	struct cose_key ed25519 = sample_key(COSE_CURVE_ED25519, KEY_ED25519);
	struct sample by_p256 = sample_of(SIGN1_P256);
	struct sample by_ed25519 = sample_of(SIGN1_ED25519);

	(void)state;
	assert_int_equal(
	    verify_bytes(sample_bytes(&by_p256), CBOR_STRICT, &p256), ERR_OK);
	assert_int_equal(
	    verify_bytes(sample_bytes(&by_ed25519), CBOR_STRICT, &ed25519),
	    ERR_OK);
	assert_int_equal(
	    verify_bytes(sample_bytes(&by_p256), CBOR_STRICT, &ed25519),
	    ERR_UNSUPPORTED);
	assert_int_equal(
	    verify_bytes(sample_bytes(&by_ed25519), CBOR_STRICT, &p256),
	    ERR_UNSUPPORTED);
	p256.point[0] ^= 1; /* no point of the curve */
	assert_int_equal(
	    verify_bytes(sample_bytes(&by_p256), CBOR_STRICT, &p256),
	    ERR_CHECKSUM);
}

/* Flips each bit; whatever still verifies differs only in the kid's bytes, at
   [from, from + 2), which nobody signed. */
static void
flip_every_bit(const char *hex, const struct cose_key *key, size_t from)
{
	struct sample s = sample_of(hex);

	for (size_t bit = 0; bit < 8 * s.len; bit++) {
		size_t at = bit / 8;
		enum err err;

		s.room[at] ^= (uint8_t)(1u << bit % 8);
		err = verify_bytes(sample_bytes(&s), CBOR_RELAXED, key);
		if (at >= from && at < from + 2)
			assert_int_equal(err, ERR_OK);
		else if (at + 4 < from || at >= from + 2)
			assert_int_not_equal(err, ERR_OK);
		s.room[at] ^= (uint8_t)(1u << bit % 8);
	}
}

static void
cose_verifies_nothing_with_a_bit_flipped(void **state)
{
	struct cose_key p256 = sample_key(COSE_CURVE_P256, KEY_P256);
	struct cose_key ed25519 = sample_key(COSE_CURVE_ED25519, KEY_ED25519);

	(void)state;
	flip_every_bit(SIGN1_P256, &p256, 9);
	flip_every_bit(SIGN1_ED25519, &ed25519, 11);
}

static void
cose_refuses_every_prefix(void **state)
{
	struct sample s = sample_of(SIGN1_P256);

	(void)state;
	for (size_t len = 0; len < s.len; len++) {
		struct cose_sign1 m;
		struct fault fault;

		assert_int_equal(cose_read_sign1((struct bytes){ s.room, len },
				     CBOR_STRICT, &m, &fault),
		    ERR_TRUNCATED);
	}
}

/* What a message gets by each of the rules. */
static const struct {
	const char *hex;
	enum err strict;
	enum err relaxed;
	const char *field; /* of the strict fault */
} messages[] = {
	{ "d28443a10132a0f640", ERR_OK, ERR_OK, "" },
	/* tags */
	{ "8443a10132a0f640", ERR_MALFORMED, ERR_OK, "tag" },
	{ "d83dd28443a10132a0f640", ERR_MALFORMED, ERR_OK, "tag" },
	{ "d2d28443a10132a0f640", ERR_MALFORMED, ERR_MALFORMED, "array" },
	{ "d83d8443a10132a0f640", ERR_MALFORMED, ERR_MALFORMED, "tag" },
	{ "d903e68443a10132a0f640", ERR_MALFORMED, ERR_MALFORMED, "tag" },
	{ "d81e8443a10132a0f640", ERR_MALFORMED, ERR_MALFORMED, "tag" },
	{ "d18443a10132a0f640", ERR_UNSUPPORTED, ERR_UNSUPPORTED, "tag" },
	{ "d08343a10132a0f6", ERR_UNSUPPORTED, ERR_UNSUPPORTED, "tag" },
	{ "d8628440a0f680", ERR_UNSUPPORTED, ERR_UNSUPPORTED, "tag" },
	/* structure */
	{ "d28343a10132a0f6", ERR_MALFORMED, ERR_MALFORMED, "array" },
	{ "d284a10132a0f640", ERR_MALFORMED, ERR_MALFORMED, "protected" },
	{ "d28443a1013280f640", ERR_MALFORMED, ERR_MALFORMED, "unprotected" },
	{ "d28443a10132a06040", ERR_MALFORMED, ERR_MALFORMED, "payload" },
	{ "d28443a10132a0f6f6", ERR_MALFORMED, ERR_MALFORMED, "signature" },
	{ "d28443a10132a0f64000", ERR_MALFORMED, ERR_MALFORMED,
	    "trailing bytes" },
	{ "d28444a1013200a0f640", ERR_MALFORMED, ERR_MALFORMED,
	    "trailing bytes" },
	{ "d28442a101a0f640", ERR_TRUNCATED, ERR_TRUNCATED, "protected" },
	/* the algorithm */
	{ "d28440a0f640", ERR_MALFORMED, ERR_OK, "alg" },
	{ "d28441a0a0f640", ERR_MALFORMED, ERR_OK, "alg" },
	{ "d28440a10132f640", ERR_MALFORMED, ERR_OK, "alg" },
	{ "d28444a1016178a0f640", ERR_UNSUPPORTED, ERR_UNSUPPORTED, "alg" },
	{ "d28443a10140a0f640", ERR_MALFORMED, ERR_MALFORMED, "alg" },
	/* labels */
	{ "d28445a204400132a0f640", ERR_MALFORMED, ERR_OK, "label" },
	{ "d28445a201320132a0f640", ERR_MALFORMED, ERR_MALFORMED, "label" },
	{ "d28443a10132a10132f640", ERR_MALFORMED, ERR_MALFORMED,
	    "unprotected" },
	{ "d28444a1182032a0f640", ERR_MALFORMED, ERR_OK, "alg" },
	{ "d28443a10132a1410000f640", ERR_MALFORMED, ERR_MALFORMED, "label" },
	{ "d28445a201320440a10440f640", ERR_MALFORMED, ERR_OK, "unprotected" },
	{ "d28443a10132a1046178f640", ERR_MALFORMED, ERR_OK, "kid" },
	{ "d28443a10132a10400f640", ERR_MALFORMED, ERR_MALFORMED, "kid" },
	/* crit */
	{ "d28446a20132028101a0f640", ERR_OK, ERR_OK, "" },
	{ "d28445a201320280a0f640", ERR_MALFORMED, ERR_MALFORMED, "crit" },
	{ "d28446a20132028103a0f640", ERR_MALFORMED, ERR_MALFORMED, "crit" },
	{ "d28448a3013202810a0a00a0f640", ERR_UNSUPPORTED, ERR_UNSUPPORTED,
	    "crit" },
	{ "d2844ba301320281617861786161a0f640", ERR_UNSUPPORTED,
	    ERR_UNSUPPORTED, "crit" },
	{ "d28443a10132a1028101f640", ERR_MALFORMED, ERR_MALFORMED,
	    "unprotected" },
};

static void
cose_answers_each_message_by_its_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		struct fault fault = { .field = "" };

		assert_int_equal(read_hex(messages[i].hex, CBOR_STRICT, &fault),
		    messages[i].strict);
		assert_string_equal(fault.field, messages[i].field);
		assert_int_equal(
		    read_hex(messages[i].hex, CBOR_RELAXED, &fault),
		    messages[i].relaxed);
	}
}

static void
cose_places_a_fault_inside_of_the_protected_header(void **state)
{
	struct fault fault = { 0 };

	(void)state; /* a2 01 32 02 80: crit is empty, at byte 3 + 4 */
	assert_int_equal(
	    read_hex("d28445a201320280a0f640", CBOR_STRICT, &fault),
	    ERR_MALFORMED);
	assert_int_equal(fault.at, 7);
	assert_string_equal(fault.format, "COSE_Sign1");
}

static void
cose_takes_sixty_four_labels_and_no_more(void **state)
{
	uint8_t in[512];
	struct cose_sign1 m;
	struct fault fault;

	(void)state;
	for (size_t count = 64; count <= 65; count++) {
		struct cbor_writer w = cbor_writer_open(in, sizeof(in));

		cbor_put_raw(&w, BYTES("\xd2\x84\x43\xa1\x01\x32"));
		cbor_put_map(&w, count);
		for (size_t i = 0; i < count; i++) {
			cbor_put_uint(&w, 100 + i);
			cbor_put_null(&w);
		}
		cbor_put_raw(&w, BYTES("\xf6\x40"));
		assert_int_equal(
		    cose_read_sign1(cbor_written(&w), CBOR_STRICT, &m, &fault),
		    count == 64 ? ERR_OK : ERR_LIMIT);
	}
}

static void
cose_finds_a_label_in_a_header(void **state)
{
	struct bytes map = BYTES("\xa3\x01\x26\x0f\xa1\x01\x61x\x20\x81\x00");

	(void)state;
	assert_true(bytes_equal(cose_find(map, 1, CBOR_STRICT), BYTES("\x26")));
	assert_true(bytes_equal(
	    cose_find(map, 15, CBOR_STRICT), BYTES("\xa1\x01\x61x")));
	assert_true(
	    bytes_equal(cose_find(map, -1, CBOR_STRICT), BYTES("\x81\x00")));
	assert_int_equal(cose_find(map, 2, CBOR_STRICT).len, 0);
	assert_int_equal(cose_find(no_bytes, 1, CBOR_STRICT).len, 0);
}

/* Signs with a fresh key and gives the message, its payload nil if wanted. */
static struct bytes
sign_message(struct cbor_writer *w, struct bytes payload, bool detached,
    struct cose_key *ret_key)
{
	struct bytes protected_map = BYTES("\xa1\x01\x32"); /* Ed25519 */
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	uint8_t signature[SIGNATURE_LEN];
	uint8_t room[128];
	struct bytes message;

	ret_key->curve = COSE_CURVE_ED25519;
	assert_int_equal(crypto_sign_keypair(ret_key->point, secret), 0);
	assert_int_equal(cose_to_be_signed(protected_map, no_bytes, payload,
			     room, sizeof(room), &message),
	    ERR_OK);
	assert_int_equal(crypto_sign_detached(
			     signature, NULL, message.ptr, message.len, secret),
	    0);
	cose_put_sign1(w, protected_map, no_bytes,
	    detached ? no_bytes : payload,
	    (struct bytes){ signature, sizeof(signature) });
	return cbor_written(w);
}

static void
cose_verifies_what_it_wrote(void **state)
{
	uint8_t out[256];
	struct cbor_writer w = cbor_writer_open(out, sizeof(out));
	struct cose_key key = { 0 };
	struct bytes message = sign_message(&w, BYTES("hello"), false, &key);

	(void)state;
	assert_int_equal(verify_bytes(message, CBOR_STRICT, &key), ERR_OK);
	key.point[5] ^= 1;
	assert_int_equal(
	    verify_bytes(message, CBOR_STRICT, &key), ERR_CHECKSUM);
}

static void
cose_keeps_an_empty_payload_apart_from_none(void **state)
{
	struct sample s = sample_of("d28443a10132a04040");
	struct cose_sign1 m;
	struct fault fault;
	uint8_t out[32];
	struct cbor_writer w = cbor_writer_open(out, sizeof(out));

	(void)state;
	assert_int_equal(
	    cose_read_sign1(sample_bytes(&s), CBOR_STRICT, &m, &fault), ERR_OK);
	assert_false(m.detached);
	cose_put_sign1(
	    &w, m.protected_map, m.unprotected, m.payload, m.signature);
	assert_true(bytes_equal(cbor_written(&w), sample_bytes(&s)));
}

static void
cose_verifies_a_detached_payload(void **state)
{
	uint8_t out[256];
	uint8_t room[128];
	struct cbor_writer w = cbor_writer_open(out, sizeof(out));
	struct cose_key key = { 0 };
	struct bytes message = sign_message(&w, BYTES("hello"), true, &key);
	const struct crypto_hooks *hooks = &crypto_hooks_default;
	struct cose_sign1 m;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    cose_read_sign1(message, CBOR_STRICT, &m, &fault), ERR_OK);
	assert_true(m.detached);
	assert_int_equal(cose_verify_sign1(&m, &key, hooks, BYTES("hello"),
			     room, sizeof(room)),
	    ERR_OK);
	assert_int_equal(cose_verify_sign1(&m, &key, hooks, BYTES("hallo"),
			     room, sizeof(room)),
	    ERR_CHECKSUM);
	assert_int_equal(
	    cose_verify_sign1(&m, &key, hooks, no_bytes, room, sizeof(room)),
	    ERR_CHECKSUM);
	/* frame and context 12, protected 4, no aad 1, payload 6 */
	for (size_t cap = 0; cap < 23; cap++)
		assert_int_equal(cose_verify_sign1(&m, &key, hooks,
				     BYTES("hello"), room, cap),
		    ERR_LIMIT);
}

static void
cose_takes_no_second_payload(void **state)
{
	struct cose_key key = sample_key(COSE_CURVE_P256, KEY_P256);
	struct sample s = sample_of(SIGN1_P256);
	uint8_t room[128];
	struct cose_sign1 m;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    cose_read_sign1(sample_bytes(&s), CBOR_STRICT, &m, &fault), ERR_OK);
	assert_int_equal(cose_verify_sign1(&m, &key, &crypto_hooks_default,
			     BYTES("This is the content."), room, sizeof(room)),
	    ERR_MALFORMED);
}

static void
cose_takes_no_algorithm_that_is_not_signed(void **state)
{
	/* cose-wg Examples, sign1-tests/sign-pass-01: {1: -7} unprotected */
	struct sample s = sample_of(
	    "d28441a0a201260442313154546869732069732074686520636f6e74656e742e"
	    "5840"
	    "87db0d2e5571843b78ac33ecb2830df7b6e0a4d5b7376de336b23c591c90c425"
	    "317e56127fbe04370097ce347087b233bf722b64072beb4486bda4031d27244f");
	struct cose_key key = sample_key(COSE_CURVE_P256, KEY_P256);

	(void)state;
	assert_int_equal(verify_bytes(sample_bytes(&s), CBOR_RELAXED, &key),
	    ERR_UNSUPPORTED);
}

static void
cose_sign_verifies_each_signer(void **state)
{
	struct cose_key key = sample_key(COSE_CURVE_P256, KEY_P256);
	struct sample s = sample_of(SIGN_P256);
	struct cose_signature signer;
	struct cose_sign m;
	struct fault fault;
	uint8_t room[128];

	(void)state;
	assert_int_equal(
	    cose_read_sign(sample_bytes(&s), CBOR_STRICT, &m, &fault), ERR_OK);
	assert_int_equal(m.count, 1);
	signer = cose_sign_signature(&m, 0);
	assert_int_equal(signer.alg, COSE_ALG_ES256);
	assert_true(bytes_equal_text(signer.kid, "11"));
	assert_int_equal(
	    cose_verify_sign(&m, &signer, &key, &crypto_hooks_default, no_bytes,
		room, sizeof(room)),
	    ERR_OK);
	m.payload = BYTES("That is the content.");
	assert_int_equal(
	    cose_verify_sign(&m, &signer, &key, &crypto_hooks_default, no_bytes,
		room, sizeof(room)),
	    ERR_CHECKSUM);
	for (size_t len = 0; len < s.len; len++)
		assert_int_equal(cose_read_sign((struct bytes){ s.room, len },
				     CBOR_STRICT, &m, &fault),
		    ERR_TRUNCATED);
}

static void
cose_sign_wants_a_signer(void **state)
{
	struct sample s = sample_of("d8628440a0f680");
	struct cose_sign m;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    cose_read_sign(sample_bytes(&s), CBOR_STRICT, &m, &fault),
	    ERR_MALFORMED);
	assert_string_equal(fault.field, "signatures");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cose_takes_the_specifications_message_apart),
		cmocka_unit_test(cose_verifies_by_both_algorithms),
		cmocka_unit_test(cose_verifies_nothing_with_a_bit_flipped),
		cmocka_unit_test(cose_refuses_every_prefix),
		cmocka_unit_test(cose_answers_each_message_by_its_rules),
		cmocka_unit_test(
		    cose_places_a_fault_inside_of_the_protected_header),
		cmocka_unit_test(cose_takes_sixty_four_labels_and_no_more),
		cmocka_unit_test(cose_finds_a_label_in_a_header),
		cmocka_unit_test(cose_verifies_what_it_wrote),
		cmocka_unit_test(cose_keeps_an_empty_payload_apart_from_none),
		cmocka_unit_test(cose_verifies_a_detached_payload),
		cmocka_unit_test(cose_takes_no_second_payload),
		cmocka_unit_test(cose_takes_no_algorithm_that_is_not_signed),
		cmocka_unit_test(cose_sign_verifies_each_signer),
		cmocka_unit_test(cose_sign_wants_a_signer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
