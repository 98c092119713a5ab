/* SPDX-License-Identifier: ISC */
/* Stored passwords tried against the passwords that everybody knows. */
#ifndef INSPECT_PASSWORDS_H
#define INSPECT_PASSWORDS_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* data/passwords.txt, most common first. A handle. */
struct password_list {
	char *text;	   /* owned: the words, each ended by a zero */
	const char **word; /* owned: into text */
	size_t count;
};

/* Reads the list; lines that start with '#' and empty ones are no words.
   Borrows nothing. ERR_MEMORY. */
enum err password_list_open(struct bytes text, struct password_list *ret);
void password_list_close(struct password_list *list);

enum password_scheme {
	PASSWORD_NONE, /* no hash at all: can never match */
	PASSWORD_DES,
	PASSWORD_MD5,
	PASSWORD_APR1,
	PASSWORD_SHA256,
	PASSWORD_SHA512,
	PASSWORD_BCRYPT,
	PASSWORD_YESCRYPT,
	PASSWORD_SHA1_BASE64,	   /* {SHA}: htpasswd -s */
	PASSWORD_MOSQUITTO_SHA512, /* $6$salt$base64 of one SHA-512 */
	PASSWORD_MOSQUITTO_PBKDF2, /* $7$rounds$salt$base64 */
	PASSWORD_OTHER,		   /* looks like a hash; not tried */
};

/* What kind of hash this is, by its form alone. */
enum password_scheme password_scheme_of(struct bytes hash);

/* The words of FACT_PASSWORD_HASH: "des", "md5" … "other"; static. */
const char *password_scheme_text(enum password_scheme scheme);

/*
 * How much trying one image may cost, in microseconds of the machine it was
 * measured on. It is counted, not timed: the same image gives the same facts
 * everywhere.
 */
struct password_budget {
	uint64_t cost;
	unsigned hashes;
};

struct password_budget password_budget_open(void);

#define PASSWORD_FOUND_LEN 64

struct password_found {
	bool found;
	char text[PASSWORD_FOUND_LEN]; /* zero-terminated; "" is a find too */
};

/*
 * Tries the empty password, the user's name with the usual endings, and the
 * list from its start, as far as the budget goes. A hash that asks for more
 * work than a try may cost is not tried. ERR_MEMORY.
 */
enum err password_try(const struct password_list *list,
    struct password_budget *budget, struct bytes user, struct bytes hash,
    struct password_found *ret);

#endif
