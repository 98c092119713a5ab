/* SPDX-License-Identifier: ISC */
/* Where finished reports go: a file, or standard output. */
#ifndef CLI_DELIVERING_H
#define CLI_DELIVERING_H

#include "base/out.h"
#include "cli/cli.h"
#include "report/report.h"

#include <stdbool.h>

/* "-"; false for NULL. */
bool delivering_to_stdout(const char *file);

/* Sends the report to where it belongs, and closes it. Says what is wrong;
   files appear whole or not at all. */
enum exit_code delivering_close(struct out *report, const char *file);

/* Colour and width as standard output and the environment want them. */
struct report_terminal_options delivering_terminal(void);

#endif
