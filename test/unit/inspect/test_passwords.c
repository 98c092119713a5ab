/* SPDX-License-Identifier: ISC */
/* Known passwords: schemes by their form, finds, and the budget. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/data.h"
#include "inspect/apr1.h"
#include "inspect/passwords.h"

static int
open_list(void **state)
{
	static struct password_list list;
	struct bytes text = data_find(data_embedded(), "passwords.txt");

	assert_true(text.len > 0);
	assert_int_equal(password_list_open(text, &list), ERR_OK);
	*state = &list;
	return 0;
}

static int
close_list(void **state)
{
	password_list_close(*state);
	return 0;
}

static struct password_found
try_one(const struct password_list *list, const char *user, const char *hash)
{
	struct password_budget budget = password_budget_open();
	struct password_found found = { .found = true };

	assert_int_equal(
	    password_try(list, &budget, bytes_of(user), bytes_of(hash), &found),
	    ERR_OK);
	return found;
}

/* Hashes from crypt(3), openssl passwd and mosquitto_passwd. */
static const struct {
	const char *hash, *user, *password, *scheme;
} finds[] = {
	{ "rJ0FHsG0ZbyZo", "root", "ismart12", "des" },
	{ "$1$abcdefgh$l/LAqC8oJERu7Cmx6trtY/", "root", "admin", "md5" },
	{ "$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00", "x", "password", "apr1" },
	{ "$5$saltsalt$4HgQlEGCG4QnAFeYPNl.BdEarRevRfJzyLDAbZMoCbC", "x",
	    "12345", "sha256" },
	{ "$6$saltsalt$bAY90rAsHhyx.bxmKP9FE5UF4jP1iWgjV0ltM6ZJxfYkiIaC"
	  "ExjBZIbfmqmZEWoR65aM.1nFvG7fF3gYOjHpM.",
	    "x", "root", "sha512" },
	{ "$2b$05$abcdefghijklmnopqrstuu/ETYr/khvH.poOJBsjjZk.DM9FaNihe", "x",
	    "admin", "bcrypt" },
	{ "$y$j9T$abcdefghijklmnop$.oYDEY9QMhmUNkZCX2UVQ7lTkOy8aCC/1rQx"
	  "pS8iaX6",
	    "x", "1234", "yescrypt" },
	{ "$6$MDEyMzQ1Njc4OWFi$QQ3PWSJ3IyGPP66YMDh3aUdVyS29efC2oPtFLnz5"
	  "O/EXQO4dovrApaaZv32acQ3b0Lt02H8GBYcsYpkBYYcERg==",
	    "x", "password", "other" },
	{ "$7$101$MDEyMzQ1Njc4OWFi$CtO8Y4bKtPcyNdHIjOuZVDeh9Hke0pc5Ol0h"
	  "xREoL26qCUSypR9x65RmCKeDF8vyWDkkywo+AiUXILjfaW5tXQ==",
	    "x", "admin", "other" },
	{ "{SHA}0DPiKuNIrrVmD8IUCuw1hQxNqZc=", "x", "admin", "other" },
};

static void
passwords_are_found_in_every_scheme(void **state)
{
	for (size_t i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
		struct password_found found =
		    try_one(*state, finds[i].user, finds[i].hash);
		enum password_scheme scheme =
		    password_scheme_of(bytes_of(finds[i].hash));

		assert_string_equal(
		    password_scheme_text(scheme), finds[i].scheme);
		assert_true(found.found);
		assert_string_equal(found.text, finds[i].password);
	}
}

static void
passwords_are_not_found_when_they_are_not_known(void **state)
{
	static const char *const hashes[] = { "rJ0FHsG0ZbyZp",
		"$1$abcdefgh$irWbblnpmw.5z7wgBnprh1",
		"$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK01",
		"{SHA}1DPiKuNIrrVmD8IUCuw1hQxNqZc=", "*", "!", "", "x",
		"$6$salt", "$9$aaaaaaaaaaaaaaaaaaaaaaaa" };

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		assert_false(try_one(*state, "root", hashes[i]).found);
}

/* The user's own name is tried with the usual endings. */
static void
passwords_are_guessed_from_the_user(void **state)
{
	struct password_found found =
	    try_one(*state, "zorblax", "abD6jzbNmWTmw");

	assert_true(found.found);
	assert_string_equal(found.text, "zorblax1");
	assert_false(try_one(*state, "other", "abD6jzbNmWTmw").found);
}

static void
passwords_knows_forms_from_texts(void **state)
{
	static const struct {
		const char *hash;
		enum password_scheme scheme;
	} cases[] = {
		{ "", PASSWORD_NONE },
		{ "x", PASSWORD_NONE },
		{ "*LK*", PASSWORD_NONE },
		{ "!$1$abcdefgh$l/LAqC8oJERu7Cmx6trtY/", PASSWORD_NONE },
		{ "rJ0FHsG0ZbyZ", PASSWORD_NONE },
		{ "rJ0FHsG0Zb!Zo", PASSWORD_NONE },
		{ "_J9..rasmJvLYN5E1S5c", PASSWORD_DES },
		{ "$5$abcdefgh$lH1JVBr5JlLmuISvUoWkC", PASSWORD_SHA256 },
		{ "$2b$05$abcdefghijklmnopqrstuu6DX", PASSWORD_BCRYPT },
		{ "$y$j9T$abcdefghijklmnop$FNG16J", PASSWORD_YESCRYPT },
		{ "$7$CU..../....2Q9obwLhin8qvQl6", PASSWORD_OTHER },
		{ "$md5$rounds=904$iPPKEBnEkp3JV8uX", PASSWORD_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(password_scheme_of(bytes_of(cases[i].hash)),
		    cases[i].scheme);
}

/* What would run for hours is not started; the budget says so by staying. */
static void
passwords_refuses_costly_hashes(void **state)
{
	static const char *const hashes[] = {
		"$6$rounds=999999999$abcdefgh$VgmYmF15v3xhvoFysRkL95R7WPYbXQMV",
		"$5$rounds=99999999999999999999$abcdefgh$VgmYmF15v3xhvoFysRkL",
		"$2b$31$abcdefghijklmnopqrstuu6DX/W9Uv/f68I.4HLDn6SL0iVtnp0wG",
		"$y$jzzzz$abcdefghijklmnop$FNG16Jtsm9iisVrTstu9lABnLWXG7L74uR",
		("$7$99999999$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="),
	};

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		struct password_budget budget = password_budget_open();
		uint64_t before = budget.cost;
		struct password_found found;

		assert_int_equal(password_try(*state, &budget, BYTES("root"),
				     bytes_of(hashes[i]), &found),
		    ERR_OK);
		assert_false(found.found);
		assert_true(budget.cost == before);
	}
}

static void
passwords_stops_when_the_budget_is_spent(void **state)
{
	struct password_budget budget = password_budget_open();
	struct password_found found = { .found = false };
	unsigned hashes = budget.hashes;

	budget.cost = 7 * 3; /* three tries of DES */
	assert_int_equal(password_try(*state, &budget, BYTES("x"),
			     BYTES("rJ0FHsG0ZbyZo"), &found),
	    ERR_OK);
	assert_false(found.found);
	assert_true(budget.cost == 0);
	assert_int_equal(budget.hashes, hashes - 1);
	budget = password_budget_open();
	budget.hashes = 0;
	assert_int_equal(password_try(*state, &budget, BYTES("x"),
			     BYTES("rJ0FHsG0ZbyZo"), &found),
	    ERR_OK);
	assert_false(found.found);
}

/* Where a try is cheap, the list is tried to its last word. */
static void
passwords_affords_the_whole_list_for_des_and_md5(void **state)
{
	static const char *const hashes[] = { "rJ0FHsG0ZbyZp",
		"$1$abcdefgh$irWbblnpmw.5z7wgBnprh1" };
	static const uint64_t costs[] = { 7, 180 };
	const struct password_list *list = *state;

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		struct password_budget budget = password_budget_open();
		uint64_t before = budget.cost;
		struct password_found found;

		assert_int_equal(password_try(list, &budget, BYTES("root"),
				     bytes_of(hashes[i]), &found),
		    ERR_OK);
		assert_false(found.found);
		/* the empty one and nine after the user's name */
		assert_int_equal(
		    before - budget.cost, (list->count + 10) * costs[i]);
	}
}

/* Vectors: openssl passwd -apr1 -salt SALT PASSWORD */
static void
passwords_apr1_agrees_with_openssl(void **state)
{
	static const struct {
		const char *password, *salt, *hash;
	} cases[] = {
		{ "", "ab", "$apr1$ab$S8K6Sgp3W8c9Jb6LxgywZ." },
		{ "password", "lZL6V/ci",
		    "$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00" },
		{ "a much longer password than one digest", "12345678",
		    "$apr1$12345678$WaRw.SNUGySd0l2VSorpy0" },
	};
	char made[APR1_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(apr1_hash(bytes_of(cases[i].password),
		    bytes_of(cases[i].salt), made));
		assert_string_equal(made, cases[i].hash);
	}
}

static void
passwords_list_is_long_and_holds_no_word_twice(void **state)
{
	static const char *const must[] = { "admin", "1234", "root", "xc3511",
		"vizxv", "888888", "juantech", "hi3518", "jvbzd", "anko",
		"zlxx.", "7ujMko0vizxv", "7ujMko0admin", "ikwb", "dreambox",
		"realtek", "smcadmin", "tl789", "hslwificam", "cat1029",
		"xmhdipc", "klv123", "hunt5759", "telecomadmin", "Zte521",
		"ismart12" };
	const struct password_list *list = *state;

	assert_true(list->count >= 1500 && list->count <= 2500);
	for (size_t i = 0; i < list->count; i++) {
		size_t len = strlen(list->word[i]);

		assert_true(len > 0 && len < PASSWORD_FOUND_LEN);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(list->word[i], list->word[k]);
	}
	for (size_t i = 0; i < sizeof(must) / sizeof(must[0]); i++) {
		size_t k = 0;

		while (k < 100 && strcmp(list->word[k], must[i]) != 0)
			k++;
		assert_true(k < 100); /* the part that SHA-512 reaches */
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_are_found_in_every_scheme),
		cmocka_unit_test(
		    passwords_are_not_found_when_they_are_not_known),
		cmocka_unit_test(passwords_are_guessed_from_the_user),
		cmocka_unit_test(passwords_knows_forms_from_texts),
		cmocka_unit_test(passwords_refuses_costly_hashes),
		cmocka_unit_test(passwords_stops_when_the_budget_is_spent),
		cmocka_unit_test(
		    passwords_affords_the_whole_list_for_des_and_md5),
		cmocka_unit_test(passwords_apr1_agrees_with_openssl),
		cmocka_unit_test(
		    passwords_list_is_long_and_holds_no_word_twice),
	};

	return cmocka_run_group_tests(tests, open_list, close_list);
}
