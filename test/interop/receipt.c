/* SPDX-License-Identifier: ISC */
/* The other side of the script "receipt": prints receipts, and verifies what it
   made. A line is KIND KEY FIRST SECOND HASH ROOT RECEIPT, in hex but for the
   numbers; HASH is a leaf's, or the older root. */
#include "ledger/receipt.h"
#include "../unit/ledger/tree.h"
#include "crypto/key_file.h"

#include <stdio.h>
#include <string.h>

#define SIZE 40

static const struct crypto_hooks *hooks = &crypto_hooks_default;

static void
put_hex(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		(void)printf("%02x", in.ptr[i]);
}

static void
put_line(const char *kind, const struct cose_key *key, uint64_t first,
    uint64_t second, const struct merkle_hash *hash,
    const struct merkle_hash *root, struct bytes receipt)
{
	(void)printf("%s ", kind);
	put_hex((struct bytes){ key->point, cose_key_len(key) });
	(void)printf(" %llu %llu ", (unsigned long long)first,
	    (unsigned long long)second);
	put_hex((struct bytes){ hash->byte, SHA256_LEN });
	(void)printf(" ");
	put_hex((struct bytes){ root->byte, SHA256_LEN });
	(void)printf(" ");
	put_hex(receipt);
	(void)printf("\n");
}

static int
make_all(enum cose_curve curve)
{
	static struct merkle_hash root[SIZE + 1];
	static uint8_t room[RECEIPT_LEN_MAX];
	const uint8_t random[KEY_FILE_RANDOM_LEN] =
	    "a key of this test, of no secret";
	struct tree *tree = tree_open(hooks, SIZE);
	struct merkle_nodes nodes = tree_nodes(tree);
	struct signer signer;
	struct bytes made;
	bool good = key_file_make(curve, random, &signer) == ERR_OK;
	const struct receipt_about about = { &signer, hooks,
		BYTES("https://ledger.example"), BYTES("a ledger") };

	for (uint8_t i = 0; i < SIZE && good; i++) {
		tree_add(tree, (struct bytes){ &i, 1 });
		root[i + 1] = merkle_frontier_root(hooks, &tree->frontier);
	}
	for (uint64_t size = 1; size <= SIZE && good; size += 3) {
		for (uint64_t i = 0; i < size && good; i++) {
			good = receipt_make_inclusion(&about, &nodes, i, size,
				   room, sizeof(room), &made) == ERR_OK;
			put_line("inclusion", &signer.key, size, i,
			    &tree->level[0][i], &root[size], made);
		}
		for (uint64_t older = 1; older <= size && good; older++) {
			good = receipt_make_consistency(&about, &nodes, older,
				   size, room, sizeof(room), &made) == ERR_OK;
			put_line("consistency", &signer.key, older, size,
			    &root[older], &root[size], made);
		}
	}
	key_file_close(&signer);
	tree_close(tree);
	return good ? 0 : 1;
}

static struct bytes
hex(struct bytes text, uint8_t *room, size_t cap)
{
	if (text.len % 2 != 0 || text.len / 2 > cap)
		exit(2);
	for (size_t i = 0; i < text.len / 2; i++) {
		char pair[3] = { (char)text.ptr[2 * i],
			(char)text.ptr[2 * i + 1], 0 };

		room[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return (struct bytes){ room, text.len / 2 };
}

/* Whether the line's receipt says what the line says. */
static bool
holds(struct bytes line)
{
	static uint8_t room[RECEIPT_LEN_MAX];
	struct bytes word[7] = { { NULL, 0 } };
	struct cose_key key = { .curve = COSE_CURVE_ED25519 };
	struct merkle_head older = { 0 };
	struct merkle_head head;
	struct merkle_hash root;
	struct receipt receipt;
	struct fault fault;
	uint64_t first;
	uint64_t second;

	for (size_t i = 0; i < 7; i++)
		if (!bytes_next_word(&line, &word[i]))
			return false;
	if (hex(word[1], key.point, sizeof(key.point)).len == P256_KEY_LEN)
		key.curve = COSE_CURVE_P256;
	if (!bytes_to_u64(word[2], &first) || !bytes_to_u64(word[3], &second) ||
	    merkle_read_hash(hex(word[4], room, sizeof(room)), &older.root) !=
		ERR_OK ||
	    merkle_read_hash(hex(word[5], room, sizeof(room)), &root) !=
		ERR_OK ||
	    receipt_read(hex(word[6], room, sizeof(room)), &receipt, &fault) !=
		ERR_OK)
		return false;
	if (bytes_equal_text(word[0], "inclusion"))
		return receipt.size == first && receipt.index == second &&
		    receipt_verify_inclusion(
			&receipt, &key, hooks, &older.root, &head) == ERR_OK &&
		    merkle_equal(&head.root, &root);
	older.size = first;
	return receipt.size == second &&
	    receipt_verify_consistency(&receipt, &key, hooks, &older, &head) ==
	    ERR_OK &&
	    merkle_equal(&head.root, &root);
}

int
main(int argc, char *argv[])
{
	static char line[1 << 16];
	size_t count = 0;

	if (argc > 1 && strcmp(argv[1], "ed25519") == 0)
		return make_all(COSE_CURVE_ED25519);
	if (argc > 1 && strcmp(argv[1], "p256") == 0)
		return make_all(COSE_CURVE_P256);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (!holds(bytes_of(line))) {
			(void)printf("line %zu does not hold\n", count + 1);
			return 1;
		}
		count++;
	}
	(void)printf("we agree with %zu receipts\n", count);
	return count > 0 ? 0 : 1;
}
