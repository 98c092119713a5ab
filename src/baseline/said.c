/* SPDX-License-Identifier: ISC */
/* Sentences into the arena. */
#include "baseline/said_private.h"

#include <stdarg.h>

#define SENTENCE_LEN 400

bool
said_add(struct said *said, struct arena *arena, const char *format, ...)
{
	struct bytes text;
	va_list args;

	if (said->count == SAID_MAX) {
		said->more++;
		return true;
	}
	va_start(args, format);
	text = arena_print(arena, SENTENCE_LEN, format, args);
	va_end(args);
	if (text.ptr == NULL)
		return false;
	said->list[said->count++] = text;
	return true;
}
