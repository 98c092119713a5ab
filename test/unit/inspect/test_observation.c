/* SPDX-License-Identifier: ISC */
/* Chunks are copied, and a torn layout is made whole. */
#include "inspect/observation.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
add(struct observation *o, bool nested, uint64_t at, uint64_t size)
{
	struct chunk chunk = {
		.path = BYTES("x@0x0"),
		.format = "squashfs",
		.nested = nested,
		.at = at,
		.size = size,
		.state = CHUNK_READ,
	};

	assert_int_equal(observation_add_chunk(o, &chunk), ERR_OK);
}

static void
assert_chunk(const struct observation *o, size_t i, bool nested, uint64_t at,
    uint64_t size, enum chunk_state state)
{
	assert_true(i < o->chunk_count);
	assert_int_equal(o->chunks[i].nested, nested);
	assert_int_equal(o->chunks[i].at, at);
	assert_int_equal(o->chunks[i].size, size);
	assert_int_equal(o->chunks[i].state, state);
}

static void
a_chunk_is_copied_with_its_texts(void **state)
{
	struct observation o = observation_open();
	char path[] = "trx@0x0";
	char format[] = "trx";
	char machine[] = "mips";
	struct chunk chunk = {
		.path = { (const uint8_t *)path, 7 },
		.format = format,
		.info = { .architecture = machine, .detail = "v1" },
		.fault = { .code = ERR_CHECKSUM, .field = machine },
	};

	(void)state;
	assert_int_equal(observation_add_chunk(&o, &chunk), ERR_OK);
	memset(path, 'x', 7);
	memset(format, 'x', 3);
	memset(machine, 'x', 4);
	assert_true(bytes_equal_text(o.chunks[0].path, "trx@0x0"));
	assert_string_equal(o.chunks[0].format, "trx");
	assert_string_equal(o.chunks[0].info.architecture, "mips");
	assert_null(o.chunks[0].info.operating_system);
	assert_string_equal(o.chunks[0].info.detail, "v1");
	assert_string_equal(o.chunks[0].fault.field, "mips");
	observation_close(&o);
}

static void
a_right_layout_stays_and_is_sorted(void **state)
{
	struct observation o = observation_open();

	(void)state;
	add(&o, true, 5, 1000);
	add(&o, false, 60, 40);
	add(&o, false, 0, 60);
	assert_int_equal(observation_complete_layout(&o, 100), ERR_OK);
	assert_int_equal(o.chunk_count, 3);
	assert_chunk(&o, 0, false, 0, 60, CHUNK_READ);
	assert_chunk(&o, 1, false, 60, 40, CHUNK_READ);
	assert_chunk(&o, 2, true, 5, 1000, CHUNK_READ);
	observation_close(&o);
}

static void
bytes_that_nobody_reported_are_unread(void **state)
{
	struct observation o = observation_open();

	(void)state;
	add(&o, false, 10, 20);
	add(&o, false, 50, 20);
	add(&o, true, 0, 7);
	assert_int_equal(observation_complete_layout(&o, 100), ERR_OK);
	assert_int_equal(o.chunk_count, 6);
	assert_chunk(&o, 0, false, 0, 10, CHUNK_UNREAD);
	assert_chunk(&o, 1, false, 10, 20, CHUNK_READ);
	assert_chunk(&o, 2, false, 30, 20, CHUNK_UNREAD);
	assert_chunk(&o, 3, false, 50, 20, CHUNK_READ);
	assert_chunk(&o, 4, false, 70, 30, CHUNK_UNREAD);
	assert_chunk(&o, 5, true, 0, 7, CHUNK_READ);
	assert_true(bytes_equal_text(o.chunks[2].path, "raw@0x1e"));
	observation_close(&o);
}

static void
nothing_reported_is_one_unread_chunk(void **state)
{
	struct observation o = observation_open();

	(void)state;
	assert_int_equal(observation_complete_layout(&o, 100), ERR_OK);
	assert_int_equal(o.chunk_count, 1);
	assert_chunk(&o, 0, false, 0, 100, CHUNK_UNREAD);
	observation_close(&o);
}

static void
lies_about_place_and_size_are_dropped(void **state)
{
	struct observation o = observation_open();

	(void)state;
	add(&o, false, 0, 50);
	add(&o, false, 40, 20);		/* overlaps */
	add(&o, false, 60, 0);		/* empty */
	add(&o, false, 90, 11);		/* past the end */
	add(&o, false, 95, UINT64_MAX); /* its end wraps */
	add(&o, false, UINT64_MAX, 1);	/* outside */
	assert_int_equal(observation_complete_layout(&o, 100), ERR_OK);
	assert_int_equal(o.chunk_count, 2);
	assert_chunk(&o, 0, false, 0, 50, CHUNK_READ);
	assert_chunk(&o, 1, false, 50, 50, CHUNK_UNREAD);
	observation_close(&o);
}

/* Whatever the worker says, the layout sums to the image. */
static void
any_layout_covers_the_image_once(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		struct observation o = observation_open();
		uint64_t end = 0;

		for (unsigned i = 0; i < round % 12; i++) {
			seed =
			    seed * 6364136223846793005U + 1442695040888963407U;
			add(&o, (seed >> 33) % 4 == 0, (seed >> 40) % 120,
			    (seed >> 50) % 40);
		}
		assert_int_equal(observation_complete_layout(&o, 100), ERR_OK);
		for (size_t i = 0; i < o.chunk_count; i++) {
			if (o.chunks[i].nested)
				continue;
			assert_int_equal(o.chunks[i].at, end);
			assert_true(o.chunks[i].size > 0);
			end += o.chunks[i].size;
		}
		assert_int_equal(end, 100);
		observation_close(&o);
	}
}

static void
the_limit_on_chunks_holds(void **state)
{
	struct observation o = observation_open();
	struct chunk chunk = { .format = "raw", .nested = true };

	(void)state;
	for (size_t i = 0; i < LIMIT_CHUNKS; i++)
		assert_int_equal(observation_add_chunk(&o, &chunk), ERR_OK);
	assert_int_equal(observation_add_chunk(&o, &chunk), ERR_LIMIT);
	observation_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chunk_is_copied_with_its_texts),
		cmocka_unit_test(a_right_layout_stays_and_is_sorted),
		cmocka_unit_test(bytes_that_nobody_reported_are_unread),
		cmocka_unit_test(nothing_reported_is_one_unread_chunk),
		cmocka_unit_test(lies_about_place_and_size_are_dropped),
		cmocka_unit_test(any_layout_covers_the_image_once),
		cmocka_unit_test(the_limit_on_chunks_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
