/* SPDX-License-Identifier: ISC */
/* Cosignatures: a time in front of the signature, and in what is signed. */
#include "ledger/cosignature.h"

#include "base/cursor.h"
#include "ledger/cosignature_private.h"
#include "ledger/note_private.h"

#include <string.h>

#define MLDSA44_SIGNATURE_LEN 2420

static size_t
put(uint8_t *to, size_t at, struct bytes in)
{
	memcpy(to + at, in.ptr, in.len);
	return at + in.len;
}

struct bytes
cosignature_message(
    uint64_t secs, struct bytes text, uint8_t ret[COSIGNATURE_MESSAGE_MAX])
{
	uint8_t digits[20];
	size_t from = sizeof(digits);
	size_t len = 0;

	do {
		digits[--from] = (uint8_t)('0' + secs % 10);
		secs /= 10;
	} while (secs > 0);
	len = put(ret, len, BYTES("cosignature/v1\ntime "));
	len = put(
	    ret, len, (struct bytes){ digits + from, sizeof(digits) - from });
	len = put(ret, len, BYTES("\n"));
	len = put(ret, len, text);
	return (struct bytes){ ret, len };
}

/* Type 04: u64 time, 64 bytes. */
static enum note_finding
judge_v1(const struct crypto_hooks *hooks, const struct checkpoint *checkpoint,
    struct bytes in, const struct vkey *key, uint64_t *ret_secs)
{
	struct cursor c = cur_open(in, "cosignature");
	uint64_t secs = cur_u64be(&c, "time");
	struct bytes signature = cur_bytes(&c, SIGNATURE_LEN, "signature");
	uint8_t room[COSIGNATURE_MESSAGE_MAX];

	if (!cur_ok(&c) || cur_left(&c) > 0 || secs > COSIGNATURE_SECS_MAX ||
	    checkpoint->text.len > CHECKPOINT_TEXT_MAX)
		return NOTE_BAD;
	if (!hooks->ed25519_verify(hooks->context, key->key.point,
		cosignature_message(secs, checkpoint->text, room),
		signature.ptr))
		return NOTE_BAD;
	*ret_secs = secs;
	return NOTE_GOOD;
}

/* RFC 6962 §3.5: TreeHeadSignature, version v1, signature type tree_hash. */
static struct bytes
write_tree_head(
    uint64_t millis, const struct merkle_head *head, uint8_t ret[50])
{
	ret[0] = 0;
	ret[1] = 1;
	for (size_t i = 0; i < 8; i++) {
		ret[2 + i] = (uint8_t)(millis >> (56 - 8 * i));
		ret[10 + i] = (uint8_t)(head->size >> (56 - 8 * i));
	}
	memcpy(ret + 18, head->root.byte, SHA256_LEN);
	return (struct bytes){ ret, 50 };
}

/* Type 05 (static-ct-api): u64 time in milliseconds, then a digitally-signed
   of RFC 5246 §4.7: SHA-256 (4), ECDSA (3), length and DER. */
static enum note_finding
judge_rfc6962(const struct crypto_hooks *hooks,
    const struct checkpoint *checkpoint, struct bytes in,
    const struct vkey *key, uint64_t *ret_secs)
{
	struct cursor c = cur_open(in, "RFC 6962 signature");
	uint64_t millis = cur_u64be(&c, "time");
	uint16_t algorithm = cur_u16be(&c, "algorithm");
	uint16_t len = cur_u16be(&c, "length");
	uint8_t room[50];

	if (!cur_ok(&c) || len == 0 || len != cur_left(&c) ||
	    algorithm != 0x0403)
		return NOTE_BAD;
	if (!note_verifies(hooks, key,
		write_tree_head(millis, &checkpoint->head, room),
		cur_bytes(&c, len, "signature")))
		return NOTE_BAD;
	*ret_secs = millis / 1000;
	return NOTE_GOOD;
}

enum note_finding
cosignature_judge(const struct crypto_hooks *hooks,
    const struct checkpoint *checkpoint, const struct note_signature *signature,
    const struct vkey *key, uint64_t *ret_secs)
{
	uint8_t room[NOTE_SIGNATURE_MAX];
	struct bytes bytes;
	enum note_finding found;

	if (!note_is_of(signature, key))
		return NOTE_OTHER_KEY;
	if (key->type == VKEY_MLDSA44 &&
	    signature->len != COSIGNATURE_SECS_LEN + MLDSA44_SIGNATURE_LEN)
		return NOTE_BAD;
	if (!key->usable) {
		*ret_secs = 0;
		return NOTE_UNREAD;
	}
	if (key->type != VKEY_COSIGNATURE && key->type != VKEY_RFC6962) {
		found = note_judge(hooks, checkpoint->text, signature, key);
		if (found == NOTE_GOOD || found == NOTE_UNREAD)
			*ret_secs = 0;
		return found;
	}
	if (note_signature_bytes(signature, room, &bytes) != ERR_OK)
		return NOTE_BAD;
	if (key->type == VKEY_COSIGNATURE)
		return judge_v1(hooks, checkpoint, bytes, key, ret_secs);
	return judge_rfc6962(hooks, checkpoint, bytes, key, ret_secs);
}
