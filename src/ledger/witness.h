/* SPDX-License-Identifier: ISC */
/* Witnessing (C2SP tlog-witness): cosigning others' heads, and having ours. */
#ifndef LEDGER_WITNESS_H
#define LEDGER_WITNESS_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "ledger/merkle.h"
#include "ledger/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a request: 63 hashes and a checkpoint of a few large signatures. */
#define WITNESS_REQUEST_LEN ((size_t)64 * 1024)

/* The answers of tlog-witness by their HTTP status; 500 is ours alone. */
enum witness_status {
	WITNESS_COSIGNED = 200,
	WITNESS_BAD_REQUEST = 400,  /* not a request, or old above new */
	WITNESS_FORBIDDEN = 403,    /* no good signature of the log's key */
	WITNESS_UNKNOWN_LOG = 404,  /* an origin that the policy lacks */
	WITNESS_CONFLICT = 409,	    /* old is not what was cosigned last */
	WITNESS_INCONSISTENT = 422, /* the proof, or the root, is wrong */
	WITNESS_OUT_OF_ORDER = 500, /* our memory or key: nothing released */
};

/*
 * What a witness remembers of each origin, outside this module: the head that
 * it cosigned last, size 0 when none. It must be on stable storage: a witness
 * that forgets may sign a fork.
 */
struct witness_memory {
	enum err (*load)(
	    void *context, struct bytes origin, struct merkle_head *ret);
	/*
	 * As one step that no other process can come between: if the head
	 * remembered has still the size `old_size`, makes `head` durable
	 * (with the cosigned checkpoint, for monitors) and sets *ret_stored;
	 * else leaves everything and clears it.
	 */
	enum err (*check_and_store)(void *context, struct bytes origin,
	    uint64_t old_size, const struct merkle_head *head,
	    struct bytes checkpoint, bool *ret_stored);
	void *context;
};

struct witness {
	const struct policy *policy; /* the logs that it knows */
	struct bytes name;	     /* of its key in signature lines */
	const struct signer *signer; /* Ed25519 */
	const struct witness_memory *memory;
	const struct crypto_hooks *hooks;
	uint64_t now; /* seconds since 1970; not 0 */
};

struct witness_answer {
	enum witness_status status;
	const char *type; /* the body's Content-Type; static */
	const char *why;  /* English for people; static, empty on 200 */
};

/*
 * Answers one add-checkpoint request: cosigns only what continues the tree
 * remembered, and only after that was stored. The checks come in the order of
 * the statuses above, 400 for the form first. The body (signature lines, or
 * the size remembered on 409) is appended to `ret_body`. Always answers;
 * ERR_MEMORY only when the body could not be written.
 * Source: C2SP tlog-witness v1.0.0, add-checkpoint.
 */
enum err witness_add_checkpoint(const struct witness *w, struct bytes request,
    struct out *ret_body, struct witness_answer *ret);

/* A request taken apart; borrows it. */
struct witness_request {
	uint64_t old_size;
	struct merkle_proof proof;
	struct bytes checkpoint; /* the whole note, signatures included */
};

/* Reads the form of a request, not what the checkpoint says. ERR_MALFORMED,
   ERR_TRUNCATED, ERR_LIMIT (too many hashes). */
enum err witness_read_request(
    struct bytes request, struct witness_request *ret, struct fault *ret_fault);

/* Writes a request for a checkpoint (a whole note) whose log's tree contained
   the first `old_size` entries before. */
void witness_put_request(struct out *o, uint64_t old_size,
    const struct merkle_proof *proof, struct bytes checkpoint);

/* What came of an answer. */
struct witness_taken {
	size_t taken;	/* cosignatures that are new on the checkpoint */
	size_t known;	/* that it had already */
	size_t unknown; /* lines of keys that the policy does not name */
	bool quorum;	/* whether the policy is satisfied with all of them */
};

/*
 * Verifies the cosignature lines of a witness' answer over our checkpoint (a
 * whole note, with the cosignatures that it has by now) against the policy,
 * and writes the note with those that are good to `ret_note`; each witness'
 * key stands there once. Lines of unknown keys are dropped. A wrong signature
 * of a known key is ERR_CHECKSUM, a line that is none ERR_MALFORMED; nothing
 * is written then. Source: tlog-witness; signed-note.
 */
enum err witness_take_answer(const struct policy *policy,
    const struct crypto_hooks *hooks, struct bytes checkpoint,
    struct bytes answer, struct out *ret_note, struct witness_taken *ret);

#endif
