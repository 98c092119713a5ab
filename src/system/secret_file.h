/* SPDX-License-Identifier: ISC */
/* Files that hold a secret: read into guarded memory, made for one's own eyes. */
#ifndef SYSTEM_SECRET_FILE_H
#define SYSTEM_SECRET_FILE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A handle, in libcrypto's secure heap (system/secrets.h); zero is closed. */
struct secret_file {
	uint8_t *ptr;
	size_t len;
	size_t cap;
	bool is_open_to_others; /* group or others may read the file */
};

/*
 * Reads a file of at most `limit` bytes. On failure *ret_why says why
 * (static): ERR_MALFORMED (missing, empty, not readable), ERR_LIMIT,
 * ERR_MEMORY.
 */
enum err secret_file_read(const char *path, size_t limit,
    struct secret_file *ret, const char **ret_why);

/* Wipes it. */
void secret_file_close(struct secret_file *file);

/*
 * Makes a new file that only its owner may read (mode 0600), on stable
 * storage. Never overwrites: ERR_MALFORMED when there is one, or no such
 * folder; ERR_SYSTEM otherwise, and no file is left.
 */
enum err secret_file_create(
    const char *path, struct bytes content, const char **ret_why);

#endif
