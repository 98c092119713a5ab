/* SPDX-License-Identifier: ISC */
/* What each kind of statement must meet, and what it then changes. */
#include "statement/advisory.h"
#include "statement/correction.h"
#include "statement/update.h"
#include "trust/admission_private.h"

#include <string.h>

static enum admission_code
broken(struct candidate *c)
{
	(void)c; /* the reader of the payload has set the fault */
	return REFUSED_NO_STATEMENT;
}

/* May the signer speak at all? Owners may, bodies unless withdrawn. */
static enum admission_code
check_speaker(struct candidate *c)
{
	struct trust_question question = {
		.body = c->s->header.kid,
		.index = c->index,
		.time = c->s->header.iat,
	};

	return c->is_owner ? ADMITTED : admission_judge_right(c, &question);
}

/* The first half of SHA-256 over product and image: one firmware is one, even
   under two version texts. */
static void
find_firmware(const struct candidate *c, const struct product *p,
    struct trust_label *label)
{
	const struct bytes parts[] = { { label->ids.product, PRODUCT_ID_LEN },
		{ p->digest, SHA256_LEN } };
	uint8_t digest[SHA256_LEN];

	c->state->hooks->sha256(c->state->hooks->context, parts, 2, digest);
	memcpy(label->firmware, digest, PRODUCT_ID_LEN);
}

static enum admission_code
read_label(struct candidate *c, struct label_claims *claims)
{
	const struct statement_header *h = &c->s->header;
	struct trust_label *label = &c->label;

	if (label_claims_read(c->s->payload, claims, &c->answer->fault) !=
	    ERR_OK)
		return broken(c);
	if (!product_has_sub(c->state->hooks, &claims->product, h->sub))
		return REFUSED_SUBJECT;
	product_find_ids(c->state->hooks, &claims->product, &label->ids);
	find_firmware(c, &claims->product, label);
	label->index = c->index;
	label->iat = h->iat;
	label->exp = h->exp;
	label->level = (uint8_t)claims->level;
	label->category_len = (uint8_t)claims->category.len;
	if (claims->category.len > 0)
		memcpy(label->category, claims->category.ptr,
		    claims->category.len);
	return ADMITTED;
}

static enum admission_code
check_label_times(const struct candidate *c, const struct label_claims *claims)
{
	const struct statement_header *h = &c->s->header;

	if (h->exp - h->iat > ADMISSION_LABEL_SECS)
		return REFUSED_TIMES;
	if (claims->support_until != 0 && claims->support_until <= h->iat)
		return REFUSED_TIMES;
	return ADMITTED;
}

/*
 * Whether no other label of the firmware may stand beside this one. Its end
 * must be behind the ledger's clock and behind what the newer label says of
 * its time: one who reads the log later has the second alone, and must come to
 * the same answer.
 */
static bool
is_active(const struct candidate *c, const struct trust_label *label)
{
	int64_t iat = c->s->header.iat;
	int64_t now = c->terms->now;

	if (now == 0 || now > iat)
		now = iat;
	return !label->revoked && !label->superseded && label->exp > now;
}

static bool
goes_to_signer(const struct candidate *c, const struct trust_label *label)
{
	return label->transfer_to != 0 &&
	    admission_same_body(c->state,
		trust_body_id(c->state, label->transfer_to - 1),
		c->s->header.kid);
}

/* One product, one certification: what the label before it allows. */
static enum admission_code
check_unique(struct candidate *c, struct bytes scheme)
{
	struct trust_label *older =
	    state_find_newest(c->state, c->label.firmware, scheme);
	bool own;

	if (older == NULL)
		return ADMITTED;
	own = admission_same_body(
	    c->state, trust_body_id(c->state, older->body), c->s->header.kid);
	if (!own && is_active(c, older) && !goes_to_signer(c, older))
		return admission_clash(c, REFUSED_SECOND_LABEL, older->index);
	if (own && older->by_owner && (older->suspended || older->revoked))
		return admission_clash(c, REFUSED_BY_OWNER, older->index);
	if (c->s->header.iat < older->iat)
		return admission_clash(c, REFUSED_OLDER, older->index);
	if (!older->revoked && !older->superseded)
		c->older = older;
	return ADMITTED;
}

static enum admission_code
check_label(struct candidate *c)
{
	struct label_claims claims;
	enum admission_code code = read_label(c, &claims);

	if (code == ADMITTED) {
		struct trust_question question = {
			.body = c->s->header.kid,
			.scheme = claims.scheme,
			.level = claims.level,
			.category = claims.category,
			.index = c->index,
			.time = c->s->header.iat,
		};

		code = admission_judge_right(c, &question);
	}
	if (code == ADMITTED)
		code = check_label_times(c, &claims);
	return code == ADMITTED ? check_unique(c, claims.scheme) : code;
}

static enum err
take_label(struct candidate *c)
{
	struct label_claims claims;
	enum err err =
	    label_claims_read(c->s->payload, &claims, &c->answer->fault);

	if (err == ERR_OK)
		err = state_intern_scheme(
		    c->state, claims.scheme, &c->label.scheme);
	if (err == ERR_OK)
		err = state_intern_body(
		    c->state, c->s->header.kid, &c->label.body);
	if (err == ERR_OK)
		err = state_add_label(c->state, &c->label);
	if (err == ERR_OK && c->older != NULL) {
		c->older->superseded = true;
		c->older->replaced_by = c->index + 1;
	}
	return err;
}

/* Whether the signer may change that label in this way. */
static enum admission_code
check_changer(struct candidate *c)
{
	const struct trust_label *label = c->target;
	struct trust_question question = state_question(c->state, label);
	enum admission_code code;

	if (c->is_owner)
		return ADMITTED;
	if (!admission_same_body(c->state, trust_body_id(c->state, label->body),
		c->s->header.kid))
		return admission_clash(c, REFUSED_NOT_ITS_OWN, label->index);
	if (label->by_owner && c->change.action == STATUS_REINSTATE)
		return admission_clash(c, REFUSED_BY_OWNER, label->index);
	/* To bring a label back takes the whole right to it. */
	question.body = c->s->header.kid;
	question.index = c->index;
	question.time = c->s->header.iat;
	if (c->change.action == STATUS_REINSTATE)
		return admission_judge_right(c, &question);
	code = check_speaker(c);
	/* A body whose time is over still looks after its labels. */
	if (code == REFUSED_NO_RIGHT && c->answer->answer == TRUST_TOO_LATE) {
		c->answer->has_other = false;
		code = ADMITTED;
	}
	return code;
}

/* A newer active label of the product and scheme; NULL when there is none. */
static const struct trust_label *
find_renewal(const struct candidate *c)
{
	const struct trust_label *label = c->target;
	struct bytes scheme = trust_scheme_name(c->state, label->scheme);
	const struct trust_label *newer =
	    trust_find_labels(c->state, &label->ids, false, scheme, NULL);

	while (newer != NULL && newer->index > label->index) {
		if (!newer->revoked && !newer->superseded)
			return newer;
		newer = trust_find_labels(
		    c->state, &label->ids, false, scheme, newer);
	}
	return NULL;
}

static enum admission_code
check_transfer(struct candidate *c)
{
	const struct trust_record *to =
	    trust_find_body(trust_records(c->state), c->change.to, UINT64_MAX);

	/* Else another body could put a fresh label in the place of one that
	   the owner has stopped. */
	if (c->target->by_owner && !c->is_owner)
		return admission_clash(c, REFUSED_BY_OWNER, c->target->index);
	if (to == NULL || to->what.action == WITHDRAW)
		return REFUSED_NO_SUCH_BODY;
	if (admission_same_body(c->state,
		trust_body_id(c->state, c->target->body), c->change.to))
		return admission_clash(c, REFUSED_ACTION, c->target->index);
	return ADMITTED;
}

/* Whether the label can come to that state from where it is. */
static enum admission_code
check_action(struct candidate *c)
{
	const struct trust_label *label = c->target;
	bool can = true;

	if (label->revoked)
		return admission_clash(c, REFUSED_REVOKED, label->index);
	switch (c->change.action) {
	case STATUS_SUSPEND:
		/* The owner makes a suspension by its body its own. */
		can = !label->suspended || (c->is_owner && !label->by_owner);
		break;
	case STATUS_REINSTATE:
		can = label->suspended;
		break;
	case STATUS_REVOKE:
		break;
	case STATUS_TRANSFER:
		can = !label->superseded;
		if (can)
			return check_transfer(c);
		break;
	case STATUS_RENEWED:
		can = !label->superseded;
		if (can && find_renewal(c) == NULL)
			return REFUSED_NOT_RENEWED;
		break;
	}
	return can ? ADMITTED
		   : admission_clash(c, REFUSED_ACTION, label->index);
}

static bool
is_subject(const struct candidate *c, const struct trust_label *label)
{
	char sub[PRODUCT_SUB_LEN];

	product_put_sub(&label->ids, true, sub);
	return bytes_equal_text(c->s->header.sub, sub);
}

/* A body's clock may be ahead; that must not keep the owner from acting, who
   is bound by the owner's last word only. */
static int64_t
oldest_change(const struct candidate *c)
{
	const struct trust_label *label = c->target;

	if (c->is_owner)
		return label->changed_by_owner;
	return label->iat > label->changed ? label->iat : label->changed;
}

static enum admission_code
check_status(struct candidate *c)
{
	int64_t iat = c->s->header.iat;
	enum admission_code code;

	if (status_change_read(c->s->payload, &c->change, &c->answer->fault) !=
	    ERR_OK)
		return broken(c);
	c->target = state_find_label(c->state, c->change.label);
	if (c->target == NULL || !is_subject(c, c->target))
		return REFUSED_NO_SUCH_LABEL;
	code = check_changer(c);
	if (code == ADMITTED)
		code = check_action(c);
	if (code == ADMITTED && iat < oldest_change(c))
		code = admission_clash(c, REFUSED_OLDER, c->target->index);
	return code;
}

static enum err
take_status(struct candidate *c)
{
	struct trust_label *label = c->target;
	enum err err = ERR_OK;
	uint32_t body;

	if (c->s->header.iat > label->changed)
		label->changed = c->s->header.iat;
	if (c->is_owner)
		label->changed_by_owner = c->s->header.iat;
	switch (c->change.action) {
	case STATUS_SUSPEND:
		label->suspended = true;
		label->by_owner = c->is_owner;
		if (c->is_owner) /* what was agreed before is void */
			label->transfer_to = 0;
		break;
	case STATUS_REINSTATE:
		label->suspended = false;
		label->by_owner = false;
		break;
	case STATUS_REVOKE:
		label->revoked = true;
		/* A body that revokes what the owner has suspended does not
		   get free of the owner's word. */
		label->by_owner = label->by_owner || c->is_owner;
		break;
	case STATUS_TRANSFER:
		err = state_intern_body(c->state, c->change.to, &body);
		if (err == ERR_OK)
			label->transfer_to = body + 1;
		break;
	case STATUS_RENEWED:
		label->replaced_by = find_renewal(c)->index + 1;
		label->superseded = true;
		break;
	}
	return err;
}

static enum admission_code
check_accreditation(struct candidate *c)
{
	struct trust_record record;
	const struct trust_record *last;

	if (!c->is_owner)
		return REFUSED_ROLE;
	if (trust_record_read(c->s, c->index, c->state->hooks, &record,
		&c->answer->fault) != ERR_OK)
		return broken(c);
	last =
	    trust_find_body(trust_records(c->state), record.body, UINT64_MAX);
	if (last == NULL)
		return record.what.action == ACCREDIT ? ADMITTED
						      : REFUSED_NOT_ACCREDITED;
	if (!bytes_equal(last->what.iss, record.what.iss))
		return admission_clash(c, REFUSED_KEY_TAKEN, last->index);
	if (last->what.action == WITHDRAW && record.what.action != ACCREDIT)
		return admission_clash(c, REFUSED_NOT_ACCREDITED, last->index);
	if (record.said_at < last->said_at)
		return admission_clash(c, REFUSED_OLDER, last->index);
	return ADMITTED;
}

/* The statement again, out of a copy that lasts as long as the state. */
static enum err
keep(const struct candidate *c, struct statement *ret)
{
	struct bytes copy = arena_copy(c->state->arena, c->entry);
	struct fault fault;

	if (copy.ptr == NULL)
		return ERR_MEMORY;
	return statement_read(copy, ret, &fault);
}

static enum err
take_accreditation(struct candidate *c)
{
	struct trust_record record;
	struct statement s;
	enum err err = keep(c, &s);

	if (err == ERR_OK)
		err = trust_record_read(
		    &s, c->index, c->state->hooks, &record, &c->answer->fault);
	return err == ERR_OK ? state_add_record(c->state, &record) : err;
}

static enum admission_code
check_recognition(struct candidate *c)
{
	struct trust_recognition recognition;

	if (!c->is_owner)
		return REFUSED_ROLE;
	return trust_recognition_read(
		   c->s, c->index, &recognition, &c->answer->fault) == ERR_OK
	    ? ADMITTED
	    : broken(c);
}

static enum err
take_recognition(struct candidate *c)
{
	struct trust_recognition recognition;
	struct statement s;
	enum err err = keep(c, &s);

	if (err == ERR_OK)
		err = trust_recognition_read(
		    &s, c->index, &recognition, &c->answer->fault);
	return err == ERR_OK ? state_add_recognition(c->state, &recognition)
			     : err;
}

static enum admission_code
check_correction(struct candidate *c)
{
	struct correction correction;
	enum statement_kind kind;
	const uint8_t *kid;

	if (correction_read(c->s->payload, &correction, &c->answer->fault) !=
	    ERR_OK)
		return broken(c);
	if (!trust_find_statement(c->state, correction.statement, &kind, &kid))
		return REFUSED_NO_SUCH_STATEMENT;
	if (!c->is_owner &&
	    !admission_same_body(c->state, kid, c->s->header.kid))
		return admission_clash(
		    c, REFUSED_NOT_ITS_OWN, correction.statement);
	return check_speaker(c);
}

/* A map of a maker's own is admitted and means nothing here; one that is meant
   to say what pages show must be right. */
static enum admission_code
check_update(struct candidate *c)
{
	struct update update;

	if (update_is(c->s->payload) &&
	    update_read(c->s->payload, &update, &c->answer->fault) != ERR_OK)
		return broken(c);
	return check_speaker(c);
}

static enum admission_code
check_advisory(struct candidate *c)
{
	struct advisory advisory;

	if (advisory_is(c->s->payload) &&
	    advisory_read(c->s->payload, &advisory, &c->answer->fault) !=
		ERR_OK)
		return broken(c);
	return check_speaker(c);
}

static enum err
take_nothing(struct candidate *c)
{
	(void)c;
	return ERR_OK;
}

static const struct {
	enum admission_code (*check)(struct candidate *c);
	enum err (*take)(struct candidate *c);
} kinds[STATEMENT_KINDS] = {
	[STATEMENT_ASSESSMENT] = { check_speaker, take_nothing },
	[STATEMENT_LABEL] = { check_label, take_label },
	[STATEMENT_STATUS] = { check_status, take_status },
	[STATEMENT_UPDATE] = { check_update, take_nothing },
	[STATEMENT_ADVISORY] = { check_advisory, take_nothing },
	[STATEMENT_EVIDENCE] = { check_speaker, take_nothing },
	[STATEMENT_ACCREDITATION] = { check_accreditation, take_accreditation },
	[STATEMENT_RECOGNITION] = { check_recognition, take_recognition },
	[STATEMENT_CORRECTION] = { check_correction, take_nothing },
};

enum admission_code
admission_check_kind(struct candidate *c)
{
	return kinds[c->s->header.kind].check(c);
}

enum err
admission_take(struct candidate *c)
{
	struct trust_state *state = c->state;
	uint8_t id[SHA256_LEN];
	enum err err = kinds[c->s->header.kind].take(c);

	statement_content_id(c->s, state->hooks, id);
	if (err == ERR_OK)
		err = hash_table_add(&state->by_content, state->arena,
		    hash_table_key(id), c->index);
	if (err == ERR_OK)
		err =
		    state_add_entry(state, c->s->header.kind, c->s->header.kid);
	if (err == ERR_OK && c->is_owner && c->s->header.iat > state->proven)
		state->proven = c->s->header.iat;
	return err;
}
