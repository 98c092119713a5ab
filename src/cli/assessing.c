/* SPDX-License-Identifier: ISC */
/* Worker, digest and judges in one go. */
#include "cli/assessing.h"

#include "base/limits.h"
#include "base/out.h"
#include "crypto/hash.h"
#include "system/clock.h"
#include "system/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ASSESSING_ARENA_LEN (256 * MIB)
#define ASSESSING_VERSION_DIGITS ((size_t)12)

/* Made from components/ by the library at hand: says nothing more, and
   differs from one version of the library to the next. */
#define ASSESSING_MADE_AT_BUILD "components.hsdb"

static enum err
digest_file(const struct data_file *file, uint8_t ret[HASH_MAX_LEN])
{
	if (file->sha256 == NULL)
		return hash_of(HASH_SHA256, file->content, ret);
	memcpy(ret, file->sha256, hash_len(HASH_SHA256));
	return ERR_OK;
}

/* Names and digests of all files, hashed again. */
enum err
assessing_data_version(const struct data_set *data, char ret[13])
{
	struct out list = out_open(MIB);
	struct out text = out_open((size_t)2 * HASH_MAX_LEN);
	uint8_t digest[HASH_MAX_LEN];
	enum err err = ERR_OK;

	for (size_t i = 0; i < data->count && err == ERR_OK; i++) {
		if (strcmp(data->file[i].name, ASSESSING_MADE_AT_BUILD) == 0)
			continue;
		err = digest_file(&data->file[i], digest);
		out_text(&list, data->file[i].name);
		out_u8(&list, 0);
		out_put(&list, (struct bytes){ digest, hash_len(HASH_SHA256) });
	}
	if (err == ERR_OK)
		err = list.failed;
	if (err == ERR_OK)
		err = hash_of(HASH_SHA256, out_bytes(&list), digest);
	if (err == ERR_OK) {
		out_hex_bytes(&text,
		    (struct bytes){ digest, ASSESSING_VERSION_DIGITS / 2 });
		err = text.failed;
	}
	if (err == ERR_OK) {
		memcpy(ret, text.ptr, ASSESSING_VERSION_DIGITS);
		ret[ASSESSING_VERSION_DIGITS] = '\0';
	}
	out_close(&text);
	out_close(&list);
	return err;
}

/* SOURCE_DATE_EPOCH makes a report repeatable: reproducible-builds.org. */
static bool
read_epoch(uint64_t *ret)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	return epoch != NULL && bytes_to_u64(bytes_of(epoch), ret);
}

static enum exit_code
open_baseline(struct assessing *a, bool own_data)
{
	struct fault fault = { 0 };
	char what[160];
	enum err err = baseline_open(&a->input.data, &a->baseline, &fault);

	if (err == ERR_OK)
		return EXIT_YES;
	(void)snprintf(what, sizeof(what), "line %llu: %s %s",
	    (unsigned long long)fault.at,
	    fault.field != NULL ? fault.field : "it", err_text(err));
	cli_say(fault.format != NULL ? fault.format : "data", what);
	return own_data && err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

/* A scheme nobody knows is the caller's mistake; the names help. */
static enum exit_code
check_scheme(const struct assessing *a, const char *scheme)
{
	struct out what;
	enum exit_code code = EXIT_USAGE;

	if (scheme == NULL ||
	    baseline_has_scheme(a->baseline, bytes_of(scheme)))
		return EXIT_YES;
	what = out_open(KIB);
	out_text(&what, "no such scheme; there are ");
	baseline_put_schemes(a->baseline, &what);
	out_u8(&what, 0);
	if (what.failed == ERR_OK)
		cli_say(scheme, (const char *)what.ptr);
	else
		code = EXIT_MACHINE;
	out_close(&what);
	return code;
}

uint64_t
assessing_today(void)
{
	uint64_t today = (uint64_t)time(NULL);

	(void)read_epoch(&today); /* else it stays the clock's */
	return today;
}

static enum exit_code
open_declaration(struct assessing *a, const struct input_wants *wants)
{
	struct declaring_wants ask = {
		.path = wants->declaration,
		.data = &a->input.data,
		.jail = a->input.jail,
		.today = assessing_today(),
	};
	enum exit_code code;

	if (wants->declaration == NULL)
		return EXIT_YES;
	code = declaring_open(&ask, &a->declaring);
	a->has_declaration = code == EXIT_YES;
	return code;
}

static enum exit_code
digest_image(struct assessing *a)
{
	uint8_t digest[HASH_MAX_LEN];
	struct bytes image = { NULL, 0 };
	enum err err =
	    file_map_sealed(a->input.image_fd, a->input.image_len, &image);

	if (err == ERR_OK)
		err = hash_of(HASH_SHA256, image, digest);
	file_unmap(image);
	if (err == ERR_OK)
		err = assessing_data_version(&a->input.data, a->data_version);
	if (err != ERR_OK) {
		cli_say(a->input.name, err_text(err));
		return EXIT_MACHINE;
	}
	memcpy(a->assessment.image_sha256, digest,
	    sizeof(a->assessment.image_sha256));
	return EXIT_YES;
}

static struct bytes
without_folders(const char *path)
{
	const char *slash = strrchr(path, '/');

	return bytes_of(slash != NULL ? slash + 1 : path);
}

/* What the assessment says of the declaration, and is judged by. */
static void
use_declaration(
    const struct declaring *d, struct judge_wants *wants, struct assessment *to)
{
	wants->declaration = &d->declaration;
	wants->problems = &d->problems;
	to->declaration_name = without_folders(d->name);
	to->declaration_problems = d->problems.count;
	memcpy(
	    to->declaration_sha256, d->sha256, sizeof(to->declaration_sha256));
}

/* Asks the feeds about the inventory; the reader has had time to read them. */
static enum exit_code
ask_feeds(struct assessing *a, struct judge_wants *wants)
{
	const struct assessment *seen = &a->assessment;
	struct out digest = out_open((size_t)2 * HASH_MAX_LEN);
	struct match_subject *subjects;
	struct match_wants question = { 0 };
	enum exit_code code = EXIT_MACHINE;
	enum err err = baseline_take_subjects(
	    seen, &a->arena, &subjects, &question.subject_count);

	out_hex_bytes(&digest,
	    (struct bytes){ seen->image_sha256, sizeof(seen->image_sha256) });
	if (err == ERR_OK)
		err = digest.failed;
	if (err == ERR_OK) {
		question.subjects = subjects;
		question.image_sha256 = out_bytes(&digest);
		code = feeding_ask(&a->feeding, &question, &wants->advisories);
	} else {
		cli_say(a->input.name, err_text(err));
	}
	out_close(&digest);
	return code;
}

static enum exit_code
judge(struct assessing *a, const char *scheme)
{
	struct assessment *to = &a->assessment;
	struct observation *seen = &a->client.reply.seen;
	struct judge_wants wants = { .today = assessing_today() };
	enum exit_code code = EXIT_YES;

	a->judged_secs = wants.today;
	if (scheme != NULL)
		wants.scheme = bytes_of(scheme);
	if (a->has_declaration)
		use_declaration(&a->declaring, &wants, to);
	to->image_name = bytes_of(a->input.name);
	to->image_size = a->input.image_len;
	to->jail = bytes_of(a->client.reply.jail);
	to->worker_trouble = bytes_of(a->client.reply.trouble);
	enum err err = observation_complete_layout(seen, a->input.image_len);

	if (err == ERR_OK)
		err = baseline_take_inventory(
		    a->baseline, seen, wants.declaration, &a->arena, to);
	if (err == ERR_OK && a->has_feeds)
		code = ask_feeds(a, &wants);
	if (err == ERR_OK && code == EXIT_YES)
		err = baseline_judge(a->baseline, &wants, &a->arena, to);
	if (err == ERR_OK)
		return code;
	cli_say(a->input.name, err_text(err));
	return EXIT_MACHINE;
}

bool
assessing_is_usable(const char *command, const struct input_wants *wants)
{
	const char *const inputs[] = { wants->image, wants->declaration,
		wants->vex };
	unsigned count = 0;

	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
		count += inputs[i] != NULL && strcmp(inputs[i], "-") == 0;
	if (count > 1)
		cli_say(command, "only one input fits standard input");
	else if (wants->vex != NULL && wants->feeds == NULL)
		cli_say(command,
		    "--vex needs --feeds: statements on vulnerabilities say "
		    "nothing where none are known");
	else
		return true;
	return false;
}

/* Both workers start before anything is read; nothing is open unless
   EXIT_YES. */
static enum exit_code
call_workers(const struct input_wants *wants, struct assessing *a)
{
	bool jail = input_wants_jail(wants->no_jail);
	const struct feeding_wants feeds = {
		.feeds = wants->feeds,
		.vex = wants->vex,
		.jail = jail,
	};
	const struct input_worker worker = {
		.mode = REPLY_ASSESS,
		.jail = jail,
		.progress = &a->input.progress,
	};
	enum exit_code code = input_call_worker(&worker, &a->client);

	if (code != EXIT_YES || wants->feeds == NULL)
		return code;
	code = feeding_open(&feeds, &a->feeding);
	a->has_feeds = code == EXIT_YES;
	if (code != EXIT_YES)
		client_close(&a->client);
	return code;
}

static enum exit_code
open_all(const struct input_wants *wants, struct assessing *a)
{
	enum exit_code code = call_workers(wants, a);

	if (code != EXIT_YES)
		return code;
	code = input_open(wants, &a->input);
	if (code != EXIT_YES) {
		client_close(&a->client);
		if (a->has_feeds)
			feeding_close(&a->feeding);
		return code;
	}
	/* the workers work meanwhile */
	input_hand_over(&a->input, &a->client);
	if (a->has_feeds)
		feeding_begin(&a->feeding, a->input.data_fd);
	return EXIT_YES;
}

enum exit_code
assessing_open(const struct input_wants *wants, struct assessing *ret)
{
	uint64_t started = clock_now_ms();
	uint64_t epoch;

	*ret = (struct assessing){ .arena = arena_open(ASSESSING_ARENA_LEN) };
	enum exit_code code = open_all(wants, ret);

	if (code != EXIT_YES)
		return code;
	code = open_baseline(ret, wants->folder != NULL);
	if (code == EXIT_YES)
		code = check_scheme(ret, wants->scheme);
	if (code == EXIT_YES)
		code = open_declaration(ret, wants);
	if (code == EXIT_YES)
		code = digest_image(ret);
	if (code == EXIT_YES)
		code = input_finish(&ret->input, &ret->client);
	if (code == EXIT_YES)
		code = judge(ret, wants->scheme);
	ret->tool = (struct report_tool){
		.version = HALLMARK_VERSION,
		.data_version = ret->data_version,
	};
	if (!read_epoch(&epoch))
		ret->assessment.seconds =
		    (double)(clock_now_ms() - started) / 1000;
	if (code != EXIT_YES)
		assessing_close(ret);
	return code;
}

void
assessing_close(struct assessing *a)
{
	if (a->has_declaration)
		declaring_close(&a->declaring);
	if (a->has_feeds)
		feeding_close(&a->feeding);
	client_close(&a->client);
	baseline_close(a->baseline);
	arena_close(&a->arena);
	input_close(&a->input);
}
