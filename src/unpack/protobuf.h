/* SPDX-License-Identifier: ISC */
/* Messages of Protocol Buffers, one field at a time. */
#ifndef UNPACK_PROTOBUF_H
#define UNPACK_PROTOBUF_H

#include "base/bytes.h"
#include "base/cursor.h"

#include <stdbool.h>
#include <stdint.h>

struct protobuf_field {
	uint64_t number;
	bool is_bytes;
	uint64_t value;	    /* of a number */
	struct bytes bytes; /* of text, bytes or a message; borrows */
};

/* The next field; false at the end and where the rest is none (then the cursor
   has failed). Source: protobuf.dev, "Encoding". */
bool protobuf_next(struct cursor *c, struct protobuf_field *ret);

/* The first field of this number that is bytes; empty when there is none. */
struct bytes protobuf_find_bytes(struct bytes message, uint64_t number);

#endif
