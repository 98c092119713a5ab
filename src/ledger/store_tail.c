/* SPDX-License-Identifier: ISC */
/* What is not in the flat files yet, and its way into them. */
#include "ledger/store_private.h"

#include <assert.h>
#include <string.h>

/* The write-ahead log bounds it long before. */
#define TAIL_LEN_MAX ((size_t)2 << 30)

/* The part of a half of the log that is written ahead of time at once: with a
   mebibyte the disk is never busy for long. */
#define EARLY_PARTS 16
/* A file's part that is smaller than this part of a half waits for more. */
#define EARLY_LEAST 1024

void
store_tail_open(struct store_tail *t, uint64_t first, uint64_t first_head,
    uint64_t entries_at)
{
	t->first = first;
	t->first_head = first_head;
	t->entries_at = entries_at;
	t->live = false;
	struct out *out[] = { &t->entries, &t->offsets, &t->heads };

	/* The memory stays: it is wanted again at once. */
	for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
		out[i]->limit = TAIL_LEN_MAX;
		out[i]->len = 0;
	}
	for (unsigned level = 0; level < STORE_LEVELS; level++) {
		t->level[level].limit = TAIL_LEN_MAX;
		t->level[level].len = 0;
	}
	memset(t->written, 0, sizeof(t->written));
}

void
store_tail_close(struct store_tail *t)
{
	out_close(&t->entries);
	out_close(&t->offsets);
	out_close(&t->heads);
	for (unsigned level = 0; level < STORE_LEVELS; level++)
		out_close(&t->level[level]);
}

/* A failure must not stick: whoever asks may ask for less next time. */
static enum err
reserve(struct ledger *l, struct out *o, size_t len)
{
	if (len <= o->cap - o->len)
		return ERR_OK;
	store_finish_early(l); /* it reads what may move now */
	if (out_reserve(o, len) != NULL)
		return ERR_OK;
	enum err err = o->failed;

	o->failed = ERR_OK;
	return err;
}

enum err
store_tail_reserve(struct ledger *l, size_t count, size_t entries_len)
{
	struct store_tail *t = l->now;
	enum err err = reserve(l, &t->entries, entries_len);

	if (err == ERR_OK)
		err = reserve(l, &t->offsets, count * STORE_OFFSET_LEN);
	if (err == ERR_OK)
		err = reserve(l, &t->heads, STORE_HEAD_LEN);
	/* Of a level so many nodes can be completed and one more. */
	for (unsigned level = 0; level < STORE_LEVELS && err == ERR_OK; level++)
		err = reserve(l, &t->level[level],
		    ((count >> level) + 1) * sizeof(struct merkle_hash));
	return err;
}

static void
put_offset(struct out *o, uint64_t end)
{
	uint8_t *to = o->ptr + o->len; /* reserved */

	for (unsigned i = 0; i < STORE_OFFSET_LEN; i++)
		to[i] = (uint8_t)(end >> 8 * i);
	o->len += STORE_OFFSET_LEN;
}

void
store_add_entries(struct ledger *l, struct bytes body,
    const struct merkle_hash *leaf, size_t count)
{
	struct merkle_hash *node[MERKLE_LEVELS] = { NULL };
	struct store_tail *t = l->now;
	uint64_t first = l->frontier.size;
	uint64_t end = t->entries_at + t->entries.len;
	const uint8_t *at = body.ptr;

	out_put(&t->entries, body);
	for (size_t i = 0; i < count; i++) {
		size_t len = 2 + ((size_t)at[0] << 8 | at[1]);

		at += len;
		end += len;
		put_offset(&t->offsets, end);
	}
	/* A ledger is never so large that a level without a file is reached. */
	for (unsigned level = 0; level < STORE_LEVELS; level++)
		node[level] = (struct merkle_hash *)(t->level[level].ptr +
		    t->level[level].len);
	enum err err = merkle_frontier_extend(
	    l->world.hooks, &l->frontier, leaf, count, node);

	assert(err == ERR_OK);
	for (unsigned level = 0; level < STORE_LEVELS; level++)
		t->level[level].len +=
		    (size_t)((l->frontier.size >> level) - (first >> level)) *
		    sizeof(struct merkle_hash);
}

/* Where the tail's part of a file begins. */
static uint64_t
place_of(const struct store_tail *t, unsigned file)
{
	if (file == STORE_ENTRIES)
		return t->entries_at;
	if (file == STORE_OFFSETS)
		return t->first * STORE_OFFSET_LEN;
	return (t->first >> (file - STORE_LEVEL)) * SHA256_LEN;
}

static struct bytes
part_of(const struct store_tail *t, unsigned file)
{
	if (file == STORE_ENTRIES)
		return out_bytes(&t->entries);
	if (file == STORE_OFFSETS)
		return out_bytes(&t->offsets);
	return out_bytes(&t->level[file - STORE_LEVEL]);
}

/* What of a file's part is not written yet. */
static enum err
write_part(const struct ledger *l, const struct store_tail *t, unsigned file,
    struct bytes part, struct ledger_why *why)
{
	size_t from = t->written[file];

	return store_write(
	    l, file, place_of(t, file) + from, bytes_from(part, from), why);
}

enum err
store_flush_data(
    const struct ledger *l, const struct store_tail *t, struct ledger_why *why)
{
	enum err err = ERR_OK;

	for (unsigned file = STORE_ENTRIES; file < STORE_FILES && err == ERR_OK;
	     file++)
		err = write_part(l, t, file, part_of(t, file), why);
	for (unsigned file = STORE_ENTRIES; file < STORE_FILES && err == ERR_OK;
	     file++)
		if (part_of(t, file).len > 0)
			err = store_sync(l, file, why);
	return err;
}

enum err
store_flush_heads(
    const struct ledger *l, const struct store_tail *t, struct ledger_why *why)
{
	enum err err = store_write(l, STORE_HEADS,
	    t->first_head * STORE_HEAD_LEN, out_bytes(&t->heads), why);

	if (err == ERR_OK && t->heads.len > 0)
		err = store_sync(l, STORE_HEADS, why);
	return err;
}

/* In another thread perhaps: touches the files, and of the tail that grows what
   was there when it was begun. What cannot be written now is written, and told of,
   by store_flush_data(). */
static void
early_job(void *context)
{
	struct store_early *e = context;
	const struct ledger *l = e->ledger;
	const struct folder *folder = l->world.files;
	struct store_tail *t = e->tail;

	for (unsigned file = STORE_ENTRIES; file < STORE_FILES; file++) {
		if (e->part[file].len - t->written[file] <
		    l->wal.half_len / EARLY_LEAST)
			continue;
		if (write_part(l, t, file, e->part[file], NULL) != ERR_OK)
			return;
		t->written[file] = e->part[file].len;
		folder->begin_sync(folder->context, l->file[file]);
	}
}

void
store_finish_early(struct ledger *l)
{
	if (l->early.pending)
		crew_finish(l->flusher, &l->early.job);
	l->early.pending = false;
}

void
store_write_early(struct ledger *l)
{
	struct store_early *e = &l->early;
	struct store_tail *t = l->now;

	if (e->pending && !crew_is_done(l->flusher, &e->job))
		return;
	e->pending = false;
	if (t->entries.len - t->written[STORE_ENTRIES] <
	    l->wal.half_len / EARLY_PARTS)
		return;
	e->ledger = l;
	e->tail = t;
	e->job.run = early_job;
	e->job.context = e;
	for (unsigned file = STORE_ENTRIES; file < STORE_FILES; file++)
		e->part[file] = part_of(t, file);
	e->pending = l->flusher != NULL;
	if (e->pending)
		crew_hand_in(l->flusher, &e->job);
	else
		early_job(e);
}

/* In another thread: touches the older tail and the files alone. */
static void
flush_job(void *context)
{
	struct store_flush *f = context;

	f->err = store_flush_data(f->ledger, f->tail, &f->why);
	/* The heads come last: they say that the rest is there. */
	if (f->err == ERR_OK)
		f->err = store_flush_heads(f->ledger, f->tail, &f->why);
}

enum err
store_finish_flush(struct ledger *l, struct ledger_why *why)
{
	struct store_flush *f = &l->flush;

	if (!f->pending)
		return ERR_OK;
	if (l->flusher != NULL)
		crew_finish(l->flusher, &f->job);
	f->pending = false;
	if (f->err != ERR_OK) {
		store_say(why, "%s", f->why.text);
		return f->err; /* the tail stays live: it is read from */
	}
	l->durable_size =
	    f->tail->first + f->tail->offsets.len / STORE_OFFSET_LEN;
	l->durable_heads =
	    f->tail->first_head + f->tail->heads.len / STORE_HEAD_LEN;
	f->tail->live = false;
	return ERR_OK;
}

enum err
store_retire_tail(struct ledger *l, struct ledger_why *why)
{
	enum err err = store_finish_flush(l, why);

	if (err != ERR_OK)
		return err;
	store_finish_early(l);
	struct store_tail *full = l->now;

	store_tail_open(l->older, l->head.tree.size, l->head_count,
	    full->entries_at + full->entries.len);
	full->live = true;
	l->now = l->older;
	l->older = full;
	l->flush = (struct store_flush){
		.ledger = l,
		.tail = full,
		.job = { .run = flush_job, .context = &l->flush },
		.pending = true,
	};
	if (l->flusher == NULL)
		flush_job(&l->flush);
	else
		crew_hand_in(l->flusher, &l->flush.job);
	return ERR_OK;
}

enum err
store_flush_all(struct ledger *l, struct ledger_why *why)
{
	enum err err = store_finish_flush(l, why);

	if (err != ERR_OK || l->now->heads.len == 0)
		return err;
	err = store_retire_tail(l, why);
	if (err == ERR_OK)
		err = store_finish_flush(l, why);
	return err;
}
