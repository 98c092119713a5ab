/* SPDX-License-Identifier: ISC */
/* Passphrases from files and from a terminal; files of secrets. */
#include "system/passphrase.h"

#include "base/limits.h"
#include "system/random.h"
#include "system/secret_file.h"
#include "system/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hallmark-test-XXXXXX";

static int
enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
leave_folder(void **state)
{
	(void)state;
	(void)unlink("in");
	(void)unlink("new");
	return chdir("/") != 0 || rmdir(folder) != 0;
}

static void
put(const char *name, const void *content, size_t len)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(content, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* ---- files ---- */

static void
assert_first_line(const char *content, const char *want)
{
	struct passphrase p = { .ptr = NULL };
	const char *why = NULL;

	put("in", content, strlen(content));
	assert_int_equal(passphrase_read_file("in", &p, &why), ERR_OK);
	assert_true(bytes_equal_text(passphrase_bytes(&p), want));
	assert_int_equal(p.ptr[p.len], 0);
	passphrase_close(&p);
	assert_null(passphrase_bytes(&p).ptr);
}

static void
passphrase_is_the_first_line_of_a_file(void **state)
{
	(void)state;
	assert_first_line("secret\nmore\n", "secret");
	assert_first_line("secret", "secret");
	assert_first_line("secret\r\n", "secret");
	assert_first_line(" with blanks \n", " with blanks ");
}

static void
passphrase_file_must_be_there_and_say_something(void **state)
{
	struct passphrase p = { .ptr = NULL };
	const char *why = NULL;

	(void)state;
	assert_int_equal(
	    passphrase_read_file("missing", &p, &why), ERR_MALFORMED);
	assert_non_null(why);
	put("in", "\nsecond\n", 8);
	assert_int_equal(passphrase_read_file("in", &p, &why), ERR_MALFORMED);
	assert_string_equal(why, "is empty");
	put("in", "", 0);
	assert_int_equal(passphrase_read_file("in", &p, &why), ERR_MALFORMED);
	assert_int_equal(passphrase_read_file(".", &p, &why), ERR_MALFORMED);
	assert_null(p.ptr);
}

static void
passphrase_file_has_a_limit(void **state)
{
	char line[LIMIT_PASSPHRASE_LEN + 1];
	struct passphrase p = { .ptr = NULL };
	const char *why = NULL;

	(void)state;
	memset(line, 'x', sizeof(line));
	put("in", line, sizeof(line) - 1);
	assert_int_equal(passphrase_read_file("in", &p, &why), ERR_OK);
	assert_int_equal(p.len, LIMIT_PASSPHRASE_LEN);
	passphrase_close(&p);
	put("in", line, sizeof(line));
	assert_int_equal(passphrase_read_file("in", &p, &why), ERR_LIMIT);
}

static void
passphrase_takes_no_more_than_its_line_from_a_pipe(void **state)
{
	struct passphrase p = { .ptr = NULL };
	const char *why = NULL;
	char path[32];
	char rest[8] = "";
	int pair[2];

	(void)state;
	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	assert_int_equal(write(pair[1], "pin\nrest", 8), 8);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", pair[0]);
	assert_int_equal(passphrase_read_file(path, &p, &why), ERR_OK);
	assert_true(bytes_equal_text(passphrase_bytes(&p), "pin"));
	assert_int_equal(read(pair[0], rest, sizeof(rest)), 4);
	assert_memory_equal(rest, "rest", 4);
	passphrase_close(&p);
	assert_int_equal(close(pair[0]) + close(pair[1]), 0);
}

/* ---- a terminal ---- */

struct pair {
	int user; /* the side that types */
	int program;
};

static struct pair
open_terminal(void)
{
	struct pair t = { posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), -1 };

	assert_true(t.user >= 0);
	assert_int_equal(grantpt(t.user), 0);
	assert_int_equal(unlockpt(t.user), 0);
	t.program = open(ptsname(t.user), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(t.program >= 0);
	return t;
}

static bool
echoes(int fd)
{
	struct termios now;

	assert_int_equal(tcgetattr(fd, &now), 0);
	return (now.c_lflag & ECHO) != 0;
}

/* Reads what the terminal shows until `mark` was seen. */
static void
wait_for(int fd, const char *mark)
{
	char seen[256];
	size_t len = 0;

	memset(seen, 0, sizeof(seen));
	while (strstr(seen, mark) == NULL) {
		ssize_t n = read(fd, seen + len, 1);

		assert_true(n == 1);
		len++;
		assert_true(len < sizeof(seen) - 1);
	}
}

static void *
type_line(void *context)
{
	const struct pair *t = context;

	wait_for(t->user, "say: ");
	if (write(t->user, "typed\n", 6) != 6)
		return NULL;
	return context;
}

static void
passphrase_is_typed_unseen(void **state)
{
	struct pair t = open_terminal();
	struct passphrase p = { .ptr = NULL };
	const char *why = NULL;
	char seen[64] = "";
	pthread_t user;
	void *result = NULL;

	(void)state;
	assert_true(echoes(t.program));
	assert_int_equal(pthread_create(&user, NULL, type_line, &t), 0);
	assert_int_equal(
	    passphrase_ask_on(t.program, "say: ", &p, &why), ERR_OK);
	assert_int_equal(pthread_join(user, &result), 0);
	assert_non_null(result);
	assert_true(bytes_equal_text(passphrase_bytes(&p), "typed"));
	assert_true(echoes(t.program));
	passphrase_close(&p);
	/* All that is shown behind the prompt is a line end. */
	ssize_t n = read(t.user, seen, sizeof(seen) - 1);

	assert_true(n > 0);
	assert_string_equal(seen, "\r\n");
	assert_int_equal(close(t.program) + close(t.user), 0);
}

/* Another process asks; a signal ends it while it does. */
static void
passphrase_leaves_the_terminal_as_it_was_after_a_signal(void **state)
{
	struct pair t = open_terminal();
	struct passphrase p = { .ptr = NULL };
	const char *why = NULL;
	int status = 0;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		(void)signal(SIGTERM, SIG_DFL);
		(void)passphrase_ask_on(t.program, "say: ", &p, &why);
		_exit(1);
	}
	wait_for(t.user, "say: ");
	assert_false(echoes(t.program));
	assert_int_equal(kill(child, SIGTERM), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_true(echoes(t.program));
	assert_int_equal(close(t.program) + close(t.user), 0);
}

/* Stopped and continued: the terminal echoes in between, and it asks again. */
static void
passphrase_asks_again_after_a_stop(void **state)
{
	struct pair t = open_terminal();
	int status = 0;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct passphrase p = { .ptr = NULL };
		const char *why = NULL;

		/* A group of its own with a parent outside of it: the kernel
		   does not stop orphans. */
		(void)setpgid(0, 0);
		enum err err = passphrase_ask_on(t.program, "say: ", &p, &why);

		_exit(err == ERR_OK &&
			    bytes_equal_text(passphrase_bytes(&p), "typed")
			? 0
			: 1);
	}
	wait_for(t.user, "say: ");
	assert_int_equal(write(t.user, "half", 4), 4);
	assert_int_equal(kill(child, SIGTSTP), 0);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	assert_true(echoes(t.program));
	assert_int_equal(kill(child, SIGCONT), 0);
	assert_non_null(type_line(&t));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(close(t.program) + close(t.user), 0);
}

static void
passphrase_needs_a_terminal(void **state)
{
	struct passphrase p = { .ptr = NULL };
	const char *why = NULL;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_int_equal(
	    passphrase_ask_on(fd, "say: ", &p, &why), ERR_MALFORMED);
	assert_string_equal(why, "is no terminal");
	assert_int_equal(close(fd), 0);
}

/* ---- secrets in files, in memory ---- */

static void
secret_file_is_for_the_owner_alone(void **state)
{
	struct secret_file file = { .ptr = NULL };
	const char *why = NULL;
	struct stat st;
	mode_t mask = umask(0);

	(void)state;
	assert_int_equal(
	    secret_file_create("new", BYTES("secret"), &why), ERR_OK);
	(void)umask(mask);
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(secret_file_read("new", 6, &file, &why), ERR_OK);
	assert_int_equal(file.len, 6);
	assert_memory_equal(file.ptr, "secret", 6);
	assert_false(file.is_open_to_others);
	secret_file_close(&file);
	assert_int_equal(chmod("new", 0640), 0);
	assert_int_equal(secret_file_read("new", 6, &file, &why), ERR_OK);
	assert_true(file.is_open_to_others);
	secret_file_close(&file);
	assert_int_equal(secret_file_read("new", 5, &file, &why), ERR_LIMIT);
	assert_int_equal(unlink("new"), 0);
}

static void
secret_file_never_overwrites(void **state)
{
	struct secret_file file = { .ptr = NULL };
	const char *why = NULL;

	(void)state;
	put("in", "old", 3);
	assert_int_equal(
	    secret_file_create("in", BYTES("new"), &why), ERR_MALFORMED);
	assert_int_equal(secret_file_read("in", 9, &file, &why), ERR_OK);
	assert_memory_equal(file.ptr, "old", 3);
	secret_file_close(&file);
	/* Nor through a symbolic link, though it leads nowhere. */
	assert_int_equal(symlink("nowhere", "new"), 0);
	assert_int_equal(
	    secret_file_create("new", BYTES("new"), &why), ERR_MALFORMED);
	assert_int_not_equal(access("nowhere", F_OK), 0);
	assert_int_equal(unlink("new"), 0);
}

static void
random_bytes_differ(void **state)
{
	uint8_t a[64] = { 0 };
	uint8_t b[64] = { 0 };

	(void)state;
	assert_int_equal(random_bytes(a, sizeof(a)), ERR_OK);
	assert_int_equal(random_bytes(b, sizeof(b)), ERR_OK);
	assert_memory_not_equal(a, b, sizeof(a));
}

/* In a child, as it cannot be undone. */
static void
secrets_guard_leaves_no_core_dump(void **state)
{
	int status = 0;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit core = { 1, 1 };
		bool good = secrets_guard() == ERR_OK &&
		    secrets_guard() == ERR_OK &&
		    getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0 &&
		    prctl(PR_GET_DUMPABLE) == 0;

		_exit(good ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passphrase_is_the_first_line_of_a_file),
		cmocka_unit_test(
		    passphrase_file_must_be_there_and_say_something),
		cmocka_unit_test(passphrase_file_has_a_limit),
		cmocka_unit_test(
		    passphrase_takes_no_more_than_its_line_from_a_pipe),
		cmocka_unit_test(passphrase_is_typed_unseen),
		cmocka_unit_test(
		    passphrase_leaves_the_terminal_as_it_was_after_a_signal),
		cmocka_unit_test(passphrase_asks_again_after_a_stop),
		cmocka_unit_test(passphrase_needs_a_terminal),
		cmocka_unit_test(secret_file_is_for_the_owner_alone),
		cmocka_unit_test(secret_file_never_overwrites),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(secrets_guard_leaves_no_core_dump),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
