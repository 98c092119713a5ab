/* SPDX-License-Identifier: ISC */
/* A data set goes through a pack unchanged. */
#include "worker/data_pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct data_file files[] = {
	{ "rules.tsv", { (const uint8_t *)"id\ttitle\n", 9 }, NULL },
	{ "catalogues/x.tsv", { (const uint8_t *)"\0\1", 2 }, NULL },
	{ "empty", { NULL, 0 }, NULL },
};
static const struct data_set set = { files, 3 };

static void
a_set_comes_back_whole(void **state)
{
	struct out o = out_open(1000);
	struct arena arena = arena_open(100000);
	struct data_set back;

	(void)state;
	data_pack_write(&o, &set);
	assert_int_equal(data_pack_read(out_bytes(&o), &arena, &back), ERR_OK);
	assert_int_equal(back.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(back.file[i].name, files[i].name);
		assert_true(
		    bytes_equal(back.file[i].content, files[i].content));
	}
	arena_close(&arena);
	out_close(&o);
}

static void
every_prefix_of_a_pack_is_refused(void **state)
{
	struct out o = out_open(1000);

	(void)state;
	data_pack_write(&o, &set);
	for (size_t len = 0; len < o.len; len++) {
		struct arena arena = arena_open(100000);
		struct data_set back = { NULL, 77 };

		assert_int_equal(
		    data_pack_read(
			bytes_slice(out_bytes(&o), 0, len), &arena, &back),
		    ERR_TRUNCATED);
		assert_int_equal(back.count, 77);
		arena_close(&arena);
	}
	out_close(&o);
}

static void
a_pack_without_end_is_refused(void **state)
{
	static const uint8_t many[] = { 0xe9, 3, 0, 0 }; /* 1001 files */
	struct arena arena = arena_open(100000);
	struct data_set back;

	(void)state;
	assert_int_equal(
	    data_pack_read((struct bytes){ many, 4 }, &arena, &back),
	    ERR_LIMIT);
	assert_int_equal(
	    data_pack_read(BYTES("\0\0\0\0x"), &arena, &back), ERR_MALFORMED);
	arena_close(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_comes_back_whole),
		cmocka_unit_test(every_prefix_of_a_pack_is_refused),
		cmocka_unit_test(a_pack_without_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
