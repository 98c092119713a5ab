/* SPDX-License-Identifier: ISC */
/* The steps into the jail, in the order in which they are possible. */
#include "system/jail.h"

#include "system/jail_private.h"

#include <assert.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define JAIL_NOBODY 65534
#define JAIL_CPU_GRACE_SECS 2

/* What a step did: "held" goes into the text, or its name as missing. */
struct holding {
	const struct jail_limits *limits;
	pid_t parent; /* when the jail was entered */
	char held[64];
};

static enum err
forbid_privileges(struct holding *h)
{
	(void)h;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? ERR_OK
							   : ERR_SYSTEM;
}

/* Root would keep its files' rights even in a user namespace of its own. */
static enum err
stop_being_root(struct holding *h)
{
	if (geteuid() != 0 && getuid() != 0)
		return ERR_OK;
	if (h->limits->profile == JAIL_STORE ||
	    h->limits->profile == JAIL_TOKEN) { /* its files may be root's */
		(void)snprintf(h->held, sizeof(h->held), "root's number");
		return ERR_OK;
	}
	if (setgroups(0, NULL) != 0 ||
	    setresgid(JAIL_NOBODY, JAIL_NOBODY, JAIL_NOBODY) != 0 ||
	    setresuid(JAIL_NOBODY, JAIL_NOBODY, JAIL_NOBODY) != 0)
		return ERR_SYSTEM;
	return ERR_OK;
}

static enum err
leave_namespaces(struct holding *h)
{
	static const struct {
		int flags;
		const char *text;
	} rows[] = {
		/* the best first; containers refuse some */
		{ CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC,
		    "user+net+ipc namespaces" },
		{ CLONE_NEWUSER | CLONE_NEWNET, "user+net namespaces" },
		{ CLONE_NEWNET | CLONE_NEWIPC, "net+ipc namespaces" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (unshare(rows[i].flags) != 0)
			continue;
		(void)snprintf(h->held, sizeof(h->held), "%s", rows[i].text);
		return ERR_OK;
	}
	return ERR_SYSTEM;
}

/* The new user namespace gave all capabilities inside it. */
static enum err
drop_capabilities(struct holding *h)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	(void)h;
	return syscall(SYS_capset, &header, none) == 0 ? ERR_OK : ERR_SYSTEM;
}

/* A change of user or namespace resets both, so this comes after them. */
static enum err
hide_memory(struct holding *h)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return ERR_SYSTEM;
	if (getppid() != h->parent) /* it died while no signal was set */
		(void)raise(SIGKILL);
	return ERR_OK;
}

static enum err
restrict_access(struct holding *h)
{
	int abi;
	enum err err = jail_restrict_access(h->limits, &abi);

	if (err == ERR_OK)
		(void)snprintf(
		    h->held, sizeof(h->held), "landlock abi %d", abi);
	return err;
}

static enum err
set_limits(struct holding *h)
{
	rlim_t cpu = h->limits->cpu_secs;
	const struct {
		__rlimit_resource_t what;
		rlim_t soft, hard;
		unsigned profiles;
	} rows[] = {
		{ RLIMIT_AS, h->limits->memory_len, h->limits->memory_len,
		    JAIL_ALL },
		{ RLIMIT_CPU, cpu, cpu + JAIL_CPU_GRACE_SECS,
		    JAIL_BIT(JAIL_PURE) },
		{ RLIMIT_CORE, 0, 0, JAIL_ALL },
		/* a daemon's standard error may be a file */
		{ RLIMIT_FSIZE, 0, 0, JAIL_BIT(JAIL_PURE) },
		{ RLIMIT_NPROC, 0, 0, JAIL_ALL },
		{ RLIMIT_MEMLOCK, 0, 0, JAIL_ALL },
		{ RLIMIT_MSGQUEUE, 0, 0, JAIL_ALL },
		/* the open ones stay usable */
		{ RLIMIT_NOFILE, 0, 0, JAIL_BIT(JAIL_PURE) },
	};

	if (h->limits->start_threads != NULL)
		h->limits->start_threads(h->limits->context);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rlimit limit = { rows[i].soft, rows[i].hard };
		struct rlimit now;

		if ((rows[i].profiles & JAIL_BIT(h->limits->profile)) == 0)
			continue;
		if (getrlimit(rows[i].what, &now) != 0)
			return ERR_SYSTEM;
		if (limit.rlim_max > now.rlim_max)
			limit.rlim_max = now.rlim_max;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		if (setrlimit(rows[i].what, &limit) != 0)
			return ERR_SYSTEM;
	}
	return ERR_OK;
}

static enum err
filter_calls(struct holding *h)
{
	return jail_filter_calls(h->limits->profile);
}

static const struct {
	const char *name;
	bool must;
	enum err (*take)(struct holding *h);
} steps[] = {
	/* in an order that leaves each the rights it needs */
	{ "no-new-privs", true, forbid_privileges },
	{ "ordinary user", false, stop_being_root },
	{ "namespaces", false, leave_namespaces },
	{ "dropped capabilities", false, drop_capabilities },
	{ "hidden memory", false, hide_memory },
	{ "landlock", false, restrict_access },
	{ "rlimits", true, set_limits },
	{ "seccomp", true, filter_calls },
};

static void
append(char text[JAIL_TEXT_LEN], const char *separator, const char *part)
{
	size_t len = strlen(text);

	(void)snprintf(text + len, JAIL_TEXT_LEN - len, "%s%s",
	    len > 0 ? separator : "", part);
}

enum err
jail_enter(const struct jail_limits *limits, char ret_text[JAIL_TEXT_LEN])
{
	char missing[JAIL_TEXT_LEN] = "";
	enum err err = ERR_OK;
	pid_t parent = getppid();

	ret_text[0] = '\0';
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct holding h = { .limits = limits, .parent = parent };

		(void)snprintf(h.held, sizeof(h.held), "%s", steps[i].name);
		if (steps[i].take(&h) == ERR_OK) {
			append(ret_text, ", ", h.held);
			continue;
		}
		append(missing, ", ", steps[i].name);
		if (steps[i].must)
			err = ERR_SYSTEM;
	}
	if (missing[0] != '\0') {
		append(ret_text, "; ", "without ");
		append(ret_text, "", missing);
	}
	return err;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) ||     \
    __has_feature(thread_sanitizer)
#define JAIL_SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define JAIL_SANITIZED true
#endif
#ifndef JAIL_SANITIZED
#define JAIL_SANITIZED false
#endif

bool
jail_is_test_build(void)
{
	return JAIL_SANITIZED;
}
