/* SPDX-License-Identifier: ISC */
/* A label's payload. */
#include "statement/label_claims.h"

#include "statement/claims.h"
#include "statement/fields.h"

static bool
is_basis(uint64_t number)
{
	return number >= LABEL_BASIS_TESTED && number <= LABEL_BASIS_REVIEWED;
}

const char *
label_claims_check(const struct label_claims *c)
{
	if (!product_ok(&c->product))
		return "product";
	if (!fields_text_ok(c->scheme, 1, LABEL_SCHEME_MAX))
		return "scheme";
	if (c->level < 1 || c->level > LABEL_LEVEL_MAX)
		return "level";
	if (!is_basis(c->basis))
		return "basis";
	if (c->support_until != 0 && !fields_time_ok(c->support_until))
		return "support_until";
	if (!fields_text_ok(c->maker, 1, LABEL_MAKER_MAX))
		return "maker";
	if (!fields_text_ok(c->category, 0, LABEL_CATEGORY_MAX))
		return "category";
	return NULL;
}

void
label_claims_put(struct cbor_writer *w, const struct label_claims *c)
{
	cbor_put_map(w, 4);
	cbor_put_int(w, CLAIM_OEMID);
	product_put_oemid(w, &c->product);
	cbor_put_int(w, CLAIM_HWMODEL);
	cbor_put_bytes(w, c->product.hwmodel);
	cbor_put_int(w, CLAIM_SWVERSION);
	cbor_put_array(w, 1);
	cbor_put_text(w, c->product.version);
	cbor_put_int(w, CLAIM_LABEL);
	cbor_put_array(w, c->category.len > 0 ? 7 : 6);
	cbor_put_text(w, c->scheme);
	cbor_put_uint(w, c->level);
	cbor_put_uint(w, c->basis);
	cbor_put_bytes(w, (struct bytes){ c->product.digest, SHA256_LEN });
	fields_put_time_or_null(w, c->support_until);
	cbor_put_text(w, c->maker);
	if (c->category.len > 0)
		cbor_put_text(w, c->category);
}

static void
read_product(struct cbor_reader *r, struct product *p)
{
	fields_claim(r, CLAIM_OEMID, "oemid");
	product_read_oemid(r, p);
	fields_claim(r, CLAIM_HWMODEL, "hwmodel");
	size_t at = r->pos;

	p->hwmodel = cbor_bytes(r, "hwmodel");
	if (p->hwmodel.len < 1 || p->hwmodel.len > PRODUCT_HWMODEL_MAX)
		cbor_fail(r, ERR_MALFORMED, at, "hwmodel");
	fields_claim(r, CLAIM_SWVERSION, "version");
	fields_array(r, 1, "version");
	p->version = fields_text(r, 1, PRODUCT_VERSION_MAX, "version");
}

enum err
label_claims_read(
    struct bytes payload, struct label_claims *ret, struct fault *ret_fault)
{
	struct cbor_reader r = cbor_open(payload, CBOR_STRICT, "label");
	struct cbor_map map = cbor_map(&r, "payload");
	struct label_claims c = { 0 };

	if (map.left != 4)
		cbor_fail(&r, ERR_MALFORMED, 0, "payload");
	read_product(&r, &c.product);
	fields_claim(&r, CLAIM_LABEL, "label");
	size_t at = r.pos;
	size_t count = cbor_array(&r, "label");

	if (count != 6 && count != 7)
		cbor_fail(&r, ERR_MALFORMED, at, "label");
	c.scheme = fields_text(&r, 1, LABEL_SCHEME_MAX, "scheme");
	c.level = (unsigned)fields_uint(&r, 1, LABEL_LEVEL_MAX, "level");
	c.basis = (enum label_basis)fields_uint(
	    &r, LABEL_BASIS_TESTED, LABEL_BASIS_REVIEWED, "basis");
	c.product.digest = fields_bytes(&r, SHA256_LEN, "digest").ptr;
	c.support_until = fields_time_or_null(&r, "support_until");
	c.maker = fields_text(&r, 1, LABEL_MAKER_MAX, "maker");
	if (count == 7)
		c.category = fields_text(&r, 1, LABEL_CATEGORY_MAX, "category");
	if (cbor_end(&r) != ERR_OK) {
		*ret_fault = r.fault;
		return r.fault.code;
	}
	*ret = c;
	return ERR_OK;
}

const char *
label_basis_text(enum label_basis basis)
{
	switch (basis) {
	case LABEL_BASIS_TESTED:
		return "tested";
	case LABEL_BASIS_DECLARED:
		return "declared";
	case LABEL_BASIS_REVIEWED:
		return "reviewed";
	}
	return "unknown";
}
