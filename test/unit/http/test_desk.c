/* SPDX-License-Identifier: ISC */
/* Statements go to the store in order, and their outcomes to their owners. */
#include "http/desk.h"

#include "registry/registry.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A store whose outcomes a test lets out one by one. */
struct store {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t numbers[DESK_PLACES + 8];
	size_t in_count;
	size_t let_out; /* outcomes that may leave */
	size_t out_count;
	bool is_closed;
	bool is_deaf; /* hand_in() fails */
};

struct bell {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned rung;
};

static enum err
hand_in(void *context, uint64_t number, struct bytes statement)
{
	struct store *store = context;
	enum err err = ERR_OK;

	assert_true(bytes_starts(statement, BYTES("statement")));
	pthread_mutex_lock(&store->lock);
	if (store->is_deaf)
		err = ERR_SYSTEM;
	else
		store->numbers[store->in_count++] = number;
	pthread_cond_broadcast(&store->changed);
	pthread_mutex_unlock(&store->lock);
	return err;
}

static enum err
take_outcome(void *context, struct arena *arena, uint64_t *ret_number,
    struct registry_submission *ret)
{
	struct store *store = context;
	enum err err = ERR_END;

	pthread_mutex_lock(&store->lock);
	while (!store->is_closed &&
	    (store->out_count >= store->let_out ||
		store->out_count >= store->in_count))
		pthread_cond_wait(&store->changed, &store->lock);
	if (!store->is_closed) {
		*ret_number = store->numbers[store->out_count++];
		*ret = (struct registry_submission){
			.outcome = REGISTRY_ADDED,
			.index = *ret_number,
			.receipt = arena_copy(arena, BYTES("receipt")),
		};
		err = ERR_OK;
	}
	pthread_mutex_unlock(&store->lock);
	return err;
}

static void
ring(void *context)
{
	struct bell *bell = context;

	pthread_mutex_lock(&bell->lock);
	bell->rung++;
	pthread_cond_broadcast(&bell->changed);
	pthread_mutex_unlock(&bell->lock);
}

static void
wait_for_bell(struct bell *bell, unsigned times)
{
	pthread_mutex_lock(&bell->lock);
	while (bell->rung < times)
		pthread_cond_wait(&bell->changed, &bell->lock);
	pthread_mutex_unlock(&bell->lock);
}

struct scene {
	struct store store;
	struct bell bell;
	struct desk_bell desk_bell;
	struct desk *desk;
};

static void
open_scene(struct scene *s)
{
	*s = (struct scene){
		.store = { .lock = PTHREAD_MUTEX_INITIALIZER,
		    .changed = PTHREAD_COND_INITIALIZER },
		.bell = { .lock = PTHREAD_MUTEX_INITIALIZER,
		    .changed = PTHREAD_COND_INITIALIZER },
	};
	const struct desk_store store = { hand_in, take_outcome, &s->store };

	s->desk_bell = (struct desk_bell){ ring, &s->bell };
	assert_int_equal(desk_open(&store, &s->desk), ERR_OK);
	assert_int_equal(desk_start(s->desk), ERR_OK);
}

static void
set(struct store *store, size_t let_out, bool is_closed)
{
	pthread_mutex_lock(&store->lock);
	store->let_out = let_out;
	store->is_closed = is_closed;
	pthread_cond_broadcast(&store->changed);
	pthread_mutex_unlock(&store->lock);
}

static void
close_scene(struct scene *s)
{
	set(&s->store, 0, true);
	desk_close(s->desk);
}

static struct desk_place *
put(struct scene *s, void *owner)
{
	struct out statement = out_open(REGISTRY_BODY_MAX);

	out_text(&statement, "statement");
	struct desk_place *place =
	    desk_put(s->desk, &statement, &s->desk_bell, owner, 1000);

	if (place != NULL)
		assert_int_equal(statement.len, 0);
	out_close(&statement);
	return place;
}

static void
desk_brings_outcomes_to_their_owners(void **state)
{
	struct scene s;
	int owners[3];
	void *owner = NULL;

	(void)state;
	open_scene(&s);
	for (size_t i = 0; i < 3; i++)
		assert_non_null(put(&s, &owners[i]));
	assert_int_equal(desk_waiting(s.desk), 3);
	assert_null(desk_next(s.desk, &s.desk_bell, 1000, &owner));
	set(&s.store, 3, false);
	wait_for_bell(&s.bell, 3);
	for (size_t i = 0; i < 3; i++) {
		struct desk_place *place =
		    desk_next(s.desk, &s.desk_bell, 1000, &owner);

		assert_non_null(place);
		const struct registry_submission *outcome = desk_outcome(place);

		assert_non_null(outcome);
		/* numbers count from 1 in the order of desk_put() */
		assert_ptr_equal(owner, &owners[outcome->index - 1]);
		assert_true(bytes_equal_text(outcome->receipt, "receipt"));
		assert_true(
		    bytes_equal_text(desk_statement(place), "statement"));
		desk_free(s.desk, place);
	}
	assert_null(desk_next(s.desk, &s.desk_bell, 1000, &owner));
	assert_int_equal(desk_waiting(s.desk), 0);
	close_scene(&s);
}

static void
desk_gives_each_bell_its_own(void **state)
{
	struct scene s;
	struct bell other = { .lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER };
	struct desk_bell other_bell = { ring, &other };
	void *owner = NULL;

	(void)state;
	open_scene(&s);
	assert_non_null(put(&s, &s));
	set(&s.store, 1, false);
	wait_for_bell(&s.bell, 1);
	assert_null(desk_next(s.desk, &other_bell, UINT64_MAX, &owner));
	struct desk_place *place =
	    desk_next(s.desk, &s.desk_bell, 1000, &owner);

	assert_non_null(place);
	desk_free(s.desk, place);
	close_scene(&s);
}

static void
desk_tells_when_the_time_is_over(void **state)
{
	struct scene s;
	void *owner = NULL;

	(void)state;
	open_scene(&s);
	assert_non_null(put(&s, &s));
	assert_null(
	    desk_next(s.desk, &s.desk_bell, 1000 + DESK_MS - 1, &owner));
	struct desk_place *place =
	    desk_next(s.desk, &s.desk_bell, 1000 + DESK_MS, &owner);

	assert_non_null(place);
	assert_ptr_equal(owner, &s);
	assert_null(desk_outcome(place));
	desk_free(s.desk, place);
	/* what comes later is nobody's */
	set(&s.store, 1, false);
	assert_non_null(put(&s, &s));
	set(&s.store, 2, false);
	wait_for_bell(&s.bell, 1);
	place = desk_next(s.desk, &s.desk_bell, 1000, &owner);
	assert_non_null(place);
	assert_int_equal(desk_outcome(place)->index, 2);
	desk_free(s.desk, place);
	close_scene(&s);
}

static void
desk_takes_so_many_and_no_more(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s);
	for (size_t i = 0; i < DESK_PLACES; i++)
		assert_non_null(put(&s, &s));
	assert_null(put(&s, &s));
	close_scene(&s);
}

static void
desk_tells_all_when_the_store_ends(void **state)
{
	struct scene s;
	void *owner = NULL;

	(void)state;
	open_scene(&s);
	assert_non_null(put(&s, &s));
	assert_false(desk_is_shut(s.desk));
	set(&s.store, 0, true);
	wait_for_bell(&s.bell, 1);
	assert_true(desk_is_shut(s.desk));
	struct desk_place *place =
	    desk_next(s.desk, &s.desk_bell, 1000, &owner);

	assert_non_null(place);
	assert_null(desk_outcome(place));
	assert_null(put(&s, &s));
	/* the sender may still hold its bytes */
	desk_free(s.desk, place);
	close_scene(&s);
}

static void
desk_is_shut_when_the_store_does_not_take(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s);
	pthread_mutex_lock(&s.store.lock);
	s.store.is_deaf = true;
	pthread_mutex_unlock(&s.store.lock);
	assert_non_null(put(&s, &s));
	wait_for_bell(&s.bell, 1);
	assert_true(desk_is_shut(s.desk));
	close_scene(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(desk_brings_outcomes_to_their_owners),
		cmocka_unit_test(desk_gives_each_bell_its_own),
		cmocka_unit_test(desk_tells_when_the_time_is_over),
		cmocka_unit_test(desk_takes_so_many_and_no_more),
		cmocka_unit_test(desk_tells_all_when_the_store_ends),
		cmocka_unit_test(desk_is_shut_when_the_store_does_not_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
