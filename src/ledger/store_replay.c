/* SPDX-License-Identifier: ISC */
/* Replays the write-ahead log when a ledger is opened. */
#include "ledger/store_recover_private.h"

#include <string.h>

/* Notes a signature that stands beside a later record. */
static void
note_signature(struct recovery *r, const struct store_slot *slot)
{
	struct out *heads = &r->l->now->heads;
	uint64_t first = r->l->now->first_head;
	struct ledger_head head;

	if (slot->number < first ||
	    slot->number - first >= heads->len / STORE_HEAD_LEN)
		return;
	uint8_t *at = heads->ptr + (slot->number - first) * STORE_HEAD_LEN;

	if (store_decode_head((struct bytes){ at, STORE_HEAD_LEN }, &head) !=
	    ERR_OK)
		return;
	memcpy(head.signature, slot->signature, SIGNATURE_LEN);
	store_encode_head(&head, at);
}

/* Hashes a record's entries. False when they are not what was written. */
static bool
hash_body(
    struct recovery *r, const struct store_record *record, struct bytes body)
{
	uint8_t digest[SHA256_LEN];

	for (size_t i = 0; i < record->count; i++) {
		if (body.len < 2)
			return false;
		size_t len = (size_t)body.ptr[0] << 8 | body.ptr[1];

		if (len > body.len - 2)
			return false;
		r->leaf[i] =
		    merkle_leaf(r->l->world.hooks, bytes_slice(body, 2, len));
		body = bytes_from(body, 2 + len);
	}
	if (body.len > 0)
		return false;
	store_digest(r->l->world.hooks, record, r->leaf, digest);
	return memcmp(digest, record->digest, SHA256_LEN) == 0;
}

/* Whether `heads` tells the same head, if it has it; with its signature. */
static enum err
compare_record(struct recovery *r, struct store_record *record)
{
	struct ledger_head head;

	if (record->number >= r->file_heads)
		return ERR_OK;
	enum err err = recovery_read_head(r, record->number, &head);

	if (err == ERR_SYSTEM)
		return err;
	if (err != ERR_OK || head.tree.size != record->head.tree.size ||
	    head.time_usecs != record->head.time_usecs ||
	    !merkle_equal(&head.tree.root, &record->head.tree.root))
		return recovery_refuse(r, "wal and heads tell different heads");
	record->head = head;
	return ERR_OK;
}

/* A record that goes on where the flat files end. */
static enum err
apply_record(
    struct recovery *r, const struct store_record *record, struct bytes body)
{
	struct ledger *l = r->l;
	enum err err = store_tail_reserve(l, record->count, record->body_len);
	uint8_t head[STORE_HEAD_LEN];

	if (err != ERR_OK)
		return err;
	if (record->first != l->frontier.size ||
	    record->head.time_usecs <= r->last.time_usecs)
		return recovery_refuse(
		    r, "wal: a record does not go on from the tree");
	store_add_entries(l, body, r->leaf, record->count);
	struct merkle_hash root =
	    merkle_frontier_root(l->world.hooks, &l->frontier);

	if (!merkle_equal(&root, &record->head.tree.root))
		return recovery_refuse(
		    r, "wal: the entries of a record do not make its root");
	r->last = record->head;
	store_encode_head(&record->head, head);
	out_put(&l->now->heads, (struct bytes){ head, sizeof(head) });
	return ERR_OK;
}

/* Where a half is being read. */
struct chain {
	unsigned half;
	size_t at;
	uint64_t size;	 /* of the tree so far */
	uint64_t number; /* of the next head */
	struct merkle_hash root;
};

/*
 * Takes the next record of a half. ERR_END at what is none, or was not written
 * whole: then the chain ends.
 */
static enum err
next_record(struct recovery *r, struct chain *c)
{
	struct ledger *l = r->l;
	size_t left = l->wal.half_len - c->at;
	struct store_record record;
	struct store_slot slot;
	struct bytes in;
	enum err err;

	if (left < STORE_BLOCK_LEN)
		return ERR_END;
	err = recovery_read_wal(
	    r, recovery_place(r, c->half, c->at), STORE_BLOCK_LEN, &in);
	if (err != ERR_OK)
		return err;
	if (store_decode_slot(in, &slot) == ERR_OK)
		note_signature(r, &slot);
	if (store_decode_record(bytes_from(in, STORE_SLOT_LEN), &record) !=
		ERR_OK ||
	    record.generation != r->half[c->half].generation ||
	    record.number != c->number || record.first != c->size ||
	    record.body_len > left - STORE_RECORD_LEN)
		return ERR_END;
	err = recovery_read_wal(r,
	    recovery_place(r, c->half, c->at) + STORE_RECORD_LEN,
	    record.body_len, &in);
	if (err != ERR_OK)
		return err;
	if (!hash_body(r, &record, in))
		return ERR_END; /* it was not written whole */
	err = compare_record(r, &record);
	if (err == ERR_OK && record.head.tree.size > l->durable_size)
		err = apply_record(r, &record, in);
	if (err != ERR_OK)
		return err;
	c->at += (STORE_RECORD_LEN + record.body_len + STORE_BLOCK_LEN - 1) /
	    STORE_BLOCK_LEN * STORE_BLOCK_LEN;
	c->size = record.head.tree.size;
	c->root = record.head.tree.root;
	c->number++;
	return ERR_OK;
}

static enum err
replay_half(struct recovery *r, struct chain *c)
{
	enum err err = ERR_OK;

	while (err == ERR_OK)
		err = next_record(r, c);
	return err == ERR_END ? ERR_OK : err;
}

/* Whether this record says that the head behind the chain's was durable. A
   newer generation begins when all before it is; several records of one may be
   written before a sync, and each says how far that was when it was made. */
static bool
follows_durably(const struct store_record *record, uint64_t generation,
    const struct chain *end)
{
	uint64_t durable =
	    record->durable > 0 ? record->durable : record->number;

	return record->generation > generation ||
	    (record->generation == generation && durable > end->number);
}

/*
 * Behind the end of the chain there must be no sign that it went on once: a
 * record that says so, or a signature, for only what is durable is signed.
 */
static enum err
search_half(struct recovery *r, unsigned half, const struct chain *end)
{
	size_t from = half == end->half ? end->at : STORE_BLOCK_LEN;
	uint64_t generation = r->half[r->newest].generation;

	for (size_t at = from; at < r->l->wal.half_len; at += STORE_BLOCK_LEN) {
		struct store_record record;
		struct store_slot slot;
		struct bytes in;
		enum err err = recovery_read_wal(
		    r, recovery_place(r, half, at), STORE_RECORD_LEN, &in);

		if (err != ERR_OK)
			return err;
		if (store_decode_slot(in, &slot) == ERR_OK &&
		    slot.number >= end->number)
			return recovery_refuse(r,
			    "wal: a head was signed whose entries are "
			    "damaged");
		if (store_decode_record(
			bytes_from(in, STORE_SLOT_LEN), &record) == ERR_OK &&
		    follows_durably(&record, generation, end))
			return recovery_refuse(
			    r, "wal: a record is damaged that others follow");
	}
	return ERR_OK;
}

/* The older half, as far as the flat files lack it; then the newest one. */
enum err
recovery_replay(struct recovery *r)
{
	const struct store_half *newest = &r->half[r->newest];
	const struct store_half *older = &r->half[!r->newest];
	struct chain c;
	enum err err = ERR_OK;

	if (r->l->durable_size < newest->base.size) {
		if (!r->is_whole[!r->newest])
			return recovery_refuse(r,
			    "wal: the header of a half is "
			    "damaged");
		c = (struct chain){ !r->newest, STORE_BLOCK_LEN,
			older->base.size, older->base_heads, older->base.root };
		err = replay_half(r, &c);
		if (err == ERR_OK &&
		    (c.size != newest->base.size ||
			c.number != newest->base_heads ||
			!merkle_equal(&c.root, &newest->base.root)))
			return recovery_refuse(r,
			    "wal: the older half does not lead to the newer");
	}
	if (err != ERR_OK)
		return err;
	c = (struct chain){ r->newest, STORE_BLOCK_LEN, newest->base.size,
		newest->base_heads, newest->base.root };
	err = replay_half(r, &c);
	if (err != ERR_OK)
		return err;
	if (c.size < r->file_size || c.size != r->l->frontier.size)
		return recovery_refuse(r,
		    "heads is ahead of the wal: an older state "
		    "was restored in part");
	r->l->next_number = c.number;
	if (r->l->world.signer == NULL)
		return ERR_OK; /* somebody may be writing meanwhile */
	err = search_half(r, 0, &c);
	if (err == ERR_OK)
		err = search_half(r, 1, &c);
	return err;
}
