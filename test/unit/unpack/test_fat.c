/* SPDX-License-Identifier: ISC */
/* FAT: what mkfs.fat and mtools make, and broken fields and chains. */
#include "unpack/fat.h"

#include "tree_run.h"

#define FAT12 "test/data/fat/good/fat12.gz"
#define FAT16 "test/data/fat/good/fat16.gz"
#define FAT32 "test/data/fat/good/fat32.gz"
#define LIMIT (64 * MIB)

static uint8_t *
open_sample(const char *path, struct bytes *ret)
{
	*ret = tree_read_gzip(path);
	return (uint8_t *)(uintptr_t)ret->ptr;
}

static uint32_t
get_u16(const uint8_t *from)
{
	return from[0] | (uint32_t)from[1] << 8;
}

static void
fat_reads_what_mtools_wrote(void **state)
{
	static const struct {
		const char *path;
		const char *detail;
	} cases[] = {
		{ FAT12,
		    "FAT12, 1159 clusters of 512 bytes, no modes, "
		    "volume \"SMALL\"" },
		{ FAT16,
		    "FAT16, 4507 clusters of 512 bytes, no modes, "
		    "volume \"SMALL\"" },
		{ FAT32,
		    "FAT32, 66922 clusters of 512 bytes, no modes, "
		    "volume \"SMALL\", cut short" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in = tree_read_gzip(cases[i].path);
		struct run *run = run_format(&fat_format, in, LIMIT);
		const struct run_node *tool = run_get(run, "/bin/tool");

		assert_string_equal(run->info.detail, cases[i].detail);
		assert_int_equal(run->ended, ERR_END);
		for (size_t k = 0; k < run->count; k++)
			assert_int_equal(run->nodes[k].node.fault.code, ERR_OK);
		assert_int_equal(run->count, 40);
		run_assert_content(tool, run_beer());
		assert_int_equal(tool->node.mode, 0644);
		assert_int_equal(tool->node.mtime, 1700000000);
		assert_true(tool->node.in_place);
		run_assert_content(
		    run_get(
			run, "/a long directory name/A Long File Name.Text"),
		    BYTES("long"));
		run_assert_content(
		    run_get(run, "/a long directory name/file number 30"),
		    BYTES("30"));
		assert_int_equal(
		    run_get(run, "/mixed.bin")->content_len, 32503);
		assert_int_equal(run_get(run, "/empty.txt")->content_len, 0);
		assert_int_equal(
		    run_get(run, "/empty")->node.kind, NODE_DIRECTORY);
		assert_null(run_find(run, "/gone.txt")); /* was deleted */
		assert_null(run_find(run, "/SMALL"));
		run_close(run);
		run_free(in);
	}
}

static void
fat_refuses_broken_boot_sectors(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 0, 0x33 },  /* BS_jmpBoot: an MBR's code */
		{ 11, 1 },    /* BPB_BytsPerSec */
		{ 12, 0x40 }, /* likewise */
		{ 13, 3 },    /* BPB_SecPerClus */
		{ 14, 0 },    /* BPB_RsvdSecCnt */
		{ 16, 3 },    /* BPB_NumFATs */
		{ 17, 0 },    /* BPB_RootEntCnt */
		{ 21, 0x12 }, /* BPB_Media */
		{ 21, 0xf0 }, /* not the table's */
		{ 510, 0 },   /* signature */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(FAT12, &in);
		struct format_info info = { .size = 77 };

		if (cases[i].at == 17)
			image[18] = 0;
		image[cases[i].at] = cases[i].value;
		assert_int_equal(fat_format.probe(in, &info), ERR_MALFORMED);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

/* Where the table of a FAT16 has the entry of a cluster. */
static uint8_t *
entry16(uint8_t *image, uint32_t cluster)
{
	return image + get_u16(image + 14) * 512 + (size_t)cluster * 2;
}

static uint32_t
first_cluster(struct bytes in, const char *short_name)
{
	size_t at = bytes_find(in, bytes_of(short_name), 512);

	assert_true(at != SIZE_MAX);
	return get_u16(in.ptr + at + 26);
}

static void
a_chain_that_comes_back_is_refused(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(FAT16, &in);
	uint32_t cluster = first_cluster(in, "TOOL       ");

	(void)state;
	/* its third cluster is followed by its first */
	entry16(image, cluster + 2)[0] = (uint8_t)cluster;
	entry16(image, cluster + 2)[1] = (uint8_t)(cluster >> 8);
	struct run *run = run_format(&fat_format, in, LIMIT);
	const struct run_node *tool = run_get(run, "/bin/tool");

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(tool->node.fault.code, ERR_MALFORMED);
	assert_string_equal(tool->node.fault.field, "cluster chain");
	assert_int_equal(tool->content_len, 3 * 512);
	assert_non_null(strstr(run->info.detail, "its tables differ"));
	run_close(run);
	run_free(in);
}

static void
a_chain_into_another_file_is_refused(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(FAT16, &in);
	uint32_t tool = first_cluster(in, "TOOL       ");
	size_t at = bytes_find(in, BYTES("MIXED   BIN"), 512);
	struct run *run;
	size_t faults = 0;

	(void)state;
	image[at + 26] = (uint8_t)tool;
	image[at + 27] = (uint8_t)(tool >> 8);
	run = run_format(&fat_format, in, LIMIT);
	assert_int_equal(run->ended, ERR_END);
	for (size_t i = 0; i < run->count; i++)
		faults +=
		    run->nodes[i].node.fault.code == ERR_MALFORMED ? 1 : 0;
	assert_true(faults >= 1);
	run_close(run);
	run_free(in);
}

static void
a_directory_in_itself_is_listed_once(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(FAT16, &in);
	uint32_t etc = first_cluster(in, "ETC        ");
	size_t at = bytes_find(in, BYTES("PASSWD     "), 512);

	(void)state;
	image[at + 11] = 0x10; /* DIR_Attr: a directory, and it is /etc */
	image[at + 26] = (uint8_t)etc;
	image[at + 27] = (uint8_t)(etc >> 8);
	struct run *run = run_format(&fat_format, in, LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(
	    run_get(run, "/etc/passwd")->node.fault.code, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

static void
a_chain_that_ends_early_is_a_fault(void **state)
{
	static const uint16_t ends[] = { 0xffff, 0, 1, 0xfff7, 0xff00 };

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(FAT16, &in);
		uint32_t cluster = first_cluster(in, "TOOL       ");
		uint8_t *entry = entry16(image, cluster);

		entry[0] = (uint8_t)ends[i];
		entry[1] = (uint8_t)(ends[i] >> 8);
		struct run *run = run_format(&fat_format, in, LIMIT);

		assert_int_equal(
		    run_get(run, "/bin/tool")->node.fault.code, ERR_MALFORMED);
		run_close(run);
		run_free(in);
	}
}

static void
files_in_pieces_are_put_together(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(FAT16, &in);
	uint32_t first = first_cluster(in, "TOOL       ");
	uint32_t spare = 4000; /* not in use */
	size_t data = (get_u16(image + 14) + 2 * get_u16(image + 22)) * 512u +
	    get_u16(image + 17) * 32u;

	(void)state;
	/* its second cluster moves */
	memcpy(image + data + (spare - 2) * 512u,
	    image + data + (first - 1) * 512u, 512);
	memset(image + data + (first - 1) * 512u, 0, 512);
	memcpy(entry16(image, spare), entry16(image, first + 1), 2);
	entry16(image, first)[0] = (uint8_t)spare;
	entry16(image, first)[1] = (uint8_t)(spare >> 8);
	struct run *run = run_format(&fat_format, in, LIMIT);
	const struct run_node *tool = run_get(run, "/bin/tool");

	assert_int_equal(tool->node.fault.code, ERR_OK);
	assert_false(tool->node.in_place);
	run_assert_content(tool, run_beer());
	run_close(run);
	run_free(in);
}

/* The parts of a long name must belong to the short one behind them. */
static void
a_long_name_of_another_file_is_not_taken(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(FAT12, &in);
	static const uint8_t text[] = { 'L', 0, 'o', 0, 'n', 0 };
	size_t at = bytes_find(in, (struct bytes){ text, sizeof(text) }, 512);

	(void)state;
	assert_true(at != SIZE_MAX);
	image[at / 32 * 32 + 13] ^= 1; /* LDIR_Chksum */
	struct run *run = run_format(&fat_format, in, LIMIT);

	assert_null(
	    run_find(run, "/a long directory name/A Long File Name.Text"));
	assert_non_null(run_find(run, "/a long directory name/ALONGF~1.TEX"));
	run_close(run);
	run_free(in);
}

static void
the_second_table_serves_when_the_first_is_gone(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(FAT16, &in);

	(void)state;
	memset(image + get_u16(image + 14) * 512u, 0x11,
	    get_u16(image + 22) * 512u);
	struct run *run = run_format(&fat_format, in, LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	run_assert_content(run_get(run, "/bin/tool"), run_beer());
	run_close(run);
	run_free(in);
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	struct bytes small = tree_read_gzip(FAT12);
	struct bytes large = tree_read_gzip(FAT32);

	(void)state;
	tree_check_prefixes(&fat_format, bytes_slice(small, 0, 65536), 251);
	tree_check_prefixes(&fat_format, large, 30011);
	run_free(small);
	run_free(large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fat_reads_what_mtools_wrote),
		cmocka_unit_test(fat_refuses_broken_boot_sectors),
		cmocka_unit_test(a_chain_that_comes_back_is_refused),
		cmocka_unit_test(a_chain_into_another_file_is_refused),
		cmocka_unit_test(a_directory_in_itself_is_listed_once),
		cmocka_unit_test(a_chain_that_ends_early_is_a_fault),
		cmocka_unit_test(files_in_pieces_are_put_together),
		cmocka_unit_test(a_long_name_of_another_file_is_not_taken),
		cmocka_unit_test(
		    the_second_table_serves_when_the_first_is_gone),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
