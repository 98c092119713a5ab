/* SPDX-License-Identifier: ISC */
/* UF2, Intel HEX and S-record: bytes with addresses. */
#include "image.h"
#include "mcu_probe.h"
#include "unpack/mcu.h"

static void
put_block(struct out *o, uint32_t address, const char *data, uint32_t number,
    uint32_t total)
{
	size_t start = o->len;

	out_u32le(o, 0x0a324655);
	out_u32le(o, 0x9e5d5157);
	out_u32le(o, 0x2000);
	out_u32le(o, address);
	out_u32le(o, (uint32_t)strlen(data));
	out_u32le(o, number);
	out_u32le(o, total);
	out_u32le(o, 0xada52840);
	out_text(o, data);
	image_put_fill(o, 0, start + 508 - o->len);
	out_u32le(o, 0x0ab16f30);
}

static void
uf2_blocks_are_put_in_the_order_of_their_addresses(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	put_block(&image, 0x1003, "def", 0, 3);
	put_block(&image, 0x1000, "abc", 1, 3);
	put_block(&image, 0x20000000, "far", 2, 3);
	struct format_info info = probe_yes(&uf2_format, out_bytes(&image));

	assert_int_equal(info.size, 1536);
	assert_int_equal(info.authenticity, AUTHENTICITY_NONE);
	assert_string_equal(info.architecture, "arm");
	assert_says(info, "nRF52840");
	assert_nodes(&uf2_format, out_bytes(&image),
	    "[/0x00001000]abcdef|[/0x20000000]far|");
	probe_refuses_every_prefix(&uf2_format, out_bytes(&image), 512);
	image.ptr[508] ^= 1; /* magicEnd */
	probe_no(&uf2_format, out_bytes(&image));
	out_close(&image);
}

static void
uf2_that_says_477_bytes_in_a_block_is_refused(void **state)
{
	struct out image = out_open(1 * MIB);

	(void)state;
	put_block(&image, 0, "abc", 0, 1);
	image.ptr[16] = 477 & 0xff;
	image.ptr[17] = 477 >> 8;
	probe_no(&uf2_format, out_bytes(&image));
	out_close(&image);
}

static void
ihex_is_decoded_and_its_small_gaps_filled(void **state)
{
	static const char text[] = ":020000040001F9\r\n"
				   ":03000000414243"
				   "37\r\n"
				   ":020005004546"
				   "6E\r\n"
				   ":00000001FF\r\n"
				   "behind";
	struct bytes in = bytes_of(text);

	(void)state;
	struct format_info info = probe_yes(&ihex_format, in);

	assert_int_equal(info.size, sizeof(text) - 1 - 6);
	assert_says(info, "4 lines, 5 bytes");
	assert_nodes(&ihex_format, in,
	    "ABC\xff\xff"
	    "EF|");
}

static void
ihex_with_a_wrong_sum_ends_there(void **state)
{
	static const char text[] = ":0300000041424337\n:0300030041424335\n";

	(void)state;
	/* one line alone is chance */
	probe_no(&ihex_format, bytes_of(text));
	probe_no(&ihex_format, bytes_of(":"));
	probe_no(&ihex_format, bytes_of(":zz"));
	probe_no(&ihex_format, bytes_of(": a comment\nand text\n"));
}

static void
ihex_that_says_one_place_twice_holds_the_first(void **state)
{
	static const char text[] = ":0300000041424337\n"
				   ":0300010058595AF1\n"
				   ":00000001FF\n";

	(void)state;
	(void)probe_yes(&ihex_format, bytes_of(text));
	assert_nodes(&ihex_format, bytes_of(text), "ABCZ|");
}

static void
srec_is_decoded(void **state)
{
	static const char text[] = "S00600004844521B\n"
				   "S1060100414243"
				   "32\n"
				   "S9030000FC\n";
	struct bytes in = bytes_of(text);

	(void)state;
	struct format_info info = probe_yes(&srec_format, in);

	assert_int_equal(info.size, sizeof(text) - 1);
	assert_nodes(&srec_format, in, "ABC|");
	probe_refuses_every_prefix(&srec_format, in, sizeof(text) - 3);
}

static void
records_stop_at_the_budget(void **state)
{
	static const char text[] = ":0300000041424337\n:00000001FF\n";
	struct budget budget = { .limit = 4 };
	void *handle = NULL;

	(void)state;
	assert_int_equal(
	    ihex_format.open(bytes_of(text), &budget, &handle), ERR_LIMIT);
	assert_null(handle);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    uf2_blocks_are_put_in_the_order_of_their_addresses),
		cmocka_unit_test(uf2_that_says_477_bytes_in_a_block_is_refused),
		cmocka_unit_test(ihex_is_decoded_and_its_small_gaps_filled),
		cmocka_unit_test(ihex_with_a_wrong_sum_ends_there),
		cmocka_unit_test(
		    ihex_that_says_one_place_twice_holds_the_first),
		cmocka_unit_test(srec_is_decoded),
		cmocka_unit_test(records_stop_at_the_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
