/* SPDX-License-Identifier: ISC */
/* Reads the file of a recognition. */
#include "cli/trusting.h"

#include "base/date.h"
#include "label/scheme_levels.h"
#include "statement/label_claims.h"

#include <stdio.h>

enum name {
	NAME_THEIR_DOMAIN,
	NAME_THEIR_SCHEME,
	NAME_THEIR_LEVEL,
	NAME_OUR_SCHEME,
	NAME_OUR_LEVEL,
	NAME_CONDITIONS,
	NAME_SOURCE,
	NAME_FROM,
	NAME_UNTIL,
	NAMES
};

static const char *const names[NAMES] = {
	[NAME_THEIR_DOMAIN] = "their_domain",
	[NAME_THEIR_SCHEME] = "their_scheme",
	[NAME_THEIR_LEVEL] = "their_level",
	[NAME_OUR_SCHEME] = "our_scheme",
	[NAME_OUR_LEVEL] = "our_level",
	[NAME_CONDITIONS] = "conditions",
	[NAME_SOURCE] = "source",
	[NAME_FROM] = "from",
	[NAME_UNTIL] = "until",
};

bool
trusting_read_level(struct bytes scheme, struct bytes level, unsigned *ret)
{
	struct scheme_level row;
	uint64_t number;

	if (bytes_to_u64(level, &number)) {
		if (number < 1 || number > LABEL_LEVEL_MAX)
			return false;
		*ret = (unsigned)number;
		return true;
	}
	if (level.len == 0 ||
	    scheme_level_find(data_embedded(), scheme, level, 0, &row) !=
		ERR_OK)
		return false;
	*ret = row.number;
	return true;
}

/* Takes one line into the values; false when it is none, or there already. */
static bool
read_line(struct bytes line, struct bytes values[NAMES])
{
	size_t colon;

	line = bytes_trim(line);
	if (line.len == 0 || line.ptr[0] == '#')
		return true;
	colon = bytes_find_byte(line, ':', 0);
	if (colon == SIZE_MAX)
		return false;
	for (size_t i = 0; i < NAMES; i++) {
		if (!bytes_equal_text(
			bytes_trim(bytes_slice(line, 0, colon)), names[i]))
			continue;
		if (values[i].ptr != NULL)
			return false;
		values[i] = bytes_trim(bytes_from(line, colon + 1));
		return true;
	}
	return false;
}

static enum exit_code
say_line(const char *name, size_t line)
{
	char what[64];

	(void)snprintf(
	    what, sizeof(what), "line %zu is none of a recognition", line);
	cli_say(name, what);
	return EXIT_INPUT;
}

static enum exit_code
say_field(const char *name, const char *field)
{
	char what[96];

	(void)snprintf(
	    what, sizeof(what), "%s is missing, or out of its range", field);
	cli_say(name, what);
	return EXIT_INPUT;
}

enum exit_code
trusting_read_recognition(
    const char *name, struct bytes in, struct recognition *ret)
{
	struct bytes values[NAMES] = { { NULL, 0 } };
	struct recognition c = { 0 };
	struct bytes line;
	size_t number = 0;

	while (bytes_next_line(&in, &line)) {
		number++;
		if (!read_line(line, values))
			return say_line(name, number);
	}
	c.their_domain = values[NAME_THEIR_DOMAIN];
	c.their_scheme = values[NAME_THEIR_SCHEME];
	c.their_level = values[NAME_THEIR_LEVEL];
	c.our_scheme = values[NAME_OUR_SCHEME];
	c.conditions = values[NAME_CONDITIONS];
	c.source = values[NAME_SOURCE];
	if (!trusting_read_level(
		c.our_scheme, values[NAME_OUR_LEVEL], &c.our_level))
		return say_field(name, names[NAME_OUR_LEVEL]);
	if (!date_read(values[NAME_FROM], &c.from))
		return say_field(name, names[NAME_FROM]);
	if (values[NAME_UNTIL].len > 0 &&
	    !date_read(values[NAME_UNTIL], &c.until))
		return say_field(name, names[NAME_UNTIL]);
	const char *wrong = recognition_check(&c);

	if (wrong != NULL)
		return say_field(name, wrong);
	*ret = c;
	return EXIT_YES;
}
