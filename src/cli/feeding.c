/* SPDX-License-Identifier: ISC */
/* Hands feeds to a worker, and asks it. */
#include "cli/feeding.h"

#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "system/file.h"
#include "system/handing.h"
#include "worker/feed.h"
#include "worker/feed_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FEEDING_ARENA_LEN (LIMIT_MATCHES_LEN + 512 * MIB)
#define FEEDING_LINE_LEN (16 * KIB)
/* LIMIT_FEED_FILES names of some 60 bytes. */
#define FEEDING_LIST_LEN (32 * MIB)

static enum exit_code
say(const char *about, enum exit_code code, const char *what)
{
	cli_say(about, what);
	return code;
}

/* ---- handing over ---- */

/* A plain file, opened without waiting for whoever may be at its other end. */
static int
open_plain(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0) {
		const char *why = strerrordesc_np(errno);

		cli_say(path, why != NULL ? why : "unknown error");
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		return fd;
	cli_say(path, "is no plain file, or empty");
	(void)close(fd); /* was only read */
	return -1;
}

/* As many as one message takes, from number `at` on. */
static enum exit_code
hand_over_some(struct feeding *f, size_t at)
{
	int fds[HANDING_MAX];
	size_t count = 0;
	enum exit_code code = EXIT_YES;

	while (count < HANDING_MAX && at + count < f->folder.count &&
	    code == EXIT_YES) {
		fds[count] = open_plain(f->folder.files[at + count].path);
		if (fds[count] < 0)
			code = EXIT_INPUT;
		else
			count++;
	}
	if (code == EXIT_YES)
		feed_client_hand_over(&f->client, FEED_WORD_FILES, fds, count);
	for (size_t i = 0; i < count; i++)
		(void)close(fds[i]); /* was only read */
	return code;
}

static enum exit_code
hand_over_list(struct feeding *f)
{
	struct out list = out_open(FEEDING_LIST_LEN);
	struct bytes *names =
	    arena_take_array(&f->arena, f->folder.count, sizeof(*names));
	enum exit_code code = EXIT_MACHINE;
	int fd;

	if (names == NULL)
		return say(f->wants.feeds, code, err_text(ERR_MEMORY));
	for (size_t i = 0; i < f->folder.count; i++)
		names[i] = f->folder.files[i].name;
	feed_wire_write_list(&list, names, f->folder.count);
	if (list.failed == ERR_OK &&
	    file_seal(out_bytes(&list), &fd) == ERR_OK) {
		feed_client_hand_over(&f->client, FEED_WORD_LIST, &fd, 1);
		(void)close(fd); /* sealed: nothing can be lost */
		code = EXIT_YES;
	} else {
		cli_say(f->wants.feeds, "the names are too long in all");
	}
	out_close(&list);
	return code;
}

static enum exit_code
hand_over_files(struct feeding *f)
{
	enum exit_code code = hand_over_list(f);

	for (size_t at = 0; at < f->folder.count && code == EXIT_YES;
	     at += HANDING_MAX)
		code = hand_over_some(f, at);
	return code;
}

/* What came later is not in it; it is used all the same, and the reader told. */
static void
say_newer(const struct feeding *f)
{
	const struct feed_folder *folder = &f->folder;
	char what[400];

	for (size_t i = 0; i < folder->count; i++) {
		if (folder->files[i].changed <= folder->book.changed)
			continue;
		(void)snprintf(what, sizeof(what),
		    "is newer than %s, which is used: run hallmark watch "
		    "update",
		    FEED_FOLDER_BOOK);
		cli_say(folder->files[i].path, what);
		return; /* one is enough */
	}
}

static enum exit_code
hand_over_book(struct feeding *f)
{
	int fd = open_plain(f->folder.book.path);

	if (fd < 0)
		return EXIT_INPUT;
	feed_client_hand_over(&f->client, FEED_WORD_BOOK, &fd, 1);
	(void)close(fd); /* was only read */
	say_newer(f);
	return EXIT_YES;
}

static enum exit_code
hand_over_vex(struct feeding *f)
{
	const char *path = f->wants.vex;
	const char *why;
	size_t len;
	int fd;
	enum err err = file_read_sealed(path, LIMIT_VEX_LEN, &fd, &len, &why);

	if (err != ERR_OK)
		return say(strcmp(path, "-") == 0 ? "standard input" : path,
		    err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE,
		    err == ERR_LIMIT ? "is too large (over 64 MiB)" : why);
	feed_client_hand_over(&f->client, FEED_WORD_VEX, &fd, 1);
	(void)close(fd); /* sealed: nothing can be lost */
	return EXIT_YES;
}

static enum exit_code
hand_over_all(struct feeding *f)
{
	enum exit_code code =
	    feed_folder_read(f->wants.feeds, &f->arena, &f->folder);

	if (code != EXIT_YES)
		return code;
	if (!f->wants.compile && f->folder.book.path != NULL)
		code = hand_over_book(f);
	else if (f->folder.count > 0)
		code = hand_over_files(f);
	else
		code = say(f->wants.feeds, EXIT_INPUT, "holds no feed");
	if (code == EXIT_YES && f->wants.vex != NULL)
		code = hand_over_vex(f);
	return code;
}

enum exit_code
feeding_open(const struct feeding_wants *wants, struct feeding *ret)
{
	const struct feed_client_wants how = {
		.program = FEED_PROGRAM,
		.compile = wants->compile,
		.jail = wants->jail,
		.tick = wants->tick,
		.tick_context = wants->tick_context,
	};

	*ret = (struct feeding){
		.wants = *wants,
		.arena = arena_open(FEEDING_ARENA_LEN),
	};
	if (feed_client_open(&how, &ret->arena, &ret->client) != ERR_OK) {
		arena_close(&ret->arena);
		return say(FEED_PROGRAM, EXIT_MACHINE, CLI_NOT_STARTED);
	}
	enum exit_code code = hand_over_all(ret);

	if (code != EXIT_YES)
		feeding_close(ret);
	return code;
}

void
feeding_close(struct feeding *f)
{
	feed_client_close(&f->client);
	arena_close(&f->arena);
}

void
feeding_begin(struct feeding *f, int data_fd)
{
	if (data_fd >= 0)
		feed_client_hand_over(&f->client, FEED_WORD_DATA, &data_fd, 1);
	feed_client_hand_over(&f->client, FEED_WORD_GO, NULL, 0);
}

/* ---- the answer ---- */

/* The path of a file that the worker names; its VEX document has no name. */
static const char *
path_of(const struct feeding *f, struct bytes name)
{
	if (name.len == 0)
		return f->wants.vex != NULL ? f->wants.vex : "VEX document";
	for (size_t i = 0; i < f->folder.count; i++)
		if (bytes_equal(f->folder.files[i].name, name))
			return f->folder.files[i].path;
	return f->wants.feeds;
}

/* "member: byte 12: cve record: dateUpdated is malformed" */
static void
say_broken(const struct feeding *f, const struct feed_row *row)
{
	struct out line = out_open(FEEDING_LINE_LEN);

	if (row->member.len > 0) {
		text_put_terminal(&line, row->member);
		out_text(&line, ": ");
	}
	out_text(&line, "byte ");
	out_decimal(&line, row->at);
	out_text(&line, ": ");
	if (row->what.len > 0) {
		text_put_terminal(&line, row->what);
		out_text(&line, " ");
	}
	out_text(&line, err_text(row->code));
	out_u8(&line, 0);
	cli_say(path_of(f, row->name),
	    line.failed == ERR_OK ? (const char *)line.ptr : "is broken");
	out_close(&line);
}

static enum exit_code
say_all_broken(const struct feeding *f)
{
	const struct feed_reply *reply = &f->client.reply;

	for (size_t i = 0; i < reply->row_count; i++)
		if (reply->rows[i].is_broken)
			say_broken(f, &reply->rows[i]);
	return EXIT_INPUT;
}

/* Once it was in its jail, it is what stands in the files that ended it. */
static enum exit_code
say_trouble(const struct feeding *f)
{
	const struct feed_reply *reply = &f->client.reply;
	bool is_machine = reply->jail[0] == '\0' ||
	    (reply->trouble_code != ERR_OK &&
		!err_is_input(reply->trouble_code));

	return say(f->folder.book.path != NULL && !f->wants.compile
		? f->folder.book.path
		: f->wants.feeds,
	    is_machine ? EXIT_MACHINE : EXIT_INPUT,
	    reply->trouble[0] != '\0' ? reply->trouble
				      : "the reader of feeds gave no answer");
}

static enum exit_code
read_answer(struct feeding *f, const struct match_wants *question)
{
	enum err err = feed_client_ask(&f->client, question);

	if (err != ERR_OK)
		return say(f->wants.feeds, EXIT_MACHINE, err_text(err));
	if (f->client.reply.state == FEED_REPLY_BROKEN)
		return say_all_broken(f);
	if (f->client.reply.state != FEED_REPLY_ENDED)
		return say_trouble(f);
	return EXIT_YES;
}

/* The feeds among the files. */
static enum exit_code
list_feeds(struct feeding *f)
{
	const struct feed_reply *reply = &f->client.reply;
	struct book_feed *feeds =
	    arena_take_array(&f->arena, reply->row_count, sizeof(*feeds));
	size_t count = 0;

	if (feeds == NULL)
		return say(f->wants.feeds, EXIT_MACHINE, err_text(ERR_MEMORY));
	for (size_t i = 0; i < reply->row_count; i++)
		if (reply->rows[i].info.kind != FEED_NONE)
			feeds[count++] =
			    (struct book_feed){ .name = reply->rows[i].name,
				    .info = reply->rows[i].info };
	f->health = reply->health;
	f->health.feed_count = count;
	f->advisories = (struct advisories){
		.matches = &f->matches,
		.health = &f->health,
		.feeds = feeds,
	};
	if (count > 0)
		return EXIT_YES;
	return say(f->wants.feeds, EXIT_INPUT, "holds no feed");
}

enum exit_code
feeding_ask(struct feeding *f, const struct match_wants *question,
    const struct advisories **ret)
{
	const struct feed_reply *reply = &f->client.reply;
	enum exit_code code = read_answer(f, question);

	if (code == EXIT_YES)
		code = list_feeds(f);
	if (code != EXIT_YES)
		return code;
	f->matches = (struct matches){
		.list = reply->matches,
		.count = reply->match_count,
		.unused = reply->unused,
		.unused_count = reply->unused_count,
	};
	*ret = &f->advisories;
	return EXIT_YES;
}

enum exit_code
feeding_compile(struct feeding *f,
    enum err (*take_piece)(void *context, struct bytes piece), void *context)
{
	f->client.reply.take_piece = take_piece;
	f->client.reply.context = context;
	enum exit_code code = read_answer(f, NULL);

	return code == EXIT_YES ? list_feeds(f) : code;
}
