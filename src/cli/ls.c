/* SPDX-License-Identifier: ISC */
/* hallmark ls IMAGE: every file in every container of one image. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/listing.h"
#include "cli/options.h"

#define LS_BUFFER_LEN (64 * KIB)

enum {
	OPTION_LONG,
	OPTION_JSON,
	OPTION_NO_JAIL,
	OPTION_COUNT
};

static const struct option_row rows[OPTION_COUNT] = {
	[OPTION_LONG] = { "long", 'l', NULL,
	    "mode, owner, group, size and link target as well" },
	[OPTION_JSON] = { "json", 0, NULL, "print one JSON object" },
	[OPTION_NO_JAIL] = { "no-jail", 0, NULL,
	    "read the image without protection (for debugging)" },
};

static const struct usage usage = {
	.command = "ls",
	.arguments = "IMAGE",
	.argument_count = 1,
	.help = "Lists the files inside a firmware image (- is standard "
		"input).",
	.rows = rows,
	.row_count = OPTION_COUNT,
};

struct listing {
	const struct options *options;
	struct out out;
	uint64_t count;
};

static enum err
flush(struct listing *l)
{
	enum err err = l->out.failed;

	if (err == ERR_OK && cli_answer(out_bytes(&l->out)) != EXIT_YES)
		err = ERR_SYSTEM;
	l->out.len = 0;
	return err;
}

static enum err
put_entry(void *context, const struct wire_entry *entry)
{
	struct listing *l = context;

	if (l->options->value[OPTION_JSON] != NULL) {
		out_text(&l->out, l->count > 0 ? ",\n" : "\n");
		listing_put_json(&l->out, entry);
	} else if (l->options->value[OPTION_LONG] != NULL) {
		listing_put_long(&l->out, entry);
	} else {
		listing_put_path(&l->out, entry);
	}
	l->count++;
	return l->out.len >= LS_BUFFER_LEN ? flush(l) : ERR_OK;
}

static void
put_json_start(struct listing *l, const struct input *in)
{
	out_text(&l->out,
	    "{\"schema\":\"hallmark.listing/1\",\"image\":"
	    "{\"name\":\"");
	text_put_json(&l->out, bytes_of(in->name));
	out_text(&l->out, "\",\"size\":");
	out_decimal(&l->out, in->image_len);
	out_text(&l->out, "},\"files\":[");
}

static void
put_json_end(struct listing *l, const struct reply *reply)
{
	out_text(&l->out, "],\n\"jail\":\"");
	text_put_json(&l->out, bytes_of(reply->jail));
	out_text(&l->out, "\",\"cut_short\":\"");
	text_put_json(&l->out, reply->seen.cut_short);
	out_text(&l->out, "\",\"trouble\":\"");
	text_put_json(&l->out, bytes_of(reply->trouble));
	out_text(&l->out, "\"}\n");
}

/* Says why a listing is not whole. */
static enum exit_code
judge_whole(const struct input *in, const struct reply *reply)
{
	if (reply->trouble[0] != '\0') {
		cli_say(in->name, reply->trouble);
		return EXIT_NO;
	}
	if (reply->seen.cut_short.len > 0) {
		cli_say(in->name, "not all is listed: a limit was reached");
		return EXIT_NO;
	}
	return EXIT_YES;
}

static enum exit_code
list(struct input *in, const struct options *options)
{
	struct listing l = {
		.options = options,
		.out = out_open(2 * LS_BUFFER_LEN + LIMIT_MESSAGE_LEN),
	};
	struct reply_sink sink = { .context = &l, .entry = put_entry };
	bool json = options->value[OPTION_JSON] != NULL;
	struct client client;
	enum exit_code code = input_start(in, REPLY_LIST, NULL, &sink, &client);

	if (code != EXIT_YES)
		return code;
	if (json)
		put_json_start(&l, in);
	code = input_finish(in, &client);
	if (code == EXIT_YES && json)
		put_json_end(&l, &client.reply);
	if (code == EXIT_YES && flush(&l) != ERR_OK)
		code = EXIT_MACHINE;
	if (code == EXIT_YES)
		code = judge_whole(in, &client.reply);
	client_close(&client);
	out_close(&l.out);
	return code;
}

enum exit_code
ls_run(int argc, char *argv[])
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
	enum exit_code code = input_open(&wants, &in);

	if (code != EXIT_YES)
		return code;
	code = list(&in, &options);
	input_close(&in);
	return code;
}
