/* SPDX-License-Identifier: ISC */
/* An input file held in sealed memory, for commands that read small ones. */
#ifndef CLI_HELD_FILE_H
#define CLI_HELD_FILE_H

#include "base/bytes.h"
#include "cli/cli.h"

#include <stddef.h>

/* A handle: held_open() to held_close(). */
struct held_file {
	const char *name; /* for messages; borrowed */
	int fd;
	struct bytes bytes;
};

/* None yet: what held_close() may be given without held_open(). */
#define HELD_NONE                                                              \
	{                                                                      \
		.fd = -1                                                       \
	}

/* Reads `path` ("-": standard input) of at most `limit` bytes. Says what is
   wrong: EXIT_INPUT, EXIT_MACHINE. EXIT_YES: it is open. */
enum exit_code held_open(const char *path, size_t limit, struct held_file *ret);
void held_close(struct held_file *file);

#endif
