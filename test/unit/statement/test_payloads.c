/* SPDX-License-Identifier: ISC */
/* The payloads of statements: what is written is read, and nothing else. */
#include "base/table_file.h"
#include "statement/accreditation.h"
#include "statement/advisory.h"
#include "statement/claims.h"
#include "statement/correction.h"
#include "statement/fields.h"
#include "statement/kinds.h"
#include "statement/reasons.h"
#include "statement/recognition.h"
#include "statement/status_change.h"
#include "statement/update.h"
#include "statement_keys.h"

#include <stdlib.h>

/* Reads a payload of its kind and writes it again. */
struct payload {
	const char *name;
	enum err (*rewrite)(
	    struct bytes in, struct cbor_writer *w, struct fault *fault);
};

static enum err
rewrite_label(struct bytes in, struct cbor_writer *w, struct fault *fault)
{
	struct label_claims c;
	enum err err = label_claims_read(in, &c, fault);

	if (err == ERR_OK) {
		assert_null(label_claims_check(&c));
		label_claims_put(w, &c);
	}
	return err;
}

static enum err
rewrite_status(struct bytes in, struct cbor_writer *w, struct fault *fault)
{
	struct status_change c;
	enum err err = status_change_read(in, &c, fault);

	if (err == ERR_OK) {
		assert_null(status_change_check(&c));
		status_change_put(w, &c);
	}
	return err;
}

static enum err
rewrite_accreditation(
    struct bytes in, struct cbor_writer *w, struct fault *fault)
{
	struct accreditation a;
	enum err err = accreditation_read(in, &a, fault);

	if (err == ERR_OK) {
		assert_null(accreditation_check(&a));
		accreditation_put(w, &a);
	}
	return err;
}

static enum err
rewrite_recognition(struct bytes in, struct cbor_writer *w, struct fault *fault)
{
	struct recognition c;
	enum err err = recognition_read(in, &c, fault);

	if (err == ERR_OK) {
		assert_null(recognition_check(&c));
		recognition_put(w, &c);
	}
	return err;
}

static enum err
rewrite_correction(struct bytes in, struct cbor_writer *w, struct fault *fault)
{
	struct correction c;
	enum err err = correction_read(in, &c, fault);

	if (err == ERR_OK) {
		assert_null(correction_check(&c));
		correction_put(w, &c);
	}
	return err;
}

static enum err
rewrite_update(struct bytes in, struct cbor_writer *w, struct fault *fault)
{
	struct update u;
	enum err err = update_read(in, &u, fault);

	if (err == ERR_OK) {
		assert_null(update_check(&u));
		assert_true(update_is(in));
		update_put(w, &u);
	}
	return err;
}

static enum err
rewrite_advisory(struct bytes in, struct cbor_writer *w, struct fault *fault)
{
	struct advisory a;
	enum err err = advisory_read(in, &a, fault);

	if (err == ERR_OK) {
		assert_null(advisory_check(&a));
		assert_true(advisory_is(in));
		advisory_put(w, &a);
	}
	return err;
}

/* Reads a copy of exactly its length, so that a read past it is seen. */
static enum err
try(enum err (*rewrite)(struct bytes, struct cbor_writer *, struct fault *),
    struct bytes in, struct fault *fault)
{
	uint8_t room[TEST_ROOM];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	uint8_t *copy = malloc(in.len + 1);
	enum err err;

	assert_non_null(copy);
	memcpy(copy, in.ptr, in.len);
	err = rewrite((struct bytes){ copy, in.len }, &w, fault);
	if (err == ERR_OK)
		assert_true(bytes_equal(cbor_written(&w), in));
	else
		assert_int_equal(fault->code, err);
	free(copy);
	return err;
}

/* Good; every prefix, every longer one and every other byte is refused or is
   written as it was read. */
static void
walk(enum err (*rewrite)(struct bytes, struct cbor_writer *, struct fault *),
    struct cbor_writer *w)
{
	struct bytes good = cbor_written(w);
	struct fault fault = { 0 };

	assert_true(good.len > 0);
	assert_int_equal(try(rewrite, good, &fault), ERR_OK);
	for (size_t len = 0; len < good.len; len++)
		assert_int_not_equal(
		    try(rewrite, (struct bytes){ good.ptr, len }, &fault),
		    ERR_OK);
	w->ptr[good.len] = 0;
	assert_int_equal(
	    try(rewrite, (struct bytes){ good.ptr, good.len + 1 }, &fault),
	    ERR_MALFORMED);
	for (size_t i = 0; i < good.len; i++)
		for (unsigned value = 0; value < 256; value++) {
			uint8_t was = w->ptr[i];

			w->ptr[i] = (uint8_t)value;
			(void)!try(rewrite, good, &fault);
			w->ptr[i] = was;
		}
}

static void
labels_are_read_as_written(void **state)
{
	static const uint8_t oemid[16] = { 1, 2, 3 };
	struct label_claims c = test_claims();
	uint8_t room[TEST_ROOM];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	(void)state;
	label_claims_put(&w, &c);
	assert_true(w.len <= LABEL_CLAIMS_LEN_MAX);
	walk(rewrite_label, &w);
	c.product.pen = 0;
	c.product.oemid = (struct bytes){ oemid, 16 };
	c.support_until = 0;
	c.category = BYTES("camera");
	w = cbor_writer_open(room, sizeof(room));
	label_claims_put(&w, &c);
	walk(rewrite_label, &w);
}

static void
the_longest_label_fits(void **state)
{
	char text[PRODUCT_VERSION_MAX];
	uint8_t room[LABEL_CLAIMS_LEN_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct label_claims c = test_claims();
	const uint8_t *ptr = (const uint8_t *)text;

	(void)state;
	memset(text, 'x', sizeof(text));
	c.product.pen = 0;
	c.product.oemid = (struct bytes){ ptr, 16 };
	c.product.hwmodel = (struct bytes){ ptr, PRODUCT_HWMODEL_MAX };
	c.product.version = (struct bytes){ ptr, PRODUCT_VERSION_MAX };
	c.scheme = (struct bytes){ ptr, LABEL_SCHEME_MAX };
	c.level = LABEL_LEVEL_MAX;
	c.support_until = INT64_C(253402300799);
	c.maker = (struct bytes){ ptr, LABEL_MAKER_MAX };
	c.category = (struct bytes){ ptr, LABEL_CATEGORY_MAX };
	assert_null(label_claims_check(&c));
	label_claims_put(&w, &c);
	assert_false(w.failed);
}

static void
a_label_field_out_of_range_is_named(void **state)
{
	struct label_claims c = test_claims();

	(void)state;
	c.level = 0;
	assert_string_equal(label_claims_check(&c), "level");
	c = test_claims();
	c.level = 100;
	assert_string_equal(label_claims_check(&c), "level");
	c = test_claims();
	c.scheme = BYTES("a scheme too long");
	assert_string_equal(label_claims_check(&c), "scheme");
	c = test_claims();
	c.maker = BYTES("turned \xe2\x80\xae round"); /* U+202E */
	assert_string_equal(label_claims_check(&c), "maker");
	c.maker = BYTES("Argen\xe2\x80\x8btum"); /* U+200B */
	assert_string_equal(label_claims_check(&c), "maker");
	c = test_claims();
	c.maker = BYTES("\xc3");
	assert_string_equal(label_claims_check(&c), "maker");
	c = test_claims();
	c.product.pen = 0;
	assert_string_equal(label_claims_check(&c), "product");
	c = test_claims();
	c.support_until = -1;
	assert_string_equal(label_claims_check(&c), "support_until");
	c = test_claims();
	c.basis = (enum label_basis)4;
	assert_string_equal(label_claims_check(&c), "basis");
}

static void
status_changes_are_read_as_written(void **state)
{
	uint8_t room[TEST_ROOM];

	(void)state;
	for (unsigned action = 1; action <= 5; action++) {
		struct cbor_writer w = cbor_writer_open(room, sizeof(room));
		struct status_change c = {
			.label = 4711,
			.action = (enum status_action)action,
			.reason = 2,
			.text = BYTES("CVE-2026-1234 is exploited"),
			.to = action == STATUS_TRANSFER ? test_digest : NULL,
		};

		assert_null(status_change_check(&c));
		status_change_put(&w, &c);
		assert_true(w.len <= STATUS_CHANGE_LEN_MAX);
		walk(rewrite_status, &w);
		c.to = c.to == NULL ? test_digest : NULL;
		assert_string_equal(status_change_check(&c), "transfer to");
	}
}

static struct accreditation
good_accreditation(uint8_t *room, size_t cap)
{
	const struct bytes categories[] = { BYTES("camera"), BYTES("lock") };
	struct signer signer = test_signer(COSE_CURVE_P256, 3);
	struct cbor_writer w = cbor_writer_open(room, cap);
	struct accreditation a = {
		.action = ACCREDIT,
		.key = signer.key,
		.name = BYTES("Prüfhaus Nord"),
		.iss = BYTES("https://lab.example"),
		.from = 1600000000,
		.until = 1800000000,
		.suspend_labels = true,
	};

	key_file_close(&signer);
	cbor_put_array(&w, 2);
	accreditation_put_scope(&w, BYTES("hallmark"), 2, categories, 2);
	accreditation_put_scope(&w, BYTES("psti"), 1, NULL, 0);
	a.scopes = cbor_written(&w);
	return a;
}

static void
accreditations_are_read_as_written(void **state)
{
	uint8_t scopes[256];
	uint8_t room[TEST_ROOM];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct accreditation a = good_accreditation(scopes, sizeof(scopes));
	struct accreditation_walk at = accreditation_scopes(a.scopes);
	struct accreditation_scope scope;

	(void)state;
	assert_null(accreditation_check(&a));
	accreditation_put(&w, &a);
	walk(rewrite_accreditation, &w);
	assert_true(accreditation_next(&at, &scope));
	assert_true(bytes_equal_text(scope.scheme, "hallmark"));
	assert_int_equal(scope.level, 2);
	assert_true(accreditation_scope_has(&scope, BYTES("lock")));
	assert_false(accreditation_scope_has(&scope, BYTES("router")));
	assert_false(accreditation_scope_has(&scope, BYTES("")));
	assert_true(accreditation_next(&at, &scope));
	assert_true(accreditation_scope_has(&scope, BYTES("router")));
	assert_false(accreditation_next(&at, &scope));
}

static void
an_accreditation_out_of_range_is_named(void **state)
{
	uint8_t scopes[256];
	uint8_t twice[256];
	struct cbor_writer w = cbor_writer_open(twice, sizeof(twice));
	struct accreditation a = good_accreditation(scopes, sizeof(scopes));

	(void)state;
	a.action = WITHDRAW; /* of what? it has no scopes */
	assert_string_equal(accreditation_check(&a), "scopes");
	a.scopes = BYTES("\x80");
	assert_null(accreditation_check(&a));
	a.until = a.from;
	assert_string_equal(accreditation_check(&a), "until");
	a = good_accreditation(scopes, sizeof(scopes));
	cbor_put_array(&w, 2);
	accreditation_put_scope(&w, BYTES("hallmark"), 1, NULL, 0);
	accreditation_put_scope(&w, BYTES("hallmark"), 3, NULL, 0);
	a.scopes = cbor_written(&w);
	assert_string_equal(accreditation_check(&a), "scopes");
}

static void
recognitions_are_read_as_written(void **state)
{
	uint8_t room[TEST_ROOM];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct recognition c = {
		.their_domain = BYTES("Finland, Traficom"),
		.their_scheme = BYTES("Cybersecurity Label"),
		.their_level = BYTES("label"),
		.our_scheme = BYTES("cls-iot"),
		.our_level = 3,
		.conditions = BYTES(""),
		.source = BYTES("https://www.csa.gov.sg/"),
		.from = 1633478400,
	};

	(void)state;
	assert_null(recognition_check(&c));
	recognition_put(&w, &c);
	walk(rewrite_recognition, &w);
	c.until = c.from;
	assert_string_equal(recognition_check(&c), "until");
}

static void
corrections_are_read_as_written(void **state)
{
	uint8_t room[TEST_ROOM];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct correction c = {
		.statement = 17,
		.field = BYTES("maker"),
		.value = BYTES("Argentum Devices GmbH"),
		.reason = BYTES("a typing error"),
	};

	(void)state;
	assert_null(correction_check(&c));
	correction_put(&w, &c);
	walk(rewrite_correction, &w);
	c.value = BYTES("");
	assert_string_equal(correction_check(&c), "value");
}

/* An action by its word, as the table has it. */
static enum status_action
action_of(struct bytes word)
{
	for (int i = STATUS_SUSPEND; i <= STATUS_RENEWED; i++)
		if (bytes_equal_text(
			word, status_action_text((enum status_action)i)))
			return (enum status_action)i;
	fail_msg("no action: %.*s", (int)word.len, (const char *)word.ptr);
	return STATUS_SUSPEND;
}

/* Two endpoints, as CBOR. */
static const uint8_t endpoints[] = { 0x61, 'a', 0x62, 'b', 'c' };

static struct update
good_update(void)
{
	return (struct update){
		.version = BYTES("1.2"),
		.digest = test_digest,
		.url = BYTES("https://example.com/fw"),
		.install = BYTES("Press OK."),
		.see_version = BYTES("See the menu."),
		.contact = BYTES("mailto:psirt@example.com"),
		.endpoint_count = 2,
		.endpoints = { endpoints, sizeof(endpoints) },
		.released = 1795132800,
	};
}

static void
updates_are_read_as_written(void **state)
{
	uint8_t room[TEST_ROOM];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct update u = good_update();
	struct update again;
	struct fault fault;
	struct bytes endpoint;
	struct cbor_reader r;

	(void)state;
	update_put(&w, &u);
	walk(rewrite_update, &w);
	assert_int_equal(update_read(cbor_written(&w), &again, &fault), ERR_OK);
	r = update_endpoints(&again);
	assert_true(update_next_endpoint(&r, &endpoint));
	assert_true(bytes_equal_text(endpoint, "a"));
	assert_true(update_next_endpoint(&r, &endpoint));
	assert_true(bytes_equal_text(endpoint, "bc"));
	assert_false(update_next_endpoint(&r, &endpoint));
	/* all that may be left out */
	w = cbor_writer_open(room, sizeof(room));
	u = (struct update){ .version = BYTES("1") };
	assert_null(update_check(&u));
	update_put(&w, &u);
	walk(rewrite_update, &w);
}

static void
the_longest_update_fits(void **state)
{
	static uint8_t text[UPDATE_URL_MAX];
	static uint8_t list[UPDATE_ENDPOINTS * (UPDATE_ENDPOINT_MAX + 2)];
	static uint8_t room[UPDATE_LEN_MAX];
	struct cbor_writer l = cbor_writer_open(list, sizeof(list));
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct update u = good_update();

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://", 8);
	u.url = (struct bytes){ text, UPDATE_URL_MAX };
	u.install = (struct bytes){ text, UPDATE_TEXT_MAX };
	u.see_version = u.install;
	u.contact = (struct bytes){ text, UPDATE_CONTACT_MAX };
	u.version = (struct bytes){ text, UPDATE_VERSION_MAX };
	for (size_t i = 0; i < UPDATE_ENDPOINTS; i++)
		cbor_put_text(&l, (struct bytes){ text, UPDATE_ENDPOINT_MAX });
	u.endpoint_count = UPDATE_ENDPOINTS;
	u.endpoints = cbor_written(&l);
	assert_null(update_check(&u));
	update_put(&w, &u);
	assert_false(w.failed);
}

static void
an_update_field_out_of_range_is_named(void **state)
{
	static const struct {
		const char *field;
		size_t at; /* of a struct bytes */
		const char *value;
	} cases[] = {
		{ "version", offsetof(struct update, version), "" },
		{ "version", offsetof(struct update, version), "a\nb" },
		{ "url", offsetof(struct update, url), "javascript:x" },
		{ "url", offsetof(struct update, url), "//example.com" },
		{ "url", offsetof(struct update, url), "https://a/<b>" },
		{ "url", offsetof(struct update, url), "https://a/ b" },
		{ "url", offsetof(struct update, url), "https://a/\"" },
		{ "url", offsetof(struct update, url), "https://\xc3\xa4/" },
		{ "install", offsetof(struct update, install), "\xe2\x80\xae" },
		{ "see_version", offsetof(struct update, see_version), "\x1b" },
		{ "contact", offsetof(struct update, contact), "\xff" },
		{ "endpoints", offsetof(struct update, endpoints), "\x61" },
		{ "endpoints", offsetof(struct update, endpoints), "\x60\x60" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct update u = good_update();
		struct bytes value = bytes_of(cases[i].value);

		memcpy((uint8_t *)&u + cases[i].at, &value, sizeof(value));
		if (update_check(&u) == NULL ||
		    strcmp(update_check(&u), cases[i].field) != 0)
			fail_msg("%zu: %s", i, cases[i].field);
	}
	struct update u = good_update();

	u.endpoint_count = 3;
	assert_string_equal(update_check(&u), "endpoints");
	u = good_update();
	u.released = -1;
	assert_string_equal(update_check(&u), "released");
}

static void
advisories_are_read_as_written(void **state)
{
	uint8_t room[ADVISORY_LEN_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct advisory a = {
		.id = BYTES("CVE-2026-12345"),
		.exploited = true,
		.fixed_version = BYTES("1.2"),
		.title = BYTES("Anybody can log in."),
		.url = BYTES("https://example.com/1"),
	};

	(void)state;
	assert_null(advisory_check(&a));
	advisory_put(&w, &a);
	walk(rewrite_advisory, &w);
	a.url = BYTES("ftp://example.com/");
	assert_string_equal(advisory_check(&a), "url");
	a.url = BYTES("");
	a.title = BYTES("");
	a.fixed_version = BYTES("");
	assert_null(advisory_check(&a));
	a.id = BYTES("");
	assert_string_equal(advisory_check(&a), "id");
}

/* Maps of others are none of ours; one that has our claim is meant to be. */
static void
maps_of_others_are_told_apart(void **state)
{
	static const uint8_t other[] = { 0xa1, 0x01, 0x61, 'x' };
	static const uint8_t both[] = { 0xa2, 0x01, 0x61, 'x', 0x3a, 0x00, 0x01,
		0x11, 0x75, 0x80 };
	static const uint8_t none[] = { 0x80 };
	struct update u;
	struct advisory a;
	struct fault fault = { 0 };

	(void)state;
	assert_false(update_is((struct bytes){ other, sizeof(other) }));
	assert_false(advisory_is((struct bytes){ other, sizeof(other) }));
	assert_false(update_is((struct bytes){ none, sizeof(none) }));
	assert_true(update_is((struct bytes){ both, sizeof(both) }));
	assert_false(advisory_is((struct bytes){ both, sizeof(both) }));
	assert_int_equal(
	    update_read((struct bytes){ both, sizeof(both) }, &u, &fault),
	    ERR_MALFORMED);
	assert_int_equal(
	    advisory_read((struct bytes){ both, sizeof(both) }, &a, &fault),
	    ERR_MALFORMED);
}

static void
every_reason_has_its_row(void **state)
{
	static const char *const columns[] = { "number", "word", "actions",
		"meaning", NULL };
	struct table_file t;
	struct reason_row row;
	unsigned rows = 0;

	(void)state;
	assert_int_equal(
	    table_file_open(data_embedded(), BYTES("reasons.tsv"), columns, &t),
	    ERR_OK);
	while (table_file_next(&t) == ERR_OK) {
		struct bytes word = table_field(&t.table, "word");
		struct bytes rest = table_field(&t.table, "actions");
		struct bytes action;

		/* in order, each word once */
		assert_int_equal(
		    reason_find(data_embedded(), word, 0, &row), ERR_OK);
		assert_int_equal(row.number, rows);
		assert_int_equal(reason_find(data_embedded(),
				     (struct bytes){ NULL, 0 }, rows, &row),
		    ERR_OK);
		assert_true(bytes_equal(row.word, word));
		assert_true(row.meaning.len > 0);
		while (bytes_next_field(&rest, ';', &action))
			assert_true(reason_suits(&row, action_of(action)));
		rows++;
	}
	assert_true(rows > 10);
	assert_int_equal(
	    reason_find(data_embedded(), BYTES("mood"), 0, &row), ERR_END);
	assert_int_equal(
	    reason_find(data_embedded(), BYTES("fixed"), 0, &row), ERR_OK);
	assert_false(reason_suits(&row, STATUS_REVOKE));
}

static void
kinds_and_claims_are_named_once(void **state)
{
	enum statement_kind kind;

	(void)state;
	for (size_t i = 0; i < STATEMENT_KINDS; i++) {
		assert_true(kind_find_typ(bytes_of(kind_rows[i].typ), &kind));
		assert_int_equal(kind, i);
	}
	for (size_t i = 1; i < claim_row_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(
			    claim_rows[i].claim, claim_rows[k].claim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_are_read_as_written),
		cmocka_unit_test(the_longest_label_fits),
		cmocka_unit_test(a_label_field_out_of_range_is_named),
		cmocka_unit_test(status_changes_are_read_as_written),
		cmocka_unit_test(accreditations_are_read_as_written),
		cmocka_unit_test(an_accreditation_out_of_range_is_named),
		cmocka_unit_test(recognitions_are_read_as_written),
		cmocka_unit_test(corrections_are_read_as_written),
		cmocka_unit_test(updates_are_read_as_written),
		cmocka_unit_test(the_longest_update_fits),
		cmocka_unit_test(an_update_field_out_of_range_is_named),
		cmocka_unit_test(advisories_are_read_as_written),
		cmocka_unit_test(maps_of_others_are_told_apart),
		cmocka_unit_test(every_reason_has_its_row),
		cmocka_unit_test(kinds_and_claims_are_named_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
