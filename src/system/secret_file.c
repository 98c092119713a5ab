/* SPDX-License-Identifier: ISC */
/* Reading and making files of secrets. */
#include "system/secret_file.h"

#include "system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err
read_all(int fd, struct secret_file *f, const char **ret_why)
{
	while (f->len < f->cap) {
		ssize_t n = read(fd, f->ptr + f->len, f->cap - f->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*ret_why = strerrordesc_np(errno);
			return ERR_MALFORMED;
		}
		if (n == 0)
			break;
		f->len += (size_t)n;
	}
	if (f->len == 0)
		*ret_why = "is empty";
	else if (f->len == f->cap)
		*ret_why = "is too large";
	else
		return ERR_OK;
	return f->len == 0 ? ERR_MALFORMED : ERR_LIMIT;
}

enum err
secret_file_read(const char *path, size_t limit, struct secret_file *ret,
    const char **ret_why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct secret_file f = { .cap = limit + 1 };
	enum err err = ERR_MALFORMED;
	struct stat st;

	if (fd < 0) {
		*ret_why = strerrordesc_np(errno);
		return ERR_MALFORMED;
	}
	f.ptr = OPENSSL_secure_malloc(f.cap);
	if (f.ptr == NULL) {
		*ret_why = err_text(ERR_MEMORY);
		err = ERR_MEMORY;
	} else if (fstat(fd, &st) != 0) {
		*ret_why = strerrordesc_np(errno);
	} else {
		f.is_open_to_others =
		    S_ISREG(st.st_mode) && (st.st_mode & 0044) != 0;
		err = read_all(fd, &f, ret_why);
	}
	(void)close(fd); /* was only read */
	if (err == ERR_OK)
		*ret = f;
	else
		secret_file_close(&f);
	return err;
}

void
secret_file_close(struct secret_file *file)
{
	OPENSSL_secure_clear_free(file->ptr, file->cap);
	*file = (struct secret_file){ .ptr = NULL };
}

enum err
secret_file_create(const char *path, struct bytes content, const char **ret_why)
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
	enum err err = ERR_OK;

	if (fd < 0) {
		*ret_why = errno == EEXIST
		    ? "exists already; nothing is overwritten"
		    : strerrordesc_np(errno);
		return ERR_MALFORMED;
	}
	if (file_put(fd, content) != ERR_OK || fsync(fd) != 0) {
		*ret_why = strerrordesc_np(errno);
		err = ERR_SYSTEM;
	}
	if (close(fd) != 0 && err == ERR_OK) {
		*ret_why = strerrordesc_np(errno);
		err = ERR_SYSTEM;
	}
	if (err != ERR_OK)
		(void)unlink(path); /* it was made here, and is not whole */
	return err;
}
