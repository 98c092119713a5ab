/* SPDX-License-Identifier: ISC */
/* Takes descriptors before the jail is entered, and reads them inside. */
#include "worker/feed_input.h"

#include "base/limits.h"
#include "base/out.h"
#include "system/file.h"
#include "system/handing.h"
#include "worker/feed_wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files up to here are read when their turn comes. */
#define SMALL_LEN ((off_t)256 << 10)

/* Descriptors that something else may need. */
#define OPEN_SPARE 64

#define FIRST_ROOM ((size_t)64)

/* ---- before the jail ---- */

/* The files of a user: they may change below the map, which then kills. */
static enum err
map_file(struct feed_input *in, int fd, off_t size, struct bytes *ret)
{
	void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (map == MAP_FAILED)
		return ERR_SYSTEM;
	*ret = (struct bytes){ map, (size_t)size };
	in->mapped_len += (uint64_t)size;
	return ERR_OK;
}

static enum err
make_room(struct feed_input *in, struct arena *arena)
{
	size_t room = in->room > 0 ? 2 * in->room : FIRST_ROOM;

	if (in->count < in->room)
		return ERR_OK;
	if (in->count == LIMIT_FEED_FILES)
		return ERR_SYSTEM;
	struct feed_file *files = arena_take_array(arena, room, sizeof(*files));

	if (files == NULL)
		return ERR_MEMORY;
	if (in->count > 0)
		memcpy(files, in->files, in->count * sizeof(*files));
	in->files = files;
	in->room = room;
	return ERR_OK;
}

/* Takes the descriptor over, whatever comes of it. */
static enum err
add_file(struct feed_input *in, struct arena *arena, int fd)
{
	struct feed_file file = { .fd = fd };
	struct stat st;
	enum err err = make_room(in, arena);

	if (err == ERR_OK &&
	    (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0))
		err = ERR_SYSTEM;
	if (err == ERR_OK &&
	    (st.st_size > SMALL_LEN || in->count >= in->open_max)) {
		err = map_file(in, fd, st.st_size, &file.map);
		(void)close(fd); /* was only read */
		file.fd = -1;
		if (err != ERR_OK)
			return err;
	}
	if (err != ERR_OK) {
		(void)close(fd); /* likewise */
		return err;
	}
	in->files[in->count++] = file;
	return ERR_OK;
}

/* A descriptor that is alone of its kind, taken over. */
static enum err
add_single(struct feed_input *in, enum feed_word word, int fd)
{
	struct bytes *const to = word == FEED_WORD_LIST ? &in->list
	    : word == FEED_WORD_BOOK			? &in->book
	    : word == FEED_WORD_VEX			? &in->vex
							: &in->data;
	struct stat st;
	enum err err = ERR_SYSTEM;

	if (to->len == 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size > 0)
		err = map_file(in, fd, st.st_size, to);
	(void)close(fd); /* was only read */
	return err;
}

static enum err
add_all(struct feed_input *in, struct arena *arena, uint8_t word, const int *fd,
    size_t count)
{
	bool right = count > 0 && word > FEED_WORD_NONE &&
	    word < FEED_WORD_GO && (word == FEED_WORD_FILES || count == 1);
	enum err err = right ? ERR_OK : ERR_SYSTEM;

	for (size_t i = 0; i < count; i++) {
		if (err != ERR_OK)
			(void)close(fd[i]); /* was only read */
		else if (word == FEED_WORD_FILES)
			err = add_file(in, arena, fd[i]);
		else
			err = add_single(in, (enum feed_word)word, fd[i]);
	}
	return err;
}

/* As many descriptors as the system lets us have. */
static size_t
raise_open_max(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	rlim_t before = limit.rlim_cur;

	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		limit.rlim_cur = before;
	return limit.rlim_cur > OPEN_SPARE ? (size_t)limit.rlim_cur - OPEN_SPARE
					   : 0;
}

static enum err
take_all(struct feed_input *in, int handing_fd, struct arena *arena)
{
	struct pollfd wait = { .fd = handing_fd, .events = POLLIN };
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		int fd[HANDING_MAX];
		size_t count = 0;
		uint8_t word;
		bool closed = false;

		if (poll(&wait, 1, -1) < 0) {
			err = errno == EINTR ? ERR_OK : ERR_SYSTEM;
			continue;
		}
		err = handing_take(handing_fd, &word, fd, &count, &closed);
		if (err == ERR_END && !closed)
			err = ERR_OK; /* woken for nothing */
		else if (err == ERR_OK && word == FEED_WORD_GO && count == 0)
			return ERR_OK;
		else if (err == ERR_OK)
			err = add_all(in, arena, word, fd, count);
	}
	return err;
}

enum err
feed_input_open(int handing_fd, struct arena *arena, struct feed_input *ret)
{
	struct feed_input in = { .open_max = raise_open_max() };
	size_t names = 0;
	enum err err = take_all(&in, handing_fd, arena);

	if (err == ERR_OK && in.list.len > 0)
		err = feed_wire_read_list(in.list, arena, &in.names, &names);
	if (err == ERR_OK &&
	    (names != in.count || (in.book.len > 0) == (in.count > 0)))
		err = ERR_SYSTEM;
	if (err == ERR_OK)
		*ret = in;
	else
		feed_input_close(&in);
	return err;
}

void
feed_input_close(struct feed_input *in)
{
	for (size_t i = 0; i < in->count; i++)
		feed_input_give_back(in, i);
	file_unmap(in->list);
	file_unmap(in->book);
	file_unmap(in->vex);
	file_unmap(in->data);
	*in = (struct feed_input){ .count = 0 };
}

/* ---- inside ---- */

static enum err
read_small(struct feed_file *file)
{
	size_t room = (size_t)SMALL_LEN + 1;
	uint8_t *to = malloc(room);
	size_t len = 0;
	ssize_t n = 1;

	if (to == NULL)
		return ERR_MEMORY;
	while (n > 0 && len < room) {
		n = pread(file->fd, to + len, room - len, (off_t)len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			len += (size_t)n;
	}
	if (n < 0 || len == 0 || len == room) { /* changed meanwhile */
		free(to);
		return ERR_SYSTEM;
	}
	file->read = (struct bytes){ to, len };
	return ERR_OK;
}

enum err
feed_input_take(struct feed_input *in, size_t index, struct bytes *ret)
{
	struct feed_file *file = &in->files[index];
	enum err err = file->fd >= 0 ? read_small(file) : ERR_OK;

	if (err == ERR_OK)
		*ret = file->fd >= 0 ? file->read : file->map;
	return err;
}

void
feed_input_give_back(struct feed_input *in, size_t index)
{
	struct feed_file *file = &in->files[index];
	union {
		const uint8_t *in;
		void *out;
	} ptr = { .in = file->read.ptr };

	free(ptr.out);
	file_unmap(file->map);
	if (file->fd >= 0)
		(void)close(file->fd); /* was only read */
	*file = (struct feed_file){ .fd = -1 };
}

enum err
feed_input_question(int fd, struct arena *arena, struct bytes *ret)
{
	static const size_t step = 64 << 10;
	struct out all = out_open(FEED_QUESTION_LEN);
	ssize_t n = 1;
	enum err err = ERR_OK;

	while (n > 0 && err == ERR_OK) {
		uint8_t *to = out_reserve(&all, step);

		if (to == NULL) {
			err = all.failed;
			break;
		}
		n = read(fd, to, step);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n < 0)
			err = ERR_SYSTEM;
		else
			all.len += (size_t)n;
	}
	if (err == ERR_OK && all.len == 0)
		err = ERR_END;
	if (err == ERR_OK) {
		struct bytes copy = arena_copy(arena, out_bytes(&all));

		if (copy.len == all.len)
			*ret = copy;
		else
			err = ERR_MEMORY;
	}
	out_close(&all);
	return err;
}
