/* SPDX-License-Identifier: ISC */
/* Tests of inspect/rpm.c and of the three databases that hold its headers. */
#include "inspect/rpm.h"

#include "base/limits.h"
#include "inspect/packages.h"
#include "inspect_event.h"
#include "sample_file.h"

#include <string.h>

static const struct {
	const char *place;
	const char *sample;
} databases[] = {
	{ "/var/lib/rpm/rpmdb.sqlite", "test/data/rpm/good/rpmdb.sqlite" },
	{ "/usr/lib/sysimage/rpm/Packages.db",
	    "test/data/rpm/good/Packages.db" },
	{ "/var/lib/rpm/Packages", "test/data/rpm/good/Packages" },
	{ "/var/lib/rpm/Packages", "test/data/rpm/good/Packages.be" },
};
#define DATABASE_COUNT (sizeof(databases) / sizeof(databases[0]))

static const struct {
	const char *name, *version, *purl, *text;
} packages[] = {
	{ "busybox", "1.36.1-5.fc39",
	    "pkg:rpm/fedora/busybox@1.36.1-5.fc39?arch=noarch",
	    "busybox-1.36.1-5.fc39.noarch, GPL-2.0-only, Fedora Project" },
	{ "openssl-libs", "1:3.0.9-2.el9",
	    "pkg:rpm/redhat/openssl-libs@3.0.9-2.el9?arch=noarch&epoch=1",
	    "openssl-libs-1:3.0.9-2.el9.noarch, Apache-2.0, Red Hat, Inc." },
	{ "acme-camera", "2.0~rc1-1",
	    "pkg:rpm/acme-camera@2.0~rc1-1?arch=noarch",
	    "acme-camera-2.0~rc1-1.noarch, MIT, Acme Cameras Ltd" },
	{ "zlib", "1.2.13-4.fc39",
	    "pkg:rpm/fedora/zlib@1.2.13-4.fc39?arch=noarch",
	    "zlib-1.2.13-4.fc39.noarch, zlib AND BSL-1.0, Fedora Project" },
};
#define PACKAGE_COUNT (sizeof(packages) / sizeof(packages[0]))

static struct facts
inspect(const char *place, struct bytes in)
{
	struct unpack_event file = event_file(place, in);
	struct facts facts = facts_open(MIB);

	assert_int_equal(packages_inspect(&file, &facts), ERR_OK);
	return facts;
}

/* Every fact is one of the four packages. */
static void
assert_right(const struct facts *facts, size_t in_len)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *f = &facts->list[i];
		size_t k = 0;

		while (k < PACKAGE_COUNT &&
		    !bytes_equal_text(f->name, packages[k].name))
			k++;
		assert_true(k < PACKAGE_COUNT);
		assert_int_equal(f->kind, FACT_COMPONENT);
		assert_int_equal(f->number, EVIDENCE_PACKAGE_DB);
		assert_true(bytes_equal_text(f->value, packages[k].version));
		assert_true(bytes_equal_text(f->detail, packages[k].purl));
		assert_true(bytes_equal_text(f->text, packages[k].text));
		assert_true(f->at < in_len);
	}
}

static void
rpm_reads_the_packages_of_every_database(void **state)
{
	(void)state;
	for (size_t i = 0; i < DATABASE_COUNT; i++) {
		struct bytes in = sample_read(databases[i].sample);
		struct facts facts = inspect(databases[i].place, in);

		assert_int_equal(facts.count, PACKAGE_COUNT);
		assert_right(&facts, in.len);
		for (size_t k = 0; k < PACKAGE_COUNT; k++)
			assert_non_null(named_fact(
			    &facts, FACT_COMPONENT, packages[k].name));
		facts_close(&facts);
		sample_free(in);
	}
}

static void
rpm_tells_nothing_of_removed_packages(void **state)
{
	(void)state;
	for (size_t i = 0; i < DATABASE_COUNT; i++) {
		struct bytes in = sample_read(databases[i].sample);
		struct facts facts = inspect(databases[i].place, in);

		assert_null(
		    named_fact(&facts, FACT_COMPONENT, "telnet-server"));
		facts_close(&facts);
		sample_free(in);
	}
}

static void
rpm_looks_at_databases_in_their_places_only(void **state)
{
	struct bytes in = sample_read(databases[2].sample);
	struct facts facts = inspect("/var/lib/rpm/Name", in);

	(void)state;
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
	facts = inspect("/var/lib/rpm/rpmdb.sqlite", in);
	assert_int_equal(facts.count, 0);
	facts_close(&facts);
	sample_free(in);
}

/* A copy that ends at the prefix, so that a sanitiser sees every byte that is
   read behind it. */
static void
rpm_survives_every_prefix_and_tells_no_lie(void **state)
{
	(void)state;
	for (size_t i = 0; i < DATABASE_COUNT; i++) {
		struct bytes in = sample_read(databases[i].sample);

		for (size_t len = 1; len < in.len; len += len < 600 ? 1 : 61) {
			uint8_t *copy = malloc(len);

			assert_non_null(copy);
			memcpy(copy, in.ptr, len);
			struct facts facts = inspect(
			    databases[i].place, (struct bytes){ copy, len });

			assert_true(facts.count <= PACKAGE_COUNT);
			assert_right(&facts, len);
			facts_close(&facts);
			free(copy);
		}
		sample_free(in);
	}
}

/* All ones is the largest number in every field; a page number of zero is no
   page. Neither may loop, nor give more records than there are. */
static void
rpm_survives_broken_fields(void **state)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

	(void)state;
	for (size_t i = 0; i < DATABASE_COUNT; i++) {
		struct bytes in = sample_read(databases[i].sample);
		uint8_t *copy = malloc(in.len);

		assert_non_null(copy);
		for (size_t at = 0; at < in.len; at += at < 2048 ? 1 : 13) {
			memcpy(copy, in.ptr, in.len);
			copy[at] = values[at % sizeof(values)];
			struct facts facts = inspect(
			    databases[i].place, (struct bytes){ copy, in.len });

			assert_true(facts.count <= 4 * PACKAGE_COUNT);
			facts_close(&facts);
		}
		free(copy);
		sample_free(in);
	}
}

/* Three tags: name "ab", version "1", epoch 7. */
static const uint8_t header[] = { 0, 0, 0, 3, 0, 0, 0, 12, /* */
	0, 0, 3, 232, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1,  /* name */
	0, 0, 3, 233, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0, 1,  /* version */
	0, 0, 3, 235, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 1,  /* epoch */
	'a', 'b', 0, '1', 0, 0, 0, 0, 0, 0, 0, 7 };

static void
rpm_reads_a_header(void **state)
{
	struct rpm_header h;

	(void)state;
	assert_int_equal(
	    rpm_read_header((struct bytes){ header, sizeof(header) }, &h),
	    ERR_OK);
	assert_true(bytes_equal_text(h.name, "ab"));
	assert_true(bytes_equal_text(h.version, "1"));
	assert_int_equal(h.release.len, 0);
	assert_true(h.has_epoch);
	assert_int_equal(h.epoch, 7);
}

static void
rpm_names_what_is_wrong_with_a_header(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum err err;
	} cases[] = {
		{ 3, 4, ERR_TRUNCATED }, /* more entries than there are */
		{ 0, 0xff, ERR_TRUNCATED },
		{ 7, 13, ERR_TRUNCATED },   /* more data than there is */
		{ 7, 11, ERR_MALFORMED },   /* the epoch is cut */
		{ 15, 4, ERR_MALFORMED },   /* a name that is a number */
		{ 19, 12, ERR_MALFORMED },  /* a name outside */
		{ 23, 2, ERR_MALFORMED },   /* two names */
		{ 27, 232, ERR_MALFORMED }, /* no version */
		{ 47, 6, ERR_MALFORMED },   /* an epoch that is a text */
		{ 56, 0, ERR_MALFORMED },   /* an empty name */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rpm_header h = { .epoch = 99 };
		uint8_t blob[sizeof(header)];

		memcpy(blob, header, sizeof(blob));
		blob[cases[i].at] = cases[i].value;
		assert_int_equal(
		    rpm_read_header((struct bytes){ blob, sizeof(blob) }, &h),
		    cases[i].err);
		assert_int_equal(h.epoch, 99);
	}
	for (size_t len = 0; len < sizeof(header); len++) {
		struct rpm_header h;

		assert_int_equal(
		    rpm_read_header((struct bytes){ header, len }, &h),
		    ERR_TRUNCATED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rpm_reads_the_packages_of_every_database),
		cmocka_unit_test(rpm_tells_nothing_of_removed_packages),
		cmocka_unit_test(rpm_looks_at_databases_in_their_places_only),
		cmocka_unit_test(rpm_survives_every_prefix_and_tells_no_lie),
		cmocka_unit_test(rpm_survives_broken_fields),
		cmocka_unit_test(rpm_reads_a_header),
		cmocka_unit_test(rpm_names_what_is_wrong_with_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
