/* SPDX-License-Identifier: ISC */
/* Verifies the tree by its tiles first, then keeps bundle after bundle. */
#include "ledger/mirror.h"

#include "base/arena.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/note.h"

#include <string.h>

/* Two logs opened, tiles being filled, and little else. */
#define MIRROR_ARENA_LEN ((size_t)512 * 1024)
/* What pass one remembers: a hash for each tile. */
#define MIRROR_SEEN_LEN ((size_t)(MIRROR_STEP_MAX / TILE_WIDTH) * SHA256_LEN)

/* A tree growing at its right edge, with the tiles of that edge. */
struct edge {
	struct merkle_frontier frontier;
	struct static_tile tile[TILE_LEVEL_MAX + 1];
};

struct work {
	const struct mirror *m;
	struct mirror_result *result;
	struct out note;     /* the source's checkpoint */
	struct out own_note; /* and the mirror's; empty: none yet */
	struct checkpoint to;
	struct merkle_head from;
	struct static_log source;
	struct static_log mine;
	struct edge edge;
	struct out seen; /* the hash of each tile from `from` on */
	struct merkle_hash leaf[TILE_WIDTH]; /* of the bundle at hand */
};

/* Ends the work with an outcome that is not the machine's fault. */
static enum err
stop(struct work *w, enum mirror_outcome outcome)
{
	w->result->outcome = outcome;
	return ERR_END;
}

/* What a file of the source that cannot be read, or is wrong, means. */
static enum err
blame(struct work *w, enum tile_kind kind, unsigned level, uint64_t index,
    enum err err)
{
	struct tile tile = {
		.kind = kind,
		.level = level,
		.index = index,
		.width = tile_width(kind, level, index, w->to.head.size),
	};

	if (err == ERR_SYSTEM || err == ERR_MEMORY)
		return err;
	tile_write_path(&tile, w->result->path);
	return stop(w, err == ERR_END ? MIRROR_INCOMPLETE : MIRROR_DAMAGED);
}

/* ---- heads ---- */

static enum err
read_source_head(struct work *w)
{
	const struct static_files *files = w->m->source;
	struct policy_verdict verdict;
	struct fault fault;
	enum err err =
	    files->read(files->context, PUBLISH_CHECKPOINT, &w->note);

	if (err == ERR_SYSTEM || err == ERR_MEMORY)
		return err;
	if (err != ERR_OK)
		return stop(w, MIRROR_NO_SOURCE);
	if (policy_verify(w->m->policy, w->m->hooks, out_bytes(&w->note),
		&w->to, &verdict, &fault) != ERR_OK)
		return stop(w, MIRROR_NOT_TRUSTED);
	w->result->size = w->to.head.size;
	return ERR_OK;
}

/* The mirror's own checkpoint was verified when it was kept; its log's
   signature is looked at again, the quorum may have changed since. */
static enum err
read_own_head(struct work *w)
{
	const struct static_files *files = w->m->mine;
	struct policy_verdict verdict;
	struct checkpoint own;
	struct fault fault;
	enum err err =
	    files->read(files->context, PUBLISH_CHECKPOINT, &w->own_note);

	if (err == ERR_END)
		return ERR_OK; /* a new mirror */
	if (err == ERR_SYSTEM || err == ERR_MEMORY)
		return err;
	if (err != ERR_OK ||
	    policy_judge(w->m->policy, w->m->hooks, out_bytes(&w->own_note),
		&own, &verdict, &fault) != ERR_OK)
		return stop(w, MIRROR_OWN_DAMAGED);
	if (bytes_compare(own.origin, w->to.origin) != 0)
		return stop(w, MIRROR_OTHER_ORIGIN);
	w->from = own.head;
	w->result->from = own.head.size;
	return ERR_OK;
}

static enum err
compare_heads(struct work *w)
{
	const struct merkle_head *from = &w->from;
	const struct merkle_head *to = &w->to.head;

	if (to->size < from->size)
		return stop(w, MIRROR_OLDER);
	if (to->size == from->size && w->own_note.len > 0)
		return stop(w,
		    merkle_equal(&to->root, &from->root) ? MIRROR_SAME
							 : MIRROR_FORKED);
	if (to->size - from->size > MIRROR_STEP_MAX)
		return stop(w, MIRROR_TOO_MUCH);
	return ERR_OK;
}

/* ---- the edge ---- */

/*
 * The edge of what the mirror has. Every hash of its unfinished tiles is under
 * one of the frontier's peaks, so that the root speaks for all of them.
 */
static enum err
open_edge(struct work *w)
{
	struct merkle_nodes nodes = static_nodes(&w->mine);
	struct edge *e = &w->edge;
	enum err err = merkle_frontier_read(&nodes, w->from.size, &e->frontier);

	for (unsigned level = 0; level <= TILE_LEVEL_MAX && err == ERR_OK;
	     level++) {
		uint64_t hashes = w->from.size >> (TILE_HEIGHT * level);
		const struct static_tile *tile;

		e->tile[level].index = hashes / TILE_WIDTH;
		e->tile[level].width = 0;
		if (hashes % TILE_WIDTH == 0)
			continue;
		err = static_read_tile(
		    &w->mine, level, hashes / TILE_WIDTH, &tile);
		if (err == ERR_OK)
			e->tile[level] = *tile;
	}
	if (err == ERR_SYSTEM || err == ERR_MEMORY)
		return err;
	if (err != ERR_OK)
		return stop(w, MIRROR_OWN_DAMAGED);
	if (w->from.size > 0) {
		struct merkle_hash root =
		    merkle_frontier_root(w->m->hooks, &e->frontier);

		if (!merkle_equal(&root, &w->from.root))
			return stop(w, MIRROR_OWN_DAMAGED);
	}
	return ERR_OK;
}

/* The hash of the first `width` of a tile's hashes as a tree of their own. */
static enum err
hash_tile(const struct crypto_hooks *hooks, const struct merkle_hash *leaf,
    unsigned width, struct merkle_hash *ret)
{
	struct merkle_run run = { .leaf = leaf, .count = width };

	return merkle_root_again(hooks, NULL, run, ret);
}

/* ---- pass one: the tree ---- */

/* The hash that the source shows above those of level 0 is the one computed. */
static enum err
check_node(struct work *w, unsigned level, uint64_t index,
    const struct merkle_hash *node)
{
	const struct static_tile *tile;
	enum err err =
	    static_read_tile(&w->source, level, index / TILE_WIDTH, &tile);

	if (err == ERR_OK &&
	    !merkle_equal(&tile->hash[index % TILE_WIDTH], node))
		err = ERR_CHECKSUM;
	if (err != ERR_OK)
		return blame(w, TILE_HASHES, level, index / TILE_WIDTH, err);
	return ERR_OK;
}

static enum err
follow_leaf(
    struct work *w, struct merkle_frontier *f, const struct merkle_hash *leaf)
{
	struct merkle_hash node[MERKLE_LEVELS];
	unsigned count = merkle_frontier_append(w->m->hooks, f, leaf, node);

	for (unsigned level = 1; level * TILE_HEIGHT < count; level++) {
		unsigned binary = level * TILE_HEIGHT;
		enum err err = check_node(
		    w, level, (f->size >> binary) - 1, &node[binary]);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/* One tile of leaf hashes: the part that is new, and a hash of all of it. */
static enum err
follow_tile(struct work *w, uint64_t index, struct merkle_frontier *f)
{
	const struct static_tile *tile;
	struct merkle_hash hash;
	uint64_t old = f->size % TILE_WIDTH;
	enum err err = static_read_tile(&w->source, 0, index, &tile);

	/* What the mirror has of this tile is still there. */
	for (uint64_t i = 0; i < old && err == ERR_OK; i++)
		if (!merkle_equal(&tile->hash[i], &w->edge.tile[0].hash[i]))
			err = ERR_CHECKSUM;
	if (err == ERR_OK)
		err = hash_tile(w->m->hooks, tile->hash, tile->width, &hash);
	if (err != ERR_OK)
		return blame(w, TILE_HASHES, 0, index, err);
	out_put(&w->seen, (struct bytes){ hash.byte, sizeof(hash.byte) });
	for (uint64_t i = old; i < tile->width; i++) {
		err = follow_leaf(w, f, &tile->hash[i]);
		if (err != ERR_OK)
			return err;
	}
	return w->seen.failed;
}

/*
 * Another root than the signed one: a fork, if the source's own leaves do make
 * the root that its log signed. All of them are read for that, since a wrong
 * leaf does not show in the tiles above.
 */
static enum err
tell_fork(struct work *w)
{
	struct merkle_frontier f = { .size = 0 };
	struct merkle_hash node[MERKLE_LEVELS];
	const struct static_tile *tile;
	enum err err = ERR_OK;

	for (uint64_t i = 0; err == ERR_OK && f.size < w->to.head.size; i++) {
		err = static_read_tile(&w->source, 0, i, &tile);
		for (unsigned at = 0; err == ERR_OK && at < tile->width; at++)
			(void)merkle_frontier_append(w->m->hooks, &f,
			    &tile->hash[at], node); /* the peaks are enough */
	}
	if (err == ERR_SYSTEM || err == ERR_MEMORY)
		return err;
	struct merkle_hash root = merkle_frontier_root(w->m->hooks, &f);

	if (err != ERR_OK || !merkle_equal(&root, &w->to.head.root))
		return stop(w, MIRROR_DAMAGED);
	w->result->path[0] = '\0'; /* no file is to blame */
	return stop(w, MIRROR_FORKED);
}

static enum err
follow_tree(struct work *w)
{
	struct merkle_frontier f = w->edge.frontier;
	uint64_t first = w->from.size / TILE_WIDTH;

	for (uint64_t i = first; f.size < w->to.head.size; i++) {
		enum err err = follow_tile(w, i, &f);

		/* The tiles above the leaves, if not the leaves themselves,
		   show another tree than the mirror's. */
		if (err == ERR_END && w->from.size > 0 &&
		    w->result->outcome == MIRROR_DAMAGED)
			return tell_fork(w);
		if (err != ERR_OK)
			return err;
	}
	struct merkle_hash root = merkle_frontier_root(w->m->hooks, &f);

	if (!merkle_equal(&root, &w->to.head.root))
		return tell_fork(w);
	return ERR_OK;
}

/* ---- pass two: keeping it ---- */

static enum err
keep_file(struct work *w, const struct tile *tile, struct bytes content)
{
	char path[TILE_PATH_MAX];

	tile_write_path(tile, path);
	w->result->kept.files++;
	w->result->kept.bytes += content.len;
	return w->m->keep->write(w->m->keep->context, path, content);
}

static enum err
keep_tile(struct work *w, unsigned level)
{
	const struct static_tile *t = &w->edge.tile[level];
	struct tile tile = {
		.kind = TILE_HASHES,
		.level = level,
		.index = t->index,
		.width = t->width,
	};
	struct out o = out_open(TILE_LEN);

	for (unsigned i = 0; i < t->width; i++)
		out_put(&o, (struct bytes){ t->hash[i].byte, SHA256_LEN });
	enum err err = o.failed;

	if (err == ERR_OK)
		err = keep_file(w, &tile, out_bytes(&o));
	out_close(&o);
	return err;
}

/* Puts a leaf to the edge; tiles that it fills are kept. */
static enum err
grow(struct work *w, const struct merkle_hash *leaf)
{
	struct merkle_hash node[MERKLE_LEVELS];
	unsigned count =
	    merkle_frontier_append(w->m->hooks, &w->edge.frontier, leaf, node);

	for (unsigned level = 0; level * TILE_HEIGHT < count; level++) {
		struct static_tile *tile = &w->edge.tile[level];

		tile->hash[tile->width++] = node[(size_t)level * TILE_HEIGHT];
		if (tile->width < TILE_WIDTH)
			continue;
		enum err err = keep_tile(w, level);

		if (err != ERR_OK)
			return err;
		tile->index++;
		tile->width = 0;
	}
	return ERR_OK;
}

/* The leaf hashes of a bundle, which are to make the hash seen before. */
static enum err
hash_bundle(
    struct work *w, uint64_t index, struct bytes bundle, unsigned *ret_width)
{
	size_t at = (size_t)(index - w->from.size / TILE_WIDTH) * SHA256_LEN;
	struct cursor c = cur_open(bundle, "entry bundle");
	struct merkle_hash hash;
	struct bytes entry;
	unsigned width = 0;
	enum err err = tile_read_entry(&c, &entry);

	for (; err == ERR_OK && width < TILE_WIDTH; width++) {
		w->leaf[width] = merkle_leaf(w->m->hooks, entry);
		err = tile_read_entry(&c, &entry);
	}
	if (err != ERR_END)
		return ERR_MALFORMED;
	err = hash_tile(w->m->hooks, w->leaf, width, &hash);
	if (err == ERR_OK &&
	    !bytes_equal((struct bytes){ hash.byte, SHA256_LEN },
		bytes_slice(out_bytes(&w->seen), at, SHA256_LEN)))
		err = ERR_CHECKSUM;
	if (err == ERR_OK)
		*ret_width = width;
	return err;
}

static enum err
keep_bundle(struct work *w, uint64_t index)
{
	struct tile tile = { .kind = TILE_ENTRIES, .index = index };
	struct bytes bundle;
	enum err err = static_read_bundle(&w->source, index, &bundle);

	if (err == ERR_OK)
		err = hash_bundle(w, index, bundle, &tile.width);
	if (err != ERR_OK)
		return blame(w, TILE_ENTRIES, 0, index, err);
	err = keep_file(w, &tile, bundle);
	for (uint64_t i = w->edge.frontier.size % TILE_WIDTH;
	     i < tile.width && err == ERR_OK; i++)
		err = grow(w, &w->leaf[i]);
	return err;
}

/* The checkpoint comes last, and only when all else is safe. */
static enum err
keep_checkpoint(struct work *w)
{
	const struct mirror *m = w->m;
	struct out note = out_open(2 * NOTE_LEN_MAX);
	enum err err;

	out_put(&note, out_bytes(&w->note));
	err = note.failed;
	if (err == ERR_OK && m->signer != NULL) {
		err = cosignature_put(
		    &note, m->hooks, m->name, m->signer, m->now, w->to.text);
		w->result->cosigned = err == ERR_OK;
	}
	if (err == ERR_OK)
		err = note.failed;
	if (err == ERR_OK)
		err = m->keep->write(
		    m->keep->context, PUBLISH_CHECKPOINT, out_bytes(&note));
	if (err == ERR_OK)
		err = m->sync(m->sync_context);
	out_close(&note);
	return err;
}

static enum err
keep_all(struct work *w)
{
	uint64_t first = w->from.size / TILE_WIDTH;
	enum err err = ERR_OK;

	for (uint64_t i = first;
	     w->edge.frontier.size < w->to.head.size && err == ERR_OK; i++)
		err = keep_bundle(w, i);
	for (unsigned level = 0; level <= TILE_LEVEL_MAX && err == ERR_OK;
	     level++)
		if (w->edge.tile[level].width > 0)
			err = keep_tile(w, level);
	if (err == ERR_OK)
		err = w->m->sync(w->m->sync_context);
	if (err == ERR_OK)
		err = keep_checkpoint(w);
	return err;
}

/* ---- all of it ---- */

static enum err
update(struct work *w)
{
	enum err err = read_source_head(w);

	if (err == ERR_OK)
		err = read_own_head(w);
	if (err == ERR_OK)
		err = compare_heads(w);
	/* The same tree: a key may be new, or the cosignature old. */
	if (err == ERR_END && w->result->outcome == MIRROR_SAME &&
	    w->m->signer != NULL) {
		err = keep_checkpoint(w);
		return err == ERR_OK ? ERR_END : err;
	}
	if (err != ERR_OK)
		return err;
	static_open(&w->source, w->m->hooks, w->m->source, w->to.head.size);
	static_open(&w->mine, w->m->hooks, w->m->mine, w->from.size);
	err = open_edge(w);
	if (err == ERR_OK)
		err = follow_tree(w);
	if (err == ERR_OK)
		err = keep_all(w);
	if (err == ERR_OK)
		err = stop(w, MIRROR_GREW);
	static_close(&w->source);
	static_close(&w->mine);
	return err;
}

enum err
mirror_update(const struct mirror *m, struct mirror_result *ret)
{
	struct arena arena = arena_open(MIRROR_ARENA_LEN);
	struct work *w = arena_take(&arena, sizeof(*w));
	struct mirror_result result = { 0 };
	enum err err = ERR_MEMORY;

	if (w != NULL) {
		w->m = m;
		w->result = &result;
		w->note = out_open(NOTE_LEN_MAX);
		w->own_note = out_open(2 * NOTE_LEN_MAX);
		w->seen = out_open(MIRROR_SEEN_LEN);
		err = update(w);
		out_close(&w->note);
		out_close(&w->own_note);
		out_close(&w->seen);
	}
	arena_close(&arena);
	if (err == ERR_END) {
		*ret = result;
		return ERR_OK;
	}
	return err == ERR_MEMORY ? ERR_MEMORY : ERR_SYSTEM;
}

const char *
mirror_text(enum mirror_outcome outcome)
{
	switch (outcome) {
	case MIRROR_GREW:
		return "the mirror has grown";
	case MIRROR_SAME:
		return "the mirror has it all already";
	case MIRROR_NO_SOURCE:
		return "no checkpoint there";
	case MIRROR_NOT_TRUSTED:
		return "the checkpoint lacks a valid signature of a log of the "
		       "policy, or the policy's quorum";
	case MIRROR_OLDER:
		return "the source is behind the mirror";
	case MIRROR_FORKED:
		return "the source signed another tree than the one mirrored";
	case MIRROR_DAMAGED:
		return "a file of the source is not what its log signed";
	case MIRROR_INCOMPLETE:
		return "a file of the source is missing";
	case MIRROR_OWN_DAMAGED:
		return "the mirror's own files are damaged";
	case MIRROR_OTHER_ORIGIN:
		return "the mirror is one of another log";
	case MIRROR_TOO_MUCH:
		return "too many new entries at once";
	}
	return "unknown";
}
