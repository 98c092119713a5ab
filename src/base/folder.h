/* SPDX-License-Identifier: ISC */
/* The files of one folder as functions: how pure modules keep data. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum folder_mode {
	FOLDER_READ,  /* it must be there */
	FOLDER_WRITE, /* likewise; to read and to write */
	FOLDER_NEW,   /* it must not be there */
};

/*
 * The real one is system/folder.h; tests have one whose disk fails. A file is
 * a number that open() gives. All calls but open(), close() and lock() may come
 * from several threads at once, of one file too. Whatever fails says why in
 * English (*ret_why, static) and sets nothing else:
 *   ERR_MALFORMED  missing, there already, no plain file, not allowed; of
 *                  lock(): somebody else holds it
 *   ERR_SYSTEM     the disk failed or is full
 */
struct folder {
	enum err (*open)(void *context, const char *name, enum folder_mode mode,
	    int *ret_file, const char **ret_why);
	void (*close)(void *context, int file);
	enum err (*size)(
	    void *context, int file, uint64_t *ret, const char **ret_why);
	/* Fewer bytes than the room has may come; none only at the end. */
	enum err (*read)(void *context, int file, uint64_t at, uint8_t *room,
	    size_t len, size_t *ret_len, const char **ret_why);
	/* Fewer bytes may be taken, but at least one; a gap reads as zeroes. */
	enum err (*write)(void *context, int file, uint64_t at, struct bytes in,
	    size_t *ret_len, const char **ret_why);
	/* Content and length are on stable storage. After a failure nobody
	   knows what is. */
	enum err (*sync)(void *context, int file, const char **ret_why);
	/* Lets the disk begin with what was written; promises nothing and says
	   nothing: a hint that takes the peak off the next sync(). */
	void (*begin_sync)(void *context, int file);
	/* As sync() for the names of files that were made. */
	enum err (*sync_names)(void *context, const char **ret_why);
	/* Against all others, other processes too, until the file is closed. */
	enum err (*lock)(void *context, int file, const char **ret_why);
	void *context;
};

#endif
