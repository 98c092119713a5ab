/* SPDX-License-Identifier: ISC */
/* Turns the nodes of a UBIFS into directories and files. */
#include "unpack/ubifs.h"

#include "base/cursor.h"
#include "base/number.h"
#include "codec/decompress.h"
#include "unpack/tree.h"
#include "unpack/ubi.h"
#include "unpack/ubifs_private.h"

#include <stdlib.h>
#include <string.h>

#define KEY_AT UBIFS_HEADER_LEN
#define KEY_LEN ((size_t)16)
#define HASH_AT 256
#define INODE_LEN ((size_t)160)
#define ROOT_INO 1
#define BLOCK_LEN ((size_t)4096)
#define INODE_ENCRYPTED 0x20u
/* What a visit to one data node costs of the budget, so that many names for
   one inode of many nodes come to an end. */
#define VISIT_COST 64

enum node_type {
	TYPE_INODE = 0,
	TYPE_DATA = 1,
	TYPE_ENTRY = 2,
	TYPE_TRUNCATION = 4,
	TYPE_SUPER = 6,
};

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_LZO,
	COMPRESSION_ZLIB,
	COMPRESSION_ZSTD,
};

/* A node with its key: inode, then type (3 bits) with block or name hash. */
struct ref {
	uint32_t ino, key;
	uint64_t sequence;
	struct bytes node; /* in the input; its checksum is right */
	bool entered;	   /* in a directory's first entry: it was listed; in
			      a data node: a truncation took its block */
	uint32_t cut; /* of a truncation: the first block that it or a newer
			 one took away */
};

#define KEY_OF(type, rest) ((uint32_t)(type) << 29 | (rest))
#define KEY_TYPE(key) ((key) >> 29)
#define KEY_REST(key) ((key)&0x1fffffffu)

struct inode {
	uint64_t size;
	uint64_t mtime;
	uint32_t uid, gid, mode, flags;
	struct bytes data; /* of a link or a device */
};

struct ubifs {
	struct bytes in;
	struct budget *budget;
	struct ref *ref; /* owned; sorted, the newest of each key */
	size_t count, cap;
	bool begun;
	struct block_decoder *lzo, *zstd;
	uint8_t *file; /* owned: content of the current file */
	struct tree tree;
};

static bool
read_super(struct bytes in, struct ubifs_super *ret)
{
	struct bytes raw = bytes_slice(in, 0, UBIFS_SUPER_LEN);
	struct cursor c = cur_open(raw, "ubifs superblock");
	struct ubifs_super s = { 0 };

	if (cur_u32le(&c, "magic") != UBIFS_NODE_MAGIC)
		return false;
	uint32_t crc = cur_u32le(&c, "crc");

	cur_skip(&c, 8, "sqnum");
	uint32_t len = cur_u32le(&c, "len");
	uint8_t type = cur_u8(&c, "node_type");

	cur_skip(&c, 3 + 4, "group, key");
	s.flags = cur_u32le(&c, "flags");
	cur_skip(&c, 4, "min_io_size");
	s.leb_len = cur_u32le(&c, "leb_size");
	s.leb_count = cur_u32le(&c, "leb_cnt");
	cur_seek(&c, HASH_AT, "hash_algo");
	s.hash = cur_u16le(&c, "hash_algo");
	s.master_digest = cur_bytes(&c, 64, "hash_mst");
	if (!cur_ok(&c) || raw.len < UBIFS_SUPER_LEN ||
	    len != UBIFS_SUPER_LEN || type != TYPE_SUPER ||
	    s.leb_len < UBIFS_SUPER_LEN || s.leb_count == 0 ||
	    crc != ubi_crc(bytes_from(raw, 8)))
		return false;
	*ret = s;
	return true;
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct ubifs_super s;
	size_t size;

	if (!read_super(in, &s) || !size_mul(s.leb_len, s.leb_count, &size))
		return ERR_MALFORMED;
	*ret = (struct format_info){ .size = size_min(size, in.len),
		.authenticity = AUTHENTICITY_CRC,
		.encrypted =
		    (s.flags & UBIFS_ENCRYPTED) != 0 ? ANSWER_YES : ANSWER_NO };
	format_detail(ret, "%u blocks of %u bytes", s.leb_count, s.leb_len);
	if (size > in.len)
		format_detail(ret, ", cut short");
	ubifs_describe_authenticity(bytes_slice(in, 0, ret->size), &s, ret);
	return ERR_OK;
}

/* The node at an offset, if there is one; its length is at least a header's. */
static bool
read_node(struct bytes in, size_t at, struct ref *ret, uint8_t *ret_type)
{
	struct cursor c = cur_open_at(in, at, "ubifs node");

	if (cur_u32le(&c, "magic") != UBIFS_NODE_MAGIC)
		return false;
	uint32_t crc = cur_u32le(&c, "crc");
	struct ref r = { .sequence = cur_u64le(&c, "sqnum") };
	uint32_t len = cur_u32le(&c, "len");

	*ret_type = cur_u8(&c, "node_type");
	if (!cur_ok(&c) || len < UBIFS_HEADER_LEN || len > in.len - at)
		return false;
	r.node = bytes_slice(in, at, len);
	if (crc != ubi_crc(bytes_from(r.node, 8)))
		return false;
	*ret = r;
	return true;
}

static enum err
add_ref(struct ubifs *fs, const struct ref *r)
{
	if (fs->count == fs->cap) {
		size_t cap = fs->cap == 0 ? 256 : 2 * fs->cap;

		if (cap > LIMIT_INDEX_LEN / sizeof(*fs->ref))
			cap = LIMIT_INDEX_LEN / sizeof(*fs->ref);
		if (cap == fs->cap)
			return ERR_LIMIT;
		struct ref *more = realloc(fs->ref, cap * sizeof(*fs->ref));

		if (more == NULL)
			return ERR_MEMORY;
		fs->ref = more;
		fs->cap = cap;
	}
	fs->ref[fs->count++] = *r;
	return ERR_OK;
}

static struct bytes
entry_name(const struct ref *r)
{
	struct cursor c = cur_open_at(
	    r->node, KEY_AT + KEY_LEN + 8 + 2, "ubifs directory entry");
	size_t len = cur_u16le(&c, "nlen");

	cur_skip(&c, 4, "cookie");
	return len > 0 ? cur_bytes(&c, len, "name") : (struct bytes){ NULL, 0 };
}

static uint64_t
entry_ino(const struct ref *r)
{
	struct cursor c =
	    cur_open_at(r->node, KEY_AT + KEY_LEN, "ubifs directory entry");

	return cur_u64le(&c, "inum");
}

/* The first block that a truncation leaves nothing of. */
static uint32_t
truncation_block(const struct ref *r)
{
	struct cursor c =
	    cur_open_at(r->node, KEY_AT + 4 + 12 + 8, "ubifs truncation");
	uint64_t size = cur_u64le(&c, "new_size");
	uint64_t block = size / BLOCK_LEN + (size % BLOCK_LEN != 0);

	return cur_ok(&c) && block < UINT32_MAX ? (uint32_t)block : UINT32_MAX;
}

/* The key of a node, which has to have one of its type. */
static bool
read_key(struct ref *r, uint8_t type)
{
	struct cursor c = cur_open_at(r->node, KEY_AT, "ubifs key");

	r->ino = cur_u32le(&c, "inode");
	if (type == TYPE_TRUNCATION) {
		r->key = KEY_OF(TYPE_TRUNCATION, 0);
		r->cut = truncation_block(r);
		return cur_ok(&c);
	}
	r->key = cur_u32le(&c, "type, block or hash");
	return cur_ok(&c) && KEY_TYPE(r->key) == type &&
	    (type != TYPE_INODE || r->node.len >= INODE_LEN) &&
	    (type != TYPE_ENTRY || entry_name(r).len > 0);
}

/* Nodes stand at multiples of 8; between them is padding, or nothing. */
static enum err
read_nodes(struct ubifs *fs)
{
	size_t at = 0;

	while (at < fs->in.len) {
		struct ref r;
		uint8_t type;

		if (!read_node(fs->in, at, &r, &type)) {
			at += 8;
			continue;
		}
		at = (at + r.node.len + 7) & ~(size_t)7;
		if ((type != TYPE_INODE && type != TYPE_DATA &&
			type != TYPE_ENTRY && type != TYPE_TRUNCATION) ||
		    !read_key(&r, type))
			continue;
		enum err err = add_ref(fs, &r);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_keys(const struct ref *x, const struct ref *y)
{
	if (x->ino != y->ino)
		return order(x->ino, y->ino);
	if (x->key != y->key)
		return order(x->key, y->key);
	if (KEY_TYPE(x->key) == TYPE_ENTRY) /* hashes collide */
		return bytes_compare(entry_name(x), entry_name(y));
	if (KEY_TYPE(x->key) == TYPE_TRUNCATION) /* each counts */
		return order(x->sequence, y->sequence);
	return 0;
}

static int
compare_refs(const void *a, const void *b)
{
	const struct ref *x = a;
	const struct ref *y = b;
	int by_key = compare_keys(x, y);

	if (by_key != 0)
		return by_key;
	if (x->sequence != y->sequence)
		return order(x->sequence, y->sequence);
	return (x->node.ptr > y->node.ptr) - (x->node.ptr < y->node.ptr);
}

/* The first node whose key is not below. */
static size_t
find_ref(const struct ubifs *fs, uint64_t ino, uint32_t key)
{
	size_t low = 0;
	size_t high = fs->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct ref *r = &fs->ref[middle];

		if (r->ino < ino || (r->ino == ino && r->key < key))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Each truncation learns what the newer ones of its file took away, too. */
static void
join_truncations(struct ubifs *fs)
{
	for (size_t i = fs->count; i > 1; i--) {
		struct ref *r = &fs->ref[i - 2];
		const struct ref *newer = &fs->ref[i - 1];

		if (KEY_TYPE(r->key) == TYPE_TRUNCATION &&
		    KEY_TYPE(newer->key) == TYPE_TRUNCATION &&
		    r->ino == newer->ino && newer->cut < r->cut)
			r->cut = newer->cut;
	}
}

/* Whether a block was taken away after this node was written. */
static bool
is_cut_off(const struct ubifs *fs, const struct ref *data)
{
	size_t low = find_ref(fs, data->ino, KEY_OF(TYPE_TRUNCATION, 0));
	size_t high = find_ref(fs, data->ino, KEY_OF(TYPE_TRUNCATION + 1, 0));
	size_t end = high;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fs->ref[middle].sequence <= data->sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && KEY_REST(data->key) >= fs->ref[low].cut;
}

static void
mark_cut_off(struct ubifs *fs)
{
	join_truncations(fs);
	for (size_t i = 0; i < fs->count; i++)
		if (KEY_TYPE(fs->ref[i].key) == TYPE_DATA)
			fs->ref[i].entered = is_cut_off(fs, &fs->ref[i]);
}

/* Keeps of each key the newest node, unless that removes the name, or a
   truncation the block. */
static void
drop_old(struct ubifs *fs)
{
	size_t kept = 0;

	mark_cut_off(fs);
	for (size_t i = 0; i < fs->count; i++) {
		const struct ref *r = &fs->ref[i];
		unsigned type = KEY_TYPE(r->key);

		if (i + 1 < fs->count && compare_keys(r, &fs->ref[i + 1]) == 0)
			continue;
		if (type == TYPE_TRUNCATION ||
		    (type == TYPE_ENTRY && entry_ino(r) == 0) ||
		    (type == TYPE_DATA && r->entered))
			continue;
		fs->ref[kept++] = *r;
	}
	fs->count = kept;
}

static void
close_ubifs(void *handle)
{
	struct ubifs *fs = handle;

	if (fs == NULL)
		return;
	block_decoder_close(fs->lzo);
	block_decoder_close(fs->zstd);
	free(fs->ref);
	free(fs->file);
	free(fs);
}

static enum err
open_ubifs(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct ubifs *fs = calloc(1, sizeof(*fs));

	if (fs == NULL)
		return ERR_MEMORY;
	fs->in = in;
	fs->budget = budget;
	tree_open(&fs->tree, "ubifs");
	enum err err = read_nodes(fs);

	if (err != ERR_OK)
		goto done;
	if (fs->count == 0) {
		err = ERR_MALFORMED;
		goto done;
	}
	qsort(fs->ref, fs->count, sizeof(*fs->ref), compare_refs);
	drop_old(fs);
	*ret_handle = fs;
	err = ERR_OK;
done:
	if (err != ERR_OK)
		close_ubifs(fs);
	return err;
}

static bool
read_inode(const struct ubifs *fs, uint64_t ino, struct inode *ret)
{
	size_t at = find_ref(fs, ino, KEY_OF(TYPE_INODE, 0));

	if (at == fs->count || fs->ref[at].ino != ino ||
	    KEY_TYPE(fs->ref[at].key) != TYPE_INODE)
		return false;
	struct cursor c =
	    cur_open_at(fs->ref[at].node, KEY_AT + KEY_LEN, "ubifs inode");
	struct inode i = { 0 };

	cur_skip(&c, 8, "creat_sqnum");
	i.size = cur_u64le(&c, "size");
	cur_skip(&c, 16, "atime_sec, ctime_sec");
	i.mtime = cur_u64le(&c, "mtime_sec");
	cur_skip(&c, 16, "atime_nsec, ctime_nsec, mtime_nsec, nlink");
	i.uid = cur_u32le(&c, "uid");
	i.gid = cur_u32le(&c, "gid");
	i.mode = cur_u32le(&c, "mode");
	i.flags = cur_u32le(&c, "flags");
	size_t len = cur_u32le(&c, "data_len");

	i.data = bytes_slice(fs->ref[at].node, INODE_LEN, len);
	*ret = i;
	return true;
}

static enum err
decode_with(struct block_decoder **decoder, enum block_codec codec,
    struct bytes in, uint8_t *to, size_t cap, size_t *ret_len)
{
	if (*decoder == NULL) {
		enum err err = block_decoder_open(codec, decoder);

		if (err != ERR_OK)
			return err;
	}
	return block_decode(*decoder, in, to, cap, ret_len);
}

/* zlib without its header: Linux' crypto "deflate". */
static enum err
decode_deflate(struct bytes in, uint8_t *to, size_t cap, size_t *ret_len)
{
	struct out out = out_open(cap);
	size_t used;
	enum err err = decompress_stream(CODEC_DEFLATE, in, &out, &used);

	if (err == ERR_OK) {
		if (out.len > 0)
			memcpy(to, out.ptr, out.len);
		*ret_len = out.len;
	}
	out_close(&out);
	return err;
}

/* Decodes a data node into a page; *ret_len is set on success only. */
static enum err
decode_page(
    struct ubifs *fs, const struct ref *r, uint8_t *page, size_t *ret_len)
{
	struct cursor c =
	    cur_open_at(r->node, KEY_AT + KEY_LEN, "ubifs data node");
	size_t size = cur_u32le(&c, "size");
	uint16_t compression = cur_u16le(&c, "compr_type");

	cur_skip(&c, 2, "compr_size");
	if (!cur_ok(&c))
		return c.fault.code;
	struct bytes data = bytes_from(r->node, c.pos);

	if (size > BLOCK_LEN)
		return ERR_MALFORMED;
	switch (compression) {
	case COMPRESSION_NONE:
		if (data.len != size)
			return ERR_MALFORMED;
		if (size > 0)
			memcpy(page, data.ptr, size);
		*ret_len = size;
		return ERR_OK;
	case COMPRESSION_LZO:
		return decode_with(
		    &fs->lzo, BLOCK_LZO1X, data, page, size, ret_len);
	case COMPRESSION_ZLIB:
		return decode_deflate(data, page, size, ret_len);
	case COMPRESSION_ZSTD:
		return decode_with(
		    &fs->zstd, BLOCK_ZSTD, data, page, size, ret_len);
	default:
		return ERR_UNSUPPORTED;
	}
}

/* Lays the data nodes ref[from, to) over fs->file[0, size). */
static enum err
read_pages(
    struct ubifs *fs, size_t from, size_t to, size_t size, struct node *node)
{
	for (size_t n = from; n < to; n++) {
		const struct ref *r = &fs->ref[n];
		size_t at = KEY_REST(r->key) * BLOCK_LEN;
		uint8_t page[BLOCK_LEN];
		size_t len = 0;

		if (at >= size)
			break;
		enum err err = decode_page(fs, r, page, &len);

		if (err == ERR_MEMORY)
			return err;
		if (err == ERR_LIMIT) /* it holds more than it says */
			err = ERR_MALFORMED;
		if (err != ERR_OK)
			node_fail(node, err, (size_t)(r->node.ptr - fs->in.ptr),
			    "ubifs", "data");
		memcpy(fs->file + at, page, size_min(len, size - at));
	}
	return ERR_OK;
}

static enum err
read_data(struct ubifs *fs, uint64_t ino, const struct inode *inode,
    struct node *node)
{
	size_t from = find_ref(fs, ino, KEY_OF(TYPE_DATA, 0));
	size_t to = find_ref(fs, ino, KEY_OF(TYPE_ENTRY, 0));
	size_t size = LIMIT_FILE_LEN;

	node->size = inode->size;
	if ((inode->flags & INODE_ENCRYPTED) != 0) {
		node_fail(node, ERR_ENCRYPTED, 0, "ubifs", "flags");
		return ERR_OK;
	}
	if (inode->size > size)
		node_fail(node, ERR_LIMIT, 0, "ubifs", "size");
	else
		size = (size_t)inode->size;
	if (budget_take(fs->budget, size + (to - from) * VISIT_COST) != ERR_OK)
		return ERR_LIMIT;
	if (size == 0)
		return ERR_OK;
	fs->file = calloc(1, size);
	if (fs->file == NULL)
		return ERR_MEMORY;
	node->content = (struct bytes){ fs->file, size };
	return read_pages(fs, from, to, size, node);
}

static enum err
read_content(struct ubifs *fs, uint64_t ino, const struct inode *inode,
    struct node *node)
{
	struct cursor c = cur_open(inode->data, "ubifs device");

	switch (node->kind) {
	case NODE_FILE:
		return read_data(fs, ino, inode, node);
	case NODE_SYMLINK:
		if ((inode->flags & INODE_ENCRYPTED) != 0)
			node_fail(node, ERR_ENCRYPTED, 0, "ubifs", "flags");
		else
			node->link =
			    bytes_slice(inode->data, 0, LIMIT_PATH_LEN);
		node->size = node->link.len;
		return ERR_OK;
	case NODE_CHAR:
	case NODE_BLOCK:
		node_set_device(node, cur_u32le(&c, "dev"));
		if (!cur_ok(&c))
			node_fail(node, c.fault.code, 0, "ubifs", "dev");
		return ERR_OK;
	case NODE_PAYLOAD:
	case NODE_DIRECTORY:
	case NODE_FIFO:
	case NODE_SOCKET:
		return ERR_OK;
	}
	return ERR_OK;
}

/* Lists a directory next, unless it was listed before. */
static void
enter(struct ubifs *fs, uint64_t ino, struct node *node)
{
	struct tree_level level = {
		.at = find_ref(fs, ino, KEY_OF(TYPE_ENTRY, 0)),
		.end = find_ref(fs, ino, KEY_OF(TYPE_ENTRY + 1, 0)),
	};

	if (level.at == level.end)
		return;
	struct ref *first = &fs->ref[level.at];

	if (first->entered) {
		node_fail(node, ERR_MALFORMED, 0, "ubifs", "directory loop");
		return;
	}
	first->entered = true;
	tree_enter(&fs->tree, &level, node);
}

/* A root has no entry. */
static enum err
give(struct ubifs *fs, const struct ref *entry, struct node *ret)
{
	uint64_t ino = entry != NULL ? entry_ino(entry) : ROOT_INO;
	struct node node = { .kind = NODE_FILE };
	struct inode inode;

	if (entry != NULL)
		tree_name(&fs->tree, entry_name(entry), &node);
	else
		tree_name_root(&fs->tree, &node);
	if (read_inode(fs, ino, &inode)) {
		node_set_mode(&node, inode.mode, 0, "ubifs");
		node.uid = inode.uid;
		node.gid = inode.gid;
		node.mtime = inode.mtime;
		if (entry == NULL)
			node.kind = NODE_DIRECTORY;
		enum err err = read_content(fs, ino, &inode, &node);

		if (err != ERR_OK)
			return err;
	} else {
		node_fail(&node, ERR_TRUNCATED, 0, "ubifs", "inode");
	}
	if (node.kind == NODE_DIRECTORY)
		enter(fs, ino, &node);
	*ret = node;
	return ERR_OK;
}

static enum err
next_ubifs(void *handle, struct node *ret)
{
	struct ubifs *fs = handle;
	const struct ref *entry = NULL;

	free(fs->file);
	fs->file = NULL;
	if (fs->begun) {
		struct tree_level *level = tree_top(&fs->tree);

		if (level == NULL)
			return ERR_END;
		entry = &fs->ref[level->at++];
	}
	fs->begun = true;
	return give(fs, entry, ret);
}

static size_t
used_ubifs(void *handle)
{
	const struct ubifs *fs = handle;

	return fs->in.len;
}

const struct format ubifs_format = {
	.name = "ubifs",
	.magic = { MAGIC(0, "\x31\x18\x10\x06") },
	.probe = probe,
	.open = open_ubifs,
	.next = next_ubifs,
	.used = used_ubifs,
	.close = close_ubifs,
};
