/* SPDX-License-Identifier: ISC */
/* Says one thing after the other, as chance has it. */
#include "story.h"

#include "statement/evidence.h"
#include "statement/recognition.h"

#include <stdio.h>

static const char *const makers[] = { "Argentum Devices GmbH",
	"argentum networks", "100% Safe", "100_Safe", "B\\C", "\xc3\x84rger AG",
	"Zeta", "zeta's \"own\"" };
#define MAKERS (sizeof(makers) / sizeof(makers[0]))

static const char *const texts[] = { "", "found by a customer",
	"<b>not</b> 'mended' yet; DROP TABLE label",
	"the certificate was issued for another model" };
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

/* xorshift64*: the same in every run. */
uint64_t
story_draw(struct story *s, uint64_t below)
{
	s->random ^= s->random >> 12;
	s->random ^= s->random << 25;
	s->random ^= s->random >> 27;
	return (s->random * 0x2545f4914f6cdd1d >> 16) % below;
}

void
story_open(struct story *s, uint64_t seed, bool monitor)
{
	memset(s, 0, sizeof(*s));
	world_open(&s->w);
	s->random = seed * 0x9e3779b97f4a7c15 + 1;
	s->w.terms.monitor = monitor;
	s->kept_arena = arena_open(64 * MIB);
}

void
story_close(struct story *s)
{
	arena_close(&s->kept_arena);
	world_close(&s->w);
}

/* A release of the story's products; texts in the story. */
static struct label_claims
claims_of(struct story *s, uint64_t product, uint64_t release)
{
	struct label_claims c = test_claims();

	(void)snprintf(s->hwmodel, sizeof(s->hwmodel), "%s %u",
	    product % 3 == 0	   ? "Cam"
		: product % 3 == 1 ? "CAMERA"
				   : "lock%",
	    (unsigned)product);
	(void)snprintf(
	    s->version, sizeof(s->version), "1.%u", (unsigned)release);
	memset(s->digest, (int)(product * 7 + release), sizeof(s->digest));
	s->digest[0] = (uint8_t)product;
	c.product.pen = (uint32_t)(1000 + product % 5);
	c.product.hwmodel = bytes_of(s->hwmodel);
	c.product.version = bytes_of(s->version);
	c.product.digest = s->digest;
	return c;
}

static struct label_claims
random_claims(struct story *s)
{
	struct label_claims c = claims_of(
	    s, story_draw(s, STORY_PRODUCTS), story_draw(s, STORY_RELEASES));

	c.scheme = story_draw(s, 4) == 0 ? BYTES("psti") : BYTES("hallmark");
	c.level = (unsigned)story_draw(s, 3) + 1;
	c.basis = (enum label_basis)(story_draw(s, 3) + 1);
	c.maker = bytes_of(makers[story_draw(s, MAKERS)]);
	if (story_draw(s, 3) == 0)
		c.category = BYTES("camera");
	if (story_draw(s, 2) == 0)
		c.support_until = story_draw(s, 12) == 0 ? T0 - DAY : 0;
	return c;
}

static enum who
random_who(struct story *s)
{
	return (enum who)story_draw(s, PEOPLE);
}

static void
say_label(struct story *s)
{
	struct label_claims c = random_claims(s);

	(void)world_label(&s->w, (enum who)(1 + story_draw(s, PEOPLE - 1)), &c);
}

/* Any label of the ledger; NULL when there is none. */
static const struct trust_label *
random_label(struct story *s)
{
	size_t count = 0;

	while (trust_next_label(s->w.state, &count) != NULL)
		continue;
	if (count == 0)
		return NULL;
	count = (size_t)story_draw(s, count);
	return trust_next_label(s->w.state, &count);
}

/* By its body more often than by anybody else. */
static enum who
random_changer(struct story *s, const struct trust_label *label)
{
	enum who who = random_who(s);

	for (size_t i = 0; who != OWNER && story_draw(s, 3) != 0 && i < PEOPLE;
	     i++)
		if (memcmp(trust_body_id(s->w.state, label->body), s->w.id[i],
			SHA256_LEN) == 0)
			return (enum who)i;
	return who;
}

static void
say_status(struct story *s)
{
	const struct trust_label *label = random_label(s);
	uint8_t room[STATUS_CHANGE_LEN_MAX];
	char sub[PRODUCT_SUB_LEN];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	struct status_change change = { 0 };

	if (label == NULL) {
		say_label(s);
		return;
	}
	change.label = label->index + (story_draw(s, 20) == 0 ? 1 : 0);
	/* Revoking less often: it ends a label's story. */
	change.action = (enum status_action)(story_draw(s, 5) + 1);
	if (change.action == STATUS_REVOKE && story_draw(s, 3) != 0)
		change.action = STATUS_REINSTATE;
	change.reason = (unsigned)story_draw(s, 20);
	change.text = bytes_of(texts[story_draw(s, TEXTS)]);
	if (change.action == STATUS_TRANSFER)
		change.to = s->w.id[story_draw(s, PEOPLE)];
	product_put_sub(&label->ids, true, sub);
	status_change_put(&payload, &change);
	(void)world_say(&s->w, random_changer(s, label), STATEMENT_STATUS, sub,
	    0, &payload);
}

static void
say_accreditation(struct story *s)
{
	static const struct world_scope scopes[][3] = {
		{ { "hallmark", 3, NULL }, { "psti", 3, NULL }, { 0 } },
		{ { "hallmark", 3, NULL }, { 0 } },
		{ { "hallmark", 1, NULL }, { "psti", 3, NULL }, { 0 } },
		{ { "hallmark", 3, "camera" }, { 0 } },
	};
	enum accreditation_action action = ACCREDIT;
	uint64_t chance = story_draw(s, 10);

	if (chance >= 6)
		action = chance == 9 ? WITHDRAW : RESTRICT;
	(void)world_accredit_by(&s->w,
	    story_draw(s, 12) == 0 ? random_who(s) : OWNER,
	    (enum who)(1 + story_draw(s, PEOPLE - 1)), action,
	    action == WITHDRAW ? NULL
			       : scopes[action == ACCREDIT && story_draw(s, 2)
					 ? 0
					 : story_draw(s, 4)],
	    story_draw(s, 2) == 0,
	    story_draw(s, 20) == 0 ? s->w.now + 40 * DAY : 0);
}

static void
say_recognition(struct story *s)
{
	uint8_t room[512];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	const struct recognition r = {
		.their_domain = BYTES("Finland, Traficom"),
		.their_scheme = BYTES("Tietoturvamerkki"),
		.their_level = story_draw(s, 2) ? BYTES("merkki") : BYTES("x"),
		.our_scheme = BYTES("hallmark"),
		.our_level = (unsigned)story_draw(s, 3) + 1,
		.conditions = BYTES("at least two years of support"),
		.source = BYTES("https://example.org/arrangement"),
		.from = T0,
		.until = story_draw(s, 2) ? 0 : s->w.now + 300 * DAY,
	};

	recognition_put(&payload, &r);
	(void)world_say(&s->w, story_draw(s, 4) ? OWNER : random_who(s),
	    STATEMENT_RECOGNITION, "recognition", 0, &payload);
}

static void
say_correction(struct story *s)
{
	uint8_t room[512];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	const struct correction c = {
		.statement = story_draw(s, trust_count(s->w.state) + 1),
		.field = BYTES("maker"),
		.value = BYTES("Argentum Devices AG"),
		.reason = BYTES("a slip of the pen"),
	};

	correction_put(&payload, &c);
	(void)world_say(&s->w, random_who(s), STATEMENT_CORRECTION,
	    story_draw(s, 2) ? "correction" : "product/x", 0, &payload);
}

/* What is said of a product or a release and changes nothing. */
static void
say_fact(struct story *s)
{
	static const enum statement_kind kinds[] = { STATEMENT_UPDATE,
		STATEMENT_ADVISORY };
	uint8_t room[64];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	struct label_claims c = random_claims(s);
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];

	product_find_ids(&crypto_hooks_default, &c.product, &ids);
	product_put_sub(&ids, story_draw(s, 2) == 0, sub);
	cbor_put_map(&payload, 1);
	cbor_put_int(&payload, -70099);
	cbor_put_uint(&payload, story_draw(s, 1000));
	(void)world_say(&s->w, random_who(s), kinds[story_draw(s, 2)], sub,
	    story_draw(s, 2)
		? 0
		: s->w.now + (int64_t)(1 + story_draw(s, 90)) * DAY,
	    &payload);
}

static void
keep(struct story *s)
{
	struct bytes *place = &s->kept[story_draw(s, STORY_KEPT)];

	*place = arena_copy(&s->kept_arena, s->w.said);
	assert_int_equal(place->len, s->w.said.len);
}

/* Bytes that are no good: an old entry, one with a bit turned or cut short,
   padding of this place or of another. */
static void
say_other(struct story *s)
{
	struct bytes old = s->kept[story_draw(s, STORY_KEPT)];
	uint64_t index = trust_count(s->w.state);

	if (old.len == 0 || story_draw(s, 3) == 0) {
		s->w.said = padding_make(
		    index + (story_draw(s, 3) == 0 ? 1 : 0), s->w.room);
	} else {
		memcpy(s->w.room, old.ptr, old.len);
		s->w.said = (struct bytes){ s->w.room, old.len };
		if (story_draw(s, 3) == 0)
			s->w.said.len = (size_t)story_draw(s, old.len);
		else if (story_draw(s, 2) == 0)
			s->w.room[story_draw(s, old.len)] ^=
			    (uint8_t)(1U << story_draw(s, 8));
	}
	(void)world_admit(&s->w, s->w.said);
}

bool
story_step(struct story *s)
{
	static const struct {
		unsigned share;
		void (*say)(struct story *s);
	} acts[] = {
		{ 30, say_label },
		{ 40, say_status },
		{ 8, say_accreditation },
		{ 2, say_recognition },
		{ 4, say_correction },
		{ 8, say_fact },
		{ 8, say_other },
	};
	uint64_t before = trust_count(s->w.state);
	uint64_t chance = story_draw(s, 100);
	size_t i = 0;

	/* At first nobody may do anything. */
	if (before == 0)
		i = 2;
	else
		for (; chance >= acts[i].share; i++)
			chance -= acts[i].share;
	/* Now and then a clock is wrong, or a name. */
	int64_t now = s->w.now;

	if (story_draw(s, 30) == 0)
		s->w.now -= 3 * DAY;
	if (story_draw(s, 60) == 0)
		s->w.iss = "https://else.example";
	acts[i].say(s);
	s->w.iss = NULL;
	s->w.now = now + (int64_t)story_draw(s, DAY / 4);
	s->refused[s->w.answer.code]++;
	if (story_draw(s, 5) == 0)
		keep(s);
	return trust_count(s->w.state) > before;
}
