/* SPDX-License-Identifier: ISC */
/* What the parts of the store share. */
#ifndef WORKER_STORE_PRIVATE_H
#define WORKER_STORE_PRIVATE_H

#include "base/arena.h"
#include "database/database.h"
#include "ledger/static.h"
#include "registry/view.h"
#include "system/handing.h"
#include "system/message.h"
#include "system/shelf.h"
#include "worker/ledger_folder.h"
#include "worker/sign_client.h"
#include "worker/store.h"

#include <stdatomic.h>

/* Statements in one batch, and bytes of them. */
#define STORE_BATCH 256
#define STORE_BATCH_LEN ((size_t)2 << 20)
/* How often it looks around when nobody asks. */
#define STORE_TICK_MS 1000

/* Names of files in the published folder that are served, too … */
#define STORE_BUNDLE "bundle"
#define STORE_KEYS "keys"
#define STORE_ANCHORS "anchors" /* whom the ledger trusts */
#define STORE_STATUS "status/"
/* … and that are not: a receipt of the first entry in the published tree, whose
   signature is that of all its receipts; and how far files are known to be on
   stable storage. */
#define STORE_RECEIPT "receipt"
#define STORE_SAFE "safe"

/* One socket to http. */
struct store_channel {
	int fd; /* owned; -1: none */
	bool takes_statements;
	struct message_reader reader;
	struct message_writer writer;
};

/* What is published now. */
struct store_shown {
	struct merkle_head head; /* of the checkpoint; size 0: none */
	struct out checkpoint;	 /* its note */
	struct static_files files;
	struct static_log log;
	bool log_is_open;
	/* signature of receipts of that tree */
	struct sign_receipts receipts;
	bool has_receipts;
	/* of a front end: when the files were looked at last */
	int64_t changed;
};

struct store {
	struct store_wish wish;
	struct bytes wish_bytes;
	_Atomic uint64_t *page;
	struct store_channel channel[HANDING_MAX];
	size_t channel_count;
	struct out reply; /* the one that is being written */

	struct database *database;
	struct registry_head head; /* of the database */
	char origin[LEDGER_ORIGIN_MAX + 1];
	struct shelf shelf; /* the published folder */
	struct store_shown shown;

	/* of those with a ledger */
	struct ledger_folder ledger;
	struct out copy_path;	 /* of the folder with the newest head's copy */
	struct sign_client sign; /* the writer's */
	struct signer heads;
	struct sign_receipts receipts; /* of the ledger's newest head */
	struct arena arena;	       /* of the state */
	struct cose_key owner[POLICY_OWNERS_MAX];
	struct trust_state *state;
	struct view *view;
	/* the state as of the published head: the same, or, with a quorum of
	   witnesses, one that follows behind */
	struct trust_state *shown_state;
	uint8_t *room;	    /* LEDGER_ENTRY_MAX */
	bool has_published; /* since the start */
	bool is_caught_up;
	bool is_ready;

	/* tokens: status lists and bundle */
	bool tokens_are_old;	 /* something changed since */
	uint64_t tokens_next_ms; /* not before */
	int64_t tokens_issued;
	bool is_unsafe; /* files were written since the last sync */
	uint64_t safe_next_ms;
	uint64_t ticked_ms;
};

/* Says in the log what failed, and passes the error on. */
enum err store_fail(const char *event, const char *why, enum err err);

/* ---- store_open.c ---- */

/* Opens everything, in the jail or not yet. Say what is wrong. */
enum err store_open_outside(struct store *s);
enum err store_open_inside(struct store *s);
void store_close(struct store *s);

/* ---- store_replay.c ---- */

/* Whether the database is one of this ledger's past, or empty. */
enum err store_check_database(struct store *s);
/* Reads the ledger into the state, and the database's missing rows from it;
   answers questions meanwhile where it can. */
enum err store_catch_up(struct store *s);
/* The head of the database: the ledger's newest. */
struct registry_head store_registry_head(
    const struct store *s, const struct ledger_head *head);
enum err store_commit(struct store *s, const struct registry_head *head);

/* ---- store_publish.c ---- */

/* Publishes the ledger's newest head, or the newest with a quorum. */
enum err store_publish(struct store *s);
/* Opens what is published already, which must be of this ledger. */
enum err store_open_shown(struct store *s);
/* Looks at what another process published. */
enum err store_look(struct store *s);
/* Status lists and bundle, when they are due. `all`: due or not, if old. */
enum err store_publish_tokens(struct store *s, bool all);
/* Everything that was written is on stable storage. */
enum err store_make_safe(struct store *s);

/* ---- store_answer.c ---- */

enum err store_answer(struct store *s, struct store_channel *channel,
    const struct registry_question *question);
/* A receipt in borrowed room of RECEIPT_LEN_MAX. */
enum err store_receipt(
    struct store *s, uint64_t index, uint8_t *room, struct bytes *ret);

/* ---- store_take.c ---- */

/* Takes all statements that are there. ERR_END: the channel is done for; else
   the store is. */
enum err store_take(struct store *s, struct store_channel *channel);

/* ---- store.c ---- */

/* Something changed. */
void store_bump(struct store *s);
/* Serves whatever waits, for at most so long. ERR_END: it is to end. */
enum err store_serve(struct store *s, int wait_ms);

#endif
