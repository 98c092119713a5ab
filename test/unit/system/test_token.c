/* SPDX-License-Identifier: ISC */
/* Keys on a token of SoftHSM, which is made for the test and thrown away. */
#include "system/token.h"

#include "crypto/hooks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PIN BYTES("1234")
#define URI_LEN 512

static const char *const libraries[] = { "/usr/lib/softhsm/libsofthsm2.so",
	"/usr/local/lib/softhsm/libsofthsm2.so",
	"/usr/lib64/softhsm/libsofthsm2.so" };
static const struct bytes no_pin = { NULL, 0 };

static char folder[] = "/tmp/hallmark-test-XXXXXX";
static const char *library;

static void
put(const char *name, const char *content)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_true(fputs(content, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* A folder with two tokens; library stays NULL where there is no SoftHSM. */
static int
make_tokens(void **state)
{
	char config[256];

	(void)state;
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		if (library == NULL && access(libraries[i], R_OK) == 0)
			library = libraries[i];
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 1;
	(void)snprintf(config, sizeof(config),
	    "directories.tokendir = %s\nlog.level = ERROR\n", folder);
	put("softhsm.conf", config);
	(void)snprintf(config, sizeof(config), "%s/softhsm.conf", folder);
	if (setenv("SOFTHSM2_CONF", config, 1) != 0)
		return 1;
	if (library == NULL ||
	    system("softhsm2-util --init-token --free --label hallmark "
		   "--pin 1234 --so-pin 12345678 >/dev/null 2>&1 && "
		   "softhsm2-util --init-token --free --label other "
		   "--pin 1234 --so-pin 12345678 >/dev/null 2>&1") != 0) {
		library = NULL;
		print_message("skipped: there is no softhsm2\n");
	}
	return 0;
}

static int
remove_tokens(void **state)
{
	char command[64];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return chdir("/") != 0 || system(command) != 0;
}

static const char *
uri(const char *path, const char *query, char room[URI_LEN])
{
	if (library == NULL)
		skip();
	(void)snprintf(
	    room, URI_LEN, "pkcs11:%s?module-path=%s%s", path, library, query);
	return room;
}

static enum err
make(const char *path, enum cose_curve curve, struct signer *ret)
{
	char room[URI_LEN];
	const char *why = NULL;

	ret->key.curve = curve;
	return token_open(uri(path, "", room), TOKEN_MAKE, PIN, ret, &why);
}

static enum err
error_of(const char *path, const char *query, enum token_use use,
    struct bytes pin, const char *want_why)
{
	char room[URI_LEN];
	const char *why = "";
	struct signer signer = { .sign = NULL };
	enum err err =
	    token_open(uri(path, query, room), use, pin, &signer, &why);

	if (err == ERR_OK)
		token_close(&signer);
	else if (want_why != NULL)
		assert_string_equal(why, want_why);
	return err;
}

static void
assert_signs(const struct signer *signer)
{
	static const char message[] = "a message";
	uint8_t signature[SIGNATURE_LEN] = { 0 };

	for (size_t len = 0; len < sizeof(message); len++) {
		struct bytes in = { (const uint8_t *)message, len };

		assert_int_equal(
		    signer->sign(signer->context, in, signature), ERR_OK);
		assert_true(signer->key.curve == COSE_CURVE_ED25519
			? crypto_hooks_default.ed25519_verify(
			      crypto_hooks_default.context, signer->key.point,
			      in, signature)
			: crypto_hooks_default.p256_verify(
			      crypto_hooks_default.context, signer->key.point,
			      in, signature));
	}
}

static void
token_makes_keys_that_sign_and_are_found_again(void **state)
{
	static const enum cose_curve curves[] = { COSE_CURVE_ED25519,
		COSE_CURVE_P256 };
	static const char *const names[] = { "token=hallmark;object=one",
		"token=hallmark;object=two;id=%02%03" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char room[URI_LEN];
		const char *why = NULL;
		struct signer made = { .sign = NULL };
		struct signer again = { .sign = NULL };
		struct signer public = { .sign = NULL };

		assert_int_equal(make(names[i], curves[i], &made), ERR_OK);
		assert_int_equal(made.key.curve, curves[i]);
		assert_signs(&made);
		struct cose_key key = made.key;

		token_close(&made);
		assert_int_equal(token_open(uri(names[i], "", room), TOKEN_SIGN,
				     PIN, &again, &why),
		    ERR_OK);
		assert_true(cose_key_equal(&key, &again.key));
		assert_signs(&again);
		token_close(&again);
		assert_null(again.context);
		assert_int_equal(token_open(uri(names[i], "", room),
				     TOKEN_PUBLIC, no_pin, &public, &why),
		    ERR_OK);
		assert_true(cose_key_equal(&key, &public.key));
		token_close(&public);
	}
	assert_int_equal(
	    error_of("token=hallmark;id=%02%03", "", TOKEN_SIGN, PIN, NULL),
	    ERR_OK);
	assert_int_equal(error_of("token=hallmark;object=two;type=private", "",
			     TOKEN_SIGN, PIN, NULL),
	    ERR_OK);
}

static void
token_takes_its_pin_from_three_places(void **state)
{
	char query[256];
	const char *path = "token=hallmark;object=one";

	(void)state;
	put("pin", "1234\n");
	(void)snprintf(query, sizeof(query), "&pin-source=%s/pin", folder);
	assert_int_equal(
	    error_of(path, query, TOKEN_SIGN, no_pin, NULL), ERR_OK);
	(void)snprintf(query, sizeof(query), "&pin-source=file:%s/pin", folder);
	assert_int_equal(
	    error_of(path, query, TOKEN_SIGN, no_pin, NULL), ERR_OK);
	assert_int_equal(
	    error_of(path, "&pin-value=1234", TOKEN_SIGN, no_pin, NULL),
	    ERR_OK);
	assert_int_equal(error_of(path, "", TOKEN_SIGN, PIN, NULL), ERR_OK);
	assert_int_equal(error_of(path, "", TOKEN_SIGN, no_pin, "needs a PIN"),
	    ERR_ENCRYPTED);
	assert_int_equal(error_of(path, "", TOKEN_SIGN, BYTES("4321"),
			     "does not open: the PIN is wrong"),
	    ERR_CHECKSUM);
	assert_int_equal(error_of(path, "&pin-source=%7Ccat%20pin", TOKEN_SIGN,
			     no_pin, "pin-source does not name a file"),
	    ERR_MALFORMED);
	assert_int_equal(
	    error_of(path, "&pin-source=/nowhere", TOKEN_SIGN, no_pin, NULL),
	    ERR_MALFORMED);
}

static void
token_says_what_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(error_of("token=hallmark;object=none", "", TOKEN_SIGN,
			     PIN, "there is no such key on it"),
	    ERR_MALFORMED);
	assert_int_equal(error_of("token=hallmark;object=none", "",
			     TOKEN_PUBLIC, PIN, "there is no such key on it"),
	    ERR_MALFORMED);
	assert_int_equal(error_of("token=none;object=one", "", TOKEN_SIGN, PIN,
			     "there is no such token"),
	    ERR_MALFORMED);
	assert_int_equal(error_of("object=one", "", TOKEN_SIGN, PIN,
			     "several tokens are called so: add token= or "
			     "serial="),
	    ERR_MALFORMED);
	assert_int_equal(error_of("token=hallmark", "", TOKEN_SIGN, PIN,
			     "several keys are called so: add object= or id="),
	    ERR_MALFORMED);
	assert_int_equal(
	    error_of("token=hallmark;object=one;type=cert", "", TOKEN_SIGN, PIN,
		"the URI's type is not that of a key"),
	    ERR_MALFORMED);
	assert_int_equal(
	    error_of("token=hallmark;object=one;colour=red", "", TOKEN_SIGN,
		PIN, "the URI has an attribute that is not known"),
	    ERR_MALFORMED);
}

static void
token_overwrites_nothing(void **state)
{
	struct signer signer = { .sign = NULL };

	(void)state;
	assert_int_equal(
	    make("token=hallmark;object=one", COSE_CURVE_P256, &signer),
	    ERR_MALFORMED);
	assert_int_equal(
	    make("token=hallmark", COSE_CURVE_P256, &signer), ERR_MALFORMED);
	assert_int_equal(
	    error_of("token=hallmark;object=one", "", TOKEN_SIGN, PIN, NULL),
	    ERR_OK);
}

static void
token_is_only_what_begins_so(void **state)
{
	const char *why = NULL;
	struct signer signer = { .sign = NULL };

	(void)state;
	assert_true(token_is_uri("pkcs11:token=a"));
	assert_false(token_is_uri("PKCS11:token=a"));
	assert_false(token_is_uri("./pkcs11:token=a"));
	assert_int_equal(
	    token_open("pkcs11:object=%zz", TOKEN_SIGN, no_pin, &signer, &why),
	    ERR_MALFORMED);
	assert_string_equal(why, "is not a URI as RFC 7512 has them");
	assert_int_equal(token_open("pkcs11:object=a?module-path=/dev/null",
			     TOKEN_SIGN, no_pin, &signer, &why),
	    ERR_MALFORMED);
	assert_string_equal(
	    why, "module-path names no PKCS#11 library that loads");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    token_makes_keys_that_sign_and_are_found_again),
		cmocka_unit_test(token_takes_its_pin_from_three_places),
		cmocka_unit_test(token_says_what_is_not_there),
		cmocka_unit_test(token_overwrites_nothing),
		cmocka_unit_test(token_is_only_what_begins_so),
	};

	return cmocka_run_group_tests(tests, make_tokens, remove_tokens);
}
