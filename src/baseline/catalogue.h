/* SPDX-License-Identifier: ISC */
/* The requirements of all frameworks, and how they relate to each other. */
#ifndef BASELINE_CATALOGUE_H
#define BASELINE_CATALOGUE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* What a program alone could conclude from good evidence. */
enum tool_verdict {
	TOOL_NONE,	/* nothing: a person must */
	TOOL_AID,	/* that a statement is there and complete */
	TOOL_FAIL_ONLY, /* can disprove, never prove */
	TOOL_BOTH,
};

/* All bytes borrow from the data set. */
struct requirement {
	struct bytes id;
	struct bytes title;	 /* our paraphrase */
	struct bytes modality;	 /* EN 303 645 only, as all below */
	struct bytes unsure;	 /* every framework: what is not verified */
	struct bytes evidence;	 /* "firmware;network", strongest first */
	struct bytes applies_if; /* "14,e": C14 and Fe must hold */
	enum tool_verdict tool_verdict;
};

struct framework {
	struct bytes id;
	struct bytes title;
	struct bytes version;
	struct bytes crosswalk; /* its column in crosswalk.tsv, or "-" */
	bool judged; /* false: documents, known to the crosswalk only */
	struct requirement *list;
	size_t count;
};

/* A requirement of another framework that relates to a provision. */
struct relation {
	size_t provision; /* in the first framework's list */
	size_t framework;
	size_t requirement;
	bool loose; /* matches in part only */
};

struct catalogue {
	struct framework *framework; /* [0] is EN 303 645 */
	size_t framework_count;
	struct relation *relation; /* in the crosswalk's order */
	size_t relation_count;
};

/*
 * Reads frameworks.tsv, the tables it names and crosswalk.tsv. ERR_MALFORMED
 * with *ret_fault naming file (format), line (at) and what is wrong (field);
 * ERR_MEMORY. Lists live in the arena.
 */
enum err catalogue_read(const struct data_set *data, struct arena *arena,
    struct catalogue *ret, struct fault *ret_fault);

/* The requirement's place, or false. */
bool catalogue_find_requirement(
    const struct framework *framework, struct bytes id, size_t *ret);
bool catalogue_find_framework(
    const struct catalogue *catalogue, struct bytes id, size_t *ret);

#endif
