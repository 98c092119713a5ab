/* SPDX-License-Identifier: ISC */
/* UBI and UBIFS: what ubinize and mkfs.ubifs make, and broken blocks. */
#include "unpack/ubi.h"
#include "unpack/ubifs.h"

#include "tree_run.h"

#define TWO "test/data/ubi/good/two-volumes.gz"
#define BLOCK ((size_t)2048)
#define DATA ((size_t)1024)
#define LEB (BLOCK - DATA)

static uint8_t *
open_sample(struct bytes *ret)
{
	*ret = tree_read_gzip(TWO);
	return (uint8_t *)(uintptr_t)ret->ptr;
}

static size_t
vid_of(const uint8_t *block)
{
	return (size_t)block[18] << 8 | block[19];
}

/* Makes a header's checksum right again. */
static void
mend(uint8_t *header)
{
	struct bytes in = { header, 60 };

	tree_put_u32(header + 60, true, ubi_crc(in));
}

/* The block that holds a volume's logical block. */
static uint8_t *
find_block(uint8_t *image, size_t len, uint8_t volume, uint8_t number)
{
	for (size_t at = 0; at < len; at += BLOCK) {
		uint8_t *vid = image + at + vid_of(image + at);

		if (vid[0] == 'U' && vid[8] == 0 && vid[11] == volume &&
		    vid[15] == number)
			return image + at;
	}
	fail_msg("no block %u of volume %u", number, volume);
	return NULL;
}

static void
ubi_gives_the_volumes_with_their_names(void **state)
{
	struct bytes in = tree_read_gzip(TWO);
	struct run *run = run_format(&ubi_format, in, TREE_LIMIT);
	struct bytes beer = run_beer();

	(void)state;
	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->info.size, in.len);
	assert_string_equal(run->info.detail,
	    "10 erase blocks of 2048 bytes, dynamic volume \"rootfs\", "
	    "static volume \"kernel\"");
	assert_int_equal(run->count, 2);
	const struct run_node *rootfs = run_get(run, "/rootfs");
	const struct run_node *kernel = run_get(run, "/kernel");

	assert_int_equal(rootfs->node.kind, NODE_PAYLOAD);
	assert_int_equal(rootfs->node.fault.code, ERR_OK);
	assert_int_equal(rootfs->content_len, 3 * LEB);
	assert_memory_equal(rootfs->content, beer.ptr, 3000);
	assert_int_equal(rootfs->content[3000], 0xff);
	run_assert_content(kernel, beer);
	assert_int_equal(kernel->node.fault.code, ERR_OK);
	run_close(run);
	run_free(in);
}

static void
blocks_may_stand_in_any_order_with_bad_ones_between(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	uint8_t *first = find_block(image, in.len, 3, 0);
	uint8_t *second = find_block(image, in.len, 3, 1);
	uint8_t swap[BLOCK];

	(void)state;
	memcpy(swap, first, BLOCK);
	memcpy(first, second, BLOCK);
	memcpy(second, swap, BLOCK);
	memset(find_block(image, in.len, 0, 1), 0xff, BLOCK);
	struct run *run = run_format(&ubi_format, in, TREE_LIMIT);
	const struct run_node *rootfs = run_get(run, "/rootfs");

	run_assert_content(run_get(run, "/kernel"), run_beer());
	assert_int_equal(rootfs->content_len, 3 * LEB);
	assert_int_equal(rootfs->content[LEB], 0xff);
	assert_memory_equal(rootfs->content + 2 * LEB, run_beer().ptr + 2 * LEB,
	    3000 - 2 * LEB);
	run_close(run);
	run_free(in);
}

static void
the_newer_of_two_copies_counts_if_it_is_complete(void **state)
{
	(void)state;
	for (int broken = 0; broken < 2; broken++) {
		struct bytes in;
		uint8_t *image = open_sample(&in);
		uint8_t *old = find_block(image, in.len, 0, 0);
		uint8_t *new = find_block(image, in.len, 0, 2);
		uint8_t *vid = new + vid_of(new);

		memset(new + DATA, 'N', LEB);
		vid[15] = 0; /* lnum */
		vid[6] = 1;  /* copy_flag */
		vid[47] = 9; /* sqnum */
		tree_put_u32(vid + 20, true, LEB);
		tree_put_u32(
		    vid + 32, true, ubi_crc((struct bytes){ new + DATA, LEB }));
		mend(vid);
		if (broken != 0)
			new[DATA] = 'x';
		struct run *run = run_format(&ubi_format, in, TREE_LIMIT);
		const struct run_node *rootfs = run_get(run, "/rootfs");

		assert_int_equal(
		    rootfs->content[0], broken != 0 ? old[DATA] : 'N');
		run_close(run);
		run_free(in);
	}
}

static void
what_a_static_volume_lacks_is_a_fault(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	uint8_t *block = find_block(image, in.len, 3, 1);

	(void)state;
	block[DATA] ^= 1;
	struct run *run = run_format(&ubi_format, in, TREE_LIMIT);

	assert_int_equal(
	    run_get(run, "/kernel")->node.fault.code, ERR_CHECKSUM);
	run_close(run);
	memset(block, 0xff, BLOCK);
	run = run_format(&ubi_format, in, TREE_LIMIT);
	assert_int_equal(
	    run_get(run, "/kernel")->node.fault.code, ERR_TRUNCATED);
	assert_int_equal(run_get(run, "/kernel")->content_len, 5000);
	run_close(run);
	run_free(in);
}

static void
block_numbers_past_the_image_are_left_out(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	uint8_t *block = find_block(image, in.len, 0, 2);
	uint8_t *vid = block + vid_of(block);

	(void)state;
	tree_put_u32(vid + 12, true, 0x7fffffff);
	mend(vid);
	struct run *run = run_format(&ubi_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run_get(run, "/rootfs")->content_len, 2 * LEB);
	assert_int_equal(
	    run_get(run, "/rootfs")->node.fault.code, ERR_TRUNCATED);
	run_close(run);
	run_free(in);
}

static void
a_volume_without_a_table_is_numbered(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);

	(void)state;
	image[DATA + 20] ^= 1; /* both copies of the table stand in front */
	image[BLOCK + DATA + 20] ^= 1;
	struct run *run = run_format(&ubi_format, in, TREE_LIMIT);

	assert_non_null(run_find(run, "/volume0"));
	run_close(run);
	run_free(in);
}

static void
ubi_needs_its_header_checksums(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	struct format_info info = { .size = 77 };

	(void)state;
	image[8] ^= 1;
	assert_int_not_equal(ubi_format.probe(in, &info), ERR_OK);
	image[8] ^= 1;
	tree_put_u32(image + 16, true, 4096); /* vid_hdr_offset */
	mend(image);
	assert_int_not_equal(ubi_format.probe(in, &info), ERR_OK);
	assert_int_equal(info.size, 77);
	run_free(in);
}

static void
ubi_is_read_from_every_prefix_or_refused(void **state)
{
	struct bytes in = tree_read_gzip(TWO);
	struct run *run = run_format(&ubi_format, in, 4000);

	(void)state;
	assert_int_equal(run->ended, ERR_LIMIT);
	run_close(run);
	tree_check_prefixes(&ubi_format, in, 63);
	run_free(in);
}

static void
ubifs_reads_what_mkfs_wrote(void **state)
{
	static const char *const paths[] = { "test/data/ubifs/good/none.gz",
		"test/data/ubifs/good/lzo.gz", "test/data/ubifs/good/zlib.gz",
		"test/data/ubifs/good/zstd.gz" };
	struct tree_stores stores = { true, true };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct bytes in = tree_read_gzip(paths[i]);
		struct run *run = run_format(&ubifs_format, in, TREE_LIMIT);

		tree_check(run, stores);
		assert_int_equal(run->count, 10);
		assert_int_equal(run->info.size, in.len);
		run_close(run);
		run_free(in);
	}
}

/* The node of a type (and, of an entry, a name) in the sample. */
static uint8_t *
find_node(struct bytes in, uint8_t type, const char *name)
{
	uint8_t *image = (uint8_t *)(uintptr_t)in.ptr;

	for (size_t at = 0; at + 64 < in.len; at += 8)
		if (memcmp(image + at, "\x31\x18\x10\x06", 4) == 0 &&
		    image[at + 20] == type &&
		    (name == NULL ||
			strcmp((const char *)image + at + 56, name) == 0))
			return image + at;
	fail_msg("no node of type %u", type);
	return NULL;
}

static void
mend_node(uint8_t *node)
{
	size_t len = node[16] | (size_t)node[17] << 8;
	struct bytes in = { node + 8, len - 8 };

	tree_put_u32(node + 4, false, ubi_crc(in));
}

static void
a_removed_name_is_gone_and_the_newest_wins(void **state)
{
	struct bytes in = tree_read_gzip("test/data/ubifs/good/none.gz");
	uint8_t *gone = find_node(in, 2, "passwd");
	uint8_t *other = find_node(in, 2, "tool2");

	(void)state;
	memset(gone + 40, 0, 8); /* inum */
	mend_node(gone);
	other[24] = 1; /* in the root directory now */
	mend_node(other);
	struct run *run = run_format(&ubifs_format, in, TREE_LIMIT);

	assert_null(run_find(run, "/etc/passwd"));
	assert_null(run_find(run, "/bin/tool2"));
	run_assert_content(run_get(run, "/tool2"), run_beer());
	run_close(run);
	run_free(in);
}

static void
directories_that_hold_each_other_end(void **state)
{
	struct bytes in = tree_read_gzip("test/data/ubifs/good/none.gz");
	uint8_t *entry = find_node(in, 2, "empty");

	(void)state;
	memset(entry + 40, 0, 8);
	entry[40] = 1; /* the root */
	mend_node(entry);
	struct run *run = run_format(&ubifs_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->count, 10);
	assert_int_equal(
	    run_get(run, "/empty")->node.fault.code, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

static void
a_node_with_a_wrong_checksum_is_not_there(void **state)
{
	struct bytes in = tree_read_gzip("test/data/ubifs/good/none.gz");

	(void)state;
	find_node(in, 2, "passwd")[30] ^= 1;
	struct run *run = run_format(&ubifs_format, in, TREE_LIMIT);

	assert_null(run_find(run, "/etc/passwd"));
	assert_non_null(run_find(run, "/etc/link"));
	run_close(run);
	((uint8_t *)(uintptr_t)in.ptr)[100] ^= 1;
	run = run_format(&ubifs_format, in, TREE_LIMIT);
	assert_int_equal(run->probed, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

/* A node's header in erased flash; its number is newer than all there are. */
static uint8_t *
new_node(struct bytes in, size_t before_end, uint8_t type, size_t len,
    uint8_t number)
{
	uint8_t *node = (uint8_t *)(uintptr_t)in.ptr + in.len - before_end;

	assert_int_equal(node[0], 0xff);
	assert_int_equal(node[len - 1], 0xff);
	memset(node, 0, len);
	memcpy(node, "\x31\x18\x10\x06", 4);
	node[9] = 0x10;
	node[8] = number;
	tree_put_u32(node + 16, false, (uint32_t)len);
	node[20] = type;
	return node;
}

static void
put_truncation(
    struct bytes in, size_t before_end, uint8_t number, uint32_t size)
{
	uint8_t *node = new_node(in, before_end, 4, 56, number);

	memcpy(node + 24, find_node(in, 2, "tool") + 40, 4); /* inode */
	tree_put_u32(node + 40, false, 5000);
	tree_put_u32(node + 48, false, size);
	mend_node(node);
}

static void
assert_tool_has(struct bytes in, bool first, bool second)
{
	struct run *run = run_format(&ubifs_format, in, TREE_LIMIT);
	const struct run_node *tool = run_get(run, "/bin/tool");
	struct bytes beer = run_beer();

	assert_int_equal(tool->content_len, 5000);
	assert_int_equal(tool->content[0], first ? beer.ptr[0] : 0);
	assert_int_equal(tool->content[4096], second ? beer.ptr[4096] : 0);
	run_close(run);
}

static void
a_truncation_takes_older_blocks_away(void **state)
{
	struct bytes in = tree_read_gzip("test/data/ubifs/good/none.gz");

	(void)state;
	assert_tool_has(in, true, true);
	put_truncation(in, 4096, 2, 5000); /* leaves both */
	assert_tool_has(in, true, true);
	put_truncation(in, 4032, 3, 4095); /* the first was written anew then */
	assert_tool_has(in, true, false);
	put_truncation(in, 3968, 4, 4097);
	assert_tool_has(in, true, false);
	uint8_t *data = new_node(in, 3000, 1, 49, 9); /* grown again */

	memcpy(data + 24, find_node(in, 2, "tool") + 40, 4);
	tree_put_u32(data + 28, false, (uint32_t)1 << 29 | 1);
	data[40] = 1;
	data[48] = run_beer().ptr[4096];
	mend_node(data);
	assert_tool_has(in, true, true);
	put_truncation(in, 3904, 1, 0); /* the oldest */
	assert_tool_has(in, false, true);
	run_free(in);
}

static void
a_signed_image_says_so_and_a_changed_one_not(void **state)
{
	struct bytes in = tree_read_gzip("test/data/ubifs/good/signed.gz");
	uint8_t *image = (uint8_t *)(uintptr_t)in.ptr;
	struct tree_stores stores = { true, true };
	struct run *run = run_format(&ubifs_format, in, TREE_LIMIT);
	struct format_info info;

	(void)state;
	tree_check(run, stores);
	assert_int_equal(run->info.authenticity, AUTHENTICITY_SIGNED);
	assert_string_equal(run->info.detail,
	    "13 blocks of 15360 bytes, authenticated (SHA-256), signed, key in "
	    "the device, digests below the root not checked");
	run_close(run);
	uint8_t *master = find_node(in, 7, NULL);

	master[170] ^= 1; /* the root's digest */
	mend_node(master);
	assert_int_equal(ubifs_format.probe(in, &info), ERR_OK);
	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_non_null(strstr(info.detail, "digest of the root is wrong"));
	master[170] ^= 1;
	mend_node(master);
	image[4096 + 64] ^= 1; /* the signature */
	mend_node(image + 4096);
	assert_int_equal(ubifs_format.probe(in, &info), ERR_OK);
	assert_int_equal(info.authenticity, AUTHENTICITY_CRC);
	assert_non_null(strstr(info.detail, "signature does not hold"));
	image[4096] ^= 1; /* no signature at all */
	assert_int_equal(ubifs_format.probe(in, &info), ERR_OK);
	assert_int_equal(info.authenticity, AUTHENTICITY_HASH);
	assert_non_null(strstr(info.detail, "by HMACs"));
	image[28] |= 0x10; /* encryption */
	mend_node(image);
	assert_int_equal(ubifs_format.probe(in, &info), ERR_OK);
	assert_int_equal(info.encrypted, ANSWER_YES);
	tree_check_prefixes(&ubifs_format, in, 1021);
	run_free(in);
}

static void
data_that_cannot_be_decoded_is_a_fault(void **state)
{
	struct bytes in = tree_read_gzip("test/data/ubifs/good/none.gz");
	uint8_t *data = find_node(in, 1, NULL);
	size_t faults = 0;

	(void)state;
	data[44] = 9; /* compr_type */
	mend_node(data);
	struct run *run = run_format(&ubifs_format, in, TREE_LIMIT);

	for (size_t i = 0; i < run->count; i++)
		faults += run->nodes[i].node.fault.code == ERR_UNSUPPORTED;
	assert_true(faults > 0);
	run_close(run);
	run_free(in);
}

static void
ubifs_is_read_from_every_prefix_or_refused(void **state)
{
	struct bytes in = tree_read_gzip("test/data/ubifs/good/zlib.gz");
	struct run *run = run_format(&ubifs_format, in, 4000);

	(void)state;
	assert_int_equal(run->ended, ERR_LIMIT);
	run_close(run);
	tree_check_prefixes(&ubifs_format, in, 1021);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ubi_gives_the_volumes_with_their_names),
		cmocka_unit_test(
		    blocks_may_stand_in_any_order_with_bad_ones_between),
		cmocka_unit_test(
		    the_newer_of_two_copies_counts_if_it_is_complete),
		cmocka_unit_test(what_a_static_volume_lacks_is_a_fault),
		cmocka_unit_test(block_numbers_past_the_image_are_left_out),
		cmocka_unit_test(a_volume_without_a_table_is_numbered),
		cmocka_unit_test(ubi_needs_its_header_checksums),
		cmocka_unit_test(ubi_is_read_from_every_prefix_or_refused),
		cmocka_unit_test(ubifs_reads_what_mkfs_wrote),
		cmocka_unit_test(a_removed_name_is_gone_and_the_newest_wins),
		cmocka_unit_test(directories_that_hold_each_other_end),
		cmocka_unit_test(a_node_with_a_wrong_checksum_is_not_there),
		cmocka_unit_test(data_that_cannot_be_decoded_is_a_fault),
		cmocka_unit_test(ubifs_is_read_from_every_prefix_or_refused),
		cmocka_unit_test(a_truncation_takes_older_blocks_away),
		cmocka_unit_test(a_signed_image_says_so_and_a_changed_one_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
