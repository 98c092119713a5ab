/* SPDX-License-Identifier: ISC */
/* Heads: their record on disk, their signature, the copy kept elsewhere. */
#include "base/cursor.h"
#include "codec/crc.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/store_private.h"

#include <inttypes.h>
#include <string.h>

#define CRC_AT (STORE_HEAD_LEN - 4)
/* The copy has two places, used in turn: one of them is always whole. */
#define COPY_LEN (STORE_HEAD_LEN + SHA256_LEN)

static void
put_le(uint8_t *to, uint64_t value, unsigned len)
{
	for (unsigned i = 0; i < len; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

void
store_encode_head(const struct ledger_head *head, uint8_t ret[STORE_HEAD_LEN])
{
	memset(ret, 0, STORE_HEAD_LEN);
	put_le(ret, head->tree.size, 8);
	put_le(ret + 8, head->time_usecs, 8);
	memcpy(ret + 16, head->tree.root.byte, SHA256_LEN);
	memcpy(ret + 48, head->signature, SIGNATURE_LEN);
	put_le(ret + CRC_AT, crc32_of((struct bytes){ ret, CRC_AT }), 4);
}

enum err
store_decode_head(struct bytes in, struct ledger_head *ret)
{
	struct ledger_head head = { 0 };
	struct cursor c =
	    cur_open(bytes_slice(in, 0, STORE_HEAD_LEN), "ledger heads");

	head.tree.size = cur_u64le(&c, "size");
	head.time_usecs = cur_u64le(&c, "time");
	struct bytes root = cur_bytes(&c, SHA256_LEN, "root");
	struct bytes signature = cur_bytes(&c, SIGNATURE_LEN, "signature");

	cur_skip(&c, CRC_AT - 48 - SIGNATURE_LEN, "zero");
	uint32_t crc = cur_u32le(&c, "checksum");

	if (!cur_ok(&c) || crc != crc32_of(bytes_slice(in, 0, CRC_AT)) ||
	    head.tree.size > STORE_SIZE_MAX)
		return ERR_CHECKSUM;
	memcpy(head.tree.root.byte, root.ptr, SHA256_LEN);
	memcpy(head.signature, signature.ptr, SIGNATURE_LEN);
	*ret = head;
	return ERR_OK;
}

/* On stable storage elsewhere, before anybody sees a signature. */
static enum err
write_copy(const struct ledger *l, const struct ledger_head *head,
    uint64_t number, struct ledger_why *why)
{
	const struct folder *copy = l->world.copy;
	uint64_t at = (number & 1) * STORE_BLOCK_LEN;
	uint8_t record[COPY_LEN];
	struct bytes rest = { record, sizeof(record) };
	const char *reason = "";
	enum err err = ERR_OK;

	if (!l->copy_is_open)
		return ERR_OK;
	store_encode_head(head, record);
	memcpy(record + STORE_HEAD_LEN, l->about.id, SHA256_LEN);
	while (err == ERR_OK && rest.len > 0) {
		size_t done = 0;

		err = copy->write(
		    copy->context, l->copy_file, at, rest, &done, &reason);
		if (err == ERR_OK && done == 0)
			err = ERR_SYSTEM; /* else it would never end */
		at += done;
		rest = bytes_from(rest, done);
	}
	if (err == ERR_OK)
		err = copy->sync(copy->context, l->copy_file, &reason);
	if (err == ERR_OK)
		return ERR_OK;
	store_say(
	    why, "the copy of the newest head cannot be written: %s", reason);
	return ERR_SYSTEM;
}

enum err
store_sign_head(const struct ledger *l, uint64_t number,
    struct ledger_head *head, struct ledger_why *why)
{
	const struct signer *signer = l->world.signer;
	struct out text = out_open(CHECKPOINT_TEXT_MAX);
	enum err err = write_copy(l, head, number, why);

	if (err != ERR_OK)
		return err;
	checkpoint_put_text(&text, ledger_origin(l), &head->tree);
	err = text.failed;
	if (err == ERR_OK) {
		err = signer->sign(
		    signer->context, out_bytes(&text), head->signature);
		if (err != ERR_OK)
			store_say(why, "the key cannot sign");
	}
	out_close(&text);
	return err;
}

enum err
store_verify_head(const struct ledger *l, const struct ledger_head *head)
{
	struct out text = out_open(CHECKPOINT_TEXT_MAX);

	checkpoint_put_text(&text, ledger_origin(l), &head->tree);
	enum err err = text.failed;

	if (err == ERR_OK &&
	    !l->world.hooks->ed25519_verify(l->world.hooks->context,
		l->about.key.point, out_bytes(&text), head->signature))
		err = ERR_CHECKSUM;
	out_close(&text);
	return err;
}

/* One of the two places; ERR_END when nothing whole is there. */
static enum err
read_copy(const struct ledger *l, unsigned place, struct ledger_head *ret,
    struct ledger_why *why)
{
	const struct folder *copy = l->world.copy;
	uint8_t record[COPY_LEN];
	size_t len = 0;

	while (len < sizeof(record)) {
		const char *reason = "";
		size_t got = 0;
		enum err err = copy->read(copy->context, l->copy_file,
		    place * STORE_BLOCK_LEN + len, record + len,
		    sizeof(record) - len, &got, &reason);

		if (err != ERR_OK) {
			store_say(why,
			    "the copy of the newest head cannot be read: %s",
			    reason);
			return ERR_SYSTEM;
		}
		if (got == 0)
			return ERR_END;
		len += got;
	}
	struct bytes in = { record, sizeof(record) };

	if (store_decode_head(in, ret) != ERR_OK)
		return ERR_END; /* torn while it was written */
	if (memcmp(record + STORE_HEAD_LEN, l->about.id, SHA256_LEN) != 0) {
		store_say(why,
		    "the copy of the newest head is of another "
		    "ledger");
		return ERR_CHECKSUM;
	}
	return ERR_OK;
}

/* Whether the head in the copy is one of this ledger's past. */
static enum err
check_copy(struct ledger *l, const struct ledger_head *copy,
    const struct merkle_head *newest, struct ledger_why *why)
{
	struct merkle_nodes nodes = { store_read_node, l };
	struct merkle_hash root = newest->root;

	if (copy->tree.size > newest->size) {
		store_say(why,
		    "a head of %" PRIu64 " entries was signed, but there are "
		    "only %" PRIu64 ": an older state was restored",
		    copy->tree.size, newest->size);
		return ERR_CHECKSUM;
	}
	if (copy->tree.size < newest->size) {
		enum err err = merkle_hash_of(
		    l->world.hooks, &nodes, 0, copy->tree.size, &root);

		if (err != ERR_OK) {
			store_say(why, "a root cannot be computed");
			return err;
		}
	}
	if (merkle_equal(&root, &copy->tree.root))
		return ERR_OK;
	store_say(why,
	    "the head of %" PRIu64 " entries in the copy is another one",
	    copy->tree.size);
	return ERR_CHECKSUM;
}

enum err
store_open_copy(
    struct ledger *l, const struct merkle_head *newest, struct ledger_why *why)
{
	const struct folder *copy = l->world.copy;
	bool writes = l->world.signer != NULL;
	const char *reason = "";
	enum err err;

	if (copy == NULL)
		return ERR_OK;
	err = copy->open(copy->context, LEDGER_COPY,
	    writes ? FOLDER_WRITE : FOLDER_READ, &l->copy_file, &reason);
	if (err == ERR_MALFORMED && !writes)
		return ERR_OK; /* none was made yet */
	if (err == ERR_MALFORMED) {
		err = copy->open(copy->context, LEDGER_COPY, FOLDER_NEW,
		    &l->copy_file, &reason);
		if (err == ERR_OK)
			err = copy->sync_names(copy->context, &reason);
	}
	if (err != ERR_OK) {
		store_say(why,
		    "the copy of the newest head cannot be opened: %s", reason);
		return err;
	}
	l->copy_is_open = true;
	for (unsigned place = 0; place < 2 && err == ERR_OK; place++) {
		struct ledger_head head;

		err = read_copy(l, place, &head, why);
		if (err == ERR_OK)
			err = check_copy(l, &head, newest, why);
		else if (err == ERR_END)
			err = ERR_OK;
	}
	return err;
}
