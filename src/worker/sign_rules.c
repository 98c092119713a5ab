/* SPDX-License-Identifier: ISC */
/* Whatever is not exactly what the ledger's key is for is refused. */
#include "worker/sign_rules.h"

#include "base/cursor.h"
#include "base/out.h"
#include "codec/cbor.h"
#include "label/bundle.h"
#include "label/status_list.h"
#include "ledger/checkpoint.h"
#include "ledger/receipt.h"

#include <string.h>

/* Protected headers of ours are not longer, nor what stands around them. */
#define HEADER_MAX (BUNDLE_HEADER_MAX + 128)
#define MESSAGE_MORE ((size_t)64)

#define CLAIM_ISS 1
#define CLAIM_SUB 2
#define CLAIM_EXP 4
#define CLAIM_IAT 6
#define CLAIM_STATUS_LIST 65533
#define STATUS_TYP "application/statuslist+cwt"
#define STATUS_URI_MAX 512

static const struct bytes no_bytes = { NULL, 0 };

/* ---- heads ---- */

const char *
sign_check_head(const struct sign_terms *terms,
    const struct sign_memory *memory, struct bytes text,
    struct merkle_head *ret)
{
	struct checkpoint checkpoint;
	struct fault fault;

	if (checkpoint_read_text(text, &checkpoint, &fault) != ERR_OK)
		return "it is no checkpoint";
	if (!bytes_equal(checkpoint.origin, terms->origin))
		return "it is a checkpoint of another ledger";
	if (checkpoint.extensions.len > 0)
		return "it is a checkpoint with more lines than ours have";
	if (memory->number > 0 && checkpoint.head.size < memory->head.size)
		return "a larger tree was signed already";
	if (memory->number > 0 && checkpoint.head.size == memory->head.size &&
	    !merkle_equal(&checkpoint.head.root, &memory->head.root))
		return "another root of this size was signed already";
	*ret = checkpoint.head;
	return NULL;
}

const char *
sign_check_signed(const struct sign_terms *terms,
    const struct merkle_head *head, const uint8_t signature[SIGNATURE_LEN])
{
	struct out text = out_open(CHECKPOINT_TEXT_MAX);
	const char *why = NULL;

	checkpoint_put_text(&text, terms->origin, head);
	if (text.failed != ERR_OK ||
	    !terms->hooks->ed25519_verify(terms->hooks->context,
		terms->key->point, out_bytes(&text), signature))
		why = "that head was not signed by this key";
	out_close(&text);
	return why;
}

const char *
sign_check_begin(const struct sign_terms *terms,
    const struct sign_memory *memory, const struct merkle_head *head,
    const uint8_t signature[SIGNATURE_LEN], struct merkle_path path,
    struct merkle_head *ret)
{
	const char *why = sign_check_signed(terms, head, signature);

	if (why != NULL)
		return why;
	/* everything begins with the empty tree */
	bool grown = memory->head.size > 0 && head->size > memory->head.size;

	if (memory->number > 0 && grown &&
	    merkle_verify_consistency(
		terms->hooks, &memory->head, head, path) != ERR_OK)
		return "the ledger does not begin with the tree that this key "
		       "remembers: it was forked";
	if (memory->number > 0 && head->size < memory->head.size)
		return "this key has signed a larger tree than the ledger "
		       "has: an older ledger was restored";
	if (memory->number > 0 && head->size == memory->head.size &&
	    !merkle_equal(&head->root, &memory->head.root))
		return "this key has signed another root of this size: the "
		       "ledger was forked";
	*ret = *head;
	return NULL;
}

/* ---- receipts ---- */

/* As ledger/receipt_make.c writes it. */
static void
put_receipt_header(struct cbor_writer *w, const struct sign_terms *terms)
{
	uint8_t kid[SHA256_LEN];

	cose_key_thumbprint(terms->hooks, terms->key, kid);
	cbor_put_map(w, 4);
	cbor_put_int(w, COSE_HEADER_ALG);
	cbor_put_int(w, cose_key_alg(terms->key));
	cbor_put_int(w, COSE_HEADER_KID);
	cbor_put_bytes(w, (struct bytes){ kid, sizeof(kid) });
	cbor_put_int(w, COSE_HEADER_CWT_CLAIMS);
	cbor_put_map(w, 2);
	cbor_put_int(w, CLAIM_ISS);
	cbor_put_text(w, terms->origin);
	cbor_put_int(w, CLAIM_SUB);
	cbor_put_text(w, no_bytes);
	cbor_put_int(w, COSE_HEADER_VDS);
	cbor_put_int(w, RECEIPT_VDS_RFC9162);
}

/* Whether the message is what is signed of this header and payload. */
static bool
is_message(struct bytes message, const struct cbor_writer *header,
    struct bytes payload)
{
	uint8_t room[HEADER_MAX + SHA256_LEN + MESSAGE_MORE];
	struct bytes made;

	return !header->failed &&
	    cose_to_be_signed(cbor_written(header), no_bytes, payload, room,
		sizeof(room), &made) == ERR_OK &&
	    bytes_equal(made, message);
}

const char *
sign_check_receipt(const struct sign_terms *terms, uint64_t size,
    const uint8_t signature[SIGNATURE_LEN], struct bytes message)
{
	uint8_t header[HEADER_MAX];
	struct cbor_writer w = cbor_writer_open(header, sizeof(header));
	struct merkle_head head = { .size = size };

	if (message.len < SHA256_LEN)
		return "it is no receipt";
	struct bytes root = bytes_from(message, message.len - SHA256_LEN);

	put_receipt_header(&w, terms);
	if (!is_message(message, &w, root))
		return "it is no receipt";
	memcpy(head.root.byte, root.ptr, SHA256_LEN);
	return sign_check_signed(terms, &head, signature);
}

/* ---- tokens ---- */

/* ["Signature1", protected, h'', payload], strictly. */
static bool
read_message(
    struct bytes message, struct bytes *ret_header, struct bytes *ret_payload)
{
	struct cbor_reader r = cbor_open(message, CBOR_STRICT, "to be signed");
	size_t count = cbor_array(&r, "structure");
	struct bytes context = cbor_text(&r, "context");

	*ret_header = cbor_bytes(&r, "protected");
	struct bytes aad = cbor_bytes(&r, "aad");

	*ret_payload = cbor_bytes(&r, "payload");
	return cbor_end(&r) == ERR_OK && count == 4 && aad.len == 0 &&
	    bytes_equal_text(context, "Signature1");
}

static const char *
check_times(const struct sign_terms *terms, int64_t issued, int64_t expires)
{
	if (issued > terms->now + SIGN_SKEW_SECS)
		return "it is issued in the future";
	if (expires <= issued || expires > terms->now + SIGN_TOKEN_SECS)
		return "it is good for too long, or never";
	return NULL;
}

/* What varies in the claims of a bundle's header. */
static const char *
check_bundle(
    const struct sign_terms *terms, struct bytes message, struct bytes header)
{
	struct cbor_reader r =
	    cbor_open(cose_find(header, COSE_HEADER_CWT_CLAIMS, CBOR_STRICT),
		CBOR_STRICT, "bundle header");
	struct cbor_map map = cbor_map(&r, "claims");
	uint8_t room[HEADER_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	uint8_t kid[SHA256_LEN];
	struct bundle_header h = { .alg = cose_key_alg(terms->key),
		.kid = kid,
		.iss = terms->origin };
	struct cbor_item key;

	while (cbor_next(&r, &map, &key, "claims")) {
		if (cbor_is(&key, CLAIM_EXP))
			h.expires = cbor_int(&r, "exp");
		else if (cbor_is(&key, CLAIM_IAT))
			h.issued = cbor_int(&r, "iat");
		else
			(void)cbor_skip(&r, "iss"); /* it is written anew */
	}
	if (cbor_end(&r) != ERR_OK || message.len < SHA256_LEN)
		return "its header is no bundle's";
	cose_key_thumbprint(terms->hooks, terms->key, kid);
	bundle_put_header(&w, &h);
	if (!is_message(
		message, &w, bytes_from(message, message.len - SHA256_LEN)))
		return "its header is no bundle's";
	return check_times(terms, h.issued, h.expires);
}

/* As label/status_list_make.c writes it. */
static bool
is_status_header(const struct sign_terms *terms, struct bytes header)
{
	uint8_t room[HEADER_MAX];
	uint8_t kid[SHA256_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	cose_key_thumbprint(terms->hooks, terms->key, kid);
	cbor_put_map(&w, 3);
	cbor_put_uint(&w, COSE_HEADER_ALG);
	cbor_put_int(&w, cose_key_alg(terms->key));
	cbor_put_uint(&w, COSE_HEADER_KID);
	cbor_put_bytes(&w, (struct bytes){ kid, sizeof(kid) });
	cbor_put_uint(&w, COSE_HEADER_TYP);
	cbor_put_literal(&w, STATUS_TYP);
	return !w.failed && bytes_equal(cbor_written(&w), header);
}

static const char *
check_status(const struct sign_terms *terms, struct bytes payload)
{
	struct cbor_reader r = cbor_open(payload, CBOR_STRICT, "status token");
	struct cbor_map map = cbor_map(&r, "claims");
	struct status_list list = { 0 };
	struct bytes uri = no_bytes;
	struct fault fault;
	struct cbor_item key;
	int64_t issued = 0;
	int64_t expires = 0;

	while (cbor_next(&r, &map, &key, "claims")) {
		size_t at = key.at;

		if (cbor_is(&key, CLAIM_SUB))
			uri = cbor_text(&r, "sub");
		else if (cbor_is(&key, CLAIM_EXP))
			expires = cbor_int(&r, "exp");
		else if (cbor_is(&key, CLAIM_IAT))
			issued = cbor_int(&r, "iat");
		else if (!cbor_is(&key, CLAIM_STATUS_LIST) ||
		    status_list_read(cbor_skip(&r, "status_list"), CBOR_STRICT,
			&list, &fault) != ERR_OK)
			cbor_fail(&r, ERR_MALFORMED, at, "claim");
	}
	if (cbor_end(&r) != ERR_OK || uri.len == 0 ||
	    uri.len > STATUS_URI_MAX || list.bits != STATUS_LIST_BITS)
		return "its claims are no status list's";
	return check_times(terms, issued, expires);
}

const char *
sign_check_token(const struct sign_terms *terms, struct bytes message)
{
	struct bytes header;
	struct bytes payload;

	if (!read_message(message, &header, &payload))
		return "it is nothing that this key signs";
	if (is_status_header(terms, header))
		return check_status(terms, payload);
	return check_bundle(terms, message, header);
}

/* ---- the memory on disk ---- */

static const uint8_t magic[8] = { 'h', 'm', 's', 'i', 'g', 'n', '1', '\n' };

/* Which ledger and key it is of. */
static void
put_id(const struct sign_terms *terms, uint8_t ret[SHA256_LEN])
{
	const struct bytes parts[] = { terms->origin, BYTES("\n"),
		{ terms->key->point, cose_key_len(terms->key) } };

	terms->hooks->sha256(terms->hooks->context, parts, 3, ret);
}

static void
put_le(uint8_t *to, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

/* magic 8, number 8, size 8, root 32, id 32, zero 24, SHA-256 of all that */
void
sign_put_place(const struct sign_terms *terms, const struct sign_memory *memory,
    uint8_t ret[SIGN_PLACE_LEN])
{
	const struct bytes sum = { ret, SIGN_PLACE_LEN - SHA256_LEN };

	memset(ret, 0, SIGN_PLACE_LEN);
	memcpy(ret, magic, sizeof(magic));
	put_le(ret + 8, memory->number);
	put_le(ret + 16, memory->head.size);
	memcpy(ret + 24, memory->head.root.byte, SHA256_LEN);
	put_id(terms, ret + 56);
	terms->hooks->sha256(terms->hooks->context, &sum, 1, ret + sum.len);
}

enum place {
	PLACE_EMPTY,
	PLACE_TORN,
	PLACE_OTHER, /* whole, but of another key or ledger */
	PLACE_WHOLE,
};

static bool
is_empty(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] != 0)
			return false;
	return true;
}

static enum place
read_place(
    const struct sign_terms *terms, struct bytes in, struct sign_memory *ret)
{
	struct cursor c = cur_open(in, "state of the key");
	uint8_t id[SHA256_LEN];
	uint8_t digest[SHA256_LEN];
	struct bytes sum = bytes_slice(in, 0, SIGN_PLACE_LEN - SHA256_LEN);

	if (is_empty(in))
		return PLACE_EMPTY;
	if (in.len != SIGN_PLACE_LEN)
		return PLACE_TORN;
	terms->hooks->sha256(terms->hooks->context, &sum, 1, digest);
	put_id(terms, id);
	if (memcmp(in.ptr + sum.len, digest, SHA256_LEN) != 0 ||
	    memcmp(in.ptr, magic, sizeof(magic)) != 0)
		return PLACE_TORN;
	cur_skip(&c, sizeof(magic), "magic");
	ret->number = cur_u64le(&c, "number");
	ret->head.size = cur_u64le(&c, "size");
	memcpy(ret->head.root.byte, in.ptr + 24, SHA256_LEN);
	return memcmp(in.ptr + 56, id, SHA256_LEN) == 0 ? PLACE_WHOLE
							: PLACE_OTHER;
}

enum err
sign_read_places(const struct sign_terms *terms, const struct bytes place[2],
    struct sign_memory *ret)
{
	struct sign_memory newest = { 0 };
	bool any_empty = false;

	for (size_t i = 0; i < 2; i++) {
		struct sign_memory memory = { 0 };
		enum place found = read_place(terms, place[i], &memory);

		any_empty |= found == PLACE_EMPTY;
		if (found == PLACE_OTHER)
			return ERR_MALFORMED;
		if (found == PLACE_WHOLE && memory.number > newest.number)
			newest = memory;
	}
	/* Torn, and nothing in the other place: the very first was never
	   answered. */
	if (newest.number == 0 && !any_empty)
		return ERR_CHECKSUM;
	*ret = newest;
	return ERR_OK;
}
