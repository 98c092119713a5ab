/* SPDX-License-Identifier: ISC */
/* Says what the story has, one statement after the other. */
#include "api_story.h"

#include "statement/advisory.h"
#include "statement/recognition.h"
#include "statement/update.h"

struct label_claims
api_hostile_claims(void)
{
	struct label_claims c = test_claims();

	c.product.hwmodel = BYTES(HOSTILE_MODEL);
	c.product.version = BYTES("1</title><script>");
	c.maker = BYTES("=cmd|'<svg onload=x>\"&");
	c.scheme = BYTES("<s&'\">");
	c.category = BYTES("camera");
	return c;
}

struct label_claims
api_tame_claims(void)
{
	struct label_claims c = test_claims();

	c.maker = BYTES("Argentum");
	return c;
}

static void
say_of_product(struct api_world *a, enum who who, enum statement_kind kind,
    const struct label_claims *claims, const struct cbor_writer *payload)
{
	struct product_ids ids;
	char sub[PRODUCT_SUB_LEN];

	product_find_ids(&crypto_hooks_default, &claims->product, &ids);
	product_put_sub(&ids, false, sub);
	assert_int_equal(
	    world_say(&a->w, who, kind, sub, 0, payload), ADMITTED);
	(void)api_take(a);
}

void
api_say_update(struct api_world *a, enum who who,
    const struct label_claims *claims, const char *version)
{
	uint8_t endpoint[64];
	uint8_t room[2048];
	struct cbor_writer e = cbor_writer_open(endpoint, sizeof(endpoint));
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));

	cbor_put_text(&e, BYTES("<b>api.example"));
	const struct update update = {
		.version = bytes_of(version),
		.digest = test_digest,
		.url = BYTES("https://example.com/fw?a=1&b=2"),
		.install = BYTES(HOSTILE),
		.see_version = BYTES(HOSTILE),
		.contact = BYTES(HOSTILE),
		.endpoint_count = 1,
		.endpoints = cbor_written(&e),
		.released = T0,
	};

	assert_null(update_check(&update));
	update_put(&w, &update);
	say_of_product(a, who, STATEMENT_UPDATE, claims, &w);
}

void
api_say_advisory(struct api_world *a, enum who who,
    const struct label_claims *claims, const char *id)
{
	uint8_t room[1024];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	const struct advisory advisory = {
		.id = bytes_of(id),
		.exploited = true,
		.fixed_version = BYTES("1.2"),
		.title = BYTES(HOSTILE),
		.url = BYTES("https://example.com/'"),
	};
	struct advisory good = advisory;

	assert_string_equal(advisory_check(&advisory), "url");
	good.url = BYTES("https://example.com/");
	advisory_put(&w, &good);
	say_of_product(a, who, STATEMENT_ADVISORY, claims, &w);
}

void
api_say_recognition(struct api_world *a)
{
	uint8_t room[1024];
	struct cbor_writer w = cbor_writer_open(room, sizeof(room));
	const struct recognition r = {
		.their_domain = BYTES(HOSTILE),
		.their_scheme = BYTES("label"),
		.their_level = BYTES("2"),
		.our_scheme = BYTES("hallmark"),
		.our_level = 2,
		.conditions = BYTES(HOSTILE),
		.source = BYTES("https://example.com/"),
		.from = T0 - DAY,
	};

	recognition_put(&w, &r);
	assert_int_equal(world_say(&a->w, OWNER, STATEMENT_RECOGNITION,
			     "recognition/hallmark", 0, &w),
	    ADMITTED);
	(void)api_take(a);
}

void
api_tell_story(struct api_world *a)
{
	struct label_claims tame = api_tame_claims();
	struct label_claims hostile = api_hostile_claims();

	api_accredit(a, LAB_A, HOSTILE, "https://a.example");
	assert_int_equal(api_label_of(a, &tame), 1);
	assert_int_equal(api_label_of(a, &hostile), 2);
	a->w.now += 60;
	(void)api_change(a, LAB_A, 2, STATUS_SUSPEND, &hostile, HOSTILE);
	api_say_update(a, LAB_A, &hostile, "2<br>");
	api_say_advisory(a, OWNER, &hostile, "CVE-1<i>");
	api_say_advisory(a, LAB_A, &hostile, "CVE-2");
	api_say_recognition(a);
}
