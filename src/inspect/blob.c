/* SPDX-License-Identifier: ISC */
/* Tells firmware blobs from other files, and what was said before. */
#include "inspect/blob.h"

#include "base/text.h"
#include "inspect/elf.h"

/* Bytes at the start of a payload that tell whether it is text. */
#define START_LEN 512

/* Files below these belong to an installed system (FHS 3.0 §3). */
static const char *const system_folders[] = {
	"/bin/",
	"/etc/",
	"/home/",
	"/lib/",
	"/lib32/",
	"/lib64/",
	"/libexec/",
	"/opt/",
	"/sbin/",
	"/usr/",
	"/var/",
	"/www/",
};

static bool
is_in_system(struct bytes name)
{
	size_t count = sizeof(system_folders) / sizeof(system_folders[0]);

	for (size_t i = 0; i < count; i++) {
		if (bytes_starts(name, bytes_of(system_folders[i])))
			return true;
	}
	return false;
}

/* A payload is text when its start has no control character at all: boot
   loaders can have a text as their first bytes. */
static bool
is_text(const struct unpack_event *file)
{
	struct bytes content = file->node.content;

	if (file->node.kind == NODE_PAYLOAD)
		return text_is_clean(bytes_slice(content, 0, START_LEN));
	return text_is_text(content);
}

bool
blob_is(const struct unpack_event *file)
{
	const struct node *node = &file->node;

	if (node->kind != NODE_PAYLOAD && node->kind != NODE_FILE)
		return false;
	if (node->kind == NODE_FILE && is_in_system(node->name))
		return false;
	return node->content.len > 0 && !is_text(file) &&
	    !elf_is(node->content);
}

/* FNV-1a, 64 bits. Who forges a collision hides only what he put there. */
static uint64_t
hash(uint64_t value, struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		value = (value ^ in.ptr[i]) * UINT64_C(0x100000001b3);
	return value;
}

bool
seen_first(struct seen *seen, const char *what, struct bytes text)
{
	uint64_t mark = hash(UINT64_C(0xcbf29ce484222325), bytes_of(what));

	mark = hash(mark ^ 0xff, text);
	for (size_t i = 0; i < seen->count; i++) {
		if (seen->mark[i] == mark)
			return false;
	}
	if (seen->count == SEEN_MARKS)
		return false;
	seen->mark[seen->count++] = mark;
	return true;
}
