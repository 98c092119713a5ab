/* SPDX-License-Identifier: ISC */
/* Notes, keys, policies and a whole log against others' vectors, all of them. */
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "ledger/tile.h"

#include "samples.h"
#include "tree.h"

static const struct crypto_hooks *hooks = &crypto_hooks_default;

static bool
verifies(const json_t *row)
{
	struct bytes in = bytes_of(vectors_text(row, "note"));
	const json_t *texts = json_object_get(row, "vkeys");
	struct vkey keys[8];
	struct note note;
	struct fault fault;
	uint64_t good;

	assert_true(json_array_size(texts) <= 8);
	for (size_t i = 0; i < json_array_size(texts); i++)
		assert_int_equal(vkey_read(bytes_of(json_string_value(
					       json_array_get(texts, i))),
				     hooks, &keys[i]),
		    ERR_OK);
	return note_read(in, &note, &fault) == ERR_OK &&
	    note_verify(hooks, &note, keys, json_array_size(texts), &good) ==
	    ERR_OK;
}

static void
note_agrees_with_every_vector(void **state)
{
	json_t *root = vectors_open("signed-note/notes.json");
	size_t good = 0;
	size_t bad = 0;
	size_t i;
	json_t *row;

	(void)state;
	json_array_foreach(root, i, row)
	{
		bool want = strcmp(vectors_text(row, "expect"), "accept") == 0;

		if (verifies(row) != want)
			fail_msg("%s", vectors_text(row, "id"));
		*(want ? &good : &bad) += 1;
	}
	print_message("notes: %zu hold, %zu are refused\n", good, bad);
	assert_int_equal(good + bad, 10);
	json_decref(root);
}

/* Also every part of a good key, and each with one byte raised, as the authors
   ask; but a capital letter in the id, which is the same number. */
static void
vkey_agrees_with_every_vector(void **state)
{
	json_t *root = vectors_open("signed-note/vkeys.json");
	struct vkey key;
	size_t i;
	json_t *row;

	(void)state;
	json_array_foreach(json_object_get(root, "valid"), i, row)
	{
		struct bytes text = bytes_of(json_string_value(row));
		uint8_t copy[256];

		assert_int_equal(vkey_read(text, hooks, &key), ERR_OK);
		for (size_t from = 0; from < text.len; from++)
			for (size_t to = from; to <= text.len; to++)
				if (to - from < text.len)
					assert_int_not_equal(
					    vkey_read(bytes_slice(text, from,
							  to - from),
						hooks, &key),
					    ERR_OK);
		for (size_t at = 0; at < text.len; at++) {
			memcpy(copy, text.ptr, text.len);
			copy[at]++;
			assert_int_not_equal(
			    vkey_read(
				(struct bytes){ copy, text.len }, hooks, &key),
			    ERR_OK);
		}
	}
	assert_int_equal(i, 2);
	json_array_foreach(json_object_get(root, "invalid"), i, row)
	{
		assert_int_not_equal(
		    vkey_read(bytes_of(json_string_value(row)), hooks, &key),
		    ERR_OK);
	}
	assert_int_equal(i, 3);
	json_decref(root);
}

static void
note_verifies_a_static_ct_log(void **state)
{
	json_t *root = vectors_open("signed-note/rfc6962-note-rome.json");
	struct bytes in = bytes_of(vectors_text(root, "checkpoint"));
	struct checkpoint checkpoint;
	struct note_signature signature;
	struct fault fault;
	struct note note;
	struct vkey key;
	uint64_t secs = 1;

	(void)state;
	assert_int_equal(
	    vkey_read(bytes_of(vectors_text(root, "vkey")), hooks, &key),
	    ERR_OK);
	assert_int_equal(key.type, VKEY_RFC6962);
	assert_int_equal(
	    checkpoint_read(in, &checkpoint, &note, &fault), ERR_OK);
	assert_int_equal(checkpoint.head.size, 115474666);
	assert_true(note_next(&note.signatures, &signature));
	assert_int_equal(
	    cosignature_judge(hooks, &checkpoint, &signature, &key, &secs),
	    NOTE_GOOD);
	assert_int_equal(secs, 0x6603b69e); /* in March 2024 */
	checkpoint.head.size++;
	assert_int_equal(
	    cosignature_judge(hooks, &checkpoint, &signature, &key, &secs),
	    NOTE_BAD);
	json_decref(root);
}

/* Sigsum's own: their keys are hex, the rest is the grammar. */
static void
policy_reads_every_policy_of_sigsum(void **state)
{
	static const struct {
		const char *file;
		size_t logs;
		size_t witnesses;
	} rows[] = {
		{ "sigsum-generic-2025-1.builtin-policy.txt", 2, 3 },
		{ "sigsum-test1-2025.builtin-policy.txt", 1, 3 },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		static struct policy policy;
		struct fault fault;
		char path[1024];

		(void)snprintf(path, sizeof(path), "%s/tlog-policy/%s",
		    VECTOR_FOLDER, rows[i].file);
		struct bytes in = samples_file(path);

		if (in.ptr == NULL) {
			print_message("skipped: there is no %s\n", path);
			skip();
		}
		assert_int_equal(
		    policy_read(in, POLICY_SIGSUM, hooks, &policy, &fault),
		    ERR_OK);
		assert_int_equal(policy.log_count, rows[i].logs);
		assert_int_equal(policy.witness_count, rows[i].witnesses);
		assert_int_equal(policy.quorum, POLICY_QUORUM_GROUP);
		assert_false(policy_is_quorum(&policy, 1));
		assert_false(policy_is_quorum(&policy, 4));
		assert_true(policy_is_quorum(&policy, 5));
		assert_true(policy_is_quorum(&policy, 7));
		assert_int_not_equal(
		    policy_read(in, 0, hooks, &policy, &fault), ERR_OK);
		samples_free(in);
	}
}

#define LOG_KEY                                                                \
	"example.com/log/testdata+33d7b496+"                                   \
	"AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

static struct bytes
log_file(const char *format, unsigned number)
{
	char path[1024];
	size_t len;

	len = (size_t)snprintf(
	    path, sizeof(path), "%s/tlog-log/tessera-testlog/", VECTOR_FOLDER);
	(void)snprintf(path + len, sizeof(path) - len, "%s", format);
	if (number > 0) {
		len = strlen(path);
		(void)snprintf(path + len, sizeof(path) - len, "%u", number);
	}
	struct bytes in = samples_file(path);

	if (in.ptr == NULL) {
		print_message("skipped: there is no %s\n", path);
		skip();
	}
	return in;
}

/* The bundle's entries and the tile's hashes of one size. */
static struct tree *
open_log(unsigned size)
{
	struct bytes bundle = log_file("tile/entries/000.p/", size);
	struct bytes tile = log_file("tile/0/000.p/", size);
	struct cursor c = cur_open(bundle, "bundle");
	struct tree *tree = tree_open(hooks, size);
	struct bytes entry;
	enum err err;

	while ((err = tile_read_entry(&c, &entry)) == ERR_OK)
		tree_add(tree, entry);
	assert_int_equal(err, ERR_END);
	assert_int_equal(tree->frontier.size, size);
	assert_true(bytes_equal(tile,
	    (struct bytes){
		tree->level[0][0].byte, (size_t)size * SHA256_LEN }));
	samples_free(bundle);
	samples_free(tile);
	return tree;
}

static void
tile_agrees_with_a_log_at_every_size(void **state)
{
	struct merkle_head heads[16];
	struct tree *last = open_log(15);
	struct merkle_nodes nodes = tree_nodes(last);
	size_t proofs = 0;

	(void)state;
	heads[0] = (struct merkle_head){ 0, merkle_empty(hooks) };
	for (unsigned size = 1; size <= 15; size += 2) {
		struct bytes in = log_file("checkpoint.", size);
		struct tree *tree = open_log(size);
		struct checkpoint checkpoint;
		struct fault fault;
		struct note note;
		struct vkey key;
		uint64_t good;

		assert_int_equal(
		    vkey_read(bytes_of(LOG_KEY), hooks, &key), ERR_OK);
		assert_int_equal(
		    checkpoint_read(in, &checkpoint, &note, &fault), ERR_OK);
		assert_int_equal(
		    note_verify(hooks, &note, &key, 1, &good), ERR_OK);
		assert_int_equal(checkpoint.head.size, size);
		struct merkle_hash root =
		    merkle_frontier_root(hooks, &tree->frontier);

		assert_true(merkle_equal(&root, &checkpoint.head.root));
		heads[size] = checkpoint.head;
		for (unsigned older = 1; older <= size; older += 2) {
			struct merkle_proof proof;

			assert_int_equal(merkle_prove_consistency(hooks, &nodes,
					     older, size, &proof),
			    ERR_OK);
			assert_int_equal(
			    merkle_verify_consistency(hooks, &heads[older],
				&heads[size], merkle_path_of(&proof)),
			    ERR_OK);
			proofs++;
		}
		tree_close(tree);
		samples_free(in);
	}
	print_message("log: 8 sizes, %zu consistency proofs\n", proofs);
	tree_close(last);
}

static void
tile_reads_the_tiles_of_sunlight(void **state)
{
	static const char *const names[] = { "000", "001" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char path[1024];
		struct merkle_proof proof;
		struct merkle_head head;

		(void)snprintf(path, sizeof(path),
		    "%s/tlog-log/sunlight-navigli2025h2/tile/0/%s",
		    VECTOR_FOLDER, names[i]);
		struct bytes in = samples_file(path);

		if (in.ptr == NULL) {
			print_message("skipped: there is no %s\n", path);
			skip();
		}
		assert_int_equal(in.len, TILE_LEN);
		struct tree *tree = tree_open(hooks, TILE_WIDTH);

		for (size_t h = 0; h < TILE_WIDTH; h++) {
			struct merkle_hash hash;

			assert_int_equal(
			    merkle_read_hash(
				bytes_slice(in, h * SHA256_LEN, SHA256_LEN),
				&hash),
			    ERR_OK);
			tree_add_leaf(tree, &hash);
		}
		struct merkle_nodes nodes = tree_nodes(tree);

		head.size = TILE_WIDTH;
		head.root = merkle_frontier_root(hooks, &tree->frontier);
		for (uint64_t at = 0; at < TILE_WIDTH; at++) {
			assert_int_equal(merkle_prove_inclusion(hooks, &nodes,
					     at, TILE_WIDTH, &proof),
			    ERR_OK);
			assert_int_equal(proof.count, 8);
			assert_int_equal(
			    merkle_verify_inclusion(hooks, &tree->level[0][at],
				at, &head, merkle_path_of(&proof)),
			    ERR_OK);
		}
		tree_close(tree);
		samples_free(in);
	}
}

/* An entry of a data tile as what was hashed: c2sp.org/static-ct-api's TileLeaf,
   RFC 6962's MerkleTreeLeaf. */
static struct bytes
read_tile_leaf(struct cursor *c)
{
	size_t from = c->pos;
	bool precert;
	size_t to;

	cur_skip(c, 8, "timestamp");
	precert = cur_u16be(c, "entry_type") == 1;
	if (precert)
		cur_skip(c, 32, "issuer_key_hash");
	cur_skip(c, (size_t)cur_u8(c, "length") << 16 | cur_u16be(c, "length"),
	    "certificate");
	cur_skip(c, cur_u16be(c, "length"), "extensions");
	to = c->pos;
	if (precert)
		cur_skip(c,
		    (size_t)cur_u8(c, "length") << 16 | cur_u16be(c, "length"),
		    "pre_certificate");
	cur_skip(c, cur_u16be(c, "length"), "chain");
	assert_true(cur_ok(c));
	return bytes_slice(c->in, from, to - from);
}

static void
tile_hashes_the_entries_of_sunlight(void **state)
{
	static const char *const names[] = { "000", "001" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char path[1024];

		(void)snprintf(path, sizeof(path),
		    "%s/tlog-log/sunlight-navigli2025h2/tile/0/%s",
		    VECTOR_FOLDER, names[i]);
		struct bytes tile = samples_file(path);

		(void)snprintf(path, sizeof(path),
		    "%s/tlog-log/sunlight-navigli2025h2/tile/data/%s",
		    VECTOR_FOLDER, names[i]);
		struct bytes data = samples_file(path);
		struct cursor c = cur_open(data, "data tile");
		size_t count = 0;

		if (tile.ptr == NULL || data.ptr == NULL) {
			print_message("skipped: there is no %s\n", path);
			skip();
		}
		for (; cur_left(&c) > 0; count++) {
			static uint8_t room[65536] = { 0, 0 };
			struct bytes leaf = read_tile_leaf(&c);

			assert_true(leaf.len < sizeof(room) - 2);
			memcpy(room + 2, leaf.ptr, leaf.len);
			struct merkle_hash hash = merkle_leaf(
			    hooks, (struct bytes){ room, leaf.len + 2 });

			assert_true(bytes_equal(
			    (struct bytes){ hash.byte, SHA256_LEN },
			    bytes_slice(tile, count * SHA256_LEN, SHA256_LEN)));
		}
		assert_int_equal(count, TILE_WIDTH);
		samples_free(tile);
		samples_free(data);
	}
}

static void
tile_writes_every_path_of_the_vectors(void **state)
{
	json_t *root = vectors_open("tlog-log/tile-index-paths.json");
	size_t i;
	json_t *row;

	(void)state;
	json_array_foreach(json_object_get(root, "index_to_path"), i, row)
	{
		struct tile tile = { .kind = TILE_ENTRIES,
			.index = (uint64_t)json_integer_value(
			    json_array_get(row, 0)),
			.width = TILE_WIDTH };
		char path[TILE_PATH_MAX];
		struct tile read;

		tile_write_path(&tile, path);
		assert_string_equal(path + strlen("tile/entries/"),
		    json_string_value(json_array_get(row, 1)));
		assert_int_equal(tile_read_path(bytes_of(path), &read), ERR_OK);
		assert_int_equal(read.index, tile.index);
	}
	assert_int_equal(i, 4);
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(note_agrees_with_every_vector),
		cmocka_unit_test(vkey_agrees_with_every_vector),
		cmocka_unit_test(note_verifies_a_static_ct_log),
		cmocka_unit_test(policy_reads_every_policy_of_sigsum),
		cmocka_unit_test(tile_agrees_with_a_log_at_every_size),
		cmocka_unit_test(tile_reads_the_tiles_of_sunlight),
		cmocka_unit_test(tile_hashes_the_entries_of_sunlight),
		cmocka_unit_test(tile_writes_every_path_of_the_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
