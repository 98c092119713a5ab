/* SPDX-License-Identifier: ISC */
/* Sealed copies of input files, and reports that appear whole. */
#include "system/file.h"

#include "base/limits.h"
#include "base/number.h"
#include "base/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

#define FILE_SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)
#define FILE_COPY_LEN (256 * KIB)
#define FILE_NAME_TRIES 16

static const char *
why(int error)
{
	const char *text = strerrordesc_np(error);

	return text != NULL ? text : "unknown error";
}

/* Whose fault a failed open or read is. */
static enum err
blame(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case EACCES:
	case EPERM:
	case ELOOP:
	case ENAMETOOLONG:
	case ENXIO:
	case ENODEV:
	case EINVAL:
		return ERR_MALFORMED;
	case ENOMEM:
		return ERR_MEMORY;
	default:
		return ERR_SYSTEM;
	}
}

static int
create_memory(void)
{
	int fd = memfd_create(
	    "hallmark", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("hallmark", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

enum err
file_put(int fd, struct bytes content)
{
	while (content.len > 0) {
		ssize_t n = write(fd, content.ptr, content.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_SYSTEM;
		content = bytes_from(content, (size_t)n);
	}
	return ERR_OK;
}

/* Reads and writes until the input ends or `limit` is passed. */
static enum err
copy_by_hand(int from, int to, size_t limit, size_t *len)
{
	uint8_t *buffer = malloc(FILE_COPY_LEN);
	enum err err = buffer != NULL ? ERR_OK : ERR_MEMORY;

	while (err == ERR_OK && *len <= limit) {
		ssize_t n = read(from, buffer, FILE_COPY_LEN);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = blame(errno);
		if (n <= 0)
			break;
		*len += (size_t)n;
		err = file_put(to, (struct bytes){ buffer, (size_t)n });
	}
	free(buffer);
	return err;
}

/* The kernel copies where it can; *len is one more than limit at the most
   by a buffer. */
static enum err
copy(int from, int to, size_t limit, size_t *ret_len)
{
	size_t len = 0;
	enum err err = ERR_OK;

	while (len <= limit) {
		ssize_t n = sendfile(to, from, NULL, limit - len + 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && len == 0 && (errno == EINVAL || errno == ENOSYS))
			err = copy_by_hand(from, to, limit, &len);
		else if (n < 0)
			err = blame(errno);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (err == ERR_OK)
		*ret_len = len;
	return err;
}

static enum err
copy_sealed(
    int from, size_t limit, int *ret_fd, size_t *ret_len, const char **ret_why)
{
	int to = create_memory();
	enum err err = to >= 0 ? ERR_OK : ERR_SYSTEM;
	size_t len = 0;

	if (err == ERR_OK)
		err = copy(from, to, limit, &len);
	if (err == ERR_OK && len <= limit &&
	    fcntl(to, F_ADD_SEALS, FILE_SEALS) != 0)
		err = ERR_SYSTEM;
	if (err != ERR_OK) {
		*ret_why = why(errno);
	} else if (len == 0) {
		err = ERR_MALFORMED;
		*ret_why = "is empty";
	} else if (len > limit) {
		err = ERR_LIMIT;
		*ret_why = "is too large";
	}
	if (err == ERR_OK) {
		*ret_fd = to;
		*ret_len = len;
	} else if (to >= 0) {
		(void)close(to); /* nothing was kept in it */
	}
	return err;
}

enum err
file_read_sealed(const char *path, size_t limit, int *ret_fd, size_t *ret_len,
    const char **ret_why)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int from = is_stdin ? STDIN_FILENO
			    : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum err err = ERR_MALFORMED;
	struct stat st;

	if (from < 0) {
		*ret_why = why(errno);
		return blame(errno);
	}
	if (fstat(from, &st) != 0) {
		*ret_why = why(errno);
		err = errno == EBADF ? ERR_MALFORMED : ERR_SYSTEM;
	} else if (S_ISDIR(st.st_mode)) {
		*ret_why = "is a directory";
	} else if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > limit) {
		*ret_why = "is too large";
		err = ERR_LIMIT;
	} else {
		err = copy_sealed(from, limit, ret_fd, ret_len, ret_why);
	}
	if (!is_stdin)
		(void)close(from); /* was only read */
	return err;
}

enum err
file_seal(struct bytes in, int *ret_fd)
{
	int fd = create_memory();

	if (fd < 0)
		return ERR_SYSTEM;
	if (file_put(fd, in) != ERR_OK ||
	    fcntl(fd, F_ADD_SEALS, FILE_SEALS) != 0) {
		(void)close(fd); /* nothing was kept in it */
		return ERR_SYSTEM;
	}
	*ret_fd = fd;
	return ERR_OK;
}

enum err
file_map_sealed_whole(int fd, struct bytes *ret)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & FILE_SEALS) != FILE_SEALS ||
	    fstat(fd, &st) != 0 || st.st_size <= 0)
		return ERR_SYSTEM;
	size_t len = (size_t)st.st_size;
	void *map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);

	if (map == MAP_FAILED)
		return ERR_SYSTEM;
	*ret = (struct bytes){ map, len };
	return ERR_OK;
}

enum err
file_map_sealed(int fd, size_t len, struct bytes *ret)
{
	struct bytes whole;
	enum err err = file_map_sealed_whole(fd, &whole);

	if (err != ERR_OK)
		return err;
	if (whole.len != len) {
		file_unmap(whole);
		return ERR_SYSTEM;
	}
	*ret = whole;
	return ERR_OK;
}

void
file_unmap(struct bytes in)
{
	if (in.ptr == NULL)
		return;
	union {
		const uint8_t *in;
		void *out;
	} ptr = { .in = in.ptr };

	(void)munmap(ptr.out, in.len); /* it was mapped just so */
}

/* A new file beside `path`; its name is left in *name (malloc'ed). */
static int
create_beside(const char *path, char **name)
{
	const char *slash = strrchr(path, '/');
	int folder_len = slash != NULL ? (int)(slash - path) + 1 : 0;

	for (int i = 0; i < FILE_NAME_TRIES; i++) {
		uint64_t number;

		if (getrandom(&number, sizeof(number), 0) !=
			(ssize_t)sizeof(number) ||
		    asprintf(name, "%.*s.hallmark-%016llx", folder_len, path,
			(unsigned long long)number) < 0) {
			*name = NULL;
			return -1;
		}
		int fd =
		    open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

		if (fd >= 0 || errno != EEXIST)
			return fd;
		free(*name);
		*name = NULL;
	}
	return -1;
}

static enum err
replace(const char *path, struct bytes content)
{
	char *name = NULL;
	int fd = create_beside(path, &name);
	enum err err = fd >= 0 ? file_put(fd, content) : ERR_SYSTEM;
	int error = errno;

	if (fd >= 0 && close(fd) != 0 && err == ERR_OK) {
		err = ERR_SYSTEM;
		error = errno;
	}
	if (err == ERR_OK && rename(name, path) != 0) {
		err = ERR_SYSTEM;
		error = errno;
	}
	if (err != ERR_OK && fd >= 0)
		(void)unlink(name); /* the failure is reported already */
	free(name);
	errno = error;
	return err;
}

static enum err
write_directly(const char *path, struct bytes content)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	enum err err = fd >= 0 ? file_put(fd, content) : ERR_SYSTEM;
	int error = errno;

	if (fd >= 0 && close(fd) != 0 && err == ERR_OK) {
		err = ERR_SYSTEM;
		error = errno;
	}
	errno = error;
	return err;
}

enum err
file_write(const char *path, struct bytes content, const char **ret_why)
{
	struct stat st;
	bool exists = stat(path, &st) == 0;
	char *real = exists ? realpath(path, NULL) : NULL;
	enum err err;

	if (exists && !S_ISREG(st.st_mode))
		err = write_directly(path, content);
	else
		err = replace(real != NULL ? real : path, content);
	if (err != ERR_OK)
		*ret_why = why(errno);
	free(real);
	return err;
}
