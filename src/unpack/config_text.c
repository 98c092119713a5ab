/* SPDX-License-Identifier: ISC */
/* Reads both syntaxes at once: they differ in separators and comments only. */
#include "unpack/config_text.h"

#include <stdint.h>

/* Deeper than any description of an update. */
#define DEPTH_MAX 64

struct config_text
config_open(struct bytes text)
{
	return (struct config_text){ .rest = text };
}

static bool
is_one_of(uint8_t byte, const char *set)
{
	for (; *set != '\0'; set++)
		if ((uint8_t)*set == byte)
			return true;
	return false;
}

/* Bytes of the comment at the start; 0: none. */
static size_t
comment_len(struct bytes in)
{
	struct bytes end = BYTES("\n");
	size_t at;

	if (bytes_starts(in, BYTES("/*")))
		end = BYTES("*/");
	else if (!bytes_starts(in, BYTES("#")) &&
	    !bytes_starts(in, BYTES("//")))
		return 0;
	at = bytes_find(in, end, 1);
	return at == SIZE_MAX ? in.len : at + end.len;
}

static void
skip(struct config_text *c, const char *set)
{
	while (c->rest.len > 0) {
		size_t len = comment_len(c->rest);

		if (len == 0 && !is_one_of(c->rest.ptr[0], set))
			return;
		c->rest = bytes_from(c->rest, len > 0 ? len : 1);
	}
}

/* The string at the start, quotes taken off; false when it has no end. */
static bool
take_string(struct config_text *c, struct bytes *ret)
{
	size_t len = 1;

	while (len < c->rest.len && c->rest.ptr[len] != '"')
		len += c->rest.ptr[len] == '\\' ? 2 : 1;
	if (len >= c->rest.len)
		return false;
	*ret = bytes_slice(c->rest, 1, len - 1);
	c->rest = bytes_from(c->rest, len + 1);
	return true;
}

static bool
take_word(struct config_text *c, struct bytes *ret)
{
	size_t len = 0;

	while (len < c->rest.len && c->rest.ptr[len] > 0x20 &&
	    c->rest.ptr[len] < 0x7f &&
	    !is_one_of(c->rest.ptr[len], "{}()[],;:=\"#"))
		len++;
	if (len == 0)
		return false;
	*ret = bytes_slice(c->rest, 0, len);
	c->rest = bytes_from(c->rest, len);
	return true;
}

static bool
take_token(struct config_text *c, struct bytes *ret)
{
	return c->rest.ptr[0] == '"' ? take_string(c, ret) : take_word(c, ret);
}

bool
config_next(struct config_text *c, struct config_item *ret)
{
	struct config_item item = { .kind = CONFIG_VALUE };
	bool named = false;

	for (;;) {
		skip(c, named ? " \t\r\n" : " \t\r\n,;");
		if (c->rest.len == 0)
			return false;
		item.depth = c->depth;
		if (is_one_of(c->rest.ptr[0], "{([")) {
			item.kind = CONFIG_OPEN;
			if (c->depth++ == DEPTH_MAX)
				return false;
			break;
		}
		if (!named && is_one_of(c->rest.ptr[0], "})]")) {
			item.kind = CONFIG_CLOSE;
			if (c->depth == 0)
				return false;
			item.depth = --c->depth;
			break;
		}
		if (!take_token(c, &item.value))
			return false;
		skip(c, " \t\r\n");
		if (named || c->rest.len == 0 ||
		    !is_one_of(c->rest.ptr[0], "=:")) {
			*ret = item;
			return true;
		}
		item.name = item.value;
		item.value = (struct bytes){ NULL, 0 };
		named = true;
		c->rest = bytes_from(c->rest, 1);
	}
	c->rest = bytes_from(c->rest, 1);
	*ret = item;
	return true;
}
