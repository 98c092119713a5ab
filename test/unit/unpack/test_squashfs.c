/* SPDX-License-Identifier: ISC */
/* SquashFS of every version, whole and broken. */
#include "squashfs_image.h"

#include "base/limits.h"
#include "unpack/squashfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define LIMIT (64 * MIB)

/* Of the longest superblock. */
#define SUPER_BITS ((size_t)119 * 8)

static const struct image_kind kinds[] = {
	{ "hsqs", 4, false, false, IMAGE_STORED, 1 },
	{ "hsqs", 4, false, false, IMAGE_ZLIB, 1 },
	{ "hsqs", 4, false, false, IMAGE_LZMA, 2 },
	{ "hsqs", 4, false, false, IMAGE_LZMA_NO_SIZE, 2 },
	{ "hsqs", 4, false, false, IMAGE_XZ, 4 },
	{ "hsqs", 4, false, false, IMAGE_XZ, 1 },  /* it says gzip */
	{ "sqsh", 4, true, false, IMAGE_ZLIB, 1 }, /* AVM */
	{ "sqsh", 4, true, false, IMAGE_XZ, 4 },
	{ "hsqs", 3, false, false, IMAGE_STORED, 0 },
	{ "hsqs", 3, false, false, IMAGE_ZLIB, 0 },
	{ "hsqs", 3, false, true, IMAGE_ZLIB, 0 },
	{ "sqsh", 3, true, false, IMAGE_ZLIB, 0 },
	{ "sqsh", 3, true, false, IMAGE_STORED, 0 },
	{ "shsq", 3, false, false, IMAGE_LZMA, 0 },
	{ "qshs", 3, true, false, IMAGE_LZMA, 0 },
	{ "hsqt", 3, false, false, IMAGE_LZMA_NO_SIZE, 0 },
	{ "tqsh", 3, true, false, IMAGE_LZMA_SHORT, 0 },
	{ "sqlz", 3, true, false, IMAGE_LZMA_RAW, 0 },
	{ "hsqs", 3, false, false, IMAGE_LZMA_ODD, 0 },
	{ "sqsh", 3, true, false, IMAGE_XZ, 0 },
	{ "hsqs", 2, false, false, IMAGE_ZLIB, 0 },
	{ "hsqs", 2, false, true, IMAGE_ZLIB, 0 },
	{ "sqsh", 2, true, false, IMAGE_ZLIB, 0 },
	{ "sqsh", 2, true, false, IMAGE_LZMA_RAW, 0 },
	{ "hsqs", 2, false, false, IMAGE_LZMA_RAW, 0 },
	{ "sqsh", 2, true, false, IMAGE_LZMA_ODD, 0 },
	{ "hsqs", 2, false, false, IMAGE_LZMA, 0 },
};
#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

static const struct image_wish no_wish;

static struct bytes
bytes_of_image(const struct image *m)
{
	return (struct bytes){ m->all.bytes, m->all.len };
}

struct expected {
	const char *name;
	enum node_kind kind;
	uint32_t mode;
	uint32_t gid;
	uint64_t size;
};

static const struct expected tree[] = {
	{ "/", NODE_DIRECTORY, 0755, 100, 0 },
	{ "/big", NODE_FILE, 0644, 100, IMAGE_BIG_LEN },
	{ "/link", NODE_SYMLINK, 0777, 100, 0 },
	{ "/small", NODE_FILE, 04755, 1000, 10 },
	{ "/sub", NODE_DIRECTORY, 0755, 100, 0 },
	{ "/sub/console", NODE_CHAR, 0600, 100, 0 },
	{ "/sub/fifo", NODE_FIFO, 0622, 100, 0 },
};

static void
check_big(struct bytes content)
{
	for (size_t i = 0; i < content.len; i++)
		assert_int_equal(content.ptr[i], image_big_byte(i));
}

static void
check_node(const struct node *node, const struct expected *e, unsigned major)
{
	assert_true(bytes_equal_text(node->name, e->name));
	assert_int_equal(node->fault.code, ERR_OK);
	assert_int_equal(node->kind, e->kind);
	assert_int_equal(node->mode, e->mode);
	assert_int_equal(node->uid, 1000);
	assert_int_equal(node->gid, e->gid);
	if (major >= 3 || e->kind == NODE_FILE || e->kind == NODE_DIRECTORY)
		assert_int_equal(node->mtime, 1234567890);
	if (e->kind == NODE_FILE)
		assert_int_equal(node->size, e->size);
	assert_int_equal(node->content.len, e->size);
	if (e->kind == NODE_CHAR) {
		assert_int_equal(node->device_major, 5);
		assert_int_equal(node->device_minor, 1);
	}
	if (e->kind == NODE_SYMLINK)
		assert_true(bytes_equal_text(node->link, "target"));
	if (e->size == IMAGE_BIG_LEN)
		check_big(node->content);
	else if (e->kind == NODE_FILE)
		assert_true(bytes_equal_text(node->content, IMAGE_SMALL));
}

static void
every_version_order_and_packing_is_read(void **state)
{
	static struct image m;

	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct budget budget = { .limit = LIMIT };
		struct format_info info;
		struct node node;
		void *handle;

		image_make(&m, kinds[i], no_wish);
		assert_int_equal(
		    squashfs_format.probe(bytes_of_image(&m), &info), ERR_OK);
		assert_int_equal(info.size, m.all.len);
		assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
		assert_int_equal(info.encrypted, ANSWER_NO);
		assert_non_null(strstr(info.detail,
		    kinds[i].big ? "big endian" : "little endian"));
		assert_non_null(strstr(info.detail, "7 inodes"));
		assert_null(strstr(info.detail, "unknown"));
		assert_int_equal(
		    squashfs_format.open(bytes_of_image(&m), &budget, &handle),
		    ERR_OK);
		for (size_t k = 0; k < sizeof(tree) / sizeof(tree[0]); k++) {
			assert_int_equal(
			    squashfs_format.next(handle, &node), ERR_OK);
			check_node(&node, &tree[k], kinds[i].major);
		}
		assert_int_equal(squashfs_format.next(handle, &node), ERR_END);
		squashfs_format.close(handle);
	}
}

static void
the_detail_names_the_packing_that_is_there(void **state)
{
	static struct image m;
	struct format_info info;

	(void)state;
	image_make(&m, kinds[5], no_wish); /* says gzip, is xz */
	assert_int_equal(
	    squashfs_format.probe(bytes_of_image(&m), &info), ERR_OK);
	assert_string_equal(info.detail, "v4 little endian, xz, 7 inodes");
}

static void
every_magic_of_the_table_is_probed_by_version(void **state)
{
	static struct image m;
	struct format_info info;

	(void)state;
	for (size_t i = 0; i < FORMAT_MAGICS; i++) {
		const struct magic *magic = &squashfs_format.magic[i];

		if (magic->len == 0)
			continue;
		image_make(&m, kinds[1], no_wish);
		assert_int_equal(magic->len, 4);
		memcpy(m.all.bytes, magic->bytes, 4);
		assert_int_equal(
		    squashfs_format.probe(bytes_of_image(&m), &info), ERR_OK);
	}
}

static void
probe_refuses_fields_that_disagree(void **state)
{
	static const struct {
		size_t at;
		uint64_t value;
		size_t len;
	} cases[] = {
		{ 4, 0, 4 },		     /* inodes */
		{ 12, 8192, 4 },	     /* block_size against block_log */
		{ 20, 0, 2 },		     /* compression */
		{ 20, 7, 2 }, { 22, 13, 2 }, /* block_log */
		{ 22, 0, 2 }, { 28, 0, 2 },  /* s_major */
		{ 28, 1, 2 }, { 28, 5, 2 },
		{ 32, UINT64_MAX, 8 }, /* root_inode */
		{ 40, 96, 8 },	       /* bytes_used */
		{ 48, 1 << 30, 8 },    /* id_table_start */
		{ 64, 12, 8 },	       /* inode_table_start */
		{ 72, 96, 8 },	       /* directory_table_start */
		{ 80, UINT64_MAX, 8 }, /* fragment_table_start */
	};
	static struct image m;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct format_info info = { .size = 77 };

		image_make(&m, kinds[1], no_wish);
		image_poke(&m, cases[i].at, cases[i].value, cases[i].len);
		assert_int_not_equal(
		    squashfs_format.probe(bytes_of_image(&m), &info), ERR_OK);
		assert_int_equal(info.size, 77);
	}
}

/* Walks to the end; returns how many nodes came whole. */
static size_t
walk(struct bytes in, uint64_t limit, enum err *ret_end)
{
	struct budget budget = { .limit = limit };
	struct format_info info;
	struct node node;
	void *handle;
	size_t whole = 0;
	size_t count = 0;

	*ret_end = squashfs_format.probe(in, &info);
	if (*ret_end == ERR_OK) {
		assert_true(info.size <= in.len);
		*ret_end = squashfs_format.open(
		    bytes_slice(in, 0, info.size), &budget, &handle);
	}
	if (*ret_end != ERR_OK)
		return 0;
	for (;;) {
		*ret_end = squashfs_format.next(handle, &node);
		if (*ret_end != ERR_OK)
			break;
		assert_true(++count < 10000);
		assert_true(node.name.len > 0 && node.name.ptr[0] == '/');
		whole += node.fault.code == ERR_OK;
	}
	assert_true(budget.made <= limit);
	squashfs_format.close(handle);
	return whole;
}

static void
cut_images_fail_or_give_less(void **state)
{
	static struct image m;

	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i += 3) {
		image_make(&m, kinds[i], no_wish);
		for (size_t n = 0; n < m.all.len; n += 64) {
			uint8_t *cut = malloc(n > 0 ? n : 1);
			enum err end;

			assert_non_null(cut);
			memcpy(cut, m.all.bytes, n);
			size_t whole =
			    walk((struct bytes){ cut, n }, LIMIT, &end);

			assert_true(end != ERR_OK);
			if (n <= m.directory_table)
				assert_int_equal(whole, 0);
			free(cut);
		}
	}
}

static void
a_cut_image_says_so(void **state)
{
	static struct image m;
	struct format_info info;

	(void)state;
	image_make(&m, kinds[1], no_wish);
	struct bytes cut = { m.all.bytes, m.inode_table };

	assert_int_equal(squashfs_format.probe(cut, &info), ERR_OK);
	assert_int_equal(info.size, cut.len);
	assert_non_null(strstr(info.detail, "cut short"));
	struct budget budget = { .limit = LIMIT };
	void *handle = &info;

	assert_int_equal(
	    squashfs_format.open(cut, &budget, &handle), ERR_TRUNCATED);
	assert_ptr_equal(handle, &info);
}

static void
flipped_bits_do_no_harm(void **state)
{
	static struct image m;

	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i += 6) {
		image_make(&m, kinds[i], no_wish);
		for (size_t bit = 0; bit < m.all.len * 8;
		     bit += bit < SUPER_BITS ? 1 : 97) {
			uint8_t mask = (uint8_t)(1 << bit % 8);
			enum err end;

			m.all.bytes[bit / 8] ^= mask;
			(void)walk(bytes_of_image(&m), LIMIT, &end);
			m.all.bytes[bit / 8] ^= mask;
		}
	}
}

static void
a_broken_block_keeps_what_is_before_it(void **state)
{
	static struct image m;
	struct budget budget = { .limit = LIMIT };
	struct node node = { 0 };
	void *handle;

	(void)state;
	image_make(&m, kinds[1], no_wish);
	/* the third block is longer than a block may be */
	image_make(&m, kinds[0], no_wish); /* stored: the list is in place */
	size_t lens = m.inode_table + 2 + m.big_at + 56;

	image_poke(&m, lens + 8, ((uint32_t)1 << 24) | 100, 4);
	assert_int_equal(
	    squashfs_format.open(bytes_of_image(&m), &budget, &handle), ERR_OK);
	assert_int_equal(squashfs_format.next(handle, &node), ERR_OK);
	assert_int_equal(squashfs_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal_text(node.name, "/big"));
	assert_int_equal(node.fault.code, ERR_MALFORMED);
	assert_string_equal(node.fault.field, "data block");
	assert_int_equal(node.size, IMAGE_BIG_LEN);
	assert_int_equal(node.content.len, 2 * IMAGE_BLOCK + 100);
	check_big(node.content);
	assert_int_equal(squashfs_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal_text(node.name, "/link"));
	assert_int_equal(node.fault.code, ERR_OK);
	squashfs_format.close(handle);
}

static void
a_size_that_no_blocks_justify_is_a_fault(void **state)
{
	static struct image m;
	struct budget budget = { .limit = LIMIT };
	struct node node = { 0 };
	void *handle;

	(void)state;
	image_make(&m, kinds[0], no_wish);
	image_poke(&m, m.inode_table + 2 + m.big_at + 24, (uint64_t)1 << 40, 8);
	assert_int_equal(
	    squashfs_format.open(bytes_of_image(&m), &budget, &handle), ERR_OK);
	assert_int_equal(squashfs_format.next(handle, &node), ERR_OK);
	assert_int_equal(squashfs_format.next(handle, &node), ERR_OK);
	assert_true(bytes_equal_text(node.name, "/big"));
	assert_int_equal(node.fault.code, ERR_TRUNCATED);
	assert_int_equal(node.content.len, 0);
	squashfs_format.close(handle);
}

static void
a_directory_is_entered_once(void **state)
{
	static struct image m;

	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct image_wish wish = { .loop = true };
		enum err end;

		image_make(&m, kinds[i], wish);
		/* all of the root but /sub, which is the root again */
		assert_int_equal(walk(bytes_of_image(&m), LIMIT, &end), 4);
		assert_int_equal(end, ERR_END);
	}
}

static void
a_name_is_one_part_of_a_path(void **state)
{
	static const struct {
		const char *name;
		const char *shown;
	} cases[] = {
		{ "..", "/??" },
		{ ".", "/?" },
		{ "a/../../b", "/a?..?..?b" },
	};
	static struct image m;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct image_wish wish = { .small_name = cases[i].name };
		struct budget budget = { .limit = LIMIT };
		struct node node = { 0 };
		void *handle;

		image_make(&m, kinds[1], wish);
		assert_int_equal(
		    squashfs_format.open(bytes_of_image(&m), &budget, &handle),
		    ERR_OK);
		for (int k = 0; k < 4; k++)
			assert_int_equal(
			    squashfs_format.next(handle, &node), ERR_OK);
		assert_true(bytes_equal_text(node.name, cases[i].shown));
		assert_int_equal(node.fault.code, ERR_MALFORMED);
		assert_string_equal(node.fault.field, "name");
		assert_true(bytes_equal_text(node.content, IMAGE_SMALL));
		squashfs_format.close(handle);
	}
}

static void
a_name_too_long_is_cut_and_told(void **state)
{
	static struct image m;
	static char name[LIMIT_PATH_LEN + 100];
	struct image_wish wish = { .small_name = name };
	struct budget budget = { .limit = LIMIT };
	struct node node = { 0 };
	void *handle;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	image_make(&m, kinds[1], wish);
	assert_int_equal(
	    squashfs_format.open(bytes_of_image(&m), &budget, &handle), ERR_OK);
	for (int k = 0; k < 4; k++)
		assert_int_equal(squashfs_format.next(handle, &node), ERR_OK);
	assert_int_equal(node.name.len, LIMIT_PATH_LEN);
	assert_int_equal(node.fault.code, ERR_LIMIT);
	for (int k = 4; k < IMAGE_INODES; k++) {
		assert_int_equal(squashfs_format.next(handle, &node), ERR_OK);
		assert_int_equal(node.fault.code, ERR_OK);
	}
	assert_int_equal(squashfs_format.next(handle, &node), ERR_END);
	squashfs_format.close(handle);
}

static void
the_budget_ends_the_walk(void **state)
{
	static struct image m;
	bool ended = false;
	bool whole = false;

	(void)state;
	image_make(&m, kinds[1], no_wish);
	for (uint64_t limit = 0; limit < 256 * KIB; limit += 2048) {
		enum err end;
		size_t count = walk(bytes_of_image(&m), limit, &end);

		assert_true(end != ERR_OK && end != ERR_MEMORY);
		ended |= end == ERR_LIMIT && count > 0;
		whole |= end == ERR_END && count == IMAGE_INODES;
	}
	assert_true(ended && whole);
}

static void
close_takes_nothing(void **state)
{
	(void)state;
	squashfs_format.close(NULL);
}

/* All of a file under the project's root; NULL when there is none. */
static uint8_t *
read_whole(const char *folder, const char *name, size_t *ret_len)
{
	const char *root = getenv("HALLMARK_ROOT");
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s/%s/%s",
	    root != NULL ? root : ".", folder, name);
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		return NULL;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size_t len = (size_t)ftell(f);
	uint8_t *all = malloc(len > 0 ? len : 1);

	rewind(f);
	assert_non_null(all);
	assert_int_equal(fread(all, 1, len, f), len);
	(void)fclose(f);
	*ret_len = len;
	return all;
}

struct sample {
	const char *name;
	size_t at;
	size_t nodes;
	const char *detail;
};

static bool
check_sample(const char *folder, const struct sample *s)
{
	struct format_info info;
	enum err end;
	size_t len = 0;
	uint8_t *all = read_whole(folder, s->name, &len);

	if (all == NULL)
		return false;
	struct bytes in = bytes_from((struct bytes){ all, len }, s->at);

	assert_int_equal(squashfs_format.probe(in, &info), ERR_OK);
	assert_string_equal(info.detail, s->detail);
	assert_int_equal(walk(in, LIMIT, &end), s->nodes);
	assert_int_equal(end, ERR_END);
	free(all);
	return true;
}

static void
images_of_mksquashfs_are_read(void **state)
{
	static const struct sample samples[] = {
		{ "gzip.sqfs", 0, 9, "v4 little endian, gzip, 8 inodes" },
		{ "lzma.sqfs", 0, 9, "v4 little endian, lzma, 8 inodes" },
		{ "lzo.sqfs", 0, 9, "v4 little endian, lzo, 8 inodes" },
		{ "xz.sqfs", 0, 9, "v4 little endian, xz, 8 inodes" },
		{ "lz4.sqfs", 0, 9, "v4 little endian, lz4, 8 inodes" },
		{ "zstd.sqfs", 0, 9, "v4 little endian, zstd, 8 inodes" },
		{ "many.sqfs", 0, 521, "v4 little endian, gzip, 521 inodes" },
		{ "stored.sqfs", 0, 9, "v4 little endian, gzip, 8 inodes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		assert_true(
		    check_sample("test/data/squashfs/good", &samples[i]));
}

static void
a_broken_metadata_block_costs_only_its_nodes(void **state)
{
	size_t len = 0;
	uint8_t *all = read_whole("test/data/squashfs/good", "many.sqfs", &len);
	enum err end;

	(void)state;
	assert_non_null(all);
	/* inode_table_start leads to the first block, that to the second */
	size_t first = all[64] | (size_t)all[65] << 8;
	size_t second = first + 2 + (all[first] | (size_t)all[first + 1] << 8);

	memset(all + second + 2, 0x55, 40);
	size_t whole = walk((struct bytes){ all, len }, LIMIT, &end);

	assert_int_equal(end, ERR_END);
	assert_true(whole > 200 && whole < 521);
	free(all);
}

static void
real_images_are_read_whole(void **state)
{
	static const struct sample samples[] = {
		{ "lede-ar71xx-mr3220-v1-factory.bin", 0x11d5e0, 1203,
		    "v4 little endian, xz, 1203 inodes" },
		{ "openwrt-orion-terastation-sysupgrade.img", 0, 799,
		    "v4 little endian, xz, 799 inodes" },
		{ "rauc-verity.raucb", 0, 7,
		    "v4 little endian, gzip, 7 inodes" },
		{ "sqfs-lzma_le.sqfs2", 0, 5,
		    "v2 little endian, lzma without headers, 5 inodes" },
		{ "sqfs-zlib_le.sqfs3", 0, 5,
		    "v3 little endian, gzip, 5 inodes" },
		{ "sqfs-avm_le.sqfs4", 0, 5, "v4 little endian, xz, 5 inodes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (!check_sample("../shared/corpus", &samples[i])) {
			print_message(
			    "skipped: no %s beside us\n", samples[i].name);
			skip();
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_order_and_packing_is_read),
		cmocka_unit_test(the_detail_names_the_packing_that_is_there),
		cmocka_unit_test(every_magic_of_the_table_is_probed_by_version),
		cmocka_unit_test(probe_refuses_fields_that_disagree),
		cmocka_unit_test(cut_images_fail_or_give_less),
		cmocka_unit_test(a_cut_image_says_so),
		cmocka_unit_test(flipped_bits_do_no_harm),
		cmocka_unit_test(a_broken_block_keeps_what_is_before_it),
		cmocka_unit_test(a_size_that_no_blocks_justify_is_a_fault),
		cmocka_unit_test(a_directory_is_entered_once),
		cmocka_unit_test(a_name_is_one_part_of_a_path),
		cmocka_unit_test(a_name_too_long_is_cut_and_told),
		cmocka_unit_test(the_budget_ends_the_walk),
		cmocka_unit_test(close_takes_nothing),
		cmocka_unit_test(images_of_mksquashfs_are_read),
		cmocka_unit_test(a_broken_metadata_block_costs_only_its_nodes),
		cmocka_unit_test(real_images_are_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
