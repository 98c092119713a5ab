/* SPDX-License-Identifier: ISC */
/* Labels and products, and the history of one, for programs. */
#include "registry/api_private.h"
#include "registry/api_rows.h"

#include <inttypes.h>

enum err
api_find_label(struct route_call *call, const struct registry_label **ret,
    struct registry_reply *ret_reply)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_INDEX,
		.limit = 1,
	};
	enum err err;

	if (!route_number(call->part[0], &question.number))
		return ERR_END;
	err = route_ask(call, &question, ret_reply);
	if (err == ERR_OK && ret_reply->count == 0)
		err = ERR_END;
	if (err == ERR_OK)
		*ret = &ret_reply->labels[0];
	return err;
}

enum err
api_label(struct route_call *call)
{
	const struct registry_label *label;
	struct registry_reply reply;
	struct facts facts;
	struct api_answer a;
	enum err err = api_find_label(call, &label, &reply);

	if (err == ERR_OK)
		err = facts_read(call, label->ids.product, &facts);
	if (err != ERR_OK)
		return err;
	api_begin(&a, call, "hallmark.registry-label/1", &reply.head);
	api_put_label(&a, "label", label);
	api_put_facts(&a, &facts);
	return api_end(&a);
}

/* ---- products ---- */

/* The product of the first part; `room` holds its id. */
static enum err
find_product(struct route_call *call, uint8_t *room, struct registry_reply *ret)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_PRODUCTS,
		.by = REGISTRY_BY_PRODUCT,
		.value = { room, PRODUCT_ID_LEN },
		.limit = 1,
	};
	enum err err;

	if (!route_hex(call->part[0], room, PRODUCT_ID_LEN))
		return ERR_END;
	err = route_ask(call, &question, ret);
	return err == ERR_OK && ret->count == 0 ? ERR_END : err;
}

enum err
api_product(struct route_call *call)
{
	uint8_t *id = arena_take(call->arena, PRODUCT_ID_LEN);
	struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_PRODUCT,
		.newest_first = true,
		.limit = API_ROWS,
	};
	struct registry_reply product;
	struct registry_reply labels;
	struct facts facts;
	struct api_answer a;
	enum err err =
	    id != NULL ? find_product(call, id, &product) : ERR_MEMORY;

	if (err != ERR_OK)
		return err;
	question.value = (struct bytes){ id, PRODUCT_ID_LEN };
	err = route_ask(call, &question, &labels);
	if (err == ERR_OK)
		err = facts_read(call, id, &facts);
	if (err != ERR_OK)
		return err;
	api_begin(&a, call, "hallmark.registry-product/1", &labels.head);
	api_put_product(&a, "product", &product.products[0]);
	api_put_labels(&a, &labels);
	form_bool(&a.form, "more_labels", labels.more);
	api_put_facts(&a, &facts);
	return api_end(&a);
}

/* ---- history ---- */

static void
put_signer(struct form *f, const struct registry_statement *row)
{
	form_begin_object(f, "signer");
	form_bytes(f, "kid", (struct bytes){ row->kid, SHA256_LEN });
	form_text(f, "iss", row->iss);
	form_text(f, "name", row->signer_name);
	form_bool(f, "is_owner", row->signer_name.len == 0);
	form_end(f);
}

/* What every entry has, and its addresses. */
static void
put_places(struct api_answer *a, uint64_t index)
{
	form_text(&a->form, "statement_url",
	    api_url(a->call, "/entries/%" PRIu64 "/statement", index));
	form_text(&a->form, "receipt_url",
	    api_url(a->call, "/entries/%" PRIu64, index));
	form_text(&a->form, "proof_url",
	    api_url(a->call, "/entries/%" PRIu64 "/proof", index));
}

static enum err
put_statement(struct api_answer *a, const struct registry_statement *row)
{
	struct form *f = &a->form;
	enum err err;

	form_begin_object(f, NULL);
	form_number(f, "index", row->index);
	form_string(f, "kind", kind_text(row->kind));
	put_signer(f, row);
	form_text(f, "sub", row->sub);
	form_time(f, "said", row->issued);
	form_time(f, "expires", row->expires);
	if (row->label != 0)
		form_number(f, "label", row->label - 1);
	else
		form_null(f, "label");
	err = api_put_details(a, row);
	put_places(a, row->index);
	form_end(f);
	return err;
}

enum err
api_history(struct route_call *call)
{
	uint8_t *id = arena_take(call->arena, PRODUCT_ID_LEN);
	struct registry_question question = {
		.ask = REGISTRY_ASK_STATEMENTS,
		.by = REGISTRY_BY_PRODUCT,
		.limit = API_ROWS,
	};
	struct registry_reply reply;
	struct bytes next = { NULL, 0 };
	struct api_answer a;
	enum err err = ERR_OK;

	if (id == NULL)
		return ERR_MEMORY;
	if (!route_hex(call->part[0], id, PRODUCT_ID_LEN) ||
	    !api_read_after(call->part[1], &question))
		return ERR_END;
	question.value = (struct bytes){ id, PRODUCT_ID_LEN };
	err = route_ask(call, &question, &reply);
	if (err == ERR_OK && reply.count == 0 && !question.has_after)
		err = ERR_END;
	if (err != ERR_OK)
		return err;
	api_begin(&a, call, "hallmark.registry-history/1", &reply.head);
	form_bytes(&a.form, "product", question.value);
	form_begin_array(&a.form, "statements");
	for (size_t i = 0; err == ERR_OK && i < reply.count; i++)
		err = put_statement(&a, &reply.statements[i]);
	form_end(&a.form);
	if (reply.more && reply.count > 0)
		next = api_url(call, "/product/%.*s/history/after/%" PRIu64,
		    (int)call->part[0].len, (const char *)call->part[0].ptr,
		    reply.statements[reply.count - 1].index);
	api_put_next(&a, next);
	if (err == ERR_OK)
		return api_end(&a);
	out_close(&a.out);
	return err;
}
