/* SPDX-License-Identifier: ISC */
/* A correction's payload. */
#include "statement/correction.h"

#include "statement/claims.h"
#include "statement/fields.h"
#include "statement/status_change.h"

#include <stddef.h>

const char *
correction_check(const struct correction *c)
{
	if (c->statement > LEDGER_INDEX_MAX)
		return "statement";
	if (!fields_text_ok(c->field, 1, CORRECTION_FIELD_MAX))
		return "field";
	if (!fields_text_ok(c->value, 1, CORRECTION_TEXT_MAX))
		return "value";
	if (!fields_text_ok(c->reason, 1, CORRECTION_TEXT_MAX))
		return "reason";
	return NULL;
}

void
correction_put(struct cbor_writer *w, const struct correction *c)
{
	cbor_put_map(w, 1);
	cbor_put_int(w, CLAIM_CORRECTION);
	cbor_put_array(w, 4);
	cbor_put_uint(w, c->statement);
	cbor_put_text(w, c->field);
	cbor_put_text(w, c->value);
	cbor_put_text(w, c->reason);
}

enum err
correction_read(
    struct bytes payload, struct correction *ret, struct fault *ret_fault)
{
	struct cbor_reader r =
	    fields_open_claim(payload, CLAIM_CORRECTION, 4, "correction");
	struct correction c = { 0 };

	c.statement = fields_uint(&r, 0, LEDGER_INDEX_MAX, "statement");
	c.field = fields_text(&r, 1, CORRECTION_FIELD_MAX, "field");
	c.value = fields_text(&r, 1, CORRECTION_TEXT_MAX, "value");
	c.reason = fields_text(&r, 1, CORRECTION_TEXT_MAX, "reason");
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = c;
	return ERR_OK;
}
