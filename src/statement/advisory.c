/* SPDX-License-Identifier: ISC */
/* An advisory's payload. */
#include "statement/advisory.h"

#include "statement/claims.h"
#include "statement/fields.h"

const char *
advisory_check(const struct advisory *a)
{
	if (!fields_text_ok(a->id, 1, ADVISORY_ID_MAX))
		return "id";
	if (!fields_text_ok(a->fixed_version, 0, ADVISORY_VERSION_MAX))
		return "fixed_version";
	if (!fields_text_ok(a->title, 0, ADVISORY_TITLE_MAX))
		return "title";
	if (!fields_text_ok(a->url, 0, ADVISORY_URL_MAX) ||
	    !fields_url_ok(a->url))
		return "url";
	return NULL;
}

void
advisory_put(struct cbor_writer *w, const struct advisory *a)
{
	cbor_put_map(w, 1);
	cbor_put_int(w, CLAIM_ADVISORY);
	cbor_put_array(w, 5);
	cbor_put_text(w, a->id);
	cbor_put_uint(w, a->exploited ? 1 : 0);
	cbor_put_text(w, a->fixed_version);
	cbor_put_text(w, a->title);
	cbor_put_text(w, a->url);
}

enum err
advisory_read(
    struct bytes payload, struct advisory *ret, struct fault *ret_fault)
{
	struct cbor_reader r =
	    fields_open_claim(payload, CLAIM_ADVISORY, 5, "advisory");
	struct advisory a = { 0 };

	a.id = fields_text(&r, 1, ADVISORY_ID_MAX, "id");
	a.exploited = fields_uint(&r, 0, 1, "exploited") == 1;
	a.fixed_version =
	    fields_text(&r, 0, ADVISORY_VERSION_MAX, "fixed_version");
	a.title = fields_text(&r, 0, ADVISORY_TITLE_MAX, "title");
	a.url = fields_url(&r, ADVISORY_URL_MAX, "url");
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = a;
	return ERR_OK;
}

bool
advisory_is(struct bytes payload)
{
	return fields_has_claim(payload, CLAIM_ADVISORY);
}
