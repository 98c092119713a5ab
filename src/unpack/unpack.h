/* SPDX-License-Identifier: ISC */
/* An image's files, one at a time, out of all containers they are in. */
#ifndef UNPACK_UNPACK_H
#define UNPACK_UNPACK_H

#include "base/bytes.h"
#include "base/err.h"
#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chunk {
	struct bytes path;  /* tplink@0x0!squashfs@0x120000 */
	const char *format; /* static; a name of data/formats.tsv */
	bool nested; /* lies in decompressed bytes: not part of the layout */
	uint64_t at; /* in the image, or when nested in what holds it */
	uint64_t size;
	enum chunk_state state;
	struct format_info info; /* zero for raw, padding and opaque */
	struct fault fault;	 /* why it is unread, when known */
};

enum unpack_event_kind {
	UNPACK_FILE,  /* a node, or bytes of no format (kind NODE_PAYLOAD) */
	UNPACK_CHUNK, /* a piece of the image is dealt with */
};

struct unpack_event {
	enum unpack_event_kind kind;
	struct bytes path; /* of the node: tplink@0x0!squashfs@0x1000!/bin/sh,
			      uimage@0x0!lzma@0x40! for a payload */
	struct node node;
	bool raw; /* node is bytes of no format. Unless it is all of a
			  payload its own place ends the path: raw@0x40! */
	struct chunk chunk;
};

/* A handle. */
struct unpack;

/*
 * `image` must outlive the handle. `budget` bounds the work and is the
 * caller's; its limit is set here when it is 0. ERR_MEMORY.
 */
enum err unpack_open(
    struct bytes image, struct budget *budget, struct unpack **ret);

/*
 * The next event; what it points to is good until the next call. A file comes
 * before what is inside it; a chunk comes when all inside it is done. Chunks
 * with nested == false cover the image exactly once (in no fixed order).
 * ERR_END at the end. Hostile input ends in chunks of state CHUNK_UNREAD with
 * a fault, not in an error; only ERR_MEMORY is one.
 */
enum err unpack_next(struct unpack *u, struct unpack_event *ret);

/* Whether a limit (depth, nodes, bytes, time) cut the work short; static text
   that says which, or NULL. */
const char *unpack_cut_short(const struct unpack *u);

void unpack_close(struct unpack *u);

/* The table of formats in the order in which they are tried. */
extern const struct format *const unpack_formats[];
extern const size_t unpack_format_count;

#endif
