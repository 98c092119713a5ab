/* SPDX-License-Identifier: ISC */
/* Any bytes as an image, unpacked and inspected as the worker does it. */
#include "base/data.h"
#include "base/limits.h"
#include "inspect/data.h"
#include "inspect/inspect.h"
#include "unpack/unpack.h"

#include <stdlib.h>

#define FUZZ_MADE_LEN (16 * MIB)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Opened once: that takes longer than most inputs. */
static const struct inspect_data *
signatures(void)
{
	static struct inspect_data *opened;
	struct fault fault;

	if (opened == NULL &&
	    inspect_data_open(data_embedded(), &opened, &fault) != ERR_OK)
		abort();
	return opened;
}

static void
look_at(struct inspect *i, const struct unpack_event *event, uint64_t *covered)
{
	enum err err;

	if (event->kind == UNPACK_CHUNK) {
		if (!event->chunk.nested)
			*covered += event->chunk.size;
		err = inspect_chunk(i, event);
	} else {
		err = inspect_file(i, event);
	}
	if (err != ERR_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct budget budget = { .limit = FUZZ_MADE_LEN };
	struct facts facts = facts_open(LIMIT_FACTS_LEN);
	struct unpack_event event;
	struct inspect *i;
	struct unpack *u;
	uint64_t covered = 0;

	if (inspect_open(signatures(), &facts, &i) != ERR_OK ||
	    unpack_open((struct bytes){ data, size }, &budget, &u) != ERR_OK)
		abort();
	while (unpack_next(u, &event) == ERR_OK)
		look_at(i, &event, &covered);
	if (inspect_finish(i) != ERR_OK || covered != size ||
	    budget.made > FUZZ_MADE_LEN)
		abort();
	unpack_close(u);
	inspect_close(i);
	facts_close(&facts);
	return 0;
}
