/* SPDX-License-Identifier: ISC */
/* The printable label: what it says in words, and the QR code beside it. */
#ifndef PICTURE_MARK_H
#define PICTURE_MARK_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "picture/qr.h"

#include <stdint.h>

/* What the verdicts behind a label rest on; the numbers of its claim. */
enum mark_basis {
	MARK_TESTED = 1,
	MARK_DECLARED = 2,
	MARK_REVIEWED = 3,
};

/* What it says; the texts are foreign, of any length. */
struct mark {
	struct bytes maker;
	struct bytes model;
	struct bytes version; /* may be empty */
	struct bytes scheme;
	struct bytes level;    /* "substantial" */
	unsigned level_number; /* 2 of the */
	unsigned level_count;  /* 3; at most MARK_LEVELS_MAX are drawn */
	enum mark_basis basis;
	int64_t valid_until;   /* seconds since 1970 */
	int64_t support_until; /* likewise; negative when the maker gave none */
};
#define MARK_LEVELS_MAX 8

/*
 * Width of the words in micrometres: 25 mm is the narrowest. There the
 * smallest letters have a size of MARK_TEXT_UM, which is an x-height of 0.98 mm
 * (what EU law asks of food labels on small packages is 0.9); they grow with
 * the width.
 */
#define MARK_WIDTH_UM 25000
#define MARK_WIDTH_MAX_UM 200000
#define MARK_TEXT_UM 1900

/* How large it has become, in micrometres. */
struct mark_size {
	uint32_t width_um, height_um;
	uint32_t qr_um;	    /* a side of the QR code, quiet zone included */
	uint32_t module_um; /* one module of it */
	uint32_t text_um;   /* the smallest letters */
};

/*
 * An SVG in black and white. The QR code stands below the words and is as wide
 * as these when its modules then reach `module_um`, else beside them with
 * modules of just that size.
 *   ERR_LIMIT   a width out of bounds, or modules below QR_MODULE_MIN_UM
 *   ERR_MEMORY
 */
enum err mark_put_svg(struct out *o, const struct mark *mark,
    const struct qr *qr, uint32_t width_um, uint32_t module_um,
    struct mark_size *ret);

#endif
