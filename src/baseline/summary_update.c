/* SPDX-License-Identifier: ISC */
/* Which container speaks for the image as an update, and what it says. */
#include "baseline/summary_private.h"

#include <string.h>

static const char *const file_systems[] = { "squashfs", "jffs2", "ubi", "ubifs",
	"yaffs2", "cramfs", "romfs", "ext", "erofs", "f2fs", "fat", "exfat",
	"ntfs", "minix", "iso9660", "btrfs", "xfs", "hfsplus", "reiserfs",
	"cpio", NULL };

/*
 * They only say where on a disk the bytes go that follow, so none is an update
 * container: what they hold is written as it is, as a bare file system is. A
 * sum of theirs covers themselves, and a signature inside one partition says
 * nothing about the next.
 */
static const char *const disks[] = { "gpt", "mbr", "android-sparse", "qcow",
	NULL };

/* Speak for the image only when it begins with one: a compressed page or a
   file system behind bytes that nobody knows is a part of something else. */
static const char *const streams[] = { "gzip", "zlib", "xz", "lzma", "bzip2",
	"zstd", "lz4", "lz4-legacy", "lzo", NULL };

/* Stand behind what they vouch for. */
static const char *const trailers[] = { "fwtool", "esp-signature", NULL };

/* Vouch for what they cover, and their own bytes may be the last of it. */
static const char *const covers[] = { "rauc", "avb", NULL };

static bool
format_in(const struct chunk *chunk, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(chunk->format, *names) == 0)
			return true;
	return false;
}

bool
chunk_is_file_system(const struct chunk *chunk)
{
	return format_in(chunk, file_systems);
}

static bool
is_outermost(const struct chunk *chunk)
{
	return !chunk->nested &&
	    bytes_find(chunk->path, BYTES("!"), 0) == SIZE_MAX;
}

/* Whether the path is the container's own or that of something in it. */
static bool
lies_in(struct bytes path, struct bytes container)
{
	return bytes_starts(path, container) &&
	    (path.len == container.len || path.ptr[container.len] == '!');
}

/* Where the image's first bytes that are not padding are. */
static uint64_t
find_start(const struct observation *seen)
{
	uint64_t start = UINT64_MAX;

	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];

		if (!c->nested && c->state != CHUNK_PADDING && c->at < start)
			start = c->at;
	}
	return start;
}

/* Whether all that is not padding lies in the container. */
static bool
covers_image(const struct observation *seen, const struct chunk *container)
{
	if (!is_outermost(container))
		return false;
	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];

		if (!c->nested && c->state != CHUNK_PADDING &&
		    !lies_in(c->path, container->path))
			return false;
	}
	return true;
}

/* The first that fits and may speak for the image. */
static const struct chunk *
first_chunk(const struct observation *seen, uint64_t start,
    bool (*fits)(const struct chunk *chunk))
{
	const struct chunk *first = NULL;

	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];

		if (c->nested || !fits(c) ||
		    (first != NULL && c->at >= first->at))
			continue;
		if (c->at == start ||
		    (!format_in(c, streams) && !format_in(c, file_systems)))
			first = c;
	}
	return first;
}

/* Verified Boot speaks by find_cover() only: a vbmeta lies beside the
   partitions that it vouches for. */
static bool
says_authenticity(const struct chunk *chunk)
{
	return chunk->info.authenticity != AUTHENTICITY_UNKNOWN &&
	    strcmp(chunk->format, "avb") != 0 &&
	    (!chunk_is_file_system(chunk) ||
		chunk->info.authenticity > AUTHENTICITY_CRC);
}

static bool
says_encrypted(const struct chunk *chunk)
{
	return chunk->info.encrypted != ANSWER_UNKNOWN;
}

static bool
is_signed(const struct chunk *chunk)
{
	return chunk->info.authenticity == AUTHENTICITY_SIGNED;
}

static bool
is_signed_trailer(const struct chunk *chunk)
{
	return format_in(chunk, trailers) && is_signed(chunk);
}

/* One that is signed, or may be; else what is inside speaks for itself. A
   container says so with one of its pieces, the one that has a size. */
static const struct chunk *
find_cover(const struct observation *seen)
{
	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];

		if (format_in(c, covers) && c->info.size > 0 &&
		    (is_signed(c) ||
			c->info.authenticity == AUTHENTICITY_UNKNOWN) &&
		    covers_image(seen, c))
			return c;
	}
	return NULL;
}

static const struct chunk *
find_disk(const struct observation *seen, uint64_t start)
{
	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];

		if (format_in(c, disks) && is_outermost(c) && c->at == start)
			return c;
	}
	return NULL;
}

/*
 * Bytes of no format beside a file system can be a signature (RAUC appends
 * one); fewer than this are end marks.
 */
#define SIGNATURE_LEN_MIN 128

static bool
may_hold_signature(const struct observation *seen)
{
	uint64_t len = 0;

	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];

		if (!c->nested && c->state != CHUNK_PADDING &&
		    (strcmp(c->format, "raw") == 0 || c->state == CHUNK_OPAQUE))
			len += c->size;
	}
	return len >= SIGNATURE_LEN_MIN;
}

/* A signed partition: nobody here can tell whether it covers the others, but
   that nothing vouches for them would be wrong, too. */
static bool
has_signed_part(const struct observation *seen)
{
	for (size_t i = 0; i < seen->chunk_count; i++)
		if (is_signed(&seen->chunks[i]) &&
		    bytes_find(seen->chunks[i].path, BYTES("!/"), 0) ==
			SIZE_MAX)
			return true;
	return false;
}

/* Whether nothing but a file system or a disk is in the compressed stream. */
static bool
holds_bare_file_system(
    const struct observation *seen, const struct chunk *stream)
{
	if (!format_in(stream, streams))
		return false;
	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];
		size_t in = stream->path.len + 1; /* and its '!' */

		if (c->nested && c->at == 0 && c->path.len > in &&
		    lies_in(c->path, stream->path) &&
		    bytes_find(c->path, BYTES("!"), in) == SIZE_MAX)
			return chunk_is_file_system(c) || format_in(c, disks);
	}
	return false;
}

static void
judge_bare(struct summary *s, const struct observation *seen)
{
	const struct chunk *c = s->update_chunk;

	s->bare_file_system = true;
	if (has_signed_part(seen) ||
	    (chunk_is_file_system(c) && may_hold_signature(seen)))
		s->update.authenticity = AUTHENTICITY_UNKNOWN;
	else if (s->update.authenticity == AUTHENTICITY_UNKNOWN)
		s->update.authenticity = AUTHENTICITY_NONE;
}

/* The container around `inner` (or inner itself; NULL: any) with a part that
   may be a signature. */
static const struct chunk *
find_unexplained(const struct observation *seen, const struct chunk *inner)
{
	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];

		if (!c->nested && c->info.may_be_signed &&
		    (inner == NULL || c == inner ||
			(c->path.len < inner->path.len &&
			    lies_in(inner->path, c->path))))
			return c;
	}
	return NULL;
}

static const struct chunk *
find_speaker(const struct observation *seen)
{
	uint64_t start = find_start(seen);
	const struct chunk *c = find_cover(seen);

	if (c == NULL)
		c = find_disk(seen, start);
	if (c == NULL)
		c = first_chunk(seen, start, is_signed_trailer);
	if (c == NULL)
		c = first_chunk(seen, start, says_authenticity);
	if (c == NULL)
		c = first_chunk(seen, start, chunk_is_file_system);
	if (c == NULL)
		c = first_chunk(seen, start, says_encrypted);
	return c;
}

void
summary_find_update(struct summary *s, const struct observation *seen)
{
	const struct chunk *c = find_speaker(seen);
	const struct chunk *unexplained = NULL;

	if (c == NULL || !is_signed(c))
		unexplained = find_unexplained(seen, c);
	if (unexplained != NULL)
		c = unexplained;
	if (c == NULL)
		return;
	s->update_chunk = c;
	s->update.container = bytes_of(c->format);
	s->update.authenticity = c->info.authenticity;
	s->update.encrypted = c->info.encrypted;
	s->update.rollback = c->info.rollback;
	s->update.detail = bytes_of(c->info.detail);
	s->may_be_signed = unexplained != NULL;
	if (s->may_be_signed)
		s->update.authenticity = AUTHENTICITY_UNKNOWN;
	else if ((chunk_is_file_system(c) &&
		     c->info.authenticity <= AUTHENTICITY_CRC) ||
	    format_in(c, disks) || holds_bare_file_system(seen, c))
		judge_bare(s, seen);
}
