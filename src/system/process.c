/* SPDX-License-Identifier: ISC */
/* Fork, exec of our programs, and waiting with a deadline. */
#include "system/process.h"

#include "system/clock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESS_EXIT_NO_EXEC 127

/* Of a program; one that stands deeper starts none. */
#define PROCESS_PATH_LEN 2048

/*
 * In the child, between fork and exec: system calls only. The wanted
 * descriptors go above all targets first, so that none overwrites another.
 */
static bool
arrange_fds(const struct process_start *start, int null_fd)
{
	int above[PROCESS_MAX_FDS];
	int first_free = PROCESS_FIRST_FD + PROCESS_MAX_FDS;

	for (size_t i = 0; i < start->fd_count; i++) {
		above[i] = fcntl(start->fd[i], F_DUPFD_CLOEXEC, first_free);
		if (above[i] < 0)
			return false;
	}
	if (dup2(null_fd, STDIN_FILENO) < 0 ||
	    dup2(null_fd, STDOUT_FILENO) < 0 ||
	    (!start->show_errors && dup2(null_fd, STDERR_FILENO) < 0))
		return false;
	for (size_t i = 0; i < start->fd_count; i++)
		if (dup2(above[i], PROCESS_FIRST_FD + (int)i) < 0)
			return false;
	return close_range(
		   PROCESS_FIRST_FD + (unsigned)start->fd_count, ~0U, 0) == 0;
}

/* Writes FOLDER/PLACE/PROGRAM when that can be run. */
static bool
stands_at(const char *folder, const char *place, const char *program,
    char ret[PROCESS_PATH_LEN])
{
	int len =
	    snprintf(ret, PROCESS_PATH_LEN, "%s%s%s", folder, place, program);

	return len > 0 && len < PROCESS_PATH_LEN && access(ret, X_OK) == 0;
}

static enum err
find_program(const char *program, char ret[PROCESS_PATH_LEN])
{
	static const char self[] = "/proc/self/exe";
	char folder[PROCESS_PATH_LEN];

	if (program == NULL) {
		memcpy(ret, self, sizeof(self));
		return ERR_OK;
	}
	ssize_t len = readlink(self, folder, sizeof(folder));

	if (len <= 0 || (size_t)len == sizeof(folder))
		return ERR_SYSTEM;
	folder[len] = '\0';
	*(strrchr(folder, '/') + 1) = '\0'; /* the kernel gives a full path */
	if (stands_at(folder, "", program, ret) ||
	    stands_at(folder, PROCESS_LIBEXEC, program, ret))
		return ERR_OK;
	return ERR_SYSTEM;
}

/* exec promises not to write its arguments, but is declared otherwise. */
static void
exec_program(const char *path, const struct process_start *start)
{
	const char *const setting[] = { start->setting, NULL };
	union {
		const char *const *in;
		char *const *out;
	} arguments = { .in = start->argv }, environment = { .in = setting };

	(void)execve(path, arguments.out, environment.out);
}

_Noreturn static void
become_worker(const struct process_start *start, const char *program,
    int null_fd, pid_t parent)
{
	sigset_t none;

	/* a parent that waits for signals by descriptor has blocked them */
	(void)sigemptyset(&none); /* cannot fail */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
	    sigprocmask(SIG_SETMASK, &none, NULL) == 0 &&
	    arrange_fds(start, null_fd))
		exec_program(program, start);
	_exit(PROCESS_EXIT_NO_EXEC);
}

enum err
process_start(const struct process_start *start, struct process *ret)
{
	char program[PROCESS_PATH_LEN];
	enum err err = find_program(start->program, program);

	assert(start->fd_count <= PROCESS_MAX_FDS);
	if (err != ERR_OK)
		return err;
	pid_t parent = getpid();
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null_fd < 0)
		return ERR_SYSTEM;
	pid_t pid = fork();

	if (pid == 0)
		become_worker(start, program, null_fd, parent);
	(void)close(null_fd); /* nothing was written to it */
	if (pid < 0)
		return ERR_SYSTEM;
	struct process process = { .pid = pid, .pidfd = pidfd_open(pid, 0) };

	if (process.pidfd < 0) {
		process_close(&process);
		return ERR_SYSTEM;
	}
	*ret = process;
	return ERR_OK;
}

static bool
wait_until(int pidfd, uint64_t deadline_ms)
{
	struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };
	int ready;

	do {
		ready = poll(&poll_fd, 1, clock_left_ms(deadline_ms));
	} while (ready < 0 && errno == EINTR);
	return ready > 0;
}

static enum err
reap(struct process *process, int *ret_status)
{
	pid_t pid;
	int status = 0;

	do {
		pid = waitpid(process->pid, &status, 0);
	} while (pid < 0 && errno == EINTR);
	if (process->pidfd >= 0)
		(void)close(process->pidfd); /* only watched */
	*process = (struct process){ .pidfd = -1 };
	if (pid < 0)
		return ERR_SYSTEM;
	*ret_status = status;
	return ERR_OK;
}

enum err
process_wait(
    struct process *process, uint64_t deadline_ms, struct process_end *ret)
{
	struct process_end end = { 0 };
	int status;

	assert(process->pid > 0);
	if (!wait_until(process->pidfd, deadline_ms)) {
		end.timed_out = true;
		/* still our child: it was not reaped */
		(void)kill(process->pid, SIGKILL);
	}
	enum err err = reap(process, &status);

	if (err != ERR_OK)
		return err;
	end.exited = WIFEXITED(status);
	end.status = end.exited ? WEXITSTATUS(status) : 0;
	end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	*ret = end;
	return ERR_OK;
}

void
process_ask_to_end(const struct process *process)
{
	if (process->pid > 0)
		(void)kill(process->pid, SIGTERM); /* ours, not yet reaped */
}

void
process_close(struct process *process)
{
	int status;

	if (process->pid <= 0)
		return;
	(void)kill(process->pid, SIGKILL); /* our child, not yet reaped */
	(void)reap(process, &status);	   /* its end no longer matters */
}
