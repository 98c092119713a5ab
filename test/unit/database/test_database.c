/* SPDX-License-Identifier: ISC */
/* The registry's rows in a database: SQLite, or the PostgreSQL that
   HALLMARK_TEST_POSTGRES names; the same tests. */
#include "scene.h"

#include <stdio.h>

/* ---- what it promises ---- */

static void
a_new_database_is_empty(void **state)
{
	struct scene *c = *state;
	struct arena arena = arena_open(MIB);
	struct registry_head head = { .size = 1 };

	c->db = scene_open_as(c, DATABASE_WRITE);
	scene_good(c->db, database_read_head(c->db, &arena, &head));
	assert_int_equal(head.size, 0);
	assert_int_equal(head.origin.len, 0);
	scene_ask_everything(c, c->db);
	/* A second time it is there already. */
	database_close(c->db);
	c->db = scene_open_as(c, DATABASE_READ);
	scene_ask_everything(c, c->db);
	arena_close(&arena);
}

static void
the_head_is_what_was_committed(void **state)
{
	struct scene *c = *state;
	struct arena arena = arena_open(MIB);
	struct registry_head wrote = scene_head_of(77);
	struct registry_head head = { .size = 1 };

	scene_begin(c, false);
	scene_good(c->db, database_commit(c->db, &wrote));
	database_close(c->db);
	c->db = scene_open_as(c, DATABASE_WRITE);
	scene_good(c->db, database_read_head(c->db, &arena, &head));
	assert_int_equal(head.size, 77);
	assert_int_equal(head.time, wrote.time);
	assert_true(bytes_equal(head.origin, wrote.origin));
	assert_memory_equal(head.root, wrote.root, SHA256_LEN);
	arena_close(&arena);
}

static void
every_question_is_answered_as_by_looking_at_each_row(void **state)
{
	struct scene *c = *state;

	for (unsigned i = 0; i < 4; i++) {
		for (unsigned j = 0; j < 8; j++) {
			scene_begin(c, false);
			scene_tell(c, 1 + (unsigned)story_draw(&c->s, 60));
			scene_commit(c);
		}
		scene_ask_everything(c, c->db);
	}
	assert_true(c->shadow->labels > 100);
	assert_true(c->shadow->recognitions > 2);
}

static void
many_rows_at_once_are_the_same_rows(void **state)
{
	struct scene *c = *state;

	scene_begin(c, true);
	scene_tell(c, 1200);
	scene_commit(c);
	scene_ask_everything(c, c->db);
	/* And it goes on one by one. */
	scene_begin(c, true);
	scene_tell(c, 100);
	scene_commit(c);
	scene_ask_everything(c, c->db);
}

static void
nothing_is_there_without_a_commit(void **state)
{
	struct scene *c = *state;
	struct database *reader;

	scene_begin(c, false);
	scene_tell(c, 150);
	scene_commit(c);
	reader = scene_open_as(c, DATABASE_READ);
	scene_ask_everything(c, reader);
	/* What another story says is not kept. */
	struct scene other = *c;

	scene_open_story(&other, 8, true);
	scene_begin(&other, false);
	while (trust_count(other.s.w.state) < trust_count(c->s.w.state))
		(void)story_step(&other.s);
	const struct registry_statement row = { .index = 1000000 };
	struct view_sink sink = database_sink(c->db);

	scene_good(c->db, sink.put_statement(sink.context, &row));
	scene_ask_everything(c, reader); /* while it is open, too */
	database_rollback(c->db);
	scene_close_story(&other);
	scene_ask_everything(c, reader);
	scene_ask_everything(c, c->db);
	scene_begin(c, false);
	scene_tell(c, 50);
	scene_commit(c);
	scene_ask_everything(c, reader);
	database_close(reader);
}

static void
all_rows_can_be_forgotten(void **state)
{
	struct scene *c = *state;
	struct database *reader;

	scene_begin(c, true);
	scene_tell(c, 200);
	scene_commit(c);
	reader = scene_open_as(c, DATABASE_READ);
	scene_ask_everything(c, reader);
	scene_good(c->db, database_clear(c->db));
	scene_close_story(c);
	scene_open_story(c, 9, false);
	scene_ask_everything(c, reader);
	scene_begin(c, true);
	scene_tell(c, 200);
	scene_commit(c);
	scene_ask_everything(c, reader);
	database_close(reader);
}

/* Walks from page to page; every label once. */
static void
walk(struct scene *c, struct registry_question q, size_t expected)
{
	size_t seen = 0;
	bool more = true;

	while (more) {
		struct arena arena = arena_open(REGISTRY_REPLY_LEN_MAX);
		struct registry_reply reply;

		scene_good(c->db, database_ask(c->db, &q, &arena, &reply));
		shadow_check(c->shadow, &q, &reply);
		assert_true(reply.count > 0 || !reply.more);
		seen += reply.count;
		more = reply.more;
		q.has_after = true;
		if (more && q.by == REGISTRY_BY_CHANGE) {
			q.after = reply.labels[reply.count - 1].changed_by;
			q.number = reply.labels[reply.count - 1].index;
		} else if (more) {
			q.after = reply.labels[reply.count - 1].index;
		}
		arena_close(&arena);
	}
	assert_int_equal(seen, expected);
}

static void
pages_have_every_row_once(void **state)
{
	struct scene *c = *state;
	size_t changed = 0;

	scene_begin(c, false);
	scene_tell(c, 400);
	scene_commit(c);
	for (size_t i = 0; i < c->shadow->labels; i++)
		if (c->shadow->label[i].status != TRUST_VALID)
			changed++;
	walk(c,
	    (struct registry_question){
		.ask = REGISTRY_ASK_LABELS, .limit = 7 },
	    c->shadow->labels);
	walk(c,
	    (struct registry_question){
		.ask = REGISTRY_ASK_LABELS, .newest_first = true, .limit = 3 },
	    c->shadow->labels);
	/* of how many, depends on the compiler: it orders random arguments */
	assert_true(changed > 10);
	walk(c,
	    (struct registry_question){ .ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_CHANGE,
		.limit = 2 },
	    changed);
}

/* A label at any place of a large ledger; the body is there. */
static void
put_far(struct scene *c, uint64_t index, const char *maker)
{
	struct view_sink sink = database_sink(c->db);
	struct view_sink both = shadow_sink(c->shadow, &sink);
	struct label_claims claims = test_claims();
	char model[32];
	struct registry_label label = { .index = index };
	struct registry_statement said = {
		.index = index,
		.is_admitted = true,
		.kind = STATEMENT_LABEL,
		.iss = BYTES("https://a.example"),
		.signer_name = BYTES("A laboratory"),
		.issued = T0,
		.expires = T0 + DAY,
		.has_product = true,
		.has_release = true,
		.label = index + 1,
	};
	char sub[PRODUCT_SUB_LEN];

	(void)snprintf(model, sizeof(model), "%c%u", 'a' + (int)(index % 3),
	    (unsigned)(index % 50));
	claims.maker = bytes_of(maker);
	claims.product.hwmodel = bytes_of(model);
	product_find_ids(&crypto_hooks_default, &claims.product, &label.ids);
	product_put_sub(&label.ids, true, sub);
	label.claims = claims;
	label.issued = T0;
	label.expires = T0 + DAY;
	label.body_name = BYTES("A laboratory");
	label.body_iss = said.iss;
	memcpy(label.body, c->s.w.id[LAB_A], SHA256_LEN);
	said.ids = label.ids;
	said.sub = bytes_of(sub);
	memcpy(said.kid, label.body, SHA256_LEN);
	scene_good(c->db, both.put_statement(both.context, &said));
	scene_good(c->db, both.put_label(both.context, &label));
}

static void
ask_far(struct scene *c, struct registry_question q, uint64_t size)
{
	for (unsigned i = 0; i < 60; i++) {
		struct arena arena = arena_open(REGISTRY_REPLY_LEN_MAX);
		struct registry_reply reply;

		q.newest_first = i % 2 == 1;
		q.limit = i % 3 == 0 ? 200 : 2 + i % 3;
		q.has_after = i >= 6;
		q.after = i % 4 == 0 ? i / 4 * 16384 - (i / 4 > 0 ? i % 2 : 0)
				     : story_draw(&c->s, size + 40000);
		scene_good(c->db, database_ask(c->db, &q, &arena, &reply));
		shadow_check(c->shadow, &q, &reply);
		arena_close(&arena);
	}
}

/* Beginnings are looked for block by block of the ledger. */
static void
beginnings_are_found_in_a_large_ledger(void **state)
{
	static const char *const names[] = { "Alpha", "alphabet", "Beta",
		"\xff\xff", "\xff" };
	struct scene *c = *state;
	struct view_sink sink;
	struct registry_body body = {
		.action = ACCREDIT,
		.name = BYTES("A laboratory"),
		.iss = BYTES("https://a.example"),
	};
	const uint64_t size = 300000;

	scene_begin(c, false);
	memcpy(body.kid, c->s.w.id[LAB_A], SHA256_LEN);
	struct view_sink rows = database_sink(c->db);

	sink = shadow_sink(c->shadow, &rows);
	scene_good(c->db, sink.put_body(sink.context, &body));
	for (uint64_t i = 1; i < size; i += 1 + story_draw(&c->s, 900)) {
		if (i > 100000 && i < 200000)
			i = 200000; /* a long time nothing */
		put_far(c, i, names[story_draw(&c->s, 100) % 5]);
		if (i % 16384 != 0 && i / 16384 * 16384 + 16384 < size)
			put_far(c, i = i / 16384 * 16384 + 16384, "Edge");
	}
	struct registry_head head = scene_head_of(size);

	scene_good(c->db, database_commit(c->db, &head));
	for (size_t i = 0; i < 8; i++) {
		static const char *const values[] = { "alpha", "alphab", "edge",
			"b", "\xff", "\xff\xff", "a1", "c" };
		struct registry_question q = { .ask = REGISTRY_ASK_LABELS,
			.by = REGISTRY_BY_WORDS,
			.value = bytes_of(values[i]) };

		ask_far(c, q, size);
		q.by = REGISTRY_BY_MAKER;
		ask_far(c, q, size);
		q.ask = REGISTRY_ASK_PRODUCTS;
		ask_far(c, q, size);
	}
}

static void
a_full_arena_is_an_error_and_no_harm(void **state)
{
	struct scene *c = *state;
	const struct registry_question q = { .ask = REGISTRY_ASK_LABELS,
		.limit = 20 };
	bool enough = false;

	scene_begin(c, false);
	scene_tell(c, 150);
	scene_commit(c);
	for (size_t limit = 0; !enough && limit < MIB; limit += 512) {
		struct arena arena = arena_open(limit);
		struct registry_reply reply;
		enum err err = database_ask(c->db, &q, &arena, &reply);

		assert_true(err == ERR_OK || err == ERR_LIMIT);
		enough = err == ERR_OK;
		arena_close(&arena);
	}
	assert_true(enough);
	scene_ask_all_ways(c, c->db, q);
}

static void
what_is_no_question_for_rows_is_refused(void **state)
{
	const struct registry_question bad[] = {
		{ .ask = REGISTRY_ASK_ENTRY, .by = REGISTRY_BY_INDEX },
		{ .ask = REGISTRY_ASK_FILE, .value = BYTES("checkpoint") },
		{ .ask = REGISTRY_ASK_LABELS, .limit = 0 },
		{ .ask = REGISTRY_ASK_LABELS, .limit = REGISTRY_ROWS_MAX + 1 },
		{ .ask = REGISTRY_ASK_LABELS,
		    .by = REGISTRY_BY_MAKER,
		    .limit = 1 },
		{ .ask = REGISTRY_ASK_BODIES,
		    .by = REGISTRY_BY_MAKER,
		    .value = BYTES("a"),
		    .limit = 1 },
	};
	struct scene *c = *state;
	struct arena arena = arena_open(MIB);
	struct registry_reply reply;

	c->db = scene_open_as(c, DATABASE_WRITE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(database_ask(c->db, &bad[i], &arena, &reply),
		    ERR_MALFORMED);
	arena_close(&arena);
}

static void
a_label_needs_its_statement_and_its_body(void **state)
{
	struct scene *c = *state;
	const struct registry_label label = { .index = 5 };
	struct view_sink sink;

	scene_begin(c, false);
	sink = database_sink(c->db);
	assert_int_equal(sink.put_label(sink.context, &label), ERR_MALFORMED);
	database_rollback(c->db);
	scene_begin(c, false);
	const struct registry_statement said = { .index = 5,
		.is_admitted = true,
		.kind = STATEMENT_LABEL,
		.iss = BYTES("x") };

	scene_good(c->db, sink.put_statement(sink.context, &said));
	assert_int_equal(sink.put_label(sink.context, &label), ERR_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define WITH(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)
		WITH(a_new_database_is_empty),
		WITH(the_head_is_what_was_committed),
		WITH(every_question_is_answered_as_by_looking_at_each_row),
		WITH(many_rows_at_once_are_the_same_rows),
		WITH(nothing_is_there_without_a_commit),
		WITH(all_rows_can_be_forgotten),
		WITH(pages_have_every_row_once),
		WITH(beginnings_are_found_in_a_large_ledger),
		WITH(a_full_arena_is_an_error_and_no_harm),
		WITH(what_is_no_question_for_rows_is_refused),
		WITH(a_label_needs_its_statement_and_its_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
