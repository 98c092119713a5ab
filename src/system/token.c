/* SPDX-License-Identifier: ISC */
/* A session with a token: PIN, signatures, end. */
#include "system/token.h"

#include "base/limits.h"
#include "crypto/hooks.h"
#include "system/passphrase.h"
#include "system/token_private.h"

#include <stdlib.h>
#include <string.h>

bool
token_is_uri(const char *what)
{
	return bytes_starts(bytes_of(what), BYTES("pkcs11:"));
}

enum err
token_fail(struct token *t, enum err err, const char *why)
{
	if (t->why == NULL)
		t->why = why;
	return err;
}

static const struct {
	CK_RV answer;
	enum err err;
	const char *why;
} answers[] = {
	{ CKR_PIN_INCORRECT, ERR_CHECKSUM, "does not open: the PIN is wrong" },
	{ CKR_PIN_INVALID, ERR_CHECKSUM, "does not open: the PIN is wrong" },
	{ CKR_PIN_LEN_RANGE, ERR_CHECKSUM,
	    "does not open: the PIN is too short or too long" },
	{ CKR_PIN_LOCKED, ERR_CHECKSUM, "is locked after too many wrong PINs" },
	{ CKR_PIN_EXPIRED, ERR_CHECKSUM, "wants its PIN to be changed" },
	{ CKR_USER_PIN_NOT_INITIALIZED, ERR_CHECKSUM, "has no PIN yet" },
	{ CKR_USER_NOT_LOGGED_IN, ERR_ENCRYPTED, "needs a PIN" },
	{ CKR_MECHANISM_INVALID, ERR_UNSUPPORTED,
	    "does not do this kind of key" },
	{ CKR_MECHANISM_PARAM_INVALID, ERR_UNSUPPORTED,
	    "does not do this kind of key" },
	{ CKR_DOMAIN_PARAMS_INVALID, ERR_UNSUPPORTED,
	    "does not do this curve" },
	{ CKR_CURVE_NOT_SUPPORTED, ERR_UNSUPPORTED, "does not do this curve" },
	{ CKR_TOKEN_WRITE_PROTECTED, ERR_MALFORMED,
	    "is write-protected: no key can be made on it" },
	{ CKR_SESSION_READ_ONLY, ERR_MALFORMED,
	    "is write-protected: no key can be made on it" },
	{ CKR_TOKEN_NOT_PRESENT, ERR_MALFORMED, "is not there any more" },
	{ CKR_DEVICE_REMOVED, ERR_MALFORMED, "is not there any more" },
	{ CKR_HOST_MEMORY, ERR_MEMORY, "out of memory" },
};

enum err
token_blame(struct token *t, CK_RV answer)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (answers[i].answer == answer)
			return token_fail(t, answers[i].err, answers[i].why);
	return token_fail(t, ERR_SYSTEM, "the token's library refused");
}

/* --- the PIN ------------------------------------------------------------ */

static enum err
log_in_with(struct token *t, struct bytes pin)
{
	union {
		const uint8_t *in;
		CK_UTF8CHAR *out; /* read only, but declared otherwise */
	} text = { .in = pin.ptr };
	CK_RV answer = t->p11->C_Login(t->session, CKU_USER, text.out, pin.len);

	return answer == CKR_OK || answer == CKR_USER_ALREADY_LOGGED_IN
	    ? ERR_OK
	    : token_blame(t, answer);
}

/* pin-source is a path, or a file: URI of one; a program ("|...") would be
   run, which nobody asked us for. */
static enum err
log_in_from(struct token *t, const char *source)
{
	struct passphrase pin = { .ptr = NULL };
	const char *path = source;
	const char *why = NULL;

	if (strncmp(path, "file://", 7) == 0)
		path += 7;
	else if (strncmp(path, "file:", 5) == 0)
		path += 5;
	if (path[0] == '|' || path[0] == '\0')
		return token_fail(
		    t, ERR_MALFORMED, "pin-source does not name a file");
	if (passphrase_read_file(path, &pin, &why) != ERR_OK)
		return token_fail(t, ERR_MALFORMED,
		    "the file of pin-source cannot be read, or is empty");
	enum err err = log_in_with(t, passphrase_bytes(&pin));

	passphrase_close(&pin);
	return err;
}

static enum err
log_in(struct token *t, struct bytes pin)
{
	const char *value = p11_kit_uri_get_pin_value(t->uri);
	const char *source = p11_kit_uri_get_pin_source(t->uri);

	if ((t->flags & CKF_LOGIN_REQUIRED) == 0)
		return ERR_OK;
	if ((t->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0)
		return log_in_with(t, (struct bytes){ NULL, 0 });
	if (value != NULL)
		return log_in_with(t, bytes_of(value));
	if (source != NULL)
		return log_in_from(t, source);
	if (pin.ptr == NULL)
		return token_fail(t, ERR_ENCRYPTED, "needs a PIN");
	return log_in_with(t, pin);
}

/* --- signing ------------------------------------------------------------ */

/*
 * What the token signed is verified at once: a fault in it, or a public key
 * that is not the private one's, must not get out.
 */
static enum err
check_signature(const struct token *t, struct bytes message,
    const uint8_t signature[SIGNATURE_LEN])
{
	const struct crypto_hooks *hooks = &crypto_hooks_default;
	bool good = t->key.curve == COSE_CURVE_ED25519
	    ? hooks->ed25519_verify(
		  hooks->context, t->key.point, message, signature)
	    : hooks->p256_verify(
		  hooks->context, t->key.point, message, signature);

	return good ? ERR_OK : ERR_SYSTEM;
}

static enum err
sign(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	struct token *t = context;
	bool is_p256 = t->key.curve == COSE_CURVE_P256;
	CK_MECHANISM how = { is_p256 ? CKM_ECDSA : CKM_EDDSA, NULL, 0 };
	uint8_t digest[SHA256_LEN];
	uint8_t signature[SIGNATURE_LEN];
	CK_ULONG len = sizeof(signature);
	struct bytes in = message;
	union {
		const uint8_t *in;
		CK_BYTE *out; /* read only, but declared otherwise */
	} what;

	if (is_p256) { /* CKM_ECDSA signs a digest, CKM_EDDSA the message */
		crypto_hooks_default.sha256(
		    crypto_hooks_default.context, &message, 1, digest);
		in = (struct bytes){ digest, sizeof(digest) };
	}
	what.in = in.len > 0 ? in.ptr : digest;
	if (t->p11->C_SignInit(t->session, &how, t->private_key) != CKR_OK ||
	    t->p11->C_Sign(t->session, what.out, in.len, signature, &len) !=
		CKR_OK ||
	    len != sizeof(signature))
		return ERR_SYSTEM;
	enum err err = check_signature(t, message, signature);

	if (err == ERR_OK)
		memcpy(ret, signature, sizeof(signature));
	return err;
}

/* --- opening ------------------------------------------------------------ */

static enum err
open_session(struct token *t, enum token_use use)
{
	CK_FLAGS flags = CKF_SERIAL_SESSION;

	if (use == TOKEN_MAKE)
		flags |= CKF_RW_SESSION;
	CK_RV answer =
	    t->p11->C_OpenSession(t->slot, flags, NULL, NULL, &t->session);

	if (answer != CKR_OK)
		return token_blame(t, answer);
	t->is_open = true;
	return ERR_OK;
}

/* Public keys may be read by all on most tokens; on others after login. */
static enum err
open_public(struct token *t, struct bytes pin)
{
	enum err err = token_find_public(t);

	if (err != ERR_END)
		return err;
	if ((t->flags & CKF_LOGIN_REQUIRED) != 0) {
		err = log_in(t, pin);
		if (err == ERR_OK)
			err = token_find_public(t);
	}
	return err == ERR_END
	    ? token_fail(t, ERR_MALFORMED, "there is no such key on it")
	    : err;
}

static enum err
open_private(struct token *t, enum token_use use, enum cose_curve curve,
    struct bytes pin)
{
	enum err err = log_in(t, pin);

	if (err == ERR_OK && use == TOKEN_MAKE)
		err = token_make(t, curve);
	if (err == ERR_OK)
		err = token_find_private(t);
	if (err == ERR_OK)
		err = token_find_public(t);
	return err == ERR_END
	    ? token_fail(t, ERR_UNSUPPORTED,
		  "holds no public key beside the private one")
	    : err;
}

static enum err
read_uri(struct token *t, const char *uri)
{
	if (strlen(uri) > TOKEN_URI_LEN)
		return token_fail(t, ERR_MALFORMED, "the URI is too long");
	t->uri = p11_kit_uri_new();
	if (t->uri == NULL)
		return token_fail(t, ERR_MEMORY, "out of memory");
	if (p11_kit_uri_parse(uri,
		P11_KIT_URI_FOR_OBJECT_ON_TOKEN_AND_MODULE |
		    P11_KIT_URI_FOR_SLOT,
		t->uri) != P11_KIT_URI_OK)
		return token_fail(
		    t, ERR_MALFORMED, "is not a URI as RFC 7512 has them");
	if (p11_kit_uri_any_unrecognized(t->uri))
		return token_fail(t, ERR_MALFORMED,
		    "the URI has an attribute that is not known");
	return ERR_OK;
}

enum err
token_open(const char *uri, enum token_use use, struct bytes pin,
    struct signer *ret, const char **ret_why)
{
	struct token *t = calloc(1, sizeof(*t));
	struct signer signer = { .sign = sign, .context = t };

	if (t == NULL) {
		*ret_why = err_text(ERR_MEMORY);
		return ERR_MEMORY;
	}
	enum err err = read_uri(t, uri);

	if (err == ERR_OK)
		err = token_find(t);
	if (err == ERR_OK)
		err = open_session(t, use);
	if (err == ERR_OK)
		err = use == TOKEN_PUBLIC
		    ? open_public(t, pin)
		    : open_private(t, use, ret->key.curve, pin);
	if (err == ERR_OK) {
		signer.key = t->key;
		*ret = signer;
	} else {
		*ret_why = t->why != NULL ? t->why : err_text(err);
		token_close(&signer);
	}
	return err;
}

void
token_close(struct signer *signer)
{
	struct token *t = signer->context;

	if (t != NULL) {
		if (t->is_open) /* logs out, too: it was the only session */
			(void)t->p11->C_CloseSession(t->session);
		if (t->own != NULL) {
			(void)p11_kit_module_finalize(t->own);
			p11_kit_module_release(t->own);
		}
		if (t->modules != NULL)
			p11_kit_modules_finalize_and_release(t->modules);
		p11_kit_uri_free(t->uri);
		free(t);
	}
	*signer = (struct signer){ .sign = NULL };
}
