/* SPDX-License-Identifier: ISC */
/* Looks labels up in a ledger's folder. */
#include "cli/label_ledger.h"

#include "ledger/merkle.h"
#include "ledger/tile.h"
#include "system/folder.h"

#include <string.h>

enum exit_code
label_ledger_open(const char *path, struct label_ledger *ret)
{
	const char *why;
	struct ledger_why told;
	struct ledger_world world = {
		.files = &ret->folder,
		.hooks = &crypto_hooks_default,
	};

	ret->name = path;
	ret->ledger = NULL;
	enum err err = folder_open(path, false, &ret->folder, &why);

	if (err != ERR_OK) {
		cli_say(path, why);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	err = ledger_open(&world, &ret->ledger, &told);
	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(path, told.text);
	folder_close(&ret->folder);
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

void
label_ledger_close(struct label_ledger *ledger)
{
	ledger_close(ledger->ledger);
	folder_close(&ledger->folder);
}

static enum exit_code
say(const struct label_ledger *ledger, enum err err)
{
	cli_say(ledger->name, err_text(err));
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

enum exit_code
label_ledger_find(struct label_ledger *ledger,
    const struct statement *statement, struct arena *arena, uint64_t *ret)
{
	size_t cap = statement->raw.len + STATEMENT_TBS_MORE;
	uint8_t *room = arena_take(arena, cap);
	struct bytes entry;

	if (room == NULL)
		return say(ledger, ERR_MEMORY);
	enum err err = statement_leaf(statement, room, cap, &entry);

	if (err != ERR_OK)
		return say(ledger, err);
	struct merkle_hash leaf = merkle_leaf(&crypto_hooks_default, entry);

	err = ledger_find(ledger->ledger, &leaf, ret);
	if (err == ERR_OK)
		return EXIT_YES;
	if (err != ERR_END)
		return say(ledger, err);
	cli_say(ledger->name, "the label is not in this ledger (yet)");
	return EXIT_NO;
}

enum exit_code
label_ledger_entry(struct label_ledger *ledger, uint64_t index,
    struct arena *arena, struct bytes *ret)
{
	uint8_t *room = arena_take(arena, LEDGER_ENTRY_MAX);

	if (room == NULL)
		return say(ledger, ERR_MEMORY);
	enum err err = ledger_read_entry(ledger->ledger, index, room, ret);

	if (err == ERR_LIMIT) {
		cli_say(ledger->name, "has no entry of that index");
		return EXIT_NO;
	}
	return err == ERR_OK ? EXIT_YES : say(ledger, err);
}

enum exit_code
label_ledger_proof(struct label_ledger *ledger, uint64_t index,
    struct arena *arena, struct bytes *ret)
{
	struct ledger_head head;
	struct merkle_nodes nodes = ledger_nodes(ledger->ledger);
	uint8_t *proof = arena_take(arena, COMPACT_PROOF_LEN);

	if (proof == NULL)
		return say(ledger, ERR_MEMORY);
	ledger_head(ledger->ledger, &head);
	if ((index | (TILE_WIDTH - 1)) >= head.tree.size) {
		*ret = (struct bytes){ NULL, 0 };
		return EXIT_YES;
	}
	for (unsigned level = 0; level < TILE_HEIGHT; level++) {
		struct merkle_hash hash;
		enum err err = nodes.read(
		    nodes.context, level, (index >> level) ^ 1, &hash);

		if (err != ERR_OK)
			return say(ledger, err);
		memcpy(
		    proof + (size_t)level * SHA256_LEN, hash.byte, SHA256_LEN);
	}
	*ret = (struct bytes){ proof, COMPACT_PROOF_LEN };
	return EXIT_YES;
}
