/* SPDX-License-Identifier: ISC */
/* Bars with numbers: verdicts of the frameworks, protections of programs. */
#include "baseline/hardening.h"
#include "report/html_private.h"

struct part {
	const char *name;
	const char *class;
	const char *pattern;
	uint64_t count;
};

static void
put_part(
    struct html *h, const struct part *part, uint64_t before, uint64_t whole)
{
	if (part->count == 0)
		return;
	html_put(h, "<svg x=\"");
	html_share(h, before, whole);
	html_put(h, "\" width=\"");
	html_share(h, part->count, whole);
	html_put(h, "\" height=\"100%\"><title>");
	html_number(h, part->count);
	html_put(h, " ");
	html_put(h, part->name);
	html_put(h, "</title><rect width=\"100%\" height=\"100%\" class=\"");
	html_put(h, part->class);
	html_put(h, "\"/>");
	if (part->pattern != NULL) {
		html_put(
		    h, "<rect width=\"100%\" height=\"100%\" fill=\"url(#");
		html_put(h, part->pattern);
		html_put(h, ")\"/>");
	}
	html_put(h, "<line class=\"s-line\" y2=\"100%\"/></svg>");
}

static void
put_bar(struct html *h, const struct part *parts, size_t count)
{
	uint64_t whole = 0;
	uint64_t before = 0;

	for (size_t i = 0; i < count; i++)
		whole += parts[i].count;
	html_put(h, "<svg aria-hidden=\"true\">");
	for (size_t i = 0; i < count; i++) {
		put_part(h, &parts[i], before, whole);
		before += parts[i].count;
	}
	html_put(h, "</svg>\n<span class=\"counts\">");
	for (size_t i = 0; i < count; i++) {
		html_put(h, "<span><strong>");
		html_number(h, parts[i].count);
		html_put(h, "</strong> ");
		html_put(h, parts[i].name);
		html_put(h, "</span> ");
	}
	html_put(h, "</span>");
}

void
html_put_bars(struct html *h)
{
	html_put(h, "<ul class=\"bars\">\n");
	for (size_t i = 0; i < h->a->total_count; i++) {
		const struct framework_total *t = &h->a->totals[i];
		const struct part parts[] = {
			{ "fail", "f-fail", "p-fail", t->fail },
			{ "inconclusive", "f-open", "p-open", t->inconclusive },
			{ "pass", "f-pass", "p-pass", t->pass },
			{ "not applicable", "f-na", NULL, t->not_applicable },
		};

		html_put(h, "<li><b>");
		html_excerpt(h, t->title.len > 0 ? t->title : t->framework);
		html_put(h, "</b>");
		put_bar(h, parts, sizeof(parts) / sizeof(parts[0]));
		html_put(h, "</li>\n");
	}
	html_put(h, "</ul>\n");
}

static const struct row {
	enum protection protection;
	const char *name;
	const char *means;
} rows[] = {
	{ PROTECTION_STACK, "Non-executable stack",
	    "data that an attacker sends cannot be run" },
	{ PROTECTION_RELRO, "Full RELRO",
	    "the table of called functions is read-only" },
	{ PROTECTION_PIE, "PIE", "programs are loaded at a random address" },
	{ PROTECTION_CANARY, "Stack canary",
	    "overflows on the stack are noticed; only where a "
	    "program has something to guard" },
	{ PROTECTION_FORTIFY, "FORTIFY",
	    "copies of text are checked; only with glibc" },
};

static void
put_protection(struct html *h, const struct row *p)
{
	const struct facts *facts = &h->a->seen->facts;
	struct part parts[] = {
		{ "with it", "f-pass", "p-pass", 0 },
		{ "without", "f-open", "p-open", 0 },
	};
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(facts, FACT_ELF, &at)) != NULL) {
		if (hardening_concerns(p->protection, f))
			parts[hardening_has(p->protection, f) ? 0 : 1].count++;
	}
	if (parts[0].count + parts[1].count == 0)
		return;
	html_put(h, "<li><b>");
	html_put(h, p->name);
	html_put(h, "</b><span class=\"small quiet\">");
	html_put(h, p->means);
	html_put(h, "</span>");
	put_bar(h, parts, 2);
	html_put(h, "</li>\n");
}

void
html_put_hardening(struct html *h)
{
	size_t at = 0;

	if (facts_next(&h->a->seen->facts, FACT_ELF, &at) == NULL)
		return;
	html_put(h,
	    "<section id=\"hardening\"><h2>How the programs are built</h2>\n"
	    "<p>Compilers offer protections that make a mistake harder to "
	    "exploit. Counted are programs and libraries, not kernel "
	    "modules.</p>\n<ul class=\"bars grid\">\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put_protection(h, &rows[i]);
	html_put(h, "</ul></section>\n");
}
