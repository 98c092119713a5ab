/* SPDX-License-Identifier: ISC */
/* Fuzzes inspect/elf.c: the input is a file. */
#include "base/limits.h"
#include "inspect/elf.h"
#include "inspect/elf_file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_flags(uint64_t flags)
{
	const uint64_t pairs[] = {
		ELF_NX | ELF_NO_STACK_HEADER,
		ELF_RELRO_PARTIAL | ELF_RELRO_FULL,
		ELF_CANARY | ELF_DEFINES_CANARY,
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if ((flags & pairs[i]) == pairs[i])
			abort(); /* both cannot be */
	}
	if ((flags & ELF_LISTENS) != 0 && (flags & ELF_NETWORK) == 0)
		abort();
}

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
	struct elf_header header = { .machine = 0x5555 };
	enum err err = elf_read_header(in, &header);
	size_t elfs = 0;

	if (elf_is(in) != (err == ERR_OK))
		abort();
	if (err != ERR_OK && header.machine != 0x5555)
		abort(); /* *ret touched */
	if (elf_inspect(&file, &facts) != ERR_OK)
		abort();
	if (err != ERR_OK && facts.count > 0)
		abort();
	for (size_t i = 0; i < facts.count; i++) {
		const struct fact *fact = &facts.list[i];

		if (fact->kind == FACT_RPATH &&
		    (fact->value.len == 0 || fact->at >= size ||
			!bytes_starts(
			    bytes_from(in, (size_t)fact->at), fact->value)))
			abort(); /* not where it says */
		if (fact->kind != FACT_ELF)
			continue;
		elfs++;
		check_flags(fact->number);
		if (fact->detail.len == 0 || fact->extra.len == 0)
			abort();
	}
	if (err == ERR_OK && elfs != (header.type != ELF_TYPE_CORE))
		abort();
	facts_close(&facts);
	return 0;
}
