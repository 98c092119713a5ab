/* SPDX-License-Identifier: ISC */
/* The reports of a comparison in which every text is hostile. */
#include "base/limits.h"
#include "base/text.h"
#include "json_check.h"
#include "markup.h"
#include "report/report_diff.h"
#include "sample.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef void write_report(
    const struct diff *d, const struct report_tool *tool, struct out *to);

static void
write_terminal(
    const struct diff *d, const struct report_tool *tool, struct out *to)
{
	struct report_terminal_options options = { .columns = 80 };

	report_diff_terminal(d, tool, &options, to);
}

static void
write_color(
    const struct diff *d, const struct report_tool *tool, struct out *to)
{
	struct report_terminal_options options = { .color = true };

	report_diff_terminal(d, tool, &options, to);
}

static write_report *const reports[] = { report_diff_json, report_diff_html,
	write_terminal, write_color };
#define REPORTS (sizeof(reports) / sizeof(reports[0]))

/* The sample, and an image in which nothing was seen. */
struct pair {
	struct sample sample;
	struct observation nothing;
	struct assessment empty;
	struct verdict_row *rows; /* the sample's, all open */
	struct arena arena;
	struct diff worse; /* from nothing to the sample */
	struct diff better;
	struct diff same;
};

static int
open_pair(void **state)
{
	struct pair *p = test_calloc(1, sizeof(*p));
	const struct assessment *a = &p->sample.assessment;

	sample_open(&p->sample);
	p->nothing = observation_open();
	p->empty = (struct assessment){
		.image_name = sample_hostile,
		.seen = &p->nothing,
		.verdict_count = a->verdict_count,
		.totals = a->totals,
		.total_count = a->total_count,
	};
	p->rows = test_calloc(a->verdict_count, sizeof(*p->rows));
	for (size_t i = 0; i < a->verdict_count; i++) {
		p->rows[i] = a->verdicts[i];
		p->rows[i].verdict = VERDICT_INCONCLUSIVE;
		p->rows[i].reason = REASON_NOT_DISPROVED;
	}
	p->empty.verdicts = p->rows;
	p->arena = arena_open(64 * MIB);
	assert_int_equal(diff_make(&p->empty, a, &p->arena, &p->worse), ERR_OK);
	assert_int_equal(
	    diff_make(a, &p->empty, &p->arena, &p->better), ERR_OK);
	assert_int_equal(diff_make(a, a, &p->arena, &p->same), ERR_OK);
	*state = p;
	return 0;
}

static int
close_pair(void **state)
{
	struct pair *p = *state;

	arena_close(&p->arena);
	observation_close(&p->nothing);
	sample_close(&p->sample);
	test_free(p->rows);
	test_free(p);
	return 0;
}

static struct out
write_diff(const struct diff *d, write_report *report)
{
	struct out to = out_open(LIMIT_REPORT_LEN);

	report(d, &sample_tool, &to);
	assert_int_equal(to.failed, ERR_OK);
	assert_true(to.len > 0);
	return to;
}

static const char *
text_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void
json_has_the_keys_of_its_schema_in_order(void **state)
{
	static const char *const keys[] = { "schema", "tool", "old", "new",
		"direction", "caution", "totals", "changes", "retest", NULL };
	static const char *const side_keys[] = { "name", "size", "sha256",
		"jail", "coverage", "findings", NULL };
	static const char *const finding_keys[] = { "area", "change",
		"direction", "name", "old", "new", "sentence", "advice",
		"evidence", NULL };
	static const char *const component_keys[] = { "area", "change",
		"direction", "name", "old", "new", "sentence", "evidence",
		NULL };
	static const char *const verdict_keys[] = { "area", "change",
		"direction", "name", "framework", "title", "old", "new",
		"sentence", "old_because", "new_because", "evidence", NULL };
	static const char *const retest_keys[] = { "framework", "requirements",
		"of", NULL };
	struct pair *p = *state;
	struct out to = write_diff(&p->worse, report_diff_json);
	json_t *root = parse(&to);
	json_t *change;
	size_t i;
	bool verdict_seen = false;

	assert_keys(root, keys);
	assert_string_equal(text_of(root, "schema"), "hallmark.diff/1");
	assert_string_equal(text_of(root, "direction"), "worse");
	assert_keys(json_object_get(root, "new"), side_keys);
	json_array_foreach(json_object_get(root, "changes"), i, change)
	{
		const char *area = text_of(change, "area");
		bool verdict = strcmp(area, "verdicts") == 0 &&
		    json_object_get(change, "framework") != NULL;

		verdict_seen |= verdict;
		assert_keys(change,
		    strcmp(area, "findings") == 0 ? finding_keys
			: verdict		  ? verdict_keys
						  : component_keys);
	}
	assert_true(verdict_seen);
	assert_int_equal(i, p->worse.change_count);
	assert_keys(
	    json_array_get(json_object_get(root, "retest"), 0), retest_keys);
	json_decref(root);
	out_close(&to);
}

static void
html_is_well_formed_and_shows_foreign_text_as_text(void **state)
{
	struct pair *p = *state;
	const struct diff *diffs[] = { &p->worse, &p->better, &p->same };

	for (size_t i = 0; i < 3; i++) {
		struct out to = write_diff(diffs[i], report_diff_html);
		struct markup_counts counts = { 0 };
		const char *wrong = markup_check(out_bytes(&to), &counts);

		if (wrong != NULL)
			fail_msg("%s", wrong);
		assert_int_equal(counts.scripts, 0);
		assert_int_equal(counts.references, 0);
		assert_int_equal(counts.h1, 1);
		assert_int_equal(counts.broken_order, 0);
		assert_true(text_is_clean(out_bytes(&to)));
		assert_int_equal(
		    bytes_find(out_bytes(&to), BYTES("\xe2\x80\xae"), 0),
		    SIZE_MAX);
		if (i < 2)
			assert_int_not_equal(bytes_find(out_bytes(&to),
						 BYTES("&lt;/script&gt;"), 0),
			    SIZE_MAX);
		out_close(&to);
	}
}

/* Lines of printable characters; sequences of colour only when wanted. */
static void
assert_safe_for_terminal(struct bytes text, bool color)
{
	while (text.len > 0) {
		size_t len = text_utf8_len(text);

		assert_true(len > 0);
		if (text.ptr[0] == 0x1b) {
			len = bytes_find_byte(text, 'm', 0) + 1;
			assert_true(color && len < 9);
		} else if (text.ptr[0] != '\n') {
			struct out to = out_open(100);

			text_put_terminal(&to, bytes_slice(text, 0, len));
			assert_int_equal(to.len, len);
			out_close(&to);
		}
		text = bytes_from(text, len);
	}
}

static void
terminal_output_has_no_control_characters(void **state)
{
	struct pair *p = *state;
	struct out to = write_diff(&p->worse, write_terminal);

	assert_safe_for_terminal(out_bytes(&to), false);
	out_close(&to);
	to = write_diff(&p->better, write_color);
	assert_safe_for_terminal(out_bytes(&to), true);
	assert_int_not_equal(
	    bytes_find_byte(out_bytes(&to), 0x1b, 0), SIZE_MAX);
	out_close(&to);
}

static void
terminal_lines_fit_the_terminal(void **state)
{
	static const unsigned columns[] = { 40, 57, 80, 100 };
	struct pair *p = *state;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct report_terminal_options options = {
			.columns = columns[i],
		};
		struct out to = out_open(LIMIT_REPORT_LEN);
		struct bytes line;

		report_diff_terminal(&p->worse, &sample_tool, &options, &to);
		struct bytes rest = out_bytes(&to);

		while (bytes_next_line(&rest, &line)) {
			unsigned width = 0;

			for (size_t k = 0; k < line.len; k++)
				width += (line.ptr[k] & 0xc0) != 0x80;
			assert_in_range(width, 0, columns[i]);
		}
		out_close(&to);
	}
}

static void
terminal_says_the_worse_first_and_when_nothing_changed(void **state)
{
	struct pair *p = *state;
	struct out to = write_diff(&p->worse, write_terminal);
	struct bytes all = out_bytes(&to);

	assert_int_not_equal(
	    bytes_find(all, BYTES("Something got worse"), 0), SIZE_MAX);
	assert_true(bytes_find(all, BYTES("\nWORSE"), 0) <
	    bytes_find(all, BYTES("\nOTHER CHANGES"), 0));
	out_close(&to);
	to = write_diff(&p->same, write_terminal);
	assert_int_not_equal(
	    bytes_find(out_bytes(&to), BYTES("Nothing changed"), 0), SIZE_MAX);
	assert_int_equal(
	    bytes_find(out_bytes(&to), BYTES("\nWORSE"), 0), SIZE_MAX);
	out_close(&to);
}

static void
reports_are_the_same_every_time(void **state)
{
	struct pair *p = *state;

	for (size_t i = 0; i < REPORTS; i++) {
		struct out one = write_diff(&p->worse, reports[i]);
		struct out two = write_diff(&p->worse, reports[i]);

		assert_true(bytes_equal(out_bytes(&one), out_bytes(&two)));
		out_close(&one);
		out_close(&two);
	}
}

static void
reports_stop_at_the_limit_of_their_output(void **state)
{
	struct pair *p = *state;

	for (size_t i = 0; i < REPORTS; i++) {
		struct out whole = write_diff(&p->worse, reports[i]);

		for (size_t limit = 0; limit < whole.len; limit += 997) {
			struct out to = out_open(limit);

			reports[i](&p->worse, &sample_tool, &to);
			assert_int_equal(to.failed, ERR_LIMIT);
			assert_true(to.len <= limit);
			out_close(&to);
		}
		out_close(&whole);
	}
}

/* From nothing known to all that feeds know of the sample. */
static void
known_vulnerabilities_are_told_where_feeds_were_given_for_both(void **state)
{
	static const char *const keys[] = { "schema", "tool", "old", "new",
		"direction", "caution", "totals", "vulnerabilities", "changes",
		"retest", NULL };
	static const struct matches no_matches = { .count = 0 };
	static const struct book_health health = { .feed_count = 0 };
	static const struct advisories nothing = { &no_matches, &health, NULL };
	struct pair *p = *state;
	struct sample known;
	struct diff d;
	struct markup_counts counts = { 0 };

	sample_open(&known);
	sample_know(&known);
	p->empty.advisories = &nothing;
	assert_int_equal(
	    diff_make(&p->empty, &known.assessment, &p->arena, &d), ERR_OK);
	struct out to = write_diff(&d, report_diff_json);
	struct out text = write_diff(&d, write_terminal);
	struct out page = write_diff(&d, report_diff_html);
	json_t *root = parse(&to);
	json_t *told = json_object_get(root, "vulnerabilities");

	assert_keys(root, keys);
	assert_int_equal(json_integer_value(json_object_get(
			     json_object_get(told, "exploited"), "new")),
	    5);
	assert_int_equal(json_integer_value(json_object_get(
			     json_object_get(told, "others"), "new")),
	    3);
	assert_int_not_equal(
	    bytes_find(out_bytes(&text), BYTES("exploited: 5 new, 0 gone"), 0),
	    SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(out_bytes(&page), BYTES("exploited: 5 new, 0 gone"), 0),
	    SIZE_MAX);
	assert_null(markup_check(out_bytes(&page), &counts));
	json_decref(root);
	out_close(&to);
	out_close(&text);
	out_close(&page);
	p->empty.advisories = NULL;
	sample_close(&known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_the_keys_of_its_schema_in_order),
		cmocka_unit_test(
		    html_is_well_formed_and_shows_foreign_text_as_text),
		cmocka_unit_test(terminal_output_has_no_control_characters),
		cmocka_unit_test(terminal_lines_fit_the_terminal),
		cmocka_unit_test(
		    terminal_says_the_worse_first_and_when_nothing_changed),
		cmocka_unit_test(reports_are_the_same_every_time),
		cmocka_unit_test(reports_stop_at_the_limit_of_their_output),
		cmocka_unit_test(
		    known_vulnerabilities_are_told_where_feeds_were_given_for_both),
	};

	return cmocka_run_group_tests(tests, open_pair, close_pair);
}
