/* SPDX-License-Identifier: ISC */
/* A line of the log is one line, whatever text is in it. */
#include "system/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char got[2 * JOURNAL_LINE_LEN];

/* What journal_end() writes. */
static const char *
end(struct journal *line, const int fds[2])
{
	journal_end(line);
	ssize_t len = read(fds[0], got, sizeof(got) - 1);

	assert_true(len > 0);
	got[len] = '\0';
	return got;
}

static void
journal_writes_one_line(void **state)
{
	struct journal line;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	journal_begin(&line, fds[1], "info", "start");
	journal_number(&line, "threads", 2);
	journal_word(&line, "method", "GET");
	journal_text(&line, "target", BYTES("/label/1"));
	assert_string_equal(end(&line, fds),
	    "info start threads=2 method=GET target=\"/label/1\"\n");
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
journal_keeps_foreign_text_in_its_quotes(void **state)
{
	struct journal line;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	journal_begin(&line, fds[1], "info", "request");
	journal_text(&line, "target",
	    BYTES("/a\" status=200\r\nerror x \x1b[2J\xff\\\""));
	assert_string_equal(end(&line, fds),
	    "info request target=\"/a\\x22 status=200\\x0d\\x0aerror x "
	    "\\x1b[2J\\xff\\\\x22\"\n");
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
journal_cuts_what_is_too_long(void **state)
{
	static char text[3 * JOURNAL_LINE_LEN];
	struct journal line;
	int fds[2];

	(void)state;
	memset(text, '\n', sizeof(text) - 1);
	assert_int_equal(pipe(fds), 0);
	journal_begin(&line, fds[1], "info", "request");
	journal_text(&line, "target", bytes_of(text));
	journal_number(&line, "status", 200);
	const char *written = end(&line, fds);

	assert_int_equal(strlen(written), JOURNAL_LINE_LEN);
	assert_ptr_equal(strchr(written, '\n'), written + JOURNAL_LINE_LEN - 1);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(journal_writes_one_line),
		cmocka_unit_test(journal_keeps_foreign_text_in_its_quotes),
		cmocka_unit_test(journal_cuts_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
