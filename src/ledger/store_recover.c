/* SPDX-License-Identifier: ISC */
/* What a ledger finds when it is opened. It goes on from what was durable, and
   refuses where two files disagree: nothing is mended. */
#include "ledger/store_recover_private.h"

#include <inttypes.h>
#include <stdlib.h>

enum err
recovery_refuse(struct recovery *r, const char *reason)
{
	store_say(r->why, "%s", reason);
	return ERR_CHECKSUM;
}

uint64_t
recovery_place(const struct recovery *r, unsigned half, size_t at)
{
	return half * r->l->wal.half_len + at;
}

enum err
recovery_read_wal(
    struct recovery *r, uint64_t at, size_t len, struct bytes *ret)
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
		enum err err = recovery_read_wal(
		    r, recovery_place(r, i, 0), STORE_BLOCK_LEN, &in);

		if (err != ERR_OK)
			return err;
		err = store_decode_half(in, r->l->about.id, &r->half[i]);
		if (err == ERR_MALFORMED)
			return recovery_refuse(
			    r, "wal: it is another ledger's");
		r->is_whole[i] = err == ERR_OK;
		if (r->is_whole[i] && (r->half[i].generation & 1) != i)
			return recovery_refuse(
			    r, "wal: a header is out of place");
	}
	if (!r->is_whole[0] && !r->is_whole[1])
		return recovery_refuse(r, "wal: both headers are damaged");
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

enum err
recovery_read_head(
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
	err = recovery_read_head(r, half->base_heads - 1, &head);
	if (err == ERR_SYSTEM)
		return err;
	if (err != ERR_OK || !merkle_equal(&head.tree.root, &half->base.root))
		return recovery_refuse(
		    r, "wal: the header of a half is damaged");
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

		err = recovery_read_head(r, count, &head);
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
	err = recovery_read_head(r, l->durable_heads - 1, &r->last);
	if (err == ERR_SYSTEM)
		return err;
	if (err != ERR_OK || r->last.tree.size != size)
		return recovery_refuse(r,
		    "heads: it lacks a head that was signed, or that is "
		    "damaged");
	err = store_verify_head(l, &r->last);
	if (err == ERR_CHECKSUM)
		return recovery_refuse(
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
		return recovery_refuse(r,
		    "the files of the tree do not make the root that was "
		    "signed");
	return ERR_OK;
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
		err = recovery_replay(r);
	if (err == ERR_OK)
		err = recovery_find_signed(r);
	if (err != ERR_OK)
		return err;
	l->wal.generation = r->half[r->newest].generation;
	l->last_usecs = r->last.time_usecs;
	err = store_open_copy(l, &r->last.tree, r->why);
	if (err == ERR_OK && l->world.signer != NULL)
		err = recovery_settle(r);
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
