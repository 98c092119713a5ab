/* SPDX-License-Identifier: ISC */
/* Jail first; then feeds become a book, and the book is asked. */
#include "worker/feed.h"

#include "advisories/book.h"
#include "advisories/matching.h"
#include "advisories/product_names.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/out.h"
#include "system/file.h"
#include "system/jail.h"
#include "system/message.h"
#include "worker/data_pack.h"
#include "worker/feed_content.h"
#include "worker/feed_input.h"
#include "worker/feed_vex.h"
#include "worker/feed_wire.h"
#include "worker/wire.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Address space beside the files, what is unpacked of them, and the book: the
   program, its libraries and lists. */
#define FEED_MEMORY_LEN (1024 * MIB)
/* What is collected, the book that is made of it, and room to sort. */
#define FEED_BOOKS 4

#define FEED_ARENA_LEN (256 * MIB)

/* With more files than that a report names folders. */
#define FEED_ROWS_MAX 256

struct work {
	bool compile; /* give the book; else answer a question */
	bool jail;
	struct message_writer writer;
	struct out payload; /* of the message being written */
	struct arena arena; /* lists, names, the question */
	struct arena answer;
	struct feed_input input;
	struct data_set data;
	struct book_maker *maker;
	struct feed_vex vex;
	struct out made; /* the book, when none was given */
	struct bytes book;
	uint64_t told;	 /* messages of feeds, pieces or matches */
	bool any_broken; /* a file could not be read: there is no answer */
	bool said;	 /* the trouble was sent already */
};

/* ---- messages ---- */

static void
send(struct work *w, enum feed_wire_kind kind)
{
	if (w->payload.failed == ERR_OK)
		message_write(
		    &w->writer, (uint8_t)kind, out_bytes(&w->payload));
	else
		w->writer.failed = w->payload.failed;
	w->payload.len = 0;
}

static void
send_trouble(struct work *w, enum err code, const char *text)
{
	struct wire_trouble trouble = { code, bytes_of(text) };

	if (w->said)
		return;
	wire_write_trouble(&w->payload, &trouble);
	send(w, FEED_WIRE_TROUBLE);
	message_flush(&w->writer);
	w->said = true;
}

static void
send_row(struct work *w, const struct feed_row *row)
{
	feed_wire_write_feed(&w->payload, row);
	send(w, FEED_WIRE_FEED);
	message_flush(&w->writer); /* a crash in the next must not lose it */
	w->told++;
}

static void
send_done(struct work *w)
{
	feed_wire_write_done(&w->payload, w->told);
	send(w, FEED_WIRE_DONE);
	message_flush(&w->writer);
}

/* ---- files ---- */

static struct bytes
put_what(const struct fault *fault, char room[WIRE_TEXT_LEN + 1])
{
	int len = snprintf(room, WIRE_TEXT_LEN + 1, "%s%s%s",
	    fault->format != NULL ? fault->format : "",
	    fault->format != NULL && fault->field != NULL ? ": " : "",
	    fault->field != NULL ? fault->field : "");

	return bytes_slice(bytes_of(room), 0, len > 0 ? (size_t)len : 0);
}

/* One record or none: a file of a tree with hundreds of thousands. */
static bool
is_loose(const struct feed_tally *tally)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < FEED_KIND_COUNT; i++)
		count += tally->info[i].count + tally->info[i].refused;
	return !tally->is_broken && tally->first.code == ERR_OK && count <= 1;
}

static void
add_up(struct feed_tally *sum, const struct feed_tally *one)
{
	for (unsigned i = 0; i < FEED_KIND_COUNT; i++) {
		struct feed_info *to = &sum->info[i];

		to->count += one->info[i].count;
		to->refused += one->info[i].refused;
		if (one->info[i].newest > to->newest)
			to->newest = one->info[i].newest;
	}
}

/* A row for each kind that the file holds, at least one; the fault goes with
   the first. */
static enum err
tell_tally(struct work *w, struct bytes name, const struct feed_tally *tally)
{
	char what[WIRE_TEXT_LEN + 1];
	bool told = false;
	enum err err = ERR_OK;

	for (unsigned i = FEED_KIND_COUNT; i-- > 0 && err == ERR_OK;) {
		const struct feed_info *info = &tally->info[i];
		bool is_last = i == FEED_NONE && !told;

		if (info->count == 0 && info->refused == 0 && !is_last)
			continue;
		struct feed_row row = { .name = name, .info = *info };

		row.info.kind = (enum feed_kind)i;
		if (!told) {
			row.is_broken = tally->is_broken;
			row.code = tally->first.code;
			row.at = tally->first.at;
			row.member = tally->member;
			row.what = put_what(&tally->first, what);
		}
		told = true;
		send_row(w, &row);
		if (i != FEED_NONE && !tally->is_broken)
			err = book_maker_note(w->maker, name, &row.info);
	}
	w->any_broken |= tally->is_broken;
	return err;
}

/* What the loose files of one folder have been so far. */
struct group {
	struct bytes name;
	struct feed_tally sum;
	bool is_open;
};

static enum err
tell_group(struct work *w, struct group *g)
{
	if (!g->is_open)
		return ERR_OK;
	g->is_open = false;
	return tell_tally(w, g->name, &g->sum);
}

/* The first folder of a file's name, or "*" for all that lie in none. */
static struct bytes
group_name(struct bytes name)
{
	size_t slash = bytes_find_byte(name, '/', 0);

	return slash != SIZE_MAX ? bytes_slice(name, 0, slash + 1) : BYTES("*");
}

/* Of many files, those with one record each are told of together. */
static enum err
tell_file(struct work *w, struct group *g, struct bytes name,
    const struct feed_tally *tally)
{
	struct bytes group = group_name(name);

	if (w->input.count <= FEED_ROWS_MAX || !is_loose(tally))
		return tell_tally(w, name, tally);
	if (g->is_open && !bytes_equal(g->name, group)) {
		enum err err = tell_group(w, g);

		if (err != ERR_OK)
			return err;
	}
	if (!g->is_open)
		*g = (struct group){ .name = group, .is_open = true };
	add_up(&g->sum, tally);
	return ERR_OK;
}

static enum err
read_files(struct work *w)
{
	struct group group = { .is_open = false };
	struct feed_sink sink = book_maker_sink(w->maker);
	struct feed_content content = feed_content_open(&sink);
	enum err err = ERR_OK;

	for (size_t i = 0; i < w->input.count && err == ERR_OK; i++) {
		struct bytes in;
		struct feed_tally tally;

		err = feed_input_take(&w->input, i, &in);
		if (err == ERR_OK)
			err = feed_content_read(&content, in, &tally);
		if (err == ERR_OK)
			err = tell_file(w, &group, w->input.names[i], &tally);
		feed_input_give_back(&w->input, i);
	}
	feed_content_close(&content);
	return err == ERR_OK ? tell_group(w, &group) : err;
}

/* A document without a statement is none. */
static enum err
read_vex(struct work *w)
{
	struct feed_sink sink = feed_vex_sink(&w->vex);
	struct feed_content content = feed_content_open(&sink);
	struct feed_tally tally;
	enum err err = feed_content_read(&content, w->input.vex, &tally);

	if (err == ERR_OK && !tally.is_broken && w->vex.count == 0) {
		tally.is_broken = true;
		tally.first = (struct fault){ .code = ERR_UNSUPPORTED,
			.format = "VEX",
			.field = "a statement" };
	}
	if (err == ERR_OK && tally.is_broken) {
		char what[WIRE_TEXT_LEN + 1];
		struct feed_row row = {
			.is_broken = true,
			.code = tally.first.code,
			.at = tally.first.at,
			.member = tally.member,
			.what = put_what(&tally.first, what),
		};

		w->any_broken = true;
		send_row(w, &row); /* without a name: it is no feed */
	}
	feed_content_close(&content);
	return err;
}

/* ---- the book ---- */

static enum err
read_names(struct work *w, const struct product_names **ret)
{
	char text[WIRE_TEXT_LEN];
	struct fault fault = { 0 };
	enum err err = product_names_read(&w->data, &w->arena, ret, &fault);

	if (err != ERR_OK && err_is_input(err)) {
		(void)snprintf(text, sizeof(text),
		    "data file %s, line %llu: %s %s",
		    fault.format != NULL ? fault.format : "?",
		    (unsigned long long)fault.at,
		    fault.field != NULL ? fault.field : "it", err_text(err));
		send_trouble(w, err, text);
	}
	return err;
}

static enum err
make_book(struct work *w)
{
	const struct product_names *names = NULL;
	enum err err = read_names(w, &names);

	if (err == ERR_OK)
		err = book_maker_open(LIMIT_BOOK_LEN, names, &w->maker);
	if (err == ERR_OK)
		err = read_files(w);
	if (err != ERR_OK || w->any_broken)
		return err;
	w->made = out_open(LIMIT_BOOK_LEN);
	err = book_maker_write(w->maker, &w->made);
	w->book = out_bytes(&w->made);
	book_maker_close(w->maker);
	w->maker = NULL;
	return err;
}

/* What a given book is made from was told when it was made; again. */
static enum err
tell_feeds(struct work *w, const struct book *book)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < book->health.feed_count && err == ERR_OK; i++) {
		struct book_feed feed;

		err = book_feed_at(book, i, &feed);
		if (err != ERR_OK)
			break;
		struct feed_row row = { .name = feed.name, .info = feed.info };

		send_row(w, &row);
	}
	return err;
}

static enum err
open_book(struct work *w, struct book *ret)
{
	bool given = w->input.book.len > 0;
	enum err err = ERR_OK;

	if (given)
		w->book = w->input.book;
	else
		err = make_book(w);
	if (err != ERR_OK || w->any_broken)
		return err;
	err = book_open(w->book, ret);
	if (err == ERR_OK && given)
		err = tell_feeds(w, ret);
	if (given && err == ERR_UNSUPPORTED)
		send_trouble(w, ERR_UNSUPPORTED,
		    "another version of hallmark compiled it: run hallmark "
		    "watch update again");
	else if (given && err != ERR_OK && err_is_input(err))
		send_trouble(w, ERR_MALFORMED,
		    "is no compiled book of feeds, or a broken one");
	return err;
}

/* ---- answers ---- */

static void
give_book(struct work *w)
{
	struct bytes rest = w->book;

	w->told = 0;
	while (rest.len > 0) {
		struct bytes piece = bytes_slice(rest, 0, FEED_WIRE_PIECE_LEN);

		message_write(&w->writer, FEED_WIRE_PIECE, piece);
		rest = bytes_from(rest, piece.len);
		w->told++;
	}
}

static void
give_matches(struct work *w, const struct matches *matches)
{
	w->told = matches->count + matches->unused_count;
	for (size_t i = 0; i < matches->count; i++) {
		feed_wire_write_match(&w->payload, &matches->list[i]);
		send(w, FEED_WIRE_MATCH);
	}
	for (size_t i = 0; i < matches->unused_count; i++) {
		feed_wire_write_unused(&w->payload, &matches->unused[i]);
		send(w, FEED_WIRE_UNUSED);
	}
}

static enum err
answer_question(struct work *w, const struct book *book)
{
	struct bytes question;
	struct match_wants wants;
	struct matches matches;
	enum err err =
	    feed_input_question(FEED_QUESTION_FD, &w->arena, &question);

	if (err == ERR_OK)
		err = feed_wire_read_question(question, &w->arena, &wants);
	if (err != ERR_OK)
		return err;
	wants.vex = w->vex.list;
	wants.vex_count = w->vex.count;
	err = read_names(w, &wants.names);
	if (err != ERR_OK)
		return err;
	err = matching_run(book, &wants, &w->answer, &matches);
	if (err == ERR_OK)
		give_matches(w, &matches);
	return err;
}

static enum err
answer(struct work *w)
{
	struct book book;
	enum err err = w->input.vex.len > 0 ? read_vex(w) : ERR_OK;

	if (err == ERR_OK)
		err = open_book(w, &book);
	if (err == ERR_OK && !w->any_broken) {
		feed_wire_write_health(&w->payload, &book.health);
		send(w, FEED_WIRE_HEALTH);
		message_flush(&w->writer);
		if (w->compile)
			give_book(w);
		else
			err = answer_question(w, &book);
	}
	if (err == ERR_END) /* nobody asks any more */
		return ERR_OK;
	if (err == ERR_OK)
		send_done(w);
	else
		send_trouble(w, err, err_text(err));
	return err;
}

/* ---- start ---- */

static bool
read_arguments(int argc, char *argv[], struct work *ret)
{
	if (argc != 4) /* these come from our own parent */
		return false;
	ret->compile = strcmp(argv[2], FEED_COMPILE) == 0;
	ret->jail = strcmp(argv[3], "no-jail") != 0;
	return ret->compile || strcmp(argv[2], FEED_ASK) == 0;
}

static enum err
take_input(struct work *w, const struct data_set *embedded)
{
	enum err err = feed_input_open(FEED_HANDING_FD, &w->arena, &w->input);

	w->data = *embedded;
	if (err == ERR_OK && w->input.data.len > 0)
		err = data_pack_read(w->input.data, &w->arena, &w->data);
	return err;
}

static enum err
enter_jail(struct work *w)
{
	char text[JAIL_TEXT_LEN] = "none";
	const struct jail_limits limits = {
		.memory_len = w->input.mapped_len + LIMIT_FEED_LIVE_LEN +
		    FEED_BOOKS * LIMIT_BOOK_LEN + FEED_MEMORY_LEN,
		.cpu_secs = LIMIT_FEED_SECS,
	};

	if (w->jail && jail_enter(&limits, text) != ERR_OK) {
		send_trouble(
		    w, ERR_SYSTEM, "this machine offers no jail (seccomp)");
		return ERR_SYSTEM;
	}
	wire_write_hello(&w->payload, bytes_of(text));
	send(w, FEED_WIRE_HELLO);
	message_flush(&w->writer);
	return ERR_OK;
}

static void
close_all(struct work *w)
{
	book_maker_close(w->maker);
	feed_vex_close(&w->vex);
	out_close(&w->made);
	feed_input_close(&w->input);
	arena_close(&w->answer);
	arena_close(&w->arena);
	out_close(&w->payload);
	message_writer_close(&w->writer);
}

int
feed_main(int argc, char *argv[], const struct data_set *embedded)
{
	struct work w = {
		.writer = message_writer_open(FEED_ANSWER_FD),
		.payload = out_open(LIMIT_MESSAGE_LEN),
		.arena = arena_open(FEED_ARENA_LEN),
		.answer = arena_open(LIMIT_MATCHES_LEN),
		.vex = feed_vex_open(),
		.made = out_open(0),
	};
	enum err err = ERR_SYSTEM;

	if (!read_arguments(argc, argv, &w))
		return 2;
	/* libarchive drops names that the locale cannot express, and looks at a
	   zone's file for the times in zip */
	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* some may be lost without */
	(void)setenv("TZ", "UTC0", 1); /* some times may be off without */
	err = take_input(&w, embedded);
	if (err == ERR_OK)
		err = enter_jail(&w);
	else if (err != ERR_END)
		send_trouble(&w, ERR_SYSTEM, "the reader got no feeds");
	if (err == ERR_OK)
		err = answer(&w);
	if (err == ERR_OK)
		err = w.writer.failed;
	close_all(&w);
	return err == ERR_OK ? 0 : 1;
}
