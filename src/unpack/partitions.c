/* SPDX-License-Identifier: ISC */
/* Keeps the parts of a disk apart and gives what lies between them too. */
#include "unpack/partitions.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX (PARTITIONS_MAX + PARTITIONS_OWN_MAX)

struct row {
	uint64_t at, len; /* len > 0; the sum fits */
	bool own;
	size_t name_len;
	char name[PARTITIONS_NAME_LEN + 1];
};

struct partitions {
	struct bytes in;
	const char *format; /* static; goes into faults */
	struct row row[ROWS_MAX];
	size_t count, own_count;
	size_t given;	   /* rows dealt with */
	uint64_t gap_from; /* first byte not yet given */
	enum err failed;
};

enum err
partitions_open(struct bytes in, const char *format, struct partitions **ret)
{
	struct partitions *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return ERR_MEMORY;
	p->in = in;
	p->format = format;
	*ret = p;
	return ERR_OK;
}

static struct row *
add_row(struct partitions *p, uint64_t at, uint64_t len, bool own)
{
	size_t others = p->count - p->own_count;

	if (len == 0 || len > UINT64_MAX - at) {
		partitions_fail(p, ERR_MALFORMED);
		return NULL;
	}
	if (own ? p->own_count == PARTITIONS_OWN_MAX
		: others == PARTITIONS_MAX) {
		partitions_fail(p, ERR_LIMIT);
		return NULL;
	}
	struct row *row = &p->row[p->count++];

	p->own_count += own ? 1 : 0;
	*row = (struct row){ .at = at, .len = len, .own = own };
	return row;
}

void
partitions_add(
    struct partitions *p, uint64_t at, uint64_t len, struct bytes name)
{
	struct row *row = add_row(p, at, len, false);

	if (row == NULL || name.len == 0)
		return;
	char clean[PARTITIONS_NAME_LEN];

	name.len = size_min(name.len, PARTITIONS_NAME_LEN);
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.ptr[i];

		clean[i] = (char)(c == '/' || c < ' ' || c == 0x7f ? '_' : c);
	}
	row->name_len = format_clean_name(
	    (struct bytes){ (const uint8_t *)clean, name.len }, row->name);
	if (row->name_len == 1) /* "." or "..": as good as none */
		row->name_len = 0;
}

void
partitions_add_own(struct partitions *p, uint64_t at, uint64_t len)
{
	(void)add_row(p, at, len, true);
}

void
partitions_fail(struct partitions *p, enum err code)
{
	if (p->failed == ERR_OK)
		p->failed = code;
}

/* The table's own bytes first where two start together: they hold. */
static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a;
	const struct row *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (int)y->own - (int)x->own;
}

void
partitions_finish(struct partitions *p)
{
	uint64_t end = 0;
	size_t kept = 0;

	qsort(p->row, p->count, sizeof(p->row[0]), compare_rows);
	for (size_t i = 0; i < p->count; i++) {
		const struct row *row = &p->row[i];

		if (row->at < end) {
			partitions_fail(p, ERR_MALFORMED);
			continue;
		}
		end = row->at + row->len;
		if (kept != i)
			p->row[kept] = *row;
		kept++;
	}
	p->count = kept;
}

static void
give_gap(struct partitions *p, uint64_t end, struct node *ret)
{
	size_t at = (size_t)p->gap_from;

	*ret = (struct node){
		.kind = NODE_PAYLOAD,
		.size = end - p->gap_from,
		.content = bytes_slice(p->in, at, (size_t)end - at),
		.in_place = true,
		.at = at,
	};
	p->gap_from = end;
}

static void
give_row(struct partitions *p, const struct row *row, struct node *ret)
{
	size_t len = p->in.len;
	size_t at = row->at < len ? (size_t)row->at : len;
	struct node node = {
		.kind = NODE_PAYLOAD,
		.name = { (const uint8_t *)row->name, row->name_len },
		.size = row->len,
		.content = bytes_slice(p->in, at,
		    row->len < len - at ? (size_t)row->len : len - at),
	};

	node.in_place = node.content.len > 0;
	if (node.in_place)
		node.at = at;
	if (node.content.len < node.size)
		node_fail(&node, ERR_TRUNCATED, at, p->format, "partition");
	*ret = node;
}

enum err
partitions_next(void *handle, struct node *ret)
{
	struct partitions *p = handle;

	for (;;) {
		const struct row *row =
		    p->given < p->count ? &p->row[p->given] : NULL;
		uint64_t end = p->in.len;

		if (row != NULL && row->at < end)
			end = row->at;
		if (p->gap_from < end) {
			give_gap(p, end, ret);
			return ERR_OK;
		}
		if (row == NULL)
			return p->failed != ERR_OK ? p->failed : ERR_END;
		p->given++;
		p->gap_from = row->at + row->len;
		if (!row->own) {
			give_row(p, row, ret);
			return ERR_OK;
		}
	}
}

size_t
partitions_used(void *handle)
{
	const struct partitions *p = handle;

	return p->in.len;
}

void
partitions_close(void *handle)
{
	free(handle);
}
