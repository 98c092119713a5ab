/* SPDX-License-Identifier: ISC */
/* Feeds from their files to what they know, for assess, sbom, diff, watch. */
#ifndef CLI_FEEDING_H
#define CLI_FEEDING_H

#include "advisories/matching.h"
#include "base/arena.h"
#include "baseline/assessment.h"
#include "cli/cli.h"
#include "cli/feed_folder.h"
#include "worker/feed_client.h"

#include <stdbool.h>

struct feeding_wants {
	const char *feeds; /* a folder or a file */
	const char *vex;   /* on this very product; or NULL */
	bool compile;	   /* feeds only, and a book of them is wanted */
	bool jail;
	/* as struct feed_client_wants has them */
	void (*tick)(void *context, const struct feed_reply *reply);
	void *tick_context;
};

/* A handle: feeding_open() to feeding_close(); not to be moved. */
struct feeding {
	struct feeding_wants wants;
	struct feed_folder folder;
	struct feed_client client;
	struct arena arena; /* holds all of it */
	/* what feeding_ask() gives points here */
	struct matches matches;
	struct book_health health;
	struct advisories advisories;
};

/*
 * Starts the worker, looks for the files and hands them over; a compiled book
 * of the folder instead, when there is one. Says what is wrong, and when files
 * are newer than the book. Nothing is open unless EXIT_YES.
 */
enum exit_code feeding_open(
    const struct feeding_wants *wants, struct feeding *ret);
void feeding_close(struct feeding *f);

/* Lets the worker begin, with a packed data set (-1: the one built in). */
void feeding_begin(struct feeding *f, int data_fd);

/*
 * Asks, and waits for the answer. Says what is wrong: EXIT_INPUT for feeds and
 * VEX documents that are broken, and for those by which the worker died;
 * EXIT_MACHINE. *ret points into `f`.
 */
enum exit_code feeding_ask(struct feeding *f,
    const struct match_wants *question, const struct advisories **ret);

/* Reads the book to its end: its bytes go to `take_piece`, which says itself
   what is wrong when it fails. Likewise; f->client.reply tells of the feeds. */
enum exit_code feeding_compile(struct feeding *f,
    enum err (*take_piece)(void *context, struct bytes piece), void *context);

#endif
