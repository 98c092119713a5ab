/* SPDX-License-Identifier: ISC */
/* Foreign text, made fit for a picture of a given width. */
#include "base/number.h"
#include "base/text.h"
#include "picture/picture_private.h"

/* Widths of U+0020 to U+007E in thousandths of the size. Source: Liberation
   Sans 2.1, which has those of Arial and Helvetica. */
#define LETTERS_FIRST 0x20
#define LETTERS_COUNT 95
static const uint16_t letter_width[2][LETTERS_COUNT] = {
	{ 278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,
	    278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278,
	    278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778,
	    722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611,
	    722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
	    556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556,
	    556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
	    260, 334, 584 },
	{ 278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333,
	    278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333,
	    333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778,
	    722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611,
	    722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556,
	    611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611,
	    611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
	    280, 389, 584 },
};

/* Latin, Greek and Cyrillic letters of two bytes; then Han and what is as
   wide. Wide enough for nearly all: what is wider still is cut off. */
#define LETTER_WIDTH_TWO_BYTES 700
#define LETTER_WIDTH_MORE_BYTES 1000

/* Bytes of the letter at the start of a clean text that is not empty. */
static size_t
letter_len(struct bytes text)
{
	size_t len = text_utf8_len(text);

	return len == 0 ? 1 : len;
}

static uint32_t
letter_width_of(struct bytes text, bool bold)
{
	uint8_t byte = text.ptr[0];

	if (byte >= LETTERS_FIRST && byte < LETTERS_FIRST + LETTERS_COUNT)
		return letter_width[bold][byte - LETTERS_FIRST];
	return letter_len(text) == 2 ? LETTER_WIDTH_TWO_BYTES
				     : LETTER_WIDTH_MORE_BYTES;
}

/* U+FFFE and U+FFFF, which XML does not allow either. */
static bool
is_no_character(struct bytes letter)
{
	return letter.len == 3 && letter.ptr[0] == 0xef &&
	    letter.ptr[1] == 0xbf && letter.ptr[2] >= 0xbe;
}

/* C0, DEL and C1. */
static bool
is_control(struct bytes letter)
{
	return letter.ptr[0] < 0x20 || letter.ptr[0] == 0x7f ||
	    (letter.ptr[0] == 0xc2 && letter.ptr[1] < 0xa0);
}

void
letters_put_clean(struct out *o, struct bytes text)
{
	bool blank = true; /* none at the beginning */

	text = bytes_trim(text);
	while (text.len > 0) {
		size_t len = text_utf8_len(text);
		struct bytes letter = bytes_slice(text, 0, len);
		uint8_t byte = text.ptr[0];
		bool is_blank =
		    byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';

		if (is_blank && !blank)
			out_text(o, " ");
		else if (!is_blank &&
		    (len == 0 || is_control(letter) || is_no_character(letter)))
			out_text(o, LETTER_REPLACEMENT);
		else if (!is_blank)
			out_put(o, letter);
		blank = is_blank;
		text = bytes_from(text, len == 0 ? 1 : len);
	}
}

uint32_t
letters_width_um(struct bytes text, uint32_t size_um, bool bold)
{
	uint64_t width = 0;

	while (text.len > 0) {
		width += letter_width_of(text, bold);
		text = bytes_from(text, letter_len(text));
	}
	return u32_saturate(width * size_um / 1000);
}

bool
letters_are_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < LETTERS_FIRST ||
		    text.ptr[i] >= LETTERS_FIRST + LETTERS_COUNT)
			return false;
	return true;
}

struct bytes
letters_take_line(
    struct bytes *rest, uint32_t width_um, uint32_t size_um, bool bold)
{
	size_t end = 0; /* behind the last letter that fits */
	size_t blank = 0;

	while (end < rest->len) {
		size_t next = end + letter_len(bytes_from(*rest, end));

		if (end > 0 &&
		    letters_width_um(
			bytes_slice(*rest, 0, next), size_um, bold) > width_um)
			break;
		end = next;
		if (end < rest->len && rest->ptr[end] == ' ')
			blank = end;
	}
	if (end < rest->len && blank > 0)
		end = blank;
	struct bytes line = bytes_slice(*rest, 0, end);

	*rest = bytes_trim(bytes_from(*rest, end));
	return line;
}
