/* SPDX-License-Identifier: ISC */
/* Fuzzes inspect/language_packages.c: a byte that picks the file's name, the
   file. */
#include "base/limits.h"
#include "inspect/language_packages.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
	"/a.dist-info/METADATA",
	"/rocks-5.1/a/1-1/a-1-1.rockspec",
	"/specifications/a-1.gemspec",
	"/META-INF/maven/g/a/pom.properties",
	"/x/a-1.jar!zip@0x0!/META-INF/MANIFEST.MF",
	"/node_modules/a/package.json",
	"/a/package-lock.json",
	"/vendor/composer/installed.json",
	"/composer.lock",
	"/.meta/a-1/install.json",
};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct bytes name = bytes_of(names[data[0] % NAME_COUNT]);
	struct bytes in = { data + 1, size - 1 };
	struct unpack_event file = { .kind = UNPACK_FILE,
		.path = name,
		.node = { .kind = NODE_FILE, .name = name, .content = in } };
	struct facts facts = facts_open(MIB);

	if (language_packages_inspect(&file, &facts) != ERR_OK)
		abort();
	for (size_t i = 0; i < facts.count; i++) {
		const struct fact *fact = &facts.list[i];

		if (fact->kind != FACT_COMPONENT || fact->at >= in.len ||
		    fact->name.len == 0 || fact->value.len == 0 ||
		    fact->number != EVIDENCE_PACKAGE_DB)
			abort();
		if (fact->detail.len > 0 &&
		    !bytes_starts(fact->detail, BYTES("pkg:")))
			abort();
	}
	facts_close(&facts);
	return 0;
}
