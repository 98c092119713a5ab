/* SPDX-License-Identifier: ISC */
/* Tables of ciphers and hashes. */
#include "inspect/crypto_tables.h"
#include "inspect/needles.h"

#include "base/limits.h"
#include "base/out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inspect_event.h"

#define LITTLE BYTES("\177ELF\1\1\1\0")
#define BIG BYTES("\177ELF\1\2\1\0")

/* The table behind the start of a program, and bytes behind it. */
static struct facts
inspect_table(struct bytes start, struct bytes table)
{
	struct facts facts = facts_open(1 * MIB);
	struct out o = out_open(1 * MIB);

	out_put(&o, start);
	out_put(&o, BYTES("code, and then"));
	out_put(&o, table);
	out_put(&o, BYTES("more of it"));
	struct unpack_event file = event_file("/bin/camd", out_bytes(&o));

	assert_int_equal(
	    crypto_tables_inspect(&file, NEEDLES_ALL, &facts), ERR_OK);
	out_close(&o);
	return facts;
}

/* In hex as the standards print them; words in both orders. */
static const struct {
	const char *name, *what;
	struct bytes table;
} samples[] = {
	{ "AES", "S-box",
	    { (const uint8_t *)"\x63\x7c\x77\x7b\xf2\x6b\x6f\xc5"
			       "\x30\x01\x67\x2b\xfe\xd7\xab\x76",
		16 } },
	{ "AES", "Te0",
	    { (const uint8_t *)"\xc6\x63\x63\xa5\xf8\x7c\x7c\x84"
			       "\xee\x77\x77\x99",
		12 } },
	{ "AES", "Te0",
	    { (const uint8_t *)"\xa5\x63\x63\xc6\x84\x7c\x7c\xf8"
			       "\x99\x77\x77\xee",
		12 } },
	{ "SHA-256", "K",
	    { (const uint8_t *)"\x42\x8a\x2f\x98\x71\x37\x44\x91"
			       "\xb5\xc0\xfb\xcf",
		12 } },
	{ "SHA-256", "K",
	    { (const uint8_t *)"\x98\x2f\x8a\x42\x91\x44\x37\x71"
			       "\xcf\xfb\xc0\xb5",
		12 } },
	{ "MD5", "T",
	    { (const uint8_t *)"\xd7\x6a\xa4\x78\xe8\xc7\xb7\x56"
			       "\x24\x20\x70\xdb",
		12 } },
	{ "MD5", "T",
	    { (const uint8_t *)"\x78\xa4\x6a\xd7\x56\xb7\xc7\xe8"
			       "\xdb\x70\x20\x24",
		12 } },
	{ "MD5", "state",
	    { (const uint8_t *)"\x01\x23\x45\x67\x89\xab\xcd\xef"
			       "\xfe\xdc\xba\x98\x76\x54\x32\x10",
		16 } },
	{ "SHA-1", "state",
	    { (const uint8_t *)"\x01\x23\x45\x67\x89\xab\xcd\xef"
			       "\xfe\xdc\xba\x98\x76\x54\x32\x10"
			       "\xf0\xe1\xd2\xc3",
		20 } },
	{ "SHA-1", "state",
	    { (const uint8_t *)"\x67\x45\x23\x01\xef\xcd\xab\x89"
			       "\x98\xba\xdc\xfe\x10\x32\x54\x76"
			       "\xc3\xd2\xe1\xf0",
		20 } },
	{ "DES", "PC-1",
	    { (const uint8_t *)"\x39\x31\x29\x21\x19\x11\x09\x01"
			       "\x3a\x32\x2a\x22\x1a\x12\x0a\x02",
		16 } },
};
#define SAMPLE_COUNT (sizeof(samples) / sizeof(samples[0]))

static void
every_table_is_found_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct facts facts = inspect_table(LITTLE, samples[i].table);

		/* words are stored in one order or in the other */
		if (facts.count == 0) {
			facts_close(&facts);
			facts = inspect_table(BIG, samples[i].table);
		}
		assert_int_equal(facts.count, 1);
		assert_int_equal(facts.list[0].kind, FACT_CRYPTO_TABLE);
		assert_true(
		    bytes_equal_text(facts.list[0].name, samples[i].name));
		assert_true(
		    bytes_equal_text(facts.list[0].value, samples[i].what));
		assert_int_equal(facts.list[0].at, 22);
		facts_close(&facts);
	}
}

/* S-box and permuted choice are bytes; the others come in two orders. */
static void
words_have_the_order_of_their_program(void **state)
{
	size_t little = 0;
	size_t big = 0;

	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct facts one = inspect_table(LITTLE, samples[i].table);
		struct facts other = inspect_table(BIG, samples[i].table);

		little += one.count;
		big += other.count;
		facts_close(&one);
		facts_close(&other);
	}
	assert_int_equal(little, 7);
	assert_int_equal(big, 6);
}

static void
a_table_with_a_wrong_byte_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		uint8_t copy[32];
		struct bytes table = { copy, samples[i].table.len };

		memcpy(copy, samples[i].table.ptr, table.len);
		copy[11] ^= 1; /* in what every table needs */
		struct facts facts = inspect_table(LITTLE, table);

		assert_int_equal(facts.count, 0);
		facts_close(&facts);
	}
}

/* The table of CRC-32 is no cipher's. */
static void
a_checksum_is_no_cryptography(void **state)
{
	struct facts facts = inspect_table(LITTLE,
	    BYTES("\x00\x00\x00\x00\x96\x30\x07\x77"
		  "\x2c\x61\x0e\xee\xba\x51\x09\x99"));

	(void)state;
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
}

static void
only_programs_are_searched(void **state)
{
	struct facts facts = inspect_table(BYTES("RIFF"), samples[0].table);
	struct unpack_event payload = event_payload(samples[0].table);

	(void)state;
	assert_int_equal(facts.count, 0);
	assert_int_equal(
	    crypto_tables_inspect(&payload, NEEDLES_ALL, &facts), ERR_OK);
	assert_int_equal(facts.count, 1);
	facts_close(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_is_found_with_its_place),
		cmocka_unit_test(words_have_the_order_of_their_program),
		cmocka_unit_test(a_table_with_a_wrong_byte_is_none),
		cmocka_unit_test(a_checksum_is_no_cryptography),
		cmocka_unit_test(only_programs_are_searched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
