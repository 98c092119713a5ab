/* SPDX-License-Identifier: ISC */
/* Signed statements of another ledger: headers, chains, receipts, signatures. */
#include "../vector_files.h"
#include "by_openssl.h"

#define ROOM_LEN ((size_t)32768)
#define CWT_ISS 1
#define CWT_SUB 2

static const struct bytes no_bytes = { NULL, 0 };

/* What each file is. Another one is only read. */
static const struct statement {
	const char *name;
	enum err err;	   /* of reading it */
	const char *field; /* of its fault */
	int64_t alg;
	const char *issuer; /* how it begins */
	const char *subject;
	size_t certificates;
	size_t receipts;
} statements[] = {
	{ "cosesign1tool-scitt-a3be7e5.cose", ERR_OK, "", COSE_ALG_ES256,
	    "did:x509:0:sha256:", "unknown.intent", 2, 0 },
	/* `crit` names a label of its maker's, which must then be understood */
	{ "css-attested-cosesign1-20250812.cose", ERR_UNSUPPORTED, "crit", 0,
	    "", "", 0, 0 },
	{ "css-attested-cosesign1-20260302.cose", ERR_UNSUPPORTED, "crit", 0,
	    "", "", 0, 0 },
	{ "manifest.spdx.json.sha384.digest.cose", ERR_OK, "", -38,
	    "did:x509:0:sha256:", "test.submission-1", 3, 0 },
	{ "transparent-uvm_0.2.10.cose", ERR_OK, "", -38,
	    "did:x509:0:sha256:", "ContainerPlat-AMD-UVM", 3, 1 },
};

struct run {
	struct arena arena;
	size_t read;
	size_t refused;
	size_t unlisted;
	size_t verified; /* by ours */
	size_t openssl;	 /* by OpenSSL over our bytes */
};

static void
check_claims(const struct cose_sign1 *m, const struct statement *want)
{
	struct bytes claims =
	    cose_find(m->protected_map, COSE_HEADER_CWT_CLAIMS, CBOR_RELAXED);
	struct bytes iss = cose_find(claims, CWT_ISS, CBOR_RELAXED);
	struct bytes sub = cose_find(claims, CWT_SUB, CBOR_RELAXED);
	struct cbor_reader r = cbor_open(iss, CBOR_RELAXED, "iss");

	assert_true(bytes_starts(cbor_text(&r, "iss"), bytes_of(want->issuer)));
	r = cbor_open(sub, CBOR_RELAXED, "sub");
	assert_true(bytes_equal_text(cbor_text(&r, "sub"), want->subject));
}

/* Each receipt of a transparent statement is a COSE_Sign1 itself. */
static void
check_receipts(const struct cose_sign1 *m, const struct statement *want)
{
	struct bytes receipts =
	    cose_find(m->unprotected, COSE_HEADER_RECEIPTS, CBOR_RELAXED);
	struct cbor_reader r = cbor_open(receipts, CBOR_RELAXED, "receipts");
	size_t count = receipts.len == 0 ? 0 : cbor_array(&r, "receipts");

	assert_int_equal(count, want->receipts);
	for (size_t i = 0; i < count; i++) {
		struct bytes in = cbor_bytes(&r, "receipt");
		struct cose_sign1 receipt;
		struct fault fault;

		assert_int_equal(
		    cose_read_sign1(in, CBOR_RELAXED, &receipt, &fault),
		    ERR_OK);
		assert_true(receipt.detached);
		/* 2: another tree than RFC 9162's */
		assert_true(bytes_equal(cose_find(receipt.protected_map,
					    COSE_HEADER_VDS, CBOR_RELAXED),
		    BYTES("\x02")));
		assert_true(cose_find(receipt.unprotected, COSE_HEADER_VDP,
				CBOR_RELAXED)
				.len > 0);
	}
}

static void
check_signature(
    struct run *run, const struct cose_sign1 *m, struct bytes certificate_der)
{
	X509 *certificate = openssl_certificate(certificate_der);
	EVP_PKEY *pkey = X509_get0_pubkey(certificate);
	uint8_t *room = arena_take(&run->arena, ROOM_LEN);
	struct cose_key key;
	struct bytes message;

	assert_non_null(room);
	if (openssl_read_key(pkey, &key)) {
		assert_int_equal(
		    cose_verify_sign1(m, &key, &crypto_hooks_default, no_bytes,
			room, ROOM_LEN),
		    ERR_OK);
		run->verified++;
	} else {
		assert_int_equal(cose_to_be_signed(m->protected_map, no_bytes,
				     m->payload, room, ROOM_LEN, &message),
		    ERR_OK);
		assert_true(
		    openssl_verify(pkey, EVP_sha384(), message, m->signature));
		run->openssl++;
	}
	X509_free(certificate);
}

static void
check_chain(
    struct run *run, const struct cose_sign1 *m, const struct statement *want)
{
	struct bytes chain =
	    cose_find(m->protected_map, COSE_HEADER_X5CHAIN, CBOR_RELAXED);
	struct cbor_reader r = cbor_open(chain, CBOR_RELAXED, "x5chain");
	size_t count = cbor_array(&r, "x5chain");

	assert_int_equal(count, want->certificates);
	check_signature(run, m, cbor_bytes(&r, "certificate"));
	for (size_t i = 1; i < count; i++)
		X509_free(openssl_certificate(cbor_bytes(&r, "certificate")));
	assert_int_equal(cbor_end(&r), ERR_OK);
}

static const struct statement *
find_statement(const char *path)
{
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (bytes_ends(bytes_of(path), bytes_of(statements[i].name)))
			return &statements[i];
	return NULL;
}

static void
visit(const char *path, void *context)
{
	struct run *run = context;
	const struct statement *want = find_statement(path);
	struct cose_sign1 m;
	struct fault fault;
	enum err err = cose_read_sign1(
	    vectors_read(&run->arena, path), CBOR_RELAXED, &m, &fault);

	print_message("%s\n", path);
	if (want == NULL) {
		assert_true(err == ERR_OK || err == ERR_UNSUPPORTED);
		run->unlisted++;
		return;
	}
	assert_int_equal(err, want->err);
	if (err != ERR_OK) {
		assert_string_equal(fault.field, want->field);
		run->refused++;
		return;
	}
	assert_int_equal(m.alg, want->alg);
	check_claims(&m, want);
	check_chain(run, &m, want);
	check_receipts(&m, want);
	run->read++;
}

static void
statements_of_another_ledger_are_read(void **state)
{
	struct run run = { .arena = arena_open((size_t)1 << 22) };
	char path[VECTORS_PATH_LEN];
	size_t files;

	(void)snprintf(path, sizeof(path), "%s/scitt", (const char *)*state);
	files = vectors_each(path, ".cose", visit, &run);
	print_message(
	    "scitt: %zu files: %zu read, %zu refused for a label that "
	    "must be understood, %zu not listed; %zu signatures verified, "
	    "%zu more by OpenSSL\n",
	    files, run.read, run.refused, run.unlisted, run.verified,
	    run.openssl);
	assert_true(files > 0);
	assert_int_equal(files, run.read + run.refused + run.unlisted);
	arena_close(&run.arena);
}

int
main(int argc, char *argv[])
{
	const char *root = vectors_open(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(
		    statements_of_another_ledger_are_read, argv[1]),
	};

	if (root == NULL)
		return VECTORS_SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
