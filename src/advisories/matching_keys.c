/* SPDX-License-Identifier: ISC */
/* Under which keys a component is found, and what stands there. */
#include "advisories/matching_private.h"
#include "base/limits.h"

#include <stdlib.h>

/* Keys of one component: it has a handful, and hostile ones have no more. */
#define KEYS_MAX 32

/* Makers of products of one name, looked at. */
#define MAKERS_MAX 16

struct keys {
	struct book_key key[KEYS_MAX];
	bool of_packager[KEYS_MAX];
	size_t count;
};

/* --- the subject --- */

static bool
is_one_of(struct bytes text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal_text(text, list[i]))
			return true;
	return false;
}

/* Whose versions have a revision of the packager's. */
static bool
is_packaged(struct bytes type)
{
	static const char *const types[] = { "alpm", "apk", "deb", "opkg",
		"rpm" };

	return is_one_of(type, types, sizeof(types) / sizeof(types[0]));
}

static size_t
find_last(struct bytes in, uint8_t byte)
{
	for (size_t i = in.len; i > 0; i--)
		if (in.ptr[i - 1] == byte)
			return i - 1;
	return SIZE_MAX;
}

/* "1:1.1.1n+dfsg-0+deb11u5" is upstream's 1.1.1n. */
static struct bytes
without_revision(struct bytes version)
{
	static const char *const marks[] = { "+dfsg", "+ds", "+really" };
	size_t colon = bytes_find_byte(version, ':', 0);
	size_t dash = find_last(version, '-');

	version = bytes_slice(version, 0, dash);
	if (colon != SIZE_MAX)
		version = bytes_from(version, colon + 1);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t at = bytes_find(version, bytes_of(marks[i]), 0);

		version = bytes_slice(version, 0, at);
	}
	return version;
}

/* "12" of "1.1.1n-0+deb12u5". */
static struct bytes
release_in(struct bytes version)
{
	size_t at = bytes_find(version, BYTES("deb"), 0);
	size_t len = 0;

	if (at == SIZE_MAX)
		return BYTES("");
	at += 3;
	while (at + len < version.len && version.ptr[at + len] >= '0' &&
	    version.ptr[at + len] <= '9')
		len++;
	return bytes_slice(version, at, len);
}

static bool
is_packaged_purl(struct bytes purl)
{
	struct bytes type;

	return bytes_starts(purl, BYTES("pkg:")) &&
	    bytes_next_field(&purl, ':', &type) &&
	    bytes_next_field(&purl, '/', &type) && is_packaged(type);
}

bool
matching_is_packaged(const struct match_subject *subject)
{
	return is_packaged_purl(subject->purl);
}

struct bytes
matching_upstream(const struct match_subject *s)
{
	if (!matching_is_packaged(s) ||
	    (s->package_version.len > 0 &&
		!bytes_equal(s->package_version, s->version)))
		return s->version;
	return without_revision(s->version);
}

static void
read_subject(struct matching *m, const struct match_subject *s)
{
	struct asked *a = &m->asked;

	a->purl = (struct purl_parts){ .type = { NULL, 0 } };
	if (s->purl.len > 0 && purl_read(s->purl, m->arena, &a->purl) != ERR_OK)
		a->purl = (struct purl_parts){ .type = { NULL, 0 } };
	a->is_packaged = is_packaged(a->purl.type);
	a->packaged =
	    s->package_version.len > 0 ? s->package_version : s->version;
	a->upstream = matching_upstream(s);
	a->release = BYTES("");
	if (a->is_packaged)
		a->release = purl_qualifier(&a->purl, "distro", m->arena);
	if (a->release.len == 0 && bytes_equal_text(a->purl.type, "deb"))
		a->release = release_in(a->packaged);
}

/* --- keys --- */

static void
add_found(struct keys *keys, const struct book_key *key, bool of_packager)
{
	for (size_t i = 0; i < keys->count; i++)
		if (keys->key[i].text == key->text)
			return;
	if (keys->count == KEYS_MAX)
		return;
	keys->of_packager[keys->count] = of_packager;
	keys->key[keys->count++] = *key;
}

static enum err
add_key(
    struct matching *m, struct keys *keys, struct bytes text, bool of_packager)
{
	struct book_key key;
	bool found = false;
	enum err err = book_find_key(m->book, text, &key, &found);

	if (err == ERR_OK && found)
		add_found(keys, &key, of_packager);
	return err;
}

static enum err
add_name_keys(struct matching *m, struct keys *keys)
{
	size_t count;
	const struct there *own = matching_keys_of(m, m->subject, &count);
	enum err err = ERR_OK;

	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		m->asked.is_kernel |=
		    bytes_equal_text(own[i].key, MATCHING_KERNEL);
		err = add_key(m, keys, own[i].key, false);
	}
	return err;
}

static enum err
add_package_key(struct matching *m, struct keys *keys, struct bytes name)
{
	const struct purl_parts *purl = &m->asked.purl;

	m->text.len = 0;
	if (purl->type.len == 0 || name.len == 0)
		return ERR_OK;
	book_put_package_key(purl->type, purl->space, name, &m->text);
	if (m->text.failed != ERR_OK)
		return m->text.failed;
	return add_key(m, keys, out_bytes(&m->text),
	    m->asked.is_packaged && purl->space.len > 0);
}

/* A distribution's advisories name the source package. */
static enum err
add_package_keys(struct matching *m, struct keys *keys)
{
	struct bytes source = BYTES("");
	struct bytes name = { NULL, 0 };
	enum err err = add_package_key(m, keys, m->asked.purl.name);

	if (m->asked.is_packaged)
		source = purl_qualifier(&m->asked.purl, "upstream", m->arena);
	if (err == ERR_OK && bytes_next_field(&source, '@', &name))
		err = add_package_key(m, keys, name);
	return err;
}

/* By the product's name alone, whoever makes it. */
static enum err
add_makers(struct matching *m, struct keys *keys)
{
	uint32_t first = 0;
	uint32_t end = 0;

	m->text.len = 0;
	product_names_put_key(
	    NULL, BYTES("any"), m->asked.subject->name, &m->text);
	struct bytes product = book_product_of(out_bytes(&m->text));

	if (m->text.failed != ERR_OK || product.len == 0) {
		enum err failed = m->text.failed;

		m->text.failed = ERR_OK;
		return failed == ERR_LIMIT ? ERR_OK : failed;
	}
	enum err err = book_find_product(m->book, product, &first, &end);

	for (uint32_t i = first; i < end && i - first < MAKERS_MAX; i++) {
		struct book_key key;
		struct bytes text = { NULL, 0 };

		err = book_product_at(m->book, i, &key);
		if (err == ERR_OK)
			err = book_text(m->book, key.text, &text);
		if (err != ERR_OK)
			return err;
		if (bytes_equal(book_product_of(text), product))
			add_found(keys, &key, false);
	}
	m->asked.by_product = keys->count > 0;
	m->asked.is_ambiguous = keys->count > 1;
	return err;
}

static enum err
find_keys(struct matching *m, struct keys *keys)
{
	const struct match_subject *s = m->asked.subject;
	enum err err = add_name_keys(m, keys);

	if (err == ERR_OK)
		err = add_package_keys(m, keys);
	if (err == ERR_OK && keys->count == 0 && s->cpe.len == 0 &&
	    !s->is_product)
		err = add_makers(m, keys);
	return err;
}

/* --- voices --- */

/* "12" of "debian-12.13", "3.18" of "v3.18", "22.04" of "22.04:LTS". */
static struct bytes
number_in(struct bytes in)
{
	size_t at = 0;
	size_t len = 0;

	while (at < in.len && (in.ptr[at] < '0' || in.ptr[at] > '9'))
		at++;
	while (at + len < in.len &&
	    ((in.ptr[at + len] >= '0' && in.ptr[at + len] <= '9') ||
		in.ptr[at + len] == '.'))
		len++;
	return bytes_slice(in, at, len);
}

/* Whether a release of the feed's, as "3.18", may be the subject's, "3.18.4".
   Names ("bookworm", "edge") are not compared. */
static bool
is_release(struct bytes feed, struct bytes own)
{
	struct bytes wanted = number_in(feed);
	struct bytes have = number_in(own);

	if (wanted.len == 0 || have.len == 0)
		return true;
	return bytes_starts(have, wanted) &&
	    (have.len == wanted.len || have.ptr[wanted.len] == '.');
}

/* A condition that is met is none; one that cannot be silences the claim. */
static enum err
weigh_condition(struct matching *m, const struct book_claim *claim,
    struct voice *voice, bool *ret_silent)
{
	enum matching_condition met = CONDITION_OPEN;
	struct bytes condition = { NULL, 0 };

	if ((claim->flags & BOOK_CLAIM_CONDITIONAL) == 0)
		return ERR_OK;
	enum err err = book_text(m->book, claim->condition, &condition);

	if (err == ERR_OK)
		err = matching_is_met(m, condition, &met);
	if (met == CONDITION_MET)
		voice->claim_flags &= (uint8_t)~BOOK_CLAIM_CONDITIONAL;
	*ret_silent = met == CONDITION_NEVER;
	return err;
}

static enum err
add_voice(struct matching *m, uint32_t i, const struct book_claim *claim,
    bool of_packager)
{
	void *voices = m->voices;
	bool silent = false;
	struct voice voice = { .vulnerability = claim->vulnerability,
		.claim = i,
		.source = (uint8_t)claim->source,
		.claim_flags = claim->flags,
		.of_packager = of_packager };

	/* the kernel's own authority names files, and what is mended */
	voice.of_kernel_cna = m->asked.is_kernel &&
	    claim->source == CLAIM_CVE_CNA &&
	    (claim->files != 0 || claim->otherwise == CLAIM_AFFECTED);
	enum err err = matching_evaluate(m, claim, &voice);

	if (err == ERR_OK && voice.says == SAYS_YES)
		err = weigh_condition(m, claim, &voice, &silent);
	if (err == ERR_OK && !silent)
		err = matching_grow(m->arena, &voices, &m->voice_cap,
		    m->voice_count, sizeof(voice));
	if (err != ERR_OK || silent)
		return err;
	m->voices = voices;
	m->voices[m->voice_count++] = voice;
	return ERR_OK;
}

static enum err
gather(struct matching *m, const struct book_key *key, bool of_packager)
{
	for (uint32_t i = key->claim_first; i < key->claim_end; i++) {
		struct book_claim claim;
		struct bytes release = { NULL, 0 };
		enum err err = book_claim_at(m->book, i, &claim);

		if (err == ERR_OK && of_packager)
			err = book_text(m->book, claim.release, &release);
		if (err == ERR_OK &&
		    (!of_packager || is_release(release, m->asked.release)))
			err = add_voice(m, i, &claim, of_packager);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static int
compare_voices(const void *a, const void *b)
{
	const struct voice *x = a;
	const struct voice *y = b;

	if (x->vulnerability != y->vulnerability)
		return x->vulnerability < y->vulnerability ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return (x->claim > y->claim) - (x->claim < y->claim);
}

enum err
matching_ask(struct matching *m, const struct match_subject *subject)
{
	struct keys keys = { .count = 0 };

	m->asked = (struct asked){ .subject = subject };
	read_subject(m, subject);
	m->voice_count = 0;
	m->round++;
	enum err err = find_keys(m, &keys);

	for (size_t i = 0; i < keys.count && err == ERR_OK; i++)
		err = gather(m, &keys.key[i], keys.of_packager[i]);
	/* a key's own are sorted: the maker saw to it */
	if (err == ERR_OK && m->voice_count > 0)
		qsort(m->voices, m->voice_count, sizeof(*m->voices),
		    compare_voices);
	return err;
}
