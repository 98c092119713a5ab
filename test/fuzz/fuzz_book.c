/* SPDX-License-Identifier: ISC */
/* Any bytes as a compiled book: opening, its feeds, matching. */
#include "advisories/book.h"
#include "fuzz_subjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct book book = { .health = { .claims = 77 } };
	struct book_feed feed;

	if (book_open(in, &book) != ERR_OK) {
		if (book.health.claims != 77 || book.in.ptr != NULL)
			abort(); /* *ret touched */
		return 0;
	}
	for (size_t i = 0; i < book.health.feed_count; i++)
		if (book_feed_at(&book, i, &feed) == ERR_OK &&
		    (!lies_in(feed.name, in) ||
			feed.info.kind >= FEED_KIND_COUNT))
			abort();
	if (book_feed_at(&book, book.health.feed_count, &feed) == ERR_OK)
		abort();
	for (size_t i = 0; i < BOOK_SECTION_COUNT; i++)
		if (!lies_in(book.section[i], in))
			abort();
	fuzz_match(&book);
	return 0;
}
