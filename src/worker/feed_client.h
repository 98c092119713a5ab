/* SPDX-License-Identifier: ISC */
/* The parent's side of a feed worker: hand it feeds, ask, read its answer. */
#ifndef WORKER_FEED_CLIENT_H
#define WORKER_FEED_CLIENT_H

#include "advisories/matching.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "system/message.h"
#include "system/process.h"
#include "worker/feed_wire.h"
#include "worker/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum feed_reply_state {
	FEED_REPLY_START,  /* nothing was said yet */
	FEED_REPLY_OPEN,   /* the worker said what holds it; it reads */
	FEED_REPLY_READY,  /* all feeds were read: it can be asked */
	FEED_REPLY_UNUSED, /* all matches came, and some unused statement */
	FEED_REPLY_ENDED,  /* the whole answer is there */
	FEED_REPLY_BROKEN, /* a feed is: rows[].is_broken */
	FEED_REPLY_TROUBLE /* see trouble */
};

/* What a worker that may have been taken over has said so far. */
struct feed_reply {
	struct arena *arena; /* borrowed; holds the lists and their texts */
	enum feed_reply_state state;
	bool compile;	      /* a book is expected; else matches */
	size_t subject_count; /* of the question */
	struct feed_row *rows;
	size_t row_count, row_room;
	struct book_health health; /* from FEED_REPLY_READY on */
	struct match *matches;
	size_t match_count, match_room;
	struct match_unused *unused;
	size_t unused_count, unused_room;
	uint64_t piece_count;
	/* Takes the book's bytes; its error ends the reading. NULL: none wants
	   them. */
	enum err (*take_piece)(void *context, struct bytes piece);
	void *context;
	char jail[WIRE_TEXT_LEN + 1];
	char trouble[WIRE_TEXT_LEN + 1]; /* why it ended without an answer */
	enum err trouble_code;		 /* as the worker says, or ERR_OK */
};

struct feed_reply feed_reply_open(struct arena *arena, bool compile);

/*
 * Takes the next message. ERR_OK; ERR_MALFORMED or ERR_TRUNCATED when no right
 * worker says this now; ERR_LIMIT; ERR_MEMORY; what take_piece() gives.
 */
enum err feed_reply_take(struct feed_reply *r, const struct message *message);

struct feed_client_wants {
	const char *program; /* of the worker; NULL: this one */
	bool compile;
	bool jail;
	/* Asked several times a second while the worker works; may be NULL. */
	void (*tick)(void *context, const struct feed_reply *reply);
	void *tick_context;
};

/* A handle: feed_client_open() to feed_client_close(); not to be moved. */
struct feed_client {
	struct feed_client_wants wants;
	struct process process;
	int handing_fd;	 /* files go there; -1: all were handed over */
	int question_fd; /* the question goes there; -1: it was asked */
	int fd;		 /* the answer comes from here */
	struct message_reader reader;
	struct feed_reply reply;
	uint64_t started_ms;
};

/* Starts the worker, which waits for files. The arena is borrowed. ERR_SYSTEM. */
enum err feed_client_open(const struct feed_client_wants *wants,
    struct arena *arena, struct feed_client *ret);
void feed_client_close(struct feed_client *c);

/*
 * Hands over up to HANDING_MAX descriptors, which stay open here. A worker that
 * is dead by then is seen when its answer is read. FEED_WORD_GO, with none,
 * ends it: the worker begins.
 */
void feed_client_hand_over(
    struct feed_client *c, enum feed_word word, const int *fds, size_t count);

/*
 * Waits until the feeds are read, asks, and reads the answer to its end; with
 * `compile` there is no question (NULL), and the book comes. ERR_OK also when
 * it did not end well: reply.state says so, and why. ERR_MEMORY, ERR_SYSTEM, or
 * take_piece()'s error.
 */
enum err feed_client_ask(
    struct feed_client *c, const struct match_wants *question);

#endif
