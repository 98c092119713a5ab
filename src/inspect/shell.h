/* SPDX-License-Identifier: ISC */
/* Shell scripts read as far as telling which programs they start, and when. */
#ifndef INSPECT_SHELL_H
#define INSPECT_SHELL_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

#define SHELL_WORDS_MAX 24
#define SHELL_VARIABLES_MAX 64
#define SHELL_DEPTH_MAX 8
#define SHELL_TESTS_MAX 16

/* A test as written ("[ -f /etc/x ]", "if [ … ]", or the word that a case
   looks at). */
struct shell_test {
	struct bytes text;
	bool inverted; /* it must fail: behind else or || */
	bool is_exit;  /* else the script was left before */
};

/*
 * One simple command. Words borrow the script: quotes at both ends are gone,
 * and a word that is exactly $NAME or ${NAME} is replaced by the value that
 * the script gave NAME in plain text. What is in "..." otherwise stays.
 */
struct shell_command {
	struct bytes word[SHELL_WORDS_MAX];
	size_t word_count; /* > 0 */
	struct bytes line; /* the script's line it begins in, trimmed */
	size_t at;	   /* offset of that line in the script */
	bool guarded; /* runs only if some test holds: in an if, behind && or
			 || after a test; not merely in a function or case */
	/* All that it hangs on, from the outside in; further ones are left
	   out. */
	struct shell_test test[SHELL_TESTS_MAX];
	size_t test_count;
	struct bytes function; /* the name of the one it stands in */
};

struct shell_variable {
	struct bytes name, value;
};

struct shell_reader {
	struct bytes script;
	size_t pos;
	size_t line_at; /* start of the current line */
	unsigned if_depth;
	bool in_condition; /* between if and then */
	bool after_test;  /* the last command was a test, and && or || follow */
	bool after_chain; /* && or || follow whatever it was */
	bool ended;	  /* an exit that is reached in any case was read */
	bool in_pattern;  /* before the ')' of a branch of case */
	unsigned brace_depth, paren_depth, loop_depth, case_depth;
	/* The tests of each if, of a chain, of "test || {", of exits. */
	struct shell_test if_test[SHELL_DEPTH_MAX];
	struct shell_test choice[SHELL_DEPTH_MAX];
	struct shell_test chain, group, passed, passed_outside;
	struct bytes function; /* defined, until its brace closes */
	bool function_open;
	unsigned function_depth;
	struct shell_variable variable[SHELL_VARIABLES_MAX];
	size_t variable_count;
};

/* Borrows the script. */
struct shell_reader shell_open(struct bytes script);

/*
 * False at the end, or behind an exit that is always reached. Assignments are
 * remembered, not returned; names of functions and the patterns of case are
 * no commands.
 */
bool shell_next(struct shell_reader *r, struct shell_command *ret);

/* The value that the script has given a variable so far; empty: none. */
struct bytes shell_value(const struct shell_reader *r, struct bytes name);

/* The last part of a path: telnetd of /usr/sbin/telnetd. */
struct bytes shell_base_name(struct bytes path);

#endif
