/* SPDX-License-Identifier: ISC */
/* Questions: rows from the database, files from what is published. */
#include "base/limits.h"
#include "ledger/proof.h"
#include "ledger/receipt.h"
#include "worker/registry_wire.h"
#include "worker/store_private.h"

#include <string.h>

/* What one answer may take: its bytes, and those it is made of. */
#define ANSWER_ARENA_LEN (2 * REGISTRY_REPLY_LEN_MAX)

static bool
has_ledger(const struct store *s)
{
	return s->ledger.ledger != NULL;
}

/* In an answer's arena, what stands in `o`; closes it. */
static enum err
keep(struct arena *arena, struct out *o, enum err err, struct bytes *ret)
{
	struct bytes copy = { NULL, 0 };

	if (err == ERR_OK)
		err = o->failed;
	if (err == ERR_OK) {
		copy = arena_copy(arena, out_bytes(o));
		if (copy.len != o->len)
			err = ERR_MEMORY;
	}
	out_close(o);
	if (err == ERR_OK)
		*ret = copy;
	return err;
}

static enum err
answer_entry(
    struct store *s, uint64_t index, struct arena *arena, struct bytes *ret)
{
	struct out o = out_open(LEDGER_ENTRY_MAX);
	uint8_t *room =
	    has_ledger(s) ? arena_take(arena, LEDGER_ENTRY_MAX) : NULL;
	struct ledger_head head = { .tree = s->shown.head };
	enum err err = ERR_END;

	if (has_ledger(s))
		ledger_head(s->ledger.ledger, &head);
	if (index < head.tree.size) {
		if (!has_ledger(s)) {
			err = static_put_entry(&s->shown.log, index, &o);
		} else if (room != NULL) {
			struct bytes entry;

			err = ledger_read_entry(
			    s->ledger.ledger, index, room, &entry);
			if (err == ERR_OK)
				out_put(&o, entry);
		} else {
			err = ERR_MEMORY;
		}
	}
	return keep(arena, &o, err, ret);
}

enum err
store_receipt(struct store *s, uint64_t index, uint8_t *room, struct bytes *ret)
{
	bool is_writer = s->wish.role == STORE_WRITER;
	struct sign_receipts *receipts =
	    is_writer ? &s->receipts : &s->shown.receipts;
	uint64_t size =
	    is_writer ? receipts->head.tree.size : s->shown.head.size;
	struct signer signer = sign_receipts_signer(receipts);
	const struct receipt_about about = {
		.signer = &signer,
		.hooks = &crypto_hooks_default,
		.iss = is_writer ? s->ledger.origin : s->head.origin,
	};

	if (index >= size || (!is_writer && !s->shown.has_receipts))
		return ERR_END;
	struct merkle_nodes nodes = has_ledger(s)
	    ? ledger_nodes(s->ledger.ledger)
	    : static_nodes(&s->shown.log);

	return receipt_make_inclusion(
	    &about, &nodes, index, size, room, RECEIPT_LEN_MAX, ret);
}

static enum err
answer_receipt(
    struct store *s, uint64_t index, struct arena *arena, struct bytes *ret)
{
	uint8_t *room = arena_take(arena, RECEIPT_LEN_MAX);

	return room != NULL ? store_receipt(s, index, room, ret) : ERR_MEMORY;
}

static enum err
answer_proof(
    struct store *s, uint64_t index, struct arena *arena, struct bytes *ret)
{
	struct out o = out_open(PROOF_LEN_MAX);
	struct merkle_proof path;
	enum err err = ERR_END;

	if (index < s->shown.head.size) {
		struct merkle_nodes nodes = has_ledger(s)
		    ? ledger_nodes(s->ledger.ledger)
		    : static_nodes(&s->shown.log);

		err = merkle_prove_inclusion(&crypto_hooks_default, &nodes,
		    index, s->shown.head.size, &path);
		if (err == ERR_OK)
			proof_put(&o, (struct bytes){ NULL, 0 }, index,
			    merkle_path_of(&path),
			    out_bytes(&s->shown.checkpoint));
	}
	return keep(arena, &o, err, ret);
}

static enum err
answer_file(
    struct store *s, struct bytes path, struct arena *arena, struct bytes *ret)
{
	struct out o = out_open(REGISTRY_REPLY_LEN_MAX);
	char room[SHELF_PATH_MAX] = "";
	const char *why;
	enum err err = ERR_END;

	if (path.len < sizeof(room)) {
		memcpy(room, path.ptr, path.len);
		err = shelf_read(&s->shelf, room, &o, &why);
	}
	return keep(arena, &o, err, ret);
}

/* Whether the question is on an entry that another process may have published
   since the last look. */
static bool
is_news(const struct store *s, const struct registry_question *q)
{
	return s->wish.role == STORE_FRONT &&
	    (q->ask == REGISTRY_ASK_ENTRY || q->ask == REGISTRY_ASK_RECEIPT ||
		q->ask == REGISTRY_ASK_PROOF) &&
	    q->number >= s->shown.head.size;
}

static enum err
answer(struct store *s, const struct registry_question *q, struct arena *arena,
    struct registry_reply *ret)
{
	if (is_news(s, q) && store_look(s) != ERR_OK)
		return ERR_SYSTEM;
	ret->head = s->head;
	switch (q->ask) {
	case REGISTRY_ASK_ENTRY:
		return answer_entry(s, q->number, arena, &ret->bytes);
	case REGISTRY_ASK_RECEIPT:
		return answer_receipt(s, q->number, arena, &ret->bytes);
	case REGISTRY_ASK_PROOF:
		return answer_proof(s, q->number, arena, &ret->bytes);
	case REGISTRY_ASK_FILE:
		return answer_file(s, q->value, arena, &ret->bytes);
	case REGISTRY_ASK_HEAD:
		return ERR_OK;
	case REGISTRY_ASK_LABELS:
	case REGISTRY_ASK_PRODUCTS:
	case REGISTRY_ASK_STATEMENTS:
	case REGISTRY_ASK_BODIES:
	case REGISTRY_ASK_RECOGNITIONS:
		break;
	}
	return database_ask(s->database, q, arena, ret);
}

/* A result that may stand in a reply: whatever is wrong with the disk is no
   affair of the asker's. */
static enum err
result_of(enum err err)
{
	if (err == ERR_OK || err == ERR_END || err == ERR_LIMIT ||
	    err == ERR_MEMORY)
		return err;
	return ERR_SYSTEM;
}

enum err
store_answer(struct store *s, struct store_channel *channel,
    const struct registry_question *question)
{
	struct arena arena = arena_open(ANSWER_ARENA_LEN);
	struct registry_wire_reply reply = {
		.ask = question->ask,
		.reply = { .head = s->head },
	};

	reply.result = result_of(answer(s, question, &arena, &reply.reply));
	s->reply.len = 0;
	s->reply.failed = ERR_OK;
	registry_wire_write_reply(&s->reply, &reply);
	if (s->reply.failed != ERR_OK) {
		reply.result = result_of(s->reply.failed);
		s->reply.len = 0;
		s->reply.failed = ERR_OK;
		registry_wire_write_reply(&s->reply, &reply);
	}
	registry_wire_put_frames(&channel->writer, out_bytes(&s->reply));
	message_flush(&channel->writer);
	arena_close(&arena);
	return ERR_OK;
}
