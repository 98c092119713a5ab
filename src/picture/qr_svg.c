/* SPDX-License-Identifier: ISC */
/* A QR code as SVG: one path, sharp at every size. */
#include "picture/picture_private.h"
#include "picture/qr.h"

/* The end of the dark run that begins at x. */
static size_t
run_end(const struct qr *qr, size_t x, size_t y)
{
	while (qr_is_dark(qr, x, y))
		x++;
	return x;
}

void
qr_put_path(struct out *o, const struct qr *qr)
{
	for (size_t y = 0; y < qr->side; y++) {
		for (size_t x = 0; x < qr->side; x++) {
			size_t end = run_end(qr, x, y);

			if (end == x)
				continue;
			out_text(o, "M");
			out_decimal(o, x);
			out_text(o, " ");
			out_decimal(o, y);
			out_text(o, "h");
			out_decimal(o, end - x);
			out_text(o, "v1H");
			out_decimal(o, x);
			out_text(o, "z");
			x = end;
		}
	}
}

void
qr_put_svg(struct out *o, const struct qr *qr, uint32_t module_um)
{
	uint32_t side_um = (uint32_t)qr_full_side(qr) * module_um;

	out_text(o,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\""
	    " width=\"");
	svg_put_mm(o, side_um);
	out_text(o, "mm\" height=\"");
	svg_put_mm(o, side_um);
	out_text(o, "mm\" viewBox=\"-4 -4 ");
	out_decimal(o, qr_full_side(qr));
	out_text(o, " ");
	out_decimal(o, qr_full_side(qr));
	out_text(o,
	    "\" shape-rendering=\"crispEdges\">\n"
	    "<path fill=\"#fff\" d=\"M-4 -4h");
	out_decimal(o, qr_full_side(qr));
	out_text(o, "v");
	out_decimal(o, qr_full_side(qr));
	out_text(o, "H-4z\"/>\n<path d=\"");
	qr_put_path(o, qr);
	out_text(o, "\"/>\n</svg>\n");
}

void
svg_put_mm(struct out *o, uint32_t um)
{
	out_decimal(o, um / 1000);
	uint32_t rest = um % 1000;

	if (rest == 0)
		return;
	out_text(o, ".");
	for (uint32_t digit = 100; rest > 0; digit /= 10) {
		out_decimal(o, rest / digit);
		rest %= digit;
	}
}
