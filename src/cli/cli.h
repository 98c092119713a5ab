/* SPDX-License-Identifier: ISC */
/* What all commands share: exit codes, the command table's row, messages. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/bytes.h"

/* DESIGN.md section 5. */
enum exit_code {
	EXIT_YES = 0,	  /* the answer is yes */
	EXIT_NO = 1,	  /* no, or unknown */
	EXIT_USAGE = 2,	  /* the command line is wrong */
	EXIT_INPUT = 3,	  /* bad input */
	EXIT_MACHINE = 4, /* the machine failed */
};

struct command {
	const char *name;
	const char *help;			       /* one line */
	enum exit_code (*run)(int argc, char *argv[]); /* argv[0]: its name */
};

/* The commands; each has a file of its name and a manual page. */
enum exit_code assess_run(int argc, char *argv[]);
enum exit_code cat_run(int argc, char *argv[]);
enum exit_code catalogue_run(int argc, char *argv[]);
enum exit_code diff_run(int argc, char *argv[]);
enum exit_code declare_run(int argc, char *argv[]);
enum exit_code key_run(int argc, char *argv[]);
enum exit_code label_run(int argc, char *argv[]);
enum exit_code ledger_run(int argc, char *argv[]);
enum exit_code ls_run(int argc, char *argv[]);
enum exit_code sbom_run(int argc, char *argv[]);
enum exit_code serve_run(int argc, char *argv[]);
enum exit_code trust_run(int argc, char *argv[]);
enum exit_code watch_run(int argc, char *argv[]);

/* What is said of a worker's program that does not start (system/process.h). */
#define CLI_NOT_STARTED                                                        \
	"could not be started; it stands beside hallmark or in "               \
	"../libexec/hallmark"

/* One line on standard error: "hallmark: about: what". `about` may be foreign
   and is escaped; `what` is our own. */
void cli_say(const char *about, const char *what);

/* Writes an answer to standard output; says so and gives EXIT_MACHINE when
   that fails, else EXIT_YES. */
enum exit_code cli_answer(struct bytes answer);

#endif
