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
	OPTION_OSCAL,
	OPTION_DECLARATION,
	OPTION_SCHEME,
	OPTION_FEEDS,
	OPTION_VEX,
	OPTION_VEX_OUT,
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
	[OPTION_OSCAL] = { "oscal", 0, "FILE",
	    "write the verdicts to FILE (OSCAL assessment results)" },
	[OPTION_DECLARATION] = { "declaration", 0, "FILE",
	    "judge by what the maker declares in FILE, too" },
	[OPTION_SCHEME] = { "scheme", 0, "NAME",
	    "ask for the levels of this scheme (hallmark)" },
	[OPTION_FEEDS] = { "feeds", 0, "DIR",
	    "look for known vulnerabilities in the feeds in DIR" },
	[OPTION_VEX] = { "vex", 0, "FILE",
	    "heed what FILE says of them for this product" },
	[OPTION_VEX_OUT] = { "vex-out", 0, "FILE",
	    "write what is known of them to FILE (OpenVEX)" },
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

/* The reports that go into files; those that say when they were made have it
   as Unix seconds. */
static const struct {
	size_t option;
	void (*write)(const struct assessment *a,
	    const struct report_tool *tool, struct out *to);
	void (*write_dated)(const struct assessment *a,
	    const struct report_tool *tool, uint64_t created_secs,
	    struct out *to);
} file_reports[] = {
	{ OPTION_HTML, report_html, NULL },
	{ OPTION_SBOM, report_sbom, NULL },
	{ OPTION_SARIF, report_sarif, NULL },
	{ OPTION_OSCAL, NULL, report_oscal },
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
	count += delivering_to_stdout(options->value[OPTION_VEX_OUT]);
	return count;
}

/* A document without a statement is none: then no file appears. */
static enum exit_code
write_vex(const struct assessing *a, const char *file)
{
	if (file == NULL)
		return EXIT_YES;
	if (!report_has_openvex(&a->assessment)) {
		cli_say(file, "is not written: no vulnerability is known");
		return EXIT_YES;
	}
	struct out report = out_open(LIMIT_REPORT_LEN);

	report_openvex(&a->assessment, &a->tool, a->judged_secs, &report);
	return delivering_close(&report, file);
}

static enum exit_code
write_reports(const struct assessing *a, const struct options *options)
{
	for (size_t i = 0; i < FILE_REPORTS; i++) {
		const char *file = options->value[file_reports[i].option];

		if (file == NULL)
			continue;
		struct out report = out_open(LIMIT_REPORT_LEN);

		if (file_reports[i].write != NULL)
			file_reports[i].write(
			    &a->assessment, &a->tool, &report);
		else
			file_reports[i].write_dated(
			    &a->assessment, &a->tool, a->judged_secs, &report);
		enum exit_code code = delivering_close(&report, file);

		if (code != EXIT_YES)
			return code;
	}
	enum exit_code code = write_vex(a, options->value[OPTION_VEX_OUT]);

	if (code != EXIT_YES)
		return code;
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

static bool
is_usable(const struct options *options)
{
	if (count_answers(options) > 1) {
		cli_say("assess", "only one answer fits standard output");
		return false;
	}
	if (options->value[OPTION_VEX_OUT] != NULL &&
	    options->value[OPTION_FEEDS] == NULL) {
		cli_say("assess",
		    "--vex-out needs --feeds: without them no vulnerability "
		    "is known");
		return false;
	}
	return true;
}

enum exit_code
assess_run(int argc, char *argv[])
{
	struct options options;
	struct assessing a;
	enum options_result result = options_read(&usage, argc, argv, &options);

	if (result != OPTIONS_READ)
		return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
	if (!is_usable(&options))
		return EXIT_USAGE;
	struct input_wants wants = {
		.image = options.argument[0],
		.folder = options.value[OPTION_DATA],
		.no_jail = options.value[OPTION_NO_JAIL] != NULL,
		.declaration = options.value[OPTION_DECLARATION],
		.scheme = options.value[OPTION_SCHEME],
		.feeds = options.value[OPTION_FEEDS],
		.vex = options.value[OPTION_VEX],
	};

	if (!assessing_is_usable("assess", &wants))
		return EXIT_USAGE;
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
