/* SPDX-License-Identifier: ISC */
/* Reads, verifies and makes statements. */
#include "statement/statement.h"

#include "statement/claims.h"
#include "statement/fields.h"
#include "statement/product.h"
#include "statement/statement_private.h"

#include <string.h>

/* What the unprotected header of a `.label` file may hold. */
static bool
is_attachment(const struct cbor_item *label)
{
	return cbor_is(label, COSE_HEADER_COUNTERSIGNATURE) ||
	    cbor_is(label, COSE_HEADER_RECEIPTS);
}

/* False with a fault when something else stands there. */
static bool
read_unprotected(struct bytes map_bytes, struct fault *fault)
{
	struct cbor_reader r = cbor_open(map_bytes, CBOR_STRICT, "statement");
	struct cbor_item key;

	if (map_bytes.len == 0)
		return true;
	struct cbor_map map = cbor_map(&r, "unprotected header");

	while (cbor_next(&r, &map, &key, "unprotected header")) {
		if (!is_attachment(&key))
			cbor_fail(
			    &r, ERR_MALFORMED, key.at, "unprotected header");
		(void)cbor_skip(&r, "unprotected header");
	}
	if (cbor_end(&r) == ERR_OK)
		return true;
	*fault = r.fault;
	return false;
}

static bool
is_map(struct bytes item, struct fault *fault)
{
	struct cbor_reader r = cbor_open(item, CBOR_STRICT, "statement");

	if (cbor_peek(&r) != CBOR_MAP)
		cbor_fail(&r, ERR_MALFORMED, 0, "payload");
	(void)cbor_skip(&r, "payload");
	if (cbor_end(&r) == ERR_OK)
		return true;
	*fault = r.fault;
	return false;
}

static struct fault
fault_in(const char *field)
{
	return (struct fault){
		.code = ERR_MALFORMED, .format = "statement", .field = field
	};
}

/* Whether it has the form that its kind has; says where not. */
static bool
payload_ok(enum statement_kind kind, struct bytes payload, struct fault *fault)
{
	if (!kind_rows[kind].envelope)
		return is_map(payload, fault);
	if (payload.len == SHA256_LEN)
		return true;
	*fault = fault_in("payload");
	return false;
}

/* The rest of the message besides its protected header. */
static bool
parts_ok(const struct statement *s, struct fault *fault)
{
	*fault = fault_in("signature");
	if (s->cose.signature.len != SIGNATURE_LEN)
		return false;
	*fault = fault_in("payload");
	if (s->cose.detached)
		return false;
	return payload_ok(s->header.kind, s->payload, fault) &&
	    read_unprotected(s->cose.unprotected, fault);
}

enum err
statement_read(struct bytes in, struct statement *ret, struct fault *ret_fault)
{
	struct statement s = { .raw = in };
	struct fault fault = {
		.code = ERR_LIMIT, .format = "statement", .field = "length"
	};
	enum err err = ERR_LIMIT;

	if (in.len <= STATEMENT_LEN_MAX)
		err = cose_read_sign1(in, CBOR_STRICT, &s.cose, &fault);
	if (err == ERR_OK)
		err = statement_read_header(
		    s.cose.protected_map, &s.header, &fault);
	s.payload = s.cose.payload;
	if (err == ERR_OK && !parts_ok(&s, &fault))
		err = fault.code;
	if (err != ERR_OK) {
		*ret_fault = fault;
		return err;
	}
	*ret = s;
	return ERR_OK;
}

enum err
statement_verify(const struct statement *s, const struct cose_key *key,
    const struct crypto_hooks *hooks, uint8_t *room, size_t cap)
{
	uint8_t thumbprint[SHA256_LEN];

	cose_key_thumbprint(hooks, key, thumbprint);
	if (s->header.alg != cose_key_alg(key) ||
	    memcmp(thumbprint, s->header.kid, SHA256_LEN) != 0)
		return ERR_CHECKSUM;
	return cose_verify_sign1(
	    &s->cose, key, hooks, (struct bytes){ NULL, 0 }, room, cap);
}

bool
statement_is_leaf(const struct statement *s)
{
	struct bytes map = s->cose.unprotected;

	return map.len == 0 || (map.len == 1 && map.ptr[0] == 0xa0);
}

enum err
statement_leaf(
    const struct statement *s, uint8_t *room, size_t cap, struct bytes *ret)
{
	struct cbor_writer w = cbor_writer_open(room, cap);

	if (statement_is_leaf(s)) {
		*ret = s->raw;
		return ERR_OK;
	}
	cose_put_sign1(&w, s->cose.protected_map, (struct bytes){ NULL, 0 },
	    s->payload, s->cose.signature);
	if (w.failed)
		return ERR_LIMIT;
	*ret = cbor_written(&w);
	return ERR_OK;
}

void
statement_content_id(const struct statement *s,
    const struct crypto_hooks *hooks, uint8_t ret[SHA256_LEN])
{
	/* The header's map says its own length, so the two cannot be cut
	   apart in another place. */
	const struct bytes parts[] = { s->cose.protected_map, s->payload };

	hooks->sha256(hooks->context, parts, 2, ret);
}

/* What is signed, in the room; then the signature over it. */
static enum err
sign(const struct signer *signer, struct bytes protected_map,
    struct bytes payload, uint8_t *room, size_t cap, uint8_t ret[SIGNATURE_LEN])
{
	struct bytes message;
	enum err err = cose_to_be_signed(protected_map,
	    (struct bytes){ NULL, 0 }, payload, room, cap, &message);

	return err == ERR_OK ? signer->sign(signer->context, message, ret)
			     : err;
}

static const char *
check_payload(enum statement_kind kind, struct bytes payload)
{
	struct fault fault = { 0 };

	return payload_ok(kind, payload, &fault) ? NULL : "payload";
}

enum err
/* Room and cap are one thing. NOLINTNEXTLINE(readability-function-size) */
statement_make(const struct statement_header *header, struct bytes payload,
    const struct signer *signer, const struct crypto_hooks *hooks,
    uint8_t *room, size_t cap, struct bytes *ret, const char **ret_field)
{
	uint8_t thumbprint[SHA256_LEN];
	uint8_t signature[SIGNATURE_LEN];
	uint8_t protected_room[STATEMENT_PROTECTED_MAX];
	struct cbor_writer head =
	    cbor_writer_open(protected_room, sizeof(protected_room));
	struct statement_header h = *header;

	cose_key_thumbprint(hooks, &signer->key, thumbprint);
	h.alg = cose_key_alg(&signer->key);
	h.kid = thumbprint;
	const char *wrong = statement_check_header(&h);

	if (wrong == NULL)
		wrong = check_payload(h.kind, payload);
	if (wrong != NULL) {
		*ret_field = wrong;
		return ERR_MALFORMED;
	}
	statement_put_header(&head, &h);
	if (head.failed)
		return ERR_LIMIT;
	enum err err =
	    sign(signer, cbor_written(&head), payload, room, cap, signature);

	if (err != ERR_OK)
		return err;
	struct cbor_writer w = cbor_writer_open(
	    room, cap < STATEMENT_LEN_MAX ? cap : STATEMENT_LEN_MAX);

	cose_put_sign1(&w, cbor_written(&head), (struct bytes){ NULL, 0 },
	    payload, (struct bytes){ signature, SIGNATURE_LEN });
	if (w.failed)
		return ERR_LIMIT;
	*ret = cbor_written(&w);
	return ERR_OK;
}
