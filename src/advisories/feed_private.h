/* SPDX-License-Identifier: ISC */
/* What the readers of feeds share: walking JSON, texts, lists, dates. */
#ifndef ADVISORIES_FEED_PRIVATE_H
#define ADVISORIES_FEED_PRIVATE_H

#include "advisories/feed.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "codec/json_read.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A file being read. Failures stick: a reader reads in straight lines and
 * looks once, by feed_failed(). What `json` stands on may be kept for a second
 * look by copying it: struct json_reader here = f->json.
 */
struct feed {
	struct bytes in;	 /* all of the file */
	struct json_reader json; /* over `in`, or a record or line of it */
	struct arena *work;
	const struct feed_sink *sink;
	struct feed_info info;
	enum err broken;   /* this record's: it is left out */
	const char *field; /* of it; static */
	enum err fatal;	   /* the sink's or the machine's: nothing goes on */
};

/*
 * The readers of JSON are called behind the JSON_OBJECT of an outermost
 * object, of an object in an outermost array, or of a line; they need not read
 * to its end. Each hands its records to feed_record() or feed_each_record(),
 * which count them. Their result is feed_failed(), at last.
 */
enum err feed_read_cve(struct feed *f);
enum err feed_read_nvd(struct feed *f);
enum err feed_read_osv(struct feed *f);
enum err feed_read_kev(struct feed *f);
enum err feed_read_euvd(struct feed *f);
enum err feed_read_openvex(struct feed *f);
enum err feed_read_cyclonedx(struct feed *f);
enum err feed_read_csaf(struct feed *f);
enum err feed_read_epss(struct feed *f); /* of f->in; no JSON */

/* Behind the byte order mark that some programs write before UTF-8. */
static inline struct bytes
feed_without_mark(struct bytes in)
{
	struct bytes mark = BYTES("\xef\xbb\xbf");

	return bytes_starts(in, mark) ? bytes_from(in, mark.len) : in;
}

/* --- failing --- */

/* The first of fatal, json.failed and broken that is not ERR_OK. */
enum err feed_failed(const struct feed *f);

/* This record cannot be used; `field` is static. The first one stays. */
void feed_break(struct feed *f, enum err err, const char *field);

/* --- records --- */

/*
 * Behind a JSON_OBJECT: has `read` read it as one record, to its end or not.
 * What it took from the arena is given back. A record that `read` says is
 * broken is counted as refused and passed over: ERR_OK. Anything else is a
 * failure that ends the reading of this document.
 */
enum err feed_record(struct feed *f,
    enum err (*read)(struct feed *f, void *context), void *context);

/* Likewise each object of the array whose JSON_ARRAY was read. */
enum err feed_each_record(struct feed *f,
    enum err (*read)(struct feed *f, void *context), void *context);

/* Hand on to the sink, which may be NULL for a kind; its result stays in
   f->fatal. feed_put_vulnerability() notes its times for info.newest. */
void feed_put_vulnerability(struct feed *f, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count);
void feed_put_exploited(struct feed *f, const struct exploited *e);
void feed_put_score(
    struct feed *f, struct bytes id, uint32_t epss, uint32_t percentile);
void feed_put_vex(struct feed *f, const struct vex_statement *statement);

/* info.newest becomes `secs` where that is later. */
void feed_note_time(struct feed *f, int64_t secs);

/* --- walking --- */

/*
 * The usual loop, behind a JSON_OBJECT or JSON_ARRAY:
 *
 *	size_t inside = f->json.depth;
 *	struct json_item item;
 *
 *	while (feed_next(f, inside, &item)) {
 *		if (feed_is(&item, BYTES("id"), JSON_TEXT))
 *			id = feed_text(f, item.text);
 *		else if (feed_is(&item, BYTES("affected"), JSON_ARRAY))
 *			read_affected(f, record);
 *	}
 *
 * What the body left unread of the last item is passed over first. False at
 * the JSON_END (which is taken) and after any failure.
 */
bool feed_next(struct feed *f, size_t inside, struct json_item *ret);

/* Whether a member has this key and kind of value. */
static inline bool
feed_is(const struct json_item *item, struct bytes key, enum json_kind kind)
{
	return item->kind == kind && item->key.len == key.len &&
	    memcmp(item->key.ptr, key.ptr, key.len) == 0;
}

/* Whether the text of an item, escapes as they stand, is this one. */
static inline bool
feed_says(const struct json_item *item, struct bytes text)
{
	return item->kind == JSON_TEXT && item->text.len == text.len &&
	    memcmp(item->text.ptr, text.ptr, text.len) == 0;
}

/* --- values --- */

/* An item's text with its escapes undone: borrowed when it has none, else in
   the arena. Empty on failure. */
struct bytes feed_text(struct feed *f, struct bytes raw);

/* Likewise the beginning, in one line: at most LIMIT_FEED_TITLE_LEN bytes, cut
   between characters; blanks for line breaks and other controls. */
struct bytes feed_title(struct feed *f, struct bytes raw);

/* A copy of a text that was built, in the arena. */
struct bytes feed_copy(struct feed *f, struct bytes text);

/* Zeroed memory in the arena; NULL (the record is broken: ERR_LIMIT, or
   f->fatal ERR_MEMORY) when there is none. */
void *feed_take(struct feed *f, size_t count, size_t size);

/* "2024-05-01T10:00:00.123Z", "…+02:00", without a zone (taken as UTC), with a
   blank for the T, without seconds, or a day; 0 when it is none of these. */
int64_t feed_time(struct bytes text);

/* "9.8" and "10" in tenths; CVSS_UNKNOWN for what is not from 0 to 10. */
uint8_t feed_cvss(struct bytes number);

/* The best known of several scores; start with FEED_SCORE_NONE. */
struct feed_score {
	unsigned version; /* 20, 30, 31, 40; 0: none yet */
	uint8_t tenths;
};
#define FEED_SCORE_NONE ((struct feed_score){ .tenths = CVSS_UNKNOWN })

/* Takes the score over where its CVSS version is newer than the one's had;
   of one version the first stays. */
void feed_score_take(
    struct feed_score *s, unsigned version, struct bytes number);

/* --- lists in the arena --- */

/* A growing array of one type; {0} at first. */
struct feed_list {
	void *ptr;
	size_t count;
	size_t cap;
};

/* The next element, zeroed; NULL after a failure. What was returned before is
   void: the array may have moved. */
void *feed_list_add(struct feed *f, struct feed_list *list, size_t size);

/* Adds to a list of struct bytes. */
void feed_list_add_text(
    struct feed *f, struct feed_list *list, struct bytes text);

/* Behind a JSON_ARRAY: adds its texts, escapes undone. */
void feed_read_texts(struct feed *f, struct feed_list *list);

#endif
