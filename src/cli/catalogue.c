/* SPDX-License-Identifier: ISC */
/* hallmark catalogue list | show ID | export: what images are judged by. */
#include "baseline/catalogue.h"

#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/catalogue_relations.h"
#include "cli/cli.h"
#include "cli/options.h"

#include <string.h>

#define CATALOGUE_ARENA_LEN (64 * MIB)

enum {
	OPTION_JSON,
	OPTION_COUNT
};

static const struct option_row rows[OPTION_COUNT] = {
	[OPTION_JSON] = { "json", 0, NULL, "print one JSON object" },
};

static const struct usage usage_list = {
	.command = "catalogue list",
	.arguments = "",
	.argument_count = 0,
	.help = "Lists the frameworks (`catalogue show ID` shows one).",
	.rows = rows,
	.row_count = OPTION_COUNT,
};
static const struct usage usage_show = {
	.command = "catalogue show",
	.arguments = "ID",
	.argument_count = 1,
	.help = "Shows the requirements of a framework, or one of them with "
		"what it relates to.",
	.rows = rows,
	.row_count = OPTION_COUNT,
};
static const struct usage usage_export = {
	.command = "catalogue export",
	.arguments = "",
	.argument_count = 0,
	.help = "Prints all requirements and the crosswalk as JSON.",
	.rows = rows,
	.row_count = OPTION_COUNT,
};

static void
put_json_text(
    struct out *o, const char *before, struct bytes value, const char *after)
{
	out_text(o, before);
	text_put_json(o, value);
	out_text(o, after);
}

/* At least `width` columns, for ASCII. */
static void
put_column(struct out *o, struct bytes value, size_t width)
{
	text_put_terminal(o, value);
	for (size_t len = value.len; len < width; len++)
		out_text(o, " ");
	out_text(o, " ");
}

static void
put_framework(struct out *o, const struct framework *f, bool json)
{
	if (json) {
		put_json_text(o, "{\"id\":\"", f->id, "\",");
		put_json_text(o, "\"title\":\"", f->title, "\",");
		put_json_text(
		    o, "\"version\":\"", f->version, "\",\"requirements\":");
		out_decimal(o, f->count);
		out_text(o, "}");
		return;
	}
	put_column(o, f->id, 12);
	text_put_terminal(o, f->title);
	out_text(o, " ");
	text_put_terminal(o, f->version);
	out_text(o, " (");
	out_decimal(o, f->count);
	out_text(o, ")\n");
}

static void
put_requirement(struct out *o, const struct requirement *r, bool json)
{
	if (json) {
		put_json_text(o, "{\"id\":\"", r->id, "\",");
		put_json_text(o, "\"title\":\"", r->title, "\",");
		put_json_text(o, "\"modality\":\"", r->modality, "\",");
		put_json_text(o, "\"evidence\":\"", r->evidence, "\",");
		put_json_text(
		    o, "\"unsure\":\"", r->unsure, "\",\"tool_verdict\":\"");
		out_text(o, catalogue_tool_verdict_text(r->tool_verdict));
		out_text(o, "\"}");
		return;
	}
	put_column(o, r->id, 12);
	put_column(o, r->modality, 4);
	text_put_terminal(o, r->title);
	out_text(o, "\n");
}

static void
put_list(struct out *o, const struct catalogue *c, bool json)
{
	size_t shown = 0;

	if (json)
		out_text(o,
		    "{\"schema\":\"hallmark.frameworks/1\","
		    "\"frameworks\":[");
	for (size_t i = 0; i < c->framework_count; i++) {
		if (!c->framework[i].judged)
			continue;
		if (json && shown++ > 0)
			out_text(o, ",\n");
		put_framework(o, &c->framework[i], json);
	}
	if (json)
		out_text(o, "]}\n");
}

static void
put_requirements(struct out *o, const struct framework *f, bool json)
{
	if (json)
		put_json_text(o,
		    "{\"schema\":\"hallmark.framework/1\","
		    "\"id\":\"",
		    f->id, "\",\"requirements\":[");
	for (size_t i = 0; i < f->count; i++) {
		if (json && i > 0)
			out_text(o, ",\n");
		put_requirement(o, &f->list[i], json);
	}
	if (json)
		out_text(o, "]}\n");
}

static enum exit_code
print(const struct catalogue *c, const struct usage *usage, const char *id,
    bool json)
{
	struct out o = out_open(LIMIT_REPORT_LEN);
	enum exit_code code = EXIT_NO;
	size_t at;

	if (usage == &usage_export)
		catalogue_put_all(c, &o);
	else if (id == NULL)
		put_list(&o, c, json);
	else if (catalogue_find_framework(c, bytes_of(id), &at))
		put_requirements(&o, &c->framework[at], json);
	else if (!catalogue_put_requirement(c, bytes_of(id), json, &o))
		cli_say(id,
		    "no such framework or requirement (catalogue list names "
		    "the frameworks)");
	if (o.failed != ERR_OK) {
		cli_say("catalogue", err_text(o.failed));
		code = EXIT_MACHINE;
	} else if (o.len > 0) {
		code = cli_answer(out_bytes(&o));
	}
	out_close(&o);
	return code;
}

static enum exit_code
answer(const struct usage *usage, const char *id, bool json)
{
	struct arena arena = arena_open(CATALOGUE_ARENA_LEN);
	struct fault fault = { 0 };
	struct catalogue catalogue;
	enum exit_code code = EXIT_MACHINE;

	if (catalogue_read(data_embedded(), &arena, &catalogue, &fault) ==
	    ERR_OK)
		code = print(&catalogue, usage, id, json);
	else
		cli_say(fault.format != NULL ? fault.format : "data",
		    "cannot be read");
	arena_close(&arena);
	return code;
}

static const struct usage *
choose_usage(const char *word)
{
	if (strcmp(word, "show") == 0)
		return &usage_show;
	if (strcmp(word, "list") == 0)
		return &usage_list;
	if (strcmp(word, "export") == 0)
		return &usage_export;
	return NULL;
}

enum exit_code
catalogue_run(int argc, char *argv[])
{
	const struct usage *usage = argc > 1 ? choose_usage(argv[1]) : NULL;
	struct options options;

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		(void)options_read(&usage_list, argc, argv, &options);
		(void)options_read(&usage_show, argc, argv, &options);
		(void)options_read(&usage_export, argc, argv, &options);
		return EXIT_YES;
	}
	if (usage == NULL) {
		cli_say("catalogue",
		    "say list, show or export (--help tells more)");
		return EXIT_USAGE;
	}
	enum options_result result =
	    options_read(usage, argc - 1, argv + 1, &options);

	if (result != OPTIONS_READ)
		return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
	return answer(
	    usage, options.argument[0], options.value[OPTION_JSON] != NULL);
}
