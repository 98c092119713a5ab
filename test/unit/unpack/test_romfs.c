/* SPDX-License-Identifier: ISC */
/* romfs: what genromfs makes, and broken headers. */
#include "unpack/romfs.h"

#include "tree_run.h"

#define GOOD "test/data/romfs/good/tree.romfs"

/* A copy of the sample that may be written to. */
static uint8_t *
open_sample(struct bytes *ret)
{
	*ret = run_read_sample(GOOD);
	return (uint8_t *)(uintptr_t)ret->ptr;
}

/* Makes the sum of in[0, 512) zero again. */
static void
mend(uint8_t *image)
{
	uint32_t sum = 0;

	tree_put_u32(image + 12, true, 0);
	for (size_t i = 0; i < 512; i += 4)
		sum += (uint32_t)image[i] << 24 | (uint32_t)image[i + 1] << 16 |
		    (uint32_t)image[i + 2] << 8 | image[i + 3];
	tree_put_u32(image + 12, true, 0u - sum);
}

static size_t
header_of(struct bytes in, const char *name)
{
	return bytes_find(in, bytes_of(name), 64) - 16;
}

static void
romfs_reads_what_genromfs_wrote(void **state)
{
	struct bytes in = run_read_sample(GOOD);
	struct run *run = run_format(&romfs_format, in, TREE_LIMIT);
	struct tree_stores stores = { false, false };

	(void)state;
	tree_check(run, stores);
	assert_int_equal(run->count, 10);
	assert_int_equal(run->info.size, 5632);
	assert_string_equal(run->info.detail, "volume \"small\"");
	assert_int_equal(run_get(run, "/bin/tool")->node.mode, 0755);
	assert_int_equal(run_get(run, "/etc/passwd")->node.mode, 0644);
	assert_true(run_get(run, "/bin/tool")->node.in_place);
	run_close(run);
	run_free(in);
}

static void
romfs_needs_its_checksum_and_a_root(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	struct format_info info = { .size = 77 };

	(void)state;
	image[100] ^= 1;
	assert_int_equal(romfs_format.probe(in, &info), ERR_CHECKSUM);
	image[100] ^= 1;
	image[35] = (uint8_t)((image[35] & ~7) | 2); /* the root is a file */
	mend(image);
	assert_int_equal(romfs_format.probe(in, &info), ERR_MALFORMED);
	assert_int_equal(info.size, 77);
	run_free(in);
}

static void
a_chain_that_bites_its_tail_ends(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	size_t at = header_of(in, "tool2");

	(void)state;
	tree_put_u32(image + at, true, (uint32_t)at | (image[at + 3] & 15u));
	mend(image);
	struct run *run = run_format(&romfs_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run_get(run, "/bin")->node.fault.code, ERR_MALFORMED);
	assert_non_null(run_find(run, "/bin/tool2"));
	run_close(run);
	run_free(in);
}

static void
a_directory_is_listed_once(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	size_t empty = header_of(in, "empty");
	size_t etc = header_of(in, "etc");

	(void)state;
	memcpy(image + empty + 4, image + etc + 4, 4);
	mend(image);
	struct run *run = run_format(&romfs_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run_get(run, "/empty")->node.fault.code == ERR_OK, 0);
	assert_int_equal(run->count, 10);
	run_close(run);
	run_free(in);
}

static void
what_is_cut_or_changed_is_a_fault(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	size_t tool = header_of(in, "tool2");
	size_t passwd = header_of(in, "passwd");

	(void)state;
	image[tool + 8] = 0x7f; /* size */
	image[passwd + 11]--;
	mend(image);
	struct run *run = run_format(&romfs_format, in, TREE_LIMIT);

	assert_int_equal(run_get(run, "/etc/passwd")->content_len, 29);
	assert_int_equal(
	    run_get(run, "/etc/passwd")->node.fault.code, ERR_CHECKSUM);
	assert_int_equal(run_get(run, "/bin/tool2")->node.size >> 24, 0x7f);
	assert_int_not_equal(
	    run_get(run, "/bin/tool2")->node.fault.code, ERR_OK);
	run_close(run);
	run_free(in);
}

static void
hard_links_to_each_other_end(void **state)
{
	struct bytes in;
	uint8_t *image = open_sample(&in);
	size_t a = header_of(in, "passwd");
	size_t b = header_of(in, "null");

	(void)state;
	image[a + 3] &= 0xf0;
	image[b + 3] &= 0xf0;
	tree_put_u32(image + a + 4, true, (uint32_t)b);
	tree_put_u32(image + b + 4, true, (uint32_t)a);
	mend(image);
	struct run *run = run_format(&romfs_format, in, TREE_LIMIT);

	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(
	    run_get(run, "/etc/null")->node.fault.code, ERR_MALFORMED);
	run_close(run);
	run_free(in);
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	struct bytes in = run_read_sample(GOOD);

	(void)state;
	tree_check_prefixes(&romfs_format, in, 1);
	run_free(in);
}

static void
contents_end_at_the_budget(void **state)
{
	struct bytes in = run_read_sample(GOOD);
	struct run *run = run_format(&romfs_format, in, 100);

	(void)state;
	assert_int_equal(run->ended, ERR_LIMIT);
	run_close(run);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(romfs_reads_what_genromfs_wrote),
		cmocka_unit_test(romfs_needs_its_checksum_and_a_root),
		cmocka_unit_test(a_chain_that_bites_its_tail_ends),
		cmocka_unit_test(a_directory_is_listed_once),
		cmocka_unit_test(what_is_cut_or_changed_is_a_fault),
		cmocka_unit_test(hard_links_to_each_other_end),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
		cmocka_unit_test(contents_end_at_the_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
