/* SPDX-License-Identifier: ISC */
/* Finds the pages of a NAND dump and takes their spare bytes away. */
#include "unpack/nand_oob.h"

#include "base/limits.h"
#include "base/number.h"
#include "unpack/yaffs2.h"

#include <stdlib.h>
#include <string.h>

/* Written pages that are looked at: at most, and at least. */
#define SAMPLE_MAX 256
#define SAMPLE_MIN 32
#define SAMPLE_MARKED_MIN 4 /* with JFFS2's clean markers */
#define MARKERS_MIN 2
/* Pages over which the sample is spread first. */
#define SPREAD_PAGES ((size_t)2048)
/* One odd page in so many is a bad block's, or the boot loader's. */
#define ODD_SHARE 8
/* At most one place in so many of a page's may read ff as the mark does. */
#define BLANK_SHARE 64
#define AREAS_MAX 16
#define AREA_TRIES 64

struct layout {
	size_t data_len;
	size_t spare_len; /* behind it */
};

/* Sizes that flash chips have, spare bytes as the controller leaves them. */
static const struct layout layouts[] = {
	{ 512, 16 },
	{ 1024, 32 },
	{ 2048, 64 },
	{ 2048, 112 },
	{ 2048, 128 },
	{ 4096, 128 },
	{ 4096, 218 },
	{ 4096, 224 },
	{ 4096, 256 },
	{ 8192, 256 },
	{ 8192, 448 },
	{ 8192, 512 },
	{ 8192, 640 },
	{ 8192, 744 },
	{ 16384, 512 },
	{ 16384, 1024 },
};

struct area {
	size_t at, len;
};

/* Written pages of a dump, by their offsets. */
struct sample {
	size_t at[SAMPLE_MAX];
	size_t count;
};

/* What speaks for a layout. */
struct match {
	struct layout layout;
	size_t odd; /* pages of the sample without the mark */
	size_t markers;
};

struct nand {
	struct bytes in;
	struct budget *budget;
	struct layout layout;
	uint8_t *data; /* owned: the pages without spare bytes */
	struct area area[AREAS_MAX];
	size_t area_count;
	size_t given; /* the payload, then the areas */
};

static size_t
page_len(const struct layout *l)
{
	return l->data_len + l->spare_len;
}

/* Erased, or nothing but zeros as a factory leaves bad blocks. */
static bool
is_blank(const uint8_t *p, size_t len)
{
	return (p[0] == 0xff || p[0] == 0x00) && memcmp(p, p + 1, len - 1) == 0;
}

static bool
is_erased_pair(const uint8_t *p)
{
	return p[0] == 0xff && p[1] == 0xff;
}

static void
take_sample(
    struct bytes in, const struct layout *l, size_t step, struct sample *ret)
{
	size_t pages = in.len / page_len(l);

	ret->count = 0;
	for (size_t i = 0; i < pages && ret->count < SAMPLE_MAX; i += step) {
		size_t at = i * page_len(l);

		if (!is_blank(in.ptr + at, l->data_len))
			ret->at[ret->count++] = at;
	}
}

/* Pages of the sample in which a place is not erased; no more than `limit`
   are counted. */
static size_t
count_written(
    struct bytes in, const struct sample *s, size_t place, size_t limit)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count && count < limit; i++)
		count += !is_erased_pair(in.ptr + s->at[i] + place);
	return count;
}

/* Whether too many pages have no erased place at all in the spare bytes, as
   most files do: no place can be the mark then. */
static bool
lacks_mark(struct bytes in, const struct layout *l, const struct sample *s)
{
	size_t without = 0;

	for (size_t i = 0; i < s->count && without <= s->count / ODD_SHARE;
	     i++) {
		struct bytes spare =
		    bytes_slice(in, s->at[i] + l->data_len, l->spare_len);

		without += bytes_find(spare, BYTES("\xff\xff"), 0) == SIZE_MAX;
	}
	return without > s->count / ODD_SHARE;
}

/* The fewest written pages that a place in the spare bytes has; too many are
   not counted. */
static size_t
count_odd(struct bytes in, const struct layout *l, const struct sample *s)
{
	size_t best = s->count / ODD_SHARE + 1;

	for (size_t i = 0; i + 1 < l->spare_len && best > 0; i++) {
		size_t odd = count_written(in, s, l->data_len + i, best);

		if (odd < best)
			best = odd;
	}
	return best;
}

/* Whether hardly a place in the pages reads ff as often as the mark does. */
static bool
is_data_written(struct bytes in, const struct layout *l, const struct sample *s,
    size_t allowed)
{
	size_t blank = 0;

	for (size_t i = 0; i + 1 < l->data_len; i++) {
		blank += count_written(in, s, i, allowed + 1) <= allowed;
		if (blank > l->data_len / BLANK_SHARE)
			return false;
	}
	return true;
}

/* JFFS2 marks a block as erased in its first page's spare bytes. */
static size_t
count_markers(struct bytes in, const struct layout *l)
{
	static const struct bytes markers[] = {
		{ (const uint8_t *)"\x85\x19\x03\x20\x08\0\0\0", 8 },
		{ (const uint8_t *)"\x19\x85\x20\x03\0\0\0\x08", 8 },
	};
	size_t count = 0;

	for (size_t at = l->data_len; at + l->spare_len <= in.len;
	     at += page_len(l)) {
		struct bytes spare = bytes_slice(in, at, l->spare_len);

		for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]);
		     i++)
			count += bytes_find(spare, markers[i], 0) != SIZE_MAX;
	}
	return count;
}

static bool
fits(struct bytes in, const struct layout *l, struct match *ret)
{
	size_t pages = in.len / page_len(l);
	struct match m = { .layout = *l };
	struct sample s;

	/* An odd step, so that not only the first pages of blocks are seen. */
	take_sample(in, l, pages / SPREAD_PAGES | 1, &s);
	if (s.count < SAMPLE_MIN && pages / SPREAD_PAGES > 1)
		take_sample(in, l, 1, &s);
	if (s.count < SAMPLE_MARKED_MIN || lacks_mark(in, l, &s))
		return false;
	m.odd = count_odd(in, l, &s);
	if (m.odd > s.count / ODD_SHARE)
		return false;
	/* Where a page ends is written or erased as its other places are. */
	size_t written = count_written(in, &s, l->data_len - 2, s.count);

	if (m.odd > written / ODD_SHARE || written < SAMPLE_MARKED_MIN)
		return false;
	m.markers = count_markers(in, l);
	if (written < SAMPLE_MIN && m.markers < MARKERS_MIN)
		return false;
	if (!is_data_written(in, l, &s, written / ODD_SHARE))
		return false;
	*ret = m;
	return true;
}

static bool
is_better(struct bytes in, const struct match *a, const struct match *b)
{
	if (a->markers != b->markers)
		return a->markers > b->markers;
	if (a->odd != b->odd)
		return a->odd < b->odd;
	return in.len % page_len(&a->layout) == 0 &&
	    in.len % page_len(&b->layout) != 0;
}

static bool
find_layout(struct bytes in, struct match *ret)
{
	bool found = false;

	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		struct match m;

		if (!fits(in, &layouts[i], &m) ||
		    (found && !is_better(in, &m, ret)))
			continue;
		*ret = m;
		found = true;
	}
	return found;
}

static bool
has_yaffs2_magic(struct bytes in)
{
	for (size_t i = 0; i < FORMAT_MAGICS; i++) {
		const struct magic *m = &yaffs2_format.magic[i];

		if (m->len > 0 && in.len > m->at + m->len &&
		    memcmp(in.ptr + m->at, m->bytes, m->len) == 0)
			return true;
	}
	return false;
}

/* A file system that reads spare bytes itself. */
static void
find_areas(struct nand *n)
{
	size_t page = page_len(&n->layout);
	size_t tries = 0;

	for (size_t at = 0;
	     n->in.len - at >= page && n->area_count < AREAS_MAX;) {
		struct bytes rest = bytes_from(n->in, at);
		struct format_info info;

		at += page;
		if (!has_yaffs2_magic(rest))
			continue;
		if (tries++ == AREA_TRIES)
			break;
		if (yaffs2_format.probe(rest, &info) != ERR_OK ||
		    info.size == 0 || info.size % page != 0)
			continue;
		n->area[n->area_count++] =
		    (struct area){ at - page, info.size };
		at += info.size - page;
	}
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct format_info own;
	struct match m = { 0 };

	if (!find_layout(in, &m) ||
	    (has_yaffs2_magic(in) && yaffs2_format.probe(in, &own) == ERR_OK))
		return ERR_MALFORMED;
	size_t page = page_len(&m.layout);

	*ret = (struct format_info){ .size = in.len / page * page,
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	format_detail(ret, "%zu pages of %zu + %zu bytes", in.len / page,
	    m.layout.data_len, m.layout.spare_len);
	if (m.markers > 0)
		format_detail(ret, ", %zu JFFS2 clean markers", m.markers);
	format_detail(ret, ", ECC not looked at");
	return ERR_OK;
}

static void
close_nand(void *handle)
{
	struct nand *n = handle;

	if (n == NULL)
		return;
	free(n->data);
	free(n);
}

static enum err
open_nand(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct nand *n = calloc(1, sizeof(*n));
	struct match m;

	if (n == NULL)
		return ERR_MEMORY;
	if (!find_layout(in, &m)) {
		close_nand(n);
		return ERR_MALFORMED;
	}
	n->in = in;
	n->budget = budget;
	n->layout = m.layout;
	find_areas(n);
	*ret_handle = n;
	return ERR_OK;
}

/* The pages' data one after the other, without what the areas hold. */
static void
copy_pages(struct nand *n, size_t size)
{
	size_t data_len = n->layout.data_len;
	size_t page = page_len(&n->layout);

	for (size_t i = 0; i < size / data_len; i++)
		memcpy(n->data + i * data_len, n->in.ptr + i * page, data_len);
	for (size_t i = 0; i < n->area_count; i++) {
		size_t from = n->area[i].at / page * data_len;
		size_t to = from + n->area[i].len / page * data_len;

		if (from < size)
			memset(n->data + from, 0xff, size_min(to, size) - from);
	}
}

static enum err
give_data(struct nand *n, struct node *node)
{
	size_t data_len = n->layout.data_len;
	size_t size = n->in.len / page_len(&n->layout) * data_len;

	node->size = size;
	if (size > LIMIT_FILE_LEN) {
		node_fail(node, ERR_LIMIT, 0, "nand-oob", "pages");
		size = LIMIT_FILE_LEN / data_len * data_len;
	}
	if (budget_take(n->budget, size) != ERR_OK)
		return ERR_LIMIT;
	n->data = malloc(size + 1); /* + 1: none of 0 bytes */
	if (n->data == NULL)
		return ERR_MEMORY;
	copy_pages(n, size);
	node->region = true;
	node->content = (struct bytes){ n->data, size };
	return ERR_OK;
}

static enum err
next_nand(void *handle, struct node *ret)
{
	struct nand *n = handle;
	struct node node = { .kind = NODE_PAYLOAD };

	free(n->data);
	n->data = NULL;
	if (n->given > n->area_count)
		return ERR_END;
	if (n->given == 0) {
		enum err err = give_data(n, &node);

		if (err != ERR_OK)
			return err;
	} else {
		const struct area *a = &n->area[n->given - 1];

		node.in_place = true;
		node.at = a->at;
		node.size = a->len;
		node.content = bytes_slice(n->in, a->at, a->len);
	}
	n->given++;
	*ret = node;
	return ERR_OK;
}

static size_t
used_nand(void *handle)
{
	const struct nand *n = handle;

	return n->in.len;
}

const struct format nand_oob_format = {
	.name = "nand-oob",
	.only_at_start = true,
	.probe = probe,
	.open = open_nand,
	.next = next_nand,
	.used = used_nand,
	.close = close_nand,
};
