/* SPDX-License-Identifier: ISC */
/* Walks the directories of an EROFS. */
#include "unpack/erofs.h"

#include "base/cursor.h"
#include "base/number.h"
#include "unpack/erofs_private.h"

#include <stdlib.h>

#define ENTRY_LEN ((size_t)12)
/* A level's place: the block, and the entry in it. */
#define PLACE_BITS 16

static void
detail_algorithms(const struct erofs_super *s, struct format_info *info)
{
	static const char *const names[] = { "lz4", "lzma", "deflate", "zstd" };
	bool any = (s->incompat & EROFS_COMPRESSION) != 0;

	for (size_t i = 0; any && i < sizeof(names) / sizeof(names[0]); i++)
		if ((s->algorithms >> i & 1) != 0)
			format_detail(info, ", %s", names[i]);
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct erofs_super s;
	enum err err = erofs_read_super(in, &s);

	if (err != ERR_OK)
		return err;
	*ret = (struct format_info){
		.size = s.size < in.len ? (size_t)s.size : in.len,
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO,
	};
	format_detail(ret, "%llu inodes, %llu blocks of %zu bytes",
	    (unsigned long long)s.inodes,
	    (unsigned long long)(s.size >> s.block_bits), s.block_len);
	detail_algorithms(&s, ret);
	if (s.volume.len > 0)
		format_detail(ret, ", volume \"%.*s\"", (int)s.volume.len,
		    (const char *)s.volume.ptr);
	if (s.has_sum && !s.sum_right)
		format_detail(ret, ", checksum is wrong");
	if (s.size > in.len)
		format_detail(ret, ", cut short");
	return ERR_OK;
}

static void
close_erofs(void *handle)
{
	struct erofs *fs = handle;

	if (fs == NULL)
		return;
	visits_close(&fs->visits);
	free(fs->file);
	free(fs->packed_file);
	free(fs);
}

static enum err
open_erofs(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct erofs *fs = calloc(1, sizeof(*fs));

	if (fs == NULL)
		return ERR_MEMORY;
	enum err err = erofs_read_super(in, &fs->super);

	if (err != ERR_OK)
		goto done;
	if ((fs->super.incompat & ~(uint32_t)EROFS_INCOMPAT_READ) != 0) {
		err = ERR_UNSUPPORTED;
		goto done;
	}
	if (fs->super.size < in.len)
		in.len = (size_t)fs->super.size;
	fs->in = in;
	fs->budget = budget;
	tree_open(&fs->tree, "erofs");
	err = visits_open(in.len / EROFS_INODE_UNIT + 1, &fs->visits);
	if (err != ERR_OK)
		goto done;
	*ret_handle = fs;
done:
	if (err != ERR_OK)
		close_erofs(fs);
	return err;
}

/* Entries of a directory's block; 0: it is none. */
static size_t
count_entries(struct bytes block)
{
	struct cursor c = cur_open_at(block, 8, "erofs directory");
	size_t first = cur_u16le(&c, "nameoff");

	if (!cur_ok(&c) || first < ENTRY_LEN || first % ENTRY_LEN != 0 ||
	    first > block.len)
		return 0;
	return first / ENTRY_LEN;
}

struct entry {
	uint64_t number; /* of the inode */
	struct bytes name;
};

/* Names end where the next one starts, the last at a zero or the block's end. */
static enum err
read_entry(struct bytes block, size_t number, size_t count, struct entry *ret)
{
	struct cursor c =
	    cur_open_at(block, number * ENTRY_LEN, "erofs directory");
	struct entry e = { .number = cur_u64le(&c, "nid") };
	size_t at = cur_u16le(&c, "nameoff");
	size_t end = block.len;

	cur_skip(&c, 2, "file_type, reserved");
	if (number + 1 < count) {
		cur_skip(&c, 8, "nid");
		end = cur_u16le(&c, "nameoff");
	}
	if (!cur_ok(&c) || at < count * ENTRY_LEN || end > block.len ||
	    at >= end)
		return ERR_MALFORMED;
	e.name = bytes_slice(block, at, end - at);
	size_t zero = bytes_find_byte(e.name, 0, 0);

	if (zero != SIZE_MAX)
		e.name.len = zero;
	*ret = e;
	return ERR_OK;
}

static bool
check_block(struct bytes block)
{
	size_t count = count_entries(block);
	struct entry e;

	for (size_t i = 0; i < count; i++)
		if (read_entry(block, i, count, &e) != ERR_OK)
			return false;
	return count > 0;
}

/*
 * Lists a directory next, each once, and as far as its blocks are good. That
 * is found out here; what directories share is paid for by each.
 */
static enum err
enter(struct erofs *fs, uint64_t number, const struct erofs_inode *inode,
    struct node *node)
{
	size_t block_len = fs->super.directory_block_len;
	uint64_t blocks = inode->size / block_len;
	struct tree_level level = { .id = number };
	uint64_t i = 0;

	if (inode->size % block_len != 0)
		blocks++;
	if (!visits_add(&fs->visits, number)) {
		node_fail(node, ERR_MALFORMED, (size_t)inode->at, "erofs",
		    "directory loop");
		return ERR_OK;
	}
	for (; i < blocks; i++) {
		if (budget_take(fs->budget, block_len) != ERR_OK)
			return ERR_LIMIT;
		if (!check_block(erofs_directory_block(fs, inode, i))) {
			node_fail(node,
			    inode->layout == EROFS_FULL_INDEX ||
				    inode->layout == EROFS_COMPACT_INDEX
				? ERR_UNSUPPORTED
				: ERR_MALFORMED,
			    (size_t)inode->at, "erofs", "directory");
			break;
		}
	}
	level.end = i << PLACE_BITS;
	tree_enter(&fs->tree, &level, node);
	return ERR_OK;
}

static enum err
read_content(
    struct erofs *fs, const struct erofs_inode *inode, struct node *node)
{
	struct bytes data = { NULL, 0 };
	enum err err = ERR_OK;

	switch (node->kind) {
	case NODE_FILE:
		err = erofs_read_data(fs, inode, node, &data);
		node->content = data;
		node->in_place = data.len > 0 && data.ptr != fs->file;
		if (node->in_place)
			node->at = (size_t)(data.ptr - fs->in.ptr);
		break;
	case NODE_SYMLINK:
		if (inode->size > LIMIT_PATH_LEN) {
			node_fail(node, ERR_MALFORMED, (size_t)inode->at,
			    "erofs", "i_size");
			break;
		}
		err = erofs_read_data(fs, inode, node, &data);
		node->link = data;
		break;
	case NODE_CHAR:
	case NODE_BLOCK:
		node_set_device(node, inode->place);
		break;
	case NODE_PAYLOAD:
	case NODE_DIRECTORY:
	case NODE_FIFO:
	case NODE_SOCKET:
		break;
	}
	return err;
}

static enum err
give(struct erofs *fs, uint64_t number, struct bytes name, bool root,
    struct node *ret)
{
	struct node node = { .kind = NODE_FILE };
	struct erofs_inode inode = { 0 };
	enum err err = erofs_read_inode(fs, number, &inode);
	bool there = err == ERR_OK;

	if (root)
		tree_name_root(&fs->tree, &node);
	else
		tree_name(&fs->tree, name, &node);
	if (there) {
		node_set_mode(&node, inode.mode, (size_t)inode.at, "erofs");
		node.uid = inode.uid;
		node.gid = inode.gid;
		node.mtime = inode.mtime;
		err = read_content(fs, &inode, &node);
		if (err != ERR_OK)
			return err;
	} else {
		node_fail(&node, err, 0, "erofs", "inode");
	}
	if (root) {
		node.kind = NODE_DIRECTORY;
		if (fs->super.has_sum && !fs->super.sum_right)
			node_fail(&node, ERR_CHECKSUM, EROFS_SUPER_AT, "erofs",
			    "checksum");
	}
	if (node.kind == NODE_DIRECTORY && there) {
		err = enter(fs, number, &inode, &node);
		if (err != ERR_OK)
			return err;
	}
	*ret = node;
	return ERR_OK;
}

/* The next entry with a file behind it; ERR_END when there is none. */
static enum err
next_entry(struct erofs *fs, struct entry *ret)
{
	for (;;) {
		struct tree_level *level = tree_top(&fs->tree);
		struct erofs_inode inode;

		if (level == NULL)
			return ERR_END;
		/* enter() has read both. */
		enum err err = erofs_read_inode(fs, level->id, &inode);

		if (err != ERR_OK)
			return err;
		uint64_t number = level->at >> PLACE_BITS;
		size_t place = level->at & ((1u << PLACE_BITS) - 1);
		struct bytes block = erofs_directory_block(fs, &inode, number);
		size_t count = count_entries(block);

		if (place >= count) {
			level->at = (number + 1) << PLACE_BITS;
			continue;
		}
		err = read_entry(block, place, count, ret);
		if (err != ERR_OK)
			return err;
		level->at++;
		if (!bytes_equal(ret->name, BYTES(".")) &&
		    !bytes_equal(ret->name, BYTES("..")))
			return ERR_OK;
	}
}

static enum err
next_erofs(void *handle, struct node *ret)
{
	struct erofs *fs = handle;
	struct entry e;

	free(fs->file);
	fs->file = NULL;
	if (!fs->begun) {
		fs->begun = true;
		return give(fs, fs->super.root, BYTES(""), true, ret);
	}
	enum err err = next_entry(fs, &e);

	if (err != ERR_OK)
		return err;
	return give(fs, e.number, e.name, false, ret);
}

static size_t
used_erofs(void *handle)
{
	const struct erofs *fs = handle;

	return fs->in.len;
}

const struct format erofs_format = {
	.name = "erofs",
	.magic = { MAGIC(1024, "\xe2\xe1\xf5\xe0") },
	.probe = probe,
	.open = open_erofs,
	.next = next_erofs,
	.used = used_erofs,
	.close = close_erofs,
};
