/* SPDX-License-Identifier: ISC */
/* Account files from hostile text: facts point into it, states are known. */
#include "base/limits.h"
#include "inspect/accounts.h"

#include <stdlib.h>
#include <string.h>

/* The input is parted by zero bytes into these files. */
static const char *const names[] = { "/etc/passwd", "/etc/shadow",
	"/etc/passwd-", "/etc/lighttpd/lighttpd.user", "/etc/config/rpcd",
	"/etc/httpd.conf" };

static void
add(struct keep *keep, const char *name, struct bytes text)
{
	char path[64] = "root!";
	struct unpack_event event = { .kind = UNPACK_FILE };
	struct kept *kept = NULL;

	strncat(path, name, sizeof(path) - 6);
	event.path = bytes_of(path);
	event.node.kind = NODE_FILE;
	event.node.name = bytes_of(name);
	event.node.content = text;
	if (!accounts_wants(event.node.name) ||
	    keep_add(keep, &event, true, &kept) != ERR_OK || kept == NULL)
		abort();
}

static void
check(const struct keep *keep, const struct fact *fact)
{
	static const char *const states[] = { "empty", "locked", "hash",
		"shadow" };
	struct bytes name = bytes_from(fact->path, 5);
	const struct kept *file = keep_find(keep, BYTES("root!"), name);
	bool known = fact->kind != FACT_ACCOUNT;

	if (file == NULL || fact->at >= file->text.len ||
	    !bytes_starts(
		bytes_from(file->text, (size_t)fact->at), fact->text) ||
	    fact->name.len == 0)
		abort(); /* no evidence */
	for (size_t i = 0; i < 4; i++)
		known |= bytes_equal_text(fact->detail, states[i]);
	if (!known)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keep keep = keep_open(LIMIT_INDEX_LEN);
	struct facts facts = facts_open(LIMIT_FACTS_LEN);
	struct bytes rest = { data, size };
	struct bytes text;
	struct password_list list;

	if (password_list_open(BYTES("admin\n1234\n"), &list) != ERR_OK)
		abort();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) &&
	     bytes_next_field(&rest, '\0', &text);
	     i++)
		add(&keep, names[i], text);
	if (accounts_finish(&keep, &list, &facts) != ERR_OK)
		abort();
	for (size_t i = 0; i < facts.count; i++)
		check(&keep, &facts.list[i]);
	password_list_close(&list);
	facts_close(&facts);
	keep_close(&keep);
	return 0;
}
