/* SPDX-License-Identifier: ISC */
/* What is taken for the same thing in two images. */
#include "diff/pairing.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ITEMS 4

/* "group what place" of the old and the new items, and how each old one is
   paired: its way and the new one's number. */
struct scene {
	const char *was[ITEMS][3];
	const char *now[ITEMS][3];
	struct {
		enum pairing_how how;
		size_t twin;
	} expected[ITEMS];
};

static size_t
fill(const char *const words[ITEMS][3], struct pairing_item *items)
{
	size_t count = 0;

	for (; count < ITEMS && words[count][0] != NULL; count++)
		items[count] = (struct pairing_item){
			.group = bytes_of(words[count][0]),
			.what = bytes_of(words[count][1]),
			.place = bytes_of(words[count][2]),
		};
	return count;
}

static void
check_scene(const struct scene *scene, enum pairing_how last)
{
	struct pairing_item was[ITEMS] = { { .how = PAIRED_NOT } };
	struct pairing_item now[ITEMS] = { { .how = PAIRED_NOT } };
	struct pairing p = { .list = { was, now } };
	struct arena arena = arena_open(MIB);

	p.count[SIDE_OLD] = fill(scene->was, was);
	p.count[SIDE_NEW] = fill(scene->now, now);
	assert_int_equal(pairing_join(&p, last, &arena), ERR_OK);
	for (size_t i = 0; i < p.count[SIDE_OLD]; i++) {
		assert_int_equal(was[i].how, scene->expected[i].how);
		if (was[i].how == PAIRED_NOT) {
			assert_null(was[i].twin);
			continue;
		}
		assert_ptr_equal(was[i].twin, &now[scene->expected[i].twin]);
		assert_ptr_equal(was[i].twin->twin, &was[i]);
		assert_int_equal(was[i].twin->how, was[i].how);
	}
	arena_close(&arena);
}

static void
the_surest_pair_is_made_first(void **state)
{
	static const struct scene scene = {
		.was = { { "g", "a", "x" }, { "g", "b", "y" },
		    { "g", "c", "z" } },
		.now = { { "g", "d", "z" }, { "g", "b", "w" },
		    { "g", "a", "x" } },
		.expected = { { PAIRED_SAME, 2 }, { PAIRED_MOVED, 1 },
		    { PAIRED_CHANGED, 0 } },
	};

	(void)state;
	check_scene(&scene, PAIRED_CHANGED);
}

static void
what_moved_beats_what_stands_there_now(void **state)
{
	/* a went from x to y, and something new came to x */
	static const struct scene scene = {
		.was = { { "g", "a", "x" } },
		.now = { { "g", "new", "x" }, { "g", "a", "y" } },
		.expected = { { PAIRED_MOVED, 1 } },
	};

	(void)state;
	check_scene(&scene, PAIRED_CHANGED);
}

static void
pairs_stay_within_their_group(void **state)
{
	static const struct scene scene = {
		.was = { { "g", "a", "x" }, { "h", "b", "x" } },
		.now = { { "h", "a", "x" }, { "k", "b", "x" } },
		.expected = { { PAIRED_NOT, 0 }, { PAIRED_CHANGED, 0 } },
	};

	(void)state;
	check_scene(&scene, PAIRED_GROUP);
}

static void
several_of_a_kind_pair_one_to_one_in_order(void **state)
{
	static const struct scene scene = {
		.was = { { "g", "a", "x" }, { "g", "a", "x" },
		    { "g", "a", "x" } },
		.now = { { "g", "a", "x" }, { "g", "a", "x" } },
		.expected = { { PAIRED_SAME, 0 }, { PAIRED_SAME, 1 },
		    { PAIRED_NOT, 0 } },
	};

	(void)state;
	check_scene(&scene, PAIRED_GROUP);
}

static void
passes_end_with_the_last_one_asked_for(void **state)
{
	static const struct scene scene = {
		.was = { { "g", "a", "x" } },
		.now = { { "g", "b", "x" } },
		.expected = { { PAIRED_NOT, 0 } },
	};

	(void)state;
	check_scene(&scene, PAIRED_MOVED);
}

static void
an_arena_that_is_full_is_an_error(void **state)
{
	struct pairing_item items[2] = { { .how = PAIRED_NOT } };
	struct pairing p = { .list = { items, items + 1 }, .count = { 1, 1 } };
	struct arena arena = arena_open(16);

	(void)state;
	assert_int_equal(pairing_join(&p, PAIRED_GROUP, &arena), ERR_MEMORY);
	arena_close(&arena);
}

static void
a_place_is_the_path_behind_the_containers(void **state)
{
	static const char *const paths[][2] = {
		{ "tplink@0x0!squashfs@0x120000!/bin/sh", "/bin/sh" },
		{ "squashfs@0x130000!/bin/sh", "/bin/sh" },
		{ "squashfs@0x0!/opt/a.zip!zip@0x10!/b", "/opt/a.zip!zip!/b" },
		{ "uimage@0x0!lzma@0x40!", "" },
		{ "", "" },
		{ "ext@0x0!/a@0x1/b@0x1", "/a@0x1/b" },
		{ "ext@0x0!/a@0xg!/b@0x", "/a@0xg!/b@0x" },
		{ "ext@0x0!/a!lzma@0x0!", "/a!lzma!" },
	};
	struct arena arena = arena_open(MIB);

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct bytes place =
		    pairing_place(bytes_of(paths[i][0]), &arena);

		if (!bytes_equal_text(place, paths[i][1]))
			fail_msg("%s became %.*s", paths[i][0], (int)place.len,
			    (const char *)place.ptr);
	}
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_surest_pair_is_made_first),
		cmocka_unit_test(what_moved_beats_what_stands_there_now),
		cmocka_unit_test(pairs_stay_within_their_group),
		cmocka_unit_test(several_of_a_kind_pair_one_to_one_in_order),
		cmocka_unit_test(passes_end_with_the_last_one_asked_for),
		cmocka_unit_test(an_arena_that_is_full_is_an_error),
		cmocka_unit_test(a_place_is_the_path_behind_the_containers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
