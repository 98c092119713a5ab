/* SPDX-License-Identifier: ISC */
/* SquashFS metadata: chains of packed blocks, read into memory as a whole. */
#include "unpack/squashfs_private.h"

#include <stdlib.h>
#include <string.h>

#define META_STORED 0x8000
#define FRAGMENT_LEN_2 8
#define FRAGMENT_LEN 16
#define ID_LEN 4

void
squashfs_table_close(struct squashfs_table *table)
{
	free(table->ptr);
	free(table->block);
	*table = (struct squashfs_table){ 0 };
}

enum err
squashfs_meta_at(const struct squashfs *fs, uint64_t at,
    struct bytes *ret_packed, bool *ret_stored, uint64_t *ret_next)
{
	struct cursor c = cur_open(fs->in, "squashfs");

	cur_seek(&c, at, "metadata block");
	uint16_t header = cur_u16(&c, fs->super.big, "metadata length");

	if (fs->super.major < 4 && (fs->super.flags & SQUASHFS_CHECK_BYTE) != 0)
		cur_skip(&c, 1, "check byte");
	size_t len = header & (META_STORED - 1);

	if (cur_ok(&c) && (len == 0 || len > SQUASHFS_METADATA_LEN))
		cur_fail(&c, ERR_MALFORMED, c.pos, "metadata length");
	struct bytes packed = cur_bytes(&c, len, "metadata block");

	if (!cur_ok(&c))
		return c.fault.code;
	*ret_packed = packed;
	*ret_stored = (header & META_STORED) != 0;
	*ret_next = c.pos;
	return ERR_OK;
}

/* Grows an owned array to hold one more step, counted against the index. */
static enum err
grow(struct squashfs *fs, void **array, size_t *cap, size_t first, size_t size)
{
	size_t add = *cap > 0 ? *cap : first;

	if (add > fs->index_left / size)
		return ERR_LIMIT;
	void *bigger = realloc(*array, (*cap + add) * size);

	if (bigger == NULL)
		return ERR_MEMORY;
	fs->index_left -= add * size;
	*array = bigger;
	*cap += add;
	return ERR_OK;
}

static enum err
make_room(struct squashfs *fs, struct squashfs_table *table)
{
	enum err err = ERR_OK;

	if (SQUASHFS_METADATA_LEN > table->cap - table->len) {
		void *ptr = table->ptr;

		err = grow(fs, &ptr, &table->cap, SQUASHFS_METADATA_LEN, 1);
		table->ptr = ptr;
	}
	if (err == ERR_OK && table->block_count == table->block_cap) {
		void *block = table->block;

		err = grow(
		    fs, &block, &table->block_cap, 4, sizeof(table->block[0]));
		table->block = block;
	}
	return err;
}

/* A block that cannot be unpacked is remembered as bad; that is no failure. */
enum err
squashfs_table_add(struct squashfs *fs, struct squashfs_table *table,
    uint64_t start, uint64_t at, uint64_t *ret_next)
{
	struct bytes packed;
	bool stored;
	size_t len = 0;
	uint64_t next;
	enum err err = squashfs_meta_at(fs, at, &packed, &stored, &next);

	if (err == ERR_OK)
		err = make_room(fs, table);
	if (err == ERR_OK)
		err = budget_take(fs->budget, SQUASHFS_METADATA_LEN);
	if (err != ERR_OK)
		return err;
	if (stored) {
		memcpy(table->ptr + table->len, packed.ptr, packed.len);
		len = packed.len;
	} else {
		err = squashfs_unpack(fs, packed, table->ptr + table->len,
		    SQUASHFS_METADATA_LEN, &len);
		if (err == ERR_MEMORY)
			return err;
	}
	table->block[table->block_count++] = (struct squashfs_meta_block){
		.at = at - start,
		.to = table->len,
		.bad = err != ERR_OK,
	};
	table->any_bad |= err != ERR_OK;
	if (err == ERR_OK)
		table->len += len;
	*ret_next = next;
	return ERR_OK;
}

/* All blocks from one offset to another; what is not one ends the chain. */
static enum err
read_chain(struct squashfs *fs, struct squashfs_table *table, uint64_t start,
    uint64_t end)
{
	uint64_t at = start;
	enum err err = ERR_OK;

	while (err == ERR_OK && at < end)
		err = squashfs_table_add(fs, table, start, at, &at);
	return err;
}

/*
 * A table whose blocks are named by a list of offsets: `count` records of
 * `size` bytes. Its blocks follow each other without gaps in memory, and
 * their `at` is their rank times the length of a block.
 */
static enum err
read_listed(struct squashfs *fs, struct squashfs_table *table, uint64_t list_at,
    uint64_t count, size_t size)
{
	uint64_t blocks =
	    (count * size + SQUASHFS_METADATA_LEN - 1) / SQUASHFS_METADATA_LEN;
	struct cursor c = cur_open(fs->in, "squashfs");
	enum err err = ERR_OK;

	cur_seek(&c, list_at, "table");
	for (uint64_t i = 0; i < blocks && err == ERR_OK; i++) {
		bool narrow = fs->super.major < 3;
		uint64_t at = narrow ? cur_u32(&c, fs->super.big, "block")
				     : cur_u64(&c, fs->super.big, "block");
		uint64_t rank_at = i * SQUASHFS_METADATA_LEN;

		if (!cur_ok(&c))
			return c.fault.code;
		err = squashfs_table_add(fs, table, 0, at, &at);
		if (err == ERR_OK)
			table->block[table->block_count - 1].at = rank_at;
	}
	return err;
}

static enum err
read_fragment_table(struct squashfs *fs)
{
	const struct squashfs_super *super = &fs->super;

	if (super->fragment_count == 0)
		return ERR_OK;
	return read_listed(fs, &fs->fragments, super->fragment_table,
	    super->fragment_count,
	    super->major < 3 ? FRAGMENT_LEN_2 : FRAGMENT_LEN);
}

/* Only 4.x packs its ids; older ones are read where they are. */
static enum err
read_id_table(struct squashfs *fs)
{
	if (fs->super.major < 4 || fs->super.id_count == 0)
		return ERR_OK;
	return read_listed(
	    fs, &fs->ids, fs->super.id_table, fs->super.id_count, ID_LEN);
}

enum err
squashfs_read_tables(struct squashfs *fs)
{
	const struct squashfs_super *super = &fs->super;
	enum err inodes = read_chain(fs, &fs->inodes, super->inode_table,
	    squashfs_table_end(super, super->inode_table));
	enum err others[3];

	if (fs->inodes.len == 0)
		return inodes == ERR_OK ? ERR_MALFORMED : inodes;
	/* what these lack shows as faults of the nodes that need it */
	others[0] = read_chain(fs, &fs->directories, super->directory_table,
	    squashfs_table_end(super, super->directory_table));
	others[1] = read_fragment_table(fs);
	others[2] = read_id_table(fs);
	if (inodes == ERR_MEMORY)
		return ERR_MEMORY;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i] == ERR_MEMORY)
			return ERR_MEMORY;
	return ERR_OK;
}

/* The block that starts at this packed offset, or NULL. */
static const struct squashfs_meta_block *
find_block(const struct squashfs_table *table, uint64_t at)
{
	size_t low = 0;
	size_t high = table->block_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->block[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == table->block_count || table->block[low].at != at)
		return NULL;
	return &table->block[low];
}

struct bytes
squashfs_table_from(
    const struct squashfs_table *table, uint64_t block, uint32_t offset)
{
	const struct squashfs_meta_block *first = find_block(table, block);
	size_t end = table->len;
	struct bytes none = { NULL, 0 };

	if (first == NULL || first->bad)
		return none;
	const struct squashfs_meta_block *last =
	    table->block + table->block_count;

	if (table->any_bad) {
		for (const struct squashfs_meta_block *b = first; b < last; b++)
			if (b->bad) {
				end = b->to;
				break;
			}
	}
	size_t block_end = first + 1 < last ? first[1].to : table->len;

	if (offset >= block_end - first->to)
		return none;
	return (struct bytes){ table->ptr + first->to + offset,
		end - first->to - offset };
}
