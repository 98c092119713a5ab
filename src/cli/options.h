/* SPDX-License-Identifier: ISC */
/* A command's options as a table, for reading and for --help. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define OPTIONS_MAX 20
#define OPTIONS_MAX_ARGUMENTS 3

struct option_row {
	const char *name;     /* without the dashes */
	char letter;	      /* short form, or 0 */
	const char *argument; /* its name in --help, or NULL: a switch */
	const char *help;
};

struct usage {
	const char *command;
	const char *arguments; /* "IMAGE PATH" */
	size_t argument_count; /* so many are needed */
	size_t optional_count; /* so many more may stand behind them */
	bool takes_rest;       /* and any number more: options.rest */
	const char *help;      /* one sentence */
	const struct option_row *rows;
	size_t row_count; /* at most OPTIONS_MAX */
};

/* By the usage's row: NULL when not given; a switch has its name. */
struct options {
	const char *value[OPTIONS_MAX];
	const char *argument[OPTIONS_MAX_ARGUMENTS];
	char **rest; /* borrows argv, whose order is changed for it */
	size_t rest_count;
};

enum options_result {
	OPTIONS_READ,
	OPTIONS_HELPED, /* --help was printed: all is done */
	OPTIONS_WRONG,	/* said so on standard error */
};

/*
 * `--name value`, `--name=value`, `-n`; options may stand behind arguments;
 * `--` ends them; `-` is an argument.
 */
enum options_result options_read(
    const struct usage *usage, int argc, char *argv[], struct options *ret);

#endif
