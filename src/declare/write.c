/* SPDX-License-Identifier: ISC */
/* Writes YAML 1.2 scalars (YAML 1.2.2, chapters 7 and 8). */
#include "declare/write.h"

#include "base/text.h"

#include <ctype.h>

#define PLAIN_LEN 200

/* A byte that means nothing to YAML in any place of a plain scalar. */
static bool
is_plain_byte(uint8_t byte)
{
	return isalnum(byte) ||
	    bytes_find_byte(BYTES(" ._/@+()=;%$^-"), byte, 0) != SIZE_MAX;
}

/* Words that other readers of YAML take for a null, and numbers stay plain:
   all of it is text here. */
static bool
is_plain(struct bytes in)
{
	if (in.len == 0 || in.len > PLAIN_LEN || !isalnum(in.ptr[0]) ||
	    in.ptr[in.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < in.len; i++) {
		bool is_colon =
		    in.ptr[i] == ':' && i + 1 < in.len && in.ptr[i + 1] != ' ';

		if (!is_plain_byte(in.ptr[i]) && !is_colon)
			return false;
	}
	return true;
}

static bool
is_invisible(struct bytes sequence)
{
	/* NEL, LS, PS, BOM, and what turns the direction of writing: what a
	   terminal would obey is found by its own writer */
	return sequence.len > 1 &&
	    (bytes_starts(sequence, BYTES("\xc2")) ||
		bytes_starts(sequence, BYTES("\xe2\x80")) ||
		bytes_starts(sequence, BYTES("\xe2\x81")) ||
		bytes_starts(sequence, BYTES("\xef\xbb")) ||
		bytes_starts(sequence, BYTES("\xef\xbf")) ||
		bytes_starts(sequence, BYTES("\xd8")));
}

static uint32_t
code_point(struct bytes s)
{
	static const uint8_t masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = s.ptr[0] & masks[s.len];

	for (size_t i = 1; i < s.len; i++)
		code = code << 6 | (s.ptr[i] & 0x3f);
	return code;
}

static void
put_escaped(struct out *to, struct bytes sequence)
{
	switch (sequence.ptr[0]) {
	case '"':
		out_text(to, "\\\"");
		return;
	case '\\':
		out_text(to, "\\\\");
		return;
	case '\n':
		out_text(to, "\\n");
		return;
	case '\t':
		out_text(to, "\\t");
		return;
	default:
		break;
	}
	uint32_t code = code_point(sequence);

	if (code >= 0x20 && code != 0x7f && !is_invisible(sequence)) {
		out_put(to, sequence);
	} else {
		out_text(to, "\\U");
		out_hex(to, code, 8);
	}
}

static void
put_quoted(struct out *to, struct bytes in)
{
	out_text(to, "\"");
	while (in.len > 0) {
		size_t len = text_utf8_len(in);

		if (len == 0)
			out_text(to, "\xef\xbf\xbd");
		else
			put_escaped(to, bytes_slice(in, 0, len));
		in = bytes_from(in, len > 0 ? len : 1);
	}
	out_text(to, "\"");
}

void
yaml_put_scalar(struct out *to, struct bytes value)
{
	if (is_plain(value))
		out_put(to, value);
	else
		put_quoted(to, value);
}

/* Lines that begin with a byte that is seen, none of them empty: everything
   else has rules of its own. */
static bool
is_block(struct bytes in)
{
	struct bytes line;

	if (bytes_find_byte(in, '\n', 0) == SIZE_MAX ||
	    in.ptr[in.len - 1] == '\n' || !text_is_clean(in) ||
	    bytes_find_byte(in, '\r', 0) != SIZE_MAX ||
	    bytes_find_byte(in, '\t', 0) != SIZE_MAX)
		return false;
	while (bytes_next_field(&in, '\n', &line)) {
		if (line.len == 0 || line.ptr[0] == ' ' ||
		    line.ptr[line.len - 1] == ' ')
			return false;
		for (size_t i = 0; i < line.len;) {
			size_t len = text_utf8_len(bytes_from(line, i));

			if (is_invisible(bytes_slice(line, i, len)))
				return false;
			i += len;
		}
	}
	return true;
}

void
yaml_put_value(struct out *to, struct bytes value, size_t indent)
{
	struct bytes line;

	if (value.len == 0 || !is_block(value)) {
		yaml_put_scalar(to, value);
		out_text(to, "\n");
		return;
	}
	out_text(to, "|-\n");
	while (bytes_next_field(&value, '\n', &line)) {
		for (size_t i = 0; i < indent; i++)
			out_text(to, " ");
		out_put(to, line);
		out_text(to, "\n");
	}
}

void
yaml_put_comment(struct out *to, struct bytes text)
{
	text_put_terminal(to, text);
}
