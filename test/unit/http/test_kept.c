/* SPDX-License-Identifier: ISC */
/* What is kept, how long, and that it stays within its bounds. */
#include "http/kept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LIMIT ((size_t)1 << 20)

static struct reply_room room = { .limit = (size_t)64 << 20 };

static struct reply *
make(const char *body, enum registry_cache cache)
{
	const struct registry_answer answer = {
		.status = 200,
		.type = "text/plain",
		.body = bytes_of(body),
		.cache = cache,
	};
	struct reply *reply = NULL;

	assert_int_equal(reply_make(&answer, &room, &reply), ERR_OK);
	return reply;
}

static void
add(struct kept *kept, const char *target, uint64_t version, uint64_t now_ms,
    enum registry_cache cache)
{
	const struct kept_key key = { .target = bytes_of(target) };
	struct reply *reply = make(target, cache);

	kept_add(kept, &key, version, now_ms, reply);
	reply_drop(reply);
}

static bool
has(struct kept *kept, const char *target, uint64_t version, uint64_t now_ms)
{
	const struct kept_key key = { .target = bytes_of(target) };
	struct reply *reply = kept_find(kept, &key, version, now_ms);

	if (reply == NULL)
		return false;
	assert_true(bytes_equal_text(reply_answer(reply)->body, target));
	reply_drop(reply);
	return true;
}

static struct kept *
open_kept(void)
{
	struct kept *kept = NULL;

	assert_int_equal(kept_open(LIMIT, 42, &kept), ERR_OK);
	return kept;
}

/* Nothing is left when all is closed. */
static void
close_kept(struct kept *kept)
{
	kept_close(kept);
	assert_int_equal(atomic_load(&room.used), 0);
}

static void
kept_gives_it_until_the_state_changes(void **state)
{
	struct kept *kept = open_kept();

	(void)state;
	add(kept, "/a", 5, 1000, REGISTRY_MINUTE);
	assert_true(has(kept, "/a", 5, 1000));
	assert_true(has(kept, "/a", 5, 1000 + KEPT_MS - 1));
	assert_false(has(kept, "/b", 5, 1000));
	assert_false(has(kept, "/a", 6, 1001));
	assert_false(has(kept, "/a", 5, 1001)); /* it was thrown away */
	close_kept(kept);
}

static void
kept_gives_it_for_a_minute(void **state)
{
	struct kept *kept = open_kept();

	(void)state;
	add(kept, "/a", 5, 1000, REGISTRY_REVALIDATE);
	assert_false(has(kept, "/a", 5, 1000 + KEPT_MS));
	close_kept(kept);
}

static void
kept_gives_the_immutable_for_ever(void **state)
{
	struct kept *kept = open_kept();

	(void)state;
	add(kept, "/tile", 5, 1000, REGISTRY_IMMUTABLE);
	assert_true(has(kept, "/tile", 9, UINT64_MAX / 2));
	close_kept(kept);
}

static void
kept_parts_forms_and_languages(void **state)
{
	struct kept *kept = open_kept();
	struct kept_key key = {
		.target = BYTES("/a"),
		.choice = { .form = REGISTRY_JSON, .language = 1 },
	};

	(void)state;
	add(kept, "/a", 1, 0, REGISTRY_MINUTE);
	assert_null(kept_find(kept, &key, 1, 0));
	key.choice.form = REGISTRY_HTML;
	assert_null(kept_find(kept, &key, 1, 0));
	key.choice.language = 0;
	struct reply *reply = kept_find(kept, &key, 1, 0);

	assert_non_null(reply);
	reply_drop(reply);
	close_kept(kept);
}

static void
kept_replaces_the_same_key(void **state)
{
	struct kept *kept = open_kept();

	(void)state;
	add(kept, "/a", 1, 0, REGISTRY_MINUTE);
	size_t len = kept_len(kept);

	add(kept, "/a", 2, 0, REGISTRY_MINUTE);
	assert_int_equal(kept_len(kept), len);
	assert_true(has(kept, "/a", 2, 0));
	close_kept(kept);
}

static void
kept_stays_within_its_limit_and_spares_what_is_used(void **state)
{
	struct kept *kept = open_kept();
	char target[32];

	(void)state;
	add(kept, "/hot", 1, 0, REGISTRY_MINUTE);
	for (unsigned i = 0; i < 5000; i++) {
		(void)snprintf(target, sizeof(target), "/cold/%u", i);
		add(kept, target, 1, 0, REGISTRY_MINUTE);
		assert_true(kept_len(kept) <= LIMIT);
		assert_true(has(kept, "/hot", 1, 0));
	}
	assert_true(kept_len(kept) > LIMIT / 2);
	assert_false(has(kept, "/cold/0", 1, 0));
	assert_true(has(kept, "/cold/4999", 1, 0));
	close_kept(kept);
}

static void
kept_does_not_take_what_is_too_large(void **state)
{
	static char body[LIMIT / 2];
	struct kept *kept = open_kept();
	const struct kept_key key = { .target = BYTES("/a") };

	(void)state;
	memset(body, 'x', sizeof(body) - 1);
	struct reply *reply = make(body, REGISTRY_IMMUTABLE);

	kept_add(kept, &key, 1, 0, reply);
	reply_drop(reply);
	assert_int_equal(kept_len(kept), 0);
	close_kept(kept);
}

static void
reply_has_room_for_so_much(void **state)
{
	struct reply_room small = { .limit = 8000 };
	const struct registry_answer answer = {
		.status = 200,
		.type = "text/plain",
		.body = BYTES("body"),
	};
	struct reply *first = NULL;
	struct reply *none = NULL;

	(void)state;
	assert_int_equal(reply_make(&answer, &small, &first), ERR_OK);
	assert_int_equal(atomic_load(&small.used), reply_len(first));
	small.limit = reply_len(first) + 10;
	assert_int_equal(reply_make(&answer, &small, &none), ERR_MEMORY);
	assert_null(none);
	reply_drop(reply_keep(first));
	assert_int_equal(atomic_load(&small.used), reply_len(first));
	reply_drop(first);
	assert_int_equal(atomic_load(&small.used), 0);
}

static void
reply_refuses_a_location_that_is_no_uri(void **state)
{
	static const char *const bad[] = { "/a b", "/a\r\nX: y", "/\xc3\xa4" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct registry_answer answer = {
			.status = 303,
			.location = bytes_of(bad[i]),
		};
		struct reply *reply = NULL;

		assert_int_equal(
		    reply_make(&answer, &room, &reply), ERR_SYSTEM);
		assert_null(reply);
	}
	assert_int_equal(atomic_load(&room.used), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_gives_it_until_the_state_changes),
		cmocka_unit_test(kept_gives_it_for_a_minute),
		cmocka_unit_test(kept_gives_the_immutable_for_ever),
		cmocka_unit_test(kept_parts_forms_and_languages),
		cmocka_unit_test(kept_replaces_the_same_key),
		cmocka_unit_test(
		    kept_stays_within_its_limit_and_spares_what_is_used),
		cmocka_unit_test(kept_does_not_take_what_is_too_large),
		cmocka_unit_test(reply_has_room_for_so_much),
		cmocka_unit_test(reply_refuses_a_location_that_is_no_uri),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
