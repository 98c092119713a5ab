/* SPDX-License-Identifier: ISC */
/* What signing and verifying cosignatures share. */
#ifndef LEDGER_COSIGNATURE_PRIVATE_H
#define LEDGER_COSIGNATURE_PRIVATE_H

#include "base/bytes.h"
#include "ledger/checkpoint.h"

#include <stdint.h>

/* Bytes of the time in front of a signature. */
#define COSIGNATURE_SECS_LEN 8

/* "cosignature/v1\ntime N\n" and the checkpoint's text. */
#define COSIGNATURE_MESSAGE_MAX (64 + CHECKPOINT_TEXT_MAX)

/* What is signed by type 04. The text has at most CHECKPOINT_TEXT_MAX bytes. */
struct bytes cosignature_message(
    uint64_t secs, struct bytes text, uint8_t ret[COSIGNATURE_MESSAGE_MAX]);

#endif
