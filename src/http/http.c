/* SPDX-License-Identifier: ISC */
/* Making the shared parts, starting and ending the threads. */
#include "http/http.h"

#include "http/http_private.h"
#include "system/clock.h"
#include "system/journal.h"
#include "system/random.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Descriptors that are not connections. */
#define OTHER_FDS ((size_t)64)

uint64_t
http_now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* it cannot fail */
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- making ---- */

static const struct addresses_limits usual_limits = {
	.connections = HTTP_CONNECTIONS_OF_ADDRESS,
	.rate = {
		[ADDRESSES_READ] = { HTTP_READ_BURST, HTTP_READS_PER_SEC },
		[ADDRESSES_SEND] = { HTTP_SEND_BURST, HTTP_SENDS_PER_SEC },
	},
};

/* As many as the process may have descriptors for. */
static size_t
count_connections(void)
{
	size_t count = HTTP_CONNECTIONS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur < HTTP_CONNECTIONS + OTHER_FDS)
		count = limit.rlim_cur > 2 * OTHER_FDS
		    ? limit.rlim_cur - OTHER_FDS
		    : OTHER_FDS;
	return count;
}

static enum err
open_shared(struct http *http)
{
	uint8_t key[ADDRESSES_KEY_LEN];
	uint64_t seed = 0;
	enum err err = random_bytes(key, sizeof(key));

	if (err == ERR_OK)
		err = random_bytes((uint8_t *)&seed, sizeof(seed));
	if (err == ERR_OK)
		err = addresses_open(&usual_limits, key, &http->addresses);
	if (err == ERR_OK)
		err = kept_open(HTTP_KEPT_LEN, seed, &http->kept);
	if (err == ERR_OK)
		err = desk_open(&http->wish.store, &http->desk);
	return err;
}

static enum err
open_loops(struct http *http)
{
	enum err err = ERR_OK;

	http->loop_peers_max = count_connections() / http->wish.thread_count;
	for (unsigned i = 0; i < http->wish.thread_count && err == ERR_OK;
	     i++) {
		struct loop *loop = &http->loops[i];

		loop->http = http;
		loop->number = i;
		loop->counts = &http->counts[i];
		loop->registry = http->wish.registries[i];
		loop->source = http->wish.sources[i];
		err = loop_open(loop);
	}
	return err;
}

enum err
http_open(const struct http_wish *wish, struct http **ret)
{
	struct http *http = calloc(1, sizeof(*http));

	assert(wish->thread_count > 0 && wish->thread_count <= HTTP_THREADS);
	assert(wish->socket_count > 0 && wish->socket_count <= HTTP_SOCKETS);
	if (http == NULL)
		return ERR_MEMORY;
	http->wish = *wish;
	http->room.limit = HTTP_ANSWERS_LEN;
	for (size_t i = 0; i < HTTP_THREADS; i++)
		http->loops[i].epoll_fd = http->loops[i].wake_fd = -1;
	if (pthread_mutex_init(&http->lock, NULL) != 0)
		goto no_lock;
	if (pthread_cond_init(&http->changed, NULL) != 0)
		goto no_changed;
	enum err err = open_shared(http);

	if (err == ERR_OK)
		err = open_loops(http);
	if (err != ERR_OK)
		http_close(http);
	else
		*ret = http;
	return err;
no_changed:
	pthread_mutex_destroy(&http->lock);
no_lock:
	free(http);
	return ERR_MEMORY;
}

/* ---- threads ---- */

enum err
http_start(struct http *http)
{
	enum err err = desk_start(http->desk);

	for (unsigned i = 0; i < http->wish.thread_count && err == ERR_OK; i++)
		err = loop_start(&http->loops[i]);
	if (err != ERR_OK)
		return err;
	/* Their first system calls are made: the caller may forbid them now. */
	pthread_mutex_lock(&http->lock);
	while (http->ready_count < http->wish.thread_count)
		pthread_cond_wait(&http->changed, &http->lock);
	pthread_mutex_unlock(&http->lock);
	return ERR_OK;
}

void
http_stop(struct http *http)
{
	if (!atomic_load(&http->is_stopping)) {
		http->stop_ms = clock_now_ms() + HTTP_STOP_MS;
		atomic_store(&http->is_stopping, true);
	}
	for (unsigned i = 0; i < http->wish.thread_count; i++) {
		struct loop *loop = &http->loops[i];

		if (!loop->is_started)
			continue;
		loop_wake(loop);
		pthread_join(loop->thread, NULL);
		loop->is_started = false;
	}
}

void
http_close(struct http *http)
{
	if (http == NULL)
		return;
	http_stop(http);
	for (unsigned i = 0; i < http->wish.thread_count; i++)
		loop_close(&http->loops[i]);
	desk_close(http->desk);
	kept_close(http->kept);
	addresses_close(http->addresses);
	pthread_cond_destroy(&http->changed);
	pthread_mutex_destroy(&http->lock);
	free(http);
}

/* ---- what its owner wants to know ---- */

void
http_log_refusals(struct http *http)
{
	struct journal line;
	bool any = false;

	journal_begin(&line, http->wish.log_fd, "warn", "refused");
	for (size_t i = 0; i < COUNTS_REFUSALS; i++) {
		uint64_t total = 0;

		for (size_t j = 0; j < HTTP_THREADS; j++)
			total += atomic_load(&http->counts[j].refusals[i]);
		if (total == http->refusals_logged[i])
			continue;
		any = true;
		journal_number(&line,
		    counts_refusal_word((enum counts_refusal)i),
		    total - http->refusals_logged[i]);
		http->refusals_logged[i] = total;
	}
	if (any)
		journal_end(&line);
}

bool
http_is_cut_off(struct http *http)
{
	return desk_is_shut(http->desk);
}
