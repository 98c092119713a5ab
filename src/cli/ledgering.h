/* SPDX-License-Identifier: ISC */
/* What the words of `hallmark ledger` share: a ledger, wherever it lies. */
#ifndef CLI_LEDGERING_H
#define CLI_LEDGERING_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/folder.h"
#include "base/out.h"
#include "cli/answering.h"
#include "cli/cli.h"
#include "cli/held_file.h"
#include "cli/options.h"
#include "codec/json.h"
#include "crypto/signer.h"
#include "ledger/merkle.h"
#include "ledger/policy.h"
#include "ledger/publish.h"
#include "ledger/static.h"
#include "ledger/store.h"
#include "system/shelf.h"
#include "trust/admission.h"
#include "trust/state.h"

#include <stdbool.h>
#include <stdint.h>

/* Files of ours in a ledger's folder, besides those of ledger/store.h. */
#define LEDGERING_POLICY "policy"	/* whom it trusts: made by init */
#define LEDGERING_COSIGNED "cosigned"	/* the newest head with a quorum */
#define LEDGERING_COSIGNING "cosigning" /* cosignatures still collected */
#define LEDGERING_COPY "copy" /* path of the folder with the newest head */

#define LEDGERING_ROW_COPY                                                     \
	{                                                                      \
		"copy", 0, "FOLDER",                                           \
		    "keep the newest head there, too, on another disk"         \
	}

/* The words; each in the file of its name. */
enum exit_code ledger_init_run(const struct options *options);
enum exit_code ledger_append_run(const struct options *options);
enum exit_code ledger_fill_run(const struct options *options);
enum exit_code ledger_list_run(const struct options *options);
enum exit_code ledger_show_run(const struct options *options);
enum exit_code ledger_prove_run(const struct options *options);
enum exit_code ledger_verify_run(const struct options *options);
enum exit_code ledger_audit_run(const struct options *options);
enum exit_code ledger_witness_run(const struct options *options);
enum exit_code ledger_mirror_run(const struct options *options);
enum exit_code ledger_export_run(const struct options *options);
enum exit_code ledger_bundle_run(const struct options *options);
enum exit_code ledger_status_run(const struct options *options);

extern const struct usage ledger_init_usage;
extern const struct usage ledger_append_usage;
extern const struct usage ledger_fill_usage;
extern const struct usage ledger_list_usage;
extern const struct usage ledger_show_usage;
extern const struct usage ledger_prove_usage;
extern const struct usage ledger_verify_usage;
extern const struct usage ledger_audit_usage;
extern const struct usage ledger_witness_usage;
extern const struct usage ledger_mirror_usage;
extern const struct usage ledger_export_usage;
extern const struct usage ledger_bundle_usage;
extern const struct usage ledger_status_usage;

/* A policy's text and what it says, in an arena. */
struct ledgering_policy {
	struct bytes text;
	struct policy policy;
};

/* Reads a policy file into the arena. Says what is wrong. */
enum exit_code ledgering_read_policy(
    const char *path, struct arena *arena, const struct ledgering_policy **ret);

struct ledgering_wants {
	const char *folder;
	const char *policy;	     /* --policy; NULL: the ledger's own */
	const char *copy;	     /* --copy; NULL: where the ledger has it */
	const struct signer *signer; /* NULL: only to read */
};

/* A handle: ledgering_open() to ledgering_close(). Not to be moved. */
struct ledgering {
	const char *name; /* the folder, for messages */
	struct arena arena;
	const struct ledgering_policy *policy; /* NULL: static, none named */
	struct bytes origin;
	struct merkle_head head; /* the newest */
	struct merkle_nodes nodes;

	/* a ledger of ours … */
	struct folder folder;
	struct folder copy;    /* of the newest head; only to write */
	struct ledger *ledger; /* NULL: static files */
	struct shelf shelf;
	/* … or static files: a mirror, an export */
	struct static_files files;
	struct static_log *log;
	struct out checkpoint; /* its note */
};

/*
 * Opens a ledger's folder, or (only to read) a folder of static files. Of the
 * latter nothing is verified yet. Says what is wrong: EXIT_INPUT,
 * EXIT_MACHINE. EXIT_YES: it is open.
 */
enum exit_code ledgering_open(
    const struct ledgering_wants *wants, struct ledgering *ret);
void ledgering_close(struct ledgering *l);

/*
 * The folder with the copy of the newest head, and that the ledger in `folder`
 * knows where it is. Say what is wrong.
 */
enum exit_code ledgering_new_copy(const char *path, struct folder *ret);
enum exit_code ledgering_keep_copy(const struct ledgering *l, const char *path);

/* One entry, in room of LEDGER_ENTRY_MAX bytes. ERR_LIMIT past the end. */
enum err ledgering_entry(
    struct ledgering *l, uint64_t index, uint8_t *room, struct bytes *ret);

/*
 * Appends the checkpoint to be shown to others: the newest that witnesses
 * cosigned as the policy demands, or simply the newest when it demands none.
 * Says what is wrong; EXIT_NO: there is none with a quorum yet.
 */
enum exit_code ledgering_checkpoint(
    struct ledgering *l, struct out *ret, struct merkle_head *ret_head);

/* Writes one of our files beside the ledger's own, on stable storage. Says what
   is wrong. */
enum exit_code ledgering_keep(
    const struct ledgering *l, const char *file, struct bytes content);
/* Appends one; ERR_END when there is none. */
enum err ledgering_kept(
    const struct ledgering *l, const char *file, struct out *to);

struct ledgering_judging {
	bool trusted; /* do not look at signatures again */
	/* Is told of every entry, in order; may be NULL. */
	void (*told)(
	    void *context, uint64_t index, const struct admission *said);
	void *context;
};

/* What the statements up to the newest head say. NULL, with *ret_code said: it
   could not be told. */
struct trust_state *ledgering_state(struct ledgering *l,
    const struct ledgering_judging *judging, enum exit_code *ret_code);

/* Why an entry was refused: in words, or as keys of an object. */
void ledgering_put_refusal(struct out *o, const struct admission *refused);
void ledgering_json_refusal(struct json *j, const struct admission *refused);

/* Says what became of something; gives the exit code for it. */
enum exit_code ledgering_say(const char *about, enum err err);
enum exit_code ledgering_say_fault(
    const char *about, const struct fault *fault);

/* Seconds and microseconds since 1970; SOURCE_DATE_EPOCH if it is set. */
uint64_t ledgering_now(void);
uint64_t ledgering_now_usecs(void);

/* A number of a command line; says so when it is none: EXIT_USAGE. */
enum exit_code ledgering_number(const char *text, uint64_t *ret);

/* Keys "size" and "root". */
void ledgering_json_head(struct json *j, const struct merkle_head *head);

/* The bytes that a ledger holds of a file: a statement without what stands in
   its unprotected header, anything else as it is. In the arena or borrowed. */
enum exit_code ledgering_leaf(
    const struct held_file *file, struct arena *arena, struct bytes *ret);

#endif
