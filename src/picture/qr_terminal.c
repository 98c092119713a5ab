/* SPDX-License-Identifier: ISC */
/* A QR code as lines of text. */
#include "picture/qr.h"

/* Black on white, and back to what was. Both are of the 256 colours: the first
   sixteen are the user's to choose and may have little contrast. */
#define TERMINAL_BEGIN "\033[38;5;16;48;5;231m"
#define TERMINAL_END "\033[0m"

static void
put_blocks(struct out *o, const struct qr *qr, bool colour)
{
	/* neither, upper, lower, both */
	static const char *const block[] = { " ", "\xe2\x96\x80",
		"\xe2\x96\x84", "\xe2\x96\x88" };
	size_t side = qr_full_side(qr);

	for (size_t y = 0; y < side; y += 2) {
		if (colour)
			out_text(o, TERMINAL_BEGIN);
		for (size_t x = 0; x < side; x++) {
			size_t column = x - QR_QUIET; /* may wrap: light */
			size_t row = y - QR_QUIET;

			out_text(o,
			    block[(qr_is_dark(qr, column, row) ? 1 : 0) +
				(qr_is_dark(qr, column, row + 1) ? 2 : 0)]);
		}
		out_text(o, colour ? TERMINAL_END "\n" : "\n");
	}
}

static void
put_ascii(struct out *o, const struct qr *qr)
{
	size_t side = qr_full_side(qr);

	for (size_t y = 0; y < side; y++) {
		for (size_t x = 0; x < side; x++)
			out_text(o,
			    qr_is_dark(qr, x - QR_QUIET, y - QR_QUIET) ? "##"
								       : "  ");
		out_text(o, "\n");
	}
}

void
qr_put_terminal(struct out *o, const struct qr *qr, enum qr_terminal terminal)
{
	switch (terminal) {
	case QR_TERMINAL_COLOUR:
	case QR_TERMINAL_BLOCKS:
		put_blocks(o, qr, terminal == QR_TERMINAL_COLOUR);
		break;
	case QR_TERMINAL_ASCII:
		put_ascii(o, qr);
		break;
	}
}
