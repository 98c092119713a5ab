/* SPDX-License-Identifier: ISC */
/* The table of commands; the process that signs is this program, too. */
#include "base/limits.h"
#include "base/out.h"
#include "cli/assessing.h"
#include "cli/cli.h"
#include "worker/sign.h"

#include <stdio.h>
#include <string.h>

#define MAIN_HELP_LEN (16 * KIB)

static const struct command commands[] = {
	{ "assess", "findings, verdicts and inventory of an image",
	    assess_run },
	{ "diff", "what changed from one image to the next", diff_run },
	{ "sbom", "the components of an image, as CycloneDX", sbom_run },
	{ "ls", "the files inside an image", ls_run },
	{ "cat", "the content of one of them", cat_run },
	{ "catalogue", "the requirements that images are judged by",
	    catalogue_run },
	{ "declare", "what the maker says of a product: begin it, check it",
	    declare_run },
	{ "key", "keys to sign with: make one, show its public half", key_run },
	{ "label", "sign, change, draw and verify labels", label_run },
	{ "ledger", "statements in an order that nobody can change",
	    ledger_run },
	{ "serve", "the registry of a ledger: pages and API", serve_run },
	{ "trust", "who may label what: accredit, restrict, recognise",
	    trust_run },
	{ "watch", "known vulnerabilities: compile their feeds", watch_run },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static enum exit_code
print_help(void)
{
	struct out o = out_open(MAIN_HELP_LEN);
	enum exit_code code;

	out_text(&o,
	    "usage: hallmark COMMAND [options] ...\n\n"
	    "Assesses the firmware of connected devices, "
	    "offline.\n\ncommands:\n");
	for (size_t i = 0; i < COMMANDS; i++) {
		char line[120];

		(void)snprintf(line, sizeof(line), "  %-10s %s\n",
		    commands[i].name, commands[i].help);
		out_text(&o, line);
	}
	out_text(&o,
	    "\n`hallmark COMMAND --help` tells more, so does "
	    "man hallmark-COMMAND.\noptions:\n"
	    "  --help     print this help\n"
	    "  --version  print the versions of program and data\n");
	code = cli_answer(out_bytes(&o));
	out_close(&o);
	return code;
}

static enum exit_code
print_version(void)
{
	char data_version[13];
	char line[80];

	if (assessing_data_version(data_embedded(), data_version) != ERR_OK)
		return EXIT_MACHINE;
	(void)snprintf(line, sizeof(line), "hallmark %s (data %s)\n",
	    HALLMARK_VERSION, data_version);
	return cli_answer(bytes_of(line));
}

int
main(int argc, char *argv[])
{
	if (argc < 2) {
		(void)fputs("usage: hallmark COMMAND [options] ... "
			    "(--help tells more)\n",
		    stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], SIGN_WORKER) == 0)
		return sign_worker_main(argc, argv);
	if (strcmp(argv[1], "--help") == 0)
		return (int)print_help();
	if (strcmp(argv[1], "--version") == 0)
		return (int)print_version();
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return (int)commands[i].run(argc - 1, argv + 1);
	cli_say(argv[1], "unknown command (--help lists them)");
	return EXIT_USAGE;
}
