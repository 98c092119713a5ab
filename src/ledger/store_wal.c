/* SPDX-License-Identifier: ISC */
/* The write-ahead log's blocks, made and read: man page hallmark-ledger(5). */
#include "base/cursor.h"
#include "codec/crc.h"
#include "ledger/store_private.h"

#include <string.h>

#define HALF_MAGIC "hmledWAL"
#define SLOT_MAGIC "hmledSIG"
#define RECORD_MAGIC "hmledREC"
#define MAGIC_LEN 8
#define HALF_LEN 256 /* of the block; the rest is zero */
#define CRC_LEN 4
/* What the digest covers of a record's header: all in front of it. */
#define DIGEST_AT 88

/* A writer over room of fixed length, which is zero where nothing is put. */
struct pen {
	uint8_t *to;
	size_t at;
};

static void
put_bytes(struct pen *p, const void *in, size_t len)
{
	memcpy(p->to + p->at, in, len);
	p->at += len;
}

static void
put_u64(struct pen *p, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		p->to[p->at++] = (uint8_t)(value >> 8 * i);
}

static void
put_u32(struct pen *p, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		p->to[p->at++] = (uint8_t)(value >> 8 * i);
}

/* In the last four bytes, over all before. */
static void
seal(uint8_t *block, size_t len)
{
	struct pen p = { block, len - CRC_LEN };

	put_u32(&p, crc32_of((struct bytes){ block, len - CRC_LEN }));
}

/* Whether block, magic and checksum agree; the cursor stands behind the
   magic. */
static bool
open_sealed(struct bytes in, size_t len, const char *magic, struct cursor *ret)
{
	struct bytes block = bytes_slice(in, 0, len);
	struct cursor c = cur_open_at(block, len - CRC_LEN, "ledger wal");

	if (cur_u32le(&c, "checksum") !=
		crc32_of(bytes_slice(block, 0, len - CRC_LEN)) ||
	    !cur_ok(&c))
		return false;
	cur_seek(&c, 0, "magic");
	if (!bytes_equal_text(cur_bytes(&c, MAGIC_LEN, "magic"), magic))
		return false;
	*ret = c;
	return true;
}

static void
read_into(struct cursor *c, uint8_t *ret, size_t len, const char *field)
{
	struct bytes in = cur_bytes(c, len, field);

	if (in.len == len)
		memcpy(ret, in.ptr, len);
}

void
store_encode_half(const struct store_half *half, const uint8_t id[SHA256_LEN],
    uint8_t ret[STORE_BLOCK_LEN])
{
	struct pen p = { ret, 0 };

	memset(ret, 0, STORE_BLOCK_LEN);
	put_bytes(&p, HALF_MAGIC, MAGIC_LEN);
	put_u64(&p, half->generation);
	put_u64(&p, half->base.size);
	put_u64(&p, half->base_heads);
	put_u64(&p, half->durable_size);
	put_u64(&p, half->durable_heads);
	put_bytes(&p, half->base.root.byte, SHA256_LEN);
	put_bytes(&p, id, SHA256_LEN);
	seal(ret, HALF_LEN);
}

enum err
store_decode_half(
    struct bytes in, const uint8_t id[SHA256_LEN], struct store_half *ret)
{
	struct store_half half = { 0 };
	uint8_t its_id[SHA256_LEN] = { 0 };
	struct cursor c;

	if (!open_sealed(in, HALF_LEN, HALF_MAGIC, &c))
		return ERR_CHECKSUM;
	half.generation = cur_u64le(&c, "generation");
	half.base.size = cur_u64le(&c, "base");
	half.base_heads = cur_u64le(&c, "base heads");
	half.durable_size = cur_u64le(&c, "durable entries");
	half.durable_heads = cur_u64le(&c, "durable heads");
	read_into(&c, half.base.root.byte, SHA256_LEN, "root");
	read_into(&c, its_id, SHA256_LEN, "ledger");
	if (memcmp(its_id, id, SHA256_LEN) != 0)
		return ERR_MALFORMED; /* another ledger's */
	if (half.generation == 0 || half.generation == UINT64_MAX ||
	    half.base.size > STORE_SIZE_MAX ||
	    half.durable_size > half.base.size || half.durable_heads == 0 ||
	    half.durable_heads > half.base_heads ||
	    half.base_heads > STORE_SIZE_MAX)
		return ERR_MALFORMED;
	*ret = half;
	return ERR_OK;
}

void
store_encode_slot(const struct store_slot *slot, uint8_t ret[STORE_SLOT_LEN])
{
	struct pen p = { ret, 0 };

	memset(ret, 0, STORE_SLOT_LEN);
	put_bytes(&p, SLOT_MAGIC, MAGIC_LEN);
	put_u64(&p, slot->number);
	put_bytes(&p, slot->signature, SIGNATURE_LEN);
	seal(ret, STORE_SLOT_LEN);
}

enum err
store_decode_slot(struct bytes in, struct store_slot *ret)
{
	struct store_slot slot = { 0 };
	struct cursor c;

	if (!open_sealed(in, STORE_SLOT_LEN, SLOT_MAGIC, &c))
		return ERR_CHECKSUM;
	slot.number = cur_u64le(&c, "head");
	read_into(&c, slot.signature, SIGNATURE_LEN, "signature");
	*ret = slot;
	return ERR_OK;
}

void
store_encode_record(const struct store_record *record,
    uint8_t ret[STORE_RECORD_LEN - STORE_SLOT_LEN])
{
	struct pen p = { ret, 0 };

	memset(ret, 0, STORE_RECORD_LEN - STORE_SLOT_LEN);
	put_bytes(&p, RECORD_MAGIC, MAGIC_LEN);
	put_u64(&p, record->generation);
	put_u64(&p, record->number);
	put_u64(&p, record->first);
	put_u64(&p, record->head.time_usecs);
	put_u32(&p, (uint32_t)record->count);
	put_u32(&p, (uint32_t)record->body_len);
	put_u64(&p, record->durable);
	put_bytes(&p, record->head.tree.root.byte, SHA256_LEN);
	put_bytes(&p, record->digest, SHA256_LEN);
	seal(ret, STORE_RECORD_LEN - STORE_SLOT_LEN);
}

enum err
store_decode_record(struct bytes in, struct store_record *ret)
{
	struct store_record record = { 0 };
	struct cursor c;

	if (!open_sealed(
		in, STORE_RECORD_LEN - STORE_SLOT_LEN, RECORD_MAGIC, &c))
		return ERR_CHECKSUM;
	record.generation = cur_u64le(&c, "generation");
	record.number = cur_u64le(&c, "head");
	record.first = cur_u64le(&c, "first");
	record.head.time_usecs = cur_u64le(&c, "time");
	record.count = cur_u32le(&c, "entries");
	record.body_len = cur_u32le(&c, "length");
	record.durable = cur_u64le(&c, "durable heads");
	read_into(&c, record.head.tree.root.byte, SHA256_LEN, "root");
	read_into(&c, record.digest, SHA256_LEN, "digest");
	if (record.count == 0 || record.count > LEDGER_BATCH_MAX ||
	    record.body_len > LEDGER_BATCH_LEN_MAX ||
	    record.body_len < 2 * record.count ||
	    record.durable > record.number ||
	    record.first > STORE_SIZE_MAX - record.count)
		return ERR_MALFORMED;
	record.head.tree.size = record.first + record.count;
	*ret = record;
	return ERR_OK;
}

void
store_digest(const struct crypto_hooks *hooks,
    const struct store_record *record, const struct merkle_hash *leaf,
    uint8_t ret[SHA256_LEN])
{
	uint8_t header[STORE_RECORD_LEN - STORE_SLOT_LEN];
	struct bytes part[2] = {
		{ header, DIGEST_AT },
		{ leaf->byte, record->count * sizeof(*leaf) },
	};

	store_encode_record(record, header);
	hooks->sha256(hooks->context, part, 2, ret);
}

enum err
store_begin_half(struct ledger *l, struct ledger_why *why)
{
	uint8_t block[STORE_BLOCK_LEN];
	struct store_half half = {
		.generation = l->wal.generation + 1,
		.base = l->head.tree,
		.base_heads = l->head_count,
		.durable_size = l->durable_size,
		.durable_heads = l->durable_heads,
	};
	uint64_t at = (half.generation & 1) * l->wal.half_len;

	store_encode_half(&half, l->about.id, block);
	enum err err = store_write(
	    l, STORE_WAL, at, (struct bytes){ block, sizeof(block) }, why);

	if (err == ERR_OK)
		err = store_sync(l, STORE_WAL, why);
	if (err != ERR_OK)
		return err;
	l->wal.generation = half.generation;
	l->wal.at = STORE_BLOCK_LEN;
	return ERR_OK;
}
