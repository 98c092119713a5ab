/* SPDX-License-Identifier: ISC */
/* Commands of several words: `hallmark ledger append`. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "cli/cli.h"
#include "cli/options.h"

#include <stddef.h>

struct word {
	const char *word;
	const struct usage *usage;
	enum exit_code (*run)(const struct options *options);
};

/* Runs the word at argv[1]; `--help` there prints that of all. Without one it
   says `hint` about the command, argv[0]. */
enum exit_code words_run(const struct word *words, size_t count,
    const char *hint, int argc, char *argv[]);

#endif
