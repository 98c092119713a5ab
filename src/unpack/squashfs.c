/* SPDX-License-Identifier: ISC */
/* SquashFS as a format: what it says of itself, and the walk over its tree. */
#include "unpack/squashfs.h"
#include "unpack/squashfs_private.h"

#include <stdlib.h>
#include <string.h>

/* Blocks that finding out the packing may unpack, in bytes: a small sum. */
#define PROBE_LEN (64 * MIB)

static struct squashfs *
new_handle(struct bytes in, struct budget *budget)
{
	struct squashfs *fs = calloc(1, sizeof(*fs));

	if (fs == NULL)
		return NULL;
	fs->in = in;
	fs->budget = budget;
	fs->index_left = LIMIT_INDEX_LEN;
	return fs;
}

static void
squashfs_close(void *handle)
{
	struct squashfs *fs = handle;

	if (fs == NULL)
		return;
	squashfs_ahead_close(fs);
	squashfs_close_decoders(fs);
	squashfs_table_close(&fs->inodes);
	squashfs_table_close(&fs->directories);
	squashfs_table_close(&fs->fragments);
	squashfs_table_close(&fs->ids);
	for (size_t i = 0; i < SQUASHFS_FRAGMENTS_CACHED; i++)
		free(fs->fragment[i].ptr);
	free(fs->content);
	squashfs_walk_close(&fs->walk);
	free(fs->path);
	free(fs);
}

static enum err
squashfs_probe(struct bytes in, struct format_info *ret)
{
	struct budget budget = { .limit = PROBE_LEN };
	struct format_info info = { 0 };
	struct squashfs_super super;
	enum err err = squashfs_read_super(in, &super);

	if (err != ERR_OK)
		return err;
	info.size = in.len;
	if (super.bytes_used < in.len)
		info.size = (size_t)super.bytes_used;
	struct squashfs *fs =
	    new_handle(bytes_slice(in, 0, info.size), &budget);

	if (fs == NULL)
		return ERR_MEMORY;
	fs->super = super;
	fs->packing = super.declared;
	err = squashfs_find_packing(fs);
	info.authenticity = AUTHENTICITY_NONE;
	info.encrypted = ANSWER_NO;
	format_detail(&info, "v%u %s endian, %s, %u inodes", super.major,
	    super.big ? "big" : "little", squashfs_packing_text(fs->packing),
	    super.inode_count);
	if (super.bytes_used > in.len)
		format_detail(&info, ", cut short: %zu of %llu bytes", in.len,
		    (unsigned long long)super.bytes_used);
	squashfs_close(fs);
	if (err == ERR_MEMORY)
		return err;
	*ret = info;
	return ERR_OK;
}

static enum err
squashfs_open(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct squashfs *fs = new_handle(in, budget);

	if (fs == NULL)
		return ERR_MEMORY;
	enum err err = squashfs_read_super(in, &fs->super);

	if (err == ERR_OK)
		err = squashfs_find_packing(fs);
	if (err == ERR_OK)
		err = squashfs_read_tables(fs);
	if (err == ERR_OK)
		err = squashfs_walk_open(fs, &fs->walk);
	if (err == ERR_OK) {
		fs->path = malloc(LIMIT_PATH_LEN);
		if (fs->path == NULL)
			err = ERR_MEMORY;
	}
	if (err != ERR_OK) {
		squashfs_close(fs);
		return err;
	}
	squashfs_ahead_open(fs);
	*ret_handle = fs;
	return ERR_OK;
}

static void
set_fault(struct node *node, enum err code, uint64_t at, const char *field)
{
	if (code == ERR_OK || node->fault.code != ERR_OK)
		return;
	node->fault = (struct fault){
		.code = code, .at = at, .format = "squashfs", .field = field
	};
}

/* A directory's faults are told with it; what is readable is then walked. */
static enum err
enter_directory(
    struct squashfs *fs, const struct squashfs_inode *inode, struct node *node)
{
	/* "/": what follows brings its own */
	size_t path_len = node->name.len == 1 ? 0 : node->name.len;
	struct fault fault;
	enum err err =
	    squashfs_walk_enter(fs, &fs->walk, inode, path_len, &fault);

	set_fault(node, fault.code, fault.at, fault.field);
	return err;
}

/* Fills the node from the inode it names; its name is set already. */
static enum err
read_node(struct squashfs *fs, uint64_t ref, struct node *node)
{
	struct squashfs_inode inode;
	enum err err = squashfs_read_inode(fs, ref, &inode);
	uint64_t at = fs->super.inode_table + (ref >> 16);

	if (err != ERR_OK) {
		set_fault(node, err, at, "inode");
		return ERR_OK;
	}
	node->kind = inode.kind;
	node->mode = inode.mode;
	node->uid = inode.uid;
	node->gid = inode.gid;
	node->mtime = inode.mtime;
	node->link = inode.link;
	node->device_major = inode.device >> 8 & 0xfff;
	node->device_minor =
	    (inode.device & 0xff) | (inode.device >> 12 & 0xfff00);
	if (inode.kind == NODE_FILE) {
		node->size = inode.size;
		err = squashfs_read_content(
		    fs, &inode, &node->content, &node->fault);
	} else if (inode.kind == NODE_DIRECTORY) {
		err = enter_directory(fs, &inode, node);
	}
	/* 4.x and 3.x number their inodes from 1 */
	if (fs->super.major >= 3 &&
	    (inode.number == 0 || inode.number > fs->super.inode_count))
		set_fault(node, ERR_MALFORMED, at, "inode_number");
	return err;
}

/* A name must be one part of a path: what is not becomes a question mark. */
static enum err
put_name(struct squashfs *fs, size_t len, struct bytes name, struct bytes *ret)
{
	size_t start = len + 1;
	enum err err = ERR_OK;

	if (start >= LIMIT_PATH_LEN) { /* no room for even one letter */
		*ret = (struct bytes){ fs->path, len };
		return ERR_LIMIT;
	}
	if (name.len > LIMIT_PATH_LEN - start) {
		name.len = LIMIT_PATH_LEN - start;
		err = ERR_LIMIT;
	}
	fs->path[len++] = '/';
	for (size_t i = 0; i < name.len; i++) {
		bool bad = name.ptr[i] == '/' || name.ptr[i] == 0;

		if (bad)
			err = ERR_MALFORMED;
		fs->path[len++] = bad ? '?' : name.ptr[i];
	}
	struct bytes part = { fs->path + start, len - start };

	if (bytes_equal(part, BYTES(".")) || bytes_equal(part, BYTES(".."))) {
		memset(fs->path + start, '?', part.len);
		err = ERR_MALFORMED;
	}
	*ret = (struct bytes){ fs->path, len };
	return err;
}

/* The kind a directory claims for an entry, should its inode be unreadable. */
static enum node_kind
kind_of(unsigned type)
{
	static const enum node_kind kinds[] = { NODE_FILE, NODE_DIRECTORY,
		NODE_FILE, NODE_SYMLINK, NODE_BLOCK, NODE_CHAR, NODE_FIFO,
		NODE_SOCKET };

	return type < sizeof(kinds) / sizeof(kinds[0]) ? kinds[type]
						       : NODE_FILE;
}

static enum err
squashfs_next(void *handle, struct node *ret)
{
	struct squashfs *fs = handle;
	struct squashfs_entry entry = { 0 };
	struct node node = { 0 };
	enum err err = budget_take(fs->budget, 0);

	if (err != ERR_OK)
		return err;
	if (!fs->started) {
		fs->started = true;
		fs->path[0] = '/';
		node.kind = NODE_DIRECTORY;
		node.name = (struct bytes){ fs->path, 1 };
		err = read_node(fs, fs->super.root, &node);
		if (err == ERR_OK)
			*ret = node;
		return err;
	}
	size_t path_len = 0;

	err = squashfs_walk_next(fs, &fs->walk, &entry, &path_len);
	if (err != ERR_OK)
		return err;
	enum err bad_name = put_name(fs, path_len, entry.name, &node.name);

	node.kind = kind_of(entry.type);
	if (bad_name == ERR_OK || bad_name == ERR_MALFORMED)
		err = read_node(fs, entry.inode, &node);
	set_fault(&node, bad_name, fs->super.directory_table, "name");
	if (err == ERR_OK)
		*ret = node;
	return err;
}

const struct format squashfs_format = {
	.name = "squashfs",
	.magic = {
		MAGIC(0, "hsqs"),
		MAGIC(0, "sqsh"),
		MAGIC(0, "shsq"), /* vendors, with LZMA: from here */
		MAGIC(0, "qshs"),
		MAGIC(0, "tqsh"),
		MAGIC(0, "hsqt"),
		MAGIC(0, "sqlz"),
	},
	.works_ahead = true,
	.probe = squashfs_probe,
	.open = squashfs_open,
	.next = squashfs_next,
	.close = squashfs_close,
};
