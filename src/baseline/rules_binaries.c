/* SPDX-License-Identifier: ISC */
/* BIN-1 to BIN-7: how programs are built, and who may change files. */
#include "baseline/judging_private.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

/*
 * From which share of programs on a protection counts as in use. Canaries and
 * FORTIFY show only in programs that have something to protect, hence half.
 */
#define PERCENT_NEARLY_ALL 90
#define PERCENT_HALF 50

struct protection {
	/* whether the question makes sense for this program */
	bool (*concerns)(const struct fact *elf);
	bool (*has)(const struct fact *elf);
	unsigned percent; /* below: a warning */
	const char *name;
	const char *lack; /* what a program has without it */
};

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

static bool
is_program(const struct fact *elf)
{
	return is_kind(elf, "exec") || is_kind(elf, "pie") ||
	    is_kind(elf, "static");
}

/* Never kernel modules or loose objects. */
static bool
is_user_code(const struct fact *elf)
{
	return is_program(elf) || is_kind(elf, "library");
}

static bool
faces_network(const struct fact *elf)
{
	return is_program(elf) && has_flag(elf, ELF_NETWORK | ELF_LISTENS);
}

static bool
is_mips(const struct fact *elf)
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
	return !(is_mips(elf) && has_flag(elf, ELF_NO_STACK_HEADER));
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

static bool
any_faces_network(const struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ELF, &at)) != NULL)
		if (faces_network(f))
			return true;
	return false;
}

/* Over the programs that face the network, or over all when none does. */
static void
judge_protection(struct judging *j, const struct protection *p)
{
	bool network = any_faces_network(j);
	size_t with = 0;
	size_t all = 0;
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ELF, &at)) != NULL) {
		if (!(network ? faces_network(f) : is_user_code(f)) ||
		    !p->concerns(f))
			continue;
		all++;
		with += p->has(f);
	}
	if (with * 100 >= all * p->percent)
		return;
	judging_say(j, FINDING_WARN, NULL, "%s in %zu of %zu %s (%zu %%)",
	    p->name, with, all,
	    network ? "programs that use the network"
		    : "programs and libraries",
	    with * 100 / all);
	at = 0;
	while ((f = facts_next(j->facts, FACT_ELF, &at)) != NULL)
		if ((network ? faces_network(f) : is_user_code(f)) &&
		    p->concerns(f) && !p->has(f))
			judging_say(j, FINDING_WARN, f, "%s", p->lack);
}

/* Said outright in the header, and not by an old MIPS tool chain. */
static bool
has_executable_stack(const struct fact *elf)
{
	return !has_flag(elf, ELF_NX | ELF_NO_STACK_HEADER) && !is_mips(elf);
}

void
judge_bin_1(struct judging *j)
{
	static const struct protection stack = { stack_concerns, stack_has,
		PERCENT_NEARLY_ALL, "non-executable stack",
		"executable stack" };
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ELF, &at)) != NULL)
		if (is_program(f) && has_flag(f, ELF_LISTENS) &&
		    has_executable_stack(f))
			judging_say(j, FINDING_FAIL, f, "executable stack");
	judge_protection(j, &stack);
}

void
judge_bin_2(struct judging *j)
{
	static const struct protection relro = { is_dynamic, relro_has,
		PERCENT_NEARLY_ALL, "full RELRO", "no full RELRO" };

	judge_protection(j, &relro);
}

void
judge_bin_3(struct judging *j)
{
	static const struct protection pie = { is_program, pie_has,
		PERCENT_NEARLY_ALL, "PIE", "no PIE" };

	judge_protection(j, &pie);
}

void
judge_bin_4(struct judging *j)
{
	static const struct protection canary = { canary_concerns, canary_has,
		PERCENT_HALF, "stack canary", "no stack canary" };

	judge_protection(j, &canary);
}

void
judge_bin_5(struct judging *j)
{
	static const struct protection fortify = { fortify_concerns,
		fortify_has, PERCENT_HALF, "FORTIFY", "no FORTIFY" };

	judge_protection(j, &fortify);
}

/* A part of a search path that others than the system may fill. */
static bool
is_unsafe_path(struct bytes part)
{
	static const char *const open_places[] = { "/tmp", "/var/tmp", "/home",
		"/mnt", "/media", "/dev/shm" };

	if (bytes_starts(part, BYTES("$ORIGIN")) ||
	    bytes_starts(part, BYTES("${ORIGIN}")))
		return false;
	if (part.len == 0 || part.ptr[0] != '/')
		return true;
	for (size_t i = 0; i < sizeof(open_places) / sizeof(open_places[0]);
	     i++) {
		struct bytes place = bytes_of(open_places[i]);

		if (bytes_starts(part, place) &&
		    (part.len == place.len || part.ptr[place.len] == '/'))
			return true;
	}
	return false;
}

void
judge_bin_6(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_RPATH, &at)) != NULL) {
		struct bytes list = f->value;
		struct bytes part;

		while (bytes_next_field(&list, ':', &part))
			if (is_unsafe_path(part)) {
				judging_say(j, FINDING_WARN, f, "%.*s %.*s",
				    TEXT(f->name), TEXT(f->value));
				break;
			}
	}
}

void
judge_bin_7(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_WORLD_WRITABLE, &at)) != NULL)
		judging_say(j,
		    bytes_equal_text(f->name, "boot") ? FINDING_WARN
						      : FINDING_INFO,
		    f, "mode %04llo", (unsigned long long)f->number & 07777);
	at = 0;
	while ((f = facts_next(j->facts, FACT_SETUID, &at)) != NULL)
		judging_say(j, FINDING_INFO, f, "%.*s %.*s, mode %04llo",
		    TEXT(f->name), TEXT(f->value),
		    (unsigned long long)f->number & 07777);
}
