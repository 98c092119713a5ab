/* SPDX-License-Identifier: ISC */
/* The protected header of a statement, both ways. */
#include "statement/claims.h"
#include "statement/fields.h"
#include "statement/product.h"
#include "statement/statement_private.h"

/* CoAP content format application/cbor (IANA): the payload's type. */
#define CONTENT_FORMAT_CBOR 60
/* COSE algorithm SHA-256 (RFC 9054 §2.1). */
#define HASH_SHA256 (-16)

/* Members of the header that have to be there, as bits. */
enum member {
	HAS_ALG = 1 << 0,
	HAS_CONTENT_TYPE = 1 << 1,
	HAS_KID = 1 << 2,
	HAS_CLAIMS = 1 << 3,
	HAS_TYP = 1 << 4,
	HAS_HASH = 1 << 5,
	HAS_PREIMAGE = 1 << 6,
	HAS_LOCATION = 1 << 7,
};
#define ALWAYS (HAS_ALG | HAS_KID | HAS_CLAIMS | HAS_TYP)

static bool
subject_ok(enum statement_kind kind, struct bytes sub)
{
	struct product_ids ids;
	bool release;

	if (!fields_text_ok(sub, 1, STATEMENT_SUB_MAX))
		return false;
	switch (kind_rows[kind].subject) {
	case SUBJECT_ANY:
		return true;
	case SUBJECT_PRODUCT:
		return product_read_sub(sub, &ids, &release) == ERR_OK;
	case SUBJECT_RELEASE:
		return product_read_sub(sub, &ids, &release) == ERR_OK &&
		    release;
	}
	return false;
}

/* What follows from the kind alone. */
static const char *
check_kind(const struct statement_header *h)
{
	const struct kind_row *row = &kind_rows[h->kind];

	if (!subject_ok(h->kind, h->sub))
		return "sub";
	if (row->must_expire && h->exp == 0)
		return "exp";
	if (h->exp != 0 && h->exp <= h->iat)
		return "exp";
	if (!fields_text_ok(h->preimage_type, row->envelope ? 1 : 0,
		row->envelope ? STATEMENT_TYPE_MAX : 0))
		return "preimage type";
	if (!fields_text_ok(
		h->location, 0, row->envelope ? STATEMENT_LOCATION_MAX : 0))
		return "payload location";
	return NULL;
}

const char *
statement_check_header(const struct statement_header *h)
{
	size_t tool_min = h->data.len > 0;

	if (h->alg != COSE_ALG_ED25519 && h->alg != COSE_ALG_ESP256)
		return "alg";
	if (!fields_text_ok(h->iss, 1, STATEMENT_ISS_MAX))
		return "iss";
	if (!fields_time_ok(h->iat))
		return "iat";
	if (h->exp != 0 && !fields_time_ok(h->exp))
		return "exp";
	if (!fields_text_ok(h->tool, tool_min, STATEMENT_TOOL_MAX) ||
	    !fields_text_ok(h->data, 0, STATEMENT_TOOL_MAX))
		return "tool";
	return check_kind(h);
}

static void
put_claims(struct cbor_writer *w, const struct statement_header *h)
{
	bool tool = h->tool.len > 0;

	cbor_put_map(w, 3u + (h->exp != 0) + tool);
	cbor_put_int(w, CLAIM_ISS);
	cbor_put_text(w, h->iss);
	cbor_put_int(w, CLAIM_SUB);
	cbor_put_text(w, h->sub);
	if (h->exp != 0) {
		cbor_put_int(w, CLAIM_EXP);
		cbor_put_int(w, h->exp);
	}
	cbor_put_int(w, CLAIM_IAT);
	cbor_put_int(w, h->iat);
	if (tool) {
		cbor_put_int(w, CLAIM_TOOL);
		cbor_put_array(w, 2);
		cbor_put_text(w, h->tool);
		cbor_put_text(w, h->data);
	}
}

static void
put_envelope(struct cbor_writer *w, const struct statement_header *h)
{
	cbor_put_int(w, COSE_HEADER_PAYLOAD_HASH_ALG);
	cbor_put_int(w, HASH_SHA256);
	cbor_put_int(w, COSE_HEADER_PREIMAGE_TYPE);
	cbor_put_text(w, h->preimage_type);
	if (h->location.len == 0)
		return;
	cbor_put_int(w, COSE_HEADER_PAYLOAD_LOCATION);
	cbor_put_text(w, h->location);
}

void
statement_put_header(struct cbor_writer *w, const struct statement_header *h)
{
	bool envelope = kind_rows[h->kind].envelope;

	/* An envelope has no content type: RFC 9995 §4. */
	cbor_put_map(w, envelope ? 6u + (h->location.len > 0) : 5u);
	cbor_put_int(w, COSE_HEADER_ALG);
	cbor_put_int(w, h->alg);
	if (!envelope) {
		cbor_put_int(w, COSE_HEADER_CONTENT_TYPE);
		cbor_put_uint(w, CONTENT_FORMAT_CBOR);
	}
	cbor_put_int(w, COSE_HEADER_KID);
	cbor_put_bytes(w, (struct bytes){ h->kid, SHA256_LEN });
	cbor_put_int(w, COSE_HEADER_CWT_CLAIMS);
	put_claims(w, h);
	cbor_put_int(w, COSE_HEADER_TYP);
	cbor_put_literal(w, kind_rows[h->kind].typ);
	if (envelope)
		put_envelope(w, h);
}

/* One claim of header 15; unknown ones are no part of the form. */
static void
read_claim(struct cbor_reader *r, const struct cbor_item *key,
    struct statement_header *h)
{
	if (cbor_is(key, CLAIM_ISS)) {
		h->iss = fields_text(r, 1, STATEMENT_ISS_MAX, "iss");
	} else if (cbor_is(key, CLAIM_SUB)) {
		h->sub = fields_text(r, 1, STATEMENT_SUB_MAX, "sub");
	} else if (cbor_is(key, CLAIM_EXP)) {
		h->exp = fields_time(r, "exp");
	} else if (cbor_is(key, CLAIM_IAT)) {
		h->iat = fields_time(r, "iat");
	} else if (cbor_is(key, CLAIM_TOOL)) {
		fields_array(r, 2, "tool");
		h->tool = fields_text(r, 1, STATEMENT_TOOL_MAX, "tool");
		h->data = fields_text(r, 0, STATEMENT_TOOL_MAX, "data");
	} else {
		cbor_fail(r, ERR_MALFORMED, key->at, "claim");
	}
}

static void
read_claims(struct cbor_reader *r, struct statement_header *h)
{
	struct cbor_map map = cbor_map(r, "CWT claims");
	struct cbor_item key;

	while (cbor_next(r, &map, &key, "CWT claims"))
		read_claim(r, &key, h);
}

static void
read_alg(struct cbor_reader *r, struct statement_header *h)
{
	size_t at = r->pos;
	int64_t alg = cbor_int(r, "alg");

	if (alg != COSE_ALG_ED25519 && alg != COSE_ALG_ESP256)
		cbor_fail(r, ERR_UNSUPPORTED, at, "alg");
	else
		h->alg = (enum cose_alg)alg;
}

static void
read_typ(struct cbor_reader *r, struct statement_header *h)
{
	size_t at = r->pos;
	struct bytes typ = cbor_text(r, "typ");

	if (cbor_ok(r) && !kind_find_typ(typ, &h->kind))
		cbor_fail(r, ERR_UNSUPPORTED, at, "typ");
}

static void
want_int(struct cbor_reader *r, int64_t want, const char *field)
{
	size_t at = r->pos;

	if (cbor_int(r, field) != want)
		cbor_fail(r, ERR_MALFORMED, at, field);
}

/* One label of the header: gives its bit. */
static unsigned
read_member(struct cbor_reader *r, const struct cbor_item *key,
    struct statement_header *h)
{
	if (cbor_is(key, COSE_HEADER_ALG)) {
		read_alg(r, h);
		return HAS_ALG;
	}
	if (cbor_is(key, COSE_HEADER_CONTENT_TYPE)) {
		want_int(r, CONTENT_FORMAT_CBOR, "content type");
		return HAS_CONTENT_TYPE;
	}
	if (cbor_is(key, COSE_HEADER_KID)) {
		h->kid = fields_bytes(r, SHA256_LEN, "kid").ptr;
		return HAS_KID;
	}
	if (cbor_is(key, COSE_HEADER_CWT_CLAIMS)) {
		read_claims(r, h);
		return HAS_CLAIMS;
	}
	if (cbor_is(key, COSE_HEADER_TYP)) {
		read_typ(r, h);
		return HAS_TYP;
	}
	if (cbor_is(key, COSE_HEADER_PAYLOAD_HASH_ALG)) {
		want_int(r, HASH_SHA256, "payload hash alg");
		return HAS_HASH;
	}
	if (cbor_is(key, COSE_HEADER_PREIMAGE_TYPE)) {
		h->preimage_type =
		    fields_text(r, 1, STATEMENT_TYPE_MAX, "preimage type");
		return HAS_PREIMAGE;
	}
	if (cbor_is(key, COSE_HEADER_PAYLOAD_LOCATION)) {
		h->location = fields_text(
		    r, 1, STATEMENT_LOCATION_MAX, "payload location");
		return HAS_LOCATION;
	}
	cbor_fail(r, ERR_MALFORMED, key->at, "label");
	return 0;
}

/* Whether just the members of its kind are there. */
static bool
members_ok(unsigned has, enum statement_kind kind)
{
	if (kind_rows[kind].envelope)
		return (has & ~(unsigned)HAS_LOCATION) ==
		    (ALWAYS | HAS_HASH | HAS_PREIMAGE);
	return has == (ALWAYS | HAS_CONTENT_TYPE);
}

enum err
statement_read_header(struct bytes map_bytes, struct statement_header *ret,
    struct fault *ret_fault)
{
	struct cbor_reader r =
	    cbor_open(map_bytes, CBOR_STRICT, "statement header");
	struct cbor_map map = cbor_map(&r, "protected header");
	struct statement_header h = { 0 };
	struct cbor_item key;
	unsigned has = 0;
	const char *wrong = NULL;

	while (cbor_next(&r, &map, &key, "protected header"))
		has |= read_member(&r, &key, &h);
	if (cbor_end(&r) == ERR_OK) {
		wrong = members_ok(has, h.kind) ? statement_check_header(&h)
						: "protected header";
		if (wrong != NULL)
			cbor_fail(&r, ERR_MALFORMED, 0, wrong);
	}
	if (!cbor_ok(&r)) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = h;
	return ERR_OK;
}
