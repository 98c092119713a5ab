/* SPDX-License-Identifier: ISC */
/* SBOM-1, VULN-2, CRY-1, CRY-2: what an image is made of. */
#include "baseline/judging_private.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

/* The kernel is KCFG-2's matter, the boot loader BOOT-3's. */
static const struct end_of_life *
find_ended(const struct judging *j, const struct fact *component)
{
	static const char *const others[] = { "linux", "linux_kernel", "kernel",
		"u-boot", NULL };
	const struct end_of_life *row;

	if (word_in(component->name, others))
		return NULL;
	row = end_of_life_find(j->dates, component->name, component->value);
	return row != NULL && row->ended_secs < j->today ? row : NULL;
}

static void
say_ended(struct judging *j, enum finding_result result, const struct fact *f,
    const struct end_of_life *row)
{
	judging_say(j, result, f, "%.*s %.*s: branch %.*s ended on %.*s",
	    TEXT(f->name), TEXT(f->value), TEXT(row->branch), TEXT(row->ended));
}

/*
 * Whether the version is that of a Debian package whose release still gets
 * fixes: they are brought back into old branches ("3.0.20-1~deb12u2").
 */
static bool
is_mended_by_debian(const struct judging *j, struct bytes version)
{
	size_t mark = bytes_find(version, BYTES("deb"), 0);
	const struct end_of_life *release;

	if (mark == SIZE_MAX)
		return false;
	release = end_of_life_find(
	    j->dates, BYTES("debian"), bytes_from(version, mark + 3));
	return release != NULL && release->ended_secs >= j->today;
}

static bool
has_mended_package(
    const struct judging *j, const struct component_item *component)
{
	for (size_t i = 0; i < component->evidence_count; i++)
		if (is_mended_by_debian(j, component->evidence[i]->value))
			return true;
	return false;
}

/* Marks the rows of which a package is mended; NULL when memory ends. */
static bool *
find_mended(struct judging *j)
{
	bool *mended = arena_take(j->arena, j->dates->count);

	if (mended == NULL) {
		j->no_memory = true;
		return NULL;
	}
	for (size_t i = 0; i < j->component_count; i++) {
		const struct component_item *c = &j->components[i];

		if (!has_mended_package(j, c))
			continue;
		for (size_t k = 0; k < c->evidence_count; k++) {
			const struct end_of_life *row =
			    find_ended(j, c->evidence[k]);

			if (row != NULL)
				mended[row - j->dates->list] = true;
		}
	}
	return mended;
}

void
judge_vuln_2(struct judging *j)
{
	bool *mended = find_mended(j);
	const struct fact *f;
	size_t at = 0;

	if (mended == NULL)
		return;
	while ((f = facts_next(j->facts, FACT_COMPONENT, &at)) != NULL) {
		const struct end_of_life *row = find_ended(j, f);

		if (row != NULL)
			say_ended(j,
			    mended[row - j->dates->list] ? FINDING_INFO
							 : FINDING_WARN,
			    f, row);
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
			say_ended(j, FINDING_WARN, f, row);
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
	judging_say(
	    j, FINDING_INFO, NULL, "%zu components in all", j->component_count);
	for (size_t i = 0; i <= EVIDENCE_FILE_NAME; i++)
		if (count[i] > 0)
			judging_say(j, FINDING_INFO, NULL, "%zu by their %s",
			    count[i],
			    evidence_word((enum component_evidence)i));
}

/* What is known to be in a file, by its path. */
struct known {
	struct lookup components, kernels, bootloaders, programs;
};

/* Cryptography of a component, of the kernel and its modules and of a boot
   loader is somebody's who maintains it. */
static bool
is_known(const struct known *known, const struct fact *table)
{
	const struct fact *elf = lookup_find(&known->programs, table);

	/* what lies between the parts of a kernel is its own, too */
	return bytes_find(table->path, BYTES("linux-kernel@"), 0) != SIZE_MAX ||
	    lookup_find(&known->components, table) != NULL ||
	    lookup_find(&known->kernels, table) != NULL ||
	    lookup_find(&known->bootloaders, table) != NULL ||
	    (elf != NULL && bytes_equal_text(elf->extra, "module"));
}

void
judge_cry_2(struct judging *j)
{
	struct known known = {
		.components = lookup_make(j, FACT_COMPONENT, LOOKUP_PATH),
		.kernels = lookup_make(j, FACT_KERNEL, LOOKUP_PATH),
		.bootloaders = lookup_make(j, FACT_BOOTLOADER, LOOKUP_PATH),
		.programs = lookup_make(j, FACT_ELF, LOOKUP_PATH),
	};
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_CRYPTO_TABLE, &at)) != NULL)
		if (!is_known(&known, f))
			judging_say(j, FINDING_INFO, f, "%.*s (%.*s)",
			    TEXT(f->name), TEXT(f->value));
}
