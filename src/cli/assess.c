/* SPDX-License-Identifier: ISC */
/* hallmark assess IMAGE: findings, verdicts and inventory of one image. */
#include "base/limits.h"
#include "base/out.h"
#include "cli/assessing.h"
#include "cli/cli.h"
#include "cli/delivering.h"
#include "cli/options.h"

enum {
	OPTION_JSON,
	OPTION_HTML,
	OPTION_SBOM,
	OPTION_SARIF,
	OPTION_DECLARATION,
	OPTION_SCHEME,
	OPTION_DATA,
	OPTION_NO_JAIL,
	OPTION_COUNT
};

static const struct option_row rows[OPTION_COUNT] = {
	[OPTION_JSON] = { "json", 0, NULL, "print the assessment as JSON" },
	[OPTION_HTML] = { "html", 0, "FILE", "write a page to FILE" },
	[OPTION_SBOM] = { "sbom", 0, "FILE",
	    "write the components to FILE (CycloneDX)" },
	[OPTION_SARIF] = { "sarif", 0, "FILE",
	    "write the findings to FILE (SARIF)" },
	[OPTION_DECLARATION] = { "declaration", 0, "FILE",
	    "judge by what the maker declares in FILE, too" },
	[OPTION_SCHEME] = { "scheme", 0, "NAME",
	    "ask for the levels of this scheme (hallmark)" },
	[OPTION_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[OPTION_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the image without protection (for debugging)" },
};

static const struct usage usage = {
	.command = "assess",
	.arguments = "IMAGE",
	.argument_count = 1,
	.help = "Assesses a firmware image (- is standard input).",
	.rows = rows,
	.row_count = OPTION_COUNT,
};

/* The reports that go into files. */
static const struct {
	size_t option;
	void (*write)(const struct assessment *a,
	    const struct report_tool *tool, struct out *to);
} file_reports[] = {
	{ OPTION_HTML, report_html },
	{ OPTION_SBOM, report_sbom },
	{ OPTION_SARIF, report_sarif },
};
#define FILE_REPORTS (sizeof(file_reports) / sizeof(file_reports[0]))

/* How many answers would go to standard output besides the terminal's. */
static unsigned
count_answers(const struct options *options)
{
	unsigned count = options->value[OPTION_JSON] != NULL;

	for (size_t i = 0; i < FILE_REPORTS; i++)
		count += delivering_to_stdout(
		    options->value[file_reports[i].option]);
	return count;
}

static enum exit_code
write_reports(const struct assessing *a, const struct options *options)
{
	for (size_t i = 0; i < FILE_REPORTS; i++) {
		const char *file = options->value[file_reports[i].option];

		if (file == NULL)
			continue;
		struct out report = out_open(LIMIT_REPORT_LEN);

		file_reports[i].write(&a->assessment, &a->tool, &report);
		enum exit_code code = delivering_close(&report, file);

		if (code != EXIT_YES)
			return code;
	}
	if (count_answers(options) > 0 && options->value[OPTION_JSON] == NULL)
		return EXIT_YES;
	struct out answer = out_open(LIMIT_REPORT_LEN);

	if (options->value[OPTION_JSON] != NULL) {
		report_json(&a->assessment, &a->tool, &answer);
	} else {
		struct report_terminal_options how = delivering_terminal();

		report_terminal(&a->assessment, &a->tool, &how, &answer);
	}
	return delivering_close(&answer, "-");
}

/* A worker that died leaves the answer unknown at best. */
static enum exit_code
judge_all(const struct assessment *a)
{
	return a->fail_count == 0 && a->worker_trouble.len == 0 ? EXIT_YES
								: EXIT_NO;
}

enum exit_code
assess_run(int argc, char *argv[])
{
	struct options options;
	struct assessing a;
	enum options_result result = options_read(&usage, argc, argv, &options);

	if (result != OPTIONS_READ)
		return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
	if (count_answers(&options) > 1) {
		cli_say("assess", "only one answer fits standard output");
		return EXIT_USAGE;
	}
	struct input_wants wants = {
		.image = options.argument[0],
		.folder = options.value[OPTION_DATA],
		.no_jail = options.value[OPTION_NO_JAIL] != NULL,
		.declaration = options.value[OPTION_DECLARATION],
		.scheme = options.value[OPTION_SCHEME],
	};
	enum exit_code code = assessing_open(&wants, &a);

	if (code != EXIT_YES)
		return code;
	if (a.client.reply.trouble[0] != '\0')
		cli_say(a.input.name, a.client.reply.trouble);
	code = write_reports(&a, &options);
	if (code == EXIT_YES)
		code = judge_all(&a.assessment);
	assessing_close(&a);
	return code;
}
