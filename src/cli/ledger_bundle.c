/* SPDX-License-Identifier: ISC */
/* hallmark ledger bundle | status: what verifiers fetch once a day. */
#include "base/limits.h"
#include "base/out.h"
#include "cli/ledgering.h"
#include "cli/signing.h"
#include "label/bundle_make.h"

#include <string.h>

#define BUNDLE_DAYS 7
#define BUNDLE_DAYS_MAX 366
#define BUNDLE_DAY_SECS 86400

/* The first options are those of both. */
enum {
	BUNDLE_KEY,
	BUNDLE_PASSPHRASE,
	BUNDLE_OUTPUT,
	BUNDLE_DAYS_OPTION,
	BUNDLE_URI,
	BUNDLE_JSON,
	BUNDLE_COUNT,
	BUNDLE_LIST = BUNDLE_COUNT,
	STATUS_COUNT
};

#define BUNDLE_ROWS                                                            \
	[BUNDLE_KEY] = SIGNING_ROW_KEY,                                        \
	[BUNDLE_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,                          \
	[BUNDLE_OUTPUT] = { "output", 'o', "FILE",                             \
		"write to FILE, not to standard output" },                     \
	[BUNDLE_DAYS_OPTION] = { "days", 0, "N",                               \
		"good for so many days (7)" },                                 \
	[BUNDLE_URI] = { "uri", 0, "URI",                                      \
		"where the registry publishes (https:// and the origin)" },    \
	[BUNDLE_JSON] = { "json", 0, NULL,                                     \
		"print one JSON object about it; needs --output" }

static const struct option_row bundle_rows[BUNDLE_COUNT] = { BUNDLE_ROWS };
const struct usage ledger_bundle_usage = {
	.command = "ledger bundle",
	.arguments = "DIR",
	.argument_count = 1,
	.help = "Makes the bundle with which labels are verified offline.",
	.rows = bundle_rows,
	.row_count = BUNDLE_COUNT,
};

static const struct option_row status_rows[STATUS_COUNT] = {
	BUNDLE_ROWS,
	[BUNDLE_LIST] = { "list", 0, "N",
	    "the list of labels N << 20 and on (0)" },
};
const struct usage ledger_status_usage = {
	.command = "ledger status",
	.arguments = "DIR",
	.argument_count = 1,
	.help = "Makes one status list, as a registry serves it.",
	.rows = status_rows,
	.row_count = STATUS_COUNT,
};

struct bundling {
	const struct options *options;
	struct ledgering l;
	const struct signer *signer;
	uint8_t *room;
	struct out note;
	struct merkle_head head; /* of the note */
	struct trust_state *state;
	char uri[LEDGER_ORIGIN_MAX + 16];
	struct bundle_wish wish;
	struct bundle_source source;
	uint64_t list; /* which one, of status */
	struct out made;
};

static enum err
read_entry(void *context, uint64_t index, struct bytes *ret)
{
	struct bundling *b = context;

	return ledgering_entry(&b->l, index, b->room, ret);
}

static enum exit_code
make_wish(struct bundling *b)
{
	const char *days = b->options->value[BUNDLE_DAYS_OPTION];
	const char *uri = b->options->value[BUNDLE_URI];
	uint64_t count = BUNDLE_DAYS;
	enum exit_code code = EXIT_YES;

	if (days != NULL)
		code = ledgering_number(days, &count);
	if (code == EXIT_YES && (count == 0 || count > BUNDLE_DAYS_MAX)) {
		cli_say(days, "days must be from 1 to 366");
		code = EXIT_USAGE;
	}
	if (code != EXIT_YES)
		return code;
	if (uri == NULL) {
		memcpy(b->uri, "https://", 8);
		memcpy(b->uri + 8, b->l.origin.ptr, b->l.origin.len);
		uri = b->uri;
	}
	b->wish.uri = bytes_of(uri);
	b->wish.issued = (int64_t)ledgering_now();
	b->wish.expires = b->wish.issued + (int64_t)count * BUNDLE_DAY_SECS;
	return EXIT_YES;
}

/* The state as the checkpoint has it, which may be behind the newest head. */
static enum exit_code
replay(struct bundling *b)
{
	const struct policy *policy = &b->l.policy->policy;
	struct cose_key *owner =
	    arena_take_array(&b->l.arena, POLICY_OWNERS_MAX, sizeof(*owner));
	enum exit_code code = ledgering_checkpoint(&b->l, &b->note, &b->head);

	if (code != EXIT_YES)
		return code;
	b->room = arena_take(&b->l.arena, LEDGER_ENTRY_MAX);
	if (owner == NULL || b->room == NULL)
		return ledgering_say(b->l.name, ERR_MEMORY);
	for (size_t i = 0; i < policy->owner_count; i++)
		owner[i] = policy->owner[i].key;
	b->wish.checkpoint = out_bytes(&b->note);
	b->source = (struct bundle_source){ read_entry, b, b->l.nodes };
	enum err err = bundle_replay(&b->source, b->head.size, &b->l.arena,
	    &crypto_hooks_default, owner, policy->owner_count, &b->state);

	return err == ERR_OK ? EXIT_YES : ledgering_say(b->l.name, err);
}

/* What was made, for whoever runs this by a clock. */
static enum exit_code
answer(const struct bundling *b, bool status)
{
	struct out o = out_open(16 * KIB);
	struct json j = json_open(&o);
	struct bytes made = out_bytes(&b->made);
	uint8_t digest[SHA256_LEN];

	crypto_hooks_default.sha256(
	    crypto_hooks_default.context, &made, 1, digest);
	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema",
	    status ? "hallmark.ledger-status/1" : "hallmark.ledger-bundle/1");
	json_text(&j, "origin", b->l.origin);
	ledgering_json_head(&j, &b->head);
	if (status)
		json_number(&j, "list", b->list);
	json_text(&j, "uri", b->wish.uri);
	answering_put_time(&j, "issued", b->wish.issued);
	answering_put_time(&j, "expires", b->wish.expires);
	json_number(&j, "bytes", made.len);
	answering_put_hex(
	    &j, "sha256", (struct bytes){ digest, sizeof(digest) });
	json_end(&j);
	return answering_close(&o, EXIT_YES);
}

static enum exit_code
deliver(const struct bundling *b, bool status)
{
	enum exit_code code = answering_deliver(
	    b->options->value[BUNDLE_OUTPUT], out_bytes(&b->made));

	if (code == EXIT_YES && b->options->value[BUNDLE_JSON] != NULL)
		code = answer(b, status);
	return code;
}

static enum exit_code
make(struct bundling *b, bool status)
{
	enum exit_code code = make_wish(b);
	enum err err;

	if (code == EXIT_YES && status &&
	    b->options->value[BUNDLE_LIST] != NULL)
		code =
		    ledgering_number(b->options->value[BUNDLE_LIST], &b->list);
	if (code == EXIT_YES)
		code = replay(b);
	if (code != EXIT_YES)
		return code;
	if (status)
		err = bundle_make_status(&b->wish, b->list, b->state, b->signer,
		    &crypto_hooks_default, &b->l.arena, &b->made);
	else
		err = bundle_make(&b->wish, &b->source, b->state, b->signer,
		    &crypto_hooks_default, &b->l.arena, &b->made);
	if (err == ERR_OK)
		err = b->made.failed;
	if (err != ERR_OK)
		return ledgering_say(b->l.name, err);
	return deliver(b, status);
}

static enum exit_code
check_ledger(const struct bundling *b)
{
	const char *wrong = NULL;

	if (b->l.ledger == NULL)
		wrong = "is a copy: its own key makes bundles";
	else if (b->l.policy->policy.owner_count == 0)
		wrong = "is open: without an owner nobody has rights";
	else if (!cose_key_equal(&b->signer->key, ledger_key(b->l.ledger)))
		wrong = "is not this key's ledger";
	if (wrong == NULL)
		return EXIT_YES;
	cli_say(b->l.name, wrong);
	return EXIT_INPUT;
}

static enum exit_code
run(const struct options *options, bool status)
{
	struct signing_wants key = { options->value[BUNDLE_KEY],
		options->value[BUNDLE_PASSPHRASE] };
	struct ledgering_wants wants = { .folder = options->argument[0] };
	struct bundling b = { .options = options };
	const char *output = options->value[BUNDLE_OUTPUT];
	struct signing signing;
	enum exit_code code;

	if (options->value[BUNDLE_JSON] != NULL &&
	    (output == NULL || strcmp(output, "-") == 0)) {
		cli_say(status ? "ledger status" : "ledger bundle",
		    "--json goes with --output FILE");
		return EXIT_USAGE;
	}
	code = signing_open(&key, &signing);
	if (code != EXIT_YES)
		return code;
	b.signer = &signing.signer;
	code = ledgering_open(&wants, &b.l);
	if (code == EXIT_YES) {
		b.note = out_open(2 * NOTE_LEN_MAX);
		b.made = out_open(BUNDLE_LEN_MAX);
		code = check_ledger(&b);
		if (code == EXIT_YES)
			code = make(&b, status);
		out_close(&b.made);
		out_close(&b.note);
		ledgering_close(&b.l);
	}
	signing_close(&signing);
	return code;
}

enum exit_code
ledger_bundle_run(const struct options *options)
{
	return run(options, false);
}

enum exit_code
ledger_status_run(const struct options *options)
{
	return run(options, true);
}
