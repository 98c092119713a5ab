/* SPDX-License-Identifier: ISC */
/* CBOR, read and written without memory of its own (RFC 8949). */
#ifndef CODEC_CBOR_H
#define CODEC_CBOR_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Arrays, maps and tags inside each other. */
#define CBOR_DEPTH 16

enum cbor_kind {
	CBOR_UINT,  /* number */
	CBOR_NINT,  /* -1 - number */
	CBOR_BYTES, /* bytes */
	CBOR_TEXT,  /* bytes, valid UTF-8 */
	CBOR_ARRAY, /* number elements follow */
	CBOR_MAP,   /* number pairs follow: key, value */
	CBOR_TAG,   /* number; one item follows */
	CBOR_FALSE,
	CBOR_TRUE,
	CBOR_NULL,
	CBOR_UNDEFINED,
	CBOR_SIMPLE, /* number */
	CBOR_FLOAT,  /* real; read only when the rules allow */
};

/*
 * What a reader insists on. Never taken: trailing bytes (ERR_MALFORMED),
 * lengths past the input (ERR_TRUNCATED), more than CBOR_DEPTH (ERR_LIMIT), the
 * same key twice in a map (ERR_MALFORMED; by its value, whatever its head).
 */
enum cbor_rules {
	/* RFC 8949 §4.2.1 and this project's profile: shortest heads, definite
	   lengths, keys in order, no floats, no simple values but false, true
	   and null; else ERR_MALFORMED. What we write ourselves is held to
	   this. */
	CBOR_STRICT,
	/* Other people's: any head, any order of keys, floats; indefinite
	   lengths are ERR_UNSUPPORTED. */
	CBOR_RELAXED,
};

struct cbor_item {
	enum cbor_kind kind;
	uint64_t number;
	double real;
	struct bytes bytes; /* borrows the input, even when it is empty */
	size_t at;	    /* offset of its first byte */
};

/*
 * A pull reader over borrowed bytes; the first failure sticks, later reads
 * give CBOR_NULL. Plain data: copy it to look ahead.
 */
struct cbor_reader {
	struct bytes in;
	size_t pos;
	enum cbor_rules rules;
	const char *format; /* static, for the fault */
	struct fault fault;
};

struct cbor_reader cbor_open(
    struct bytes in, enum cbor_rules rules, const char *format);

bool cbor_ok(const struct cbor_reader *r);

/* Records a failure at `at` unless there is one. `field` is static. */
void cbor_fail(
    struct cbor_reader *r, enum err code, size_t at, const char *field);

/* The next head and, of text and byte strings, the content. */
struct cbor_item cbor_read(struct cbor_reader *r, const char *field);

/* The next item must be of that kind; else ERR_MALFORMED and zero. */
uint64_t cbor_uint(struct cbor_reader *r, const char *field);
int64_t cbor_int(struct cbor_reader *r, const char *field);
struct bytes cbor_bytes(struct cbor_reader *r, const char *field);
struct bytes cbor_text(struct cbor_reader *r, const char *field);
size_t cbor_array(struct cbor_reader *r, const char *field);
void cbor_tag(struct cbor_reader *r, uint64_t want, const char *field);
/* The kind of the next item, which stays; CBOR_NULL at the end. */
enum cbor_kind cbor_peek(const struct cbor_reader *r);

/* Passes over one whole item, checking it by the rules; gives its bytes. */
struct bytes cbor_skip(struct cbor_reader *r, const char *field);

/*
 * A map, pair by pair: cbor_map() once, then cbor_next() until it is false;
 * behind each true the caller reads or skips exactly one value. Keys are
 * looked at for order (strict) or for having been there before (relaxed: by
 * walking the map again, so maps of more than CBOR_MAP_MAX pairs are
 * ERR_LIMIT). `key` is the key's item, an int or text in all that we read; a
 * key that holds items itself is ERR_UNSUPPORTED here.
 */
#define CBOR_MAP_MAX 256
struct cbor_map {
	size_t left;
	size_t begins_at; /* of its first key */
	struct bytes last_key;
};
struct cbor_map cbor_map(struct cbor_reader *r, const char *field);
bool cbor_next(struct cbor_reader *r, struct cbor_map *map,
    struct cbor_item *ret_key, const char *field);
/* Whether the key is this integer, which may be negative. */
bool cbor_is(const struct cbor_item *key, int64_t want);

/* Ends the reading: trailing bytes are ERR_MALFORMED. Gives the first fault. */
enum err cbor_end(struct cbor_reader *r);

/* Whether it is one item by these rules and nothing else. */
enum err cbor_check(
    struct bytes in, enum cbor_rules rules, struct fault *ret_fault);

/*
 * Writes into borrowed room; `failed` sticks when it does not fit, and `len`
 * goes on counting, so that a second try can bring enough. Always shortest
 * heads; the order of a map's keys is the caller's duty (strict readers see
 * to it, and so do our tests).
 */
struct cbor_writer {
	uint8_t *ptr;
	size_t cap;
	size_t len;
	bool failed;
};

struct cbor_writer cbor_writer_open(uint8_t *ptr, size_t cap);
/* What was written; empty when it did not fit. */
struct bytes cbor_written(const struct cbor_writer *w);
void cbor_put_uint(struct cbor_writer *w, uint64_t value);
void cbor_put_int(struct cbor_writer *w, int64_t value);
void cbor_put_bytes(struct cbor_writer *w, struct bytes value);
void cbor_put_text(struct cbor_writer *w, struct bytes value);
void cbor_put_literal(struct cbor_writer *w, const char *text);
void cbor_put_array(struct cbor_writer *w, size_t count);
void cbor_put_map(struct cbor_writer *w, size_t pairs);
void cbor_put_tag(struct cbor_writer *w, uint64_t tag);
void cbor_put_bool(struct cbor_writer *w, bool value);
void cbor_put_null(struct cbor_writer *w);
/* An item, or several, that are CBOR already. */
void cbor_put_raw(struct cbor_writer *w, struct bytes item);
/* The head of a byte string whose `len` bytes follow by cbor_put_raw(). */
void cbor_put_bytes_head(struct cbor_writer *w, size_t len);

#endif
