/* SPDX-License-Identifier: ISC */
/* hallmark ledger verify: proofs, receipts and checkpoints, offline. */
#include "base/date.h"
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/ledgering.h"
#include "codec/hex.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"
#include "ledger/receipt.h"
#include "statement/evidence.h"
#include "statement/statement.h"

#include <string.h>

enum {
	VERIFY_POLICY,
	VERIFY_STATEMENT,
	VERIFY_EVIDENCE,
	VERIFY_OLD,
	VERIFY_FROM,
	VERIFY_ROOT,
	VERIFY_JSON,
	VERIFY_COUNT
};

static const struct option_row verify_rows[VERIFY_COUNT] = {
	[VERIFY_POLICY] = { "policy", 0, "FILE",
	    "the logs, witnesses and quorum to trust" },
	[VERIFY_STATEMENT] = { "statement", 0, "FILE",
	    "the statement that a proof or receipt is about" },
	[VERIFY_EVIDENCE] = { "evidence", 0, "FILE",
	    "does the statement commit to this very file?" },
	[VERIFY_OLD] = { "old", 0, "FILE",
	    "the older checkpoint of a receipt of prove --from" },
	[VERIFY_FROM] = { "from", 0, "SIZE", "the older size instead" },
	[VERIFY_ROOT] = { "root", 0, "HASH", "and its root, in hex" },
	[VERIFY_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_verify_usage = {
	.command = "ledger verify",
	.arguments = "FILE",
	.argument_count = 1,
	.help = "Verifies a tlog-proof, receipt, checkpoint, or statement "
		"with receipts.",
	.rows = verify_rows,
	.row_count = VERIFY_COUNT,
};

enum verified {
	VERIFIED_CHECKPOINT,
	VERIFIED_PROOF,
	VERIFIED_RECEIPT,
	VERIFIED_GROWTH,
	VERIFIED_STATEMENT,
};

struct verify {
	const struct options *options;
	struct arena arena;
	const struct policy *policy;
	struct held_file file;
	struct held_file statement; /* fd -1: none */
	struct merkle_hash leaf;    /* of the statement */
	struct held_file evidence;  /* fd -1: none */
	bool judged_evidence;
	struct held_file old; /* fd -1: none */
	bool has_older;
	struct merkle_head older;
	struct bytes older_origin; /* empty: not known */
	enum verified what;
	bool good;
	struct fault fault; /* when it is not */
	const char *reason; /* likewise, instead of the fault; static */
	struct bytes origin;
	struct merkle_head head;
	bool has_index;
	uint64_t index;
	bool has_witnesses;
	struct policy_verdict verdict;
};

/* Notes a failure of the input; false, and said, for one of the machine. */
static enum exit_code
refuse(struct verify *v, enum err err)
{
	if (!err_is_input(err))
		return ledgering_say(v->file.name, err);
	v->fault.code = err;
	v->good = false;
	return EXIT_YES;
}

/* ---- text ---- */

static enum exit_code
verify_checkpoint(struct verify *v)
{
	struct checkpoint checkpoint;
	enum err err = policy_verify(v->policy, &crypto_hooks_default,
	    v->file.bytes, &checkpoint, &v->verdict, &v->fault);

	v->what = VERIFIED_CHECKPOINT;
	if (err != ERR_OK)
		return refuse(v, err);
	v->good = true;
	v->has_witnesses = true;
	v->origin = checkpoint.origin;
	v->head = checkpoint.head;
	return EXIT_YES;
}

static enum exit_code
verify_proof(struct verify *v)
{
	struct checkpoint checkpoint;
	struct proof proof;
	enum err err = proof_read(v->file.bytes, &proof, &v->fault);

	v->what = VERIFIED_PROOF;
	if (err == ERR_OK)
		err = proof_verify(&proof, v->policy, &crypto_hooks_default,
		    &v->leaf, &checkpoint, &v->verdict, &v->fault);
	if (err != ERR_OK)
		return refuse(v, err);
	v->good = true;
	v->has_witnesses = true;
	v->has_index = true;
	v->index = proof.index;
	v->origin = checkpoint.origin;
	v->head = checkpoint.head;
	return EXIT_YES;
}

/* ---- COSE ---- */

static enum err
try_key(struct verify *v, const struct receipt *receipt, const struct vkey *key)
{
	if (!v->has_older)
		return receipt_verify_inclusion(receipt, &key->key,
		    &crypto_hooks_default, &v->leaf, &v->head);
	if (v->older_origin.len > 0 && !bytes_equal(v->older_origin, key->name))
		return ERR_CHECKSUM;
	return receipt_verify_consistency(
	    receipt, &key->key, &crypto_hooks_default, &v->older, &v->head);
}

/* Whether a log of the policy signed this receipt for the leaf, or for what the
   older tree became. Its kid is a hint, so every log is tried. */
static enum err
try_receipt(struct verify *v, struct bytes in)
{
	struct receipt receipt;
	enum err err = receipt_read(in, &receipt, &v->fault);
	enum err found = ERR_CHECKSUM;

	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < v->policy->log_count; i++) {
		const struct vkey *key = &v->policy->log[i].key;

		if (!key->usable)
			continue;
		err = try_key(v, &receipt, key);
		if (err != ERR_OK) {
			found = err;
			continue;
		}
		v->good = true;
		v->has_index = !v->has_older;
		v->index = receipt.index;
		v->origin = key->name;
		return ERR_OK;
	}
	v->fault = (struct fault){ .code = found };
	return found;
}

static enum exit_code
verify_receipt(struct verify *v)
{
	enum err err = try_receipt(v, v->file.bytes);

	v->what = v->has_older ? VERIFIED_GROWTH : VERIFIED_RECEIPT;
	return err == ERR_OK ? EXIT_YES : refuse(v, err);
}

/* A statement that carries receipts: one that is good is enough. */
static enum exit_code
verify_transparent(struct verify *v, const struct statement *s)
{
	uint8_t *room = arena_take(&v->arena, s->raw.len);
	struct bytes entry;
	struct bytes receipt;
	size_t from = 0;

	v->what = VERIFIED_STATEMENT;
	if (room == NULL)
		return ledgering_say(v->file.name, ERR_MEMORY);
	enum err err = statement_leaf(s, room, s->raw.len, &entry);
	enum err last = ERR_END;

	if (err != ERR_OK)
		return ledgering_say(v->file.name, err);
	v->leaf = merkle_leaf(&crypto_hooks_default, entry);
	for (;;) {
		err = receipt_find(s->raw, &from, &receipt, &v->fault);
		if (err == ERR_END)
			break;
		if (err == ERR_OK)
			err = try_receipt(v, receipt);
		if (err == ERR_OK)
			return EXIT_YES;
		last = err;
		if (from == 0)
			break;
	}
	if (last != ERR_END)
		return refuse(v, last);
	v->reason = "it carries no receipt (ledger prove --attach adds one)";
	return EXIT_YES;
}

static enum exit_code
verify_cose(struct verify *v)
{
	struct statement s;
	struct fault fault;

	if (statement_read(v->file.bytes, &s, &fault) == ERR_OK)
		return verify_transparent(v, &s);
	return verify_receipt(v);
}

/* ---- the file that a statement commits to ---- */

/* Of a statement that was found in the tree: its own bytes say which file. */
static void
check_evidence(struct verify *v)
{
	struct bytes in =
	    v->statement.fd >= 0 ? v->statement.bytes : v->file.bytes;
	struct statement s;
	struct fault fault;

	if (statement_read(in, &s, &fault) != ERR_OK ||
	    !kind_rows[s.header.kind].envelope)
		v->reason = "evidence: the statement commits to no file";
	else if (!evidence_matches(
		     &s, &crypto_hooks_default, v->evidence.bytes))
		v->reason = "evidence: the statement commits to another file";
	v->good = v->reason == NULL;
	v->judged_evidence = true;
}

/* ---- the answer ---- */

static const char *
what_text(enum verified what)
{
	switch (what) {
	case VERIFIED_CHECKPOINT:
		return "checkpoint";
	case VERIFIED_PROOF:
		return "tlog-proof";
	case VERIFIED_RECEIPT:
		return "receipt";
	case VERIFIED_GROWTH:
		return "consistency receipt";
	case VERIFIED_STATEMENT:
		break;
	}
	return "statement";
}

static void
put_json(const struct verify *v, struct out *o)
{
	struct json j = json_open(o);

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.ledger-verify/1");
	json_string(&j, "what", what_text(v->what));
	json_bool(&j, "good", v->good);
	if (!v->good) {
		json_string(&j, "why",
		    v->reason != NULL		 ? v->reason
			: v->fault.field != NULL ? v->fault.field
						 : err_text(v->fault.code));
		if (v->judged_evidence)
			json_bool(&j, "evidence", false);
		json_end(&j);
		return;
	}
	json_text(&j, "origin", v->origin);
	ledgering_json_head(&j, &v->head);
	if (v->has_index)
		json_number(&j, "index", v->index);
	if (v->has_older)
		json_number(&j, "from", v->older.size);
	if (v->has_witnesses) {
		json_number(&j, "witnesses", v->verdict.witness_count);
		json_number(&j, "oldest", v->verdict.oldest);
		json_number(&j, "newest", v->verdict.newest);
	}
	if (v->judged_evidence)
		json_bool(&j, "evidence", true);
	json_end(&j);
}

static void
put_why(const struct verify *v, struct out *o)
{
	out_text(o, ": not proven: ");
	if (v->reason != NULL) {
		out_text(o, v->reason);
		return;
	}
	out_text(o, v->fault.field != NULL ? v->fault.field : "it");
	out_text(o, ": ");
	out_text(o, err_text(v->fault.code));
}

/* Where it stands, or how large the tree is. */
static void
put_place(const struct verify *v, struct out *o)
{
	if (v->has_index) {
		out_text(o, ": entry ");
		out_decimal(o, v->index);
		out_text(o, " of ");
	} else if (v->has_older) {
		out_text(o, ": from ");
		out_decimal(o, v->older.size);
		out_text(o, " entries on only grown: ");
	} else {
		out_text(o, ": ");
	}
	text_put_terminal(o, v->origin);
	out_text(o, ", a tree of ");
	out_decimal(o, v->head.size);
	if (v->has_witnesses) {
		out_text(o, ", ");
		out_decimal(o, v->verdict.witness_count);
		out_text(o, " witnesses");
	}
	if (v->has_witnesses && v->verdict.newest != 0) {
		out_text(o, ", the last at ");
		date_put_time(o, (int64_t)v->verdict.newest);
	}
}

static void
put_text(const struct verify *v, struct out *o)
{
	text_put_terminal(o, bytes_of(v->file.name));
	out_text(o, ": ");
	out_text(o, what_text(v->what));
	if (v->good)
		put_place(v, o);
	else
		put_why(v, o);
	out_text(o, "\n");
	if (!v->good || !v->judged_evidence)
		return;
	text_put_terminal(o, bytes_of(v->evidence.name));
	out_text(o, ": the file that the statement commits to\n");
}

static enum exit_code
answer(const struct verify *v)
{
	struct out o = out_open(64 * KIB);

	if (v->options->value[VERIFY_JSON] != NULL)
		put_json(v, &o);
	else
		put_text(v, &o);
	return answering_close(&o, v->good ? EXIT_YES : EXIT_NO);
}

/* ---- start ---- */

static enum exit_code
read_statement(struct verify *v)
{
	const char *path = v->options->value[VERIFY_STATEMENT];
	struct bytes entry;
	enum exit_code code = held_open(path, LEDGER_ENTRY_MAX, &v->statement);

	if (code == EXIT_YES)
		code = ledgering_leaf(&v->statement, &v->arena, &entry);
	if (code == EXIT_YES)
		v->leaf = merkle_leaf(&crypto_hooks_default, entry);
	return code;
}

/* A checkpoint by those whom the policy trusts, or what the caller remembers. */
static enum exit_code
read_older(struct verify *v)
{
	const char *const *value = v->options->value;
	struct checkpoint checkpoint;
	struct policy_verdict verdict;
	struct fault fault = { 0 };
	enum exit_code code;

	v->has_older = true;
	if (value[VERIFY_OLD] == NULL) {
		code = ledgering_number(value[VERIFY_FROM], &v->older.size);
		if (code != EXIT_YES ||
		    hex_read(bytes_of(value[VERIFY_ROOT]), v->older.root.byte,
			sizeof(v->older.root.byte)))
			return code;
		cli_say(value[VERIFY_ROOT], "is no hash of 64 hex digits");
		return EXIT_USAGE;
	}
	code = held_open(value[VERIFY_OLD], NOTE_LEN_MAX, &v->old);
	if (code != EXIT_YES)
		return code;
	if (policy_verify(v->policy, &crypto_hooks_default, v->old.bytes,
		&checkpoint, &verdict, &fault) != ERR_OK) {
		cli_say(v->old.name,
		    "is no checkpoint with the policy's signatures");
		return EXIT_INPUT;
	}
	v->older = checkpoint.head;
	v->older_origin = checkpoint.origin;
	return EXIT_YES;
}

static enum exit_code
check_options(const struct options *options)
{
	const char *const *value = options->value;
	const char *wrong = NULL;

	if (value[VERIFY_POLICY] == NULL)
		wrong = "say whom to trust: --policy FILE";
	else if ((value[VERIFY_FROM] != NULL) != (value[VERIFY_ROOT] != NULL))
		wrong = "--from and --root go together";
	else if ((value[VERIFY_OLD] != NULL) + (value[VERIFY_FROM] != NULL) +
		(value[VERIFY_STATEMENT] != NULL) >
	    1)
		wrong = "one of --statement, --old and --from";
	if (wrong == NULL)
		return EXIT_YES;
	cli_say("ledger verify", wrong);
	return EXIT_USAGE;
}

/* What a proof is about is not in it. */
static const char *
find_missing(const struct verify *v, bool is_proof, bool is_receipt)
{
	bool has_statement = v->options->value[VERIFY_STATEMENT] != NULL;

	if (!is_proof && !is_receipt)
		return has_statement || v->has_older
		    ? "speaks for itself: --statement, --old and --from are "
		      "for proofs and receipts"
		    : NULL;
	if (is_proof && v->has_older)
		return "is a tlog-proof: --old and --from are for receipts";
	return has_statement || v->has_older
	    ? NULL
	    : "say what it is about: --statement FILE (or --old FILE)";
}

static enum exit_code
verify(struct verify *v)
{
	bool is_proof =
	    bytes_starts(v->file.bytes, BYTES("c2sp.org/tlog-proof@"));
	bool is_cose = !is_proof && v->file.bytes.ptr[0] >= 0x80;
	struct statement s;
	struct fault fault;
	bool is_statement =
	    is_cose && statement_read(v->file.bytes, &s, &fault) == ERR_OK;
	const char *missing =
	    find_missing(v, is_proof, is_cose && !is_statement);

	if (missing != NULL) {
		cli_say(v->file.name, missing);
		return EXIT_USAGE;
	}
	if (v->evidence.fd >= 0 && !is_statement && v->statement.fd < 0) {
		cli_say(v->file.name,
		    "is about no statement: --evidence is for one");
		return EXIT_USAGE;
	}
	if (is_proof)
		return verify_proof(v);
	return is_cose ? verify_cose(v) : verify_checkpoint(v);
}

static enum exit_code
verify_with_policy(struct verify *v)
{
	const struct ledgering_policy *policy;
	enum exit_code code = ledgering_read_policy(
	    v->options->value[VERIFY_POLICY], &v->arena, &policy);

	if (code != EXIT_YES)
		return code;
	v->policy = &policy->policy;
	code = held_open(v->options->argument[0], PROOF_LEN_MAX, &v->file);
	if (code == EXIT_YES && v->options->value[VERIFY_STATEMENT] != NULL)
		code = read_statement(v);
	if (code == EXIT_YES &&
	    (v->options->value[VERIFY_OLD] != NULL ||
		v->options->value[VERIFY_FROM] != NULL))
		code = read_older(v);
	if (code == EXIT_YES && v->options->value[VERIFY_EVIDENCE] != NULL)
		code = held_open(v->options->value[VERIFY_EVIDENCE],
		    LIMIT_IMAGE_LEN, &v->evidence);
	if (code == EXIT_YES)
		code = verify(v);
	if (code == EXIT_YES && v->good && v->evidence.fd >= 0)
		check_evidence(v);
	if (code == EXIT_YES)
		code = answer(v);
	return code;
}

enum exit_code
ledger_verify_run(const struct options *options)
{
	struct verify v = {
		.options = options,
		.arena = arena_open(4 * MIB),
		.file = HELD_NONE,
		.statement = HELD_NONE,
		.evidence = HELD_NONE,
		.old = HELD_NONE,
	};
	enum exit_code code = check_options(options);

	if (code == EXIT_YES)
		code = verify_with_policy(&v);
	held_close(&v.file);
	held_close(&v.old);
	held_close(&v.statement);
	held_close(&v.evidence);
	arena_close(&v.arena);
	return code;
}
