/* SPDX-License-Identifier: ISC */
/* The escapes of HTML, and the two characters that XML does not have. */
#include "registry/xml.h"

#include "base/text.h"

void
xml_put(struct out *o, struct bytes text)
{
	while (text.len > 0) {
		size_t at = bytes_find(text, BYTES("\xef\xbf"), 0);
		uint8_t last;

		if (at == SIZE_MAX || text.len - at < 3) {
			text_put_html(o, text);
			return;
		}
		text_put_html(o, bytes_slice(text, 0, at));
		last = text.ptr[at + 2];
		/* U+FFFE and U+FFFF are UTF-8, and no characters. */
		text_put_html(o,
		    last == 0xbe || last == 0xbf ? BYTES("\xef\xbf\xbd")
						 : bytes_slice(text, at, 3));
		text = bytes_from(text, at + 3);
	}
}

void
xml_put_leaf(struct out *o, const char *name, struct bytes text)
{
	out_text(o, "<");
	out_text(o, name);
	out_text(o, ">");
	xml_put(o, text);
	out_text(o, "</");
	out_text(o, name);
	out_text(o, ">\n");
}
