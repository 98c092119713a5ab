/* SPDX-License-Identifier: ISC */
/* Many messages at a time have the digests that libcrypto gives one by one. */
#include "crypto/sha256_many.h"

#include "crypto/hooks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define LEN_MOST ((size_t)300)
#define COUNT_MOST ((size_t)70)
#define UNTOUCHED 0xa5

static const struct crypto_hooks *hooks = &crypto_hooks_default;

static void
skip_without_it(void)
{
	if (sha256_many(0, NULL, 0, NULL))
		return;
	(void)printf("skipped: this processor cannot do it\n");
	skip();
}

/* Bytes that repeat late, so that no two messages are the same. */
static uint8_t *
make_bytes(size_t len)
{
	uint8_t *bytes = malloc(len);

	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * i / 7 + i * 13 + i / 251);
	return bytes;
}

static void
sum_one(uint8_t first, struct bytes rest, uint8_t ret[SHA256_LEN])
{
	const struct bytes part[2] = { { &first, 1 }, rest };

	hooks->sha256(hooks->context, part, 2, ret);
}

static void
assert_digests(uint8_t first, const struct bytes *rest, size_t count)
{
	uint8_t got[(COUNT_MOST + 1) * SHA256_LEN];
	uint8_t want[SHA256_LEN];

	assert_true(count <= COUNT_MOST);
	memset(got, UNTOUCHED, sizeof(got));
	assert_true(sha256_many(first, rest, count, got));
	for (size_t i = 0; i < count; i++) {
		sum_one(first, rest[i], want);
		if (memcmp(got + i * SHA256_LEN, want, SHA256_LEN) != 0)
			fail_msg("message %zu of %zu, %zu bytes", i, count,
			    rest[i].len);
	}
	assert_int_equal(got[count * SHA256_LEN], UNTOUCHED);
}

static void
messages_of_every_length_in_every_number(void **state)
{
	uint8_t *bytes = make_bytes(LEN_MOST + COUNT_MOST);
	struct bytes rest[COUNT_MOST];

	(void)state;
	skip_without_it();
	for (size_t len = 0; len <= LEN_MOST; len++)
		for (size_t count = 1; count <= 35; count++) {
			for (size_t i = 0; i < count; i++)
				rest[i] = (struct bytes){ bytes + i, len };
			assert_digests((uint8_t)len, rest, count);
		}
	free(bytes);
}

/* Lanes fall free at different times and take up the next ones. */
static void
messages_of_different_lengths(void **state)
{
	uint8_t *bytes = make_bytes(2 * SHA256_MANY_LEN_MAX);
	struct bytes rest[COUNT_MOST];

	(void)state;
	skip_without_it();
	for (size_t step = 1; step < 400; step++)
		for (size_t count = 1; count <= COUNT_MOST; count += 3) {
			for (size_t i = 0; i < count; i++)
				rest[i] = (struct bytes){ bytes + i,
					(i + 1) * step * step %
					    (SHA256_MANY_LEN_MAX + 1) };
			assert_digests(1, rest, count);
		}
	free(bytes);
}

static void
messages_that_are_too_long_are_left_out(void **state)
{
	uint8_t *bytes = make_bytes(SHA256_MANY_LEN_MAX + 1);
	const struct bytes rest[3] = { { bytes, 10 },
		{ bytes, SHA256_MANY_LEN_MAX + 1 },
		{ bytes, SHA256_MANY_LEN_MAX } };
	uint8_t got[3 * SHA256_LEN];
	uint8_t want[SHA256_LEN];

	(void)state;
	skip_without_it();
	memset(got, UNTOUCHED, sizeof(got));
	assert_true(sha256_many(0, rest, 3, got));
	for (size_t i = 0; i < 3; i += 2) {
		sum_one(0, rest[i], want);
		assert_memory_equal(got + i * SHA256_LEN, want, SHA256_LEN);
	}
	for (size_t i = 0; i < SHA256_LEN; i++)
		assert_int_equal(got[SHA256_LEN + i], UNTOUCHED);
	free(bytes);
}

/* A page that may be read between two that may not. */
static void
no_byte_beside_a_message_is_read(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *room = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	skip_without_it();
	assert_true(room != MAP_FAILED);
	memset(room + page, 0x3c, page);
	assert_int_equal(mprotect(room, page, PROT_NONE), 0);
	assert_int_equal(mprotect(room + 2 * page, page, PROT_NONE), 0);
	for (size_t len = 0; len <= LEN_MOST; len++) {
		const struct bytes rest[2] = { { room + page, len },
			{ room + 2 * page - len, len } };

		assert_digests(0, rest, 2);
	}
	assert_int_equal(munmap(room, 3 * page), 0);
}

/* Whatever the processor. */
static void
the_hook_knows_all_messages(void **state)
{
	static const size_t counts[] = { 1, 2, SHA256_MANY_COUNT_MIN - 1,
		SHA256_MANY_COUNT_MIN, 16, 17, COUNT_MOST };
	uint8_t *bytes = make_bytes(3 * SHA256_MANY_LEN_MAX);
	struct bytes rest[COUNT_MOST];
	uint8_t got[COUNT_MOST * SHA256_LEN];
	uint8_t want[SHA256_LEN];

	(void)state;
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		for (size_t i = 0; i < counts[c]; i++)
			rest[i] = (struct bytes){ bytes + i,
				i * 733 % (2 * SHA256_MANY_LEN_MAX) };
		rest[0] = (struct bytes){ NULL, 0 };
		hooks->sha256_many(hooks->context, 1, rest, counts[c], got);
		for (size_t i = 0; i < counts[c]; i++) {
			sum_one(1, rest[i], want);
			assert_memory_equal(
			    got + i * SHA256_LEN, want, SHA256_LEN);
		}
	}
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_of_every_length_in_every_number),
		cmocka_unit_test(messages_of_different_lengths),
		cmocka_unit_test(messages_that_are_too_long_are_left_out),
		cmocka_unit_test(no_byte_beside_a_message_is_read),
		cmocka_unit_test(the_hook_knows_all_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
