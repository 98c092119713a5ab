/* SPDX-License-Identifier: ISC */
/* Certificates in PEM and DER, old ones, bundles and limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "base/limits.h"
#include "base/out.h"
#include "inspect/certificates.h"

#define PATH "squashfs@0x0!/etc/https.crt"

static EVP_PKEY *
make_key(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	assert_non_null(key);
	return key;
}

/* A certificate that signs itself and ends at this time. */
static X509 *
make(EVP_PKEY *key, const char *name, const char *not_after)
{
	X509 *x509 = X509_new();
	X509_NAME *subject = X509_get_subject_name(x509);

	assert_int_equal(X509_set_version(x509, 2), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x509), 1), 1);
	assert_int_equal(
	    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
		(const unsigned char *)name, -1, -1, 0),
	    1);
	assert_int_equal(X509_set_issuer_name(x509, subject), 1);
	assert_int_equal(
	    ASN1_TIME_set_string(X509_getm_notBefore(x509), "19500101000000Z"),
	    1);
	assert_int_equal(
	    ASN1_TIME_set_string(X509_getm_notAfter(x509), not_after), 1);
	assert_int_equal(X509_set_pubkey(x509, key), 1);
	assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
	return x509;
}

static void
put(struct out *o, X509 *x509, bool der)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data = NULL;

	assert_int_equal(
	    der ? i2d_X509_bio(bio, x509) : PEM_write_bio_X509(bio, x509), 1);
	long len = BIO_get_mem_data(bio, &data);

	out_put(o, (struct bytes){ (const uint8_t *)data, (size_t)len });
	BIO_free(bio);
}

static struct out
one(const char *name, const char *not_after, bool der)
{
	EVP_PKEY *key = make_key();
	X509 *x509 = make(key, name, not_after);
	struct out o = out_open(MIB);

	put(&o, x509, der);
	X509_free(x509);
	EVP_PKEY_free(key);
	return o;
}

static struct facts
look(const char *path, struct bytes content)
{
	struct certificates all = { 0 };
	struct facts facts = facts_open(LIMIT_FACTS_LEN);

	assert_int_equal(
	    certificates_find(&all, bytes_of(path), content, &facts), ERR_OK);
	assert_int_equal(all.found, facts.count);
	return facts;
}

static void
certificates_reads_pem_and_der(void **state)
{
	(void)state;
	for (int der = 0; der < 2; der++) {
		struct out o = one("caméra", "20301231235959Z", der != 0);
		struct facts facts = look(PATH, out_bytes(&o));

		assert_int_equal(facts.count, 1);
		const struct fact *fact = &facts.list[0];

		assert_int_equal(fact->kind, FACT_CERTIFICATE);
		assert_true(bytes_equal_text(fact->name, "CN = caméra"));
		assert_true(bytes_equal_text(fact->detail, "CN = caméra"));
		assert_true(
		    bytes_equal_text(fact->value, "ecdsa-with-SHA256 256"));
		assert_int_equal(fact->extra.len, 64);
		assert_true(fact->number == UINT64_C(1924991999));
		facts_close(&facts);
		out_close(&o);
	}
}

static void
certificates_gives_zero_for_times_before_1970(void **state)
{
	struct out o = one("old", "19600101000000Z", false);
	struct facts facts = look(PATH, out_bytes(&o));

	(void)state;
	assert_int_equal(facts.count, 1);
	assert_true(facts.list[0].number == 0);
	facts_close(&facts);
	out_close(&o);
}

static void
certificates_tells_bundles_by_number_and_folder(void **state)
{
	struct out o = one("root", "20301231235959Z", false);
	struct out many = out_open(MIB);
	struct facts facts = look("x!/etc/ssl/certs/root.pem", out_bytes(&o));

	(void)state;
	assert_int_equal(facts.count, 1);
	assert_int_equal(facts.list[0].kind, FACT_CA_CERTIFICATE);
	facts_close(&facts);
	for (unsigned i = 0; i < 10; i++)
		out_put(&many, out_bytes(&o));
	facts = look(PATH, out_bytes(&many));
	assert_int_equal(facts.count, 10);
	assert_int_equal(facts.list[9].kind, FACT_CERTIFICATE);
	facts_close(&facts);
	out_put(&many, out_bytes(&o));
	facts = look(PATH, out_bytes(&many));
	assert_int_equal(facts.count, 11);
	assert_int_equal(facts.list[0].kind, FACT_CA_CERTIFICATE);
	facts_close(&facts);
	for (unsigned i = 0; i < 250; i++)
		out_put(&many, out_bytes(&o));
	facts = look(PATH, out_bytes(&many));
	assert_int_equal(facts.count, CERTIFICATES_PER_IMAGE);
	facts_close(&facts);
	out_close(&many);
	out_close(&o);
}

static void
certificates_refuses_every_prefix_and_what_follows(void **state)
{
	struct out der = one("x", "20301231235959Z", true);
	struct out pem = one("x", "20301231235959Z", false);
	struct facts facts;

	(void)state;
	for (size_t len = 0; len < der.len; len++) {
		facts = look(PATH, bytes_slice(out_bytes(&der), 0, len));
		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
	for (size_t len = 0; len < pem.len - 1; len++) {
		facts = look(PATH, bytes_slice(out_bytes(&pem), 0, len));
		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
	out_u8(&der, 0); /* a DER file is one certificate and nothing else */
	facts = look(PATH, out_bytes(&der));
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
	out_close(&der);
	out_close(&pem);
}

/* Test material inside a library is no certificate of the device. */
static void
certificates_ignores_programs(void **state)
{
	struct out pem = one("x", "20301231235959Z", false);
	struct out o = out_open(MIB);

	(void)state;
	out_put(&o, BYTES("\177ELF\0\0\0"));
	out_put(&o, out_bytes(&pem));
	struct facts facts = look("x!/lib/libmbedx509.so", out_bytes(&o));

	assert_int_equal(facts.count, 0);
	facts_close(&facts);
	out_close(&o);
	out_close(&pem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates_reads_pem_and_der),
		cmocka_unit_test(certificates_gives_zero_for_times_before_1970),
		cmocka_unit_test(
		    certificates_tells_bundles_by_number_and_folder),
		cmocka_unit_test(
		    certificates_refuses_every_prefix_and_what_follows),
		cmocka_unit_test(certificates_ignores_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
