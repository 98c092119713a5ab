/* SPDX-License-Identifier: ISC */
/* What a daemon logs: a line for each event, `level event key=value …`. */
#ifndef SYSTEM_JOURNAL_H
#define SYSTEM_JOURNAL_H

#include "base/bytes.h"

#include <stdint.h>

/* Bytes of a line; what is longer is cut. */
#define JOURNAL_LINE_LEN 4096

/* A line that is being written; on the stack. */
struct journal {
	int fd;
	uint32_t len;
	char line[JOURNAL_LINE_LEN];
};

/* level: "info", "warn", "error"; event: one word. */
void journal_begin(
    struct journal *line, int fd, const char *level, const char *event);

void journal_number(struct journal *line, const char *key, uint64_t value);
/* A word of ours, without blanks. */
void journal_word(struct journal *line, const char *key, const char *word);
/* Any text, foreign too: in quotes, and escaped so that it is one line that a
   terminal does not obey. */
void journal_text(struct journal *line, const char *key, struct bytes text);

/* One write(), so that lines of several threads and processes do not mix. */
void journal_end(struct journal *line);

#endif
