/* SPDX-License-Identifier: ISC */
/*
 * COSE for other programs' libraries to read, and a reader of theirs.
 *
 *   cose_tool make     prints lines "KIND ALG KEY MESSAGE EXTRA" in hex: KIND is
 *                      attached, detached (EXTRA is the payload) or
 *                      countersigned (EXTRA is the second key)
 *   cose_tool verify   reads lines "RULES KEY MESSAGE PAYLOAD KEY2" (RULES is
 *                      strict or relaxed, "-" is nothing) and answers each with
 *                      "good", or what is wrong and where
 */
#include "base/out.h"
#include "crypto/cose_countersign.h"
#include "crypto/key_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_LEN 2048
#define LINE_LEN 16384

static const struct bytes no_bytes = { NULL, 0 };

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "cose_tool: %s\n", what);
	exit(4);
}

static struct signer
make_key(enum cose_curve curve)
{
	FILE *f = fopen("/dev/urandom", "rb");
	uint8_t random[KEY_FILE_RANDOM_LEN];
	struct signer key;

	must(f != NULL && fread(random, sizeof(random), 1, f) == 1, "random");
	(void)fclose(f);
	must(key_file_make(curve, random, &key) == ERR_OK, "key");
	return key;
}

static void
print_hex(struct bytes in)
{
	(void)putchar(' ');
	for (size_t i = 0; i < in.len; i++)
		(void)printf("%02x", in.ptr[i]);
	if (in.len == 0)
		(void)putchar('-');
}

static void
print_key(const struct cose_key *key)
{
	uint8_t room[128];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	cose_key_put(&w, key);
	print_hex(cbor_written(&w));
}

/* A header such as our statements have. */
static struct bytes
put_header(const struct signer *key, int64_t alg, uint8_t *room, size_t cap)
{
	struct cbor_writer w = cbor_writer_open(room, cap);
	uint8_t kid[SHA256_LEN];

	cose_key_thumbprint(&crypto_hooks_default, &key->key, kid);
	cbor_put_map(&w, 5);
	cbor_put_int(&w, COSE_HEADER_ALG);
	cbor_put_int(&w, alg);
	cbor_put_int(&w, COSE_HEADER_CONTENT_TYPE);
	cbor_put_uint(&w, 60);
	cbor_put_int(&w, COSE_HEADER_KID);
	cbor_put_bytes(&w, (struct bytes){ kid, sizeof(kid) });
	cbor_put_int(&w, COSE_HEADER_CWT_CLAIMS);
	cbor_put_map(&w, 2);
	cbor_put_uint(&w, 1);
	cbor_put_literal(&w, "https://lab.example");
	cbor_put_uint(&w, 6);
	cbor_put_uint(&w, 1790000000);
	cbor_put_int(&w, COSE_HEADER_TYP);
	cbor_put_literal(&w, "application/vnd.example+cose");
	return cbor_written(&w);
}

static void
sign(const struct signer *key, struct bytes message, uint8_t *ret)
{
	must(key->sign(key->context, message, ret) == ERR_OK, "signature");
}

/* Signs the content; gives the message in room. */
static struct bytes
make_message(const struct signer *key, int64_t alg, struct bytes content,
    bool detached, struct bytes unprotected, uint8_t *room)
{
	uint8_t header_room[256];
	uint8_t signed_room[ROOM_LEN];
	uint8_t signature[SIGNATURE_LEN];
	struct bytes header =
	    put_header(key, alg, header_room, sizeof(header_room));
	struct cbor_writer w = cbor_writer_open(room, ROOM_LEN);
	struct bytes message;

	must(cose_to_be_signed(header, no_bytes, content, signed_room,
		 sizeof(signed_room), &message) == ERR_OK,
	    "room");
	sign(key, message, signature);
	cose_put_sign1(&w, header, unprotected, detached ? no_bytes : content,
	    (struct bytes){ signature, sizeof(signature) });
	must(!w.failed, "room");
	return cbor_written(&w);
}

/* The same message with a countersignature in its unprotected header. */
static struct bytes
countersign(struct bytes in, const struct signer *second, uint8_t *room)
{
	uint8_t header_room[256];
	uint8_t signed_room[ROOM_LEN];
	uint8_t map_room[512];
	uint8_t signature[SIGNATURE_LEN];
	struct bytes header = put_header(second, cose_key_alg(&second->key),
	    header_room, sizeof(header_room));
	struct cbor_writer map = cbor_writer_open(map_room, sizeof(map_room));
	struct cbor_writer w = cbor_writer_open(room, ROOM_LEN);
	struct cose_sign1 m;
	struct fault fault;
	struct bytes message;

	must(cose_read_sign1(in, CBOR_STRICT, &m, &fault) == ERR_OK, "own");
	must(cose_countersign_to_be_signed(&m, header, no_bytes, no_bytes,
		 signed_room, sizeof(signed_room), &message) == ERR_OK,
	    "room");
	sign(second, message, signature);
	cbor_put_map(&map, 1);
	cbor_put_int(&map, COSE_HEADER_COUNTERSIGNATURE);
	cose_put_countersignature(&map, header, no_bytes,
	    (struct bytes){ signature, sizeof(signature) });
	cose_put_sign1(
	    &w, m.protected_map, cbor_written(&map), m.payload, m.signature);
	must(!map.failed && !w.failed, "room");
	return cbor_written(&w);
}

static void
print_message(const char *kind, int64_t alg, const struct cose_key *key,
    struct bytes message)
{
	(void)printf("%s %lld", kind, (long long)alg);
	print_key(key);
	print_hex(message);
}

static void
make_with(enum cose_curve curve, int64_t alg)
{
	struct bytes content = BYTES("\xa1\x01\x02");
	struct signer key = make_key(curve);
	struct signer second = make_key(
	    curve == COSE_CURVE_P256 ? COSE_CURVE_ED25519 : COSE_CURVE_P256);
	uint8_t room[ROOM_LEN];
	uint8_t second_room[ROOM_LEN];
	struct bytes message =
	    make_message(&key, alg, content, false, no_bytes, room);

	print_message("attached", alg, &key.key, message);
	print_hex(no_bytes);
	print_message("\ncountersigned", alg, &key.key,
	    countersign(message, &second, second_room));
	print_key(&second.key);
	print_message("\ndetached", alg, &key.key,
	    make_message(&key, alg, content, true, no_bytes, room));
	print_hex(content);
	(void)putchar('\n');
	key_file_close(&second);
	key_file_close(&key);
}

static unsigned
nibble(uint8_t c)
{
	must((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'), "no hex");
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Turns a word's hex into bytes in its own place; "-" is nothing. */
static struct bytes
take_hex(struct bytes *line, uint8_t *room)
{
	struct bytes word = no_bytes;

	must(bytes_next_word(line, &word), "a word is missing");
	if (bytes_equal_text(word, "-"))
		return no_bytes;
	for (size_t i = 0; i + 1 < word.len; i += 2)
		room[i / 2] = (uint8_t)(nibble(word.ptr[i]) << 4 |
		    nibble(word.ptr[i + 1]));
	return (struct bytes){ room, word.len / 2 };
}

static struct cose_key
read_key(struct bytes in)
{
	struct cbor_reader r = cbor_open(in, CBOR_RELAXED, "key");
	struct cose_key key = { .curve = COSE_CURVE_P256 };

	must(cose_key_read(&r, &key) == ERR_OK, "key");
	return key;
}

static enum err
verify(enum cbor_rules rules, struct bytes part[4], struct fault *ret_fault)
{
	static uint8_t room[LINE_LEN];
	struct cose_key key = read_key(part[0]);
	struct cose_signature by;
	struct cose_sign1 m;
	enum err err = cose_read_sign1(part[1], rules, &m, ret_fault);

	if (err != ERR_OK)
		return err;
	err = cose_verify_sign1(
	    &m, &key, &crypto_hooks_default, part[2], room, sizeof(room));
	if (err != ERR_OK || part[3].len == 0)
		return err;
	key = read_key(part[3]);
	err = cose_read_countersignature(&m, rules, 0, &by, ret_fault);
	if (err != ERR_OK)
		return err;
	return cose_verify_countersignature(
	    &m, &by, &key, &crypto_hooks_default, part[2], room, sizeof(room));
}

static void
answer(struct bytes line)
{
	static uint8_t rooms[4][LINE_LEN];
	struct fault fault = { .field = "signature" };
	struct bytes part[4];
	struct bytes rules = no_bytes;
	enum err err;

	must(bytes_next_word(&line, &rules), "no rules");
	for (size_t i = 0; i < 4; i++)
		part[i] = take_hex(&line, rooms[i]);
	err = verify(
	    bytes_equal_text(rules, "strict") ? CBOR_STRICT : CBOR_RELAXED,
	    part, &fault);
	if (err == ERR_OK)
		(void)puts("good");
	else
		(void)printf("%s: %s\n", fault.field, err_text(err));
}

int
main(int argc, char *argv[])
{
	static char line[LINE_LEN];
	bool makes = argc == 2 && strcmp(argv[1], "make") == 0;

	must(makes || (argc == 2 && strcmp(argv[1], "verify") == 0),
	    "make or verify?");
	if (makes) {
		make_with(COSE_CURVE_ED25519, COSE_ALG_ED25519);
		make_with(COSE_CURVE_ED25519, COSE_ALG_EDDSA);
		make_with(COSE_CURVE_P256, COSE_ALG_ESP256);
		make_with(COSE_CURVE_P256, COSE_ALG_ES256);
		return 0;
	}
	while (fgets(line, sizeof(line), stdin) != NULL)
		answer(bytes_of(line));
	return 0;
}
