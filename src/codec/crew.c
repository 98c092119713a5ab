/* SPDX-License-Identifier: ISC */
/* One thread, one queue, first come first served. */
#include "codec/crew.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>

#define CREW_NICE 5

struct crew {
	enum crew_pace pace;
	pthread_mutex_t lock;
	pthread_cond_t handed_in;
	pthread_cond_t done;
	pthread_t thread;
	struct crew_job *first; /* queued, oldest first */
	bool ready;
	bool closing;
};

static void
run_job(struct crew *crew, struct crew_job *job)
{
	bool loose = job->loose;

	job->state = loose ? CREW_IDLE : CREW_RUNNING;
	pthread_mutex_unlock(&crew->lock);
	job->run(job->context);
	pthread_mutex_lock(&crew->lock);
	if (loose)
		return;
	job->state = CREW_DONE;
	pthread_cond_broadcast(&crew->done);
}

static void *
work(void *context)
{
	struct crew *crew = context;

	/* Linux means the calling thread; without it all is only slower */
	if (crew->pace == CREW_AHEAD)
		(void)setpriority(PRIO_PROCESS, 0, CREW_NICE);
	pthread_mutex_lock(&crew->lock);
	crew->ready = true;
	pthread_cond_broadcast(&crew->done);
	while (!crew->closing) {
		struct crew_job *job = crew->first;

		if (job == NULL) {
			pthread_cond_wait(&crew->handed_in, &crew->lock);
			continue;
		}
		crew->first = job->next;
		run_job(crew, job);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

enum err
crew_open(enum crew_pace pace, struct crew **ret)
{
	struct crew *crew = calloc(1, sizeof(*crew));

	if (crew == NULL)
		return ERR_MEMORY;
	crew->pace = pace;
	if (pthread_mutex_init(&crew->lock, NULL) != 0)
		goto no_lock;
	if (pthread_cond_init(&crew->handed_in, NULL) != 0)
		goto no_handed_in;
	if (pthread_cond_init(&crew->done, NULL) != 0)
		goto no_done;
	if (pthread_create(&crew->thread, NULL, work, crew) != 0)
		goto no_thread;
	/* Its first system calls are made: the caller may forbid them now. */
	pthread_mutex_lock(&crew->lock);
	while (!crew->ready)
		pthread_cond_wait(&crew->done, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
	*ret = crew;
	return ERR_OK;
no_thread:
	pthread_cond_destroy(&crew->done);
no_done:
	pthread_cond_destroy(&crew->handed_in);
no_handed_in:
	pthread_mutex_destroy(&crew->lock);
no_lock:
	free(crew);
	return ERR_SYSTEM;
}

void
crew_close(struct crew *crew)
{
	if (crew == NULL)
		return;
	pthread_mutex_lock(&crew->lock);
	assert(crew->first == NULL);
	crew->closing = true;
	pthread_cond_signal(&crew->handed_in);
	pthread_mutex_unlock(&crew->lock);
	pthread_join(crew->thread, NULL);
	pthread_cond_destroy(&crew->done);
	pthread_cond_destroy(&crew->handed_in);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}

void
crew_hand_in(struct crew *crew, struct crew_job *job)
{
	struct crew_job **link = &crew->first;

	pthread_mutex_lock(&crew->lock);
	assert(job->state != CREW_QUEUED && job->state != CREW_RUNNING);
	while (*link != NULL)
		link = &(*link)->next;
	job->state = CREW_QUEUED;
	job->next = NULL;
	*link = job;
	pthread_cond_signal(&crew->handed_in);
	pthread_mutex_unlock(&crew->lock);
}

void
crew_promise(struct crew *crew, struct crew_job *job)
{
	pthread_mutex_lock(&crew->lock);
	assert(job->state == CREW_IDLE || job->state == CREW_DONE);
	job->state = CREW_PROMISED;
	pthread_mutex_unlock(&crew->lock);
}

void
crew_wait(struct crew *crew, struct crew_job *job)
{
	pthread_mutex_lock(&crew->lock);
	assert(job->state != CREW_IDLE);
	while (job->state != CREW_DONE)
		pthread_cond_wait(&crew->done, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

bool
crew_has_next(struct crew *crew)
{
	pthread_mutex_lock(&crew->lock);
	bool any = crew->first != NULL;

	pthread_mutex_unlock(&crew->lock);
	return any;
}

bool
crew_is_done(struct crew *crew, const struct crew_job *job)
{
	pthread_mutex_lock(&crew->lock);
	bool done = job->state == CREW_DONE;

	pthread_mutex_unlock(&crew->lock);
	return done;
}

/* The lock is held; the job is queued. */
static void
unlink_job(struct crew *crew, struct crew_job *job)
{
	struct crew_job **link = &crew->first;

	while (*link != job)
		link = &(*link)->next;
	*link = job->next;
}

void
crew_finish(struct crew *crew, struct crew_job *job)
{
	pthread_mutex_lock(&crew->lock);
	assert(job->state != CREW_IDLE && job->state != CREW_PROMISED);
	if (job->state == CREW_QUEUED) {
		unlink_job(crew, job);
		run_job(crew, job);
	}
	while (job->state != CREW_DONE) {
		struct crew_job *other = crew->first;

		if (other == NULL) {
			pthread_cond_wait(&crew->done, &crew->lock);
			continue;
		}
		crew->first = other->next; /* rather than wait idly */
		run_job(crew, other);
	}
	pthread_mutex_unlock(&crew->lock);
}

void
crew_take_back(struct crew *crew, struct crew_job *job)
{
	pthread_mutex_lock(&crew->lock);
	if (job->state == CREW_QUEUED)
		unlink_job(crew, job);
	while (job->state == CREW_RUNNING)
		pthread_cond_wait(&crew->done, &crew->lock);
	job->state = CREW_IDLE;
	pthread_mutex_unlock(&crew->lock);
}
