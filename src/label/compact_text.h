/* SPDX-License-Identifier: ISC */
/* A compact label as the text of a QR code: a URL, or plain. */
#ifndef LABEL_COMPACT_TEXT_H
#define LABEL_COMPACT_TEXT_H

#include "base/bytes.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A host name in the URL, with its port. */
#define COMPACT_HOST_MAX_LEN ((size_t)253)

/* Bytes of the longest text that is written or read. */
#define COMPACT_TEXT_MAX_LEN ((size_t)2048)

/*
 * Back to the array's bytes: "HTTPS://HOST/V#" (scheme and host in any case)
 * with base41, or "HM1:" with base45. Line ends behind it are dropped, and
 * blanks around the URL (a space is a digit of base45). `room` has
 * COMPACT_MAX_LEN bytes; *ret borrows it. ERR_UNSUPPORTED when it is neither
 * carrier, ERR_MALFORMED, ERR_TRUNCATED, ERR_LIMIT; the fault's offset is that
 * of the character.
 */
enum err compact_from_text(struct bytes text, uint8_t *room, struct bytes *ret,
    struct fault *ret_fault);

/* Writes "HTTPS://HOST/V#…", all in capitals: a QR code's alphanumeric mode.
   `room` has COMPACT_TEXT_MAX_LEN bytes. ERR_MALFORMED when host is no host
   name (letters, digits, '-', '.', and ':' before a port), ERR_LIMIT. */
enum err compact_to_url(
    struct bytes compact, struct bytes host, uint8_t *room, struct bytes *ret);

/* Writes "HM1:…"; `room` as above. */
enum err compact_to_text(
    struct bytes compact, uint8_t *room, struct bytes *ret);

#endif
