/* SPDX-License-Identifier: ISC */
/* A second pair of hands changes nothing but the time that a walk takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/crc.h"
#include "codec/crew.h"
#include "format_run.h"
#include "image.h"
#include "unpack/unpack.h"

#include <string.h>

#define FOLDER "test/data/squashfs/good/"

static const char *const samples[] = {
	"many.sqfs",
	"gzip.sqfs",
	"lz4.sqfs",
	"lzma.sqfs",
	"lzo.sqfs",
	"stored.sqfs",
	"xz.sqfs",
	"zstd.sqfs",
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static void
put_event(struct out *to, const struct unpack_event *event)
{
	bool chunk = event->kind == UNPACK_CHUNK;

	out_put(to, event->path);
	out_text(to, chunk ? " chunk " : " file ");
	out_decimal(to, chunk ? event->chunk.size : event->node.size);
	out_text(to, " ");
	out_decimal(
	    to, chunk ? event->chunk.state : crc32_of(event->node.content));
	out_text(to, " ");
	out_decimal(
	    to, chunk ? event->chunk.fault.code : event->node.fault.code);
	out_text(to, "\n");
}

/* All events, and what they took from the budget, as text. */
static struct out
walk(struct bytes image, struct crew *crew, uint64_t limit)
{
	struct out text = out_open(4 * MIB);
	struct budget budget = { .crew = crew, .limit = limit };
	struct unpack_event event;
	struct unpack *u;

	assert_int_equal(unpack_open(image, &budget, &u), ERR_OK);
	while (unpack_next(u, &event) == ERR_OK)
		put_event(&text, &event);
	out_decimal(&text, budget.made);
	unpack_close(u);
	assert_int_equal(text.failed, ERR_OK);
	return text;
}

static void
assert_same_walk(struct bytes image, struct crew *crew)
{
	struct out alone = walk(image, NULL, 0);
	struct out helped = walk(image, crew, 0);

	assert_int_equal(alone.len, helped.len);
	assert_memory_equal(alone.ptr, helped.ptr, alone.len);
	out_close(&alone);
	out_close(&helped);
}

/* A kernel in front, as in a router's image; the file system is opened early. */
static struct out
make_image(struct bytes file_system)
{
	struct out kernel = out_open(MIB);
	struct out packed = out_open(MIB);
	struct out image = out_open(4 * MIB);

	image_put_noise(&kernel, 7, 50000);
	image_put_fill(&kernel, 'k', 100000);
	image_put_gzip(&packed, out_bytes(&kernel));
	image_put_uimage(&image, out_bytes(&packed), 2);
	out_put(&image, file_system);
	image_put_fill(&image, 0xff, 5000);
	assert_int_equal(image.failed, ERR_OK);
	out_close(&kernel);
	out_close(&packed);
	return image;
}

static void
a_helped_walk_gives_the_same_events(void **state)
{
	struct crew *crew;

	(void)state;
	assert_int_equal(crew_open(CREW_AHEAD, &crew), ERR_OK);
	for (size_t i = 0; i < SAMPLES; i++) {
		char path[128];

		(void)snprintf(path, sizeof(path), FOLDER "%s", samples[i]);
		struct bytes file_system = run_read_sample(path);
		struct out image = make_image(file_system);

		assert_same_walk(file_system, crew);
		assert_same_walk(out_bytes(&image), crew);
		out_close(&image);
		run_free(file_system);
	}
	crew_close(crew);
}

static void
a_helped_walk_through_damage_gives_the_same_events(void **state)
{
	struct crew *crew;

	(void)state;
	assert_int_equal(crew_open(CREW_AHEAD, &crew), ERR_OK);
	struct bytes file_system = run_read_sample(FOLDER "many.sqfs");
	struct out image = make_image(file_system);
	size_t start = image.len - 5000 - file_system.len;

	for (size_t i = 0; i < 200; i++) {
		size_t at = start + i * 7919 % file_system.len;
		uint8_t was = image.ptr[at];

		image.ptr[at] = (uint8_t)(was ^ (1U << i % 8));
		assert_same_walk(out_bytes(&image), crew);
		image.ptr[at] = was;
	}
	for (size_t cut = 0; cut < file_system.len; cut += 997)
		assert_same_walk(
		    bytes_slice(out_bytes(&image), 0, start + cut), crew);
	out_close(&image);
	run_free(file_system);
	crew_close(crew);
}

static void
a_helped_walk_that_is_given_up_leaves_nothing_behind(void **state)
{
	struct crew *crew;

	(void)state;
	assert_int_equal(crew_open(CREW_AHEAD, &crew), ERR_OK);
	struct bytes file_system = run_read_sample(FOLDER "many.sqfs");
	struct out image = make_image(file_system);

	for (int steps = 0; steps < 12; steps++) {
		struct budget budget = { .crew = crew };
		struct unpack_event event;
		struct unpack *u;

		assert_int_equal(
		    unpack_open(out_bytes(&image), &budget, &u), ERR_OK);
		/* its tables are read; the same sum in the end says: once */
		assert_true(budget.made > 0);
		for (int i = 0; i < steps; i++)
			assert_int_equal(unpack_next(u, &event), ERR_OK);
		unpack_close(u);
	}
	struct out text = walk(out_bytes(&image), crew, 60000);

	out_close(&text); /* cut short by the budget */
	out_close(&image);
	run_free(file_system);
	crew_close(crew);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_helped_walk_gives_the_same_events),
		cmocka_unit_test(
		    a_helped_walk_through_damage_gives_the_same_events),
		cmocka_unit_test(
		    a_helped_walk_that_is_given_up_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
