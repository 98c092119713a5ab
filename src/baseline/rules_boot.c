/* SPDX-License-Identifier: ISC */
/* BOOT-1 to BOOT-3, KCFG-1, KCFG-2, DBG-2 to DBG-4: boot, kernel, debugging. */
#include "baseline/judging_private.h"
#include "baseline/kernel_options.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

void
judge_boot_1(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	for (size_t i = 0; i < j->seen->chunk_count; i++) {
		const struct chunk *c = &j->seen->chunks[i];

		if (c->info.authenticity == AUTHENTICITY_SIGNED)
			judging_note(j, FINDING_INFO, c->path, FACT_NOWHERE,
			    bytes_of(c->info.detail));
	}
	while ((f = facts_next(j->facts, FACT_KERNEL_OPTION, &at)) != NULL)
		if (bytes_equal_text(f->name, "CONFIG_DM_VERITY") &&
		    bytes_equal_text(f->value, "y"))
			judging_add(j, FINDING_INFO, f);
}

/* Seconds to wait for a key; negative values mean not to wait. */
void
judge_boot_2(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_BOOT_SETTING, &at)) != NULL) {
		uint64_t secs;

		if (bytes_equal_text(f->name, "bootdelay") &&
		    bytes_to_u64(bytes_trim(f->value), &secs) && secs > 0)
			judging_say(j, FINDING_WARN, f, "bootdelay=%.*s",
			    TEXT(f->value));
	}
}

void
judge_boot_3(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_BOOTLOADER, &at)) != NULL) {
		const struct end_of_life *row =
		    end_of_life_find(j->dates, f->name, f->value);

		if (row != NULL && row->ended_secs < j->today)
			judging_say(j, FINDING_INFO, f, "%.*s %.*s",
			    TEXT(f->name), TEXT(f->value));
	}
}

void
judge_kcfg_1(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_KERNEL_OPTION, &at)) != NULL) {
		const char *wanted = kernel_option_wanted(f->name, f->value);

		if (wanted != NULL)
			judging_say(j, FINDING_WARN, f,
			    "%.*s=%.*s, should be %s", TEXT(f->name),
			    TEXT(f->value), wanted);
	}
}

/*
 * A warning, not a failure: chip makers, distributions and CIP bring fixes
 * back to branches that kernel.org has left, and an image does not say so.
 */
void
judge_kcfg_2(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_KERNEL, &at)) != NULL) {
		const struct end_of_life *row =
		    end_of_life_find(j->dates, f->name, f->value);

		if (row != NULL && row->ended_secs < j->today)
			judging_say(j, FINDING_WARN, f,
			    "Linux %.*s: branch %.*s ended on %.*s",
			    TEXT(f->value), TEXT(row->branch),
			    TEXT(row->ended));
	}
}

void
judge_dbg_2(struct judging *j)
{
	/* analysis of the network is what a router may be bought for */
	static const char *const network_tools[] = { "tcpdump", "tshark",
		"iperf", "iperf3", "nmap", NULL };
	static const char *const servers[] = { "gdbserver", "adbd", "tcf-agent",
		NULL };
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SERVICE, &at)) != NULL)
		if (word_in(f->name, servers) &&
		    service_running(f) == RUNNING_YES)
			judging_add(j, FINDING_FAIL, f);
	at = 0;
	while ((f = facts_next(j->facts, FACT_DEBUG_TOOL, &at)) != NULL)
		judging_say(j,
		    word_in(f->name, network_tools) ? FINDING_INFO
						    : FINDING_WARN,
		    f, "%.*s", TEXT(f->name));
}

void
judge_dbg_3(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_TEST_SIGNATURE, &at)) != NULL)
		judging_say(
		    j, FINDING_FAIL, f, "signed with %.*s", TEXT(f->name));
	at = 0;
	while ((f = facts_next(j->facts, FACT_DEBUG_BUILD, &at)) != NULL)
		judging_add(j, FINDING_WARN, f);
}

/* "buildbot@builds": machines, not people. */
static bool
is_build_machine(struct bytes user_at_host)
{
	static const char *const users[] = { "buildbot", "builder", "build",
		"root", "jenkins", "ci", "gitlab-runner", "bamboo", "nobody",
		"android-build", "debian-kernel", "kbuild", "oe-user", "user",
		"debian", "fedora", "worker", NULL };
	struct bytes user;

	return !bytes_next_field(&user_at_host, '@', &user) ||
	    word_in(bytes_trim(user), users);
}

void
judge_dbg_4(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_BUILD_LEFTOVER, &at)) != NULL)
		if (!bytes_equal_text(f->name, "user@host") ||
		    !is_build_machine(f->value))
			judging_note(j, FINDING_INFO, f->path, f->at, f->value);
	at = 0;
	while ((f = facts_next(j->facts, FACT_KERNEL, &at)) != NULL)
		if (f->detail.len > 0 && !is_build_machine(f->detail))
			judging_note(
			    j, FINDING_INFO, f->path, f->at, f->detail);
}
