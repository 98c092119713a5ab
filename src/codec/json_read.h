/* SPDX-License-Identifier: ISC */
/* A bounded JSON reader: one value after the other, nothing is built. */
#ifndef CODEC_JSON_READ_H
#define CODEC_JSON_READ_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>

/* Objects and arrays inside each other; lock files of npm reach 20. */
#define JSON_READ_DEPTH 64

enum json_kind {
	JSON_OBJECT, /* its members follow, then JSON_END */
	JSON_ARRAY,
	JSON_END, /* of the object or array opened last */
	JSON_TEXT,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
};

struct json_item {
	enum json_kind kind;
	size_t depth;	   /* how many objects and arrays hold it */
	struct bytes key;  /* between the quotes, escapes as they stand; empty
			      in an array */
	struct bytes text; /* of a text between its quotes, of a number all */
};

/*
 * Opened by json_reader_open(); borrows `in`, takes no memory. Text behind the
 * outermost value is an error, and so is a second one.
 */
struct json_reader {
	struct bytes in;
	size_t pos; /* only ever forward */
	size_t depth;
	bool filled; /* something stands in the object or array already */
	bool done;   /* the outermost value has ended */
	bool is_object[JSON_READ_DEPTH];
	enum err failed;
};

struct json_reader json_reader_open(struct bytes in);

/*
 * The next item: ERR_OK, ERR_END behind the outermost value, ERR_TRUNCATED,
 * ERR_MALFORMED, or ERR_LIMIT when it is deeper than JSON_READ_DEPTH. The
 * first failure stays. Source: RFC 8259; escapes and UTF-8 inside of texts are
 * json_put_unescaped()'s matter.
 */
enum err json_read(struct json_reader *r, struct json_item *ret);

/* Behind a JSON_OBJECT or JSON_ARRAY: passes over all of it. Else nothing. */
enum err json_skip(struct json_reader *r, const struct json_item *item);

/* Writes a text with its escapes undone, \uD83D\uDE00 too; what is none stays
   as it is. */
void json_put_unescaped(struct out *o, struct bytes text);

/*
 * The text of `key` in an outermost object, for small descriptions; empty when
 * there is none, or the JSON is broken before it. Borrows `in`.
 */
struct bytes json_find_text(struct bytes in, const char *key);

#endif
