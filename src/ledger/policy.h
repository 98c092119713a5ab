/* SPDX-License-Identifier: ISC */
/* Whom to trust (C2SP tlog-policy): logs, witnesses and a quorum of them. */
#ifndef LEDGER_POLICY_H
#define LEDGER_POLICY_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/hooks.h"
#include "crypto/vkey.h"
#include "ledger/checkpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a policy file, and how many of each it may name (the specification
   asks for 32). */
#define POLICY_LEN_MAX ((size_t)64 * 1024)
#define POLICY_LOGS_MAX 32
#define POLICY_WITNESSES_MAX 64
#define POLICY_GROUPS_MAX 64
#define POLICY_OWNERS_MAX 8

/* No group: of a quorum none is asked for, or a name that is in none. */
#define POLICY_NO_GROUP UINT8_MAX

struct policy_log {
	struct vkey key; /* its name is the origin */
	struct bytes url;
};

struct policy_witness {
	struct bytes name; /* in the policy only */
	struct vkey key;
	struct bytes url;
	uint8_t group; /* that it is a member of */
};

struct policy_group {
	struct bytes name;
	uint8_t members;
	uint8_t wants; /* of its members */
	uint8_t group; /* that it is a member of; always a later one */
};

/* About 16 KiB; borrows the text it was read from. All zero is the policy that
   nothing meets. */
struct policy {
	struct vkey owner[POLICY_OWNERS_MAX]; /* of schemes; our own keyword */
	size_t owner_count;
	struct policy_log log[POLICY_LOGS_MAX];
	size_t log_count;
	struct policy_witness witness[POLICY_WITNESSES_MAX];
	size_t witness_count;
	struct policy_group group[POLICY_GROUPS_MAX];
	size_t group_count;
	enum policy_quorum {
		POLICY_QUORUM_UNSET,   /* of no policy that was read */
		POLICY_QUORUM_NONE,    /* "quorum none" */
		POLICY_QUORUM_WITNESS, /* one witness */
		POLICY_QUORUM_GROUP,
	} quorum;
	size_t quorum_index; /* of that witness or group */
};

enum policy_flags {
	/* Takes `owner VKEY` lines: verifiers of labels. */
	POLICY_WITH_OWNERS = 1,
	/* Takes keys as sigsum writes them, 64 hex digits, and no vkeys. They
	   have no name: such a log is called by its key, and such a witness
	   may call itself what it likes. */
	POLICY_SIGSUM = 2,
};

/*
 * Reads a policy. ERR_MALFORMED where the grammar or a rule is broken (a name
 * twice or not yet defined, a key twice, a member of two groups, no quorum or
 * two), ERR_UNSUPPORTED for keys that cannot sign such a thing, ERR_CHECKSUM for
 * a vkey whose id is not its own, ERR_LIMIT. The fault's offset is that of the
 * line. It is too large to be held twice on a small stack: on failure *ret is
 * all zero.
 */
enum err policy_read(struct bytes in, unsigned flags,
    const struct crypto_hooks *hooks, struct policy *ret,
    struct fault *ret_fault);

/* What a policy finds in the signatures of a checkpoint. */
struct policy_verdict {
	size_t log;	    /* which one signed it */
	uint64_t witnesses; /* bit i: witness i cosigned it */
	size_t witness_count;
	bool quorum;	 /* whether these are enough */
	uint64_t oldest; /* cosignature's time in seconds, 0 without one */
	uint64_t newest;
	size_t unread;	/* lines of known keys that we cannot verify */
	size_t unknown; /* lines of other keys */
};

/*
 * Reads a checkpoint and verifies the signatures on it. Without a quorum it
 * succeeds and says so: *ret_verdict must be looked at, or policy_verify()
 * called. Faulty forms as checkpoint_read(); ERR_CHECKSUM when a signature of a
 * known key is wrong, or no log of the policy whose name is the origin signed.
 */
enum err policy_judge(const struct policy *policy,
    const struct crypto_hooks *hooks, struct bytes in, struct checkpoint *ret,
    struct policy_verdict *ret_verdict, struct fault *ret_fault);

/* Likewise, and ERR_CHECKSUM without a quorum. */
enum err policy_verify(const struct policy *policy,
    const struct crypto_hooks *hooks, struct bytes in, struct checkpoint *ret,
    struct policy_verdict *ret_verdict, struct fault *ret_fault);

/* Whether witnesses (bit i: witness i) make up the quorum. */
bool policy_is_quorum(const struct policy *policy, uint64_t witnesses);

/* The first log with that origin; NULL when there is none. Of sigsum's logs the
   origin is "sigsum.org/v1/tree/" and the SHA-256 of the key in hex. */
const struct policy_log *policy_find_log(const struct policy *policy,
    const struct crypto_hooks *hooks, struct bytes origin);

#endif
