/* SPDX-License-Identifier: ISC */
/* What all formats share: their descriptions, the budget, clean names. */
#include "unpack/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
format_detail(struct format_info *info, const char *format, ...)
{
	size_t len = strlen(info->detail);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(
	    info->detail + len, sizeof(info->detail) - len, format, args);
	va_end(args);
}

enum err
budget_take(struct budget *budget, uint64_t n)
{
	if (n > budget->limit - budget->made)
		return ERR_LIMIT;
	budget->made += n;
	if (budget->expired != NULL && budget->expired(budget->context))
		return ERR_LIMIT;
	return ERR_OK;
}

size_t
budget_left(const struct budget *budget)
{
	return (size_t)(budget->limit - budget->made);
}

size_t
format_clean_name(struct bytes name, char *to)
{
	size_t len = 0;
	struct bytes part;

	while (bytes_next_field(&name, '/', &part)) {
		if (part.len == 0 || bytes_equal(part, BYTES(".")) ||
		    bytes_equal(part, BYTES("..")))
			continue;
		to[len++] = '/';
		memcpy(to + len, part.ptr, part.len);
		len += part.len;
	}
	if (len == 0)
		to[len++] = '/';
	return len;
}
