/* SPDX-License-Identifier: ISC */
/* COSE_Sign: RFC 9052 §4.1. */
#include "crypto/cose_sign.h"

#include "crypto/cose_private.h"

#include <assert.h>

static const struct bytes no_bytes = { NULL, 0 };

/* The array of signers; gives its bytes. */
static struct bytes
read_signatures(struct cbor_reader *r, size_t *ret_count)
{
	struct cose_signature signature;
	size_t at = r->pos;
	size_t count = cbor_array(r, "signatures");

	if (cbor_ok(r) && count == 0)
		cbor_fail(r, ERR_MALFORMED, at, "signatures");
	for (size_t i = 0; i < count; i++)
		if (cose_read_signature(r, &signature) != ERR_OK)
			return no_bytes;
	*ret_count = count;
	return bytes_slice(r->in, at, r->pos - at);
}

enum err
cose_read_sign(struct bytes in, enum cbor_rules rules, struct cose_sign *ret,
    struct fault *ret_fault)
{
	struct cbor_reader r = cbor_open(in, rules, "COSE_Sign");
	struct cose_sign m = { .rules = rules };
	struct cose_headers h = { 0 };
	size_t at;

	m.tagged = cose_read_tags(&r, COSE_TAG_SIGN);
	at = r.pos;
	if (cbor_array(&r, "array") != 4)
		cbor_fail(&r, ERR_MALFORMED, at, "array");
	cose_read_headers(&r, &h);
	m.payload = cose_read_payload(&r, &m.detached);
	m.signatures = read_signatures(&r, &m.count);
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	m.protected_map = h.protected_map;
	m.unprotected = h.unprotected;
	*ret = m;
	return ERR_OK;
}

struct cose_signature
cose_sign_signature(const struct cose_sign *message, size_t index)
{
	struct cbor_reader r =
	    cbor_open(message->signatures, message->rules, "COSE_Sign");
	struct cose_signature signature = { 0 };
	size_t count = cbor_array(&r, "signatures");

	assert(index < count);
	for (size_t i = 0; i <= index; i++)
		(void)cose_read_signature(&r, &signature);
	assert(cbor_ok(&r));
	return signature;
}

enum err
cose_sign_to_be_signed(const struct cose_sign *message,
    const struct cose_signature *signer, struct bytes aad, struct bytes payload,
    uint8_t *room, size_t cap, struct bytes *ret)
{
	struct cbor_writer w = cbor_writer_open(room, cap);

	cbor_put_array(&w, 5);
	cbor_put_literal(&w, "Signature");
	cbor_put_bytes(&w, message->protected_map);
	cbor_put_bytes(&w, signer->protected_map);
	cbor_put_bytes(&w, aad);
	cbor_put_bytes(&w, message->detached ? payload : message->payload);
	if (w.failed)
		return ERR_LIMIT;
	*ret = cbor_written(&w);
	return ERR_OK;
}

enum err
cose_verify_sign(const struct cose_sign *message,
    const struct cose_signature *signer, const struct cose_key *key,
    const struct crypto_hooks *hooks, struct bytes payload, uint8_t *room,
    size_t cap)
{
	struct bytes to_be_signed;
	enum err err;

	if (!cose_key_takes_alg(key, signer->alg))
		return ERR_UNSUPPORTED;
	if (!message->detached && payload.len > 0)
		return ERR_MALFORMED;
	err = cose_sign_to_be_signed(
	    message, signer, no_bytes, payload, room, cap, &to_be_signed);
	if (err != ERR_OK)
		return err;
	return cose_check_signature(
	    key, hooks, to_be_signed, signer->signature);
}
