/* SPDX-License-Identifier: ISC */
/* Fuzzes inspect/packages.c: a byte that picks the file's name, the file. */
#include "base/limits.h"
#include "inspect/packages.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
	"/usr/lib/opkg/status",
	"/var/lib/dpkg/status",
	"/lib/apk/db/installed",
	"/etc/os-release",
	"/var/lib/rpm/rpmdb.sqlite",
	"/var/lib/rpm/Packages.db",
	"/var/lib/rpm/Packages",
	"/var/lib/pacman/local/a-1-1/desc",
	"/legal-info/manifest.csv",
	"/image.manifest",
	"/license.manifest",
	"/etc/build",
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

	if (packages_inspect(&file, &facts) != ERR_OK)
		abort();
	for (size_t i = 0; i < facts.count; i++) {
		const struct fact *fact = &facts.list[i];

		if (fact->at >= in.len || !bytes_equal(fact->path, name) ||
		    fact->text.len > LIMIT_EXCERPT_LEN)
			abort();
		if (fact->kind != FACT_COMPONENT)
			continue;
		if (fact->name.len == 0 ||
		    (fact->number != EVIDENCE_PACKAGE_DB &&
			fact->number != EVIDENCE_DESCRIPTOR))
			abort();
		if (fact->detail.len > 0 &&
		    !bytes_starts(fact->detail, BYTES("pkg:")))
			abort();
		for (size_t j = 0; j < fact->detail.len; j++) {
			if (fact->detail.ptr[j] <= ' ' ||
			    fact->detail.ptr[j] >= 0x7f)
				abort(); /* not encoded */
		}
	}
	facts_close(&facts);
	return 0;
}
