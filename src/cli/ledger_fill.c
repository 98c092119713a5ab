/* SPDX-License-Identifier: ISC */
/* hallmark ledger fill: padding to the end of the last tile. */
#include "base/limits.h"
#include "base/out.h"
#include "cli/ledgering.h"
#include "cli/signing.h"
#include "ledger/tile.h"
#include "statement/padding.h"

enum {
	FILL_KEY,
	FILL_PASSPHRASE,
	FILL_COPY,
	FILL_JSON,
	FILL_COUNT
};

static const struct option_row fill_rows[FILL_COUNT] = {
	[FILL_KEY] = SIGNING_ROW_KEY,
	[FILL_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,
	[FILL_COPY] = LEDGERING_ROW_COPY,
	[FILL_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_fill_usage = {
	.command = "ledger fill",
	.arguments = "DIR",
	.argument_count = 1,
	.help = "Pads the last tile, so that its labels get their final proof.",
	.rows = fill_rows,
	.row_count = FILL_COUNT,
};

static enum exit_code
fill(struct ledgering *l, uint64_t *ret_added)
{
	size_t count = (size_t)(-l->head.size % TILE_WIDTH);
	uint8_t *room =
	    arena_take_array(&l->arena, TILE_WIDTH, PADDING_LEN_MAX);
	struct bytes *entry =
	    arena_take_array(&l->arena, TILE_WIDTH, sizeof(*entry));
	uint64_t *index =
	    arena_take_array(&l->arena, TILE_WIDTH, sizeof(*index));
	enum err err = ERR_OK;

	if (room == NULL || entry == NULL || index == NULL)
		return ledgering_say(l->name, ERR_MEMORY);
	for (size_t i = 0; i < count; i++)
		entry[i] =
		    padding_make(l->head.size + i, room + i * PADDING_LEN_MAX);
	if (count > 0)
		err = ledger_append(
		    l->ledger, entry, count, ledgering_now_usecs(), index);
	if (err != ERR_OK)
		return ledgering_say(l->name, err);
	*ret_added = count;
	return EXIT_YES;
}

static enum exit_code
answer_fill(struct ledgering *l, uint64_t added, bool json)
{
	struct out o = out_open(16 * KIB);
	struct ledger_head head;

	ledger_head(l->ledger, &head);
	if (json) {
		struct json j = json_open(&o);

		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.ledger-fill/1");
		json_number(&j, "added", added);
		ledgering_json_head(&j, &head.tree);
		json_end(&j);
	} else {
		out_decimal(&o, added);
		out_text(&o, " entries of padding, ");
		out_decimal(&o, head.tree.size);
		out_text(&o, " in all\n");
	}
	return answering_close(&o, EXIT_YES);
}

enum exit_code
ledger_fill_run(const struct options *options)
{
	struct signing_wants key = { options->value[FILL_KEY],
		options->value[FILL_PASSPHRASE] };
	struct signing signing;
	struct ledgering l;
	uint64_t added;
	enum exit_code code = signing_open(&key, &signing);

	if (code != EXIT_YES)
		return code;
	struct ledgering_wants wants = {
		.folder = options->argument[0],
		.copy = options->value[FILL_COPY],
		.signer = &signing.signer,
	};

	code = ledgering_open(&wants, &l);
	if (code == EXIT_YES) {
		code = fill(&l, &added);
		if (code == EXIT_YES)
			code = answer_fill(
			    &l, added, options->value[FILL_JSON] != NULL);
		ledgering_close(&l);
	}
	signing_close(&signing);
	return code;
}
