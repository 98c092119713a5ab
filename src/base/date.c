/* SPDX-License-Identifier: ISC */
/* The civil calendar, in both directions. */
#include "base/date.h"

#include <stddef.h>

#define DAY_SECS INT64_C(86400)

struct civil {
	int64_t year, month, day; /* month and day from 1 */
};

/* Days since 1970-01-01. Source: Howard Hinnant, "chrono-compatible low-level
   date algorithms", days_from_civil and civil_from_days; here for years from
   1970 on only. */
static int64_t
days_of(struct civil date)
{
	int64_t year = date.year - (date.month <= 2);
	int64_t era = year / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year =
	    (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 +
	    date.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

static struct civil
civil_of(int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = shifted / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	struct civil date = {
		.year = year + era * 400 + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = of_year - (153 * month + 2) / 5 + 1,
	};

	return date;
}

bool
date_split(int64_t secs, struct date *ret)
{
	if (secs < 0 || secs > DATE_MAX)
		return false;
	struct civil civil = civil_of(secs / DAY_SECS);

	*ret = (struct date){
		.year = (unsigned)civil.year,
		.month = (unsigned)civil.month,
		.day = (unsigned)civil.day,
		.hour = (unsigned)(secs % DAY_SECS / 3600),
		.minute = (unsigned)(secs % 3600 / 60),
		.second = (unsigned)(secs % 60),
	};
	return true;
}

static void
put_digits(struct out *o, int64_t value, unsigned digits)
{
	int64_t unit = 1;

	for (unsigned i = 1; i < digits; i++)
		unit *= 10;
	for (; unit > 0; unit /= 10)
		out_u8(o, (uint8_t)('0' + value / unit % 10));
}

void
date_put_day(struct out *o, int64_t secs)
{
	if (secs < 0 || secs > DATE_MAX) {
		out_text(o, "-");
		return;
	}
	struct civil date = civil_of(secs / DAY_SECS);

	put_digits(o, date.year, 4);
	out_text(o, "-");
	put_digits(o, date.month, 2);
	out_text(o, "-");
	put_digits(o, date.day, 2);
}

void
date_put_time(struct out *o, int64_t secs)
{
	date_put_day(o, secs);
	if (secs < 0 || secs > DATE_MAX)
		return;
	out_text(o, "T");
	put_digits(o, secs % DAY_SECS / 3600, 2);
	out_text(o, ":");
	put_digits(o, secs % 3600 / 60, 2);
	out_text(o, ":");
	put_digits(o, secs % 60, 2);
	out_text(o, "Z");
}

/* The number in exactly those digits of the input, or -1. */
static int64_t
digits_at(struct bytes in, size_t at, size_t count)
{
	struct bytes digits = bytes_slice(in, at, count);
	uint64_t value;

	if (digits.len != count || !bytes_to_u64(digits, &value))
		return -1;
	return (int64_t)value; /* of four digits at most */
}

bool
date_read_day(struct bytes in, int64_t *ret)
{
	struct civil date = { digits_at(in, 0, 4), digits_at(in, 5, 2),
		digits_at(in, 8, 2) };

	if (in.len != 10 || in.ptr[4] != '-' || in.ptr[7] != '-')
		return false;
	if (date.year < 1970 || date.month < 1 || date.month > 12 ||
	    date.day < 1 || date.day > 31)
		return false;
	int64_t days = days_of(date);

	if (civil_of(days).day != date.day) /* no such day in that month */
		return false;
	*ret = days * DAY_SECS;
	return true;
}

bool
date_read(struct bytes in, int64_t *ret)
{
	int64_t day;
	uint64_t secs;

	if (bytes_to_u64(in, &secs)) {
		if (secs > (uint64_t)DATE_MAX)
			return false;
		*ret = (int64_t)secs;
		return true;
	}
	if (in.len == 10)
		return date_read_day(in, ret);
	int64_t hour = digits_at(in, 11, 2);
	int64_t minute = digits_at(in, 14, 2);
	int64_t second = digits_at(in, 17, 2);

	if (in.len != 20 || !date_read_day(bytes_slice(in, 0, 10), &day) ||
	    in.ptr[10] != 'T' || in.ptr[13] != ':' || in.ptr[16] != ':' ||
	    in.ptr[19] != 'Z')
		return false;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59)
		return false;
	*ret = day + hour * 3600 + minute * 60 + second;
	return true;
}
