/* SPDX-License-Identifier: ISC */
/* Coverage, architecture, operating system and the update's protection. */
#include "baseline/summary_private.h"

#include "baseline/rules.h"

#include <assert.h>
#include <string.h>

#define VOTES_MAX 32

static const char *const file_systems[] = { "squashfs", "jffs2", "ubi", "ubifs",
	"yaffs2", "cramfs", "romfs", "ext", "erofs", "f2fs", "fat", "ntfs",
	"minix", "iso9660", "cpio", NULL };

/* Speak for the image only when it begins with one: a compressed page or a
   file system behind bytes that nobody knows is a part of something else. */
static const char *const streams[] = { "gzip", "zlib", "xz", "lzma", "bzip2",
	"zstd", "lz4", "lz4-legacy", "lzo", NULL };

/* Stand behind what they vouch for. */
static const char *const trailers[] = { "fwtool", "esp-signature", "rauc",
	NULL };

static bool
format_in(const struct chunk *chunk, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(chunk->format, *names) == 0)
			return true;
	return false;
}

const char *
authenticity_word(enum authenticity authenticity)
{
	switch (authenticity) {
	case AUTHENTICITY_UNKNOWN:
		break;
	case AUTHENTICITY_NONE:
		return "none";
	case AUTHENTICITY_CRC:
		return "crc";
	case AUTHENTICITY_HASH:
		return "hash";
	case AUTHENTICITY_SIGNED:
		return "signed";
	}
	return "unknown";
}

/*
 * An opaque file with a name (a picture, radio firmware) is an ordinary thing
 * in a file system; an opaque payload without one is a part of the image that
 * nobody could look into.
 */
bool
chunk_is_dark(const struct chunk *chunk)
{
	if (chunk->state == CHUNK_UNREAD)
		return true;
	if (chunk->state != CHUNK_OPAQUE)
		return false;
	return !chunk->nested ||
	    bytes_find(chunk->path, BYTES("!/"), 0) == SIZE_MAX;
}

static void
count_chunk(struct summary *s, const struct chunk *chunk)
{
	if (chunk->state == CHUNK_UNREAD && chunk->nested)
		s->dark.unread_nested++;
	if (chunk->state == CHUNK_READ && chunk->fault.code != ERR_OK)
		s->dark.broken++;
	if (chunk->nested) {
		if (chunk_is_dark(chunk))
			s->dark.nested_len += chunk->size;
		return;
	}
	switch (chunk->state) {
	case CHUNK_READ:
		s->coverage.read += chunk->size;
		return;
	case CHUNK_PADDING:
		s->coverage.padding += chunk->size;
		return;
	case CHUNK_OPAQUE:
		s->coverage.opaque += chunk->size;
		return;
	case CHUNK_UNREAD:
		s->coverage.unread += chunk->size;
		return;
	}
}

static void
sum_chunks(struct summary *s, const struct observation *seen,
    uint64_t image_size, bool worker_trouble)
{
	struct darkness *d = &s->dark;

	for (size_t i = 0; i < seen->chunk_count; i++)
		count_chunk(s, &seen->chunks[i]);
	d->len = s->coverage.opaque + s->coverage.unread;
	d->cut_short =
	    worker_trouble || seen->cut_short.len > 0 || seen->facts.cut_short;
	d->too_much = d->len > DARK_LEN || d->nested_len > DARK_LEN ||
	    d->len > image_size / 100 * DARK_PERCENT || d->unread_nested > 0 ||
	    d->broken > 0 || d->cut_short;
}

struct vote {
	struct bytes name;
	uint64_t count;
};

struct ballot {
	struct vote vote[VOTES_MAX];
	size_t count;
};

static void
cast(struct ballot *b, struct bytes name, uint64_t count)
{
	if (name.len == 0 || bytes_equal_text(name, "unknown"))
		return;
	if (count > 1000000) /* a foreign number: sums must not wrap */
		count = 1000000;
	for (size_t i = 0; i < b->count; i++)
		if (bytes_equal(b->vote[i].name, name)) {
			b->vote[i].count += count;
			return;
		}
	if (b->count < VOTES_MAX)
		b->vote[b->count++] = (struct vote){ name, count };
}

/* The first seen of those with most votes. */
static struct bytes
winner(const struct ballot *b)
{
	struct vote best = { BYTES("unknown"), 0 };

	for (size_t i = 0; i < b->count; i++)
		if (b->vote[i].count > best.count)
			best = b->vote[i];
	return best.name;
}

static void
cast_chunks(struct ballot *b, const struct observation *seen,
    const char *(*name)(const struct chunk *chunk))
{
	for (size_t i = 0; i < seen->chunk_count; i++)
		if (name(&seen->chunks[i]) != NULL)
			cast(b, bytes_of(name(&seen->chunks[i])), 1);
}

static const char *
chunk_architecture(const struct chunk *chunk)
{
	return chunk->info.architecture;
}

static const char *
chunk_system(const struct chunk *chunk)
{
	return chunk->info.operating_system;
}

/* Code that was looked at first; what a header claims only without any. */
static void
count_votes(struct summary *s, const struct observation *seen)
{
	struct ballot architectures = { .count = 0 };
	struct ballot systems = { .count = 0 };

	for (size_t i = 0; i < seen->facts.count; i++) {
		const struct fact *f = &seen->facts.list[i];

		if (f->kind == FACT_ARCHITECTURE)
			cast(&architectures, f->name, f->number);
		else if (f->kind == FACT_ELF)
			cast(&architectures, f->detail, 1);
		else if (f->kind == FACT_OPERATING_SYSTEM)
			cast(&systems, f->name, f->number);
		else if (f->kind == FACT_KERNEL)
			cast(&systems, f->name, 1);
	}
	if (architectures.count == 0)
		cast_chunks(&architectures, seen, chunk_architecture);
	if (systems.count == 0)
		cast_chunks(&systems, seen, chunk_system);
	s->architecture = winner(&architectures);
	s->operating_system = winner(&systems);
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

static bool
says_authenticity(const struct chunk *chunk)
{
	return chunk->info.authenticity != AUTHENTICITY_UNKNOWN;
}

/* A vendor's container whose signature, if any, nobody here can name. */
static bool
says_encrypted(const struct chunk *chunk)
{
	return chunk->info.encrypted != ANSWER_UNKNOWN;
}

static bool
is_file_system(const struct chunk *chunk)
{
	return format_in(chunk, file_systems);
}

static bool
is_signed_trailer(const struct chunk *chunk)
{
	return format_in(chunk, trailers) &&
	    chunk->info.authenticity == AUTHENTICITY_SIGNED;
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

static void
find_update(struct summary *s, const struct observation *seen)
{
	uint64_t start = find_start(seen);
	const struct chunk *c = first_chunk(seen, start, is_signed_trailer);

	if (c == NULL)
		c = first_chunk(seen, start, says_authenticity);
	if (c == NULL)
		c = first_chunk(seen, start, is_file_system);
	if (c == NULL)
		c = first_chunk(seen, start, says_encrypted);
	if (c == NULL)
		return;
	s->update_chunk = c;
	s->bare_file_system =
	    is_file_system(c) && c->info.authenticity <= AUTHENTICITY_NONE;
	s->update.container = bytes_of(c->format);
	s->update.authenticity = c->info.authenticity;
	if (s->bare_file_system)
		s->update.authenticity = may_hold_signature(seen)
		    ? AUTHENTICITY_UNKNOWN
		    : AUTHENTICITY_NONE;
	s->update.encrypted = c->info.encrypted;
	s->update.rollback = c->info.rollback;
	s->update.detail = bytes_of(c->info.detail);
}

/* The subject whose presence a kind of fact shows, beside a system. */
static void
mark_fact(bool *has, enum fact_kind kind)
{
	static const struct {
		enum fact_kind kind;
		enum subject subject;
	} rows[] = {
		{ FACT_ACCOUNT, SUBJECT_SYSTEM },
		{ FACT_SERVICE, SUBJECT_SYSTEM },
		{ FACT_APPLET, SUBJECT_SYSTEM },
		{ FACT_CONSOLE, SUBJECT_SYSTEM },
		{ FACT_SETTING, SUBJECT_SYSTEM },
		{ FACT_RESET, SUBJECT_SYSTEM },
		{ FACT_ELF, SUBJECT_PROGRAMS },
		{ FACT_COMPONENT, SUBJECT_COMPONENTS },
		{ FACT_CERTIFICATE, SUBJECT_CERTIFICATES },
		{ FACT_CA_CERTIFICATE, SUBJECT_CERTIFICATES },
		{ FACT_KERNEL, SUBJECT_KERNEL },
		{ FACT_KERNEL_OPTION, SUBJECT_KERNEL_OPTIONS },
		{ FACT_BOOTLOADER, SUBJECT_BOOT },
		{ FACT_BOOT_SETTING, SUBJECT_BOOT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].kind == kind)
			has[rows[i].subject] = true;
}

static void
find_subjects(struct summary *s, const struct observation *seen)
{
	bool *has = s->has_subject;

	static_assert(SUBJECT_COUNT <= sizeof(s->has_subject),
	    "has_subject has a place for each subject");
	for (size_t i = 0; i < seen->facts.count; i++) {
		const struct fact *f = &seen->facts.list[i];

		mark_fact(has, f->kind);
		has[SUBJECT_FILES] |=
		    bytes_find(f->path, BYTES("!/"), 0) != SIZE_MAX;
	}
	for (size_t i = 0; i < seen->chunk_count; i++)
		has[SUBJECT_FILES] |= is_file_system(&seen->chunks[i]) &&
		    seen->chunks[i].state == CHUNK_READ;
	has[SUBJECT_IMAGE] = true;
	has[SUBJECT_UPDATE] = s->update.authenticity != AUTHENTICITY_UNKNOWN;
	has[SUBJECT_WHOLE_SYSTEM] =
	    has[SUBJECT_SYSTEM] && has[SUBJECT_KERNEL] && !s->dark.too_much;
}

struct summary
summary_make(
    const struct observation *seen, uint64_t image_size, bool worker_trouble)
{
	struct summary s = { .coverage = { 0 } };

	sum_chunks(&s, seen, image_size, worker_trouble);
	count_votes(&s, seen);
	find_update(&s, seen);
	find_subjects(&s, seen);
	return s;
}
