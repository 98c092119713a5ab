/* SPDX-License-Identifier: ISC */
/* A declaration from its file to answers and problems, for declare and assess. */
#ifndef CLI_DECLARING_H
#define CLI_DECLARING_H

#include "base/arena.h"
#include "base/data.h"
#include "base/out.h"
#include "cli/cli.h"
#include "declare/check.h"
#include "declare/declaration.h"

#include <stdbool.h>
#include <stdint.h>

struct declaring_wants {
	const char *path;	     /* "-": standard input */
	const struct data_set *data; /* must outlive what is made of it */
	bool jail;		     /* as struct input has it */
	uint64_t today;		     /* Unix seconds */
};

/* A handle: declaring_open() to declaring_close(). */
struct declaring {
	struct declaration declaration;
	struct problems problems; /* none: complete and without contradiction */
	const char *name;	  /* the file's; borrows wants.path */
	char jail[241];		  /* what held the reader */
	uint8_t sha256[32];	  /* of the file */
	struct arena arena;	  /* holds all of the above */
};

/*
 * Reads the file in a jailed worker and checks it. Says on standard error what
 * keeps it from being read (EXIT_INPUT: no file, no YAML, no declaration;
 * EXIT_MACHINE). EXIT_YES: it is open, whatever its problems.
 */
enum exit_code declaring_open(
    const struct declaring_wants *wants, struct declaring *ret);
void declaring_close(struct declaring *d);

/* A line for each problem, "name:line:column: …", escaped for a terminal. */
void declaring_put_problems(struct out *to, const struct declaring *d);

#endif
