/* SPDX-License-Identifier: ISC */
/* Reads a command line by its table. */
#include "cli/options.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "base/out.h"
#include "cli/cli.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define OPTIONS_HELP_LEN (16 * KIB)
#define OPTIONS_HELP_COLUMN 22

static void
put_row(struct out *o, const struct option_row *row)
{
	size_t start = o->len;

	out_text(o, "  ");
	if (row->letter != 0) {
		out_text(o, "-");
		out_u8(o, (uint8_t)row->letter);
		out_text(o, ", ");
	}
	out_text(o, "--");
	out_text(o, row->name);
	if (row->argument != NULL) {
		out_text(o, " ");
		out_text(o, row->argument);
	}
	do {
		out_text(o, " ");
	} while (o->failed == ERR_OK && o->len - start < OPTIONS_HELP_COLUMN);
	out_text(o, row->help);
	out_text(o, "\n");
}

static void
print_help(const struct usage *usage)
{
	static const struct option_row help = { "help", 0, NULL,
		"print this help" };
	struct out o = out_open(OPTIONS_HELP_LEN);

	out_text(&o, "usage: hallmark ");
	out_text(&o, usage->command);
	out_text(&o, " [options] ");
	out_text(&o, usage->arguments);
	out_text(&o, "\n\n");
	out_text(&o, usage->help);
	out_text(&o, "\n\noptions:\n");
	for (size_t i = 0; i < usage->row_count; i++)
		put_row(&o, &usage->rows[i]);
	put_row(&o, &help);
	(void)cli_answer(out_bytes(&o)); /* it says so itself */
	out_close(&o);
}

static enum options_result
complain(const struct usage *usage, const char *about, const char *what)
{
	cli_say(about, what);
	(void)fprintf(stderr,
	    "usage: hallmark %s [options] %s (--help tells more)\n",
	    usage->command, usage->arguments);
	return OPTIONS_WRONG;
}

/* The row that `word` ("--name", "--name=value" or "-n") means. */
static const struct option_row *
find_row(const struct usage *usage, const char *word)
{
	bool is_long = word[1] == '-';
	size_t len = is_long ? strcspn(word + 2, "=") : 0;

	for (size_t i = 0; i < usage->row_count; i++) {
		const struct option_row *row = &usage->rows[i];

		if (is_long && strlen(row->name) == len &&
		    strncmp(row->name, word + 2, len) == 0)
			return row;
		if (!is_long && row->letter != 0 && word[1] == row->letter &&
		    word[2] == '\0')
			return row;
	}
	return NULL;
}

/* Reads the option at argv[*at] and moves to its last word. */
static enum options_result
read_option(const struct usage *usage, int argc, char *argv[], int *at,
    struct options *o)
{
	const char *word = argv[*at];
	const struct option_row *row = find_row(usage, word);
	const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;

	if (strcmp(word, "--help") == 0) {
		print_help(usage);
		return OPTIONS_HELPED;
	}
	if (row == NULL)
		return complain(usage, word, "unknown option");
	const char **value = &o->value[row - usage->rows];

	if (*value != NULL)
		return complain(usage, word, "given twice");
	if (row->argument == NULL && equals != NULL)
		return complain(usage, word, "takes no value");
	if (row->argument == NULL) {
		*value = row->name;
	} else if (equals != NULL) {
		*value = equals + 1;
	} else if (*at + 1 < argc) {
		(*at)++;
		*value = argv[*at];
	} else {
		return complain(usage, word, "needs a value");
	}
	return OPTIONS_READ;
}

enum options_result
options_read(
    const struct usage *usage, int argc, char *argv[], struct options *ret)
{
	struct options o = { 0 };
	size_t count = 0;
	bool options_over = false;
	size_t wanted = usage->argument_count + usage->optional_count;

	assert(
	    usage->row_count <= OPTIONS_MAX && wanted <= OPTIONS_MAX_ARGUMENTS);
	o.rest = argv + 1; /* moved there one by one: never past argv[i] */
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (!options_over && strcmp(word, "--") == 0) {
			options_over = true;
		} else if (!options_over && word[0] == '-' && word[1] != '\0') {
			enum options_result result =
			    read_option(usage, argc, argv, &i, &o);

			if (result != OPTIONS_READ)
				return result;
		} else if (count == wanted && usage->takes_rest) {
			argv[++o.rest_count] = argv[i];
		} else if (count == wanted) {
			return complain(usage, word, "one argument too many");
		} else {
			o.argument[count++] = word;
		}
	}
	if (count < usage->argument_count)
		return complain(
		    usage, usage->command, "an argument is missing");
	*ret = o;
	return OPTIONS_READ;
}
