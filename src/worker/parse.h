/* SPDX-License-Identifier: ISC */
/* The process that reads one firmware image and holds nothing else. */
#ifndef WORKER_PARSE_H
#define WORKER_PARSE_H

#include "base/data.h"

/*
 * Reads:  one firmware image, and perhaps a data set packed by data_pack.h
 *         (else `embedded` is used), both in sealed memory, which it takes from
 *         descriptor 3 (system/handing.h) when it has started: it does so
 *         while the command still reads the image.
 * Power:  none. It can compute, and write messages (worker/wire.h) to 4.
 *
 * Its main: `PARSE_PROGRAM PARSE_WORKER MODE JAIL PATH`, with MODE as
 * reply_mode_text(), JAIL "jail" or "no-jail", and PATH for "cat". Returns the
 * exit status.
 */
#define PARSE_PROGRAM "hallmark-parse"
#define PARSE_WORKER ("--worker=parse/" HALLMARK_VERSION)
/*
 * What its C library's allocator is told: unpacked bytes come and go, so memory
 * is kept, and asked for in large pages where the kernel has them. A fifth of
 * the processor time outside of decompression were page faults.
 */
#define PARSE_SETTING                                                          \
	"GLIBC_TUNABLES=glibc.malloc.hugetlb=1"                                \
	":glibc.malloc.mmap_threshold=4194304"                                 \
	":glibc.malloc.trim_threshold=16777216"
#define PARSE_HANDING_FD 3
#define PARSE_ANSWER_FD 4

int parse_main(int argc, char *argv[], const struct data_set *embedded);

#endif
