/* SPDX-License-Identifier: ISC */
/* What a database is opened as, and processes that are killed; SQLite, or the
   PostgreSQL that HALLMARK_TEST_POSTGRES names. */
#include "scene.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- opening ---- */

static enum err
try_open(struct scene *c, enum database_mode mode)
{
	struct database_why why = { "" };
	struct database *db = NULL;
	enum err err = database_open(c->name, mode, &db, &why);

	if (err == ERR_OK)
		database_close(db);
	else
		assert_true(strlen(why.text) > 5);
	return err;
}

/* Behind the module's back: the version that its schema says it has. */
static void
set_version(struct scene *c, int version)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql),
	    c->postgres != NULL ? "UPDATE hallmark.meta SET version = %d"
				: "PRAGMA user_version = %d",
	    version);
	if (c->postgres != NULL)
		scene_tell_postgres(c->postgres, sql);
	else
		scene_tell_sqlite(c->name, sql);
}

static void
to_read_it_must_be_there(void **state)
{
	struct scene *c = *state;

	assert_int_equal(try_open(c, DATABASE_READ), ERR_MALFORMED);
	assert_int_equal(try_open(c, DATABASE_WRITE), ERR_OK);
	assert_int_equal(try_open(c, DATABASE_READ), ERR_OK);
}

static void
what_is_not_ours_is_refused_and_left_alone(void **state)
{
	struct scene *c = *state;

	if (c->postgres != NULL) {
		scene_tell_postgres(c->postgres,
		    "CREATE SCHEMA hallmark;"
		    "CREATE TABLE hallmark.other (a INT)");
	} else {
		scene_tell_sqlite(c->name, "CREATE TABLE label (a INT)");
	}
	assert_int_equal(try_open(c, DATABASE_WRITE), ERR_MALFORMED);
	assert_int_equal(try_open(c, DATABASE_READ), ERR_MALFORMED);
	if (c->postgres != NULL)
		scene_tell_postgres(
		    c->postgres, "SELECT a FROM hallmark.other");
	else
		scene_tell_sqlite(c->name, "INSERT INTO label VALUES (1)");
}

static void
a_file_that_is_no_database_is_refused(void **state)
{
	static const char text[] = "These are the notes of somebody else, and "
				   "longer than the header of a database file "
				   "would be, which has one hundred bytes.\n";
	struct scene *c = *state;
	char back[sizeof(text)] = "";
	FILE *file;

	if (c->postgres != NULL)
		return; /* it has no files */
	file = fopen(c->name, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, sizeof(text), file), sizeof(text));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(try_open(c, DATABASE_WRITE), ERR_MALFORMED);
	assert_int_equal(try_open(c, DATABASE_READ), ERR_MALFORMED);
	file = fopen(c->name, "r");
	assert_non_null(file);
	assert_int_equal(fread(back, 1, sizeof(back), file), sizeof(back));
	assert_memory_equal(back, text, sizeof(text));
	assert_int_equal(fclose(file), 0);
}

static void
a_newer_schema_is_not_touched(void **state)
{
	struct scene *c = *state;

	assert_int_equal(try_open(c, DATABASE_WRITE), ERR_OK);
	set_version(c, 1000);
	assert_int_equal(try_open(c, DATABASE_WRITE), ERR_UNSUPPORTED);
	assert_int_equal(try_open(c, DATABASE_READ), ERR_UNSUPPORTED);
}

/* A file as a first version of this program left it. */
static void
an_older_schema_is_emptied_and_filled_again(void **state)
{
	static const char older[] =
	    "CREATE TABLE %smeta (version INT, size INT);"
	    "INSERT INTO %smeta VALUES (0, 12);"
	    "CREATE TABLE %slabel (idx INT, words TEXT);"
	    "INSERT INTO %slabel VALUES (3, 'of long ago');"
	    "CREATE TABLE %sgone (a INT);"
	    "CREATE INDEX label_product ON %slabel (words);";
	struct scene *c = *state;
	const char *in = c->postgres != NULL ? "hallmark." : "";
	char sql[1024];

	int len = snprintf(sql, sizeof(sql), "%s",
	    c->postgres != NULL ? "CREATE SCHEMA hallmark;"
				: "PRAGMA application_id = 1215132267;");

	(void)snprintf(sql + len, sizeof(sql) - (size_t)len, older, in, in, in,
	    in, in, in);
	if (c->postgres != NULL)
		scene_tell_postgres(c->postgres, sql);
	else
		scene_tell_sqlite(c->name, sql);
	assert_int_equal(try_open(c, DATABASE_READ), ERR_MALFORMED);
	c->db = scene_open_as(c, DATABASE_WRITE);
	scene_ask_everything(c, c->db);
	scene_begin(c, true);
	scene_tell(c, 200);
	scene_commit(c);
	scene_ask_everything(c, c->db);
}

static void
a_second_writer_is_noticed(void **state)
{
	struct scene *c = *state;
	struct database *other;
	struct registry_head head = scene_head_of(10);

	c->db = scene_open_as(c, DATABASE_WRITE);
	other = scene_open_as(c, DATABASE_WRITE);
	scene_good(other, database_begin(other, false));
	scene_good(other, database_commit(other, &head));
	assert_int_equal(database_begin(c->db, false), ERR_SYSTEM);
	assert_non_null(strstr(database_trouble(c->db), "another process"));
	database_close(other);
}

/* ---- two processes ---- */

/* A child that writes the story in small batches, until it is killed. */
static pid_t
start_writer(struct scene *c, bool bulk)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child != 0)
		return child;
	/* Its own connection: the parent's handle is not used here. */
	c->db = NULL;
	for (unsigned i = 0; i < 400; i++) {
		scene_begin(c, bulk);
		scene_tell(c, bulk ? 20000 : 12);
		scene_commit(c);
	}
	_exit(0);
}

/* Tells the story to nobody until it is so long. */
static void
tell_up_to(struct scene *c, uint64_t size)
{
	struct database *db = c->db;

	c->db = NULL;
	while (trust_count(c->s.w.state) < size)
		scene_tell(c, 1);
	c->db = db;
}

static uint64_t
size_of(struct database *db)
{
	struct arena arena = arena_open(MIB);
	struct registry_head head = { 0 };

	scene_good(db, database_read_head(db, &arena, &head));
	arena_close(&arena);
	return head.size;
}

static void
killed_at_any_moment_it_is_whole(void **state)
{
	struct scene *c = *state;

	assert_int_equal(try_open(c, DATABASE_WRITE), ERR_OK);
	for (unsigned i = 0; i < 10; i++) {
		/* Every child goes on where the one before was killed. */
		const struct timespec wait = { 0,
			(long)(5 + story_draw(&c->s, 120)) * 1000000 };
		uint64_t random = c->s.random;
		pid_t child = start_writer(c, false);

		assert_int_equal(nanosleep(&wait, NULL), 0);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		c->s.random = random;
		c->db = scene_open_as(c, DATABASE_WRITE);
		tell_up_to(c, size_of(c->db));
		random = c->s.random;
		scene_ask_a_few(c, c->db);
		c->s.random = random;
		database_close(c->db);
		c->db = NULL;
	}
	assert_true(trust_count(c->s.w.state) > 12);
}

static void
killed_among_many_rows_it_is_empty(void **state)
{
	struct scene *c = *state;

	for (long i = 1; i <= 4; i++) {
		const struct timespec wait = { 0, i * 90000000 };
		pid_t child = start_writer(c, true);

		assert_int_equal(nanosleep(&wait, NULL), 0);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		c->db = scene_open_as(c, DATABASE_WRITE);
		assert_int_equal(size_of(c->db), 0);
		scene_ask_a_few(c, c->db);
		database_close(c->db);
		c->db = NULL;
	}
	scene_begin(c, true);
	scene_tell(c, 200);
	scene_commit(c);
	scene_ask_a_few(c, c->db);
}

/* The newest row that a reply shows belongs to the head that it names. */
static void
a_reply_is_of_one_state(void **state)
{
	struct scene *c = *state;
	const struct registry_question q = {
		.ask = REGISTRY_ASK_STATEMENTS, .newest_first = true, .limit = 1
	};
	uint64_t first = UINT64_MAX;
	uint64_t last = 0;
	struct database *reader;
	pid_t child;

	assert_int_equal(try_open(c, DATABASE_WRITE), ERR_OK);
	child = start_writer(c, false);
	reader = scene_open_as(c, DATABASE_READ);
	for (unsigned i = 0; i < 600; i++) {
		struct arena arena = arena_open(REGISTRY_REPLY_LEN_MAX);
		struct registry_reply reply;

		scene_good(reader, database_ask(reader, &q, &arena, &reply));
		assert_int_equal(reply.count, reply.head.size > 0 ? 1 : 0);
		if (reply.count > 0)
			assert_int_equal(
			    reply.statements[0].index, reply.head.size - 1);
		first = reply.head.size < first ? reply.head.size : first;
		last = reply.head.size > last ? reply.head.size : last;
		arena_close(&arena);
		(void)usleep(500);
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(last > first); /* it saw commits */
	database_close(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define WITH(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)
		WITH(to_read_it_must_be_there),
		WITH(what_is_not_ours_is_refused_and_left_alone),
		WITH(a_file_that_is_no_database_is_refused),
		WITH(a_newer_schema_is_not_touched),
		WITH(an_older_schema_is_emptied_and_filled_again),
		WITH(a_second_writer_is_noticed),
		WITH(killed_at_any_moment_it_is_whole),
		WITH(killed_among_many_rows_it_is_empty),
		WITH(a_reply_is_of_one_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
