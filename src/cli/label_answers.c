/* SPDX-License-Identifier: ISC */
/* Says what was found about a label: never one tick for all. */
#include "cli/label_answers.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

enum answer_word {
	ANSWER_NO,
	ANSWER_YES,
	ANSWER_UNKNOWN,
};

static const char *
word(enum answer_word answer)
{
	switch (answer) {
	case ANSWER_NO:
		return "no";
	case ANSWER_YES:
		return "yes";
	case ANSWER_UNKNOWN:
		break;
	}
	return "unknown";
}

static enum answer_word
issuer_word(const struct label_answers *a)
{
	switch (a->issuer) {
	case LABEL_ISSUER_YES:
		return ANSWER_YES;
	case LABEL_ISSUER_UNKNOWN_KEY:
	case LABEL_ISSUER_UNSUPPORTED:
		return ANSWER_UNKNOWN;
	case LABEL_ISSUER_FORGED:
	case LABEL_ISSUER_NOT_ACCREDITED:
	case LABEL_ISSUER_WITHDRAWN:
	case LABEL_ISSUER_SCHEME:
	case LABEL_ISSUER_LEVEL:
	case LABEL_ISSUER_CATEGORY:
	case LABEL_ISSUER_DATES:
		break;
	}
	return ANSWER_NO;
}

static enum answer_word
presence_word(const struct label_answers *a)
{
	switch (a->presence) {
	case LABEL_PRESENCE_YES:
		return ANSWER_YES;
	case LABEL_PRESENCE_UNKNOWN:
	case LABEL_PRESENCE_NOT_YET:
	case LABEL_PRESENCE_NO_PROOF:
		return ANSWER_UNKNOWN;
	case LABEL_PRESENCE_NO:
		break;
	}
	return ANSWER_NO;
}

/* What the ledger says and what the clock says: both must be good. */
static enum answer_word
status_word(const struct label_answers *a)
{
	bool bad = a->status == LABEL_STATUS_REVOKED ||
	    a->status == LABEL_STATUS_SUSPENDED ||
	    a->status == LABEL_STATUS_SUPERSEDED ||
	    a->clock == LABEL_CLOCK_NOT_YET ||
	    a->clock == LABEL_CLOCK_EXPIRED ||
	    a->clock == LABEL_CLOCK_SUPPORT_ENDED;

	if (bad)
		return ANSWER_NO;
	return a->status == LABEL_STATUS_VALID &&
		a->clock == LABEL_CLOCK_IN_TIME
	    ? ANSWER_YES
	    : ANSWER_UNKNOWN;
}

bool
label_answers_are_good(const struct label_report *report)
{
	const struct label_answers *a = &report->answers;

	return label_is_good(a) && issuer_word(a) == ANSWER_YES &&
	    presence_word(a) == ANSWER_YES && status_word(a) == ANSWER_YES &&
	    (!report->has_image || report->image_is_it);
}

/* ---- for people ---- */

static void
put_claims(struct out *o, const struct label_report *r)
{
	const struct label_claims *c = &r->label->claims;
	unsigned levels;

	out_text(o, "The label says: ");
	text_put_terminal(o, c->maker);
	out_text(o, " ");
	text_put_terminal(o, labelling_model(c, r->arena));
	out_text(o, ", version ");
	text_put_terminal(o, c->product.version);
	out_text(o, ":\n  ");
	text_put_terminal(o, labelling_level(c, &levels, r->arena));
	out_text(o, " of scheme ");
	text_put_terminal(o, c->scheme);
	out_text(o, ", ");
	out_text(o, label_basis_text(c->basis));
	out_text(o, "; valid from ");
	date_put_day(o, r->label->compact.issued);
	out_text(o, " until ");
	date_put_day(o, r->label->compact.expires);
	if (c->support_until != 0) {
		out_text(o, ", updates until ");
		date_put_day(o, c->support_until);
	}
	out_text(o, "\n");
}

static void
put_begin(struct out *o, const char *question, enum answer_word answer,
    const char *why)
{
	out_text(o, question);
	out_text(o, word(answer));
	out_text(o, ": ");
	out_text(o, why);
}

static void
put_issuer(struct out *o, const struct label_answers *a)
{
	put_begin(o, "1 issued by one who may   ", issuer_word(a),
	    label_issuer_text(a->issuer));
	if (a->body_iss.len > 0) {
		out_text(o, " (");
		text_put_terminal(o, a->body_name);
		out_text(o, ", ");
		text_put_terminal(o, a->body_iss);
		out_text(o, ")");
	}
	out_text(o, "\n");
}

static void
put_presence(struct out *o, const struct label_answers *a)
{
	put_begin(o, "2 stands in the ledger    ", presence_word(a),
	    label_presence_text(a->presence));
	out_text(o, " (");
	text_put_terminal(o, a->origin);
	if (a->logged) {
		out_text(o, ", index ");
		out_decimal(o, a->index);
	}
	out_text(o, ", ");
	out_decimal(o, a->tree_size);
	out_text(o, " entries, ");
	if (a->witnesses == 0) {
		out_text(o, "no witness");
	} else {
		out_decimal(o, a->witnesses);
		out_text(o, a->witnesses == 1 ? " witness" : " witnesses");
		out_text(o, " at ");
		date_put_time(o, a->head_time);
	}
	out_text(o, ")\n");
}

static void
put_status(struct out *o, const struct label_answers *a)
{
	put_begin(o, "3 holds                   ", status_word(a),
	    a->status == LABEL_STATUS_UNKNOWN ? "nothing is known of its status"
					      : label_status_text(a->status));
	if (a->status_as_of != 0) {
		out_text(o, " as of ");
		date_put_time(o, a->status_as_of);
	}
	out_text(o, "; ");
	out_text(o, label_clock_text(a->clock));
	out_text(o, "\n");
}

void
label_answers_put_text(struct out *o, const struct label_report *r)
{
	put_claims(o, r);
	put_issuer(o, &r->answers);
	put_presence(o, &r->answers);
	put_status(o, &r->answers);
	if (r->has_image)
		put_begin(o, "4 is of that image        ",
		    r->image_is_it ? ANSWER_YES : ANSWER_NO,
		    r->image_is_it ? "the digest is the image's\n"
				   : "the digest is another image's\n");
}

/* ---- for programs ---- */

static void
put_issuer_json(struct json *j, const struct label_answers *a)
{
	struct out key = out_open(KIB);

	json_key(j, "issuer");
	json_begin_object(j, JSON_LINES);
	json_string(j, "answer", word(issuer_word(a)));
	json_string(j, "why", label_issuer_text(a->issuer));
	json_text(j, "issuer", a->body_iss);
	json_text(j, "name", a->body_name);
	if (a->body_iss.len > 0)
		out_hex_bytes(&key, (struct bytes){ a->body_key, SHA256_LEN });
	json_text(j, "key", out_bytes(&key));
	json_number(j, "judged_at", a->judged_at);
	json_end(j);
	out_close(&key);
}

static void
put_presence_json(struct json *j, const struct label_answers *a)
{
	json_key(j, "ledger");
	json_begin_object(j, JSON_LINES);
	json_string(j, "answer", word(presence_word(a)));
	json_string(j, "why", label_presence_text(a->presence));
	json_text(j, "origin", a->origin);
	json_key(j, "index");
	if (a->logged)
		json_put_number(j, a->index);
	else
		json_put_null(j);
	json_number(j, "size", a->tree_size);
	json_number(j, "witnesses", a->witnesses);
	answering_put_time(j, "witnessed", a->head_time);
	json_end(j);
}

static void
put_status_json(struct json *j, const struct label_answers *a)
{
	json_key(j, "status");
	json_begin_object(j, JSON_LINES);
	json_string(j, "answer", word(status_word(a)));
	json_string(j, "why", label_status_text(a->status));
	answering_put_time(j, "as_of", a->status_as_of);
	json_string(j, "clock", label_clock_text(a->clock));
	json_end(j);
}

void
label_answers_put_json(struct out *o, const struct label_report *r)
{
	const struct label_answers *a = &r->answers;
	struct json j = json_open(o);

	json_begin_object(&j, JSON_LINES);
	json_string(&j, "schema", "hallmark.label-verification/1");
	answering_put_time(&j, "at", r->now);
	labelling_put_json(&j, r->label, r->arena);
	put_issuer_json(&j, a);
	put_presence_json(&j, a);
	put_status_json(&j, a);
	json_key(&j, "image");
	if (r->has_image)
		json_put_bool(&j, r->image_is_it);
	else
		json_put_null(&j);
	json_key(&j, "bundle");
	json_begin_object(&j, JSON_LINES);
	answering_put_time(&j, "issued", a->bundle_issued);
	answering_put_time(&j, "expires", a->bundle_expires);
	json_end(&j);
	json_bool(&j, "all_good", label_answers_are_good(r));
	json_end(&j);
}
