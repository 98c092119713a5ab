/* SPDX-License-Identifier: ISC */
/* Compares the key that a container names with the keys that are published. */
#include "inspect/test_signature.h"

#include "inspect/pkey.h"

#include <string.h>

#define KEY_MARK ", key "
#define HEX_LEN ((size_t)64)

enum err
test_signature_inspect(
    const struct unpack_event *event, struct bytes known, struct facts *facts)
{
	const struct chunk *chunk = &event->chunk;
	const char *mark = chunk->info.detail;
	char key[PKEY_HEX_LEN];

	if (chunk->info.authenticity != AUTHENTICITY_SIGNED)
		return ERR_OK;
	/* The last one: what stands before may be the maker's own words. */
	for (const char *next = strstr(mark, KEY_MARK); next != NULL;
	     next = strstr(mark, KEY_MARK))
		mark = next + sizeof(KEY_MARK) - 1;
	if (mark == chunk->info.detail || strlen(mark) < HEX_LEN)
		return ERR_OK;
	memcpy(key, mark, HEX_LEN);
	key[HEX_LEN] = '\0';
	struct bytes name = pkey_known_name(known, key);
	struct fact fact = {
		.kind = FACT_TEST_SIGNATURE,
		.path = event->path,
		.at = FACT_NOWHERE,
		.text = bytes_of(key),
		.name = name,
		.value = bytes_of(key),
	};

	return name.len > 0 ? facts_add(facts, &fact) : ERR_OK;
}
