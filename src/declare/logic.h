/* SPDX-License-Identifier: ISC */
/* What follows from a declaration's answers: expressions of three values. */
#ifndef DECLARE_LOGIC_H
#define DECLARE_LOGIC_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "declare/declaration.h"
#include "declare/questions.h"

#include <stdbool.h>
#include <stddef.h>

enum truth {
	TRUTH_UNKNOWN,
	TRUTH_NO,
	TRUTH_YES,
};

/* The answers of one row, as they stand in the declaration. */
struct logic_row {
	struct bytes table, row;
	const struct declared *first;
	size_t count;
};

struct logic {
	const struct questions *questions;
	const struct declaration *declaration;
	enum truth *feature; /* by the questions of the table "features" */
	bool *needed;	     /* by table: logic_needs_table() */
	struct logic_row *row;
	size_t row_count;
};

/* All lies in the arena and borrows the rest. ERR_MEMORY. */
enum err logic_open(const struct questions *questions,
    const struct declaration *declaration, struct arena *arena,
    struct logic *ret);

/*
 * A feature as answered. Without an answer it is no where the question does
 * not arise (its `when` is no), else unknown.
 */
enum truth logic_feature(const struct logic *logic, struct bytes key);

/*
 * An expression of the tables in data/: clauses with ',' between, all of which
 * must hold; in each, terms with '|' between, one of which must. A term is, with
 * '!' before it for its opposite:
 *
 *     Fa                        the feature is answered yes
 *     5.1-1=yes                 the provision's support is yes
 *     PhyIntf.debug=yes         some row of the table has this value
 *     A.b=c+d=e                 some row has both
 *
 * An empty one holds.
 */
enum truth logic_holds(const struct logic *logic, struct bytes expression);

/* Whether every name in the expression is known. */
bool logic_is_expression(
    const struct questions *questions, struct bytes expression);

/* The row, or NULL. */
const struct logic_row *logic_find_row(
    const struct logic *logic, struct bytes table, struct bytes row);

/* The row's first answer to this field, or NULL. */
const struct declared *logic_find_in(
    const struct logic_row *row, struct bytes field);

/* Likewise by table and row. */
const struct declared *logic_find(const struct logic *logic, struct bytes table,
    struct bytes row, struct bytes field);

/*
 * Whether an answer is one: not empty, no placeholder (TODO, TBD, xxx, …), no
 * address of example.com and its like.
 */
bool logic_is_answer(struct bytes value);

/*
 * Whether rows and required fields of an information table are asked for: its
 * condition holds, and a provision that it serves is declared to be met.
 */
bool logic_needs_table(
    const struct logic *logic, const struct question_table *table);

/* The condition of the whole table. */
struct bytes logic_table_when(
    const struct logic *logic, const struct question_table *table);

#endif
