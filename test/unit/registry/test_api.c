/* SPDX-License-Identifier: ISC */
/* What programs get: labels, products, lists, feeds, statements. */
#include "api_story.h"

#include "codec/base64.h"
#include "ledger/receipt.h"

#include <stdio.h>

/* Nothing of it reaches the answer as markup. */
static void
has_no_markup(const struct api_world *a)
{
	api_has_not(a, "<script");
	api_has_not(a, "<svg onload");
	api_has_not(a, "\x1b");
	api_has_not(a, "\xe2\x80\xae");
}

static void
json_escapes(const struct api_world *a)
{
	api_is_json(a);
	api_has_not(a, "\x1b");
	api_has_not(a, "\xe2\x80\xae");
	api_has_not(a, "')</script>\"&");
}

/* ---- labels ---- */

static void
a_label_is_told_with_its_status_and_the_head(void **state)
{
	struct api_world *a = *state;

	api_tell_story(a);
	assert_int_equal(api_get(a, "/label/1.json", NULL), 200);
	json_escapes(a);
	assert_string_equal(a->answer.type, "application/json");
	assert_true(a->answer.may_be_kept);
	api_has(a, "\"schema\":\"hallmark.registry-label/1\"");
	api_has(a, "\"size\":8,");
	api_has(a, "\"standing\":\"valid\"");
	api_has(a, "\"change\":null");
	api_has(a, "\"level_name\":\"substantial\"");
	api_has(a, "\"level_count\":3");
	api_has(a, "\"url\":\"" API_BASE "/label/1\"");
	api_has(a, "\"update\":null");
	assert_int_equal(api_get(a, "/label/2", "application/json"), 200);
	assert_true(a->answer.varies);
	json_escapes(a);
	api_has(a, "\"standing\":\"suspended\"");
	api_has(a, "\"reason_word\":\"vulnerability\"");
	api_has(a, "\"statement\":3,");
	/* bytes that are no text are told in hex */
	api_has(a, "\"model\":\"e280ae");
	api_has(a, "\"id\":\"CVE-2\"");
	api_has(a, "\"exploited\":true");
	api_has(a, "api.example");
}

static void
a_label_in_cbor_is_deterministic(void **state)
{
	struct api_world *a = *state;

	api_tell_story(a);
	assert_int_equal(api_get(a, "/label/2.cbor", NULL), 200);
	assert_string_equal(a->answer.type, "application/cbor");
	assert_false(a->answer.varies);
	api_is_cbor(a);
	api_has(a, "hallmark.registry-label/1");
	assert_int_equal(api_get(a, "/label/2", "application/cbor"), 200);
	api_is_cbor(a);
}

static void
what_is_no_label_is_not_found(void **state)
{
	static const char *const targets[] = { "/label/0.json", "/label/8.json",
		"/label/01.json", "/label/x.json", "/label/99999999999999.json",
		"/label/-1.json", "/label/0/qr.svg", "/label/8/qr.png",
		"/label/0/badge.svg", "/label/0/mark.svg" };
	struct api_world *a = *state;

	api_tell_story(a);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (api_get(a, targets[i], NULL) != 404)
			fail_msg("%s: %u", targets[i], a->answer.status);
}

static void
an_expired_label_is_told_as_such(void **state)
{
	struct api_world *a = *state;

	api_tell_story(a);
	a->w.now = T0 + 800 * DAY;
	assert_int_equal(api_get(a, "/label/1.json", NULL), 200);
	api_has(a, "\"standing\":\"expired\"");
	api_has(a, "\"status\":\"valid\"");
	assert_int_equal(api_get(a, "/label/1/mark.svg", NULL), 410);
	assert_int_equal(api_get(a, "/label/1/badge.svg", NULL), 200);
	api_has(a, "expired");
}

/* ---- products ---- */

static void
product_path(
    const struct label_claims *claims, const char *end, char *ret, size_t cap)
{
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];

	product_find_ids(&crypto_hooks_default, &claims->product, &ids);
	product_put_sub(&ids, false, sub);
	(void)snprintf(ret, cap, "/%s%s", sub, end);
}

static void
a_product_has_its_labels_and_facts(void **state)
{
	struct api_world *a = *state;
	struct label_claims hostile = api_hostile_claims();
	char path[100];

	api_tell_story(a);
	product_path(&hostile, ".json", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 200);
	json_escapes(a);
	api_has(a, "\"schema\":\"hallmark.registry-product/1\"");
	api_has(a, "\"label_count\":1");
	api_has(a, "\"version\":\"2<br>\"");
	product_path(&hostile, ".cbor", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 200);
	api_is_cbor(a);
	assert_int_equal(
	    api_get(a, "/product/00112233445566778899aabbccddeeff.json", NULL),
	    404);
	assert_int_equal(api_get(a, "/product/xyz.json", NULL), 404);
}

/* A body that has no label of the product is heard and not believed. */
static void
only_those_who_labelled_it_state_facts(void **state)
{
	struct api_world *a = *state;
	struct label_claims tame = api_tame_claims();
	char path[100];

	api_tell_story(a);
	api_accredit(a, LAB_B, "Other", world_iss[LAB_B]);
	api_say_update(a, LAB_B, &tame, "6.6.6");
	assert_int_equal(api_get(a, "/label/1.json", NULL), 200);
	api_has(a, "\"update\":null");
	product_path(&tame, "/history.json", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 200);
	api_has(a, "6.6.6");
	api_say_update(a, OWNER, &tame, "1.2");
	assert_int_equal(api_get(a, "/label/1.json", NULL), 200);
	api_has(a, "\"version\":\"1.2\"");
}

static void
the_history_has_every_statement_with_its_proof(void **state)
{
	struct api_world *a = *state;
	struct label_claims hostile = api_hostile_claims();
	char path[100];

	api_tell_story(a);
	product_path(&hostile, "/history.json", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 200);
	json_escapes(a);
	api_has(a, "\"kind\":\"label\"");
	api_has(a, "\"kind\":\"status\"");
	api_has(a, "\"kind\":\"update\"");
	api_has(a, "\"kind\":\"advisory\"");
	api_has(a, "\"action\":\"suspend\"");
	api_has(a, "\"is_owner\":true");
	api_has(a, "\"proof_url\":\"" API_BASE "/entries/3/proof\"");
	api_has(a, "\"next\":null");
	product_path(&hostile, "/history/after/5.json", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 200);
	api_has(a, "\"index\":6");
	api_has_not(a, "\"index\":5");
	product_path(&hostile, "/history/after/x.json", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 404);
}

static void
a_long_history_goes_on_behind_a_link(void **state)
{
	struct api_world *a = *state;
	struct label_claims c = api_tame_claims();
	char path[100];

	api_accredit(a, LAB_A, "Lab", world_iss[LAB_A]);
	(void)api_label_of(a, &c);
	for (unsigned i = 0; i < 120; i++) {
		char version[8];

		(void)snprintf(version, sizeof(version), "%u", i);
		api_say_update(a, LAB_A, &c, version);
	}
	product_path(&c, "/history.json", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 200);
	api_has(a, "/history/after/100\"");
	product_path(&c, "/history/after/100.json", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 200);
	api_has(a, "\"index\":101,");
	api_has(a, "\"next\":null");
	assert_int_equal(api_get(a, "/label/1.json", NULL), 200);
	api_has(a, "\"version\":\"119\"");
}

/* ---- lists ---- */

static void
search_finds_by_each_field(void **state)
{
	static const struct {
		const char *target;
		unsigned status;
		const char *has;
	} cases[] = {
		{ "/search/words/argen.json", 200, "\"maker\":\"Argentum\"" },
		{ "/search/words/cam%20one.json", 200,
		    "\"model\":\"Cam One\"" },
		{ "/search/maker/ARGENTUM.json", 200, "Argentum" },
		{ "/search/model/cam.json", 200, "Argentum" },
		{ "/search/digest/8F18.json", 200, "\"index\":1," },
		{ "/search/number/1.json", 200, "\"index\":1," },
		{ "/search/number/7.json", 200, "\"labels\":[]" },
		{ "/search/words/nothing.json", 200, "\"products\":[]" },
		{ "/search/number/x.json", 400, "no value" },
		{ "/search/digest/8f1.json", 400, "no value" },
		{ "/search/digest/zz.json", 400, "no value" },
		{ "/search/nofield/x.json", 404, "Not Found" },
		{ "/search/words/%3Cscript%3E.json", 200, "script" },
	};
	struct api_world *a = *state;

	api_tell_story(a);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (api_get(a, cases[i].target, NULL) != cases[i].status)
			fail_msg("%s: %u", cases[i].target, a->answer.status);
		json_escapes(a);
		api_has(a, cases[i].has);
	}
}

static void
changes_come_newest_first(void **state)
{
	struct api_world *a = *state;

	api_tell_story(a);
	assert_int_equal(api_get(a, "/changes.json", NULL), 200);
	json_escapes(a);
	api_has(a, "\"schema\":\"hallmark.registry-changes/1\"");
	api_has(a, "\"index\":2,");
	api_has_not(a, "\"index\":1,");
	assert_int_equal(api_get(a, "/changes/after/3.json", NULL), 200);
	api_has_not(a, "\"index\":2,");
	assert_int_equal(api_get(a, "/changes.cbor", NULL), 200);
	api_is_cbor(a);
}

static void
trust_has_bodies_and_recognitions(void **state)
{
	struct api_world *a = *state;
	uint8_t kid[SHA256_LEN * 2 + 1];
	char path[120];

	api_tell_story(a);
	assert_int_equal(api_get(a, "/trust.json", NULL), 200);
	json_escapes(a);
	api_has(a, "\"action\":\"accredit\"");
	api_has(a, "\"in_force\":true");
	api_has(a, "\"our_level_name\":\"substantial\"");
	api_has(a, "\"categories\":[");
	assert_int_equal(api_get(a, "/trust.cbor", NULL), 200);
	api_is_cbor(a);
	for (size_t i = 0; i < SHA256_LEN; i++)
		(void)snprintf(
		    (char *)kid + 2 * i, 3, "%02x", a->w.id[LAB_A][i]);
	(void)snprintf(path, sizeof(path), "/body/%s.json", kid);
	assert_int_equal(api_get(a, path, NULL), 200);
	json_escapes(a);
	api_has(a, "\"label_count\":2");
	assert_int_equal(api_get(a, "/body/00.json", NULL), 404);
	/* A recognition that a later one replaces is told and not in force. */
	a->w.now += 60;
	api_say_recognition(a);
	assert_int_equal(api_get(a, "/trust.json", NULL), 200);
	api_has(a, "\"in_force\":false");
	api_has(a, "\"in_force\":true");
}

/* ---- feeds ---- */

static void
feeds_are_atom(void **state)
{
	struct api_world *a = *state;
	struct label_claims hostile = api_hostile_claims();
	char path[100];

	api_tell_story(a);
	assert_int_equal(api_get(a, "/feed.atom", NULL), 200);
	has_no_markup(a);
	api_has(a, "<feed xmlns=\"http://www.w3.org/2005/Atom\">");
	api_has(a, "<id>" API_BASE "/entries/3#label-2</id>");
	api_has(a, "suspend: =cmd|&#39;&lt;svg onload=x&gt;");
	api_has(a, "<updated>2023-11-14T22:14:20Z</updated>");
	product_path(&hostile, "/feed.atom", path, sizeof(path));
	assert_int_equal(api_get(a, path, NULL), 200);
	has_no_markup(a);
	api_has(a, "advisory");
	api_has(a, "CVE-1&lt;i&gt;");
	assert_int_equal(
	    api_get(
		a, "/product/00112233445566778899aabbccddeeff/feed.atom", NULL),
	    404);
}

/* Labels change by what is said of others, too. */
static void
feeds_tell_what_followed(void **state)
{
	struct api_world *a = *state;
	struct label_claims c = api_tame_claims();

	api_accredit(a, LAB_A, "Lab", world_iss[LAB_A]);
	(void)api_label_of(a, &c);
	a->w.now += 60;
	(void)api_label_of(a, &c);
	assert_int_equal(api_get(a, "/feed.atom", NULL), 200);
	api_has(a, "superseded: Argentum Cam One 1.1");
	api_has(a, "/entries/2#label-1</id>");
	assert_int_equal(world_withdraw(&a->w, LAB_A, true), ADMITTED);
	(void)api_take(a);
	assert_int_equal(api_get(a, "/feed.atom", NULL), 200);
	api_has(a, "suspended: Argentum Cam One 1.1");
	api_has(a, "/entries/3#label-2</id>");
}

/* ---- statements ---- */

static void
entries_have_receipt_statement_and_proof(void **state)
{
	struct api_world *a = *state;
	struct receipt receipt;
	struct merkle_head head;
	struct merkle_hash leaf;
	struct fault fault;

	api_tell_story(a);
	assert_int_equal(api_get(a, "/entries/2", NULL), 200);
	assert_string_equal(a->answer.type, "application/scitt-receipt+cose");
	assert_true(
	    bytes_equal_text(a->answer.location, API_BASE "/entries/2"));
	assert_false(a->answer.may_be_kept);
	assert_int_equal(receipt_read(a->body, &receipt, &fault), ERR_OK);
	leaf = merkle_leaf(&crypto_hooks_default, a->entry[2]);
	assert_int_equal(receipt_verify_inclusion(&receipt, &a->ledger.key,
			     &crypto_hooks_default, &leaf, &head),
	    ERR_OK);
	assert_int_equal(api_get(a, "/entries/2", "application/cose"), 200);
	assert_string_equal(a->answer.type, "application/cose");
	assert_int_equal(
	    api_get(a, "/entries/2", "application/scitt-receipt+cose"), 200);
	assert_string_equal(a->answer.type, "application/scitt-receipt+cose");
	assert_int_equal(api_get(a, "/entries/2/statement", "*/*"), 200);
	assert_string_equal(a->answer.type, "application/scitt-statement+cose");
	assert_true(bytes_equal(a->body, a->entry[2]));
	assert_int_equal(a->answer.cache, REGISTRY_IMMUTABLE);
	assert_int_equal(api_get(a, "/entries/2/proof", NULL), 200);
	api_has(a, "index 2\n");
	assert_int_equal(api_get(a, "/entries/8", NULL), 404);
	assert_int_equal(api_get(a, "/entries/x", NULL), 404);
	api_fill(a, 9);
	assert_int_equal(api_get(a, "/entries/8", NULL), 200);
	assert_int_equal(api_get(a, "/entries/8/statement", NULL), 404);
}

static void
keys_are_told_with_their_kid(void **state)
{
	struct api_world *a = *state;
	uint8_t kid[SHA256_LEN];
	uint8_t text[64];
	struct bytes base64;
	char path[120];

	assert_int_equal(api_get(a, "/.well-known/scitt-keys", NULL), 200);
	assert_string_equal(a->answer.type, "application/cbor");
	api_is_cbor(a);
	cose_key_thumbprint(&crypto_hooks_default, &a->ledger.key, kid);
	assert_true(bytes_find(a->body, (struct bytes){ kid, SHA256_LEN }, 0) !=
	    SIZE_MAX);
	assert_int_equal(
	    base64_encode(BASE64_URL, (struct bytes){ kid, SHA256_LEN }, text,
		sizeof(text), &base64),
	    ERR_OK);
	(void)snprintf(path, sizeof(path), "/.well-known/scitt-keys/%.*s",
	    (int)base64.len, (const char *)base64.ptr);
	assert_int_equal(api_get(a, path, NULL), 200);
	api_is_cbor(a);
	path[strlen(path) - 3] ^= 1;
	assert_int_equal(api_get(a, path, NULL), 404);
}

static void
files_are_given_as_they_are(void **state)
{
	static const struct {
		const char *target;
		unsigned status;
		const char *type;
		enum registry_cache cache;
	} cases[] = {
		{ "/checkpoint", 200, "text/plain; charset=utf-8",
		    REGISTRY_REVALIDATE },
		{ "/tile/0/000.p/2", 200, "application/octet-stream",
		    REGISTRY_IMMUTABLE },
		{ "/status/0", 200, "application/statuslist+cwt",
		    REGISTRY_REVALIDATE },
		{ "/bundle", 200, "application/vnd.hallmark.bundle+cbor",
		    REGISTRY_REVALIDATE },
		{ "/tile/0/000", 404, NULL, 0 },
		{ "/tile/0/0000", 404, NULL, 0 },
		{ "/tile/keys", 404, NULL, 0 },
		{ "/status/00", 404, NULL, 0 },
		{ "/status/1/..", 400, NULL, 0 },
	};
	struct api_world *a = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (api_get(a, cases[i].target, NULL) != cases[i].status)
			fail_msg("%s: %u", cases[i].target, a->answer.status);
		if (cases[i].type == NULL)
			continue;
		assert_string_equal(a->answer.type, cases[i].type);
		assert_int_equal(a->answer.cache, cases[i].cache);
		assert_true(a->answer.may_be_kept);
	}
}

static void
a_statement_goes_to_the_store_as_a_leaf(void **state)
{
	struct api_world *a = *state;
	struct label_claims c = api_tame_claims();
	uint8_t room[4096];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	api_tell_story(a);
	c.product.version = BYTES("9");
	a->w.said = test_label(&a->w.signer[LAB_A], &c, world_iss[LAB_A],
	    a->w.now, a->w.now + DAY, a->w.room);
	(void)api_post(a, "/entries", "application/cose", NULL, a->w.said);
	assert_true(bytes_equal(a->answer.submit, a->w.said));
	assert_int_equal(a->answer.body.len, 0);
	(void)api_post(a, "/entries", "Application/SCITT-Statement+COSE; x=y",
	    NULL, a->w.said);
	assert_true(bytes_equal(a->answer.submit, a->w.said));
	/* what stands in the unprotected header is not the ledger's */
	assert_int_equal(api_get(a, "/entries/2", NULL), 200);
	assert_int_equal(receipt_attach(a->w.said, a->body, &w), ERR_OK);
	(void)api_post(
	    a, "/entries", "application/cose", NULL, cbor_written(&w));
	assert_true(bytes_equal(a->answer.submit, a->w.said));
}

static void
what_is_no_statement_is_refused_with_the_place(void **state)
{
	struct api_world *a = *state;
	static uint8_t large[STATEMENT_LEN_MAX + 1];

	api_tell_story(a);
	assert_int_equal(
	    api_post(a, "/entries", "application/json", NULL, BYTES("{}")),
	    415);
	api_is_cbor(a);
	assert_int_equal(api_post(a, "/entries", NULL, NULL, BYTES("{}")), 415);
	assert_int_equal(
	    api_post(a, "/entries", "application/cose", NULL, BYTES("{}")),
	    400);
	api_is_cbor(a);
	api_has(a, "no-statement");
	assert_int_equal(api_post(a, "/entries", "application/cose", NULL,
			     (struct bytes){ large, sizeof(large) }),
	    413);
	assert_int_equal(api_post(a, "/entries", "application/cose", NULL,
			     (struct bytes){ NULL, 0 }),
	    400);
	assert_int_equal(a->answer.submit.len, 0);
	for (size_t len = 1; len < a->entry[2].len; len++)
		assert_int_equal(api_post(a, "/entries", "application/cose",
				     NULL, bytes_slice(a->entry[2], 0, len)),
		    400);
}

static unsigned
outcome(struct api_world *a, const struct registry_submission *s)
{
	const struct registry_request request = {
		.method = REGISTRY_POST,
		.target = BYTES("/entries"),
	};
	struct registry_choice choice = registry_choose(a->registry, &request);

	assert_int_equal(registry_submitted(a->registry, &request, choice, s,
			     &a->answers, &a->answer),
	    ERR_OK);
	a->body = a->answer.body;
	assert_false(a->answer.may_be_kept);
	assert_int_equal(a->answer.cache, REGISTRY_NO_STORE);
	return a->answer.status;
}

static void
every_outcome_has_its_status(void **state)
{
	static const struct {
		const char *word;
		unsigned status;
	} words[] = { { "second-label", 409 }, { "no-right", 403 },
		{ "signature", 403 }, { "no-statement", 400 },
		{ "unheard-of", 403 } };
	struct api_world *a = *state;
	struct registry_submission s = { .outcome = REGISTRY_ADDED,
		.index = 17,
		.receipt = BYTES("a receipt") };

	assert_int_equal(outcome(a, &s), 201);
	assert_true(
	    bytes_equal_text(a->answer.location, API_BASE "/entries/17"));
	api_has(a, "a receipt");
	s.outcome = REGISTRY_KNOWN;
	assert_int_equal(outcome(a, &s), 200);
	s.outcome = REGISTRY_BUSY;
	assert_int_equal(outcome(a, &s), 503);
	assert_true(a->answer.retry_after_secs > 0);
	s.outcome = REGISTRY_FAILED;
	assert_int_equal(outcome(a, &s), 503);
	s.outcome = REGISTRY_CLOSED;
	assert_int_equal(outcome(a, &s), 405);
	assert_string_equal(a->answer.allow, "");
	s.outcome = REGISTRY_REFUSED;
	s.why = BYTES("Another <label> is active (index 3).");
	s.has_other = true;
	s.other = 3;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		s.word = bytes_of(words[i].word);
		assert_int_equal(outcome(a, &s), words[i].status);
		api_is_cbor(a);
		api_has(a, words[i].word);
	}
}

/* Every code of admission, but that of success, has a status. */
static void
every_refusal_is_a_client_error(void **state)
{
	struct api_world *a = *state;

	for (unsigned i = 1; i < ADMISSION_CODES; i++) {
		const struct registry_submission s = {
			.outcome = REGISTRY_REFUSED,
			.word =
			    bytes_of(admission_word((enum admission_code)i)),
			.why = BYTES("So it is."),
		};
		unsigned status = outcome(a, &s);

		assert_true(status == 400 || status == 403 || status == 409);
	}
}

static void
a_front_end_sends_statements_to_the_writer(void **state)
{
	struct api_world *a = *state;
	struct registry *front;
	struct fault fault;
	const struct registry_wish wish = {
		.base_uri = BYTES("https://front.example"),
		.writer_uri = BYTES("https://writer.example"),
		.source = { 0 },
		.data = data_embedded(),
	};
	struct registry *whole = a->registry;

	assert_int_equal(registry_open(&wish, &front, &fault), ERR_OK);
	a->registry = front;
	assert_int_equal(
	    api_post(a, "/entries", "application/cose", NULL, BYTES("x")), 307);
	assert_true(bytes_equal_text(
	    a->answer.location, "https://writer.example/entries"));
	assert_int_equal(a->answer.submit.len, 0);
	a->registry = whole;
	registry_close(front);
}

/* ---- pictures ---- */

static void
pictures_hold_nothing_foreign_but_text(void **state)
{
	static const char *const ends[] = { "qr.svg", "badge.svg" };
	struct api_world *a = *state;

	api_tell_story(a);
	for (size_t i = 0; i < 2; i++) {
		char path[40];

		(void)snprintf(path, sizeof(path), "/label/2/%s", ends[i]);
		assert_int_equal(api_get(a, path, NULL), 200);
		assert_string_equal(a->answer.type, "image/svg+xml");
		has_no_markup(a);
		api_has(a, "<svg ");
		api_has_not(a, "href");
		api_has_not(a, "<s&");
	}
	api_has(a, "suspended");
	api_has(a, "&lt;s&amp;&#39;&quot;&gt;");
	assert_int_equal(api_get(a, "/label/2/mark.svg", NULL), 410);
	assert_int_equal(api_get(a, "/label/1/mark.svg", NULL), 200);
	has_no_markup(a);
	api_has(a, "SUBSTANTIAL");
	assert_int_equal(api_get(a, "/label/1/qr.png", NULL), 200);
	assert_string_equal(a->answer.type, "image/png");
	assert_true(bytes_starts(a->body, BYTES("\x89PNG\r\n\x1a\n")));
}

static void
a_badge_says_the_standing_in_words(void **state)
{
	struct api_world *a = *state;

	api_tell_story(a);
	assert_int_equal(api_get(a, "/label/1/badge.svg", NULL), 200);
	api_has(a, "<title id=\"t\">hallmark substantial: valid</title>");
	assert_int_equal(a->answer.cache, REGISTRY_MINUTE);
}

/* ---- the description ---- */

static void
the_description_is_served(void **state)
{
	struct api_world *a = *state;

	assert_int_equal(api_get(a, "/openapi.json", NULL), 200);
	api_is_json(a);
	api_has(a, "\"openapi\": \"3.1.0\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		API_TEST(a_label_is_told_with_its_status_and_the_head),
		API_TEST(a_label_in_cbor_is_deterministic),
		API_TEST(what_is_no_label_is_not_found),
		API_TEST(an_expired_label_is_told_as_such),
		API_TEST(a_product_has_its_labels_and_facts),
		API_TEST(only_those_who_labelled_it_state_facts),
		API_TEST(the_history_has_every_statement_with_its_proof),
		API_TEST(a_long_history_goes_on_behind_a_link),
		API_TEST(search_finds_by_each_field),
		API_TEST(changes_come_newest_first),
		API_TEST(trust_has_bodies_and_recognitions),
		API_TEST(feeds_are_atom),
		API_TEST(feeds_tell_what_followed),
		API_TEST(entries_have_receipt_statement_and_proof),
		API_TEST(keys_are_told_with_their_kid),
		API_TEST(files_are_given_as_they_are),
		API_TEST(a_statement_goes_to_the_store_as_a_leaf),
		API_TEST(what_is_no_statement_is_refused_with_the_place),
		API_TEST(every_outcome_has_its_status),
		API_TEST(every_refusal_is_a_client_error),
		API_TEST(a_front_end_sends_statements_to_the_writer),
		API_TEST(pictures_hold_nothing_foreign_but_text),
		API_TEST(a_badge_says_the_standing_in_words),
		API_TEST(the_description_is_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
