/* SPDX-License-Identifier: ISC */
/* What a feed worker is handed: files, and later a question. */
#ifndef WORKER_FEED_INPUT_H
#define WORKER_FEED_INPUT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A question's longest form: LIMIT_FEED_SUBJECTS with some 600 bytes each. */
#define FEED_QUESTION_LEN ((size_t)64 << 20)

struct feed_file {
	int fd; /* -1: it is mapped */
	struct bytes map;
	struct bytes read; /* a small file's content, while it is taken */
};

/* A handle. Lists and names lie in the arena that it was opened with. */
struct feed_input {
	struct feed_file *files;
	struct bytes *names; /* of the files, borrowing `list` */
	size_t count;
	struct bytes list; /* mapped, as are the next three; or empty */
	struct bytes book;
	struct bytes vex;
	struct bytes data;
	uint64_t mapped_len; /* of all */
	size_t room;	     /* for files */
	size_t open_max;     /* descriptors that may be kept */
};

/*
 * Takes descriptors from the socket until FEED_WORD_GO. Large files are mapped;
 * of small ones, which may be hundreds of thousands, the descriptors are kept.
 * ERR_END: the command has ended; ERR_SYSTEM: it sent something else, or the
 * system has no room for so many; ERR_MEMORY.
 */
enum err feed_input_open(
    int handing_fd, struct arena *arena, struct feed_input *ret);
void feed_input_close(struct feed_input *in);

/* A file's bytes, until it is given back, which happens once. ERR_SYSTEM,
   ERR_MEMORY. */
enum err feed_input_take(
    struct feed_input *in, size_t index, struct bytes *ret);
void feed_input_give_back(struct feed_input *in, size_t index);

/* All that comes until the other end is closed, into the arena. ERR_END:
   nothing came; ERR_LIMIT, ERR_SYSTEM, ERR_MEMORY. */
enum err feed_input_question(int fd, struct arena *arena, struct bytes *ret);

#endif
