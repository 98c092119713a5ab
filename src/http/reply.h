/* SPDX-License-Identifier: ISC */
/* An answer as libmicrohttpd sends it: body, headers, and its 304. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/bytes.h"
#include "base/err.h"
#include "http/etag.h"
#include "registry/registry.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of bodies that exist at one time, of all threads: what slow readers
   have not taken yet, and what is kept. */
struct reply_room {
	size_t limit;
	atomic_size_t used;
};

/*
 * Immutable, and shared: each reply_make() and reply_keep() is undone by a
 * reply_drop(). Threads may do so at the same time.
 */
struct reply;

/* Copies what it needs of the answer, which has a body or none but submits
   nothing. Borrows the room. ERR_MEMORY: there is none. ERR_SYSTEM. */
enum err reply_make(const struct registry_answer *answer,
    struct reply_room *room, struct reply **ret);
struct reply *reply_keep(struct reply *reply);
void reply_drop(struct reply *reply);

/* Bytes of memory that it takes. */
size_t reply_len(const struct reply *reply);

/* What it was made of; its body and location are the reply's. */
const struct registry_answer *reply_answer(const struct reply *reply);

/*
 * Sends it, or 304 when `if_none_match` names its body. `last`: the connection
 * ends with it. *ret_status is what was sent. ERR_MEMORY, ERR_SYSTEM: nothing
 * was sent.
 */
enum err reply_send(struct reply *reply, struct MHD_Connection *connection,
    struct bytes if_none_match, bool last, unsigned *ret_status);

#endif
