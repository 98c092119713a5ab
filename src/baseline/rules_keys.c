/* SPDX-License-Identifier: ISC */
/* KEY-1 to KEY-5, CERT-1 to CERT-3: keys, tokens, certificates. */
#include "baseline/judging_private.h"

#include "inspect/names.h"

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

/* Shorter ones are elliptic curves; no RSA key of use is below it. */
#define RSA_BITS_FROM 512
#define RSA_BITS_SAFE 2048
#define RSA_BITS_BROKEN 1024
#define EC_BITS_SAFE 224

/*
 * data/known-keys.tsv names keys that are published with software; those that
 * products were found to share stand there as "shared: …".
 */
static bool
is_shared_key(struct bytes name)
{
	return bytes_starts(name, BYTES("shared: "));
}

static bool
is_test_key(struct bytes name)
{
	return name.len > 0 && !is_shared_key(name);
}

/* Keys of documentation and tests: nothing uses them. */
static bool
is_sample(const struct fact *f)
{
	return name_is_sample(f->path) ||
	    bytes_find(f->path, BYTES("/test/"), 0) != SIZE_MAX ||
	    bytes_find(f->path, BYTES("/tests/"), 0) != SIZE_MAX;
}

/* "RSA 2048, pem, SHA-256 of its public key 12ab…": the key, not its bytes. */
static void
say_key(struct judging *j, enum finding_result result, const struct fact *key)
{
	if (key->detail.len > 0)
		judging_say(j, result, key, "%.*s, published as %.*s",
		    TEXT(key->name), TEXT(key->detail));
	else
		judging_say(j, result, key,
		    "%.*s, %.*s, SHA-256 of the public key %.*s",
		    TEXT(key->name), TEXT(key->extra), TEXT(key->value));
}

void
judge_key_1(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PRIVATE_KEY, &at)) != NULL)
		say_key(j,
		    is_test_key(f->detail) || is_sample(f) ? FINDING_WARN
							   : FINDING_FAIL,
		    f);
}

void
judge_key_2(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_PRIVATE_KEY, &at)) != NULL)
		if (is_shared_key(f->detail))
			say_key(j, FINDING_FAIL, f);
}

void
judge_key_3(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_ENCRYPTED_KEY, &at)) != NULL)
		if (f->value.len > 0 && !is_sample(f))
			judging_say(j, FINDING_FAIL, f,
			    "encrypted private key (%.*s) with the password "
			    "\"%.*s\"",
			    TEXT(f->name), TEXT(f->value));
		else
			judging_say(j, FINDING_INFO, f,
			    "encrypted private key (%.*s)", TEXT(f->name));
}

void
judge_key_4(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_HOST_KEY, &at)) != NULL)
		judging_say(j, FINDING_FAIL, f,
		    "host key of %.*s, SHA-256 of the public key %.*s",
		    TEXT(f->name), TEXT(f->value));
}

void
judge_key_5(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_TOKEN, &at)) != NULL)
		judging_say(j, FINDING_WARN, f, "%.*s: %.*s", TEXT(f->name),
		    TEXT(f->value)); /* value is masked */
}

/* With its private key in the image, and none that everybody knows. */
static bool
is_own(const struct lookup *keys, const struct fact *certificate)
{
	struct fact like = { .value = certificate->extra };
	const struct fact *key = lookup_find(keys, &like);

	return certificate->extra.len > 0 && key != NULL &&
	    !is_test_key(key->detail) && !is_sample(certificate);
}

/* Roots to check others by always hold some that are old and weak. */
static void
note_roots(struct judging *j,
    bool (*fits)(const struct judging *j, const struct fact *certificate))
{
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_CA_CERTIFICATE, &at)) != NULL)
		if (fits(j, f))
			judging_say(j, FINDING_INFO, f, "%.*s: %.*s",
			    TEXT(f->name), TEXT(f->value));
}

static bool
has_expired(const struct judging *j, const struct fact *certificate)
{
	return certificate->number < j->today;
}

void
judge_cert_1(struct judging *j)
{
	struct lookup keys = lookup_make(j, FACT_PRIVATE_KEY, LOOKUP_VALUE);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_CERTIFICATE, &at)) != NULL)
		if (has_expired(j, f))
			judging_say(j,
			    is_own(&keys, f) ? FINDING_WARN : FINDING_INFO, f,
			    "%.*s", TEXT(f->name));
	note_roots(j, has_expired);
}

/* The number at the end of "sha256WithRSAEncryption 2048"; 0: none. */
static uint64_t
key_bits(struct bytes algorithm)
{
	size_t at = algorithm.len;
	uint64_t bits = 0;

	while (at > 0 && algorithm.ptr[at - 1] != ' ')
		at--;
	return bytes_to_u64(bytes_from(algorithm, at), &bits) ? bits : 0;
}

static bool
has_short_key(struct bytes algorithm)
{
	uint64_t bits = key_bits(algorithm);

	if (bits == 0)
		return false;
	return bits < RSA_BITS_FROM ? bits < EC_BITS_SAFE
				    : bits < RSA_BITS_SAFE;
}

/* A root's own signature says nothing: nobody relies on it. */
static bool
has_broken_hash(const struct fact *certificate)
{
	static const char *const words[] = { "md5", "MD5", "md2", "sha1",
		"SHA1" };

	if (bytes_equal(certificate->name, certificate->detail))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bytes_find(certificate->value, bytes_of(words[i]), 0) !=
		    SIZE_MAX)
			return true;
	return false;
}

static bool
is_weak(const struct judging *j, const struct fact *certificate)
{
	(void)j;
	return has_short_key(certificate->value) ||
	    has_broken_hash(certificate);
}

static enum finding_result
weigh_weak(const struct fact *certificate, bool own)
{
	uint64_t bits = key_bits(certificate->value);

	return own && bits >= RSA_BITS_FROM && bits < RSA_BITS_BROKEN
	    ? FINDING_FAIL
	    : FINDING_WARN;
}

void
judge_cert_2(struct judging *j)
{
	struct lookup keys = lookup_make(j, FACT_PRIVATE_KEY, LOOKUP_VALUE);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_CERTIFICATE, &at)) != NULL)
		if (is_weak(j, f))
			judging_say(j, weigh_weak(f, is_own(&keys, f)), f,
			    "%.*s: %.*s", TEXT(f->name), TEXT(f->value));
	note_roots(j, is_weak);
}

void
judge_cert_3(struct judging *j)
{
	struct lookup keys = lookup_make(j, FACT_PRIVATE_KEY, LOOKUP_VALUE);
	const struct fact *f;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_CERTIFICATE, &at)) != NULL)
		if (bytes_equal(f->name, f->detail) && is_own(&keys, f))
			judging_say(j, FINDING_FAIL, f, "%.*s", TEXT(f->name));
}
