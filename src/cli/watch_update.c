/* SPDX-License-Identifier: ISC */
/* hallmark watch update DIR: compiles the feeds of a folder into one book. */
#include "base/date.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/out.h"
#include "base/text.h"
#include "baseline/reach.h"
#include "cli/answering.h"
#include "cli/assessing.h"
#include "cli/feeding.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/watching.h"
#include "system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Rows of the table; folders with more files than worker/feed.c tells of one by
   one come as one row each. */
#define UPDATE_ANSWER_LEN (64 * MIB)
#define UPDATE_NAME_COLUMNS ((size_t)60) /* at most */
#define UPDATE_KIND_COLUMNS 11
#define UPDATE_NUMBER_COLUMNS 9

enum {
	UPDATE_DATA,
	UPDATE_JSON,
	UPDATE_NO_JAIL,
	UPDATE_COUNT
};

static const struct option_row update_rows[UPDATE_COUNT] = {
	[UPDATE_DATA] = { "data", 0, "DIR",
	    "prefer the data files in DIR to those built in" },
	[UPDATE_JSON] = { "json", 0, NULL, "print one JSON object" },
	[UPDATE_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the feeds without protection (for debugging)" },
};
const struct usage watch_update_usage = {
	.command = "watch update",
	.arguments = "DIR",
	.argument_count = 1,
	.help = "Compiles the feeds in DIR into DIR/" FEED_FOLDER_BOOK
		", and says how far they reach.",
	.rows = update_rows,
	.row_count = UPDATE_COUNT,
};

/* ---- the file ---- */

/* A book that is being written, beside the old one. */
struct writing {
	const char *folder;
	char name[64]; /* of the new one, in the folder */
	int folder_fd;
	int fd;
	uint64_t len;
	bool failed; /* and it was said why */
};

static enum exit_code
say_why(const char *about)
{
	const char *why = strerrordesc_np(errno);

	cli_say(about, why != NULL ? why : "unknown error");
	return EXIT_MACHINE;
}

static enum exit_code
open_book(const char *folder, struct writing *ret)
{
	struct writing w = { .folder = folder, .fd = -1 };
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;

	w.folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w.folder_fd < 0) {
		(void)say_why(folder);
		return EXIT_INPUT;
	}
	(void)snprintf(w.name, sizeof(w.name), ".%s.%ld", FEED_FOLDER_BOOK,
	    (long)getpid());
	(void)unlinkat(w.folder_fd, w.name, 0); /* of one that died */
	w.fd = openat(w.folder_fd, w.name, flags, 0644);
	if (w.fd < 0) {
		enum exit_code code = say_why(folder);

		(void)close(w.folder_fd); /* nothing was written */
		return code;
	}
	*ret = w;
	return EXIT_YES;
}

static enum err
write_piece(void *context, struct bytes piece)
{
	struct writing *w = context;

	if (file_put(w->fd, piece) == ERR_OK) {
		w->len += piece.len;
		return ERR_OK;
	}
	w->failed = true;
	(void)say_why(w->folder);
	return ERR_SYSTEM;
}

/* The old book or the new one, whole, whatever happens. */
static enum exit_code
keep_book(struct writing *w)
{
	bool kept = fsync(w->fd) == 0 && close(w->fd) == 0;

	w->fd = -1;
	kept = kept &&
	    renameat(w->folder_fd, w->name, w->folder_fd, FEED_FOLDER_BOOK) ==
		0;
	if (!kept)
		return say_why(w->folder);
	w->name[0] = '\0';
	return fsync(w->folder_fd) == 0 ? EXIT_YES : say_why(w->folder);
}

static void
close_book(struct writing *w)
{
	if (w->fd >= 0)
		(void)close(w->fd); /* it is thrown away */
	if (w->name[0] != '\0')
		(void)unlinkat(w->folder_fd, w->name, 0); /* likewise */
	(void)close(w->folder_fd); /* was synced, and that was checked */
}

/* ---- the answer ---- */

/* What reach.h judges: feeds alone, as if for a device with components. */
static struct assessment
as_assessment(const struct feeding *f)
{
	return (struct assessment){
		.advisories = &f->advisories,
		.component_count = 1,
	};
}

static void
put_reach(struct json *j, const struct book_health *h)
{
	json_number(j, "vulnerabilities", h->vulnerabilities);
	json_number(j, "claims", h->claims);
	json_number(j, "scores", h->scores);
	json_number(j, "vex_statements", h->statements);
	answering_put_time(j, "exploited_catalogue", h->newest_catalogue);
	answering_put_time(j, "claims_until", h->newest_claim);
	json_key(j, "exploited_known");
	json_begin_array(j, JSON_INLINE);
	json_put_number(j, h->exploited_known);
	json_put_number(j, h->exploited);
	json_end(j);
}

static void
put_json_row(struct json *j, const struct feed_row *row)
{
	json_begin_object(j, JSON_INLINE);
	json_text(j, "name", row->name);
	json_string(j, "kind",
	    row->info.kind == FEED_NONE ? "none"
					: feed_kind_text(row->info.kind));
	json_number(j, "records", row->info.count);
	json_number(j, "refused", row->info.refused);
	answering_put_time(j, "newest", row->info.newest);
	json_end(j);
}

static void
put_json(const struct feeding *f, const struct writing *w, uint64_t today,
    struct out *to)
{
	const struct feed_reply *reply = &f->client.reply;
	const struct assessment as = as_assessment(f);
	struct out missing = out_open(16 * KIB);
	struct json j = json_open(to);

	reach_put_missing(&as, today, &missing);
	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.feeds/1");
	json_string(&j, "book", FEED_FOLDER_BOOK);
	json_number(&j, "bytes", w->len);
	json_string(&j, "jail", reply->jail);
	json_key(&j, "feeds");
	json_begin_array(&j, JSON_LINES);
	for (size_t i = 0; i < reply->row_count; i++)
		put_json_row(&j, &reply->rows[i]);
	json_end(&j);
	put_reach(&j, &f->health);
	json_bool(&j, "reaches", reach_is_enough(&as, today));
	json_text(&j, "missing", out_bytes(&missing));
	json_end(&j);
	if (missing.failed != ERR_OK)
		to->failed = missing.failed;
	out_close(&missing);
}

static void
put_left(struct out *o, struct bytes text, size_t width)
{
	text_put_terminal(o, text);
	for (size_t len = text.len; len < width; len++)
		out_text(o, " ");
	out_text(o, " ");
}

static void
put_right(struct out *o, uint64_t number)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%*llu", UPDATE_NUMBER_COLUMNS,
	    (unsigned long long)number);

	if (len > 0)
		out_text(o, text);
	out_text(o, " ");
}

static void
put_row(struct out *o, const struct feed_row *row, size_t width)
{
	put_left(o, row->name, width);
	if (row->info.kind == FEED_NONE) {
		out_text(o, "no feed: left alone\n");
		return;
	}
	put_left(
	    o, bytes_of(feed_kind_text(row->info.kind)), UPDATE_KIND_COLUMNS);
	put_right(o, row->info.count);
	put_right(o, row->info.refused);
	if (row->info.newest > 0)
		date_put_day(o, row->info.newest);
	else
		out_text(o, "-");
	out_text(o, "\n");
}

/* Of the widest name, so that columns stand below one another. */
static size_t
find_width(const struct feed_reply *reply)
{
	size_t width = sizeof("FEED") - 1;

	for (size_t i = 0; i < reply->row_count; i++)
		if (reply->rows[i].name.len > width)
			width = reply->rows[i].name.len;
	return size_min(width, UPDATE_NAME_COLUMNS);
}

static void
put_number(struct out *o, uint64_t number, const char *words)
{
	out_decimal(o, number);
	out_text(o, words);
}

static void
put_day(struct out *o, const char *words, int64_t secs)
{
	out_text(o, words);
	if (secs > 0)
		date_put_day(o, secs);
	else
		out_text(o, "none");
	out_text(o, "\n");
}

static void
put_table(const struct feeding *f, const struct writing *w, uint64_t today,
    struct out *o)
{
	const struct feed_reply *reply = &f->client.reply;
	const struct book_health *h = &f->health;
	const struct assessment as = as_assessment(f);
	size_t width = find_width(reply);

	put_left(o, BYTES("FEED"), width);
	put_left(o, BYTES("KIND"), UPDATE_KIND_COLUMNS);
	out_text(o, "  RECORDS   REFUSED NEWEST\n");
	for (size_t i = 0; i < reply->row_count; i++)
		put_row(o, &reply->rows[i], width);
	out_text(o, "\nvulnerabilities    ");
	put_number(o, h->vulnerabilities, " with affected versions, ");
	put_number(o, h->claims, " claims\n");
	out_text(o, "exploited          ");
	put_number(o, h->exploited, ", with affected versions ");
	put_number(o, h->exploited_known, "\n");
	out_text(o, "EPSS scores        ");
	put_number(o, h->scores, "\n");
	out_text(o, "VEX statements     ");
	put_number(o, h->statements, "\n");
	put_day(o, "exploited until    ", h->newest_catalogue);
	put_day(o, "versions until     ", h->newest_claim);
	out_text(o, "book               ");
	put_number(o, w->len, " bytes\n");
	if (!reach_is_enough(&as, today)) {
		out_text(o, "\n");
		reach_put_missing(&as, today, o);
		out_text(o, "\n");
	}
}

static enum exit_code
give_answer(const struct feeding *f, const struct writing *w, bool json)
{
	struct out answer = out_open(UPDATE_ANSWER_LEN);
	uint64_t today = assessing_today();
	const struct assessment as = as_assessment(f);

	if (json)
		put_json(f, w, today, &answer);
	else
		put_table(f, w, today, &answer);
	return answering_close(
	    &answer, reach_is_enough(&as, today) ? EXIT_YES : EXIT_NO);
}

/* ---- the work ---- */

static void
show_progress(void *context, const struct feed_reply *reply)
{
	progress_count(context, reply->row_count, "files");
}

static enum exit_code
update(const struct feeding_wants *wants, int data_fd, struct writing *w,
    bool json)
{
	struct progress progress = progress_open(0);
	struct feeding_wants how = *wants;
	struct feeding f;

	how.tick = show_progress;
	how.tick_context = &progress;
	enum exit_code code = feeding_open(&how, &f);

	if (code != EXIT_YES)
		return code;
	progress = progress_open(f.folder.count);
	feeding_begin(&f, data_fd);
	code = feeding_compile(&f, write_piece, w);
	progress_close(&progress);
	if (w->failed)
		code = EXIT_MACHINE;
	if (code == EXIT_YES)
		code = keep_book(w);
	if (code == EXIT_YES)
		code = give_answer(&f, w, json);
	feeding_close(&f);
	return code;
}

enum exit_code
watch_update_run(const struct options *options)
{
	const struct feeding_wants wants = {
		.feeds = options->argument[0],
		.compile = true,
		.jail =
		    input_wants_jail(options->value[UPDATE_NO_JAIL] != NULL),
	};
	bool json = options->value[UPDATE_JSON] != NULL;
	struct input data;
	struct writing w;
	enum exit_code code =
	    input_open_data(options->value[UPDATE_DATA], &data);

	if (code != EXIT_YES)
		return code;
	code = open_book(wants.feeds, &w);
	if (code == EXIT_YES) {
		code = update(&wants, data.data_fd, &w, json);
		close_book(&w);
	}
	input_close(&data);
	return code;
}
