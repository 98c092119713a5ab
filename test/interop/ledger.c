/* SPDX-License-Identifier: ISC */
/* The other side of ledger.go: makes the same folder, and checks Go's. */
#include "../unit/ledger/tree.h"
#include "crypto/key_file.h"
#include "ledger/checkpoint.h"
#include "ledger/tile.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* golang.org/x/mod reads no other. */
#define ORIGIN BYTES("go.sum database tree")
#define NAME BYTES("hallmark.example/ledger")
#define SIZES_MAX 64

static const struct crypto_hooks *hooks = &crypto_hooks_default;

struct run {
	const char *dir;
	uint64_t size[SIZES_MAX];
	size_t size_count;
	struct merkle_head head[SIZES_MAX];
	struct tree *tree;
	struct signer signer;
	size_t tiles;
	size_t inclusions;
	size_t consistencies;
};

static void
demand(bool holds, const char *what, const char *of)
{
	if (holds)
		return;
	(void)fprintf(stderr, "%s: %s\n", of, what);
	exit(1);
}

/* Makes the folders on the way to a path. */
static void
make_folders(char *path)
{
	for (char *p = strchr(path + 1, '/'); p != NULL;
	     p = strchr(p + 1, '/')) {
		*p = '\0';
		(void)mkdir(path, 0777);
		*p = '/';
	}
}

static void
write_file(const struct run *run, const char *name, struct bytes content)
{
	char path[4096];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", run->dir, name);
	make_folders(path);
	f = fopen(path, "wb");
	demand(f != NULL &&
		fwrite(content.ptr, 1, content.len, f) == content.len &&
		fclose(f) == 0,
	    "cannot be written", path);
}

static struct bytes
read_file(const struct run *run, const char *name)
{
	char path[4096];
	struct stat st;
	uint8_t *ptr;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", run->dir, name);
	f = fopen(path, "rb");
	demand(f != NULL && fstat(fileno(f), &st) == 0, "is not there", path);
	ptr = malloc((size_t)st.st_size + 1);
	demand(ptr != NULL &&
		fread(ptr, 1, (size_t)st.st_size, f) == (size_t)st.st_size,
	    "cannot be read", path);
	(void)fclose(f);
	return (struct bytes){ ptr, (size_t)st.st_size };
}

static void
free_file(struct bytes file)
{
	void *ptr;

	memcpy(&ptr, &file.ptr, sizeof(ptr)); /* it was malloc()'s, not const */
	free(ptr);
}

static void
grow(struct run *run, uint64_t size)
{
	while (run->tree->frontier.size < size) {
		char text[32];
		int len = snprintf(text, sizeof(text), "entry %llu",
		    (unsigned long long)run->tree->frontier.size);

		tree_add(run->tree,
		    (struct bytes){ (const uint8_t *)text, (size_t)len });
	}
}

/* A tile or bundle as it must be. */
static void
put_tile(struct run *run, const struct tile *tile, struct out *o)
{
	for (unsigned i = 0; i < tile->width; i++) {
		uint64_t at = tile->index * TILE_WIDTH + i;
		char text[32];
		int len;

		if (tile->kind == TILE_HASHES) {
			out_put(o,
			    (struct bytes){ run->tree
						->level[(size_t)TILE_HEIGHT *
						    tile->level][at]
						.byte,
				SHA256_LEN });
			continue;
		}
		len = snprintf(
		    text, sizeof(text), "entry %llu", (unsigned long long)at);
		(void)tile_put_entry(
		    o, (struct bytes){ (const uint8_t *)text, (size_t)len });
	}
}

static void
do_tile(struct run *run, const struct tile *tile, bool make)
{
	struct out o = out_open(1 << 20);
	char path[TILE_PATH_MAX];
	struct bytes there;
	struct tile again;

	tile_write_path(tile, path);
	demand(tile_read_path(bytes_of(path), &again) == ERR_OK &&
		again.kind == tile->kind && again.level == tile->level &&
		again.index == tile->index && again.width == tile->width,
	    "is read otherwise", path);
	put_tile(run, tile, &o);
	if (make) {
		write_file(run, path, out_bytes(&o));
	} else {
		there = read_file(run, path);
		demand(
		    bytes_equal(there, out_bytes(&o)), "is another tile", path);
		free_file(there);
	}
	run->tiles++;
	out_close(&o);
}

/* The tiles that a tree has and the smaller one had not. */
static void
do_tiles(struct run *run, uint64_t older, uint64_t newer, bool make)
{
	for (unsigned level = 0; level <= TILE_LEVEL_MAX; level++) {
		uint64_t first = (older >> TILE_HEIGHT * level) / TILE_WIDTH;

		for (uint64_t index = first;; index++) {
			struct tile tile = { TILE_HASHES, level, index,
				tile_width(TILE_HASHES, level, index, newer) };

			if (tile.width == 0)
				break;
			if (tile_is_in(&tile, older))
				continue;
			do_tile(run, &tile, make);
			tile.kind = TILE_ENTRIES;
			if (level == 0)
				do_tile(run, &tile, make);
		}
	}
}

static void
put_hashes(struct out *o, const struct merkle_proof *proof)
{
	for (size_t i = 0; i < proof->count; i++) {
		out_text(o, " ");
		out_hex_bytes(
		    o, (struct bytes){ proof->hash[i].byte, SHA256_LEN });
	}
	out_text(o, "\n");
}

/* Both kinds are made and verified; what was made goes to `o`. */
static void
put_inclusion(struct run *run, size_t at, uint64_t index, struct out *o)
{
	struct merkle_nodes nodes = tree_nodes(run->tree);
	struct merkle_proof proof;

	demand(merkle_prove_inclusion(
		   hooks, &nodes, index, run->size[at], &proof) == ERR_OK &&
		merkle_verify_inclusion(hooks, &run->tree->level[0][index],
		    index, &run->head[at], merkle_path_of(&proof)) == ERR_OK,
	    "does not verify", "inclusion");
	out_text(o, "inclusion ");
	out_decimal(o, run->size[at]);
	out_text(o, " ");
	out_decimal(o, index);
	put_hashes(o, &proof);
	run->inclusions++;
}

static void
put_consistency(struct run *run, size_t at, size_t older, struct out *o)
{
	struct merkle_nodes nodes = tree_nodes(run->tree);
	struct merkle_proof proof;

	demand(merkle_prove_consistency(hooks, &nodes, run->size[older],
		   run->size[at], &proof) == ERR_OK &&
		merkle_verify_consistency(hooks, &run->head[older],
		    &run->head[at], merkle_path_of(&proof)) == ERR_OK,
	    "does not verify", "consistency");
	out_text(o, "consistency ");
	out_decimal(o, run->size[at]);
	out_text(o, " ");
	out_decimal(o, run->size[older]);
	put_hashes(o, &proof);
	run->consistencies++;
}

static void
put_proofs(struct run *run, size_t at, struct out *o)
{
	uint64_t size = run->size[at];
	const uint64_t index[] = { 0, 1, size / 3, size / 2, size - 2,
		size - 1 };

	for (size_t i = 0; i < sizeof(index) / sizeof(index[0]); i++)
		if (index[i] < size)
			put_inclusion(run, at, index[i], o);
	for (size_t older = 0; older <= at; older++)
		put_consistency(run, at, older, o);
}

static void
make_checkpoint(struct run *run, size_t at, const char *name)
{
	struct out text = out_open(4096);
	struct out o = out_open(8192);

	run->head[at].size = run->size[at];
	run->head[at].root = merkle_frontier_root(hooks, &run->tree->frontier);
	checkpoint_put_text(&text, ORIGIN, &run->head[at]);
	out_put(&o, out_bytes(&text));
	out_text(&o, "\n");
	demand(note_sign(&o, hooks, NAME, &run->signer, out_bytes(&text)) ==
		ERR_OK,
	    "cannot be signed", name);
	write_file(run, name, out_bytes(&o));
	out_close(&text);
	out_close(&o);
}

static void
check_checkpoint(
    struct run *run, size_t at, const char *name, const struct vkey *key)
{
	struct bytes in = read_file(run, name);
	struct checkpoint checkpoint;
	struct merkle_hash root =
	    merkle_frontier_root(hooks, &run->tree->frontier);
	struct fault fault;
	struct note note;
	uint64_t good;

	demand(checkpoint_read(in, &checkpoint, &note, &fault) == ERR_OK,
	    "is no checkpoint", name);
	demand(note_verify(hooks, &note, key, 1, &good) == ERR_OK,
	    "is not signed by its key", name);
	demand(checkpoint.head.size == run->size[at] &&
		merkle_equal(&checkpoint.head.root, &root),
	    "is another tree", name);
	run->head[at] = checkpoint.head;
	free_file(in);
}

static void
make_key(struct run *run)
{
	uint8_t text[VKEY_TEXT_LEN];
	uint8_t random[KEY_FILE_RANDOM_LEN] =
	    "a key of this test, of no secret";
	size_t len = 0;

	demand(
	    key_file_make(COSE_CURVE_ED25519, random, &run->signer) == ERR_OK &&
		vkey_write(hooks, VKEY_ED25519, NAME, &run->signer.key, text,
		    &len) == ERR_OK,
	    "cannot be made", "key");
	write_file(run, "vkey", (struct bytes){ text, len });
}

static void
run_all(struct run *run, bool make)
{
	struct out proofs = out_open(1 << 26);
	struct bytes vkey_text = { NULL, 0 };
	struct vkey key = { .usable = false };
	uint64_t older = 0;

	if (make) {
		make_key(run);
	} else {
		vkey_text = read_file(run, "vkey");
		demand(vkey_read(bytes_trim(vkey_text), hooks, &key) == ERR_OK,
		    "is no key", "vkey");
	}
	for (size_t at = 0; at < run->size_count; at++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "checkpoint.%llu",
		    (unsigned long long)run->size[at]);
		grow(run, run->size[at]);
		if (make)
			make_checkpoint(run, at, name);
		else
			check_checkpoint(run, at, name, &key);
		do_tiles(run, older, run->size[at], make);
		put_proofs(run, at, &proofs);
		older = run->size[at];
	}
	if (make) {
		write_file(run, "proofs", out_bytes(&proofs));
	} else {
		struct bytes there = read_file(run, "proofs");

		demand(bytes_equal(there, out_bytes(&proofs)),
		    "are other proofs", "proofs");
		free_file(there);
		(void)printf("we agree with %zu checkpoints, %zu tiles and "
			     "bundles, %zu inclusion and %zu consistency "
			     "proofs\n",
		    run->size_count, run->tiles, run->inclusions,
		    run->consistencies);
	}
	free_file(vkey_text);
	out_close(&proofs);
}

int
main(int argc, char *argv[])
{
	struct run *run = calloc(1, sizeof(*run));

	demand(
	    run != NULL && argc > 3, "usage: make|check DIR SIZE...", argv[0]);
	run->dir = argv[2];
	for (int i = 3; i < argc; i++) {
		demand(run->size_count < SIZES_MAX &&
			bytes_to_u64(
			    bytes_of(argv[i]), &run->size[run->size_count]),
		    "is no size", argv[i]);
		run->size_count++;
	}
	run->tree = tree_open(hooks, run->size[run->size_count - 1]);
	run_all(run, strcmp(argv[1], "make") == 0);
	key_file_close(&run->signer);
	tree_close(run->tree);
	free(run);
	return 0;
}
