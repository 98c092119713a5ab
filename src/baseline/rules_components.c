/* SPDX-License-Identifier: ISC */
/* SBOM-1, VULN-2, CRY-1: what an image is made of. */
#include "baseline/judging_private.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

/* The kernel is KCFG-2's matter, the boot loader BOOT-3's. */
static const struct end_of_life *
find_ended(const struct judging *j, const struct fact *component)
{
	static const char *const others[] = { "linux", "linux_kernel",
		"kernel", "u-boot", NULL };
	const struct end_of_life *row;

	if (word_in(component->name, others))
		return NULL;
	row = end_of_life_find(j->dates, component->name, component->value);
	return row != NULL && row->ended_secs < j->today ? row : NULL;
}

static void
say_ended(struct judging *j, const struct fact *f, const struct end_of_life *row)
{
	judging_say(j, FINDING_WARN, f, "%.*s %.*s: branch %.*s ended on %.*s",
	    TEXT(f->name), TEXT(f->value), TEXT(row->branch), TEXT(row->ended));
}

void
judge_vuln_2(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_COMPONENT, &at)) != NULL) {
		const struct end_of_life *row = find_ended(j, f);

		if (row != NULL)
			say_ended(j, f, row);
	}
}

void
judge_cry_1(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_COMPONENT, &at)) != NULL) {
		const struct end_of_life *row = find_ended(j, f);

		if (row != NULL && row->weak_tls)
			say_ended(j, f, row);
	}
}

static const char *
evidence_word(enum component_evidence kind)
{
	switch (kind) {
	case EVIDENCE_PACKAGE_DB:
		return "package database";
	case EVIDENCE_KERNEL:
		return "kernel";
	case EVIDENCE_DESCRIPTOR:
		return "descriptor";
	case EVIDENCE_BANNER:
		return "banner";
	case EVIDENCE_FILE_NAME:
		break;
	}
	return "file name";
}

void
judge_sbom_1(struct judging *j)
{
	size_t count[EVIDENCE_FILE_NAME + 1] = { 0 };

	for (size_t i = 0; i < j->component_count; i++)
		if (j->components[i].kind <= EVIDENCE_FILE_NAME)
			count[j->components[i].kind]++;
	judging_say(j, FINDING_INFO, NULL, "%zu components in all",
	    j->component_count);
	for (size_t i = 0; i <= EVIDENCE_FILE_NAME; i++)
		if (count[i] > 0)
			judging_say(j, FINDING_INFO, NULL,
			    "%zu by their %s", count[i],
			    evidence_word((enum component_evidence)i));
}
