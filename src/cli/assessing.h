/* SPDX-License-Identifier: ISC */
/* One assessment from the image to the verdicts, for assess and sbom. */
#ifndef CLI_ASSESSING_H
#define CLI_ASSESSING_H

#include "base/arena.h"
#include "baseline/assessment.h"
#include "baseline/judge.h"
#include "cli/cli.h"
#include "cli/declaring.h"
#include "cli/feeding.h"
#include "cli/input.h"
#include "report/report.h"

#include <stdbool.h>

/* A handle: assessing_open() to assessing_close(); not to be moved. */
struct assessing {
	struct assessment assessment;
	struct report_tool tool;
	char data_version[13];
	uint64_t judged_secs; /* the day that counts, Unix seconds */
	/* what the assessment points into */
	struct input input;
	struct client client;
	bool has_declaration;
	struct declaring declaring; /* when there is one */
	bool has_feeds;
	struct feeding feeding; /* when there are any */
	struct baseline *baseline;
	struct arena arena;
};

/* Does it all and says what goes wrong. Nothing is open unless EXIT_YES. */
enum exit_code assessing_open(
    const struct input_wants *wants, struct assessing *ret);
void assessing_close(struct assessing *a);

/* Whether the options fit one another; says of `command` why not. */
bool assessing_is_usable(const char *command, const struct input_wants *wants);

/* The day that counts: that of SOURCE_DATE_EPOCH, or now. */
uint64_t assessing_today(void);

/* Writes the version of a data set: 12 hex digits of a hash over it. */
enum err assessing_data_version(const struct data_set *data, char ret[13]);

#endif
