/* SPDX-License-Identifier: ISC */
/* hallmark declare init | check: a maker's declaration, begun and checked. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/assessing.h"
#include "cli/cli.h"
#include "cli/data_folder.h"
#include "cli/declare_export.h"
#include "cli/declaring.h"
#include "cli/options.h"
#include "cli/words.h"
#include "draft/compare.h"
#include "draft/draft.h"
#include "draft/prefill.h"
#include "system/file.h"
#include "worker/data_pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DECLARE_ARENA_LEN (64 * MIB)

enum {
	INIT_FROM,
	INIT_OUTPUT,
	INIT_DATA,
	INIT_NO_JAIL,
	INIT_COUNT
};

static const struct option_row init_rows[INIT_COUNT] = {
	[INIT_FROM] = { "from", 0, "FILE",
	    "keep the answers in FILE, add what they call for" },
	[INIT_OUTPUT] = { "output", 'o', "FILE",
	    "write to FILE, not to standard output" },
	[INIT_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[INIT_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the files without protection (for debugging)" },
};
static const struct usage init_usage = {
	.command = "declare init",
	.arguments = "IMAGE",
	.argument_count = 1,
	.help = "Begins a declaration with what an image shows.",
	.rows = init_rows,
	.row_count = INIT_COUNT,
};

enum {
	CHECK_JSON,
	CHECK_DATA,
	CHECK_NO_JAIL,
	CHECK_COUNT
};

static const struct option_row check_rows[CHECK_COUNT] = {
	[CHECK_JSON] = { "json", 0, NULL, "print one JSON object" },
	[CHECK_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[CHECK_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the files without protection (for debugging)" },
};
static const struct usage check_usage = {
	.command = "declare check",
	.arguments = "FILE [IMAGE]",
	.argument_count = 1,
	.optional_count = 1,
	.help = "Tells what is missing or wrong in a declaration.",
	.rows = check_rows,
	.row_count = CHECK_COUNT,
};

/* SOURCE_DATE_EPOCH makes an answer repeatable: reproducible-builds.org. */
static uint64_t
today(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t now = (uint64_t)time(NULL);

	if (epoch != NULL)
		(void)bytes_to_u64(
		    bytes_of(epoch), &now); /* else the clock's */
	return now;
}

/* ---- init ---- */

static enum exit_code
deliver_draft(const struct out *draft, const char *file)
{
	const char *why;

	if (draft->failed != ERR_OK) {
		cli_say("declaration", err_text(draft->failed));
		return EXIT_MACHINE;
	}
	if (file == NULL || strcmp(file, "-") == 0)
		return cli_answer(out_bytes(draft));
	if (file_write(file, out_bytes(draft), &why) == ERR_OK)
		return EXIT_YES;
	cli_say(file, why);
	return EXIT_MACHINE;
}

static enum exit_code
say_data(enum err err, const struct fault *fault)
{
	char what[160];

	if (!err_is_input(err)) {
		cli_say("declare", err_text(err));
		return EXIT_MACHINE;
	}
	(void)snprintf(what, sizeof(what), "line %llu: %s %s",
	    (unsigned long long)fault->at,
	    fault->field != NULL ? fault->field : "it", err_text(err));
	cli_say(fault->format != NULL ? fault->format : "data", what);
	return EXIT_INPUT;
}

static enum exit_code
write_draft(
    const struct assessing *a, const struct declaration *from, const char *file)
{
	struct arena arena = arena_open(DECLARE_ARENA_LEN);
	struct out draft = out_open(LIMIT_REPORT_LEN);
	struct fault fault = { 0 };
	struct prefill prefill;
	struct draft_wants wants = {
		.data = &a->input.data,
		.prefill = &prefill,
		.from = from,
		.image_name = bytes_of(a->input.name),
		.image_sha256 = { a->assessment.image_sha256,
		    sizeof(a->assessment.image_sha256) },
	};
	enum err err = prefill_make(&a->assessment, &arena, &prefill);
	enum exit_code code;

	if (err == ERR_OK)
		err = draft_write(&wants, &arena, &draft, &fault);
	code =
	    err == ERR_OK ? deliver_draft(&draft, file) : say_data(err, &fault);
	out_close(&draft);
	arena_close(&arena);
	return code;
}

static enum exit_code
init(const struct options *options)
{
	const char *from = options->value[INIT_FROM];
	struct input_wants wants = {
		.image = options->argument[0],
		.folder = options->value[INIT_DATA],
		.no_jail = options->value[INIT_NO_JAIL] != NULL,
	};
	struct assessing a;
	struct declaring d;
	enum exit_code code = assessing_open(&wants, &a);

	if (code != EXIT_YES)
		return code;
	if (a.client.reply.trouble[0] != '\0')
		cli_say(a.input.name, a.client.reply.trouble);
	if (from == NULL) {
		code = write_draft(&a, NULL, options->value[INIT_OUTPUT]);
		assessing_close(&a);
		return code;
	}
	struct declaring_wants declared = {
		.path = from,
		.data = &a.input.data,
		.jail = input_wants_jail(wants.no_jail),
		.today = today(),
	};

	code = declaring_open(&declared, &d);
	if (code == EXIT_YES) {
		code = write_draft(
		    &a, &d.declaration, options->value[INIT_OUTPUT]);
		declaring_close(&d);
	}
	assessing_close(&a);
	return code;
}

/* ---- check ---- */

struct checked {
	const struct declaring *d;
	const struct assessing *image; /* NULL: without one */
	struct problem *refuted;
	size_t refuted_count;
};

static bool
is_complete(const struct checked *c)
{
	return c->d->problems.count == 0 && c->refuted_count == 0;
}

static void
put_json_field(struct out *o, const char *name, struct bytes value)
{
	out_text(o, "\"");
	out_text(o, name);
	out_text(o, "\":\"");
	text_put_json(o, value);
	out_text(o, "\"");
}

static void
put_json_problem(struct out *o, const struct problem *p)
{
	out_text(o, "{");
	put_json_field(o, "kind", bytes_of(problem_kind_text(p->kind)));
	out_text(o, ",\"line\":");
	out_decimal(o, p->line);
	out_text(o, ",\"column\":");
	out_decimal(o, p->column);
	out_text(o, ",");
	put_json_field(o, "table", p->table);
	out_text(o, ",");
	put_json_field(o, "row", p->row);
	out_text(o, ",");
	put_json_field(o, "field", p->field);
	out_text(o, ",");
	put_json_field(o, "text", p->text);
	out_text(o, "}");
}

static void
put_json_problems(struct out *o, const struct checked *c)
{
	const struct problems *p = &c->d->problems;

	out_text(o, ",\"problems\":[");
	for (size_t i = 0; i < p->count; i++) {
		out_text(o, i > 0 ? ",\n" : "\n");
		put_json_problem(o, &p->list[i]);
	}
	for (size_t i = 0; i < c->refuted_count; i++) {
		out_text(o, i + p->count > 0 ? ",\n" : "\n");
		put_json_problem(o, &c->refuted[i]);
	}
	out_text(o, "]");
}

static void
put_json_applicability(struct out *o, const struct problems *p)
{
	out_text(o, ",\"applicability\":[");
	for (size_t i = 0; i < p->applicability_count; i++) {
		const struct applicability *a = &p->applicability[i];

		out_text(o, i > 0 ? ",\n{" : "\n{");
		put_json_field(o, "provision", a->provision);
		out_text(o, ",");
		put_json_field(
		    o, "applies", bytes_of(applies_text(a->applies)));
		out_text(o, ",");
		put_json_field(o, "key", a->key);
		out_text(o, ",");
		put_json_field(o, "circular", a->circular);
		out_text(o, "}");
	}
	out_text(o, "]");
}

/* As an image's: without folders, so that answers compare. */
static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static void
put_json(struct out *o, const struct checked *c)
{
	const struct assessment *image =
	    c->image != NULL ? &c->image->assessment : NULL;

	out_text(o, "{\"schema\":\"hallmark.declaration-check/1\",\"file\":{");
	put_json_field(o, "name", bytes_of(base_name(c->d->name)));
	out_text(o, ",\"sha256\":\"");
	out_hex_bytes(o, (struct bytes){ c->d->sha256, sizeof(c->d->sha256) });
	out_text(o, "\"},");
	put_json_field(o, "jail", bytes_of(c->d->jail));
	out_text(o, ",\"image\":");
	if (image != NULL) {
		out_text(o, "{");
		put_json_field(o, "name", image->image_name);
		out_text(o, ",\"sha256\":\"");
		out_hex_bytes(o,
		    (struct bytes){
			image->image_sha256, sizeof(image->image_sha256) });
		out_text(o, "\"}");
	} else {
		out_text(o, "null");
	}
	out_text(o, ",\"complete\":");
	out_text(o, is_complete(c) ? "true" : "false");
	out_text(o, ",\"answered\":");
	out_decimal(o, c->d->problems.answered);
	out_text(o, ",\"unanswered\":");
	out_decimal(o, c->d->problems.unanswered);
	put_json_problems(o, c);
	put_json_applicability(o, &c->d->problems);
	out_text(o, "}\n");
}

static void
put_text(struct out *o, const struct checked *c)
{
	struct declaring refuted = { .name = c->d->name };

	declaring_put_problems(o, c->d);
	refuted.problems.list = c->refuted;
	refuted.problems.count = c->refuted_count;
	declaring_put_problems(o, &refuted);
	text_put_terminal(o, bytes_of(c->d->name));
	out_text(o, is_complete(c) ? ": complete, " : ": not complete, ");
	out_decimal(o, c->d->problems.answered);
	out_text(o, " answers, ");
	out_decimal(o, c->d->problems.unanswered);
	out_text(o, " still to be given\n");
}

static enum exit_code
print(const struct checked *c, bool json)
{
	struct out o = out_open(LIMIT_REPORT_LEN);
	enum exit_code code = EXIT_MACHINE;

	if (json)
		put_json(&o, c);
	else
		put_text(&o, c);
	if (o.failed == ERR_OK)
		code = cli_answer(out_bytes(&o));
	else
		cli_say("declare", err_text(o.failed));
	out_close(&o);
	if (code == EXIT_YES && !is_complete(c))
		code = EXIT_NO;
	return code;
}

static enum exit_code
compare(const struct declaring *d, const struct assessing *image, bool json)
{
	struct arena arena = arena_open(DECLARE_ARENA_LEN);
	struct checked c = { .d = d, .image = image };
	struct prefill prefill;
	enum err err = ERR_OK;
	enum exit_code code = EXIT_MACHINE;

	if (image != NULL)
		err = prefill_make(&image->assessment, &arena, &prefill);
	if (err == ERR_OK && image != NULL)
		err = compare_with_image(&d->declaration, &prefill, &arena,
		    &c.refuted, &c.refuted_count);
	if (err == ERR_OK)
		code = print(&c, json);
	else
		cli_say("declare", err_text(err));
	arena_close(&arena);
	return code;
}

static enum exit_code
check_file(const struct options *options, const struct data_set *data,
    const struct assessing *image)
{
	struct declaring_wants wants = {
		.path = options->argument[0],
		.data = data,
		.jail = input_wants_jail(options->value[CHECK_NO_JAIL] != NULL),
		.today = today(),
	};
	struct declaring d;
	enum exit_code code = declaring_open(&wants, &d);

	if (code != EXIT_YES)
		return code;
	code = compare(&d, image, options->value[CHECK_JSON] != NULL);
	declaring_close(&d);
	return code;
}

static enum exit_code
check_with_image(const struct options *options)
{
	struct input_wants wants = {
		.image = options->argument[1],
		.folder = options->value[CHECK_DATA],
		.no_jail = options->value[CHECK_NO_JAIL] != NULL,
	};
	struct assessing a;
	enum exit_code code = assessing_open(&wants, &a);

	if (code != EXIT_YES)
		return code;
	if (a.client.reply.trouble[0] != '\0')
		cli_say(a.input.name, a.client.reply.trouble);
	code = check_file(options, &a.input.data, &a);
	assessing_close(&a);
	return code;
}

static enum exit_code
check(const struct options *options)
{
	const char *folder = options->value[CHECK_DATA];
	struct arena arena;
	struct data_set data = *data_embedded();
	const char *name;
	const char *why;
	enum exit_code code = EXIT_INPUT;

	if (options->argument[1] != NULL)
		return check_with_image(options);
	arena = arena_open(2 * DATA_PACK_LEN);
	if (folder == NULL ||
	    data_folder_read(
		folder, data_embedded(), &arena, &data, &name, &why))
		code = check_file(options, &data, NULL);
	else
		cli_say(name, why);
	arena_close(&arena);
	return code;
}

/* ---- start ---- */

static const struct word words[] = {
	{ "init", &init_usage, init },
	{ "check", &check_usage, check },
	{ "export", &declare_export_usage, declare_export },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

enum exit_code
declare_run(int argc, char *argv[])
{
	return words_run(words, WORDS,
	    "say init, check or export (--help tells more)", argc, argv);
}
