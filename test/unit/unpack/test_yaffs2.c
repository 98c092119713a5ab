/* SPDX-License-Identifier: ISC */
/* YAFFS2: images built here chunk by chunk, of all sizes and byte orders. */
#include "unpack/yaffs2.h"

#include "tree_run.h"

#define LIMIT (64 * MIB)

/* An image being written, and its sizes. */
struct flash {
	struct out out;
	bool big;
	size_t chunk_len, spare_len, tags_at;
	uint32_t sequence;
	bool first_version;
};

static struct flash
flash_open(bool big, size_t chunk_len, size_t spare_len, size_t tags_at)
{
	return (struct flash){ out_open(4 * MIB), big, chunk_len, spare_len,
		tags_at, 0x1000, false };
}

static void
put_u32(struct flash *f, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		out_u8(&f->out, (uint8_t)(value >> 8 * (f->big ? 3 - i : i)));
}

static void
put_fill(struct flash *f, size_t upto)
{
	while (f->out.len < upto)
		out_u8(&f->out, 0xff);
}

/* YAFFS1's, after yaffs_guts.h and yaffs_tagscompat.c. */
static void
put_tags_1(
    struct flash *f, size_t at, uint32_t object, uint32_t chunk, uint32_t len)
{
	static const size_t places[] = { 0, 1, 2, 3, 6, 7, 11, 12 };
	uint32_t bit = 0;
	uint32_t ecc = 0;
	uint8_t raw[8];

	len &= 0x3ff;
	tree_put_u32(
	    raw, f->big, f->big ? chunk << 12 | len : chunk | len << 22);
	tree_put_u32(
	    raw + 4, f->big, f->big ? object << 14 | 3 : object | 3u << 30);
	for (size_t i = 0; i < sizeof(raw); i++)
		for (uint32_t j = 1; (j & 0xff) != 0; j <<= 1) {
			bit++;
			if ((raw[i] & j) != 0)
				ecc ^= bit;
		}
	tree_put_u32(raw + 4, f->big,
	    f->big ? object << 14 | ecc << 2 | 3
		   : object | ecc << 18 | 3u << 30);
	put_fill(f, at + 512 + 16);
	for (size_t i = 0; i < sizeof(raw); i++)
		f->out.ptr[at + 512 + places[i]] = raw[i];
}

/* The spare bytes behind the chunk that starts at `at`. */
static void
put_tags(
    struct flash *f, size_t at, uint32_t object, uint32_t chunk, uint32_t len)
{
	if (f->first_version) {
		put_tags_1(f, at, object, chunk, len);
		return;
	}
	put_fill(f, at + f->chunk_len + f->tags_at);
	put_u32(f, f->sequence);
	put_u32(f, object);
	put_u32(f, chunk);
	put_u32(f, len);
	put_fill(f, at + f->chunk_len + f->spare_len);
}

struct object {
	uint32_t object, type, parent;
	const char *name;
	uint32_t mode, size, equivalent;
	const char *alias;
	uint32_t device;
};

static size_t
put_object(struct flash *f, const struct object *o)
{
	size_t at = f->out.len;
	struct bytes name = bytes_of(o->name);
	struct bytes alias = bytes_of(o->alias != NULL ? o->alias : "");

	put_u32(f, o->type);
	put_u32(f, o->parent);
	out_u16le(&f->out, 0xffff);
	out_put(&f->out, name);
	while (f->out.len < at + 266)
		out_u8(&f->out, 0);
	out_u16le(&f->out, 0xffff);
	put_u32(f, o->mode);
	put_u32(f, 7);
	put_u32(f, 8);
	put_u32(f, 1);
	put_u32(f, 1700000000);
	put_u32(f, 2);
	put_u32(f, o->size);
	put_u32(f, o->equivalent);
	out_put(&f->out, alias);
	while (f->out.len < at + 460)
		out_u8(&f->out, 0);
	put_u32(f, o->device);
	put_tags(f, at, o->object, 0, 0xffff);
	return at;
}

static void
put_data(struct flash *f, uint32_t object, uint32_t chunk, struct bytes data)
{
	size_t at = f->out.len;

	out_put(&f->out, data);
	put_tags(f, at, object, chunk, (uint32_t)data.len);
}

static void
put_file(struct flash *f, uint32_t object, uint32_t parent, const char *name,
    struct bytes data)
{
	struct object o = { object, 1, parent, name, 0104755,
		(uint32_t)data.len, 0, NULL, 0 };

	put_object(f, &o);
	for (uint32_t i = 0; i * f->chunk_len < data.len; i++)
		put_data(f, object, i + 1,
		    bytes_slice(data, i * f->chunk_len, f->chunk_len));
}

static void
put_tree(struct flash *f)
{
	static const struct object objects[] = {
		{ 260, 4, 257, "tool2", 0, 0, 259, NULL, 0 },
		{ 261, 3, 1, "etc", 0040755, 0, 0, NULL, 0 },
		{ 262, 2, 261, "link", 0120777, 0, 0, "../bin/tool", 0 },
		{ 263, 5, 261, "null", 0020644, 0, 0, NULL, 0x103 },
		{ 264, 5, 261, "disk", 0060644, 0, 0, NULL, 0x1f04 },
		{ 265, 3, 1, "empty", 0040755, 0, 0, NULL, 0 },
	};
	static const struct object bin = { 257, 3, 1, "bin", 0040755, 0, 0,
		NULL, 0 };

	put_object(f, &bin);
	put_file(f, 259, 257, "tool", run_beer());
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		put_object(f, &objects[i]);
	put_file(
	    f, 266, 261, "passwd", BYTES("root:x:0:0:root:/root:/bin/sh\n"));
}

static struct run *
run_flash(const struct flash *f)
{
	return run_format(&yaffs2_format, out_bytes(&f->out), LIMIT);
}

static void
yaffs2_is_read_whatever_its_sizes(void **state)
{
	static const struct {
		size_t chunk_len, spare_len, tags_at;
	} sizes[] = { { 2048, 64, 2 }, { 2048, 64, 0 }, { 4096, 128, 2 },
		{ 4096, 224, 2 }, { 8192, 256, 0 }, { 1024, 32, 2 },
		{ 512, 16, 0 }, { 16384, 512, 2 } };
	struct tree_stores stores = { false, true };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct flash f = flash_open(i % 2 != 0, sizes[i / 2].chunk_len,
		    sizes[i / 2].spare_len, sizes[i / 2].tags_at);

		put_tree(&f);
		struct run *run = run_flash(&f);

		tree_check(run, stores);
		assert_int_equal(run->count, 10);
		assert_int_equal(run->info.size, f.out.len);
		assert_int_equal(run_get(run, "/bin/tool2")->node.mode, 04755);
		assert_int_equal(run_get(run, "/bin/tool")->node.uid, 7);
		run_close(run);
		out_close(&f.out);
	}
}

static void
yaffs1_is_read_without_deleted_chunks(void **state)
{
	struct tree_stores stores = { false, true };

	(void)state;
	for (int big = 0; big < 2; big++) {
		struct flash f = flash_open(big == 1, 512, 16, 0);

		f.first_version = true;
		put_tree(&f);
		size_t at = f.out.len;

		put_file(&f, 300, 1, "gone", BYTES("x"));
		f.out.ptr[at + 512 + 4] = 0; /* page_status of its header */
		struct run *run = run_flash(&f);

		tree_check(run, stores);
		assert_non_null(strstr(run->info.detail, "version 1, "));
		assert_null(run_find(run, "/gone"));
		run_close(run);
		f.out.ptr[at + 512 + 4] = 0xff;
		run = run_flash(&f);
		run_assert_content(run_get(run, "/gone"), BYTES("x"));
		run_close(run);
		f.out.ptr[at + 512] ^= 1; /* its tags' ECC is wrong now */
		run = run_flash(&f);
		assert_null(run_find(run, "/gone"));
		assert_int_equal(run->nodes[0].node.fault.code, ERR_MALFORMED);
		run_close(run);
		tree_check_prefixes(&yaffs2_format, out_bytes(&f.out), 97);
		out_close(&f.out);
	}
}

static void
the_newest_chunk_counts_by_sequence_then_by_place(void **state)
{
	struct flash f = flash_open(false, 2048, 64, 2);
	struct object longer = { 257, 1, 1, "file", 0100644, 8, 0, NULL, 0 };

	(void)state;
	put_file(&f, 257, 1, "file", BYTES("first"));
	f.sequence = 0x1002;
	put_data(&f, 257, 1, BYTES("the best"));
	put_object(&f, &longer);
	f.sequence = 0x1001; /* an older block, later in the flash */
	put_data(&f, 257, 1, BYTES("obsolete"));
	struct run *run = run_flash(&f);

	assert_int_equal(run->count, 2);
	run_assert_content(run_get(run, "/file"), BYTES("the best"));
	run_close(run);
	f.sequence = 0x1003;
	put_data(&f, 257, 1, BYTES("and longer"));
	run = run_flash(&f);
	run_assert_content(run_get(run, "/file"), BYTES("and longer"));
	longer.size = 3; /* cut short after that */
	put_object(&f, &longer);
	run_close(run);
	run = run_flash(&f);
	run_assert_content(run_get(run, "/file"), BYTES("and"));
	run_close(run);
	out_close(&f.out);
}

static void
what_was_removed_or_moved_is_so(void **state)
{
	struct flash f = flash_open(true, 2048, 64, 2);
	struct object gone = { 257, 1, 4, "deleted", 0100644, 0, 0, NULL, 0 };
	struct object moved = { 258, 1, 1, "new", 0100644, 2, 0, NULL, 0 };

	(void)state;
	put_file(&f, 257, 1, "gone", BYTES("no"));
	put_file(&f, 258, 1, "old", BYTES("hi"));
	put_object(&f, &gone);
	put_object(&f, &moved);
	struct run *run = run_flash(&f);

	assert_int_equal(run->count, 2);
	run_assert_content(run_get(run, "/new"), BYTES("hi"));
	run_close(run);
	out_close(&f.out);
}

static void
links_and_directories_in_themselves_end(void **state)
{
	static const struct object objects[] = {
		{ 257, 3, 1, "a", 0040755, 0, 0, NULL, 0 },
		{ 258, 3, 259, "b", 0040755, 0, 0, NULL, 0 },
		{ 259, 3, 258, "c", 0040755, 0, 0, NULL, 0 },
		{ 260, 3, 260, "self", 0040755, 0, 0, NULL, 0 },
		{ 261, 4, 1, "link", 0, 0, 262, NULL, 0 },
		{ 262, 4, 1, "knil", 0, 0, 261, NULL, 0 },
		{ 263, 4, 1, "dir", 0, 0, 257, NULL, 0 },
		{ 1, 3, 1, "", 0040700, 0, 0, NULL, 0 },
	};
	struct flash f = flash_open(false, 2048, 64, 2);

	(void)state;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		put_object(&f, &objects[i]);
	struct run *run = run_flash(&f);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->count, 5);
	assert_int_equal(run->nodes[0].node.mode, 0700);
	assert_int_equal(run_get(run, "/link")->node.fault.code, ERR_TRUNCATED);
	assert_int_equal(run_get(run, "/dir")->node.fault.code, ERR_TRUNCATED);
	run_close(run);
	out_close(&f.out);
}

/* The error that the last of a chain of directories has, and its number. */
static enum err
walk_chain(struct bytes in, size_t *ret_count)
{
	struct budget budget = { .limit = LIMIT };
	enum err last = ERR_OK;
	struct node node;
	void *handle = NULL;

	assert_int_equal(yaffs2_format.open(in, &budget, &handle), ERR_OK);
	*ret_count = 0;
	while (yaffs2_format.next(handle, &node) == ERR_OK) {
		assert_true(node.name.len < LIMIT_PATH_LEN);
		assert_int_equal(last, ERR_OK);
		last = node.fault.code;
		(*ret_count)++;
	}
	yaffs2_format.close(handle);
	return last;
}

static void
very_deep_directories_end_at_a_limit(void **state)
{
	static char name[256];
	size_t count;

	(void)state;
	memset(name, 'n', 255);
	for (int wide = 0; wide < 2; wide++) {
		struct flash f = flash_open(false, 512, 16, 0);

		for (uint32_t i = 0; i < 400; i++) {
			struct object o = { 257 + i, 3, i == 0 ? 1 : 256 + i,
				wide != 0 ? name : "d", 0040755, 0, 0, NULL,
				0 };

			put_object(&f, &o);
		}
		assert_int_equal(
		    walk_chain(out_bytes(&f.out), &count), ERR_LIMIT);
		/* 256 levels; 4 KiB of path */
		assert_int_equal(count, wide != 0 ? 1 + 16 : 1 + 256);
		out_close(&f.out);
	}
}

static void
tags_may_say_more_of_a_header(void **state)
{
	struct flash f = flash_open(false, 2048, 64, 2);

	(void)state;
	put_file(&f, 257, 1, "file", BYTES("text"));
	f.out.ptr[2048 + 2 + 7] = 0x10;	 /* obj_id: a file */
	f.out.ptr[2048 + 2 + 8] = 1;	 /* chunk_id: its parent */
	f.out.ptr[2048 + 2 + 11] = 0x80; /* and what says so */
	struct run *run = run_flash(&f);

	run_assert_content(run_get(run, "/file"), BYTES("text"));
	run_close(run);
	out_close(&f.out);
}

static void
erased_flash_and_what_follows_are_left_out(void **state)
{
	struct flash f = flash_open(false, 2048, 64, 2);

	(void)state;
	put_file(&f, 257, 1, "file", BYTES("text"));
	put_fill(&f, f.out.len + 5 * (size_t)2112);
	put_file(&f, 258, 1, "late", BYTES("more"));
	size_t len = f.out.len;

	for (size_t i = 0; i < 20000; i++)
		out_u8(&f.out, 0x5a);
	put_fill(&f, f.out.len + 3000);
	struct run *run = run_flash(&f);

	assert_int_equal(run->info.size, len);
	run_assert_content(run_get(run, "/late"), BYTES("more"));
	run_close(run);
	out_close(&f.out);
}

static void
a_file_that_claims_too_much_ends_at_a_limit(void **state)
{
	struct flash f = flash_open(false, 2048, 64, 2);
	struct object huge = { 257, 1, 1, "huge", 0100644, 0xfffffff0, 0, NULL,
		0 };

	(void)state;
	put_object(&f, &huge);
	struct run *run = run_flash(&f);

	assert_int_equal(run->ended, ERR_LIMIT);
	assert_int_equal(run->count, 1);
	run_close(run);
	out_close(&f.out);
}

static void
yaffs2_is_not_seen_where_there_is_none(void **state)
{
	struct flash f = flash_open(false, 2048, 64, 2);
	struct format_info info = { .size = 77 };

	(void)state;
	put_file(&f, 257, 1, "file", BYTES("text"));
	f.sequence = 7; /* too low */
	put_file(&f, 258, 1, "next", BYTES("text"));
	assert_int_not_equal(
	    yaffs2_format.probe(out_bytes(&f.out), &info), ERR_OK);
	f.out.len = 512; /* an object header without tags */
	assert_int_not_equal(
	    yaffs2_format.probe(out_bytes(&f.out), &info), ERR_OK);
	assert_int_equal(info.size, 77);
	out_close(&f.out);
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	struct flash f = flash_open(true, 512, 16, 0);

	(void)state;
	put_tree(&f);
	tree_check_prefixes(&yaffs2_format, out_bytes(&f.out), 33);
	out_close(&f.out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(yaffs2_is_read_whatever_its_sizes),
		cmocka_unit_test(yaffs1_is_read_without_deleted_chunks),
		cmocka_unit_test(
		    the_newest_chunk_counts_by_sequence_then_by_place),
		cmocka_unit_test(what_was_removed_or_moved_is_so),
		cmocka_unit_test(links_and_directories_in_themselves_end),
		cmocka_unit_test(very_deep_directories_end_at_a_limit),
		cmocka_unit_test(tags_may_say_more_of_a_header),
		cmocka_unit_test(erased_flash_and_what_follows_are_left_out),
		cmocka_unit_test(a_file_that_claims_too_much_ends_at_a_limit),
		cmocka_unit_test(yaffs2_is_not_seen_where_there_is_none),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
