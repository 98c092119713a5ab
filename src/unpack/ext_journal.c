/* SPDX-License-Identifier: ISC */
/* Reads what an ext journal holds and the file system does not have yet. */
#include "base/cursor.h"
#include "base/limits.h"
#include "codec/crc.h"
#include "unpack/ext_private.h"

#include <stdlib.h>
#include <string.h>

#define JOURNAL_MAGIC 0xc03b3998u
#define HEADER_LEN ((size_t)12)
#define UUID_LEN ((size_t)16)
/* What a visit to a block costs of the budget. */
#define VISIT_COST 64
#define FAST_COMMIT_BLOCKS 256 /* where the superblock says 0 */

enum block_type {
	BLOCK_DESCRIPTOR = 1,
	BLOCK_COMMIT = 2,
	BLOCK_SUPER_1 = 3,
	BLOCK_SUPER_2 = 4,
	BLOCK_REVOKE = 5,
};

enum journal_incompat {
	JOURNAL_REVOKE = 0x1,
	JOURNAL_64BIT = 0x2,
	JOURNAL_ASYNC_COMMIT = 0x4,
	JOURNAL_CSUM_2 = 0x8,
	JOURNAL_CSUM_3 = 0x10,
	JOURNAL_FAST_COMMIT = 0x20,
	JOURNAL_KNOWN = 0x3f,
};

enum tag_flag {
	TAG_ESCAPED = 1, /* the block began with the journal's magic: zeros */
	TAG_SAME_UUID = 2,
	TAG_LAST = 8,
};

struct journal {
	struct ext *fs;
	struct ext_inode inode;
	uint32_t first, end; /* of the log, in blocks */
	uint32_t start, sequence;
	uint32_t incompat;
	uint32_t seed;		 /* of checksums */
	bool collecting;	 /* the last pass */
	struct ext_patch *patch; /* the file system's in the end */
	size_t patch_count, patch_cap;
};

struct tag {
	uint64_t block;
	uint32_t flags, sum;
};

/* A block of the journal; empty when it is not there. */
static struct bytes
block_of(const struct journal *j, uint32_t number)
{
	struct ext_run run;

	if (ext_map(j->fs, &j->inode, number, &run) != ERR_OK || run.hole)
		return (struct bytes){ NULL, 0 };
	return ext_block(j->fs, run.block);
}

static uint32_t
next_block(const struct journal *j, uint32_t number)
{
	return number + 1 < j->end ? number + 1 : j->first;
}

static enum err
read_super(struct journal *j)
{
	struct bytes raw = block_of(j, 0);
	struct cursor c = cur_open(raw, "ext journal superblock");
	uint32_t magic = cur_u32be(&c, "h_magic");
	uint32_t type = cur_u32be(&c, "h_blocktype");

	cur_skip(&c, 4, "h_sequence");
	uint32_t block_len = cur_u32be(&c, "s_blocksize");

	j->end = cur_u32be(&c, "s_maxlen");
	j->first = cur_u32be(&c, "s_first");
	j->sequence = cur_u32be(&c, "s_sequence");
	j->start = cur_u32be(&c, "s_start");
	cur_skip(&c, 4 + 4, "s_errno, s_feature_compat");
	j->incompat = cur_u32be(&c, "s_feature_incompat");
	cur_skip(&c, 4, "s_feature_ro_compat");
	struct bytes uuid = cur_bytes(&c, UUID_LEN, "s_uuid");

	cur_seek(&c, 0x54, "s_num_fc_blocks");
	uint32_t fast = cur_u32be(&c, "s_num_fc_blocks");

	if (!cur_ok(&c))
		return c.fault.code;
	if (magic != JOURNAL_MAGIC || block_len != j->fs->super.block_len ||
	    (type != BLOCK_SUPER_1 && type != BLOCK_SUPER_2))
		return ERR_MALFORMED;
	if (type == BLOCK_SUPER_1)
		j->incompat = 0;
	if ((j->incompat & ~(uint32_t)JOURNAL_KNOWN) != 0)
		return ERR_UNSUPPORTED;
	if ((j->incompat & JOURNAL_FAST_COMMIT) != 0) {
		fast = fast != 0 ? fast : FAST_COMMIT_BLOCKS;
		j->end -= fast < j->end ? fast : j->end;
	}
	j->seed = crc32c_add(UINT32_MAX, uuid);
	if (j->first == 0 || j->first >= j->end ||
	    (j->start != 0 && (j->start < j->first || j->start >= j->end)))
		return ERR_MALFORMED;
	return ERR_OK;
}

static bool
has_sums(const struct journal *j)
{
	return (j->incompat & (JOURNAL_CSUM_2 | JOURNAL_CSUM_3)) != 0;
}

/* The type of a block of this transaction; 0 when it is none. */
static uint32_t
type_of(struct bytes block, uint32_t sequence)
{
	struct cursor c = cur_open(block, "ext journal block");
	uint32_t magic = cur_u32be(&c, "h_magic");
	uint32_t type = cur_u32be(&c, "h_blocktype");
	uint32_t found = cur_u32be(&c, "h_sequence");

	return cur_ok(&c) && magic == JOURNAL_MAGIC && found == sequence ? type
									 : 0;
}

static struct tag
read_tag(const struct journal *j, struct cursor *c)
{
	struct tag t = { .block = cur_u32be(c, "t_blocknr") };

	if ((j->incompat & JOURNAL_CSUM_3) != 0) {
		t.flags = cur_u32be(c, "t_flags");
		t.block |= (uint64_t)cur_u32be(c, "t_blocknr_high") << 32;
		t.sum = cur_u32be(c, "t_checksum");
	} else {
		t.sum = cur_u16be(c, "t_checksum");
		t.flags = cur_u16be(c, "t_flags");
		if ((j->incompat & JOURNAL_64BIT) != 0)
			t.block |= (uint64_t)cur_u32be(c, "t_blocknr_high")
			    << 32;
		if ((j->incompat & JOURNAL_CSUM_2) != 0)
			cur_skip(c, 2, "padding");
	}
	if ((t.flags & TAG_SAME_UUID) == 0)
		cur_skip(c, UUID_LEN, "uuid");
	return t;
}

static bool
is_sum_right(const struct journal *j, const struct tag *t, uint32_t sequence,
    struct bytes data)
{
	uint8_t number[4];

	if (!has_sums(j))
		return true;
	for (size_t i = 0; i < sizeof(number); i++)
		number[i] = (uint8_t)(sequence >> (24 - 8 * i));
	uint32_t sum =
	    crc32c_add(j->seed, (struct bytes){ number, sizeof(number) });

	sum = crc32c_add(sum, data);
	return (j->incompat & JOURNAL_CSUM_3) != 0 ? sum == t->sum
						   : (sum & 0xffff) == t->sum;
}

static enum err
add_patch(struct journal *j, const struct ext_patch *patch)
{
	if (j->patch_count == j->patch_cap) {
		size_t cap = j->patch_cap == 0 ? 64 : 2 * j->patch_cap;

		if (cap > LIMIT_INDEX_LEN / sizeof(*j->patch))
			return ERR_LIMIT;
		void *more = realloc(j->patch, cap * sizeof(*j->patch));

		if (more == NULL)
			return ERR_MEMORY;
		j->patch = more;
		j->patch_cap = cap;
	}
	j->patch[j->patch_count++] = *patch;
	return ERR_OK;
}

static enum err
add_data(struct journal *j, const struct tag *t, uint32_t sequence,
    struct bytes data)
{
	static const uint8_t magic[] = { 0xc0, 0x3b, 0x39, 0x98 };
	struct ext_patch patch = { .block = t->block,
		.sequence = sequence,
		.order = j->patch_count,
		.data = data };

	if (data.len == 0 || !is_sum_right(j, t, sequence, data))
		return ERR_CHECKSUM;
	if ((t->flags & TAG_ESCAPED) != 0) {
		uint8_t *copy = arena_take(&j->fs->journal, data.len);

		if (copy == NULL)
			return ERR_LIMIT;
		memcpy(copy, data.ptr, data.len);
		memcpy(copy, magic, sizeof(magic));
		patch.data.ptr = copy;
	}
	return add_patch(j, &patch);
}

/* The blocks that a descriptor names; *number moves behind them. */
static enum err
read_descriptor(
    struct journal *j, struct bytes raw, uint32_t sequence, uint32_t *number)
{
	struct cursor c =
	    cur_open_at(bytes_slice(raw, 0, raw.len - (has_sums(j) ? 4 : 0)),
		HEADER_LEN, "ext journal descriptor");
	enum err ret = ERR_OK;

	/* It has a last tag, or is full. */
	while (cur_left(&c) >= 8) {
		struct tag t = read_tag(j, &c);

		if (!cur_ok(&c))
			return ret;
		*number = next_block(j, *number);
		if (j->collecting) {
			enum err err =
			    add_data(j, &t, sequence, block_of(j, *number));

			if (err != ERR_OK && err != ERR_CHECKSUM)
				return err;
			if (err != ERR_OK)
				ret = err;
		}
		if ((t.flags & TAG_LAST) != 0)
			break;
	}
	return ret;
}

/* Blocks that were freed, and must not come back from before. */
static enum err
read_revocations(struct journal *j, struct bytes raw, uint32_t sequence)
{
	struct cursor c =
	    cur_open_at(raw, HEADER_LEN, "ext journal revocations");
	size_t end = cur_u32be(&c, "r_count");
	bool wide = (j->incompat & JOURNAL_64BIT) != 0;

	while (cur_ok(&c) && c.pos + (wide ? 8 : 4) <= end) {
		struct ext_patch patch = { .sequence = sequence,
			.order = SIZE_MAX,
			.block = wide ? cur_u64be(&c, "block")
				      : cur_u32be(&c, "block") };
		enum err err = ERR_OK;

		if (cur_ok(&c) && j->collecting)
			err = add_patch(j, &patch);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

/*
 * Goes through the transactions before number `end`; without collecting, to
 * find the first that was not committed. Every block of the log is visited
 * once.
 */
static enum err
walk_log(struct journal *j, uint32_t end, uint32_t *ret_end)
{
	uint32_t sequence = j->sequence;
	uint32_t number = j->start;
	enum err ret = ERR_OK;

	for (uint32_t i = 0; i < j->end && sequence != end; i++) {
		struct bytes raw = block_of(j, number);
		enum err err = ERR_OK;

		switch (type_of(raw, sequence)) {
		case BLOCK_DESCRIPTOR:
			err = read_descriptor(j, raw, sequence, &number);
			break;
		case BLOCK_REVOKE:
			err = read_revocations(j, raw, sequence);
			break;
		case BLOCK_COMMIT:
			sequence++;
			break;
		default:
			*ret_end = sequence;
			return ret;
		}
		if (err != ERR_OK && err != ERR_CHECKSUM)
			return err;
		if (err != ERR_OK)
			ret = err;
		number = next_block(j, number);
	}
	*ret_end = sequence;
	return ret;
}

static int
compare_patches(const void *a, const void *b)
{
	const struct ext_patch *x = a;
	const struct ext_patch *y = b;

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	/* Numbers go round; what is in one log is not far apart. */
	if (x->sequence != y->sequence)
		return (int32_t)(x->sequence - y->sequence) < 0 ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Keeps of each block the newest, unless it was revoked then or later. */
static void
settle_patches(struct journal *j)
{
	size_t kept = 0;

	if (j->patch_count > 0)
		qsort(j->patch, j->patch_count, sizeof(*j->patch),
		    compare_patches);
	for (size_t i = 0; i < j->patch_count; i++) {
		const struct ext_patch *p = &j->patch[i];

		if (i + 1 < j->patch_count && p[1].block == p->block)
			continue;
		if (p->data.len > 0)
			j->patch[kept++] = *p;
	}
	j->patch_count = kept;
}

/* The fast commits behind the log have their own format: not read. */
static bool
has_fast_commits(const struct journal *j)
{
	struct bytes raw = block_of(j, j->end);

	return (j->incompat & JOURNAL_FAST_COMMIT) != 0 && raw.len > 0 &&
	    (raw.ptr[0] != 0 || raw.ptr[1] != 0);
}

enum err
ext_read_journal(struct ext *fs)
{
	struct journal j = { .fs = fs };
	enum err err;
	uint32_t end;

	if (fs->super.journal_ino == 0) /* it is on another device */
		return ERR_UNSUPPORTED;
	err = ext_read_inode(fs, fs->super.journal_ino, &j.inode);
	if (err == ERR_OK)
		err = read_super(&j);
	if (err != ERR_OK || j.start == 0)
		return err;
	err = walk_log(&j, j.sequence - 1, &end);
	if (err == ERR_OK)
		err = budget_take(fs->budget, (uint64_t)j.end * VISIT_COST);
	if (err != ERR_OK)
		return err;
	fs->journal = arena_open(LIMIT_INDEX_LEN);
	j.collecting = true;
	err = walk_log(&j, end, &end);
	if (err != ERR_OK && err != ERR_CHECKSUM) {
		free(j.patch);
		return err;
	}
	settle_patches(&j);
	if (err == ERR_OK && has_fast_commits(&j))
		err = ERR_UNSUPPORTED;
	fs->patch = j.patch;
	fs->patch_count = j.patch_count;
	return err;
}
