/* SPDX-License-Identifier: ISC */
/* Android sparse images, built here chunk by chunk. */
#include "unpack/sparse.h"

#include "base/out.h"

#include "format_run.h"

#define LIMIT (16 * MIB)

static void
put_header(struct out *o, uint32_t block_len, uint32_t blocks, uint32_t chunks)
{
	out_u32le(o, 0xed26ff3a);
	out_u16le(o, 1);
	out_u16le(o, 0);
	out_u16le(o, 28);
	out_u16le(o, 12);
	out_u32le(o, block_len);
	out_u32le(o, blocks);
	out_u32le(o, chunks);
	out_u32le(o, 0);
}

static void
put_chunk(struct out *o, uint16_t type, uint32_t blocks, const char *data)
{
	out_u16le(o, type);
	out_u16le(o, 0);
	out_u32le(o, blocks);
	out_u32le(o, 12 + (uint32_t)strlen(data));
	out_text(o, data);
}

static struct out
good(void)
{
	struct out o = out_open(LIMIT);

	put_header(&o, 8, 6, 4);
	put_chunk(&o, 0xcac1, 2, "sixteen bytes !!");
	put_chunk(&o, 0xcac3, 1, "");
	put_chunk(&o, 0xcac2, 3, "fill");
	put_chunk(&o, 0xcac4, 0, "CRC!");
	return o;
}

static void
a_sparse_image_is_expanded(void **state)
{
	struct out o = good();

	(void)state;
	out_text(&o, "what follows");
	struct run *run =
	    run_format(&android_sparse_format, out_bytes(&o), LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->info.size, o.len - 12);
	assert_string_equal(
	    run->info.detail, "6 blocks of 8 bytes in 4 chunks");
	assert_int_equal(run->ended, ERR_END);
	assert_int_equal(run->count, 1);
	assert_int_equal(run->nodes[0].node.kind, NODE_PAYLOAD);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_OK);
	assert_int_equal(run->made, 48);
	run_assert_content(&run->nodes[0],
	    BYTES("sixteen bytes !!\0\0\0\0\0\0\0\0"
		  "fillfillfillfillfillfill"));
	run_close(run);
	out_close(&o);
}

static void
sparse_refuses_what_does_not_add_up(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum err err;
	} cases[] = {
		{ 0, 0, ERR_MALFORMED },     /* magic */
		{ 4, 2, ERR_UNSUPPORTED },   /* major_version */
		{ 8, 32, ERR_MALFORMED },    /* file_hdr_sz */
		{ 10, 16, ERR_MALFORMED },   /* chunk_hdr_sz */
		{ 12, 0, ERR_MALFORMED },    /* blk_sz */
		{ 12, 9, ERR_MALFORMED },    /* blk_sz */
		{ 16, 7, ERR_MALFORMED },    /* total_blks */
		{ 20, 5, ERR_TRUNCATED },    /* total_chunks */
		{ 28, 0xc5, ERR_MALFORMED }, /* chunk_type */
		{ 32, 3, ERR_MALFORMED },    /* chunk_sz */
		{ 36, 29, ERR_MALFORMED },   /* total_sz */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out o = good();
		struct format_info info = { .size = 77 };

		o.ptr[cases[i].at] = cases[i].value;
		assert_int_equal(
		    android_sparse_format.probe(out_bytes(&o), &info),
		    cases[i].err);
		assert_int_equal(info.size, 77);
		out_close(&o);
	}
}

static void
every_prefix_is_refused(void **state)
{
	struct out o = good();
	struct format_info info;

	(void)state;
	for (size_t len = 0; len < o.len; len++)
		assert_int_not_equal(
		    android_sparse_format.probe(
			bytes_slice(out_bytes(&o), 0, len), &info),
		    ERR_OK);
	out_close(&o);
}

static void
a_huge_hole_ends_at_a_limit(void **state)
{
	struct out o = out_open(LIMIT);

	(void)state;
	put_header(&o, 4096, UINT32_MAX, 1);
	put_chunk(&o, 0xcac2, UINT32_MAX, "fill");
	struct run *run =
	    run_format(&android_sparse_format, out_bytes(&o), LIMIT);

	assert_int_equal(run->probed, ERR_OK);
	assert_int_equal(run->ended, ERR_LIMIT);
	assert_int_equal(run->count, 0);
	run_close(run);
	run = run_format(&android_sparse_format, out_bytes(&o), LIMIT_FILE_LEN);
	assert_int_equal(run->count, 1);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_LIMIT);
	assert_int_equal(run->nodes[0].content_len, LIMIT_FILE_LEN);
	run_close(run);
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sparse_image_is_expanded),
		cmocka_unit_test(sparse_refuses_what_does_not_add_up),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(a_huge_hole_ends_at_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
