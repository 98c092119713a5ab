/* SPDX-License-Identifier: ISC */
/* The public library: hallmark.h over the modules that verify labels. */
#include "libhallmark/hallmark.h"

#include "base/number.h"
#include "crypto/hooks.h"
#include "label/bundle.h"
#include "label/verify.h"
#include "ledger/policy.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <string.h>

/* Lies at the start of the caller's memory. */
struct hallmark {
	struct crypto_hooks hooks;
	struct hallmark_hooks given; /* the context of hooks, if they are a
					caller's */
	const struct bundle *bundle;
};

/* The numbers of the public enums are those of the inner ones. */
#define SAME(public, inner)                                                    \
	_Static_assert((int)(public) == (int)(inner), #public)
SAME(HALLMARK_ISSUER_DATES, LABEL_ISSUER_DATES);
SAME(HALLMARK_ISSUER_CATEGORY, LABEL_ISSUER_CATEGORY);
SAME(HALLMARK_ISSUER_LEVEL, LABEL_ISSUER_LEVEL);
SAME(HALLMARK_ISSUER_SCHEME, LABEL_ISSUER_SCHEME);
SAME(HALLMARK_ISSUER_WITHDRAWN, LABEL_ISSUER_WITHDRAWN);
SAME(HALLMARK_ISSUER_NOT_ACCREDITED, LABEL_ISSUER_NOT_ACCREDITED);
SAME(HALLMARK_ISSUER_UNSUPPORTED, LABEL_ISSUER_UNSUPPORTED);
SAME(HALLMARK_ISSUER_FORGED, LABEL_ISSUER_FORGED);
SAME(HALLMARK_ISSUER_YES, LABEL_ISSUER_YES);
SAME(HALLMARK_PRESENCE_NO, LABEL_PRESENCE_NO);
SAME(HALLMARK_PRESENCE_NO_PROOF, LABEL_PRESENCE_NO_PROOF);
SAME(HALLMARK_PRESENCE_NOT_YET, LABEL_PRESENCE_NOT_YET);
SAME(HALLMARK_PRESENCE_YES, LABEL_PRESENCE_YES);
SAME(HALLMARK_STATUS_STALE, LABEL_STATUS_STALE);
SAME(HALLMARK_STATUS_SUPERSEDED, LABEL_STATUS_SUPERSEDED);
SAME(HALLMARK_STATUS_SUSPENDED, LABEL_STATUS_SUSPENDED);
SAME(HALLMARK_STATUS_REVOKED, LABEL_STATUS_REVOKED);
SAME(HALLMARK_STATUS_VALID, LABEL_STATUS_VALID);
SAME(HALLMARK_CLOCK_SUPPORT_ENDED, LABEL_CLOCK_SUPPORT_ENDED);
SAME(HALLMARK_CLOCK_EXPIRED, LABEL_CLOCK_EXPIRED);
SAME(HALLMARK_CLOCK_NOT_YET, LABEL_CLOCK_NOT_YET);
SAME(HALLMARK_CLOCK_IN_TIME, LABEL_CLOCK_IN_TIME);
SAME(HALLMARK_BASIS_TESTED, LABEL_BASIS_TESTED);
SAME(HALLMARK_BASIS_DECLARED, LABEL_BASIS_DECLARED);
SAME(HALLMARK_BASIS_REVIEWED, LABEL_BASIS_REVIEWED);

/* ---- a caller's hooks, whose structs are other types than ours ---- */

static struct hallmark_bytes
bytes_out(struct bytes in)
{
	return (struct hallmark_bytes){ in.ptr, in.len };
}

static void
call_sha256(const void *context, const struct bytes *part, size_t count,
    uint8_t ret[SHA256_LEN])
{
	const struct hallmark_hooks *given = context;
	struct hallmark_bytes parts[CRYPTO_PARTS_MAX];

	assert(count <= CRYPTO_PARTS_MAX);
	for (size_t i = 0; i < count; i++)
		parts[i] = bytes_out(part[i]);
	given->sha256(parts, count, ret);
}

static bool
call_ed25519(const void *context, const uint8_t key[ED25519_KEY_LEN],
    struct bytes message, const uint8_t signature[SIGNATURE_LEN])
{
	const struct hallmark_hooks *given = context;

	return given->ed25519_verify(key, bytes_out(message), signature);
}

static bool
call_p256(const void *context, const uint8_t key[P256_KEY_LEN],
    struct bytes message, const uint8_t signature[SIGNATURE_LEN])
{
	const struct hallmark_hooks *given = context;

	return given->p256_verify(key, bytes_out(message), signature);
}

/* Those that are not given are the default ones, which need no context. */
static void
set_hooks(struct hallmark *handle, const struct hallmark_hooks *given)
{
	handle->hooks = crypto_hooks_default;
	if (given == NULL)
		return;
	handle->given = *given;
	handle->hooks.context = &handle->given;
	handle->hooks.sha256_many = NULL; /* nothing here has many */
	if (given->sha256 != NULL)
		handle->hooks.sha256 = call_sha256;
	if (given->ed25519_verify != NULL)
		handle->hooks.ed25519_verify = call_ed25519;
	handle->hooks.p256_verify =
	    given->p256_verify != NULL ? call_p256 : NULL;
}

static struct bytes
bytes_in(struct hallmark_bytes in)
{
	return (struct bytes){ in.ptr, in.len };
}

static enum hallmark_error
error_of(enum err err)
{
	switch (err) {
	case ERR_OK:
		return HALLMARK_OK;
	case ERR_TRUNCATED:
		return HALLMARK_TRUNCATED;
	case ERR_END:
	case ERR_MALFORMED:
		return HALLMARK_MALFORMED;
	case ERR_UNSUPPORTED:
	case ERR_ENCRYPTED:
		return HALLMARK_UNSUPPORTED;
	case ERR_CHECKSUM:
		return HALLMARK_UNTRUSTED;
	case ERR_LIMIT:
		return HALLMARK_LIMIT;
	case ERR_MEMORY:
	case ERR_SYSTEM:
		return HALLMARK_MEMORY;
	}
	return HALLMARK_MALFORMED;
}

static enum hallmark_error
report(enum err err, const struct fault *from, struct hallmark_fault *to)
{
	if (err != ERR_OK && to != NULL) {
		to->at = from->at <= SIZE_MAX ? (size_t)from->at : SIZE_MAX;
		to->format = from->format != NULL ? from->format : "input";
		to->field = from->field != NULL ? from->field : "form";
	}
	return error_of(err);
}

static enum hallmark_error
fail_caller(struct hallmark_fault *fault)
{
	if (fault != NULL)
		*fault = (struct hallmark_fault){ .format = "call",
			.field = "argument" };
	return HALLMARK_CALLER;
}

static bool
is_missing(struct hallmark_bytes in)
{
	return in.ptr == NULL && in.len > 0;
}

static size_t
aligned(size_t len)
{
	size_t to = alignof(max_align_t);

	return (len + to - 1) & ~(to - 1);
}

/* Bytes in front of the bundle's own memory. */
#define FRONT_LEN                                                              \
	(aligned(sizeof(struct hallmark)) + aligned(sizeof(struct policy)))

enum hallmark_error
hallmark_memory_needed(
    struct hallmark_bytes bundle, size_t *ret, struct hallmark_fault *fault)
{
	struct fault inner = { 0 };
	size_t needed = 0;

	if (is_missing(bundle) || ret == NULL)
		return fail_caller(fault);
	enum err err = bundle_memory_needed(bytes_in(bundle), &needed, &inner);

	if (err == ERR_OK)
		*ret = needed + FRONT_LEN + alignof(max_align_t);
	return report(err, &inner, fault);
}

enum hallmark_error
hallmark_open(void *memory, size_t memory_len, struct hallmark_bytes anchors,
    struct hallmark_bytes bundle, const struct hallmark_hooks *hooks,
    const struct hallmark **ret, struct hallmark_fault *fault)
{
	struct fault inner = { .format = "memory", .field = "length" };
	size_t to = alignof(max_align_t);
	size_t off = (to - (uintptr_t)memory % to) % to;

	if (memory == NULL || is_missing(anchors) || is_missing(bundle) ||
	    ret == NULL)
		return fail_caller(fault);
	if (memory_len < off + FRONT_LEN)
		return report(ERR_MEMORY, &inner, fault);
	uint8_t *at = (uint8_t *)memory + off;
	struct hallmark *handle = (void *)at;
	struct policy *policy = (void *)(at + aligned(sizeof(*handle)));

	*handle = (struct hallmark){ .bundle = NULL };
	set_hooks(handle, hooks);
	enum err err = policy_read(bytes_in(anchors), POLICY_WITH_OWNERS,
	    &handle->hooks, policy, &inner);

	if (err == ERR_OK)
		err = bundle_open(bytes_in(bundle), policy, &handle->hooks,
		    at + FRONT_LEN, memory_len - off - FRONT_LEN,
		    &handle->bundle, &inner);
	if (err == ERR_OK)
		*ret = handle;
	return report(err, &inner, fault);
}

/* Zero-terminated; cut before a character of several bytes. */
static void
copy_text(char ret[HALLMARK_NAME_LEN], struct bytes text)
{
	size_t len = text.len;

	if (len >= HALLMARK_NAME_LEN) {
		len = HALLMARK_NAME_LEN - 1;
		while (len > 0 && (text.ptr[len] & 0xc0) == 0x80)
			len--;
	}
	if (len > 0)
		memcpy(ret, text.ptr, len);
	ret[len] = '\0';
}

static size_t
copy_bytes(uint8_t *ret, size_t cap, struct bytes in)
{
	size_t len = size_min(cap, in.len);

	if (len > 0)
		memcpy(ret, in.ptr, len);
	return len;
}

static void
tell_product(struct hallmark_label *l, const struct product *product)
{
	if (product->oemid.len > 0) {
		l->oemid_kind = HALLMARK_OEMID_BYTES;
		l->oemid_len =
		    copy_bytes(l->oemid, sizeof(l->oemid), product->oemid);
	} else {
		l->oemid_kind = HALLMARK_OEMID_PEN;
		l->oemid_number = product->pen;
	}
	l->hwmodel_len =
	    copy_bytes(l->hwmodel, sizeof(l->hwmodel), product->hwmodel);
	copy_text(l->version, product->version);
	memcpy(l->firmware, product->digest, sizeof(l->firmware));
}

static void
tell(struct hallmark_label *l, const struct label_answers *a)
{
	*l = (struct hallmark_label){
		.issuer = (enum hallmark_issuer)a->issuer,
		.presence = (enum hallmark_presence)a->presence,
		.status = (enum hallmark_status)a->status,
		.clock = (enum hallmark_clock)a->clock,
		.level = a->claims.level,
		.basis = (enum hallmark_basis)a->claims.basis,
		.issued = a->issued,
		.expires = a->expires,
		.support_until = a->claims.support_until,
		.has_index = a->logged,
		.index = a->index,
		.tree_size = a->tree_size,
		.head_time = a->head_time,
		.witnesses = a->witnesses,
		.status_as_of = a->status_as_of,
		.bundle_issued = a->bundle_issued,
		.bundle_expires = a->bundle_expires,
	};
	copy_text(l->body, a->body_name);
	copy_text(l->body_uri, a->body_iss);
	memcpy(l->body_key, a->body_key, sizeof(l->body_key));
	copy_text(l->scheme, a->claims.scheme);
	copy_text(l->category, a->claims.category);
	copy_text(l->maker, a->claims.maker);
	copy_text(l->ledger, a->origin);
	tell_product(l, &a->claims.product);
}

/* A caller that was built with a longer struct finds zeros at its end; one with
   a shorter gets what it knows. */
static void
tell_sized(struct hallmark_label *ret, size_t ret_size,
    const struct label_answers *answers)
{
	struct hallmark_label label;

	tell(&label, answers);
	if (ret_size > sizeof(label))
		memset((uint8_t *)ret + sizeof(label), 0,
		    ret_size - sizeof(label));
	memcpy(ret, &label, size_min(ret_size, sizeof(label)));
}

enum hallmark_error
hallmark_verify(const struct hallmark *handle, struct hallmark_bytes text,
    int64_t now, struct hallmark_label *ret, size_t ret_size,
    struct hallmark_fault *fault)
{
	uint8_t room[LABEL_VERIFY_ROOM];
	struct label_answers answers;
	struct fault inner = { 0 };

	if (handle == NULL || is_missing(text) || ret == NULL ||
	    ret_size < sizeof(ret->issuer))
		return fail_caller(fault);
	enum err err = label_verify_text(
	    handle->bundle, bytes_in(text), now, room, &answers, &inner);

	if (err == ERR_OK)
		tell_sized(ret, ret_size, &answers);
	return report(err, &inner, fault);
}

bool
hallmark_is_good(const struct hallmark_label *label)
{
	return label->issuer == HALLMARK_ISSUER_YES &&
	    label->presence == HALLMARK_PRESENCE_YES &&
	    label->status == HALLMARK_STATUS_VALID &&
	    label->clock == HALLMARK_CLOCK_IN_TIME;
}

const char *
hallmark_error_text(enum hallmark_error error)
{
	switch (error) {
	case HALLMARK_OK:
		return "no error";
	case HALLMARK_TRUNCATED:
		return "ends too early";
	case HALLMARK_MALFORMED:
		return "is malformed";
	case HALLMARK_UNSUPPORTED:
		return "is of an unsupported kind";
	case HALLMARK_UNTRUSTED:
		return "is not vouched for";
	case HALLMARK_LIMIT:
		return "exceeds a limit";
	case HALLMARK_MEMORY:
		return "needs more memory than was given";
	case HALLMARK_CALLER:
		return "was called wrongly";
	}
	return "unknown error";
}

const char *
hallmark_issuer_text(enum hallmark_issuer issuer)
{
	return label_issuer_text((enum label_issuer)issuer);
}

const char *
hallmark_presence_text(enum hallmark_presence presence)
{
	return label_presence_text((enum label_presence)presence);
}

const char *
hallmark_status_text(enum hallmark_status status)
{
	return label_status_text((enum label_status)status);
}

const char *
hallmark_clock_text(enum hallmark_clock clock)
{
	return label_clock_text((enum label_clock)clock);
}
