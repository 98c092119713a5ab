/* SPDX-License-Identifier: ISC */
/* The driver's keys are few and always the same. */
#include "inspect/nvs.h"

#include "inspect/evidence.h"

static const struct {
	const char *name;
	const char *role;
} keys[] = {
	{ "/nvs.net80211/sta.pswd", "client" },
	{ "/nvs.net80211/ap.passwd", "ap" },
};

/* WPA's passphrases have 8 to 63 characters: IEEE 802.11 annex J.4. The field
   has 65 bytes, filled up with zeros. */
static struct bytes
passphrase_of(struct bytes in)
{
	size_t len = 0;

	while (len < in.len && in.ptr[len] >= 0x20 && in.ptr[len] < 0x7f)
		len++;
	if (len < 8 || len > 63 || (len < in.len && in.ptr[len] != 0))
		len = 0;
	return bytes_slice(in, 0, len);
}

enum err
nvs_inspect(const struct unpack_event *file, struct facts *facts)
{
	struct bytes value = passphrase_of(file->node.content);

	if (value.len == 0 ||
	    bytes_find(file->path, BYTES("esp-nvs@0x"), 0) == SIZE_MAX)
		return ERR_OK;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!bytes_equal_text(file->node.name, keys[i].name))
			continue;
		struct fact fact =
		    evidence_fact(file, FACT_WIFI_PASSPHRASE, 0, value.len);

		fact.value = value;
		fact.detail = bytes_of(keys[i].role);
		enum err err = facts_add(facts, &fact);

		if (err != ERR_OK || keys[i].role[0] != 'c')
			return err;
		fact = evidence_fact(file, FACT_PERSONAL_DATA, 0, 0);
		fact.name = BYTES("wifi");
		return facts_add(facts, &fact);
	}
	return ERR_OK;
}
