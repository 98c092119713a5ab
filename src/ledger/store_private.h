/* SPDX-License-Identifier: ISC */
/* What the files of the store share: the handle and its parts. */
#ifndef LEDGER_STORE_PRIVATE_H
#define LEDGER_STORE_PRIVATE_H

#include "codec/crew.h"
#include "ledger/store.h"

#include <stdarg.h>
#include <stdatomic.h>

/* Levels of the tree that have a file: 2^40 entries less one. */
#define STORE_LEVELS 40
#define STORE_SIZE_MAX (((uint64_t)1 << STORE_LEVELS) - 1)

enum store_file {
	STORE_ABOUT,
	STORE_WAL,
	STORE_HEADS,
	STORE_ENTRIES,
	STORE_OFFSETS,
	STORE_LEVEL, /* and STORE_LEVELS - 1 more */
	STORE_FILES = STORE_LEVEL + STORE_LEVELS,
};

/* Bytes of records on disk; man page hallmark-ledger(5). */
#define STORE_OFFSET_LEN 8
#define STORE_HEAD_LEN 128
#define STORE_BLOCK_LEN ((size_t)4096)
#define STORE_SLOT_LEN 128   /* the signature at the start of a record */
#define STORE_RECORD_LEN 256 /* slot and header: entries follow */
#define STORE_ABOUT_LEN_MAX ((size_t)1024)
#define STORE_NAME_LEN 16

/* The last tile's leaves, which the second sum takes up again, stand before a
   batch's own. */
#define STORE_LEAD 256

struct store_about {
	uint8_t origin[LEDGER_ORIGIN_MAX];
	size_t origin_len;
	struct cose_key key;
	size_t wal_len;
	uint8_t id[SHA256_LEN]; /* SHA-256 of the file */
};

/*
 * What is not (known to be) in the flat files yet: entries [first, size) and
 * heads [first_head, ...). Everything is in the form that it has on disk.
 */
struct store_tail {
	uint64_t first;
	uint64_t first_head;
	uint64_t entries_at; /* where its entries begin in the file */
	struct out entries;
	struct out offsets;
	struct out heads;
	struct out level[STORE_LEVELS];
	/* How much of each file's part stands there by now, not yet durable. */
	size_t written[STORE_FILES];
	bool live; /* of the older one: it is still being written out */
};

/* A piece of a level's file that was read. */
struct store_page {
	uint64_t tag; /* its number in the file plus one; 0: none */
	size_t count; /* hashes in it */
	struct merkle_hash *hash;
};

/* Those of one level: each has one place. */
struct store_pages {
	struct store_page *place;
	size_t count; /* of places, a power of two; 0 before the first read */
};

/* Leaf hash -> place: 24 bits of the hash, and the place plus one; 0 is free. */
struct store_index {
	uint64_t *slot;
	size_t mask; /* slots less one */
	size_t used;
	bool built;
};

/* What the write-ahead log says of a batch. */
struct store_record {
	uint64_t generation;
	uint64_t number; /* of its head */
	/* Heads below this number were durable when it was written; 0, in logs of
	   before 2026-11-23: all below its own. */
	uint64_t durable;
	uint64_t first;
	size_t count;
	size_t body_len;
	struct ledger_head head; /* without signature */
	uint8_t digest[SHA256_LEN];
};

/* Batches on their way, and bytes of them, at the most: so many that no thread
   has to wake another for each, and that one sync makes several durable. */
#define STORE_BATCHES 64
#define STORE_FLYING_LEN ((size_t)8 << 20)

/*
 * One batch on its way: prepared, summed up again, written and synced, signed.
 * Each stage has one thread, takes the batches in their order, and hands each on
 * to the next stage.
 */
struct store_batch {
	struct ledger *ledger;
	struct out record; /* whole blocks */
	uint64_t at;	   /* in the file */
	struct ledger_head head;
	struct store_record what;
	/* For the second sum: the tree up to the last whole tile as it is
	   stored, the leaves behind that (room for the batch's own follows), and
	   what came out. */
	struct merkle_frontier stored;
	struct merkle_hash *leaf;
	size_t leaf_room;
	size_t lead;
	struct merkle_hash root_again;
	struct crew_job sum;
	struct crew_job write;
	struct crew_job sign;
	bool alone; /* all of it in the caller's thread */
	enum err err;
	struct ledger_why why;
};

/* A tail on its way into the flat files. */
struct store_flush {
	struct ledger *ledger;
	struct store_tail *tail;
	struct crew_job job;
	enum err err;
	struct ledger_why why;
	bool pending;
};

/* What the tail that grows has by now, on its way into the flat files ahead of
   time: else the disk would get it all at once, and the log would wait. */
struct store_early {
	struct ledger *ledger;
	struct store_tail *tail;
	struct bytes part[STORE_FILES]; /* as they were when it was begun */
	struct crew_job job;
	bool pending;
};

/* The right edge of the newest tree: what its peaks from `level` down make. */
struct store_edge {
	uint64_t size; /* of the tree that it is of; 0 is none */
	struct merkle_hash below[STORE_LEVELS + 1];
};

struct store_wal {
	uint64_t generation; /* its half is the lowest bit */
	size_t half_len;
	size_t at; /* of the next record in the half */
};

struct ledger {
	struct ledger_world world;
	struct store_about about;
	int file[STORE_FILES];
	bool is_open[STORE_FILES];
	struct store_wal wal;
	struct store_tail tail[2];
	struct store_tail *now;		 /* the one that grows */
	struct store_tail *older;	 /* the other one */
	struct merkle_frontier frontier; /* with what is only promised */
	uint64_t last_usecs;		 /* likewise */
	uint64_t next_number;		 /* likewise, of heads */
	struct ledger_head head;	 /* the newest signed one */
	uint64_t head_count;		 /* signed ones */
	uint64_t durable_size; /* the flat files hold so many entries */
	uint64_t durable_heads;
	struct store_index index;
	struct store_pages pages[STORE_LEVELS];
	struct store_edge edge;
	struct merkle_hash
	    *leaf;	     /* of a batch being prepared, from STORE_LEAD */
	struct bytes *fresh; /* its entries that are new */
	/* A ring: `flying` batches from `oldest` on are on their way. */
	struct store_batch batch[STORE_BATCHES];
	unsigned oldest, flying;
	size_t flying_len;  /* bytes of their records */
	atomic_bool broken; /* a stage failed: none goes on */
	/* Written and not synced yet: one sync is for all. The syncer's. */
	struct store_batch *landing[STORE_BATCHES];
	unsigned landing_count;
	bool waits;	     /* nothing is gained by another thread */
	struct crew *summer; /* sums up again, and signs; NULL: no threads */
	struct store_flush flush;
	struct store_early early;
	struct crew *syncer; /* writes; with summer */
	struct crew *flusher;
	uint8_t copy_id[SHA256_LEN];
	int copy_file;
	bool copy_is_open;
	bool stopped;
	struct ledger_why why;
};

/* store_files.c: every access to the folder, with names in the reasons. */

/* Keeps the first reason; *why may be NULL. */
void store_say(struct ledger_why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Of file `file`, without memory: level.39 is the longest. */
void store_name(unsigned file, char ret[STORE_NAME_LEN]);
/* Opens all but `about`. */
enum err store_open_files(
    struct ledger *l, enum folder_mode mode, struct ledger_why *why);
enum err store_open_file(struct ledger *l, unsigned file, enum folder_mode mode,
    struct ledger_why *why);
void store_close_files(struct ledger *l);
enum err store_size(const struct ledger *l, unsigned file, uint64_t *ret,
    struct ledger_why *why);
/* Exactly so many bytes; ERR_TRUNCATED when the file ends before. */
enum err store_read(const struct ledger *l, unsigned file, uint64_t at,
    uint8_t *room, size_t len, struct ledger_why *why);
enum err store_write(const struct ledger *l, unsigned file, uint64_t at,
    struct bytes in, struct ledger_why *why);
enum err store_sync(
    const struct ledger *l, unsigned file, struct ledger_why *why);

/* store_about.c */

void store_put_about(const struct store_about *about, struct out *o);
enum err store_read_about(
    struct bytes in, const struct crypto_hooks *hooks, struct store_about *ret);

/* store_head.c: the record of heads, its signature, its copy elsewhere. */

void store_encode_head(
    const struct ledger_head *head, uint8_t ret[STORE_HEAD_LEN]);
/* ERR_CHECKSUM */
enum err store_decode_head(struct bytes in, struct ledger_head *ret);
/* Fills in the signature of head `number`; the copy is made durable first. */
enum err store_sign_head(const struct ledger *l, uint64_t number,
    struct ledger_head *head, struct ledger_why *why);
/* ERR_CHECKSUM: it is not the ledger's signature. */
enum err store_verify_head(
    const struct ledger *l, const struct ledger_head *head);
/* Compares the copy, if there is one, with the newest head known (signed or to
   be signed); makes the file when it is missing and the ledger is to be
   written. */
enum err store_open_copy(
    struct ledger *l, const struct merkle_head *newest, struct ledger_why *why);

/* store_tail.c */

void store_tail_open(struct store_tail *t, uint64_t first, uint64_t first_head,
    uint64_t entries_at);
void store_tail_close(struct store_tail *t);
/* Room in the tail that grows for so much more, so that nothing fails later.
   ERR_MEMORY, ERR_LIMIT. */
enum err store_tail_reserve(struct ledger *l, size_t count, size_t entries_len);
/* Adds entries in the form that they have on disk, their leaves and what these
   complete to the tail that grows and to the frontier. */
void store_add_entries(struct ledger *l, struct bytes body,
    const struct merkle_hash *leaf, size_t count);
/* Everything but heads, then heads; each durable afterwards. */
enum err store_flush_data(
    const struct ledger *l, const struct store_tail *t, struct ledger_why *why);
enum err store_flush_heads(
    const struct ledger *l, const struct store_tail *t, struct ledger_why *why);
/* Hands the tail that grows over to be written out and begins an empty one; the
   one before is waited for. */
enum err store_retire_tail(struct ledger *l, struct ledger_why *why);
enum err store_finish_flush(struct ledger *l, struct ledger_why *why);
/* Lets some of the tail that grows be written ahead of time, if there is
   enough. */
void store_write_early(struct ledger *l);
/* Waits for that: before the tail's memory moves. */
void store_finish_early(struct ledger *l);
/* Writes out all that is there and waits for it. */
enum err store_flush_all(struct ledger *l, struct ledger_why *why);

/* store_nodes.c */

enum err store_read_node(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret);
/* The same where it lies, and on its way into the cache; it stays there until
   another one of that level is asked for or the ledger grows. */
enum err store_find_node(struct ledger *l, unsigned level, uint64_t index,
    const struct merkle_hash **ret);
/* Bytes [at, at + len) of all entries, and where entry `index` ends. */
enum err store_read_entries(const struct ledger *l, uint64_t at, uint8_t *room,
    size_t len, struct ledger_why *why);
enum err store_read_end(const struct ledger *l, uint64_t index, uint64_t *ret,
    struct ledger_why *why);
void store_close_pages(struct ledger *l);

/* store_index.c */

/* Reads all leaf hashes unless that was done; the others need it. */
enum err store_build_index(struct ledger *l, struct ledger_why *why);
/* Room for so many more. */
enum err store_reserve_index(struct ledger *l, size_t count);
/* Hints that it will be looked for soon. */
void store_expect_leaf(const struct ledger *l, const struct merkle_hash *leaf);
enum err store_find_leaf(
    struct ledger *l, const struct merkle_hash *leaf, uint64_t *ret_index);
void store_add_leaf(
    struct ledger *l, const struct merkle_hash *leaf, uint64_t index);

/* store_wal.c: records of the write-ahead log, made and read. */

/* The header of a half. */
struct store_half {
	uint64_t generation;
	struct merkle_head base; /* the tree when it was begun */
	uint64_t base_heads;	 /* heads signed by then */
	uint64_t durable_size;	 /* that the flat files held by then */
	uint64_t durable_heads;
};

/* The newest signature known when a record was written. */
struct store_slot {
	uint64_t number; /* of the head */
	uint8_t signature[SIGNATURE_LEN];
};

void store_encode_half(const struct store_half *half,
    const uint8_t id[SHA256_LEN], uint8_t ret[STORE_BLOCK_LEN]);
enum err store_decode_half(
    struct bytes in, const uint8_t id[SHA256_LEN], struct store_half *ret);
void store_encode_slot(
    const struct store_slot *slot, uint8_t ret[STORE_SLOT_LEN]);
enum err store_decode_slot(struct bytes in, struct store_slot *ret);
/* The part behind the slot; the digest is computed over it and the leaves. */
void store_encode_record(const struct store_record *record,
    uint8_t ret[STORE_RECORD_LEN - STORE_SLOT_LEN]);
enum err store_decode_record(struct bytes in, struct store_record *ret);
void store_digest(const struct crypto_hooks *hooks,
    const struct store_record *record, const struct merkle_hash *leaf,
    uint8_t ret[SHA256_LEN]);
/* Begins the next generation in the other half, whose entries must be durable in
   the flat files, and makes that durable. */
enum err store_begin_half(struct ledger *l, struct ledger_why *why);

/* store_recover.c */

enum err store_recover(struct ledger *l, struct ledger_why *why);

/* store_batch.c: a batch is put together, and summed up twice. */

/* Room for what may be needed at the most. */
enum err store_reserve_batch(
    struct ledger *l, const struct bytes *entry, size_t count);
/* Gives every entry its place: that of an equal one, or the next. New ones are
   noted in l->fresh and in the index: after a failure the ledger must stop. */
enum err store_place_entries(struct ledger *l, const struct bytes *entry,
    size_t count, uint64_t *ret_index, size_t *ret_fresh);
/* The record of the new entries, but for what the sums say. */
enum err store_fill_record(
    struct ledger *l, struct store_batch *batch, size_t fresh);
/* Adds them to the tree: the first sum. Whatever the second one needs is in the
   batch afterwards. */
enum err store_sum_batch(struct ledger *l, struct store_batch *batch);
/* The second sum, which touches the batch alone. ERR_CHECKSUM. */
void store_sum_again(void *context);

/* store_commit.c */

enum err store_finish(struct ledger *l);
/* Waits for what others still work at, without a look at what came of it. */
void store_join(struct ledger *l);
/* For ever: it says so in the handle. */
enum err store_stop(struct ledger *l, const struct ledger_why *why);

#endif
