/* SPDX-License-Identifier: ISC */
/* hallmark label show: what a label says, before anyone asks whether it is so. */
#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/labelling.h"
#include "cli/signing.h"
#include "crypto/cose_countersign.h"

#include <string.h>

#define SHOW_LEN (256 * KIB)
#define SHOW_COUNTERSIGNATURES 8

enum {
	SHOW_COUNTERSIGNER,
	SHOW_JSON,
	SHOW_NO_JAIL,
	SHOW_COUNT
};

static const struct option_row rows[SHOW_COUNT] = {
	[SHOW_COUNTERSIGNER] = { "countersigner", 0, "KEY",
	    "also verify that this public key countersigned it" },
	[SHOW_JSON] = { "json", 0, NULL, "print one JSON object" },
	[SHOW_NO_JAIL] = LABELLING_ROW_NO_JAIL,
};
const struct usage label_show_usage = {
	.command = "label show",
	.arguments = "LABEL",
	.argument_count = 1,
	.help = "Prints what a label says, and verifies nothing of it.",
	.rows = rows,
	.row_count = SHOW_COUNT,
};

struct showing {
	struct labelling label;
	struct arena arena;
	bool wants_json;
	bool wants_countersigner;
	struct public_key countersigner;
	size_t countersignatures;
	bool countersigned; /* by the key that was asked for */
};

static void
put_row(struct out *o, const char *name, struct bytes text)
{
	size_t start = o->len;

	out_text(o, "  ");
	out_text(o, name);
	do {
		out_text(o, " ");
	} while (o->failed == ERR_OK && o->len - start < 14);
	text_put_terminal(o, text);
	out_text(o, "\n");
}

static void
put_day_row(struct out *o, const char *name, int64_t secs)
{
	struct out day = out_open(64);

	date_put_day(&day, secs);
	put_row(o, name, secs == 0 ? BYTES("not said") : out_bytes(&day));
	out_close(&day);
}

static void
put_hex_row(struct out *o, const char *name, struct bytes bytes)
{
	struct out hex = out_open(KIB);

	out_hex_bytes(&hex, bytes);
	put_row(o, name, out_bytes(&hex));
	out_close(&hex);
}

static void
put_product(struct out *o, struct showing *s)
{
	const struct label_claims *c = &s->label.claims;
	struct out oemid = out_open(KIB);

	labelling_put_oemid(&oemid, &c->product);
	put_row(o, "maker", c->maker);
	put_row(o, "maker's id", out_bytes(&oemid));
	put_row(o, "model", labelling_model(c, &s->arena));
	put_row(o, "version", c->product.version);
	if (c->category.len > 0)
		put_row(o, "category", c->category);
	put_hex_row(
	    o, "image", (struct bytes){ c->product.digest, SHA256_LEN });
	put_row(o, "release", bytes_of(s->label.sub));
	out_close(&oemid);
}

static void
put_place(struct out *o, const struct showing *s)
{
	struct out index = out_open(64);

	out_decimal(&index, s->label.compact.index);
	put_row(o, "index",
	    s->label.compact.logged ? out_bytes(&index) : BYTES("not said"));
	out_close(&index);
	if (s->label.has_statement)
		put_row(o, "issuer", s->label.statement.header.iss);
	put_hex_row(o, "key",
	    s->label.has_statement
		? (struct bytes){ s->label.statement.header.kid, SHA256_LEN }
		: s->label.compact.kid);
	if (s->countersignatures > 0)
		put_row(o, "countersigned",
		    s->countersigned ? BYTES("by the key given")
				     : BYTES("by a key not verified"));
}

static void
put_text(struct out *o, struct showing *s)
{
	const struct label_claims *c = &s->label.claims;
	unsigned levels;

	out_text(o, "The label says (nothing of it is verified here):\n");
	put_row(o, "scheme", c->scheme);
	put_row(o, "level", labelling_level(c, &levels, &s->arena));
	put_row(o, "basis", bytes_of(label_basis_text(c->basis)));
	put_product(o, s);
	put_day_row(o, "issued", s->label.compact.issued);
	put_day_row(o, "valid until", s->label.compact.expires);
	put_day_row(o, "updates until", c->support_until);
	put_place(o, s);
}

static void
put_json(struct out *o, struct showing *s)
{
	struct json j = json_open(o);

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.label/1");
	json_bool(&j, "verified", false);
	labelling_put_json(&j, &s->label, &s->arena);
	json_key(&j, "issuer");
	if (s->label.has_statement)
		json_put_text(&j, s->label.statement.header.iss);
	else
		json_put_null(&j);
	json_number(&j, "countersignatures", s->countersignatures);
	json_key(&j, "countersigned");
	if (s->wants_countersigner)
		json_put_bool(&j, s->countersigned);
	else
		json_put_null(&j);
	json_end(&j);
}

/* Counts the countersignatures and looks for the one asked for. */
static enum exit_code
read_countersignatures(struct showing *s)
{
	size_t cap = LABELLING_FILE_LEN + KIB;
	uint8_t *room = arena_take(&s->arena, cap);
	struct bytes none = { NULL, 0 };
	struct cose_signature one;
	struct fault fault;

	if (room == NULL) {
		cli_say("label", err_text(ERR_MEMORY));
		return EXIT_MACHINE;
	}
	if (!s->label.has_statement)
		return EXIT_YES;
	const struct cose_sign1 *message = &s->label.statement.cose;

	while (s->countersignatures < SHOW_COUNTERSIGNATURES &&
	    cose_read_countersignature(message, CBOR_STRICT,
		s->countersignatures, &one, &fault) == ERR_OK) {
		s->countersignatures++;
		if (s->wants_countersigner &&
		    cose_verify_countersignature(message, &one,
			&s->countersigner.key, &crypto_hooks_default, none,
			room, cap) == ERR_OK)
			s->countersigned = true;
	}
	return EXIT_YES;
}

static enum exit_code
show(void *context)
{
	struct showing *s = context;
	struct out o = out_open(SHOW_LEN);
	enum exit_code code = labelling_read(&s->label, &s->arena);

	if (code == EXIT_YES)
		code = read_countersignatures(s);
	if (code != EXIT_YES) {
		out_close(&o);
		return code;
	}
	labelling_place_by_receipt(&s->label, &s->arena);
	if (s->wants_json)
		put_json(&o, s);
	else
		put_text(&o, s);
	if (s->wants_countersigner && !s->countersigned)
		code = EXIT_NO;
	return answering_close(&o, code);
}

enum exit_code
label_show_run(const struct options *options)
{
	const char *key = options->value[SHOW_COUNTERSIGNER];
	struct showing s = {
		.arena = arena_open(LABELLING_ARENA_LEN),
		.wants_countersigner = key != NULL,
		.wants_json = options->value[SHOW_JSON] != NULL,
	};
	enum exit_code code = EXIT_YES;

	if (key != NULL)
		code = signing_read_public(
		    &(struct signing_wants){ key, NULL }, &s.countersigner);
	if (code == EXIT_YES)
		code = labelling_open(options->argument[0], &s.label);
	if (code != EXIT_YES)
		return code;
	code = labelling_confine(
	    options->value[SHOW_NO_JAIL] != NULL, s.label.given.len, show, &s);
	labelling_close(&s.label);
	arena_close(&s.arena);
	return code;
}
