/* SPDX-License-Identifier: ISC */
/* Every page, in every language, of a ledger with a label of every standing. */
#include "page_scene.h"

#include "../report/markup.h"

#include <stdio.h>

#define TARGET_MAX 512

static struct page_scene *
scene_of(void **state)
{
	return *state;
}

/* ---- well-formed ---- */

static void
is_good_page(const struct api_world *a, const char *target)
{
	struct markup_counts counts;
	const char *wrong = markup_check(a->body, &counts);

	if (wrong != NULL)
		fail_msg("%s: %s: %.*s", target, wrong, (int)a->body.len,
		    (const char *)a->body.ptr);
	if (counts.h1 != 1 || counts.broken_order != 0 || counts.scripts > 1)
		fail_msg("%s: %zu h1, %zu headings out of order, %zu scripts",
		    target, counts.h1, counts.broken_order, counts.scripts);
	/* the policy that pages are sent with allows none of these */
	api_has_not(a, "<style");
	api_has_not(a, " style=");
	api_has_not(a, "<b onx");
	api_has_not(a, "href=\"javascript");
	api_has_not(a, "href=\"http:");
	assert_string_equal(a->answer.type, "text/html; charset=utf-8");
}

static unsigned
get_page(struct page_scene *s, const char *target)
{
	unsigned status = api_get(&s->api, target, "text/html");

	if (s->api.answer.location.len == 0 && s->api.answer.type != NULL &&
	    strncmp(s->api.answer.type, "text/html", 9) == 0)
		is_good_page(&s->api, target);
	return status;
}

static void
get_good(struct page_scene *s, const char *target)
{
	unsigned status = get_page(s, target);

	if (status != 200)
		fail_msg("%s: %u", target, status);
}

/* The page of a label in a language: "/de/label/17". */
static void
get_label(struct page_scene *s, const char *prefix, enum scene_label which)
{
	char target[TARGET_MAX];

	(void)snprintf(target, sizeof(target), "%s/label/%llu", prefix,
	    (unsigned long long)s->label[which]);
	get_good(s, target);
}

static void
every_label_has_its_page_in_every_language(void **state)
{
	static const char *const prefixes[] = { "", "/en", "/de", "/fr" };
	struct page_scene *s = scene_of(state);

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		for (size_t k = 0; k < SCENE_LABELS; k++)
			get_label(s, prefixes[i], (enum scene_label)k);
}

/* ---- every link leads somewhere ---- */

#define CRAWL_MAX 1500

struct crawl {
	char *target[CRAWL_MAX];
	size_t count;
};

/* Undoes what a value is escaped with; addresses of ours have no other. */
static void
add_target(struct crawl *c, struct bytes url)
{
	char target[TARGET_MAX];

	if (url.len >= sizeof(target) || url.len == 0 || url.ptr[0] != '/')
		return;
	memcpy(target, url.ptr, url.len);
	target[url.len] = '\0';
	assert_null(strchr(target, '&'));
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->target[i], target) == 0)
			return;
	assert_true(c->count < CRAWL_MAX);
	c->target[c->count] = strdup(target);
	assert_non_null(c->target[c->count]);
	c->count++;
}

static void
add_links(struct crawl *c, struct bytes body)
{
	static const char *const names[] = { " href=\"", " src=\"" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bytes name = bytes_of(names[i]);
		size_t at = 0;

		while ((at = bytes_find(body, name, at)) != SIZE_MAX) {
			size_t end = bytes_find_byte(body, '"', at + name.len);

			at += name.len;
			assert_true(end != SIZE_MAX);
			add_target(c, bytes_slice(body, at, end - at));
		}
	}
}

static void
every_link_leads_somewhere(void **state)
{
	struct page_scene *s = scene_of(state);
	struct crawl *c = calloc(1, sizeof(*c));
	size_t pages = 0;

	assert_non_null(c);
	add_target(c, BYTES("/"));
	add_target(c, BYTES("/V"));
	add_target(c, BYTES("/search/words/Arg"));
	add_target(c, BYTES("/search/digest/0a"));
	for (size_t i = 0; i < c->count; i++) {
		unsigned status = get_page(s, c->target[i]);

		if (status != 200)
			fail_msg("%s: %u", c->target[i], status);
		if (strncmp(s->api.answer.type, "text/html", 9) != 0)
			continue;
		pages++;
		add_links(c, s->api.body);
	}
	assert_true(pages > 150); /* three languages and none */
	for (size_t i = 0; i < c->count; i++)
		free(c->target[i]);
	free(c);
}

/* ---- sentences ---- */

static void
each_standing_has_its_sentence(void **state)
{
	static const struct {
		enum scene_label label;
		const char *prefix;
		const char *has[3];
	} cases[] = {
		{ SCENE_TESTED, "/en",
		    { "This camera was tested by <bdi>Prüfhaus Nord</bdi>. The "
		      "label is valid until ",
			"class=\"badge is-valid\"", "25 April 2027" } },
		{ SCENE_TESTED, "/de",
		    { "Diese Kamera wurde von <bdi>Prüfhaus Nord</bdi> "
		      "geprüft.",
			"25. April 2027", "lang=\"de\"" } },
		{ SCENE_TESTED, "/fr",
		    { "<bdi>Prüfhaus Nord</bdi> a testé cette caméra.",
			"25 avril 2027", "lang=\"fr\"" } },
		{ SCENE_DECLARED, "/en",
		    { "Part of it was not tested, but only declared",
			"Partly only declared", "This lock" } },
		{ SCENE_REVIEWED, "/en",
		    { "was examined by experts of", "Examined by people",
			"level 3 of 3" } },
		{ SCENE_SUSPENDED, "/en",
		    { "This label has been suspended since ",
			": a vulnerability is known in this version.",
			"The maker is working on version 2.4." } },
		{ SCENE_SUSPENDED, "/de",
		    { "Dieses Label ist seit dem ",
			" ausgesetzt: In dieser Version ist eine "
			"Schwachstelle bekannt.",
			"is-suspended" } },
		{ SCENE_REVOKED, "/en",
		    { "was withdrawn for good on", "is-revoked",
			"Do not rely on it." } },
		{ SCENE_OWNER, "/en",
		    { "has been suspended since",
			"said by the owner of the "
			"scheme",
			"is-suspended" } },
		{ SCENE_EXPIRED, "/en",
		    { "This label ran out on", "is-expired",
			"18 November 2025" } },
		{ SCENE_SUPPORT_ENDED, "/en",
		    { "no more security updates", "is-support-ended",
			"That day has passed." } },
		{ SCENE_SUPERSEDED, "/en",
		    { "A newer label has stood in the place of this one",
			"Show the newer label", "is-superseded" } },
	};
	struct page_scene *s = scene_of(state);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		get_label(s, cases[i].prefix, cases[i].label);
		for (size_t k = 0; k < 3; k++)
			api_has(&s->api, cases[i].has[k]);
	}
}

static void
a_label_of_tomorrow_is_not_yet_valid(void **state)
{
	struct page_scene *s = scene_of(state);

	s->api.w.now = T0 + 400 * DAY;
	get_label(s, "/en", SCENE_TESTED);
	api_has(&s->api, "This label is only valid from ");
	api_has(&s->api, "data-answer=\"no\"");
	api_has(&s->api, "badge is-not-yet-valid");
}

static void
tested_and_declared_are_not_mixed_up(void **state)
{
	struct page_scene *s = scene_of(state);

	get_label(s, "/en", SCENE_TESTED);
	api_has(&s->api, "<strong>Tested</strong>");
	api_has_not(&s->api, "declared by the maker");
	get_label(s, "/en", SCENE_DECLARED);
	api_has_not(&s->api, "<strong>Tested</strong>");
	api_has_not(&s->api, "was tested by");
}

/* ---- facts ---- */

static void
what_is_known_is_shown_and_what_is_not_is_named(void **state)
{
	struct page_scene *s = scene_of(state);

	get_label(s, "/en", SCENE_TESTED);
	api_has(&s->api, "In the app under Settings, About.");
	api_has(&s->api, "Open the app, choose Settings, Update.");
	api_has(&s->api, "It is the version that this label covers.");
	api_has(&s->api, "href=\"https://argentum.example/cam1/firmware\"");
	api_has(&s->api, "href=\"mailto:security@argentum.example\"");
	api_has(&s->api, "<code>update.argentum.example:443/tcp</code>");
	api_has(&s->api, "None is known to this registry.");
	api_has(&s->api, "CVE-2025-10001");
	api_has(&s->api, "Corrected on ");
	api_has_not(&s->api, "Nobody has told this registry");
	get_label(s, "/en", SCENE_REVIEWED);
	api_has(&s->api, "Nobody has told this registry");
	api_has(&s->api, "where to report a flaw");
	get_label(s, "/en", SCENE_REVOKED);
	api_has(&s->api, "The maker does not say.");
	get_label(s, "/en", SCENE_SUPERSEDED);
	api_has(&s->api, "It is another version than this label covers.");
}

static void
a_flaw_that_attackers_use_is_said_first(void **state)
{
	struct page_scene *s = scene_of(state);

	get_label(s, "/en", SCENE_SUSPENDED);
	size_t warning = bytes_find(
	    s->api.body, BYTES("Attackers use a flaw of this product."), 0);

	assert_true(
	    warning < bytes_find(s->api.body, BYTES("id=\"answers\""), 0));
	api_has(&s->api, "CVE-2025-10002");
	api_has(&s->api, "Not mended yet.");
	/* one that this very version is without is no alarm */
	get_label(s, "/en", SCENE_FOREIGN);
	api_has(&s->api, "is not open to these.");
	api_has_not(&s->api, "Attackers use a flaw of this product.");
}

static void
it_says_who_answers_for_a_label(void **state)
{
	struct page_scene *s = scene_of(state);
	char body[TARGET_MAX];

	get_label(s, "/en", SCENE_TESTED);
	(void)snprintf(body, sizeof(body), "href=\"/en/body/%s\"", s->body);
	api_has(&s->api, body);
	api_has(&s->api, "Accredited by <code>https://owner.example</code>");
	api_has(&s->api, "href=\"/entries/0\"");
}

/* ---- the three answers ---- */

static size_t
count(const struct api_world *a, const char *text)
{
	size_t found = 0;
	size_t at = 0;

	while ((at = bytes_find(a->body, bytes_of(text), at)) != SIZE_MAX) {
		found++;
		at++;
	}
	return found;
}

static void
three_answers_are_given_apart(void **state)
{
	struct page_scene *s = scene_of(state);

	get_label(s, "/en", SCENE_TESTED);
	assert_int_equal(count(&s->api, "data-answer=\"yes\""), 3);
	api_has(&s->api, "id=\"answer-issuer\"");
	api_has(&s->api, "id=\"answer-ledger\"");
	api_has(&s->api, "id=\"answer-status\"");
	api_has(&s->api, "These are the words of this server.");
	get_label(s, "/en", SCENE_SUSPENDED);
	assert_int_equal(count(&s->api, "data-answer=\"yes\""), 2);
	assert_int_equal(count(&s->api, "data-answer=\"no\""), 1);
	get_good(s, "/de/V");
	assert_int_equal(count(&s->api, "data-answer=\"unknown\""), 3);
	api_has(&s->api, "data-by=\"nobody\"");
	api_has(&s->api,
	    "data-key=\"issuer.withdrawn\">{body} hat es "
	    "signiert, aber die Zulassung war entzogen.</li>");
}

/* ---- foreign text ---- */

static void
markup_in_every_field_is_text(void **state)
{
	static const char escaped[] = "&lt;b onx=&#39;1&#39;&gt;&amp;&quot;";
	struct page_scene *s = scene_of(state);
	char target[TARGET_MAX];

	get_label(s, "/en", SCENE_FOREIGN);
	assert_true(count(&s->api, escaped) > 8);
	api_has(&s->api, "<bdi>javascript:alert(1)</bdi>");
	api_has(&s->api, "&lt;s&amp;&#39;&quot;&gt;");
	get_label(s, "/fr", SCENE_REVOKED);
	api_has(&s->api, escaped);
	(void)snprintf(target, sizeof(target), "/product/%s/history",
	    s->product[SCENE_FOREIGN]);
	get_good(s, target);
	assert_true(count(&s->api, escaped) > 2);
	get_good(s, "/trust");
	api_has(&s->api, escaped);
	get_good(s, "/search/words/%3Cb%20onx%3D%271%27%3E%26%22");
	api_has(&s->api, escaped);
	get_good(s, "/maker/666/%3Cb%20onx%3D%271%27%3E%26%22");
	get_good(s, "/search/model/%E2%80%AE%3Cscript%3E");
	api_has(&s->api, "\xef\xbf\xbd&lt;script&gt;");
}

/* ---- languages ---- */

static void
who_chose_a_language_stays_in_it(void **state)
{
	struct page_scene *s = scene_of(state);
	struct registry_request request = {
		.method = REGISTRY_GET,
		.target = BYTES("/how"),
		.accept = BYTES("text/html"),
		.accept_language = BYTES("fr-FR,fr;q=0.9"),
		.now = s->api.w.now,
	};

	get_good(s, "/de/how");
	api_has(&s->api, "href=\"/de/changes\"");
	api_has_not(&s->api, "href=\"/changes\"");
	api_has(&s->api, "href=\"/fr/how\"");
	assert_false(s->api.answer.varies);
	(void)api_ask(&s->api, &request);
	api_has(&s->api, "<html lang=\"fr\" dir=\"ltr\">");
	api_has(&s->api, "href=\"/changes\"");
	assert_true(s->api.answer.varies);
	assert_string_equal(s->api.answer.language, "fr");
}

/* ---- search, comparison, lists ---- */

static void
redirects_to(struct page_scene *s, const char *target, const char *to)
{
	unsigned status = api_get(&s->api, target, "text/html");

	if (status != 303 || !bytes_equal_text(s->api.answer.location, to))
		fail_msg("%s: %u %.*s", target, status,
		    (int)s->api.answer.location.len,
		    (const char *)s->api.answer.location.ptr);
}

static void
forms_lead_to_paths(void **state)
{
	struct page_scene *s = scene_of(state);
	char target[TARGET_MAX];
	char to[TARGET_MAX];

	redirects_to(s, "/search?q=Cam+1&in=model", "/search/model/Cam%201");
	redirects_to(s, "/de/search?q=a/b", "/de/search/words/a%2Fb");
	redirects_to(s, "/search?q=13", "/search/number/13");
	redirects_to(s, "/search?q=x&in=nonsense", "/search/words/x");
	redirects_to(s, "/search?q=+&in=maker", "/");
	redirects_to(s, "/search", "/");
	(void)snprintf(target, sizeof(target), "/fr/search/number/%llu",
	    (unsigned long long)s->label[SCENE_TESTED]);
	(void)snprintf(to, sizeof(to), "/fr/label/%llu",
	    (unsigned long long)s->label[SCENE_TESTED]);
	redirects_to(s, target, to);
	(void)snprintf(target, sizeof(target), "/compare?p=%s&x=1&p=%s&p=zz",
	    s->product[SCENE_TESTED], s->product[SCENE_SUSPENDED]);
	(void)snprintf(to, sizeof(to), "/compare/%s/%s",
	    s->product[SCENE_TESTED], s->product[SCENE_SUSPENDED]);
	redirects_to(s, target, to);
	(void)snprintf(
	    target, sizeof(target), "/compare?p=%s", s->product[SCENE_TESTED]);
	(void)snprintf(to, sizeof(to), "/product/%s", s->product[SCENE_TESTED]);
	redirects_to(s, target, to);
	redirects_to(s, "/compare?p=", "/");
}

static void
what_cannot_be_found_is_said(void **state)
{
	struct page_scene *s = scene_of(state);

	get_good(s, "/search/words/nothing-like-it");
	api_has(&s->api, "Nothing was found.");
	get_good(s, "/search/digest/zz");
	api_has(&s->api, "Nothing was found.");
	get_good(s, "/search/number/9x");
	api_has(&s->api, "Nothing was found.");
	assert_int_equal(get_page(s, "/search/colour/red"), 404);
	assert_int_equal(get_page(s, "/maker/1/Argentum"), 404);
	assert_int_equal(get_page(s, "/scheme/unheard-of"), 404);
	assert_int_equal(get_page(s, "/label/0"), 404);
	assert_int_equal(get_page(s, "/label/0017"), 404);
	assert_int_equal(get_page(s, "/product/00"), 404);
	assert_int_equal(get_page(s, "/body/00"), 404);
}

static void
a_maker_has_only_its_own_products(void **state)
{
	struct page_scene *s = scene_of(state);

	get_good(s, "/maker/32473/Argentum");
	api_has(&s->api, "Cam 1");
	api_has(&s->api, "Gate 20");
	api_has_not(&s->api, "Lampe E27");
}

static void
products_are_compared_side_by_side(void **state)
{
	struct page_scene *s = scene_of(state);
	char target[TARGET_MAX];

	(void)snprintf(target, sizeof(target), "/compare/%s/%s/%s",
	    s->product[SCENE_TESTED], s->product[SCENE_SUSPENDED],
	    s->product[SCENE_DECLARED]);
	get_good(s, target);
	assert_int_equal(count(&s->api, "<th scope=\"col\">"), 3);
	assert_int_equal(count(&s->api, "colspan=\"3\""), 8);
	api_has(&s->api, "badge is-suspended");
	(void)snprintf(target, sizeof(target), "/compare/%s/%s",
	    s->product[SCENE_TESTED], "00000000000000000000000000000000");
	assert_int_equal(get_page(s, target), 404);
}

static void
a_long_history_goes_on(void **state)
{
	struct page_scene *s = scene_of(state);
	struct api_world *a = &s->api;
	char target[TARGET_MAX];
	const uint8_t digest[SHA256_LEN] = { 3 };
	const struct label_claims claims = {
		.product = {
			.pen = 32473,
			.hwmodel = BYTES("Gate 20"),
			.version = BYTES("2.3"),
			.digest = digest,
		},
	};

	for (size_t i = 0; i < 30; i++) {
		a->w.now += DAY;
		(void)api_change(a, LAB_A, s->label[SCENE_SUSPENDED],
		    i % 2 == 0 ? STATUS_REINSTATE : STATUS_SUSPEND, &claims,
		    "");
	}
	(void)snprintf(target, sizeof(target), "/product/%s/history",
	    s->product[SCENE_SUSPENDED]);
	get_good(s, target);
	size_t first = count(a, "<li><strong>");
	size_t at = bytes_find(a->body, BYTES("rel=\"next\" href=\""), 0);

	assert_true(first >= 20 && at != SIZE_MAX);
	api_has(a, "is valid again");
	struct bytes next = bytes_from(a->body, at + 17);

	(void)snprintf(target, sizeof(target), "%.*s",
	    (int)bytes_find_byte(next, '"', 0), (const char *)next.ptr);
	get_good(s, target);
	assert_int_equal(first + count(a, "<li><strong>"), 33);
	api_has_not(a, "rel=\"next\"");
}

static void
a_withdrawn_body_is_named_as_such(void **state)
{
	struct page_scene *s = scene_of(state);
	char target[TARGET_MAX];

	get_good(s, "/trust");
	api_has(&s->api, "Accreditation withdrawn on");
	api_has(&s->api, "href=\"https://tietoturvamerkki.fi/en/\"");
	api_has_not(&s->api, "href=\"javascript");
	(void)snprintf(target, sizeof(target), "/body/%s", s->withdrawn);
	get_good(s, target);
	api_has(&s->api, "Nothing any more.");
	api_has(&s->api, "Lampe E27");
}

/* ---- the bulk check ---- */

static void
a_list_becomes_a_table_or_csv(void **state)
{
	struct page_scene *s = scene_of(state);
	struct api_world *a = &s->api;
	char list[TARGET_MAX];

	(void)snprintf(list, sizeof(list),
	    "list=%llu%%0A%llu%%0A99999%%0A%%3Cb%%20onx%%3E",
	    (unsigned long long)s->label[SCENE_TESTED],
	    (unsigned long long)s->label[SCENE_SUSPENDED]);
	assert_int_equal(
	    api_post(a, "/de/check", "application/x-www-form-urlencoded",
		"text/html", bytes_of(list)),
	    200);
	is_good_page(a, "/check");
	api_has(a, "4 Zeilen wurden geprüft.");
	api_has(a, "badge is-valid");
	api_has(a, "badge is-suspended");
	api_has(a, "Kein solches Label");
	api_has(a, "&lt;b onx&gt;");
	assert_int_equal(a->answer.cache, REGISTRY_NO_STORE);
	(void)strncat(list, "&as=csv", sizeof(list) - strlen(list) - 1);
	assert_int_equal(
	    api_post(a, "/check", "application/x-www-form-urlencoded",
		"text/html", bytes_of(list)),
	    200);
	assert_string_equal(a->answer.file_name, "labels.csv");
	api_has(a, "line,text,answer");
	assert_int_equal(
	    api_post(a, "/check", "image/png", "text/html", BYTES("x")), 415);
	is_good_page(a, "/check");
}

/* ---- trouble ---- */

static void
problems_are_pages_in_the_readers_language(void **state)
{
	static const unsigned statuses[] = { 400, 404, 405, 408, 413, 414, 415,
		429, 431, 500, 503 };
	struct page_scene *s = scene_of(state);
	struct api_world *a = &s->api;

	assert_int_equal(get_page(s, "/de/label/999999"), 404);
	api_has(a, "Hier ist nichts");
	a->is_silent = true;
	assert_int_equal(get_page(s, "/fr/"), 503);
	api_has(a, "Le registre ne peut pas répondre");
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		const struct registry_choice choice = { REGISTRY_HTML, 1 };
		struct registry_answer answer = { 0 };
		struct arena arena = arena_open(MIB);

		assert_int_equal(registry_refuse(a->registry, choice,
				     statuses[i], &arena, &answer),
		    ERR_OK);
		assert_int_equal(answer.status, statuses[i]);
		assert_int_equal(answer.cache, REGISTRY_NO_STORE);
		a->body = answer.body;
		a->answer = answer;
		is_good_page(a, "a problem");
		arena_close(&arena);
	}
}

static void
without_memory_nothing_is_half_said(void **state)
{
	struct page_scene *s = scene_of(state);
	const struct registry_choice choice = { REGISTRY_HTML, 0 };
	char target[TARGET_MAX];
	size_t limit = 0;
	size_t refused = 0;

	(void)snprintf(target, sizeof(target), "/label/%llu",
	    (unsigned long long)s->label[SCENE_TESTED]);
	const struct registry_request request = {
		.method = REGISTRY_GET,
		.target = bytes_of(target),
		.now = s->api.w.now,
	};

	for (;;) {
		struct registry_answer answer = { 0 };
		struct arena arena = arena_open(limit);
		enum err err = registry_answer(
		    s->api.registry, &request, choice, &arena, &answer);
		unsigned status = answer.status;

		arena_close(&arena);
		if (err == ERR_OK && status == 200)
			break;
		assert_true(err == ERR_MEMORY || status == 503);
		refused++;
		limit += 997;
	}
	assert_true(refused > 10 && limit < MIB);
}

/* ---- assets ---- */

static void
assets_are_for_ever_under_their_version(void **state)
{
	struct page_scene *s = scene_of(state);
	struct api_world *a = &s->api;
	char target[TARGET_MAX];

	get_good(s, "/");
	size_t at = bytes_find(a->body, BYTES("/assets/"), 0);
	size_t end = bytes_find_byte(a->body, '"', at);

	(void)snprintf(target, sizeof(target), "%.*s", (int)(end - at),
	    (const char *)a->body.ptr + at);
	assert_non_null(strstr(target, "/registry.css"));
	assert_int_equal(api_get(a, target, NULL), 200);
	assert_int_equal(a->answer.cache, REGISTRY_IMMUTABLE);
	assert_string_equal(a->answer.type, "text/css; charset=utf-8");
	assert_true(a->body.len < 12 * KIB);
	assert_int_equal(
	    api_get(a, "/assets/00000000/registry.css", NULL), 200);
	assert_int_equal(a->answer.cache, REGISTRY_REVALIDATE);
	assert_int_equal(api_get(a, "/assets/registry.css", NULL), 200);
	assert_int_equal(a->answer.cache, REGISTRY_REVALIDATE);
	assert_int_equal(api_get(a, "/assets/icon.svg", NULL), 200);
	assert_int_equal(api_get(a, "/assets/passwords.txt", NULL), 404);
	assert_int_equal(api_get(a, "/assets/rules.tsv", NULL), 404);
	assert_int_equal(api_get(a, "/assets/..%2Frules.tsv", NULL), 404);
}

int
main(void)
{
#define SCENE_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    name, page_scene_setup, page_scene_teardown)
	const struct CMUnitTest tests[] = {
		SCENE_TEST(every_label_has_its_page_in_every_language),
		SCENE_TEST(every_link_leads_somewhere),
		SCENE_TEST(each_standing_has_its_sentence),
		SCENE_TEST(a_label_of_tomorrow_is_not_yet_valid),
		SCENE_TEST(tested_and_declared_are_not_mixed_up),
		SCENE_TEST(what_is_known_is_shown_and_what_is_not_is_named),
		SCENE_TEST(a_flaw_that_attackers_use_is_said_first),
		SCENE_TEST(it_says_who_answers_for_a_label),
		SCENE_TEST(three_answers_are_given_apart),
		SCENE_TEST(markup_in_every_field_is_text),
		SCENE_TEST(who_chose_a_language_stays_in_it),
		SCENE_TEST(forms_lead_to_paths),
		SCENE_TEST(what_cannot_be_found_is_said),
		SCENE_TEST(a_maker_has_only_its_own_products),
		SCENE_TEST(products_are_compared_side_by_side),
		SCENE_TEST(a_long_history_goes_on),
		SCENE_TEST(a_withdrawn_body_is_named_as_such),
		SCENE_TEST(a_list_becomes_a_table_or_csv),
		SCENE_TEST(problems_are_pages_in_the_readers_language),
		SCENE_TEST(without_memory_nothing_is_half_said),
		SCENE_TEST(assets_are_for_ever_under_their_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
