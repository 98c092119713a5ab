/* SPDX-License-Identifier: ISC */
/* An update's payload. */
#include "statement/update.h"

#include "crypto/hooks.h"
#include "statement/claims.h"
#include "statement/fields.h"

/* The texts by their order, with the field's name and its range. */
enum {
	TEXT_URL,
	TEXT_INSTALL,
	TEXT_SEE_VERSION,
	TEXT_CONTACT,
	TEXTS,
};
static const struct {
	const char *field;
	size_t max;
} texts[TEXTS] = {
	[TEXT_URL] = { "url", UPDATE_URL_MAX },
	[TEXT_INSTALL] = { "install", UPDATE_TEXT_MAX },
	[TEXT_SEE_VERSION] = { "see_version", UPDATE_TEXT_MAX },
	[TEXT_CONTACT] = { "contact", UPDATE_CONTACT_MAX },
};

static struct bytes
text_of(const struct update *u, size_t i)
{
	const struct bytes all[TEXTS] = {
		[TEXT_URL] = u->url,
		[TEXT_INSTALL] = u->install,
		[TEXT_SEE_VERSION] = u->see_version,
		[TEXT_CONTACT] = u->contact,
	};

	return all[i];
}

struct cbor_reader
update_endpoints(const struct update *u)
{
	return cbor_open(u->endpoints, CBOR_STRICT, "endpoints");
}

bool
update_next_endpoint(struct cbor_reader *r, struct bytes *ret)
{
	struct bytes text;

	if (r->pos == r->in.len)
		return false;
	text = fields_text(r, 1, UPDATE_ENDPOINT_MAX, "endpoint");
	if (!cbor_ok(r))
		return false;
	*ret = text;
	return true;
}

static bool
endpoints_ok(const struct update *u)
{
	struct cbor_reader r = update_endpoints(u);
	struct bytes endpoint;
	size_t count = 0;

	while (update_next_endpoint(&r, &endpoint))
		count++;
	return cbor_ok(&r) && count == u->endpoint_count &&
	    count <= UPDATE_ENDPOINTS;
}

const char *
update_check(const struct update *u)
{
	if (!fields_text_ok(u->version, 1, UPDATE_VERSION_MAX))
		return "version";
	for (size_t i = 0; i < TEXTS; i++)
		if (!fields_text_ok(text_of(u, i), 0, texts[i].max))
			return texts[i].field;
	if (!fields_url_ok(u->url))
		return "url";
	if (!endpoints_ok(u))
		return "endpoints";
	if (u->released != 0 && !fields_time_ok(u->released))
		return "released";
	return NULL;
}

void
update_put(struct cbor_writer *w, const struct update *u)
{
	cbor_put_map(w, 1);
	cbor_put_int(w, CLAIM_UPDATE);
	cbor_put_array(w, 8);
	cbor_put_text(w, u->version);
	if (u->digest != NULL)
		cbor_put_bytes(w, (struct bytes){ u->digest, SHA256_LEN });
	else
		cbor_put_null(w);
	for (size_t i = 0; i < TEXTS; i++)
		cbor_put_text(w, text_of(u, i));
	cbor_put_array(w, u->endpoint_count);
	cbor_put_raw(w, u->endpoints);
	fields_put_time_or_null(w, u->released);
}

static void
read_endpoints(struct cbor_reader *r, struct update *u)
{
	size_t at = r->pos;

	u->endpoint_count = cbor_array(r, "endpoints");
	if (u->endpoint_count > UPDATE_ENDPOINTS)
		cbor_fail(r, ERR_MALFORMED, at, "endpoints");
	at = r->pos;
	for (size_t i = 0; cbor_ok(r) && i < u->endpoint_count; i++)
		(void)fields_text(r, 1, UPDATE_ENDPOINT_MAX, "endpoint");
	u->endpoints = bytes_slice(r->in, at, r->pos - at);
}

static const uint8_t *
read_digest(struct cbor_reader *r)
{
	if (cbor_peek(r) != CBOR_NULL)
		return fields_bytes(r, SHA256_LEN, "digest").ptr;
	(void)cbor_read(r, "digest");
	return NULL;
}

enum err
update_read(struct bytes payload, struct update *ret, struct fault *ret_fault)
{
	struct cbor_reader r =
	    fields_open_claim(payload, CLAIM_UPDATE, 8, "update");
	struct update u = { 0 };

	u.version = fields_text(&r, 1, UPDATE_VERSION_MAX, "version");
	u.digest = read_digest(&r);
	u.url = fields_url(&r, UPDATE_URL_MAX, "url");
	u.install = fields_text(&r, 0, UPDATE_TEXT_MAX, "install");
	u.see_version = fields_text(&r, 0, UPDATE_TEXT_MAX, "see_version");
	u.contact = fields_text(&r, 0, UPDATE_CONTACT_MAX, "contact");
	read_endpoints(&r, &u);
	u.released = fields_time_or_null(&r, "released");
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = u;
	return ERR_OK;
}

bool
update_is(struct bytes payload)
{
	return fields_has_claim(payload, CLAIM_UPDATE);
}
