/* SPDX-License-Identifier: ISC */
/* The parent's side of a declare worker: start it, read its answer. */
#ifndef WORKER_DECLARE_CLIENT_H
#define WORKER_DECLARE_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "declare/declaration.h"
#include "declare/read.h"
#include "system/message.h"
#include "worker/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum declare_reply_state {
	DECLARE_REPLY_START,  /* nothing was said yet */
	DECLARE_REPLY_OPEN,   /* the worker said what holds it */
	DECLARE_REPLY_ENDED,  /* all answers are there */
	DECLARE_REPLY_FAULTY, /* it is no declaration: see fault */
	DECLARE_REPLY_TROUBLE /* see trouble */
};

/* What a worker that may have been taken over has said so far. */
struct declare_reply {
	struct arena *arena; /* borrowed; holds the answers' texts */
	enum declare_reply_state state;
	struct declared *list; /* room for LIMIT_DECLARATION_ANSWERS */
	size_t count;
	struct declaration_fault fault;
	char jail[WIRE_TEXT_LEN + 1];
	char trouble[WIRE_TEXT_LEN + 1]; /* why it ended without an answer */
};

/* ERR_MEMORY. */
enum err declare_reply_open(struct arena *arena, struct declare_reply *ret);

/*
 * Takes the next message. ERR_OK; ERR_MALFORMED or ERR_TRUNCATED when no right
 * worker says this now; ERR_LIMIT; ERR_MEMORY.
 */
enum err declare_reply_take(
    struct declare_reply *r, const struct message *message);

/*
 * Has the file read by a worker of DECLARE_PROGRAM, to its end. ERR_OK also
 * when that went wrong: reply->state and reply->trouble tell. ERR_MEMORY,
 * ERR_SYSTEM.
 */
enum err declare_client_read(
    int file_fd, size_t file_len, bool jail, struct declare_reply *reply);

#endif
