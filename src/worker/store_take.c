/* SPDX-License-Identifier: ISC */
/* Statements in, as a batch of all that have arrived: checked, made durable,
   published, shown, and only then acknowledged. */
#include "base/limits.h"
#include "ledger/receipt.h"
#include "statement/statement.h"
#include "system/clock.h"
#include "system/journal.h"
#include "trust/admission.h"
#include "worker/registry_wire.h"
#include "worker/store_private.h"

#include <string.h>
#include <unistd.h>

#define TAKE_ARENA_LEN (4 * STORE_BATCH_LEN + 2 * MIB)
/* Bytes of a sentence why one was refused. */
#define WHY_LEN (4 * KIB)

/* One statement and what becomes of it. */
struct taken {
	uint64_t number; /* http's */
	struct bytes leaf;
	struct registry_submission said;
	size_t place; /* among those that are added */
};

struct batch {
	struct store *store;
	struct arena arena;
	struct taken *list; /* STORE_BATCH */
	size_t count;
	size_t len; /* of their bytes */
	struct bytes *entry;
	uint64_t *index;
	size_t added;
	bool is_open; /* a transaction */
};

/* ---- in ---- */

static enum err
refuse(struct batch *b, struct taken *t, const struct admission *a)
{
	struct out why = out_open(WHY_LEN);

	admission_put(&why, a);
	t->said.outcome = REGISTRY_REFUSED;
	t->said.word = bytes_of(admission_word(a->code));
	t->said.why = arena_copy(&b->arena, out_bytes(&why));
	t->said.has_other = a->has_other;
	t->said.other = a->other;
	bool is_kept = t->said.why.len == why.len;

	out_close(&why);
	return is_kept ? ERR_OK : ERR_MEMORY;
}

/* The bytes that would stand in the ledger: what others hung on is left out. */
static enum err
find_leaf(struct batch *b, struct taken *t, struct bytes statement)
{
	struct admission a = { .code = REFUSED_NO_STATEMENT };
	struct statement s;
	uint8_t *room = arena_take(&b->arena, statement.len);

	if (room == NULL)
		return ERR_MEMORY;
	enum err err = statement_read(statement, &s, &a.fault);

	if (err == ERR_OK)
		err = statement_leaf(&s, room, statement.len, &t->leaf);
	if (err == ERR_OK && t->leaf.len > LEDGER_ENTRY_MAX)
		err = ERR_LIMIT;
	if (err != ERR_OK) {
		t->leaf = (struct bytes){ NULL, 0 };
		return refuse(b, t, &a);
	}
	t->leaf = arena_copy(&b->arena, t->leaf);
	return t->leaf.ptr != NULL ? ERR_OK : ERR_MEMORY;
}

/* One frame. ERR_END: nothing more is there. ERR_MALFORMED: nonsense, or the
   other end is gone. */
static enum err
take_one(struct batch *b, struct store_channel *channel)
{
	struct registry_wire_statement s;
	struct message message;
	struct taken *t = &b->list[b->count];

	channel->reader.total = 0;
	enum message_arrival arrival =
	    message_read(&channel->reader, 0, &message);

	if (arrival == MESSAGE_NOT_YET)
		return ERR_END;
	if (arrival != MESSAGE_ARRIVED ||
	    message.type != REGISTRY_WIRE_STATEMENT ||
	    registry_wire_read_statement(message.payload, &s) != ERR_OK)
		return ERR_MALFORMED;
	*t = (struct taken){ .number = s.number };
	b->count++;
	b->len += s.statement.len;
	if (b->store->wish.role != STORE_WRITER)
		t->said.outcome = REGISTRY_CLOSED;
	else if (!b->store->is_caught_up)
		t->said.outcome = REGISTRY_BUSY;
	else
		return find_leaf(b, t, s.statement);
	return ERR_OK;
}

/* ---- judged ---- */

static bool
is_open_case(const struct taken *t)
{
	return t->leaf.ptr != NULL;
}

/* The same bytes before it in this batch. */
static bool
is_twin(const struct batch *b, const struct taken *t, size_t *ret_place)
{
	for (const struct taken *o = b->list; o < t; o++)
		if (is_open_case(o) && o->said.outcome == REGISTRY_ADDED &&
		    bytes_equal(o->leaf, t->leaf)) {
			*ret_place = o->place;
			return true;
		}
	return false;
}

static enum err
begin(struct batch *b)
{
	enum err err;

	if (b->is_open)
		return ERR_OK;
	err = database_begin(b->store->database, false);
	b->is_open = err == ERR_OK;
	return err;
}

/* Its rows wait in the transaction for the ledger. */
static enum err
admit(struct batch *b, struct taken *t)
{
	struct store *s = b->store;
	const struct admission_terms terms = {
		.now = (int64_t)(clock_wall_usecs() / 1000000)
	};
	struct view_sink sink = database_sink(s->database);
	uint64_t index = trust_count(s->state);
	struct admission a;
	enum err err = trust_admit(s->state, t->leaf, &terms, &a);

	if (err != ERR_OK)
		return err;
	if (a.code != ADMITTED)
		return refuse(b, t, &a);
	err = begin(b);
	if (err == ERR_OK)
		err = view_take(s->view, index, t->leaf, &a, &sink);
	t->place = b->added;
	b->entry[b->added++] = t->leaf;
	return err;
}

static enum err
judge(struct batch *b, struct taken *t)
{
	struct merkle_hash leaf = merkle_leaf(&crypto_hooks_default, t->leaf);
	enum err err =
	    ledger_find(b->store->ledger.ledger, &leaf, &t->said.index);

	if (err == ERR_OK) {
		t->said.outcome = REGISTRY_KNOWN;
		return ERR_OK;
	}
	if (err != ERR_END)
		return err;
	t->said.outcome = REGISTRY_ADDED;
	if (is_twin(b, t, &t->place)) {
		t->said.outcome = REGISTRY_KNOWN;
		t->said.index = UINT64_MAX; /* is known later */
		return ERR_OK;
	}
	return admit(b, t);
}

static enum err
judge_all(struct batch *b)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < b->count && err == ERR_OK; i++)
		if (is_open_case(&b->list[i]))
			err = judge(b, &b->list[i]);
	return err;
}

/* ---- kept ---- */

/* Durable in the ledger; published; rows committed. In this order. */
static enum err
keep(struct batch *b)
{
	struct store *s = b->store;
	struct ledger_head head;
	enum err err = ledger_append(
	    s->ledger.ledger, b->entry, b->added, clock_wall_usecs(), b->index);

	if (err != ERR_OK) {
		struct ledger_why why = { "" };

		(void)ledger_is_stopped(s->ledger.ledger, &why);
		return store_fail("store-ledger",
		    why.text[0] != '\0' ? why.text : err_text(err), err);
	}
	ledger_head(s->ledger.ledger, &head);
	s->receipts.head = head;
	s->receipts.has_signature = false;
	err = store_publish(s);
	if (err != ERR_OK)
		return err;
	const struct registry_head rows = store_registry_head(s, &head);

	b->is_open = false;
	return store_commit(s, &rows);
}

/* ---- out ---- */

static enum err
finish(struct batch *b, struct taken *t)
{
	uint8_t *room;

	if (t->said.outcome != REGISTRY_ADDED &&
	    t->said.outcome != REGISTRY_KNOWN)
		return ERR_OK;
	if (t->said.outcome == REGISTRY_ADDED || t->said.index == UINT64_MAX)
		t->said.index = b->index[t->place];
	room = arena_take(&b->arena, RECEIPT_LEN_MAX);
	if (room == NULL)
		return ERR_MEMORY;
	return store_receipt(b->store, t->said.index, room, &t->said.receipt);
}

static void
send(struct batch *b, struct store_channel *channel, const struct taken *t)
{
	const struct registry_wire_outcome outcome = { t->number, t->said };
	struct out *o = &b->store->reply;

	o->len = 0;
	o->failed = ERR_OK;
	registry_wire_write_outcome(o, &outcome);
	if (o->failed == ERR_OK)
		message_write(
		    &channel->writer, REGISTRY_WIRE_OUTCOME, out_bytes(o));
}

static void
tell(const struct batch *b, uint64_t begun_ms)
{
	size_t refused = 0;
	struct journal line;

	for (size_t i = 0; i < b->count; i++)
		refused += b->list[i].said.outcome == REGISTRY_REFUSED;
	journal_begin(&line, STDERR_FILENO, "info", "store-batch");
	journal_number(&line, "statements", b->count);
	journal_number(&line, "added", b->added);
	journal_number(&line, "refused", refused);
	journal_number(&line, "size", b->store->head.size);
	journal_number(&line, "ms", clock_now_ms() - begun_ms);
	journal_end(&line);
}

/* Whatever fails here ends the store: the state is ahead of the ledger then,
   and only reading it again brings them together. */
static enum err
decide(struct batch *b)
{
	enum err err = judge_all(b);

	if (err == ERR_OK && b->added > 0)
		err = keep(b);
	for (size_t i = 0; i < b->count && err == ERR_OK; i++)
		err = finish(b, &b->list[i]);
	if (err == ERR_OK)
		return ERR_OK;
	if (b->is_open)
		database_rollback(b->store->database);
	for (size_t i = 0; i < b->count; i++)
		if (is_open_case(&b->list[i]) &&
		    b->list[i].said.outcome != REGISTRY_REFUSED)
			b->list[i].said =
			    (struct registry_submission){ .outcome =
							      REGISTRY_FAILED };
	return store_fail("store-batch", err_text(err), err);
}

static enum err
open_batch(struct store *s, struct batch *b)
{
	*b = (struct batch){ .store = s, .arena = arena_open(TAKE_ARENA_LEN) };
	b->list = arena_take_array(&b->arena, STORE_BATCH, sizeof(*b->list));
	b->entry = arena_take_array(&b->arena, STORE_BATCH, sizeof(*b->entry));
	b->index = arena_take_array(&b->arena, STORE_BATCH, sizeof(*b->index));
	return b->list != NULL && b->entry != NULL && b->index != NULL
	    ? ERR_OK
	    : ERR_MEMORY;
}

enum err
store_take(struct store *s, struct store_channel *channel)
{
	uint64_t begun_ms = clock_now_ms();
	enum err end = ERR_OK; /* of the channel */
	struct batch b;
	enum err err = open_batch(s, &b);

	while (err == ERR_OK && end == ERR_OK && b.count < STORE_BATCH &&
	    b.len < STORE_BATCH_LEN)
		end = take_one(&b, channel);
	if (end == ERR_MEMORY)
		err = ERR_MEMORY;
	if (err == ERR_OK && b.count > 0)
		err = decide(&b);
	for (size_t i = 0; i < b.count; i++)
		send(&b, channel, &b.list[i]);
	message_flush(&channel->writer);
	if (err == ERR_OK && b.count > 0)
		tell(&b, begun_ms);
	arena_close(&b.arena);
	if (err != ERR_OK)
		return err;
	return end == ERR_MALFORMED || channel->writer.failed != ERR_OK
	    ? ERR_END
	    : ERR_OK;
}
