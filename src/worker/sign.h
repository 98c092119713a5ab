/* SPDX-License-Identifier: ISC */
/* The process that has the ledger's private key, and nothing else. */
#ifndef WORKER_SIGN_H
#define WORKER_SIGN_H

/*
 * Reads:  typed messages of the store.
 * Power:  the key. It signs heads of its own ledger that only grow, receipts of
 *         roots that it signed, status lists and bundles (worker/sign_rules.h),
 *         and remembers the last head in a file of its own, on stable storage
 *         before it answers.
 *
 * Its main: `hallmark SIGN_WORKER JAIL ORIGIN`, with JAIL "jail" or
 * "no-jail". Returns the exit status: 0 when the store has closed the channel.
 * Standard error stays: a line for each event.
 */
#define SIGN_WORKER ("--worker=sign/" HALLMARK_VERSION)
#define SIGN_CHANNEL_FD 3 /* a stream socket to the store */
#define SIGN_KEY_FD 4	  /* a pipe with the key: see below */
#define SIGN_STATE_FD 5	  /* the state file, to read and write; empty: new */

/* Types of system/message.h. */
enum sign_kind {
	SIGN_NONE,
	/* to the store */
	SIGN_HELLO,	/* the public key's 32 bytes, u64le: the size of the
			   tree that it remembers, a text: the jail */
	SIGN_SIGNATURE, /* 64 bytes */
	SIGN_DONE,	/* SIGN_BEGIN was all right */
	SIGN_REFUSED,	/* a sentence */
	/* from the store */
	SIGN_BEGIN,   /* u64le size, root, signature: the ledger's newest head;
		       hashes: that it begins with the tree remembered */
	SIGN_HEAD,    /* a checkpoint's text */
	SIGN_RECEIPT, /* u64le size, signature of its head, Sig_structure */
	SIGN_TOKEN,   /* Sig_structure of a status list or a bundle */
};

/* On the pipe: u8, then two fields of u32le length and bytes: an unencrypted
   PEM and nothing, or a pkcs11: URI and its PIN. */
enum sign_key_form {
	SIGN_KEY_PEM = 1,
	SIGN_KEY_TOKEN = 2,
};
#define SIGN_KEY_LEN_MAX 4096

int sign_worker_main(int argc, char *argv[]);

#endif
