/* SPDX-License-Identifier: ISC */
/* Accounts and stored passwords: passwd, shadow, htpasswd and their kin. */
#ifndef INSPECT_ACCOUNTS_H
#define INSPECT_ACCOUNTS_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "inspect/keep.h"
#include "inspect/passwords.h"

#include <stdbool.h>

/* Whether the text of a file of this name (inside its containers, such as
   /etc/shadow) must be kept for accounts_finish(). */
bool accounts_wants(struct bytes name);

/*
 * After the last file. Reads every kept passwd-like text with the shadow of
 * the same folder and root, shadows without a passwd, and files of web and
 * MQTT users: FACT_ACCOUNT, FACT_PASSWORD_HASH, FACT_PASSWORD_KNOWN and, for
 * passwords stored in clear, FACT_CREDENTIALS. A passwd line that says x
 * without a shadow line is "shadow": not known, not empty. Hostile texts give
 * fewer facts; ERR_MEMORY is the only error.
 */
enum err accounts_finish(const struct keep *keep,
    const struct password_list *list, struct facts *facts);

#endif
