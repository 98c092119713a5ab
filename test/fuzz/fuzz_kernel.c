/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes what looks into blobs (kernel, its configuration, boot loader,
 * machine, leftovers): a byte that picks the kind of file, the file.
 */
#include "base/limits.h"
#include "inspect/bootloader.h"
#include "inspect/kernel.h"
#include "inspect/kernel_config.h"
#include "inspect/leftover.h"
#include "inspect/machine.h"
#include "inspect/needles.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
	"", /* a payload */
	"/boot/Image",
	"/lib/modules/4.9.164/a.ko",
	"/boot/config-4.9.164",
};

static void
inspect(const struct unpack_event *file, struct facts *facts)
{
	struct seen seen = { 0 };

	if (kernel_inspect(file, facts, &seen) != ERR_OK ||
	    kernel_config_inspect(file, facts, &seen) != ERR_OK ||
	    bootloader_inspect(file, facts, &seen) != ERR_OK ||
	    machine_inspect(file, facts) != ERR_OK ||
	    leftover_inspect(file, NEEDLES_ALL, facts) != ERR_OK)
		abort();
}

static void
check_banners(struct bytes in)
{
	struct kernel_banner kernel;
	struct uboot_banner uboot;

	if (kernel_find_banner(in, 0, &kernel) &&
	    (kernel.at >= in.len || kernel_upstream(kernel.release).len == 0 ||
		kernel.builder.len == 0))
		abort();
	if (bootloader_find_uboot(in, 0, &uboot) &&
	    (uboot.at > in.len || uboot.len > in.len - uboot.at ||
		uboot.upstream.len == 0 ||
		!bytes_starts(uboot.version, uboot.upstream)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct bytes name = bytes_of(names[data[0] % 4]);
	struct bytes in = { data + 1, size - 1 };
	struct unpack_event file = { .kind = UNPACK_FILE,
		.path = BYTES("x@0x0!"),
		.node = { .kind = name.len == 0 ? NODE_PAYLOAD : NODE_FILE,
		    .name = name,
		    .content = in } };
	struct facts facts = facts_open(4 * MIB);

	check_banners(in);
	inspect(&file, &facts);
	for (size_t i = 0; i < facts.count; i++) {
		const struct fact *fact = &facts.list[i];

		if (fact->at != FACT_NOWHERE && fact->at >= in.len)
			abort();
		if (fact->text.len > LIMIT_EXCERPT_LEN)
			abort();
		if (fact->kind == FACT_COMPONENT &&
		    (fact->name.len == 0 || fact->value.len == 0 ||
			fact->value.ptr[0] < '0' || fact->value.ptr[0] > '9'))
			abort(); /* a component without a version */
	}
	facts_close(&facts);
	return 0;
}
