/* SPDX-License-Identifier: ISC */
/*
 * Writes small SquashFS images of every version, byte order and vendor's
 * packing, which no tool of today does. Written from the on-disk structures
 * of squashfs 2.2, 3.4 and Linux Documentation/filesystems/squashfs.rst.
 */
#ifndef TEST_SQUASHFS_IMAGE_H
#define TEST_SQUASHFS_IMAGE_H

#include <assert.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#define IMAGE_BLOCK ((size_t)4096)
#define IMAGE_TAIL 100
#define IMAGE_BIG_LEN (3 * IMAGE_BLOCK + IMAGE_TAIL)
#define IMAGE_SMALL "small file"
#define IMAGE_INODES 7

enum image_packing {
	IMAGE_STORED,
	IMAGE_ZLIB,
	IMAGE_LZMA,	    /* 13-byte header, size known, no mark */
	IMAGE_LZMA_NO_SIZE, /* 13-byte header, size -1, no mark */
	IMAGE_LZMA_SHORT,   /* 5-byte header */
	IMAGE_LZMA_RAW,	    /* no header, lc 3, lp 0, pb 2, end mark */
	IMAGE_LZMA_ODD,	    /* four bytes, then lc 0, lp 2, pb 1 */
	IMAGE_XZ,
};

struct image_kind {
	const char *magic;
	unsigned major;
	bool big;
	bool check_byte;
	enum image_packing packing;
	uint16_t compressor; /* 4.x */
};

struct buffer {
	uint8_t bytes[32768];
	size_t len;
};

struct image {
	struct image_kind kind;
	struct buffer all;
	struct buffer inodes;
	struct buffer directories;
	size_t data_at; /* big's first block */
	size_t inode_table;
	size_t directory_table;
	size_t root_at; /* in the unpacked inodes */
	size_t sub_at;
	size_t big_at;
};

static inline void
buffer_put(struct buffer *to, const void *bytes, size_t len)
{
	assert(len <= sizeof(to->bytes) - to->len);
	if (len > 0)
		memcpy(to->bytes + to->len, bytes, len);
	to->len += len;
}

static inline void
buffer_put_uint(struct buffer *to, uint64_t value, size_t n, bool big)
{
	for (size_t i = 0; i < n; i++) {
		size_t shift = 8 * (big ? n - 1 - i : i);
		uint8_t byte = (uint8_t)(value >> shift);

		buffer_put(to, &byte, 1);
	}
}

static inline void
buffer_put_bits(struct buffer *to, uint64_t first, unsigned first_bits,
    uint64_t second, unsigned second_bits, bool big)
{
	uint64_t value =
	    big ? first << second_bits | second : second << first_bits | first;

	buffer_put_uint(to, value, (first_bits + second_bits) / 8, big);
}

/* The content of /big: a pattern, a hole, noise, a tail of its own. */
static inline uint8_t
image_big_byte(size_t at)
{
	if (at < IMAGE_BLOCK)
		return (uint8_t)(at % 61 + at / 61 % 7);
	if (at < 2 * IMAGE_BLOCK)
		return 0;
	if (at < 3 * IMAGE_BLOCK)
		return (uint8_t)(at * at >> 3);
	return 'T';
}

static inline void
image_pack_lzma(const struct buffer *in, uint32_t lc, uint32_t lp, uint32_t pb,
    bool mark, struct buffer *to)
{
	lzma_options_lzma options;
	lzma_filter filters[] = {
		{ .id = mark ? LZMA_FILTER_LZMA1 : LZMA_FILTER_LZMA1EXT,
		    .options = &options },
		{ .id = LZMA_VLI_UNKNOWN },
	};

	(void)lzma_lzma_preset(&options, 6);
	options.dict_size = 65536;
	options.lc = lc;
	options.lp = lp;
	options.pb = pb;
	options.ext_flags = 0;
	options.ext_size_low = (uint32_t)in->len;
	options.ext_size_high = 0;
	lzma_ret ret = lzma_raw_buffer_encode(filters, NULL, in->bytes, in->len,
	    to->bytes, &to->len, sizeof(to->bytes));

	assert(ret == LZMA_OK);
	(void)ret;
}

static inline void
image_pack(
    enum image_packing packing, const struct buffer *in, struct buffer *to)
{
	static const uint8_t props[] = { 0x5d, 0, 0, 1, 0 };
	uLongf len = sizeof(to->bytes);

	to->len = 0;
	switch (packing) {
	case IMAGE_STORED:
		buffer_put(to, in->bytes, in->len);
		return;
	case IMAGE_ZLIB:
		(void)compress(to->bytes, &len, in->bytes, in->len);
		to->len = len;
		return;
	case IMAGE_LZMA:
	case IMAGE_LZMA_NO_SIZE:
		buffer_put(to, props, sizeof(props));
		buffer_put_uint(
		    to, packing == IMAGE_LZMA ? in->len : UINT64_MAX, 8, false);
		image_pack_lzma(in, 3, 0, 2, false, to);
		return;
	case IMAGE_LZMA_SHORT:
		buffer_put(to, props, sizeof(props));
		image_pack_lzma(in, 3, 0, 2, false, to);
		return;
	case IMAGE_LZMA_RAW:
		image_pack_lzma(in, 3, 0, 2, true, to);
		return;
	case IMAGE_LZMA_ODD:
		buffer_put(to, "\1\2\3\4", 4);
		image_pack_lzma(in, 0, 2, 1, false, to);
		return;
	case IMAGE_XZ:
		(void)lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL,
		    in->bytes, in->len, to->bytes, &to->len, sizeof(to->bytes));
		return;
	}
}

/* Packs a block, or stores it when that is no longer; whether it did. */
static inline bool
image_pack_block(
    enum image_packing packing, const struct buffer *in, struct buffer *to)
{
	image_pack(packing, in, to);
	if (packing != IMAGE_STORED && to->len < in->len)
		return false;
	image_pack(IMAGE_STORED, in, to);
	return true;
}

/* A metadata block at the image's end. */
static inline void
image_put_meta(struct image *m, const struct buffer *in)
{
	static struct buffer packed;
	bool stored = image_pack_block(m->kind.packing, in, &packed);

	buffer_put_uint(
	    &m->all, packed.len | (stored ? 0x8000 : 0), 2, m->kind.big);
	if (m->kind.check_byte)
		buffer_put(&m->all, "\xff", 1);
	buffer_put(&m->all, packed.bytes, packed.len);
}

/* A data block; returns its length as a block list or fragment has it. */
static inline uint32_t
image_put_data(struct image *m, const struct buffer *in, bool stored)
{
	static struct buffer packed;

	stored = image_pack_block(
	    stored ? IMAGE_STORED : m->kind.packing, in, &packed);
	buffer_put(&m->all, packed.bytes, packed.len);
	return (uint32_t)packed.len | (stored ? (uint32_t)1 << 24 : 0);
}

/* User 1000; group 100, or that of the user. Returns where it is. */
static inline size_t
image_put_base(struct image *m, unsigned type, unsigned mode, unsigned number,
    bool own_group)
{
	struct buffer *to = &m->inodes;
	bool big = m->kind.big;
	size_t at = to->len;

	if (m->kind.major == 4) {
		buffer_put_uint(to, type, 2, big);
		buffer_put_uint(to, mode, 2, big);
		buffer_put_uint(to, 0, 2, big);
		buffer_put_uint(to, own_group ? 0 : 1, 2, big);
	} else {
		buffer_put_bits(to, type, 4, mode, 12, big);
		buffer_put_uint(to, 0, 1, big);
		buffer_put_uint(to, own_group ? 0xff : 0, 1, big);
	}
	if (m->kind.major >= 3) {
		buffer_put_uint(to, 1234567890, 4, big); /* mtime */
		buffer_put_uint(to, number, 4, big);
	}
	return at;
}

static inline void
image_put_nlink(struct image *m)
{
	if (m->kind.major >= 3)
		buffer_put_uint(&m->inodes, 1, 4, m->kind.big);
}

static inline size_t
image_put_device(struct image *m)
{
	size_t at = image_put_base(m, 5, 0600, 1, false);

	image_put_nlink(m);
	buffer_put_uint(
	    &m->inodes, 5 << 8 | 1, m->kind.major == 4 ? 4 : 2, m->kind.big);
	return at;
}

static inline size_t
image_put_symlink(struct image *m)
{
	size_t at = image_put_base(m, 3, 0777, 2, false);

	image_put_nlink(m);
	buffer_put_uint(&m->inodes, 6, m->kind.major == 4 ? 4 : 2, m->kind.big);
	buffer_put(&m->inodes, "target", 6);
	return at;
}

static inline size_t
image_put_small(struct image *m)
{
	struct buffer *to = &m->inodes;
	bool big = m->kind.big;
	size_t at = image_put_base(m, 2, 04755, 3, true);

	if (m->kind.major == 2)
		buffer_put_uint(to, 1234567890, 4, big);
	buffer_put_uint(to, 0, m->kind.major == 3 ? 8 : 4, big);
	buffer_put_uint(to, 0, 4, big); /* fragment */
	buffer_put_uint(to, 0, 4, big); /* offset */
	buffer_put_uint(to, sizeof(IMAGE_SMALL) - 1, 4, big);
	return at;
}

/* A long inode where the version has one. */
static inline size_t
image_put_big(struct image *m, const uint32_t lens[3])
{
	struct buffer *to = &m->inodes;
	bool big = m->kind.big;
	unsigned major = m->kind.major;
	size_t at = image_put_base(m, major == 2 ? 2 : 9, 0644, 4, false);

	if (major == 2)
		buffer_put_uint(to, 1234567890, 4, big);
	if (major == 3)
		image_put_nlink(m);
	buffer_put_uint(to, m->data_at, major == 2 ? 4 : 8, big);
	if (major == 4) {
		buffer_put_uint(to, IMAGE_BIG_LEN, 8, big);
		buffer_put_uint(to, IMAGE_BLOCK, 8, big); /* sparse */
		image_put_nlink(m);
	}
	buffer_put_uint(to, 0, 4, big);			      /* fragment */
	buffer_put_uint(to, sizeof(IMAGE_SMALL) - 1, 4, big); /* offset */
	if (major == 4)
		buffer_put_uint(to, UINT32_MAX, 4, big); /* xattr */
	else
		buffer_put_uint(to, IMAGE_BIG_LEN, major == 2 ? 4 : 8, big);
	for (int i = 0; i < 3; i++)
		buffer_put_uint(to, lens[i], 4, big);
	return at;
}

static inline size_t
image_put_directory(
    struct image *m, bool is_long, unsigned number, size_t at, size_t len)
{
	struct buffer *to = &m->inodes;
	bool big = m->kind.big;
	unsigned major = m->kind.major;
	size_t inode = image_put_base(m, is_long ? 8 : 1, 0755, number, false);

	len += major >= 3 ? 3 : 0;
	if (major == 4 && is_long) {
		image_put_nlink(m);
		buffer_put_uint(to, len, 4, big);
		buffer_put_uint(to, 0, 4, big); /* start_block */
		buffer_put_uint(to, IMAGE_INODES + 1, 4, big);
		buffer_put_uint(to, 0, 2, big); /* i_count */
		buffer_put_uint(to, at, 2, big);
		buffer_put_uint(to, UINT32_MAX, 4, big);
		return inode;
	}
	if (major == 4) {
		buffer_put_uint(to, 0, 4, big);
		image_put_nlink(m);
		buffer_put_uint(to, len, 2, big);
		buffer_put_uint(to, at, 2, big);
		buffer_put_uint(to, IMAGE_INODES, 4, big);
		return inode;
	}
	image_put_nlink(m);
	buffer_put_bits(to, len, is_long ? 27 : 19, at, 13, big);
	if (major == 2)
		buffer_put_uint(to, 1234567890, 4, big);
	buffer_put_uint(to, 0, major == 2 ? 3 : 4, big);
	if (is_long)
		buffer_put_uint(to, 0, 2, big); /* i_count */
	if (major == 3)
		buffer_put_uint(to, IMAGE_INODES, 4, big); /* parent */
	return inode;
}

static inline void
image_put_run(struct image *m, unsigned count)
{
	struct buffer *to = &m->directories;
	bool big = m->kind.big;

	buffer_put_uint(to, count - 1, m->kind.major == 4 ? 4 : 1, big);
	buffer_put_uint(to, 0, m->kind.major == 2 ? 3 : 4, big);
	if (m->kind.major >= 3)
		buffer_put_uint(to, 1, 4, big);
}

static inline void
image_put_entry(struct image *m, const char *name, unsigned type, size_t inode)
{
	struct buffer *to = &m->directories;
	bool big = m->kind.big;
	size_t len = strlen(name);

	if (m->kind.major == 4) {
		buffer_put_uint(to, inode, 2, big);
		buffer_put_uint(to, 0, 2, big);
		buffer_put_uint(to, type, 2, big);
		buffer_put_uint(to, len - 1, 2, big);
	} else {
		buffer_put_bits(to, inode, 13, type, 3, big);
		buffer_put_uint(to, len - 1, 1, big);
		if (m->kind.major == 3)
			buffer_put_uint(to, 0, 2, big);
	}
	buffer_put(to, name, len);
}

static inline void
image_poke(struct image *m, size_t at, uint64_t value, size_t n)
{
	size_t len = m->all.len;

	m->all.len = at;
	buffer_put_uint(&m->all, value, n, m->kind.big);
	m->all.len = len;
}

struct image_tables {
	size_t fragments, ids, gids;
};

static inline void
image_put_super_4(struct image *m, const struct image_tables *t)
{
	image_poke(m, 8, 1234567890, 4);
	image_poke(m, 12, IMAGE_BLOCK, 4);
	image_poke(m, 16, 1, 4); /* fragments */
	image_poke(m, 20, m->kind.compressor, 2);
	image_poke(m, 22, 12, 2);
	image_poke(m, 26, 2, 2); /* no_ids */
	image_poke(m, 32, m->root_at, 8);
	image_poke(m, 40, m->all.len, 8);
	image_poke(m, 48, t->ids, 8);
	image_poke(m, 56, UINT64_MAX, 8);
	image_poke(m, 64, m->inode_table, 8);
	image_poke(m, 72, m->directory_table, 8);
	image_poke(m, 80, t->fragments, 8);
	image_poke(m, 88, UINT64_MAX, 8);
}

static inline void
image_put_super_old(struct image *m, const struct image_tables *t)
{
	image_poke(m, 8, m->all.len, 4);
	image_poke(m, 12, t->ids, 4);
	image_poke(m, 16, t->gids, 4);
	image_poke(m, 20, m->inode_table, 4);
	image_poke(m, 24, m->directory_table, 4);
	image_poke(m, 32, IMAGE_BLOCK, 2);
	image_poke(m, 34, 12, 2);
	image_poke(m, 36, m->kind.check_byte ? 4 : 0, 1);
	image_poke(m, 37, 1, 1);
	image_poke(m, 38, 1, 1);
	image_poke(m, 39, 1234567890, 4);
	image_poke(m, 43, m->root_at, 8);
	image_poke(m, 51, IMAGE_BLOCK, 4);
	image_poke(m, 55, 1, 4); /* fragments */
	image_poke(m, 59, t->fragments, 4);
	if (m->kind.major == 2)
		return;
	image_poke(m, 63, m->all.len, 8);
	image_poke(m, 71, t->ids, 8);
	image_poke(m, 79, t->gids, 8);
	image_poke(m, 87, m->inode_table, 8);
	image_poke(m, 95, m->directory_table, 8);
	image_poke(m, 103, t->fragments, 8);
	image_poke(m, 111, UINT64_MAX, 8);
}

/* Fragment and id tables, behind the directories. */
static inline struct image_tables
image_put_tables(struct image *m, size_t fragment_at, uint32_t fragment_len)
{
	static struct buffer entry;
	struct image_tables t = { 0 };
	bool big = m->kind.big;
	bool old = m->kind.major < 4;
	size_t width = m->kind.major == 2 ? 4 : 8;

	entry.len = 0;
	buffer_put_uint(&entry, fragment_at, width, big);
	buffer_put_uint(&entry, fragment_len, 4, big);
	if (width == 8)
		buffer_put_uint(&entry, 0, 4, big);
	size_t block_at = m->all.len;

	image_put_meta(m, &entry);
	t.fragments = m->all.len;
	buffer_put_uint(&m->all, block_at, width, big);
	if (old) {
		t.ids = m->all.len;
		buffer_put_uint(&m->all, 1000, 4, big);
		t.gids = m->all.len;
		buffer_put_uint(&m->all, 100, 4, big);
		return t;
	}
	entry.len = 0;
	buffer_put_uint(&entry, 1000, 4, big);
	buffer_put_uint(&entry, 100, 4, big);
	block_at = m->all.len;
	image_put_meta(m, &entry);
	t.ids = m->all.len;
	buffer_put_uint(&m->all, block_at, 8, big);
	return t;
}

/* What a test may break before the tables are packed. */
struct image_wish {
	const char *small_name; /* instead of "small" */
	bool loop;		/* /sub leads to the root again */
};

/* The blocks of /big, and the fragment that ends it and is /small. */
static inline void
image_put_contents(struct image *m, uint32_t lens[3], size_t *ret_fragment_at,
    uint32_t *ret_fragment_len)
{
	static struct buffer block;

	m->data_at = m->all.len;
	for (size_t i = 0; i < 3; i++) {
		block.len = 0;
		for (size_t k = 0; k < IMAGE_BLOCK; k++)
			block.bytes[block.len++] =
			    image_big_byte(i * IMAGE_BLOCK + k);
		lens[i] = 0;
		if (i != 1)
			lens[i] = image_put_data(m, &block, i == 2);
	}
	block.len = 0;
	buffer_put(&block, IMAGE_SMALL, sizeof(IMAGE_SMALL) - 1);
	for (size_t k = 0; k < IMAGE_TAIL; k++)
		buffer_put(&block, "T", 1);
	*ret_fragment_at = m->all.len;
	*ret_fragment_len = image_put_data(m, &block, false);
}

/* All inodes and both listings. */
static inline void
image_put_tree(struct image *m, const uint32_t lens[3], struct image_wish wish)
{
	const char *name = wish.small_name != NULL ? wish.small_name : "small";
	size_t console = image_put_device(m);
	size_t symlink = image_put_symlink(m);
	size_t small = image_put_small(m);

	m->big_at = image_put_big(m, lens);
	size_t fifo = image_put_base(m, 6, 0622, 5, false);

	image_put_nlink(m);
	image_put_run(m, 2);
	image_put_entry(m, "console", 5, console);
	image_put_entry(m, "fifo", 6, fifo);
	size_t root_listing = m->directories.len;

	m->sub_at = image_put_directory(m, false, 6, 0, root_listing);
	m->root_at = m->inodes.len;
	image_put_run(m, 3);
	image_put_entry(m, "big", 2, m->big_at);
	image_put_entry(m, "link", 3, symlink);
	image_put_entry(m, name, 2, small);
	image_put_run(m, 1);
	image_put_entry(m, "sub", 1, wish.loop ? m->root_at : m->sub_at);
	(void)image_put_directory(
	    m, true, 7, root_listing, m->directories.len - root_listing);
}

static inline void
image_make(struct image *m, struct image_kind kind, struct image_wish wish)
{
	static const size_t super_len[] = { [2] = 63, [3] = 119, [4] = 96 };
	uint32_t lens[3];
	size_t fragment_at;
	uint32_t fragment_len;

	memset(m, 0, sizeof(*m));
	m->kind = kind;
	buffer_put(&m->all, kind.magic, 4);
	m->all.len = super_len[kind.major];
	image_poke(m, 4, IMAGE_INODES, 4);
	image_poke(m, 28, kind.major, 2);
	image_put_contents(m, lens, &fragment_at, &fragment_len);
	image_put_tree(m, lens, wish);
	m->inode_table = m->all.len;
	image_put_meta(m, &m->inodes);
	m->directory_table = m->all.len;
	image_put_meta(m, &m->directories);
	struct image_tables t = image_put_tables(m, fragment_at, fragment_len);

	if (kind.major == 4)
		image_put_super_4(m, &t);
	else
		image_put_super_old(m, &t);
}

#endif
