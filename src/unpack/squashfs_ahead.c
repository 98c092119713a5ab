/* SPDX-License-Identifier: ISC */
/* Blocks of SquashFS that are unpacked before they are asked for. */
#include "unpack/squashfs_private.h"

#include "codec/crew.h"

#include <stdlib.h>
#include <string.h>

/* Blocks unpacked ahead at one time; each may need a block and a decoder. */
#define AHEAD_SLOTS 4

struct ahead_slot {
	struct crew_job job;
	struct block_decoder *decoder; /* owned; the slot's own */
	struct bytes packed;	       /* which block: borrows the image */
	size_t cap;
	uint8_t *ptr; /* owned; block_size bytes */
	size_t len;
	enum err err;
	bool used; /* holds a block that was handed in */
};

struct squashfs_ahead {
	struct crew *crew;
	struct ahead_slot slot[AHEAD_SLOTS];
	size_t next; /* slot to be used next */
};

static void
unpack_slot(void *context)
{
	struct ahead_slot *slot = context;

	slot->err = block_decode(
	    slot->decoder, slot->packed, slot->ptr, slot->cap, &slot->len);
}

void
squashfs_ahead_open(struct squashfs *fs)
{
	if (fs->budget->crew == NULL)
		return;
	fs->ahead = calloc(1, sizeof(*fs->ahead));
	if (fs->ahead != NULL) /* without it all is read when asked for */
		fs->ahead->crew = fs->budget->crew;
}

void
squashfs_ahead_close(struct squashfs *fs)
{
	if (fs->ahead == NULL)
		return;
	for (size_t i = 0; i < AHEAD_SLOTS; i++) {
		struct ahead_slot *slot = &fs->ahead->slot[i];

		if (slot->used)
			crew_take_back(fs->ahead->crew, &slot->job);
		block_decoder_close(slot->decoder);
		free(slot->ptr);
	}
	free(fs->ahead);
}

static struct ahead_slot *
find_slot(struct squashfs_ahead *ahead, struct bytes packed)
{
	for (size_t i = 0; i < AHEAD_SLOTS; i++)
		if (ahead->slot[i].used &&
		    ahead->slot[i].packed.ptr == packed.ptr &&
		    ahead->slot[i].packed.len == packed.len)
			return &ahead->slot[i];
	return NULL;
}

void
squashfs_ahead_add(struct squashfs *fs, enum block_codec codec,
    struct bytes packed, size_t cap)
{
	struct squashfs_ahead *ahead = fs->ahead;

	if (ahead == NULL || packed.len == 0 ||
	    find_slot(ahead, packed) != NULL)
		return;
	struct ahead_slot *slot = &ahead->slot[ahead->next];

	if (slot->used) /* nobody asked for it: room for a better guess */
		crew_take_back(ahead->crew, &slot->job);
	slot->used = false;
	if (slot->ptr == NULL)
		slot->ptr = malloc(fs->super.block_size);
	if (slot->ptr == NULL ||
	    (slot->decoder == NULL &&
		block_decoder_open(codec, &slot->decoder) != ERR_OK))
		return;
	slot->packed = packed;
	slot->cap = cap;
	slot->used = true;
	slot->job.run = unpack_slot;
	slot->job.context = slot;
	crew_hand_in(ahead->crew, &slot->job);
	ahead->next = (ahead->next + 1) % AHEAD_SLOTS;
}

bool
squashfs_ahead_take(struct squashfs *fs, struct bytes packed, uint8_t *to,
    size_t cap, size_t *ret_len)
{
	struct ahead_slot *slot =
	    fs->ahead != NULL ? find_slot(fs->ahead, packed) : NULL;

	if (slot == NULL)
		return false;
	crew_finish(fs->ahead->crew, &slot->job);
	slot->used = false;
	if (slot->err != ERR_OK || slot->len > cap)
		return false; /* once more, with what is tried then */
	memcpy(to, slot->ptr, slot->len);
	*ret_len = slot->len;
	return true;
}
