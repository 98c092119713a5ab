/* SPDX-License-Identifier: ISC */
/* The tables of data/ hold what they promise, and broken ones are refused. */
#include "scene.h"

#include "base/table.h"
#include "baseline/catalogue.h"
#include "baseline/end_of_life.h"
#include "baseline/rules.h"
#include "crypto/hash.h"

static struct arena arena;
static struct catalogue catalogue;

static int
read_all(void **state)
{
	struct fault fault;

	(void)state;
	arena = arena_open((size_t)8 << 20);
	return catalogue_read(data_embedded(), &arena, &catalogue, &fault) ==
		ERR_OK
	    ? 0
	    : -1;
}

static int
close_all(void **state)
{
	(void)state;
	arena_close(&arena);
	return 0;
}

static const struct framework *
framework(const char *id)
{
	size_t at;

	assert_true(catalogue_find_framework(&catalogue, bytes_of(id), &at));
	return &catalogue.framework[at];
}

static void
each_framework_has_all_its_requirements(void **state)
{
	static const struct {
		const char *id;
		size_t count;
		bool judged;
	} rows[] = {
		{ "en303645", 78, true },
		{ "enisa-2017", 83, true },
		{ "cra", 22, true },
		{ "cra-documents", 27, true },
		{ "en18031", 48, true },
		{ "psti", 8, true },
		{ "nist8259a", 22, true },
		{ "nist8425", 17, true },
	};

	(void)state;
	assert_int_equal(
	    catalogue.framework_count, sizeof(rows) / sizeof(rows[0]));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(framework(rows[i].id)->count, rows[i].count);
		assert_int_equal(framework(rows[i].id)->judged, rows[i].judged);
	}
}

static void
en303645_has_36_mandatory_and_42_recommended_provisions(void **state)
{
	const struct framework *f = framework("en303645");
	size_t mandatory = 0;
	size_t recommended = 0;

	(void)state;
	for (size_t i = 0; i < f->count; i++) {
		mandatory += f->list[i].modality.ptr[0] == 'M';
		recommended += f->list[i].modality.ptr[0] == 'R';
		assert_true(f->list[i].evidence.len > 0);
	}
	assert_int_equal(mandatory, 36);
	assert_int_equal(recommended, 42);
}

/* By our judgement, as the notes on the catalogue count it. */
static void
tool_verdicts_are_9_both_34_fail_only_19_aid_16_none(void **state)
{
	const struct framework *f = framework("en303645");
	size_t count[4] = { 0 };

	(void)state;
	for (size_t i = 0; i < f->count; i++)
		count[f->list[i].tool_verdict]++;
	assert_int_equal(count[TOOL_BOTH], 9);
	assert_int_equal(count[TOOL_FAIL_ONLY], 34);
	assert_int_equal(count[TOOL_AID], 19);
	assert_int_equal(count[TOOL_NONE], 16);
}

static void
rows_that_are_not_verified_say_so(void **state)
{
	size_t unsure = 0;

	(void)state;
	for (size_t i = 0; i < catalogue.framework_count; i++)
		for (size_t k = 0; k < catalogue.framework[i].count; k++)
			unsure += catalogue.framework[i].list[k].unsure.len > 0;
	assert_true(unsure >= 20);
	assert_true(framework("en303645")->list[3].unsure.len > 0);
}

static void
the_crosswalk_has_a_row_for_each_provision(void **state)
{
	bool seen[78] = { false };
	size_t loose = 0;

	(void)state;
	for (size_t i = 0; i < catalogue.relation_count; i++) {
		seen[catalogue.relation[i].provision] = true;
		loose += catalogue.relation[i].loose;
		assert_true(catalogue.relation[i].framework > 0);
	}
	for (size_t i = 0; i < 78; i++)
		assert_true(seen[i]);
	assert_true(loose > 50);
	assert_true(catalogue.relation_count - loose > 200);
}

static bool
relates(const char *provision, const char *to, const char *id, bool loose)
{
	const struct framework *f = framework(to);

	for (size_t i = 0; i < catalogue.relation_count; i++) {
		const struct relation *r = &catalogue.relation[i];

		if (&catalogue.framework[r->framework] == f &&
		    r->loose == loose &&
		    bytes_equal_text(f->list[r->requirement].id, id) &&
		    bytes_equal_text(
			catalogue.framework[0].list[r->provision].id,
			provision))
			return true;
	}
	return false;
}

static void
loose_marks_are_kept(void **state)
{
	(void)state;
	assert_true(relates("5.1-1", "psti", "S1-1(2)", false));
	assert_true(relates("5.1-1", "nist8259a", "LA-2", true));
	assert_true(relates("5.2-3", "cra", "AnxI-II(1)", true));
	assert_true(relates("5.2-1", "cra-documents", "AnxII(2)", false));
	assert_true(relates("5.4-4", "en18031", "CCK-1", true));
	assert_true(relates("5.4-4", "en18031", "CCK-3", false));
}

static void
a_loose_mark_may_name_its_column(void **state)
{
	(void)state;
	assert_true(relates("5.4-1", "nist8259a", "DP-1", false));
	assert_true(relates("5.4-1", "nist8425", "DP-1", true));
	assert_true(relates("5.3-10", "nist8425", "SU-1", false));
	assert_true(relates("5.3-3", "nist8259a", "SU-1", true));
}

/* All but the inventory of components and the settings of them. */
static void
nist8425_is_reached_through_the_crosswalk(void **state)
{
	const struct framework *f = framework("nist8425");
	size_t reached = 0;

	(void)state;
	for (size_t i = 0; i < f->count; i++) {
		bool any = false;

		for (size_t k = 0; k < catalogue.relation_count; k++)
			any |= &catalogue.framework[catalogue.relation[k]
							.framework] == f &&
			    catalogue.relation[k].requirement == i;
		reached += any;
	}
	assert_int_equal(f->count, 17);
	assert_int_equal(reached, 15);
}

static void
every_condition_of_a_provision_exists(void **state)
{
	struct bytes conditions =
	    data_find(data_embedded(), "catalogues/en303645-conditions.tsv");
	struct table t;
	size_t count = 0;

	(void)state;
	assert_int_equal(table_open(conditions, &t), ERR_OK);
	while (table_next(&t) == ERR_OK)
		count++;
	assert_int_equal(count, 32);
	assert_int_equal(
	    table_open(
		data_find(data_embedded(), "catalogues/en303645.tsv"), &t),
	    ERR_OK);
	while (table_next(&t) == ERR_OK) {
		struct bytes list = table_field(&t, "applies_if");
		struct bytes key;

		while (list.len > 0 && bytes_next_field(&list, ',', &key)) {
			char line[8] = { '\n' };
			bool digit = key.ptr[0] <= '9';

			line[1] = digit ? 'C' : 'F';
			memcpy(line + 2, key.ptr, key.len);
			line[2 + key.len] = '\t';
			assert_true(bytes_find(conditions, bytes_of(line), 0) !=
			    SIZE_MAX);
		}
	}
}

static void
rules_of_the_code_and_of_the_table_are_the_same(void **state)
{
	struct rule_list rules;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    rules_read(data_embedded(), &catalogue, &arena, &rules, &fault),
	    ERR_OK);
	assert_int_equal(rules.count, rule_code_count);
	assert_int_equal(rules.count, 65);
	for (size_t i = 0; i < rules.count; i++) {
		assert_true(
		    bytes_equal_text(rules.list[i].id, rule_codes[i].id));
		assert_int_equal(
		    rules.list[i].judged, rule_codes[i].judge != NULL);
		if (i > 0)
			assert_true(
			    strcmp(rule_codes[i - 1].id, rule_codes[i].id) < 0);
	}
}

static void
branches_end_where_the_table_says(void **state)
{
	static const struct {
		const char *component, *version, *ended;
	} rows[] = {
		{ "linux", "4.4.140", "2022-02-03" },
		{ "linux", "4.4", "2022-02-03" },
		{ "linux", "2.6.31--LSDK", "2016-03-12" },
		{ "openssl", "1.0.2f", "2019-12-31" },
		{ "libopenssl1.0.0", "1.0.2q-1", "2019-12-31" },
		{ "openssl", "0.9.8zh", "2015-12-31" },
		{ "mbed_tls", "2.6.0", "2021-12-31" },
		{ "mbed_tls", "2.28.3", "2025-03-31" },
		{ "busybox", "1.22.1", "2018-12-31" },
		{ "busybox", "1.30.1", NULL },
		{ "openssl", "1.0.20", NULL },
		{ "openssl", "", NULL },
		{ "linux", "9.9", NULL },
	};
	struct end_of_life_list dates;
	struct fault fault;

	(void)state;
	assert_int_equal(
	    end_of_life_read(data_embedded(), &arena, &dates, &fault), ERR_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct end_of_life *row = end_of_life_find(&dates,
		    bytes_of(rows[i].component), bytes_of(rows[i].version));

		if (rows[i].ended == NULL) {
			assert_null(row);
			continue;
		}
		assert_non_null(row);
		assert_true(bytes_equal_text(row->ended, rows[i].ended));
	}
}

static void
days_are_counted_from_1970(void **state)
{
	static const struct {
		const char *text;
		uint64_t secs;
	} good[] = {
		{ "1970-01-01", 86399 },
		{ "2000-02-29", 951868799 },
		{ "2026-11-21", TODAY - 1 },
	};
	static const char *const bad[] = { "2019-02-29", "2019-13-01",
		"2019-00-01", "2019-01-00", "2019-1-1", "1969-01-01",
		"2019/01/01", "", "2100-02-29" };
	uint64_t secs = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(end_of_life_day(bytes_of(good[i].text), &secs));
		assert_int_equal(secs, good[i].secs);
	}
	secs = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(end_of_life_day(bytes_of(bad[i]), &secs));
	assert_int_equal(secs, 7);
}

/* The embedded set with one file's content replaced. */
static enum err
open_with(const char *name, const char *content, struct fault *fault)
{
	const struct data_set *all = data_embedded();
	struct data_file *files = calloc(all->count, sizeof(*files));
	struct data_set set = { files, all->count };
	struct baseline *b = NULL;

	assert_non_null(files);
	memcpy(files, all->file, all->count * sizeof(*files));
	for (size_t i = 0; i < set.count; i++)
		if (strcmp(files[i].name, name) == 0)
			files[i].content = bytes_of(content);
	enum err err = baseline_open(&set, &b, fault);

	if (err != ERR_OK)
		assert_null(b);
	baseline_close(b);
	free(files);
	return err;
}

#define RULES                                                                  \
	"id\tprovisions\talso\tlooks_at\tstate\tweight\tfail\twarn\tinfo\tadvice\n"
#define EOL "components\tbranch\tended\tweak_tls\tsource\tnote\n"
#define MAIN                                                                   \
	"provision\tmodality\tparaphrase\tevidence\tunsure\tapplies_if\t"      \
	"tool_verdict\n"

static void
a_broken_table_is_refused_with_file_and_line(void **state)
{
	static const struct {
		const char *file, *content;
		const char *blamed;
		uint64_t line;
		const char *field;
	} cases[] = {
		{ "frameworks.tsv", "", "frameworks.tsv", 0, "no header line" },
		{ "frameworks.tsv", "id\ttitle\n", "frameworks.tsv", 1,
		    "crosswalk" },
		{ "frameworks.tsv",
		    "id\ttitle\tcrosswalk\tjudged\tfile\tversion\n"
		    "cra\tx\tcra\tyes\tcatalogues/cra-annex1.tsv\t1\n",
		    "frameworks.tsv", 2, "en303645 must come first" },
		{ "frameworks.tsv",
		    "id\ttitle\tcrosswalk\tjudged\tfile\tversion\n"
		    "en303645\tx\tprovision\tmaybe\tno.tsv\t1\n",
		    "frameworks.tsv", 2, "judged" },
		{ "frameworks.tsv",
		    "id\ttitle\tcrosswalk\tjudged\tfile\tversion\n"
		    "en303645\tx\tprovision\tyes\tno.tsv\t1\n",
		    "data set", 0, "a file is missing" },
		{ "catalogues/en303645.tsv", MAIN "5.1-1\tM\n",
		    "catalogues/en303645.tsv", 2, "number of fields" },
		{ "catalogues/en303645.tsv",
		    MAIN "5.1-1\tM\tx\tfirmware\t\t\tperhaps\n",
		    "catalogues/en303645.tsv", 2, "tool_verdict" },
		{ "catalogues/en303645.tsv",
		    MAIN "5.1-1\tM\tx\tfirmware\t\t\tnone\n"
			 "5.1-1\tM\tx\tfirmware\t\t\tnone\n",
		    "catalogues/en303645.tsv", 3, "id twice" },
		{ "crosswalk.tsv",
		    "provision\tcra\tloose\n5.1-1\tAnxI-I(9)\t\n",
		    "crosswalk.tsv", 2, "unknown id" },
		{ "crosswalk.tsv", "provision\tcra\tloose\n9.9-9\t\t\n",
		    "crosswalk.tsv", 2, "provision" },
		{ "crosswalk.tsv",
		    "provision\tcra\tloose\n5.1-1\tAnxI-I(1)\tAnxI-I(2)(a)\n",
		    "crosswalk.tsv", 2, "loose" },
		{ "rules.tsv", RULES "BIN-1\t\t\timage\tjudged\t3\t\t\t\tx\n",
		    "rules.tsv", 1, "number of rules" },
		{ "end-of-life.tsv", EOL "x\t1\tsoon\t\thttps://x\t\n",
		    "end-of-life.tsv", 2, "ended" },
		{ "end-of-life.tsv", EOL "x\t1\t2020-01-01\tperhaps\ty\t\n",
		    "end-of-life.tsv", 2, "an empty or strange field" },
		{ "schemes.tsv",
		    "scheme\tlevel\tframework\trequirement\tmodality\t"
		    "accepts\n",
		    "schemes.tsv", 1, "no scheme" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault fault = { 0 };

		assert_int_equal(
		    open_with(cases[i].file, cases[i].content, &fault),
		    ERR_MALFORMED);
		assert_string_equal(fault.format, cases[i].blamed);
		assert_string_equal(fault.field, cases[i].field);
		assert_int_equal(fault.at, cases[i].line);
	}
}

/* The rules with one text in them replaced by another. */
static void
refuses_rules_with(const char *from, const char *to, const char *field)
{
	struct bytes rules = data_find(data_embedded(), "rules.tsv");
	size_t at = bytes_find(rules, bytes_of(from), 0);
	char *text = calloc(1, rules.len + strlen(to) + 1);
	struct fault fault = { 0 };

	assert_true(at != SIZE_MAX);
	assert_non_null(text);
	memcpy(text, rules.ptr, at);
	memcpy(text + at, to, strlen(to));
	memcpy(text + at + strlen(to), rules.ptr + at + strlen(from),
	    rules.len - at - strlen(from));
	assert_int_equal(open_with("rules.tsv", text, &fault), ERR_MALFORMED);
	assert_string_equal(fault.format, "rules.tsv");
	assert_string_equal(fault.field, field);
	free(text);
}

static void
rules_that_do_not_fit_the_code_are_refused(void **state)
{
	(void)state;
	refuses_rules_with(
	    "BIN-2\t", "BIN-9\t", "id, as the code's table has it");
	refuses_rules_with("\tjudged\t", "\tperhaps\t", "state");
	refuses_rules_with("\tjudged\t", "\tnot-looked\t",
	    "state, as the code's table has it");
	refuses_rules_with("\tprograms\t", "\tmoon\t", "looks_at");
	refuses_rules_with("\t5.6-8;", "\t5.6-88;", "provisions");
	refuses_rules_with("cra:AnxI-I(2)(k)", "cra:AnxI-I(2)(z)", "also");
	refuses_rules_with("cra:AnxI-I(2)(k)", "moon", "also");
}

/* tools/embed computed them; the data's version is made of them. */
static void
embedded_digests_are_those_of_the_files(void **state)
{
	const struct data_set *all = data_embedded();
	uint8_t digest[HASH_MAX_LEN];

	(void)state;
	for (size_t i = 0; i < all->count; i++) {
		assert_int_equal(
		    hash_of(HASH_SHA256, all->file[i].content, digest), ERR_OK);
		assert_non_null(all->file[i].sha256);
		assert_memory_equal(all->file[i].sha256, digest, 32);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(embedded_digests_are_those_of_the_files),
		cmocka_unit_test(each_framework_has_all_its_requirements),
		cmocka_unit_test(
		    en303645_has_36_mandatory_and_42_recommended_provisions),
		cmocka_unit_test(
		    tool_verdicts_are_9_both_34_fail_only_19_aid_16_none),
		cmocka_unit_test(rows_that_are_not_verified_say_so),
		cmocka_unit_test(the_crosswalk_has_a_row_for_each_provision),
		cmocka_unit_test(loose_marks_are_kept),
		cmocka_unit_test(a_loose_mark_may_name_its_column),
		cmocka_unit_test(nist8425_is_reached_through_the_crosswalk),
		cmocka_unit_test(every_condition_of_a_provision_exists),
		cmocka_unit_test(
		    rules_of_the_code_and_of_the_table_are_the_same),
		cmocka_unit_test(branches_end_where_the_table_says),
		cmocka_unit_test(days_are_counted_from_1970),
		cmocka_unit_test(a_broken_table_is_refused_with_file_and_line),
		cmocka_unit_test(rules_that_do_not_fit_the_code_are_refused),
	};

	return cmocka_run_group_tests(tests, read_all, close_all);
}
