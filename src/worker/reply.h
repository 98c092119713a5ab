/* SPDX-License-Identifier: ISC */
/* The parent's view of a worker's answer: states, limits, what was seen. */
#ifndef WORKER_REPLY_H
#define WORKER_REPLY_H

#include "base/err.h"
#include "inspect/observation.h"
#include "system/message.h"
#include "worker/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* What a parse worker is asked for. */
enum reply_mode {
	REPLY_ASSESS, /* chunks and facts */
	REPLY_LIST,   /* entries */
	REPLY_CAT,    /* one entry and its content */
	REPLY_MODE_COUNT
};

/* "assess", "list", "cat": what the worker is told; static. */
const char *reply_mode_text(enum reply_mode mode);

enum reply_state {
	STATE_START,   /* nothing was said yet */
	STATE_OPEN,    /* the worker said what holds it */
	STATE_CONTENT, /* an entry's content is coming */
	STATE_ENDED,   /* nothing more may come */
};

/* Who wants entries and content as they come. An error stops the reading. */
struct reply_sink {
	void *context;
	enum err (*entry)(void *context, const struct wire_entry *entry);
	enum err (*content)(void *context, struct bytes piece);
};

/* A handle: reply_open() to reply_close(). */
struct reply {
	enum reply_mode mode;
	enum reply_state state;
	struct observation seen;
	struct reply_sink sink; /* functions may be NULL */
	uint64_t entry_count;
	uint64_t bytes_done; /* of the image, as far as chunks tell */
	char jail[WIRE_TEXT_LEN + 1];
	char trouble[WIRE_TEXT_LEN + 1]; /* why it ended early; empty: it
					    did not */
	enum err trouble_code;		 /* as the worker says, or ERR_OK */
};

struct reply reply_open(enum reply_mode mode, const struct reply_sink *sink);
void reply_close(struct reply *r);

/*
 * Takes the next message of a worker that may have been taken over. ERR_OK;
 * ERR_MALFORMED or ERR_TRUNCATED when no right worker says this now (stop
 * reading: what came before stands); ERR_LIMIT; ERR_MEMORY; the sink's error.
 */
enum err reply_take(struct reply *r, const struct message *message);

/* Whether this message may come in this state and mode. */
bool reply_allows(enum reply_state state, enum reply_mode mode, unsigned kind,
    enum reply_state *ret_next);

#endif
