/* SPDX-License-Identifier: ISC */
/* Tests of dates. */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void
assert_time(int64_t secs, const char *want)
{
	struct out o = out_open(100);
	int64_t back = -7;

	date_put_time(&o, secs);
	assert_true(bytes_equal_text(out_bytes(&o), want));
	assert_true(date_read(out_bytes(&o), &back));
	assert_int_equal(back, secs);
	out_close(&o);
}

static void
times_are_written_and_read(void **state)
{
	(void)state;
	assert_time(0, "1970-01-01T00:00:00Z");
	assert_time(951782400, "2000-02-29T00:00:00Z");
	assert_time(951868799, "2000-02-29T23:59:59Z");
	assert_time(1795305600, "2026-11-22T00:00:00Z");
	assert_time(4107542400, "2100-03-01T00:00:00Z");
	assert_time(DATE_MAX, "9999-12-31T23:59:59Z");
}

/* Against the C library, a step of a day and a bit through 8 000 years. */
static void
every_day_is_the_librarys(void **state)
{
	(void)state;
	for (int64_t secs = 0; secs <= DATE_MAX; secs += 90061 * 7) {
		struct out o = out_open(100);
		time_t library = (time_t)secs;
		struct tm tm;
		char want[40];

		assert_non_null(gmtime_r(&library, &tm));
		assert_true(strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ",
				&tm) > 0);
		date_put_time(&o, secs);
		assert_true(bytes_equal_text(out_bytes(&o), want));
		out_close(&o);
	}
}

static void
a_day_is_its_first_second(void **state)
{
	int64_t secs = -1;

	(void)state;
	assert_true(date_read_day(BYTES("2031-02-28"), &secs));
	assert_int_equal(secs, 1930003200);
	assert_true(date_read(BYTES("2031-02-28"), &secs));
	assert_int_equal(secs, 1930003200);
	assert_true(date_read(BYTES("1930003200"), &secs));
	assert_int_equal(secs, 1930003200);
}

static void
what_is_no_date_is_refused(void **state)
{
	static const char *const bad[] = { "", "-", "2031-02-29", "2100-02-29",
		"2031-00-01", "2031-13-01", "2031-01-00", "2031-01-32",
		"2031-04-31", "1969-12-31", "2031-2-28", "2031-02-28 ",
		"2031/02/28", "2031-02-28T00:00:00", "2031-02-28T24:00:00Z",
		"2031-02-28T00:60:00Z", "2031-02-28T00:00:60Z",
		"2031-02-28t00:00:00Z", "2031-02-28T00-00:00Z",
		"2031-02-28T0 :00:00Z", "253402300800", "-1",
		"18446744073709551616", "+031-02-28" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t secs = -7;

		assert_false(date_read(bytes_of(bad[i]), &secs));
		assert_int_equal(secs, -7);
	}
}

static void
what_cannot_be_written_is_a_dash(void **state)
{
	static const int64_t bad[] = { -1, INT64_MIN, DATE_MAX + 1, INT64_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct out o = out_open(100);

		date_put_time(&o, bad[i]);
		date_put_day(&o, bad[i]);
		assert_true(bytes_equal_text(out_bytes(&o), "--"));
		out_close(&o);
	}
}

static void
a_moment_is_split_into_its_parts(void **state)
{
	struct date date = { .year = 7 };

	(void)state;
	assert_false(date_split(-1, &date));
	assert_false(date_split(DATE_MAX + 1, &date));
	assert_int_equal(date.year, 7);
	assert_true(date_split(1709210096, &date)); /* 2024-02-29T12:34:56Z */
	assert_int_equal(date.year, 2024);
	assert_int_equal(date.month, 2);
	assert_int_equal(date.day, 29);
	assert_int_equal(date.hour, 12);
	assert_int_equal(date.minute, 34);
	assert_int_equal(date.second, 56);
	assert_true(date_split(DATE_MAX, &date));
	assert_int_equal(date.year, 9999);
	assert_int_equal(date.second, 59);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moment_is_split_into_its_parts),
		cmocka_unit_test(times_are_written_and_read),
		cmocka_unit_test(every_day_is_the_librarys),
		cmocka_unit_test(a_day_is_its_first_second),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(what_cannot_be_written_is_a_dash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
