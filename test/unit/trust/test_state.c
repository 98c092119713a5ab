/* SPDX-License-Identifier: ISC */
/* A state of many labels, and every way to run out of memory. */
#include "trust/state_private.h"
#include "trust_world.h"

#define MANY ((size_t)1000000)

/* A million labels straight into the lists: what admission does after its
   signatures. */
static void
a_million_labels_are_found_again(void **state)
{
	struct arena arena = arena_open(TRUST_STATE_LEN_MAX);
	static const struct cose_key owner;
	struct trust_state *s =
	    trust_open(&arena, &crypto_hooks_default, &owner, 1);
	struct trust_label label = { 0 };
	uint16_t scheme;

	(void)state;
	assert_non_null(s);
	assert_int_equal(
	    state_intern_scheme(s, BYTES("hallmark"), &scheme), ERR_OK);
	for (size_t i = 0; i < MANY; i++) {
		uint8_t id[SHA256_LEN];
		struct bytes number = { (const uint8_t *)&i, sizeof(i) };

		crypto_hooks_default.sha256(
		    crypto_hooks_default.context, &number, 1, id);
		label.index = i * 2;
		memcpy(label.firmware, id, PRODUCT_ID_LEN);
		memcpy(label.ids.release, id + 16, PRODUCT_ID_LEN);
		/* ten releases a product */
		size_t product = i / 10;

		number = (struct bytes){ (const uint8_t *)&product,
			sizeof(product) };
		crypto_hooks_default.sha256(
		    crypto_hooks_default.context, &number, 1, id);
		memcpy(label.ids.product, id, PRODUCT_ID_LEN);
		assert_int_equal(state_add_label(s, &label), ERR_OK);
	}
	assert_true(arena.used < 400 * MIB);
	for (size_t i = 0; i < MANY; i += 9973) {
		const struct trust_label *found = trust_find_label(s, i * 2);
		unsigned count = 0;

		assert_non_null(found);
		assert_null(trust_find_label(s, i * 2 + 1));
		assert_ptr_equal(
		    state_find_newest(s, found->firmware, BYTES("hallmark")),
		    found);
		assert_null(
		    state_find_newest(s, found->firmware, BYTES("psti")));
		for (const struct trust_label *l = trust_find_labels(
			 s, &found->ids, false, BYTES(""), NULL);
		     l != NULL;
		     l = trust_find_labels(s, &found->ids, false, BYTES(""), l))
			count++;
		assert_int_equal(count, 10);
		assert_ptr_equal(
		    trust_find_labels(s, &found->ids, true, BYTES(""), NULL),
		    found);
	}
	arena_close(&arena);
}

/* One step of a small story. */
static enum err
step(struct world *w, unsigned which)
{
	struct admission answer;
	struct label_claims claims = test_claims();

	w->now += 1;
	switch (which) {
	case 0: {
		uint8_t scopes[64];
		uint8_t room[512];
		struct cbor_writer list =
		    cbor_writer_open(scopes, sizeof(scopes));
		struct cbor_writer payload =
		    cbor_writer_open(room, sizeof(room));
		const char *field;

		cbor_put_array(&list, 1);
		accreditation_put_scope(&list, BYTES("hallmark"), 3, NULL, 0);
		struct accreditation a = {
			.action = ACCREDIT,
			.key = w->signer[LAB_A].key,
			.name = BYTES("A"),
			.iss = bytes_of(world_iss[LAB_A]),
			.scopes = cbor_written(&list),
			.from = T0,
		};
		struct statement_header header = {
			.kind = STATEMENT_ACCREDITATION,
			.iss = bytes_of(world_iss[OWNER]),
			.sub = bytes_of(world_iss[LAB_A]),
			.iat = w->now,
		};

		accreditation_put(&payload, &a);
		assert_int_equal(
		    statement_make(&header, cbor_written(&payload),
			&w->signer[OWNER], &crypto_hooks_default, w->room,
			sizeof(w->room), &w->said, &field),
		    ERR_OK);
		break;
	}
	default:
		w->said = test_label(&w->signer[LAB_A], &claims,
		    world_iss[LAB_A], w->now, w->now + DAY, w->room);
	}
	return trust_admit(w->state, w->said, &w->terms, &answer);
}

static void
running_out_of_memory_is_said(void **state)
{
	struct world *w = *state;
	bool done = false;

	for (size_t limit = 0; !done; limit += 997) {
		enum err err = ERR_OK;

		arena_close(&w->arena);
		w->arena = arena_open(limit);
		w->now = T0;
		w->state =
		    trust_open(&w->arena, &crypto_hooks_default, &w->owner, 1);
		if (w->state == NULL)
			continue;
		for (unsigned i = 0; i < 3 && err == ERR_OK; i++)
			err = step(w, i);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		done = err == ERR_OK;
		assert_true(limit < 4 * MIB);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_million_labels_are_found_again),
		WORLD_TEST(running_out_of_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
