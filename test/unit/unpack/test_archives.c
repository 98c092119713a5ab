/* SPDX-License-Identifier: ISC */
/* Archives: what the usual tools make, hostile and broken ones. */
#include "unpack/archives.h"

#include "format_run.h"

#include <sys/resource.h>

#define GOOD "test/data/archives/good/"
#define BAD "test/data/archives/bad/"
#define LIMIT (16 * MIB)
#define PASSWD BYTES("root:x:0:0:root:/root:/bin/sh\n")

/* What every sample holds: some have only a part of the tree. */
enum part {
	PART_TOOL = 1,
	PART_PASSWD = 2,
	PART_LINK = 4,
	PART_DEVICES = 8,
	PART_FILES = PART_TOOL | PART_PASSWD,
	PART_ALL = 15,
};

static const struct {
	const struct format *format;
	const char *file;
	unsigned parts;
	size_t count;
	bool in_place;
	const char *tool, *passwd;
} samples[] = {
	{ &cpio_format, GOOD "newc.cpio", PART_ALL, 10, true, "/bin/tool2",
	    "/etc/passwd" },
	{ &cpio_format, GOOD "crc.cpio", PART_ALL, 10, true, "/bin/tool2",
	    "/etc/passwd" },
	{ &cpio_format, GOOD "odc.cpio", PART_ALL, 10, true, "/bin/tool",
	    "/etc/passwd" },
	{ &tar_format, GOOD "ustar.tar", PART_ALL, 10, true, "/bin/tool",
	    "/etc/passwd" },
	{ &tar_format, GOOD "gnu.tar", PART_ALL, 10, true, "/bin/tool",
	    "/etc/passwd" },
	{ &tar_format, GOOD "pax.tar", PART_ALL, 10, true, "/bin/tool",
	    "/etc/passwd" },
	{ &tar_v7_format, GOOD "v7.tar", PART_FILES | PART_LINK, 8, true,
	    "/bin/tool", "/etc/passwd" },
	{ &zip_format, GOOD "unix.zip", PART_FILES | PART_LINK, 7, false,
	    "/bin/tool", "/etc/passwd" },
	{ &zip_format, GOOD "streamed.zip", PART_TOOL, 1, false, "/bin/tool",
	    NULL },
	{ &ar_format, GOOD "gnu.ar", PART_FILES, 2, true, "/tool", "/passwd" },
	{ &sevenzip_format, GOOD "lzma.7z", PART_FILES, 4, false, "/bin/tool",
	    "/etc/passwd" },
};
#define SAMPLE_COUNT (sizeof(samples) / sizeof(samples[0]))

static void
check_sample(size_t i, struct bytes in, size_t size)
{
	struct run *run = run_format(samples[i].format, in, LIMIT);
	unsigned parts = samples[i].parts;

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->info.size, size);
	assert_int_equal(run->count, samples[i].count);
	for (size_t k = 0; k < run->count; k++)
		assert_int_equal(run->nodes[k].node.fault.code, ERR_OK);
	if ((parts & PART_TOOL) != 0) {
		const struct run_node *n = run_get(run, samples[i].tool);

		run_assert_content(n, run_beer());
		assert_int_equal(n->node.size, 5000);
		assert_int_equal(n->node.in_place, samples[i].in_place);
	}
	if ((parts & PART_PASSWD) != 0) {
		const struct run_node *n = run_get(run, samples[i].passwd);

		run_assert_content(n, PASSWD);
		assert_int_equal(n->node.kind, NODE_FILE);
	}
	if ((parts & PART_LINK) != 0) {
		assert_int_equal(
		    run_get(run, "/etc/link")->node.kind, NODE_SYMLINK);
		assert_string_equal(
		    run_get(run, "/etc/link")->link, "../bin/tool");
	}
	if ((parts & PART_DEVICES) != 0) {
		const struct node *n = &run_get(run, "/etc/null")->node;

		assert_int_equal(n->kind, NODE_CHAR);
		assert_int_equal(n->device_major, 1);
		assert_int_equal(n->device_minor, 3);
		assert_int_equal(
		    run_get(run, "/etc/disk")->node.kind, NODE_BLOCK);
	}
	run_close(run);
}

static void
archives_give_what_the_tools_put_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = run_read_sample(samples[i].file);

		check_sample(i, in, in.len);
		run_free(in);
	}
}

static void
archives_end_before_what_follows_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = run_read_sample(samples[i].file);
		struct bytes more =
		    run_join(in, BYTES("PK\x05\x06 hsqs and more of it"));

		check_sample(i, more, in.len);
		run_free(more);
		run_free(in);
	}
}

static void
modes_and_owners_come_as_stored(void **state)
{
	static const size_t with_owner[] = { 0, 2, 3, 4, 5, 6, 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(with_owner) / sizeof(with_owner[0]);
	     i++) {
		size_t s = with_owner[i];
		struct bytes in = run_read_sample(samples[s].file);
		struct run *run = run_format(samples[s].format, in, LIMIT);
		const struct node *n = &run_get(run, "/etc/passwd")->node;

		assert_int_equal(n->mode, 0640);
		assert_int_equal(n->uid, 7);
		assert_int_equal(n->gid, 8);
		assert_int_equal(n->mtime, 1700000000);
		assert_int_equal(run_get(run, "/bin/tool")->node.mode, 04755);
		run_close(run);
		run_free(in);
	}
}

static void
every_prefix_is_refused_or_read_in_part(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = run_read_sample(samples[i].file);

		for (size_t len = 0; len < in.len; len += 7) {
			struct bytes cut =
			    run_join(bytes_slice(in, 0, len), BYTES(""));
			struct run *run =
			    run_format(samples[i].format, cut, LIMIT);

			for (size_t k = 0; k < run->count; k++) {
				const struct run_node *n = &run->nodes[k];

				/* what is less must say so */
				if (n->node.kind == NODE_FILE &&
				    n->content_len < n->node.size)
					assert_int_not_equal(
					    n->node.fault.code, ERR_OK);
			}
			run_close(run);
			run_free(cut);
		}
		run_free(in);
	}
}

static void
several_cpios_in_a_row_are_one_initramfs(void **state)
{
	static const uint8_t zeros[1024];
	struct bytes in = run_read_sample(GOOD "newc.cpio");
	struct bytes gap = run_join(in, (struct bytes){ zeros, sizeof(zeros) });
	struct bytes two = run_join(gap, in);
	struct run *run = run_format(&cpio_format, two, LIMIT);

	(void)state;
	assert_int_equal(run->info.size, two.len);
	assert_int_equal(run->count, 20);
	assert_int_equal(run->ended, ERR_END);
	run_assert_content(&run->nodes[19], PASSWD);
	assert_string_equal(run->info.detail, "newc, 22 headers, 2 archives");
	run_close(run);
	run_free(two);
	run_free(gap);
	run_free(in);
}

static void
names_cannot_leave_the_archive(void **state)
{
	static const char header[] = "070701"
				     "00000001"
				     "000081a4"
				     "00000000"
				     "00000000"
				     "00000001"
				     "00000000"
				     "00000002"
				     "00000000"
				     "00000000"
				     "00000000"
				     "00000000"
				     "00000012"
				     "00000000"
				     "../../etc//shadow\0hi\0\0"
				     "070701"
				     "00000000"
				     "00000000"
				     "00000000"
				     "00000000"
				     "00000001"
				     "00000000"
				     "00000000"
				     "00000000"
				     "00000000"
				     "00000000"
				     "00000000"
				     "0000000b"
				     "00000000"
				     "TRAILER!!!\0\0\0";
	struct run *run = run_format(&cpio_format, BYTES(""), LIMIT);

	(void)state;
	assert_int_not_equal(run->probed, ERR_OK);
	run_close(run);
	run = run_format(&cpio_format,
	    (struct bytes){ (const uint8_t *)header, sizeof(header) - 1 },
	    LIMIT);
	assert_int_equal(run->count, 1);
	assert_string_equal(run->nodes[0].name, "/etc/shadow");
	run_assert_content(&run->nodes[0], BYTES("hi"));
	run_close(run);
}

static void
an_encrypted_member_says_so(void **state)
{
	struct bytes in = run_read_sample(GOOD "encrypted.zip");
	struct run *run = run_format(&zip_format, in, LIMIT);

	(void)state;
	assert_int_equal(run->info.encrypted, ANSWER_YES);
	assert_int_equal(run->count, 1);
	assert_string_equal(run->nodes[0].name, "/etc/passwd");
	assert_int_equal(run->nodes[0].node.fault.code, ERR_ENCRYPTED);
	assert_int_equal(run->nodes[0].content_len, 0);
	run_close(run);
	run_free(in);
}

static void
a_zip_that_lost_its_directory_is_read_by_its_local_headers(void **state)
{
	struct bytes in = run_read_sample(GOOD "unix.zip");
	size_t at = bytes_find(in, BYTES("PK\x01\x02"), 0);
	struct run *run =
	    run_format(&zip_format, bytes_slice(in, 0, at), LIMIT);

	(void)state;
	assert_int_equal(run->info.size, at);
	run_assert_content(run_get(run, "/bin/tool"), run_beer());
	run_assert_content(run_get(run, "/etc/passwd"), PASSWD);
	run_close(run);
	run_free(in);
}

static void
a_zip_inside_a_zip_does_not_end_the_outer_one(void **state)
{
	struct bytes in = run_read_sample(GOOD "streamed.zip");
	struct run *run;
	/* one member, stored, of in.len bytes: no CRC, no directory behind */
	uint8_t header[] = "PK\3\4\n\0\0\0\0\0\0\0\0\0\0\0\0\0L\2\0\0L\2\0\0"
			   "\5\0\0\0z.zip";

	(void)state;
	header[18] = header[22] = (uint8_t)in.len;
	header[19] = header[23] = (uint8_t)(in.len >> 8);
	struct bytes outer =
	    run_join((struct bytes){ header, sizeof(header) - 1 }, in);

	run = run_format(&zip_format, outer, LIMIT);
	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->info.size, outer.len);
	assert_int_equal(run->nodes[0].content_len, in.len);
	assert_string_equal(run->nodes[0].name, "/z.zip");
	run_close(run);
	run_free(outer);
	run_free(in);
}

static void
a_wrong_checksum_is_a_fault(void **state)
{
	struct bytes in = run_read_sample(GOOD "unix.zip");
	size_t local = bytes_find(in, BYTES("etc/passwd"), 0);
	size_t central = bytes_find(in, BYTES("etc/passwd"), local + 1);
	struct run *run;

	(void)state;
	assert_int_not_equal(central, SIZE_MAX);
	((uint8_t *)(uintptr_t)in.ptr)[central - 46 + 16] ^= 1; /* crc-32 */
	((uint8_t *)(uintptr_t)in.ptr)[local - 30 + 14] ^= 1;
	run = run_format(&zip_format, in, LIMIT);
	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(
	    run_get(run, "/etc/passwd")->node.fault.code, ERR_CHECKSUM);
	assert_int_equal(run_get(run, "/etc/passwd")->content_len, PASSWD.len);
	run_close(run);
	run_free(in);
}

static void
a_sparse_file_has_its_holes(void **state)
{
	struct bytes in = run_read_sample(GOOD "sparse.tar");
	struct run *run = run_format(&tar_format, in, LIMIT);

	(void)state;
	assert_int_equal(run->count, 1);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_OK);
	assert_int_equal(run->nodes[0].content_len, 200000);
	assert_memory_equal(
	    run->nodes[0].content + 99997, "\0\0\0end\0\0\0", 9);
	assert_int_equal(run->made, 200000);
	run_close(run);
	/* but not more than the budget has */
	run = run_format(&tar_format, in, 50000);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_LIMIT);
	assert_true(run->nodes[0].content_len <= 50000);
	run_close(run);
	run_free(in);
}

static void
the_budget_bounds_what_is_made(void **state)
{
	struct bytes in = run_read_sample(GOOD "unix.zip");
	struct run *run = run_format(&zip_format, in, 100);

	(void)state;
	assert_int_equal(run_get(run, "/bin/tool")->node.fault.code, ERR_LIMIT);
	assert_true(run->made <= 100);
	run_close(run);
	run_free(in);
}

static void
headers_out_of_range_are_refused(void **state)
{
	static const struct {
		size_t sample; /* in samples */
		size_t at;
		uint8_t value;
	} cases[] = {
		{ 0, 5, '9' },	 /* newc: magic */
		{ 0, 14, 'g' },	 /* newc: not a digit */
		{ 0, 94, 'f' },	 /* newc: length of the name */
		{ 0, 18, '0' },	 /* newc: no type in the mode */
		{ 2, 59, '7' },	 /* odc: length of the name */
		{ 3, 0, 0 },	 /* tar: no name, and the sum */
		{ 3, 148, '7' }, /* tar: sum */
		{ 6, 100, '7' }, /* v7: mode, and so the sum */
		{ 7, 4, 99 },	 /* zip: version */
		{ 7, 7, 0xc0 },	 /* zip: reserved flags */
		{ 7, 8, 200 },	 /* zip: method */
		{ 7, 27, 0xff }, /* zip: length of the name */
		{ 9, 66, 'x' },	 /* ar: end of header */
		{ 9, 56, 'x' },	 /* ar: size */
		{ 10, 8, 0 },	 /* 7z: CRC */
		{ 10, 12, 1 },	 /* 7z: offset, and so the CRC */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in =
		    run_read_sample(samples[cases[i].sample].file);
		uint8_t *byte = (uint8_t *)(uintptr_t)in.ptr + cases[i].at;
		struct format_info info = { .size = 77 };

		assert_int_not_equal(*byte, cases[i].value);
		*byte = cases[i].value;
		if (samples[cases[i].sample].format->probe(in, &info) == ERR_OK)
			fail_msg("case %zu is believed", i);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
a_nordic_package_has_its_stored_members_in_place(void **state)
{
	struct bytes in =
	    run_read_file("../shared/corpus/adafruit-feather-dfu.zip");

	(void)state;
	if (in.ptr == NULL) {
		print_message("skipped: no corpus beside the project\n");
		skip();
	}
	struct run *run = run_format(&zip_format, in, LIMIT);

	assert_int_equal(run->info.size, in.len);
	assert_int_equal(run->count, 3);
	assert_int_equal(run_get(run, "/manifest.json")->content_len, 532);
	assert_int_equal(run_get(run, "/sd_bl.dat")->content_len, 14);
	assert_int_equal(run_get(run, "/sd_bl.bin")->content_len, 190016);
	assert_int_equal(run_get(run, "/sd_bl.bin")->node.mode, 0644);
	assert_true(run_get(run, "/sd_bl.bin")->node.in_place);
	run_close(run);
	run_free(in);
}

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER
#endif
#endif

/* As in the jail; address space is not memory to the address sanitizer. */
static bool
limit_address_space(rlim_t limit)
{
#if defined(ADDRESS_SANITIZER)
	(void)limit;
	return false;
#else
	struct rlimit rlimit;

	if (getrlimit(RLIMIT_AS, &rlimit) != 0)
		return false;
	rlimit.rlim_cur = limit;
	return setrlimit(RLIMIT_AS, &rlimit) == 0;
#endif
}

static void
memory_that_a_member_claims_is_its_own_fault(void **state)
{
	static const char *const files[] = { BAD "claims-dictionary.7z",
		BAD "claims-model.7z" };

	(void)state;
	if (!limit_address_space((rlim_t)2048 * MIB)) {
		print_message("skipped: the address space has no limit\n");
		skip();
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct bytes in = run_read_file(files[i]);
		struct run *run = run_format(&sevenzip_format, in, LIMIT);

		assert_int_equal(run->probed, ERR_OK);
		assert_int_equal(run->ended, ERR_END);
		assert_int_equal(run->count, 1);
		assert_int_equal(
		    run->nodes[0].node.fault.code, ERR_UNSUPPORTED);
		assert_string_equal(run->nodes[0].node.fault.field, "data");
		run_close(run);
		run_free(in);
	}
	assert_true(limit_address_space(RLIM_INFINITY));
}

static void
a_cpio_is_not_opened_where_its_first_header_is_none(void **state)
{
	struct budget budget = { .limit = LIMIT };
	struct bytes in =
	    run_read_file("test/corpus/archives/claims-gigabytes");
	void *handle = NULL;

	(void)state;
	assert_non_null(in.ptr);
	assert_int_equal(cpio_format.open(in, &budget, &handle), ERR_MALFORMED);
	assert_null(handle);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(archives_give_what_the_tools_put_in),
		cmocka_unit_test(archives_end_before_what_follows_them),
		cmocka_unit_test(modes_and_owners_come_as_stored),
		cmocka_unit_test(every_prefix_is_refused_or_read_in_part),
		cmocka_unit_test(several_cpios_in_a_row_are_one_initramfs),
		cmocka_unit_test(names_cannot_leave_the_archive),
		cmocka_unit_test(an_encrypted_member_says_so),
		cmocka_unit_test(
		    a_zip_that_lost_its_directory_is_read_by_its_local_headers),
		cmocka_unit_test(a_zip_inside_a_zip_does_not_end_the_outer_one),
		cmocka_unit_test(a_wrong_checksum_is_a_fault),
		cmocka_unit_test(a_sparse_file_has_its_holes),
		cmocka_unit_test(the_budget_bounds_what_is_made),
		cmocka_unit_test(headers_out_of_range_are_refused),
		cmocka_unit_test(memory_that_a_member_claims_is_its_own_fault),
		cmocka_unit_test(
		    a_cpio_is_not_opened_where_its_first_header_is_none),
		cmocka_unit_test(
		    a_nordic_package_has_its_stored_members_in_place),
	};

	/* zip's times are local; the program does the same */
	if (setenv("TZ", "UTC0", 1) != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
