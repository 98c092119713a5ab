/* SPDX-License-Identifier: ISC */
/* The rules: their texts from rules.tsv, and the functions that judge. */
#ifndef BASELINE_RULES_H
#define BASELINE_RULES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "baseline/assessment.h"
#include "baseline/catalogue.h"
#include "baseline/rule_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct judging;

/* A row of the code's table, which is sorted by id. */
struct rule_code {
	const char *id;
	/* Reads what was seen, adds evidence. NULL: nobody looks yet. */
	void (*judge)(struct judging *j);
};

extern const struct rule_code rule_codes[];
extern const size_t rule_code_count;

/* What must be in an image for a rule to have looked at anything. */
enum subject {
	SUBJECT_IMAGE,	      /* its bytes: always there */
	SUBJECT_SYSTEM,	      /* a file system with an operating system in it */
	SUBJECT_WHOLE_SYSTEM, /* and the kernel, and all could be read */
	SUBJECT_FILES,	      /* any file with a name */
	SUBJECT_PROGRAMS,
	SUBJECT_COMPONENTS,
	SUBJECT_CERTIFICATES,
	SUBJECT_UPDATE, /* a container that says how it is protected */
	SUBJECT_KERNEL,
	SUBJECT_KERNEL_OPTIONS,
	SUBJECT_BOOT,	     /* a boot loader or its settings */
	SUBJECT_DECLARATION, /* the maker's: it can be contradicted, but is
				never evidence for anything */
	SUBJECT_ADVISORIES,  /* feeds that reach far enough, and components */
	SUBJECT_COUNT,
};

struct rule_target {
	size_t framework;
	size_t requirement;
};

/* All bytes borrow from the data set. */
#define RULE_WEIGHT_MAX 9

struct rule {
	struct bytes id;
	struct bytes title[3]; /* by enum finding_result; empty: never given */
	struct bytes advice;
	enum subject looks_at;
	uint64_t weight; /* 1 to RULE_WEIGHT_MAX, the worst; orders reports */
	bool judged;	 /* false: not yet looked for */
	struct bytes *provisions; /* EN 303 645 ids, as in the table */
	size_t provision_count;
	struct rule_target *target; /* these, and those of "also" */
	size_t target_count;
	void (*judge)(struct judging *j);
};

struct rule_list {
	struct rule *list; /* sorted by id */
	size_t count;
};

/*
 * Reads rules.tsv and joins it to rule_codes: both must name the same rules.
 * Errors as catalogue_read.
 */
enum err rules_read(const struct data_set *data,
    const struct catalogue *catalogue, struct arena *arena,
    struct rule_list *ret, struct fault *ret_fault);

/* Whether a rule can speak against a requirement (not only inform). */
bool rule_can_object(const struct rule *rule);

#endif
