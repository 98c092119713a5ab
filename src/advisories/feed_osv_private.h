/* SPDX-License-Identifier: ISC */
/* Whom an entry of OSV names: ecosystems, projects, tags. */
#ifndef ADVISORIES_FEED_OSV_PRIVATE_H
#define ADVISORIES_FEED_OSV_PRIVATE_H

#include "advisories/feed_private.h"

/* What affected[].package and the repository of a GIT range say. */
struct osv_package {
	struct bytes ecosystem; /* "Debian:12" */
	struct bytes name;
	struct bytes purl;
	struct bytes repo;
};

/*
 * Whom claims about the package are about: key, space, name, scheme and
 * release of *ret; the rest of it is left alone. A project without an
 * ecosystem (OSS-Fuzz, curl) is CLAIM_BY_NAME, its repository's owner the
 * vendor. False when nobody is named.
 */
bool osv_name_claim(
    struct feed *f, const struct osv_package *package, struct claim *ret);

/* Whether these are packages of a distribution, which mends without moving
   on to the next version. */
bool osv_is_distribution(const struct claim *claim);

/*
 * The version that a tag of the project stands for: "curl-7_64_0",
 * "v5.6.0-stable", "OpenSSL_1_1_1-pre1" are 7.64.0, 5.6.0, 1.1.1-pre1. Empty
 * for tags of something else, as "abi-16.10", and after a failure.
 */
struct bytes osv_version_of_tag(
    struct feed *f, struct bytes project, struct bytes tag);

/*
 * Behind a JSON_ARRAY of "ranges" (which `at` is; the reader stays where it
 * is): adds them to a list of struct claim_range, in the claim's scheme. Sets
 * has_unread for those of commits, unless osv.dev found the versions.
 */
void osv_read_ranges(struct feed *f, const struct json_reader *at,
    struct claim *claim, struct feed_list *ranges);

/* Likewise each of "versions" as a range of its own; of tags those that stand
   for a version. */
void osv_read_versions(struct feed *f, const struct json_reader *at,
    const struct claim *claim, struct feed_list *ranges);

#endif
