/* SPDX-License-Identifier: ISC */
/* What the reports share: layout, excerpts, words and numbers. */
#ifndef REPORT_REPORT_PRIVATE_H
#define REPORT_REPORT_PRIVATE_H

#include "advisories/matching.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"
#include "baseline/assessment.h"
#include "codec/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Entries of evidence shown for one component; the rest is counted. */
#define REPORT_EVIDENCE_MAX 20

/* Bytes of an excerpt as shown: each byte may become U+FFFD or so. */
#define REPORT_EXCERPT_LEN 240

/* The chunks in the order of a report; in its own arena. */
struct report_layout {
	struct arena arena;
	const struct chunk **top; /* not nested, by `at` */
	size_t top_count;
	const struct chunk **inside; /* nested, by top chunk, then as seen */
	size_t *inside_from; /* inside[inside_from[i], inside_from[i + 1])
				lie in top[i] */
};

/* ERR_MEMORY. Close on success only. */
enum err report_layout_open(
    const struct assessment *a, struct report_layout *ret);
void report_layout_close(struct report_layout *layout);

/*
 * "; holds xz > cpio, ext": the chains of containers inside a top chunk in
 * words, at most a few; nothing when it holds none.
 */
void report_put_chains(
    const struct report_layout *layout, size_t top, struct out *to);

/* The name of what a vulnerability is known of: maker and model. */
#define REPORT_NAME_LEN ((size_t)512)

/* A chunk's detail with all that is said behind it. */
#define REPORT_DETAIL_LEN ((size_t)1024)

/*
 * What a chunk's container says of itself, and where and why reading it ended:
 * "v4 little endian, xz; inode table: input ends too early at byte 96".
 */
void report_put_detail(const struct chunk *c, struct out *to);

/* A printable copy: what cannot be shown is '.', blanks at the ends cut. */
struct report_excerpt {
	uint8_t text[REPORT_EXCERPT_LEN];
	size_t len;
};
void report_excerpt_make(struct bytes in, struct report_excerpt *ret);
struct bytes report_excerpt_bytes(const struct report_excerpt *excerpt);

/* What a fact shows as evidence: its excerpt, or its name and value. */
void report_fact_excerpt(const struct fact *fact, struct report_excerpt *ret);

/* Words; static. */
const char *report_authenticity_sentence(enum authenticity authenticity);
const char *report_evidence_text(enum component_evidence kind);
enum component_evidence report_evidence_kind(
    const struct component_item *c, const struct fact *f);

/* With the distribution's revision when it is known. */
struct bytes report_component_version(const struct component_item *c);

/* Appends the CPE 2.3 name to an out of REPORT_CPE_LEN; false when there is
   none: no product, more than one, or too long. */
#define REPORT_CPE_LEN ((size_t)512)
bool report_put_cpe(const struct component_item *c, struct out *to);

/* What CycloneDX calls it: "operating-system", "firmware", "library" or
   "application"; static. */
const char *report_component_type(const struct component_item *c);

/* "3.9 MB" in powers of 1000, "812 bytes". */
void report_put_size(uint64_t size, struct out *to);

/* "98.4 %"; not 0 or 100 unless it is exactly that. */
void report_put_percent(uint64_t part, uint64_t whole, struct out *to);

/* "0.12 s". */
void report_put_seconds(double seconds, struct out *to);

/* "1 finding", "3 findings". */
void report_put_count(
    uint64_t count, const char *one, const char *many, struct out *to);

/* A helper buffer's failure becomes one of the report. */
void report_pass_failure(const struct out *from, struct out *to);

/* The image's SHA-256 as a member. */
void report_put_hash(
    struct json *j, const char *key, const struct assessment *a);

/* Any SHA-256. */
void report_put_digest(
    struct json *j, const char *key, const uint8_t digest[32]);

/* "tested", "declared by the maker", "reviewed by a laboratory"; static. */
const char *report_basis_text(enum basis basis);

/* What to do about a gap: "mend", "declare", "show in a readable image",
   "have reviewed"; static. */
const char *report_need_text(enum need need);

/* How many known vulnerabilities, by what rule VULN-1 makes of them. */
struct report_known {
	size_t exploited;      /* that fail or warn */
	size_t exploited_rest; /* of an unknown version, or relieved */
	size_t others;	       /* that nobody is known to exploit */
	size_t others_relieved;
};
struct report_known report_count_known(const struct assessment *a);

/* What feeds lack for their silence to mean something; empty: nothing. */
struct bytes report_reach_missing(const struct assessment *a);

/* Where the vulnerability is described, out of an id that is plain letters,
   digits, dots and dashes; false, and nothing, for any other. */
bool report_put_vulnerability_url(struct bytes id, struct out *to);

/* What an analysis says of it, in OpenVEX's words, and whose word that is. */
enum vex_status report_vex_status(const struct match *m);

/* "Update dnsmasq to 2.78 or later.", or what else there is to do. */
void report_put_action(
    const struct assessment *a, const struct match *m, struct out *to);

/* "urn:uuid:…", version 8, out of the image's hash and a number. Source: RFC
   9562 §5.8. */
void report_put_uuid(
    const struct assessment *a, uint64_t number, struct out *to);

/* Larger numbers do not survive every JSON reader. Source: RFC 8259 §6. */
#define REPORT_JSON_INTEGER_MAX (((uint64_t)1 << 53) - 1)

#endif
