/* SPDX-License-Identifier: ISC */
/* How texts stand in the messages of all workers. */
#ifndef WORKER_WIRE_FIELDS_H
#define WORKER_WIRE_FIELDS_H

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/out.h"

#include <stddef.h>

/* Longest text of ours: the writer cuts, the reader refuses. */
#define WIRE_TEXT_LEN ((size_t)240)

/* A text as its u32le length and its bytes, cut to `limit`. */
void wire_put_field(struct out *to, struct bytes field, size_t limit);

/* Reads it; a longer one is ERR_MALFORMED. Borrows the cursor's input. */
struct bytes wire_get_field(struct cursor *c, size_t limit, const char *field);

/* The last step of each reader: bytes left over are ERR_MALFORMED. */
enum err wire_end(struct cursor *c);

/* A copy as a C string, cut to its room. */
void wire_keep_text(char to[WIRE_TEXT_LEN + 1], struct bytes text);

#endif
