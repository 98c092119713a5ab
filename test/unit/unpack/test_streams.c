/* SPDX-License-Identifier: ISC */
/* Compressed streams: recognised, decoded, cut and broken ones. */
#include "unpack/streams.h"

#include "format_run.h"

#define GOOD "test/data/streams/good/"
#define LIMIT (16 * MIB)

static const struct {
	const struct format *format;
	const char *file;
	const char *detail;
	enum authenticity authenticity;
	bool cut_gives_part; /* it decodes before its first block is whole */
} samples[] = {
	{ &gzip_format, GOOD "beer.gz", "name: beer.txt", AUTHENTICITY_CRC,
	    true },
	{ &zlib_format, GOOD "beer.zlib", "", AUTHENTICITY_CRC, true },
	{ &xz_format, GOOD "beer.xz", "CRC32", AUTHENTICITY_CRC, true },
	{ &xz_format, GOOD "beer-sha256.xz", "SHA-256", AUTHENTICITY_HASH,
	    true },
	{ &lzma_format, GOOD "beer.lzma",
	    "lc 3, lp 0, pb 2, dictionary 8192 KiB, size unknown",
	    AUTHENTICITY_NONE, true },
	{ &lzma_format, GOOD "beer-openwrt.lzma",
	    "lc 1, lp 2, pb 2, dictionary 1024 KiB", AUTHENTICITY_NONE, true },
	{ &lzma_any_format, GOOD "beer-odd.lzma",
	    "lc 0, lp 0, pb 0, dictionary 64 KiB", AUTHENTICITY_NONE, true },
	{ &bzip2_format, GOOD "beer.bz2", "", AUTHENTICITY_CRC, false },
	{ &zstd_format, GOOD "beer.zst", "", AUTHENTICITY_CRC, false },
	{ &lz4_format, GOOD "beer.lz4", "", AUTHENTICITY_CRC, false },
	{ &lz4_legacy_format, GOOD "beer-legacy.lz4", "", AUTHENTICITY_NONE,
	    false },
	{ &lzo_format, GOOD "beer.lzo", "", AUTHENTICITY_CRC, false },
};
#define SAMPLE_COUNT (sizeof(samples) / sizeof(samples[0]))

static bool
magic_hits(const struct format *format, struct bytes in)
{
	for (size_t k = 0; k < FORMAT_MAGICS; k++) {
		const struct magic *m = &format->magic[k];
		struct bytes there = bytes_slice(in, m->at, m->len);

		if (m->len > 0 && there.len == m->len &&
		    memcmp(there.ptr, m->bytes, m->len) == 0)
			return true;
	}
	return format->magic[0].len == 0;
}

static void
streams_give_their_whole_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = run_read_sample(samples[i].file);
		struct run *run = run_format(samples[i].format, in, LIMIT);

		assert_true(magic_hits(samples[i].format, in));
		assert_int_equal(run->probed, ERR_OK);
		assert_int_equal(run->ended, ERR_END);
		assert_int_equal(run->count, 1);
		assert_int_equal(run->nodes[0].node.kind, NODE_PAYLOAD);
		assert_string_equal(run->nodes[0].name, "");
		assert_int_equal(run->nodes[0].node.fault.code, ERR_OK);
		assert_int_equal(run->nodes[0].node.size, 5000);
		run_assert_content(&run->nodes[0], run_beer());
		assert_int_equal(run->used, in.len);
		assert_int_equal(run->made, 5000);
		assert_string_equal(run->info.detail, samples[i].detail);
		assert_int_equal(
		    run->info.authenticity, samples[i].authenticity);
		run_close(run);
		run_free(in);
	}
}

static void
streams_end_before_what_follows_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = run_read_sample(samples[i].file);
		struct bytes more =
		    run_join(in, BYTES("\xff\xff\xff\xff and more of it"));
		struct run *run = run_format(samples[i].format, more, LIMIT);

		assert_int_equal(run->probed, ERR_OK);
		run_assert_content(&run->nodes[0], run_beer());
		assert_int_equal(run->used, in.len);
		run_close(run);
		run_free(more);
		run_free(in);
	}
}

static void
a_cut_stream_gives_what_came_before_or_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = run_read_sample(samples[i].file);
		size_t parts = 0;

		for (size_t len = 0; len < in.len; len++) {
			struct bytes cut =
			    run_join(bytes_slice(in, 0, len), BYTES(""));
			struct run *run =
			    run_format(samples[i].format, cut, LIMIT);

			if (run->count > 0 && run->nodes[0].content_len > 0) {
				struct run_node *n = &run->nodes[0];

				assert_true(n->content_len <= 5000);
				assert_memory_equal(
				    n->content, run_beer().ptr, n->content_len);
				assert_true(n->content_len == 5000 ||
				    n->node.fault.code == ERR_TRUNCATED);
				parts += n->content_len < 5000;
			}
			run_close(run);
			run_free(cut);
		}
		assert_int_equal(parts > 0, samples[i].cut_gives_part);
		run_free(in);
	}
}

static void
a_broken_checksum_is_a_fault_and_the_content_stays(void **state)
{
	struct bytes in = run_read_sample(GOOD "beer.gz");
	struct bytes copy = run_join(in, BYTES(""));
	uint8_t *crc = (uint8_t *)(uintptr_t)copy.ptr + copy.len - 8;

	(void)state;
	*crc ^= 1;
	struct run *run = run_format(&gzip_format, copy, LIMIT);

	assert_int_equal(run->count, 1);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_CHECKSUM);
	assert_string_equal(run->nodes[0].node.fault.format, "gzip");
	run_assert_content(&run->nodes[0], run_beer());
	run_close(run);
	run_free(copy);
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
		{ 0, 2, 7 },	 /* gzip: method */
		{ 0, 3, 0x88 },	 /* gzip: reserved flag */
		{ 0, 9, 99 },	 /* gzip: system */
		{ 1, 1, 0xdb },	 /* zlib: header check */
		{ 2, 7, 2 },	 /* xz: flags and their CRC */
		{ 4, 0, 0xe1 },	 /* lzma: pb 5 */
		{ 4, 0, 0x2f },	 /* lzma: lc 2, lp 5 and more */
		{ 4, 3, 0x81 },	 /* lzma: dictionary of an odd size */
		{ 4, 12, 0x7f }, /* lzma: size of 2^62 */
		{ 4, 13, 1 },	 /* lzma: first byte */
		{ 7, 3, '0' },	 /* bzip2: level */
		{ 8, 4, 0x2c },	 /* zstd: reserved bit */
		{ 9, 4, 0x24 },	 /* lz4: version */
		{ 9, 5, 0x30 },	 /* lz4: block size */
		{ 11, 15, 9 },	 /* lzo: method */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes in =
		    run_read_sample(samples[cases[i].sample].file);
		uint8_t *byte = (uint8_t *)(uintptr_t)in.ptr + cases[i].at;
		struct format_info info = { .size = 77 };

		assert_int_not_equal(*byte, cases[i].value);
		*byte = cases[i].value;
		assert_int_not_equal(
		    samples[cases[i].sample].format->probe(in, &info), ERR_OK);
		assert_int_equal(info.size, 77);
		run_free(in);
	}
}

static void
lzma_does_not_see_a_stream_in_zeros(void **state)
{
	static const uint8_t table[256] = {
		[0] = 0x5d, [4] = 1, [5] = 200 /* a size of 200 */
	};
	static const uint8_t unknown[256] = { [0] = 0x5d,
		[4] = 1,
		[5] = 0xff,
		[6] = 0xff,
		[7] = 0xff,
		[8] = 0xff,
		[9] = 0xff,
		[10] = 0xff,
		[11] = 0xff,
		[12] = 0xff };
	struct format_info info = { 0 };

	(void)state;
	assert_int_not_equal(
	    lzma_format.probe((struct bytes){ table, sizeof(table) }, &info),
	    ERR_OK);
	assert_int_not_equal(
	    lzma_format.probe(
		(struct bytes){ unknown, sizeof(unknown) }, &info),
	    ERR_OK);
}

/* Every magic is put before noise: what a search through an image meets. */
static void
magics_before_noise_are_refused(void **state)
{
	static uint8_t noise[4096];
	uint64_t x = 88172645463325252u; /* Marsaglia's xorshift */

	(void)state;
	for (size_t round = 0; round < 100; round++) {
		for (size_t i = 0; i < sizeof(noise); i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			noise[i] = (uint8_t)(x >> 32);
		}
		for (size_t i = 0; i < SAMPLE_COUNT; i++) {
			const struct format *format = samples[i].format;
			struct format_info info = { 0 };

			for (size_t k = 0; k < FORMAT_MAGICS; k++) {
				const struct magic *m = &format->magic[k];

				if (m->len == 0)
					continue;
				memcpy(noise + m->at, m->bytes, m->len);
				assert_int_not_equal(
				    format->probe(
					(struct bytes){ noise, sizeof(noise) },
					&info),
				    ERR_OK);
			}
		}
	}
}

static void
the_budget_bounds_what_is_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct bytes in = run_read_sample(samples[i].file);
		struct run *run = run_format(samples[i].format, in, 1000);

		assert_int_equal(run->count, 1);
		assert_int_equal(run->nodes[0].node.fault.code, ERR_LIMIT);
		assert_true(run->nodes[0].content_len <= 1000);
		assert_true(run->made <= 1000);
		run_close(run);
		run_free(in);
	}
}

static void
a_boot_image_cut_by_the_end_of_its_file_still_gives_its_part(void **state)
{
	struct bytes in = run_read_file("../shared/corpus/fact-uboot-mips.img");

	(void)state;
	if (in.ptr == NULL) {
		print_message("skipped: no corpus beside the project\n");
		skip();
	}
	struct run *run =
	    run_format(&lzma_format, bytes_from(in, 0x1c7b0), LIMIT);

	assert_int_equal(run->count, 1);
	assert_int_equal(run->nodes[0].content_len, 595259);
	assert_int_equal(run->nodes[0].node.size, 2713248);
	assert_int_equal(run->nodes[0].node.fault.code, ERR_TRUNCATED);
	run_close(run);
	run_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_give_their_whole_content),
		cmocka_unit_test(streams_end_before_what_follows_them),
		cmocka_unit_test(
		    a_cut_stream_gives_what_came_before_or_is_none),
		cmocka_unit_test(
		    a_broken_checksum_is_a_fault_and_the_content_stays),
		cmocka_unit_test(headers_out_of_range_are_refused),
		cmocka_unit_test(lzma_does_not_see_a_stream_in_zeros),
		cmocka_unit_test(magics_before_noise_are_refused),
		cmocka_unit_test(the_budget_bounds_what_is_made),
		cmocka_unit_test(
		    a_boot_image_cut_by_the_end_of_its_file_still_gives_its_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
