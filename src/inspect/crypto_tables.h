/* SPDX-License-Identifier: ISC */
/* Tables of ciphers and hashes in programs: where cryptography is computed. */
#ifndef INSPECT_CRYPTO_TABLES_H
#define INSPECT_CRYPTO_TABLES_H

#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * Adds a FACT_CRYPTO_TABLE for the first place of each table in an ELF file or
 * in bytes of no format, both of at most LIMIT_CRYPTO_FILE_LEN, of
 * which the needles `held` are known. Whose program
 * it is, is not asked here. ERR_MEMORY.
 */
enum err crypto_tables_inspect(
    const struct unpack_event *file, uint64_t held, struct facts *facts);

#endif
