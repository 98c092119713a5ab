/* SPDX-License-Identifier: ISC */
/* Which vulnerabilities each release of OpenSSL, curl and Linux has, by the
   projects' own records, against lists of them; a row of numbers for each. */
#include "../vector_files.h"
#include "advisories/matching.h"
#include "base/data.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/*
 * Where we differ, and why that is right.
 *
 * kernel, CVE-2024-24858: the record is not the kernel authority's but that of
 * a distribution (Anolis), which says v4.0-rc1 to v6.8-rc2. The expectation
 * leaves out what has no defaultStatus "affected"; we believe the one record
 * that there is.
 */
static const struct {
	const char *project;
	const char *id;
} argued[] = {
	{ "kernel", "CVE-2024-24858" },
};

struct project {
	const char *name;
	const char *expected; /* below the folder of vectors */
	const char *records;
	const char *cpe;
};

static const struct project projects[] = {
	{ "openssl", "versions/expected-openssl-by-version.json",
	    "cve5/openssl-cna", "openssl:openssl" },
	{ "curl", "versions/expected-curl-by-version.json", "osv/curl",
	    "haxx:curl" },
	{ "kernel", "versions/expected-kernel-by-version.json", "cve5/kernel",
	    "linux:linux_kernel" },
};

struct tally {
	size_t expected;
	size_t met;
	size_t said;
	size_t right;
	size_t argued;
};

static void
must(enum err err, const char *what)
{
	if (err == ERR_OK)
		return;
	printf("%s: %s\n", what, err_text(err));
	abort();
}

/* The lists are of all records; half of these are beside the project. */
#define RECORDS_MAX 512

struct reading {
	struct book_maker *maker;
	struct arena files;
	char *ids[RECORDS_MAX]; /* by the names of the files */
	size_t count;
};

static void
read_record(const char *path, void *context)
{
	struct reading *r = context;
	struct feed_sink sink = book_maker_sink(r->maker);
	struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
	struct feed_info info;
	const char *id = strstr(path, "CVE-");

	if (r->count < RECORDS_MAX && id != NULL)
		r->ids[r->count++] = strndup(id, strcspn(id, "."));
	must(feed_read(vectors_read(&r->files, path), &work, &sink, &info),
	    path);
	arena_close(&work);
	arena_close(&r->files);
}

/* Reads all records of a project into *ret_book, whose bytes are in *to. */
static void
make_book(const char *folder, const struct product_names *names,
    struct reading *r, struct out *to, struct book *ret_book)
{
	must(book_maker_open(LIMIT_BOOK_LEN, names, &r->maker), "maker");
	if (vectors_each(folder, ".json", read_record, r) == 0)
		must(ERR_END, folder);
	must(book_maker_write(r->maker, to), "book");
	must(book_open(out_bytes(to), ret_book), "book");
	book_maker_close(r->maker);
}

static bool
has_record(const struct reading *r, struct bytes id)
{
	for (size_t i = 0; i < r->count; i++)
		if (bytes_equal_text(id, r->ids[i]))
			return true;
	return false;
}

static bool
is_argued(const char *project, struct bytes id)
{
	for (size_t i = 0; i < sizeof(argued) / sizeof(argued[0]); i++)
		if (strcmp(argued[i].project, project) == 0 &&
		    bytes_equal_text(id, argued[i].id))
			return true;
	return false;
}

static bool
is_said(const struct matches *matches, struct bytes id)
{
	for (size_t i = 0; i < matches->count; i++)
		if (matches->list[i].state == MATCH_AFFECTED &&
		    bytes_equal(matches->list[i].id, id))
			return true;
	return false;
}

static bool
is_expected(const json_t *ids, struct bytes id)
{
	for (size_t i = 0; i < json_array_size(ids); i++)
		if (bytes_equal_text(
			id, json_string_value(json_array_get(ids, i))))
			return true;
	return false;
}

static void
show(const struct project *p, const char *what, const char *version,
    struct bytes id)
{
	printf("%s %s %s: %.*s\n", what, p->name, version, (int)id.len,
	    (const char *)id.ptr);
}

static void
compare(const struct project *p, const struct reading *r, const char *version,
    const json_t *ids, const struct matches *matches, struct tally *tally)
{
	for (size_t i = 0; i < json_array_size(ids); i++) {
		struct bytes id =
		    bytes_of(json_string_value(json_array_get(ids, i)));

		if (!has_record(r, id))
			continue;
		bool met = is_said(matches, id);
		bool is_ours = !met && is_argued(p->name, id);

		tally->expected++;
		tally->met += met;
		tally->argued += is_ours;
		if (!met && !is_ours)
			show(p, "MISSED", version, id);
	}
	for (size_t i = 0; i < matches->count; i++) {
		struct bytes id = matches->list[i].id;

		if (matches->list[i].state != MATCH_AFFECTED)
			continue;
		bool right = is_expected(ids, id);
		bool is_ours = !right && is_argued(p->name, id);

		tally->said++;
		tally->right += right;
		tally->argued += is_ours;
		if (!right && !is_ours)
			show(p, "WRONG ", version, id);
	}
}

static struct tally
try_project(const char *folder, const struct product_names *names,
    const struct project *p)
{
	struct out bytes = out_open(LIMIT_BOOK_LEN);
	struct reading r = { .files = arena_open(64 * MIB) };
	struct tally tally = { .expected = 0 };
	struct book book;
	char *expected;
	char *records;
	const char *version;
	json_t *ids;

	if (asprintf(&expected, "%s/%s", folder, p->expected) < 0 ||
	    asprintf(&records, "%s/%s", folder, p->records) < 0)
		abort();
	json_t *json = vectors_json(expected);
	json_t *versions = json_object_get(json, "expected");

	make_book(records, names, &r, &bytes, &book);
	json_object_foreach(versions != NULL ? versions : json, version, ids)
	{
		struct arena arena = arena_open(LIMIT_MATCHES_LEN);
		struct match_subject subject = { .name = bytes_of(p->name),
			.version = bytes_of(version),
			.cpe = bytes_of(p->cpe),
			.confidence = 100 };
		struct match_wants wants = {
			.subjects = &subject, .subject_count = 1, .names = names
		};
		struct matches matches;

		must(matching_run(&book, &wants, &arena, &matches), p->name);
		compare(p, &r, version, ids, &matches, &tally);
		arena_close(&arena);
	}
	json_decref(json);
	out_close(&bytes);
	for (size_t i = 0; i < r.count; i++)
		free(r.ids[i]);
	free(expected);
	free(records);
	return tally;
}

int
main(int argc, char *argv[])
{
	const char *folder = vectors_open(argc, argv);
	struct arena arena = arena_open(16 * MIB);
	const struct product_names *names;
	struct fault fault;
	int ret = 0;

	if (folder == NULL)
		return VECTORS_SKIPPED;
	must(product_names_read(data_embedded(), &arena, &names, &fault),
	    "product-names.tsv");
	for (size_t i = 0; i < sizeof(projects) / sizeof(projects[0]); i++) {
		struct tally t = try_project(folder, names, &projects[i]);
		bool good = t.expected > 0 &&
		    t.expected - t.met + t.said - t.right == t.argued;

		/* test/accuracy/run reads these */
		printf("row\t%s\t%zu\t%zu\t%zu\t%zu\t%zu\n", projects[i].name,
		    t.met, t.expected, t.right, t.said, t.argued);
		ret |= !good;
	}
	arena_close(&arena);
	return ret;
}
