/* SPDX-License-Identifier: ISC */
/* A bounded JSON writer: commas, quotes and escapes are right by itself. */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include "base/bytes.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH 16

enum json_layout {
	JSON_INLINE, /* members one behind the other */
	JSON_LINES,  /* each member on its own line, two spaces a level in */
};

struct json_level {
	char close;
	bool lines;
	bool filled;
};

/*
 * Set up with json_open(); every call appends to `to`, whose `failed` tells
 * success. Opening deeper than JSON_DEPTH, a key outside an object or an end
 * without a begin is the caller's mistake and ends the program. Source:
 * RFC 8259.
 */
struct json {
	struct out *to; /* borrowed */
	struct json_level level[JSON_DEPTH];
	size_t depth;
	bool after_key;
};

struct json json_open(struct out *to);

void json_begin_object(struct json *j, enum json_layout layout);
void json_begin_array(struct json *j, enum json_layout layout);

/* Closes the object or array opened last; the outermost ends its line. */
void json_end(struct json *j);

/* A member's name, ours; its value is what is written next. */
void json_key(struct json *j, const char *key);

/* Likewise a name out of a table; unique is the caller's matter. */
void json_key_text(struct json *j, struct bytes key);

/* A string; invalid UTF-8 becomes U+FFFD. */
void json_put_text(struct json *j, struct bytes text);
void json_put_string(struct json *j, const char *text);

void json_put_number(struct json *j, uint64_t value);

/* A fraction with that many decimals; NaN, infinite or negative: 0. */
void json_put_fixed(struct json *j, double value, unsigned decimals);

void json_put_bool(struct json *j, bool value);
void json_put_null(struct json *j);

/* Key and value in one. */
void json_text(struct json *j, const char *key, struct bytes text);
void json_string(struct json *j, const char *key, const char *text);
void json_number(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);

#endif
