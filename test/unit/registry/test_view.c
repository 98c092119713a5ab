/* SPDX-License-Identifier: ISC */
/* What a statement changes in the registry's rows, and nothing else. */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>

#define LABELS_MAX 8192

/* The rows, as a sink that keeps them. */
struct kept {
	struct registry_label label[LABELS_MAX];
	char text[LABELS_MAX][STATUS_TEXT_MAX];
	uint64_t index[LABELS_MAX];
	size_t label_count;
	uint64_t entries; /* statements' rows so far */
	unsigned changes; /* set_status() since it was set to 0 */
	struct registry_statement statement; /* the newest */
	struct registry_body body;	     /* likewise */
	unsigned bodies, recognitions;
	enum err fail; /* what the next call gives */
};

static enum err
put_statement(void *context, const struct registry_statement *row)
{
	struct kept *k = context;

	assert_int_equal(row->index, k->entries);
	k->entries++;
	k->statement = *row;
	return k->fail;
}

static enum err
put_label(void *context, const struct registry_label *row)
{
	struct kept *k = context;

	assert_true(k->label_count < LABELS_MAX);
	/* Its statement's row comes before. */
	assert_int_equal(row->index + 1, k->entries);
	assert_int_equal(k->statement.kind, STATEMENT_LABEL);
	k->label[k->label_count] = *row;
	k->index[k->label_count++] = row->index;
	return k->fail;
}

static struct registry_label *
find(struct kept *k, uint64_t index)
{
	for (size_t i = k->label_count; i > 0; i--)
		if (k->index[i - 1] == index)
			return &k->label[i - 1];
	fail_msg("no label %llu", (unsigned long long)index);
	return NULL;
}

static enum err
set_status(void *context, const struct registry_label *row)
{
	struct kept *k = context;
	struct registry_label *label = find(k, row->index);
	char *text = k->text[label - k->label];

	assert_true(row->has_change);
	/* Something is different, or it had not to be told. */
	assert_true(label->status != row->status || !label->has_change ||
	    label->changed_by != row->changed_by);
	label->status = row->status;
	label->has_change = row->has_change;
	label->changed_by = row->changed_by;
	label->changed = row->changed;
	label->reason = row->reason;
	if (row->reason_text.len > 0)
		memcpy(text, row->reason_text.ptr, row->reason_text.len);
	label->reason_text =
	    (struct bytes){ (const uint8_t *)text, row->reason_text.len };
	label->by_owner = row->by_owner;
	label->replaced_by = row->replaced_by;
	k->changes++;
	return k->fail;
}

static enum err
put_body(void *context, const struct registry_body *row)
{
	struct kept *k = context;

	k->body = *row;
	k->bodies++;
	return k->fail;
}

static enum err
put_recognition(void *context, const struct registry_recognition *row)
{
	struct kept *k = context;

	assert_int_equal(row->row.index + 1, k->entries);
	k->recognitions++;
	return k->fail;
}

/* A world, and the view of it. */
struct scene {
	struct story s;
	struct arena arena;
	struct view *view;
	struct kept *k;
	struct view_sink sink;
};

static void
open_scene(struct scene *c, uint64_t seed, bool monitor)
{
	story_open(&c->s, seed, monitor);
	c->arena = arena_open(64 * MIB);
	c->view = view_open(&c->arena, c->s.w.state, &crypto_hooks_default);
	c->k = calloc(1, sizeof(*c->k));
	assert_non_null(c->view);
	assert_non_null(c->k);
	c->sink = (struct view_sink){
		.put_statement = put_statement,
		.put_label = put_label,
		.set_status = set_status,
		.put_body = put_body,
		.put_recognition = put_recognition,
		.context = c->k,
	};
}

static void
close_scene(struct scene *c)
{
	free(c->k);
	arena_close(&c->arena);
	story_close(&c->s);
}

static int
set_up(void **state)
{
	struct scene *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	open_scene(c, 1, false);
	*state = c;
	return 0;
}

static int
tear_down(void **state)
{
	close_scene(*state);
	free(*state);
	return 0;
}

/* Shows the view what was said just now. */
static void
take(struct scene *c)
{
	const struct world *w = &c->s.w;

	c->k->changes = 0;
	assert_int_equal(view_take(c->view, trust_count(w->state) - 1, w->said,
			     &w->answer, &c->sink),
	    ERR_OK);
}

static void
expect(struct scene *c, enum admission_code code)
{
	assert_int_equal(code, ADMITTED);
	take(c);
}

/* The status of a label in its row, and the statement that made it so. */
static void
check(struct scene *c, uint64_t index, enum trust_status status,
    uint64_t changed_by, bool by_owner)
{
	const struct registry_label *label = find(c->k, index);

	assert_int_equal(label->status, status);
	assert_true(label->has_change);
	assert_int_equal(label->changed_by, changed_by);
	assert_int_equal(label->by_owner, by_owner);
}

static const struct world_scope all_scopes[] = { { "hallmark", 3, NULL },
	{ 0 } };

static enum admission_code
accredit(struct scene *c, enum accreditation_action action, bool with_labels)
{
	c->s.w.now += DAY; /* else it could be the same as one before */
	return world_accredit_by(&c->s.w, OWNER, LAB_A, action,
	    action == WITHDRAW ? NULL : all_scopes, with_labels, 0);
}

static void
a_new_label_is_as_it_was_issued(void **state)
{
	struct scene *c = *state;
	struct label_claims claims = test_claims();
	const struct registry_label *label;

	expect(c, accredit(c, ACCREDIT, false));
	assert_int_equal(c->k->bodies, 1);
	assert_int_equal(c->k->body.label_count, 0);
	assert_true(bytes_equal_text(c->k->body.name, "A laboratory"));
	assert_int_equal(c->k->statement.signer_name.len, 0); /* the owner */
	expect(c, world_label(&c->s.w, LAB_A, &claims));
	label = find(c->k, 1);
	assert_int_equal(label->status, TRUST_VALID);
	assert_false(label->has_change);
	assert_int_equal(label->accredited_by, 0);
	assert_memory_equal(label->body, c->s.w.id[LAB_A], SHA256_LEN);
	assert_true(bytes_equal_text(label->body_name, "A laboratory"));
	assert_true(bytes_equal_text(label->body_iss, world_iss[LAB_A]));
	assert_int_equal(label->claims.level, claims.level);
	assert_true(bytes_equal(label->claims.maker, claims.maker));
	assert_memory_equal(
	    label->claims.product.digest, test_digest, SHA256_LEN);
	assert_true(
	    bytes_equal_text(c->k->statement.signer_name, "A laboratory"));
	assert_true(c->k->statement.has_product);
	assert_true(c->k->statement.has_release);
	assert_memory_equal(
	    &c->k->statement.ids, &label->ids, sizeof(struct product_ids));
	assert_int_equal(c->k->statement.label, 2);
}

static void
a_suspension_says_why_and_its_end_too(void **state)
{
	struct scene *c = *state;
	struct label_claims claims = test_claims();

	expect(c, accredit(c, ACCREDIT, false));
	expect(c, world_label(&c->s.w, LAB_A, &claims));
	c->s.w.now += DAY;
	expect(
	    c, world_change(&c->s.w, LAB_A, 1, STATUS_SUSPEND, &claims, NULL));
	check(c, 1, TRUST_SUSPENDED, 2, false);
	assert_int_equal(find(c->k, 1)->reason, 1);
	assert_int_equal(find(c->k, 1)->changed, c->s.w.now);
	assert_int_equal(c->k->statement.label, 2);
	expect(
	    c, world_change(&c->s.w, OWNER, 1, STATUS_SUSPEND, &claims, NULL));
	check(c, 1, TRUST_SUSPENDED, 3, true); /* made its own by the owner */
	expect(c,
	    world_change(&c->s.w, OWNER, 1, STATUS_REINSTATE, &claims, NULL));
	check(c, 1, TRUST_VALID, 4, true);
}

static void
of_two_causes_the_one_that_is_left_comes_to_the_front(void **state)
{
	struct scene *c = *state;
	struct label_claims claims = test_claims();

	expect(c, accredit(c, ACCREDIT, false));
	expect(c, world_label(&c->s.w, LAB_A, &claims));
	expect(
	    c, world_change(&c->s.w, LAB_A, 1, STATUS_SUSPEND, &claims, NULL));
	expect(c, accredit(c, WITHDRAW, true));
	assert_int_equal(c->k->changes, 0); /* it is suspended since 2 */
	check(c, 1, TRUST_SUSPENDED, 2, false);
	expect(c,
	    world_change(&c->s.w, OWNER, 1, STATUS_REINSTATE, &claims, NULL));
	check(c, 1, TRUST_SUSPENDED, 3, true);
	assert_int_equal(find(c->k, 1)->reason, 0);
	expect(c, accredit(c, ACCREDIT, false));
	check(c, 1, TRUST_VALID, 5, true);
}

static void
and_the_other_way_round(void **state)
{
	struct scene *c = *state;
	struct label_claims claims = test_claims();

	expect(c, accredit(c, ACCREDIT, false));
	expect(c, world_label(&c->s.w, LAB_A, &claims));
	expect(c, accredit(c, WITHDRAW, true));
	check(c, 1, TRUST_SUSPENDED, 2, true);
	expect(
	    c, world_change(&c->s.w, OWNER, 1, STATUS_SUSPEND, &claims, NULL));
	assert_int_equal(c->k->changes, 0);
	expect(c, accredit(c, ACCREDIT, false));
	check(c, 1, TRUST_SUSPENDED, 3, true);
	assert_int_equal(find(c->k, 1)->reason, 1);
	expect(c,
	    world_change(&c->s.w, OWNER, 1, STATUS_REINSTATE, &claims, NULL));
	check(c, 1, TRUST_VALID, 5, true);
}

static void
a_newer_label_takes_the_place_of_the_older(void **state)
{
	struct scene *c = *state;
	struct label_claims claims = test_claims();

	expect(c, accredit(c, ACCREDIT, false));
	expect(c, world_label(&c->s.w, LAB_A, &claims));
	expect(
	    c, world_change(&c->s.w, LAB_A, 1, STATUS_SUSPEND, &claims, NULL));
	c->s.w.now += DAY;
	expect(c, world_label(&c->s.w, LAB_A, &claims));
	check(c, 1, TRUST_SUPERSEDED, 3, false);
	assert_int_equal(find(c->k, 1)->replaced_by, 4);
	assert_int_equal(find(c->k, 1)->reason, 0);
	assert_int_equal(find(c->k, 3)->status, TRUST_VALID);
	/* What comes later cannot wake it up, but it can be revoked. */
	expect(c, accredit(c, WITHDRAW, true));
	assert_int_equal(c->k->changes, 1);
	check(c, 1, TRUST_SUPERSEDED, 3, false);
	check(c, 3, TRUST_SUSPENDED, 4, true);
	expect(
	    c, world_change(&c->s.w, OWNER, 1, STATUS_REVOKE, &claims, NULL));
	check(c, 1, TRUST_REVOKED, 5, true);
	assert_int_equal(find(c->k, 1)->replaced_by, 4);
}

static void
a_renewal_names_the_label_that_stands_in_its_place(void **state)
{
	struct scene *c = *state;
	struct label_claims claims = test_claims();
	struct label_claims newer = test_claims();
	uint8_t digest[SHA256_LEN] = { 2 };

	newer.product.version = BYTES("1.2");
	newer.product.digest = digest;
	expect(c, accredit(c, ACCREDIT, false));
	expect(c, world_label(&c->s.w, LAB_A, &claims));
	expect(c, world_label(&c->s.w, LAB_A, &newer));
	assert_int_equal(c->k->changes, 0);
	expect(
	    c, world_change(&c->s.w, LAB_A, 1, STATUS_RENEWED, &claims, NULL));
	check(c, 1, TRUST_SUPERSEDED, 3, false);
	assert_int_equal(find(c->k, 1)->replaced_by, 3);
	assert_int_equal(find(c->k, 1)->reason, 1);
}

static void
only_labels_outside_a_restriction_are_told(void **state)
{
	static const struct world_scope low[] = { { "hallmark", 1, NULL },
		{ 0 } };
	struct scene *c = *state;
	struct label_claims claims = test_claims();
	struct label_claims other = test_claims();
	uint8_t digest[SHA256_LEN] = { 2 };

	other.level = 1;
	other.product.digest = digest;
	expect(c, accredit(c, ACCREDIT, false));
	expect(c, world_label(&c->s.w, LAB_A, &claims));
	expect(c, world_label(&c->s.w, LAB_A, &other));
	expect(c,
	    world_accredit_by(&c->s.w, OWNER, LAB_A, RESTRICT, low, true, 0));
	assert_int_equal(c->k->changes, 1);
	assert_int_equal(c->k->body.label_count, 2);
	assert_int_equal(c->k->body.action, RESTRICT);
	check(c, 1, TRUST_SUSPENDED, 3, true);
	assert_int_equal(find(c->k, 2)->status, TRUST_VALID);
}

static void
what_was_refused_is_a_row_without_a_word(void **state)
{
	struct scene *c = *state;
	struct label_claims claims = test_claims();

	c->s.w.terms.monitor = true;
	assert_int_equal(
	    world_label(&c->s.w, LAB_A, &claims), REFUSED_UNKNOWN_SIGNER);
	take(c);
	assert_false(c->k->statement.is_admitted);
	assert_int_equal(c->k->statement.refused, REFUSED_UNKNOWN_SIGNER);
	c->s.w.said = padding_make(1, c->s.w.room);
	assert_int_equal(world_admit(&c->s.w, c->s.w.said), ADMITTED);
	take(c);
	assert_false(c->k->statement.is_admitted);
	assert_int_equal(c->k->statement.refused, 0);
	assert_int_equal(c->k->entries, 2);
}

/* Whatever the reason is: the view looks at no entry that was refused. */
static void
every_refusal_is_told_by_its_code(void **state)
{
	struct scene *c = *state;

	for (unsigned i = ADMITTED + 1; i < ADMISSION_CODES; i++) {
		const struct admission said = {
			.code = (enum admission_code)i,
			.is_statement = i % 2 == 0,
			.kind = (enum statement_kind)(i % STATEMENT_KINDS),
		};

		assert_int_equal(view_take(c->view, c->k->entries,
				     BYTES("anything"), &said, &c->sink),
		    ERR_OK);
		assert_false(c->k->statement.is_admitted);
		assert_int_equal(c->k->statement.refused, i);
	}
	assert_int_equal(c->k->label_count, 0);
}

static void
the_sinks_error_comes_back(void **state)
{
	struct scene *c = *state;

	assert_int_equal(accredit(c, ACCREDIT, false), ADMITTED);
	c->k->fail = ERR_SYSTEM;
	assert_int_equal(
	    view_take(c->view, 0, c->s.w.said, &c->s.w.answer, &c->sink),
	    ERR_SYSTEM);
}

/* Shows two entries to a view with so much memory; whether it was enough. */
static bool
try_limit(size_t limit)
{
	struct scene *c = calloc(1, sizeof(*c));
	struct label_claims claims = test_claims();
	struct arena arena = arena_open(limit);
	enum err err = ERR_MEMORY;

	assert_non_null(c);
	open_scene(c, 1, false);
	c->view = view_open(&arena, c->s.w.state, &crypto_hooks_default);
	if (c->view != NULL) {
		expect(c, accredit(c, ACCREDIT, false));
		assert_int_equal(
		    world_label(&c->s.w, LAB_A, &claims), ADMITTED);
		err = view_take(
		    c->view, 1, c->s.w.said, &c->s.w.answer, &c->sink);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
	}
	arena_close(&arena);
	close_scene(c);
	free(c);
	return err == ERR_OK;
}

static void
a_full_arena_is_an_error(void **state)
{
	size_t limit = 64;

	(void)state;
	while (limit < 256 * KIB && !try_limit(limit))
		limit += 4096;
	assert_true(limit > 64 && limit < 256 * KIB);
}

static void
an_entry_that_is_not_the_newest_is_refused(void **state)
{
	struct scene *c = *state;
	struct label_claims claims = test_claims();

	assert_int_equal(accredit(c, ACCREDIT, false), ADMITTED);
	const struct admission first = c->s.w.answer;
	const struct bytes one = arena_copy(&c->arena, c->s.w.said);

	assert_int_equal(world_label(&c->s.w, LAB_A, &claims), ADMITTED);
	assert_int_equal(
	    view_take(c->view, 0, one, &first, &c->sink), ERR_MALFORMED);
}

/* ---- any ledger at all ---- */

/* Whether that statement can have brought a label to where it is. */
static void
check_cause(struct scene *c, const struct registry_label *row)
{
	enum statement_kind kind;
	const uint8_t *kid;

	if (!row->has_change) {
		assert_int_equal(row->status, TRUST_VALID);
		return;
	}
	assert_true(row->changed_by > row->index);
	assert_true(
	    trust_find_statement(c->s.w.state, row->changed_by, &kind, &kid));
	assert_true(kind == STATEMENT_STATUS || kind == STATEMENT_LABEL ||
	    kind == STATEMENT_ACCREDITATION);
	if (kind != STATEMENT_LABEL)
		assert_int_equal(
		    row->by_owner, trust_is_owner(c->s.w.state, kid));
	if (kind == STATEMENT_LABEL)
		assert_int_equal(row->changed_by + 1, row->replaced_by);
	if (kind == STATEMENT_LABEL)
		assert_int_equal(row->status, TRUST_SUPERSEDED);
	if (kind == STATEMENT_ACCREDITATION)
		assert_int_equal(row->reason, 0);
}

/* All labels of the state against all rows. */
static void
check_all(struct scene *c)
{
	const struct trust_label *label;
	size_t at = 0;

	while ((label = trust_next_label(c->s.w.state, &at)) != NULL) {
		const struct registry_label *row = &c->k->label[at - 1];

		assert_true(at <= c->k->label_count);
		assert_int_equal(row->index, label->index);
		if (row->status != trust_label_status(c->s.w.state, label))
			fail_msg("label %llu after %llu entries: %s, not %s",
			    (unsigned long long)label->index,
			    (unsigned long long)c->k->entries,
			    trust_status_text(row->status),
			    trust_status_text(
				trust_label_status(c->s.w.state, label)));
		assert_int_equal(row->replaced_by, label->replaced_by);
		check_cause(c, row);
		/* A suspension of its own by the owner is told as such. */
		if (row->status == TRUST_SUSPENDED && label->suspended &&
		    label->by_owner)
			assert_true(row->by_owner);
	}
	assert_int_equal(at, c->k->label_count);
}

static void
replay(uint64_t seed, bool monitor, unsigned steps, uint64_t *refused)
{
	struct scene *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	open_scene(c, seed, monitor);
	for (unsigned i = 0; i < steps; i++)
		if (story_step(&c->s)) {
			take(c);
			check_all(c);
		}
	assert_int_equal(c->k->entries, trust_count(c->s.w.state));
	for (size_t i = 0; i < ADMISSION_CODES; i++)
		refused[i] += c->s.refused[i];
	close_scene(c);
	free(c);
}

static void
rows_agree_with_the_rules_after_every_entry(void **state)
{
	uint64_t refused[ADMISSION_CODES] = { 0 };
	unsigned kinds = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++)
		replay(seed, seed % 2 == 0, 1200, refused);
	/* The stories had nearly everything in them. */
	assert_true(refused[ADMITTED] > 2000);
	assert_true(refused[REFUSED_BY_OWNER] > 0);
	assert_true(refused[REFUSED_SECOND_LABEL] > 0);
	assert_true(refused[REFUSED_NO_STATEMENT] > 0);
	for (size_t i = 0; i < ADMISSION_CODES; i++)
		if (refused[i] > 0)
			kinds++;
	assert_true(kinds >= 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define WITH(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		WITH(a_new_label_is_as_it_was_issued),
		WITH(a_suspension_says_why_and_its_end_too),
		WITH(of_two_causes_the_one_that_is_left_comes_to_the_front),
		WITH(and_the_other_way_round),
		WITH(a_newer_label_takes_the_place_of_the_older),
		WITH(a_renewal_names_the_label_that_stands_in_its_place),
		WITH(only_labels_outside_a_restriction_are_told),
		WITH(what_was_refused_is_a_row_without_a_word),
		WITH(every_refusal_is_told_by_its_code),
		WITH(the_sinks_error_comes_back),
		cmocka_unit_test(a_full_arena_is_an_error),
		WITH(an_entry_that_is_not_the_newest_is_refused),
		cmocka_unit_test(rows_agree_with_the_rules_after_every_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
