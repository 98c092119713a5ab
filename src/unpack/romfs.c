/* SPDX-License-Identifier: ISC */
/* Follows the chains of file headers of a romfs. */
#include "unpack/romfs.h"

#include "base/cursor.h"
#include "base/number.h"
#include "unpack/tree.h"

#include <stdlib.h>

#define ROMFS_SUM_LEN ((size_t)512)
#define NAME_LEN_MAX ((size_t)256)
#define ALIGN ((size_t)16)
#define LINKS_MAX 8 /* a hard link to a hard link is unusual already */

enum romfs_type {
	TYPE_HARD_LINK,
	TYPE_DIRECTORY,
	TYPE_FILE,
	TYPE_SYMLINK,
	TYPE_BLOCK,
	TYPE_CHAR,
	TYPE_SOCKET,
	TYPE_FIFO,
};

struct header {
	size_t at;
	size_t next; /* offset of the next header in the directory, or 0 */
	uint32_t type;
	bool executable;
	uint32_t spec; /* by type */
	uint32_t size;
	struct bytes name;
	size_t data_at;
	bool sum_right;
};

struct romfs {
	struct bytes in;
	struct budget *budget;
	size_t root_at;
	bool begun;
	struct visits visits; /* headers, by offset / ALIGN */
	struct tree tree;
};

static uint32_t
sum_of(struct bytes in)
{
	struct cursor words = cur_open(in, "romfs words");
	uint32_t sum = 0;

	while (cur_left(&words) >= 4)
		sum += cur_u32be(&words, "word");
	return sum;
}

/* A zero-terminated name, padded to ALIGN; leaves c behind the padding. */
static struct bytes
read_name(struct cursor *c, const char *field)
{
	size_t room = size_min(cur_left(c), NAME_LEN_MAX);
	struct bytes name = bytes_slice(c->in, c->pos, room);
	size_t len = bytes_find_byte(name, 0, 0);

	if (len == SIZE_MAX) {
		cur_fail(c, ERR_MALFORMED, c->pos, field);
		return (struct bytes){ NULL, 0 };
	}
	cur_skip(c, size_min((len + ALIGN) & ~(ALIGN - 1), cur_left(c)), field);
	return bytes_slice(name, 0, len);
}

static enum err
read_header(struct bytes in, size_t at, struct header *ret)
{
	struct cursor c = cur_open_at(in, at, "romfs file header");
	struct header h = { .at = at };
	uint32_t next = cur_u32be(&c, "next");

	h.next = next & ~(uint32_t)15;
	h.type = next & 7;
	h.executable = (next & 8) != 0;
	h.spec = cur_u32be(&c, "spec");
	h.size = cur_u32be(&c, "size");
	(void)cur_u32be(&c, "checksum");
	h.name = read_name(&c, "name");
	h.data_at = c.pos;
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	h.sum_right = sum_of(bytes_slice(in, at, c.pos - at)) == 0;
	*ret = h;
	return ERR_OK;
}

/* Reads the superblock; the root directory's header stands behind it. */
static enum err
read_super(struct bytes in, struct bytes *ret_name, struct header *ret_root,
    uint32_t *ret_size)
{
	struct cursor c = cur_open(in, "romfs superblock");

	if (!bytes_equal(cur_bytes(&c, 8, "magic"), BYTES("-rom1fs-")))
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	uint32_t size = cur_u32be(&c, "full size");

	if (cur_ok(&c) &&
	    (size < 64 ||
		sum_of(bytes_slice(in, 0, size_min(size, ROMFS_SUM_LEN))) != 0))
		cur_fail(&c, ERR_CHECKSUM, 12, "checksum");
	cur_skip(&c, 4, "checksum");
	struct bytes name = read_name(&c, "volume name");

	if (!cur_ok(&c))
		return c.fault.code;
	enum err err = read_header(in, c.pos, ret_root);

	if (err != ERR_OK)
		return err;
	if (ret_root->type != TYPE_DIRECTORY)
		return ERR_MALFORMED;
	*ret_name = name;
	*ret_size = size;
	return ERR_OK;
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct bytes name;
	struct header root;
	uint32_t size;
	enum err err = read_super(in, &name, &root, &size);

	if (err != ERR_OK)
		return err;
	*ret = (struct format_info){ .size = size_min(size, in.len),
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	format_detail(
	    ret, "volume \"%.*s\"", (int)name.len, (const char *)name.ptr);
	if (size > in.len)
		format_detail(ret, ", cut short");
	return ERR_OK;
}

static void
close_romfs(void *handle)
{
	struct romfs *fs = handle;

	if (fs == NULL)
		return;
	visits_close(&fs->visits);
	free(fs);
}

static enum err
open_romfs(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct romfs *fs = calloc(1, sizeof(*fs));
	struct bytes name;
	struct header root;
	uint32_t size;

	if (fs == NULL)
		return ERR_MEMORY;
	enum err err = read_super(in, &name, &root, &size);

	if (err != ERR_OK)
		goto done;
	fs->in = bytes_slice(in, 0, size);
	fs->budget = budget;
	fs->root_at = root.at;
	tree_open(&fs->tree, "romfs");
	err = visits_open(in.len / ALIGN + 1, &fs->visits);
	if (err != ERR_OK)
		goto done;
	*ret_handle = fs;
	err = ERR_OK;
done:
	if (err != ERR_OK)
		close_romfs(fs);
	return err;
}

/*
 * Goes once through a directory's chain and marks its headers, so that each
 * is given once whatever the chains look like. The chain is listed as far as
 * it is good.
 */
static void
enter(struct romfs *fs, const struct header *directory, struct node *node)
{
	size_t at = directory->spec & ~(uint32_t)15;
	/* at and end count; a chain's offsets may come back. */
	struct tree_level level = { .id = at };

	while (at != 0) {
		struct header h;
		enum err err = read_header(fs->in, at, &h);

		if (err == ERR_OK && !visits_add(&fs->visits, at / ALIGN))
			err = ERR_MALFORMED;
		if (err != ERR_OK) {
			node_fail(node, err, at, "romfs", "next");
			break;
		}
		at = h.next;
		level.end++;
	}
	tree_enter(&fs->tree, &level, node);
}

/* Linux romfs_modemap[], with the execute bits as romfs_iget() adds them. */
static void
set_mode(const struct header *h, struct node *node)
{
	static const uint32_t modes[] = {
		[TYPE_DIRECTORY] = 0040644,
		[TYPE_FILE] = 0100644,
		[TYPE_SYMLINK] = 0120777,
		[TYPE_BLOCK] = 0060600,
		[TYPE_CHAR] = 0020600,
		[TYPE_SOCKET] = 0140644,
		[TYPE_FIFO] = 0010644,
	};
	uint32_t mode = modes[h->type];

	if (h->executable &&
	    (h->type == TYPE_FILE || h->type == TYPE_DIRECTORY))
		mode |= 0111;
	node_set_mode(node, mode, h->at, "romfs");
}

static enum err
read_content(struct romfs *fs, const struct header *h, struct node *node)
{
	if (node->kind == NODE_CHAR || node->kind == NODE_BLOCK) {
		node->device_major = h->spec >> 16;
		node->device_minor = h->spec & 0xffff;
	}
	if (node->kind != NODE_FILE && node->kind != NODE_SYMLINK)
		return ERR_OK;
	struct bytes data = bytes_slice(fs->in, h->data_at, h->size);

	node->size = h->size;
	if (data.len < h->size)
		node_fail(node, ERR_TRUNCATED, h->at, "romfs", "size");
	if (node->kind == NODE_SYMLINK) {
		node->link = bytes_slice(data, 0, LIMIT_PATH_LEN);
		return ERR_OK;
	}
	/* Many headers may name the same bytes. */
	if (budget_take(fs->budget, data.len) != ERR_OK)
		return ERR_LIMIT;
	node->content = data;
	node->in_place = true;
	node->at = size_min(h->data_at, fs->in.len);
	if (data.len == 0)
		node->content.ptr = fs->in.ptr + node->at;
	return ERR_OK;
}

/* What a header stands for, over hard links. */
static struct header
follow(struct romfs *fs, const struct header *entry, struct node *node)
{
	struct header h = *entry;

	for (size_t i = 0; i < LINKS_MAX && h.type == TYPE_HARD_LINK; i++)
		if (read_header(fs->in, h.spec & ~(uint32_t)15, &h) != ERR_OK)
			break;
	if (h.type == TYPE_HARD_LINK) {
		node_fail(node, ERR_MALFORMED, entry->at, "romfs", "hard link");
		h.type = TYPE_FILE;
		h.size = 0;
	}
	return h;
}

static enum err
give(struct romfs *fs, const struct header *entry, bool root, struct node *ret)
{
	struct node node = { .kind = NODE_FILE };
	struct header h = follow(fs, entry, &node);

	set_mode(&h, &node);
	if (!entry->sum_right || !h.sum_right)
		node_fail(&node, ERR_CHECKSUM, h.at, "romfs", "checksum");
	enum err err = read_content(fs, &h, &node);

	if (err != ERR_OK)
		return err;
	if (root)
		tree_name_root(&fs->tree, &node);
	else
		tree_name(&fs->tree, entry->name, &node);
	if (node.kind == NODE_DIRECTORY)
		enter(fs, &h, &node);
	*ret = node;
	return ERR_OK;
}

static enum err
next_romfs(void *handle, struct node *ret)
{
	struct romfs *fs = handle;
	struct header h;
	struct tree_level *level;

	if (!fs->begun) {
		fs->begun = true;
		if (read_header(fs->in, fs->root_at, &h) != ERR_OK)
			return ERR_MALFORMED;
		return give(fs, &h, true, ret);
	}
	for (;;) {
		level = tree_top(&fs->tree);
		if (level == NULL)
			return ERR_END;
		/* It was read when its directory was entered. */
		if (read_header(fs->in, (size_t)level->id, &h) != ERR_OK)
			return ERR_MALFORMED;
		level->id = h.next;
		level->at++;
		if (!bytes_equal(h.name, BYTES(".")) &&
		    !bytes_equal(h.name, BYTES("..")))
			return give(fs, &h, false, ret);
	}
}

static size_t
used_romfs(void *handle)
{
	const struct romfs *fs = handle;

	return fs->in.len;
}

const struct format romfs_format = {
	.name = "romfs",
	.magic = { MAGIC(0, "-rom1fs-") },
	.probe = probe,
	.open = open_romfs,
	.next = next_romfs,
	.used = used_romfs,
	.close = close_romfs,
};
