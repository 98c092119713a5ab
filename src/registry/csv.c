/* SPDX-License-Identifier: ISC */
/* Quotes doubled, formulas disarmed. */
#include "registry/csv.h"

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Also behind a separator or a line's end, which some programs trim away. */
static bool
is_formula(struct bytes text)
{
	static const char begins[] = "=+-@\t\r\n '|%";

	for (size_t i = 0; text.len > 0 && begins[i] != 0; i++)
		if (text.ptr[0] == (uint8_t)begins[i])
			return true;
	/* the same signs at their full width */
	return bytes_starts(text, BYTES("\xef\xbc\x9d")) ||
	    bytes_starts(text, BYTES("\xef\xbc\x8b")) ||
	    bytes_starts(text, BYTES("\xef\xbc\x8d")) ||
	    bytes_starts(text, BYTES("\xef\xbc\xa0"));
}

/* C0, DEL, C1, and what turns or hides writing. */
static bool
is_bad(struct bytes text, size_t len)
{
	uint8_t first = text.ptr[0];

	if (len <= 1)
		return len == 0 || first < 0x20 || first == 0x7f;
	if (len == 2)
		return (first == 0xc2 && text.ptr[1] < 0xa0) ||
		    (first == 0xd8 && text.ptr[1] == 0x9c);
	if (len != 3 || first != 0xe2)
		return false;
	return (text.ptr[1] == 0x80 &&
		   ((text.ptr[2] >= 0x8b && text.ptr[2] <= 0x8f) ||
		       (text.ptr[2] >= 0xa8 && text.ptr[2] <= 0xae))) ||
	    (text.ptr[1] == 0x81 && text.ptr[2] >= 0xa0 && text.ptr[2] <= 0xaf);
}

void
csv_put(struct out *o, struct bytes text)
{
	out_text(o, is_formula(text) ? "\"'" : "\"");
	while (text.len > 0) {
		size_t len = text_utf8_len(text);

		if (is_bad(text, len))
			out_text(o, "\xef\xbf\xbd");
		else if (text.ptr[0] == '"')
			out_text(o, "\"\"");
		else
			out_put(o, bytes_slice(text, 0, len));
		text = bytes_from(text, len == 0 ? 1 : len);
	}
	out_text(o, "\"");
}
