/* SPDX-License-Identifier: ISC */
/* seccomp: the list of system calls a worker may make. */
#include "system/jail_private.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* Threads are started before the filter holds; none can be added later. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(lseek),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(sched_yield),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrandom),
	SCMP_SYS(sysinfo), /* glibc's qsort asks how much memory there is */
	SCMP_SYS(getpid),
	SCMP_SYS(gettid), /* abort() */
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Refused with an error instead of death: libraries ask for optional files
   (gconv tables, locale, configuration) and for terminals. */
static const struct {
	int call;
	unsigned error;
} refused[] = {
	{ SCMP_SYS(open), EACCES }, { SCMP_SYS(openat), EACCES },
	{ SCMP_SYS(access), EACCES }, { SCMP_SYS(faccessat), EACCES },
	{ SCMP_SYS(faccessat2), EACCES }, { SCMP_SYS(stat), EACCES },
	{ SCMP_SYS(lstat), EACCES }, { SCMP_SYS(newfstatat), EACCES },
	{ SCMP_SYS(statx), EACCES }, { SCMP_SYS(readlink), EACCES },
	{ SCMP_SYS(ioctl), ENOTTY }, { SCMP_SYS(sched_getaffinity), ENOSYS },
	{ SCMP_SYS(prctl), EPERM }, /* glibc names its mappings */
};

/* Memory may be taken, but never be made executable or backed by a file. */
static enum err
allow_memory(scmp_filter_ctx filter)
{
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) !=
		0 ||
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

static enum err
add_rules(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) !=
		    0)
			return ERR_SYSTEM;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(refused[i].error),
			refused[i].call, 0) != 0)
			return ERR_SYSTEM;
	if (allow_memory(filter) != ERR_OK)
		return ERR_SYSTEM;
	return allow_abort(filter);
}

enum err
jail_filter_calls(void)
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
	    add_rules(filter) == ERR_OK && seccomp_load(filter) == 0)
		err = ERR_OK;
	seccomp_release(filter);
	return err;
}
