/* SPDX-License-Identifier: ISC */
/* Tests of inspect/descriptors.c and inspect/test_signature.c. */
#include "inspect/descriptors.h"

#include "base/limits.h"
#include "base/out.h"
#include "inspect/test_signature.h"
#include "inspect_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define KEY "e30466f6b8470c1f29070b17f1e2d3e94d445e3f608087fdc711e4382bb538b6"

static const char known[] =
    "spki_sha256\tname\tsource\n" KEY "\tMCUboot root-ec-p256.pem\tmcuboot\n";

static void
put_field(struct out *o, const char *text)
{
	size_t end = o->len + 32;

	out_text(o, text);
	while (o->len < end)
		out_u8(o, 0);
}

static struct facts
inspect_app(const char *project, const char *version)
{
	struct facts facts = facts_open(LIMIT_FACTS_LEN);
	struct out o = out_open(KIB);

	out_u32le(&o, 0xabcd5432);
	out_u32le(&o, 0);
	out_u64le(&o, 0);
	put_field(&o, version);
	put_field(&o, project);
	struct unpack_event event = event_payload(out_bytes(&o));

	event.path = BYTES("esp-image@0x0!raw@0x20!");
	assert_int_equal(descriptors_inspect(&event, &facts), ERR_OK);
	out_close(&o);
	return facts;
}

static void
app_descriptor_names_the_project(void **state)
{
	struct facts facts = inspect_app("TICMeter", "V3.2.13");
	const struct fact *f = only_fact(&facts, FACT_COMPONENT);

	(void)state;
	assert_non_null(f);
	assert_true(bytes_equal_text(f->name, "ticmeter"));
	assert_true(bytes_equal_text(f->value, "3.2.13"));
	assert_true(bytes_equal_text(f->detail, "pkg:generic/ticmeter@3.2.13"));
	assert_int_equal(f->number, EVIDENCE_DESCRIPTOR);
	facts_close(&facts);
}

static void
app_descriptor_of_arduino_names_no_product(void **state)
{
	struct facts facts = inspect_app("arduino-lib-builder", "1.0");

	(void)state;
	assert_int_equal(count_facts(&facts, FACT_COMPONENT), 0);
	facts_close(&facts);
	facts = inspect_app("bad name", "1.0");
	assert_int_equal(count_facts(&facts, FACT_COMPONENT), 0);
	facts_close(&facts);
	facts = inspect_app("name", "");
	assert_int_equal(count_facts(&facts, FACT_COMPONENT), 0);
	facts_close(&facts);
}

static struct facts
inspect_text(const char *path, const char *json)
{
	struct facts facts = facts_open(LIMIT_FACTS_LEN);
	struct unpack_event event = event_payload(bytes_of(json));

	event.path = bytes_of(path);
	assert_int_equal(descriptors_inspect(&event, &facts), ERR_OK);
	return facts;
}

static void
metadata_names_sdk_and_firmware(void **state)
{
	static const struct {
		const char *path, *json, *name, *version;
	} cases[] = {
		{ "gbl@0x0!raw@0x40!", "{\n \"sdk_version\": \"4.1.3\"\n}",
		    "gecko_sdk", "4.1.3" },
		{ "zip@0x0!/firmware.metadata.json",
		    "{\"firmware-version\": \"ci-release-90-v4.0.0b5\"}",
		    "pybricks", "4.0.0b5" },
		{ "zip@0x0!/firmware.metadata.json",
		    "{\"firmware-version\":\"v3.1\"}", "pybricks", "3.1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect_text(cases[i].path, cases[i].json);
		const struct fact *f = only_fact(&facts, FACT_COMPONENT);

		assert_non_null(f);
		assert_true(bytes_equal_text(f->name, cases[i].name));
		assert_true(bytes_equal_text(f->value, cases[i].version));
		facts_close(&facts);
	}
}

static void
metadata_elsewhere_names_nothing(void **state)
{
	static const struct {
		const char *path, *json;
	} cases[] = {
		{ "zip@0x0!/a.json", "{\"sdk_version\": \"4.1.3\"}" },
		{ "gbl@0x0!raw@0x40!", "{\"sdk_version\": \"4 1\"}" },
		{ "gbl@0x0!raw@0x40!", "{\"sdk_version\": \"4.1" },
		{ "gbl@0x0!raw@0x40!", "{\"sdk_version\"" },
		{ "zip@0x0!/b.json", "{\"firmware-version\": \"v1.0\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect_text(cases[i].path, cases[i].json);

		assert_int_equal(count_facts(&facts, FACT_COMPONENT), 0);
		facts_close(&facts);
	}
}

static struct facts
inspect_chunk_detail(enum authenticity authenticity, const char *detail)
{
	struct facts facts = facts_open(LIMIT_FACTS_LEN);
	struct unpack_event event = { .kind = UNPACK_CHUNK,
		.path = BYTES("mcuboot@0x0"),
		.chunk = { .format = "mcuboot",
		    .info = { .authenticity = authenticity } } };

	format_detail(&event.chunk.info, "%s", detail);
	assert_int_equal(
	    test_signature_inspect(&event, bytes_of(known), &facts), ERR_OK);
	return facts;
}

static void
signature_by_a_published_key_is_a_fact(void **state)
{
	struct facts facts = inspect_chunk_detail(
	    AUTHENTICITY_SIGNED, "version 1, ECDSA signature, key " KEY);
	const struct fact *f = only_fact(&facts, FACT_TEST_SIGNATURE);

	(void)state;
	assert_non_null(f);
	assert_true(bytes_equal_text(f->name, "MCUboot root-ec-p256.pem"));
	assert_true(bytes_equal_text(f->value, KEY));
	facts_close(&facts);
}

static void
signature_by_another_key_is_none(void **state)
{
	static const struct {
		enum authenticity authenticity;
		const char *detail;
	} cases[] = {
		{ AUTHENTICITY_HASH, "no signature, key " KEY },
		{ AUTHENTICITY_SIGNED, "signature, key 00" },
		{ AUTHENTICITY_SIGNED, "signature" },
		{ AUTHENTICITY_SIGNED,
		    "\", key " KEY "\", key 0000000000000000000000000000000000"
		    "000000000000000000000000000000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts facts = inspect_chunk_detail(
		    cases[i].authenticity, cases[i].detail);

		assert_int_equal(count_facts(&facts, FACT_TEST_SIGNATURE), 0);
		facts_close(&facts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(app_descriptor_names_the_project),
		cmocka_unit_test(app_descriptor_of_arduino_names_no_product),
		cmocka_unit_test(metadata_names_sdk_and_firmware),
		cmocka_unit_test(metadata_elsewhere_names_nothing),
		cmocka_unit_test(signature_by_a_published_key_is_a_fact),
		cmocka_unit_test(signature_by_another_key_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
