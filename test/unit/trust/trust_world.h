/* SPDX-License-Identifier: ISC */
/* A small world of statements: one owner, three bodies, a ledger in memory. */
#ifndef TRUST_TRUST_WORLD_H
#define TRUST_TRUST_WORLD_H

#include "base/limits.h"
#include "statement/correction.h"
#include "statement/padding.h"
#include "statement/status_change.h"
#include "trust/admission.h"
#include "trust/state.h"

#include <stdlib.h>

#include "../statement/statement_keys.h"

/* A day of the world's clock, and its first. */
#define DAY INT64_C(86400)
#define T0 INT64_C(1700000000)

enum who {
	OWNER,
	LAB_A,
	LAB_B,
	LAB_C,
	PEOPLE
};

static const char *const world_iss[PEOPLE] = {
	[OWNER] = "https://owner.example",
	[LAB_A] = "https://a.example",
	[LAB_B] = "https://b.example",
	[LAB_C] = "https://c.example",
};

struct world {
	struct arena arena;
	struct signer signer[PEOPLE];
	uint8_t id[PEOPLE][SHA256_LEN];
	struct cose_key owner;
	struct trust_state *state;
	struct admission_terms terms;
	struct admission answer; /* to the newest statement */
	const char *iss;	 /* NULL: the signer's own */
	int64_t now;		 /* iat of what is said next */
	uint8_t room[TEST_ROOM];
	struct bytes said; /* the newest statement, in the room */
};

static inline void
world_open(struct world *w)
{
	*w = (struct world){ .arena = arena_open(64 * MIB), .now = T0 };
	for (size_t i = 0; i < PEOPLE; i++) {
		w->signer[i] = test_signer(
		    i == LAB_B ? COSE_CURVE_P256 : COSE_CURVE_ED25519,
		    (uint8_t)(i + 1));
		cose_key_thumbprint(
		    &crypto_hooks_default, &w->signer[i].key, w->id[i]);
	}
	w->owner = w->signer[OWNER].key;
	w->state = trust_open(&w->arena, &crypto_hooks_default, &w->owner, 1);
	assert_non_null(w->state);
}

static inline void
world_close(struct world *w)
{
	for (size_t i = 0; i < PEOPLE; i++)
		key_file_close(&w->signer[i]);
	arena_close(&w->arena);
}

/* A world for each test, in its state: WORLD_TEST(name). */
static inline int
world_setup(void **state)
{
	struct world *w = malloc(sizeof(*w));

	assert_non_null(w);
	world_open(w);
	*state = w;
	return 0;
}

static inline int
world_teardown(void **state)
{
	world_close(*state);
	free(*state);
	return 0;
}

#define WORLD_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

/* Hands bytes to the state. */
static inline enum admission_code
world_admit(struct world *w, struct bytes entry)
{
	uint64_t before = trust_count(w->state);

	w->terms.now = w->terms.monitor ? 0 : w->now;
	assert_int_equal(
	    trust_admit(w->state, entry, &w->terms, &w->answer), ERR_OK);
	assert_int_equal(trust_count(w->state),
	    before + (w->answer.code == ADMITTED || w->terms.monitor));
	return w->answer.code;
}

/* Signs a statement and hands it in. */
static inline enum admission_code
world_say(struct world *w, enum who who, enum statement_kind kind,
    const char *sub, int64_t exp, const struct cbor_writer *payload)
{
	const char *iss = w->iss != NULL ? w->iss : world_iss[who];
	const char *field = NULL;
	struct statement_header header = {
		.kind = kind,
		.iss = bytes_of(iss),
		.sub = bytes_of(sub),
		.iat = w->now,
		.exp = exp,
	};

	if (statement_make(&header, cbor_written(payload), &w->signer[who],
		&crypto_hooks_default, w->room, sizeof(w->room), &w->said,
		&field) != ERR_OK)
		fail_msg("statement_make: %s", field != NULL ? field : "?");
	return world_admit(w, w->said);
}

struct world_scope {
	const char *scheme;
	unsigned level;
	const char *category; /* NULL: all */
};

/* An accreditation by `by` of the body, for all of the scopes up to one
   without a scheme. */
static inline enum admission_code
world_accredit_by(struct world *w, enum who by, enum who body,
    enum accreditation_action action, const struct world_scope *scope,
    bool suspend_labels, int64_t until)
{
	uint8_t scopes[256];
	uint8_t room[768];
	struct cbor_writer list = cbor_writer_open(scopes, sizeof(scopes));
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	size_t count = 0;

	while (scope != NULL && scope[count].scheme != NULL)
		count++;
	cbor_put_array(&list, count);
	for (size_t i = 0; i < count; i++) {
		bool all = scope[i].category == NULL;
		struct bytes category =
		    all ? BYTES("") : bytes_of(scope[i].category);

		accreditation_put_scope(&list, bytes_of(scope[i].scheme),
		    scope[i].level, &category, all ? 0 : 1);
	}
	struct accreditation a = {
		.action = action,
		.key = w->signer[body].key,
		.name = BYTES("A laboratory"),
		.iss = bytes_of(world_iss[body]),
		.scopes = cbor_written(&list),
		.from = T0 - 100 * DAY,
		.until = until,
		.suspend_labels = suspend_labels,
	};

	accreditation_put(&payload, &a);
	return world_say(
	    w, by, STATEMENT_ACCREDITATION, world_iss[body], 0, &payload);
}

/* For "hallmark" up to that level, open end. */
static inline void
world_accredit(struct world *w, enum who body, unsigned level)
{
	const struct world_scope scope[] = { { "hallmark", level, NULL },
		{ 0 } };

	assert_int_equal(
	    world_accredit_by(w, OWNER, body, ACCREDIT, scope, false, 0),
	    ADMITTED);
}

static inline enum admission_code
world_withdraw(struct world *w, enum who body, bool suspend_labels)
{
	return world_accredit_by(
	    w, OWNER, body, WITHDRAW, NULL, suspend_labels, 0);
}

/* A label of two years by the body. */
static inline enum admission_code
world_label(struct world *w, enum who who, const struct label_claims *claims)
{
	w->said = test_label(&w->signer[who], claims,
	    w->iss != NULL ? w->iss : world_iss[who], w->now,
	    w->now + 730 * DAY, w->room);
	return world_admit(w, w->said);
}

static inline void
world_sub(const struct label_claims *claims, char sub[PRODUCT_SUB_LEN])
{
	struct product_ids ids;

	product_find_ids(&crypto_hooks_default, &claims->product, &ids);
	product_put_sub(&ids, true, sub);
}

static inline enum admission_code
world_change(struct world *w, enum who who, uint64_t label,
    enum status_action action, const struct label_claims *claims,
    const uint8_t *to)
{
	uint8_t room[STATUS_CHANGE_LEN_MAX];
	char sub[PRODUCT_SUB_LEN];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	struct status_change change = {
		.label = label, .action = action, .reason = 1, .to = to
	};

	world_sub(claims, sub);
	status_change_put(&payload, &change);
	return world_say(w, who, STATEMENT_STATUS, sub, 0, &payload);
}

static inline enum trust_status
world_status(const struct world *w, uint64_t index)
{
	const struct trust_label *label = trust_find_label(w->state, index);

	assert_non_null(label);
	return trust_label_status(w->state, label);
}

#endif
