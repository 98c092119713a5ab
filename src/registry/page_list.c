/* SPDX-License-Identifier: ISC */
/* Lists: what a search found, a maker's products, what changed. */
#include "registry/page_private.h"

#include "codec/hex.h"

#include <stdio.h>

bool
page_read_after(struct bytes part, struct registry_question *question)
{
	if (part.len == 0)
		return true;
	question->has_after = true;
	return route_number(part, &question->after);
}

static unsigned long long
wide(uint64_t number)
{
	return number;
}

/* ---- products with a box to compare them ---- */

static void
put_product(struct page *p, const struct registry_product *product)
{
	struct web *w = &p->web;
	const struct label_claims *c = &product->claims;
	struct word model = page_model(p, c->product.hwmodel);
	struct bytes id = { product->id, PRODUCT_ID_LEN };

	web_begin(w, "li");
	web_begin_class(w, "a", "name");
	web_url(w, "href", page_path_hex(p, "/product/", id, ""));
	web_leaf(w, "bdi", NULL, c->maker);
	web_put(w, " ");
	page_put_word(p, &model);
	web_end(w);
	web_begin_class(w, "span", "quiet");
	page_say_count(p, "list.labels", product->label_count, NULL);
	web_end(w);
	web_begin_class(w, "label", "pick");
	web_void(w, "input");
	web_put_attribute(w, "type", "checkbox");
	web_put_attribute(w, "name", "p");
	web_begin_value(w, "value");
	web_hex(w, id);
	web_end_value(w);
	page_say(p, "compare.pick", NULL);
	web_begin_class(w, "span", "unseen");
	web_put(w, " ");
	web_text(w, c->maker);
	web_put(w, " ");
	page_put_word(p, &model);
	web_end(w);
	web_end(w);
	web_end(w);
	out_text(&p->out, "\n");
}

void
page_product_list(
    struct page *p, const struct registry_product *products, size_t count)
{
	struct web *w = &p->web;

	web_begin(w, "form");
	web_url(w, "action", page_path(p, "/compare"));
	web_begin_class(w, "ul", "cards");
	for (size_t i = 0; i < count; i++)
		put_product(p, &products[i]);
	web_end(w);
	if (count > 1)
		page_say_in(p, "button", NULL, "compare.go", NULL);
	web_end(w);
}

/* ---- search ---- */

static const struct field {
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

static const struct field *
find_field(struct bytes name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (bytes_equal_text(name, fields[i].name))
			return &fields[i];
	return NULL;
}

/* False when nothing can be found by such a value. */
static bool
read_value(const struct field *field, struct bytes value, uint8_t room[32],
    struct registry_question *question)
{
	if (field->by == REGISTRY_BY_INDEX)
		return route_number(value, &question->number);
	if (field->by == REGISTRY_BY_DIGEST) {
		if (value.len % 2 != 0 || value.len > 64 ||
		    !hex_read(value, room, value.len / 2))
			return false;
		value = (struct bytes){ room, value.len / 2 };
	}
	question->value = value;
	return value.len > 0 && value.len <= REGISTRY_VALUE_MAX;
}

static enum err
put_found(struct page *p, const struct field *field, struct bytes value,
    const struct registry_reply *reply)
{
	const struct word words[] = {
		{ "what", WORD_TEXT, .text = value },
		{ 0 },
	};
	struct bytes more;
	char begin[32];
	char end[32];
	uint64_t last = 0;

	p->has_search = true;
	page_begin(p, "search.title", words);
	page_say_in(p, "h1", NULL, "search.title", words);
	page_search_box(p, value, field->name);
	if (reply->count == 0)
		page_nothing(p, "search.none");
	else if (field->ask == REGISTRY_ASK_PRODUCTS)
		page_product_list(p, reply->products, reply->count);
	else
		page_label_list(p, reply->labels, reply->count);
	if (reply->count > 0)
		last = field->ask == REGISTRY_ASK_PRODUCTS
		    ? reply->products[reply->count - 1].first_label
		    : reply->labels[reply->count - 1].index;
	if (reply->more) {
		(void)snprintf(
		    begin, sizeof(begin), "/search/%s/", field->name);
		(void)snprintf(end, sizeof(end), "/after/%llu", wide(last));
		more = page_path_of(p, begin, value, end);
		page_more(p, more);
	}
	return page_end(p);
}

enum err
page_search(struct route_call *call)
{
	const struct field *field = find_field(call->part[0]);
	struct registry_question question = { .limit = PAGE_ROWS };
	struct registry_reply reply = { 0 };
	uint8_t room[32];
	struct page page;
	enum err err = ERR_OK;

	if (field == NULL)
		return ERR_END;
	question.ask = field->ask;
	question.by = field->by;
	if (!page_read_after(call->part[2], &question))
		return ERR_END;
	page_open(&page, call);
	if (read_value(field, call->part[1], room, &question))
		err = page_ask(&page, &question, &reply);
	if (err != ERR_OK)
		return page_drop(&page, err);
	/* who asks for a number wants that label, and not a list of one */
	if (field->by == REGISTRY_BY_INDEX && reply.count == 1) {
		struct bytes to =
		    page_path(&page, "/label/%llu", wide(question.number));

		err = page.out.failed;
		return page_drop(
		    &page, err != ERR_OK ? err : route_redirect(call, 303, to));
	}
	return put_found(&page, field, call->part[1], &reply);
}

enum err
page_search_form(struct route_call *call)
{
	struct bytes what = { NULL, 0 };
	struct bytes in = BYTES("words");
	struct bytes to;
	const struct field *field;
	struct page page;
	char begin[32];
	uint64_t number;
	enum err err;

	(void)route_field(call, call->query, "q", &what);
	(void)route_field(call, call->query, "in", &in);
	what = bytes_slice(bytes_trim(what), 0, REGISTRY_VALUE_MAX);
	field = find_field(in);
	if (field == NULL)
		field = &fields[0];
	page_open(&page, call);
	if (what.len == 0) {
		to = page_path(&page, "/");
	} else {
		/* digits alone are what stands on a label */
		if (field == &fields[0] && route_number(what, &number))
			field = find_field(BYTES("number"));
		(void)snprintf(
		    begin, sizeof(begin), "/search/%s/", field->name);
		to = page_path_of(&page, begin, what, "");
	}
	err = page.out.failed;
	return page_drop(
	    &page, err != ERR_OK ? err : route_redirect(call, 303, to));
}

/* ---- what changed ---- */

enum err
page_changes(struct route_call *call)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_LABELS,
		.by = REGISTRY_BY_CHANGE,
		.newest_first = true,
		.limit = PAGE_ROWS,
	};
	struct registry_reply reply;
	struct page page;
	struct page *p = &page;
	enum err err;

	if (!page_read_after(call->part[0], &question))
		return ERR_END;
	page_open(p, call);
	err = page_ask(p, &question, &reply);
	if (err != ERR_OK)
		return page_drop(p, err);
	p->feed = BYTES("/feed.atom");
	page_begin(p, "changes.title", NULL);
	page_say_in(p, "h1", NULL, "changes.title", NULL);
	page_say_in(p, "p", "lead", "changes.lead", NULL);
	web_begin(&p->web, "p");
	page_link(p, BYTES("/feed.atom"), "changes.feed");
	web_end(&p->web);
	if (reply.count == 0)
		page_nothing(p, "changes.none");
	page_label_list(p, reply.labels, reply.count);
	if (reply.more)
		page_more(p,
		    page_path(p, "/changes/after/%llu",
			wide(reply.labels[reply.count - 1].changed_by)));
	return page_end(p);
}

/* ---- a maker ---- */

/* "32473", or the hex digits of the other two kinds. */
static bool
is_maker(const struct product *product, struct bytes part)
{
	uint8_t room[16];
	uint64_t pen;

	if (product->oemid.len > 0)
		return route_hex(part, room, product->oemid.len) &&
		    bytes_equal(product->oemid,
			(struct bytes){ room, product->oemid.len });
	return route_number(part, &pen) && pen == product->pen;
}

/* Only those of this id: others may bear a name that begins like it. */
static size_t
keep_makers(struct registry_product *to, const struct registry_reply *reply,
    const struct route_call *call)
{
	size_t count = 0;

	for (size_t i = 0; i < reply->count; i++)
		if (is_maker(&reply->products[i].claims.product, call->part[0]))
			to[count++] = reply->products[i];
	return count;
}

enum err
page_maker(struct route_call *call)
{
	struct registry_question question = {
		.ask = REGISTRY_ASK_PRODUCTS,
		.by = REGISTRY_BY_MAKER,
		.value = call->part[1],
		.limit = REGISTRY_ROWS_MAX,
	};
	const struct word words[] = {
		{ "maker", WORD_TEXT, .text = call->part[1] },
		{ "id", WORD_CODE, .text = call->part[0] },
		{ 0 },
	};
	struct registry_product *own =
	    arena_take_array(call->arena, REGISTRY_ROWS_MAX, sizeof(*own));
	struct registry_reply reply;
	struct page page;
	struct page *p = &page;
	size_t count;
	enum err err;

	if (own == NULL)
		return ERR_MEMORY;
	if (question.value.len == 0 || question.value.len > LABEL_MAKER_MAX ||
	    !page_read_after(call->part[2], &question))
		return ERR_END;
	page_open(p, call);
	err = page_ask(p, &question, &reply);
	count = err == ERR_OK ? keep_makers(own, &reply, call) : 0;
	if (err == ERR_OK && count == 0 && !reply.more)
		err = ERR_END;
	if (err != ERR_OK)
		return page_drop(p, err);
	page_begin(p, "maker.title", words);
	page_say_in(p, "h1", NULL, "maker.title", words);
	page_say_in(p, "p", "quiet", "maker.id", words);
	page_product_list(p, own, count);
	if (reply.more)
		page_more(p,
		    page_bare_path(p, "%.*s/after/%llu", (int)call->path.len,
			(const char *)call->path.ptr,
			wide(reply.products[reply.count - 1].first_label)));
	return page_end(p);
}
