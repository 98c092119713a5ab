/* SPDX-License-Identifier: ISC */
/* What the ledger's key signs, and what nobody gets it to sign. */
#include "base/limits.h"
#include "crypto/key_file.h"
#include "label/bundle.h"
#include "label/status_list.h"
#include "label/status_list_make.h"
#include "ledger/checkpoint.h"
#include "ledger/receipt.h"
#include "worker/sign_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ORIGIN "ledger.example"
#define NOW 1795305600
#define DAY 86400

/* A key, and the last message that it was asked to sign. */
struct fixture {
	struct signer key;
	struct sign_terms terms;
	uint8_t room[65536];
	struct bytes message;
};

static enum err
sign(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	struct fixture *f = context;

	assert_true(message.len <= sizeof(f->room));
	memcpy(f->room, message.ptr, message.len);
	f->message = (struct bytes){ f->room, message.len };
	return f->key.sign(f->key.context, message, ret);
}

static int
set_up(void **state)
{
	static const uint8_t random[KEY_FILE_RANDOM_LEN] = { 7, 7, 7 };
	static struct fixture f;

	if (key_file_make(COSE_CURVE_ED25519, random, &f.key) != ERR_OK)
		return -1;
	f.terms = (struct sign_terms){ .origin = BYTES(ORIGIN),
		.key = &f.key.key,
		.hooks = &crypto_hooks_default,
		.now = NOW };
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	key_file_close(&f->key);
	return 0;
}

static struct signer
watched(struct fixture *f)
{
	return (struct signer){ f->key.key, sign, f };
}

static struct merkle_head
head_of(uint64_t size, uint8_t fill)
{
	struct merkle_head head = { .size = size };

	memset(head.root.byte, fill, SHA256_LEN);
	return head;
}

/* ---- heads ---- */

static const char *
try_head(struct fixture *f, const struct sign_memory *memory,
    const char *origin, struct merkle_head head, const char *more)
{
	struct out text = out_open(4 * KIB);
	struct merkle_head got = head_of(99, 99);

	checkpoint_put_text(&text, bytes_of(origin), &head);
	out_text(&text, more);
	const char *why =
	    sign_check_head(&f->terms, memory, out_bytes(&text), &got);

	assert_int_equal(got.size, why == NULL ? head.size : 99);
	out_close(&text);
	return why;
}

static void
a_tree_only_grows(void **state)
{
	struct fixture *f = *state;
	const struct sign_memory none = { 0 };
	const struct sign_memory ten = { 3, head_of(10, 1) };

	assert_null(try_head(f, &none, ORIGIN, head_of(0, 1), ""));
	assert_null(try_head(f, &none, ORIGIN, head_of(5, 1), ""));
	assert_null(try_head(f, &ten, ORIGIN, head_of(11, 2), ""));
	assert_null(try_head(f, &ten, ORIGIN, head_of(10, 1), ""));
	assert_non_null(try_head(f, &ten, ORIGIN, head_of(10, 2), ""));
	assert_non_null(try_head(f, &ten, ORIGIN, head_of(9, 1), ""));
	assert_non_null(try_head(f, &ten, ORIGIN, head_of(0, 0), ""));
}

static void
only_its_own_plain_checkpoints_are_signed(void **state)
{
	struct fixture *f = *state;
	const struct sign_memory none = { 0 };
	struct merkle_head got;

	assert_non_null(try_head(f, &none, "other.example", head_of(1, 1), ""));
	assert_non_null(
	    try_head(f, &none, ORIGIN, head_of(1, 1), "extension\n"));
	assert_non_null(
	    sign_check_head(&f->terms, &none, BYTES("anything else\n"), &got));
	assert_non_null(sign_check_head(&f->terms, &none, BYTES(""), &got));
}

/* ---- the beginning ---- */

static void
sign_text(
    struct fixture *f, struct merkle_head head, uint8_t ret[SIGNATURE_LEN])
{
	struct out text = out_open(4 * KIB);

	checkpoint_put_text(&text, BYTES(ORIGIN), &head);
	assert_int_equal(
	    f->key.sign(f->key.context, out_bytes(&text), ret), ERR_OK);
	out_close(&text);
}

static const char *
try_begin(struct fixture *f, const struct sign_memory *memory,
    struct merkle_head head, const uint8_t signature[SIGNATURE_LEN],
    struct merkle_path path)
{
	struct merkle_head got = head_of(99, 99);
	const char *why =
	    sign_check_begin(&f->terms, memory, &head, signature, path, &got);

	assert_int_equal(got.size, why == NULL ? head.size : 99);
	return why;
}

static void
a_restored_state_or_ledger_is_noticed(void **state)
{
	struct fixture *f = *state;
	uint8_t signature[SIGNATURE_LEN];
	struct merkle_head head = head_of(10, 1);
	const struct merkle_path nothing = { NULL, 0 };
	const struct sign_memory older = { 2, head_of(9, 1) };
	const struct sign_memory newer = { 2, head_of(11, 1) };
	const struct sign_memory forked = { 2, head_of(10, 2) };
	const struct sign_memory same = { 2, head_of(10, 1) };
	const struct sign_memory none = { 0 };
	const struct sign_memory empty = { 1, head_of(0, 5) };

	sign_text(f, head, signature);
	assert_non_null(try_begin(f, &older, head, signature, nothing));
	assert_non_null(try_begin(f, &newer, head, signature, nothing));
	assert_non_null(try_begin(f, &forked, head, signature, nothing));
	assert_null(try_begin(f, &same, head, signature, nothing));
	assert_null(try_begin(f, &none, head, signature, nothing));
	assert_null(try_begin(f, &empty, head, signature, nothing));
	signature[5] ^= 1; /* a head that this key never signed */
	assert_non_null(try_begin(f, &same, head, signature, nothing));
	assert_non_null(try_begin(f, &none, head, signature, nothing));
}

/* The tree of one entry, then of two: what another program added. */
static void
a_ledger_that_grew_proves_that_it_is_the_same(void **state)
{
	struct fixture *f = *state;
	uint8_t signature[SIGNATURE_LEN];
	struct merkle_hash leaf[2] = {
		merkle_leaf(f->terms.hooks, BYTES("one")),
		merkle_leaf(f->terms.hooks, BYTES("two")),
	};
	const struct merkle_head head = { 2,
		merkle_node(f->terms.hooks, &leaf[0], &leaf[1]) };
	const struct sign_memory older = { 4, { 1, leaf[0] } };
	const struct sign_memory other = { 4, { 1, leaf[1] } };

	sign_text(f, head, signature);
	assert_null(try_begin(
	    f, &older, head, signature, (struct merkle_path){ &leaf[1], 1 }));
	assert_non_null(try_begin(
	    f, &other, head, signature, (struct merkle_path){ &leaf[1], 1 }));
	assert_non_null(try_begin(
	    f, &older, head, signature, (struct merkle_path){ &leaf[0], 1 }));
	assert_non_null(try_begin(
	    f, &older, head, signature, (struct merkle_path){ leaf, 2 }));
	assert_non_null(try_begin(
	    f, &older, head, signature, (struct merkle_path){ NULL, 0 }));
}

/* ---- receipts ---- */

static enum err
one_leaf(void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	(void)level;
	(void)index;
	*ret = *(const struct merkle_hash *)context;
	return ERR_OK;
}

static void
receipts_are_of_roots_that_were_signed(void **state)
{
	struct fixture *f = *state;
	struct merkle_head head = head_of(1, 6);
	const struct merkle_nodes nodes = { one_leaf, &head.root };
	struct signer signer = watched(f);
	struct receipt_about about = { .signer = &signer,
		.hooks = &crypto_hooks_default,
		.iss = BYTES(ORIGIN) };
	uint8_t signature[SIGNATURE_LEN];
	uint8_t room[RECEIPT_LEN_MAX];
	struct bytes made;

	assert_int_equal(receipt_make_inclusion(
			     &about, &nodes, 0, 1, room, sizeof(room), &made),
	    ERR_OK);
	sign_text(f, head, signature);
	assert_null(sign_check_receipt(&f->terms, 1, signature, f->message));
	assert_non_null(
	    sign_check_receipt(&f->terms, 2, signature, f->message));
	for (size_t len = 0; len < f->message.len; len++)
		assert_non_null(sign_check_receipt(
		    &f->terms, 1, signature, bytes_slice(f->message, 0, len)));
	for (size_t i = 0; i < f->message.len; i++) {
		f->room[i] ^= 1;
		assert_non_null(
		    sign_check_receipt(&f->terms, 1, signature, f->message));
		f->room[i] ^= 1;
	}
	signature[0] ^= 1;
	assert_non_null(
	    sign_check_receipt(&f->terms, 1, signature, f->message));
	signature[0] ^= 1;
	about.iss = BYTES("other.example");
	assert_int_equal(receipt_make_inclusion(
			     &about, &nodes, 0, 1, room, sizeof(room), &made),
	    ERR_OK);
	assert_non_null(
	    sign_check_receipt(&f->terms, 1, signature, f->message));
}

/* ---- tokens ---- */

static void
make_status(struct fixture *f, const struct status_token_wish *wish)
{
	struct out o = out_open(64 * KIB);
	struct signer signer = watched(f);

	assert_int_equal(
	    status_token_make(wish, &signer, &crypto_hooks_default, &o),
	    ERR_OK);
	out_close(&o);
}

static void
status_lists_are_signed_for_a_while(void **state)
{
	struct fixture *f = *state;
	static const uint8_t list[100];
	struct status_token_wish wish = { .uri = BYTES(
					      "https://a.example/status/0"),
		.issued = NOW,
		.expires = NOW + 7 * DAY,
		.bits = STATUS_LIST_BITS,
		.bytes = { list, sizeof(list) } };

	make_status(f, &wish);
	assert_null(sign_check_token(&f->terms, f->message));
	for (size_t len = 0; len < f->message.len; len++)
		assert_non_null(sign_check_token(
		    &f->terms, bytes_slice(f->message, 0, len)));
	wish.expires = NOW + 400 * (int64_t)DAY;
	make_status(f, &wish);
	assert_non_null(sign_check_token(&f->terms, f->message));
	wish.issued = NOW + 1000;
	wish.expires = NOW + 2000;
	make_status(f, &wish);
	assert_non_null(sign_check_token(&f->terms, f->message));
	wish.issued = NOW;
	wish.ttl = 60; /* ours have none */
	make_status(f, &wish);
	assert_non_null(sign_check_token(&f->terms, f->message));
	wish.ttl = 0;
	wish.bits = 1;
	make_status(f, &wish);
	assert_non_null(sign_check_token(&f->terms, f->message));
}

static struct bytes
bundle_message(struct fixture *f, const char *iss, int64_t issued,
    int64_t expires, const char *payload, uint8_t *room, size_t cap)
{
	uint8_t header[BUNDLE_HEADER_MAX];
	uint8_t kid[SHA256_LEN];
	struct cbor_writer w = cbor_writer_open(header, sizeof(header));
	const struct bundle_header h = { .alg = cose_key_alg(&f->key.key),
		.kid = kid,
		.iss = bytes_of(iss),
		.issued = issued,
		.expires = expires };
	struct bytes made;

	cose_key_thumbprint(&crypto_hooks_default, &f->key.key, kid);
	bundle_put_header(&w, &h);
	assert_int_equal(
	    cose_to_be_signed(cbor_written(&w), (struct bytes){ NULL, 0 },
		bytes_of(payload), room, cap, &made),
	    ERR_OK);
	return made;
}

static void
bundles_are_signed_and_nothing_else(void **state)
{
	static const char digest[] = "0123456789abcdef0123456789abcdef";
	struct fixture *f = *state;
	uint8_t room[1024];

	assert_null(sign_check_token(&f->terms,
	    bundle_message(
		f, ORIGIN, NOW, NOW + DAY, digest, room, sizeof(room))));
	assert_non_null(sign_check_token(&f->terms,
	    bundle_message(f, "other.example", NOW, NOW + DAY, digest, room,
		sizeof(room))));
	assert_non_null(sign_check_token(&f->terms,
	    bundle_message(
		f, ORIGIN, NOW, NOW - 1, digest, room, sizeof(room))));
	assert_non_null(sign_check_token(&f->terms,
	    bundle_message(
		f, ORIGIN, NOW, NOW + DAY, "short", room, sizeof(room))));
	/* a label of this key would be a forged one */
	assert_non_null(sign_check_token(&f->terms,
	    BYTES("\x84\x6a"
		  "Signature1"
		  "\x41\xa0\x40\x40")));
	assert_non_null(sign_check_token(&f->terms, BYTES("")));
}

/* ---- the memory on disk ---- */

static void
the_newest_whole_place_counts(void **state)
{
	struct fixture *f = *state;
	const struct sign_memory one = { 1, head_of(5, 1) };
	const struct sign_memory two = { 2, head_of(8, 2) };
	uint8_t room[2][SIGN_PLACE_LEN];
	struct bytes place[2] = { { room[0], SIGN_PLACE_LEN },
		{ room[1], SIGN_PLACE_LEN } };
	struct sign_memory got;

	sign_put_place(&f->terms, &two, room[0]);
	sign_put_place(&f->terms, &one, room[1]);
	assert_int_equal(sign_read_places(&f->terms, place, &got), ERR_OK);
	assert_int_equal(got.number, 2);
	assert_int_equal(got.head.size, 8);
	assert_int_equal(got.head.root.byte[0], 2);
	for (size_t i = 0; i < SIGN_PLACE_LEN; i++) { /* torn */
		room[0][i] ^= 1;
		assert_int_equal(
		    sign_read_places(&f->terms, place, &got), ERR_OK);
		assert_int_equal(got.number, 1);
		room[0][i] ^= 1;
	}
	for (size_t len = 1; len < SIGN_PLACE_LEN; len++) {
		place[0].len = len;
		assert_int_equal(
		    sign_read_places(&f->terms, place, &got), ERR_OK);
		assert_int_equal(got.number, 1);
	}
	room[1][0] ^= 1; /* nothing whole, and both written */
	assert_int_equal(
	    sign_read_places(&f->terms, place, &got), ERR_CHECKSUM);
}

static void
an_empty_file_is_new(void **state)
{
	struct fixture *f = *state;
	const struct sign_memory one = { 1, head_of(5, 1) };
	uint8_t room[SIGN_PLACE_LEN];
	struct bytes place[2] = { { room, 0 }, { room, 0 } };
	struct sign_memory got = { 9, head_of(9, 9) };

	assert_int_equal(sign_read_places(&f->terms, place, &got), ERR_OK);
	assert_int_equal(got.number, 0);
	/* the very first was torn: it was never answered */
	sign_put_place(&f->terms, &one, room);
	place[1].len = 60;
	assert_int_equal(sign_read_places(&f->terms, place, &got), ERR_OK);
	assert_int_equal(got.number, 0);
}

static void
the_state_of_another_key_is_refused(void **state)
{
	struct fixture *f = *state;
	const struct sign_memory one = { 1, head_of(5, 1) };
	struct sign_terms other = f->terms;
	uint8_t room[SIGN_PLACE_LEN];
	const struct bytes place[2] = { { room, 0 }, { room, SIGN_PLACE_LEN } };
	struct sign_memory got;

	other.origin = BYTES("other.example");
	sign_put_place(&other, &one, room);
	assert_int_equal(
	    sign_read_places(&f->terms, place, &got), ERR_MALFORMED);
	assert_int_equal(sign_read_places(&other, place, &got), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_only_grows),
		cmocka_unit_test(only_its_own_plain_checkpoints_are_signed),
		cmocka_unit_test(a_restored_state_or_ledger_is_noticed),
		cmocka_unit_test(a_ledger_that_grew_proves_that_it_is_the_same),
		cmocka_unit_test(receipts_are_of_roots_that_were_signed),
		cmocka_unit_test(status_lists_are_signed_for_a_while),
		cmocka_unit_test(bundles_are_signed_and_nothing_else),
		cmocka_unit_test(the_newest_whole_place_counts),
		cmocka_unit_test(an_empty_file_is_new),
		cmocka_unit_test(the_state_of_another_key_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
