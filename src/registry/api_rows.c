/* SPDX-License-Identifier: ISC */
/* Writes rows, every one with the same keys in the same order. */
#include "registry/api_rows.h"

#include "base/text.h"
#include "label/scheme_levels.h"
#include "registry/standing.h"
#include "statement/correction.h"
#include "statement/reasons.h"
#include "statement/status_change.h"

#include <inttypes.h>
#include <stdio.h>

/* Bytes of a link. */
#define URL_LEN ((size_t)1024)

void
api_begin(struct api_answer *ret, struct route_call *call, const char *schema,
    const struct registry_head *head)
{
	struct form *f = &ret->form;

	ret->call = call;
	ret->out = out_open(API_LEN_MAX);
	form_open(f, call->choice.form, &ret->out);
	form_begin_object(f, NULL);
	form_string(f, "schema", schema);
	form_begin_object(f, "head");
	form_text(f, "origin", head->origin);
	form_number(f, "size", head->size);
	form_bytes(f, "root", (struct bytes){ head->root, SHA256_LEN });
	form_time(f, "time", head->time);
	form_end(f);
}

enum err
api_end(struct api_answer *a)
{
	form_end(&a->form);
	return route_give(
	    a->call, form_type(&a->form), REGISTRY_REVALIDATE, &a->out);
}

/* ---- texts ---- */

struct bytes
api_url(struct route_call *call, const char *format, ...)
{
	struct bytes base = call->registry->wish.base_uri;
	struct out o = out_open(URL_LEN);
	struct bytes url;
	va_list args;

	out_put(&o, base);
	va_start(args, format);
	out_put(&o, arena_print(call->arena, URL_LEN, format, args));
	va_end(args);
	url = arena_copy(call->arena, out_bytes(&o));
	out_close(&o);
	return url;
}

void
api_id_text(const uint8_t id[PRODUCT_ID_LEN], char ret[API_ID_TEXT])
{
	for (size_t i = 0; i < PRODUCT_ID_LEN; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", id[i]);
}

static struct bytes
keep(struct route_call *call, struct out *o)
{
	struct bytes text = arena_copy(call->arena, out_bytes(o));

	out_close(o);
	return text;
}

struct bytes
api_model(struct route_call *call, const struct label_claims *claims)
{
	struct bytes model = claims->product.hwmodel;
	struct out o = out_open((size_t)2 * PRODUCT_HWMODEL_MAX);

	if (text_is_clean(model))
		return model;
	out_hex_bytes(&o, model);
	return keep(call, &o);
}

struct bytes
api_oemid(struct route_call *call, const struct label_claims *claims)
{
	struct out o = out_open(64);

	if (claims->product.oemid.len > 0)
		out_hex_bytes(&o, claims->product.oemid);
	else
		out_decimal(&o, claims->product.pen);
	return keep(call, &o);
}

struct bytes
api_level(struct route_call *call, struct bytes scheme, unsigned level,
    unsigned *ret_count)
{
	const struct data_set *data = call->registry->wish.data;
	const struct bytes any = { NULL, 0 };
	struct bytes name = any;
	struct scheme_level row;
	struct out o = out_open(16);
	unsigned count = 0;

	while (count < LABEL_LEVEL_MAX &&
	    scheme_level_find(data, scheme, any, count + 1, &row) == ERR_OK) {
		count++;
		if (count == level)
			name = row.name;
	}
	*ret_count = count;
	if (name.len > 0)
		return name;
	out_decimal(&o, level);
	return keep(call, &o);
}

/* ---- labels ---- */

static void
put_change(struct api_answer *a, const struct registry_label *row)
{
	struct form *f = &a->form;
	struct reason_row reason = { .word = { NULL, 0 } };

	if (!row->has_change) {
		form_null(f, "change");
		return;
	}
	/* A reason that the table has not stays a number. */
	if (reason_find(a->call->registry->wish.data, (struct bytes){ NULL, 0 },
		row->reason, &reason) != ERR_OK)
		reason.word = (struct bytes){ NULL, 0 };
	form_begin_object(f, "change");
	form_number(f, "statement", row->changed_by);
	form_time(f, "time", row->changed);
	form_number(f, "reason", row->reason);
	form_text(f, "reason_word", reason.word);
	form_text(f, "text", row->reason_text);
	form_bool(f, "by_owner", row->by_owner);
	form_end(f);
}

static void
put_claims(struct api_answer *a, const struct label_claims *c)
{
	struct form *f = &a->form;
	unsigned levels;
	struct bytes level = api_level(a->call, c->scheme, c->level, &levels);

	form_text(f, "scheme", c->scheme);
	form_number(f, "level", c->level);
	form_text(f, "level_name", level);
	form_number(f, "level_count", levels);
	form_string(f, "basis", label_basis_text(c->basis));
	form_text(f, "maker", c->maker);
	form_text(f, "oemid", api_oemid(a->call, c));
	form_text(f, "model", api_model(a->call, c));
	form_text(f, "version", c->product.version);
	form_text(f, "category", c->category);
	form_bytes(
	    f, "image_sha256", (struct bytes){ c->product.digest, SHA256_LEN });
	form_time(f, "support_until", c->support_until);
}

static void
put_ids(struct form *f, const struct product_ids *ids)
{
	form_bytes(
	    f, "product", (struct bytes){ ids->product, PRODUCT_ID_LEN });
	form_bytes(
	    f, "release", (struct bytes){ ids->release, PRODUCT_ID_LEN });
}

void
api_put_label(
    struct api_answer *a, const char *key, const struct registry_label *row)
{
	struct form *f = &a->form;
	enum standing standing = standing_of(row, a->call->request->now);

	form_begin_object(f, key);
	form_number(f, "index", row->index);
	form_text(f, "url", api_url(a->call, "/label/%" PRIu64, row->index));
	form_string(f, "standing", standing_word(standing));
	form_string(f, "status", trust_status_text(row->status));
	put_change(a, row);
	if (row->replaced_by != 0)
		form_number(f, "replaced_by", row->replaced_by - 1);
	else
		form_null(f, "replaced_by");
	put_claims(a, &row->claims);
	put_ids(f, &row->ids);
	form_time(f, "issued", row->issued);
	form_time(f, "expires", row->expires);
	form_begin_object(f, "body");
	form_bytes(f, "kid", (struct bytes){ row->body, SHA256_LEN });
	form_text(f, "name", row->body_name);
	form_text(f, "iss", row->body_iss);
	form_number(f, "accreditation", row->accredited_by);
	form_end(f);
	form_end(f);
}

void
api_put_labels(struct api_answer *a, const struct registry_reply *reply)
{
	form_begin_array(&a->form, "labels");
	for (size_t i = 0; reply->labels != NULL && i < reply->count; i++)
		api_put_label(a, NULL, &reply->labels[i]);
	form_end(&a->form);
}

void
api_put_product(
    struct api_answer *a, const char *key, const struct registry_product *row)
{
	struct form *f = &a->form;
	char id[API_ID_TEXT];

	api_id_text(row->id, id);
	form_begin_object(f, key);
	form_bytes(f, "id", (struct bytes){ row->id, PRODUCT_ID_LEN });
	form_text(f, "url", api_url(a->call, "/product/%s", id));
	form_number(f, "label_count", row->label_count);
	form_number(f, "first_label", row->first_label);
	form_number(f, "newest_label", row->newest_label);
	put_claims(a, &row->claims);
	form_end(f);
}

/* ---- trust ---- */

static void
put_scope(struct api_answer *a, const struct accreditation_scope *scope)
{
	struct form *f = &a->form;
	struct accreditation_walk walk = accreditation_categories(scope);
	struct bytes category;
	unsigned levels;

	form_begin_object(f, NULL);
	form_text(f, "scheme", scope->scheme);
	form_number(f, "level", scope->level);
	form_text(f, "level_name",
	    api_level(a->call, scope->scheme, scope->level, &levels));
	form_begin_array(f, "categories");
	while (accreditation_next_category(&walk, &category))
		form_text(f, NULL, category);
	form_end(f);
	form_end(f);
}

void
api_put_body(
    struct api_answer *a, const char *key, const struct registry_body *row)
{
	struct form *f = &a->form;
	struct accreditation_walk walk = accreditation_scopes(row->scopes);
	struct accreditation_scope scope;

	form_begin_object(f, key);
	form_bytes(f, "kid", (struct bytes){ row->kid, SHA256_LEN });
	form_text(f, "name", row->name);
	form_text(f, "iss", row->iss);
	form_string(f, "action", accreditation_action_text(row->action));
	form_number(f, "statement", row->index);
	form_time(f, "said", row->said_at);
	form_time(f, "from", row->from);
	form_time(f, "until", row->until);
	form_begin_array(f, "scopes");
	while (row->scopes.len > 0 && accreditation_next(&walk, &scope))
		put_scope(a, &scope);
	form_end(f);
	form_number(f, "label_count", row->label_count);
	form_end(f);
}

void
api_put_recognition(
    struct api_answer *a, const struct trust_recognition *row, bool in_force)
{
	struct form *f = &a->form;
	const struct recognition *r = &row->what;
	unsigned levels;

	form_begin_object(f, NULL);
	form_number(f, "statement", row->index);
	form_time(f, "said", row->said_at);
	form_bool(f, "in_force", in_force);
	form_text(f, "their_domain", r->their_domain);
	form_text(f, "their_scheme", r->their_scheme);
	form_text(f, "their_level", r->their_level);
	form_text(f, "our_scheme", r->our_scheme);
	form_number(f, "our_level", r->our_level);
	form_text(f, "our_level_name",
	    api_level(a->call, r->our_scheme, r->our_level, &levels));
	form_text(f, "conditions", r->conditions);
	form_text(f, "source", r->source);
	form_time(f, "from", r->from);
	form_time(f, "until", r->until);
	form_end(f);
}

/* ---- facts ---- */

static void
put_source(struct form *f, const struct fact_source *from)
{
	form_number(f, "statement", from->index);
	form_time(f, "said", from->said_at);
	form_text(f, "iss", from->iss);
	form_text(f, "name", from->name);
}

static void
put_update_members(struct form *f, const struct update *u)
{
	struct cbor_reader endpoints = update_endpoints(u);
	struct bytes endpoint;

	form_text(f, "version", u->version);
	form_bytes(f, "image_sha256",
	    (struct bytes){ u->digest, u->digest != NULL ? SHA256_LEN : 0 });
	form_text(f, "url", u->url);
	form_text(f, "install", u->install);
	form_text(f, "see_version", u->see_version);
	form_text(f, "contact", u->contact);
	form_begin_array(f, "endpoints");
	while (update_next_endpoint(&endpoints, &endpoint))
		form_text(f, NULL, endpoint);
	form_end(f);
	form_time(f, "released", u->released);
}

static void
put_advisory_members(struct form *f, const struct advisory *a)
{
	form_text(f, "id", a->id);
	form_bool(f, "exploited", a->exploited);
	form_text(f, "fixed_version", a->fixed_version);
	form_text(f, "title", a->title);
	form_text(f, "url", a->url);
}

void
api_put_facts(struct api_answer *a, const struct facts *facts)
{
	struct form *f = &a->form;

	if (facts->has_update) {
		form_begin_object(f, "update");
		put_source(f, &facts->update_from);
		put_update_members(f, &facts->update);
		form_end(f);
	} else {
		form_null(f, "update");
	}
	form_begin_array(f, "advisories");
	for (size_t i = 0; i < facts->advisory_count; i++) {
		form_begin_object(f, NULL);
		put_source(f, &facts->advisory[i].from);
		put_advisory_members(f, &facts->advisory[i].what);
		form_end(f);
	}
	form_end(f);
}

void
api_put_next(struct api_answer *a, struct bytes url)
{
	if (url.len > 0)
		form_text(&a->form, "next", url);
	else
		form_null(&a->form, "next");
}

/* ---- what a statement says ---- */

static void
put_status_change(struct form *f, const struct status_change *c)
{
	form_begin_object(f, "details");
	form_number(f, "label", c->label);
	form_string(f, "action", status_action_text(c->action));
	form_number(f, "reason", c->reason);
	form_text(f, "text", c->text);
	form_bytes(
	    f, "to", (struct bytes){ c->to, c->to != NULL ? SHA256_LEN : 0 });
	form_end(f);
}

static void
put_correction(struct form *f, const struct correction *c)
{
	form_begin_object(f, "details");
	form_number(f, "statement", c->statement);
	form_text(f, "field", c->field);
	form_text(f, "value", c->value);
	form_text(f, "reason", c->reason);
	form_end(f);
}

/* False when the payload is not what is told here. */
static bool
put_payload(struct form *f, enum statement_kind kind, struct bytes payload)
{
	struct status_change change;
	struct correction correction;
	struct update update;
	struct advisory advisory;
	struct fault fault;

	if (kind == STATEMENT_STATUS &&
	    status_change_read(payload, &change, &fault) == ERR_OK) {
		put_status_change(f, &change);
		return true;
	}
	if (kind == STATEMENT_CORRECTION &&
	    correction_read(payload, &correction, &fault) == ERR_OK) {
		put_correction(f, &correction);
		return true;
	}
	if (kind == STATEMENT_UPDATE &&
	    update_read(payload, &update, &fault) == ERR_OK) {
		form_begin_object(f, "details");
		put_update_members(f, &update);
		form_end(f);
		return true;
	}
	if (kind == STATEMENT_ADVISORY &&
	    advisory_read(payload, &advisory, &fault) == ERR_OK) {
		form_begin_object(f, "details");
		put_advisory_members(f, &advisory);
		form_end(f);
		return true;
	}
	return false;
}

enum err
api_put_details(struct api_answer *a, const struct registry_statement *row)
{
	const unsigned told = 1U << STATEMENT_STATUS |
	    1U << STATEMENT_CORRECTION | 1U << STATEMENT_UPDATE |
	    1U << STATEMENT_ADVISORY;
	struct bytes payload = { NULL, 0 };
	enum err err = ERR_END;

	if (row->is_admitted && (1U << (unsigned)row->kind & told) != 0)
		err = facts_read_payload(
		    a->call, row->index, row->kind, &payload);
	if (err != ERR_OK && err != ERR_END)
		return err;
	if (err == ERR_END || !put_payload(&a->form, row->kind, payload))
		form_null(&a->form, "details");
	return ERR_OK;
}
