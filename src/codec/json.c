/* SPDX-License-Identifier: ISC */
/* The JSON writer. */
#include "codec/json.h"

#include "base/text.h"

#include <assert.h>

/* Largest value of json_put_fixed(); what is above is shown as this. */
#define FIXED_MAX 1e12

struct json
json_open(struct out *to)
{
	return (struct json){ .to = to };
}

static void
put_line(struct json *j, size_t depth)
{
	out_u8(j->to, '\n');
	for (size_t i = 0; i < depth; i++)
		if (j->level[i].lines)
			out_text(j->to, "  ");
}

/* The comma and the line end in front of a member. */
static void
separate(struct json *j)
{
	if (j->depth == 0)
		return;
	struct json_level *level = &j->level[j->depth - 1];

	if (level->filled)
		out_u8(j->to, ',');
	level->filled = true;
	if (level->lines)
		put_line(j, j->depth);
}

static void
begin_value(struct json *j)
{
	bool in_object = j->depth > 0 && j->level[j->depth - 1].close == '}';

	assert(j->after_key == in_object);
	if (!j->after_key)
		separate(j);
	j->after_key = false;
}

static void
begin(struct json *j, uint8_t open, char close, enum json_layout layout)
{
	assert(j->depth < JSON_DEPTH);
	begin_value(j);
	out_u8(j->to, open);
	j->level[j->depth++] = (struct json_level){
		.close = close,
		.lines = layout == JSON_LINES,
	};
}

void
json_begin_object(struct json *j, enum json_layout layout)
{
	begin(j, '{', '}', layout);
}

void
json_begin_array(struct json *j, enum json_layout layout)
{
	begin(j, '[', ']', layout);
}

void
json_end(struct json *j)
{
	assert(j->depth > 0 && !j->after_key);
	struct json_level level = j->level[--j->depth];

	if (level.lines && level.filled)
		put_line(j, j->depth);
	out_u8(j->to, (uint8_t)level.close);
	if (j->depth == 0)
		out_u8(j->to, '\n');
}

static void
put_quoted(struct json *j, struct bytes text)
{
	out_u8(j->to, '"');
	text_put_json(j->to, text);
	out_u8(j->to, '"');
}

void
json_key(struct json *j, const char *key)
{
	json_key_text(j, bytes_of(key));
}

void
json_key_text(struct json *j, struct bytes key)
{
	assert(j->depth > 0 && j->level[j->depth - 1].close == '}');
	assert(!j->after_key);
	separate(j);
	put_quoted(j, key);
	out_u8(j->to, ':');
	j->after_key = true;
}

void
json_put_text(struct json *j, struct bytes text)
{
	begin_value(j);
	put_quoted(j, text);
}

void
json_put_string(struct json *j, const char *text)
{
	json_put_text(j, bytes_of(text));
}

void
json_put_number(struct json *j, uint64_t value)
{
	begin_value(j);
	out_decimal(j->to, value);
}

void
json_put_fixed(struct json *j, double value, unsigned decimals)
{
	uint64_t scale = 1;

	for (unsigned i = 0; i < decimals && i < 6; i++)
		scale *= 10;
	if (!(value > 0)) /* NaN too */
		value = 0;
	if (value > FIXED_MAX)
		value = FIXED_MAX;
	uint64_t scaled = (uint64_t)(value * (double)scale + 0.5);

	begin_value(j);
	out_decimal(j->to, scaled / scale);
	if (scale == 1)
		return;
	out_u8(j->to, '.');
	for (uint64_t digit = scale / 10; digit > 0; digit /= 10)
		out_u8(j->to, (uint8_t)('0' + scaled / digit % 10));
}

void
json_put_bool(struct json *j, bool value)
{
	begin_value(j);
	out_text(j->to, value ? "true" : "false");
}

void
json_put_null(struct json *j)
{
	begin_value(j);
	out_text(j->to, "null");
}

void
json_text(struct json *j, const char *key, struct bytes text)
{
	json_key(j, key);
	json_put_text(j, text);
}

void
json_string(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_put_string(j, text);
}

void
json_number(struct json *j, const char *key, uint64_t value)
{
	json_key(j, key);
	json_put_number(j, value);
}

void
json_bool(struct json *j, const char *key, bool value)
{
	json_key(j, key);
	json_put_bool(j, value);
}
