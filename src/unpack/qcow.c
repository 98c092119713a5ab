/* SPDX-License-Identifier: ISC */
/* QEMU's copy-on-write disks: a table of tables of clusters. */
#include "base/cursor.h"
#include "base/limits.h"
#include "base/number.h"
#include "codec/decompress.h"
#include "unpack/disks.h"

#include <stdlib.h>
#include <string.h>

#define CLUSTER_BITS_MIN 9
#define CLUSTER_BITS_MAX 21
#define HEADER_2_LEN 72
#define OFFSET_MASK UINT64_C(0x00fffffffffffe00)
#define ENTRY_COMPRESSED (UINT64_C(1) << 62)
#define ENTRY_ZERO UINT64_C(1)
/* Incompatible features: dirty, corrupt and a compression type change nothing
   about where the clusters are. */
#define FEATURES_READ UINT64_C(0xb)
#define SECTOR_LEN 512

struct header {
	uint32_t version;
	bool backed; /* by another file */
	unsigned bits;
	uint64_t size; /* of the disk */
	uint32_t encryption;
	uint32_t l1_count;
	uint64_t l1_at;
	uint64_t features;
	bool zstd;
};

struct qcow {
	struct bytes in;
	struct budget *budget;
	struct header header;
	uint8_t *disk; /* owned */
	bool given;
};

static enum err
read_header(struct bytes in, struct header *ret)
{
	struct cursor c = cur_open(in, "qcow header");
	struct header h = { 0 };
	uint32_t header_len = HEADER_2_LEN;

	if (cur_u32be(&c, "magic") != 0x514649fb)
		cur_fail(&c, ERR_MALFORMED, 0, "magic");
	h.version = cur_u32be(&c, "version");
	h.backed = cur_u64be(&c, "backing_file_offset") != 0;
	(void)cur_u32be(&c, "backing_file_size");
	h.bits = cur_u32be(&c, "cluster_bits");
	h.size = cur_u64be(&c, "size");
	h.encryption = cur_u32be(&c, "crypt_method");
	h.l1_count = cur_u32be(&c, "l1_size");
	h.l1_at = cur_u64be(&c, "l1_table_offset");
	cur_skip(&c, 24, "refcount_table_offset … snapshots_offset");
	if (h.version == 3) {
		h.features = cur_u64be(&c, "incompatible_features");
		cur_skip(&c, 20, "compatible_features … refcount_order");
		header_len = cur_u32be(&c, "header_length");
		if (header_len > 104)
			h.zstd = cur_u8(&c, "compression_type") == 1;
	}
	if (!cur_ok(&c))
		return c.fault.code;
	if (h.version < 1 || h.version > 3)
		return ERR_MALFORMED;
	if (h.version > 1 &&
	    (h.bits < CLUSTER_BITS_MIN || h.bits > CLUSTER_BITS_MAX ||
		header_len < HEADER_2_LEN))
		return ERR_MALFORMED;
	*ret = h;
	return ERR_OK;
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct header h;
	enum err err = read_header(in, &h);

	if (err != ERR_OK)
		return err;
	*ret = (struct format_info){ .size = in.len };
	format_detail(ret, "version %u", h.version);
	if (h.version == 1)
		return ERR_OK;
	ret->encrypted = h.encryption != 0 ? ANSWER_YES : ANSWER_NO;
	format_detail(ret, ", disk of %llu bytes, clusters of %u",
	    (unsigned long long)h.size, 1u << h.bits);
	if (h.backed)
		format_detail(ret, ", on top of another file");
	return ERR_OK;
}

static enum err
open_qcow(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct header h;
	enum err err = read_header(in, &h);

	if (err != ERR_OK)
		return err;
	if (h.version > 1 && h.encryption != 0)
		return ERR_ENCRYPTED;
	if (h.version == 1 || h.backed || (h.features & ~FEATURES_READ) != 0)
		return ERR_UNSUPPORTED;
	struct qcow *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return ERR_MEMORY;
	q->in = in;
	q->budget = budget;
	q->header = h;
	*ret_handle = q;
	return ERR_OK;
}

static uint64_t
entry_at(const struct qcow *q, uint64_t table, uint64_t number, bool *ret_there)
{
	*ret_there = table <= q->in.len && number <= q->in.len / 8 &&
	    table + number * 8 + 8 <= q->in.len;
	if (!*ret_there)
		return 0;
	struct cursor c =
	    cur_open_at(q->in, (size_t)(table + number * 8), "qcow table");

	return cur_u64be(&c, "entry");
}

/* The entry of a cluster of the disk; 0: there is nothing of it. */
static uint64_t
find_cluster(const struct qcow *q, uint64_t number, bool *ret_there)
{
	unsigned bits = q->header.bits - 3; /* entries in a table */
	uint64_t first = number >> bits;

	*ret_there = true;
	if (first >= q->header.l1_count)
		return 0;
	uint64_t table =
	    entry_at(q, q->header.l1_at, first, ret_there) & OFFSET_MASK;

	if (!*ret_there || table == 0)
		return 0;
	return entry_at(
	    q, table, number & ((UINT64_C(1) << bits) - 1), ret_there);
}

static bool
is_hole(uint64_t entry)
{
	return (entry & ENTRY_COMPRESSED) == 0 &&
	    ((entry & OFFSET_MASK) == 0 || (entry & ENTRY_ZERO) != 0);
}

/* Some of a cluster, its first `len` bytes, into `to`. */
static enum err
read_cluster(const struct qcow *q, uint64_t entry, uint8_t *to, size_t len)
{
	unsigned shift = 62 - (q->header.bits - 8);
	uint64_t at = entry & OFFSET_MASK;
	uint64_t stored = len;
	bool packed = (entry & ENTRY_COMPRESSED) != 0;

	if (packed) {
		at = entry & ((UINT64_C(1) << shift) - 1);
		stored = (entry >> shift &
			     ((UINT64_C(1) << (q->header.bits - 8)) - 1)) +
		    1;
		stored = stored * SECTOR_LEN - at % SECTOR_LEN;
	}
	if (at >= q->in.len)
		return ERR_TRUNCATED;
	/* The last sector of a packed one may be cut. */
	struct bytes data = bytes_slice(q->in, (size_t)at, (size_t)stored);

	if (packed)
		return block_decode_start(
		    q->header.zstd ? START_ZSTD : START_DEFLATE, data, to, len);
	if (data.len > 0)
		memcpy(to, data.ptr, data.len);
	return data.len == len ? ERR_OK : ERR_TRUNCATED;
}

/* Bytes up to the last cluster that holds something; the rest is zeros. */
static uint64_t
content_len(const struct qcow *q, uint64_t clusters)
{
	bool there;

	while (clusters > 0 && is_hole(find_cluster(q, clusters - 1, &there)) &&
	    there)
		clusters--;
	uint64_t len = clusters << q->header.bits;

	return len < q->header.size ? len : q->header.size;
}

static enum err
next_qcow(void *handle, struct node *ret)
{
	struct qcow *q = handle;
	const struct header *h = &q->header;
	size_t cluster_len = (size_t)1 << h->bits;
	struct node node = { .kind = NODE_PAYLOAD, .size = h->size };
	uint64_t most = h->size < LIMIT_FILE_LEN ? h->size : LIMIT_FILE_LEN;

	if (q->given)
		return ERR_END;
	q->given = true;
	if (h->size > LIMIT_FILE_LEN)
		node_fail(&node, ERR_LIMIT, 24, "qcow", "size");
	size_t len =
	    (size_t)content_len(q, (most + cluster_len - 1) >> h->bits);

	len = size_min(len, (size_t)most);
	if (node.fault.code == ERR_OK)
		node.size = len; /* nothing but zeros behind it */
	if (budget_take(q->budget, len) != ERR_OK)
		return ERR_LIMIT;
	q->disk = calloc(1, len + 1); /* + 1: none of 0 bytes */
	if (q->disk == NULL)
		return ERR_MEMORY;
	for (size_t at = 0; at < len; at += cluster_len) {
		bool there;
		uint64_t entry = find_cluster(q, at >> h->bits, &there);
		enum err err = there ? ERR_OK : ERR_TRUNCATED;

		if (err == ERR_OK && !is_hole(entry))
			err = read_cluster(q, entry, q->disk + at,
			    size_min(cluster_len, len - at));
		if (err == ERR_MEMORY)
			return err;
		if (err != ERR_OK)
			node_fail(&node, err, at, "qcow", "cluster");
	}
	node.content = (struct bytes){ q->disk, len };
	*ret = node;
	return ERR_OK;
}

static size_t
used_qcow(void *handle)
{
	const struct qcow *q = handle;

	return q->in.len;
}

static void
close_qcow(void *handle)
{
	struct qcow *q = handle;

	if (q == NULL)
		return;
	free(q->disk);
	free(q);
}

const struct format qcow_format = {
	.name = "qcow",
	.magic = { MAGIC(0, "QFI\xfb") },
	.only_at_start = true,
	.probe = probe,
	.open = open_qcow,
	.next = next_qcow,
	.used = used_qcow,
	.close = close_qcow,
};
