/* SPDX-License-Identifier: ISC */
/* Looking up answers, and comparing their words. */
#include "baseline/declared_private.h"

const struct declared *
declared_next(
    const struct judging *j, const char *table, const char *field, size_t *at)
{
	return claims_next(
	    j->claims, bytes_of(table), BYTES(""), bytes_of(field), at);
}

const struct declared *
declared_first(const struct judging *j, const char *table, const char *field)
{
	size_t at = 0;

	return declared_next(j, table, field, &at);
}

const struct declared *
declared_in(
    const struct judging *j, const struct declared *row, const char *field)
{
	size_t at = 0;

	return claims_next(
	    j->claims, row->table, row->row, bytes_of(field), &at);
}

const struct declared *
declared_support(const struct judging *j, const char *provision)
{
	size_t at = 0;
	const struct declared *says = claims_next(j->claims,
	    BYTES("provisions"), bytes_of(provision), BYTES("support"), &at);

	return says != NULL && bytes_equal_text(says->value, "yes") ? says
								    : NULL;
}

static bool
is_word_byte(uint8_t byte)
{
	byte = bytes_lower(byte);
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	    byte == '_';
}

static bool
stands_at(struct bytes text, struct bytes word, size_t at)
{
	for (size_t i = 0; i < word.len; i++)
		if (bytes_lower(text.ptr[at + i]) != bytes_lower(word.ptr[i]))
			return false;
	if (at > 0 && is_word_byte(text.ptr[at - 1]))
		return false;
	return at + word.len == text.len ||
	    !is_word_byte(text.ptr[at + word.len]);
}

bool
text_mentions(struct bytes text, struct bytes word)
{
	if (word.len == 0)
		return false;
	for (size_t at = 0; word.len <= text.len - at; at++)
		if (stands_at(text, word, at))
			return true;
	return false;
}

struct bytes
text_number(struct bytes text)
{
	size_t from = 0;
	size_t to;

	while (
	    from < text.len && (text.ptr[from] < '0' || text.ptr[from] > '9'))
		from++;
	for (to = from;
	     to < text.len && text.ptr[to] >= '0' && text.ptr[to] <= '9'; to++)
		continue;
	return bytes_slice(text, from, to - from);
}
