/* SPDX-License-Identifier: ISC */
/* Makes the demo's ledger: keys, owner, office, and a table of statements. */
#include "cli/serve_demo.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/out.h"
#include "cli/ledgering.h"
#include "cli/signing.h"
#include "crypto/key_file.h"
#include "crypto/vkey.h"
#include "ledger/store.h"
#include "statement/advisory.h"
#include "statement/label_claims.h"
#include "statement/recognition.h"
#include "statement/status_change.h"
#include "statement/update.h"
#include "system/folder.h"
#include "system/random.h"
#include "system/secret_file.h"
#include "system/secrets.h"
#include "trust/admission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEMO_ORIGIN "demo.registry.example"
#define DEMO_OWNER_URI "https://owner.example"
#define DEMO_OFFICE_URI "https://office.example"
#define DEMO_SCHEME "psti"
#define DEMO_DAY 86400
#define DEMO_PATH_LEN 1024
#define DEMO_ROOM_LEN (32 * KIB)

#define TEXT(literal)                                                          \
	{                                                                      \
		(const uint8_t *)("" literal), sizeof(literal) - 1             \
	}

enum demo_key {
	DEMO_LEDGER,
	DEMO_OWNER,
	DEMO_OFFICE,
	DEMO_KEYS
};
static const char *const key_names[DEMO_KEYS] = {
	[DEMO_LEDGER] = "demo-ledger.key",
	[DEMO_OWNER] = "demo-owner.key",
	[DEMO_OFFICE] = "demo-office.key",
};

struct demo {
	const char *folder;
	struct arena arena;
	struct signer key[DEMO_KEYS];
	struct folder files;
	struct ledger *ledger;
	struct trust_state *state;
	int64_t now;
	uint8_t payload[UPDATE_LEN_MAX];
	uint8_t room[DEMO_ROOM_LEN];
};

/* ---- what is said ---- */

/* Releases; the digest is that of `image`, for there is none. */
struct release {
	uint32_t pen;
	struct bytes maker, model, version;
	struct bytes category; /* which has a picture of its own, or empty */
	const char *image;
	int days_ago; /* when it was labelled */
	int support_years;
};
enum {
	CAM_1_0,
	CAM_1_1,
	BELL,
	PLUG,
	RELEASES
};
static const struct release releases[RELEASES] = {
	[CAM_1_0] = { 32473, TEXT("Example Optics"), TEXT("Argentum Cam 1"),
	    TEXT("1.0"), TEXT("camera"), "demo image argentum-cam1-1.0", 200,
	    4 },
	[CAM_1_1] = { 32473, TEXT("Example Optics"), TEXT("Argentum Cam 1"),
	    TEXT("1.1"), TEXT("camera"), "demo image argentum-cam1-1.1", 20,
	    4 },
	[BELL] = { 32473, TEXT("Example Optics"), TEXT("Aurum Bell"),
	    TEXT("2.4.0"), TEXT(""), "demo image aurum-bell-2.4.0", 90, 3 },
	[PLUG] = { 5612, TEXT("Beispiel & Söhne"), TEXT("Plug <S>"), TEXT("7"),
	    TEXT("plug"), "demo image plug-s-7", 60, 2 },
};

enum event_kind {
	EVENT_LABEL,
	EVENT_STATUS,
	EVENT_UPDATE,
	EVENT_ADVISORY,
};

/* In the ledger's order. */
struct event {
	enum event_kind kind;
	unsigned release;
	int days_ago;
	struct status_change status; /* its label is that of the release */
	struct update update;
	struct advisory advisory;
};
static const struct event events[] = {
	{ .kind = EVENT_LABEL, .release = CAM_1_0 },
	{ .kind = EVENT_LABEL, .release = BELL },
	{ .kind = EVENT_LABEL, .release = PLUG },
	{ .kind = EVENT_UPDATE,
	    .release = BELL,
	    .days_ago = 85,
	    .update = { .version = TEXT("2.4.0"),
		.install = TEXT("It updates itself at night."),
		.see_version = TEXT("The app shows it under Device."),
		.contact = TEXT("mailto:security@optics.example"),
		.endpoint_count = 1,
		.endpoints = TEXT("\x76"
				  "updates.optics.example") } },
	{ .kind = EVENT_ADVISORY,
	    .release = CAM_1_0,
	    .days_ago = 40,
	    .advisory = { .id = TEXT("CVE-2026-0000"),
		.exploited = true,
		.fixed_version = TEXT("1.1"),
		.title = TEXT("Anybody in the same network can log in with "
			      "a password that all cameras share."),
		.url = TEXT("https://optics.example/advisories/1") } },
	{ .kind = EVENT_STATUS,
	    .release = CAM_1_0,
	    .days_ago = 39,
	    .status = { .action = STATUS_SUSPEND,
		.reason = 2,
		.text = TEXT("A default password is being exploited.") } },
	{ .kind = EVENT_LABEL, .release = CAM_1_1 },
	{ .kind = EVENT_UPDATE,
	    .release = CAM_1_1,
	    .days_ago = 19,
	    .update = { .version = TEXT("1.1"),
		.url = TEXT("https://optics.example/firmware/cam1-1.1.img"),
		.install =
		    TEXT("Open the app, choose Camera, then Update now."),
		.see_version =
		    TEXT("It stands on the app's page About this camera."),
		.contact = TEXT("mailto:security@optics.example"),
		.endpoint_count = 1,
		.endpoints = TEXT("\x76"
				  "updates.optics.example") } },
	{ .kind = EVENT_STATUS,
	    .release = PLUG,
	    .days_ago = 5,
	    .status = { .action = STATUS_SUSPEND,
		.reason = 8,
		.text = TEXT("The plug is being tested again.") } },
};

/* ---- statements ---- */

static enum exit_code
fail(const struct demo *d, const char *why)
{
	cli_say(d->folder, why);
	return EXIT_MACHINE;
}

/* Signs the payload, has it admitted, and puts it into the ledger. */
static enum exit_code
add(struct demo *d, const struct statement_header *header,
    const struct cbor_writer *payload, enum demo_key key)
{
	const struct admission_terms terms = { .now = d->now };
	struct admission said = { .code = REFUSED_NO_STATEMENT };
	const char *field = "statement";
	struct bytes made;
	uint64_t index;

	if (payload->failed ||
	    statement_make(header, cbor_written(payload), &d->key[key],
		&crypto_hooks_default, d->room, sizeof(d->room), &made,
		&field) != ERR_OK)
		return fail(d, field);
	if (trust_admit(d->state, made, &terms, &said) != ERR_OK ||
	    said.code != ADMITTED)
		return fail(d, admission_word(said.code));
	if (ledger_append(d->ledger, &made, 1, ledgering_now_usecs(), &index) !=
	    ERR_OK)
		return fail(d, "the ledger cannot be written");
	return EXIT_YES;
}

static struct cbor_writer
begin_payload(struct demo *d)
{
	return cbor_writer_open(d->payload, sizeof(d->payload));
}

static int64_t
days_ago(const struct demo *d, int days)
{
	return d->now - (int64_t)days * DEMO_DAY;
}

static enum exit_code
add_office(struct demo *d)
{
	uint8_t room[64];
	struct cbor_writer scopes = cbor_writer_open(room, sizeof(room));
	struct cbor_writer w = begin_payload(d);
	struct accreditation a = {
		.action = ACCREDIT,
		.key = d->key[DEMO_OFFICE].key,
		.name = TEXT("The demo's assay office"),
		.iss = TEXT(DEMO_OFFICE_URI),
		.from = days_ago(d, 365),
	};
	const struct statement_header header = {
		.kind = STATEMENT_ACCREDITATION,
		.iss = TEXT(DEMO_OWNER_URI),
		.sub = TEXT(DEMO_OFFICE_URI),
		.iat = days_ago(d, 365),
	};

	cbor_put_array(&scopes, 1);
	accreditation_put_scope(&scopes, BYTES(DEMO_SCHEME), 1, NULL, 0);
	a.scopes = cbor_written(&scopes);
	accreditation_put(&w, &a);
	return add(d, &header, &w, DEMO_OWNER);
}

static enum exit_code
add_recognition(struct demo *d)
{
	struct cbor_writer w = begin_payload(d);
	const struct recognition r = {
		.their_domain = TEXT("Elsewhere, its authority"),
		.their_scheme = TEXT("Elsewhere's label"),
		.their_level = TEXT("one star"),
		.our_scheme = TEXT(DEMO_SCHEME),
		.our_level = 1,
		.conditions = TEXT("for cameras and doorbells"),
		.source = TEXT("https://elsewhere.example/arrangement"),
		.from = days_ago(d, 300),
	};
	const struct statement_header header = {
		.kind = STATEMENT_RECOGNITION,
		.iss = TEXT(DEMO_OWNER_URI),
		.sub = TEXT("recognition/" DEMO_SCHEME),
		.iat = days_ago(d, 300),
	};

	recognition_put(&w, &r);
	return add(d, &header, &w, DEMO_OWNER);
}

/* A release and what it is called; the digest is in borrowed room. */
static void
find_product(const struct release *release, uint8_t digest[SHA256_LEN],
    struct product *ret, struct product_ids *ret_ids)
{
	struct bytes image = bytes_of(release->image);

	crypto_hooks_default.sha256(
	    crypto_hooks_default.context, &image, 1, digest);
	*ret = (struct product){ .pen = release->pen,
		.hwmodel = release->model,
		.version = release->version,
		.digest = digest };
	product_find_ids(&crypto_hooks_default, ret, ret_ids);
}

/* The claims, header and all of one event; *label is of its release. */
static enum exit_code
add_event(struct demo *d, const struct event *e, uint64_t *label)
{
	const struct release *release = &releases[e->release];
	uint8_t digest[SHA256_LEN];
	struct product product;
	struct product_ids ids;
	struct status_change status = e->status;
	char sub[PRODUCT_SUB_LEN];
	struct cbor_writer w = begin_payload(d);
	struct statement_header header = { .iss = TEXT(DEMO_OFFICE_URI),
		.iat = days_ago(d,
		    e->kind == EVENT_LABEL ? release->days_ago : e->days_ago) };

	find_product(release, digest, &product, &ids);
	const struct label_claims claims = {
		.product = product,
		.scheme = TEXT(DEMO_SCHEME),
		.level = 1,
		.basis = LABEL_BASIS_DECLARED,
		.support_until =
		    d->now + (int64_t)release->support_years * 365 * DEMO_DAY,
		.maker = release->maker,
		.category = release->category,
	};

	product_put_sub(&ids, e->kind != EVENT_ADVISORY, sub);
	header.sub = bytes_of(sub);
	switch (e->kind) {
	case EVENT_LABEL:
		header.kind = STATEMENT_LABEL;
		header.exp = header.iat + INT64_C(730) * DEMO_DAY;
		*label = trust_count(d->state);
		label_claims_put(&w, &claims);
		break;
	case EVENT_STATUS:
		header.kind = STATEMENT_STATUS;
		status.label = *label;
		status_change_put(&w, &status);
		break;
	case EVENT_UPDATE:
		header.kind = STATEMENT_UPDATE;
		update_put(&w, &e->update);
		break;
	case EVENT_ADVISORY:
		header.kind = STATEMENT_ADVISORY;
		advisory_put(&w, &e->advisory);
		break;
	}
	return add(d, &header, &w, DEMO_OFFICE);
}

static enum exit_code
add_all(struct demo *d)
{
	uint64_t label[RELEASES] = { 0 };
	enum exit_code code = add_office(d);

	if (code == EXIT_YES)
		code = add_recognition(d);
	for (size_t i = 0;
	     i < sizeof(events) / sizeof(events[0]) && code == EXIT_YES; i++)
		code = add_event(d, &events[i], &label[events[i].release]);
	return code;
}

/* ---- keys and folder ---- */

static enum exit_code
make_key(struct demo *d, enum demo_key key)
{
	char path[DEMO_PATH_LEN];
	uint8_t random[KEY_FILE_RANDOM_LEN];
	struct out pem = out_open(LIMIT_KEY_FILE_LEN);
	const char *why = "no key could be made";
	enum err err = random_bytes(random, sizeof(random));

	(void)snprintf(path, sizeof(path), "%s/%s", d->folder, key_names[key]);
	if (err == ERR_OK)
		err = key_file_make(COSE_CURVE_ED25519, random, &d->key[key]);
	if (err == ERR_OK)
		err = key_file_write(
		    &d->key[key], (struct bytes){ NULL, 0 }, NULL, &pem);
	if (err == ERR_OK)
		err = secret_file_create(path, out_bytes(&pem), &why);
	explicit_bzero(random, sizeof(random));
	if (pem.cap > 0)
		explicit_bzero(pem.ptr, pem.cap);
	out_close(&pem);
	if (err == ERR_OK)
		return EXIT_YES;
	cli_say(path, why);
	return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
}

static void
put_vkey(const struct demo *d, struct out *o, const char *word,
    const char *name, enum demo_key key)
{
	uint8_t room[VKEY_TEXT_LEN];
	size_t len = 0;

	out_text(o, word);
	if (vkey_write(&crypto_hooks_default, VKEY_ED25519, bytes_of(name),
		&d->key[key].key, room, &len) != ERR_OK)
		o->failed = ERR_MALFORMED;
	out_put(o, (struct bytes){ room, len });
	out_text(o, "\n");
}

static enum exit_code
keep_policy(const struct demo *d)
{
	const struct ledgering kept = { .name = d->folder };
	struct out o = out_open(4 * KIB);
	enum exit_code code;

	put_vkey(d, &o, "log ", DEMO_ORIGIN, DEMO_LEDGER);
	put_vkey(d, &o, "owner ", "demo.owner.example", DEMO_OWNER);
	out_text(&o, "quorum none\n");
	code = o.failed == ERR_OK
	    ? ledgering_keep(&kept, LEDGERING_POLICY, out_bytes(&o))
	    : ledgering_say(d->folder, o.failed);
	out_close(&o);
	return code;
}

static enum exit_code
make_ledger(struct demo *d)
{
	const struct ledger_world world = {
		.files = &d->files,
		.hooks = &crypto_hooks_default,
		.signer = &d->key[DEMO_LEDGER],
	};
	struct ledger_why why;
	enum err err = ledger_create(
	    &world, BYTES(DEMO_ORIGIN), 0, ledgering_now_usecs(), &why);

	if (err == ERR_OK)
		err = ledger_open(&world, &d->ledger, &why);
	if (err != ERR_OK) {
		cli_say(d->folder, why.text);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	d->state = trust_open(
	    &d->arena, &crypto_hooks_default, &d->key[DEMO_OWNER].key, 1);
	return d->state != NULL ? EXIT_YES : fail(d, "out of memory");
}

static enum exit_code
make(struct demo *d)
{
	const char *why = "";
	enum err err = folder_open(d->folder, true, &d->files, &why);
	enum exit_code code = EXIT_YES;

	if (err != ERR_OK) {
		cli_say(d->folder, why);
		return err_is_input(err) ? EXIT_INPUT : EXIT_MACHINE;
	}
	for (size_t i = 0; i < DEMO_KEYS && code == EXIT_YES; i++)
		code = make_key(d, (enum demo_key)i);
	if (code == EXIT_YES)
		code = make_ledger(d);
	if (code == EXIT_YES)
		code = keep_policy(d);
	if (code == EXIT_YES)
		code = add_all(d);
	ledger_close(d->ledger);
	return code;
}

static enum exit_code
make_new(const char *folder)
{
	struct arena arena = arena_open(1 * MIB);
	struct demo *d = arena_take(&arena, sizeof(*d));
	enum exit_code code;

	if (d == NULL || secrets_guard() != ERR_OK) {
		arena_close(&arena);
		return ledgering_say("serve", ERR_MEMORY);
	}
	d->folder = folder;
	d->arena = arena_open(16 * MIB);
	d->now = (int64_t)ledgering_now();
	code = make(d);
	for (size_t i = 0; i < DEMO_KEYS; i++)
		key_file_close(&d->key[i]);
	folder_close(&d->files);
	arena_close(&d->arena);
	arena_close(&arena);
	return code;
}

enum exit_code
serve_demo_make(const char *folder, struct cose_key *ret_key, int *ret_fd)
{
	char path[DEMO_PATH_LEN];
	const struct signing_wants key = { path, NULL };
	enum exit_code code = EXIT_YES;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder,
		key_names[DEMO_LEDGER]) >= sizeof(path)) {
		cli_say(folder, "is too long");
		return EXIT_USAGE;
	}
	if (access(path, F_OK) != 0)
		code = make_new(folder);
	return code == EXIT_YES ? signing_hand_over(&key, ret_key, ret_fd)
				: code;
}
