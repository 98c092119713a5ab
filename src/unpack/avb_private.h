/* SPDX-License-Identifier: ISC */
/* What Verified Boot promises of an image, and the check of it. */
#ifndef UNPACK_AVB_PRIVATE_H
#define UNPACK_AVB_PRIVATE_H

#include "base/bytes.h"
#include "crypto/hash.h"
#include "unpack/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A hash or hash tree descriptor; all pointers borrow. */
struct avb_descriptor {
	bool tree;
	bool other; /* of another kind: nothing below is set */
	uint64_t image_len;
	uint32_t data_block_len, hash_block_len; /* tree */
	struct bytes algorithm;			 /* "sha256" */
	struct bytes partition, salt, digest;
};

/* The next one off *rest; false when none is left, or it is broken. */
bool avb_next_descriptor(struct bytes *rest, struct avb_descriptor *ret);

/* Whether `image` is what it says; ANSWER_UNKNOWN when it is of another kind,
   not all there or of an unknown algorithm, or memory is out. */
enum answer avb_check(const struct avb_descriptor *d, struct bytes image);

/* The digest of both, one behind the other. False when the library refuses. */
bool avb_digest(enum hash hash, struct bytes first, struct bytes second,
    uint8_t ret[HASH_MAX_LEN]);

#endif
