/* SPDX-License-Identifier: ISC */
/* hallmark label update | advise: what owners of a product should know. */
#include "base/date.h"
#include "base/limits.h"
#include "cli/held_file.h"
#include "cli/label_ledger.h"
#include "cli/labelling.h"
#include "cli/signing.h"
#include "statement/advisory.h"
#include "statement/update.h"

#include <stdio.h>

/* Rows that both words have, in the same places. */
enum {
	FACT_KEY,
	FACT_PASSPHRASE,
	FACT_LEDGER,
	FACT_ISSUER,
	FACT_OUTPUT,
	FACT_URL,
	FACT_COUNT,
	/* update */
	UPDATE_VERSION = FACT_COUNT,
	UPDATE_IMAGE,
	UPDATE_INSTALL,
	UPDATE_SEE_VERSION,
	UPDATE_CONTACT,
	UPDATE_ENDPOINTS_ROW,
	UPDATE_RELEASED,
	UPDATE_COUNT,
	/* advise */
	ADVISE_ID = FACT_COUNT,
	ADVISE_EXPLOITED,
	ADVISE_FIXED,
	ADVISE_TITLE,
	ADVISE_COUNT,
};

#define FACT_ROWS                                                              \
	[FACT_KEY] = SIGNING_ROW_KEY,                                          \
	[FACT_PASSPHRASE] = SIGNING_ROW_PASSPHRASE,                            \
	[FACT_LEDGER] = { "ledger", 0, "DIR",                                  \
		"look the label's index up in the ledger in DIR" },            \
	[FACT_ISSUER] = { "issuer", 0, "URI",                                  \
		"who says so, as accredited (the label's issuer)" },           \
	[FACT_OUTPUT] = { "output", 'o', "FILE", "the statement" },            \
	[FACT_URL] = { "url", 0, "URL", "where it is, or more is said" }

static const struct option_row update_rows[UPDATE_COUNT] = {
	FACT_ROWS,
	[UPDATE_VERSION] = { "product-version", 0, "TEXT",
	    "the newest firmware's version" },
	[UPDATE_IMAGE] = { "image", 0, "FILE", "its image, for the digest" },
	[UPDATE_INSTALL] = { "install", 0, "TEXT", "how to install it" },
	[UPDATE_SEE_VERSION] = { "see-version", 0, "TEXT",
	    "how to see which version is installed" },
	[UPDATE_CONTACT] = { "contact", 0, "TEXT",
	    "where to report a flaw: URL or address" },
	[UPDATE_ENDPOINTS_ROW] = { "endpoints", 0, "LIST",
	    "what the product talks to, with commas between" },
	[UPDATE_RELEASED] = { "released", 0, "DATE", "since when it is there" },
};
static const struct option_row advise_rows[ADVISE_COUNT] = {
	FACT_ROWS,
	[ADVISE_ID] = { "id", 0, "TEXT", "of the flaw, as CVE-2026-12345" },
	[ADVISE_EXPLOITED] = { "exploited", 0, NULL, "it is being exploited" },
	[ADVISE_FIXED] = { "fixed", 0, "TEXT", "the first version without it" },
	[ADVISE_TITLE] = { "title", 0, "TEXT", "a sentence for people" },
};

const struct usage label_update_usage = {
	.command = "label update",
	.arguments = "LABEL|INDEX|PRODUCT --product-version TEXT --key FILE "
		     "-o FILE",
	.argument_count = 1,
	.help = "Signs what a product's newest firmware is, and how to get it.",
	.rows = update_rows,
	.row_count = UPDATE_COUNT,
};
const struct usage label_advise_usage = {
	.command = "label advise",
	.arguments = "LABEL|INDEX|PRODUCT --id TEXT --key FILE -o FILE",
	.argument_count = 1,
	.help = "Signs that a product has a known vulnerability.",
	.rows = advise_rows,
	.row_count = ADVISE_COUNT,
};

/* The statement in the making. */
struct fact {
	const char *const *wants; /* by the rows above */
	struct arena arena;
	struct labelling label;
	struct held_file image;
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];
	struct bytes iss;
	enum statement_kind kind;
};

static struct bytes
text_of(const struct fact *f, size_t row)
{
	return f->wants[row] != NULL ? bytes_of(f->wants[row])
				     : (struct bytes){ NULL, 0 };
}

/* ---- which product ---- */

static enum exit_code
take_sub(struct fact *f, const char *name, struct bytes sub)
{
	bool release;

	if (product_read_sub(sub, &f->ids, &release) == ERR_OK)
		return EXIT_YES;
	cli_say(name, "is about no product");
	return EXIT_INPUT;
}

/* What the ledger has at the index. */
static enum exit_code
find_by_index(struct fact *f, uint64_t index)
{
	struct label_ledger ledger;
	struct statement statement;
	struct fault fault;
	struct bytes entry;

	if (f->wants[FACT_LEDGER] == NULL) {
		cli_say("label",
		    "a bare index needs --ledger DIR; else give the label");
		return EXIT_USAGE;
	}
	enum exit_code code = label_ledger_open(f->wants[FACT_LEDGER], &ledger);

	if (code != EXIT_YES)
		return code;
	code = label_ledger_entry(&ledger, index, &f->arena, &entry);
	label_ledger_close(&ledger);
	if (code != EXIT_YES)
		return code;
	if (statement_read(entry, &statement, &fault) != ERR_OK) {
		cli_say(
		    f->wants[FACT_LEDGER], "has no statement at that index");
		return EXIT_NO;
	}
	f->iss = statement.header.iss;
	return take_sub(f, f->wants[FACT_LEDGER], statement.header.sub);
}

static enum exit_code
find_by_label(struct fact *f, const char *what)
{
	enum exit_code code = labelling_open(what, &f->label);

	if (code == EXIT_YES)
		code = labelling_read(&f->label, &f->arena);
	if (code != EXIT_YES)
		return code;
	if (f->label.has_statement)
		f->iss = f->label.statement.header.iss;
	return take_sub(f, f->label.name, bytes_of(f->label.sub));
}

static enum exit_code
find(struct fact *f, const char *what)
{
	enum exit_code code;
	uint64_t index;

	if (bytes_starts(bytes_of(what), BYTES("product/")))
		code = take_sub(f, what, bytes_of(what));
	else if (bytes_to_u64(bytes_of(what), &index))
		code = find_by_index(f, index);
	else
		code = find_by_label(f, what);
	if (f->wants[FACT_ISSUER] != NULL)
		f->iss = bytes_of(f->wants[FACT_ISSUER]);
	if (code == EXIT_YES && f->iss.len == 0) {
		cli_say(
		    "label", "who says so is not known: --issuer is missing");
		return EXIT_USAGE;
	}
	product_put_sub(&f->ids, false, f->sub);
	return code;
}

/* ---- what is said of it ---- */

static enum exit_code
check_wants(const struct fact *f, const struct option_row *rows, int must)
{
	const int musts[] = { FACT_KEY, FACT_OUTPUT, must };
	char what[64];

	for (size_t i = 0; i < sizeof(musts) / sizeof(musts[0]); i++) {
		if (f->wants[musts[i]] != NULL)
			continue;
		(void)snprintf(
		    what, sizeof(what), "--%s is missing", rows[musts[i]].name);
		cli_say("label", what);
		return EXIT_USAGE;
	}
	return EXIT_YES;
}

static enum exit_code
say_field(const char *field)
{
	cli_say(field, "is empty, too long or not of its form");
	return EXIT_USAGE;
}

static enum exit_code
sign_and_deliver(struct fact *f, struct bytes payload)
{
	const struct signing_wants wants = { f->wants[FACT_KEY],
		f->wants[FACT_PASSPHRASE] };
	struct statement_header header = {
		.kind = f->kind,
		.iss = f->iss,
		.sub = bytes_of(f->sub),
	};
	struct signing signing;
	struct bytes made;
	enum exit_code code = labelling_now(NULL, &header.iat);

	if (code == EXIT_YES)
		code = signing_open(&wants, &signing);
	if (code != EXIT_YES)
		return code;
	code =
	    labelling_sign(&header, payload, &signing.signer, &f->arena, &made);
	signing_close(&signing);
	return code == EXIT_YES ? answering_deliver(f->wants[FACT_OUTPUT], made)
				: code;
}

/* "a.example, b.example" as CBOR texts; false when they are too long. */
static bool
put_endpoints(struct bytes list, struct cbor_writer *w, size_t *ret_count)
{
	struct bytes endpoint;
	size_t count = 0;

	while (bytes_next_field(&list, ',', &endpoint)) {
		cbor_put_text(w, bytes_trim(endpoint));
		count++;
	}
	*ret_count = count;
	return !w->failed;
}

static enum exit_code
read_image(struct fact *f, uint8_t digest[SHA256_LEN])
{
	enum exit_code code =
	    held_open(f->wants[UPDATE_IMAGE], LIMIT_IMAGE_LEN, &f->image);

	if (code == EXIT_YES)
		crypto_hooks_default.sha256(
		    crypto_hooks_default.context, &f->image.bytes, 1, digest);
	return code;
}

static enum exit_code
make_update(struct fact *f)
{
	uint8_t *room = arena_take(&f->arena, UPDATE_LEN_MAX);
	uint8_t *list = arena_take(&f->arena, UPDATE_LEN_MAX);
	uint8_t digest[SHA256_LEN];
	struct update update = {
		.version = text_of(f, UPDATE_VERSION),
		.url = text_of(f, FACT_URL),
		.install = text_of(f, UPDATE_INSTALL),
		.see_version = text_of(f, UPDATE_SEE_VERSION),
		.contact = text_of(f, UPDATE_CONTACT),
	};
	enum exit_code code = EXIT_YES;

	if (room == NULL || list == NULL) {
		cli_say("label", err_text(ERR_MEMORY));
		return EXIT_MACHINE;
	}
	struct cbor_writer endpoints = cbor_writer_open(list, UPDATE_LEN_MAX);
	struct cbor_writer w = cbor_writer_open(room, UPDATE_LEN_MAX);

	if (f->wants[UPDATE_IMAGE] != NULL) {
		code = read_image(f, digest);
		update.digest = digest;
	}
	if (code == EXIT_YES && f->wants[UPDATE_RELEASED] != NULL)
		code =
		    labelling_now(f->wants[UPDATE_RELEASED], &update.released);
	if (code != EXIT_YES)
		return code;
	if (!put_endpoints(text_of(f, UPDATE_ENDPOINTS_ROW), &endpoints,
		&update.endpoint_count))
		return say_field("endpoints");
	update.endpoints = cbor_written(&endpoints);
	const char *field = update_check(&update);

	if (field != NULL)
		return say_field(field);
	update_put(&w, &update);
	return sign_and_deliver(f, cbor_written(&w));
}

static enum exit_code
make_advisory(struct fact *f)
{
	uint8_t room[ADVISORY_LEN_MAX];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	const struct advisory advisory = {
		.id = text_of(f, ADVISE_ID),
		.exploited = f->wants[ADVISE_EXPLOITED] != NULL,
		.fixed_version = text_of(f, ADVISE_FIXED),
		.title = text_of(f, ADVISE_TITLE),
		.url = text_of(f, FACT_URL),
	};
	const char *field = advisory_check(&advisory);

	if (field != NULL)
		return say_field(field);
	advisory_put(&w, &advisory);
	return sign_and_deliver(f, cbor_written(&w));
}

/* ---- the words ---- */

static enum exit_code
run(const struct options *options, enum statement_kind kind,
    const struct option_row *rows, int must,
    enum exit_code (*make)(struct fact *f))
{
	struct fact f = {
		.wants = options->value,
		.arena = arena_open(LABELLING_ARENA_LEN),
		.label = { .file = HELD_NONE },
		.image = HELD_NONE,
		.kind = kind,
	};
	enum exit_code code = check_wants(&f, rows, must);

	if (code == EXIT_YES)
		code = find(&f, options->argument[0]);
	if (code == EXIT_YES)
		code = make(&f);
	held_close(&f.image);
	labelling_close(&f.label);
	arena_close(&f.arena);
	return code;
}

enum exit_code
label_update_run(const struct options *options)
{
	return run(options, STATEMENT_UPDATE, update_rows, UPDATE_VERSION,
	    make_update);
}

enum exit_code
label_advise_run(const struct options *options)
{
	return run(
	    options, STATEMENT_ADVISORY, advise_rows, ADVISE_ID, make_advisory);
}
