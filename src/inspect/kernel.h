/* SPDX-License-Identifier: ISC */
/* Which Linux kernel: from its banner, or from modules made for it. */
#ifndef INSPECT_KERNEL_H
#define INSPECT_KERNEL_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/blob.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

#include <stdbool.h>
#include <stddef.h>

/* "Linux version RELEASE (BUILDER) (COMPILER) #1 …", borrowed parts. */
struct kernel_banner {
	size_t at;	       /* of "Linux version" */
	struct bytes release;  /* 6.1.0-50-marvell */
	struct bytes builder;  /* user@host */
	struct bytes compiler; /* may be empty */
	struct bytes version;  /* upstream's: the distribution's word for it,
				  6.1.176 of "Debian 6.1.176-1", or the release's */
};

/*
 * Finds the next real banner at or after `from`: not "Linux version %s", not
 * the "Linux version v5.7-rc3" of backported modules.
 */
bool kernel_find_banner(
    struct bytes in, size_t from, struct kernel_banner *ret);

/* The upstream part of a release: 6.1.0 of 6.1.0-50-marvell, 6.2.0-rc3 of
   6.2.0-rc3+; empty when it does not start as a version does. */
struct bytes kernel_upstream(struct bytes release);

/*
 * Adds, each release once per image (`seen`):
 * - for a kernel (a blob, or an ELF program that is no module): FACT_KERNEL,
 *   FACT_COMPONENT linux_kernel, FACT_BUILD_LEFTOVER "user@host", votes for
 *   linux;
 * - for a module (.ko): FACT_KERNEL and FACT_COMPONENT from its vermagic, or
 *   from /lib/modules/RELEASE/ when it is compressed or has none;
 * - for files that only a Linux system has (/etc/fstab …): one vote.
 * ERR_MEMORY.
 */
enum err kernel_inspect(
    const struct unpack_event *file, struct facts *facts, struct seen *seen);

#endif
