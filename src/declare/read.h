/* SPDX-License-Identifier: ISC */
/* YAML bytes → the flat list of a maker's answers. */
#ifndef DECLARE_READ_H
#define DECLARE_READ_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "declare/declaration.h"

#include <stdint.h>

#define DECLARATION_FAULT_LEN 200

/* Why a file is no declaration, and where. */
struct declaration_fault {
	uint32_t line, column;		  /* from 1; 0: nowhere */
	char text[DECLARATION_FAULT_LEN]; /* may quote foreign text: escape */
};

/*
 * Reads one document of YAML 1.2: tables, rows, fields and lists as in
 * declaration.h. A row of a list is named by its field "id"; without one it is
 * "#1", "#2" … by its place. Refused, besides what is no YAML: anchors, aliases,
 * tags, several documents, keys given twice, anything nested deeper, and sizes
 * over LIMIT_DECLARATION_*. The texts lie in the arena. Pure but for libfyaml,
 * which is why it runs in a worker (worker/declare.h).
 *   ERR_MALFORMED, ERR_LIMIT  with *ret_fault
 *   ERR_MEMORY
 * On failure *ret is untouched.
 */
enum err declaration_read(struct bytes in, struct arena *arena,
    struct declaration *ret, struct declaration_fault *ret_fault);

#endif
