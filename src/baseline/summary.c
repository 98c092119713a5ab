/* SPDX-License-Identifier: ISC */
/* Coverage, architecture, operating system, and what there was to look at. */
#include "baseline/summary_private.h"

#include "baseline/rules.h"

#include <assert.h>
#include <string.h>

#define VOTES_MAX 32

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
		has[SUBJECT_FILES] |= chunk_is_file_system(&seen->chunks[i]) &&
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
	summary_find_update(&s, seen);
	find_subjects(&s, seen);
	return s;
}
