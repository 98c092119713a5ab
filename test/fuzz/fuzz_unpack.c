/* SPDX-License-Identifier: ISC */
/* Any bytes: the walk ends, and its layout covers each byte exactly once. */
#include "base/limits.h"
#include "unpack/unpack.h"

#include <stdlib.h>
#include <string.h>

#define FUZZ_MADE_LEN (16 * MIB)

static void
check_chunk(const struct chunk *chunk, uint8_t *seen, size_t size)
{
	if (chunk->format == NULL || chunk->path.len == 0)
		abort();
	if (chunk->nested)
		return;
	if (chunk->at > size || chunk->size > size - chunk->at ||
	    chunk->size == 0)
		abort();
	for (uint64_t i = 0; i < chunk->size; i++)
		if (seen[chunk->at + i]++ != 0)
			abort(); /* covered twice */
}

/* Touches what a node points to: sanitizers see bad borrows. */
static void
check_node(const struct node *node, unsigned *sum)
{
	for (size_t i = 0; i < node->content.len; i += 512)
		*sum += node->content.ptr[i];
	if (node->content.len > 0)
		*sum += node->content.ptr[node->content.len - 1];
	if (node->name.len > 0 && node->name.ptr[0] != '/')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct budget budget = { .limit = FUZZ_MADE_LEN };
	uint8_t *seen = calloc(1, size + 1);
	struct unpack_event event;
	struct unpack *u;
	unsigned sum = 0;

	if (seen == NULL ||
	    unpack_open((struct bytes){ data, size }, &budget, &u) != ERR_OK)
		abort();
	enum err err = unpack_next(u, &event);

	for (; err == ERR_OK; err = unpack_next(u, &event)) {
		if (event.kind == UNPACK_CHUNK)
			check_chunk(&event.chunk, seen, size);
		else
			check_node(&event.node, &sum);
	}
	if (err != ERR_END || budget.made > FUZZ_MADE_LEN)
		abort();
	for (size_t i = 0; i < size; i++)
		if (seen[i] != 1)
			abort(); /* left out */
	unpack_close(u);
	free(seen);
	return (int)(sum & 0);
}
