/* SPDX-License-Identifier: ISC */
/* DECL-1 to DECL-10: a declaration that the image contradicts, and one that
   it does not. */
#include "declared_scene.h"

#include "baseline/rules.h"

#include <stdio.h>

#define FS "squashfs@0x0!/"

#define SERVICE(program, listens)                                              \
	{                                                                      \
		.kind = FACT_SERVICE, .path = T(FS "etc/init.d/rcS"),          \
		.text = T(program " &"), .name = T(program),                   \
		.value = T("root"), .detail = T("always"), .number = (listens) \
	}
#define KEY(published)                                                         \
	{                                                                      \
		.kind = FACT_PRIVATE_KEY, .path = T(FS "etc/server.pem"),      \
		.name = T("RSA 2048"),                                         \
		.value = T("ab12ab12ab12ab12ab12ab12ab12ab12"),                \
		.detail = T(published)                                         \
	}
#define FIT(says)                                                              \
	{                                                                      \
		.path = T("fit@0x0"), .format = "fit", .size = IMAGE_SIZE,     \
		.info = {                                                      \
			.authenticity = (says)                                 \
		}                                                              \
	}
#define CONSOLE                                                                \
	{                                                                      \
		.kind = FACT_CONSOLE, .path = T(FS "etc/inittab"),             \
		.name = T("getty"), .value = T("/sbin/getty"),                 \
		.detail = T("ttyS0")                                           \
	}
#define OPENSSL                                                                \
	{                                                                      \
		.kind = FACT_COMPONENT, .path = T(FS "usr/lib/libssl.so"),     \
		.name = T("openssl"), .value = T("3.0.15")                     \
	}
#define STACK(flags)                                                           \
	{                                                                      \
		.kind = FACT_ELF, .path = T(FS "bin/httpd"),                   \
		.value = T("libc.so"), .detail = T("arm"), .extra = T("exec"), \
		.number = ELF_DYNAMIC | ELF_LISTENS | (flags)                  \
	}
#define ROW(table, id)                                                         \
	{                                                                      \
		table, id, "id", id                                            \
	}
#define END                                                                    \
	{                                                                      \
		NULL, NULL, NULL, NULL                                         \
	}

struct contradiction {
	struct scene scene;
	struct says says[8];
};

static const struct contradiction cases[] = {
	{ { "a console denied as a debug interface fails", "DECL-1", "fail",
	      { CONSOLE }, ALL_READ },
	    { { "features", "", "Fq", "no" }, END } },
	{ { "a console admitted does not", "DECL-1", "none", { CONSOLE },
	      ALL_READ },
	    { { "features", "", "Fq", "yes" }, END } },
	{ { "what is not seen may be denied", "DECL-1", "none", NO_FACTS,
	      ALL_READ },
	    { { "features", "", "Fq", "no" }, END } },
	{ { "a published test key guards nothing", "DECL-1", "none",
	      { KEY("mbed TLS test key") }, ALL_READ },
	    { { "features", "", "C16", "no" }, END } },

	{ { "a service that no row means fails", "DECL-2", "fail",
	      { SERVICE("telnetd", 23) }, ALL_READ },
	    { ROW("SoftServ", "web"), { "SoftServ", "web", "port", "443/tcp" },
		END } },
	{ { "a service of that name does not", "DECL-2", "none",
	      { SERVICE("dropbear", 22) }, ALL_READ },
	    { ROW("SoftServ", "SSH"),
		{ "SoftServ", "SSH", "description", "Dropbear, for service" },
		END } },
	{ { "nor one on that port", "DECL-2", "none", { SERVICE("httpd", 443) },
	      ALL_READ },
	    { ROW("SoftServ", "web"), { "SoftServ", "web", "port", "443/tcp" },
		END } },
	{ { "a service declared disabled that is started fails", "DECL-2",
	      "fail", { SERVICE("dropbear", 22) }, ALL_READ },
	    { ROW("SoftServ", "dropbear"),
		{ "SoftServ", "dropbear", "status", "disabled" }, END } },
	{ { "a service of another user warns", "DECL-2", "warn",
	      { SERVICE("dropbear", 22) }, ALL_READ },
	    { ROW("SoftServ", "dropbear"),
		{ "SoftServ", "dropbear", "user", "nobody" }, END } },

	{ { "a known password where each device has its own fails", "DECL-3",
	      "fail",
	      { { .kind = FACT_PASSWORD_KNOWN,
		  .path = T(FS "etc/shadow"),
		  .name = T("root"),
		  .value = T("1234"),
		  .detail = T("md5") } },
	      ALL_READ },
	    { ROW("AuthMech", "A"), { "AuthMech", "A", "factor", "password" },
		{ "AuthMech", "A", "default", "unique" }, END } },
	{ { "a hash warns", "DECL-3", "warn",
	      { { .kind = FACT_PASSWORD_HASH,
		  .path = T(FS "etc/shadow"),
		  .name = T("root"),
		  .value = T("sha512") } },
	      ALL_READ },
	    { ROW("AuthMech", "A"), { "AuthMech", "A", "factor", "password" },
		{ "AuthMech", "A", "default", "user-set" }, END } },
	{ { "keys are no passwords", "DECL-3", "none",
	      { { .kind = FACT_PASSWORD_HASH,
		  .name = T("root"),
		  .value = T("sha512") } },
	      ALL_READ },
	    { ROW("AuthMech", "A"), { "AuthMech", "A", "factor", "key" },
		{ "AuthMech", "A", "default", "unique" }, END } },

	{ { "an unsigned image declared signed fails", "DECL-4", "fail",
	      NO_FACTS, { FIT(AUTHENTICITY_HASH) } },
	    { ROW("UpdMech", "U"), { "UpdMech", "U", "authenticity", "signed" },
		END } },
	{ { "a signed one does not", "DECL-4", "none", NO_FACTS,
	      { FIT(AUTHENTICITY_SIGNED) } },
	    { ROW("UpdMech", "U"), { "UpdMech", "U", "authenticity", "signed" },
		END } },
	{ { "a write without a check warns", "DECL-4", "warn",
	      { { .kind = FACT_FLASH_WRITE,
		  .path = T(FS "usr/bin/update"),
		  .name = T("mtd"),
		  .value = T("mtd write /tmp/x kernel") } },
	      { FIT(AUTHENTICITY_SIGNED) } },
	    { ROW("UpdMech", "U"), { "UpdMech", "U", "authenticity", "signed" },
		END } },

	{ { "secure boot with a published key fails", "DECL-5", "fail",
	      { { .kind = FACT_TEST_SIGNATURE,
		  .path = T("mcuboot@0x0"),
		  .name = T("root-rsa-2048") } },
	      ALL_READ },
	    { { "provisions", "5.7-1", "support", "yes" }, END } },
	{ { "without such a claim it does not", "DECL-5", "none",
	      { { .kind = FACT_TEST_SIGNATURE, .name = T("x") } }, ALL_READ },
	    { { "provisions", "5.7-1", "support", "no" },
		{ "provisions", "5.7-1", "detail", "No room for it." }, END } },

	{ { "a stack that is executable warns where memory is guarded",
	      "DECL-6", "warn", { STACK(0) }, ALL_READ },
	    { { "provisions", "5.6-8", "support", "yes" }, END } },
	{ { "a guarded stack does not", "DECL-6", "none", { STACK(ELF_NX) },
	      ALL_READ },
	    { { "provisions", "5.6-8", "support", "yes" }, END } },

	{ { "a key in the image that each device makes fails", "DECL-7", "fail",
	      { KEY("") }, ALL_READ },
	    { ROW("SecParam", "K"), { "SecParam", "K", "type", "critical" },
		{ "SecParam", "K", "unique", "yes" }, END } },
	{ { "a key that is the same everywhere is told elsewhere", "DECL-7",
	      "none", { KEY("") }, ALL_READ },
	    { ROW("SecParam", "K"), { "SecParam", "K", "type", "critical" },
		{ "SecParam", "K", "unique", "no" }, END } },

	{ { "another version than declared warns", "DECL-8", "warn",
	      { OPENSSL }, ALL_READ },
	    { ROW("SoftComp", "OpenSSL"),
		{ "SoftComp", "OpenSSL", "version", "3.0.1" }, END } },
	{ { "the same does not", "DECL-8", "none", { OPENSSL }, ALL_READ },
	    { ROW("SoftComp", "OpenSSL"),
		{ "SoftComp", "OpenSSL", "version", "3.0.15" }, END } },
	{ { "one that is not there informs", "DECL-8", "info", { OPENSSL },
	      ALL_READ },
	    { ROW("SoftComp", "dropbear"), END } },

	{ { "another release than the image's warns", "DECL-9", "warn",
	      { { .kind = FACT_OPERATING_SYSTEM,
		  .path = T(FS "etc/os-release"),
		  .name = T("linux"),
		  .detail = T("Argentum Cam One 1.1") } },
	      ALL_READ },
	    { { "product", "", "model", "Cam One" },
		{ "product", "", "release", "2.0" }, END } },
	{ { "the image's own does not", "DECL-9", "none",
	      { { .kind = FACT_OPERATING_SYSTEM,
		  .name = T("linux"),
		  .detail = T("Argentum Cam One 1.1") } },
	      ALL_READ },
	    { { "product", "", "model", "Cam One" },
		{ "product", "", "release", "1.1" }, END } },
	{ { "a distribution's says nothing", "DECL-9", "none",
	      { { .kind = FACT_OPERATING_SYSTEM,
		  .name = T("linux"),
		  .detail = T("Debian GNU/Linux 12") } },
	      ALL_READ },
	    { { "product", "", "model", "Cam One" },
		{ "product", "", "release", "2.0" }, END } },

	{ { "another contact than that of security.txt warns", "DOC-1", "warn",
	      { { .kind = FACT_SETTING,
		  .path = T(FS "www/.well-known/security.txt"),
		  .name = T("security.txt.contact"),
		  .value = T("mailto:old@cams.de") } },
	      ALL_READ },
	    { { "product", "", "security_contact", "psirt@cams.de" }, END } },
	{ { "the same does not", "DOC-1", "info",
	      { { .kind = FACT_SETTING,
		  .name = T("security.txt.contact"),
		  .value = T("mailto:psirt@cams.de") } },
	      ALL_READ },
	    { { "product", "", "security_contact", "psirt@cams.de" }, END } },

	{ { "support that is short warns without a reason", "DECL-10", "warn",
	      NO_FACTS, ALL_READ },
	    { { "product", "", "support_end", "2028-01-01" }, END } },
	{ { "with a reason it does not", "DECL-10", "none", NO_FACTS,
	      ALL_READ },
	    { { "product", "", "support_end", "2028-01-01" },
		{ "product", "", "support_reason",
		    "It is used for one season." },
		END } },
	{ { "a component that ends before informs", "DECL-10", "info",
	      { { .kind = FACT_COMPONENT,
		  .path = T("uimage@0x0!"),
		  .name = T("linux_kernel"),
		  .value = T("6.1.5") } },
	      ALL_READ },
	    { { "product", "", "support_end", "2035-01-01" }, END } },
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static void
gives_the_result(void **state)
{
	const struct contradiction *c = *state;
	struct heard h;

	judge_declared(&c->scene, c->says, NULL, &h);
	const struct finding *f = find_finding(&h.j, c->scene.rule);

	assert_string_equal(f == NULL ? "none" : finding_result_text(f->result),
	    c->scene.result);
	for (size_t i = 0; f != NULL && i < f->evidence_count; i++)
		if (f->evidence[i].line > 0)
			assert_true(bytes_equal_text(
			    f->evidence[i].path, "maker.yaml"));
	if (f != NULL &&
	    f->result != FINDING_INFO) { /* it quotes the declaration */
		assert_true(f->evidence[0].line > 0);
		assert_int_equal(f->evidence[0].column, 3);
	}
	heard_close(&h);
}

/* DECL-10's fail is a support period that is over, which the checks of the
   declaration refuse before; see a_period_that_is_over_fails. */
static void
every_rule_is_hit_and_missed(void **state)
{
	size_t rules = 0;

	(void)state;
	for (size_t i = 0; i < rule_code_count; i++) {
		const char *id = rule_codes[i].id;
		bool hit = false;
		bool missed = false;

		if (strncmp(id, "DECL-", 5) != 0)
			continue;
		rules++;
		for (size_t k = 0; k < CASES; k++) {
			if (strcmp(cases[k].scene.rule, id) != 0)
				continue;
			hit |= strcmp(cases[k].scene.result, "none") != 0;
			missed |= strcmp(cases[k].scene.result, "none") == 0;
		}
		if (!hit || !missed)
			fail_msg("%s: hit %d, missed %d", id, hit, missed);
	}
	assert_int_equal(rules, 10);
}

static void
a_period_that_is_over_fails(void **state)
{
	static const struct scene scene = { "", "", "", NO_FACTS, ALL_READ };
	static const struct says says[] = {
		{ "product", "", "support_end", "2031-01-01" },
		END,
	};
	struct judge_wants wants = { .today = TODAY + 10u * 365 * 86400 };
	struct heard h;

	(void)state;
	judge_declared(&scene, says, NULL, &h);
	wants.declaration = &h.declaration;
	wants.problems = &h.problems; /* of a check when it was not over */
	judge_as(&h.j, &wants);
	assert_non_null(find_finding(&h.j, "DECL-10"));
	assert_int_equal(find_finding(&h.j, "DECL-10")->result, FINDING_FAIL);
	assert_int_equal(
	    find_verdict(&h.j, "en303645", "5.3-13")->verdict, VERDICT_FAIL);
	heard_close(&h);
}

static void
without_a_declaration_nothing_contradicts(void **state)
{
	struct judged j;

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		judge_scene(&cases[i].scene, &j);
		for (size_t k = 0; k < j.a.finding_count; k++)
			assert_false(
			    bytes_starts(j.a.findings[k].rule, BYTES("DECL-")));
		scene_close(&j);
	}
}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(every_rule_is_hit_and_missed),
		cmocka_unit_test(a_period_that_is_over_fails),
		cmocka_unit_test(without_a_declaration_nothing_contradicts),
	};
	struct CMUnitTest tests[CASES];
	int failed;

	for (size_t i = 0; i < CASES; i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].scene.sentence,
			.test_func = gives_the_result,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
