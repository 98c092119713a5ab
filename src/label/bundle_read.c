/* SPDX-License-Identifier: ISC */
/* Takes a bundle apart: structure only, nothing verified. */
#include "label/bundle_private.h"
#include "label/compact.h"
#include "label/status_list.h"
#include "ledger/tile.h"
#include "statement/fields.h"

#include <string.h>

#define FORMAT "bundle"
/* The file's array, the header's claims. */
#define ELEMENTS 2
#define SHA256_ID (-16)
#define CLAIM_ISS 1
#define CLAIM_EXP 4
#define CLAIM_IAT 6

void
bundle_put_header(struct cbor_writer *w, const struct bundle_header *header)
{
	cbor_put_map(w, 6);
	cbor_put_uint(w, COSE_HEADER_ALG);
	cbor_put_int(w, header->alg);
	cbor_put_uint(w, COSE_HEADER_KID);
	cbor_put_bytes(w, (struct bytes){ header->kid, SHA256_LEN });
	cbor_put_uint(w, COSE_HEADER_CWT_CLAIMS);
	cbor_put_map(w, 3);
	cbor_put_uint(w, CLAIM_ISS);
	cbor_put_text(w, header->iss);
	cbor_put_uint(w, CLAIM_EXP);
	cbor_put_int(w, header->expires);
	cbor_put_uint(w, CLAIM_IAT);
	cbor_put_int(w, header->issued);
	cbor_put_uint(w, COSE_HEADER_TYP);
	cbor_put_literal(w, BUNDLE_TYP);
	cbor_put_uint(w, COSE_HEADER_PAYLOAD_HASH_ALG);
	cbor_put_int(w, SHA256_ID);
	cbor_put_uint(w, COSE_HEADER_PREIMAGE_TYPE);
	cbor_put_literal(w, BUNDLE_CONTENT_TYPE);
}

static void
read_claims(struct cbor_reader *r, struct bundle_header *header)
{
	struct cbor_map map = cbor_map(r, "claims");
	struct cbor_item key;

	while (cbor_next(r, &map, &key, "claims")) {
		if (cbor_is(&key, CLAIM_ISS))
			header->iss = fields_text(r, 1, BUNDLE_ISS_MAX, "iss");
		else if (cbor_is(&key, CLAIM_EXP))
			header->expires = fields_time(r, "exp");
		else if (cbor_is(&key, CLAIM_IAT))
			header->issued = fields_time(r, "iat");
		else
			cbor_fail(r, ERR_MALFORMED, key.at, "claims");
	}
}

/*
 * Reads what varies in the header; that all else is as it must be follows from
 * writing it again.
 */
static enum err
read_header(const struct cose_sign1 *envelope, struct bundle_header *header,
    struct fault *ret_fault)
{
	struct cbor_reader r =
	    cbor_open(cose_find(envelope->protected_map, COSE_HEADER_CWT_CLAIMS,
			  CBOR_STRICT),
		CBOR_STRICT, "bundle header");
	uint8_t room[BUNDLE_HEADER_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	header->alg = envelope->alg == COSE_ALG_ESP256 ? COSE_ALG_ESP256
						       : COSE_ALG_ED25519;
	read_claims(&r, header);
	if (envelope->kid.len != SHA256_LEN)
		cbor_fail(&r, ERR_MALFORMED, 0, "kid");
	header->kid = envelope->kid.ptr;
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	bundle_put_header(&w, header);
	if (w.failed ||
	    !bytes_equal(cbor_written(&w), envelope->protected_map) ||
	    header->expires <= header->issued) {
		*ret_fault = (struct fault){ .code = ERR_MALFORMED,
			.format = "bundle header",
			.field = "protected header" };
		return ERR_MALFORMED;
	}
	return ERR_OK;
}

static enum err
read_envelope(
    struct bytes in, struct bundle_parts *parts, struct fault *ret_fault)
{
	enum err err =
	    cose_read_sign1(in, CBOR_STRICT, &parts->envelope, ret_fault);

	if (err != ERR_OK)
		return err;
	if (parts->envelope.detached ||
	    parts->envelope.payload.len != SHA256_LEN ||
	    parts->envelope.unprotected.len > 1) {
		*ret_fault = (struct fault){ .code = ERR_MALFORMED,
			.format = FORMAT,
			.field = "envelope" };
		return ERR_MALFORMED;
	}
	return read_header(&parts->envelope, &parts->header, ret_fault);
}

static void
note_length(struct bundle_parts *parts, size_t len)
{
	if (len > parts->longest)
		parts->longest = len;
}

enum err
bundle_read_entry(struct cbor_reader *r, struct bundle_entry *ret)
{
	struct bundle_entry entry = { 0 };

	fields_array(r, 3, "trust entry");
	entry.index = cbor_uint(r, "trust index");
	entry.statement = cbor_bytes(r, "trust statement");
	size_t at = r->pos;

	entry.proof = cbor_bytes(r, "trust proof");
	if (entry.proof.len != 0 && entry.proof.len != COMPACT_PROOF_LEN)
		cbor_fail(r, ERR_MALFORMED, at, "trust proof");
	if (cbor_ok(r))
		*ret = entry;
	return r->fault.code;
}

/* Walks the trust list once: its form, its order, its longest element. */
static void
read_trust(struct cbor_reader *r, struct bundle_parts *parts)
{
	uint64_t next = 0;
	size_t at = r->pos;

	parts->trust_count = cbor_array(r, "trust");
	parts->trust = *r;
	if (parts->trust_count > BUNDLE_TRUST_MAX)
		cbor_fail(r, ERR_LIMIT, at, "trust");
	for (size_t i = 0; i < parts->trust_count && cbor_ok(r); i++) {
		struct bundle_entry entry = { 0 };

		at = r->pos;
		if (bundle_read_entry(r, &entry) != ERR_OK)
			return;
		if (entry.index < next || entry.index > MERKLE_SIZE_MAX)
			cbor_fail(r, ERR_MALFORMED, at, "trust index");
		next = entry.index + 1;
		note_length(parts, entry.statement.len);
	}
}

static void
read_status(struct cbor_reader *r, struct bundle_parts *parts)
{
	size_t at = r->pos;

	parts->list_count = cbor_array(r, "status");
	parts->status = *r;
	if (parts->list_count > BUNDLE_LISTS_MAX)
		cbor_fail(r, ERR_LIMIT, at, "status");
	for (size_t i = 0; i < parts->list_count && cbor_ok(r); i++)
		note_length(parts, cbor_bytes(r, "status list").len);
}

static void
read_content(struct cbor_reader *r, struct bundle_parts *parts)
{
	struct cbor_map map = cbor_map(r, "content");
	size_t pairs = map.left;
	struct cbor_item key;

	while (cbor_next(r, &map, &key, "content")) {
		if (cbor_is(&key, BUNDLE_CHECKPOINT))
			parts->checkpoint = cbor_bytes(r, "checkpoint");
		else if (cbor_is(&key, BUNDLE_TILES))
			parts->tiles = cbor_bytes(r, "tiles");
		else if (cbor_is(&key, BUNDLE_TAIL))
			parts->tail = cbor_bytes(r, "tail");
		else if (cbor_is(&key, BUNDLE_TRUST))
			read_trust(r, parts);
		else if (cbor_is(&key, BUNDLE_STATUS))
			read_status(r, parts);
		else
			cbor_fail(r, ERR_MALFORMED, key.at, "content");
	}
	/* Keys are in order and none twice: five are all. */
	if (pairs != BUNDLE_STATUS)
		cbor_fail(r, ERR_MALFORMED, 0, "content");
}

size_t
bundle_list_len(uint64_t number, uint64_t tree_size)
{
	uint64_t first = number << STATUS_LIST_SHIFT;
	uint64_t count = tree_size > first ? tree_size - first : 0;

	if (count > STATUS_LIST_COUNT)
		count = STATUS_LIST_COUNT;
	return (size_t)(count * STATUS_LIST_BITS + 7) / 8;
}

/* The hashes and lists must be those of a tree of this size. */
static void
check_numbers(struct cbor_reader *r, const struct bundle_parts *parts)
{
	uint64_t size = parts->tree_size;
	uint64_t lists = (size + STATUS_LIST_COUNT - 1) >> STATUS_LIST_SHIFT;

	if (parts->tiles.len % SHA256_LEN != 0 ||
	    parts->tiles.len / SHA256_LEN != size / TILE_WIDTH)
		cbor_fail(r, ERR_MALFORMED, 0, "tiles");
	if (parts->tail.len != size % TILE_WIDTH * SHA256_LEN)
		cbor_fail(r, ERR_MALFORMED, 0, "tail");
	if (parts->list_count != lists)
		cbor_fail(r, ERR_MALFORMED, 0, "status");
}

enum err
bundle_read(
    struct bytes file, struct bundle_parts *ret, struct fault *ret_fault)
{
	struct cbor_reader outer = cbor_open(file, CBOR_STRICT, FORMAT);
	struct bundle_parts parts = { 0 };
	struct checkpoint checkpoint;
	struct note note;

	if (file.len > BUNDLE_LEN_MAX)
		cbor_fail(&outer, ERR_LIMIT, 0, "length");
	fields_array(&outer, ELEMENTS, "elements");
	struct bytes envelope = cbor_skip(&outer, "envelope");

	parts.content = cbor_bytes(&outer, "content");
	if (cbor_end(&outer) != ERR_OK) {
		*ret_fault = outer.fault;
		return outer.fault.code;
	}
	enum err err = read_envelope(envelope, &parts, ret_fault);

	if (err != ERR_OK)
		return err;
	struct cbor_reader r =
	    cbor_open(parts.content, CBOR_STRICT, "bundle content");

	read_content(&r, &parts);
	err = cbor_end(&r);
	if (err == ERR_OK) {
		err = checkpoint_read(
		    parts.checkpoint, &checkpoint, &note, ret_fault);
		if (err != ERR_OK)
			return err;
		parts.tree_size = checkpoint.head.size;
		check_numbers(&r, &parts);
		err = r.fault.code;
	}
	if (err == ERR_OK)
		*ret = parts;
	else
		*ret_fault = r.fault;
	return err;
}
