/* SPDX-License-Identifier: ISC */
/* A product and its release: who is meant by a statement. */
#ifndef STATEMENT_PRODUCT_H
#define STATEMENT_PRODUCT_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "crypto/hooks.h"

#include <stdbool.h>
#include <stdint.h>

#define PRODUCT_ID_LEN 16
#define PRODUCT_HWMODEL_MAX 32
#define PRODUCT_VERSION_MAX 64
/* "product/" 32 "/release/" 32, and the zero behind it. */
#define PRODUCT_SUB_LEN (8 + 32 + 9 + 32 + 1)

/*
 * Plain data; the texts are borrowed. The maker is an OEM id of RFC 9711
 * §4.2.3: a private enterprise number of IANA, or 3 bytes (IEEE), or 16 random
 * ones.
 */
struct product {
	uint32_t pen;	       /* when oemid is empty; never 0 then */
	struct bytes oemid;    /* 3 or 16 bytes, or empty */
	struct bytes hwmodel;  /* 1 to 32 bytes */
	struct bytes version;  /* text, 1 to 64 bytes */
	const uint8_t *digest; /* SHA-256 of the image, 32 bytes */
};

struct product_ids {
	uint8_t product[PRODUCT_ID_LEN];
	uint8_t release[PRODUCT_ID_LEN];
};

/* Whether every field is in its range. */
bool product_ok(const struct product *p);

/* The maker's id as one CBOR item; reading checks it. */
void product_put_oemid(struct cbor_writer *w, const struct product *p);
void product_read_oemid(struct cbor_reader *r, struct product *ret);

/*
 * From a command line: digits are a private enterprise number ("32473"), other
 * hex digits, 6 or 32 of them with '-' or ':' between bytes ("00-1B-C5"), the
 * two others; 32 digits are always hex, and six digits without a mark between
 * could be either: ERR_MALFORMED, as all else. `room` then holds the bytes that
 * ret->oemid borrows.
 */
enum err product_read_maker(
    struct bytes text, uint8_t room[16], struct product *ret);

/*
 * product: the first 16 bytes of SHA-256 over CBOR [oemid, hwmodel];
 * release: over CBOR [oemid, hwmodel, version, digest]. hwmodel and digest are
 * byte strings, version a text. The product must be ok.
 */
void product_find_ids(const struct crypto_hooks *hooks, const struct product *p,
    struct product_ids *ret);

/* "product/HEX" or "product/HEX/release/HEX", zero-terminated. */
void product_put_sub(
    const struct product_ids *ids, bool release, char ret[PRODUCT_SUB_LEN]);

/* Reads one; *ret_release says which form it is. ERR_MALFORMED. */
enum err product_read_sub(
    struct bytes sub, struct product_ids *ret, bool *ret_release);

/* Whether the text is the sub of this very release. */
bool product_has_sub(const struct crypto_hooks *hooks, const struct product *p,
    struct bytes sub);

#endif
