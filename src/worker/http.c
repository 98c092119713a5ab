/* SPDX-License-Identifier: ISC */
/* What it is handed, the jail, and then http/ until it is told to end. */
#include "worker/http.h"

#include "base/data.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "http/http.h"
#include "registry/registry.h"
#include "system/clock.h"
#include "system/jail.h"
#include "system/journal.h"
#include "system/process.h"
#include "worker/daemon.h"
#include "worker/registry_client.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Address space: answers, bodies and what is kept have their own limits
   (http/http.h); every thread's stack and heap reserve more than they use. */
#define HTTP_MEMORY_LEN (4096 * MIB)

/* How often the end is looked for, and refusals are logged. */
#define LOOK_MS 200
#define LOG_MS 10000

_Static_assert(HTTP_THREADS_MAX <= HTTP_THREADS, "threads");
_Static_assert(HTTP_LISTENERS_MAX <= HTTP_SOCKETS, "listening sockets");

/* A channel for questions that says so when it is of no use any more. */
struct asking {
	struct registry_channel channel;
	atomic_bool is_broken;
};

struct work {
	bool jail;
	struct registry_wish wish;
	unsigned threads, listeners;
	struct http_wish http_wish;
	const atomic_uint_least64_t *version;
	struct registry_channel submit;
	struct asking asking[HTTP_THREADS_MAX];
	struct registry *registries[HTTP_THREADS_MAX];
	struct http *http;
	int signal_fd;
	int memory_fd;
	enum err started; /* of the threads */
	char jail_text[JAIL_TEXT_LEN];
};

/* ---- arguments ---- */

static bool
read_count(const char *text, unsigned most, unsigned *ret)
{
	uint64_t count;

	if (!bytes_to_u64(bytes_of(text), &count) || count < 1 || count > most)
		return false;
	*ret = (unsigned)count;
	return true;
}

static bool
read_options(const char *text, struct http_options *ret)
{
	struct bytes rest = bytes_of(text);
	struct bytes word;

	while (rest.len > 0 && bytes_next_field(&rest, ',', &word)) {
		if (bytes_equal_text(word, "no-limits"))
			ret->no_limits = true;
		else if (bytes_equal_text(word, "log-requests"))
			ret->log_requests = true;
		else if (bytes_equal_text(word, "behind-proxy"))
			ret->behind_proxy = true;
		else
			return false;
	}
	return true;
}

static bool
read_arguments(int argc, char *argv[], struct work *w)
{
	if (argc != 7 && argc != 8)
		return false;
	w->jail = strcmp(argv[2], "jail") == 0;
	if (!w->jail && strcmp(argv[2], "no-jail") != 0)
		return false;
	w->wish.base_uri = bytes_of(argv[3]);
	w->wish.writer_uri = bytes_of(argv[4]);
	return read_count(argv[5], HTTP_THREADS_MAX, &w->threads) &&
	    read_count(argv[6], HTTP_LISTENERS_MAX, &w->listeners) &&
	    (argc == 7 || read_options(argv[7], &w->http_wish.options));
}

/* ---- what it is handed ---- */

static enum err
ask(void *context, const struct registry_question *question,
    struct arena *arena, struct registry_reply *ret)
{
	struct asking *asking = context;
	struct registry_source source =
	    registry_channel_source(&asking->channel);
	enum err err = source.ask(source.context, question, arena, ret);

	if (asking->channel.is_broken)
		atomic_store(&asking->is_broken, true);
	return err;
}

static enum err
hand_in(void *context, uint64_t number, struct bytes statement)
{
	return registry_hand_in(context, number, statement);
}

static enum err
take_outcome(void *context, struct arena *arena, uint64_t *ret_number,
    struct registry_submission *ret)
{
	return registry_take_outcome(context, arena, ret_number, ret);
}

static enum err
map_version(struct work *w, int fd)
{
	void *page =
	    mmap(NULL, sizeof(*w->version), PROT_READ, MAP_SHARED, fd, 0);

	if (page == MAP_FAILED)
		return ERR_SYSTEM;
	w->version = page;
	return ERR_OK;
}

/* In the order of worker/http.h. */
static enum err
take_descriptors(struct work *w)
{
	int fd = PROCESS_FIRST_FD;
	enum err err = map_version(w, fd++);

	if (err != ERR_OK)
		return err;
	w->submit = registry_channel_open(fd++);
	for (unsigned i = 0; i < w->threads; i++)
		w->asking[i].channel = registry_channel_open(fd++);
	for (unsigned i = 0; i < w->listeners; i++, fd++) {
		int flags = fcntl(fd, F_GETFL);

		if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
			return ERR_SYSTEM;
		w->http_wish.sockets[i] = fd;
	}
	return ERR_OK;
}

static enum err
open_registries(struct work *w)
{
	struct fault fault = { .format = "" };
	enum err err;

	w->wish.data = data_embedded();
	w->wish.source = (struct registry_source){ ask, &w->asking[0] };
	err = registry_open(&w->wish, &w->registries[0], &fault);
	if (err != ERR_OK)
		daemon_tell("error", "http-data", "file",
		    fault.format != NULL ? fault.format : "");
	for (unsigned i = 1; i < w->threads && err == ERR_OK; i++) {
		struct registry_source source = { ask, &w->asking[i] };

		err = registry_share(
		    w->registries[0], &source, &w->registries[i]);
	}
	return err;
}

static enum err
open_http(struct work *w)
{
	struct http_wish *wish = &w->http_wish;

	wish->thread_count = w->threads;
	wish->socket_count = w->listeners;
	wish->store = (struct desk_store){ hand_in, take_outcome, &w->submit };
	wish->version = w->version;
	wish->memory_fd = w->memory_fd;
	wish->log_fd = STDERR_FILENO;
	for (unsigned i = 0; i < w->threads; i++) {
		wish->registries[i] = w->registries[i];
		wish->sources[i] =
		    (struct registry_source){ ask, &w->asking[i] };
	}
	return http_open(wish, &w->http);
}

/* Threads inherit it: only the descriptor tells of SIGTERM. */
static enum err
take_signals(struct work *w)
{
	sigset_t set;

	daemon_ignore_signals();
	(void)sigemptyset(&set); /* these two fail only for no signal at all */
	(void)sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return ERR_SYSTEM;
	w->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return w->signal_fd >= 0 ? ERR_OK : ERR_SYSTEM;
}

/* ---- the jail ---- */

/* What libraries read or look up once is looked up before there are no files. */
static void
warm_up(struct work *w)
{
	uint8_t digest[HASH_MAX_LEN];
	time_t now = time(NULL);
	struct tm tm;

	(void)hash_of(HASH_SHA256, BYTES(""), digest); /* it is asked again */
	(void)gmtime_r(&now, &tm);
	(void)clock_now_ms();
	w->memory_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
}

static void
start_threads(void *context)
{
	struct work *w = context;

	w->started = http_start(w->http);
}

static enum err
enter_jail(struct work *w)
{
	const struct jail_limits limits = {
		.profile = JAIL_HTTP,
		.memory_len = HTTP_MEMORY_LEN,
		.start_threads = start_threads,
		.context = w,
	};
	enum err err = ERR_OK;

	(void)snprintf(w->jail_text, sizeof(w->jail_text), "none");
	if (w->jail)
		err = jail_enter(&limits, w->jail_text);
	else
		start_threads(w);
	return err != ERR_OK ? err : w->started;
}

/* ---- running ---- */

static bool
is_broken(struct work *w)
{
	bool any = false;

	for (unsigned i = 0; i < w->threads; i++)
		any |= atomic_load(&w->asking[i].is_broken);
	return any;
}

/* Until SIGTERM or the end of the store; whether the latter came wrongly. */
static enum err
wait_for_end(struct work *w)
{
	struct pollfd signal = { .fd = w->signal_fd, .events = POLLIN };
	uint64_t log_ms = clock_now_ms() + LOG_MS;

	while (poll(&signal, 1, LOOK_MS) <= 0) {
		if (http_is_cut_off(w->http))
			return ERR_OK;
		if (is_broken(w)) {
			daemon_tell("error", "http-store", "why",
			    "the store does not answer");
			return ERR_SYSTEM;
		}
		if (clock_now_ms() < log_ms)
			continue;
		http_log_refusals(w->http);
		log_ms = clock_now_ms() + LOG_MS;
	}
	return ERR_OK;
}

static void
tell_start(const struct work *w)
{
	struct journal line;

	journal_begin(&line, STDERR_FILENO, "info", "http-start");
	journal_number(&line, "threads", w->threads);
	journal_number(&line, "listeners", w->listeners);
	journal_text(&line, "jail", bytes_of(w->jail_text));
	journal_end(&line);
}

static enum err
serve(struct work *w)
{
	enum err err;

	tell_start(w);
	err = wait_for_end(w);
	http_stop(w->http);
	http_log_refusals(w->http);
	daemon_tell("info", "http-stop", "result", err_text(err));
	return err;
}

/* The desk's threads wait for the store: its channel ends first. */
static void
close_all(struct work *w)
{
	(void)shutdown(w->submit.fd, SHUT_RDWR); /* or it had ended */
	http_close(w->http);
	for (unsigned i = w->threads; i-- > 0;) {
		registry_close(w->registries[i]);
		registry_channel_close(&w->asking[i].channel);
	}
	registry_channel_close(&w->submit);
}

int
http_worker_main(int argc, char *argv[])
{
	struct work w = { .signal_fd = -1, .memory_fd = -1 };
	enum err err;

	if (!read_arguments(argc, argv, &w))
		return 2;
	err = take_signals(&w);
	if (err == ERR_OK)
		err = take_descriptors(&w);
	if (err == ERR_OK)
		err = open_registries(&w);
	warm_up(&w);
	if (err == ERR_OK)
		err = open_http(&w);
	if (err == ERR_OK)
		err = enter_jail(&w);
	if (err == ERR_OK)
		err = serve(&w);
	else
		daemon_tell("error", "http-start", "why", err_text(err));
	close_all(&w);
	return err == ERR_OK ? 0 : 1;
}
