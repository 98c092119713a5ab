/* SPDX-License-Identifier: ISC */
/* A public key in the forms that others want it in. */
#ifndef CLI_KEY_SHOW_H
#define CLI_KEY_SHOW_H

#include "cli/cli.h"
#include "crypto/cose.h"

#include <stdbool.h>

struct key_show {
	struct cose_key key;
	const char *name; /* of the vkey, or NULL */
	const char *file; /* --public, or NULL */
	bool witness;	  /* the vkey in `file` is type 04 */
	bool json;
};

/* Whether it can be shown so: the name, and a witness has Ed25519. Says what
   is wrong: EXIT_USAGE. */
enum exit_code key_show_check(
    const struct key_show *show, enum cose_curve curve);

/* Prints it, and writes `file`. Says what is wrong. */
enum exit_code key_show(const struct key_show *show);

#endif
