/* SPDX-License-Identifier: ISC */
/* A jailed child answers by pipes, and by nothing else. */
#include "system/confined.h"

#include "base/limits.h"
#include "system/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MEMORY_LEN ((uint64_t)512 << 20)

static const struct jail_limits limits = {
	.memory_len = MEMORY_LEN,
	.cpu_secs = 2,
};

struct answer {
	struct out out, err;
	struct confined_end end;
	enum err code;
};

static struct answer
run(int (*deed)(void *context), void *context)
{
	struct answer a = { .out = out_open(64 * KIB),
		.err = out_open(64 * KIB) };

	a.code = confined_run(&limits, deed, context, &a.out, &a.err, &a.end);
	return a;
}

static void
close_answer(struct answer *a)
{
	out_close(&a->out);
	out_close(&a->err);
}

static int
say_both(void *context)
{
	const char *text = context;

	if (file_put(STDOUT_FILENO, bytes_of(text)) != ERR_OK ||
	    file_put(STDERR_FILENO, BYTES("trouble")) != ERR_OK)
		return 9;
	return 3;
}

static void
what_it_writes_and_its_status_arrive(void **state)
{
	char text[] = "an answer";
	struct answer a = run(say_both, text);

	(void)state;
	assert_int_equal(a.code, ERR_OK);
	assert_true(a.end.exited);
	assert_int_equal(a.end.status, 3);
	assert_true(bytes_equal_text(out_bytes(&a.out), "an answer"));
	assert_true(bytes_equal_text(out_bytes(&a.err), "trouble"));
	close_answer(&a);
}

/* 0 when nothing of it works. */
static int
try_to_get_out(void *context)
{
	char byte;

	(void)context;
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0)
		return 1;
	if (read(STDIN_FILENO, &byte, 1) != 0)
		return 2;
	for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
		if (read(fd, &byte, 1) >= 0)
			return 3;
	return 0;
}

static void
it_has_no_file_but_its_pipes(void **state)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct answer a = run(try_to_get_out, NULL);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(a.code, ERR_OK);
	assert_true(a.end.exited);
	assert_int_equal(a.end.status, 0);
	assert_int_equal(close(fd), 0);
	close_answer(&a);
}

static int
chatter(void *context)
{
	(void)context;
	while (file_put(STDOUT_FILENO, BYTES("more and more and more\n")) ==
	    ERR_OK)
		continue;
	return 0;
}

static void
one_that_says_too_much_is_ended(void **state)
{
	struct answer a = run(chatter, NULL);

	(void)state;
	assert_int_equal(a.code, ERR_OK);
	assert_false(a.end.exited);
	assert_int_equal(a.out.failed, ERR_LIMIT);
	assert_true(a.out.len <= 64 * KIB);
	close_answer(&a);
}

static int
spin(void *context)
{
	volatile uint64_t turns = 0;

	(void)context;
	while (turns < UINT64_MAX)
		turns++;
	return 0;
}

static void
one_that_never_ends_is_ended(void **state)
{
	struct answer a = run(spin, NULL);

	(void)state;
	assert_int_equal(a.code, ERR_OK);
	assert_false(a.end.exited);
	assert_true(a.end.signal == SIGXCPU || a.end.signal == SIGKILL);
	close_answer(&a);
}

static int
fall(void *context)
{
	(void)context;
	(void)signal(SIGABRT, SIG_DFL);
	abort();
}

static void
one_that_falls_is_told_from_one_that_ends(void **state)
{
	struct answer a = run(fall, NULL);

	(void)state;
	assert_int_equal(a.code, ERR_OK);
	assert_false(a.end.exited);
	assert_true(a.end.signal != 0);
	close_answer(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_writes_and_its_status_arrive),
		cmocka_unit_test(it_has_no_file_but_its_pipes),
		cmocka_unit_test(one_that_says_too_much_is_ended),
		cmocka_unit_test(one_that_never_ends_is_ended),
		cmocka_unit_test(one_that_falls_is_told_from_one_that_ends),
	};

	if (jail_is_test_build())
		return 77; /* sanitizers need what the jail takes away */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
