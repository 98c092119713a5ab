/* SPDX-License-Identifier: ISC */
/* A set of data files as one run of bytes, to hand it to a worker. */
#ifndef WORKER_DATA_PACK_H
#define WORKER_DATA_PACK_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"

/* Files and bytes of one set; ours has a few dozen and a few MiB. */
#define DATA_PACK_FILES 1000
#define DATA_PACK_LEN (64 * MIB)

/* A failure shows in to->failed. */
void data_pack_write(struct out *to, const struct data_set *set);

/*
 * The set's contents borrow `in`, its names and table lie in the arena.
 * ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT, ERR_MEMORY.
 */
enum err data_pack_read(
    struct bytes in, struct arena *arena, struct data_set *ret);

#endif
