/* SPDX-License-Identifier: ISC */
/* What the jail must refuse, each tried by a process inside it. */
#include "system/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MEMORY_LEN ((uint64_t)512 << 20)
#define NOBODY 65534

/* Exit statuses of a child. */
enum {
	DID_IT = 10,
	REFUSED = 11,
	NO_JAIL = 12,
};

/* ---- deeds: 0 when done, else refused with an error ---- */

static int
nothing(void)
{
	return 0;
}

static int
open_file(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0 ? 0 : -1;
}

static int
create_file(void)
{
	return open("/tmp/jail-was-left", O_WRONLY | O_CREAT, 0600) >= 0 ? 0
									 : -1;
}

static int
look_at_file(void)
{
	struct stat st;

	return stat("/etc/passwd", &st);
}

static int
open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : -1;
}

static int
connect_socket(void)
{
	return connect(0, NULL, 0);
}

static int
bind_socket(void)
{
	return bind(0, NULL, 0);
}

static int
accept_connection(void)
{
	return accept4(0, NULL, NULL, SOCK_NONBLOCK);
}

static int
set_no_delay(void)
{
	int one = 1;

	return setsockopt(0, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static int
set_reuse(void)
{
	int one = 1;

	return setsockopt(0, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
}

static int
read_flags(void)
{
	return fcntl(0, F_GETFL) >= 0 ? 0 : -1;
}

static int
copy_descriptor(void)
{
	return fcntl(0, F_DUPFD, 100) >= 0 ? 0 : -1;
}

static int
run_program(void)
{
	char *argv[] = { NULL };

	return execve("/bin/true", argv, argv);
}

static int
fork_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 ? 0 : -1;
}

static int
map_code(void)
{
	void *map = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return map != MAP_FAILED ? 0 : -1;
}

static int
make_code(void)
{
	void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return map != MAP_FAILED ? mprotect(map, 4096, PROT_EXEC) : -1;
}

static int
map_file(void)
{
	void *map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0);

	return map != MAP_FAILED ? 0 : -1;
}

static int
trace_parent(void)
{
	return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static int
signal_parent(void)
{
	return kill(getppid(), 0);
}

static int
become_root(void)
{
	return setuid(0);
}

static int
load_filter(void)
{
	return (int)syscall(SYS_seccomp, 1, 0, NULL);
}

static int
raise_limit(void)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_AS, &limit);
}

static int
take_too_much(void)
{
	void *volatile memory = malloc(MEMORY_LEN); /* not optimised away */

	return memory != NULL ? 0 : -1;
}

/* The other way into the kernel: 32-bit system calls (getpid is 20 there). */
static int
call_32_bit(void)
{
#if defined(__x86_64__)
	long result = 20;

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
	return result > 0 ? 0 : -1;
#else
	return (int)syscall(SYS_seccomp, 1, 0, NULL);
#endif
}

static int
read_given(void)
{
	char byte;

	return read(0, &byte, 1) >= 0 ? 0 : -1;
}

static int
take_memory(void)
{
	char *volatile memory = malloc((size_t)16 << 20);

	if (memory == NULL)
		return -1;
	memset(memory, 1, (size_t)16 << 20);
	free(memory);
	return 0;
}

static int
give_up(void)
{
	abort();
}

enum outcome {
	DONE,
	REFUSAL, /* an error came back */
	DEATH,	 /* SIGSYS */
	ABORT,
};

/* In JAIL_PURE, and in JAIL_HTTP. */
static const struct {
	const char *name;
	int (*deed)(void);
	enum outcome pure, http;
} deeds[] = {
	{ "nothing", nothing, DONE, DONE },
	{ "read a given descriptor", read_given, DONE, DONE },
	{ "take memory", take_memory, DONE, DONE },
	{ "abort", give_up, ABORT, ABORT },
	{ "open", open_file, REFUSAL, REFUSAL },
	{ "create", create_file, REFUSAL, REFUSAL },
	{ "stat", look_at_file, REFUSAL, REFUSAL },
	{ "take too much memory", take_too_much, REFUSAL, REFUSAL },
	{ "socket", open_socket, DEATH, DEATH },
	{ "connect", connect_socket, DEATH, DEATH },
	{ "bind", bind_socket, DEATH, DEATH },
	{ "accept4", accept_connection, DEATH, REFUSAL }, /* it is none */
	{ "no delay", set_no_delay, DEATH, REFUSAL },
	{ "reuse an address", set_reuse, DEATH, DEATH },
	{ "read flags", read_flags, DEATH, DONE },
	{ "copy a descriptor", copy_descriptor, DEATH, DEATH },
	{ "execve", run_program, DEATH, DEATH },
	{ "fork", fork_process, DEATH, DEATH },
	{ "mmap code", map_code, DEATH, DEATH },
	{ "mprotect to code", make_code, DEATH, DEATH },
	{ "mmap a file", map_file, DEATH, DEATH },
	{ "ptrace", trace_parent, DEATH, DEATH },
	{ "kill", signal_parent, DEATH, DEATH },
	{ "setuid", become_root, DEATH, DEATH },
	{ "seccomp", load_filter, DEATH, DEATH },
	{ "setrlimit", raise_limit, DEATH, DEATH },
	{ "32-bit calls", call_32_bit, DEATH, DEATH },
};

_Noreturn static void
be_child(bool ordinary, enum jail_profile profile, int (*deed)(void))
{
	struct jail_limits limits = {
		.profile = profile, .memory_len = MEMORY_LEN, .cpu_secs = 10
	};
	char text[JAIL_TEXT_LEN];

	if (ordinary && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
		_exit(NO_JAIL);
	if (jail_enter(&limits, text) != ERR_OK)
		_exit(NO_JAIL);
	_exit(deed() == 0 ? DID_IT : REFUSED);
}

static int
run_child(bool ordinary, enum jail_profile profile, int (*deed)(void))
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		be_child(ordinary, profile, deed);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
check_deed(bool ordinary, enum jail_profile profile, size_t i)
{
	int status = run_child(ordinary, profile, deeds[i].deed);
	bool right = false;

	switch (profile == JAIL_HTTP ? deeds[i].http : deeds[i].pure) {
	case DONE:
		right = WIFEXITED(status) && WEXITSTATUS(status) == DID_IT;
		break;
	case REFUSAL:
		right = WIFEXITED(status) && WEXITSTATUS(status) == REFUSED;
		break;
	case DEATH:
		right = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
		break;
	case ABORT:
		right = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
		break;
	}
	if (!right)
		fail_msg("%s: profile %d: wait status 0x%x", deeds[i].name,
		    (int)profile, (unsigned)status);
}

static void
jail_refuses_what_its_header_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		check_deed(false, JAIL_PURE, i);
		check_deed(false, JAIL_HTTP, i);
	}
}

static void
jail_refuses_an_ordinary_user_the_same(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return; /* the other test was that */
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		check_deed(true, JAIL_PURE, i);
		check_deed(true, JAIL_HTTP, i);
	}
}

/* Without the jail each deed but "too much" must work, or the test above
   would pass for a wrong reason; the harmless ones are tried. */
static void
deeds_work_outside_the_jail(void **state)
{
	(void)state;
	assert_int_equal(open_file(), 0);
	assert_int_equal(look_at_file(), 0);
	assert_int_equal(open_socket(), 0);
	assert_int_equal(fork_process(), 0);
	assert_int_equal(map_code(), 0);
	assert_int_equal(make_code(), 0);
}

static void
jail_names_what_holds(void **state)
{
	static const char *const parts[] = { "no-new-privs", "rlimits",
		"seccomp" };
	int fds[2];
	char text[JAIL_TEXT_LEN] = "";
	int status;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();

	if (pid == 0) {
		struct jail_limits limits = { .memory_len = MEMORY_LEN,
			.cpu_secs = 10 };

		if (jail_enter(&limits, text) != ERR_OK)
			_exit(NO_JAIL);
		_exit(write(fds[1], text, strlen(text)) > 0 ? 0 : 1);
	}
	close(fds[1]);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		assert_non_null(strstr(text, parts[i]));
	print_message("jail: %s\n", text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jail_refuses_what_its_header_says),
		cmocka_unit_test(jail_refuses_an_ordinary_user_the_same),
		cmocka_unit_test(deeds_work_outside_the_jail),
		cmocka_unit_test(jail_names_what_holds),
	};

	if (jail_is_test_build()) {
		print_message("skipped: sanitizers need what the jail "
			      "takes away\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
