/* SPDX-License-Identifier: ISC */
/* hallmark ledger WORD: the table of its words, and init. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/ledgering.h"
#include "cli/signing.h"
#include "cli/words.h"
#include "crypto/vkey.h"
#include "system/folder.h"

enum {
	INIT_KEY,
	INIT_PASSPHRASE,
	INIT_ORIGIN,
	INIT_POLICY,
	INIT_OPEN,
	INIT_COPY,
	INIT_JSON,
	INIT_COUNT
};

static const struct option_row init_rows[INIT_COUNT] = {
	[INIT_KEY] = SIGNING_ROW_KEY,
	[INIT_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[INIT_ORIGIN] = { "origin", 0, "NAME",
	    "the ledger's name for ever, such as ledger.example/2026" },
	[INIT_POLICY] = { "policy", 0, "FILE",
	    "who may accredit, and which witnesses must cosign" },
	[INIT_OPEN] = { "open", 0, NULL, "take every entry, whoever made it" },
	[INIT_COPY] = LEDGERING_ROW_COPY,
	[INIT_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_init_usage = {
	.command = "ledger init",
	.arguments = "DIR",
	.argument_count = 1,
	.help = "Begins a ledger in a new folder.",
	.rows = init_rows,
	.row_count = INIT_COUNT,
};

struct init {
	const struct options *options;
	struct arena arena;
	const struct ledgering_policy *policy;
	struct signing signing;
	bool has_signing;
	struct folder folder;
	struct folder copy;
	uint8_t vkey_room[VKEY_TEXT_LEN];
	struct bytes vkey; /* the ledger's, as text */
};

/* Whom to admit must be said, one way or the other. */
static enum exit_code
init_read_policy(struct init *in)
{
	const char *path = in->options->value[INIT_POLICY];
	bool open = in->options->value[INIT_OPEN] != NULL;
	enum exit_code code = EXIT_YES;

	if (path == NULL && !open) {
		cli_say("ledger init",
		    "say --policy FILE (who may accredit) or --open");
		return EXIT_USAGE;
	}
	if (path != NULL)
		code = ledgering_read_policy(path, &in->arena, &in->policy);
	if (code != EXIT_YES || in->policy == NULL)
		return code;
	if (open != (in->policy->policy.owner_count == 0)) {
		cli_say(path,
		    open ? "names an owner: a ledger with one is not open"
			 : "names no owner who may accredit (--open takes "
			   "every entry)");
		return EXIT_USAGE;
	}
	return EXIT_YES;
}

/* Name and key as one text: checks both. */
static enum exit_code
init_write_vkey(struct init *in)
{
	size_t len;

	if (vkey_write(&crypto_hooks_default, VKEY_ED25519,
		bytes_of(in->options->value[INIT_ORIGIN]),
		&in->signing.signer.key, in->vkey_room, &len) == ERR_OK) {
		in->vkey = (struct bytes){ in->vkey_room, len };
		return EXIT_YES;
	}
	cli_say(in->options->value[INIT_ORIGIN],
	    "is no name for a ledger (no blanks, no plus), or its key is not "
	    "Ed25519");
	return EXIT_INPUT;
}

/* A policy that names logs must name this one, else nobody could verify. */
static enum exit_code
init_check_log(const struct init *in)
{
	struct bytes origin = bytes_of(in->options->value[INIT_ORIGIN]);
	const struct policy_log *log;

	if (in->policy == NULL || in->policy->policy.log_count == 0)
		return EXIT_YES;
	log =
	    policy_find_log(&in->policy->policy, &crypto_hooks_default, origin);
	if (log != NULL &&
	    cose_key_equal(&log->key.key, &in->signing.signer.key))
		return EXIT_YES;
	cli_say(in->options->value[INIT_POLICY],
	    "names logs, but not this one (origin and key)");
	return EXIT_INPUT;
}

/*
 * The policy that stays in the folder. It names this log in any case: whoever
 * verifies with it must be able to; and a ledger without a policy asks nobody.
 */
static enum exit_code
init_keep_policy(const struct init *in)
{
	struct ledgering kept = { .name = in->options->argument[0] };
	struct out o = out_open(2 * POLICY_LEN_MAX);
	enum exit_code code;

	if (in->policy == NULL || in->policy->policy.log_count == 0) {
		out_text(&o, "log ");
		out_put(&o, in->vkey);
		out_text(&o, "\n");
	}
	if (in->policy != NULL)
		out_put(&o, in->policy->text);
	else
		out_text(&o, "quorum none\n");
	code = o.failed == ERR_OK
	    ? ledgering_keep(&kept, LEDGERING_POLICY, out_bytes(&o))
	    : ledgering_say(kept.name, o.failed);
	out_close(&o);
	return code;
}

/* The file is made by opening the ledger to write. */
static enum exit_code
init_begin_copy(const struct init *in, struct ledger_world *world)
{
	struct ledgering kept = { .name = in->options->argument[0] };
	struct ledger *ledger;
	struct ledger_why told;

	if (in->options->value[INIT_COPY] == NULL)
		return EXIT_YES;
	world->copy = &in->copy;
	enum err err = ledger_open(world, &ledger, &told);

	if (err != ERR_OK) {
		cli_say(kept.name, told.text);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	ledger_close(ledger);
	return ledgering_keep_copy(&kept, in->options->value[INIT_COPY]);
}

static enum exit_code
init_make(struct init *in)
{
	const char *path = in->options->argument[0];
	struct ledger_world world = {
		.files = &in->folder,
		.hooks = &crypto_hooks_default,
		.signer = &in->signing.signer,
	};
	struct ledger_why told;
	const char *why;
	enum err err = folder_open(path, true, &in->folder, &why);

	if (err != ERR_OK) {
		cli_say(path, why);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	err = ledger_create(&world, bytes_of(in->options->value[INIT_ORIGIN]),
	    0, ledgering_now_usecs(), &told);
	if (err != ERR_OK) {
		cli_say(path, told.text);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	enum exit_code code = init_keep_policy(in);

	return code == EXIT_YES ? init_begin_copy(in, &world) : code;
}

/* What others put into their policies. */
static enum exit_code
init_answer(const struct init *in)
{
	struct bytes origin = bytes_of(in->options->value[INIT_ORIGIN]);
	struct out o = out_open(16 * KIB);

	if (in->options->value[INIT_JSON] != NULL) {
		struct json j = json_open(&o);

		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.ledger-init/1");
		json_text(&j, "origin", origin);
		json_text(&j, "vkey", in->vkey);
		json_bool(&j, "open", in->options->value[INIT_OPEN] != NULL);
		json_end(&j);
	} else {
		out_text(&o, "log ");
		text_put_terminal(&o, in->vkey);
		out_text(&o, "\n");
	}
	return answering_close(&o, EXIT_YES);
}

enum exit_code
ledger_init_run(const struct options *options)
{
	struct init in = {
		.options = options,
		.arena = arena_open(1 * MIB),
	};
	struct signing_wants wants = { options->value[INIT_KEY],
		options->value[INIT_PASSPHRASE] };
	enum exit_code code = EXIT_USAGE;

	if (options->value[INIT_ORIGIN] == NULL)
		cli_say("ledger init", "say --origin NAME");
	else
		code = init_read_policy(&in);
	if (code == EXIT_YES) {
		code = signing_open(&wants, &in.signing);
		in.has_signing = code == EXIT_YES;
	}
	if (code == EXIT_YES)
		code = init_write_vkey(&in);
	if (code == EXIT_YES)
		code = init_check_log(&in);
	if (code == EXIT_YES && options->value[INIT_COPY] != NULL)
		code = ledgering_new_copy(options->value[INIT_COPY], &in.copy);
	if (code == EXIT_YES)
		code = init_make(&in);
	if (code == EXIT_YES)
		code = init_answer(&in);
	folder_close(&in.copy);
	folder_close(&in.folder);
	if (in.has_signing)
		signing_close(&in.signing);
	arena_close(&in.arena);
	return code;
}

/* ---- the table ---- */

static const struct word words[] = {
	{ "init", &ledger_init_usage, ledger_init_run },
	{ "append", &ledger_append_usage, ledger_append_run },
	{ "fill", &ledger_fill_usage, ledger_fill_run },
	{ "list", &ledger_list_usage, ledger_list_run },
	{ "show", &ledger_show_usage, ledger_show_run },
	{ "prove", &ledger_prove_usage, ledger_prove_run },
	{ "verify", &ledger_verify_usage, ledger_verify_run },
	{ "audit", &ledger_audit_usage, ledger_audit_run },
	{ "witness", &ledger_witness_usage, ledger_witness_run },
	{ "mirror", &ledger_mirror_usage, ledger_mirror_run },
	{ "export", &ledger_export_usage, ledger_export_run },
	{ "bundle", &ledger_bundle_usage, ledger_bundle_run },
	{ "status", &ledger_status_usage, ledger_status_run },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

enum exit_code
ledger_run(int argc, char *argv[])
{
	return words_run(words, WORDS,
	    "say init, append, fill, list, show, prove, verify, audit, witness, "
	    "mirror, export, bundle or status (--help tells more)",
	    argc, argv);
}
