/* SPDX-License-Identifier: ISC */
/* Reads labels in every form they come in, and signs statements. */
#include "cli/labelling.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "label/compact_text.h"
#include "label/scheme_levels.h"
#include "ledger/receipt.h"
#include "system/confined.h"
#include "system/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* First bytes: tag 18 of a COSE_Sign1; an array of eight. */
#define LABELLING_STATEMENT 0xd2
#define LABELLING_COMPACT 0x88

/* What zbarimg puts before a text. */
#define LABELLING_ZBAR "QR-Code:"

/* Address space of a command that has locked itself in: the program, its
   libraries and the arena. */
#define LABELLING_MEMORY_LEN ((uint64_t)1024 * MIB)
#define LABELLING_CPU_SECS 60

/* What it may print on each of its two outputs. */
#define LABELLING_SAID_LEN (1 * MIB)

static bool
begins(struct bytes text, const char *begin)
{
	return bytes_equal_any_case(bytes_slice(text, 0, strlen(begin)), begin);
}

/*
 * What a scanning program printed, without what it put around the text. No text
 * of ours ends in a blank: as the last digit of a group of base45 it would be
 * too large.
 */
static struct bytes
scanned(struct bytes text)
{
	text = bytes_trim(text);
	return begins(text, LABELLING_ZBAR)
	    ? bytes_from(text, strlen(LABELLING_ZBAR))
	    : text;
}

/* Whether it is the label itself rather than the name of a file with it. */
static bool
is_text(struct bytes text)
{
	return begins(text, "HTTPS://") || begins(text, "HM1:");
}

enum exit_code
labelling_open(const char *what, struct labelling *ret)
{
	struct labelling label = { .file = HELD_NONE };
	struct bytes text = scanned(bytes_of(what));

	if (is_text(text)) {
		label.name = "the label";
		label.given = text;
		*ret = label;
		return EXIT_YES;
	}
	enum exit_code code = held_open(what, LABELLING_FILE_LEN, &label.file);

	if (code != EXIT_YES)
		return code;
	label.name = label.file.name;
	label.given = label.file.bytes;
	*ret = label;
	return EXIT_YES;
}

void
labelling_close(struct labelling *label)
{
	held_close(&label->file);
}

static enum exit_code
say_fault(const struct labelling *label, enum err err, const struct fault *f)
{
	char what[200];

	if (!err_is_input(err)) {
		cli_say(label->name, err_text(err));
		return EXIT_MACHINE;
	}
	(void)snprintf(what, sizeof(what), "is no label: %s%s%s",
	    f->field != NULL ? f->field : "", f->field != NULL ? ": " : "",
	    err_text(err));
	cli_say(label->name, what);
	return EXIT_INPUT;
}

static enum err
write_compact(struct labelling *label, struct arena *arena)
{
	uint8_t *room = arena_take(arena, COMPACT_MAX_LEN);

	if (room == NULL)
		return ERR_MEMORY;
	struct cbor_writer w = cbor_writer_open(room, COMPACT_MAX_LEN);

	compact_put(&w, &label->compact);
	if (w.failed)
		return ERR_LIMIT;
	label->compact_bytes = cbor_written(&w);
	return ERR_OK;
}

static enum err
read_statement(
    struct labelling *label, struct arena *arena, struct fault *ret_fault)
{
	enum err err =
	    statement_read(label->given, &label->statement, ret_fault);

	if (err != ERR_OK)
		return err;
	if (label->statement.header.kind != STATEMENT_LABEL) {
		ret_fault->field = "typ";
		return ERR_UNSUPPORTED;
	}
	label->has_statement = true;
	err = compact_from_statement(
	    label->given, &crypto_hooks_default, &label->compact, ret_fault);
	return err == ERR_OK ? write_compact(label, arena) : err;
}

static enum err
read_any(struct labelling *label, struct arena *arena, struct fault *ret_fault)
{
	struct bytes in = label->given;

	if (in.len == 0)
		return ERR_TRUNCATED;
	if (in.ptr[0] == LABELLING_STATEMENT)
		return read_statement(label, arena, ret_fault);
	if (in.ptr[0] == LABELLING_COMPACT) {
		label->compact_bytes = in;
	} else {
		uint8_t *room = arena_take(arena, COMPACT_MAX_LEN);

		if (room == NULL)
			return ERR_MEMORY;
		enum err err = compact_from_text(
		    bytes_trim(in), room, &label->compact_bytes, ret_fault);

		if (err != ERR_OK)
			return err;
	}
	return compact_read(label->compact_bytes, &label->compact, ret_fault);
}

enum exit_code
labelling_read(struct labelling *label, struct arena *arena)
{
	struct fault fault = { 0 };
	struct product_ids ids;
	enum err err = read_any(label, arena, &fault);

	if (err == ERR_OK)
		err = label_claims_read(
		    label->compact.payload, &label->claims, &fault);
	if (err != ERR_OK)
		return say_fault(label, err, &fault);
	product_find_ids(&crypto_hooks_default, &label->claims.product, &ids);
	product_put_sub(&ids, true, label->sub);
	return EXIT_YES;
}

enum exit_code
labelling_place(struct labelling *label, uint64_t index, struct bytes proof,
    struct arena *arena)
{
	label->compact.logged = true;
	label->compact.index = index;
	label->compact.proof = proof;
	enum err err = write_compact(label, arena);

	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(label->name, err_text(err));
	return EXIT_MACHINE;
}

void
labelling_place_by_receipt(struct labelling *label, struct arena *arena)
{
	size_t from = 0;
	bool placed = false;
	struct bytes bytes;
	struct receipt receipt;
	struct fault fault;

	if (!label->has_statement || label->compact.logged)
		return;
	while (receipt_find(label->given, &from, &bytes, &fault) == ERR_OK) {
		if (receipt_read(bytes, &receipt, &fault) != ERR_OK ||
		    receipt.kind != RECEIPT_INCLUSION)
			continue;
		struct bytes proof = { NULL, 0 };
		bool full = (receipt.index | 0xff) < receipt.size &&
		    receipt.path.count >= 8;

		if (placed && !full)
			continue;
		if (full)
			proof = arena_copy(arena,
			    (struct bytes){
				receipt.path.hash[0].byte, COMPACT_PROOF_LEN });
		(void)labelling_place(label, receipt.index, proof,
		    arena); /* else it stays without a place */
		placed = true;
		if (full)
			return;
	}
}

/* ---- what it says ---- */

struct bytes
labelling_level(
    const struct label_claims *claims, unsigned *ret_count, struct arena *arena)
{
	struct scheme_level level;
	struct bytes name = { NULL, 0 };
	unsigned count = 0;

	while (count < LABEL_LEVEL_MAX &&
	    scheme_level_find(data_embedded(), claims->scheme,
		(struct bytes){ NULL, 0 }, count + 1, &level) == ERR_OK) {
		count++;
		if (count == claims->level)
			name = level.name;
	}
	*ret_count = count;
	if (name.len > 0)
		return name;
	char text[32];
	int len = snprintf(text, sizeof(text), "level %u", claims->level);

	return arena_copy(
	    arena, (struct bytes){ (const uint8_t *)text, (size_t)len });
}

struct bytes
labelling_model(const struct label_claims *claims, struct arena *arena)
{
	struct bytes model = claims->product.hwmodel;

	if (text_is_clean(model))
		return model;
	struct out o = out_open(KIB);

	out_hex_bytes(&o, model);
	model = arena_copy(arena, out_bytes(&o));
	out_close(&o);
	return model;
}

void
labelling_put_oemid(struct out *o, const struct product *product)
{
	if (product->oemid.len > 0)
		out_hex_bytes(o, product->oemid);
	else
		out_decimal(o, product->pen);
}

void
labelling_put_json(
    struct json *j, const struct labelling *label, struct arena *arena)
{
	const struct label_claims *c = &label->claims;
	struct out oemid = out_open(KIB);
	unsigned levels;
	struct bytes level = labelling_level(c, &levels, arena);

	labelling_put_oemid(&oemid, &c->product);
	json_key(j, "label");
	json_begin_object(j, JSON_LINES);
	json_text(j, "scheme", c->scheme);
	json_number(j, "level", c->level);
	json_text(j, "level_name", level);
	json_string(j, "basis", label_basis_text(c->basis));
	json_text(j, "maker", c->maker);
	json_text(j, "oemid", out_bytes(&oemid));
	json_text(j, "model", labelling_model(c, arena));
	json_text(j, "version", c->product.version);
	json_text(j, "category", c->category);
	answering_put_hex(
	    j, "image_sha256", (struct bytes){ c->product.digest, SHA256_LEN });
	json_string(j, "release", label->sub);
	answering_put_time(j, "issued", label->compact.issued);
	answering_put_time(j, "expires", label->compact.expires);
	answering_put_time(j, "support_until", c->support_until);
	json_key(j, "index");
	if (label->compact.logged)
		json_put_number(j, label->compact.index);
	else
		json_put_null(j);
	answering_put_hex(j, "key_hint", label->compact.kid);
	json_end(j);
	out_close(&oemid);
}

/* ---- what all words do ---- */

/* Lines of another process, which hostile input may have taken over; in ours
   this changes nothing. Closes `said`. */
static struct out
escape_lines(struct out *said)
{
	struct bytes rest = out_bytes(said);
	struct bytes line;
	struct out o = out_open(4 * LABELLING_SAID_LEN);

	while (bytes_next_line(&rest, &line)) {
		text_put_terminal(&o, line);
		out_text(&o, "\n");
	}
	out_close(said);
	return o;
}

struct confined_call {
	enum exit_code (*run)(void *context);
	void *context;
};

static int
call(void *context)
{
	const struct confined_call *c = context;

	return (int)c->run(c->context);
}

enum exit_code
labelling_confine(bool no_jail, size_t more,
    enum exit_code (*run)(void *context), void *context)
{
	const struct jail_limits limits = {
		.memory_len = LABELLING_MEMORY_LEN + more,
		.cpu_secs = LABELLING_CPU_SECS,
	};
	struct confined_call c = { run, context };
	struct out out = out_open(LABELLING_SAID_LEN);
	struct out err = out_open(LABELLING_SAID_LEN);
	struct confined_end end = { 0 };
	enum exit_code code = EXIT_MACHINE;

	if (!input_wants_jail(no_jail))
		return run(context);
	if (confined_run(&limits, call, &c, &out, &err, &end) != ERR_OK) {
		cli_say("label", "the jail cannot be entered:");
	} else if (!end.exited || end.status > EXIT_MACHINE) {
		cli_say(
		    "label", "reading it took too long or broke the reader");
		code = EXIT_INPUT;
	} else {
		code = (enum exit_code)end.status;
	}
	err = escape_lines(&err);
	(void)file_put(STDERR_FILENO, out_bytes(&err)); /* no way to tell */
	out_close(&err);
	out = escape_lines(&out);
	return answering_close(&out, code);
}

enum exit_code
labelling_now(const char *given, int64_t *ret)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	int64_t now = (int64_t)time(NULL);

	if (given != NULL && !date_read(bytes_of(given), ret)) {
		cli_say(given, "is no date such as 2027-02-28");
		return EXIT_USAGE;
	}
	if (given != NULL)
		return EXIT_YES;
	if (epoch != NULL)
		(void)date_read(bytes_of(epoch), &now); /* else the clock's */
	*ret = now;
	return EXIT_YES;
}

enum exit_code
labelling_sign(const struct statement_header *header, struct bytes payload,
    const struct signer *signer, struct arena *arena, struct bytes *ret)
{
	size_t cap = payload.len + STATEMENT_PROTECTED_MAX + 256;
	uint8_t *room = arena_take(arena, cap);
	const char *field = NULL;

	if (room == NULL) {
		cli_say("label", err_text(ERR_MEMORY));
		return EXIT_MACHINE;
	}
	enum err err = statement_make(header, payload, signer,
	    &crypto_hooks_default, room, cap, ret, &field);

	if (err == ERR_OK)
		return EXIT_YES;
	if (err == ERR_MALFORMED) {
		cli_say(field,
		    "cannot be said in a statement: too long, empty "
		    "or not of its form");
		return EXIT_USAGE;
	}
	cli_say("signing", err_text(err));
	return EXIT_MACHINE;
}
