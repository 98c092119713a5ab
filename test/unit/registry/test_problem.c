/* SPDX-License-Identifier: ISC */
/* What the client did wrong comes back in the client's form. */
#include "api_world.h"

static void
problems_are_json_cbor_or_a_page(void **state)
{
	struct api_world *a = *state;

	assert_int_equal(api_get(a, "/nowhere", "application/json"), 404);
	assert_string_equal(a->answer.type, "application/problem+json");
	api_is_json(a);
	api_has(a, "\"status\":404");
	api_has(a, "\"title\":\"Not Found\"");
	api_has(a, "\"type\":\"about:blank\"");
	assert_int_equal(api_get(a, "/nowhere", "application/cbor"), 404);
	assert_string_equal(
	    a->answer.type, "application/concise-problem-details+cbor");
	api_is_cbor(a);
	api_has(a, "Not Found");
	assert_int_equal(api_get(a, "/nowhere", "text/html"), 404);
	assert_true(strncmp(a->answer.type, "text/html", 9) == 0);
	assert_int_equal(api_get(a, "/nowhere", NULL), 404);
	assert_string_equal(a->answer.type, "application/problem+json");
	assert_false(a->answer.may_be_kept);
	assert_int_equal(a->answer.cache, REGISTRY_NO_STORE);
}

static void
scrapi_speaks_cbor_only(void **state)
{
	struct api_world *a = *state;

	assert_int_equal(api_get(a, "/entries/17", "application/json"), 404);
	assert_string_equal(
	    a->answer.type, "application/concise-problem-details+cbor");
	assert_int_equal(
	    api_get(a, "/.well-known/scitt-keys/abc", "text/html"), 404);
	assert_string_equal(
	    a->answer.type, "application/concise-problem-details+cbor");
	api_has(a, "no key of that kid");
}

static void
other_methods_are_told_what_there_is(void **state)
{
	static const struct {
		const char *target;
		enum registry_method method;
		const char *allow;
	} cases[] = {
		{ "/checkpoint", REGISTRY_POST, "GET, HEAD" },
		{ "/checkpoint", REGISTRY_OTHER, "GET, HEAD" },
		{ "/entries", REGISTRY_GET, "POST" },
		{ "/check", REGISTRY_OTHER, "GET, HEAD, POST" },
	};
	struct api_world *a = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct registry_request request = {
			.method = cases[i].method,
			.target = bytes_of(cases[i].target),
		};

		assert_int_equal(api_ask(a, &request), 405);
		assert_string_equal(a->answer.allow, cases[i].allow);
	}
	assert_int_equal(
	    api_ask(a,
		&(struct registry_request){
		    .method = REGISTRY_OTHER, .target = BYTES("/nowhere") }),
	    404);
}

static void
what_cannot_be_had_is_not_acceptable(void **state)
{
	struct api_world *a = *state;

	assert_int_equal(api_get(a, "/changes", "image/png"), 406);
	assert_int_equal(api_get(a, "/changes.json", "image/png"), 200);
	/* an API has one form, whatever one would rather have */
	assert_int_equal(api_get(a, "/checkpoint", "image/png"), 200);
}

static void
broken_and_long_targets_are_told(void **state)
{
	static char target[REGISTRY_TARGET_MAX + 2];
	struct api_world *a = *state;

	assert_int_equal(api_get(a, "/label/%00", NULL), 400);
	assert_int_equal(api_get(a, "/a/../label/17", NULL), 400);
	memset(target, 'a', sizeof(target) - 1);
	target[0] = '/';
	assert_int_equal(api_get(a, target, NULL), 414);
}

static void
a_silent_store_is_503(void **state)
{
	struct api_world *a = *state;

	a->is_silent = true;
	assert_int_equal(api_get(a, "/changes.json", NULL), 503);
	assert_true(a->answer.retry_after_secs > 0);
	assert_int_equal(api_get(a, "/checkpoint", NULL), 503);
	assert_int_equal(api_get(a, "/changes", "text/html"), 503);
	assert_true(a->answer.retry_after_secs > 0);
	assert_false(a->answer.may_be_kept);
}

static void
refusals_without_a_request_are_answers(void **state)
{
	static const unsigned statuses[] = { 400, 408, 413, 414, 429, 431,
		503 };
	struct api_world *a = *state;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		for (unsigned form = 0; form < 3; form++) {
			const struct registry_choice choice = {
				.form = (enum registry_form)form
			};

			assert_int_equal(
			    registry_refuse(a->registry, choice, statuses[i],
				&a->answers, &a->answer),
			    ERR_OK);
			assert_int_equal(a->answer.status, statuses[i]);
			assert_true(a->answer.body.len > 0);
			a->body = a->answer.body;
			if (choice.form == REGISTRY_JSON)
				api_is_json(a);
			if (choice.form == REGISTRY_CBOR)
				api_is_cbor(a);
		}
}

static void
every_arena_limit_is_survived(void **state)
{
	struct api_world *a = *state;
	const struct registry_request request = {
		.method = REGISTRY_GET,
		.target = BYTES("/label/17.json"),
	};
	const struct registry_choice choice = { .form = REGISTRY_JSON };
	enum err err = ERR_MEMORY;

	for (size_t limit = 0; err != ERR_OK; limit += 16) {
		struct arena arena = arena_open(limit);
		struct registry_answer answer = { .status = 77 };

		err = registry_answer(
		    a->registry, &request, choice, &arena, &answer);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		if (err != ERR_OK)
			assert_int_equal(answer.status, 77);
		arena_close(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		API_TEST(problems_are_json_cbor_or_a_page),
		API_TEST(scrapi_speaks_cbor_only),
		API_TEST(other_methods_are_told_what_there_is),
		API_TEST(what_cannot_be_had_is_not_acceptable),
		API_TEST(broken_and_long_targets_are_told),
		API_TEST(a_silent_store_is_503),
		API_TEST(refusals_without_a_request_are_answers),
		API_TEST(every_arena_limit_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
