/* SPDX-License-Identifier: ISC */
/* Small files of feeds, and what is to be said of them; see README.md there. */
#include "claim_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE_LEN ((size_t)64 << 10)

struct file {
	const char *name;
	const char *ending;
	enum feed_kind kind;
	uint64_t count;
};

static const struct file good[] = {
	{ "cve-applicability", "json", FEED_CVE, 1 },
	{ "cve-before-itself", "json", FEED_CVE, 1 },
	{ "cve-exploited", "json", FEED_CVE, 1 },
	{ "cve-kernel", "json", FEED_CVE, 1 },
	{ "cve-letters", "json", FEED_CVE, 1 },
	{ "cve-lines", "jsonl", FEED_CVE, 3 },
	{ "cve-other-container", "json", FEED_CVE, 1 },
	{ "cve-red-hat", "json", FEED_CVE, 1 },
	{ "cve-two-halves", "json", FEED_CVE, 1 },
	{ "cve-versions", "json", FEED_CVE, 1 },
	{ "epss", "csv", FEED_EPSS, 3 },
	{ "euvd-page", "json", FEED_EUVD, 2 },
	{ "kev", "json", FEED_KEV, 3 },
	{ "nvd-conditions", "json", FEED_NVD, 1 },
	{ "nvd-override", "json", FEED_NVD, 1 },
	{ "nvd-page", "json", FEED_NVD, 3 },
};

static const struct {
	const char *file;
	enum err err;
	uint64_t count;
	uint64_t refused;
	enum err first;
	uint64_t at;
	const char *field;
} bad[] = {
	{ "cve-no-id.json", ERR_MALFORMED, 0, 1, ERR_MALFORMED, 0,
	    "cveMetadata.cveId" },
	{ "cve-one-broken.jsonl", ERR_OK, 2, 2, ERR_TRUNCATED, 88, "JSON" },
	{ "epss-rows.csv", ERR_OK, 2, 2, ERR_MALFORMED, 105, "epss" },
	{ "kev-no-id.json", ERR_OK, 1, 1, ERR_MALFORMED, 94, "cveID" },
	{ "nvd-torn.json", ERR_MALFORMED, 1, 0, ERR_MALFORMED, 128, "JSON" },
};

static struct bytes
read_file(const char *kind, const char *name, const char *ending, uint8_t *room)
{
	const char *root = getenv("HALLMARK_ROOT");
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s/test/data/advisories/%s/%s%s%s",
	    root != NULL ? root : ".", kind, name, ending[0] != '\0' ? "." : "",
	    ending);
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		fail_msg("%s: cannot be read", path);
	size_t len = fread(room, 1, FILE_LEN, f);

	(void)fclose(f);
	return (struct bytes){ room, len };
}

static void
good_files_say_what_is_written_beside_them(void **state)
{
	static uint8_t rooms[2][FILE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct file *file = &good[i];
		struct bytes in =
		    read_file("good", file->name, file->ending, rooms[0]);
		struct bytes said =
		    read_file("good", file->name, "txt", rooms[1]);
		struct out o = out_open(LIMIT_REPORT_LEN);
		struct feed_info info = { 0 };

		assert_int_equal(
		    claim_log_feed(in, LIMIT_FEED_RECORD_LEN, &o, &info),
		    ERR_OK);
		assert_int_equal(info.kind, file->kind);
		assert_int_equal(info.count, file->count);
		assert_int_equal(info.refused, 0);
		assert_int_equal(info.first.code, ERR_OK);
		if (!bytes_equal(out_bytes(&o), said))
			fail_msg("%s says:\n%.*s", file->name, (int)o.len,
			    (const char *)o.ptr);
		out_close(&o);
	}
}

static void
bad_files_are_refused_with_the_place(void **state)
{
	static uint8_t room[FILE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bytes in = read_file("bad", bad[i].file, "", room);
		struct out o = out_open(LIMIT_REPORT_LEN);
		struct feed_info info = { 0 };

		assert_int_equal(
		    claim_log_feed(in, LIMIT_FEED_RECORD_LEN, &o, &info),
		    bad[i].err);
		assert_int_equal(info.count, bad[i].count);
		assert_int_equal(info.refused, bad[i].refused);
		assert_int_equal(info.first.code, bad[i].first);
		assert_int_equal(info.first.at, bad[i].at);
		assert_string_equal(info.first.field, bad[i].field);
		out_close(&o);
	}
}

static void
every_prefix_of_a_document_is_refused(void **state)
{
	static uint8_t room[FILE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct bytes in =
		    read_file("good", good[i].name, good[i].ending, room);

		if (strcmp(good[i].ending, "json") != 0)
			continue;
		in = bytes_trim(in);
		for (size_t len = 0; len < in.len; len++) {
			struct out o = out_open(LIMIT_REPORT_LEN);
			struct feed_info info = { 0 };
			struct bytes prefix = bytes_slice(in, 0, len);

			assert_int_not_equal(
			    claim_log_feed(
				prefix, LIMIT_FEED_RECORD_LEN, &o, &info),
			    ERR_OK);
			assert_true(info.first.at <= len);
			out_close(&o);
		}
	}
}

static void
a_record_that_needs_too_much_memory_is_refused(void **state)
{
	static uint8_t rooms[2][FILE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct bytes in =
		    read_file("good", good[i].name, good[i].ending, rooms[0]);
		struct bytes said =
		    read_file("good", good[i].name, "txt", rooms[1]);
		bool whole = false;

		for (size_t limit = 0; !whole; limit += 16) {
			struct out o = out_open(LIMIT_REPORT_LEN);
			struct feed_info info = { 0 };
			enum err err = claim_log_feed(in, limit, &o, &info);

			whole = err == ERR_OK && info.refused == 0;
			if (err != ERR_OK)
				assert_int_equal(err, ERR_LIMIT);
			else if (!whole)
				assert_int_equal(info.first.code, ERR_LIMIT);
			else
				assert_true(bytes_equal(out_bytes(&o), said));
			out_close(&o);
			assert_true(limit < LIMIT_FEED_RECORD_LEN);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_files_say_what_is_written_beside_them),
		cmocka_unit_test(bad_files_are_refused_with_the_place),
		cmocka_unit_test(every_prefix_of_a_document_is_refused),
		cmocka_unit_test(
		    a_record_that_needs_too_much_memory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
