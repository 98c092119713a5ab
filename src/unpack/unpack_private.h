/* SPDX-License-Identifier: ISC */
/* What the files of the walk through an image share. */
#ifndef UNPACK_UNPACK_PRIVATE_H
#define UNPACK_UNPACK_PRIVATE_H

#include "base/limits.h"
#include "unpack/carve.h"
#include "unpack/unpack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Slices of one container that the layout can tell apart: all of a disk's
   partitions (partitions.h) and what lies between them. */
#define SLICES_MAX 330

struct slice {
	size_t at, len;
};

enum frame_kind {
	FRAME_REGION,	 /* bytes to be cut up */
	FRAME_CONTAINER, /* a format being read */
	FRAME_PIECES,	 /* a container done: its own bytes go to the layout */
};

struct frame {
	enum frame_kind kind;
	struct bytes in;
	bool in_image;	 /* in.ptr lies in the outermost image unchanged */
	uint64_t base;	 /* in_image: offset of in[0] in the image */
	uint64_t rel;	 /* offset of in[0] in what the path names */
	size_t path_len; /* of the path in front of what is found here */
	struct fault fault;

	/* FRAME_REGION */
	size_t pos;	/* next byte to look at */
	size_t gap;	/* first byte not yet dealt with */
	size_t gap_end; /* while > gap: these bytes are being given out */
	bool gap_given; /* as a file; the chunk is still to come */
	bool found;	/* hit is waiting behind the gap */
	struct carve_hit hit;
	const char *blob; /* format of the bytes between, or NULL for raw */
	bool named;	  /* a file's content: it was given out already */
	bool whole;	  /* exactly one thing: may be named by its strings */
	bool content;	  /* counted in live_len */

	/* FRAME_CONTAINER, FRAME_PIECES */
	const struct format *format;
	void *handle;
	struct format_info info;
	size_t at; /* offset of in[0] in the region below */
	struct slice slice[SLICES_MAX];
	size_t slice_count;
	size_t piece;	  /* next own byte to report */
	bool told;	  /* info went out with a piece */
	struct node node; /* what next() gave, while its inside is read */
	bool node_waits;  /* node was given out, its inside comes now */
	bool broken;	  /* the container itself, or its one stream */
};

/* A container of the image that was opened before its turn. */
struct early {
	const struct format *format; /* NULL: there is none */
	struct bytes in;
	void *handle;
};

struct unpack {
	struct budget *budget;
	struct early early;
	struct carve_index *index;
	struct frame *stack;
	size_t depth;
	char path[LIMIT_PATH_LEN];
	size_t path_len;
	uint64_t live_len; /* decompressed bytes that frames look at */
	size_t node_count;
	size_t chunk_count;
	const char *cut_short;
};

/* unpack.c: the path is appended to as frames are entered and cut back as they
   are left; adding is false when it grows too long. */
bool walk_path_add(struct unpack *u, struct bytes part);
bool walk_path_add_container(struct unpack *u, const char *format, uint64_t at);

/* Borrows until the next event. */
struct bytes walk_path_bytes(const struct unpack *u);

/* The first reason stays; static text. */
void walk_cut_short(struct unpack *u, const char *why);

struct frame *walk_top(struct unpack *u);

/* False, and cut short, when containers are nested too deeply. */
bool walk_push(struct unpack *u, const struct frame *frame);
void walk_pop(struct unpack *u);

/* Makes an event of the chunk, with the path as it stands. */
void walk_give_chunk(
    struct unpack *u, const struct chunk *chunk, struct unpack_event *ret);

/* unpack_early.c: opens the first container in the image that works ahead, if it
   does not stand at the very start. */
void walk_open_early(struct unpack *u, struct bytes image);

/* Its handle, if it is the one of these bytes; else NULL. */
void *walk_take_early(
    struct unpack *u, const struct format *format, struct bytes in);

/* unpack_region.c: one step in a region. False: no event yet, go on. */
bool walk_step_region(struct unpack *u, struct unpack_event *ret);

/* unpack_container.c: one step in a container, and in what is left of it when
   it is done. ERR_MEMORY. */
enum err walk_step_container(
    struct unpack *u, struct unpack_event *ret, bool *ret_event);
bool walk_step_pieces(struct unpack *u, struct unpack_event *ret);

#endif
