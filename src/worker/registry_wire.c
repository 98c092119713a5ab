/* SPDX-License-Identifier: ISC */
/* One table a row says how its fields stand in the bytes, both ways. */
#include "worker/registry_wire.h"

#include "base/cursor.h"
#include "ledger/receipt.h"
#include "ledger/store.h"
#include "registry/registry.h"
#include "statement/status_change.h"
#include "trust/admission.h"
#include "worker/wire_fields.h"

#include <stdbool.h>
#include <string.h>

enum field_type {
	FIELD_U64,    /* uint64_t or int64_t */
	FIELD_NUMBER, /* unsigned or an enum: `min` to `max` */
	FIELD_BOOL,
	FIELD_FIXED, /* `max` bytes in the row */
	FIELD_BYTES, /* struct bytes, at most `max` long */
	FIELD_HASH,  /* a pointer to SHA256_LEN bytes */
};

struct field {
	const char *name;
	enum field_type type;
	size_t at; /* in the row */
	size_t min, max;
};

#define FIELD_OF(row, field, type, min, max)                                   \
	{                                                                      \
#field, type, offsetof(struct row, field), min, max            \
	}
#define U64(row, field) FIELD_OF(row, field, FIELD_U64, 0, 0)
#define NUMBER(row, field, min, max)                                           \
	FIELD_OF(row, field, FIELD_NUMBER, min, max)
#define BOOL(row, field) FIELD_OF(row, field, FIELD_BOOL, 0, 0)
#define FIXED(row, field, len) FIELD_OF(row, field, FIELD_FIXED, len, len)
#define TEXT(row, field, max) FIELD_OF(row, field, FIELD_BYTES, 0, max)
#define HASH(row, field) FIELD_OF(row, field, FIELD_HASH, 0, 0)

/* Names of foreign bodies are taken as they are: pages escape them. */
#define NAME_MAX_LEN ACCREDITATION_NAME_MAX
#define SCOPES_LEN_MAX STATEMENT_LEN_MAX

#define CLAIMS(row)                                                            \
	NUMBER(row, claims.product.pen, 0, UINT32_MAX),                        \
	    TEXT(row, claims.product.oemid, 16),                               \
	    TEXT(row, claims.product.hwmodel, PRODUCT_HWMODEL_MAX),            \
	    TEXT(row, claims.product.version, PRODUCT_VERSION_MAX),            \
	    HASH(row, claims.product.digest),                                  \
	    TEXT(row, claims.scheme, LABEL_SCHEME_MAX),                        \
	    NUMBER(row, claims.level, 1, LABEL_LEVEL_MAX),                     \
	    NUMBER(                                                            \
		row, claims.basis, LABEL_BASIS_TESTED, LABEL_BASIS_REVIEWED),  \
	    U64(row, claims.support_until),                                    \
	    TEXT(row, claims.maker, LABEL_MAKER_MAX),                          \
	    TEXT(row, claims.category, LABEL_CATEGORY_MAX)

#define IDS(row)                                                               \
	FIXED(row, ids.product, PRODUCT_ID_LEN),                               \
	    FIXED(row, ids.release, PRODUCT_ID_LEN)

static const struct field label_fields[] = {
	U64(registry_label, index),
	IDS(registry_label),
	CLAIMS(registry_label),
	U64(registry_label, issued),
	U64(registry_label, expires),
	FIXED(registry_label, body, SHA256_LEN),
	TEXT(registry_label, body_name, NAME_MAX_LEN),
	TEXT(registry_label, body_iss, STATEMENT_ISS_MAX),
	U64(registry_label, accredited_by),
	NUMBER(registry_label, status, TRUST_VALID, TRUST_SUPERSEDED),
	BOOL(registry_label, has_change),
	U64(registry_label, changed_by),
	U64(registry_label, changed),
	NUMBER(registry_label, reason, 0, STATUS_REASON_MAX),
	TEXT(registry_label, reason_text, STATUS_TEXT_MAX),
	BOOL(registry_label, by_owner),
	U64(registry_label, replaced_by),
};

static const struct field product_fields[] = {
	FIXED(registry_product, id, PRODUCT_ID_LEN),
	U64(registry_product, first_label),
	U64(registry_product, newest_label),
	U64(registry_product, label_count),
	CLAIMS(registry_product),
};

static const struct field statement_fields[] = {
	U64(registry_statement, index),
	BOOL(registry_statement, is_admitted),
	NUMBER(registry_statement, refused, 0, ADMISSION_CODES - 1),
	NUMBER(registry_statement, kind, 0, STATEMENT_KINDS - 1),
	TEXT(registry_statement, iss, STATEMENT_ISS_MAX),
	TEXT(registry_statement, sub, STATEMENT_SUB_MAX),
	FIXED(registry_statement, kid, SHA256_LEN),
	TEXT(registry_statement, signer_name, NAME_MAX_LEN),
	U64(registry_statement, issued),
	U64(registry_statement, expires),
	BOOL(registry_statement, has_product),
	BOOL(registry_statement, has_release),
	IDS(registry_statement),
	U64(registry_statement, label),
};

static const struct field body_fields[] = {
	U64(registry_body, index),
	FIXED(registry_body, kid, SHA256_LEN),
	NUMBER(registry_body, action, ACCREDIT, WITHDRAW),
	TEXT(registry_body, name, NAME_MAX_LEN),
	TEXT(registry_body, iss, STATEMENT_ISS_MAX),
	TEXT(registry_body, scopes, SCOPES_LEN_MAX),
	U64(registry_body, from),
	U64(registry_body, until),
	U64(registry_body, said_at),
	U64(registry_body, label_count),
};

static const struct field recognition_fields[] = {
	U64(registry_recognition, row.index),
	TEXT(registry_recognition, row.what.their_domain, RECOGNITION_TEXT_MAX),
	TEXT(registry_recognition, row.what.their_scheme, RECOGNITION_TEXT_MAX),
	TEXT(registry_recognition, row.what.their_level, RECOGNITION_TEXT_MAX),
	TEXT(registry_recognition, row.what.our_scheme, LABEL_SCHEME_MAX),
	NUMBER(registry_recognition, row.what.our_level, 0, LABEL_LEVEL_MAX),
	TEXT(registry_recognition, row.what.conditions,
	    RECOGNITION_CONDITIONS_MAX),
	TEXT(registry_recognition, row.what.source, RECOGNITION_TEXT_MAX),
	U64(registry_recognition, row.what.from),
	U64(registry_recognition, row.what.until),
	U64(registry_recognition, row.said_at),
};

static const struct field head_fields[] = {
	TEXT(registry_head, origin, LEDGER_ORIGIN_MAX),
	U64(registry_head, size),
	FIXED(registry_head, root, SHA256_LEN),
	U64(registry_head, time),
};

static const struct field question_fields[] = {
	NUMBER(registry_question, ask, 0, REGISTRY_ASKS - 1),
	NUMBER(registry_question, by, 0, REGISTRY_BYS - 1),
	TEXT(registry_question, value, REGISTRY_VALUE_MAX),
	U64(registry_question, number),
	NUMBER(registry_question, kinds, 0, UINT32_MAX),
	BOOL(registry_question, newest_first),
	BOOL(registry_question, has_after),
	U64(registry_question, after),
	NUMBER(registry_question, limit, 0, UINT32_MAX),
};

static const struct field wire_statement_fields[] = {
	U64(registry_wire_statement, number),
	TEXT(registry_wire_statement, statement, REGISTRY_BODY_MAX),
};

static const struct field outcome_fields[] = {
	U64(registry_wire_outcome, number),
	NUMBER(registry_wire_outcome, submission.outcome, 0,
	    REGISTRY_OUTCOMES - 1),
	U64(registry_wire_outcome, submission.index),
	TEXT(registry_wire_outcome, submission.receipt, RECEIPT_LEN_MAX),
	TEXT(registry_wire_outcome, submission.word, REGISTRY_WIRE_WORD_LEN),
	TEXT(registry_wire_outcome, submission.why, REGISTRY_WIRE_WHY_LEN),
	BOOL(registry_wire_outcome, submission.has_other),
	U64(registry_wire_outcome, submission.other),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELDS(array) array, COUNT(array)

/* By enum registry_ask; no size: no rows. */
struct row_kind {
	const struct field *field;
	size_t field_count;
	size_t size; /* of the struct */
	size_t at;   /* of the pointer in struct registry_reply */
};
#define ROWS(array, row, field)                                                \
	{                                                                      \
		array, COUNT(array), sizeof(struct row),                       \
		    offsetof(struct registry_reply, field)                     \
	}
static const struct row_kind row_kinds[REGISTRY_ASKS] = {
	[REGISTRY_ASK_LABELS] = ROWS(label_fields, registry_label, labels),
	[REGISTRY_ASK_PRODUCTS] =
	    ROWS(product_fields, registry_product, products),
	[REGISTRY_ASK_STATEMENTS] =
	    ROWS(statement_fields, registry_statement, statements),
	[REGISTRY_ASK_BODIES] = ROWS(body_fields, registry_body, bodies),
	[REGISTRY_ASK_RECOGNITIONS] =
	    ROWS(recognition_fields, registry_recognition, recognitions),
};

/* Results that a reply may have. */
static const enum err results[] = { ERR_OK, ERR_END, ERR_MALFORMED, ERR_LIMIT,
	ERR_SYSTEM, ERR_MEMORY };

/* ---- writing ---- */

static void
put_field(struct out *to, const struct field *f, const uint8_t *row)
{
	static const uint8_t none[SHA256_LEN];
	const void *at = row + f->at;
	const uint8_t *hash;

	switch (f->type) {
	case FIELD_U64:
		out_u64le(to, *(const uint64_t *)at);
		break;
	case FIELD_NUMBER:
		out_u32le(to, *(const unsigned *)at);
		break;
	case FIELD_BOOL:
		out_u8(to, *(const bool *)at);
		break;
	case FIELD_FIXED:
		out_put(to, (struct bytes){ at, f->max });
		break;
	case FIELD_BYTES:
		wire_put_field(to, *(const struct bytes *)at, f->max);
		break;
	case FIELD_HASH:
		hash = *(const uint8_t *const *)at;
		out_put(to,
		    (struct bytes){ hash != NULL ? hash : none, SHA256_LEN });
		break;
	}
}

static void
put_fields(
    struct out *to, const struct field *field, size_t count, const void *row)
{
	for (size_t i = 0; i < count; i++)
		put_field(to, &field[i], row);
}

void
registry_wire_write_question(
    struct out *to, const struct registry_question *question)
{
	put_fields(to, FIELDS(question_fields), question);
}

void
registry_wire_write_statement(
    struct out *to, const struct registry_wire_statement *statement)
{
	put_fields(to, FIELDS(wire_statement_fields), statement);
}

void
registry_wire_write_outcome(
    struct out *to, const struct registry_wire_outcome *outcome)
{
	put_fields(to, FIELDS(outcome_fields), outcome);
}

/* The reply's rows of that kind. */
static const uint8_t *
rows_of(const struct registry_reply *reply, const struct row_kind *kind)
{
	const uint8_t *rows;

	memcpy(&rows, (const uint8_t *)reply + kind->at, sizeof(rows));
	return rows;
}

void
registry_wire_write_reply(
    struct out *to, const struct registry_wire_reply *reply)
{
	const struct registry_reply *r = &reply->reply;
	const struct row_kind *kind = &row_kinds[reply->ask];

	out_u8(to, (uint8_t)reply->result);
	if (reply->result != ERR_OK)
		return;
	out_u8(to, (uint8_t)reply->ask);
	put_fields(to, FIELDS(head_fields), &r->head);
	if (kind->size == 0) {
		wire_put_field(to, r->bytes, REGISTRY_REPLY_LEN_MAX);
		return;
	}
	out_u8(to, r->more);
	out_u32le(to, (uint32_t)r->count);
	for (size_t i = 0; i < r->count; i++)
		put_fields(to, kind->field, kind->field_count,
		    rows_of(r, kind) + i * kind->size);
}

void
registry_wire_put_frames(struct message_writer *to, struct bytes reply)
{
	struct bytes left = reply;
	struct out len = out_open(4);

	if (reply.len <= REGISTRY_WIRE_PIECE_LEN) {
		message_write(to, REGISTRY_WIRE_REPLY, reply);
		return;
	}
	out_u32le(&len, (uint32_t)reply.len);
	message_write(to, REGISTRY_WIRE_LONG, out_bytes(&len));
	out_close(&len);
	while (left.len > 0) {
		message_write(to, REGISTRY_WIRE_PIECE,
		    bytes_slice(left, 0, REGISTRY_WIRE_PIECE_LEN));
		left = bytes_from(left, REGISTRY_WIRE_PIECE_LEN);
	}
}

/* ---- reading ---- */

static unsigned
get_number(struct cursor *c, const struct field *f)
{
	size_t at = c->pos;
	uint32_t value = cur_u32le(c, f->name);

	if (value < f->min || value > f->max)
		cur_fail(c, ERR_MALFORMED, at, f->name);
	return value;
}

static bool
get_bool(struct cursor *c, const char *name)
{
	size_t at = c->pos;
	uint8_t value = cur_u8(c, name);

	if (value > 1)
		cur_fail(c, ERR_MALFORMED, at, name);
	return value == 1;
}

static void
get_fixed(struct cursor *c, const struct field *f, uint8_t *to)
{
	struct bytes in = cur_bytes(c, f->max, f->name);

	if (cur_ok(c))
		memcpy(to, in.ptr, in.len);
}

static void
get_field(struct cursor *c, const struct field *f, uint8_t *row)
{
	void *at = row + f->at;

	switch (f->type) {
	case FIELD_U64:
		*(uint64_t *)at = cur_u64le(c, f->name);
		break;
	case FIELD_NUMBER:
		*(unsigned *)at = get_number(c, f);
		break;
	case FIELD_BOOL:
		*(bool *)at = get_bool(c, f->name);
		break;
	case FIELD_FIXED:
		get_fixed(c, f, at);
		break;
	case FIELD_BYTES:
		*(struct bytes *)at = wire_get_field(c, f->max, f->name);
		break;
	case FIELD_HASH:
		*(const uint8_t **)at = cur_bytes(c, SHA256_LEN, f->name).ptr;
		break;
	}
}

static void
get_fields(struct cursor *c, const struct field *field, size_t count, void *row)
{
	for (size_t i = 0; i < count && cur_ok(c); i++)
		get_field(c, &field[i], row);
}

enum err
registry_wire_read_question(struct bytes in, struct registry_question *ret)
{
	struct cursor c = cur_open(in, "question message");
	struct registry_question q = { 0 };

	get_fields(&c, FIELDS(question_fields), &q);
	if (wire_end(&c) != ERR_OK)
		return c.fault.code;
	if (!registry_question_ok(&q))
		return ERR_MALFORMED;
	*ret = q;
	return ERR_OK;
}

enum err
registry_wire_read_statement(
    struct bytes in, struct registry_wire_statement *ret)
{
	struct cursor c = cur_open(in, "statement message");
	struct registry_wire_statement s = { 0 };

	get_fields(&c, FIELDS(wire_statement_fields), &s);
	if (wire_end(&c) == ERR_OK)
		*ret = s;
	return c.fault.code;
}

enum err
registry_wire_read_outcome(struct bytes in, struct registry_wire_outcome *ret)
{
	struct cursor c = cur_open(in, "outcome message");
	struct registry_wire_outcome o = { 0 };

	get_fields(&c, FIELDS(outcome_fields), &o);
	if (wire_end(&c) == ERR_OK)
		*ret = o;
	return c.fault.code;
}

/* Claims that no statement could carry are no label's. */
static bool
row_ok(enum registry_ask ask, const void *row)
{
	const struct registry_label *label = row;
	const struct registry_product *product = row;

	if (ask == REGISTRY_ASK_LABELS)
		return label_claims_check(&label->claims) == NULL;
	return ask != REGISTRY_ASK_PRODUCTS ||
	    label_claims_check(&product->claims) == NULL;
}

/* Each row takes at least as many bytes as it has fields: memory is bounded by
   what is present. */
static enum err
get_rows(struct cursor *c, enum registry_ask ask, struct arena *arena,
    struct registry_reply *r)
{
	const struct row_kind *kind = &row_kinds[ask];

	r->more = get_bool(c, "more");
	size_t at = c->pos;
	size_t count = cur_u32le(c, "count");

	if (count > REGISTRY_ROWS_MAX ||
	    count > cur_left(c) / kind->field_count)
		cur_fail(c, ERR_MALFORMED, at, "count");
	if (!cur_ok(c))
		return c->fault.code;
	uint8_t *rows = arena_take_array(arena, count, kind->size);

	if (rows == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count && cur_ok(c); i++) {
		at = c->pos;
		get_fields(
		    c, kind->field, kind->field_count, rows + i * kind->size);
		if (cur_ok(c) && !row_ok(ask, rows + i * kind->size))
			cur_fail(c, ERR_MALFORMED, at, "claims");
	}
	memcpy((uint8_t *)r + kind->at, &rows, sizeof(rows));
	r->count = count;
	return ERR_OK;
}

static enum err
get_result(struct cursor *c)
{
	uint8_t value = cur_u8(c, "result");

	for (size_t i = 0; i < COUNT(results); i++)
		if ((uint8_t)results[i] == value)
			return results[i];
	cur_fail(c, ERR_MALFORMED, 0, "result");
	return ERR_SYSTEM;
}

enum err
registry_wire_read_reply(struct bytes in, enum registry_ask ask,
    struct arena *arena, struct registry_wire_reply *ret)
{
	struct cursor c = cur_open(in, "reply message");
	struct registry_wire_reply w = { .ask = ask };
	enum err err = ERR_OK;

	w.result = get_result(&c);
	if (cur_ok(&c) && w.result == ERR_OK) {
		if (cur_u8(&c, "ask") != ask)
			cur_fail(&c, ERR_MALFORMED, 1, "ask");
		get_fields(&c, FIELDS(head_fields), &w.reply.head);
		if (row_kinds[ask].size > 0)
			err = get_rows(&c, ask, arena, &w.reply);
		else
			w.reply.bytes =
			    wire_get_field(&c, REGISTRY_REPLY_LEN_MAX, "bytes");
	}
	if (err != ERR_OK)
		return err;
	if (wire_end(&c) == ERR_OK)
		*ret = w;
	return c.fault.code;
}
