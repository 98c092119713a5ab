/* SPDX-License-Identifier: ISC */
/* Keeps the stack of directories and the path that goes with it. */
#include "unpack/tree.h"

#include <stdlib.h>
#include <string.h>

void
tree_open(struct tree *t, const char *format)
{
	t->format = format;
	t->depth = 0;
	t->path_len = 0;
	t->cut = false;
}

struct tree_level *
tree_top(struct tree *t)
{
	while (t->depth > 0) {
		struct tree_level *level = &t->level[t->depth - 1];

		if (level->at != level->end)
			return level;
		t->depth--;
	}
	return NULL;
}

void
tree_name_root(struct tree *t, struct node *node)
{
	t->path_len = 0;
	node->kind = NODE_DIRECTORY;
	node->name = BYTES("/");
}

static void
add_part(struct tree *t, struct bytes name, struct node *node)
{
	size_t start = t->path_len;
	bool bad = name.len == 0 || bytes_equal(name, BYTES(".")) ||
	    bytes_equal(name, BYTES(".."));

	if (bad)
		name = BYTES("_");
	memcpy(t->path + start, name.ptr, name.len);
	t->path_len += name.len;
	for (size_t i = start; i < t->path_len; i++)
		if (t->path[i] == '/' || t->path[i] == '\0') {
			t->path[i] = '_';
			bad = true;
		}
	if (bad)
		node_fail(node, ERR_MALFORMED, 0, t->format, "name");
}

void
tree_name(struct tree *t, struct bytes name, struct node *node)
{
	size_t len = t->depth > 0 ? t->level[t->depth - 1].path_len : 0;
	/* tree_enter() left room for '/', one byte and no more. */
	size_t room = sizeof(t->path) - 1 - len - 1;

	t->cut = name.len > room;
	if (t->cut)
		node_fail(node, ERR_LIMIT, 0, t->format, "path");
	t->path[len] = '/';
	t->path_len = len + 1;
	add_part(t, bytes_slice(name, 0, room), node);
	node->name = (struct bytes){ (const uint8_t *)t->path, t->path_len };
}

void
tree_enter(struct tree *t, const struct tree_level *level, struct node *node)
{
	if (level->at == level->end)
		return;
	if (t->depth == TREE_DEPTH_MAX || t->cut ||
	    t->path_len > sizeof(t->path) - 4) {
		node_fail(node, ERR_LIMIT, 0, t->format, "depth");
		return;
	}
	t->level[t->depth] = *level;
	t->level[t->depth].path_len = t->path_len;
	t->depth++;
}

enum err
visits_open(size_t count, struct visits *ret)
{
	if (count / 8 >= LIMIT_INDEX_LEN)
		return ERR_LIMIT;
	uint8_t *bits = calloc(1, count / 8 + 1);

	if (bits == NULL)
		return ERR_MEMORY;
	*ret = (struct visits){ bits, count };
	return ERR_OK; /* cppcheck-suppress memleak ; it is the caller's */
}

void
visits_close(struct visits *v)
{
	free(v->bits);
	*v = (struct visits){ NULL, 0 };
}

bool
visits_add(struct visits *v, uint64_t place)
{
	if (place >= v->count)
		return false;
	uint8_t bit = (uint8_t)(1u << (place & 7));
	bool fresh = (v->bits[place >> 3] & bit) == 0;

	v->bits[place >> 3] |= bit;
	return fresh;
}
