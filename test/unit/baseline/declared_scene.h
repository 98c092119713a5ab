/* SPDX-License-Identifier: ISC */
/* Scenes in which the maker speaks, too. */
#ifndef TEST_BASELINE_DECLARED_SCENE_H
#define TEST_BASELINE_DECLARED_SCENE_H

#include "scene.h"

#include "declare/check.h"

#define SAYS_MAX 96

/* What is said, answer by answer: line n+1 holds answer n. */
struct says {
	const char *table, *row, *field, *value;
};

/* A judged scene with what the judges read. */
struct heard {
	struct judged j;
	struct declared list[SAYS_MAX];
	struct declaration declaration;
	struct problems problems;
	struct arena arena;
};

/* Judges again, with the answers; `says` ends with a NULL table. */
static inline void
judge_declared(const struct scene *scene, const struct says *says,
    const char *scheme, struct heard *h)
{
	struct fault fault = { 0 };
	struct judge_wants wants = { .today = TODAY,
		.declaration = &h->declaration,
		.problems = &h->problems };

	memset(h, 0, sizeof(*h));
	h->arena = arena_open((size_t)64 << 20);
	h->declaration.list = h->list;
	for (; says->table != NULL; says++) {
		assert_true(h->declaration.count < SAYS_MAX);
		struct declared *d = &h->list[h->declaration.count++];

		*d = (struct declared){ bytes_of(says->table),
			bytes_of(says->row), bytes_of(says->field),
			bytes_of(says->value), (uint32_t)h->declaration.count,
			3 };
	}
	assert_int_equal(declaration_check(data_embedded(), &h->declaration,
			     TODAY, &h->arena, &h->problems, &fault),
	    ERR_OK);
	judge_scene(scene, &h->j);
	if (scheme != NULL)
		wants.scheme = bytes_of(scheme);
	h->j.a.declaration_name = BYTES("maker.yaml");
	judge_as(&h->j, &wants);
}

static inline void
heard_close(struct heard *h)
{
	scene_close(&h->j);
	arena_close(&h->arena);
}

#endif
