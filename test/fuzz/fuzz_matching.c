/* SPDX-License-Identifier: ISC */
/* Any feed, compiled into a book that must then be good, and matched. */
#include "advisories/feed.h"
#include "fuzz_subjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BOOK_LEN (64 * MIB)

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
write_and_match(struct book_maker *maker)
{
	struct out bytes = out_open(BOOK_LEN);
	struct book book;
	enum err err = book_maker_write(maker, &bytes);

	if (err == ERR_OK) {
		must(book_open(out_bytes(&bytes), &book) == ERR_OK);
		struct match_wants wants = { .subjects = fuzz_subjects,
			.subject_count = FUZZ_SUBJECTS };
		struct arena arena = arena_open(ARENA_LEN);
		struct matches matches;

		/* what we wrote ourselves is never malformed */
		must(matching_run(&book, &wants, &arena, &matches) !=
		    ERR_MALFORMED);
		arena_close(&arena);
		fuzz_match(&book);
	}
	out_close(&bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena work = arena_open(ARENA_LEN);
	struct book_maker *maker;
	struct feed_info info;

	if (book_maker_open(BOOK_LEN, NULL, &maker) != ERR_OK)
		return 0;
	struct feed_sink sink = book_maker_sink(maker);
	enum err err =
	    feed_read((struct bytes){ data, size }, &work, &sink, &info);

	/* what came before a failure stays taken */
	if (err == ERR_OK)
		err = book_maker_note(maker, BYTES("feed"), &info);
	if (err != ERR_MEMORY)
		write_and_match(maker);
	book_maker_close(maker);
	arena_close(&work);
	return 0;
}
