/* SPDX-License-Identifier: ISC */
/* Drafts read back, ask for little at first, and lose no answer. */
#include "draft/draft.h"

#include "camera.h"

/* The draft lies in the arena. */
static struct bytes
write_draft(struct camera *c, const struct declaration *from)
{
	struct out o = out_open(4 * MIB);
	struct fault fault = { 0 };
	struct draft_wants wants = {
		.data = data_embedded(),
		.prefill = &c->prefill,
		.from = from,
		.image_name = BYTES("a.img"),
		.image_sha256 = BYTES("0123456789abcdef0123456789abcdef"),
	};

	assert_int_equal(draft_write(&wants, &c->arena, &o, &fault), ERR_OK);
	assert_int_equal(o.failed, ERR_OK);
	struct bytes draft = arena_copy(&c->arena, out_bytes(&o));

	out_close(&o);
	return draft;
}

static const struct declared *
find(const struct declaration *d, const char *table, const char *row,
    const char *field)
{
	return declaration_find(
	    d, bytes_of(table), bytes_of(row), bytes_of(field));
}

static bool
is(const struct declared *d, const char *value)
{
	return d != NULL && bytes_equal_text(d->value, value);
}

static bool
has(struct bytes text, const char *words)
{
	return bytes_find(text, bytes_of(words), 0) != SIZE_MAX;
}

static void
a_first_draft_asks_for_product_and_features(void **state)
{
	struct camera c = camera_open();

	(void)state;
	camera_assess(&c);
	struct bytes draft = write_draft(&c, NULL);
	struct declaration d = camera_read(&c, draft);

	assert_true(is(find(&d, "product", "", "maker"), "TODO"));
	assert_true(is(find(&d, "features", "", "Fz"), "TODO"));
	assert_false(has(draft, "\nprovisions:"));
	assert_false(has(draft, "\nUserInfo:"));
	for (size_t i = 0; i < d.count; i++)
		if (!bytes_equal_text(d.list[i].table, "product") &&
		    !bytes_equal_text(d.list[i].table, "features"))
			assert_false(bytes_equal_text(d.list[i].value, "TODO"));
	camera_close(&c);
}

static void
facts_fill_in_what_they_prove(void **state)
{
	static const struct {
		const char *table, *row, *field, *value;
	} rows[] = {
		{ "product", "", "release", "1.0" },
		{ "features", "", "Fa", "yes" },
		{ "features", "", "Fq", "yes" },
		{ "features", "", "Fr", "yes" },
		{ "features", "", "Fg", "yes" },
		{ "features", "", "Fn", "yes" },
		{ "features", "", "C16", "yes" },
		{ "AuthMech", "AuthMech-root", "factor", "password" },
		{ "SoftComp", "busybox", "version", "1.35.0" },
		{ "SoftComp", "busybox.2", "version", "1.36.0" },
		{ "SoftComp", "busybox", "update", "UpdMech-1" },
		{ "UpdMech", "UpdMech-1", "container", "uimage" },
		{ "UpdMech", "UpdMech-1", "authenticity", "none" },
		{ "SoftServ", "SoftServ-telnetd", "port", "23" },
		{ "SoftServ", "SoftServ-telnetd", "start", "always" },
		{ "SecParam", "SecParam-bbbbbbbbbbbb", "type", "critical" },
		{ "PhyIntf", "PhyIntf-ttyS0", "debug", "yes" },
		{ "LogIntf", "LogIntf-telnetd", "port", "23" },
	};
	struct camera c = camera_open();

	(void)state;
	camera_assess(&c);
	struct declaration d = camera_read(&c, write_draft(&c, NULL));

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!is(find(&d, rows[i].table, rows[i].row, rows[i].field),
			rows[i].value))
			fail_msg("%s %s %s", rows[i].table, rows[i].row,
			    rows[i].field);
	/* started twice, one row; a published key is none of the product */
	assert_null(find(&d, "SoftServ", "SoftServ-telnetd.2", "id"));
	assert_null(find(&d, "SecParam", "SecParam-aaaaaaaaaaaa", "id"));
	camera_close(&c);
}

static void
a_feature_is_never_no_by_an_image(void **state)
{
	struct camera c = camera_open();

	(void)state;
	camera_assess(&c);
	for (size_t i = 0; i < c.prefill.count; i++)
		if (bytes_equal_text(c.prefill.list[i].table, "features"))
			assert_true(
			    bytes_equal_text(c.prefill.list[i].value, "yes"));
	camera_close(&c);
}

static void
evidence_stands_beside_and_escaped(void **state)
{
	struct camera c = camera_open();

	(void)state;
	camera_assess(&c);
	struct bytes draft = write_draft(&c, NULL);

	assert_true(has(draft, "# seen: sq!/etc/inittab at 0x1a"));
	assert_true(has(draft, "\\x1b[2Jsysupgrade"));
	assert_null(memchr(draft.ptr, 0x1b, draft.len));
	camera_close(&c);
}

static void
a_draft_has_no_fault_of_form(void **state)
{
	struct camera c = camera_open();
	struct problems p;
	struct fault fault = { 0 };

	(void)state;
	camera_assess(&c);
	struct declaration d = camera_read(&c, write_draft(&c, NULL));

	assert_int_equal(
	    declaration_check(data_embedded(), &d, TODAY, &c.arena, &p, &fault),
	    ERR_OK);
	for (size_t i = 0; i < p.count; i++)
		if (p.list[i].kind != PROBLEM_PLACEHOLDER &&
		    p.list[i].kind != PROBLEM_MISSING)
			fail_msg("%.*s: %.*s", (int)p.list[i].field.len,
			    (const char *)p.list[i].field.ptr,
			    (int)p.list[i].text.len,
			    (const char *)p.list[i].text.ptr);
	camera_close(&c);
}

static const char answers[] = "product:\n"
			      "  maker: \"A: B\"\n"
			      "  release: TODO\n"
			      "  strange: kept\n"
			      "  pictures: [a, b]\n"
			      "  purpose: |-\n"
			      "    two\n"
			      "    lines\n"
			      "features: {Fz: no, Fa: yes, Fb: no, C15: no}\n"
			      "provisions:\n"
			      "  5.2-2: {support: yes, detail: by hand}\n"
			      "  9.9-9: {support: yes}\n"
			      "SoftServ:\n"
			      "  - {id: mine, description: x y}\n"
			      "Other:\n"
			      "  - {id: z, a: b}\n"
			      "Odd: {c: d, e: {f: g}}\n";

static void
a_later_draft_keeps_every_answer(void **state)
{
	struct camera c = camera_open();

	(void)state;
	camera_assess(&c);
	struct declaration from = camera_read(&c, bytes_of(answers));
	struct declaration d = camera_read(&c, write_draft(&c, &from));

	for (size_t i = 0; i < from.count; i++) {
		const struct declared *a = &from.list[i];
		bool found = bytes_equal_text(a->value, "TODO");

		for (size_t k = 0; k < d.count; k++)
			found |= bytes_equal(d.list[k].table, a->table) &&
			    bytes_equal(d.list[k].row, a->row) &&
			    bytes_equal(d.list[k].field, a->field) &&
			    bytes_equal(d.list[k].value, a->value);
		if (!found)
			fail_msg("%.*s %.*s is lost", (int)a->table.len,
			    (const char *)a->table.ptr, (int)a->field.len,
			    (const char *)a->field.ptr);
	}
	camera_close(&c);
}

static void
a_later_draft_asks_what_the_answers_call_for(void **state)
{
	struct camera c = camera_open();

	(void)state;
	camera_assess(&c);
	struct declaration from = camera_read(&c, bytes_of(answers));
	struct bytes draft = write_draft(&c, &from);
	struct declaration d = camera_read(&c, draft);

	assert_true(is(find(&d, "product", "", "release"), "1.0"));
	assert_true(is(find(&d, "product", "", "constraint"), "TODO"));
	assert_true(is(find(&d, "provisions", "5.1-1", "support"), "TODO"));
	assert_null(find(&d, "provisions", "5.1-2", "support"));
	assert_true(has(draft, "# It does not apply: Fb is no."));
	assert_true(is(find(&d, "VulnTypes", "TODO", "days"), "TODO"));
	/* no claim, no table; and a table that is there gets no rows */
	assert_null(find(&d, "UserInfo", "", "deletion"));
	assert_null(find(&d, "SoftServ", "SoftServ-telnetd", "id"));
	assert_non_null(find(&d, "LogIntf", "LogIntf-telnetd", "id"));
	camera_close(&c);
}

static void
a_draft_of_a_draft_is_the_same(void **state)
{
	struct camera c = camera_open();

	(void)state;
	camera_assess(&c);
	struct declaration from = camera_read(&c, bytes_of(answers));
	struct bytes once = write_draft(&c, &from);
	struct declaration again = camera_read(&c, once);
	struct bytes twice = write_draft(&c, &again);

	assert_true(bytes_equal(once, twice));
	camera_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_draft_asks_for_product_and_features),
		cmocka_unit_test(facts_fill_in_what_they_prove),
		cmocka_unit_test(a_feature_is_never_no_by_an_image),
		cmocka_unit_test(evidence_stands_beside_and_escaped),
		cmocka_unit_test(a_draft_has_no_fault_of_form),
		cmocka_unit_test(a_later_draft_keeps_every_answer),
		cmocka_unit_test(a_later_draft_asks_what_the_answers_call_for),
		cmocka_unit_test(a_draft_of_a_draft_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
