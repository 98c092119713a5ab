/* SPDX-License-Identifier: ISC */
/* Random ledgers: statements of every kind, right ones and wrong ones. */
#ifndef TEST_UNIT_REGISTRY_STORY_H
#define TEST_UNIT_REGISTRY_STORY_H

#include "../trust/trust_world.h"

#include "registry/rows.h"
#include "registry/source.h"
#include "registry/view.h"

#include <stdbool.h>
#include <stdint.h>

/* Products of a story, and releases of each. */
#define STORY_PRODUCTS 24
#define STORY_RELEASES 4
/* Entries that are kept to be said again. */
#define STORY_KEPT 8

/* All follows from the seed. */
struct story {
	struct world w;
	uint64_t random;
	struct arena kept_arena;
	struct bytes kept[STORY_KEPT];
	uint8_t digest[SHA256_LEN];
	char hwmodel[PRODUCT_HWMODEL_MAX + 1];
	char version[PRODUCT_VERSION_MAX + 1];
	uint64_t refused[ADMISSION_CODES]; /* how often */
};

/* `monitor`: what is refused stands in the ledger nevertheless. */
void story_open(struct story *s, uint64_t seed, bool monitor);
void story_close(struct story *s);

/* A number below `below`. */
uint64_t story_draw(struct story *s, uint64_t below);

/* Says something; true when it stands in the ledger now, as s->w.said with the
   index trust_count() - 1. */
bool story_step(struct story *s);

#endif
