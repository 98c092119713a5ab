/* SPDX-License-Identifier: ISC */
/* Every document of the vectors that says who is affected is read, or refused
   for a reason that has a name. */
#include "../vector_files.h"
#include "advisories/feed.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct tally {
	enum feed_kind kind;
	size_t files; /* of this kind */
	size_t read;
	size_t refused_files;
	uint64_t records;
	uint64_t statements[VEX_STATUS_COUNT];
	uint64_t claims;
};

static const char *folder;

static enum err
count_vex(void *context, const struct vex_statement *statement)
{
	struct tally *tally = context;

	assert_true(statement->id.len > 0);
	assert_true(statement->status > VEX_NONE &&
	    statement->status < VEX_STATUS_COUNT);
	tally->statements[statement->status]++;
	return ERR_OK;
}

static enum err
count_claims(void *context, const struct vulnerability *v,
    const struct claim *claims, size_t count)
{
	struct tally *tally = context;

	assert_true(v->id.len > 0);
	for (size_t i = 0; i < count; i++) {
		assert_true(claims[i].name.len > 0);
		assert_true(claims[i].range_count > 0 || claims[i].has_unread);
	}
	tally->claims += count;
	return ERR_OK;
}

static void
read_one(const char *path, void *context)
{
	struct tally *tally = context;
	struct arena file = arena_open(VECTORS_FILE_LEN + 64);
	struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
	struct feed_sink sink = { tally, count_claims, NULL, NULL, count_vex };
	struct bytes in = vectors_read(&file, path);
	struct feed_info info = { 0 };
	enum err err = feed_read(in, &work, &sink, &info);

	if (info.kind == tally->kind) {
		tally->files++;
		tally->read += err == ERR_OK ? 1 : 0;
		tally->records += info.count;
	} else if (info.kind != FEED_NONE || err != ERR_UNSUPPORTED) {
		fail_msg("%s is %s", path, feed_kind_text(info.kind));
	}
	if (info.kind != FEED_NONE && err != ERR_OK) {
		tally->refused_files++;
		assert_int_equal(err, ERR_MALFORMED);
		assert_int_equal(info.first.code, ERR_MALFORMED);
		assert_non_null(info.first.field);
	}
	arena_close(&work);
	arena_close(&file);
}

static struct tally
read_folder(const char *name, enum feed_kind kind)
{
	struct tally tally = { .kind = kind };
	char path[VECTORS_PATH_LEN];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)vectors_each(path, ".json", read_one, &tally);
	print_message("%s: %zu files, %zu read; %u records: %u affected, %u "
		      "fixed, %u not affected, %u in work, %u claims\n",
	    name, tally.files, tally.read, (unsigned)tally.records,
	    (unsigned)tally.statements[VEX_AFFECTED],
	    (unsigned)tally.statements[VEX_FIXED],
	    (unsigned)tally.statements[VEX_NOT_AFFECTED],
	    (unsigned)tally.statements[VEX_INVESTIGATED],
	    (unsigned)tally.claims);
	assert_int_equal(tally.files, tally.read + tally.refused_files);
	return tally;
}

static void
osv_entries_are_all_read(void **state)
{
	struct tally tally = read_folder("advisories/osv", FEED_OSV);

	(void)state;
	assert_true(tally.files >= 600);
	assert_int_equal(tally.read, tally.files);
	assert_int_equal(tally.records, tally.files);
	assert_true(tally.claims >= tally.files);
}

static void
cyclonedx_documents_are_all_read(void **state)
{
	static const struct {
		const char *folder;
		size_t files;
		uint64_t statements;
	} folders[] = {
		{ "sbom/cyclonedx-1.6", 20, 300 },
		{ "sbom/cyclonedx-spec-tests", 60, 6 },
		{ "sbom/tool-quirks", 15, 8 },
		{ "csaf/cyclonedx-vex", 10, 50 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct tally tally =
		    read_folder(folders[i].folder, FEED_CYCLONEDX);
		uint64_t statements = 0;

		for (size_t k = 0; k < VEX_STATUS_COUNT; k++)
			statements += tally.statements[k];
		assert_true(tally.files >= folders[i].files);
		assert_int_equal(tally.read, tally.files);
		assert_true(statements >= folders[i].statements);
	}
}

static void
openvex_documents_are_all_read(void **state)
{
	struct tally tally = { .kind = FEED_OPENVEX };
	char path[VECTORS_PATH_LEN];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/csaf/openvex", folder);
	(void)vectors_each(path, "openvex.json", read_one, &tally);
	(void)vectors_each(path, "vex.json", read_one, &tally);
	assert_true(tally.files >= 2);
	assert_int_equal(tally.read, tally.files);
	assert_true(tally.statements[VEX_FIXED] >= 2);
}

static void
csaf_advisories_are_all_read(void **state)
{
	struct tally ot = read_folder("csaf/cisa-ot", FEED_CSAF);
	struct tally it = read_folder("csaf/cisa-it", FEED_CSAF);
	struct tally examples = read_folder("csaf/oasis-examples", FEED_CSAF);

	(void)state;
	assert_true(ot.files >= 90);
	assert_int_equal(ot.read, ot.files);
	assert_true(ot.statements[VEX_AFFECTED] >= 600);
	assert_true(it.files >= 3);
	assert_int_equal(it.read, it.files);
	assert_true(it.statements[VEX_AFFECTED] >= 10);
	assert_true(it.statements[VEX_FIXED] >= 5);
	assert_int_equal(examples.read, examples.files);
	assert_true(examples.statements[VEX_NOT_AFFECTED] >= 30);
}

/* Most of them break another rule than those that reading needs. */
static void
csaf_test_files_are_read_or_refused_by_name(void **state)
{
	struct tally tally = read_folder("csaf/oasis-tests", FEED_CSAF);

	(void)state;
	assert_true(tally.files >= 100);
	assert_true(tally.read >= tally.files - 4);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(osv_entries_are_all_read),
		cmocka_unit_test(cyclonedx_documents_are_all_read),
		cmocka_unit_test(openvex_documents_are_all_read),
		cmocka_unit_test(csaf_advisories_are_all_read),
		cmocka_unit_test(csaf_test_files_are_read_or_refused_by_name),
	};

	folder = vectors_open(argc, argv);
	if (folder == NULL)
		return VECTORS_SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
