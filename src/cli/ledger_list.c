/* SPDX-License-Identifier: ISC */
/* hallmark ledger list | show: the statements of a ledger in their order. */
#include "base/date.h"
#include "base/limits.h"
#include "base/out.h"
#include "base/text.h"
#include "cli/ledgering.h"
#include "statement/padding.h"
#include "statement/statement.h"

#include <string.h>

#define LIST_LEN (256 * MIB)

enum {
	LIST_JSON,
	LIST_COUNT
};

static const struct option_row list_rows[LIST_COUNT] = {
	[LIST_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_list_usage = {
	.command = "ledger list",
	.arguments = "DIR [FROM [TO]]",
	.argument_count = 1,
	.optional_count = 2,
	.help = "Lists statements: index, time, kind, issuer, subject.",
	.rows = list_rows,
	.row_count = LIST_COUNT,
};

enum {
	SHOW_OUTPUT,
	SHOW_JSON,
	SHOW_COUNT
};

static const struct option_row show_rows[SHOW_COUNT] = {
	[SHOW_OUTPUT] = { "output", 'o', "FILE",
	    "write the entry's bytes to FILE (- is standard output)" },
	[SHOW_JSON] = { "json", 0, NULL, "print one JSON object" },
};
const struct usage ledger_show_usage = {
	.command = "ledger show",
	.arguments = "DIR INDEX",
	.argument_count = 2,
	.help = "Shows one statement, or writes its bytes.",
	.rows = show_rows,
	.row_count = SHOW_COUNT,
};

/* What an entry is; `s` is read when it is a statement. */
enum entry_kind {
	ENTRY_STATEMENT,
	ENTRY_PADDING,
	ENTRY_OPAQUE,
};

static enum entry_kind
read_entry(struct bytes entry, struct statement *ret)
{
	struct fault fault;

	if (padding_is(entry))
		return ENTRY_PADDING;
	return statement_read(entry, ret, &fault) == ERR_OK ? ENTRY_STATEMENT
							    : ENTRY_OPAQUE;
}

static const char *
entry_text(enum entry_kind kind, const struct statement *s)
{
	switch (kind) {
	case ENTRY_STATEMENT:
		return kind_text(s->header.kind);
	case ENTRY_PADDING:
		return "padding";
	case ENTRY_OPAQUE:
		break;
	}
	return "opaque";
}

static void
put_json_header(struct json *j, const struct statement_header *h)
{
	answering_put_hex(j, "kid", (struct bytes){ h->kid, SHA256_LEN });
	json_text(j, "iss", h->iss);
	json_text(j, "sub", h->sub);
	answering_put_time(j, "iat", h->iat);
	answering_put_time(j, "exp", h->exp);
	if (h->tool.len > 0)
		json_text(j, "tool", h->tool);
	if (h->data.len > 0)
		json_text(j, "data", h->data);
	if (h->preimage_type.len > 0)
		json_text(j, "preimage_type", h->preimage_type);
	if (h->location.len > 0)
		json_text(j, "location", h->location);
}

static void
put_json(struct json *j, uint64_t index, struct bytes entry)
{
	struct statement s;
	enum entry_kind kind = read_entry(entry, &s);

	json_number(j, "index", index);
	json_string(j, "kind", entry_text(kind, &s));
	json_number(j, "bytes", entry.len);
	if (kind != ENTRY_STATEMENT)
		return;
	put_json_header(j, &s.header);
	if (kind_rows[s.header.kind].envelope)
		answering_put_hex(j, "preimage_sha256", s.payload);
}

static void
put_line(struct out *o, uint64_t index, struct bytes entry)
{
	struct statement s;
	enum entry_kind kind = read_entry(entry, &s);

	out_decimal(o, index);
	out_text(o, " ");
	if (kind == ENTRY_STATEMENT)
		date_put_time(o, s.header.iat);
	else
		out_text(o, "-");
	out_text(o, " ");
	out_text(o, entry_text(kind, &s));
	if (kind == ENTRY_STATEMENT) {
		out_text(o, " ");
		text_put_terminal(o, s.header.iss);
		out_text(o, " ");
		text_put_terminal(o, s.header.sub);
	}
	out_text(o, "\n");
}

/* ---- list ---- */

static enum exit_code
put_list(
    struct ledgering *l, uint64_t from, uint64_t to, bool json, struct out *o)
{
	struct json j = json_open(o);
	uint8_t *room = arena_take(&l->arena, LEDGER_ENTRY_MAX);

	if (room == NULL)
		return ledgering_say(l->name, ERR_MEMORY);
	if (json) {
		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.ledger-list/1");
		json_text(&j, "origin", l->origin);
		ledgering_json_head(&j, &l->head);
		json_key(&j, "entries");
		json_begin_array(&j, JSON_LINES);
	}
	for (uint64_t i = from; i < to && o->failed == ERR_OK; i++) {
		struct bytes entry;
		enum err err = ledgering_entry(l, i, room, &entry);

		if (err != ERR_OK)
			return ledgering_say(l->name, err);
		if (!json) {
			put_line(o, i, entry);
			continue;
		}
		json_begin_object(&j, JSON_INLINE);
		put_json(&j, i, entry);
		json_end(&j);
	}
	if (json) {
		json_end(&j);
		json_end(&j);
	}
	return EXIT_YES;
}

enum exit_code
ledger_list_run(const struct options *options)
{
	struct ledgering_wants wants = { .folder = options->argument[0] };
	uint64_t from = 0;
	uint64_t to = UINT64_MAX;
	struct ledgering l;
	enum exit_code code = EXIT_YES;

	if (options->argument[1] != NULL)
		code = ledgering_number(options->argument[1], &from);
	if (code == EXIT_YES && options->argument[2] != NULL)
		code = ledgering_number(options->argument[2], &to);
	if (code == EXIT_YES)
		code = ledgering_open(&wants, &l);
	if (code != EXIT_YES)
		return code;
	struct out o = out_open(LIST_LEN);

	if (to > l.head.size)
		to = l.head.size;
	code = put_list(&l, from, to, options->value[LIST_JSON] != NULL, &o);
	ledgering_close(&l);
	if (code == EXIT_YES)
		return answering_close(&o, EXIT_YES);
	out_close(&o);
	return code;
}

/* ---- show ---- */

static void
put_show(struct out *o, uint64_t index, struct bytes entry)
{
	struct merkle_hash leaf = merkle_leaf(&crypto_hooks_default, entry);
	struct statement s;
	enum entry_kind kind = read_entry(entry, &s);

	out_text(o, "index    ");
	out_decimal(o, index);
	out_text(o, "\nkind     ");
	out_text(o, entry_text(kind, &s));
	out_text(o, "\nbytes    ");
	out_decimal(o, entry.len);
	out_text(o, "\nleaf     ");
	out_hex_bytes(o, (struct bytes){ leaf.byte, sizeof(leaf.byte) });
	out_text(o, "\n");
	if (kind != ENTRY_STATEMENT)
		return;
	answering_put_line(o, "iss      ", s.header.iss);
	answering_put_line(o, "sub      ", s.header.sub);
	out_text(o, "key      ");
	out_hex_bytes(o, (struct bytes){ s.header.kid, SHA256_LEN });
	out_text(o, "\nissued   ");
	date_put_time(o, s.header.iat);
	out_text(o, "\n");
	if (s.header.exp != 0) {
		out_text(o, "expires  ");
		date_put_time(o, s.header.exp);
		out_text(o, "\n");
	}
	answering_put_line(o, "tool     ", s.header.tool);
	answering_put_line(o, "data     ", s.header.data);
	if (kind_rows[s.header.kind].envelope) {
		out_text(o, "file     ");
		out_hex_bytes(o, s.payload);
		out_text(o, "\n");
	}
	answering_put_line(o, "of type  ", s.header.preimage_type);
	answering_put_line(o, "found at ", s.header.location);
}

static enum exit_code
show_entry(const struct options *options, uint64_t index, struct bytes entry)
{
	struct merkle_hash leaf = merkle_leaf(&crypto_hooks_default, entry);
	struct out o = out_open(1 * MIB);

	if (options->value[SHOW_JSON] != NULL) {
		struct json j = json_open(&o);

		json_begin_object(&j, JSON_LINES);
		json_string(&j, "schema", "hallmark.ledger-entry/1");
		put_json(&j, index, entry);
		answering_put_hex(
		    &j, "leaf", (struct bytes){ leaf.byte, sizeof(leaf.byte) });
		json_end(&j);
	} else if (options->value[SHOW_OUTPUT] == NULL) {
		put_show(&o, index, entry);
	}
	if (options->value[SHOW_OUTPUT] != NULL) {
		enum exit_code code =
		    answering_deliver(options->value[SHOW_OUTPUT], entry);

		if (code != EXIT_YES || o.len == 0) {
			out_close(&o);
			return code;
		}
	}
	return answering_close(&o, EXIT_YES);
}

enum exit_code
ledger_show_run(const struct options *options)
{
	struct ledgering_wants wants = { .folder = options->argument[0] };
	struct ledgering l;
	uint64_t index;
	struct bytes entry;
	uint8_t *room;
	enum exit_code code = ledgering_number(options->argument[1], &index);

	if (code == EXIT_YES)
		code = ledgering_open(&wants, &l);
	if (code != EXIT_YES)
		return code;
	room = arena_take(&l.arena, LEDGER_ENTRY_MAX);
	if (index >= l.head.size) {
		cli_say(options->argument[1], "the ledger has no such entry");
		code = EXIT_NO;
	} else if (room == NULL) {
		code = ledgering_say(l.name, ERR_MEMORY);
	} else {
		enum err err = ledgering_entry(&l, index, room, &entry);

		code = err == ERR_OK ? show_entry(options, index, entry)
				     : ledgering_say(l.name, err);
	}
	ledgering_close(&l);
	return code;
}
