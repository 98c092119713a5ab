/* SPDX-License-Identifier: ISC */
/* hallmark serve: the registry of a ledger, for browsers and programs. */
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/input.h"
#include "cli/ledgering.h"
#include "cli/serve_demo.h"
#include "cli/serve_workers.h"
#include "cli/signing.h"
#include "system/jail.h"
#include "system/listening.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SERVE_LISTEN "127.0.0.1:8470"
#define SERVE_DAYS 7
#define SERVE_DAYS_MAX 366
#define SERVE_DAY_SECS 86400
#define SERVE_THREADS 2
/* Names inside the ledger's folder. */
#define SERVE_PUBLISHED "published"
#define SERVE_DATABASE "registry.sqlite"
#define SERVE_STATE "signed"

enum {
	SERVE_KEY,
	SERVE_PASSPHRASE,
	SERVE_LISTEN_OPTION,
	SERVE_BASE_URI,
	SERVE_DATABASE_OPTION,
	SERVE_PUBLISHED_OPTION,
	SERVE_STATE_OPTION,
	SERVE_REBUILD,
	SERVE_WRITER,
	SERVE_INIT_DEMO,
	SERVE_DAYS_OPTION,
	SERVE_THREADS_OPTION,
	SERVE_BEHIND_PROXY,
	SERVE_LOG_REQUESTS,
	SERVE_NO_LIMITS,
	SERVE_NO_JAIL,
	SERVE_JSON,
	SERVE_COUNT
};

static const struct option_row serve_rows[SERVE_COUNT] = {
	[SERVE_KEY] = SIGNING_ROW_KEY,
	[SERVE_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[SERVE_LISTEN_OPTION] = { "listen", 'l', "ADDRESS:PORT",
	    "where to listen (" SERVE_LISTEN "; port 0: any; up to four, "
	    "parted by commas)" },
	[SERVE_BASE_URI] = { "base-uri", 0, "URI",
	    "how others reach it: https://registry.example" },
	[SERVE_DATABASE_OPTION] = { "database", 0, "NAME",
	    "SQLite's file or postgresql://... (DIR/" SERVE_DATABASE ")" },
	[SERVE_PUBLISHED_OPTION] = { "published", 0, "FOLDER",
	    "tiles, status lists, bundle (DIR/" SERVE_PUBLISHED ")" },
	[SERVE_STATE_OPTION] = { "state", 0, "FILE",
	    "what the key remembers (DIR/" SERVE_STATE ")" },
	[SERVE_REBUILD] = { "rebuild", 0, NULL,
	    "make the database anew from the ledger" },
	[SERVE_WRITER] = { "writer", 0, "URI",
	    "a front end only: statements are taken there" },
	[SERVE_INIT_DEMO] = { "init-demo", 0, NULL,
	    "make a ledger with demo products in DIR first" },
	[SERVE_DAYS_OPTION] = { "days", 0, "N",
	    "status lists and bundles are good for so many days (7)" },
	[SERVE_THREADS_OPTION] = { "threads", 0, "N",
	    "threads that answer requests, up to 4 (2)" },
	[SERVE_BEHIND_PROXY] = { "behind-proxy", 0, NULL,
	    "a proxy in front says who asks (X-Forwarded-For)" },
	[SERVE_LOG_REQUESTS] = { "log-requests", 0, NULL,
	    "a line of the log for each request" },
	[SERVE_NO_LIMITS] = { "no-limits", 0, NULL,
	    "no limit of requests from one address (to measure)" },
	[SERVE_NO_JAIL] = { "no-jail", 0, NULL,
	    "without protection (for debugging)" },
	[SERVE_JSON] = { "json", 0, NULL,
	    "print the addresses as one JSON object" },
};
static const struct usage serve_usage = {
	.command = "serve",
	.arguments = "DIR",
	.argument_count = 1,
	.help = "Serves the registry of the ledger in DIR: pages and API.",
	.rows = serve_rows,
	.row_count = SERVE_COUNT,
};

struct serving {
	const struct options *options;
	struct arena arena;
	struct serve_wish wish;
	struct cose_key key; /* that was handed over */
	char name[HTTP_LISTENERS_MAX][LISTENING_NAME_LEN];
	struct serve_workers workers;
};

/* ---- options ---- */

static const char *
option(const struct serving *s, unsigned row)
{
	return s->options->value[row];
}

static enum exit_code
say(const char *about, const char *what, enum exit_code code)
{
	cli_say(about, what);
	return code;
}

/* DIR/name, or what the option says. */
static const char *
path_of(struct serving *s, unsigned row, const char *name)
{
	const char *given = option(s, row);
	size_t len = strlen(s->options->argument[0]) + strlen(name) + 2;
	char *path;

	if (given != NULL)
		return given;
	path = arena_take(&s->arena, len);
	if (path != NULL)
		(void)snprintf(
		    path, len, "%s/%s", s->options->argument[0], name);
	return path;
}

static enum exit_code
number_option(
    const struct serving *s, unsigned row, uint64_t most, uint64_t *ret)
{
	const char *text = option(s, row);
	enum exit_code code;

	if (text == NULL)
		return EXIT_YES;
	code = ledgering_number(text, ret);
	if (code == EXIT_YES && (*ret == 0 || *ret > most))
		code = say(text, "is out of range", EXIT_USAGE);
	return code;
}

/* "http://host" or "https://host", without a slash at its end. */
static enum exit_code
check_uri(const char *uri)
{
	struct bytes text = bytes_of(uri);

	if (bytes_starts(text, BYTES("https://")))
		text = bytes_from(text, 8);
	else if (bytes_starts(text, BYTES("http://")))
		text = bytes_from(text, 7);
	else
		text.len = 0;
	if (text.len == 0 || text.len > STORE_URI_MAX - 8 ||
	    bytes_find_byte(text, '/', 0) == 0 || text.ptr[text.len - 1] == '/')
		return say(uri, "is no URI of a registry", EXIT_USAGE);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~' ||
		    strchr("\"<>\\^`{|}?#", text.ptr[i]) != NULL)
			return say(uri, "is no URI of a registry", EXIT_USAGE);
	return EXIT_YES;
}

static enum exit_code
check_options(const struct serving *s)
{
	bool is_front = option(s, SERVE_WRITER) != NULL;
	enum exit_code code = EXIT_YES;

	if (is_front && option(s, SERVE_KEY) != NULL)
		return say("serve", "--writer and --key exclude each other",
		    EXIT_USAGE);
	if (is_front && option(s, SERVE_REBUILD) != NULL)
		return say("serve",
		    "--rebuild is for the one who writes the database",
		    EXIT_USAGE);
	if (option(s, SERVE_INIT_DEMO) != NULL &&
	    (is_front || option(s, SERVE_KEY) != NULL))
		return say(
		    "serve", "--init-demo makes its own key", EXIT_USAGE);
	if (option(s, SERVE_KEY) == NULL && option(s, SERVE_PASSPHRASE) != NULL)
		return say(
		    "serve", "--passphrase-file goes with --key", EXIT_USAGE);
	if (option(s, SERVE_BASE_URI) != NULL)
		code = check_uri(option(s, SERVE_BASE_URI));
	if (code == EXIT_YES && is_front)
		code = check_uri(option(s, SERVE_WRITER));
	return code;
}

static enum exit_code
read_http_options(struct serving *s)
{
	static const struct {
		unsigned row;
		const char *word;
	} words[] = {
		{ SERVE_BEHIND_PROXY, "behind-proxy" },
		{ SERVE_LOG_REQUESTS, "log-requests" },
		{ SERVE_NO_LIMITS, "no-limits" },
	};
	struct out o = out_open(256);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (option(s, words[i].row) == NULL)
			continue;
		if (o.len > 0)
			out_u8(&o, ',');
		out_text(&o, words[i].word);
	}
	s->wish.http_options = arena_text(&s->arena, out_bytes(&o));
	out_close(&o);
	return s->wish.http_options != NULL
	    ? EXIT_YES
	    : ledgering_say("serve", ERR_MEMORY);
}

static enum exit_code
read_wish(struct serving *s)
{
	struct serve_wish *w = &s->wish;
	const char *published =
	    path_of(s, SERVE_PUBLISHED_OPTION, SERVE_PUBLISHED);
	const char *database =
	    path_of(s, SERVE_DATABASE_OPTION, SERVE_DATABASE);
	uint64_t days = SERVE_DAYS;
	uint64_t threads = SERVE_THREADS;
	enum exit_code code =
	    number_option(s, SERVE_DAYS_OPTION, SERVE_DAYS_MAX, &days);

	if (code == EXIT_YES)
		code = number_option(
		    s, SERVE_THREADS_OPTION, HTTP_THREADS_MAX, &threads);
	if (code == EXIT_YES)
		code = read_http_options(s);
	if (code != EXIT_YES)
		return code;
	if (published == NULL || database == NULL)
		return ledgering_say("serve", ERR_MEMORY);
	w->jail = option(s, SERVE_NO_JAIL) == NULL && input_wants_jail(false);
	w->threads = (unsigned)threads;
	w->writer_uri =
	    option(s, SERVE_WRITER) != NULL ? option(s, SERVE_WRITER) : "";
	w->store = (struct store_wish){
		.role = STORE_READER,
		.rebuild = option(s, SERVE_REBUILD) != NULL,
		.life_secs = (unsigned)days * SERVE_DAY_SECS,
		.ledger = bytes_of(s->options->argument[0]),
		.published = bytes_of(published),
		.database = bytes_of(database),
	};
	if (option(s, SERVE_WRITER) != NULL)
		w->store.role = STORE_FRONT;
	if (w->store.ledger.len > STORE_PATH_MAX ||
	    w->store.published.len > STORE_PATH_MAX ||
	    w->store.database.len > STORE_PATH_MAX)
		return say("serve", "a name is too long", EXIT_USAGE);
	return EXIT_YES;
}

/* ---- sockets ---- */

static enum exit_code
open_listeners(struct serving *s)
{
	const char *names = option(s, SERVE_LISTEN_OPTION);
	struct serve_wish *w = &s->wish;
	struct bytes rest;
	struct bytes name;

	if (listening_inherit(
		w->listener, HTTP_LISTENERS_MAX, &w->listener_count) != ERR_OK)
		return say(
		    "LISTEN_FDS", "are no listening sockets", EXIT_USAGE);
	if (w->listener_count > 0 && names != NULL)
		return say(
		    "--listen", "but sockets were handed over", EXIT_USAGE);
	if (w->listener_count > 0)
		return EXIT_YES;
	rest = bytes_of(names != NULL ? names : SERVE_LISTEN);
	while (bytes_next_field(&rest, ',', &name)) {
		const char *text = arena_text(&s->arena, name);
		const char *why = "";

		if (text == NULL)
			return ledgering_say("serve", ERR_MEMORY);
		if (w->listener_count == HTTP_LISTENERS_MAX)
			return say(text, "is one too many", EXIT_USAGE);
		enum err err =
		    listening_open(text, &w->listener[w->listener_count], &why);

		if (err != ERR_OK)
			return say(text, why,
			    err == ERR_MALFORMED ? EXIT_USAGE : EXIT_MACHINE);
		w->listener_count++;
	}
	return w->listener_count > 0
	    ? EXIT_YES
	    : say("--listen", "names no address", EXIT_USAGE);
}

/* What the sockets are called, and how others reach the first of them. */
static enum exit_code
name_listeners(struct serving *s)
{
	char uri[LISTENING_NAME_LEN + 8];

	for (size_t i = 0; i < s->wish.listener_count; i++)
		if (listening_name(s->wish.listener[i], s->name[i]) != ERR_OK)
			return say(
			    "serve", "a socket has no name", EXIT_MACHINE);
	(void)snprintf(uri, sizeof(uri), "http://%s", s->name[0]);
	s->wish.base_uri = option(s, SERVE_BASE_URI) != NULL
	    ? option(s, SERVE_BASE_URI)
	    : arena_text(&s->arena, bytes_of(uri));
	return s->wish.base_uri != NULL ? EXIT_YES
					: ledgering_say("serve", ERR_MEMORY);
}

/* ---- ledger and key ---- */

/* What the key remembers: a file of its own, for one process at a time. */
static enum exit_code
open_state(struct serving *s)
{
	const char *path = path_of(s, SERVE_STATE_OPTION, SERVE_STATE);
	int fd;

	if (path == NULL)
		return ledgering_say("serve", ERR_MEMORY);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd < 0)
		return say(path, strerrordesc_np(errno), EXIT_INPUT);
	s->wish.state_fd = fd;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return say(path, "another process uses it", EXIT_INPUT);
	return EXIT_YES;
}

/* Where status lists are published: as `hallmark ledger bundle` has it. */
static enum exit_code
name_uri(struct serving *s, struct bytes origin)
{
	struct out o = out_open(STORE_URI_MAX);

	out_text(&o,
	    option(s, SERVE_BASE_URI) != NULL ? option(s, SERVE_BASE_URI)
					      : "https://");
	if (option(s, SERVE_BASE_URI) == NULL)
		out_put(&o, origin);
	s->wish.store.uri = arena_copy(&s->arena, out_bytes(&o));
	bool is_kept = o.failed == ERR_OK && s->wish.store.uri.len == o.len;

	out_close(&o);
	s->wish.origin = arena_text(&s->arena, origin);
	return is_kept && s->wish.origin != NULL
	    ? EXIT_YES
	    : say("serve", "the ledger's name is too long", EXIT_INPUT);
}

/* Looked at here to say what is wrong; the store looks again. */
static enum exit_code
check_ledger(struct serving *s)
{
	const struct ledgering_wants wants = { .folder =
						   s->options->argument[0] };
	const char *wrong = NULL;
	struct ledgering l;
	enum exit_code code = ledgering_open(&wants, &l);

	if (code != EXIT_YES)
		return code;
	if (l.ledger == NULL)
		wrong = "holds a copy of a ledger (--writer serves one)";
	else if (l.policy->policy.owner_count == 0)
		wrong = "is open: without an owner nobody has rights";
	else if (s->wish.store.role == STORE_WRITER &&
	    !cose_key_equal(&s->key, ledger_key(l.ledger)))
		wrong = "is not this key's ledger";
	if (wrong != NULL)
		code = say(l.name, wrong, EXIT_INPUT);
	else
		code = name_uri(s, l.origin);
	ledgering_close(&l);
	return code;
}

static enum exit_code
open_key(struct serving *s)
{
	const struct signing_wants key = { option(s, SERVE_KEY),
		option(s, SERVE_PASSPHRASE) };
	enum exit_code code;

	if (key.key == NULL)
		return EXIT_YES;
	code = signing_hand_over(&key, &s->key, &s->wish.key_fd);
	if (code == EXIT_YES)
		s->wish.store.role = STORE_WRITER;
	return code;
}

static enum exit_code
open_all(struct serving *s)
{
	enum exit_code code = open_listeners(s);

	if (code == EXIT_YES)
		code = name_listeners(s);
	if (code == EXIT_YES && option(s, SERVE_INIT_DEMO) != NULL)
		code = serve_demo_make(
		    s->options->argument[0], &s->key, &s->wish.key_fd);
	else if (code == EXIT_YES)
		code = open_key(s);
	if (option(s, SERVE_INIT_DEMO) != NULL)
		s->wish.store.role = STORE_WRITER;
	if (code == EXIT_YES && s->wish.store.role != STORE_FRONT)
		code = check_ledger(s);
	if (code == EXIT_YES && s->wish.store.role == STORE_WRITER)
		code = open_state(s);
	return code;
}

/* ---- the answer ---- */

static enum exit_code
tell(void *context)
{
	const struct serving *s = context;
	struct out o = out_open(4 * KIB);
	enum exit_code code;

	if (option(s, SERVE_JSON) != NULL) {
		struct json j = json_open(&o);

		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.serve/1");
		json_string(&j, "base_uri", s->wish.base_uri);
		json_key(&j, "listening");
		json_begin_array(&j, JSON_INLINE);
		for (size_t i = 0; i < s->wish.listener_count; i++)
			json_put_string(&j, s->name[i]);
		json_end(&j);
		json_end(&j);
	} else {
		for (size_t i = 0; i < s->wish.listener_count; i++) {
			out_text(&o, "http://");
			out_text(&o, s->name[i]);
			out_text(&o, "/\n");
		}
	}
	code = answering_close(&o, EXIT_YES);
	listening_notify("READY=1");
	return code;
}

static enum exit_code
run(struct serving *s)
{
	enum exit_code code = serve_workers_start(&s->wish, &s->workers);

	/* they have their own */
	for (size_t i = 0; i < 2; i++) {
		int *fd = i == 0 ? &s->wish.key_fd : &s->wish.state_fd;

		if (*fd >= 0 && close(*fd) == 0)
			*fd = -1;
	}
	if (code == EXIT_YES)
		code = serve_workers_watch(&s->workers, tell, s);
	listening_notify("STOPPING=1");
	enum exit_code end = serve_workers_stop(&s->workers);

	return code == EXIT_YES ? end : code;
}

enum exit_code
serve_run(int argc, char *argv[])
{
	struct options options;
	struct serving s = {
		.options = &options,
		.arena = arena_open(1 * MIB),
		.wish = { .key_fd = -1, .state_fd = -1, .origin = "" },
	};
	enum options_result result =
	    options_read(&serve_usage, argc, argv, &options);
	enum exit_code code;

	if (result != OPTIONS_READ)
		return result == OPTIONS_HELPED ? EXIT_YES : EXIT_USAGE;
	code = check_options(&s);
	if (code == EXIT_YES)
		code = read_wish(&s);
	if (code == EXIT_YES)
		code = open_all(&s);
	if (code == EXIT_YES)
		code = run(&s);
	arena_close(&s.arena);
	return code;
}
