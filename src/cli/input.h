/* SPDX-License-Identifier: ISC */
/* What every command on an image needs: the image, the data, a worker. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "base/arena.h"
#include "base/data.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "worker/client.h"

#include <stdbool.h>
#include <stddef.h>

struct input_wants {
	const char *image;  /* path, or "-" */
	const char *folder; /* --data, or NULL */
	bool no_jail;	    /* --no-jail */
	/* for assessing_open() only */
	const char *declaration; /* --declaration, or NULL */
	const char *scheme;	 /* --scheme, or NULL: the first */
	const char *feeds;	 /* --feeds, or NULL */
	const char *vex;	 /* --vex, or NULL; with feeds only */
};

/* A handle: input_open() to input_close(). */
struct input {
	const char *name; /* the image's, without folders; borrowed */
	int image_fd;
	size_t image_len;
	struct data_set data;
	int data_fd;
	size_t data_len;
	bool jail;
	struct arena arena; /* a data set read from a folder */
	struct progress progress;
};

/* Whether workers are jailed: always, but for --no-jail and test builds. */
bool input_wants_jail(bool no_jail);

/* Says what is wrong. EXIT_YES: it is open. */
enum exit_code input_open(const struct input_wants *wants, struct input *ret);
void input_close(struct input *in);

/* Likewise without an image: only data and data_fd, for input_close(). */
enum exit_code input_open_data(const char *folder, struct input *ret);

/* What a worker is to do. */
struct input_worker {
	enum reply_mode mode;
	const char *path;	       /* for REPLY_CAT; else NULL */
	const struct reply_sink *sink; /* NULL: none */
	bool jail;
	struct progress *progress; /* must outlive the client */
};

/* Starts a worker before the image is read, so that its start is not waited
   for. Says what is wrong; EXIT_YES: the client is open. */
enum exit_code input_call_worker(
    const struct input_worker *worker, struct client *ret);

/* Lets it begin with the image. `in` must outlive the client. */
void input_hand_over(struct input *in, struct client *c);

/*
 * Both at once: starts a worker over it. `in` must outlive the client. Says what is wrong;
 * EXIT_YES: the client is open.
 */
enum exit_code input_start(struct input *in, enum reply_mode mode,
    const char *path, const struct reply_sink *sink, struct client *ret);

/*
 * Reads the worker's answer to its end. EXIT_MACHINE, said, when the worker
 * could not even begin or the machine failed; EXIT_INPUT when it could not
 * read the data files. A trouble later on is left in c->reply.trouble.
 */
enum exit_code input_finish(struct input *in, struct client *c);

#endif
