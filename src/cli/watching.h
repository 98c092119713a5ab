/* SPDX-License-Identifier: ISC */
/* The words of `hallmark watch`; each in the file of its name. */
#ifndef CLI_WATCHING_H
#define CLI_WATCHING_H

#include "cli/cli.h"
#include "cli/options.h"

extern const struct usage watch_update_usage;
enum exit_code watch_update_run(const struct options *options);

#endif
