/* SPDX-License-Identifier: ISC */
/* One signature of several: a signer's of COSE_Sign, a countersigner's. */
#ifndef CRYPTO_COSE_SIGNATURE_H
#define CRYPTO_COSE_SIGNATURE_H

#include "crypto/cose.h"

/*
 * [protected, unprotected, signature]: a COSE_Signature (RFC 9052 §4.1) or a
 * COSE_Countersignature (RFC 9338 §3.1). All of it borrows the input.
 */
struct cose_signature {
	struct bytes protected_map; /* empty when the map is */
	struct bytes unprotected;
	struct bytes signature;
	int64_t alg; /* protected; COSE_ALG_NONE when absent */
	struct bytes kid;
};

/* Reads one; errors as cose_read_sign1(). */
enum err cose_read_signature(struct cbor_reader *r, struct cose_signature *ret);

#endif
