/* SPDX-License-Identifier: ISC */
/* Makes durable, and signs, what was replayed when a ledger was opened. */
#include "base/number.h"
#include "ledger/store_recover_private.h"

#include <string.h>

#define REWRITE_LEN ((size_t)1 << 20)

static const uint8_t unsigned_yet[SIGNATURE_LEN];

static struct bytes
tail_head(const struct ledger *l, uint64_t number)
{
	return bytes_slice(out_bytes(&l->now->heads),
	    (size_t)(number - l->now->first_head) * STORE_HEAD_LEN,
	    STORE_HEAD_LEN);
}

/* Finds the newest head whose signature is known. */
enum err
recovery_find_signed(struct recovery *r)
{
	struct ledger *l = r->l;
	uint64_t replayed = l->now->heads.len / STORE_HEAD_LEN;
	struct ledger_head head;
	enum err err = recovery_read_head(r, l->now->first_head - 1, &l->head);

	l->head_count = l->now->first_head;
	for (uint64_t i = 0; i < replayed && err == ERR_OK; i++) {
		err = store_decode_head(tail_head(l, l->head_count), &head);
		if (err != ERR_OK ||
		    memcmp(head.signature, unsigned_yet, SIGNATURE_LEN) == 0)
			break;
		l->head = head;
		l->head_count++;
	}
	if (err == ERR_OK)
		err = store_verify_head(l, &l->head);
	if (err == ERR_CHECKSUM)
		return recovery_refuse(
		    r, "wal: the newest signature is not of the ledger's key");
	return err;
}

/* Signs what is durable and was not signed, or whose signature was lost:
   Ed25519 gives the same one again. */
static enum err
sign_rest(struct ledger *l, struct ledger_why *why)
{
	struct out *heads = &l->now->heads;
	enum err err = ERR_OK;

	while (err == ERR_OK && l->head_count < l->next_number) {
		size_t at = (size_t)(l->head_count - l->now->first_head) *
		    STORE_HEAD_LEN;
		struct ledger_head head;

		err = store_decode_head(tail_head(l, l->head_count), &head);
		if (err == ERR_OK)
			err = store_sign_head(l, l->head_count, &head, why);
		if (err != ERR_OK)
			break;
		store_encode_head(&head, heads->ptr + at);
		l->head = head;
		l->head_count++;
	}
	return err;
}

/* Writes the log again as it was read: after a sync that failed, reading shows
   records that the disk may not hold, and nothing may be signed before it does.
   Bytes that are there are the same, so that this may be torn anywhere. */
static enum err
rewrite_log(struct recovery *r)
{
	size_t len = r->l->about.wal_len;
	enum err err = ERR_OK;

	for (size_t at = 0; at < len && err == ERR_OK; at += REWRITE_LEN) {
		size_t n = size_min(REWRITE_LEN, len - at);
		struct bytes in = { NULL, 0 };

		err = recovery_read_wal(r, at, n, &in);
		if (err == ERR_OK)
			err = store_write(r->l, STORE_WAL, at, in, r->why);
	}
	return err == ERR_OK ? store_sync(r->l, STORE_WAL, r->why) : err;
}

/* What was replayed is made durable in both places, then signed. */
enum err
recovery_settle(struct recovery *r)
{
	struct ledger *l = r->l;
	enum err err = ERR_OK;

	if (l->now->heads.len > 0)
		err = rewrite_log(r);
	if (err == ERR_OK)
		err = store_flush_data(l, l->now, r->why);
	if (err == ERR_OK)
		err = sign_rest(l, r->why);
	if (err == ERR_OK)
		err = store_flush_heads(l, l->now, r->why);
	if (err != ERR_OK)
		return err;
	l->durable_size = l->head.tree.size;
	l->durable_heads = l->head_count;
	store_tail_open(l->now, l->durable_size, l->durable_heads,
	    l->now->entries_at + l->now->entries.len);
	return store_begin_half(l, r->why);
}
