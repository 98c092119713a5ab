/* SPDX-License-Identifier: ISC */
/* Statements on their way to the store, and what came back. */
#ifndef HTTP_DESK_H
#define HTTP_DESK_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "registry/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Statements on their way at one time; each is at most REGISTRY_BODY_MAX. */
#define DESK_PLACES 256
/* How long one may take; whoever waits is then told that nobody knows. */
#define DESK_MS 20000

/* Where they go: as worker/registry_client.h has it. Each function is called
   by one thread of the desk's own. */
struct desk_store {
	enum err (*hand_in)(
	    void *context, uint64_t number, struct bytes statement);
	/* ERR_END and other failures: there will be no more. */
	enum err (*take_outcome)(void *context, struct arena *arena,
	    uint64_t *ret_number, struct registry_submission *ret);
	void *context;
};

/* Whom to wake when something came for him: called under the desk's lock. */
struct desk_bell {
	void (*ring)(void *context);
	void *context;
};

/* A handle; all functions but open and close may come from any thread. */
struct desk;

/* Makes the desk, its threads only with desk_start(). ERR_MEMORY. */
enum err desk_open(const struct desk_store *store, struct desk **ret);
/* ERR_SYSTEM. */
enum err desk_start(struct desk *desk);
/* Ends its threads: the store's take_outcome() must have come to its end, or do
   so at once. */
void desk_close(struct desk *desk);

/* One statement on its way. */
struct desk_place;

/*
 * Takes the statement, which becomes the desk's, and says where it lies. The
 * bell is copied. NULL: too many are on their way, or the store is gone; then
 * the statement is still the caller's.
 */
struct desk_place *desk_put(struct desk *desk, struct out *statement,
    const struct desk_bell *bell, void *owner, uint64_t now_ms);

/*
 * The next of the places with this bell's context that has an outcome, or whose
 * time is over; *ret_owner is what desk_put() was given. NULL: none. Each is
 * given out once.
 */
struct desk_place *desk_next(struct desk *desk, const struct desk_bell *bell,
    uint64_t now_ms, void **ret_owner);

/* Of a place given out: what came, NULL when nothing did; and the statement. */
const struct registry_submission *desk_outcome(const struct desk_place *place);
struct bytes desk_statement(const struct desk_place *place);
/* The place is free again, and what it held is gone. */
void desk_free(struct desk *desk, struct desk_place *place);

/* Statements on their way; and whether the store has ended. */
size_t desk_waiting(struct desk *desk);
bool desk_is_shut(struct desk *desk);

#endif
