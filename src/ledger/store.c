/* SPDX-License-Identifier: ISC */
/* Making, opening, reading and closing a ledger. */
#include "ledger/store.h"

#include "crypto/vkey.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/store_private.h"

#include <stdlib.h>
#include <string.h>

/* How often a ledger is looked at that another process may be writing. */
#define READ_TRIES 4

static enum err
check_new(const struct ledger_world *world, struct bytes origin, size_t wal_len,
    struct ledger_why *why)
{
	if (world->signer->key.curve != COSE_CURVE_ED25519) {
		store_say(why, "a ledger's key must be Ed25519");
		return ERR_UNSUPPORTED;
	}
	if (!vkey_name_is_good(origin) || origin.len > LEDGER_ORIGIN_MAX) {
		store_say(
		    why, "the origin must be a name without blanks and plus");
		return ERR_MALFORMED;
	}
	if (wal_len < LEDGER_WAL_LEN_MIN || wal_len > LEDGER_WAL_LEN_MAX ||
	    wal_len % (2 * STORE_BLOCK_LEN) != 0) {
		store_say(why, "the log's length is not one that is possible");
		return ERR_LIMIT;
	}
	return ERR_OK;
}

/* All of it is written once: later writes need no new room on the disk. */
static enum err
fill_wal(const struct ledger *l, struct ledger_why *why)
{
	static const uint8_t zero[16 * STORE_BLOCK_LEN] = { 0 };
	enum err err = ERR_OK;

	for (size_t at = 0; at < l->about.wal_len && err == ERR_OK;
	     at += sizeof(zero))
		err = store_write(l, STORE_WAL, at,
		    bytes_slice((struct bytes){ zero, sizeof(zero) }, 0,
			l->about.wal_len - at),
		    why);
	return err;
}

/* `about` comes last: without it there is no ledger. */
static enum err
create_files(struct ledger *l, struct bytes about, struct ledger_why *why)
{
	const struct folder *folder = l->world.files;
	const char *reason = "";
	uint8_t record[STORE_HEAD_LEN];
	/* An older ledger's `about` is looked for before anything is made. */
	enum err err = store_open_file(l, STORE_ABOUT, FOLDER_NEW, why);

	if (err == ERR_OK)
		err = store_open_files(l, FOLDER_NEW, why);
	if (err == ERR_OK)
		err = fill_wal(l, why);
	if (err == ERR_OK)
		err = store_sign_head(l, 0, &l->head, why);
	if (err != ERR_OK)
		return err;
	l->head_count = 1;
	l->durable_heads = 1;
	store_encode_head(&l->head, record);
	err = store_write(
	    l, STORE_HEADS, 0, (struct bytes){ record, sizeof(record) }, why);
	if (err == ERR_OK)
		err = store_sync(l, STORE_HEADS, why);
	if (err == ERR_OK)
		err = store_begin_half(l, why);
	if (err == ERR_OK) {
		err = folder->sync_names(folder->context, &reason);
		if (err != ERR_OK)
			store_say(
			    why, "the folder cannot be synced: %s", reason);
	}
	if (err == ERR_OK)
		err = store_write(l, STORE_ABOUT, 0, about, why);
	if (err == ERR_OK)
		err = store_sync(l, STORE_ABOUT, why);
	return err;
}

enum err
ledger_create(const struct ledger_world *world, struct bytes origin,
    size_t wal_len, uint64_t now_usecs, struct ledger_why *ret_why)
{
	struct ledger_why why = { "" };
	struct out text = out_open(STORE_ABOUT_LEN_MAX);
	struct ledger *l = calloc(1, sizeof(*l));
	enum err err = l != NULL ? ERR_OK : ERR_MEMORY;

	if (wal_len == 0)
		wal_len = LEDGER_WAL_LEN;
	if (err == ERR_OK)
		err = check_new(world, origin, wal_len, &why);
	if (err == ERR_OK) {
		l->world = *world;
		l->about.key = world->signer->key;
		l->about.origin_len = origin.len;
		memcpy(l->about.origin, origin.ptr, origin.len);
		l->about.wal_len = wal_len;
		l->wal.half_len = wal_len / 2;
		l->head.tree.root = merkle_empty(world->hooks);
		l->head.time_usecs = now_usecs;
		store_put_about(&l->about, &text);
		err = text.failed;
	}
	if (err == ERR_OK)
		err =
		    store_read_about(out_bytes(&text), world->hooks, &l->about);
	if (err == ERR_OK)
		err = create_files(l, out_bytes(&text), &why);
	if (l != NULL)
		store_close_files(l);
	free(l);
	out_close(&text);
	store_say(&why, "%s", err_text(err));
	if (err != ERR_OK)
		*ret_why = why;
	return err;
}

static enum err
open_about(struct ledger *l, struct ledger_why *why)
{
	uint8_t room[STORE_ABOUT_LEN_MAX];
	uint64_t len = 0;
	enum err err = store_open_file(l, STORE_ABOUT, FOLDER_READ, why);

	if (err == ERR_OK)
		err = store_size(l, STORE_ABOUT, &len, why);
	if (err != ERR_OK)
		return err;
	if (len <= sizeof(room))
		err = store_read(l, STORE_ABOUT, 0, room, (size_t)len, why);
	if (err == ERR_OK)
		err = len > sizeof(room)
		    ? ERR_MALFORMED
		    : store_read_about((struct bytes){ room, (size_t)len },
			  l->world.hooks, &l->about);
	if (err == ERR_MALFORMED)
		store_say(why,
		    len == 0
			? "about: is empty: making the ledger was interrupted"
			: "about: is not a ledger's");
	if (err == ERR_OK && l->world.signer != NULL &&
	    !cose_key_equal(&l->world.signer->key, &l->about.key)) {
		store_say(why, "about: the ledger has another key");
		err = ERR_MALFORMED;
	}
	l->wal.half_len = l->about.wal_len / 2;
	return err;
}

static enum err
open_files(struct ledger *l, struct ledger_why *why)
{
	const struct folder *folder = l->world.files;
	bool writes = l->world.signer != NULL;
	const char *reason = "";
	uint64_t len = 0;
	enum err err =
	    store_open_files(l, writes ? FOLDER_WRITE : FOLDER_READ, why);

	if (err == ERR_OK && writes) {
		err =
		    folder->lock(folder->context, l->file[STORE_WAL], &reason);
		if (err != ERR_OK)
			store_say(why, "wal: cannot be locked: %s", reason);
	}
	if (err == ERR_OK)
		err = store_size(l, STORE_WAL, &len, why);
	if (err == ERR_OK && len < l->about.wal_len) {
		store_say(why, "wal: it is cut off");
		err = ERR_CHECKSUM;
	}
	return err;
}

/* Threads are a comfort: without them everything is done in turn. */
static void
open_crews(struct ledger *l)
{
	if (l->world.signer == NULL || l->world.one_thread)
		return;
	if (crew_open(CREW_WAITED_FOR, &l->summer) != ERR_OK)
		l->summer = NULL;
	if (l->summer != NULL &&
	    crew_open(CREW_WAITED_FOR, &l->syncer) != ERR_OK) {
		l->syncer = NULL;
		crew_close(l->summer);
		l->summer = NULL;
	}
	if (crew_open(CREW_WAITED_FOR, &l->flusher) != ERR_OK)
		l->flusher = NULL;
}

static enum err
open_once(const struct ledger_world *world, struct ledger **ret,
    struct ledger_why *ret_why)
{
	struct ledger_why why = { "" };
	struct ledger *l = calloc(1, sizeof(*l));
	enum err err = l != NULL ? ERR_OK : ERR_MEMORY;

	if (err == ERR_OK) {
		l->world = *world;
		l->now = &l->tail[0];
		l->older = &l->tail[1];
		err = open_about(l, &why);
	}
	if (err == ERR_OK)
		err = open_files(l, &why);
	if (err == ERR_OK)
		err = store_recover(l, &why);
	if (err == ERR_OK) {
		open_crews(l);
		*ret = l;
		return ERR_OK;
	}
	if (err == ERR_TRUNCATED)
		err = ERR_CHECKSUM;
	store_say(&why, "%s", err_text(err));
	*ret_why = why;
	if (l != NULL)
		l->stopped = true; /* it must not write any more */
	ledger_close(l);
	return err;
}

enum err
ledger_open(const struct ledger_world *world, struct ledger **ret,
    struct ledger_why *ret_why)
{
	enum err err = ERR_CHECKSUM;
	unsigned tries = world->signer == NULL ? READ_TRIES : 1;

	/* Whoever only reads may look while the log begins anew. */
	for (unsigned i = 0; i < tries && err == ERR_CHECKSUM; i++)
		err = open_once(world, ret, ret_why);
	return err;
}

/* What others still work at is waited for. */
static void
join(struct ledger *l)
{
	store_join(l);
	store_finish_early(l);
	if (l->flush.pending && l->flusher != NULL)
		crew_finish(l->flusher, &l->flush.job);
	crew_close(l->summer);
	crew_close(l->syncer);
	crew_close(l->flusher);
}

void
ledger_close(struct ledger *ledger)
{
	struct ledger *l = ledger;

	if (l == NULL)
		return;
	/* If it fails, the log has it all still. A new half is so that the next
	   to open has nothing to replay. */
	if (!l->stopped && l->world.signer != NULL &&
	    ledger_flush(l) == ERR_OK && l->wal.at > STORE_BLOCK_LEN)
		(void)store_begin_half(l, NULL);
	join(l);
	store_close_files(l);
	if (l->copy_is_open)
		l->world.copy->close(l->world.copy->context, l->copy_file);
	for (unsigned i = 0; i < 2; i++)
		store_tail_close(&l->tail[i]);
	for (unsigned i = 0; i < STORE_BATCHES; i++) {
		out_close(&l->batch[i].record);
		free(l->batch[i].leaf);
	}
	store_close_pages(l);
	free(l->index.slot);
	free(l->leaf);
	free(l->fresh);
	free(l);
}

enum err
ledger_flush(struct ledger *ledger)
{
	struct ledger_why why = { "" };

	if (ledger->world.signer == NULL)
		return ERR_UNSUPPORTED;
	if (store_finish(ledger) != ERR_OK)
		return ERR_SYSTEM;
	if (store_flush_all(ledger, &why) != ERR_OK)
		return store_stop(ledger, &why);
	return ERR_OK;
}

struct bytes
ledger_origin(const struct ledger *ledger)
{
	return (struct bytes){ ledger->about.origin, ledger->about.origin_len };
}

const struct cose_key *
ledger_key(const struct ledger *ledger)
{
	return &ledger->about.key;
}

void
ledger_head(const struct ledger *ledger, struct ledger_head *ret)
{
	*ret = ledger->head;
}

enum err
ledger_put_checkpoint(
    const struct ledger *ledger, const struct ledger_head *head, struct out *o)
{
	struct bytes origin = ledger_origin(ledger);

	checkpoint_put_text(o, origin, &head->tree);
	out_text(o, "\n");
	note_put_line(o, origin,
	    vkey_id(
		ledger->world.hooks, VKEY_ED25519, origin, ledger_key(ledger)),
	    (struct bytes){ head->signature, SIGNATURE_LEN });
	return o->failed;
}

uint64_t
ledger_head_count(const struct ledger *ledger)
{
	return ledger->head_count;
}

static bool
read_tail_head(
    const struct store_tail *t, uint64_t number, uint8_t ret[STORE_HEAD_LEN])
{
	uint64_t count = t->heads.len / STORE_HEAD_LEN;

	if (number < t->first_head || number - t->first_head >= count)
		return false;
	memcpy(ret, t->heads.ptr + (number - t->first_head) * STORE_HEAD_LEN,
	    STORE_HEAD_LEN);
	return true;
}

enum err
ledger_read_head(
    struct ledger *ledger, uint64_t number, struct ledger_head *ret)
{
	uint8_t room[STORE_HEAD_LEN];
	enum err err = ERR_OK;

	if (number >= ledger->head_count)
		return ERR_LIMIT;
	if (!read_tail_head(ledger->now, number, room) &&
	    !(ledger->older->live &&
		read_tail_head(ledger->older, number, room)))
		err = store_read(ledger, STORE_HEADS, number * STORE_HEAD_LEN,
		    room, sizeof(room), NULL);
	if (err == ERR_OK)
		err = store_decode_head(
		    (struct bytes){ room, sizeof(room) }, ret);
	return err == ERR_TRUNCATED ? ERR_CHECKSUM : err;
}

enum err
ledger_read_entry(
    struct ledger *ledger, uint64_t index, uint8_t *room, struct bytes *ret)
{
	uint8_t len[2];
	uint64_t start = 0;
	uint64_t end = 0;
	enum err err = ERR_OK;

	if (index >= ledger->head.tree.size)
		return ERR_LIMIT;
	if (index > 0)
		err = store_read_end(ledger, index - 1, &start, NULL);
	if (err == ERR_OK)
		err = store_read_end(ledger, index, &end, NULL);
	if (err != ERR_OK)
		return err;
	if (end < start || end - start < 2 ||
	    end - start - 2 > LEDGER_ENTRY_MAX)
		return ERR_CHECKSUM;
	err = store_read_entries(ledger, start, len, 2, NULL);
	if (err == ERR_OK && ((size_t)len[0] << 8 | len[1]) != end - start - 2)
		err = ERR_CHECKSUM;
	if (err == ERR_OK)
		err = store_read_entries(
		    ledger, start + 2, room, (size_t)(end - start - 2), NULL);
	if (err == ERR_OK)
		*ret = (struct bytes){ room, (size_t)(end - start - 2) };
	return err == ERR_LIMIT ? ERR_CHECKSUM : err;
}

enum err
ledger_find(
    struct ledger *ledger, const struct merkle_hash *leaf, uint64_t *ret_index)
{
	enum err err = store_build_index(ledger, NULL);
	uint64_t index = 0;

	if (err == ERR_OK)
		err = store_find_leaf(ledger, leaf, &index);
	if (err == ERR_OK && index >= ledger->head.tree.size)
		err = ERR_END; /* promised, not acknowledged */
	if (err == ERR_OK)
		*ret_index = index;
	return err;
}
