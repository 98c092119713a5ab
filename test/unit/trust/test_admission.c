/* SPDX-License-Identifier: ISC */
/* What may stand in the ledger: the traps of notes and incidents. */
#include "statement/claims.h"
#include "trust_world.h"

#include <stdlib.h>

static void
a_label_needs_an_accredited_body(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	assert_int_equal(
	    world_label(w, LAB_A, &claims), REFUSED_UNKNOWN_SIGNER);
	world_accredit(w, LAB_A, 2);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED);
	assert_int_equal(world_status(w, 1), TRUST_VALID);
	assert_int_equal(
	    world_label(w, LAB_B, &claims), REFUSED_UNKNOWN_SIGNER);
}

static void
only_the_owner_accredits(void **state)
{
	static const struct world_scope scope[] = { { "hallmark", 3, NULL },
		{ 0 } };
	struct world *w = *state;

	assert_int_equal(
	    world_accredit_by(w, LAB_A, LAB_A, ACCREDIT, scope, false, 0),
	    REFUSED_UNKNOWN_SIGNER);
	world_accredit(w, LAB_A, 2);
	assert_int_equal(
	    world_accredit_by(w, LAB_A, LAB_A, ACCREDIT, scope, false, 0),
	    REFUSED_ROLE);
	assert_int_equal(
	    world_accredit_by(w, LAB_A, LAB_B, ACCREDIT, scope, false, 0),
	    REFUSED_ROLE);
}

static void
scheme_level_category_and_dates_bind(void **state)
{
	static const struct world_scope scope[] = { { "hallmark", 2, "camera" },
		{ "psti", 1, NULL }, { 0 } };
	static const struct {
		const char *scheme;
		unsigned level;
		const char *category;
		int64_t at;
		enum trust_answer answer;
	} cases[] = {
		{ "hallmark", 2, "camera", T0 + DAY, TRUST_YES },
		{ "hallmark", 3, "camera", T0 + DAY, TRUST_LEVEL },
		{ "hallmark", 2, "lock", T0 + DAY, TRUST_CATEGORY },
		{ "hallmark", 2, "", T0 + DAY, TRUST_CATEGORY },
		{ "cra-self", 1, "camera", T0 + DAY, TRUST_SCHEME },
		{ "psti", 1, "", T0 + DAY, TRUST_YES },
		{ "psti", 1, "lock", T0 + 2 * DAY, TRUST_YES },
		{ "psti", 1, "", T0 + 10 * DAY, TRUST_TOO_LATE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world w;
		struct label_claims claims = test_claims();
		enum admission_code code;

		world_open(&w);
		assert_int_equal(world_accredit_by(&w, OWNER, LAB_A, ACCREDIT,
				     scope, false, T0 + 10 * DAY),
		    ADMITTED);
		claims.scheme = bytes_of(cases[i].scheme);
		claims.level = cases[i].level;
		claims.category = bytes_of(cases[i].category);
		w.now = cases[i].at;
		code = world_label(&w, LAB_A, &claims);
		assert_int_equal(code,
		    cases[i].answer == TRUST_YES ? ADMITTED : REFUSED_NO_RIGHT);
		if (code != ADMITTED)
			assert_int_equal(w.answer.answer, cases[i].answer);
		world_close(&w);
	}
}

/* The signer's own word on the time does not bring back a right. */
static void
a_withdrawn_body_cannot_backdate(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	w->now = T0 + 5 * DAY;
	assert_int_equal(world_withdraw(w, LAB_A, false), ADMITTED);
	w->terms.now = T0 + 6 * DAY;
	w->said = test_label(&w->signer[LAB_A], &claims, world_iss[LAB_A],
	    T0 + DAY, T0 + 400 * DAY, w->room);
	assert_int_equal(world_admit(w, w->said), REFUSED_NO_RIGHT);
	assert_int_equal(w->answer.answer, TRUST_WITHDRAWN);
	assert_int_equal(w->answer.other, 1);
}

static void
an_ended_accreditation_cannot_be_used_by_backdating(void **state)
{
	static const struct world_scope scope[] = { { "hallmark", 3, NULL },
		{ 0 } };
	struct world w;
	struct label_claims claims = test_claims();

	(void)state;
	for (int monitor = 0; monitor < 2; monitor++) {
		world_open(&w);
		assert_int_equal(world_accredit_by(&w, OWNER, LAB_A, ACCREDIT,
				     scope, false, T0 + 10 * DAY),
		    ADMITTED);
		w.now = T0 + 20 * DAY;
		world_accredit(&w, LAB_B, 1); /* proves that it is later */
		w.terms.monitor = monitor == 1;
		w.said = test_label(&w.signer[LAB_A], &claims, world_iss[LAB_A],
		    T0 + 9 * DAY, T0 + 400 * DAY, w.room);
		assert_int_equal(world_admit(&w, w.said), REFUSED_NO_RIGHT);
		assert_int_equal(w.answer.answer, TRUST_TOO_LATE);
		world_close(&w);
	}
}

static void
one_firmware_has_one_active_label_a_scheme(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();
	struct label_claims renamed = test_claims();

	world_accredit(w, LAB_A, 3);
	world_accredit(w, LAB_B, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 2 */
	w->now += DAY;
	assert_int_equal(world_label(w, LAB_B, &claims), REFUSED_SECOND_LABEL);
	assert_int_equal(w->answer.other, 2);
	/* another version text on the same image is the same firmware */
	renamed.product.version = BYTES("1.1.0");
	assert_int_equal(world_label(w, LAB_B, &renamed), REFUSED_SECOND_LABEL);
	/* not when it is suspended: nobody shops around */
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_SUSPEND, &claims, NULL), ADMITTED);
	assert_int_equal(world_label(w, LAB_B, &claims), REFUSED_SECOND_LABEL);
	/* but when it is revoked, or over */
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_REVOKE, &claims, NULL), ADMITTED);
	assert_int_equal(world_label(w, LAB_B, &claims), ADMITTED);
	w->now += 731 * DAY;
	claims.support_until = 0;
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED);
}

static void
a_renewal_supersedes_and_is_newer(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();
	struct product_ids ids;
	const struct trust_label *found;

	world_accredit(w, LAB_A, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 1 */
	w->now -= DAY;
	assert_int_equal(world_label(w, LAB_A, &claims), REFUSED_OLDER);
	w->now += 2 * DAY;
	claims.level = 3;
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 2 */
	assert_int_equal(world_status(w, 1), TRUST_SUPERSEDED);
	assert_int_equal(trust_find_label(w->state, 1)->replaced_by, 3);
	assert_int_equal(world_status(w, 2), TRUST_VALID);
	product_find_ids(&crypto_hooks_default, &claims.product, &ids);
	found =
	    trust_find_labels(w->state, &ids, true, BYTES("hallmark"), NULL);
	assert_int_equal(found->index, 2);
	found =
	    trust_find_labels(w->state, &ids, true, BYTES("hallmark"), found);
	assert_int_equal(found->index, 1);
	assert_null(
	    trust_find_labels(w->state, &ids, true, BYTES("hallmark"), found));
	assert_null(
	    trust_find_labels(w->state, &ids, false, BYTES("psti"), NULL));
}

static void
a_transfer_opens_the_way_for_one_body(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	world_accredit(w, LAB_B, 3);
	world_accredit(w, LAB_C, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 3 */
	w->now += DAY;
	assert_int_equal(
	    world_change(w, LAB_A, 3, STATUS_TRANSFER, &claims, test_digest),
	    REFUSED_NO_SUCH_BODY);
	assert_int_equal(
	    world_change(w, LAB_A, 3, STATUS_TRANSFER, &claims, w->id[LAB_A]),
	    REFUSED_ACTION);
	assert_int_equal(
	    world_change(w, LAB_B, 3, STATUS_TRANSFER, &claims, w->id[LAB_B]),
	    REFUSED_NOT_ITS_OWN);
	assert_int_equal(
	    world_change(w, LAB_A, 3, STATUS_TRANSFER, &claims, w->id[LAB_B]),
	    ADMITTED);
	assert_int_equal(world_status(w, 3), TRUST_VALID);
	assert_int_equal(world_label(w, LAB_C, &claims), REFUSED_SECOND_LABEL);
	assert_int_equal(world_label(w, LAB_B, &claims), ADMITTED); /* 5 */
	assert_int_equal(world_status(w, 3), TRUST_SUPERSEDED);
	w->now += DAY;
	assert_int_equal(world_label(w, LAB_A, &claims), REFUSED_SECOND_LABEL);
}

static void
the_same_statement_stands_once(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();
	uint8_t old[TEST_ROOM];
	struct bytes label;

	world_accredit(w, LAB_A, 3);
	memcpy(old, w->said.ptr, w->said.len);
	struct bytes accreditation = { old, w->said.len };

	w->now += DAY;
	assert_int_equal(world_withdraw(w, LAB_A, false), ADMITTED);
	assert_int_equal(world_admit(w, accreditation), REFUSED_REPEATED);
	assert_int_equal(w->answer.other, 0);
	w->now += DAY;
	world_accredit(w, LAB_A, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 3 */
	memcpy(old, w->said.ptr, w->said.len);
	label = (struct bytes){ old, w->said.len };
	assert_int_equal(
	    world_change(w, LAB_A, 3, STATUS_REVOKE, &claims, NULL), ADMITTED);
	assert_int_equal(world_admit(w, label), REFUSED_REPEATED);
	assert_int_equal(w->answer.other, 3);
	assert_int_equal(world_status(w, 3), TRUST_REVOKED);
}

static void
a_turned_p256_signature_is_no_second_statement(void **state)
{
	/* The order of P-256 (SEC 2 §2.4.2): s and n - s both verify. */
	static const uint8_t order[32] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
		0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2,
		0xfc, 0x63, 0x25, 0x51 };
	struct world *w = *state;
	struct label_claims claims = test_claims();
	uint8_t turned[TEST_ROOM];
	uint8_t work[TEST_ROOM];
	struct statement s;
	struct fault fault;
	int borrow = 0;

	world_accredit(w, LAB_B, 3);
	assert_int_equal(world_label(w, LAB_B, &claims), ADMITTED);
	memcpy(turned, w->said.ptr, w->said.len);
	for (size_t i = 32; i-- > 0;) {
		size_t at = w->said.len - 32 + i;
		int value = order[i] - turned[at] - borrow;

		borrow = value < 0;
		turned[at] = (uint8_t)(value + 256 * borrow);
	}
	struct bytes again = { turned, w->said.len };

	assert_int_equal(statement_read(again, &s, &fault), ERR_OK);
	assert_int_equal(statement_verify(&s, &w->signer[LAB_B].key,
			     &crypto_hooks_default, work, sizeof(work)),
	    ERR_OK);
	assert_int_equal(world_admit(w, again), REFUSED_REPEATED);
}

static void
a_label_is_of_the_release_that_it_names(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();
	struct label_claims other = test_claims();
	uint8_t room[LABEL_CLAIMS_LEN_MAX];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	char sub[PRODUCT_SUB_LEN];

	world_accredit(w, LAB_A, 3);
	other.product.version = BYTES("6.6");
	world_sub(&other, sub);
	label_claims_put(&payload, &claims);
	assert_int_equal(
	    world_say(w, LAB_A, STATEMENT_LABEL, sub, w->now + DAY, &payload),
	    REFUSED_SUBJECT);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED);
	/* and a status is of the label's release */
	assert_int_equal(world_change(w, LAB_A, 1, STATUS_REVOKE, &other, NULL),
	    REFUSED_NO_SUCH_LABEL);
	assert_int_equal(
	    world_change(w, LAB_A, 0, STATUS_REVOKE, &claims, NULL),
	    REFUSED_NO_SUCH_LABEL);
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_REVOKE, &claims, NULL),
	    REFUSED_NO_SUCH_LABEL);
}

static void
only_body_and_owner_change_a_status(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	world_accredit(w, LAB_B, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 2 */
	assert_int_equal(
	    world_change(w, LAB_B, 2, STATUS_REVOKE, &claims, NULL),
	    REFUSED_NOT_ITS_OWN);
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_REINSTATE, &claims, NULL),
	    REFUSED_ACTION);
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_SUSPEND, &claims, NULL), ADMITTED);
	assert_int_equal(world_status(w, 2), TRUST_SUSPENDED);
	w->now += 1;
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_SUSPEND, &claims, NULL),
	    REFUSED_ACTION);
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_REINSTATE, &claims, NULL),
	    ADMITTED);
	w->now -= 1;
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_REVOKE, &claims, NULL),
	    REFUSED_OLDER);
	w->now += 2;
	/* what the owner suspends, the body does not bring back */
	assert_int_equal(
	    world_change(w, OWNER, 2, STATUS_SUSPEND, &claims, NULL), ADMITTED);
	w->now += 1;
	assert_int_equal(
	    world_change(w, LAB_A, 2, STATUS_REINSTATE, &claims, NULL),
	    REFUSED_BY_OWNER);
	assert_int_equal(world_label(w, LAB_A, &claims), REFUSED_BY_OWNER);
	assert_int_equal(
	    world_change(w, OWNER, 2, STATUS_REINSTATE, &claims, NULL),
	    ADMITTED);
	assert_int_equal(world_status(w, 2), TRUST_VALID);
	w->now += 1;
	assert_int_equal(
	    world_change(w, OWNER, 2, STATUS_REVOKE, &claims, NULL), ADMITTED);
	assert_int_equal(
	    world_change(w, OWNER, 2, STATUS_REINSTATE, &claims, NULL),
	    REFUSED_REVOKED);
}

static void
renewed_by_another_release_needs_one(void **state)
{
	static const uint8_t digest[SHA256_LEN] = { 9 };
	struct world *w = *state;
	struct label_claims old = test_claims();
	struct label_claims new = test_claims();

	world_accredit(w, LAB_A, 3);
	assert_int_equal(world_label(w, LAB_A, &old), ADMITTED); /* 1 */
	w->now += 1;
	assert_int_equal(world_change(w, LAB_A, 1, STATUS_RENEWED, &old, NULL),
	    REFUSED_NOT_RENEWED);
	new.product.version = BYTES("1.2");
	new.product.digest = digest;
	assert_int_equal(world_label(w, LAB_A, &new), ADMITTED); /* 2 */
	assert_int_equal(world_status(w, 1), TRUST_VALID);
	assert_int_equal(
	    world_change(w, LAB_A, 1, STATUS_RENEWED, &old, NULL), ADMITTED);
	assert_int_equal(world_status(w, 1), TRUST_SUPERSEDED);
	assert_int_equal(trust_find_label(w->state, 1)->replaced_by, 3);
}

static void
a_key_is_one_body(void **state)
{
	static const struct world_scope scope[] = { { "hallmark", 3, NULL },
		{ 0 } };
	uint8_t room[512];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	struct world *w = *state;

	world_accredit(w, LAB_A, 3);
	struct accreditation a = {
		.action = ACCREDIT,
		.key = w->signer[LAB_A].key,
		.name = BYTES("Somebody else"),
		.iss = bytes_of(world_iss[LAB_C]),
		.scopes = BYTES("\x80"),
		.from = T0,
	};

	accreditation_put(&payload, &a);
	assert_int_equal(world_say(w, OWNER, STATEMENT_ACCREDITATION,
			     world_iss[LAB_C], 0, &payload),
	    REFUSED_KEY_TAKEN);
	/* and says under its own name what it says */
	struct label_claims claims = test_claims();

	w->iss = world_iss[LAB_B];
	assert_int_equal(world_label(w, LAB_A, &claims), REFUSED_ISSUER);
	w->iss = NULL;
	/* a sub that is not the body */
	payload = cbor_writer_open(room, sizeof(room));
	a.iss = bytes_of(world_iss[LAB_A]);
	accreditation_put(&payload, &a);
	assert_int_equal(world_say(w, OWNER, STATEMENT_ACCREDITATION,
			     world_iss[LAB_C], 0, &payload),
	    REFUSED_NO_STATEMENT);
	assert_string_equal(w->answer.fault.field, "sub");
	assert_int_equal(
	    world_accredit_by(w, OWNER, LAB_B, RESTRICT, scope, false, 0),
	    REFUSED_NOT_ACCREDITED);
	assert_int_equal(
	    world_withdraw(w, LAB_B, false), REFUSED_NOT_ACCREDITED);
}

static void
a_body_may_have_two_keys(void **state)
{
	uint8_t room[512];
	uint8_t scopes[64];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	struct cbor_writer list = cbor_writer_open(scopes, sizeof(scopes));
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 1 */
	cbor_put_array(&list, 1);
	accreditation_put_scope(&list, BYTES("hallmark"), 3, NULL, 0);
	struct accreditation a = {
		.action = ACCREDIT,
		.key = w->signer[LAB_C].key, /* the new one of A */
		.name = BYTES("A laboratory"),
		.iss = bytes_of(world_iss[LAB_A]),
		.scopes = cbor_written(&list),
		.from = T0,
	};

	accreditation_put(&payload, &a);
	assert_int_equal(world_say(w, OWNER, STATEMENT_ACCREDITATION,
			     world_iss[LAB_A], 0, &payload),
	    ADMITTED);
	w->now += 1;
	w->iss = world_iss[LAB_A];
	assert_int_equal(
	    world_change(w, LAB_C, 1, STATUS_SUSPEND, &claims, NULL), ADMITTED);
	w->now += 1;
	assert_int_equal(world_label(w, LAB_C, &claims), ADMITTED);
	assert_int_equal(world_status(w, 1), TRUST_SUPERSEDED);
}

static void
forged_and_dressed_up_statements_are_refused(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();
	uint8_t room[TEST_ROOM];
	struct cbor_writer writer = cbor_writer_open(room, sizeof(room));
	struct statement s;
	struct fault fault;

	world_accredit(w, LAB_A, 3);
	w->said = test_label(&w->signer[LAB_A], &claims, world_iss[LAB_A],
	    w->now, w->now + DAY, w->room);
	w->room[w->said.len - 1] ^= 1;
	assert_int_equal(world_admit(w, w->said), REFUSED_SIGNATURE);
	w->room[w->said.len - 1] ^= 1;
	assert_int_equal(statement_read(w->said, &s, &fault), ERR_OK);
	cose_put_sign1(&writer, s.cose.protected_map, BYTES("\xa1\x0b\x01"),
	    s.payload, s.cose.signature);
	assert_int_equal(
	    world_admit(w, cbor_written(&writer)), REFUSED_NOT_A_LEAF);
	assert_int_equal(world_admit(w, BYTES("hello")), REFUSED_NO_STATEMENT);
	assert_int_equal(world_admit(w, w->said), ADMITTED);
}

static void
times_must_be_possible(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	w->said = test_label(&w->signer[LAB_A], &claims, world_iss[LAB_A],
	    w->now + ADMISSION_SKEW_SECS + 1, w->now + 10 * DAY, w->room);
	assert_int_equal(world_admit(w, w->said), REFUSED_TIMES);
	w->said = test_label(&w->signer[LAB_A], &claims, world_iss[LAB_A],
	    w->now - 10 * DAY, w->now, w->room);
	assert_int_equal(world_admit(w, w->said), REFUSED_TIMES);
	w->said = test_label(&w->signer[LAB_A], &claims, world_iss[LAB_A],
	    w->now, w->now + ADMISSION_LABEL_SECS + 1, w->room);
	assert_int_equal(world_admit(w, w->said), REFUSED_TIMES);
	claims.support_until = w->now;
	assert_int_equal(world_label(w, LAB_A, &claims), REFUSED_TIMES);
	claims.support_until = w->now + 1;
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED);
}

static enum admission_code
correct(struct world *w, enum who who, uint64_t statement)
{
	uint8_t room[512];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	struct correction c = {
		.statement = statement,
		.field = BYTES("maker"),
		.value = BYTES("Argentum"),
		.reason = BYTES("a typing error"),
	};

	correction_put(&payload, &c);
	return world_say(w, who, STATEMENT_CORRECTION, "label", 0, &payload);
}

/* A maker's own map is admitted; what pages would show must be right. */
static void
updates_and_advisories_are_read_when_they_are_ours(void **state)
{
	static const struct {
		enum statement_kind kind;
		int64_t claim;
	} cases[] = { { STATEMENT_UPDATE, CLAIM_UPDATE },
		{ STATEMENT_ADVISORY, CLAIM_ADVISORY } };
	struct world *w = *state;
	struct label_claims claims = test_claims();
	char sub[PRODUCT_SUB_LEN];

	world_accredit(w, LAB_A, 3);
	world_sub(&claims, sub);
	for (size_t i = 0; i < 2; i++) {
		uint8_t room[64];
		struct cbor_writer p = cbor_writer_open(room, sizeof(room));

		cbor_put_map(&p, 1);
		cbor_put_int(&p, cases[i].claim);
		cbor_put_array(&p, 0);
		assert_int_equal(world_say(w, LAB_A, cases[i].kind, sub, 0, &p),
		    REFUSED_NO_STATEMENT);
		assert_non_null(w->answer.fault.field);
		p = cbor_writer_open(room, sizeof(room));
		cbor_put_map(&p, 1);
		cbor_put_int(&p, cases[i].claim - 1000);
		cbor_put_array(&p, 0);
		assert_int_equal(
		    world_say(w, LAB_A, cases[i].kind, sub, 0, &p), ADMITTED);
		assert_int_equal(world_say(w, LAB_B, cases[i].kind, sub, 0, &p),
		    REFUSED_UNKNOWN_SIGNER);
	}
}

static void
corrections_are_of_ones_own(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();

	world_accredit(w, LAB_A, 3);
	world_accredit(w, LAB_B, 3);
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED); /* 2 */
	assert_int_equal(correct(w, LAB_A, 2), ADMITTED);
	assert_int_equal(correct(w, LAB_B, 2), REFUSED_NOT_ITS_OWN);
	assert_int_equal(correct(w, LAB_A, 9), REFUSED_NO_SUCH_STATEMENT);
	assert_int_equal(correct(w, OWNER, 2), ADMITTED);
	assert_int_equal(world_withdraw(w, LAB_A, false), ADMITTED);
	w->now += 1;
	assert_int_equal(correct(w, LAB_A, 2), REFUSED_NO_RIGHT);
}

static void
withdrawing_keeps_or_suspends_the_labels(void **state)
{
	static const struct world_scope less[] = { { "hallmark", 1, NULL },
		{ 0 } };
	struct world *w = *state;
	struct label_claims high = test_claims();
	struct label_claims low = test_claims();
	static const uint8_t digest[SHA256_LEN] = { 9 };

	world_accredit(w, LAB_A, 3);
	low.level = 1;
	low.product.digest = digest;
	assert_int_equal(world_label(w, LAB_A, &high), ADMITTED); /* 1 */
	assert_int_equal(world_label(w, LAB_A, &low), ADMITTED);  /* 2 */
	w->now += 1;
	assert_int_equal(
	    world_accredit_by(w, OWNER, LAB_A, RESTRICT, less, false, 0),
	    ADMITTED);
	assert_int_equal(world_status(w, 1), TRUST_VALID);
	w->now += 1;
	assert_int_equal(
	    world_accredit_by(w, OWNER, LAB_A, RESTRICT, less, true, 0),
	    ADMITTED);
	assert_int_equal(world_status(w, 1), TRUST_SUSPENDED);
	assert_int_equal(world_status(w, 2), TRUST_VALID);
	w->now += 1;
	assert_int_equal(world_withdraw(w, LAB_A, true), ADMITTED);
	assert_int_equal(world_status(w, 2), TRUST_SUSPENDED);
	w->now += 1;
	assert_int_equal(
	    world_accredit_by(w, OWNER, LAB_A, ACCREDIT, less, false, 0),
	    ADMITTED);
	assert_int_equal(world_status(w, 1), TRUST_SUSPENDED);
	assert_int_equal(world_status(w, 2), TRUST_VALID);
}

static void
a_monitor_counts_what_it_refuses(void **state)
{
	struct world *w = *state;
	struct label_claims claims = test_claims();
	uint8_t room[PADDING_LEN_MAX];
	enum statement_kind kind;
	const uint8_t *kid;

	w->terms.monitor = true;
	assert_int_equal(world_admit(w, padding_make(0, room)), ADMITTED);
	assert_false(w->answer.is_statement);
	assert_int_equal(
	    world_admit(w, padding_make(7, room)), REFUSED_PADDING);
	assert_int_equal(
	    world_label(w, LAB_A, &claims), REFUSED_UNKNOWN_SIGNER);
	world_accredit(w, LAB_A, 3); /* 3 */
	/* what was refused at 2 may stand at 4 */
	assert_int_equal(world_label(w, LAB_A, &claims), ADMITTED);
	assert_int_equal(trust_count(w->state), 5);
	assert_null(trust_find_label(w->state, 2));
	assert_non_null(trust_find_label(w->state, 4));
	assert_false(trust_find_statement(w->state, 0, &kind, &kid));
	assert_false(trust_find_statement(w->state, 2, &kind, &kid));
	assert_true(trust_find_statement(w->state, 4, &kind, &kid));
	assert_int_equal(kind, STATEMENT_LABEL);
	assert_memory_equal(kid, w->id[LAB_A], SHA256_LEN);
}

static void
every_refusal_has_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ADMISSION_CODES; i++) {
		struct out o = out_open(1 * KIB);
		struct admission a = { .code = (enum admission_code)i,
			.answer = TRUST_WITHDRAWN,
			.has_other = true,
			.other = 17 };

		admission_put(&o, &a);
		assert_true(o.len > 20);
		assert_non_null(admission_word((enum admission_code)i));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
			    admission_word((enum admission_code)i),
			    admission_word((enum admission_code)k));
		out_close(&o);
	}
	for (size_t i = TRUST_YES; i <= TRUST_TOO_LATE; i++) {
		assert_non_null(trust_answer_text((enum trust_answer)i));
		assert_non_null(trust_answer_word((enum trust_answer)i));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_label_needs_an_accredited_body),
		WORLD_TEST(only_the_owner_accredits),
		cmocka_unit_test(scheme_level_category_and_dates_bind),
		WORLD_TEST(a_withdrawn_body_cannot_backdate),
		cmocka_unit_test(
		    an_ended_accreditation_cannot_be_used_by_backdating),
		WORLD_TEST(one_firmware_has_one_active_label_a_scheme),
		WORLD_TEST(a_renewal_supersedes_and_is_newer),
		WORLD_TEST(a_transfer_opens_the_way_for_one_body),
		WORLD_TEST(the_same_statement_stands_once),
		WORLD_TEST(a_turned_p256_signature_is_no_second_statement),
		WORLD_TEST(a_label_is_of_the_release_that_it_names),
		WORLD_TEST(only_body_and_owner_change_a_status),
		WORLD_TEST(renewed_by_another_release_needs_one),
		WORLD_TEST(a_key_is_one_body),
		WORLD_TEST(a_body_may_have_two_keys),
		WORLD_TEST(forged_and_dressed_up_statements_are_refused),
		WORLD_TEST(times_must_be_possible),
		WORLD_TEST(updates_and_advisories_are_read_when_they_are_ours),
		WORLD_TEST(corrections_are_of_ones_own),
		WORLD_TEST(withdrawing_keeps_or_suspends_the_labels),
		WORLD_TEST(a_monitor_counts_what_it_refuses),
		cmocka_unit_test(every_refusal_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
