/* SPDX-License-Identifier: ISC */
/* Draws a text as a QR code in each form there is, for test/picture/scan. */
#include "picture/mark.h"
#include "picture/qr.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

static enum err
draw(const char *form, const struct qr *qr, struct out *o)
{
	static const struct mark mark = {
		.maker = { (const uint8_t *)"Argentum & <Co>", 15 },
		.model = { (const uint8_t *)"CAM-1", 5 },
		.version = { (const uint8_t *)"1.2", 3 },
		.scheme = { (const uint8_t *)"hallmark", 8 },
		.level = { (const uint8_t *)"substantial", 11 },
		.level_number = 2,
		.level_count = 3,
		.basis = MARK_DECLARED,
		.valid_until = 1826841600,
		.support_until = 1930348800,
	};
	struct mark_size size;

	if (strcmp(form, "png") == 0)
		return qr_put_png(o, qr, 4);
	if (strcmp(form, "svg") == 0)
		qr_put_svg(o, qr, QR_MODULE_UM);
	else if (strcmp(form, "colour") == 0)
		qr_put_terminal(o, qr, QR_TERMINAL_COLOUR);
	else if (strcmp(form, "blocks") == 0)
		qr_put_terminal(o, qr, QR_TERMINAL_BLOCKS);
	else if (strcmp(form, "ascii") == 0)
		qr_put_terminal(o, qr, QR_TERMINAL_ASCII);
	else if (strcmp(form, "mark") == 0)
		return mark_put_svg(
		    o, &mark, qr, MARK_WIDTH_UM, QR_MODULE_UM, &size);
	else if (strcmp(form, "below") == 0)
		return mark_put_svg(o, &mark, qr, 60000, QR_MODULE_UM, &size);
	else
		return ERR_MALFORMED;
	return o->failed;
}

int
main(int argc, char *argv[])
{
	struct arena arena = arena_open(MIB);
	struct out o = out_open(8 * MIB);
	struct qr qr;
	int code = 1;

	if (argc != 3) {
		(void)fputs("usage: draw FORM TEXT\n", stderr);
		return 2;
	}
	if (qr_make(bytes_of(argv[2]), &arena, &qr) == ERR_OK &&
	    draw(argv[1], &qr, &o) == ERR_OK &&
	    fwrite(o.ptr, 1, o.len, stdout) == o.len)
		code = 0;
	out_close(&o);
	arena_close(&arena);
	return code;
}
