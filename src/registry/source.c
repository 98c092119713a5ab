/* SPDX-License-Identifier: ISC */
/* Which questions and paths there are. */
#include "registry/source.h"

#include "ledger/tile.h"
#include "statement/status_change.h"

#include <string.h>

#define BY(name) (1U << REGISTRY_BY_##name)

/* By enum registry_ask: which rows may be asked for. */
static const unsigned asks[REGISTRY_ASKS] = {
	[REGISTRY_ASK_HEAD] = BY(ALL),
	[REGISTRY_ASK_LABELS] = BY(ALL) | BY(INDEX) | BY(PRODUCT) |
	    BY(RELEASE) | BY(BODY) | BY(MAKER) | BY(MODEL) | BY(WORDS) |
	    BY(DIGEST) | BY(CHANGE),
	[REGISTRY_ASK_PRODUCTS] =
	    BY(ALL) | BY(PRODUCT) | BY(MAKER) | BY(MODEL) | BY(WORDS),
	[REGISTRY_ASK_STATEMENTS] = BY(ALL) | BY(INDEX) | BY(PRODUCT) |
	    BY(RELEASE) | BY(BODY) | BY(LABEL),
	[REGISTRY_ASK_BODIES] = BY(ALL) | BY(INDEX) | BY(BODY),
	[REGISTRY_ASK_RECOGNITIONS] = BY(ALL),
	[REGISTRY_ASK_ENTRY] = BY(INDEX),
	[REGISTRY_ASK_RECEIPT] = BY(INDEX),
	[REGISTRY_ASK_PROOF] = BY(INDEX),
	[REGISTRY_ASK_FILE] = BY(ALL),
};

/* By enum registry_by: how long a value is. */
static const struct {
	size_t min, max;
} values[REGISTRY_BYS] = {
	[REGISTRY_BY_ALL] = { 0, 0 },
	[REGISTRY_BY_INDEX] = { 0, 0 },
	[REGISTRY_BY_PRODUCT] = { PRODUCT_ID_LEN, PRODUCT_ID_LEN },
	[REGISTRY_BY_RELEASE] = { PRODUCT_ID_LEN, PRODUCT_ID_LEN },
	[REGISTRY_BY_BODY] = { SHA256_LEN, SHA256_LEN },
	[REGISTRY_BY_MAKER] = { 1, REGISTRY_VALUE_MAX },
	[REGISTRY_BY_MODEL] = { 1, REGISTRY_VALUE_MAX },
	[REGISTRY_BY_WORDS] = { 1, REGISTRY_VALUE_MAX },
	[REGISTRY_BY_DIGEST] = { 1, SHA256_LEN },
	[REGISTRY_BY_CHANGE] = { 0, 0 },
	[REGISTRY_BY_LABEL] = { 0, 0 },
};

static bool
is_rows(enum registry_ask ask)
{
	return ask >= REGISTRY_ASK_LABELS && ask <= REGISTRY_ASK_RECOGNITIONS;
}

bool
registry_question_ok(const struct registry_question *q)
{
	if ((unsigned)q->ask >= REGISTRY_ASKS ||
	    (unsigned)q->by >= REGISTRY_BYS ||
	    (asks[q->ask] & 1U << q->by) == 0)
		return false;
	if (q->ask == REGISTRY_ASK_FILE)
		return registry_path_ok(q->value);
	if (q->value.len < values[q->by].min ||
	    q->value.len > values[q->by].max)
		return false;
	if (q->number > LEDGER_INDEX_MAX || q->after > LEDGER_INDEX_MAX ||
	    q->kinds >= 1U << STATEMENT_KINDS)
		return false;
	return !is_rows(q->ask) ||
	    (q->limit >= 1 && q->limit <= REGISTRY_ROWS_MAX);
}

/* "0" to "999999": without leading zeroes. */
static bool
is_number(struct bytes text)
{
	uint64_t number;

	return text.len >= 1 && text.len <= 6 && bytes_to_u64(text, &number) &&
	    (text.len == 1 || text.ptr[0] != '0');
}

bool
registry_path_ok(struct bytes path)
{
	static const char *const names[] = { "checkpoint", "bundle", "keys",
		"anchors" };
	struct tile tile;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_equal_text(path, names[i]))
			return true;
	if (bytes_starts(path, BYTES("status/")))
		return is_number(bytes_from(path, strlen("status/")));
	return tile_read_path(path, &tile) == ERR_OK;
}
