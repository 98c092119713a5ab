/* SPDX-License-Identifier: ISC */
/* Notes, checkpoints, cosignatures and proofs, written. Apart from reading, for
   this takes memory and libhallmark must not. */
#include "codec/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/cosignature_private.h"
#include "ledger/note.h"
#include "ledger/note_private.h"
#include "ledger/proof.h"

#include <assert.h>
#include <string.h>

void
note_put_base64(struct out *o, struct bytes in)
{
	size_t len = base64_text_len(BASE64_STANDARD, in.len);
	struct bytes text;
	uint8_t *room;

	if (in.len == 0)
		return;
	room = out_reserve(o, len);
	if (room != NULL &&
	    base64_encode(BASE64_STANDARD, in, room, len, &text) == ERR_OK)
		o->len += text.len;
}

void
note_put_line(
    struct out *o, struct bytes name, uint32_t key_id, struct bytes signature)
{
	uint8_t all[NOTE_KEY_ID_LEN + NOTE_SIGNATURE_MAX];

	assert(signature.len > 0 && signature.len <= NOTE_SIGNATURE_MAX);
	all[0] = (uint8_t)(key_id >> 24);
	all[1] = (uint8_t)(key_id >> 16);
	all[2] = (uint8_t)(key_id >> 8);
	all[3] = (uint8_t)key_id;
	memcpy(all + NOTE_KEY_ID_LEN, signature.ptr, signature.len);
	out_text(o, NOTE_LINE_START);
	out_put(o, name);
	out_text(o, " ");
	note_put_base64(
	    o, (struct bytes){ all, NOTE_KEY_ID_LEN + signature.len });
	out_text(o, "\n");
}

enum err
note_sign(struct out *o, const struct crypto_hooks *hooks, struct bytes name,
    const struct signer *signer, struct bytes text)
{
	uint8_t signature[SIGNATURE_LEN];
	enum err err;

	if (signer->key.curve != COSE_CURVE_ED25519)
		return ERR_UNSUPPORTED;
	err = signer->sign(signer->context, text, signature);
	if (err != ERR_OK)
		return err;
	note_put_line(o, name, vkey_id(hooks, VKEY_ED25519, name, &signer->key),
	    (struct bytes){ signature, sizeof(signature) });
	return o->failed;
}

void
checkpoint_put_text(
    struct out *o, struct bytes origin, const struct merkle_head *head)
{
	out_put(o, origin);
	out_text(o, "\n");
	out_decimal(o, head->size);
	out_text(o, "\n");
	note_put_base64(o, (struct bytes){ head->root.byte, SHA256_LEN });
	out_text(o, "\n");
}

enum err
checkpoint_sign(struct out *o, const struct crypto_hooks *hooks,
    struct bytes origin, const struct merkle_head *head,
    const struct signer *signer)
{
	struct out text = out_open(CHECKPOINT_TEXT_MAX);
	enum err err;

	checkpoint_put_text(&text, origin, head);
	err = text.failed;
	if (err == ERR_OK) {
		out_put(o, out_bytes(&text));
		out_text(o, "\n");
		err = note_sign(o, hooks, origin, signer, out_bytes(&text));
	}
	out_close(&text);
	return err;
}

enum err
cosignature_put(struct out *o, const struct crypto_hooks *hooks,
    struct bytes name, const struct signer *signer, uint64_t secs,
    struct bytes checkpoint_text)
{
	uint8_t message[COSIGNATURE_MESSAGE_MAX];
	uint8_t signature[COSIGNATURE_SECS_LEN + SIGNATURE_LEN];
	enum err err;

	if (signer->key.curve != COSE_CURVE_ED25519)
		return ERR_UNSUPPORTED;
	if (checkpoint_text.len > CHECKPOINT_TEXT_MAX || secs == 0 ||
	    secs > COSIGNATURE_SECS_MAX)
		return ERR_LIMIT;
	err = signer->sign(signer->context,
	    cosignature_message(secs, checkpoint_text, message),
	    signature + COSIGNATURE_SECS_LEN);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < COSIGNATURE_SECS_LEN; i++)
		signature[i] = (uint8_t)(secs >> (56 - 8 * i));
	note_put_line(o, name,
	    vkey_id(hooks, VKEY_COSIGNATURE, name, &signer->key),
	    (struct bytes){ signature, sizeof(signature) });
	return o->failed;
}

void
proof_put(struct out *o, struct bytes extra, uint64_t index,
    struct merkle_path path, struct bytes checkpoint)
{
	out_text(o, PROOF_HEADER);
	out_text(o, "\n");
	if (extra.len > 0) {
		out_text(o, PROOF_EXTRA);
		note_put_base64(o, extra);
		out_text(o, "\n");
	}
	out_text(o, PROOF_INDEX);
	out_decimal(o, index);
	out_text(o, "\n");
	for (size_t i = 0; i < path.count; i++) {
		note_put_base64(
		    o, (struct bytes){ path.hash[i].byte, SHA256_LEN });
		out_text(o, "\n");
	}
	out_text(o, "\n");
	out_put(o, checkpoint);
}
