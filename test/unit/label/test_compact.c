/* SPDX-License-Identifier: ISC */
/* Tests of the compact label and its two carriers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "label/compact_text.h"
#include "sample.h"

#include <stdio.h>
#include <string.h>

/* Of a label whose every field is as small as it can be, but well-formed. */
static size_t
write_small(uint8_t *room, size_t cap, uint64_t form, const char *payload,
    size_t payload_len, size_t kid_len, size_t signature_len, size_t proof_len)
{
	static const uint8_t zeros[512];
	struct cbor_writer w = cbor_writer_open(room, cap);

	cbor_put_array(&w, 8);
	cbor_put_uint(&w, form);
	cbor_put_bytes(&w, (struct bytes){ zeros, kid_len });
	cbor_put_uint(&w, 1000);
	cbor_put_uint(&w, 1700000000);
	cbor_put_uint(&w, 1800000000);
	cbor_put_raw(
	    &w, (struct bytes){ (const uint8_t *)payload, payload_len });
	cbor_put_bytes(&w, (struct bytes){ zeros, signature_len });
	cbor_put_bytes(&w, (struct bytes){ zeros, proof_len });
	assert_false(w.failed);
	return w.len;
}

static enum err
read_small(const uint8_t *room, size_t len, struct fault *fault)
{
	struct compact compact = { .index = 77 };
	enum err err =
	    compact_read((struct bytes){ room, len }, &compact, fault);

	if (err == ERR_OK)
		assert_int_equal(compact.index, 1000);
	else
		assert_int_equal(compact.index, 77);
	return err;
}

static void
each_field_is_held_to_its_form(void **state)
{
	static const struct {
		uint64_t form;
		const char *payload;
		size_t payload_len, kid, signature, proof;
		enum err err;
		const char *field;
	} cases[] = {
		{ 1, "\xa0", 1, 4, 64, 0, ERR_OK, NULL },
		{ 1, "\xa0", 1, 4, 64, 256, ERR_OK, NULL },
		{ 2, "\xa0", 1, 4, 64, 0, ERR_UNSUPPORTED, "form" },
		{ 1, "\xa0", 1, 3, 64, 0, ERR_MALFORMED, "kid" },
		{ 1, "\xa0", 1, 5, 64, 0, ERR_MALFORMED, "kid" },
		{ 1, "\x80", 1, 4, 64, 0, ERR_MALFORMED, "payload" },
		{ 1, "\xa2\x02\x00\x01\x00", 5, 4, 64, 0, ERR_MALFORMED,
		    "payload" },
		{ 1, "\xa0", 1, 4, 63, 0, ERR_MALFORMED, "signature" },
		{ 1, "\xa0", 1, 4, 64, 255, ERR_MALFORMED, "proof" },
		{ 1, "\xa0", 1, 4, 64, 288, ERR_MALFORMED, "proof" },
	};
	uint8_t room[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault fault = { 0 };
		size_t len = write_small(room, sizeof(room), cases[i].form,
		    cases[i].payload, cases[i].payload_len, cases[i].kid,
		    cases[i].signature, cases[i].proof);

		assert_int_equal(read_small(room, len, &fault), cases[i].err);
		if (cases[i].field != NULL)
			assert_string_equal(fault.field, cases[i].field);
	}
}

static void
proof_without_an_index_is_refused(void **state)
{
	uint8_t room[512];
	struct compact compact;
	struct fault fault;
	size_t len = write_small(room, sizeof(room), 1, "\xa0", 1, 4, 64, 256);

	(void)state;
	/* head, form, kid: the index is 3 bytes from 7 on; null is one */
	assert_int_equal(room[7], 0x19);
	room[7] = 0xf6;
	memmove(room + 8, room + 10, len - 10);
	assert_int_equal(
	    compact_read((struct bytes){ room, len - 2 }, &compact, &fault),
	    ERR_MALFORMED);
	assert_string_equal(fault.field, "proof");
}

static void
trailing_bytes_and_long_heads_are_refused(void **state)
{
	uint8_t room[512];
	struct fault fault;
	size_t len = write_small(room, sizeof(room), 1, "\xa0", 1, 4, 64, 0);

	(void)state;
	room[len] = 0;
	assert_true(err_is_input(read_small(room, len + 1, &fault)));
	/* the form as 18 01 instead of 01 */
	memmove(room + 2, room + 1, len);
	room[1] = 0x18;
	assert_true(err_is_input(read_small(room, len + 1, &fault)));
}

/* As it stands in the ledger, with nothing in its unprotected header. */
static void
check_rebuilt(const struct compact *compact, const struct compact_body *body,
    struct bytes statement)
{
	uint8_t header[STATEMENT_PROTECTED_MAX];
	uint8_t room[COMPACT_STATEMENT_MAX_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct label_claims claims;
	struct cose_sign1 message;
	struct fault fault;

	assert_int_equal(
	    label_claims_read(compact->payload, &claims, &fault), ERR_OK);
	assert_int_equal(compact_rebuild(compact, body, &claims,
			     &crypto_hooks_default, header, &message),
	    ERR_OK);
	cose_put_sign1(&w, message.protected_map, (struct bytes){ NULL, 0 },
	    message.payload, message.signature);
	assert_false(w.failed);
	assert_true(bytes_equal(cbor_written(&w), statement));
}

static void
statement_comes_back_byte_by_byte(void **state)
{
	static const enum sample_key keys[] = { SAMPLE_BODY, SAMPLE_BODY_P256 };
	struct sample *s = sample_open();

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		struct signer *signer = &s->key[keys[i % 2]];
		struct bytes statement = sample_statement(s,
		    &(struct sample_label){ .body = keys[i % 2],
			.release = i,
			.level = 1 + i % 3,
			.support_until = i % 4 == 0 ? 0 : SAMPLE_NOW + i });
		struct bytes in = sample_compact_of(s, statement, i % 3 != 0,
		    (uint64_t)i << i, (struct bytes){ NULL, 0 });
		uint8_t again_room[COMPACT_MAX_LEN];
		uint8_t kid[SHA256_LEN];
		struct compact compact;
		struct fault fault;

		assert_int_equal(compact_read(in, &compact, &fault), ERR_OK);
		cose_key_thumbprint(&crypto_hooks_default, &signer->key, kid);
		const struct compact_body body = {
			.key = &signer->key,
			.kid = kid,
			.iss = bytes_of(i % 2 == 0
				? "https://testhaus.example"
				: "https://pruefstelle.example"),
		};

		check_rebuilt(&compact, &body, statement);
		struct cbor_writer w =
		    cbor_writer_open(again_room, sizeof(again_room));

		compact_put(&w, &compact);
		assert_true(bytes_equal(cbor_written(&w), in));
	}
	sample_close(s);
}

static void
other_statements_are_no_labels(void **state)
{
	struct sample *s = sample_open();
	struct compact compact;
	struct fault fault;

	(void)state;
	uint64_t index = sample_recognise(s);
	assert_int_equal(compact_from_statement(s->entry[index],
			     &crypto_hooks_default, &compact, &fault),
	    ERR_MALFORMED);
	assert_string_equal(fault.field, "typ");
	sample_close(s);
}

static void
carriers_come_back(void **state)
{
	uint8_t bytes[COMPACT_MAX_LEN];
	uint8_t text[COMPACT_TEXT_MAX_LEN];
	uint8_t room[COMPACT_MAX_LEN];
	struct bytes carrier;
	struct bytes back;
	struct fault fault;

	(void)state;
	for (size_t len = 0; len <= COMPACT_MAX_LEN; len += 1 + len / 5) {
		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)(i * 89 + len);
		struct bytes in = { bytes, len };

		assert_int_equal(
		    compact_to_url(in, BYTES("a.example:8443"), text, &carrier),
		    ERR_OK);
		assert_true(
		    bytes_starts(carrier, BYTES("HTTPS://A.EXAMPLE:8443/V#")));
		assert_int_equal(
		    compact_from_text(carrier, room, &back, &fault), ERR_OK);
		assert_true(bytes_equal(back, in));
		assert_int_equal(compact_to_text(in, text, &carrier), ERR_OK);
		assert_int_equal(
		    compact_from_text(carrier, room, &back, &fault), ERR_OK);
		assert_true(bytes_equal(back, in));
	}
}

static void
carriers_are_read_strictly(void **state)
{
	static const struct {
		const char *text;
		enum err err;
		size_t at;
		const char *field;
	} cases[] = {
		{ "HTTPS://R.EXAMPLE/V#000", ERR_OK, 0, NULL },
		{ "https://r.example/V#000\r\n", ERR_OK, 0, NULL },
		{ "  HTTPS://R.EXAMPLE/V#000", ERR_OK, 0, NULL },
		{ "HM1:000\n", ERR_OK, 0, NULL },
		{ "HM1:00 ", ERR_MALFORMED, 4, "base45" }, /* 36·2025 > 65535 */
		{ "", ERR_UNSUPPORTED, 0, "carrier" },
		{ "HM2:000", ERR_UNSUPPORTED, 0, "carrier" },
		{ "hm1:000", ERR_UNSUPPORTED, 0, "carrier" },
		{ "HTTP://R.EXAMPLE/V#000", ERR_UNSUPPORTED, 0, "carrier" },
		{ "HTTPS://R.EXAMPLE/v#000", ERR_UNSUPPORTED, 8, "path" },
		{ "HTTPS://R.EXAMPLE/A/V#000", ERR_MALFORMED, 8, "host" },
		{ "HTTPS:///V#000", ERR_MALFORMED, 8, "host" },
		{ "HTTPS://U@R.EXAMPLE/V#000", ERR_MALFORMED, 8, "host" },
		{ "HTTPS://R.EXAMPLE/V?A=/V#000", ERR_MALFORMED, 8, "host" },
		{ "HTTPS://R.EXAMPLE/V#00%", ERR_MALFORMED, 22, "base41" },
		{ "HTTPS://R.EXAMPLE/V#00a", ERR_MALFORMED, 22, "base41" },
		{ "HTTPS://R.EXAMPLE/V#0000", ERR_TRUNCATED, 23, "base41" },
		{ "HTTPS://R.EXAMPLE/V#:::", ERR_MALFORMED, 20, "base41" },
		{ "HM1:0000", ERR_TRUNCATED, 7, "base45" },
	};
	uint8_t room[COMPACT_MAX_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes back = { NULL, 77 };
		struct fault fault = { 0 };
		enum err err = compact_from_text(
		    bytes_of(cases[i].text), room, &back, &fault);

		if (err != cases[i].err)
			fail_msg("%s: %s", cases[i].text, err_text(err));
		if (err == ERR_OK)
			continue;
		assert_int_equal(back.len, 77);
		assert_int_equal(fault.code, err);
		assert_string_equal(fault.field, cases[i].field);
		assert_int_equal(fault.at, cases[i].at);
	}
}

static void
hosts_that_are_none_are_refused(void **state)
{
	static const char *const hosts[] = { "", "a b", "a/b", "a#b", "u@a",
		"\xc3\xa4.example" };
	uint8_t text[COMPACT_TEXT_MAX_LEN];
	uint8_t large[COMPACT_HOST_MAX_LEN + 1];
	struct bytes carrier;

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		assert_int_equal(compact_to_url(BYTES("x"), bytes_of(hosts[i]),
				     text, &carrier),
		    ERR_MALFORMED);
	memset(large, 'a', sizeof(large));
	assert_int_equal(
	    compact_to_url(BYTES("x"), (struct bytes){ large, sizeof(large) },
		text, &carrier),
	    ERR_MALFORMED);
}

/* The size that the printed label is planned with. */
static void
final_label_fits_the_package_budget(void **state)
{
	struct sample *s = sample_open();
	uint64_t index = sample_label(s,
	    &(struct sample_label){
		.body = SAMPLE_BODY, .support_until = SAMPLE_NOW });

	(void)state;
	sample_fill(s, 256);
	struct bytes compact = sample_compact(s, index);

	print_message("a final label has %zu bytes\n", compact.len);
	assert_true(compact.len <= 486); /* version 17, level M */
	sample_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_is_held_to_its_form),
		cmocka_unit_test(proof_without_an_index_is_refused),
		cmocka_unit_test(trailing_bytes_and_long_heads_are_refused),
		cmocka_unit_test(statement_comes_back_byte_by_byte),
		cmocka_unit_test(other_statements_are_no_labels),
		cmocka_unit_test(carriers_come_back),
		cmocka_unit_test(carriers_are_read_strictly),
		cmocka_unit_test(hosts_that_are_none_are_refused),
		cmocka_unit_test(final_label_fits_the_package_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
