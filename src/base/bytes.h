/* SPDX-License-Identifier: ISC */
/* A borrowed run of bytes: how untrusted input travels. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *ptr; /* borrowed; may be NULL when len is 0 */
	size_t len;
};

/* A string literal without its final zero. */
#define BYTES(literal)                                                         \
	((struct bytes){ (const uint8_t *)("" literal), sizeof(literal) - 1 })

/* A zero-terminated string, borrowed. */
struct bytes bytes_of(const char *text);

/* in[at, at + len), cut short where the input ends; never out of bounds. */
struct bytes bytes_slice(struct bytes in, size_t at, size_t len);

/* in[at, end); empty when at is past the end. */
struct bytes bytes_from(struct bytes in, size_t at);

bool bytes_equal(struct bytes a, struct bytes b);
bool bytes_equal_text(struct bytes a, const char *text);

/* Likewise with ASCII letters in any case. */
bool bytes_equal_any_case(struct bytes a, const char *text);

/* An ASCII letter in lower case; another byte as it is. */
uint8_t bytes_lower(uint8_t byte);

bool bytes_starts(struct bytes in, struct bytes prefix);
bool bytes_ends(struct bytes in, struct bytes suffix);

/* Total order: by bytes, then the shorter first; as memcmp's sign. */
int bytes_compare(struct bytes a, struct bytes b);

/* The offset of the first needle at or after `from`, or SIZE_MAX. */
size_t bytes_find(struct bytes in, struct bytes needle, size_t from);

/* The offset of the first such byte at or after `from`, or SIZE_MAX. */
size_t bytes_find_byte(struct bytes in, uint8_t byte, size_t from);

/* Without ASCII blanks (space, tab, CR, LF) at both ends. */
struct bytes bytes_trim(struct bytes in);

/*
 * Takes the next line off *rest into *ret_line, without its LF or CRLF;
 * false when nothing is left. The usual loop over a text file.
 */
bool bytes_next_line(struct bytes *rest, struct bytes *ret_line);

/* Likewise the next word, parted by ASCII blanks. */
bool bytes_next_word(struct bytes *rest, struct bytes *ret_word);

/* Takes what stands before the next `separator` (which is dropped). */
bool bytes_next_field(
    struct bytes *rest, uint8_t separator, struct bytes *ret_field);

/* Reads all of `in` as a decimal number; false if it is none or too large. */
bool bytes_to_u64(struct bytes in, uint64_t *ret);

#endif
