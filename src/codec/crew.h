/* SPDX-License-Identifier: ISC */
/* A second pair of hands: work that is done ahead in another thread. */
#ifndef CODEC_CREW_H
#define CODEC_CREW_H

#include "base/err.h"

#include <stdbool.h>

enum crew_state {
	CREW_IDLE,     /* zero: not handed in, or taken back */
	CREW_PROMISED, /* another job will hand it in */
	CREW_QUEUED,   /* nobody has begun */
	CREW_RUNNING,  /* somebody is at it */
	CREW_DONE,
};

/*
 * One piece of work. run() may touch only what context names, and nobody else
 * touches that until crew_finish() or crew_take_back().
 */
struct crew_job {
	void (*run)(void *context);
	void *context;
	/* Nobody waits for it or takes it back: once it is begun the crew knows it
	   no more, so that it can hand on what it stands in. */
	bool loose;
	enum crew_state state; /* the crew's */
	struct crew_job *next; /* the crew's */
};

/* A handle: one thread besides the caller's. */
struct crew;

enum crew_pace {
	CREW_WAITED_FOR, /* as urgent as the caller's own work */
	/* It gives way (nice 5): with more threads than processors those that
	   somebody waits for must not fall back and be alone at the end. */
	CREW_AHEAD,
};

/* The thread is up when this returns. ERR_MEMORY, or ERR_SYSTEM when none can
   be had. */
enum err crew_open(enum crew_pace pace, struct crew **ret);

/* Every job must have been finished or taken back. NULL is fine. */
void crew_close(struct crew *crew);

/* Hands in a job that is idle, promised or done; a job may do so, too. */
void crew_hand_in(struct crew *crew, struct crew_job *job);

/* Says of a job that is idle or done that another one will hand it in, so that
   it can be waited for. */
void crew_promise(struct crew *crew, struct crew_job *job);

/* Returns when it is done, and does none of it here: for those that must be
   done in the order in which they come. */
void crew_wait(struct crew *crew, struct crew_job *job);

/* Whether any job is queued: whoever runs one may leave work to the next. */
bool crew_has_next(struct crew *crew);

/* Whether it is done by now. */
bool crew_is_done(struct crew *crew, const struct crew_job *job);

/* Returns when it is done; a job that nobody has begun is done here, and while
   somebody is at it other ones are. */
void crew_finish(struct crew *crew, struct crew_job *job);

/* It is not run, or no longer: the job is idle afterwards. */
void crew_take_back(struct crew *crew, struct crew_job *job);

#endif
