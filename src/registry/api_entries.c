/* SPDX-License-Identifier: ISC */
/* Statements and their receipts: SCRAPI (draft-ietf-scitt-scrapi-11). */
#include "base/err.h"
#include "registry/api_private.h"
#include "registry/api_rows.h"
#include "statement/padding.h"
#include "statement/statement.h"
#include "trust/admission.h"

#include <inttypes.h>
#include <stdio.h>

/* Bytes of a sentence of ours. */
#define SENTENCE_LEN ((size_t)256)

/* SCRAPI speaks of application/cose; RFC 9943 §10 has the closer ones, which
   everybody gets who does not ask for the other by its name. */
#define COSE_TYPE "application/cose"
#define RECEIPT_TYPE "application/scitt-receipt+cose"
#define STATEMENT_TYPE "application/scitt-statement+cose"

static const char *
choose_type(const struct route_call *call, const char *type)
{
	struct bytes accept = call->request->accept;

	return route_wants(accept, COSE_TYPE) > route_wants(accept, type)
	    ? COSE_TYPE
	    : type;
}

/* ---- handing in ---- */

/* Without its parameters. */
static bool
is_type(struct bytes content_type, const char *type)
{
	struct bytes rest = content_type;
	struct bytes first = { NULL, 0 };

	if (!bytes_next_field(&rest, ';', &first))
		return false;
	return bytes_equal_any_case(bytes_trim(first), type);
}

/* "protected header: kid: it breaks its own format" */
static enum err
refuse_statement(
    struct route_call *call, enum err why, const struct fault *fault)
{
	char *text = arena_take(call->arena, SENTENCE_LEN);

	if (text == NULL)
		return ERR_MEMORY;
	(void)snprintf(text, SENTENCE_LEN,
	    "This is no statement: %s%s%s: %s (byte %" PRIu64 ").",
	    fault->format != NULL ? fault->format : "statement",
	    fault->field != NULL ? ": " : "",
	    fault->field != NULL ? fault->field : "", err_text(why), fault->at);
	return route_give_problem(call,
	    &(struct route_problem){
		.status = why == ERR_LIMIT ? 413 : 400,
		.text = bytes_of(text),
		.word = bytes_of(admission_word(REFUSED_NO_STATEMENT)),
	    });
}

static struct bytes
writer_url(struct route_call *call)
{
	struct out o = out_open(REGISTRY_TARGET_MAX);
	struct bytes url;

	out_put(&o, call->registry->wish.writer_uri);
	out_text(&o, "/entries");
	url = arena_copy(call->arena, out_bytes(&o));
	out_close(&o);
	return url;
}

enum err
api_hand_in(struct route_call *call)
{
	struct bytes body = call->request->body;
	struct bytes type = call->request->content_type;
	size_t cap = body.len + STATEMENT_TBS_MORE;
	struct statement statement;
	struct fault fault = { 0 };
	struct bytes leaf;
	uint8_t *room;
	enum err err;

	if (call->registry->wish.writer_uri.len > 0)
		return route_redirect(call, 307, writer_url(call));
	if (!is_type(type, COSE_TYPE) && !is_type(type, STATEMENT_TYPE))
		return route_refuse(call, 415,
		    "A statement is sent as application/cose or "
		    "application/scitt-statement+cose.");
	err = statement_read(body, &statement, &fault);
	if (err != ERR_OK)
		return refuse_statement(call, err, &fault);
	room = arena_take(call->arena, cap);
	if (room == NULL)
		return ERR_MEMORY;
	/* What stands in the unprotected header is not the ledger's: RFC 9943
	   §5.1.1.1. */
	err = statement_leaf(&statement, room, cap, &leaf);
	if (err != ERR_OK)
		return refuse_statement(call, err, &fault);
	call->answer->submit = leaf;
	return ERR_OK;
}

/* ---- what became of it ---- */

/* By enum admission_code: whether the statement is to blame, its signer's
   rights, or what stands in the ledger already. */
static const unsigned statuses[ADMISSION_CODES] = {
	[REFUSED_NO_STATEMENT] = 400,
	[REFUSED_NOT_A_LEAF] = 400,
	[REFUSED_UNKNOWN_SIGNER] = 403,
	[REFUSED_SIGNATURE] = 403,
	[REFUSED_ISSUER] = 403,
	[REFUSED_NO_RIGHT] = 403,
	[REFUSED_ROLE] = 403,
	[REFUSED_SUBJECT] = 400,
	[REFUSED_TIMES] = 400,
	[REFUSED_REPEATED] = 409,
	[REFUSED_OLDER] = 409,
	[REFUSED_SECOND_LABEL] = 409,
	[REFUSED_BY_OWNER] = 403,
	[REFUSED_NO_SUCH_LABEL] = 409,
	[REFUSED_NO_SUCH_STATEMENT] = 409,
	[REFUSED_NO_SUCH_BODY] = 409,
	[REFUSED_NOT_ITS_OWN] = 403,
	[REFUSED_REVOKED] = 409,
	[REFUSED_ACTION] = 409,
	[REFUSED_NOT_RENEWED] = 409,
	[REFUSED_KEY_TAKEN] = 409,
	[REFUSED_NOT_ACCREDITED] = 409,
	[REFUSED_PADDING] = 400,
};

static unsigned
status_of(struct bytes word)
{
	for (unsigned i = 0; i < ADMISSION_CODES; i++)
		if (statuses[i] != 0 &&
		    bytes_equal_text(
			word, admission_word((enum admission_code)i)))
			return statuses[i];
	return 403;
}

static enum err
give_refusal(struct route_call *call, const struct registry_submission *s)
{
	return route_give_problem(call,
	    &(struct route_problem){
		.status = status_of(s->word),
		.text = s->why,
		.word = s->word,
		.has_other = s->has_other,
		.other = s->other,
	    });
}

static enum err
give_receipt(struct route_call *call, unsigned status, uint64_t index,
    struct bytes receipt, enum registry_cache cache)
{
	route_give_bytes(call, choose_type(call, RECEIPT_TYPE), cache, receipt);
	call->answer->status = status;
	call->answer->varies = true;
	call->answer->location = api_url(call, "/entries/%" PRIu64, index);
	return call->answer->location.len > 0 ? ERR_OK : ERR_MEMORY;
}

static enum err
refuse_for_now(struct route_call *call, unsigned secs, const char *detail)
{
	return route_give_problem(call,
	    &(struct route_problem){
		.status = 503,
		.detail = detail,
		.retry_after_secs = secs,
	    });
}

/* No method works here: an empty Allow says so (RFC 9110 §10.2.1). */
static enum err
refuse_for_good(struct route_call *call)
{
	enum err err =
	    route_refuse(call, 405, "This registry takes no statements.");

	call->answer->allow = "";
	return err;
}

enum err
api_submitted(struct route_call *call, const struct registry_submission *s)
{
	switch (s->outcome) {
	case REGISTRY_ADDED:
		return give_receipt(
		    call, 201, s->index, s->receipt, REGISTRY_NO_STORE);
	case REGISTRY_KNOWN:
		return give_receipt(
		    call, 200, s->index, s->receipt, REGISTRY_NO_STORE);
	case REGISTRY_REFUSED:
		return give_refusal(call, s);
	case REGISTRY_BUSY:
		return refuse_for_now(call, 1,
		    "Too many statements are on their way. Nothing happened "
		    "to this one.");
	case REGISTRY_CLOSED:
		return refuse_for_good(call);
	case REGISTRY_FAILED:
		break;
	}
	return refuse_for_now(call, 5,
	    "The statement was not acknowledged. Handing it in again does no "
	    "harm.");
}

/* ---- entries ---- */

static enum err
ask_entry(
    struct route_call *call, enum registry_ask ask, struct registry_reply *ret)
{
	struct registry_question question = {
		.ask = ask,
		.by = REGISTRY_BY_INDEX,
	};

	if (!route_number(call->part[0], &question.number))
		return ERR_END;
	return route_ask(call, &question, ret);
}

enum err
api_receipt(struct route_call *call)
{
	struct registry_reply reply;
	uint64_t index;
	enum err err = ask_entry(call, REGISTRY_ASK_RECEIPT, &reply);

	if (err != ERR_OK || !route_number(call->part[0], &index))
		return err;
	return give_receipt(call, 200, index, reply.bytes, REGISTRY_REVALIDATE);
}

enum err
api_statement(struct route_call *call)
{
	struct registry_reply reply;
	enum err err = ask_entry(call, REGISTRY_ASK_ENTRY, &reply);

	if (err != ERR_OK)
		return err;
	if (padding_is(reply.bytes))
		return ERR_END;
	route_give_bytes(call, choose_type(call, STATEMENT_TYPE),
	    REGISTRY_IMMUTABLE, reply.bytes);
	return ERR_OK;
}

enum err
api_proof(struct route_call *call)
{
	struct registry_reply reply;
	enum err err = ask_entry(call, REGISTRY_ASK_PROOF, &reply);

	if (err == ERR_OK)
		route_give_bytes(call, "text/plain; charset=utf-8",
		    REGISTRY_REVALIDATE, reply.bytes);
	return err;
}
