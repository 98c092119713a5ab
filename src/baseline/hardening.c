/* SPDX-License-Identifier: ISC */
/* Which protections of compiler and linker a program can have, and has. */
#include "baseline/hardening.h"

static bool
has_flag(const struct fact *elf, uint64_t flag)
{
	return (elf->number & flag) != 0;
}

static bool
is_kind(const struct fact *elf, const char *kind)
{
	return bytes_equal_text(elf->extra, kind);
}

bool
hardening_is_program(const struct fact *elf)
{
	return is_kind(elf, "exec") || is_kind(elf, "pie") ||
	    is_kind(elf, "static");
}

bool
hardening_is_user_code(const struct fact *elf)
{
	return hardening_is_program(elf) || is_kind(elf, "library");
}

bool
hardening_faces_network(const struct fact *elf)
{
	return hardening_is_program(elf) &&
	    has_flag(elf, ELF_NETWORK | ELF_LISTENS);
}

bool
hardening_is_mips(const struct fact *elf)
{
	return bytes_starts(elf->detail, BYTES("mips"));
}

/*
 * Old MIPS tool chains write no PT_GNU_STACK, and their kernels could not
 * have a non-executable stack: emulated floating point ran code on it.
 */
static bool
stack_concerns(const struct fact *elf)
{
	return !(hardening_is_mips(elf) && has_flag(elf, ELF_NO_STACK_HEADER));
}

static bool
stack_has(const struct fact *elf)
{
	return has_flag(elf, ELF_NX);
}

/* A static program shows neither binding nor imported symbols. */
static bool
is_dynamic(const struct fact *elf)
{
	return !is_kind(elf, "static") && has_flag(elf, ELF_DYNAMIC);
}

static bool
relro_has(const struct fact *elf)
{
	return has_flag(elf, ELF_RELRO_FULL);
}

static bool
pie_has(const struct fact *elf)
{
	return has_flag(elf, ELF_PIE) || is_kind(elf, "pie");
}

static bool
canary_concerns(const struct fact *elf)
{
	return is_dynamic(elf) && !has_flag(elf, ELF_DEFINES_CANARY);
}

static bool
canary_has(const struct fact *elf)
{
	return has_flag(elf, ELF_CANARY);
}

/* Only glibc has the checked functions: its name is libc.so.6. */
static bool
fortify_concerns(const struct fact *elf)
{
	struct bytes needed = elf->value;
	struct bytes name;

	while (bytes_next_field(&needed, ',', &name))
		if (bytes_equal_text(bytes_trim(name), "libc.so.6"))
			return is_dynamic(elf);
	return false;
}

static bool
fortify_has(const struct fact *elf)
{
	return has_flag(elf, ELF_FORTIFY);
}

static const struct {
	bool (*concerns)(const struct fact *elf);
	bool (*has)(const struct fact *elf);
} protections[PROTECTION_COUNT] = {
	[PROTECTION_STACK] = { stack_concerns, stack_has },
	[PROTECTION_RELRO] = { is_dynamic, relro_has },
	[PROTECTION_PIE] = { hardening_is_program, pie_has },
	[PROTECTION_CANARY] = { canary_concerns, canary_has },
	[PROTECTION_FORTIFY] = { fortify_concerns, fortify_has },
};

bool
hardening_concerns(enum protection protection, const struct fact *elf)
{
	return hardening_is_user_code(elf) &&
	    protections[protection].concerns(elf);
}

bool
hardening_has(enum protection protection, const struct fact *elf)
{
	return protections[protection].has(elf);
}
