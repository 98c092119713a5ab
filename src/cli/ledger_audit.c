/* SPDX-License-Identifier: ISC */
/* hallmark ledger audit: all of a ledger again, and what should not be in it. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/ledgering.h"
#include "cli/progress.h"
#include "ledger/checkpoint.h"

#include <stdio.h>

#define AUDIT_REPORT_LEN (64 * MIB)

enum {
	AUDIT_POLICY,
	AUDIT_JSON,
	AUDIT_COUNT
};

static const struct option_row audit_rows[AUDIT_COUNT] = {
	[AUDIT_POLICY] = { "policy", 0, "FILE",
	    "trust these, not whom the ledger itself names" },
	[AUDIT_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_audit_usage = {
	.command = "ledger audit",
	.arguments = "DIR",
	.argument_count = 1,
	.help = "Hashes a ledger (or a copy) anew and looks for statements "
		"without right.",
	.rows = audit_rows,
	.row_count = AUDIT_COUNT,
};

struct audit {
	const struct options *options;
	struct ledgering l;
	bool sound; /* hashes, heads and signatures */
	struct ledger_why why;
	struct ledger_audit done;
	bool judged; /* the policy names owners */
	uint64_t violations;
	struct out list; /* of violations, as the answer will show them */
	struct json json;
	struct progress progress;
};

/* ---- the tree ---- */

static void
unsound(struct audit *a, const char *why)
{
	a->sound = false;
	(void)snprintf(a->why.text, sizeof(a->why.text), "%s", why);
}

/* A copy: each entry against its leaf, the leaves against the root. */
static enum err
audit_static(struct audit *a)
{
	struct ledgering *l = &a->l;
	uint8_t *room = arena_take(&l->arena, LEDGER_ENTRY_MAX);
	struct merkle_frontier *f = arena_take(&l->arena, sizeof(*f));
	struct merkle_hash *node =
	    arena_take_array(&l->arena, MERKLE_LEVELS, sizeof(*node));

	if (room == NULL || f == NULL || node == NULL)
		return ERR_MEMORY;
	for (uint64_t i = 0; i < l->head.size; i++) {
		struct merkle_hash shown;
		struct merkle_hash leaf;
		struct bytes entry;
		enum err err = ledgering_entry(l, i, room, &entry);

		if (err == ERR_OK)
			err = l->nodes.read(l->nodes.context, 0, i, &shown);
		if (err != ERR_OK)
			return err;
		leaf = merkle_leaf(&crypto_hooks_default, entry);
		if (!merkle_equal(&leaf, &shown))
			return ERR_CHECKSUM;
		(void)merkle_frontier_append(
		    &crypto_hooks_default, f, &leaf, node); /* no use of them */
		a->done.entries++;
		progress_count(&a->progress, i, "entries read");
	}
	struct merkle_hash root =
	    merkle_frontier_root(&crypto_hooks_default, f);

	a->done.heads = 1;
	return merkle_equal(&root, &l->head.root) ? ERR_OK : ERR_CHECKSUM;
}

static enum exit_code
audit_copy(struct audit *a)
{
	struct checkpoint checkpoint;
	struct policy_verdict verdict;
	struct fault fault;
	enum err err =
	    policy_verify(&a->l.policy->policy, &crypto_hooks_default,
		out_bytes(&a->l.checkpoint), &checkpoint, &verdict, &fault);

	if (err == ERR_OK)
		err = audit_static(a);
	else
		unsound(
		    a, "its checkpoint lacks a log's signature, or the quorum");
	if (err == ERR_SYSTEM || err == ERR_MEMORY)
		return ledgering_say(a->l.name, err);
	if (err != ERR_OK && a->sound)
		unsound(a,
		    err == ERR_END ? "a file is missing"
				   : "an entry is not what was signed");
	return EXIT_YES;
}

/* The head that witnesses cosigned is one of ours. */
static enum exit_code
audit_cosigned(struct audit *a)
{
	struct out note = out_open(2 * NOTE_LEN_MAX);
	struct merkle_head head;
	struct merkle_hash root;
	enum exit_code code = EXIT_YES;

	if (a->l.policy->policy.quorum != POLICY_QUORUM_NONE &&
	    ledgering_kept(&a->l, LEDGERING_COSIGNED, &note) == ERR_OK) {
		note.len = 0;
		code = ledgering_checkpoint(&a->l, &note, &head);
		if (code != EXIT_YES || head.size > a->l.head.size ||
		    merkle_hash_of(&crypto_hooks_default, &a->l.nodes, 0,
			head.size, &root) != ERR_OK ||
		    !merkle_equal(&root, &head.root))
			unsound(a, "the cosigned head is not of this tree");
		code = EXIT_YES;
	}
	out_close(&note);
	return code;
}

static bool
show_progress(void *context, uint64_t done, uint64_t of)
{
	struct audit *a = context;

	(void)of; /* known when it was opened */
	progress_count(&a->progress, done, "entries read");
	return true;
}

static enum exit_code
audit_tree(struct audit *a)
{
	a->sound = true;
	if (a->l.ledger == NULL)
		return audit_copy(a);
	enum err err =
	    ledger_audit(a->l.ledger, show_progress, a, &a->done, &a->why);

	if (err == ERR_CHECKSUM) {
		a->sound = false;
		return EXIT_YES;
	}
	if (err != ERR_OK)
		return ledgering_say(a->l.name, err);
	return audit_cosigned(a);
}

/* ---- the statements ---- */

static void
put_violation(struct audit *a, uint64_t index, const struct admission *said)
{
	if (a->options->value[AUDIT_JSON] != NULL) {
		json_begin_object(&a->json, JSON_INLINE);
		json_number(&a->json, "index", index);
		ledgering_json_refusal(&a->json, said);
		json_end(&a->json);
	} else {
		out_decimal(&a->list, index);
		out_text(&a->list, ": ");
		ledgering_put_refusal(&a->list, said);
		out_text(&a->list, "\n");
	}
	a->violations++;
}

static void
take_entry(void *context, uint64_t index, const struct admission *said)
{
	struct audit *a = context;

	if (said->code != ADMITTED)
		put_violation(a, index, said);
	progress_count(&a->progress, index, "entries judged");
}

/* As a monitor sees it: every signature, every right, at its place. */
static enum exit_code
audit_statements(struct audit *a)
{
	const struct ledgering_judging judging = { .told = take_entry,
		.context = a };
	enum exit_code code = EXIT_YES;

	a->judged = a->l.policy->policy.owner_count > 0;
	if (a->judged)
		(void)ledgering_state(
		    &a->l, &judging, &code); /* only what it told is of use */
	return code;
}

/* ---- the answer ---- */

static void
put_summary(struct audit *a, struct out *o)
{
	text_put_terminal(o, bytes_of(a->l.name));
	out_text(o, ": ");
	out_decimal(o, a->done.entries);
	out_text(o, " entries, ");
	out_decimal(o, a->done.heads);
	out_text(o, " heads, all sound; ");
	if (a->judged) {
		out_decimal(o, a->violations);
		out_text(o, " statements without right\n");
	} else {
		out_text(o, "whose right it was nobody says (no owner)\n");
	}
}

static enum exit_code
answer(struct audit *a)
{
	bool json = a->options->value[AUDIT_JSON] != NULL;
	enum exit_code code =
	    a->sound && a->violations == 0 ? EXIT_YES : EXIT_NO;

	if (json) {
		json_end(&a->json);
		json_end(&a->json);
	} else if (a->sound) {
		put_summary(a, &a->list);
	} else {
		text_put_terminal(&a->list, bytes_of(a->l.name));
		out_text(&a->list, ": not sound: ");
		text_put_terminal(&a->list, bytes_of(a->why.text));
		out_text(&a->list, "\n");
	}
	return answering_close(&a->list, code);
}

static void
begin_answer(struct audit *a)
{
	struct json *j = &a->json;

	if (a->options->value[AUDIT_JSON] == NULL)
		return;
	json_begin_object(j, JSON_LINES);
	json_string(j, "schema", "hallmark.ledger-audit/1");
	json_text(j, "origin", a->l.origin);
	ledgering_json_head(j, &a->l.head);
	json_number(j, "entries", a->done.entries);
	json_number(j, "heads", a->done.heads);
	json_bool(j, "sound", a->sound);
	if (!a->sound)
		json_string(j, "why", a->why.text);
	json_bool(j, "judged", a->sound && a->l.policy->policy.owner_count > 0);
	json_key(j, "violations");
	json_begin_array(j, JSON_LINES);
}

enum exit_code
ledger_audit_run(const struct options *options)
{
	struct ledgering_wants wants = {
		.folder = options->argument[0],
		.policy = options->value[AUDIT_POLICY],
	};
	struct audit a = { .options = options };
	enum exit_code code = ledgering_open(&wants, &a.l);

	if (code != EXIT_YES)
		return code;
	a.progress = progress_open(a.l.head.size);
	a.list = out_open(AUDIT_REPORT_LEN);
	a.json = json_open(&a.list);
	if (a.l.policy == NULL) {
		cli_say(a.l.name, "is a copy: say whom to trust (--policy)");
		code = EXIT_USAGE;
	} else {
		code = audit_tree(&a);
	}
	if (code == EXIT_YES) {
		begin_answer(&a);
		/* What is damaged says nothing about rights. */
		if (a.sound)
			code = audit_statements(&a);
	}
	progress_close(&a.progress);
	if (code == EXIT_YES)
		code = answer(&a);
	else
		out_close(&a.list);
	ledgering_close(&a.l);
	return code;
}
