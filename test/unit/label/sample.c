/* SPDX-License-Identifier: ISC */
/* A small ledger in memory for the tests of labels. */
#include "sample.h"

#include "base/limits.h"
#include "crypto/key_file.h"
#include "crypto/vkey.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/tile.h"
#include "statement/recognition.h"
#include "statement/statement.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const iss[SAMPLE_KEYS] = {
	[SAMPLE_OWNER] = "https://owner.example",
	[SAMPLE_LOG] = "https://registry.example",
	[SAMPLE_WITNESS] = "witness.example/1",
	[SAMPLE_WITNESS_2] = "witness.example/2",
	[SAMPLE_BODY] = "https://testhaus.example",
	[SAMPLE_BODY_P256] = "https://pruefstelle.example",
	[SAMPLE_STRANGER] = "https://stranger.example",
};

struct sample *
sample_open(void)
{
	struct sample *s = calloc(1, sizeof(*s));

	assert(s != NULL);
	s->arena = arena_open(64 * MIB);
	s->with_witness = true;
	s->issued = SAMPLE_NOW;
	s->expires = SAMPLE_NOW + 7 * SAMPLE_DAY;
	for (unsigned i = 0; i < SAMPLE_KEYS; i++) {
		uint8_t seed[KEY_FILE_RANDOM_LEN];

		memset(seed, (int)(0x11 * (i + 1)), sizeof(seed));
		enum err err =
		    key_file_make(i == SAMPLE_BODY_P256 ? COSE_CURVE_P256
							: COSE_CURVE_ED25519,
			seed, &s->key[i]);

		assert(err == ERR_OK);
	}
	return s;
}

void
sample_close(struct sample *s)
{
	for (unsigned i = 0; i < SAMPLE_KEYS; i++)
		key_file_close(&s->key[i]);
	arena_close(&s->arena);
	free(s);
}

uint64_t
sample_put(struct sample *s, struct bytes entry)
{
	assert(s->count < SAMPLE_ENTRIES);
	s->entry[s->count] = arena_copy(&s->arena, entry);
	s->leaf[s->count] = merkle_leaf(&crypto_hooks_default, entry);
	return s->count++;
}

static struct bytes
make_statement(struct sample *s, enum statement_kind kind, enum sample_key by,
    const char *sub, int64_t iat, int64_t exp, struct cbor_writer *payload)
{
	static const size_t cap = 8192;
	uint8_t *room = arena_take(&s->arena, cap);
	const struct statement_header header = {
		.kind = kind,
		.iss = bytes_of(iss[by]),
		.sub = bytes_of(sub),
		.iat = iat,
		.exp = exp,
	};
	struct bytes made = { 0 };
	const char *field = "";
	enum err err = statement_make(&header, cbor_written(payload),
	    &s->key[by], &crypto_hooks_default, room, cap, &made, &field);

	if (err != ERR_OK)
		fprintf(stderr, "sample: %s: %s\n", field, err_text(err));
	assert(err == ERR_OK);
	return made;
}

uint64_t
sample_accredit(struct sample *s, const struct sample_right *right)
{
	uint8_t scopes_room[256];
	uint8_t room[1024];
	struct cbor_writer scopes =
	    cbor_writer_open(scopes_room, sizeof(scopes_room));
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	bool withdraw = right->action == WITHDRAW;

	cbor_put_array(&scopes, withdraw ? 0 : 1);
	if (!withdraw)
		accreditation_put_scope(
		    &scopes, BYTES("hallmark"), right->level, NULL, 0);
	const struct accreditation a = {
		.action = right->action,
		.key = s->key[right->body].key,
		.name =
		    bytes_of(right->name != NULL ? right->name : "Testhaus"),
		.iss = bytes_of(iss[right->body]),
		.scopes = cbor_written(&scopes),
		.from = right->from,
		.until = right->until,
		.suspend_labels = right->suspend_labels,
	};

	if (accreditation_check(&a) != NULL)
		fprintf(stderr, "sample: %s\n", accreditation_check(&a));
	assert(accreditation_check(&a) == NULL);
	accreditation_put(&w, &a);
	return sample_put(s,
	    make_statement(s, STATEMENT_ACCREDITATION, SAMPLE_OWNER,
		iss[right->body],
		SAMPLE_NOW - 100 * SAMPLE_DAY + (int64_t)s->count, 0, &w));
}

uint64_t
sample_recognise(struct sample *s)
{
	uint8_t room[1024];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	const struct recognition r = {
		.their_domain = BYTES("Finland, Traficom"),
		.their_scheme = BYTES("Tietoturvamerkki"),
		.their_level = BYTES("label"),
		.our_scheme = BYTES("hallmark"),
		.our_level = 2,
		.conditions = BYTES(""),
		.source = BYTES("https://example.org/arrangement"),
		.from = SAMPLE_NOW - 50 * SAMPLE_DAY,
	};

	assert(recognition_check(&r) == NULL);
	recognition_put(&w, &r);
	return sample_put(s,
	    make_statement(s, STATEMENT_RECOGNITION, SAMPLE_OWNER, "Finland",
		SAMPLE_NOW - 50 * SAMPLE_DAY, 0, &w));
}

struct bytes
sample_statement(struct sample *s, const struct sample_label *label)
{
	uint8_t room[LABEL_CLAIMS_LEN_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	uint8_t digest[SHA256_LEN];
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];
	int64_t iat =
	    label->issued != 0 ? label->issued : SAMPLE_NOW - SAMPLE_DAY;
	int64_t exp =
	    label->expires != 0 ? label->expires : iat + 365 * SAMPLE_DAY;

	memset(digest, (int)(label->release & 0xff), sizeof(digest));
	digest[0] = (uint8_t)(label->release >> 8);
	const struct label_claims claims = {
		.product = {
			.pen = 32473,
			.hwmodel = BYTES("Cam-1"),
			.version = BYTES("1.0.3"),
			.digest = digest,
		},
		.scheme = BYTES("hallmark"),
		.level = label->level != 0 ? label->level : 1,
		.basis = LABEL_BASIS_TESTED,
		.support_until = label->support_until,
		.maker = BYTES("Argentum Devices"),
	};

	assert(label_claims_check(&claims) == NULL);
	label_claims_put(&w, &claims);
	product_find_ids(&crypto_hooks_default, &claims.product, &ids);
	product_put_sub(&ids, true, sub);
	return make_statement(
	    s, STATEMENT_LABEL, label->body, sub, iat, exp, &w);
}

uint64_t
sample_label(struct sample *s, const struct sample_label *label)
{
	return sample_put(s, sample_statement(s, label));
}

uint64_t
sample_status(struct sample *s, enum sample_key by, uint64_t label,
    enum status_action action)
{
	uint8_t room[STATUS_CHANGE_LEN_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct statement of;
	struct fault fault;
	char sub[PRODUCT_SUB_LEN];
	const struct status_change change = {
		.label = label,
		.action = action,
		.reason = 1,
		.text = BYTES(""),
	};
	enum err err = statement_read(s->entry[label], &of, &fault);

	assert(err == ERR_OK && of.header.sub.len < sizeof(sub));
	memcpy(sub, of.header.sub.ptr, of.header.sub.len);
	sub[of.header.sub.len] = '\0';
	if (status_change_check(&change) != NULL)
		fprintf(stderr, "sample: %s\n", status_change_check(&change));
	assert(status_change_check(&change) == NULL);
	status_change_put(&w, &change);
	return sample_put(s,
	    make_statement(s, STATEMENT_STATUS, by, sub,
		SAMPLE_NOW - SAMPLE_DAY / 2 + (int64_t)s->count, 0, &w));
}

void
sample_fill(struct sample *s, size_t count)
{
	while (s->count < count) {
		uint8_t room[PADDING_LEN_MAX];

		(void)sample_put(s, padding_make(s->count, room));
	}
}

uint64_t
sample_size(const struct sample *s)
{
	assert(s->more_tiles == 0 || s->count % TILE_WIDTH == 0);
	return s->count + (uint64_t)s->more_tiles * TILE_WIDTH;
}

static enum err
read_entry(void *context, uint64_t index, struct bytes *ret)
{
	struct sample *s = context;

	assert(index < sample_size(s));
	*ret = index < s->count ? s->entry[index]
				: padding_make(index, s->padding);
	return ERR_OK;
}

/* The hash over `width` of them, a power of two, which are used up. */
static struct merkle_hash
fold(struct merkle_hash *row, size_t width)
{
	for (; width > 1; width /= 2)
		for (size_t i = 0; i < width / 2; i++)
			row[i] = merkle_node(&crypto_hooks_default,
			    &row[(2 * i)], &row[(2 * i) + 1]);
	return row[0];
}

static struct merkle_hash
hash_leaves(struct sample *s, uint64_t first, size_t width)
{
	assert(first + width <= s->count);
	memcpy(s->row, &s->leaf[first], width * sizeof(s->row[0]));
	return fold(s->row, width);
}

static struct merkle_hash
hash_tile(struct sample *s, uint64_t number)
{
	struct bytes made_up = { (const uint8_t *)&number, sizeof(number) };

	if (number < s->count / TILE_WIDTH)
		return hash_leaves(s, number * TILE_WIDTH, TILE_WIDTH);
	return merkle_leaf(&crypto_hooks_default, made_up);
}

static enum err
read_node(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	struct sample *s = context;

	assert((index + 1) << level <= sample_size(s));
	if (level < TILE_HEIGHT) {
		*ret = hash_leaves(s, index << level, (size_t)1 << level);
		return ERR_OK;
	}
	size_t width = (size_t)1 << (level - TILE_HEIGHT);
	struct merkle_hash *row = calloc(width, sizeof(*row));

	assert(row != NULL);
	for (size_t i = 0; i < width; i++)
		row[i] = hash_tile(s, index * width + i);
	*ret = fold(row, width);
	free(row);
	return ERR_OK;
}

struct bundle_source
sample_source(struct sample *s)
{
	return (struct bundle_source){
		.entry = read_entry,
		.context = s,
		.nodes = { .read = read_node, .context = s },
	};
}

struct bytes
sample_checkpoint(struct sample *s)
{
	struct bundle_source source = sample_source(s);
	struct merkle_head head = { .size = sample_size(s) };
	struct out o = out_open(MIB);
	struct checkpoint checkpoint;
	struct note note;
	struct fault fault;
	enum err err = merkle_hash_of(
	    &crypto_hooks_default, &source.nodes, 0, head.size, &head.root);

	assert(err == ERR_OK);
	if (s->break_root)
		head.root.byte[0] ^= 1;
	err = checkpoint_sign(&o, &crypto_hooks_default, BYTES(SAMPLE_ORIGIN),
	    &head, &s->key[SAMPLE_LOG]);
	assert(err == ERR_OK);
	err = checkpoint_read(out_bytes(&o), &checkpoint, &note, &fault);
	assert(err == ERR_OK);
	if (s->with_witness) {
		struct bytes text = arena_copy(&s->arena, checkpoint.text);

		err = cosignature_put(&o, &crypto_hooks_default,
		    bytes_of(iss[SAMPLE_WITNESS]), &s->key[SAMPLE_WITNESS],
		    (uint64_t)SAMPLE_NOW - 60, text);
		assert(err == ERR_OK);
	}
	struct bytes made = arena_copy(&s->arena, out_bytes(&o));

	out_close(&o);
	return made;
}

struct bytes
sample_bundle(struct sample *s)
{
	struct bundle_source source = sample_source(s);
	struct arena arena = arena_open(256 * MIB);
	struct out o = out_open(BUNDLE_LEN_MAX);
	struct trust_state *state = NULL;
	const struct bundle_wish wish = {
		.checkpoint = sample_checkpoint(s),
		.uri = BYTES(SAMPLE_URI),
		.issued = s->issued,
		.expires = s->expires,
	};
	enum err err = bundle_replay(&source, sample_size(s), &arena,
	    &crypto_hooks_default, &s->key[SAMPLE_OWNER].key, 1, &state);

	assert(err == ERR_OK);
	err = bundle_make(&wish, &source, state, &s->key[SAMPLE_LOG],
	    &crypto_hooks_default, &arena, &o);
	assert(err == ERR_OK);
	struct bytes made = arena_copy(&s->arena, out_bytes(&o));

	out_close(&o);
	arena_close(&arena);
	return made;
}

static void
put_anchor(struct sample *s, struct out *o, const char *keyword,
    enum vkey_type type, const char *name, enum sample_key key)
{
	uint8_t room[VKEY_TEXT_LEN];
	size_t len = 0;
	enum err err = vkey_write(&crypto_hooks_default, type, bytes_of(name),
	    &s->key[key].key, room, &len);

	assert(err == ERR_OK);
	out_text(o, keyword);
	out_text(o, " ");
	out_put(o, (struct bytes){ room, len });
	out_text(o, "\n");
}

struct bytes
sample_anchors(struct sample *s, const char *quorum)
{
	struct out o = out_open(MIB);

	put_anchor(s, &o, "owner", VKEY_ED25519, "owner.example", SAMPLE_OWNER);
	put_anchor(s, &o, "log", VKEY_ED25519, SAMPLE_ORIGIN, SAMPLE_LOG);
	put_anchor(s, &o, "witness first", VKEY_COSIGNATURE,
	    iss[SAMPLE_WITNESS], SAMPLE_WITNESS);
	put_anchor(s, &o, "witness second", VKEY_COSIGNATURE,
	    iss[SAMPLE_WITNESS_2], SAMPLE_WITNESS_2);
	out_text(&o, "group both all first second\n");
	out_text(&o, "quorum ");
	out_text(&o, quorum);
	out_text(&o, "\n");
	struct bytes made = arena_copy(&s->arena, out_bytes(&o));

	out_close(&o);
	return made;
}

struct bytes
sample_compact_of(struct sample *s, struct bytes statement, bool logged,
    uint64_t index, struct bytes proof)
{
	uint8_t *room = arena_take(&s->arena, COMPACT_MAX_LEN);
	struct cbor_writer w = cbor_writer_open(room, COMPACT_MAX_LEN);
	struct compact compact;
	struct fault fault;
	enum err err = compact_from_statement(
	    statement, &crypto_hooks_default, &compact, &fault);

	assert(err == ERR_OK);
	compact.logged = logged;
	compact.index = index;
	compact.proof = proof;
	compact_put(&w, &compact);
	assert(!w.failed);
	return cbor_written(&w);
}

struct bytes
sample_compact(struct sample *s, uint64_t index)
{
	struct bundle_source source = sample_source(s);
	uint8_t proof[COMPACT_PROOF_LEN];
	struct bytes given = { proof, sizeof(proof) };
	enum err err = bundle_tile_proof(
	    &source, &crypto_hooks_default, index, sample_size(s), proof);

	if (err == ERR_END)
		given.len = 0;
	return sample_compact_of(s, s->entry[index], true, index, given);
}
