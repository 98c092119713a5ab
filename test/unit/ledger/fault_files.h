/* SPDX-License-Identifier: ISC */
/* A disk in memory that loses power, fails or fills up when it is told to. */
#ifndef TEST_LEDGER_FAULT_FILES_H
#define TEST_LEDGER_FAULT_FILES_H

#include "base/folder.h"

#include <stdbool.h>

#define FAULT_SECTOR_LEN 512

enum fault_kind {
	FAULT_NONE,
	/* At the change `at` the power goes: a write is still handed to the
	   disk, nothing else; all later calls fail. */
	FAULT_CRASH,
	/* The call `at` and `times` - 1 after it fail. A failed sync loses what
	   it should have kept, as Linux does: reads still show it. */
	FAULT_EIO,
	/* From the call `at` on writes fail that make a file longer, or all
	   (`strict`), as file systems that copy on write do. */
	FAULT_FULL,
};

struct fault_plan {
	enum fault_kind kind;
	uint64_t at; /* from 1; calls, of FAULT_CRASH changes only */
	unsigned times;
	bool strict;
	size_t most; /* bytes that one read or write takes; 0 is all */
};

/* A handle. */
struct fault_disk;

struct fault_disk *fault_open(void);
void fault_close(struct fault_disk *disk);

struct folder fault_folder(struct fault_disk *disk);

/* Counting begins anew. */
void fault_set_plan(struct fault_disk *disk, struct fault_plan plan);
uint64_t fault_calls(const struct fault_disk *disk);
/* Calls that change something: write, sync, a new file, its name's sync. */
uint64_t fault_changes(const struct fault_disk *disk);
bool fault_struck(const struct fault_disk *disk);

/*
 * The ways in which the disk may look after the power came back: every subset
 * of the writes that were not synced when they are at most ten, else a sample;
 * and samples (`torn` of them) of their sectors.
 */
uint64_t fault_variants(const struct fault_disk *disk, unsigned torn);
/* One of them, as a new disk without a plan. */
struct fault_disk *fault_after(const struct fault_disk *disk, uint64_t variant);

/* The disk as a running machine sees it: for a restored backup. */
struct fault_disk *fault_copy(const struct fault_disk *disk);

/* With everything that is not durable yet, or never will be. */
struct fault_disk *fault_image(const struct fault_disk *disk);

/* For damage, of what is seen and what is durable. False: there is no such
   byte. */
bool fault_flip(
    struct fault_disk *disk, const char *name, uint64_t at, uint8_t bits);
uint64_t fault_len(const struct fault_disk *disk, const char *name);
/* Into room for all of it. */
void fault_read(const struct fault_disk *disk, const char *name, uint8_t *ret);
/* Puts another disk's file in the place of this one's. */
void fault_put_file(
    struct fault_disk *disk, const struct fault_disk *from, const char *name);
void fault_cut(struct fault_disk *disk, const char *name, uint64_t len);
/* The whole file, as it is given. */
void fault_write(struct fault_disk *disk, const char *name, struct bytes in);

#endif
