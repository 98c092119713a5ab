/* SPDX-License-Identifier: ISC */
/* The compact label: a label statement without what the verifier knows. */
#include "label/compact.h"

#include "statement/label_claims.h"
#include "statement/statement.h"

#include <string.h>

#define ELEMENTS 8

static struct bytes
read_exactly(struct cbor_reader *r, size_t len, const char *field)
{
	size_t at = r->pos;
	struct bytes bytes = cbor_bytes(r, field);

	if (bytes.len != len)
		cbor_fail(r, ERR_MALFORMED, at, field);
	return bytes;
}

static int64_t
read_time(struct cbor_reader *r, const char *field)
{
	size_t at = r->pos;
	uint64_t secs = cbor_uint(r, field);

	if (secs > INT64_MAX) {
		cbor_fail(r, ERR_LIMIT, at, field);
		return 0;
	}
	return (int64_t)secs;
}

static void
read_index(struct cbor_reader *r, struct compact *c)
{
	c->logged = cbor_peek(r) != CBOR_NULL;
	if (c->logged)
		c->index = cbor_uint(r, "index");
	else
		(void)cbor_read(r, "index");
}

static void
read_payload(struct cbor_reader *r, struct compact *c)
{
	if (cbor_peek(r) != CBOR_MAP)
		cbor_fail(r, ERR_MALFORMED, r->pos, "payload");
	c->payload = cbor_skip(r, "payload");
}

static void
read_proof(struct cbor_reader *r, struct compact *c)
{
	size_t at = r->pos;

	c->proof = cbor_bytes(r, "proof");
	if (c->proof.len != 0 &&
	    (c->proof.len != COMPACT_PROOF_LEN || !c->logged))
		cbor_fail(r, ERR_MALFORMED, at, "proof");
}

enum err
compact_read(struct bytes in, struct compact *ret, struct fault *ret_fault)
{
	struct cbor_reader r = cbor_open(in, CBOR_STRICT, "compact label");
	struct compact c = { 0 };

	if (in.len > COMPACT_MAX_LEN)
		cbor_fail(&r, ERR_LIMIT, 0, "length");
	if (cbor_array(&r, "elements") != ELEMENTS)
		cbor_fail(&r, ERR_MALFORMED, 0, "elements");
	if (cbor_uint(&r, "form") != COMPACT_FORM)
		cbor_fail(&r, ERR_UNSUPPORTED, 1, "form");
	c.kid = read_exactly(&r, COMPACT_KID_LEN, "kid");
	read_index(&r, &c);
	c.issued = read_time(&r, "iat");
	c.expires = read_time(&r, "exp");
	read_payload(&r, &c);
	c.signature = read_exactly(&r, SIGNATURE_LEN, "signature");
	read_proof(&r, &c);
	enum err err = cbor_end(&r);

	if (err == ERR_OK)
		*ret = c;
	else
		*ret_fault = r.fault;
	return err;
}

void
compact_put(struct cbor_writer *w, const struct compact *compact)
{
	cbor_put_array(w, ELEMENTS);
	cbor_put_uint(w, COMPACT_FORM);
	cbor_put_bytes(w, compact->kid);
	if (compact->logged)
		cbor_put_uint(w, compact->index);
	else
		cbor_put_null(w);
	cbor_put_int(w, compact->issued);
	cbor_put_int(w, compact->expires);
	cbor_put_raw(w, compact->payload);
	cbor_put_bytes(w, compact->signature);
	cbor_put_bytes(w, compact->proof);
}

/* The header that a label of these claims has; `sub` is room for its text. */
static struct statement_header
header_of(const struct compact *compact, enum cose_alg alg, const uint8_t *kid,
    struct bytes iss, const char *sub)
{
	return (struct statement_header){
		.kind = STATEMENT_LABEL,
		.alg = alg,
		.kid = kid,
		.iss = iss,
		.sub = bytes_of(sub),
		.iat = compact->issued,
		.exp = compact->expires,
	};
}

/* The protected header in borrowed room, from what the verifier knows. */
static enum err
rebuild_header(const struct compact *compact, const struct compact_body *body,
    const struct label_claims *claims, const struct crypto_hooks *hooks,
    uint8_t *room, struct bytes *ret)
{
	struct cbor_writer w = cbor_writer_open(room, STATEMENT_PROTECTED_MAX);
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];

	product_find_ids(hooks, &claims->product, &ids);
	product_put_sub(&ids, true, sub);
	struct statement_header header = header_of(
	    compact, cose_key_alg(body->key), body->kid, body->iss, sub);

	if (statement_check_header(&header) != NULL)
		return ERR_MALFORMED;
	statement_put_header(&w, &header);
	*ret = cbor_written(&w);
	return w.failed ? ERR_LIMIT : ERR_OK;
}

enum err
compact_rebuild(const struct compact *compact, const struct compact_body *body,
    const struct label_claims *claims, const struct crypto_hooks *hooks,
    uint8_t *room, struct cose_sign1 *ret)
{
	struct bytes protected_map = { 0 };
	enum err err =
	    rebuild_header(compact, body, claims, hooks, room, &protected_map);

	if (err != ERR_OK)
		return err;
	*ret = (struct cose_sign1){
		.tagged = true,
		.protected_map = protected_map,
		.payload = compact->payload,
		.signature = compact->signature,
		.alg = cose_key_alg(body->key),
		.kid = { body->kid, SHA256_LEN },
	};
	return ERR_OK;
}

/* Whether the compact form says all that this header says. */
static const char *
check_header(const struct statement_header *h)
{
	if (h->kind != STATEMENT_LABEL)
		return "typ";
	if (h->tool.len > 0 || h->data.len > 0)
		return "tool";
	return h->exp == 0 ? "exp" : NULL;
}

static enum err
fail_at(const char *field, struct fault *ret_fault)
{
	*ret_fault = (struct fault){ .code = ERR_MALFORMED,
		.format = "label statement",
		.field = field };
	return ERR_MALFORMED;
}

enum err
compact_from_statement(struct bytes statement, const struct crypto_hooks *hooks,
    struct compact *ret, struct fault *ret_fault)
{
	struct statement s;
	struct label_claims claims;
	enum err err = statement_read(statement, &s, ret_fault);

	if (err != ERR_OK)
		return err;
	const char *field = check_header(&s.header);

	if (field != NULL)
		return fail_at(field, ret_fault);
	err = label_claims_read(s.payload, &claims, ret_fault);
	if (err != ERR_OK)
		return err;
	/* A sub that is not the payload's would come back as another. */
	if (!product_has_sub(hooks, &claims.product, s.header.sub))
		return fail_at("sub", ret_fault);
	if (s.cose.signature.len != SIGNATURE_LEN)
		return fail_at("signature", ret_fault);
	*ret = (struct compact){
		.kid = { s.header.kid, COMPACT_KID_LEN },
		.issued = s.header.iat,
		.expires = s.header.exp,
		.payload = s.payload,
		.signature = s.cose.signature,
	};
	return ERR_OK;
}
