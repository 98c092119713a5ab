/* SPDX-License-Identifier: ISC */
/* What a ledger's store does on a good day. */
#include "ledger/checkpoint.h"
#include "store_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
make(struct scene *s)
{
	scene_open(s, fault_open());
	assert_int_equal(scene_create(s), ERR_OK);
	assert_int_equal(scene_start(s), ERR_OK);
}

static void
a_new_ledger_has_a_signed_head_of_nothing(void **state)
{
	struct ledger_head head;
	struct merkle_hash empty = merkle_empty(&crypto_hooks_default);
	struct scene s;

	(void)state;
	make(&s);
	ledger_head(s.ledger, &head);
	assert_int_equal(head.tree.size, 0);
	assert_true(merkle_equal(&head.tree.root, &empty));
	assert_int_equal(ledger_head_count(s.ledger), 1);
	assert_true(bytes_equal_text(ledger_origin(s.ledger), SCENE_ORIGIN));
	scene_check(&s);
	scene_close(&s);
}

static void
the_tree_is_the_one_of_rfc_9162(void **state)
{
	static struct merkle_frontier frontier;
	struct merkle_hash node[MERKLE_LEVELS];
	struct ledger_head head;
	static uint8_t room[8192];
	struct scene s;

	(void)state;
	make(&s);
	for (unsigned i = 0; i < 40; i++) {
		assert_int_equal(scene_append(&s, i, 1), ERR_OK);
		struct merkle_hash leaf =
		    merkle_leaf(&crypto_hooks_default, scene_entry(i, room));

		(void)merkle_frontier_append(
		    &crypto_hooks_default, &frontier, &leaf, node);
		struct merkle_hash root =
		    merkle_frontier_root(&crypto_hooks_default, &frontier);

		ledger_head(s.ledger, &head);
		assert_int_equal(head.tree.size, i + 1);
		assert_true(merkle_equal(&head.tree.root, &root));
	}
	scene_check(&s);
	scene_close(&s);
}

static void
an_entry_that_is_there_keeps_its_place(void **state)
{
	struct bytes twice[3] = { BYTES("a"), BYTES("b"), BYTES("a") };
	struct ledger_head before;
	struct ledger_head after;
	uint64_t place[3];
	struct scene s;

	(void)state;
	make(&s);
	assert_int_equal(ledger_append(s.ledger, twice, 3, 1, place), ERR_OK);
	assert_int_equal(place[0], 0);
	assert_int_equal(place[1], 1);
	assert_int_equal(place[2], 0);
	ledger_head(s.ledger, &before);
	scene_stop(&s);
	assert_int_equal(scene_start(&s), ERR_OK);
	assert_int_equal(
	    ledger_append(s.ledger, twice + 1, 2, 1, place), ERR_OK);
	assert_int_equal(place[0], 1);
	assert_int_equal(place[1], 0);
	ledger_head(s.ledger, &after);
	assert_int_equal(after.tree.size, before.tree.size);
	assert_int_equal(ledger_head_count(s.ledger), 2);
	scene_close(&s);
}

static void
what_is_too_much_is_refused_and_nothing_happens(void **state)
{
	static uint8_t large[LEDGER_ENTRY_MAX + 1];
	static uint8_t room[LEDGER_ENTRY_MAX];
	struct bytes entry = { large, sizeof(large) };
	uint64_t place = 99;
	struct bytes back;
	struct scene s;

	(void)state;
	make(&s);
	assert_int_equal(
	    ledger_append(s.ledger, &entry, 1, 1, &place), ERR_LIMIT);
	assert_int_equal(
	    ledger_append(s.ledger, &entry, 0, 1, &place), ERR_LIMIT);
	entry.len = LEDGER_ENTRY_MAX; /* more than half of this small log */
	assert_int_equal(
	    ledger_append(s.ledger, &entry, 1, 1, &place), ERR_LIMIT);
	assert_int_equal(place, 99);
	entry.len = 28000;
	assert_int_equal(ledger_append(s.ledger, &entry, 1, 1, &place), ERR_OK);
	assert_int_equal(place, 0);
	assert_int_equal(ledger_read_entry(s.ledger, 0, room, &back), ERR_OK);
	assert_true(bytes_equal(entry, back));
	entry.len = 0;
	assert_int_equal(ledger_append(s.ledger, &entry, 1, 1, &place), ERR_OK);
	assert_int_equal(place, 1);
	assert_int_equal(ledger_read_entry(s.ledger, 1, room, &back), ERR_OK);
	assert_int_equal(back.len, 0);
	assert_int_equal(
	    ledger_read_entry(s.ledger, 2, room, &back), ERR_LIMIT);
	scene_check(&s);
	scene_close(&s);
}

static void
a_leaf_is_found_by_its_hash(void **state)
{
	static uint8_t room[8192];
	struct merkle_hash leaf;
	uint64_t index = 0;
	struct scene s;

	(void)state;
	make(&s);
	assert_int_equal(scene_append(&s, 0, 20), ERR_OK);
	scene_stop(&s);
	assert_int_equal(scene_read_only(&s), ERR_OK);
	for (unsigned i = 0; i < 20; i++) {
		leaf = merkle_leaf(&crypto_hooks_default, scene_entry(i, room));
		assert_int_equal(ledger_find(s.ledger, &leaf, &index), ERR_OK);
		assert_int_equal(index, i);
	}
	leaf.byte[31] ^= 1;
	assert_int_equal(ledger_find(s.ledger, &leaf, &index), ERR_END);
	scene_close(&s);
}

static void
every_head_stays_and_the_checkpoint_is_signed(void **state)
{
	struct out note = out_open(4096);
	struct checkpoint checkpoint;
	struct ledger_head head;
	struct fault fault;
	struct note parts;
	struct scene s;

	(void)state;
	make(&s);
	for (unsigned i = 0; i < 12; i++)
		assert_int_equal(scene_append(&s, 3 * i, 3), ERR_OK);
	scene_stop(&s);
	assert_int_equal(scene_start(&s), ERR_OK);
	assert_int_equal(ledger_head_count(s.ledger), 13);
	for (uint64_t i = 0; i < 13; i++) {
		assert_int_equal(ledger_read_head(s.ledger, i, &head), ERR_OK);
		assert_int_equal(head.tree.size, 3 * i);
	}
	assert_int_equal(ledger_read_head(s.ledger, 13, &head), ERR_LIMIT);
	assert_int_equal(ledger_put_checkpoint(s.ledger, &head, &note), ERR_OK);
	assert_int_equal(
	    checkpoint_read(out_bytes(&note), &checkpoint, &parts, &fault),
	    ERR_OK);
	assert_int_equal(checkpoint.head.size, 36);
	assert_int_equal(parts.count, 1);
	assert_true(s.hooks.ed25519_verify(s.hooks.context,
	    ledger_key(s.ledger)->point, checkpoint.text, head.signature));
	out_close(&note);
	scene_close(&s);
}

static void
who_only_reads_cannot_write(void **state)
{
	struct bytes entry = BYTES("x");
	uint64_t place = 7;
	struct scene s;

	(void)state;
	make(&s);
	assert_int_equal(scene_append(&s, 0, 5), ERR_OK);
	scene_stop(&s);
	uint64_t before = fault_changes(s.disk);

	assert_int_equal(scene_read_only(&s), ERR_OK);
	scene_check(&s);
	assert_int_equal(
	    ledger_append(s.ledger, &entry, 1, 1, &place), ERR_UNSUPPORTED);
	assert_int_equal(ledger_flush(s.ledger), ERR_UNSUPPORTED);
	assert_int_equal(place, 7);
	scene_stop(&s);
	assert_int_equal(fault_changes(s.disk), before);
	scene_close(&s);
}

static void
a_long_day_comes_to_a_good_end(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, fault_open());
	assert_int_equal(scene_script(&s, true), ERR_OK);
	assert_int_equal(scene_start(&s), ERR_OK);
	scene_check(&s);
	scene_close(&s);
}

static void
a_ledger_is_not_made_twice(void **state)
{
	struct scene s;

	(void)state;
	make(&s);
	scene_stop(&s);
	assert_int_equal(scene_create(&s), ERR_MALFORMED);
	assert_string_equal(s.why.text, "about: cannot be made: file exists");
	assert_int_equal(scene_start(&s), ERR_OK);
	scene_close(&s);
}

static void
what_cannot_be_made_is_refused(void **state)
{
	struct ledger_why why = { "" };
	struct scene s;

	(void)state;
	make(&s);
	scene_stop(&s);
	struct fault_disk *empty = fault_open();
	struct folder folder = fault_folder(empty);

	s.world.files = &folder;
	assert_int_equal(
	    ledger_create(&s.world, BYTES("with blank"), 0, 1, &why),
	    ERR_MALFORMED);
	assert_int_equal(
	    ledger_create(&s.world, BYTES("name"), 4096, 1, &why), ERR_LIMIT);
	s.signer.key.curve = COSE_CURVE_P256;
	assert_int_equal(ledger_create(&s.world, BYTES("name"), 0, 1, &why),
	    ERR_UNSUPPORTED);
	assert_int_equal(fault_changes(empty), 0);
	fault_close(empty);
	scene_close(&s);
}

static bool
stop_at_once(void *context, uint64_t done, uint64_t of)
{
	*(uint64_t *)context = done;
	assert_true(done <= of);
	return false;
}

/* A ledger whose log begins anew only when it is told to. */
static void
make_large(struct scene *s)
{
	struct ledger_why why;

	scene_open(s, fault_open());
	s->world = (struct ledger_world){
		.files = &s->files,
		.hooks = &s->hooks,
		.signer = &s->signer,
		.one_thread = true,
	};
	assert_int_equal(
	    ledger_create(&s->world, BYTES(SCENE_ORIGIN), 0, 1, &why), ERR_OK);
	assert_int_equal(ledger_open(&s->world, &s->ledger, &why), ERR_OK);
}

/* Numbers from `first` on, as two bytes each. */
static void
append_numbers(struct scene *s, size_t first, size_t count)
{
	static struct bytes entry[LEDGER_BATCH_MAX];
	static uint64_t place[LEDGER_BATCH_MAX];
	static uint16_t number[LEDGER_BATCH_MAX];

	for (size_t i = 0; i < count; i++) {
		number[i] = (uint16_t)(first + i);
		entry[i] = (struct bytes){ (const uint8_t *)&number[i], 2 };
	}
	assert_int_equal(
	    ledger_append(s->ledger, entry, count, 1, place), ERR_OK);
	assert_int_equal(place[count - 1], first + count - 1);
}

static void
an_audit_can_be_ended(void **state)
{
	struct ledger_audit audit;
	struct ledger_why why;
	uint64_t done = 0;
	struct scene s;

	(void)state;
	make_large(&s);
	append_numbers(&s, 0, LEDGER_BATCH_MAX);
	assert_int_equal(
	    ledger_audit(s.ledger, stop_at_once, &done, &audit, &why), ERR_END);
	assert_int_equal(done, LEDGER_BATCH_MAX);
	assert_int_equal(
	    ledger_audit(s.ledger, NULL, NULL, &audit, &why), ERR_OK);
	scene_close(&s);
}

static void
assert_proofs(struct scene *s)
{
	struct ledger_head head;
	struct merkle_nodes nodes = ledger_nodes(s->ledger);

	ledger_head(s->ledger, &head);
	for (uint64_t i = 0; i < head.tree.size; i += i < 300 ? 1 : 61) {
		uint16_t number = (uint16_t)i;
		struct merkle_hash leaf = merkle_leaf(
		    &s->hooks, (struct bytes){ (const uint8_t *)&number, 2 });
		struct merkle_proof slow;
		struct merkle_proof proof;

		assert_int_equal(ledger_prove(s->ledger, i, &proof), ERR_OK);
		assert_int_equal(merkle_verify_inclusion(&s->hooks, &leaf, i,
				     &head.tree, merkle_path_of(&proof)),
		    ERR_OK);
		assert_int_equal(merkle_prove_inclusion(&s->hooks, &nodes, i,
				     head.tree.size, &slow),
		    ERR_OK);
		assert_int_equal(slow.count, proof.count);
		assert_memory_equal(
		    slow.hash, proof.hash, proof.count * sizeof(proof.hash[0]));
	}
}

/* Pages that were read while the files were shorter are read again. */
static void
proofs_are_right_while_the_ledger_grows(void **state)
{
	static const size_t sizes[] = { 1, 100, 129, 2500, 4100, 10000, 10001,
		16384, 25000 };
	struct scene s;
	size_t size = 0;

	(void)state;
	make_large(&s);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		append_numbers(&s, size, sizes[i] - size);
		size = sizes[i];
		assert_proofs(&s);
		if (i % 3 == 2)
			continue; /* some stay in memory only */
		assert_int_equal(ledger_flush(s.ledger), ERR_OK);
		assert_proofs(&s);
	}
	ledger_close(s.ledger);
	assert_int_equal(ledger_open(&s.world, &s.ledger, &s.why), ERR_OK);
	assert_proofs(&s);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_ledger_has_a_signed_head_of_nothing),
		cmocka_unit_test(the_tree_is_the_one_of_rfc_9162),
		cmocka_unit_test(an_entry_that_is_there_keeps_its_place),
		cmocka_unit_test(
		    what_is_too_much_is_refused_and_nothing_happens),
		cmocka_unit_test(a_leaf_is_found_by_its_hash),
		cmocka_unit_test(every_head_stays_and_the_checkpoint_is_signed),
		cmocka_unit_test(who_only_reads_cannot_write),
		cmocka_unit_test(a_long_day_comes_to_a_good_end),
		cmocka_unit_test(a_ledger_is_not_made_twice),
		cmocka_unit_test(what_cannot_be_made_is_refused),
		cmocka_unit_test(an_audit_can_be_ended),
		cmocka_unit_test(proofs_are_right_while_the_ledger_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
