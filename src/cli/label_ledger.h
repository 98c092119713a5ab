/* SPDX-License-Identifier: ISC */
/* A ledger's folder, opened to look a label up in it. */
#ifndef CLI_LABEL_LEDGER_H
#define CLI_LABEL_LEDGER_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/folder.h"
#include "cli/cli.h"
#include "cli/labelling.h"
#include "ledger/store.h"

#include <stdbool.h>
#include <stdint.h>

/* A handle: label_ledger_open() to label_ledger_close(). Not to be moved. */
struct label_ledger {
	const char *name;
	struct folder folder;
	struct ledger *ledger;
};

/* Opens it to read. Says what is wrong: EXIT_INPUT, EXIT_MACHINE. */
enum exit_code label_ledger_open(const char *path, struct label_ledger *ret);
void label_ledger_close(struct label_ledger *ledger);

/* The index of a statement as its label's file has it, countersigned or not.
   EXIT_NO, said: it is not in the ledger. */
enum exit_code label_ledger_find(struct label_ledger *ledger,
    const struct statement *statement, struct arena *arena, uint64_t *ret);

/* The entry at an index, in the arena. EXIT_NO, said: there is none. */
enum exit_code label_ledger_entry(struct label_ledger *ledger, uint64_t index,
    struct arena *arena, struct bytes *ret);

/* The eight hashes beside a leaf in its tile; empty as long as the tile is not
   full. */
enum exit_code label_ledger_proof(struct label_ledger *ledger, uint64_t index,
    struct arena *arena, struct bytes *ret);

#endif
