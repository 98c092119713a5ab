/* SPDX-License-Identifier: ISC */
/* Fuzzes crypto/key_file.c: what is read can be written, read and used. */
#include "crypto/key_file.h"

#include "base/limits.h"
#include "codec/base64.h"
#include "crypto/hooks.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t salt[KEY_FILE_RANDOM_LEN];

static bool
is_signed(const struct signer *signer)
{
	struct bytes message = BYTES("message");
	uint8_t signature[SIGNATURE_LEN];

	if (signer->sign(signer->context, message, signature) != ERR_OK)
		return false;
	return signer->key.curve == COSE_CURVE_ED25519
	    ? crypto_hooks_default.ed25519_verify(crypto_hooks_default.context,
		  signer->key.point, message, signature)
	    : crypto_hooks_default.p256_verify(crypto_hooks_default.context,
		  signer->key.point, message, signature);
}

static void
use(const struct signer *signer)
{
	struct bytes none = { NULL, 0 };
	struct out pem = out_open(LIMIT_KEY_FILE_LEN);
	struct signer again;

	if (!is_signed(signer) ||
	    key_file_write(signer, none, salt, &pem) != ERR_OK ||
	    key_file_read(out_bytes(&pem), none, &again) != ERR_OK ||
	    !cose_key_equal(&signer->key, &again.key))
		abort();
	key_file_close(&again);
	out_close(&pem);
}

static enum err
read_with(struct bytes in, struct bytes passphrase)
{
	uint8_t mark = 0;
	struct signer signer = { .context = &mark };
	enum err err = key_file_read(in, passphrase, &signer);

	if (err == ERR_OK) {
		use(&signer);
		key_file_close(&signer);
	} else if (signer.context != &mark || signer.sign != NULL) {
		abort();
	}
	return err;
}

/* Behind 'E' or 'P' stands the DER of an encrypted or plain key: base64 would
   keep the fuzzer away from it. */
static bool
wrap(struct bytes in, struct out *pem)
{
	const char *label = in.len > 0 && in.ptr[0] == 'E' ? "ENCRYPTED " : "";
	size_t len = base64_text_len(BASE64_STANDARD, in.len);
	struct bytes body = { NULL, 0 };

	if (in.len < 2 || (in.ptr[0] != 'E' && in.ptr[0] != 'P'))
		return false;
	uint8_t *text = malloc(len);

	if (text == NULL ||
	    base64_encode(
		BASE64_STANDARD, bytes_from(in, 1), text, len, &body) != ERR_OK)
		abort();
	out_text(pem, "-----BEGIN ");
	out_text(pem, label);
	out_text(pem, "PRIVATE KEY-----\n");
	for (size_t at = 0; at < body.len; at += 64) {
		out_put(pem, bytes_slice(body, at, 64));
		out_text(pem, "\n");
	}
	out_text(pem, "-----END ");
	out_text(pem, label);
	out_text(pem, "PRIVATE KEY-----\n");
	free(text);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct out pem = out_open(2 * LIMIT_KEY_FILE_LEN);

	if (wrap(in, &pem))
		in = out_bytes(&pem);
	enum err plain = read_with(in, (struct bytes){ NULL, 0 });
	enum err with = read_with(in, BYTES("correct-horse"));

	if (plain == ERR_CHECKSUM || with == ERR_ENCRYPTED)
		abort();
	if (plain != ERR_ENCRYPTED && plain != with)
		abort(); /* the passphrase matters only to what is encrypted */
	out_close(&pem);
	return 0;
}
