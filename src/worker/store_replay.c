/* SPDX-License-Identifier: ISC */
/* From the ledger into the state, and into a database that is behind. */
#include "system/clock.h"
#include "system/journal.h"
#include "worker/store_private.h"

#include <string.h>
#include <unistd.h>

/* Entries between two looks at the sockets, and in one transaction. */
#define REPLAY_STEP 256
#define REPLAY_BATCH 8192
#define REPLAY_PROGRESS_MS 5000

struct registry_head
store_registry_head(const struct store *s, const struct ledger_head *head)
{
	struct registry_head h = {
		.origin = s->ledger.origin,
		.size = head->tree.size,
		.time = (int64_t)(head->time_usecs / 1000000),
	};

	memcpy(h.root, head->tree.root.byte, SHA256_LEN);
	return h;
}

enum err
store_commit(struct store *s, const struct registry_head *head)
{
	enum err err = database_commit(s->database, head);

	if (err != ERR_OK)
		return store_fail(
		    "store-database", database_trouble(s->database), err);
	s->head = *head;
	store_bump(s);
	return ERR_OK;
}

/* ---- before ---- */

static enum err
clear(struct store *s)
{
	enum err err = database_clear(s->database);

	if (err != ERR_OK)
		return store_fail(
		    "store-database", database_trouble(s->database), err);
	s->head = (struct registry_head){ .origin = s->ledger.origin };
	return ERR_OK;
}

enum err
store_check_database(struct store *s)
{
	struct merkle_nodes nodes = ledger_nodes(s->ledger.ledger);
	struct merkle_hash root;
	struct ledger_head head;
	const char *why = NULL;

	ledger_head(s->ledger.ledger, &head);
	if (s->wish.rebuild || s->head.size == 0)
		return clear(s);
	if (!bytes_equal(s->head.origin, s->ledger.origin))
		why = "it is of another ledger: run --rebuild";
	else if (s->head.size > head.tree.size)
		why = "it is ahead of the ledger: run --rebuild";
	else if (merkle_hash_of(&crypto_hooks_default, &nodes, 0, s->head.size,
		     &root) != ERR_OK ||
	    memcmp(root.byte, s->head.root, SHA256_LEN) != 0)
		why = "it does not agree with the ledger: run --rebuild";
	return why == NULL ? ERR_OK
			   : store_fail("store-database", why, ERR_CHECKSUM);
}

/* ---- entry by entry ---- */

struct replay {
	struct store *store;
	uint64_t from; /* rows of entries before are there */
	uint64_t to;   /* the ledger's size */
	struct ledger_head head;
	bool bulk;
	bool is_open; /* a transaction */
	uint64_t told_ms;
};

/* The head of a smaller tree, to be able to go on from there. */
static enum err
head_at(struct replay *r, uint64_t size, struct registry_head *ret)
{
	struct merkle_nodes nodes = ledger_nodes(r->store->ledger.ledger);
	struct ledger_head head = r->head;
	enum err err = ERR_OK;

	if (size != head.tree.size) {
		head.tree.size = size;
		err = merkle_hash_of(
		    &crypto_hooks_default, &nodes, 0, size, &head.tree.root);
	}
	if (err == ERR_OK)
		*ret = store_registry_head(r->store, &head);
	return err;
}

static enum err
commit(struct replay *r, uint64_t size)
{
	struct registry_head head;
	enum err err = head_at(r, size, &head);

	r->is_open = false;
	return err == ERR_OK ? store_commit(r->store, &head) : err;
}

static enum err
begin(struct replay *r)
{
	struct database *database = r->store->database;
	enum err err = database_begin(database, r->bulk);

	if (err != ERR_OK)
		return store_fail(
		    "store-database", database_trouble(database), err);
	r->is_open = true;
	return ERR_OK;
}

static enum err
take_entry(struct replay *r, uint64_t index)
{
	const struct admission_terms terms = { .trusted = true,
		.monitor = true };
	struct store *s = r->store;
	struct view_sink sink = view_no_sink;
	struct admission said;
	struct bytes entry;
	enum err err =
	    ledger_read_entry(s->ledger.ledger, index, s->room, &entry);

	if (err != ERR_OK)
		return store_fail(
		    "store-ledger", "an entry cannot be read", err);
	err = trust_admit(s->state, entry, &terms, &said);
	if (err == ERR_OK && index >= r->from) {
		if (!r->is_open)
			err = begin(r);
		sink = database_sink(s->database);
	}
	if (err == ERR_OK)
		err = view_take(s->view, index, entry, &said, &sink);
	if (err != ERR_OK)
		return store_fail("store-replay",
		    index >= r->from ? database_trouble(s->database)
				     : err_text(err),
		    err);
	return ERR_OK;
}

static void
tell_progress(struct replay *r, uint64_t index)
{
	uint64_t now = clock_now_ms();
	struct journal line;

	if (now < r->told_ms + REPLAY_PROGRESS_MS)
		return;
	r->told_ms = now;
	journal_begin(&line, STDERR_FILENO, "info", "store-replay");
	journal_number(&line, "entries", index);
	journal_number(&line, "of", r->to);
	journal_end(&line);
}

/* Questions are answered between two steps, but not from half a transaction. */
static enum err
look_around(struct replay *r, uint64_t index)
{
	enum err err = ERR_OK;

	tell_progress(r, index);
	if (r->is_open && !r->bulk && index % REPLAY_BATCH == 0)
		err = commit(r, index);
	return err == ERR_OK && !r->is_open ? store_serve(r->store, 0) : err;
}

static void
tell_end(const struct replay *r, uint64_t since_ms)
{
	struct journal line;

	journal_begin(&line, STDERR_FILENO, "info", "store-caught-up");
	journal_number(&line, "entries", r->to);
	journal_number(&line, "new", r->to - r->from);
	journal_number(&line, "ms", clock_now_ms() - since_ms);
	journal_end(&line);
}

static enum err
replay(struct replay *r)
{
	uint64_t since_ms = clock_now_ms();
	enum err err = ERR_OK;

	r->told_ms = since_ms;
	for (uint64_t i = 0; i < r->to && err == ERR_OK; i++) {
		if (i % REPLAY_STEP == 0)
			err = look_around(r, i);
		if (err == ERR_OK)
			err = take_entry(r, i);
	}
	if (err == ERR_OK && r->from == r->to && r->to == 0)
		err = begin(r); /* its origin is worth keeping */
	if (err == ERR_OK && r->is_open)
		err = commit(r, r->to);
	if (err == ERR_OK)
		tell_end(r, since_ms);
	else if (r->is_open)
		database_rollback(r->store->database);
	return err;
}

/* Where each leaf stands: read once, so that the first statement need not wait
   for it. */
static enum err
warm_up(struct store *s)
{
	struct merkle_hash none = { { 0 } };
	uint64_t index;
	enum err err = ledger_find(s->ledger.ledger, &none, &index);

	return err == ERR_END || err == ERR_OK ? ERR_OK : err;
}

enum err
store_catch_up(struct store *s)
{
	struct replay r = { .store = s, .from = s->head.size };
	enum err err = ERR_OK;

	if (s->wish.role == STORE_FRONT) {
		s->is_caught_up = true;
		return ERR_OK;
	}
	ledger_head(s->ledger.ledger, &r.head);
	r.to = r.head.tree.size;
	r.bulk = r.from == 0 && r.to > REPLAY_BATCH;
	err = replay(&r);
	if (err == ERR_OK && s->wish.role == STORE_WRITER)
		err = warm_up(s);
	if (err != ERR_OK)
		return err;
	s->is_caught_up = true;
	s->tokens_are_old = true;
	err = store_publish(s);
	return err == ERR_OK ? store_publish_tokens(s, true) : err;
}
