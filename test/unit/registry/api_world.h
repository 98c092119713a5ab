/* SPDX-License-Identifier: ISC */
/* A registry over a ledger in memory: statements go in, requests are answered. */
#ifndef TEST_UNIT_REGISTRY_API_WORLD_H
#define TEST_UNIT_REGISTRY_API_WORLD_H

#include "../trust/trust_world.h"

#include "database/database.h"
#include "registry/registry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define API_ENTRIES 1024
#define API_BASE "https://registry.example"
#define API_ORIGIN "registry.example/ledger"

struct api_world {
	struct world w; /* its state and clock; say things by world_say() */
	struct arena arena;
	struct view *view;
	struct database *database;
	struct bytes entry[API_ENTRIES];
	uint64_t count;
	struct signer ledger; /* signs receipts */
	struct registry *registry;
	bool is_silent; /* the store does not answer */

	/* of the newest request */
	struct arena answers;
	struct registry_choice choice;
	struct registry_answer answer;
	struct bytes body; /* of the answer */
};

void api_world_open(struct api_world *a);
void api_world_close(struct api_world *a);

/* The newest statement of the world, which was admitted, goes into the ledger
   and the rows; gives its index. */
uint64_t api_take(struct api_world *a);
/* Padding until the ledger has so many entries. */
void api_fill(struct api_world *a, uint64_t count);

/* Who accredits LAB_A with this name and issuer, for `hallmark` up to 3. */
uint64_t api_accredit(
    struct api_world *a, enum who who, const char *name, const char *iss);
/* A label of LAB_A; claims as they are. */
uint64_t api_label_of(struct api_world *a, const struct label_claims *claims);
/* A change of status by `who`, with a text. */
uint64_t api_change(struct api_world *a, enum who who, uint64_t label,
    enum status_action action, const struct label_claims *claims,
    const char *text);

/* Asks; `accept` may be NULL. Gives the status. */
unsigned api_get(struct api_world *a, const char *target, const char *accept);
unsigned api_post(struct api_world *a, const char *target, const char *type,
    const char *accept, struct bytes body);
unsigned api_ask(struct api_world *a, const struct registry_request *request);

/* The body has this text; fails with the body else. */
void api_has(const struct api_world *a, const char *text);
void api_has_not(const struct api_world *a, const char *text);
bool api_find(const struct api_world *a, const char *text);
/* The body is JSON, all of it, and has no key twice in an object. */
void api_is_json(const struct api_world *a);
/* The body is deterministic CBOR. */
void api_is_cbor(const struct api_world *a);

#define API_TEST(name)                                                         \
	cmocka_unit_test_setup_teardown(name, api_setup, api_teardown)
int api_setup(void **state);
int api_teardown(void **state);

#endif
