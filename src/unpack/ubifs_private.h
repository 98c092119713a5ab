/* SPDX-License-Identifier: ISC */
/* What the files of UBIFS share: its superblock. */
#ifndef UNPACK_UBIFS_PRIVATE_H
#define UNPACK_UBIFS_PRIVATE_H

#include "unpack/format.h"

#include <stdint.h>

#define UBIFS_NODE_MAGIC 0x06101831u
#define UBIFS_HEADER_LEN ((size_t)24)
#define UBIFS_SUPER_LEN ((size_t)4096)

enum ubifs_flag {
	UBIFS_ENCRYPTED = 0x10,
	UBIFS_AUTHENTICATED = 0x20,
};

struct ubifs_super {
	uint32_t flags;
	uint32_t leb_len, leb_count;
	uint16_t hash;		    /* Linux' enum hash_algo */
	struct bytes master_digest; /* borrows; of a signed image */
};

/*
 * What an authenticated file system can show by itself: the signature over the
 * superblock, and that the superblock's digest is the master node's and that
 * one's the root's of the index. Of what hangs below, and of HMACs, whose key
 * is in the device, nothing is computed. Source: Linux
 * Documentation/filesystems/ubifs-authentication.rst.
 */
void ubifs_describe_authenticity(
    struct bytes in, const struct ubifs_super *super, struct format_info *info);

#endif
