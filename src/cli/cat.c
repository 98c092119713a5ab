/* SPDX-License-Identifier: ISC */
/* hallmark cat IMAGE PATH: the content of one file inside an image. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/listing.h"
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#define CAT_SHOWN 20 /* candidates named when PATH fits several files */

enum {
	OPTION_NO_JAIL,
	OPTION_COUNT
};

static const struct option_row rows[OPTION_COUNT] = {
	[OPTION_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the image without protection (for debugging)" },
};

static const struct usage usage = {
	.command = "cat",
	.arguments = "IMAGE PATH",
	.argument_count = 2,
	.help = "Prints a file inside a firmware image. PATH is as ls prints "
		"it, or its end\nfrom a slash on, when that fits one file "
		"only.",
	.rows = rows,
	.row_count = OPTION_COUNT,
};

/* ---- which file is meant ---- */

struct search {
	struct bytes wanted; /* "/bin/sh" */
	struct arena arena;
	const char *found[CAT_SHOWN];
	size_t whole_count; /* they are all of the name inside a container */
	size_t part_count;  /* they only end so */
};

/* A name that fits whole is preferred to one that only ends so. */
static enum err
look_at_entry(void *context, const struct wire_entry *entry)
{
	struct search *s = context;
	struct bytes path = entry->path;

	if (!bytes_ends(path, s->wanted))
		return ERR_OK;
	size_t before = path.len - s->wanted.len;
	bool whole = before > 0 && path.ptr[before - 1] == '!';

	if (!whole && s->whole_count > 0)
		return ERR_OK;
	if (whole && s->whole_count == 0)
		s->part_count = 0; /* forget those */
	size_t count = whole ? s->whole_count : s->part_count;

	if (count < CAT_SHOWN) {
		s->found[count] = arena_text(&s->arena, path);
		if (s->found[count] == NULL)
			return ERR_MEMORY;
	}
	s->whole_count += whole;
	s->part_count += !whole;
	return ERR_OK;
}

static enum exit_code
choose(const struct search *s, const char *wanted, const char **ret)
{
	size_t count = s->whole_count > 0 ? s->whole_count : s->part_count;

	if (count == 1) {
		*ret = s->found[0];
		return EXIT_YES;
	}
	cli_say(wanted,
	    count == 0 ? "no such file in the image" : "fits several files:");
	for (size_t i = 0; i < count && i < CAT_SHOWN; i++) {
		struct out line = out_open(4 * LIMIT_PATH_LEN + 2);

		text_put_terminal(&line, bytes_of(s->found[i]));
		(void)fprintf(
		    stderr, "  %.*s\n", (int)line.len, (const char *)line.ptr);
		out_close(&line);
	}
	return EXIT_NO;
}

/* *ret lies in the arena. */
static enum exit_code
resolve(
    struct input *in, const char *wanted, struct arena *arena, const char **ret)
{
	struct search s = { .wanted = bytes_of(wanted), .arena = *arena };
	struct reply_sink sink = { .context = &s, .entry = look_at_entry };
	struct client client;
	enum exit_code code = input_start(in, REPLY_LIST, NULL, &sink, &client);

	if (code != EXIT_YES)
		return code;
	code = input_finish(in, &client);
	if (code == EXIT_YES && client.reply.trouble[0] != '\0')
		cli_say(in->name, client.reply.trouble);
	*arena = s.arena;
	if (code == EXIT_YES)
		code = choose(&s, wanted, ret);
	client_close(&client);
	return code;
}

/* ---- its content ---- */

struct printing {
	bool found;
	enum node_kind kind;
	enum err fault;
};

static enum err
keep_entry(void *context, const struct wire_entry *entry)
{
	struct printing *p = context;

	p->found = true;
	p->kind = entry->kind;
	p->fault = entry->fault;
	return ERR_OK;
}

static enum err
print_content(void *context, struct bytes piece)
{
	(void)context;
	return cli_answer(piece) == EXIT_YES ? ERR_OK : ERR_SYSTEM;
}

static enum exit_code
judge_printing(const struct input *in, const char *path,
    const struct printing *p, const struct reply *reply)
{
	char what[64];

	if (reply->trouble[0] != '\0') {
		cli_say(in->name, reply->trouble);
		return EXIT_NO;
	}
	if (!p->found) {
		cli_say(path, "no such file in the image");
		return EXIT_NO;
	}
	if (p->kind != NODE_FILE && p->kind != NODE_PAYLOAD) {
		(void)snprintf(what, sizeof(what), "not a file but a %s",
		    listing_kind_text(p->kind));
		cli_say(path, what);
		return EXIT_NO;
	}
	if (p->fault != ERR_OK) {
		(void)snprintf(what, sizeof(what),
		    "not whole: its container %s", err_text(p->fault));
		cli_say(path, what);
		return EXIT_INPUT;
	}
	return EXIT_YES;
}

static enum exit_code
print(struct input *in, const char *path)
{
	struct printing p = { 0 };
	struct reply_sink sink = {
		.context = &p,
		.entry = keep_entry,
		.content = print_content,
	};
	struct client client;
	enum exit_code code = input_start(in, REPLY_CAT, path, &sink, &client);

	if (code != EXIT_YES)
		return code;
	code = input_finish(in, &client);
	if (code == EXIT_YES)
		code = judge_printing(in, path, &p, &client.reply);
	client_close(&client);
	return code;
}

enum exit_code
cat_run(int argc, char *argv[])
{
	struct options options;
	struct input in;
	enum options_result result = options_read(&usage, argc, argv, &options);

	if (result != OPTIONS_READ)
		return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
	struct input_wants wants = {
		.image = options.argument[0],
		.no_jail = options.value[OPTION_NO_JAIL] != NULL,
	};
	const char *path = options.argument[1];
	enum exit_code code = input_open(&wants, &in);

	if (code != EXIT_YES)
		return code;
	struct arena arena = arena_open(MIB);

	if (path[0] == '/')
		code = resolve(&in, path, &arena, &path);
	if (code == EXIT_YES)
		code = print(&in, path);
	arena_close(&arena);
	input_close(&in);
	return code;
}
