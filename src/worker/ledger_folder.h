/* SPDX-License-Identifier: ISC */
/* A ledger's folder as a daemon opens it: ledger, policy, copy of the head. */
#ifndef WORKER_LEDGER_FOLDER_H
#define WORKER_LEDGER_FOLDER_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/folder.h"
#include "base/out.h"
#include "crypto/signer.h"
#include "ledger/policy.h"
#include "ledger/store.h"
#include "system/shelf.h"

/* Files in a ledger's folder, besides those of ledger/store.h. */
#define LEDGER_FOLDER_POLICY "policy"	  /* whom it trusts */
#define LEDGER_FOLDER_COSIGNED "cosigned" /* the newest head with a quorum */
#define LEDGER_FOLDER_COPY "copy" /* path of the folder with the newest head */

/* A handle; not to be moved. */
struct ledger_folder {
	struct arena arena;
	struct folder folder;
	struct folder copy; /* open() is NULL: there is none */
	struct shelf shelf;
	struct ledger *ledger;
	const struct policy *policy;
	struct bytes policy_text; /* what it was read from */
	struct bytes origin;
};

/*
 * Opens it; the signer (NULL: only to read) is borrowed. Static files and a
 * ledger without an owner are refused. *ret_why says why it failed. Errors as
 * ledger_open()'s.
 */
enum err ledger_folder_open(const char *path, const struct signer *signer,
    struct ledger_folder *ret, struct ledger_why *ret_why);
void ledger_folder_close(struct ledger_folder *l);

/*
 * The path of the folder with the copy of the newest head, zero-ended; empty
 * when it has none. ERR_SYSTEM, ERR_LIMIT, ERR_MALFORMED.
 */
enum err ledger_folder_copy(const char *path, struct out *ret);

/*
 * Appends the checkpoint to be shown to others: the newest that witnesses
 * cosigned as the policy demands, or the newest when it demands none. ERR_END:
 * there is none with a quorum yet; ERR_CHECKSUM: the one that is kept does not
 * satisfy the policy; or what the ledger says.
 */
enum err ledger_folder_checkpoint(struct ledger_folder *l, struct out *ret,
    struct merkle_head *ret_head, int64_t *ret_secs);

/* The head of that size, as it was signed. ERR_END: there was none; else as
   ledger_read_head(). */
enum err ledger_folder_head(
    struct ledger_folder *l, uint64_t size, struct ledger_head *ret);

#endif
