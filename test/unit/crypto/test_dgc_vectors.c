/* SPDX-License-Identifier: ISC */
/* Every EU health certificate: base45, zlib, COSE and its issuer's signature. */
#include "../vector_files.h"
#include "by_openssl.h"
#include "codec/base64.h"
#include "codec/base_n.h"
#include "crypto/cose.h"

#include <zlib.h>

#define ROOM_LEN ((size_t)16384)
#define PREFIX "HC1:"

static const struct bytes no_bytes = { NULL, 0 };

struct run {
	struct arena arena;
	size_t decoded;	 /* from base45 */
	size_t inflated; /* from zlib, to the same COSE bytes */
	size_t payloads; /* the same CBOR bytes */
	size_t ours;	 /* verified by our own */
	size_t openssl;	 /* verified by OpenSSL over our bytes */
	size_t refused;	 /* that must be, and were */
	size_t open;	 /* payloads with indefinite lengths inside */
	size_t silent;	 /* files that say nothing of what is tested here */
};

/* What a certificate file expects of one step: 1 yes, 0 no, -1 nothing. */
static int
expects(const json_t *vector, const char *name)
{
	const json_t *value =
	    json_object_get(json_object_get(vector, "EXPECTEDRESULTS"), name);

	return value == NULL ? -1 : json_is_true(value);
}

static uint8_t *
take_room(struct run *run)
{
	uint8_t *room = arena_take(&run->arena, ROOM_LEN);

	assert_non_null(room);
	return room;
}

static X509 *
read_certificate(struct run *run, const json_t *vector)
{
	const char *text = vectors_text(vector, "TESTCTX/CERTIFICATE");
	uint8_t *room = take_room(run);
	struct bytes der;
	size_t wrong;

	assert_int_equal(
	    base64_decode(BASE64_STANDARD, bytes_trim(bytes_of(text)), room,
		ROOM_LEN, &der, &wrong),
	    ERR_OK);
	return openssl_certificate(der);
}

static enum err
verify(struct run *run, struct bytes in, X509 *certificate)
{
	EVP_PKEY *pkey = X509_get0_pubkey(certificate);
	struct cose_key key;
	struct cose_sign1 m;
	struct fault fault;
	struct bytes message;
	enum err err = cose_read_sign1(in, CBOR_RELAXED, &m, &fault);

	if (err != ERR_OK)
		return err;
	if (openssl_read_key(pkey, &key)) {
		err = cose_verify_sign1(&m, &key, &crypto_hooks_default,
		    no_bytes, take_room(run), ROOM_LEN);
		run->ours += err == ERR_OK;
		return err;
	}
	assert_int_equal(cose_to_be_signed(m.protected_map, no_bytes, m.payload,
			     take_room(run), ROOM_LEN, &message),
	    ERR_OK);
	if (!openssl_verify(pkey, EVP_sha256(), message, m.signature))
		return ERR_CHECKSUM;
	run->openssl++;
	return ERR_OK;
}

/* base45; gives the compressed bytes, empty when there is no text to decode or
   it must not decode. */
static struct bytes
check_text(struct run *run, const json_t *vector)
{
	const char *prefixed = vectors_text(vector, "PREFIX");
	const char *text = vectors_text(vector, "BASE45");
	const char *hex = vectors_text(vector, "COMPRESSED");
	int unprefix = expects(vector, "EXPECTEDUNPREFIX");
	int decode = expects(vector, "EXPECTEDB45DECODE");
	struct bytes out = no_bytes;
	size_t at;
	enum err err;

	if (unprefix >= 0)
		assert_int_equal(
		    bytes_starts(bytes_of(prefixed), bytes_of(PREFIX)),
		    unprefix);
	if (text == NULL || unprefix == 0)
		return no_bytes;
	err = base_n_decode(
	    BASE_45, bytes_of(text), take_room(run), ROOM_LEN, &out, &at);
	if (decode == 0) {
		assert_int_equal(err, ERR_MALFORMED);
		run->refused++;
		return no_bytes;
	}
	assert_int_equal(err, ERR_OK);
	if (hex != NULL && decode == 1)
		assert_true(bytes_equal(out, vectors_hex(&run->arena, hex)));
	run->decoded++;
	return out;
}

static void
check_inflation(struct run *run, const json_t *vector, struct bytes in)
{
	int want = expects(vector, "EXPECTEDCOMPRESSION");
	const char *hex = vectors_text(vector, "COSE");
	uint8_t *room = take_room(run);
	uLongf len = ROOM_LEN;
	int got;

	if (want < 0)
		return;
	if (in.len == 0)
		in = vectors_hex(
		    &run->arena, vectors_text(vector, "COMPRESSED"));
	got = uncompress(room, &len, in.ptr, in.len);
	if (want == 0) {
		assert_int_not_equal(got, Z_OK);
		run->refused++;
		return;
	}
	assert_int_equal(got, Z_OK);
	if (hex != NULL)
		assert_true(bytes_equal((struct bytes){ room, len },
		    vectors_hex(&run->arena, hex)));
	run->inflated++;
}

/* The payload is the CBOR that the file has. */
static void
check_payload(struct run *run, const json_t *vector, struct bytes in)
{
	const char *hex = vectors_text(vector, "CBOR");
	struct cose_sign1 m;
	struct fault fault;
	enum err err;

	if (expects(vector, "EXPECTEDDECODE") != 1)
		return;
	assert_int_equal(cose_read_sign1(in, CBOR_RELAXED, &m, &fault), ERR_OK);
	if (hex != NULL &&
	    bytes_equal(m.payload, vectors_hex(&run->arena, hex)))
		run->payloads++;
	err = cbor_check(m.payload, CBOR_RELAXED, &fault);
	assert_true(err == ERR_OK || err == ERR_UNSUPPORTED);
	run->open += err == ERR_UNSUPPORTED;
}

static void
check_signature(struct run *run, const json_t *vector, struct bytes in)
{
	int want = expects(vector, "EXPECTEDVERIFY");
	X509 *certificate = read_certificate(run, vector);
	enum err err = verify(run, in, certificate);

	X509_free(certificate);
	if (want == 1)
		assert_int_equal(err, ERR_OK);
	if (want != 0)
		return;
	assert_int_not_equal(err, ERR_OK);
	run->refused++;
}

static void
visit(const char *path, void *context)
{
	struct run *run = context;
	json_t *vector = vectors_json(path);
	const char *hex = vectors_text(vector, "COSE");
	struct bytes compressed;

	print_message("%s\n", path);
	compressed = check_text(run, vector);
	check_inflation(run, vector, compressed);
	if (hex != NULL) {
		struct bytes in = vectors_hex(&run->arena, hex);

		check_payload(run, vector, in);
		check_signature(run, vector, in);
	} else {
		assert_int_not_equal(expects(vector, "EXPECTEDVERIFY"), 1);
		run->silent++;
	}
	json_decref(vector);
	arena_close(&run->arena);
}

static void
health_certificates_are_answered_as_they_expect(void **state)
{
	struct run run = { .arena = arena_open((size_t)1 << 22) };
	char path[VECTORS_PATH_LEN];
	size_t files;

	(void)snprintf(path, sizeof(path), "%s/dgc", (const char *)*state);
	files = vectors_each(path, ".json", visit, &run);
	print_message(
	    "dgc: %zu files: %zu from base45, %zu inflated, %zu payloads, "
	    "%zu signatures verified, %zu more by OpenSSL, "
	    "%zu refused as they must be, %zu payloads with indefinite "
	    "lengths, %zu without COSE\n",
	    files, run.decoded, run.inflated, run.payloads, run.ours,
	    run.openssl, run.refused, run.open, run.silent);
	assert_true(files > 0 && run.ours > 0 && run.refused > 0);
}

int
main(int argc, char *argv[])
{
	const char *root = vectors_open(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(
		    health_certificates_are_answered_as_they_expect, argv[1]),
	};

	if (root == NULL)
		return VECTORS_SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
