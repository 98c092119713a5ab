/* SPDX-License-Identifier: ISC */
/* Events and look-ups shared by the tests of inspectors. */
#ifndef TEST_INSPECT_EVENT_H
#define TEST_INSPECT_EVENT_H

#include "base/bytes.h"
#include "inspect/facts.h"
#include "unpack/unpack.h"

#include <stddef.h>

/* A file of a root file system. */
static inline struct unpack_event
event_file(const char *name, struct bytes content)
{
	return (struct unpack_event){ .kind = UNPACK_FILE,
		.path = bytes_of(name),
		.node = { .kind = NODE_FILE,
		    .name = bytes_of(name),
		    .mode = 0644,
		    .size = content.len,
		    .content = content } };
}

/* A payload without a name. */
static inline struct unpack_event
event_payload(struct bytes content)
{
	return (struct unpack_event){ .kind = UNPACK_FILE,
		.path = BYTES("uimage@0x0!lzma@0x40!"),
		.node = { .kind = NODE_PAYLOAD,
		    .size = content.len,
		    .content = content } };
}

static inline size_t
count_facts(const struct facts *facts, enum fact_kind kind)
{
	size_t count = 0;
	size_t at = 0;

	while (facts_next(facts, kind, &at) != NULL)
		count++;
	return count;
}

/* The only fact of a kind, or NULL when there is none or more than one. */
static inline const struct fact *
only_fact(const struct facts *facts, enum fact_kind kind)
{
	size_t at = 0;

	if (count_facts(facts, kind) != 1)
		return NULL;
	return facts_next(facts, kind, &at);
}

/* The fact of a kind with this name, or NULL. */
static inline const struct fact *
named_fact(const struct facts *facts, enum fact_kind kind, const char *name)
{
	const struct fact *fact;
	size_t at = 0;

	while ((fact = facts_next(facts, kind, &at)) != NULL) {
		if (bytes_equal_text(fact->name, name))
			return fact;
	}
	return NULL;
}

#endif
