/* SPDX-License-Identifier: ISC */
/* Firmware blobs: bytes that may be a kernel, a boot loader or bare code. */
#ifndef INSPECT_BLOB_H
#define INSPECT_BLOB_H

#include "base/bytes.h"
#include "unpack/unpack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the event may be firmware of its own: a payload or bytes of no
 * format, or a file that is neither text nor a program and does not lie in the
 * system folders of a root file system (/usr, /lib, …). Only there are banners
 * of kernels and boot loaders the real thing.
 */
bool blob_is(const struct unpack_event *file);

#define SEEN_MARKS 128

/* What was said of one image before. Starts as { 0 }. */
struct seen {
	uint64_t mark[SEEN_MARKS];
	size_t count;
};

/*
 * Whether this is the first time that `text` is said under `what`: so that 200
 * kernel modules give one fact. After SEEN_MARKS different ones always false.
 */
bool seen_first(struct seen *seen, const char *what, struct bytes text);

#endif
