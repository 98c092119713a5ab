/* SPDX-License-Identifier: ISC */
/* Any bytes as a file: components_inspect() keeps its header's promises. */
#include "base/data.h"
#include "base/limits.h"
#include "inspect/banners.h"
#include "inspect/components.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Opened once; a run of the fuzzer would else be all opening. */
static struct components *components;

static struct facts
inspect(const uint8_t *data, size_t size)
{
	struct facts facts = facts_open(1 * MIB);
	size_t name_len = size < 40 ? size : 40;
	struct unpack_event event = {
		.kind = UNPACK_FILE,
		.path = { data, name_len },
		.node = { .kind = NODE_FILE,
		    .name = { data, name_len },
		    .content = { data, size } },
	};

	if (components_inspect(components, &event, &facts) != ERR_OK)
		abort();
	return facts;
}

static void
check_fact(const struct fact *f, const uint8_t *data, size_t size)
{
	if (f->kind != FACT_COMPONENT || f->name.len == 0 ||
	    f->detail.len < f->name.len)
		abort();
	if (f->number == EVIDENCE_FILE_NAME) {
		if (f->at != FACT_NOWHERE)
			abort();
		return;
	}
	if (f->number != EVIDENCE_BANNER || f->at >= size ||
	    f->value.len > 64 || f->text.len > LIMIT_EXCERPT_LEN)
		abort();
	/* What is shown was there. */
	if (bytes_find((struct bytes){ data, size }, f->text, 0) == SIZE_MAX)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault fault;

	if (components == NULL &&
	    components_open(data_embedded(), &components, &fault) != ERR_OK)
		abort();
	struct facts first = inspect(data, size);
	struct facts again = inspect(data, size);

	if (first.count != again.count || first.count > BANNERS_MAX + 1)
		abort();
	for (size_t i = 0; i < first.count; i++) {
		check_fact(&first.list[i], data, size);
		if (!bytes_equal(first.list[i].name, again.list[i].name) ||
		    !bytes_equal(first.list[i].value, again.list[i].value))
			abort();
	}
	facts_close(&first);
	facts_close(&again);
	return 0;
}
