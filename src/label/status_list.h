/* SPDX-License-Identifier: ISC */
/* Reads token status lists: a few bits for every label (CWT form). */
#ifndef LABEL_STATUS_LIST_H
#define LABEL_STATUS_LIST_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"
#include "crypto/cose.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* draft-ietf-oauth-status-list-21 §7.1; 3 is ours by its "application". */
enum status_value {
	STATUS_VALID = 0,
	STATUS_INVALID = 1,    /* revoked, for ever */
	STATUS_SUSPENDED = 2,  /* for now */
	STATUS_SUPERSEDED = 3, /* a newer label of the same release */
};

/* Labels in one list of ours; label N is in list N >> 20. */
#define STATUS_LIST_SHIFT 20
#define STATUS_LIST_COUNT ((uint64_t)1 << STATUS_LIST_SHIFT)
/* Bits of a status in our own lists, and so bytes of a full one. */
#define STATUS_LIST_BITS 2
#define STATUS_LIST_MAX_LEN ((size_t)STATUS_LIST_COUNT * STATUS_LIST_BITS / 8)

/* What zlib takes to inflate in one step, its window included. */
#define STATUS_INFLATE_ROOM ((size_t)48 * 1024)

struct status_list {
	unsigned bits;	     /* 1, 2, 4 or 8 */
	struct bytes packed; /* a zlib stream; borrows */
};

/* A signed list; borrows the input. */
struct status_token {
	struct cose_sign1 message;
	struct bytes uri; /* sub: where it is published, its name */
	int64_t issued;
	int64_t expires; /* INT64_MAX when it does not say */
	uint64_t ttl;	 /* seconds; 0 when it does not say */
	struct status_list list;
};

/* The map {"bits": n, "lst": bytes, ? "aggregation_uri": text} (§4.3). */
enum err status_list_read(struct bytes in, enum cbor_rules rules,
    struct status_list *ret, struct fault *ret_fault);

/*
 * The token (§5.2): COSE_Sign1 with typ application/statuslist+cwt. sub, iat
 * and the list must be there. Verifies nothing: cose_verify_sign1().
 */
enum err status_token_read(struct bytes in, enum cbor_rules rules,
    struct status_token *ret, struct fault *ret_fault);

/*
 * Inflates into `room` with `work` (STATUS_INFLATE_ROOM bytes, for zlib).
 * ERR_LIMIT when it is longer than the room, ERR_MALFORMED when the stream is
 * broken or bytes follow it, ERR_MEMORY when the work room does not do.
 */
enum err status_list_inflate(const struct status_list *list, uint8_t *work,
    size_t work_len, uint8_t *room, size_t cap, struct bytes *ret);

/* The status at an index of an inflated list; false when it has no such. */
bool status_list_find(
    struct bytes bytes, unsigned bits, uint64_t index, uint8_t *ret);

#endif
