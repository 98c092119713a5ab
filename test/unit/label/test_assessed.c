/* SPDX-License-Identifier: ISC */
/* What an assessment supports, and what is refused with its reason. */
#include "label/assessed.h"

#include "base/limits.h"
#include "base/table_file.h"
#include "label/scheme_levels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1795305600) /* 2026-11-22 */
#define FILE_LEN 4096

/* The parts of an assessment, each to be replaced; NULL leaves it out. */
struct parts {
	const char *schema, *tool, *image, *declaration, *product, *coverage,
	    *verdicts, *scheme, *more;
};

static const uint8_t digest[SHA256_LEN] = { 0x8f, 0x18, 0x6a, 0xf3, 0x40, 0x7d,
	0x62, 0x55, 0xc0, 0xc7, 0x71, 0x6c, 0x96, 0x87, 0xa5, 0x03, 0xe9, 0xb3,
	0xb3, 0xd2, 0xc9, 0x8f, 0x43, 0xdd, 0x5d, 0x1f, 0x49, 0x28, 0x6d, 0xdd,
	0x0d, 0xe3 };

#define DIGEST                                                                 \
	"8f186af3407d6255c0c7716c9687a503e9b3b3d2c98f43dd5d1f49286ddd0de3"

static const struct parts good = {
	.schema = "\"schema\":\"hallmark.assessment/1\"",
	.tool = "\"tool\":{\"name\":\"hallmark\",\"version\":\"0.1.0\","
		"\"data\":\"3def1b670069\"}",
	.image = "\"image\":{\"name\":\"cam.img\",\"size\":100,\"sha256\":"
		 "\"" DIGEST "\"}",
	.declaration = "\"declaration\":{\"name\":\"cam.yaml\",\"sha256\":"
		       "\"" DIGEST "\",\"answers\":9,\"problems\":0}",
	.product = "\"product\":{\"maker\":\"Argentum \\u0041G\","
		   "\"model\":\"Cam One\",\"hardware\":\"rev. B\","
		   "\"release\":\"1.1\",\"support_end\":\"2031-12-31\"}",
	.coverage = "\"coverage\":{\"read\":90,\"padding\":6,\"opaque\":4,"
		    "\"unread\":0}",
	.verdicts = "\"verdicts\":[{\"framework\":\"en303645\",\"requirement\":"
		    "\"5.1-1\",\"verdict\":\"pass\",\"basis\":\"tested\","
		    "\"reason\":\"\",\"because\":[]},{\"framework\":\"cra\","
		    "\"verdict\":\"pass\",\"basis\":\"declared\","
		    "\"reason\":\"\"}]",
	.scheme = "\"scheme\":{\"name\":\"hallmark\",\"level\":\"basic\","
		  "\"missing\":[\"5.3-7\"],\"next\":\"substantial\",\"gaps\":"
		  "[{\"framework\":\"en303645\",\"requirement\":\"5.3-7\","
		  "\"need\":\"fix\",\"what\":[\"no \\\"TLS\\\"\",\"2nd\"]},"
		  "{\"framework\":\"cra\",\"requirement\":\"AnxI-I(2)(a)\","
		  "\"need\":\"review\",\"what\":[]}]}",
};

struct scene {
	struct arena arena;
	char file[FILE_LEN];
	struct assessed assessed;
	struct assessed_answer answer;
	struct fault fault;
};

static void
add(struct scene *s, const char *part)
{
	size_t len = strlen(s->file);

	if (part != NULL)
		(void)snprintf(s->file + len, sizeof(s->file) - len, "%s%s",
		    len > 1 ? "," : "", part);
}

static enum err
read_parts(struct scene *s, const struct parts *p)
{
	enum err err;

	s->file[0] = '{';
	s->file[1] = '\0';
	add(s, p->schema);
	add(s, p->tool);
	add(s, p->image);
	add(s, p->declaration);
	add(s, p->product);
	add(s, p->coverage);
	add(s, p->verdicts);
	add(s, p->scheme);
	add(s, p->more);
	size_t len = strlen(s->file);

	(void)snprintf(s->file + len, sizeof(s->file) - len, "}");
	s->assessed = (struct assessed){ .image_size = 4711 };
	s->fault = (struct fault){ 0 };
	err = assessed_read(
	    bytes_of(s->file), &s->arena, &s->assessed, &s->fault);
	if (err != ERR_OK) {
		assert_int_equal(s->assessed.image_size, 4711);
		assert_int_equal(s->fault.code, err);
	}
	return err;
}

static struct assessed_wish
wish(const char *scheme, const char *level)
{
	return (struct assessed_wish){
		.scheme = bytes_of(scheme),
		.level = bytes_of(level),
		.image_sha256 = digest,
		.now = NOW,
		.data = data_embedded(),
	};
}

/* How many refusals of this code there are after judging. */
static unsigned
refusals(
    struct scene *s, const struct assessed_wish *w, enum assessed_code code)
{
	unsigned count = 0;

	assert_int_equal(
	    assessed_judge(&s->assessed, w, &s->arena, &s->answer), ERR_OK);
	for (size_t i = 0; i < s->answer.refusal_count; i++)
		count += s->answer.refusals[i].code == code;
	return count;
}

static void
scene_open(struct scene *s)
{
	/* in place: a second scene would be too much for the stack */
	memset(s, 0, sizeof(*s));
	s->arena = arena_open(4 * MIB);
	assert_int_equal(read_parts(s, &good), ERR_OK);
}

static void
a_good_one_says_who_and_how_far(void **state)
{
	struct scene s;
	struct assessed_wish w = wish("hallmark", "");

	(void)state;
	scene_open(&s);
	assert_true(bytes_equal_text(s.assessed.maker, "Argentum AG"));
	assert_true(bytes_equal_text(s.assessed.model, "Cam One"));
	assert_true(bytes_equal_text(s.assessed.version, "1.1"));
	assert_true(bytes_equal_text(s.assessed.tool_data, "3def1b670069"));
	assert_memory_equal(s.assessed.image_sha256, digest, SHA256_LEN);
	assert_int_equal(s.assessed.support_until, 1956527999);
	assert_int_equal(s.assessed.gap_count, 2);
	assert_true(bytes_equal_text(s.assessed.gaps[0].what, "no \"TLS\""));
	assert_int_equal(refusals(&s, &w, ASSESSED_LEVEL), 0);
	assert_int_equal(s.answer.refusal_count, 0);
	assert_int_equal(s.answer.level, 1);
	assert_true(bytes_equal_text(s.answer.level_name, "basic"));
	/* basic asks nothing of the CRA, whose verdict was declared */
	assert_int_equal(s.answer.basis, LABEL_BASIS_TESTED);
	assert_int_equal(s.answer.max_days, 730);
	arena_close(&s.arena);
}

static void
a_level_beyond_names_each_gap(void **state)
{
	struct scene s;
	struct assessed_wish w = wish("hallmark", "substantial");
	struct out o = out_open(1 * KIB);

	(void)state;
	scene_open(&s);
	assert_int_equal(refusals(&s, &w, ASSESSED_LEVEL), 2);
	assessed_put_refusal(&o, &s.assessed, &s.answer.refusals[0]);
	assert_true(bytes_equal_text(
	    out_bytes(&o), "en303645 5.3-7: not met (fix): no \"TLS\""));
	out_close(&o);
	arena_close(&s.arena);
}

static void
each_reason_against_is_said(void **state)
{
	static const struct {
		struct parts with; /* a NULL part is the good one */
		const char *scheme, *level;
		enum assessed_code code;
	} cases[] = {
		{ { 0 }, "hallmark", "gold", ASSESSED_NO_SCHEME },
		{ { 0 }, "psti", "", ASSESSED_OTHER_SCHEME },
		{ { .scheme =
			  "\"scheme\":{\"name\":\"hallmark\",\"level\":\"\","
			  "\"next\":\"basic\"}" },
		    "hallmark", "", ASSESSED_LEVEL },
		{ { .scheme = "\"scheme\":{\"name\":\"hallmark\",\"level\":"
			      "\"forged\",\"next\":\"\"}" },
		    "hallmark", "high", ASSESSED_NO_SCHEME },
		{ { .coverage = "\"coverage\":{\"read\":90,\"padding\":6,"
				"\"opaque\":3,\"unread\":1}",
		      .scheme = "\"scheme\":{\"name\":\"hallmark\",\"level\":"
				"\"substantial\",\"next\":\"high\"}" },
		    "hallmark", "", ASSESSED_UNREAD },
		{ { .more = "\"worker_trouble\":\"it was killed\"" },
		    "hallmark", "", ASSESSED_TROUBLE },
		{ { .more = "\"cut_short\":\"too many nodes\"" }, "hallmark",
		    "", ASSESSED_TROUBLE },
		{ { .declaration = "\"a\":1", .product = "\"b\":1" },
		    "hallmark", "", ASSESSED_NO_DECLARATION },
		{ { .product = "\"b\":1" }, "hallmark", "",
		    ASSESSED_OTHER_TOOL },
		{ { .tool = "\"tool\":{\"name\":\"forgery\",\"version\":\"1\","
			    "\"data\":\"\"}" },
		    "hallmark", "", ASSESSED_OTHER_TOOL },
		{ { .product = "\"product\":{\"maker\":\"A\",\"model\":\"C\","
			       "\"hardware\":\"\",\"release\":\"1\","
			       "\"support_end\":\"2026-11-21\"}" },
		    "hallmark", "", ASSESSED_SUPPORT_ENDED },
		{ { .product = "\"product\":{\"maker\":\"A\",\"model\":\"C\","
			       "\"hardware\":\"\",\"release\":\"1\","
			       "\"support_end\":\"soon\"}",
		      .scheme = "\"scheme\":{\"name\":\"hallmark\",\"level\":"
				"\"high\",\"next\":\"\"}" },
		    "hallmark", "", ASSESSED_NO_SUPPORT },
		{ { .image = "\"image\":{\"name\":\"\",\"size\":100,"
			     "\"sha256\":\"00186af3407d6255c0c7716c9687a503e9b"
			     "3b3d2c98f43dd5d1f49286ddd0de3\"}" },
		    "hallmark", "", ASSESSED_OTHER_IMAGE },
	};
	struct scene s;

	(void)state;
	scene_open(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parts p = good;
		struct assessed_wish w = wish(cases[i].scheme, cases[i].level);
		const struct parts *with = &cases[i].with;

		p.tool = with->tool != NULL ? with->tool : p.tool;
		p.image = with->image != NULL ? with->image : p.image;
		p.declaration = with->declaration != NULL ? with->declaration
							  : p.declaration;
		p.product = with->product != NULL ? with->product : p.product;
		p.coverage =
		    with->coverage != NULL ? with->coverage : p.coverage;
		p.scheme = with->scheme != NULL ? with->scheme : p.scheme;
		p.more = with->more;
		assert_int_equal(read_parts(&s, &p), ERR_OK);
		assert_int_equal(refusals(&s, &w, cases[i].code), 1);
		assert_int_equal(s.answer.refusal_count, 1);
		struct out o = out_open(1 * KIB);

		assessed_put_refusal(&o, &s.assessed, &s.answer.refusals[0]);
		assert_true(o.len > 10);
		assert_non_null(assessed_word(cases[i].code));
		out_close(&o);
	}
	arena_close(&s.arena);
}

static void
the_last_day_of_support_still_counts(void **state)
{
	struct parts p = good;
	struct scene s;
	struct assessed_wish w = wish("hallmark", "");

	(void)state;
	scene_open(&s);
	p.product = "\"product\":{\"maker\":\"A\",\"model\":\"C\","
		    "\"hardware\":\"\",\"release\":\"1\","
		    "\"support_end\":\"2026-11-22\"}";
	w.now = NOW + 86399;
	assert_int_equal(read_parts(&s, &p), ERR_OK);
	assert_int_equal(refusals(&s, &w, ASSESSED_SUPPORT_ENDED), 0);
	w.now = NOW + 86400;
	assert_int_equal(refusals(&s, &w, ASSESSED_SUPPORT_ENDED), 1);
	arena_close(&s.arena);
}

static void
the_basis_is_the_weakest_that_the_level_rests_on(void **state)
{
	static const struct {
		const char *verdict; /* of en303645 */
		enum label_basis basis;
	} cases[] = {
		{ "\"basis\":\"tested\",\"reason\":\"\"", LABEL_BASIS_TESTED },
		{ "\"basis\":\"reviewed\",\"reason\":\"\"",
		    LABEL_BASIS_REVIEWED },
		{ "\"basis\":\"declared\",\"reason\":\"\"",
		    LABEL_BASIS_DECLARED },
		{ "\"basis\":\"tested\",\"reason\":\"unread-bytes\"",
		    LABEL_BASIS_DECLARED },
		{ "\"basis\":\"tested\",\"reason\":\"needs-review\"",
		    LABEL_BASIS_DECLARED },
		{ "\"basis\":\"tested\",\"reason\":\"not-disproved\"",
		    LABEL_BASIS_TESTED },
	};
	struct scene s;

	(void)state;
	scene_open(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parts p = good;
		struct assessed_wish w = wish("hallmark", "");
		char verdicts[256];

		(void)snprintf(verdicts, sizeof(verdicts),
		    "\"verdicts\":[{\"framework\":\"en303645\",%s}]",
		    cases[i].verdict);
		p.verdicts = verdicts;
		assert_int_equal(read_parts(&s, &p), ERR_OK);
		assert_int_equal(refusals(&s, &w, ASSESSED_LEVEL), 0);
		assert_int_equal(s.answer.basis, cases[i].basis);
	}
	arena_close(&s.arena);
}

static void
broken_files_are_refused(void **state)
{
	static const struct {
		const char *part; /* put behind the good ones */
		enum err err;
		const char *field;
	} twice[] = {
		{ "\"tool\":{}", ERR_MALFORMED, "tool" },
		{ "\"verdicts\":[]", ERR_MALFORMED, "verdicts" },
		{ "\"jail\":\"a\",\"jail\":\"b\"", ERR_MALFORMED, "jail" },
		{ "\"schema\":\"hallmark.diff/1\"", ERR_UNSUPPORTED, "schema" },
		{ "\"x\":}", ERR_MALFORMED, "JSON" },
		/* "tool" again for whoever undoes escapes */
		{ "\"t\\u006fol\":{}", ERR_MALFORMED, "key" },
	};
	struct parts p = good;
	struct scene s;

	(void)state;
	scene_open(&s);
	for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
		p.more = twice[i].part;
		assert_int_equal(read_parts(&s, &p), twice[i].err);
		assert_string_equal(s.fault.field, twice[i].field);
	}
	p = good;
	p.schema = NULL;
	assert_int_equal(read_parts(&s, &p), ERR_UNSUPPORTED);
	p = good;
	p.verdicts = NULL;
	assert_int_equal(read_parts(&s, &p), ERR_MALFORMED);
	p = good;
	p.coverage = "\"coverage\":{\"read\":18446744073709551615,\"padding\":"
		     "101,\"opaque\":0,\"unread\":0}";
	assert_int_equal(read_parts(&s, &p), ERR_MALFORMED);
	assert_string_equal(s.fault.field, "coverage");
	p.coverage = "\"coverage\":{\"read\":90,\"padding\":6,\"opaque\":4}";
	assert_int_equal(read_parts(&s, &p), ERR_MALFORMED);
	p = good;
	p.image = "\"image\":{\"name\":\"x\",\"size\":100,\"sha256\":\"8f\"}";
	assert_int_equal(read_parts(&s, &p), ERR_MALFORMED);
	assert_string_equal(s.fault.field, "sha256");
	p.image = "\"image\":{\"name\":1,\"size\":100,\"sha256\":\"\"}";
	assert_int_equal(read_parts(&s, &p), ERR_MALFORMED);
	p.image = "\"image\":7";
	assert_int_equal(read_parts(&s, &p), ERR_MALFORMED);
	/* A basis that only others would read as "declared". */
	p = good;
	p.verdicts = "\"verdicts\":[{\"framework\":\"en303645\","
		     "\"basis\":\"\\u0064eclared\"}]";
	assert_int_equal(read_parts(&s, &p), ERR_MALFORMED);
	assert_string_equal(s.fault.field, "basis");
	p.verdicts = "\"verdicts\":[{\"framework\":\"en303645\","
		     "\"framework\":\"x\",\"basis\":\"declared\"}]";
	assert_int_equal(read_parts(&s, &p), ERR_MALFORMED);
	assert_string_equal(s.fault.field, "framework");
	arena_close(&s.arena);
}

static void
every_prefix_is_refused_and_memory_may_end(void **state)
{
	struct scene s;
	struct bytes whole;
	bool done = false;

	(void)state;
	scene_open(&s);
	whole = bytes_of(s.file);
	for (size_t len = 0; len < whole.len; len++) {
		uint8_t *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy, s.file, len);
		assert_int_not_equal(assessed_read((struct bytes){ copy, len },
					 &s.arena, &s.assessed, &s.fault),
		    ERR_OK);
		free(copy);
	}
	arena_close(&s.arena);
	for (size_t limit = 0; !done; limit += 61) {
		struct arena arena = arena_open(limit);
		struct assessed_wish w = wish("hallmark", "");
		enum err err =
		    assessed_read(whole, &arena, &s.assessed, &s.fault);

		if (err == ERR_OK)
			err =
			    assessed_judge(&s.assessed, &w, &arena, &s.answer);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		done = err == ERR_OK;
		arena_close(&arena);
	}
}

/* Both tables name the same levels in the same order. */
static void
levels_are_those_of_the_schemes(void **state)
{
	static const char *const columns[] = { "scheme", "level", NULL };
	struct table_file t;
	struct bytes scheme = { NULL, 0 };
	struct bytes level = { NULL, 0 };
	struct scheme_level row;
	unsigned number = 0;

	(void)state;
	assert_int_equal(
	    table_file_open(data_embedded(), BYTES("schemes.tsv"), columns, &t),
	    ERR_OK);
	while (table_file_next(&t) == ERR_OK) {
		struct bytes its_scheme = table_field(&t.table, "scheme");
		struct bytes its_level = table_field(&t.table, "level");

		if (!bytes_equal(scheme, its_scheme)) {
			assert_int_equal(
			    scheme_level_find(data_embedded(), scheme,
				(struct bytes){ NULL, 0 }, number + 1, &row),
			    ERR_END);
			number = 0;
		}
		if (number == 0 || !bytes_equal(level, its_level))
			number++;
		scheme = its_scheme;
		level = its_level;
		assert_int_equal(
		    scheme_level_find(data_embedded(), scheme, level, 0, &row),
		    ERR_OK);
		assert_int_equal(row.number, number);
		assert_int_equal(scheme_level_find(data_embedded(), scheme,
				     (struct bytes){ NULL, 0 }, number, &row),
		    ERR_OK);
		assert_true(bytes_equal(row.name, level));
	}
	assert_true(number > 0);
}

/* Members that only feeds give, with keys that mean something elsewhere. */
static void
what_feeds_know_is_passed_over(void **state)
{
	struct parts p = good;
	struct scene s;

	(void)state;
	p.more = "\"advisories\":{\"feeds\":[{\"name\":\"kev.json\",\"kind\":"
		 "\"CISA KEV\",\"records\":2,\"refused\":0,\"newest\":null}],"
		 "\"exploited_known\":[2,2],\"vex_unused\":[]},"
		 "\"vulnerabilities\":[{\"id\":\"CVE-2014-0160\",\"version\":"
		 "\"1.0.1e\",\"cvss\":7.5,\"epss\":0.944,\"exploited\":{"
		 "\"by\":[\"CISA KEV\"],\"since\":null,\"ransomware\":true},"
		 "\"vex\":{\"status\":\"affected\"},\"verdicts\":1}]";
	s.arena = arena_open(MIB);
	assert_int_equal(read_parts(&s, &p), ERR_OK);
	assert_true(bytes_equal_text(s.assessed.version, "1.1"));
	arena_close(&s.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_one_says_who_and_how_far),
		cmocka_unit_test(a_level_beyond_names_each_gap),
		cmocka_unit_test(each_reason_against_is_said),
		cmocka_unit_test(the_last_day_of_support_still_counts),
		cmocka_unit_test(
		    the_basis_is_the_weakest_that_the_level_rests_on),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(every_prefix_is_refused_and_memory_may_end),
		cmocka_unit_test(levels_are_those_of_the_schemes),
		cmocka_unit_test(what_feeds_know_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
