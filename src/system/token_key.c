/* SPDX-License-Identifier: ISC */
/* Keys on a token: found, read, made. */
#include "system/random.h"
#include "system/token_private.h"

#include <string.h>

#define ID_MAX_LEN 64
#define LABEL_MAX_LEN 256
#define POINT_MAX_LEN 80
#define PARAMS_MAX_LEN 32
#define NEW_ID_LEN 8
#define TEMPLATE_MAX 10

/* How curves are named in CKA_EC_PARAMS: RFC 5480, RFC 8410, and the
   PrintableString that PKCS#11 3.0 §2.3.5 allows as well. */
static const uint8_t p256_oid[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
	0x03, 0x01, 0x07 };
static const uint8_t ed25519_oid[] = { 0x06, 0x03, 0x2b, 0x65, 0x70 };
static const uint8_t ed25519_text[] = { 0x13, 0x0c, 'e', 'd', 'w', 'a', 'r',
	'd', 's', '2', '5', '5', '1', '9' };

/* A list of attributes to look by, or to make a key with. */
struct template
{
	CK_ATTRIBUTE row[TEMPLATE_MAX];
	CK_ULONG count;
};

/* The value is only read. */
static void
add(struct template *list, CK_ATTRIBUTE_TYPE type, const void *value,
    size_t len)
{
	union {
		const void *in;
		void *out;
	} ptr = { .in = value };

	list->row[list->count++] = (CK_ATTRIBUTE){ type, ptr.out, len };
}

/* object= and id= of the URI. */
static void
add_name(struct template *list, const struct token *t)
{
	static const CK_ATTRIBUTE_TYPE types[] = { CKA_LABEL, CKA_ID };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const CK_ATTRIBUTE *a =
		    p11_kit_uri_get_attribute(t->uri, types[i]);

		if (a != NULL)
			add(list, types[i], a->pValue, a->ulValueLen);
	}
}

/* How many objects match, up to 2; *ret is the first. */
static enum err
find(struct token *t, struct template *list, CK_OBJECT_HANDLE *ret,
    CK_ULONG *ret_count)
{
	CK_OBJECT_HANDLE found[2] = { 0, 0 };
	CK_RV answer =
	    t->p11->C_FindObjectsInit(t->session, list->row, list->count);

	if (answer != CKR_OK)
		return token_blame(t, answer);
	answer = t->p11->C_FindObjects(t->session, found, 2, ret_count);
	(void)t->p11->C_FindObjectsFinal(t->session); /* nothing is lost */
	if (answer != CKR_OK)
		return token_blame(t, answer);
	*ret = found[0];
	return ERR_OK;
}

/* An attribute's value in `room`; empty when there is none. */
static struct bytes
read_attribute(struct token *t, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
    uint8_t *room, size_t cap)
{
	CK_ATTRIBUTE a = { type, room, cap };

	if (t->p11->C_GetAttributeValue(t->session, object, &a, 1) != CKR_OK ||
	    a.ulValueLen == CK_UNAVAILABLE_INFORMATION || a.ulValueLen > cap)
		return (struct bytes){ room, 0 };
	return (struct bytes){ room, a.ulValueLen };
}

/* type= may be left out, "private" or "public"; it says nothing that the use
   does not say already. */
static enum err
check_class(struct token *t)
{
	const CK_ATTRIBUTE *a = p11_kit_uri_get_attribute(t->uri, CKA_CLASS);
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;

	if (a != NULL && a->ulValueLen == sizeof(class))
		memcpy(&class, a->pValue, sizeof(class));
	if (class != CKO_PRIVATE_KEY && class != CKO_PUBLIC_KEY)
		return token_fail(
		    t, ERR_MALFORMED, "the URI's type is not that of a key");
	return ERR_OK;
}

enum err
token_find_private(struct token *t)
{
	static const CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	struct template list = { .count = 0 };
	CK_ULONG count = 0;
	uint8_t each_time = 0;
	enum err err = check_class(t);

	add(&list, CKA_CLASS, &class, sizeof(class));
	add_name(&list, t);
	if (err == ERR_OK)
		err = find(t, &list, &t->private_key, &count);
	if (err != ERR_OK)
		return err;
	if (count == 0)
		return token_fail(
		    t, ERR_MALFORMED, "there is no such key on it");
	if (count > 1)
		return token_fail(t, ERR_MALFORMED,
		    "several keys are called so: add object= or id=");
	if (read_attribute(
		t, t->private_key, CKA_ALWAYS_AUTHENTICATE, &each_time, 1)
		    .len == 1 &&
	    each_time == CK_TRUE)
		return token_fail(t, ERR_UNSUPPORTED,
		    "wants the PIN again for each signature");
	return ERR_OK;
}

/* CKA_EC_POINT is an OCTET STRING of the point; some give the point bare. */
static struct bytes
unwrap_point(struct bytes in, size_t len)
{
	bool is_wrapped =
	    in.len == len + 2 && in.ptr[0] == 0x04 && in.ptr[1] == len;

	return is_wrapped ? bytes_from(in, 2) : in;
}

static enum err
read_public(struct token *t, CK_OBJECT_HANDLE object)
{
	uint8_t params_room[PARAMS_MAX_LEN];
	uint8_t point_room[POINT_MAX_LEN];
	struct bytes params = read_attribute(
	    t, object, CKA_EC_PARAMS, params_room, sizeof(params_room));
	struct bytes point = read_attribute(
	    t, object, CKA_EC_POINT, point_room, sizeof(point_room));
	struct cose_key key = { .curve = COSE_CURVE_ED25519 };

	if (bytes_equal(params, (struct bytes){ p256_oid, sizeof(p256_oid) })) {
		key.curve = COSE_CURVE_P256;
		point = unwrap_point(point, 1 + P256_KEY_LEN);
		if (point.len != 1 + P256_KEY_LEN || point.ptr[0] != 0x04)
			return token_fail(t, ERR_UNSUPPORTED,
			    "gives the public key in an unknown form");
		memcpy(key.point, point.ptr + 1, P256_KEY_LEN);
	} else if (bytes_equal(params,
		       (struct bytes){ ed25519_oid, sizeof(ed25519_oid) }) ||
	    bytes_equal(
		params, (struct bytes){ ed25519_text, sizeof(ed25519_text) })) {
		point = unwrap_point(point, ED25519_KEY_LEN);
		if (point.len != ED25519_KEY_LEN)
			return token_fail(t, ERR_UNSUPPORTED,
			    "gives the public key in an unknown form");
		memcpy(key.point, point.ptr, ED25519_KEY_LEN);
	} else {
		return token_fail(t, ERR_UNSUPPORTED,
		    "the key is neither Ed25519 nor on P-256");
	}
	t->key = key;
	return ERR_OK;
}

enum err
token_find_public(struct token *t)
{
	static const CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	uint8_t room[LABEL_MAX_LEN];
	struct template list = { .count = 0 };
	CK_OBJECT_HANDLE object = 0;
	CK_ULONG count = 0;
	enum err err = check_class(t);

	add(&list, CKA_CLASS, &class, sizeof(class));
	if (t->private_key == 0) {
		add_name(&list, t);
	} else { /* a pair has one id; without ids, one label */
		CK_ATTRIBUTE_TYPE by = CKA_ID;
		struct bytes value =
		    read_attribute(t, t->private_key, by, room, ID_MAX_LEN);

		if (value.len == 0) {
			by = CKA_LABEL;
			value = read_attribute(
			    t, t->private_key, by, room, sizeof(room));
		}
		add(&list, by, value.ptr, value.len);
	}
	if (err == ERR_OK)
		err = find(t, &list, &object, &count);
	if (err != ERR_OK)
		return err;
	if (count == 0)
		return ERR_END;
	if (count > 1)
		return token_fail(t, ERR_MALFORMED,
		    "several keys are called so: add object= or id=");
	return read_public(t, object);
}

/* --- making ------------------------------------------------------------- */

static enum err
check_free(struct token *t)
{
	struct template list = { .count = 0 };
	CK_OBJECT_HANDLE object = 0;
	CK_ULONG count = 0;

	add_name(&list, t);
	if (list.count == 0)
		return token_fail(t, ERR_MALFORMED,
		    "the URI does not say what the key is to be called: add "
		    "object=");
	enum err err = find(t, &list, &object, &count);

	if (err == ERR_OK && count > 0)
		err = token_fail(t, ERR_MALFORMED,
		    "something is called so already; nothing is overwritten");
	return err;
}

static CK_RV
generate(struct token *t, CK_MECHANISM_TYPE how, struct bytes params,
    const uint8_t new_id[NEW_ID_LEN])
{
	static const CK_BBOOL yes = CK_TRUE;
	static const CK_BBOOL no = CK_FALSE;
	CK_MECHANISM mechanism = { how, NULL, 0 };
	struct template public = { .count = 0 };
	struct template private = { .count = 0 };
	CK_OBJECT_HANDLE made[2] = { 0, 0 };

	add_name(&public, t);
	if (p11_kit_uri_get_attribute(t->uri, CKA_ID) == NULL)
		add(&public, CKA_ID, new_id, NEW_ID_LEN);
	private = public;
	add(&public, CKA_TOKEN, &yes, sizeof(yes));
	add(&public, CKA_PRIVATE, &no, sizeof(no));
	add(&public, CKA_VERIFY, &yes, sizeof(yes));
	add(&public, CKA_EC_PARAMS, params.ptr, params.len);
	add(&private, CKA_TOKEN, &yes, sizeof(yes));
	add(&private, CKA_PRIVATE, &yes, sizeof(yes));
	add(&private, CKA_SENSITIVE, &yes, sizeof(yes));
	add(&private, CKA_EXTRACTABLE, &no, sizeof(no));
	add(&private, CKA_SIGN, &yes, sizeof(yes));
	return t->p11->C_GenerateKeyPair(t->session, &mechanism, public.row,
	    public.count, private.row, private.count, &made[0], &made[1]);
}

enum err
token_make(struct token *t, enum cose_curve curve)
{
	uint8_t new_id[NEW_ID_LEN];
	enum err err = check_class(t);
	CK_RV answer;

	if (err == ERR_OK)
		err = check_free(t);
	if (err == ERR_OK)
		err = random_bytes(new_id, sizeof(new_id));
	if (err != ERR_OK)
		return err;
	if (curve == COSE_CURVE_P256) {
		answer = generate(t, CKM_EC_KEY_PAIR_GEN,
		    (struct bytes){ p256_oid, sizeof(p256_oid) }, new_id);
	} else {
		answer = generate(t, CKM_EC_EDWARDS_KEY_PAIR_GEN,
		    (struct bytes){ ed25519_oid, sizeof(ed25519_oid) }, new_id);
		if (answer != CKR_OK) /* tokens of 3.0 that want the name */
			answer = generate(t, CKM_EC_EDWARDS_KEY_PAIR_GEN,
			    (struct bytes){
				ed25519_text, sizeof(ed25519_text) },
			    new_id);
	}
	return answer == CKR_OK ? ERR_OK : token_blame(t, answer);
}
