/* SPDX-License-Identifier: ISC */
/* NAND dumps: spare bytes of all sizes laid between the pages of real images. */
#include "unpack/nand_oob.h"

#include "image.h"
#include "tree_run.h"
#include "unpack/unpack.h"

#define LIMIT (64 * MIB)
#define PAGES 96

struct flash {
	size_t data_len, spare_len;
	bool ecc;    /* in the second half of written pages' spare bytes */
	bool marked; /* by JFFS2, each eighth page */
};

/* `in` as a flash of this layout keeps it; free its ptr. */
static struct bytes
dump(struct bytes in, const struct flash *f)
{
	struct out out = out_open(LIMIT);

	for (size_t at = 0; at < in.len; at += f->data_len) {
		size_t start = out.len;
		size_t mark = f->data_len == 512 ? 8 : 2;

		out_put(&out, bytes_slice(in, at, f->data_len));
		image_put_fill(&out, 0xff, start + f->data_len - out.len);
		if (f->marked && at / f->data_len % 8 == 0) {
			image_put_fill(&out, 0xff, mark);
			out_put(&out, BYTES("\x85\x19\x03\x20\x08\0\0\0"));
		}
		image_put_fill(&out, 0xff,
		    start + f->data_len + f->spare_len / 2 +
			(f->data_len == 512 && f->marked ? 8 : 0) - out.len);
		if (f->ecc)
			image_put_noise(&out, (uint32_t)at,
			    start + f->data_len + f->spare_len - out.len);
		image_put_fill(
		    &out, 0xff, start + f->data_len + f->spare_len - out.len);
	}
	struct bytes ret = run_join(out_bytes(&out), BYTES(""));

	out_close(&out);
	return ret;
}

/* `sample` behind as many pages of noise as a dump needs to be known. */
static struct bytes
fill_up(struct bytes sample, size_t data_len)
{
	struct out out = out_open(LIMIT);

	image_put_noise(&out, 7, PAGES * data_len);
	out_put(&out, sample);
	while (out.len % data_len != 0)
		out_u8(&out, 0xff);
	struct bytes ret = run_join(out_bytes(&out), BYTES(""));

	out_close(&out);
	return ret;
}

static void
nand_oob_is_found_whatever_its_sizes(void **state)
{
	static const struct flash flashes[] = {
		{ 512, 16, true, false },
		{ 1024, 32, true, false },
		{ 2048, 64, true, false },
		{ 2048, 64, false, false },
		{ 2048, 112, true, false },
		{ 2048, 128, true, false },
		{ 4096, 128, true, false },
		{ 4096, 218, false, false },
		{ 4096, 224, true, false },
		{ 4096, 224, false, false },
		{ 4096, 256, true, false },
		{ 8192, 448, true, false },
		{ 8192, 640, true, false },
		{ 8192, 744, true, false },
		{ 16384, 1024, true, false },
	};
	struct bytes sample =
	    run_read_sample("test/data/squashfs/good/stored.sqfs");

	(void)state;
	for (size_t i = 0; i < sizeof(flashes) / sizeof(flashes[0]); i++) {
		const struct flash *f = &flashes[i];
		struct bytes plain = fill_up(sample, f->data_len);
		struct bytes in = dump(plain, f);
		struct run *run = run_format(&nand_oob_format, in, LIMIT);
		char detail[FORMAT_DETAIL_LEN];

		(void)snprintf(detail, sizeof(detail),
		    "%zu pages of %zu + %zu bytes, ECC not looked at",
		    plain.len / f->data_len, f->data_len, f->spare_len);
		assert_int_equal(run->probed, ERR_OK);
		assert_string_equal(run->info.detail, detail);
		assert_int_equal(run->info.size, in.len);
		assert_int_equal(run->ended, ERR_END);
		assert_int_equal(run->count, 1);
		run_assert_content(&run->nodes[0], plain);
		run_close(run);
		run_free(in);
		run_free(plain);
	}
	run_free(sample);
}

static void
bytes_without_spare_ones_are_no_dump(void **state)
{
	struct out out = out_open(LIMIT);

	(void)state;
	image_put_noise(&out, 3, 512 * KIB);
	struct run *run = run_format(&nand_oob_format, out_bytes(&out), LIMIT);

	assert_int_not_equal(run->probed, ERR_OK);
	run_close(run);
	out.len = 0;
	image_put_fill(&out, 0xff, 512 * KIB);
	run = run_format(&nand_oob_format, out_bytes(&out), LIMIT);
	assert_int_not_equal(run->probed, ERR_OK);
	run_close(run);
	out.len = 0;
	/* A table whose rows have ff in one column, as spare bytes do. */
	for (uint32_t i = 0; out.len < 512 * KIB; i++) {
		out_u32le(&out, i * 2654435761U);
		out_u16le(&out, 0xffff);
		out_u16le(&out, (uint16_t)i);
		out_u64le(&out, i);
	}
	run = run_format(&nand_oob_format, out_bytes(&out), LIMIT);
	assert_int_not_equal(run->probed, ERR_OK);
	run_close(run);
	out.len = 0;
	/* Words here and there in erased flash. */
	for (uint32_t i = 0; out.len < 512 * KIB; i++) {
		image_put_noise(&out, i, 40);
		image_put_fill(&out, 0xff, 900 + i % 7 * 130);
	}
	run = run_format(&nand_oob_format, out_bytes(&out), LIMIT);
	assert_int_not_equal(run->probed, ERR_OK);
	run_close(run);
	out_close(&out);
}

/* A few pages are no dump by themselves; with clean markers they are. */
static void
jffs2_marks_its_blocks_in_the_spare_bytes(void **state)
{
	static const struct flash marked = { 512, 16, false, true };
	static const struct flash plain = { 512, 16, false, false };
	struct bytes sample =
	    run_read_sample("test/data/jffs2/good/be-none.jffs2");
	struct bytes in = dump(sample, &plain);
	struct run *run = run_format(&nand_oob_format, in, LIMIT);

	(void)state;
	assert_int_not_equal(run->probed, ERR_OK);
	run_close(run);
	run_free(in);
	in = dump(sample, &marked);
	run = run_format(&nand_oob_format, in, LIMIT);
	assert_int_equal(run->probed, ERR_OK);
	assert_string_equal(run->info.detail,
	    "12 pages of 512 + 16 bytes, 2 JFFS2 clean markers, ECC not "
	    "looked at");
	assert_memory_equal(run->nodes[0].content, sample.ptr, sample.len);
	run_close(run);
	run_free(in);
	run_free(sample);
}

static size_t
count_paths(struct bytes image, const char *path)
{
	struct budget budget = { 0 };
	struct unpack_event event;
	struct unpack *u;
	size_t count = 0;

	assert_int_equal(unpack_open(image, &budget, &u), ERR_OK);
	while (unpack_next(u, &event) == ERR_OK)
		count += event.kind == UNPACK_FILE &&
		    bytes_equal_text(event.path, path);
	unpack_close(u);
	return count;
}

static void
what_lies_in_a_dump_is_read(void **state)
{
	static const struct flash small = { 2048, 64, true, false };
	static const struct flash large = { 4096, 224, true, false };
	static const struct {
		const char *sample;
		const struct flash *flash;
		const char *path;
	} cases[] = {
		{ "test/data/squashfs/good/stored.sqfs", &small,
		    "nand-oob@0x0!squashfs@0x30000!/etc/text" },
		{ "test/data/squashfs/good/stored.sqfs", &large,
		    "nand-oob@0x0!squashfs@0x60000!/etc/text" },
		{ "test/data/jffs2/good/le-zlib.jffs2", &small,
		    "nand-oob@0x0!jffs2@0x30000!/bin/tool" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct flash *f = cases[i].flash;
		struct bytes sample = run_read_sample(cases[i].sample);
		struct bytes plain = fill_up(sample, f->data_len);
		struct bytes in = dump(plain, f);

		assert_int_equal(count_paths(in, cases[i].path), 1);
		run_free(in);
		run_free(plain);
		run_free(sample);
	}
}

static void
volumes_in_a_dump_are_read(void **state)
{
	static const struct flash f = { 512, 16, true, false };
	struct bytes sample =
	    tree_read_gzip("test/data/ubi/good/two-volumes.gz");
	struct bytes plain = fill_up(sample, f.data_len);
	struct bytes in = dump(plain, &f);

	(void)state;
	assert_int_equal(
	    count_paths(in, "nand-oob@0x0!ubi@0xc000!/kernel!"), 1);
	run_free(in);
	run_free(plain);
	run_free(sample);
}

/* One page of a YAFFS2: an object header of a file in the root, and tags. */
static void
put_yaffs2_page(struct out *o, uint32_t object)
{
	size_t start = o->len;

	out_u32le(o, 1);
	out_u32le(o, 1);
	out_u16le(o, 0xffff);
	out_text(o, "file");
	image_put_fill(o, 0, start + 266 - o->len);
	out_u16le(o, 0xffff);
	out_u32le(o, 0100644);
	image_put_fill(o, 0, start + 292 - o->len);
	out_u32le(o, 0);
	image_put_fill(o, 0, start + 512 - o->len);
	image_put_fill(o, 0xff, start + 2050 - o->len);
	out_u32le(o, 0x1000);
	out_u32le(o, object);
	out_u32le(o, 0);
	out_u32le(o, 0xffff);
	image_put_fill(o, 0xff, start + 2112 - o->len);
}

static void
yaffs2_in_a_dump_keeps_its_spare_bytes(void **state)
{
	static const struct flash f = { 2048, 64, true, false };
	struct out noise = out_open(LIMIT);
	struct out out = out_open(LIMIT);

	(void)state;
	image_put_noise(&noise, 7, 64 * f.data_len);
	struct bytes front = dump(out_bytes(&noise), &f);

	out_put(&out, front);
	for (uint32_t i = 0; i < 8; i++)
		put_yaffs2_page(&out, 257 + i);
	struct run *run = run_format(&nand_oob_format, out_bytes(&out), LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->count, 2);
	assert_int_equal(run->nodes[0].content_len, 72 * f.data_len);
	assert_int_equal(run->nodes[0].content[64 * f.data_len], 0xff);
	assert_true(run->nodes[1].node.in_place);
	assert_int_equal(run->nodes[1].node.at, front.len);
	assert_int_equal(run->nodes[1].content_len, 8 * 2112);
	assert_int_equal(
	    count_paths(out_bytes(&out), "nand-oob@0x0!yaffs2@0x21000!/file"),
	    8);
	run_close(run);
	/* By itself it is none of ours. */
	run = run_format(
	    &nand_oob_format, bytes_from(out_bytes(&out), front.len), LIMIT);
	assert_int_not_equal(run->probed, ERR_OK);
	run_close(run);
	run_free(front);
	out_close(&noise);
	out_close(&out);
}

static void
bad_blocks_and_a_cut_end_do_no_harm(void **state)
{
	static const struct flash f = { 2048, 64, true, false };
	struct bytes sample =
	    run_read_sample("test/data/squashfs/good/stored.sqfs");
	struct bytes plain = fill_up(sample, f.data_len);
	struct bytes in = dump(plain, &f);
	uint8_t *image = (uint8_t *)(uintptr_t)in.ptr;

	(void)state;
	memset(image + (size_t)4 * 2112, 0, (size_t)16 * 2112);
	image[(size_t)40 * 2112 + 2048] = 0;
	struct run *run = run_format(
	    &nand_oob_format, bytes_slice(in, 0, in.len - 100), LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->info.size, in.len - 2112);
	assert_int_equal(run->nodes[0].content_len, plain.len - f.data_len);
	run_close(run);
	run = run_format(&nand_oob_format, in, KIB);
	assert_int_equal(run->ended, ERR_LIMIT);
	run_close(run);
	tree_check_prefixes(&nand_oob_format, in, 9973);
	run_free(in);
	run_free(plain);
	run_free(sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nand_oob_is_found_whatever_its_sizes),
		cmocka_unit_test(bytes_without_spare_ones_are_no_dump),
		cmocka_unit_test(jffs2_marks_its_blocks_in_the_spare_bytes),
		cmocka_unit_test(what_lies_in_a_dump_is_read),
		cmocka_unit_test(volumes_in_a_dump_are_read),
		cmocka_unit_test(yaffs2_in_a_dump_keeps_its_spare_bytes),
		cmocka_unit_test(bad_blocks_and_a_cut_end_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
