/* SPDX-License-Identifier: ISC */
/* What an image is, before any rule looks at it. */
#ifndef BASELINE_SUMMARY_PRIVATE_H
#define BASELINE_SUMMARY_PRIVATE_H

#include "baseline/assessment.h"
#include "inspect/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What of an image stayed dark. `too_much` decides between "looked and found
 * nothing" and "unread bytes", and whether COV-1 warns: more than
 * DARK_LEN bytes or DARK_PERCENT of the image opaque or unread, a container
 * inside it that could not be read, or work cut short by a limit.
 */
#define DARK_PERCENT 5
#define DARK_LEN 4096

struct darkness {
	uint64_t len;	      /* opaque or unread bytes of the image */
	uint64_t nested_len;  /* opaque payload in decompressed bytes */
	size_t unread_nested; /* containers inside that could not be read */
	size_t broken;	      /* that were cut or damaged, anywhere */
	bool cut_short;
	bool too_much;
};

struct summary {
	struct coverage coverage;
	struct darkness dark;
	struct bytes architecture, operating_system;
	struct update_state update;
	const struct chunk *update_chunk; /* that says so; NULL: none does */
	bool bare_file_system; /* or a disk of them: no update container, maybe
				  one partition of something signed */
	bool may_be_signed;    /* by a part that nobody here can name */
	bool has_subject[16];  /* by enum subject */
};

/* Pure counting; allocates nothing. */
struct summary summary_make(
    const struct observation *seen, uint64_t image_size, bool worker_trouble);

/* Fills what the summary says of the update. */
void summary_find_update(struct summary *s, const struct observation *seen);

bool chunk_is_file_system(const struct chunk *chunk);

/* A chunk that counts as dark: nested ones only outside named files. */
bool chunk_is_dark(const struct chunk *chunk);

#endif
