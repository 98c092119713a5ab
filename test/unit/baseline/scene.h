/* SPDX-License-Identifier: ISC */
/* Observations made by hand, judged with the project's own data. */
#ifndef TEST_BASELINE_SCENE_H
#define TEST_BASELINE_SCENE_H

#include "base/arena.h"
#include "base/data.h"
#include "baseline/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TODAY 1795305600u /* 2026-11-22 */
#define IMAGE_SIZE 1000000u

/* No declaration. */
static const struct judge_wants plain_wants = { .today = TODAY };

#define SCENE_FACTS 6
#define SCENE_CHUNKS 3

#define NO_FACTS                                                               \
	{                                                                      \
		{                                                              \
			.kind = FACT_NONE                                      \
		}                                                              \
	}
#define ALL_READ                                                               \
	{                                                                      \
		{                                                              \
			.format = NULL                                         \
		}                                                              \
	}

/* A text in a static initialiser. */
#define T(literal)                                                             \
	{                                                                      \
		(const uint8_t *)(literal), sizeof(literal) - 1                \
	}

struct scene {
	const char *sentence; /* the test's name */
	const char *rule;
	const char *result; /* the worst of its findings, or "none" */
	struct fact fact[SCENE_FACTS];
	struct chunk chunk[SCENE_CHUNKS]; /* none: all of it was read */
};

/* One assessment and what it stands on. */
struct judged {
	struct observation seen;
	struct arena arena;
	struct baseline *baseline;
	struct assessment a;
};

/* From the facts on. */
static inline void
judge_as(struct judged *j, const struct judge_wants *wants)
{
	assert_int_equal(baseline_take_inventory(j->baseline, &j->seen,
			     wants->declaration, &j->arena, &j->a),
	    ERR_OK);
	assert_int_equal(
	    baseline_judge(j->baseline, wants, &j->arena, &j->a), ERR_OK);
}

static inline void
judge_scene(const struct scene *scene, struct judged *j)
{
	struct fault fault = { 0 };
	size_t chunks = 0;

	memset(j, 0, sizeof(*j));
	j->arena = arena_open((size_t)64 << 20);
	j->seen.facts = facts_open((size_t)16 << 20);
	for (size_t i = 0; i < SCENE_FACTS; i++)
		if (scene->fact[i].kind != FACT_NONE)
			assert_int_equal(
			    facts_add(&j->seen.facts, &scene->fact[i]), ERR_OK);
	j->seen.chunks = calloc(SCENE_CHUNKS + 1, sizeof(*j->seen.chunks));
	assert_non_null(j->seen.chunks);
	for (size_t i = 0; i < SCENE_CHUNKS; i++)
		if (scene->chunk[i].format != NULL)
			j->seen.chunks[chunks++] = scene->chunk[i];
	if (chunks == 0)
		j->seen.chunks[chunks++] =
		    (struct chunk){ .format = "raw", .size = IMAGE_SIZE };
	j->seen.chunk_count = chunks;
	assert_int_equal(
	    baseline_open(data_embedded(), &j->baseline, &fault), ERR_OK);
	j->a.image_size = IMAGE_SIZE;
	judge_as(j, &plain_wants);
}

static inline void
scene_close(struct judged *j)
{
	baseline_close(j->baseline);
	arena_close(&j->arena);
	facts_close(&j->seen.facts);
	free(j->seen.chunks);
}

/* The worst finding of a rule, or NULL. */
static inline const struct finding *
find_finding(const struct judged *j, const char *rule)
{
	for (size_t i = 0; i < j->a.finding_count; i++)
		if (bytes_equal_text(j->a.findings[i].rule, rule))
			return &j->a.findings[i];
	return NULL;
}

/* The verdict of a requirement; the test fails when there is none. */
static inline const struct verdict_row *
find_verdict(
    const struct judged *j, const char *framework, const char *requirement)
{
	for (size_t i = 0; i < j->a.verdict_count; i++)
		if (bytes_equal_text(j->a.verdicts[i].framework, framework) &&
		    bytes_equal_text(j->a.verdicts[i].requirement, requirement))
			return &j->a.verdicts[i];
	fail_msg("no verdict for %s %s", framework, requirement);
	abort(); /* fail_msg jumps away */
}

#endif
