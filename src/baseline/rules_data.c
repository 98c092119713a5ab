/* SPDX-License-Identifier: ISC */
/* COM-1, COV-1, DATA-1, DATA-2: what goes out, what was read, what is left. */
#include "baseline/judging_private.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

void
judge_com_1(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PLAIN_URL, &at)) != NULL)
		if (bytes_equal_text(f->value, "service"))
			judging_say(j, FINDING_WARN, f, "%.*s", TEXT(f->name));
}

static void
say_dark_chunks(struct judging *j)
{
	for (size_t i = 0; i < j->seen->chunk_count; i++) {
		const struct chunk *c = &j->seen->chunks[i];
		const char *why = err_text(c->fault.code);
		struct fact place = { .path = c->path, .at = FACT_NOWHERE };

		if (!chunk_is_dark(c) && c->fault.code == ERR_OK)
			continue;
		if (!c->nested)
			place.at = c->at;
		if (c->fault.code == ERR_OK)
			judging_say(j, FINDING_WARN, &place,
			    "%s: %llu bytes %s", c->format,
			    (unsigned long long)c->size,
			    chunk_state_text(c->state));
		else
			judging_say(j, FINDING_WARN, &place,
			    "%s: %llu bytes %s: %s", c->format,
			    (unsigned long long)c->size,
			    chunk_state_text(c->state), why);
	}
}

void
judge_cov_1(struct judging *j)
{
	const struct coverage *c = &j->summary->coverage;
	enum finding_result result =
	    j->summary->dark.too_much ? FINDING_WARN : FINDING_INFO;

	judging_say(j, result, NULL,
	    "bytes read %llu, padding %llu, opaque %llu, unread %llu",
	    (unsigned long long)c->read, (unsigned long long)c->padding,
	    (unsigned long long)c->opaque, (unsigned long long)c->unread);
	if (result == FINDING_INFO)
		return;
	if (j->seen->cut_short.len > 0)
		judging_say(j, result, NULL, "ended early: %.*s",
		    TEXT(j->seen->cut_short));
	else if (j->seen->facts.cut_short)
		judging_say(j, result, NULL,
		    "more facts than are kept: some were dropped");
	else if (j->summary->dark.cut_short)
		judging_say(j, result, NULL, "the worker ended early");
	say_dark_chunks(j);
}

void
judge_data_1(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_RESET, &at)) != NULL)
		judging_say(j, FINDING_INFO, f, "%.*s", TEXT(f->name));
}

void
judge_data_2(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PERSONAL_DATA, &at)) != NULL)
		judging_say(j, FINDING_WARN, f, "%.*s", TEXT(f->name));
	at = 0;
	while ((f = facts_next(j->facts, FACT_WIFI_PASSPHRASE, &at)) != NULL)
		if (bytes_equal_text(f->detail, "client"))
			judging_say(j, FINDING_WARN, f,
			    "passphrase of the network \"%.*s\"",
			    TEXT(f->name));
}
