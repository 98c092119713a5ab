/* SPDX-License-Identifier: ISC */
/* Gives the parts of a container in the order in which they were added. */
#include "unpack/slices.h"

#include <stdlib.h>

struct slices {
	struct bytes in;
	struct {
		size_t at, len;
		bool whole;
	} part[SLICES_PARTS_MAX];
	size_t count;
	size_t given;
};

enum err
slices_open(struct bytes in, struct slices **ret)
{
	struct slices *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return ERR_MEMORY;
	s->in = in;
	*ret = s;
	return ERR_OK;
}

void
slices_add(struct slices *s, size_t at, size_t len, bool whole)
{
	if (len == 0 || at >= s->in.len || s->count == SLICES_PARTS_MAX)
		return;
	s->part[s->count].at = at;
	s->part[s->count].len = len;
	s->part[s->count].whole = whole;
	s->count++;
}

enum err
slices_next(void *handle, struct node *ret)
{
	struct slices *s = handle;

	if (s->given == s->count)
		return ERR_END;
	size_t at = s->part[s->given].at;
	size_t len = s->part[s->given].len;

	*ret = (struct node){
		.kind = NODE_PAYLOAD,
		.size = len,
		.content = bytes_slice(s->in, at, len),
		.in_place = true,
		.at = at,
		.whole = s->part[s->given].whole,
	};
	if (ret->content.len < len)
		ret->fault = (struct fault){ .code = ERR_TRUNCATED,
			.at = s->in.len,
			.format = "container",
			.field = "payload" };
	s->given++;
	return ERR_OK;
}

void
slices_close(void *handle)
{
	free(handle);
}
