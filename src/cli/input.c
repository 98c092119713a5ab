/* SPDX-License-Identifier: ISC */
/* Opens images and data sets, and starts workers over them. */
#include "cli/input.h"

#include "base/limits.h"
#include "base/out.h"
#include "cli/data_folder.h"
#include "system/file.h"
#include "system/jail.h"
#include "worker/data_pack.h"
#include "worker/parse.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
input_wants_jail(bool no_jail)
{
	const char *test = getenv("HALLMARK_TEST_NO_JAIL");

	if (no_jail)
		return false;
	return !jail_is_test_build() || test == NULL || strcmp(test, "1") != 0;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static enum exit_code
open_image(const char *path, struct input *in)
{
	const char *why;
	enum err err = file_read_sealed(
	    path, LIMIT_IMAGE_LEN, &in->image_fd, &in->image_len, &why);

	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(strcmp(path, "-") == 0 ? "standard input" : path,
	    err == ERR_LIMIT ? "is too large (over 1024 MiB)" : why);
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

/* The worker cannot read the folder, so it gets the files in memory. */
static enum exit_code
pack_data(struct input *in)
{
	struct out pack = out_open(DATA_PACK_LEN);
	enum exit_code code = EXIT_MACHINE;

	data_pack_write(&pack, &in->data);
	if (pack.failed == ERR_OK &&
	    file_seal(out_bytes(&pack), &in->data_fd) == ERR_OK) {
		in->data_len = pack.len;
		code = EXIT_YES;
	} else {
		cli_say("data", "the files are too large in all");
	}
	out_close(&pack);
	return code;
}

static enum exit_code
read_data(const char *folder, struct input *in)
{
	const char *name;
	const char *why;

	in->data = *data_embedded();
	if (folder == NULL)
		return EXIT_YES;
	if (!data_folder_read(
		folder, data_embedded(), &in->arena, &in->data, &name, &why)) {
		cli_say(name, why);
		return EXIT_INPUT;
	}
	return pack_data(in);
}

enum exit_code
input_open_data(const char *folder, struct input *ret)
{
	struct input in = {
		.image_fd = -1,
		.data_fd = -1,
		.arena = arena_open(2 * DATA_PACK_LEN),
	};
	enum exit_code code = read_data(folder, &in);

	if (code == EXIT_YES)
		*ret = in;
	else
		input_close(&in);
	return code;
}

enum exit_code
input_open(const struct input_wants *wants, struct input *ret)
{
	struct input in = {
		.name = base_name(wants->image),
		.image_fd = -1,
		.data_fd = -1,
		.jail = input_wants_jail(wants->no_jail),
		.arena = arena_open(2 * DATA_PACK_LEN),
	};
	enum exit_code code = open_image(wants->image, &in);

	if (code == EXIT_YES)
		code = read_data(wants->folder, &in);
	if (code == EXIT_YES)
		*ret = in;
	else
		input_close(&in);
	return code;
}

void
input_close(struct input *in)
{
	if (in->image_fd >= 0)
		(void)close(in->image_fd); /* sealed: nothing can be lost */
	if (in->data_fd >= 0)
		(void)close(in->data_fd); /* likewise */
	arena_close(&in->arena);
	in->image_fd = -1;
	in->data_fd = -1;
}

enum exit_code
input_call_worker(const struct input_worker *worker, struct client *ret)
{
	struct client_wants wants = {
		.program = PARSE_PROGRAM,
		.mode = worker->mode,
		.path = worker->path,
		.jail = worker->jail,
		.tick = progress_tick,
		.tick_context = worker->progress,
	};

	if (worker->sink != NULL)
		wants.sink = *worker->sink;
	if (client_open(&wants, ret) == ERR_OK)
		return EXIT_YES;
	cli_say(PARSE_PROGRAM, CLI_NOT_STARTED);
	return EXIT_MACHINE;
}

void
input_hand_over(struct input *in, struct client *c)
{
	in->progress = progress_open(in->image_len);
	client_hand_over(c, in->image_fd, in->data_len > 0 ? in->data_fd : -1);
}

enum exit_code
input_start(struct input *in, enum reply_mode mode, const char *path,
    const struct reply_sink *sink, struct client *ret)
{
	const struct input_worker worker = {
		.mode = mode,
		.path = path,
		.sink = sink,
		.jail = in->jail,
		.progress = &in->progress,
	};
	enum exit_code code = input_call_worker(&worker, ret);

	if (code == EXIT_YES)
		input_hand_over(in, ret);
	return code;
}

enum exit_code
input_finish(struct input *in, struct client *c)
{
	enum err err = client_read(c);

	progress_close(&in->progress);
	if (err != ERR_OK) {
		cli_say(in->name, err_text(err));
		return EXIT_MACHINE;
	}
	/* an image gives no such trouble: a data file of --data did */
	if (err_is_input(c->reply.trouble_code)) {
		cli_say(in->name, c->reply.trouble);
		return EXIT_INPUT;
	}
	if (c->reply.jail[0] == '\0') {
		cli_say(in->name, c->reply.trouble);
		return EXIT_MACHINE;
	}
	return EXIT_YES;
}
