/* SPDX-License-Identifier: ISC */
/* Walks whatever looks like a SquashFS and checks what nodes promise. */
#include "base/limits.h"
#include "unpack/squashfs.h"

#include <stdlib.h>
#include <string.h>

/* Small images can claim much; the walk must end with its budget. */
#define BUDGET (8 * MIB)
#define NODES_MAX 1000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t sink;

/* Every byte that is handed out can be read. */
static void
touch(struct bytes in)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < in.len; i++)
		sum ^= in.ptr[i];
	sink = sum;
}

static void
check_name(struct bytes name)
{
	struct bytes part;

	if (name.len == 0 || name.len > LIMIT_PATH_LEN || name.ptr[0] != '/')
		abort();
	if (name.len == 1)
		return;
	name = bytes_from(name, 1);
	while (bytes_next_field(&name, '/', &part))
		if (part.len == 0 || bytes_equal(part, BYTES(".")) ||
		    bytes_equal(part, BYTES("..")))
			abort();
}

static void
check_node(const struct node *node)
{
	check_name(node->name);
	touch(node->content);
	touch(node->link);
	if (node->kind == NODE_PAYLOAD || node->mode > 07777)
		abort();
	if (node->content.len > LIMIT_FILE_LEN)
		abort();
	if (node->kind == NODE_FILE && node->fault.code == ERR_OK &&
	    node->content.len != node->size)
		abort(); /* not whole, and nothing said */
	if (node->kind != NODE_FILE && node->content.len != 0)
		abort();
	if (node->fault.code != ERR_OK && node->fault.field == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct format_info info = { .size = SIZE_MAX };
	struct budget budget = { .limit = BUDGET };
	struct node node = { 0 };
	void *handle = NULL;
	size_t count = 0;
	enum err err = squashfs_format.probe(in, &info);

	if (err != ERR_OK) {
		if (info.size != SIZE_MAX)
			abort(); /* touched */
		return 0;
	}
	if (info.size == 0 || info.size > size ||
	    memchr(info.detail, 0, sizeof(info.detail)) == NULL)
		abort();
	err = squashfs_format.open(
	    bytes_slice(in, 0, info.size), &budget, &handle);
	if (err != ERR_OK) {
		if (handle != NULL)
			abort();
		return 0;
	}
	for (;;) {
		err = squashfs_format.next(handle, &node);
		if (err != ERR_OK)
			break;
		check_node(&node);
		if (++count > NODES_MAX || budget.made > budget.limit)
			abort();
	}
	if (err != ERR_END && err != ERR_LIMIT)
		abort();
	squashfs_format.close(handle);
	return 0;
}
