/* SPDX-License-Identifier: ISC */
/* Opens a database, keeps its transactions and its head. */
#include "database/database.h"

#include "base/limits.h"
#include "database/database_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err
say(struct database_why *why, enum err err, const char *text)
{
	(void)snprintf(why->text, sizeof(why->text), "%s", text);
	return err;
}

enum err
database_fail(struct database *database, enum err err, const char *trouble)
{
	database->trouble = trouble;
	return err;
}

struct value
value_number(uint64_t number)
{
	assert(number <= INT64_MAX);
	return (
	    struct value){ .kind = VALUE_NUMBER, .number = (int64_t)number };
}

struct value
value_time(int64_t number)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = number };
}

struct value
value_bytes(struct bytes bytes)
{
	return (struct value){ .kind = VALUE_BYTES, .bytes = bytes };
}

struct bytes
database_fold(struct bytes in, uint8_t *room)
{
	size_t len = in.len < REGISTRY_VALUE_MAX ? in.len : REGISTRY_VALUE_MAX;

	for (size_t i = 0; i < len; i++)
		room[i] = bytes_lower(in.ptr[i]);
	return (struct bytes){ room, len };
}

static enum err
script(struct database *database, const char *text)
{
	return database->engine->script(database->link, text);
}

/* All tables anew, with the head of nothing; inside a transaction. */
static enum err
remake(struct database *database)
{
	enum err err = database->engine->empty(database->link);

	return err == ERR_OK ? script(database, database->engine->make) : err;
}

static enum err
make(struct database *database)
{
	enum err err = script(database, database->engine->begin_make);

	if (err != ERR_OK)
		return err;
	err = remake(database);
	if (err == ERR_OK)
		err = script(database, "COMMIT");
	if (err != ERR_OK)
		(void)script(database, "ROLLBACK"); /* the first counts */
	return err;
}

/* Whether what is there may be used; makes what is not. */
static enum err
check_schema(struct database *database, struct database_why *why)
{
	const struct engine *engine = database->engine;
	bool write = database->mode == DATABASE_WRITE;
	enum database_found found = FOUND_FOREIGN;
	int64_t version = 0;
	enum err err = engine->look(database->link, &found, &version);

	if (err != ERR_OK)
		return say(why, err, engine->trouble(database->link));
	if (found == FOUND_FOREIGN)
		return say(why, ERR_MALFORMED,
		    "it is a database, but not one of this program");
	if (found == FOUND_NOTHING && !write)
		return say(why, ERR_MALFORMED, "it is empty");
	if (found == FOUND_OURS && version > SCHEMA_VERSION)
		return say(why, ERR_UNSUPPORTED,
		    "a newer version of this program made it");
	if (found == FOUND_OURS && version == SCHEMA_VERSION)
		return ERR_OK;
	if (!write)
		return say(why, ERR_MALFORMED,
		    "an older version of this program made it, and its writer "
		    "has not been started anew");
	err = make(database);
	return err == ERR_OK ? ERR_OK
			     : say(why, err, engine->trouble(database->link));
}

enum err
database_open(const char *name, enum database_mode mode, struct database **ret,
    struct database_why *ret_why)
{
	struct database *database = calloc(1, sizeof(*database));
	struct registry_head head;
	struct arena arena = arena_open(64 * KIB);
	enum err err;

	if (database == NULL)
		return say(ret_why, ERR_MEMORY, "no memory");
	database->mode = mode;
	database->engine = strncmp(name, "postgresql://", 13) == 0 ||
		strncmp(name, "postgres://", 11) == 0
	    ? &engine_postgres
	    : &engine_sqlite;
	err = database->engine->open(name, mode, &database->link, ret_why);
	if (err == ERR_OK)
		err = check_schema(database, ret_why);
	if (err == ERR_OK) {
		err = database_read_head(database, &arena, &head);
		if (err != ERR_OK)
			(void)say(ret_why, err, database_trouble(database));
		else
			database->size = head.size;
	}
	arena_close(&arena);
	if (err == ERR_OK)
		*ret = database;
	else
		database_close(database);
	return err;
}

void
database_close(struct database *database)
{
	if (database == NULL)
		return;
	database_rollback(database);
	if (database->link != NULL)
		database->engine->close(database->link);
	free(database);
}

const char *
database_trouble(const struct database *database)
{
	return database->trouble != NULL
	    ? database->trouble
	    : database->engine->trouble(database->link);
}

/* The one row of meta; root is empty when the database is new. */
static enum err
read_meta(struct database *database, struct arena *arena,
    struct registry_head *ret, bool *ret_indexed)
{
	const struct engine *e = database->engine;
	struct registry_head head = { 0 };
	struct bytes root = e->bytes(database->link, 2);
	struct bytes origin = e->bytes(database->link, 0);
	int64_t size = e->number(database->link, 1);

	if (size < 0 || (root.len != 0 && root.len != SHA256_LEN))
		return database_fail(
		    database, ERR_SYSTEM, "the database is damaged: its head");
	head.size = (uint64_t)size;
	head.time = e->number(database->link, 3);
	head.origin = arena_copy(arena, origin);
	if (root.len == SHA256_LEN)
		memcpy(head.root, root.ptr, SHA256_LEN);
	if (head.origin.len != origin.len)
		return database_fail(database, ERR_LIMIT, "the arena is full");
	*ret_indexed = e->number(database->link, 4) != 0;
	*ret = head;
	return ERR_OK;
}

enum err
database_head(struct database *database, struct arena *arena,
    struct registry_head *ret, bool *ret_indexed)
{
	const struct engine *e = database->engine;
	enum err err = e->start(database->link, SQL_HEAD, NULL, 0);

	if (err == ERR_OK)
		err = e->next(database->link);
	if (err == ERR_END)
		return database_fail(
		    database, ERR_SYSTEM, "the database has no head");
	if (err != ERR_OK)
		return err;
	err = read_meta(database, arena, ret, ret_indexed);
	e->stop(database->link);
	return err;
}

enum err
database_read_head(
    struct database *database, struct arena *arena, struct registry_head *ret)
{
	const struct registry_question question = { .ask = REGISTRY_ASK_HEAD };
	struct registry_reply reply;
	enum err err = database_ask(database, &question, arena, &reply);

	if (err == ERR_OK)
		*ret = reply.head;
	return err;
}

enum err
database_clear(struct database *database)
{
	enum err err;

	database->trouble = NULL;
	assert(!database->is_open && database->mode == DATABASE_WRITE);
	err = make(database);
	if (err == ERR_OK)
		database->size = 0;
	return err;
}

/* Whether nobody else wrote meanwhile; and makes the indexes ready, or leaves
   them out for many rows. */
static enum err
begin_rows(struct database *database, bool bulk)
{
	struct arena arena = arena_open(64 * KIB);
	struct registry_head head = { 0 };
	bool indexed = false;
	enum err err = database_head(database, &arena, &head, &indexed);

	arena_close(&arena);
	if (err == ERR_OK && head.size != database->size)
		err = database_fail(database, ERR_SYSTEM,
		    "another process writes into this database");
	database->is_bulk = bulk && head.size == 0;
	if (err == ERR_OK && database->is_bulk && indexed)
		err = remake(database);
	if (err == ERR_OK && !database->is_bulk && !indexed) {
		err = script(database, database->engine->make_indexes);
		if (err == ERR_OK)
			err = database->engine->run(
			    database->link, SQL_SET_INDEXED, NULL, 0);
	}
	return err;
}

enum err
database_begin(struct database *database, bool bulk)
{
	enum err err;

	database->trouble = NULL;
	assert(!database->is_open && database->mode == DATABASE_WRITE);
	err = script(database, database->engine->begin_write);
	if (err != ERR_OK)
		return err;
	database->is_open = true;
	write_open(database);
	err = begin_rows(database, bulk);
	if (err != ERR_OK)
		database_rollback(database);
	return err;
}

/* What is left to do when the last row has come. */
static enum err
finish(struct database *database, const struct registry_head *head)
{
	const struct engine *e = database->engine;
	const struct value values[] = {
		value_bytes(head->origin),
		value_number(head->size),
		value_bytes((struct bytes){ head->root, SHA256_LEN }),
		value_time(head->time),
	};
	enum err err = write_finish(database);

	if (err == ERR_OK)
		err = e->run(database->link, SQL_SET_HEAD, values, 4);
	if (err == ERR_OK)
		err = e->flush(database->link);
	if (err == ERR_OK && database->is_bulk) {
		err = script(database, e->make_indexes);
		if (err == ERR_OK)
			err = e->run(database->link, SQL_SET_INDEXED, NULL, 0);
		if (err == ERR_OK)
			err = e->flush(database->link);
	}
	return err == ERR_OK ? script(database, "COMMIT") : err;
}

enum err
database_commit(struct database *database, const struct registry_head *head)
{
	bool bulk = database->is_bulk;
	enum err err;

	assert(database->is_open);
	database->trouble = NULL;
	err = finish(database, head);
	if (err != ERR_OK) {
		database_rollback(database);
		return err;
	}
	database->is_open = false;
	database->size = head->size;
	write_close(database);
	if (bulk) /* they are there, even if this fails */
		(void)script(database, database->engine->settle);
	return ERR_OK;
}

void
database_rollback(struct database *database)
{
	if (!database->is_open)
		return;
	database->engine->stop(database->link);
	(void)script(database, "ROLLBACK"); /* else closing does it */
	database->is_open = false;
	write_close(database);
}

enum err
database_ask(struct database *database,
    const struct registry_question *question, struct arena *arena,
    struct registry_reply *ret)
{
	struct registry_reply reply = { 0 };
	bool indexed;
	enum err err;

	database->trouble = NULL;
	if (question->ask > REGISTRY_ASK_RECOGNITIONS ||
	    !registry_question_ok(question))
		return database_fail(
		    database, ERR_MALFORMED, "it is no question for rows");
	assert(!database->is_open);
	err = script(database, database->engine->begin_read);
	if (err != ERR_OK)
		return ERR_SYSTEM;
	err = database_head(database, arena, &reply.head, &indexed);
	if (err == ERR_OK && indexed && question->ask != REGISTRY_ASK_HEAD)
		err = ask_rows(database, question, arena, &reply);
	database->engine->stop(database->link);
	(void)script(database, "COMMIT"); /* there is nothing to be kept */
	if (err == ERR_OK)
		*ret = reply;
	return err == ERR_MALFORMED ? ERR_SYSTEM : err;
}
