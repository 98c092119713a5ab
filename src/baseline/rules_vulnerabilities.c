/* SPDX-License-Identifier: ISC */
/* VULN-1, VULN-3: what feeds know of the components. */
#include "advisories/matching.h"
#include "advisories/vex.h"
#include "base/date.h"
#include "base/number.h"
#include "base/out.h"
#include "baseline/advised.h"
#include "baseline/judging_private.h"

#define SENTENCE_LEN 600

static void
put_foreign(struct out *to, struct bytes text)
{
	size_t len = size_min(text.len, ADVISED_FOREIGN_LEN);

	out_put(to, bytes_slice(text, 0, len));
}

/* The component, or the device itself; false for a place that is neither. */
static bool
put_subject(const struct judging *j, size_t subject, struct out *to)
{
	struct advised of;

	if (!advised_find(j->taken, subject, &of))
		return false;
	advised_put(&of, to);
	return true;
}

/* Where it is seen; the device itself in the declaration. */
static struct evidence
place_of(const struct judging *j, size_t subject)
{
	const struct component_item *c = &j->components[subject];

	if (subject >= j->component_count)
		return (struct evidence){ .path = j->declaration_name,
			.at = FACT_NOWHERE };
	if (c->evidence_count == 0)
		return (struct evidence){ .at = FACT_NOWHERE };
	return (struct evidence){ .path = c->evidence[0]->path,
		.at = c->evidence[0]->at };
}

static void
show(struct judging *j, enum finding_result result, const struct match *m,
    struct out *text)
{
	struct evidence evidence = place_of(j, m->subject);

	evidence.text = arena_copy(j->arena, out_bytes(text));
	evidence.vulnerability = m->id;
	if (evidence.text.ptr == NULL || text->failed == ERR_MEMORY)
		j->no_memory = true; /* what is only too long is cut */
	else
		judging_show(j, result, evidence);
}

static void
put_vex(const struct match *m, struct out *to)
{
	bool reason = m->vex_justification.len > 0 || m->vex_detail.len > 0;

	if (m->vex == VEX_NONE) {
		if (m->state == MATCH_FIXED)
			out_text(
			    to, "; the distribution says that it is fixed");
		return;
	}
	out_text(to, "; by the word of ");
	put_foreign(to,
	    m->vex_author.len > 0 ? m->vex_author : BYTES("an unnamed VEX"));
	switch (m->vex) {
	case VEX_NOT_AFFECTED:
		out_text(to, " not affected");
		break;
	case VEX_FIXED:
		out_text(to, " fixed");
		break;
	case VEX_AFFECTED:
		out_text(to, " affected");
		break;
	case VEX_INVESTIGATED:
	case VEX_NONE:
	case VEX_STATUS_COUNT:
		out_text(to, " under investigation");
		break;
	}
	if (reason) {
		out_text(to, " (");
		put_foreign(to,
		    m->vex_justification.len > 0 ? m->vex_justification
						 : m->vex_detail);
		out_text(to, ")");
	}
	if (m->vex != VEX_NOT_AFFECTED || advised_is_relieved(m))
		out_text(to, ", not tested");
	else
		out_text(to,
		    reason ? ", not heeded"
			   : ", not heeded: it gives no reason");
}

static void
put_exploited(const struct match *m, struct out *to)
{
	out_text(to, "; exploited according to ");
	advised_put_exploited_by(m, to);
	if (m->exploited_since > 0) {
		out_text(to, " since ");
		date_put_day(to, m->exploited_since);
	}
	if (m->ransomware)
		out_text(to, ", by ransomware, too");
}

/* "CVE-… in dnsmasq 2.45: from 2.0, before 2.78 (NVD); fixed in 2.78; …";
   what decides comes before what may be cut. */
static void
say_exploited(
    struct judging *j, enum finding_result result, const struct match *m)
{
	struct out text = out_open(SENTENCE_LEN);

	put_foreign(&text, m->id);
	out_text(&text, " in ");
	if (put_subject(j, m->subject, &text)) {
		out_text(&text, ": ");
		if (m->state == MATCH_UNKNOWN)
			out_text(&text,
			    "whether this version is affected is "
			    "not known");
		else
			put_foreign(&text, m->range);
		out_text(&text, " (");
		out_text(&text, claim_source_text(m->source));
		out_text(&text, ")");
		if (m->fixed_in.len > 0) {
			out_text(&text, "; fixed in ");
			put_foreign(&text, m->fixed_in);
		}
		put_vex(m, &text);
		if (m->because.len > 0) {
			out_text(&text, "; not sure: ");
			put_foreign(&text, m->because);
		}
		put_exploited(m, &text);
		show(j, result, m, &text);
	}
	out_close(&text);
}

void
judge_vuln_1(struct judging *j)
{
	if (j->taken->advisories == NULL)
		return;
	for (size_t i = 0; i < j->taken->advisories->matches->count; i++) {
		const struct match *m = &j->taken->advisories->matches->list[i];

		if (m->exploited_by != 0)
			say_exploited(j, advised_weigh(m), m);
	}
}

/* What is known of one component besides what is exploited. */
struct known {
	const struct match *worst; /* the first one: they come sorted */
	size_t open, relieved;
};

static void
say_known(struct judging *j, const struct known *k)
{
	struct out text = out_open(SENTENCE_LEN);
	const struct match *m = k->worst;

	if (put_subject(j, m->subject, &text)) {
		out_text(&text, ": ");
		out_decimal(&text, k->open);
		out_text(&text,
		    k->open == 1 ? " known vulnerability, "
				 : " known vulnerabilities, worst ");
		put_foreign(&text, m->id);
		if (m->cvss != CVSS_UNKNOWN) {
			out_text(&text, ", CVSS ");
			advised_put_cvss(m->cvss, &text);
		}
		if (m->epss != EPSS_UNKNOWN) {
			out_text(&text, ", EPSS ");
			advised_put_epss(m->epss, &text);
		}
		if (m->fixed_in.len > 0) {
			out_text(&text, ", fixed in ");
			put_foreign(&text, m->fixed_in);
		}
		if (k->relieved > 0) {
			out_text(&text, "; besides, ");
			out_decimal(&text, k->relieved);
			out_text(&text,
			    " fixed or not affected by the word of "
			    "others");
		}
		show(j, FINDING_INFO, m, &text);
	}
	out_close(&text);
}

static void
count_known(const struct judging *j, struct known *known, size_t *ret_open,
    bool *ret_sure)
{
	for (size_t i = 0; i < j->taken->advisories->matches->count; i++) {
		const struct match *m = &j->taken->advisories->matches->list[i];

		if (m->exploited_by != 0 || m->state == MATCH_UNKNOWN ||
		    m->subject > j->component_count)
			continue;
		struct known *k = &known[m->subject];

		if (advised_is_relieved(m)) {
			k->relieved++;
			continue;
		}
		if (k->worst == NULL)
			k->worst = m;
		k->open++;
		(*ret_open)++;
		*ret_sure |= m->state != MATCH_CONDITIONAL &&
		    m->confidence == MATCH_HIGH;
	}
}

void
judge_vuln_3(struct judging *j)
{
	const struct matches *all =
	    j->taken->advisories != NULL ? j->taken->advisories->matches : NULL;
	size_t open = 0;
	struct known *known = all != NULL
	    ? arena_take_array(j->arena, j->component_count + 1, sizeof(*known))
	    : NULL;

	if (all == NULL)
		return;
	if (known == NULL) {
		j->no_memory = true;
		return;
	}
	count_known(j, known, &open, &j->unsettled);
	if (open > 0)
		judging_say(j, FINDING_INFO, NULL, "%zu in all", open);
	for (size_t i = 0; i < all->count; i++) {
		const struct match *m = &all->list[i];

		if (m->subject <= j->component_count &&
		    known[m->subject].worst == m)
			say_known(j, &known[m->subject]);
	}
}
