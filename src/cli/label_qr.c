/* SPDX-License-Identifier: ISC */
/* hallmark label qr: the label as a code to scan, and as a mark to print. */
#include "base/limits.h"
#include "cli/label_ledger.h"
#include "cli/labelling.h"
#include "label/compact_text.h"
#include "picture/mark.h"
#include "picture/qr.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QR_PICTURE_LEN (8 * MIB)
#define QR_PIXELS 4

enum {
	QR_LEDGER,
	QR_HOST,
	QR_OFFLINE,
	QR_PNG,
	QR_SVG,
	QR_MARK,
	QR_TEXT,
	QR_TERMINAL,
	QR_PIXELS_ROW,
	QR_MODULE,
	QR_WIDTH,
	QR_COUNT
};

static const struct option_row rows[QR_COUNT] = {
	[QR_LEDGER] = { "ledger", 0, "DIR",
	    "take the label's place and proof from the ledger in DIR" },
	[QR_HOST] = { "host", 0, "NAME",
	    "a URL to the registry at NAME, with the label behind the #" },
	[QR_OFFLINE] = { "offline", 0, NULL,
	    "no URL but bare text (so it is without --host)" },
	[QR_PNG] = { "png", 0, "FILE", "write the code as PNG" },
	[QR_SVG] = { "svg", 0, "FILE", "write the code as SVG" },
	[QR_MARK] = { "mark", 0, "FILE",
	    "write the printable label as SVG: words and code" },
	[QR_TEXT] = { "text", 0, NULL, "print the text that is in the code" },
	[QR_TERMINAL] = { "terminal", 0, "KIND",
	    "draw it for a terminal as colour, blocks or ascii" },
	[QR_PIXELS_ROW] = { "pixels", 0, "N",
	    "pixels a module in the PNG (4)" },
	[QR_MODULE] = { "module", 0, "MM", "size of a module in print (0.4)" },
	[QR_WIDTH] = { "width", 0, "MM",
	    "width of the printed label's words (25)" },
};
const struct usage label_qr_usage = {
	.command = "label qr",
	.arguments = "LABEL",
	.argument_count = 1,
	.help = "Draws a label's QR code: in the terminal, or into files.",
	.rows = rows,
	.row_count = QR_COUNT,
};

struct drawing {
	const char *const *wants;
	struct arena arena;
	struct labelling label;
	struct bytes text;
	struct qr qr;
	unsigned pixels;
	uint32_t module_um, width_um;
	enum qr_terminal terminal;
};

/* ---- options ---- */

/* "0.4" as 400; at most three digits behind the point and five before it. */
static bool
read_um(const char *text, uint32_t *ret)
{
	struct bytes whole = bytes_of(text);
	size_t point = bytes_find_byte(whole, '.', 0);
	struct bytes rest = { NULL, 0 };
	uint64_t mm;
	uint64_t um = 0;

	if (point != SIZE_MAX) {
		rest = bytes_from(whole, point + 1);
		whole = bytes_slice(whole, 0, point);
		if (rest.len == 0 || rest.len > 3 || !bytes_to_u64(rest, &um))
			return false;
	}
	if (whole.len > 5 || !bytes_to_u64(whole, &mm))
		return false;
	for (size_t i = rest.len; i < 3; i++)
		um *= 10;
	*ret = (uint32_t)(mm * 1000 + um);
	return true;
}

static bool
read_terminal(const char *text, enum qr_terminal *ret)
{
	static const char *const names[] = {
		[QR_TERMINAL_COLOUR] = "colour",
		[QR_TERMINAL_BLOCKS] = "blocks",
		[QR_TERMINAL_ASCII] = "ascii",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], text) != 0)
			continue;
		*ret = (enum qr_terminal)i;
		return true;
	}
	return false;
}

/* What standard output can show. */
static enum qr_terminal
guess_terminal(void)
{
	bool utf8 = setlocale(LC_CTYPE, "") != NULL &&
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

	if (!utf8)
		return QR_TERMINAL_ASCII;
	return isatty(STDOUT_FILENO) == 1 ? QR_TERMINAL_COLOUR
					  : QR_TERMINAL_BLOCKS;
}

static enum exit_code
say_wrong(const char *value, const char *what)
{
	cli_say(value, what);
	return EXIT_USAGE;
}

static enum exit_code
read_wants(struct drawing *d)
{
	const char *pixels = d->wants[QR_PIXELS_ROW];
	const char *module = d->wants[QR_MODULE];
	const char *width = d->wants[QR_WIDTH];
	const char *terminal = d->wants[QR_TERMINAL];
	uint64_t number = QR_PIXELS;

	if (d->wants[QR_HOST] != NULL && d->wants[QR_OFFLINE] != NULL)
		return say_wrong("label", "--host and --offline: say one");
	if (pixels != NULL &&
	    (!bytes_to_u64(bytes_of(pixels), &number) || number == 0 ||
		number > QR_SCALE_MAX))
		return say_wrong(pixels, "is no number of pixels from 1 to 64");
	d->pixels = (unsigned)number;
	d->module_um = QR_MODULE_UM;
	if (module != NULL && !read_um(module, &d->module_um))
		return say_wrong(module, "is no size in mm such as 0.4");
	if (d->module_um < QR_MODULE_MIN_UM || d->module_um > 20000)
		return say_wrong(module,
		    "mm a module cannot be: below 0.33 telephones do not read "
		    "it, above 20 nobody prints it");
	if (d->module_um < QR_MODULE_UM)
		cli_say(module, "mm a module is small: 0.4 is safe");
	d->width_um = MARK_WIDTH_UM;
	if (width != NULL && !read_um(width, &d->width_um))
		return say_wrong(width, "is no width in mm such as 25");
	if (d->width_um < MARK_WIDTH_UM || d->width_um > MARK_WIDTH_MAX_UM)
		return say_wrong(width,
		    "mm of width cannot be: below 25 the words are not "
		    "legible, above 200 it is no label");
	d->terminal = guess_terminal();
	if (terminal != NULL && !read_terminal(terminal, &d->terminal))
		return say_wrong(terminal, "is not colour, blocks or ascii");
	return EXIT_YES;
}

/* ---- the text ---- */

static enum exit_code
place_by_ledger(struct drawing *d)
{
	struct label_ledger ledger;
	struct bytes proof = { NULL, 0 };
	uint64_t index = d->label.compact.index;
	enum exit_code code = label_ledger_open(d->wants[QR_LEDGER], &ledger);

	if (code != EXIT_YES)
		return code;
	if (d->label.has_statement) {
		code = label_ledger_find(
		    &ledger, &d->label.statement, &d->arena, &index);
	} else if (!d->label.compact.logged) {
		cli_say(d->label.name,
		    "does not say its index: give the label's file");
		code = EXIT_INPUT;
	}
	if (code == EXIT_YES)
		code = label_ledger_proof(&ledger, index, &d->arena, &proof);
	label_ledger_close(&ledger);
	return code == EXIT_YES
	    ? labelling_place(&d->label, index, proof, &d->arena)
	    : code;
}

/* What a code without a whole proof cannot do. */
static void
warn(const struct drawing *d)
{
	if (!d->label.compact.logged)
		cli_say(d->label.name,
		    "not in a ledger yet (or say --ledger): the code says "
		    "nothing of its place");
	else if (d->label.compact.proof.len == 0)
		cli_say(d->label.name,
		    "its tile of 256 entries is not full: the code has no "
		    "proof of its own yet (hallmark ledger fill)");
}

static enum exit_code
make_text(struct drawing *d)
{
	uint8_t *room = arena_take(&d->arena, COMPACT_TEXT_MAX_LEN);
	enum err err = ERR_MEMORY;

	if (room != NULL && d->wants[QR_HOST] != NULL)
		err = compact_to_url(d->label.compact_bytes,
		    bytes_of(d->wants[QR_HOST]), room, &d->text);
	else if (room != NULL)
		err = compact_to_text(d->label.compact_bytes, room, &d->text);
	if (err == ERR_MALFORMED && d->wants[QR_HOST] != NULL)
		return say_wrong(d->wants[QR_HOST], "is no name of a host");
	if (err == ERR_OK)
		err = qr_make(d->text, &d->arena, &d->qr);
	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(d->label.name, err_text(err));
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

/* ---- the pictures ---- */

static void
tell_size(const struct drawing *d, const struct mark_size *size)
{
	char what[200];

	(void)snprintf(what, sizeof(what),
	    "%.1f x %.1f mm; smallest letters %.2f mm; QR version %u, %.1f mm "
	    "wide, modules of %.2f mm",
	    size->width_um / 1000.0, size->height_um / 1000.0,
	    size->text_um / 1000.0, d->qr.version, size->qr_um / 1000.0,
	    size->module_um / 1000.0);
	cli_say(d->wants[QR_MARK], what);
}

static enum err
put_mark(struct drawing *d, struct out *o)
{
	const struct label_claims *c = &d->label.claims;
	struct mark_size size;
	struct mark mark = {
		.maker = c->maker,
		.model = labelling_model(c, &d->arena),
		.version = c->product.version,
		.scheme = c->scheme,
		.level_number = c->level,
		.basis = (enum mark_basis)c->basis, /* the same numbers */
		.valid_until = d->label.compact.expires,
		.support_until = c->support_until != 0 ? c->support_until : -1,
	};

	mark.level = labelling_level(c, &mark.level_count, &d->arena);
	enum err err =
	    mark_put_svg(o, &mark, &d->qr, d->width_um, d->module_um, &size);

	if (err == ERR_OK)
		tell_size(d, &size);
	return err;
}

static enum err
put_png(struct drawing *d, struct out *o)
{
	return qr_put_png(o, &d->qr, d->pixels);
}

static enum err
put_svg(struct drawing *d, struct out *o)
{
	qr_put_svg(o, &d->qr, d->module_um);
	return o->failed;
}

static enum exit_code
write_picture(struct drawing *d, const char *file,
    enum err (*put)(struct drawing *d, struct out *o))
{
	struct out o = out_open(QR_PICTURE_LEN);
	enum exit_code code = EXIT_MACHINE;

	if (file == NULL)
		return EXIT_YES;
	enum err err = put(d, &o);

	if (err == ERR_OK)
		code = answering_deliver(file, out_bytes(&o));
	else
		cli_say(file, err_text(err));
	out_close(&o);
	return code;
}

static enum exit_code
print(struct drawing *d)
{
	struct out o = out_open(QR_PICTURE_LEN);
	bool files = d->wants[QR_PNG] != NULL || d->wants[QR_SVG] != NULL ||
	    d->wants[QR_MARK] != NULL;

	if (d->wants[QR_TERMINAL] != NULL ||
	    (!files && d->wants[QR_TEXT] == NULL))
		qr_put_terminal(&o, &d->qr, d->terminal);
	if (d->wants[QR_TEXT] != NULL) {
		out_put(&o, d->text);
		out_text(&o, "\n");
	}
	return answering_close(&o, EXIT_YES);
}

static enum exit_code
draw(struct drawing *d)
{
	enum exit_code code = labelling_read(&d->label, &d->arena);

	if (code != EXIT_YES)
		return code;
	labelling_place_by_receipt(&d->label, &d->arena);
	if (d->wants[QR_LEDGER] != NULL)
		code = place_by_ledger(d);
	if (code != EXIT_YES)
		return code;
	warn(d);
	code = make_text(d);
	if (code == EXIT_YES)
		code = write_picture(d, d->wants[QR_PNG], put_png);
	if (code == EXIT_YES)
		code = write_picture(d, d->wants[QR_SVG], put_svg);
	if (code == EXIT_YES)
		code = write_picture(d, d->wants[QR_MARK], put_mark);
	return code == EXIT_YES ? print(d) : code;
}

enum exit_code
label_qr_run(const struct options *options)
{
	struct drawing d = {
		.wants = options->value,
		.arena = arena_open(LABELLING_ARENA_LEN),
	};
	enum exit_code code = read_wants(&d);

	if (code == EXIT_YES)
		code = labelling_open(options->argument[0], &d.label);
	if (code != EXIT_YES)
		return code;
	code = draw(&d);
	labelling_close(&d.label);
	arena_close(&d.arena);
	return code;
}
