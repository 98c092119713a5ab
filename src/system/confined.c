/* SPDX-License-Identifier: ISC */
/* A child that reads hostile bytes, and the pipes by which it answers. */
#include "system/confined.h"

#include "base/limits.h"
#include "system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONFINED_PIECE_LEN (16 * KIB)

/* The child's status when it could not lock itself in; no exit code of ours. */
#define CONFINED_NO_JAIL 125

struct pipes {
	int out[2];
	int err[2];
};

static void
close_one(int fd)
{
	if (fd >= 0)
		(void)close(fd); /* a pipe: nothing to lose */
}

static void
close_pipes(struct pipes *p)
{
	for (size_t i = 0; i < 2; i++) {
		close_one(p->out[i]);
		close_one(p->err[i]);
	}
}

/* ---- the child ---- */

/* Everything but the three standard ones is closed: what was mapped stays. */
static bool
take_pipes(const struct pipes *p)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	return null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(p->out[1], STDOUT_FILENO) >= 0 &&
	    dup2(p->err[1], STDERR_FILENO) >= 0 &&
	    close_range(STDERR_FILENO + 1, UINT_MAX, 0) == 0;
}

static _Noreturn void
be_child(const struct pipes *p, const struct jail_limits *limits,
    int (*run)(void *context), void *context)
{
	char text[JAIL_TEXT_LEN];

	if (!take_pipes(p))
		_exit(CONFINED_NO_JAIL);
	if (jail_enter(limits, text) != ERR_OK) {
		(void)file_put(
		    STDERR_FILENO, bytes_of(text)); /* no other way */
		_exit(CONFINED_NO_JAIL);
	}
	_exit(run(context));
}

/* ---- the parent ---- */

/* Moves what is there; false when the pipe has ended or the room has. */
static bool
move(int fd, struct out *to)
{
	uint8_t *room = out_reserve(to, CONFINED_PIECE_LEN);
	ssize_t n;

	if (room == NULL)
		return false;
	do {
		n = read(fd, room, CONFINED_PIECE_LEN);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	to->len += (size_t)n;
	return true;
}

/* Reads both until both have ended; false when one said too much. */
static bool
listen_to(const struct pipes *p, struct out *ret_out, struct out *ret_err)
{
	struct pollfd polled[2] = { { .fd = p->out[0], .events = POLLIN },
		{ .fd = p->err[0], .events = POLLIN } };
	struct out *to[2] = { ret_out, ret_err };

	while (polled[0].fd >= 0 || polled[1].fd >= 0) {
		if (poll(polled, 2, -1) < 0 && errno != EINTR)
			return false;
		for (size_t i = 0; i < 2; i++) {
			if (polled[i].fd < 0 || polled[i].revents == 0)
				continue;
			if (!move(polled[i].fd, to[i]))
				polled[i].fd = -1;
			if (to[i]->failed != ERR_OK)
				return false;
		}
	}
	return true;
}

static enum err
wait_for(pid_t pid, struct confined_end *ret)
{
	int status;
	pid_t got;

	do {
		got = waitpid(pid, &status, 0);
	} while (got < 0 && errno == EINTR);
	if (got != pid)
		return ERR_SYSTEM;
	if (WIFEXITED(status) && WEXITSTATUS(status) == CONFINED_NO_JAIL)
		return ERR_SYSTEM;
	*ret = (struct confined_end){
		.exited = WIFEXITED(status),
		.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
		.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	};
	return ERR_OK;
}

enum err
confined_run(const struct jail_limits *limits, int (*run)(void *context),
    void *context, struct out *ret_out, struct out *ret_err,
    struct confined_end *ret)
{
	struct pipes p = { { -1, -1 }, { -1, -1 } };
	pid_t pid;

	if (pipe2(p.out, O_CLOEXEC) != 0 || pipe2(p.err, O_CLOEXEC) != 0) {
		close_pipes(&p);
		return ERR_SYSTEM;
	}
	pid = fork();
	if (pid == 0)
		be_child(&p, limits, run, context);
	close_one(p.out[1]);
	close_one(p.err[1]);
	p.out[1] = -1;
	p.err[1] = -1;
	if (pid > 0 && !listen_to(&p, ret_out, ret_err))
		(void)kill(pid, SIGKILL); /* it is ours, and still there */
	close_pipes(&p);
	return pid > 0 ? wait_for(pid, ret) : ERR_SYSTEM;
}
