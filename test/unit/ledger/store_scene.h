/* SPDX-License-Identifier: ISC */
/* A ledger on a disk in memory, what it promised, and whether it keeps that. */
#ifndef TEST_LEDGER_STORE_SCENE_H
#define TEST_LEDGER_STORE_SCENE_H

#include "fault_files.h"
#include "ledger/store.h"

#include <stdbool.h>

#define SCENE_MAX 256
#define SCENE_ORIGIN "ledger.example/test"

/* The promises made so far; plain data. */
struct scene_said {
	/* Every head that the key ever signed, shown to anyone or not. */
	struct merkle_head signed_head[SCENE_MAX];
	size_t signed_count;
	bool forked; /* two of one size, or one that shrank the tree */
	/* Heads that were shown. */
	struct merkle_head shown[SCENE_MAX];
	size_t shown_count;
	/* Which entry was acknowledged at which place: numbers of scene_entry().
	 */
	unsigned at_place[SCENE_MAX];
	bool is_acked[SCENE_MAX];
	uint64_t last_usecs;
};

struct scene {
	struct fault_disk *disk;
	struct fault_disk *copy; /* NULL: none */
	struct folder files;
	struct folder copy_files;
	struct signer signer;
	struct crypto_hooks hooks;
	struct ledger_world world;
	struct scene_said *said; /* owned */
	struct ledger *ledger;
	struct ledger_why why; /* of the last refusal */
	uint64_t now_usecs;
	bool signer_fails;
	bool threads;
};

/* With hooks and a key that cost little. */
void scene_open(struct scene *s, struct fault_disk *disk);
void scene_close(struct scene *s);

/* The same promises, another disk: how it may go on from here. */
void scene_fork(
    struct scene *s, const struct scene *from, struct fault_disk *disk);

/* The smallest log that is possible, so that it begins anew often. */
enum err scene_create(struct scene *s);
enum err scene_start(struct scene *s);
enum err scene_read_only(struct scene *s);
void scene_stop(struct scene *s);

/* Entry `number`, the same every time; its length grows and shrinks. */
struct bytes scene_entry(unsigned number, uint8_t room[8192]);

/* Appends entries [first, first + count) and notes what was promised. */
enum err scene_append(struct scene *s, unsigned first, unsigned count);
/* In up to four batches that overlap. */
enum err scene_pipe(struct scene *s, unsigned first, unsigned count);

/* Every promise is kept by the open ledger. Fails the test when not. */
void scene_check(struct scene *s);

/* What a ledger does all day; ends at the first failure. */
enum err scene_script(struct scene *s, bool create);

#endif
