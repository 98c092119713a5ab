/* SPDX-License-Identifier: ISC */
/* COSE_Sign1: taken apart, verified and put together (RFC 9052 §4.2). */
#include "crypto/cose.h"

#include "crypto/cose_private.h"

static const struct bytes no_bytes = { NULL, 0 };

static bool
is_message_tag(uint64_t tag)
{
	return (tag >= COSE_TAG_ENCRYPT0 && tag <= COSE_TAG_SIGN1) ||
	    (tag >= COSE_TAG_ENCRYPT && tag <= COSE_TAG_SIGN);
}

bool
cose_read_tags(struct cbor_reader *r, uint64_t want)
{
	struct cbor_item tag;

	if (r->rules == CBOR_RELAXED && cbor_peek(r) != CBOR_TAG)
		return false;
	tag = cbor_read(r, "tag");
	if (r->rules == CBOR_RELAXED && tag.kind == CBOR_TAG &&
	    tag.number == COSE_TAG_CWT)
		tag = cbor_read(r, "tag");
	if (!cbor_ok(r))
		return false;
	if (tag.kind != CBOR_TAG || !is_message_tag(tag.number))
		cbor_fail(r, ERR_MALFORMED, tag.at, "tag");
	else if (tag.number != want)
		cbor_fail(r, ERR_UNSUPPORTED, tag.at, "tag");
	return cbor_ok(r);
}

struct bytes
cose_read_payload(struct cbor_reader *r, bool *ret_detached)
{
	*ret_detached = cbor_peek(r) == CBOR_NULL;
	if (!*ret_detached)
		return cbor_bytes(r, "payload");
	(void)cbor_read(r, "payload");
	return no_bytes;
}

enum err
cose_read_sign1(struct bytes in, enum cbor_rules rules, struct cose_sign1 *ret,
    struct fault *ret_fault)
{
	struct cbor_reader r = cbor_open(in, rules, "COSE_Sign1");
	struct cose_sign1 m = { 0 };
	struct cose_headers h = { 0 };
	size_t at;

	m.tagged = cose_read_tags(&r, COSE_TAG_SIGN1);
	at = r.pos;
	if (cbor_array(&r, "array") != 4)
		cbor_fail(&r, ERR_MALFORMED, at, "array");
	cose_read_signer_headers(&r, &h);
	m.payload = cose_read_payload(&r, &m.detached);
	m.signature = cbor_bytes(&r, "signature");
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	m.protected_map = h.protected_map;
	m.unprotected = h.unprotected;
	m.alg = h.alg;
	m.kid = h.kid;
	*ret = m;
	return ERR_OK;
}

enum err
cose_to_be_signed(struct bytes protected_map, struct bytes aad,
    struct bytes payload, uint8_t *room, size_t cap, struct bytes *ret)
{
	struct cbor_writer w = cbor_writer_open(room, cap);

	cbor_put_array(&w, 4);
	cbor_put_literal(&w, "Signature1");
	cbor_put_bytes(&w, protected_map);
	cbor_put_bytes(&w, aad);
	cbor_put_bytes(&w, payload);
	if (w.failed)
		return ERR_LIMIT;
	*ret = cbor_written(&w);
	return ERR_OK;
}

enum err
cose_check_signature(const struct cose_key *key,
    const struct crypto_hooks *hooks, struct bytes message,
    struct bytes signature)
{
	bool good;

	if (signature.len != SIGNATURE_LEN)
		return ERR_CHECKSUM;
	if (key->curve == COSE_CURVE_P256 && hooks->p256_verify == NULL)
		return ERR_UNSUPPORTED;
	if (key->curve == COSE_CURVE_ED25519)
		good = hooks->ed25519_verify(
		    hooks->context, key->point, message, signature.ptr);
	else
		good = hooks->p256_verify(
		    hooks->context, key->point, message, signature.ptr);
	return good ? ERR_OK : ERR_CHECKSUM;
}

enum err
cose_verify_sign1(const struct cose_sign1 *message, const struct cose_key *key,
    const struct crypto_hooks *hooks, struct bytes payload, uint8_t *room,
    size_t cap)
{
	struct bytes to_be_signed;
	enum err err;

	if (!cose_key_takes_alg(key, message->alg))
		return ERR_UNSUPPORTED;
	if (!message->detached && payload.len > 0)
		return ERR_MALFORMED;
	err = cose_to_be_signed(message->protected_map, no_bytes,
	    message->detached ? payload : message->payload, room, cap,
	    &to_be_signed);
	if (err != ERR_OK)
		return err;
	return cose_check_signature(
	    key, hooks, to_be_signed, message->signature);
}

void
cose_put_sign1(struct cbor_writer *w, struct bytes protected_map,
    struct bytes unprotected, struct bytes payload, struct bytes signature)
{
	cbor_put_tag(w, COSE_TAG_SIGN1);
	cbor_put_array(w, 4);
	cbor_put_bytes(w, protected_map);
	if (unprotected.len == 0)
		cbor_put_map(w, 0);
	else
		cbor_put_raw(w, unprotected);
	if (payload.ptr == NULL)
		cbor_put_null(w);
	else
		cbor_put_bytes(w, payload);
	cbor_put_bytes(w, signature);
}
