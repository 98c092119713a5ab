/* SPDX-License-Identifier: ISC */
/* ext2 and ext4: what mke2fs makes, and broken fields. */
#include "unpack/ext.h"

#include "tree_run.h"

#define EXT2 "test/data/ext/good/ext2.gz"
#define EXT4 "test/data/ext/good/ext4.gz"
#define INLINE "test/data/ext/good/ext4-inline.gz"
#define BIGALLOC "test/data/ext/good/ext4-bigalloc.gz"
#define SUPER ((size_t)1024)

static uint8_t *
open_sample(const char *path, struct bytes *ret)
{
	*ret = tree_read_gzip(path);
	return (uint8_t *)(uintptr_t)ret->ptr;
}

/* The number at the start of a directory entry. */
static size_t
entry_of(struct bytes in, const char *name)
{
	return bytes_find(in, bytes_of(name), 2048) - 8;
}

static uint32_t
get_u32(const uint8_t *from)
{
	return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
	    (uint32_t)from[3] << 24;
}

/* The inode of a name, where the table of group 0 is known. */
static uint8_t *
inode_of(uint8_t *image, struct bytes in, size_t block_len, const char *name)
{
	size_t descriptors = block_len == 1024 ? 2048 : block_len;
	size_t table = get_u32(image + descriptors + 8) * block_len;
	size_t len = image[SUPER + 0x58] | (size_t)image[SUPER + 0x59] << 8;

	return image + table + (get_u32(image + entry_of(in, name)) - 1) * len;
}

static void
ext_reads_what_mke2fs_wrote(void **state)
{
	static const struct {
		const char *path;
		const char *detail;
	} cases[] = {
		{ EXT2, "ext2, 24 inodes, 64 blocks of 1024 bytes" },
		{ EXT4, "ext4, 24 inodes, 128 blocks of 1024 bytes" },
		{ INLINE, "ext4, 32 inodes, 96 blocks of 4096 bytes" },
		{ BIGALLOC, "ext4, 24 inodes, 160 blocks of 1024 bytes" },
	};
	struct tree_stores stores = { true, true };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = tree_read_gzip(cases[i].path);
		struct run *run = run_format(&ext_format, in, TREE_LIMIT);

		/* mke2fs cuts the blocks off that are not used */
		if (strstr(run->info.detail, ", cut short") == NULL)
			assert_string_equal(run->info.detail, cases[i].detail);
		tree_check(run, stores);
		assert_int_equal(run->count, 11);
		assert_int_equal(run->info.size, in.len);
		assert_int_equal(run_get(run, "/lost+found")->node.mode, 0700);
		run_close(run);
		run_free(in);
	}
}

static void
ext_refuses_broken_superblocks(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 0x38, 0 },	/* s_magic */
		{ 0x18, 7 },	/* s_log_block_size */
		{ 0x14, 2 },	/* s_first_data_block */
		{ 0x4c, 2 },	/* s_rev_level */
		{ 0x58, 0x81 }, /* s_inode_size */
		{ 0x5a, 1 },	/* s_block_group_nr: a copy */
		{ 0x28, 0 },	/* s_inodes_per_group */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(EXT2, &in);
		struct format_info info = { .size = 77 };

		image[SUPER + cases[i].at] = cases[i].value;
		assert_int_equal(ext_format.probe(in, &info), ERR_MALFORMED);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
features_that_are_not_read_are_not_supported(void **state)
{
	static const uint32_t bits[] = { 0x1, 0x8, 0x10, 0x1000, 0x40000,
		0x80000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(EXT2, &in);
		uint32_t old = get_u32(image + SUPER + 0x60);

		tree_put_u32(image + SUPER + 0x60, false, old | bits[i]);
		struct run *run = run_format(&ext_format, in, TREE_LIMIT);

		assert_int_equal(run->probed, ERR_OK);
		assert_int_equal(run->opened, ERR_UNSUPPORTED);
		run_close(run);
		run_free(in);
	}
}

/* 1 KiB as debugfs put it into the journal: its magic, then zeros. */
static void
check_escaped_block(const struct run_node *tool)
{
	static const uint8_t escaped[904] = { 0xc0, 0x3b, 0x39, 0x98 };
	struct bytes beer = run_beer();

	assert_int_equal(tool->content_len, 5000);
	assert_memory_equal(tool->content, beer.ptr, 4096);
	assert_memory_equal(tool->content + 4096, escaped, 904);
}

/* What e2fsck -E journal_only makes of these was compared when they were
   made. */
static void
what_the_journal_holds_counts(void **state)
{
	static const char *const paths[] = {
		"test/data/ext/good/journal-plain.gz",
		"test/data/ext/good/journal-csum.gz",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct bytes in = tree_read_gzip(paths[i]);
		struct run *run = run_format(&ext_format, in, TREE_LIMIT);
		const struct run_node *passwd = run_get(run, "/etc/passwd");
		const struct run_node *tool = run_get(run, "/bin/tool");

		assert_int_equal(run->ended, ERR_END);
		assert_int_equal(run->nodes[0].node.fault.code, ERR_OK);
		assert_non_null(strstr(run->info.detail, "was not unmounted"));
		run_assert_content(
		    passwd, BYTES("toor:x:0:0:root:/root:/bin/sh\n"));
		assert_int_equal(passwd->node.mode, 0400);
		if (i == 0) /* revoked in the last transaction */
			run_assert_content(tool, run_beer());
		else
			check_escaped_block(tool);
		run_close(run);
		run_free(in);
	}
}

/* Where a block of the journal with this type and number starts. */
static uint8_t *
find_journal_block(struct bytes in, uint8_t type, uint8_t sequence)
{
	for (size_t at = 0; at + 1024 <= in.len; at += 1024) {
		const uint8_t *p = in.ptr + at;

		if (memcmp(p, "\xc0\x3b\x39\x98\0\0\0", 7) == 0 &&
		    p[7] == type && p[11] == sequence)
			return (uint8_t *)(uintptr_t)p;
	}
	fail_msg("no block of type %u in the journal", type);
	return NULL;
}

static void
check_journal(
    struct bytes in, enum err fault, uint32_t mode, const char *passwd)
{
	struct run *run = run_format(&ext_format, in, TREE_LIMIT);
	const struct run_node *n = run_get(run, "/etc/passwd");

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->nodes[0].node.fault.code, fault);
	assert_int_equal(n->node.mode, mode);
	run_assert_content(n, bytes_of(passwd));
	run_close(run);
}

static void
broken_journals_are_applied_as_far_as_they_were_committed(void **state)
{
	static const char toor[] = "toor:x:0:0:root:/root:/bin/sh\n";
	static const char root[] = "root:x:0:0:root:/root:/bin/sh\n";
	struct bytes in = tree_read_gzip("test/data/ext/good/journal-csum.gz");
	uint8_t *commit = find_journal_block(in, 2, 2);

	(void)state;
	check_journal(in, ERR_OK, 0400, toor);
	commit[7] = 9; /* the second transaction never ended */
	check_journal(in, ERR_OK, 0640, toor);
	commit[7] = 2;
	commit[-4] ^= 1; /* its one block is not what was meant */
	check_journal(in, ERR_CHECKSUM, 0640, toor);
	commit[-4] ^= 1;
	uint8_t *super = find_journal_block(in, 4, 0);

	super[31] ^= 0x80; /* s_start: past the log's end */
	super[28] ^= 0x80;
	check_journal(in, ERR_MALFORMED, 0640, root);
	super[28] ^= 0x80;
	super[31] ^= 0x80;
	super[40] ^= 0x80; /* an unknown feature */
	check_journal(in, ERR_UNSUPPORTED, 0640, root);
	super[40] ^= 0x80;
	check_journal(in, ERR_OK, 0400, toor);
	((uint8_t *)(uintptr_t)in.ptr)[1024 + 0xe0] = 0; /* on another device */
	check_journal(in, ERR_UNSUPPORTED, 0640, root);
	run_free(in);
}

static void
a_journal_that_waits_is_told(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(EXT2, &in);

	(void)state;
	image[SUPER + 0x60] |= 4;
	struct run *run = run_format(&ext_format, in, TREE_LIMIT);

	assert_int_equal(run->nodes[0].node.fault.code, ERR_UNSUPPORTED);
	assert_string_equal(run->nodes[0].node.fault.field, "journal");
	run_assert_content(run_get(run, "/bin/tool"), run_beer());
	run_close(run);
	run_free(in);
}

static void
a_directory_in_itself_is_listed_once(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(EXT4, &in);

	(void)state;
	/* "empty" is the root once more */
	tree_put_u32(image + entry_of(in, "empty"), false, 2);
	struct run *run = run_format(&ext_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(
	    run_get(run, "/empty")->node.fault.code, ERR_MALFORMED);
	assert_int_equal(run->count, 11);
	run_close(run);
	run_free(in);
}

static void
an_entry_that_leaves_its_block_ends_the_directory(void **state)
{
	static const uint8_t lens[] = { 0, 4, 13, 255 };

	(void)state;
	for (size_t i = 0; i < sizeof(lens); i++) {
		struct bytes in;
		uint8_t *image = open_sample(EXT2, &in);
		size_t at = entry_of(in, "passwd");

		image[at + 4] = lens[i];
		image[at + 5] = lens[i] == 255 ? 255 : 0;
		struct run *run = run_format(&ext_format, in, TREE_LIMIT);

		assert_int_equal(run->ended, ERR_END);
		assert_int_equal(
		    run_get(run, "/etc")->node.fault.code, ERR_MALFORMED);
		assert_null(run_find(run, "/etc/passwd"));
		assert_non_null(run_find(run, "/bin/tool"));
		run_close(run);
		run_free(in);
	}
}

static void
an_inode_that_is_not_there_is_a_fault(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(EXT2, &in);

	(void)state;
	tree_put_u32(image + entry_of(in, "passwd"), false, 1000000);
	struct run *run = run_format(&ext_format, in, TREE_LIMIT);

	assert_int_equal(
	    run_get(run, "/etc/passwd")->node.fault.code, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

static void
blocks_outside_are_a_fault_and_holes_are_none(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(EXT2, &in);
	uint8_t *inode = inode_of(image, in, 1024, "passwd");

	(void)state;
	tree_put_u32(inode + 0x28, false, 0x7fffffff);
	struct run *run = run_format(&ext_format, in, TREE_LIMIT);

	assert_int_equal(
	    run_get(run, "/etc/passwd")->node.fault.code, ERR_TRUNCATED);
	run_close(run);
	tree_put_u32(inode + 0x28, false, 0);
	tree_put_u32(inode + 4, false, 300000); /* past the double blocks */
	run = run_format(&ext_format, in, TREE_LIMIT);
	assert_int_equal(run_get(run, "/etc/passwd")->node.fault.code, ERR_OK);
	assert_int_equal(run_get(run, "/etc/passwd")->content_len, 300000);
	assert_int_equal(run_get(run, "/etc/passwd")->content[299999], 0);
	run_close(run);
	run_free(in);
}

static void
broken_extents_are_a_fault(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 0x28, 0 },	/* eh_magic */
		{ 0x2a, 5 },	/* eh_entries */
		{ 0x2e, 1 },	/* eh_depth: its leaf is no node */
		{ 0x2e, 6 },	/* eh_depth: too deep */
		{ 0x3b, 0x70 }, /* ee_start_lo */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(EXT4, &in);
		uint8_t *inode = inode_of(image, in, 1024, "passwd");

		inode[cases[i].at] = cases[i].value;
		struct run *run = run_format(&ext_format, in, TREE_LIMIT);
		const struct run_node *n = run_get(run, "/etc/passwd");

		assert_int_equal(run->ended, ERR_END);
		assert_true(n->node.fault.code == ERR_MALFORMED ||
		    n->node.fault.code == ERR_TRUNCATED);
		assert_int_equal(n->content[0], 0);
		run_close(run);
		run_free(in);
	}
}

static void
unwritten_extents_read_as_zeros(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(EXT4, &in);
	uint8_t *inode = inode_of(image, in, 1024, "passwd");

	(void)state;
	inode[0x38] = 1;
	inode[0x39] = 0x80; /* ee_len */
	struct run *run = run_format(&ext_format, in, TREE_LIMIT);
	const struct run_node *n = run_get(run, "/etc/passwd");

	assert_int_equal(n->node.fault.code, ERR_OK);
	assert_int_equal(n->content_len, 30);
	assert_int_equal(n->content[0], 0);
	run_close(run);
	run_free(in);
}

static void
encrypted_files_are_told(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(EXT4, &in);

	(void)state;
	inode_of(image, in, 1024, "passwd")[0x21] |= 0x08;
	struct run *run = run_format(&ext_format, in, TREE_LIMIT);
	const struct run_node *n = run_get(run, "/etc/passwd");

	assert_int_equal(n->node.fault.code, ERR_ENCRYPTED);
	assert_int_equal(n->content_len, 0);
	run_close(run);
	run_free(in);
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	struct bytes in = tree_read_gzip(EXT2);
	struct bytes tail = tree_read_gzip(INLINE);

	(void)state;
	tree_check_prefixes(&ext_format, in, 61);
	tree_check_prefixes(&ext_format, tail, 509);
	run_free(in);
	run_free(tail);
}

static void
contents_end_at_the_budget(void **state)
{
	struct bytes in = tree_read_gzip(EXT4);
	struct run *run = run_format(&ext_format, in, 20000);

	(void)state;
	assert_int_equal(run->ended, ERR_LIMIT);
	run_close(run);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ext_reads_what_mke2fs_wrote),
		cmocka_unit_test(ext_refuses_broken_superblocks),
		cmocka_unit_test(features_that_are_not_read_are_not_supported),
		cmocka_unit_test(what_the_journal_holds_counts),
		cmocka_unit_test(
		    broken_journals_are_applied_as_far_as_they_were_committed),
		cmocka_unit_test(a_journal_that_waits_is_told),
		cmocka_unit_test(a_directory_in_itself_is_listed_once),
		cmocka_unit_test(
		    an_entry_that_leaves_its_block_ends_the_directory),
		cmocka_unit_test(an_inode_that_is_not_there_is_a_fault),
		cmocka_unit_test(blocks_outside_are_a_fault_and_holes_are_none),
		cmocka_unit_test(broken_extents_are_a_fault),
		cmocka_unit_test(unwritten_extents_read_as_zeros),
		cmocka_unit_test(encrypted_files_are_told),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
		cmocka_unit_test(contents_end_at_the_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
