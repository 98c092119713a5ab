/* SPDX-License-Identifier: ISC */
/* Wrapping and colour. */
#include "report/terminal_private.h"

#include "base/limits.h"
#include "base/number.h"
#include "base/text.h"
#include "report/report_private.h"

#define COLUMNS_USUAL 80
#define COLUMNS_MIN 40
#define COLUMNS_MAX 100 /* longer lines are hard to read */

static const char *const tones[] = {
	[TONE_PLAIN] = "",
	[TONE_STRONG] = "\x1b[1m",
	[TONE_FAINT] = "\x1b[2m",
	[TONE_FAIL] = "\x1b[1;31m",
	[TONE_WARN] = "\x1b[1;33m",
	[TONE_INFO] = "\x1b[1;36m",
};

struct terminal
terminal_open(struct out *to, bool color, unsigned columns)
{
	struct terminal t = { .to = to, .color = color, .columns = columns };

	t.text = out_open(LIMIT_MESSAGE_LEN);
	if (columns == 0)
		t.columns = COLUMNS_USUAL;
	if (t.columns < COLUMNS_MIN)
		t.columns = COLUMNS_MIN;
	if (t.columns > COLUMNS_MAX)
		t.columns = COLUMNS_MAX;
	return t;
}

void
terminal_close(struct terminal *t)
{
	if (t->text.failed != ERR_OK && t->to->failed == ERR_OK)
		t->to->failed = t->text.failed;
	out_close(&t->text);
}

void
terminal_put(struct terminal *t, enum tone tone, const char *text)
{
	if (t->color && tone != TONE_PLAIN)
		out_text(t->to, tones[tone]);
	out_text(t->to, text);
	if (t->color && tone != TONE_PLAIN)
		out_text(t->to, "\x1b[0m");
}

void
terminal_heading(struct terminal *t, enum tone tone, const char *title)
{
	out_u8(t->to, '\n');
	terminal_put(t, tone, title);
	out_u8(t->to, '\n');
}

void
terminal_excerpt(struct terminal *t, struct bytes foreign)
{
	struct report_excerpt excerpt;

	report_excerpt_make(foreign, &excerpt);
	text_put_terminal(&t->text, report_excerpt_bytes(&excerpt));
}

void
terminal_spaces(struct terminal *t, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out_u8(t->to, ' ');
}

size_t
terminal_width(struct bytes text)
{
	size_t width = 0;

	for (size_t i = 0; i < text.len; i++)
		width += (text.ptr[i] & 0xc0) != 0x80;
	return width;
}

struct bytes
terminal_fit(struct bytes text, size_t width)
{
	size_t len = 0;

	for (; len < text.len; len++) {
		if ((text.ptr[len] & 0xc0) == 0x80)
			continue;
		if (width == 0)
			break;
		width--;
	}
	return bytes_slice(text, 0, len);
}

/* The next line of at most `width` columns, ended at a blank if there is one. */
static struct bytes
take_line(struct bytes *rest, size_t width)
{
	struct bytes line = terminal_fit(*rest, width);
	size_t end = line.len;

	if (line.len < rest->len && rest->ptr[line.len] != ' ') {
		while (end > 0 && line.ptr[end - 1] != ' ')
			end--;
		if (end > 0)
			line.len = end;
	}
	*rest = bytes_trim(bytes_from(*rest, line.len));
	return bytes_trim(line);
}

void
terminal_flush(struct terminal *t, size_t first, size_t indent, size_t lines)
{
	struct bytes rest = bytes_trim(out_bytes(&t->text));
	size_t width = t->columns > indent + 8 ? t->columns - indent : 8;

	for (size_t n = 1; rest.len > 0; n++) {
		struct bytes line;

		if (n == 1)
			terminal_spaces(t, indent > first ? indent - first : 0);
		else
			terminal_spaces(t, indent);
		if (n == lines && terminal_width(rest) > width) {
			line = take_line(&rest, width - 3);
			out_put(t->to, line);
			out_text(t->to, "...");
			rest.len = 0;
		} else {
			line = take_line(&rest, width);
			out_put(t->to, line);
		}
		out_u8(t->to, '\n');
	}
	t->text.len = 0;
}
