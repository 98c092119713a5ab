/* SPDX-License-Identifier: ISC */
/* hallmark sbom IMAGE: the components of one image. */
#include "base/limits.h"
#include "base/out.h"
#include "cli/assessing.h"
#include "cli/cli.h"
#include "cli/options.h"

enum {
	OPTION_DATA,
	OPTION_FEEDS,
	OPTION_JSON,
	OPTION_NO_JAIL,
	OPTION_SPDX,
	OPTION_VEX,
	OPTION_COUNT
};

static const struct option_row rows[OPTION_COUNT] = {
	[OPTION_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[OPTION_FEEDS] = { "feeds", 0, "DIR",
	    "name the known vulnerabilities in the feeds in DIR" },
	[OPTION_JSON] = { "json", 0, NULL, "changes nothing: it is JSON" },
	[OPTION_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the image without protection (for debugging)" },
	[OPTION_SPDX] = { "spdx", 0, NULL, "SPDX 2.3 instead" },
	[OPTION_VEX] = { "vex", 0, "FILE",
	    "heed what FILE says of them for this product" },
};

static const struct usage usage = {
	.command = "sbom",
	.arguments = "IMAGE",
	.argument_count = 1,
	.help = "Prints the components of a firmware image as CycloneDX "
		"1.6 JSON.",
	.rows = rows,
	.row_count = OPTION_COUNT,
};

static bool
is_usable(const struct options *options, const struct input_wants *wants)
{
	if (wants->feeds != NULL && options->value[OPTION_SPDX] != NULL) {
		cli_say("sbom",
		    "SPDX 2.3 has no vulnerabilities: leave out "
		    "--spdx or --feeds");
		return false;
	}
	return assessing_is_usable("sbom", wants);
}

enum exit_code
sbom_run(int argc, char *argv[])
{
	struct options options;
	struct assessing a;
	enum options_result result = options_read(&usage, argc, argv, &options);

	if (result != OPTIONS_READ)
		return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
	struct input_wants wants = {
		.image = options.argument[0],
		.folder = options.value[OPTION_DATA],
		.no_jail = options.value[OPTION_NO_JAIL] != NULL,
		.feeds = options.value[OPTION_FEEDS],
		.vex = options.value[OPTION_VEX],
	};

	if (!is_usable(&options, &wants))
		return EXIT_USAGE;
	enum exit_code code = assessing_open(&wants, &a);

	if (code != EXIT_YES)
		return code;
	struct out sbom = out_open(LIMIT_REPORT_LEN);

	if (options.value[OPTION_SPDX] != NULL)
		report_spdx(&a.assessment, &a.tool, a.judged_secs, &sbom);
	else
		report_sbom(&a.assessment, &a.tool, &sbom);
	if (sbom.failed != ERR_OK) {
		cli_say(a.input.name, err_text(sbom.failed));
		code = EXIT_MACHINE;
	} else {
		code = cli_answer(out_bytes(&sbom));
	}
	if (a.client.reply.trouble[0] != '\0') {
		cli_say(a.input.name, a.client.reply.trouble);
		code = code == EXIT_YES ? EXIT_NO : code;
	}
	out_close(&sbom);
	assessing_close(&a);
	return code;
}
