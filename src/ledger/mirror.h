/* SPDX-License-Identifier: ISC */
/* A mirror: another's ledger, verified whole, kept, and only then cosigned. */
#ifndef LEDGER_MIRROR_H
#define LEDGER_MIRROR_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "ledger/merkle.h"
#include "ledger/policy.h"
#include "ledger/publish.h"
#include "ledger/static.h"

#include <stdbool.h>
#include <stdint.h>

/* Entries that one update may bring: what is remembered of them in between is
   32 bytes for every 256. */
#define MIRROR_STEP_MAX ((uint64_t)1 << 30)

/*
 * What a mirror needs. Its own files have the form of those it reads, so that
 * they can be served as they are, and mirrored again. Whoever calls keeps all
 * others from writing them meanwhile.
 */
struct mirror {
	const struct policy *policy; /* with the log's key, and a quorum */
	const struct crypto_hooks *hooks;
	const struct static_files *source;
	const struct static_files *mine;
	const struct publish_files *keep;
	/* All that was written is on stable storage when it returns ERR_OK. */
	enum err (*sync)(void *context);
	void *sync_context;
	/* To cosign what was kept (Ed25519); NULL: not. */
	const struct signer *signer;
	struct bytes name; /* of that key */
	uint64_t now;	   /* seconds since 1970 */
};

/* What became of it. */
enum mirror_outcome {
	MIRROR_GREW,
	MIRROR_SAME,	     /* the source has no more than the mirror */
	MIRROR_NO_SOURCE,    /* no checkpoint there */
	MIRROR_NOT_TRUSTED,  /* it has no good signature, or no quorum */
	MIRROR_OLDER,	     /* the source is behind the mirror */
	MIRROR_FORKED,	     /* it is not the tree that the mirror has */
	MIRROR_DAMAGED,	     /* a file of the source is not what was signed */
	MIRROR_INCOMPLETE,   /* a file of the source is missing */
	MIRROR_OWN_DAMAGED,  /* a file of the mirror is, and nothing was done */
	MIRROR_OTHER_ORIGIN, /* the mirror is one of another log */
	MIRROR_TOO_MUCH,     /* more than MIRROR_STEP_MAX entries at once */
};

struct mirror_result {
	enum mirror_outcome outcome;
	uint64_t from;		  /* entries that the mirror had */
	uint64_t size;		  /* that the source says it has; 0: unknown */
	char path[TILE_PATH_MAX]; /* the file that is to blame, or "" */
	struct publish_count kept;
	bool cosigned;
};

/*
 * Brings the mirror up to the source's checkpoint. The tree is verified from
 * its leaves on before the first byte is kept, each bundle again before it is
 * kept, so that a source that changes meanwhile gains nothing; the checkpoint
 * comes last, with the cosignature, when all else is on stable storage.
 * ERR_OK: *ret says what became of it. ERR_SYSTEM, ERR_MEMORY: the machine.
 */
enum err mirror_update(const struct mirror *m, struct mirror_result *ret);

/* "the source is behind the mirror"; static. */
const char *mirror_text(enum mirror_outcome outcome);

#endif
