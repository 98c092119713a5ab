/* SPDX-License-Identifier: ISC */
/* What feeds know of the components, for a terminal: the exploited first. */
#include "base/date.h"
#include "base/text.h"
#include "baseline/advised.h"
#include "report/terminal_private.h"

#include "report/report_private.h"

#define EXPLOITED_SHOWN 8

static void
put_day(struct terminal *t, int64_t secs)
{
	if (secs > 0)
		date_put_day(&t->text, secs);
	else
		out_text(&t->text, "nowhere: there is none");
}

static void
put_name(struct terminal *t, const struct advised *of)
{
	struct out name = out_open(REPORT_NAME_LEN);

	advised_put(of, &name);
	terminal_excerpt(t, out_bytes(&name));
	report_pass_failure(&name, t->to);
	out_close(&name);
}

/* "CVE-2017-14491 dnsmasq 2.45, fixed in 2.78; not sure: …" */
static void
put_match(struct terminal *t, const struct advised *of, const struct match *m)
{
	bool fails = advised_weigh(m) == FINDING_FAIL;

	terminal_spaces(t, 2);
	terminal_put(t, fails ? TONE_FAIL : TONE_WARN, fails ? "x" : "!");
	terminal_excerpt(t, m->id);
	out_text(&t->text, " in ");
	put_name(t, of);
	if (m->fixed_in.len > 0) {
		out_text(&t->text, ", fixed in ");
		terminal_excerpt(t, m->fixed_in);
	}
	if (m->ransomware)
		out_text(&t->text, ", used by ransomware");
	if (!fails) {
		out_text(&t->text, "; not sure: ");
		if (m->because.len > 0)
			terminal_excerpt(t, m->because);
		else
			out_text(&t->text,
			    m->state == MATCH_CONDITIONAL
				? "it takes another product, too"
				: "the confidence is not high");
	}
	terminal_flush(t, 3, 4, 2);
}

static void
put_exploited(struct terminal *t, const struct assessment *a, size_t count)
{
	const struct matches *matches = a->advisories->matches;
	size_t shown = 0;
	struct advised of;

	for (size_t i = 0; i < matches->count && shown < EXPLOITED_SHOWN; i++) {
		const struct match *m = &matches->list[i];

		if (m->exploited_by == 0 || advised_weigh(m) == FINDING_INFO ||
		    !advised_find(a, m->subject, &of))
			continue;
		put_match(t, &of, m);
		shown++;
	}
	if (count <= shown)
		return;
	out_text(&t->text, "and ");
	out_decimal(&t->text, count - shown);
	out_text(&t->text, " more");
	terminal_flush(t, 0, 4, 1);
}

static void
put_numbers(struct terminal *t, const struct report_known *known)
{
	if (known->exploited == 0)
		out_text(&t->text,
		    "None is known that is being exploited and concerns this "
		    "image. ");
	if (known->exploited_rest > 0) {
		report_put_count(known->exploited_rest, "exploited one",
		    "exploited ones", &t->text);
		out_text(&t->text,
		    " excused by somebody's word, or of an unknown version. ");
	}
	report_put_count(
	    known->others, "other is known", "others are known", &t->text);
	if (known->others_relieved > 0) {
		out_text(&t->text, ", besides ");
		out_decimal(&t->text, known->others_relieved);
		out_text(&t->text, " that VEX or the distribution excuses");
	}
	out_text(&t->text, ".");
	terminal_flush(t, 0, 2, 4);
}

static void
put_reach(struct terminal *t, const struct assessment *a)
{
	const struct book_health *h = a->advisories->health;
	struct bytes missing = report_reach_missing(a);

	out_text(&t->text, "The feeds reach to ");
	put_day(t, h->newest_claim);
	out_text(&t->text, " for versions, to ");
	put_day(t, h->newest_catalogue);
	out_text(&t->text, " for what is exploited; versions are known for ");
	out_decimal(&t->text, h->exploited_known);
	out_text(&t->text, " of ");
	out_decimal(&t->text, h->exploited);
	out_text(&t->text, " exploited ones.");
	terminal_flush(t, 0, 2, 4);
	if (missing.len > 0) {
		terminal_spaces(t, 2);
		terminal_put(t, TONE_WARN, "Not enough:");
		text_put_terminal(&t->text, missing);
		terminal_flush(t, 13, 14, 0);
	}
	if (a->advisories->matches->unused_count == 0)
		return;
	terminal_spaces(t, 2);
	terminal_put(t, TONE_WARN, "VEX:");
	report_put_count(a->advisories->matches->unused_count,
	    "statement that was given is", "statements that were given are",
	    &t->text);
	out_text(&t->text, " about nothing here (--json names them).");
	terminal_flush(t, 6, 7, 0);
}

void
terminal_put_vulnerabilities(struct terminal *t, const struct assessment *a)
{
	struct report_known known;

	if (a->advisories == NULL)
		return;
	known = report_count_known(a);
	terminal_heading(
	    t, TONE_STRONG, "KNOWN VULNERABILITIES, exploited first");
	put_exploited(t, a, known.exploited);
	put_numbers(t, &known);
	put_reach(t, a);
}
