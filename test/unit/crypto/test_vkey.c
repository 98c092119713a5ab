/* SPDX-License-Identifier: ISC */
/* Verifier keys of notes: names, ids, and the types that are known. */
#include "crypto/vkey.h"

#include "codec/base64.h"
#include "crypto/spki.h"
#include "vectors.h"

static const struct crypto_hooks *hooks = &crypto_hooks_default;

/* From the tests of golang.org/x/mod sumdb/note (BSD-3-Clause). */
#define PETER                                                                  \
	"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
/* A log of RFC 6962 and its key: rome.ct.filippo.io/2024h1. */
#define ROME                                                                   \
	"rome.ct.filippo.io/2024h1+78f4abae+"                                  \
	"BTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAFzPC3fap+uINc1RQ4eRbYMUt84+bKk" \
	"A8GDLN8KwVdzAgYhYSv4kS8XSheGLAHCWhIJTJbuC3sL88bNMTtrsBM="
/* The example of transparency-dev's ECDSA verifier, its id calculated. */
#define REKOR                                                                  \
	"AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW" \
	"5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc="

/* Also sees to it that a failure leaves *ret alone. */
static enum err
read_text(const char *text, struct vkey *ret)
{
	struct vkey before;
	enum err err;

	memset(ret, 0x5a, sizeof(*ret));
	before = *ret;
	err = vkey_read(bytes_of(text), hooks, ret);
	if (err != ERR_OK)
		assert_memory_equal(ret, &before, sizeof(before));
	return err;
}

static enum err
error_of(const char *text)
{
	struct vkey vkey;

	return read_text(text, &vkey);
}

static void
assert_written(const struct vkey *vkey, const char *want)
{
	uint8_t text[VKEY_TEXT_LEN];
	size_t len = 0;

	assert_int_equal(
	    vkey_write(hooks, vkey->type, vkey->name, &vkey->key, text, &len),
	    ERR_OK);
	assert_true(bytes_equal((struct bytes){ text, len }, bytes_of(want)));
}

static void
vkey_reads_and_writes_an_ed25519_key(void **state)
{
	struct vkey vkey;

	(void)state;
	assert_int_equal(read_text(PETER, &vkey), ERR_OK);
	assert_true(bytes_equal_text(vkey.name, "PeterNeumann"));
	assert_int_equal(vkey.type, VKEY_ED25519);
	assert_int_equal(vkey.id, 0xc74f20a3);
	assert_true(vkey.usable);
	assert_int_equal(vkey.key.curve, COSE_CURVE_ED25519);
	assert_int_equal(vkey.key.point[0], 0x1a);
	assert_int_equal(vkey.key.point[31], 0xd6);
	assert_written(&vkey, PETER);
}

static void
vkey_reads_and_writes_a_log_of_rfc_6962(void **state)
{
	struct vkey vkey;

	(void)state;
	assert_int_equal(read_text(ROME, &vkey), ERR_OK);
	assert_int_equal(vkey.type, VKEY_RFC6962);
	assert_int_equal(vkey.id, 0x78f4abae);
	assert_true(vkey.usable);
	assert_int_equal(vkey.key.curve, COSE_CURVE_P256);
	assert_written(&vkey, ROME);
}

/* The id of type 02 is of the SPKI, whatever the name. */
static void
vkey_of_ecdsa_has_an_id_without_the_name(void **state)
{
	struct vkey vkey;
	struct vkey other;
	uint8_t text[VKEY_TEXT_LEN];
	uint8_t der[SPKI_MAX_LEN];
	uint8_t digest[SHA256_LEN];
	char all[VKEY_TEXT_LEN];
	size_t len = 0;

	(void)state;
	assert_int_equal(read_text(ROME, &vkey), ERR_OK);
	assert_int_equal(
	    vkey_write(hooks, VKEY_ECDSA, BYTES("a"), &vkey.key, text, &len),
	    ERR_OK);
	assert_int_equal(
	    vkey_read((struct bytes){ text, len }, hooks, &other), ERR_OK);
	assert_int_equal(other.type, VKEY_ECDSA);
	assert_int_equal(
	    vkey_id(hooks, VKEY_ECDSA, BYTES("b"), &vkey.key), other.id);
	struct bytes spki = { der, spki_write(&vkey.key, der) };

	hooks->sha256(hooks->context, &spki, 1, digest);
	assert_int_equal(other.id >> 24, digest[0]);
	assert_int_equal(other.id & 0xff, digest[3]);
	/* c0d23d6a is the key id of the public Rekor log's lines. */
	assert_true(snprintf(all, sizeof(all), "rekor.sigstore.dev+c0d23d6a+%s",
			REKOR) > 0);
	assert_int_equal(read_text(all, &vkey), ERR_OK);
}

static void
vkey_of_a_witness_differs_from_that_of_a_log(void **state)
{
	struct vkey vkey;
	struct vkey witness;
	uint8_t text[VKEY_TEXT_LEN];
	size_t len = 0;

	(void)state;
	assert_int_equal(read_text(PETER, &vkey), ERR_OK);
	assert_int_equal(vkey_write(hooks, VKEY_COSIGNATURE, vkey.name,
			     &vkey.key, text, &len),
	    ERR_OK);
	assert_int_equal(
	    vkey_read((struct bytes){ text, len }, hooks, &witness), ERR_OK);
	assert_int_equal(witness.type, VKEY_COSIGNATURE);
	assert_true(witness.usable);
	assert_true(witness.id != vkey.id);
	assert_true(cose_key_equal(&witness.key, &vkey.key));
}

/* Makes a vkey of that type around `len` bytes of 0x11. */
static void
make_other(uint8_t type, size_t len, char ret[VKEY_TEXT_LEN])
{
	uint8_t material[1400] = { type };
	uint8_t room[VKEY_TEXT_LEN];
	uint8_t digest[SHA256_LEN];
	struct bytes body = { NULL, 0 };
	struct bytes parts[] = { BYTES("n\n"), { material, 1 + len } };

	memset(material + 1, 0x11, len);
	hooks->sha256(hooks->context, parts, 2, digest);
	assert_int_equal(
	    base64_encode(BASE64_STANDARD, (struct bytes){ material, 1 + len },
		room, sizeof(room), &body),
	    ERR_OK);
	assert_true(snprintf(ret, VKEY_TEXT_LEN, "n+%02x%02x%02x%02x+%.*s",
			digest[0], digest[1], digest[2], digest[3],
			(int)body.len, (const char *)body.ptr) > 0);
}

static void
vkey_knows_others_without_using_them(void **state)
{
	char text[VKEY_TEXT_LEN];
	struct vkey vkey;

	(void)state;
	make_other(VKEY_MLDSA44, 1312, text);
	assert_int_equal(read_text(text, &vkey), ERR_OK);
	assert_int_equal(vkey.type, VKEY_MLDSA44);
	assert_false(vkey.usable);
	make_other(VKEY_PRIVATE, 20, text);
	assert_int_equal(read_text(text, &vkey), ERR_OK);
	assert_false(vkey.usable);
	make_other(VKEY_MLDSA44, 1311, text);
	assert_int_equal(error_of(text), ERR_MALFORMED);
	make_other(VKEY_ED25519, 33, text);
	assert_int_equal(error_of(text), ERR_MALFORMED);
	make_other(VKEY_ECDSA, 33, text);
	assert_int_equal(error_of(text), ERR_MALFORMED);
	make_other(0x03, 32, text);
	assert_int_equal(error_of(text), ERR_UNSUPPORTED);
	make_other(0x00, 32, text);
	assert_int_equal(error_of(text), ERR_UNSUPPORTED);
}

static void
vkey_says_what_is_wrong(void **state)
{
	static const struct {
		const char *text;
		enum err err;
	} cases[] = {
		{ "", ERR_MALFORMED },
		{ "+", ERR_MALFORMED },
		{ "a+00000000", ERR_MALFORMED },
		{ "a+00000000+", ERR_MALFORMED },
		{ "a+00000000+AQ==", ERR_MALFORMED },
		{ "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		    ERR_MALFORMED },
		{ "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/"
		  "LDE4izWy10TW",
		    ERR_MALFORMED },
		{ "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/"
		  "LDE4izWy10TW",
		    ERR_CHECKSUM },
		{ "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/"
		  "LDE4izWy10TW",
		    ERR_CHECKSUM },
		{ "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/"
		  "LDE4izWy10TW",
		    ERR_MALFORMED },
		{ PETER "\n", ERR_MALFORMED },
		{ PETER "+", ERR_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(error_of(cases[i].text), cases[i].err);
}

static void
vkey_refuses_every_part_and_every_step_up(void **state)
{
	char text[sizeof(PETER)];
	struct vkey vkey;

	(void)state;
	for (size_t at = 0; at < sizeof(PETER) - 1; at++) {
		for (size_t len = 0; len < sizeof(PETER) - 1 - at; len++) {
			struct bytes part = { (const uint8_t *)PETER + at,
				len };

			assert_int_not_equal(
			    vkey_read(part, hooks, &vkey), ERR_OK);
		}
		memcpy(text, PETER, sizeof(text));
		text[at]++;
		assert_int_not_equal(error_of(text), ERR_OK);
	}
}

static void
vkey_names_have_no_blank_of_any_script(void **state)
{
	static const char *const good[] = { "a", "example.com/log",
		"z\xc3\xbcrich", "\xe2\x80\x94", "\xf0\x9f\x94\x91" };
	static const char *const bad[] = { "", " ", "a b", "a+b", "a\tb", "a\n",
		"a\x7f", "a\xc2\x85", "a\xc2\xa0", "\xe1\x9a\x80",
		"\xe2\x80\x80", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9",
		"\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xff",
		"a\xc3" };
	char longest[VKEY_NAME_LEN + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(vkey_name_is_good(bytes_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(vkey_name_is_good(bytes_of(bad[i])));
	memset(longest, 'a', sizeof(longest));
	longest[VKEY_NAME_LEN] = '\0';
	assert_true(vkey_name_is_good(bytes_of(longest)));
	longest[VKEY_NAME_LEN] = 'a';
	longest[VKEY_NAME_LEN + 1] = '\0';
	assert_false(vkey_name_is_good(bytes_of(longest)));
}

static void
vkey_is_not_written_for_a_key_of_another_kind(void **state)
{
	struct cose_key p256 = { .curve = COSE_CURVE_P256 };
	struct cose_key ed25519 = { .curve = COSE_CURVE_ED25519 };
	static const enum vkey_type types[] = { VKEY_ED25519, VKEY_ECDSA,
		VKEY_COSIGNATURE, VKEY_RFC6962, VKEY_MLDSA44, VKEY_PRIVATE };
	static const bool with_p256[] = { false, true, false, true, false,
		false };
	static const bool with_ed25519[] = { true, false, true, false, false,
		false };
	uint8_t text[VKEY_TEXT_LEN];
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_int_equal(
		    vkey_write(hooks, types[i], BYTES("n"), &p256, text, &len),
		    with_p256[i] ? ERR_OK : ERR_MALFORMED);
		assert_int_equal(vkey_write(hooks, types[i], BYTES("n"),
				     &ed25519, text, &len),
		    with_ed25519[i] ? ERR_OK : ERR_MALFORMED);
	}
	assert_int_equal(
	    vkey_write(hooks, VKEY_ED25519, BYTES("a b"), &ed25519, text, &len),
	    ERR_MALFORMED);
}

static void
vkey_agrees_with_the_vectors(void **state)
{
	json_t *root = vectors_open("signed-note/vkeys.json");
	json_t *text = NULL;
	size_t good = 0;
	size_t bad = 0;

	(void)state;
	json_array_foreach(json_object_get(root, "valid"), good, text)
	{
		struct vkey vkey;

		assert_int_equal(
		    read_text(json_string_value(text), &vkey), ERR_OK);
		assert_written(&vkey, json_string_value(text));
	}
	json_array_foreach(json_object_get(root, "invalid"), bad, text)
	{
		assert_int_not_equal(error_of(json_string_value(text)), ERR_OK);
	}
	json_decref(root);
	print_message("%zu taken, %zu refused\n", good, bad);
	assert_true(good > 0 && bad > 0);
}

/* ---- SubjectPublicKeyInfo ---- */

static void
spki_reads_back_what_it_wrote(void **state)
{
	struct cose_key keys[] = { { .curve = COSE_CURVE_ED25519 },
		{ .curve = COSE_CURVE_P256 } };
	static const size_t lengths[] = { 44, 91 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t der[SPKI_MAX_LEN];
		struct cose_key back;
		struct out pem = out_open(1024);

		memset(keys[i].point, 0x42, cose_key_len(&keys[i]));
		assert_int_equal(spki_write(&keys[i], der), lengths[i]);
		struct bytes in = { der, lengths[i] };

		assert_int_equal(spki_read(in, &back), ERR_OK);
		assert_true(cose_key_equal(&back, &keys[i]));
		for (size_t len = 0; len < in.len; len++)
			assert_int_not_equal(
			    spki_read(bytes_slice(in, 0, len), &back), ERR_OK);
		out_text(&pem, "a text in front\n");
		spki_put_pem(&pem, &keys[i]);
		out_text(&pem, "a text behind\n");
		assert_int_equal(spki_read_pem(out_bytes(&pem), &back), ERR_OK);
		assert_true(cose_key_equal(&back, &keys[i]));
		out_close(&pem);
	}
}

static void
spki_says_what_is_wrong(void **state)
{
	static const uint8_t rsa[] = { 0x30, 0x05, 0x30, 0x03, 0x06, 0x01,
		0x2a };
	static const uint8_t longer[] = { 0x30, 0x82, 0x01, 0x00, 0x30 };
	static const uint8_t trailing[] = { 0x30, 0x01, 0x05, 0x00 };
	struct cose_key key;

	(void)state;
	assert_int_equal(spki_read((struct bytes){ rsa, sizeof(rsa) }, &key),
	    ERR_UNSUPPORTED);
	assert_int_equal(
	    spki_read((struct bytes){ longer, sizeof(longer) }, &key),
	    ERR_TRUNCATED);
	assert_int_equal(
	    spki_read((struct bytes){ trailing, sizeof(trailing) }, &key),
	    ERR_MALFORMED);
	assert_int_equal(spki_read(BYTES("no"), &key), ERR_MALFORMED);
	assert_int_equal(spki_read_pem(BYTES("no"), &key), ERR_MALFORMED);
	assert_int_equal(
	    spki_read_pem(BYTES("-----BEGIN PUBLIC KEY-----\nMCow\n"), &key),
	    ERR_TRUNCATED);
	assert_int_equal(spki_read_pem(BYTES("-----BEGIN PUBLIC KEY-----\n"
					     "MC*w\n"
					     "-----END PUBLIC KEY-----\n"),
			     &key),
	    ERR_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vkey_reads_and_writes_an_ed25519_key),
		cmocka_unit_test(vkey_reads_and_writes_a_log_of_rfc_6962),
		cmocka_unit_test(vkey_of_ecdsa_has_an_id_without_the_name),
		cmocka_unit_test(vkey_of_a_witness_differs_from_that_of_a_log),
		cmocka_unit_test(vkey_knows_others_without_using_them),
		cmocka_unit_test(vkey_says_what_is_wrong),
		cmocka_unit_test(vkey_refuses_every_part_and_every_step_up),
		cmocka_unit_test(vkey_names_have_no_blank_of_any_script),
		cmocka_unit_test(vkey_is_not_written_for_a_key_of_another_kind),
		cmocka_unit_test(vkey_agrees_with_the_vectors),
		cmocka_unit_test(spki_reads_back_what_it_wrote),
		cmocka_unit_test(spki_says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
