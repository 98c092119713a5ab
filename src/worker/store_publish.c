/* SPDX-License-Identifier: ISC */
/* What anybody may copy: checkpoint, tiles, entries, status lists, bundle. */
#include "base/limits.h"
#include "label/bundle_make.h"
#include "label/status_list.h"
#include "ledger/checkpoint.h"
#include "ledger/publish.h"
#include "ledger/receipt.h"
#include "ledger/tile.h"
#include "system/clock.h"
#include "worker/daemon.h"
#include "worker/store_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A change is waited for that long for more of them; making all of it anew may
   take a tenth of the time. */
#define TOKENS_WAIT_MS 1000
#define TOKENS_SHARE 10
#define SAFE_WAIT_MS 60000
#define TOKENS_ARENA_LEN (512 * MIB)
#define SMALL_FILE_LEN (8 * KIB)

static int64_t
now_secs(void)
{
	return (int64_t)(clock_wall_usecs() / 1000000);
}

static enum err
read_file(void *context, const char *path, struct out *to)
{
	const struct store *s = context;
	const char *why;

	return shelf_read(&s->shelf, path, to, &why);
}

static enum err
write_file(void *context, const char *path, struct bytes content)
{
	struct store *s = context;
	const char *why = "";
	enum err err = shelf_write(&s->shelf, path, content, false, &why);

	s->is_unsafe = true;
	return err == ERR_OK ? ERR_OK : store_fail("store-published", why, err);
}

/* ---- what is published now ---- */

/* Takes over a checkpoint's note as the one that is shown. */
static enum err
show(struct store *s, struct bytes note)
{
	struct checkpoint checkpoint;
	struct note lines;
	struct fault fault;
	struct store_shown *shown = &s->shown;
	enum err err = checkpoint_read(note, &checkpoint, &lines, &fault);

	if (err != ERR_OK || checkpoint.origin.len > LEDGER_ORIGIN_MAX)
		return store_fail(
		    "store-published", "its checkpoint is none", ERR_MALFORMED);
	shown->checkpoint.len = 0;
	out_put(&shown->checkpoint, note);
	if (shown->checkpoint.failed != ERR_OK)
		return shown->checkpoint.failed;
	if (shown->log_is_open)
		static_close(&shown->log);
	shown->head = checkpoint.head;
	shown->files = (struct static_files){ read_file, s };
	static_open(&shown->log, &crypto_hooks_default, &shown->files,
	    checkpoint.head.size);
	shown->log_is_open = true;
	return ERR_OK;
}

static enum err
read_key(const struct store *s, struct cose_key *ret)
{
	struct out file = out_open(SMALL_FILE_LEN);
	const char *why;
	enum err err = shelf_read(&s->shelf, STORE_KEYS, &file, &why);
	struct cbor_reader r =
	    cbor_open(out_bytes(&file), CBOR_RELAXED, "keys");

	if (err == ERR_OK && cbor_array(&r, "keys") == 0)
		err = ERR_MALFORMED;
	if (err == ERR_OK)
		err = cose_key_read(&r, ret);
	out_close(&file);
	return err;
}

/* The signature for receipts of the tree that is shown, as it is published. */
static void
read_receipt(struct store *s)
{
	struct out file = out_open(SMALL_FILE_LEN);
	struct sign_receipts r = { .client = NULL };
	struct receipt receipt;
	struct fault fault;
	const char *why;

	s->shown.has_receipts = false;
	if (shelf_read(&s->shelf, STORE_RECEIPT, &file, &why) == ERR_OK &&
	    receipt_read(out_bytes(&file), &receipt, &fault) == ERR_OK &&
	    receipt.size == s->shown.head.size &&
	    receipt.message.signature.len == SIGNATURE_LEN &&
	    read_key(s, &r.key) == ERR_OK) {
		memcpy(
		    r.signature, receipt.message.signature.ptr, SIGNATURE_LEN);
		r.has_signature = true;
		r.head.tree = s->shown.head;
		s->shown.receipts = r;
		s->shown.has_receipts = true;
	}
	out_close(&file);
}

/* It must be an earlier state of this ledger. */
static enum err
check_shown(struct store *s)
{
	struct merkle_nodes nodes = ledger_nodes(s->ledger.ledger);
	struct merkle_hash root;
	struct ledger_head head;

	ledger_head(s->ledger.ledger, &head);
	if (s->shown.head.size <= head.tree.size &&
	    merkle_hash_of(&crypto_hooks_default, &nodes, 0, s->shown.head.size,
		&root) == ERR_OK &&
	    merkle_equal(&root, &s->shown.head.root))
		return ERR_OK;
	return store_fail("store-published",
	    "it holds another ledger, or a newer state of it", ERR_CHECKSUM);
}

enum err
store_open_shown(struct store *s)
{
	struct out note = out_open(2 * NOTE_LEN_MAX);
	const char *why = "";
	enum err err = shelf_read(&s->shelf, PUBLISH_CHECKPOINT, &note, &why);

	if (err == ERR_OK) {
		err = show(s, out_bytes(&note));
		if (err == ERR_OK && s->wish.role != STORE_FRONT)
			err = check_shown(s);
		if (err == ERR_OK)
			read_receipt(s);
	} else if (err == ERR_END) {
		err = ERR_OK; /* nothing yet */
	} else {
		(void)store_fail("store-published", why, err);
	}
	out_close(&note);
	return err;
}

/* The time of a file, in nanoseconds; 0: there is none. */
static int64_t
changed_at(const struct store *s, const char *path)
{
	struct stat st;

	if (fstatat(s->shelf.folder, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static enum err
look_at_database(struct store *s, bool *ret_changed)
{
	struct arena arena = arena_open(64 * KIB);
	struct registry_head head;
	enum err err = database_read_head(s->database, &arena, &head);

	if (err != ERR_OK || head.origin.len > LEDGER_ORIGIN_MAX) {
		err = store_fail("store-database",
		    database_trouble(s->database), ERR_SYSTEM);
	} else if (head.size != s->head.size || head.time != s->head.time ||
	    memcmp(head.root, s->head.root, SHA256_LEN) != 0) {
		if (head.origin.len > 0)
			memcpy(s->origin, head.origin.ptr, head.origin.len);
		head.origin =
		    (struct bytes){ (uint8_t *)s->origin, head.origin.len };
		s->head = head;
		*ret_changed = true;
	}
	arena_close(&arena);
	return err;
}

enum err
store_look(struct store *s)
{
	int64_t changed =
	    changed_at(s, PUBLISH_CHECKPOINT) + changed_at(s, STORE_BUNDLE);
	bool any = changed != s->shown.changed;
	enum err err = ERR_OK;

	s->shown.changed = changed;
	if (any)
		err = store_open_shown(s);
	if (err == ERR_OK)
		err = look_at_database(s, &any);
	if (err == ERR_OK && any)
		store_bump(s);
	return err;
}

/* ---- tiles and checkpoint ---- */

static enum err
put_entry(void *context, uint64_t index, struct out *o)
{
	struct store *s = context;
	struct bytes entry;
	enum err err =
	    ledger_read_entry(s->ledger.ledger, index, s->room, &entry);

	if (err != ERR_OK)
		return err;
	out_put(o, entry);
	return o->failed;
}

/* A state that follows the published head, if that is behind the newest. */
static enum err
follow(struct store *s, uint64_t size)
{
	const struct admission_terms terms = { .trusted = true,
		.monitor = true };
	struct admission said;
	enum err err = ERR_OK;

	if (s->shown_state == s->state)
		return ERR_OK;
	for (uint64_t i = trust_count(s->shown_state);
	     i < size && err == ERR_OK; i++) {
		struct bytes entry;

		err = ledger_read_entry(s->ledger.ledger, i, s->room, &entry);
		if (err == ERR_OK)
			err = trust_admit(s->shown_state, entry, &terms, &said);
	}
	return err;
}

/* Full tiles of a level in a tree of that size. */
static uint64_t
full_tiles(unsigned level, uint64_t size)
{
	unsigned shift = (level + 1) * TILE_HEIGHT;

	return shift < 64 ? size >> shift : 0;
}

/* Partial tiles of those that are full now: clients take the full one. */
static enum err
remove_partial(struct store *s, uint64_t from, uint64_t to)
{
	for (unsigned row = 0; row <= 1 + TILE_LEVEL_MAX; row++) {
		unsigned level = row > 0 ? row - 1 : 0;
		uint64_t end = full_tiles(level, to);
		struct tile tile = {
			.kind = row == 0 ? TILE_ENTRIES : TILE_HASHES,
			.level = level,
			.index = full_tiles(level, from),
			.width = TILE_WIDTH,
		};

		for (; tile.index < end; tile.index++) {
			char path[TILE_PATH_MAX + 2];
			const char *why = "";

			tile_write_path(&tile, path);
			memcpy(path + strlen(path), ".p", 3);
			if (shelf_remove_folder(&s->shelf, path, &why) !=
			    ERR_OK)
				return store_fail(
				    "store-published", why, ERR_SYSTEM);
		}
	}
	return ERR_OK;
}

/* A receipt of the first entry; its signature serves for all others. */
static enum err
publish_receipt(struct store *s, const struct merkle_head *head)
{
	struct merkle_nodes nodes = ledger_nodes(s->ledger.ledger);
	struct sign_receipts other = s->receipts;
	struct sign_receipts *receipts = &s->receipts;
	uint8_t room[RECEIPT_LEN_MAX];
	struct bytes made;
	enum err err = ERR_OK;

	if (head->size == 0 || s->wish.role != STORE_WRITER)
		return ERR_OK;
	if (head->size != s->receipts.head.tree.size) {
		err = ledger_folder_head(&s->ledger, head->size, &other.head);
		other.has_signature = false;
		receipts = &other;
	}
	struct signer signer = sign_receipts_signer(receipts);
	const struct receipt_about about = {
		.signer = &signer,
		.hooks = &crypto_hooks_default,
		.iss = s->ledger.origin,
	};

	if (err == ERR_OK)
		err = receipt_make_inclusion(
		    &about, &nodes, 0, head->size, room, sizeof(room), &made);
	if (err != ERR_OK)
		return store_fail("store-key",
		    s->sign.why[0] != '\0' ? s->sign.why : err_text(err), err);
	return write_file(s, STORE_RECEIPT, made);
}

/* A COSE key set: one key, by its thumbprint. */
static enum err
publish_keys(struct store *s)
{
	const struct cose_key *key = ledger_key(s->ledger.ledger);
	uint8_t room[128];
	uint8_t kid[SHA256_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	cose_key_thumbprint(&crypto_hooks_default, key, kid);
	cbor_put_array(&w, 1);
	cbor_put_map(&w, 4);
	cbor_put_int(&w, 1); /* kty: OKP */
	cbor_put_int(&w, 1);
	cbor_put_int(&w, 2); /* kid */
	cbor_put_bytes(&w, (struct bytes){ kid, sizeof(kid) });
	cbor_put_int(&w, -1); /* crv: Ed25519 */
	cbor_put_int(&w, 6);
	cbor_put_int(&w, -2); /* x */
	cbor_put_bytes(&w, (struct bytes){ key->point, ED25519_KEY_LEN });
	return write_file(s, STORE_KEYS, cbor_written(&w));
}

/* Files behind that size may have been lost with the power. */
static uint64_t
safe_size(const struct store *s)
{
	struct out file = out_open(64);
	const char *why;
	uint64_t size = 0;

	if (shelf_read(&s->shelf, STORE_SAFE, &file, &why) != ERR_OK ||
	    !bytes_to_u64(out_bytes(&file), &size))
		size = 0;
	out_close(&file);
	return size;
}

static enum err
publish_step(struct store *s, struct bytes note, const struct merkle_head *head)
{
	struct merkle_nodes nodes = ledger_nodes(s->ledger.ledger);
	const struct publish_source source = { &nodes, put_entry, s };
	const struct publish_files files = { write_file, s };
	struct publish_step step = { note, *head, s->shown.head.size };
	struct publish_count count;
	enum err err = ERR_OK;

	if (!s->has_published) { /* since the start */
		uint64_t safe = safe_size(s);

		step.from = safe < step.from ? safe : step.from;
		err = publish_keys(s);
		if (err == ERR_OK)
			err =
			    write_file(s, STORE_ANCHORS, s->ledger.policy_text);
	}
	if (err == ERR_OK)
		err = publish_receipt(s, head);
	if (err == ERR_OK)
		err = publish(
		    &crypto_hooks_default, &source, &step, &files, &count);
	if (err == ERR_OK)
		err = remove_partial(s, step.from, head->size);
	if (err != ERR_OK)
		return store_fail("store-publish", err_text(err), err);
	s->has_published = true;
	return show(s, note);
}

enum err
store_publish(struct store *s)
{
	struct out note = out_open(2 * NOTE_LEN_MAX);
	struct merkle_head head;
	int64_t secs;
	enum err err =
	    ledger_folder_checkpoint(&s->ledger, &note, &head, &secs);

	if (err == ERR_OK && head.size >= s->shown.head.size &&
	    (!s->has_published ||
		!bytes_equal(
		    out_bytes(&note), out_bytes(&s->shown.checkpoint)))) {
		err = follow(s, head.size);
		if (err == ERR_OK)
			err = publish_step(s, out_bytes(&note), &head);
		s->tokens_are_old = true;
	} else if (err == ERR_END) {
		err = ERR_OK; /* no quorum of witnesses yet */
	} else if (err == ERR_CHECKSUM) {
		daemon_tell("warn", "store-cosigned", "why",
		    "the cosigned head does not satisfy the policy");
		err = ERR_OK;
	}
	out_close(&note);
	return err;
}

enum err
store_make_safe(struct store *s)
{
	struct out file = out_open(64);
	const char *why = "";
	enum err err = ERR_OK;

	if (s->is_unsafe)
		err = shelf_sync(&s->shelf, &why);
	out_decimal(&file, s->shown.head.size);
	if (err == ERR_OK && s->is_unsafe)
		err = shelf_write(
		    &s->shelf, STORE_SAFE, out_bytes(&file), true, &why);
	out_close(&file);
	if (err != ERR_OK)
		return store_fail("store-published", why, err);
	s->is_unsafe = false;
	s->safe_next_ms = clock_now_ms() + SAFE_WAIT_MS;
	return ERR_OK;
}

/* ---- status lists and bundle ---- */

static enum err
read_entry(void *context, uint64_t index, struct bytes *ret)
{
	struct store *s = context;

	return ledger_read_entry(s->ledger.ledger, index, s->room, ret);
}

static enum err
make_lists(struct store *s, const struct bundle_wish *wish,
    const struct signer *signer, struct arena *arena, struct out *made)
{
	uint64_t count =
	    (s->shown.head.size + STATUS_LIST_COUNT - 1) >> STATUS_LIST_SHIFT;
	enum err err = ERR_OK;

	for (uint64_t i = 0; i < count && err == ERR_OK; i++) {
		char path[32];

		made->len = 0;
		(void)snprintf(path, sizeof(path), STORE_STATUS "%llu",
		    (unsigned long long)i);
		err = bundle_make_status(wish, i, s->shown_state, signer,
		    &crypto_hooks_default, arena, made);
		if (err == ERR_OK)
			err = write_file(s, path, out_bytes(made));
	}
	made->len = 0;
	return err;
}

static enum err
make_tokens(struct store *s)
{
	struct arena arena = arena_open(TOKENS_ARENA_LEN);
	struct out made = out_open(BUNDLE_LEN_MAX);
	struct signer signer = sign_client_tokens(&s->sign);
	int64_t now = now_secs();
	const struct bundle_wish wish = {
		.checkpoint = out_bytes(&s->shown.checkpoint),
		.uri = s->wish.uri,
		.issued = now,
		.expires = now + (int64_t)s->wish.life_secs,
	};
	const struct bundle_source source = { read_entry, s,
		ledger_nodes(s->ledger.ledger) };
	enum err err = make_lists(s, &wish, &signer, &arena, &made);

	if (err == ERR_OK)
		err = bundle_make(&wish, &source, s->shown_state, &signer,
		    &crypto_hooks_default, &arena, &made);
	if (err == ERR_OK)
		err = write_file(s, STORE_BUNDLE, out_bytes(&made));
	out_close(&made);
	arena_close(&arena);
	if (err != ERR_OK)
		return store_fail("store-bundle",
		    s->sign.why[0] != '\0' ? s->sign.why : err_text(err), err);
	s->tokens_issued = now;
	return ERR_OK;
}

enum err
store_publish_tokens(struct store *s, bool all)
{
	uint64_t begun = clock_now_ms();
	/* half of their life is over, or a day */
	int64_t half = (int64_t)s->wish.life_secs / 2;
	int64_t due = s->tokens_issued + (half < 86400 ? half : 86400);

	if (s->wish.role != STORE_WRITER || !s->has_published)
		return ERR_OK;
	if (now_secs() >= due)
		s->tokens_are_old = true;
	if (!s->tokens_are_old || (!all && begun < s->tokens_next_ms))
		return ERR_OK;
	enum err err = make_tokens(s);

	if (err != ERR_OK)
		return err;
	uint64_t end = clock_now_ms();

	s->tokens_are_old = false;
	s->tokens_next_ms = end + TOKENS_WAIT_MS + TOKENS_SHARE * (end - begun);
	store_bump(s);
	return ERR_OK;
}
