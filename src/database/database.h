/* SPDX-License-Identifier: ISC */
/* The registry's rows in SQLite or PostgreSQL: derived, so never precious. */
#ifndef DATABASE_DATABASE_H
#define DATABASE_DATABASE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "registry/source.h"
#include "registry/view.h"

#include <stdbool.h>
#include <stdint.h>

/* Why something failed: one line of English, zero-ended, without foreign text
   but what the engine says of itself. */
struct database_why {
	char text[256];
};

enum database_mode {
	DATABASE_READ,	/* must be there */
	DATABASE_WRITE, /* made, or brought to the newest schema */
};

/* A handle, of one thread at a time: database_open() to database_close(). */
struct database;

/*
 * `name` is a path (SQLite: the file) or a "postgresql://" URI. On failure
 * *ret_why says why.
 *   ERR_MALFORMED    not a database of ours; DATABASE_READ: not there, or of
 *                    another schema than this program's
 *   ERR_UNSUPPORTED  its schema is newer than this program
 *   ERR_SYSTEM, ERR_MEMORY
 */
enum err database_open(const char *name, enum database_mode mode,
    struct database **ret, struct database_why *ret_why);
void database_close(struct database *database);

/* Why the last call failed; static or the handle's. */
const char *database_trouble(const struct database *database);

/* How far it has read the ledger; origin is in the arena; size 0 and an empty
   origin when it is new. */
enum err database_read_head(
    struct database *database, struct arena *arena, struct registry_head *ret);

/* Forgets every row. */
enum err database_clear(struct database *database);

/* Everything between begin and commit is there afterwards, or nothing of it.
   `bulk`: many rows into an empty database, indexes are made at the end. */
enum err database_begin(struct database *database, bool bulk);
enum err database_commit(
    struct database *database, const struct registry_head *head);
void database_rollback(struct database *database);

/* Takes rows while a transaction is open. */
struct view_sink database_sink(struct database *database);

/* Answers a question for rows or the head; what registry_source.ask() says.
   ERR_MALFORMED for the other questions. */
enum err database_ask(struct database *database,
    const struct registry_question *question, struct arena *arena,
    struct registry_reply *ret);

#endif
