/* SPDX-License-Identifier: ISC */
/* Secrets in hostile text: bounded, placed in it, tokens masked. */
#include "base/limits.h"
#include "inspect/needles.h"
#include "inspect/secrets.h"

#include <stdlib.h>

/* The first byte chooses the name. */
static const char *const names[] = { "/etc/a.conf", "/etc/a.xml", "/etc/a.json",
	"/etc/hostapd.conf", "/etc/wpa_supplicant.conf", "/etc/RT2860AP.dat",
	"/etc/config/wireless", "/usr/bin/x.sh", "/root/.ash_history" };

static void
check(const struct fact *fact, size_t size)
{
	if (fact->at != FACT_NOWHERE && fact->at >= size)
		abort();
	if (fact->kind == FACT_TOKEN &&
	    !bytes_ends(fact->value, BYTES("***")) &&
	    !bytes_equal_text(fact->name, "url-password"))
		abort();
	if (fact->kind == FACT_CREDENTIALS &&
	    (fact->name.len == 0 || fact->value.len == 0))
		abort();
	if (fact->kind == FACT_WIFI_PASSPHRASE &&
	    (fact->value.len < 8 || fact->value.len > 63))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts facts = facts_open(LIMIT_FACTS_LEN);

	if (size == 0)
		return 0;
	const char *name = names[data[0] % (sizeof(names) / sizeof(names[0]))];

	if (secrets_find(bytes_of(name), bytes_of(name),
		(struct bytes){ data + 1, size - 1 }, NEEDLES_ALL,
		&facts) != ERR_OK ||
	    facts.count > SECRETS_PER_FILE)
		abort();
	for (size_t i = 0; i < facts.count; i++)
		check(&facts.list[i], size - 1);
	facts_close(&facts);
	return 0;
}
