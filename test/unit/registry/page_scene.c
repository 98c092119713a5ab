/* SPDX-License-Identifier: ISC */
/* Sets the scene: two laboratories, a maker, and one who wants to be markup. */
#include "page_scene.h"

#include "statement/advisory.h"
#include "statement/recognition.h"
#include "statement/update.h"

#include <stdio.h>

#define LAB_NAME "Prüfhaus Nord"
#define SUPPORT (T0 + 640 * DAY)

static const uint8_t digests[SCENE_LABELS][SHA256_LEN] = {
	[SCENE_SUPERSEDED] = { 1 },
	[SCENE_TESTED] = { 2 },
	[SCENE_SUSPENDED] = { 3 },
	[SCENE_REVOKED] = { 4 },
	[SCENE_OWNER] = { 5 },
	[SCENE_EXPIRED] = { 6 },
	[SCENE_SUPPORT_ENDED] = { 7 },
	[SCENE_DECLARED] = { 8 },
	[SCENE_REVIEWED] = { 9 },
	[SCENE_FOREIGN] = { 10 },
};

static const struct {
	const char *maker, *model, *version, *category;
	unsigned level;
	enum label_basis basis;
	int64_t support;
} things[SCENE_LABELS] = {
	[SCENE_SUPERSEDED] = { "Argentum", "Cam 1", "1.0.4", "camera", 1,
	    LABEL_BASIS_TESTED, T0 + 2000 * DAY },
	[SCENE_TESTED] = { "Argentum", "Cam 1", "1.1.0", "camera", 2,
	    LABEL_BASIS_TESTED, T0 + 2000 * DAY },
	[SCENE_SUSPENDED] = { "Argentum", "Gate 20", "2.3", "router", 2,
	    LABEL_BASIS_TESTED, T0 + 2000 * DAY },
	[SCENE_REVOKED] = { "Argentum", "Bell", "0.9", "camera", 1,
	    LABEL_BASIS_DECLARED, 0 },
	[SCENE_OWNER] = { "Weidling", "Lampe E27", "4.0", "light", 1,
	    LABEL_BASIS_TESTED, T0 + 2000 * DAY },
	[SCENE_EXPIRED] = { "Weidling", "Steckdose S1", "3.2.1", "plug", 1,
	    LABEL_BASIS_TESTED, T0 + 2000 * DAY },
	[SCENE_SUPPORT_ENDED] = { "Weidling", "Klang Mini", "7", "speaker", 1,
	    LABEL_BASIS_TESTED, SUPPORT },
	[SCENE_DECLARED] = { "Serrurier Frères", "Verrou Connecté 3000 Pro",
	    "2026.10.1-beta", "lock", 1, LABEL_BASIS_DECLARED,
	    T0 + 2000 * DAY },
	[SCENE_REVIEWED] = { "Serrurier Frères", "Verrou Sûr", "5.1", "lock", 3,
	    LABEL_BASIS_REVIEWED, T0 + 2000 * DAY },
	[SCENE_FOREIGN] = { SCENE_MARKUP, SCENE_MARKUP, SCENE_MARKUP,
	    SCENE_MARKUP, 9, LABEL_BASIS_TESTED, 0 },
};

static struct label_claims
claims_of(enum scene_label which)
{
	return (struct label_claims){
		.product = {
			.pen = which == SCENE_FOREIGN ? 666 : 32473,
			.hwmodel = bytes_of(things[which].model),
			.version = bytes_of(things[which].version),
			.digest = digests[which],
		},
		.scheme = which == SCENE_FOREIGN ? BYTES("<s&'\">")
						 : BYTES("hallmark"),
		.level = which == SCENE_FOREIGN ? 3 : things[which].level,
		.basis = things[which].basis,
		.support_until = things[which].support,
		.maker = bytes_of(things[which].maker),
		.category = which == SCENE_FOREIGN
		    ? BYTES("camera")
		    : bytes_of(things[which].category),
	};
}

static void
put_hex(char *to, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		(void)snprintf(to + 2 * i, 3, "%02x", bytes[i]);
}

static void
add_label(struct page_scene *s, enum scene_label which, enum who who)
{
	struct label_claims claims = claims_of(which);
	struct product_ids ids;

	s->api.w.now += 3 * DAY + 4000;
	assert_int_equal(world_label(&s->api.w, who, &claims), ADMITTED);
	s->label[which] = api_take(&s->api);
	product_find_ids(&crypto_hooks_default, &claims.product, &ids);
	put_hex(s->product[which], ids.product, PRODUCT_ID_LEN);
}

static void
change(struct page_scene *s, enum scene_label which, enum status_action action,
    const char *text)
{
	struct label_claims claims = claims_of(which);

	s->api.w.now += DAY;
	(void)api_change(
	    &s->api, LAB_A, s->label[which], action, &claims, text);
}

static void
say(struct page_scene *s, enum statement_kind kind, enum scene_label about,
    const struct cbor_writer *payload)
{
	enum who who = about == SCENE_FOREIGN ? LAB_C : LAB_A;
	char sub[80];

	s->api.w.now += DAY;
	(void)snprintf(sub, sizeof(sub), "product/%s", s->product[about]);
	assert_int_equal(
	    world_say(&s->api.w, who, kind, sub, 0, payload), ADMITTED);
	(void)api_take(&s->api);
}

static void
add_update(struct page_scene *s, enum scene_label about,
    const struct update *what, const char *const *endpoint)
{
	uint8_t list[512];
	uint8_t *room = arena_take(&s->api.arena, UPDATE_LEN_MAX);
	struct cbor_writer e = cbor_writer_open(list, sizeof(list));
	struct cbor_writer payload = cbor_writer_open(room, UPDATE_LEN_MAX);
	struct update u = *what;

	for (; *endpoint != NULL; endpoint++) {
		cbor_put_text(&e, bytes_of(*endpoint));
		u.endpoint_count++;
	}
	u.endpoints = cbor_written(&e);
	assert_null(update_check(&u));
	update_put(&payload, &u);
	say(s, STATEMENT_UPDATE, about, &payload);
}

static void
add_advisory(
    struct page_scene *s, enum scene_label about, const struct advisory *what)
{
	uint8_t room[ADVISORY_LEN_MAX];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));

	assert_null(advisory_check(what));
	advisory_put(&payload, what);
	say(s, STATEMENT_ADVISORY, about, &payload);
}

static void
add_correction(struct page_scene *s, enum scene_label about, const char *text)
{
	uint8_t room[2048];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	const struct correction what = {
		.statement = s->label[about],
		.field = bytes_of(text),
		.value = bytes_of(text),
		.reason = bytes_of(text),
	};

	assert_null(correction_check(&what));
	correction_put(&payload, &what);
	say(s, STATEMENT_CORRECTION, about, &payload);
}

static void
add_recognition(struct page_scene *s, const char *domain, const char *scheme,
    const char *level, const char *source)
{
	uint8_t room[1024];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	const struct recognition what = {
		.their_domain = bytes_of(domain),
		.their_scheme = bytes_of(scheme),
		.their_level = bytes_of(level),
		.our_scheme = BYTES("hallmark"),
		.our_level = 2,
		.conditions = bytes_of(domain),
		.source = bytes_of(source),
		.from = T0,
	};

	assert_null(recognition_check(&what));
	recognition_put(&payload, &what);
	s->api.w.now += DAY;
	assert_int_equal(world_say(&s->api.w, OWNER, STATEMENT_RECOGNITION,
			     "recognition", 0, &payload),
	    ADMITTED);
	(void)api_take(&s->api);
}

/* What was said of the camera, and the same by one who wants to be markup. */
static void
add_facts(struct page_scene *s)
{
	static const char *const talks[] = { "ntp.argentum.example:123/udp",
		"update.argentum.example:443/tcp", NULL };
	static const char *const markup[] = { SCENE_MARKUP, SCENE_SCRIPT,
		NULL };

	add_update(s, SCENE_TESTED,
	    &(struct update){
		.version = BYTES("1.1.0"),
		.url = BYTES("https://argentum.example/cam1/firmware"),
		.install = BYTES("Open the app, choose Settings, Update."),
		.see_version = BYTES("In the app under Settings, About."),
		.contact = BYTES("security@argentum.example"),
		.released = T0 + 505 * DAY,
	    },
	    talks);
	add_advisory(s, SCENE_TESTED,
	    &(struct advisory){
		.id = BYTES("CVE-2025-10001"),
		.fixed_version = BYTES("1.1.0"),
		.title = BYTES("A long name of a wireless network stops it."),
		.url = BYTES("https://argentum.example/advisories/1"),
	    });
	add_advisory(s, SCENE_SUSPENDED,
	    &(struct advisory){
		.id = BYTES("CVE-2025-10002"),
		.exploited = true,
		.title = BYTES("Anybody can log in without a password."),
	    });
	add_update(s, SCENE_FOREIGN,
	    &(struct update){
		.version = BYTES(SCENE_MARKUP),
		.install = BYTES(SCENE_MARKUP),
		.see_version = BYTES(SCENE_MARKUP),
		.contact = BYTES(SCENE_SCRIPT),
	    },
	    markup);
	add_advisory(s, SCENE_FOREIGN,
	    &(struct advisory){
		.id = BYTES(SCENE_MARKUP),
		.exploited = true,
		.fixed_version = BYTES(SCENE_MARKUP),
		.title = BYTES(SCENE_MARKUP),
	    });
}

static void
set_scene(struct page_scene *s)
{
	struct api_world *a = &s->api;

	(void)api_accredit(a, LAB_A, LAB_NAME, world_iss[LAB_A]);
	(void)api_accredit(a, LAB_C, SCENE_MARKUP, world_iss[LAB_C]);
	put_hex(s->body, a->w.id[LAB_A], SHA256_LEN);
	put_hex(s->withdrawn, a->w.id[LAB_C], SHA256_LEN);
	add_recognition(s, "Finland, Traficom", "Cybersecurity Label", "label",
	    "https://tietoturvamerkki.fi/en/");
	add_recognition(
	    s, SCENE_MARKUP, SCENE_MARKUP, SCENE_MARKUP, SCENE_SCRIPT);
	add_label(s, SCENE_EXPIRED, LAB_A);
	a->w.now = T0 + 500 * DAY;
	add_label(s, SCENE_SUPERSEDED, LAB_A);
	add_label(s, SCENE_SUSPENDED, LAB_A);
	add_label(s, SCENE_REVOKED, LAB_A);
	add_label(s, SCENE_OWNER, LAB_C);
	add_label(s, SCENE_FOREIGN, LAB_C);
	add_label(s, SCENE_SUPPORT_ENDED, LAB_A);
	add_label(s, SCENE_DECLARED, LAB_A);
	add_label(s, SCENE_REVIEWED, LAB_A);
	add_label(s, SCENE_TESTED, LAB_A);
	change(s, SCENE_SUPERSEDED, STATUS_RENEWED, "");
	change(s, SCENE_SUSPENDED, STATUS_SUSPEND,
	    "The maker is working on version 2.4.");
	change(s, SCENE_REVOKED, STATUS_REVOKE, SCENE_MARKUP);
	add_facts(s);
	add_correction(s, SCENE_TESTED, "The address of the maker");
	add_correction(s, SCENE_REVOKED, SCENE_MARKUP);
	a->w.now += DAY;
	assert_int_equal(world_withdraw(&a->w, LAB_C, true), ADMITTED);
	(void)api_take(a);
	a->w.now = T0 + 760 * DAY;
}

void
page_scene_open(struct page_scene *s)
{
	memset(s, 0, sizeof(*s));
	api_world_open(&s->api);
	set_scene(s);
}

void
page_scene_close(struct page_scene *s)
{
	api_world_close(&s->api);
}

int
page_scene_setup(void **state)
{
	struct page_scene *s = malloc(sizeof(*s));

	assert_non_null(s);
	page_scene_open(s);
	*state = s;
	return 0;
}

int
page_scene_teardown(void **state)
{
	page_scene_close(*state);
	free(*state);
	return 0;
}
