/* SPDX-License-Identifier: ISC */
/* Reading VEX in OpenVEX, CycloneDX and CSAF. The files and what is to be read
   out of them are in test/data/advisories/vex. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "feed_log.h"

#define FILE_LEN ((size_t)64 << 10)

struct file {
	const char *name;
	enum feed_kind kind;
	uint64_t count;
	uint64_t refused;
	int64_t newest;
};

/* By `count` entries of the format that were read, whether they say something
   or not; a component with patches is one. */
static const struct file good[] = {
	{ "openvex", FEED_OPENVEX, 4, 0, 1772704800 },
	{ "cyclonedx", FEED_CYCLONEDX, 8, 0, 1772582400 },
	{ "csaf", FEED_CSAF, 4, 0, 1772359200 },
};

/* Borrows `room`. */
static struct bytes
read_file(const char *name, const char *end, uint8_t *room)
{
	char path[512];
	FILE *file;
	size_t len;

	(void)snprintf(path, sizeof(path), "%s/test/data/advisories/vex/%s%s",
	    getenv("HALLMARK_ROOT"), name, end);
	file = fopen(path, "rbe");
	if (file == NULL)
		fail_msg("%s is not there", path);
	len = fread(room, 1, FILE_LEN, file);
	assert_int_equal(fclose(file), 0);
	return (struct bytes){ room, len };
}

static void
vex_files_say_what_is_written_beside_them(void **state)
{
	static uint8_t room[2][FILE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct file *f = &good[i];
		struct out o = out_open(LIMIT_REPORT_LEN);
		struct feed_info info = { 0 };
		struct bytes in = read_file(f->name, ".json", room[0]);
		struct bytes wanted = read_file(f->name, ".txt", room[1]);

		assert_int_equal(log_feed(in, &o, &info), ERR_OK);
		if (!bytes_equal(out_bytes(&o), wanted))
			fail_msg("%s:\n%.*s", f->name, (int)o.len,
			    (const char *)o.ptr);
		assert_int_equal(info.kind, f->kind);
		assert_int_equal(info.count, f->count);
		assert_int_equal(info.refused, f->refused);
		assert_int_equal(info.newest, f->newest);
		out_close(&o);
	}
}

static void
vex_files_cut_short_are_refused(void **state)
{
	static uint8_t room[FILE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct bytes in =
		    bytes_trim(read_file(good[i].name, ".json", room));

		for (size_t len = 0; len < in.len; len++) {
			struct out o = out_open(LIMIT_REPORT_LEN);
			struct feed_info info = { 0 };

			assert_int_not_equal(
			    log_feed(bytes_slice(in, 0, len), &o, &info),
			    ERR_OK);
			out_close(&o);
		}
	}
}

/* What is too much for the arena is refused, however little it has. */
static void
vex_files_end_where_memory_does(void **state)
{
	static uint8_t room[FILE_LEN];
	struct feed_sink sink = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct bytes in = read_file(good[i].name, ".json", room);
		enum err err = ERR_LIMIT;
		size_t limit = 0;

		for (; err != ERR_OK && limit < FILE_LEN; limit += 64) {
			struct arena work = arena_open(limit);
			struct feed_info info = { 0 };

			err = feed_read(in, &work, &sink, &info);
			if (err == ERR_OK && info.refused > 0)
				err = ERR_LIMIT;
			else if (err != ERR_OK)
				assert_int_equal(err, ERR_LIMIT);
			arena_close(&work);
		}
		assert_int_equal(err, ERR_OK);
		assert_true(limit > 64);
	}
}

static enum err
stop(void *context, const struct vex_statement *statement)
{
	(void)statement;
	*(unsigned *)context += 1;
	return ERR_SYSTEM;
}

static void
vex_reading_ends_when_the_sink_says_so(void **state)
{
	static uint8_t room[FILE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		unsigned calls = 0;
		struct feed_sink sink = { .context = &calls, .vex = stop };
		struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
		struct feed_info info = { 0 };
		struct bytes in = read_file(good[i].name, ".json", room);

		assert_int_equal(
		    feed_read(in, &work, &sink, &info), ERR_SYSTEM);
		assert_int_equal(calls, 1);
		arena_close(&work);
	}
}

#define OPENVEX(statements)                                                    \
	"{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"@id\":\"x\","       \
	"\"statements\":" statements "}"
#define CYCLONEDX(members) "{\"bomFormat\":\"CycloneDX\"," members "}"
#define CSAF(members) "{\"document\":{\"csaf_version\":\"2.0\"}," members "}"

static void
vex_names_what_is_wrong(void **state)
{
	static const struct {
		const char *json;
		const char *field;
		enum err err;
	} cases[] = {
		{ OPENVEX("[{\"status\":\"fixed\"}]"), "vulnerability",
		    ERR_MALFORMED },
		{ OPENVEX("[{\"vulnerability\":\"CVE-1\"}]"), "status",
		    ERR_MALFORMED },
		{ OPENVEX("[{\"vulnerability\":\"CVE-1\",\"status\":\"x\"}]"),
		    "status", ERR_MALFORMED },
		{ OPENVEX("{}"), "statements", ERR_MALFORMED },
		{ OPENVEX("[}"), "JSON", ERR_MALFORMED },
		{ CYCLONEDX("\"vulnerabilities\":[{\"id\":\"CVE-1\","
			    "\"affects\":[{}]}]"),
		    "affects.ref", ERR_MALFORMED },
		{ CYCLONEDX("\"bomFormat\":\"other\""), "bomFormat",
		    ERR_MALFORMED },
		{ CSAF("\"vulnerabilities\":[{\"cve\":\"CVE-1\","
		       "\"product_status\":{\"fixed\":[\"unknown\"]}}]"),
		    "product_status", ERR_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct out o = out_open(LIMIT_REPORT_LEN);
		struct feed_info info = { 0 };

		assert_int_equal(
		    log_feed(bytes_of(cases[i].json), &o, &info), cases[i].err);
		assert_int_equal(info.first.code, cases[i].err);
		assert_string_equal(info.first.field, cases[i].field);
		assert_int_equal(o.len, 0);
		out_close(&o);
	}
}

static void
vex_broken_statement_does_not_hurt_the_next(void **state)
{
	struct out o = out_open(LIMIT_REPORT_LEN);
	struct feed_info info = { 0 };

	(void)state;
	assert_int_equal(
	    log_feed(BYTES(OPENVEX("[{\"status\":\"fixed\"},{\"vulnerability\":"
				   "\"CVE-1\",\"status\":\"fixed\"}]")),
		&o, &info),
	    ERR_OK);
	assert_true(
	    bytes_equal_text(out_bytes(&o), "CVE-1 fixed of() in() |\n"));
	assert_int_equal(info.count, 1);
	assert_int_equal(info.refused, 1);
	out_close(&o);
}

/* What hallmark itself writes beside each statement is no reason either. */
static void
openvex_notes_and_actions_are_no_reason_for_not_affected(void **state)
{
	struct out o = out_open(LIMIT_REPORT_LEN);
	struct feed_info info = { 0 };

	(void)state;
	assert_int_equal(
	    log_feed(BYTES(OPENVEX(
			 "[{\"vulnerability\":\"CVE-1\",\"status\":"
			 "\"not_affected\",\"status_notes\":\"seen\","
			 "\"action_statement\":\"wait\"},{\"vulnerability\":"
			 "\"CVE-2\",\"status\":\"under_investigation\","
			 "\"status_notes\":\"seen\"}]")),
		&o, &info),
	    ERR_OK);
	assert_true(bytes_equal_text(out_bytes(&o),
	    "CVE-1 not_affected of() in() |\n"
	    "CVE-2 under_investigation of() in() |seen\n"));
	out_close(&o);
}

static void
cyclonedx_without_vulnerabilities_says_nothing(void **state)
{
	struct out o = out_open(LIMIT_REPORT_LEN);
	struct feed_info info = { 0 };

	(void)state;
	assert_int_equal(
	    log_feed(BYTES(CYCLONEDX("\"components\":[{\"name\":\"a\"}]")), &o,
		&info),
	    ERR_OK);
	assert_int_equal(info.kind, FEED_CYCLONEDX);
	assert_int_equal(info.count, 0);
	assert_int_equal(o.len, 0);
	out_close(&o);
}

static void
cyclonedx_words_become_those_of_openvex(void **state)
{
	static const struct {
		const char *analysis;
		const char *expected;
	} cases[] = {
		{ "resolved\",\"justification\":\"", "fixed of() in() |" },
		{ "resolved_with_pedigree\",\"justification\":\"",
		    "fixed of() in() |" },
		{ "exploitable\",\"justification\":\"code_not_present",
		    "affected of() in() |" },
		{ "in_triage\",\"justification\":\"",
		    "under_investigation of() in() |" },
		{ "false_positive\",\"justification\":\"",
		    "not_affected of() in() vulnerable_code_not_present|" },
		{ "not_affected\",\"justification\":\"",
		    "not_affected of() in() |" },
		{ "not_affected\",\"justification\":\"code_not_present",
		    "not_affected of() in() vulnerable_code_not_present|" },
		{ "not_affected\",\"justification\":\"code_not_reachable",
		    "not_affected of() in() "
		    "vulnerable_code_not_in_execute_path|" },
		{ "not_affected\",\"justification\":\"requires_configuration",
		    "not_affected of() in() "
		    "vulnerable_code_not_in_execute_path|" },
		{ "not_affected\",\"justification\":\"requires_dependency",
		    "not_affected of() in() component_not_present|" },
		{ "not_affected\",\"justification\":\"requires_environment",
		    "not_affected of() in() "
		    "vulnerable_code_cannot_be_controlled_by_adversary|" },
		{ "not_affected\",\"justification\":\"protected_by_compiler",
		    "not_affected of() in() "
		    "inline_mitigations_already_exist|" },
		{ "not_affected\",\"justification\":\"protected_at_runtime",
		    "not_affected of() in() "
		    "inline_mitigations_already_exist|" },
		{ "not_affected\",\"justification\":\"protected_at_perimeter",
		    "not_affected of() in() "
		    "inline_mitigations_already_exist|" },
		{ "not_affected\",\"justification\":"
		  "\"protected_by_mitigating_control",
		    "not_affected of() in() "
		    "inline_mitigations_already_exist|" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char json[512];
		char expected[256];

		(void)snprintf(json, sizeof(json),
		    CYCLONEDX("\"vulnerabilities\":[{\"id\":\"CVE-1\","
			      "\"analysis\":{\"state\":\"%s\"}}]"),
		    cases[i].analysis);
		(void)snprintf(expected, sizeof(expected), "CVE-1 %s\n",
		    cases[i].expected);
		assert_true(logs_as(json, expected));
	}
}

static void
cyclonedx_version_is_what_the_state_says_of_it(void **state)
{
	static const struct {
		const char *state;
		const char *versions;
		const char *expected; /* of version 1, then of version 2 */
	} cases[] = {
		/* "affected" is the default: the flaw is in it */
		{ "not_affected", "\"version\":\"1\"", "not_affected" },
		{ "not_affected", "\"version\":\"1\",\"status\":\"affected\"",
		    "not_affected" },
		{ "resolved", "\"version\":\"1\",\"status\":\"affected\"",
		    "fixed" },
		{ "exploitable", "\"version\":\"1\",\"status\":\"affected\"",
		    "affected" },
		{ "in_triage", "\"version\":\"1\",\"status\":\"affected\"",
		    "under_investigation" },
		{ "exploitable", "\"version\":\"1\",\"status\":\"unknown\"",
		    "under_investigation" },
		{ "resolved", "\"version\":\"1\",\"status\":\"unaffected\"",
		    "fixed" },
		/* nobody looked, but this much is said */
		{ "?", "\"version\":\"1\",\"status\":\"affected\"",
		    "affected" },
		{ "?", "\"version\":\"1\",\"status\":\"unaffected\"",
		    "not_affected" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char json[512];
		char expected[256];

		(void)snprintf(json, sizeof(json),
		    CYCLONEDX("\"vulnerabilities\":[{\"id\":\"CVE-1\","
			      "\"analysis\":{\"state\":\"%s\"},\"affects\":["
			      "{\"ref\":\"a\",\"versions\":[{%s}]}]}]"),
		    cases[i].state, cases[i].versions);
		(void)snprintf(expected, sizeof(expected),
		    "CVE-1 %s of() in(name=a;version=1;) |\n",
		    cases[i].expected);
		assert_true(logs_as(json, expected));
	}
	assert_true(logs_as(
	    CYCLONEDX("\"vulnerabilities\":[{\"id\":\"CVE-1\",\"analysis\":{"
		      "\"state\":\"resolved\"},\"affects\":[{\"ref\":\"a\","
		      "\"versions\":[{\"version\":\"1\"},{\"version\":"
		      "\"2\",\"status\":\"unaffected\"}]}]}]"),
	    "CVE-1 affected of() in(name=a;version=1;) |\n"
	    "CVE-1 fixed of() in(name=a;version=2;) |\n"));
	assert_true(logs_as(
	    CYCLONEDX("\"vulnerabilities\":[{\"id\":\"CVE-1\",\"affects\":[{"
		      "\"ref\":\"a\",\"versions\":[{\"version\":\"1\"}]}]}]"),
	    ""));
}

static void
csaf_ranges_become_vers(void **state)
{
	static const struct {
		const char *name;
		const char *version; /* with its key, or nothing */
	} cases[] = {
		{ "vers:all/*", "" },
		{ "*", "" },
		{ "All versions", "" },
		{ "vers:deb/>=1.0|<2.0", "version=vers:deb/>=1.0|<2.0;" },
		{ "<=3.3.23.6.9", "version=vers:generic/<=3.3.23.6.9;" },
		{ "< V3.1", "version=vers:generic/<V3.1;" },
		{ ">= V2.0 < V2.2.28",
		    "version=vers:generic/>=V2.0|<V2.2.28;" },
		{ ">=V3.1.39 and < V3.3",
		    "version=vers:generic/>=V3.1.39|<V3.3;" },
		{ ">= 4.6.43 | <= 4.7.84",
		    "version=vers:generic/>=4.6.43|<=4.7.84;" },
		{ "=> 5.0 | =< 5.0.5.31",
		    "version=vers:generic/>=5.0|<=5.0.5.31;" },
		{ "vers:all/>=V1.80<V2.20",
		    "version=vers:generic/>=V1.80|<V2.20;" },
		{ "4.5.181 | 4.5.196",
		    "version=vers:generic/4.5.181|4.5.196;" },
		{ "V8.3.0.1, V8.6.0 and V8.7.0",
		    "version=vers:generic/V8.3.0.1|V8.6.0|V8.7.0;" },
		{ "0 < 9.8.12", "version=vers:generic/0|<9.8.12;" },
		{ "<= C.00.04", "version=vers:generic/<=C.00.04;" },
		/* not understood */
		{ "< V2.2 Update 1", "version=< V2.2 Update 1;" },
		{ "< V3.0 SP1", "version=< V3.0 SP1;" },
		{ "<8/30/2024", "version=<8/30/2024;" },
		{ "Versions including affected IPv6 stack",
		    "version=Versions including affected IPv6 stack;" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char json[1024];
		char expected[256];

		(void)snprintf(json, sizeof(json),
		    CSAF("\"product_tree\":{\"branches\":[{\"category\":"
			 "\"product_version_range\",\"name\":\"%s\","
			 "\"product\":{\"name\":\"a\",\"product_id\":\"p\"}}]},"
			 "\"vulnerabilities\":[{\"cve\":\"CVE-1\","
			 "\"product_status\":{\"fixed\":[\"p\"]}}]"),
		    cases[i].name);
		(void)snprintf(expected, sizeof(expected),
		    "CVE-1 fixed of(name=a;%s) in() |\n", cases[i].version);
		assert_true(logs_as(json, expected));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vex_files_say_what_is_written_beside_them),
		cmocka_unit_test(vex_files_cut_short_are_refused),
		cmocka_unit_test(vex_files_end_where_memory_does),
		cmocka_unit_test(vex_reading_ends_when_the_sink_says_so),
		cmocka_unit_test(vex_names_what_is_wrong),
		cmocka_unit_test(vex_broken_statement_does_not_hurt_the_next),
		cmocka_unit_test(
		    cyclonedx_without_vulnerabilities_says_nothing),
		cmocka_unit_test(
		    openvex_notes_and_actions_are_no_reason_for_not_affected),
		cmocka_unit_test(cyclonedx_words_become_those_of_openvex),
		cmocka_unit_test(
		    cyclonedx_version_is_what_the_state_says_of_it),
		cmocka_unit_test(csaf_ranges_become_vers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
