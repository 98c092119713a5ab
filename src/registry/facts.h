/* SPDX-License-Identifier: ISC */
/* What the ledger says of a product besides its labels: updates and flaws. */
#ifndef REGISTRY_FACTS_H
#define REGISTRY_FACTS_H

#include "registry/route_private.h"
#include "statement/advisory.h"
#include "statement/product.h"
#include "statement/update.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Advisories that are looked for; there is more in the history. */
#define FACTS_ADVISORIES 40

/* Who said one, in which statement, when. */
struct fact_source {
	uint64_t index;
	int64_t said_at;
	struct bytes iss;
	struct bytes name; /* of the body; empty: an owner */
};

struct fact_advisory {
	struct fact_source from;
	struct advisory what;
};

/* All of it is in the call's arena. */
struct facts {
	bool has_update;
	struct fact_source update_from;
	struct update update; /* the newest */
	/* newest first, each id once, as it was said of last */
	struct fact_advisory *advisory;
	size_t advisory_count;
	bool more; /* there are more than that */
};

/*
 * Only what an owner said, or a body that has labelled the product (whether or
 * not its label still stands): statements of others are part of the history and
 * no facts. What route_ask() says; ERR_MEMORY.
 */
enum err facts_read(struct route_call *call,
    const uint8_t product[PRODUCT_ID_LEN], struct facts *ret);

/* The payload of the statement of that kind at an index, in the arena; ERR_END:
   there is none. What route_ask() says. */
enum err facts_read_payload(struct route_call *call, uint64_t index,
    enum statement_kind kind, struct bytes *ret);

#endif
