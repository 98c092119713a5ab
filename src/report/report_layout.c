/* SPDX-License-Identifier: ISC */
/* The chunks of an image sorted, each nested one below the one it lies in. */
#include "report/report_private.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* Pointers to each chunk in three orders, and the index of their groups. */
#define LAYOUT_ARENA_LEN ((size_t)LIMIT_CHUNKS * 64 + KIB)

#define CHAIN_LEN 64
#define CHAINS_SHOWN 3

/* A top chunk's path and its place in the layout. */
struct top_path {
	struct bytes path;
	size_t index;
};

/* A nested chunk and the top chunk that holds it. */
struct nested {
	const struct chunk *chunk;
	size_t top;
	size_t order;
};

static int
compare_at(const void *left, const void *right)
{
	const struct chunk *a = *(const struct chunk *const *)left;
	const struct chunk *b = *(const struct chunk *const *)right;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return bytes_compare(a->path, b->path);
}

/* By path; of pieces of one container the first comes first. */
static int
compare_path(const void *left, const void *right)
{
	const struct top_path *a = left;
	const struct top_path *b = right;
	int order = bytes_compare(a->path, b->path);

	if (order != 0)
		return order;
	return a->index < b->index ? -1 : 1;
}

static int
compare_nested(const void *left, const void *right)
{
	const struct nested *a = left;
	const struct nested *b = right;

	if (a->top != b->top)
		return a->top < b->top ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* The first top chunk of exactly that path, or SIZE_MAX. */
static size_t
find_path(const struct top_path *paths, size_t count, struct bytes path)
{
	size_t from = 0;
	size_t to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (bytes_compare(paths[middle].path, path) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if (from < count && bytes_equal(paths[from].path, path))
		return paths[from].index;
	return SIZE_MAX;
}

/* The top chunk with the longest path that `path` lies below; else the first. */
static size_t
find_top(const struct top_path *paths, size_t count, struct bytes path)
{
	for (size_t len = path.len; len > 0; len--) {
		if (len < path.len && path.ptr[len] != '!')
			continue;
		size_t found =
		    find_path(paths, count, bytes_slice(path, 0, len));

		if (found != SIZE_MAX)
			return found;
	}
	return 0;
}

static enum err
sort_top(const struct observation *seen, struct report_layout *l)
{
	l->top =
	    arena_take_array(&l->arena, seen->chunk_count, sizeof(l->top[0]));
	if (l->top == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < seen->chunk_count; i++)
		if (!seen->chunks[i].nested)
			l->top[l->top_count++] = &seen->chunks[i];
	if (l->top_count > 0)
		qsort(l->top, l->top_count, sizeof(l->top[0]), compare_at);
	return ERR_OK;
}

static void
group(struct nested *nested, size_t count, struct report_layout *l)
{
	size_t n = 0;

	if (count > 0)
		qsort(nested, count, sizeof(nested[0]), compare_nested);
	for (size_t i = 0; i < l->top_count; i++) {
		l->inside_from[i] = n;
		for (; n < count && nested[n].top == i; n++)
			l->inside[n] = nested[n].chunk;
	}
	l->inside_from[l->top_count] = n;
}

static enum err
sort_nested(const struct observation *seen, struct report_layout *l)
{
	size_t count = seen->chunk_count - l->top_count;
	struct top_path *paths =
	    arena_take_array(&l->arena, l->top_count, sizeof(paths[0]));
	struct nested *nested =
	    arena_take_array(&l->arena, count, sizeof(nested[0]));
	size_t n = 0;

	l->inside = arena_take_array(&l->arena, count, sizeof(l->inside[0]));
	l->inside_from = arena_take_array(
	    &l->arena, l->top_count + 1, sizeof(l->inside_from[0]));
	if (paths == NULL || nested == NULL || l->inside == NULL ||
	    l->inside_from == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < l->top_count; i++)
		paths[i] = (struct top_path){ l->top[i]->path, i };
	if (l->top_count > 0)
		qsort(paths, l->top_count, sizeof(paths[0]), compare_path);
	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];

		if (!c->nested)
			continue;
		nested[n] = (struct nested){ c,
			find_top(paths, l->top_count, c->path), n };
		n++;
	}
	group(nested, count, l);
	return ERR_OK;
}

enum err
report_layout_open(const struct assessment *a, struct report_layout *ret)
{
	struct report_layout l = { .arena = arena_open(
				       (size_t)LAYOUT_ARENA_LEN * 2) };
	enum err err = sort_top(a->seen, &l);

	if (err == ERR_OK)
		err = sort_nested(a->seen, &l);
	if (err != ERR_OK) {
		arena_close(&l.arena);
		return err;
	}
	*ret = l;
	return ERR_OK;
}

void
report_layout_close(struct report_layout *layout)
{
	arena_close(&layout->arena);
}

/* What chunks say, in words. */

void
report_put_detail(const struct chunk *c, struct out *to)
{
	const struct fault *fault = &c->fault;
	size_t len = strnlen(c->info.detail, sizeof(c->info.detail));
	struct report_excerpt detail;

	report_excerpt_make(
	    (struct bytes){ (const uint8_t *)c->info.detail, len }, &detail);
	out_put(to, report_excerpt_bytes(&detail));
	if (fault->code == ERR_OK)
		return;
	if (detail.len > 0)
		out_text(to, "; ");
	if (fault->format != NULL) {
		out_text(to, fault->format);
		out_text(to, ": ");
	}
	if (fault->field != NULL) {
		out_text(to, fault->field);
		out_text(to, ": ");
	}
	out_text(to, err_text(fault->code));
	out_text(to, " at byte ");
	out_decimal(to, fault->at);
}

struct chain {
	uint8_t text[CHAIN_LEN];
	size_t len;
};

static bool
chain_add(struct chain *c, struct bytes word)
{
	struct bytes arrow = c->len > 0 ? BYTES(" > ") : BYTES("");

	if (arrow.len + word.len > sizeof(c->text) - c->len)
		return false;
	if (arrow.len > 0)
		memcpy(c->text + c->len, arrow.ptr, arrow.len);
	memcpy(c->text + c->len + arrow.len, word.ptr, word.len);
	c->len += arrow.len + word.len;
	return true;
}

static bool
is_format_name(struct bytes word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!((word.ptr[i] >= 'a' && word.ptr[i] <= 'z') ||
			(word.ptr[i] >= '0' && word.ptr[i] <= '9') ||
			word.ptr[i] == '-'))
			return false;
	return word.len > 0;
}

/* The containers from the top chunk down to this one. */
static struct chain
make_chain(const struct chunk *top, const struct chunk *inner)
{
	struct chain ret = { .len = 0 };
	struct bytes rest = inner->path;
	struct bytes part;

	if (bytes_starts(rest, top->path))
		rest = bytes_from(rest, top->path.len);
	while (bytes_next_field(&rest, '!', &part)) {
		size_t at = bytes_find(part, BYTES("@0x"), 0);

		if (rest.len == 0) /* the chunk itself: by its own word */
			break;
		if (at != SIZE_MAX &&
		    is_format_name(bytes_slice(part, 0, at)) &&
		    !chain_add(&ret, bytes_slice(part, 0, at)))
			return ret;
	}
	(void)chain_add(&ret, bytes_of(inner->format)); /* or shortened */
	return ret;
}

static bool
is_shown_format(const struct chunk *chunk)
{
	return strcmp(chunk->format, "raw") != 0 &&
	    chunk->state != CHUNK_PADDING;
}

/* Keeps the longer of two chains of which one starts the other. */
static void
keep_chain(struct chain *shown, size_t *count, const struct chain *chain)
{
	struct bytes text = { chain->text, chain->len };

	for (size_t i = 0; i < *count; i++) {
		struct bytes old = { shown[i].text, shown[i].len };

		if (bytes_starts(old, text))
			return;
		if (bytes_starts(text, old)) {
			shown[i] = *chain;
			return;
		}
	}
	if (*count <= CHAINS_SHOWN)
		shown[(*count)++] = *chain;
}

void
report_put_chains(
    const struct report_layout *layout, size_t top, struct out *to)
{
	struct chain shown[CHAINS_SHOWN + 1] = { { .len = 0 } };
	size_t count = 0;

	for (size_t i = layout->inside_from[top];
	     i < layout->inside_from[top + 1]; i++) {
		if (!is_shown_format(layout->inside[i]))
			continue;
		struct chain c =
		    make_chain(layout->top[top], layout->inside[i]);

		keep_chain(shown, &count, &c);
	}
	for (size_t i = 0; i < count && i < CHAINS_SHOWN; i++) {
		out_text(to, i > 0 ? ", " : "; holds ");
		out_put(to, (struct bytes){ shown[i].text, shown[i].len });
	}
	if (count > CHAINS_SHOWN)
		out_text(to, " and more");
}
