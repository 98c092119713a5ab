/* SPDX-License-Identifier: ISC */
/* Scripts over a ledger, and the notes taken of its promises. */
#include "store_scene.h"

#include "sum_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRST_USECS 1000000
#define SCENE_SEED 7

static bool
verify(const void *context, const uint8_t key[ED25519_KEY_LEN],
    struct bytes message, const uint8_t signature[SIGNATURE_LEN])
{
	(void)context;
	return key[0] == SCENE_SEED && sum_key_signed(message, signature);
}

/* Notes every head; two roots of one size must never be seen. */
static enum err
sign(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	struct scene *s = context;
	struct scene_said *said = s->said;
	struct merkle_head head = { 0 };
	struct bytes rest = message;
	struct bytes line;

	if (s->signer_fails)
		return ERR_SYSTEM;
	assert_true(bytes_next_line(&rest, &line));
	assert_true(bytes_equal_text(line, SCENE_ORIGIN));
	assert_true(bytes_next_line(&rest, &line));
	assert_true(bytes_to_u64(line, &head.size));
	assert_true(bytes_next_line(&rest, &line));
	crypto_hooks_default.sha256(
	    crypto_hooks_default.context, &line, 1, head.root.byte);
	for (size_t i = 0; i < said->signed_count; i++)
		if (said->signed_head[i].size == head.size &&
		    !merkle_equal(&said->signed_head[i].root, &head.root))
			said->forked = true;
	assert_true(said->signed_count < SCENE_MAX);
	said->signed_head[said->signed_count++] = head;
	sum_key_sign(message, ret);
	return ERR_OK;
}

void
scene_open(struct scene *s, struct fault_disk *disk)
{
	*s = (struct scene){ .disk = disk, .now_usecs = FIRST_USECS };
	s->files = fault_folder(disk);
	s->hooks = crypto_hooks_default;
	s->hooks.ed25519_verify = verify;
	s->signer.key.curve = COSE_CURVE_ED25519;
	s->signer.key.point[0] = SCENE_SEED;
	s->signer.sign = sign;
	s->signer.context = s;
	s->said = calloc(1, sizeof(*s->said));
	assert_non_null(s->said);
}

void
scene_fork(struct scene *s, const struct scene *from, struct fault_disk *disk)
{
	scene_open(s, disk);
	*s->said = *from->said;
	s->now_usecs = from->now_usecs;
	s->threads = from->threads;
}

void
scene_close(struct scene *s)
{
	scene_stop(s);
	fault_close(s->disk);
	fault_close(s->copy);
	free(s->said);
	s->said = NULL;
	s->disk = NULL;
	s->copy = NULL;
}

static void
set_world(struct scene *s)
{
	s->world = (struct ledger_world){
		.files = &s->files,
		.hooks = &s->hooks,
		.signer = &s->signer,
		.one_thread = !s->threads,
	};
	if (s->copy != NULL) {
		s->copy_files = fault_folder(s->copy);
		s->world.copy = &s->copy_files;
	}
}

enum err
scene_create(struct scene *s)
{
	set_world(s);
	return ledger_create(&s->world, BYTES(SCENE_ORIGIN), LEDGER_WAL_LEN_MIN,
	    s->now_usecs++, &s->why);
}

enum err
scene_start(struct scene *s)
{
	set_world(s);
	return ledger_open(&s->world, &s->ledger, &s->why);
}

enum err
scene_read_only(struct scene *s)
{
	set_world(s);
	s->world.signer = NULL;
	return ledger_open(&s->world, &s->ledger, &s->why);
}

void
scene_stop(struct scene *s)
{
	ledger_close(s->ledger);
	s->ledger = NULL;
}

struct bytes
scene_entry(unsigned number, uint8_t room[8192])
{
	size_t len = number * 37 % 300;

	if (number % 9 == 8)
		len = 4000 + number; /* more than a block */
	for (size_t i = 0; i < len; i++)
		room[i] = (uint8_t)(number + i);
	if (len >= 4)
		memcpy(room, &number, 4);
	else if (len > 0)
		room[0] = (uint8_t)number;
	return (struct bytes){ room, len };
}

static void
note_head(struct scene *s)
{
	struct ledger_head head;

	ledger_head(s->ledger, &head);
	assert_true(s->said->shown_count < SCENE_MAX);
	s->said->shown[s->said->shown_count++] = head.tree;
	assert_true(head.time_usecs >= s->said->last_usecs);
	s->said->last_usecs = head.time_usecs;
}

static void
note_places(
    struct scene *s, unsigned first, unsigned count, const uint64_t *place)
{
	struct ledger_head head;

	ledger_head(s->ledger, &head);
	for (unsigned i = 0; i < count; i++) {
		assert_true(place[i] < head.tree.size);
		assert_true(place[i] < SCENE_MAX);
		if (s->said->is_acked[place[i]])
			assert_int_equal(
			    s->said->at_place[place[i]], first + i);
		s->said->is_acked[place[i]] = true;
		s->said->at_place[place[i]] = first + i;
	}
}

static void
list_entries(
    unsigned first, unsigned count, uint8_t (*room)[8192], struct bytes *entry)
{
	for (unsigned i = 0; i < count; i++)
		entry[i] = scene_entry(first + i, room[i]);
}

enum err
scene_append(struct scene *s, unsigned first, unsigned count)
{
	static uint8_t room[32][8192];
	struct bytes entry[32];
	uint64_t place[32];

	assert_true(count <= 32);
	list_entries(first, count, room, entry);
	enum err err =
	    ledger_append(s->ledger, entry, count, s->now_usecs++, place);

	if (err != ERR_OK)
		return err;
	note_places(s, first, count, place);
	note_head(s);
	return ERR_OK;
}

enum err
scene_pipe(struct scene *s, unsigned first, unsigned count)
{
	static uint8_t room[32][8192];
	struct bytes entry[32];
	uint64_t place[32];
	enum err err = ERR_OK;
	unsigned done = 0;

	assert_true(count <= 32);
	list_entries(first, count, room, entry);
	for (unsigned part = 1; part <= 4 && err == ERR_OK; part++) {
		unsigned n = count * part / 4 - done;

		if (n > 0)
			err = ledger_submit(s->ledger, entry + done, n,
			    s->now_usecs++, place + done);
		done += n;
	}
	if (err == ERR_OK)
		err = ledger_finish(s->ledger);
	if (err != ERR_OK)
		return err;
	note_places(s, first, count, place);
	note_head(s);
	return ERR_OK;
}

static void
check_entries(struct scene *s, uint64_t size)
{
	static uint8_t room[LEDGER_ENTRY_MAX];
	static uint8_t want[8192];

	for (uint64_t i = 0; i < size; i++) {
		struct bytes entry;

		if (!s->said->is_acked[i])
			continue;
		if (ledger_read_entry(s->ledger, i, room, &entry) != ERR_OK)
			fail_msg("entry %u was acknowledged and is not there",
			    (unsigned)i);
		assert_true(bytes_equal(
		    entry, scene_entry(s->said->at_place[i], want)));
	}
}

/* One entry's proof a tree, by turns: the short way gives the same path. */
static void
check_proofs(struct scene *s, const struct merkle_head *tree)
{
	struct merkle_nodes nodes = ledger_nodes(s->ledger);
	struct merkle_proof quick;
	struct merkle_proof proof;

	if (tree->size == 0)
		return;
	uint64_t index = s->now_usecs % tree->size;

	assert_int_equal(ledger_prove(s->ledger, index, &quick), ERR_OK);
	assert_int_equal(merkle_prove_inclusion(
			     &s->hooks, &nodes, index, tree->size, &proof),
	    ERR_OK);
	assert_int_equal(quick.count, proof.count);
	for (size_t i = 0; i < proof.count; i++)
		assert_true(merkle_equal(&quick.hash[i], &proof.hash[i]));
	assert_int_equal(
	    ledger_prove(s->ledger, tree->size, &quick), ERR_LIMIT);
}

void
scene_check(struct scene *s)
{
	struct merkle_nodes nodes = ledger_nodes(s->ledger);
	struct ledger_audit audit;
	struct ledger_head head;
	struct ledger_why why;
	bool is_reader = s->world.signer == NULL;

	assert_false(s->said->forked);
	ledger_head(s->ledger, &head);
	/* Who has no key sees what was signed and written down, not always the
	   last head after a crash. */
	check_entries(s, is_reader ? head.tree.size : SCENE_MAX);
	for (size_t i = 0; i < s->said->shown_count; i++) {
		const struct merkle_head *shown = &s->said->shown[i];
		struct merkle_hash root;

		if (is_reader && shown->size > head.tree.size)
			continue;
		assert_true(shown->size <= head.tree.size);
		assert_int_equal(
		    merkle_hash_of(&s->hooks, &nodes, 0, shown->size, &root),
		    ERR_OK);
		assert_true(merkle_equal(&root, &shown->root));
	}
	check_proofs(s, &head.tree);
	if (ledger_audit(s->ledger, NULL, NULL, &audit, &why) != ERR_OK)
		fail_msg("the audit says: %s", why.text);
	assert_int_equal(audit.entries, head.tree.size);
	assert_int_equal(audit.heads, ledger_head_count(s->ledger));
}

enum step_kind {
	STEP_APPEND,
	STEP_PIPE,
	STEP_FLUSH,
	STEP_REOPEN,
};

static enum err
take_step(struct scene *s, enum step_kind kind, unsigned first, unsigned count)
{
	switch (kind) {
	case STEP_APPEND:
		return scene_append(s, first, count);
	case STEP_PIPE:
		return scene_pipe(s, first, count);
	case STEP_FLUSH:
		return ledger_flush(s->ledger);
	case STEP_REOPEN:
		scene_stop(s);
		return scene_start(s);
	}
	return ERR_SYSTEM;
}

enum err
scene_script(struct scene *s, bool create)
{
	static const struct {
		enum step_kind kind;
		unsigned first;
		unsigned count;
	} steps[] = {
		{ STEP_APPEND, 0, 1 },
		{ STEP_APPEND, 1, 7 },
		{ STEP_APPEND, 3, 9 }, /* some are there already */
		{ STEP_PIPE, 12, 8 },
		{ STEP_FLUSH, 0, 0 },
		{ STEP_APPEND, 20, 1 },
		{ STEP_APPEND, 2, 3 }, /* all are */
		{ STEP_REOPEN, 0, 0 },
		{ STEP_APPEND, 21, 1 },
		{ STEP_PIPE, 22, 12 },
		{ STEP_APPEND, 34, 30 }, /* the log begins anew about here */
		{ STEP_APPEND, 64, 2 },
		{ STEP_PIPE, 66, 2 },
		{ STEP_APPEND, 68, 20 },
		{ STEP_APPEND, 88, 1 },
		{ STEP_APPEND, 89, 1 },
		{ STEP_APPEND, 90, 10 },
		{ STEP_PIPE, 100, 20 },
		{ STEP_APPEND, 120, 1 },
		{ STEP_REOPEN, 0, 0 },
		{ STEP_REOPEN, 0, 0 },
		{ STEP_APPEND, 121, 3 },
	};
	enum err err = create ? scene_create(s) : ERR_OK;

	if (err == ERR_OK && s->ledger == NULL)
		err = scene_start(s);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (err != ERR_OK)
			break;
		err =
		    take_step(s, steps[i].kind, steps[i].first, steps[i].count);
	}
	scene_stop(s);
	return err;
}
