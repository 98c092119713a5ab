/* SPDX-License-Identifier: ISC */
/* What the maker of a book holds: rows that grow, each text once. */
#ifndef ADVISORIES_MAKER_PRIVATE_H
#define ADVISORIES_MAKER_PRIVATE_H

#include "advisories/book_private.h"
#include "advisories/product_names.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- memory --- */

struct memory {
	size_t used;
	size_t limit;
};

/* An array; `ptr` is of the type that its user says. */
struct rows {
	void *ptr; /* owned */
	size_t count;
	size_t cap;
	size_t size; /* bytes of one row */
};

/* Zeroed rows at the end, their first's index as result. ERR_LIMIT (more than
   the memory's limit, or than 32 bits count), ERR_MEMORY. */
enum err rows_add(
    struct memory *memory, struct rows *rows, size_t count, uint32_t *ret);
void rows_close(struct memory *memory, struct rows *rows);

/* --- texts --- */

/* Each text once, numbered in the order of coming; 0 is the empty one. */
struct texts {
	struct rows pool;  /* uint8_t */
	struct rows end;   /* uint32_t: where text i ends; it begins where the
			      one before ends */
	struct rows hash;  /* uint32_t */
	struct rows slots; /* uint32_t: numbers; a power of two of them */
};

void texts_open(struct texts *t);
void texts_close(struct memory *memory, struct texts *t);
enum err texts_put(
    struct memory *memory, struct texts *t, struct bytes text, uint32_t *ret);
struct bytes texts_at(const struct texts *t, uint32_t number);

/* --- what was taken --- */

#define MAKER_NONE UINT32_MAX

/* Records of these are compared by age, and the older one is dropped. */
enum maker_family {
	FAMILY_CVE,
	FAMILY_NVD,
	FAMILY_OSV,
	FAMILY_EUVD,
	FAMILY_NONE, /* a record without a claim */
};

/* Somebody's name for a vulnerability. */
struct maker_id {
	uint32_t text;
	uint32_t record; /* the newest, or MAKER_NONE */
	uint32_t epss;
	uint32_t since_days;
	uint8_t exploited_by;
	bool ransomware;
	bool scored;
	bool is_cve;
	bool is_joint; /* "DSA-1 CVE-2": what one record says on another id */
	/* from here on set while writing */
	bool is_withdrawn;
	bool is_wanted;	 /* has a claim */
	uint32_t target; /* the id under which this one counts */
	uint32_t merged; /* the first record that counts here */
	uint32_t row;	 /* in the book */
};

struct maker_record {
	uint32_t id;
	uint32_t older; /* record of the same id, or MAKER_NONE */
	uint32_t title;
	uint32_t alias_first; /* in `lists`: numbers of ids */
	uint32_t alias_count;
	uint32_t claim_first;
	uint32_t claim_count;
	uint32_t merged; /* the next record that counts for the same id */
	int64_t modified;
	enum maker_family family;
	uint8_t cvss;
	bool is_withdrawn;
	bool is_dropped; /* a newer one came */
};

struct maker_claim {
	uint32_t key; /* text */
	uint32_t range_first;
	uint32_t range_count;
	uint32_t file_first; /* in `lists`: texts */
	uint32_t file_count;
	uint32_t condition;
	uint32_t release;
	enum claim_source source;
	enum version_scheme scheme;
	enum claim_status otherwise;
	uint8_t flags;
};

struct maker_range {
	uint32_t from;
	uint32_t to;
	uint8_t flags;
	uint8_t status;
};

#define MAKER_NAME_FIELDS 6

struct maker_statement {
	uint32_t id;	      /* number of the id */
	uint32_t alias_first; /* in `lists`: numbers of ids */
	uint32_t alias_count;
	uint32_t product[MAKER_NAME_FIELDS]; /* texts; as struct vex_name */
	uint32_t component[MAKER_NAME_FIELDS];
	uint32_t justification;
	uint32_t detail;
	uint32_t author;
	uint32_t document;
	uint32_t order;
	int64_t time;
	enum vex_status status;
};

struct maker_feed {
	uint32_t name;
	struct feed_info info;
};

struct book_maker {
	struct memory memory;
	const struct product_names *names; /* borrowed, or NULL */
	struct texts texts;
	struct rows id_of;	/* uint32_t: by text, number of the id + 1 */
	struct rows ids;	/* struct maker_id */
	struct rows records;	/* struct maker_record */
	struct rows claims;	/* struct maker_claim */
	struct rows ranges;	/* struct maker_range */
	struct rows lists;	/* uint32_t */
	struct rows statements; /* struct maker_statement */
	struct rows feeds;	/* struct maker_feed */
	struct out key;		/* the key that is being built */
	uint64_t scores;
};

/* --- writing --- */

/* A claim under one vulnerability. */
struct plan_item {
	uint32_t key; /* rank among the keys */
	uint32_t row; /* of the vulnerability */
	uint32_t claim;
	uint32_t source;
};

struct plan_key {
	uint64_t hash;
	uint32_t text;
	uint32_t item_count;
};

/* What goes into a book, sorted. */
struct plan {
	struct rows items;	/* struct plan_item */
	struct rows keys;	/* struct plan_key */
	struct rows rows;	/* uint32_t: ids, by row of the book */
	struct rows statements; /* struct plan_item: row, claim: statement */
	uint64_t exploited;
	uint64_t exploited_by_euvd;
};

/* Which records count, under which ids. ERR_LIMIT, ERR_MEMORY. */
enum err maker_plan(struct book_maker *m, struct plan *ret);
void maker_close_plan(struct book_maker *m, struct plan *plan);

#endif
