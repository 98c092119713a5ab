/* SPDX-License-Identifier: ISC */
/* The questions that a declaration answers: the table data/declaration.tsv. */
#ifndef DECLARE_QUESTIONS_H
#define DECLARE_QUESTIONS_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum question_kind {
	QUESTION_TEXT,
	QUESTION_YES_NO,
	QUESTION_DATE, /* 2031-12-31 */
	QUESTION_URL,  /* https:// or http:// */
	QUESTION_EMAIL,
	QUESTION_NUMBER, /* decimal */
	QUESTION_CHOICE, /* one of `choices` */
	QUESTION_ID,	 /* names a row: letters, digits, '-', '_', '.' */
	QUESTION_REF,	 /* ids of rows of the tables in `choices`, or "none" */
	QUESTION_KIND_COUNT
};

/* All bytes borrow from the data set. */
struct question {
	struct bytes table;
	struct bytes field;
	enum question_kind kind;
	struct bytes choices; /* '|' between */
	bool list;	      /* may be given several times */
	bool required;
	struct bytes when;   /* declare/logic.h; empty: always */
	struct bytes serves; /* "5.1-1;cra:AnxII(7);psti:S1-2" */
	uint64_t order;	     /* fewest, most decisive first */
	struct bytes question;
	struct bytes hint;
};

/* The tables in the order in which they first come. */
struct question_table {
	struct bytes name;
	bool rows; /* has rows with names: provisions and the IXIT tables */
	size_t first, count; /* its questions, in `list` */
};

struct questions {
	struct question *list; /* by table, then order */
	size_t count;
	struct question_table *table;
	size_t table_count;
};

/* ERR_MALFORMED with *ret_fault saying where; ERR_MEMORY. */
enum err questions_read(const struct data_set *data, struct arena *arena,
    struct questions *ret, struct fault *ret_fault);

/* NULL when there is none. */
const struct question_table *questions_find_table(
    const struct questions *questions, struct bytes name);
const struct question *questions_find(
    const struct questions *questions, struct bytes table, struct bytes field);

#endif
