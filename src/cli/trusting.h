/* SPDX-License-Identifier: ISC */
/* What the words of `hallmark trust` share. */
#ifndef CLI_TRUSTING_H
#define CLI_TRUSTING_H

#include "base/bytes.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "statement/recognition.h"

/* The words; each in the file of its name. */
enum exit_code trust_add_run(const struct options *options);
enum exit_code trust_list_run(const struct options *options);
enum exit_code trust_show_run(const struct options *options);

extern const struct usage trust_add_usage;
extern const struct usage trust_list_usage;
extern const struct usage trust_show_usage;

/*
 * Reads a recognition's file: lines "name: value", names as in struct
 * recognition, '#' before a comment; our_level is a number, or a level's name
 * of our_scheme; `until` and `conditions` may be missing. Says what is wrong
 * with the file `name`: EXIT_INPUT. *ret borrows `in`.
 */
enum exit_code trusting_read_recognition(
    const char *name, struct bytes in, struct recognition *ret);

/* The number of a scheme's level: a number, or its name in
   data/scheme-levels.tsv. */
bool trusting_read_level(
    struct bytes scheme, struct bytes level, unsigned *ret);

#endif
