/* SPDX-License-Identifier: ISC */
/* An open token, shared by the files of token.h. */
#ifndef SYSTEM_TOKEN_PRIVATE_H
#define SYSTEM_TOKEN_PRIVATE_H

#include "base/err.h"
#include "crypto/signer.h"
#include "system/token.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>
#include <stdbool.h>

struct token {
	P11KitUri *uri;
	CK_FUNCTION_LIST **modules; /* all that are configured, or NULL */
	CK_FUNCTION_LIST *own;	    /* that of module-path, or NULL */
	CK_FUNCTION_LIST *p11;	    /* the one of these that is used */
	CK_SLOT_ID slot;
	CK_FLAGS flags; /* the token's */
	CK_SESSION_HANDLE session;
	bool is_open; /* the session */
	CK_OBJECT_HANDLE private_key;
	struct cose_key key;
	const char *why; /* static; the first failure's */
};

/* Records why; gives err. */
enum err token_fail(struct token *t, enum err err, const char *why);

/* English for what a library answered, and whose fault it is. */
enum err token_blame(struct token *t, CK_RV answer);

/* Finds the one token that the URI names. */
enum err token_find(struct token *t);

/* Finds the one private key that the URI names and looks what it can do. */
enum err token_find_private(struct token *t);

/* Finds its public key, or (private_key 0) that which the URI names; sets
   t->key. ERR_END when there is none. */
enum err token_find_public(struct token *t);

/* Makes a pair; there must be none of that name. */
enum err token_make(struct token *t, enum cose_curve curve);

#endif
