/* SPDX-License-Identifier: ISC */
/* ISO 9660, and the file systems that are recognised only. */
#include "unpack/volumes.h"

#include "tree_run.h"
#include "unpack/archives.h"

#define GOOD "test/data/volumes/good/"
#define ISO "test/data/iso9660/good/rock-ridge.gz"
#define ISO_PLAIN "test/data/iso9660/good/plain.gz"
#define DESCRIPTOR ((size_t)0x8000)

static const struct {
	const struct format *format;
	const char *path;
	const char *detail;
	uint64_t size;
	size_t broken; /* a byte whose change makes it none */
} volumes[] = {
	{ &ntfs_format, GOOD "ntfs.gz", "8192 blocks of 512 bytes", 4 << 20,
	    511 },
	{ &exfat_format, GOOD "exfat.gz", "16384 blocks of 512 bytes", 8 << 20,
	    110 },
	{ &f2fs_format, GOOD "f2fs.gz", "16384 blocks of 4096 bytes", 64 << 20,
	    1024 + 16 },
	{ &minix_format, GOOD "minix1.gz", "2048 blocks of 1024 bytes", 2 << 20,
	    1024 + 8 },
	{ &minix_format, GOOD "minix2.gz", "2048 blocks of 1024 bytes", 2 << 20,
	    1024 + 4 },
	{ &minix_format, GOOD "minix3.gz", "2048 blocks of 1024 bytes", 2 << 20,
	    1024 + 10 },
	{ &btrfs_format, GOOD "btrfs.gz", "30720 blocks of 4096 bytes",
	    120 << 20, 0x10000 + 0x12b },
	{ &xfs_format, GOOD "xfs.gz", "81920 blocks of 4096 bytes", 320 << 20,
	    120 },
	{ &reiserfs_format, GOOD "reiserfs.gz", "10240 blocks of 4096 bytes",
	    40 << 20, 0x10000 + 2 },
};

#define VOLUMES (sizeof(volumes) / sizeof(volumes[0]))

static void
superblocks_are_recognised_and_measured(void **state)
{
	(void)state;
	for (size_t i = 0; i < VOLUMES; i++) {
		struct bytes in = tree_read_gzip(volumes[i].path);
		struct format_info info;

		assert_int_equal(volumes[i].format->probe(in, &info), ERR_OK);
		assert_null(volumes[i].format->open);
		assert_true(volumes[i].format->only_at_start);
		assert_memory_equal(
		    info.detail, volumes[i].detail, strlen(volumes[i].detail));
		assert_non_null(strstr(info.detail, ", cut short"));
		assert_int_equal(info.size, in.len);
		/* with room behind it, its size is its own */
		struct bytes more = { calloc(1, volumes[i].size + 4096),
			(size_t)volumes[i].size + 4096 };

		assert_non_null(more.ptr);
		memcpy((void *)(uintptr_t)more.ptr, in.ptr, in.len);
		assert_int_equal(volumes[i].format->probe(more, &info), ERR_OK);
		assert_int_equal(info.size, volumes[i].size);
		assert_null(strstr(info.detail, ", cut short"));
		run_free(more);
		run_free(in);
	}
}

static void
broken_superblocks_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < VOLUMES; i++) {
		struct bytes in = tree_read_gzip(volumes[i].path);
		uint8_t *image = (uint8_t *)(uintptr_t)in.ptr;
		struct format_info info = { .size = 77 };

		image[volumes[i].broken] ^= 0x40;
		if (volumes[i].format == &reiserfs_format)
			memset(image + 0x10000, 0, 4);
		assert_int_not_equal(
		    volumes[i].format->probe(in, &info), ERR_OK);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
every_prefix_of_a_superblock_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < VOLUMES; i++) {
		struct bytes in = tree_read_gzip(volumes[i].path);
		size_t step = in.len > 60000 ? 4093 : 61;

		for (size_t len = 0; len < in.len; len += step) {
			struct bytes cut =
			    run_join(bytes_slice(in, 0, len), BYTES(""));
			struct format_info info = { .size = 77 };

			if (volumes[i].format->probe(cut, &info) == ERR_OK)
				assert_int_equal(info.size, len);
			else
				assert_int_equal(info.size, 77);
			run_free(cut);
		}
		run_free(in);
	}
}

static void
luks_is_encrypted(void **state)
{
	uint8_t header[1024] = "LUKS\xba\xbe\0\1aes";
	struct bytes in = { header, sizeof(header) };
	struct format_info info;

	(void)state;
	memcpy(header + 40, "xts-plain64", 11);
	assert_int_equal(luks_format.probe(in, &info), ERR_OK);
	assert_int_equal(info.encrypted, ANSWER_YES);
	assert_string_equal(info.detail, "LUKS1, aes-xts-plain64");
	header[7] = 3;
	assert_int_equal(luks_format.probe(in, &info), ERR_UNSUPPORTED);
}

static void
iso_reads_rock_ridge(void **state)
{
	struct bytes in = tree_read_gzip(ISO);
	struct run *run = run_format(&iso_format, in, TREE_LIMIT);
	const struct run_node *tool = run_get(run, "/bin/tool");
	const struct run_node *passwd = run_get(run, "/etc/passwd");

	(void)state;
	assert_int_equal(run->ended, ERR_END);
	assert_string_equal(run->info.detail,
	    "182 blocks of 2048 bytes, Rock Ridge, volume \"SMALL\"");
	run_assert_content(tool, run_beer());
	assert_int_equal(tool->node.mode, 04755);
	assert_int_equal(tool->node.mtime, 1700000000);
	assert_true(tool->node.in_place);
	assert_int_equal(passwd->node.mode, 0640);
	assert_int_equal(passwd->node.uid, 7);
	assert_int_equal(passwd->node.gid, 8);
	assert_string_equal(run_get(run, "/etc/link")->link, "../bin/tool");
	assert_int_equal(run_get(run, "/etc/null")->node.kind, NODE_CHAR);
	assert_int_equal(run_get(run, "/empty")->node.kind, NODE_DIRECTORY);
	run_close(run);
	run_free(in);
}

static void
iso_reads_plain_names(void **state)
{
	struct bytes in = tree_read_gzip(ISO_PLAIN);
	struct run *run = run_format(&iso_format, in, TREE_LIMIT);

	(void)state;
	assert_int_equal(run->ended, ERR_END);
	assert_non_null(strstr(run->info.detail, ", no modes"));
	run_assert_content(run_get(run, "/BIN/TOOL"), run_beer());
	run_close(run);
	run_free(in);
}

static void
broken_volume_descriptors_are_refused(void **state)
{
	static const size_t broken[] = { 0, 1, 6, 80, 84, 128, 156, 158 };

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct bytes in = tree_read_gzip(ISO);
		uint8_t *image = (uint8_t *)(uintptr_t)in.ptr;
		struct format_info info = { .size = 77 };

		image[DESCRIPTOR + broken[i]] ^= 1;
		assert_int_not_equal(iso_format.probe(in, &info), ERR_OK);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
every_prefix_of_an_iso_is_refused_or_read_in_part(void **state)
{
	struct bytes in = tree_read_gzip(ISO);

	(void)state;
	tree_check_prefixes(&iso_format, in, 1021);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(superblocks_are_recognised_and_measured),
		cmocka_unit_test(broken_superblocks_are_refused),
		cmocka_unit_test(every_prefix_of_a_superblock_is_refused),
		cmocka_unit_test(luks_is_encrypted),
		cmocka_unit_test(iso_reads_rock_ridge),
		cmocka_unit_test(iso_reads_plain_names),
		cmocka_unit_test(broken_volume_descriptors_are_refused),
		cmocka_unit_test(
		    every_prefix_of_an_iso_is_refused_or_read_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
