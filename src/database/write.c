/* SPDX-License-Identifier: ISC */
/* Puts rows into the tables while a transaction is open. */
#include "database/database_private.h"

#include "base/limits.h"

#include <assert.h>
#include <string.h>

#define CACHE_LEN_MAX (TRUST_STATE_LEN_MAX)
/* Changes of labels that wait until they are put in one go. */
#define CHANGES_MAX ((size_t)65536)

struct cached_speaker {
	uint8_t kid[SHA256_LEN];
	struct bytes iss;
	uint64_t number, signer;
};

struct cached_body {
	uint8_t kid[SHA256_LEN];
	uint64_t number;
	uint64_t labels; /* more than the table says */
};

/* A product of many rows, as it will be put when the last has come. */
struct cached_product {
	uint8_t id[PRODUCT_ID_LEN];
	uint64_t first, newest, labels;
	uint32_t pen;
	struct bytes oemid, hwmodel, maker;
};

static enum err
fail(struct database *db, enum err err, const char *why)
{
	return database_fail(db, err, why);
}

static enum err
no_memory(struct database *db)
{
	return fail(db, ERR_MEMORY, "no memory");
}

void
write_open(struct database *db)
{
	db->cache = (struct write_cache){
		.arena = arena_open(CACHE_LEN_MAX),
		.speakers = { .size = sizeof(struct cached_speaker) },
		.bodies = { .size = sizeof(struct cached_body) },
		.products = { .size = sizeof(struct cached_product) },
		.later = arena_open(CACHE_LEN_MAX),
		.changes = { .size = sizeof(struct registry_label) },
	};
}

void
write_close(struct database *db)
{
	arena_close(&db->cache.arena);
	arena_close(&db->cache.later);
	db->is_bulk = false;
}

static enum err
run(struct database *db, enum sql sql, const struct value *value,
    unsigned count)
{
	return db->engine->run(db->link, sql, value, count);
}

/* Of many rows, else one by one. */
static enum err
add(struct database *db, enum sql sql, const struct value *value,
    unsigned count)
{
	return db->is_bulk ? db->engine->add(db->link, sql, value, count)
			   : run(db, sql, value, count);
}

/* The numbers in the first row that a statement gives; ERR_END: none. */
static enum err
find(struct database *db, enum sql sql, const struct value *value,
    unsigned count, uint64_t *ret, unsigned ret_count)
{
	enum err err = db->engine->start(db->link, sql, value, count);

	if (err == ERR_OK)
		err = db->engine->next(db->link);
	if (err != ERR_OK)
		return err;
	for (unsigned i = 0; i < ret_count; i++)
		ret[i] = (uint64_t)db->engine->number(db->link, i);
	db->engine->stop(db->link);
	return ERR_OK;
}

static struct value
value_null(void)
{
	return (struct value){ .kind = VALUE_NULL };
}

/* NULL when there are none. */
static struct value
value_some(struct bytes in)
{
	return in.len > 0 ? value_bytes(in) : value_null();
}

static struct value
value_id(const uint8_t *id, size_t len)
{
	return value_bytes((struct bytes){ id, len });
}

/* ---- who speaks ---- */

/* One that is new in this transaction: looks whether the table has it. */
static enum err
number_speaker(struct database *db, uint64_t index, struct bytes iss,
    struct cached_speaker *speaker)
{
	const struct value key[] = { value_id(speaker->kid, SHA256_LEN),
		value_bytes(iss) };
	uint64_t found[2];
	enum err err = ERR_END;

	if (!db->is_bulk)
		err = find(db, SQL_FIND_SPEAKER, key, 2, found, 2);
	if (err == ERR_OK) {
		speaker->number = found[0];
		speaker->signer = found[1];
	}
	if (err != ERR_END)
		return err;
	speaker->number = index;
	/* The number of the signer is that of the first name it spoke by. */
	err = find(db, SQL_FIND_SIGNER, key, 1, &speaker->signer, 1);
	if (err == ERR_END) {
		speaker->signer = index;
		err = ERR_OK;
	}
	const struct value row[] = { value_number(speaker->number), key[0],
		value_number(speaker->signer), key[1] };

	return err == ERR_OK ? run(db, SQL_PUT_SPEAKER, row, 4) : err;
}

static enum err
find_speaker(struct database *db, const struct registry_statement *row,
    const struct cached_speaker **ret)
{
	struct write_cache *cache = &db->cache;
	uint64_t hash = hash_table_key(row->kid);
	struct cached_speaker *speaker;
	uint64_t number;
	size_t at = 0;
	enum err err;

	while (hash_table_next(&cache->by_kid, hash, &at, &number)) {
		speaker = chunks_at(&cache->speakers, (size_t)number);
		if (memcmp(speaker->kid, row->kid, SHA256_LEN) == 0 &&
		    bytes_equal(speaker->iss, row->iss)) {
			*ret = speaker;
			return ERR_OK;
		}
	}
	speaker = chunks_add(&cache->speakers, &cache->arena);
	if (speaker == NULL)
		return no_memory(db);
	memcpy(speaker->kid, row->kid, SHA256_LEN);
	speaker->iss = arena_copy(&cache->arena, row->iss);
	if (speaker->iss.len != row->iss.len ||
	    hash_table_add(&cache->by_kid, &cache->arena, hash,
		cache->speakers.count - 1) != ERR_OK)
		return no_memory(db);
	err = number_speaker(db, row->index, row->iss, speaker);
	if (err == ERR_OK)
		*ret = speaker;
	return err;
}

/* ---- statements ---- */

/* The subject, where the ids do not say it. */
static struct value
value_sub(const struct registry_statement *row)
{
	char sub[PRODUCT_SUB_LEN];

	if (!row->has_product)
		return value_some(row->sub);
	product_put_sub(&row->ids, row->has_release, sub);
	return bytes_equal_text(row->sub, sub) ? value_null()
					       : value_some(row->sub);
}

static enum err
add_statement(struct database *db, const struct registry_statement *row,
    const struct cached_speaker *speaker)
{
	const struct value values[] = {
		value_number(row->index),
		value_number(0),
		value_number((uint64_t)row->kind),
		value_number(speaker->signer),
		value_number(speaker->number),
		value_number(row->signer_name.len > 0 ? 1 : 0),
		value_time(row->issued),
		value_time(row->expires),
		row->has_product ? value_id(row->ids.product, PRODUCT_ID_LEN)
				 : value_null(),
		row->has_release ? value_id(row->ids.release, PRODUCT_ID_LEN)
				 : value_null(),
		value_sub(row),
		row->label != 0 ? value_number(row->label) : value_null(),
	};

	return add(db, SQL_ADD_STATEMENT, values, 12);
}

/* An entry that says nothing. */
static enum err
add_other(struct database *db, const struct registry_statement *row)
{
	struct value values[12] = { value_number(row->index),
		value_number(row->refused) };

	return add(db, SQL_ADD_STATEMENT, values, 12);
}

static enum err
put_statement(void *context, const struct registry_statement *row)
{
	struct database *db = context;
	const struct cached_speaker *speaker = NULL;
	enum err err;

	assert(db->is_open);
	if (!row->is_admitted)
		return add_other(db, row);
	err = find_speaker(db, row, &speaker);
	if (err != ERR_OK)
		return err;
	assert(speaker != NULL);
	/* A label's row says all that its statement's would. */
	if (row->kind != STATEMENT_LABEL)
		return add_statement(db, row, speaker);
	db->cache.has_label = true;
	db->cache.label_index = row->index;
	db->cache.label_speaker = speaker->number;
	return ERR_OK;
}

/* ---- labels and their products ---- */

static enum err
find_body(struct database *db, const uint8_t kid[SHA256_LEN],
    struct cached_body **ret)
{
	struct write_cache *cache = &db->cache;
	const struct value key[] = { value_id(kid, SHA256_LEN) };
	uint64_t hash = hash_table_key(kid);
	struct cached_body *body;
	uint64_t number;
	size_t at = 0;
	enum err err;

	while (hash_table_next(&cache->by_body, hash, &at, &number)) {
		body = chunks_at(&cache->bodies, (size_t)number);
		if (memcmp(body->kid, kid, SHA256_LEN) == 0) {
			*ret = body;
			return ERR_OK;
		}
	}
	err = find(db, SQL_FIND_BODY, key, 1, &number, 1);
	if (err == ERR_END)
		err = fail(db, ERR_MALFORMED,
		    "a label came before its body's accreditation");
	if (err != ERR_OK)
		return err;
	body = chunks_add(&cache->bodies, &cache->arena);
	if (body == NULL)
		return no_memory(db);
	memcpy(body->kid, kid, SHA256_LEN);
	body->number = number;
	*ret = body;
	return hash_table_add(&cache->by_body, &cache->arena, hash,
		   cache->bodies.count - 1) == ERR_OK
	    ? ERR_OK
	    : no_memory(db);
}

static enum err
add_product(struct database *db, enum sql sql, const struct cached_product *p)
{
	uint8_t maker[REGISTRY_VALUE_MAX];
	uint8_t model[REGISTRY_VALUE_MAX];
	const struct value values[] = {
		value_number(p->first),
		value_number(p->first >> BLOCK_BITS),
		value_id(p->id, PRODUCT_ID_LEN),
		value_number(p->newest),
		value_number(p->labels),
		value_number(p->pen),
		value_some(p->oemid),
		value_bytes(p->hwmodel),
		value_bytes(database_fold(p->maker, maker)),
		value_bytes(database_fold(p->hwmodel, model)),
	};

	return sql == SQL_ADD_PRODUCT ? add(db, sql, values, 10)
				      : run(db, sql, values, 10);
}

/* The product as this label has it. */
static struct cached_product
product_of(const struct registry_label *row)
{
	struct cached_product p = {
		.first = row->index,
		.newest = row->index,
		.labels = 1,
		.pen = row->claims.product.pen,
		.oemid = row->claims.product.oemid,
		.hwmodel = row->claims.product.hwmodel,
		.maker = row->claims.maker,
	};

	memcpy(p.id, row->ids.product, PRODUCT_ID_LEN);
	return p;
}

static struct cached_product *
find_product(const struct write_cache *cache, const uint8_t *id)
{
	uint64_t number;
	size_t at = 0;

	while (hash_table_next(
	    &cache->by_product, hash_table_key(id), &at, &number)) {
		struct cached_product *p =
		    chunks_at(&cache->products, (size_t)number);

		if (memcmp(p->id, id, PRODUCT_ID_LEN) == 0)
			return p;
	}
	return NULL;
}

static bool
keep_bytes(struct arena *arena, struct bytes *in)
{
	size_t len = in->len;

	*in = arena_copy(arena, *in);
	return in->len == len;
}

/* Of many rows: keeps the product, which write_finish() puts; gives the number
   it will have. */
static enum err
keep_product(
    struct database *db, const struct registry_label *row, uint64_t *ret)
{
	struct write_cache *cache = &db->cache;
	struct cached_product *p = find_product(cache, row->ids.product);

	if (p != NULL) {
		p->newest = row->index;
		p->labels++;
		*ret = p->first;
		if (bytes_equal(p->maker, row->claims.maker))
			return ERR_OK;
		p->maker = row->claims.maker;
		return keep_bytes(&cache->arena, &p->maker) ? ERR_OK
							    : no_memory(db);
	}
	p = chunks_add(&cache->products, &cache->arena);
	if (p == NULL)
		return no_memory(db);
	*p = product_of(row);
	*ret = p->first;
	if (!keep_bytes(&cache->arena, &p->oemid) ||
	    !keep_bytes(&cache->arena, &p->hwmodel) ||
	    !keep_bytes(&cache->arena, &p->maker) ||
	    hash_table_add(&cache->by_product, &cache->arena,
		hash_table_key(p->id), cache->products.count - 1) != ERR_OK)
		return no_memory(db);
	return ERR_OK;
}

/* The columns that say what made a label's status so; 7. */
static void
put_change(struct value *value, const struct registry_label *row)
{
	value[0] = value_number((uint64_t)row->status);
	for (unsigned i = 1; i < 6; i++)
		value[i] = value_null();
	if (row->has_change) {
		value[1] = value_number(row->changed_by);
		value[2] = value_time(row->changed);
		value[3] = value_number(row->reason);
		value[4] = value_some(row->reason_text);
		value[5] = value_number(row->by_owner ? 1 : 0);
	}
	value[6] = row->replaced_by != 0 ? value_number(row->replaced_by)
					 : value_null();
}

static enum err
add_label(struct database *db, const struct registry_label *row,
    struct value product, const struct cached_body *body)
{
	const struct label_claims *c = &row->claims;
	uint8_t maker[REGISTRY_VALUE_MAX];
	uint8_t model[REGISTRY_VALUE_MAX];
	struct value values[26] = {
		value_number(row->index),
		value_number(row->index >> BLOCK_BITS),
		product,
		value_id(row->ids.release, PRODUCT_ID_LEN),
		value_bytes(c->product.version),
		value_id(c->product.digest, SHA256_LEN),
		value_bytes(c->scheme),
		value_number(c->level),
		value_number((uint64_t)c->basis),
		value_time(c->support_until),
		value_bytes(c->maker),
		value_bytes(database_fold(c->maker, maker)),
		value_bytes(database_fold(c->product.hwmodel, model)),
		value_some(c->category),
		value_time(row->issued),
		value_time(row->expires),
		value_number(body->number),
		value_number(db->cache.label_speaker),
		value_number(row->accredited_by),
	};

	put_change(values + 19, row);
	return db->is_bulk ? add(db, SQL_ADD_LABEL, values, 26)
			   : run(db, SQL_PUT_LABEL, values, 26);
}

static enum err
put_label(void *context, const struct registry_label *row)
{
	struct database *db = context;
	struct cached_body *body = NULL;
	struct value product;
	enum err err;

	assert(db->is_open);
	if (!db->cache.has_label || db->cache.label_index != row->index)
		return fail(db, ERR_MALFORMED,
		    "a label came without its statement before it");
	db->cache.has_label = false;
	err = find_body(db, row->body, &body);
	if (err != ERR_OK)
		return err;
	assert(body != NULL);
	body->labels++;
	if (db->is_bulk) {
		uint64_t number = 0;

		err = keep_product(db, row, &number);
		product = value_number(number);
	} else {
		struct cached_product p = product_of(row);

		err = add_product(db, SQL_PUT_PRODUCT, &p);
		product = value_id(row->ids.product, PRODUCT_ID_LEN);
	}
	return err == ERR_OK ? add_label(db, row, product, body) : err;
}

/* ---- changes ---- */

static enum err
run_change(struct database *db, const struct registry_label *row)
{
	struct value values[8];

	put_change(values, row);
	values[7] = value_number(row->index);
	return run(db, SQL_SET_STATUS, values, 8);
}

/* Those that were kept, in their order. */
static enum err
run_changes(struct database *db)
{
	struct chunks *changes = &db->cache.changes;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < changes->count; i++)
		err = run_change(db, chunks_at(changes, i));
	arena_close(&db->cache.later);
	*changes = (struct chunks){ .size = changes->size };
	return err;
}

/* Of many rows: an engine that takes rows in bulk does not like to do other
   things between them. */
static enum err
keep_change(struct database *db, const struct registry_label *row)
{
	struct write_cache *cache = &db->cache;
	struct registry_label *kept =
	    chunks_add(&cache->changes, &cache->later);

	if (kept == NULL)
		return no_memory(db);
	*kept = *row;
	if (!keep_bytes(&cache->later, &kept->reason_text))
		return no_memory(db);
	return cache->changes.count < CHANGES_MAX ? ERR_OK : run_changes(db);
}

static enum err
set_status(void *context, const struct registry_label *row)
{
	struct database *db = context;

	assert(db->is_open);
	return db->is_bulk ? keep_change(db, row) : run_change(db, row);
}

/* ---- bodies and recognitions ---- */

static enum err
put_body(void *context, const struct registry_body *row)
{
	struct database *db = context;
	const struct value values[] = {
		value_number(row->index), /* when it is new */
		value_id(row->kid, SHA256_LEN),
		value_number(row->index),
		value_number((uint64_t)row->action),
		value_bytes(row->name),
		value_bytes(row->iss),
		value_bytes(row->scopes),
		value_time(row->from),
		value_time(row->until),
		value_time(row->said_at),
	};

	assert(db->is_open);
	return run(db, SQL_PUT_BODY, values, 10);
}

static enum err
put_recognition(void *context, const struct registry_recognition *row)
{
	struct database *db = context;
	const struct recognition *what = &row->row.what;
	const struct value values[] = {
		value_number(row->row.index),
		value_bytes(what->their_domain),
		value_bytes(what->their_scheme),
		value_bytes(what->their_level),
		value_bytes(what->our_scheme),
		value_number(what->our_level),
		value_bytes(what->conditions),
		value_bytes(what->source),
		value_time(what->from),
		value_time(what->until),
		value_time(row->row.said_at),
	};

	assert(db->is_open);
	return run(db, SQL_PUT_RECOGNITION, values, 11);
}

/* The label counts of bodies. */
static enum err
count_labels(struct database *db)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < db->cache.bodies.count; i++) {
		const struct cached_body *body =
		    chunks_at(&db->cache.bodies, i);
		const struct value values[] = { value_number(body->labels),
			value_number(body->number) };

		err = run(db, SQL_COUNT_LABELS, values, 2);
	}
	return err;
}

enum err
write_finish(struct database *db)
{
	struct write_cache *cache = &db->cache;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < cache->products.count; i++)
		err = add_product(
		    db, SQL_ADD_PRODUCT, chunks_at(&cache->products, i));
	if (err == ERR_OK)
		err = run_changes(db);
	return err == ERR_OK ? count_labels(db) : err;
}

struct view_sink
database_sink(struct database *database)
{
	return (struct view_sink){
		.put_statement = put_statement,
		.put_label = put_label,
		.set_status = set_status,
		.put_body = put_body,
		.put_recognition = put_recognition,
		.context = database,
	};
}
