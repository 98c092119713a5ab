/* SPDX-License-Identifier: ISC */
/* Statements: made, read, verified, and every way to break them. */
#include "statement/statement.h"

#include "statement/evidence.h"
#include "statement/padding.h"
#include "statement_keys.h"

#include <stdlib.h>

#define ISS "https://lab.example"
#define IAT 1700000000
#define EXP 1760000000

static enum err
read_into(struct bytes in, struct fault *fault)
{
	struct statement s = { .raw = { NULL, 77 } };
	enum err err;

	*fault = (struct fault){ 0 };
	err = statement_read(in, &s, fault);
	if (err != ERR_OK) {
		assert_int_equal(s.raw.len, 77);
		assert_int_equal(fault->code, err);
		assert_non_null(fault->field);
	}
	return err;
}

static void
both_curves_read_what_they_made(void **state)
{
	static const enum cose_curve curves[] = { COSE_CURVE_ED25519,
		COSE_CURVE_P256 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct signer signer = test_signer(curves[i], 7);
		struct signer other = test_signer(curves[i], 8);
		struct label_claims claims = test_claims();
		uint8_t room[TEST_ROOM];
		uint8_t work[TEST_ROOM];
		uint8_t head[STATEMENT_PROTECTED_MAX];
		struct cbor_writer w = cbor_writer_open(head, sizeof(head));
		struct statement s;
		struct fault fault;
		struct bytes made =
		    test_label(&signer, &claims, ISS, IAT, EXP, room);

		assert_int_equal(statement_read(made, &s, &fault), ERR_OK);
		assert_int_equal(s.header.kind, STATEMENT_LABEL);
		assert_true(bytes_equal_text(s.header.iss, ISS));
		assert_int_equal(s.header.iat, IAT);
		assert_int_equal(s.header.exp, EXP);
		assert_true(statement_is_leaf(&s));
		assert_int_equal(
		    statement_verify(&s, &signer.key, &crypto_hooks_default,
			work, made.len + STATEMENT_TBS_MORE),
		    ERR_OK);
		assert_int_equal(statement_verify(&s, &other.key,
				     &crypto_hooks_default, work, sizeof(work)),
		    ERR_CHECKSUM);
		statement_put_header(&w, &s.header);
		assert_true(
		    bytes_equal(cbor_written(&w), s.cose.protected_map));
		key_file_close(&signer);
		key_file_close(&other);
	}
}

static void
a_flipped_bit_anywhere_is_noticed(void **state)
{
	struct signer signer = test_signer(COSE_CURVE_ED25519, 7);
	struct label_claims claims = test_claims();
	uint8_t room[TEST_ROOM];
	uint8_t work[TEST_ROOM];
	struct bytes made = test_label(&signer, &claims, ISS, IAT, EXP, room);

	(void)state;
	for (size_t i = 0; i < made.len * 8; i++) {
		struct statement s;
		struct fault fault;

		room[i / 8] ^= (uint8_t)(1u << i % 8);
		if (statement_read(made, &s, &fault) == ERR_OK)
			assert_int_not_equal(
			    statement_verify(&s, &signer.key,
				&crypto_hooks_default, work, sizeof(work)),
			    ERR_OK);
		room[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	key_file_close(&signer);
}

static void
every_prefix_is_refused(void **state)
{
	struct signer signer = test_signer(COSE_CURVE_ED25519, 7);
	struct label_claims claims = test_claims();
	uint8_t room[TEST_ROOM];
	struct bytes made = test_label(&signer, &claims, ISS, IAT, EXP, room);
	struct fault fault;

	(void)state;
	for (size_t len = 0; len < made.len; len++) {
		uint8_t *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy, made.ptr, len);
		assert_int_not_equal(
		    read_into((struct bytes){ copy, len }, &fault), ERR_OK);
		free(copy);
	}
	room[made.len] = 0;
	assert_int_equal(
	    read_into((struct bytes){ room, made.len + 1 }, &fault),
	    ERR_MALFORMED);
	key_file_close(&signer);
}

/* A statement whose protected header is put together by hand. */
struct parts {
	bool no_content_type;
	int64_t alg;
	size_t kid_len;
	const char *typ;
	const char *iss;
	const char *sub;
	int64_t iat, exp;
	bool with_crit;
	const char *payload; /* CBOR */
	size_t payload_len;
	size_t signature_len;
	int64_t unprotected; /* a label with the value 1; 0: none */
};

#define SUB                                                                    \
	"product/00112233445566778899aabbccddeeff/release/"                    \
	"00112233445566778899aabbccddeeff"

static const struct parts good = {
	.alg = COSE_ALG_ED25519,
	.kid_len = 32,
	.typ = "application/vnd.hallmark.label+cose",
	.iss = ISS,
	.sub = SUB,
	.iat = IAT,
	.exp = EXP,
	.payload = "\xa0",
	.payload_len = 1,
	.signature_len = 64,
};

static struct bytes
put_together(const struct parts *p, uint8_t room[TEST_ROOM])
{
	static const uint8_t zeros[80];
	uint8_t head[1024];
	uint8_t more[16];
	struct cbor_writer h = cbor_writer_open(head, sizeof(head));
	struct cbor_writer u = cbor_writer_open(more, sizeof(more));
	struct cbor_writer w = cbor_writer_open(room, TEST_ROOM);

	cbor_put_map(&h, 5u - p->no_content_type + p->with_crit);
	cbor_put_int(&h, 1);
	cbor_put_int(&h, p->alg);
	if (p->with_crit) {
		cbor_put_int(&h, 2);
		cbor_put_array(&h, 1);
		cbor_put_int(&h, 16);
	}
	if (!p->no_content_type) {
		cbor_put_int(&h, 3);
		cbor_put_int(&h, 60);
	}
	cbor_put_int(&h, 4);
	cbor_put_bytes(&h, (struct bytes){ zeros, p->kid_len });
	cbor_put_int(&h, 15);
	cbor_put_map(&h, 3u + (p->exp != 0));
	cbor_put_int(&h, 1);
	cbor_put_literal(&h, p->iss);
	cbor_put_int(&h, 2);
	cbor_put_literal(&h, p->sub);
	if (p->exp != 0) {
		cbor_put_int(&h, 4);
		cbor_put_int(&h, p->exp);
	}
	cbor_put_int(&h, 6);
	cbor_put_int(&h, p->iat);
	cbor_put_int(&h, 16);
	cbor_put_literal(&h, p->typ);
	cbor_put_map(&u, p->unprotected != 0);
	if (p->unprotected != 0) {
		cbor_put_int(&u, p->unprotected);
		cbor_put_int(&u, 1);
	}
	cose_put_sign1(&w, cbor_written(&h),
	    p->unprotected != 0 ? cbor_written(&u) : (struct bytes){ NULL, 0 },
	    (struct bytes){ (const uint8_t *)p->payload, p->payload_len },
	    (struct bytes){ zeros, p->signature_len });
	return cbor_written(&w);
}

static struct parts
broken(size_t which)
{
	struct parts p = good;

	switch (which) {
	case 0:
		p.alg = COSE_ALG_EDDSA; /* ours carry the new numbers only */
		break;
	case 1:
		p.kid_len = 8;
		break;
	case 2:
		p.typ = "application/vnd.hallmark.wish+cose";
		break;
	case 3:
		p.iss = "two\nlines";
		break;
	case 4:
		p.sub = "product/00";
		break;
	case 5:
		p.sub = "product/00112233445566778899aabbccddeeff";
		break;
	case 6:
		p.iat = 0;
		break;
	case 7:
		p.iat = -5;
		break;
	case 8:
		p.exp = 0; /* a label ends */
		break;
	case 9:
		p.exp = IAT;
		break;
	case 10:
		p.with_crit = true;
		break;
	case 11:
		p.no_content_type = true;
		break;
	case 12:
		p.payload = "\x80";
		break;
	case 13:
		p.payload_len = 0;
		break;
	case 14:
		p.signature_len = 72; /* DER */
		break;
	case 15:
		p.unprotected = 4;
		break;
	default:
		p.iat = INT64_C(253402300800); /* the year 10000 */
		break;
	}
	return p;
}

static void
each_broken_field_is_named(void **state)
{
	static const struct {
		enum err err;
		const char *field; /* NULL: the COSE layer's */
	} cases[] = {
		{ ERR_UNSUPPORTED, "alg" },
		{ ERR_MALFORMED, "kid" },
		{ ERR_UNSUPPORTED, "typ" },
		{ ERR_MALFORMED, "iss" },
		{ ERR_MALFORMED, "sub" },
		{ ERR_MALFORMED, "sub" },
		{ ERR_MALFORMED, "iat" },
		{ ERR_MALFORMED, "iat" },
		{ ERR_MALFORMED, "exp" },
		{ ERR_MALFORMED, "exp" },
		{ ERR_MALFORMED, NULL },
		{ ERR_MALFORMED, "protected header" },
		{ ERR_MALFORMED, "payload" },
		{ ERR_MALFORMED, "payload" },
		{ ERR_MALFORMED, "signature" },
		{ ERR_MALFORMED, NULL },
		{ ERR_MALFORMED, "iat" },
	};
	uint8_t room[TEST_ROOM];
	struct fault fault;

	(void)state;
	assert_int_equal(read_into(put_together(&good, room), &fault), ERR_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parts p = broken(i);

		assert_int_equal(
		    read_into(put_together(&p, room), &fault), cases[i].err);
		if (cases[i].field != NULL)
			assert_string_equal(fault.field, cases[i].field);
	}
}

static void
what_is_attached_is_left_out_of_the_leaf(void **state)
{
	struct parts p = good;
	uint8_t room[TEST_ROOM];
	uint8_t other[TEST_ROOM];
	uint8_t work[TEST_ROOM];
	struct statement s;
	struct fault fault;
	struct bytes leaf = { NULL, 0 };

	(void)state;
	p.unprotected = COSE_HEADER_RECEIPTS;
	assert_int_equal(
	    statement_read(put_together(&p, room), &s, &fault), ERR_OK);
	assert_false(statement_is_leaf(&s));
	assert_int_equal(statement_leaf(&s, work, 8, &leaf), ERR_LIMIT);
	assert_null(leaf.ptr);
	assert_int_equal(statement_leaf(&s, work, sizeof(work), &leaf), ERR_OK);
	assert_true(bytes_equal(leaf, put_together(&good, other)));
}

static void
the_wrong_payload_is_not_signed(void **state)
{
	struct signer signer = test_signer(COSE_CURVE_ED25519, 7);
	struct statement_header header = {
		.kind = STATEMENT_EVIDENCE,
		.iss = BYTES(ISS),
		.sub = BYTES(SUB),
		.iat = IAT,
		.preimage_type = BYTES(EVIDENCE_ASSESSMENT_TYPE),
		.tool = BYTES("0.1.0"),
		.data = BYTES("3def1b670069"),
	};
	uint8_t room[TEST_ROOM];
	struct bytes made = { NULL, 0 };
	const char *field = NULL;

	(void)state;
	assert_int_equal(
	    statement_make(&header, BYTES("\xa0"), &signer,
		&crypto_hooks_default, room, sizeof(room), &made, &field),
	    ERR_MALFORMED);
	assert_string_equal(field, "payload");
	header.preimage_type = (struct bytes){ NULL, 0 };
	assert_int_equal(
	    statement_make(&header, (struct bytes){ test_digest, 32 }, &signer,
		&crypto_hooks_default, room, sizeof(room), &made, &field),
	    ERR_MALFORMED);
	assert_string_equal(field, "preimage type");
	assert_null(made.ptr);
	key_file_close(&signer);
}

static void
an_envelope_commits_to_its_file(void **state)
{
	struct signer signer = test_signer(COSE_CURVE_P256, 9);
	struct bytes file = BYTES("{\"schema\":\"hallmark.assessment/1\"}");
	uint8_t digest[SHA256_LEN];
	struct statement_header header = {
		.kind = STATEMENT_ASSESSMENT,
		.iss = BYTES(ISS),
		.sub = BYTES(SUB),
		.iat = IAT,
		.preimage_type = BYTES(EVIDENCE_ASSESSMENT_TYPE),
		.location = BYTES("https://lab.example/a.json"),
		.tool = BYTES("0.1.0"),
		.data = BYTES("3def1b670069"),
	};
	uint8_t room[TEST_ROOM];
	uint8_t head[STATEMENT_PROTECTED_MAX];
	struct cbor_writer w = cbor_writer_open(head, sizeof(head));
	struct bytes made = { NULL, 0 };
	struct statement s;
	struct fault fault;
	const char *field = NULL;

	(void)state;
	crypto_hooks_default.sha256(
	    crypto_hooks_default.context, &file, 1, digest);
	assert_int_equal(
	    statement_make(&header, (struct bytes){ digest, 32 }, &signer,
		&crypto_hooks_default, room, sizeof(room), &made, &field),
	    ERR_OK);
	assert_int_equal(statement_read(made, &s, &fault), ERR_OK);
	assert_true(bytes_equal_text(s.header.tool, "0.1.0"));
	assert_true(bytes_equal_text(s.header.data, "3def1b670069"));
	assert_true(
	    bytes_equal_text(s.header.location, "https://lab.example/a.json"));
	assert_true(evidence_matches(&s, &crypto_hooks_default, file));
	assert_false(
	    evidence_matches(&s, &crypto_hooks_default, BYTES("else")));
	statement_put_header(&w, &s.header);
	assert_true(bytes_equal(cbor_written(&w), s.cose.protected_map));
	key_file_close(&signer);
}

static void
too_little_room_is_a_limit(void **state)
{
	struct signer signer = test_signer(COSE_CURVE_ED25519, 7);
	struct label_claims claims = test_claims();
	uint8_t room[TEST_ROOM];
	struct bytes whole = test_label(&signer, &claims, ISS, IAT, EXP, room);
	struct statement s;
	struct fault fault;
	uint8_t other[TEST_ROOM];

	(void)state;
	assert_int_equal(statement_read(whole, &s, &fault), ERR_OK);
	for (size_t cap = 0; cap <= whole.len + STATEMENT_TBS_MORE; cap++) {
		struct bytes made = { NULL, 0 };
		const char *field;
		enum err err = statement_make(&s.header, s.payload, &signer,
		    &crypto_hooks_default, other, cap, &made, &field);

		assert_true(err == ERR_OK || err == ERR_LIMIT);
		assert_true((err == ERR_OK) == (made.ptr != NULL));
		if (cap >= whole.len + STATEMENT_TBS_MORE)
			assert_true(bytes_equal(made, whole));
	}
	key_file_close(&signer);
}

static void
a_turned_signature_has_the_same_content(void **state)
{
	struct parts p = good;
	uint8_t room[TEST_ROOM];
	uint8_t one[SHA256_LEN];
	uint8_t other[SHA256_LEN];
	struct statement s;
	struct fault fault;
	struct bytes made = put_together(&p, room);

	(void)state;
	assert_int_equal(statement_read(made, &s, &fault), ERR_OK);
	statement_content_id(&s, &crypto_hooks_default, one);
	room[made.len - 1] ^= 1;
	assert_int_equal(statement_read(made, &s, &fault), ERR_OK);
	statement_content_id(&s, &crypto_hooks_default, other);
	assert_memory_equal(one, other, SHA256_LEN);
}

static void
padding_is_another_at_each_place(void **state)
{
	static const uint64_t places[] = { 0, 23, 24, 255, 256, 65536,
		UINT64_C(1) << 39 };
	uint8_t room[PADDING_LEN_MAX];
	uint8_t other[PADDING_LEN_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct bytes padding = padding_make(places[i], room);

		assert_true(padding.len > 0);
		assert_true(padding_is(padding));
		assert_false(
		    bytes_equal(padding, padding_make(places[i] + 1, other)));
		for (size_t len = 0; len < padding.len; len++)
			assert_false(
			    padding_is((struct bytes){ padding.ptr, len }));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_curves_read_what_they_made),
		cmocka_unit_test(a_flipped_bit_anywhere_is_noticed),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(each_broken_field_is_named),
		cmocka_unit_test(what_is_attached_is_left_out_of_the_leaf),
		cmocka_unit_test(the_wrong_payload_is_not_signed),
		cmocka_unit_test(an_envelope_commits_to_its_file),
		cmocka_unit_test(too_little_room_is_a_limit),
		cmocka_unit_test(a_turned_signature_has_the_same_content),
		cmocka_unit_test(padding_is_another_at_each_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
