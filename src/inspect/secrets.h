/* SPDX-License-Identifier: ISC */
/* Secrets in clear: tokens, passphrases, default users, personal data. */
#ifndef INSPECT_SECRETS_H
#define INSPECT_SECRETS_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"

/*
 * Looks through one text file (of at most LIMIT_TEXT_FILE_LEN) by strict
 * formats and known key names: FACT_TOKEN (masked), FACT_WIFI_PASSPHRASE,
 * FACT_CREDENTIALS, FACT_PERSONAL_DATA. Comments, empty values, placeholders,
 * documents and translations give nothing; entropy is never a reason. Logs
 * and histories count by name at any length.
 *
 * `path` is the file's whole path, `name` the part inside its containers,
 * `held` what is known of its content (inspect/needles.h).
 * At most SECRETS_PER_FILE are reported. ERR_MEMORY.
 */
#define SECRETS_PER_FILE 32

enum err secrets_find(struct bytes path, struct bytes name,
    struct bytes content, uint64_t held, struct facts *facts);

#endif
