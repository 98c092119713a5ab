/* SPDX-License-Identifier: ISC */
/* What an engine does for the database, and the statements it is given. */
#ifndef DATABASE_DATABASE_PRIVATE_H
#define DATABASE_DATABASE_PRIVATE_H

#include "database/database.h"
#include "trust/chunks.h"
#include "trust/hash_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The schema of this program. A database of an older one is emptied, and the
   ledger fills it again: nothing in it is precious. */
#define SCHEMA_VERSION 1

/* Entries of the ledger in one block: see docs/database.md, "Beginnings". */
#define BLOCK_BITS 14

/* Parameters of one statement. */
#define VALUES_MAX 32

/*
 * The statements, by number; sql.c has their texts. Those that give rows in an
 * order have two: the first in rising order, the one behind it in falling.
 */
enum sql {
	SQL_HEAD,
	SQL_SET_HEAD,
	SQL_SET_INDEXED,
	/* what put_… and set_status do */
	SQL_ADD_STATEMENT,
	SQL_ADD_LABEL,	 /* with the product's number */
	SQL_ADD_PRODUCT, /* these three also as many rows at a time */
	SQL_PUT_LABEL,	 /* with the product's id */
	SQL_PUT_PRODUCT,
	SQL_SET_STATUS,
	SQL_PUT_BODY,
	SQL_COUNT_LABELS, /* of a body: so many more */
	SQL_PUT_RECOGNITION,
	SQL_PUT_SPEAKER,
	SQL_FIND_BODY,
	SQL_FIND_SPEAKER,
	SQL_FIND_SIGNER,
	/* questions */
	SQL_LABEL,
	SQL_LABELS_ALL,
	SQL_LABELS_PRODUCT = SQL_LABELS_ALL + 2,
	SQL_LABELS_RELEASE = SQL_LABELS_PRODUCT + 2,
	SQL_LABELS_BODY = SQL_LABELS_RELEASE + 2,
	SQL_LABELS_MAKER = SQL_LABELS_BODY + 2,
	SQL_LABELS_MODEL = SQL_LABELS_MAKER + 2,
	SQL_LABELS_WORDS = SQL_LABELS_MODEL + 2,
	SQL_LABELS_DIGEST = SQL_LABELS_WORDS + 2,
	SQL_LABELS_CHANGED_BY = SQL_LABELS_DIGEST + 2,
	SQL_LABELS_CHANGE,
	SQL_PRODUCT,
	SQL_PRODUCTS_ALL,
	SQL_PRODUCTS_MAKER = SQL_PRODUCTS_ALL + 2,
	SQL_PRODUCTS_MODEL = SQL_PRODUCTS_MAKER + 2,
	SQL_PRODUCTS_WORDS = SQL_PRODUCTS_MODEL + 2,
	/* labels as the statements that they are, and the others */
	SQL_SAID_LABEL = SQL_PRODUCTS_WORDS + 2,
	SQL_SAID_LABELS_ALL,
	SQL_SAID_LABELS_PRODUCT = SQL_SAID_LABELS_ALL + 2,
	SQL_SAID_LABELS_RELEASE = SQL_SAID_LABELS_PRODUCT + 2,
	SQL_SAID_LABELS_BODY = SQL_SAID_LABELS_RELEASE + 2,
	SQL_STATEMENT = SQL_SAID_LABELS_BODY + 2,
	SQL_STATEMENTS_ALL,
	SQL_STATEMENTS_KIND = SQL_STATEMENTS_ALL + 2,
	SQL_STATEMENTS_PRODUCT = SQL_STATEMENTS_KIND + 2,
	SQL_STATEMENTS_RELEASE = SQL_STATEMENTS_PRODUCT + 2,
	SQL_STATEMENTS_BODY = SQL_STATEMENTS_RELEASE + 2,
	SQL_STATEMENTS_LABEL = SQL_STATEMENTS_BODY + 2,
	SQL_BODY_INDEX = SQL_STATEMENTS_LABEL + 2,
	SQL_BODY_KID,
	SQL_BODIES_ALL,
	SQL_RECOGNITIONS_ALL = SQL_BODIES_ALL + 2,
	SQL_STATEMENTS = SQL_RECOGNITIONS_ALL + 2,
};

/* By enum sql; parameters are $1, $2 … in the order of their first use. */
extern const char *const sql_texts[SQL_STATEMENTS];

/* A parameter; borrowed. */
struct value {
	enum {
		VALUE_NULL,
		VALUE_NUMBER,
		VALUE_BYTES,
	} kind;
	int64_t number;
	struct bytes bytes;
};

/* What a name leads to. */
enum database_found {
	FOUND_NOTHING, /* an empty database */
	FOUND_OURS,
	FOUND_FOREIGN,
};

/*
 * One kind of database. Every function that fails leaves a line for trouble().
 * ERR_SYSTEM unless it says more, and ERR_MEMORY; open(): also ERR_MALFORMED.
 */
struct engine {
	/* All tables and what tells them as ours; the indexes. */
	const char *make;
	const char *make_indexes;
	/* A transaction that sees one state, one that nobody else writes in
	   (and one where there may be no tables yet), and what to do behind
	   one with many rows. */
	const char *begin_read;
	const char *begin_write;
	const char *begin_make;
	const char *settle;

	/* On failure *ret_why says why. */
	enum err (*open)(const char *name, enum database_mode mode, void **ret,
	    struct database_why *ret_why);
	void (*close)(void *link);
	const char *(*trouble)(const void *link);
	enum err (*look)(
	    void *link, enum database_found *ret, int64_t *ret_version);
	/* Drops all of our tables; inside a transaction. */
	enum err (*empty)(void *link);

	/* Statements without parameters, one or more. */
	enum err (*script)(void *link, const char *text);
	/* One that gives no rows; its failure may come with a later call, at
	   the latest with flush(). */
	enum err (*run)(void *link, enum sql sql, const struct value *value,
	    unsigned count);
	/* Likewise for SQL_ADD_…, of which many follow. */
	enum err (*add)(void *link, enum sql sql, const struct value *value,
	    unsigned count);
	enum err (*flush)(void *link);
	/* One that gives rows: start(), next() until ERR_END; then it is over.
	   stop() ends it before. One at a time. */
	enum err (*start)(void *link, enum sql sql, const struct value *value,
	    unsigned count);
	enum err (*next)(void *link);
	void (*stop)(void *link);
	/* Of the row: false for NULL. Bytes are borrowed until the next call;
	   0 and empty for NULL. */
	bool (*has)(const void *link, unsigned column);
	int64_t (*number)(const void *link, unsigned column);
	struct bytes (*bytes)(const void *link, unsigned column);
};

extern const struct engine engine_sqlite;
extern const struct engine engine_postgres;

/* What is known of speakers, bodies and (of many rows) products while a
   transaction is open. */
struct write_cache {
	struct arena arena;
	struct chunks speakers, bodies, products;
	struct hash_table by_kid, by_body, by_product;
	/* What set_status() was given of many rows, and its own arena. */
	struct arena later;
	struct chunks changes; /* struct registry_label */
	/* The label whose statement came just before. */
	uint64_t label_index;
	bool has_label;
	uint64_t label_speaker;
};

struct database {
	const struct engine *engine;
	void *link;
	const char *trouble; /* static; NULL: the engine's */
	enum database_mode mode;
	bool is_open; /* a transaction */
	bool is_bulk;
	uint64_t size; /* the head that this handle has seen last */
	struct write_cache cache;
};

struct value value_number(uint64_t number);
struct value value_time(int64_t number);
struct value value_bytes(struct bytes bytes);

/* Bytes in lower case (ASCII), in the room of REGISTRY_VALUE_MAX; cut there. */
struct bytes database_fold(struct bytes in, uint8_t *room);

/* The head row, and whether there are indexes; origin in the arena. */
enum err database_head(struct database *database, struct arena *arena,
    struct registry_head *ret, bool *ret_indexed);

/* Sets what database_trouble() says; gives `err`. */
enum err database_fail(
    struct database *database, enum err err, const char *trouble);

/* What a transaction keeps for its rows; and its last rows. */
void write_open(struct database *database);
void write_close(struct database *database);
enum err write_finish(struct database *database);

/* Inside a transaction that reads. */
enum err ask_rows(struct database *database,
    const struct registry_question *question, struct arena *arena,
    struct registry_reply *ret);

/* One row each, of the statement that runs; bytes in the arena. ERR_LIMIT. */
enum err row_label(const struct database *database, struct arena *arena,
    struct registry_label *ret);
enum err row_product(const struct database *database, struct arena *arena,
    struct registry_product *ret);
enum err row_statement(const struct database *database, struct arena *arena,
    struct registry_statement *ret);
enum err row_body(const struct database *database, struct arena *arena,
    struct registry_body *ret);
enum err row_recognition(const struct database *database, struct arena *arena,
    struct registry_recognition *ret);

#endif
