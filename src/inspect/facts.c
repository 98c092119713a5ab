/* SPDX-License-Identifier: ISC */
/* The growing list of facts. */
#include "inspect/facts.h"

#include "base/limits.h"

#include <stdlib.h>

struct facts
facts_open(size_t limit)
{
	return (struct facts){ .arena = arena_open(limit) };
}

void
facts_close(struct facts *facts)
{
	arena_close(&facts->arena);
	free(facts->list);
	*facts = (struct facts){ .arena = arena_open(facts->arena.limit) };
}

static bool
grow(struct facts *facts)
{
	size_t cap = facts->cap == 0 ? 256 : facts->cap * 2;
	struct fact *list = realloc(facts->list, cap * sizeof(*list));

	if (list == NULL)
		return false;
	facts->list = list;
	facts->cap = cap;
	return true;
}

enum err
facts_add(struct facts *facts, const struct fact *fact)
{
	struct fact copy = *fact;
	struct bytes *fields[] = { &copy.path, &copy.text, &copy.name,
		&copy.value, &copy.detail, &copy.extra };

	if (facts->count == LIMIT_FACTS) {
		facts->cut_short = true;
		return ERR_OK;
	}
	if (facts->count == facts->cap && !grow(facts))
		return ERR_MEMORY;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t len = fields[i]->len;

		*fields[i] = arena_copy(&facts->arena, *fields[i]);
		if (fields[i]->len != len) {
			facts->cut_short = true;
			return ERR_OK;
		}
	}
	facts->list[facts->count++] = copy;
	return ERR_OK;
}

const struct fact *
facts_next(const struct facts *facts, enum fact_kind kind, size_t *at)
{
	while (*at < facts->count) {
		const struct fact *fact = &facts->list[(*at)++];

		if (fact->kind == kind)
			return fact;
	}
	return NULL;
}

static const char *const kind_texts[FACT_KIND_COUNT] = {
	[FACT_NONE] = "none",
	[FACT_ACCOUNT] = "account",
	[FACT_PASSWORD_HASH] = "password_hash",
	[FACT_PASSWORD_KNOWN] = "password_known",
	[FACT_CREDENTIALS] = "credentials",
	[FACT_WIFI_PASSPHRASE] = "wifi_passphrase",
	[FACT_PRIVATE_KEY] = "private_key",
	[FACT_ENCRYPTED_KEY] = "encrypted_key",
	[FACT_HOST_KEY] = "host_key",
	[FACT_CERTIFICATE] = "certificate",
	[FACT_CA_CERTIFICATE] = "ca_certificate",
	[FACT_PUBLIC_KEY] = "public_key",
	[FACT_TOKEN] = "token",
	[FACT_SERVICE] = "service",
	[FACT_APPLET] = "applet",
	[FACT_CONSOLE] = "console",
	[FACT_SETTING] = "setting",
	[FACT_FLASH_WRITE] = "flash_write",
	[FACT_PLAIN_URL] = "plain_url",
	[FACT_TLS_UNCHECKED] = "tls_unchecked",
	[FACT_UPDATER] = "updater",
	[FACT_RESET] = "reset",
	[FACT_ELF] = "elf",
	[FACT_RPATH] = "rpath",
	[FACT_DEBUG_TOOL] = "debug_tool",
	[FACT_SETUID] = "setuid",
	[FACT_WORLD_WRITABLE] = "world_writable",
	[FACT_COMPONENT] = "component",
	[FACT_KERNEL] = "kernel",
	[FACT_KERNEL_OPTION] = "kernel_option",
	[FACT_BOOTLOADER] = "bootloader",
	[FACT_BOOT_SETTING] = "boot_setting",
	[FACT_DEBUG_BUILD] = "debug_build",
	[FACT_TEST_SIGNATURE] = "test_signature",
	[FACT_ARCHITECTURE] = "architecture",
	[FACT_OPERATING_SYSTEM] = "operating_system",
	[FACT_BUILD_LEFTOVER] = "build_leftover",
	[FACT_PERSONAL_DATA] = "personal_data",
	[FACT_CRYPTO_TABLE] = "crypto_table",
	[FACT_REWRITTEN] = "rewritten",
};

const char *
fact_kind_text(enum fact_kind kind)
{
	return kind < FACT_KIND_COUNT ? kind_texts[kind] : "none";
}
