/* SPDX-License-Identifier: ISC */
/* What is published as files, as it is: any server could give the same. */
#include "codec/base64.h"
#include "codec/cbor.h"
#include "crypto/cose.h"
#include "label/bundle.h"
#include "registry/api_private.h"

#include <stdio.h>

/* Keys of a ledger: it has one, and those it had. */
#define KEYS_MAX 16
/* Bytes of a COSE_Key with its kid. */
#define KEY_LEN ((size_t)160)

static enum err
read_file(struct route_call *call, struct bytes path, struct bytes *ret)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_FILE,
		.by = REGISTRY_BY_ALL,
		.value = path,
	};
	struct registry_reply reply;
	enum err err;

	if (path.len > REGISTRY_VALUE_MAX || !registry_question_ok(&question))
		return ERR_END;
	err = route_ask(call, &question, &reply);
	if (err == ERR_OK)
		*ret = reply.bytes;
	return err;
}

static enum err
give_file(struct route_call *call, struct bytes path, const char *type,
    enum registry_cache cache)
{
	struct bytes content;
	enum err err = read_file(call, path, &content);

	if (err == ERR_OK)
		route_give_bytes(call, type, cache, content);
	return err;
}

enum err
api_checkpoint(struct route_call *call)
{
	return give_file(call, BYTES("checkpoint"), "text/plain; charset=utf-8",
	    REGISTRY_REVALIDATE);
}

/* Partial tiles, too, never change: C2SP tlog-tiles. */
enum err
api_tile(struct route_call *call)
{
	return give_file(call, bytes_from(call->path, 1),
	    "application/octet-stream", REGISTRY_IMMUTABLE);
}

enum err
api_status_list(struct route_call *call)
{
	return give_file(call, bytes_from(call->path, 1),
	    "application/statuslist+cwt", REGISTRY_REVALIDATE);
}

enum err
api_bundle(struct route_call *call)
{
	return give_file(
	    call, BYTES("bundle"), BUNDLE_CONTENT_TYPE, REGISTRY_REVALIDATE);
}

enum err
api_anchors(struct route_call *call)
{
	return give_file(call, BYTES("anchors"), "text/plain; charset=utf-8",
	    REGISTRY_REVALIDATE);
}

/* ---- keys ---- */

/* The thumbprint that a path names: base64url, which every client can make of
   it, or hex, which people read here. */
static bool
read_kid(struct bytes part, uint8_t ret[SHA256_LEN])
{
	struct bytes kid;
	size_t at;

	if (route_hex(part, ret, SHA256_LEN))
		return true;
	return base64_decode(BASE64_URL, part, ret, SHA256_LEN, &kid, &at) ==
	    ERR_OK &&
	    kid.len == SHA256_LEN;
}

/* Members of COSE_Key: RFC 9052 §7.1, 9053 §7. The kid is what our receipts
   have. */
static void
put_key(struct cbor_writer *w, const struct cose_key *key, const uint8_t *kid)
{
	bool is_p256 = key->curve == COSE_CURVE_P256;

	cbor_put_map(w, is_p256 ? 6 : 5);
	cbor_put_int(w, 1); /* kty */
	cbor_put_int(w, is_p256 ? 2 : 1);
	cbor_put_int(w, 2); /* kid */
	cbor_put_bytes(w, (struct bytes){ kid, SHA256_LEN });
	cbor_put_int(w, 3); /* alg */
	cbor_put_int(w, cose_key_alg(key));
	cbor_put_int(w, -1); /* crv */
	cbor_put_int(w, is_p256 ? 1 : 6);
	cbor_put_int(w, -2); /* x */
	cbor_put_bytes(w, (struct bytes){ key->point, 32 });
	if (!is_p256)
		return;
	cbor_put_int(w, -3); /* y */
	cbor_put_bytes(w, (struct bytes){ key->point + 32, 32 });
}

/* The keys of the published set: all, or the one of that thumbprint. */
static enum err
give_keys(struct route_call *call, const uint8_t *only)
{
	uint8_t *room = arena_take(call->arena, KEYS_MAX * KEY_LEN);
	uint8_t *keys = arena_take(call->arena, KEYS_MAX * KEY_LEN);
	struct bytes file;
	size_t given = 0;
	enum err err = read_file(call, BYTES("keys"), &file);

	if (err != ERR_OK)
		return err;
	if (room == NULL || keys == NULL)
		return ERR_MEMORY;
	struct cbor_reader r = cbor_open(file, CBOR_RELAXED, "keys");
	struct cbor_writer w = cbor_writer_open(keys, KEYS_MAX * KEY_LEN);
	size_t count = cbor_array(&r, "keys");

	for (size_t i = 0; cbor_ok(&r) && i < count && i < KEYS_MAX; i++) {
		struct cose_key key;
		uint8_t kid[SHA256_LEN];

		if (cose_key_read(&r, &key) != ERR_OK)
			break;
		cose_key_thumbprint(&crypto_hooks_default, &key, kid);
		if (only != NULL &&
		    !bytes_equal((struct bytes){ kid, SHA256_LEN },
			(struct bytes){ only, SHA256_LEN }))
			continue;
		put_key(&w, &key, kid);
		given++;
	}
	if (given == 0)
		return route_refuse(
		    call, 404, "There is no key of that kid here.");
	struct cbor_writer all = cbor_writer_open(room, KEYS_MAX * KEY_LEN);

	cbor_put_array(&all, given);
	cbor_put_raw(&all, cbor_written(&w));
	if (all.failed || w.failed)
		return ERR_LIMIT;
	route_give_bytes(
	    call, "application/cbor", REGISTRY_MINUTE, cbor_written(&all));
	return ERR_OK;
}

enum err
api_keys(struct route_call *call)
{
	return give_keys(call, NULL);
}

enum err
api_key(struct route_call *call)
{
	uint8_t kid[SHA256_LEN];

	if (!read_kid(call->part[0], kid))
		return route_refuse(
		    call, 404, "There is no key of that kid here.");
	return give_keys(call, kid);
}
