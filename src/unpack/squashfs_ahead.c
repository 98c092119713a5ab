/* SPDX-License-Identifier: ISC */
/* Blocks of SquashFS that are unpacked before they are asked for. */
#include "unpack/squashfs_private.h"

#include "base/number.h"
#include "codec/crew.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Unpacked bytes that wait for the reader, and in how many blocks. */
#define AHEAD_LEN (16 * MIB)
#define AHEAD_SLOTS_MAX 64

/* Jobs run in the crew's thread and, when waited for, in the reader's. */
#define AHEAD_DECODERS 2

struct ahead_decoder {
	atomic_flag taken;
	struct block_decoder *decoder; /* owned */
};

struct ahead_slot {
	struct crew_job job;
	struct squashfs_ahead *ahead;
	struct squashfs_block block;
	uint8_t *ptr; /* owned; block_size bytes */
	size_t len;
	enum err err;
};

struct squashfs_ahead {
	struct crew *crew;
	enum block_codec codec;
	struct ahead_decoder decoder[AHEAD_DECODERS];
	struct squashfs_scout *scout; /* owned */
	/* A ring: `count` slots from `first` on are handed in, in the order
	   in which they will be asked for. */
	struct ahead_slot slot[AHEAD_SLOTS_MAX];
	size_t slot_count;
	size_t first, count;
};

static struct ahead_slot *
slot_at(struct squashfs_ahead *ahead, size_t i)
{
	return &ahead->slot[(ahead->first + i) % ahead->slot_count];
}

static struct ahead_decoder *
take_decoder(struct squashfs_ahead *ahead)
{
	for (size_t i = 0;; i = (i + 1) % AHEAD_DECODERS)
		if (!atomic_flag_test_and_set(&ahead->decoder[i].taken))
			return &ahead->decoder[i];
}

static void
unpack_slot(void *context)
{
	struct ahead_slot *slot = context;
	struct ahead_decoder *d = take_decoder(slot->ahead);

	slot->err = ERR_OK;
	if (d->decoder == NULL)
		slot->err = block_decoder_open(slot->ahead->codec, &d->decoder);
	if (slot->err == ERR_OK)
		slot->err = block_decode(d->decoder, slot->block.packed,
		    slot->ptr, slot->block.want, &slot->len);
	atomic_flag_clear(&d->taken);
}

/* Hands in what the scout sees until no slot is free. */
static void
fill(struct squashfs *fs, struct squashfs_ahead *ahead)
{
	while (ahead->count < ahead->slot_count) {
		struct ahead_slot *slot = slot_at(ahead, ahead->count);

		if (slot->ptr == NULL)
			slot->ptr = malloc(fs->super.block_size);
		if (slot->ptr == NULL ||
		    squashfs_scout_next(fs, ahead->scout, &slot->block) !=
			ERR_OK)
			return;
		slot->ahead = ahead;
		slot->job.run = unpack_slot;
		slot->job.context = slot;
		crew_hand_in(ahead->crew, &slot->job);
		ahead->count++;
	}
}

void
squashfs_ahead_open(struct squashfs *fs)
{
	enum block_codec codec;

	if (fs->budget->crew == NULL ||
	    !squashfs_packing_codec(fs->packing, &codec))
		return;
	struct squashfs_ahead *ahead = calloc(1, sizeof(*ahead));

	if (ahead == NULL) /* then all is unpacked when asked for */
		return;
	ahead->crew = fs->budget->crew;
	ahead->codec = codec;
	ahead->slot_count =
	    size_min(AHEAD_LEN / fs->super.block_size, AHEAD_SLOTS_MAX);
	if (squashfs_scout_open(fs, &ahead->scout) != ERR_OK) {
		free(ahead);
		return;
	}
	fs->ahead = ahead;
	fill(fs, ahead);
}

/* Nobody will ask for the first n slots any more. */
static void
drop(struct squashfs_ahead *ahead, size_t n)
{
	for (size_t i = 0; i < n; i++)
		crew_take_back(ahead->crew, &slot_at(ahead, i)->job);
	ahead->first = (ahead->first + n) % ahead->slot_count;
	ahead->count -= n;
}

void
squashfs_ahead_close(struct squashfs *fs)
{
	struct squashfs_ahead *ahead = fs->ahead;

	if (ahead == NULL)
		return;
	drop(ahead, ahead->count);
	for (size_t i = 0; i < AHEAD_SLOTS_MAX; i++)
		free(ahead->slot[i].ptr);
	for (size_t i = 0; i < AHEAD_DECODERS; i++)
		block_decoder_close(ahead->decoder[i].decoder);
	squashfs_scout_close(ahead->scout);
	free(ahead);
}

bool
squashfs_ahead_take(struct squashfs *fs, struct bytes packed, uint8_t *to,
    size_t cap, size_t *ret_len)
{
	struct squashfs_ahead *ahead = fs->ahead;
	size_t i = 0;

	if (ahead == NULL)
		return false;
	while (i < ahead->count &&
	    (slot_at(ahead, i)->block.packed.ptr != packed.ptr ||
		slot_at(ahead, i)->block.packed.len != packed.len))
		i++;
	if (i == ahead->count)
		return false;
	struct ahead_slot *slot = slot_at(ahead, i);

	crew_finish(ahead->crew, &slot->job);
	bool good = slot->err == ERR_OK && slot->len <= cap;

	if (good) {
		memcpy(to, slot->ptr, slot->len);
		*ret_len = slot->len;
	}
	drop(ahead, i + 1);
	fill(fs, ahead);
	return good; /* else once more, with what is tried then */
}
