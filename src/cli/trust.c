/* SPDX-License-Identifier: ISC */
/* hallmark trust list | show: who may label what, and since when. */
#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/held_file.h"
#include "cli/ledgering.h"
#include "cli/trusting.h"
#include "cli/words.h"
#include "label/bundle.h"
#include "statement/accreditation.h"
#include "trust/state.h"

#include <string.h>
#include <sys/stat.h>

#define TRUST_REPORT_LEN (64 * MIB)
#define TRUST_ARENA_LEN (256 * MIB)

enum {
	LIST_AT,
	LIST_POLICY,
	LIST_JSON,
	LIST_COUNT
};

static const struct option_row list_rows[LIST_COUNT] = {
	[LIST_AT] = { "at", 0, "INDEX",
	    "as it was before that entry (default: now)" },
	[LIST_POLICY] = { "policy", 0, "FILE",
	    "whom to trust: needed for a bundle" },
	[LIST_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage trust_list_usage = {
	.command = "trust list",
	.arguments = "DIR|BUNDLE",
	.argument_count = 1,
	.help = "Lists the accredited bodies and the recognitions of a ledger "
		"or a bundle.",
	.rows = list_rows,
	.row_count = LIST_COUNT,
};
const struct usage trust_show_usage = {
	.command = "trust show",
	.arguments = "DIR|BUNDLE BODY",
	.argument_count = 2,
	.help = "Shows all that the owner said of a body: its URI, or the "
		"beginning of its key's thumbprint.",
	.rows = list_rows,
	.row_count = LIST_COUNT,
};

/* Where the trust list comes from: a ledger or a bundle. */
struct source {
	const struct options *options;
	bool is_bundle;
	bool is_open; /* the ledger */
	struct ledgering ledger;
	struct arena arena; /* the bundle's */
	struct held_file file;
	struct trust_list list;
	struct trust_recognitions recognitions;
	const struct trust_state *state; /* NULL: a bundle */
	uint64_t at;			 /* entries before it count */
};

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum exit_code
open_ledger(struct source *s)
{
	struct ledgering_wants wants = {
		.folder = s->options->argument[0],
		.policy = s->options->value[LIST_POLICY],
	};
	enum exit_code code = ledgering_open(&wants, &s->ledger);

	if (code != EXIT_YES)
		return code;
	s->is_open = true;
	if (s->ledger.policy == NULL ||
	    s->ledger.policy->policy.owner_count == 0) {
		cli_say(wants.folder,
		    "no owner of a scheme is known: say --policy FILE");
		return EXIT_INPUT;
	}
	/* Our own ledger has verified what it admitted. */
	const struct ledgering_judging judging = {
		.trusted = s->ledger.ledger != NULL,
	};

	s->state = ledgering_state(&s->ledger, &judging, &code);
	if (s->state == NULL)
		return code;
	s->list = trust_records(s->state);
	s->recognitions = trust_recognitions(s->state);
	return EXIT_YES;
}

static enum err
verify_bundle(
    struct source *s, const struct policy *policy, struct fault *ret_fault)
{
	const struct bundle *bundle = NULL;
	void *memory;
	size_t need = 0;
	enum err err = bundle_memory_needed(s->file.bytes, &need, ret_fault);

	if (err != ERR_OK)
		return err;
	memory = arena_take(&s->arena, need);
	if (memory == NULL)
		return ERR_MEMORY;
	err = bundle_open(s->file.bytes, policy, &crypto_hooks_default, memory,
	    need, &bundle, ret_fault);
	if (err == ERR_OK)
		s->list = bundle->trust;
	return err;
}

static enum exit_code
open_bundle(struct source *s)
{
	const char *path = s->options->argument[0];
	const char *policy_path = s->options->value[LIST_POLICY];
	const struct ledgering_policy *policy = NULL;
	struct fault fault = { 0 };
	enum exit_code code;
	enum err err;

	if (policy_path == NULL) {
		cli_say("trust", "say --policy FILE: whom to trust");
		return EXIT_USAGE;
	}
	code = ledgering_read_policy(policy_path, &s->arena, &policy);
	if (code == EXIT_YES)
		code = held_open(path, BUNDLE_LEN_MAX, &s->file);
	if (code != EXIT_YES)
		return code;
	err = verify_bundle(s, &policy->policy, &fault);
	if (err == ERR_OK)
		return EXIT_YES;
	return fault.field != NULL ? ledgering_say_fault(path, &fault)
				   : ledgering_say(path, err);
}

static enum exit_code
open_source(struct source *s)
{
	const char *at = s->options->value[LIST_AT];
	enum exit_code code = EXIT_YES;

	s->at = UINT64_MAX;
	if (at != NULL)
		code = ledgering_number(at, &s->at);
	if (code != EXIT_YES)
		return code;
	s->is_bundle = !is_folder(s->options->argument[0]);
	return s->is_bundle ? open_bundle(s) : open_ledger(s);
}

static void
close_source(struct source *s)
{
	if (s->is_open)
		ledgering_close(&s->ledger);
	held_close(&s->file);
	arena_close(&s->arena);
}

static bool
wants_json(const struct source *s)
{
	return s->options->value[LIST_JSON] != NULL;
}

/* How many labels of a body have each status. */
struct tally {
	uint64_t count[TRUST_SUPERSEDED + 1];
};

static struct tally
count_labels(const struct source *s, const uint8_t *body)
{
	struct tally tally = { { 0 } };
	const struct trust_label *label;
	size_t at = 0;

	while ((label = trust_next_label(s->state, &at)) != NULL) {
		if (label->index >= s->at ||
		    memcmp(trust_body_id(s->state, label->body), body,
			SHA256_LEN) != 0)
			continue;
		tally.count[trust_label_status(s->state, label)]++;
	}
	return tally;
}

/* ---- as JSON ---- */

static void
put_json_scopes(struct json *j, struct bytes scopes)
{
	struct accreditation_walk walk = accreditation_scopes(scopes);
	struct accreditation_scope scope;

	json_key(j, "scopes");
	json_begin_array(j, JSON_INLINE);
	while (accreditation_next(&walk, &scope)) {
		struct accreditation_walk each =
		    accreditation_categories(&scope);
		struct bytes category;

		json_begin_object(j, JSON_INLINE);
		json_text(j, "scheme", scope.scheme);
		json_number(j, "level", scope.level);
		json_key(j, "categories");
		json_begin_array(j, JSON_INLINE);
		while (accreditation_next_category(&each, &category))
			json_put_text(j, category);
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void
put_json_record(struct json *j, const struct trust_record *r)
{
	json_begin_object(j, JSON_INLINE);
	json_number(j, "index", r->index);
	json_string(j, "action", accreditation_action_text(r->what.action));
	answering_put_hex(j, "key", (struct bytes){ r->body, sizeof(r->body) });
	json_text(j, "name", r->what.name);
	json_text(j, "uri", r->what.iss);
	put_json_scopes(j, r->what.scopes);
	answering_put_time(j, "from", r->what.from);
	answering_put_time(j, "until", r->what.until);
	json_bool(j, "suspend_labels", r->what.suspend_labels);
	answering_put_time(j, "said", r->said_at);
	json_end(j);
}

static void
put_json_recognition(struct json *j, const struct trust_recognition *r)
{
	json_begin_object(j, JSON_INLINE);
	json_number(j, "index", r->index);
	json_text(j, "their_domain", r->what.their_domain);
	json_text(j, "their_scheme", r->what.their_scheme);
	json_text(j, "their_level", r->what.their_level);
	json_text(j, "our_scheme", r->what.our_scheme);
	json_number(j, "our_level", r->what.our_level);
	json_text(j, "conditions", r->what.conditions);
	json_text(j, "source", r->what.source);
	answering_put_time(j, "from", r->what.from);
	answering_put_time(j, "until", r->what.until);
	json_end(j);
}

/* ---- as text ---- */

static void
put_scopes(struct out *o, struct bytes scopes)
{
	struct accreditation_walk walk = accreditation_scopes(scopes);
	struct accreditation_scope scope;
	const char *between = "";

	while (accreditation_next(&walk, &scope)) {
		struct accreditation_walk each =
		    accreditation_categories(&scope);
		struct bytes category;
		const char *before = ":";

		out_text(o, between);
		text_put_terminal(o, scope.scheme);
		out_text(o, ":");
		out_decimal(o, scope.level);
		while (accreditation_next_category(&each, &category)) {
			out_text(o, before);
			text_put_terminal(o, category);
			before = "+";
		}
		between = ",";
	}
}

static void
put_times(struct out *o, int64_t from, int64_t until)
{
	out_text(o, " from ");
	date_put_day(o, from);
	if (until != 0) {
		out_text(o, " until ");
		date_put_day(o, until);
	}
}

static void
put_record(struct out *o, const struct trust_record *r)
{
	out_decimal(o, r->index);
	out_text(o, " ");
	out_text(o, accreditation_action_text(r->what.action));
	out_text(o, " ");
	out_hex_bytes(o, (struct bytes){ r->body, 8 });
	out_text(o, " ");
	text_put_terminal(o, r->what.iss);
	out_text(o, " \"");
	text_put_terminal(o, r->what.name);
	out_text(o, "\" ");
	put_scopes(o, r->what.scopes);
	put_times(o, r->what.from, r->what.until);
	if (r->what.suspend_labels)
		out_text(o, ", labels outside suspended");
	out_text(o, "\n");
}

static void
put_recognition(struct out *o, const struct trust_recognition *r)
{
	out_decimal(o, r->index);
	out_text(o, " recognise ");
	text_put_terminal(o, r->what.their_domain);
	out_text(o, ": ");
	text_put_terminal(o, r->what.their_scheme);
	out_text(o, " ");
	text_put_terminal(o, r->what.their_level);
	out_text(o, " as ");
	text_put_terminal(o, r->what.our_scheme);
	out_text(o, ":");
	out_decimal(o, r->what.our_level);
	put_times(o, r->what.from, r->what.until);
	out_text(o, "\n");
}

/* ---- list ---- */

/* The next recognition that stood before s->at and was not replaced. */
static const struct trust_recognition *
next_recognition(const struct source *s, size_t *at)
{
	struct trust_recognitions all = s->recognitions;
	const struct trust_recognition *found;

	while (all.count > 0 && all.list[all.count - 1].index >= s->at)
		all.count--;
	return trust_next_recognition(all, (struct bytes){ NULL, 0 }, 0,
		   (int64_t)ledgering_now(), at, &found)
	    ? found
	    : NULL;
}

/* The next body that stood before s->at. */
static const struct trust_record *
next_body(const struct source *s, size_t *at)
{
	struct trust_list list = s->list;
	const struct trust_record *found;

	while (list.count > 0 && list.record[list.count - 1].index >= s->at)
		list.count--;
	return trust_next_body(list, (struct bytes){ NULL, 0 }, at, &found)
	    ? found
	    : NULL;
}

static void
put_json_list(const struct source *s, struct out *o)
{
	struct json j = json_open(o);
	const struct trust_record *record;
	const struct trust_recognition *recognition;
	size_t at = 0;

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.trust/1");
	json_key(&j, "bodies");
	json_begin_array(&j, JSON_LINES);
	while ((record = next_body(s, &at)) != NULL)
		put_json_record(&j, record);
	json_end(&j);
	json_key(&j, "recognitions");
	json_begin_array(&j, JSON_LINES);
	at = 0;
	while ((recognition = next_recognition(s, &at)) != NULL)
		put_json_recognition(&j, recognition);
	json_end(&j);
	json_end(&j);
}

static void
put_list(const struct source *s, struct out *o)
{
	const struct trust_record *record;
	const struct trust_recognition *recognition;
	size_t at = 0;

	while ((record = next_body(s, &at)) != NULL)
		put_record(o, record);
	at = 0;
	while ((recognition = next_recognition(s, &at)) != NULL)
		put_recognition(o, recognition);
}

/* ---- show ---- */

/* Whether the text names the body: by its URI, or its thumbprint's start. */
static bool
is_named(const struct trust_record *r, const char *text)
{
	struct out hex = out_open((size_t)4 * SHA256_LEN);
	struct bytes wanted = bytes_of(text);
	bool named;

	out_hex_bytes(&hex, (struct bytes){ r->body, sizeof(r->body) });
	named = bytes_equal(r->what.iss, wanted) ||
	    (wanted.len >= 8 && bytes_starts(out_bytes(&hex), wanted));
	out_close(&hex);
	return named;
}

static void
put_json_labels(const struct source *s, struct json *j, const uint8_t *body)
{
	struct tally tally = count_labels(s, body);

	json_key(j, "labels");
	json_begin_object(j, JSON_INLINE);
	for (size_t i = 0; i <= TRUST_SUPERSEDED; i++)
		json_number(
		    j, trust_status_text((enum trust_status)i), tally.count[i]);
	json_end(j);
}

static void
put_labels(const struct source *s, struct out *o, const uint8_t *body)
{
	struct tally tally = count_labels(s, body);

	out_hex_bytes(o, (struct bytes){ body, 8 });
	out_text(o, " labels:");
	for (size_t i = 0; i <= TRUST_SUPERSEDED; i++) {
		out_text(o, " ");
		out_decimal(o, tally.count[i]);
		out_text(o, " ");
		out_text(o, trust_status_text((enum trust_status)i));
	}
	out_text(o, "\n");
}

/* All that was said of the body, in ledger order: *at from 0. */
static const struct trust_record *
next_record(const struct source *s, const uint8_t *body, size_t *at)
{
	while (*at < s->list.count) {
		const struct trust_record *r = &s->list.record[(*at)++];

		if (r->index < s->at && memcmp(r->body, body, SHA256_LEN) == 0)
			return r;
	}
	return NULL;
}

static void
put_json_body(const struct source *s, struct json *j, const uint8_t *body)
{
	const struct trust_record *r;
	size_t at = 0;

	json_begin_object(j, JSON_LINES);
	answering_put_hex(j, "key", (struct bytes){ body, SHA256_LEN });
	json_key(j, "history");
	json_begin_array(j, JSON_LINES);
	while ((r = next_record(s, body, &at)) != NULL)
		put_json_record(j, r);
	json_end(j);
	if (s->state != NULL)
		put_json_labels(s, j, body);
	json_end(j);
}

static void
put_body(const struct source *s, struct out *o, const uint8_t *body)
{
	const struct trust_record *r;
	size_t at = 0;

	while ((r = next_record(s, body, &at)) != NULL)
		put_record(o, r);
	if (s->state != NULL)
		put_labels(s, o, body);
}

/* Every key of the body, one after the other; gives how many. `j` NULL: as
   text. */
static size_t
put_show(const struct source *s, struct out *o, struct json *j)
{
	const struct trust_record *body;
	size_t shown = 0;
	size_t at = 0;

	while ((body = next_body(s, &at)) != NULL) {
		if (!is_named(body, s->options->argument[1]))
			continue;
		shown++;
		if (j != NULL)
			put_json_body(s, j, body->body);
		else
			put_body(s, o, body->body);
	}
	return shown;
}

static enum exit_code
show(const struct source *s, struct out *o)
{
	struct json j = json_open(o);
	size_t shown;

	if (!wants_json(s)) {
		shown = put_show(s, o, NULL);
	} else {
		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.trust-body/1");
		json_key(&j, "bodies");
		json_begin_array(&j, JSON_LINES);
		shown = put_show(s, o, &j);
		json_end(&j);
		json_end(&j);
	}
	if (shown == 0)
		cli_say(s->options->argument[1], "is no body of this ledger");
	return shown > 0 ? EXIT_YES : EXIT_NO;
}

static enum exit_code
run(const struct options *options, bool shows)
{
	struct source *s;
	struct arena arena = arena_open(sizeof(*s) + KIB);
	enum exit_code code;

	s = arena_take(&arena, sizeof(*s));
	if (s == NULL)
		return ledgering_say("trust", ERR_MEMORY);
	*s = (struct source){ .options = options,
		.arena = arena_open(TRUST_ARENA_LEN),
		.file = HELD_NONE };
	code = open_source(s);
	if (code == EXIT_YES) {
		struct out o = out_open(TRUST_REPORT_LEN);

		if (shows)
			code = show(s, &o);
		else if (wants_json(s))
			put_json_list(s, &o);
		else
			put_list(s, &o);
		code = answering_close(&o, code);
	}
	close_source(s);
	arena_close(&arena);
	return code;
}

enum exit_code
trust_list_run(const struct options *options)
{
	return run(options, false);
}

enum exit_code
trust_show_run(const struct options *options)
{
	return run(options, true);
}

/* ---- the table ---- */

static const struct word words[] = {
	{ "add", &trust_add_usage, trust_add_run },
	{ "list", &trust_list_usage, trust_list_run },
	{ "show", &trust_show_usage, trust_show_run },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

enum exit_code
trust_run(int argc, char *argv[])
{
	return words_run(words, WORDS,
	    "say add, list or show (--help tells more)", argc, argv);
}
