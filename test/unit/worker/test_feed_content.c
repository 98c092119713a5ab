/* SPDX-License-Identifier: ISC */
/* Feeds in every form, packed and broken; the records come out, or why not. */
#include "worker/feed_content.h"

#include "base/limits.h"
#include "system/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A sink that counts, and may fail at the n-th record. */
struct counter {
	size_t count;
	size_t fail_at; /* from 1; 0: never */
	enum err err;
};

static enum err
count_vulnerability(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t claim_count)
{
	struct counter *c = context;

	assert_true(v->id.len > 0);
	assert_int_equal(claim_count, 1);
	assert_true(claims[0].name.len > 0);
	c->count++;
	return c->count == c->fail_at ? c->err : ERR_OK;
}

static enum err
count_exploited(void *context, const struct exploited *e)
{
	(void)context;
	(void)e;
	return ERR_OK;
}

static enum err
count_score(void *context, struct bytes id, uint32_t epss, uint32_t percentile)
{
	(void)context;
	(void)id;
	(void)epss;
	(void)percentile;
	return ERR_OK;
}

static enum err
count_vex(void *context, const struct vex_statement *statement)
{
	(void)context;
	(void)statement;
	return ERR_OK;
}

static struct feed_sink
sink_of(struct counter *c)
{
	return (struct feed_sink){ .context = c,
		.vulnerability = count_vulnerability,
		.exploited = count_exploited,
		.score = count_score,
		.vex = count_vex };
}

static const char *folder;

/* Until file_unmap(). */
static struct bytes
open_file(const char *name)
{
	char path[1024];
	const char *why;
	struct bytes ret;
	size_t len;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(file_read_sealed(path, MIB, &fd, &len, &why), ERR_OK);
	assert_int_equal(file_map_sealed(fd, len, &ret), ERR_OK);
	close(fd);
	return ret;
}

/* The member's name is copied: it lives only until the close. */
static enum err
read_content(
    struct bytes in, struct counter *c, struct feed_tally *ret, char member[64])
{
	struct feed_sink sink = sink_of(c);
	struct feed_content content = feed_content_open(&sink);
	enum err err = feed_content_read(&content, in, ret);

	if (err == ERR_OK)
		(void)snprintf(member, 64, "%.*s", (int)ret->member.len,
		    ret->member.len > 0 ? (const char *)ret->member.ptr : "");
	feed_content_close(&content);
	return err;
}

static const char *const good[] = { "good/cve.jsonl", "good/cve.jsonl.gz",
	"good/cve.jsonl.xz", "good/cve.jsonl.bz2", "good/cve.jsonl.zst",
	"good/members.gz", "good/cve.zip", "good/zip.zip", "good/zip64.zip",
	"good/cve.tar.gz" };
#define GOOD (sizeof(good) / sizeof(good[0]))

static void
every_form_gives_the_same_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < GOOD; i++) {
		struct bytes in = open_file(good[i]);
		struct counter c = { 0 };
		struct feed_tally tally;
		char member[64];

		assert_int_equal(read_content(in, &c, &tally, member), ERR_OK);
		if (tally.is_broken || c.count != 3 ||
		    tally.info[FEED_CVE].count != 3 ||
		    tally.info[FEED_CVE].refused != 0 ||
		    tally.first.code != ERR_OK)
			fail_msg("%s: %zu records", good[i], c.count);
		file_unmap(in);
	}
}

/* Cut between two records the plain file is whole, and the end of a tar may be
   missing: both are left out. */
static void
no_prefix_of_what_is_packed_gives_all(void **state)
{
	(void)state;
	for (size_t i = 1; i < GOOD; i++) {
		struct bytes whole = open_file(good[i]);

		for (size_t len = 1; len < whole.len; len++) {
			struct counter c = { 0 };
			struct feed_tally tally;
			char member[64];

			assert_int_equal(
			    read_content(
				bytes_slice(whole, 0, len), &c, &tally, member),
			    ERR_OK);
			if (c.count == 3 && !tally.is_broken &&
			    strcmp(good[i], "good/cve.tar.gz") != 0)
				fail_msg("%s: all is there with %zu bytes",
				    good[i], len);
			if (tally.is_broken && tally.first.code == ERR_OK)
				fail_msg("%s: no reason", good[i]);
		}
		file_unmap(whole);
	}
}

static const struct {
	const char *file;
	enum err err;
	const char *format;
	const char *field;
	const char *member;
} bad[] = {
	{ "bad/encrypted.zip", ERR_ENCRYPTED, "zip", "member", "1.json" },
	{ "bad/lzma-method.zip", ERR_UNSUPPORTED, "zip", "member", "1.json" },
	{ "bad/checksum.zip", ERR_CHECKSUM, "zip", "member", "cves/1.json" },
	{ "bad/count.zip", ERR_MALFORMED, "zip", "member", NULL },
	{ "bad/offset.zip", ERR_TRUNCATED, "zip", "start", "" },
	{ "bad/nested.gz", ERR_LIMIT, "archive", "depth", "" },
	{ "bad/cut.xz", ERR_TRUNCATED, "xz", "stream", "" },
};

static void
what_is_broken_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bytes in = open_file(bad[i].file);
		struct counter c = { 0 };
		struct feed_tally tally;
		char member[64];

		assert_int_equal(read_content(in, &c, &tally, member), ERR_OK);
		if (!tally.is_broken || tally.first.code != bad[i].err)
			fail_msg(
			    "%s: %s", bad[i].file, err_text(tally.first.code));
		assert_string_equal(tally.first.format, bad[i].format);
		assert_string_equal(tally.first.field, bad[i].field);
		if (bad[i].member != NULL)
			assert_string_equal(member, bad[i].member);
		file_unmap(in);
	}
}

static void
a_broken_record_of_its_own_is_left_out(void **state)
{
	struct bytes in = open_file("bad/record.zip");
	struct counter c = { 0 };
	struct feed_tally tally;
	char member[64];

	(void)state;
	assert_int_equal(read_content(in, &c, &tally, member), ERR_OK);
	assert_false(tally.is_broken);
	assert_int_equal(c.count, 1);
	assert_int_equal(tally.info[FEED_CVE].count, 1);
	assert_int_equal(tally.info[FEED_CVE].refused, 1);
	assert_int_not_equal(tally.first.code, ERR_OK);
	assert_string_equal(member, "2.json");
	file_unmap(in);
}

static void
what_is_no_feed_is_left_alone(void **state)
{
	static const char *const texts[] = { "hello", "{}", "[]", "\x1f\x8b",
		"PK\x03\x04", "", "BZ" };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct counter c = { 0 };
		struct feed_tally tally;
		char member[64];

		assert_int_equal(
		    read_content(bytes_of(texts[i]), &c, &tally, member),
		    ERR_OK);
		assert_int_equal(c.count, 0);
	}
}

static void
the_machines_failures_are_passed_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < GOOD; i++) {
		struct bytes in = open_file(good[i]);
		struct counter c = { .fail_at = 2, .err = ERR_MEMORY };
		struct feed_tally tally;
		char member[64];

		assert_int_equal(
		    read_content(in, &c, &tally, member), ERR_MEMORY);
		assert_int_equal(c.count, 2);
		file_unmap(in);
	}
}

static void
a_full_book_is_told_of_the_file(void **state)
{
	struct bytes in = open_file("good/cve.jsonl.gz");
	struct counter c = { .fail_at = 2, .err = ERR_LIMIT };
	struct feed_tally tally;
	char member[64];

	(void)state;
	assert_int_equal(read_content(in, &c, &tally, member), ERR_OK);
	assert_true(tally.is_broken);
	assert_int_equal(tally.first.code, ERR_LIMIT);
	file_unmap(in);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_gives_the_same_records),
		cmocka_unit_test(no_prefix_of_what_is_packed_gives_all),
		cmocka_unit_test(what_is_broken_is_named),
		cmocka_unit_test(a_broken_record_of_its_own_is_left_out),
		cmocka_unit_test(what_is_no_feed_is_left_alone),
		cmocka_unit_test(the_machines_failures_are_passed_on),
		cmocka_unit_test(a_full_book_is_told_of_the_file),
	};

	if (argc != 2)
		return 2;
	folder = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
