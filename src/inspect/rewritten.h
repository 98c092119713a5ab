/* SPDX-License-Identifier: ISC */
/* Secrets in files that a script of the image writes anew. */
#ifndef INSPECT_REWRITTEN_H
#define INSPECT_REWRITTEN_H

#include "base/err.h"
#include "inspect/facts.h"
#include "inspect/keep.h"

/*
 * After the last file: FACT_REWRITTEN for every file with a passphrase
 * (FACT_WIFI_PASSPHRASE) that a kept script writes, and for every passwd and
 * shadow (FACT_PASSWORD_HASH) when a start-up script sets passwords. Whether
 * the script runs, and what it writes, is not known. ERR_MEMORY.
 */
enum err rewritten_find(const struct keep *keep, struct facts *facts);

#endif
