/* SPDX-License-Identifier: ISC */
/* Foreign text in the printable label: it stays text, and in its bounds. */
#include "picture/mark.h"
#include "picture/picture_private.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>

#define WIDTH_UM 22400

/* Bytes that begin or end something in XML. */
static size_t
count(struct bytes in, uint8_t byte)
{
	size_t found = 0;

	for (size_t i = 0; i < in.len; i++)
		found += in.ptr[i] == byte;
	return found;
}

static void
look_at_lines(struct bytes text)
{
	struct out clean = out_open(4 * MIB);
	struct bytes rest;

	letters_put_clean(&clean, text);
	rest = out_bytes(&clean);
	if (clean.failed != ERR_OK || !text_is_clean(rest) ||
	    count(rest, '\n') > 0)
		abort();
	while (rest.len > 0) {
		size_t before = rest.len;
		struct bytes line =
		    letters_take_line(&rest, WIDTH_UM, MARK_TEXT_UM, true);

		if (line.len == 0 || rest.len >= before ||
		    !text_is_clean(line) ||
		    letters_width_um(line, MARK_TEXT_UM, true) > WIDTH_UM)
			abort();
	}
	out_close(&clean);
}

static void
draw(const struct mark *mark, const struct qr *qr, struct out *o)
{
	struct mark_size size;

	if (mark_put_svg(o, mark, qr, MARK_WIDTH_UM, QR_MODULE_UM, &size) !=
	    ERR_OK)
		abort();
	if (!text_is_clean(out_bytes(o)) ||
	    count(out_bytes(o), '<') != count(out_bytes(o), '>'))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = { data, size };
	struct arena arena = arena_open(64 * KIB);
	struct out o = out_open(MIB);
	struct qr qr;
	struct bytes field[5] = { { NULL, 0 } };

	for (size_t i = 0; i < 5; i++)
		(void)bytes_next_field(
		    &rest, 0, &field[i]); /* what is missing stays empty */
	struct mark mark = {
		.maker = field[0],
		.model = field[1],
		.version = field[2],
		.scheme = field[3],
		.level = field[4],
		.level_number = (unsigned)size,
		.level_count = (unsigned)(size / 2),
		.basis = MARK_REVIEWED,
	};

	look_at_lines((struct bytes){ data, size });
	if (qr_make(BYTES("HM1:ABC"), &arena, &qr) != ERR_OK)
		abort();
	draw(&mark, &qr, &o);
	out_close(&o);
	arena_close(&arena);
	return 0;
}
