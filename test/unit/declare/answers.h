/* SPDX-License-Identifier: ISC */
/* Declarations written as YAML in a test, checked with the project's data. */
#ifndef TEST_DECLARE_ANSWERS_H
#define TEST_DECLARE_ANSWERS_H

#include "base/data.h"
#include "base/limits.h"
#include "declare/check.h"
#include "declare/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TODAY 1795305600u /* 2026-11-22 */

struct answers {
	struct arena arena;
	struct declaration declaration;
	struct problems problems;
};

static inline struct answers
answers_open(const char *yaml)
{
	struct answers a = { .arena = arena_open(64 * MIB) };
	struct declaration_fault fault = { 0 };
	struct fault data_fault = { 0 };
	enum err err =
	    declaration_read(bytes_of(yaml), &a.arena, &a.declaration, &fault);

	if (err != ERR_OK)
		fail_msg("%u:%u %s", fault.line, fault.column, fault.text);
	assert_int_equal(declaration_check(data_embedded(), &a.declaration,
			     TODAY, &a.arena, &a.problems, &data_fault),
	    ERR_OK);
	return a;
}

static inline void
answers_close(struct answers *a)
{
	arena_close(&a->arena);
}

/* The first problem of this kind at this field, or NULL. */
static inline const struct problem *
answers_problem(const struct answers *a, enum problem_kind kind,
    const char *table, const char *row, const char *field)
{
	for (size_t i = 0; i < a->problems.count; i++) {
		const struct problem *p = &a->problems.list[i];

		if (p->kind == kind && bytes_equal_text(p->table, table) &&
		    bytes_equal_text(p->row, row) &&
		    bytes_equal_text(p->field, field))
			return p;
	}
	return NULL;
}

static inline bool
answers_says(const struct problem *p, const char *words)
{
	return p != NULL && bytes_find(p->text, bytes_of(words), 0) != SIZE_MAX;
}

#endif
