/* SPDX-License-Identifier: ISC */
/* What the files that draw share. */
#ifndef PICTURE_PICTURE_PRIVATE_H
#define PICTURE_PICTURE_PRIVATE_H

#include "base/bytes.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Micrometres as millimetres: 2350 is "2.35". */
void svg_put_mm(struct out *o, uint32_t um);

/* U+FFFD. */
#define LETTER_REPLACEMENT "\xef\xbf\xbd"

/*
 * Foreign text as letters that a picture can show: one line, single blanks,
 * and U+FFFD for what is no UTF-8, a control character or none of Unicode's.
 */
void letters_put_clean(struct out *o, struct bytes text);

/*
 * The width of clean text in a sans-serif letter of `size_um`, as Helvetica,
 * Arial and Liberation Sans have it; beyond ASCII the letters count as wide.
 */
uint32_t letters_width_um(struct bytes text, uint32_t size_um, bool bold);

/* Whether all widths are known, so that a viewer may be held to them. */
bool letters_are_ascii(struct bytes text);

/*
 * Takes as much off *rest as fits into that width, broken at a blank where
 * there is one. Nothing is left over of *rest but whole letters; at least one
 * letter is taken.
 */
struct bytes letters_take_line(
    struct bytes *rest, uint32_t width_um, uint32_t size_um, bool bold);

#endif
