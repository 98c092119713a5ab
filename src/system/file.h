/* SPDX-License-Identifier: ISC */
/* Files of the user: an image comes in sealed, a report goes out whole. */
#ifndef SYSTEM_FILE_H
#define SYSTEM_FILE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>

/*
 * Copies the file `path` ("-" is standard input; pipes are fine) into memory
 * that nobody can change any more: a memfd sealed against writing, growing
 * and shrinking. The caller closes *ret_fd. On failure *ret_why says why in
 * English (static), and only that is set:
 *   ERR_MALFORMED  missing, empty, a directory, not readable
 *   ERR_LIMIT      longer than `limit` bytes
 *   ERR_MEMORY, ERR_SYSTEM
 */
enum err file_read_sealed(const char *path, size_t limit, int *ret_fd,
    size_t *ret_len, const char **ret_why);

/* Likewise from bytes. ERR_SYSTEM. */
enum err file_seal(struct bytes in, int *ret_fd);

/*
 * The sealed memory as bytes, read-only, until file_unmap(). ERR_SYSTEM also
 * when it is not `len` bytes long or not sealed.
 */
enum err file_map_sealed(int fd, size_t len, struct bytes *ret);
/* Likewise of whatever length. */
enum err file_map_sealed_whole(int fd, struct bytes *ret);
void file_unmap(struct bytes in);

/*
 * Writes a whole file: readers see the old one or the new one, never half. A
 * symbolic link is followed; what is no regular file (/dev/stdout, a pipe) is
 * written to directly. ERR_SYSTEM with errno's text in *ret_why (static).
 */
enum err file_write(
    const char *path, struct bytes content, const char **ret_why);

/* Writes all of it to an open descriptor. ERR_SYSTEM; errno is kept. */
enum err file_put(int fd, struct bytes content);

#endif
