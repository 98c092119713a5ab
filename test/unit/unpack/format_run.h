/* SPDX-License-Identifier: ISC */
/* Runs a format over bytes and keeps what it gave, for the tests of formats. */
#ifndef TEST_UNPACK_FORMAT_RUN_H
#define TEST_UNPACK_FORMAT_RUN_H

#include "base/limits.h"
#include "unpack/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RUN_NODES_MAX 64
#define RUN_NAME_MAX 64

/* A copy of a node: the format's own is gone with the next one. */
struct run_node {
	struct node node; /* without the pointers */
	char name[RUN_NAME_MAX];
	char link[RUN_NAME_MAX];
	uint8_t *content;
	size_t content_len;
};

struct run {
	enum err probed;
	enum err opened;
	enum err ended; /* ERR_END when all went well */
	struct format_info info;
	size_t used;
	uint64_t made;
	size_t count;
	struct run_node nodes[RUN_NODES_MAX];
};

static inline void
run_copy_text(struct bytes text, char *to)
{
	assert_true(text.len < RUN_NAME_MAX);
	if (text.len > 0)
		memcpy(to, text.ptr, text.len);
	to[text.len] = '\0';
}

static inline void
run_add(struct run *run, struct bytes in, const struct node *node)
{
	assert_true(run->count < RUN_NODES_MAX);
	struct run_node *n = &run->nodes[run->count++];

	n->node = *node;
	run_copy_text(node->name, n->name);
	run_copy_text(node->link, n->link);
	n->content_len = node->content.len;
	n->content = malloc(n->content_len + 1);
	assert_non_null(n->content);
	if (n->content_len > 0)
		memcpy(n->content, node->content.ptr, n->content_len);
	if (node->in_place) {
		assert_true(node->content.len <= in.len - node->at);
		assert_ptr_equal(node->content.ptr, in.ptr + node->at);
	}
}

/* Probes; when that says yes, opens and reads all, at most `limit` bytes. */
static inline struct run *
run_format(const struct format *format, struct bytes in, uint64_t limit)
{
	struct run *run = calloc(1, sizeof(*run));
	struct budget budget = { .limit = limit };
	void *handle = NULL;
	struct node node;

	assert_non_null(run);
	run->probed = format->probe(in, &run->info);
	if (run->probed != ERR_OK)
		return run;
	assert_true(run->info.size <= in.len);
	if (run->info.size > 0)
		in = bytes_slice(in, 0, run->info.size);
	run->opened = format->open(in, &budget, &handle);
	if (run->opened != ERR_OK) {
		assert_null(handle);
		return run;
	}
	for (;;) {
		memset(&node, 0, sizeof(node));
		run->ended = format->next(handle, &node);
		if (run->ended != ERR_OK)
			break;
		run_add(run, in, &node);
	}
	run->used = format->used(handle);
	run->made = budget.made;
	assert_true(run->used <= in.len);
	assert_true(budget.made <= limit);
	format->close(handle);
	format->close(NULL);
	return run;
}

static inline void
run_close(struct run *run)
{
	for (size_t i = 0; i < run->count; i++)
		free(run->nodes[i].content);
	free(run);
}

static inline const struct run_node *
run_find(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->count; i++)
		if (strcmp(run->nodes[i].name, name) == 0)
			return &run->nodes[i];
	return NULL;
}

/* A node that must be there. */
static inline const struct run_node *
run_get(const struct run *run, const char *name)
{
	const struct run_node *n = run_find(run, name);

	if (n == NULL)
		fail_msg("no node %s", name);
	return n;
}

static inline void
run_assert_content(const struct run_node *n, struct bytes content)
{
	assert_int_equal(n->content_len, content.len);
	if (content.len > 0)
		assert_memory_equal(n->content, content.ptr, content.len);
}

/* A whole file; `path` counts from the project's root. free() its ptr.
   {NULL, 0} when there is none. */
static inline struct bytes
run_read_file(const char *path)
{
	const char *root = getenv("HALLMARK_ROOT");
	char full[4096];

	(void)snprintf(
	    full, sizeof(full), "%s/%s", root != NULL ? root : ".", path);
	FILE *f = fopen(full, "rb");

	if (f == NULL)
		return (struct bytes){ NULL, 0 };
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size_t len = (size_t)ftell(f);
	uint8_t *ptr = malloc(len + 1);

	rewind(f);
	assert_non_null(ptr);
	assert_int_equal(fread(ptr, 1, len, f), len);
	(void)fclose(f);
	return (struct bytes){ ptr, len };
}

/* A file that is part of the project. */
static inline struct bytes
run_read_sample(const char *path)
{
	struct bytes in = run_read_file(path);

	if (in.ptr == NULL)
		fail_msg(
		    "%s is missing; tests run in the project's root", path);
	return in;
}

static inline void
run_free(struct bytes in)
{
	free((void *)(uintptr_t)in.ptr);
}

/* 5000 bytes of text: what many of the samples hold. */
static inline struct bytes
run_beer(void)
{
	static char text[8192];
	size_t len = 0;

	for (int i = 0; len < 5000; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%d bottles of beer on the wall\n", i);
	return (struct bytes){ (const uint8_t *)text, 5000 };
}

/* `in` with `more` behind it; free its ptr. */
static inline struct bytes
run_join(struct bytes in, struct bytes more)
{
	uint8_t *ptr = malloc(in.len + more.len + 1);

	assert_non_null(ptr);
	if (in.len > 0)
		memcpy(ptr, in.ptr, in.len);
	if (more.len > 0)
		memcpy(ptr + in.len, more.ptr, more.len);
	return (struct bytes){ ptr, in.len + more.len };
}

#endif
