/* SPDX-License-Identifier: ISC */
/* One answer written once, as JSON or as deterministic CBOR. */
#ifndef REGISTRY_FORM_H
#define REGISTRY_FORM_H

#include "base/bytes.h"
#include "base/out.h"
#include "codec/json.h"
#include "registry/registry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Objects and arrays inside each other, and members of an object. */
#define FORM_DEPTH 8
#define FORM_MEMBERS 40

struct form_level {
	bool is_object;
	size_t begin; /* of its content in the writer */
	size_t count; /* members or elements */
	size_t member[FORM_MEMBERS];
};

/*
 * Every call appends to `to`, whose `failed` tells success. JSON keeps the order
 * of the calls; CBOR has it as RFC 8949 §4.2.1 wants it, with the same keys.
 * What differs: a time is RFC 3339 in JSON and tag 1 in CBOR, bytes are
 * lower-case hex in JSON and a byte string in CBOR. Too deep or too many
 * members is the caller's mistake and ends the program.
 */
struct form {
	enum registry_form kind; /* REGISTRY_JSON or REGISTRY_CBOR */
	struct out *to;		 /* borrowed */
	struct json json;
	size_t depth;
	struct form_level level[FORM_DEPTH];
};

/* Prepares *ret in place: it is large. REGISTRY_HTML counts as JSON. */
void form_open(struct form *ret, enum registry_form kind, struct out *to);

/* `key` is NULL in an array, and of the outermost value. */
void form_begin_object(struct form *f, const char *key);
void form_begin_array(struct form *f, const char *key);
void form_end(struct form *f);

/* Foreign text; what is no UTF-8 is U+FFFD in JSON and bytes in CBOR. */
void form_text(struct form *f, const char *key, struct bytes text);
void form_string(struct form *f, const char *key, const char *text);
void form_number(struct form *f, const char *key, uint64_t value);
void form_bool(struct form *f, const char *key, bool value);
void form_null(struct form *f, const char *key);
/* Null for 0. */
void form_time(struct form *f, const char *key, int64_t secs);
/* Null when ptr is NULL. */
void form_bytes(struct form *f, const char *key, struct bytes value);

/* "application/json" or "application/cbor"; static. */
const char *form_type(const struct form *f);

#endif
