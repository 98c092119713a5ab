/* SPDX-License-Identifier: ISC */
/* Requests to a witness, one after the other, and answers taken from one. */
#include "base/limits.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/witness.h"

#include <stdlib.h>
#include <string.h>

/* Any signature is good that begins with an even byte: so both ways are
   reached. SHA-256 is real, the roots must fit. */
static bool
verify(const void *context, const uint8_t key[ED25519_KEY_LEN],
    struct bytes message, const uint8_t signature[SIGNATURE_LEN])
{
	(void)context;
	(void)key;
	(void)message;
	return signature[0] % 2 == 0;
}

static enum err
sign(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	(void)context;
	(void)message;
	memset(ret, 2, SIGNATURE_LEN);
	return ERR_OK;
}

struct memory {
	struct merkle_head stored;
	unsigned stores;
};

static enum err
load(void *context, struct bytes origin, struct merkle_head *ret)
{
	const struct memory *m = context;

	(void)origin;
	*ret = m->stored;
	return ERR_OK;
}

static enum err
check_and_store(void *context, struct bytes origin, uint64_t old_size,
    const struct merkle_head *head, struct bytes checkpoint, bool *ret_stored)
{
	struct memory *m = context;
	struct checkpoint c;
	struct note note;
	struct fault fault;

	(void)origin;
	if (old_size != m->stored.size || head->size < old_size)
		abort(); /* no other process is here: it must be current */
	if (checkpoint_read(checkpoint, &c, &note, &fault) != ERR_OK ||
	    c.head.size != head->size)
		abort(); /* what is remembered can be read again */
	if (head->size == old_size && old_size > 0 &&
	    !merkle_equal(&head->root, &m->stored.root))
		abort(); /* two trees of one size */
	m->stored = *head;
	m->stores++;
	*ret_stored = true;
	return ERR_OK;
}

static void
check_answer(const struct witness_answer *answer, const struct out *body,
    const struct memory *before, const struct memory *after)
{
	bool is_new = after->stores != before->stores;

	if (is_new != (answer->status == WITNESS_COSIGNED))
		abort(); /* signed and not remembered, or the other way */
	if (after->stored.size < before->stored.size)
		abort();
	if ((body->len > 0) !=
	    (answer->status == WITNESS_COSIGNED ||
		answer->status == WITNESS_CONFLICT))
		abort();
	if (answer->status == WITNESS_OUT_OF_ORDER)
		abort(); /* neither memory nor key fail here */
	if ((answer->why[0] == '\0') != (answer->status == WITNESS_COSIGNED))
		abort();
}

/* Reading is the inverse of writing. */
static void
check_request(struct bytes request)
{
	struct witness_request r = { .old_size = 77 };
	struct out again = out_open(2 * WITNESS_REQUEST_LEN);
	struct fault fault = { 0 };
	enum err err = witness_read_request(request, &r, &fault);

	if (err != fault.code && err != ERR_OK)
		abort();
	if (err != ERR_OK && (r.old_size != 77 || fault.at > request.len))
		abort();
	if (err == ERR_OK) {
		witness_put_request(&again, r.old_size, &r.proof, r.checkpoint);
		if (!bytes_equal(out_bytes(&again), request))
			abort();
	}
	out_close(&again);
}

static void
take(const struct policy *policy, const struct crypto_hooks *hooks,
    struct bytes checkpoint, struct bytes answer)
{
	struct witness_taken taken = { .taken = 77 };
	struct out note = out_open(4 * MIB);
	enum err err = witness_take_answer(
	    policy, hooks, checkpoint, answer, &note, &taken);

	if (err != ERR_OK && (note.len != 0 || taken.taken != 77))
		abort();
	if (err == ERR_OK &&
	    (!bytes_starts(out_bytes(&note), checkpoint) ||
		(note.len > checkpoint.len) != (taken.taken > 0)))
		abort();
	out_close(&note);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char text[] =
	    "log log.example/1+74612746+"
	    "AS6A53HGOGp0GK2MCgAPm2czQKae+0qIXD9blnFs3puj\n"
	    "witness w1 wit.example+dd411faf+"
	    "BDYtWBgjdeeCUVjGLVk8TyDou9BlFkocH8wtnOaqy2Kz\n"
	    "quorum w1\n";
	struct crypto_hooks hooks = crypto_hooks_default;
	struct bytes rest = { data, size };
	struct bytes request;
	struct bytes before = { NULL, 0 };
	struct memory memory = { 0 };
	struct witness_memory table = { load, check_and_store, &memory };
	struct signer signer = { .key = { .curve = COSE_CURVE_ED25519 },
		.sign = sign };
	struct policy *policy = calloc(1, sizeof(*policy));
	struct fault fault;

	hooks.ed25519_verify = verify;
	if (policy == NULL ||
	    policy_read(bytes_of(text), 0, &hooks, policy, &fault) != ERR_OK)
		abort();
	struct witness w = {
		.policy = policy,
		.name = BYTES("wit.example"),
		.signer = &signer,
		.memory = &table,
		.hooks = &hooks,
		.now = 1795305600,
	};

	while (bytes_next_field(&rest, 0, &request)) {
		struct memory was = memory;
		struct out body = out_open(64 * KIB);
		struct witness_answer answer;

		check_request(request);
		if (witness_add_checkpoint(&w, request, &body, &answer) !=
		    ERR_OK)
			abort();
		check_answer(&answer, &body, &was, &memory);
		take(policy, &hooks, before, request);
		before = request;
		out_close(&body);
	}
	free(policy);
	return 0;
}
