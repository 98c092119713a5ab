/* SPDX-License-Identifier: ISC */
/* BIN-1 to BIN-7: how programs are built, and who may change files. */
#include "baseline/hardening.h"
#include "baseline/judging_private.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

/*
 * From which share of programs on a protection counts as in use. Canaries and
 * FORTIFY show only in programs that have something to protect, hence half.
 */
#define PERCENT_NEARLY_ALL 90
#define PERCENT_HALF 50

/* What is expected of the programs of an image. */
struct expected {
	enum protection protection;
	unsigned percent; /* of those that have it; below: a warning */
	const char *name;
	const char *lack; /* what a program has without it */
};

static bool
any_faces_network(const struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ELF, &at)) != NULL)
		if (hardening_faces_network(f))
			return true;
	return false;
}

/* Over the programs that face the network, or over all when none does. */
static void
judge_protection(struct judging *j, const struct expected *p)
{
	bool network = any_faces_network(j);
	size_t with = 0;
	size_t all = 0;
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ELF, &at)) != NULL) {
		if (!(network ? hardening_faces_network(f)
			      : hardening_is_user_code(f)) ||
		    !hardening_concerns(p->protection, f))
			continue;
		all++;
		with += hardening_has(p->protection, f);
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
		if ((network ? hardening_faces_network(f)
			     : hardening_is_user_code(f)) &&
		    hardening_concerns(p->protection, f) &&
		    !hardening_has(p->protection, f))
			judging_say(j, FINDING_WARN, f, "%s", p->lack);
}

/* Said outright in the header, and not by an old MIPS tool chain. */
static bool
has_executable_stack(const struct fact *elf)
{
	return (elf->number & (ELF_NX | ELF_NO_STACK_HEADER)) == 0 &&
	    !hardening_is_mips(elf);
}

void
judge_bin_1(struct judging *j)
{
	static const struct expected stack = { PROTECTION_STACK,
		PERCENT_NEARLY_ALL, "non-executable stack",
		"executable stack" };
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ELF, &at)) != NULL)
		if (hardening_is_program(f) && (f->number & ELF_LISTENS) != 0 &&
		    has_executable_stack(f))
			judging_say(j, FINDING_FAIL, f, "executable stack");
	judge_protection(j, &stack);
}

void
judge_bin_2(struct judging *j)
{
	static const struct expected relro = { PROTECTION_RELRO,
		PERCENT_NEARLY_ALL, "full RELRO", "no full RELRO" };

	judge_protection(j, &relro);
}

void
judge_bin_3(struct judging *j)
{
	static const struct expected pie = { PROTECTION_PIE, PERCENT_NEARLY_ALL,
		"PIE", "no PIE" };

	judge_protection(j, &pie);
}

void
judge_bin_4(struct judging *j)
{
	static const struct expected canary = { PROTECTION_CANARY, PERCENT_HALF,
		"stack canary", "no stack canary" };

	judge_protection(j, &canary);
}

void
judge_bin_5(struct judging *j)
{
	static const struct expected fortify = { PROTECTION_FORTIFY,
		PERCENT_HALF, "FORTIFY", "no FORTIFY" };

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
