/* SPDX-License-Identifier: ISC */
/* hallmark ledger append: entries in, each admitted or refused. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/ledgering.h"
#include "cli/signing.h"
#include "ledger/receipt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Files in one batch, which have one head together. */
#define APPEND_BATCH 256
/* No further entry is sure to fit into the store's batch. */
#define APPEND_FULL_LEN (LEDGER_BATCH_LEN_MAX - LEDGER_ENTRY_MAX - 2)
#define APPEND_REPORT_LEN (64 * MIB)
/* A batch's entries, and one receipt at a time. */
#define APPEND_BATCH_LEN (2 * MIB + 4 * LEDGER_BATCH_LEN_MAX)
/* Heads of CBOR around a receipt that is put into a statement. */
#define APPEND_ATTACH_MORE 64

enum {
	APPEND_KEY,
	APPEND_PASSPHRASE,
	APPEND_RECEIPT,
	APPEND_ATTACH,
	APPEND_COPY,
	APPEND_JSON,
	APPEND_COUNT
};

static const struct option_row append_rows[APPEND_COUNT] = {
	[APPEND_KEY] = SIGNING_ROW_KEY,
	[APPEND_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[APPEND_RECEIPT] = { "receipt", 0, "FOLDER",
	    "write the receipt of each file to FOLDER/NAME.receipt" },
	[APPEND_ATTACH] = { "attach", 0, "FOLDER",
	    "write each statement with its receipt to FOLDER/NAME" },
	[APPEND_COPY] = LEDGERING_ROW_COPY,
	[APPEND_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_append_usage = {
	.command = "ledger append",
	.arguments = "DIR FILE...",
	.argument_count = 2,
	.takes_rest = true,
	.help = "Adds statements; each is admitted, or refused with a reason.",
	.rows = append_rows,
	.row_count = APPEND_COUNT,
};

/* What became of one file. */
struct outcome {
	const char *name;
	bool added;
	bool known; /* it was there already */
	uint64_t index;
	struct admission refused; /* neither added nor known */
	struct bytes leaf;	  /* in the batch's arena */
	struct bytes file;	  /* likewise */
};

struct append {
	const struct options *options;
	struct ledgering l;
	struct trust_state *state; /* NULL: the ledger is open */
	const struct signer *signer;
	struct arena batch_arena;
	struct outcome batch[APPEND_BATCH];
	size_t count;
	size_t bytes; /* of the batch's entries and their lengths */
	struct out report;
	struct json json;
	uint64_t added, known, refused;
};

static bool
wants_json(const struct append *a)
{
	return a->options->value[APPEND_JSON] != NULL;
}

/* ---- receipts ---- */

static enum exit_code
write_beside(const char *folder, const char *name, const char *ending,
    struct bytes content)
{
	const char *slash = strrchr(name, '/');
	enum exit_code code;
	char *path;

	if (asprintf(&path, "%s/%s%s", folder, slash != NULL ? slash + 1 : name,
		ending) < 0)
		return ledgering_say(name, ERR_MEMORY);
	code = answering_deliver(path, content);
	free(path);
	return code;
}

/* The statement with the receipt in its unprotected header. */
static enum exit_code
write_attached(
    const struct append *a, const struct outcome *o, struct bytes receipt)
{
	struct out room = out_open(2 * LEDGER_ENTRY_MAX);
	size_t cap = o->file.len + receipt.len + APPEND_ATTACH_MORE;
	uint8_t *at = out_reserve(&room, cap);
	enum err err = ERR_MEMORY;
	enum exit_code code;

	if (at != NULL) {
		struct cbor_writer w = cbor_writer_open(at, cap);

		err = receipt_attach(o->file, receipt, &w);
		room.len = err == ERR_OK ? cbor_written(&w).len : 0;
	}
	code = err == ERR_OK ? write_beside(a->options->value[APPEND_ATTACH],
				   o->name, "", out_bytes(&room))
			     : ledgering_say(o->name, err);
	out_close(&room);
	return code;
}

static enum exit_code
write_receipt(struct append *a, const struct outcome *o)
{
	struct receipt_about about = {
		.signer = a->signer,
		.hooks = &crypto_hooks_default,
		.iss = a->l.origin,
		.sub = BYTES(""),
	};
	uint8_t room[RECEIPT_LEN_MAX];
	struct bytes receipt;
	enum exit_code code = EXIT_YES;
	enum err err = receipt_make_inclusion(&about, &a->l.nodes, o->index,
	    a->l.head.size, room, sizeof(room), &receipt);

	if (err != ERR_OK)
		return ledgering_say(o->name, err);
	if (a->options->value[APPEND_RECEIPT] != NULL)
		code = write_beside(a->options->value[APPEND_RECEIPT], o->name,
		    ".receipt", receipt);
	if (code == EXIT_YES && a->options->value[APPEND_ATTACH] != NULL)
		code = write_attached(a, o, receipt);
	return code;
}

/* ---- what is said ---- */

static void
put_outcome(struct append *a, const struct outcome *o)
{
	const char *word = o->added ? "added" : o->known ? "known" : "refused";

	if (wants_json(a)) {
		json_begin_object(&a->json, JSON_INLINE);
		json_string(&a->json, "file", o->name);
		json_string(&a->json, "outcome", word);
		if (o->added || o->known)
			json_number(&a->json, "index", o->index);
		else
			ledgering_json_refusal(&a->json, &o->refused);
		json_end(&a->json);
		return;
	}
	text_put_terminal(&a->report, bytes_of(o->name));
	if (!o->added && !o->known) {
		out_text(&a->report, ": refused: ");
		ledgering_put_refusal(&a->report, &o->refused);
	} else {
		out_text(&a->report, o->added ? ": " : ": there already: ");
		out_decimal(&a->report, o->index);
	}
	out_text(&a->report, "\n");
}

/* ---- a batch ---- */

/* Makes what was admitted durable and tells each file's index. */
static enum exit_code
commit(struct append *a)
{
	struct bytes *entry =
	    arena_take_array(&a->batch_arena, APPEND_BATCH, sizeof(*entry));
	uint64_t *index =
	    arena_take_array(&a->batch_arena, APPEND_BATCH, sizeof(*index));
	size_t count = 0;
	struct ledger_head head;

	if (entry == NULL || index == NULL)
		return ledgering_say(a->l.name, ERR_MEMORY);
	for (size_t i = 0; i < a->count; i++)
		if (a->batch[i].added)
			entry[count++] = a->batch[i].leaf;
	if (count == 0)
		return EXIT_YES;
	enum err err = ledger_append(
	    a->l.ledger, entry, count, ledgering_now_usecs(), index);

	if (err != ERR_OK)
		return ledgering_say(a->l.name, err);
	count = 0;
	for (size_t i = 0; i < a->count; i++)
		if (a->batch[i].added)
			a->batch[i].index = index[count++];
	ledger_head(a->l.ledger, &head);
	a->l.head = head.tree;
	return EXIT_YES;
}

/* Commits, then answers for each file in the order they were named. */
static enum exit_code
finish_batch(struct append *a)
{
	uint64_t next = a->l.head.size;
	enum exit_code code = commit(a);

	for (size_t i = 0; i < a->count && code == EXIT_YES; i++) {
		struct outcome *o = &a->batch[i];

		if (o->added && o->index < next) {
			o->added = false; /* twice on one command line */
			o->known = true;
		}
		if (o->added)
			next = o->index + 1;
		a->added += o->added;
		a->known += o->known;
		a->refused += !o->added && !o->known;
		put_outcome(a, o);
		if ((o->added || o->known) &&
		    (a->options->value[APPEND_RECEIPT] != NULL ||
			a->options->value[APPEND_ATTACH] != NULL))
			code = write_receipt(a, o);
	}
	a->count = 0;
	a->bytes = 0;
	arena_close(&a->batch_arena);
	return code;
}

/* Whether the ledger takes it, and where it stands if it is there already. */
static enum err
judge(struct append *a, struct outcome *o)
{
	struct merkle_hash leaf = merkle_leaf(&crypto_hooks_default, o->leaf);
	struct admission_terms terms = { .now = (int64_t)ledgering_now() };
	enum err err = ledger_find(a->l.ledger, &leaf, &o->index);

	if (err != ERR_END) {
		o->known = err == ERR_OK;
		return err;
	}
	o->added = true;
	if (a->state == NULL)
		return ERR_OK;
	/* The same bytes again in this batch: the store finds their place. */
	for (size_t i = 0; i < a->count; i++)
		if (a->batch[i].added && bytes_equal(a->batch[i].leaf, o->leaf))
			return ERR_OK;
	err = trust_admit(a->state, o->leaf, &terms, &o->refused);
	o->added = o->refused.code == ADMITTED;
	return err;
}

static enum exit_code
add_file(struct append *a, const char *path)
{
	struct held_file file;
	struct outcome *o = &a->batch[a->count];
	enum exit_code code = held_open(path, LEDGER_ENTRY_MAX, &file);

	if (code != EXIT_YES)
		return code;
	memset(o, 0, sizeof(*o));
	o->name = path;
	code = ledgering_leaf(&file, &a->batch_arena, &o->leaf);
	if (code == EXIT_YES) {
		o->file = arena_copy(&a->batch_arena, file.bytes);
		o->leaf = arena_copy(&a->batch_arena, o->leaf);
		enum err err = o->leaf.ptr != NULL && o->file.ptr != NULL
		    ? judge(a, o)
		    : ERR_MEMORY;

		if (err != ERR_OK)
			code = ledgering_say(a->l.name, err);
	}
	held_close(&file);
	if (code == EXIT_YES) {
		a->count++;
		a->bytes += o->leaf.len + 2;
	}
	return code;
}

static enum exit_code
add_all(struct append *a)
{
	enum exit_code code = add_file(a, a->options->argument[1]);

	for (size_t i = 0; i < a->options->rest_count && code == EXIT_YES;
	     i++) {
		if (a->count == APPEND_BATCH || a->bytes > APPEND_FULL_LEN)
			code = finish_batch(a);
		if (code == EXIT_YES)
			code = add_file(a, a->options->rest[i]);
	}
	/* What was admitted before a file that cannot be read is kept: it was
	   asked for, and the answer says so. */
	enum exit_code finished = finish_batch(a);

	return code == EXIT_YES ? finished : code;
}

static enum exit_code
open_state(struct append *a)
{
	/* What stands in it was verified when it came. */
	const struct ledgering_judging judging = { .trusted = true };
	enum exit_code code = EXIT_YES;

	if (a->l.policy->policy.owner_count == 0)
		return EXIT_YES;
	a->state = ledgering_state(&a->l, &judging, &code);
	return code;
}

static enum exit_code
answer_append(struct append *a, enum exit_code code)
{
	if (wants_json(a)) {
		json_end(&a->json);
		json_number(&a->json, "added", a->added);
		json_number(&a->json, "known", a->known);
		json_number(&a->json, "refused", a->refused);
		ledgering_json_head(&a->json, &a->l.head);
		json_end(&a->json);
	}
	if (code == EXIT_YES && a->refused > 0)
		code = EXIT_NO;
	return answering_close(&a->report, code);
}

/* Everything a command with the ledger's key needs. */
static enum exit_code
append_with(struct append *a)
{
	enum exit_code code = open_state(a);

	if (code != EXIT_YES)
		return code;
	a->batch_arena = arena_open(APPEND_BATCH_LEN);
	a->report = out_open(APPEND_REPORT_LEN);
	a->json = json_open(&a->report);
	if (wants_json(a)) {
		json_begin_object(&a->json, JSON_LINES);
		json_string(&a->json, "schema", "hallmark.ledger-append/1");
		json_key(&a->json, "files");
		json_begin_array(&a->json, JSON_LINES);
	}
	code = add_all(a);
	arena_close(&a->batch_arena);
	return answer_append(a, code);
}

static enum exit_code
append_open(struct append *a)
{
	struct ledgering_wants wants = {
		.folder = a->options->argument[0],
		.copy = a->options->value[APPEND_COPY],
		.signer = a->signer,
	};
	enum exit_code code = ledgering_open(&wants, &a->l);

	if (code == EXIT_YES) {
		code = append_with(a);
		ledgering_close(&a->l);
	}
	return code;
}

enum exit_code
ledger_append_run(const struct options *options)
{
	struct signing_wants key = { options->value[APPEND_KEY],
		options->value[APPEND_PASSPHRASE] };
	struct arena arena = arena_open(1 * MIB);
	struct append *a = arena_take(&arena, sizeof(*a));
	struct signing signing;
	enum exit_code code;

	if (a == NULL)
		return ledgering_say("ledger append", ERR_MEMORY);
	code = signing_open(&key, &signing);
	if (code == EXIT_YES) {
		a->options = options;
		a->signer = &signing.signer;
		code = append_open(a);
		signing_close(&signing);
	}
	arena_close(&arena);
	return code;
}
