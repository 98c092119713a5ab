/* SPDX-License-Identifier: ISC */
/* Between reading a statement and reading its protected header. */
#ifndef STATEMENT_STATEMENT_PRIVATE_H
#define STATEMENT_STATEMENT_PRIVATE_H

#include "statement/statement.h"

/* Reads the map of a protected header; as statement_read(). */
enum err statement_read_header(
    struct bytes map, struct statement_header *ret, struct fault *ret_fault);

#endif
