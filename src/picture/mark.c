/* SPDX-License-Identifier: ISC */
/* Draws the printable label. */
#include "picture/mark.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/text.h"
#include "picture/picture_private.h"

/* Sizes at the width of MARK_WIDTH_UM, in micrometres; all grow with it. */
#define MARK_EDGE_UM 1300  /* from the frame to the words */
#define MARK_FRAME_UM 300  /* the frame's line */
#define MARK_HEAD_UM 5400  /* the black field with the name */
#define MARK_NAME_UM 4000  /* letters of the name */
#define MARK_LEVEL_UM 4200 /* letters of the level, at most */
#define MARK_STEP_UM 1700  /* height of the boxes that count the level */
#define MARK_STEP_GAP_UM 600
#define MARK_STEP_LINE_UM 350
#define MARK_MAKER_UM 2200
#define MARK_PANEL_LEN (64 * KIB)
#define MARK_WORDS_LEN (4 * KIB)

/* Down from the top: what a line of letters takes, in percent of their size. */
#define MARK_ASCENT 82
#define MARK_LEADING 122

/* Words being set, top down, in the panel's own coordinates. */
struct setting {
	struct out *to;
	uint32_t width_um; /* of the panel */
	uint32_t y_um;	   /* where the next line begins */
};

/* A size of the smallest panel in this one. */
static uint32_t
scaled(const struct setting *s, uint32_t um)
{
	return (uint32_t)((uint64_t)um * s->width_um / MARK_WIDTH_UM);
}

static uint32_t
inner_width(const struct setting *s)
{
	return s->width_um - 2 * scaled(s, MARK_EDGE_UM);
}

static void
put_member(struct out *o, const char *name, uint32_t um)
{
	out_text(o, " ");
	out_text(o, name);
	out_text(o, "=\"");
	svg_put_mm(o, um);
	out_text(o, "\"");
}

/* One line of clean text with its baseline at y. A viewer with other letters
   is held to our widths wherever we know them. */
static void
put_line(const struct setting *s, struct bytes line, uint32_t y_um,
    uint32_t size_um, bool bold, const char *more)
{
	out_text(s->to, "<text");
	put_member(s->to, "x", scaled(s, MARK_EDGE_UM));
	put_member(s->to, "y", y_um);
	put_member(s->to, "font-size", size_um);
	if (letters_are_ascii(line)) {
		put_member(
		    s->to, "textLength", letters_width_um(line, size_um, bold));
		out_text(s->to, " lengthAdjust=\"spacingAndGlyphs\"");
	}
	if (bold)
		out_text(s->to, " font-weight=\"bold\"");
	out_text(s->to, more);
	out_text(s->to, ">");
	text_put_html(s->to, line);
	out_text(s->to, "</text>\n");
}

/* Foreign words in up to `lines` lines; what does not fit ends in "...". */
static void
put_words(struct setting *s, struct bytes words, uint32_t um, bool bold,
    unsigned lines)
{
	uint32_t size = scaled(s, um);
	uint32_t width = inner_width(s);
	struct bytes rest = words;

	for (unsigned i = 0; i < lines && rest.len > 0; i++) {
		struct bytes before = rest;
		struct bytes line = letters_take_line(&rest, width, size, bold);
		struct out last = out_open(MARK_WORDS_LEN);

		if (i + 1 == lines && rest.len > 0) {
			uint32_t dots =
			    letters_width_um(BYTES("..."), size, bold);

			line = letters_take_line(
			    &before, width - dots, size, bold);
			out_put(&last, line);
			out_text(&last, "...");
			line = out_bytes(&last);
		}
		put_line(s, line, s->y_um + size * MARK_ASCENT / 100, size,
		    bold, "");
		s->y_um += size * MARK_LEADING / 100;
		if (last.failed != ERR_OK && s->to->failed == ERR_OK)
			s->to->failed = last.failed;
		out_close(&last);
	}
}

/* "model " and the foreign text behind it. */
static void
put_named(struct setting *s, const char *name, struct bytes text, uint32_t um,
    bool bold, unsigned lines)
{
	struct out words = out_open(MARK_WORDS_LEN);

	out_text(&words, name);
	letters_put_clean(&words, bytes_slice(text, 0, MARK_WORDS_LEN / 8));
	if (words.failed != ERR_OK && s->to->failed == ERR_OK)
		s->to->failed = words.failed;
	put_words(s, bytes_trim(out_bytes(&words)), um, bold, lines);
	out_close(&words);
}

static void
put_day(struct setting *s, const char *name, int64_t secs)
{
	struct out day = out_open(64);

	date_put_day(&day, secs);
	put_named(s, name, out_bytes(&day), MARK_TEXT_UM, false, 1);
	out_close(&day);
}

/* ---- the parts ---- */

static void
put_head(struct setting *s)
{
	uint32_t head = scaled(s, MARK_HEAD_UM);
	uint32_t size = scaled(s, MARK_NAME_UM);

	out_text(s->to, "<rect x=\"0\" y=\"0\"");
	put_member(s->to, "width", s->width_um);
	put_member(s->to, "height", head);
	out_text(s->to, "/>\n");
	put_line(s, BYTES("hallmark"), (head + size * 66 / 100) / 2, size, true,
	    " fill=\"#fff\"");
	s->y_um = head + scaled(s, 900);
}

/* The level's word as large as fits. */
static void
put_level(struct setting *s, struct bytes level)
{
	struct out word = out_open(MARK_WORDS_LEN);
	uint32_t least = scaled(s, MARK_TEXT_UM);
	uint32_t size = scaled(s, MARK_LEVEL_UM);
	uint32_t at_first;

	letters_put_clean(&word, bytes_slice(level, 0, MARK_WORDS_LEN / 8));
	for (size_t i = 0; i < word.len; i++)
		if (word.ptr[i] >= 'a' && word.ptr[i] <= 'z')
			word.ptr[i] = (uint8_t)(word.ptr[i] - 'a' + 'A');
	at_first = letters_width_um(out_bytes(&word), size, true);
	if (at_first > inner_width(s))
		size = (uint32_t)((uint64_t)size * inner_width(s) / at_first);
	if (size < least)
		size = least;
	if (word.failed != ERR_OK && s->to->failed == ERR_OK)
		s->to->failed = word.failed;
	put_words(s, out_bytes(&word),
	    (uint32_t)((uint64_t)size * MARK_WIDTH_UM / s->width_um), true, 2);
	out_close(&word);
}

/* Boxes in a row: the level fills so many of all that there are. */
static void
put_steps(struct setting *s, unsigned filled, unsigned count)
{
	uint32_t gap = scaled(s, MARK_STEP_GAP_UM);
	uint32_t line = scaled(s, MARK_STEP_LINE_UM);
	uint32_t height = scaled(s, MARK_STEP_UM);

	if (count == 0 || count > MARK_LEVELS_MAX || filled > count)
		return;
	uint32_t step = (inner_width(s) - gap * (count - 1)) / count;

	for (unsigned i = 0; i < count; i++) {
		/* the line is drawn half inside, half outside */
		out_text(s->to, "<rect");
		put_member(s->to, "x",
		    scaled(s, MARK_EDGE_UM) + i * (step + gap) + line / 2);
		put_member(s->to, "y", s->y_um + line / 2);
		put_member(s->to, "width", step - line);
		put_member(s->to, "height", height - line);
		put_member(s->to, "stroke-width", line);
		out_text(s->to,
		    i < filled ? " stroke=\"#000\"/>\n"
			       : " stroke=\"#000\" fill=\"#fff\"/>\n");
	}
	s->y_um += height + scaled(s, 700);
}

static void
put_number(struct setting *s, const struct mark *mark)
{
	struct out words = out_open(KIB);

	out_text(&words, "level ");
	out_decimal(&words, mark->level_number);
	if (mark->level_count > 0) {
		out_text(&words, " of ");
		out_decimal(&words, mark->level_count);
	}
	put_words(s, out_bytes(&words), MARK_TEXT_UM, false, 1);
	out_close(&words);
}

static struct bytes
basis_words(enum mark_basis basis)
{
	switch (basis) {
	case MARK_TESTED:
		return BYTES("tested by program");
	case MARK_DECLARED:
		return BYTES("declared by the maker, in whole or in part");
	case MARK_REVIEWED:
		return BYTES("reviewed by a laboratory");
	}
	return BYTES("on an unknown basis");
}

static void
put_panel(struct setting *s, const struct mark *mark)
{
	put_head(s);
	put_level(s, mark->level);
	put_steps(s, mark->level_number, mark->level_count);
	put_number(s, mark);
	put_named(s, "scheme ", mark->scheme, MARK_TEXT_UM, false, 1);
	put_words(s, basis_words(mark->basis), MARK_TEXT_UM, true, 2);
	s->y_um += scaled(s, 500);
	put_named(s, "", mark->maker, MARK_MAKER_UM, true, 2);
	put_named(s, "", mark->model, MARK_MAKER_UM, false, 2);
	if (mark->version.len > 0)
		put_named(s, "version ", mark->version, MARK_TEXT_UM, false, 1);
	s->y_um += scaled(s, 500);
	put_day(s, "valid until ", mark->valid_until);
	if (mark->support_until >= 0)
		put_day(s, "updates until ", mark->support_until);
	else
		put_words(s, BYTES("updates until: not said"), MARK_TEXT_UM,
		    false, 1);
	s->y_um += scaled(s, 700);
}

/* ---- the whole ---- */

static void
put_qr(struct out *o, const struct qr *qr, uint32_t x_um, uint32_t y_um,
    uint32_t side_um)
{
	out_text(o, "<svg");
	put_member(o, "x", x_um);
	put_member(o, "y", y_um);
	put_member(o, "width", side_um);
	put_member(o, "height", side_um);
	out_text(o, " viewBox=\"-4 -4 ");
	out_decimal(o, qr_full_side(qr));
	out_text(o, " ");
	out_decimal(o, qr_full_side(qr));
	out_text(o, "\" shape-rendering=\"crispEdges\"><path d=\"");
	qr_put_path(o, qr);
	out_text(o, "\"/></svg>\n");
}

static void
put_frame(struct out *o, uint32_t width_um, uint32_t height_um)
{
	uint32_t line =
	    (uint32_t)((uint64_t)MARK_FRAME_UM * width_um / MARK_WIDTH_UM);

	out_text(o, "<rect fill=\"none\" stroke=\"#000\"");
	put_member(o, "x", line / 2);
	put_member(o, "y", line / 2);
	put_member(o, "width", width_um - line);
	put_member(o, "height", height_um - line);
	put_member(o, "stroke-width", line);
	out_text(o, "/>\n");
}

/* Where all goes, once the words are set. */
static struct mark_size
lay_out(const struct qr *qr, uint32_t width_um, uint32_t words_um,
    uint32_t module_um, bool *ret_below)
{
	uint32_t side = (uint32_t)qr_full_side(qr);
	struct mark_size size = { .module_um = module_um };

	*ret_below = width_um / side >= module_um;
	if (*ret_below) {
		size.module_um = width_um / side;
		size.qr_um = width_um;
		size.width_um = width_um;
		size.height_um = words_um + width_um;
	} else {
		size.qr_um = side * module_um;
		size.width_um = width_um + size.qr_um;
		size.height_um = words_um > size.qr_um ? words_um : size.qr_um;
	}
	size.text_um =
	    (uint32_t)((uint64_t)MARK_TEXT_UM * width_um / MARK_WIDTH_UM);
	return size;
}

static void
put_whole(struct out *o, const struct qr *qr, uint32_t width_um,
    struct bytes panel, uint32_t words_um, const struct mark_size *size,
    bool below)
{
	uint32_t panel_um = below ? words_um : size->height_um;

	out_text(o,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\""
	    " width=\"");
	svg_put_mm(o, size->width_um);
	out_text(o, "mm\" height=\"");
	svg_put_mm(o, size->height_um);
	out_text(o, "mm\" viewBox=\"0 0 ");
	svg_put_mm(o, size->width_um);
	out_text(o, " ");
	svg_put_mm(o, size->height_um);
	out_text(o,
	    "\" font-family=\"Helvetica,Arial,'Liberation Sans',"
	    "sans-serif\">\n<rect fill=\"#fff\"");
	put_member(o, "width", size->width_um);
	put_member(o, "height", size->height_um);
	/* an inner svg shows nothing beyond its edges: whatever the words do,
	   they stay out of the code's quiet zone */
	out_text(o, "/>\n<svg overflow=\"hidden\"");
	put_member(o, "width", width_um);
	put_member(o, "height", panel_um);
	out_text(o, ">\n");
	out_put(o, panel);
	put_frame(o, width_um, panel_um);
	out_text(o, "</svg>\n");
	put_qr(o, qr, below ? 0 : width_um,
	    below ? words_um : (size->height_um - size->qr_um) / 2,
	    size->qr_um);
	out_text(o, "</svg>\n");
}

enum err
mark_put_svg(struct out *o, const struct mark *mark, const struct qr *qr,
    uint32_t width_um, uint32_t module_um, struct mark_size *ret)
{
	if (width_um < MARK_WIDTH_UM || width_um > MARK_WIDTH_MAX_UM ||
	    module_um < QR_MODULE_MIN_UM ||
	    module_um > MARK_WIDTH_MAX_UM / qr_full_side(qr))
		return ERR_LIMIT;
	struct out panel = out_open(MARK_PANEL_LEN);
	struct setting s = { .to = &panel, .width_um = width_um };
	bool below;

	put_panel(&s, mark);
	struct mark_size size =
	    lay_out(qr, width_um, s.y_um, module_um, &below);

	put_whole(o, qr, width_um, out_bytes(&panel), s.y_um, &size, below);
	enum err err = panel.failed != ERR_OK ? panel.failed : o->failed;

	out_close(&panel);
	if (err == ERR_OK)
		*ret = size;
	return err;
}
