/* SPDX-License-Identifier: ISC */
/* Reads the inodes, directories and blocks of a cramfs. */
#include "unpack/cramfs.h"

#include "base/cursor.h"
#include "base/number.h"
#include "codec/crc.h"
#include "codec/decompress.h"
#include "unpack/tree.h"

#include <stdlib.h>
#include <string.h>

#define SUPER_LEN ((size_t)76)
#define ROOT_AT ((size_t)64)
#define CRC_AT ((size_t)32)
#define INODE_LEN ((size_t)12)
#define BLOCK_LEN ((size_t)4096)
#define FLAG_FSID_V2 0x001u
#define FLAGS_KNOWN 0xfffu
#define FLAG_SHIFTED_ROOT 0x400u
#define BOOT_LEN ((size_t)512)
/* Linux since 4.15, for what is executed in place. */
#define POINTER_STORED 0x80000000u
#define POINTER_DIRECT 0x40000000u
#define POINTER_FLAGS (POINTER_STORED | POINTER_DIRECT)
#define DIRECT_SHIFT 2

struct inode {
	size_t at;
	uint32_t mode;
	uint32_t uid, gid;
	uint32_t size; /* of a device: its numbers */
	size_t name_len;
	size_t data_at;
};

struct cramfs {
	struct bytes in;
	struct budget *budget;
	bool big;
	size_t root_at;
	bool begun;
	struct visits visits; /* directory entries, by offset / 4 */
	struct block_decoder *zlib;
	uint8_t *file; /* owned: content of the current file */
	struct tree tree;
};

struct super {
	size_t at;
	bool big;
	uint32_t size, flags, crc, blocks, files;
	struct bytes name;
};

static enum err
read_inode(struct bytes in, bool big, size_t at, struct inode *ret)
{
	struct cursor c = cur_open_at(in, at, "cramfs inode");
	uint32_t w0 = cur_u32(&c, big, "mode, uid");
	uint32_t w1 = cur_u32(&c, big, "size, gid");
	uint32_t w2 = cur_u32(&c, big, "namelen, offset");
	struct inode i = { .at = at };

	if (!cur_ok(&c))
		return c.fault.code;
	/* Bit fields of a big-endian machine begin at the top. */
	i.mode = big ? w0 >> 16 : w0 & 0xffff;
	i.uid = big ? w0 & 0xffff : w0 >> 16;
	i.size = big ? w1 >> 8 : w1 & 0xffffff;
	i.gid = big ? w1 & 0xff : w1 >> 24;
	i.name_len = (size_t)4 * (big ? w2 >> 26 : w2 & 0x3f);
	i.data_at = (size_t)4 * (big ? w2 & 0x3ffffff : w2 >> 6);
	*ret = i;
	return ERR_OK;
}

static bool
is_magic(struct bytes in)
{
	return bytes_starts(in, BYTES("\x28\xcd\x3d\x45")) ||
	    bytes_starts(in, BYTES("\x45\x3d\xcd\x28"));
}

/* It may stand behind a boot sector, from whose start all offsets count. */
static enum err
read_super(struct bytes in, struct super *ret)
{
	size_t at = is_magic(in) ? 0 : BOOT_LEN;
	struct bytes raw = bytes_from(in, at);
	struct cursor c = cur_open(raw, "cramfs superblock");
	struct super s = { .at = at,
		.big = bytes_starts(raw, BYTES("\x28\xcd\x3d\x45")) };
	struct inode root;

	if (cur_u32(&c, s.big, "magic") != 0x28cd3d45)
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	s.size = cur_u32(&c, s.big, "size");
	s.flags = cur_u32(&c, s.big, "flags");
	(void)cur_u32(&c, s.big, "future");
	if (!bytes_equal(
		cur_bytes(&c, 16, "signature"), BYTES("Compressed ROMFS")))
		cur_fail(&c, ERR_MALFORMED, 16, "signature");
	s.crc = cur_u32(&c, s.big, "crc");
	(void)cur_u32(&c, s.big, "edition");
	s.blocks = cur_u32(&c, s.big, "blocks");
	s.files = cur_u32(&c, s.big, "files");
	s.name = cur_text(&c, 16, "name");
	if (s.size < at + SUPER_LEN)
		cur_fail(&c, ERR_MALFORMED, 4, "size");
	if (c.fault.code != ERR_OK)
		return c.fault.code;
	enum err err = read_inode(in, s.big, at + ROOT_AT, &root);

	if (err != ERR_OK)
		return err;
	if ((root.mode & 0170000) != 0040000)
		return ERR_MALFORMED;
	/* The one behind a boot sector is none by itself. */
	if (at == 0 && root.data_at == BOOT_LEN + SUPER_LEN &&
	    (s.flags & FLAG_SHIFTED_ROOT) == 0)
		return ERR_MALFORMED;
	*ret = s;
	return ERR_OK;
}

/* The checksum of all from the superblock on, with zeros in its own place. */
static uint32_t
crc_of(struct bytes in, const struct super *s)
{
	struct bytes all = bytes_slice(in, s->at, s->size - s->at);
	uint32_t crc = crc32_of(bytes_slice(all, 0, CRC_AT));

	crc = crc32_add(crc, BYTES("\0\0\0\0"));
	return crc32_add(crc, bytes_from(all, CRC_AT + 4));
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct super s;
	enum err err = read_super(in, &s);

	if (err != ERR_OK)
		return err;
	*ret = (struct format_info){ .size = size_min(s.size, in.len),
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	format_detail(ret, "%s endian", s.big ? "big" : "little");
	if ((s.flags & FLAG_FSID_V2) != 0) {
		ret->authenticity = AUTHENTICITY_CRC;
		format_detail(ret, ", %u files", s.files);
	}
	if (s.size > in.len)
		format_detail(ret, ", cut short");
	else if ((s.flags & FLAG_FSID_V2) != 0)
		format_detail(ret, ", CRC %s",
		    crc_of(in, &s) == s.crc ? "agrees" : "is wrong");
	return ERR_OK;
}

static void
close_cramfs(void *handle)
{
	struct cramfs *fs = handle;

	if (fs == NULL)
		return;
	visits_close(&fs->visits);
	block_decoder_close(fs->zlib);
	free(fs->file);
	free(fs);
}

static enum err
open_cramfs(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct cramfs *fs = calloc(1, sizeof(*fs));
	struct super s;

	if (fs == NULL)
		return ERR_MEMORY;
	enum err err = read_super(in, &s);

	if (err != ERR_OK)
		goto done;
	if ((s.flags & ~FLAGS_KNOWN) != 0) {
		err = ERR_UNSUPPORTED;
		goto done;
	}
	fs->in = bytes_slice(in, 0, s.size);
	fs->budget = budget;
	fs->big = s.big;
	fs->root_at = s.at + ROOT_AT;
	tree_open(&fs->tree, "cramfs");
	err = visits_open(fs->in.len / 4 + 1, &fs->visits);
	if (err != ERR_OK)
		goto done;
	err = block_decoder_open(BLOCK_ZLIB, &fs->zlib);
	if (err != ERR_OK)
		goto done;
	*ret_handle = fs;
	err = ERR_OK;
done:
	if (err != ERR_OK)
		close_cramfs(fs);
	return err;
}

/*
 * Goes once through a directory and marks its entries, so that each is given
 * once however directories overlap. It is listed as far as it is good.
 */
static void
enter(struct cramfs *fs, const struct inode *directory, struct node *node)
{
	size_t at = directory->data_at;
	size_t end = at + directory->size; /* both are small: cannot wrap */
	struct tree_level level = { .at = at };

	while (at < end) {
		struct inode i;
		enum err err = read_inode(fs->in, fs->big, at, &i);

		if (err == ERR_OK &&
		    (end - at < INODE_LEN + i.name_len ||
			!visits_add(&fs->visits, at / 4)))
			err = ERR_MALFORMED;
		else if (err == ERR_OK &&
		    INODE_LEN + i.name_len > fs->in.len - at)
			err = ERR_TRUNCATED;
		if (err != ERR_OK) {
			node_fail(node, err, at, "cramfs", "directory");
			break;
		}
		at += INODE_LEN + i.name_len;
	}
	level.end = at;
	tree_enter(&fs->tree, &level, node);
}

static uint32_t
pointer_at(const struct cramfs *fs, const struct inode *i, size_t number,
    struct fault *fault)
{
	struct cursor c =
	    cur_open_at(fs->in, i->data_at + 4 * number, "cramfs block");
	uint32_t pointer = cur_u32(&c, fs->big, "pointer");

	if (!cur_ok(&c))
		*fault = c.fault;
	return pointer;
}

/* The length that stands in front of a compressed block with a direct
   pointer. */
static size_t
block_len_at(const struct cramfs *fs, size_t at, struct fault *fault)
{
	struct cursor c = cur_open_at(fs->in, at, "cramfs block");
	size_t len = cur_u16(&c, fs->big, "length");

	if (!cur_ok(&c))
		*fault = c.fault;
	return len;
}

struct block {
	size_t at, len;
	bool stored;
};

/* A direct pointer says where its block begins. */
static struct block
direct_block(
    const struct cramfs *fs, uint32_t pointer, size_t want, struct fault *fault)
{
	size_t at = (size_t)(pointer & ~POINTER_FLAGS) << DIRECT_SHIFT;

	if ((pointer & POINTER_STORED) != 0)
		return (struct block){ at, want, true };
	return (struct block){ at + 2, block_len_at(fs, at, fault), false };
}

/* Any other says where it ends, which is where the next one begins. */
static struct block
following_block(const struct cramfs *fs, const struct inode *i, size_t number,
    uint32_t pointer, struct fault *fault)
{
	size_t count = (i->size + BLOCK_LEN - 1) / BLOCK_LEN;
	size_t start = i->data_at + 4 * count;
	size_t end = pointer & ~POINTER_FLAGS;

	if (number > 0) {
		uint32_t last = pointer_at(fs, i, number - 1, fault);

		start = last & ~POINTER_FLAGS;
		if ((last & POINTER_DIRECT) != 0) {
			struct block b =
			    direct_block(fs, last, BLOCK_LEN, fault);

			start = b.at + b.len;
		}
	}
	if (fault->code == ERR_OK && end < start)
		fault->code = ERR_MALFORMED;
	return (struct block){ start, end - start,
		(pointer & POINTER_STORED) != 0 };
}

/* Where block `number` of a file lies in the image. */
static enum err
find_block(const struct cramfs *fs, const struct inode *i, size_t number,
    size_t want, struct block *ret)
{
	struct fault fault = { 0 };
	uint32_t pointer = pointer_at(fs, i, number, &fault);
	struct block b = (pointer & POINTER_DIRECT) != 0
	    ? direct_block(fs, pointer, want, &fault)
	    : following_block(fs, i, number, pointer, &fault);

	if (fault.code != ERR_OK)
		return fault.code;
	if (b.at > fs->in.len || b.len > fs->in.len - b.at)
		return ERR_TRUNCATED;
	*ret = b;
	return ERR_OK;
}

static enum err
read_block(struct cramfs *fs, const struct inode *i, size_t number)
{
	size_t at = number * BLOCK_LEN;
	size_t want = size_min(i->size - at, BLOCK_LEN);
	struct block block = { 0 };
	size_t len = 0;
	enum err err = find_block(fs, i, number, want, &block);

	if (err != ERR_OK || block.len == 0) /* a hole */
		return err;
	struct bytes raw = bytes_slice(fs->in, block.at, block.len);

	if (block.stored) {
		if (raw.len < want || raw.len > BLOCK_LEN)
			return ERR_MALFORMED;
		memcpy(fs->file + at, raw.ptr, want);
		return ERR_OK;
	}
	err = block_decode(fs->zlib, raw, fs->file + at, want, &len);
	if (err != ERR_OK)
		return err;
	return len == want ? ERR_OK : ERR_MALFORMED;
}

/* The data of a file or a link into fs->file. */
static enum err
read_data(struct cramfs *fs, const struct inode *i, struct node *node)
{
	size_t count = (i->size + BLOCK_LEN - 1) / BLOCK_LEN;

	node->size = i->size;
	if (i->size == 0)
		return ERR_OK;
	if (budget_take(fs->budget, i->size) != ERR_OK)
		return ERR_LIMIT;
	fs->file = calloc(1, i->size);
	if (fs->file == NULL)
		return ERR_MEMORY;
	for (size_t n = 0; n < count; n++) {
		enum err err = read_block(fs, i, n);

		if (err == ERR_MEMORY)
			return err;
		if (err == ERR_LIMIT) /* it holds more than a block */
			err = ERR_MALFORMED;
		if (err != ERR_OK)
			node_fail(
			    node, err, i->data_at + 4 * n, "cramfs", "block");
	}
	return ERR_OK;
}

static enum err
read_content(struct cramfs *fs, const struct inode *i, struct node *node)
{
	enum err err = ERR_OK;

	switch (node->kind) {
	case NODE_FILE:
		err = read_data(fs, i, node);
		node->content =
		    (struct bytes){ fs->file, fs->file != NULL ? i->size : 0 };
		break;
	case NODE_SYMLINK:
		if (i->size > LIMIT_PATH_LEN) {
			node_fail(node, ERR_MALFORMED, i->at, "cramfs", "size");
			break;
		}
		err = read_data(fs, i, node);
		node->link =
		    (struct bytes){ fs->file, fs->file != NULL ? i->size : 0 };
		break;
	case NODE_CHAR:
	case NODE_BLOCK:
		node_set_device(node, i->size);
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
give(struct cramfs *fs, const struct inode *i, bool root, struct node *ret)
{
	struct node node = { .uid = i->uid, .gid = i->gid };

	node_set_mode(&node, i->mode, i->at, "cramfs");
	enum err err = read_content(fs, i, &node);

	if (err != ERR_OK)
		return err;
	if (root) {
		tree_name_root(&fs->tree, &node);
	} else {
		struct cursor c = cur_open_at(
		    fs->in, i->at + INODE_LEN, "cramfs directory entry");

		tree_name(&fs->tree,
		    i->name_len > 0 ? cur_text(&c, i->name_len, "name")
				    : BYTES(""),
		    &node);
	}
	if (node.kind == NODE_DIRECTORY)
		enter(fs, i, &node);
	*ret = node;
	return ERR_OK;
}

static enum err
next_cramfs(void *handle, struct node *ret)
{
	struct cramfs *fs = handle;
	size_t at = fs->root_at;
	bool root = !fs->begun;
	struct inode i;

	free(fs->file);
	fs->file = NULL;
	if (!root) {
		struct tree_level *level = tree_top(&fs->tree);

		if (level == NULL)
			return ERR_END;
		at = (size_t)level->at;
	}
	/* Any but the root was read when its directory was entered. */
	enum err err = read_inode(fs->in, fs->big, at, &i);

	if (err != ERR_OK)
		return err;
	if (!root)
		tree_top(&fs->tree)->at += INODE_LEN + i.name_len;
	fs->begun = true;
	return give(fs, &i, root, ret);
}

static size_t
used_cramfs(void *handle)
{
	const struct cramfs *fs = handle;

	return fs->in.len;
}

const struct format cramfs_format = {
	.name = "cramfs",
	.magic = {
	    MAGIC(0, "\x45\x3d\xcd\x28"),
	    MAGIC(0, "\x28\xcd\x3d\x45"),
	    MAGIC(512, "\x45\x3d\xcd\x28"),
	    MAGIC(512, "\x28\xcd\x3d\x45"),
	},
	.probe = probe,
	.open = open_cramfs,
	.next = next_cramfs,
	.used = used_cramfs,
	.close = close_cramfs,
};
