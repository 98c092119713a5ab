/* SPDX-License-Identifier: ISC */
/* Keeps all rows, and answers questions by looking at each of them. */
#include "shadow.h"

#include "base/limits.h"
#include "trust/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct shadow *
shadow_open(void)
{
	struct shadow *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->arena = arena_open(256 * MIB);
	return s;
}

void
shadow_close(struct shadow *s)
{
	arena_close(&s->arena);
	free(s);
}

static struct bytes
copy(struct shadow *s, struct bytes in)
{
	struct bytes out = arena_copy(&s->arena, in);

	assert_int_equal(out.len, in.len);
	return out;
}

static struct label_claims
copy_claims(struct shadow *s, const struct label_claims *c)
{
	struct label_claims out = *c;

	out.product.oemid = copy(s, c->product.oemid);
	out.product.hwmodel = copy(s, c->product.hwmodel);
	out.product.version = copy(s, c->product.version);
	out.product.digest =
	    copy(s, (struct bytes){ c->product.digest, SHA256_LEN }).ptr;
	out.scheme = copy(s, c->scheme);
	out.maker = copy(s, c->maker);
	out.category = copy(s, c->category);
	return out;
}

static enum err
put_statement(void *context, const struct registry_statement *row)
{
	struct shadow *s = context;
	struct registry_statement *r = &s->statement[s->statements++];

	assert_true(s->statements < SHADOW_ROWS);
	*r = *row;
	r->iss = copy(s, row->iss);
	r->sub = copy(s, row->sub);
	r->signer_name = copy(s, row->signer_name);
	return s->next == NULL ? ERR_OK
			       : s->next->put_statement(s->next->context, row);
}

static void
add_to_product(struct shadow *s, const struct registry_label *label)
{
	struct registry_product *p = s->product;

	while (p < s->product + s->products &&
	    memcmp(p->id, label->ids.product, PRODUCT_ID_LEN) != 0)
		p++;
	if (p == s->product + s->products) {
		s->products++;
		memcpy(p->id, label->ids.product, PRODUCT_ID_LEN);
		p->first_label = label->index;
	}
	p->newest_label = label->index;
	p->label_count++;
	p->claims = label->claims;
}

static enum err
put_label(void *context, const struct registry_label *row)
{
	struct shadow *s = context;
	struct registry_label *r = &s->label[s->labels++];

	assert_true(s->labels < SHADOW_ROWS);
	*r = *row;
	r->claims = copy_claims(s, &row->claims);
	r->body_name = copy(s, row->body_name);
	r->body_iss = copy(s, row->body_iss);
	add_to_product(s, r);
	for (size_t i = 0; i < s->bodies; i++)
		if (memcmp(s->body[i].kid, row->body, SHA256_LEN) == 0)
			s->body[i].label_count++;
	return s->next == NULL ? ERR_OK
			       : s->next->put_label(s->next->context, row);
}

static enum err
set_status(void *context, const struct registry_label *row)
{
	struct shadow *s = context;
	struct registry_label *r = s->label;

	while (r->index != row->index)
		r++;
	assert_true(r < s->label + s->labels);
	r->status = row->status;
	r->has_change = row->has_change;
	r->changed_by = row->changed_by;
	r->changed = row->changed;
	r->reason = row->reason;
	r->reason_text = copy(s, row->reason_text);
	r->by_owner = row->by_owner;
	r->replaced_by = row->replaced_by;
	return s->next == NULL ? ERR_OK
			       : s->next->set_status(s->next->context, row);
}

static enum err
put_body(void *context, const struct registry_body *row)
{
	struct shadow *s = context;
	struct registry_body *r = s->body;

	while (r < s->body + s->bodies &&
	    memcmp(r->kid, row->kid, SHA256_LEN) != 0)
		r++;
	if (r == s->body + s->bodies)
		s->bodies++;
	else /* the view counts, too */
		assert_int_equal(r->label_count, row->label_count);
	*r = *row;
	r->name = copy(s, row->name);
	r->iss = copy(s, row->iss);
	r->scopes = copy(s, row->scopes);
	return s->next == NULL ? ERR_OK
			       : s->next->put_body(s->next->context, row);
}

static enum err
put_recognition(void *context, const struct registry_recognition *row)
{
	struct shadow *s = context;
	struct recognition *r = &s->recognition[s->recognitions].row.what;

	s->recognition[s->recognitions++] = *row;
	r->their_domain = copy(s, r->their_domain);
	r->their_scheme = copy(s, r->their_scheme);
	r->their_level = copy(s, r->their_level);
	r->our_scheme = copy(s, r->our_scheme);
	r->conditions = copy(s, r->conditions);
	r->source = copy(s, r->source);
	return s->next == NULL
	    ? ERR_OK
	    : s->next->put_recognition(s->next->context, row);
}

struct view_sink
shadow_sink(struct shadow *s, const struct view_sink *next)
{
	s->next = next;
	return (struct view_sink){
		.put_statement = put_statement,
		.put_label = put_label,
		.set_status = set_status,
		.put_body = put_body,
		.put_recognition = put_recognition,
		.context = s,
	};
}

/* ---- which rows ---- */

/* Whether the text begins so, with ASCII letters in any case. */
static bool
begins(struct bytes text, struct bytes with)
{
	if (text.len < with.len)
		return false;
	for (size_t i = 0; i < with.len; i++)
		if (bytes_lower(text.ptr[i]) != bytes_lower(with.ptr[i]))
			return false;
	return true;
}

static bool
is_id(const uint8_t *id, struct bytes value)
{
	return memcmp(id, value.ptr, value.len) == 0;
}

static bool
has_words(const struct label_claims *c, const struct registry_question *q)
{
	bool maker = begins(c->maker, q->value);
	bool model = begins(c->product.hwmodel, q->value);

	return q->by == REGISTRY_BY_MAKER ? maker
	    : q->by == REGISTRY_BY_MODEL  ? model
					  : maker || model;
}

static bool
wants_label(const struct registry_label *l, const struct registry_question *q)
{
	switch (q->by) {
	case REGISTRY_BY_ALL:
		return true;
	case REGISTRY_BY_INDEX:
		return l->index == q->number;
	case REGISTRY_BY_PRODUCT:
		return is_id(l->ids.product, q->value);
	case REGISTRY_BY_RELEASE:
		return is_id(l->ids.release, q->value);
	case REGISTRY_BY_BODY:
		return is_id(l->body, q->value);
	case REGISTRY_BY_MAKER:
	case REGISTRY_BY_MODEL:
	case REGISTRY_BY_WORDS:
		return has_words(&l->claims, q);
	case REGISTRY_BY_DIGEST:
		return is_id(l->claims.product.digest, q->value);
	case REGISTRY_BY_CHANGE:
		return l->status != TRUST_VALID;
	case REGISTRY_BY_LABEL:
		break;
	}
	return false;
}

static bool
wants_product(
    const struct registry_product *p, const struct registry_question *q)
{
	return q->by == REGISTRY_BY_ALL ||
	    (q->by == REGISTRY_BY_PRODUCT ? is_id(p->id, q->value)
					  : has_words(&p->claims, q));
}

static bool
wants_statement(
    const struct registry_statement *s, const struct registry_question *q)
{
	if (q->kinds != 0 &&
	    (!s->is_admitted || (q->kinds & 1U << s->kind) == 0))
		return false;
	if (q->by == REGISTRY_BY_ALL)
		return true;
	if (q->by == REGISTRY_BY_INDEX)
		return s->index == q->number;
	if (!s->is_admitted)
		return false;
	if (q->by == REGISTRY_BY_PRODUCT)
		return s->has_product && is_id(s->ids.product, q->value);
	if (q->by == REGISTRY_BY_RELEASE)
		return s->has_release && is_id(s->ids.release, q->value);
	if (q->by == REGISTRY_BY_BODY)
		return is_id(s->kid, q->value);
	return s->label == q->number + 1;
}

static bool
wants_body(const struct registry_body *b, const struct registry_question *q)
{
	return q->by == REGISTRY_BY_ALL ||
	    (q->by == REGISTRY_BY_INDEX ? b->index == q->number
					: is_id(b->kid, q->value));
}

/* ---- the same rows ---- */

static void
same(struct bytes a, struct bytes b)
{
	assert_int_equal(a.len, b.len);
	assert_true(bytes_equal(a, b));
}

static void
same_claims(const struct label_claims *a, const struct label_claims *b)
{
	assert_int_equal(a->product.pen, b->product.pen);
	same(a->product.oemid, b->product.oemid);
	same(a->product.hwmodel, b->product.hwmodel);
	same(a->product.version, b->product.version);
	assert_memory_equal(a->product.digest, b->product.digest, SHA256_LEN);
	same(a->scheme, b->scheme);
	assert_int_equal(a->level, b->level);
	assert_int_equal(a->basis, b->basis);
	assert_int_equal(a->support_until, b->support_until);
	same(a->maker, b->maker);
	same(a->category, b->category);
}

static void
same_label(const struct registry_label *a, const struct registry_label *b)
{
	assert_int_equal(a->index, b->index);
	assert_memory_equal(&a->ids, &b->ids, sizeof(a->ids));
	same_claims(&a->claims, &b->claims);
	assert_int_equal(a->issued, b->issued);
	assert_int_equal(a->expires, b->expires);
	assert_memory_equal(a->body, b->body, SHA256_LEN);
	same(a->body_name, b->body_name);
	same(a->body_iss, b->body_iss);
	assert_int_equal(a->accredited_by, b->accredited_by);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->has_change, b->has_change);
	assert_int_equal(a->changed_by, b->changed_by);
	assert_int_equal(a->changed, b->changed);
	assert_int_equal(a->reason, b->reason);
	same(a->reason_text, b->reason_text);
	assert_int_equal(a->by_owner, b->by_owner);
	assert_int_equal(a->replaced_by, b->replaced_by);
}

static void
same_product(const struct registry_product *a, const struct registry_product *b)
{
	assert_int_equal(a->first_label, b->first_label);
	assert_int_equal(a->newest_label, b->newest_label);
	assert_int_equal(a->label_count, b->label_count);
	assert_memory_equal(a->id, b->id, PRODUCT_ID_LEN);
	same_claims(&a->claims, &b->claims);
}

static void
same_statement(
    const struct registry_statement *a, const struct registry_statement *b)
{
	assert_int_equal(a->index, b->index);
	assert_int_equal(a->is_admitted, b->is_admitted);
	assert_int_equal(a->refused, b->refused);
	assert_int_equal(a->kind, b->kind);
	same(a->iss, b->iss);
	same(a->sub, b->sub);
	assert_memory_equal(a->kid, b->kid, SHA256_LEN);
	same(a->signer_name, b->signer_name);
	assert_int_equal(a->issued, b->issued);
	assert_int_equal(a->expires, b->expires);
	assert_int_equal(a->has_product, b->has_product);
	assert_int_equal(a->has_release, b->has_release);
	if (a->has_product)
		assert_memory_equal(
		    a->ids.product, b->ids.product, PRODUCT_ID_LEN);
	if (a->has_release)
		assert_memory_equal(
		    a->ids.release, b->ids.release, PRODUCT_ID_LEN);
	assert_int_equal(a->label, b->label);
}

static void
same_body(const struct registry_body *a, const struct registry_body *b)
{
	assert_int_equal(a->index, b->index);
	assert_memory_equal(a->kid, b->kid, SHA256_LEN);
	assert_int_equal(a->action, b->action);
	same(a->name, b->name);
	same(a->iss, b->iss);
	same(a->scopes, b->scopes);
	assert_int_equal(a->from, b->from);
	assert_int_equal(a->until, b->until);
	assert_int_equal(a->said_at, b->said_at);
	assert_int_equal(a->label_count, b->label_count);
}

static void
same_recognition(
    const struct trust_recognition *a, const struct trust_recognition *b)
{
	assert_int_equal(a->index, b->index);
	assert_int_equal(a->said_at, b->said_at);
	same(a->what.their_domain, b->what.their_domain);
	same(a->what.their_scheme, b->what.their_scheme);
	same(a->what.their_level, b->what.their_level);
	same(a->what.our_scheme, b->what.our_scheme);
	assert_int_equal(a->what.our_level, b->what.our_level);
	same(a->what.conditions, b->what.conditions);
	same(a->what.source, b->what.source);
	assert_int_equal(a->what.from, b->what.from);
	assert_int_equal(a->what.until, b->what.until);
}

/* ---- one answer ---- */

/* A row that is wanted: its place in the order, and where it is. */
struct found {
	uint64_t order, second;
	size_t at;
};

static int
compare(const void *a, const void *b)
{
	const struct found *x = a;
	const struct found *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->second > y->second) - (x->second < y->second);
}

/* Whether the row is wanted, and its place in the order. */
static bool
look_at(const struct shadow *s, const struct registry_question *q, size_t i,
    struct found *ret)
{
	bool is_change = q->by == REGISTRY_BY_CHANGE;

	ret->at = i;
	ret->second = 0;
	switch (q->ask) {
	case REGISTRY_ASK_LABELS:
		ret->order =
		    is_change ? s->label[i].changed_by : s->label[i].index;
		ret->second = is_change ? s->label[i].index : 0;
		return wants_label(&s->label[i], q);
	case REGISTRY_ASK_PRODUCTS:
		ret->order = s->product[i].first_label;
		return wants_product(&s->product[i], q);
	case REGISTRY_ASK_STATEMENTS:
		ret->order = s->statement[i].index;
		return wants_statement(&s->statement[i], q);
	case REGISTRY_ASK_BODIES:
		ret->order = s->body[i].index;
		return wants_body(&s->body[i], q);
	case REGISTRY_ASK_RECOGNITIONS:
		ret->order = s->recognition[i].row.index;
		return true;
	case REGISTRY_ASK_HEAD:
	case REGISTRY_ASK_ENTRY:
	case REGISTRY_ASK_RECEIPT:
	case REGISTRY_ASK_PROOF:
	case REGISTRY_ASK_FILE:
		break;
	}
	fail();
	return false;
}

static size_t
rows_of(const struct shadow *s, enum registry_ask ask)
{
	return ask == REGISTRY_ASK_LABELS      ? s->labels
	    : ask == REGISTRY_ASK_PRODUCTS     ? s->products
	    : ask == REGISTRY_ASK_STATEMENTS   ? s->statements
	    : ask == REGISTRY_ASK_BODIES       ? s->bodies
	    : ask == REGISTRY_ASK_RECOGNITIONS ? s->recognitions
					       : 0;
}

static bool
is_behind(const struct registry_question *q, const struct found *f)
{
	if (!q->has_after)
		return true;
	if (q->by == REGISTRY_BY_CHANGE)
		return f->order < q->after ||
		    (f->order == q->after && f->second < q->number);
	return q->newest_first ? f->order < q->after : f->order > q->after;
}

static void
same_row(const struct shadow *s, const struct registry_question *q, size_t at,
    const struct registry_reply *reply, size_t i)
{
	if (q->ask == REGISTRY_ASK_LABELS)
		same_label(&reply->labels[i], &s->label[at]);
	else if (q->ask == REGISTRY_ASK_PRODUCTS)
		same_product(&reply->products[i], &s->product[at]);
	else if (q->ask == REGISTRY_ASK_STATEMENTS)
		same_statement(&reply->statements[i], &s->statement[at]);
	else if (q->ask == REGISTRY_ASK_BODIES)
		same_body(&reply->bodies[i], &s->body[at]);
	else
		same_recognition(
		    &reply->recognitions[i].row, &s->recognition[at].row);
}

void
shadow_check(struct shadow *s, const struct registry_question *question,
    const struct registry_reply *reply)
{
	static struct found found[SHADOW_ROWS];
	const struct registry_question *q = question;
	size_t count = 0;

	for (size_t i = 0; i < rows_of(s, q->ask); i++)
		if (look_at(s, q, i, &found[count]) &&
		    is_behind(q, &found[count]))
			count++;
	qsort(found, count, sizeof(*found), compare);
	assert_int_equal(reply->count, count < q->limit ? count : q->limit);
	assert_int_equal(reply->more, count > q->limit);
	for (size_t i = 0; i < reply->count; i++)
		same_row(s, q,
		    found[q->newest_first || q->by == REGISTRY_BY_CHANGE
			    ? count - 1 - i
			    : i]
			.at,
		    reply, i);
}
