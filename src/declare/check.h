/* SPDX-License-Identifier: ISC */
/* What is missing or wrong in a declaration, with line and column. */
#ifndef DECLARE_CHECK_H
#define DECLARE_CHECK_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "declare/applicability.h"
#include "declare/declaration.h"

#include <stddef.h>
#include <stdint.h>

enum problem_kind {
	PROBLEM_UNKNOWN,       /* a table or field that nobody asks for */
	PROBLEM_FORM,	       /* not of the question's kind */
	PROBLEM_MISSING,       /* required, applies, not there */
	PROBLEM_PLACEHOLDER,   /* there, but TODO, … or example.com */
	PROBLEM_CONTRADICTION, /* two answers cannot both be true */
	PROBLEM_REFERENCE,     /* names a row that does not exist */
	PROBLEM_DUPLICATE,     /* an id or a single answer twice */
	PROBLEM_NO_GROUND,     /* not-applicable, but the conditions hold */
	PROBLEM_CIRCULAR,      /* not-applicable for want of its own measure */
	PROBLEM_NO_REASON,     /* no or not-applicable without a reason */
	PROBLEM_REFUTED,       /* the image shows something else */
	PROBLEM_KIND_COUNT
};

struct problem {
	enum problem_kind kind;
	uint32_t line, column; /* 0: it stands nowhere */
	struct bytes table, row, field;
	struct bytes text; /* a sentence; holds foreign text: escape */
};

/* Problems in the order of the file, missing answers last, in the order of
   the questions. Texts lie in the arena, the declaration or the data set. */
struct problems {
	struct problem *list;
	size_t count;
	size_t unanswered; /* of them: missing and placeholders */
	size_t answered;   /* questions with a usable answer */
	const struct applicability *applicability;
	size_t applicability_count;
};

/* More problems than this are counted no further. */
#define PROBLEMS_MAX ((size_t)2000)

/*
 * Checks; `today` is Unix seconds. ERR_MALFORMED with *ret_fault when a data
 * file is broken (a declaration never is: it has problems); ERR_MEMORY.
 */
enum err declaration_check(const struct data_set *data,
    const struct declaration *declaration, uint64_t today, struct arena *arena,
    struct problems *ret, struct fault *ret_fault);

/* "unknown", "form", "missing" … as in --json; static. */
const char *problem_kind_text(enum problem_kind kind);

#endif
