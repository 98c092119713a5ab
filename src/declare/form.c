/* SPDX-License-Identifier: ISC */
/* Whether a value has the form its question asks for; near misses of names. */
#include "declare/check_private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DAY_SECS 86400

/* ---- dates ---- */

static bool
is_leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1970-01-01 to the first of January. */
static uint64_t
days_before_year(unsigned year)
{
	uint64_t days = 0;

	for (unsigned y = 1970; y < year; y++)
		days += is_leap(y) ? 366 : 365;
	return days;
}

static bool
read_part(struct bytes text, size_t at, size_t len, unsigned *ret)
{
	unsigned value = 0;

	for (size_t i = at; i < at + len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = 10 * value + (unsigned)(text.ptr[i] - '0');
	}
	*ret = value;
	return true;
}

bool
form_read_date(struct bytes value, uint64_t *ret)
{
	static const unsigned lens[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	unsigned year;
	unsigned month;
	unsigned day;

	if (value.len != 10 || value.ptr[4] != '-' || value.ptr[7] != '-' ||
	    !read_part(value, 0, 4, &year) || !read_part(value, 5, 2, &month) ||
	    !read_part(value, 8, 2, &day))
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1)
		return false;
	unsigned last = lens[month - 1] + (month == 2 && is_leap(year));

	if (day > last)
		return false;
	uint64_t days = days_before_year(year) + day - 1;

	for (unsigned m = 1; m < month; m++)
		days += lens[m - 1] + (m == 2 && is_leap(year));
	*ret = days * DAY_SECS;
	return true;
}

/* ---- kinds ---- */

static bool
is_host(struct bytes in)
{
	bool has_dot = false;

	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] == '.' &&
		    (i == 0 || i + 1 == in.len || in.ptr[i - 1] == '.'))
			return false;
		has_dot |= in.ptr[i] == '.';
		if (!isalnum(in.ptr[i]) && in.ptr[i] != '.' &&
		    in.ptr[i] != '-' && in.ptr[i] < 0x80)
			return false;
	}
	return has_dot;
}

/* https://host[:port][/…], RFC 3986 in short: no user, no blank. */
static bool
is_url(struct bytes in)
{
	if (bytes_starts(in, BYTES("https://")))
		in = bytes_from(in, 8);
	else if (bytes_starts(in, BYTES("http://")))
		in = bytes_from(in, 7);
	else
		return false;
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] <= ' ' || in.ptr[i] == '"' || in.ptr[i] == '<' ||
		    in.ptr[i] == '>')
			return false;
	size_t end = 0;

	while (end < in.len && in.ptr[end] != '/' && in.ptr[end] != '?' &&
	    in.ptr[end] != '#' && in.ptr[end] != ':')
		end++;
	return is_host(bytes_slice(in, 0, end));
}

static bool
is_email(struct bytes in)
{
	size_t at = bytes_find_byte(in, '@', 0);

	if (at == SIZE_MAX || at == 0)
		return false;
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] <= ' ' || in.ptr[i] == '<' || in.ptr[i] == '>' ||
		    in.ptr[i] == ',')
			return false;
	return is_host(bytes_from(in, at + 1));
}

static bool
is_id(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (!isalnum(in.ptr[i]) && in.ptr[i] != '-' &&
		    in.ptr[i] != '_' && in.ptr[i] != '.')
			return false;
	return in.len > 0 && in.len <= 64 && !bytes_equal_text(in, "none");
}

static bool
is_choice(struct bytes choices, struct bytes in)
{
	struct bytes choice;

	while (choices.len > 0 && bytes_next_field(&choices, '|', &choice))
		if (bytes_equal(choice, in))
			return true;
	return false;
}

bool
form_is_wrong(
    const struct question *q, struct bytes value, char to[FORM_TEXT_LEN])
{
	uint64_t number;
	const char *wants = NULL;

	switch (q->kind) {
	case QUESTION_TEXT:
	case QUESTION_REF: /* against the rows: check_references() */
		return false;
	case QUESTION_YES_NO:
		if (!is_choice(BYTES("yes|no"), value))
			wants = "must be yes or no";
		break;
	case QUESTION_DATE:
		if (!form_read_date(value, &number))
			wants = "must be a day as 2031-12-31";
		break;
	case QUESTION_URL:
		if (!is_url(value))
			wants = "must be an address as https://host.tld/page";
		break;
	case QUESTION_EMAIL:
		if (!is_email(value))
			wants = "must be an e-mail address";
		break;
	case QUESTION_NUMBER:
		if (!bytes_to_u64(value, &number))
			wants = "must be a number";
		break;
	case QUESTION_ID:
		if (!is_id(value))
			wants = "must be a short name of letters, digits, '-', "
				"'_' and '.'";
		break;
	case QUESTION_CHOICE:
		if (is_choice(q->choices, value))
			return false;
		(void)snprintf(to, FORM_TEXT_LEN, "must be one of %.*s",
		    checking_len(q->choices), (const char *)q->choices.ptr);
		return true;
	case QUESTION_KIND_COUNT:
		return false;
	}
	if (wants == NULL)
		return false;
	(void)snprintf(to, FORM_TEXT_LEN, "%s", wants);
	return true;
}

/* ---- near names ---- */

#define NEAR_LEN ((size_t)40)

/* From the edits to b[0, j) of one letter of a less, those of a[0, i]. */
static void
next_row(uint8_t letter, struct bytes b, size_t row[NEAR_LEN + 1])
{
	size_t corner = row[0]++;

	for (size_t j = 1; j <= b.len; j++) {
		size_t best =
		    corner + (bytes_lower(letter) != bytes_lower(b.ptr[j - 1]));

		corner = row[j];
		if (row[j] + 1 < best)
			best = row[j] + 1;
		if (row[j - 1] + 1 < best)
			best = row[j - 1] + 1;
		row[j] = best;
	}
}

/* Edits from a to b, without regard to case: Levenshtein's distance. */
static size_t
distance(struct bytes a, struct bytes b)
{
	size_t row[NEAR_LEN + 1];

	if (a.len > NEAR_LEN || b.len > NEAR_LEN)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 0; i < a.len; i++)
		next_row(a.ptr[i], b, row);
	return row[b.len];
}

/* Takes `name` as the nearest when it is, and near enough. */
static void
try_name(
    struct bytes wanted, struct bytes name, size_t *best, struct bytes *nearest)
{
	size_t d = distance(wanted, name);

	if (d < *best && d <= 1 + wanted.len / 3) {
		*best = d;
		*nearest = name;
	}
}

struct bytes
form_nearest_table(const struct questions *questions, struct bytes name)
{
	struct bytes nearest = { NULL, 0 };
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < questions->table_count; i++)
		try_name(name, questions->table[i].name, &best, &nearest);
	return nearest;
}

struct bytes
form_nearest_field(const struct questions *questions,
    const struct question_table *table, struct bytes name)
{
	struct bytes nearest = { NULL, 0 };
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < table->count; i++)
		try_name(name, questions->list[table->first + i].field, &best,
		    &nearest);
	return nearest;
}
