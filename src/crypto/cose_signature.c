/* SPDX-License-Identifier: ISC */
/* A COSE_Signature taken apart: RFC 9052 §4.1. */
#include "crypto/cose_signature.h"

#include "crypto/cose_private.h"

enum err
cose_read_signature(struct cbor_reader *r, struct cose_signature *ret)
{
	size_t at = r->pos;
	struct cose_headers h = { 0 };
	struct bytes signature;

	if (cbor_array(r, "signature") != 3)
		cbor_fail(r, ERR_MALFORMED, at, "signature");
	cose_read_signer_headers(r, &h);
	signature = cbor_bytes(r, "signature");
	if (!cbor_ok(r))
		return r->fault.code;
	*ret = (struct cose_signature){
		.protected_map = h.protected_map,
		.unprotected = h.unprotected,
		.signature = signature,
		.alg = h.alg,
		.kid = h.kid,
	};
	return ERR_OK;
}
