/* SPDX-License-Identifier: ISC */
/* Turns the chunks of a YAFFS2 into directories and files. */
#include "unpack/yaffs2.h"

#include "base/cursor.h"
#include "base/number.h"
#include "unpack/tree.h"
#include "unpack/yaffs2_private.h"

#include <stdlib.h>
#include <string.h>

/* What a visit to one chunk costs of the budget, so that many names for one
   file of many chunks come to an end. */
#define VISIT_COST 64
/* Chunks in a row that are neither erased nor tagged: another thing begins. */
#define FOREIGN_MAX 4

struct chunk {
	struct yaffs2_tags tags;
	size_t at;
};

/* An object by the directory that it is in. */
struct entry {
	uint32_t parent, object;
	size_t header; /* number of its chunk */
};

struct yaffs2 {
	struct bytes in;
	struct budget *budget;
	struct yaffs2_geometry geometry;
	struct chunk *chunk; /* owned; sorted, the newest of each */
	size_t chunk_count;
	struct entry *entry; /* owned; sorted */
	size_t entry_count;
	struct fault broken;
	bool begun;
	uint8_t *file; /* owned: content of the current file */
	struct tree tree;
};

/* Bytes up to the last chunk with tags; those chunks' number. */
static size_t
measure(struct bytes in, const struct yaffs2_geometry *g, size_t *ret_count)
{
	size_t page = g->chunk_len + g->spare_len;
	size_t foreign = 0;
	size_t size = 0;

	*ret_count = 0;
	for (size_t at = 0; page <= in.len - at && foreign < FOREIGN_MAX;
	     at += page) {
		struct yaffs2_tags t;
		enum err err = yaffs2_read_tags(in, g, at, &t);

		if (err == ERR_OK) {
			foreign = 0;
			size = at + page;
			(*ret_count)++;
		} else if (err != ERR_END) {
			foreign++;
		}
	}
	return size;
}

static enum err
probe(struct bytes in, struct format_info *ret)
{
	struct yaffs2_geometry g = { 0 };
	struct yaffs2_header first;
	size_t count;
	enum err err = yaffs2_read_header(
	    in, bytes_starts(in, BYTES("\0\0\0")), 0, &first);

	if (err != ERR_OK)
		return err;
	if (first.parent != YAFFS2_ROOT || !yaffs2_find_geometry(in, &g))
		return ERR_MALFORMED;
	*ret = (struct format_info){ .size = measure(in, &g, &count),
		.authenticity = AUTHENTICITY_NONE,
		.encrypted = ANSWER_NO };
	format_detail(ret, "%s%s endian, %zu chunks of %zu + %zu bytes",
	    g.first_version ? "version 1, " : "", g.big ? "big" : "little",
	    count, g.chunk_len, g.spare_len);
	return ERR_OK;
}

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_chunks(const void *a, const void *b)
{
	const struct chunk *x = a;
	const struct chunk *y = b;

	if (x->tags.object != y->tags.object)
		return order(x->tags.object, y->tags.object);
	if (x->tags.chunk != y->tags.chunk)
		return order(x->tags.chunk, y->tags.chunk);
	if (x->tags.sequence != y->tags.sequence)
		return order(x->tags.sequence, y->tags.sequence);
	return order(x->at, y->at);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->parent != y->parent)
		return order(x->parent, y->parent);
	return order(x->object, y->object);
}

static void
note_broken(struct yaffs2 *fs, enum err code, size_t at, const char *field)
{
	if (fs->broken.code == ERR_OK)
		fs->broken = (struct fault){ .code = code,
			.at = at,
			.format = "yaffs2",
			.field = field };
}

static enum err
read_chunks(struct yaffs2 *fs)
{
	size_t page = fs->geometry.chunk_len + fs->geometry.spare_len;
	size_t count;
	size_t size = measure(fs->in, &fs->geometry, &count);

	if (count > LIMIT_INDEX_LEN / sizeof(*fs->chunk))
		return ERR_LIMIT;
	fs->in = bytes_slice(fs->in, 0, size);
	fs->chunk = calloc(count + 1, sizeof(*fs->chunk));
	if (fs->chunk == NULL)
		return ERR_MEMORY;
	for (size_t at = 0; at < size; at += page) {
		struct chunk c = { .at = at };
		enum err err =
		    yaffs2_read_tags(fs->in, &fs->geometry, at, &c.tags);

		if (err == ERR_OK)
			fs->chunk[fs->chunk_count++] = c;
		else if (err != ERR_END)
			note_broken(fs, err, at, "tags");
	}
	qsort(fs->chunk, fs->chunk_count, sizeof(*fs->chunk), compare_chunks);
	size_t kept = 0;

	for (size_t i = 0; i < fs->chunk_count; i++) {
		const struct yaffs2_tags *t = &fs->chunk[i].tags;
		const struct yaffs2_tags *next =
		    i + 1 < fs->chunk_count ? &fs->chunk[i + 1].tags : NULL;

		if (next == NULL || next->object != t->object ||
		    next->chunk != t->chunk)
			fs->chunk[kept++] = fs->chunk[i];
	}
	fs->chunk_count = kept;
	return ERR_OK;
}

/* Puts each object that has a header into its directory. */
static enum err
read_entries(struct yaffs2 *fs)
{
	fs->entry = calloc(fs->chunk_count + 1, sizeof(*fs->entry));
	if (fs->entry == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < fs->chunk_count; i++) {
		const struct chunk *c = &fs->chunk[i];
		struct yaffs2_header h;

		if (c->tags.chunk != 0)
			continue;
		enum err err =
		    yaffs2_read_header(fs->in, fs->geometry.big, c->at, &h);

		if (err != ERR_OK)
			note_broken(fs, err, c->at, "object header");
		else if (c->tags.object != YAFFS2_ROOT)
			fs->entry[fs->entry_count++] =
			    (struct entry){ h.parent, c->tags.object, i };
	}
	qsort(fs->entry, fs->entry_count, sizeof(*fs->entry), compare_entries);
	return ERR_OK;
}

static void
close_yaffs2(void *handle)
{
	struct yaffs2 *fs = handle;

	if (fs == NULL)
		return;
	free(fs->chunk);
	free(fs->entry);
	free(fs->file);
	free(fs);
}

static enum err
open_yaffs2(struct bytes in, struct budget *budget, void **ret_handle)
{
	struct yaffs2 *fs = calloc(1, sizeof(*fs));
	enum err err = ERR_MALFORMED;

	if (fs == NULL)
		return ERR_MEMORY;
	fs->in = in;
	fs->budget = budget;
	tree_open(&fs->tree, "yaffs2");
	if (!yaffs2_find_geometry(in, &fs->geometry))
		goto done;
	err = read_chunks(fs);
	if (err != ERR_OK)
		goto done;
	err = read_entries(fs);
	if (err != ERR_OK)
		goto done;
	*ret_handle = fs;
	err = ERR_OK;
done:
	if (err != ERR_OK)
		close_yaffs2(fs);
	return err;
}

/* The first chunk that is not before this one. */
static size_t
find_chunk(const struct yaffs2 *fs, uint32_t object, uint32_t chunk)
{
	size_t low = 0;
	size_t high = fs->chunk_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct yaffs2_tags *t = &fs->chunk[middle].tags;

		if (t->object < object ||
		    (t->object == object && t->chunk < chunk))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
find_entry(const struct yaffs2 *fs, uint32_t parent)
{
	size_t low = 0;
	size_t high = fs->entry_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fs->entry[middle].parent < parent)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_newer(const struct chunk *a, const struct chunk *b)
{
	if (a->tags.sequence != b->tags.sequence)
		return a->tags.sequence > b->tags.sequence;
	return a->at > b->at;
}

/*
 * A file is as long as its newest header says, and longer where data was
 * written after that.
 */
static uint64_t
file_size(const struct yaffs2 *fs, size_t header, size_t to, uint64_t stored)
{
	uint64_t size = stored == UINT32_MAX ? 0 : stored;

	for (size_t i = header + 1; i < to; i++) {
		const struct yaffs2_tags *t = &fs->chunk[i].tags;
		uint64_t end =
		    (uint64_t)(t->chunk - 1) * fs->geometry.chunk_len + t->len;

		if (end > size &&
		    (stored == UINT32_MAX ||
			is_newer(&fs->chunk[i], &fs->chunk[header])))
			size = end;
	}
	return size;
}

/* The content of the object whose header is chunk[header]. */
static enum err
read_file(struct yaffs2 *fs, size_t header, uint64_t stored, struct node *node)
{
	uint32_t object = fs->chunk[header].tags.object;
	size_t to = find_chunk(fs, object, UINT32_MAX);
	size_t size = LIMIT_FILE_LEN;

	node->size = file_size(fs, header, to, stored);
	if (node->size > size)
		node_fail(node, ERR_LIMIT, fs->chunk[header].at, "yaffs2",
		    "file_size");
	else
		size = (size_t)node->size;
	if (budget_take(fs->budget, size + (to - header) * VISIT_COST) !=
	    ERR_OK)
		return ERR_LIMIT;
	if (size == 0)
		return ERR_OK;
	fs->file = calloc(1, size);
	if (fs->file == NULL)
		return ERR_MEMORY;
	for (size_t i = header + 1; i < to; i++) {
		const struct yaffs2_tags *t = &fs->chunk[i].tags;
		uint64_t at = (uint64_t)(t->chunk - 1) * fs->geometry.chunk_len;

		if (at >= size)
			break;
		struct bytes data = bytes_slice(fs->in, fs->chunk[i].at,
		    size_min(t->len, size - (size_t)at));

		if (data.len > 0)
			memcpy(fs->file + at, data.ptr, data.len);
	}
	node->content = (struct bytes){ fs->file, size };
	return ERR_OK;
}

static enum err
read_content(struct yaffs2 *fs, size_t number, const struct yaffs2_header *h,
    struct node *node)
{
	switch (node->kind) {
	case NODE_FILE:
		return read_file(fs, number, h->size, node);
	case NODE_SYMLINK:
		node->link = h->alias;
		node->size = h->alias.len;
		return ERR_OK;
	case NODE_CHAR:
	case NODE_BLOCK:
		node_set_device(node, h->device);
		return ERR_OK;
	case NODE_PAYLOAD:
	case NODE_DIRECTORY:
	case NODE_FIFO:
	case NODE_SOCKET:
		return ERR_OK;
	}
	return ERR_OK;
}

/* The header of an object, over one hard link; false when there is none. */
static bool
find_header(struct yaffs2 *fs, size_t *number, struct yaffs2_header *ret)
{
	struct yaffs2_header h;

	if (yaffs2_read_header(
		fs->in, fs->geometry.big, fs->chunk[*number].at, &h) != ERR_OK)
		return false;
	if (h.type == YAFFS2_HARD_LINK) {
		size_t at = find_chunk(fs, h.equivalent, 0);

		if (at == fs->chunk_count ||
		    fs->chunk[at].tags.object != h.equivalent ||
		    fs->chunk[at].tags.chunk != 0 ||
		    yaffs2_read_header(fs->in, fs->geometry.big,
			fs->chunk[at].at, &h) != ERR_OK ||
		    h.type == YAFFS2_HARD_LINK || h.type == YAFFS2_DIRECTORY)
			return false;
		*number = at;
	}
	*ret = h;
	return true;
}

/* The header knows the type twice; the mode's may be left out. */
static void
set_mode(const struct yaffs2_header *h, size_t at, struct node *node)
{
	static const uint32_t types[] = {
		[YAFFS2_FILE] = 0100000,
		[YAFFS2_SYMLINK] = 0120000,
		[YAFFS2_DIRECTORY] = 0040000,
	};
	uint32_t mode = h->mode & 0177777;

	if (h->type <= YAFFS2_DIRECTORY)
		mode = (mode & 07777) | types[h->type];
	node_set_mode(node, mode, at, "yaffs2");
	node->uid = h->uid;
	node->gid = h->gid;
	node->mtime = h->mtime;
}

static void
enter(struct yaffs2 *fs, uint32_t object, struct node *node)
{
	/* Each object is in one directory, the root in none: no loops. */
	struct tree_level level = {
		.at = find_entry(fs, object),
		.end = find_entry(fs, object + 1),
	};

	tree_enter(&fs->tree, &level, node);
}

static enum err
give_root(struct yaffs2 *fs, struct node *ret)
{
	struct node node = { .mode = 0755 };
	size_t at = find_chunk(fs, YAFFS2_ROOT, 0);
	struct yaffs2_header h;

	if (at < fs->chunk_count && fs->chunk[at].tags.object == YAFFS2_ROOT &&
	    find_header(fs, &at, &h))
		set_mode(&h, fs->chunk[at].at, &node);
	if (node.fault.code == ERR_OK)
		node.fault = fs->broken;
	tree_name_root(&fs->tree, &node);
	enter(fs, YAFFS2_ROOT, &node);
	*ret = node;
	return ERR_OK;
}

static enum err
give_entry(struct yaffs2 *fs, const struct entry *entry, struct node *ret)
{
	struct node node = { .kind = NODE_FILE };
	size_t number = entry->header;
	struct yaffs2_header own;
	struct yaffs2_header h;
	enum err err = yaffs2_read_header(
	    fs->in, fs->geometry.big, fs->chunk[number].at, &own);

	if (err != ERR_OK)
		return err;
	tree_name(&fs->tree, own.name, &node);
	if (find_header(fs, &number, &h)) {
		set_mode(&h, fs->chunk[number].at, &node);
		err = read_content(fs, number, &h, &node);
		if (err != ERR_OK)
			return err;
	} else {
		node_fail(&node, ERR_TRUNCATED, fs->chunk[number].at, "yaffs2",
		    "equiv_id");
	}
	if (node.kind == NODE_DIRECTORY)
		enter(fs, entry->object, &node);
	*ret = node;
	return ERR_OK;
}

static enum err
next_yaffs2(void *handle, struct node *ret)
{
	struct yaffs2 *fs = handle;

	free(fs->file);
	fs->file = NULL;
	if (!fs->begun) {
		fs->begun = true;
		return give_root(fs, ret);
	}
	struct tree_level *level = tree_top(&fs->tree);

	if (level == NULL)
		return ERR_END;
	return give_entry(fs, &fs->entry[level->at++], ret);
}

static size_t
used_yaffs2(void *handle)
{
	const struct yaffs2 *fs = handle;

	return fs->in.len;
}

/* An object header: parent 1 (root), no sum (ffff), a name. */
const struct format yaffs2_format = {
	.name = "yaffs2",
	.magic = { MAGIC(4, "\x01\x00\x00\x00\xff\xff"),
	    MAGIC(4, "\x00\x00\x00\x01\xff\xff") },
	.only_at_start = true,
	.probe = probe,
	.open = open_yaffs2,
	.next = next_yaffs2,
	.used = used_yaffs2,
	.close = close_yaffs2,
};
