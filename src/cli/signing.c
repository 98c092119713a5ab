/* SPDX-License-Identifier: ISC */
/* Opens keys for commands: files, tokens, and public ones. */
#include "cli/signing.h"

#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "crypto/key_file.h"
#include "crypto/spki.h"
#include "system/file.h"
#include "system/secret_file.h"
#include "system/secrets.h"
#include "system/token.h"
#include "worker/sign.h"
#include "worker/wire_fields.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROMPT_LEN (2 * KIB)

const char *
signing_about(const char *key, char room[SIGNING_ABOUT_LEN])
{
	size_t len = strlen(key);

	if (token_is_uri(key))
		len = strcspn(key, "?");
	(void)snprintf(room, SIGNING_ABOUT_LEN, "%.*s",
	    (int)(len < SIGNING_ABOUT_LEN ? len : SIGNING_ABOUT_LEN - 1), key);
	return room;
}

static enum exit_code
say(const char *key, enum err err, const char *why)
{
	char room[SIGNING_ABOUT_LEN];

	cli_say(signing_about(key, room), why);
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

static enum exit_code
guard(void)
{
	if (secrets_guard() == ERR_OK)
		return EXIT_YES;
	cli_say("keys", "the memory for them cannot be protected");
	return EXIT_MACHINE;
}

/* --- passphrases -------------------------------------------------------- */

static enum err
ask(const char *start, const char *about, struct passphrase *ret,
    const char **ret_why)
{
	struct out prompt = out_open(PROMPT_LEN);
	char room[SIGNING_ABOUT_LEN];

	out_text(&prompt, start);
	text_put_terminal(&prompt, bytes_of(signing_about(about, room)));
	out_put(&prompt, BYTES(": \0")); /* the zero ends the text */
	enum err err = prompt.failed;

	if (err == ERR_OK)
		err = passphrase_ask((const char *)prompt.ptr, ret, ret_why);
	else
		*ret_why = err_text(err);
	out_close(&prompt);
	return err;
}

static enum err
ask_again(const char *about, struct passphrase *first, const char **ret_why)
{
	struct passphrase again = { .ptr = NULL };
	enum err err = ask("Again the passphrase for ", about, &again, ret_why);

	if (err == ERR_OK &&
	    !bytes_equal(passphrase_bytes(first), passphrase_bytes(&again))) {
		*ret_why = "the passphrases differ";
		err = ERR_MALFORMED;
	}
	passphrase_close(&again);
	if (err != ERR_OK)
		passphrase_close(first);
	return err;
}

enum exit_code
signing_read_passphrase(
    const char *file, const char *about, bool is_new, struct passphrase *ret)
{
	const char *why = NULL;
	enum err err;

	if (file != NULL) {
		err = passphrase_read_file(file, ret, &why);
		return err == ERR_OK ? EXIT_YES : say(file, err, why);
	}
	err = ask(is_new ? "New passphrase for " : "Passphrase for ", about,
	    ret, &why);
	if (err == ERR_OK && is_new)
		err = ask_again(about, ret, &why);
	return err == ERR_OK ? EXIT_YES : say("passphrase", err, why);
}

/* --- private keys ------------------------------------------------------- */

static void
warn(const char *path, const struct secret_file *file)
{
	if (file->is_open_to_others)
		cli_say(path, "warning: others can read this key (chmod 600)");
}

static enum exit_code
open_file(const struct signing_wants *wants, struct signing *ret)
{
	struct secret_file file = { .ptr = NULL };
	struct passphrase phrase = { .ptr = NULL };
	enum exit_code code = EXIT_YES;
	const char *why = NULL;
	enum err err =
	    secret_file_read(wants->key, LIMIT_KEY_FILE_LEN, &file, &why);

	if (err != ERR_OK)
		return say(wants->key, err, why);
	struct bytes pem = { file.ptr, file.len };

	/* Without a passphrase first: whether one is needed stands in it. */
	err = key_file_read(pem, (struct bytes){ NULL, 0 }, &ret->signer);
	if (err == ERR_OK)
		warn(wants->key, &file);
	if (err == ERR_ENCRYPTED) {
		code = signing_read_passphrase(
		    wants->passphrase_file, wants->key, false, &phrase);
		if (code == EXIT_YES)
			err = key_file_read(
			    pem, passphrase_bytes(&phrase), &ret->signer);
	}
	if (code == EXIT_YES && err != ERR_OK)
		code = say(wants->key, err, key_file_why(err));
	passphrase_close(&phrase);
	secret_file_close(&file);
	return code;
}

/* A token is asked without a PIN first: the URI may hold it, or the token may
   have keys of its own to type on. */
static enum exit_code
open_token_with(const struct signing_wants *wants, enum token_use use,
    struct signer *ret, struct passphrase *ret_pin)
{
	struct passphrase pin = { .ptr = NULL };
	const char *why = NULL;
	enum exit_code code = EXIT_YES;
	enum err err =
	    token_open(wants->key, use, passphrase_bytes(&pin), ret, &why);

	if (err == ERR_ENCRYPTED) {
		code = signing_read_passphrase(
		    wants->passphrase_file, wants->key, false, &pin);
		if (code == EXIT_YES)
			err = token_open(
			    wants->key, use, passphrase_bytes(&pin), ret, &why);
	}
	if (code == EXIT_YES && err != ERR_OK)
		code = say(wants->key, err, why);
	if (code == EXIT_YES)
		*ret_pin = pin;
	else
		passphrase_close(&pin);
	return code;
}

static enum exit_code
open_token(
    const struct signing_wants *wants, enum token_use use, struct signer *ret)
{
	struct passphrase pin = { .ptr = NULL };
	enum exit_code code = open_token_with(wants, use, ret, &pin);

	passphrase_close(&pin);
	return code;
}

enum exit_code
signing_open(const struct signing_wants *wants, struct signing *ret)
{
	struct signing s = { .is_token = false };
	enum exit_code code;

	if (wants->key == NULL) {
		cli_say("--key", "no private key is named");
		return EXIT_USAGE;
	}
	code = guard();
	if (code != EXIT_YES)
		return code;
	s.is_token = token_is_uri(wants->key);
	code = s.is_token ? open_token(wants, TOKEN_SIGN, &s.signer)
			  : open_file(wants, &s);
	if (code == EXIT_YES)
		*ret = s;
	return code;
}

enum exit_code
signing_make_on_token(const struct signing_wants *wants, enum cose_curve curve,
    struct signing *ret)
{
	struct signing s = { .is_token = true };
	enum exit_code code = guard();

	s.signer.key.curve = curve;
	if (code == EXIT_YES)
		code = open_token(wants, TOKEN_MAKE, &s.signer);
	if (code == EXIT_YES)
		*ret = s;
	return code;
}

/* ---- handed over ---- */

/* It fits into an empty pipe: nobody has to read meanwhile. */
static enum err
put_into_pipe(
    enum sign_key_form form, struct bytes key, struct bytes pin, int *ret_fd)
{
	struct out o = out_open(SIGN_KEY_LEN_MAX);
	int fds[2];
	enum err err =
	    out_reserve(&o, SIGN_KEY_LEN_MAX) != NULL ? ERR_OK : ERR_MEMORY;

	if (err == ERR_OK && pipe2(fds, O_CLOEXEC) != 0)
		err = ERR_SYSTEM;
	if (err != ERR_OK) {
		out_close(&o);
		return err;
	}
	out_u8(&o, (uint8_t)form);
	wire_put_field(&o, key, SIGN_KEY_LEN_MAX);
	wire_put_field(&o, pin, SIGN_KEY_LEN_MAX);
	err = o.failed == ERR_OK ? file_put(fds[1], out_bytes(&o)) : o.failed;
	explicit_bzero(o.ptr, o.cap);
	out_close(&o);
	(void)close(fds[1]); /* all of it is in the pipe */
	if (err == ERR_OK)
		*ret_fd = fds[0];
	else
		(void)close(fds[0]); /* of no use */
	return err;
}

static enum exit_code
hand_over_token(
    const struct signing_wants *wants, struct cose_key *ret_key, int *ret_fd)
{
	struct passphrase pin = { .ptr = NULL };
	struct signer signer = { .sign = NULL };
	enum exit_code code = open_token_with(wants, TOKEN_SIGN, &signer, &pin);

	if (code != EXIT_YES)
		return code;
	enum err err = put_into_pipe(SIGN_KEY_TOKEN, bytes_of(wants->key),
	    passphrase_bytes(&pin), ret_fd);

	if (err == ERR_OK)
		*ret_key = signer.key;
	else
		code = say(wants->key, err, err_text(err));
	token_close(&signer);
	passphrase_close(&pin);
	return code;
}

static enum exit_code
hand_over_file(
    const struct signing_wants *wants, struct cose_key *ret_key, int *ret_fd)
{
	struct signing s;
	struct out pem = out_open(SIGN_KEY_LEN_MAX / 2);
	enum exit_code code = signing_open(wants, &s);
	enum err err;

	if (code != EXIT_YES)
		return code;
	/* at once: growing would leave pieces behind */
	err = out_reserve(&pem, SIGN_KEY_LEN_MAX / 2) != NULL ? ERR_OK
							      : ERR_MEMORY;
	if (err == ERR_OK)
		err = key_file_write(
		    &s.signer, (struct bytes){ NULL, 0 }, NULL, &pem);
	if (err == ERR_OK)
		err = pem.failed;
	if (err == ERR_OK)
		err = put_into_pipe(SIGN_KEY_PEM, out_bytes(&pem),
		    (struct bytes){ NULL, 0 }, ret_fd);
	if (err == ERR_OK)
		*ret_key = s.signer.key;
	else
		code = say(wants->key, err, err_text(err));
	if (pem.cap > 0)
		explicit_bzero(pem.ptr, pem.cap);
	out_close(&pem);
	signing_close(&s);
	return code;
}

enum exit_code
signing_hand_over(
    const struct signing_wants *wants, struct cose_key *ret_key, int *ret_fd)
{
	if (wants->key == NULL || !token_is_uri(wants->key))
		return hand_over_file(wants, ret_key, ret_fd);
	enum exit_code code = guard();

	return code == EXIT_YES ? hand_over_token(wants, ret_key, ret_fd)
				: code;
}

void
signing_close(struct signing *s)
{
	if (s->is_token)
		token_close(&s->signer);
	else
		key_file_close(&s->signer);
}

/* --- public keys -------------------------------------------------------- */

static enum err
take_vkey(struct bytes text, struct public_key *ret)
{
	struct vkey vkey;
	enum err err = vkey_read(text, &crypto_hooks_default, &vkey);

	if (err == ERR_OK && !vkey.usable)
		err = ERR_UNSUPPORTED;
	if (err != ERR_OK)
		return err;
	ret->key = vkey.key;
	memcpy(ret->name, vkey.name.ptr, vkey.name.len);
	ret->name[vkey.name.len] = '\0'; /* names are at most VKEY_NAME_LEN */
	return ERR_OK;
}

/* The first line that is neither empty nor a comment, as a vkey. */
static enum err
take_vkey_file(struct bytes text, struct public_key *ret)
{
	struct bytes line = { NULL, 0 };

	while (bytes_next_line(&text, &line)) {
		line = bytes_trim(line);
		if (line.len > 0 && line.ptr[0] != '#')
			return take_vkey(line, ret);
	}
	return ERR_MALFORMED;
}

static enum err
take_file(struct bytes in, struct public_key *ret)
{
	struct cbor_reader r = cbor_open(in, CBOR_RELAXED, "COSE_Key");

	ret->name[0] = '\0';
	if (bytes_find(in, BYTES("-----BEGIN PUBLIC KEY-----"), 0) != SIZE_MAX)
		return spki_read_pem(in, &ret->key);
	if (cbor_peek(&r) != CBOR_MAP)
		return take_vkey_file(in, ret);
	enum err err = cose_key_read(&r, &ret->key);
	enum err end = cbor_end(&r);

	return err != ERR_OK ? err : end;
}

static enum exit_code
public_of_private(const struct signing_wants *wants, struct public_key *ret)
{
	struct signing s;
	enum exit_code code = signing_open(wants, &s);

	if (code != EXIT_YES)
		return code;
	ret->key = s.signer.key;
	ret->name[0] = '\0';
	signing_close(&s);
	return EXIT_YES;
}

static enum exit_code
public_of_file(const struct signing_wants *wants, struct public_key *ret)
{
	struct secret_file file = { .ptr = NULL }; /* it may be a private key */
	struct public_key key = { .name = "" };
	const char *why = NULL;
	enum err err =
	    secret_file_read(wants->key, LIMIT_KEY_FILE_LEN, &file, &why);

	if (err != ERR_OK)
		return say(wants->key, err, why);
	struct bytes in = { file.ptr, file.len };
	bool is_private =
	    bytes_find(in, BYTES("PRIVATE KEY-----"), 0) != SIZE_MAX;

	if (!is_private)
		err = take_file(in, &key);
	secret_file_close(&file);
	if (is_private)
		return public_of_private(wants, ret);
	if (err == ERR_CHECKSUM)
		return say(
		    wants->key, err, "is a vkey whose id is not its own");
	if (err == ERR_UNSUPPORTED)
		return say(wants->key, err,
		    "is a key of a kind that is not verified here");
	if (err != ERR_OK)
		return say(wants->key, err,
		    "is not a public key (vkey, PEM, COSE_Key)");
	*ret = key;
	return EXIT_YES;
}

enum exit_code
signing_read_public(const struct signing_wants *wants, struct public_key *ret)
{
	struct public_key key = { .name = "" };
	struct signer signer = { .sign = NULL };
	enum exit_code code;

	if (wants->key == NULL) {
		cli_say("--key", "no public key is named");
		return EXIT_USAGE;
	}
	code = guard();
	if (code != EXIT_YES)
		return code;
	if (token_is_uri(wants->key)) {
		code = open_token(wants, TOKEN_PUBLIC, &signer);
		if (code != EXIT_YES)
			return code;
		key.key = signer.key;
		token_close(&signer);
	} else if (take_vkey(bytes_of(wants->key), &key) != ERR_OK) {
		return public_of_file(wants, ret);
	}
	*ret = key;
	return EXIT_YES;
}
