/* SPDX-License-Identifier: ISC */
/* What a maker says of a product, as read from the declaration's YAML. */
#ifndef DECLARE_DECLARATION_H
#define DECLARE_DECLARATION_H

#include "base/bytes.h"

#include <stddef.h>
#include <stdint.h>

/*
 * One answer: a leaf of the YAML. A list gives one answer for each item, with
 * the same field. Empty and placeholder values are answers, too: the checks
 * tell them apart.
 *
 *     product:                     table "product", row ""
 *       maker: Argentum            field "maker"
 *     features:                    table "features", row ""
 *       Fa: yes                    field "Fa"
 *     provisions:                  table "provisions"
 *       5.1-1:                     row "5.1-1"
 *         support: yes             field "support": yes, no, not-applicable
 *         detail: …                field "detail"
 *     AuthMech:                    table: a name of TS 103 701's IXIT tables
 *       - id: AuthMech-1           row "AuthMech-1"
 *         factor: password         field "factor"
 */
struct declared {
	struct bytes table, row, field;
	struct bytes value;    /* foreign: escape */
	uint32_t line, column; /* of the value, from 1 */
};

/* In the file's order; texts and list live in the reader's arena. */
struct declaration {
	struct declared *list;
	size_t count;
};

/* The first such answer, or NULL. An empty row stands for row "". */
const struct declared *declaration_find(const struct declaration *declaration,
    struct bytes table, struct bytes row, struct bytes field);

#endif
