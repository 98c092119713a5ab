/* SPDX-License-Identifier: ISC */
/* CPE names: both bindings, escapes, and how two of them relate. */
#include "advisories/cpe.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WN "cpe:2.3:a:"
#define REST ":*:*:*:*:*:*:*"

/* Fields in the order of enum cpe_field; NULL stands for "*". */
static const struct sample {
	const char *name;
	const char *field[CPE_FIELD_COUNT];
} good[] = {
	{ "cpe:2.3:a:busybox:busybox:1.19.4:*:*:*:*:*:*:*",
	    { "a", "busybox", "busybox", "1.19.4" } },
	{ "CPE:2.3:o:Linux:Linux_Kernel:5.4:rc1:-:*:*:*:*:*",
	    { "o", "linux", "linux_kernel", "5.4", "rc1", "-" } },
	{ "cpe:2.3:a:gtk:gtk\\+:3.0\\:1:*:*:en:lts:linux:arm64:x\\*",
	    { "a", "gtk", "gtk+", "3.0:1", NULL, NULL, "en", "lts", "linux",
		"arm64", "x*" } },
	{ "cpe:2.3:h:d-link:dir-823g:a1:*:*:*:*:*:*:*",
	    { "h", "d-link", "dir-823g", "a1" } },
	{ "cpe:/a:gnu:glibc:2.36", { "a", "gnu", "glibc", "2.36" } },
	{ "cpe:/o:linux:linux_kernel", { "o", "linux", "linux_kernel" } },
	{ "cpe:/a:gtk:gtk%2b::-", { "a", "gtk", "gtk+", NULL, "-" } },
	{ "cpe:/a:Microsoft:IE:8.%02:sp%01:~~pro~w7~x64~z:en",
	    { "a", "microsoft", "ie", "8.*", "sp?", NULL, "en", "pro", "w7",
		"x64", "z" } },
	{ "cpe:/a:hp:insight:7.4.0.1570:-:~~online~win2003~x64~",
	    { "a", "hp", "insight", "7.4.0.1570", "-", NULL, NULL, "online",
		"win2003", "x64" } },
};

static const char *const bad[] = {
	"",
	"cpe",
	"cpe:2.3:",
	"cpe:2.3:a",
	"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*",
	"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*:*",
	"cpe:2.3:a:v::1.0:*:*:*:*:*:*:*",
	"cpe:2.3:x:v:p:1.0:*:*:*:*:*:*:*",
	"cpe:2.3:\\a:v:p:1.0:*:*:*:*:*:*:*",
	"cpe:2.3:a:v:p:1*0:*:*:*:*:*:*:*",
	"cpe:2.3:a:v:p:**:*:*:*:*:*:*:*",
	"cpe:2.3:a:v:p:?*1:*:*:*:*:*:*:*",
	"cpe:2.3:a:v:p:1?*:*:*:*:*:*:*:*",
	"cpe:2.3:a:v:p q:1:*:*:*:*:*:*:*",
	"cpe:2.3:a:v:p:1:*:*:*:*:*:*:\\",
	"cpe:/x:v:p",
	"cpe:/a:v:p:1:u:e:en:more",
	"cpe:/a:v:p%2",
	"cpe:/a:v:p%0",
	"cpe:/a:v:p%00",
	"cpe:/a:v:p:1::~a~b~c~d",
	"cpe:/a:v:p:1::~a~b~c~d~e~f",
	"wfn:[part=\"a\"]",
};

static void
assert_field(const struct cpe *cpe, enum cpe_field field, const char *text,
    const char *name)
{
	struct bytes value = cpe->field[field];

	if (!bytes_equal_text(value, text != NULL ? text : "*"))
		fail_msg("%s: field %d is %.*s", name, (int)field,
		    (int)value.len, (const char *)value.ptr);
}

static void
both_bindings_give_the_same_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct arena arena = arena_open(2 * LIMIT_CPE_LEN);
		struct cpe cpe;

		if (cpe_read(bytes_of(good[i].name), &arena, &cpe) != ERR_OK)
			fail_msg("%s is refused", good[i].name);
		for (size_t k = 0; k < CPE_FIELD_COUNT; k++)
			assert_field(&cpe, (enum cpe_field)k, good[i].field[k],
			    good[i].name);
		arena_close(&arena);
	}
}

static void
what_is_broken_is_refused_and_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct arena arena = arena_open(2 * LIMIT_CPE_LEN);
		struct cpe cpe = { .field[CPE_VENDOR] = BYTES("untouched") };

		if (cpe_read(bytes_of(bad[i]), &arena, &cpe) != ERR_MALFORMED)
			fail_msg("%s is not refused", bad[i]);
		assert_field(&cpe, CPE_VENDOR, "untouched", bad[i]);
		arena_close(&arena);
	}
}

static void
every_prefix_is_refused(void **state)
{
	struct bytes whole = bytes_of(good[2].name);

	(void)state;
	for (size_t len = 0; len < whole.len - 2; len++) {
		struct arena arena = arena_open(2 * LIMIT_CPE_LEN);
		struct cpe cpe;

		assert_int_equal(
		    cpe_read(bytes_slice(whole, 0, len), &arena, &cpe),
		    ERR_MALFORMED);
		arena_close(&arena);
	}
}

static void
limits_and_memory_are_told_apart(void **state)
{
	struct arena little = arena_open(4);
	struct arena arena = arena_open(2 * LIMIT_CPE_LEN);
	uint8_t text[LIMIT_CPE_LEN + 1];
	struct cpe cpe;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(
	    cpe_read((struct bytes){ text, sizeof(text) }, &arena, &cpe),
	    ERR_LIMIT);
	assert_int_equal(
	    cpe_read(bytes_of(good[0].name), &little, &cpe), ERR_MEMORY);
	arena_close(&little);
	arena_close(&arena);
}

static void
an_escaped_star_is_no_wildcard(void **state)
{
	struct arena arena = arena_open(4 * LIMIT_CPE_LEN);
	struct cpe escaped;
	struct cpe bare;

	(void)state;
	assert_int_equal(
	    cpe_read(BYTES(WN "v:\\*:\\-" REST), &arena, &escaped), ERR_OK);
	assert_int_equal(
	    cpe_read(BYTES(WN "v:*:-" REST), &arena, &bare), ERR_OK);
	assert_false(cpe_is_any(&escaped, CPE_PRODUCT));
	assert_false(cpe_is_none(&escaped, CPE_VERSION));
	assert_true(cpe_is_any(&bare, CPE_PRODUCT));
	assert_true(cpe_is_none(&bare, CPE_VERSION));
	assert_int_equal(cpe_compare(&escaped, &bare, CPE_PRODUCT), CPE_SUBSET);
	assert_int_equal(
	    cpe_compare(&escaped, &bare, CPE_VERSION), CPE_DISJOINT);
	assert_int_equal(
	    cpe_compare(&escaped, &escaped, CPE_PRODUCT), CPE_EQUAL);
	arena_close(&arena);
}

/* Source: NISTIR 7696, table 6-2, row by row; then wildcards. */
static const struct relation {
	const char *of;
	const char *to;
	enum cpe_relation relation;
} relations[] = {
	{ "*", "*", CPE_EQUAL },
	{ "*", "-", CPE_SUPERSET },
	{ "*", "1.0", CPE_SUPERSET },
	{ "*", "1.*", CPE_UNDEFINED },
	{ "-", "*", CPE_SUBSET },
	{ "-", "-", CPE_EQUAL },
	{ "-", "1.0", CPE_DISJOINT },
	{ "-", "1.*", CPE_UNDEFINED },
	{ "1.0", "1.0", CPE_EQUAL },
	{ "1.0", "1.1", CPE_DISJOINT },
	{ "1.0", "1.*", CPE_UNDEFINED },
	{ "1.0", "-", CPE_DISJOINT },
	{ "1.0", "*", CPE_SUBSET },
	{ "1.*", "2.*", CPE_UNDEFINED },
	{ "1.*", "*", CPE_SUBSET },
	{ "1.*", "-", CPE_DISJOINT },
	{ "1.*", "1.0", CPE_SUPERSET },
	{ "1.*", "2.0", CPE_DISJOINT },
	{ "*1.0", "11.0", CPE_SUPERSET },
	{ "*1.0", "1.01", CPE_DISJOINT },
	{ "*a*", "bab", CPE_SUPERSET },
	{ "*a*", "bbb", CPE_DISJOINT },
	{ "?1.0??", "1.0", CPE_SUPERSET },
	{ "?1.0??", "11.0ab", CPE_SUPERSET },
	{ "?1.0??", "1.0abc", CPE_DISJOINT },
	{ "?1.0??", "111.0", CPE_DISJOINT },
	{ "??", "ab", CPE_SUPERSET },
	{ "??", "abc", CPE_DISJOINT },
	{ "?a?", "aaa", CPE_SUPERSET },
	{ "1.0", "1.0\\*", CPE_DISJOINT },
	{ "1.*", "1.\\*", CPE_SUPERSET },
};

static void
fields_relate_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
		const struct relation *r = &relations[i];
		struct arena arena = arena_open(8 * LIMIT_CPE_LEN);
		char text[128];
		struct cpe of;
		struct cpe to;

		(void)snprintf(text, sizeof(text), WN "v:p:%s" REST, r->of);
		assert_int_equal(cpe_read(bytes_of(text), &arena, &of), ERR_OK);
		(void)snprintf(text, sizeof(text), WN "v:p:%s" REST, r->to);
		assert_int_equal(cpe_read(bytes_of(text), &arena, &to), ERR_OK);
		if (cpe_compare(&of, &to, CPE_VERSION) != r->relation)
			fail_msg("%s to %s is %d", r->of, r->to,
			    (int)cpe_compare(&of, &to, CPE_VERSION));
		arena_close(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_bindings_give_the_same_fields),
		cmocka_unit_test(what_is_broken_is_refused_and_changes_nothing),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(limits_and_memory_are_told_apart),
		cmocka_unit_test(an_escaped_star_is_no_wildcard),
		cmocka_unit_test(fields_relate_as_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
