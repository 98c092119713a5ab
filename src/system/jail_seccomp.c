/* SPDX-License-Identifier: ISC */
/* seccomp: the list of system calls a worker may make, by its profile. */
#include "system/jail_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define PURE JAIL_BIT(JAIL_PURE)
#define HTTP JAIL_BIT(JAIL_HTTP)
#define STORE JAIL_BIT(JAIL_STORE)
#define SIGN JAIL_BIT(JAIL_SIGN)
#define TOKEN JAIL_BIT(JAIL_TOKEN)
/* Those with files of their own, and those that keep a key. */
#define FILES (STORE | TOKEN)
#define KEEPS (SIGN | TOKEN)

/* Threads are started before the filter holds; none can be added later. */
static const struct {
	int call;
	unsigned profiles;
} allowed[] = {
	{ SCMP_SYS(read), JAIL_ALL },
	{ SCMP_SYS(readv), JAIL_ALL },
	{ SCMP_SYS(pread64), JAIL_ALL },
	{ SCMP_SYS(write), JAIL_ALL },
	{ SCMP_SYS(writev), JAIL_ALL },
	{ SCMP_SYS(close), JAIL_ALL },
	{ SCMP_SYS(fstat), JAIL_ALL },
	{ SCMP_SYS(lseek), JAIL_ALL },
	{ SCMP_SYS(munmap), JAIL_ALL },
	{ SCMP_SYS(mremap), JAIL_ALL },
	{ SCMP_SYS(brk), JAIL_ALL },
	{ SCMP_SYS(madvise), JAIL_ALL },
	{ SCMP_SYS(futex), JAIL_ALL },
	{ SCMP_SYS(sched_yield), JAIL_ALL },
	{ SCMP_SYS(restart_syscall), JAIL_ALL },
	{ SCMP_SYS(clock_gettime), JAIL_ALL },
	{ SCMP_SYS(clock_getres), JAIL_ALL },
	{ SCMP_SYS(gettimeofday), JAIL_ALL },
	{ SCMP_SYS(time), JAIL_ALL },
	{ SCMP_SYS(getrandom), JAIL_ALL },
	/* glibc's qsort asks how much memory there is */
	{ SCMP_SYS(sysinfo), JAIL_ALL },
	{ SCMP_SYS(getpid), JAIL_ALL },
	{ SCMP_SYS(gettid), JAIL_ALL }, /* abort() */
	{ SCMP_SYS(rt_sigaction), JAIL_ALL },
	{ SCMP_SYS(rt_sigprocmask), JAIL_ALL },
	{ SCMP_SYS(rt_sigreturn), JAIL_ALL },
	{ SCMP_SYS(sigaltstack), JAIL_ALL },
	{ SCMP_SYS(exit), JAIL_ALL },
	{ SCMP_SYS(exit_group), JAIL_ALL },
	{ SCMP_SYS(accept4), HTTP },
	{ SCMP_SYS(epoll_wait), HTTP },
	{ SCMP_SYS(epoll_pwait), HTTP },
	{ SCMP_SYS(epoll_ctl), HTTP },
	{ SCMP_SYS(poll), HTTP | STORE | KEEPS },
	{ SCMP_SYS(ppoll), HTTP | STORE | KEEPS },
	{ SCMP_SYS(recvfrom), HTTP | FILES },
	{ SCMP_SYS(recvmsg), HTTP | FILES },
	{ SCMP_SYS(sendto), HTTP | FILES },
	{ SCMP_SYS(sendmsg), HTTP | FILES },
	{ SCMP_SYS(shutdown), HTTP },
	/* large bodies, sent out of memory without a copy */
	{ SCMP_SYS(memfd_create), HTTP },
	{ SCMP_SYS(sendfile), HTTP },
	/* pthread_exit() of one thread while others go on */
	{ SCMP_SYS(set_robust_list), HTTP },
	{ SCMP_SYS(pwrite64), STORE | KEEPS },
	{ SCMP_SYS(fdatasync), STORE | KEEPS },
	{ SCMP_SYS(sync_file_range), STORE },
	/* files of the ledger, what is published, SQLite's */
	{ SCMP_SYS(open), FILES },
	{ SCMP_SYS(openat), FILES },
	{ SCMP_SYS(openat2), FILES },
	{ SCMP_SYS(access), FILES },
	{ SCMP_SYS(faccessat), FILES },
	{ SCMP_SYS(faccessat2), FILES },
	{ SCMP_SYS(stat), FILES },
	{ SCMP_SYS(lstat), FILES },
	{ SCMP_SYS(newfstatat), FILES },
	{ SCMP_SYS(statx), FILES },
	{ SCMP_SYS(statfs), FILES },
	{ SCMP_SYS(fstatfs), FILES },
	{ SCMP_SYS(readlink), FILES },
	{ SCMP_SYS(getcwd), FILES },
	{ SCMP_SYS(getdents64), FILES },
	{ SCMP_SYS(fsync), FILES },
	{ SCMP_SYS(syncfs), FILES },
	{ SCMP_SYS(ftruncate), FILES },
	{ SCMP_SYS(fallocate), FILES },
	{ SCMP_SYS(rename), FILES },
	{ SCMP_SYS(renameat), FILES },
	{ SCMP_SYS(renameat2), FILES },
	{ SCMP_SYS(unlink), FILES },
	{ SCMP_SYS(unlinkat), FILES },
	{ SCMP_SYS(mkdir), FILES },
	{ SCMP_SYS(mkdirat), FILES },
	{ SCMP_SYS(rmdir), FILES },
	{ SCMP_SYS(fchmod), FILES },
	{ SCMP_SYS(fchown), FILES },
	{ SCMP_SYS(umask), FILES },
	{ SCMP_SYS(flock), FILES },
	{ SCMP_SYS(fcntl), FILES },
	{ SCMP_SYS(pwritev), FILES },
	{ SCMP_SYS(preadv), FILES },
	{ SCMP_SYS(getuid), FILES },
	{ SCMP_SYS(geteuid), FILES },
	{ SCMP_SYS(getgid), FILES },
	{ SCMP_SYS(getegid), FILES },
	/* the daemon of a token */
	{ SCMP_SYS(connect), TOKEN },
	{ SCMP_SYS(getsockopt), TOKEN },
	{ SCMP_SYS(select), TOKEN },
	{ SCMP_SYS(pselect6), TOKEN },
	/* a database that is busy is waited for */
	{ SCMP_SYS(nanosleep), FILES },
	{ SCMP_SYS(clock_nanosleep), FILES },
};

/* Allowed with some values of their arguments only. */
static const struct {
	int call;
	unsigned profiles;
	int level; /* the second argument; -1: any */
	int name;  /* the third; -1: any */
} allowed_with[] = {
	{ SCMP_SYS(setsockopt), HTTP, IPPROTO_TCP, TCP_NODELAY },
	{ SCMP_SYS(setsockopt), HTTP, IPPROTO_TCP, TCP_CORK },
	{ SCMP_SYS(setsockopt), HTTP, SOL_SOCKET, SO_LINGER },
	{ SCMP_SYS(fcntl), HTTP, F_GETFL, -1 },
	{ SCMP_SYS(fcntl), HTTP, F_SETFL, -1 },
	{ SCMP_SYS(fcntl), HTTP, F_GETFD, -1 },
	{ SCMP_SYS(fcntl), HTTP, F_SETFD, -1 },
};

/* Refused with an error instead of death: libraries ask for optional files
   (gconv tables, locale, configuration) and for terminals. */
#define FILELESS (PURE | HTTP | SIGN)
static const struct {
	int call;
	unsigned error;
	unsigned profiles;
} refused[] = {
	{ SCMP_SYS(open), EACCES, FILELESS },
	{ SCMP_SYS(openat), EACCES, FILELESS },
	{ SCMP_SYS(access), EACCES, FILELESS },
	{ SCMP_SYS(faccessat), EACCES, FILELESS },
	{ SCMP_SYS(faccessat2), EACCES, FILELESS },
	{ SCMP_SYS(stat), EACCES, FILELESS },
	{ SCMP_SYS(lstat), EACCES, FILELESS },
	{ SCMP_SYS(newfstatat), EACCES, FILELESS },
	{ SCMP_SYS(statx), EACCES, FILELESS },
	{ SCMP_SYS(readlink), EACCES, FILELESS },
	{ SCMP_SYS(ioctl), ENOTTY, JAIL_ALL },
	{ SCMP_SYS(sched_getaffinity), ENOSYS, JAIL_ALL },
	/* glibc names its mappings */
	{ SCMP_SYS(prctl), EPERM, JAIL_ALL },
	{ SCMP_SYS(socket), EACCES, STORE }, /* the connected one must do */
};

/* Memory may be taken, but never be made executable or, but by a database, be
   backed by a file. */
static enum err
allow_memory(scmp_filter_ctx filter, unsigned profile)
{
	const struct scmp_arg_cmp which[] = {
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS),
	};

	if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap),
		(profile & FILES) != 0 ? 1 : 2, which) != 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
		return ERR_SYSTEM;
	return ERR_OK;
}

/* abort() signals itself; nobody else may be signalled. */
static enum err
allow_abort(scmp_filter_ctx filter)
{
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2,
		SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0),
		SCMP_A2(SCMP_CMP_EQ, SIGABRT, 0)) != 0)
		return ERR_SYSTEM;
	return ERR_OK;
}

/* The library of a token may talk to its daemon, and to nobody afar. */
static enum err
allow_local_sockets(scmp_filter_ctx filter)
{
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
		SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0)) != 0)
		return ERR_SYSTEM;
	return ERR_OK;
}

static enum err
allow_with(scmp_filter_ctx filter, unsigned profile)
{
	for (size_t i = 0; i < sizeof(allowed_with) / sizeof(allowed_with[0]);
	     i++) {
		struct scmp_arg_cmp which[2];
		unsigned count = 0;

		if ((allowed_with[i].profiles & profile) == 0)
			continue;
		if (allowed_with[i].level >= 0)
			which[count++] = SCMP_A1(SCMP_CMP_EQ,
			    (scmp_datum_t)allowed_with[i].level, 0);
		if (allowed_with[i].name >= 0)
			which[count++] = SCMP_A2(
			    SCMP_CMP_EQ, (scmp_datum_t)allowed_with[i].name, 0);
		if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
			allowed_with[i].call, count, which) != 0)
			return ERR_SYSTEM;
	}
	return ERR_OK;
}

static enum err
add_rules(scmp_filter_ctx filter, unsigned profile)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if ((allowed[i].profiles & profile) != 0 &&
		    seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, allowed[i].call, 0) != 0)
			return ERR_SYSTEM;
	if (allow_with(filter, profile) != ERR_OK)
		return ERR_SYSTEM;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if ((refused[i].profiles & profile) != 0 &&
		    seccomp_rule_add(filter, SCMP_ACT_ERRNO(refused[i].error),
			refused[i].call, 0) != 0)
			return ERR_SYSTEM;
	if (allow_memory(filter, profile) != ERR_OK ||
	    (profile == TOKEN && allow_local_sockets(filter) != ERR_OK))
		return ERR_SYSTEM;
	return allow_abort(filter);
}

enum err
jail_filter_calls(enum jail_profile profile)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	enum err err = ERR_SYSTEM;

	if (filter == NULL)
		return ERR_SYSTEM;
	/* tsync: for threads that run already; optimize 2: a search tree, not a
	   list to walk at every call */
	if (seccomp_attr_set(
		filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
	    add_rules(filter, JAIL_BIT(profile)) == ERR_OK &&
	    seccomp_load(filter) == 0)
		err = ERR_OK;
	seccomp_release(filter);
	return err;
}
