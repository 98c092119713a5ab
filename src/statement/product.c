/* SPDX-License-Identifier: ISC */
/* Identifiers of products and releases. */
#include "statement/product.h"

#include "statement/fields.h"

#include <assert.h>
#include <string.h>

#define OEMID_IEEE_LEN 3
#define OEMID_RANDOM_LEN 16
/* The longest [oemid, hwmodel, version, digest]. */
#define IDENTITY_LEN 160

static const char product_prefix[] = "product/";
static const char release_prefix[] = "/release/";

static bool
is_oemid_len(size_t len)
{
	return len == OEMID_IEEE_LEN || len == OEMID_RANDOM_LEN;
}

bool
product_ok(const struct product *p)
{
	bool maker =
	    p->oemid.len == 0 ? p->pen != 0 : is_oemid_len(p->oemid.len);

	return maker && p->hwmodel.len >= 1 &&
	    p->hwmodel.len <= PRODUCT_HWMODEL_MAX && p->digest != NULL &&
	    fields_text_ok(p->version, 1, PRODUCT_VERSION_MAX);
}

void
product_put_oemid(struct cbor_writer *w, const struct product *p)
{
	if (p->oemid.len > 0)
		cbor_put_bytes(w, p->oemid);
	else
		cbor_put_uint(w, p->pen);
}

void
product_read_oemid(struct cbor_reader *r, struct product *ret)
{
	size_t at = r->pos;

	if (cbor_peek(r) == CBOR_UINT) {
		ret->oemid = (struct bytes){ NULL, 0 };
		ret->pen = (uint32_t)fields_uint(r, 1, UINT32_MAX, "oemid");
		return;
	}
	ret->pen = 0;
	ret->oemid = cbor_bytes(r, "oemid");
	if (cbor_ok(r) && !is_oemid_len(ret->oemid.len))
		cbor_fail(r, ERR_MALFORMED, at, "oemid");
}

/* The value of a hex digit, or 16. */
static unsigned
hex_value(uint8_t digit)
{
	uint8_t lower = bytes_lower(digit);

	if (digit >= '0' && digit <= '9')
		return digit - (unsigned)'0';
	if (lower >= 'a' && lower <= 'f')
		return lower - (unsigned)'a' + 10;
	return 16;
}

enum err
product_read_maker(struct bytes text, uint8_t room[16], struct product *ret)
{
	uint8_t bytes[OEMID_RANDOM_LEN] = { 0 };
	size_t digits = 0;
	uint64_t pen;

	if (bytes_to_u64(text, &pen) && text.len != 2 * sizeof(bytes)) {
		/* Six digits may be meant as three bytes. */
		if (pen == 0 || pen > UINT32_MAX ||
		    text.len == (size_t)2 * OEMID_IEEE_LEN)
			return ERR_MALFORMED;
		ret->pen = (uint32_t)pen;
		ret->oemid = (struct bytes){ NULL, 0 };
		return ERR_OK;
	}
	for (size_t i = 0; i < text.len; i++) {
		unsigned value = hex_value(text.ptr[i]);

		if ((text.ptr[i] == '-' || text.ptr[i] == ':') &&
		    digits % 2 == 0 && digits > 0)
			continue;
		if (value > 15 || digits == 2 * sizeof(bytes))
			return ERR_MALFORMED;
		bytes[digits / 2] =
		    (uint8_t)(bytes[digits / 2] << 4 | (uint8_t)value);
		digits++;
	}
	if (digits % 2 != 0 || !is_oemid_len(digits / 2))
		return ERR_MALFORMED;
	memcpy(room, bytes, digits / 2);
	ret->pen = 0;
	ret->oemid = (struct bytes){ room, digits / 2 };
	return ERR_OK;
}

static void
find_id(const struct crypto_hooks *hooks, const struct product *p, bool release,
    uint8_t ret[PRODUCT_ID_LEN])
{
	uint8_t room[IDENTITY_LEN];
	uint8_t digest[SHA256_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	cbor_put_array(&w, release ? 4 : 2);
	product_put_oemid(&w, p);
	cbor_put_bytes(&w, p->hwmodel);
	if (release) {
		cbor_put_text(&w, p->version);
		cbor_put_bytes(&w, (struct bytes){ p->digest, SHA256_LEN });
	}
	struct bytes written = cbor_written(&w);

	assert(written.len > 0);
	hooks->sha256(hooks->context, &written, 1, digest);
	memcpy(ret, digest, PRODUCT_ID_LEN);
}

void
product_find_ids(const struct crypto_hooks *hooks, const struct product *p,
    struct product_ids *ret)
{
	find_id(hooks, p, false, ret->product);
	find_id(hooks, p, true, ret->release);
}

static char *
put_hex(char *to, const uint8_t id[PRODUCT_ID_LEN])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < PRODUCT_ID_LEN; i++) {
		*to++ = digits[id[i] >> 4];
		*to++ = digits[id[i] & 15];
	}
	return to;
}

static char *
put_text(char *to, const char *text)
{
	while (*text != '\0')
		*to++ = *text++;
	return to;
}

void
product_put_sub(
    const struct product_ids *ids, bool release, char ret[PRODUCT_SUB_LEN])
{
	char *end = put_hex(put_text(ret, product_prefix), ids->product);

	if (release)
		end = put_hex(put_text(end, release_prefix), ids->release);
	*end = '\0';
}

/* Takes 32 lower-case hex digits off the front. */
static bool
take_hex(struct bytes *rest, uint8_t ret[PRODUCT_ID_LEN])
{
	if (rest->len < (size_t)2 * PRODUCT_ID_LEN)
		return false;
	for (size_t i = 0; i < (size_t)2 * PRODUCT_ID_LEN; i++) {
		unsigned value = hex_value(rest->ptr[i]);

		bool is_upper = rest->ptr[i] >= 'A' && rest->ptr[i] <= 'F';

		if (value > 15 || is_upper)
			return false;
		ret[i / 2] = (uint8_t)(ret[i / 2] << 4 | (uint8_t)value);
	}
	*rest = bytes_from(*rest, (size_t)2 * PRODUCT_ID_LEN);
	return true;
}

static bool
take_text(struct bytes *rest, const char *text)
{
	struct bytes prefix = bytes_of(text);

	if (!bytes_starts(*rest, prefix))
		return false;
	*rest = bytes_from(*rest, prefix.len);
	return true;
}

enum err
product_read_sub(struct bytes sub, struct product_ids *ret, bool *ret_release)
{
	struct product_ids ids = { 0 };
	bool release;

	if (!take_text(&sub, product_prefix) || !take_hex(&sub, ids.product))
		return ERR_MALFORMED;
	release = sub.len > 0;
	if (release &&
	    (!take_text(&sub, release_prefix) || !take_hex(&sub, ids.release) ||
		sub.len > 0))
		return ERR_MALFORMED;
	*ret = ids;
	*ret_release = release;
	return ERR_OK;
}

bool
product_has_sub(
    const struct crypto_hooks *hooks, const struct product *p, struct bytes sub)
{
	struct product_ids ids;
	char text[PRODUCT_SUB_LEN];

	product_find_ids(hooks, p, &ids);
	product_put_sub(&ids, true, text);
	return bytes_equal_text(sub, text);
}
