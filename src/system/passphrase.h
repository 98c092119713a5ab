/* SPDX-License-Identifier: ISC */
/* A passphrase or PIN: from the terminal without echo, or from a file. */
#ifndef SYSTEM_PASSPHRASE_H
#define SYSTEM_PASSPHRASE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A handle, in libcrypto's secure heap (system/secrets.h); zero is closed. */
struct passphrase {
	uint8_t *ptr; /* LIMIT_PASSPHRASE_LEN + 1 bytes, a zero behind */
	size_t len;
};

/* ptr is NULL when it was not read. */
struct bytes passphrase_bytes(const struct passphrase *passphrase);

/*
 * The first line of a file ("-" is standard input, /dev/fd/N a descriptor),
 * without its line end. On failure *ret_why says why in English (static):
 *   ERR_MALFORMED  it cannot be opened or read, or the line is empty
 *   ERR_LIMIT      longer than LIMIT_PASSPHRASE_LEN
 *   ERR_MEMORY, ERR_SYSTEM
 */
enum err passphrase_read_file(
    const char *path, struct passphrase *ret, const char **ret_why);

/*
 * Asks on the controlling terminal, which shows nothing of what is typed. The
 * terminal is as before afterwards, also when a signal ends or stops the
 * process: signals wait until then. `prompt` is our own text, or escaped.
 * Errors as above; ERR_MALFORMED also when there is no terminal.
 */
enum err passphrase_ask(
    const char *prompt, struct passphrase *ret, const char **ret_why);

/* Likewise on an open terminal (for tests). */
enum err passphrase_ask_on(
    int fd, const char *prompt, struct passphrase *ret, const char **ret_why);

/* Wipes it. */
void passphrase_close(struct passphrase *passphrase);

#endif
