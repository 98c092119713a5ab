/* SPDX-License-Identifier: ISC */
/* hallmark diff OLD NEW: what changed from one image to the next. */
#include "diff/diff.h"

#include "base/limits.h"
#include "base/out.h"
#include "cli/assessing.h"
#include "cli/cli.h"
#include "cli/delivering.h"
#include "cli/options.h"
#include "report/report_diff.h"

#include <string.h>

#define DIFF_ARENA_LEN (256 * MIB)

enum {
	OPTION_DATA,
	OPTION_FEEDS,
	OPTION_HTML,
	OPTION_JSON,
	OPTION_NO_JAIL,
	OPTION_COUNT
};

static const struct option_row rows[OPTION_COUNT] = {
	[OPTION_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[OPTION_FEEDS] = { "feeds", 0, "DIR",
	    "look for known vulnerabilities in the feeds in DIR" },
	[OPTION_HTML] = { "html", 0, "FILE", "write a page to FILE" },
	[OPTION_JSON] = { "json", 0, NULL, "print the changes as JSON" },
	[OPTION_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the images without protection (for debugging)" },
};

static const struct usage usage = {
	.command = "diff",
	.arguments = "OLD NEW",
	.argument_count = 2,
	.help = "Says what changed between two firmware images (one may be -, "
		"standard input).",
	.rows = rows,
	.row_count = OPTION_COUNT,
};

/* The two images; open[i]: that one is. */
struct both {
	struct assessing image[SIDE_COUNT];
	bool open[SIDE_COUNT];
	struct arena arena;
	struct diff diff;
};

/* One after the other: a worker has threads of its own for the machine. */
static enum exit_code
open_both(const struct options *options, struct both *b)
{
	enum exit_code code = EXIT_YES;

	for (size_t s = 0; s < SIDE_COUNT && code == EXIT_YES; s++) {
		struct input_wants wants = {
			.image = options->argument[s],
			.folder = options->value[OPTION_DATA],
			.no_jail = options->value[OPTION_NO_JAIL] != NULL,
			.feeds = options->value[OPTION_FEEDS],
		};
		struct assessing *a = &b->image[s];

		code = assessing_open(&wants, a);
		b->open[s] = code == EXIT_YES;
		if (code == EXIT_YES && a->client.reply.trouble[0] != '\0')
			cli_say(a->input.name, a->client.reply.trouble);
	}
	return code;
}

static void
close_both(struct both *b)
{
	for (size_t s = 0; s < SIDE_COUNT; s++)
		if (b->open[s])
			assessing_close(&b->image[s]);
	arena_close(&b->arena);
}

static enum exit_code
compare(struct both *b)
{
	b->arena = arena_open(DIFF_ARENA_LEN);
	enum err err = diff_make(&b->image[SIDE_OLD].assessment,
	    &b->image[SIDE_NEW].assessment, &b->arena, &b->diff);

	if (err == ERR_OK)
		return EXIT_YES;
	cli_say("diff", err_text(err));
	return EXIT_MACHINE;
}

static enum exit_code
write_reports(const struct both *b, const struct options *options)
{
	const struct report_tool *tool = &b->image[SIDE_NEW].tool;
	const char *page = options->value[OPTION_HTML];

	if (page != NULL) {
		struct out report = out_open(LIMIT_REPORT_LEN);

		report_diff_html(&b->diff, tool, &report);
		enum exit_code code = delivering_close(&report, page);

		if (code != EXIT_YES || delivering_to_stdout(page))
			return code;
	}
	struct out answer = out_open(LIMIT_REPORT_LEN);

	if (options->value[OPTION_JSON] != NULL) {
		report_diff_json(&b->diff, tool, &answer);
	} else {
		struct report_terminal_options how = delivering_terminal();

		report_diff_terminal(&b->diff, tool, &how, &answer);
	}
	return delivering_close(&answer, "-");
}

/* With an image that was not read to its end the answer is unknown. */
static enum exit_code
judge_change(const struct both *b)
{
	for (size_t s = 0; s < SIDE_COUNT; s++)
		if (b->image[s].assessment.worker_trouble.len > 0)
			return EXIT_NO;
	return diff_direction(&b->diff) == DIRECTION_WORSE ? EXIT_NO : EXIT_YES;
}

static bool
is_usable(const struct options *options)
{
	if (strcmp(options->argument[SIDE_OLD], "-") == 0 &&
	    strcmp(options->argument[SIDE_NEW], "-") == 0) {
		cli_say("diff", "only one image fits standard input");
		return false;
	}
	if (options->value[OPTION_JSON] != NULL &&
	    delivering_to_stdout(options->value[OPTION_HTML])) {
		cli_say("diff", "only one answer fits standard output");
		return false;
	}
	return true;
}

enum exit_code
diff_run(int argc, char *argv[])
{
	struct options options;
	struct both b = { .open = { false } };
	enum options_result result = options_read(&usage, argc, argv, &options);

	if (result != OPTIONS_READ)
		return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
	if (!is_usable(&options))
		return EXIT_USAGE;
	enum exit_code code = open_both(&options, &b);

	if (code == EXIT_YES)
		code = compare(&b);
	if (code == EXIT_YES)
		code = write_reports(&b, &options);
	if (code == EXIT_YES)
		code = judge_change(&b);
	close_both(&b);
	return code;
}
