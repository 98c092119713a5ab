/* SPDX-License-Identifier: ISC */
/* What a declare worker says, as bytes: a write and a read for each message. */
#ifndef WORKER_DECLARE_WIRE_H
#define WORKER_DECLARE_WIRE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "declare/declaration.h"
#include "declare/read.h"

#include <stdint.h>

/* Types of system/message.h; hello and trouble are those of worker/wire.h. */
enum declare_wire_kind {
	DECLARE_WIRE_NONE,
	DECLARE_WIRE_HELLO,   /* the jail the worker is in; comes first */
	DECLARE_WIRE_ANSWER,  /* one answer, in the file's order */
	DECLARE_WIRE_FAULT,   /* why it is no declaration: the end */
	DECLARE_WIRE_DONE,    /* the end, with the number of answers */
	DECLARE_WIRE_TROUBLE, /* the machine's fault: the end, too */
	DECLARE_WIRE_KIND_COUNT
};

void declare_wire_write_answer(struct out *to, const struct declared *answer);
void declare_wire_write_fault(
    struct out *to, const struct declaration_fault *fault);
void declare_wire_write_done(struct out *to, uint64_t count);

/*
 * The readers take a stranger's bytes: ERR_TRUNCATED, or ERR_MALFORMED for
 * what no right worker sends: texts over their limits or not clean, a line or
 * column of 0, bytes left over. Texts borrow `in`; on failure *ret is
 * untouched.
 */
enum err declare_wire_read_answer(struct bytes in, struct declared *ret);
enum err declare_wire_read_fault(
    struct bytes in, struct declaration_fault *ret);
enum err declare_wire_read_done(struct bytes in, uint64_t *ret_count);

#endif
