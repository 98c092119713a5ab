/* SPDX-License-Identifier: ISC */
/* What a process does before a secret enters it. */
#ifndef SYSTEM_SECRETS_H
#define SYSTEM_SECRETS_H

#include "base/err.h"

/*
 * No core dump, no debugger of the same user, and libcrypto's secure heap,
 * which is locked against swapping where the system lets us and kept out of
 * dumps. Keys (crypto/key_file.h) and passphrases live there. May be called
 * again. ERR_SYSTEM: then take no secret in.
 */
enum err secrets_guard(void);

#endif
