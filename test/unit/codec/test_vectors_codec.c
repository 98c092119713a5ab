/* SPDX-License-Identifier: ISC */
/* Every vector of CBOR (RFC 8949 appendix A) and base45 (RFC 9285). */
#include "../vector_files.h"
#include "codec/base_n.h"
#include "codec/cbor.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What our rules make of a vector. */
enum answer {
	ANSWER_TAKEN,	   /* by both, and written again bit by bit */
	ANSWER_NOT_STRICT, /* floats, odd simple values: strict refuses */
	ANSWER_OPEN,	   /* indefinite lengths: nobody takes them */
};

static enum answer
answer_of(const json_t *vector, struct bytes in)
{
	uint8_t first = in.ptr[0];

	if (first >= 0xf9 && first <= 0xfb)
		return ANSWER_NOT_STRICT;
	if (!json_is_true(json_object_get(vector, "roundtrip")))
		return ANSWER_OPEN;
	if (first >= 0xe0 && (first < 0xf4 || first > 0xf6))
		return ANSWER_NOT_STRICT;
	return ANSWER_TAKEN;
}

static void compare(struct cbor_reader *r, const json_t *want);

static void
compare_map(struct cbor_reader *r, size_t pairs, const json_t *want)
{
	assert_int_equal(json_object_size(want), pairs);
	for (size_t i = 0; i < pairs; i++) {
		struct bytes key = cbor_text(r, "key");
		char name[16];

		(void)snprintf(name, sizeof(name), "%.*s", (int)key.len,
		    (const char *)key.ptr);
		compare(r, json_object_get(want, name));
	}
}

/* The next item against JSON, which has the same value or is NULL. */
static void
compare(struct cbor_reader *r, const json_t *want)
{
	struct cbor_item item = cbor_read(r, "item");

	assert_true(cbor_ok(r));
	if (json_is_real(want) && item.kind == CBOR_UINT)
		assert_true(json_real_value(want) == (double)item.number);
	else if (json_is_real(want) && item.kind == CBOR_NINT)
		assert_true(
		    json_real_value(want) == -1.0 - (double)item.number);
	else if (json_is_real(want) && item.kind == CBOR_FLOAT)
		assert_true(json_real_value(want) == item.real &&
		    signbit(json_real_value(want)) == signbit(item.real));
	else if (json_is_real(want) && item.kind == CBOR_TAG)
		(void)cbor_bytes(r, "bignum");
	else if (json_is_string(want))
		assert_true(
		    bytes_equal_text(item.bytes, json_string_value(want)));
	else if (json_is_array(want))
		for (size_t i = 0; i < item.number; i++)
			compare(r, json_array_get(want, i));
	else if (json_is_object(want))
		compare_map(r, item.number, want);
	else if (json_is_boolean(want))
		assert_int_equal(
		    item.kind, json_is_true(want) ? CBOR_TRUE : CBOR_FALSE);
	else
		assert_int_equal(item.kind, CBOR_NULL);
}

/* Against the diagnostic notation of those that JSON cannot say. */
static void
compare_diagnostic(struct cbor_reader *r, const char *want)
{
	struct cbor_item item = cbor_read(r, "item");
	char text[128] = "";

	if (item.kind == CBOR_FLOAT)
		(void)snprintf(text, sizeof(text), "%s",
		    isnan(item.real)	  ? "NaN"
			: item.real > 0.0 ? "Infinity"
					  : "-Infinity");
	else if (item.kind == CBOR_UNDEFINED)
		(void)snprintf(text, sizeof(text), "undefined");
	else if (item.kind == CBOR_SIMPLE)
		(void)snprintf(
		    text, sizeof(text), "simple(%u)", (unsigned)item.number);
	else if (item.kind == CBOR_TAG)
		(void)snprintf(
		    text, sizeof(text), "%u(", (unsigned)item.number);
	else if (item.kind == CBOR_BYTES)
		(void)snprintf(text, sizeof(text), "h'");
	assert_true(text[0] != '\0' || item.kind == CBOR_MAP);
	if (text[0] != '\0')
		assert_int_equal(strncmp(want, text, strlen(text)), 0);
}

/* Reads item after item and writes each again. */
static void
write_again(struct bytes in, struct cbor_writer *w)
{
	struct cbor_reader r = cbor_open(in, CBOR_STRICT, "vector");

	while (cbor_ok(&r) && r.pos < in.len) {
		struct cbor_item item = cbor_read(&r, "item");

		if (item.kind == CBOR_UINT)
			cbor_put_uint(w, item.number);
		else if (item.kind == CBOR_NINT && item.number <= INT64_MAX)
			cbor_put_int(w, -1 - (int64_t)item.number);
		else if (item.kind == CBOR_BYTES)
			cbor_put_bytes(w, item.bytes);
		else if (item.kind == CBOR_TEXT)
			cbor_put_text(w, item.bytes);
		else if (item.kind == CBOR_ARRAY)
			cbor_put_array(w, item.number);
		else if (item.kind == CBOR_MAP)
			cbor_put_map(w, item.number);
		else if (item.kind == CBOR_TAG)
			cbor_put_tag(w, item.number);
		else if (item.kind == CBOR_NULL)
			cbor_put_null(w);
		else if (item.kind == CBOR_TRUE || item.kind == CBOR_FALSE)
			cbor_put_bool(w, item.kind == CBOR_TRUE);
		else /* a negative number that has no int64_t */
			cbor_put_raw(
			    w, bytes_slice(in, item.at, r.pos - item.at));
	}
	assert_true(cbor_ok(&r));
}

static void
check_cbor(const json_t *vector, struct arena *a, size_t *counts)
{
	static const enum err strict[] = { ERR_OK, ERR_MALFORMED,
		ERR_MALFORMED };
	static const enum err relaxed[] = { ERR_OK, ERR_OK, ERR_UNSUPPORTED };
	struct bytes in = vectors_hex(a, vectors_text(vector, "hex"));
	enum answer answer = answer_of(vector, in);
	const char *diagnostic = vectors_text(vector, "diagnostic");
	uint8_t room[128];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct cbor_reader r = cbor_open(in, CBOR_RELAXED, "vector");
	struct fault fault;

	counts[answer]++;
	assert_int_equal(cbor_check(in, CBOR_STRICT, &fault), strict[answer]);
	assert_int_equal(cbor_check(in, CBOR_RELAXED, &fault), relaxed[answer]);
	if (answer != ANSWER_OPEN && diagnostic != NULL)
		compare_diagnostic(&r, diagnostic);
	else if (answer != ANSWER_OPEN)
		compare(&r, json_object_get(vector, "decoded"));
	if (answer == ANSWER_TAKEN) {
		write_again(in, &w);
		assert_true(bytes_equal(cbor_written(&w), in));
	}
}

static void
cbor_answers_every_vector(void **state)
{
	char path[VECTORS_PATH_LEN];
	struct arena a = arena_open((size_t)1 << 20);
	size_t counts[3] = { 0 };
	size_t index;
	json_t *vector;
	json_t *all;

	(void)snprintf(path, sizeof(path), "%s/cbor/appendix_a.json",
	    (const char *)*state);
	all = vectors_json(path);
	json_array_foreach(all, index, vector) check_cbor(vector, &a, counts);
	printf("cbor: %zu vectors: %zu taken and written again, %zu only by "
	       "the relaxed rules, %zu of indefinite length refused\n",
	    json_array_size(all), counts[ANSWER_TAKEN],
	    counts[ANSWER_NOT_STRICT], counts[ANSWER_OPEN]);
	assert_true(counts[ANSWER_TAKEN] > 0);
	json_decref(all);
	arena_close(&a);
}

static void
check_base45(const json_t *vector, size_t *counts)
{
	const char *text = vectors_text(vector, "base45");
	const char *plain = vectors_text(vector, "bytes_ascii");
	uint8_t room[256];
	struct bytes out;
	size_t at;
	enum err err = base_n_decode(
	    BASE_45, bytes_of(text), room, sizeof(room), &out, &at);

	if (vectors_text(vector, "error") != NULL) {
		assert_true(err == ERR_MALFORMED || err == ERR_TRUNCATED);
		counts[1]++;
		return;
	}
	assert_int_equal(err, ERR_OK);
	assert_true(bytes_equal_text(out, plain));
	assert_int_equal(
	    base_n_encode(BASE_45, bytes_of(plain), room, sizeof(room), &out),
	    ERR_OK);
	assert_true(bytes_equal_text(out, text));
	counts[0]++;
}

static void
base45_answers_every_vector(void **state)
{
	char path[VECTORS_PATH_LEN];
	size_t counts[2] = { 0 };
	size_t index;
	json_t *vector;
	json_t *all;

	(void)snprintf(
	    path, sizeof(path), "%s/base45/rfc9285.json", (const char *)*state);
	all = vectors_json(path);
	json_array_foreach(all, index, vector) check_base45(vector, counts);
	printf("base45: %zu vectors: %zu taken, %zu refused\n",
	    json_array_size(all), counts[0], counts[1]);
	assert_true(counts[0] > 0 && counts[1] > 0);
	json_decref(all);
}

int
main(int argc, char *argv[])
{
	const char *root = vectors_open(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(cbor_answers_every_vector, argv[1]),
		cmocka_unit_test_prestate(base45_answers_every_vector, argv[1]),
	};

	if (root == NULL)
		return VECTORS_SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
