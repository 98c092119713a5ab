/* SPDX-License-Identifier: ISC */
/*
 * vectorscan says which banner is where, all signatures at once; PCRE2 then
 * reads the version out of a window around it.
 */
#include "inspect/banners.h"

#include "base/arena.h"
#include "base/cursor.h"
#include "base/limits.h"

#include <assert.h>
#include <hs/hs.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* The rows with their patterns and samples, several times over. */
#define BANNERS_LEN (4 * MIB)

/* Places of one signature in one file; a library repeats its banner in every
   object, so that openssl reaches 60. */
#define HITS 16

/* Ends this close together belong to one match that goes on. */
#define HIT_GAP 64

/* Steps of one PCRE2 match; a window is short, so real ones need hundreds. */
#define MATCH_STEPS 50000

/* Bytes of a version; longer ones are something else. */
#define VERSION_LEN 64

/* Where matches of one signature end in the file at hand. */
struct ends {
	bool also_seen;	      /* for a row with "also": it is in the file */
	uint64_t first[HITS]; /* the end of a match, */
	uint64_t last[HITS];  /* and the last end before a gap */
	size_t count;
};

struct banners {
	struct arena arena;
	struct signature *rows;
	size_t count;
	struct signatures_compiled compiled;
	hs_scratch_t *scratch;
	pcre2_code **code; /* by row; NULL until its first hit */
	pcre2_match_data *match;
	pcre2_match_context *limits;
	struct ends *ends; /* by row */
	struct banner *found;
	size_t found_count;
};

static void
fail(struct fault *fault, enum err code, uint64_t at, const char *field)
{
	*fault = (struct fault){ code, at, "components", field };
}

/* Takes one database, four bytes of length before it, off *rest. */
static bool
take_database(struct bytes *rest, hs_database_t **ret)
{
	struct cursor c = cur_open(*rest, "components.hsdb");
	uint32_t len = cur_u32le(&c, "length");
	struct bytes body = cur_bytes(&c, len, "database");

	if (!cur_ok(&c))
		return false;
	*rest = bytes_from(*rest, c.pos);
	return len == 0 ||
	    hs_deserialize_database((const char *)body.ptr, body.len, ret) ==
	    HS_SUCCESS;
}

/* False when there is none or it was not made from these tables. */
static bool
open_compiled(const struct data_set *data, struct signatures_compiled *ret)
{
	struct bytes file = data_find(data, "components.hsdb");
	struct signatures_compiled compiled = { NULL, NULL };
	uint8_t seal[SIGNATURES_SEAL_LEN];
	struct bytes rest = bytes_from(file, sizeof(seal));

	signatures_seal(data, seal);
	if (!bytes_starts(file, (struct bytes){ seal, sizeof(seal) }))
		return false;
	if (take_database(&rest, &compiled.banners) &&
	    take_database(&rest, &compiled.numbers) &&
	    compiled.banners != NULL) {
		*ret = compiled;
		return true;
	}
	signatures_free(&compiled);
	return false;
}

static enum err
open_tables(struct banners *b, const struct data_set *data, struct fault *fault)
{
	char reason[200]; /* told by the tool that compiles; the line is told */
	enum err err =
	    signatures_read(data, &b->arena, &b->rows, &b->count, fault);

	if (err != ERR_OK || open_compiled(data, &b->compiled))
		return err;
	return signatures_compile(
	    b->rows, b->count, &b->compiled, fault, reason, sizeof(reason));
}

static enum err
open_scanners(struct banners *b)
{
	b->code = calloc(b->count, sizeof(pcre2_code *));
	b->ends = calloc(b->count, sizeof(struct ends));
	b->found = calloc(BANNERS_MAX, sizeof(struct banner));
	b->match = pcre2_match_data_create(2, NULL);
	b->limits = pcre2_match_context_create(NULL);
	if (b->code == NULL || b->ends == NULL || b->found == NULL ||
	    b->match == NULL || b->limits == NULL)
		return ERR_MEMORY;
	(void)pcre2_set_match_limit(b->limits, MATCH_STEPS);
	if (hs_alloc_scratch(b->compiled.banners, &b->scratch) != HS_SUCCESS ||
	    (b->compiled.numbers != NULL &&
		hs_alloc_scratch(b->compiled.numbers, &b->scratch) !=
		    HS_SUCCESS))
		return ERR_MEMORY;
	return ERR_OK;
}

enum err
banners_open(
    const struct data_set *data, struct banners **ret, struct fault *ret_fault)
{
	struct banners *b = calloc(1, sizeof(*b));

	if (b == NULL) {
		fail(ret_fault, ERR_MEMORY, 0, "handle");
		return ERR_MEMORY;
	}
	b->arena = arena_open(BANNERS_LEN);
	enum err err = open_tables(b, data, ret_fault);

	if (err == ERR_OK) {
		err = open_scanners(b);
		if (err != ERR_OK)
			fail(ret_fault, err, 0, "scanner");
	}
	if (err != ERR_OK) {
		banners_close(b);
		return err;
	}
	*ret = b;
	return ERR_OK;
}

void
banners_close(struct banners *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; b->code != NULL && i < b->count; i++)
		pcre2_code_free(b->code[i]);
	free(b->code);
	free(b->ends);
	free(b->found);
	pcre2_match_data_free(b->match);
	pcre2_match_context_free(b->limits);
	(void)hs_free_scratch(b->scratch);
	signatures_free(&b->compiled);
	arena_close(&b->arena);
	free(b);
}

/* Ends of one row come in ascending order. */
static void
add_end(struct ends *ends, uint64_t to)
{
	if (ends->count > 0 && to - ends->last[ends->count - 1] <= HIT_GAP) {
		ends->last[ends->count - 1] = to;
	} else if (ends->count < HITS) {
		ends->first[ends->count] = to;
		ends->last[ends->count] = to;
		ends->count++;
	}
}

/* vectorscan's callbacks; `from` is not asked for, that would cost. */
static int
on_banner(unsigned number, unsigned long long from, unsigned long long to,
    unsigned flags, void *context)
{
	struct banners *b = context;

	(void)from;
	(void)flags;
	if (b->rows[number].also.len > 0)
		b->ends[number].also_seen = true;
	else
		add_end(&b->ends[number], to);
	return 0;
}

static int
on_number(unsigned number, unsigned long long from, unsigned long long to,
    unsigned flags, void *context)
{
	struct banners *b = context;

	(void)from;
	(void)flags;
	if (b->ends[number].also_seen)
		add_end(&b->ends[number], to);
	return 0;
}

/* Notes a version unless this row has given it before. */
static void
add_version(struct banners *b, size_t row, size_t first, struct banner found)
{
	for (size_t i = first; i < b->found_count; i++)
		if (bytes_equal(b->found[i].version, found.version))
			return;
	if (b->found_count == BANNERS_MAX || found.version.len > VERSION_LEN)
		return;
	found.signature = &b->rows[row];
	b->found[b->found_count++] = found;
}

/*
 * Notes the versions of matches that end in [from, to] of the row's `place`th
 * run of ends, or go on from there. `first` is the row's first banner.
 */
static void
read_place(struct banners *b, size_t row, size_t place, size_t first,
    struct bytes content)
{
	size_t from = (size_t)b->ends[row].first[place];
	size_t to = (size_t)b->ends[row].last[place];
	size_t start = from > SIGNATURE_WIDTH ? from - SIGNATURE_WIDTH : 0;
	struct bytes window =
	    bytes_slice(content, start, to - start + SIGNATURE_WIDTH);
	size_t pos = 0;

	while (pos < window.len && start + pos < to &&
	    pcre2_match(b->code[row], window.ptr, window.len, pos, 0, b->match,
		b->limits) > 0) {
		const PCRE2_SIZE *v = pcre2_get_ovector_pointer(b->match);
		bool versioned = b->rows[row].version.len > 0;

		/* What ends before is another place, maybe cut off in front. */
		if (start + v[1] >= from && start + v[0] < to)
			add_version(b, row, first,
			    (struct banner){
				.version = bytes_slice(
				    window, v[2], versioned ? v[3] - v[2] : 0),
				.at = start + v[0],
				.len = v[1] - v[0],
			    });
		pos = v[1] > pos ? v[1] : pos + 1;
	}
}

static enum err
read_versions(struct banners *b, size_t row, struct bytes content)
{
	size_t first = b->found_count;
	int error;
	PCRE2_SIZE at;

	if (b->code[row] == NULL)
		b->code[row] = pcre2_compile((PCRE2_SPTR)b->rows[row].pattern,
		    PCRE2_ZERO_TERMINATED, 0, &error, &at, NULL);
	if (b->code[row] == NULL)
		return ERR_MEMORY; /* it was checked when it was read */
	for (size_t i = 0; i < b->ends[row].count; i++)
		read_place(b, row, i, first, content);
	/* A bare number that is the version only because of what else is in
	   the file: with two of them nobody knows which. */
	if (b->rows[row].also.len > 0 && b->found_count - first > 1)
		b->found_count = first;
	return ERR_OK;
}

static bool
is_elf(struct bytes content)
{
	return bytes_starts(content, BYTES("\177ELF"));
}

static bool
applies(const struct signature *s, struct bytes content)
{
	return s->where == SIGNATURE_ANY ||
	    is_elf(content) == (s->where == SIGNATURE_ELF);
}

static enum err
scan(struct banners *b, const hs_database_t *database, struct bytes content,
    match_event_handler on_match)
{
	unsigned len =
	    content.len > UINT32_MAX ? UINT32_MAX : (unsigned)content.len;
	hs_error_t result = hs_scan(database, (const char *)content.ptr, len, 0,
	    b->scratch, on_match, b);

	assert(result == HS_SUCCESS || result == HS_NOMEM);
	return result == HS_SUCCESS ? ERR_OK : ERR_MEMORY;
}

/* Finds where which banner is; leaves it in b->ends. */
static enum err
find_ends(struct banners *b, struct bytes content)
{
	bool doubtful = false;

	for (size_t row = 0; row < b->count; row++) {
		b->ends[row].count = 0;
		b->ends[row].also_seen = false;
	}
	enum err err = scan(b, b->compiled.banners, content, on_banner);

	if (err != ERR_OK)
		return err;
	for (size_t row = 0; row < b->count; row++)
		doubtful |=
		    b->ends[row].also_seen && applies(&b->rows[row], content);
	if (doubtful)
		err = scan(b, b->compiled.numbers, content, on_number);
	return err;
}

enum err
banners_find(struct banners *b, struct bytes content, const struct banner **ret,
    size_t *ret_count)
{
	enum err err = content.len == 0 ? ERR_END : find_ends(b, content);

	b->found_count = 0;
	for (size_t row = 0; err == ERR_OK && row < b->count; row++)
		if (b->ends[row].count > 0 && applies(&b->rows[row], content))
			err = read_versions(b, row, content);
	if (err != ERR_OK && err != ERR_END)
		return err;
	*ret = b->found;
	*ret_count = b->found_count;
	return ERR_OK;
}
