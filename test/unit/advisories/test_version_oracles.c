/* SPDX-License-Identifier: ISC */
/* Versions against what dpkg, rpm and OpenSSL's releases say of them. */
#include "../vector_files.h"

#include "advisories/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ROWS_MIN 100

static const char *folder;

static enum version_order
expected_of(struct bytes sign)
{
	if (bytes_equal_text(sign, "0"))
		return VERSION_SAME;
	return bytes_equal_text(sign, "1") ? VERSION_OLDER : VERSION_NEWER;
}

/* Rows are a, b and the sign of a - b; gives how many there were. */
static size_t
check_rows(const char *name, enum version_scheme scheme)
{
	struct arena arena = arena_open(VECTORS_FILE_LEN);
	struct bytes line;
	struct bytes rest;
	char *path;
	size_t count = 0;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		abort();
	rest = vectors_read(&arena, path);
	free(path);
	while (bytes_next_line(&rest, &line)) {
		struct bytes a;
		struct bytes b;

		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		assert_true(bytes_next_field(&line, '\t', &a));
		assert_true(bytes_next_field(&line, '\t', &b));
		if (version_compare(scheme, a, b) != expected_of(line))
			fail_msg("%s: %.*s, %.*s: not %.*s", name, (int)a.len,
			    (const char *)a.ptr, (int)b.len,
			    (const char *)b.ptr, (int)line.len,
			    (const char *)line.ptr);
		count++;
	}
	arena_close(&arena);
	return count;
}

static void
versions_of_debian_are_as_dpkg_says(void **state)
{
	(void)state;
	assert_true(check_rows("dpkg.tsv", VERSION_DPKG) >= ROWS_MIN);
}

static void
versions_of_rpm_are_as_rpm_says(void **state)
{
	(void)state;
	assert_true(check_rows("rpm.tsv", VERSION_RPM) >= ROWS_MIN);
}

static void
releases_of_openssl_are_in_their_order(void **state)
{
	(void)state;
	assert_true(
	    check_rows("openssl-letters.tsv", VERSION_OPENSSL) >= ROWS_MIN);
	assert_true(check_rows("openssl-letters.tsv", VERSION_ANY) >= ROWS_MIN);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_of_debian_are_as_dpkg_says),
		cmocka_unit_test(versions_of_rpm_are_as_rpm_says),
		cmocka_unit_test(releases_of_openssl_are_in_their_order),
	};

	folder = vectors_open(argc, argv);
	if (folder == NULL)
		return VECTORS_SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
