/* SPDX-License-Identifier: ISC */
/* hallmark label: the table of its words. */
#include "cli/cli.h"
#include "cli/labelling.h"
#include "cli/options.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *word;
	const struct usage *usage;
	enum exit_code (*run)(const struct options *options);
} words[] = {
	{ "issue", &label_issue_usage, label_issue_run },
	{ "renew", &label_renew_usage, label_renew_run },
	{ "suspend", &label_suspend_usage, label_suspend_run },
	{ "reinstate", &label_reinstate_usage, label_reinstate_run },
	{ "revoke", &label_revoke_usage, label_revoke_run },
	{ "transfer", &label_transfer_usage, label_transfer_run },
	{ "correct", &label_correct_usage, label_correct_run },
	{ "countersign", &label_countersign_usage, label_countersign_run },
	{ "show", &label_show_usage, label_show_run },
	{ "qr", &label_qr_usage, label_qr_run },
	{ "verify", &label_verify_usage, label_verify_run },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

enum exit_code
label_run(int argc, char *argv[])
{
	struct options options;
	bool help = argc > 1 && strcmp(argv[1], "--help") == 0;

	for (size_t i = 0; i < WORDS; i++) {
		if (help) {
			(void)options_read(
			    words[i].usage, argc, argv, &options);
			continue;
		}
		if (argc < 2 || strcmp(argv[1], words[i].word) != 0)
			continue;
		enum options_result result =
		    options_read(words[i].usage, argc - 1, argv + 1, &options);

		if (result != OPTIONS_READ)
			return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
		return words[i].run(&options);
	}
	if (help)
		return EXIT_YES;
	cli_say("label",
	    "say issue, renew, suspend, reinstate, revoke, transfer, correct, "
	    "countersign, show, qr or verify (--help tells more)");
	return EXIT_USAGE;
}
