/* SPDX-License-Identifier: ISC */
/* Hands the events of an unpacking to another thread, in their order. */
#ifndef WORKER_RELAY_H
#define WORKER_RELAY_H

#include "base/err.h"
#include "unpack/unpack.h"

/* Takes one event, in the relay's thread; an error ends the relay. */
typedef enum err relay_taker(void *context, const struct unpack_event *event);

/* A handle. */
struct relay;

/*
 * Starts the thread; it is up when this returns. ERR_MEMORY, or ERR_SYSTEM
 * when no thread can be had.
 */
enum err relay_open(relay_taker *take, void *context, struct relay **ret);

/*
 * Hands an event over. Small ones are copied, so that the sender may go on;
 * once more than RELAY_LEN bytes wait it does not, until half of that is taken.
 * A large one is lent: this returns when it is taken. The taker's first error,
 * or ERR_MEMORY.
 */
#define RELAY_LEN ((size_t)16 << 20)
enum err relay_send(struct relay *r, const struct unpack_event *event);

/* Returns when all events are taken; the taker's first error. */
enum err relay_drain(struct relay *r);

/* Ends the thread; what was not taken is dropped. NULL is fine. */
void relay_close(struct relay *r);

#endif
