/* SPDX-License-Identifier: ISC */
/* MBR, GPT and qcow: what sfdisk, sgdisk and qemu-img make, and broken ones. */
#include "codec/crc.h"
#include "tree_run.h"
#include "unpack/disks.h"
#include "unpack/fat.h"

#define MBR "test/data/disks/good/mbr.gz"
#define GPT "test/data/disks/good/gpt.gz"
#define QCOW_2 "test/data/disks/good/qcow2-v2-deflate.gz"
#define QCOW_3 "test/data/disks/good/qcow2-v3.gz"
#define QCOW_ZSTD "test/data/disks/good/qcow2-v3-zstd.gz"
#define SECTOR ((size_t)512)
#define TABLE ((size_t)446)

static uint8_t *
open_sample(const char *path, struct bytes *ret)
{
	*ret = tree_read_gzip(path);
	return (uint8_t *)(uintptr_t)ret->ptr;
}

/* The parts lie side by side, in order, and cover all but the table. */
static void
check_parts(const struct run *run, size_t own)
{
	size_t covered = 0;
	size_t end = 0;

	for (size_t i = 0; i < run->count; i++) {
		const struct node *n = &run->nodes[i].node;

		assert_int_equal(n->kind, NODE_PAYLOAD);
		assert_true(n->in_place && n->at >= end);
		end = n->at + n->content.len;
		covered += n->content.len;
	}
	assert_int_equal(covered + own, run->info.size);
}

static const struct run_node *
part_at(const struct run *run, size_t sector)
{
	for (size_t i = 0; i < run->count; i++)
		if (run->nodes[i].node.at == sector * SECTOR)
			return &run->nodes[i];
	fail_msg("no part at sector %zu", sector);
	return NULL;
}

static void
mbr_gives_partitions_and_gaps(void **state)
{
	static const struct {
		size_t at, len;
	} parts[] = { { 1, 63 }, { 64, 128 }, { 192, 64 }, { 256, 256 },
		{ 512, 88 }, { 664, 128 }, { 900, 100 }, { 1100, 64 } };
	struct bytes in = tree_read_gzip(MBR);
	struct run *run = run_format(&mbr_format, in, TREE_LIMIT);

	(void)state;
	assert_int_equal(run->ended, ERR_END);
	assert_string_equal(
	    run->info.detail, "FAT16 (0e), Linux (83), extended (05)");
	assert_int_equal(run->info.size, 1600 * SECTOR);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		assert_int_equal(part_at(run, parts[i].at)->content_len,
		    parts[i].len * SECTOR);
	check_parts(run, 4 * SECTOR); /* and three logical ones' records */
	assert_memory_equal(
	    part_at(run, 1)->content + 15 * SECTOR, "boot loader", 11);
	run_close(run);
	run_free(in);
}

static void
mbr_refuses_what_is_none(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 510, 0 },	      /* signature */
		{ TABLE, 0x7f },      /* boot indicator: neither */
		{ TABLE + 16, 0x80 }, /* two of them */
		{ TABLE + 8, 0 },     /* starting LBA: the table itself */
		{ TABLE + 11, 0x10 }, /* likewise: outside */
		{ TABLE + 13, 2 },    /* size in LBA: over the next one */
		{ TABLE + 12, 0 },    /* size in LBA: none (and below) */
		{ TABLE + 4, 0 },     /* unused, but it has a place */
		{ TABLE + 48, 0x80 }, /* unused, but active */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(MBR, &in);
		struct format_info info = { .size = 77 };

		image[cases[i].at] = cases[i].value;
		assert_int_equal(mbr_format.probe(in, &info), ERR_MALFORMED);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
boot_sectors_of_fat_and_mere_marks_are_no_mbr(void **state)
{
	uint8_t block[4 * 512] = { 0 };
	struct bytes in = { block, sizeof(block) };
	struct bytes fat = tree_read_gzip("test/data/fat/good/fat12.gz");
	struct format_info info;

	(void)state;
	assert_int_equal(mbr_format.probe(fat, &info), ERR_MALFORMED);
	assert_int_equal(fat_format.probe(fat, &info), ERR_OK);
	run_free(fat);
	block[510] = 0x55;
	block[511] = 0xaa;
	assert_int_equal(mbr_format.probe(in, &info), ERR_MALFORMED);
	for (size_t i = 0; i < 510; i++) /* as code or noise would be */
		block[i] = (uint8_t)(i * 167 + 13);
	assert_int_equal(mbr_format.probe(in, &info), ERR_MALFORMED);
	assert_int_equal(fat_format.probe(in, &info), ERR_MALFORMED);
}

static void
a_ring_of_logical_partitions_ends(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(MBR, &in);
	/* sfdisk wrote the second record in front of its partition */
	size_t second = 0;

	(void)state;
	for (size_t at = 601; at < 1600; at++)
		if (image[at * SECTOR + 510] == 0x55 &&
		    image[at * SECTOR + TABLE + 4] == 0x83)
			second = at;
	assert_true(second != 0);
	tree_put_u32(image + second * SECTOR + TABLE + 16 + 8, false, 0);
	struct run *run = run_format(&mbr_format, in, TREE_LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	assert_true(run->ended == ERR_LIMIT || run->ended == ERR_MALFORMED);
	assert_int_equal(part_at(run, 64)->content_len, 128 * SECTOR);
	run_close(run);
	/* a record that is none */
	image[second * SECTOR + 510] = 0;
	run = run_format(&mbr_format, in, TREE_LIMIT);
	assert_int_equal(run->ended, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

static void
gpt_gives_partitions_under_their_names(void **state)
{
	struct bytes in = tree_read_gzip(GPT);
	struct run *run = run_format(&gpt_format, in, TREE_LIMIT);

	(void)state;
	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->info.size, in.len);
	assert_string_equal(run->info.detail,
	    "512-byte sectors, 3 partitions, \"EFI system\" EFI system, "
	    "\"root/gr\xc3\xb6\xc3\x9f"
	    "e\" Linux, \"data\" Linux");
	assert_int_equal(
	    run_get(run, "/EFI system")->content_len, 128 * SECTOR);
	assert_int_equal(run_get(run,
			     "/root_gr\xc3\xb6\xc3\x9f"
			     "e")
			     ->content_len,
	    256 * SECTOR);
	assert_int_equal(run_get(run, "/data")->node.at, 512 * SECTOR);
	check_parts(run, (1 + 1 + 32 + 32 + 1) * SECTOR);
	run_close(run);
	run_free(in);
}

static void
the_backup_serves_when_the_primary_is_broken(void **state)
{
	static const size_t broken[] = { SECTOR, SECTOR + 24, 2 * SECTOR + 56 };

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(GPT, &in);

		image[broken[i]] ^= 1;
		struct run *run = run_format(&gpt_format, in, TREE_LIMIT);

		assert_int_equal(run->ended, ERR_END);
		assert_non_null(
		    strstr(run->info.detail, "read from the backup"));
		assert_int_equal(run_get(run, "/data")->node.at, 512 * SECTOR);
		run_close(run);
		run_free(in);
	}
}

static void
a_gpt_without_backup_is_told(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(GPT, &in);

	(void)state;
	memset(image + in.len - 33 * SECTOR, 0, 33 * SECTOR);
	struct run *run = run_format(&gpt_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_non_null(strstr(run->info.detail, ", no backup"));
	run_close(run);
	image[2 * SECTOR + 56] ^= 1; /* a name: its entries' checksum */
	run = run_format(&gpt_format, in, TREE_LIMIT);
	assert_int_equal(run->ended, ERR_CHECKSUM);
	assert_non_null(
	    strstr(run->info.detail, ", entries fail their checksum"));
	run_close(run);
	image[SECTOR + 24] ^= 1; /* nothing is left */
	run = run_format(&gpt_format, in, TREE_LIMIT);
	assert_int_not_equal(run->probed, ERR_OK);
	run_close(run);
	run_free(in);
}

static void
put_u64(uint8_t *to, uint64_t value)
{
	tree_put_u32(to, false, (uint32_t)value);
	tree_put_u32(to + 4, false, (uint32_t)(value >> 32));
}

/* Header and one entry, with right checksums. */
static void
put_gpt(uint8_t *disk, size_t sector_len, size_t sectors, uint64_t first,
    uint64_t last)
{
	uint8_t *h = disk + sector_len;
	uint8_t *e = disk + 2 * sector_len;

	memcpy(h, "EFI PART\0\0\1\0", 12);
	tree_put_u32(h + 12, false, 92);
	put_u64(h + 24, 1);
	put_u64(h + 32, sectors - 1);
	put_u64(h + 40, 6);
	put_u64(h + 48, sectors - 6);
	put_u64(h + 72, 2);
	tree_put_u32(h + 80, false, 4);
	tree_put_u32(h + 84, false, 128);
	e[0] = 1; /* a type */
	put_u64(e + 32, first);
	put_u64(e + 40, last);
	tree_put_u32(
	    h + 88, false, crc32_of((struct bytes){ e, (size_t)4 * 128 }));
	tree_put_u32(h + 16, false, 0);
	tree_put_u32(h + 16, false, crc32_of((struct bytes){ h, 92 }));
}

static void
gpt_reads_sectors_of_4096_bytes(void **state)
{
	static uint8_t disk[16 * 4096];
	struct bytes in = { disk, sizeof(disk) };

	(void)state;
	memset(disk, 0, sizeof(disk));
	put_gpt(disk, 4096, 16, 6, 7);
	struct run *run = run_format(&gpt_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_string_equal(run->info.detail,
	    "4096-byte sectors, 1 partition, no backup, \"\" other");
	assert_int_equal(part_at(run, 48)->content_len, 2 * 4096);
	run_close(run);
	put_gpt(disk, 4096, 16, 10, 20); /* past the end */
	run = run_format(&gpt_format, in, TREE_LIMIT);
	assert_int_equal(part_at(run, 80)->node.fault.code, ERR_TRUNCATED);
	assert_int_equal(part_at(run, 80)->content_len, 6 * 4096);
	run_close(run);
	put_gpt(disk, 4096, 16, 2, 5); /* over its own entries */
	run = run_format(&gpt_format, in, TREE_LIMIT);
	assert_int_equal(run->ended, ERR_MALFORMED);
	run_close(run);
	put_gpt(disk, 4096, 16, 9, 8); /* ends before it begins */
	run = run_format(&gpt_format, in, TREE_LIMIT);
	assert_int_equal(run->ended, ERR_MALFORMED);
	run_close(run);
	put_gpt(disk, 4096, 16, 0, UINT64_MAX);
	run = run_format(&gpt_format, in, TREE_LIMIT);
	assert_int_equal(run->ended, ERR_MALFORMED);
	run_close(run);
}

static void
qcow_gives_the_disk(void **state)
{
	static const char *const paths[] = { QCOW_2, QCOW_3, QCOW_ZSTD };
	struct bytes disk = tree_read_gzip(GPT);

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct bytes in = tree_read_gzip(paths[i]);
		struct run *run = run_format(&qcow_format, in, TREE_LIMIT);

		assert_int_equal(run->ended, ERR_END);
		assert_int_equal(run->count, 1);
		assert_int_equal(run->nodes[0].node.fault.code, ERR_OK);
		run_assert_content(&run->nodes[0], disk);
		run_close(run);
		run_free(in);
	}
	run_free(disk);
}

static void
qcow_says_what_it_does_not_read(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum err opened;
	} cases[] = {
		{ 7, 1, ERR_UNSUPPORTED },   /* version */
		{ 15, 80, ERR_UNSUPPORTED }, /* backing_file_offset */
		{ 35, 1, ERR_ENCRYPTED },    /* crypt_method */
		{ 79, 4, ERR_UNSUPPORTED },  /* incompatible_features */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in;
		uint8_t *image = open_sample(QCOW_3, &in);

		image[cases[i].at] = cases[i].value;
		struct run *run = run_format(&qcow_format, in, TREE_LIMIT);

		assert_int_equal(run->probed, ERR_OK);
		assert_int_equal(run->opened, cases[i].opened);
		run_close(run);
		run_free(in);
	}
}

static void
a_disk_too_large_is_a_fault(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(QCOW_3, &in);

	(void)state;
	image[24] = 0x7f; /* size */
	struct run *run = run_format(&qcow_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_LIMIT);
	run_close(run);
	run_free(in);
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	struct bytes mbr = tree_read_gzip(MBR);
	struct bytes gpt = tree_read_gzip(GPT);
	struct bytes qcow = tree_read_gzip(QCOW_2);

	(void)state;
	tree_check_prefixes(&mbr_format, mbr, 4999);
	tree_check_prefixes(&gpt_format, bytes_slice(gpt, 0, 20000), 127);
	tree_check_prefixes(&gpt_format, gpt, 9999);
	tree_check_prefixes(&qcow_format, qcow, 97);
	run_free(mbr);
	run_free(gpt);
	run_free(qcow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mbr_gives_partitions_and_gaps),
		cmocka_unit_test(mbr_refuses_what_is_none),
		cmocka_unit_test(boot_sectors_of_fat_and_mere_marks_are_no_mbr),
		cmocka_unit_test(a_ring_of_logical_partitions_ends),
		cmocka_unit_test(gpt_gives_partitions_under_their_names),
		cmocka_unit_test(the_backup_serves_when_the_primary_is_broken),
		cmocka_unit_test(a_gpt_without_backup_is_told),
		cmocka_unit_test(gpt_reads_sectors_of_4096_bytes),
		cmocka_unit_test(qcow_gives_the_disk),
		cmocka_unit_test(qcow_says_what_it_does_not_read),
		cmocka_unit_test(a_disk_too_large_is_a_fault),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
