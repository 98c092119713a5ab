/* SPDX-License-Identifier: ISC */
/* Keys and certificates, by fingerprint and place. */
#include "diff/comparing_private.h"

#include "inspect/names.h"

/* Names of authorities shown; the rest is counted. */
#define ROOTS_SHOWN 12

/* What is told of each kind. A private key or a token is bad wherever it is;
   of certificates and public keys the rules know which are. */
static const struct kind {
	enum fact_kind kind;
	bool secret;
	const char *words;
} kinds[] = {
	{ FACT_PRIVATE_KEY, true, "A private key" },
	{ FACT_TOKEN, true, "A token for a service" },
	{ FACT_TEST_SIGNATURE, true, "A signature by a published test key" },
	{ FACT_ENCRYPTED_KEY, false, "An encrypted private key" },
	{ FACT_CERTIFICATE, false, "A certificate" },
	{ FACT_PUBLIC_KEY, false, "A public key" },
};

static const struct kind *
kind_of(const struct fact *f)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == f->kind)
			return &kinds[i];
	return &kinds[0];
}

/* SHA-256 of the public key, in hex; of a token what is left of it. */
static struct bytes
fingerprint(const struct fact *f)
{
	return f->kind == FACT_CERTIFICATE || f->kind == FACT_CA_CERTIFICATE
	    ? f->extra
	    : f->value;
}

/* A certificate may be made anew for the same key. */
static bool
name_key(const struct fact *fact, struct pairing_item *item)
{
	item->what = fingerprint(fact);
	if (item->what.len == 0)
		item->what = fact->name;
	return true;
}

static enum direction
direction_of(const struct comparing *c, enum side side, const struct fact *f)
{
	bool bad =
	    kind_of(f)->secret || comparing_objection(c->side[side], f) != NULL;

	if (!bad)
		return DIRECTION_NEUTRAL;
	return side == SIDE_NEW ? DIRECTION_WORSE : comparing_gone(c);
}

static void
show(struct comparing *c, struct change *change, enum side side,
    const struct fact *f)
{
	struct bytes print = fingerprint(f);

	change->name = f->name;
	change->value[side] = print;
	comparing_show_fact(c, change, side, f,
	    f->kind == FACT_TOKEN || print.len == 0
		? f->name
		: comparing_text(c, "%.*s, SHA-256 of the public key %.*s",
		      TEXT(f->name), TEXT(print)));
}

/* Enough of a fingerprint to tell keys of one file from each other. */
#define LABEL_PRINT_LEN 12

/* "RSA 2048 (586dd4458006)". */
static struct bytes
label_of(struct comparing *c, const struct fact *f)
{
	struct bytes print = bytes_slice(fingerprint(f), 0, LABEL_PRINT_LEN);

	if (print.len == 0 || f->kind == FACT_TOKEN)
		return f->name;
	return comparing_text(c, "%.*s (%.*s)", TEXT(f->name), TEXT(print));
}

static void
tell_single(struct comparing *c, enum side side, const struct fact *f)
{
	bool added = side == SIDE_NEW;
	bool published = f->kind != FACT_CERTIFICATE && f->detail.len > 0;
	struct change *change =
	    comparing_tell(c, AREA_KEYS, added ? CHANGE_ADDED : CHANGE_REMOVED,
		direction_of(c, side, f), "%s is %s: %.*s%s%.*s, in %.*s.",
		kind_of(f)->words, added ? "new" : "no longer seen",
		TEXT(label_of(c, f)), published ? ", published as " : "",
		published ? comparing_len(f->detail) : 0,
		(const char *)f->detail.ptr, TEXT(name_known(f->path)));

	show(c, change, side, f);
}

static void
tell_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	bool moved = item->how == PAIRED_MOVED;
	struct change *change;

	if (item->how == PAIRED_SAME)
		return;
	if (moved)
		change = comparing_tell(c, AREA_KEYS, CHANGE_MOVED,
		    DIRECTION_NEUTRAL, "%s moved from %.*s to %.*s: %.*s.",
		    kind_of(now)->words, TEXT(name_known(was->path)),
		    TEXT(name_known(now->path)), TEXT(label_of(c, now)));
	else
		change = comparing_tell(c, AREA_KEYS, CHANGE_CHANGED,
		    DIRECTION_NEUTRAL, "%s in %.*s was replaced: %.*s.",
		    kind_of(now)->words, TEXT(name_known(now->path)),
		    TEXT(label_of(c, now)));
	show(c, change, SIDE_OLD, was);
	show(c, change, SIDE_NEW, now);
}

/* Bundles of authorities hold hundreds, so they are told together. */
static void
tell_roots(struct comparing *c, const struct pairing *p, enum side side)
{
	bool added = side == SIDE_NEW;
	struct change *change;
	size_t count = 0;

	for (size_t i = 0; i < p->count[side]; i++)
		count += p->list[side][i].twin == NULL;
	if (count == 0)
		return;
	change = comparing_tell(c, AREA_KEYS,
	    added ? CHANGE_ADDED : CHANGE_REMOVED, DIRECTION_NEUTRAL,
	    "%zu %s of authorities %s.", count,
	    count == 1 ? "certificate" : "certificates",
	    added ? (count == 1 ? "is new" : "are new")
		  : (count == 1 ? "is no longer seen" : "are no longer seen"));
	change->name = BYTES("authorities");
	change->value[side] = comparing_text(c, "%zu", p->count[side]);
	change->value[!side] = comparing_text(c, "%zu", p->count[!side]);
	for (size_t i = 0; i < p->count[side]; i++) {
		const struct fact *f = p->list[side][i].of;

		if (p->list[side][i].twin == NULL &&
		    change->place_count < ROOTS_SHOWN)
			comparing_show_fact(c, change, side, f, f->name);
	}
}

void
compare_keys(struct comparing *c)
{
	struct pairing p;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		p = comparing_pair(c, kinds[i].kind, name_key, PAIRED_CHANGED);
		comparing_walk(c, &p, tell_single, tell_pair);
	}
	p = comparing_pair(c, FACT_CA_CERTIFICATE, name_key, PAIRED_MOVED);
	tell_roots(c, &p, SIDE_OLD);
	tell_roots(c, &p, SIDE_NEW);
}
