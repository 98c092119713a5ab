/* SPDX-License-Identifier: ISC */
/* Signed notes: the form first, the signatures when somebody has keys. */
#include "ledger/note.h"

#include "base/cursor.h"
#include "base/text.h"
#include "codec/base64.h"
#include "ledger/note_private.h"

#include <assert.h>
#include <string.h>

/* Characters of base64 that are decoded at a time, and their bytes. */
#define CHUNK_TEXT 256
#define CHUNK_LEN 192

static enum err
fail(struct fault *ret_fault, enum err code, size_t at, const char *field)
{
	*ret_fault = (struct fault){ code, at, "signed note", field };
	return code;
}

static uint32_t
read_u32be(const uint8_t *in)
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 |
	    (uint32_t)in[2] << 8 | in[3];
}

bool
note_check_base64(struct bytes in, size_t *ret_len, uint32_t *ret_first)
{
	uint8_t room[CHUNK_LEN];
	uint32_t first = 0;
	size_t len = 0;

	for (size_t at = 0; at < in.len; at += CHUNK_TEXT) {
		struct bytes chunk = bytes_slice(in, at, CHUNK_TEXT);
		struct bytes part;
		size_t wrong;

		if (base64_decode(BASE64_STANDARD, chunk, room, sizeof(room),
			&part, &wrong) != ERR_OK)
			return false;
		if (at + CHUNK_TEXT < in.len && part.len < CHUNK_LEN)
			return false; /* padding, and more behind it */
		if (at == 0 && part.len >= NOTE_KEY_ID_LEN)
			first = read_u32be(part.ptr);
		len += part.len;
	}
	*ret_len = len;
	*ret_first = first;
	return true;
}

/* Takes a line off *rest; what is wrong with it, or NULL. */
static const char *
take_line(struct bytes *rest, struct note_signature *ret)
{
	size_t end = bytes_find_byte(*rest, '\n', 0);
	struct bytes start = BYTES(NOTE_LINE_START);
	struct bytes line;
	size_t blank;

	if (end == SIZE_MAX)
		return "newline behind a signature";
	line = bytes_slice(*rest, 0, end);
	if (!bytes_starts(line, start))
		return "em dash of a signature";
	blank = bytes_find_byte(line, ' ', start.len);
	if (blank == SIZE_MAX)
		return "signature behind a name";
	ret->line = bytes_slice(*rest, 0, end + 1);
	ret->name = bytes_slice(line, start.len, blank - start.len);
	ret->encoded = bytes_from(line, blank + 1);
	if (!vkey_name_is_good(ret->name))
		return "name of a key";
	if (!note_check_base64(ret->encoded, &ret->len, &ret->key_id) ||
	    ret->len <= NOTE_KEY_ID_LEN)
		return "base64 of a signature";
	ret->len -= NOTE_KEY_ID_LEN;
	*rest = bytes_from(*rest, end + 1);
	return NULL;
}

static enum err
read_lines(
    struct bytes in, size_t base, size_t *ret_count, struct fault *ret_fault)
{
	struct bytes rest = in;
	size_t count = 0;

	while (rest.len > 0) {
		struct note_signature signature;
		size_t at = base + in.len - rest.len;
		const char *wrong = take_line(&rest, &signature);

		if (wrong != NULL)
			return fail(ret_fault, ERR_MALFORMED, at, wrong);
		if (++count > NOTE_SIGNATURES_MAX)
			return fail(ret_fault, ERR_LIMIT, at, "signatures");
	}
	*ret_count = count;
	return ERR_OK;
}

/* UTF-8 without control characters but newline. */
static enum err
check_characters(struct bytes in, struct fault *ret_fault)
{
	for (size_t at = 0; at < in.len;) {
		size_t len = text_utf8_len(bytes_from(in, at));

		if (len == 0)
			return fail(ret_fault, ERR_MALFORMED, at, "UTF-8");
		if (in.ptr[at] < ' ' && in.ptr[at] != '\n')
			return fail(
			    ret_fault, ERR_MALFORMED, at, "control character");
		at += len;
	}
	return ERR_OK;
}

/* The last empty line: the offset of the newline in front of it. */
static size_t
find_last_split(struct bytes in)
{
	for (size_t at = in.len; at >= 2; at--)
		if (in.ptr[at - 1] == '\n' && in.ptr[at - 2] == '\n')
			return at - 2;
	return SIZE_MAX;
}

enum err
note_read(struct bytes in, struct note *ret, struct fault *ret_fault)
{
	struct note note;
	size_t split;
	enum err err;

	if (in.len > NOTE_LEN_MAX)
		return fail(ret_fault, ERR_LIMIT, NOTE_LEN_MAX, "length");
	if (in.len == 0 || in.ptr[in.len - 1] != '\n')
		return fail(ret_fault, ERR_TRUNCATED, in.len, "final newline");
	err = check_characters(in, ret_fault);
	if (err != ERR_OK)
		return err;
	split = find_last_split(in);
	if (split == SIZE_MAX)
		return fail(ret_fault, ERR_MALFORMED, in.len, "empty line");
	note.text = bytes_slice(in, 0, split + 1);
	note.signatures = bytes_from(in, split + 2);
	if (note.signatures.len == 0)
		return fail(ret_fault, ERR_MALFORMED, in.len, "signatures");
	err = read_lines(note.signatures, split + 2, &note.count, ret_fault);
	if (err == ERR_OK)
		*ret = note;
	return err;
}

enum err
note_read_signatures(
    struct bytes in, size_t *ret_count, struct fault *ret_fault)
{
	if (in.len > NOTE_LEN_MAX)
		return fail(ret_fault, ERR_LIMIT, NOTE_LEN_MAX, "length");
	return read_lines(in, 0, ret_count, ret_fault);
}

bool
note_next(struct bytes *rest, struct note_signature *ret)
{
	return rest->len > 0 && take_line(rest, ret) == NULL;
}

enum err
note_signature_bytes(const struct note_signature *signature,
    uint8_t room[NOTE_SIGNATURE_MAX], struct bytes *ret)
{
	uint8_t all[NOTE_KEY_ID_LEN + NOTE_SIGNATURE_MAX];
	struct bytes decoded;
	size_t wrong;

	if (signature->len > NOTE_SIGNATURE_MAX)
		return ERR_LIMIT;
	enum err err = base64_decode(BASE64_STANDARD, signature->encoded, all,
	    sizeof(all), &decoded, &wrong);

	if (err != ERR_OK)
		return err;
	*ret = (struct bytes){ room, decoded.len - NOTE_KEY_ID_LEN };
	memcpy(room, decoded.ptr + NOTE_KEY_ID_LEN, ret->len);
	return ERR_OK;
}

bool
note_is_of(const struct note_signature *signature, const struct vkey *key)
{
	return signature->key_id == key->id &&
	    bytes_equal(signature->name, key->name);
}

/* One INTEGER of DER into 32 bytes. */
static void
read_integer(struct cursor *c, uint8_t ret[SIGNATURE_LEN / 2])
{
	struct bytes number;
	size_t len;

	if (cur_u8(c, "tag") != 0x02)
		cur_fail(c, ERR_MALFORMED, c->pos, "tag");
	len = cur_u8(c, "length");
	if (len == 0 || len > SIGNATURE_LEN / 2 + 1)
		cur_fail(c, ERR_MALFORMED, c->pos, "length");
	if (!cur_ok(c))
		return;
	number = cur_bytes(c, len, "number");
	if (!cur_ok(c))
		return;
	/* A zero in front is there when, and only when, it would be negative. */
	if (number.ptr[0] == 0 && len > 1) {
		if (number.ptr[1] < 0x80)
			cur_fail(c, ERR_MALFORMED, c->pos, "number");
		number = bytes_from(number, 1);
	} else if (number.ptr[0] >= 0x80) {
		cur_fail(c, ERR_MALFORMED, c->pos, "number");
	}
	if (number.len > SIGNATURE_LEN / 2)
		cur_fail(c, ERR_MALFORMED, c->pos, "number");
	if (cur_ok(c))
		memcpy(ret + SIGNATURE_LEN / 2 - number.len, number.ptr,
		    number.len);
}

bool
note_read_ecdsa(struct bytes der, uint8_t ret[SIGNATURE_LEN])
{
	struct cursor c = cur_open(der, "ECDSA signature");
	uint8_t both[SIGNATURE_LEN] = { 0 };

	if (cur_u8(&c, "tag") != 0x30)
		cur_fail(&c, ERR_MALFORMED, 0, "tag");
	if (cur_u8(&c, "length") != cur_left(&c))
		cur_fail(&c, ERR_MALFORMED, 1, "length");
	read_integer(&c, both);
	read_integer(&c, both + SIGNATURE_LEN / 2);
	if (!cur_ok(&c) || cur_left(&c) > 0)
		return false;
	memcpy(ret, both, sizeof(both));
	return true;
}

bool
note_verifies(const struct crypto_hooks *hooks, const struct vkey *key,
    struct bytes message, struct bytes signature)
{
	uint8_t both[SIGNATURE_LEN];

	if (key->key.curve == COSE_CURVE_ED25519)
		return signature.len == SIGNATURE_LEN &&
		    hooks->ed25519_verify(
			hooks->context, key->key.point, message, signature.ptr);
	return hooks->p256_verify != NULL && note_read_ecdsa(signature, both) &&
	    hooks->p256_verify(hooks->context, key->key.point, message, both);
}

enum note_finding
note_judge(const struct crypto_hooks *hooks, struct bytes text,
    const struct note_signature *signature, const struct vkey *key)
{
	uint8_t room[NOTE_SIGNATURE_MAX];
	struct bytes bytes;

	if (!note_is_of(signature, key))
		return NOTE_OTHER_KEY;
	if (!key->usable ||
	    (key->type != VKEY_ED25519 && key->type != VKEY_ECDSA))
		return NOTE_UNREAD;
	if (key->type == VKEY_ECDSA && hooks->p256_verify == NULL)
		return NOTE_UNREAD;
	if (note_signature_bytes(signature, room, &bytes) != ERR_OK)
		return NOTE_BAD;
	return note_verifies(hooks, key, text, bytes) ? NOTE_GOOD : NOTE_BAD;
}

enum err
note_verify(const struct crypto_hooks *hooks, const struct note *note,
    const struct vkey *key, size_t key_count, uint64_t *ret_good)
{
	struct bytes rest = note->signatures;
	struct note_signature signature;
	uint64_t good = 0;

	assert(key_count <= 64);
	while (note_next(&rest, &signature)) {
		for (size_t i = 0; i < key_count; i++) {
			enum note_finding found =
			    note_judge(hooks, note->text, &signature, &key[i]);

			if (found == NOTE_BAD)
				return ERR_CHECKSUM;
			if (found == NOTE_GOOD)
				good |= (uint64_t)1 << i;
		}
	}
	if (good == 0)
		return ERR_CHECKSUM;
	*ret_good = good;
	return ERR_OK;
}
