/* SPDX-License-Identifier: ISC */
/* cramfs: what mkfs.cramfs makes of both byte orders, and broken fields. */
#include "unpack/cramfs.h"

#include "tree_run.h"

#define LITTLE "test/data/cramfs/good/le.cramfs"
#define BIG "test/data/cramfs/good/be.cramfs"
#define BOOT_LITTLE "test/data/cramfs/good/boot-le.cramfs"
#define BOOT_BIG "test/data/cramfs/good/boot-be.cramfs"

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

/* Where a file's pointers stand, in a little-endian image. */
static size_t
data_of(struct bytes in, const char *name)
{
	const uint8_t *inode = in.ptr + inode_of(in, name);

	/* offset counts words, behind six bits of namelen */
	return (size_t)4 *
	    ((inode[8] >> 6) | (size_t)inode[9] << 2 | (size_t)inode[10] << 10);
}

static uint32_t
get_u32(const uint8_t *from)
{
	return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
	    (uint32_t)from[3] << 24;
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
		{ BOOT_LITTLE, "little endian, 10 files, CRC agrees" },
		{ BOOT_BIG, "big endian, 10 files, CRC agrees" },
	};
	struct tree_stores stores = { true, false };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = run_read_sample(cases[i].path);
		struct run *run = run_format(&cramfs_format, in, TREE_LIMIT);

		tree_check(run, stores);
		assert_int_equal(run->count, 10);
		assert_int_equal(run->info.size, in.len);
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
	size_t data = data_of(in, "tool");

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
	    run_get(run, "/bin/tool")->node.fault.code, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

static void
the_one_behind_a_boot_sector_is_none_by_itself(void **state)
{
	struct bytes in = run_read_sample(BOOT_LITTLE);
	struct format_info info;

	(void)state;
	assert_int_equal(
	    cramfs_format.probe(bytes_from(in, 512), &info), ERR_MALFORMED);
	run_free(in);
}

/*
 * The file's two blocks moved behind the image: the first as it is, for
 * execution in place, the second where the first ends or with a pointer of its
 * own.
 */
static struct bytes
move_blocks(bool direct)
{
	struct bytes in = run_read_sample(LITTLE);
	struct out out = out_open(MIB);
	size_t data = data_of(in, "tool");
	uint32_t start = get_u32(in.ptr + data);
	uint32_t len = get_u32(in.ptr + data + 4) - start;

	out_put(&out, in);
	out_put(&out, bytes_slice(run_beer(), 0, 4096));
	tree_put_u32(out.ptr + data, false, 0xc0000000 | 4096 >> 2);
	tree_put_u32(out.ptr + data + 4, false,
	    direct ? 0x40000000 | 8192 >> 2 : 8192 + len);
	if (direct)
		out_u16le(&out, (uint16_t)len);
	out_put(&out, bytes_slice(in, start, len));
	tree_put_u32(out.ptr + 4, false, (uint32_t)out.len);
	tree_put_u32(out.ptr + 8, false, get_u32(in.ptr + 8) | 0x800);
	struct bytes moved = run_join(out_bytes(&out), BYTES(""));

	out_close(&out);
	run_free(in);
	return moved;
}

static void
blocks_are_found_by_direct_pointers(void **state)
{
	(void)state;
	for (int direct = 0; direct < 2; direct++) {
		struct bytes in = move_blocks(direct == 1);
		uint8_t *image = (uint8_t *)(uintptr_t)in.ptr;
		size_t data = data_of(in, "tool");
		struct run *run = run_format(&cramfs_format, in, TREE_LIMIT);
		const struct run_node *tool = run_get(run, "/bin/tool");

		assert_int_equal(tool->node.fault.code, ERR_OK);
		run_assert_content(tool, run_beer());
		run_close(run);
		tree_put_u32(image + data, false, 0xffffffff);
		run = run_format(&cramfs_format, in, TREE_LIMIT);
		tool = run_get(run, "/bin/tool");
		assert_int_not_equal(tool->node.fault.code, ERR_OK);
		assert_int_equal(tool->content[0], 0);
		run_close(run);
		tree_check_prefixes(&cramfs_format, in, 61);
		run_free(in);
	}
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
		cmocka_unit_test(
		    the_one_behind_a_boot_sector_is_none_by_itself),
		cmocka_unit_test(blocks_are_found_by_direct_pointers),
		cmocka_unit_test(directories_that_overlap_are_given_once),
		cmocka_unit_test(
		    names_that_would_leave_their_directory_are_mended),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
		cmocka_unit_test(contents_end_at_the_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
