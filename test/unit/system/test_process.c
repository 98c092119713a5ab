/* SPDX-License-Identifier: ISC */
/* Workers hold what they are given, and end when they should. */
#include "system/process.h"

#include "system/clock.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SOON_MS 20000

extern char **environ;

/* ---- the worker's side ---- */

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int
check_holdings(void)
{
	char byte = 0;

	if (environ[0] != NULL)
		return 20;
	if (read(0, &byte, 1) != 0)
		return 21; /* /dev/null */
	if (read(3, &byte, 1) != 1 || byte != 'A')
		return 22;
	if (write(4, "B", 1) != 1)
		return 23;
	for (int fd = 5; fd < 64; fd++)
		if (is_open(fd))
			return 24;
	return 0;
}

static int
be_worker(const char *role)
{
	if (strcmp(role, "holdings") == 0)
		return check_holdings();
	if (strcmp(role, "crash") == 0)
		return raise(SIGSEGV);
	if (strcmp(role, "sleep") == 0)
		return (int)sleep(100);
	return 99;
}

/* ---- the tests ---- */

static struct process
start(const char *role, const int *fd, size_t fd_count)
{
	const char *argv[] = { "test", role, NULL };
	struct process_start how = {
		.argv = argv,
		.fd = fd,
		.fd_count = fd_count,
	};
	struct process process;

	assert_int_equal(process_start(&how, &process), ERR_OK);
	return process;
}

static void
a_worker_holds_only_what_it_is_given(void **state)
{
	struct process_end end;
	int in[2];
	int out[2];
	char byte = 0;
	int extra = open("/dev/null", O_RDONLY); /* not close-on-exec */

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	assert_int_equal(write(in[1], "A", 1), 1);
	struct process process = start("holdings", (int[]){ in[0], out[1] }, 2);

	assert_int_equal(
	    process_wait(&process, clock_now_ms() + SOON_MS, &end), ERR_OK);
	assert_true(end.exited);
	assert_int_equal(end.status, 0);
	assert_int_equal(read(out[0], &byte, 1), 1);
	assert_int_equal(byte, 'B');
	close(in[0]);
	close(in[1]);
	close(out[0]);
	close(out[1]);
	close(extra);
}

/* The given descriptors stand where others are to go. */
static void
a_worker_gets_descriptors_in_any_order(void **state)
{
	struct process_end end;
	int in[2];
	int out[2];

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	assert_int_equal(write(in[1], "A", 1), 1);
	assert_int_equal(dup2(in[0], 14), 14);
	assert_int_equal(dup2(out[1], 13), 13);
	struct process process = start("holdings", (int[]){ 14, 13 }, 2);

	assert_int_equal(
	    process_wait(&process, clock_now_ms() + SOON_MS, &end), ERR_OK);
	assert_int_equal(end.status, 0);
	close(13);
	close(14);
	close(in[0]);
	close(in[1]);
	close(out[0]);
	close(out[1]);
}

static void
a_crash_is_told_apart_from_an_end(void **state)
{
	struct process_end end;
	struct process process = start("crash", NULL, 0);

	(void)state;
	assert_int_equal(
	    process_wait(&process, clock_now_ms() + SOON_MS, &end), ERR_OK);
	assert_false(end.timed_out);
	assert_true(!end.exited ? end.signal == SIGSEGV : end.status != 0);
}

static void
a_worker_is_killed_at_its_deadline(void **state)
{
	struct process_end end;
	struct process process = start("sleep", NULL, 0);
	uint64_t before = clock_now_ms();

	(void)state;
	assert_int_equal(
	    process_wait(&process, clock_now_ms() + 50, &end), ERR_OK);
	assert_true(end.timed_out);
	assert_false(end.exited);
	assert_int_equal(end.signal, SIGKILL);
	assert_true(clock_now_ms() - before < SOON_MS);
	assert_int_equal(process.pid, 0);
	process_close(&process);
}

static void
closing_a_running_worker_kills_it(void **state)
{
	struct process process = start("sleep", NULL, 0);
	pid_t pid = process.pid;

	(void)state;
	process_close(&process);
	assert_int_equal(kill(pid, 0), -1);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_worker_holds_only_what_it_is_given),
		cmocka_unit_test(a_worker_gets_descriptors_in_any_order),
		cmocka_unit_test(a_crash_is_told_apart_from_an_end),
		cmocka_unit_test(a_worker_is_killed_at_its_deadline),
		cmocka_unit_test(closing_a_running_worker_kills_it),
	};

	if (argc > 1)
		return be_worker(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
