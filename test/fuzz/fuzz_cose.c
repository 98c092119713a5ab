/* SPDX-License-Identifier: ISC */
/* COSE messages and keys: parts inside the input, refusals without a trace. */
#include "crypto/cose_countersign.h"
#include "crypto/cose_sign.h"
#include "promises.h"

#include <stdlib.h>

#define ROOM_LEN 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Verifies nothing, and sees that the parts it is given can be read. */
static bool
touch(const void *context, const uint8_t *key, struct bytes message,
    const uint8_t *signature)
{
	unsigned sum = key[0];

	(void)context;
	for (size_t i = 0; i < message.len; i++)
		sum += message.ptr[i];
	for (size_t i = 0; i < SIGNATURE_LEN; i++)
		sum += signature[i];
	return sum == 0;
}

static void
sum_nothing(const void *context, const struct bytes *part, size_t count,
    uint8_t ret[SHA256_LEN])
{
	size_t len = 0;

	(void)context;
	for (size_t i = 0; i < count; i++)
		len += part[i].len;
	for (size_t i = 0; i < SHA256_LEN; i++)
		ret[i] = (uint8_t)len;
}

static const struct crypto_hooks hooks = {
	.sha256 = sum_nothing,
	.ed25519_verify = touch,
	.p256_verify = touch,
};

/* Written again from its parts: byte for byte, if it was strict. */
static void
check_again(const struct cose_sign1 *m, struct bytes in)
{
	static uint8_t room[ROOM_LEN];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	cose_put_sign1(&w, m->protected_map, m->unprotected,
	    m->detached ? (struct bytes){ NULL, 0 } : m->payload, m->signature);
	must(
	    w.len == in.len && (w.failed || bytes_equal(cbor_written(&w), in)));
}

static void
check_countersignatures(const struct cose_sign1 *m, enum cbor_rules rules)
{
	static uint8_t room[ROOM_LEN];
	struct cose_key key = { .curve = COSE_CURVE_ED25519 };
	struct bytes none = { NULL, 0 };

	for (size_t i = 0; i < 4; i++) {
		struct cose_signature by = { 0 };
		struct fault fault = { .code = ERR_OK };
		enum err err =
		    cose_read_countersignature(m, rules, i, &by, &fault);

		must(fault.code == (err == ERR_END ? ERR_OK : err));
		if (err != ERR_OK)
			return;
		must(lies_in(by.signature, m->unprotected));
		(void)cose_verify_countersignature(
		    m, &by, &key, &hooks, none, room, sizeof(room));
	}
}

static void
check_sign1(struct bytes in, enum cbor_rules rules)
{
	static uint8_t room[ROOM_LEN];
	struct cose_sign1 m = { .alg = 77 };
	struct fault fault = { .at = SIZE_MAX };
	struct cose_key key = { .curve = COSE_CURVE_P256 };
	struct bytes none = { NULL, 0 };

	if (cose_read_sign1(in, rules, &m, &fault) != ERR_OK) {
		must(m.alg == 77 && fault.at <= in.len && fault.field != NULL);
		return;
	}
	must(lies_in(m.protected_map, in) && lies_in(m.unprotected, in));
	must(lies_in(m.payload, in) && lies_in(m.signature, in));
	must(lies_in(m.kid, in));
	if (rules == CBOR_STRICT)
		check_again(&m, in);
	for (int64_t label = 0; label < 20; label++)
		must(lies_in(cose_find(m.protected_map, label, rules), in) &&
		    lies_in(cose_find(m.unprotected, label, rules), in));
	(void)cose_verify_sign1(&m, &key, &hooks, none, room, sizeof(room));
	key.curve = COSE_CURVE_ED25519;
	(void)cose_verify_sign1(&m, &key, &hooks, none, room, sizeof(room));
	check_countersignatures(&m, rules);
}

static void
check_sign(struct bytes in, enum cbor_rules rules)
{
	static uint8_t room[ROOM_LEN];
	struct cose_sign m = { .count = 77 };
	struct fault fault = { .at = SIZE_MAX };
	struct cose_key key = { .curve = COSE_CURVE_P256 };
	struct bytes none = { NULL, 0 };

	if (cose_read_sign(in, rules, &m, &fault) != ERR_OK) {
		must(m.count == 77 && fault.at <= in.len);
		return;
	}
	must(m.count > 0 && m.count <= in.len);
	for (size_t i = 0; i < m.count && i < 8; i++) {
		struct cose_signature by = cose_sign_signature(&m, i);

		must(lies_in(by.signature, m.signatures));
		(void)cose_verify_sign(
		    &m, &by, &key, &hooks, none, room, sizeof(room));
	}
}

static void
check_key(struct bytes in)
{
	struct cbor_reader r = cbor_open(in, CBOR_RELAXED, "fuzz");
	struct cose_key key = { 0 };
	struct cose_key again = { 0 };
	uint8_t room[128];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	if (cose_key_read(&r, &key) != ERR_OK) {
		must(!cbor_ok(&r) && key.point[0] == 0);
		return;
	}
	cose_key_put(&w, &key);
	r = cbor_open(cbor_written(&w), CBOR_STRICT, "fuzz");
	must(cose_key_read(&r, &again) == ERR_OK && cbor_end(&r) == ERR_OK);
	must(cose_key_equal(&key, &again));
	cose_key_thumbprint(&hooks, &key, room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };

	check_sign1(in, CBOR_STRICT);
	check_sign1(in, CBOR_RELAXED);
	check_sign(in, CBOR_STRICT);
	check_sign(in, CBOR_RELAXED);
	check_key(in);
	return 0;
}
