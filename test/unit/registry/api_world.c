/* SPDX-License-Identifier: ISC */
/* The ledger's files and proofs are made when they are asked for. */
#include "api_world.h"

#include "codec/json_read.h"
#include "ledger/proof.h"
#include "ledger/receipt.h"
#include "registry/view.h"

/* ---- the store ---- */

static struct merkle_hash
hash_of(struct api_world *a, uint64_t from, uint64_t to)
{
	uint64_t half = 1;

	if (to - from == 1)
		return merkle_leaf(&crypto_hooks_default, a->entry[from]);
	while (half * 2 < to - from)
		half *= 2;
	struct merkle_hash left = hash_of(a, from, from + half);
	struct merkle_hash right = hash_of(a, from + half, to);

	return merkle_node(&crypto_hooks_default, &left, &right);
}

static enum err
read_node(
    void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	*ret = hash_of(context, index << level, (index + 1) << level);
	return ERR_OK;
}

static enum err
give_receipt(
    struct api_world *a, uint64_t index, struct arena *arena, struct bytes *ret)
{
	const struct receipt_about about = {
		.signer = &a->ledger,
		.hooks = &crypto_hooks_default,
		.iss = BYTES(API_ORIGIN),
		.sub = BYTES("entry"),
	};
	const struct merkle_nodes nodes = { read_node, a };
	uint8_t *room = arena_take(arena, RECEIPT_LEN_MAX);

	return receipt_make_inclusion(
	    &about, &nodes, index, a->count, room, RECEIPT_LEN_MAX, ret);
}

static enum err
give_file(struct api_world *a, struct bytes path, struct arena *arena,
    struct bytes *ret)
{
	uint8_t *room = arena_take(arena, 256);
	struct cbor_writer w = cbor_writer_open(room, 256);

	if (bytes_equal_text(path, "keys")) {
		cbor_put_array(&w, 1);
		cose_key_put(&w, &a->ledger.key);
		*ret = cbor_written(&w);
	} else if (bytes_equal_text(path, "checkpoint")) {
		*ret = BYTES("a checkpoint\n");
	} else if (bytes_equal_text(path, "tile/0/000.p/2")) {
		*ret = BYTES("a tile");
	} else if (bytes_equal_text(path, "status/0")) {
		*ret = BYTES("a status list");
	} else if (bytes_equal_text(path, "bundle")) {
		*ret = BYTES("a bundle");
	} else {
		return ERR_END;
	}
	return ERR_OK;
}

static enum err
give_proof(
    struct api_world *a, uint64_t index, struct arena *arena, struct bytes *ret)
{
	struct out o = out_open(1 << 16);
	const struct merkle_path none = { NULL, 0 };

	(void)a;
	proof_put(&o, (struct bytes){ NULL, 0 }, index, none,
	    BYTES("a checkpoint\n"));
	*ret = arena_copy(arena, out_bytes(&o));
	out_close(&o);
	return ERR_OK;
}

static enum err
ask(void *context, const struct registry_question *q, struct arena *arena,
    struct registry_reply *ret)
{
	struct api_world *a = context;

	if (a->is_silent)
		return ERR_SYSTEM;
	if (!registry_question_ok(q))
		return ERR_MALFORMED;
	*ret = (struct registry_reply){ 0 };
	if (q->ask < REGISTRY_ASK_ENTRY)
		return database_ask(a->database, q, arena, ret);
	if (q->ask == REGISTRY_ASK_FILE)
		return give_file(a, q->value, arena, &ret->bytes);
	if (q->number >= a->count)
		return ERR_END;
	if (q->ask == REGISTRY_ASK_ENTRY) {
		ret->bytes = arena_copy(arena, a->entry[q->number]);
		return ERR_OK;
	}
	return q->ask == REGISTRY_ASK_RECEIPT
	    ? give_receipt(a, q->number, arena, &ret->bytes)
	    : give_proof(a, q->number, arena, &ret->bytes);
}

/* ---- the world ---- */

void
api_world_open(struct api_world *a)
{
	struct database_why why;
	struct fault fault;

	memset(a, 0, sizeof(*a));
	world_open(&a->w);
	a->arena = arena_open(64 * MIB);
	a->answers = arena_open(REGISTRY_ANSWER_LEN_MAX);
	a->ledger = test_signer(COSE_CURVE_ED25519, 77);
	a->view = view_open(&a->arena, a->w.state, &crypto_hooks_default);
	assert_non_null(a->view);
	if (database_open(":memory:", DATABASE_WRITE, &a->database, &why) !=
	    ERR_OK)
		fail_msg("%s", why.text);
	const struct registry_wish wish = {
		.base_uri = BYTES(API_BASE),
		.source = { ask, a },
		.data = data_embedded(),
	};

	assert_int_equal(registry_open(&wish, &a->registry, &fault), ERR_OK);
}

void
api_world_close(struct api_world *a)
{
	registry_close(a->registry);
	database_close(a->database);
	key_file_close(&a->ledger);
	arena_close(&a->answers);
	arena_close(&a->arena);
	world_close(&a->w);
}

int
api_setup(void **state)
{
	struct api_world *a = malloc(sizeof(*a));

	assert_non_null(a);
	api_world_open(a);
	*state = a;
	return 0;
}

int
api_teardown(void **state)
{
	api_world_close(*state);
	free(*state);
	return 0;
}

static uint64_t
take(struct api_world *a, struct bytes entry)
{
	struct view_sink sink = database_sink(a->database);
	uint64_t index = a->count;
	struct registry_head head = {
		.origin = BYTES(API_ORIGIN),
		.size = index + 1,
		.time = a->w.now,
	};

	assert_true(index < API_ENTRIES);
	assert_int_equal(trust_count(a->w.state), index + 1);
	a->entry[a->count++] = arena_copy(&a->arena, entry);
	struct merkle_hash root = hash_of(a, 0, a->count);

	memcpy(head.root, root.byte, SHA256_LEN);
	assert_int_equal(database_begin(a->database, false), ERR_OK);
	assert_int_equal(
	    view_take(a->view, index, a->entry[index], &a->w.answer, &sink),
	    ERR_OK);
	assert_int_equal(database_commit(a->database, &head), ERR_OK);
	return index;
}

uint64_t
api_take(struct api_world *a)
{
	assert_int_equal(a->w.answer.code, ADMITTED);
	return take(a, a->w.said);
}

void
api_fill(struct api_world *a, uint64_t count)
{
	uint8_t room[PADDING_LEN_MAX];

	while (a->count < count) {
		struct bytes padding = padding_make(a->count, room);

		assert_int_equal(world_admit(&a->w, padding), ADMITTED);
		(void)take(a, padding);
	}
}

uint64_t
api_accredit(
    struct api_world *a, enum who who, const char *name, const char *iss)
{
	uint8_t scopes[256];
	uint8_t room[1024];
	struct cbor_writer list = cbor_writer_open(scopes, sizeof(scopes));
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	struct bytes category = BYTES("camera");

	cbor_put_array(&list, 2);
	accreditation_put_scope(&list, BYTES("hallmark"), 3, NULL, 0);
	accreditation_put_scope(&list, BYTES("<s&'\">"), 3, &category, 1);
	const struct accreditation what = {
		.action = ACCREDIT,
		.key = a->w.signer[who].key,
		.name = bytes_of(name),
		.iss = bytes_of(iss),
		.scopes = cbor_written(&list),
		.from = T0 - DAY,
	};

	assert_null(accreditation_check(&what));
	accreditation_put(&payload, &what);
	assert_int_equal(
	    world_say(&a->w, OWNER, STATEMENT_ACCREDITATION, iss, 0, &payload),
	    ADMITTED);
	return api_take(a);
}

uint64_t
api_label_of(struct api_world *a, const struct label_claims *claims)
{
	assert_int_equal(world_label(&a->w, LAB_A, claims), ADMITTED);
	return api_take(a);
}

uint64_t
api_change(struct api_world *a, enum who who, uint64_t label,
    enum status_action action, const struct label_claims *claims,
    const char *text)
{
	uint8_t room[STATUS_CHANGE_LEN_MAX];
	char sub[PRODUCT_SUB_LEN];
	struct cbor_writer payload = cbor_writer_open(room, sizeof(room));
	const struct status_change change = {
		.label = label,
		.action = action,
		.reason = 1,
		.text = bytes_of(text),
	};

	world_sub(claims, sub);
	status_change_put(&payload, &change);
	assert_int_equal(
	    world_say(&a->w, who, STATEMENT_STATUS, sub, 0, &payload),
	    ADMITTED);
	return api_take(a);
}

/* ---- requests ---- */

unsigned
api_ask(struct api_world *a, const struct registry_request *request)
{
	arena_close(&a->answers);
	a->answers = arena_open(REGISTRY_ANSWER_LEN_MAX);
	a->choice = registry_choose(a->registry, request);
	assert_int_equal(registry_answer(a->registry, request, a->choice,
			     &a->answers, &a->answer),
	    ERR_OK);
	a->body = a->answer.body;
	assert_true(a->answer.submit.len > 0 || a->body.len == 0 ||
	    a->answer.type != NULL);
	return a->answer.status;
}

static struct bytes
text_or_nothing(const char *text)
{
	return text != NULL ? bytes_of(text) : (struct bytes){ NULL, 0 };
}

unsigned
api_get(struct api_world *a, const char *target, const char *accept)
{
	return api_ask(a,
	    &(struct registry_request){
		.method = REGISTRY_GET,
		.target = bytes_of(target),
		.accept = text_or_nothing(accept),
		.now = a->w.now,
	    });
}

unsigned
api_post(struct api_world *a, const char *target, const char *type,
    const char *accept, struct bytes body)
{
	return api_ask(a,
	    &(struct registry_request){
		.method = REGISTRY_POST,
		.target = bytes_of(target),
		.content_type = text_or_nothing(type),
		.accept = text_or_nothing(accept),
		.body = body,
		.now = a->w.now,
	    });
}

/* ---- looking at the answer ---- */

bool
api_find(const struct api_world *a, const char *text)
{
	return bytes_find(a->body, bytes_of(text), 0) != SIZE_MAX;
}

void
api_has(const struct api_world *a, const char *text)
{
	if (!api_find(a, text))
		fail_msg("no '%s' in: %.*s", text, (int)a->body.len,
		    (const char *)a->body.ptr);
}

void
api_has_not(const struct api_world *a, const char *text)
{
	if (api_find(a, text))
		fail_msg("'%s' in: %.*s", text, (int)a->body.len,
		    (const char *)a->body.ptr);
}

void
api_is_json(const struct api_world *a)
{
	struct json_reader r = json_reader_open(a->body);
	struct json_item item;
	enum err err = json_read(&r, &item);

	assert_int_equal(err, ERR_OK);
	assert_int_equal(item.kind, JSON_OBJECT);
	while (err == ERR_OK)
		err = json_read(&r, &item);
	if (err != ERR_END)
		fail_msg("no JSON (%d) at %zu: %.*s", (int)err, r.pos,
		    (int)a->body.len, (const char *)a->body.ptr);
}

void
api_is_cbor(const struct api_world *a)
{
	struct fault fault = { 0 };

	if (cbor_check(a->body, CBOR_STRICT, &fault) != ERR_OK)
		fail_msg("no deterministic CBOR at %d", (int)fault.at);
}
