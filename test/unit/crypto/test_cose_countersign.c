/* SPDX-License-Identifier: ISC */
/* Countersignatures, version 2: one, several, none, and another's. */
#include "cose_samples.h"
#include "crypto/cose_countersign.h"

#include <sodium/crypto_sign.h>

/* RFC 9338 A.2.1: a message of the key "11" on P-256, countersigned by ES512. */
#define BODY_SIGNATURE                                                         \
	"bb587d6b15f47bfd54d2cbfcecef75451e92b08a514bd439fa3aa65c6ac92df0"     \
	"d7328c4a47529b32add3dd1b4e940071c021e9a8f2641f1d8e3b053ddd65ae52"
#define COUNTERSIGNED                                                          \
	"d28445a201260300a2044231310b8344a1013823a104581e62696c626f2e6261"     \
	"6767696e7340686f626269746f6e2e6578616d706c65588401b1291b0e60a79c"     \
	"459a4a9184a0d393e034b34af069a1cca34f5a913affff698002295fa9f8fcbf"     \
	"b6fdff59132fc0c406e98754a98f1fbfe81c03095f481856bc470170227206fa"     \
	"5bee3c0431c56a66824e7aaf692985952e31271434b2ba2e47a335c658b5e995"     \
	"aeb5d63cf2d0ced367d3e4cc8fffd53b70d115baa9e86961fbd1a5cf54546869"     \
	"732069732074686520636f6e74656e742e5840" BODY_SIGNATURE
#define COUNTERSIGN_STRUCTURE                                                  \
	"8672436f756e7465725369676e6174757265563245a20126030044a101382340"     \
	"54546869732069732074686520636f6e74656e742e815840" BODY_SIGNATURE

static const struct bytes no_bytes = { NULL, 0 };

static void
cose_countersigns_the_specifications_structure(void **state)
{
	/* That this structure is what was signed was shown with the P-521 key
	   of the example, which this program does not verify itself. */
	struct sample s = sample_of(COUNTERSIGNED);
	struct sample want = sample_of(COUNTERSIGN_STRUCTURE);
	struct cose_key key = sample_key(COSE_CURVE_P256, KEY_P256);
	const struct crypto_hooks *hooks = &crypto_hooks_default;
	struct cose_signature by = { 0 };
	uint8_t room[256];
	struct cose_sign1 m;
	struct fault fault;
	struct bytes got;

	(void)state;
	assert_int_equal(
	    cose_read_sign1(sample_bytes(&s), CBOR_STRICT, &m, &fault), ERR_OK);
	assert_int_equal(
	    cose_verify_sign1(&m, &key, hooks, no_bytes, room, sizeof(room)),
	    ERR_OK);
	assert_int_equal(
	    cose_read_countersignature(&m, CBOR_STRICT, 0, &by, &fault),
	    ERR_OK);
	assert_int_equal(by.alg, -36);
	assert_true(bytes_equal_text(by.kid, "bilbo.baggins@hobbiton.example"));
	assert_int_equal(cose_countersign_to_be_signed(&m, by.protected_map,
			     no_bytes, no_bytes, room, sizeof(room), &got),
	    ERR_OK);
	assert_true(bytes_equal(got, sample_bytes(&want)));
	assert_int_equal(cose_verify_countersignature(&m, &by, &key, hooks,
			     no_bytes, room, sizeof(room)),
	    ERR_UNSUPPORTED);
	assert_int_equal(
	    cose_read_countersignature(&m, CBOR_STRICT, 1, &by, &fault),
	    ERR_END);
}

/* A key pair whose seed is one byte, again and again. */
static struct cose_key
key_of(uint8_t seed, uint8_t ret_secret[crypto_sign_SECRETKEYBYTES])
{
	struct cose_key key = { .curve = COSE_CURVE_ED25519 };
	uint8_t seeds[crypto_sign_SEEDBYTES];

	memset(seeds, seed, sizeof(seeds));
	assert_int_equal(
	    crypto_sign_seed_keypair(key.point, ret_secret, seeds), 0);
	return key;
}

static void
countersign(struct cbor_writer *w, const struct cose_sign1 *m, uint8_t seed)
{
	struct bytes protected_map = BYTES("\xa1\x01\x32");
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	uint8_t signature[SIGNATURE_LEN];
	uint8_t room[256];
	struct bytes message;

	(void)key_of(seed, secret);
	assert_int_equal(cose_countersign_to_be_signed(m, protected_map,
			     no_bytes, no_bytes, room, sizeof(room), &message),
	    ERR_OK);
	assert_int_equal(crypto_sign_detached(
			     signature, NULL, message.ptr, message.len, secret),
	    0);
	cose_put_countersignature(w, protected_map, no_bytes,
	    (struct bytes){ signature, sizeof(signature) });
}

/* The sample message with `count` countersignatures of the seeds 1, 2 … */
static struct bytes
countersigned_by(size_t count, struct sample *body, uint8_t *room, size_t cap)
{
	uint8_t header[512];
	struct cbor_writer h = cbor_writer_open(header, sizeof(header));
	struct cbor_writer w = cbor_writer_open(room, cap);
	struct cose_sign1 m;
	struct fault fault;

	assert_int_equal(
	    cose_read_sign1(sample_bytes(body), CBOR_STRICT, &m, &fault),
	    ERR_OK);
	cbor_put_map(&h, 1);
	cbor_put_uint(&h, COSE_HEADER_COUNTERSIGNATURE);
	if (count > 1)
		cbor_put_array(&h, count);
	for (size_t i = 0; i < count; i++)
		countersign(&h, &m, (uint8_t)(i + 1));
	cose_put_sign1(
	    &w, m.protected_map, cbor_written(&h), m.payload, m.signature);
	return cbor_written(&w);
}

static enum err
verify_index(const struct cose_sign1 *m, size_t index, uint8_t seed)
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	struct cose_key key = key_of(seed, secret);
	struct cose_signature by = { 0 };
	uint8_t room[256];
	struct fault fault;
	enum err err =
	    cose_read_countersignature(m, CBOR_STRICT, index, &by, &fault);

	if (err != ERR_OK)
		return err;
	return cose_verify_countersignature(
	    m, &by, &key, &crypto_hooks_default, no_bytes, room, sizeof(room));
}

static void
cose_verifies_each_of_several_countersignatures(void **state)
{
	struct sample body = sample_of(SIGN1_ED25519);
	uint8_t room[1024];
	struct cose_sign1 m;
	struct fault fault;

	(void)state;
	for (size_t count = 1; count <= 3; count++) {
		assert_int_equal(cose_read_sign1(countersigned_by(count, &body,
						     room, sizeof(room)),
				     CBOR_STRICT, &m, &fault),
		    ERR_OK);
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(
			    verify_index(&m, i, (uint8_t)(i + 1)), ERR_OK);
			assert_int_equal(verify_index(&m, i, 9), ERR_CHECKSUM);
		}
		assert_int_equal(verify_index(&m, count, 1), ERR_END);
	}
}

static void
a_countersignature_holds_for_that_signature_only(void **state)
{
	struct sample body = sample_of(SIGN1_ED25519);
	uint8_t other[SIGNATURE_LEN];
	uint8_t room[1024];
	struct cose_sign1 m;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    cose_read_sign1(countersigned_by(1, &body, room, sizeof(room)),
		CBOR_STRICT, &m, &fault),
	    ERR_OK);
	memcpy(other, m.signature.ptr, sizeof(other));
	other[0] ^= 1;
	m.signature.ptr = other;
	assert_int_equal(verify_index(&m, 0, 1), ERR_CHECKSUM);
}

static void
a_broken_countersignature_says_so(void **state)
{
	static const struct {
		const char *unprotected;
		enum err err;
	} cases[] = {
		{ "a0", ERR_END },
		{ "a10b80", ERR_MALFORMED },
		{ "a10b00", ERR_MALFORMED },
		{ "a10b8200a0", ERR_MALFORMED },
		{ "a10b8343a10132a000", ERR_MALFORMED },
		{ "a10b8340a040", ERR_MALFORMED }, /* no algorithm */
		{ "a10b818340a040", ERR_MALFORMED },
		{ "a10b818343a10132a040", ERR_OK },
		{ "a10b828343a10132a04000", ERR_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sample s = sample_of(cases[i].unprotected);
		struct cose_sign1 m = { .unprotected = sample_bytes(&s) };
		struct cose_signature by = { .alg = 77 };
		struct fault fault;

		assert_int_equal(
		    cose_read_countersignature(&m, CBOR_STRICT, 0, &by, &fault),
		    cases[i].err);
		if (cases[i].err != ERR_OK)
			assert_int_equal(by.alg, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    cose_countersigns_the_specifications_structure),
		cmocka_unit_test(
		    cose_verifies_each_of_several_countersignatures),
		cmocka_unit_test(
		    a_countersignature_holds_for_that_signature_only),
		cmocka_unit_test(a_broken_countersignature_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
