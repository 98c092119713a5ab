/* SPDX-License-Identifier: ISC */
/* Files below test/data/ for the tests of inspectors. */
#ifndef TEST_SAMPLE_FILE_H
#define TEST_SAMPLE_FILE_H

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The content, to be freed by the caller; the test fails without it. */
static inline struct bytes
sample_read(const char *path)
{
	const char *root = getenv("HALLMARK_ROOT");
	char full[4096];

	(void)snprintf(
	    full, sizeof(full), "%s/%s", root != NULL ? root : ".", path);
	FILE *f = fopen(full, "rb");

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size_t len = (size_t)ftell(f);
	uint8_t *ptr = malloc(len + 1);

	rewind(f);
	assert_non_null(ptr);
	assert_int_equal(fread(ptr, 1, len, f), len);
	(void)fclose(f);
	return (struct bytes){ ptr, len };
}

static inline void
sample_free(struct bytes sample)
{
	free((void *)(uintptr_t)sample.ptr);
}

#endif
