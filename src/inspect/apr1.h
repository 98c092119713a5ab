/* SPDX-License-Identifier: ISC */
/* The Apache MD5 password scheme, which libcrypt does not know. */
#ifndef INSPECT_APR1_H
#define INSPECT_APR1_H

#include "base/bytes.h"

#include <stdbool.h>

#define APR1_LEN 40

/*
 * Writes "$apr1$salt$" and 22 characters; of the salt only 8 bytes count.
 * False when the password has more than 512 bytes or libcrypto refuses.
 */
bool apr1_hash(
    struct bytes password, struct bytes salt, char ret[static APR1_LEN]);

#endif
