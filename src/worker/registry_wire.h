/* SPDX-License-Identifier: ISC */
/* What http and store say to each other, as bytes: a write and a read each. */
#ifndef WORKER_REGISTRY_WIRE_H
#define WORKER_REGISTRY_WIRE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"
#include "registry/source.h"
#include "system/message.h"

#include <stddef.h>
#include <stdint.h>

/* Types of system/message.h. A channel for questions carries QUESTION one way
   and, for each, one REPLY or one LONG with its pieces the other way. A channel
   for statements carries STATEMENT and OUTCOME. */
enum registry_wire_kind {
	REGISTRY_WIRE_NONE,
	REGISTRY_WIRE_QUESTION,
	REGISTRY_WIRE_REPLY,
	REGISTRY_WIRE_LONG,  /* u32le: how long the reply is in all pieces */
	REGISTRY_WIRE_PIECE, /* the reply's next bytes */
	REGISTRY_WIRE_STATEMENT,
	REGISTRY_WIRE_OUTCOME,
};

/* Bytes of a reply on its way: its content and what stands around it. */
#define REGISTRY_WIRE_REPLY_LEN_MAX (REGISTRY_REPLY_LEN_MAX + 64 * KIB)
/* Bytes of a piece. */
#define REGISTRY_WIRE_PIECE_LEN (512 * KIB)
/* Bytes of a sentence, and of a word, why a statement was refused. */
#define REGISTRY_WIRE_WHY_LEN (4 * KIB)
#define REGISTRY_WIRE_WORD_LEN ((size_t)64)

/* A reply, or why there is none. */
struct registry_wire_reply {
	enum err result; /* as registry_source.ask() has them */
	enum registry_ask ask;
	struct registry_reply reply; /* with ERR_OK */
};

/* A statement, and what became of one; the number is the asker's. */
struct registry_wire_statement {
	uint64_t number;
	struct bytes statement;
};
struct registry_wire_outcome {
	uint64_t number;
	struct registry_submission submission;
};

void registry_wire_write_question(
    struct out *to, const struct registry_question *question);
void registry_wire_write_reply(
    struct out *to, const struct registry_wire_reply *reply);
void registry_wire_write_statement(
    struct out *to, const struct registry_wire_statement *statement);
void registry_wire_write_outcome(
    struct out *to, const struct registry_wire_outcome *outcome);

/*
 * The readers take a stranger's bytes: ERR_TRUNCATED, or ERR_MALFORMED for
 * whatever no right program sends (enums, lengths, numbers out of range, bytes
 * left over). Texts borrow `in`; on failure *ret is untouched. A question that
 * was read is one: registry_question_ok().
 */
enum err registry_wire_read_question(
    struct bytes in, struct registry_question *ret);
/* `ask` is what was asked for. Rows are in the arena; ERR_MEMORY. */
enum err registry_wire_read_reply(struct bytes in, enum registry_ask ask,
    struct arena *arena, struct registry_wire_reply *ret);
enum err registry_wire_read_statement(
    struct bytes in, struct registry_wire_statement *ret);
enum err registry_wire_read_outcome(
    struct bytes in, struct registry_wire_outcome *ret);

/* Puts a written reply into frames: one, or LONG and pieces. */
void registry_wire_put_frames(struct message_writer *to, struct bytes reply);

#endif
