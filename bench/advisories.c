/* SPDX-License-Identifier: ISC */
/* How long known vulnerabilities take: reading and compiling a feed, against
   libjansson parsing the same records; and matching 200 components, against one
   walk over the memory of the compiled book. Run by bench/advisories. */
#include "advisories/book_private.h"
#include "advisories/matching.h"
#include "base/data.h"
#include "base/limits.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COMPONENTS 200
#define READINGS 3
#define MATCHINGS 101
/* A feed of the shape of CVE JSON 5: of these, one in 14 is the kernel's, as in
   2024; a few products have most of the others. */
#define RECORDS 20000
#define KERNEL_EVERY 14
#define KERNEL_BRANCHES 8

/* Reading a feed: of libjansson's time. Matching: of one walk over the book,
   which whoever has no index does for each component; a kernel's 1 500 matches
   have to be told, too. */
#define READING_BUDGET 0.35
#define MATCHING_BUDGET 2.5
#define KERNEL_BUDGET 8.0

/* Of the processor: all is one thread that waits for nothing. */
static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
give_up(const char *what)
{
	(void)fprintf(stderr, "bench_advisories: %s\n", what);
	exit(4);
}

static void
must(enum err err, const char *what)
{
	if (err != ERR_OK)
		give_up(what);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

/* --- the feed --- */

static void
put_head(struct out *to, unsigned i, const char *vendor, unsigned product)
{
	char text[640];

	(void)snprintf(text, sizeof(text),
	    "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\","
	    "\"cveMetadata\":{\"cveId\":\"CVE-2024-%u\",\"state\":\"PUBLISHED\","
	    "\"datePublished\":\"2024-05-01T10:00:00.000Z\","
	    "\"dateUpdated\":\"2024-06-01T10:00:00.000Z\"},"
	    "\"containers\":{\"cna\":{\"providerMetadata\":{\"orgId\":"
	    "\"f4215fc3-5b6b-47ff-a258-f7189bd81038\",\"shortName\":\"bench\"},"
	    "\"title\":\"Improper handling of "
	    "length %u in the request parser lets remote attackers run "
	    "commands without a password\",\"affected\":[{\"vendor\":\"%s %u\","
	    "\"product\":\"thing-%u\",\"defaultStatus\":\"unaffected\","
	    "\"versions\":[",
	    10000 + i, i, vendor, product % 97, product);
	out_text(to, text);
}

static void
put_range(struct out *to, const char *comma, const char *from, const char *end,
    const char *rest)
{
	char text[200];

	(void)snprintf(text, sizeof(text),
	    "%s{\"version\":\"%s\",\"%s\":\"%s\",%s}", comma, from,
	    strchr(end, '*') != NULL ? "lessThanOrEqual" : "lessThan", end,
	    rest);
	out_text(to, text);
}

/* Prose, references and metrics are most of a record. */
static void
put_tail(struct out *to)
{
	out_text(to, "]}],\"descriptions\":[{\"lang\":\"en\",\"value\":\"");
	for (unsigned i = 0; i < 12; i++)
		out_text(to,
		    "A flaw lets somebody do what they must not, "
		    "under \\\"conditions\\\" told elsewhere. ");
	out_text(to, "\"}],\"references\":[");
	for (unsigned i = 0; i < 10; i++) {
		out_text(to, i > 0 ? "," : "");
		out_text(to,
		    "{\"url\":\"https://example.org/advisories/a/b/c\","
		    "\"tags\":[\"patch\",\"x_refsource_CONFIRM\"]}");
	}
	out_text(to,
	    "]},\"adp\":[{\"title\":\"CISA ADP Vulnrichment\","
	    "\"metrics\":[{\"other\":{\"type\":\"ssvc\",\"content\":{"
	    "\"options\":[{\"Exploitation\":\"none\"},{\"Automatable\":"
	    "\"no\"}],\"version\":\"2.0.3\"}}}],\"providerMetadata\":{"
	    "\"orgId\":\"134c704f-9b21-4f2e-91b3-4a467353bcc0\","
	    "\"shortName\":\"CISA-ADP\"}}]}}\n");
}

static void
put_kernel(struct out *to, unsigned i)
{
	char text[400];

	(void)snprintf(text, sizeof(text),
	    "{\"dataType\":\"CVE_RECORD\",\"cveMetadata\":{\"cveId\":"
	    "\"CVE-2024-%u\",\"state\":\"PUBLISHED\"},\"containers\":{\"cna\":{"
	    "\"title\":\"net: thing%u: fix a use after free when the "
	    "device goes away while a frame is sent\",\"affected\":[{\"vendor\":\"Linux\","
	    "\"product\":\"Linux\",\"defaultStatus\":\"affected\","
	    "\"programFiles\":[\"drivers/net/thing%u.c\"],\"versions\":[{"
	    "\"version\":\"4.%u\",\"status\":\"affected\"}",
	    10000 + i, i, i, i % 20);
	out_text(to, text);
	for (unsigned k = 0; k < KERNEL_BRANCHES; k++) {
		char from[32];
		char end[32];

		(void)snprintf(from, sizeof(from), "5.%u.%u", k * 2, i % 200);
		(void)snprintf(end, sizeof(end), "5.%u.*", k * 2);
		put_range(to, ",", from, end,
		    "\"status\":\"unaffected\",\"versionType\":\"semver\"");
	}
	put_tail(to);
}

static void
put_feed(struct out *to)
{
	for (unsigned i = 0; i < RECORDS; i++) {
		unsigned product = i % 3 == 0 ? i % 200 : i % 16000;
		char end[32];

		if (i % KERNEL_EVERY == 0) {
			put_kernel(to, i);
			continue;
		}
		put_head(to, i, "Maker", product);
		for (unsigned k = 1; k <= 1 + i % 4; k++) {
			char from[32];

			(void)snprintf(from, sizeof(from), "%u.0", k);
			(void)snprintf(
			    end, sizeof(end), "%u.%u.%u", k, i % 30, i % 7);
			put_range(to, k > 1 ? "," : "", from, end,
			    "\"status\":\"affected\",\"versionType\":"
			    "\"semver\"");
		}
		put_tail(to);
	}
	must(to->failed, "the feed");
}

static void
read_feed(const char *path, struct out *to)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		give_up(path);
	for (;;) {
		uint8_t *room = out_reserve(to, MIB);
		size_t n = room != NULL ? fread(room, 1, MIB, f) : 0;

		to->len += n;
		if (n == 0)
			break;
	}
	(void)fclose(f);
	must(to->failed, path);
}

/* --- reading --- */

static double
time_compiling(struct bytes feed, const struct product_names *names,
    struct out *to, double *ret_write)
{
	struct arena work = arena_open(LIMIT_FEED_RECORD_LEN);
	struct book_maker *maker;
	struct feed_info info;
	double begun = now();

	must(book_maker_open(LIMIT_BOOK_LEN, names, &maker), "the maker");
	struct feed_sink sink = book_maker_sink(maker);

	must(feed_read(feed, &work, &sink, &info), "the feed");
	must(book_maker_note(maker, BYTES("feed"), &info), "the maker");
	double read = now();

	to->len = 0;
	must(book_maker_write(maker, to), "the book");
	double end = now();

	*ret_write = end - read;
	book_maker_close(maker);
	arena_close(&work);
	return end - begun;
}

static double
time_jansson(struct bytes feed)
{
	struct bytes rest = feed;
	struct bytes line;
	double begun = now();

	while (bytes_next_line(&rest, &line)) {
		json_error_t error;
		json_t *json =
		    json_loadb((const char *)line.ptr, line.len, 0, &error);

		if (json == NULL && line.len > 0)
			give_up("libjansson");
		json_decref(json);
	}
	return now() - begun;
}

static bool
bench_reading(
    struct bytes feed, const struct product_names *names, struct out *book)
{
	double mine[READINGS];
	double theirs[READINGS];
	double ratio[READINGS];
	double write = 0;

	for (size_t i = 0; i < READINGS; i++) {
		mine[i] = time_compiling(feed, names, book, &write);
		theirs[i] = time_jansson(feed);
		ratio[i] = mine[i] / theirs[i];
	}
	double middle = median(ratio, READINGS);

	(void)printf(
	    "a feed of %.1f MB: read and compiled in %.0f ms (of these "
	    "%.0f ms writing), libjansson alone parses it in %.0f ms\n",
	    (double)feed.len / 1e6, median(mine, READINGS) * 1e3, write * 1e3,
	    median(theirs, READINGS) * 1e3);
	(void)printf("ratio %.3f (budget %.2f) %s\n", middle, READING_BUDGET,
	    middle <= READING_BUDGET ? "ok" : "OVER");
	return middle <= READING_BUDGET;
}

/* --- matching --- */

/* So that the walk is not optimised away. */
static volatile uint64_t walked;

static double
time_walk(struct bytes book)
{
	double begun = now();
	uint64_t sum = 0;

	for (size_t at = 0; at + 8 <= book.len; at += 8) {
		uint64_t word;

		memcpy(&word, book.ptr + at, sizeof(word));
		sum += word;
	}
	walked = sum;
	return now() - begun;
}

/* Products spread evenly over the book: every one is found. */
static void
fill_subjects(const struct book *book, struct match_subject *subjects)
{
	uint32_t keys = (uint32_t)book_count(book, BOOK_KEYS);

	for (uint32_t i = 0; i < COMPONENTS; i++) {
		struct book_key key;
		struct bytes text = { NULL, 0 };

		must(book_key_at(book,
			 (uint32_t)((uint64_t)keys * i / COMPONENTS), &key),
		    "a key");
		must(book_text(book, key.text, &text), "a key");
		subjects[i] = (struct match_subject){ .name = text,
			.version = BYTES("1.2.3"),
			.cpe = text,
			.confidence = 100 };
	}
}

static double
time_matching(const struct book *book, const struct match_wants *wants,
    size_t *ret_matches)
{
	struct arena arena = arena_open(LIMIT_MATCHES_LEN);
	struct matches matches;
	double begun = now();

	must(matching_run(book, wants, &arena, &matches), "matching");
	double took = now() - begun;

	*ret_matches = matches.count;
	arena_close(&arena);
	return took;
}

static bool
bench_matching(const struct book *book, const struct match_wants *wants,
    const char *what, double budget)
{
	double match[MATCHINGS];
	double walk[MATCHINGS];
	double ratio[MATCHINGS];
	size_t matches = 0;

	for (size_t i = 0; i < MATCHINGS; i++) {
		walk[i] = time_walk(book->in);
		match[i] = time_matching(book, wants, &matches);
		ratio[i] = match[i] / walk[i];
	}
	double middle = median(ratio, MATCHINGS);

	(void)printf("%s: %zu matches in %.2f ms, one walk over the book's "
		     "%.1f MB in %.2f ms\n",
	    what, matches, median(match, MATCHINGS) * 1e3,
	    (double)book->in.len / 1e6, median(walk, MATCHINGS) * 1e3);
	(void)printf("ratio %.3f (budget %.2f) %s\n", middle, budget,
	    middle <= budget ? "ok" : "OVER");
	return middle <= budget;
}

int
main(int argc, char *argv[])
{
	struct arena arena = arena_open(16 * MIB);
	struct out feed = out_open(LIMIT_BOOK_LEN);
	struct out bytes = out_open(LIMIT_BOOK_LEN);
	struct match_subject *subjects =
	    calloc(COMPONENTS + 1, sizeof(*subjects));
	const struct product_names *names;
	struct fault fault;
	struct book book;

	if (subjects == NULL)
		give_up("memory");
	must(product_names_read(data_embedded(), &arena, &names, &fault),
	    "product-names.tsv");
	if (argc > 1)
		read_feed(argv[1], &feed);
	else
		put_feed(&feed);
	bool good = bench_reading(out_bytes(&feed), names, &bytes);

	must(book_open(out_bytes(&bytes), &book), "the book");
	(void)printf("book: %.1f MB, %llu vulnerabilities, %llu claims, "
		     "%zu products\n",
	    (double)bytes.len / 1e6,
	    (unsigned long long)book.health.vulnerabilities,
	    (unsigned long long)book.health.claims,
	    book_count(&book, BOOK_KEYS));
	fill_subjects(&book, subjects);
	struct match_wants wants = { .subjects = subjects,
		.subject_count = COMPONENTS,
		.names = names };

	good &=
	    bench_matching(&book, &wants, "200 components", MATCHING_BUDGET);
	subjects[COMPONENTS] = (struct match_subject){ .name = BYTES("linux"),
		.version = BYTES("5.10.19"),
		.cpe = BYTES("linux:linux_kernel"),
		.confidence = 100 };
	wants.subject_count++;
	good &= bench_matching(&book, &wants, "and a kernel", KERNEL_BUDGET);
	free(subjects);
	out_close(&feed);
	out_close(&bytes);
	arena_close(&arena);
	return good ? 0 : 1;
}
