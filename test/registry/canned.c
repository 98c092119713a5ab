/* SPDX-License-Identifier: ISC */
/* Rows made up of a few texts and the number that was asked for. */
#include "canned.h"

#include "registry/registry.h"

#include <string.h>

#define TIME_OF_ALL INT64_C(1767225600)
#define TILE_LEN ((size_t)8192)

static const uint8_t digest[SHA256_LEN] = { 0xd1, 0x9e, 0x57 };

void
canned_fill(struct canned *canned)
{
	*canned = (struct canned){
		.maker = BYTES("Maker " CANNED_MARK " a=\"b\" c='d'>&amp;</b>"),
		.model = BYTES(CANNED_MARK ">\"'&"),
		.version = BYTES("1.0 " CANNED_MARK "/>&#x3c;"),
		.scheme = BYTES(CANNED_MARK ">&\""),
		.body = BYTES("Body " CANNED_MARK " onload=x>"),
		.iss = BYTES("https://b.example/" CANNED_MARK "\">"),
		.reason = BYTES(CANNED_MARK ">]]></script><!--"),
		.size = 1000,
	};
}

/* ---- rows ---- */

static struct label_claims
make_claims(const struct canned *canned)
{
	return (struct label_claims){
		.product = {
			.pen = 32473,
			.hwmodel = canned->model,
			.version = canned->version,
			.digest = digest,
		},
		.scheme = canned->scheme,
		.level = 2,
		.basis = LABEL_BASIS_TESTED,
		.support_until = TIME_OF_ALL + 100000000,
		.maker = canned->maker,
		.category = BYTES("camera"),
	};
}

static void
put_index(uint8_t id[8], uint64_t index)
{
	for (size_t i = 0; i < 8; i++)
		id[i] = (uint8_t)(index >> (56 - 8 * i));
}

static void
fill_label(
    const struct canned *canned, uint64_t index, struct registry_label *ret)
{
	*ret = (struct registry_label){
		.index = index,
		.claims = make_claims(canned),
		.issued = TIME_OF_ALL,
		.expires = TIME_OF_ALL + 200000000,
		.body_name = canned->body,
		.body_iss = canned->iss,
		.accredited_by = 1,
	};
	put_index(ret->ids.product, index);
	put_index(ret->ids.release, index);
	if (index % 3 != 1)
		return;
	ret->status = index % 2 == 0 ? TRUST_REVOKED : TRUST_SUSPENDED;
	ret->has_change = true;
	ret->changed_by = index + 1;
	ret->changed = TIME_OF_ALL + 1000;
	ret->reason = 1;
	ret->reason_text = canned->reason;
}

static void
fill_product(
    const struct canned *canned, uint64_t index, struct registry_product *ret)
{
	*ret = (struct registry_product){
		.first_label = index,
		.newest_label = index,
		.label_count = 1,
		.claims = make_claims(canned),
	};
	put_index(ret->id, index);
}

static void
fill_statement(
    const struct canned *canned, uint64_t index, struct registry_statement *ret)
{
	*ret = (struct registry_statement){
		.index = index,
		.is_admitted = index % 5 != 4,
	};
	if (!ret->is_admitted) {
		ret->refused = 1;
		return;
	}
	ret->kind = (enum statement_kind)(index % STATEMENT_KINDS);
	ret->iss = canned->iss;
	ret->sub = canned->model;
	ret->signer_name = canned->body;
	ret->issued = TIME_OF_ALL;
	ret->has_product = true;
	put_index(ret->ids.product, index);
	ret->label = 1;
}

static void
fill_body(
    const struct canned *canned, uint64_t index, struct registry_body *ret)
{
	*ret = (struct registry_body){
		.index = index,
		.action = ACCREDIT,
		.name = canned->body,
		.iss = canned->iss,
		.from = TIME_OF_ALL,
		.until = TIME_OF_ALL + 300000000,
		.said_at = TIME_OF_ALL,
		.label_count = 7,
	};
	put_index(ret->kid, index);
}

/* ---- answers ---- */

static uint64_t
first_index(const struct registry_question *q)
{
	uint64_t index = 0;

	if (q->by == REGISTRY_BY_INDEX || q->by == REGISTRY_BY_LABEL)
		return q->number;
	if (q->by == REGISTRY_BY_PRODUCT || q->by == REGISTRY_BY_RELEASE ||
	    q->by == REGISTRY_BY_BODY)
		for (size_t i = 0; i < 8 && i < q->value.len; i++)
			index = index << 8 | q->value.ptr[i];
	return q->has_after ? q->after + 1 : index;
}

/* One row where one is meant, up to three where a list is. */
static enum err
answer_rows(const struct canned *canned, const struct registry_question *q,
    struct arena *arena, struct registry_reply *ret)
{
	uint64_t first = first_index(q);
	size_t count = q->by == REGISTRY_BY_INDEX ? 1 : 3;
	struct registry_label *labels = arena_take(arena, 3 * sizeof(*labels));
	struct registry_product *products =
	    arena_take(arena, 3 * sizeof(*products));
	struct registry_statement *statements =
	    arena_take(arena, 3 * sizeof(*statements));
	struct registry_body *bodies = arena_take(arena, 3 * sizeof(*bodies));

	if (labels == NULL || products == NULL || statements == NULL ||
	    bodies == NULL)
		return ERR_MEMORY;
	if (count > q->limit)
		count = q->limit;
	for (size_t i = 0; i < count && first + i < canned->size; i++) {
		fill_label(canned, first + i, &labels[i]);
		fill_product(canned, first + i, &products[i]);
		fill_statement(canned, first + i, &statements[i]);
		fill_body(canned, first + i, &bodies[i]);
		ret->count++;
	}
	if (q->ask == REGISTRY_ASK_LABELS)
		ret->labels = labels;
	else if (q->ask == REGISTRY_ASK_PRODUCTS)
		ret->products = products;
	else if (q->ask == REGISTRY_ASK_STATEMENTS)
		ret->statements = statements;
	else if (q->ask == REGISTRY_ASK_BODIES)
		ret->bodies = bodies;
	else
		ret->count = 0;
	return ERR_OK;
}

static enum err
answer_bytes(const struct canned *canned, const struct registry_question *q,
    struct arena *arena, struct registry_reply *ret)
{
	uint8_t *room = arena_take(arena, TILE_LEN);

	if (room == NULL)
		return ERR_MEMORY;
	if (q->ask != REGISTRY_ASK_FILE && q->number >= canned->size)
		return ERR_END;
	if (q->ask == REGISTRY_ASK_FILE &&
	    bytes_equal_text(q->value, "tile/0/x999/999"))
		return ERR_END;
	memset(room, 'T', TILE_LEN);
	put_index(room, q->number);
	ret->bytes = (struct bytes){ room, TILE_LEN };
	return ERR_OK;
}

static enum err
ask(void *context, const struct registry_question *question,
    struct arena *arena, struct registry_reply *ret)
{
	struct canned *canned = context;
	struct registry_reply reply = {
		.head = {
			.origin = BYTES("canned.example/ledger"),
			.size = canned->size,
			.time = TIME_OF_ALL,
		},
	};
	enum err err = ERR_OK;

	atomic_fetch_add(&canned->asked, 1);
	if (!registry_question_ok(question))
		return ERR_MALFORMED;
	switch (question->ask) {
	case REGISTRY_ASK_HEAD:
		break;
	case REGISTRY_ASK_LABELS:
	case REGISTRY_ASK_PRODUCTS:
	case REGISTRY_ASK_STATEMENTS:
	case REGISTRY_ASK_BODIES:
	case REGISTRY_ASK_RECOGNITIONS:
		err = answer_rows(canned, question, arena, &reply);
		break;
	case REGISTRY_ASK_ENTRY:
	case REGISTRY_ASK_RECEIPT:
	case REGISTRY_ASK_PROOF:
	case REGISTRY_ASK_FILE:
		err = answer_bytes(canned, question, arena, &reply);
		break;
	}
	if (err == ERR_OK)
		*ret = reply;
	return err;
}

struct registry_source
canned_source(struct canned *canned)
{
	return (struct registry_source){ ask, canned };
}
