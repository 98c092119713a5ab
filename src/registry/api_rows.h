/* SPDX-License-Identifier: ISC */
/* A registry's rows as values of JSON and CBOR. */
#ifndef REGISTRY_API_ROWS_H
#define REGISTRY_API_ROWS_H

#include "registry/facts.h"
#include "registry/form.h"
#include "registry/route_private.h"

#include <stdint.h>

/* Bytes of an answer of rows. */
#define API_LEN_MAX ((size_t)4 << 20)
/* Rows that an answer has before it says where the next are. */
#define API_ROWS 100

/* An answer of rows in the making. */
struct api_answer {
	struct route_call *call;
	struct out out;
	struct form form;
};

/* Begins {"schema": …, "head": …; the caller writes the rest. */
void api_begin(struct api_answer *ret, struct route_call *call,
    const char *schema, const struct registry_head *head);
/* Ends it and gives it: to be asked for anew each time, by its ETag. */
enum err api_end(struct api_answer *a);

/* An absolute link of printf's text in the arena; empty when that is full. */
struct bytes api_url(struct route_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* 32 digits of a product's or release's id, zero-ended. */
#define API_ID_TEXT (2 * PRODUCT_ID_LEN + 1)
void api_id_text(const uint8_t id[PRODUCT_ID_LEN], char ret[API_ID_TEXT]);

/* The model as text, in hex when it is none; the maker's id as its users write
   it; the level's name, or its number. In the arena or borrowed. */
struct bytes api_model(
    struct route_call *call, const struct label_claims *claims);
struct bytes api_oemid(
    struct route_call *call, const struct label_claims *claims);
struct bytes api_level(struct route_call *call, struct bytes scheme,
    unsigned level, unsigned *ret_count);

void api_put_label(
    struct api_answer *a, const char *key, const struct registry_label *row);
/* Key "labels" and all of them; "products" likewise. */
void api_put_labels(struct api_answer *a, const struct registry_reply *reply);
void api_put_product(
    struct api_answer *a, const char *key, const struct registry_product *row);
void api_put_body(
    struct api_answer *a, const char *key, const struct registry_body *row);
void api_put_recognition(
    struct api_answer *a, const struct trust_recognition *row, bool in_force);
/* Keys "update" and "advisories". */
void api_put_facts(struct api_answer *a, const struct facts *facts);
/* Key "next": a link, or null. */
void api_put_next(struct api_answer *a, struct bytes url);

/* What a statement says, as "details": of a change of status, a correction, an
   update, an advisory; null of others. */
enum err api_put_details(
    struct api_answer *a, const struct registry_statement *row);

#endif
