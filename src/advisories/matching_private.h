/* SPDX-License-Identifier: ISC */
/* How a component is matched: its keys, what claims say of it, the verdict. */
#ifndef ADVISORIES_MATCHING_PRIVATE_H
#define ADVISORIES_MATCHING_PRIVATE_H

#include "advisories/book_private.h"
#include "advisories/matching.h"
#include "advisories/purl_read.h"
#include "base/arena.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a claim says of a version, by growing weight within one source. */
enum says {
	SAYS_NOTHING, /* nothing that can be compared */
	SAYS_NO,
	SAYS_UNKNOWN,
	SAYS_YES,
};

/* The claim's own word, and not one of its ranges, decides. */
#define VOICE_OTHERWISE UINT32_MAX

/* One claim about the subject. */
struct voice {
	uint32_t vulnerability;
	uint32_t claim;
	uint32_t range; /* the one that decides, or VOICE_OTHERWISE */
	uint8_t source;
	uint8_t says; /* enum says */
	uint8_t claim_flags;
	bool of_packager;   /* the distribution's own, on this release */
	bool of_kernel_cna; /* it decides alone */
};

/* Orders already found: versions repeat, above all the kernel's. */
#define ORDER_SLOTS 4096
struct known_order {
	uint32_t ref; /* of the other version */
	uint32_t round;
	uint8_t scheme;
	uint8_t order; /* enum version_order */
};

/* The subject at hand. */
struct asked {
	const struct match_subject *subject;
	struct purl_parts purl; /* empty type: none */
	struct bytes release;	/* of the distribution: "12", or empty */
	struct bytes upstream;	/* version without the packager's revision */
	struct bytes packaged;	/* with it */
	bool is_packaged;	/* by somebody who may mend it */
	bool is_kernel;
	bool by_product;   /* found by the product's name alone */
	bool is_ambiguous; /* several makers have such a product */
};

struct vex_index;
struct there_index;

/* "vendor:product", as in a book, of a subject. */
struct there {
	struct bytes key;
	size_t subject;
};

/* The key that has rules of its own. */
#define MATCHING_KERNEL "linux:linuxkernel"

struct matching {
	const struct book *book;
	const struct match_wants *wants;
	struct arena *arena;
	struct out text;      /* scratch: keys, words */
	struct bytes because; /* the last match's */
	struct asked asked;
	size_t subject; /* its index */
	struct known_order *known;
	uint32_t round; /* of `known`: grows with each subject */
	struct voice *voices;
	size_t voice_count;
	size_t voice_cap;
	struct match *list;
	size_t count;
	size_t cap;
	const struct there_index *there; /* of wants->subjects */
	const struct vex_index *vex;	 /* of wants->vex */
	bool *vex_used;
	struct vex_name product; /* the device */
};

/* --- matching_keys.c --- */

/* Sets m->asked and gathers m->voices, by vulnerability, source, claim. */
enum err matching_ask(struct matching *m, const struct match_subject *subject);

/* Whether a package URL says that a packager's revision is in its version; and
   the version without it. */
bool matching_is_packaged(const struct match_subject *subject);
struct bytes matching_upstream(const struct match_subject *subject);

/* --- matching_there.c --- */

enum err matching_list_there(struct matching *m);

/* The keys that one of wants->subjects has by its CPE names, or as a device. */
const struct there *matching_keys_of(
    const struct matching *m, size_t subject, size_t *ret_count);

/*
 * Other subjects with a key of this one and its upstream version: the package
 * that brought a program and the program's own banner, libssl and libcrypto.
 * How many; so many are looked at.
 */
#define MATCHING_TWINS 16
size_t matching_find_twins(const struct matching *m, size_t subject,
    const struct match_subject *ret[MATCHING_TWINS]);

/* Whether it is told by a banner inside of a package that is a subject, too. */
bool matching_is_in_package(const struct matching *m, size_t subject);

enum matching_condition {
	CONDITION_OPEN,	 /* nobody knows */
	CONDITION_MET,	 /* that is in the inventory too */
	CONDITION_NEVER, /* and cannot be */
};

/* What a claim wants to be there as well: a CPE, or a name. */
enum err matching_is_met(
    struct matching *m, struct bytes condition, enum matching_condition *ret);

/* --- matching_ranges.c --- */

/* As version_compare(), and fast where both are plain numbers. */
enum version_order matching_compare(
    enum version_scheme scheme, struct bytes was, struct bytes now);

/* What a claim says of the subject: says and range of *ret are set. */
enum err matching_evaluate(
    struct matching *m, const struct book_claim *claim, struct voice *ret);

/* The versions around the subject's of which the voice speaks, in words; and
   the first that is not affected, or empty. */
enum err matching_range_words(struct matching *m, const struct voice *voice,
    struct bytes *ret_words, struct bytes *ret_fixed);

/* Whether it names no version at all. */
enum err matching_is_boundless(
    struct matching *m, const struct voice *voice, bool *ret);

/* --- matching_judge.c --- */

/* One vulnerability's voices: adds a match, or not. */
enum err matching_judge(
    struct matching *m, const struct voice *voices, size_t count);

/* --- matching_vex.c --- */

enum err matching_read_vex(struct matching *m);

/* The newest statement on the match becomes part of it. */
enum err matching_heed_vex(struct matching *m, uint32_t vulnerability,
    const struct book_vulnerability *v, struct match *match);

enum err matching_list_unused(struct matching *m, struct matches *ret);

/* --- matching.c --- */

/* What m->text holds, in the arena. */
enum err matching_keep_text(struct matching *m, struct bytes *ret);

/* Room for one more in an array in the arena, which may move. */
enum err matching_grow(
    struct arena *arena, void **array, size_t *cap, size_t count, size_t size);

#endif
