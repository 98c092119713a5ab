/* SPDX-License-Identifier: ISC */
/* What the words of `hallmark label` share: a label in whatever form it came. */
#ifndef CLI_LABELLING_H
#define CLI_LABELLING_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/out.h"
#include "cli/answering.h"
#include "cli/cli.h"
#include "cli/held_file.h"
#include "cli/options.h"
#include "codec/json.h"
#include "crypto/hooks.h"
#include "crypto/signer.h"
#include "label/compact.h"
#include "statement/label_claims.h"
#include "statement/statement.h"

#include <stdbool.h>
#include <stdint.h>

/* Memory of one command, and bytes of a label's file. */
#define LABELLING_ARENA_LEN (192 * MIB)
#define LABELLING_FILE_LEN (64 * KIB)

/* The words; each in the file of its name. */
enum exit_code label_issue_run(const struct options *options);
enum exit_code label_renew_run(const struct options *options);
enum exit_code label_suspend_run(const struct options *options);
enum exit_code label_reinstate_run(const struct options *options);
enum exit_code label_revoke_run(const struct options *options);
enum exit_code label_transfer_run(const struct options *options);
enum exit_code label_correct_run(const struct options *options);
enum exit_code label_update_run(const struct options *options);
enum exit_code label_advise_run(const struct options *options);
enum exit_code label_countersign_run(const struct options *options);
enum exit_code label_show_run(const struct options *options);
enum exit_code label_qr_run(const struct options *options);
enum exit_code label_verify_run(const struct options *options);

extern const struct usage label_issue_usage;
extern const struct usage label_renew_usage;
extern const struct usage label_suspend_usage;
extern const struct usage label_reinstate_usage;
extern const struct usage label_revoke_usage;
extern const struct usage label_transfer_usage;
extern const struct usage label_correct_usage;
extern const struct usage label_update_usage;
extern const struct usage label_advise_usage;
extern const struct usage label_countersign_usage;
extern const struct usage label_show_usage;
extern const struct usage label_qr_usage;
extern const struct usage label_verify_usage;

/* A label as the user named it: a file, "-", or the text of its QR code. */
struct labelling {
	struct held_file file;
	const char *name;   /* for messages */
	struct bytes given; /* all of it; borrows the file or the argument */

	/* set by labelling_read(): */
	bool has_statement; /* it was a statement, so all of it is there */
	struct statement statement;
	struct compact compact;
	struct bytes compact_bytes; /* as they came, or made in the arena */
	struct label_claims claims;
	char sub[PRODUCT_SUB_LEN];
};

/* Fetches the bytes, looks at none. Says what is wrong. */
enum exit_code labelling_open(const char *what, struct labelling *ret);
void labelling_close(struct labelling *label);

/*
 * Reads it: a statement's file (its unprotected header is left out of the
 * compact form), the bytes of a compact one, or its text in either carrier, as
 * scanning programs print it. Verifies nothing. EXIT_INPUT, said; EXIT_MACHINE.
 */
enum exit_code labelling_read(struct labelling *label, struct arena *arena);

/* Gives the compact form its place: `proof` is empty or COMPACT_PROOF_LEN bytes
   that stay. EXIT_MACHINE, said, when the arena is full. */
enum exit_code labelling_place(struct labelling *label, uint64_t index,
    struct bytes proof, struct arena *arena);

/* Finds the place in the receipts that a statement carries, if there are any:
   the first hashes of the path are the proof inside a full tile, so that one
   from when the tile was full is preferred. */
void labelling_place_by_receipt(struct labelling *label, struct arena *arena);

/* The level's name from the program's tables, or its number as text. */
struct bytes labelling_level(const struct label_claims *claims,
    unsigned *ret_count, struct arena *arena);

/* The model's bytes when they are text, else in hex. */
struct bytes labelling_model(
    const struct label_claims *claims, struct arena *arena);

/* The maker's id as its users write it: a number, or hex. */
void labelling_put_oemid(struct out *o, const struct product *product);

/* Key "label" and an object of what the label says. */
void labelling_put_json(
    struct json *j, const struct labelling *label, struct arena *arena);

/*
 * Runs the part of a command that looks at what it was given, in a process that
 * can compute and print only. `more` is memory beyond a command's own. Says
 * what is wrong: EXIT_MACHINE; EXIT_INPUT when the input broke the reader.
 */
#define LABELLING_ROW_NO_JAIL                                                  \
	{                                                                      \
		"no-jail", 0, NULL,                                            \
		    "read the files without protection (for debugging)"        \
	}
enum exit_code labelling_confine(bool no_jail, size_t more,
    enum exit_code (*run)(void *context), void *context);

/* Now, or SOURCE_DATE_EPOCH; or a date that the user gave. Says what is wrong:
   EXIT_USAGE. */
enum exit_code labelling_now(const char *given, int64_t *ret);

/* Signs. Says what is wrong. *ret is in the arena. */
enum exit_code labelling_sign(const struct statement_header *header,
    struct bytes payload, const struct signer *signer, struct arena *arena,
    struct bytes *ret);

#endif
