/* SPDX-License-Identifier: ISC */
/* hallmark label suspend | reinstate | revoke | transfer | correct. */
#include "base/limits.h"
#include "cli/label_ledger.h"
#include "cli/labelling.h"
#include "cli/signing.h"
#include "statement/correction.h"
#include "statement/reasons.h"
#include "statement/status_change.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One table for all five; a word's usage has as many rows as it needs. */
enum {
	CHANGE_KEY,
	CHANGE_PASSPHRASE,
	CHANGE_LEDGER,
	CHANGE_INDEX,
	CHANGE_ISSUER,
	CHANGE_OUTPUT,
	CHANGE_REASON,
	CHANGE_TEXT,
	CHANGE_COUNT,
	CHANGE_TO = CHANGE_COUNT,
	TRANSFER_COUNT,
	/* correct */
	CORRECT_FIELD = CHANGE_TEXT,
	CORRECT_VALUE,
	CORRECT_COUNT
};

#define CHANGE_ROWS                                                            \
	[CHANGE_KEY] = SIGNING_ROW_KEY,                                        \
	[CHANGE_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,                          \
	[CHANGE_LEDGER] = { "ledger", 0, "DIR",                                \
		"look the label up in the ledger in DIR" },                    \
	[CHANGE_INDEX] = { "index", 0, "N",                                    \
		"its index in the ledger, when it does not say" },             \
	[CHANGE_ISSUER] = { "issuer", 0, "URI",                                \
		"who says so, as accredited (the label's issuer)" },           \
	[CHANGE_OUTPUT] = { "output", 'o', "FILE", "the statement" }

static const struct option_row change_rows[TRANSFER_COUNT] = {
	CHANGE_ROWS,
	[CHANGE_REASON] = { "reason", 0, "CODE",
	    "a word or number of data/reasons.tsv" },
	[CHANGE_TEXT] = { "text", 0, "TEXT", "a sentence for people" },
	[CHANGE_TO] = { "to", 0, "KEY",
	    "public key of the body that may take it over" },
};
static const struct option_row correct_rows[CORRECT_COUNT] = {
	CHANGE_ROWS,
	[CHANGE_REASON] = { "reason", 0, "TEXT", "why it was wrong" },
	[CORRECT_FIELD] = { "field", 0, "NAME", "what is wrong in it" },
	[CORRECT_VALUE] = { "value", 0, "TEXT", "what is right" },
};

const struct usage label_suspend_usage = {
	.command = "label suspend",
	.arguments = "LABEL|INDEX --reason CODE --key FILE -o FILE",
	.argument_count = 1,
	.help = "Signs a statement that a label does not hold for now.",
	.rows = change_rows,
	.row_count = CHANGE_COUNT,
};
const struct usage label_reinstate_usage = {
	.command = "label reinstate",
	.arguments = "LABEL|INDEX --reason CODE --key FILE -o FILE",
	.argument_count = 1,
	.help = "Signs a statement that a suspended label holds again.",
	.rows = change_rows,
	.row_count = CHANGE_COUNT,
};
const struct usage label_revoke_usage = {
	.command = "label revoke",
	.arguments = "LABEL|INDEX --reason CODE --key FILE -o FILE",
	.argument_count = 1,
	.help = "Signs a statement that a label holds no more, for ever.",
	.rows = change_rows,
	.row_count = CHANGE_COUNT,
};
const struct usage label_transfer_usage = {
	.command = "label transfer",
	.arguments = "LABEL|INDEX --to KEY --reason CODE --key FILE -o FILE",
	.argument_count = 1,
	.help = "Signs a statement that another body may label the release.",
	.rows = change_rows,
	.row_count = TRANSFER_COUNT,
};
const struct usage label_correct_usage = {
	.command = "label correct",
	.arguments = "LABEL|INDEX --field NAME --value TEXT --reason TEXT "
		     "--key FILE -o FILE",
	.argument_count = 1,
	.help = "Signs what is right where a statement has a clerical error.",
	.rows = correct_rows,
	.row_count = CORRECT_COUNT,
};

/* The statement that is spoken of. */
struct changing {
	const char *const *wants; /* by the rows above */
	struct arena arena;
	struct labelling label;
	struct label_ledger ledger;
	bool has_ledger;
	bool labels_only; /* else any statement */
	uint64_t index;
	struct statement_header header; /* of what is made */
};

/* ---- which label ---- */

/* What the ledger has at the index. */
static enum exit_code
read_entry(struct changing *c, struct statement *ret)
{
	struct fault fault;
	struct bytes entry;
	enum exit_code code =
	    label_ledger_entry(&c->ledger, c->index, &c->arena, &entry);

	if (code != EXIT_YES)
		return code;
	if (statement_read(entry, ret, &fault) != ERR_OK) {
		cli_say(c->ledger.name, "has no statement at that index");
		return EXIT_NO;
	}
	if (c->labels_only && ret->header.kind != STATEMENT_LABEL) {
		cli_say(c->ledger.name, "has no label at that index");
		return EXIT_NO;
	}
	return EXIT_YES;
}

/* A bare number: the entry at that index says the rest. */
static enum exit_code
find_by_index(struct changing *c)
{
	struct statement statement;

	if (!c->has_ledger) {
		cli_say("label",
		    "a bare index needs --ledger DIR; else give the label");
		return EXIT_USAGE;
	}
	enum exit_code code = read_entry(c, &statement);

	if (code != EXIT_YES)
		return code;
	c->header.iss = statement.header.iss;
	c->header.sub = statement.header.sub;
	return EXIT_YES;
}

/* The label's own word on its index, or a receipt's: there is nothing here to
   verify it with, and a wrong one would strike another label. */
static void
warn_unverified(const struct changing *c)
{
	char what[160];

	(void)snprintf(what, sizeof(what),
	    "index %" PRIu64 " is what %s; it was not verified (--ledger DIR "
	    "would)",
	    c->index,
	    c->label.has_statement ? "a receipt in it says"
				   : "the label says of itself");
	cli_say(c->label.name, what);
}

static enum exit_code
find_index(struct changing *c)
{
	const char *said = c->wants[CHANGE_INDEX];

	if (said != NULL) {
		if (bytes_to_u64(bytes_of(said), &c->index))
			return EXIT_YES;
		cli_say(said, "is no index");
		return EXIT_USAGE;
	}
	if (c->has_ledger && c->label.has_statement)
		return label_ledger_find(
		    &c->ledger, &c->label.statement, &c->arena, &c->index);
	labelling_place_by_receipt(&c->label, &c->arena);
	if (c->label.compact.logged) {
		c->index = c->label.compact.index;
		if (!c->has_ledger)
			warn_unverified(c);
		return EXIT_YES;
	}
	cli_say(c->label.name,
	    "does not say its index: give --ledger DIR or --index N");
	return EXIT_USAGE;
}

/* Whether the ledger has this very label at the index. */
static enum exit_code
check_place(struct changing *c)
{
	const struct compact *label = &c->label.compact;
	struct statement there;
	enum exit_code code = read_entry(c, &there);

	if (code != EXIT_YES)
		return code;
	if (!bytes_equal(there.payload, label->payload) ||
	    !bytes_equal(there.cose.signature, label->signature)) {
		cli_say(c->ledger.name, "has another label at that index");
		return EXIT_NO;
	}
	c->header.iss = there.header.iss;
	return EXIT_YES;
}

static enum exit_code
find_by_label(struct changing *c, const char *what)
{
	enum exit_code code = labelling_open(what, &c->label);

	if (code == EXIT_YES)
		code = labelling_read(&c->label, &c->arena);
	if (code == EXIT_YES)
		code = find_index(c);
	if (code == EXIT_YES && c->label.has_statement)
		c->header.iss = c->label.statement.header.iss;
	if (code == EXIT_YES && c->has_ledger)
		code = check_place(c);
	c->header.sub = bytes_of(c->label.sub);
	return code;
}

static enum exit_code
find(struct changing *c, const char *what)
{
	enum exit_code code = EXIT_YES;

	if (c->wants[CHANGE_LEDGER] != NULL) {
		code = label_ledger_open(c->wants[CHANGE_LEDGER], &c->ledger);
		c->has_ledger = code == EXIT_YES;
	}
	if (code == EXIT_YES)
		code = bytes_to_u64(bytes_of(what), &c->index)
		    ? find_by_index(c)
		    : find_by_label(c, what);
	if (code == EXIT_YES && c->wants[CHANGE_ISSUER] != NULL)
		c->header.iss = bytes_of(c->wants[CHANGE_ISSUER]);
	if (code == EXIT_YES && c->header.iss.len == 0) {
		cli_say("label",
		    "a compact label does not say who issued it: --issuer is "
		    "missing");
		return EXIT_USAGE;
	}
	return code;
}

/* ---- what is said of it ---- */

static enum exit_code
check_wants(const struct changing *c, const struct option_row *rows,
    const int *musts, size_t count)
{
	char what[64];

	for (size_t i = 0; i < count; i++) {
		if (c->wants[musts[i]] != NULL)
			continue;
		(void)snprintf(
		    what, sizeof(what), "--%s is missing", rows[musts[i]].name);
		cli_say("label", what);
		return EXIT_USAGE;
	}
	return EXIT_YES;
}

static enum exit_code
read_reason(const struct changing *c, enum status_action action, unsigned *ret)
{
	const char *said = c->wants[CHANGE_REASON];
	struct bytes word = bytes_of(said);
	struct reason_row row;
	uint64_t number = 0;

	if (bytes_to_u64(word, &number) && number <= STATUS_REASON_MAX)
		word.len = 0;
	enum err err =
	    reason_find(data_embedded(), word, (unsigned)number, &row);

	if (err != ERR_OK) {
		cli_say(said, "is no reason of data/reasons.tsv");
		return EXIT_USAGE;
	}
	if (!reason_suits(&row, action)) {
		char what[64];

		(void)snprintf(what, sizeof(what), "is no reason to %s a label",
		    status_action_text(action));
		cli_say(said, what);
		return EXIT_USAGE;
	}
	*ret = row.number;
	return EXIT_YES;
}

static enum exit_code
sign_and_deliver(struct changing *c, struct bytes payload)
{
	struct signing_wants wants = { c->wants[CHANGE_KEY],
		c->wants[CHANGE_PASSPHRASE] };
	struct signing signing;
	struct bytes made;
	enum exit_code code = labelling_now(NULL, &c->header.iat);

	if (code == EXIT_YES)
		code = signing_open(&wants, &signing);
	if (code != EXIT_YES)
		return code;
	code = labelling_sign(
	    &c->header, payload, &signing.signer, &c->arena, &made);
	signing_close(&signing);
	return code == EXIT_YES
	    ? answering_deliver(c->wants[CHANGE_OUTPUT], made)
	    : code;
}

static enum exit_code
say_field(const char *field)
{
	cli_say(field, "is empty, too long or not of its form");
	return EXIT_USAGE;
}

static enum exit_code
make_change(struct changing *c, enum status_action action)
{
	uint8_t payload[STATUS_CHANGE_LEN_MAX];
	uint8_t to[SHA256_LEN];
	struct cbor_writer w = cbor_writer_open(payload, sizeof(payload));
	struct status_change change = { .label = c->index, .action = action };
	struct public_key key;
	enum exit_code code = read_reason(c, action, &change.reason);

	if (code == EXIT_YES && action == STATUS_TRANSFER)
		code = signing_read_public(
		    &(struct signing_wants){ c->wants[CHANGE_TO], NULL }, &key);
	if (code != EXIT_YES)
		return code;
	if (action == STATUS_TRANSFER) {
		cose_key_thumbprint(&crypto_hooks_default, &key.key, to);
		change.to = to;
	}
	if (c->wants[CHANGE_TEXT] != NULL)
		change.text = bytes_of(c->wants[CHANGE_TEXT]);
	const char *field = status_change_check(&change);

	if (field != NULL)
		return say_field(field);
	status_change_put(&w, &change);
	c->header.kind = STATEMENT_STATUS;
	return sign_and_deliver(c, cbor_written(&w));
}

static enum exit_code
make_correction(struct changing *c)
{
	uint8_t payload[2 * KIB];
	struct cbor_writer w = cbor_writer_open(payload, sizeof(payload));
	struct correction correction = {
		.statement = c->index,
		.field = bytes_of(c->wants[CORRECT_FIELD]),
		.value = bytes_of(c->wants[CORRECT_VALUE]),
		.reason = bytes_of(c->wants[CHANGE_REASON]),
	};
	const char *field = correction_check(&correction);

	if (field != NULL)
		return say_field(field);
	correction_put(&w, &correction);
	c->header.kind = STATEMENT_CORRECTION;
	return sign_and_deliver(c, cbor_written(&w));
}

/* ---- the words ---- */

static void
end(struct changing *c)
{
	if (c->has_ledger)
		label_ledger_close(&c->ledger);
	labelling_close(&c->label);
	arena_close(&c->arena);
}

static enum exit_code
run_change(const struct options *options, enum status_action action)
{
	static const int musts[] = { CHANGE_KEY, CHANGE_OUTPUT, CHANGE_REASON,
		CHANGE_TO };
	struct changing c = {
		.wants = options->value,
		.arena = arena_open(LABELLING_ARENA_LEN),
		.label = { .file = HELD_NONE },
		.labels_only = true,
	};
	enum exit_code code = check_wants(
	    &c, change_rows, musts, action == STATUS_TRANSFER ? 4 : 3);

	if (code == EXIT_YES)
		code = find(&c, options->argument[0]);
	if (code == EXIT_YES)
		code = make_change(&c, action);
	end(&c);
	return code;
}

enum exit_code
label_suspend_run(const struct options *options)
{
	return run_change(options, STATUS_SUSPEND);
}

enum exit_code
label_reinstate_run(const struct options *options)
{
	return run_change(options, STATUS_REINSTATE);
}

enum exit_code
label_revoke_run(const struct options *options)
{
	return run_change(options, STATUS_REVOKE);
}

enum exit_code
label_transfer_run(const struct options *options)
{
	return run_change(options, STATUS_TRANSFER);
}

enum exit_code
label_correct_run(const struct options *options)
{
	static const int musts[] = { CHANGE_KEY, CHANGE_OUTPUT, CHANGE_REASON,
		CORRECT_FIELD, CORRECT_VALUE };
	struct changing c = {
		.wants = options->value,
		.arena = arena_open(LABELLING_ARENA_LEN),
		.label = { .file = HELD_NONE },
	};
	enum exit_code code = check_wants(&c, correct_rows, musts, 5);

	if (code == EXIT_YES)
		code = find(&c, options->argument[0]);
	if (code == EXIT_YES)
		code = make_correction(&c);
	end(&c);
	return code;
}
