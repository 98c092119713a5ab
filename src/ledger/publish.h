/* SPDX-License-Identifier: ISC */
/* A ledger as static files that any web server serves (C2SP tlog-tiles). */
#ifndef LEDGER_PUBLISH_H
#define LEDGER_PUBLISH_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/hooks.h"
#include "ledger/merkle.h"

#include <stddef.h>
#include <stdint.h>

/* The name of the file that tells how far the others reach. */
#define PUBLISH_CHECKPOINT "checkpoint"

/* Where the ledger is read from. */
struct publish_source {
	const struct merkle_nodes *nodes;
	/* Appends one entry, as it stands in the ledger, to `o`. */
	enum err (*put_entry)(void *context, uint64_t index, struct out *o);
	void *context;
};

/* Where the files go: paths are relative, made of [0-9a-z/.]. */
struct publish_files {
	enum err (*write)(
	    void *context, const char *path, struct bytes content);
	void *context;
};

/* The head that is to be published, and what is there already. */
struct publish_step {
	struct bytes checkpoint; /* the note; its tree is `to` */
	struct merkle_head to;
	uint64_t from; /* size of the tree that was published before; 0: none */
};

struct publish_count {
	uint64_t files;
	uint64_t bytes;
};

/*
 * Writes every tile and bundle that a tree of to.size has and one of `from`
 * had not (or narrower), and the checkpoint last, so that whoever reads finds
 * everything that it promises. ERR_CHECKSUM, and no checkpoint, when an entry
 * is not what its leaf's hash says or the nodes do not make that root. A
 * `from` above to.size is ERR_MALFORMED. Else what source or files say.
 */
enum err publish(const struct crypto_hooks *hooks,
    const struct publish_source *source, const struct publish_step *step,
    const struct publish_files *files, struct publish_count *ret);

#endif
