/* SPDX-License-Identifier: ISC */
/* A table of places, a thread that sends and a thread that receives. */
#include "http/desk.h"

#include "base/limits.h"
#include "registry/registry.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

/* A receipt, a word and a sentence. */
#define OUTCOME_LEN (256 * KIB)

enum stage {
	FREE,
	QUEUED,	  /* to be sent */
	WAITING,  /* sent, or being sent */
	ANSWERED, /* an outcome came */
	TAKEN,	  /* its owner has it */
};

struct desk_place {
	enum stage stage;
	bool is_sending; /* the statement must stay where it is */
	bool is_dropped; /* free it when it is sent */
	uint64_t number;
	uint64_t until_ms;
	struct out statement;
	struct desk_bell bell;
	void *owner;
	struct arena arena; /* of the outcome */
	bool has_outcome;
	struct registry_submission outcome;
};

struct desk {
	struct desk_store store;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t sender, receiver;
	bool is_started;
	unsigned begun; /* threads */
	bool is_closing;
	bool is_shut; /* the store has ended */
	uint64_t next_number;
	size_t waiting;
	struct desk_place places[DESK_PLACES];
};

/* ---- under the lock ---- */

static void
release(struct desk *desk, struct desk_place *place)
{
	out_close(&place->statement);
	arena_close(&place->arena);
	*place = (struct desk_place){ .stage = FREE };
	desk->waiting--;
}

static struct desk_place *
find_stage(struct desk *desk, enum stage stage)
{
	struct desk_place *first = NULL;

	for (size_t i = 0; i < DESK_PLACES; i++) {
		struct desk_place *place = &desk->places[i];

		if (place->stage == stage &&
		    (first == NULL || place->number < first->number))
			first = place;
	}
	return first;
}

static struct desk_place *
find_number(struct desk *desk, uint64_t number)
{
	for (size_t i = 0; i < DESK_PLACES; i++) {
		struct desk_place *place = &desk->places[i];

		if (place->stage == WAITING && place->number == number)
			return place;
	}
	return NULL;
}

/* The store has ended: whoever waits is told so. */
static void
shut(struct desk *desk)
{
	desk->is_shut = true;
	for (size_t i = 0; i < DESK_PLACES; i++) {
		struct desk_place *place = &desk->places[i];

		if (place->stage != QUEUED && place->stage != WAITING)
			continue;
		place->stage = ANSWERED;
		place->bell.ring(place->bell.context);
	}
	pthread_cond_broadcast(&desk->changed);
}

/* ---- threads ---- */

/* Under the lock. Its first system calls are made: the caller of desk_start()
   may forbid them. */
static void
tell_begun(struct desk *desk)
{
	desk->begun++;
	pthread_cond_broadcast(&desk->changed);
}

static enum err
send_place(struct desk *desk, struct desk_place *place)
{
	uint64_t number = place->number;
	struct bytes statement = out_bytes(&place->statement);

	place->stage = WAITING;
	place->is_sending = true;
	pthread_mutex_unlock(&desk->lock);
	enum err err =
	    desk->store.hand_in(desk->store.context, number, statement);

	pthread_mutex_lock(&desk->lock);
	place->is_sending = false;
	if (place->is_dropped)
		release(desk, place);
	return err;
}

static void *
send_all(void *context)
{
	struct desk *desk = context;

	pthread_mutex_lock(&desk->lock);
	tell_begun(desk);
	while (!desk->is_closing && !desk->is_shut) {
		struct desk_place *place = find_stage(desk, QUEUED);

		if (place == NULL)
			pthread_cond_wait(&desk->changed, &desk->lock);
		else if (send_place(desk, place) != ERR_OK)
			shut(desk);
	}
	pthread_mutex_unlock(&desk->lock);
	return NULL;
}

/* An outcome that nobody waits for any more is let go. */
static void
receive(struct desk *desk, uint64_t number, struct arena *arena,
    const struct registry_submission *outcome)
{
	pthread_mutex_lock(&desk->lock);
	struct desk_place *place = find_number(desk, number);

	if (place != NULL) {
		place->stage = ANSWERED;
		place->has_outcome = true;
		place->outcome = *outcome;
		place->arena = *arena;
		*arena = arena_open(OUTCOME_LEN);
		place->bell.ring(place->bell.context);
	}
	pthread_mutex_unlock(&desk->lock);
}

static void *
receive_all(void *context)
{
	struct desk *desk = context;
	enum err err = ERR_OK;

	pthread_mutex_lock(&desk->lock);
	tell_begun(desk);
	pthread_mutex_unlock(&desk->lock);
	while (err == ERR_OK) {
		struct arena arena = arena_open(OUTCOME_LEN);
		struct registry_submission outcome;
		uint64_t number = 0;

		err = desk->store.take_outcome(
		    desk->store.context, &arena, &number, &outcome);
		if (err == ERR_OK)
			receive(desk, number, &arena, &outcome);
		arena_close(&arena);
	}
	pthread_mutex_lock(&desk->lock);
	shut(desk);
	pthread_mutex_unlock(&desk->lock);
	return NULL;
}

/* ---- life ---- */

enum err
desk_open(const struct desk_store *store, struct desk **ret)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	if (desk == NULL)
		return ERR_MEMORY;
	desk->store = *store;
	if (pthread_mutex_init(&desk->lock, NULL) != 0)
		goto no_lock;
	if (pthread_cond_init(&desk->changed, NULL) != 0)
		goto no_changed;
	*ret = desk;
	return ERR_OK;
no_changed:
	pthread_mutex_destroy(&desk->lock);
no_lock:
	free(desk);
	return ERR_MEMORY;
}

static void
wait_for_threads(struct desk *desk, unsigned count)
{
	pthread_mutex_lock(&desk->lock);
	while (desk->begun < count)
		pthread_cond_wait(&desk->changed, &desk->lock);
	pthread_mutex_unlock(&desk->lock);
}

static void
end_sender(struct desk *desk)
{
	pthread_mutex_lock(&desk->lock);
	desk->is_closing = true;
	pthread_cond_broadcast(&desk->changed);
	pthread_mutex_unlock(&desk->lock);
	pthread_join(desk->sender, NULL);
}

enum err
desk_start(struct desk *desk)
{
	if (pthread_create(&desk->sender, NULL, send_all, desk) != 0)
		return ERR_SYSTEM;
	if (pthread_create(&desk->receiver, NULL, receive_all, desk) != 0) {
		end_sender(desk);
		return ERR_SYSTEM;
	}
	desk->is_started = true;
	wait_for_threads(desk, 2);
	return ERR_OK;
}

void
desk_close(struct desk *desk)
{
	if (desk == NULL)
		return;
	if (desk->is_started) {
		end_sender(desk);
		pthread_join(desk->receiver, NULL);
	}
	for (size_t i = 0; i < DESK_PLACES; i++)
		if (desk->places[i].stage != FREE)
			release(desk, &desk->places[i]);
	pthread_cond_destroy(&desk->changed);
	pthread_mutex_destroy(&desk->lock);
	free(desk);
}

/* ---- the owners' side ---- */

struct desk_place *
desk_put(struct desk *desk, struct out *statement, const struct desk_bell *bell,
    void *owner, uint64_t now_ms)
{
	struct desk_place *place = NULL;

	pthread_mutex_lock(&desk->lock);
	if (!desk->is_shut && !desk->is_closing)
		place = find_stage(desk, FREE);
	if (place != NULL) {
		*place = (struct desk_place){
			.stage = QUEUED,
			.number = ++desk->next_number,
			.until_ms = now_ms + DESK_MS,
			.statement = *statement,
			.bell = *bell,
			.owner = owner,
			.arena = arena_open(OUTCOME_LEN),
		};
		*statement = out_open(REGISTRY_BODY_MAX);
		desk->waiting++;
		pthread_cond_broadcast(&desk->changed);
	}
	pthread_mutex_unlock(&desk->lock);
	return place;
}

static bool
is_ready(const struct desk_place *place, const struct desk_bell *bell,
    uint64_t now_ms)
{
	if (place->bell.context != bell->context)
		return false;
	return place->stage == ANSWERED ||
	    ((place->stage == QUEUED || place->stage == WAITING) &&
		now_ms >= place->until_ms);
}

struct desk_place *
desk_next(struct desk *desk, const struct desk_bell *bell, uint64_t now_ms,
    void **ret_owner)
{
	struct desk_place *found = NULL;

	pthread_mutex_lock(&desk->lock);
	for (size_t i = 0; i < DESK_PLACES && found == NULL; i++)
		if (is_ready(&desk->places[i], bell, now_ms))
			found = &desk->places[i];
	if (found != NULL) {
		found->stage = TAKEN;
		*ret_owner = found->owner;
	}
	pthread_mutex_unlock(&desk->lock);
	return found;
}

const struct registry_submission *
desk_outcome(const struct desk_place *place)
{
	assert(place->stage == TAKEN);
	return place->has_outcome ? &place->outcome : NULL;
}

struct bytes
desk_statement(const struct desk_place *place)
{
	return out_bytes(&place->statement);
}

void
desk_free(struct desk *desk, struct desk_place *place)
{
	pthread_mutex_lock(&desk->lock);
	assert(place->stage == TAKEN);
	if (place->is_sending)
		place->is_dropped = true;
	else
		release(desk, place);
	pthread_mutex_unlock(&desk->lock);
}

size_t
desk_waiting(struct desk *desk)
{
	pthread_mutex_lock(&desk->lock);
	size_t waiting = desk->waiting;

	pthread_mutex_unlock(&desk->lock);
	return waiting;
}

bool
desk_is_shut(struct desk *desk)
{
	pthread_mutex_lock(&desk->lock);
	bool is_shut = desk->is_shut;

	pthread_mutex_unlock(&desk->lock);
	return is_shut;
}
