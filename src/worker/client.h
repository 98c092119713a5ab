/* SPDX-License-Identifier: ISC */
/* The parent's side of a parse worker: start it, read its answer. */
#ifndef WORKER_CLIENT_H
#define WORKER_CLIENT_H

#include "base/err.h"
#include "system/message.h"
#include "system/process.h"
#include "worker/reply.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client_wants {
	enum reply_mode mode;
	const char *path;    /* for REPLY_CAT: the whole path; else NULL */
	const char *program; /* of the worker; NULL: this one */
	bool jail;
	struct reply_sink sink;
	/* Asked several times a second while the worker works; may be NULL. */
	void (*tick)(void *context, const struct reply *reply);
	void *tick_context;
};

/* A handle: client_open() to client_close(). */
struct client {
	struct client_wants wants;
	struct process process;
	int handing_fd; /* the image goes there; -1: it was handed over */
	int fd;		/* the answer comes from here */
	struct message_reader reader;
	struct reply reply;
	uint64_t started_ms; /* when it got the image */
};

/* Starts the worker, which waits for an image. ERR_SYSTEM. */
enum err client_open(const struct client_wants *wants, struct client *ret);

/*
 * Hands it the image and a packed data set (-1: the one compiled in), both
 * sealed memory and borrowed; it works meanwhile. A worker that is dead by then
 * is seen by client_read().
 */
void client_hand_over(struct client *c, int image_fd, int data_fd);

/*
 * Reads until the worker is done, dead or too late. ERR_OK also when it did
 * not end well: reply.trouble says so, and what came before is kept. Without
 * reply.jail the worker never began. ERR_MEMORY, ERR_SYSTEM, or the sink's
 * error.
 */
enum err client_read(struct client *c);

void client_close(struct client *c);

#endif
