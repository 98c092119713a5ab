/* SPDX-License-Identifier: ISC */
/* CPE names: unbinding and the relation of two names in one field. */
#include "advisories/cpe.h"

#include "base/limits.h"

#include <stddef.h>

/* One value as it is read: what was escaped is no wildcard. */
struct value {
	uint8_t *text;
	size_t len;
	size_t quoted_count; /* bytes that were escaped */
	size_t wild_start;
	size_t wild_end;
	bool broken;
};

static bool
is_plain(uint8_t byte)
{
	return byte > ' ' && byte < 0x7f;
}

static bool
is_wild(uint8_t byte)
{
	return byte == '*' || byte == '?';
}

static struct value
value_at(uint8_t *room)
{
	return (struct value){ .text = room };
}

/*
 * Keeps count of the bare wildcards at either end: one '*' or any number of
 * '?'; one that stands between other bytes breaks the value.
 */
static void
put(struct value *v, uint8_t byte, bool quoted)
{
	bool wild = is_wild(byte) && !quoted;

	if (!is_plain(byte))
		v->broken = true;
	if (!wild && v->wild_end > 0) {
		v->broken |= v->wild_start > 0 || v->wild_end != v->len;
		v->wild_start = v->wild_end;
		v->wild_end = 0;
	}
	if (wild) {
		v->broken |= v->wild_end > 0 &&
		    (byte == '*' || v->text[v->len - 1] == '*');
		v->wild_end++;
	}
	v->quoted_count += quoted;
	v->text[v->len++] = bytes_lower(byte);
}

/* Sets the field; false when it is empty or broken. */
static bool
settle(const struct value *v, enum cpe_field field, struct cpe *ret)
{
	bool wild_only = v->wild_end == v->len;

	if (v->broken || v->len == 0)
		return false;
	ret->field[field] = (struct bytes){ v->text, v->len };
	ret->literal[field] = v->len == 1 && v->quoted_count == 1;
	/* "??" alone: all are at the start, and nothing is left between */
	ret->wild_start[field] =
	    (uint16_t)(wild_only ? v->wild_end : v->wild_start);
	ret->wild_end[field] = (uint16_t)(wild_only ? 0 : v->wild_end);
	return true;
}

static void
set_any(enum cpe_field field, struct cpe *ret)
{
	ret->field[field] = BYTES("*");
	ret->literal[field] = false;
	ret->wild_start[field] = 1;
	ret->wild_end[field] = 0;
}

static bool
is_part(const struct cpe *cpe)
{
	struct bytes part = cpe->field[CPE_PART];

	return part.len == 1 && !cpe->literal[CPE_PART] &&
	    bytes_find_byte(BYTES("aoh*-"), part.ptr[0], 0) != SIZE_MAX;
}

/* Source: NISTIR 7695 §6.2.3; a '\' makes the next byte a plain one. */
static bool
read_formatted(struct bytes in, uint8_t *room, struct cpe *ret)
{
	struct value v = value_at(room);
	size_t field = 0;

	for (size_t i = 0; i < in.len; i++) {
		uint8_t byte = in.ptr[i];

		if (byte == ':') {
			if (field + 1 >= CPE_FIELD_COUNT ||
			    !settle(&v, (enum cpe_field)field, ret))
				return false;
			field++;
			v = value_at(v.text + v.len);
			continue;
		}
		if (byte == '\\') {
			i++;
			if (i == in.len)
				return false;
			put(&v, in.ptr[i], true);
			continue;
		}
		put(&v, byte, false);
	}
	return field + 1 == CPE_FIELD_COUNT &&
	    settle(&v, (enum cpe_field)field, ret);
}

static bool
take_nibble(uint8_t byte, unsigned *value)
{
	unsigned digit = bytes_lower(byte);

	if (digit >= '0' && digit <= '9')
		digit -= '0';
	else if (digit >= 'a' && digit <= 'f')
		digit = digit - 'a' + 10;
	else
		return false;
	*value = *value << 4 | digit;
	return true;
}

/* %01 and %02 are the wildcards '?' and '*'. Source: NISTIR 7695 §6.1.3. */
static bool
put_percent(struct bytes in, size_t at, struct value *v)
{
	unsigned value = 0;

	if (in.len - at < 3 || !take_nibble(in.ptr[at + 1], &value) ||
	    !take_nibble(in.ptr[at + 2], &value))
		return false;
	if (value == 1 || value == 2)
		put(v, value == 1 ? '?' : '*', false);
	else
		put(v, (uint8_t)value, true);
	return true;
}

/* One component of a URI; an empty one is any. Gives the room behind it. */
static bool
read_component(
    struct bytes in, enum cpe_field field, uint8_t **room, struct cpe *ret)
{
	struct value v = value_at(*room);

	if (in.len == 0 || bytes_equal_text(in, "*")) {
		set_any(field, ret);
		return true;
	}
	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] == '%') {
			if (!put_percent(in, i, &v))
				return false;
			i += 2;
			continue;
		}
		put(&v, in.ptr[i], is_wild(in.ptr[i]));
	}
	*room = v.text + v.len;
	return settle(&v, field, ret);
}

/* "~edition~sw_edition~target_sw~target_hw~other" in the place of edition. */
static bool
read_packed(struct bytes in, uint8_t **room, struct cpe *ret)
{
	static const enum cpe_field packed[] = { CPE_EDITION, CPE_SW_EDITION,
		CPE_TARGET_SW, CPE_TARGET_HW, CPE_OTHER };
	size_t count = sizeof(packed) / sizeof(packed[0]);
	struct bytes rest = bytes_from(in, 1);

	for (size_t i = 0; i < count; i++) {
		size_t end = bytes_find_byte(rest, '~', 0);
		struct bytes component = bytes_slice(rest, 0, end);

		if ((end == SIZE_MAX) != (i + 1 == count) ||
		    !read_component(component, packed[i], room, ret))
			return false;
		rest = end == SIZE_MAX ? BYTES("") : bytes_from(rest, end + 1);
	}
	return true;
}

static bool
read_uri(struct bytes in, uint8_t *room, struct cpe *ret)
{
	struct bytes component;

	for (size_t i = 0; i < CPE_FIELD_COUNT; i++)
		set_any((enum cpe_field)i, ret);
	for (size_t i = CPE_PART; bytes_next_field(&in, ':', &component); i++) {
		bool packed = i == CPE_EDITION && component.len > 0 &&
		    component.ptr[0] == '~';

		if (i > CPE_LANGUAGE)
			return false;
		if (packed ? !read_packed(component, &room, ret)
			   : !read_component(
				 component, (enum cpe_field)i, &room, ret))
			return false;
	}
	return true;
}

/* Takes the prefix off, in any case. */
static bool
take_prefix(struct bytes *in, const char *prefix)
{
	struct bytes wanted = bytes_of(prefix);

	if (!bytes_equal_any_case(bytes_slice(*in, 0, wanted.len), prefix))
		return false;
	*in = bytes_from(*in, wanted.len);
	return true;
}

enum err
cpe_read(struct bytes in, struct arena *arena, struct cpe *ret)
{
	struct cpe cpe = { 0 };
	uint8_t *room;
	bool good = false;

	if (in.len > LIMIT_CPE_LEN)
		return ERR_LIMIT;
	room = arena_take(arena, in.len);
	if (room == NULL)
		return ERR_MEMORY;
	if (take_prefix(&in, "cpe:2.3:"))
		good = read_formatted(in, room, &cpe);
	else if (take_prefix(&in, "cpe:/"))
		good = read_uri(in, room, &cpe);
	if (!good || !is_part(&cpe))
		return ERR_MALFORMED;
	*ret = cpe;
	return ERR_OK;
}

bool
cpe_is_any(const struct cpe *cpe, enum cpe_field field)
{
	return !cpe->literal[field] && bytes_equal_text(cpe->field[field], "*");
}

bool
cpe_is_none(const struct cpe *cpe, enum cpe_field field)
{
	return !cpe->literal[field] && bytes_equal_text(cpe->field[field], "-");
}

static bool
is_pattern(const struct cpe *cpe, enum cpe_field field)
{
	return cpe->wild_start[field] > 0 || cpe->wild_end[field] > 0;
}

/* How many bytes the wildcards at one end may stand for. */
static size_t
reach(const struct cpe *cpe, enum cpe_field field, bool start)
{
	struct bytes value = cpe->field[field];
	size_t count = start ? cpe->wild_start[field] : cpe->wild_end[field];

	if (count == 0)
		return 0;
	return value.ptr[start ? 0 : value.len - 1] == '*' ? SIZE_MAX : count;
}

/* A '?' stands for one byte or none. Source: NISTIR 7696 §6.3. */
static bool
pattern_fits(const struct cpe *of, struct bytes text, enum cpe_field field)
{
	size_t start = of->wild_start[field];
	size_t end = of->wild_end[field];
	struct bytes core = bytes_slice(
	    of->field[field], start, of->field[field].len - start - end);
	size_t before = reach(of, field, true);
	size_t behind = reach(of, field, false);
	size_t at;

	if (core.len == 0) /* only question marks */
		return text.len <= before;
	at = bytes_find(text, core, 0);
	while (at != SIZE_MAX && at <= before) {
		if (text.len - at - core.len <= behind)
			return true;
		at = bytes_find(text, core, at + 1);
	}
	return false;
}

enum cpe_relation
cpe_compare(const struct cpe *of, const struct cpe *to, enum cpe_field field)
{
	bool any = cpe_is_any(of, field);
	bool none = cpe_is_none(of, field);

	if (cpe_is_any(to, field))
		return any ? CPE_EQUAL : CPE_SUBSET;
	if (is_pattern(to, field))
		return CPE_UNDEFINED;
	if (any)
		return CPE_SUPERSET;
	if (none || cpe_is_none(to, field))
		return none && cpe_is_none(to, field) ? CPE_EQUAL
						      : CPE_DISJOINT;
	if (is_pattern(of, field))
		return pattern_fits(of, to->field[field], field) ? CPE_SUPERSET
								 : CPE_DISJOINT;
	return bytes_equal(of->field[field], to->field[field]) ? CPE_EQUAL
							       : CPE_DISJOINT;
}
