/* SPDX-License-Identifier: ISC */
/* Checksums against published ones and against zlib's. */
#include "codec/crc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define ROOM 1200
#define PLACES 17

/* The check value that catalogues of CRCs name: CRC-32/ISO-HDLC. */
static void
crc32_agrees_with_its_vector(void **state)
{
	(void)state;
	assert_int_equal(crc32_of(BYTES("123456789")), 0xcbf43926);
	assert_int_equal(crc32_of(BYTES("")), 0);
	assert_int_equal(crc32_of((struct bytes){ NULL, 0 }), 0);
}

static void
crc32_of_any_length_and_place_is_that_of_zlib(void **state)
{
	uint32_t x = 1;

	(void)state;
	for (size_t len = 1; len <= ROOM; len++) {
		/* on the heap and as long: a read behind it is seen */
		uint8_t *room = malloc(len);
		size_t at = len % PLACES < len ? len % PLACES : 0;

		assert_non_null(room);
		for (size_t i = 0; i < len; i++) {
			x = x * 1664525 + 1013904223;
			room[i] = (uint8_t)(x >> 24);
		}
		struct bytes in = { room + at, len - at };

		assert_int_equal(
		    crc32_of(in), crc32(0, in.ptr, (unsigned)in.len));
		free(room);
	}
}

static void
crc32_goes_on_wherever_it_stopped(void **state)
{
	uint8_t in[ROOM];

	(void)state;
	memset(in, 0x5a, sizeof(in));
	uint32_t whole = crc32_of((struct bytes){ in, ROOM });

	for (size_t cut = 0; cut <= ROOM; cut++) {
		uint32_t first = crc32_of((struct bytes){ in, cut });
		struct bytes rest = { in + cut, ROOM - cut };

		assert_int_equal(crc32_add(first, rest), whole);
	}
}

/* RFC 3720, appendix B.4 (whose result is inverted). */
static void
crc32c_agrees_with_its_vectors(void **state)
{
	uint8_t zeros[32] = { 0 };

	(void)state;
	assert_int_equal(
	    ~crc32c_add(UINT32_MAX, BYTES("123456789")), 0xe3069283);
	assert_int_equal(
	    ~crc32c_add(UINT32_MAX, (struct bytes){ zeros, sizeof(zeros) }),
	    0x8a9136aa);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc32_agrees_with_its_vector),
		cmocka_unit_test(crc32_of_any_length_and_place_is_that_of_zlib),
		cmocka_unit_test(crc32_goes_on_wherever_it_stopped),
		cmocka_unit_test(crc32c_agrees_with_its_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
