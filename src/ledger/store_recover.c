/* SPDX-License-Identifier: ISC */
/* What a ledger finds when it is opened. It goes on from what was durable, and
   refuses where two files disagree: nothing is mended. */
#include "base/number.h"
#include "ledger/store_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define REWRITE_LEN ((size_t)1 << 20)

struct recovery {
	struct ledger *l;
	struct ledger_why *why;
	struct store_half half[2];
	bool is_whole[2]; /* the header is */
	unsigned newest;
	struct out block; /* a record, or what is searched for records */
	struct merkle_hash *leaf;
	struct ledger_head last; /* of what was replayed so far */
	uint64_t file_heads;	 /* whole ones in `heads` */
	uint64_t file_size;	 /* the tree of the last of them */
};

static enum err
refuse(struct recovery *r, const char *reason)
{
	store_say(r->why, "%s", reason);
	return ERR_CHECKSUM;
}

static uint64_t
place_of(const struct recovery *r, unsigned half, size_t at)
{
	return half * r->l->wal.half_len + at;
}

/* Room of the recovery's own for the next bytes of the log. */
static enum err
read_wal(struct recovery *r, uint64_t at, size_t len, struct bytes *ret)
{
	r->block.len = 0;
	uint8_t *room = out_reserve(&r->block, len);

	if (room == NULL)
		return ERR_MEMORY;
	enum err err = store_read(r->l, STORE_WAL, at, room, len, r->why);

	if (err != ERR_OK)
		return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
	*ret = (struct bytes){ room, len };
	return ERR_OK;
}

static enum err
read_halves(struct recovery *r)
{
	for (unsigned i = 0; i < 2; i++) {
		struct bytes in;
		enum err err =
		    read_wal(r, place_of(r, i, 0), STORE_BLOCK_LEN, &in);

		if (err != ERR_OK)
			return err;
		err = store_decode_half(in, r->l->about.id, &r->half[i]);
		if (err == ERR_MALFORMED)
			return refuse(r, "wal: it is another ledger's");
		r->is_whole[i] = err == ERR_OK;
		if (r->is_whole[i] && (r->half[i].generation & 1) != i)
			return refuse(r, "wal: a header is out of place");
	}
	if (!r->is_whole[0] && !r->is_whole[1])
		return refuse(r, "wal: both headers are damaged");
	r->newest = r->is_whole[1] &&
		(!r->is_whole[0] ||
		    r->half[1].generation > r->half[0].generation)
	    ? 1
	    : 0;
	/* One from long ago is of no use; its turn was missed when a disk lost
	   what came between. */
	if (r->half[!r->newest].generation + 1 != r->half[r->newest].generation)
		r->is_whole[!r->newest] = false;
	return ERR_OK;
}

static enum err
read_flat_head(
    const struct recovery *r, uint64_t number, struct ledger_head *ret)
{
	uint8_t room[STORE_HEAD_LEN];
	enum err err = store_read(r->l, STORE_HEADS, number * STORE_HEAD_LEN,
	    room, sizeof(room), r->why);

	if (err == ERR_OK)
		err = store_decode_head(
		    (struct bytes){ room, sizeof(room) }, ret);
	return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
}

/*
 * Where the flat files end for sure, as the log tells: whatever was written to
 * them later is written again, for a sync of it may have failed, and reading
 * shows what is in memory. Only when the older half is gone (a crash while its
 * header was replaced) is `heads` believed: that is replaced later.
 */
static enum err
find_start(struct recovery *r, uint64_t *ret_heads, uint64_t *ret_size)
{
	const struct store_half *half = &r->half[r->newest];
	struct ledger_head head;
	enum err err;

	if (half->durable_size == half->base.size || r->is_whole[!r->newest]) {
		*ret_heads = half->durable_heads;
		*ret_size = half->durable_size;
		return ERR_OK;
	}
	err = read_flat_head(r, half->base_heads - 1, &head);
	if (err == ERR_SYSTEM)
		return err;
	if (err != ERR_OK || !merkle_equal(&head.tree.root, &half->base.root))
		return refuse(r, "wal: the header of a half is damaged");
	*ret_heads = half->base_heads;
	*ret_size = half->base.size;
	return ERR_OK;
}

/* Reads on, as far as whole heads follow each other. */
static enum err
count_heads(struct recovery *r)
{
	struct ledger_head last = r->last;
	uint64_t count = r->l->durable_heads;
	uint64_t len = 0;
	enum err err = store_size(r->l, STORE_HEADS, &len, r->why);

	while (err == ERR_OK && count < len / STORE_HEAD_LEN) {
		struct ledger_head head;

		err = read_flat_head(r, count, &head);
		if (err == ERR_SYSTEM)
			return err;
		if (err != ERR_OK || head.tree.size <= last.tree.size ||
		    head.time_usecs <= last.time_usecs)
			break;
		last = head;
		count++;
	}
	r->file_heads = count;
	r->file_size = last.tree.size;
	return err == ERR_CHECKSUM ? ERR_OK : err;
}

static enum err
read_heads(struct recovery *r)
{
	struct ledger *l = r->l;
	uint64_t size = 0;
	enum err err = find_start(r, &l->durable_heads, &size);

	if (err != ERR_OK)
		return err;
	err = read_flat_head(r, l->durable_heads - 1, &r->last);
	if (err == ERR_SYSTEM)
		return err;
	if (err != ERR_OK || r->last.tree.size != size)
		return refuse(r,
		    "heads: it lacks a head that was signed, or that is "
		    "damaged");
	err = store_verify_head(l, &r->last);
	if (err == ERR_CHECKSUM)
		return refuse(
		    r, "heads: one was not signed by the ledger's key");
	l->durable_size = size;
	if (err == ERR_OK)
		err = count_heads(r);
	return err;
}

/* The flat files are as long as they must be at least. */
static enum err
check_sizes(struct recovery *r, uint64_t *ret_entries_at)
{
	const struct ledger *l = r->l;
	uint64_t size = l->durable_size;
	uint64_t end = 0;
	enum err err = ERR_OK;

	if (size > 0)
		err = store_read_end(l, size - 1, &end, r->why);
	for (unsigned file = STORE_ENTRIES; file < STORE_FILES && err == ERR_OK;
	     file++) {
		uint64_t want = end;
		uint64_t len = 0;

		if (file == STORE_OFFSETS)
			want = size * STORE_OFFSET_LEN;
		else if (file >= STORE_LEVEL)
			want = (size >> (file - STORE_LEVEL)) * SHA256_LEN;
		err = store_size(l, file, &len, r->why);
		if (err == ERR_OK && len < want) {
			char name[STORE_NAME_LEN];

			store_name(file, name);
			store_say(r->why,
			    "%s: has %" PRIu64 " bytes instead of %" PRIu64,
			    name, len, want);
			err = ERR_CHECKSUM;
		}
	}
	if (err == ERR_OK)
		*ret_entries_at = end;
	return err;
}

/* The tree that the flat files hold, and whether it is the one signed. */
static enum err
read_tree(struct recovery *r)
{
	struct ledger *l = r->l;
	struct merkle_nodes nodes = ledger_nodes(l);
	uint64_t entries_at = 0;
	enum err err;

	/* First, as if there were no tail: reads go to the files. */
	store_tail_open(l->now, l->durable_size, l->durable_heads, 0);
	err = check_sizes(r, &entries_at);
	if (err == ERR_OK)
		err =
		    merkle_frontier_read(&nodes, l->durable_size, &l->frontier);
	if (err != ERR_OK) {
		store_say(r->why, "the tree cannot be read");
		return err;
	}
	store_tail_open(l->now, l->durable_size, l->durable_heads, entries_at);
	struct merkle_hash root =
	    merkle_frontier_root(l->world.hooks, &l->frontier);

	if (!merkle_equal(&root, &r->last.tree.root))
		return refuse(r,
		    "the files of the tree do not make the root that was "
		    "signed");
	return ERR_OK;
}

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
	enum err err = read_flat_head(r, record->number, &head);

	if (err == ERR_SYSTEM)
		return err;
	if (err != ERR_OK || head.tree.size != record->head.tree.size ||
	    head.time_usecs != record->head.time_usecs ||
	    !merkle_equal(&head.tree.root, &record->head.tree.root))
		return refuse(r, "wal and heads tell different heads");
	record->head = head;
	return ERR_OK;
}

/* A record that goes on where the flat files end. */
static enum err
apply_record(
    struct recovery *r, const struct store_record *record, struct bytes body)
{
	struct ledger *l = r->l;
	enum err err =
	    store_tail_reserve(l->now, record->count, record->body_len);
	uint8_t head[STORE_HEAD_LEN];

	if (err != ERR_OK)
		return err;
	if (record->first != l->frontier.size ||
	    record->head.time_usecs <= r->last.time_usecs)
		return refuse(r, "wal: a record does not go on from the tree");
	store_add_entries(l, body, r->leaf, record->count);
	struct merkle_hash root =
	    merkle_frontier_root(l->world.hooks, &l->frontier);

	if (!merkle_equal(&root, &record->head.tree.root))
		return refuse(
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
	err = read_wal(r, place_of(r, c->half, c->at), STORE_BLOCK_LEN, &in);
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
	err = read_wal(r, place_of(r, c->half, c->at) + STORE_RECORD_LEN,
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

/*
 * Behind the end of the chain there must be no sign that it went on once: a
 * record of the same generation, or a newer, is only written after all before
 * are durable, and a head is only signed then.
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
		enum err err =
		    read_wal(r, place_of(r, half, at), STORE_RECORD_LEN, &in);

		if (err != ERR_OK)
			return err;
		if (store_decode_slot(in, &slot) == ERR_OK &&
		    slot.number >= end->number)
			return refuse(r,
			    "wal: a head was signed whose entries are "
			    "damaged");
		if (store_decode_record(
			bytes_from(in, STORE_SLOT_LEN), &record) == ERR_OK &&
		    (record.generation > generation ||
			(record.generation == generation &&
			    record.number > end->number)))
			return refuse(
			    r, "wal: a record is damaged that others follow");
	}
	return ERR_OK;
}

/* The older half, as far as the flat files lack it; then the newest one. */
static enum err
replay(struct recovery *r)
{
	const struct store_half *newest = &r->half[r->newest];
	const struct store_half *older = &r->half[!r->newest];
	struct chain c;
	enum err err = ERR_OK;

	if (r->l->durable_size < newest->base.size) {
		if (!r->is_whole[!r->newest])
			return refuse(r,
			    "wal: the header of a half is "
			    "damaged");
		c = (struct chain){ !r->newest, STORE_BLOCK_LEN,
			older->base.size, older->base_heads, older->base.root };
		err = replay_half(r, &c);
		if (err == ERR_OK &&
		    (c.size != newest->base.size ||
			c.number != newest->base_heads ||
			!merkle_equal(&c.root, &newest->base.root)))
			return refuse(r,
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
		return refuse(r,
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

static const uint8_t unsigned_yet[SIGNATURE_LEN];

static struct bytes
tail_head(const struct ledger *l, uint64_t number)
{
	return bytes_slice(out_bytes(&l->now->heads),
	    (size_t)(number - l->now->first_head) * STORE_HEAD_LEN,
	    STORE_HEAD_LEN);
}

/* Finds the newest head whose signature is known. */
static enum err
find_signed(struct recovery *r)
{
	struct ledger *l = r->l;
	uint64_t replayed = l->now->heads.len / STORE_HEAD_LEN;
	struct ledger_head head;
	enum err err = read_flat_head(r, l->now->first_head - 1, &l->head);

	l->head_count = l->now->first_head;
	for (uint64_t i = 0; i < replayed && err == ERR_OK; i++) {
		err = store_decode_head(tail_head(l, l->head_count), &head);
		if (err != ERR_OK ||
		    memcmp(head.signature, unsigned_yet, SIGNATURE_LEN) == 0)
			break;
		l->head = head;
		l->head_count++;
	}
	if (err == ERR_OK)
		err = store_verify_head(l, &l->head);
	if (err == ERR_CHECKSUM)
		return refuse(
		    r, "wal: the newest signature is not of the ledger's key");
	return err;
}

/* Signs what is durable and was not signed, or whose signature was lost:
   Ed25519 gives the same one again. */
static enum err
sign_rest(struct ledger *l, struct ledger_why *why)
{
	struct out *heads = &l->now->heads;
	enum err err = ERR_OK;

	while (err == ERR_OK && l->head_count < l->next_number) {
		size_t at = (size_t)(l->head_count - l->now->first_head) *
		    STORE_HEAD_LEN;
		struct ledger_head head;

		err = store_decode_head(tail_head(l, l->head_count), &head);
		if (err == ERR_OK)
			err = store_sign_head(l, &head, why);
		if (err != ERR_OK)
			break;
		store_encode_head(&head, heads->ptr + at);
		l->head = head;
		l->head_count++;
	}
	return err;
}

/* Writes the log again as it was read: after a sync that failed, reading shows
   records that the disk may not hold, and nothing may be signed before it does.
   Bytes that are there are the same, so that this may be torn anywhere. */
static enum err
rewrite_log(struct recovery *r)
{
	size_t len = r->l->about.wal_len;
	enum err err = ERR_OK;

	for (size_t at = 0; at < len && err == ERR_OK; at += REWRITE_LEN) {
		size_t n = size_min(REWRITE_LEN, len - at);
		struct bytes in = { NULL, 0 };

		err = read_wal(r, at, n, &in);
		if (err == ERR_OK)
			err = store_write(r->l, STORE_WAL, at, in, r->why);
	}
	return err == ERR_OK ? store_sync(r->l, STORE_WAL, r->why) : err;
}

/* What was replayed is made durable in both places, then signed. */
static enum err
settle(struct recovery *r)
{
	struct ledger *l = r->l;
	enum err err = ERR_OK;

	if (l->now->heads.len > 0)
		err = rewrite_log(r);
	if (err == ERR_OK)
		err = store_flush_data(l, l->now, r->why);
	if (err == ERR_OK)
		err = sign_rest(l, r->why);
	if (err == ERR_OK)
		err = store_flush_heads(l, l->now, r->why);
	if (err != ERR_OK)
		return err;
	l->durable_size = l->head.tree.size;
	l->durable_heads = l->head_count;
	store_tail_open(l->now, l->durable_size, l->durable_heads,
	    l->now->entries_at + l->now->entries.len);
	return store_begin_half(l, r->why);
}

static enum err
recover(struct recovery *r)
{
	struct ledger *l = r->l;
	enum err err = read_halves(r);

	if (err == ERR_OK)
		err = read_heads(r);
	if (err == ERR_OK)
		err = read_tree(r);
	if (err == ERR_OK)
		err = replay(r);
	if (err == ERR_OK)
		err = find_signed(r);
	if (err != ERR_OK)
		return err;
	l->wal.generation = r->half[r->newest].generation;
	l->last_usecs = r->last.time_usecs;
	err = store_open_copy(l, &r->last.tree, r->why);
	if (err == ERR_OK && l->world.signer != NULL)
		err = settle(r);
	return err;
}

enum err
store_recover(struct ledger *l, struct ledger_why *why)
{
	struct recovery r = {
		.l = l,
		.why = why,
		.block = out_open(LEDGER_BATCH_LEN_MAX + STORE_BLOCK_LEN),
		.leaf = malloc(LEDGER_BATCH_MAX * sizeof(*r.leaf)),
	};
	enum err err = r.leaf != NULL ? recover(&r) : ERR_MEMORY;

	free(r.leaf);
	out_close(&r.block);
	return err;
}
