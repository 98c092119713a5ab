/* SPDX-License-Identifier: ISC */
/* Token status lists read: draft-ietf-oauth-status-list-21. */
#include "label/status_list.h"

#include "label/status_list_private.h"

#include <limits.h>
#include <stdint.h>
#define ZLIB_CONST /* next_in is const */
#include <zlib.h>

#define TYP "application/statuslist+cwt"

static bool
is_text(const struct cbor_item *key, const char *text)
{
	return key->kind == CBOR_TEXT && bytes_equal_text(key->bytes, text);
}

static void
read_list(struct cbor_reader *r, struct status_list *list)
{
	struct cbor_map map = cbor_map(r, "status_list");
	size_t begins_at = r->pos;
	struct cbor_item key;

	while (cbor_next(r, &map, &key, "status_list")) {
		if (is_text(&key, "bits")) {
			uint64_t bits = cbor_uint(r, "bits");

			list->bits = bits <= 8 ? (unsigned)bits : 0;
		} else if (is_text(&key, "lst")) {
			list->packed = cbor_bytes(r, "lst");
		} else {
			(void)cbor_skip(r, "status_list");
		}
	}
	if (list->bits != 1 && list->bits != 2 && list->bits != 4 &&
	    list->bits != 8)
		cbor_fail(r, ERR_MALFORMED, begins_at, "bits");
	if (list->packed.ptr == NULL)
		cbor_fail(r, ERR_MALFORMED, begins_at, "lst");
}

enum err
status_list_read(struct bytes in, enum cbor_rules rules,
    struct status_list *ret, struct fault *ret_fault)
{
	struct cbor_reader r = cbor_open(in, rules, "status list");
	struct status_list list = { 0 };

	read_list(&r, &list);
	enum err err = cbor_end(&r);

	if (err == ERR_OK)
		*ret = list;
	else
		*ret_fault = r.fault;
	return err;
}

/* A date of a CWT: whole seconds, not before 1970. */
static int64_t
read_date(struct cbor_reader *r, const char *field)
{
	uint64_t value = cbor_uint(r, field);

	if (value > INT64_MAX) {
		cbor_fail(r, ERR_LIMIT, r->pos, field);
		return 0;
	}
	return (int64_t)value;
}

static void
read_claim(struct cbor_reader *r, const struct cbor_item *key,
    struct status_token *token)
{
	if (cbor_is(key, CLAIM_SUB))
		token->uri = cbor_text(r, "sub");
	else if (cbor_is(key, CLAIM_EXP))
		token->expires = read_date(r, "exp");
	else if (cbor_is(key, CLAIM_IAT))
		token->issued = read_date(r, "iat");
	else if (cbor_is(key, CLAIM_TTL))
		token->ttl = cbor_uint(r, "ttl");
	else if (cbor_is(key, CLAIM_STATUS_LIST))
		read_list(r, &token->list);
	else
		(void)cbor_skip(r, "claim");
}

static enum err
read_claims(
    enum cbor_rules rules, struct status_token *token, struct fault *ret_fault)
{
	struct cbor_reader r =
	    cbor_open(token->message.payload, rules, "status token");
	struct cbor_map map = cbor_map(&r, "claims");
	struct cbor_item key;

	token->issued = -1;
	token->expires = INT64_MAX;
	while (cbor_next(&r, &map, &key, "claims"))
		read_claim(&r, &key, token);
	if (token->uri.len == 0)
		cbor_fail(&r, ERR_MALFORMED, 0, "sub");
	if (token->issued < 0)
		cbor_fail(&r, ERR_MALFORMED, 0, "iat");
	if (token->list.bits == 0)
		cbor_fail(&r, ERR_MALFORMED, 0, "status_list");
	enum err err = cbor_end(&r);

	if (err != ERR_OK)
		*ret_fault = r.fault;
	return err;
}

/* The header's typ must be there and the token's: another kind of signed
   object of the same key is no status list. */
static bool
has_typ(const struct cose_sign1 *message, enum cbor_rules rules)
{
	struct cbor_reader r =
	    cbor_open(cose_find(message->protected_map, COSE_HEADER_TYP, rules),
		rules, "typ");
	struct bytes typ = cbor_text(&r, "typ");

	return cbor_end(&r) == ERR_OK && bytes_equal_text(typ, TYP);
}

enum err
status_token_read(struct bytes in, enum cbor_rules rules,
    struct status_token *ret, struct fault *ret_fault)
{
	struct status_token token = { 0 };
	enum err err = cose_read_sign1(in, rules, &token.message, ret_fault);

	if (err != ERR_OK)
		return err;
	if (token.message.detached || !has_typ(&token.message, rules)) {
		*ret_fault = (struct fault){
			.code = ERR_MALFORMED,
			.format = "status token",
			.field = token.message.detached ? "payload" : "typ",
		};
		return ERR_MALFORMED;
	}
	err = read_claims(rules, &token, ret_fault);
	if (err == ERR_OK)
		*ret = token;
	return err;
}

/* zlib's memory: the next piece of the caller's. */
struct work {
	uint8_t *ptr;
	size_t left;
};

static void *
take_work(void *context, uInt count, uInt size)
{
	struct work *work = context;
	size_t room = (size_t)count * size;

	/* zlib wants it aligned for any type. */
	room = (room + 15) & ~(size_t)15;
	if (count > UINT16_MAX || size > UINT16_MAX || room > work->left)
		return NULL;
	uint8_t *taken = work->ptr;

	work->ptr += room;
	work->left -= room;
	return taken;
}

static void
leave_work(void *context, void *taken)
{
	(void)context;
	(void)taken;
}

static struct work
align_work(uint8_t *ptr, size_t len)
{
	size_t off = (16 - (uintptr_t)ptr % 16) % 16;

	if (off > len)
		off = len;
	return (struct work){ ptr + off, len - off };
}

/* ERR_OK, or what zlib's answer to one step over everything means. */
static enum err
judge_inflate(int answer, const z_stream *stream)
{
	if (answer == Z_STREAM_END)
		return stream->avail_in == 0 ? ERR_OK : ERR_MALFORMED;
	if (answer == Z_MEM_ERROR)
		return ERR_MEMORY;
	if ((answer == Z_BUF_ERROR || answer == Z_OK) &&
	    stream->avail_out == 0 && stream->avail_in > 0)
		return ERR_LIMIT;
	return ERR_MALFORMED; /* Z_NEED_DICT, too */
}

enum err
status_list_inflate(const struct status_list *list, uint8_t *work,
    size_t work_len, uint8_t *room, size_t cap, struct bytes *ret)
{
	struct work memory = align_work(work, work_len);
	z_stream stream = {
		.next_in = list->packed.ptr,
		.zalloc = take_work,
		.zfree = leave_work,
		.opaque = &memory,
		.next_out = room,
	};

	if (list->packed.len > UINT_MAX || cap > UINT_MAX)
		return ERR_LIMIT;
	stream.avail_in = (uInt)list->packed.len;
	stream.avail_out = (uInt)cap;
	if (inflateInit(&stream) != Z_OK)
		return ERR_MEMORY;
	enum err err = judge_inflate(inflate(&stream, Z_FINISH), &stream);

	if (err == ERR_OK)
		*ret = (struct bytes){ room, cap - stream.avail_out };
	(void)inflateEnd(&stream); /* frees nothing */
	return err;
}

bool
status_list_find(
    struct bytes bytes, unsigned bits, uint64_t index, uint8_t *ret)
{
	uint64_t per_byte = 8 / bits;

	if (index / per_byte >= bytes.len)
		return false;
	unsigned shift = (unsigned)(index % per_byte) * bits;

	*ret = (uint8_t)(bytes.ptr[index / per_byte] >> shift &
	    ((1U << bits) - 1));
	return true;
}
