/* SPDX-License-Identifier: ISC */
/* How long verifying a label takes, against one Ed25519 signature of the same
   statement; and opening a bundle. Run by bench/label. */
#include "base/limits.h"
#include "label/compact_text.h"
#include "label/verify.h"
#include "sample.h"

#include <sodium/crypto_sign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAIRS 41
#define CALLS 100
/* Tiles of 256 labels: with them the bundle has 200 KB, 1.6 million labels. */
#define TILES 6200
#define BUDGET 1.2

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
give_up(const char *what)
{
	(void)fprintf(stderr, "bench_label: %s\n", what);
	exit(4);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

/* The bare signature: what is signed, by whom. */
struct bare {
	uint8_t room[COMPACT_STATEMENT_MAX_LEN];
	struct bytes message;
	struct bytes signature;
	const uint8_t *key;
};

static void
make_bare(struct bare *bare, struct sample *s, uint64_t index)
{
	struct cose_sign1 message;
	struct fault fault;

	if (cose_read_sign1(s->entry[index], CBOR_STRICT, &message, &fault) !=
		ERR_OK ||
	    cose_to_be_signed(message.protected_map, (struct bytes){ NULL, 0 },
		message.payload, bare->room, sizeof(bare->room),
		&bare->message) != ERR_OK)
		give_up("the statement");
	bare->signature = message.signature;
	bare->key = s->key[SAMPLE_BODY].key.point;
}

static double
time_bare(const struct bare *bare)
{
	double begun = now();

	for (unsigned i = 0; i < CALLS; i++)
		if (crypto_sign_verify_detached(bare->signature.ptr,
			bare->message.ptr, bare->message.len, bare->key) != 0)
			give_up("the bare signature");
	return (now() - begun) / CALLS;
}

static double
time_label(const struct bundle *bundle, struct bytes text)
{
	uint8_t room[LABEL_VERIFY_ROOM];
	struct label_answers answers;
	struct fault fault;
	double begun = now();

	for (unsigned i = 0; i < CALLS; i++)
		if (label_verify_text(bundle, text, SAMPLE_NOW, room, &answers,
			&fault) != ERR_OK ||
		    !label_is_good(&answers))
			give_up("the label");
	return (now() - begun) / CALLS;
}

/* In turn, so that both meet the same machine; the ratio pair by pair. */
static bool
compare_both(
    const struct bundle *bundle, const struct bare *bare, struct bytes text)
{
	double label[PAIRS];
	double signature[PAIRS];
	double ratio[PAIRS];

	for (unsigned i = 0; i < PAIRS; i++) {
		signature[i] = time_bare(bare);
		label[i] = time_label(bundle, text);
		ratio[i] = label[i] / signature[i];
	}
	double middle = median(ratio, PAIRS);

	(void)printf("one Ed25519 verify by libsodium %.1f us, a label with "
		     "proof, trust and status %.1f us\n",
	    median(signature, PAIRS) * 1e6, median(label, PAIRS) * 1e6);
	(void)printf("ratio %.3f (budget %.2f) %s\n", middle, BUDGET,
	    middle <= BUDGET ? "ok" : "OVER");
	return middle <= BUDGET;
}

static const struct bundle *
open_bundle(struct sample *s, struct bytes file)
{
	struct policy *policy = calloc(1, sizeof(*policy));
	const struct bundle *bundle = NULL;
	struct fault fault;
	size_t needed = 0;
	double took[PAIRS];

	if (policy == NULL ||
	    policy_read(sample_anchors(s, "first"), POLICY_WITH_OWNERS,
		&crypto_hooks_default, policy, &fault) != ERR_OK ||
	    bundle_memory_needed(file, &needed, &fault) != ERR_OK)
		give_up("the bundle");
	void *memory = arena_take(&s->arena, needed);

	for (unsigned i = 0; i < PAIRS; i++) {
		double begun = now();

		if (memory == NULL ||
		    bundle_open(file, policy, &crypto_hooks_default, memory,
			needed, &bundle, &fault) != ERR_OK)
			give_up("opening the bundle");
		took[i] = now() - begun;
	}
	(void)printf("opening a bundle of %zu bytes (%llu entries): %.2f ms, "
		     "%zu bytes of memory\n",
	    file.len, (unsigned long long)bundle->head.size,
	    median(took, PAIRS) * 1e3, needed);
	free(policy);
	return bundle;
}

static void
write_file(const char *folder, const char *name, struct bytes in)
{
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");

	if (file == NULL || fwrite(in.ptr, 1, in.len, file) != in.len ||
	    fclose(file) != 0)
		give_up(path);
}

/* With a folder it leaves anchors, bundle and text there. */
int
main(int argc, char *argv[])
{
	struct sample *s = sample_open();
	struct bare *bare = calloc(1, sizeof(*bare));
	uint8_t text[COMPACT_TEXT_MAX_LEN];
	struct bytes url;

	if (bare == NULL)
		give_up("memory");
	(void)sample_accredit(s,
	    &(struct sample_right){ .body = SAMPLE_BODY,
		.action = ACCREDIT,
		.level = 2,
		.from = SAMPLE_NOW - SAMPLE_DAY * 90 });
	uint64_t index = sample_label(s,
	    &(struct sample_label){ .body = SAMPLE_BODY,
		.support_until = SAMPLE_NOW + SAMPLE_DAY * 90 });
	sample_fill(s, 256);
	s->more_tiles = TILES;
	const struct bytes file = sample_bundle(s);
	const struct bundle *bundle = open_bundle(s, file);

	make_bare(bare, s, index);
	if (compact_to_url(sample_compact(s, index), BYTES("registry.example"),
		text, &url) != ERR_OK)
		give_up("the text");
	if (argc > 1) {
		write_file(argv[1], "anchors", sample_anchors(s, "first"));
		write_file(argv[1], "bundle", file);
		write_file(argv[1], "text", url);
	}
	bool good = compare_both(bundle, bare, url);

	free(bare);
	sample_close(s);
	return good ? 0 : 1;
}
