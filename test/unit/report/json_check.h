/* SPDX-License-Identifier: ISC */
/* Reports in JSON, as another reader sees them. */
#ifndef REPORT_JSON_CHECK_H
#define REPORT_JSON_CHECK_H

#include "base/out.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* json_decref() it; the test fails when it is no JSON. */
static inline json_t *
parse(const struct out *report)
{
	json_error_t error;
	json_t *ret = json_loadb((const char *)report->ptr, report->len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

	if (ret == NULL)
		fail_msg("line %d: %s", error.line, error.text);
	return ret;
}

/* Just these keys in this order; `keys` is ended by NULL. */
static inline void
assert_keys(json_t *object, const char *const *keys)
{
	const char *key;
	json_t *value;

	assert_true(json_is_object(object));
	json_object_foreach(object, key, value)
	{
		assert_non_null(*keys);
		assert_string_equal(key, *keys++);
	}
	assert_null(*keys);
}

#define ASSERT_KEYS(object, ...)                                               \
	do {                                                                   \
		static const char *const keys_[] = { __VA_ARGS__, NULL };      \
		assert_keys(object, keys_);                                    \
	} while (0)

#endif
