/* SPDX-License-Identifier: ISC */
/* The five reports of an assessment that is full of hostile texts. */
#include "base/limits.h"
#include "base/text.h"
#include "json_check.h"
#include "markup.h"
#include "report/report.h"
#include "sample.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
write_terminal(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	struct report_terminal_options options = { .columns = 80 };

	report_terminal(a, tool, &options, to);
}

static void
write_color(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	struct report_terminal_options options = { .color = true };

	report_terminal(a, tool, &options, to);
}

static void
write_openvex(
    const struct assessment *a, const struct report_tool *tool, struct out *to)
{
	report_openvex(a, tool, 1795392000, to);
}

typedef void write_report(
    const struct assessment *a, const struct report_tool *tool, struct out *to);

static write_report *const reports[] = { report_json, write_terminal,
	write_color, report_html, report_sbom, report_sarif, write_openvex };
#define REPORTS (sizeof(reports) / sizeof(reports[0]))

static int
open_sample(void **state)
{
	struct sample *s = test_malloc(sizeof(*s));

	sample_open(s);
	*state = s;
	return 0;
}

static int
open_known(void **state)
{
	(void)open_sample(state);
	sample_know(*state);
	return 0;
}

static int
close_sample(void **state)
{
	sample_close(*state);
	test_free(*state);
	return 0;
}

static struct out
write_sample(const struct sample *s, write_report *report)
{
	struct out to = out_open(LIMIT_REPORT_LEN);

	report(&s->assessment, &sample_tool, &to);
	assert_int_equal(to.failed, ERR_OK);
	assert_true(to.len > 0);
	return to;
}

static void
json_has_the_keys_of_its_schema_in_order(void **state)
{
	struct out to = write_sample(*state, report_json);
	json_t *root = parse(&to);

	ASSERT_KEYS(root, "schema", "tool", "jail", "image", "layout",
	    "coverage", "architecture", "operating_system", "update",
	    "components", "findings", "verdicts", "not_looked", "scheme",
	    "totals", "seconds");
	ASSERT_KEYS(json_array_get(json_object_get(root, "layout"), 0), "at",
	    "size", "format", "path", "state", "detail", "inside");
	ASSERT_KEYS(json_array_get(json_object_get(root, "components"), 0),
	    "name", "version", "upstream", "purl", "cpe", "confidence",
	    "evidence", "evidence_total");
	ASSERT_KEYS(json_array_get(json_object_get(root, "findings"), 0),
	    "rule", "result", "title", "requirements", "evidence",
	    "evidence_total", "advice");
	ASSERT_KEYS(json_array_get(json_object_get(root, "verdicts"), 0),
	    "framework", "requirement", "title", "modality", "verdict", "basis",
	    "reason", "because");
	ASSERT_KEYS(json_array_get(json_object_get(root, "verdicts"), 3),
	    "framework", "requirement", "title", "modality", "verdict", "basis",
	    "reason", "because", "unsure", "loose");
	json_decref(root);
	out_close(&to);
}

static void
json_says_what_is_nested_below_the_chunk_that_holds_it(void **state)
{
	struct out to = write_sample(*state, report_json);
	json_t *root = parse(&to);
	json_t *layout = json_object_get(root, "layout");
	json_t *lzma = json_array_get(layout, 1);
	json_t *squashfs = json_array_get(layout, 2);

	assert_int_equal(json_array_size(layout), 6);
	assert_string_equal(
	    json_string_value(json_object_get(lzma, "format")), "lzma");
	assert_int_equal(json_array_size(json_object_get(lzma, "inside")), 2);
	assert_string_equal(json_string_value(json_object_get(lzma, "detail")),
	    "lc 3, lp 0, pb 2, dictionary 8192 KiB; holds cpio > xz");
	assert_int_equal(
	    json_array_size(json_object_get(squashfs, "inside")), 2);
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(layout, 4), "detail")),
	    "little endian; jffs2 node: hdr_crc: has a wrong checksum at byte "
	    "96");
	json_decref(root);
	out_close(&to);
}

static void
json_counts_findings_in_the_form_that_scripts_look_for(void **state)
{
	struct out to = write_sample(*state, report_json);

	assert_int_not_equal(
	    bytes_find(out_bytes(&to),
		BYTES("\"totals\":{\"findings\":{\"fail\":5,\"warn\":3,"
		      "\"info\":1}"),
		0),
	    SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(out_bytes(&to),
		BYTES("{\"rule\":\"SVC-1\",\"result\":\"fail\",\"title\":\""),
		0),
	    SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(out_bytes(&to), BYTES("\"seconds\":0.123\n"), 0),
	    SIZE_MAX);
	out_close(&to);
}

static void
json_caps_evidence_and_counts_it(void **state)
{
	struct out to = write_sample(*state, report_json);
	json_t *root = parse(&to);
	json_t *c = json_array_get(json_object_get(root, "components"), 4);

	assert_int_equal(json_array_size(json_object_get(c, "evidence")), 20);
	assert_int_equal(
	    json_integer_value(json_object_get(c, "evidence_total")), 25);
	json_decref(root);
	out_close(&to);
}

static void
sbom_names_a_product_only_when_it_is_the_only_one(void **state)
{
	static const char *const cpes[] = {
		"cpe:2.3:a:busybox:busybox:1.19.4:*:*:*:*:*:*:*",
		NULL, /* two products */
		"cpe:2.3:o:linux:linux_kernel:3.3.8:*:*:*:*:*:*:*",
		"cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*",
		NULL, /* hostile */
		"cpe:2.3:a:uclibc:uclibc:*:*:*:*:*:*:*:*",
	};
	struct out to = write_sample(*state, report_sbom);
	json_t *root = parse(&to);
	json_t *list = json_object_get(root, "components");

	assert_int_equal(json_array_size(list), 6);
	for (size_t i = 0; i < 6; i++) {
		json_t *component = json_array_get(list, i);
		json_t *cpe = json_object_get(component, "cpe");
		const char *type =
		    json_string_value(json_object_get(component, "type"));

		assert_int_equal(strcmp(type, "operating-system") == 0,
		    cpes[i] != NULL && strncmp(cpes[i], "cpe:2.3:o", 9) == 0);
		if (cpes[i] == NULL)
			assert_null(cpe);
		else
			assert_string_equal(json_string_value(cpe), cpes[i]);
	}
	json_decref(root);
	out_close(&to);
}

static void
sarif_has_a_result_for_each_place_and_escapes_its_uri(void **state)
{
	struct out to = write_sample(*state, report_sarif);
	json_t *root = parse(&to);
	json_t *run = json_array_get(json_object_get(root, "runs"), 0);
	json_t *results = json_object_get(run, "results");

	assert_int_equal(json_array_size(results), 16);
	assert_int_not_equal(
	    bytes_find(out_bytes(&to),
		BYTES("/tplink@0x0!squashfs@0x120000!/etc/%1B%5B31m"), 0),
	    SIZE_MAX);
	json_decref(root);
	out_close(&to);
}

static void
html_is_well_formed_and_shows_foreign_text_as_text(void **state)
{
	struct out to = write_sample(*state, report_html);
	struct markup_counts counts = { 0 };
	const char *wrong = markup_check(out_bytes(&to), &counts);

	if (wrong != NULL)
		fail_msg("%s", wrong);
	assert_true(counts.elements > 300);
	assert_int_equal(counts.scripts, 0);
	assert_int_equal(counts.references, 0);
	assert_int_equal(counts.h1, 1);
	assert_int_equal(counts.broken_order, 0);
	assert_true(text_is_clean(out_bytes(&to)));
	assert_int_equal(
	    bytes_find(out_bytes(&to), BYTES("\xe2\x80\xae"), 0), SIZE_MAX);
	assert_int_not_equal(
	    bytes_find(out_bytes(&to), BYTES("&lt;/script&gt;"), 0), SIZE_MAX);
	out_close(&to);
}

static void
markup_check_sees_what_is_wrong(void **state)
{
	static const char *const pages[] = {
		"<p></p>",
		"<!DOCTYPE html><p>",
		"<!DOCTYPE html></p>",
		"<!DOCTYPE html><p><b></p></b>",
		"<!DOCTYPE html><p class=a></p>",
		"<!DOCTYPE html><p class=\"a></p>",
		"<!DOCTYPE html><p>a & b</p>",
		"<!DOCTYPE html><p>a > b</p>",
		"<!DOCTYPE html><p>a < b</p>",
	};
	struct markup_counts counts = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		assert_non_null(markup_check(bytes_of(pages[i]), &counts));
	assert_null(markup_check(
	    BYTES("<!DOCTYPE html><script></script><p onclick=\"\">"
		  "<a href=\"http:\"></a></p>"),
	    &counts));
	assert_int_equal(counts.scripts, 2);
	assert_int_equal(counts.references, 1);
}

/* Lines of printable characters; sequences of colour only when wanted. */
static void
assert_safe_for_terminal(struct bytes text, bool color)
{
	while (text.len > 0) {
		size_t len = text_utf8_len(text);
		struct bytes escaped = { NULL, 0 };
		struct out to = out_open(100);

		assert_true(len > 0);
		if (text.ptr[0] == 0x1b) {
			len = bytes_find_byte(text, 'm', 0);
			assert_true(color && len < 8);
			len++;
		} else if (text.ptr[0] != '\n') {
			text_put_terminal(&to, bytes_slice(text, 0, len));
			escaped = out_bytes(&to);
			assert_int_equal(escaped.len, len);
		}
		out_close(&to);
		text = bytes_from(text, len);
	}
}

static void
terminal_output_has_no_control_characters(void **state)
{
	struct out to = write_sample(*state, write_terminal);

	assert_safe_for_terminal(out_bytes(&to), false);
	out_close(&to);
	to = write_sample(*state, write_color);
	assert_safe_for_terminal(out_bytes(&to), true);
	assert_int_not_equal(
	    bytes_find_byte(out_bytes(&to), 0x1b, 0), SIZE_MAX);
	out_close(&to);
}

static void
terminal_lines_fit_the_terminal(void **state)
{
	static const unsigned columns[] = { 40, 57, 80, 100 };
	struct sample *s = *state;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct report_terminal_options options = {
			.columns = columns[i],
		};
		struct out to = out_open(LIMIT_REPORT_LEN);

		report_terminal(&s->assessment, &sample_tool, &options, &to);
		struct bytes rest = out_bytes(&to);
		struct bytes line;

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
terminal_report_is_short_and_says_worst_first(void **state)
{
	struct out to = write_sample(*state, write_terminal);
	struct bytes all = out_bytes(&to);
	struct bytes rest = all;
	struct bytes line;
	size_t lines = 0;

	while (bytes_next_line(&rest, &line))
		lines++;
	assert_in_range(lines, 40, 80);
	assert_true(bytes_find(all, BYTES("\nCRED-2"), 0) <
	    bytes_find(all, BYTES("\nBIN-2"), 0));
	assert_true(bytes_find(all, BYTES("\nBIN-2"), 0) <
	    bytes_find(all, BYTES("\nSBOM-1"), 0));
	assert_int_not_equal(bytes_find(all, BYTES("--html"), 0), SIZE_MAX);
	out_close(&to);
}

static void
reports_are_the_same_every_time(void **state)
{
	for (size_t i = 0; i < REPORTS; i++) {
		struct out one = write_sample(*state, reports[i]);
		struct out two = write_sample(*state, reports[i]);

		assert_true(bytes_equal(out_bytes(&one), out_bytes(&two)));
		out_close(&one);
		out_close(&two);
	}
}

static void
reports_stop_at_the_limit_of_their_output(void **state)
{
	struct sample *s = *state;

	for (size_t i = 0; i < REPORTS; i++) {
		struct out whole = write_sample(s, reports[i]);

		for (size_t limit = 0; limit < whole.len; limit += 997) {
			struct out to = out_open(limit);

			reports[i](&s->assessment, &sample_tool, &to);
			assert_int_equal(to.failed, ERR_LIMIT);
			assert_true(to.len <= limit);
			out_close(&to);
		}
		out_close(&whole);
	}
}

/* A worker that died at once leaves nothing but an image. */
static void
reports_of_nothing_are_whole(void **state)
{
	struct observation seen = observation_open();
	struct assessment a = { .seen = &seen,
		.worker_trouble = BYTES("killed by signal 9") };
	struct markup_counts counts = { 0 };
	json_t *root;

	(void)state;
	for (size_t i = 0; i < REPORTS; i++) {
		struct out to = out_open(LIMIT_REPORT_LEN);

		reports[i](&a, &sample_tool, &to);
		assert_int_equal(to.failed, ERR_OK);
		if (reports[i] == report_html)
			assert_null(markup_check(out_bytes(&to), &counts));
		else if (reports[i] == write_terminal)
			assert_int_not_equal(
			    bytes_find(out_bytes(&to), BYTES("killed by"), 0),
			    SIZE_MAX);
		else if (reports[i] != write_color) {
			root = parse(&to);
			json_decref(root);
		}
		out_close(&to);
	}
	observation_close(&seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_the_keys_of_its_schema_in_order),
		cmocka_unit_test(
		    json_says_what_is_nested_below_the_chunk_that_holds_it),
		cmocka_unit_test(
		    json_counts_findings_in_the_form_that_scripts_look_for),
		cmocka_unit_test(json_caps_evidence_and_counts_it),
		cmocka_unit_test(
		    sbom_names_a_product_only_when_it_is_the_only_one),
		cmocka_unit_test(
		    sarif_has_a_result_for_each_place_and_escapes_its_uri),
		cmocka_unit_test(
		    html_is_well_formed_and_shows_foreign_text_as_text),
		cmocka_unit_test(markup_check_sees_what_is_wrong),
		cmocka_unit_test(terminal_output_has_no_control_characters),
		cmocka_unit_test(terminal_lines_fit_the_terminal),
		cmocka_unit_test(terminal_report_is_short_and_says_worst_first),
		cmocka_unit_test(reports_are_the_same_every_time),
		cmocka_unit_test(reports_stop_at_the_limit_of_their_output),
		cmocka_unit_test(reports_of_nothing_are_whole),
	};
	const struct CMUnitTest known[] = {
		cmocka_unit_test(
		    html_is_well_formed_and_shows_foreign_text_as_text),
		cmocka_unit_test(terminal_output_has_no_control_characters),
		cmocka_unit_test(terminal_lines_fit_the_terminal),
		cmocka_unit_test(reports_are_the_same_every_time),
		cmocka_unit_test(reports_stop_at_the_limit_of_their_output),
	};
	int failed = cmocka_run_group_tests(tests, open_sample, close_sample);

	return failed + cmocka_run_group_tests(known, open_known, close_sample);
}
