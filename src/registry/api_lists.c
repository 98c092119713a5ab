/* SPDX-License-Identifier: ISC */
/* Lists: search, changes of status, whom the registry trusts. */
#include "codec/hex.h"
#include "registry/api_private.h"
#include "registry/api_rows.h"
#include "registry/web.h"
#include "trust/record.h"

#include <inttypes.h>
#include <string.h>

/* Bodies and recognitions that are told: of all schemes together. */
#define TRUST_ROWS 2000

bool
api_read_after(struct bytes part, struct registry_question *question)
{
	if (part.len == 0)
		return true;
	question->has_after = true;
	return route_number(part, &question->after);
}

/* ---- search ---- */

static const struct {
	const char *name;
	enum registry_ask ask;
	enum registry_by by;
} fields[] = {
	{ "words", REGISTRY_ASK_PRODUCTS, REGISTRY_BY_WORDS },
	{ "maker", REGISTRY_ASK_PRODUCTS, REGISTRY_BY_MAKER },
	{ "model", REGISTRY_ASK_PRODUCTS, REGISTRY_BY_MODEL },
	{ "digest", REGISTRY_ASK_LABELS, REGISTRY_BY_DIGEST },
	{ "number", REGISTRY_ASK_LABELS, REGISTRY_BY_INDEX },
};

/* Whole bytes of hex digits, in either case; false: none, or too many. */
static bool
read_digest(struct route_call *call, struct bytes text, struct bytes *ret)
{
	size_t len = text.len / 2;
	uint8_t *room = arena_take(call->arena, SHA256_LEN);

	if (room == NULL || len == 0 || len > SHA256_LEN ||
	    !hex_read(text, room, len))
		return false;
	*ret = (struct bytes){ room, len };
	return true;
}

/* False when the value is none that such a field can have. */
static bool
read_value(struct route_call *call, struct registry_question *question)
{
	struct bytes value = call->part[1];

	if (question->by == REGISTRY_BY_INDEX)
		return route_number(value, &question->number);
	if (question->by == REGISTRY_BY_DIGEST)
		return read_digest(call, value, &question->value);
	question->value = value;
	return value.len <= REGISTRY_VALUE_MAX;
}

static struct bytes
next_of_search(struct route_call *call, uint64_t last)
{
	struct out o = out_open(4 * REGISTRY_TARGET_MAX);
	struct bytes url;

	out_put(&o, call->registry->wish.base_uri);
	out_text(&o, "/search/");
	out_put(&o, call->part[0]);
	out_text(&o, "/");
	web_put_encoded(&o, call->part[1]);
	out_text(&o, "/after/");
	out_decimal(&o, last);
	url = arena_copy(call->arena, out_bytes(&o));
	out_close(&o);
	return url;
}

static void
put_products(struct api_answer *a, const struct registry_reply *reply)
{
	form_begin_array(&a->form, "products");
	for (size_t i = 0; reply->products != NULL && i < reply->count; i++)
		api_put_product(a, NULL, &reply->products[i]);
	form_end(&a->form);
}

static enum err
give_search(struct route_call *call, const struct registry_question *question)
{
	struct registry_reply reply;
	struct bytes next = { NULL, 0 };
	struct api_answer a;
	enum err err = route_ask(call, question, &reply);

	if (err != ERR_OK)
		return err;
	if (question->ask == REGISTRY_ASK_PRODUCTS)
		reply.labels = NULL;
	else
		reply.products = NULL;
	if (reply.more && reply.count > 0 && reply.products != NULL)
		next = next_of_search(
		    call, reply.products[reply.count - 1].first_label);
	else if (reply.more && reply.count > 0 && reply.labels != NULL)
		next =
		    next_of_search(call, reply.labels[reply.count - 1].index);
	api_begin(&a, call, "hallmark.registry-search/1", &reply.head);
	form_text(&a.form, "field", call->part[0]);
	form_text(&a.form, "value", call->part[1]);
	put_products(&a, &reply);
	api_put_labels(&a, &reply);
	api_put_next(&a, next);
	return api_end(&a);
}

enum err
api_search(struct route_call *call)
{
	struct registry_question question = { .limit = API_ROWS };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!bytes_equal_text(call->part[0], fields[i].name))
			continue;
		question.ask = fields[i].ask;
		question.by = fields[i].by;
		if (!read_value(call, &question) ||
		    !api_read_after(call->part[2], &question))
			return route_refuse(call, 400,
			    "That is no value to look for in this field.");
		return give_search(call, &question);
	}
	return ERR_END;
}

/* ---- changes ---- */

enum err
api_changes(struct route_call *call)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_CHANGE,
		.newest_first = true,
		.limit = API_ROWS,
	};
	struct registry_reply reply;
	struct bytes next = { NULL, 0 };
	struct api_answer a;
	enum err err;

	if (!api_read_after(call->part[0], &question))
		return ERR_END;
	err = route_ask(call, &question, &reply);
	if (err != ERR_OK)
		return err;
	if (reply.more && reply.count > 0)
		next = api_url(call, "/changes/after/%" PRIu64,
		    reply.labels[reply.count - 1].changed_by);
	api_begin(&a, call, "hallmark.registry-changes/1", &reply.head);
	api_put_labels(&a, &reply);
	api_put_next(&a, next);
	return api_end(&a);
}

/* ---- trust ---- */

/* The rows of the next page; false when there are none. */
static bool
ask_page(struct route_call *call, struct registry_question *question,
    struct registry_reply *reply, enum err *err)
{
	if (!reply->more)
		return false;
	*err = route_ask(call, question, reply);
	return *err == ERR_OK && reply->count > 0;
}

static enum err
put_bodies(struct api_answer *a)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_BODIES,
		.by = REGISTRY_BY_ALL,
		.limit = REGISTRY_ROWS_MAX,
	};
	struct registry_reply reply = { .more = true };
	size_t count = 0;
	enum err err = ERR_OK;

	form_begin_array(&a->form, "bodies");
	while (
	    count < TRUST_ROWS && ask_page(a->call, &question, &reply, &err)) {
		for (size_t i = 0; i < reply.count; i++)
			api_put_body(a, NULL, &reply.bodies[i]);
		question.has_after = true;
		question.after = reply.bodies[reply.count - 1].index;
		count += reply.count;
	}
	form_end(&a->form);
	return err;
}

/* All of them: a later one may stand in the place of an earlier. */
static enum err
read_recognitions(struct route_call *call, struct trust_recognition *room,
    struct trust_recognitions *ret)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_RECOGNITIONS,
		.by = REGISTRY_BY_ALL,
		.limit = REGISTRY_ROWS_MAX,
	};
	struct registry_reply reply = { .more = true };
	size_t count = 0;
	enum err err = ERR_OK;

	while (count < TRUST_ROWS && ask_page(call, &question, &reply, &err)) {
		for (size_t i = 0; i < reply.count && count < TRUST_ROWS; i++)
			room[count++] = reply.recognitions[i].row;
		question.has_after = true;
		question.after = room[count - 1].index;
	}
	*ret = (struct trust_recognitions){ room, count };
	return err;
}

/* The rules tell those in force, in the order of the list. */
static enum err
put_recognitions(struct api_answer *a)
{
	struct trust_recognition *room =
	    arena_take_array(a->call->arena, TRUST_ROWS, sizeof(*room));
	int64_t now = a->call->request->now;
	struct trust_recognitions all;
	const struct trust_recognition *next = NULL;
	size_t at = 0;
	bool more;
	enum err err = ERR_MEMORY;

	if (room != NULL)
		err = read_recognitions(a->call, room, &all);
	if (err != ERR_OK)
		return err;
	form_begin_array(&a->form, "recognitions");
	more = trust_next_recognition(
	    all, (struct bytes){ NULL, 0 }, 0, now, &at, &next);
	for (size_t i = 0; i < all.count; i++) {
		bool in_force = more && next == &all.list[i];

		api_put_recognition(a, &all.list[i], in_force);
		if (in_force)
			more = trust_next_recognition(
			    all, (struct bytes){ NULL, 0 }, 0, now, &at, &next);
	}
	form_end(&a->form);
	return ERR_OK;
}

static enum err
ask_head(struct route_call *call, struct registry_head *ret)
{
	const struct registry_question question = {
		.ask = REGISTRY_ASK_HEAD,
		.by = REGISTRY_BY_ALL,
	};
	struct registry_reply reply;
	enum err err = route_ask(call, &question, &reply);

	if (err == ERR_OK)
		*ret = reply.head;
	return err;
}

enum err
api_trust(struct route_call *call)
{
	struct registry_head head;
	struct api_answer a;
	enum err err = ask_head(call, &head);

	if (err != ERR_OK)
		return err;
	api_begin(&a, call, "hallmark.registry-trust/1", &head);
	err = put_bodies(&a);
	if (err == ERR_OK)
		err = put_recognitions(&a);
	if (err == ERR_OK)
		return api_end(&a);
	out_close(&a.out);
	return err;
}

enum err
api_body(struct route_call *call)
{
	uint8_t *kid = arena_take(call->arena, SHA256_LEN);
	struct registry_question question = {
		.ask = REGISTRY_ASK_BODIES,
		.by = REGISTRY_BY_BODY,
		.value = { kid, SHA256_LEN },
		.limit = 1,
	};
	struct registry_reply body;
	struct registry_reply labels;
	struct api_answer a;
	enum err err = ERR_MEMORY;

	if (kid == NULL)
		return err;
	if (!route_hex(call->part[0], kid, SHA256_LEN))
		return ERR_END;
	err = route_ask(call, &question, &body);
	if (err == ERR_OK && body.count == 0)
		err = ERR_END;
	if (err != ERR_OK)
		return err;
	question.ask = REGISTRY_ASK_LABELS;
	question.newest_first = true;
	question.limit = API_ROWS;
	err = route_ask(call, &question, &labels);
	if (err != ERR_OK)
		return err;
	api_begin(&a, call, "hallmark.registry-body/1", &labels.head);
	api_put_body(&a, "body", &body.bodies[0]);
	api_put_labels(&a, &labels);
	form_bool(&a.form, "more_labels", labels.more);
	return api_end(&a);
}
