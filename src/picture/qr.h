/* SPDX-License-Identifier: ISC */
/* A QR code: from a text to its modules, and from these to pictures. */
#ifndef PICTURE_QR_H
#define PICTURE_QR_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Light modules on each side: ISO/IEC 18004 §9.1. */
#define QR_QUIET ((size_t)4)

/* Modules a side of version 40, and characters that fit into it at most. */
#define QR_SIDE_MAX ((size_t)177)
#define QR_TEXT_MAX 4296

/* Pixels a module in a PNG. */
#define QR_SCALE_MAX 64

/* A printed module in micrometres: as it should be, and as small as printers
   and telephones still do it. Notes: 0.4 mm read back, below 0.33 not. */
#define QR_MODULE_UM 400
#define QR_MODULE_MIN_UM 330

struct qr {
	unsigned version;    /* 1 to 40 */
	size_t side;	     /* modules, without the quiet zone */
	const uint8_t *dark; /* side * side, 1 or 0, by rows; in the arena */
};

/*
 * The smallest code of error correction level M for a text of printable ASCII.
 * Its parts go in the densest mode each, so that what is in QR's alphanumeric
 * set (0-9 A-Z and " $%*+-./:") costs 5.5 bits a character.
 *   ERR_MALFORMED  empty, or another character
 *   ERR_LIMIT      more than version 40 holds
 *   ERR_MEMORY
 */
enum err qr_make(struct bytes text, struct arena *arena, struct qr *ret);

/* Whether that module is dark; the quiet zone, all around, is not. */
bool qr_is_dark(const struct qr *qr, size_t x, size_t y);

/* Modules a side with the quiet zone. */
size_t qr_full_side(const struct qr *qr);

/*
 * A PNG of 1 bit a pixel, `scale` pixels a module, quiet zone included, that
 * says of itself how large it wants to be printed (QR_MODULE_UM a module).
 * ERR_LIMIT when scale is 0 or above QR_SCALE_MAX; ERR_MEMORY.
 */
enum err qr_put_png(struct out *o, const struct qr *qr, unsigned scale);

/* An SVG of `module_um` micrometres a module, quiet zone included. */
void qr_put_svg(struct out *o, const struct qr *qr, uint32_t module_um);

/* Only the dark modules as the `d` of an SVG path, in modules from 0, 0. */
void qr_put_path(struct out *o, const struct qr *qr);

enum qr_terminal {
	QR_TERMINAL_COLOUR, /* half blocks, black on white by escapes */
	QR_TERMINAL_BLOCKS, /* half blocks, in whatever the terminal has */
	QR_TERMINAL_ASCII,  /* "##" and blanks */
};

/*
 * Lines of text, quiet zone included. Colour is right on dark and on light
 * terminals; the other two are dark on light, as on paper.
 */
void qr_put_terminal(
    struct out *o, const struct qr *qr, enum qr_terminal terminal);

#endif
