/* SPDX-License-Identifier: ISC */
/* Rows in a file, by SQLite. */
#include "database/database_private.h"
#include "database/schema_private.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "Hmrk" in the file's header: it is ours. */
#define APPLICATION_ID 0x486d726b
/* How long another process may hold the file. */
#define BUSY_MS 10000

struct sqlite_link {
	sqlite3 *db;
	sqlite3_stmt *prepared[SQL_STATEMENTS]; /* at their first use */
	sqlite3_stmt *running;
};

/* What the engine says of itself has no foreign text but names of tables. */
static const char *
trouble(const void *link)
{
	const struct sqlite_link *l = link;

	return sqlite3_errmsg(l->db);
}

static enum err
err_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return ERR_OK;
	case SQLITE_NOMEM:
		return ERR_MEMORY;
	case SQLITE_NOTADB:
	case SQLITE_CANTOPEN:
		return ERR_MALFORMED;
	default:
		return ERR_SYSTEM;
	}
}

static void
stop(void *link)
{
	struct sqlite_link *l = link;

	if (l->running == NULL)
		return;
	(void)sqlite3_reset(l->running); /* its failure was told by step */
	(void)sqlite3_clear_bindings(l->running); /* cannot fail */
	l->running = NULL;
}

static void
close_link(void *link)
{
	struct sqlite_link *l = link;

	if (l == NULL)
		return;
	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		(void)sqlite3_finalize(l->prepared[i]); /* likewise */
	(void)sqlite3_close_v2(l->db); /* nothing is left to be done */
	free(l);
}

static enum err
script(void *link, const char *text)
{
	struct sqlite_link *l = link;

	return err_of(sqlite3_exec(l->db, text, NULL, NULL, NULL));
}

/* One number that a statement gives. */
static enum err
find_number(struct sqlite_link *l, const char *text, int64_t *ret)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(l->db, text, -1, &s, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	return code == SQLITE_ROW ? ERR_OK : err_of(code);
}

static enum err
look(void *link, enum database_found *ret, int64_t *ret_version)
{
	struct sqlite_link *l = link;
	int64_t id = 0;
	int64_t version = 0;
	int64_t tables = 0;
	enum err err = find_number(l, "PRAGMA application_id", &id);

	if (err == ERR_OK)
		err = find_number(l, "PRAGMA user_version", &version);
	if (err == ERR_OK)
		err = find_number(
		    l, "SELECT count(*) FROM sqlite_schema", &tables);
	if (err != ERR_OK)
		return err;
	*ret = id == APPLICATION_ID ? FOUND_OURS : FOUND_FOREIGN;
	if (id == 0 && version == 0 && tables == 0)
		*ret = FOUND_NOTHING;
	*ret_version = version;
	return ERR_OK;
}

/* Before anything is read of a file that may be foreign: what it could name
   is not done. */
static int
set_up(struct sqlite_link *l)
{
	static const int off[] = { SQLITE_DBCONFIG_TRUSTED_SCHEMA,
		SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW };
	int code = sqlite3_extended_result_codes(l->db, 1);

	for (size_t i = 0; code == SQLITE_OK && i < sizeof(off) / sizeof(*off);
	     i++)
		code = sqlite3_db_config(l->db, off[i], 0, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_db_config(
		    l->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(l->db, BUSY_MS);
	return code;
}

/* The write-ahead log lets others read meanwhile. It is set once the file is
   known to be ours; each commit is whole after a crash, the last ones may be
   missing after one of the machine. */
static enum err
set_up_use(struct sqlite_link *l, enum database_mode mode)
{
	enum database_found found = FOUND_FOREIGN;
	int64_t version;
	enum err err = look(l, &found, &version);

	if (err == ERR_OK && found != FOUND_FOREIGN && mode == DATABASE_WRITE)
		err = script(l,
		    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
		    "PRAGMA journal_size_limit = 67108864;"
		    "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
	if (err == ERR_OK && mode == DATABASE_READ)
		err = script(l,
		    "PRAGMA query_only = ON; PRAGMA cache_size = -16384;"
		    "PRAGMA temp_store = MEMORY");
	return err;
}

static enum err
open_link(const char *name, enum database_mode mode, void **ret,
    struct database_why *ret_why)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE |
	    (mode == DATABASE_WRITE ? SQLITE_OPEN_CREATE : 0);
	struct sqlite_link *l = calloc(1, sizeof(*l));
	enum err err;

	if (l == NULL) {
		(void)snprintf(
		    ret_why->text, sizeof(ret_why->text), "no memory");
		return ERR_MEMORY;
	}
	int code = sqlite3_open_v2(name, &l->db, flags, NULL);

	if (code == SQLITE_OK)
		code = set_up(l);
	err = err_of(code);
	if (err == ERR_OK)
		err = set_up_use(l, mode);
	if (err == ERR_OK) {
		*ret = l;
		return ERR_OK;
	}
	(void)snprintf(ret_why->text, sizeof(ret_why->text), "%s", trouble(l));
	close_link(l);
	return err;
}

/* Drops the tables, whatever an older program called them; their indexes go
   with them. */
static enum err
empty(void *link)
{
	static const char find[] = "SELECT 'DROP TABLE \"' || name || '\"'"
				   " FROM sqlite_schema WHERE type = 'table'"
				   " AND name NOT LIKE 'sqlite%' LIMIT 1";
	struct sqlite_link *l = link;
	enum err err = ERR_OK;
	int code = SQLITE_ROW;

	for (size_t i = 0; i < SQL_STATEMENTS; i++) {
		(void)sqlite3_finalize(l->prepared[i]);
		l->prepared[i] = NULL;
	}
	while (err == ERR_OK && code == SQLITE_ROW) {
		sqlite3_stmt *s = NULL;
		char drop[256] = "";

		err = err_of(sqlite3_prepare_v2(l->db, find, -1, &s, NULL));
		if (err == ERR_OK)
			code = sqlite3_step(s);
		if (code == SQLITE_ROW)
			(void)snprintf(drop, sizeof(drop), "%s",
			    (const char *)sqlite3_column_text(s, 0));
		(void)sqlite3_finalize(s);
		if (err == ERR_OK)
			err =
			    code == SQLITE_ROW ? script(l, drop) : err_of(code);
	}
	return err;
}

/* Parameters are numbered by their first use in the text. */
static int
bind(sqlite3_stmt *s, const struct value *value, unsigned count)
{
	int code = SQLITE_OK;

	for (unsigned i = 0; code == SQLITE_OK && i < count; i++) {
		int at = (int)i + 1;

		switch (value[i].kind) {
		case VALUE_NULL:
			code = sqlite3_bind_null(s, at);
			break;
		case VALUE_NUMBER:
			code = sqlite3_bind_int64(s, at, value[i].number);
			break;
		case VALUE_BYTES:
			/* NULL would be SQL's NULL, and not an empty one. The
			   bytes stay until the statement is done. */
			code = sqlite3_bind_blob64(s, at,
			    value[i].bytes.len > 0 ? value[i].bytes.ptr
						   : (const void *)"",
			    value[i].bytes.len, SQLITE_STATIC);
			break;
		}
	}
	return code;
}

static enum err
start(void *link, enum sql sql, const struct value *value, unsigned count)
{
	struct sqlite_link *l = link;
	sqlite3_stmt **s = &l->prepared[sql];
	int code = SQLITE_OK;

	assert(l->running == NULL);
	if (*s == NULL)
		code = sqlite3_prepare_v3(l->db, sql_texts[sql], -1,
		    SQLITE_PREPARE_PERSISTENT, s, NULL);
	if (code != SQLITE_OK)
		return err_of(code);
	assert(sqlite3_bind_parameter_count(*s) == (int)count);
	l->running = *s;
	code = bind(*s, value, count);
	if (code != SQLITE_OK)
		stop(l);
	return err_of(code);
}

static enum err
next(void *link)
{
	struct sqlite_link *l = link;
	int code = sqlite3_step(l->running);

	if (code == SQLITE_ROW)
		return ERR_OK;
	stop(l);
	return code == SQLITE_DONE ? ERR_END : err_of(code);
}

static enum err
run(void *link, enum sql sql, const struct value *value, unsigned count)
{
	enum err err = start(link, sql, value, count);

	if (err == ERR_OK)
		err = next(link);
	return err == ERR_END ? ERR_OK : err;
}

static enum err
flush(void *link)
{
	(void)link; /* nothing waits */
	return ERR_OK;
}

static bool
has(const void *link, unsigned column)
{
	const struct sqlite_link *l = link;

	return sqlite3_column_type(l->running, (int)column) != SQLITE_NULL;
}

static int64_t
number(const void *link, unsigned column)
{
	const struct sqlite_link *l = link;

	return sqlite3_column_int64(l->running, (int)column);
}

static struct bytes
bytes(const void *link, unsigned column)
{
	const struct sqlite_link *l = link;
	const void *ptr = sqlite3_column_blob(l->running, (int)column);
	int len = sqlite3_column_bytes(l->running, (int)column);

	return ptr != NULL && len > 0 ? (struct bytes){ ptr, (size_t)len }
				      : (struct bytes){ NULL, 0 };
}

const struct engine engine_sqlite = {
	.make = "PRAGMA application_id = " SCHEMA_TEXT(
	    APPLICATION_ID) ";"
			    "PRAGMA user_version = " SCHEMA_TEXT(
				SCHEMA_VERSION) ";" SCHEMA_TABLES("INTEGER",
				"BLOB"),
	.make_indexes = SCHEMA_INDEXES(""),
	.begin_read = "BEGIN",
	.begin_write = "BEGIN IMMEDIATE",
	.begin_make = "BEGIN IMMEDIATE",
	.settle = "PRAGMA wal_checkpoint(TRUNCATE)",
	.open = open_link,
	.close = close_link,
	.trouble = trouble,
	.look = look,
	.empty = empty,
	.script = script,
	.run = run,
	.add = run,
	.flush = flush,
	.start = start,
	.next = next,
	.stop = stop,
	.has = has,
	.number = number,
	.bytes = bytes,
};
