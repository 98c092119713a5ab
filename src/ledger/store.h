/* SPDX-License-Identifier: ISC */
/* The ledger on disk: entries that are kept for ever once acknowledged. */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/folder.h"
#include "base/out.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "ledger/merkle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of an entry: C2SP tlog-tiles writes its length in two bytes. */
#define LEDGER_ENTRY_MAX ((size_t)65535)
/* Entries in one batch, and bytes of them with two more for each. */
#define LEDGER_BATCH_MAX ((size_t)16384)
#define LEDGER_BATCH_LEN_MAX ((size_t)4 << 20)
/* Bytes of an origin. */
#define LEDGER_ORIGIN_MAX ((size_t)255)
/* Bytes of the write-ahead log: by default, at least, at most. A small one
   serves small batches only: half of it must hold a batch. */
#define LEDGER_WAL_LEN ((size_t)32 << 20)
#define LEDGER_WAL_LEN_MIN ((size_t)64 << 10)
#define LEDGER_WAL_LEN_MAX ((size_t)1 << 30)

/* The one file in the folder of the copy; see struct ledger_world. */
#define LEDGER_COPY "ledger-head"

/* Why something was refused or stopped: one line of English, zero-ended. It
   holds no foreign text. */
struct ledger_why {
	char text[192];
};

/* What a ledger needs of the world; all of it is borrowed until ledger_close(). */
struct ledger_world {
	const struct folder *files;
	/* Where a copy of the newest head is kept, NULL for nowhere: a folder
	   on another device, so that a backup that was restored is noticed. */
	const struct folder *copy;
	const struct crypto_hooks *hooks;
	/* Ed25519; NULL only to read. A ledger that is only read takes no lock:
	   another process may write it meanwhile. Between ledger_submit() and
	   ledger_finish() another thread signs with it. */
	const struct signer *signer;
	/* No second thread: the disk is waited for by the caller's. */
	bool one_thread;
};

/* A tree head as it was signed. */
struct ledger_head {
	struct merkle_head tree;
	uint64_t time_usecs; /* since 1970; each later than the one before */
	uint8_t signature[SIGNATURE_LEN]; /* of the checkpoint's text */
};

/* A handle, of one thread at a time. */
struct ledger;

/*
 * Makes the files of an empty ledger in an empty folder and signs its first
 * head. `origin` is its name: see vkey_name_is_good(). `wal_len` 0 is the
 * default. On failure *ret_why says why; what was made so far stays.
 *   ERR_MALFORMED    a file is there already; a bad origin
 *   ERR_UNSUPPORTED  the signer's key is not Ed25519
 *   ERR_LIMIT        of wal_len
 *   ERR_SYSTEM, ERR_MEMORY
 */
enum err ledger_create(const struct ledger_world *world, struct bytes origin,
    size_t wal_len, uint64_t now_usecs, struct ledger_why *ret_why);

/*
 * Opens a ledger. After a crash every entry that was acknowledged is there; an
 * entry that was not may be there or not. Nothing that disagrees is repaired: it
 * refuses instead and *ret_why says why.
 *   ERR_MALFORMED    no ledger, or another process writes it, or the key is
 *                    not the signer's
 *   ERR_CHECKSUM     its files disagree: damaged, or an older state was
 *                    restored
 *   ERR_LIMIT, ERR_SYSTEM, ERR_MEMORY
 */
enum err ledger_open(const struct ledger_world *world, struct ledger **ret,
    struct ledger_why *ret_why);

/* NULL is fine. What is pending is finished, not acknowledged; everything is
   written to its place (ledger_flush()) if that works. */
void ledger_close(struct ledger *ledger);

/*
 * Adds entries in their order, as one batch with one head. When it returns
 * ERR_OK they are on stable storage, their head is signed, and ret_index tells
 * the place of each; an entry that the ledger holds already keeps its place and
 * is not added again (a batch may be all such: then there is no new head).
 * `now_usecs` may go back: the head's time does not. *ret_index is untouched on
 * failure:
 *   ERR_UNSUPPORTED  it was opened only to read
 *   ERR_LIMIT        no entries, too many, or too long; nothing happened
 *   ERR_SYSTEM       the disk, the key or the sums failed: nothing was
 *                    acknowledged, and see ledger_is_stopped()
 *   ERR_MEMORY       nothing happened
 */
enum err ledger_append(struct ledger *ledger, const struct bytes *entry,
    size_t count, uint64_t now_usecs, uint64_t *ret_index);

/*
 * The same in two steps: submit returns while the disk is at work, and further
 * batches may be submitted meanwhile (the oldest is waited for when many are on
 * their way), several of which one sync may make durable. The places are
 * promised, not acknowledged: an entry is when the size of ledger_head() is
 * above its place. The entries are copied. Errors may be those of a batch
 * before.
 */
enum err ledger_submit(struct ledger *ledger, const struct bytes *entry,
    size_t count, uint64_t now_usecs, uint64_t *ret_index);

/* Waits for what was submitted. ERR_SYSTEM. */
enum err ledger_finish(struct ledger *ledger);

/*
 * Whether it takes no more entries until it is opened anew (after a failure of
 * the disk, the key or the sums), and why; reading goes on. What it had
 * acknowledged is safe.
 */
bool ledger_is_stopped(const struct ledger *ledger, struct ledger_why *ret_why);

/* Borrowed until ledger_close(). */
struct bytes ledger_origin(const struct ledger *ledger);
const struct cose_key *ledger_key(const struct ledger *ledger);

/* The newest head: what may be shown to anyone. */
void ledger_head(const struct ledger *ledger, struct ledger_head *ret);

/* Appends a head as a checkpoint: a note with the ledger's signature. What `o`
   says. */
enum err ledger_put_checkpoint(
    const struct ledger *ledger, const struct ledger_head *head, struct out *o);

/* All heads ever signed, by their order; the last is ledger_head(). ERR_LIMIT
   past them, ERR_CHECKSUM, ERR_SYSTEM. */
uint64_t ledger_head_count(const struct ledger *ledger);
enum err ledger_read_head(
    struct ledger *ledger, uint64_t number, struct ledger_head *ret);

/* One entry into borrowed room of LEDGER_ENTRY_MAX bytes. ERR_LIMIT past the
   newest head, ERR_CHECKSUM (files damaged), ERR_SYSTEM. */
enum err ledger_read_entry(
    struct ledger *ledger, uint64_t index, uint8_t *room, struct bytes *ret);

/* The place of an entry with this leaf hash; ERR_END when there is none. The
   first call reads all leaf hashes. ERR_SYSTEM, ERR_MEMORY. */
enum err ledger_find(
    struct ledger *ledger, const struct merkle_hash *leaf, uint64_t *ret_index);

/* Where proofs take their hashes from, up to the newest head; borrowed until
   ledger_close(), and like the handle of one thread at a time. */
struct merkle_nodes ledger_nodes(struct ledger *ledger);

/* The same path as merkle_prove_inclusion() gives for the newest head, in a
   fraction of its time. ERR_LIMIT past it, ERR_CHECKSUM, ERR_SYSTEM. */
enum err ledger_prove(
    struct ledger *ledger, uint64_t index, struct merkle_proof *ret);

/* Everything into the files that are for ever; not needed for safety. As
   ledger_append(). */
enum err ledger_flush(struct ledger *ledger);

struct ledger_audit {
	uint64_t entries; /* read and hashed anew */
	uint64_t heads;	  /* whose root came out, and whose signature is good */
};

/*
 * Reads all of it again: every entry's hash, every level of the tree, every
 * head ever signed. `progress` may be NULL; it is told the entries done now and
 * then and ends the audit with ERR_END by returning false. ERR_CHECKSUM: *ret_why
 * names the first thing that is wrong.
 */
enum err ledger_audit(struct ledger *ledger,
    bool (*progress)(void *context, uint64_t done, uint64_t of), void *context,
    struct ledger_audit *ret, struct ledger_why *ret_why);

#endif
