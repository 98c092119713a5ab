/* SPDX-License-Identifier: ISC */
/* The store's end of its channel to the process with the key. */
#ifndef WORKER_SIGN_CLIENT_H
#define WORKER_SIGN_CLIENT_H

#include "base/err.h"
#include "crypto/signer.h"
#include "ledger/store.h"
#include "system/message.h"
#include "worker/wire_fields.h"

#include <stdbool.h>
#include <stdint.h>

/* How long a signature may take before the key counts as gone; a token on a
   slow bus takes a second. */
#define SIGN_CLIENT_MS 20000

/* A handle; not to be moved once it has given a signer. */
struct sign_client {
	int fd; /* borrowed: a stream socket */
	struct message_reader reader;
	struct message_writer writer;
	struct cose_key key;
	uint64_t remembered;	     /* size of the last tree that it signed */
	char why[WIRE_TEXT_LEN + 1]; /* of the last failure; foreign text */
};

/* Waits for the process to say that it is there. ERR_SYSTEM. */
enum err sign_client_open(int fd, struct sign_client *ret);
void sign_client_close(struct sign_client *client);

/* Tells it the ledger's newest head; until then it signs heads alone. When that
   is newer than what it remembers the nodes are for the proof that this is how
   it began. ERR_CHECKSUM: it remembers another past (client->why); ERR_SYSTEM. */
enum err sign_client_begin(struct sign_client *client,
    const struct crypto_hooks *hooks, const struct merkle_nodes *nodes,
    const struct ledger_head *head);

/* Signs checkpoints, and tokens (status lists, bundles). ERR_SYSTEM also when
   the process refuses. They borrow the client. */
struct signer sign_client_heads(struct sign_client *client);
struct signer sign_client_tokens(struct sign_client *client);

/*
 * Signs receipts of one head, and remembers the signature, which is the same
 * for every entry of that tree. A handle without memory; not to be moved.
 */
struct sign_receipts {
	struct sign_client *client; /* NULL: only what is remembered */
	struct cose_key key;
	struct ledger_head head; /* of which the receipts are */
	bool has_signature;
	uint8_t signature[SIGNATURE_LEN];
};
struct signer sign_receipts_signer(struct sign_receipts *receipts);

#endif
