/* SPDX-License-Identifier: ISC */
/* hallmark trust add: signs an accreditation or a recognition. */
#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/held_file.h"
#include "cli/ledgering.h"
#include "cli/signing.h"
#include "cli/trusting.h"
#include "statement/accreditation.h"
#include "statement/label_claims.h"
#include "statement/statement.h"

#include <stdio.h>

/* The longest payload of these two kinds, scopes included. */
#define ADD_SCOPES_LEN ((size_t)4096)
#define ADD_PAYLOAD_LEN ((size_t)6144)
#define ADD_ROOM_LEN (ADD_PAYLOAD_LEN + STATEMENT_PROTECTED_MAX + 256)
#define ADD_FILE_LEN (16 * KIB)

enum {
	ADD_KEY,
	ADD_PASSPHRASE,
	ADD_ISSUER,
	ADD_OUTPUT,
	ADD_BODY,
	ADD_NAME,
	ADD_URI,
	ADD_SCOPE,
	ADD_FROM,
	ADD_UNTIL,
	ADD_RESTRICT,
	ADD_WITHDRAW,
	ADD_SUSPEND_LABELS,
	ADD_RECOGNITION,
	ADD_COUNT
};

static const struct option_row add_rows[ADD_COUNT] = {
	[ADD_KEY] = SIGNING_ROW_KEY,
	[ADD_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[ADD_ISSUER] = { "issuer", 0, "URI", "who says so: the owner" },
	[ADD_OUTPUT] = { "output", 'o', "FILE", "the statement" },
	[ADD_BODY] = { "body", 0, "KEY", "the body's public key" },
	[ADD_NAME] = { "name", 0, "TEXT", "the body's name for people" },
	[ADD_URI] = { "uri", 0, "URI",
	    "the body's own name: issuer of its labels" },
	[ADD_SCOPE] = { "scope", 0, "LIST",
	    "SCHEME:LEVEL[:CATEGORY[+CATEGORY]...], ',' between; or none" },
	[ADD_FROM] = { "from", 0, "DATE", "since when (default: now)" },
	[ADD_UNTIL] = { "until", 0, "DATE",
	    "until when (default: open); labels live on" },
	[ADD_RESTRICT] = { "restrict", 0, NULL,
	    "only what --scope says remains" },
	[ADD_WITHDRAW] = { "withdraw", 0, NULL, "nothing remains" },
	[ADD_SUSPEND_LABELS] = { "suspend-labels", 0, NULL,
	    "suspend the labels that are then outside" },
	[ADD_RECOGNITION] = { "recognition", 0, "FILE",
	    "recognise another domain's labels instead" },
};
const struct usage trust_add_usage = {
	.command = "trust add",
	.arguments = "--issuer URI --key FILE -o FILE (--body KEY ... | "
		     "--recognition FILE)",
	.argument_count = 0,
	.help = "Signs who may label what, for a ledger to take.",
	.rows = add_rows,
	.row_count = ADD_COUNT,
};

struct adding {
	const struct options *options;
	int64_t now;
	struct public_key body;
	struct accreditation accreditation;
	uint8_t scopes[ADD_SCOPES_LEN];
	struct held_file file; /* of the recognition */
	struct recognition recognition;
	char sub[STATEMENT_SUB_MAX + 1];
	uint8_t payload[ADD_PAYLOAD_LEN];
	uint8_t room[ADD_ROOM_LEN];
};

static const char *
wish(const struct adding *a, size_t row)
{
	return a->options->value[row];
}

static struct bytes
wish_bytes(const struct adding *a, size_t row)
{
	return wish(a, row) != NULL ? bytes_of(wish(a, row))
				    : (struct bytes){ NULL, 0 };
}

static enum exit_code
say_usage(const char *what)
{
	cli_say("trust add", what);
	return EXIT_USAGE;
}

/* A date of the command line. */
static enum exit_code
read_date(const struct adding *a, size_t row, int64_t fallback, int64_t *ret)
{
	*ret = fallback;
	if (wish(a, row) == NULL || date_read(wish_bytes(a, row), ret))
		return EXIT_YES;
	cli_say(wish(a, row), "is no date such as 2031-02-28");
	return EXIT_USAGE;
}

/* SCHEME:LEVEL[:CATEGORY+...] as one element; false when it is none. */
static bool
put_scope(struct cbor_writer *w, struct bytes text)
{
	struct bytes categories[ACCREDITATION_CATEGORIES];
	struct bytes scheme;
	struct bytes level;
	size_t count = 0;
	unsigned number;

	if (!bytes_next_field(&text, ':', &scheme) ||
	    !bytes_next_field(&text, ':', &level) ||
	    !trusting_read_level(scheme, level, &number))
		return false;
	while (text.len > 0) {
		if (count == ACCREDITATION_CATEGORIES ||
		    !bytes_next_field(&text, '+', &categories[count]))
			return false;
		count++;
	}
	accreditation_put_scope(w, scheme, number, categories, count);
	return true;
}

static enum exit_code
read_scopes(struct adding *a)
{
	struct cbor_writer w = cbor_writer_open(a->scopes, sizeof(a->scopes));
	bool none = bytes_equal_text(wish_bytes(a, ADD_SCOPE), "none");
	struct bytes list =
	    none ? (struct bytes){ NULL, 0 } : wish_bytes(a, ADD_SCOPE);
	struct bytes rest = list;
	struct bytes each;
	size_t count = 0;

	while (bytes_next_field(&rest, ',', &each))
		count++;
	cbor_put_array(&w, count);
	while (bytes_next_field(&list, ',', &each))
		if (!put_scope(&w, each)) {
			cli_say(wish(a, ADD_SCOPE),
			    "is no list of SCHEME:LEVEL, or names a level that "
			    "the scheme does not have");
			return EXIT_USAGE;
		}
	a->accreditation.scopes = cbor_written(&w);
	return w.failed ? say_usage("--scope is too long") : EXIT_YES;
}

static enum exit_code
choose_action(struct adding *a)
{
	bool restricts = wish(a, ADD_RESTRICT) != NULL;
	bool withdraws = wish(a, ADD_WITHDRAW) != NULL;
	bool scope = wish(a, ADD_SCOPE) != NULL;

	if (restricts && withdraws)
		return say_usage("say --restrict or --withdraw");
	if (withdraws && scope)
		return say_usage("--withdraw leaves no --scope");
	if (!withdraws && !scope)
		return say_usage("say --scope SCHEME:LEVEL");
	a->accreditation.action = withdraws ? WITHDRAW
	    : restricts			    ? RESTRICT
					    : ACCREDIT;
	return EXIT_YES;
}

static enum exit_code
read_body(struct adding *a)
{
	struct signing_wants wants = { .key = wish(a, ADD_BODY) };
	struct accreditation *to = &a->accreditation;
	enum exit_code code = choose_action(a);
	const char *wrong;
	char what[96];

	if (code == EXIT_YES)
		code = read_scopes(a);
	if (code == EXIT_YES)
		code = read_date(a, ADD_FROM, a->now, &to->from);
	if (code == EXIT_YES)
		code = read_date(a, ADD_UNTIL, 0, &to->until);
	if (code == EXIT_YES)
		code = signing_read_public(&wants, &a->body);
	if (code != EXIT_YES)
		return code;
	to->key = a->body.key;
	to->name = wish_bytes(a, ADD_NAME);
	to->iss = wish_bytes(a, ADD_URI);
	to->suspend_labels = wish(a, ADD_SUSPEND_LABELS) != NULL;
	wrong = accreditation_check(to);
	if (wrong == NULL)
		return EXIT_YES;
	if (to->until != 0 && to->until <= to->from)
		return say_usage("--until is not later than --from (or now)");
	(void)snprintf(what, sizeof(what),
	    "the accreditation's %s is missing, or out of its range", wrong);
	return say_usage(what);
}

static enum exit_code
read_recognition(struct adding *a)
{
	enum exit_code code =
	    held_open(wish(a, ADD_RECOGNITION), ADD_FILE_LEN, &a->file);

	if (code == EXIT_YES)
		code = trusting_read_recognition(
		    wish(a, ADD_RECOGNITION), a->file.bytes, &a->recognition);
	if (code == EXIT_YES)
		(void)snprintf(a->sub, sizeof(a->sub), "recognition/%.*s",
		    (int)a->recognition.our_scheme.len,
		    (const char *)a->recognition.our_scheme.ptr);
	return code;
}

/* Signs and writes the file. */
static enum exit_code
make(struct adding *a, const struct signer *signer)
{
	bool body = wish(a, ADD_BODY) != NULL;
	struct cbor_writer w = cbor_writer_open(a->payload, sizeof(a->payload));
	struct statement_header header = {
		.kind = body ? STATEMENT_ACCREDITATION : STATEMENT_RECOGNITION,
		.iss = wish_bytes(a, ADD_ISSUER),
		.sub = body ? a->accreditation.iss : bytes_of(a->sub),
		.iat = a->now,
	};
	struct bytes made;
	const char *field = NULL;
	enum err err;

	if (body)
		accreditation_put(&w, &a->accreditation);
	else
		recognition_put(&w, &a->recognition);
	err = statement_make(&header, cbor_written(&w), signer,
	    &crypto_hooks_default, a->room, sizeof(a->room), &made, &field);
	if (err == ERR_OK)
		return answering_deliver(wish(a, ADD_OUTPUT), made);
	if (err != ERR_MALFORMED)
		return ledgering_say("trust add", err);
	cli_say(field, "is out of its range");
	return EXIT_USAGE;
}

static enum exit_code
check_options(const struct adding *a)
{
	if (wish(a, ADD_OUTPUT) == NULL)
		return say_usage("say -o FILE");
	if (wish(a, ADD_ISSUER) == NULL)
		return say_usage("say --issuer URI");
	if ((wish(a, ADD_BODY) == NULL) == (wish(a, ADD_RECOGNITION) == NULL))
		return say_usage("say --body KEY or --recognition FILE");
	return EXIT_YES;
}

static enum exit_code
add(struct adding *a)
{
	struct signing_wants wants = { wish(a, ADD_KEY),
		wish(a, ADD_PASSPHRASE) };
	struct signing signing;
	enum exit_code code = check_options(a);

	if (code == EXIT_YES)
		code = wish(a, ADD_BODY) != NULL ? read_body(a)
						 : read_recognition(a);
	/* The key is opened last, when nothing foreign is read any more. */
	if (code == EXIT_YES)
		code = signing_open(&wants, &signing);
	if (code != EXIT_YES)
		return code;
	code = make(a, &signing.signer);
	signing_close(&signing);
	return code;
}

enum exit_code
trust_add_run(const struct options *options)
{
	struct arena arena = arena_open(sizeof(struct adding) + KIB);
	struct adding *a = arena_take(&arena, sizeof(*a));
	enum exit_code code;

	if (a == NULL)
		return ledgering_say("trust add", ERR_MEMORY);
	*a = (struct adding){ .options = options,
		.now = (int64_t)ledgering_now(),
		.file = HELD_NONE };
	code = add(a);
	held_close(&a->file);
	arena_close(&arena);
	return code;
}
