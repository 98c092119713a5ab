/* SPDX-License-Identifier: ISC */
/* Sockets between the processes, and what happens when one of them ends. */
#include "cli/serve_workers.h"

#include "base/limits.h"
#include "base/out.h"
#include "system/clock.h"
#include "system/file.h"
#include "system/handing.h"
#include "system/journal.h"
#include "worker/daemon.h"
#include "worker/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PAGE_LEN 4096
/* An http that does not take its answers for so long is given up. */
#define ANSWER_SECS 10
/* How long each may take to end. */
#define HTTP_END_MS 15000
#define STORE_END_MS 120000
#define SIGN_END_MS 5000
/* A dead http is started anew after that, twice as long each time; one that
   ran for a minute begins at the start again. */
#define WAIT_MIN_MS 100
#define WAIT_MAX_MS 10000
#define WELL_MS 60000

static enum exit_code
fail(const char *what)
{
	cli_say("serve", what);
	return EXIT_MACHINE;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing is kept in it */
	*fd = -1;
}

/* ---- what they share ---- */

/* Shared memory, and a second descriptor of it that only reads. */
static bool
open_page(struct serve_workers *w)
{
	char path[40];

	w->page_fd = memfd_create("hallmark-version", MFD_CLOEXEC);
	if (w->page_fd < 0 || ftruncate(w->page_fd, PAGE_LEN) != 0)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", w->page_fd);
	w->page_read_fd = open(path, O_RDONLY | O_CLOEXEC);
	return w->page_read_fd >= 0;
}

static bool
open_signals(struct serve_workers *w)
{
	sigset_t set;

	/* these fail only for signals that do not exist */
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return false;
	w->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return w->signal_fd >= 0;
}

static int
seal_wish(const struct serve_workers *w)
{
	struct out o = out_open(64 * KIB);
	int fd = -1;

	store_wish_write(&o, &w->wish->store);
	if (o.failed != ERR_OK || file_seal(out_bytes(&o), &fd) != ERR_OK)
		fd = -1;
	out_close(&o);
	return fd;
}

/* ---- key and store ---- */

static enum err
start_sign(struct serve_workers *w, int channel)
{
	const char *const argv[] = { "hallmark", SIGN_WORKER,
		w->wish->jail ? "jail" : "no-jail", w->wish->origin, NULL };
	const int fd[] = { channel, w->wish->key_fd, w->wish->state_fd };
	const struct process_start how = {
		.argv = argv,
		.fd = fd,
		.fd_count = 3,
		.show_errors = true,
	};

	return process_start(&how, &w->sign);
}

static enum err
start_store(struct serve_workers *w, int control, int wish, int sign)
{
	const char *const argv[] = { "hallmark", STORE_WORKER,
		w->wish->jail ? "jail" : "no-jail", NULL };
	const int fd[] = { control, w->page_fd, wish, sign };
	const struct process_start how = {
		.program = STORE_PROGRAM,
		.argv = argv,
		.fd = fd,
		.fd_count = sign >= 0 ? 4 : 3,
		.show_errors = true,
	};

	return process_start(&how, &w->store);
}

static enum err
start_both(struct serve_workers *w)
{
	int control[2] = { -1, -1 };
	int sign[2] = { -1, -1 };
	int wish = seal_wish(w);
	bool has_key = w->wish->store.role == STORE_WRITER;
	enum err err = ERR_OK;

	if (wish < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) !=
		0 ||
	    (has_key &&
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sign) != 0))
		err = ERR_SYSTEM;
	if (err == ERR_OK && has_key)
		err = start_sign(w, sign[0]);
	if (err == ERR_OK)
		err = start_store(w, control[1], wish, sign[1]);
	w->control_fd = control[0];
	close_fd(&control[1]);
	close_fd(&sign[0]);
	close_fd(&sign[1]);
	close_fd(&wish);
	return err;
}

enum exit_code
serve_workers_start(const struct serve_wish *wish, struct serve_workers *ret)
{
	*ret = (struct serve_workers){
		.wish = wish,
		.http = { .pidfd = -1 },
		.store = { .pidfd = -1 },
		.sign = { .pidfd = -1 },
		.page_fd = -1,
		.page_read_fd = -1,
		.control_fd = -1,
		.signal_fd = -1,
		.http_wait_ms = WAIT_MIN_MS,
	};
	if (!open_page(ret) || !open_signals(ret))
		return fail("memory or signals cannot be had");
	if (start_both(ret) == ERR_OK)
		return EXIT_YES;
	cli_say(STORE_PROGRAM, CLI_NOT_STARTED);
	return EXIT_MACHINE;
}

/* ---- http ---- */

/* An end that gives up on one who does not listen. */
static bool
open_channel(int fd[2])
{
	const struct timeval wait = { .tv_sec = ANSWER_SECS };

	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == 0 &&
	    setsockopt(fd[1], SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) ==
	    0;
}

static enum err
exec_http(struct serve_workers *w, const int *channel, size_t count)
{
	const struct serve_wish *wish = w->wish;
	char threads[12];
	char listeners[12];
	const char *const argv[] = { "hallmark", HTTP_WORKER,
		wish->jail ? "jail" : "no-jail", wish->base_uri,
		wish->writer_uri, threads, listeners, wish->http_options,
		NULL };
	int fd[1 + 1 + HTTP_THREADS_MAX + HTTP_LISTENERS_MAX];
	const struct process_start how = {
		.program = HTTP_PROGRAM,
		.argv = argv,
		.fd = fd,
		.fd_count = 1 + count + wish->listener_count,
		.show_errors = true,
	};

	(void)snprintf(threads, sizeof(threads), "%u", wish->threads);
	(void)snprintf(
	    listeners, sizeof(listeners), "%zu", wish->listener_count);
	fd[0] = w->page_read_fd;
	memcpy(fd + 1, channel, count * sizeof(*channel));
	memcpy(
	    fd + 1 + count, wish->listener, wish->listener_count * sizeof(*fd));
	return process_start(&how, &w->http);
}

/* New channels: nothing of an old http is left in them. */
static enum err
start_http(struct serve_workers *w)
{
	int mine[1 + HTTP_THREADS_MAX] = { 0 };
	int theirs[1 + HTTP_THREADS_MAX] = { 0 };
	size_t count = 1 + w->wish->threads;
	size_t made = 0;
	enum err err = ERR_OK;

	while (made < count && err == ERR_OK) {
		int fd[2] = { -1, -1 };

		if (!open_channel(fd))
			err = ERR_SYSTEM;
		mine[made] = fd[0];
		theirs[made] = fd[1];
		made++;
	}
	if (err == ERR_OK)
		err =
		    handing_send(w->control_fd, STORE_CHANNELS, theirs, count);
	if (err == ERR_OK)
		err = exec_http(w, mine, count);
	for (size_t i = 0; i < made; i++) {
		close_fd(&mine[i]);
		close_fd(&theirs[i]);
	}
	w->http_since_ms = clock_now_ms();
	w->http_next_ms = 0;
	return err;
}

static void
tell_end(const char *event, const struct process_end *end)
{
	struct journal line;

	journal_begin(&line, STDERR_FILENO, "error", event);
	if (end->exited)
		journal_number(&line, "status", (uint64_t)end->status);
	else
		journal_number(&line, "signal", (uint64_t)end->signal);
	journal_end(&line);
}

static enum err
plan_http(struct serve_workers *w)
{
	uint64_t now = clock_now_ms();
	struct process_end end;
	enum err err = process_wait(&w->http, now, &end);

	if (err != ERR_OK)
		return err;
	tell_end("http-ended", &end);
	if (now - w->http_since_ms >= WELL_MS)
		w->http_wait_ms = WAIT_MIN_MS;
	w->http_next_ms = now + w->http_wait_ms;
	w->http_wait_ms *= 2;
	if (w->http_wait_ms > WAIT_MAX_MS)
		w->http_wait_ms = WAIT_MAX_MS;
	return ERR_OK;
}

/* ---- watching ---- */

enum {
	WATCH_SIGNAL,
	WATCH_CONTROL,
	WATCH_STORE,
	WATCH_SIGN,
	WATCH_HTTP,
	WATCH_COUNT
};

/* Whether the store has said that it answers. */
static enum err
take_control(struct serve_workers *w)
{
	int fd[HANDING_MAX];
	size_t count;
	uint8_t word;
	bool is_closed = false;
	enum err err =
	    handing_take(w->control_fd, &word, fd, &count, &is_closed);

	if (err == ERR_END && !is_closed)
		return ERR_OK;
	if (err != ERR_OK || word != STORE_READY)
		return ERR_SYSTEM; /* its end will be seen */
	w->is_ready = true;
	return start_http(w);
}

static bool
ended_by_itself(struct process *process, const char *event, short revents)
{
	struct process_end end;

	if (revents == 0)
		return false;
	if (process_wait(process, clock_now_ms(), &end) == ERR_OK)
		tell_end(event, &end);
	return true;
}

/* One wait. ERR_END: a signal came; ERR_SYSTEM: store or key ended. */
static enum err
watch_once(struct serve_workers *w)
{
	struct pollfd fd[WATCH_COUNT] = {
		[WATCH_SIGNAL] = { w->signal_fd, POLLIN, 0 },
		[WATCH_CONTROL] = { w->is_ready ? -1 : w->control_fd, POLLIN,
		    0 },
		[WATCH_STORE] = { w->store.pidfd, POLLIN, 0 },
		[WATCH_SIGN] = { w->sign.pidfd, POLLIN, 0 },
		[WATCH_HTTP] = { w->http.pidfd, POLLIN, 0 },
	};
	int wait = w->http_next_ms > 0 ? clock_left_ms(w->http_next_ms) : -1;
	int ready = poll(fd, WATCH_COUNT, wait);
	bool has_ended = false;

	if (ready < 0)
		return errno == EINTR ? ERR_OK : ERR_SYSTEM;
	if (fd[WATCH_SIGNAL].revents != 0)
		return ERR_END;
	has_ended |=
	    ended_by_itself(&w->sign, "sign-ended", fd[WATCH_SIGN].revents);
	has_ended |=
	    ended_by_itself(&w->store, "store-ended", fd[WATCH_STORE].revents);
	if (has_ended)
		return ERR_SYSTEM;
	if (fd[WATCH_CONTROL].revents != 0)
		return take_control(w);
	if (fd[WATCH_HTTP].revents != 0)
		return plan_http(w);
	if (w->http_next_ms > 0 && clock_now_ms() >= w->http_next_ms)
		return start_http(w);
	return ERR_OK;
}

enum exit_code
serve_workers_watch(struct serve_workers *w,
    enum exit_code (*tell)(void *context), void *context)
{
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		err = watch_once(w);
		if (err != ERR_OK || !w->is_ready || w->has_told)
			continue;
		w->has_told = true;
		if (tell(context) != EXIT_YES)
			err = ERR_SYSTEM;
	}
	return err == ERR_END ? EXIT_YES : EXIT_MACHINE;
}

/* ---- the end ---- */

static bool
end_well(struct process *process, const char *event, unsigned ms)
{
	struct process_end end;

	if (process->pid <= 0)
		return true;
	if (process_wait(process, clock_now_ms() + ms, &end) != ERR_OK)
		return false;
	if (end.exited && end.status == 0)
		return true;
	/* asked before it listens for that */
	if (!end.exited && !end.timed_out && end.signal == SIGTERM)
		return true;
	tell_end(event, &end);
	return false;
}

enum exit_code
serve_workers_stop(struct serve_workers *w)
{
	bool is_well = true;

	/* first the one who brings work, then the one who does it */
	process_ask_to_end(&w->http);
	is_well &= end_well(&w->http, "http-ended", HTTP_END_MS);
	close_fd(&w->control_fd);
	is_well &= end_well(&w->store, "store-ended", STORE_END_MS);
	is_well &= end_well(&w->sign, "sign-ended", SIGN_END_MS);
	close_fd(&w->page_fd);
	close_fd(&w->page_read_fd);
	close_fd(&w->signal_fd);
	return is_well ? EXIT_YES : EXIT_MACHINE;
}
