/* SPDX-License-Identifier: ISC */
/* Landlock: a rule set without a single rule allows nothing. */
#include "system/jail_private.h"

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

#define LANDLOCK_ASK_VERSION 1U

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

enum err
jail_restrict_access(int *ret_abi)
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
	long failed = syscall(SYS_landlock_restrict_self, (int)fd, 0);

	(void)close((int)fd); /* the restriction stays */
	if (failed != 0)
		return ERR_SYSTEM;
	*ret_abi = (int)abi;
	return ERR_OK;
}
