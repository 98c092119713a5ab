/* SPDX-License-Identifier: ISC */
/* A recognition's payload. */
#include "statement/recognition.h"

#include "statement/claims.h"
#include "statement/fields.h"
#include "statement/label_claims.h"

#include <stddef.h>

const char *
recognition_check(const struct recognition *c)
{
	if (!fields_text_ok(c->their_domain, 1, RECOGNITION_TEXT_MAX))
		return "their_domain";
	if (!fields_text_ok(c->their_scheme, 1, RECOGNITION_TEXT_MAX))
		return "their_scheme";
	if (!fields_text_ok(c->their_level, 1, RECOGNITION_TEXT_MAX))
		return "their_level";
	if (!fields_text_ok(c->our_scheme, 1, LABEL_SCHEME_MAX))
		return "our_scheme";
	if (c->our_level < 1 || c->our_level > LABEL_LEVEL_MAX)
		return "our_level";
	if (!fields_text_ok(c->conditions, 0, RECOGNITION_CONDITIONS_MAX))
		return "conditions";
	if (!fields_text_ok(c->source, 1, RECOGNITION_CONDITIONS_MAX))
		return "source";
	if (!fields_time_ok(c->from))
		return "from";
	if (c->until != 0 && (!fields_time_ok(c->until) || c->until <= c->from))
		return "until";
	return NULL;
}

void
recognition_put(struct cbor_writer *w, const struct recognition *c)
{
	cbor_put_map(w, 1);
	cbor_put_int(w, CLAIM_RECOGNITION);
	cbor_put_array(w, 9);
	cbor_put_text(w, c->their_domain);
	cbor_put_text(w, c->their_scheme);
	cbor_put_text(w, c->their_level);
	cbor_put_text(w, c->our_scheme);
	cbor_put_uint(w, c->our_level);
	cbor_put_text(w, c->conditions);
	cbor_put_text(w, c->source);
	cbor_put_int(w, c->from);
	fields_put_time_or_null(w, c->until);
}

enum err
recognition_read(
    struct bytes payload, struct recognition *ret, struct fault *ret_fault)
{
	struct cbor_reader r =
	    fields_open_claim(payload, CLAIM_RECOGNITION, 9, "recognition");
	struct recognition c = { 0 };

	c.their_domain =
	    fields_text(&r, 1, RECOGNITION_TEXT_MAX, "their_domain");
	c.their_scheme =
	    fields_text(&r, 1, RECOGNITION_TEXT_MAX, "their_scheme");
	c.their_level = fields_text(&r, 1, RECOGNITION_TEXT_MAX, "their_level");
	c.our_scheme = fields_text(&r, 1, LABEL_SCHEME_MAX, "our_scheme");
	c.our_level =
	    (unsigned)fields_uint(&r, 1, LABEL_LEVEL_MAX, "our_level");
	c.conditions =
	    fields_text(&r, 0, RECOGNITION_CONDITIONS_MAX, "conditions");
	c.source = fields_text(&r, 1, RECOGNITION_CONDITIONS_MAX, "source");
	c.from = fields_time(&r, "from");
	size_t at = r.pos;

	c.until = fields_time_or_null(&r, "until");
	if (c.until != 0 && c.until <= c.from)
		cbor_fail(&r, ERR_MALFORMED, at, "until");
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = c;
	return ERR_OK;
}
