/* SPDX-License-Identifier: ISC */
/* How much each address may ask, and how addresses are read. */
#include "http/addresses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct addresses_limits limits = {
	.connections = 2,
	.rate = {
		[ADDRESSES_READ] = { 10, 5 },
		[ADDRESSES_SEND] = { 2, 1 },
	},
};

static struct addresses *
open_table(void)
{
	static const uint8_t key[ADDRESSES_KEY_LEN] = { 1, 2, 3 };
	struct addresses *table = NULL;

	assert_int_equal(addresses_open(&limits, key, &table), ERR_OK);
	return table;
}

static void
addresses_names_an_address_by_its_network(void **state)
{
	static const uint8_t one[4] = { 192, 0, 2, 1 };
	static const uint8_t two[4] = { 192, 0, 2, 2 };
	static const uint8_t mapped[16] = {
		[10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 1
	};
	static const uint8_t six[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1,
		9 };
	static const uint8_t same[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1,
		8 };
	static const uint8_t far[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 2,
		9 };
	struct addresses *table = open_table();

	(void)state;
	uint64_t name = addresses_name(table, (struct bytes){ one, 4 });

	assert_true(name != 0);
	assert_true(name != addresses_name(table, (struct bytes){ two, 4 }));
	assert_true(
	    name == addresses_name(table, (struct bytes){ mapped, 16 }));
	assert_true(addresses_name(table, (struct bytes){ six, 16 }) ==
	    addresses_name(table, (struct bytes){ same, 16 }));
	assert_true(addresses_name(table, (struct bytes){ six, 16 }) !=
	    addresses_name(table, (struct bytes){ far, 16 }));
	assert_true(addresses_name(table, (struct bytes){ NULL, 0 }) != 0);
	addresses_close(table);
}

static void
addresses_counts_connections_of_each(void **state)
{
	struct addresses *table = open_table();

	(void)state;
	assert_true(addresses_enter(table, 7, 0));
	assert_true(addresses_enter(table, 7, 0));
	assert_false(addresses_enter(table, 7, 0));
	assert_true(addresses_enter(table, 8, 0));
	addresses_leave(table, 7);
	assert_true(addresses_enter(table, 7, 0));
	addresses_close(table);
}

static void
addresses_gives_back_by_the_second(void **state)
{
	struct addresses *table = open_table();

	(void)state;
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(
		    addresses_spend(table, 7, ADDRESSES_READ, 1000), 0);
	assert_int_equal(addresses_spend(table, 7, ADDRESSES_READ, 1000), 1);
	/* others, and other deeds, have their own */
	assert_int_equal(addresses_spend(table, 8, ADDRESSES_READ, 1000), 0);
	assert_int_equal(addresses_spend(table, 7, ADDRESSES_SEND, 1000), 0);
	assert_int_equal(addresses_spend(table, 7, ADDRESSES_READ, 1199), 1);
	assert_int_equal(addresses_spend(table, 7, ADDRESSES_READ, 1200), 0);
	assert_int_equal(addresses_spend(table, 7, ADDRESSES_READ, 1201), 1);
	/* no more than the burst is saved up, however long it was silent */
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(
		    addresses_spend(table, 7, ADDRESSES_READ, UINT64_MAX / 2),
		    0);
	assert_true(
	    addresses_spend(table, 7, ADDRESSES_READ, UINT64_MAX / 2) > 0);
	addresses_close(table);
}

static void
addresses_forgets_who_is_not_connected(void **state)
{
	/* names that fall into one row of the table */
	const uint64_t step = (uint64_t)1 << 32;
	struct addresses *table = open_table();

	(void)state;
	for (uint64_t i = 1; i <= 8; i++)
		assert_true(addresses_enter(table, i * step + 5, i));
	/* the row is full of connected ones: the ninth is not counted */
	for (unsigned i = 0; i < 5; i++)
		assert_true(addresses_enter(table, 9 * step + 5, 20));
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(
		    addresses_spend(table, 9 * step + 5, ADDRESSES_READ, 20),
		    0);
	addresses_leave(table, 9 * step + 5);
	/* one goes, and its place is had */
	addresses_leave(table, 3 * step + 5);
	assert_true(addresses_enter(table, 9 * step + 5, 21));
	assert_true(addresses_enter(table, 9 * step + 5, 21));
	assert_false(addresses_enter(table, 9 * step + 5, 21));
	addresses_close(table);
}

static void
addresses_reads_the_last_of_a_list(void **state)
{
	static const struct {
		const char *list;
		size_t len; /* 0: refused */
		uint8_t last;
	} cases[] = {
		{ "192.0.2.7", 4, 7 },
		{ "10.0.0.1, 192.0.2.8", 4, 8 },
		{ "evil, 2001:db8::9", 16, 9 },
		{ "[2001:db8::a]", 16, 10 },
		{ "", 0, 0 },
		{ "192.0.2.7,", 0, 0 },
		{ "192.0.2.256", 0, 0 },
		{ "unknown", 0, 0 },
		{ "[", 0, 0 },
		{ "[]", 0, 0 },
		{ "2001:db8::a%eth0", 0, 0 },
		{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[16] = { 0 };
		size_t len = 0;
		bool found =
		    addresses_read_last(bytes_of(cases[i].list), room, &len);

		assert_int_equal(found, cases[i].len > 0);
		assert_int_equal(len, cases[i].len);
		if (found)
			assert_int_equal(room[len - 1], cases[i].last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_names_an_address_by_its_network),
		cmocka_unit_test(addresses_counts_connections_of_each),
		cmocka_unit_test(addresses_gives_back_by_the_second),
		cmocka_unit_test(addresses_forgets_who_is_not_connected),
		cmocka_unit_test(addresses_reads_the_last_of_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
