/* SPDX-License-Identifier: ISC */
/* What every field of a statement is held to: texts, times, ranges. */
#ifndef STATEMENT_FIELDS_H
#define STATEMENT_FIELDS_H

#include "base/bytes.h"
#include "codec/cbor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A text that people are shown: valid UTF-8 without control characters (C0,
 * DEL, C1), line separators and marks that turn the direction of writing, at
 * most `max` bytes. Empty is fine when `min` is 0.
 */
bool fields_text_ok(struct bytes text, size_t min, size_t max);

/* Whole seconds since 1970 from 1 on, up to the end of the year 9999. */
bool fields_time_ok(int64_t secs);

/* Empty, or "https://" or "http://" and printable ASCII that needs no escape in
   an attribute: what a page may link to. */
bool fields_url_ok(struct bytes url);

/* As cbor_text() and so on, ERR_MALFORMED also when out of range. */
struct bytes fields_text(
    struct cbor_reader *r, size_t min, size_t max, const char *field);
struct bytes fields_url(struct cbor_reader *r, size_t max, const char *field);
int64_t fields_time(struct cbor_reader *r, const char *field);
/* A time or null, which gives 0. */
int64_t fields_time_or_null(struct cbor_reader *r, const char *field);
uint64_t fields_uint(
    struct cbor_reader *r, uint64_t min, uint64_t max, const char *field);
/* A byte string of exactly `len`. */
struct bytes fields_bytes(struct cbor_reader *r, size_t len, const char *field);
/* An array of exactly `count`. */
void fields_array(struct cbor_reader *r, size_t count, const char *field);

/* The key of a map that must be this claim; in a map of known form the order
   of keys is then fixed, too. */
void fields_claim(struct cbor_reader *r, int64_t claim, const char *field);

/* Opens the payload {claim: [count ...]} and stands on the first element. */
struct cbor_reader fields_open_claim(
    struct bytes payload, int64_t claim, size_t count, const char *format);

/* Whether the map has this claim, whatever else stands in it. */
bool fields_has_claim(struct bytes payload, int64_t claim);

void fields_put_time_or_null(struct cbor_writer *w, int64_t secs);

#endif
