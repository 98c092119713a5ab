/* SPDX-License-Identifier: ISC */
/* One row of an answer into the registry's words. */
#include "database/database_private.h"

#include <string.h>

/* Reads column by column; the first failure stays. */
struct reading {
	const struct database *database;
	struct arena *arena;
	unsigned column;
	enum err err;
};

static struct reading
reading_of(const struct database *database, struct arena *arena)
{
	return (struct reading){ .database = database, .arena = arena };
}

/* Whether the next column has a value; does not take it. */
static bool
has(const struct reading *r)
{
	return r->database->engine->has(r->database->link, r->column);
}

static int64_t
take_time(struct reading *r)
{
	return r->database->engine->number(r->database->link, r->column++);
}

/* A number that is never negative. */
static uint64_t
take_number(struct reading *r)
{
	int64_t number = take_time(r);

	if (number < 0)
		r->err = ERR_SYSTEM;
	return number < 0 ? 0 : (uint64_t)number;
}

static unsigned
take_small(struct reading *r, unsigned below)
{
	uint64_t number = take_number(r);

	if (number >= below) {
		r->err = ERR_SYSTEM;
		return 0;
	}
	return (unsigned)number;
}

static struct bytes
take_bytes(struct reading *r)
{
	struct bytes there =
	    r->database->engine->bytes(r->database->link, r->column++);
	struct bytes copy = arena_copy(r->arena, there);

	if (copy.len != there.len && r->err == ERR_OK)
		r->err = ERR_LIMIT;
	return copy;
}

/* Bytes of one length. */
static void
take_exactly(struct reading *r, uint8_t *room, size_t len)
{
	struct bytes there =
	    r->database->engine->bytes(r->database->link, r->column++);

	if (there.len == len)
		memcpy(room, there.ptr, len);
	else
		r->err = ERR_SYSTEM;
}

static void
take_maker(struct reading *r, struct product *ret)
{
	ret->pen = (uint32_t)take_number(r);
	ret->oemid = take_bytes(r);
	ret->hwmodel = take_bytes(r);
}

/* What a release's columns say, from its version to its maker's name. */
static void
take_claims(struct reading *r, struct label_claims *ret)
{
	struct bytes digest;

	ret->product.version = take_bytes(r);
	digest = take_bytes(r);
	ret->scheme = take_bytes(r);
	ret->level = take_small(r, LABEL_LEVEL_MAX + 1);
	ret->basis = (enum label_basis)take_small(r, LABEL_BASIS_REVIEWED + 1);
	ret->support_until = take_time(r);
	ret->maker = take_bytes(r);
	ret->category = take_bytes(r);
	ret->product.digest = digest.ptr;
	if (digest.len != SHA256_LEN && r->err == ERR_OK)
		r->err = ERR_SYSTEM;
}

static void
take_change(struct reading *r, struct registry_label *ret)
{
	ret->status = (enum trust_status)take_small(r, TRUST_SUPERSEDED + 1);
	ret->has_change = has(r);
	ret->changed_by = take_number(r);
	ret->changed = take_time(r);
	ret->reason = take_small(r, UINT16_MAX);
	ret->reason_text = take_bytes(r);
	ret->by_owner = take_number(r) != 0;
	ret->replaced_by = take_number(r);
}

enum err
row_label(const struct database *database, struct arena *arena,
    struct registry_label *ret)
{
	struct reading r = reading_of(database, arena);
	struct registry_label row = { .index = take_number(&r) };

	take_exactly(&r, row.ids.product, PRODUCT_ID_LEN);
	take_exactly(&r, row.ids.release, PRODUCT_ID_LEN);
	take_maker(&r, &row.claims.product);
	take_claims(&r, &row.claims);
	row.issued = take_time(&r);
	row.expires = take_time(&r);
	take_exactly(&r, row.body, SHA256_LEN);
	row.body_name = take_bytes(&r);
	row.body_iss = take_bytes(&r);
	row.accredited_by = take_number(&r);
	take_change(&r, &row);
	if (r.err == ERR_OK)
		*ret = row;
	return r.err;
}

enum err
row_product(const struct database *database, struct arena *arena,
    struct registry_product *ret)
{
	struct reading r = reading_of(database, arena);
	struct registry_product row = { .first_label = take_number(&r) };

	take_exactly(&r, row.id, PRODUCT_ID_LEN);
	row.newest_label = take_number(&r);
	row.label_count = take_number(&r);
	take_maker(&r, &row.claims.product);
	take_claims(&r, &row.claims);
	if (r.err == ERR_OK)
		*ret = row;
	return r.err;
}

/* The subject as it was said: most are made of the ids. */
static void
take_subject(struct reading *r, struct registry_statement *ret)
{
	char sub[PRODUCT_SUB_LEN];

	ret->has_product = has(r);
	if (ret->has_product)
		take_exactly(r, ret->ids.product, PRODUCT_ID_LEN);
	else
		r->column++;
	ret->has_release = has(r);
	if (ret->has_release)
		take_exactly(r, ret->ids.release, PRODUCT_ID_LEN);
	else
		r->column++;
	ret->sub = take_bytes(r);
	if (ret->sub.len > 0 || !ret->has_product)
		return;
	product_put_sub(&ret->ids, ret->has_release, sub);
	ret->sub = arena_copy(r->arena, bytes_of(sub));
	if (ret->sub.len == 0 && r->err == ERR_OK)
		r->err = ERR_LIMIT;
}

enum err
row_statement(const struct database *database, struct arena *arena,
    struct registry_statement *ret)
{
	struct reading r = reading_of(database, arena);
	struct registry_statement row = { .index = take_number(&r) };

	row.refused = take_small(&r, ADMISSION_CODES);
	row.is_admitted = has(&r);
	if (row.is_admitted) {
		row.kind = (enum statement_kind)take_small(&r, STATEMENT_KINDS);
		take_exactly(&r, row.kid, SHA256_LEN);
		row.iss = take_bytes(&r);
		bool is_named = take_number(&r) != 0;

		row.signer_name = take_bytes(&r);
		if (!is_named)
			row.signer_name = (struct bytes){ NULL, 0 };
		row.issued = take_time(&r);
		row.expires = take_time(&r);
		take_subject(&r, &row);
		row.label = take_number(&r);
	}
	if (r.err == ERR_OK)
		*ret = row;
	return r.err;
}

enum err
row_body(const struct database *database, struct arena *arena,
    struct registry_body *ret)
{
	struct reading r = reading_of(database, arena);
	struct registry_body row = { .index = take_number(&r) };

	take_exactly(&r, row.kid, SHA256_LEN);
	row.action = (enum accreditation_action)take_small(&r, WITHDRAW + 1);
	row.name = take_bytes(&r);
	row.iss = take_bytes(&r);
	row.scopes = take_bytes(&r);
	row.from = take_time(&r);
	row.until = take_time(&r);
	row.said_at = take_time(&r);
	row.label_count = take_number(&r);
	if (r.err == ERR_OK)
		*ret = row;
	return r.err;
}

enum err
row_recognition(const struct database *database, struct arena *arena,
    struct registry_recognition *ret)
{
	struct reading r = reading_of(database, arena);
	struct trust_recognition row = { .index = take_number(&r) };

	row.what.their_domain = take_bytes(&r);
	row.what.their_scheme = take_bytes(&r);
	row.what.their_level = take_bytes(&r);
	row.what.our_scheme = take_bytes(&r);
	row.what.our_level = take_small(&r, LABEL_LEVEL_MAX + 1);
	row.what.conditions = take_bytes(&r);
	row.what.source = take_bytes(&r);
	row.what.from = take_time(&r);
	row.what.until = take_time(&r);
	row.said_at = take_time(&r);
	if (r.err == ERR_OK)
		ret->row = row;
	return r.err;
}
