/* SPDX-License-Identifier: ISC */
/* The tree as seen so far, with a hash table over the paths. */
#include "inspect/keep.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS ((size_t)1024)

/* Links followed for one name; Linux follows 40. */
#define LINK_LIMIT 40

/* Bytes of a name while links in it are being followed. */
#define RESOLVE_LEN ((size_t)2048)

/* FNV-1a, 64 bits. */
static uint64_t
hash_more(uint64_t hash, struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		hash = (hash ^ in.ptr[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static size_t
bucket_of(const struct keep *keep, struct bytes root, struct bytes name)
{
	uint64_t hash = hash_more(UINT64_C(0xcbf29ce484222325), root);

	return (size_t)hash_more(hash, name) & (keep->bucket_count - 1);
}

struct keep
keep_open(size_t limit)
{
	return (struct keep){ .arena = arena_open(limit) };
}

void
keep_close(struct keep *keep)
{
	size_t limit = keep->arena.limit;

	arena_close(&keep->arena);
	free(keep->list);
	free(keep->bucket);
	*keep = keep_open(limit);
}

static void
put_in_bucket(struct keep *keep, struct kept *node)
{
	size_t at = bucket_of(keep, node->root, node->name);

	node->next_in_bucket = keep->bucket[at];
	keep->bucket[at] = node;
}

/* Room for one more in the list, and as many buckets as nodes. */
static enum err
grow(struct keep *keep)
{
	if (keep->count < keep->cap)
		return ERR_OK;
	size_t cap = keep->cap == 0 ? FIRST_BUCKETS : keep->cap * 2;
	struct kept **list = realloc(keep->list, cap * sizeof(*list));

	if (list == NULL)
		return ERR_MEMORY;
	keep->list = list;
	struct kept **bucket = calloc(cap, sizeof(*bucket));

	if (bucket == NULL)
		return ERR_MEMORY;
	free(keep->bucket);
	keep->bucket = bucket;
	keep->bucket_count = cap;
	keep->cap = cap;
	for (size_t i = 0; i < keep->count; i++)
		put_in_bucket(keep, keep->list[i]);
	return ERR_OK;
}

/* Whether the copy is whole; an empty original is. */
static bool
copy(struct arena *arena, struct bytes in, struct bytes *ret)
{
	struct bytes there = arena_copy(arena, in);

	if (there.len != in.len)
		return false;
	*ret = there;
	return true;
}

enum err
keep_add(struct keep *keep, const struct unpack_event *file, bool with_text,
    struct kept **ret)
{
	struct kept *node;
	enum err err = grow(keep);

	if (err != ERR_OK)
		return err;
	node = arena_take(&keep->arena, sizeof(*node));
	if (node == NULL || !copy(&keep->arena, file->path, &node->path) ||
	    !copy(&keep->arena, file->node.link, &node->link)) {
		*ret = NULL;
		return ERR_OK;
	}
	size_t name_len =
	    bytes_ends(node->path, file->node.name) ? file->node.name.len : 0;

	node->root = bytes_slice(node->path, 0, node->path.len - name_len);
	node->name = bytes_from(node->path, node->root.len);
	node->kind = file->node.kind;
	node->mode = file->node.mode;
	node->uid = file->node.uid;
	node->gid = file->node.gid;
	node->size = file->node.size;
	if (with_text &&
	    file->node.content.len <= LIMIT_KEPT_TEXTS_LEN - keep->text_len &&
	    copy(&keep->arena, file->node.content, &node->text))
		keep->text_len += node->text.len;
	keep->list[keep->count++] = node;
	put_in_bucket(keep, node);
	*ret = node;
	return ERR_OK;
}

/* The newest of that name: archives may hold a file twice, the later counts. */
const struct kept *
keep_find(const struct keep *keep, struct bytes root, struct bytes name)
{
	if (keep->bucket_count == 0)
		return NULL;
	const struct kept *node = keep->bucket[bucket_of(keep, root, name)];

	while (node != NULL &&
	    !(bytes_equal(node->name, name) && bytes_equal(node->root, root)))
		node = node->next_in_bucket;
	return node;
}

/* A name on its way: what is resolved, and what still stands before us. */
struct walk {
	size_t done_len;
	size_t todo_at; /* todo[todo_at, RESOLVE_LEN) */
	uint8_t done[RESOLVE_LEN];
	uint8_t todo[RESOLVE_LEN];
};

/* Puts a path in front of what is to be done. */
static bool
push(struct walk *walk, struct bytes path)
{
	if (path.len + 1 > walk->todo_at)
		return false;
	walk->todo[--walk->todo_at] = '/';
	walk->todo_at -= path.len;
	if (path.len > 0)
		memcpy(walk->todo + walk->todo_at, path.ptr, path.len);
	return true;
}

/* Takes the next part that is neither empty nor "."; false at the end. */
static bool
next_part(struct walk *walk, struct bytes *ret)
{
	while (walk->todo_at < RESOLVE_LEN) {
		size_t at = walk->todo_at;

		while (walk->todo[walk->todo_at] != '/')
			walk->todo_at++; /* push() ended it with a '/' */
		*ret = (struct bytes){ walk->todo + at, walk->todo_at - at };
		walk->todo_at++;
		if (ret->len > 0 && !bytes_equal_text(*ret, "."))
			return true;
	}
	return false;
}

static bool
append_part(struct walk *walk, struct bytes part)
{
	if (part.len + 1 > RESOLVE_LEN - walk->done_len)
		return false;
	walk->done[walk->done_len++] = '/';
	memcpy(walk->done + walk->done_len, part.ptr, part.len);
	walk->done_len += part.len;
	return true;
}

static void
drop_part(struct walk *walk)
{
	while (walk->done_len > 0 && walk->done[--walk->done_len] != '/')
		continue;
}

const struct kept *
keep_resolve(const struct keep *keep, struct bytes root, struct bytes name)
{
	struct walk walk;
	const struct kept *node = keep_find(keep, root, BYTES("/"));
	struct bytes part;
	unsigned links = 0;

	walk.done_len = 0;
	walk.todo_at = RESOLVE_LEN;
	if (!push(&walk, name))
		return NULL;
	while (next_part(&walk, &part)) {
		if (bytes_equal_text(part, "..")) {
			drop_part(&walk);
		} else if (!append_part(&walk, part)) {
			return NULL;
		}
		struct bytes done = { walk.done, walk.done_len };

		node = keep_find(keep, root, done.len > 0 ? done : BYTES("/"));
		/* A folder that was not listed is still a folder. */
		if (node == NULL || node->kind != NODE_SYMLINK)
			continue;
		if (++links > LINK_LIMIT || !push(&walk, node->link))
			return NULL;
		if (bytes_starts(node->link, BYTES("/")))
			walk.done_len = 0;
		else
			drop_part(&walk);
	}
	return node;
}

static struct bytes
base_name(struct bytes name)
{
	size_t at = name.len;

	while (at > 0 && name.ptr[at - 1] != '/')
		at--;
	return bytes_from(name, at);
}

/* A link to busybox, or a second name of it (hard links have its size). */
static bool
is_busybox(
    const struct keep *keep, const struct kept *node, struct bytes command)
{
	const struct kept *busybox =
	    keep_find(keep, node->root, BYTES("/bin/busybox"));

	if (bytes_equal_text(base_name(command), "busybox"))
		return false;
	return bytes_equal_text(base_name(node->name), "busybox") ||
	    (busybox != NULL && busybox->kind == NODE_FILE &&
		busybox->size == node->size && node->size > 64 * KIB);
}

const struct kept *
keep_find_program(const struct keep *keep, struct bytes root,
    struct bytes command, bool *ret_busybox)
{
	static const char *const folders[] = { "/usr/sbin/", "/usr/bin/",
		"/sbin/", "/bin/", "/usr/local/sbin/", "/usr/local/bin/" };
	const struct kept *node = NULL;
	char name[256];

	if (bytes_starts(command, BYTES("/")))
		node = keep_resolve(keep, root, command);
	else if (bytes_find_byte(command, '/', 0) != SIZE_MAX)
		return NULL;
	for (size_t i = 0; command.len > 0 && command.ptr[0] != '/' &&
	     i < sizeof(folders) / sizeof(folders[0]);
	     i++) {
		size_t folder_len = strlen(folders[i]);

		if (command.len > sizeof(name) - folder_len)
			return NULL;
		memcpy(name, folders[i], folder_len);
		memcpy(name + folder_len, command.ptr, command.len);
		node = keep_resolve(keep, root,
		    (struct bytes){
			(const uint8_t *)name, folder_len + command.len });
		if (node != NULL && node->kind == NODE_FILE)
			break;
		node = NULL;
	}
	if (node == NULL || node->kind != NODE_FILE)
		return NULL;
	if (ret_busybox != NULL)
		*ret_busybox = is_busybox(keep, node, command);
	return node;
}
