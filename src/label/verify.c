/* SPDX-License-Identifier: ISC */
/* The three answers about a label. */
#include "label/verify.h"

#include "label/compact_text.h"
#include "label/status_list.h"
#include "statement/statement.h"

#include <string.h>

/* Clocks may differ by so much. */
#define SKEW_SECS 300
/* Bodies whose thumbprints share four bytes: chance gives none. */
#define CANDIDATES_MAX 8

/* What the steps share. The room is parted: the text's bytes, the header, what
   is signed. */
struct verifying {
	const struct bundle *bundle;
	struct compact compact;
	struct cose_sign1 message;
	uint8_t *header_room;
	uint8_t *work;
	struct label_answers *answers;
};

/* The room's part for the bytes of a text; the header's; the rest is work. */
#define HEADER_AT COMPACT_MAX_LEN
#define WORK_AT (HEADER_AT + STATEMENT_PROTECTED_MAX)
#define WORK_LEN (LABEL_VERIFY_ROOM - WORK_AT)

/* The record that was in force where the label says it stands: the body may be
   called otherwise by now, and the label is signed with its name of then. */
static const struct trust_record *
record_of_then(const struct verifying *v, const struct trust_record *newest)
{
	uint64_t index = v->bundle->head.size;

	if (v->compact.logged && v->compact.index < index)
		index = v->compact.index;
	const struct trust_record *record =
	    trust_find_body(v->bundle->trust, newest->body, index);

	return record != NULL ? record : newest;
}

/* Whether this body signed it; if so v->message is the statement. */
static enum err
try_body(struct verifying *v, const struct trust_record *record)
{
	const struct crypto_hooks *hooks = v->bundle->hooks;
	const struct compact_body body = {
		.key = &record->what.key,
		.kid = record->body,
		.iss = record->what.iss,
	};
	enum err err = compact_rebuild(&v->compact, &body, &v->answers->claims,
	    hooks, v->header_room, &v->message);

	if (err != ERR_OK)
		return err;
	return cose_verify_sign1(&v->message, &record->what.key, hooks,
	    (struct bytes){ NULL, 0 }, v->work, WORK_LEN);
}

/* Tries every body that the hint may mean. */
static enum label_issuer
find_issuer(struct verifying *v)
{
	struct label_answers *a = v->answers;
	enum label_issuer issuer = LABEL_ISSUER_UNKNOWN_KEY;
	const struct trust_record *newest;
	size_t at = 0;

	for (unsigned tries = 0; tries < CANDIDATES_MAX; tries++) {
		if (!trust_next_body(
			v->bundle->trust, v->compact.kid, &at, &newest))
			break;
		const struct trust_record *record = record_of_then(v, newest);
		enum err err = try_body(v, record);

		if (err == ERR_OK || issuer == LABEL_ISSUER_UNKNOWN_KEY) {
			a->body_iss = record->what.iss;
			a->body_name = record->what.name;
			memcpy(a->body_key, record->body, SHA256_LEN);
		}
		if (err == ERR_OK)
			return LABEL_ISSUER_YES;
		issuer = err == ERR_UNSUPPORTED ? LABEL_ISSUER_UNSUPPORTED
						: LABEL_ISSUER_FORGED;
	}
	return issuer;
}

/* The leaf's hash is that of the statement as the ledger holds it. */
static enum label_presence
find_presence(const struct verifying *v)
{
	struct cbor_writer w = cbor_writer_open(v->work, WORK_LEN);

	if (!v->compact.logged)
		return LABEL_PRESENCE_NOT_YET;
	cose_put_sign1(&w, v->message.protected_map, (struct bytes){ NULL, 0 },
	    v->message.payload, v->message.signature);
	if (w.failed)
		return LABEL_PRESENCE_UNKNOWN;
	struct merkle_hash leaf =
	    merkle_leaf(v->bundle->hooks, cbor_written(&w));

	switch ((int)bundle_verify_leaf(
	    v->bundle, &leaf, v->compact.index, v->compact.proof)) {
	case ERR_OK:
		return LABEL_PRESENCE_YES;
	case ERR_END:
		return LABEL_PRESENCE_NOT_YET;
	case ERR_TRUNCATED:
		return LABEL_PRESENCE_NO_PROOF;
	default:
		return LABEL_PRESENCE_NO;
	}
}

static enum label_issuer
issuer_of(enum trust_answer answer)
{
	switch (answer) {
	case TRUST_YES:
		return LABEL_ISSUER_YES;
	case TRUST_UNKNOWN:
	case TRUST_NOT_YET:
		return LABEL_ISSUER_NOT_ACCREDITED;
	case TRUST_WITHDRAWN:
		return LABEL_ISSUER_WITHDRAWN;
	case TRUST_SCHEME:
		return LABEL_ISSUER_SCHEME;
	case TRUST_LEVEL:
		return LABEL_ISSUER_LEVEL;
	case TRUST_CATEGORY:
		return LABEL_ISSUER_CATEGORY;
	case TRUST_TOO_EARLY:
	case TRUST_TOO_LATE:
		return LABEL_ISSUER_DATES;
	}
	return LABEL_ISSUER_NOT_ACCREDITED;
}

/*
 * A place that is not proven gives no right: whoever lost an accreditation
 * could name an index from before. Then the newest state decides.
 */
static struct trust_question
question_of(const struct verifying *v)
{
	struct label_answers *a = v->answers;

	a->judged_at =
	    a->presence == LABEL_PRESENCE_YES ? a->index : a->tree_size;
	return (struct trust_question){
		.body = a->body_key,
		.scheme = a->claims.scheme,
		.level = a->claims.level,
		.category = a->claims.category,
		.index = a->judged_at,
		.time = a->issued,
	};
}

static enum label_status
status_of(uint8_t value)
{
	switch (value) {
	case STATUS_VALID:
		return LABEL_STATUS_VALID;
	case STATUS_INVALID:
		return LABEL_STATUS_REVOKED;
	case STATUS_SUSPENDED:
		return LABEL_STATUS_SUSPENDED;
	default:
		return LABEL_STATUS_SUPERSEDED;
	}
}

/* Only for a label whose place is proven: else the bits are another's. */
static enum label_status
find_status(const struct verifying *v, int64_t now,
    const struct trust_question *question)
{
	const struct bundle *b = v->bundle;
	uint64_t number = v->answers->index >> STATUS_LIST_SHIFT;
	uint8_t value;

	if (v->answers->presence != LABEL_PRESENCE_YES ||
	    number >= b->list_count)
		return LABEL_STATUS_UNKNOWN;
	const struct bundle_list *list = &b->list[number];

	if (!status_list_find(list->bytes, STATUS_LIST_BITS,
		v->answers->index & (STATUS_LIST_COUNT - 1), &value))
		return LABEL_STATUS_UNKNOWN;
	v->answers->status_as_of = list->issued;
	if (now >= b->expires || now >= list->expires)
		return LABEL_STATUS_STALE;
	if (value == STATUS_VALID &&
	    trust_find_suspension(b->trust, question) != NULL)
		return LABEL_STATUS_SUSPENDED;
	return status_of(value);
}

static enum label_clock
find_clock(const struct label_answers *a, int64_t now)
{
	if (now < a->bundle_issued - SKEW_SECS)
		return LABEL_CLOCK_UNKNOWN;
	if (now < a->issued - SKEW_SECS)
		return LABEL_CLOCK_NOT_YET;
	if (now >= a->expires)
		return LABEL_CLOCK_EXPIRED;
	if (a->claims.support_until != 0 && now >= a->claims.support_until)
		return LABEL_CLOCK_SUPPORT_ENDED;
	return LABEL_CLOCK_IN_TIME;
}

static struct label_answers
answers_about(const struct bundle *b, const struct compact *compact)
{
	return (struct label_answers){
		.logged = compact->logged,
		.index = compact->index,
		.issued = compact->issued,
		.expires = compact->expires,
		.origin = b->origin,
		.tree_size = b->head.size,
		.head_time = b->head_time,
		.witnesses = b->witnesses,
		.bundle_issued = b->issued,
		.bundle_expires = b->expires,
	};
}

enum err
label_verify(const struct bundle *bundle, struct bytes compact, int64_t now,
    uint8_t *room, struct label_answers *ret, struct fault *ret_fault)
{
	struct label_answers answers;
	struct verifying v = {
		.bundle = bundle,
		.header_room = room + HEADER_AT,
		.work = room + WORK_AT,
		.answers = &answers,
	};
	enum err err = compact_read(compact, &v.compact, ret_fault);

	if (err != ERR_OK)
		return err;
	answers = answers_about(bundle, &v.compact);
	err = label_claims_read(v.compact.payload, &answers.claims, ret_fault);
	if (err != ERR_OK)
		return err;
	answers.clock = find_clock(&answers, now);
	answers.issuer = find_issuer(&v);
	if (answers.issuer == LABEL_ISSUER_YES) {
		answers.presence = find_presence(&v);
		struct trust_question question = question_of(&v);

		answers.issuer =
		    issuer_of(trust_right(bundle->trust, &question).answer);
		answers.status = find_status(&v, now, &question);
	}
	*ret = answers;
	return ERR_OK;
}

enum err
label_verify_text(const struct bundle *bundle, struct bytes text, int64_t now,
    uint8_t *room, struct label_answers *ret, struct fault *ret_fault)
{
	struct bytes compact = { 0 };
	enum err err = compact_from_text(text, room, &compact, ret_fault);

	if (err != ERR_OK)
		return err;
	return label_verify(bundle, compact, now, room, ret, ret_fault);
}

bool
label_is_good(const struct label_answers *answers)
{
	return answers->issuer == LABEL_ISSUER_YES &&
	    answers->presence == LABEL_PRESENCE_YES &&
	    answers->status == LABEL_STATUS_VALID &&
	    answers->clock == LABEL_CLOCK_IN_TIME;
}

const char *
label_issuer_text(enum label_issuer issuer)
{
	switch (issuer) {
	case LABEL_ISSUER_UNKNOWN_KEY:
		return "no accredited body has this key";
	case LABEL_ISSUER_YES:
		return "signed by an accredited body";
	case LABEL_ISSUER_FORGED:
		return "the signature is wrong";
	case LABEL_ISSUER_UNSUPPORTED:
		return "signed with an algorithm that is not supported here";
	case LABEL_ISSUER_NOT_ACCREDITED:
		return "its body was not accredited when it was logged";
	case LABEL_ISSUER_WITHDRAWN:
		return "the accreditation of its body was withdrawn before";
	case LABEL_ISSUER_SCHEME:
		return "its body is not accredited for this scheme";
	case LABEL_ISSUER_LEVEL:
		return "its body is not accredited for this level";
	case LABEL_ISSUER_CATEGORY:
		return "its body is not accredited for this kind of product";
	case LABEL_ISSUER_DATES:
		return "issued outside the dates of its body's accreditation";
	}
	return "unknown";
}

const char *
label_presence_text(enum label_presence presence)
{
	switch (presence) {
	case LABEL_PRESENCE_UNKNOWN:
		return "not looked for";
	case LABEL_PRESENCE_YES:
		return "in the ledger";
	case LABEL_PRESENCE_NOT_YET:
		return "not yet found in the ledger";
	case LABEL_PRESENCE_NO_PROOF:
		return "carries no proof: fetch the final label";
	case LABEL_PRESENCE_NO:
		return "not in the ledger: another entry stands at its index";
	}
	return "unknown";
}

const char *
label_status_text(enum label_status status)
{
	switch (status) {
	case LABEL_STATUS_UNKNOWN:
		return "unknown";
	case LABEL_STATUS_VALID:
		return "valid";
	case LABEL_STATUS_REVOKED:
		return "revoked";
	case LABEL_STATUS_SUSPENDED:
		return "suspended";
	case LABEL_STATUS_SUPERSEDED:
		return "superseded by a newer label";
	case LABEL_STATUS_STALE:
		return "unknown: the bundle has expired";
	}
	return "unknown";
}

const char *
label_clock_text(enum label_clock clock)
{
	switch (clock) {
	case LABEL_CLOCK_UNKNOWN:
		return "unknown: the clock stands before the bundle";
	case LABEL_CLOCK_IN_TIME:
		return "in time";
	case LABEL_CLOCK_NOT_YET:
		return "not yet valid";
	case LABEL_CLOCK_EXPIRED:
		return "expired";
	case LABEL_CLOCK_SUPPORT_ENDED:
		return "the maker's support has ended";
	}
	return "unknown";
}
