/* SPDX-License-Identifier: ISC */
/* Images signed with a key that anyone can have. */
#ifndef INSPECT_TEST_SIGNATURE_H
#define INSPECT_TEST_SIGNATURE_H

#include "base/bytes.h"
#include "base/err.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

/*
 * Looks at one UNPACK_CHUNK event of a signed container that names its key
 * (signature_detail_key()). When data/known-keys.tsv (`known`) has that key,
 * adds FACT_TEST_SIGNATURE. ERR_MEMORY.
 */
enum err test_signature_inspect(
    const struct unpack_event *event, struct bytes known, struct facts *facts);

#endif
