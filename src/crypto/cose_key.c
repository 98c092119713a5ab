/* SPDX-License-Identifier: ISC */
/* Public keys as COSE_Key maps: RFC 9052 §7, RFC 9053 §7, RFC 9679. */
#include "crypto/cose_private.h"

#include <string.h>

#define COORDINATE_LEN 32

/* RFC 9053 tables 17 to 19. */
enum {
	KEY_KTY = 1,
	KEY_ALG = 3,
	KEY_CRV = -1,
	KEY_X = -2,
	KEY_Y = -3,
	KEY_D = -4,
	KTY_OKP = 1,
	KTY_EC2 = 2,
	CRV_P256 = 1,
	CRV_ED25519 = 6,
};

/* The longest that cose_key_put() writes: head, kty, crv, x, y. */
#define KEY_MAP_LEN ((size_t)(1 + 2 + 2 + 3 + 32 + 3 + 32))

size_t
cose_key_len(const struct cose_key *key)
{
	return key->curve == COSE_CURVE_ED25519 ? ED25519_KEY_LEN
						: P256_KEY_LEN;
}

bool
cose_key_equal(const struct cose_key *a, const struct cose_key *b)
{
	return a->curve == b->curve &&
	    memcmp(a->point, b->point, cose_key_len(a)) == 0;
}

enum cose_alg
cose_key_alg(const struct cose_key *key)
{
	return key->curve == COSE_CURVE_ED25519 ? COSE_ALG_ED25519
						: COSE_ALG_ESP256;
}

bool
cose_key_takes_alg(const struct cose_key *key, int64_t alg)
{
	if (key->curve == COSE_CURVE_ED25519)
		return alg == COSE_ALG_ED25519 || alg == COSE_ALG_EDDSA;
	return alg == COSE_ALG_ESP256 || alg == COSE_ALG_ES256;
}

void
cose_key_put(struct cbor_writer *w, const struct cose_key *key)
{
	bool okp = key->curve == COSE_CURVE_ED25519;

	cbor_put_map(w, okp ? 3 : 4);
	cbor_put_int(w, KEY_KTY);
	cbor_put_int(w, okp ? KTY_OKP : KTY_EC2);
	cbor_put_int(w, KEY_CRV);
	cbor_put_int(w, okp ? CRV_ED25519 : CRV_P256);
	cbor_put_int(w, KEY_X);
	cbor_put_bytes(w, (struct bytes){ key->point, COORDINATE_LEN });
	if (okp)
		return;
	cbor_put_int(w, KEY_Y);
	cbor_put_bytes(
	    w, (struct bytes){ key->point + COORDINATE_LEN, COORDINATE_LEN });
}

/* The members of a COSE_Key that we look at; what they mean is known when kty
   is, and that may come last. */
struct members {
	int64_t kty;
	int64_t alg;
	struct cbor_item crv;
	struct cbor_item x;
	struct cbor_item y;
};

/* A member of any kind: numbers and bytes are kept, others only passed over. */
static struct cbor_item
read_member(struct cbor_reader *r)
{
	struct cbor_reader ahead = *r;
	struct cbor_item item = cbor_read(&ahead, "COSE_Key");

	(void)cbor_skip(r, "COSE_Key");
	return item;
}

static void
read_members(struct cbor_reader *r, struct members *m)
{
	struct cbor_item key;

	for (struct cbor_map map = cbor_map(r, "COSE_Key");
	     cbor_next(r, &map, &key, "COSE_Key");) {
		if (cbor_is(&key, KEY_KTY))
			m->kty = cbor_int(r, "kty");
		else if (cbor_is(&key, KEY_ALG))
			m->alg = cbor_int(r, "alg");
		else if (cbor_is(&key, KEY_CRV))
			m->crv = read_member(r);
		else if (cbor_is(&key, KEY_X))
			m->x = read_member(r);
		else if (cbor_is(&key, KEY_Y))
			m->y = read_member(r);
		else if (cbor_is(&key, KEY_D))
			cbor_fail(r, ERR_MALFORMED, key.at, "d");
		else
			(void)cbor_skip(r, "COSE_Key");
	}
}

static void
read_coordinate(struct cbor_reader *r, const struct cbor_item *item,
    const char *field, uint8_t ret[COORDINATE_LEN])
{
	if (!cbor_ok(r))
		return;
	/* A y of true or false stands for its sign: a compressed point. */
	if (item->kind == CBOR_TRUE || item->kind == CBOR_FALSE)
		cbor_fail(r, ERR_UNSUPPORTED, item->at, field);
	else if (item->kind != CBOR_BYTES || item->bytes.len != COORDINATE_LEN)
		cbor_fail(r, ERR_MALFORMED, item->at, field);
	else
		memcpy(ret, item->bytes.ptr, COORDINATE_LEN);
}

enum err
cose_key_read(struct cbor_reader *r, struct cose_key *ret)
{
	size_t at = r->pos;
	struct members m = { .crv.at = at, .x.at = at, .y.at = at };
	struct cose_key key = { 0 };

	m.crv.kind = m.x.kind = m.y.kind = CBOR_NULL;
	read_members(r, &m);
	if (cbor_ok(r) && m.kty == KTY_OKP && cbor_is(&m.crv, CRV_ED25519))
		key.curve = COSE_CURVE_ED25519;
	else if (cbor_ok(r) && m.kty == KTY_EC2 && cbor_is(&m.crv, CRV_P256))
		key.curve = COSE_CURVE_P256;
	else
		cbor_fail(r, ERR_UNSUPPORTED, at, "kty, crv");
	read_coordinate(r, &m.x, "x", key.point);
	if (key.curve == COSE_CURVE_P256)
		read_coordinate(r, &m.y, "y", key.point + COORDINATE_LEN);
	if (cbor_ok(r) && m.alg != COSE_ALG_NONE &&
	    !cose_key_takes_alg(&key, m.alg))
		cbor_fail(r, ERR_MALFORMED, at, "alg");
	if (!cbor_ok(r))
		return r->fault.code;
	*ret = key;
	return ERR_OK;
}

void
cose_key_thumbprint(const struct crypto_hooks *hooks,
    const struct cose_key *key, uint8_t ret[SHA256_LEN])
{
	uint8_t room[KEY_MAP_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	struct bytes map;

	cose_key_put(&w, key);
	map = cbor_written(&w);
	hooks->sha256(hooks->context, &map, 1, ret);
}
