/* SPDX-License-Identifier: ISC */
/* Reads the trust list and answers who may do what. */
#include "trust/record.h"

#include <string.h>

static struct fault
fault_in(const char *format, const char *field)
{
	return (struct fault){
		.code = ERR_MALFORMED, .format = format, .field = field
	};
}

enum err
trust_record_read(const struct statement *s, uint64_t index,
    const struct crypto_hooks *hooks, struct trust_record *ret,
    struct fault *ret_fault)
{
	struct trust_record record = { .index = index,
		.said_at = s->header.iat };

	if (s->header.kind != STATEMENT_ACCREDITATION) {
		*ret_fault = fault_in("accreditation", "typ");
		return ERR_MALFORMED;
	}
	enum err err = accreditation_read(s->payload, &record.what, ret_fault);

	if (err != ERR_OK)
		return err;
	if (!bytes_equal(record.what.iss, s->header.sub)) {
		*ret_fault = fault_in("accreditation", "sub");
		return ERR_MALFORMED;
	}
	cose_key_thumbprint(hooks, &record.what.key, record.body);
	*ret = record;
	return ERR_OK;
}

static bool
is_body(const struct trust_record *record, const uint8_t *body)
{
	return memcmp(record->body, body, SHA256_LEN) == 0;
}

const struct trust_record *
trust_find_body(
    struct trust_list list, const uint8_t body[SHA256_LEN], uint64_t index)
{
	for (size_t i = list.count; i > 0; i--) {
		const struct trust_record *record = list.record + i - 1;

		if (record->index < index && is_body(record, body))
			return record;
	}
	return NULL;
}

/* Whether its scopes cover the scheme, level and category. */
static enum trust_answer
judge_scopes(const struct accreditation *a, const struct trust_question *q)
{
	struct accreditation_walk walk = accreditation_scopes(a->scopes);
	struct accreditation_scope scope;

	if (q->scheme.len == 0)
		return TRUST_YES;
	while (accreditation_next(&walk, &scope)) {
		if (!bytes_equal(scope.scheme, q->scheme))
			continue;
		if (q->level > scope.level)
			return TRUST_LEVEL;
		return accreditation_scope_has(&scope, q->category)
		    ? TRUST_YES
		    : TRUST_CATEGORY;
	}
	return TRUST_SCHEME;
}

static enum trust_answer
judge_record(const struct trust_record *record, const struct trust_question *q)
{
	const struct accreditation *a = &record->what;
	enum trust_answer answer;

	if (a->action == WITHDRAW)
		return TRUST_WITHDRAWN;
	answer = judge_scopes(a, q);
	if (answer != TRUST_YES)
		return answer;
	if (q->time < a->from)
		return TRUST_TOO_EARLY;
	if (a->until != 0 && q->time >= a->until)
		return TRUST_TOO_LATE;
	return TRUST_YES;
}

struct trust_right
trust_right(struct trust_list list, const struct trust_question *question)
{
	const struct trust_record *record =
	    trust_find_body(list, question->body, question->index);
	struct trust_right right = { .record = record };

	if (record != NULL)
		right.answer = judge_record(record, question);
	else if (trust_find_body(list, question->body, UINT64_MAX) != NULL)
		right.answer = TRUST_NOT_YET;
	else
		right.answer = TRUST_UNKNOWN;
	return right;
}

const struct trust_record *
trust_find_suspension(
    struct trust_list list, const struct trust_question *question)
{
	const struct trust_record *by = NULL;

	for (size_t i = 0; i < list.count; i++) {
		const struct trust_record *record = &list.record[i];

		if (record->index <= question->index ||
		    !is_body(record, question->body))
			continue;
		/* What an accreditation covers again it also lifts; what it
		   leaves out stays as it was, unless it says otherwise. */
		if (record->what.action != WITHDRAW &&
		    judge_scopes(&record->what, question) == TRUST_YES)
			by = NULL;
		else if (record->what.suspend_labels && by == NULL)
			by = record;
	}
	return by;
}

/* Whether an earlier record is of the same body. */
static bool
is_first_of_body(struct trust_list list, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_body(&list.record[i], list.record[at].body))
			return false;
	return true;
}

bool
trust_next_body(struct trust_list list, struct bytes hint, size_t *at,
    const struct trust_record **ret)
{
	while (*at < list.count) {
		size_t i = (*at)++;
		struct bytes body = { list.record[i].body, SHA256_LEN };

		if (!bytes_starts(body, hint) || !is_first_of_body(list, i))
			continue;
		*ret = trust_find_body(list, list.record[i].body, UINT64_MAX);
		return true;
	}
	return false;
}

static const struct {
	const char *word;
	const char *text;
} answers[] = {
	[TRUST_YES] = { "accredited", "accredited" },
	[TRUST_UNKNOWN] = { "unknown",
	    "no body with this key was ever accredited" },
	[TRUST_NOT_YET] = { "not-yet",
	    "the body was accredited only later in the ledger" },
	[TRUST_WITHDRAWN] = { "withdrawn",
	    "the body's accreditation was withdrawn" },
	[TRUST_SCHEME] = { "scheme",
	    "the body is not accredited for this scheme" },
	[TRUST_LEVEL] = { "level",
	    "the body is not accredited for so high a level" },
	[TRUST_CATEGORY] = { "category",
	    "the body is accredited for some categories of products, and the "
	    "label is of none of them" },
	[TRUST_TOO_EARLY] = { "too-early",
	    "it was issued before the body's accreditation begins" },
	[TRUST_TOO_LATE] = { "too-late",
	    "it was issued after the body's accreditation ended" },
};

const char *
trust_answer_text(enum trust_answer answer)
{
	return answers[answer].text;
}

const char *
trust_answer_word(enum trust_answer answer)
{
	return answers[answer].word;
}
