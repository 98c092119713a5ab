/* SPDX-License-Identifier: ISC */
/* DECL-6 to DECL-10, DOC-1: protections, keys, parts, release, support. */
#include "baseline/judging_private.h"

#include "baseline/declared_private.h"
#include "baseline/hardening.h"

#include <string.h>

#define TEXT(bytes) judging_len(bytes), (const char *)(bytes).ptr

/* CRA Art. 13(8): five years, unless the product is used for less. */
#define SUPPORT_SECS ((uint64_t)5 * 365 * 86400)

void
judge_decl_6(struct judging *j)
{
	const struct declared *says = declared_support(j, "5.6-8");
	const struct fact *f;
	size_t at = 0;

	if (says == NULL)
		return;
	while ((f = facts_next(j->facts, FACT_ELF, &at)) != NULL) {
		if (!hardening_faces_network(f) || hardening_is_mips(f) ||
		    !hardening_concerns(PROTECTION_STACK, f) ||
		    hardening_has(PROTECTION_STACK, f))
			continue;
		judging_quote(j, FINDING_WARN, says,
		    "memory is declared to be guarded by the hardware, but "
		    "programs run code on their stack");
		judging_add(j, FINDING_WARN, f);
	}
}

static bool
has_fingerprint(const struct fact *key, struct bytes fingerprint)
{
	return key->value.len >= 16 && fingerprint.len >= 16 &&
	    bytes_starts(key->value, bytes_slice(fingerprint, 0, 64));
}

/* The answer of the key's own row, else the first that promises so much. */
static const struct declared *
find_promise(struct judging *j, const struct fact *key)
{
	const struct declared *first = NULL;
	const struct declared *unique;
	size_t at = 0;

	while ((unique = declared_next(j, "SecParam", "unique", &at)) != NULL) {
		const struct declared *print =
		    declared_in(j, unique, "fingerprint");
		const struct declared *type = declared_in(j, unique, "type");

		if (!setting_is_on(unique->value))
			continue;
		if (print != NULL &&
		    has_fingerprint(key, bytes_trim(print->value)))
			return unique;
		if (first == NULL && type != NULL &&
		    bytes_equal_text(type->value, "critical"))
			first = unique;
	}
	return first;
}

void
judge_decl_7(struct judging *j)
{
	static const enum fact_kind kinds[] = { FACT_HOST_KEY,
		FACT_PRIVATE_KEY };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct fact *f;
		size_t at = 0;

		while ((f = facts_next(j->facts, kinds[i], &at)) != NULL) {
			const struct declared *says = find_promise(j, f);

			if (says == NULL)
				return;
			if (f->kind == FACT_PRIVATE_KEY && f->detail.len > 0 &&
			    !bytes_starts(f->detail, BYTES("shared: ")))
				continue; /* published with software */
			judging_quote(j, FINDING_FAIL, says,
			    "%.*s: keys are declared different on every "
			    "device, but one is in the image",
			    TEXT(says->row));
			judging_note(j, FINDING_FAIL, f->path, f->at, f->name);
		}
	}
}

/* "1.2.3" is the start of "1.2.3-r4", not of "1.2.30". */
static bool
is_same_version(struct bytes declared, struct bytes seen)
{
	if (!bytes_starts(seen, declared))
		return false;
	return seen.len == declared.len || seen.ptr[declared.len] < '0' ||
	    seen.ptr[declared.len] > '9';
}

/* Whether the row of SoftComp means the component. */
static bool
means(struct judging *j, const struct declared *id,
    const struct component_item *c)
{
	const struct declared *what = declared_in(j, id, "description");

	return text_mentions(id->value, c->name) ||
	    (what != NULL && text_mentions(what->value, c->name));
}

static void
compare_component(struct judging *j, const struct declared *id)
{
	const struct declared *version = declared_in(j, id, "version");
	const struct component_item *other = NULL;
	bool seen = false;

	for (size_t i = 0; i < j->component_count; i++) {
		const struct component_item *c = &j->components[i];

		if (!means(j, id, c))
			continue;
		seen = true;
		if (version == NULL || c->version.len == 0 ||
		    is_same_version(bytes_trim(version->value), c->version) ||
		    is_same_version(
			bytes_trim(version->value), c->package_version))
			return;
		other = c;
	}
	if (other != NULL && other->evidence_count > 0) {
		judging_quote(j, FINDING_WARN, version,
		    "%.*s is declared as %.*s, but %.*s %.*s is in the image",
		    TEXT(id->value), TEXT(version->value), TEXT(other->name),
		    TEXT(other->version));
		judging_add(j, FINDING_WARN, other->evidence[0]);
	} else if (!seen) {
		judging_quote(j, FINDING_INFO, id,
		    "%.*s is declared, but nothing of that name was seen",
		    TEXT(id->value));
	}
}

void
judge_decl_8(struct judging *j)
{
	const struct declared *id;
	size_t at = 0;

	/* nothing seen says nothing */
	if (j->component_count == 0)
		return;
	while ((id = declared_next(j, "SoftComp", "id", &at)) != NULL)
		compare_component(j, id);
}

/* What a container says between quotes behind `mark`. */
static struct bytes
quoted_after(struct bytes text, const char *mark)
{
	size_t at = bytes_find(text, bytes_of(mark), 0);
	struct bytes rest;

	if (at == SIZE_MAX)
		return (struct bytes){ NULL, 0 };
	rest = bytes_from(text, at + strlen(mark));
	at = bytes_find_byte(rest, '"', 0);
	return at == SIZE_MAX ? (struct bytes){ NULL, 0 }
			      : bytes_slice(rest, 0, at);
}

/* Update containers whose version is the product's. */
static const char *const versioned[] = { "rauc", "swupdate", "mender", NULL };

struct releases {
	struct bytes declared;
	size_t same;	   /* texts that name it */
	struct fact other; /* one that names another; value empty: none */
};

static void
hear_release(struct releases *r, struct bytes path, struct bytes text, bool own)
{
	if (text_mentions(text, r->declared))
		r->same++;
	else if (own && text.len > 0)
		r->other = (struct fact){
			.path = path, .at = FACT_NOWHERE, .value = text
		};
}

static void
hear_containers(struct releases *r, const struct observation *seen)
{
	for (size_t i = 0; i < seen->chunk_count; i++) {
		const struct chunk *c = &seen->chunks[i];
		struct bytes detail = bytes_of(c->info.detail);

		if (c->nested)
			continue;
		hear_release(
		    r, c->path, quoted_after(detail, "name \""), false);
		hear_release(r, c->path, quoted_after(detail, "version \""),
		    word_in(bytes_of(c->format), versioned));
	}
}

void
judge_decl_9(struct judging *j)
{
	const struct declared *says = declared_first(j, "product", "release");
	const struct declared *model = declared_first(j, "product", "model");
	struct releases r = { .same = 0 };
	const struct fact *f;
	size_t at = 0;

	if (says == NULL)
		return;
	r.declared = bytes_trim(says->value);
	/* os-release: the product's own, or that of the distribution below */
	while ((f = facts_next(j->facts, FACT_OPERATING_SYSTEM, &at)) != NULL)
		hear_release(&r, f->path, f->detail,
		    model != NULL && text_mentions(f->detail, model->value));
	hear_containers(&r, j->seen);
	if (r.same > 0 || r.other.value.len == 0)
		return;
	judging_quote(j, FINDING_WARN, says,
	    "the declaration holds for release %.*s", TEXT(r.declared));
	judging_say(j, FINDING_WARN, &r.other, "the image calls itself %.*s",
	    TEXT(r.other.value));
}

/* Branches that end before the support does: who mends them then? */
static void
compare_branches(struct judging *j, const struct declared *end, uint64_t until)
{
	for (size_t i = 0; i < j->component_count; i++) {
		const struct component_item *c = &j->components[i];
		const struct end_of_life *row =
		    end_of_life_find(j->dates, c->name, c->version);

		if (row == NULL || row->ended_secs < j->today ||
		    row->ended_secs >= until || c->evidence_count == 0)
			continue;
		judging_quote(j, FINDING_INFO, end,
		    "support is declared until %.*s, but branch %.*s of %.*s "
		    "ends on %.*s",
		    TEXT(end->value), TEXT(row->branch), TEXT(c->name),
		    TEXT(row->ended));
		judging_add(j, FINDING_INFO, c->evidence[0]);
	}
}

void
judge_decl_10(struct judging *j)
{
	const struct declared *end =
	    declared_first(j, "product", "support_end");
	const struct declared *why =
	    declared_first(j, "product", "support_reason");
	uint64_t until;

	if (end == NULL || !end_of_life_day(bytes_trim(end->value), &until))
		return;
	if (until < j->today)
		judging_quote(j, FINDING_FAIL, end,
		    "support was declared until %.*s: it is over",
		    TEXT(end->value));
	else if (until - j->today < SUPPORT_SECS && why == NULL)
		judging_quote(j, FINDING_WARN, end,
		    "support until %.*s is less than five years, and no "
		    "product.support_reason says why",
		    TEXT(end->value));
	compare_branches(j, end, until);
}

/* "mailto:a@b" and "a@b" are one contact. */
static bool
names_contact(struct bytes contact, struct bytes declared)
{
	return bytes_find(contact, bytes_trim(declared), 0) != SIZE_MAX;
}

static void
judge_contacts(struct judging *j)
{
	const struct declared *says =
	    declared_first(j, "product", "security_contact");
	const struct fact *other = NULL;
	const struct fact *f;
	bool same = false;
	size_t at = 0;

	while ((f = facts_next(j->facts, FACT_SETTING, &at)) != NULL) {
		if (!bytes_equal_text(f->name, "security.txt.contact"))
			continue;
		judging_say(j, FINDING_INFO, f, "%.*s", TEXT(f->value));
		if (says == NULL)
			continue;
		same |= names_contact(f->value, says->value);
		other = f;
	}
	if (other == NULL || same)
		return;
	judging_quote(j, FINDING_WARN, says, "the declared contact is %.*s",
	    TEXT(says->value));
	judging_say(j, FINDING_WARN, other, "security.txt names %.*s",
	    TEXT(other->value));
}

void
judge_doc_1(struct judging *j)
{
	const struct fact *f;
	size_t at = 0;

	judge_contacts(j);
	while ((f = facts_next(j->facts, FACT_SETTING, &at)) != NULL) {
		uint64_t until;

		if (!bytes_equal_text(f->name, "security.txt.expires") ||
		    !end_of_life_day(bytes_slice(f->value, 0, 10), &until) ||
		    until >= j->today)
			continue;
		judging_say(j, FINDING_WARN, f, "security.txt expired on %.*s",
		    TEXT(f->value));
	}
}
