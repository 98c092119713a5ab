/* SPDX-License-Identifier: ISC */
/* The http process's end of its channels to the store. */
#ifndef WORKER_REGISTRY_CLIENT_H
#define WORKER_REGISTRY_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "registry/source.h"
#include "system/message.h"

#include <stdbool.h>
#include <stdint.h>

/* How long a question may take before the store counts as silent. */
#define REGISTRY_CLIENT_MS 10000

/* A channel for questions: one at a time, the caller waits. A handle. The
   process ignores SIGPIPE. */
struct registry_channel {
	int fd; /* borrowed: a stream socket */
	struct message_reader reader;
	struct message_writer writer;
	bool is_broken; /* what came was no answer; ask() is ERR_SYSTEM now */
};

struct registry_channel registry_channel_open(int fd);
void registry_channel_close(struct registry_channel *channel);

/* Its questions as a source; borrows the channel. */
struct registry_source registry_channel_source(
    struct registry_channel *channel);

/*
 * A channel for statements: any number on their way, answered in any order. The
 * number is the caller's and comes back. hand_in() blocks only while the store
 * does not read; the two functions may be called from two threads.
 * ERR_SYSTEM: the store is gone.
 */
enum err registry_hand_in(
    struct registry_channel *channel, uint64_t number, struct bytes statement);

/* The next answer, waiting for it; in the arena. ERR_END: the store closed. */
enum err registry_take_outcome(struct registry_channel *channel,
    struct arena *arena, uint64_t *ret_number, struct registry_submission *ret);

#endif
