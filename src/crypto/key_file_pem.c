/* SPDX-License-Identifier: ISC */
/* Private keys as PKCS#8 in PEM, encrypted or not (RFC 5958, 8018, 7914). */
#include "base/cursor.h"
#include "base/limits.h"
#include "crypto/key_file.h"
#include "crypto/key_file_private.h"

#include <openssl/asn1.h>
#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <string.h>

/* What we write: 16 MiB and about 50 ms, as `openssl pkcs8 -scrypt`. */
#define SCRYPT_N (1U << 14)
#define SCRYPT_R 8U
#define SCRYPT_P 1U
#define SALT_LEN 16

#define DER_MAX_LEN 160

/* A PKCS#8 as DER: what stands in front of the number, and behind it. RFC 8410
   §7 and RFC 5915 with the named curve; the public key is left to the reader,
   who has to make it anyway to be sure of it. */
static const uint8_t ed25519_head[] = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30,
	0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 };
static const uint8_t p256_head[] = { 0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30,
	0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
	0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b,
	0x02, 0x01, 0x01, 0x04, 0x20 };
static const uint8_t p256_tail[] = { 0xa1, 0x44, 0x03, 0x42, 0x00, 0x04 };

/* --- reading ------------------------------------------------------------ */

static bool
read_number(const ASN1_INTEGER *in, uint64_t *ret)
{
	return in != NULL && ASN1_INTEGER_get_uint64(ret, in) == 1;
}

static enum err
check_scrypt(const X509_ALGOR *function)
{
	SCRYPT_PARAMS *params = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(SCRYPT_PARAMS), function->parameter);
	uint64_t n = 0;
	uint64_t r = 0;
	uint64_t p = 0;
	enum err err = ERR_MALFORMED;

	if (params != NULL && read_number(params->costParameter, &n) &&
	    read_number(params->blockSize, &r) &&
	    read_number(params->parallelizationParameter, &p) && n > 1 &&
	    r > 0 && p > 0)
		err = n > LIMIT_KEY_SCRYPT_WORK || r > LIMIT_KEY_SCRYPT_WORK ||
			p > LIMIT_KEY_SCRYPT_WORK ||
			n * r > LIMIT_KEY_SCRYPT_LEN / 128 ||
			n * r * p > LIMIT_KEY_SCRYPT_WORK
		    ? ERR_LIMIT
		    : ERR_OK;
	SCRYPT_PARAMS_free(params);
	return err;
}

static enum err
check_pbkdf2(const X509_ALGOR *function)
{
	PBKDF2PARAM *params = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBKDF2PARAM), function->parameter);
	uint64_t rounds = 0;
	enum err err = ERR_MALFORMED;

	if (params != NULL && read_number(params->iter, &rounds) && rounds > 0)
		err = rounds > LIMIT_KEY_PBKDF2_ROUNDS ? ERR_LIMIT : ERR_OK;
	PBKDF2PARAM_free(params);
	return err;
}

static enum err
check_cipher(const X509_ALGOR *cipher)
{
	switch (OBJ_obj2nid(cipher->algorithm)) {
	case NID_aes_128_cbc:
	case NID_aes_192_cbc:
	case NID_aes_256_cbc:
		return ERR_OK;
	default:
		return ERR_UNSUPPORTED;
	}
}

/* Whether it is worth trying: what a stranger's file asks of us is looked at
   before libcrypto does it. */
static enum err
check_encryption(const X509_ALGOR *scheme)
{
	PBE2PARAM *params = NULL;
	enum err err = ERR_UNSUPPORTED;

	if (OBJ_obj2nid(scheme->algorithm) != NID_pbes2)
		return ERR_UNSUPPORTED; /* PBES1 and PKCS#12: RC2, DES */
	params = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBE2PARAM), scheme->parameter);
	if (params == NULL)
		return ERR_MALFORMED;
	if (OBJ_obj2nid(params->keyfunc->algorithm) == NID_id_scrypt)
		err = check_scrypt(params->keyfunc);
	else if (OBJ_obj2nid(params->keyfunc->algorithm) == NID_id_pbkdf2)
		err = check_pbkdf2(params->keyfunc);
	if (err == ERR_OK)
		err = check_cipher(params->encryption);
	PBE2PARAM_free(params);
	return err;
}

static enum err
decrypt(const uint8_t *der, long len, struct bytes phrase,
    PKCS8_PRIV_KEY_INFO **ret)
{
	X509_SIG *sealed = d2i_X509_SIG(NULL, &der, len);
	const X509_ALGOR *scheme = NULL;
	enum err err = ERR_MALFORMED;

	if (sealed != NULL) {
		X509_SIG_get0(sealed, &scheme, NULL);
		err = check_encryption(scheme);
	}
	if (err == ERR_OK && phrase.ptr == NULL)
		err = ERR_ENCRYPTED;
	if (err == ERR_OK) {
		union {
			const uint8_t *in;
			const char *text;
		} words = { .in = phrase.ptr };

		*ret = PKCS8_decrypt(sealed, words.text, (int)phrase.len);
		if (*ret == NULL)
			err = ERR_GET_REASON(ERR_peek_error()) ==
				ERR_R_MALLOC_FAILURE
			    ? ERR_MEMORY
			    : ERR_CHECKSUM;
	}
	X509_SIG_free(sealed);
	return err;
}

/* RFC 8410 §7: CurvePrivateKey is an OCTET STRING in the OCTET STRING. */
static struct bytes
read_ed25519(struct cursor *c)
{
	if (cur_u8(c, "CurvePrivateKey") != 0x04 ||
	    cur_u8(c, "CurvePrivateKey") != KEY_NUMBER_LEN)
		cur_fail(c, ERR_MALFORMED, 0, "CurvePrivateKey");
	struct bytes number = cur_bytes(c, KEY_NUMBER_LEN, "CurvePrivateKey");

	if (cur_left(c) > 0)
		cur_fail(c, ERR_MALFORMED, c->pos, "CurvePrivateKey");
	return number;
}

/* RFC 5915 §3. What may stand behind the number, curve and public key, is not
   needed: the curve is known, and the public key is made from the number. */
static struct bytes
read_p256(struct cursor *c)
{
	/* version 1, and the OCTET STRING that privateKey is */
	static const uint8_t start[] = { 0x02, 0x01, 0x01, 0x04,
		KEY_NUMBER_LEN };

	if (cur_u8(c, "ECPrivateKey") != 0x30 ||
	    cur_u8(c, "ECPrivateKey") != cur_left(c))
		cur_fail(c, ERR_MALFORMED, 0, "ECPrivateKey");
	if (!bytes_equal(cur_bytes(c, sizeof(start), "version"),
		(struct bytes){ start, sizeof(start) }))
		cur_fail(c, ERR_MALFORMED, 2, "version, privateKey");
	return cur_bytes(c, KEY_NUMBER_LEN, "privateKey");
}

/* Which curve an opened PKCS#8 is for. */
static enum err
read_curve(
    const ASN1_OBJECT *kind, const X509_ALGOR *algorithm, enum cose_curve *ret)
{
	const void *curve = NULL;
	int type = V_ASN1_UNDEF;

	if (OBJ_obj2nid(kind) == NID_ED25519) {
		*ret = COSE_CURVE_ED25519;
		return ERR_OK;
	}
	if (OBJ_obj2nid(kind) != NID_X9_62_id_ecPublicKey)
		return ERR_UNSUPPORTED;
	X509_ALGOR_get0(NULL, &type, &curve, algorithm);
	if (type != V_ASN1_OBJECT || OBJ_obj2nid(curve) != NID_X9_62_prime256v1)
		return ERR_UNSUPPORTED;
	*ret = COSE_CURVE_P256;
	return ERR_OK;
}

static enum err
read_opened(const PKCS8_PRIV_KEY_INFO *opened, struct signer *ret)
{
	const ASN1_OBJECT *kind = NULL;
	const X509_ALGOR *algorithm = NULL;
	const uint8_t *key = NULL;
	int len = 0;
	enum cose_curve curve = COSE_CURVE_ED25519;
	enum err err = ERR_MALFORMED;

	if (PKCS8_pkey_get0(&kind, &key, &len, &algorithm, opened) != 1 ||
	    len < 0)
		return ERR_MALFORMED;
	err = read_curve(kind, algorithm, &curve);
	if (err != ERR_OK)
		return err;
	struct cursor c =
	    cur_open((struct bytes){ key, (size_t)len }, "private key");
	struct bytes number =
	    curve == COSE_CURVE_ED25519 ? read_ed25519(&c) : read_p256(&c);

	return cur_ok(&c) ? key_file_make(curve, number.ptr, ret)
			  : ERR_MALFORMED;
}

static enum err
read_block(const char *label, const uint8_t *der, long len, struct bytes phrase,
    struct signer *ret)
{
	PKCS8_PRIV_KEY_INFO *opened = NULL;
	enum err err = ERR_MALFORMED;

	if (strcmp(label, PEM_STRING_PKCS8) == 0) {
		err = decrypt(der, len, phrase, &opened);
	} else if (strcmp(label, PEM_STRING_PKCS8INF) == 0) {
		opened = d2i_PKCS8_PRIV_KEY_INFO(NULL, &der, len);
		err = opened != NULL ? ERR_OK : ERR_MALFORMED;
	} else if (strstr(label, "PRIVATE KEY") != NULL) {
		err = ERR_UNSUPPORTED; /* PKCS#1, SEC 1, OpenSSH */
	}
	if (err == ERR_OK)
		err = read_opened(opened, ret);
	PKCS8_PRIV_KEY_INFO_free(opened); /* wipes it */
	return err;
}

enum err
key_file_read(struct bytes pem, struct bytes passphrase, struct signer *ret)
{
	enum err err = ERR_MALFORMED;
	char *label = NULL;
	char *header = NULL;
	uint8_t *der = NULL;
	long len = 0;

	if (pem.len > LIMIT_KEY_FILE_LEN ||
	    passphrase.len > LIMIT_PASSPHRASE_LEN)
		return ERR_LIMIT;
	BIO *in = BIO_new_mem_buf(
	    pem.len > 0 ? (const void *)pem.ptr : "", (int)pem.len);

	if (in == NULL)
		return ERR_MEMORY;
	/* The first block decides, but for "EC PARAMETERS", which `openssl
	   ecparam -genkey` puts in front. */
	while (err == ERR_MALFORMED &&
	    PEM_read_bio(in, &label, &header, &der, &len) == 1) {
		err = header[0] != '\0' /* Proc-Type: MD5 once, and DES */
		    ? ERR_UNSUPPORTED
		    : read_block(label, der, len, passphrase, ret);
		bool again = strcmp(label, PEM_STRING_ECPARAMETERS) == 0;

		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)len);
		if (!again)
			break;
	}
	BIO_free(in);
	ERR_clear_error();
	return err;
}

/* --- writing ------------------------------------------------------------ */

/* A copy behind what is there. */
static size_t
append(uint8_t *room, size_t at, const uint8_t *part, size_t len)
{
	memcpy(room + at, part, len);
	return at + len;
}

/* The key as PKCS#8; libcrypto's object of it. */
static PKCS8_PRIV_KEY_INFO *
wrap(const struct signer *signer)
{
	const struct secret_key *key = key_file_secret(signer);
	uint8_t der[DER_MAX_LEN];
	const uint8_t *at = der;
	size_t len = 0;

	if (signer->key.curve == COSE_CURVE_ED25519) {
		len = append(der, len, ed25519_head, sizeof(ed25519_head));
		len = append(der, len, key->number, KEY_NUMBER_LEN);
	} else {
		len = append(der, len, p256_head, sizeof(p256_head));
		len = append(der, len, key->number, KEY_NUMBER_LEN);
		len = append(der, len, p256_tail, sizeof(p256_tail));
		len = append(der, len, signer->key.point, P256_KEY_LEN);
	}
	PKCS8_PRIV_KEY_INFO *opened =
	    d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)len);

	OPENSSL_cleanse(der, sizeof(der));
	return opened;
}

static X509_SIG *
encrypt(PKCS8_PRIV_KEY_INFO *opened, struct bytes phrase,
    const uint8_t random[KEY_FILE_RANDOM_LEN])
{
	uint8_t drawn[KEY_FILE_RANDOM_LEN];
	union {
		const uint8_t *in;
		const char *text;
	} words = { .in = phrase.ptr };

	memcpy(drawn, random, sizeof(drawn)); /* libcrypto's are not const */
	X509_ALGOR *scheme = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), drawn,
	    SALT_LEN, drawn + SALT_LEN, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	X509_SIG *sealed = scheme != NULL
	    ? PKCS8_set0_pbe(words.text, (int)phrase.len, opened, scheme)
	    : NULL;

	if (sealed == NULL)
		X509_ALGOR_free(scheme);
	return sealed;
}

static enum err
put_pem(BIO *text, PKCS8_PRIV_KEY_INFO *opened, struct bytes phrase,
    const uint8_t *random)
{
	if (phrase.ptr == NULL)
		return PEM_write_bio_PKCS8_PRIV_KEY_INFO(text, opened) == 1
		    ? ERR_OK
		    : ERR_SYSTEM;
	X509_SIG *sealed = encrypt(opened, phrase, random);
	enum err err = sealed != NULL && PEM_write_bio_PKCS8(text, sealed) == 1
	    ? ERR_OK
	    : ERR_SYSTEM;

	X509_SIG_free(sealed);
	return err;
}

enum err
key_file_write(const struct signer *key, struct bytes passphrase,
    const uint8_t random[KEY_FILE_RANDOM_LEN], struct out *o)
{
	if (passphrase.ptr != NULL && passphrase.len == 0)
		return ERR_MALFORMED;
	if (passphrase.len > LIMIT_PASSPHRASE_LEN)
		return ERR_LIMIT;
	PKCS8_PRIV_KEY_INFO *opened = wrap(key);
	BIO *text = BIO_new(BIO_s_secmem());
	enum err err = opened != NULL && text != NULL
	    ? put_pem(text, opened, passphrase, random)
	    : ERR_MEMORY;

	if (err == ERR_OK) {
		char *pem = NULL;
		long len = BIO_get_mem_data(text, &pem);

		/* In one piece: growing would leave a copy behind. */
		out_put(o, (struct bytes){ (const uint8_t *)pem, (size_t)len });
		err = o->failed;
	}
	BIO_free(text);
	PKCS8_PRIV_KEY_INFO_free(opened);
	if (err != ERR_OK)
		ERR_clear_error();
	return err;
}
