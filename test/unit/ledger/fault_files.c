/* SPDX-License-Identifier: ISC */
/* The disk in memory: what is seen, what is durable, and what lies between. */
#include "fault_files.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 64
#define NAME_LEN 24
#define SUBSETS_UP_TO 10
#define SAMPLES 64

struct image {
	uint8_t *ptr;
	size_t len;
	size_t cap;
};

struct file {
	char name[NAME_LEN];
	struct image seen;
	struct image durable;
	bool name_durable;
	bool locked;
};

/* A write that was not synced. */
struct pending {
	unsigned file;
	uint64_t at;
	uint8_t *ptr;
	size_t len;
	bool lost; /* its sync failed: no later one brings it back */
};

struct fault_disk {
	struct file file[FILES_MAX];
	unsigned count;
	struct pending *pending;
	size_t pending_count;
	size_t pending_cap;
	struct fault_plan plan;
	uint64_t calls;
	uint64_t changes;
	bool struck;
	bool dead;
};

static void *
take(void *ptr, size_t len)
{
	void *more = realloc(ptr, len > 0 ? len : 1);

	assert(more != NULL);
	return more;
}

static void
put(struct image *i, uint64_t at, const uint8_t *from, size_t len)
{
	size_t end = (size_t)at + len;

	if (end > i->cap) {
		i->cap = end > 2 * i->cap ? end : 2 * i->cap;
		i->ptr = take(i->ptr, i->cap);
	}
	if (end > i->len) {
		memset(i->ptr + i->len, 0, end - i->len);
		i->len = end;
	}
	if (len > 0 && from != NULL)
		memcpy(i->ptr + at, from, len);
}

static struct image
copy_image(const struct image *from)
{
	struct image to = { NULL, 0, 0 };

	put(&to, 0, from->ptr, from->len);
	return to;
}

struct fault_disk *
fault_open(void)
{
	struct fault_disk *disk = calloc(1, sizeof(*disk));

	assert(disk != NULL);
	return disk;
}

void
fault_close(struct fault_disk *disk)
{
	if (disk == NULL)
		return;
	for (unsigned i = 0; i < disk->count; i++) {
		free(disk->file[i].seen.ptr);
		free(disk->file[i].durable.ptr);
	}
	for (size_t i = 0; i < disk->pending_count; i++)
		free(disk->pending[i].ptr);
	free(disk->pending);
	free(disk);
}

/* Whether this call is the one that fails. */
static bool
strikes(struct fault_disk *d, bool changes)
{
	const struct fault_plan *p = &d->plan;

	d->calls++;
	if (changes)
		d->changes++;
	if (d->dead)
		return true;
	if (p->kind == FAULT_EIO && d->calls >= p->at &&
	    d->calls < p->at + p->times) {
		d->struck = true;
		return true;
	}
	if (p->kind == FAULT_CRASH && changes && d->changes == p->at) {
		d->struck = true;
		d->dead = true;
		return true;
	}
	return false;
}

static struct file *
find(const struct fault_disk *disk, const char *name)
{
	for (unsigned i = 0; i < disk->count; i++) {
		union {
			const struct file *in;
			struct file *out;
		} file = { .in = &disk->file[i] };

		if (strcmp(file.in->name, name) == 0)
			return file.out;
	}
	return NULL;
}

static enum err
disk_open(void *context, const char *name, enum folder_mode mode, int *ret_file,
    const char **ret_why)
{
	struct fault_disk *d = context;
	struct file *file = find(d, name);

	*ret_why = "input/output error";
	if (strikes(d, mode == FOLDER_NEW))
		return ERR_SYSTEM;
	*ret_why = file == NULL ? "no such file" : "file exists";
	if ((file == NULL) != (mode == FOLDER_NEW))
		return ERR_MALFORMED;
	if (file == NULL) {
		assert(d->count < FILES_MAX && strlen(name) < NAME_LEN);
		file = &d->file[d->count++];
		memcpy(file->name, name, strlen(name) + 1);
	}
	*ret_file = (int)(file - d->file);
	return ERR_OK;
}

static void
disk_close(void *context, int file)
{
	struct fault_disk *d = context;

	d->file[file].locked = false;
}

static enum err
disk_size(void *context, int file, uint64_t *ret, const char **ret_why)
{
	struct fault_disk *d = context;

	*ret_why = "input/output error";
	if (strikes(d, false))
		return ERR_SYSTEM;
	*ret = d->file[file].seen.len;
	return ERR_OK;
}

static enum err
disk_read(void *context, int file, uint64_t at, uint8_t *room, size_t len,
    size_t *ret_len, const char **ret_why)
{
	struct fault_disk *d = context;
	const struct image *seen = &d->file[file].seen;

	*ret_why = "input/output error";
	if (strikes(d, false))
		return ERR_SYSTEM;
	if (at > seen->len)
		at = seen->len;
	if (len > seen->len - at)
		len = seen->len - (size_t)at;
	if (d->plan.most > 0 && len > d->plan.most)
		len = d->plan.most;
	if (len > 0)
		memcpy(room, seen->ptr + at, len);
	*ret_len = len;
	return ERR_OK;
}

static void
add_pending(struct fault_disk *d, int file, uint64_t at, struct bytes in)
{
	if (d->pending_count == d->pending_cap) {
		d->pending_cap = 2 * d->pending_cap + 8;
		d->pending =
		    take(d->pending, d->pending_cap * sizeof(*d->pending));
	}
	struct pending *p = &d->pending[d->pending_count++];

	*p = (struct pending){ (unsigned)file, at, take(NULL, in.len), in.len,
		false };
	memcpy(p->ptr, in.ptr, in.len);
}

/* Whether the full disk refuses: what is there may be written over. */
static bool
is_full(struct fault_disk *d, int file, uint64_t end)
{
	const struct fault_plan *p = &d->plan;

	if (p->kind != FAULT_FULL || d->calls < p->at ||
	    (!p->strict && end <= d->file[file].seen.len))
		return false;
	d->struck = true;
	return true;
}

static enum err
disk_write(void *context, int file, uint64_t at, struct bytes in,
    size_t *ret_len, const char **ret_why)
{
	struct fault_disk *d = context;
	bool was_dead = d->dead;
	bool fails = strikes(d, true);

	*ret_why = "input/output error";
	if (d->plan.most > 0)
		in = bytes_slice(in, 0, d->plan.most);
	if (fails && (d->plan.kind != FAULT_CRASH || was_dead))
		return ERR_SYSTEM;
	if (is_full(d, file, at + in.len)) {
		*ret_why = "no space left on device";
		return ERR_SYSTEM;
	}
	put(&d->file[file].seen, at, in.ptr, in.len);
	add_pending(d, file, at, in);
	*ret_len = in.len;
	return fails ? ERR_SYSTEM : ERR_OK;
}

/* Takes the writes of a file off the list, onto the disk or into nothing. */
static void
settle(struct fault_disk *d, int file, bool lose)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->pending_count; i++) {
		struct pending *p = &d->pending[i];

		if (p->file == (unsigned)file && lose)
			p->lost = true;
		if (p->file != (unsigned)file || p->lost) {
			d->pending[kept++] = *p;
			continue;
		}
		put(&d->file[file].durable, p->at, p->ptr, p->len);
		free(p->ptr);
	}
	d->pending_count = kept;
}

static enum err
disk_sync(void *context, int file, const char **ret_why)
{
	struct fault_disk *d = context;
	bool was_dead = d->dead;

	*ret_why = "input/output error";
	if (strikes(d, true)) {
		if (!was_dead && d->plan.kind == FAULT_EIO)
			settle(d, file, true);
		return ERR_SYSTEM;
	}
	settle(d, file, false);
	return ERR_OK;
}

static void
disk_begin_sync(void *context, int file)
{
	(void)context; /* any write may reach the disk at any time as it is */
	(void)file;
}

static enum err
disk_sync_names(void *context, const char **ret_why)
{
	struct fault_disk *d = context;

	*ret_why = "input/output error";
	if (strikes(d, true))
		return ERR_SYSTEM;
	for (unsigned i = 0; i < d->count; i++)
		d->file[i].name_durable = true;
	return ERR_OK;
}

static enum err
disk_lock(void *context, int file, const char **ret_why)
{
	struct fault_disk *d = context;

	*ret_why = "another process holds it";
	if (d->file[file].locked)
		return ERR_MALFORMED;
	d->file[file].locked = true;
	return ERR_OK;
}

struct folder
fault_folder(struct fault_disk *disk)
{
	return (struct folder){
		.open = disk_open,
		.close = disk_close,
		.size = disk_size,
		.read = disk_read,
		.write = disk_write,
		.sync = disk_sync,
		.begin_sync = disk_begin_sync,
		.sync_names = disk_sync_names,
		.lock = disk_lock,
		.context = disk,
	};
}

void
fault_set_plan(struct fault_disk *disk, struct fault_plan plan)
{
	disk->plan = plan;
	disk->calls = 0;
	disk->changes = 0;
	disk->struck = false;
	disk->dead = false;
}

uint64_t
fault_calls(const struct fault_disk *disk)
{
	return disk->calls;
}

uint64_t
fault_changes(const struct fault_disk *disk)
{
	return disk->changes;
}

bool
fault_struck(const struct fault_disk *disk)
{
	return disk->struck;
}

/* Writes that may or may not reach the disk. */
static size_t
undecided(const struct fault_disk *disk)
{
	size_t n = 0;

	for (size_t i = 0; i < disk->pending_count; i++)
		n += disk->pending[i].lost ? 0 : 1;
	return n;
}

static uint64_t
whole_variants(const struct fault_disk *disk)
{
	size_t n = undecided(disk);

	return n <= SUBSETS_UP_TO ? (uint64_t)1 << n : 2 + 2 * n + SAMPLES;
}

uint64_t
fault_variants(const struct fault_disk *disk, unsigned torn)
{
	return whole_variants(disk) + (undecided(disk) > 0 ? torn : 0);
}

/* splitmix64: the same for the same variant on every machine. */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Whether write number i of n reaches the disk whole. */
static bool
is_kept(uint64_t variant, size_t n, size_t i, uint64_t *state)
{
	if (n <= SUBSETS_UP_TO)
		return (variant >> i & 1) == 1;
	if (variant < 2)
		return variant == 1;
	if (variant < 2 + n)
		return i != variant - 2; /* one is missing */
	if (variant < 2 + 2 * n)
		return i == variant - 2 - n; /* only one is there */
	return (draw(state) & 1) == 1;
}

/* Some of its sectors; the length may be there without them. */
static void
tear(struct image *to, const struct pending *p, uint64_t *state)
{
	uint64_t way = draw(state);
	size_t cut = p->len > 0 ? (size_t)(draw(state) % p->len) : 0;

	for (size_t at = 0; at < p->len;) {
		size_t n = FAULT_SECTOR_LEN -
		    (size_t)((p->at + at) % FAULT_SECTOR_LEN);
		bool keep = (draw(state) & 1) == 1;

		if (n > p->len - at)
			n = p->len - at;
		if (way % 4 == 0)
			keep = at < cut; /* a beginning */
		else if (way % 4 == 1)
			keep = at >= cut; /* an end */
		else if (way % 4 == 2)
			keep = cut < at || cut >= at + n; /* all but one */
		if (keep)
			put(to, p->at + at, p->ptr + at, n);
		else if ((way >> 8 & 1) == 1)
			put(to, p->at + at + n, NULL, 0);
		at += n;
	}
}

struct fault_disk *
fault_after(const struct fault_disk *disk, uint64_t variant)
{
	struct fault_disk *d = fault_open();
	uint64_t state = variant * 0x2545f4914f6cdd1du + disk->changes;
	bool torn = variant >= whole_variants(disk);
	size_t n = undecided(disk);
	bool names = (draw(&state) & 1) == 1;
	size_t number = 0;

	d->count = disk->count;
	for (unsigned i = 0; i < disk->count; i++) {
		const struct file *from = &disk->file[i];

		memcpy(d->file[i].name, from->name, NAME_LEN);
		if (!from->name_durable && !names)
			d->file[i].name[0] = '\0'; /* nobody finds it */
		d->file[i].name_durable = true;
		d->file[i].durable = copy_image(&from->durable);
	}
	for (size_t i = 0; i < disk->pending_count; i++) {
		const struct pending *p = &disk->pending[i];
		struct image *to = &d->file[p->file].durable;

		if (p->lost)
			continue;
		if (torn)
			tear(to, p, &state);
		else if (is_kept(variant, n, number, &state))
			put(to, p->at, p->ptr, p->len);
		number++;
	}
	for (unsigned i = 0; i < d->count; i++)
		d->file[i].seen = copy_image(&d->file[i].durable);
	return d;
}

struct fault_disk *
fault_copy(const struct fault_disk *disk)
{
	struct fault_disk *d = fault_open();

	d->count = disk->count;
	for (unsigned i = 0; i < disk->count; i++) {
		const struct file *from = &disk->file[i];

		memcpy(d->file[i].name, from->name, NAME_LEN);
		d->file[i].name_durable = true;
		d->file[i].seen = copy_image(&from->seen);
		d->file[i].durable = copy_image(&from->seen);
	}
	return d;
}

struct fault_disk *
fault_image(const struct fault_disk *disk)
{
	struct fault_disk *d = fault_open();

	d->count = disk->count;
	for (unsigned i = 0; i < disk->count; i++) {
		const struct file *from = &disk->file[i];

		d->file[i] = *from;
		d->file[i].locked = false;
		d->file[i].seen = copy_image(&from->seen);
		d->file[i].durable = copy_image(&from->durable);
	}
	for (size_t i = 0; i < disk->pending_count; i++) {
		const struct pending *p = &disk->pending[i];

		add_pending(
		    d, (int)p->file, p->at, (struct bytes){ p->ptr, p->len });
		d->pending[i].lost = p->lost;
	}
	return d;
}

bool
fault_flip(struct fault_disk *disk, const char *name, uint64_t at, uint8_t bits)
{
	struct file *file = find(disk, name);

	if (file == NULL || at >= file->seen.len || at >= file->durable.len)
		return false;
	file->seen.ptr[at] ^= bits;
	file->durable.ptr[at] ^= bits;
	return true;
}

uint64_t
fault_len(const struct fault_disk *disk, const char *name)
{
	const struct file *file = find(disk, name);

	return file != NULL ? file->seen.len : 0;
}

void
fault_read(const struct fault_disk *disk, const char *name, uint8_t *ret)
{
	const struct file *file = find(disk, name);

	if (file != NULL && file->seen.len > 0)
		memcpy(ret, file->seen.ptr, file->seen.len);
}

void
fault_write(struct fault_disk *disk, const char *name, struct bytes in)
{
	struct file *file = find(disk, name);

	if (file == NULL) {
		assert(disk->count < FILES_MAX && strlen(name) < NAME_LEN);
		file = &disk->file[disk->count++];
		memcpy(file->name, name, strlen(name) + 1);
		file->name_durable = true;
	}
	file->seen.len = 0;
	file->durable.len = 0;
	put(&file->seen, 0, in.ptr, in.len);
	put(&file->durable, 0, in.ptr, in.len);
}

void
fault_put_file(
    struct fault_disk *disk, const struct fault_disk *from, const char *name)
{
	const struct file *file = find(from, name);

	assert(file != NULL);
	fault_write(
	    disk, name, (struct bytes){ file->seen.ptr, file->seen.len });
}

void
fault_cut(struct fault_disk *disk, const char *name, uint64_t len)
{
	struct file *file = find(disk, name);

	assert(file != NULL && len <= file->seen.len);
	file->seen.len = (size_t)len;
	if (file->durable.len > len)
		file->durable.len = (size_t)len;
}
