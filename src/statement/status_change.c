/* SPDX-License-Identifier: ISC */
/* A status statement's payload. */
#include "statement/status_change.h"

#include "crypto/hooks.h"
#include "statement/claims.h"
#include "statement/fields.h"

static const char *const actions[] = {
	[STATUS_SUSPEND] = "suspend",
	[STATUS_REINSTATE] = "reinstate",
	[STATUS_REVOKE] = "revoke",
	[STATUS_TRANSFER] = "transfer",
	[STATUS_RENEWED] = "renewed",
};

const char *
status_change_check(const struct status_change *c)
{
	if (c->label > LEDGER_INDEX_MAX)
		return "label";
	if (c->action < STATUS_SUSPEND || c->action > STATUS_RENEWED)
		return "action";
	if (c->reason > STATUS_REASON_MAX)
		return "reason";
	if (!fields_text_ok(c->text, 0, STATUS_TEXT_MAX))
		return "text";
	if ((c->to != NULL) != (c->action == STATUS_TRANSFER))
		return "transfer to";
	return NULL;
}

void
status_change_put(struct cbor_writer *w, const struct status_change *c)
{
	cbor_put_map(w, 1);
	cbor_put_int(w, CLAIM_STATUS);
	cbor_put_array(w, 5);
	cbor_put_uint(w, c->label);
	cbor_put_uint(w, c->action);
	cbor_put_uint(w, c->reason);
	cbor_put_text(w, c->text);
	if (c->to != NULL)
		cbor_put_bytes(w, (struct bytes){ c->to, SHA256_LEN });
	else
		cbor_put_null(w);
}

enum err
status_change_read(
    struct bytes payload, struct status_change *ret, struct fault *ret_fault)
{
	struct cbor_reader r =
	    fields_open_claim(payload, CLAIM_STATUS, 5, "status");
	struct status_change c = { 0 };

	c.label = fields_uint(&r, 0, LEDGER_INDEX_MAX, "label");
	c.action = (enum status_action)fields_uint(
	    &r, STATUS_SUSPEND, STATUS_RENEWED, "action");
	c.reason = (unsigned)fields_uint(&r, 0, STATUS_REASON_MAX, "reason");
	c.text = fields_text(&r, 0, STATUS_TEXT_MAX, "text");
	if (c.action == STATUS_TRANSFER) {
		c.to = fields_bytes(&r, SHA256_LEN, "transfer to").ptr;
	} else {
		size_t at = r.pos;

		if (cbor_read(&r, "transfer to").kind != CBOR_NULL)
			cbor_fail(&r, ERR_MALFORMED, at, "transfer to");
	}
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = c;
	return ERR_OK;
}

const char *
status_action_text(enum status_action action)
{
	return actions[action];
}
