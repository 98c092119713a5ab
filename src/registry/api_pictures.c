/* SPDX-License-Identifier: ISC */
/* A label as pictures: its QR code, the mark to print, the badge to embed. */
#include "picture/mark.h"
#include "picture/qr.h"
#include "registry/api_private.h"
#include "registry/api_rows.h"
#include "registry/label_text.h"
#include "registry/standing.h"
#include "registry/xml.h"

#include <stdio.h>
#include <string.h>

#define PICTURE_LEN ((size_t)4 << 20)
/* Pixels a module. */
#define PNG_SCALE 6

#define SVG_TYPE "image/svg+xml"

static enum err
make_qr(struct route_call *call, struct qr *ret)
{
	struct bytes text = { NULL, 0 };
	uint64_t index;
	enum err err;

	if (!route_number(call->part[0], &index))
		return ERR_END;
	err = label_text_make(call, index, &text);
	return err == ERR_OK ? qr_make(text, call->arena, ret) : err;
}

enum err
api_qr_svg(struct route_call *call)
{
	struct out o = out_open(PICTURE_LEN);
	struct qr qr;
	enum err err = make_qr(call, &qr);

	if (err != ERR_OK)
		return err;
	qr_put_svg(&o, &qr, QR_MODULE_UM);
	return route_give(call, SVG_TYPE, REGISTRY_REVALIDATE, &o);
}

enum err
api_qr_png(struct route_call *call)
{
	struct out o = out_open(PICTURE_LEN);
	struct qr qr;
	enum err err = make_qr(call, &qr);

	if (err == ERR_OK)
		err = qr_put_png(&o, &qr, PNG_SCALE);
	if (err == ERR_OK)
		return route_give(call, "image/png", REGISTRY_REVALIDATE, &o);
	out_close(&o);
	return err;
}

/* ---- the mark ---- */

static struct mark
make_mark(struct route_call *call, const struct registry_label *label)
{
	const struct label_claims *c = &label->claims;
	struct mark mark = {
		.maker = c->maker,
		.model = api_model(call, c),
		.version = c->product.version,
		.scheme = c->scheme,
		.level_number = c->level,
		.basis = (enum mark_basis)c->basis, /* the same numbers */
		.valid_until = label->expires,
		.support_until = c->support_until != 0 ? c->support_until : -1,
	};

	mark.level = api_level(call, c->scheme, c->level, &mark.level_count);
	return mark;
}

enum err
api_mark(struct route_call *call)
{
	const struct registry_label *label;
	struct registry_reply reply;
	struct mark mark;
	struct mark_size size;
	struct qr qr;
	enum err err = api_find_label(call, &label, &reply);

	if (err != ERR_OK)
		return err;
	if (standing_of(label, call->request->now) >= STANDING_EXPIRED)
		return route_refuse(call, 410,
		    "This label does not hold now: there is no mark to print.");
	err = make_qr(call, &qr);
	if (err != ERR_OK)
		return err;
	struct out o = out_open(PICTURE_LEN);

	mark = make_mark(call, label);
	err = mark_put_svg(&o, &mark, &qr, MARK_WIDTH_UM, QR_MODULE_UM, &size);
	if (err == ERR_OK)
		return route_give(call, SVG_TYPE, REGISTRY_REVALIDATE, &o);
	out_close(&o);
	return err;
}

/* ---- the badge ---- */

/* How a standing looks: a word, a colour, and a sign in a box of 14. */
static const struct {
	const char *word;
	const char *colour; /* white letters on it: 4.5 to 1 or more */
	const char *sign;   /* the d of a path */
} looks[STANDINGS] = {
	[STANDING_VALID] = { "valid", "#1a7030", "M2 7l4 4 6-8" },
	[STANDING_SUPPORT_ENDED] = { "support ended", "#8a5a00",
	    "M7 2v6M7 11v1" },
	[STANDING_NOT_YET] = { "not valid yet", "#5a5f66", "M7 2v5h4" },
	[STANDING_EXPIRED] = { "expired", "#5a5f66", "M2 7h10" },
	[STANDING_SUPERSEDED] = { "replaced by a newer label", "#2b5c9e",
	    "M7 12V3M3 6l4-4 4 4" },
	[STANDING_SUSPENDED] = { "suspended", "#8a5a00", "M4 2v10M10 2v10" },
	[STANDING_REVOKED] = { "revoked", "#b3261e", "M3 3l8 8M11 3l-8 8" },
};

/* Letters of 11 units in a sans-serif are no wider on average. */
#define LETTER_WIDTH 7

static size_t
count_letters(struct bytes text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += (text.ptr[i] & 0xc0) != 0x80;
	return count;
}

/* Text at x, held to the width that it was given. */
static void
put_letters(struct out *o, unsigned x, struct bytes text)
{
	char tag[128];

	(void)snprintf(tag, sizeof(tag),
	    "<text x=\"%u\" y=\"14\" textLength=\"%u\" "
	    "lengthAdjust=\"spacingAndGlyphs\">",
	    x, LETTER_WIDTH * (unsigned)count_letters(text));
	out_text(o, tag);
	xml_put(o, text);
	out_text(o, "</text>");
}

/* "hallmark substantial | sign valid", for pages of others: nothing in it comes
   from elsewhere. */
static void
put_badge(struct out *o, struct bytes left, enum standing standing)
{
	struct bytes right = bytes_of(looks[standing].word);
	unsigned split = LETTER_WIDTH * (unsigned)count_letters(left) + 12;
	unsigned width = split + 26 + LETTER_WIDTH * (unsigned)right.len + 6;
	char part[400];

	(void)snprintf(part, sizeof(part),
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" "
	    "height=\"20\" viewBox=\"0 0 %u 20\" role=\"img\" "
	    "aria-labelledby=\"t\">\n<title id=\"t\">",
	    width, width);
	out_text(o, part);
	xml_put(o, left);
	out_text(o, ": ");
	xml_put(o, right);
	(void)snprintf(part, sizeof(part),
	    "</title>\n<rect width=\"%u\" height=\"20\" rx=\"3\" "
	    "fill=\"#30343a\"/>\n"
	    "<path d=\"M%u 0h%ua3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H%uz\" "
	    "fill=\"%s\"/>\n"
	    "<path transform=\"translate(%u 3)\" d=\"%s\" fill=\"none\" "
	    "stroke=\"#fff\" stroke-width=\"2\"/>\n",
	    width, split, width - split - 3, split, looks[standing].colour,
	    split + 6, looks[standing].sign);
	out_text(o, part);
	out_text(o,
	    "<g fill=\"#fff\" font-family=\"Verdana,DejaVu "
	    "Sans,sans-serif\" font-size=\"11\">");
	put_letters(o, 6, left);
	put_letters(o, split + 24, right);
	out_text(o, "</g>\n</svg>\n");
}

enum err
api_badge(struct route_call *call)
{
	struct out left = out_open(256);
	struct out o = out_open(PICTURE_LEN);
	const struct registry_label *label;
	struct registry_reply reply;
	unsigned levels;
	enum err err = api_find_label(call, &label, &reply);

	if (err != ERR_OK)
		return err;
	out_put(&left, label->claims.scheme);
	out_text(&left, " ");
	out_put(&left,
	    api_level(
		call, label->claims.scheme, label->claims.level, &levels));
	put_badge(&o, out_bytes(&left), standing_of(label, call->request->now));
	out_close(&left);
	return route_give(call, SVG_TYPE, REGISTRY_MINUTE, &o);
}
