/* SPDX-License-Identifier: ISC */
/* A list of label numbers and scanned texts against the ledger. */
#ifndef REGISTRY_CHECK_H
#define REGISTRY_CHECK_H

#include "registry/route_private.h"
#include "registry/rows.h"
#include "registry/standing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines of a list. */
#define CHECK_LINES_MAX 4000

enum check_answer {
	CHECK_FOUND,	  /* the ledger has this very label: see `standing` */
	CHECK_NO_LABEL,	  /* the ledger has no label of that number */
	CHECK_FORGED,	  /* the text is not of the ledger's label there */
	CHECK_NOT_LOGGED, /* no label in the ledger is this one */
	CHECK_UNREADABLE, /* neither a number nor the text of a label */
};
#define CHECK_ANSWERS 5

/* One line that is not empty. */
struct check_line {
	size_t number;	   /* from 1 */
	struct bytes text; /* what was looked at; foreign; borrows the list */
	enum check_answer answer;
	/* of a number, or of what the ledger has there; else NULL */
	const struct registry_label *label;
	enum standing standing; /* FOUND */
};

struct check {
	struct registry_head head;
	const struct check_line *line;
	size_t count;
	bool more; /* the list went on: what is behind was not looked at */
	/* by enum check_answer */
	size_t counts[CHECK_ANSWERS];
};

/*
 * Lines are taken as CSV with ',' ';' or tab: of each the first field that is
 * the text of a label (a URL with its fragment, or "HM1:"), else the first that
 * is a number, or the address of a label's page. A first line without any is a
 * header. A text is decoded and compared with the statement and the proof that
 * the ledger has: only what is the same, byte by byte, is found. Everything is
 * in the arena. What route_ask() says; ERR_MEMORY.
 */
enum err check_run(
    struct route_call *call, struct bytes list, struct check *ret);

/* "found", "forged"; static. */
const char *check_answer_word(enum check_answer answer);

/* The answer as CSV, for a download: text of others that a spreadsheet would
   take for a formula has an apostrophe before it. */
enum err check_give_csv(struct route_call *call, const struct check *check);

/* Whether CSV is what the client asks for, or sent without asking for more. */
bool check_wants_csv(const struct route_call *call);

/* The list of a request: its body, or the field `list` of a form. False: the
   body is of another type. */
bool check_read_list(struct route_call *call, struct bytes *ret);

#endif
