/* SPDX-License-Identifier: ISC */
/* hallmark declare export: documents out of a declaration and an image. */
#ifndef CLI_DECLARE_EXPORT_H
#define CLI_DECLARE_EXPORT_H

#include "cli/cli.h"
#include "cli/options.h"

extern const struct usage declare_export_usage;

enum exit_code declare_export(const struct options *options);

#endif
