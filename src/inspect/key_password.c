/* SPDX-License-Identifier: ISC */
/* Asks OpenSSL to open keys, after a look at what it would cost. */
#include "inspect/key_password.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <limits.h>
#include <string.h>

/* OpenSSL writes 2048, which take about 0.6 ms a word. */
#define KEY_ROUNDS_MAX 4096

#define PKCS12_LEN_MAX ((size_t)64 << 10)

/* Of examples in manuals and default stores; Java's is "changeit". */
static const char *const words[] = { "password", "changeit", "123456", "1234",
	"12345678", "admin", "secret", "test" };

#define WORD_COUNT (sizeof(words) / sizeof(words[0]))

static int
give_word(char *to, int cap, int writing, void *word)
{
	size_t len = strlen(word);

	if (writing != 0 || cap < 0 || len > (size_t)cap)
		return -1;
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): has a length */
	memcpy(to, word, len);
	return (int)len;
}

static bool
opens_pem(struct bytes pem, const char *word)
{
	BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	char copy[32] = { 0 };
	EVP_PKEY *key = NULL;

	strncpy(copy, word, sizeof(copy) - 1);
	if (bio != NULL)
		key = PEM_read_bio_PrivateKey(bio, NULL, give_word, copy);
	bool opened = key != NULL;

	EVP_PKEY_free(key);
	BIO_free(bio);
	ERR_clear_error();
	return opened;
}

const char *
key_password_of_pem(struct bytes pem)
{
	/* its key comes from one round of MD5, so that all words are tried */
	if (pem.len > PKCS12_LEN_MAX ||
	    bytes_find(pem, BYTES("DEK-Info:"), 0) == SIZE_MAX)
		return NULL;
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (opens_pem(pem, words[i]))
			return words[i];
	return NULL;
}

/* The rounds of PBES2 with PBKDF2; LONG_MAX for all other schemes. */
static long
rounds_of(const X509_ALGOR *algorithm)
{
	long rounds = LONG_MAX;
	PBKDF2PARAM *kdf = NULL;
	PBE2PARAM *pbe = NULL;

	if (OBJ_obj2nid(algorithm->algorithm) == NID_pbes2)
		pbe = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
	if (pbe != NULL &&
	    OBJ_obj2nid(pbe->keyfunc->algorithm) == NID_id_pbkdf2)
		kdf = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(PBKDF2PARAM), pbe->keyfunc->parameter);
	if (kdf != NULL)
		rounds = ASN1_INTEGER_get(kdf->iter);
	PBKDF2PARAM_free(kdf);
	PBE2PARAM_free(pbe);
	return rounds;
}

static bool
opens_pkcs8(const X509_SIG *sig, const char *word)
{
	PKCS8_PRIV_KEY_INFO *info = PKCS8_decrypt(sig, word, (int)strlen(word));
	EVP_PKEY *key = info != NULL ? EVP_PKCS82PKEY(info) : NULL;
	bool opened = key != NULL;

	EVP_PKEY_free(key);
	PKCS8_PRIV_KEY_INFO_free(info);
	return opened;
}

const char *
key_password_of_pkcs8(struct bytes pkcs8)
{
	const uint8_t *at = pkcs8.ptr;
	const X509_ALGOR *algorithm = NULL;
	const char *found = NULL;
	X509_SIG *sig;

	if (pkcs8.len > PKCS12_LEN_MAX)
		return NULL;
	sig = d2i_X509_SIG(NULL, &at, (long)pkcs8.len);
	if (sig != NULL) {
		X509_SIG_get0(sig, &algorithm, NULL);
		long rounds = rounds_of(algorithm);
		bool cheap = rounds > 0 && rounds <= KEY_ROUNDS_MAX;

		for (size_t i = 0; cheap && found == NULL && i < WORD_COUNT;
		     i++)
			if (opens_pkcs8(sig, words[i]))
				found = words[i];
	}
	X509_SIG_free(sig);
	ERR_clear_error();
	return found;
}

/* Whether a bag of keys lies in the open among its contents. */
static bool
has_key_bag(const PKCS12 *store)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(store);
	bool found = false;

	for (int i = 0; i < sk_PKCS7_num(safes); i++) {
		PKCS7 *safe = sk_PKCS7_value(safes, i);
		STACK_OF(PKCS12_SAFEBAG) *bags = PKCS7_type_is_data(safe)
		    ? PKCS12_unpack_p7data(safe)
		    : NULL;

		for (int k = 0; k < sk_PKCS12_SAFEBAG_num(bags); k++) {
			int id = PKCS12_SAFEBAG_get_nid(
			    sk_PKCS12_SAFEBAG_value(bags, k));

			found |=
			    id == NID_pkcs8ShroudedKeyBag || id == NID_keyBag;
		}
		sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	}
	sk_PKCS7_pop_free(safes, PKCS7_free);
	return found;
}

static const char *
password_of_mac(PKCS12 *store)
{
	const ASN1_INTEGER *rounds = NULL;

	if (PKCS12_mac_present(store) != 1)
		return NULL;
	PKCS12_get0_mac(NULL, NULL, NULL, &rounds, store);
	long count = rounds != NULL ? ASN1_INTEGER_get(rounds) : 1;

	if (count < 1 || count > KEY_ROUNDS_MAX)
		return NULL;
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (PKCS12_verify_mac(store, words[i], (int)strlen(words[i])) ==
		    1)
			return words[i];
	return NULL;
}

bool
key_is_pkcs12(struct bytes der, const char **ret_password)
{
	const uint8_t *at = der.ptr;
	PKCS12 *store;
	bool found = false;

	/* SEQUENCE, then version 3 */
	if (der.len < 64 || der.len > PKCS12_LEN_MAX || der.ptr[0] != 0x30 ||
	    bytes_find(bytes_slice(der, 2, 8), BYTES("\x02\x01\x03\x30"), 0) ==
		SIZE_MAX)
		return false;
	store = d2i_PKCS12(NULL, &at, (long)der.len);
	found = store != NULL && has_key_bag(store);
	if (found)
		*ret_password = password_of_mac(store);
	PKCS12_free(store);
	ERR_clear_error();
	return found;
}
