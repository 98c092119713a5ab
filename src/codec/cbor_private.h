/* SPDX-License-Identifier: ISC */
/* What CBOR's reader and writer both know: RFC 8949 §3. */
#ifndef CODEC_CBOR_PRIVATE_H
#define CODEC_CBOR_PRIVATE_H

#include <stdint.h>

/* Major types, RFC 8949 §3.1. */
enum major {
	MAJOR_UINT,
	MAJOR_NINT,
	MAJOR_BYTES,
	MAJOR_TEXT,
	MAJOR_ARRAY,
	MAJOR_MAP,
	MAJOR_TAG,
	MAJOR_OTHER, /* simple values, floats, break */
};

/* Low five bits of the first byte, §3. */
#define INFO_U8 24 /* the argument is in the next byte */
#define INFO_U16 25
#define INFO_U32 26
#define INFO_U64 27
#define INFO_INDEFINITE 31

/* §3.3 */
#define SIMPLE_FALSE 20
#define SIMPLE_TRUE 21
#define SIMPLE_NULL 22
#define SIMPLE_UNDEFINED 23
#define SIMPLE_FIRST_LONG 32 /* those below have no two-byte form */

/* The smallest argument that may be written behind that info (§4.2.1). */
static inline uint64_t
cbor_least_for_info(unsigned info)
{
	switch (info) {
	case INFO_U8:
		return 24;
	case INFO_U16:
		return UINT64_C(1) << 8;
	case INFO_U32:
		return UINT64_C(1) << 16;
	case INFO_U64:
		return UINT64_C(1) << 32;
	default:
		return 0;
	}
}

#endif
