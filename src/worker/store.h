/* SPDX-License-Identifier: ISC */
/* The process with the database, the ledger's folder and what is published. */
#ifndef WORKER_STORE_H
#define WORKER_STORE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads:  typed messages of http (worker/registry_wire.h), which it believes
 *         nothing: every statement is checked here, signature and all.
 * Power:  its folders and its database. The key is in another process.
 *
 * Its main: `STORE_PROGRAM STORE_WORKER JAIL`, with JAIL "jail" or "no-jail".
 * Returns the exit status: 0 when the parent has closed the control socket and
 * all is written. Standard error stays: a line for each event.
 */
#define STORE_PROGRAM "hallmark-registry"
#define STORE_WORKER ("--worker=store/" HALLMARK_VERSION)
#define STORE_CONTROL_FD 3 /* a socket of whole messages to the parent */
#define STORE_PAGE_FD 4	   /* shared memory: u64, the version of its state */
#define STORE_WISH_FD 5	   /* sealed memory: struct store_wish */
#define STORE_SIGN_FD 6	   /* a channel to the key; the writer's only */

/* Words of system/handing.h on the control socket. */
enum store_word {
	/* to the store, with descriptors: the channel for statements, then those
	   for questions, in the place of all it had */
	STORE_CHANNELS = 'c',
	/* from the store, once: questions are answered from here on */
	STORE_READY = 'r',
};

enum store_role {
	STORE_WRITER, /* the ledger, and a key to add to it */
	STORE_READER, /* the ledger, only to read */
	STORE_FRONT,  /* no ledger: what another publishes, and its database */
};
#define STORE_ROLES 3

/* Longest texts. */
#define STORE_PATH_MAX 4096
#define STORE_URI_MAX 256

/* What it is to do. Texts are zero-ended when they were read. */
struct store_wish {
	enum store_role role;
	bool rebuild;
	unsigned life_secs;	/* of status lists and bundles */
	struct bytes ledger;	/* folder; not of a front end */
	struct bytes published; /* folder */
	struct bytes database;	/* as database_open() wants it */
	struct bytes uri; /* where status lists are published; no final slash */
};

void store_wish_write(struct out *to, const struct store_wish *wish);
/* From our own parent. Borrows `in`. ERR_TRUNCATED, ERR_MALFORMED. */
enum err store_wish_read(struct bytes in, struct store_wish *ret);

int store_worker_main(int argc, char *argv[]);

#endif
