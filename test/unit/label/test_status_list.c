/* SPDX-License-Identifier: ISC */
/*
 * Tests of token status lists. With the vectors of the draft beside the project
 * all of its examples are run (but the JWT, a form that is not read here); the
 * short ones stand here, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/base64.h"
#include "crypto/key_file.h"
#include "label/status_list.h"
#include "label/status_list_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX ((size_t)2 << 20)

struct status {
	uint64_t index;
	uint8_t value;
};

static uint8_t work[STATUS_INFLATE_ROOM];

/* Inflates and holds it to what is known: `count` rows, zero elsewhere. */
static void
check_list(const struct status_list *list, unsigned bits, size_t entries,
    const struct status *known, size_t count)
{
	uint8_t *room = malloc(LIST_MAX);
	struct bytes bytes;
	uint8_t value = 0;
	size_t others = 0;

	assert_int_equal(list->bits, bits);
	assert_int_equal(status_list_inflate(
			     list, work, sizeof(work), room, LIST_MAX, &bytes),
	    ERR_OK);
	assert_int_equal(bytes.len, entries * bits / 8);
	for (size_t i = 0; i < count; i++) {
		assert_true(
		    status_list_find(bytes, bits, known[i].index, &value));
		assert_int_equal(value, known[i].value);
		others += known[i].value != 0;
	}
	for (uint64_t i = 0; i < entries; i++) {
		assert_true(status_list_find(bytes, bits, i, &value));
		others -= value != 0 && count > 0;
	}
	assert_int_equal(others, 0);
	assert_false(status_list_find(bytes, bits, entries, &value));
	assert_false(status_list_find(bytes, bits, UINT64_MAX, &value));
	free(room);
}

/* draft-ietf-oauth-status-list §4.1 and §4.3. */
static void
short_examples_of_the_draft_are_read(void **state)
{
	static const struct status one[] = { { 0, 1 }, { 3, 1 }, { 4, 1 },
		{ 5, 1 }, { 7, 1 }, { 8, 1 }, { 9, 1 }, { 13, 1 }, { 15, 1 } };
	static const struct status said[] = { { 0, 1 }, { 1, 2 }, { 2, 0 },
		{ 3, 3 }, { 4, 0 }, { 5, 1 }, { 6, 0 }, { 7, 1 }, { 8, 1 },
		{ 9, 2 }, { 10, 3 }, { 11, 3 } };
	const struct bytes one_bit =
	    BYTES("\xa2\x64"
		  "bits\x01\x63"
		  "lst\x4a\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d");
	const struct bytes two_bits =
	    BYTES("\xa2\x64"
		  "bits\x02\x63"
		  "lst\x4b\x78\xda\x3b\xe9\xf2\x13\x00\x03\xdf\x02\x07");
	struct status_list list;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    status_list_read(one_bit, CBOR_RELAXED, &list, &fault), ERR_OK);
	check_list(&list, 1, 16, one, sizeof(one) / sizeof(one[0]));
	assert_int_equal(
	    status_list_read(two_bits, CBOR_RELAXED, &list, &fault), ERR_OK);
	check_list(&list, 2, 12, said, sizeof(said) / sizeof(said[0]));
	/* Its keys are not in order, so it is none of ours. */
	assert_int_equal(status_list_read(one_bit, CBOR_STRICT, &list, &fault),
	    ERR_MALFORMED);
}

/* The file's text, zero-terminated; NULL when there are no vectors. */
static char *
read_vector(const char *name)
{
	const char *root = getenv("HALLMARK_ROOT");
	char path[1024];

	(void)snprintf(path, sizeof(path),
	    "%s/../shared/vectors/status-list/%s", root != NULL ? root : ".",
	    name);
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		return NULL;
	char *text = calloc(1, 1 << 20);
	size_t len = fread(text, 1, (1 << 20) - 1, file);

	(void)fclose(file);
	assert_true(len > 0);
	/* Some begin with what is encoded. */
	char *encoded = strstr(text, "encoded:");

	if (encoded != NULL)
		memmove(text, encoded + 8, strlen(encoded + 8) + 1);
	return text;
}

/* Hex digits to bytes in place; "#" begins a remark, blanks are passed over. */
static struct bytes
from_hex(char *text)
{
	uint8_t *to = (uint8_t *)text;
	size_t digits = 0;

	for (const char *at = text; *at != '\0'; at++) {
		static const char hex[] = "0123456789abcdef";
		const char *digit = strchr(hex, *at);

		if (*at == '#') {
			at += strcspn(at, "\n");
			if (*at == '\0')
				break;
		}
		if (digit == NULL)
			continue;
		unsigned value = (unsigned)(digit - hex);

		if (digits % 2 == 0)
			to[digits / 2] = (uint8_t)(value << 4);
		else
			to[digits / 2] |= (uint8_t)value;
		digits++;
	}
	return (struct bytes){ to, digits / 2 };
}

/* {"bits": N, "lst": "BASE64URL"}, folded over lines. */
static struct status_list
from_json(char *text)
{
	struct status_list list = { 0 };
	char *bits = strstr(text, "\"bits\":");
	char *lst = strstr(text, "\"lst\": \"");
	size_t len = 0;
	size_t at = 0;

	assert_true(bits != NULL && lst != NULL);
	list.bits = (unsigned)strtoul(bits + 7, NULL, 10);
	for (const char *c = lst + 8; *c != '"'; c++)
		if (*c != '\n' && *c != ' ')
			lst[len++] = *c;
	assert_int_equal(
	    base64_decode(BASE64_URL, (struct bytes){ (uint8_t *)lst, len },
		(uint8_t *)lst, len, &list.packed, &at),
	    ERR_OK);
	return list;
}

static const struct status million_1[] = { { 0, 1 }, { 1993, 1 }, { 25460, 1 },
	{ 159495, 1 }, { 495669, 1 }, { 554353, 1 }, { 645645, 1 },
	{ 723232, 1 }, { 854545, 1 }, { 934534, 1 }, { 1000345, 1 } };
static const struct status million_2[] = { { 0, 1 }, { 1993, 2 }, { 25460, 1 },
	{ 159495, 3 }, { 495669, 1 }, { 554353, 1 }, { 645645, 2 },
	{ 723232, 1 }, { 854545, 1 }, { 934534, 2 }, { 1000345, 3 } };
static const struct status million_4[] = { { 0, 1 }, { 1993, 2 }, { 35460, 3 },
	{ 459495, 4 }, { 595669, 5 }, { 754353, 6 }, { 845645, 7 },
	{ 923232, 8 }, { 924445, 9 }, { 934534, 10 }, { 1004534, 11 },
	{ 1000345, 12 }, { 1030203, 13 }, { 1030204, 14 }, { 1030205, 15 } };

static void
every_list_of_the_draft_is_read(void **state)
{
	static const struct {
		const char *name;
		bool json;
		unsigned bits;
		size_t entries;
		const struct status *known;
		size_t count;
	} rows[] = {
		{ "status_list_encoding_cbor_diag.txt", false, 1, 16, NULL, 0 },
		{ "status_list_encoding2_cbor.txt", false, 2, 12, NULL, 0 },
		{ "status_list_encoding2_json.txt", true, 2, 12, NULL, 0 },
		{ "status_list_encoding1_long_cbor.txt", false, 1, 1 << 20,
		    million_1, 11 },
		{ "status_list_encoding2_long_json.txt", true, 2, 1 << 20,
		    million_2, 11 },
		{ "status_list_encoding4_json.txt", true, 4, 1 << 20, million_4,
		    15 },
		{ "status_list_encoding8_json.txt", true, 8, 1 << 20, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = read_vector(rows[i].name);
		struct status_list list = { 0 };
		struct fault fault;

		if (text == NULL) {
			print_message("skipped: no vectors\n");
			skip();
		}
		if (rows[i].json)
			list = from_json(text);
		else
			assert_int_equal(status_list_read(from_hex(text),
					     CBOR_RELAXED, &list, &fault),
			    ERR_OK);
		check_list(&list, rows[i].bits, rows[i].entries, rows[i].known,
		    rows[i].count);
		free(text);
	}
}

/* The appendix sets each of the values 1 to 255 once; some of them: */
static void
eight_bits_of_the_draft_are_all_there(void **state)
{
	static const struct status some[] = { { 52451, 1 }, { 1199, 121 },
		{ 19535, 255 }, { 145867, 43 }, { 83344, 240 } };
	char *text = read_vector("status_list_encoding8_json.txt");
	uint8_t *room = malloc(LIST_MAX);
	unsigned seen[256] = { 0 };
	struct bytes bytes;

	(void)state;
	if (text == NULL) {
		free(room);
		print_message("skipped: no vectors\n");
		skip();
	}
	struct status_list list = from_json(text);

	assert_int_equal(status_list_inflate(
			     &list, work, sizeof(work), room, LIST_MAX, &bytes),
	    ERR_OK);
	for (size_t i = 0; i < bytes.len; i++)
		seen[bytes.ptr[i]]++;
	for (unsigned value = 1; value < 256; value++)
		assert_int_equal(seen[value], 1);
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		assert_int_equal(bytes.ptr[some[i].index], some[i].value);
	free(room);
	free(text);
}

/* The key of the draft's examples, as its sources have it. */
static const struct cose_key draft_key = {
	.curve = COSE_CURVE_P256,
	.point = {
	    0x23, 0x71, 0xd6, 0x9b, 0xfd, 0x03, 0xb3, 0x57, 0x4f, 0x30, 0x8f,
	    0x88, 0x5a, 0x67, 0xf8, 0x98, 0x19, 0x87, 0xf9, 0x86, 0x9e, 0x01,
	    0x56, 0xcf, 0x56, 0xee, 0xef, 0x07, 0x6e, 0xc2, 0xc5, 0x7a,
	    0xe8, 0xdf, 0xdd, 0xe4, 0x49, 0x63, 0xf5, 0xbb, 0x35, 0x86, 0xd8,
	    0x15, 0xde, 0x89, 0x09, 0x28, 0x87, 0x5b, 0x1c, 0x4a, 0x64, 0x81,
	    0x39, 0x80, 0x96, 0xe6, 0x0a, 0x25, 0xe9, 0xb3, 0x9f, 0x53,
	},
};

static void
token_of_the_draft_is_read_and_verified(void **state)
{
	char *text = read_vector("status_list_cwt.txt");
	uint8_t room[1024];
	struct status_token token;
	struct fault fault;
	static const struct status one[] = { { 0, 1 }, { 3, 1 }, { 4, 1 },
		{ 5, 1 }, { 7, 1 }, { 8, 1 }, { 9, 1 }, { 13, 1 }, { 15, 1 } };

	(void)state;
	if (text == NULL) {
		print_message("skipped: no vectors\n");
		skip();
	}
	assert_int_equal(
	    status_token_read(from_hex(text), CBOR_RELAXED, &token, &fault),
	    ERR_OK);
	assert_true(
	    bytes_equal_text(token.uri, "https://example.com/statuslists/1"));
	assert_int_equal(token.issued, 1686920170);
	assert_int_equal(token.expires, 2291720170);
	assert_int_equal(token.ttl, 43200);
	check_list(&token.list, 1, 16, one, sizeof(one) / sizeof(one[0]));
	assert_int_equal(
	    cose_verify_sign1(&token.message, &draft_key, &crypto_hooks_default,
		(struct bytes){ NULL, 0 }, room, sizeof(room)),
	    ERR_OK);
	free(text);
}

/* A token that refers to a list: not ours to read, but signed by that key; and
   no status list, for want of the type. */
static void
referenced_token_of_the_draft_is_no_list(void **state)
{
	char *text = read_vector("referenced_token_cwt.txt");
	uint8_t room[1024];
	struct cose_sign1 message;
	struct status_token token;
	struct fault fault;

	(void)state;
	if (text == NULL) {
		print_message("skipped: no vectors\n");
		skip();
	}
	struct bytes in = from_hex(text);

	assert_int_equal(
	    cose_read_sign1(in, CBOR_RELAXED, &message, &fault), ERR_OK);
	assert_int_equal(
	    cose_verify_sign1(&message, &draft_key, &crypto_hooks_default,
		(struct bytes){ NULL, 0 }, room, sizeof(room)),
	    ERR_OK);
	assert_int_equal(
	    status_token_read(in, CBOR_RELAXED, &token, &fault), ERR_MALFORMED);
	assert_string_equal(fault.field, "typ");
	free(text);
}

static void
what_is_packed_comes_back(void **state)
{
	static const unsigned bits[] = { 1, 2, 4, 8 };
	uint8_t bytes[512];
	uint8_t room[512];

	(void)state;
	for (unsigned k = 0; k < 4; k++) {
		uint64_t count = sizeof(bytes) * 8 / bits[k];
		struct out o = out_open(4096);
		struct bytes back;
		uint8_t value = 0;

		memset(bytes, 0xff, sizeof(bytes));
		for (uint64_t i = 0; i < count; i++)
			status_list_set(
			    bytes, bits[k], i, (uint8_t)(i * 7 % 5));
		assert_int_equal(
		    status_list_pack(
			(struct bytes){ bytes, sizeof(bytes) }, &o),
		    ERR_OK);
		struct status_list list = { .bits = bits[k],
			.packed = out_bytes(&o) };

		assert_int_equal(status_list_inflate(&list, work, sizeof(work),
				     room, sizeof(room), &back),
		    ERR_OK);
		for (uint64_t i = 0; i < count; i++) {
			assert_true(status_list_find(back, bits[k], i, &value));
			assert_int_equal(
			    value, i * 7 % 5 & ((1U << bits[k]) - 1));
		}
		out_close(&o);
	}
}

static void
inflating_ends_at_its_caps(void **state)
{
	uint8_t *zeros = calloc(1, 1 << 20);
	struct out o = out_open(2 << 20);
	struct bytes back = { NULL, 77 };
	uint8_t room[4096];

	(void)state;
	/* a bomb: 1 MiB of zeros in a kilobyte */
	assert_int_equal(
	    status_list_pack((struct bytes){ zeros, 1 << 20 }, &o), ERR_OK);
	struct status_list list = { .bits = 1, .packed = out_bytes(&o) };

	assert_true(list.packed.len < 2048);
	assert_int_equal(status_list_inflate(&list, work, sizeof(work), room,
			     sizeof(room), &back),
	    ERR_LIMIT);
	assert_int_equal(back.len, 77);
	assert_int_equal(status_list_inflate(
			     &list, work, sizeof(work), zeros, 1 << 20, &back),
	    ERR_OK);
	assert_int_equal(status_list_inflate(&list, work, sizeof(work), zeros,
			     (1 << 20) - 1, &back),
	    ERR_LIMIT);
	/* every prefix, a byte behind it, no room for zlib */
	for (size_t len = 0; len < list.packed.len; len += 1 + len / 50) {
		struct status_list cut = { .bits = 1,
			.packed = bytes_slice(list.packed, 0, len) };

		assert_int_equal(status_list_inflate(&cut, work, sizeof(work),
				     zeros, 1 << 20, &back),
		    ERR_MALFORMED);
	}
	out_u8(&o, 0);
	list.packed = out_bytes(&o);
	assert_int_equal(status_list_inflate(
			     &list, work, sizeof(work), zeros, 1 << 20, &back),
	    ERR_MALFORMED);
	for (size_t len = 0; len < 7000; len += 500)
		assert_int_equal(status_list_inflate(
				     &list, work, len, zeros, 1 << 20, &back),
		    ERR_MEMORY);
	free(zeros);
	out_close(&o);
}

static void
token_that_is_made_is_read_strictly(void **state)
{
	static const uint8_t seed[KEY_FILE_RANDOM_LEN] = { 1, 2, 3 };
	static const uint8_t bytes[100] = { 0x1b };
	struct out o = out_open(1 << 16);
	uint8_t room[4096];
	struct signer signer;
	struct status_token token;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    key_file_make(COSE_CURVE_ED25519, seed, &signer), ERR_OK);
	for (unsigned ttl = 0; ttl < 2; ttl++) {
		const struct status_token_wish wish = {
			.uri = BYTES("https://r.example/status/0"),
			.issued = 1700000000,
			.expires = 1700086400,
			.ttl = ttl * 3600,
			.bits = 2,
			.bytes = { bytes, sizeof(bytes) },
		};

		o.len = 0;
		assert_int_equal(status_token_make(
				     &wish, &signer, &crypto_hooks_default, &o),
		    ERR_OK);
		assert_int_equal(status_token_read(out_bytes(&o), CBOR_STRICT,
				     &token, &fault),
		    ERR_OK);
		assert_int_equal(token.ttl, ttl * 3600);
		assert_int_equal(token.expires, 1700086400);
		assert_true(bytes_equal(token.uri, wish.uri));
		check_list(&token.list, 2, 400,
		    (const struct status[]){ { 0, 3 }, { 1, 2 }, { 2, 1 } }, 3);
		assert_int_equal(
		    cose_verify_sign1(&token.message, &signer.key,
			&crypto_hooks_default, (struct bytes){ NULL, 0 }, room,
			sizeof(room)),
		    ERR_OK);
		for (size_t len = 0; len < o.len; len++)
			assert_true(err_is_input(status_token_read(
			    bytes_slice(out_bytes(&o), 0, len), CBOR_STRICT,
			    &token, &fault)));
	}
	key_file_close(&signer);
	out_close(&o);
}

static void
broken_lists_are_refused(void **state)
{
	const struct {
		struct bytes in;
		enum err err;
		const char *field;
	} cases[] = {
		{ BYTES("\xa1\x63"
			"lst\x41x"),
		    ERR_MALFORMED, "bits" },
		{ BYTES("\xa1\x64"
			"bits\x01"),
		    ERR_MALFORMED, "lst" },
		{ BYTES("\xa2\x63"
			"lst\x41x\x64"
			"bits\x03"),
		    ERR_MALFORMED, "bits" },
		{ BYTES("\xa2\x63"
			"lst\x41x\x64"
			"bits\x10"),
		    ERR_MALFORMED, "bits" },
		{ BYTES("\xa2\x63"
			"lst\x61x\x64"
			"bits\x01"),
		    ERR_MALFORMED, "lst" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct status_list list = { .bits = 77 };
		struct fault fault = { 0 };

		assert_int_equal(
		    status_list_read(cases[i].in, CBOR_STRICT, &list, &fault),
		    cases[i].err);
		assert_string_equal(fault.field, cases[i].field);
		assert_int_equal(list.bits, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_examples_of_the_draft_are_read),
		cmocka_unit_test(every_list_of_the_draft_is_read),
		cmocka_unit_test(eight_bits_of_the_draft_are_all_there),
		cmocka_unit_test(token_of_the_draft_is_read_and_verified),
		cmocka_unit_test(referenced_token_of_the_draft_is_no_list),
		cmocka_unit_test(what_is_packed_comes_back),
		cmocka_unit_test(inflating_ends_at_its_caps),
		cmocka_unit_test(token_that_is_made_is_read_strictly),
		cmocka_unit_test(broken_lists_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
