/* SPDX-License-Identifier: ISC */
/* Test vectors that lie beside the project, read as JSON. */
#ifndef TEST_UNIT_CRYPTO_VECTORS_H
#define TEST_UNIT_CRYPTO_VECTORS_H

#include "base/bytes.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#ifndef VECTOR_FOLDER
#define VECTOR_FOLDER "../shared/vectors"
#endif

/* The file under VECTOR_FOLDER; ends the test as skipped when it is not there.
   The caller gives it to json_decref(). */
static inline json_t *
vectors_open(const char *name)
{
	char path[1024];
	json_error_t why;

	assert_true(snprintf(path, sizeof(path), "%s/%s", VECTOR_FOLDER, name) <
	    (int)sizeof(path));
	if (access(path, R_OK) != 0) {
		print_message("skipped: there is no %s\n", path);
		skip();
	}
	json_t *root = json_load_file(path, 0, &why);

	assert_non_null(root);
	return root;
}

static inline const char *
vectors_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

/* Hex digits in either case as bytes in `room`. */
static inline struct bytes
vectors_hex(const json_t *object, const char *key, uint8_t *room, size_t cap)
{
	const char *text = vectors_text(object, key);
	size_t len = strlen(text) / 2;

	assert_true(strlen(text) % 2 == 0 && len <= cap);
	for (size_t i = 0; i < len; i++) {
		unsigned byte = 0;

		assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
		room[i] = (uint8_t)byte;
	}
	return (struct bytes){ room, len };
}

#endif
