/* SPDX-License-Identifier: ISC */
/* Thumbprint, COSE_Key, vkeys and PEM of a public key. */
#include "cli/key_show.h"

#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/answering.h"
#include "codec/json.h"
#include "crypto/spki.h"
#include "crypto/vkey.h"
#include "system/file.h"

#include <assert.h>
#include <string.h>

#define KEY_SHOW_LEN (64 * KIB)
#define COSE_KEY_LEN 96

/* Whether the key has a vkey of that type. */
static bool
has_vkey(const struct key_show *show, enum vkey_type type)
{
	return show->name != NULL &&
	    (type == VKEY_ECDSA) == (show->key.curve == COSE_CURVE_P256);
}

enum exit_code
key_show_check(const struct key_show *show, enum cose_curve curve)
{
	if (show->name != NULL && !vkey_name_is_good(bytes_of(show->name))) {
		cli_say(show->name,
		    "no name of a vkey: blanks, '+' and control characters "
		    "are not taken");
		return EXIT_USAGE;
	}
	if (show->witness && show->name == NULL) {
		cli_say("--witness", "a vkey needs a --name");
		return EXIT_USAGE;
	}
	if (show->witness && curve != COSE_CURVE_ED25519) {
		cli_say("--witness", "only Ed25519 keys cosign");
		return EXIT_USAGE;
	}
	return EXIT_YES;
}

static void
put_vkey(struct out *o, const struct key_show *show, enum vkey_type type)
{
	uint8_t text[VKEY_TEXT_LEN];
	size_t len = 0;
	enum err err = vkey_write(&crypto_hooks_default, type,
	    bytes_of(show->name), &show->key, text, &len);

	assert(err == ERR_OK); /* name and type were checked */
	out_put(o, (struct bytes){ text, len });
}

static struct bytes
write_cose_key(const struct key_show *show, uint8_t room[COSE_KEY_LEN])
{
	struct cbor_writer w = cbor_writer_open(room, COSE_KEY_LEN);

	cose_key_put(&w, &show->key);
	assert(!w.failed); /* the longest has 77 bytes */
	return cbor_written(&w);
}

static const char *
type_text(const struct key_show *show)
{
	return show->key.curve == COSE_CURVE_P256 ? "P-256" : "Ed25519";
}

/* ---- as text ---- */

static void
put_vkey_line(struct out *o, const struct key_show *show, const char *title,
    enum vkey_type type)
{
	struct out vkey = out_open(KEY_SHOW_LEN);

	if (!has_vkey(show, type))
		return;
	put_vkey(&vkey, show, type);
	out_text(o, title);
	text_put_terminal(o, out_bytes(&vkey)); /* the name may be foreign */
	out_text(o, "\n");
	out_close(&vkey);
}

static void
put_text(struct out *o, const struct key_show *show)
{
	uint8_t thumbprint[SHA256_LEN];
	uint8_t room[COSE_KEY_LEN];

	cose_key_thumbprint(&crypto_hooks_default, &show->key, thumbprint);
	out_text(o, "type          ");
	out_text(o, type_text(show));
	out_text(o, "\nthumbprint    ");
	out_hex_bytes(o, (struct bytes){ thumbprint, sizeof(thumbprint) });
	out_text(o, "\nCOSE_Key      ");
	out_hex_bytes(o, write_cose_key(show, room));
	out_text(o, "\n");
	put_vkey_line(o, show, "vkey          ", VKEY_ED25519);
	put_vkey_line(o, show, "vkey          ", VKEY_ECDSA);
	put_vkey_line(o, show, "witness vkey  ", VKEY_COSIGNATURE);
	spki_put_pem(o, &show->key);
}

/* ---- as JSON ---- */

static void
put_json_vkey(struct json *j, const struct key_show *show, const char *key,
    enum vkey_type type)
{
	struct out vkey = out_open(KEY_SHOW_LEN);

	json_key(j, key);
	if (has_vkey(show, type)) {
		put_vkey(&vkey, show, type);
		json_put_text(j, out_bytes(&vkey));
	} else {
		json_put_null(j);
	}
	out_close(&vkey);
}

static void
put_json(struct out *o, const struct key_show *show)
{
	struct json j = json_open(o);
	struct out pem = out_open(KEY_SHOW_LEN);
	uint8_t thumbprint[SHA256_LEN];
	uint8_t room[COSE_KEY_LEN];
	bool is_p256 = show->key.curve == COSE_CURVE_P256;

	cose_key_thumbprint(&crypto_hooks_default, &show->key, thumbprint);
	spki_put_pem(&pem, &show->key);
	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.key/1");
	json_string(&j, "type", type_text(show));
	answering_put_hex(
	    &j, "thumbprint", (struct bytes){ thumbprint, sizeof(thumbprint) });
	answering_put_hex(&j, "cose_key", write_cose_key(show, room));
	json_key(&j, "name");
	if (show->name != NULL)
		json_put_string(&j, show->name);
	else
		json_put_null(&j);
	put_json_vkey(&j, show, "vkey", is_p256 ? VKEY_ECDSA : VKEY_ED25519);
	put_json_vkey(&j, show, "witness_vkey", VKEY_COSIGNATURE);
	json_text(&j, "pem", out_bytes(&pem));
	json_end(&j);
	out_close(&pem);
}

/* ---- files ---- */

static enum exit_code
write_file(const struct key_show *show)
{
	bool is_p256 = show->key.curve == COSE_CURVE_P256;
	enum vkey_type type = is_p256 ? VKEY_ECDSA : VKEY_ED25519;
	struct out o = out_open(KEY_SHOW_LEN);
	const char *why = NULL;
	enum err err;

	if (show->name != NULL) {
		put_vkey(&o, show, show->witness ? VKEY_COSIGNATURE : type);
		out_text(&o, "\n");
	} else {
		spki_put_pem(&o, &show->key);
	}
	err = o.failed;
	if (err == ERR_OK)
		err = file_write(show->file, out_bytes(&o), &why);
	else
		why = err_text(err);
	out_close(&o);
	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(show->file, why);
	return EXIT_MACHINE;
}

enum exit_code
key_show(const struct key_show *show)
{
	struct out o = out_open(KEY_SHOW_LEN);
	enum exit_code code = EXIT_YES;

	if (show->file != NULL)
		code = write_file(show);
	if (show->json)
		put_json(&o, show);
	else
		put_text(&o, show);
	if (code == EXIT_YES && o.failed != ERR_OK) {
		cli_say("key", err_text(o.failed));
		code = EXIT_MACHINE;
	}
	if (code == EXIT_YES)
		code = cli_answer(out_bytes(&o));
	out_close(&o);
	return code;
}
