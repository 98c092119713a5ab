/* SPDX-License-Identifier: ISC */
/* The witness' state machine, and the log's side of the same protocol. */
#include "ledger/witness.h"

#include "base/cursor.h"
#include "codec/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/note.h"

#include <string.h>

#define WITNESS_TYPE_TEXT "text/plain; charset=utf-8"
#define WITNESS_TYPE_SIZE "text/x.tlog.size"
/* 32 bytes in base64. */
#define WITNESS_HASH_TEXT 44

/* ---- requests ---- */

/* The next line of the form "...\n" without its end; false (and a fault) when
   no newline is left. */
static bool
take_line(struct cursor *c, const char *field, struct bytes *ret)
{
	if (!cur_ok(c))
		return false;
	size_t end = bytes_find_byte(c->in, '\n', c->pos);

	if (end == SIZE_MAX) {
		cur_fail(c, ERR_TRUNCATED, c->pos, field);
		return false;
	}
	*ret = bytes_slice(c->in, c->pos, end - c->pos);
	c->pos = end + 1;
	return true;
}

/* "old N", N without leading zeroes. */
static void
read_old_size(struct cursor *c, uint64_t *ret)
{
	struct bytes line;
	size_t at = c->pos;

	if (!take_line(c, "old size", &line))
		return;
	struct bytes digits = bytes_from(line, 4);
	bool ok = bytes_starts(line, BYTES("old ")) && digits.len > 0 &&
	    (digits.ptr[0] != '0' || digits.len == 1) &&
	    bytes_to_u64(digits, ret);

	if (!ok)
		cur_fail(c, ERR_MALFORMED, at, "old size");
}

static void
read_proof(struct cursor *c, struct merkle_proof *ret)
{
	struct bytes line;
	size_t at = c->pos;

	ret->count = 0;
	while (take_line(c, "consistency proof", &line)) {
		struct bytes hash;
		size_t wrong;

		if (line.len == 0)
			return;
		if (ret->count == MERKLE_PROOF_MAX) {
			cur_fail(c, ERR_LIMIT, at, "consistency proof");
			return;
		}
		if (base64_decode(BASE64_STANDARD, line,
			ret->hash[ret->count].byte, SHA256_LEN, &hash,
			&wrong) != ERR_OK ||
		    hash.len != SHA256_LEN) {
			cur_fail(c, ERR_MALFORMED, at, "consistency proof");
			return;
		}
		ret->count++;
		at = c->pos;
	}
}

enum err
witness_read_request(
    struct bytes request, struct witness_request *ret, struct fault *ret_fault)
{
	struct cursor c = cur_open(request, "add-checkpoint request");
	struct witness_request r = { 0 };

	if (request.len > WITNESS_REQUEST_LEN)
		cur_fail(&c, ERR_LIMIT, WITNESS_REQUEST_LEN, "request");
	read_old_size(&c, &r.old_size);
	read_proof(&c, &r.proof);
	if (cur_ok(&c) && cur_left(&c) == 0)
		cur_fail(&c, ERR_TRUNCATED, c.pos, "checkpoint");
	if (!cur_ok(&c)) {
		*ret_fault = c.fault;
		return c.fault.code;
	}
	r.checkpoint = bytes_from(request, c.pos);
	*ret = r;
	return ERR_OK;
}

static void
put_hash_line(struct out *o, const struct merkle_hash *hash)
{
	uint8_t room[WITNESS_HASH_TEXT];
	struct bytes text = { 0 };

	/* It cannot fail: the room is what 32 bytes become. */
	(void)base64_encode(BASE64_STANDARD,
	    (struct bytes){ hash->byte, sizeof(hash->byte) }, room,
	    sizeof(room), &text);
	out_put(o, text);
	out_text(o, "\n");
}

void
witness_put_request(struct out *o, uint64_t old_size,
    const struct merkle_proof *proof, struct bytes checkpoint)
{
	out_text(o, "old ");
	out_decimal(o, old_size);
	out_text(o, "\n");
	for (size_t i = 0; i < proof->count; i++)
		put_hash_line(o, &proof->hash[i]);
	out_text(o, "\n");
	out_put(o, checkpoint);
}

/* ---- answers ---- */

static struct witness_answer
say(enum witness_status status, const char *why)
{
	return (struct witness_answer){
		.status = status,
		.type = WITNESS_TYPE_TEXT,
		.why = why,
	};
}

/* The size that the log has to start from. */
static struct witness_answer
say_conflict(struct out *body, uint64_t size)
{
	struct witness_answer answer =
	    say(WITNESS_CONFLICT, "old is not the size cosigned last");

	answer.type = WITNESS_TYPE_SIZE;
	out_decimal(body, size);
	out_text(body, "\n");
	return answer;
}

/* The text of a note whose signature lines may be broken; empty: no note. */
static struct bytes
text_of(struct bytes note)
{
	for (size_t i = note.len; i > 1; i--)
		if (note.ptr[i - 1] == '\n' && note.ptr[i - 2] == '\n')
			return bytes_slice(note, 0, i - 1);
	return (struct bytes){ NULL, 0 };
}

/* Who signed: 404 before 403, as the specification orders them. Lines that are
   no signatures are none of the log's key: 403, too. */
static struct witness_answer
judge_signatures(
    const struct witness *w, struct bytes in, struct checkpoint *ret)
{
	struct policy_verdict verdict;
	struct fault fault = { 0 };

	if (checkpoint_read_text(text_of(in), ret, &fault) != ERR_OK)
		return say(WITNESS_BAD_REQUEST, "this is no checkpoint");
	if (policy_find_log(w->policy, w->hooks, ret->origin) == NULL)
		return say(WITNESS_UNKNOWN_LOG, "this log is not witnessed");
	if (policy_judge(w->policy, w->hooks, in, ret, &verdict, &fault) !=
	    ERR_OK)
		return say(WITNESS_FORBIDDEN,
		    "no valid signature of this log's key, or a bad one");
	return say(WITNESS_COSIGNED, "");
}

/*
 * Whether the new tree continues the one remembered. Two statuses where
 * tlog-witness v1.0.0 asks for one: a proof that does not hold, another root
 * of the same size and a root that is not the empty tree's are all 422.
 */
static struct witness_answer
judge_proof(const struct witness *w, const struct witness_request *r,
    const struct merkle_head *old, const struct merkle_head *new)
{
	struct merkle_hash empty = merkle_empty(w->hooks);

	if (new->size == 0 && !merkle_equal(&new->root, &empty))
		return say(WITNESS_INCONSISTENT,
		    "a tree without entries has another root");
	if (old->size == 0 || old->size == new->size) {
		if (r->proof.count != 0)
			return say(WITNESS_INCONSISTENT,
			    "a consistency proof where there is none");
		if (old->size == new->size && old->size != 0 &&
		    !merkle_equal(&old->root, &new->root))
			return say(WITNESS_INCONSISTENT,
			    "another root of the size cosigned last");
		return say(WITNESS_COSIGNED, "");
	}
	if (merkle_verify_consistency(
		w->hooks, old, new, merkle_path_of(&r->proof)) != ERR_OK)
		return say(WITNESS_INCONSISTENT,
		    "the consistency proof does not hold");
	return say(WITNESS_COSIGNED, "");
}

/*
 * Signs, remembers, and only then lets the signature out. The one step of
 * check_and_store() closes the race of tlog-witness: of two requests checked
 * against the same head only the first is remembered.
 */
static struct witness_answer
cosign(const struct witness *w, const struct checkpoint *checkpoint,
    struct bytes note, uint64_t old_size, struct out *body)
{
	struct out kept = out_open(2 * NOTE_LEN_MAX);
	struct merkle_head now_stored = { 0 };
	struct witness_answer answer = say(WITNESS_COSIGNED, "");
	bool stored = false;

	out_put(&kept, note);
	enum err err = cosignature_put(
	    &kept, w->hooks, w->name, w->signer, w->now, checkpoint->text);

	if (err == ERR_OK)
		err = kept.failed;
	if (err == ERR_OK)
		err = w->memory->check_and_store(w->memory->context,
		    checkpoint->origin, old_size, &checkpoint->head,
		    out_bytes(&kept), &stored);
	if (err == ERR_OK && !stored)
		err = w->memory->load(
		    w->memory->context, checkpoint->origin, &now_stored);
	if (err != ERR_OK)
		answer = say(WITNESS_OUT_OF_ORDER,
		    "the witness cannot sign or remember now");
	else if (!stored)
		answer = say_conflict(body, now_stored.size);
	else
		out_put(body, bytes_from(out_bytes(&kept), note.len));
	out_close(&kept);
	return answer;
}

static struct witness_answer
answer_request(const struct witness *w, struct bytes in, struct out *body)
{
	struct witness_request r;
	struct checkpoint checkpoint;
	struct merkle_head old = { 0 };
	struct fault fault = { 0 };

	if (witness_read_request(in, &r, &fault) != ERR_OK)
		return say(
		    WITNESS_BAD_REQUEST, "this is no add-checkpoint request");
	struct witness_answer answer =
	    judge_signatures(w, r.checkpoint, &checkpoint);

	if (answer.status != WITNESS_COSIGNED)
		return answer;
	if (r.old_size > checkpoint.head.size)
		return say(
		    WITNESS_BAD_REQUEST, "old is above the checkpoint's size");
	if (w->memory->load(w->memory->context, checkpoint.origin, &old) !=
	    ERR_OK)
		return say(WITNESS_OUT_OF_ORDER,
		    "the witness cannot recall what it cosigned");
	if (r.old_size != old.size)
		return say_conflict(body, old.size);
	answer = judge_proof(w, &r, &old, &checkpoint.head);
	if (answer.status != WITNESS_COSIGNED)
		return answer;
	return cosign(w, &checkpoint, r.checkpoint, old.size, body);
}

enum err
witness_add_checkpoint(const struct witness *w, struct bytes request,
    struct out *ret_body, struct witness_answer *ret)
{
	struct witness_answer answer = answer_request(w, request, ret_body);

	if (ret_body->failed != ERR_OK)
		return ret_body->failed;
	*ret = answer;
	return ERR_OK;
}

/* ---- what witnesses answered us ---- */

/* Which witness of the policy a line is of, or count for none. */
static size_t
find_witness(const struct policy *policy, const struct note_signature *line)
{
	for (size_t i = 0; i < policy->witness_count; i++) {
		const struct vkey *key = &policy->witness[i].key;

		if (key->id == line->key_id &&
		    bytes_compare(key->name, line->name) == 0)
			return i;
	}
	return policy->witness_count;
}

/* Verifies the lines of an answer and appends those that are new. */
static enum err
take_lines(const struct policy *policy, const struct crypto_hooks *hooks,
    const struct checkpoint *checkpoint, struct bytes lines, uint64_t *have,
    struct out *note, struct witness_taken *taken)
{
	struct note_signature line;

	while (note_next(&lines, &line)) {
		size_t i = find_witness(policy, &line);
		uint64_t secs;

		if (i == policy->witness_count) {
			taken->unknown++;
			continue;
		}
		enum note_finding found = cosignature_judge(
		    hooks, checkpoint, &line, &policy->witness[i].key, &secs);

		if (found == NOTE_BAD)
			return ERR_CHECKSUM;
		if (found != NOTE_GOOD) {
			taken->unknown++;
		} else if ((*have >> i & 1) != 0) {
			taken->known++;
		} else {
			*have |= UINT64_C(1) << i;
			taken->taken++;
			out_put(note, line.line);
		}
	}
	return ERR_OK;
}

enum err
witness_take_answer(const struct policy *policy,
    const struct crypto_hooks *hooks, struct bytes checkpoint,
    struct bytes answer, struct out *ret_note, struct witness_taken *ret)
{
	struct witness_taken taken = { 0 };
	struct policy_verdict verdict;
	struct checkpoint c;
	struct fault fault = { 0 };
	struct out note = out_open(2 * NOTE_LEN_MAX);
	size_t count;
	enum err err = note_read_signatures(answer, &count, &fault);

	if (err == ERR_OK)
		err = policy_judge(
		    policy, hooks, checkpoint, &c, &verdict, &fault);
	if (err != ERR_OK)
		goto done;
	out_put(&note, checkpoint);
	err = take_lines(
	    policy, hooks, &c, answer, &verdict.witnesses, &note, &taken);
	if (err == ERR_OK)
		err = note.failed;
	if (err != ERR_OK)
		goto done;
	taken.quorum = policy_is_quorum(policy, verdict.witnesses);
	out_put(ret_note, out_bytes(&note));
	err = ret_note->failed;
	if (err == ERR_OK)
		*ret = taken;
done:
	out_close(&note);
	return err;
}
