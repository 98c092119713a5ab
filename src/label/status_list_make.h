/* SPDX-License-Identifier: ISC */
/* Makes token status lists and signs them. */
#ifndef LABEL_STATUS_LIST_MAKE_H
#define LABEL_STATUS_LIST_MAKE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "crypto/signer.h"
#include "label/status_list.h"

#include <stdint.h>

struct status_token_wish {
	struct bytes uri; /* sub: where it will be published */
	int64_t issued;
	int64_t expires;
	uint64_t ttl;	    /* 0: none */
	unsigned bits;	    /* 1, 2, 4 or 8 */
	struct bytes bytes; /* the list, not packed: §4.1 */
};

/* Sets the status at an index of a list that is long enough. */
void status_list_set(
    uint8_t *bytes, unsigned bits, uint64_t index, uint8_t value);

/* Appends the zlib stream, packed as well as zlib can. ERR_MEMORY, ERR_LIMIT. */
enum err status_list_pack(struct bytes bytes, struct out *ret);

/* Appends the signed token, deterministic. */
enum err status_token_make(const struct status_token_wish *wish,
    const struct signer *signer, const struct crypto_hooks *hooks,
    struct out *ret);

#endif
