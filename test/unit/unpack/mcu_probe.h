/* SPDX-License-Identifier: ISC */
/* What the tests of microcontroller images share. */
#ifndef TEST_UNPACK_MCU_PROBE_H
#define TEST_UNPACK_MCU_PROBE_H

#include "base/limits.h"
#include "base/out.h"
#include "unpack/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The probe must say yes. */
static inline struct format_info
probe_yes(const struct format *format, struct bytes in)
{
	struct format_info info;

	assert_int_equal(format->probe(in, &info), ERR_OK);
	assert_true(info.size <= in.len);
	return info;
}

static inline void
probe_no(const struct format *format, struct bytes in)
{
	struct format_info info;

	assert_int_not_equal(format->probe(in, &info), ERR_OK);
}

static inline void
probe_refuses_every_prefix(
    const struct format *format, struct bytes in, size_t len)
{
	for (size_t i = 0; i < len; i++)
		probe_no(format, bytes_slice(in, 0, i));
}

#define assert_says(info, text)                                                \
	do {                                                                   \
		if (strstr((info).detail, (text)) == NULL)                     \
			fail_msg(                                              \
			    "\"%s\" not in \"%s\"", (text), (info).detail);    \
	} while (0)

/* All nodes as "[name]content|", up to what a text can hold. */
static inline void
assert_nodes(const struct format *format, struct bytes in, const char *wanted)
{
	struct budget budget = { .limit = 1 * MIB };
	struct out all = out_open(1 * MIB);
	void *handle = NULL;
	struct node node = { 0 };

	assert_int_equal(format->open(in, &budget, &handle), ERR_OK);
	while (format->next(handle, &node) == ERR_OK) {
		if (node.in_place)
			assert_ptr_equal(node.content.ptr, in.ptr + node.at);
		if (node.name.len > 0) {
			out_text(&all, "[");
			out_put(&all, node.name);
			out_text(&all, "]");
		}
		out_put(&all, node.content);
		out_text(&all, "|");
		node = (struct node){ 0 };
	}
	format->close(handle);
	format->close(NULL);
	out_u8(&all, 0);
	assert_string_equal((const char *)all.ptr, wanted);
	out_close(&all);
}

#endif
