/* SPDX-License-Identifier: ISC */
/* The rows once more in memory: what a database must answer. */
#ifndef TEST_UNIT_DATABASE_SHADOW_H
#define TEST_UNIT_DATABASE_SHADOW_H

#include "registry/source.h"
#include "registry/view.h"

#include <stddef.h>
#include <stdint.h>

#define SHADOW_ROWS 20000

/* A sink that keeps copies, and hands all to another one, if there is. */
struct shadow {
	struct arena arena;
	struct registry_label label[SHADOW_ROWS];
	struct registry_product product[SHADOW_ROWS]; /* by first label */
	struct registry_statement statement[SHADOW_ROWS];
	struct registry_body body[SHADOW_ROWS]; /* by first record */
	struct registry_recognition recognition[SHADOW_ROWS];
	size_t labels, products, statements, bodies, recognitions;
	const struct view_sink *next;
};

/* Everything fails by assertion. */
struct shadow *shadow_open(void);
void shadow_close(struct shadow *s);
struct view_sink shadow_sink(struct shadow *s, const struct view_sink *next);

/* Compares a reply to the question with what the rows say. */
void shadow_check(struct shadow *s, const struct registry_question *question,
    const struct registry_reply *reply);

#endif
