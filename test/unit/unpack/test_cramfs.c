/* SPDX-License-Identifier: ISC */
/* cramfs: what mkfs.cramfs makes of both byte orders, and broken fields. */
#include "unpack/cramfs.h"

#include "tree_run.h"

#define LITTLE "test/data/cramfs/good/le.cramfs"
#define BIG "test/data/cramfs/good/be.cramfs"

static uint8_t *
open_sample(const char *path, struct bytes *ret)
{
	*ret = run_read_sample(path);
	return (uint8_t *)(uintptr_t)ret->ptr;
}

/* Where the inode of a directory entry stands. */
static size_t
inode_of(struct bytes in, const char *name)
{
	return bytes_find(in, bytes_of(name), 76) - 12;
}

static void
cramfs_reads_what_mkfs_wrote(void **state)
{
	static const struct {
		const char *path;
		const char *detail;
	} cases[] = {
		{ LITTLE, "little endian, 10 files, CRC agrees" },
		{ BIG, "big endian, 10 files, CRC agrees" },
	};
	struct tree_stores stores = { true, false };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = run_read_sample(cases[i].path);
		struct run *run = run_format(&cramfs_format, in, TREE_LIMIT);

		tree_check(run, stores);
		assert_int_equal(run->count, 10);
		assert_int_equal(run->info.size, 4096);
		assert_string_equal(run->info.detail, cases[i].detail);
		assert_int_equal(run->info.authenticity, AUTHENTICITY_CRC);
		run_close(run);
		run_free(in);
	}
}

static void
cramfs_says_that_its_crc_is_wrong(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(LITTLE, &in);
	struct format_info info;

	(void)state;
	image[3000] ^= 1;
	assert_int_equal(cramfs_format.probe(in, &info), ERR_OK);
	assert_non_null(strstr(info.detail, "CRC is wrong"));
	run_free(in);
}

static void
cramfs_refuses_broken_superblocks(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 0, 0x44 },  /* magic */
		{ 16, 'c' },  /* signature */
		{ 65, 0x81 }, /* the root is a file */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(LITTLE, &in);
		struct format_info info = { .size = 77 };

		image[cases[i].at] = cases[i].value;
		assert_int_equal(cramfs_format.probe(in, &info), ERR_MALFORMED);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
an_unknown_flag_is_not_supported(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(LITTLE, &in);

	(void)state;
	image[9] |= 0x10;
	struct run *run = run_format(&cramfs_format, in, TREE_LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->opened, ERR_UNSUPPORTED);
	run_close(run);
	run_free(in);
}

static void
a_broken_block_leaves_zeros_and_a_fault(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(LITTLE, &in);
	size_t at = inode_of(in, "tool");
	/* offset counts words, behind six bits of namelen */
	size_t data = (size_t)4 *
	    ((image[at + 8] >> 6) | (size_t)image[at + 9] << 2 |
		(size_t)image[at + 10] << 10);

	(void)state;
	image[data + 8] ^= 0xff; /* the first block's zlib header */
	struct run *run = run_format(&cramfs_format, in, TREE_LIMIT);
	const struct run_node *tool = run_get(run, "/bin/tool");

	assert_int_equal(tool->node.fault.code, ERR_MALFORMED);
	assert_int_equal(tool->content_len, 5000);
	assert_int_equal(tool->content[0], 0);
	assert_memory_equal(
	    tool->content + 4096, run_beer().ptr + 4096, 5000 - 4096);
	run_close(run);
	image[data + 8] ^= 0xff;
	image[data + 3] |= 0x80; /* its pointer: not compressed */
	run = run_format(&cramfs_format, in, TREE_LIMIT);
	assert_int_equal(
	    run_get(run, "/bin/tool")->node.fault.code, ERR_UNSUPPORTED);
	run_close(run);
	run_free(in);
}

static void
directories_that_overlap_are_given_once(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(LITTLE, &in);
	size_t bin = inode_of(in, "bin");
	size_t etc = inode_of(in, "etc");

	(void)state;
	/* "etc" is at the same place as "bin", "empty" at the root's */
	memcpy(image + etc + 4, image + bin + 4, 3);
	memcpy(image + etc + 9, image + bin + 9, 3);
	image[etc + 8] =
	    (uint8_t)((image[etc + 8] & 0x3f) | (image[bin + 8] & 0xc0));
	struct run *run = run_format(&cramfs_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run_get(run, "/etc")->node.fault.code, ERR_MALFORMED);
	assert_null(run_find(run, "/etc/tool"));
	assert_int_equal(run->count, 6);
	run_close(run);
	run_free(in);
}

static void
names_that_would_leave_their_directory_are_mended(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(LITTLE, &in);
	size_t at = inode_of(in, "etc") + 12;

	(void)state;
	memcpy(image + at, "..\0", 3);
	struct run *run = run_format(&cramfs_format, in, TREE_LIMIT);

	assert_int_equal(run_get(run, "/_")->node.fault.code, ERR_MALFORMED);
	assert_non_null(run_find(run, "/_/passwd"));
	run_close(run);
	memcpy(image + at, "a/b", 3);
	run = run_format(&cramfs_format, in, TREE_LIMIT);
	assert_int_equal(run_get(run, "/a_b")->node.fault.code, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	struct bytes in = run_read_sample(BIG);
	struct format_info info;

	(void)state;
	tree_check_prefixes(&cramfs_format, in, 7);
	for (size_t len = 0; len < 76; len++)
		assert_int_not_equal(
		    cramfs_format.probe(bytes_slice(in, 0, len), &info),
		    ERR_OK);
	run_free(in);
}

static void
contents_end_at_the_budget(void **state)
{
	struct bytes in = run_read_sample(LITTLE);
	struct run *run = run_format(&cramfs_format, in, 6000);

	(void)state;
	assert_int_equal(run->ended, ERR_LIMIT);
	run_close(run);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cramfs_reads_what_mkfs_wrote),
		cmocka_unit_test(cramfs_says_that_its_crc_is_wrong),
		cmocka_unit_test(cramfs_refuses_broken_superblocks),
		cmocka_unit_test(an_unknown_flag_is_not_supported),
		cmocka_unit_test(a_broken_block_leaves_zeros_and_a_fault),
		cmocka_unit_test(directories_that_overlap_are_given_once),
		cmocka_unit_test(
		    names_that_would_leave_their_directory_are_mended),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
		cmocka_unit_test(contents_end_at_the_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
