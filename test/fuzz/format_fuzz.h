/* SPDX-License-Identifier: ISC */
/* Runs a format over fuzzed bytes and checks the promises of its header. */
#ifndef TEST_FUZZ_FORMAT_FUZZ_H
#define TEST_FUZZ_FORMAT_FUZZ_H

#include "base/limits.h"
#include "unpack/format.h"

#include <stdlib.h>
#include <string.h>

/* Little, so that a run stays fast; the limits are the same code. */
#define FUZZ_BUDGET_LEN (4 * MIB)
#define FUZZ_NODES_MAX 20000

static inline void
format_fuzz_check(bool good)
{
	if (!good)
		abort();
}

static inline void
format_fuzz_touch(struct bytes in)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < in.len; i++)
		sum ^= in.ptr[i];
	/* so that no compiler leaves the reading out */
	__asm__ volatile("" : : "r"(sum));
}

static inline bool
format_fuzz_has_part(struct bytes name, const char *part)
{
	struct bytes one;

	while (bytes_next_field(&name, '/', &one))
		if (bytes_equal_text(one, part))
			return true;
	return false;
}

static inline void
format_fuzz_node(struct bytes in, const struct node *node)
{
	struct bytes name = node->name;

	format_fuzz_check(node->kind <= NODE_SOCKET && node->mode <= 07777);
	format_fuzz_check(name.len < LIMIT_PATH_LEN);
	format_fuzz_check(name.len > 0 || node->kind == NODE_PAYLOAD);
	format_fuzz_check(name.len == 0 || name.ptr[0] == '/');
	format_fuzz_check(name.len < 2 || name.ptr[name.len - 1] != '/');
	format_fuzz_check(!format_fuzz_has_part(name, "."));
	format_fuzz_check(!format_fuzz_has_part(name, ".."));
	format_fuzz_check(node->content.len <= LIMIT_FILE_LEN);
	if (node->in_place) {
		format_fuzz_check(node->at <= in.len &&
		    node->content.len <= in.len - node->at);
		format_fuzz_check(node->content.ptr == in.ptr + node->at);
	}
	format_fuzz_check(node->content.len >= node->size ||
	    node->fault.code != ERR_OK ||
	    (node->kind != NODE_FILE && node->kind != NODE_PAYLOAD));
	format_fuzz_check(
	    node->fault.code == ERR_OK || node->fault.format != NULL);
	format_fuzz_touch(name);
	format_fuzz_touch(node->link);
	format_fuzz_touch(node->content);
}

static inline void
format_fuzz(const struct format *format, struct bytes in)
{
	struct budget budget = { .limit = FUZZ_BUDGET_LEN };
	struct format_info info = { .size = SIZE_MAX };
	struct node node = { 0 };
	void *handle = NULL;

	if (format->probe(in, &info) != ERR_OK) {
		format_fuzz_check(info.size == SIZE_MAX);
		/* open() must stand what probe() did not see, too */
		info.size = 0;
	}
	format_fuzz_check(info.size <= in.len);
	format_fuzz_check(memchr(info.detail, 0, FORMAT_DETAIL_LEN) != NULL);
	if (info.size > 0)
		in = bytes_slice(in, 0, info.size);
	if (format->open(in, &budget, &handle) != ERR_OK) {
		format_fuzz_check(handle == NULL);
		return;
	}
	for (size_t i = 0; i < FUZZ_NODES_MAX; i++) {
		memset(&node, 0, sizeof(node));
		if (format->next(handle, &node) != ERR_OK)
			break;
		format_fuzz_node(in, &node);
	}
	format_fuzz_check(budget.made <= budget.limit);
	format_fuzz_check(format->used(handle) <= in.len);
	format->close(handle);
}

#endif
