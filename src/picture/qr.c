/* SPDX-License-Identifier: ISC */
/* From a text to the modules of a QR code. */
#include "picture/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

/* Bit of a module in the library's matrix. */
#define QR_LIBRARY_DARK 1U

static bool
is_printable(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < 0x20 || text.ptr[i] > 0x7e)
			return false;
	return true;
}

static enum err
copy_modules(const QRcode *code, struct arena *arena, struct qr *ret)
{
	size_t side = (size_t)code->width;
	uint8_t *dark = arena_take_array(arena, side, side);

	if (dark == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < side * side; i++)
		dark[i] = (code->data[i] & QR_LIBRARY_DARK) != 0;
	*ret = (struct qr){
		.version = (unsigned)code->version,
		.side = side,
		.dark = dark,
	};
	return ERR_OK;
}

enum err
qr_make(struct bytes text, struct arena *arena, struct qr *ret)
{
	if (text.len == 0 || !is_printable(text))
		return ERR_MALFORMED;
	if (text.len > QR_TEXT_MAX)
		return ERR_LIMIT;
	char *zero_terminated = arena_text(arena, text);

	if (zero_terminated == NULL)
		return ERR_MEMORY;
	/* Eight bits is the mode of last resort: the library leaves it wherever
	   another one saves bits. */
	QRcode *code =
	    QRcode_encodeString(zero_terminated, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

	if (code == NULL)
		return errno == ERANGE ? ERR_LIMIT : ERR_MEMORY;
	enum err err = copy_modules(code, arena, ret);

	QRcode_free(code);
	return err;
}

bool
qr_is_dark(const struct qr *qr, size_t x, size_t y)
{
	return x < qr->side && y < qr->side && qr->dark[y * qr->side + x] != 0;
}

size_t
qr_full_side(const struct qr *qr)
{
	return qr->side + 2 * QR_QUIET;
}
