/* SPDX-License-Identifier: ISC */
/* The headers of COSE messages: RFC 9052 §3. */
#include "crypto/cose_private.h"

static const struct bytes no_bytes = { NULL, 0 };

/* The labels that `crit` may name, for somebody looks at them. */
static const int64_t known_labels[] = {
	COSE_HEADER_ALG,
	COSE_HEADER_CRIT,
	COSE_HEADER_CONTENT_TYPE,
	COSE_HEADER_KID,
	COSE_HEADER_COUNTERSIGNATURE,
	COSE_HEADER_CWT_CLAIMS,
	COSE_HEADER_TYP,
	COSE_HEADER_X5CHAIN,
	COSE_HEADER_X5T,
	COSE_HEADER_PAYLOAD_HASH_ALG,
	COSE_HEADER_PREIMAGE_TYPE,
	COSE_HEADER_PAYLOAD_LOCATION,
	COSE_HEADER_RECEIPTS,
	COSE_HEADER_VDS,
	COSE_HEADER_VDP,
};

/* A reader of a part of what `r` reads; leave() hands its fault back. */
static struct cbor_reader
enter(const struct cbor_reader *r, struct bytes part)
{
	struct cbor_reader inner = cbor_open(part, r->rules, r->format);

	inner.fault = r->fault;
	return inner;
}

static void
leave(struct cbor_reader *r, const struct cbor_reader *inner)
{
	if (cbor_ok(inner) || !cbor_ok(r))
		return;
	/* A fault at least has a byte before it: the part is not empty. */
	cbor_fail(r, inner->fault.code,
	    (size_t)(inner->in.ptr - r->in.ptr) + (size_t)inner->fault.at,
	    inner->fault.field);
}

static bool
is_label(const struct cbor_item *item)
{
	return item->kind == CBOR_UINT || item->kind == CBOR_NINT ||
	    item->kind == CBOR_TEXT;
}

/* Whether the label stands in a header map that has been checked. */
static bool
has_label(
    struct bytes map, const struct cbor_item *label, enum cbor_rules rules)
{
	struct cbor_reader r = cbor_open(map, rules, "COSE header");
	struct cbor_map m = { 0 };
	struct cbor_item key;

	if (map.len > 0)
		m = cbor_map(&r, "label");
	while (cbor_next(&r, &m, &key, "label")) {
		if (key.kind == label->kind && key.number == label->number &&
		    bytes_equal(key.bytes, label->bytes))
			return true;
		(void)cbor_skip(&r, "value");
	}
	return false;
}

struct bytes
cose_find(struct bytes map, int64_t label, enum cbor_rules rules)
{
	struct cbor_reader r = cbor_open(map, rules, "COSE header");
	struct cbor_map m = { 0 };
	struct cbor_item key;

	if (map.len > 0)
		m = cbor_map(&r, "label");
	while (cbor_next(&r, &m, &key, "label")) {
		struct bytes value = cbor_skip(&r, "value");

		if (cbor_is(&key, label))
			return value;
	}
	return no_bytes;
}

static bool
is_known(const struct cbor_item *label)
{
	for (size_t i = 0; i < sizeof(known_labels) / sizeof(known_labels[0]);
	     i++)
		if (cbor_is(label, known_labels[i]))
			return true;
	return false;
}

/* What `crit` names must stand in the same header, and be known to us. */
static void
read_crit(struct cbor_reader *r, struct bytes protected_map)
{
	size_t at = r->pos;
	size_t count = cbor_array(r, "crit");

	if (cbor_ok(r) && count == 0)
		cbor_fail(r, ERR_MALFORMED, at, "crit");
	if (count > COSE_LABELS_MAX)
		cbor_fail(r, ERR_LIMIT, at, "crit");
	for (size_t i = 0; i < count && cbor_ok(r); i++) {
		struct cbor_item label = cbor_read(r, "crit");

		if (!cbor_ok(r))
			return;
		if (!has_label(protected_map, &label, r->rules))
			cbor_fail(r, ERR_MALFORMED, label.at, "crit");
		else if (!is_known(&label))
			cbor_fail(r, ERR_UNSUPPORTED, label.at, "crit");
	}
}

/* A key's name is bytes; there are makers who write text, and it is only a
   hint. */
static struct bytes
read_kid(struct cbor_reader *r)
{
	if (r->rules == CBOR_RELAXED && cbor_peek(r) == CBOR_TEXT)
		return cbor_text(r, "kid");
	return cbor_bytes(r, "kid");
}

static void
read_alg(struct cbor_reader *r, struct cose_headers *h)
{
	if (cbor_peek(r) == CBOR_TEXT)
		cbor_fail(r, ERR_UNSUPPORTED, r->pos, "alg");
	h->alg = cbor_int(r, "alg");
}

/* The next label of a header; false at its end. */
static bool
next_label(
    struct cbor_reader *r, struct cbor_map *map, struct cbor_item *ret_label)
{
	struct cbor_item label;

	if (!cbor_next(r, map, &label, "label"))
		return false;
	if (!is_label(&label)) {
		cbor_fail(r, ERR_MALFORMED, label.at, "label");
		return false;
	}
	*ret_label = label;
	return true;
}

static struct cbor_map
open_header(struct cbor_reader *r, const char *field)
{
	size_t at = r->pos;
	struct cbor_map map = cbor_map(r, field);

	if (map.left > COSE_LABELS_MAX) {
		cbor_fail(r, ERR_LIMIT, at, field);
		map.left = 0;
	}
	return map;
}

static void
read_protected(struct cbor_reader *r, struct cose_headers *h)
{
	struct cbor_map map = open_header(r, "protected");
	struct cbor_item label;

	if (cbor_ok(r) && map.left == 0)
		h->protected_map = no_bytes; /* RFC 9052 §3: h'a0' is as h'' */
	while (next_label(r, &map, &label)) {
		if (cbor_is(&label, COSE_HEADER_ALG))
			read_alg(r, h);
		else if (cbor_is(&label, COSE_HEADER_KID))
			h->kid = read_kid(r);
		else if (cbor_is(&label, COSE_HEADER_CRIT))
			read_crit(r, h->protected_map);
		else
			(void)cbor_skip(r, "protected");
	}
	(void)cbor_end(r);
}

/*
 * A label of the unprotected header that stands in the protected one, too, or
 * must stand there. RFC 9052 §3 lets a reader take the protected one's value;
 * of a kid, which is only a hint, relaxed rules do, for health certificates
 * were made so.
 */
static bool
is_misplaced(const struct cbor_item *label, struct bytes protected_map,
    enum cbor_rules rules)
{
	if (cbor_is(label, COSE_HEADER_CRIT))
		return true;
	if (cbor_is(label, COSE_HEADER_KID) && rules == CBOR_RELAXED)
		return false;
	return has_label(protected_map, label, rules);
}

static void
read_unprotected(struct cbor_reader *r, struct cose_headers *h)
{
	struct cbor_map map = open_header(r, "unprotected");
	struct cbor_item label;

	while (next_label(r, &map, &label)) {
		if (is_misplaced(&label, h->protected_map, r->rules)) {
			cbor_fail(r, ERR_MALFORMED, label.at, "unprotected");
		} else if (cbor_is(&label, COSE_HEADER_KID)) {
			struct bytes kid = read_kid(r);

			if (!has_label(h->protected_map, &label, r->rules))
				h->kid = kid;
		} else {
			(void)cbor_skip(r, "unprotected");
		}
	}
}

void
cose_read_headers(struct cbor_reader *r, struct cose_headers *ret)
{
	struct cose_headers h = { .alg = COSE_ALG_NONE };
	size_t unprotected_at;

	h.protected_map = cbor_bytes(r, "protected");
	if (h.protected_map.len > 0) {
		struct cbor_reader inner = enter(r, h.protected_map);

		read_protected(&inner, &h);
		leave(r, &inner);
	}
	unprotected_at = r->pos;
	read_unprotected(r, &h);
	if (!cbor_ok(r))
		return;
	h.unprotected =
	    bytes_slice(r->in, unprotected_at, r->pos - unprotected_at);
	*ret = h;
}

void
cose_read_signer_headers(struct cbor_reader *r, struct cose_headers *ret)
{
	size_t at = r->pos;

	cose_read_headers(r, ret);
	if (r->rules == CBOR_STRICT && ret->alg == COSE_ALG_NONE)
		cbor_fail(r, ERR_MALFORMED, at, "alg");
}
