/* SPDX-License-Identifier: ISC */
/* Entity tags: a body's name, and whether a client has that body already. */
#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>

/* '"', 16 bytes of SHA-256 as base64url, '"', and a zero. */
#define ETAG_LEN 25

/* The strong tag of a body (RFC 9110 §8.8.3). ERR_SYSTEM. */
enum err etag_make(struct bytes body, char ret[ETAG_LEN]);

/* Whether the value of If-None-Match names it, or any; weak ones count
   (RFC 9110 §13.1.2). What cannot be read matches nothing. */
bool etag_matches(struct bytes if_none_match, const char *etag);

#endif
