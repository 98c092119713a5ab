/* SPDX-License-Identifier: ISC */
/* What a parse worker says, as bytes: a write and a read for each message. */
#ifndef WORKER_WIRE_H
#define WORKER_WIRE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"
#include "worker/wire_fields.h"

#include <stdbool.h>
#include <stdint.h>

/* Types of system/message.h. */
enum wire_kind {
	WIRE_NONE,
	WIRE_HELLO,   /* text: the jail the worker is in; comes first */
	WIRE_CHUNK,   /* a piece of the image is dealt with */
	WIRE_FACT,    /* something was observed */
	WIRE_ENTRY,   /* a node, for a listing or before its content */
	WIRE_CONTENT, /* the next bytes of a file, unframed */
	WIRE_DONE,    /* the end */
	WIRE_TROUBLE, /* the machine's fault: the end, too */
	WIRE_KIND_COUNT
};

/* Longest texts, as WIRE_TEXT_LEN for our own sentences. */
#define WIRE_NAME_LEN ((size_t)32)   /* formats, architectures */
#define WIRE_FIELD_LEN (16 * KIB)    /* the fields of a fact */
#define WIRE_CONTENT_LEN (256 * KIB) /* pieces of content */

/* A node as `ls` shows it. */
struct wire_entry {
	struct bytes path;
	struct bytes link;
	enum node_kind kind;
	uint32_t mode;
	uint32_t uid, gid;
	uint32_t device_major, device_minor;
	uint64_t mtime;
	uint64_t size;
	enum err fault; /* why its content is not whole, or ERR_OK */
};

struct wire_done {
	uint64_t node_count;
	struct bytes cut_short; /* a sentence, or empty */
};

struct wire_trouble {
	enum err code;
	struct bytes text;
};

/* A chunk and room for its texts, which `chunk` points into. */
struct wire_chunk {
	struct chunk chunk;
	char format[WIRE_NAME_LEN + 1];
	char architecture[WIRE_NAME_LEN + 1];
	char operating_system[WIRE_NAME_LEN + 1];
	char fault_format[WIRE_TEXT_LEN + 1];
	char fault_field[WIRE_TEXT_LEN + 1];
};

void wire_write_hello(struct out *to, struct bytes jail);
void wire_write_chunk(struct out *to, const struct chunk *chunk);
void wire_write_fact(struct out *to, const struct fact *fact);
void wire_write_entry(struct out *to, const struct wire_entry *entry);
void wire_write_done(struct out *to, const struct wire_done *done);
void wire_write_trouble(struct out *to, const struct wire_trouble *trouble);

/*
 * The readers take a stranger's bytes: ERR_TRUNCATED, or ERR_MALFORMED for a
 * value that no right worker sends (enums, lengths, names out of range, bytes
 * left over). Texts borrow `in`; on failure *ret is untouched.
 */
enum err wire_read_hello(struct bytes in, struct bytes *ret_jail);
enum err wire_read_chunk(struct bytes in, struct wire_chunk *ret);
enum err wire_read_fact(struct bytes in, struct fact *ret);
enum err wire_read_entry(struct bytes in, struct wire_entry *ret);
enum err wire_read_done(struct bytes in, struct wire_done *ret);
enum err wire_read_trouble(struct bytes in, struct wire_trouble *ret);

#endif
