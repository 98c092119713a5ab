/* SPDX-License-Identifier: ISC */
/* Collects pieces, sorts them by address and joins those that touch. */
#include "unpack/runs.h"

#include "base/out.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define RECORDS_FIRST 64
#define NAME_LEN 24 /* "/0x" and 16 digits */

struct record {
	uint64_t address;
	size_t at; /* in `raw` while adding, in `joined` afterwards */
	size_t len;
};

struct runs {
	struct budget *budget;
	struct out raw;	   /* as added */
	struct out joined; /* by address */
	struct record *record;
	size_t count, cap;
	size_t given;
	char name[NAME_LEN];
};

enum err
runs_open(struct budget *budget, size_t len, struct runs **ret)
{
	struct runs *r;
	enum err err = budget_take(budget, len);

	if (err != ERR_OK)
		return err;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return ERR_MEMORY;
	r->budget = budget;
	r->raw = out_open(len);
	*ret = r;
	return ERR_OK;
}

void
runs_close(void *handle)
{
	struct runs *r = handle;

	if (r == NULL)
		return;
	out_close(&r->raw);
	out_close(&r->joined);
	free(r->record);
	free(r);
}

static enum err
add_record(struct runs *r, uint64_t address, size_t len)
{
	if (r->count == r->cap) {
		size_t cap = r->cap == 0 ? RECORDS_FIRST : 2 * r->cap;
		struct record *more =
		    reallocarray(r->record, cap, sizeof(*more));

		if (more == NULL)
			return ERR_MEMORY;
		r->record = more;
		r->cap = cap;
	}
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): cap > count */
	r->record[r->count++] = (struct record){ address, r->raw.len, len };
	return ERR_OK;
}

enum err
runs_add(struct runs *r, uint64_t address, struct bytes data)
{
	enum err err = ERR_OK;

	if (data.len == 0)
		return ERR_OK;
	struct record *last = r->count > 0 ? &r->record[r->count - 1] : NULL;

	/* the usual case: they come in order, without gaps */
	if (last != NULL && last->address + last->len == address)
		last->len += data.len;
	else
		err = add_record(r, address, data.len);
	if (err == ERR_OK)
		out_put(&r->raw, data);
	return err == ERR_OK ? r->raw.failed : err;
}

static int
compare_records(const void *a, const void *b)
{
	const struct record *x = a;
	const struct record *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static void
fill(struct out *o, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out_u8(o, 0xff);
}

/* Appends one record to the last run or begins another. */
static size_t
join_record(struct runs *r, size_t run_count, struct record piece)
{
	struct record *run = run_count > 0 ? &r->record[run_count - 1] : NULL;
	uint64_t end = run != NULL ? run->address + run->len : 0;

	if (run != NULL && piece.address < end) { /* said before */
		uint64_t skip = end - piece.address;

		if (skip >= piece.len)
			return run_count;
		piece.address = end;
		piece.at += (size_t)skip;
		piece.len -= (size_t)skip;
	}
	struct bytes data =
	    bytes_slice(out_bytes(&r->raw), piece.at, piece.len);

	if (run != NULL && piece.address - end <= RUNS_GAP_MAX) {
		fill(&r->joined, (size_t)(piece.address - end));
		run->len += (size_t)(piece.address - end) + piece.len;
	} else {
		piece.at = r->joined.len;
		r->record[run_count++] = piece;
	}
	out_put(&r->joined, data);
	return run_count;
}

enum err
runs_join(struct runs *r)
{
	size_t run_count = 0;
	size_t gaps = 0;
	uint64_t end = 0;

	if (r->count == 0)
		return ERR_OK;
	qsort(r->record, r->count, sizeof(r->record[0]), compare_records);
	for (size_t i = 0; i < r->count; i++) {
		const struct record *one = &r->record[i];

		if (i > 0 && one->address >= end &&
		    one->address - end <= RUNS_GAP_MAX)
			gaps += (size_t)(one->address - end);
		if (one->address + one->len > end)
			end = one->address + one->len;
	}
	enum err err = budget_take(r->budget, r->raw.len + gaps);

	if (err != ERR_OK)
		return err;
	r->joined = out_open(r->raw.len + gaps);
	/* runs are never more than the records read so far: same array */
	for (size_t i = 0; i < r->count; i++)
		run_count = join_record(r, run_count, r->record[i]);
	r->count = run_count;
	out_close(&r->raw);
	return r->joined.failed;
}

enum err
runs_next(void *handle, struct node *ret)
{
	struct runs *r = handle;

	if (r->given == r->count)
		return ERR_END;
	const struct record *run = &r->record[r->given++];

	*ret = (struct node){
		.kind = NODE_PAYLOAD,
		.size = run->len,
		.content =
		    bytes_slice(out_bytes(&r->joined), run->at, run->len),
	};
	if (r->count > 1) {
		int len = snprintf(r->name, sizeof(r->name), "/0x%08llx",
		    (unsigned long long)run->address);

		assert(len > 0 && (size_t)len < sizeof(r->name));
		ret->kind = NODE_FILE;
		ret->mode = 0644;
		ret->name =
		    (struct bytes){ (const uint8_t *)r->name, (size_t)len };
	}
	return ERR_OK;
}
