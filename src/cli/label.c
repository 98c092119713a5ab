/* SPDX-License-Identifier: ISC */
/* hallmark label: the table of its words. */
#include "cli/cli.h"
#include "cli/labelling.h"
#include "cli/options.h"
#include "cli/words.h"

#include <stddef.h>

static const struct word words[] = {
	{ "issue", &label_issue_usage, label_issue_run },
	{ "renew", &label_renew_usage, label_renew_run },
	{ "suspend", &label_suspend_usage, label_suspend_run },
	{ "reinstate", &label_reinstate_usage, label_reinstate_run },
	{ "revoke", &label_revoke_usage, label_revoke_run },
	{ "transfer", &label_transfer_usage, label_transfer_run },
	{ "correct", &label_correct_usage, label_correct_run },
	{ "update", &label_update_usage, label_update_run },
	{ "advise", &label_advise_usage, label_advise_run },
	{ "countersign", &label_countersign_usage, label_countersign_run },
	{ "show", &label_show_usage, label_show_run },
	{ "qr", &label_qr_usage, label_qr_run },
	{ "verify", &label_verify_usage, label_verify_run },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

enum exit_code
label_run(int argc, char *argv[])
{
	return words_run(words, WORDS,
	    "say issue, renew, suspend, reinstate, revoke, transfer, correct, "
	    "update, advise, countersign, show, qr or verify (--help tells "
	    "more)",
	    argc, argv);
}
