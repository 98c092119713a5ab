/* SPDX-License-Identifier: ISC */
/* A real folder: every file is opened beneath it and in no other way. */
#include "system/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whoever reads a ledger may: it is public. The umask takes away. */
#define FILE_RIGHTS 0644
#define FOLDER_RIGHTS 0755

struct disk {
	int fd; /* of the folder */
};

/* Whose fault it is, and errno's text. */
static enum err
say_why(const char **ret_why)
{
	int error = errno;
	const char *text = strerrordesc_np(error);

	*ret_why = text != NULL ? text : "unknown error";
	switch (error) {
	case ENOENT:
	case EEXIST:
	case ENOTDIR:
	case EISDIR:
	case EACCES:
	case EPERM:
	case ELOOP:
	case EXDEV:
	case EROFS:
	case EINVAL:
	case ENAMETOOLONG:
		return ERR_MALFORMED;
	default:
		return ERR_SYSTEM;
	}
}

static int
open_beneath(int folder, const char *name, uint64_t flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		.mode = (flags & O_CREAT) != 0 ? FILE_RIGHTS : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, folder, name, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return (int)fd;
}

static enum err
disk_open(void *context, const char *name, enum folder_mode mode, int *ret_file,
    const char **ret_why)
{
	static const uint64_t flags[] = {
		[FOLDER_READ] = O_RDONLY,
		[FOLDER_WRITE] = O_RDWR,
		[FOLDER_NEW] = O_RDWR | O_CREAT | O_EXCL,
	};
	const struct disk *disk = context;
	int fd = open_beneath(disk->fd, name, flags[mode]);
	struct stat st;

	if (fd < 0)
		return say_why(ret_why);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		*ret_why = "is no plain file";
		(void)close(fd); /* nothing was written to it */
		return ERR_MALFORMED;
	}
	*ret_file = fd;
	return ERR_OK;
}

static void
disk_close(void *context, int file)
{
	(void)context;
	(void)close(file); /* what must stay was synced, and that was checked */
}

static enum err
disk_size(void *context, int file, uint64_t *ret, const char **ret_why)
{
	struct stat st;

	(void)context;
	if (fstat(file, &st) != 0)
		return say_why(ret_why);
	*ret = (uint64_t)st.st_size;
	return ERR_OK;
}

static enum err
disk_read(void *context, int file, uint64_t at, uint8_t *room, size_t len,
    size_t *ret_len, const char **ret_why)
{
	ssize_t n;

	(void)context;
	if (at > INT64_MAX) {
		*ret_len = 0; /* no file is so long */
		return ERR_OK;
	}
	do
		n = pread(file, room, len, (off_t)at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return say_why(ret_why);
	*ret_len = (size_t)n;
	return ERR_OK;
}

static enum err
disk_write(void *context, int file, uint64_t at, struct bytes in,
    size_t *ret_len, const char **ret_why)
{
	ssize_t n;

	(void)context;
	if (at > INT64_MAX) {
		*ret_why = "the file would be too long";
		return ERR_SYSTEM;
	}
	do
		n = pwrite(file, in.ptr, in.len, (off_t)at);
	while (n < 0 && errno == EINTR);
	if (n <= 0 && in.len > 0) {
		(void)say_why(ret_why); /* the text only: */
		return ERR_SYSTEM;	/* no write fails by our fault */
	}
	*ret_len = (size_t)n;
	return ERR_OK;
}

static enum err
disk_sync(void *context, int file, const char **ret_why)
{
	(void)context;
	if (fdatasync(file) == 0)
		return ERR_OK;
	(void)say_why(ret_why); /* the text only, as above */
	return ERR_SYSTEM;
}

static void
disk_begin_sync(void *context, int file)
{
	(void)context;
	/* what fails is still dirty, or disk_sync() is told of it */
	(void)sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
}

static enum err
disk_sync_names(void *context, const char **ret_why)
{
	const struct disk *disk = context;

	return disk_sync(NULL, disk->fd, ret_why);
}

/* The lock belongs to the open file: it ends with its last descriptor. */
static enum err
disk_lock(void *context, int file, const char **ret_why)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	(void)context;
	if (fcntl(file, F_OFD_SETLK, &lock) == 0)
		return ERR_OK;
	if (errno != EAGAIN && errno != EACCES)
		return say_why(ret_why);
	*ret_why = "another process holds it";
	return ERR_MALFORMED;
}

/* Makes the folder, and its name durable in its parent. */
static enum err
make_folder(const char *path, const char **ret_why)
{
	if (mkdir(path, FOLDER_RIGHTS) != 0)
		return errno == EEXIST ? ERR_OK : say_why(ret_why);

	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int parent =
	    fd >= 0 ? openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	enum err err = ERR_OK;

	if (parent < 0)
		err = say_why(ret_why);
	else
		err = disk_sync(NULL, parent, ret_why);
	if (parent >= 0)
		(void)close(parent); /* was only synced */
	if (fd >= 0)
		(void)close(fd); /* likewise */
	return err;
}

enum err
folder_open(
    const char *path, bool create, struct folder *ret, const char **ret_why)
{
	enum err err = create ? make_folder(path, ret_why) : ERR_OK;

	if (err != ERR_OK)
		return err;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return say_why(ret_why);
	struct disk *disk = malloc(sizeof(*disk));

	if (disk == NULL) {
		(void)close(fd); /* nothing was done with it */
		*ret_why = "no memory";
		return ERR_MEMORY;
	}
	disk->fd = fd;
	*ret = (struct folder){
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
	return ERR_OK;
}

void
folder_close(struct folder *folder)
{
	struct disk *disk = folder->context;

	if (disk != NULL)
		(void)close(disk->fd); /* was only synced */
	free(disk);
	*folder = (struct folder){ .context = NULL };
}
