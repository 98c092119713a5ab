/* SPDX-License-Identifier: ISC */
/* Makes a bundle: the ledger's hashes, its trust list and status lists. */
#include "label/bundle_make.h"

#include "codec/cbor.h"
#include "label/bundle_private.h"
#include "label/compact.h"
#include "label/status_list_make.h"
#include "ledger/tile.h"
#include "trust/admission.h"

#include <stdio.h>
#include <string.h>

/* Bytes of a head of CBOR, at most. */
#define HEAD_MAX ((size_t)9)
/* The envelope besides its header. */
#define ENVELOPE_MORE ((size_t)160)

enum err
bundle_replay(const struct bundle_source *source, uint64_t size,
    struct arena *arena, const struct crypto_hooks *hooks,
    const struct cose_key *owner, size_t owner_count, struct trust_state **ret)
{
	const struct admission_terms terms = { .trusted = true,
		.monitor = true };
	struct trust_state *state =
	    trust_open(arena, hooks, owner, owner_count);

	if (state == NULL)
		return ERR_MEMORY;
	for (uint64_t i = 0; i < size; i++) {
		struct bytes entry;
		struct admission admission;
		enum err err = source->entry(source->context, i, &entry);

		if (err == ERR_OK)
			err = trust_admit(state, entry, &terms, &admission);
		if (err != ERR_OK)
			return err;
	}
	*ret = state;
	return ERR_OK;
}

/* What the parts share: all of it goes behind each other into `content`. */
struct making {
	const struct bundle_wish *wish;
	const struct bundle_source *source;
	const struct trust_state *state;
	const struct signer *signer;
	const struct crypto_hooks *hooks;
	struct arena *arena;
	struct checkpoint checkpoint;
	struct out *content;
};

/* A head of CBOR: `put` is the function of cbor.h that writes it. */
static void
put_head(struct out *o, void (*put)(struct cbor_writer *, size_t), size_t count)
{
	uint8_t room[HEAD_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	put(&w, count);
	out_put(o, cbor_written(&w));
}

static void
put_uint(struct out *o, uint64_t value)
{
	uint8_t room[HEAD_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	cbor_put_uint(&w, value);
	out_put(o, cbor_written(&w));
}

static void
put_bytes(struct out *o, struct bytes in)
{
	put_head(o, cbor_put_bytes_head, in.len);
	out_put(o, in);
}

/* `count` hashes of a level behind each other, as one byte string. */
static enum err
put_hashes(struct making *m, unsigned level, uint64_t first, uint64_t count)
{
	put_head(m->content, cbor_put_bytes_head, (size_t)count * SHA256_LEN);
	for (uint64_t i = 0; i < count; i++) {
		struct merkle_hash hash;
		enum err err = m->source->nodes.read(
		    m->source->nodes.context, level, first + i, &hash);

		if (err != ERR_OK)
			return err;
		out_put(
		    m->content, (struct bytes){ hash.byte, sizeof(hash.byte) });
	}
	return m->content->failed;
}

static enum err
put_trees(struct making *m)
{
	uint64_t size = m->checkpoint.head.size;
	uint64_t full = size / TILE_WIDTH;

	put_uint(m->content, BUNDLE_TILES);
	enum err err = put_hashes(m, TILE_HEIGHT, 0, full);

	if (err != ERR_OK)
		return err;
	put_uint(m->content, BUNDLE_TAIL);
	return put_hashes(m, 0, full * TILE_WIDTH, size % TILE_WIDTH);
}

enum err
bundle_tile_proof(const struct bundle_source *source,
    const struct crypto_hooks *hooks, uint64_t index, uint64_t size,
    uint8_t ret[COMPACT_PROOF_LEN])
{
	struct merkle_proof proof;

	if (index / TILE_WIDTH >= size / TILE_WIDTH)
		return ERR_END;
	/* Inside a full tile the tree's own path begins with the tile's. */
	enum err err =
	    merkle_prove_inclusion(hooks, &source->nodes, index, size, &proof);

	if (err != ERR_OK)
		return err;
	if (proof.count < TILE_HEIGHT)
		return ERR_MALFORMED;
	for (size_t i = 0; i < TILE_HEIGHT; i++)
		memcpy(ret + i * SHA256_LEN, proof.hash[i].byte, SHA256_LEN);
	return ERR_OK;
}

static enum err
put_statement(struct making *m, uint64_t index)
{
	uint8_t proof[COMPACT_PROOF_LEN];
	size_t proof_len = sizeof(proof);
	struct bytes entry;
	enum err err = bundle_tile_proof(
	    m->source, m->hooks, index, m->checkpoint.head.size, proof);

	if (err == ERR_END)
		proof_len = 0;
	else if (err != ERR_OK)
		return err;
	err = m->source->entry(m->source->context, index, &entry);
	if (err != ERR_OK)
		return err;
	put_head(m->content, cbor_put_array, 3);
	put_uint(m->content, index);
	put_bytes(m->content, entry);
	put_bytes(m->content, (struct bytes){ proof, proof_len });
	return m->content->failed;
}

/* Accreditations and recognitions, both lists merged in ledger order. */
static enum err
put_trust(struct making *m)
{
	struct trust_list records = trust_records(m->state);
	struct trust_recognitions others = trust_recognitions(m->state);
	size_t a = 0;
	size_t b = 0;

	put_uint(m->content, BUNDLE_TRUST);
	put_head(m->content, cbor_put_array, records.count + others.count);
	while (a < records.count || b < others.count) {
		bool first = b == others.count ||
		    (a < records.count &&
			records.record[a].index < others.list[b].index);
		uint64_t index =
		    first ? records.record[a++].index : others.list[b++].index;
		enum err err = put_statement(m, index);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/*
 * Statements that are no labels stay VALID: nobody asks for them. What was not
 * admitted, and stands in the ledger for all that, is INVALID: it may be a
 * label in form.
 */
static void
fill_list(const struct trust_state *state, uint64_t number, uint8_t *bytes)
{
	const struct trust_label *label;
	uint64_t first = number << STATUS_LIST_SHIFT;
	enum statement_kind kind;
	const uint8_t *kid;
	size_t at = 0;

	for (uint64_t i = 0;
	     i < STATUS_LIST_COUNT && first + i < trust_count(state); i++)
		if (!trust_find_statement(state, first + i, &kind, &kid))
			status_list_set(
			    bytes, STATUS_LIST_BITS, i, STATUS_INVALID);
	while ((label = trust_next_label(state, &at)) != NULL)
		if (label->index >> STATUS_LIST_SHIFT == number)
			status_list_set(bytes, STATUS_LIST_BITS,
			    label->index & (STATUS_LIST_COUNT - 1),
			    (uint8_t)trust_label_status(state, label));
}

enum err
bundle_make_status(const struct bundle_wish *wish, uint64_t number,
    const struct trust_state *state, const struct signer *signer,
    const struct crypto_hooks *hooks, struct arena *arena, struct out *ret)
{
	size_t len = bundle_list_len(number, trust_count(state));
	size_t uri_max = wish->uri.len + 32;
	uint8_t *bytes = arena_take(arena, len);
	char *uri = arena_take(arena, uri_max);

	if (bytes == NULL || uri == NULL)
		return ERR_MEMORY;
	fill_list(state, number, bytes);
	int uri_len =
	    snprintf(uri, uri_max, "%.*s/status/%llu", (int)wish->uri.len,
		(const char *)wish->uri.ptr, (unsigned long long)number);
	const struct status_token_wish token = {
		.uri = { (const uint8_t *)uri, (size_t)uri_len },
		.issued = wish->issued,
		.expires = wish->expires,
		.bits = STATUS_LIST_BITS,
		.bytes = { bytes, len },
	};

	return status_token_make(&token, signer, hooks, ret);
}

static enum err
put_lists(struct making *m)
{
	uint64_t count = (m->checkpoint.head.size + STATUS_LIST_COUNT - 1) >>
	    STATUS_LIST_SHIFT;
	struct out token = out_open(m->content->limit);
	enum err err = ERR_OK;

	put_uint(m->content, BUNDLE_STATUS);
	put_head(m->content, cbor_put_array, (size_t)count);
	for (uint64_t i = 0; i < count && err == ERR_OK; i++) {
		token.len = 0;
		err = bundle_make_status(m->wish, i, m->state, m->signer,
		    m->hooks, m->arena, &token);
		if (err == ERR_OK)
			put_bytes(m->content, out_bytes(&token));
	}
	out_close(&token);
	return err != ERR_OK ? err : m->content->failed;
}

static enum err
put_content(struct making *m)
{
	put_head(m->content, cbor_put_map, BUNDLE_STATUS);
	put_uint(m->content, BUNDLE_CHECKPOINT);
	put_bytes(m->content, m->wish->checkpoint);
	enum err err = put_trees(m);

	if (err == ERR_OK)
		err = put_trust(m);
	if (err == ERR_OK)
		err = put_lists(m);
	return err;
}

/* The envelope around the digest of the content. */
static enum err
put_envelope(const struct making *m, struct out *ret)
{
	uint8_t kid[SHA256_LEN];
	uint8_t digest[SHA256_LEN];
	uint8_t signature[SIGNATURE_LEN];
	uint8_t header_room[BUNDLE_HEADER_MAX];
	uint8_t room[BUNDLE_HEADER_MAX + ENVELOPE_MORE];
	struct bytes payload = { digest, sizeof(digest) };
	struct bytes content = out_bytes(m->content);
	struct bytes message = { 0 };
	struct cbor_writer header =
	    cbor_writer_open(header_room, sizeof(header_room));
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	cose_key_thumbprint(m->hooks, &m->signer->key, kid);
	m->hooks->sha256(m->hooks->context, &content, 1, digest);
	bundle_put_header(&header,
	    &(struct bundle_header){ .alg = cose_key_alg(&m->signer->key),
		.kid = kid,
		.iss = m->checkpoint.origin,
		.issued = m->wish->issued,
		.expires = m->wish->expires });
	if (header.failed)
		return ERR_LIMIT;
	enum err err = cose_to_be_signed(cbor_written(&header),
	    (struct bytes){ 0 }, payload, room, sizeof(room), &message);

	if (err == ERR_OK)
		err = m->signer->sign(m->signer->context, message, signature);
	if (err != ERR_OK)
		return err;
	cose_put_sign1(&w, cbor_written(&header), (struct bytes){ 0 }, payload,
	    (struct bytes){ signature, sizeof(signature) });
	if (w.failed)
		return ERR_LIMIT;
	out_put(ret, cbor_written(&w));
	return ret->failed;
}

enum err
bundle_make(const struct bundle_wish *wish, const struct bundle_source *source,
    const struct trust_state *state, const struct signer *signer,
    const struct crypto_hooks *hooks, struct arena *arena, struct out *ret)
{
	struct out content = out_open(BUNDLE_LEN_MAX);
	struct making m = {
		.wish = wish,
		.source = source,
		.state = state,
		.signer = signer,
		.hooks = hooks,
		.arena = arena,
		.content = &content,
	};
	struct note note;
	struct fault fault;
	enum err err =
	    checkpoint_read(wish->checkpoint, &m.checkpoint, &note, &fault);

	if (err != ERR_OK)
		return err;
	if (m.checkpoint.head.size != trust_count(state) ||
	    m.checkpoint.origin.len > BUNDLE_ISS_MAX ||
	    wish->expires <= wish->issued)
		return ERR_MALFORMED;
	err = put_content(&m);
	if (err == ERR_OK) {
		put_head(ret, cbor_put_array, 2);
		err = put_envelope(&m, ret);
	}
	if (err == ERR_OK)
		put_bytes(ret, out_bytes(&content));
	out_close(&content);
	return err != ERR_OK ? err : ret->failed;
}
