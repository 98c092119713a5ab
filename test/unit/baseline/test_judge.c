/* SPDX-License-Identifier: ISC */
/* Verdicts never outrun evidence.
   long: every verdict has its own scene. */
#include "scene.h"

#include "base/out.h"
#include "base/table.h"

#define FS "squashfs@0x0!/"

#define ROOT_FILE_SYSTEM                                                       \
	{                                                                      \
		.kind = FACT_ACCOUNT, .path = T(FS "etc/shadow"),              \
		.name = T("root"), .value = T("/bin/sh"),                      \
		.detail = T("locked")                                          \
	}
#define HARDENED                                                               \
	{                                                                      \
		.kind = FACT_ELF, .path = T(FS "bin/x"),                       \
		.value = T("libc.so"), .detail = T("arm"), .extra = T("pie"),  \
		.number = ELF_DYNAMIC | ELF_NX | ELF_RELRO_FULL | ELF_PIE |    \
		    ELF_CANARY                                                 \
	}
#define SIGNED                                                                 \
	{                                                                      \
		.path = T("fit@0x0"), .format = "fit", .size = IMAGE_SIZE,     \
		.info = {                                                      \
			.authenticity = AUTHENTICITY_SIGNED,                   \
			.architecture = "arm",                                 \
			.operating_system = "linux",                           \
			.detail = "rsa2048"                                    \
		}                                                              \
	}
#define UNSIGNED                                                               \
	{                                                                      \
		.path = T("uimage@0x0"), .format = "uimage",                   \
		.size = IMAGE_SIZE, .info = {                                  \
			.authenticity = AUTHENTICITY_CRC                       \
		}                                                              \
	}

static const struct scene clean = { "", "", "",
	{ ROOT_FILE_SYSTEM, HARDENED,
	    { .kind = FACT_KERNEL, .name = T("linux"), .value = T("6.12.5") },
	    { .kind = FACT_UPDATER, .name = T("rauc") } },
	{ SIGNED } };

static const struct scene bad = { "", "", "",
	{ { .kind = FACT_PASSWORD_KNOWN,
	      .path = T(FS "etc/shadow"),
	      .name = T("root"),
	      .value = T("admin"),
	      .detail = T("md5") },
	    { .kind = FACT_SERVICE,
		.path = T(FS "etc/init.d/rcS"),
		.name = T("telnetd"),
		.detail = T("always") },
	    { .kind = FACT_KERNEL,
		.name = T("linux"),
		.value = T("4.4.140") } },
	{ UNSIGNED } };

static void
is(const struct judged *j, const char *framework, const char *requirement,
    const char *verdict, const char *reason)
{
	const struct verdict_row *v = find_verdict(j, framework, requirement);

	assert_string_equal(verdict_text(v->verdict), verdict);
	assert_string_equal(reason_text(v->reason), reason);
	assert_int_equal(v->basis, BASIS_TESTED);
}

static bool
because(const struct judged *j, const char *framework, const char *requirement,
    const char *rule)
{
	const struct verdict_row *v = find_verdict(j, framework, requirement);

	for (size_t i = 0; i < v->because_count; i++)
		if (bytes_equal_text(v->because[i], rule))
			return true;
	return false;
}

static void
a_clean_scan_never_passes(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&clean, &j);
	assert_int_equal(j.a.fail_count, 0);
	assert_int_equal(j.a.warn_count, 0);
	for (size_t i = 0; i < j.a.verdict_count; i++) {
		assert_int_equal(j.a.verdicts[i].verdict, VERDICT_INCONCLUSIVE);
		assert_int_not_equal(j.a.verdicts[i].reason, REASON_NONE);
	}
	assert_int_equal(j.a.scheme_level.len, 0);
	assert_true(j.a.missing_count > 0);
	scene_close(&j);
}

static void
a_clean_scan_says_what_it_looked_at(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&clean, &j);
	is(&j, "en303645", "5.1-1", "inconclusive", "not-disproved");
	assert_true(because(&j, "en303645", "5.1-1", "CRED-2"));
	is(&j, "en303645", "5.4-3", "inconclusive", "not-disproved");
	is(&j, "en303645", "5.3-10", "inconclusive", "not-disproved");
	is(&j, "en303645", "5.2-1", "inconclusive", "needs-declaration");
	is(&j, "en303645", "5.7-1", "inconclusive", "needs-declaration");
	is(&j, "en303645", "5.1-5", "inconclusive", "needs-review");
	is(&j, "psti", "S1-1(2)", "inconclusive", "not-disproved");
	is(&j, "psti", "S1-3", "inconclusive", "needs-declaration");
	is(&j, "nist8425", "SU-1", "inconclusive", "not-disproved");
	is(&j, "nist8425", "IQ-1", "inconclusive", "needs-declaration");
	scene_close(&j);
}

static void
what_nobody_looks_for_is_never_not_disproved(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&clean, &j);
	is(&j, "cra", "AnxI-I(2)(a)", "inconclusive", "needs-review");
	assert_true(because(&j, "cra", "AnxI-I(2)(a)", "VULN-1"));
	is(&j, "cra", "AnxI-II(1)", "inconclusive", "needs-declaration");
	assert_true(because(&j, "cra", "AnxI-II(1)", "SBOM-1"));
	scene_close(&j);
}

static void
without_a_file_system_no_account_was_looked_at(void **state)
{
	static const struct scene bare = { "", "", "", NO_FACTS, { SIGNED } };
	struct judged j;

	(void)state;
	judge_scene(&bare, &j);
	is(&j, "en303645", "5.1-1", "inconclusive", "needs-review");
	is(&j, "en303645", "5.4-3", "inconclusive", "not-disproved");
	scene_close(&j);
}

static void
failures_carry_over_where_the_match_is_of_substance(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&bad, &j);
	is(&j, "en303645", "5.1-1", "fail", "");
	assert_true(because(&j, "en303645", "5.1-1", "CRED-2"));
	is(&j, "en303645", "5.6-1", "fail", "");
	is(&j, "en303645", "5.3-10", "fail", "");
	is(&j, "psti", "S1-1(2)", "fail", "");
	is(&j, "en18031", "AUM-5-1", "fail", "");
	is(&j, "en18031", "SUM-2", "fail", "");
	is(&j, "enisa-2017", "GP-TM-09", "fail", "");
	is(&j, "cra", "AnxI-I(2)(d)", "fail", "");
	assert_true(because(&j, "cra", "AnxI-I(2)(d)", "CRED-2"));
	scene_close(&j);
}

static void
a_loose_match_needs_review_at_most(void **state)
{
	static const struct scene scene = { "", "", "",
		{ { .kind = FACT_PASSWORD_KNOWN,
		    .name = T("root"),
		    .value = T("admin"),
		    .detail = T("sha512") } },
		{ SIGNED } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	is(&j, "en303645", "5.1-1", "fail", "");
	is(&j, "nist8259a", "LA-2", "inconclusive", "needs-review");
	assert_true(because(&j, "nist8259a", "LA-2", "CRED-2"));
	assert_true(find_verdict(&j, "nist8259a", "LA-2")->loose);
	assert_false(find_verdict(&j, "psti", "S1-1(2)")->loose);
	scene_close(&j);
}

static void
a_warning_never_fails(void **state)
{
	static const struct scene scene = { "", "", "",
		{ { .kind = FACT_KERNEL,
		      .name = T("linux"),
		      .value = T("4.4.140") },
		    { .kind = FACT_PASSWORD_HASH,
			.name = T("root"),
			.value = T("sha512") } },
		{ SIGNED } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_int_equal(j.a.fail_count, 0);
	assert_int_equal(j.a.warn_count, 2);
	is(&j, "en303645", "5.1-1", "inconclusive", "needs-review");
	assert_true(because(&j, "en303645", "5.1-1", "CRED-3"));
	is(&j, "cra", "AnxI-I(2)(a)", "inconclusive", "needs-review");
	assert_true(because(&j, "cra", "AnxI-I(2)(a)", "KCFG-2"));
	is(&j, "en18031", "GEC-1", "inconclusive", "needs-review");
	for (size_t i = 0; i < j.a.verdict_count; i++)
		assert_int_not_equal(j.a.verdicts[i].verdict, VERDICT_FAIL);
	scene_close(&j);
}

static void
only_a_person_concludes_where_no_program_can(void **state)
{
	static const struct scene scene = { "", "", "",
		{ { .kind = FACT_HOST_KEY, .name = T("dropbear") } },
		{ SIGNED } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	is(&j, "en303645", "5.4-4", "fail", "");
	is(&j, "en303645", "5.4-2", "inconclusive", "needs-review");
	assert_true(because(&j, "en303645", "5.4-2", "KEY-4"));
	scene_close(&j);
}

static void
unread_bytes_take_the_place_of_not_disproved(void **state)
{
	struct scene scene = clean;
	struct judged j;

	(void)state;
	scene.chunk[0].size = IMAGE_SIZE / 2;
	scene.chunk[1] = (struct chunk){ .format = "opaque",
		.at = IMAGE_SIZE / 2,
		.size = IMAGE_SIZE / 2,
		.state = CHUNK_OPAQUE };
	judge_scene(&scene, &j);
	is(&j, "en303645", "5.1-1", "inconclusive", "unread-bytes");
	assert_true(because(&j, "en303645", "5.1-1",
	    "500000 of 1000000 bytes of the image were not read, and 0 "
	    "containers inside it"));
	is(&j, "psti", "S1-1(2)", "inconclusive", "unread-bytes");
	is(&j, "en303645", "5.2-1", "inconclusive", "needs-declaration");
	for (size_t i = 0; i < j.a.verdict_count; i++)
		assert_int_not_equal(
		    j.a.verdicts[i].reason, REASON_NOT_DISPROVED);
	scene_close(&j);
}

static void
a_worker_that_died_leaves_unread_bytes(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&clean, &j);
	j.a.worker_trouble = BYTES("killed by signal 9");
	judge_as(&j, &plain_wants);
	is(&j, "en303645", "5.1-1", "inconclusive", "unread-bytes");
	scene_close(&j);
}

static void
a_failure_stands_in_spite_of_unread_bytes(void **state)
{
	struct scene scene = bad;
	struct judged j;

	(void)state;
	scene.chunk[1] = (struct chunk){ .format = "opaque",
		.size = IMAGE_SIZE / 2,
		.state = CHUNK_OPAQUE };
	judge_scene(&scene, &j);
	is(&j, "en303645", "5.1-1", "fail", "");
	scene_close(&j);
}

static void
totals_add_up(void **state)
{
	static const struct {
		const char *framework;
		size_t count;
	} rows[] = {
		{ "en303645", 78 },
		{ "enisa-2017", 83 },
		{ "cra", 22 },
		{ "cra-documents", 27 },
		{ "en18031", 48 },
		{ "psti", 8 },
		{ "nist8259a", 22 },
		{ "nist8425", 17 },
	};
	struct judged j;
	size_t all = 0;

	(void)state;
	judge_scene(&bad, &j);
	assert_int_equal(j.a.total_count, sizeof(rows) / sizeof(rows[0]));
	for (size_t i = 0; i < j.a.total_count; i++) {
		const struct framework_total *t = &j.a.totals[i];
		size_t fails = 0;

		assert_true(bytes_equal_text(t->framework, rows[i].framework));
		assert_int_equal(
		    t->pass + t->fail + t->inconclusive + t->not_applicable,
		    rows[i].count);
		for (size_t k = 0; k < j.a.verdict_count; k++)
			fails += bytes_equal(
				     j.a.verdicts[k].framework, t->framework) &&
			    j.a.verdicts[k].verdict == VERDICT_FAIL;
		assert_int_equal(fails, t->fail);
		all += rows[i].count;
	}
	assert_int_equal(all, j.a.verdict_count);
	assert_int_equal(j.a.fail_count + j.a.warn_count + j.a.info_count,
	    j.a.finding_count);
	scene_close(&j);
}

/* From the table itself, so that a change of weights needs none here. */
static uint64_t
weight_of(struct bytes rule)
{
	struct table t;
	uint64_t weight = 0;

	assert_int_equal(
	    table_open(data_find(data_embedded(), "rules.tsv"), &t), ERR_OK);
	while (table_next(&t) == ERR_OK)
		if (bytes_equal(table_field(&t, "id"), rule))
			assert_true(
			    bytes_to_u64(table_field(&t, "weight"), &weight));
	assert_true(weight > 0);
	return weight;
}

static void
findings_come_worst_first_then_by_rule(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&bad, &j);
	for (size_t i = 1; i < j.a.finding_count; i++) {
		const struct finding *a = &j.a.findings[i - 1];
		const struct finding *b = &j.a.findings[i];

		if (a->result != b->result) {
			assert_true(a->result < b->result);
			continue;
		}
		assert_true(weight_of(a->rule) >= weight_of(b->rule));
		if (weight_of(a->rule) == weight_of(b->rule))
			assert_true(bytes_compare(a->rule, b->rule) < 0);
	}
	assert_int_equal(j.a.findings[0].result, FINDING_FAIL);
	scene_close(&j);
}

static void
the_basic_level_names_what_stands_in_its_way(void **state)
{
	struct judged j;
	bool failed = false;
	bool declaration = false;

	(void)state;
	judge_scene(&bad, &j);
	assert_true(bytes_equal_text(j.a.scheme_name, "hallmark"));
	assert_int_equal(j.a.scheme_level.len, 0);
	for (size_t i = 0; i < j.a.missing_count; i++) {
		failed |= bytes_equal_text(j.a.missing[i], "5.1-1");
		declaration |= bytes_equal_text(j.a.missing[i], "5.2-1");
		/* recommended: not asked for */
		assert_false(bytes_equal_text(j.a.missing[i], "5.3-9"));
	}
	assert_true(failed);
	assert_true(declaration);
	scene_close(&j);
}

static void
unsure_rows_stay_marked(void **state)
{
	struct judged j;

	(void)state;
	judge_scene(&clean, &j);
	assert_true(find_verdict(&j, "en303645", "5.1-2A")->unsure.len > 0);
	assert_int_equal(find_verdict(&j, "en303645", "5.1-1")->unsure.len, 0);
	assert_true(find_verdict(&j, "nist8425", "SU-1")->unsure.len > 0);
	scene_close(&j);
}

static void
coverage_sums_what_is_not_nested(void **state)
{
	static const struct scene scene = { "", "", "", NO_FACTS,
		{ { .format = "squashfs", .size = 700000 },
		    { .format = "padding",
			.at = 700000,
			.size = 300000,
			.state = CHUNK_PADDING },
		    { .format = "gzip", .nested = true, .size = 123 } } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_int_equal(j.a.coverage.read, 700000);
	assert_int_equal(j.a.coverage.padding, 300000);
	assert_int_equal(j.a.coverage.opaque + j.a.coverage.unread, 0);
	scene_close(&j);
}

static void
code_outvotes_what_a_header_claims(void **state)
{
	static const struct scene scene = { "", "", "",
		{ { .kind = FACT_ARCHITECTURE,
		      .name = T("mipsel"),
		      .number = 2 },
		    { .kind = FACT_ELF,
			.detail = T("arm"),
			.extra = T("object") },
		    { .kind = FACT_OPERATING_SYSTEM,
			.name = T("linux"),
			.number = 1 } },
		{ { .format = "uimage",
		    .size = IMAGE_SIZE,
		    .info = { .architecture = "mips",
			.operating_system = "vxworks" } } } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(bytes_equal_text(j.a.architecture, "mipsel"));
	assert_true(bytes_equal_text(j.a.operating_system, "linux"));
	scene_close(&j);
}

static void
a_header_is_believed_where_no_code_was_seen(void **state)
{
	static const struct scene scene = { "", "", "", NO_FACTS, { SIGNED } };
	static const struct scene nothing = { "", "", "", NO_FACTS, ALL_READ };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(bytes_equal_text(j.a.architecture, "arm"));
	assert_true(bytes_equal_text(j.a.operating_system, "linux"));
	scene_close(&j);
	judge_scene(&nothing, &j);
	assert_true(bytes_equal_text(j.a.architecture, "unknown"));
	assert_true(bytes_equal_text(j.a.operating_system, "unknown"));
	scene_close(&j);
}

static void
the_first_container_that_knows_tells_of_the_update(void **state)
{
	static const struct scene scene = { "", "", "", NO_FACTS,
		{ { .format = "squashfs",
		      .at = 500000,
		      .size = 500000,
		      .info = { .authenticity = AUTHENTICITY_NONE } },
		    { .format = "uimage",
			.at = 64,
			.size = 499936,
			.info = { .authenticity = AUTHENTICITY_CRC,
			    .encrypted = ANSWER_NO,
			    .detail = "kernel" } },
		    { .format = "raw", .size = 64 } } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(bytes_equal_text(j.a.update.container, "uimage"));
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_CRC);
	assert_int_equal(j.a.update.encrypted, ANSWER_NO);
	assert_int_equal(j.a.update.rollback, ANSWER_UNKNOWN);
	assert_true(bytes_equal_text(j.a.update.detail, "kernel"));
	scene_close(&j);
}

static void
a_part_behind_unknown_bytes_does_not_speak_for_the_image(void **state)
{
	static const struct scene page = { "", "", "", NO_FACTS,
		{ { .format = "raw", .size = 100 },
		    { .format = "gzip",
			.at = 100,
			.size = IMAGE_SIZE - 100,
			.info = { .authenticity = AUTHENTICITY_CRC } } } };
	static const struct scene file_system = {
		"", "", "", NO_FACTS,
		{ { .format = "raw", .size = 100 },
		    { .format = "jffs2", .at = 100, .size = IMAGE_SIZE - 100 } }
	};
	struct judged j;

	(void)state;
	judge_scene(&page, &j);
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_UNKNOWN);
	assert_int_equal(j.a.update.container.len, 0);
	scene_close(&j);
	judge_scene(&file_system, &j);
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_UNKNOWN);
	scene_close(&j);
}

static void
a_file_system_alone_has_nothing_that_vouches(void **state)
{
	static const struct scene scene = { "", "", "", NO_FACTS,
		{ { .format = "squashfs", .size = IMAGE_SIZE } } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(bytes_equal_text(j.a.update.container, "squashfs"));
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_NONE);
	scene_close(&j);
}

static void
a_file_system_before_unknown_bytes_may_be_signed(void **state)
{
	static const struct scene scene = {
		"", "", "", NO_FACTS,
		{ { .format = "squashfs", .size = IMAGE_SIZE - 2000 },
		    { .format = "raw", .at = IMAGE_SIZE - 2000, .size = 2000 } }
	};
	static const struct scene end_mark = { "", "", "", NO_FACTS,
		{ { .format = "squashfs", .size = IMAGE_SIZE - 80 },
		    { .format = "raw", .at = IMAGE_SIZE - 80, .size = 80 } } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_UNKNOWN);
	assert_null(find_finding(&j, "UPD-1"));
	scene_close(&j);
	judge_scene(&end_mark, &j);
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_NONE);
	scene_close(&j);
}

/* One key for all devices; that it is weak or badly made was not seen. */
static void
a_key_in_the_image_fails_what_it_breaks(void **state)
{
	static const struct scene scene = { "", "", "",
		{ { .kind = FACT_PRIVATE_KEY,
		    .path = T("squashfs@0x0!/etc/server.key"),
		    .name = T("RSA 2048"),
		    .extra = T("pem"),
		    .number = 2048 } },
		ALL_READ };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	is(&j, "en303645", "5.4-4", "fail", "");
	is(&j, "en18031", "CCK-3", "fail", "");
	is(&j, "en18031", "CCK-1", "inconclusive", "needs-review");
	assert_true(find_verdict(&j, "en18031", "CCK-1")->loose);
	is(&j, "en18031", "SSM-2", "inconclusive", "needs-review");
	is(&j, "nist8259a", "DP-1", "fail", "");
	is(&j, "nist8425", "DP-1", "inconclusive", "needs-review");
	scene_close(&j);
}

static void
an_operating_system_is_no_program(void **state)
{
	static const struct scene scene = { "", "", "",
		{ { .kind = FACT_COMPONENT,
		      .name = T("openwrt"),
		      .value = T("22.03.5"),
		      .extra = T("openwrt:openwrt"),
		      .number = EVIDENCE_DESCRIPTOR },
		    { .kind = FACT_COMPONENT,
			.name = T("busybox"),
			.value = T("1.35.0"),
			.extra = T("busybox:busybox"),
			.number = EVIDENCE_BANNER } },
		ALL_READ };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_int_equal(j.a.component_count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(j.a.components[i].operating_system,
		    bytes_equal_text(j.a.components[i].name, "openwrt"));
	scene_close(&j);
}

static void
a_bare_file_system_keeps_its_sum(void **state)
{
	static const struct scene scene = { "", "", "", NO_FACTS,
		{ { .format = "cramfs",
		    .size = IMAGE_SIZE,
		    .info = { .authenticity = AUTHENTICITY_CRC } } } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(bytes_equal_text(j.a.update.container, "cramfs"));
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_CRC);
	scene_close(&j);
}

/* A vbmeta partition, and one that nobody vouches for. */
static void
a_signed_partition_does_not_vouch_for_the_disk(void **state)
{
	static const struct scene scene = { "", "", "", NO_FACTS,
		{ { .path = T("gpt@0x0"),
		      .format = "gpt",
		      .size = 17408,
		      .info = { .size = IMAGE_SIZE } },
		    { .path = T("gpt@0x0!avb@0x4400"),
			.format = "avb",
			.at = 17408,
			.size = 4096,
			.info = { .size = 4096,
			    .authenticity = AUTHENTICITY_SIGNED } },
		    { .path = T("gpt@0x0!ext@0x5400"),
			.format = "ext",
			.at = 21504,
			.size = IMAGE_SIZE - 21504,
			.info = { .size = IMAGE_SIZE - 21504,
			    .authenticity = AUTHENTICITY_NONE } } } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(bytes_equal_text(j.a.update.container, "gpt"));
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_UNKNOWN);
	assert_null(find_finding(&j, "UPD-1"));
	scene_close(&j);
}

static void
a_signed_vbmeta_does_not_vouch_for_what_is_beside_it(void **state)
{
	static const struct scene scene = { "", "", "", NO_FACTS,
		{ { .path = T("ext@0x0"),
		      .format = "ext",
		      .size = IMAGE_SIZE - 4096,
		      .info = { .size = IMAGE_SIZE - 4096,
			  .authenticity = AUTHENTICITY_NONE } },
		    { .path = T("avb@0xf3240"),
			.format = "avb",
			.at = IMAGE_SIZE - 4096,
			.size = 4096,
			.info = { .size = 4096,
			    .authenticity = AUTHENTICITY_SIGNED } } } };
	struct judged j;

	(void)state;
	judge_scene(&scene, &j);
	assert_true(bytes_equal_text(j.a.update.container, "ext"));
	assert_int_equal(j.a.update.authenticity, AUTHENTICITY_UNKNOWN);
	scene_close(&j);
}

static void
put(struct out *o, struct bytes text)
{
	out_put(o, text);
	out_u8(o, '\n');
}

/* All of an assessment that is text or number, one line each. */
static void
write_all(const struct assessment *a, struct out *o)
{
	put(o, a->architecture);
	put(o, a->operating_system);
	for (size_t i = 0; i < a->finding_count; i++) {
		const struct finding *f = &a->findings[i];

		put(o, f->rule);
		out_text(o, finding_result_text(f->result));
		for (size_t k = 0; k < f->evidence_count; k++) {
			put(o, f->evidence[k].path);
			put(o, f->evidence[k].text);
			out_decimal(o, f->evidence[k].at);
		}
		out_decimal(o, f->evidence_total);
	}
	for (size_t i = 0; i < a->verdict_count; i++) {
		const struct verdict_row *v = &a->verdicts[i];

		put(o, v->requirement);
		out_text(o, verdict_text(v->verdict));
		out_text(o, reason_text(v->reason));
		for (size_t k = 0; k < v->because_count; k++)
			put(o, v->because[k]);
	}
	for (size_t i = 0; i < a->missing_count; i++)
		put(o, a->missing[i]);
}

static void
the_same_input_gives_the_same_bytes(void **state)
{
	struct out first = out_open((size_t)1 << 20);
	struct out second = out_open((size_t)1 << 20);
	struct judged j;

	(void)state;
	judge_scene(&bad, &j);
	write_all(&j.a, &first);
	scene_close(&j);
	judge_scene(&bad, &j);
	write_all(&j.a, &second);
	scene_close(&j);
	assert_int_equal(first.failed, ERR_OK);
	assert_true(first.len > 1000);
	assert_true(bytes_equal(out_bytes(&first), out_bytes(&second)));
	out_close(&first);
	out_close(&second);
}

static void
every_memory_limit_ends_in_an_error_or_a_result(void **state)
{
	struct judged j;
	enum err err = ERR_MEMORY;
	size_t steps = 0;

	(void)state;
	judge_scene(&bad, &j);
	for (size_t limit = 0; err != ERR_OK; limit += 512) {
		struct arena small = arena_open(limit);
		struct assessment a = { .image_size = IMAGE_SIZE };

		err = baseline_take_inventory(
		    j.baseline, &j.seen, NULL, &small, &a);
		if (err == ERR_OK)
			err = baseline_judge(
			    j.baseline, &plain_wants, &small, &a);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		arena_close(&small);
		steps++;
	}
	assert_true(steps > 20);
	scene_close(&j);
}

static void
words_are_those_of_the_schema(void **state)
{
	(void)state;
	assert_string_equal(
	    verdict_text(VERDICT_NOT_APPLICABLE), "not-applicable");
	assert_string_equal(verdict_text(VERDICT_PASS), "pass");
	assert_string_equal(basis_text(BASIS_DECLARED), "declared");
	assert_string_equal(basis_text(BASIS_REVIEWED), "reviewed");
	assert_string_equal(finding_result_text(FINDING_INFO), "info");
	assert_string_equal(reason_text(REASON_NONE), "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_scan_never_passes),
		cmocka_unit_test(a_clean_scan_says_what_it_looked_at),
		cmocka_unit_test(what_nobody_looks_for_is_never_not_disproved),
		cmocka_unit_test(
		    without_a_file_system_no_account_was_looked_at),
		cmocka_unit_test(
		    failures_carry_over_where_the_match_is_of_substance),
		cmocka_unit_test(a_loose_match_needs_review_at_most),
		cmocka_unit_test(a_warning_never_fails),
		cmocka_unit_test(only_a_person_concludes_where_no_program_can),
		cmocka_unit_test(unread_bytes_take_the_place_of_not_disproved),
		cmocka_unit_test(a_worker_that_died_leaves_unread_bytes),
		cmocka_unit_test(a_failure_stands_in_spite_of_unread_bytes),
		cmocka_unit_test(totals_add_up),
		cmocka_unit_test(findings_come_worst_first_then_by_rule),
		cmocka_unit_test(the_basic_level_names_what_stands_in_its_way),
		cmocka_unit_test(unsure_rows_stay_marked),
		cmocka_unit_test(coverage_sums_what_is_not_nested),
		cmocka_unit_test(code_outvotes_what_a_header_claims),
		cmocka_unit_test(a_header_is_believed_where_no_code_was_seen),
		cmocka_unit_test(
		    the_first_container_that_knows_tells_of_the_update),
		cmocka_unit_test(
		    a_part_behind_unknown_bytes_does_not_speak_for_the_image),
		cmocka_unit_test(a_file_system_alone_has_nothing_that_vouches),
		cmocka_unit_test(
		    a_file_system_before_unknown_bytes_may_be_signed),
		cmocka_unit_test(a_key_in_the_image_fails_what_it_breaks),
		cmocka_unit_test(an_operating_system_is_no_program),
		cmocka_unit_test(a_bare_file_system_keeps_its_sum),
		cmocka_unit_test(
		    a_signed_partition_does_not_vouch_for_the_disk),
		cmocka_unit_test(
		    a_signed_vbmeta_does_not_vouch_for_what_is_beside_it),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
		cmocka_unit_test(
		    every_memory_limit_ends_in_an_error_or_a_result),
		cmocka_unit_test(words_are_those_of_the_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
