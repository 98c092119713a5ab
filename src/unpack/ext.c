/* SPDX-License-Identifier: ISC */
/* Walks the directories of an ext file system. */
#include "unpack/ext.h"

#include "base/cursor.h"
#include "base/number.h"
#include "unpack/ext_private.h"

#include <stdlib.h>

#define ENTRY_MIN_LEN ((size_t)8)
#define INLINE_LEN ((size_t)56) /* of i_block, for entries */

static const char *
generation_of(const struct ext_super *s)
{
	if ((s->incompat & (EXT_EXTENTS | EXT_64BIT | EXT_FLEX_BG)) != 0)
		return "ext4";
	return (s->compat & EXT_HAS_JOURNAL) != 0 ? "ext3" : "ext2";
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct ext_super s;
	enum err err = ext_read_super(in, &s);

	if (err != ERR_OK)
		return err;
	uint64_t size = ext_size(&s);

	*ret = (struct format_info){ .size = size_min((size_t)size, in.len),
		.authenticity = AUTHENTICITY_NONE,
		.encrypted =
		    (s.incompat & EXT_ENCRYPT) != 0 ? ANSWER_YES : ANSWER_NO };
	format_detail(ret, "%s, %u inodes, %llu blocks of %zu bytes",
	    generation_of(&s), s.inodes, (unsigned long long)s.blocks,
	    s.block_len);
	if (s.volume.len > 0)
		format_detail(ret, ", volume \"%.*s\"", (int)s.volume.len,
		    (const char *)s.volume.ptr);
	if ((s.incompat & EXT_RECOVER) != 0)
		format_detail(ret, ", was not unmounted");
	if (size > in.len)
		format_detail(ret, ", cut short");
	return ERR_OK;
}

static void
close_ext(void *handle)
{
	struct ext *fs = handle;

	if (fs == NULL)
		return;
	visits_close(&fs->visits);
	arena_close(&fs->journal);
	free(fs->patch);
	free(fs->file);
	free(fs);
}

static enum err
open_ext(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct ext *fs = calloc(1, sizeof(*fs));

	if (fs == NULL)
		return ERR_MEMORY;
	enum err err = ext_read_super(in, &fs->super);

	if (err != ERR_OK)
		goto done;
	if ((fs->super.incompat & ~(uint32_t)EXT_INCOMPAT_READ) != 0) {
		err = ERR_UNSUPPORTED;
		goto done;
	}
	if (ext_size(&fs->super) < in.len)
		in.len = (size_t)ext_size(&fs->super);
	fs->in = in;
	fs->budget = budget;
	tree_open(&fs->tree, "ext");
	/* Numbers past eight for each byte there is cannot be in use. */
	err = visits_open(
	    size_min((size_t)fs->super.inodes + 1, 8 * in.len), &fs->visits);
	if (err != ERR_OK)
		goto done;
	if ((fs->super.incompat & EXT_RECOVER) != 0)
		fs->journal_state = ext_read_journal(fs);
	err = fs->journal_state;
	if (err == ERR_MEMORY)
		goto done;
	*ret_handle = fs;
	err = ERR_OK;
done:
	if (err != ERR_OK)
		close_ext(fs);
	return err;
}

struct entry {
	uint32_t ino; /* 0: none */
	size_t len;
	struct bytes name;
};

/* The entry at offset `at` of a directory block. */
static enum err
read_entry(
    const struct ext *fs, struct bytes block, size_t at, struct entry *ret)
{
	struct cursor c = cur_open_at(block, at, "ext directory");
	struct entry e = { 0 };

	e.ino = cur_u32le(&c, "inode");
	e.len = cur_u16le(&c, "rec_len");
	/* 64 KiB do not fit. */
	if (fs->super.block_len == 64 * KIB && (e.len == 0 || e.len == 0xffff))
		e.len = 64 * KIB;
	size_t name_len = cur_u8(&c, "name_len");

	(void)cur_u8(&c, "file_type"); /* or name_len's upper half: zero */
	if (cur_ok(&c) &&
	    (e.len < ENTRY_MIN_LEN || e.len % 4 != 0 ||
		e.len > block.len - at || name_len > e.len - ENTRY_MIN_LEN))
		cur_fail(&c, ERR_MALFORMED, at + 4, "rec_len");
	if (name_len > 0 && e.ino != 0)
		e.name = cur_bytes(&c, name_len, "name");
	if (!cur_ok(&c))
		return c.fault.code;
	*ret = e;
	return ERR_OK;
}

static bool
is_inline(const struct ext_inode *inode)
{
	return (inode->flags & EXT_INODE_INLINE) != 0;
}

/* Bytes of all blocks of a directory as directory_block() gives them. */
static uint64_t
directory_len(const struct ext *fs, const struct ext_inode *inode)
{
	if (is_inline(inode))
		return INLINE_LEN + ext_inline_tail(fs, inode).len;
	return inode->size;
}

/*
 * The block that holds byte `at` of a directory; none when it is not there.
 * *ret_at is where in the block that is. An inline directory has two blocks,
 * of which the first stands behind the parent's number.
 */
static struct bytes
directory_block(const struct ext *fs, const struct ext_inode *inode,
    uint64_t at, size_t *ret_at)
{
	struct ext_run run;

	*ret_at = (size_t)(at % fs->super.block_len);
	if (is_inline(inode) && at < INLINE_LEN) {
		*ret_at = (size_t)at;
		return bytes_from(inode->map, EXT_MAP_LEN - INLINE_LEN);
	}
	if (is_inline(inode)) {
		*ret_at = (size_t)at - INLINE_LEN;
		return ext_inline_tail(fs, inode);
	}
	if (ext_map(fs, inode, at / fs->super.block_len, &run) != ERR_OK ||
	    run.hole)
		return (struct bytes){ NULL, 0 };
	return ext_block(fs, run.block);
}

/* Whether all entries of a directory's block can be read. */
static bool
check_block(const struct ext *fs, struct bytes block)
{
	size_t at = 0;

	while (at < block.len) {
		struct entry e;

		if (read_entry(fs, block, at, &e) != ERR_OK)
			return false;
		at += e.len;
	}
	return block.len > 0;
}

/*
 * Lists a directory next, each once, and as far as its blocks are good. That
 * is found out here; what directories share is paid for by each.
 */
static enum err
enter(struct ext *fs, uint32_t ino, const struct ext_inode *inode,
    struct node *node)
{
	size_t block_len = fs->super.block_len;
	struct tree_level level = { .id = ino };

	if (!visits_add(&fs->visits, ino)) {
		node_fail(
		    node, ERR_MALFORMED, inode->at, "ext", "directory loop");
		return ERR_OK;
	}
	if ((inode->flags & EXT_INODE_ENCRYPTED) != 0) {
		node_fail(node, ERR_ENCRYPTED, inode->at, "ext", "i_flags");
		return ERR_OK;
	}
	uint64_t len = directory_len(fs, inode);

	while (level.end < len) {
		size_t at;
		struct bytes block = directory_block(fs, inode, level.end, &at);

		if (budget_take(fs->budget, block_len) != ERR_OK)
			return ERR_LIMIT;
		if (!check_block(fs, block)) {
			node_fail(
			    node, ERR_MALFORMED, inode->at, "ext", "directory");
			break;
		}
		level.end += block.len;
	}
	tree_enter(&fs->tree, &level, node);
	return ERR_OK;
}

static enum err
read_content(struct ext *fs, const struct ext_inode *inode, struct node *node)
{
	struct bytes data = { NULL, 0 };
	enum err err = ERR_OK;

	switch (node->kind) {
	case NODE_FILE:
		err = ext_read_data(fs, inode, node, &data);
		node->content = data;
		break;
	case NODE_SYMLINK:
		if (inode->size > LIMIT_PATH_LEN) {
			node_fail(
			    node, ERR_MALFORMED, inode->at, "ext", "i_size");
			break;
		}
		err = ext_read_data(fs, inode, node, &data);
		node->link = data;
		break;
	case NODE_CHAR:
	case NODE_BLOCK: {
		struct cursor c = cur_open(inode->map, "ext device");
		uint32_t old = cur_u32le(&c, "i_block[0]");
		uint32_t new = cur_u32le(&c, "i_block[1]");

		node_set_device(node, old != 0 ? old & 0xffff : new);
		break;
	}
	case NODE_PAYLOAD:
	case NODE_DIRECTORY:
	case NODE_FIFO:
	case NODE_SOCKET:
		break;
	}
	return err;
}

static enum err
give(struct ext *fs, uint32_t ino, struct bytes name, struct node *ret)
{
	struct node node = { .kind = NODE_FILE };
	struct ext_inode inode = { 0 };
	enum err err = ext_read_inode(fs, ino, &inode);
	bool there = err == ERR_OK;
	bool root = name.ptr == NULL;

	if (root)
		tree_name_root(&fs->tree, &node);
	else
		tree_name(&fs->tree, name, &node);
	if (there) {
		node_set_mode(&node, inode.mode, inode.at, "ext");
		node.uid = inode.uid;
		node.gid = inode.gid;
		node.mtime = inode.mtime;
		err = read_content(fs, &inode, &node);
		if (err != ERR_OK)
			return err;
	} else {
		node_fail(&node, err, 0, "ext", "inode");
	}
	if (root) {
		node.kind = NODE_DIRECTORY;
		if (fs->journal_state != ERR_OK)
			node_fail(
			    &node, fs->journal_state, 0, "ext", "journal");
	}
	if (node.kind == NODE_DIRECTORY && there) {
		err = enter(fs, ino, &inode, &node);
		if (err != ERR_OK)
			return err;
	}
	*ret = node;
	return ERR_OK;
}

/* The next entry with a file behind it; ERR_END when there is none. */
static enum err
next_entry(struct ext *fs, struct entry *ret)
{
	for (;;) {
		struct tree_level *level = tree_top(&fs->tree);
		struct ext_inode inode;
		size_t at;
		struct entry e;

		if (level == NULL)
			return ERR_END;
		/* enter() has read both. */
		enum err err = ext_read_inode(fs, (uint32_t)level->id, &inode);

		if (err != ERR_OK)
			return err;
		struct bytes block =
		    directory_block(fs, &inode, level->at, &at);

		err = read_entry(fs, block, at, &e);
		if (err != ERR_OK)
			return err;
		level->at += e.len;
		if (e.ino == 0 || bytes_equal(e.name, BYTES(".")) ||
		    bytes_equal(e.name, BYTES("..")))
			continue;
		*ret = e;
		return ERR_OK;
	}
}

static enum err
next_ext(void *handle, struct node *ret)
{
	struct ext *fs = handle;
	struct entry e;

	free(fs->file);
	fs->file = NULL;
	if (!fs->begun) {
		fs->begun = true;
		return give(fs, EXT_ROOT_INO, (struct bytes){ NULL, 0 }, ret);
	}
	enum err err = next_entry(fs, &e);

	if (err != ERR_OK)
		return err;
	if (e.name.ptr == NULL)
		e.name = BYTES("");
	return give(fs, e.ino, e.name, ret);
}

static size_t
used_ext(void *handle)
{
	const struct ext *fs = handle;

	return fs->in.len;
}

const struct format ext_format = {
	.name = "ext",
	.magic = { MAGIC(0x438, "\x53\xef") },
	.probe = probe,
	.open = open_ext,
	.next = next_ext,
	.used = used_ext,
	.close = close_ext,
};
