/* SPDX-License-Identifier: ISC */
/* Any bytes as inittab and as script: start-up facts point into them. */
#include "base/data.h"
#include "base/limits.h"
#include "inspect/rewritten.h"
#include "inspect/settings.h"
#include "inspect/startup.h"
#include "inspect/updates.h"

#include <stdlib.h>

static const char *const names[] = { "/etc/inittab", "/etc/init.d/rcS",
	"/etc/inetd.conf", "/etc/xinetd.d/telnet", "/usr/sbin/telnetd",
	"/etc/systemd/system/multi-user.target.wants/x.service",
	"/etc/systemd/system/sockets.target.wants/y.socket",
	"/lib/systemd/system/y@.service", "/usr/sbin/inetd", "/usr/sbin/xinetd",
	"/etc/opkg.conf", "/etc/config/dropbear", "/etc/apt/sources.list",
	"/etc/apt/apt.conf", "/etc/yum.repos.d/a.repo", "/etc/snmp/snmpd.conf",
	"/etc/wgetrc", "/etc/shadow", "/usr/sbin/update.sh" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);
	struct facts facts = facts_open(LIMIT_FACTS_LEN);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct unpack_event event = {
			.kind = UNPACK_FILE,
			.path = bytes_of(names[i]),
			.node = { .kind = NODE_FILE,
			    .name = bytes_of(names[i]),
			    .mode = 0755,
			    .size = size,
			    .content = { data, size } },
		};
		struct kept *kept;

		if (keep_add(&keep, &event, true, &kept) != ERR_OK ||
		    settings_inspect(&event, &facts) != ERR_OK ||
		    updates_inspect(&event, &facts) != ERR_OK)
			abort();
	}
	if (startup_finish(&keep, data_embedded(), &facts) != ERR_OK)
		abort();
	if (facts_add(&facts,
		&(struct fact){ .kind = FACT_PASSWORD_HASH,
		    .path = BYTES("/etc/shadow") }) != ERR_OK ||
	    rewritten_find(&keep, &facts) != ERR_OK)
		abort();
	for (size_t i = 0; i < facts.count; i++)
		if (facts.list[i].at != FACT_NOWHERE && facts.list[i].at > size)
			abort();
	facts_close(&facts);
	keep_close(&keep);
	return 0;
}
