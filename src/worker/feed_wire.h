/* SPDX-License-Identifier: ISC */
/* What a feed worker hears and says, as bytes: a write and a read for each. */
#ifndef WORKER_FEED_WIRE_H
#define WORKER_FEED_WIRE_H

#include "advisories/book.h"
#include "advisories/feed.h"
#include "advisories/matching.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/out.h"
#include "worker/wire_fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Types of system/message.h; hello and trouble are those of worker/wire.h. */
enum feed_wire_kind {
	FEED_WIRE_NONE,
	FEED_WIRE_HELLO,   /* the jail the worker is in; comes first */
	FEED_WIRE_FEED,	   /* what one file held, or why it could not be read */
	FEED_WIRE_HEALTH,  /* all were read: how far they reach */
	FEED_WIRE_PIECE,   /* the next bytes of the book, unframed */
	FEED_WIRE_MATCH,   /* a vulnerability of one subject */
	FEED_WIRE_UNUSED,  /* a VEX statement that was about nothing */
	FEED_WIRE_DONE,	   /* the end */
	FEED_WIRE_TROUBLE, /* the machine's fault: the end, too */
	FEED_WIRE_KIND_COUNT
};

/* Longest texts: the writer cuts, the reader refuses. */
#define FEED_WIRE_NAME_LEN LIMIT_PATH_LEN
#define FEED_WIRE_PIECE_LEN (256 * KIB)
#define FEED_WIRE_ID_LEN ((size_t)256)
#define FEED_WIRE_LINE_LEN (1 * KIB)
#define FEED_WIRE_DETAIL_LEN (8 * KIB)

/* What a descriptor that is handed over is for: the word with it. */
enum feed_word {
	FEED_WORD_NONE,
	FEED_WORD_FILES, /* feeds, in the order of the list */
	FEED_WORD_LIST,	 /* sealed memory: feed_wire_write_list() */
	FEED_WORD_BOOK,	 /* a compiled book, instead of feeds */
	FEED_WORD_VEX,	 /* a document on this very product */
	FEED_WORD_DATA,	 /* a data set, data_pack.h, in sealed memory */
	FEED_WORD_GO,	 /* that was all; no descriptor */
	FEED_WORD_COUNT
};

/* The files that were handed over; their names are only told again. */
void feed_wire_write_list(
    struct out *to, const struct bytes *names, size_t count);
enum err feed_wire_read_list(struct bytes in, struct arena *arena,
    struct bytes **ret_names, size_t *ret_count);

/* What one file held, a row for each kind in it. */
struct feed_row {
	struct bytes name;
	struct feed_info info; /* but `first`, which is below */
	bool is_broken;	       /* it could not be read (on) */
	/* of that, or of its first broken record; ERR_OK: there is none */
	enum err code;
	uint64_t at;	     /* byte, in what it unpacks to */
	struct bytes member; /* inside of an archive, or empty */
	struct bytes what;   /* "cve record: dateUpdated", or empty */
};

void feed_wire_write_feed(struct out *to, const struct feed_row *row);
void feed_wire_write_health(struct out *to, const struct book_health *health);
/* The subject's number and all that reports show of a match. */
void feed_wire_write_match(struct out *to, const struct match *match);
void feed_wire_write_unused(struct out *to, const struct match_unused *unused);
/* How many messages of a kind came before: rows, pieces, matches, unused. */
void feed_wire_write_done(struct out *to, uint64_t count);

/*
 * The readers take a stranger's bytes: ERR_TRUNCATED, or ERR_MALFORMED for
 * what no right worker sends: enums, numbers and lengths out of range, bytes
 * left over. Texts are foreign, as in the feeds, and borrow `in`; on failure
 * *ret is untouched.
 */
enum err feed_wire_read_feed(struct bytes in, struct feed_row *ret);
enum err feed_wire_read_health(struct bytes in, struct book_health *ret);
enum err feed_wire_read_match(struct bytes in, struct match *ret);
enum err feed_wire_read_unused(struct bytes in, struct match_unused *ret);
enum err feed_wire_read_done(struct bytes in, uint64_t *ret_count);

/*
 * What the command asks: subjects and the image's digest (not `vex`, which the
 * worker reads itself). The reader's lists lie in the arena, its texts borrow
 * `in`. ERR_LIMIT: more than LIMIT_FEED_SUBJECTS; ERR_MEMORY.
 */
void feed_wire_write_question(struct out *to, const struct match_wants *wants);
enum err feed_wire_read_question(
    struct bytes in, struct arena *arena, struct match_wants *ret);

#endif
