/* SPDX-License-Identifier: ISC */
/* All that was seen in one image: its chunks and its facts. */
#ifndef INSPECT_OBSERVATION_H
#define INSPECT_OBSERVATION_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What a `parse` worker answers and the judges read. Chunk texts (path,
 * format, architecture, operating system) lie in facts.arena.
 */
struct observation {
	struct facts facts;
	struct chunk *chunks; /* malloc'ed; nested == false cover the image */
	size_t chunk_count;
	size_t chunk_cap;
	uint64_t node_count; /* files, directories, links and payloads seen */
	struct bytes cut_short; /* which limit ended the work early; empty */
};

struct observation observation_open(void);
void observation_close(struct observation *o);

/* Copies the chunk with its texts. ERR_LIMIT, ERR_MEMORY. */
enum err observation_add_chunk(
    struct observation *o, const struct chunk *chunk);

/*
 * Makes the layout whole after a worker that died: sorts chunks by (nested,
 * at), drops what overlaps or lies outside, and adds unread chunks for the
 * bytes of [0, image_size) that nobody reported. A right answer stays as it
 * is.
 */
enum err observation_complete_layout(
    struct observation *o, uint64_t image_size);

#endif
