/* SPDX-License-Identifier: ISC */
/* Tests of reading shell scripts for the commands in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/out.h"
#include "inspect/shell.h"

#include <string.h>

/* Every command of a script on a line, guarded ones behind a '?'. */
static void
assert_commands(const char *script, const char *wanted)
{
	struct shell_reader r = shell_open(bytes_of(script));
	struct shell_command c;
	struct out text = out_open(65536);

	while (shell_next(&r, &c)) {
		if (c.guarded)
			out_text(&text, "?");
		for (size_t i = 0; i < c.word_count; i++) {
			if (i > 0)
				out_text(&text, " ");
			out_put(&text, c.word[i]);
		}
		out_text(&text, ";");
	}
	out_u8(&text, 0);
	assert_string_equal((const char *)text.ptr, wanted);
	out_close(&text);
}

static void
commands_are_parted(void **state)
{
	(void)state;
	assert_commands("telnetd &\nifconfig lo up; route | grep eth0\n",
	    "telnetd;ifconfig lo up;route;grep eth0;");
}

static void
comments_and_strings_hold_no_commands(void **state)
{
	(void)state;
	assert_commands(
	    "#telnetd\necho \"x; telnetd\" # telnetd\n", "echo x; telnetd;");
	assert_commands("cat <<EOF\ntelnetd\nEOF\nreboot\n", "cat;reboot;");
}

static void
tests_guard_what_follows_them(void **state)
{
	(void)state;
	assert_commands("if [ -f /etc/x ]; then\n telnetd\nfi\nsshd\n",
	    "[ -f /etc/x ];?telnetd;sshd;");
	assert_commands(
	    "[ -f /etc/x ] && telnetd\nsshd\n", "[ -f /etc/x ];?telnetd;sshd;");
	assert_commands("mount -a && telnetd\n", "mount -a;telnetd;");
}

static void
functions_and_cases_are_no_guards(void **state)
{
	(void)state;
	assert_commands("start() {\n telnetd\n}\ncase $1 in\nstart)\n sshd\n"
			";;\nesac\n",
	    "telnetd;case $1 in;sshd;");
}

static void
plain_variables_are_replaced(void **state)
{
	(void)state;
	assert_commands("D=/usr/sbin/telnetd\n$D -l /bin/sh\n\"${D}\"\n$X\n",
	    "/usr/sbin/telnetd -l /bin/sh;/usr/sbin/telnetd;$X;");
}

static void
continued_lines_are_one_command(void **state)
{
	(void)state;
	assert_commands(
	    "flashcp \\\n -v a.bin /dev/mtd0\n", "flashcp -v a.bin /dev/mtd0;");
}

static void
substitutions_are_read_as_commands(void **state)
{
	(void)state;
	assert_commands(
	    "X=$(nvram get telnet)\nsshd\n", "nvram get telnet;sshd;");
}

static void
unfinished_scripts_end(void **state)
{
	static const char script[] =
	    "if [ -f \"x\" ]; then\n cat <<EOF\n 'unfinished $( \\";

	(void)state;
	for (size_t len = 0; len < sizeof(script); len++) {
		struct shell_reader r =
		    shell_open((struct bytes){ (const uint8_t *)script, len });
		struct shell_command c;
		size_t count = 0;

		while (shell_next(&r, &c))
			assert_true(++count < 100);
	}
}

static void
names_of_functions_and_branches_are_no_commands(void **state)
{
	(void)state;
	assert_commands("case $x in\ntelnetd|sshd)\n a\n;;\n*) b;;\nesac\nc\n",
	    "case $x in;a;b;c;");
	assert_commands("function f {\n a\n}\ng () { b; }\n", "a;b;");
}

static void
nothing_is_read_behind_an_exit_that_is_always_reached(void **state)
{
	(void)state;
	assert_commands("a\nexit 0\ntelnetd\n", "a;exit 0;");
	assert_commands("x || exit 1\nb\n", "x;exit 1;b;");
	assert_commands("x || { echo; exit 1; }\nb\n", "x;echo;exit 1;b;");
	assert_commands("f() {\n exit 1\n}\nb\n", "exit 1;b;");
	assert_commands("(exit 1)\nb\n", "exit 1;b;");
}

/* The tests that the command `telnetd` hangs on, one in brackets each. */
static void
assert_tests(const char *script, const char *wanted)
{
	struct shell_reader r = shell_open(bytes_of(script));
	struct shell_command c;
	struct out text = out_open(4096);

	while (shell_next(&r, &c)) {
		if (!bytes_equal_text(c.word[0], "telnetd"))
			continue;
		for (size_t i = 0; i < c.test_count; i++) {
			out_text(&text, c.test[i].inverted ? "-" : "+");
			out_put(&text, c.test[i].text);
			out_text(&text, ";");
		}
	}
	out_u8(&text, 0);
	assert_string_equal((const char *)text.ptr, wanted);
	out_close(&text);
}

static void
all_tests_around_a_command_are_told(void **state)
{
	(void)state;
	assert_tests("telnetd\n", "");
	assert_tests(
	    "if a; then\n [ -x b ] && telnetd\nfi\n", "+if a;+[ -x b ];");
	assert_tests("if a; then\n b\nelse\n telnetd\nfi\n", "-if a;");
	assert_tests("[ -f a ] || telnetd\n", "-[ -f a ];");
	assert_tests("[ -f a ] || exit 0\ntelnetd\n", "+[ -f a ];");
	assert_tests(
	    "if [ -f a ]; then\n exit\nfi\ntelnetd\n", "-if [ -f a ];");
	assert_tests("case $a in\nb) telnetd;;\nesac\n", "+$a;");
	assert_tests(
	    "if a; then b; fi\ncase $c in\nd) e;;\nesac\ntelnetd\n", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_parted),
		cmocka_unit_test(comments_and_strings_hold_no_commands),
		cmocka_unit_test(tests_guard_what_follows_them),
		cmocka_unit_test(functions_and_cases_are_no_guards),
		cmocka_unit_test(plain_variables_are_replaced),
		cmocka_unit_test(continued_lines_are_one_command),
		cmocka_unit_test(substitutions_are_read_as_commands),
		cmocka_unit_test(unfinished_scripts_end),
		cmocka_unit_test(
		    names_of_functions_and_branches_are_no_commands),
		cmocka_unit_test(
		    nothing_is_read_behind_an_exit_that_is_always_reached),
		cmocka_unit_test(all_tests_around_a_command_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
