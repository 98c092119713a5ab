/* SPDX-License-Identifier: ISC */
/* hallmark key new | show: private keys made, public ones shown. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/key_show.h"
#include "cli/options.h"
#include "cli/signing.h"
#include "cli/words.h"
#include "crypto/key_file.h"
#include "system/random.h"
#include "system/secret_file.h"
#include "system/secrets.h"
#include "system/token.h"

#include <string.h>

enum {
	NEW_TYPE,
	NEW_NAME,
	NEW_PASSPHRASE_FILE,
	NEW_NO_PASSPHRASE,
	NEW_PUBLIC,
	NEW_WITNESS,
	NEW_JSON,
	NEW_COUNT
};

#define KEY_ROW_NAME                                                           \
	{                                                                      \
		"name", 'n', "NAME",                                           \
		    "also give the key as a vkey of that name"                 \
	}
#define KEY_ROW_PUBLIC                                                          \
	{                                                                       \
		"public", 0, "FILE",                                            \
		    "write the public key to FILE: a vkey if there is a name, " \
		    "else PEM"                                                  \
	}
#define KEY_ROW_WITNESS                                                        \
	{                                                                      \
		"witness", 0, NULL,                                            \
		    "let that vkey be one of a witness (cosignatures)"         \
	}
#define KEY_ROW_JSON                                                           \
	{                                                                      \
		"json", 0, NULL, "print one JSON object"                       \
	}

static const struct option_row new_rows[NEW_COUNT] = {
	[NEW_TYPE] = { "type", 't', "TYPE", "ed25519 (the default) or p256" },
	[NEW_NAME] = KEY_ROW_NAME,
	[NEW_PASSPHRASE_FILE] = { "passphrase-file", 0, "FILE",
	    "the passphrase (or PIN) is the first line of FILE (- is standard "
	    "input)" },
	[NEW_NO_PASSPHRASE] = { "no-passphrase", 0, NULL,
	    "write the private key without encryption" },
	[NEW_PUBLIC] = KEY_ROW_PUBLIC,
	[NEW_WITNESS] = KEY_ROW_WITNESS,
	[NEW_JSON] = KEY_ROW_JSON,
};
static const struct usage new_usage = {
	.command = "key new",
	.arguments = "FILE|URI",
	.argument_count = 1,
	.help = "Makes a key pair in a new file, or on a token (pkcs11:...).",
	.rows = new_rows,
	.row_count = NEW_COUNT,
};

enum {
	SHOW_NAME,
	SHOW_PASSPHRASE_FILE,
	SHOW_PUBLIC,
	SHOW_WITNESS,
	SHOW_JSON,
	SHOW_COUNT
};

static const struct option_row show_rows[SHOW_COUNT] = {
	[SHOW_NAME] = KEY_ROW_NAME,
	[SHOW_PASSPHRASE_FILE] = SIGNING_ROW_PASSPHRASE,
	[SHOW_PUBLIC] = KEY_ROW_PUBLIC,
	[SHOW_WITNESS] = KEY_ROW_WITNESS,
	[SHOW_JSON] = KEY_ROW_JSON,
};
static const struct usage show_usage = {
	.command = "key show",
	.arguments = "FILE|URI|VKEY",
	.argument_count = 1,
	.help = "Shows the public half of a key, in the forms that others "
		"want it in.",
	.rows = show_rows,
	.row_count = SHOW_COUNT,
};

/* ---- new ---- */

static bool
read_type(const char *text, enum cose_curve *ret)
{
	if (text == NULL || strcmp(text, "ed25519") == 0)
		*ret = COSE_CURVE_ED25519;
	else if (strcmp(text, "p256") == 0)
		*ret = COSE_CURVE_P256;
	else
		return false;
	return true;
}

static enum err
draw(enum cose_curve curve, struct signer *ret)
{
	uint8_t random[KEY_FILE_RANDOM_LEN];
	enum err err = ERR_MALFORMED;

	/* One in 2^32 is no number of P-256; a second time is a broken kernel. */
	for (unsigned i = 0; err == ERR_MALFORMED && i < 4; i++) {
		err = random_bytes(random, sizeof(random));
		if (err == ERR_OK)
			err = key_file_make(curve, random, ret);
	}
	explicit_bzero(random, sizeof(random));
	return err;
}

/* Writes the private key's file. */
static enum exit_code
write_key(
    const struct signer *signer, const char *path, struct bytes passphrase)
{
	uint8_t salt[KEY_FILE_RANDOM_LEN];
	struct out pem = out_open(LIMIT_KEY_FILE_LEN);
	const char *why = NULL;
	enum err err = random_bytes(salt, sizeof(salt));

	if (err == ERR_OK)
		err = key_file_write(signer, passphrase, salt, &pem);
	if (err != ERR_OK)
		why = err_text(err);
	else
		err = secret_file_create(path, out_bytes(&pem), &why);
	if (pem.cap > 0)
		explicit_bzero(pem.ptr, pem.cap);
	out_close(&pem);
	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(path, why);
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

static enum exit_code
new_file(
    const struct options *options, enum cose_curve curve, struct cose_key *ret)
{
	const char *path = options->argument[0];
	struct passphrase phrase = { .ptr = NULL };
	struct signer signer = { .sign = NULL };
	enum exit_code code = EXIT_YES;

	if (secrets_guard() != ERR_OK) {
		cli_say(path, "the memory for keys cannot be protected");
		return EXIT_MACHINE;
	}
	if (options->value[NEW_NO_PASSPHRASE] == NULL)
		code = signing_read_passphrase(
		    options->value[NEW_PASSPHRASE_FILE], path, true, &phrase);
	if (code == EXIT_YES && draw(curve, &signer) != ERR_OK) {
		cli_say(path, "no key could be made");
		code = EXIT_MACHINE;
	}
	if (code == EXIT_YES)
		code = write_key(&signer, path, passphrase_bytes(&phrase));
	if (code == EXIT_YES)
		*ret = signer.key;
	key_file_close(&signer);
	passphrase_close(&phrase);
	return code;
}

static enum exit_code
new_on_token(
    const struct options *options, enum cose_curve curve, struct cose_key *ret)
{
	struct signing_wants wants = { .key = options->argument[0],
		.passphrase_file = options->value[NEW_PASSPHRASE_FILE] };
	struct signing signing;
	enum exit_code code = signing_make_on_token(&wants, curve, &signing);

	if (code != EXIT_YES)
		return code;
	*ret = signing.signer.key;
	signing_close(&signing);
	return EXIT_YES;
}

static enum exit_code
run_new(const struct options *options)
{
	struct key_show show = {
		.name = options->value[NEW_NAME],
		.file = options->value[NEW_PUBLIC],
		.witness = options->value[NEW_WITNESS] != NULL,
		.json = options->value[NEW_JSON] != NULL,
	};
	enum cose_curve curve = COSE_CURVE_ED25519;
	bool token = token_is_uri(options->argument[0]);
	bool bare = options->value[NEW_NO_PASSPHRASE] != NULL;

	if (!read_type(options->value[NEW_TYPE], &curve)) {
		cli_say(options->value[NEW_TYPE], "no type: ed25519 or p256");
		return EXIT_USAGE;
	}
	if (bare && (token || options->value[NEW_PASSPHRASE_FILE] != NULL)) {
		cli_say("--no-passphrase",
		    token ? "a token has a PIN or none by itself"
			  : "and --passphrase-file exclude each other");
		return EXIT_USAGE;
	}
	enum exit_code code = key_show_check(&show, curve);

	if (code == EXIT_YES)
		code = token ? new_on_token(options, curve, &show.key)
			     : new_file(options, curve, &show.key);
	return code == EXIT_YES ? key_show(&show) : code;
}

/* ---- show ---- */

static enum exit_code
run_show(const struct options *options)
{
	struct signing_wants wants = { .key = options->argument[0],
		.passphrase_file = options->value[SHOW_PASSPHRASE_FILE] };
	struct public_key public;
	enum exit_code code = signing_read_public(&wants, &public);

	if (code != EXIT_YES)
		return code;
	struct key_show show = {
		.key = public.key,
		.name = options->value[SHOW_NAME],
		.file = options->value[SHOW_PUBLIC],
		.witness = options->value[SHOW_WITNESS] != NULL,
		.json = options->value[SHOW_JSON] != NULL,
	};

	if (show.name == NULL && public.name[0] != '\0')
		show.name = public.name;
	code = key_show_check(&show, show.key.curve);
	return code == EXIT_YES ? key_show(&show) : code;
}

static const struct word words[] = {
	{ "new", &new_usage, run_new },
	{ "show", &show_usage, run_show },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

enum exit_code
key_run(int argc, char *argv[])
{
	return words_run(
	    words, WORDS, "say new or show (--help tells more)", argc, argv);
}
