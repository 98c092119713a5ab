/* SPDX-License-Identifier: ISC */
/* The sector behind an ESP32 image that signs it: Secure Boot version 2. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "unpack/esp_private.h"
#include "unpack/mcu.h"
#include "unpack/signatures.h"
#include "unpack/slices.h"

#include <openssl/ecdsa.h>

#define BLOCK_LEN ((size_t)1216)
#define BLOCKS_MAX 3
#define BLOCK_MAGIC 0xe7
#define BLOCK_RSA 2
#define BLOCK_ECDSA 3
#define CURVE_P192 1
#define CURVE_P256 2
#define CRC_AT ((size_t)1196)
#define DIGEST_LEN ((size_t)32)
#define RSA_LEN ((size_t)384)
#define POINT_LEN ((size_t)64)

/* All numbers are little-endian. */
struct block {
	uint8_t version, curve;
	struct bytes digest;
	struct bytes modulus, exponent; /* RSA */
	struct bytes point;		/* ECDSA: x, y */
	struct bytes signature;
};

static enum err
read_block(struct bytes in, struct block *ret)
{
	struct cursor c = cur_open(in, "esp signature block");
	struct block b = { 0 };

	if (cur_u8(&c, "magic_byte") != BLOCK_MAGIC)
		cur_fail(&c, ERR_MALFORMED, 0, "magic_byte");
	b.version = cur_u8(&c, "version");
	if (b.version != BLOCK_RSA && b.version != BLOCK_ECDSA)
		cur_fail(&c, ERR_UNSUPPORTED, 1, "version");
	cur_skip(&c, 2, "reserved");
	b.digest = cur_bytes(&c, DIGEST_LEN, "image_digest");
	if (b.version == BLOCK_RSA) {
		b.modulus = cur_bytes(&c, RSA_LEN, "n");
		b.exponent = cur_bytes(&c, 4, "e");
		cur_skip(&c, RSA_LEN + 4, "rinv, mdash");
		b.signature = cur_bytes(&c, RSA_LEN, "signature");
	} else {
		b.curve = cur_u8(&c, "curve_id");
		b.point = cur_bytes(&c, POINT_LEN, "point");
		b.signature = cur_bytes(&c, POINT_LEN, "signature");
	}
	cur_seek(&c, CRC_AT, "block_crc");
	uint32_t crc = cur_u32le(&c, "block_crc");

	cur_seek(&c, BLOCK_LEN, "padding");
	if (cur_ok(&c) && crc32_of(bytes_slice(in, 0, CRC_AT)) != crc)
		return ERR_CHECKSUM;
	if (c.fault.code == ERR_OK)
		*ret = b;
	return c.fault.code;
}

static bool
ecdsa_verifies(const struct block *b, EVP_PKEY *key, size_t len)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_lebin2bn(b->signature.ptr, (int)len, NULL);
	BIGNUM *s = BN_lebin2bn(b->signature.ptr + len, (int)len, NULL);
	unsigned char *der = NULL;
	bool ok = false;

	if (sig == NULL || r == NULL || s == NULL ||
	    ECDSA_SIG_set0(sig, r, s) != 1)
		goto done;
	r = NULL;
	s = NULL; /* sig's now */
	int der_len = i2d_ECDSA_SIG(sig, &der);

	ok = der_len > 0 &&
	    signature_verify(key, SIGNATURE_DER, b->digest,
		(struct bytes){ der, (size_t)der_len });
done:
	OPENSSL_free(der);
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	return ok;
}

/* The key inside; NULL when it is none. */
static EVP_PKEY *
block_key(const struct block *b)
{
	size_t len = b->curve == CURVE_P192 ? 24 : 32;

	if (b->version == BLOCK_RSA)
		return signature_rsa_key(b->modulus, b->exponent);
	if (b->curve != CURVE_P192 && b->curve != CURVE_P256)
		return NULL;
	return signature_ec_key(
	    b->curve == CURVE_P192 ? "prime192v1" : "prime256v1",
	    bytes_slice(b->point, 0, len), bytes_slice(b->point, len, len));
}

static bool
block_verifies(const struct block *b, EVP_PKEY *key)
{
	uint8_t signature[RSA_LEN];

	if (b->version == BLOCK_ECDSA)
		return ecdsa_verifies(b, key, b->curve == CURVE_P192 ? 24 : 32);
	(void)reverse_bytes(b->signature, signature, sizeof(signature));
	return signature_verify(key, SIGNATURE_RSA_PSS, b->digest,
	    (struct bytes){ signature, sizeof(signature) });
}

static const char *
block_scheme(const struct block *b)
{
	if (b->version == BLOCK_RSA)
		return "RSA-PSS 3072";
	return b->curve == CURVE_P192 ? "ECDSA P-192" : "ECDSA P-256";
}

enum esp_signature
esp_signature_check(
    struct bytes image, struct bytes sector, struct format_info *info)
{
	enum esp_signature found = ESP_SIGNATURE_NONE;
	struct block b;

	for (size_t i = 0; i < BLOCKS_MAX; i++) {
		if (read_block(bytes_from(sector, i * BLOCK_LEN), &b) != ERR_OK)
			break;
		EVP_PKEY *key = block_key(&b);
		bool right = key != NULL && block_verifies(&b, key) &&
		    digest_agrees(HASH_SHA256, image, b.digest);

		format_detail(info, ", Secure Boot V2 %s %s", block_scheme(&b),
		    right ? "verifies" : "does not verify");
		if (right && found != ESP_SIGNATURE_RIGHT)
			signature_detail_key(info, key);
		if (found != ESP_SIGNATURE_RIGHT)
			found =
			    right ? ESP_SIGNATURE_RIGHT : ESP_SIGNATURE_WRONG;
		EVP_PKEY_free(key);
	}
	return found;
}

/*
 * The sector alone cannot say whether it signs what stands before it: that is
 * the image's to say, so authenticity stays unknown here.
 */
static enum err
signature_probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .encrypted = ANSWER_UNKNOWN };
	size_t count = 0;
	struct block b;
	struct block first = { 0 };
	enum err err = read_block(in, &first);

	if (err != ERR_OK)
		return err;
	while (count < BLOCKS_MAX &&
	    read_block(bytes_from(in, count * BLOCK_LEN), &b) == ERR_OK)
		count++;
	EVP_PKEY *key = block_key(&first);

	info.size = bytes_slice(in, 0, ESP_SECTOR_LEN).len;
	format_detail(&info, "Secure Boot V2, %zu block%s, %s %s its digest",
	    count, count == 1 ? "" : "s", block_scheme(&first),
	    key != NULL && block_verifies(&first, key) ? "verifies over"
						       : "does not fit");
	EVP_PKEY_free(key);
	*ret = info;
	return ERR_OK;
}

static enum err
signature_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct slices *s;
	enum err err = slices_open(in, &s);

	(void)budget; /* nothing is made */
	if (err == ERR_OK)
		*ret_handle = s;
	return err;
}

const struct format esp_signature_format = {
	.name = "esp-signature",
	.magic = { MAGIC(0, "\xe7\x02\x00\x00"), MAGIC(0, "\xe7\x03\x00\x00") },
	.probe = signature_probe,
	.open = signature_open,
	.next = slices_next,
	.close = slices_close,
};
