/* SPDX-License-Identifier: ISC */
/* The short report: worst first, and what to do about it. */
#include "report/report.h"

#include "base/number.h"
#include "base/text.h"
#include "inspect/names.h"
#include "report/report_private.h"
#include "report/terminal_private.h"

#include <string.h>

/* Columns in front of a finding's text: "CRED-2  ". */
#define INDENT 9

/* More findings than this that fail or warn are shown shorter each. */
#define FINDINGS_MANY 6

#define CHUNKS_SHOWN 4
#define MISSING_SHOWN 6

/* The columns behind a framework's title. */
#define TOTALS_WIDTH 28

/* The main containers: each format of the layout once, in its order. */
static void
put_formats(struct terminal *t, const struct report_layout *layout)
{
	const char *shown[6];
	size_t count = 0;

	for (size_t i = 0; i < layout->top_count; i++) {
		const struct chunk *c = layout->top[i];
		bool known = c->state == CHUNK_PADDING ||
		    c->state == CHUNK_OPAQUE || strcmp(c->format, "raw") == 0;

		for (size_t k = 0; k < count && !known; k++)
			known = strcmp(shown[k], c->format) == 0;
		if (known || count == sizeof(shown) / sizeof(shown[0]))
			continue;
		out_text(&t->text, count == 0 ? "; made of " : ", ");
		out_text(&t->text, c->format);
		shown[count++] = c->format;
	}
}

static bool
is_known(struct bytes word)
{
	return word.len > 0 && !bytes_equal_text(word, "unknown");
}

static void
put_head(struct terminal *t, const struct assessment *a,
    const struct report_tool *tool, const struct report_layout *layout)
{
	struct out *text = &t->text;

	terminal_put(t, TONE_STRONG, "hallmark");
	out_text(text, tool->version);
	out_text(text, ": ");
	terminal_excerpt(t, a->image_name);
	out_text(text, ", ");
	report_put_size(a->image_size, text);
	terminal_flush(t, 8, 9, 2);
	if (is_known(a->operating_system))
		text_put_terminal(text, a->operating_system);
	else
		out_text(text, "operating system not recognised");
	out_text(text, is_known(a->architecture) ? " on " : ", processor ");
	text_put_terminal(text,
	    is_known(a->architecture) ? a->architecture
				      : BYTES("not recognised"));
	put_formats(t, layout);
	terminal_flush(t, 0, INDENT, 2);
}

static void
put_summary(struct terminal *t, const struct assessment *a)
{
	struct out *text = &t->text;

	out_u8(t->to, '\n');
	if (a->fail_count == 0)
		out_text(text, "No finding fails");
	else
		report_put_count(
		    a->fail_count, "finding fails", "findings fail", text);
	out_text(text, ", ");
	report_put_count(a->warn_count, "warns", "warn", text);
	out_text(text, ", ");
	report_put_count(a->info_count, "informs", "inform", text);
	out_text(text, ". ");
	report_put_percent(
	    a->coverage.read + a->coverage.padding, a->image_size, text);
	out_text(text, " of the image could be read");
	out_text(text, ".");
	terminal_flush(t, 0, 0, 0);
	if (a->worker_trouble.len == 0 && a->seen->cut_short.len == 0)
		return;
	terminal_put(t, TONE_FAIL, "Not complete:");
	terminal_excerpt(t,
	    a->worker_trouble.len > 0 ? a->worker_trouble : a->seen->cut_short);
	terminal_flush(t, 13, 14, 2);
}

static void
put_evidence(
    struct terminal *t, const struct finding *f, size_t count, size_t lines)
{
	if (count > f->evidence_count)
		count = f->evidence_count;
	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &f->evidence[i];
		size_t more = f->evidence_total - i - 1;

		if (e->path.len > 0) {
			text_put_terminal(&t->text, name_known(e->path));
			if (e->at != FACT_NOWHERE && e->at > 0 && lines > 1) {
				out_text(&t->text, " at 0x");
				out_hex(&t->text, e->at, 1);
			}
			if (e->line > 0) {
				out_text(&t->text, " line ");
				out_decimal(&t->text, e->line);
			}
			out_text(&t->text, e->text.len > 0 ? ": " : "");
		}
		terminal_excerpt(t, e->text);
		terminal_flush(t, 0, INDENT, lines);
		if (i + 1 == count && more > 0 && f->result == FINDING_FAIL) {
			out_text(&t->text, "and ");
			report_put_count(
			    more, "more place", "more places", &t->text);
			terminal_flush(t, 0, INDENT, 1);
		}
	}
}

static void
put_rule(struct terminal *t, const struct finding *f, enum tone tone)
{
	struct out name = out_open(64);

	text_put_terminal(&name, bytes_slice(f->rule, 0, INDENT - 2));
	size_t width = terminal_width(out_bytes(&name));

	out_u8(&name, 0);
	terminal_put(
	    t, tone, name.failed == ERR_OK ? (const char *)name.ptr : "");
	out_close(&name);
	terminal_excerpt(t, f->title);
	if (f->result != FINDING_FAIL && f->evidence_total > 1) {
		out_text(&t->text, " (");
		out_decimal(&t->text, f->evidence_total);
		out_text(&t->text, " places)");
	}
	terminal_flush(t, width, INDENT, f->result == FINDING_INFO ? 1 : 0);
}

/* What fails gets all of its advice, what warns its first sentence. */
static struct bytes
advice_of(const struct finding *f)
{
	size_t end = bytes_find(f->advice, BYTES(". "), 0);

	if (f->result == FINDING_FAIL || end == SIZE_MAX)
		return f->advice;
	return bytes_slice(f->advice, 0, end + 1);
}

static void
put_findings(struct terminal *t, const struct assessment *a,
    enum finding_result result, enum tone tone)
{
	bool many = a->fail_count + a->warn_count > FINDINGS_MANY;
	size_t places = many || result == FINDING_WARN ? 1 : 2;

	for (size_t i = 0; i < a->finding_count; i++) {
		const struct finding *f = &a->findings[i];

		if (f->result != result)
			continue;
		put_rule(t, f, tone);
		if (result == FINDING_INFO)
			continue;
		put_evidence(t, f, places, many ? 1 : 2);
		terminal_spaces(t, INDENT - 3);
		terminal_put(t, TONE_STRONG, "->");
		text_put_terminal(&t->text, advice_of(f));
		terminal_flush(t, INDENT - 1, INDENT, 0);
	}
}

static void
put_all_findings(struct terminal *t, const struct assessment *a)
{
	if (a->fail_count > 0)
		terminal_heading(
		    t, TONE_FAIL, "FAILS: mend these before you ship");
	put_findings(t, a, FINDING_FAIL, TONE_FAIL);
	if (a->warn_count > 0)
		terminal_heading(t, TONE_WARN, "WARNS: look at these");
	put_findings(t, a, FINDING_WARN, TONE_WARN);
	if (a->info_count > 0)
		terminal_heading(t, TONE_INFO, "GOOD TO KNOW");
	put_findings(t, a, FINDING_INFO, TONE_INFO);
}

static void
put_update(struct terminal *t, const struct assessment *a)
{
	const struct update_state *u = &a->update;

	terminal_heading(
	    t, TONE_STRONG, "UPDATE: what proves where it comes from");
	out_text(&t->text, report_authenticity_sentence(u->authenticity));
	if (u->container.len > 0) {
		out_text(&t->text, " (");
		text_put_terminal(&t->text, u->container);
		out_text(&t->text, ")");
	}
	out_text(&t->text, ". Encrypted: ");
	out_text(&t->text, answer_text(u->encrypted));
	out_text(&t->text, ". Kept from going back to an older version: ");
	out_text(&t->text, answer_text(u->rollback));
	out_text(&t->text, ".");
	terminal_flush(t, 0, 2, 0);
}

static void
put_unread(struct terminal *t, const struct assessment *a,
    const struct report_layout *layout)
{
	size_t count = 0;

	for (size_t i = 0; i < layout->top_count; i++) {
		const struct chunk *c = layout->top[i];

		if (c->state != CHUNK_OPAQUE && c->state != CHUNK_UNREAD)
			continue;
		if (count++ == 0)
			terminal_heading(t, TONE_STRONG,
			    "NOT READ: nothing is known of these");
		if (count > CHUNKS_SHOWN)
			continue;
		out_text(&t->text, "0x");
		out_hex(&t->text, c->at, 1);
		out_text(&t->text, ", ");
		report_put_size(c->size, &t->text);
		out_text(&t->text, ": ");
		if (c->state == CHUNK_OPAQUE) {
			out_text(&t->text,
			    "encrypted, or compressed in an unknown way");
		} else {
			out_text(&t->text, c->format);
			out_text(&t->text, "; ");
			report_put_detail(c, &t->text);
		}
		terminal_flush(t, 0, 2, 2);
	}
	if (count <= CHUNKS_SHOWN)
		return;
	out_text(&t->text, "and ");
	out_decimal(&t->text, count - CHUNKS_SHOWN);
	out_text(&t->text, " more, ");
	report_put_size(a->coverage.opaque + a->coverage.unread, &t->text);
	out_text(&t->text, " in all");
	terminal_flush(t, 0, 2, 1);
}

static void
put_cell(struct terminal *t, uint64_t value, enum tone tone)
{
	char digits[24] = "";
	size_t len = sizeof(digits) - 1;

	do {
		digits[--len] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0 && len > 1);
	size_t width = sizeof(digits) - 1 - len;

	terminal_spaces(t, width < 7 ? 7 - width : 1);
	terminal_put(t, tone, digits + len);
}

static void
put_total(struct terminal *t, const struct framework_total *row)
{
	size_t room = t->columns - 2 - TOTALS_WIDTH;
	struct bytes title = row->title.len > 0 ? row->title : row->framework;

	terminal_excerpt(t, title);
	size_t width = terminal_width(out_bytes(&t->text));
	bool cut = width > room;

	terminal_spaces(t, 2);
	out_put(
	    t->to, terminal_fit(out_bytes(&t->text), cut ? room - 3 : room));
	out_text(t->to, cut ? "..." : "");
	t->text.len = 0;
	terminal_spaces(t, cut ? 0 : room - width);
	put_cell(t, row->fail, row->fail > 0 ? TONE_FAIL : TONE_PLAIN);
	put_cell(t, row->inconclusive, TONE_PLAIN);
	put_cell(t, row->pass, TONE_PLAIN);
	put_cell(t, row->not_applicable, TONE_PLAIN);
	out_u8(t->to, '\n');
}

/* "mend 5.1-1, 5.6-1"; long lists end in a count. */
static void
put_missing(struct terminal *t, const struct assessment *a, enum need need,
    const char *before)
{
	size_t count = 0;

	for (size_t i = 0; i < a->gap_count; i++) {
		if (a->gaps[i].need != need || count++ >= MISSING_SHOWN)
			continue;
		out_text(&t->text, count == 1 ? before : ", ");
		if (count == 1) {
			out_text(&t->text, report_need_text(need));
			out_text(&t->text, " ");
		}
		text_put_terminal(&t->text, a->gaps[i].row->requirement);
	}
	if (count > MISSING_SHOWN) {
		out_text(&t->text, " and ");
		out_decimal(&t->text, count - MISSING_SHOWN);
		out_text(&t->text, " more");
	}
}

static void
put_level(struct terminal *t, const struct assessment *a)
{
	if (a->scheme_name.len == 0)
		return;
	out_text(&t->text, "Scheme ");
	text_put_terminal(&t->text, a->scheme_name);
	out_text(&t->text,
	    a->scheme_level.len > 0 ? ": reaches " : ": reaches no level");
	text_put_terminal(&t->text, a->scheme_level);
	if (a->gap_count > 0) {
		out_text(&t->text, "; for ");
		text_put_terminal(&t->text, a->scheme_next);
		put_missing(t, a, NEED_FIX, " ");
		put_missing(t, a, NEED_DECLARE, "; ");
		put_missing(t, a, NEED_READ, "; ");
		put_missing(t, a, NEED_REVIEW, "; ");
	}
	out_text(&t->text, ".");
	terminal_flush(t, 0, 2, 6);
}

/* How many of what passes, fails or does not apply the maker only says. */
static void
put_basis(struct terminal *t, const struct assessment *a)
{
	size_t declared = 0;
	size_t tested = 0;

	for (size_t i = 0; i < a->verdict_count; i++) {
		const struct verdict_row *v = &a->verdicts[i];

		if (v->verdict == VERDICT_INCONCLUSIVE)
			continue;
		declared += v->basis == BASIS_DECLARED;
		tested += v->basis == BASIS_TESTED;
	}
	if (a->declaration_name.len == 0)
		return;
	out_text(&t->text, "With the maker's declaration (");
	terminal_excerpt(t, a->declaration_name);
	out_text(&t->text, "): ");
	report_put_count(declared, "verdict rests", "verdicts rest", &t->text);
	out_text(&t->text, " on it alone, ");
	if (tested > 0)
		out_decimal(&t->text, tested);
	else
		out_text(&t->text, "none");
	out_text(&t->text, " on tests.");
	if (a->declaration_problems > 0) {
		out_text(&t->text, " It has ");
		report_put_count(
		    a->declaration_problems, "problem", "problems", &t->text);
		out_text(&t->text, ": hallmark declare check names them.");
	}
	terminal_flush(t, 0, 2, 0);
}

static void
put_totals(struct terminal *t, const struct assessment *a)
{
	if (a->total_count == 0)
		return;
	terminal_heading(t, TONE_STRONG, "REQUIREMENTS of the frameworks");
	terminal_spaces(t, t->columns - TOTALS_WIDTH);
	out_text(t->to, "   fail   open   pass    n/a\n");
	for (size_t i = 0; i < a->total_count; i++)
		put_total(t, &a->totals[i]);
	out_text(&t->text,
	    "open: the image alone cannot show it. Nothing may speak against "
	    "it, but a clean scan is not a pass; you declare it, or a "
	    "laboratory tests it.");
	terminal_flush(t, 0, 2, 0);
	put_basis(t, a);
	put_level(t, a);
}

static bool
is_end_of_life_rule(const struct finding *f)
{
	return bytes_equal(f->rule, BYTES("VULN-2")) ||
	    bytes_equal(f->rule, BYTES("KCFG-2"));
}

static void
put_foot(struct terminal *t, const struct assessment *a)
{
	struct out *text = &t->text;

	terminal_heading(t, TONE_STRONG, "COMPONENTS AND METHOD");
	report_put_count(a->component_count, "component", "components", text);
	out_text(text, " identified");
	for (size_t i = 0; i < a->finding_count; i++) {
		if (!is_end_of_life_rule(&a->findings[i]))
			continue;
		out_text(text, ", ");
		out_decimal(text, a->findings[i].evidence_total);
		out_text(text, " out of support (");
		text_put_terminal(text, a->findings[i].rule);
		out_text(text, ")");
	}
	out_text(text, ". Read in ");
	report_put_seconds(a->seconds, text);
	out_text(text, " inside ");
	if (a->jail.len > 0)
		terminal_excerpt(t, a->jail);
	else
		out_text(text, "no jail");
	out_text(text, "; nothing of the image was run.");
	for (size_t i = 0; i < a->unlooked_count; i++) {
		out_text(text, i == 0 ? " Not looked at: " : ", ");
		text_put_terminal(text, a->unlooked[i * 2]);
		if (a->advisories == NULL &&
		    bytes_equal_text(a->unlooked[i * 2], "VULN-1"))
			out_text(
			    text, " (known vulnerabilities: add --feeds DIR)");
	}
	out_text(text, a->unlooked_count > 0 ? "." : "");
	terminal_flush(t, 0, 2, 4);
	out_text(text,
	    "More: --html FILE for a page, --json for programs, --sbom FILE "
	    "for parts.");
	terminal_flush(t, 0, 2, 0);
}

void
report_terminal(const struct assessment *a, const struct report_tool *tool,
    const struct report_terminal_options *options, struct out *to)
{
	struct terminal t = terminal_open(to, options->color, options->columns);
	struct report_layout layout;
	enum err err = report_layout_open(a, &layout);

	if (err != ERR_OK) {
		if (to->failed == ERR_OK)
			to->failed = err;
		terminal_close(&t);
		return;
	}
	put_head(&t, a, tool, &layout);
	put_summary(&t, a);
	put_all_findings(&t, a);
	terminal_put_vulnerabilities(&t, a);
	put_update(&t, a);
	put_unread(&t, a, &layout);
	put_totals(&t, a);
	put_foot(&t, a);
	report_layout_close(&layout);
	terminal_close(&t);
}
