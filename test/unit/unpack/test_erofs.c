/* SPDX-License-Identifier: ISC */
/* EROFS: what mkfs.erofs makes of one tree in many ways, and broken fields. */
#include "unpack/erofs.h"

#include "tree_run.h"

#define GOOD "test/data/erofs/good/"
#define SUPER ((size_t)1024)
#define BIG_LEN ((size_t)150000)

static uint8_t *
open_sample(const char *path, struct bytes *ret)
{
	*ret = tree_read_gzip(path);
	return (uint8_t *)(uintptr_t)ret->ptr;
}

/* The text of run_beer(), but more of it; free its ptr. */
static struct bytes
more_beer(void)
{
	uint8_t *text = malloc(BIG_LEN + 64);
	size_t len = 0;

	assert_non_null(text);
	for (int i = 0; len < BIG_LEN; i++)
		len += (size_t)snprintf((char *)text + len, 64,
		    "%d bottles of beer on the wall\n", i);
	return (struct bytes){ text, BIG_LEN };
}

static void
erofs_reads_what_mkfs_wrote(void **state)
{
	struct tree_stores stores = { true, true };
	struct bytes in = tree_read_gzip(GOOD "plain.gz");
	struct run *run = run_format(&erofs_format, in, TREE_LIMIT);

	(void)state;
	tree_check(run, stores);
	assert_int_equal(run->count, 10);
	assert_int_equal(run->info.size, in.len);
	assert_string_equal(
	    run->info.detail, "9 inodes, 2 blocks of 4096 bytes");
	assert_true(run_get(run, "/etc/passwd")->node.in_place);
	run_close(run);
	run_free(in);
}

static void
all_ways_of_compressing_give_the_same_tree(void **state)
{
	static const char *const paths[] = { GOOD "lz4.gz", GOOD "lz4-full.gz",
		GOOD "lz4-big-tail.gz", GOOD "chunks.gz",
		GOOD "lzma-fragments.gz", GOOD "deflate-512.gz",
		GOOD "zstd-all-fragments.gz", GOOD "lz4-full-dedupe.gz" };
	struct tree_stores stores = { true, true };
	struct bytes big = more_beer();
	struct bytes first = { NULL, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct bytes in = tree_read_gzip(paths[i]);
		struct run *run = run_format(&erofs_format, in, TREE_LIMIT);
		const struct run_node *mixed;

		tree_check(run, stores);
		assert_int_equal(run->count, 13);
		run_assert_content(run_get(run, "/big.txt"), big);
		run_assert_content(run_get(run, "/again.txt"),
		    bytes_slice(big, 49000, 100000));
		mixed = run_get(run, "/mixed.bin");
		if (first.ptr == NULL) /* no two compressors agree on errors */
			first = run_join((struct bytes){ mixed->content,
					     mixed->content_len },
			    BYTES(""));
		run_assert_content(mixed, first);
		assert_int_equal(mixed->content_len, 32503);
		assert_memory_equal(mixed->content + 32500, "end", 3);
		run_close(run);
		run_free(in);
	}
	run_free(first);
	run_free(big);
}

static void
erofs_refuses_broken_superblocks(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 0, 0 },     /* magic */
		{ 12, 8 },    /* blkszbits */
		{ 12, 17 },   /* likewise */
		{ 15, 0xff }, /* root_nid: outside */
		{ 40, 0xff }, /* meta_blkaddr: outside */
		{ 90, 5 },    /* dirblkbits */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(GOOD "plain.gz", &in);
		struct format_info info = { .size = 77 };

		image[SUPER + cases[i].at] = cases[i].value;
		assert_int_equal(erofs_format.probe(in, &info), ERR_MALFORMED);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
newer_features_are_not_supported(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(GOOD "plain.gz", &in);

	(void)state;
	image[SUPER + 80] |= 0x80; /* feature_incompat: 48-bit addresses */
	struct run *run = run_format(&erofs_format, in, TREE_LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->opened, ERR_UNSUPPORTED);
	run_close(run);
	run_free(in);
}

static void
a_wrong_checksum_is_told_and_the_rest_read(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(GOOD "plain.gz", &in);

	(void)state;
	image[SUPER + 48] ^= 1; /* uuid */
	struct run *run = run_format(&erofs_format, in, TREE_LIMIT);

	assert_non_null(strstr(run->info.detail, ", checksum is wrong"));
	assert_int_equal(run->nodes[0].node.fault.code, ERR_CHECKSUM);
	run_assert_content(run_get(run, "/bin/tool"), run_beer());
	run_close(run);
	run_free(in);
}

/* Where the entry of a name stands: names are counted from their block. */
static size_t
entry_of(struct bytes in, const char *name)
{
	size_t text = bytes_find(in, bytes_of(name), SUPER);

	assert_true(text != SIZE_MAX);
	for (size_t at = text / 4 * 4; at > SUPER; at -= 4) {
		size_t offset = in.ptr[at + 8] | (size_t)in.ptr[at + 9] << 8;

		if (offset > text - at && (offset - (text - at)) % 12 == 0 &&
		    in.ptr[at + 10] == 1 && in.ptr[at + 11] == 0)
			return at;
	}
	fail_msg("no entry of %s", name);
	return 0;
}

static void
a_directory_in_itself_is_listed_once(void **state)
{
	struct bytes in = tree_read_gzip(GOOD "plain.gz");
	struct run *whole = run_format(&erofs_format, in, TREE_LIMIT);
	uint8_t *image = (uint8_t *)(uintptr_t)in.ptr;
	size_t found = 0;

	(void)state;
	/* every pointer to "empty" is made one to the root */
	for (size_t at = SUPER + 128; at + 12 <= in.len; at += 4)
		if (image[at + 10] == 2 && image[at + 11] == 0 &&
		    image[at] != image[SUPER + 14] && image[at + 1] == 0 &&
		    image[at + 8] >= 24 && image[at + 9] == 0 &&
		    memcmp(image + at + 2, "\0\0\0\0\0\0", 6) == 0) {
			image[at] = image[SUPER + 14];
			found++;
		}
	assert_true(found > 0);
	struct run *run = run_format(&erofs_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_true(run->count <= whole->count);
	run_close(run);
	run_close(whole);
	run_free(in);
}

static void
an_inode_that_is_not_there_is_a_fault(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(GOOD "lz4.gz", &in);
	size_t at = entry_of(in, "passwd");

	(void)state;
	tree_put_u32(image + at, false, 0x7fffffff);
	struct run *run = run_format(&erofs_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(
	    run_get(run, "/etc/passwd")->node.fault.code, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

/* Whatever byte is broken, reading ends, and its result stays in bounds. */
static void
every_broken_byte_is_survived(void **state)
{
	static const char *const paths[] = { GOOD "lz4-big-tail.gz",
		GOOD "lzma-fragments.gz", GOOD "lz4-full-dedupe.gz" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(paths[i], &in);

		for (size_t at = SUPER; at < in.len; at += 97) {
			uint8_t old = image[at];

			image[at] ^= 0x5a;
			struct run *run =
			    run_format(&erofs_format, in, TREE_LIMIT);

			assert_true(
			    run->probed != ERR_OK || run->ended != ERR_MEMORY);
			run_close(run);
			image[at] = old;
		}
		run_free(in);
	}
}

static void
broken_compressed_data_is_a_fault(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(GOOD "lz4.gz", &in);
	struct run *run;
	size_t faults = 0;

	(void)state;
	/* The data of files stands in front, or behind; all but the metadata
	   of the first blocks is overwritten. */
	for (size_t at = in.len - 4096 * 4; at < in.len; at++)
		image[at] = 0xff;
	run = run_format(&erofs_format, in, TREE_LIMIT);
	assert_int_equal(run->ended, ERR_END);
	for (size_t i = 0; i < run->count; i++)
		faults += run->nodes[i].node.fault.code != ERR_OK ? 1 : 0;
	assert_true(faults > 0);
	run_close(run);
	run_free(in);
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	struct bytes plain = tree_read_gzip(GOOD "plain.gz");
	struct bytes packed = tree_read_gzip(GOOD "lzma-fragments.gz");

	(void)state;
	tree_check_prefixes(&erofs_format, plain, 61);
	tree_check_prefixes(&erofs_format, packed, 509);
	run_free(plain);
	run_free(packed);
}

static void
contents_end_at_the_budget(void **state)
{
	struct bytes in = tree_read_gzip(GOOD "lz4.gz");
	struct run *run = run_format(&erofs_format, in, 60000);

	(void)state;
	assert_int_equal(run->ended, ERR_LIMIT);
	run_close(run);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erofs_reads_what_mkfs_wrote),
		cmocka_unit_test(all_ways_of_compressing_give_the_same_tree),
		cmocka_unit_test(erofs_refuses_broken_superblocks),
		cmocka_unit_test(newer_features_are_not_supported),
		cmocka_unit_test(a_wrong_checksum_is_told_and_the_rest_read),
		cmocka_unit_test(a_directory_in_itself_is_listed_once),
		cmocka_unit_test(an_inode_that_is_not_there_is_a_fault),
		cmocka_unit_test(every_broken_byte_is_survived),
		cmocka_unit_test(broken_compressed_data_is_a_fault),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
		cmocka_unit_test(contents_end_at_the_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
