/* SPDX-License-Identifier: ISC */
/* What made other ledgers sign two trees or lose entries; notes on incidents in
   docs/ledger.md. */
#include "store_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
make(struct scene *s, struct fault_disk *copy)
{
	scene_open(s, fault_open());
	s->copy = copy;
	assert_int_equal(scene_create(s), ERR_OK);
	assert_int_equal(scene_start(s), ERR_OK);
}

static void
refuses(struct scene *s, enum err err, const char *reason)
{
	assert_int_equal(scene_start(s), err);
	if (strstr(s->why.text, reason) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", s->why.text, reason);
}

/* TrustAsia 2021: a backup was restored under a key that lives. */
static void
a_restored_backup_is_refused_by_the_copy_of_the_head(void **state)
{
	struct scene s;

	(void)state;
	make(&s, fault_open());
	assert_int_equal(scene_append(&s, 0, 5), ERR_OK);
	scene_stop(&s);
	struct fault_disk *backup = fault_copy(s.disk);

	assert_int_equal(scene_start(&s), ERR_OK);
	assert_int_equal(scene_append(&s, 5, 5), ERR_OK);
	scene_stop(&s);
	fault_close(s.disk);
	s.disk = backup;
	s.files = fault_folder(backup);
	/* Not even if the copy's disk lost power at once. */
	struct fault_disk *copy = fault_after(s.copy, 0);

	fault_close(s.copy);
	s.copy = copy;
	refuses(&s, ERR_CHECKSUM, "an older state was restored");
	assert_int_equal(s.said->signed_count, 3);
	scene_close(&s);
}

/* Likewise when only some files come from the backup. */
static void
a_backup_restored_in_part_is_refused(void **state)
{
	static const char *const names[] = { "wal", "heads", "entries",
		"offsets", "level.0", "level.3" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct scene s;

		make(&s, NULL);
		assert_int_equal(scene_append(&s, 0, 12), ERR_OK);
		scene_stop(&s);
		struct fault_disk *backup = fault_copy(s.disk);

		assert_int_equal(scene_start(&s), ERR_OK);
		assert_int_equal(scene_append(&s, 12, 20), ERR_OK);
		scene_stop(&s);
		fault_put_file(s.disk, backup, names[i]);
		refuses(&s, ERR_CHECKSUM, "");
		fault_close(backup);
		scene_close(&s);
	}
}

/* A hash function that goes wrong once: a bit flips in memory or processor. */
struct flip {
	uint64_t digests;
	uint64_t at;
};
static struct flip flip; /* a hook must not change its context */

static void
flip_one(uint8_t ret[SHA256_LEN])
{
	if (++flip.digests == flip.at)
		ret[11] ^= 0x20;
}

static void
flipping_sha256(const void *context, const struct bytes *part, size_t count,
    uint8_t ret[SHA256_LEN])
{
	crypto_hooks_default.sha256(context, part, count, ret);
	flip_one(ret);
}

static void
flipping_sha256_many(const void *context, uint8_t first,
    const struct bytes *rest, size_t count, uint8_t *ret)
{
	crypto_hooks_default.sha256_many(context, first, rest, count, ret);
	for (size_t i = 0; i < count; i++)
		flip_one(ret + i * SHA256_LEN);
}

/* Appends 27 entries, the hash at place `at` being wrong. Returns whether
   there was one; *ret_caught counts those that were noticed. */
static bool
append_with_flip(
    const struct scene *right, uint64_t at, bool many, unsigned *ret_caught)
{
	struct scene s;

	make(&s, NULL);
	assert_int_equal(scene_append(&s, 0, 5), ERR_OK);
	scene_stop(&s);
	s.hooks.sha256 = flipping_sha256;
	s.hooks.sha256_many = many ? flipping_sha256_many : NULL;
	flip = (struct flip){ 0, 0 };
	assert_int_equal(scene_start(&s), ERR_OK);
	flip = (struct flip){ 0, at };
	enum err err = scene_append(&s, 5, 27);
	bool struck = flip.digests >= at;

	/* Either it was noticed, or what was signed is right. */
	for (size_t i = 0; i < s.said->signed_count; i++)
		for (size_t j = 0; j < right->said->signed_count; j++)
			assert_true(s.said->signed_head[i].size !=
				right->said->signed_head[j].size ||
			    merkle_equal(&s.said->signed_head[i].root,
				&right->said->signed_head[j].root));
	if (struck && err != ERR_OK) {
		struct ledger_why why;

		assert_true(ledger_is_stopped(s.ledger, &why));
		assert_int_equal(scene_append(&s, 90, 1), ERR_SYSTEM);
		++*ret_caught;
	}
	s.hooks.sha256 = crypto_hooks_default.sha256;
	s.hooks.sha256_many = crypto_hooks_default.sha256_many;
	scene_stop(&s);
	assert_int_equal(scene_start(&s), ERR_OK);
	scene_check(&s);
	scene_close(&s);
	return struck;
}

/* DigiCert Yeti 2022: one flipped bit went into a signed head. */
static void
a_flipped_bit_before_signing_is_never_signed(void **state)
{
	struct scene right;

	(void)state;
	make(&right, NULL);
	assert_int_equal(scene_append(&right, 0, 5), ERR_OK);
	assert_int_equal(scene_append(&right, 5, 27), ERR_OK);
	for (unsigned many = 0; many < 2; many++) {
		unsigned caught = 0;
		uint64_t at = 1;

		while (append_with_flip(&right, at, many == 1, &caught))
			at++;
		/* Both sums: 27 leaves, most nodes and a digest. */
		assert_true(at > 2 * (27 + 20 + 1));
		assert_true(caught > 2 * (27 + 20));
	}
	scene_close(&right);
}

/* Sectigo Mammoth 2024h1: the disk was full. */
static void
run_into_a_full_disk(uint64_t at, bool strict, bool *ret_struck)
{
	struct scene s;

	make(&s, NULL);
	fault_set_plan(s.disk,
	    (struct fault_plan){
		.kind = FAULT_FULL, .at = at, .strict = strict });
	enum err err = scene_script(&s, false);

	*ret_struck = fault_struck(s.disk);
	if (err == ERR_OK && *ret_struck)
		assert_true(s.said->shown_count > 0);
	/* It can be read while there is no room. */
	assert_int_equal(scene_read_only(&s), ERR_OK);
	scene_check(&s);
	scene_stop(&s);
	/* And goes on when there is. */
	fault_set_plan(s.disk, (struct fault_plan){ .kind = FAULT_NONE });
	if (scene_start(&s) != ERR_OK)
		fail_msg("after the disk was full: %s", s.why.text);
	scene_check(&s);
	assert_int_equal(scene_append(&s, 130, 3), ERR_OK);
	scene_check(&s);
	scene_close(&s);
}

static void
a_full_disk_at_every_call_loses_nothing_acknowledged(void **state)
{
	(void)state;
	for (unsigned strict = 0; strict < 2; strict++) {
		bool struck = true;

		for (uint64_t at = 1; struck; at++)
			run_into_a_full_disk(at, strict == 1, &struck);
	}
}

static void
a_full_disk_says_so_and_leaves_the_ledger_readable(void **state)
{
	struct ledger_why why;
	struct scene s;

	(void)state;
	make(&s, NULL);
	assert_int_equal(scene_append(&s, 0, 4), ERR_OK);
	fault_set_plan(s.disk,
	    (struct fault_plan){ .kind = FAULT_FULL, .at = 1, .strict = true });
	assert_int_equal(scene_append(&s, 4, 4), ERR_SYSTEM);
	assert_true(ledger_is_stopped(s.ledger, &why));
	assert_string_equal(
	    why.text, "wal: cannot be written: no space left on device");
	scene_check(&s);
	assert_int_equal(scene_append(&s, 4, 4), ERR_SYSTEM);
	scene_close(&s);
}

/* After the error the ledger is opened, and the power goes at one of the changes
   that this makes; then other entries come. */
static void
crash_while_opening(const struct scene *s, uint64_t at)
{
	struct scene opened;

	scene_fork(&opened, s, fault_image(s->disk));
	fault_set_plan(
	    opened.disk, (struct fault_plan){ .kind = FAULT_CRASH, .at = at });
	(void)scene_start(&opened); /* the power goes meanwhile */
	scene_stop(&opened);
	uint64_t count = fault_variants(opened.disk, 4);

	for (uint64_t i = 0; i < count; i += 1 + count / 6) {
		struct scene after;

		scene_fork(&after, &opened, fault_after(opened.disk, i));
		if (scene_start(&after) != ERR_OK)
			fail_msg("an error, then a crash: %s", after.why.text);
		scene_check(&after);
		for (unsigned n = 0; n < 4; n++)
			assert_int_equal(
			    scene_append(&after, 130 + 8 * n, 1 + n), ERR_OK);
		scene_check(&after);
		scene_close(&after);
	}
	scene_close(&opened);
}

/* Cloudflare Raio 2025h2a: two errors that passed, and the second ignored. */
static bool
run_into_errors(uint64_t at, unsigned times)
{
	struct scene s;

	make(&s, NULL);
	fault_set_plan(s.disk,
	    (struct fault_plan){ .kind = FAULT_EIO, .at = at, .times = times });
	(void)scene_script(&s, false); /* it may stop, it may not notice */
	bool struck = fault_struck(s.disk);
	/* The power goes, too: what the failed sync lost is lost now. */
	uint64_t count = fault_variants(s.disk, 4);

	for (uint64_t i = 0; i < count; i += 1 + count / 6) {
		struct scene after;

		scene_fork(&after, &s, fault_after(s.disk, i));
		if (scene_start(&after) != ERR_OK)
			fail_msg(
			    "after an error and a crash: %s", after.why.text);
		scene_check(&after);
		scene_close(&after);
	}
	for (uint64_t i = 0; i < 3; i++)
		crash_while_opening(&s, 1 + (at + 7 * i) % 24);
	fault_set_plan(s.disk, (struct fault_plan){ .kind = FAULT_NONE });
	if (scene_start(&s) != ERR_OK)
		fail_msg("after an error: %s", s.why.text);
	scene_check(&s);
	assert_int_equal(scene_append(&s, 130, 3), ERR_OK);

	/* What was acknowledged after the error is durable, too. */
	struct scene later;

	scene_fork(&later, &s, fault_after(s.disk, 0));
	if (scene_start(&later) != ERR_OK)
		fail_msg("an error, then a crash: %s", later.why.text);
	scene_check(&later);
	scene_close(&later);
	scene_close(&s);
	return struck;
}

static void
an_error_at_every_call_loses_nothing_acknowledged(void **state)
{
	bool is_long = getenv("HALLMARK_LONG") != NULL;

	(void)state;
	for (unsigned times = 1; times <= 3; times++)
		for (uint64_t at = times; run_into_errors(at, times);
		     at += is_long ? 1 : 3)
			continue;
}

static void
an_error_while_opening_refuses_and_says_why(void **state)
{
	struct scene s;

	(void)state;
	make(&s, NULL);
	assert_int_equal(scene_append(&s, 0, 9), ERR_OK);
	scene_stop(&s);
	for (uint64_t at = 1;; at++) {
		struct scene other;

		scene_fork(&other, &s, fault_copy(s.disk));
		fault_set_plan(other.disk,
		    (struct fault_plan){
			.kind = FAULT_EIO, .at = at, .times = 1 });
		enum err err = scene_start(&other);
		bool struck = fault_struck(other.disk);

		if (struck) {
			assert_int_equal(err, ERR_SYSTEM);
			assert_true(other.why.text[0] != '\0');
		}
		scene_close(&other);
		if (!struck)
			break;
	}
	scene_close(&s);
}

/* A failed sync is the end: Linux takes the pages for clean afterwards. */
static void
after_a_failed_sync_nothing_is_taken(void **state)
{
	struct ledger_why why;
	struct scene s;

	(void)state;
	make(&s, NULL);
	fault_set_plan(s.disk,
	    (struct fault_plan){ .kind = FAULT_EIO, .at = 2, .times = 1 });
	size_t before = s.said->signed_count;

	assert_int_equal(scene_append(&s, 0, 1), ERR_SYSTEM);
	assert_true(ledger_is_stopped(s.ledger, &why));
	assert_true(strstr(why.text, "cannot be made durable") != NULL);
	assert_int_equal(s.said->signed_count, before);
	assert_int_equal(scene_append(&s, 0, 1), ERR_SYSTEM);
	assert_int_equal(ledger_flush(s.ledger), ERR_SYSTEM);
	scene_close(&s);
}

/* What the log shows may not be on the disk then: nothing is signed before it
   is written once more. */
static void
a_crash_after_a_failed_sync_never_signs_two_trees(void **state)
{
	bool struck = true;

	(void)state;
	for (uint64_t at = 1; struck; at++) {
		struct scene s;

		make(&s, NULL);
		fault_set_plan(s.disk,
		    (struct fault_plan){
			.kind = FAULT_EIO, .at = 2, .times = 1 });
		assert_int_equal(scene_append(&s, 0, 2), ERR_SYSTEM);
		scene_stop(&s);
		fault_set_plan(s.disk,
		    (struct fault_plan){ .kind = FAULT_CRASH, .at = at });
		(void)scene_start(&s); /* the power goes meanwhile */
		scene_stop(&s);
		struck = fault_struck(s.disk);
		uint64_t count = fault_variants(s.disk, 8);

		for (uint64_t i = 0; i < count; i++) {
			struct scene after;

			scene_fork(&after, &s, fault_after(s.disk, i));
			assert_int_equal(scene_start(&after), ERR_OK);
			assert_int_equal(scene_append(&after, 50, 2), ERR_OK);
			scene_check(&after);
			scene_close(&after);
		}
		scene_close(&s);
	}
}

/* The nodes at the right edge are what the next root is made of. */
static void
a_damaged_peak_is_refused_before_anything_is_signed(void **state)
{
	struct scene s;

	(void)state;
	make(&s, NULL);
	assert_int_equal(scene_append(&s, 0, 20), ERR_OK);
	scene_stop(&s);
	assert_true(fault_flip(s.disk, "level.4", 7, 4));
	size_t before = s.said->signed_count;

	refuses(&s, ERR_CHECKSUM, "do not make the root");
	assert_int_equal(s.said->signed_count, before);
	scene_close(&s);
}

static void
two_writers_cannot_be(void **state)
{
	struct scene second;
	struct scene s;

	(void)state;
	make(&s, NULL);
	scene_open(&second, NULL);
	second.disk = s.disk;
	second.files = fault_folder(s.disk);
	refuses(&second, ERR_MALFORMED, "another process holds it");
	assert_int_equal(scene_append(&s, 0, 3), ERR_OK);
	scene_check(&s);
	/* But a reader may be there meanwhile, and sees the newest head. */
	assert_int_equal(scene_read_only(&second), ERR_OK);
	struct ledger_head head;

	ledger_head(second.ledger, &head);
	assert_int_equal(head.tree.size, 3);
	scene_stop(&second);
	second.disk = NULL;
	scene_close(&second);
	scene_close(&s);
}

static void
the_time_never_goes_back(void **state)
{
	struct ledger_head head;
	uint64_t last = 0;
	struct scene s;

	(void)state;
	make(&s, NULL);
	for (unsigned i = 0; i < 6; i++) {
		s.now_usecs = 1000000 - 100000 * i;
		assert_int_equal(scene_append(&s, i, 1), ERR_OK);
		ledger_head(s.ledger, &head);
		assert_true(head.time_usecs > last);
		last = head.time_usecs;
		scene_stop(&s);
		assert_int_equal(scene_start(&s), ERR_OK);
	}
	scene_close(&s);
}

static void
a_key_that_fails_stops_the_ledger_and_loses_nothing(void **state)
{
	struct ledger_why why;
	struct scene s;

	(void)state;
	make(&s, NULL);
	assert_int_equal(scene_append(&s, 0, 3), ERR_OK);
	s.signer_fails = true;
	assert_int_equal(scene_append(&s, 3, 3), ERR_SYSTEM);
	assert_true(ledger_is_stopped(s.ledger, &why));
	assert_string_equal(why.text, "the key cannot sign");
	scene_stop(&s);
	refuses(&s, ERR_SYSTEM, "the key cannot sign");
	s.signer_fails = false;
	assert_int_equal(scene_start(&s), ERR_OK);
	scene_check(&s);
	scene_close(&s);
}

static void
another_key_is_refused(void **state)
{
	struct scene s;

	(void)state;
	make(&s, NULL);
	scene_stop(&s);
	s.signer.key.point[5] = 1;
	refuses(&s, ERR_MALFORMED, "another key");
	scene_close(&s);
}

/* Every byte of a ledger that was closed: noticed when it is opened, or by the
   audit, or of no meaning; but never signed over. */
static void
look_at_damage(
    const struct scene *s, const char *name, uint64_t at, uint8_t bits)
{
	struct ledger_audit audit;
	struct ledger_why why;
	struct scene other;

	scene_fork(&other, s, fault_copy(s->disk));
	assert_true(fault_flip(other.disk, name, at, bits));
	enum err err = scene_start(&other);

	if (err == ERR_OK)
		err = ledger_audit(other.ledger, NULL, NULL, &audit, &why);
	/* Of the log only a header is in use now. */
	if (err == ERR_OK && strcmp(name, "wal") != 0)
		fail_msg("%s: byte %u may be anything", name, (unsigned)at);
	if (err == ERR_OK)
		scene_check(&other);
	assert_false(other.said->forked);
	scene_close(&other);
}

static void
damage_is_noticed(void **state)
{
	static const char *const names[] = { "about", "heads", "entries",
		"offsets", "level.0", "level.1", "level.4", "wal" };
	struct scene s;

	(void)state;
	make(&s, NULL);
	assert_int_equal(scene_append(&s, 0, 8), ERR_OK);
	assert_int_equal(scene_append(&s, 8, 12), ERR_OK);
	scene_stop(&s);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint64_t len = fault_len(s.disk, names[i]);

		for (uint64_t at = 0; at<len; at += len> 4096 ? 131 : 1)
			look_at_damage(
			    &s, names[i], at, (uint8_t)(1 << at % 8));
	}
	scene_close(&s);
}

/* A record in the log that was acknowledged, and damaged later. */
static void
a_damaged_record_that_was_acknowledged_is_refused(void **state)
{
	unsigned refused = 0;
	struct scene s;

	(void)state;
	make(&s, NULL);
	assert_int_equal(scene_append(&s, 0, 3), ERR_OK);
	assert_int_equal(scene_append(&s, 3, 3), ERR_OK);
	/* Not closed: the entries are in the log alone. */
	for (uint64_t at = 0; at < LEDGER_WAL_LEN_MIN; at += 61) {
		struct scene other;

		scene_fork(&other, &s, fault_copy(s.disk));
		assert_true(fault_flip(other.disk, "wal", at, 0x10));
		enum err err = scene_start(&other);

		if (err == ERR_OK)
			scene_check(&other);
		else
			refused++;
		scene_close(&other);
	}
	assert_true(refused > 5);
	scene_close(&s);
}

static void
short_reads_and_writes_are_carried_on(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, fault_open());
	fault_set_plan(s.disk, (struct fault_plan){ .most = 1000 });
	assert_int_equal(scene_script(&s, true), ERR_OK);
	assert_int_equal(scene_start(&s), ERR_OK);
	scene_check(&s);
	scene_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_restored_backup_is_refused_by_the_copy_of_the_head),
		cmocka_unit_test(a_backup_restored_in_part_is_refused),
		cmocka_unit_test(a_flipped_bit_before_signing_is_never_signed),
		cmocka_unit_test(
		    a_full_disk_at_every_call_loses_nothing_acknowledged),
		cmocka_unit_test(
		    a_full_disk_says_so_and_leaves_the_ledger_readable),
		cmocka_unit_test(
		    an_error_at_every_call_loses_nothing_acknowledged),
		cmocka_unit_test(an_error_while_opening_refuses_and_says_why),
		cmocka_unit_test(after_a_failed_sync_nothing_is_taken),
		cmocka_unit_test(
		    a_crash_after_a_failed_sync_never_signs_two_trees),
		cmocka_unit_test(
		    a_damaged_peak_is_refused_before_anything_is_signed),
		cmocka_unit_test(two_writers_cannot_be),
		cmocka_unit_test(the_time_never_goes_back),
		cmocka_unit_test(
		    a_key_that_fails_stops_the_ledger_and_loses_nothing),
		cmocka_unit_test(another_key_is_refused),
		cmocka_unit_test(damage_is_noticed),
		cmocka_unit_test(
		    a_damaged_record_that_was_acknowledged_is_refused),
		cmocka_unit_test(short_reads_and_writes_are_carried_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
