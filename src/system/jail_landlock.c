/* SPDX-License-Identifier: ISC */
/* Landlock: a rule set without a rule allows nothing; each adds a folder. */
#include "system/jail_private.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Declared here because Debian 12's headers know ABI 2 only.
 * Source: Linux Documentation/userspace-api/landlock.rst.
 */
struct ruleset {
	uint64_t files;
	uint64_t ports;	 /* from ABI 4 */
	uint64_t scopes; /* from ABI 6 */
};

/* Packed, as the kernel has it. */
struct beneath {
	uint64_t files;
	int32_t folder;
} __attribute__((packed));

#define LANDLOCK_ASK_VERSION 1U
#define LANDLOCK_BENEATH 1U

/* Everything but to execute (bit 0) and to make devices, sockets and pipes
   (bits 6 and 9 to 11). */
#define FOLDER_RIGHTS (~(uint64_t)(1U << 0 | 1U << 6 | 7U << 9))

/* What each version of the kernel's interface can deny, newest first. */
static const struct {
	int abi;
	size_t ruleset_len;
	struct ruleset ruleset;
} versions[] = {
	/* abstract sockets and signals */
	{ 6, 24, { (1U << 16) - 1, (1U << 2) - 1, (1U << 2) - 1 } },
	{ 5, 16, { (1U << 16) - 1, (1U << 2) - 1, 0 } }, /* device ioctl */
	{ 4, 16, { (1U << 15) - 1, (1U << 2) - 1, 0 } }, /* TCP ports */
	{ 3, 8, { (1U << 15) - 1, 0, 0 } },		 /* truncate */
	{ 2, 8, { (1U << 14) - 1, 0, 0 } },		 /* refer */
	{ 1, 8, { (1U << 13) - 1, 0, 0 } },
};

static enum err
allow_folder(int ruleset, const char *path, uint64_t rights)
{
	struct beneath rule = { .files = rights & FOLDER_RIGHTS };
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return ERR_SYSTEM;
	rule.folder = fd;
	long failed =
	    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_BENEATH, &rule, 0);

	(void)close(fd); /* the rule stays */
	return failed == 0 ? ERR_OK : ERR_SYSTEM;
}

enum err
jail_restrict_access(const struct jail_limits *limits, int *ret_abi)
{
	long abi =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_ASK_VERSION);
	size_t row = 0;

	if (abi < 1)
		return ERR_SYSTEM;
	while (versions[row].abi > abi)
		row++;
	long fd = syscall(SYS_landlock_create_ruleset, &versions[row].ruleset,
	    versions[row].ruleset_len, 0);

	if (fd < 0)
		return ERR_SYSTEM;
	enum err err = ERR_OK;

	for (size_t i = 0; i < limits->folder_count && err == ERR_OK; i++)
		err = allow_folder(
		    (int)fd, limits->folder[i], versions[row].ruleset.files);
	long failed = err == ERR_OK
	    ? syscall(SYS_landlock_restrict_self, (int)fd, 0)
	    : -1;

	(void)close((int)fd); /* the restriction stays */
	if (failed != 0)
		return ERR_SYSTEM;
	*ret_abi = (int)abi;
	return ERR_OK;
}
