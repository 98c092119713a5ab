/* SPDX-License-Identifier: ISC */
/* How SQLite goes about each question: by an index, whatever is asked. */
#include "database/database_private.h"
#include "database/schema_private.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A step of a plan that walks through all rows of a table, or sorts rows that
   stand in no bound; of one block, or of one digest, it may. */
static void
check_step(enum sql sql, const char *step)
{
	bool may_sort =
	    (sql >= SQL_LABELS_MAKER && sql < SQL_LABELS_CHANGED_BY) ||
	    (sql >= SQL_PRODUCTS_MAKER && sql < SQL_SAID_LABEL);
	bool scans = strncmp(step, "SCAN", 4) == 0 &&
	    strcmp(step, "SCAN f") != 0 && strcmp(step, "SCAN meta") != 0;
	bool sorts = strstr(step, "TEMP B-TREE") != NULL;

	if (scans || (sorts && !may_sort))
		fail_msg("%s: %s", step, sql_texts[sql]);
}

static void
check_plan(sqlite3 *db, enum sql sql)
{
	char text[4096];
	sqlite3_stmt *s = NULL;

	(void)snprintf(
	    text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql_texts[sql]);
	if (sqlite3_prepare_v2(db, text, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(db), sql_texts[sql]);
	while (sqlite3_step(s) == SQLITE_ROW)
		check_step(sql, (const char *)sqlite3_column_text(s, 3));
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

static void
every_statement_goes_by_an_index(void **state)
{
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		SCHEMA_TABLES("INTEGER", "BLOB") SCHEMA_INDEXES(""), NULL, NULL,
		NULL),
	    SQLITE_OK);
	for (int i = 0; i < SQL_STATEMENTS; i++) {
		assert_non_null(sql_texts[i]);
		/* The one row of meta needs none. */
		if (i != SQL_HEAD && i != SQL_SET_HEAD && i != SQL_SET_INDEXED)
			check_plan(db, (enum sql)i);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Parameters are bound by their number: $1 must come before $2. */
static void
parameters_are_numbered_by_their_first_use(void **state)
{
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, SCHEMA_TABLES("INTEGER", "BLOB"),
			     NULL, NULL, NULL),
	    SQLITE_OK);
	for (int i = 0; i < SQL_STATEMENTS; i++) {
		sqlite3_stmt *s = NULL;

		assert_int_equal(
		    sqlite3_prepare_v2(db, sql_texts[i], -1, &s, NULL),
		    SQLITE_OK);
		for (int k = 1; k <= sqlite3_bind_parameter_count(s); k++) {
			char name[8];

			(void)snprintf(name, sizeof(name), "$%d", k);
			assert_string_equal(
			    sqlite3_bind_parameter_name(s, k), name);
		}
		assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_goes_by_an_index),
		cmocka_unit_test(parameters_are_numbered_by_their_first_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
