/* SPDX-License-Identifier: ISC */
/* A queue of copied events between two threads. */
#include "worker/relay.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* An event with the bytes it points to behind it, unless they are lent. */
struct parcel {
	struct parcel *next;
	struct unpack_event event;
	size_t len; /* bytes behind it */
	uint8_t bytes[];
};

struct relay {
	pthread_mutex_t lock;
	pthread_cond_t filled; /* for the taker: the queue, ready, closing */
	pthread_cond_t taken;  /* for the sender */
	pthread_t thread;
	relay_taker *take;
	void *context;
	struct parcel *first;
	struct parcel **last;
	size_t waiting_len; /* bytes of parcels in the queue and being taken */
	size_t waiting;	    /* their number */
	size_t wake_at;	    /* the sender sleeps until no more parcels wait, */
	size_t wake_at_len; /* and no more bytes */
	enum err err;	    /* the taker's first */
	bool ready;
	bool closing;
};

static void
take_parcel(struct relay *r, struct parcel *parcel)
{
	enum err err = r->err;

	pthread_mutex_unlock(&r->lock);
	if (err == ERR_OK)
		err = r->take(r->context, &parcel->event);
	pthread_mutex_lock(&r->lock);
	r->err = err;
	r->waiting_len -= parcel->len;
	r->waiting--;
	free(parcel);
	if (r->waiting <= r->wake_at && r->waiting_len <= r->wake_at_len)
		pthread_cond_signal(&r->taken);
}

static void *
work(void *context)
{
	struct relay *r = context;

	pthread_mutex_lock(&r->lock);
	r->ready = true;
	pthread_cond_signal(&r->taken);
	while (!r->closing) {
		struct parcel *parcel = r->first;

		if (parcel == NULL) {
			pthread_cond_wait(&r->filled, &r->lock);
			continue;
		}
		r->first = parcel->next;
		if (r->first == NULL)
			r->last = &r->first;
		take_parcel(r, parcel);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

enum err
relay_open(relay_taker *take, void *context, struct relay **ret)
{
	struct relay *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return ERR_MEMORY;
	r->take = take;
	r->context = context;
	r->last = &r->first;
	if (pthread_mutex_init(&r->lock, NULL) != 0)
		goto no_lock;
	if (pthread_cond_init(&r->filled, NULL) != 0)
		goto no_filled;
	if (pthread_cond_init(&r->taken, NULL) != 0)
		goto no_taken;
	if (pthread_create(&r->thread, NULL, work, r) != 0)
		goto no_thread;
	/* Its first system calls are made: the caller may forbid them now. */
	pthread_mutex_lock(&r->lock);
	while (!r->ready)
		pthread_cond_wait(&r->taken, &r->lock);
	pthread_mutex_unlock(&r->lock);
	*ret = r;
	return ERR_OK;
no_thread:
	pthread_cond_destroy(&r->taken);
no_taken:
	pthread_cond_destroy(&r->filled);
no_filled:
	pthread_mutex_destroy(&r->lock);
no_lock:
	free(r);
	return ERR_SYSTEM;
}

/* Moves a borrowed run of bytes behind the parcel. */
static void
pack(struct parcel *parcel, struct bytes *part)
{
	if (part->len == 0)
		return;
	memcpy(parcel->bytes + parcel->len, part->ptr, part->len);
	part->ptr = parcel->bytes + parcel->len;
	parcel->len += part->len;
}

static struct parcel *
make_parcel(const struct unpack_event *event, bool lent)
{
	size_t len = event->path.len + event->chunk.path.len +
	    event->node.name.len + event->node.link.len;
	struct parcel *parcel = malloc(
	    sizeof(*parcel) + len + (lent ? 0 : event->node.content.len));

	if (parcel == NULL)
		return NULL;
	parcel->next = NULL;
	parcel->event = *event;
	parcel->len = 0;
	pack(parcel, &parcel->event.path);
	pack(parcel, &parcel->event.chunk.path);
	pack(parcel, &parcel->event.node.name);
	pack(parcel, &parcel->event.node.link);
	if (!lent)
		pack(parcel, &parcel->event.node.content);
	return parcel;
}

/* The lock is held. Until few enough wait, so that two threads that keep pace
   do not wake each other for every parcel. */
static void
sleep_until(struct relay *r, size_t waiting, size_t waiting_len)
{
	r->wake_at = waiting;
	r->wake_at_len = waiting_len;
	while (r->waiting > waiting || r->waiting_len > waiting_len)
		pthread_cond_wait(&r->taken, &r->lock);
}

enum err
relay_send(struct relay *r, const struct unpack_event *event)
{
	bool lent = event->node.content.len > RELAY_LEN / 2;
	struct parcel *parcel = make_parcel(event, lent);

	if (parcel == NULL)
		return ERR_MEMORY;
	pthread_mutex_lock(&r->lock);
	if (r->waiting_len > RELAY_LEN)
		sleep_until(r, SIZE_MAX, RELAY_LEN / 2);
	if (r->first == NULL)
		pthread_cond_signal(&r->filled);
	*r->last = parcel;
	r->last = &parcel->next;
	r->waiting_len += parcel->len;
	r->waiting++;
	if (lent)
		sleep_until(r, 0, SIZE_MAX);
	enum err err = r->err;

	pthread_mutex_unlock(&r->lock);
	return err;
}

enum err
relay_drain(struct relay *r)
{
	pthread_mutex_lock(&r->lock);
	sleep_until(r, 0, SIZE_MAX);
	enum err err = r->err;

	pthread_mutex_unlock(&r->lock);
	return err;
}

void
relay_close(struct relay *r)
{
	if (r == NULL)
		return;
	pthread_mutex_lock(&r->lock);
	r->closing = true;
	pthread_cond_signal(&r->filled);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	while (r->first != NULL) {
		struct parcel *next = r->first->next;

		free(r->first);
		r->first = next;
	}
	pthread_cond_destroy(&r->taken);
	pthread_cond_destroy(&r->filled);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
