/* SPDX-License-Identifier: ISC */
/* hallmark watch: the table of its words. */
#include "cli/cli.h"
#include "cli/watching.h"
#include "cli/words.h"

#include <stddef.h>

static const struct word words[] = {
	{ "update", &watch_update_usage, watch_update_run },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

enum exit_code
watch_run(int argc, char *argv[])
{
	return words_run(
	    words, WORDS, "say update (--help tells more)", argc, argv);
}
