/* SPDX-License-Identifier: ISC */
/* What the three steps of opening a ledger share: reading, replaying, settling. */
#ifndef LEDGER_STORE_RECOVER_PRIVATE_H
#define LEDGER_STORE_RECOVER_PRIVATE_H

#include "ledger/store_private.h"

struct recovery {
	struct ledger *l;
	struct ledger_why *why;
	struct store_half half[2];
	bool is_whole[2]; /* the header is */
	unsigned newest;
	struct out block; /* a record, or what is searched for records */
	struct merkle_hash *leaf;
	struct ledger_head last; /* of what was replayed so far */
	uint64_t file_heads;	 /* whole ones in `heads` */
	uint64_t file_size;	 /* the tree of the last of them */
};

/* store_recover.c */

/* ERR_CHECKSUM, with the reason. */
enum err recovery_refuse(struct recovery *r, const char *reason);
uint64_t recovery_place(const struct recovery *r, unsigned half, size_t at);
/* Room of the recovery's own for the next bytes of the log. */
enum err recovery_read_wal(
    struct recovery *r, uint64_t at, size_t len, struct bytes *ret);
enum err recovery_read_head(
    const struct recovery *r, uint64_t number, struct ledger_head *ret);

/* store_replay.c: the log's records, from where the flat files end. */
enum err recovery_replay(struct recovery *r);

/* store_settle.c */

/* Finds the newest head whose signature is known. */
enum err recovery_find_signed(struct recovery *r);
/* What was replayed is made durable in both places, then signed. */
enum err recovery_settle(struct recovery *r);

#endif
