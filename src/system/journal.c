/* SPDX-License-Identifier: ISC */
/* A line on the stack and one write(). */
#include "system/journal.h"

#include "base/out.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A foreign text with all its escapes. */
#define TEXT_LEN ((size_t)2048)

static void
append(struct journal *line, const char *text, size_t len)
{
	size_t left = JOURNAL_LINE_LEN - 1 - line->len; /* the line's end */

	if (len > left)
		len = left;
	memcpy(line->line + line->len, text, len);
	line->len += (uint32_t)len;
}

static void
append_key(struct journal *line, const char *key)
{
	append(line, " ", 1);
	append(line, key, strlen(key));
	append(line, "=", 1);
}

void
journal_begin(
    struct journal *line, int fd, const char *level, const char *event)
{
	line->fd = fd;
	line->len = 0;
	append(line, level, strlen(level));
	append(line, " ", 1);
	append(line, event, strlen(event));
}

void
journal_number(struct journal *line, const char *key, uint64_t value)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%" PRIu64, value);

	append_key(line, key);
	append(line, text, (size_t)len);
}

void
journal_word(struct journal *line, const char *key, const char *word)
{
	append_key(line, key);
	append(line, word, strlen(word));
}

void
journal_text(struct journal *line, const char *key, struct bytes text)
{
	struct out o = out_open(8 * TEXT_LEN);

	text_put_terminal(&o, bytes_slice(text, 0, TEXT_LEN));
	append_key(line, key);
	append(line, "\"", 1);
	for (size_t i = 0; i < o.len; i++) {
		char byte = (char)o.ptr[i];

		if (byte == '"') /* only ours ends a text */
			append(line, "\\x22", 4);
		else
			append(line, &byte, 1);
	}
	append(line, "\"", 1);
	out_close(&o);
}

void
journal_end(struct journal *line)
{
	line->line[line->len++] = '\n';
	/* there is nobody to tell that a line of the log was lost */
	if (write(line->fd, line->line, line->len) < 0)
		return;
}
