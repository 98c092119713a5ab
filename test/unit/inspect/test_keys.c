/* SPDX-License-Identifier: ISC */
/* Keys that really parse, in every wrapping, and what only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/limits.h"
#include "base/out.h"
#include "crypto/hash.h"
#include "inspect/keys.h"
#include "inspect/needles.h"

#define PATH "squashfs@0x0!/etc/test.bin"

struct fixture {
	EVP_PKEY *rsa, *ec, *ed;
	struct facts facts;
};

static int
make_keys(void **state)
{
	static struct fixture f;

	f.rsa = EVP_RSA_gen(1024);
	f.ec = EVP_EC_gen("P-256");
	f.ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	*state = &f;
	return f.rsa == NULL || f.ec == NULL || f.ed == NULL;
}

static int
free_keys(void **state)
{
	struct fixture *f = *state;

	EVP_PKEY_free(f->rsa);
	EVP_PKEY_free(f->ec);
	EVP_PKEY_free(f->ed);
	return 0;
}

/* What is in a memory BIO, as an out of its own. */
static struct out
take_bio(BIO *bio)
{
	struct out o = out_open(MIB);
	char *data = NULL;
	long len = BIO_get_mem_data(bio, &data);

	out_put(&o, (struct bytes){ (const uint8_t *)data, (size_t)len });
	BIO_free(bio);
	return o;
}

static struct out
pem_pkcs8(EVP_PKEY *key, const EVP_CIPHER *cipher)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, key, cipher,
			     cipher != NULL ? "pw" : NULL,
			     cipher != NULL ? 2 : 0, NULL, NULL),
	    1);
	return take_bio(bio);
}

static struct out
pem_traditional(EVP_PKEY *key, const EVP_CIPHER *cipher)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_PrivateKey_traditional(bio, key, cipher,
			     (const unsigned char *)"pw", 2, NULL, NULL),
	    1);
	return take_bio(bio);
}

/* Traditional DER (PKCS#1, SEC1); Ed25519 has PKCS#8 only. */
static struct out
der_of(EVP_PKEY *key)
{
	struct out o = out_open(MIB);
	uint8_t *der = NULL;
	int len = i2d_PrivateKey(key, &der);

	assert_true(len > 0);
	out_put(&o, (struct bytes){ der, (size_t)len });
	OPENSSL_free(der);
	return o;
}

static struct out
der_pkcs8(EVP_PKEY *key)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	struct out o = out_open(MIB);
	uint8_t *der = NULL;
	int len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	assert_true(len > 0);
	out_put(&o, (struct bytes){ der, (size_t)len });
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(info);
	return o;
}

/* SHA-256 of the key's SPKI in hex, made without the code under test. */
static void
fingerprint(EVP_PKEY *key, char ret[static 65])
{
	uint8_t digest[HASH_MAX_LEN];
	uint8_t *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	assert_true(len > 0);
	assert_int_equal(
	    hash_of(HASH_SHA256, (struct bytes){ der, (size_t)len }, digest),
	    ERR_OK);
	OPENSSL_free(der);
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", digest[i]);
}

static struct facts
look_at(const char *path, struct bytes content, struct bytes known)
{
	struct facts facts = facts_open(LIMIT_FACTS_LEN);

	assert_int_equal(
	    keys_find(bytes_of(path), content, NEEDLES_ALL, known, &facts),
	    ERR_OK);
	return facts;
}

static struct facts
look(struct bytes content)
{
	return look_at(PATH, content, (struct bytes){ NULL, 0 });
}

static void
assert_nothing(struct bytes content)
{
	struct facts facts = look(content);

	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

/* One private key, of this type and container, with this key's print. */
static void
assert_key(struct bytes content, EVP_PKEY *key, const char *type,
    const char *container, uint64_t at)
{
	struct facts facts = look(content);
	char hex[65];

	assert_int_equal(facts.count, 1);
	fingerprint(key, hex);
	assert_int_equal(facts.list[0].kind, FACT_PRIVATE_KEY);
	assert_true(bytes_equal_text(facts.list[0].name, type));
	assert_true(bytes_equal_text(facts.list[0].value, hex));
	assert_true(bytes_equal_text(facts.list[0].extra, container));
	assert_int_equal(facts.list[0].detail.len, 0);
	assert_true(facts.list[0].at == at);
	facts_close(&facts);
}

static void
assert_encrypted(struct bytes content, const char *container)
{
	struct facts facts = look(content);

	assert_int_equal(facts.count, 1);
	assert_int_equal(facts.list[0].kind, FACT_ENCRYPTED_KEY);
	assert_true(bytes_equal_text(facts.list[0].name, container));
	facts_close(&facts);
}

static void
keys_finds_pem_of_every_kind(void **state)
{
	struct fixture *f = *state;
	struct out o[5] = { pem_pkcs8(f->rsa, NULL),
		pem_traditional(f->rsa, NULL), pem_traditional(f->ec, NULL),
		pem_pkcs8(f->ec, NULL), pem_pkcs8(f->ed, NULL) };

	assert_key(out_bytes(&o[0]), f->rsa, "RSA 1024", "pem", 0);
	assert_key(out_bytes(&o[1]), f->rsa, "RSA 1024", "pem", 0);
	assert_key(out_bytes(&o[2]), f->ec, "EC P-256", "pem", 0);
	assert_key(out_bytes(&o[3]), f->ec, "EC P-256", "pem", 0);
	assert_key(out_bytes(&o[4]), f->ed, "Ed25519", "pem", 0);
	for (size_t i = 0; i < 5; i++)
		out_close(&o[i]);
}

/* Between binary rubbish, with \n as in a C text, and several in one file. */
static void
keys_finds_pem_inside_programs(void **state)
{
	struct fixture *f = *state;
	struct out pem = pem_traditional(f->ec, NULL);
	struct out all = out_open(MIB);
	struct out escaped = out_open(MIB);

	out_put(&all, BYTES("\177ELF\0\0-----BEGIN \0-----END X-----\0"));
	size_t at = all.len;

	out_put(&all, out_bytes(&pem));
	assert_key(out_bytes(&all), f->ec, "EC P-256", "pem", at);
	for (size_t i = 0; i < pem.len; i++) {
		if (pem.ptr[i] == '\n')
			out_text(&escaped, "\\n");
		else
			out_u8(&escaped, pem.ptr[i]);
	}
	assert_key(out_bytes(&escaped), f->ec, "EC P-256", "pem", 0);
	out_put(&all, out_bytes(&pem));
	out_put(&all, out_bytes(&escaped));
	struct facts facts = look(out_bytes(&all));

	assert_int_equal(facts.count, 3);
	facts_close(&facts);
	out_close(&escaped);
	out_close(&all);
	out_close(&pem);
}

/* TRAP: crypto libraries hold the markers alone, or with a few bytes. */
static void
keys_misses_bare_markers(void **state)
{
	static const char *const texts[] = {
		"-----BEGIN RSA PRIVATE KEY-----\0-----END RSA PRIVATE KEY-----",
		"-----BEGIN EC PRIVATE KEY-----\nAAAA\n"
		"-----END EC PRIVATE KEY-----",
		"-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkqhkiG9w0BAQEFAASC"
		"AT4wggE6AgEAAkEAq7BFUpkGp3+LQmlQYx2eqzDV+xeG8kx/sQFV18S5JhzG\n"
		"-----END PRIVATE KEY-----\n",
		"-----BEGIN PRIVATE KEY-----",
		"-----BEGIN -----END -----",
		"-----BEGIN A PRIVATE KEY-----\nAA==\n-----END B PRIVATE "
		"KEY-----",
	};

	(void)state;
	assert_nothing((struct bytes){ (const uint8_t *)texts[0], 62 });
	for (size_t i = 1; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_nothing(bytes_of(texts[i]));
}

static void
keys_tells_encrypted_ones(void **state)
{
	struct fixture *f = *state;
	struct out pkcs8 = pem_pkcs8(f->rsa, EVP_aes_128_cbc());
	struct out old = pem_traditional(f->ec, EVP_aes_128_cbc());

	assert_encrypted(out_bytes(&pkcs8), "pem");
	assert_encrypted(out_bytes(&old), "pem");
	out_close(&pkcs8);
	out_close(&old);
}

/* An encrypted key's fact has the password when it is a common one. */
static void
assert_password(struct bytes content, const char *container, const char *word)
{
	struct facts facts = look(content);

	assert_int_equal(facts.count, 1);
	assert_int_equal(facts.list[0].kind, FACT_ENCRYPTED_KEY);
	assert_true(bytes_equal_text(facts.list[0].name, container));
	assert_true(bytes_equal_text(facts.list[0].value, word));
	facts_close(&facts);
}

static struct out
encrypted_with(EVP_PKEY *key, char *word, bool traditional)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int len = (int)strlen(word);

	if (traditional)
		assert_int_equal(PEM_write_bio_PrivateKey_traditional(bio, key,
				     EVP_aes_128_cbc(), (unsigned char *)word,
				     len, NULL, NULL),
		    1);
	else
		assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, key,
				     EVP_aes_128_cbc(), word, len, NULL, NULL),
		    1);
	return take_bio(bio);
}

static void
keys_opens_those_with_a_common_password(void **state)
{
	struct fixture *f = *state;
	char common[] = "changeit";
	char own[] = "Zk3#kdlq9w2";

	for (int traditional = 0; traditional < 2; traditional++) {
		struct out weak = encrypted_with(f->rsa, common, traditional);
		struct out strong = encrypted_with(f->rsa, own, traditional);

		assert_password(out_bytes(&weak), "pem", common);
		assert_password(out_bytes(&strong), "pem", "");
		out_close(&weak);
		out_close(&strong);
	}
}

/* With so many rounds for key and MAC. */
static struct out
pkcs12(EVP_PKEY *key, char *word, int rounds)
{
	X509 *cert = X509_new();
	struct out o = out_open(MIB);
	uint8_t *der = NULL;

	assert_int_equal(X509_set_pubkey(cert, key), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(cert), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(cert), 60));
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	PKCS12 *store =
	    PKCS12_create(word, NULL, key, cert, NULL, 0, 0, rounds, rounds, 0);

	assert_non_null(store);
	int len = i2d_PKCS12(store, &der);

	assert_true(len > 0);
	out_put(&o, (struct bytes){ der, (size_t)len });
	OPENSSL_free(der);
	PKCS12_free(store);
	X509_free(cert);
	return o;
}

static void
keys_knows_pkcs12_and_its_common_password(void **state)
{
	struct fixture *f = *state;
	char common[] = "changeit";
	char own[] = "Zk3#kdlq9w2";
	struct out weak = pkcs12(f->rsa, common, 2048);
	struct out strong = pkcs12(f->rsa, own, 2048);
	struct out slow = pkcs12(f->rsa, common, 5000);

	assert_password(out_bytes(&weak), "pkcs12", common);
	assert_password(out_bytes(&strong), "pkcs12", "");
	assert_password(out_bytes(&slow), "pkcs12", ""); /* too dear to try */
	for (size_t len = 0; len < weak.len; len += 7) {
		struct facts facts =
		    look(bytes_slice(out_bytes(&weak), 0, len));

		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
	out_close(&weak);
	out_close(&strong);
	out_close(&slow);
}

static void
keys_finds_der_files_and_der_in_blobs(void **state)
{
	struct fixture *f = *state;
	EVP_PKEY *key[3] = { f->rsa, f->ec, f->ed };
	static const char *const types[] = { "RSA 1024", "EC P-256",
		"Ed25519" };

	for (size_t i = 0; i < 3; i++) {
		struct out plain = der_of(key[i]);
		struct out pkcs8 = der_pkcs8(key[i]);
		struct out blob = out_open(MIB);

		assert_key(out_bytes(&plain), key[i], types[i], "der", 0);
		assert_key(out_bytes(&pkcs8), key[i], types[i], "der", 0);
		out_put(&blob, BYTES("\x30\x82\x02\x01\x00 rubbish"));
		size_t at = blob.len;

		out_put(&blob, out_bytes(&plain));
		out_put(&blob, BYTES("\0\0more rubbish"));
		assert_key(out_bytes(&blob), key[i], types[i], "der", at);
		out_close(&blob);
		blob = out_open(MIB);
		out_put(&blob, BYTES("xx"));
		out_put(&blob, out_bytes(&pkcs8));
		out_put(&blob, BYTES("yy"));
		struct facts facts = look(out_bytes(&blob));

		assert_int_equal(facts.count, 1);
		facts_close(&facts);
		out_close(&blob);
		out_close(&pkcs8);
		out_close(&plain);
	}
}

/* Right structure, but p times q is not n. */
static void
keys_misses_rsa_numbers_that_disagree(void **state)
{
	struct fixture *f = *state;
	struct out der = der_of(f->rsa);

	der.ptr[40] ^= 1; /* inside n */
	assert_nothing(out_bytes(&der));
	out_close(&der);
}

static void
keys_refuses_every_prefix(void **state)
{
	struct fixture *f = *state;
	struct out pem = pem_traditional(f->ec, NULL);
	struct out der = der_of(f->rsa);

	for (size_t len = 0; len < pem.len - 1; len++)
		assert_nothing(bytes_slice(out_bytes(&pem), 0, len));
	for (size_t len = 0; len < der.len; len++)
		assert_nothing(bytes_slice(out_bytes(&der), 0, len));
	out_close(&pem);
	out_close(&der);
}

static void
put_string(struct out *o, struct bytes in)
{
	out_u32be(o, (uint32_t)in.len);
	out_put(o, in);
}

/* A number of the key as SSH writes it: no sign bit. */
static void
put_number(struct out *o, EVP_PKEY *key, const char *name)
{
	uint8_t buffer[300] = { 0 };
	BIGNUM *n = NULL;

	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &n), 1);
	int len = BN_bn2bin(n, buffer + 1);
	size_t skip = (buffer[1] & 0x80) != 0 ? 0 : 1;

	put_string(o, (struct bytes){ buffer + skip, (size_t)len + 1 - skip });
	BN_free(n);
}

static struct out
dropbear_rsa(EVP_PKEY *key)
{
	struct out o = out_open(MIB);

	put_string(&o, BYTES("ssh-rsa"));
	put_number(&o, key, OSSL_PKEY_PARAM_RSA_E);
	put_number(&o, key, OSSL_PKEY_PARAM_RSA_N);
	put_number(&o, key, OSSL_PKEY_PARAM_RSA_D);
	put_number(&o, key, OSSL_PKEY_PARAM_RSA_FACTOR1);
	put_number(&o, key, OSSL_PKEY_PARAM_RSA_FACTOR2);
	return o;
}

static void
keys_finds_dropbear_host_keys(void **state)
{
	struct fixture *f = *state;
	struct out rsa = dropbear_rsa(f->rsa);
	struct out ed = out_open(MIB);
	uint8_t pair[64];
	size_t len = 32;
	char hex[65];

	assert_int_equal(EVP_PKEY_get_raw_private_key(f->ed, pair, &len), 1);
	assert_int_equal(
	    EVP_PKEY_get_raw_public_key(f->ed, pair + 32, &len), 1);
	put_string(&ed, BYTES("ssh-ed25519"));
	put_string(&ed, (struct bytes){ pair, 64 });
	struct facts facts =
	    look_at("squashfs@0x0!/etc/dropbear/dropbear_rsa_host_key",
		out_bytes(&rsa), (struct bytes){ NULL, 0 });

	assert_int_equal(facts.count, 2);
	assert_true(bytes_equal_text(facts.list[0].extra, "dropbear"));
	assert_int_equal(facts.list[1].kind, FACT_HOST_KEY);
	assert_true(bytes_equal_text(facts.list[1].name, "dropbear"));
	fingerprint(f->rsa, hex);
	assert_true(bytes_equal_text(facts.list[1].value, hex));
	facts_close(&facts);
	facts = look(out_bytes(&ed));
	assert_int_equal(facts.count, 2);
	fingerprint(f->ed, hex);
	assert_true(bytes_equal_text(facts.list[0].value, hex));
	facts_close(&facts);
	for (size_t i = 0; i < rsa.len; i++) {
		/* d alone makes an old file: no p and q are asked for */
		facts = look(bytes_slice(out_bytes(&rsa), 0, i));
		assert_true(facts.count == 0 || facts.count == 2);
		facts_close(&facts);
	}
	out_close(&rsa);
	out_close(&ed);
}

/* TRAP: OpenWrt ships the files empty; the keys are made at first boot. */
static void
keys_finds_nothing_in_empty_host_keys(void **state)
{
	struct facts facts =
	    look_at("squashfs@0x0!/etc/dropbear/dropbear_rsa_host_key",
		(struct bytes){ NULL, 0 }, (struct bytes){ NULL, 0 });

	(void)state;
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
put_armored(struct out *o, const char *label, struct bytes in)
{
	char *text = malloc(in.len * 2 + 8);
	int len = EVP_EncodeBlock((unsigned char *)text, in.ptr, (int)in.len);

	out_text(o, "-----BEGIN ");
	out_text(o, label);
	out_text(o, "-----\n");
	for (int at = 0; at < len; at += 70) {
		out_put(o,
		    (struct bytes){ (const uint8_t *)text + at,
			(size_t)(len - at < 70 ? len - at : 70) });
		out_text(o, "\n");
	}
	out_text(o, "-----END ");
	out_text(o, label);
	out_text(o, "-----\n");
	free(text);
}

static struct out
openssh(EVP_PKEY *ed, bool encrypted)
{
	struct out key = out_open(MIB);
	struct out inner = out_open(MIB);
	struct out whole = out_open(MIB);
	struct out pem = out_open(MIB);
	uint8_t public_key[32];
	size_t len = 32;

	assert_int_equal(EVP_PKEY_get_raw_public_key(ed, public_key, &len), 1);
	put_string(&key, BYTES("ssh-ed25519"));
	put_string(&key, (struct bytes){ public_key, 32 });
	out_put(&inner, BYTES("\x01\x02\x03\x04\x01\x02\x03\x04"));
	put_string(&inner, BYTES("ssh-ed25519"));
	out_put(&inner, BYTES("and so on"));
	out_put(&whole, BYTES("openssh-key-v1\0"));
	put_string(&whole, encrypted ? BYTES("aes256-ctr") : BYTES("none"));
	put_string(&whole, encrypted ? BYTES("bcrypt") : BYTES("none"));
	put_string(&whole, BYTES(""));
	out_u32be(&whole, 1);
	put_string(&whole, out_bytes(&key));
	put_string(&whole, out_bytes(&inner));
	put_armored(&pem, "OPENSSH PRIVATE KEY", out_bytes(&whole));
	out_close(&key);
	out_close(&inner);
	out_close(&whole);
	return pem;
}

static void
keys_finds_openssh_keys(void **state)
{
	struct fixture *f = *state;
	struct out plain = openssh(f->ed, false);
	struct out encrypted = openssh(f->ed, true);

	assert_key(out_bytes(&plain), f->ed, "Ed25519", "openssh", 0);
	assert_encrypted(out_bytes(&encrypted), "openssh");
	struct facts facts = look_at("x!/etc/ssh/ssh_host_ed25519_key",
	    out_bytes(&plain), (struct bytes){ NULL, 0 });

	assert_int_equal(facts.count, 2);
	assert_true(bytes_equal_text(facts.list[1].name, "sshd"));
	facts_close(&facts);
	out_close(&plain);
	out_close(&encrypted);
}

static void
keys_finds_putty_keys(void **state)
{
	struct fixture *f = *state;
	static const char head[] =
	    "PuTTY-User-Key-File-2: ssh-ed25519\r\n"
	    "Encryption: none\r\nComment: test\r\nPublic-Lines: 1\r\n";
	struct out blob = out_open(MIB);
	struct out text = out_open(MIB);
	uint8_t public_key[32];
	size_t len = 32;
	char base64[100];

	assert_int_equal(
	    EVP_PKEY_get_raw_public_key(f->ed, public_key, &len), 1);
	put_string(&blob, BYTES("ssh-ed25519"));
	put_string(&blob, (struct bytes){ public_key, 32 });
	(void)EVP_EncodeBlock((unsigned char *)base64, blob.ptr, (int)blob.len);
	out_text(&text, head);
	out_text(&text, base64);
	out_text(&text, "\r\nPrivate-Lines: 1\r\nAAAAIAAAAAA=\r\n");
	assert_key(out_bytes(&text), f->ed, "Ed25519", "putty", 0);
	out_close(&text);
	out_close(&blob);
}

static void
keys_finds_pgp_secret_keys(void **state)
{
	struct fixture *f = *state;
	struct out body = out_open(MIB);
	struct out packet = out_open(MIB);
	struct out pem = out_open(MIB);
	BIGNUM *n = NULL;
	uint8_t number[128];

	assert_int_equal(
	    EVP_PKEY_get_bn_param(f->rsa, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	assert_int_equal(BN_bn2binpad(n, number, 128), 128);
	BN_free(n);
	out_put(&body, BYTES("\x04\0\0\0\0\x01\x04\0"));
	out_put(&body, (struct bytes){ number, 128 });
	out_put(&body, BYTES("\0\x11\x01\0\x01"));
	out_put(&body, BYTES("\0secret numbers"));
	out_put(&packet, BYTES("\x95\0"));
	out_u8(&packet, (uint8_t)body.len);
	out_put(&packet, out_bytes(&body));
	put_armored(&pem, "PGP PRIVATE KEY BLOCK", out_bytes(&packet));
	assert_key(out_bytes(&pem), f->rsa, "RSA 1024", "pgp", 0);
	packet.ptr[3 + 8 + 128 + 5] = 254; /* string-to-key usage */
	pem.len = 0;
	put_armored(&pem, "PGP PRIVATE KEY BLOCK", out_bytes(&packet));
	assert_encrypted(out_bytes(&pem), "pgp");
	packet.ptr[0] = 0x99; /* tag 6: a public key */
	pem.len = 0;
	put_armored(&pem, "PGP PRIVATE KEY BLOCK", out_bytes(&packet));
	assert_nothing(out_bytes(&pem));
	out_close(&pem);
	out_close(&packet);
	out_close(&body);
}

static void
keys_finds_public_keys(void **state)
{
	struct fixture *f = *state;
	BIO *bio = BIO_new(BIO_s_mem());
	char hex[65];

	assert_int_equal(PEM_write_bio_PUBKEY(bio, f->ec), 1);
	struct out pem = take_bio(bio);
	struct facts facts = look(out_bytes(&pem));

	fingerprint(f->ec, hex);
	assert_int_equal(facts.count, 1);
	assert_int_equal(facts.list[0].kind, FACT_PUBLIC_KEY);
	assert_true(bytes_equal_text(facts.list[0].value, hex));
	facts_close(&facts);
	out_close(&pem);
	/* From OpenWrt's keyring. */
	facts = look(BYTES(
	    "untrusted comment: OpenWrt 18.06 public key\n"
	    "RWQQNaxzzE5Z41cVmEh2rilAPKLsyfPKm+S4BJWA1Yv+LP1hKebmGtXi\n"));
	assert_int_equal(facts.count, 1);
	assert_true(bytes_equal_text(facts.list[0].name, "Ed25519"));
	facts_close(&facts);
}

static void
keys_names_published_keys(void **state)
{
	struct fixture *f = *state;
	struct out pem = pem_pkcs8(f->ec, NULL);
	char table[200];
	char hex[65];

	fingerprint(f->ec, hex);
	(void)snprintf(table, sizeof(table),
	    "spki_sha256\tname\tsource\n%064d\tother\tx\n%s\ttest key\tx\n", 0,
	    hex);
	struct facts facts = look_at(PATH, out_bytes(&pem), bytes_of(table));

	assert_int_equal(facts.count, 1);
	assert_true(bytes_equal_text(facts.list[0].detail, "test key"));
	facts_close(&facts);
	out_close(&pem);
}

/* The private half never gets into a fact, nor does any of its base64. */
static void
keys_keeps_secrets_out_of_facts(void **state)
{
	struct fixture *f = *state;
	struct out pem = pem_traditional(f->rsa, NULL);
	struct facts facts = look(out_bytes(&pem));

	assert_int_equal(facts.count, 1);
	assert_true(bytes_equal_text(
	    facts.list[0].text, "-----BEGIN RSA PRIVATE KEY-----"));
	facts_close(&facts);
	out_close(&pem);
}

static void
keys_table_of_published_keys_is_sound(void **state)
{
	struct bytes rest = data_find(data_embedded(), "known-keys.tsv");
	struct bytes line;
	size_t rows = 0;

	(void)state;
	assert_true(rest.len > 0);
	/* MCUboot's sample key, whose hash its signed images carry */
	assert_true(bytes_find(rest,
			BYTES("e30466f6b8470c1f29070b17f1e2d3e94d445e3f608087f"
			      "dc711e4382bb538b6\tMCUboot root-ec-p256.pem"),
			0) != SIZE_MAX);
	while (bytes_next_line(&rest, &line)) {
		struct bytes field[3];

		if (line.ptr[0] == '#' || bytes_starts(line, BYTES("spki")))
			continue;
		for (size_t i = 0; i < 3; i++)
			assert_true(bytes_next_field(&line, '\t', &field[i]));
		assert_int_equal(field[0].len, 64);
		assert_true(field[1].len > 0 && field[2].len > 0);
		rows++;
	}
	assert_true(rows > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_finds_pem_of_every_kind),
		cmocka_unit_test(keys_finds_pem_inside_programs),
		cmocka_unit_test(keys_misses_bare_markers),
		cmocka_unit_test(keys_tells_encrypted_ones),
		cmocka_unit_test(keys_opens_those_with_a_common_password),
		cmocka_unit_test(keys_knows_pkcs12_and_its_common_password),
		cmocka_unit_test(keys_finds_der_files_and_der_in_blobs),
		cmocka_unit_test(keys_misses_rsa_numbers_that_disagree),
		cmocka_unit_test(keys_refuses_every_prefix),
		cmocka_unit_test(keys_finds_dropbear_host_keys),
		cmocka_unit_test(keys_finds_nothing_in_empty_host_keys),
		cmocka_unit_test(keys_finds_openssh_keys),
		cmocka_unit_test(keys_finds_putty_keys),
		cmocka_unit_test(keys_finds_pgp_secret_keys),
		cmocka_unit_test(keys_finds_public_keys),
		cmocka_unit_test(keys_names_published_keys),
		cmocka_unit_test(keys_keeps_secrets_out_of_facts),
		cmocka_unit_test(keys_table_of_published_keys_is_sound),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
