/* SPDX-License-Identifier: ISC */
/* Follows the rules' state entry by entry and tells what is different now. */
#include "registry/view.h"

#include "statement/correction.h"
#include "statement/status_change.h"
#include "trust/chunks.h"

#include <assert.h>
#include <string.h>

/*
 * The state says what a label's status is, but not why, and not which labels
 * changed. So for each label the view keeps what it last told, and the way to
 * the body's label before; what suspended a label is kept only as long as it
 * does, for it may come to the front again when another cause is lifted.
 */
struct view_label {
	uint64_t told;	     /* see told_of() */
	uint32_t older;	     /* the body's label before: number + 1; 0: none */
	uint32_t suspension; /* number + 1 in suspensions; 0: none */
};

/* A status statement that suspends its label, as long as it does. */
struct view_suspension {
	uint64_t index;
	int64_t time;
	uint8_t *text; /* STATUS_TEXT_MAX bytes, once there was one */
	uint32_t next; /* of those that are free: number + 1 */
	uint16_t reason;
	uint8_t text_len;
	bool by_owner;
};

/* By the number that the state gives a body. */
struct view_body {
	uint32_t newest; /* its newest label: number + 1; 0: none */
	uint32_t label_count;
};

struct view {
	struct arena *arena;
	const struct trust_state *state;
	const struct crypto_hooks *hooks;
	struct chunks labels;	   /* struct view_label, in the state's order */
	struct chunks bodies;	   /* struct view_body */
	struct chunks suspensions; /* struct view_suspension */
	uint32_t free;		   /* number + 1 */
};

/* Something that changes labels. */
struct cause {
	uint64_t index;
	int64_t time;
	unsigned reason;
	struct bytes text;
	bool by_owner;
};

/* One entry on its way: what all functions below work with. */
struct taking {
	struct view *view;
	const struct view_sink *sink;
	const struct statement *s;
	uint64_t index;
	struct cause cause; /* the entry itself */
};

struct view *
view_open(struct arena *arena, const struct trust_state *state,
    const struct crypto_hooks *hooks)
{
	struct view *view = arena_take(arena, sizeof(*view));

	if (view == NULL)
		return NULL;
	view->arena = arena;
	view->state = state;
	view->hooks = hooks;
	view->labels.size = sizeof(struct view_label);
	view->bodies.size = sizeof(struct view_body);
	view->suspensions.size = sizeof(struct view_suspension);
	return view;
}

/* Status in the two lowest bits, above them the index of what made it so, + 1;
   0 is a label as it was issued. */
static uint64_t
told_of(enum trust_status status, uint64_t changed_by)
{
	return (changed_by + 1) << 2 | (uint64_t)status;
}

static enum trust_status
status_of(uint64_t told)
{
	return (enum trust_status)(told & 3);
}

/* The state's label of that number. */
static const struct trust_label *
label_at(const struct view *view, size_t number)
{
	const struct trust_label *label =
	    trust_next_label(view->state, &number);

	assert(label != NULL);
	return label;
}

/* The number of a label that is there. */
static uint32_t
number_of(const struct view *view, uint64_t index)
{
	size_t from = 0;
	size_t to = view->labels.count;

	while (to - from > 1) {
		size_t middle = from + (to - from) / 2;

		if (label_at(view, middle)->index <= index)
			from = middle;
		else
			to = middle;
	}
	return (uint32_t)from;
}

/* ---- suspensions by statements on the label itself ---- */

static struct view_suspension *
suspension_of(const struct view *view, const struct view_label *mine)
{
	return mine->suspension == 0
	    ? NULL
	    : chunks_at(&view->suspensions, mine->suspension - 1);
}

static enum err
take_suspension(struct view *view, struct view_label *mine)
{
	struct view_suspension *taken;

	if (view->free == 0) {
		if (view->suspensions.count >= UINT32_MAX - 1 ||
		    chunks_add(&view->suspensions, view->arena) == NULL)
			return ERR_MEMORY;
		mine->suspension = (uint32_t)view->suspensions.count;
		return ERR_OK;
	}
	mine->suspension = view->free;
	taken = suspension_of(view, mine);
	view->free = taken->next;
	return ERR_OK;
}

static enum err
keep_suspension(
    struct view *view, struct view_label *mine, const struct cause *cause)
{
	struct view_suspension *kept;
	enum err err = ERR_OK;

	if (mine->suspension == 0)
		err = take_suspension(view, mine);
	if (err != ERR_OK)
		return err;
	kept = suspension_of(view, mine);
	kept->index = cause->index;
	kept->time = cause->time;
	kept->reason = (uint16_t)cause->reason;
	kept->by_owner = cause->by_owner;
	kept->text_len = (uint8_t)cause->text.len;
	if (cause->text.len > 0 && kept->text == NULL)
		kept->text = arena_take(view->arena, STATUS_TEXT_MAX);
	if (cause->text.len > 0 && kept->text == NULL)
		return ERR_MEMORY;
	if (cause->text.len > 0)
		memcpy(kept->text, cause->text.ptr, cause->text.len);
	return ERR_OK;
}

static void
drop_suspension(struct view *view, struct view_label *mine)
{
	struct view_suspension *kept = suspension_of(view, mine);

	if (kept == NULL)
		return;
	kept->next = view->free;
	view->free = mine->suspension;
	mine->suspension = 0;
}

/* ---- what a label's status is, and why ---- */

/* What the body's accreditation says of the label, as the state asks it. */
static const struct trust_record *
body_suspends(const struct view *view, const struct trust_label *label)
{
	struct trust_question question = {
		.body = trust_body_id(view->state, label->body),
		.scheme = trust_scheme_name(view->state, label->scheme),
		.level = label->level,
		.category = { (const uint8_t *)label->category,
		    label->category_len },
		.index = label->index,
		.time = label->iat,
	};

	return trust_find_suspension(trust_records(view->state), &question);
}

/* Of the two that may suspend it the one that stands longer: since then the
   label is. */
static struct cause
why_suspended(const struct view *view, const struct view_label *mine,
    const struct trust_label *label)
{
	const struct view_suspension *own = suspension_of(view, mine);
	const struct trust_record *record = body_suspends(view, label);

	assert(own != NULL || record != NULL);
	if (record != NULL && (own == NULL || record->index < own->index))
		return (struct cause){ .index = record->index,
			.time = record->said_at,
			.by_owner = true };
	return (struct cause){
		.index = own->index,
		.time = own->time,
		.reason = own->reason,
		.text = { own->text, own->text_len },
		.by_owner = own->by_owner,
	};
}

static enum err
tell(const struct taking *t, const struct trust_label *label,
    enum trust_status status, const struct cause *cause)
{
	const struct registry_label row = {
		.index = label->index,
		.status = status,
		.has_change = true,
		.changed_by = cause->index,
		.changed = cause->time,
		.reason = cause->reason,
		.reason_text = cause->text,
		.by_owner = cause->by_owner,
		.replaced_by = label->replaced_by,
	};

	return t->sink->set_status(t->sink->context, &row);
}

/* Looks at a label that this entry may have changed. */
static enum err
refresh(struct taking *t, uint32_t number)
{
	struct view *view = t->view;
	struct view_label *mine = chunks_at(&view->labels, number);
	const struct trust_label *label = label_at(view, number);
	enum trust_status status = trust_label_status(view->state, label);
	struct cause cause = t->cause;

	/* Neither of them comes back, so what suspended it is of no use. */
	if (status == TRUST_REVOKED || status == TRUST_SUPERSEDED)
		drop_suspension(view, mine);
	if (status == TRUST_SUSPENDED)
		cause = why_suspended(view, mine, label);
	else if (status == status_of(mine->told))
		return ERR_OK;
	uint64_t told = told_of(status, cause.index);

	if (told == mine->told)
		return ERR_OK;
	mine->told = told;
	return tell(t, label, status, &cause);
}

/* ---- entry by entry ---- */

/* The label that a statement is on: index + 1. */
static uint64_t
find_subject(const struct taking *t)
{
	struct status_change change;
	struct correction correction;
	struct fault fault;

	switch (t->s->header.kind) {
	case STATEMENT_LABEL:
		return t->index + 1;
	case STATEMENT_STATUS:
		return status_change_read(t->s->payload, &change, &fault) ==
			ERR_OK
		    ? change.label + 1
		    : 0;
	case STATEMENT_CORRECTION:
		if (correction_read(t->s->payload, &correction, &fault) !=
			ERR_OK ||
		    trust_find_label(t->view->state, correction.statement) ==
			NULL)
			return 0;
		return correction.statement + 1;
	case STATEMENT_ASSESSMENT:
	case STATEMENT_UPDATE:
	case STATEMENT_ADVISORY:
	case STATEMENT_EVIDENCE:
	case STATEMENT_ACCREDITATION:
	case STATEMENT_RECOGNITION:
		break;
	}
	return 0;
}

static enum err
put_statement(const struct taking *t)
{
	const struct statement_header *h = &t->s->header;
	struct trust_list records = trust_records(t->view->state);
	struct registry_statement row = {
		.index = t->index,
		.is_admitted = true,
		.kind = h->kind,
		.iss = h->iss,
		.sub = h->sub,
		.issued = h->iat,
		.expires = h->exp,
		.label = find_subject(t),
	};
	const struct trust_record *record =
	    trust_find_body(records, h->kid, UINT64_MAX);

	memcpy(row.kid, h->kid, SHA256_LEN);
	/* An owner that is accredited, too, labels as the body that it is. */
	if (record != NULL &&
	    (h->kind == STATEMENT_LABEL ||
		!trust_is_owner(t->view->state, h->kid)))
		row.signer_name = record->what.name;
	row.has_product =
	    product_read_sub(h->sub, &row.ids, &row.has_release) == ERR_OK;
	return t->sink->put_statement(t->sink->context, &row);
}

/* Adds the newest label to its body's. */
static enum err
add_label(struct view *view, const struct trust_label *label)
{
	struct view_label *mine = chunks_add(&view->labels, view->arena);
	struct view_body *body;

	if (mine == NULL)
		return ERR_MEMORY;
	/* The state has numbered bodies that issue nothing, too. */
	while (view->bodies.count <= label->body)
		if (chunks_add(&view->bodies, view->arena) == NULL)
			return ERR_MEMORY;
	body = chunks_at(&view->bodies, label->body);
	mine->older = body->newest;
	body->newest = (uint32_t)view->labels.count;
	body->label_count++;
	return ERR_OK;
}

/* The one label that a newer one of the same firmware has replaced. */
static enum err
refresh_replaced(struct taking *t, const struct trust_label *newer)
{
	uint32_t next = newer->older_firmware;

	while (next != 0) {
		const struct trust_label *older = label_at(t->view, next - 1);

		if (older->scheme == newer->scheme)
			return older->replaced_by == t->index + 1
			    ? refresh(t, next - 1)
			    : ERR_OK;
		next = older->older_firmware;
	}
	return ERR_OK;
}

static enum err
take_label(struct taking *t)
{
	const struct statement_header *h = &t->s->header;
	const struct trust_label *label =
	    trust_find_label(t->view->state, t->index);
	const struct trust_record *record =
	    trust_find_body(trust_records(t->view->state), h->kid, t->index);
	struct registry_label row = {
		.index = t->index,
		.issued = h->iat,
		.expires = h->exp,
	};
	struct fault fault;
	enum err err = label_claims_read(t->s->payload, &row.claims, &fault);

	if (err == ERR_OK && (label == NULL || record == NULL))
		err = ERR_MALFORMED; /* it was not admitted */
	if (err == ERR_OK)
		err = add_label(t->view, label);
	if (err != ERR_OK)
		return err;
	row.ids = label->ids;
	row.status = trust_label_status(t->view->state, label);
	memcpy(row.body, h->kid, SHA256_LEN);
	row.body_name = record->what.name;
	row.body_iss = record->what.iss;
	row.accredited_by = record->index;
	err = t->sink->put_label(t->sink->context, &row);
	t->cause.by_owner = false; /* it labels as a body */
	return err == ERR_OK ? refresh_replaced(t, label) : err;
}

static enum err
take_status(struct taking *t)
{
	struct view *view = t->view;
	struct status_change change;
	struct fault fault;
	enum err err = status_change_read(t->s->payload, &change, &fault);
	const struct trust_label *label;

	if (err != ERR_OK)
		return err;
	label = trust_find_label(view->state, change.label);
	if (label == NULL)
		return ERR_MALFORMED;
	t->cause.reason = change.reason;
	t->cause.text = change.text;
	uint32_t number = number_of(view, change.label);
	struct view_label *mine = chunks_at(&view->labels, number);

	if (!label->suspended)
		drop_suspension(view, mine);
	else if (change.action == STATUS_SUSPEND)
		err = keep_suspension(view, mine, &t->cause);
	return err == ERR_OK ? refresh(t, number) : err;
}

/* What the view keeps of the body with that thumbprint; NULL when it has
   labelled nothing. */
static struct view_body *
find_body(const struct view *view, const uint8_t body[SHA256_LEN])
{
	for (size_t i = 0; i < view->bodies.count; i++)
		if (memcmp(trust_body_id(view->state, (uint32_t)i), body,
			SHA256_LEN) == 0)
			return chunks_at(&view->bodies, i);
	return NULL;
}

static enum err
take_accreditation(struct taking *t)
{
	struct trust_list records = trust_records(t->view->state);
	const struct trust_record *record;
	const struct view_body *body;
	enum err err;

	if (records.count == 0 ||
	    records.record[records.count - 1].index != t->index)
		return ERR_MALFORMED;
	record = &records.record[records.count - 1];
	body = find_body(t->view, record->body);
	struct registry_body row = {
		.index = t->index,
		.action = record->what.action,
		.name = record->what.name,
		.iss = record->what.iss,
		.scopes = record->what.scopes,
		.from = record->what.from,
		.until = record->what.until,
		.said_at = record->said_at,
		.label_count = body != NULL ? body->label_count : 0,
	};

	memcpy(row.kid, record->body, SHA256_LEN);
	err = t->sink->put_body(t->sink->context, &row);
	for (uint32_t next = body != NULL ? body->newest : 0;
	     err == ERR_OK && next != 0;) {
		const struct view_label *mine =
		    chunks_at(&t->view->labels, next - 1);

		err = refresh(t, next - 1);
		next = mine->older;
	}
	return err;
}

static enum err
take_recognition(struct taking *t)
{
	struct trust_recognitions all = trust_recognitions(t->view->state);

	if (all.count == 0 || all.list[all.count - 1].index != t->index)
		return ERR_MALFORMED;
	const struct registry_recognition row = { .row =
						      all.list[all.count - 1] };

	return t->sink->put_recognition(t->sink->context, &row);
}

static enum err
take(struct taking *t)
{
	switch (t->s->header.kind) {
	case STATEMENT_LABEL:
		return take_label(t);
	case STATEMENT_STATUS:
		return take_status(t);
	case STATEMENT_ACCREDITATION:
		return take_accreditation(t);
	case STATEMENT_RECOGNITION:
		return take_recognition(t);
	case STATEMENT_ASSESSMENT:
	case STATEMENT_UPDATE:
	case STATEMENT_ADVISORY:
	case STATEMENT_EVIDENCE:
	case STATEMENT_CORRECTION:
		break;
	}
	return ERR_OK;
}

enum err
view_take(struct view *view, uint64_t index, struct bytes entry,
    const struct admission *admission, const struct view_sink *sink)
{
	const struct registry_statement nothing = {
		.index = index,
		.refused = (unsigned)admission->code,
	};
	struct statement s;
	struct fault fault;
	struct taking t = {
		.view = view, .sink = sink, .s = &s, .index = index
	};
	enum err err;

	if (admission->code != ADMITTED || !admission->is_statement)
		return sink->put_statement(sink->context, &nothing);
	/* The state must be as this entry left it, and not further. */
	if (trust_count(view->state) != index + 1)
		return ERR_MALFORMED;
	err = statement_read(entry, &s, &fault);
	if (err != ERR_OK)
		return err;
	t.cause = (struct cause){
		.index = index,
		.time = s.header.iat,
		.by_owner = trust_is_owner(view->state, s.header.kid),
	};
	err = put_statement(&t);
	return err == ERR_OK ? take(&t) : err;
}

/* ---- a sink that drops what it is told ---- */

static enum err
no_statement(void *context, const struct registry_statement *row)
{
	(void)context;
	(void)row;
	return ERR_OK;
}

static enum err
no_label(void *context, const struct registry_label *row)
{
	(void)context;
	(void)row;
	return ERR_OK;
}

static enum err
no_body(void *context, const struct registry_body *row)
{
	(void)context;
	(void)row;
	return ERR_OK;
}

static enum err
no_recognition(void *context, const struct registry_recognition *row)
{
	(void)context;
	(void)row;
	return ERR_OK;
}

const struct view_sink view_no_sink = { no_statement, no_label, no_label,
	no_body, no_recognition, NULL };
