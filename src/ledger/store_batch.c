/* SPDX-License-Identifier: ISC */
/* A batch is put together and summed up in two ways. */
#include "ledger/store_private.h"

#include <stdlib.h>
#include <string.h>

enum err
store_reserve_batch(struct ledger *l, const struct bytes *entry, size_t count)
{
	size_t len = 0;
	enum err err;

	for (size_t i = 0; i < count; i++)
		len += 2 + entry[i].len;
	if (l->leaf == NULL)
		l->leaf = malloc(LEDGER_BATCH_MAX * sizeof(*l->leaf));
	if (l->fresh == NULL)
		l->fresh = malloc(LEDGER_BATCH_MAX * sizeof(*l->fresh));
	if (l->leaf == NULL || l->fresh == NULL)
		return ERR_MEMORY;
	err = store_reserve_index(l, count);
	if (err == ERR_OK)
		err = store_tail_reserve(l, count, len);
	return err;
}

enum err
store_place_entries(struct ledger *l, const struct bytes *entry, size_t count,
    uint64_t *ret_index, size_t *ret_fresh)
{
	size_t fresh = 0;

	merkle_leaves(l->world.hooks, entry, count, l->leaf);
	for (size_t i = 0; i < count; i++)
		store_expect_leaf(l, &l->leaf[i]);
	for (size_t i = 0; i < count; i++) {
		/* Those that are not new make room for those that are. */
		struct merkle_hash hash = l->leaf[i];
		enum err err = store_find_leaf(l, &hash, &ret_index[i]);

		if (err == ERR_OK)
			continue;
		if (err != ERR_END)
			return err;
		ret_index[i] = l->frontier.size + fresh;
		store_add_leaf(l, &hash, ret_index[i]);
		l->leaf[fresh] = hash;
		l->fresh[fresh++] = entry[i];
	}
	*ret_fresh = fresh;
	return ERR_OK;
}

enum err
store_fill_record(struct ledger *l, struct store_batch *batch, size_t fresh)
{
	struct out *o = &batch->record;
	size_t body_len = 0;

	for (size_t i = 0; i < fresh; i++)
		body_len += 2 + l->fresh[i].len;
	o->limit = LEDGER_BATCH_LEN_MAX + 2 * STORE_BLOCK_LEN;
	o->len = 0;
	uint8_t *to =
	    out_reserve(o, STORE_RECORD_LEN + body_len + STORE_BLOCK_LEN);

	if (to == NULL) {
		o->failed = ERR_OK; /* the next one may be smaller */
		return ERR_MEMORY;
	}
	memset(to, 0, STORE_RECORD_LEN);
	to += STORE_RECORD_LEN;
	for (size_t i = 0; i < fresh; i++) {
		struct bytes entry = l->fresh[i];

		to[0] = (uint8_t)(entry.len >> 8);
		to[1] = (uint8_t)entry.len;
		if (entry.len > 0)
			memcpy(to + 2, entry.ptr, entry.len);
		to += 2 + entry.len;
	}
	memset(to, 0, STORE_BLOCK_LEN);
	o->len = (STORE_RECORD_LEN + body_len + STORE_BLOCK_LEN - 1) /
	    STORE_BLOCK_LEN * STORE_BLOCK_LEN;
	batch->what = (struct store_record){
		.first = l->frontier.size,
		.count = fresh,
		.body_len = body_len,
	};
	return ERR_OK;
}

/* The second sum begins at the last tile: its leaves are taken from level 0,
   what is before from the nodes that are stored. */
static enum err
read_stored(struct ledger *l, struct store_batch *batch)
{
	struct merkle_nodes nodes = ledger_nodes(l);
	uint64_t first = batch->what.first;
	enum err err = ERR_OK;

	batch->lead = (size_t)(first % STORE_LEAD);
	if (batch->leaf_room < STORE_LEAD + batch->what.count) {
		free(batch->leaf);
		batch->leaf_room = STORE_LEAD + batch->what.count;
		batch->leaf = malloc(batch->leaf_room * sizeof(*batch->leaf));
	}
	if (batch->leaf == NULL) {
		batch->leaf_room = 0;
		return ERR_MEMORY;
	}
	first -= batch->lead;
	for (size_t i = 0; i < batch->lead && err == ERR_OK; i++)
		err = store_read_node(l, 0, first + i, &batch->leaf[i]);
	if (err == ERR_OK)
		err = merkle_frontier_read(&nodes, first, &batch->stored);
	return err;
}

enum err
store_sum_batch(struct ledger *l, struct store_batch *batch)
{
	struct store_record *what = &batch->what;
	enum err err = read_stored(l, batch);

	if (err != ERR_OK) {
		store_say(&batch->why, "a hash cannot be read again");
		return err;
	}
	store_add_entries(l,
	    (struct bytes){
		batch->record.ptr + STORE_RECORD_LEN, what->body_len },
	    l->leaf, what->count);
	batch->head.tree.size = l->frontier.size;
	batch->head.tree.root =
	    merkle_frontier_root(l->world.hooks, &l->frontier);
	what->head = batch->head;
	store_digest(l->world.hooks, what, l->leaf, what->digest);
	return ERR_OK;
}

/* The peaks that were read: all that the second sum asks for. */
static enum err
read_peak(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	const struct merkle_frontier *stored = context;

	if (level >= MERKLE_LEVELS || (stored->size >> level & 1) == 0 ||
	    index != (stored->size >> level) - 1)
		return ERR_LIMIT;
	*ret = stored->peak[level];
	return ERR_OK;
}

/* Entries that are hashed again at a time. */
#define AGAIN 64

/* Hashes the entries as they stand in the record. */
static void
hash_again(const struct store_batch *batch, const struct crypto_hooks *hooks)
{
	const uint8_t *at = batch->record.ptr + STORE_RECORD_LEN;
	struct merkle_hash *leaf = batch->leaf + batch->lead;
	size_t left = batch->what.count;

	while (left > 0) {
		struct bytes entry[AGAIN];
		size_t n = left < AGAIN ? left : AGAIN;

		for (size_t i = 0; i < n; i++) {
			entry[i].ptr = at + 2;
			entry[i].len = (size_t)at[0] << 8 | at[1];
			at += 2 + entry[i].len;
		}
		merkle_leaves(hooks, entry, n, leaf);
		leaf += n;
		left -= n;
	}
}

void
store_sum_again(void *context)
{
	struct store_batch *batch = context;
	const struct crypto_hooks *hooks = batch->ledger->world.hooks;
	const struct store_record *what = &batch->what;
	struct merkle_nodes nodes = { read_peak, &batch->stored };
	struct merkle_run run = { what->first - batch->lead, batch->leaf,
		batch->lead + what->count };
	uint8_t digest[SHA256_LEN];

	hash_again(batch, hooks);
	store_digest(hooks, what, batch->leaf + batch->lead, digest);
	batch->err = merkle_root_again(hooks, &nodes, run, &batch->root_again);
	if (batch->err == ERR_OK &&
	    (!merkle_equal(&batch->head.tree.root, &batch->root_again) ||
		memcmp(digest, what->digest, SHA256_LEN) != 0))
		batch->err = ERR_CHECKSUM;
	if (batch->err != ERR_OK)
		store_say(&batch->why,
		    "two ways to sum up the tree disagree: this machine's "
		    "memory or processor is at fault");
}
