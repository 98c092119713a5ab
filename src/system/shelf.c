/* SPDX-License-Identifier: ISC */
/* Files that appear whole on a shelf, held inside it by the kernel. */
#include "system/shelf.h"

#include "system/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHELF_LOCK ".lock"
/* Only one process writes at a time: the name can always be the same. */
#define SHELF_NEW ".new"
#define SHELF_READ_LEN ((size_t)64 * 1024)

static const char *
why(int error)
{
	const char *text = strerrordesc_np(error);

	return text != NULL ? text : "unknown error";
}

/* Opens what lies below the folder; links lead nowhere. */
static int
open_below(int folder, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
		.mode = (flags & O_CREAT) != 0 ? 0666 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};

	return (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
}

static bool
lock(int fd, enum shelf_mode mode)
{
	int how = mode == SHELF_WRITE ? LOCK_EX | LOCK_NB : LOCK_EX;
	int failed;

	do {
		failed = flock(fd, how);
	} while (failed != 0 && errno == EINTR);
	return failed == 0;
}

enum err
shelf_open(const char *path, enum shelf_mode mode, struct shelf *ret,
    const char **ret_why)
{
	struct shelf s = { .folder = -1, .lock = -1 };

	if (mode != SHELF_READ && mkdir(path, 0777) != 0 && errno != EEXIST) {
		*ret_why = why(errno);
		return ERR_MALFORMED;
	}
	s.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s.folder < 0) {
		*ret_why = why(errno);
		return ERR_MALFORMED;
	}
	if (mode != SHELF_READ) {
		s.lock = open_below(s.folder, SHELF_LOCK, O_RDWR | O_CREAT);
		if (s.lock < 0 || !lock(s.lock, mode)) {
			*ret_why = errno == EWOULDBLOCK
			    ? "another process writes there"
			    : why(errno);
			shelf_close(&s);
			return ERR_MALFORMED;
		}
	}
	*ret = s;
	return ERR_OK;
}

void
shelf_close(struct shelf *shelf)
{
	if (shelf->lock >= 0)
		(void)close(shelf->lock); /* nothing is written to it */
	if (shelf->folder >= 0)
		(void)close(shelf->folder);
	shelf->lock = -1;
	shelf->folder = -1;
}

static enum err
read_all(int fd, struct out *to)
{
	for (;;) {
		size_t room = to->limit - to->len;
		uint8_t *at = NULL;
		uint8_t past;
		ssize_t n;

		if (room > SHELF_READ_LEN)
			room = SHELF_READ_LEN;
		if (room > 0) {
			at = out_reserve(to, room);
			if (at == NULL)
				return to->failed;
		}
		/* At the limit one byte more tells whether it ends here. */
		n = read(fd, at != NULL ? at : &past, at != NULL ? room : 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_SYSTEM;
		if (n == 0)
			return ERR_OK;
		if (at == NULL)
			return ERR_LIMIT;
		to->len += (size_t)n;
	}
}

enum err
shelf_read(const struct shelf *shelf, const char *path, struct out *to,
    const char **ret_why)
{
	int fd = open_below(shelf->folder, path, O_RDONLY | O_NONBLOCK);
	enum err err = ERR_SYSTEM;
	struct stat st;

	if (fd < 0) {
		*ret_why = why(errno);
		return errno == ENOENT || errno == ENOTDIR ? ERR_END
							   : ERR_SYSTEM;
	}
	if (fstat(fd, &st) != 0) {
		*ret_why = why(errno);
	} else if (!S_ISREG(st.st_mode)) {
		*ret_why = "is no plain file";
		err = ERR_LIMIT;
	} else {
		err = read_all(fd, to);
		if (err != ERR_OK)
			*ret_why =
			    err == ERR_LIMIT ? "is too large" : why(errno);
	}
	(void)close(fd); /* was only read */
	return err;
}

/* Makes the folders above a path. */
static enum err
make_folders(int folder, const char *path)
{
	char part[SHELF_PATH_MAX];

	for (const char *slash = strchr(path, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		size_t len = (size_t)(slash - path);

		memcpy(part, path, len);
		part[len] = '\0';
		if (mkdirat(folder, part, 0777) != 0 && errno != EEXIST)
			return ERR_SYSTEM;
	}
	return ERR_OK;
}

/* The names in the folder that holds the path, and of the folders above it. */
static enum err
sync_names(int folder, const char *path)
{
	char part[SHELF_PATH_MAX];
	enum err err = ERR_OK;

	(void)snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strrchr(part, '/'); err == ERR_OK;
	     slash = strrchr(part, '/')) {
		if (slash == NULL)
			return fsync(folder) == 0 ? ERR_OK : ERR_SYSTEM;
		*slash = '\0';
		int fd = open_below(folder, part, O_RDONLY | O_DIRECTORY);

		if (fd < 0 || fsync(fd) != 0)
			err = ERR_SYSTEM;
		if (fd >= 0)
			(void)close(fd); /* was only synced */
	}
	return err;
}

static enum err
write_new(int folder, struct bytes content, bool safe)
{
	int fd = open_below(
	    folder, SHELF_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
	enum err err;

	if (fd < 0)
		return ERR_SYSTEM;
	err = file_put(fd, content);
	if (err == ERR_OK && safe && fsync(fd) != 0)
		err = ERR_SYSTEM;
	if (close(fd) != 0)
		err = ERR_SYSTEM;
	return err;
}

enum err
shelf_write(const struct shelf *shelf, const char *path, struct bytes content,
    bool safe, const char **ret_why)
{
	enum err err;

	assert(shelf->lock >= 0 && strlen(path) < SHELF_PATH_MAX);
	err = write_new(shelf->folder, content, safe);
	if (err == ERR_OK)
		err = make_folders(shelf->folder, path);
	if (err == ERR_OK &&
	    renameat(shelf->folder, SHELF_NEW, shelf->folder, path) != 0)
		err = ERR_SYSTEM;
	if (err == ERR_OK && safe)
		err = sync_names(shelf->folder, path);
	if (err != ERR_OK)
		*ret_why = why(errno);
	return err;
}

/* Not what lies in folders below: there is nothing of ours there. */
static void
remove_files(DIR *folder)
{
	const struct dirent *entry;

	while ((entry = readdir(folder)) != NULL)
		if (entry->d_type != DT_DIR)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
}

enum err
shelf_remove_folder(
    const struct shelf *shelf, const char *path, const char **ret_why)
{
	int fd = open_below(shelf->folder, path, O_RDONLY | O_DIRECTORY);

	assert(shelf->lock >= 0);
	if (fd < 0 && errno == ENOENT)
		return ERR_OK;
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;

	if (folder == NULL) {
		*ret_why = why(errno);
		if (fd >= 0)
			(void)close(fd); /* nothing was done with it */
		return ERR_SYSTEM;
	}
	remove_files(folder);
	(void)closedir(folder); /* was only read */
	if (unlinkat(shelf->folder, path, AT_REMOVEDIR) == 0)
		return ERR_OK;
	*ret_why = why(errno);
	return ERR_SYSTEM;
}

enum err
shelf_sync(const struct shelf *shelf, const char **ret_why)
{
	if (syncfs(shelf->folder) == 0)
		return ERR_OK;
	*ret_why = why(errno);
	return ERR_SYSTEM;
}
