/* SPDX-License-Identifier: ISC */
/* The payload of an update: the newest firmware, and what owners should know. */
#ifndef STATEMENT_UPDATE_H
#define STATEMENT_UPDATE_H

#include "base/bytes.h"
#include "base/err.h"
#include "codec/cbor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UPDATE_VERSION_MAX 64
#define UPDATE_URL_MAX 512
#define UPDATE_TEXT_MAX 512
#define UPDATE_CONTACT_MAX 255
#define UPDATE_ENDPOINTS 64
#define UPDATE_ENDPOINT_MAX 128
/* No payload is longer. */
#define UPDATE_LEN_MAX ((size_t)12 * 1024)

/* Plain data; texts are borrowed, and all but the version may be empty. */
struct update {
	struct bytes version;	  /* of the newest firmware, 1 to 64 bytes */
	const uint8_t *digest;	  /* SHA-256 of its image; NULL: not said */
	struct bytes url;	  /* where it is */
	struct bytes install;	  /* how to install it, for people */
	struct bytes see_version; /* how to see which one is installed */
	struct bytes contact;	  /* for reporting a flaw: URL or address */
	size_t endpoint_count;	  /* what the product talks to */
	struct bytes endpoints;	  /* that many CBOR texts */
	int64_t released;	  /* 0: not said */
};

/*
 * {-70006: [version, digest or null, url, install, see_version, contact,
 * [endpoint ...], released or null]}. A url is https or http, or empty.
 */
const char *update_check(const struct update *u);
void update_put(struct cbor_writer *w, const struct update *u);
enum err update_read(
    struct bytes payload, struct update *ret, struct fault *ret_fault);

/* Whether a map is meant to be one of these: it has the claim. Makers may sign
   other maps, too; those say nothing here. */
bool update_is(struct bytes payload);

/* The endpoints one by one, of a checked update: begin, then next until it is
   false. */
struct cbor_reader update_endpoints(const struct update *u);
bool update_next_endpoint(struct cbor_reader *r, struct bytes *ret);

#endif
