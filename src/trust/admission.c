/* SPDX-License-Identifier: ISC */
/* What every statement must meet before the ledger takes it. */
#include "trust/admission.h"

#include "statement/padding.h"
#include "trust/admission_private.h"

#include <string.h>

static const struct {
	const char *word;
	const char *text;
} codes[ADMISSION_CODES] = {
	[ADMITTED] = { "admitted", "it may stand in the ledger" },
	[REFUSED_NO_STATEMENT] = { "no-statement",
	    "it is not a statement that this program reads" },
	[REFUSED_NOT_A_LEAF] = { "not-a-leaf",
	    "its unprotected header is not empty" },
	[REFUSED_UNKNOWN_SIGNER] = { "unknown-signer",
	    "its key is neither an owner's nor an accredited body's" },
	[REFUSED_SIGNATURE] = { "signature",
	    "the signature is not that of its key" },
	[REFUSED_ISSUER] = { "issuer",
	    "its issuer is another body's name, or not the one that its key "
	    "was accredited under" },
	[REFUSED_NO_RIGHT] = { "no-right", "" },
	[REFUSED_ROLE] = { "role",
	    "only the scheme's owner makes statements of this kind" },
	[REFUSED_SUBJECT] = { "subject",
	    "its subject is not the release that its payload names" },
	[REFUSED_TIMES] = { "times",
	    "its times cannot be: issued in the future, over already, or "
	    "valid for too long" },
	[REFUSED_REPEATED] = { "repeated", "the ledger has it already" },
	[REFUSED_OLDER] = { "older",
	    "it is older than the statement that it would replace" },
	[REFUSED_SECOND_LABEL] = { "second-label",
	    "another body's label of this release is active" },
	[REFUSED_BY_OWNER] = { "by-owner",
	    "the scheme's owner suspended or revoked the label, and only the "
	    "owner can change that" },
	[REFUSED_NO_SUCH_LABEL] = { "no-such-label",
	    "there is no such label of this release in the ledger" },
	[REFUSED_NO_SUCH_STATEMENT] = { "no-such-statement",
	    "what it corrects is not in the ledger" },
	[REFUSED_NO_SUCH_BODY] = { "no-such-body",
	    "the label cannot go to a body that is not accredited" },
	[REFUSED_NOT_ITS_OWN] = { "not-its-own",
	    "it changes what another body said" },
	[REFUSED_REVOKED] = { "revoked", "the label is revoked for good" },
	[REFUSED_ACTION] = { "action",
	    "the label is in that state already, or cannot come to it" },
	[REFUSED_NOT_RENEWED] = { "not-renewed",
	    "no newer label of the product is active" },
	[REFUSED_KEY_TAKEN] = { "key-taken",
	    "the key was accredited under another name" },
	[REFUSED_NOT_ACCREDITED] = { "not-accredited",
	    "the body has no accreditation to restrict or withdraw" },
	[REFUSED_PADDING] = { "padding", "it is the padding of another place" },
};

const char *
admission_word(enum admission_code code)
{
	return codes[code].word;
}

static void
put_fault(struct out *o, const struct fault *fault)
{
	if (fault->format == NULL)
		return;
	out_text(o, ": ");
	out_text(o, fault->format);
	if (fault->field != NULL) {
		out_text(o, ": ");
		out_text(o, fault->field);
	}
	out_text(o, ": ");
	out_text(o, err_text(fault->code));
}

void
admission_put(struct out *o, const struct admission *a)
{
	if (a->code == REFUSED_NO_RIGHT)
		out_text(o, trust_answer_text(a->answer));
	else
		out_text(o, codes[a->code].text);
	if (a->code == REFUSED_NO_STATEMENT)
		put_fault(o, &a->fault);
	if (a->has_other) {
		out_text(o, " (index ");
		out_decimal(o, a->other);
		out_text(o, ")");
	}
}

bool
admission_same_body(
    const struct trust_state *state, const uint8_t *a, const uint8_t *b)
{
	const struct trust_record *one;
	const struct trust_record *other;

	if (memcmp(a, b, SHA256_LEN) == 0)
		return true;
	one = trust_find_body(trust_records(state), a, UINT64_MAX);
	other = trust_find_body(trust_records(state), b, UINT64_MAX);
	return one != NULL && other != NULL &&
	    bytes_equal(one->what.iss, other->what.iss);
}

int64_t
admission_now(const struct candidate *c)
{
	/* Never less than what a later reader of the log takes: what is
	   admitted now must be admitted then. */
	return c->terms->now > c->state->proven ? c->terms->now
						: c->state->proven;
}

enum admission_code
admission_clash(struct candidate *c, enum admission_code code, uint64_t other)
{
	c->answer->has_other = true;
	c->answer->other = other;
	return code;
}

enum admission_code
admission_judge_right(
    struct candidate *c, const struct trust_question *question)
{
	struct trust_right right =
	    trust_right(trust_records(c->state), question);

	/* The body's own word on the time can only take the right away. */
	if (right.answer == TRUST_YES && right.record->what.until != 0 &&
	    admission_now(c) >= right.record->what.until)
		right.answer = TRUST_TOO_LATE;
	if (right.answer == TRUST_YES)
		return ADMITTED;
	c->answer->answer = right.answer;
	return right.record != NULL
	    ? admission_clash(c, REFUSED_NO_RIGHT, right.record->index)
	    : REFUSED_NO_RIGHT;
}

/* Who signed it, and with which key: NULL when nobody that is known. */
static const struct cose_key *
find_signer(struct candidate *c)
{
	const struct trust_state *state = c->state;
	const uint8_t *kid = c->s->header.kid;

	c->record = trust_find_body(trust_records(state), kid, UINT64_MAX);
	for (size_t i = 0; i < state->owner_count; i++)
		if (memcmp(state->owner[i].id, kid, SHA256_LEN) == 0) {
			c->is_owner = true;
			return state->owner[i].key;
		}
	return c->record != NULL ? &c->record->what.key : NULL;
}

/* Whether the statement's name is its signer's. An owner may call itself as it
   likes, but not by the name of a body: the ledger is there to tell who said
   what. */
static bool
is_own_name(const struct candidate *c)
{
	struct trust_list records = trust_records(c->state);
	const struct statement_header *h = &c->s->header;

	if (c->record != NULL && bytes_equal(h->iss, c->record->what.iss))
		return true;
	for (size_t i = 0; c->is_owner && i < records.count; i++)
		if (bytes_equal(h->iss, records.record[i].what.iss))
			return false;
	return c->is_owner;
}

static enum admission_code
check_signer(struct candidate *c)
{
	const struct cose_key *key = find_signer(c);

	if (key == NULL)
		return REFUSED_UNKNOWN_SIGNER;
	/* All rights hang on the owners' few words: these are never taken on
	   trust. */
	if ((!c->terms->trusted || c->is_owner) &&
	    statement_verify(c->s, key, c->state->hooks, c->state->room,
		STATE_ROOM_LEN) != ERR_OK)
		return REFUSED_SIGNATURE;
	return is_own_name(c) ? ADMITTED : REFUSED_ISSUER;
}

static enum admission_code
check_times(const struct candidate *c)
{
	const struct statement_header *h = &c->s->header;
	int64_t now = c->terms->now;

	if (now != 0 && h->iat > now + ADMISSION_SKEW_SECS)
		return REFUSED_TIMES;
	if (h->exp != 0 && h->exp <= admission_now(c))
		return REFUSED_TIMES;
	return ADMITTED;
}

/* Whether the same was said before: a replay, or a signature turned over. */
static enum admission_code
check_repeated(struct candidate *c)
{
	uint8_t id[SHA256_LEN];
	uint64_t other;
	size_t at = 0;

	statement_content_id(c->s, c->state->hooks, id);
	if (hash_table_next(
		&c->state->by_content, hash_table_key(id), &at, &other))
		return admission_clash(c, REFUSED_REPEATED, other);
	return ADMITTED;
}

static enum admission_code
check(struct candidate *c)
{
	enum admission_code code = ADMITTED;

	if (!statement_is_leaf(c->s))
		return REFUSED_NOT_A_LEAF;
	code = check_signer(c);
	if (code == ADMITTED)
		code = check_repeated(c);
	if (code == ADMITTED)
		code = check_times(c);
	return code == ADMITTED ? admission_check_kind(c) : code;
}

/* What is no statement: padding, or something foreign. */
static enum admission_code
check_other(struct bytes entry, uint64_t index)
{
	uint8_t room[PADDING_LEN_MAX];

	if (!padding_is(entry))
		return REFUSED_NO_STATEMENT;
	return bytes_equal(entry, padding_make(index, room)) ? ADMITTED
							     : REFUSED_PADDING;
}

enum err
trust_admit(struct trust_state *state, struct bytes entry,
    const struct admission_terms *terms, struct admission *ret)
{
	struct admission answer = { 0 };
	struct statement s;
	struct candidate c = {
		.state = state,
		.terms = terms,
		.s = &s,
		.entry = entry,
		.index = state->count,
		.answer = &answer,
	};
	enum err err = ERR_OK;

	if (statement_read(entry, &s, &answer.fault) == ERR_OK) {
		answer.is_statement = true;
		answer.kind = s.header.kind;
		answer.code = check(&c);
	} else {
		answer.code = check_other(entry, c.index);
	}
	if (answer.code == ADMITTED && answer.is_statement)
		err = admission_take(&c);
	else if (answer.code == ADMITTED || terms->monitor)
		err = state_add_entry(state, STATEMENT_LABEL, NULL);
	if (err == ERR_OK)
		*ret = answer;
	return err;
}
