/* SPDX-License-Identifier: ISC */
/* Proofs of rekor and sigsum, and a published receipt: all there are. */
#include "ledger/proof.h"
#include "ledger/receipt.h"

#include "crypto/spki.h"
#include "samples.h"

static const struct crypto_hooks *hooks = &crypto_hooks_default;

static void
proof_agrees_with_every_syntax_vector(void **state)
{
	json_t *root = vectors_open("tlog-proof/tlog-proof-syntax.json");
	size_t good = 0;
	size_t bad = 0;
	size_t i;
	json_t *row;

	(void)state;
	json_array_foreach(root, i, row)
	{
		bool want = strcmp(vectors_text(row, "expect"), "parse") == 0;
		struct bytes in = bytes_of(vectors_text(row, "text"));
		struct fault fault;
		struct proof proof;

		if ((proof_read(in, &proof, &fault) == ERR_OK) != want)
			fail_msg("%s", vectors_text(row, "id"));
		*(want ? &good : &bad) += 1;
	}
	print_message("tlog-proof: %zu read, %zu refused\n", good, bad);
	assert_int_equal(good, 2);
	assert_int_equal(bad, 3);
	json_decref(root);
}

/* Sigstore's production log of old, SubjectPublicKeyInfo: the key of its trust
   root, which the bundles without a root of their own mean. */
#define REKOR_KEY                                                              \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwr"     \
	"kBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw=="

struct rekor {
	size_t held;	/* with the log's signature */
	size_t refused; /* for what the log says, as it must be */
	size_t beyond;	/* "_fail" for what is beyond the log: ours holds */
};

/* The cases whose fault is the log's; what the others fail for (a time stamp, a
   certificate, the signature over the artifact) is not looked at here. */
static bool
fails_in_the_log(const char *path)
{
	static const char *const names[] = {
		"checkpoint-bad-keyhint_fail",
		"intoto-missing-inclusion-proof_fail",
		"invalid-inclusion-proof_fail",
		"rekor2-checkpoint-missing-log-signature_fail",
		"rekor2-checkpoint-missing-root-hash_fail",
		"rekor2-no-inclusion-proof_fail",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_ends(bytes_of(path), bytes_of(names[i])))
			return true;
	return false;
}

static uint64_t
number(const json_t *object, const char *key)
{
	uint64_t value;

	assert_true(bytes_to_u64(bytes_of(vectors_text(object, key)), &value));
	return value;
}

static void
add_key(const char *base64, struct bytes name, struct vkey *keys, size_t *count)
{
	uint8_t room[128];
	struct vkey key = { .name = name, .usable = true };

	assert_true(*count < 8);
	assert_int_equal(
	    spki_read(samples_base64(base64, room, sizeof(room)), &key.key),
	    ERR_OK);
	key.type =
	    key.key.curve == COSE_CURVE_ED25519 ? VKEY_ED25519 : VKEY_ECDSA;
	key.id = vkey_id(hooks, key.type, name, &key.key);
	keys[(*count)++] = key;
}

/* The keys of the logs: of the bundle's own root, or the production log's. */
static size_t
read_keys(const char *path, struct bytes name, struct vkey keys[8])
{
	char *file;
	json_t *root;
	json_t *log;
	size_t count = 0;
	size_t i;

	assert_true(asprintf(&file, "%s/trusted_root.json", path) > 0);
	if (access(file, R_OK) != 0) {
		free(file);
		add_key(REKOR_KEY, name, keys, &count);
		return count;
	}
	root = samples_json(file, 0);
	free(file);
	json_array_foreach(json_object_get(root, "tlogs"), i, log)
	{
		add_key(
		    vectors_text(json_object_get(log, "publicKey"), "rawBytes"),
		    name, keys, &count);
	}
	json_decref(root);
	return count;
}

static enum err
verify_checkpoint(
    const char *path, const json_t *proof, struct merkle_head *ret)
{
	const json_t *text =
	    json_object_get(json_object_get(proof, "checkpoint"), "envelope");
	struct checkpoint checkpoint;
	struct note_signature first;
	struct vkey keys[8];
	struct fault fault;
	struct bytes rest;
	struct note note;
	uint64_t good;
	enum err err;

	if (text == NULL)
		return ERR_MALFORMED;
	err = checkpoint_read(
	    bytes_of(json_string_value(text)), &checkpoint, &note, &fault);
	if (err != ERR_OK)
		return err;
	/* The old log's origin has a number behind the key's name. */
	rest = checkpoint.origin;
	assert_true(bytes_next_field(&rest, ' ', &first.name));
	err = note_verify(
	    hooks, &note, keys, read_keys(path, first.name, keys), &good);
	if (err == ERR_OK)
		*ret = checkpoint.head;
	return err;
}

static enum err
verify_rekor(const char *path, const json_t *entry)
{
	static uint8_t body[65536];
	const json_t *proof = json_object_get(entry, "inclusionProof");
	const json_t *element;
	struct merkle_proof hashes = { .count = 0 };
	struct merkle_head head;
	struct merkle_hash leaf;
	uint8_t room[64];
	enum err err;
	size_t i;

	if (proof == NULL)
		return ERR_MALFORMED;
	err = verify_checkpoint(path, proof, &head);
	if (err != ERR_OK)
		return err;
	json_array_foreach(json_object_get(proof, "hashes"), i, element)
	{
		assert_int_equal(
		    merkle_read_hash(samples_base64(json_string_value(element),
					 room, sizeof(room)),
			&hashes.hash[hashes.count++]),
		    ERR_OK);
	}
	if (head.size != number(proof, "treeSize"))
		return ERR_MALFORMED;
	leaf = merkle_leaf(hooks,
	    samples_base64(
		vectors_text(entry, "canonicalizedBody"), body, sizeof(body)));
	return merkle_verify_inclusion(hooks, &leaf, number(proof, "logIndex"),
	    &head, merkle_path_of(&hashes));
}

static void
run_rekor(const char *path, void *context)
{
	struct rekor *count = context;
	char *file;
	json_t *root;
	const json_t *entries;
	enum err err;

	assert_true(asprintf(&file, "%s/bundle.sigstore.json", path) > 0);
	root = samples_json(file, 0);
	free(file);
	entries = json_object_get(
	    json_object_get(root, "verificationMaterial"), "tlogEntries");
	assert_int_equal(json_array_size(entries), 1);
	err = verify_rekor(path, json_array_get(entries, 0));
	if ((err == ERR_OK) == fails_in_the_log(path))
		fail_msg("%s: %s", path, err_text(err));
	if (err != ERR_OK)
		count->refused++;
	else if (bytes_ends(bytes_of(path), BYTES("_fail")))
		count->beyond++;
	else
		count->held++;
	json_decref(root);
}

static void
proof_agrees_with_every_bundle_of_rekor(void **state)
{
	struct rekor count = { 0 };

	(void)state;
	(void)samples_walk("tlog-proof/rekor", run_rekor, &count);
	print_message("rekor: %zu hold with their log's signature, %zu are "
		      "refused, %zu hold as far as the log goes\n",
	    count.held, count.refused, count.beyond);
	assert_int_equal(count.held, 8);
	assert_int_equal(count.refused, 6);
	assert_int_equal(count.beyond, 5);
}

/* A proof of sigsum as text: KEY=VALUE. The n-th such value. */
static struct bytes
value_of(struct bytes in, const char *key, size_t n)
{
	struct bytes line;

	while (bytes_next_line(&in, &line)) {
		struct bytes name;

		if (bytes_next_field(&line, '=', &name) &&
		    bytes_equal_text(name, key) && n-- == 0)
			return line;
	}
	return (struct bytes){ NULL, 0 };
}

static struct bytes
hex(struct bytes text, uint8_t *room, size_t cap)
{
	assert_true(text.len % 2 == 0 && text.len / 2 <= cap);
	for (size_t i = 0; i < text.len / 2; i++) {
		char pair[3] = { (char)text.ptr[2 * i],
			(char)text.ptr[2 * i + 1], 0 };

		room[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return (struct bytes){ room, text.len / 2 };
}

/* A leaf is the message's digest, the signature over it and the signer's key's
   digest. The examples' messages are "foo-N", right-justified. */
static struct merkle_hash
sigsum_leaf(struct bytes in, const char *message)
{
	struct bytes line = value_of(in, "leaf", 0);
	struct bytes key;
	struct bytes part = bytes_of(message);
	uint8_t leaf[128];

	hooks->sha256(hooks->context, &part, 1, leaf);
	assert_true(bytes_next_field(&line, ' ', &key));
	assert_int_equal(hex(key, leaf + 96, 32).len, 32);
	assert_int_equal(hex(line, leaf + 32, 64).len, 64);
	return merkle_leaf(hooks, (struct bytes){ leaf, sizeof(leaf) });
}

/* As a note, which is what the log signed, and as a tlog-proof. */
static void
put_sigsum_proof(struct bytes in, const struct cose_key *key, struct out *o)
{
	struct merkle_proof path = { .count = 0 };
	struct out note = out_open(4096);
	struct merkle_head head;
	uint64_t index = 0;
	uint8_t room[64];
	char origin[128];

	(void)snprintf(origin, sizeof(origin), "sigsum.org/v1/tree/%.64s",
	    (const char *)value_of(in, "log", 0).ptr);
	assert_true(bytes_to_u64(value_of(in, "size", 0), &head.size));
	(void)bytes_to_u64(value_of(in, "leaf_index", 0), &index);
	assert_int_equal(merkle_read_hash(hex(value_of(in, "root_hash", 0),
					      room, sizeof(room)),
			     &head.root),
	    ERR_OK);
	while (value_of(in, "node_hash", path.count).len > 0) {
		struct bytes hash = hex(
		    value_of(in, "node_hash", path.count), room, sizeof(room));

		assert_int_equal(
		    merkle_read_hash(hash, &path.hash[path.count++]), ERR_OK);
	}
	checkpoint_put_text(&note, bytes_of(origin), &head);
	out_text(&note, "\n");
	note_put_line(&note, bytes_of(origin),
	    vkey_id(hooks, VKEY_ED25519, bytes_of(origin), key),
	    hex(value_of(in, "signature", 0), room, sizeof(room)));
	proof_put(o, (struct bytes){ NULL, 0 }, index, merkle_path_of(&path),
	    out_bytes(&note));
	assert_int_equal(note.failed, ERR_OK);
	out_close(&note);
}

struct sigsum {
	const char *file;
	const char *message;
	const char *log; /* its key in hex; NULL: not published */
};

static void
run_sigsum(const struct sigsum *row)
{
	static struct policy policy;
	struct cose_key key = { .curve = COSE_CURVE_ED25519 };
	struct out o = out_open(8192);
	struct policy_verdict verdict;
	struct checkpoint checkpoint;
	struct merkle_hash leaf;
	struct fault fault;
	struct proof proof;
	struct note note;
	char path[1024];
	char text[256];

	(void)snprintf(path, sizeof(path), "%s/tlog-proof/sigsum/%s",
	    VECTOR_FOLDER, row->file);
	struct bytes in = samples_file(path);

	if (in.ptr == NULL) {
		print_message("skipped: there is no %s\n", path);
		skip();
	}
	leaf = sigsum_leaf(in, row->message);
	if (row->log != NULL)
		(void)hex(bytes_of(row->log), key.point, 32);
	put_sigsum_proof(in, &key, &o);
	assert_int_equal(proof_read(out_bytes(&o), &proof, &fault), ERR_OK);
	assert_int_equal(
	    checkpoint_read(proof.checkpoint, &checkpoint, &note, &fault),
	    ERR_OK);
	assert_int_equal(merkle_verify_inclusion(hooks, &leaf, proof.index,
			     &checkpoint.head, merkle_path_of(&proof.path)),
	    ERR_OK);
	if (row->log != NULL) {
		(void)snprintf(
		    text, sizeof(text), "log %s\nquorum none\n", row->log);
		assert_int_equal(policy_read(bytes_of(text), POLICY_SIGSUM,
				     hooks, &policy, &fault),
		    ERR_OK);
		assert_int_equal(proof_verify(&proof, &policy, hooks, &leaf,
				     &checkpoint, &verdict, &fault),
		    ERR_OK);
		leaf.byte[9] ^= 1;
		assert_int_equal(proof_verify(&proof, &policy, hooks, &leaf,
				     &checkpoint, &verdict, &fault),
		    ERR_CHECKSUM);
	}
	out_close(&o);
	samples_free(in);
}

static void
proof_agrees_with_every_proof_of_sigsum(void **state)
{
	static const struct sigsum rows[] = {
		{ "proof-0.txt", "                          foo-1\n", NULL },
		{ "proof-2.txt", "                          foo-1\n", NULL },
		{ "proof-4.txt", "                          foo-4\n", NULL },
		{ "proof-6.txt", "                          foo-4\n",
		    "dea4c37c360568e528b76bb67bf821a3"
		    "7ece0f3f46928603df006db4f08e9750" },
	};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		run_sigsum(&rows[i]);
	print_message("sigsum: 4 paths hold, 1 with its log's signature, of 3 "
		      "no key is published\n");
}

/* Neither the leaf nor the key is published: its form, and that the path fits
   to its numbers. */
static void
receipt_reads_the_published_one(void **state)
{
	struct merkle_hash any = { { 1 } };
	struct merkle_subtree entry;
	struct merkle_hash root;
	struct receipt receipt;
	struct fault fault;
	char path[1024];

	(void)state;
	(void)snprintf(path, sizeof(path),
	    "%s/cose-receipts/inclusion-receipt.cbor", VECTOR_FOLDER);
	struct bytes in = samples_file(path);

	if (in.ptr == NULL) {
		print_message("skipped: there is no %s\n", path);
		skip();
	}
	assert_int_equal(receipt_read(in, &receipt, &fault), ERR_OK);
	assert_int_equal(receipt.kind, RECEIPT_INCLUSION);
	assert_int_equal(receipt.size, 5);
	assert_int_equal(receipt.index, 3);
	assert_int_equal(receipt.path.count, 3);
	assert_int_equal(receipt.message.alg, COSE_ALG_ES256);
	assert_true(receipt.message.detached);
	assert_true(bytes_equal_text(
	    receipt.iss, "https://transparency-service.example.com"));
	assert_int_equal(receipt.sub.len, 0);
	entry = (struct merkle_subtree){ 3, 4, any };
	assert_int_equal(merkle_climb(hooks, &entry, receipt.size,
			     merkle_path_of(&receipt.path), &root),
	    ERR_OK);
	for (size_t len = 0; len < in.len; len++)
		assert_int_not_equal(
		    receipt_read(bytes_slice(in, 0, len), &receipt, &fault),
		    ERR_OK);
	samples_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proof_agrees_with_every_syntax_vector),
		cmocka_unit_test(proof_agrees_with_every_bundle_of_rekor),
		cmocka_unit_test(proof_agrees_with_every_proof_of_sigsum),
		cmocka_unit_test(receipt_reads_the_published_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
