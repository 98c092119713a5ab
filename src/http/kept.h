/* SPDX-License-Identifier: ISC */
/* Replies that are kept for who asks next: bounded, shared by all threads. */
#ifndef HTTP_KEPT_H
#define HTTP_KEPT_H

#include "base/bytes.h"
#include "base/err.h"
#include "http/reply.h"
#include "registry/registry.h"

#include <stddef.h>
#include <stdint.h>

/* How long a reply may be given that is not immutable. */
#define KEPT_MS 60000

/*
 * A reply is given again for the same target and choice while the store's
 * version is the one it was made of, and at most KEPT_MS long; an immutable one
 * for ever. When there is no room for a new one those go first that were not
 * asked for since they were last passed over. A handle.
 */
struct kept;

/* `limit`: bytes in all. `seed` is random, so that nobody can choose the
   places of his targets. ERR_MEMORY. */
enum err kept_open(size_t limit, uint64_t seed, struct kept **ret);
void kept_close(struct kept *kept);

/* What a reply is kept by; the target is borrowed. */
struct kept_key {
	struct bytes target;
	struct registry_choice choice;
};

/* The caller's own: to be dropped. NULL when there is none that holds. */
struct reply *kept_find(struct kept *kept, const struct kept_key *key,
    uint64_t version, uint64_t now_ms);

/* Keeps it, maybe. `version` was read before the reply was made. */
void kept_add(struct kept *kept, const struct kept_key *key, uint64_t version,
    uint64_t now_ms, struct reply *reply);

/* Bytes that are kept now. */
size_t kept_len(struct kept *kept);

#endif
