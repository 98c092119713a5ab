/* SPDX-License-Identifier: ISC */
/* Accounts, passwords and what else lets somebody in. Passwords are told only
   where everybody knows them. */
#include "diff/comparing_private.h"

/* Whom it lets in, the fewest last. "shadow" is not known. */
static const char *const account_states[] = { "empty", "hash", "locked" };

static int
state_rank(struct bytes state)
{
	for (size_t i = 0;
	     i < sizeof(account_states) / sizeof(account_states[0]); i++)
		if (bytes_equal_text(state, account_states[i]))
			return (int)i;
	return -1;
}

static const char *
state_words(struct bytes state)
{
	switch (state_rank(state)) {
	case 0:
		return "without a password";
	case 1:
		return "with a password";
	case 2:
		return "locked";
	default:
		return "with a password that is not in the image";
	}
}

static bool
name_user(const struct fact *fact, struct pairing_item *item)
{
	item->what = fact->name;
	return true;
}

/* Each kind of fact has a function for one that stands alone, on either side,
   and one for a pair. */
static void
tell_account(struct comparing *c, enum side side, const struct fact *f)
{
	bool open = state_rank(f->detail) == 0;
	struct change *change;

	if (side == SIDE_NEW)
		change = comparing_tell(c, AREA_CREDENTIALS, CHANGE_ADDED,
		    open ? DIRECTION_WORSE : DIRECTION_NEUTRAL,
		    "The account %.*s is new, %s.", TEXT(f->name),
		    state_words(f->detail));
	else
		change = comparing_tell(c, AREA_CREDENTIALS, CHANGE_REMOVED,
		    open ? comparing_gone(c) : DIRECTION_NEUTRAL,
		    "The account %.*s is no longer seen%s.", TEXT(f->name),
		    open ? "; it was without a password" : "");
	comparing_set_single(c, change, side, f, f->detail, f->name);
}

static void
tell_account_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	int before = state_rank(was->detail);
	int after = state_rank(now->detail);
	enum direction direction = DIRECTION_NEUTRAL;

	if (bytes_equal(was->detail, now->detail))
		return;
	if (before >= 0 && after >= 0)
		direction = after < before ? DIRECTION_WORSE : DIRECTION_BETTER;
	else if (after == 0)
		direction = DIRECTION_WORSE;
	else if (before == 0)
		direction = DIRECTION_BETTER;
	struct change *change =
	    comparing_tell(c, AREA_CREDENTIALS, CHANGE_CHANGED, direction,
		"The account %.*s is %s now, before %s.", TEXT(now->name),
		state_words(now->detail), state_words(was->detail));

	comparing_set_pair(change, now->name, was->detail, now->detail);
	comparing_show_fact(c, change, SIDE_OLD, was, was->name);
	comparing_show_fact(c, change, SIDE_NEW, now, now->name);
}

static void
tell_known(struct comparing *c, enum side side, const struct fact *f)
{
	struct change *change;

	if (side == SIDE_NEW)
		change = comparing_tell(c, AREA_CREDENTIALS, CHANGE_ADDED,
		    DIRECTION_WORSE,
		    "%.*s has the well-known password \"%.*s\" now.",
		    TEXT(f->name), TEXT(f->value));
	else
		change = comparing_tell(c, AREA_CREDENTIALS, CHANGE_REMOVED,
		    comparing_gone(c),
		    "The well-known password of %.*s is no longer seen.",
		    TEXT(f->name));
	comparing_set_single(c, change, side, f, f->value, f->name);
}

static void
tell_known_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;

	if (bytes_equal(was->value, now->value))
		return;
	struct change *change = comparing_tell(c, AREA_CREDENTIALS,
	    CHANGE_CHANGED, DIRECTION_NEUTRAL,
	    "%.*s has another well-known password: \"%.*s\", before \"%.*s\".",
	    TEXT(now->name), TEXT(now->value), TEXT(was->value));

	comparing_set_pair(change, now->name, was->value, now->value);
	comparing_show_fact(c, change, SIDE_NEW, now, now->name);
}

/* Facts of a kind in one image, to be found by file and user. */
static size_t
list_users(struct comparing *c, enum side side, enum fact_kind kind,
    struct pairing_item **ret)
{
	const struct facts *facts = &c->side[side]->seen->facts;
	const struct fact *f;
	size_t count = 0;
	size_t at = 0;

	while (facts_next(facts, kind, &at) != NULL)
		count++;
	*ret = arena_take_array(c->arena, count, sizeof(**ret));
	if (*ret == NULL) {
		c->no_memory = true;
		return 0;
	}
	at = 0;
	count = 0;
	while ((f = facts_next(facts, kind, &at)) != NULL)
		(*ret)[count++] = (struct pairing_item){
			.group = f->path,
			.what = f->name,
			.of = f,
		};
	return count;
}

/* The image's hashes, each with the fact of `kind` about the same user. */
static struct pairing
join_users(struct comparing *c, enum side side, enum fact_kind kind)
{
	struct pairing p = { .count = { 0 } };

	p.count[0] = list_users(c, side, FACT_PASSWORD_HASH, &p.list[0]);
	p.count[1] = list_users(c, side, kind, &p.list[1]);
	comparing_join(c, &p, PAIRED_SAME);
	return p;
}

static bool
is_locked(const struct fact *account)
{
	return bytes_equal_text(account->detail, "locked");
}

static void
tell_hash(struct comparing *c, enum side side, const struct fact *f)
{
	struct change *change;

	if (side == SIDE_NEW)
		change = comparing_tell(c, AREA_CREDENTIALS, CHANGE_ADDED,
		    DIRECTION_WORSE,
		    "A password hash of %.*s is in the image now (%.*s).",
		    TEXT(f->name), TEXT(f->value));
	else
		change = comparing_tell(c, AREA_CREDENTIALS, CHANGE_REMOVED,
		    comparing_gone(c),
		    "The password hash of %.*s is no longer seen.",
		    TEXT(f->name));
	comparing_set_single(c, change, side, f, f->value, f->name);
}

static bool
is_weak(struct bytes scheme)
{
	return bytes_equal_text(scheme, "des") ||
	    bytes_equal_text(scheme, "md5") || bytes_equal_text(scheme, "apr1");
}

static void
tell_hash_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	enum direction direction = DIRECTION_NEUTRAL;

	if (bytes_equal(was->value, now->value))
		return;
	if (is_weak(was->value) != is_weak(now->value))
		direction =
		    is_weak(now->value) ? DIRECTION_WORSE : DIRECTION_BETTER;
	struct change *change =
	    comparing_tell(c, AREA_CREDENTIALS, CHANGE_CHANGED, direction,
		"The password of %.*s is stored as %.*s now, before as %.*s.",
		TEXT(now->name), TEXT(now->value), TEXT(was->value));

	comparing_set_pair(change, now->name, was->value, now->value);
	comparing_show_fact(c, change, SIDE_NEW, now, now->name);
}

/* A known password says more, and behind a lock a hash lets nobody in. */
static void
tell_single_hashes(
    struct comparing *c, enum side side, const struct pairing *hashes)
{
	struct pairing known = join_users(c, side, FACT_PASSWORD_KNOWN);
	struct pairing accounts = join_users(c, side, FACT_ACCOUNT);

	if (c->no_memory)
		return;
	for (size_t i = 0; i < hashes->count[side]; i++) {
		const struct pairing_item *account = accounts.list[0][i].twin;

		if (hashes->list[side][i].twin == NULL &&
		    known.list[0][i].twin == NULL &&
		    (account == NULL || !is_locked(account->of)))
			tell_hash(c, side, hashes->list[side][i].of);
	}
}

static void
compare_hashes(struct comparing *c)
{
	struct pairing p =
	    comparing_pair(c, FACT_PASSWORD_HASH, name_user, PAIRED_MOVED);

	tell_single_hashes(c, SIDE_OLD, &p);
	tell_single_hashes(c, SIDE_NEW, &p);
	for (size_t i = 0; i < p.count[SIDE_OLD]; i++)
		if (p.list[SIDE_OLD][i].twin != NULL)
			tell_hash_pair(c, &p.list[SIDE_OLD][i]);
}

static bool
name_credentials(const struct fact *fact, struct pairing_item *item)
{
	item->group = fact->detail;
	item->what = fact->name;
	return true;
}

static void
tell_credentials(struct comparing *c, enum side side, const struct fact *f)
{
	struct change *change;

	if (side == SIDE_NEW)
		change = comparing_tell(c, AREA_CREDENTIALS, CHANGE_ADDED,
		    DIRECTION_WORSE,
		    "User \"%.*s\" and its password stand in clear text now "
		    "(%.*s).",
		    TEXT(f->name), TEXT(f->detail));
	else
		change = comparing_tell(c, AREA_CREDENTIALS, CHANGE_REMOVED,
		    comparing_gone(c),
		    "User \"%.*s\" and its clear-text password are no longer "
		    "seen (%.*s).",
		    TEXT(f->name), TEXT(f->detail));
	comparing_set_single(c, change, side, f, f->detail, f->name);
}

static void
tell_credentials_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;
	bool moved = item->how != PAIRED_SAME;

	if (!moved && bytes_equal(was->value, now->value))
		return;
	struct change *change = comparing_tell(c, AREA_CREDENTIALS,
	    moved ? CHANGE_MOVED : CHANGE_CHANGED, DIRECTION_NEUTRAL,
	    moved ? "The clear-text password of \"%.*s\" is in another file."
		  : "The clear-text password of \"%.*s\" is another one.",
	    TEXT(now->name));

	comparing_set_pair(change, now->name, was->detail, now->detail);
	comparing_show_fact(c, change, SIDE_OLD, was, was->name);
	comparing_show_fact(c, change, SIDE_NEW, now, now->name);
}

static void
tell_wifi(struct comparing *c, enum side side, const struct fact *f)
{
	bool client = bytes_equal_text(f->detail, "client");
	bool added = side == SIDE_NEW;
	enum direction bad = added ? DIRECTION_WORSE : comparing_gone(c);
	struct change *change = comparing_tell(c, AREA_CREDENTIALS,
	    added ? CHANGE_ADDED : CHANGE_REMOVED,
	    client ? DIRECTION_NEUTRAL : bad,
	    added ? "The passphrase of the Wi-Fi \"%.*s\" is in the image now."
		  : "The passphrase of the Wi-Fi \"%.*s\" is no longer seen.",
	    TEXT(f->name));

	comparing_set_single(c, change, side, f, f->detail, f->name);
}

static void
tell_wifi_pair(struct comparing *c, const struct pairing_item *item)
{
	const struct fact *was = item->of;
	const struct fact *now = item->twin->of;

	if (bytes_equal(was->value, now->value) &&
	    bytes_equal(was->name, now->name))
		return;
	struct change *change = comparing_tell(c, AREA_CREDENTIALS,
	    CHANGE_CHANGED, DIRECTION_NEUTRAL,
	    "The Wi-Fi \"%.*s\" has another name or passphrase, still the same "
	    "on all devices.",
	    TEXT(now->name));

	comparing_set_pair(change, now->name, was->name, now->name);
	comparing_show_fact(c, change, SIDE_NEW, now, now->name);
}

/* Names, purposes and states: what must not be told is left out above. */
static const struct row {
	enum fact_kind kind;
	bool (*name)(const struct fact *fact, struct pairing_item *item);
	enum pairing_how last;
	void (*single)(
	    struct comparing *c, enum side side, const struct fact *f);
	void (*pair)(struct comparing *c, const struct pairing_item *item);
} rows[] = {
	{ FACT_ACCOUNT, name_user, PAIRED_MOVED, tell_account,
	    tell_account_pair },
	{ FACT_PASSWORD_KNOWN, name_user, PAIRED_MOVED, tell_known,
	    tell_known_pair },
	{ FACT_CREDENTIALS, name_credentials, PAIRED_MOVED, tell_credentials,
	    tell_credentials_pair },
	{ FACT_WIFI_PASSPHRASE, name_user, PAIRED_CHANGED, tell_wifi,
	    tell_wifi_pair },
};

void
compare_credentials(struct comparing *c)
{
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		struct pairing p =
		    comparing_pair(c, rows[r].kind, rows[r].name, rows[r].last);

		comparing_walk(c, &p, rows[r].single, rows[r].pair);
	}
	compare_hashes(c);
}
