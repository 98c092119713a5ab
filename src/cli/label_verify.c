/* SPDX-License-Identifier: ISC */
/* hallmark label verify: three answers, offline, from behind a locked door. */
#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/label_answers.h"
#include "cli/labelling.h"
#include "label/bundle.h"
#include "ledger/policy.h"

#include <stdio.h>
#include <string.h>

#define VERIFY_ANSWER_LEN (256 * KIB)

enum {
	VERIFY_TRUST,
	VERIFY_BUNDLE,
	VERIFY_AT,
	VERIFY_IMAGE,
	VERIFY_JSON,
	VERIFY_NO_JAIL,
	VERIFY_COUNT
};

static const struct option_row rows[VERIFY_COUNT] = {
	[VERIFY_TRUST] = { "trust", 0, "FILE",
	    "whom to trust: scheme owners, ledgers, witnesses" },
	[VERIFY_BUNDLE] = { "bundle", 0, "FILE",
	    "the ledger's bundle, as fetched last" },
	[VERIFY_AT] = { "at", 0, "DATE", "judge as of that time, not now" },
	[VERIFY_IMAGE] = { "image", 0, "FILE",
	    "is the label one of this very image?" },
	[VERIFY_JSON] = { "json", 0, NULL, "print one JSON object" },
	[VERIFY_NO_JAIL] = LABELLING_ROW_NO_JAIL,
};
const struct usage label_verify_usage = {
	.command = "label verify",
	.arguments = "LABEL --trust FILE --bundle FILE",
	.argument_count = 1,
	.help = "Verifies a label offline. LABEL is a file, -, or the text of "
		"a QR code.",
	.rows = rows,
	.row_count = VERIFY_COUNT,
};

struct verifying {
	const struct options *options;
	struct arena arena;
	struct held_file trust, bundle_file, image;
	struct labelling label;
	const struct bundle *bundle;
	int64_t now;
	struct label_report report;
};

/* ---- files, before the door is locked ---- */

static enum exit_code
open_files(struct verifying *v)
{
	const char *const *value = v->options->value;
	enum exit_code code;

	if (value[VERIFY_TRUST] == NULL || value[VERIFY_BUNDLE] == NULL) {
		cli_say("label",
		    value[VERIFY_TRUST] == NULL ? "--trust is missing"
						: "--bundle is missing");
		return EXIT_USAGE;
	}
	code = labelling_now(value[VERIFY_AT], &v->now);
	if (code == EXIT_YES)
		code =
		    held_open(value[VERIFY_TRUST], POLICY_LEN_MAX, &v->trust);
	if (code == EXIT_YES)
		code = held_open(
		    value[VERIFY_BUNDLE], BUNDLE_LEN_MAX, &v->bundle_file);
	if (code == EXIT_YES && value[VERIFY_IMAGE] != NULL)
		code =
		    held_open(value[VERIFY_IMAGE], LIMIT_IMAGE_LEN, &v->image);
	if (code == EXIT_YES)
		code = labelling_open(v->options->argument[0], &v->label);
	return code;
}

/* ---- behind it ---- */

static enum exit_code
say_fault(const char *name, const char *is_no, enum err err,
    const struct fault *fault)
{
	char what[240];

	(void)snprintf(what, sizeof(what), "%s: %s%s%s", is_no,
	    fault->field != NULL ? fault->field : "",
	    fault->field != NULL ? ": " : "", err_text(err));
	cli_say(name, what);
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

static enum exit_code
open_bundle(struct verifying *v)
{
	struct fault fault = { 0 };
	size_t len;
	struct policy *policy = arena_take(&v->arena, sizeof(*policy));

	if (policy == NULL)
		return say_fault("label", "memory", ERR_MEMORY, &fault);
	enum err err = policy_read(v->trust.bytes, POLICY_WITH_OWNERS,
	    &crypto_hooks_default, policy, &fault);

	if (err != ERR_OK)
		return say_fault(
		    v->trust.name, "does not say whom to trust", err, &fault);
	fault = (struct fault){ 0 };
	err = bundle_memory_needed(v->bundle_file.bytes, &len, &fault);
	if (err == ERR_OK) {
		void *memory = arena_take(&v->arena, len);

		err = memory == NULL ? ERR_MEMORY
				     : bundle_open(v->bundle_file.bytes, policy,
					   &crypto_hooks_default, memory, len,
					   &v->bundle, &fault);
	}
	if (err != ERR_OK)
		return say_fault(v->bundle_file.name,
		    "is no bundle of a ledger that is trusted", err, &fault);
	return EXIT_YES;
}

/* A statement's file does not say where it stands; whatever the ledger's last
   tile holds can be found by its hash. */
static void
place_in_tail(struct verifying *v)
{
	uint8_t *room = arena_take(&v->arena, 2 * LABELLING_FILE_LEN);
	const struct bundle *b = v->bundle;
	uint64_t first = b->head.size - b->tail.len / SHA256_LEN;
	struct bytes entry;

	if (!v->label.has_statement || v->label.compact.logged ||
	    room == NULL ||
	    statement_leaf(&v->label.statement, room, 2 * LABELLING_FILE_LEN,
		&entry) != ERR_OK)
		return;
	struct merkle_hash leaf = merkle_leaf(&crypto_hooks_default, entry);

	for (size_t i = 0; i < b->tail.len / SHA256_LEN; i++) {
		if (memcmp(b->tail.ptr + i * SHA256_LEN, leaf.byte,
			SHA256_LEN) != 0)
			continue;
		(void)labelling_place(&v->label, first + i,
		    (struct bytes){ NULL, 0 },
		    &v->arena); /* else it is not found */
		return;
	}
}

static enum exit_code
ask(struct verifying *v)
{
	struct fault fault = { 0 };
	uint8_t *room = arena_take(&v->arena, LABEL_VERIFY_ROOM);
	uint8_t digest[SHA256_LEN];

	if (room == NULL)
		return say_fault("label", "memory", ERR_MEMORY, &fault);
	enum err err = label_verify(v->bundle, v->label.compact_bytes, v->now,
	    room, &v->report.answers, &fault);

	if (err != ERR_OK)
		return say_fault(v->label.name, "is no label", err, &fault);
	if (v->image.fd >= 0) {
		crypto_hooks_default.sha256(
		    crypto_hooks_default.context, &v->image.bytes, 1, digest);
		v->report.has_image = true;
		v->report.image_is_it =
		    memcmp(digest, v->label.claims.product.digest,
			SHA256_LEN) == 0;
	}
	v->report.label = &v->label;
	v->report.arena = &v->arena;
	v->report.now = v->now;
	return EXIT_YES;
}

static enum exit_code
answer(struct verifying *v)
{
	struct out o = out_open(VERIFY_ANSWER_LEN);

	if (v->options->value[VERIFY_JSON] != NULL)
		label_answers_put_json(&o, &v->report);
	else
		label_answers_put_text(&o, &v->report);
	return answering_close(
	    &o, label_answers_are_good(&v->report) ? EXIT_YES : EXIT_NO);
}

/* All that looks at foreign bytes. */
static enum exit_code
read_and_answer(void *context)
{
	struct verifying *v = context;
	enum exit_code code = labelling_read(&v->label, &v->arena);

	if (code == EXIT_YES)
		code = open_bundle(v);
	if (code != EXIT_YES)
		return code;
	labelling_place_by_receipt(&v->label, &v->arena);
	place_in_tail(v);
	code = ask(v);
	return code == EXIT_YES ? answer(v) : code;
}

static enum exit_code
verify(struct verifying *v)
{
	enum exit_code code = open_files(v);

	if (code != EXIT_YES)
		return code;
	return labelling_confine(v->options->value[VERIFY_NO_JAIL] != NULL,
	    v->image.bytes.len + v->bundle_file.bytes.len, read_and_answer, v);
}

enum exit_code
label_verify_run(const struct options *options)
{
	struct verifying v = {
		.options = options,
		.arena = arena_open(LABELLING_ARENA_LEN),
		.trust = HELD_NONE,
		.bundle_file = HELD_NONE,
		.image = HELD_NONE,
		.label = { .file = HELD_NONE },
	};
	enum exit_code code = verify(&v);

	labelling_close(&v.label);
	held_close(&v.image);
	held_close(&v.bundle_file);
	held_close(&v.trust);
	arena_close(&v.arena);
	return code;
}
