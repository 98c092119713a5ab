/* SPDX-License-Identifier: ISC */
/* Tests of the walk through an image and of the layout it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "image.h"
#include "unpack/unpack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a walk gave, as text: a line for each event. */
struct walk {
	struct out text;
	uint64_t covered; /* bytes in top-level chunks */
	const char *cut_short;
	uint64_t state_len[4];
};

static void
put_chunk(struct walk *w, const struct chunk *chunk)
{
	if (!chunk->nested) {
		w->covered += chunk->size;
		w->state_len[chunk->state] += chunk->size;
	}
	out_text(&w->text, chunk->nested ? "inside " : "chunk ");
	out_put(&w->text, chunk->path);
	out_text(&w->text, " ");
	out_decimal(&w->text, chunk->at);
	out_text(&w->text, "+");
	out_decimal(&w->text, chunk->size);
	out_text(&w->text, " ");
	out_text(&w->text, chunk_state_text(chunk->state));
	out_text(&w->text, "\n");
}

/* Each byte of the image must be in one top-level chunk. */
static void
mark_bytes(uint8_t *seen, size_t len, const struct chunk *chunk)
{
	if (chunk->nested)
		return;
	assert_true(chunk->at <= len && chunk->size <= len - chunk->at);
	for (uint64_t i = 0; i < chunk->size; i++)
		assert_int_equal(seen[chunk->at + i]++, 0);
}

static struct walk
walk_image(struct bytes image, struct budget *budget)
{
	struct walk w = { .text = out_open(1 * MIB) };
	uint8_t *seen = calloc(1, image.len + 1);
	struct unpack_event event;
	struct unpack *u;
	enum err err;

	assert_non_null(seen);
	assert_int_equal(unpack_open(image, budget, &u), ERR_OK);
	for (err = unpack_next(u, &event); err == ERR_OK;
	     err = unpack_next(u, &event)) {
		if (event.kind == UNPACK_CHUNK) {
			mark_bytes(seen, image.len, &event.chunk);
			put_chunk(&w, &event.chunk);
			continue;
		}
		out_text(&w.text, "file ");
		out_put(&w.text, event.path);
		out_text(&w.text, " ");
		out_decimal(&w.text, event.node.content.len);
		out_text(&w.text, "\n");
	}
	assert_int_equal(err, ERR_END);
	assert_int_equal(w.covered, image.len);
	w.cut_short = unpack_cut_short(u);
	unpack_close(u);
	free(seen);
	return w;
}

static struct walk
walk_freely(struct bytes image)
{
	struct budget budget = { 0 };

	return walk_image(image, &budget);
}

static void
assert_has(const struct walk *w, const char *line)
{
	if (bytes_find(out_bytes(&w->text), bytes_of(line), 0) == SIZE_MAX)
		fail_msg("no \"%s\" in:\n%.*s", line, (int)w->text.len,
		    (const char *)w->text.ptr);
}

static void
assert_has_not(const struct walk *w, const char *line)
{
	if (bytes_find(out_bytes(&w->text), bytes_of(line), 0) != SIZE_MAX)
		fail_msg("\"%s\" in:\n%.*s", line, (int)w->text.len,
		    (const char *)w->text.ptr);
}

static void
empty_image_gives_nothing(void **state)
{
	struct walk w = walk_freely((struct bytes){ NULL, 0 });

	(void)state;
	assert_int_equal(w.text.len, 0);
	out_close(&w.text);
}

static void
raw_text_is_one_read_chunk_and_one_file(void **state)
{
	struct walk w = walk_freely(BYTES("nothing but words in here"));

	(void)state;
	assert_has(&w, "file raw@0x0! 25\n");
	assert_has(&w, "chunk raw@0x0 0+25 read\n");
	out_close(&w.text);
}

static void
padding_and_noise_are_told_apart(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	out_text(&image, "words in front of the padding");
	image_put_fill(&image, 0xff, 4096);
	image_put_noise(&image, 7, 16384);
	image_put_fill(&image, 0x00, 3);
	struct walk w = walk_freely(out_bytes(&image));

	assert_has(&w, "chunk raw@0x0 0+29 read\n");
	assert_has(&w, "chunk padding@0x1d 29+4096 padding\n");
	assert_has(&w, "chunk opaque@0x101d 4125+16384 opaque\n");
	assert_has(&w, "padding@0x501d 20509+3 padding\n");
	assert_has_not(&w, "file opaque");
	out_close(&w.text);
	out_close(&image);
}

static void
containers_are_named_by_their_place(void **state)
{
	struct out cpio = out_open(1 * MIB);
	struct out gzip = out_open(1 * MIB);
	struct out image = out_open(1 * MIB);

	(void)state;
	image_put_cpio(&cpio, "etc/motd", BYTES("welcome"));
	image_put_gzip(&gzip, out_bytes(&cpio));
	image_put_fill(&image, 0xff, 2048);
	image_put_uimage(&image, out_bytes(&gzip), 3);
	image_put_fill(&image, 0xff, 2048);
	struct walk w = walk_freely(out_bytes(&image));

	assert_has(&w, "chunk padding@0x0 0+2048 padding\n");
	assert_has(&w, "chunk uimage@0x800 2048+64 read\n");
	assert_has(&w, "chunk uimage@0x800!gzip@0x40 2112+");
	assert_has(&w, "file uimage@0x800!gzip@0x40!cpio@0x0!/etc/motd 7\n");
	assert_has(&w, "inside uimage@0x800!gzip@0x40!cpio@0x0 0+");
	assert_null(w.cut_short);
	out_close(&w.text);
	out_close(&cpio);
	out_close(&gzip);
	out_close(&image);
}

static void
a_file_that_is_an_image_is_entered(void **state)
{
	struct out trx = out_open(1 * MIB);
	struct out cpio = out_open(1 * MIB);

	(void)state;
	image_put_trx(&trx, BYTES("a partition with a few words in it"));
	image_put_cpio(&cpio, "firmware.trx", out_bytes(&trx));
	struct walk w = walk_freely(out_bytes(&cpio));

	assert_has(&w, "file cpio@0x0!/firmware.trx 62\n");
	assert_has(&w, "file cpio@0x0!/firmware.trx!trx@0x0!");
	assert_has(&w, "inside cpio@0x0!/firmware.trx!trx@0x0 0+62 read\n");
	assert_has(&w, "chunk cpio@0x0 0+");
	out_close(&w.text);
	out_close(&cpio);
	out_close(&trx);
}

static void
a_decompressed_kernel_is_named_by_its_banner(void **state)
{
	struct out kernel = out_open(1 * MIB);
	struct out image = out_open(1 * MIB);

	(void)state;
	image_put_fill(&kernel, 0x24, 5000);
	out_text(&kernel, "Linux version 4.4.140 (me@host) (gcc 5.4.0) #0\n");
	image_put_fill(&kernel, 0x00, 3000);
	image_put_gzip(&image, out_bytes(&kernel));
	struct walk w = walk_freely(out_bytes(&image));

	assert_has(&w, "inside gzip@0x0!linux-kernel@0x0 0+8047 read\n");
	assert_has(&w, "file gzip@0x0!linux-kernel@0x0! 8047\n");
	out_close(&w.text);
	out_close(&kernel);
	out_close(&image);
}

static void
every_prefix_is_covered_whole(void **state)
{
	struct out gzip = out_open(1 * MIB);
	struct out image = out_open(1 * MIB);

	(void)state;
	image_put_gzip(&gzip, BYTES("some words that gzip keeps as they are"));
	image_put_uimage(&image, out_bytes(&gzip), 2);
	image_put_trx(&image, BYTES("and a partition behind it"));
	for (size_t len = 0; len <= image.len; len++) {
		struct walk w =
		    walk_freely(bytes_slice(out_bytes(&image), 0, len));

		out_close(&w.text);
	}
	out_close(&gzip);
	out_close(&image);
}

static void
nesting_ends_at_the_limit(void **state)
{
	struct out inner = out_open(1 * MIB);

	(void)state;
	out_text(&inner, "at the bottom");
	for (int i = 0; i < 2 * LIMIT_UNPACK_DEPTH; i++) {
		struct out outer = out_open(1 * MIB);

		image_put_gzip(&outer, out_bytes(&inner));
		out_close(&inner);
		inner = outer;
	}
	struct walk w = walk_freely(out_bytes(&inner));

	assert_non_null(w.cut_short);
	assert_has_not(&w, "at the bottom");
	out_close(&w.text);
	out_close(&inner);
}

static void
a_bomb_stops_at_the_budget(void **state)
{
	struct out zeros = out_open(16 * MIB);
	struct out image = out_open(16 * MIB);
	struct budget budget = { .limit = 1 * MIB };

	(void)state;
	image_put_fill(&zeros, 0, 8 * MIB);
	image_put_gzip(&image, out_bytes(&zeros));
	struct walk w = walk_image(out_bytes(&image), &budget);

	assert_true(budget.made <= 1 * MIB);
	assert_non_null(w.cut_short);
	assert_has(&w, "unread\n");
	out_close(&w.text);
	out_close(&zeros);
	out_close(&image);
}

static bool
always(void *context)
{
	(void)context;
	return true;
}

static void
time_up_leaves_the_rest_unread(void **state)
{
	struct out image = out_open(4 * MIB);
	struct budget budget = { .expired = always };

	(void)state;
	image_put_fill(&image, 'x', 2 * MIB);
	struct walk w = walk_image(out_bytes(&image), &budget);

	assert_non_null(w.cut_short);
	assert_int_equal(w.state_len[CHUNK_UNREAD], image.len);
	out_close(&w.text);
	out_close(&image);
}

static void
overlapping_parts_are_counted_once(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	/* Three offsets, of which two are the same place: refused. */
	out_text(&image, "HDR0");
	out_u32le(&image, 100);
	out_u32le(&image, 0);
	out_u16le(&image, 0);
	out_u16le(&image, 1);
	out_u32le(&image, 28);
	out_u32le(&image, 28);
	out_u32le(&image, 60);
	image_put_fill(&image, 'x', 72);
	struct walk w = walk_freely(out_bytes(&image));

	assert_has_not(&w, "trx");
	out_close(&w.text);
	out_close(&image);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_image_gives_nothing),
		cmocka_unit_test(raw_text_is_one_read_chunk_and_one_file),
		cmocka_unit_test(padding_and_noise_are_told_apart),
		cmocka_unit_test(containers_are_named_by_their_place),
		cmocka_unit_test(a_file_that_is_an_image_is_entered),
		cmocka_unit_test(a_decompressed_kernel_is_named_by_its_banner),
		cmocka_unit_test(every_prefix_is_covered_whole),
		cmocka_unit_test(nesting_ends_at_the_limit),
		cmocka_unit_test(a_bomb_stops_at_the_budget),
		cmocka_unit_test(time_up_leaves_the_rest_unread),
		cmocka_unit_test(overlapping_parts_are_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
