/* SPDX-License-Identifier: ISC */
/* Proofs against transparency-dev's vectors, all of them. */
#include "ledger/merkle.h"

#include "samples.h"

static const struct crypto_hooks *hooks = &crypto_hooks_default;

/* One file, taken apart. */
struct sample {
	const json_t *json;
	bool short_hash; /* one that has not 32 bytes: cannot even be said */
	struct merkle_hash hash[80];
	size_t hash_count;
};

struct tally {
	enum err (*verify)(struct sample *s);
	size_t good;
	size_t bad;
	size_t too_short; /* held there, for hashes are compared only */
};

static struct merkle_hash
hash_of(struct sample *s, const json_t *text)
{
	struct merkle_hash hash = { { 0 } };
	uint8_t room[64];

	if (json_string_length(text) > 80) {
		s->short_hash = true;
		return hash;
	}
	struct bytes in =
	    samples_base64(json_string_value(text), room, sizeof(room));

	if (merkle_read_hash(in, &hash) != ERR_OK)
		s->short_hash = true;
	return hash;
}

static struct merkle_hash
hash_named(struct sample *s, const char *key)
{
	return hash_of(s, json_object_get(s->json, key));
}

static uint64_t
number(const struct sample *s, const char *key)
{
	const json_t *value = json_object_get(s->json, key);

	/* As reals, for 2^64 - 1 is among them; the others are small. */
	assert_true(json_is_real(value));
	if (json_real_value(value) > 1e15)
		return UINT64_MAX;
	return (uint64_t)json_real_value(value);
}

static struct merkle_path
path_of(const struct sample *s)
{
	return (struct merkle_path){ s->hash, s->hash_count };
}

static enum err
verify_inclusion(struct sample *s)
{
	struct merkle_head head = { number(s, "treeSize"),
		hash_named(s, "root") };
	struct merkle_hash leaf = hash_named(s, "leafHash");

	return merkle_verify_inclusion(
	    hooks, &leaf, number(s, "leafIdx"), &head, path_of(s));
}

static enum err
verify_consistency(struct sample *s)
{
	struct merkle_head older = { number(s, "size1"),
		hash_named(s, "root1") };
	struct merkle_head newer = { number(s, "size2"),
		hash_named(s, "root2") };

	return merkle_verify_consistency(hooks, &older, &newer, path_of(s));
}

static enum err
verify_subtree_inclusion(struct sample *s)
{
	uint64_t start = number(s, "start");
	uint64_t end = number(s, "end");
	uint64_t index = number(s, "leafIdx");
	struct merkle_head head = { end - start, hash_named(s, "root") };
	struct merkle_hash leaf = hash_named(s, "leafHash");

	if (!merkle_is_subtree(start, end) || index < start)
		return ERR_MALFORMED;
	return merkle_verify_inclusion(
	    hooks, &leaf, index - start, &head, path_of(s));
}

static enum err
verify_subtree(struct sample *s)
{
	struct merkle_subtree subtree = { number(s, "start"), number(s, "end"),
		hash_named(s, "root1") };
	struct merkle_head head = { number(s, "size"), hash_named(s, "root2") };

	return merkle_verify_subtree(hooks, &subtree, &head, path_of(s));
}

static void
run_file(const char *path, void *context)
{
	struct tally *tally = context;
	json_t *root = samples_json(path, JSON_DECODE_INT_AS_REAL);
	const json_t *proof = json_object_get(root, "proof");
	bool want = json_is_false(json_object_get(root, "wantErr"));
	struct sample s = { .json = root };
	const json_t *element;
	size_t i;
	enum err err;

	assert_true(json_is_boolean(json_object_get(root, "wantErr")));
	assert_true(json_array_size(proof) < 80);
	json_array_foreach(proof, i, element)
	{
		s.hash[i] = hash_of(&s, element);
		s.hash_count++;
	}
	err = tally->verify(&s);
	if (s.short_hash)
		err = ERR_MALFORMED;
	if (s.short_hash && want)
		tally->too_short++;
	else if ((err == ERR_OK) != want)
		fail_msg("%s (%s): %s", path, vectors_text(root, "desc"),
		    err_text(err));
	*(want ? &tally->good : &tally->bad) += 1;
	json_decref(root);
}

/* Folders lie in folders, some of them. */
static void
run_folder(const char *path, void *context)
{
	size_t len = strlen(path);

	if (len > 5 && strcmp(path + len - 5, ".json") == 0)
		run_file(path, context);
	else
		(void)samples_walk(path, run_folder, context);
}

static void
run_kind(const char *name, enum err (*verify)(struct sample *s), size_t wanted)
{
	struct tally tally = { .verify = verify };

	(void)samples_walk(name, run_folder, &tally);
	print_message(
	    "%s: %zu hold, %zu are refused\n", name, tally.good, tally.bad);
	assert_int_equal(tally.good + tally.bad, wanted);
	assert_true(tally.good > 0 && tally.bad > tally.good);
}

static void
merkle_agrees_with_every_inclusion_vector(void **state)
{
	(void)state;
	run_kind("tlog-merkle/inclusion", verify_inclusion, 49);
}

static void
merkle_agrees_with_every_consistency_vector(void **state)
{
	(void)state;
	run_kind("tlog-merkle/consistency", verify_consistency, 49);
}

static void
merkle_agrees_with_every_subtree_inclusion_vector(void **state)
{
	(void)state;
	run_kind("tlog-merkle/subtreeinclusion", verify_subtree_inclusion, 102);
}

static void
merkle_agrees_with_every_subtree_consistency_vector(void **state)
{
	(void)state;
	run_kind("tlog-merkle/subtreeconsistency", verify_subtree, 59);
}

static void
merkle_hashes_the_reference_tree_of_the_vectors(void **state)
{
	json_t *root = vectors_open("tlog-merkle/rfc6962-reference-tree.json");
	const json_t *leaves = json_object_get(root, "leaves_hex");
	const json_t *roots = json_object_get(root, "root_by_size_hex");
	struct merkle_frontier frontier = { .size = 0 };
	struct merkle_hash unused[MERKLE_LEVELS];

	(void)state;
	assert_int_equal(json_array_size(roots), json_array_size(leaves) + 1);
	for (size_t i = 0; i < json_array_size(roots); i++) {
		struct merkle_hash made =
		    merkle_frontier_root(hooks, &frontier);
		json_t *row =
		    json_pack("{s:O}", "hex", json_array_get(roots, i));
		uint8_t room[64];
		struct bytes want = vectors_hex(row, "hex", room, sizeof(room));

		assert_true(
		    bytes_equal(want, (struct bytes){ made.byte, SHA256_LEN }));
		json_decref(row);
		if (i == json_array_size(leaves))
			break;
		row = json_pack("{s:O}", "hex", json_array_get(leaves, i));
		made = merkle_leaf(
		    hooks, vectors_hex(row, "hex", room, sizeof(room)));
		json_decref(row);
		(void)merkle_frontier_append(hooks, &frontier, &made, unused);
	}
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merkle_agrees_with_every_inclusion_vector),
		cmocka_unit_test(merkle_agrees_with_every_consistency_vector),
		cmocka_unit_test(
		    merkle_agrees_with_every_subtree_inclusion_vector),
		cmocka_unit_test(
		    merkle_agrees_with_every_subtree_consistency_vector),
		cmocka_unit_test(
		    merkle_hashes_the_reference_tree_of_the_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
