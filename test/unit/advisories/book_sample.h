/* SPDX-License-Identifier: ISC */
/* Books made of a few claims by hand. */
#ifndef UNIT_ADVISORIES_BOOK_SAMPLE_H
#define UNIT_ADVISORIES_BOOK_SAMPLE_H

#include "advisories/book.h"
#include "advisories/matching.h"
#include "base/limits.h"

#include <stdlib.h>

#define T(literal)                                                             \
	{                                                                      \
		(const uint8_t *)("" literal), sizeof(literal) - 1             \
	}

struct sample {
	struct book_maker *maker;
	struct feed_sink sink;
	struct out bytes;
	struct book book;
	struct arena arena;
};

static inline void
must(enum err err)
{
	if (err != ERR_OK)
		abort();
}

static inline struct sample
sample_open(void)
{
	struct sample s = { .bytes = out_open(16 * MIB),
		.arena = arena_open(16 * MIB) };

	must(book_maker_open(16 * MIB, NULL, &s.maker));
	s.sink = book_maker_sink(s.maker);
	return s;
}

static inline void
sample_close(struct sample *s)
{
	book_maker_close(s->maker);
	out_close(&s->bytes);
	arena_close(&s->arena);
}

static inline void
sample_write(struct sample *s)
{
	s->bytes.len = 0;
	must(book_maker_write(s->maker, &s->bytes));
	must(book_open(out_bytes(&s->bytes), &s->book));
}

/* Affected from `from` to before `to`; NULL leaves an end open. */
static inline struct claim_range
sample_range(const char *from, const char *to)
{
	return (struct claim_range){ .from = bytes_of(from != NULL ? from : ""),
		.to = bytes_of(to != NULL ? to : ""),
		.status = CLAIM_AFFECTED };
}

static inline struct claim
sample_claim(enum claim_source source, const char *vendor, const char *product,
    const struct claim_range *ranges, size_t count)
{
	return (struct claim){ .source = source,
		.key = CLAIM_BY_NAME,
		.space = bytes_of(vendor),
		.name = bytes_of(product),
		.otherwise = CLAIM_UNAFFECTED,
		.ranges = ranges,
		.range_count = count };
}

static inline void
sample_put(
    struct sample *s, const char *id, const struct claim *claims, size_t count)
{
	struct vulnerability v = { .id = bytes_of(id),
		.title = bytes_of("a flaw"),
		.cvss = CVSS_UNKNOWN };

	must(s->sink.vulnerability(s->sink.context, &v, claims, count));
}

/* One range, one claim. */
static inline void
sample_add(struct sample *s, const char *id, enum claim_source source,
    const char *product, const char *from, const char *to)
{
	struct claim_range range = sample_range(from, to);
	struct claim claim = sample_claim(source, "maker", product, &range, 1);

	sample_put(s, id, &claim, 1);
}

static inline void
sample_exploit(struct sample *s, const char *id)
{
	struct exploited e = { .id = bytes_of(id), .since = 86400 };

	must(s->sink.exploited(s->sink.context, &e));
}

static inline struct match_subject
sample_subject(const char *cpe, const char *version)
{
	return (struct match_subject){ .name = bytes_of("thing"),
		.version = bytes_of(version),
		.cpe = bytes_of(cpe),
		.confidence = 100 };
}

static inline struct matches
sample_match(struct sample *s, const struct match_subject *subject)
{
	struct match_wants wants = { .subjects = subject, .subject_count = 1 };
	struct matches matches;

	must(matching_run(&s->book, &wants, &s->arena, &matches));
	return matches;
}

/* The one match that there has to be. */
static inline struct match
only(struct matches matches)
{
	if (matches.count != 1)
		abort();
	return matches.list[0];
}

#define assert_text(text, expected)                                            \
	do {                                                                   \
		struct bytes t_ = (text);                                      \
                                                                               \
		assert_int_equal(t_.len, strlen(expected));                    \
		assert_memory_equal(t_.ptr, (expected), t_.len);               \
	} while (0)

#endif
