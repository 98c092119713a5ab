/* SPDX-License-Identifier: ISC */
/* hallmark declare export IMAGE: a whole document, or what it lacks. */
#include "cli/declare_export.h"

#include "base/limits.h"
#include "base/out.h"
#include "cli/assessing.h"
#include "cli/delivering.h"
#include "report/dossier.h"
#include "system/file.h"

#include <string.h>
#include <unistd.h>

enum {
	OPTION_DECLARATION,
	OPTION_AS,
	OPTION_FORMAT,
	OPTION_OUTPUT,
	OPTION_FEEDS,
	OPTION_VEX,
	OPTION_DATA,
	OPTION_NO_JAIL,
	OPTION_COUNT
};

static const struct option_row rows[OPTION_COUNT] = {
	[OPTION_DECLARATION] = { "declaration", 0, "FILE",
	    "what the maker declares (needed)" },
	[OPTION_AS] = { "as", 0, "DOCUMENT",
	    "technical-file, user-information, psti-statement or ixit" },
	[OPTION_FORMAT] = { "format", 0, "NAME", "html (usual) or markdown" },
	[OPTION_OUTPUT] = { "output", 'o', "FILE",
	    "write to FILE, not to standard output" },
	[OPTION_FEEDS] = { "feeds", 0, "DIR",
	    "list the known vulnerabilities in the feeds in DIR" },
	[OPTION_VEX] = { "vex", 0, "FILE",
	    "with what FILE says of them for this product" },
	[OPTION_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[OPTION_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the files without protection (for debugging)" },
};

const struct usage declare_export_usage = {
	.command = "declare export",
	.arguments = "IMAGE",
	.argument_count = 1,
	.help = "Writes a document for an authority or for users.",
	.rows = rows,
	.row_count = OPTION_COUNT,
};

static enum exit_code
say_unknown(const struct dossier *d, const char *document)
{
	struct out what = out_open(KIB);
	enum exit_code code = EXIT_USAGE;

	out_text(&what, "no such document; there are ");
	dossier_put_names(d, &what);
	out_u8(&what, 0);
	if (what.failed == ERR_OK)
		cli_say(document, (const char *)what.ptr);
	else
		code = EXIT_MACHINE;
	out_close(&what);
	return code;
}

/* Whole or not at all: never a document with holes. */
static enum exit_code
write_document(
    const struct dossier *d, struct bytes name, const struct options *options)
{
	const char *format = options->value[OPTION_FORMAT];
	const char *file = options->value[OPTION_OUTPUT];
	struct out document = out_open(LIMIT_REPORT_LEN);

	dossier_write(
	    d, name, format == NULL || strcmp(format, "html") == 0, &document);
	return delivering_close(&document, file != NULL ? file : "-");
}

static enum exit_code
check_and_write(const struct dossier *d, const struct options *options)
{
	struct bytes name = bytes_of(options->value[OPTION_AS]);
	struct out lacks = out_open(LIMIT_REPORT_LEN);
	enum exit_code code = EXIT_NO;

	if (!dossier_has(d, name)) {
		code = say_unknown(d, options->value[OPTION_AS]);
	} else if (dossier_check(d, name, &lacks) == 0) {
		code = write_document(d, name, options);
	} else {
		/* the list is no document: it does not belong to the answer */
		(void)file_put(STDERR_FILENO, out_bytes(&lacks));
		cli_say(options->value[OPTION_AS],
		    "not written: the lines above say what it lacks");
	}
	out_close(&lacks);
	return code;
}

static enum exit_code
export_from(const struct assessing *a, const struct options *options)
{
	struct fault fault = { 0 };
	struct dossier d = {
		.data = &a->input.data,
		.assessment = &a->assessment,
		.tool = &a->tool,
		.declaration = &a->declaring.declaration,
		.problems = &a->declaring.problems,
	};
	enum err err = dossier_open(&d, &fault);
	enum exit_code code;

	if (err != ERR_OK) {
		cli_say(fault.format != NULL ? fault.format : "data",
		    err_text(err));
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	code = check_and_write(&d, options);
	dossier_close(&d);
	return code;
}

static bool
is_format(const char *format)
{
	return format == NULL || strcmp(format, "html") == 0 ||
	    strcmp(format, "markdown") == 0;
}

enum exit_code
declare_export(const struct options *options)
{
	struct input_wants wants = {
		.image = options->argument[0],
		.folder = options->value[OPTION_DATA],
		.no_jail = options->value[OPTION_NO_JAIL] != NULL,
		.declaration = options->value[OPTION_DECLARATION],
		.feeds = options->value[OPTION_FEEDS],
		.vex = options->value[OPTION_VEX],
	};
	struct assessing a;
	enum exit_code code;

	if (wants.declaration == NULL || options->value[OPTION_AS] == NULL) {
		cli_say("declare export", "needs --declaration and --as");
		return EXIT_USAGE;
	}
	if (!assessing_is_usable("declare export", &wants))
		return EXIT_USAGE;
	if (!is_format(options->value[OPTION_FORMAT])) {
		cli_say(options->value[OPTION_FORMAT],
		    "no such format; there are html, markdown");
		return EXIT_USAGE;
	}
	code = assessing_open(&wants, &a);
	if (code != EXIT_YES)
		return code;
	if (a.client.reply.trouble[0] != '\0') {
		cli_say(a.input.name, a.client.reply.trouble);
		code = EXIT_NO; /* half an image carries no document */
	} else {
		code = export_from(&a, options);
	}
	assessing_close(&a);
	return code;
}
