/* SPDX-License-Identifier: ISC */
/* UPD-1 to UPD-7: how updates come in and what vouches for them. */
#include "baseline/judging_private.h"
#include "baseline/rules.h"

#include <string.h>

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

/* Where the update's container stands. */
static struct fact
container_place(const struct judging *j)
{
	const struct chunk *c = j->summary->update_chunk;

	if (c == NULL)
		return (struct fact){ .at = FACT_NOWHERE };
	return (struct fact){ .path = c->path, .at = c->at };
}

void
judge_upd_1(struct judging *j)
{
	const struct update_state *u = &j->summary->update;
	struct fact place = container_place(j);

	if (j->summary->may_be_signed)
		judging_say(j, FINDING_INFO, &place,
		    "%.*s holds a part of the maker's own: if that is a "
		    "signature, it could not be checked",
		    TEXT(u->container));
	if (u->authenticity == AUTHENTICITY_UNKNOWN ||
	    u->authenticity == AUTHENTICITY_SIGNED)
		return;
	/* a bare file system may be one partition of something signed */
	judging_say(j,
	    j->summary->bare_file_system ? FINDING_WARN : FINDING_FAIL, &place,
	    "%.*s, authenticity: %s", TEXT(u->container),
	    authenticity_text(u->authenticity));
}

static bool
comes_from_network(const struct lookup *urls, const struct fact *write)
{
	return lookup_find(urls, write) != NULL ||
	    bytes_find(write->value, BYTES("http://"), 0) != SIZE_MAX ||
	    bytes_find(write->value, BYTES("ftp://"), 0) != SIZE_MAX;
}

void
judge_upd_2(struct judging *j)
{
	struct lookup urls = lookup_make(j, FACT_PLAIN_URL, LOOKUP_PATH);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_FLASH_WRITE, &at)) != NULL)
		if (f->detail.len == 0)
			judging_add(j,
			    comes_from_network(&urls, f) ? FINDING_FAIL
							 : FINDING_WARN,
			    f);
}

/* Whether opkg checks: on only when a setting says so, and none denies it. */
static bool
feeds_are_checked(const struct judging *j)
{
	const struct fact *f;
	bool on = false;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SETTING, &at)) != NULL) {
		if (!bytes_equal_text(f->name, "opkg.check_signature"))
			continue;
		if (setting_is_off(f->value))
			return false;
		on = true; /* without a value it is on, too */
	}
	return on;
}

/* Whether the URL's script checks a signature before it writes; UPD-2 tells
   of the writes that do not. */
static bool
script_checks(const struct lookup *writes, const struct fact *url)
{
	const struct fact *write = lookup_find(writes, url);

	return write != NULL && write->detail.len > 0;
}

static void
judge_url(struct judging *j, const struct lookup *writes, bool feeds_checked,
    const struct fact *url)
{
	if (bytes_equal_text(url->value, "feed"))
		judging_add(j,
		    feeds_checked || bytes_equal_text(url->detail, "checked")
			? FINDING_INFO
			: FINDING_FAIL,
		    url);
	else if (bytes_equal_text(url->value, "update"))
		judging_add(j,
		    script_checks(writes, url) ? FINDING_INFO : FINDING_FAIL,
		    url);
}

void
judge_upd_3(struct judging *j)
{
	struct lookup writes = lookup_make(j, FACT_FLASH_WRITE, LOOKUP_PATH);
	bool feeds_checked = feeds_are_checked(j);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PLAIN_URL, &at)) != NULL)
		judge_url(j, &writes, feeds_checked, f);
	at = 0;
	while ((f = facts_next(j->facts, FACT_TLS_UNCHECKED, &at)) != NULL) {
		const struct fact *write = lookup_find(&writes, f);

		judging_add(j,
		    write != NULL && write->detail.len == 0 ? FINDING_FAIL
							    : FINDING_WARN,
		    f);
	}
}

void
judge_upd_4(struct judging *j)
{
	size_t at = 0;
	size_t write_at = 0;

	/* a part of a flash says nothing about the rest of it */
	if (!j->summary->has_subject[SUBJECT_WHOLE_SYSTEM] ||
	    facts_next(j->facts, FACT_UPDATER, &at) != NULL ||
	    facts_next(j->facts, FACT_FLASH_WRITE, &write_at) != NULL)
		return;
	judging_say(j, FINDING_WARN, NULL,
	    "kernel and file system were read; no updater is among them");
}

void
judge_upd_5(struct judging *j)
{
	const struct update_state *u = &j->summary->update;
	struct fact place = container_place(j);

	switch (u->rollback) {
	case ANSWER_UNKNOWN:
		return;
	case ANSWER_NO:
		judging_say(j, FINDING_INFO, &place,
		    "%.*s: no protection against an older version",
		    TEXT(u->container));
		return;
	case ANSWER_YES:
		judging_say(j, FINDING_INFO, &place,
		    "%.*s: protected against an older version",
		    TEXT(u->container));
		return;
	}
}

/* Updaters that keep two slots. */
static const char *const slot_updaters[] = { "rauc", "mender", "swupdate",
	"android-ota", "ostree", NULL };

void
judge_upd_6(struct judging *j)
{
	const struct fact *f;
	size_t systems = 0;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_UPDATER, &at)) != NULL)
		if (word_in(f->name, slot_updaters))
			judging_add(j, FINDING_INFO, f);
	for (size_t i = 0; i < j->seen->chunk_count; i++)
		systems += !j->seen->chunks[i].nested &&
		    strcmp(j->seen->chunks[i].format, "squashfs") == 0;
	if (systems > 1)
		judging_say(j, FINDING_INFO, NULL,
		    "%zu squashfs file systems in the image", systems);
}

void
judge_upd_7(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SETTING, &at)) != NULL)
		if ((bytes_equal_text(f->name, "opkg.check_signature") &&
			setting_is_off(f->value)) ||
		    bytes_equal_text(f->name, "packages.unsigned"))
			judging_add(j, FINDING_FAIL, f);
}
