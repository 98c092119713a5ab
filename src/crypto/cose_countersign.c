/* SPDX-License-Identifier: ISC */
/* COSE_Countersignature, version 2, on COSE_Sign1: RFC 9338. */
#include "crypto/cose_countersign.h"

#include "crypto/cose_private.h"

static const struct bytes no_bytes = { NULL, 0 };

/* A countersignature begins with its protected header, an array of them with
   an array. */
static bool
holds_several(const struct cbor_reader *r)
{
	struct cbor_reader ahead = *r;

	(void)cbor_array(&ahead, "countersignature");
	return cbor_peek(&ahead) == CBOR_ARRAY;
}

static enum err
read_at(struct cbor_reader *r, size_t index, struct cose_signature *ret)
{
	struct cose_signature signature = { 0 };
	size_t count = 1;

	if (holds_several(r))
		count = cbor_array(r, "countersignature");
	if (index >= count)
		return ERR_END;
	for (size_t i = 0; i < count; i++) {
		struct cose_signature one = { 0 };

		if (cose_read_signature(r, &one) != ERR_OK)
			return r->fault.code;
		if (i == index)
			signature = one;
	}
	if (cbor_end(r) != ERR_OK)
		return r->fault.code;
	*ret = signature;
	return ERR_OK;
}

enum err
cose_read_countersignature(const struct cose_sign1 *message,
    enum cbor_rules rules, size_t index, struct cose_signature *ret,
    struct fault *ret_fault)
{
	struct bytes value = cose_find(
	    message->unprotected, COSE_HEADER_COUNTERSIGNATURE, rules);
	struct cbor_reader r = cbor_open(value, rules, "COSE_Countersignature");
	enum err err;

	if (value.len == 0)
		return ERR_END;
	err = read_at(&r, index, ret);
	if (err != ERR_OK && err != ERR_END)
		*ret_fault = r.fault;
	return err;
}

enum err
cose_countersign_to_be_signed(const struct cose_sign1 *message,
    struct bytes protected_map, struct bytes aad, struct bytes payload,
    uint8_t *room, size_t cap, struct bytes *ret)
{
	struct cbor_writer w = cbor_writer_open(room, cap);

	cbor_put_array(&w, 6);
	cbor_put_literal(&w, "CounterSignatureV2");
	cbor_put_bytes(&w, message->protected_map);
	cbor_put_bytes(&w, protected_map);
	cbor_put_bytes(&w, aad);
	cbor_put_bytes(&w, message->detached ? payload : message->payload);
	cbor_put_array(&w, 1);
	cbor_put_bytes(&w, message->signature);
	if (w.failed)
		return ERR_LIMIT;
	*ret = cbor_written(&w);
	return ERR_OK;
}

enum err
cose_verify_countersignature(const struct cose_sign1 *message,
    const struct cose_signature *countersignature, const struct cose_key *key,
    const struct crypto_hooks *hooks, struct bytes payload, uint8_t *room,
    size_t cap)
{
	struct bytes to_be_signed;
	enum err err;

	if (!cose_key_takes_alg(key, countersignature->alg))
		return ERR_UNSUPPORTED;
	if (!message->detached && payload.len > 0)
		return ERR_MALFORMED;
	err = cose_countersign_to_be_signed(message,
	    countersignature->protected_map, no_bytes, payload, room, cap,
	    &to_be_signed);
	if (err != ERR_OK)
		return err;
	return cose_check_signature(
	    key, hooks, to_be_signed, countersignature->signature);
}

void
cose_put_countersignature(struct cbor_writer *w, struct bytes protected_map,
    struct bytes unprotected, struct bytes signature)
{
	cbor_put_array(w, 3);
	cbor_put_bytes(w, protected_map);
	if (unprotected.len == 0)
		cbor_put_map(w, 0);
	else
		cbor_put_raw(w, unprotected);
	cbor_put_bytes(w, signature);
}
