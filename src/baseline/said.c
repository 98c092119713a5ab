/* SPDX-License-Identifier: ISC */
/* Sentences into the arena. */
#include "baseline/said_private.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#define SENTENCE_LEN 400

bool
said_add(struct said *said, struct arena *arena, const char *format, ...)
{
	char text[SENTENCE_LEN];
	struct bytes copy;
	va_list args;
	int len;

	if (said->count == SAID_MAX) {
		said->more++;
		return true;
	}
	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len <= 0)
		return true;
	if ((size_t)len >= sizeof(text))
		len = sizeof(text) - 1;
	copy = arena_copy(
	    arena, (struct bytes){ (const uint8_t *)text, (size_t)len });
	if (copy.ptr == NULL)
		return false;
	said->list[said->count++] = copy;
	return true;
}
