/* SPDX-License-Identifier: ISC */
/* Asks for entry and receipt and puts them into the small form. */
#include "registry/label_text.h"

#include "label/compact_text.h"
#include "ledger/receipt.h"

#include <string.h>

/* Of the arena: the call has room for what was asked before. */
static enum err
ask(struct route_call *call, enum registry_ask what, uint64_t index,
    struct bytes *ret)
{
	const struct registry_question question = {
		.ask = what,
		.by = REGISTRY_BY_INDEX,
		.number = index,
	};
	struct registry_reply reply;
	enum err err = route_ask(call, &question, &reply);

	if (err == ERR_OK)
		*ret = reply.bytes;
	return err;
}

/* The first eight hashes of the path are those inside the tile, once that is
   full: they never change. */
static enum err
take_proof(struct route_call *call, uint64_t index, struct compact *compact)
{
	struct bytes bytes;
	struct receipt receipt;
	struct fault fault;
	enum err err = ask(call, REGISTRY_ASK_RECEIPT, index, &bytes);

	if (err != ERR_OK)
		return err;
	if (receipt_read(bytes, &receipt, &fault) != ERR_OK ||
	    receipt.kind != RECEIPT_INCLUSION || receipt.index != index)
		return ERR_SYSTEM;
	if ((index | 0xff) >= receipt.size || receipt.path.count < 8)
		return ERR_OK;
	compact->proof = arena_copy(call->arena,
	    (struct bytes){ receipt.path.hash[0].byte, COMPACT_PROOF_LEN });
	return compact->proof.len > 0 ? ERR_OK : ERR_MEMORY;
}

enum err
label_text_compact(struct route_call *call, uint64_t index, struct compact *ret)
{
	struct compact compact;
	struct bytes entry;
	struct fault fault;
	enum err err = ask(call, REGISTRY_ASK_ENTRY, index, &entry);

	if (err != ERR_OK)
		return err;
	if (compact_from_statement(
		entry, &crypto_hooks_default, &compact, &fault) != ERR_OK)
		return ERR_END;
	compact.logged = true;
	compact.index = index;
	err = take_proof(call, index, &compact);
	if (err == ERR_OK)
		*ret = compact;
	return err;
}

/* What stands between "https://" and a path. */
static struct bytes
host_of(struct bytes uri)
{
	size_t at = bytes_find(uri, BYTES("://"), 0);
	struct bytes host = at == SIZE_MAX ? uri : bytes_from(uri, at + 3);

	return bytes_slice(host, 0, bytes_find_byte(host, '/', 0));
}

enum err
label_text_make(struct route_call *call, uint64_t index, struct bytes *ret)
{
	uint8_t *room = arena_take(call->arena, COMPACT_MAX_LEN);
	uint8_t *text = arena_take(call->arena, COMPACT_TEXT_MAX_LEN);
	struct compact compact;
	enum err err = label_text_compact(call, index, &compact);

	if (err != ERR_OK)
		return err;
	if (room == NULL || text == NULL)
		return ERR_MEMORY;
	struct cbor_writer w = cbor_writer_open(room, COMPACT_MAX_LEN);

	compact_put(&w, &compact);
	if (w.failed)
		return ERR_LIMIT;
	err = compact_to_url(cbor_written(&w),
	    host_of(call->registry->wish.base_uri), text, ret);
	return err == ERR_OK ? err
			     : compact_to_text(cbor_written(&w), text, ret);
}
