/* SPDX-License-Identifier: ISC */
/* How commands hand their answers over, and values in their JSON. */
#ifndef CLI_ANSWERING_H
#define CLI_ANSWERING_H

#include "base/bytes.h"
#include "base/out.h"
#include "cli/cli.h"
#include "codec/json.h"

#include <stdint.h>

/* Writes an answer to standard output and closes it: that exit code, or
   EXIT_MACHINE, said, when it could not be made or written. */
enum exit_code answering_close(struct out *o, enum exit_code code);

/* A file, or standard output ("-" or NULL). Says what is wrong. */
enum exit_code answering_deliver(const char *path, struct bytes content);

/* `name` and a foreign value as a line for people; nothing when it is empty. */
void answering_put_line(struct out *o, const char *name, struct bytes value);

/* Key and lower-case hex. */
void answering_put_hex(struct json *j, const char *key, struct bytes bytes);
/* Key and an RFC 3339 time, null for 0. */
void answering_put_time(struct json *j, const char *key, int64_t secs);

#endif
