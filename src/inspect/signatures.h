/* SPDX-License-Identifier: ISC */
/* Reads data/components/: which banner gives away which component. */
#ifndef INSPECT_SIGNATURES_H
#define INSPECT_SIGNATURES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/data.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The widest match that a pattern may have, and the longest sample; bytes. */
#define SIGNATURE_WIDTH 400

enum signature_where {
	SIGNATURE_ANY,	/* ELF files and other binary content */
	SIGNATURE_ELF,	/* ELF files only */
	SIGNATURE_BLOB, /* binary content that is not an ELF file */
};

struct signature {
	struct bytes component;
	struct bytes cpe;     /* vendor:product list, ';' between; or empty */
	struct bytes purl;    /* without version */
	const char *pattern;  /* PCRE; group 1 is the version */
	struct bytes also;    /* must occur somewhere in the file, or empty */
	struct bytes version; /* what the sample gives; empty: none is known */
	struct bytes hit, miss; /* samples */
	enum signature_where where;
	const char *table; /* "components/crypto.tsv" */
	size_t line;	   /* in the table, from 1 */
};

/*
 * Reads all tables components/NAME.tsv of the set in its order; row n has the
 * number n in the compiled database too. The rows are in the arena and borrow
 * `data`, which must outlive them, and the fault. ERR_MALFORMED with the table
 * in ret_fault->format, its line in ret_fault->at and the column in
 * ret_fault->field; ERR_MEMORY.
 */
enum err signatures_read(const struct data_set *data, struct arena *arena,
    struct signature **ret, size_t *ret_count, struct fault *ret_fault);

/*
 * What a compiled database begins with: proof that it was made from these
 * tables in this order. Eight bytes.
 */
#define SIGNATURES_SEAL_LEN 8
void signatures_seal(
    const struct data_set *data, uint8_t seal[SIGNATURES_SEAL_LEN]);

/*
 * Rows without "also" have patterns with good literals and are cheap to look
 * for all at once. The others' patterns are little more than a number: they
 * have a database of their own, for files in which the first one has found
 * what stands under "also" (measured: 2.0 against 0.7 GB/s).
 */
struct hs_database;
struct signatures_compiled {
	struct hs_database *banners; /* row n: its pattern, or its "also" */
	struct hs_database *numbers; /* patterns of rows with "also"; or NULL */
};

/*
 * Compiles all patterns for the baseline instruction set. ERR_MALFORMED with
 * the table and line as above, the reason in `reason` (of reason_len bytes);
 * ERR_MEMORY.
 */
enum err signatures_compile(const struct signature *rows, size_t count,
    struct signatures_compiled *ret, struct fault *ret_fault, char *reason,
    size_t reason_len);
void signatures_free(struct signatures_compiled *compiled);

#endif
