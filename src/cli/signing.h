/* SPDX-License-Identifier: ISC */
/* The private key that a command signs with: --key and --passphrase-file. */
#ifndef CLI_SIGNING_H
#define CLI_SIGNING_H

#include "cli/cli.h"
#include "crypto/signer.h"
#include "crypto/vkey.h"
#include "system/passphrase.h"

#include <stdbool.h>

/* Rows of a command's option table. */
#define SIGNING_ROW_KEY                                                        \
	{                                                                      \
		"key", 'k', "FILE|URI",                                        \
		    "the private key: a file, or pkcs11:... on a token"        \
	}
#define SIGNING_ROW_PASSPHRASE                                                 \
	{                                                                      \
		"passphrase-file", 0, "FILE",                                  \
		    "the key's passphrase (or PIN) is the first line of FILE " \
		    "(- is standard input)"                                    \
	}

struct signing_wants {
	const char *key;	     /* --key: a file or a pkcs11: URI */
	const char *passphrase_file; /* --passphrase-file, or NULL: ask */
};

/* A handle: signing_open() to signing_close(). */
struct signing {
	struct signer signer; /* use this */
	bool is_token;	      /* how it is closed */
};

/*
 * Opens the key. From here on the process leaves no core dump. The passphrase
 * is asked for on the terminal if the key needs one and no file was named. Says
 * what is wrong: EXIT_USAGE (no key named), EXIT_INPUT (no such key, a wrong
 * passphrase, not a key), EXIT_MACHINE. EXIT_YES: it is open.
 */
enum exit_code signing_open(
    const struct signing_wants *wants, struct signing *ret);

/* Makes a key pair of that curve on the token that wants->key names; as
   signing_open(). */
enum exit_code signing_make_on_token(const struct signing_wants *wants,
    enum cose_curve curve, struct signing *ret);

/*
 * Likewise, but hands the key to another process: *ret_fd is the reading end of
 * a pipe that holds it as worker/sign.h says (a key file without its
 * encryption; of a token the URI and the PIN), *ret_key its public half. Here
 * it is wiped. The caller closes *ret_fd.
 */
enum exit_code signing_hand_over(
    const struct signing_wants *wants, struct cose_key *ret_key, int *ret_fd);

/* Wipes the key. */
void signing_close(struct signing *s);

struct public_key {
	struct cose_key key;
	char name[VKEY_NAME_LEN + 1]; /* the vkey's, or "" */
};

/*
 * A public key: wants->key is a vkey, or a file with a vkey, a PEM public key
 * or a COSE_Key, or a pkcs11: URI, or a private key's file. Says what is wrong,
 * as above.
 */
enum exit_code signing_read_public(
    const struct signing_wants *wants, struct public_key *ret);

/*
 * A passphrase by --passphrase-file, or asked for on the terminal about
 * `about` (foreign text; twice when it is a new one). Says what is wrong.
 */
enum exit_code signing_read_passphrase(
    const char *file, const char *about, bool is_new, struct passphrase *ret);

/* What a key is called in messages: a URI without its query, where a PIN may
   stand. In room of SIGNING_ABOUT_LEN bytes. */
#define SIGNING_ABOUT_LEN 256
const char *signing_about(const char *key, char room[SIGNING_ABOUT_LEN]);

#endif
