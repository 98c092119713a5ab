/* SPDX-License-Identifier: ISC */
/* The line of progress: when it shows itself, what it says, that it goes. */
#include "cli/progress.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

/* A terminal that stands in for standard error. */
struct terminal {
	int master;
	int saved;
	char said[512];
};

static void
open_terminal(struct terminal *t)
{
	memset(t, 0, sizeof(*t));
	t->master = posix_openpt(O_RDWR | O_NOCTTY);
	if (t->master < 0 || grantpt(t->master) != 0 ||
	    unlockpt(t->master) != 0)
		skip();
	int slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);

	assert_true(slave >= 0);
	assert_int_equal(fcntl(t->master, F_SETFL, O_NONBLOCK), 0);
	t->saved = dup(STDERR_FILENO);
	assert_int_equal(dup2(slave, STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(close(slave), 0);
}

static const char *
read_terminal(struct terminal *t)
{
	ssize_t len = read(t->master, t->said, sizeof(t->said) - 1);

	t->said[len > 0 ? (size_t)len : 0] = '\0';
	return t->said;
}

static void
close_terminal(struct terminal *t)
{
	assert_int_equal(dup2(t->saved, STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(close(t->saved), 0);
	assert_int_equal(close(t->master), 0);
}

static void
progress_shows_itself_after_half_a_second_and_goes(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t);
	struct progress p = progress_open(5000);

	progress_count(&p, 600, "entries read");
	char *early = strdup(read_terminal(&t));

	p.started_ms -= 2600; /* as if it had begun then */
	progress_count(&p, 600, "entries read");
	char *late = strdup(read_terminal(&t));

	progress_count(&p, 700, "entries read");
	char *again = strdup(read_terminal(&t));

	progress_close(&p);
	char *wiped = strdup(read_terminal(&t));

	close_terminal(&t);
	assert_string_equal(early, "");
	assert_non_null(strstr(late, "\r 12 % of 5000 entries read, 2 s"));
	assert_string_equal(again, ""); /* ten times a second at the most */
	assert_int_equal(strspn(wiped, " \r"), strlen(wiped));
	assert_true(strlen(wiped) > 40);
	free(early);
	free(late);
	free(again);
	free(wiped);
}

static void
progress_without_a_total_counts(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t);
	struct progress p = progress_open(0);

	p.started_ms -= 600;
	progress_count(&p, 17, "files read");
	(void)read_terminal(&t);
	close_terminal(&t);
	assert_non_null(strstr(t.said, "\r17 files read, 0 s"));
}

static void
progress_is_silent_without_a_terminal(void **state)
{
	int ends[2];
	char room[8];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	int saved = dup(STDERR_FILENO);

	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	struct progress p = progress_open(10);

	p.started_ms -= 600;
	progress_count(&p, 5, "entries");
	progress_close(&p);
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(close(saved), 0);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(read(ends[0], room, sizeof(room)), 0);
	assert_int_equal(close(ends[0]), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    progress_shows_itself_after_half_a_second_and_goes),
		cmocka_unit_test(progress_without_a_total_counts),
		cmocka_unit_test(progress_is_silent_without_a_terminal),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
