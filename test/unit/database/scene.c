/* SPDX-License-Identifier: ISC */
/* A database with a story in it, and all that one can ask of it. */
#include "scene.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
say_nothing(void *context, const char *text)
{
	(void)context;
	(void)text;
}

/* Statements for the engine itself, behind the module's back. */
void
scene_tell_postgres(const char *uri, const char *sql)
{
	PGconn *conn = PQconnectdb(uri);
	PGresult *result;

	(void)PQsetNoticeProcessor(conn, say_nothing, NULL);
	result = PQexec(conn, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK &&
	    PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	PQclear(result);
	PQfinish(conn);
}

void
scene_tell_sqlite(const char *name, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

void
scene_open_story(struct scene *c, uint64_t seed, bool monitor)
{
	story_open(&c->s, seed, monitor);
	c->arena = arena_open(64 * MIB);
	c->view = view_open(&c->arena, c->s.w.state, &crypto_hooks_default);
	assert_non_null(c->view);
	c->shadow = shadow_open();
}

void
scene_close_story(struct scene *c)
{
	shadow_close(c->shadow);
	arena_close(&c->arena);
	story_close(&c->s);
}

struct database *
scene_open_as(const struct scene *c, enum database_mode mode)
{
	struct database_why why = { "" };
	struct database *db = NULL;

	if (database_open(c->name, mode, &db, &why) != ERR_OK)
		fail_msg("%s: %s", c->name, why.text);
	return db;
}

int
scene_set_up(void **state)
{
	struct scene *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->postgres = getenv("HALLMARK_TEST_POSTGRES");
	(void)snprintf(c->folder, sizeof(c->folder), "%s/hallmark-db.XXXXXX",
	    getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(c->folder));
	if (c->postgres != NULL) {
		scene_tell_postgres(
		    c->postgres, "DROP SCHEMA IF EXISTS hallmark CASCADE");
		(void)snprintf(c->name, sizeof(c->name), "%s", c->postgres);
	} else {
		(void)snprintf(c->name, sizeof(c->name), "%s/rows", c->folder);
	}
	scene_open_story(c, 7, true);
	*state = c;
	return 0;
}

int
scene_tear_down(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct scene *c = *state;
	char path[300];

	database_close(c->db);
	for (size_t i = 0; c->postgres == NULL && i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", c->name, ends[i]);
		(void)unlink(path); /* perhaps it is not there */
	}
	assert_int_equal(rmdir(c->folder), 0);
	scene_close_story(c);
	free(c);
	return 0;
}

/* ---- writing ---- */

void
scene_good(struct database *db, enum err err)
{
	if (err != ERR_OK)
		fail_msg("error %d: %s", (int)err, database_trouble(db));
}

void
scene_begin(struct scene *c, bool bulk)
{
	if (c->db == NULL)
		c->db = scene_open_as(c, DATABASE_WRITE);
	scene_good(c->db, database_begin(c->db, bulk));
}

struct registry_head
scene_head_of(uint64_t size)
{
	struct registry_head head = {
		.origin = BYTES("registry.example/ledger"),
		.size = size,
		.time = T0 + (int64_t)size,
	};

	memset(head.root, (int)(size % 251), SHA256_LEN);
	return head;
}

void
scene_commit(struct scene *c)
{
	struct registry_head head = scene_head_of(trust_count(c->s.w.state));

	scene_good(c->db, database_commit(c->db, &head));
}

/* Entries of the story into the shadow and, when it is open, the database. */
void
scene_tell(struct scene *c, unsigned steps)
{
	struct view_sink sink = { 0 };
	struct view_sink both;

	if (c->db != NULL)
		sink = database_sink(c->db);
	both = shadow_sink(c->shadow, c->db != NULL ? &sink : NULL);
	for (unsigned i = 0; i < steps; i++)
		if (story_step(&c->s)) {
			enum err err =
			    view_take(c->view, trust_count(c->s.w.state) - 1,
				c->s.w.said, &c->s.w.answer, &both);

			if (err != ERR_OK)
				fail_msg("error %d: %s", (int)err,
				    database_trouble(c->db));
		}
}

/* ---- asking ---- */

static void
ask(struct scene *c, struct database *db,
    const struct registry_question *question)
{
	struct arena arena = arena_open(REGISTRY_REPLY_LEN_MAX);
	struct registry_reply reply;
	uint64_t size = trust_count(c->s.w.state);

	scene_good(db, database_ask(db, question, &arena, &reply));
	assert_int_equal(reply.head.size, size);
	shadow_check(c->shadow, question, &reply);
	arena_close(&arena);
}

/* In both orders, with and without a place to go on from, by many and by
   few. */
void
scene_ask_all_ways(
    struct scene *c, struct database *db, struct registry_question q)
{
	static const unsigned limits[] = { 1, 7, REGISTRY_ROWS_MAX };
	uint64_t size = trust_count(c->s.w.state);

	for (unsigned i = 0; i < 12; i++) {
		q.newest_first = i % 2 == 1;
		q.limit = limits[i / 2 % 3];
		q.has_after = i >= 6;
		q.after = story_draw(&c->s, size + 2);
		ask(c, db, &q);
	}
}

static const char *const words[] = { "a", "ARGENTUM", "argentum d", "100%",
	"100_", "100%s", "b\\", "\xc3\x84", "%", "_", "cam", "camera 1",
	"LOCK%", "z", "zeta's \"", "\xff", "'" };

static void
ask_words(struct scene *c, struct database *db)
{
	static const enum registry_by by[] = { REGISTRY_BY_MAKER,
		REGISTRY_BY_MODEL, REGISTRY_BY_WORDS };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (size_t j = 0; j < 3; j++) {
			struct registry_question q = {
				.ask = REGISTRY_ASK_LABELS,
				.by = by[j],
				.value = bytes_of(words[i]),
			};

			scene_ask_all_ways(c, db, q);
			q.ask = REGISTRY_ASK_PRODUCTS;
			scene_ask_all_ways(c, db, q);
		}
}

static void
ask_about_label(
    struct scene *c, struct database *db, const struct registry_label *label)
{
	const struct bytes product = { label->ids.product, PRODUCT_ID_LEN };
	const struct bytes release = { label->ids.release, PRODUCT_ID_LEN };
	const struct bytes digest = { label->claims.product.digest,
		1 + (size_t)story_draw(&c->s, SHA256_LEN) };
	const struct registry_question questions[] = {
		{ .ask = REGISTRY_ASK_LABELS,
		    .by = REGISTRY_BY_INDEX,
		    .number = label->index },
		{ .ask = REGISTRY_ASK_LABELS,
		    .by = REGISTRY_BY_PRODUCT,
		    .value = product },
		{ .ask = REGISTRY_ASK_LABELS,
		    .by = REGISTRY_BY_RELEASE,
		    .value = release },
		{ .ask = REGISTRY_ASK_LABELS,
		    .by = REGISTRY_BY_DIGEST,
		    .value = digest },
		{ .ask = REGISTRY_ASK_PRODUCTS,
		    .by = REGISTRY_BY_PRODUCT,
		    .value = product },
		{ .ask = REGISTRY_ASK_STATEMENTS,
		    .by = REGISTRY_BY_PRODUCT,
		    .value = product },
		{ .ask = REGISTRY_ASK_STATEMENTS,
		    .by = REGISTRY_BY_RELEASE,
		    .value = release },
		{ .ask = REGISTRY_ASK_STATEMENTS,
		    .by = REGISTRY_BY_RELEASE,
		    .value = product },
		{ .ask = REGISTRY_ASK_STATEMENTS,
		    .by = REGISTRY_BY_LABEL,
		    .number = label->index },
		{ .ask = REGISTRY_ASK_STATEMENTS,
		    .by = REGISTRY_BY_LABEL,
		    .number = label->index,
		    .kinds = 1U << STATEMENT_STATUS },
		{ .ask = REGISTRY_ASK_STATEMENTS,
		    .by = REGISTRY_BY_PRODUCT,
		    .value = product,
		    .kinds = 1U << STATEMENT_LABEL | 1U << STATEMENT_UPDATE },
	};

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		scene_ask_all_ways(c, db, questions[i]);
}

static void
ask_about_bodies(struct scene *c, struct database *db)
{
	for (size_t i = 0; i < PEOPLE; i++) {
		const struct bytes kid = { c->s.w.id[i], SHA256_LEN };
		struct registry_question q = { .ask = REGISTRY_ASK_LABELS,
			.by = REGISTRY_BY_BODY,
			.value = kid };

		scene_ask_all_ways(c, db, q);
		q.ask = REGISTRY_ASK_BODIES;
		scene_ask_all_ways(c, db, q);
		q.ask = REGISTRY_ASK_STATEMENTS;
		scene_ask_all_ways(c, db, q);
		q.kinds = (unsigned)story_draw(&c->s, 1U << STATEMENT_KINDS);
		scene_ask_all_ways(c, db, q);
	}
	for (uint64_t i = 0; i < 40; i++)
		scene_ask_all_ways(c, db,
		    (struct registry_question){
			REGISTRY_ASK_BODIES, REGISTRY_BY_INDEX, .number = i });
}

/* Every question that there is. */
void
scene_ask_everything(struct scene *c, struct database *db)
{
	const struct registry_question questions[] = {
		{ .ask = REGISTRY_ASK_LABELS, .by = REGISTRY_BY_ALL },
		{ .ask = REGISTRY_ASK_LABELS, .by = REGISTRY_BY_CHANGE },
		{ .ask = REGISTRY_ASK_PRODUCTS, .by = REGISTRY_BY_ALL },
		{ .ask = REGISTRY_ASK_STATEMENTS, .by = REGISTRY_BY_ALL },
		{ .ask = REGISTRY_ASK_STATEMENTS,
		    .by = REGISTRY_BY_ALL,
		    .kinds = 1U << STATEMENT_LABEL },
		{ .ask = REGISTRY_ASK_STATEMENTS,
		    .by = REGISTRY_BY_ALL,
		    .kinds = 1U << STATEMENT_STATUS |
			1U << STATEMENT_ACCREDITATION },
		{ .ask = REGISTRY_ASK_BODIES, .by = REGISTRY_BY_ALL },
		{ .ask = REGISTRY_ASK_RECOGNITIONS, .by = REGISTRY_BY_ALL },
	};
	uint64_t size = trust_count(c->s.w.state);

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		scene_ask_all_ways(c, db, questions[i]);
	ask_words(c, db);
	ask_about_bodies(c, db);
	for (unsigned i = 0; i < 12 && c->shadow->labels > 0; i++)
		ask_about_label(c, db,
		    &c->shadow->label[story_draw(&c->s, c->shadow->labels)]);
	for (unsigned i = 0; i < 40; i++)
		scene_ask_all_ways(c, db,
		    (struct registry_question){ .ask = REGISTRY_ASK_STATEMENTS,
			.by = REGISTRY_BY_INDEX,
			.number = story_draw(&c->s, size + 1) });
}

/* Enough to see that tables and indexes agree. */
void
scene_ask_a_few(struct scene *c, struct database *db)
{
	static const enum registry_ask asks[] = { REGISTRY_ASK_LABELS,
		REGISTRY_ASK_PRODUCTS, REGISTRY_ASK_STATEMENTS,
		REGISTRY_ASK_BODIES, REGISTRY_ASK_RECOGNITIONS };

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
		scene_ask_all_ways(
		    c, db, (struct registry_question){ .ask = asks[i] });
	scene_ask_all_ways(c, db,
	    (struct registry_question){
		.ask = REGISTRY_ASK_LABELS, .by = REGISTRY_BY_CHANGE });
	for (unsigned i = 0; i < 3 && c->shadow->labels > 0; i++)
		ask_about_label(c, db,
		    &c->shadow->label[story_draw(&c->s, c->shadow->labels)]);
}
