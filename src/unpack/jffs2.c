/* SPDX-License-Identifier: ISC */
/* Turns the nodes of a JFFS2 into directories and files. */
#include "unpack/jffs2.h"

#include "base/cursor.h"
#include "base/number.h"
#include "unpack/jffs2_private.h"

#include <stdlib.h>
#include <string.h>

#define ROOT_INO 1

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct format_info info = { .authenticity = AUTHENTICITY_CRC,
		.encrypted = ANSWER_NO };
	struct jffs2_walk w;
	struct jffs2_node first;
	struct jffs2_node node;
	size_t count = 1;

	if (!jffs2_walk_open(in, &w) || jffs2_walk_next(&w, &first) != ERR_OK ||
	    first.at != 0)
		return ERR_MALFORMED;
	bool alone = first.type == JFFS2_CLEANMARKER &&
	    bytes_equal(bytes_slice(in, first.len, 4),
		bytes_slice(BYTES("\xff\xff\xff\xff"), 0, in.len - first.len));

	while (jffs2_walk_next(&w, &node) == ERR_OK) {
		/* Two nodes by chance do not stand side by side. */
		if (count == 1 && node.at > ((first.len + 3) & ~(size_t)3) &&
		    !alone)
			return ERR_MALFORMED;
		count++;
	}
	if (count == 1 && !alone)
		return ERR_MALFORMED;
	info.size = jffs2_walk_size(&w);
	format_detail(&info, "%s endian, %zu nodes, erase block %zu KiB%s",
	    w.big ? "big" : "little", count, jffs2_walk_block_len(&w) / KIB,
	    w.cut ? ", cut short" : "");
	*ret = info;
	return ERR_OK;
}

static void
note_broken(struct jffs2 *fs, enum err code, size_t at, const char *field)
{
	if (fs->broken.code == ERR_OK)
		fs->broken = (struct fault){ .code = code,
			.at = at,
			.format = "jffs2",
			.field = field };
}

static enum err
take_tables(struct jffs2 *fs)
{
	struct jffs2_walk w = fs->walk;
	struct jffs2_node node;
	size_t inodes = 0;
	size_t dirents = 0;

	while (jffs2_walk_next(&w, &node) == ERR_OK) {
		inodes += node.type == JFFS2_INODE;
		dirents += node.type == JFFS2_DIRENT;
	}
	if (inodes > LIMIT_INDEX_LEN / sizeof(*fs->inode) ||
	    dirents > LIMIT_INDEX_LEN / sizeof(*fs->dirent))
		return ERR_LIMIT;
	fs->arena = arena_open(2 * LIMIT_INDEX_LEN + 2 * KIB);
	fs->inode = arena_take_array(&fs->arena, inodes, sizeof(*fs->inode));
	fs->dirent = arena_take_array(&fs->arena, dirents, sizeof(*fs->dirent));
	if (fs->inode == NULL || fs->dirent == NULL)
		return ERR_MEMORY;
	return ERR_OK;
}

static void
add_node(struct jffs2 *fs, const struct jffs2_node *node)
{
	enum err err = ERR_OK;

	if (node->type == JFFS2_INODE) {
		struct jffs2_inode i = { 0 };

		err = jffs2_read_inode(&fs->walk, node, true, &i);
		if (err == ERR_OK)
			fs->inode[fs->inode_count++] =
			    (struct jffs2_inode_ref){ i.ino, i.version,
				    node->at, node->len };
	} else if (node->type == JFFS2_DIRENT) {
		struct jffs2_dirent d;

		err = jffs2_read_dirent(&fs->walk, node, &d);
		if (err == ERR_OK)
			fs->dirent[fs->dirent_count++] =
			    (struct jffs2_dirent_ref){ .d = d };
	}
	if (err != ERR_OK)
		note_broken(fs, err, node->at, "node");
}

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_inodes(const void *a, const void *b)
{
	const struct jffs2_inode_ref *x = a;
	const struct jffs2_inode_ref *y = b;
	int by_ino = order(x->ino, y->ino);
	int by_version = order(x->version, y->version);

	if (by_ino != 0)
		return by_ino;
	return by_version != 0 ? by_version : order(x->at, y->at);
}

static int
compare_dirents(const void *a, const void *b)
{
	const struct jffs2_dirent *x = &((const struct jffs2_dirent_ref *)a)->d;
	const struct jffs2_dirent *y = &((const struct jffs2_dirent_ref *)b)->d;
	int by_parent = order(x->parent, y->parent);
	int by_name = by_parent != 0 ? 0 : bytes_compare(x->name, y->name);

	if (by_parent != 0)
		return by_parent;
	return by_name != 0 ? by_name : order(x->version, y->version);
}

/* Keeps of each name the newest entry, unless that one removes the name. */
static void
drop_old_dirents(struct jffs2 *fs)
{
	size_t kept = 0;

	for (size_t i = 0; i < fs->dirent_count; i++) {
		const struct jffs2_dirent *d = &fs->dirent[i].d;
		const struct jffs2_dirent *next =
		    i + 1 < fs->dirent_count ? &fs->dirent[i + 1].d : NULL;

		if (next != NULL && next->parent == d->parent &&
		    bytes_equal(next->name, d->name))
			continue;
		if (d->ino != 0)
			fs->dirent[kept++] = fs->dirent[i];
	}
	fs->dirent_count = kept;
}

static void
close_jffs2(void *handle)
{
	struct jffs2 *fs = handle;

	if (fs == NULL)
		return;
	block_decoder_close(fs->zlib);
	block_decoder_close(fs->lzo);
	block_decoder_close(fs->rtime);
	arena_close(&fs->arena);
	free(fs->file);
	free(fs->page);
	free(fs);
}

static enum err
open_jffs2(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct jffs2 *fs = calloc(1, sizeof(*fs));
	struct jffs2_node node;

	if (fs == NULL)
		return ERR_MEMORY;
	fs->budget = budget;
	enum err err = ERR_MALFORMED;

	if (!jffs2_walk_open(in, &fs->walk))
		goto done;
	err = take_tables(fs);
	if (err != ERR_OK)
		goto done;
	while (jffs2_walk_next(&fs->walk, &node) == ERR_OK)
		add_node(fs, &node);
	if (fs->walk.cut)
		note_broken(fs, ERR_TRUNCATED, fs->walk.pos, "totlen");
	qsort(fs->inode, fs->inode_count, sizeof(*fs->inode), compare_inodes);
	qsort(
	    fs->dirent, fs->dirent_count, sizeof(*fs->dirent), compare_dirents);
	drop_old_dirents(fs);
	*ret_handle = fs;
	err = ERR_OK;
done:
	if (err != ERR_OK)
		close_jffs2(fs);
	return err;
}

/* The first entry whose directory is not below `parent`. */
static size_t
find_dirents(const struct jffs2 *fs, uint64_t parent)
{
	size_t low = 0;
	size_t high = fs->dirent_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fs->dirent[middle].d.parent < parent)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
find_inodes(const struct jffs2 *fs, uint64_t ino)
{
	size_t low = 0;
	size_t high = fs->inode_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fs->inode[middle].ino < ino)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Linux kdev_t.h: 16 bits as ever, or 32 with parts of minor on top. */
static void
read_device(struct jffs2 *fs, size_t newest, struct node *node)
{
	struct jffs2_inode i = jffs2_inode_at(fs, newest);
	struct cursor c = cur_open(i.data, "jffs2 device");

	if (i.data.len == 2) {
		uint32_t id = cur_u16(&c, fs->walk.big, "old_id");

		node->device_major = id >> 8;
		node->device_minor = id & 0xff;
		return;
	}
	uint32_t id = cur_u32(&c, fs->walk.big, "new_id");

	if (!cur_ok(&c))
		jffs2_fail_node(
		    node, c.fault.code, fs->inode[newest].at, "device");
	node->device_major = (id & 0xfff00) >> 8;
	node->device_minor = (id & 0xff) | ((id >> 12) & 0xfff00);
}

/* The same four bits in a mode (from bit 12) and in a directory entry. */
static bool
kind_of(uint32_t type, enum node_kind *ret)
{
	static const struct {
		uint32_t type;
		enum node_kind kind;
	} rows[] = {
		{ 001, NODE_FIFO },
		{ 002, NODE_CHAR },
		{ 004, NODE_DIRECTORY },
		{ 006, NODE_BLOCK },
		{ 010, NODE_FILE },
		{ 012, NODE_SYMLINK },
		{ 014, NODE_SOCKET },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == type) {
			*ret = rows[i].kind;
			return true;
		}
	return false;
}

static enum err
read_content(struct jffs2 *fs, size_t from, size_t to, struct node *node)
{
	enum err err;

	switch (node->kind) {
	case NODE_FILE:
		err = jffs2_read_data(fs, from, to, node);
		node->content = fs->content;
		return err;
	case NODE_SYMLINK:
		node->size = size_min(node->size, LIMIT_PATH_LEN);
		err = jffs2_read_data(fs, from, to, node);
		node->link = fs->content;
		return err;
	case NODE_CHAR:
	case NODE_BLOCK:
		read_device(fs, to - 1, node);
		node->size = 0;
		return ERR_OK;
	case NODE_PAYLOAD:
	case NODE_DIRECTORY:
	case NODE_FIFO:
	case NODE_SOCKET:
		node->size = 0;
		return ERR_OK;
	}
	return ERR_OK;
}

/* Fills all of a node but its name. */
static enum err
read_node(
    struct jffs2 *fs, uint32_t ino, uint32_t dirent_type, struct node *ret)
{
	struct node node = { .kind = NODE_FILE };
	size_t from = find_inodes(fs, ino);
	size_t to = find_inodes(fs, (uint64_t)ino + 1);
	uint32_t type = dirent_type;

	if (from < to) {
		struct jffs2_inode newest = jffs2_inode_at(fs, to - 1);

		type = newest.mode >> 12;
		node.mode = newest.mode & 07777;
		node.uid = newest.uid;
		node.gid = newest.gid;
		node.mtime = newest.mtime;
		node.size = newest.size;
	} else if (ino == ROOT_INO) { /* mkfs.jffs2 leaves it out */
		node.mode = 0755;
	} else {
		jffs2_fail_node(&node, ERR_TRUNCATED, 0, "inode");
	}
	if (!kind_of(type, &node.kind))
		jffs2_fail_node(&node, ERR_MALFORMED,
		    from < to ? fs->inode[to - 1].at : 0, "mode");
	enum err err = ERR_OK;

	if (from < to)
		err = read_content(fs, from, to, &node);
	if (err == ERR_OK)
		*ret = node;
	return err;
}

/* Lists directory `ino` next, unless it was listed before. */
static void
enter(struct jffs2 *fs, uint32_t ino, size_t path_len, struct node *node)
{
	size_t from = find_dirents(fs, ino);
	size_t to = find_dirents(fs, (uint64_t)ino + 1);

	if (from == to)
		return;
	if (fs->dirent[from].entered) {
		jffs2_fail_node(node, ERR_MALFORMED, 0, "directory loop");
		return;
	}
	if (fs->depth == JFFS2_DEPTH_MAX) {
		jffs2_fail_node(node, ERR_LIMIT, 0, "depth");
		return;
	}
	fs->dirent[from].entered = true;
	fs->level[fs->depth++] = (struct jffs2_level){ from, to, path_len };
}

static enum err
next_root(struct jffs2 *fs, struct node *ret)
{
	struct node node;
	enum err err = read_node(fs, ROOT_INO, 004, &node);

	if (err != ERR_OK)
		return err;
	node.kind = NODE_DIRECTORY;
	node.name = BYTES("/");
	node.link = (struct bytes){ NULL, 0 };
	node.content = (struct bytes){ NULL, 0 };
	if (node.fault.code == ERR_OK)
		node.fault = fs->broken;
	fs->begun = true;
	enter(fs, ROOT_INO, 0, &node);
	*ret = node;
	return ERR_OK;
}

static enum err
next_entry(struct jffs2 *fs, struct node *ret)
{
	struct jffs2_level *level = &fs->level[fs->depth - 1];
	const struct jffs2_dirent *d = &fs->dirent[level->at].d;
	size_t len = level->path_len;
	struct node node;
	enum err err = read_node(fs, d->ino, d->type, &node);

	if (err != ERR_OK)
		return err;
	level->at++;
	size_t name_len = size_min(d->name.len, LIMIT_PATH_LEN - len - 1);

	if (name_len < d->name.len)
		jffs2_fail_node(&node, ERR_LIMIT, 0, "path");
	fs->path[len++] = '/';
	memcpy(fs->path + len, d->name.ptr, name_len);
	len += name_len;
	node.name = (struct bytes){ (const uint8_t *)fs->path, len };
	if (node.kind == NODE_DIRECTORY && name_len == d->name.len &&
	    len < LIMIT_PATH_LEN - 1)
		enter(fs, d->ino, len, &node);
	*ret = node;
	return ERR_OK;
}

static enum err
next_jffs2(void *handle, struct node *ret)
{
	struct jffs2 *fs = handle;

	free(fs->file);
	fs->file = NULL;
	fs->content = (struct bytes){ NULL, 0 };
	if (!fs->begun)
		return next_root(fs, ret);
	while (fs->depth > 0 &&
	    fs->level[fs->depth - 1].at == fs->level[fs->depth - 1].end)
		fs->depth--;
	if (fs->depth == 0)
		return ERR_END;
	return next_entry(fs, ret);
}

static size_t
used_jffs2(void *handle)
{
	const struct jffs2 *fs = handle;

	return jffs2_walk_size(&fs->walk);
}

const struct format jffs2_format = {
	.name = "jffs2",
	.magic = {
	    MAGIC(0, "\x85\x19\x03\x20"),
	    MAGIC(0, "\x85\x19\x01\xe0"),
	    MAGIC(0, "\x85\x19\x02\xe0"),
	    MAGIC(0, "\x19\x85\x20\x03"),
	    MAGIC(0, "\x19\x85\xe0\x01"),
	    MAGIC(0, "\x19\x85\xe0\x02"),
	},
	.probe = probe,
	.open = open_jffs2,
	.next = next_jffs2,
	.used = used_jffs2,
	.close = close_jffs2,
};
