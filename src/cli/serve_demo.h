/* SPDX-License-Identifier: ISC */
/* A ledger with demo products, for someone who wants to see a registry. */
#ifndef CLI_SERVE_DEMO_H
#define CLI_SERVE_DEMO_H

#include "cli/cli.h"
#include "crypto/cose.h"

/*
 * Makes a ledger in the folder, which must be missing or empty, with keys of
 * its own (files in it), an owner, an accredited office and the labels of two
 * cameras and more. Then as signing_hand_over() of the ledger's key. A folder
 * that holds the demo already is taken as it is. Says what is wrong.
 */
enum exit_code serve_demo_make(
    const char *folder, struct cose_key *ret_key, int *ret_fd);

#endif
