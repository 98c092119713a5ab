/* SPDX-License-Identifier: ISC */
/* Entries that say nothing: they fill the ledger's last tile. */
#ifndef STATEMENT_PADDING_H
#define STATEMENT_PADDING_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PADDING_LEN_MAX ((size_t)32)

/* CBOR ["hallmark padding", index]: each is another entry. `room` has
   PADDING_LEN_MAX bytes; the result borrows it. */
struct bytes padding_make(uint64_t index, uint8_t *room);

/* Whether it is the padding of any place. */
bool padding_is(struct bytes entry);

#endif
