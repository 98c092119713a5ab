/* SPDX-License-Identifier: ISC */
/* Fuzzes inspect/elf_packages.c and inspect/go_buildinfo.c. */
#include "base/limits.h"
#include "inspect/elf_packages.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct unpack_event file = { .kind = UNPACK_FILE,
		.path = BYTES("/bin/a"),
		.node = { .kind = NODE_FILE,
		    .name = BYTES("/bin/a"),
		    .content = in } };
	struct facts facts = facts_open(MIB);

	if (elf_packages_inspect(&file, &facts) != ERR_OK)
		abort();
	for (size_t i = 0; i < facts.count; i++) {
		const struct fact *fact = &facts.list[i];

		if (fact->kind != FACT_COMPONENT || fact->at >= size ||
		    fact->name.len == 0 || fact->number != EVIDENCE_DESCRIPTOR)
			abort();
	}
	facts_close(&facts);
	return 0;
}
