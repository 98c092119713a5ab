/* SPDX-License-Identifier: ISC */
/* Asks for signatures, one at a time. */
#include "worker/sign_client.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "system/clock.h"
#include "worker/sign.h"

#include <stdio.h>
#include <string.h>

static enum err
next(struct sign_client *c, struct message *ret)
{
	c->reader.total = 0;
	if (message_read(&c->reader, clock_now_ms() + SIGN_CLIENT_MS, ret) ==
	    MESSAGE_ARRIVED)
		return ERR_OK;
	(void)snprintf(c->why, sizeof(c->why), "the key does not answer");
	return ERR_SYSTEM;
}

static enum err
read_hello(struct sign_client *c, const struct message *message)
{
	struct cursor in = cur_open(message->payload, "hello message");
	struct bytes point = cur_bytes(&in, ED25519_KEY_LEN, "key");

	c->remembered = cur_u64le(&in, "remembered");
	(void)wire_get_field(&in, WIRE_TEXT_LEN, "jail");
	if (message->type != SIGN_HELLO || wire_end(&in) != ERR_OK) {
		(void)snprintf(
		    c->why, sizeof(c->why), "the key says something else");
		return ERR_SYSTEM;
	}
	c->key = (struct cose_key){ .curve = COSE_CURVE_ED25519 };
	memcpy(c->key.point, point.ptr, point.len);
	return ERR_OK;
}

enum err
sign_client_open(int fd, struct sign_client *ret)
{
	struct message message;

	*ret = (struct sign_client){
		.fd = fd,
		.reader = message_reader_open(fd),
		.writer = message_writer_open(fd),
	};
	enum err err = next(ret, &message);

	return err == ERR_OK ? read_hello(ret, &message) : err;
}

void
sign_client_close(struct sign_client *client)
{
	message_writer_close(&client->writer);
	message_reader_close(&client->reader);
}

/* One question, whose parts stand behind each other, and the answer. */
static enum err
ask(struct sign_client *c, enum sign_kind kind, const struct bytes *part,
    size_t count, enum sign_kind wanted, struct message *ret)
{
	struct out o = out_open(LIMIT_MESSAGE_LEN);
	enum err err;

	for (size_t i = 0; i < count; i++)
		out_put(&o, part[i]);
	err = o.failed;
	if (err == ERR_OK) {
		message_write(&c->writer, (uint8_t)kind, out_bytes(&o));
		message_flush(&c->writer);
		err = c->writer.failed;
	}
	out_close(&o);
	if (err == ERR_OK)
		err = next(c, ret);
	if (err != ERR_OK)
		return err;
	if (ret->type == wanted)
		return ERR_OK;
	wire_keep_text(c->why, ret->payload);
	return ret->type == SIGN_REFUSED ? ERR_CHECKSUM : ERR_SYSTEM;
}

static enum err
ask_signature(struct sign_client *c, enum sign_kind kind,
    const struct bytes *part, size_t count, uint8_t ret[SIGNATURE_LEN])
{
	struct message answer;
	enum err err = ask(c, kind, part, count, SIGN_SIGNATURE, &answer);

	if (err != ERR_OK || answer.payload.len != SIGNATURE_LEN)
		return ERR_SYSTEM; /* as a signer says */
	memcpy(ret, answer.payload.ptr, SIGNATURE_LEN);
	return ERR_OK;
}

static struct bytes
put_size(uint8_t room[8], uint64_t size)
{
	for (unsigned i = 0; i < 8; i++)
		room[i] = (uint8_t)(size >> 8 * i);
	return (struct bytes){ room, 8 };
}

enum err
sign_client_begin(struct sign_client *client, const struct crypto_hooks *hooks,
    const struct merkle_nodes *nodes, const struct ledger_head *head)
{
	uint8_t room[8];
	struct merkle_proof proof = { .count = 0 };
	struct message answer;
	uint64_t older = client->remembered;

	if (older > 0 && older < head->tree.size &&
	    merkle_prove_consistency(
		hooks, nodes, older, head->tree.size, &proof) != ERR_OK) {
		(void)snprintf(client->why, sizeof(client->why),
		    "the ledger cannot be read");
		return ERR_SYSTEM;
	}
	const struct bytes part[] = { put_size(room, head->tree.size),
		{ head->tree.root.byte, SHA256_LEN },
		{ head->signature, SIGNATURE_LEN },
		{ (const uint8_t *)proof.hash, proof.count * SHA256_LEN } };

	return ask(client, SIGN_BEGIN, part, 4, SIGN_DONE, &answer);
}

/* ---- signers ---- */

static enum err
sign_head(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	return ask_signature(context, SIGN_HEAD, &message, 1, ret);
}

static enum err
sign_token(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	return ask_signature(context, SIGN_TOKEN, &message, 1, ret);
}

struct signer
sign_client_heads(struct sign_client *client)
{
	return (struct signer){ client->key, sign_head, client };
}

struct signer
sign_client_tokens(struct sign_client *client)
{
	return (struct signer){ client->key, sign_token, client };
}

static enum err
sign_receipt(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	struct sign_receipts *r = context;
	uint8_t room[8];
	const struct bytes part[] = { put_size(room, r->head.tree.size),
		{ r->head.signature, SIGNATURE_LEN }, message };

	if (!r->has_signature) {
		if (r->client == NULL)
			return ERR_SYSTEM;
		enum err err = ask_signature(
		    r->client, SIGN_RECEIPT, part, 3, r->signature);

		if (err != ERR_OK)
			return err;
		r->has_signature = true;
	}
	memcpy(ret, r->signature, SIGNATURE_LEN);
	return ERR_OK;
}

struct signer
sign_receipts_signer(struct sign_receipts *receipts)
{
	return (struct signer){ receipts->key, sign_receipt, receipts };
}
