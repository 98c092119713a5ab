/* SPDX-License-Identifier: ISC */
/* Package URLs against the official suite: all that it says of reading. */
#include "../vector_files.h"

#include "advisories/purl_read.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CASES_MIN 80

static const char *folder;

struct tally {
	size_t cases;
	size_t wrong;
};

static bool
is_text(struct bytes in, const json_t *expected)
{
	const char *text = json_string_value(expected);

	return bytes_equal_text(in, text != NULL ? text : "");
}

static bool
are_qualifiers(
    const struct purl_parts *purl, json_t *expected, struct arena *arena)
{
	struct bytes rest = purl->qualifiers;
	struct bytes pair;
	size_t count = 0;
	const char *key;
	json_t *value;

	while (bytes_next_field(&rest, '&', &pair))
		count++;
	json_object_foreach(expected, key, value)
	{
		if (!is_text(purl_qualifier(purl, key, arena), value))
			return false;
	}
	return count == json_object_size(expected);
}

static bool
is_as_expected(const char *input, json_t *test)
{
	bool fails = json_is_true(json_object_get(test, "expected_failure"));
	json_t *expected = json_object_get(test, "expected_output");
	struct arena arena = arena_open(16 * LIMIT_PURL_LEN);
	struct purl_parts purl;
	enum err err = purl_read(bytes_of(input), &arena, &purl);
	bool right = fails ? err == ERR_MALFORMED
			   : err == ERR_OK &&
		is_text(purl.type, json_object_get(expected, "type")) &&
		is_text(purl.space, json_object_get(expected, "namespace")) &&
		is_text(purl.name, json_object_get(expected, "name")) &&
		is_text(purl.version, json_object_get(expected, "version")) &&
		is_text(purl.subpath, json_object_get(expected, "subpath")) &&
		are_qualifiers(
		    &purl, json_object_get(expected, "qualifiers"), &arena);

	arena_close(&arena);
	return right;
}

static void
check_file(const char *path, void *context)
{
	struct tally *tally = context;
	json_t *file = vectors_json(path);
	json_t *tests = json_object_get(file, "tests");

	for (size_t i = 0; i < json_array_size(tests); i++) {
		json_t *test = json_array_get(tests, i);
		const char *type = vectors_text(test, "test_type");
		const char *input = vectors_text(test, "input");

		if (type == NULL || strcmp(type, "parse") != 0)
			continue;
		tally->cases++;
		if (input != NULL && is_as_expected(input, test))
			continue;
		printf("%s: %s\n", path, input);
		tally->wrong++;
	}
	json_decref(file);
}

static void
all_cases_of_reading_agree(void **state)
{
	struct tally tally = { 0, 0 };

	(void)state;
	(void)vectors_each(folder, ".json", check_file, &tally);
	assert_true(tally.cases >= CASES_MIN);
	assert_int_equal(tally.wrong, 0);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_cases_of_reading_agree),
	};

	folder = vectors_open(argc, argv);
	if (folder == NULL)
		return VECTORS_SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
