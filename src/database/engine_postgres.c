/* SPDX-License-Identifier: ISC */
/* Rows in PostgreSQL, by libpq: all parameters and results are binary. */
#include "base/limits.h"
#include "base/out.h"
#include "database/database_private.h"
#include "database/schema_private.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Statements that wait for an answer: few enough that neither side's buffers
   fill while the other one writes. */
#define QUEUE_MAX 128
/* Bytes of many rows that go in one COPY. */
#define COPY_LEN ((size_t)256 << 10)
#define COPY_LEN_MAX (COPY_LEN + ((size_t)64 << 10))
#define CONNECT_SECS "10"
/* Every table of ours stands in this schema. */
#define SCHEMA "hallmark"

/* The tables that many rows go into. */
enum copied {
	COPIED_STATEMENT,
	COPIED_LABEL,
	COPIED_PRODUCT,
	COPIED_COUNT,
};

static const struct {
	enum sql sql;
	const char *text;
} copies[COPIED_COUNT] = {
	{ SQL_ADD_STATEMENT, "COPY statement FROM STDIN (FORMAT binary)" },
	{ SQL_ADD_LABEL, "COPY label FROM STDIN (FORMAT binary)" },
	{ SQL_ADD_PRODUCT, "COPY product FROM STDIN (FORMAT binary)" },
};

struct postgres_link {
	PGconn *conn;
	enum database_mode mode;
	bool prepared[SQL_STATEMENTS];
	bool is_queueing; /* in libpq's pipeline mode */
	unsigned queued;
	struct out copy[COPIED_COUNT]; /* rows that were not sent yet */
	PGresult *result;	       /* of what start() ran */
	int row;
	char trouble[200];
};

/* ---- trouble ---- */

/* One line of what the engine says, without control characters. */
static void
note(struct postgres_link *l, const char *text)
{
	size_t len = strcspn(text, "\r\n");

	if (len >= sizeof(l->trouble))
		len = sizeof(l->trouble) - 1;
	memcpy(l->trouble, text, len);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			l->trouble[i] = '?';
	l->trouble[len] = '\0';
}

static enum err
fail(struct postgres_link *l, const PGresult *result)
{
	const char *text = result != NULL
	    ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
	    : NULL;

	note(l, text != NULL ? text : PQerrorMessage(l->conn));
	if (l->trouble[0] == '\0')
		note(l, "the connection was lost");
	return ERR_SYSTEM;
}

static const char *
trouble(const void *link)
{
	const struct postgres_link *l = link;

	return l->trouble;
}

/* Takes the result's memory; ERR_SYSTEM when it is a failure. */
static enum err
take(struct postgres_link *l, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	enum err err = ERR_OK;

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		err = fail(l, result);
	PQclear(result);
	return err;
}

/* ---- connection ---- */

/*
 * Rows are found by index, however the planner counts them; plans are made
 * once. A writer's last commits may be lost with the machine, as they are not
 * precious; a writer that is gone does not go on working.
 */
static enum err
set_up(struct postgres_link *l)
{
	static const char both[] =
	    "SET search_path = " SCHEMA "; SET client_min_messages = error;"
	    "SET jit = off; SET plan_cache_mode = force_generic_plan;"
	    "SET enable_seqscan = off; SET enable_bitmapscan = off;"
	    "SET enable_hashjoin = off; SET enable_mergejoin = off;"
	    "SET enable_material = off;"
	    "SET max_parallel_workers_per_gather = 0;";
	static const char writes[] = "SET synchronous_commit = off;"
				     "SET client_connection_check_interval = "
				     "'1s'";
	static const char reads[] = "SET default_transaction_read_only = on;"
				    "SET statement_timeout = '30s'";
	enum err err = take(l, PQexec(l->conn, both));

	memset(l->prepared, 0, sizeof(l->prepared));
	if (err != ERR_OK)
		return err;
	return take(
	    l, PQexec(l->conn, l->mode == DATABASE_WRITE ? writes : reads));
}

static void
close_link(void *link)
{
	struct postgres_link *l = link;

	if (l == NULL)
		return;
	for (size_t i = 0; i < COPIED_COUNT; i++)
		out_close(&l->copy[i]);
	PQclear(l->result);
	PQfinish(l->conn);
	free(l);
}

/* What the server remarks beside its answers: libpq would print it. */
static void
drop_notice(void *context, const char *text)
{
	(void)context;
	(void)text;
}

static enum err
open_link(const char *name, enum database_mode mode, void **ret,
    struct database_why *ret_why)
{
	static const char *const keys[] = { "connect_timeout",
		"application_name", "dbname", NULL };
	const char *const values[] = { CONNECT_SECS, "hallmark", name, NULL };
	struct postgres_link *l = calloc(1, sizeof(*l));
	enum err err = ERR_OK;

	if (l == NULL) {
		(void)snprintf(
		    ret_why->text, sizeof(ret_why->text), "no memory");
		return ERR_MEMORY;
	}
	l->mode = mode;
	for (size_t i = 0; i < COPIED_COUNT; i++)
		l->copy[i] = out_open(COPY_LEN_MAX);
	l->conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(l->conn) != CONNECTION_OK)
		err = fail(l, NULL);
	(void)PQsetNoticeProcessor(l->conn, drop_notice, NULL); /* the old */
	if (err == ERR_OK)
		err = set_up(l);
	if (err == ERR_OK) {
		*ret = l;
		return ERR_OK;
	}
	(void)snprintf(ret_why->text, sizeof(ret_why->text), "%s", l->trouble);
	close_link(l);
	return err;
}

/* ---- the queue of statements without rows ---- */

/* Takes the answers up to the mark; the first failure counts. */
static enum err
take_answers(struct postgres_link *l)
{
	enum err err = ERR_OK;
	bool is_over = false;

	while (!is_over) {
		PGresult *result = PQgetResult(l->conn);

		/* Between the answers of two statements there is a NULL. */
		if (result == NULL && PQstatus(l->conn) == CONNECTION_OK)
			continue;
		if (result == NULL)
			return fail(l, NULL);
		is_over = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		if (!is_over && PQresultStatus(result) != PGRES_COMMAND_OK &&
		    err == ERR_OK)
			err = fail(l, result);
		PQclear(result);
	}
	return err;
}

/* Waits for all answers, and leaves the pipeline mode. */
static enum err
empty_queue(struct postgres_link *l)
{
	enum err err = ERR_OK;

	if (!l->is_queueing)
		return ERR_OK;
	l->queued = 0;
	err = PQpipelineSync(l->conn) == 1 ? take_answers(l) : fail(l, NULL);
	l->is_queueing = PQexitPipelineMode(l->conn) != 1;
	return err == ERR_OK && l->is_queueing ? fail(l, NULL) : err;
}

/* Parameters in the wire's form; borrows the values. */
struct parameters {
	uint8_t number[VALUES_MAX][8];
	const char *value[VALUES_MAX];
	int len[VALUES_MAX];
	int format[VALUES_MAX];
};

static void
put_number(uint8_t *room, int64_t number)
{
	for (int i = 0; i < 8; i++)
		room[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
}

static void
fill(struct parameters *p, const struct value *value, unsigned count)
{
	assert(count <= VALUES_MAX);
	for (unsigned i = 0; i < count; i++) {
		const void *bytes = "";

		p->format[i] = 1;
		switch (value[i].kind) {
		case VALUE_NULL:
			bytes = NULL;
			p->len[i] = 0;
			break;
		case VALUE_NUMBER:
			put_number(p->number[i], value[i].number);
			bytes = p->number[i];
			p->len[i] = 8;
			break;
		case VALUE_BYTES:
			if (value[i].bytes.len > 0)
				bytes = value[i].bytes.ptr;
			assert(value[i].bytes.len <= INT32_MAX);
			p->len[i] = (int)value[i].bytes.len;
			break;
		}
		p->value[i] = bytes;
	}
}

static void
name_of(enum sql sql, char room[16])
{
	(void)snprintf(room, 16, "s%u", (unsigned)sql);
}

static enum err copy_all(struct postgres_link *l);

static enum err
run(void *link, enum sql sql, const struct value *value, unsigned count)
{
	struct postgres_link *l = link;
	struct parameters p;
	char name[16];
	enum err err = copy_all(l);

	if (err != ERR_OK)
		return err;
	if (!l->is_queueing && PQenterPipelineMode(l->conn) != 1)
		return fail(l, NULL);
	l->is_queueing = true;
	name_of(sql, name);
	if (!l->prepared[sql] &&
	    PQsendPrepare(l->conn, name, sql_texts[sql], 0, NULL) != 1)
		return fail(l, NULL);
	l->prepared[sql] = true;
	fill(&p, value, count);
	if (PQsendQueryPrepared(
		l->conn, name, (int)count, p.value, p.len, p.format, 1) != 1)
		return fail(l, NULL);
	return ++l->queued < QUEUE_MAX ? ERR_OK : empty_queue(l);
}

/* ---- many rows ---- */

/* The head of a binary COPY: signature, flags, no extension. */
static const uint8_t copy_head[] = { 'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff,
	'\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t copy_end[] = { 0xff, 0xff };

static enum err
send_copy(struct postgres_link *l, const char *text, const struct out *rows)
{
	PGresult *result = PQexec(l->conn, text);
	bool is_in = PQresultStatus(result) == PGRES_COPY_IN;
	enum err err;

	if (!is_in)
		return take(l, result);
	PQclear(result);
	if (PQputCopyData(
		l->conn, (const char *)copy_head, sizeof(copy_head)) != 1 ||
	    PQputCopyData(l->conn, (const char *)rows->ptr, (int)rows->len) !=
		1 ||
	    PQputCopyData(l->conn, (const char *)copy_end, sizeof(copy_end)) !=
		1 ||
	    PQputCopyEnd(l->conn, NULL) != 1)
		return fail(l, NULL);
	err = take(l, PQgetResult(l->conn));
	PQclear(PQgetResult(l->conn)); /* there is no second one */
	return err;
}

static enum err
copy_one(struct postgres_link *l, enum copied which)
{
	struct out *rows = &l->copy[which];
	enum err err = rows->failed;

	if (err != ERR_OK)
		note(l, "no memory");
	if (err == ERR_OK && rows->len > 0)
		err = empty_queue(l);
	if (err == ERR_OK && rows->len > 0)
		err = send_copy(l, copies[which].text, rows);
	rows->len = 0;
	rows->failed = ERR_OK;
	return err;
}

static enum err
copy_all(struct postgres_link *l)
{
	enum err err = ERR_OK;

	for (int i = 0; err == ERR_OK && i < COPIED_COUNT; i++)
		err = copy_one(l, (enum copied)i);
	return err;
}

static enum err
add(void *link, enum sql sql, const struct value *value, unsigned count)
{
	struct postgres_link *l = link;
	size_t which = 0;
	struct out *o;

	while (copies[which].sql != sql)
		which++;
	o = &l->copy[which];
	out_u8(o, 0);
	out_u8(o, (uint8_t)count);
	for (unsigned i = 0; i < count; i++) {
		uint8_t number[8];

		switch (value[i].kind) {
		case VALUE_NULL:
			out_u32be(o, UINT32_MAX);
			break;
		case VALUE_NUMBER:
			put_number(number, value[i].number);
			out_u32be(o, 8);
			out_put(o, (struct bytes){ number, 8 });
			break;
		case VALUE_BYTES:
			out_u32be(o, (uint32_t)value[i].bytes.len);
			out_put(o, value[i].bytes);
			break;
		}
	}
	return o->len < COPY_LEN && o->failed == ERR_OK
	    ? ERR_OK
	    : copy_one(l, (enum copied)which);
}

static enum err
flush(void *link)
{
	struct postgres_link *l = link;
	enum err err = copy_all(l);

	return err == ERR_OK ? empty_queue(l) : err;
}

/* ---- scripts ---- */

/* Connects anew when the server was started anew. */
static enum err
connect_again(struct postgres_link *l)
{
	PQreset(l->conn);
	return PQstatus(l->conn) == CONNECTION_OK ? set_up(l) : fail(l, NULL);
}

static enum err
roll_back(struct postgres_link *l)
{
	for (size_t i = 0; i < COPIED_COUNT; i++) {
		l->copy[i].len = 0;
		l->copy[i].failed = ERR_OK;
	}
	(void)empty_queue(l); /* its failure may be why this is done */
	/* A statement may not have been prepared after all. */
	memset(l->prepared, 0, sizeof(l->prepared));
	return take(l, PQexec(l->conn, "ROLLBACK; DEALLOCATE ALL"));
}

static enum err
script(void *link, const char *text)
{
	struct postgres_link *l = link;
	enum err err;

	if (strcmp(text, "ROLLBACK") == 0)
		return roll_back(l);
	err = flush(l);
	if (err == ERR_OK)
		err = take(l, PQexec(l->conn, text));
	if (err != ERR_OK && strncmp(text, "BEGIN", 5) == 0 &&
	    PQstatus(l->conn) == CONNECTION_BAD) {
		err = connect_again(l);
		if (err == ERR_OK)
			err = take(l, PQexec(l->conn, text));
	}
	/* A transaction that had failed before is rolled back instead. */
	if (err == ERR_OK && strcmp(text, "COMMIT") == 0 &&
	    PQtransactionStatus(l->conn) != PQTRANS_IDLE)
		err = fail(l, NULL);
	return err;
}

/* ---- rows ---- */

static void
stop(void *link)
{
	struct postgres_link *l = link;

	PQclear(l->result);
	l->result = NULL;
}

static enum err
start(void *link, enum sql sql, const struct value *value, unsigned count)
{
	struct postgres_link *l = link;
	struct parameters p;
	char name[16];
	enum err err = flush(l);

	assert(l->result == NULL);
	name_of(sql, name);
	if (err == ERR_OK && !l->prepared[sql])
		err =
		    take(l, PQprepare(l->conn, name, sql_texts[sql], 0, NULL));
	if (err != ERR_OK)
		return err;
	l->prepared[sql] = true;
	fill(&p, value, count);
	l->result = PQexecPrepared(
	    l->conn, name, (int)count, p.value, p.len, p.format, 1);
	l->row = -1;
	if (PQresultStatus(l->result) == PGRES_TUPLES_OK)
		return ERR_OK;
	err = fail(l, l->result);
	stop(l);
	return err;
}

static enum err
next(void *link)
{
	struct postgres_link *l = link;

	if (++l->row < PQntuples(l->result))
		return ERR_OK;
	stop(l);
	return ERR_END;
}

static bool
has(const void *link, unsigned column)
{
	const struct postgres_link *l = link;

	return PQgetisnull(l->result, l->row, (int)column) == 0;
}

static struct bytes
bytes(const void *link, unsigned column)
{
	const struct postgres_link *l = link;
	int len = PQgetlength(l->result, l->row, (int)column);
	const void *ptr = PQgetvalue(l->result, l->row, (int)column);

	return len > 0 ? (struct bytes){ ptr, (size_t)len }
		       : (struct bytes){ NULL, 0 };
}

/* A constant in a statement has 4 bytes, all columns 8. */
static int64_t
number(const void *link, unsigned column)
{
	struct bytes in = bytes(link, column);
	uint64_t value = 0;

	if (in.len != 4 && in.len != 8)
		return 0;
	if (in.len == 4 && in.ptr[0] >= 0x80)
		value = UINT64_MAX;
	for (size_t i = 0; i < in.len; i++)
		value = value << 8 | in.ptr[i];
	return (int64_t)value;
}

/* ---- what is there ---- */

/* The number that a statement gives, as a text; ERR_UNSUPPORTED: there is no
   such column. */
static enum err
find_number(struct postgres_link *l, const char *text, int64_t *ret)
{
	PGresult *result = PQexec(l->conn, text);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	enum err err = ERR_OK;

	bool is_missing = state != NULL && strcmp(state, "42703") == 0;
	bool has_rows = PQresultStatus(result) == PGRES_TUPLES_OK;

	if (is_missing || (has_rows && PQntuples(result) != 1))
		err = ERR_UNSUPPORTED;
	else if (!has_rows)
		err = fail(l, result);
	else
		*ret = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	return err;
}

#define OUR_TABLES                                                             \
	" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"           \
	" ON n.oid = c.relnamespace WHERE n.nspname = '" SCHEMA "'"            \
	" AND c.relkind = 'r'"

static enum err
look(void *link, enum database_found *ret, int64_t *ret_version)
{
	struct postgres_link *l = link;
	int64_t tables = 0;
	int64_t metas = 0;
	int64_t version = 0;
	enum err err = find_number(l, "SELECT count(*)" OUR_TABLES, &tables);

	if (err == ERR_OK)
		err = find_number(l,
		    "SELECT count(*)" OUR_TABLES " AND c.relname = 'meta'",
		    &metas);
	if (err == ERR_OK && metas == 1)
		err = find_number(
		    l, "SELECT version FROM " SCHEMA ".meta", &version);
	if (err != ERR_OK && err != ERR_UNSUPPORTED)
		return err;
	*ret = err == ERR_OK && metas == 1 ? FOUND_OURS : FOUND_FOREIGN;
	if (tables == 0)
		*ret = FOUND_NOTHING;
	*ret_version = version;
	return ERR_OK;
}

/* Who reads holds meta first: so nobody is left who reads the others. */
static enum err
empty(void *link)
{
	static const char drop[] =
	    "DO $$ DECLARE name text; BEGIN"
	    " IF to_regclass('" SCHEMA ".meta') IS NOT NULL THEN"
	    "  LOCK TABLE " SCHEMA ".meta IN ACCESS EXCLUSIVE MODE; END IF;"
	    " FOR name IN SELECT c.relname" OUR_TABLES " LOOP"
	    "  EXECUTE format('DROP TABLE " SCHEMA ".%I CASCADE', name);"
	    " END LOOP;"
	    " IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace"
	    "  WHERE nspname = '" SCHEMA "') THEN"
	    "  CREATE SCHEMA " SCHEMA "; END IF;"
	    "END $$";

	return script(link, drop);
}

const struct engine engine_postgres = {
	.make = SCHEMA_TABLES("BIGINT", "BYTEA"),
	.make_indexes = SCHEMA_INDEXES(", idx"),
	.begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
		      "LOCK TABLE meta IN ACCESS SHARE MODE",
	.begin_write = "BEGIN; LOCK TABLE meta IN EXCLUSIVE MODE",
	.begin_make = "BEGIN",
	.settle = "ANALYZE",
	.open = open_link,
	.close = close_link,
	.trouble = trouble,
	.look = look,
	.empty = empty,
	.script = script,
	.run = run,
	.add = add,
	.flush = flush,
	.start = start,
	.next = next,
	.stop = stop,
	.has = has,
	.number = number,
	.bytes = bytes,
};
