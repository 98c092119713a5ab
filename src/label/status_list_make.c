/* SPDX-License-Identifier: ISC */
/* Token status lists made: packed as well as zlib can, and signed. */
#include "label/status_list_make.h"

#include "codec/cbor.h"
#include "crypto/cose.h"
#include "label/status_list_private.h"

#include <limits.h>
#define ZLIB_CONST /* next_in is const */
#include <zlib.h>

/* The token besides its list and its URI: headers, claims, signature. */
#define TOKEN_MORE ((size_t)512)

void
status_list_set(uint8_t *bytes, unsigned bits, uint64_t index, uint8_t value)
{
	uint64_t per_byte = 8 / bits;
	unsigned shift = (unsigned)(index % per_byte) * bits;
	unsigned mask = ((1U << bits) - 1) << shift;
	uint8_t *byte = &bytes[index / per_byte];

	*byte = (uint8_t)((*byte & ~mask) | ((unsigned)value << shift & mask));
}

/* One step over everything: the room is as large as it can become. */
static enum err
deflate_into(z_stream *stream, struct bytes bytes, struct out *ret)
{
	uLong bound = deflateBound(stream, (uLong)bytes.len);

	if (bound > UINT_MAX)
		return ERR_LIMIT;
	stream->next_out = out_reserve(ret, bound);
	if (stream->next_out == NULL)
		return ret->failed;
	stream->next_in = bytes.ptr;
	stream->avail_in = (uInt)bytes.len;
	stream->avail_out = (uInt)bound;
	if (deflate(stream, Z_FINISH) != Z_STREAM_END)
		return ERR_LIMIT;
	ret->len += bound - stream->avail_out;
	return ERR_OK;
}

enum err
status_list_pack(struct bytes bytes, struct out *ret)
{
	z_stream stream = { 0 };

	if (bytes.len > UINT_MAX / 2)
		return ERR_LIMIT;
	if (deflateInit(&stream, Z_BEST_COMPRESSION) != Z_OK)
		return ERR_MEMORY;
	enum err err = deflate_into(&stream, bytes, ret);

	(void)deflateEnd(&stream); /* it has nothing left to say */
	return err;
}

/* The claims, their keys in the order of their encoding. */
static void
put_claims(struct cbor_writer *w, const struct status_token_wish *wish,
    struct bytes packed)
{
	cbor_put_map(w, wish->ttl > 0 ? 5 : 4);
	cbor_put_uint(w, CLAIM_SUB);
	cbor_put_text(w, wish->uri);
	cbor_put_uint(w, CLAIM_EXP);
	cbor_put_int(w, wish->expires);
	cbor_put_uint(w, CLAIM_IAT);
	cbor_put_int(w, wish->issued);
	cbor_put_uint(w, CLAIM_STATUS_LIST);
	cbor_put_map(w, 2);
	cbor_put_literal(w, "lst");
	cbor_put_bytes(w, packed);
	cbor_put_literal(w, "bits");
	cbor_put_uint(w, wish->bits);
	if (wish->ttl > 0) {
		cbor_put_uint(w, CLAIM_TTL);
		cbor_put_uint(w, wish->ttl);
	}
}

static void
put_header(struct cbor_writer *w, const struct signer *signer,
    const struct crypto_hooks *hooks)
{
	uint8_t kid[SHA256_LEN];

	cose_key_thumbprint(hooks, &signer->key, kid);
	cbor_put_map(w, 3);
	cbor_put_uint(w, COSE_HEADER_ALG);
	cbor_put_int(w, cose_key_alg(&signer->key));
	cbor_put_uint(w, COSE_HEADER_KID);
	cbor_put_bytes(w, (struct bytes){ kid, sizeof(kid) });
	cbor_put_uint(w, COSE_HEADER_TYP);
	cbor_put_literal(w, "application/statuslist+cwt");
}

/* Signs header and payload; `scratch` is room for what is signed. */
static enum err
sign_token(struct bytes header, struct bytes payload,
    const struct signer *signer, struct out *scratch, struct out *ret)
{
	size_t room_len = header.len + payload.len + TOKEN_MORE;
	uint8_t *room = out_reserve(scratch, room_len);
	uint8_t signature[SIGNATURE_LEN];
	struct bytes message = { 0 };

	if (room == NULL)
		return scratch->failed;
	enum err err = cose_to_be_signed(
	    header, (struct bytes){ 0 }, payload, room, room_len, &message);

	if (err == ERR_OK)
		err = signer->sign(signer->context, message, signature);
	if (err != ERR_OK)
		return err;
	room = out_reserve(ret, room_len);
	if (room == NULL)
		return ret->failed;
	struct cbor_writer w = cbor_writer_open(room, room_len);

	cose_put_sign1(&w, header, (struct bytes){ 0 }, payload,
	    (struct bytes){ signature, sizeof(signature) });
	if (w.failed)
		return ERR_LIMIT;
	ret->len += w.len;
	return ERR_OK;
}

/* Packs, writes the claims behind that, and signs behind these. */
static enum err
make_token(const struct status_token_wish *wish, const struct signer *signer,
    const struct crypto_hooks *hooks, struct out *scratch, struct out *ret)
{
	uint8_t header_room[128];
	struct cbor_writer header =
	    cbor_writer_open(header_room, sizeof(header_room));
	struct out packed = out_open(scratch->limit);
	enum err err = status_list_pack(wish->bytes, &packed);

	if (err == ERR_OK) {
		size_t room_len = packed.len + wish->uri.len + TOKEN_MORE;
		struct out claims = out_open(scratch->limit);
		uint8_t *room = out_reserve(&claims, room_len);
		struct cbor_writer w = cbor_writer_open(room, room_len);

		err = claims.failed;
		if (room != NULL) {
			put_header(&header, signer, hooks);
			put_claims(&w, wish, out_bytes(&packed));
			err = w.failed || header.failed
			    ? ERR_LIMIT
			    : sign_token(cbor_written(&header),
				  cbor_written(&w), signer, scratch, ret);
		}
		out_close(&claims);
	}
	out_close(&packed);
	return err;
}

enum err
status_token_make(const struct status_token_wish *wish,
    const struct signer *signer, const struct crypto_hooks *hooks,
    struct out *ret)
{
	struct out scratch = out_open(ret->limit);
	enum err err = make_token(wish, signer, hooks, &scratch, ret);

	out_close(&scratch);
	return err;
}
