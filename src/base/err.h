/* SPDX-License-Identifier: ISC */
/* What can go wrong, as one must-use type, and where it went wrong. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Two families: the input is to blame (report it, go on) or the machine is
 * (give up, keep nothing). Zero is success, and so is nothing else.
 */
/* clang-format 14 mangles the attribute. */
/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#if defined(__clang__)
enum __attribute__((warn_unused_result)) err {
#else
enum [[nodiscard]] err {
#endif
	ERR_OK,
	ERR_END,	 /* nothing further: how iterators say they are done */
	/* the input's fault */
	ERR_TRUNCATED,	 /* it ends before what it promises */
	ERR_MALFORMED,	 /* it breaks its own format */
	ERR_UNSUPPORTED, /* right, but of a kind this program does not read */
	ERR_CHECKSUM,	 /* a checksum inside it does not agree */
	ERR_LIMIT,	 /* it asks for more than base/limits.h allows */
	ERR_ENCRYPTED,	 /* it is encrypted and no key is at hand */
	/* the machine's fault */
	ERR_MEMORY,
	ERR_SYSTEM,
};
#pragma GCC diagnostic pop
/* clang-format on */

/* Whether the input is to blame; false for ERR_OK and ERR_END. */
bool err_is_input(enum err err);

/* English for messages, lower case, no full stop; static. */
const char *err_text(enum err err);

/* The place of a failure in foreign bytes. */
struct fault {
	enum err code;
	uint64_t at;	    /* byte offset in what was being read */
	const char *format; /* static, e.g. "uimage header" */
	const char *field;  /* static, e.g. "ih_size" */
};

#endif
