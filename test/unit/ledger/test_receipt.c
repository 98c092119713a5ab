/* SPDX-License-Identifier: ISC */
/* COSE receipts: made, verified, hung on and taken off. */
#include "ledger/receipt.h"

#include "base/out.h"
#include "keys.h"
#include "tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct crypto_hooks *hooks = &crypto_hooks_default;

#define SIZE 21

struct scene {
	struct signer signer;
	struct signer other;
	struct tree *tree;
	struct merkle_nodes nodes;
	struct receipt_about about;
	struct merkle_head head[SIZE + 1];
	uint8_t room[RECEIPT_LEN_MAX];
};

static int
open_scene(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->signer = keys_open(COSE_CURVE_ED25519, 1);
	s->other = keys_open(COSE_CURVE_ED25519, 2);
	s->tree = tree_open(hooks, SIZE);
	for (uint8_t i = 0; i < SIZE; i++) {
		tree_add(s->tree, (struct bytes){ &i, 1 });
		s->head[i + 1].size = i + 1;
		s->head[i + 1].root =
		    merkle_frontier_root(hooks, &s->tree->frontier);
	}
	s->nodes = tree_nodes(s->tree);
	s->about = (struct receipt_about){ &s->signer, hooks,
		BYTES("https://ledger.example"), BYTES("ledger") };
	*state = s;
	return 0;
}

static int
close_scene(void **state)
{
	struct scene *s = *state;

	key_file_close(&s->signer);
	key_file_close(&s->other);
	tree_close(s->tree);
	free(s);
	return 0;
}

static void
receipt_verifies_every_entry_of_every_size(void **state)
{
	struct scene *s = *state;

	for (uint64_t size = 1; size <= SIZE; size++) {
		for (uint64_t i = 0; i < size; i++) {
			const struct merkle_hash *leaf = &s->tree->level[0][i];
			struct receipt receipt;
			struct merkle_head head;
			struct fault fault;
			struct bytes made;

			assert_int_equal(
			    receipt_make_inclusion(&s->about, &s->nodes, i,
				size, s->room, sizeof(s->room), &made),
			    ERR_OK);
			assert_int_equal(
			    cbor_check(made, CBOR_STRICT, &fault), ERR_OK);
			assert_int_equal(
			    receipt_read(made, &receipt, &fault), ERR_OK);
			assert_true(receipt.message.detached);
			assert_true(bytes_equal_text(
			    receipt.iss, "https://ledger.example"));
			assert_true(bytes_equal_text(receipt.sub, "ledger"));
			assert_int_equal(
			    receipt_verify_inclusion(
				&receipt, &s->signer.key, hooks, leaf, &head),
			    ERR_OK);
			assert_int_equal(head.size, size);
			assert_true(
			    merkle_equal(&head.root, &s->head[size].root));
			assert_int_equal(receipt_verify_inclusion(&receipt,
					     &s->other.key, hooks, leaf, &head),
			    ERR_CHECKSUM);
			assert_int_equal(
			    receipt_verify_inclusion(&receipt, &s->signer.key,
				hooks, &s->tree->level[0][(i + 1) % SIZE],
				&head),
			    ERR_CHECKSUM);
			assert_int_equal(
			    receipt_verify_consistency(&receipt, &s->signer.key,
				hooks, &s->head[1], &head),
			    ERR_MALFORMED);
		}
	}
}

static void
receipt_verifies_consistency_of_every_two_sizes(void **state)
{
	struct scene *s = *state;

	for (uint64_t newer = 1; newer <= SIZE; newer++) {
		for (uint64_t older = 1; older <= newer; older++) {
			struct receipt receipt;
			struct merkle_head head;
			struct merkle_head bad = s->head[older];
			struct fault fault;
			struct bytes made;

			assert_int_equal(
			    receipt_make_consistency(&s->about, &s->nodes,
				older, newer, s->room, sizeof(s->room), &made),
			    ERR_OK);
			assert_int_equal(
			    receipt_read(made, &receipt, &fault), ERR_OK);
			assert_false(receipt.message.detached);
			assert_int_equal(receipt.kind, RECEIPT_CONSISTENCY);
			assert_int_equal(
			    receipt_verify_consistency(&receipt, &s->signer.key,
				hooks, &s->head[older], &head),
			    ERR_OK);
			assert_true(
			    merkle_equal(&head.root, &s->head[newer].root));
			bad.root.byte[0] ^= 1;
			assert_int_equal(
			    receipt_verify_consistency(
				&receipt, &s->signer.key, hooks, &bad, &head),
			    ERR_CHECKSUM);
			bad = s->head[older];
			bad.size++;
			assert_int_equal(
			    receipt_verify_consistency(
				&receipt, &s->signer.key, hooks, &bad, &head),
			    ERR_MALFORMED);
		}
	}
}

/* Whoever takes the tree's size from a receipt must not be told another one:
   size and index are not signed, but do not fit any more. */
static void
receipt_refuses_other_numbers(void **state)
{
	struct scene *s = *state;
	const struct merkle_hash *leaf = &s->tree->level[0][4];
	struct receipt receipt;
	struct merkle_head head;
	struct fault fault;
	struct bytes made;

	assert_int_equal(receipt_make_inclusion(&s->about, &s->nodes, 4, SIZE,
			     s->room, sizeof(s->room), &made),
	    ERR_OK);
	assert_int_equal(receipt_read(made, &receipt, &fault), ERR_OK);
	for (uint64_t index = 0; index < 40; index++) {
		receipt.index = index;
		assert_int_equal(
		    receipt_verify_inclusion(
			&receipt, &s->signer.key, hooks, leaf, &head) == ERR_OK,
		    index == 4);
	}
	receipt.index = UINT64_MAX;
	assert_int_equal(receipt_verify_inclusion(
			     &receipt, &s->signer.key, hooks, leaf, &head),
	    ERR_MALFORMED);
}

static void
receipt_refuses_every_flipped_bit_and_prefix(void **state)
{
	struct scene *s = *state;
	const struct merkle_hash *leaf = &s->tree->level[0][4];
	struct receipt receipt;
	struct merkle_head head;
	struct fault fault;
	struct bytes made;

	assert_int_equal(receipt_make_inclusion(&s->about, &s->nodes, 4, SIZE,
			     s->room, sizeof(s->room), &made),
	    ERR_OK);
	for (size_t len = 0; len < made.len; len++)
		assert_int_not_equal(
		    receipt_read(bytes_slice(made, 0, len), &receipt, &fault),
		    ERR_OK);
	for (size_t bit = 0; bit < 8 * made.len; bit++) {
		s->room[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (receipt_read(made, &receipt, &fault) == ERR_OK &&
		    receipt_verify_inclusion(
			&receipt, &s->signer.key, hooks, leaf, &head) == ERR_OK)
			/* Only the unsigned size, where the path is the same
			   in both trees. */
			assert_true(
			    merkle_equal(&head.root, &s->head[SIZE].root) &&
			    receipt.index == 4);
		s->room[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
}

/* { 1: -19, 395: VDS } signed by nobody, with what is given as header. */
static struct bytes
write_receipt(struct scene *s, uint64_t vds, struct bytes unprotected)
{
	uint8_t header[32];
	uint8_t signature[64] = { 0 };
	struct cbor_writer h = cbor_writer_open(header, sizeof(header));
	struct cbor_writer w = cbor_writer_open(s->room, sizeof(s->room));

	cbor_put_map(&h, 2);
	cbor_put_int(&h, 1);
	cbor_put_int(&h, -19);
	cbor_put_int(&h, 395);
	cbor_put_uint(&h, vds);
	cose_put_sign1(&w, cbor_written(&h), unprotected,
	    (struct bytes){ NULL, 0 }, (struct bytes){ signature, 64 });
	return cbor_written(&w);
}

#define TEXT(literal)                                                          \
	{                                                                      \
		(const uint8_t *)("" literal), sizeof(literal) - 1             \
	}
#define HASH32                                                                 \
	"\x58\x20"                                                             \
	"0123456789abcdef0123456789abcdef"
#define NONE16 "@@@@@@@@@@@@@@@@" /* empty byte strings */
#define VDP "\xa1\x19\x01\x8c"

static const struct {
	uint64_t vds;
	struct bytes unprotected;
	enum err err;
	const char *field;
} structures[] = {
	/* [2, 0, [hash]] is good; so is size 1 with an empty path */
	{ 1, TEXT(VDP "\xa1\x20\x81\x58\x26\x83\x02\x00\x81" HASH32), ERR_OK,
	    "" },
	{ 1, TEXT(VDP "\xa1\x20\x81\x44\x83\x01\x00\x80"), ERR_OK, "" },
	{ 2, TEXT(VDP "\xa1\x20\x81\x58\x26\x83\x02\x00\x81" HASH32),
	    ERR_UNSUPPORTED, "vds" },
	{ 1, TEXT("\xa0"), ERR_MALFORMED, "vdp" },
	{ 1, TEXT(VDP "\xa0"), ERR_MALFORMED, "proofs" },
	{ 1, TEXT(VDP "\xa1\x20\x80"), ERR_MALFORMED, "proofs" },
	{ 1, TEXT(VDP "\xa1\x20\x44\x83\x01\x00\x80"), ERR_MALFORMED,
	    "proofs" },
	{ 1,
	    TEXT(VDP "\xa1\x20\x82\x44\x83\x01\x00\x80\x44\x83\x01\x00"
		     "\x80"),
	    ERR_UNSUPPORTED, "proofs" },
	{ 1,
	    TEXT(VDP "\xa2\x20\x81\x44\x83\x01\x00\x80\x21\x81\x44\x83"
		     "\x01\x01\x80"),
	    ERR_UNSUPPORTED, "proofs" },
	{ 1, TEXT(VDP "\xa1\x20\x81\x44\x83\x01\x01\x80"), ERR_MALFORMED,
	    "index" },
	{ 1, TEXT(VDP "\xa1\x20\x81\x44\x83\x00\x00\x80"), ERR_MALFORMED,
	    "index" },
	{ 1, TEXT(VDP "\xa1\x21\x81\x44\x83\x00\x01\x80"), ERR_MALFORMED,
	    "sizes" },
	{ 1, TEXT(VDP "\xa1\x21\x81\x44\x83\x02\x01\x80"), ERR_MALFORMED,
	    "sizes" },
	{ 1,
	    TEXT(VDP "\xa1\x20\x81\x4c\x83\x1b\x7f\xff\xff\xff\xff\xff"
		     "\xff\xff\x00\x80"),
	    ERR_LIMIT, "size" },
	{ 1, TEXT(VDP "\xa1\x20\x81\x45\x83\x02\x00\x81\x40"), ERR_MALFORMED,
	    "hash" },
	{ 1,
	    TEXT(VDP "\xa1\x20\x81\x58\x45\x83\x02\x00\x98\x40" NONE16 NONE16
		    NONE16 NONE16),
	    ERR_LIMIT, "path" },
	{ 1, TEXT(VDP "\xa1\x20\x81\x43\x82\x02\x00"), ERR_MALFORMED, "proof" },
};

static void
receipt_refuses_other_structures(void **state)
{
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof(structures) / sizeof(structures[0]);
	     i++) {
		struct bytes in = write_receipt(
		    s, structures[i].vds, structures[i].unprotected);
		struct receipt receipt = { .size = 99 };
		struct fault fault = { .field = "" };

		assert_int_equal(
		    receipt_read(in, &receipt, &fault), structures[i].err);
		assert_string_equal(fault.field, structures[i].field);
		if (structures[i].err != ERR_OK)
			assert_int_equal(receipt.size, 99);
	}
}

static void
receipt_is_hung_on_and_taken_off(void **state)
{
	/* A statement with a countersignature label 11 and a text label. */
	static const uint8_t statement[] = "\xd2\x84\x43\xa1\x01\x32\xa2\x0b"
					   "\x41\x07\x61z\x01\x42hi\x41s";
	struct scene *s = *state;
	struct bytes in = { statement, sizeof(statement) - 1 };
	uint8_t one[512];
	uint8_t two[512];
	uint8_t three[512];
	struct cbor_writer w1 = cbor_writer_open(one, sizeof(one));
	struct cbor_writer w2 = cbor_writer_open(two, sizeof(two));
	struct cbor_writer w3 = cbor_writer_open(three, sizeof(three));
	struct bytes found;
	struct fault fault;
	size_t from = 0;

	(void)s;
	assert_int_equal(receipt_find(in, &from, &found, &fault), ERR_END);
	assert_int_equal(receipt_attach(in, BYTES("first"), &w1), ERR_OK);
	assert_int_equal(
	    receipt_attach(cbor_written(&w1), BYTES("second"), &w2), ERR_OK);
	assert_int_equal(
	    cbor_check(cbor_written(&w2), CBOR_STRICT, &fault), ERR_OK);
	assert_int_equal(
	    receipt_find(cbor_written(&w2), &from, &found, &fault), ERR_OK);
	assert_true(bytes_equal_text(found, "first"));
	assert_int_equal(
	    receipt_find(cbor_written(&w2), &from, &found, &fault), ERR_OK);
	assert_true(bytes_equal_text(found, "second"));
	assert_int_equal(
	    receipt_find(cbor_written(&w2), &from, &found, &fault), ERR_END);
	assert_int_equal(from, 2);
	assert_int_equal(receipt_detach(cbor_written(&w2), &w3), ERR_OK);
	assert_true(bytes_equal(cbor_written(&w3), in));
	/* Too little room is told, not written past. */
	for (size_t cap = 0; cap < w1.len; cap++) {
		struct cbor_writer w = cbor_writer_open(three, cap);

		assert_int_equal(
		    receipt_attach(in, BYTES("first"), &w), ERR_LIMIT);
	}
	assert_int_equal(
	    receipt_attach(BYTES("\x80"), BYTES("first"), &w3), ERR_MALFORMED);
}

static void
receipt_is_found_bare_too(void **state)
{
	static const uint8_t statement[] =
	    "\xd2\x84\x43\xa1\x01\x32\xa1\x19\x01\x8a\x81\xd2\x84\x40\xa0\xf6"
	    "\x40\x42hi\x41s";
	struct bytes found;
	struct fault fault;
	size_t from = 0;

	(void)state;
	assert_int_equal(
	    receipt_find((struct bytes){ statement, sizeof(statement) - 1 },
		&from, &found, &fault),
	    ERR_OK);
	assert_int_equal(found.len, 6);
	assert_int_equal(found.ptr[0], 0xd2);
}

static void
receipt_says_when_there_is_too_little_room(void **state)
{
	struct scene *s = *state;
	struct receipt_about about = s->about;
	static char name[RECEIPT_NAME_MAX + 200];
	struct bytes made = { NULL, 99 };

	memset(name, 'n', sizeof(name));
	assert_int_equal(receipt_make_inclusion(&s->about, &s->nodes, 4, SIZE,
			     s->room, 100, &made),
	    ERR_LIMIT);
	about.iss = (struct bytes){ (const uint8_t *)name, sizeof(name) };
	assert_int_equal(receipt_make_inclusion(&about, &s->nodes, 4, SIZE,
			     s->room, sizeof(s->room), &made),
	    ERR_LIMIT);
	about.iss.len = RECEIPT_NAME_MAX - about.sub.len;
	assert_int_equal(receipt_make_inclusion(&about, &s->nodes, SIZE, SIZE,
			     s->room, sizeof(s->room), &made),
	    ERR_MALFORMED);
	assert_int_equal(receipt_make_consistency(&about, &s->nodes, 0, SIZE,
			     s->room, sizeof(s->room), &made),
	    ERR_MALFORMED);
	assert_int_equal(made.len, 99);
	assert_int_equal(receipt_make_inclusion(&about, &s->nodes, 4, SIZE,
			     s->room, sizeof(s->room), &made),
	    ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(receipt_verifies_every_entry_of_every_size),
		cmocka_unit_test(
		    receipt_verifies_consistency_of_every_two_sizes),
		cmocka_unit_test(receipt_refuses_other_numbers),
		cmocka_unit_test(receipt_refuses_every_flipped_bit_and_prefix),
		cmocka_unit_test(receipt_refuses_other_structures),
		cmocka_unit_test(receipt_is_hung_on_and_taken_off),
		cmocka_unit_test(receipt_is_found_bare_too),
		cmocka_unit_test(receipt_says_when_there_is_too_little_room),
	};

	return cmocka_run_group_tests(tests, open_scene, close_scene);
}
