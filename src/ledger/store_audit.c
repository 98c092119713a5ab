/* SPDX-License-Identifier: ISC */
/* Reads a whole ledger again: entries, levels, and all heads ever signed. */
#include "ledger/store_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Entries are read in pieces; one always fits. */
#define PIECE_LEN ((size_t)1 << 20)
#define PROGRESS_EVERY 16384

struct audit {
	struct ledger *l;
	struct ledger_why *why;
	uint8_t *piece;
	size_t len;	   /* bytes in it */
	size_t at;	   /* of the next entry in it */
	uint64_t piece_at; /* in the file */
	uint64_t end_at;   /* where the entries end */
	struct merkle_frontier frontier;
	uint64_t number; /* of the head to be checked next */
	struct ledger_head head;
	bool any_head;
};

/* Something is wrong with entry or head `number`. */
static enum err
wrong(
    const struct audit *a, const char *what, uint64_t number, const char *text)
{
	store_say(a->why, "%s %" PRIu64 ": %s", what, number, text);
	return ERR_CHECKSUM;
}

/* Makes the next bytes of the entries available, as many as there are. */
static enum err
fill_piece(struct audit *a)
{
	size_t rest = a->len - a->at;
	uint64_t from = a->piece_at + a->len;
	uint64_t left = a->end_at - from;
	size_t n = PIECE_LEN - rest;

	memmove(a->piece, a->piece + a->at, rest);
	a->piece_at += a->at;
	a->at = 0;
	a->len = rest;
	if (n > left)
		n = (size_t)left;
	enum err err =
	    store_read_entries(a->l, from, a->piece + rest, n, a->why);

	if (err == ERR_OK)
		a->len += n;
	return err;
}

static enum err
next_entry(struct audit *a, struct bytes *ret)
{
	enum err err = ERR_OK;

	if (a->len - a->at < 2 + LEDGER_ENTRY_MAX &&
	    a->piece_at + a->len < a->end_at)
		err = fill_piece(a);
	if (err != ERR_OK)
		return err;
	struct bytes in = { a->piece + a->at, a->len - a->at };

	if (in.len < 2)
		return wrong(a, "entry", a->frontier.size, "is not there");
	size_t len = (size_t)in.ptr[0] << 8 | in.ptr[1];

	if (len > in.len - 2)
		return wrong(a, "entry", a->frontier.size, "is cut off");
	*ret = bytes_slice(in, 2, len);
	a->at += 2 + len;
	return ERR_OK;
}

/* The nodes that an entry completes are those that are stored. */
static enum err
compare_nodes(struct audit *a, const struct merkle_hash *node, unsigned count)
{
	uint64_t size = a->frontier.size;

	for (unsigned level = 0; level < count; level++) {
		struct merkle_hash stored;
		enum err err =
		    store_read_node(a->l, level, (size >> level) - 1, &stored);

		if (err != ERR_OK && err != ERR_CHECKSUM)
			return err;
		if (err != ERR_OK || !merkle_equal(&stored, &node[level]))
			return wrong(a, "entry", size - 1,
			    level == 0 ? "has another hash than level.0 says"
				       : "makes other nodes than are stored");
	}
	return ERR_OK;
}

static enum err
next_head(struct audit *a)
{
	struct ledger_head before = a->head;
	uint64_t count = a->l->head_count;

	a->any_head = a->number < count;
	if (!a->any_head)
		return ERR_OK;
	enum err err = ledger_read_head(a->l, a->number, &a->head);

	if (err == ERR_CHECKSUM)
		return wrong(a, "head", a->number, "is damaged");
	if (err == ERR_OK && a->number > 0 &&
	    (a->head.tree.size <= before.tree.size ||
		a->head.time_usecs <= before.time_usecs))
		return wrong(a, "head", a->number,
		    "is not newer than the one "
		    "before");
	return err;
}

/* All heads of the tree as it is now. */
static enum err
check_heads(struct audit *a)
{
	while (a->any_head && a->head.tree.size == a->frontier.size) {
		struct merkle_hash root =
		    merkle_frontier_root(a->l->world.hooks, &a->frontier);

		if (!merkle_equal(&root, &a->head.tree.root))
			return wrong(a, "head", a->number,
			    "has a root that the entries do not make");
		enum err err = store_verify_head(a->l, &a->head);

		if (err == ERR_CHECKSUM)
			return wrong(
			    a, "head", a->number, "has a wrong signature");
		a->number++;
		if (err == ERR_OK)
			err = next_head(a);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
check_entry(struct audit *a)
{
	struct merkle_hash node[MERKLE_LEVELS];
	struct bytes entry = { 0 };
	uint64_t end = 0;
	enum err err = next_entry(a, &entry);

	if (err == ERR_OK)
		err = store_read_end(a->l, a->frontier.size, &end, a->why);
	if (err != ERR_OK)
		return err;
	if (end != a->piece_at + a->at)
		return wrong(a, "entry", a->frontier.size,
		    "ends elsewhere than offsets says");
	struct merkle_hash leaf = merkle_leaf(a->l->world.hooks, entry);
	unsigned count = merkle_frontier_append(
	    a->l->world.hooks, &a->frontier, &leaf, node);

	err = compare_nodes(a, node, count);
	if (err == ERR_OK)
		err = check_heads(a);
	return err;
}

static enum err
walk(struct audit *a,
    bool (*progress)(void *context, uint64_t done, uint64_t of), void *context)
{
	uint64_t size = a->l->head.tree.size;
	enum err err = ERR_OK;

	if (size > 0)
		err = store_read_end(a->l, size - 1, &a->end_at, a->why);
	if (err == ERR_OK)
		err = next_head(a);
	if (err == ERR_OK)
		err = check_heads(a);
	while (err == ERR_OK && a->frontier.size < size) {
		err = check_entry(a);
		if (err == ERR_OK && progress != NULL &&
		    a->frontier.size % PROGRESS_EVERY == 0 &&
		    !progress(context, a->frontier.size, size))
			err = ERR_END;
	}
	if (err == ERR_OK && a->number != a->l->head_count)
		err = wrong(a, "head", a->number, "is of a larger tree");
	return err;
}

enum err
ledger_audit(struct ledger *ledger,
    bool (*progress)(void *context, uint64_t done, uint64_t of), void *context,
    struct ledger_audit *ret, struct ledger_why *ret_why)
{
	struct ledger_why why = { "" };
	struct audit a = { .l = ledger, .why = &why };
	enum err err = ERR_OK;

	if (ledger->world.signer != NULL && !ledger->stopped)
		err = store_finish(ledger);
	a.piece = malloc(PIECE_LEN);
	if (err == ERR_OK)
		err =
		    a.piece != NULL ? walk(&a, progress, context) : ERR_MEMORY;
	free(a.piece);
	if (err == ERR_OK) {
		*ret = (struct ledger_audit){ a.frontier.size, a.number };
		return ERR_OK;
	}
	store_say(&why, "%s", err_text(err));
	if (err != ERR_END)
		*ret_why = why;
	return err;
}
