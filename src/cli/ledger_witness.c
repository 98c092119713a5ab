/* SPDX-License-Identifier: ISC */
/* hallmark ledger witness: cosign others' heads, and have our own cosigned. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/ledgering.h"
#include "cli/signing.h"
#include "ledger/checkpoint.h"
#include "ledger/witness.h"
#include "system/file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Newest heads that an answer may be about: it does not say which. */
#define WITNESS_HEADS_BACK 1024
#define WITNESS_PATH_LEN 80

enum {
	WITNESS_KEY,
	WITNESS_PASSPHRASE,
	WITNESS_NAME,
	WITNESS_POLICY,
	WITNESS_REQUEST,
	WITNESS_OLD,
	WITNESS_ADD,
	WITNESS_OUTPUT,
	WITNESS_JSON,
	WITNESS_COUNT
};

static const struct option_row witness_rows[WITNESS_COUNT] = {
	[WITNESS_KEY] = SIGNING_ROW_KEY,
	[WITNESS_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[WITNESS_NAME] = { "name", 'n', "NAME",
	    "the witness' name, as in its vkey" },
	[WITNESS_POLICY] = { "policy", 0, "FILE",
	    "the logs to witness; with --add, whose answers to take" },
	[WITNESS_REQUEST] = { "request", 0, NULL,
	    "DIR is our ledger: make an add-checkpoint request" },
	[WITNESS_OLD] = { "old", 0, "SIZE",
	    "with --request: what the witness cosigned last (0)" },
	[WITNESS_ADD] = { "add", 0, "FILE",
	    "DIR is our ledger: take a witness' answer" },
	[WITNESS_OUTPUT] = { "output", 'o', "FILE",
	    "write to FILE, not to standard output" },
	[WITNESS_JSON] = { "json", 0, NULL,
	    "say status or outcome as a JSON object on standard error" },
};
const struct usage ledger_witness_usage = {
	.command = "ledger witness",
	.arguments = "DIR",
	.argument_count = 1,
	.help = "Answers an add-checkpoint request on standard input; DIR "
		"remembers what was cosigned.",
	.rows = witness_rows,
	.row_count = WITNESS_COUNT,
};

static bool
given(const struct options *options, unsigned option)
{
	return options->value[option] != NULL;
}

/* A line of our own on standard error: the status, for whoever runs this as
   the inside of a web server. */
static enum exit_code
put_status(struct out *o)
{
	enum err err = o->failed == ERR_OK
	    ? file_put(STDERR_FILENO, out_bytes(o))
	    : o->failed;

	out_close(o);
	return err == ERR_OK ? EXIT_YES : EXIT_MACHINE;
}

/* ---- what was cosigned ---- */

/* DIR/SHA256(origin)/checkpoint, where monitors look for it, too. */
static void
memory_path(struct bytes origin, char ret[WITNESS_PATH_LEN])
{
	uint8_t hash[SHA256_LEN];

	crypto_hooks_default.sha256(
	    crypto_hooks_default.context, &origin, 1, hash);
	for (size_t i = 0; i < SHA256_LEN; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", hash[i]);
	(void)snprintf(ret + 64, WITNESS_PATH_LEN - 64, "/checkpoint");
}

/* Held under the shelf's lock from the start to the end, so that no other
   process comes between load and store. */
static enum err
memory_load(void *context, struct bytes origin, struct merkle_head *ret)
{
	const struct shelf *shelf = context;
	struct out note = out_open(2 * NOTE_LEN_MAX);
	char path[WITNESS_PATH_LEN];
	const char *why;
	struct checkpoint checkpoint;
	struct note read;
	struct fault fault;

	memory_path(origin, path);
	enum err err = shelf_read(shelf, path, &note, &why);

	if (err == ERR_END) {
		memset(ret, 0, sizeof(*ret));
		err = ERR_OK;
	} else if (err == ERR_OK) {
		/* What cannot be read is no licence to begin anew. */
		err = checkpoint_read(
		    out_bytes(&note), &checkpoint, &read, &fault);
		if (err == ERR_OK &&
		    bytes_compare(checkpoint.origin, origin) != 0)
			err = ERR_CHECKSUM;
		if (err == ERR_OK)
			*ret = checkpoint.head;
	}
	out_close(&note);
	return err;
}

static enum err
memory_store(void *context, struct bytes origin, uint64_t old_size,
    const struct merkle_head *head, struct bytes checkpoint, bool *ret_stored)
{
	const struct shelf *shelf = context;
	struct merkle_head now;
	char path[WITNESS_PATH_LEN];
	const char *why;
	enum err err = memory_load(context, origin, &now);

	(void)head; /* it stands in the checkpoint */
	if (err != ERR_OK)
		return err;
	*ret_stored = now.size == old_size;
	if (!*ret_stored)
		return ERR_OK;
	memory_path(origin, path);
	return shelf_write(shelf, path, checkpoint, true, &why);
}

/* ---- the witness ---- */

static enum exit_code
deliver_answer(const struct options *options,
    const struct witness_answer *answer, struct out *body)
{
	struct out status = out_open(4 * KIB);
	enum exit_code code;

	if (given(options, WITNESS_JSON)) {
		struct json j = json_open(&status);

		json_begin_object(&j, JSON_INLINE);
		json_string(&j, "schema", "hallmark.witness-answer/1");
		json_number(&j, "status", (uint64_t)answer->status);
		json_string(&j, "type", answer->type);
		json_string(&j, "why", answer->why);
		json_end(&j);
	} else {
		out_decimal(&status, (uint64_t)answer->status);
		out_text(&status, " ");
		out_text(&status, answer->why);
		out_text(&status, "\n");
	}
	code = put_status(&status);
	if (code == EXIT_YES)
		code = answering_deliver(
		    options->value[WITNESS_OUTPUT], out_bytes(body));
	if (code != EXIT_YES)
		return code;
	if (answer->status == WITNESS_OUT_OF_ORDER)
		return EXIT_MACHINE;
	return answer->status == WITNESS_COSIGNED ? EXIT_YES : EXIT_NO;
}

static enum exit_code
answer_request(const struct options *options, const struct policy *policy,
    const struct signer *signer, struct bytes request)
{
	struct shelf shelf;
	struct witness_memory memory = { memory_load, memory_store, &shelf };
	struct witness w = {
		.policy = policy,
		.name = bytes_of(options->value[WITNESS_NAME]),
		.signer = signer,
		.memory = &memory,
		.hooks = &crypto_hooks_default,
		.now = ledgering_now(),
	};
	struct out body = out_open(64 * KIB);
	struct witness_answer answer;
	const char *why;
	enum exit_code code;

	if (shelf_open(options->argument[0], SHELF_WRITE_IN_TURN, &shelf,
		&why) != ERR_OK) {
		cli_say(options->argument[0], why);
		return EXIT_MACHINE;
	}
	enum err err = witness_add_checkpoint(&w, request, &body, &answer);

	shelf_close(&shelf);
	code = err == ERR_OK ? deliver_answer(options, &answer, &body)
			     : ledgering_say("ledger witness", err);
	out_close(&body);
	return code;
}

static enum exit_code
run_witness(const struct options *options)
{
	struct signing_wants key = { options->value[WITNESS_KEY],
		options->value[WITNESS_PASSPHRASE] };
	struct arena arena = arena_open(1 * MIB);
	const struct ledgering_policy *policy;
	struct held_file request = HELD_NONE;
	struct signing signing;
	enum exit_code code = EXIT_USAGE;

	if (given(options, WITNESS_POLICY) && given(options, WITNESS_NAME))
		code = ledgering_read_policy(
		    options->value[WITNESS_POLICY], &arena, &policy);
	else
		cli_say("ledger witness",
		    "say the logs (--policy) and who you are (--name)");
	if (code == EXIT_YES)
		code = held_open("-", WITNESS_REQUEST_LEN, &request);
	if (code == EXIT_YES)
		code = signing_open(&key, &signing);
	if (code == EXIT_YES) {
		code = answer_request(
		    options, &policy->policy, &signing.signer, request.bytes);
		signing_close(&signing);
	}
	held_close(&request);
	arena_close(&arena);
	return code;
}

/* ---- our ledger's side ---- */

static enum exit_code
make_request(const struct options *options, struct ledgering *l)
{
	struct out note = out_open(NOTE_LEN_MAX);
	struct out request = out_open(2 * NOTE_LEN_MAX);
	struct ledger_head head;
	struct merkle_proof proof;
	uint64_t old = 0;
	enum exit_code code = EXIT_YES;

	if (given(options, WITNESS_OLD))
		code = ledgering_number(options->value[WITNESS_OLD], &old);
	if (code == EXIT_YES && old > l->head.size) {
		/* A witness that is ahead has seen what this ledger lost. */
		cli_say(l->name,
		    "the witness cosigned more than this ledger has: an older "
		    "state was restored, or it is another ledger's witness");
		code = EXIT_NO;
	}
	if (code == EXIT_YES) {
		ledger_head(l->ledger, &head);
		enum err err = ledger_put_checkpoint(l->ledger, &head, &note);

		if (err == ERR_OK)
			err = merkle_prove_consistency(&crypto_hooks_default,
			    &l->nodes, old, head.tree.size, &proof);
		if (err == ERR_OK) {
			witness_put_request(
			    &request, old, &proof, out_bytes(&note));
			err = request.failed;
		}
		code = err == ERR_OK
		    ? answering_deliver(
			  options->value[WITNESS_OUTPUT], out_bytes(&request))
		    : ledgering_say(l->name, err);
	}
	out_close(&request);
	out_close(&note);
	return code;
}

/* A head's note with the cosignatures collected for it so far. */
static enum err
put_collected(struct ledgering *l, const struct ledger_head *head,
    struct bytes cosigning, struct out *ret)
{
	struct checkpoint checkpoint;
	struct note note;
	struct fault fault;

	if (cosigning.len > 0 &&
	    checkpoint_read(cosigning, &checkpoint, &note, &fault) == ERR_OK &&
	    checkpoint.head.size == head->tree.size &&
	    merkle_equal(&checkpoint.head.root, &head->tree.root)) {
		out_put(ret, cosigning);
		return ret->failed;
	}
	return ledger_put_checkpoint(l->ledger, head, ret);
}

struct taking {
	struct ledgering *l;
	struct bytes answer;
	struct out cosigning; /* what was collected before */
	struct out note;      /* with this answer */
	struct merkle_head head;
	struct witness_taken taken;
};

/* Tries the answer on one head. ERR_CHECKSUM: it is not about this one. */
static enum err
try_head(struct taking *t, uint64_t number)
{
	struct out note = out_open(2 * NOTE_LEN_MAX);
	struct ledger_head head;
	enum err err = ledger_read_head(t->l->ledger, number, &head);

	if (err == ERR_OK)
		err =
		    put_collected(t->l, &head, out_bytes(&t->cosigning), &note);
	if (err == ERR_OK)
		err = witness_take_answer(&t->l->policy->policy,
		    &crypto_hooks_default, out_bytes(&note), t->answer,
		    &t->note, &t->taken);
	if (err == ERR_OK)
		t->head = head.tree;
	out_close(&note);
	return err;
}

/* An answer does not tell its size: the newest head is the likeliest. */
static enum err
find_head(struct taking *t)
{
	uint64_t count = ledger_head_count(t->l->ledger);
	enum err err = ERR_END;

	for (uint64_t i = 0; i < count && i < WITNESS_HEADS_BACK; i++) {
		err = try_head(t, count - 1 - i);
		if (err != ERR_CHECKSUM)
			return err;
	}
	return err;
}

/* Keeps it as what is collected; and, with a quorum, as what is shown. */
static enum exit_code
keep_taken(struct taking *t)
{
	struct out shown = out_open(2 * NOTE_LEN_MAX);
	struct checkpoint checkpoint;
	struct note note;
	struct fault fault;
	enum exit_code code =
	    ledgering_keep(t->l, LEDGERING_COSIGNING, out_bytes(&t->note));
	bool is_newer =
	    ledgering_kept(t->l, LEDGERING_COSIGNED, &shown) != ERR_OK ||
	    checkpoint_read(out_bytes(&shown), &checkpoint, &note, &fault) !=
		ERR_OK ||
	    checkpoint.head.size <= t->head.size;

	if (code == EXIT_YES && t->taken.quorum && is_newer)
		code = ledgering_keep(
		    t->l, LEDGERING_COSIGNED, out_bytes(&t->note));
	out_close(&shown);
	return code;
}

static enum exit_code
answer_taken(const struct options *options, const struct taking *t)
{
	struct out o = out_open(16 * KIB);

	if (given(options, WITNESS_JSON)) {
		struct json j = json_open(&o);

		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.witness-taken/1");
		ledgering_json_head(&j, &t->head);
		json_number(&j, "taken", t->taken.taken);
		json_number(&j, "known", t->taken.known);
		json_number(&j, "unknown", t->taken.unknown);
		json_bool(&j, "quorum", t->taken.quorum);
		json_end(&j);
	} else {
		out_decimal(&o, t->taken.taken);
		out_text(&o, " cosignatures of the tree of ");
		out_decimal(&o, t->head.size);
		out_text(&o,
		    t->taken.quorum ? ", the quorum is complete\n"
				    : ", no quorum yet\n");
	}
	return answering_close(&o, EXIT_YES);
}

static enum exit_code
take_answer(const struct options *options, struct ledgering *l)
{
	struct taking t = {
		.l = l,
		.cosigning = out_open(2 * NOTE_LEN_MAX),
		.note = out_open(2 * NOTE_LEN_MAX),
	};
	struct held_file file;
	enum exit_code code =
	    held_open(options->value[WITNESS_ADD], NOTE_LEN_MAX, &file);

	if (code != EXIT_YES)
		return code;
	t.answer = file.bytes;
	/* Without one there is nothing collected. */
	(void)ledgering_kept(l, LEDGERING_COSIGNING, &t.cosigning);
	enum err err = find_head(&t);

	if (err == ERR_CHECKSUM) {
		cli_say(file.name, "cosigns none of this ledger's last heads");
		code = EXIT_NO;
	} else if (err != ERR_OK) {
		code = ledgering_say(file.name, err);
	} else if (t.taken.taken + t.taken.known == 0) {
		cli_say(file.name, "holds no line of the policy's witnesses");
		code = EXIT_NO;
	} else {
		code = keep_taken(&t);
		if (code == EXIT_YES)
			code = answer_taken(options, &t);
	}
	out_close(&t.note);
	out_close(&t.cosigning);
	held_close(&file);
	return code;
}

/* ---- start ---- */

static enum exit_code
run_ledger(const struct options *options)
{
	struct ledgering_wants wants = {
		.folder = options->argument[0],
		.policy = options->value[WITNESS_POLICY],
	};
	struct ledgering l;
	enum exit_code code = ledgering_open(&wants, &l);

	if (code != EXIT_YES)
		return code;
	if (l.ledger == NULL) {
		cli_say(l.name, "is a copy: its log asks for cosignatures");
		code = EXIT_INPUT;
	} else if (given(options, WITNESS_REQUEST)) {
		code = make_request(options, &l);
	} else {
		code = take_answer(options, &l);
	}
	ledgering_close(&l);
	return code;
}

enum exit_code
ledger_witness_run(const struct options *options)
{
	bool ours =
	    given(options, WITNESS_REQUEST) || given(options, WITNESS_ADD);
	const char *wrong = NULL;

	if (given(options, WITNESS_REQUEST) && given(options, WITNESS_ADD))
		wrong = "one of --request and --add";
	else if (ours && given(options, WITNESS_KEY))
		wrong = "--request and --add need no key";
	else if (given(options, WITNESS_OLD) &&
	    !given(options, WITNESS_REQUEST))
		wrong = "--old goes with --request";
	if (wrong != NULL) {
		cli_say("ledger witness", wrong);
		return EXIT_USAGE;
	}
	return ours ? run_ledger(options) : run_witness(options);
}
