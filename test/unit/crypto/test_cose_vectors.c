/* SPDX-License-Identifier: ISC */
/* Every COSE vector beside the project: verified, refused or unsupported. */
#include "../vector_files.h"
#include "by_openssl.h"
#include "codec/base64.h"
#include "crypto/cose_countersign.h"
#include "crypto/cose_sign.h"

#define ROOM_LEN 4096
#define HEADER_X5BAG 32
#define HEADER_COUNTERSIGNATURE_V1 7

static const struct bytes no_bytes = { NULL, 0 };

struct run {
	struct arena arena;
	size_t verified;
	size_t refused;	    /* that must be, and were */
	size_t unsupported; /* messages and algorithms that we do not do */
	size_t countersignatures; /* of version 1, over their published bytes */
	size_t certificates;	  /* whose key is the vector's */
};

/* A coordinate, as base64url or as hex ("x" or "x_hex"). */
static bool
read_coordinate(
    struct arena *a, const json_t *key, const char *name, uint8_t ret[32])
{
	char hex_name[16];
	const char *text = vectors_text(key, name);
	struct bytes bytes = { NULL, 0 };
	uint8_t room[128];
	size_t at;

	(void)snprintf(hex_name, sizeof(hex_name), "%s_hex", name);
	if (text == NULL)
		bytes = vectors_hex(a, vectors_text(key, hex_name));
	else if (base64_decode(BASE64_URL, bytes_of(text), room, sizeof(room),
		     &bytes, &at) != ERR_OK)
		return false;
	if (bytes.len != 32)
		return false;
	memcpy(ret, bytes.ptr, 32);
	return true;
}

/* The key of a vector, if it is of a kind that we verify by. */
static bool
read_key(struct arena *a, const json_t *json, struct cose_key *ret)
{
	const char *curve = vectors_text(json, "crv");

	*ret = (struct cose_key){ .curve = COSE_CURVE_P256 };
	if (curve != NULL && strcmp(curve, "Ed25519") == 0) {
		ret->curve = COSE_CURVE_ED25519;
		return read_coordinate(a, json, "x", ret->point);
	}
	return curve != NULL && strcmp(curve, "P-256") == 0 &&
	    read_coordinate(a, json, "x", ret->point) &&
	    read_coordinate(a, json, "y", ret->point + 32);
}

static bool
is_hooked(const char *alg)
{
	return strcmp(alg, "ES256") == 0 || strcmp(alg, "EdDSA") == 0;
}

static bool
verify_raw(
    const struct cose_key *key, struct bytes message, struct bytes signature)
{
	const struct crypto_hooks *h = &crypto_hooks_default;

	if (signature.len != SIGNATURE_LEN)
		return false;
	return key->curve == COSE_CURVE_P256
	    ? h->p256_verify(h->context, key->point, message, signature.ptr)
	    : h->ed25519_verify(h->context, key->point, message, signature.ptr);
}

/* Version 1 is read by nothing here, but its parts are a signature's: each is
   one by its key over the bytes that the vector publishes. */
static void
check_countersignatures(struct run *run, struct bytes unprotected,
    const json_t *signers, const json_t *intermediates)
{
	struct bytes value =
	    cose_find(unprotected, HEADER_COUNTERSIGNATURE_V1, CBOR_RELAXED);
	struct cbor_reader r = cbor_open(value, CBOR_RELAXED, "vector");
	size_t count = json_array_size(signers);

	if (count > 1)
		assert_int_equal(cbor_array(&r, "countersignatures"), count);
	for (size_t i = 0; i < count; i++) {
		struct cose_signature by = { 0 };
		struct cose_key key;

		assert_int_equal(cose_read_signature(&r, &by), ERR_OK);
		assert_true(read_key(&run->arena,
		    json_object_get(json_array_get(signers, i), "key"), &key));
		assert_true(verify_raw(&key,
		    vectors_hex(&run->arena,
			vectors_text(
			    json_array_get(intermediates, i), "ToBeSign_hex")),
		    by.signature));
		run->countersignatures++;
	}
	if (count > 0)
		assert_int_equal(cbor_end(&r), ERR_OK);
}

/* The certificate that a signer carries has the vector's key. */
static void
check_certificate(
    struct run *run, struct bytes unprotected, const struct cose_key *key)
{
	struct bytes value =
	    cose_find(unprotected, COSE_HEADER_X5CHAIN, CBOR_RELAXED);
	struct cbor_reader r;
	struct cose_key own;
	X509 *certificate;

	if (value.len == 0)
		value = cose_find(unprotected, HEADER_X5BAG, CBOR_RELAXED);
	if (value.len == 0)
		return;
	r = cbor_open(value, CBOR_RELAXED, "x5chain");
	certificate = openssl_certificate(cbor_bytes(&r, "certificate"));
	assert_true(openssl_read_key(X509_get0_pubkey(certificate), &own));
	assert_true(cose_key_equal(&own, key));
	X509_free(certificate);
	run->certificates++;
}

/* What the vector says must be signed is what we say. */
static void
check_to_be_signed(struct run *run, struct bytes got, const json_t *where)
{
	const char *hex = vectors_text(where, "ToBeSign_hex");

	if (hex != NULL)
		assert_true(bytes_equal(got, vectors_hex(&run->arena, hex)));
}

/* Verifies with external data, which our own statements never have. */
static enum err
verify_sign1(struct run *run, const struct cose_sign1 *m,
    const struct cose_key *key, const char *external, const json_t *where)
{
	uint8_t room[ROOM_LEN];
	enum err err = cose_verify_sign1(
	    m, key, &crypto_hooks_default, no_bytes, room, sizeof(room));
	struct bytes message;

	if (err == ERR_UNSUPPORTED)
		return err;
	assert_int_equal(cose_to_be_signed(m->protected_map,
			     vectors_hex(&run->arena, external), m->payload,
			     room, sizeof(room), &message),
	    ERR_OK);
	check_to_be_signed(run, message, where);
	if (external == NULL)
		return err;
	assert_int_equal(err, ERR_CHECKSUM);
	return verify_raw(key, message, m->signature) ? ERR_OK : ERR_CHECKSUM;
}

static void
check_sign1(struct run *run, struct bytes in, const json_t *vector)
{
	const json_t *input = json_object_get(vector, "input");
	const json_t *sign0 = json_object_get(input, "sign0");
	const json_t *where = json_object_get(vector, "intermediates");
	bool fails = json_is_true(json_object_get(vector, "fail"));
	bool has_alg = vectors_text(sign0, "protected/alg") != NULL;
	struct cose_key key;
	bool known = read_key(&run->arena, json_object_get(sign0, "key"), &key);
	struct cose_sign1 m;
	struct fault fault;
	enum err err = cose_read_sign1(in, CBOR_RELAXED, &m, &fault);

	if (fails) {
		if (err == ERR_OK)
			err = verify_sign1(run, &m, &key,
			    vectors_text(sign0, "external"), NULL);
		assert_int_not_equal(err, ERR_OK);
		run->refused++;
		return;
	}
	assert_int_equal(err, ERR_OK);
	err =
	    verify_sign1(run, &m, &key, vectors_text(sign0, "external"), where);
	if (!known || !has_alg || !is_hooked(vectors_text(sign0, "alg"))) {
		assert_int_equal(err, ERR_UNSUPPORTED);
		run->unsupported++;
		return;
	}
	assert_int_equal(err, ERR_OK);
	run->verified++;
	check_countersignatures(run, m.unprotected,
	    json_object_get(json_object_get(sign0, "countersign"), "signers"),
	    json_object_get(where, "countersigners"));
}

/* One signer of COSE_Sign; whether its signature holds. */
static enum err
check_signer(struct run *run, const struct cose_sign *m, size_t index,
    const json_t *signer, const json_t *where)
{
	struct cose_signature by = cose_sign_signature(m, index);
	const char *external = vectors_text(signer, "external");
	uint8_t room[ROOM_LEN];
	struct bytes message;
	struct cose_key key;

	if (!read_key(&run->arena, json_object_get(signer, "key"), &key))
		memset(&key, 1, sizeof(key.point));
	assert_int_equal(
	    cose_sign_to_be_signed(m, &by, vectors_hex(&run->arena, external),
		no_bytes, room, sizeof(room), &message),
	    ERR_OK);
	check_to_be_signed(run, message, where);
	check_certificate(run, by.unprotected, &key);
	if (external != NULL)
		return verify_raw(&key, message, by.signature) ? ERR_OK
							       : ERR_CHECKSUM;
	check_countersignatures(run, by.unprotected,
	    json_object_get(json_object_get(signer, "countersign"), "signers"),
	    json_object_get(where, "countersigners"));
	return cose_verify_sign(
	    m, &by, &key, &crypto_hooks_default, no_bytes, room, sizeof(room));
}

static void
check_signers(struct run *run, const struct cose_sign *m, const json_t *vector,
    bool fails)
{
	const json_t *input = json_object_get(vector, "input");
	const json_t *sign = json_object_get(input, "sign");
	const json_t *signers = json_object_get(sign, "signers");
	const json_t *where = json_object_get(vector, "intermediates");

	assert_int_equal(json_array_size(signers), m->count);
	for (size_t i = 0; i < m->count; i++) {
		const json_t *signer = json_array_get(signers, i);
		enum err err = check_signer(run, m, i, signer,
		    fails
			? NULL
			: json_array_get(json_object_get(where, "signers"), i));

		if (fails) {
			assert_int_not_equal(err, ERR_OK);
			run->refused++;
		} else if (is_hooked(vectors_text(signer, "protected/alg"))) {
			assert_int_equal(err, ERR_OK);
			run->verified++;
		} else {
			assert_int_equal(err, ERR_UNSUPPORTED);
			run->unsupported++;
		}
	}
	if (!fails)
		check_countersignatures(run, m->unprotected,
		    json_object_get(
			json_object_get(sign, "countersign"), "signers"),
		    json_object_get(where, "countersigners"));
}

static void
check_sign(struct run *run, struct bytes in, const json_t *vector)
{
	bool fails = json_is_true(json_object_get(vector, "fail"));
	struct cose_sign m;
	struct fault fault;
	enum err err = cose_read_sign(in, CBOR_RELAXED, &m, &fault);

	if (fails && err != ERR_OK) {
		run->refused++;
		return;
	}
	assert_int_equal(err, ERR_OK);
	check_signers(run, &m, vector, fails);
}

static void
visit_cose_wg(const char *path, void *context)
{
	struct run *run = context;
	json_t *vector = vectors_json(path);
	const json_t *input = json_object_get(vector, "input");
	struct bytes in =
	    vectors_hex(&run->arena, vectors_text(vector, "output/cbor"));
	struct cose_sign1 m;
	struct cose_sign several;
	struct fault fault;

	print_message("%s\n", path);
	if (json_object_get(input, "sign0") != NULL) {
		check_sign1(run, in, vector);
	} else if (json_object_get(input, "sign") != NULL) {
		check_sign(run, in, vector);
	} else { /* MACs and encrypted ones */
		assert_int_equal(cose_read_sign1(in, CBOR_RELAXED, &m, &fault),
		    ERR_UNSUPPORTED);
		assert_int_equal(
		    cose_read_sign(in, CBOR_RELAXED, &several, &fault),
		    ERR_UNSUPPORTED);
		run->unsupported++;
	}
	json_decref(vector);
}

static void
visit_gluecose(const char *path, void *context)
{
	struct run *run = context;
	json_t *vector = vectors_json(path);
	const json_t *sign = json_object_get(vector, "sign1::sign");
	const json_t *verify = json_object_get(vector, "sign1::verify");
	const char *hex = sign != NULL
	    ? vectors_text(sign, "expectedOutput/cborHex")
	    : vectors_text(verify, "taggedCOSESign1/cborHex");
	bool good = sign != NULL ||
	    json_is_true(json_object_get(verify, "shouldVerify"));
	struct cose_sign1 m;
	struct cose_key key;
	struct fault fault;
	bool known =
	    read_key(&run->arena, json_object_get(vector, "key"), &key);
	enum err err;

	print_message("%s\n", path);
	assert_int_equal(cose_read_sign1(vectors_hex(&run->arena, hex),
			     CBOR_RELAXED, &m, &fault),
	    ERR_OK);
	err = verify_sign1(run, &m, &key, vectors_text(sign, "external"), NULL);
	if (!known || !is_hooked(vectors_text(vector, "alg"))) {
		assert_int_equal(err, ERR_UNSUPPORTED);
		run->unsupported++;
	} else if (good) {
		assert_int_equal(err, ERR_OK);
		run->verified++;
	} else {
		assert_int_not_equal(err, ERR_OK);
		run->refused++;
	}
	json_decref(vector);
}

static void
print_run(const char *name, size_t files, const struct run *run)
{
	print_message("%s: %zu files: %zu signatures verified, %zu refused as "
		      "they must be, %zu unsupported; %zu countersignatures "
		      "of version 1, %zu certificates\n",
	    name, files, run->verified, run->refused, run->unsupported,
	    run->countersignatures, run->certificates);
}

static void
cose_answers_every_example_of_its_working_group(void **state)
{
	struct run run = { .arena = arena_open((size_t)1 << 22) };
	char path[VECTORS_PATH_LEN];
	size_t files;

	(void)snprintf(
	    path, sizeof(path), "%s/cose/cose-wg", (const char *)*state);
	files = vectors_each(path, ".json", visit_cose_wg, &run);
	print_run("cose-wg", files, &run);
	assert_true(files > 0 && run.verified > 0 && run.refused > 0);
	assert_true(files <= run.verified + run.refused + run.unsupported);
	arena_close(&run.arena);
}

static void
cose_answers_every_vector_of_gluecose(void **state)
{
	struct run run = { .arena = arena_open((size_t)1 << 22) };
	char path[VECTORS_PATH_LEN];
	size_t files;

	(void)snprintf(
	    path, sizeof(path), "%s/cose/gluecose", (const char *)*state);
	files = vectors_each(path, ".json", visit_gluecose, &run);
	print_run("gluecose", files, &run);
	assert_true(files > 0 && run.verified > 0);
	assert_int_equal(files, run.verified + run.refused + run.unsupported);
	arena_close(&run.arena);
}

int
main(int argc, char *argv[])
{
	const char *root = vectors_open(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(
		    cose_answers_every_example_of_its_working_group, argv[1]),
		cmocka_unit_test_prestate(
		    cose_answers_every_vector_of_gluecose, argv[1]),
	};

	if (root == NULL)
		return VECTORS_SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
