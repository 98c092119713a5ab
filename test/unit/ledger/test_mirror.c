/* SPDX-License-Identifier: ISC */
/* Tests of static files: published, read again, mirrored, and tampered with. */
#include "ledger/mirror.h"

#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "signers.h"
#include "tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ORIGIN "log.example/1"
#define MIRROR_NAME "mirror.example"
#define NOW 1795305600
#define ENTRIES_MAX 66000
#define FILES_MAX 1200

/* ---- files in memory ---- */

struct file {
	char path[TILE_PATH_MAX];
	uint8_t *ptr;
	size_t len;
};

struct files {
	struct file list[FILES_MAX];
	size_t count;
	size_t writes;
	size_t unsynced;
	size_t fail_at; /* the write that fails; 0: none */
	bool checkpoint_too_early;
};

static struct file *
find(struct files *f, const char *path)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->list[i].path, path) == 0)
			return &f->list[i];
	return NULL;
}

static enum err
read_file(void *context, const char *path, struct out *to)
{
	const struct file *file = find(context, path);

	if (file == NULL)
		return ERR_END;
	if (file->len > to->limit - to->len)
		return ERR_LIMIT;
	out_put(to, (struct bytes){ file->ptr, file->len });
	return to->failed;
}

static enum err
write_file(void *context, const char *path, struct bytes content)
{
	struct files *f = context;
	struct file *file = find(f, path);

	f->writes++;
	if (f->writes == f->fail_at)
		return ERR_SYSTEM;
	if (file == NULL) {
		assert_true(f->count < FILES_MAX);
		file = &f->list[f->count++];
		(void)snprintf(file->path, sizeof(file->path), "%s", path);
	}
	free(file->ptr);
	file->ptr = malloc(content.len + 1);
	assert_non_null(file->ptr);
	if (content.len > 0)
		memcpy(file->ptr, content.ptr, content.len);
	file->len = content.len;
	if (strcmp(path, PUBLISH_CHECKPOINT) == 0)
		f->checkpoint_too_early |= f->unsynced > 0;
	else
		f->unsynced++;
	return ERR_OK;
}

static enum err
sync_files(void *context)
{
	struct files *f = context;

	f->unsynced = 0;
	return ERR_OK;
}

static void
drop(struct files *f, const char *path)
{
	struct file *file = find(f, path);

	assert_non_null(file);
	free(file->ptr);
	*file = f->list[--f->count];
	memset(&f->list[f->count], 0, sizeof(f->list[0]));
}

static struct files *
files_open(void)
{
	struct files *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	return f;
}

static void
files_close(struct files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->list[i].ptr);
	free(f);
}

/* ---- a log and its mirror ---- */

struct scene {
	struct tree *tree;
	uint8_t flavour; /* of the entries from fork_at on */
	uint64_t fork_at;
	struct signer log, wrong, key;
	struct out policy_text;
	struct policy policy;
	struct files *source;
	struct files *mine;
	struct static_files read_source, read_mine;
	struct publish_files write_source, write_mine;
	struct mirror mirror;
	struct mirror_result result;
	uint64_t published;
};

/* Entry i: from none to some bytes. */
static struct bytes
entry_of(const struct scene *s, uint64_t i, uint8_t room[16])
{
	size_t len = 1 + (size_t)i % 11;

	memset(room, (int)(i & 0x7f), 16);
	room[0] = (uint8_t)(i >> 8);
	if (i >= s->fork_at)
		room[0] ^= s->flavour;
	return (struct bytes){ room, i % 97 == 5 ? 0 : len };
}

static enum err
put_entry(void *context, uint64_t index, struct out *o)
{
	uint8_t room[16];

	out_put(o, entry_of(context, index, room));
	return o->failed;
}

static int
setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->fork_at = UINT64_MAX;
	s->tree = tree_open(&crypto_hooks_default, ENTRIES_MAX);
	s->log = signers_make(1);
	s->wrong = signers_make(2);
	s->key = signers_make(3);
	s->policy_text = out_open(4096);
	signers_put_log(&s->policy_text, ORIGIN, &s->log);
	signers_put_witness(&s->policy_text, MIRROR_NAME, &s->key);
	out_text(&s->policy_text, "quorum none\n");
	signers_read_policy(&s->policy_text, &s->policy);
	s->source = files_open();
	s->mine = files_open();
	s->read_source = (struct static_files){ read_file, s->source };
	s->read_mine = (struct static_files){ read_file, s->mine };
	s->write_source = (struct publish_files){ write_file, s->source };
	s->write_mine = (struct publish_files){ write_file, s->mine };
	s->mirror = (struct mirror){
		.policy = &s->policy,
		.hooks = &crypto_hooks_default,
		.source = &s->read_source,
		.mine = &s->read_mine,
		.keep = &s->write_mine,
		.sync = sync_files,
		.sync_context = s->mine,
		.now = NOW,
	};
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	tree_close(s->tree);
	key_file_close(&s->log);
	key_file_close(&s->wrong);
	key_file_close(&s->key);
	out_close(&s->policy_text);
	files_close(s->source);
	files_close(s->mine);
	free(s);
	return 0;
}

/* A new tree: another history. */
static void
begin_anew(struct scene *s)
{
	tree_close(s->tree);
	s->tree = tree_open(&crypto_hooks_default, ENTRIES_MAX);
	files_close(s->source);
	s->source = files_open();
	s->read_source.context = s->source;
	s->write_source.context = s->source;
	s->published = 0;
}

static void
publish_with(struct scene *s, uint64_t size, const struct signer *signer)
{
	struct merkle_nodes nodes = tree_nodes(s->tree);
	struct publish_source source = { &nodes, put_entry, s };
	struct out note = out_open(4096);
	struct publish_step step = { .from = s->published };
	struct publish_count count;

	while (s->tree->frontier.size < size) {
		uint8_t room[16];

		tree_add(s->tree, entry_of(s, s->tree->frontier.size, room));
	}
	step.to.size = size;
	assert_int_equal(merkle_hash_of(&crypto_hooks_default, &nodes, 0, size,
			     &step.to.root),
	    ERR_OK);
	assert_int_equal(checkpoint_sign(&note, &crypto_hooks_default,
			     BYTES(ORIGIN), &step.to, signer),
	    ERR_OK);
	step.checkpoint = out_bytes(&note);
	assert_int_equal(publish(&crypto_hooks_default, &source, &step,
			     &s->write_source, &count),
	    ERR_OK);
	s->published = size;
	out_close(&note);
}

static void
publish_to(struct scene *s, uint64_t size)
{
	publish_with(s, size, &s->log);
}

static int
update(struct scene *s)
{
	assert_int_equal(mirror_update(&s->mirror, &s->result), ERR_OK);
	return (int)s->result.outcome;
}

/* Every file of the source as it is now is the mirror's, byte for byte. */
static void
is_the_same(struct scene *s, uint64_t size)
{
	for (unsigned level = 0; level <= TILE_LEVEL_MAX + 1; level++) {
		bool entries = level > TILE_LEVEL_MAX;
		struct tile tile = {
			.kind = entries ? TILE_ENTRIES : TILE_HASHES,
			.level = entries ? 0 : level,
		};

		for (;; tile.index++) {
			char path[TILE_PATH_MAX];
			const struct file *a;
			const struct file *b;

			tile.width =
			    tile_width(tile.kind, tile.level, tile.index, size);
			if (tile.width == 0)
				break;
			tile_write_path(&tile, path);
			a = find(s->source, path);
			b = find(s->mine, path);
			assert_non_null(a);
			assert_non_null(b);
			assert_int_equal(a->len, b->len);
			assert_memory_equal(a->ptr, b->ptr, a->len);
		}
	}
}

static void
a_mirror_follows_its_log(void **state)
{
	struct scene *s = *state;
	static const uint64_t sizes[] = { 0, 1, 3, 255, 256, 257, 300, 512, 513,
		2000, 2048, 65535, 65536, 65800 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		publish_to(s, sizes[i]);
		assert_int_equal(update(s), MIRROR_GREW);
		assert_int_equal(s->result.size, sizes[i]);
		assert_int_equal(s->result.from, i > 0 ? sizes[i - 1] : 0);
		is_the_same(s, sizes[i]);
		assert_int_equal(update(s), MIRROR_SAME);
	}
	assert_false(s->mine->checkpoint_too_early);
}

static void
it_can_begin_at_any_size(void **state)
{
	struct scene *s = *state;

	publish_to(s, 700);
	assert_int_equal(update(s), MIRROR_GREW);
	is_the_same(s, 700);
}

static void
its_files_can_be_mirrored_and_read(void **state)
{
	struct scene *s = *state;
	struct static_log *log = calloc(1, sizeof(*log));
	struct merkle_nodes nodes;
	struct merkle_hash root;
	struct out o = out_open(1 << 16);

	assert_non_null(log);
	publish_to(s, 600);
	assert_int_equal(update(s), MIRROR_GREW);
	static_open(log, &crypto_hooks_default, &s->read_mine, 600);
	nodes = static_nodes(log);
	assert_int_equal(
	    merkle_hash_of(&crypto_hooks_default, &nodes, 0, 600, &root),
	    ERR_OK);
	for (uint64_t i = 0; i < 600; i++) {
		uint8_t room[16];

		o.len = 0;
		assert_int_equal(static_put_entry(log, i, &o), ERR_OK);
		assert_true(bytes_equal(out_bytes(&o), entry_of(s, i, room)));
	}
	assert_int_equal(static_put_entry(log, 600, &o), ERR_LIMIT);
	static_close(log);
	out_close(&o);
	free(log);
	/* and the mirror is a source itself */
	s->mirror.source = &s->read_mine;
	struct files *third = files_open();
	struct static_files read_third = { read_file, third };
	struct publish_files write_third = { write_file, third };

	s->mirror.mine = &read_third;
	s->mirror.keep = &write_third;
	s->mirror.sync_context = third;
	assert_int_equal(update(s), MIRROR_GREW);
	assert_int_equal(s->result.size, 600);
	files_close(third);
}

static void
a_full_tile_does_for_a_partial_one(void **state)
{
	struct scene *s = *state;
	struct out old = out_open(4096);
	const struct file *note;

	publish_to(s, 300);
	note = find(s->source, PUBLISH_CHECKPOINT);
	out_put(&old, (struct bytes){ note->ptr, note->len });
	publish_to(s, 600);
	drop(s->source, "tile/0/001.p/44");
	drop(s->source, "tile/entries/001.p/44");
	assert_int_equal(
	    write_file(s->source, PUBLISH_CHECKPOINT, out_bytes(&old)), ERR_OK);
	assert_int_equal(update(s), MIRROR_GREW);
	assert_int_equal(s->result.size, 300);
	assert_non_null(find(s->mine, "tile/entries/001.p/44"));
	assert_int_equal(find(s->mine, "tile/0/001.p/44")->len, 44 * 32);
	out_close(&old);
}

static void
it_cosigns_what_it_kept(void **state)
{
	struct scene *s = *state;
	struct policy_verdict verdict;
	struct checkpoint checkpoint;
	struct fault fault;
	const struct file *note;

	s->mirror.signer = &s->key;
	s->mirror.name = BYTES(MIRROR_NAME);
	publish_to(s, 5);
	assert_int_equal(update(s), MIRROR_GREW);
	assert_true(s->result.cosigned);
	for (int again = 0; again < 2; again++) {
		note = find(s->mine, PUBLISH_CHECKPOINT);
		assert_int_equal(policy_judge(&s->policy, &crypto_hooks_default,
				     (struct bytes){ note->ptr, note->len },
				     &checkpoint, &verdict, &fault),
		    ERR_OK);
		assert_int_equal(verdict.witness_count, 1);
		assert_int_equal(verdict.newest, s->mirror.now);
		s->mirror.now++;
		assert_int_equal(update(s), MIRROR_SAME);
	}
}

/* Each file of a source, each with a bit turned, cut, longer, or gone. */
static void
no_file_of_the_source_may_be_wrong(void **state)
{
	struct scene *s = *state;

	publish_to(s, 300);
	assert_int_equal(update(s), MIRROR_GREW);
	publish_to(s, 600);
	for (size_t i = 0; i < s->source->count; i++) {
		struct file *file = &s->source->list[i];
		size_t len = file->len;
		size_t writes = s->mine->writes;
		bool is_new = strstr(file->path, "/000") == NULL &&
		    strstr(file->path, ".p/44") == NULL;
		bool is_note = strcmp(file->path, PUBLISH_CHECKPOINT) == 0;

		if (!is_new || is_note)
			continue;
		file->ptr[len / 2] ^= 4;
		assert_int_equal(update(s), MIRROR_DAMAGED);
		/* of wrong leaves it shows above them, or in the root alone */
		if (strncmp(file->path, "tile/0/", 7) != 0)
			assert_string_equal(s->result.path, file->path);
		file->ptr[len / 2] ^= 4;
		file->len = len - 1;
		assert_int_equal(update(s), MIRROR_DAMAGED);
		file->len = 0;
		assert_int_equal(update(s), MIRROR_DAMAGED);
		file->len = len;
		file->path[0] = 'X';
		assert_int_equal(update(s), MIRROR_INCOMPLETE);
		file->path[0] = 't';
		assert_string_equal(s->result.path, file->path);
		/* nothing of a tree that does not hold was kept: of its
		   entries only whole bundles that were right */
		assert_true(strstr(file->path, "entries") != NULL ||
		    s->mine->writes == writes);
	}
	assert_int_equal(update(s), MIRROR_GREW);
	is_the_same(s, 600);
}

static void
what_was_mirrored_before_must_still_be_there(void **state)
{
	struct scene *s = *state;
	struct file *tile;

	publish_to(s, 300);
	assert_int_equal(update(s), MIRROR_GREW);
	publish_to(s, 600);
	tile = find(s->source, "tile/0/001");
	tile->ptr[3] ^= 1; /* of entry 256, which the mirror has */
	assert_int_equal(update(s), MIRROR_DAMAGED);
	tile->ptr[3] ^= 1;
	tile = find(s->source, "tile/entries/001");
	tile->ptr[2] ^= 1;
	assert_int_equal(update(s), MIRROR_DAMAGED);
	assert_string_equal(s->result.path, "tile/entries/001");
	assert_null(find(s->mine, "tile/entries/001"));
	tile->ptr[2] ^= 1;
	assert_int_equal(update(s), MIRROR_GREW);
}

static void
a_forked_log_is_seen(void **state)
{
	struct scene *s = *state;
	static const uint64_t forks[] = { 0, 100, 255, 256, 299 };

	publish_to(s, 300);
	assert_int_equal(update(s), MIRROR_GREW);
	for (size_t i = 0; i < sizeof(forks) / sizeof(forks[0]); i++) {
		begin_anew(s);
		s->fork_at = forks[i];
		s->flavour = 0x40;
		publish_to(s, 300);
		assert_int_equal(update(s), MIRROR_FORKED);
		publish_to(s, 600);
		assert_int_equal(update(s), MIRROR_FORKED);
		assert_string_equal(s->result.path, "");
	}
	begin_anew(s);
	s->fork_at = 300; /* that is growth */
	publish_to(s, 600);
	assert_int_equal(update(s), MIRROR_GREW);
}

static void
an_older_checkpoint_is_refused(void **state)
{
	struct scene *s = *state;

	publish_to(s, 300);
	assert_int_equal(update(s), MIRROR_GREW);
	begin_anew(s);
	publish_to(s, 299);
	assert_int_equal(update(s), MIRROR_OLDER);
	is_the_same(s, 0);
}

static void
only_the_log_and_its_quorum_are_believed(void **state)
{
	struct scene *s = *state;

	assert_int_equal(update(s), MIRROR_NO_SOURCE);
	publish_with(s, 20, &s->wrong);
	assert_int_equal(update(s), MIRROR_NOT_TRUSTED);
	publish_to(s, 30);
	s->policy.quorum = POLICY_QUORUM_WITNESS;
	s->policy.quorum_index = 0;
	assert_int_equal(update(s), MIRROR_NOT_TRUSTED);
	assert_int_equal(s->mine->writes, 0);
	s->policy.quorum = POLICY_QUORUM_NONE;
	assert_int_equal(update(s), MIRROR_GREW);
}

static void
its_own_damage_stops_it(void **state)
{
	struct scene *s = *state;
	struct file *file;

	publish_to(s, 300);
	assert_int_equal(update(s), MIRROR_GREW);
	publish_to(s, 310);
	file = find(s->mine, "tile/0/001.p/44");
	file->ptr[40] ^= 1;
	assert_int_equal(update(s), MIRROR_OWN_DAMAGED);
	file->ptr[40] ^= 1;
	file = find(s->mine, PUBLISH_CHECKPOINT);
	file->ptr[file->len - 10] ^= 1;
	assert_int_equal(update(s), MIRROR_OWN_DAMAGED);
	file->ptr[file->len - 10] ^= 1;
	assert_int_equal(update(s), MIRROR_GREW);
}

/* The disk fails at each write in turn; the next run finishes. */
static void
a_failing_disk_leaves_no_half_mirror(void **state)
{
	struct scene *s = *state;
	unsigned failures = 0;

	publish_to(s, 300);
	assert_int_equal(update(s), MIRROR_GREW);
	publish_to(s, 800);
	for (;;) {
		const struct file *note;
		enum err err;

		s->mine->fail_at = s->mine->writes + 1 + failures;
		err = mirror_update(&s->mirror, &s->result);
		if (err == ERR_OK)
			break;
		assert_int_equal(err, ERR_SYSTEM);
		note = find(s->mine, PUBLISH_CHECKPOINT);
		assert_true(bytes_find((struct bytes){ note->ptr, note->len },
				BYTES("\n300\n"), 0) != SIZE_MAX);
		failures++;
	}
	assert_true(failures >= 6);
	is_the_same(s, 800);
}

static void
a_source_that_changes_between_the_passes_gains_nothing(void **state)
{
	struct scene *s = *state;
	struct file *file;

	/* Bundles are read in the second pass only: the tree is right, an
	   entry is not. */
	publish_to(s, 520);
	file = find(s->source, "tile/entries/002.p/8");
	file->ptr[file->len - 1] ^= 1;
	assert_int_equal(update(s), MIRROR_DAMAGED);
	assert_null(find(s->mine, "tile/entries/002.p/8"));
	assert_null(find(s->mine, PUBLISH_CHECKPOINT));
}

static void
a_log_publishes_only_what_is_true(void **state)
{
	struct scene *s = *state;
	struct merkle_nodes nodes = tree_nodes(s->tree);
	struct publish_source source = { &nodes, put_entry, s };
	struct publish_step step = { .checkpoint = BYTES("x") };
	struct publish_count count = { .files = 99 };

	publish_to(s, 10);
	step.to.size = 10;
	assert_int_equal(publish(&crypto_hooks_default, &source, &step,
			     &s->write_source, &count),
	    ERR_CHECKSUM); /* another root */
	assert_int_equal(
	    merkle_hash_of(&crypto_hooks_default, &nodes, 0, 10, &step.to.root),
	    ERR_OK);
	step.from = 11;
	assert_int_equal(publish(&crypto_hooks_default, &source, &step,
			     &s->write_source, &count),
	    ERR_MALFORMED);
	step.from = 0;
	s->fork_at = 7; /* an entry is not what its leaf says */
	s->flavour = 1;
	assert_int_equal(publish(&crypto_hooks_default, &source, &step,
			     &s->write_source, &count),
	    ERR_CHECKSUM);
	assert_int_equal(count.files, 99);
	assert_true(find(s->source, PUBLISH_CHECKPOINT)->len > 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mirror_follows_its_log),
		TEST(it_can_begin_at_any_size),
		TEST(its_files_can_be_mirrored_and_read),
		TEST(a_full_tile_does_for_a_partial_one),
		TEST(it_cosigns_what_it_kept),
		TEST(no_file_of_the_source_may_be_wrong),
		TEST(what_was_mirrored_before_must_still_be_there),
		TEST(a_forked_log_is_seen),
		TEST(an_older_checkpoint_is_refused),
		TEST(only_the_log_and_its_quorum_are_believed),
		TEST(its_own_damage_stops_it),
		TEST(a_failing_disk_leaves_no_half_mirror),
		TEST(a_source_that_changes_between_the_passes_gains_nothing),
		TEST(a_log_publishes_only_what_is_true),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
