/* SPDX-License-Identifier: ISC */
/* How fast a ledger takes entries, against a bare loop of write and fdatasync;
   and how fast it proves, opens and audits. Run by bench/ledger. */
#include "crypto/key_file.h"
#include "ledger/store.h"
#include "system/folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define ENTRY_LEN 200
#define BATCH_MOST 4096
/* The bare loop writes over a file of this length, again and again. */
#define BARE_LEN ((size_t)32 << 20)
#define PAIRS_MOST 64

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds of processor time, all threads. */
static double
worked(void)
{
	struct rusage r;

	(void)getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void
give_up(const char *what, const char *why)
{
	(void)fprintf(stderr, "bench_ledger: %s: %s\n", what, why);
	exit(4);
}

struct bench {
	struct folder files;
	struct signer signer;
	struct ledger_world world;
	struct ledger *ledger;
	uint64_t entries; /* appended so far */
	int grows;	  /* a file that the bare loop appends to */
	int stays;	  /* one that it writes over */
	uint64_t grown;
	uint64_t at;
	uint8_t *room;
	struct bytes *entry;
	uint64_t *place;
};

static void
open_ledger(struct bench *b, const char *path, bool create)
{
	struct ledger_why why;
	const char *reason = "";

	if (folder_open(path, create, &b->files, &reason) != ERR_OK)
		give_up(path, reason);
	b->world = (struct ledger_world){
		.files = &b->files,
		.hooks = &crypto_hooks_default,
		.signer = &b->signer,
	};
	if (create &&
	    ledger_create(
		&b->world, BYTES("bench.example/ledger"), 0, 1, &why) != ERR_OK)
		give_up("ledger_create", why.text);
	if (ledger_open(&b->world, &b->ledger, &why) != ERR_OK)
		give_up("ledger_open", why.text);
}

static void
close_ledger(struct bench *b)
{
	ledger_close(b->ledger);
	folder_close(&b->files);
}

/* Entries that nobody saw before; their making is not the ledger's work, but
   little. */
static void
fill(struct bench *b, size_t batch)
{
	for (size_t i = 0; i < batch; i++) {
		uint8_t *room = b->room + i * ENTRY_LEN;
		uint64_t number = b->entries + i;

		memcpy(room, &number, sizeof(number));
		b->entry[i] = (struct bytes){ room, ENTRY_LEN };
	}
	b->entries += batch;
}

/* Seconds that so many batches take, the last one durable. */
static double
append(struct bench *b, size_t batch, size_t times)
{
	struct ledger_why why = { "" };
	double begun = now();

	for (size_t i = 0; i < times; i++) {
		fill(b, batch);
		if (ledger_submit(b->ledger, b->entry, batch, 1, b->place) !=
		    ERR_OK)
			break;
	}
	if (ledger_finish(b->ledger) != ERR_OK) {
		(void)ledger_is_stopped(b->ledger, &why);
		give_up("append", why.text);
	}
	return now() - begun;
}

/* The same with each batch waited for. */
static double
append_waiting(struct bench *b, size_t batch, size_t times)
{
	double begun = now();

	for (size_t i = 0; i < times; i++) {
		fill(b, batch);
		if (ledger_append(b->ledger, b->entry, batch, 1, b->place) !=
		    ERR_OK)
			give_up("append", "failed");
	}
	return now() - begun;
}

/* A bare loop of the same bytes. */
static double
bare(struct bench *b, size_t batch, size_t times, bool grow)
{
	size_t len = batch * (2 + ENTRY_LEN);
	double begun = now();

	for (size_t i = 0; i < times; i++) {
		uint64_t at = grow ? b->grown : b->at;
		int fd = grow ? b->grows : b->stays;

		if (pwrite(fd, b->room, len, (off_t)at) != (ssize_t)len ||
		    fdatasync(fd) != 0)
			give_up("bare loop", "the disk failed");
		if (grow)
			b->grown += len;
		else
			b->at = b->at + 2 * len > BARE_LEN ? 0 : b->at + len;
	}
	return now() - begun;
}

static int
compare(const void *a, const void *b)
{
	const double *left = a;
	const double *right = b;

	return (*left > *right) - (*left < *right);
}

static double
median(double *value, size_t count)
{
	qsort(value, count, sizeof(*value), compare);
	return value[count / 2];
}

/* Ours, the two bare loops and the waiting one in turn. */
static void
bench_append(struct bench *b, size_t batch, size_t pairs, size_t times)
{
	double ours[PAIRS_MOST];
	double waiting[PAIRS_MOST];
	double grow[PAIRS_MOST];
	double stay[PAIRS_MOST];
	double by_grow[PAIRS_MOST];
	double by_stay[PAIRS_MOST];
	double count = (double)(batch * times);

	for (size_t i = 0; i < pairs; i++) {
		ours[i] = count / append(b, batch, times);
		grow[i] = count / bare(b, batch, times, true);
		stay[i] = count / bare(b, batch, times, false);
		waiting[i] = count / append_waiting(b, batch, times);
		by_grow[i] = ours[i] / grow[i];
		by_stay[i] = ours[i] / stay[i];
	}
	(void)printf("batch %4zu  %8.0f entries/s (each waited for: %.0f); "
		     "bare loop %.0f appending, %.0f in place; "
		     "ratio %.2f and %.2f\n",
	    batch, median(ours, pairs), median(waiting, pairs),
	    median(grow, pairs), median(stay, pairs), median(by_grow, pairs),
	    median(by_stay, pairs));
	(void)fflush(stdout);
}

static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static void
bench_reading(struct bench *b, const char *path)
{
	struct merkle_hash leaf = { { 0 } };
	struct ledger_audit audit;
	struct ledger_head head;
	struct ledger_why why;
	struct merkle_proof proof;
	uint64_t index = 0;
	uint64_t state = 1;
	double begun = now();

	open_ledger(b, path, false);
	double opened = now();

	if (ledger_find(b->ledger, &leaf, &index) != ERR_END)
		give_up("ledger_find", "found what is not there");
	double indexed = now();
	ledger_head(b->ledger, &head);
	(void)printf("open        %.3f s with %llu entries; the table of "
		     "leaf hashes %.3f s more\n",
	    opened - begun, (unsigned long long)head.tree.size,
	    indexed - opened);
	for (unsigned turn = 0; turn < 2; turn++) {
		begun = now();
		for (unsigned i = 0; i < 1000000; i++)
			if (ledger_prove(b->ledger,
				draw(&state) % head.tree.size,
				&proof) != ERR_OK)
				give_up("proof", "failed");
		(void)printf("proofs      %.0f/s (%s)\n", 1e6 / (now() - begun),
		    turn == 0 ? "pages are read" : "in memory");
	}
	begun = now();
	if (ledger_audit(b->ledger, NULL, NULL, &audit, &why) != ERR_OK)
		give_up("audit", why.text);
	(void)printf("audit       %.0f entries/s, %llu heads\n",
	    (double)audit.entries / (now() - begun),
	    (unsigned long long)audit.heads);
	close_ledger(b);
}

static int
open_bare(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		give_up(name, "no memory");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		give_up(path, "cannot be made");
	free(path);
	return fd;
}

int
main(int argc, char *argv[])
{
	struct bench b = { .grows = -1 };
	char path[4096];
	uint8_t seed[KEY_FILE_RANDOM_LEN] = { 1 };
	uint64_t target = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;

	if (argc < 2) {
		(void)fprintf(stderr, "usage: bench_ledger FOLDER [N]\n");
		return 2;
	}
	(void)snprintf(path, sizeof(path), "%s/ledger", argv[1]);
	b.room = calloc(BATCH_MOST, ENTRY_LEN + 2);
	b.entry = calloc(BATCH_MOST, sizeof(*b.entry));
	b.place = calloc(BATCH_MOST, sizeof(*b.place));
	if (b.room == NULL || b.entry == NULL || b.place == NULL ||
	    key_file_make(COSE_CURVE_ED25519, seed, &b.signer) != ERR_OK)
		give_up("begin", "no memory");
	b.grows = open_bare(argv[1], "grows");
	b.stays = open_bare(argv[1], "stays");
	for (size_t i = 0; i < BARE_LEN; i += BATCH_MOST * ENTRY_LEN)
		if (pwrite(b.stays, b.room, BATCH_MOST * ENTRY_LEN, (off_t)i) <
		    0)
			give_up("begin", "the disk failed");
	(void)fsync(b.stays); /* bare() would notice */
	double begun = now();

	open_ledger(&b, path, true);
	(void)printf("create      %.3f s\n", now() - begun);
	bench_append(&b, 1, 9, 100);
	bench_append(&b, 16, 9, 100);
	bench_append(&b, 256, 15, 320);
	bench_append(&b, 4096, 9, 20);
	close_ledger(&b);
	(void)snprintf(path, sizeof(path), "%s/million", argv[1]);
	b.entries = 0;
	open_ledger(&b, path, true);
	begun = now();
	double before = worked();

	(void)append(&b, 256, (size_t)(target / 256));
	close_ledger(&b);
	(void)printf("%llu entries in batches of 256: %.2f s, of processor "
		     "time %.2f s\n",
	    (unsigned long long)b.entries, now() - begun, worked() - before);
	bench_reading(&b, path);
	key_file_close(&b.signer);
	return 0;
}
