/* SPDX-License-Identifier: ISC */
/* Reading a line that nobody else may see. */
#include "system/passphrase.h"

#include "base/limits.h"
#include "system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* What would leave the terminal without echo if it took effect at once. */
static const int waiting[] = { SIGALRM, SIGHUP, SIGINT, SIGPIPE, SIGQUIT,
	SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU };

struct bytes
passphrase_bytes(const struct passphrase *passphrase)
{
	return (struct bytes){ passphrase->ptr, passphrase->len };
}

void
passphrase_close(struct passphrase *passphrase)
{
	OPENSSL_secure_clear_free(passphrase->ptr, LIMIT_PASSPHRASE_LEN + 1);
	*passphrase = (struct passphrase){ .ptr = NULL };
}

static enum err
open_empty(struct passphrase *ret, const char **ret_why)
{
	ret->len = 0;
	ret->ptr = OPENSSL_secure_zalloc(LIMIT_PASSPHRASE_LEN + 1);
	if (ret->ptr != NULL)
		return ERR_OK;
	*ret_why = err_text(ERR_MEMORY);
	return ERR_MEMORY;
}

/* Takes one byte in. ERR_END behind the line. */
static enum err
take_byte(struct passphrase *p, uint8_t byte, const char **ret_why)
{
	if (byte == '\n')
		return ERR_END;
	if (p->len == LIMIT_PASSPHRASE_LEN) {
		*ret_why = "has too long a line";
		return ERR_LIMIT;
	}
	p->ptr[p->len++] = byte;
	return ERR_OK;
}

/* What was read, without a carriage return; or why not. */
static enum err
finish(struct passphrase *p, enum err err, struct passphrase *ret,
    const char **ret_why)
{
	if (err == ERR_END)
		err = ERR_OK;
	if (err == ERR_OK && p->len > 0 && p->ptr[p->len - 1] == '\r')
		p->ptr[--p->len] = 0;
	if (err == ERR_OK && p->len == 0) {
		*ret_why = "is empty";
		err = ERR_MALFORMED;
	}
	if (err == ERR_OK)
		*ret = *p;
	else
		passphrase_close(p);
	return err;
}

/*
 * One byte at a time, so that nothing behind the line is taken from a pipe
 * which others go on reading.
 */
static enum err
read_line(int fd, struct passphrase *p, const char **ret_why)
{
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		uint8_t byte = 0;
		ssize_t n = read(fd, &byte, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*ret_why = strerrordesc_np(errno);
			return ERR_MALFORMED;
		}
		err = n == 0 ? ERR_END : take_byte(p, byte, ret_why);
	}
	return err;
}

enum err
passphrase_read_file(
    const char *path, struct passphrase *ret, const char **ret_why)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO
			  : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct passphrase p = { .ptr = NULL };
	enum err err = ERR_MALFORMED;

	if (fd < 0) {
		*ret_why = strerrordesc_np(errno);
		return ERR_MALFORMED;
	}
	err = open_empty(&p, ret_why);
	if (err == ERR_OK)
		err = finish(&p, read_line(fd, &p, ret_why), ret, ret_why);
	if (!is_stdin)
		(void)close(fd); /* was only read */
	return err;
}

/* --- the terminal ------------------------------------------------------- */

struct terminal {
	int fd;
	int signal_fd;
	struct termios before;
	sigset_t mask_before;
};

static enum err
go_quiet(struct terminal *t, const char *prompt)
{
	struct termios quiet = t->before;
	sigset_t mask;

	(void)sigemptyset(&mask); /* fails only of signals that do not exist */
	for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++)
		(void)sigaddset(&mask, waiting[i]); /* likewise */
	/* Cannot fail with these arguments. */
	(void)sigprocmask(SIG_BLOCK, &mask, &t->mask_before);
	t->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	if (t->signal_fd < 0 || tcsetattr(t->fd, TCSAFLUSH, &quiet) != 0)
		return ERR_SYSTEM;
	return file_put(t->fd, bytes_of(prompt));
}

/* As it was; signals that came meanwhile act now. */
static void
go_back(struct terminal *t)
{
	(void)file_put(t->fd, BYTES("\n")); /* the user's own was not shown */
	(void)tcsetattr(t->fd, TCSANOW, &t->before); /* nothing else to do */
	if (t->signal_fd >= 0)
		(void)close(t->signal_fd); /* was only polled */
	t->signal_fd = -1;
	(void)sigprocmask(SIG_SETMASK, &t->mask_before, NULL); /* was so */
}

/* Reads a line; false when a signal came first. */
static bool
listen(const struct terminal *t, struct passphrase *p, enum err *ret_err,
    const char **ret_why)
{
	enum err err = ERR_OK;

	while (err == ERR_OK) {
		struct pollfd fds[] = {
			{ .fd = t->signal_fd, .events = POLLIN },
			{ .fd = t->fd, .events = POLLIN },
		};
		uint8_t byte = 0;

		if (poll(fds, 2, -1) < 0 && errno != EINTR) {
			err = ERR_SYSTEM;
			*ret_why = strerrordesc_np(errno);
			break;
		}
		if (fds[0].revents != 0)
			return false;
		if (fds[1].revents == 0)
			continue;
		ssize_t n = read(t->fd, &byte, 1);

		if (n == 1) {
			err = take_byte(p, byte, ret_why);
		} else if (n == 0 || errno == EIO) {
			err = ERR_END; /* end of file typed, or hung up */
		}
	}
	*ret_err = err;
	return true;
}

enum err
passphrase_ask_on(
    int fd, const char *prompt, struct passphrase *ret, const char **ret_why)
{
	struct terminal t = { .fd = fd, .signal_fd = -1 };
	struct passphrase p = { .ptr = NULL };
	bool heard = false;
	enum err err = ERR_OK;

	if (tcgetattr(fd, &t.before) != 0) {
		*ret_why = "is no terminal";
		return ERR_MALFORMED;
	}
	err = open_empty(&p, ret_why);
	/* A signal that stops the process, or that somebody handles, lets us
	   come back here and ask again. */
	while (err == ERR_OK && !heard) {
		OPENSSL_cleanse(p.ptr, p.len);
		p.len = 0;
		err = go_quiet(&t, prompt);
		if (err == ERR_OK)
			heard = listen(&t, &p, &err, ret_why);
		else
			*ret_why = strerrordesc_np(errno);
		go_back(&t);
	}
	return finish(&p, err, ret, ret_why);
}

enum err
passphrase_ask(const char *prompt, struct passphrase *ret, const char **ret_why)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	enum err err = ERR_MALFORMED;

	if (fd < 0) {
		*ret_why =
		    "there is no terminal to ask on, and no file was named";
		return ERR_MALFORMED;
	}
	err = passphrase_ask_on(fd, prompt, ret, ret_why);
	(void)close(fd); /* all was written */
	return err;
}
