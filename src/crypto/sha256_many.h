/* SPDX-License-Identifier: ISC */
/* SHA-256 of many messages at a time, where the processor can do that. */
#ifndef CRYPTO_SHA256_MANY_H
#define CRYPTO_SHA256_MANY_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fewer messages are faster one by one. */
#define SHA256_MANY_COUNT_MIN 6
/* Bytes of a message; a longer one would end long after the others. */
#define SHA256_MANY_LEN_MAX ((size_t)2048)

/*
 * The digests of `first` || rest[i], each of 32 bytes, one behind the other.
 * Those of messages whose rest has more than SHA256_MANY_LEN_MAX bytes are left
 * to the caller. False, and nothing is done, where the processor or the system
 * has not what it takes. `ret` must not overlap the messages. FIPS 180-4 §6.2.
 */
bool sha256_many(
    uint8_t first, const struct bytes *rest, size_t count, uint8_t *ret);

#endif
