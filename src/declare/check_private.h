/* SPDX-License-Identifier: ISC */
/* One check at work: what it reads, and where it puts problems. */
#ifndef DECLARE_CHECK_PRIVATE_H
#define DECLARE_CHECK_PRIVATE_H

#include "declare/applicability.h"
#include "declare/check.h"
#include "declare/logic.h"

#include <stdbool.h>
#include <stdint.h>

struct checking {
	const struct data_set *data;
	struct questions questions;
	struct logic logic;
	struct applicability *applies;
	size_t applies_count;
	uint64_t today;
	struct arena *arena;
	struct problem *list; /* PROBLEMS_MAX places */
	size_t count;
	size_t unanswered;
	size_t answered;
	bool no_memory; /* sticks */
};

/* Adds a problem at an answer; the sentence is ours (printf). */
void checking_say(struct checking *c, enum problem_kind kind,
    const struct declared *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Likewise one that stands nowhere. */
void checking_miss(struct checking *c, const struct question *question,
    struct bytes row, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* For "%.*s": a text's length, bounded. */
int checking_len(struct bytes text);

/*
 * What is wrong with the form of a value, as a sentence in to[], or false. An
 * empty value or a placeholder has no form.
 */
#define FORM_TEXT_LEN 160
bool form_is_wrong(const struct question *question, struct bytes value,
    char to[FORM_TEXT_LEN]);

/* Whether a day YYYY-MM-DD that exists, and its start in Unix seconds. */
bool form_read_date(struct bytes value, uint64_t *ret);

/* The known name nearest to `name`, or empty when none is near. */
struct bytes form_nearest_table(
    const struct questions *questions, struct bytes name);
struct bytes form_nearest_field(const struct questions *questions,
    const struct question_table *table, struct bytes name);

/* Parts of declaration_check(). */
enum err check_contradictions(struct checking *c, struct fault *ret_fault);
void check_provisions(struct checking *c);
void check_references(struct checking *c);

#endif
