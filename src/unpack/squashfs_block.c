/* SPDX-License-Identifier: ISC */
/* Unpacking SquashFS blocks, and finding out how vendors packed them. */
#include "unpack/squashfs_private.h"

#define LZMA_PROPS_LEN 5
#define LZMA_DEFAULT_PROPS 0x5d

static const struct {
	const char *text;
	bool by_block_codec;
	enum block_codec codec;
} packings[SQUASHFS_PACKINGS] = {
	[SQUASHFS_UNKNOWN] = { "unknown compressor", false, 0 },
	[SQUASHFS_ZLIB] = { "gzip", true, BLOCK_ZLIB },
	[SQUASHFS_LZMA] = { "lzma", true, BLOCK_LZMA_ALONE },
	[SQUASHFS_LZO] = { "lzo", true, BLOCK_LZO1X },
	[SQUASHFS_XZ] = { "xz", true, BLOCK_XZ },
	[SQUASHFS_LZ4] = { "lz4", true, BLOCK_LZ4 },
	[SQUASHFS_ZSTD] = { "zstd", true, BLOCK_ZSTD },
	[SQUASHFS_LZMA_SHORT] = { "lzma with short headers", false, 0 },
	[SQUASHFS_LZMA_RAW] = { "lzma without headers", false, 0 },
};

const char *
squashfs_packing_text(enum squashfs_packing packing)
{
	return packings[packing].text;
}

bool
squashfs_packing_codec(enum squashfs_packing packing, enum block_codec *ret)
{
	if (!packings[packing].by_block_codec)
		return false;
	*ret = packings[packing].codec;
	return true;
}

void
squashfs_close_decoders(struct squashfs *fs)
{
	for (size_t i = 0; i < SQUASHFS_PACKINGS; i++)
		block_decoder_close(fs->decoder[i]);
}

/* Source: LZMA SDK, lzma-specification, "LZMA properties". */
static struct lzma_props
props_of(uint8_t byte)
{
	return (struct lzma_props){
		.lc = byte % 9,
		.lp = byte / 9 % 5,
		.pb = byte / 45,
	};
}

static enum err
unpack_as(struct squashfs *fs, enum squashfs_packing packing,
    struct bytes packed, uint8_t *to, size_t cap, size_t *ret_len)
{
	if (packing == SQUASHFS_LZMA_SHORT && packed.len > LZMA_PROPS_LEN) {
		struct lzma_props props = props_of(packed.ptr[0]);

		return block_decode_lzma_raw(&props,
		    bytes_from(packed, LZMA_PROPS_LEN), to, cap, ret_len);
	}
	if (packing == SQUASHFS_LZMA_RAW)
		return block_decode_lzma_raw(&fs->raw_props,
		    bytes_from(packed, fs->raw_skip), to, cap, ret_len);
	if (!packings[packing].by_block_codec)
		return ERR_MALFORMED;
	if (fs->decoder[packing] == NULL) {
		enum err err = block_decoder_open(
		    packings[packing].codec, &fs->decoder[packing]);

		if (err != ERR_OK)
			return err;
	}
	return block_decode(fs->decoder[packing], packed, to, cap, ret_len);
}

/* What a block's own first bytes say; vendors mix compressors in an image. */
static enum squashfs_packing
packing_by_magic(struct bytes packed)
{
	static const struct {
		enum squashfs_packing packing;
		size_t len;
		const char *bytes;
	} rows[] = {
		{ SQUASHFS_XZ, 6,
		    "\xfd"
		    "7zXZ\0" },
		{ SQUASHFS_ZSTD, 4, "\x28\xb5\x2f\xfd" },
		{ SQUASHFS_ZLIB, 2, "\x78\xda" },
		{ SQUASHFS_ZLIB, 2, "\x78\x9c" },
		{ SQUASHFS_ZLIB, 2, "\x78\x5e" },
		{ SQUASHFS_ZLIB, 2, "\x78\x01" },
		{ SQUASHFS_LZMA, 1, "\x5d" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes magic = { (const uint8_t *)rows[i].bytes,
			rows[i].len };

		if (bytes_starts(packed, magic))
			return rows[i].packing;
	}
	return SQUASHFS_UNKNOWN;
}

enum err
squashfs_unpack(struct squashfs *fs, struct bytes packed, uint8_t *to,
    size_t cap, size_t *ret_len)
{
	if (squashfs_ahead_take(fs, packed, to, cap, ret_len))
		return ERR_OK;
	enum err err = unpack_as(fs, fs->packing, packed, to, cap, ret_len);

	if (err != ERR_MALFORMED || fs->guessing)
		return err;
	enum squashfs_packing other = packing_by_magic(packed);

	if (other == SQUASHFS_UNKNOWN || other == fs->packing)
		return err;
	return unpack_as(fs, other, packed, to, cap, ret_len);
}

/* Whether an entry can be the first of a listing: garbage seldom is. */
static bool
is_plausible(const struct squashfs_entry *entry)
{
	return entry->type >= 1 && entry->type <= 14 &&
	    bytes_find_byte(entry->name, 0, 0) == SIZE_MAX &&
	    bytes_find_byte(entry->name, '/', 0) == SIZE_MAX;
}

/* The root's listing begins with an entry, or is empty. */
static enum err
try_listing(struct squashfs *fs, const struct squashfs_inode *root)
{
	uint64_t start = fs->super.directory_table;
	struct squashfs_listing listing;
	struct squashfs_entry entry = { 0 };
	uint64_t next;

	if (root->size == 0)
		return ERR_OK;
	enum err err = squashfs_table_add(
	    fs, &fs->directories, start, start + root->start, &next);

	if (err != ERR_OK)
		return err;
	if (fs->directories.block[0].bad)
		return ERR_MALFORMED;
	/* it may go on in further blocks: only its beginning is looked at */
	(void)squashfs_read_listing(fs, root, &listing);
	err = squashfs_next_entry(fs, &listing, &entry);
	return err == ERR_OK && is_plausible(&entry) ? ERR_OK : ERR_MALFORMED;
}

/*
 * Whether the current packing makes sense of the root: an inode that is a
 * directory, whose listing begins with an entry. Works on blocks of its own,
 * so that nothing of a wrong guess stays.
 */
static enum err
try_root(struct squashfs *fs)
{
	const struct squashfs_super *super = &fs->super;
	struct squashfs_inode root;
	uint64_t next = super->inode_table + (super->root >> 16);
	enum err err = ERR_OK;

	/* a root inode may run into a second block, a third is nonsense */
	for (int i = 0; i < 2 && err == ERR_OK; i++)
		err = squashfs_table_add(
		    fs, &fs->inodes, super->inode_table, next, &next);
	if (err == ERR_MEMORY || err == ERR_LIMIT)
		return err;
	if (fs->inodes.block_count == 0 || fs->inodes.block[0].bad)
		return err == ERR_OK ? ERR_MALFORMED : err;
	err = squashfs_read_inode(fs, super->root, &root);
	if (err != ERR_OK)
		return ERR_MALFORMED;
	if (root.kind != NODE_DIRECTORY || root.number > super->inode_count)
		return ERR_MALFORMED;
	return try_listing(fs, &root);
}

static enum err
try_packing(struct squashfs *fs, enum squashfs_packing packing)
{
	size_t index_left = fs->index_left;

	fs->packing = packing;
	fs->guessing = true;
	enum err err = try_root(fs);

	fs->guessing = false;
	squashfs_table_close(&fs->inodes);
	squashfs_table_close(&fs->directories);
	fs->index_left = index_left;
	return err;
}

/* Bare LZMA with properties that only the vendor's kernel knows. */
static enum err
try_raw_lzma(struct squashfs *fs)
{
	static const uint8_t skips[] = { 0, 4, 5, 9, 13 };

	for (size_t i = 0; i < sizeof(skips); i++)
		for (unsigned n = 0; n <= 5 * 5 * 9; n++) {
			/* the usual one first, then all that liblzma takes */
			unsigned byte = n == 0 ? LZMA_DEFAULT_PROPS : n - 1;

			fs->raw_skip = skips[i];
			fs->raw_props = props_of((uint8_t)byte);
			if (byte / 45 > 4 ||
			    fs->raw_props.lc + fs->raw_props.lp > 4)
				continue;
			enum err err = try_packing(fs, SQUASHFS_LZMA_RAW);

			if (err == ERR_OK || err == ERR_MEMORY ||
			    err == ERR_LIMIT)
				return err;
		}
	return ERR_UNSUPPORTED;
}

enum err
squashfs_find_packing(struct squashfs *fs)
{
	static const enum squashfs_packing order[] = { SQUASHFS_ZLIB,
		SQUASHFS_LZMA, SQUASHFS_XZ, SQUASHFS_LZMA_SHORT, SQUASHFS_LZO,
		SQUASHFS_ZSTD, SQUASHFS_LZ4 };
	const struct squashfs_super *super = &fs->super;
	struct bytes packed;
	bool stored;
	uint64_t next;
	enum err err = squashfs_meta_at(fs,
	    super->inode_table + (super->root >> 16), &packed, &stored, &next);

	if (err != ERR_OK)
		return err;
	enum squashfs_packing first = super->declared;

	if (first == SQUASHFS_UNKNOWN && !stored)
		first = packing_by_magic(packed);
	if (first != SQUASHFS_UNKNOWN) {
		err = try_packing(fs, first);
		if (err == ERR_OK || err == ERR_MEMORY || err == ERR_TRUNCATED)
			return err; /* cut: the listing is not there */
	}
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		err = try_packing(fs, order[i]);
		if (err == ERR_OK || err == ERR_MEMORY || err == ERR_LIMIT)
			return err;
	}
	err = try_raw_lzma(fs);
	if (err != ERR_OK)
		fs->packing = SQUASHFS_UNKNOWN;
	return err;
}
