/* SPDX-License-Identifier: ISC */
/* Notes, checkpoints and cosignatures: forms that are refused, signatures that
   are good, bad or not ours. */
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/note.h"
#include "ledger/note_private.h"

#include "keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct crypto_hooks *hooks = &crypto_hooks_default;

/* BYTES() for static tables. */
#define TEXT(literal)                                                          \
	{                                                                      \
		(const uint8_t *)("" literal), sizeof(literal) - 1             \
	}

#define DASH "\xe2\x80\x94 "

/* The example of the specification. */
#define POEM                                                                   \
	"Ognuno sta solo sul cuor della terra\n"                               \
	"trafitto da un raggio di sole:\n\n"                                   \
	"ed \xc3\xa8 subito sera.\n"
#define POEM_LINE                                                              \
	DASH "quasimodo.example/salvatore "                                    \
	     "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouF"   \
	     "SQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"

static void
note_parts_at_the_last_empty_line(void **state)
{
	struct note_signature signature;
	struct fault fault;
	struct note note;
	struct bytes rest;

	(void)state;
	assert_int_equal(
	    note_read(BYTES(POEM "\n" POEM_LINE POEM_LINE), &note, &fault),
	    ERR_OK);
	assert_true(bytes_equal_text(note.text, POEM));
	assert_int_equal(note.count, 2);
	rest = note.signatures;
	assert_true(note_next(&rest, &signature));
	assert_true(
	    bytes_equal_text(signature.name, "quasimodo.example/salvatore"));
	assert_int_equal(signature.key_id, 0x367ba04b);
	assert_int_equal(signature.len, 64);
	assert_true(bytes_equal_text(signature.line, POEM_LINE));
	assert_true(note_next(&rest, &signature));
	assert_false(note_next(&rest, &signature));
}

static void
note_refuses_other_forms(void **state)
{
	static const struct {
		struct bytes in;
		enum err err;
		uint64_t at;
	} rows[] = {
		{ { (const uint8_t *)"", 0 }, ERR_TRUNCATED, 0 },
		{ TEXT("a\n"), ERR_MALFORMED, 2 },
		{ TEXT("a\n\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n" DASH "n AAAAAAA="), ERR_TRUNCATED, 17 },
		{ TEXT("a\n\nn AAAAAAA=\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n- n AAAAAAA=\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n" DASH "n\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n" DASH " AAAAAAA=\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n" DASH "n+ AAAAAAA=\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n" DASH "n\xc2\xa0x AAAAAAA=\n"), ERR_MALFORMED,
		    3 },
		{ TEXT("a\n\n" DASH "n AAAAAA==\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n" DASH "n AAAAAAB=\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n" DASH "n AAAAAAA= \n"), ERR_MALFORMED, 3 },
		{ TEXT("a\n\n" DASH "n AAAAAAA\n"), ERR_MALFORMED, 3 },
		{ TEXT("a\r\n\n" DASH "n AAAAAAA=\n"), ERR_MALFORMED, 1 },
		{ TEXT("a\t\n\n" DASH "n AAAAAAA=\n"), ERR_MALFORMED, 1 },
		{ TEXT("a\xff\n\n" DASH "n AAAAAAA=\n"), ERR_MALFORMED, 1 },
		{ TEXT("a\0\n\n" DASH "n AAAAAAA=\n"), ERR_MALFORMED, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct note note = { .count = 99 };
		struct fault fault = { .code = ERR_OK };

		assert_int_equal(
		    note_read(rows[i].in, &note, &fault), rows[i].err);
		assert_int_equal(fault.code, rows[i].err);
		assert_int_equal(fault.at, rows[i].at);
		assert_int_equal(note.count, 99);
	}
}

static void
note_refuses_every_prefix(void **state)
{
	struct bytes in = BYTES(POEM "\n" POEM_LINE);
	struct fault fault;
	struct note note;

	(void)state;
	for (size_t len = 0; len < in.len; len++)
		assert_int_not_equal(
		    note_read(bytes_slice(in, 0, len), &note, &fault), ERR_OK);
}

static void
note_takes_as_many_lines_as_it_says(void **state)
{
	struct out o = out_open(1 << 20);
	struct fault fault;
	struct note note;

	(void)state;
	out_text(&o, "text\n\n");
	for (size_t i = 0; i < NOTE_SIGNATURES_MAX; i++)
		out_text(&o, DASH "n AAAAAAA=\n");
	assert_int_equal(note_read(out_bytes(&o), &note, &fault), ERR_OK);
	assert_int_equal(note.count, NOTE_SIGNATURES_MAX);
	out_text(&o, DASH "n AAAAAAA=\n");
	assert_int_equal(note_read(out_bytes(&o), &note, &fault), ERR_LIMIT);
	out_close(&o);
}

/* ML-DSA-44 cosignatures have 2428 bytes, which is more than is decoded at
   once. */
static void
note_reads_long_signatures(void **state)
{
	uint8_t room[NOTE_SIGNATURE_MAX];
	uint8_t bytes[4 + 2428] = { 1, 2, 3, 4 };
	struct out o = out_open(1 << 20);
	struct note_signature signature;
	struct fault fault;
	struct bytes ret;
	struct note note;
	uint8_t *text;

	(void)state;
	out_text(&o, "text\n\n" DASH "n ");
	size_t at = o.len;

	note_put_base64(&o, (struct bytes){ bytes, sizeof(bytes) });
	out_text(&o, "\n");
	assert_int_equal(note_read(out_bytes(&o), &note, &fault), ERR_OK);
	assert_true(note_next(&note.signatures, &signature));
	assert_int_equal(signature.len, 2428);
	assert_int_equal(signature.key_id, 0x01020304);
	assert_int_equal(
	    note_signature_bytes(&signature, room, &ret), ERR_LIMIT);
	/* Padding in the middle, at a seam of the decoding. */
	text = o.ptr + at;
	text[255] = '=';
	assert_int_equal(
	    note_read(out_bytes(&o), &note, &fault), ERR_MALFORMED);
	out_close(&o);
}

static void
note_is_signed_and_verified(void **state)
{
	struct signer signer = keys_open(COSE_CURVE_ED25519, 1);
	struct signer other = keys_open(COSE_CURVE_ED25519, 2);
	struct vkey key[] = { keys_vkey(VKEY_ED25519, "b", &other),
		keys_vkey(VKEY_ED25519, "a", &signer),
		keys_vkey(VKEY_ED25519, "a", &other) };
	struct out o = out_open(4096);
	struct fault fault;
	uint64_t good = 0;
	struct note note;

	(void)state;
	out_text(&o, "text\n\n");
	assert_int_equal(
	    note_sign(&o, hooks, BYTES("a"), &signer, BYTES("text\n")), ERR_OK);
	assert_int_equal(note_read(out_bytes(&o), &note, &fault), ERR_OK);
	assert_int_equal(note_verify(hooks, &note, key, 3, &good), ERR_OK);
	assert_int_equal(good, 2);
	/* Of other keys nothing follows. */
	assert_int_equal(
	    note_verify(hooks, &note, key, 1, &good), ERR_CHECKSUM);
	assert_int_equal(
	    note_verify(hooks, &note, key, 0, &good), ERR_CHECKSUM);
	/* A second line of the same key, by another: the note is refused. */
	uint8_t zero[SIGNATURE_LEN] = { 0 };

	note_put_line(
	    &o, BYTES("a"), key[1].id, (struct bytes){ zero, sizeof(zero) });
	assert_int_equal(note_read(out_bytes(&o), &note, &fault), ERR_OK);
	assert_int_equal(
	    note_verify(hooks, &note, key, 3, &good), ERR_CHECKSUM);
	out_close(&o);
	key_file_close(&signer);
	key_file_close(&other);
}

static void
note_signs_with_ed25519_only(void **state)
{
	struct signer signer = keys_open(COSE_CURVE_P256, 1);
	struct out o = out_open(4096);

	(void)state;
	assert_int_equal(
	    note_sign(&o, hooks, BYTES("a"), &signer, BYTES("text\n")),
	    ERR_UNSUPPORTED);
	assert_int_equal(cosignature_put(&o, hooks, BYTES("a"), &signer, 1,
			     BYTES("o\n0\n\n")),
	    ERR_UNSUPPORTED);
	assert_int_equal(o.len, 0);
	out_close(&o);
	key_file_close(&signer);
}

static void
note_reads_ecdsa_as_der_only(void **state)
{
	static const struct {
		struct bytes der;
		bool good;
	} rows[] = {
		{ TEXT("\x30\x06\x02\x01\x01\x02\x01\x7f"), true },
		{ TEXT("\x30\x07\x02\x02\x00\x80\x02\x01\x7f"), true },
		{ TEXT("\x30\x07\x02\x02\x00\x7f\x02\x01\x7f"), false },
		{ TEXT("\x30\x06\x02\x01\x80\x02\x01\x7f"), false },
		{ TEXT("\x30\x06\x02\x01\x01\x02\x01\x7f\x00"), false },
		{ TEXT("\x30\x07\x02\x01\x01\x02\x01\x7f\x00"), false },
		{ TEXT("\x31\x06\x02\x01\x01\x02\x01\x7f"), false },
		{ TEXT("\x30\x06\x03\x01\x01\x02\x01\x7f"), false },
		{ TEXT("\x30\x05\x02\x00\x02\x01\x7f"), false },
		{ TEXT("\x30\x03\x02\x01\x01"), false },
		{ TEXT("\x30\x26\x02\x21\x01"
		       "0123456789abcdef0123456789abcdef"
		       "\x02\x01\x7f"),
		    false },
		{ TEXT("\x30\x25\x02\x20"
		       "0123456789abcdef0123456789abcdef"
		       "\x02\x01\x7f"),
		    true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t both[SIGNATURE_LEN] = { 9 };

		assert_int_equal(
		    note_read_ecdsa(rows[i].der, both), rows[i].good);
		if (rows[i].good)
			assert_int_equal(both[63], 0x7f);
		else
			assert_int_equal(both[0], 9);
	}
}

#define ROOT "jIDLH5RhOZ6ve1WB2ZuJsO6jPA0FtSKz8HC7NuwTVZk=\n"

static void
checkpoint_reads_its_lines(void **state)
{
	struct checkpoint c;
	struct fault fault;

	(void)state;
	assert_int_equal(checkpoint_read_text(
			     BYTES("a log/1 +\n20852163\n" ROOT), &c, &fault),
	    ERR_OK);
	assert_true(bytes_equal_text(c.origin, "a log/1 +"));
	assert_int_equal(c.head.size, 20852163);
	assert_int_equal(c.head.root.byte[0], 0x8c);
	assert_int_equal(c.extensions.len, 0);
	assert_int_equal(
	    checkpoint_read_text(
		BYTES("o\n0\n" ROOT "Timestamp: 1\nmore\n"), &c, &fault),
	    ERR_OK);
	assert_true(bytes_equal_text(c.extensions, "Timestamp: 1\nmore\n"));
}

static void
checkpoint_refuses_other_forms(void **state)
{
	static const struct {
		struct bytes in;
		enum err err;
		const char *field;
	} rows[] = {
		{ TEXT("o\n0\n"), ERR_MALFORMED, "root" },
		{ TEXT("o\n"), ERR_MALFORMED, "size" },
		{ TEXT("\n0\n" ROOT), ERR_MALFORMED, "origin" },
		{ TEXT("o\n\n" ROOT), ERR_MALFORMED, "size" },
		{ TEXT("o\n01\n" ROOT), ERR_MALFORMED, "size" },
		{ TEXT("o\n+1\n" ROOT), ERR_MALFORMED, "size" },
		{ TEXT("o\n-1\n" ROOT), ERR_MALFORMED, "size" },
		{ TEXT("o\n1 \n" ROOT), ERR_MALFORMED, "size" },
		{ TEXT("o\n18446744073709551616\n" ROOT), ERR_MALFORMED,
		    "size" },
		{ TEXT("o\n4611686018427387905\n" ROOT), ERR_LIMIT, "size" },
		{ TEXT("o\n1\nAAAA\n"), ERR_MALFORMED, "root" },
		{ TEXT("o\n1\n\n"), ERR_MALFORMED, "root" },
		{ TEXT("o\n1\njIDLH5RhOZ6ve1WB2ZuJsO6jPA0FtSKz8HC7NuwTVZmA"
		       "\n"),
		    ERR_MALFORMED, "root" },
		{ TEXT("o\n1\n" ROOT "\n"), ERR_MALFORMED, "extension" },
		{ TEXT("o\n1\n" ROOT "x"), ERR_TRUNCATED, "final newline" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct checkpoint c = { .head = { .size = 99 } };
		struct fault fault;

		assert_int_equal(
		    checkpoint_read_text(rows[i].in, &c, &fault), rows[i].err);
		assert_string_equal(fault.field, rows[i].field);
		assert_int_equal(c.head.size, 99);
	}
}

static void
checkpoint_is_signed_under_its_origin(void **state)
{
	struct signer signer = keys_open(COSE_CURVE_ED25519, 1);
	struct vkey key = keys_vkey(VKEY_ED25519, "example.com/l", &signer);
	struct merkle_head head = { 7, { { 3, 4 } } };
	struct out o = out_open(4096);
	struct checkpoint c;
	struct fault fault;
	struct note note;
	uint64_t good;

	(void)state;
	assert_int_equal(
	    checkpoint_sign(&o, hooks, BYTES("example.com/l"), &head, &signer),
	    ERR_OK);
	assert_int_equal(
	    checkpoint_read(out_bytes(&o), &c, &note, &fault), ERR_OK);
	assert_int_equal(c.head.size, 7);
	assert_true(merkle_equal(&c.head.root, &head.root));
	assert_int_equal(note_verify(hooks, &note, &key, 1, &good), ERR_OK);
	out_close(&o);
	key_file_close(&signer);
}

static void
cosignature_binds_its_time_and_the_text(void **state)
{
	struct signer signer = keys_open(COSE_CURVE_ED25519, 3);
	struct vkey key = keys_vkey(VKEY_COSIGNATURE, "w", &signer);
	struct vkey plain = keys_vkey(VKEY_ED25519, "w", &signer);
	struct bytes text = BYTES("o\n1\n" ROOT);
	struct out o = out_open(4096);
	struct note_signature signature;
	uint8_t room[NOTE_SIGNATURE_MAX];
	struct checkpoint c;
	struct fault fault;
	struct bytes bytes;
	struct bytes rest;
	uint64_t secs = 9;

	(void)state;
	assert_int_equal(checkpoint_read_text(text, &c, &fault), ERR_OK);
	assert_int_equal(
	    cosignature_put(&o, hooks, BYTES("w"), &signer, 1679315147, text),
	    ERR_OK);
	rest = out_bytes(&o);
	assert_true(note_next(&rest, &signature));
	assert_int_equal(
	    cosignature_judge(hooks, &c, &signature, &key, &secs), NOTE_GOOD);
	assert_int_equal(secs, 1679315147);
	/* The same key as another type has another id. */
	assert_int_equal(
	    cosignature_judge(hooks, &c, &signature, &plain, &secs),
	    NOTE_OTHER_KEY);
	assert_int_equal(
	    note_judge(hooks, text, &signature, &key), NOTE_UNREAD);
	/* Another time, another text: bad. */
	assert_int_equal(
	    note_signature_bytes(&signature, room, &bytes), ERR_OK);
	room[7] ^= 1;
	o.len = 0;
	note_put_line(&o, BYTES("w"), key.id, bytes);
	rest = out_bytes(&o);
	secs = 9;
	assert_true(note_next(&rest, &signature));
	assert_int_equal(
	    cosignature_judge(hooks, &c, &signature, &key, &secs), NOTE_BAD);
	assert_int_equal(secs, 9);
	/* Shorter. */
	o.len = 0;
	bytes.len--;
	note_put_line(&o, BYTES("w"), key.id, bytes);
	rest = out_bytes(&o);
	assert_true(note_next(&rest, &signature));
	assert_int_equal(
	    cosignature_judge(hooks, &c, &signature, &key, &secs), NOTE_BAD);
	out_close(&o);
	key_file_close(&signer);
}

static void
cosignature_refuses_times_that_cannot_be(void **state)
{
	struct signer signer = keys_open(COSE_CURVE_ED25519, 3);
	struct bytes text = BYTES("o\n1\n" ROOT);
	struct out o = out_open(4096);

	(void)state;
	assert_int_equal(
	    cosignature_put(&o, hooks, BYTES("w"), &signer, 0, text),
	    ERR_LIMIT);
	assert_int_equal(cosignature_put(&o, hooks, BYTES("w"), &signer,
			     (uint64_t)1 << 63, text),
	    ERR_LIMIT);
	assert_int_equal(o.len, 0);
	out_close(&o);
	key_file_close(&signer);
}

/* Recognised by name, id and length; nobody here can verify it, and it says so. */
static void
cosignature_leaves_ml_dsa_unread(void **state)
{
	static uint8_t bytes[4 + 8 + 2420] = { 0, 0, 0, 5 };
	struct vkey key = { .name = BYTES("pq"),
		.type = VKEY_MLDSA44,
		.id = 5,
		.usable = false };
	struct out o = out_open(8192);
	struct note_signature signature;
	struct checkpoint c;
	struct fault fault;
	struct bytes rest;
	uint64_t secs = 9;

	(void)state;
	assert_int_equal(
	    checkpoint_read_text(BYTES("o\n1\n" ROOT), &c, &fault), ERR_OK);
	out_text(&o, DASH "pq ");
	note_put_base64(&o, (struct bytes){ bytes, sizeof(bytes) });
	out_text(&o, "\n");
	rest = out_bytes(&o);
	assert_true(note_next(&rest, &signature));
	assert_int_equal(
	    cosignature_judge(hooks, &c, &signature, &key, &secs), NOTE_UNREAD);
	assert_int_equal(secs, 0);
	o.len = 0;
	out_text(&o, DASH "pq ");
	note_put_base64(&o, (struct bytes){ bytes, sizeof(bytes) - 1 });
	out_text(&o, "\n");
	rest = out_bytes(&o);
	assert_true(note_next(&rest, &signature));
	assert_int_equal(
	    cosignature_judge(hooks, &c, &signature, &key, &secs), NOTE_BAD);
	out_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(note_parts_at_the_last_empty_line),
		cmocka_unit_test(note_refuses_other_forms),
		cmocka_unit_test(note_refuses_every_prefix),
		cmocka_unit_test(note_takes_as_many_lines_as_it_says),
		cmocka_unit_test(note_reads_long_signatures),
		cmocka_unit_test(note_is_signed_and_verified),
		cmocka_unit_test(note_signs_with_ed25519_only),
		cmocka_unit_test(note_reads_ecdsa_as_der_only),
		cmocka_unit_test(checkpoint_reads_its_lines),
		cmocka_unit_test(checkpoint_refuses_other_forms),
		cmocka_unit_test(checkpoint_is_signed_under_its_origin),
		cmocka_unit_test(cosignature_binds_its_time_and_the_text),
		cmocka_unit_test(cosignature_refuses_times_that_cannot_be),
		cmocka_unit_test(cosignature_leaves_ml_dsa_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
