/* SPDX-License-Identifier: ISC */
/* The table of options, and how it is read. */
#include "baseline/kernel_options.h"

#include <stddef.h>

/*
 * Options and the value that leaves a door open. An option that a kernel does
 * not know is not in its configuration, so no version needs to be told.
 * Source: Documentation/security/self-protection.rst and the Kconfig texts.
 */
static const struct {
	const char *option;
	const char *open;
	const char *wanted;
} kernel_options[] = {
	{ "CONFIG_CC_STACKPROTECTOR_NONE", "y", "n" },
	{ "CONFIG_DEBUG_FS", "y", "n" },
	{ "CONFIG_DEBUG_RODATA", "n", "y" },
	{ "CONFIG_DEVKMEM", "y", "n" },
	{ "CONFIG_DEVMEM", "y", "n" },
	{ "CONFIG_FORTIFY_SOURCE", "n", "y" },
	{ "CONFIG_HARDENED_USERCOPY", "n", "y" },
	{ "CONFIG_KEXEC", "y", "n" },
	{ "CONFIG_MODULE_SIG", "n", "y" },
	{ "CONFIG_PROC_KCORE", "y", "n" },
	{ "CONFIG_RANDOMIZE_BASE", "n", "y" },
	{ "CONFIG_SECCOMP", "n", "y" },
	{ "CONFIG_STACKPROTECTOR", "n", "y" },
	{ "CONFIG_STRICT_DEVMEM", "n", "y" },
	{ "CONFIG_STRICT_KERNEL_RWX", "n", "y" },
	{ "CONFIG_STRICT_MODULE_RWX", "n", "y" },
	{ "CONFIG_VMAP_STACK", "n", "y" },
};

const char *
kernel_option_wanted(struct bytes option, struct bytes value)
{
	for (size_t i = 0;
	     i < sizeof(kernel_options) / sizeof(kernel_options[0]); i++)
		if (bytes_equal_text(option, kernel_options[i].option) &&
		    bytes_equal_text(value, kernel_options[i].open))
			return kernel_options[i].wanted;
	return NULL;
}
