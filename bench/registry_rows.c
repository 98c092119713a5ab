/* SPDX-License-Identifier: ISC */
/* Rows of a million labels: made anew from a ledger, opened, and asked for.
   Run by bench/registry-rows. */
#include "base/limits.h"
#include "base/out.h"
#include "crypto/key_file.h"
#include "crypto/vkey.h"
#include "database/database.h"
#include "ledger/store.h"
#include "statement/status_change.h"
#include "system/folder.h"
#include "trust/admission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define BATCH 4096
#define ROOM 1280
#define BODIES 8
#define T0 INT64_C(1750000000)
/* Labels of one product; of a hundred entries those that are suspensions. */
#define RELEASES 4
#define ASKED 200
#define PATH_LEN 1024

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds of processor time, all threads. */
static double
worked(void)
{
	struct rusage r;

	(void)getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void
give_up(const char *what, const char *why)
{
	(void)fprintf(stderr, "bench_registry_rows: %s: %s\n", what, why);
	exit(4);
}

static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* ---- the ledger ---- */

/* A body does not sign here: what is trusted is not verified again. */
static enum err
sign_nothing(void *context, struct bytes message, uint8_t ret[SIGNATURE_LEN])
{
	uint64_t *state = context;

	(void)message;
	for (size_t i = 0; i < SIGNATURE_LEN; i += 8) {
		uint64_t z = draw(state);

		memcpy(ret + i, &z, 8);
	}
	return ERR_OK;
}

struct bench {
	struct folder files;
	struct signer owner;
	struct signer body[BODIES];
	uint64_t random;
	struct ledger_world world;
	struct ledger *ledger;
	uint64_t entries, labels; /* in the ledger */
	uint8_t *room;
	uint8_t *entry_room;
	struct bytes *entry;
	uint64_t *place;
	size_t waiting;
};

static struct label_claims
claims_of(uint64_t label, char model[32], char version[16], char maker[48],
    uint8_t digest[SHA256_LEN])
{
	static const char *const makers[] = { "Argentum Devices GmbH",
		"Borealis", "Calypso Home", "Delphi Net", "Elektra",
		"Falconer & Sons", "Galvani", "Horizon IoT", "Ionia",
		"Jupiter Works" };
	uint64_t product = label / RELEASES;
	uint64_t state = label;

	(void)snprintf(model, 32, "%s-%llu",
	    product % 3 == 0	   ? "CAM"
		: product % 3 == 1 ? "Lock"
				   : "router",
	    (unsigned long long)product);
	(void)snprintf(version, 16, "%llu.%llu",
	    (unsigned long long)(label % RELEASES + 1),
	    (unsigned long long)(product % 10));
	(void)snprintf(maker, 48, "%s %llu", makers[product % 10],
	    (unsigned long long)(product % 2000 / 10));
	for (size_t i = 0; i < SHA256_LEN; i += 8) {
		uint64_t z = draw(&state);

		memcpy(digest + i, &z, 8);
	}
	return (struct label_claims){
		.product = {
		    .pen = (uint32_t)(1 + product % 2000),
		    .hwmodel = bytes_of(model),
		    .version = bytes_of(version),
		    .digest = digest,
		},
		.scheme = BYTES("hallmark"),
		.level = 1 + (unsigned)(label % 3),
		.basis = LABEL_BASIS_TESTED,
		.support_until = T0 + 86400 * 1000,
		.maker = bytes_of(maker),
	};
}

static struct bytes
make(struct bench *b, const struct statement_header *header,
    struct bytes payload, const struct signer *signer)
{
	uint8_t *room = b->room + b->waiting * ROOM;
	struct bytes made;
	const char *field = "";

	if (statement_make(header, payload, signer, &crypto_hooks_default, room,
		ROOM, &made, &field) != ERR_OK)
		give_up("statement_make", field);
	return made;
}

static void
send(struct bench *b)
{
	if (b->waiting > 0 &&
	    ledger_submit(b->ledger, b->entry, b->waiting, 1, b->place) !=
		ERR_OK)
		give_up("ledger_submit", "failed");
	b->waiting = 0;
}

static void
put(struct bench *b, struct bytes entry)
{
	b->entry[b->waiting++] = entry;
	b->entries++;
	if (b->waiting == BATCH)
		send(b);
}

static void
put_accreditation(struct bench *b, size_t number)
{
	uint8_t scopes[64];
	uint8_t payload[512];
	char iss[64];
	struct cbor_writer list = cbor_writer_open(scopes, sizeof(scopes));
	struct cbor_writer w = cbor_writer_open(payload, sizeof(payload));

	(void)snprintf(iss, sizeof(iss), "https://lab%zu.example", number);
	cbor_put_array(&list, 1);
	accreditation_put_scope(&list, BYTES("hallmark"), 3, NULL, 0);
	const struct accreditation a = {
		.action = ACCREDIT,
		.key = b->body[number].key,
		.name = BYTES("A laboratory"),
		.iss = bytes_of(iss),
		.scopes = cbor_written(&list),
		.from = T0 - 86400,
	};
	const struct statement_header header = {
		.kind = STATEMENT_ACCREDITATION,
		.iss = BYTES("https://owner.example"),
		.sub = bytes_of(iss),
		.iat = T0,
	};

	accreditation_put(&w, &a);
	put(b, make(b, &header, cbor_written(&w), &b->owner));
}

static void
put_label(struct bench *b, uint64_t label)
{
	uint8_t payload[LABEL_CLAIMS_LEN_MAX];
	char model[32];
	char version[16];
	char maker[48];
	char iss[64];
	char sub[PRODUCT_SUB_LEN];
	uint8_t digest[SHA256_LEN];
	struct cbor_writer w = cbor_writer_open(payload, sizeof(payload));
	struct label_claims claims =
	    claims_of(label, model, version, maker, digest);
	struct product_ids ids;
	size_t body = (size_t)(label / RELEASES % BODIES);

	(void)snprintf(iss, sizeof(iss), "https://lab%zu.example", body);
	label_claims_put(&w, &claims);
	product_find_ids(&crypto_hooks_default, &claims.product, &ids);
	product_put_sub(&ids, true, sub);
	const struct statement_header header = {
		.kind = STATEMENT_LABEL,
		.iss = bytes_of(iss),
		.sub = bytes_of(sub),
		.iat = T0 + (int64_t)(label / 100),
		.exp = T0 + (int64_t)(label / 100) + 86400 * 700,
	};

	put(b, make(b, &header, cbor_written(&w), &b->body[body]));
	b->labels++;
}

/* Suspends the label that was put just before. */
static void
put_suspension(struct bench *b, uint64_t label)
{
	uint8_t payload[STATUS_CHANGE_LEN_MAX];
	struct cbor_writer w = cbor_writer_open(payload, sizeof(payload));
	const struct status_change change = {
		.label = b->entries - 1,
		.action = STATUS_SUSPEND,
		.reason = 1,
		.text = BYTES("a flaw was found"),
	};
	char model[32];
	char version[16];
	char maker[48];
	char iss[64];
	char sub[PRODUCT_SUB_LEN];
	uint8_t digest[SHA256_LEN];
	struct label_claims claims =
	    claims_of(label, model, version, maker, digest);
	struct product_ids ids;
	size_t body = (size_t)(label / RELEASES % BODIES);

	(void)snprintf(iss, sizeof(iss), "https://lab%zu.example", body);
	status_change_put(&w, &change);
	product_find_ids(&crypto_hooks_default, &claims.product, &ids);
	product_put_sub(&ids, true, sub);
	const struct statement_header header = {
		.kind = STATEMENT_STATUS,
		.iss = bytes_of(iss),
		.sub = bytes_of(sub),
		.iat = T0 + (int64_t)(label / 100) + 1,
	};

	put(b, make(b, &header, cbor_written(&w), &b->body[body]));
}

static void
open_ledger(struct bench *b, const char *path, bool create)
{
	struct ledger_why why = { "" };
	const char *reason = "";

	if (folder_open(path, create, &b->files, &reason) != ERR_OK)
		give_up(path, reason);
	b->world = (struct ledger_world){
		.files = &b->files,
		.hooks = &crypto_hooks_default,
		.signer = create ? &b->owner : NULL,
	};
	if (create &&
	    ledger_create(
		&b->world, BYTES("bench.example/ledger"), 0, 1, &why) != ERR_OK)
		give_up("ledger_create", why.text);
	if (ledger_open(&b->world, &b->ledger, &why) != ERR_OK)
		give_up("ledger_open", why.text);
}

static void
close_ledger(struct bench *b)
{
	ledger_close(b->ledger);
	folder_close(&b->files);
}

static void
make_ledger(struct bench *b, const char *path, uint64_t entries)
{
	double begun = now();
	uint64_t label = 0;

	open_ledger(b, path, true);
	for (size_t i = 0; i < BODIES; i++)
		put_accreditation(b, i);
	while (b->entries < entries) {
		put_label(b, label);
		if (label % 100 == 99)
			put_suspension(b, label);
		label++;
	}
	send(b);
	if (ledger_finish(b->ledger) != ERR_OK)
		give_up("ledger_finish", "failed");
	close_ledger(b);
	(void)printf("a ledger of %llu entries (%llu labels, %u of a product) "
		     "in %.1f s\n",
	    (unsigned long long)b->entries, (unsigned long long)b->labels,
	    RELEASES, now() - begun);
}

/* ---- rows of it ---- */

/* How far a replay goes. */
enum depth {
	DEPTH_READ,
	DEPTH_RULES,
	DEPTH_ROWS,
	DEPTH_DATABASE,
};

struct replay {
	struct arena arena, view_arena;
	struct trust_state *state;
	struct view *view;
};

static void
take(struct bench *b, struct replay *r, enum depth depth,
    const struct view_sink *sink)
{
	static const struct admission_terms terms = { .trusted = true };
	struct admission answer;
	struct ledger_head head;
	struct bytes entry;

	ledger_head(b->ledger, &head);
	for (uint64_t i = 0; i < head.tree.size; i++) {
		if (ledger_read_entry(b->ledger, i, b->entry_room, &entry) !=
		    ERR_OK)
			give_up("ledger_read_entry", "failed");
		if (depth == DEPTH_READ)
			continue;
		if (trust_admit(r->state, entry, &terms, &answer) != ERR_OK ||
		    answer.code != ADMITTED)
			give_up("trust_admit", admission_word(answer.code));
		if (depth == DEPTH_RULES)
			continue;
		if (view_take(r->view, i, entry, &answer, sink) != ERR_OK)
			give_up("view_take", "failed");
	}
}

static size_t
replay(struct bench *b, enum depth depth, const struct view_sink *sink)
{
	struct replay r = { .arena = arena_open(TRUST_STATE_LEN_MAX),
		.view_arena = arena_open(TRUST_STATE_LEN_MAX) };
	size_t used;

	r.state = trust_open(&r.arena, &crypto_hooks_default, &b->owner.key, 1);
	r.view = view_open(&r.view_arena, r.state, &crypto_hooks_default);
	if (r.state == NULL || r.view == NULL)
		give_up("replay", "no memory");
	take(b, &r, depth, sink);
	used = r.view_arena.used;
	if (depth == DEPTH_ROWS)
		(void)printf("memory      rules %.0f MB, view %.0f MB\n",
		    (double)r.arena.used / 1e6, (double)used / 1e6);
	arena_close(&r.arena);
	arena_close(&r.view_arena);
	return used;
}

static void
time_replays(struct bench *b)
{
	static const char *const names[] = { "read", "read, rules",
		"read, rules, view" };

	for (int i = DEPTH_READ; i <= DEPTH_ROWS; i++) {
		double begun = now();
		double before = worked();

		(void)replay(b, (enum depth)i, &view_no_sink);
		(void)printf("replay      %-18s %.2f s, of processor time "
			     "%.2f s\n",
		    names[i], now() - begun, worked() - before);
		(void)fflush(stdout);
	}
}

static struct database *
open_database(const char *name, enum database_mode mode)
{
	struct database_why why = { "" };
	struct database *db = NULL;

	if (database_open(name, mode, &db, &why) != ERR_OK)
		give_up(name, why.text);
	return db;
}

static void
must(struct database *db, enum err err, const char *what)
{
	if (err != ERR_OK)
		give_up(what, database_trouble(db));
}

static void
rebuild(struct bench *b, const char *name)
{
	double begun = now();
	double before = worked();
	struct database *db = open_database(name, DATABASE_WRITE);
	struct view_sink sink = database_sink(db);
	struct registry_head head = { .origin = BYTES("bench.example/ledger"),
		.size = b->entries };

	must(db, database_clear(db), "clear");
	must(db, database_begin(db, true), "begin");
	(void)replay(b, DEPTH_DATABASE, &sink);
	double rows = now();

	must(db, database_commit(db, &head), "commit");
	double done = now();

	database_close(db);
	(void)printf("rebuild     %.2f s: rows %.2f s, indexes and commit "
		     "%.2f s; of processor time in this process %.2f s\n",
	    done - begun, rows - begun, done - rows, worked() - before);
	(void)fflush(stdout);
}

static struct registry_reply
ask(struct database *db, const struct registry_question *q, struct arena *arena)
{
	struct registry_reply reply;

	must(db, database_ask(db, q, arena, &reply), "ask");
	return reply;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* One kind of question, each time about something else. */
struct asked {
	const char *name;
	enum registry_ask ask;
	enum registry_by by;
	unsigned kinds;
	unsigned limit;
	bool newest_first;
	const char *value; /* NULL: of the label that is drawn */
	size_t len;	   /* of a digest, or a maker's or model's name */
};

static const struct asked all_asked[] = {
	{ "head", REGISTRY_ASK_HEAD, REGISTRY_BY_ALL, 0, 0, 0, "", 0 },
	{ "label by number", REGISTRY_ASK_LABELS, REGISTRY_BY_INDEX, 0, 1, 0,
	    NULL, 0 },
	{ "20 newest labels", REGISTRY_ASK_LABELS, REGISTRY_BY_ALL, 0, 20, 1,
	    "", 0 },
	{ "200 labels from anywhere", REGISTRY_ASK_LABELS, REGISTRY_BY_ALL, 0,
	    200, 0, NULL, 0 },
	{ "labels of a product", REGISTRY_ASK_LABELS, REGISTRY_BY_PRODUCT, 0,
	    20, 0, NULL, 0 },
	{ "labels of a release", REGISTRY_ASK_LABELS, REGISTRY_BY_RELEASE, 0,
	    20, 0, NULL, 0 },
	{ "20 labels of a body", REGISTRY_ASK_LABELS, REGISTRY_BY_BODY, 0, 20,
	    1, NULL, 0 },
	{ "label by digest", REGISTRY_ASK_LABELS, REGISTRY_BY_DIGEST, 0, 20, 0,
	    NULL, 32 },
	{ "labels by 1 byte of digest", REGISTRY_ASK_LABELS, REGISTRY_BY_DIGEST,
	    0, 20, 0, NULL, 1 },
	{ "20 changes", REGISTRY_ASK_LABELS, REGISTRY_BY_CHANGE, 0, 20, 1, "",
	    0 },
	{ "labels of a maker", REGISTRY_ASK_LABELS, REGISTRY_BY_MAKER, 0, 20, 0,
	    NULL, 40 },
	{ "labels of a model", REGISTRY_ASK_LABELS, REGISTRY_BY_MODEL, 0, 20, 0,
	    NULL, 40 },
	{ "labels by word: c", REGISTRY_ASK_LABELS, REGISTRY_BY_WORDS, 0, 20, 0,
	    "c", 0 },
	{ "labels by word: nothing", REGISTRY_ASK_LABELS, REGISTRY_BY_WORDS, 0,
	    20, 0, "nowhere", 0 },
	{ "product", REGISTRY_ASK_PRODUCTS, REGISTRY_BY_PRODUCT, 0, 1, 0, NULL,
	    0 },
	{ "products of a maker", REGISTRY_ASK_PRODUCTS, REGISTRY_BY_MAKER, 0,
	    20, 0, NULL, 40 },
	{ "products by word: c", REGISTRY_ASK_PRODUCTS, REGISTRY_BY_WORDS, 0,
	    20, 0, "c", 0 },
	{ "history of a product", REGISTRY_ASK_STATEMENTS, REGISTRY_BY_PRODUCT,
	    0, 50, 0, NULL, 0 },
	{ "statements on a label", REGISTRY_ASK_STATEMENTS, REGISTRY_BY_LABEL,
	    0, 50, 0, NULL, 0 },
	{ "statement by index", REGISTRY_ASK_STATEMENTS, REGISTRY_BY_INDEX, 0,
	    1, 0, NULL, 0 },
	{ "50 newest statements", REGISTRY_ASK_STATEMENTS, REGISTRY_BY_ALL, 0,
	    50, 1, "", 0 },
	{ "50 newest suspensions", REGISTRY_ASK_STATEMENTS, REGISTRY_BY_ALL,
	    1U << STATEMENT_STATUS, 50, 1, "", 0 },
	{ "bodies", REGISTRY_ASK_BODIES, REGISTRY_BY_ALL, 0, 50, 0, "", 0 },
};

/* The value that asks for a row like this label. */
static struct bytes
value_of(const struct asked *a, const struct registry_label *label)
{
	struct bytes value = { NULL, 0 };

	if (a->value != NULL)
		return bytes_of(a->value);
	if (a->by == REGISTRY_BY_PRODUCT)
		value = (struct bytes){ label->ids.product, PRODUCT_ID_LEN };
	if (a->by == REGISTRY_BY_RELEASE)
		value = (struct bytes){ label->ids.release, PRODUCT_ID_LEN };
	if (a->by == REGISTRY_BY_BODY)
		value = (struct bytes){ label->body, SHA256_LEN };
	if (a->by == REGISTRY_BY_DIGEST)
		value = (struct bytes){ label->claims.product.digest, a->len };
	if (a->by == REGISTRY_BY_MAKER)
		value = label->claims.maker;
	if (a->by == REGISTRY_BY_MODEL)
		value = label->claims.product.hwmodel;
	return value;
}

static void
time_question(struct bench *b, struct database *db, const struct asked *a)
{
	double took[ASKED];
	uint64_t state = 5;
	double rows = 0;

	for (size_t i = 0; i < ASKED; i++) {
		struct arena arena = arena_open(REGISTRY_REPLY_LEN_MAX);
		const struct registry_question any = {
			.ask = REGISTRY_ASK_LABELS,
			.has_after = true,
			.after = draw(&state) % (b->entries - 300),
			.limit = 1,
		};
		struct registry_reply label = ask(db, &any, &arena);
		const struct registry_question q = {
			.ask = a->ask,
			.by = a->by,
			.value = value_of(a, label.labels),
			.number = a->by == REGISTRY_BY_INDEX ||
				a->by == REGISTRY_BY_LABEL
			    ? label.labels->index
			    : 0,
			.kinds = a->kinds,
			.newest_first = a->newest_first,
			.has_after =
			    a->by == REGISTRY_BY_ALL && a->value == NULL,
			.after = any.after,
			.limit = a->limit,
		};
		double begun = now();
		struct registry_reply reply = ask(db, &q, &arena);

		took[i] = now() - begun;
		rows += (double)reply.count;
		arena_close(&arena);
	}
	qsort(took, ASKED, sizeof(*took), compare);
	(void)printf("question    %-28s %8.0f us, 99 of 100 below %8.0f us "
		     "(%.1f rows)\n",
	    a->name, took[ASKED / 2] * 1e6, took[ASKED * 99 / 100] * 1e6,
	    rows / ASKED);
}

static void
time_questions(struct bench *b, const char *name)
{
	struct arena arena = arena_open(REGISTRY_REPLY_LEN_MAX);
	const struct registry_question first = { .ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_INDEX,
		.number = b->entries / 2,
		.limit = 1 };
	struct rusage usage;
	double begun = now();
	struct database *db = open_database(name, DATABASE_READ);

	(void)ask(db, &first, &arena);
	(void)printf("start       open and first question %.1f ms\n",
	    (now() - begun) * 1e3);
	arena_close(&arena);
	for (size_t i = 0; i < sizeof(all_asked) / sizeof(all_asked[0]); i++)
		time_question(b, db, &all_asked[i]);
	database_close(db);
	(void)getrusage(RUSAGE_SELF, &usage);
	(void)printf("memory      of the whole process at most %.0f MB\n",
	    (double)usage.ru_maxrss / 1e3);
}

/* One batch of new labels, as a running store takes them. */
static void
make_keys(struct bench *b)
{
	uint8_t seed[KEY_FILE_RANDOM_LEN] = { 1 };

	if (key_file_make(COSE_CURVE_ED25519, seed, &b->owner) != ERR_OK)
		give_up("key", "no memory");
	for (size_t i = 0; i < BODIES; i++) {
		struct signer signer;

		seed[1] = (uint8_t)(i + 1);
		if (key_file_make(COSE_CURVE_ED25519, seed, &signer) != ERR_OK)
			give_up("key", "no memory");
		b->body[i] = (struct signer){ .key = signer.key,
			.sign = sign_nothing,
			.context = &b->random };
		key_file_close(&signer);
	}
}

static void
write_file(const char *folder, const char *name, struct bytes content)
{
	char path[PATH_LEN];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (file == NULL ||
	    fwrite(content.ptr, 1, content.len, file) != content.len ||
	    fclose(file) != 0)
		give_up(path, "cannot be written");
}

/* What `hallmark serve` wants besides the ledger: its key, which is the
   owner's, and the policy. For bench/registry. */
static void
keep_for_serve(const struct bench *b, const char *folder)
{
	static const uint8_t random[KEY_FILE_RANDOM_LEN];
	static const char *const lines[][2] = { { "log ",
						    "bench.example/ledger" },
		{ "owner ", "owner.example" } };
	struct out key = out_open(16 * KIB);
	struct out policy = out_open(16 * KIB);
	uint8_t *room = b->room; /* it has more than VKEY_TEXT_LEN */
	size_t len;

	for (size_t i = 0; i < 2; i++) {
		if (vkey_write(&crypto_hooks_default, VKEY_ED25519,
			bytes_of(lines[i][1]), &b->owner.key, room,
			&len) != ERR_OK)
			give_up("vkey_write", "failed");
		out_text(&policy, lines[i][0]);
		out_put(&policy, (struct bytes){ room, len });
		out_text(&policy, "\n");
	}
	out_text(&policy, "quorum none\n");
	if (key_file_write(&b->owner, BYTES("bench"), random, &key) != ERR_OK)
		give_up("key_file_write", "failed");
	write_file(folder, "owner.pem", out_bytes(&key));
	write_file(folder, "passphrase", BYTES("bench\n"));
	write_file(folder, "ledger/policy", out_bytes(&policy));
	out_close(&key);
	out_close(&policy);
}

int
main(int argc, char *argv[])
{
	struct bench b = { .random = 1 };
	char path[PATH_LEN];

	if (argc < 3) {
		(void)fprintf(stderr,
		    "usage: bench_registry_rows FOLDER ENTRIES [DATABASE ...]\n");
		return 2;
	}
	b.room = malloc((size_t)BATCH * ROOM);
	b.entry_room = malloc(LEDGER_ENTRY_MAX);
	b.entry = calloc(BATCH, sizeof(*b.entry));
	b.place = calloc(BATCH, sizeof(*b.place));
	if (b.room == NULL || b.entry_room == NULL || b.entry == NULL ||
	    b.place == NULL)
		give_up("begin", "no memory");
	make_keys(&b);
	(void)snprintf(path, sizeof(path), "%s/ledger", argv[1]);
	make_ledger(&b, path, strtoull(argv[2], NULL, 10));
	if (argc == 3) {
		keep_for_serve(&b, argv[1]);
		key_file_close(&b.owner);
		return 0;
	}
	open_ledger(&b, path, false);
	time_replays(&b);
	for (int i = 3; i < argc; i++) {
		(void)printf("-- %s\n",
		    strncmp(argv[i], "postgres", 8) == 0 ? "PostgreSQL"
							 : "SQLite");
		rebuild(&b, argv[i]);
		time_questions(&b, argv[i]);
	}
	close_ledger(&b);
	key_file_close(&b.owner);
	return 0;
}
